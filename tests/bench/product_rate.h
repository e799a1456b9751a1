#pragma once

/// FLOP/s of LibTorch's product of two fp32 matrices of 2048 by 2048 with the threads that are set:
/// the median of five, about half a second. What the speed of a model is held against.
[[nodiscard]] double productRate();
