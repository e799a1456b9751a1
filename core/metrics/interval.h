#pragma once

#include <cstdint>
#include <utility>

namespace spanwise {

/// Wilson's score interval of a share at 95 % (E. B. Wilson 1927): holds for small counts and at 0
/// and 1, where the usual one has no width. (0, 1) when nothing was counted.
[[nodiscard]] std::pair<double, double> wilsonInterval(std::int64_t hits, std::int64_t of);

}  // namespace spanwise
