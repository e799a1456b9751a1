#include "models/encoders/row_kernels.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

// The same loops for several levels of the processor, chosen when the program starts.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define SPANWISE_CLONES \
    __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define SPANWISE_CLONES
#endif
#define SPANWISE_INLINE [[gnu::always_inline]] inline

namespace spanwise::rows {
namespace {

/// e^x for x <= 0, relative error below 2e-7; 0 below -87.
SPANWISE_INLINE float expOfNegative(float x) {
    constexpr float kLog2E = 1.44269504F;
    const float y = std::max(x, -87.0F) * kLog2E;
    const int whole = static_cast<int>(y - 0.5F);  // y <= 0: rounds to the nearest
    const float f = y - static_cast<float>(whole);
    // Taylor of 2^f around 0, |f| <= 0.5.
    float p = 1.5403530e-4F;
    p = p * f + 1.3333558e-3F;
    p = p * f + 9.6181291e-3F;
    p = p * f + 5.5504109e-2F;
    p = p * f + 2.4022651e-1F;
    p = p * f + 6.9314718e-1F;
    p = p * f + 1.0F;
    return p * std::bit_cast<float>((whole + 127) << 23);
}

/// x * Phi(x), with erf by Abramowitz and Stegun 7.1.26.
SPANWISE_INLINE float gelu(float x) {
    const float z = std::fabs(x) * 0.70710678F;
    const float t = 1.0F / (1.0F + 0.3275911F * z);
    float p = 1.061405429F;
    p = p * t - 1.453152027F;
    p = p * t + 1.421413741F;
    p = p * t - 0.284496736F;
    p = p * t + 0.254829592F;
    const float half = 0.5F * p * t * expOfNegative(-z * z);  // (1 - erf(z)) / 2
    return x * (x < 0 ? half : 1.0F - half);
}

SPANWISE_INLINE void rowToBytes(const float* x, std::int64_t columns, std::uint8_t* out,
                                float& scale, float& zero) {
    float low = 0, high = 0;
    for (std::int64_t j = 0; j < columns; ++j) {
        low = std::min(low, x[j]);
        high = std::max(high, x[j]);
    }
    scale = std::max((high - low) / 255.0F, 1e-30F);
    const float inverse = 1.0F / scale;
    zero = std::floor(-low * inverse + 0.5F);
    const float shift = zero + 0.5F;
    for (std::int64_t j = 0; j < columns; ++j)
        out[j] = static_cast<std::uint8_t>(
            static_cast<int>(std::clamp(x[j] * inverse + shift, 0.0F, 255.0F)));
}

SPANWISE_INLINE void finishRow(float* y, std::int64_t row, std::int64_t columns,
                               const Epilogue& epilogue) {
    const float scale = epilogue.scale[row];
    const float zero = epilogue.zero[row];
    for (std::int64_t j = 0; j < columns; ++j)
        y[j] = scale * (y[j] - zero * epilogue.columnSums[j]) + epilogue.bias[j];
}

}  // namespace

SPANWISE_CLONES
void toBytes(const float* x, std::int64_t rows, std::int64_t columns, const Bytes& out) {
    for (std::int64_t i = 0; i < rows; ++i)
        rowToBytes(x + i * columns, columns, out.data + i * columns, out.scale[i], out.zero[i]);
}

SPANWISE_CLONES
void finish(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue) {
    for (std::int64_t i = 0; i < rows; ++i)
        finishRow(y + i * columns, i, columns, epilogue);
}

SPANWISE_CLONES
void geluToBytes(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue,
                 const Bytes& out) {
    for (std::int64_t i = 0; i < rows; ++i) {
        float* row = y + i * columns;
        const float scale = epilogue.scale[i];
        const float zero = epilogue.zero[i];
        for (std::int64_t j = 0; j < columns; ++j)
            row[j] = gelu(scale * (row[j] - zero * epilogue.columnSums[j]) + epilogue.bias[j]);
        rowToBytes(row, columns, out.data + i * columns, out.scale[i], out.zero[i]);
    }
}

SPANWISE_CLONES
void addNorm(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue,
             const float* residual, const Norm& norm, const Bytes& out) {
    for (std::int64_t i = 0; i < rows; ++i) {
        float* row = y + i * columns;
        if (epilogue.scale != nullptr)
            finishRow(row, i, columns, epilogue);
        const float* before = residual + i * columns;
        float sum = 0;
        for (std::int64_t j = 0; j < columns; ++j) {
            row[j] += before[j];
            sum += row[j];
        }
        const float mean = sum / static_cast<float>(columns);
        float squares = 0;
        for (std::int64_t j = 0; j < columns; ++j)
            squares += (row[j] - mean) * (row[j] - mean);
        const float scale = 1.0F / std::sqrt(squares / static_cast<float>(columns) + norm.epsilon);
        if (norm.bias != nullptr) {
            for (std::int64_t j = 0; j < columns; ++j)
                row[j] = (row[j] - mean) * scale * norm.weight[j] + norm.bias[j];
        } else {
            for (std::int64_t j = 0; j < columns; ++j)
                row[j] = (row[j] - mean) * scale * norm.weight[j];
        }
        if (out.data != nullptr)
            rowToBytes(row, columns, out.data + i * columns, out.scale[i], out.zero[i]);
    }
}

SPANWISE_CLONES
void attend(const float* qkv, std::int64_t length, std::int64_t heads, std::int64_t size,
            const float* bias, float* out) {
    using Lanes [[gnu::vector_size(64)]] = float;
    constexpr std::int64_t kLanes = 16;
    constexpr std::int64_t kRows = 4;  // queries at a time
    constexpr std::int64_t kMaxSize = 128;
    const std::int64_t hidden = heads * size;
    const std::int64_t stride = 3 * hidden;
    const std::int64_t groups = (length + kLanes - 1) / kLanes;
    const std::int64_t wide = groups * kLanes;
    // Keys with the dimension first, so that all lanes are different keys.
    alignas(64) float keys[kMaxSize * kLongestAttention];
    for (std::int64_t k = 0; k < length; ++k) {
        const float* key = qkv + k * stride + hidden;
        for (std::int64_t d = 0; d < size; ++d)
            keys[d * wide + k] = key[d];
    }
    for (std::int64_t k = length; k < wide; ++k) {
        for (std::int64_t d = 0; d < size; ++d)
            keys[d * wide + k] = 0;
    }
    const float factor = 1.0F / std::sqrt(static_cast<float>(size));
    alignas(64) float scores[kRows * kLongestAttention];
    for (std::int64_t q = 0; q < length; q += kRows) {
        const std::int64_t rows = std::min(kRows, length - q);
        const float* query[kRows];
        for (std::int64_t r = 0; r < kRows; ++r)
            query[r] = qkv + (q + std::min(r, rows - 1)) * stride;
        for (std::int64_t g = 0; g < groups; ++g) {
            Lanes sums[kRows] = {};
            for (std::int64_t d = 0; d < size; ++d) {
                Lanes key;
                std::memcpy(&key, keys + d * wide + g * kLanes, sizeof key);
                for (std::int64_t r = 0; r < kRows; ++r)
                    sums[r] += query[r][d] * key;
            }
            for (std::int64_t r = 0; r < kRows; ++r)
                std::memcpy(scores + r * wide + g * kLanes, &sums[r], sizeof sums[r]);
        }
        float inverse[kRows];
        for (std::int64_t r = 0; r < rows; ++r) {
            float* row = scores + r * wide;
            if (bias != nullptr) {
                const float* shifted = bias + (kLongestAttention - 1) - (q + r);
                for (std::int64_t k = 0; k < length; ++k)
                    row[k] = row[k] * factor + shifted[k];
            } else {
                for (std::int64_t k = 0; k < length; ++k)
                    row[k] *= factor;
            }
            float highest = row[0];
            for (std::int64_t k = 1; k < length; ++k)
                highest = std::max(highest, row[k]);
            float sum = 0;
            for (std::int64_t k = 0; k < length; ++k) {
                row[k] = expOfNegative(row[k] - highest);
                sum += row[k];
            }
            inverse[r] = 1.0F / sum;
        }
        for (std::int64_t d = 0; d < size; d += kLanes) {
            Lanes sums[kRows] = {};
            for (std::int64_t k = 0; k < length; ++k) {
                Lanes value;
                std::memcpy(&value, qkv + k * stride + 2 * hidden + d, sizeof value);
                for (std::int64_t r = 0; r < kRows; ++r)
                    sums[r] += scores[r * wide + k] * value;
            }
            for (std::int64_t r = 0; r < rows; ++r) {
                const Lanes scaled = sums[r] * inverse[r];
                std::memcpy(out + (q + r) * hidden + d, &scaled, sizeof scaled);
            }
        }
    }
}

}  // namespace spanwise::rows
