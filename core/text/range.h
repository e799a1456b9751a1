#pragma once

#include <compare>
#include <cstdint>

namespace spanwise {

/// A position in a document's text, in Unicode code points from its start.
using Offset = std::int64_t;

/// Half-open range of code points `[begin, end)`.
struct Range {
    Offset begin = 0;
    Offset end = 0;

    [[nodiscard]] constexpr Offset length() const { return end - begin; }
    [[nodiscard]] constexpr bool isEmpty() const { return end <= begin; }
    [[nodiscard]] constexpr bool contains(Offset offset) const {
        return begin <= offset && offset < end;
    }
    [[nodiscard]] constexpr bool contains(Range other) const {
        return begin <= other.begin && other.end <= end;
    }
    [[nodiscard]] constexpr bool overlaps(Range other) const {
        return begin < other.end && other.begin < end;
    }
    constexpr auto operator<=>(const Range&) const = default;
};

}  // namespace spanwise
