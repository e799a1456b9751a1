#pragma once

#include <cstdint>
#include <vector>

#include "core/annotation/document.h"

namespace spanwise {

/// What the queue knows of a document.
struct QueueItem {
    DocumentId id = 0;
    DocumentStatus status = DocumentStatus::New;
    int suggestions = 0;
    double lowestScore = -1;  ///< of its suggestions; negative: none
};

/// Why a document stands where it does; `ui` says it in the user's language.
enum class QueueReason { InProgress, Uncertain, RandomPick, InOrder, Done };

struct QueueEntry {
    DocumentId id = 0;
    QueueReason reason = QueueReason::InOrder;
    double score = -1;  ///< the lowest score, for Uncertain
};

/// The order to work in: documents in progress, then those with the least certain suggestions,
/// every fifth place a random pick (seeded) so that the model's blind spots are seen, then the
/// untouched rest in file order; done documents last.
[[nodiscard]] std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items,
                                                 std::uint64_t seed);

}  // namespace spanwise
