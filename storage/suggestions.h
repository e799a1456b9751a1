#pragma once

#include <stop_token>
#include <vector>

#include "storage/database.h"
#include "storage/project.h"

namespace spanwise::storage {

/// The model of suggestions that came with a file.
inline constexpr std::string_view kImportedModel = "imported";

/// See Project::suggestionGroups. Reads each text that has suggestions once.
[[nodiscard]] std::vector<SuggestionGroup> groupSuggestions(Database& database, double threshold,
                                                            const std::stop_token& stop);

/// See Project::suggestionPlaces.
[[nodiscard]] std::vector<SuggestionPlace> findSuggestions(Database& database,
                                                           const std::vector<RecordId>& ids);

}  // namespace spanwise::storage
