#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/model_internal.h"

namespace spanwise {

/// Each window's states after the embeddings and the first `layers` layers, `[tokens, hidden]` on
/// the weights' device, without gradients or dropout. On the CPU they depend on the window, the
/// weights and the number of threads alone, bit for bit, so that a cache (which may be null)
/// changes no result; short windows share batches all the same. On CUDA the cache is left out.
/// Throws Stopped and what LibTorch throws.
[[nodiscard]] std::vector<at::Tensor> frozenStates(const EncoderWeights& weights,
                                                   const EncoderConfig& config, int layers,
                                                   const std::vector<const Window*>& windows,
                                                   StateCache* cache, const std::stop_token& stop);

}  // namespace spanwise
