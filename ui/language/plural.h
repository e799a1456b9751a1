#pragma once

#include <concepts>
#include <limits>
#include <utility>

namespace spanwise::ui {

/// A count of any width as the number that tr() takes for plural forms:
/// tr("%Ln label(s)", nullptr, plural(count)). Beyond int's range it is int's nearest.
template <std::integral Count>
[[nodiscard]] constexpr int plural(Count count) {
    using Limits = std::numeric_limits<int>;
    if (std::in_range<int>(count))
        return static_cast<int>(count);
    return std::cmp_less(count, 0) ? Limits::min() : Limits::max();
}

}  // namespace spanwise::ui
