#include "core/metrics/interval.h"

#include <algorithm>
#include <cmath>

namespace spanwise {

std::pair<double, double> wilsonInterval(std::int64_t hits, std::int64_t of) {
    if (of <= 0)
        return {0, 1};
    constexpr double z = 1.959963984540054;
    const auto n = static_cast<double>(of);
    const double share = static_cast<double>(std::clamp<std::int64_t>(hits, 0, of)) / n;
    const double denominator = 1 + z * z / n;
    const double middle = (share + z * z / (2 * n)) / denominator;
    const double half = z * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / denominator;
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

}  // namespace spanwise
