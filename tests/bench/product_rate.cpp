#include "tests/bench/product_rate.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <chrono>
#include <vector>

double productRate() {
    constexpr std::int64_t kSize = 2048;
    const at::Tensor a = at::randn({kSize, kSize});
    const at::Tensor b = at::randn({kSize, kSize});
    std::vector<double> rates;
    for (int i = 0; i < 5; ++i) {
        const auto start = std::chrono::steady_clock::now();
        const at::Tensor product = at::mm(a, b);
        const double seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        rates.push_back(2.0 * kSize * kSize * kSize / seconds);
    }
    std::sort(rates.begin(), rates.end());
    return rates[2];
}
