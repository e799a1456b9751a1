#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// A labelled span and what was found in its place. Not both empty.
struct SpanPair {
    std::optional<WordSpan> gold;   ///< nothing: found where no label is
    std::optional<WordSpan> found;  ///< nothing: the label was missed

    [[nodiscard]] bool isRight() const {
        return gold && found && gold->begin == found->begin && gold->end == found->end &&
               gold->type == found->type;
    }
};

/// Each span once: first those of the same words, of these equal types first, then those that
/// overlap, the largest share of common words first; the rest alone. In the order of the text.
[[nodiscard]] std::vector<SpanPair> pairSpans(const std::vector<WordSpan>& gold,
                                              const std::vector<WordSpan>& found);

/// Labelled type × found type; "" is none. The diagonal counts right spans and those of the right
/// type with other boundaries.
struct Confusion {
    struct Cell {
        std::int64_t spans = 0;
        std::int64_t otherBoundaries = 0;  ///< of these
        bool operator==(const Cell&) const = default;
    };
    std::map<std::pair<std::string, std::string>, Cell> cells;

    void add(const SpanPair& pair);
    bool operator==(const Confusion&) const = default;
};

}  // namespace spanwise
