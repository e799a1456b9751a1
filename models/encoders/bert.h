#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <optional>
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
/// "gamma"/"beta" names too; the pooler is ignored. Weights that are not fused stay in the mapped
/// file. Errors name the tensor and both shapes: Incompatible, Corrupt (missing).
[[nodiscard]] Result<BertWeights> readBertWeights(std::shared_ptr<const SafetensorsFile> file,
                                                  const EncoderConfig& config);
/// The tensors as transformers names them, for writing ("bert." in front). The views point into
/// `keep`, which receives CPU copies where needed.
void nameBertWeights(const BertWeights& weights, std::vector<NamedTensor>& out,
                     std::vector<at::Tensor>& keep);

[[nodiscard]] BertWeights toDevice(const BertWeights& weights, at::Device device);

/// Neighbouring sequences of one length in a packed batch.
struct Stretch {
    std::int64_t first = 0;  ///< row of its first token
    std::int64_t sequences = 0;
    std::int64_t length = 0;  ///< tokens a sequence
};

/// Sequences laid end to end, without padding: all but attention works on rows, and attention goes
/// stretch by stretch, so sequences of one length should be neighbours.
struct PackedBatch {
    at::Tensor ids, positions;  ///< [tokens], int64
    std::vector<Stretch> stretches;
    /// Additive, [tokens, tokens], 0 within a sequence and -inf between two. Defined when one
    /// attention over all is cheaper than many small ones.
    at::Tensor blockMask;
};
/// Tokens a batch for which the products are made ready once and then fastest (see packSequences).
inline constexpr std::int64_t kFastTokens = 512;

/// A batch of nearly kFastTokens on the CPU is filled up to exactly that with a sequence of
/// `fillId`, unless gradients are on: oneDNN makes code for each size, which costs more than it
/// saves unless all batches have one size.
[[nodiscard]] PackedBatch packSequences(const std::vector<const std::vector<std::int64_t>*>& ids,
                                        std::int64_t fillId, at::Device device);

/// How a forward pass runs.
struct ForwardOptions {
    double dropout = 0;  ///< 0 outside training
    std::optional<at::Generator> generator;
    std::stop_token stop;  ///< looked at before each layer
    /// Rows (int64) that are wanted of the last layer; undefined: all. The others' part in it is
    /// not computed.
    at::Tensor wantedRows;
};
/// Thrown by the forward pass when stopped; caught in this folder.
struct Stopped {};

/// → `[tokens, hidden]`.
[[nodiscard]] at::Tensor embed(const BertWeights& weights, const EncoderConfig& config,
                               const PackedBatch& batch, const ForwardOptions& options = {});
/// Layers `from` to `to` (exclusive) over `[tokens, hidden]`; the result has the wanted rows.
[[nodiscard]] at::Tensor runLayers(const BertWeights& weights, const EncoderConfig& config,
                                   const PackedBatch& batch, at::Tensor hidden, int from, int to,
                                   const ForwardOptions& options = {});

/// `tensor * Bernoulli(1 - p) / (1 - p)` from a generator of one's own.
[[nodiscard]] at::Tensor dropOut(const at::Tensor& tensor, const ForwardOptions& options);

/// A tensor over the bytes of a view, without a copy for aligned fp32; fp16 and bf16 are widened.
[[nodiscard]] at::Tensor tensorFrom(const TensorView& view,
                                    std::shared_ptr<const SafetensorsFile> keep);
[[nodiscard]] TensorView viewOf(const at::Tensor& contiguousCpuFloat);
[[nodiscard]] at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device);

}  // namespace spanwise
