#pragma once

#include <cstdint>

#include "core/annotation/document.h"
#include "core/text/range.h"

namespace spanwise {

/// Which documents, and which single suggestions in the others, a person labels without seeing what
/// a model proposes, so that it can be told how far suggestions sway people. A function of the
/// project's seed and the place alone: the same in every session, and as good as random.
struct HoldOut {
    double documents = 0;    ///< share that gets no suggestions at all, 0..1
    double suggestions = 0;  ///< share of suggestions in the others that is kept back, 0..1
    std::uint64_t seed = 0;

    [[nodiscard]] bool isHeldOut(DocumentId document) const;
    /// The same for every type and score that a model gives these words.
    [[nodiscard]] bool isKeptBack(DocumentId document, Range range) const;
    bool operator==(const HoldOut&) const = default;
};

}  // namespace spanwise
