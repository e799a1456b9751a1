#pragma once

#include <optional>
#include <stop_token>

#include "core/queue/hold_out.h"
#include "storage/database.h"
#include "storage/statistics.h"

/// The queries behind statistics.h. All throw.
namespace spanwise::storage {

[[nodiscard]] Tallies countTallies(Database& database);
[[nodiscard]] Activity readActivity(Database& database, Activity soFar);
/// Of finished documents that were labelled from beginning to end within the last `steps` gestures.
[[nodiscard]] std::vector<DocumentWork> recentWork(Database& database, int steps);
[[nodiscard]] BlindTally countBlind(Database& database, const HoldOut& holdOut, double threshold);

/// Looks at every labelled document; `most` places are kept of each finding.
[[nodiscard]] HealthReport examine(Database& database, std::size_t most,
                                   const StatisticsProgress& progress, std::stop_token stop);
/// Those of HealthCheck::EmptyDocument.
[[nodiscard]] std::vector<DocumentId> emptyDocuments(Database& database);
/// What puts right all that is fixable about one thing: labels change their place and keep their
/// ids. Empty when nothing is. InvalidArgument for what no edit can put right.
[[nodiscard]] Edit fixOf(Database& database, HealthCheck check, std::stop_token stop);

[[nodiscard]] HistoryEntries readHistory(Database& database, const HistoryFilter& filter, int limit,
                                         std::stop_token stop);
[[nodiscard]] std::vector<std::string> historyActors(Database& database);
[[nodiscard]] std::optional<ExportInfo> lastExport(Database& database);
[[nodiscard]] ChangesSince changesSince(Database& database, std::int64_t event);

}  // namespace spanwise::storage
