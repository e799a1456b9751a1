#pragma once

#include <cstdint>
#include <vector>

#include "core/annotation/document.h"
#include "core/annotation/entity_type.h"

namespace spanwise {

/// What the queue knows of a document.
struct QueueItem {
    DocumentId id = 0;
    DocumentStatus status = DocumentStatus::New;
    int suggestions = 0;
    double lowestScore = -1;  ///< of its suggestions; negative: none
};

/// Why a document stands where it does; `ui` says it in the user's language. Different: unlike what
/// is labelled.
enum class QueueReason { InProgress, Uncertain, RandomPick, InOrder, Done, Different };

struct QueueEntry {
    DocumentId id = 0;
    QueueReason reason = QueueReason::InOrder;
    double score = -1;    ///< the lowest score, for Uncertain; negative: not known
    TypeId type = 0;      ///< what the model is most unsure of there, for Uncertain; 0: not known
    double seconds = -1;  ///< that labelling it is expected to take; negative: not known
    bool isHeldOut = false;  ///< gets no suggestions (hold_out.h); set by who knows

    bool operator==(const QueueEntry&) const = default;
};

/// The order to work in: documents in progress, then those with the least certain suggestions,
/// every fifth place a random pick (seeded) so that the model's blind spots are seen, then the
/// untouched rest in file order; done documents last.
[[nodiscard]] std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items,
                                                 std::uint64_t seed);

/// The same where a model has said what to label next: documents in progress, then those of
/// `ranking` that are still new, in its order, then the rest as above. No document comes twice, and
/// of any five in a row that a model chose at least one is a random pick: where the ranking has
/// fewer, one is put between.
[[nodiscard]] std::vector<QueueEntry> orderQueue(const std::vector<QueueItem>& items,
                                                 std::uint64_t seed,
                                                 const std::vector<QueueEntry>& ranking);

}  // namespace spanwise
