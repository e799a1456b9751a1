#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

/// Sums of probabilities that are kept as logarithms.
namespace spanwise {

inline constexpr double kNever = -std::numeric_limits<double>::infinity();

/// log(exp(a) + exp(b))
[[nodiscard]] inline double logAdd(double a, double b) {
    if (a < b)
        std::swap(a, b);
    return b == kNever ? a : a + std::log1p(std::exp(b - a));
}

/// log(exp(a) - exp(b)) for a ≥ b.
[[nodiscard]] inline double logSubtract(double a, double b) {
    return b < a ? a + std::log1p(-std::exp(b - a)) : kNever;
}

/// log of the sum of the exponentials of `count` values, at least one.
[[nodiscard]] inline double logSum(const double* values, int count) {
    const double top = *std::max_element(values, values + count);
    if (top == kNever)
        return kNever;
    double sum = 0;
    for (int i = 0; i < count; ++i)
        sum += std::exp(values[i] - top);
    return top + std::log(sum);
}

}  // namespace spanwise
