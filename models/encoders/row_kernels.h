#pragma once

#include <cstdint>

/// What runs between the products of a layer at prediction, on rows of contiguous fp32: one pass
/// where tensors would take several, and without allocating. Plain loops, compiled for several
/// levels of x86-64; no LibTorch. The caller splits rows over threads.
namespace spanwise::rows {

/// Rows as unsigned bytes: value = scale * (byte - zero), a scale and a zero for each row.
struct Bytes {
    std::uint8_t* data = nullptr;  ///< [rows, columns]
    float* scale = nullptr;        ///< [rows]
    float* zero = nullptr;         ///< [rows]
};

/// What turns the raw product of `Bytes` with weights into values: scale * (y - zero * columnSums)
/// + bias. Without `scale` the values are final, bias and all.
struct Epilogue {
    const float* scale = nullptr;       ///< [rows], of the input
    const float* zero = nullptr;        ///< [rows]
    const float* columnSums = nullptr;  ///< [columns], of the weights as multiplied
    const float* bias = nullptr;        ///< [columns]
};

void toBytes(const float* x, std::int64_t rows, std::int64_t columns, const Bytes& out);
/// In place.
void finish(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue);
/// finish, gelu (by erf, within 1e-6), toBytes; `y` is overwritten.
void geluToBytes(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue,
                 const Bytes& out);

struct Norm {
    const float* weight = nullptr;  ///< [columns]
    const float* bias = nullptr;    ///< [columns], or null
    float epsilon = 1e-12F;
};
/// LayerNorm(residual + finish(y)) → `y`, and as bytes too where `out` has data.
void addNorm(float* y, std::int64_t rows, std::int64_t columns, const Epilogue& epilogue,
             const float* residual, const Norm& norm, const Bytes& out);

/// The longest sequence for attend().
inline constexpr std::int64_t kLongestAttention = 128;
/// Attention of one head over one sequence: softmax(q·k/sqrt(size) + bias)·v → `out`. `qkv` points
/// at the head's queries in the first token's row [3, heads, size]; `out` at its place in
/// [heads, size]. `bias` (or null) has kLongestAttention * 2 - 1 entries by distance key - query,
/// the middle one 0. `size` is a multiple of 16 up to 128.
void attend(const float* qkv, std::int64_t length, std::int64_t heads, std::int64_t size,
            const float* bias, float* out);

}  // namespace spanwise::rows
