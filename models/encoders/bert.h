#pragma once

#include <ATen/core/Tensor.h>

#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "models/io/safetensors.h"

namespace spanwise {

/// What config.json says of a BERT encoder.
struct EncoderConfig {
    int hiddenSize = 0;
    int layers = 0;
    int heads = 0;
    int intermediateSize = 0;
    int vocabularySize = 0;
    int maxPositions = 512;
    int tokenTypes = 2;
    double layerNormEps = 1e-12;
    double dropout = 0.1;
};

/// Weights of one layer. Queries, keys and values are one matrix, so that they cost one product.
struct BertLayer {
    at::Tensor qkvWeight, qkvBias;  ///< [3*hidden, hidden], [3*hidden]
    at::Tensor outWeight, outBias;  ///< [hidden, hidden]
    at::Tensor attentionNormWeight, attentionNormBias;
    at::Tensor upWeight, upBias;      ///< [intermediate, hidden]
    at::Tensor downWeight, downBias;  ///< [hidden, intermediate]
    at::Tensor outputNormWeight, outputNormBias;

    template <typename Visit>
    void forEach(Visit visit) {
        for (at::Tensor* tensor :
             {&qkvWeight, &qkvBias, &outWeight, &outBias, &attentionNormWeight, &attentionNormBias,
              &upWeight, &upBias, &downWeight, &downBias, &outputNormWeight, &outputNormBias})
            visit(*tensor);
    }
};

/// Weights of a BERT encoder (Devlin et al. 2018), fp32. A value: copies share storage.
struct BertWeights {
    at::Tensor wordEmbedding;      ///< [vocabulary, hidden]
    at::Tensor positionEmbedding;  ///< [positions, hidden]
    at::Tensor typeEmbedding;      ///< [types, hidden]
    at::Tensor normWeight, normBias;
    std::vector<BertLayer> layers;
};

/// Takes the weights out of a safetensors file, with or without the prefix "bert.", with the older
/// "gamma"/"beta" names too. Weights that are not fused stay in the mapped file. Errors name the
/// tensor and both shapes: Incompatible, Corrupt (missing).
[[nodiscard]] Result<BertWeights> readBertWeights(std::shared_ptr<const SafetensorsFile> file,
                                                  const EncoderConfig& config);
/// The tensors as transformers names them, for writing ("bert." in front). The views point into
/// `keep`, which receives CPU copies where needed.
void nameBertWeights(const BertWeights& weights, std::vector<NamedTensor>& out,
                     std::vector<at::Tensor>& keep);

[[nodiscard]] BertWeights toDevice(const BertWeights& weights, at::Device device);

/// How a forward pass runs.
struct ForwardOptions {
    double dropout = 0;    ///< 0 outside training
    std::stop_token stop;  ///< looked at before each layer
};
/// Thrown by the forward pass when stopped; caught in this folder.
struct Stopped {};

/// ids `[batch, tokens]` (int64) → `[batch, tokens, hidden]`.
[[nodiscard]] at::Tensor embed(const BertWeights& weights, const EncoderConfig& config,
                               const at::Tensor& ids, const ForwardOptions& options = {});
/// Layers `from` to `to` (exclusive). `mask`: bool `[batch, 1, 1, tokens]`, true where there is a
/// token; undefined: no padding.
[[nodiscard]] at::Tensor runLayers(const BertWeights& weights, const EncoderConfig& config,
                                   at::Tensor hidden, const at::Tensor& mask, int from, int to,
                                   const ForwardOptions& options = {});

/// A tensor over the bytes of a view, without a copy for fp32; fp16 and bf16 are widened.
[[nodiscard]] at::Tensor tensorFrom(const TensorView& view,
                                    std::shared_ptr<const SafetensorsFile> keep);
[[nodiscard]] TensorView viewOf(const at::Tensor& contiguousCpuFloat);

}  // namespace spanwise
