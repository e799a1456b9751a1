#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "models/encoders/encoder_config.h"
#include "models/io/safetensors.h"
#include "models/io/weight_files.h"
#include "models/model.h"

namespace spanwise {

/// Weights of one layer of any architecture; what it does not have is undefined. Queries, keys and
/// values are one matrix, so that they cost one product.
struct EncoderLayer {
    at::Tensor qkvWeight, qkvBias;  ///< [3*hidden, hidden], [3*hidden]
    at::Tensor outWeight, outBias;  ///< [hidden, hidden]
    at::Tensor attentionNormWeight, attentionNormBias;
    at::Tensor upWeight, upBias;      ///< [intermediate, hidden]; gated: [2*intermediate, hidden]
    at::Tensor downWeight, downBias;  ///< [hidden, intermediate]
    at::Tensor outputNormWeight, outputNormBias;
    at::Tensor positionKeyWeight, positionKeyBias, positionQueryWeight, positionQueryBias;

    /// The tensors that there are.
    template <typename Visit>
    void forEach(Visit visit) {
        for (at::Tensor* tensor :
             {&qkvWeight, &qkvBias, &outWeight, &outBias, &attentionNormWeight, &attentionNormBias,
              &upWeight, &upBias, &downWeight, &downBias, &outputNormWeight, &outputNormBias,
              &positionKeyWeight, &positionKeyBias, &positionQueryWeight, &positionQueryBias}) {
            if (tensor->defined())
                visit(*tensor);
        }
    }
};

/// Weights of an encoder, fp32. A value: copies share storage.
struct EncoderWeights {
    at::Tensor wordEmbedding;        ///< [vocabulary, embedding]
    at::Tensor positionEmbedding;    ///< [positions, embedding]
    at::Tensor typeEmbedding;        ///< [types, embedding]
    at::Tensor embeddingProjection;  ///< [hidden, embedding]
    at::Tensor normWeight, normBias;
    at::Tensor relativeEmbedding;  ///< MPNet: [buckets, heads]; DeBERTa: [2*span, hidden]
    at::Tensor relativeNormWeight, relativeNormBias;
    at::Tensor convolutionWeight, convolutionBias;  ///< [hidden, hidden/groups, kernel], [hidden]
    at::Tensor convolutionNormWeight, convolutionNormBias;
    at::Tensor finalNormWeight, finalNormBias;
    /// ModernBERT's dense layer and norm between encoder and classifier, where the file has them.
    at::Tensor headDenseWeight, headDenseBias, headNormWeight, headNormBias;
    std::vector<EncoderLayer> layers;

    template <typename Visit>
    void forEach(Visit visit) {
        for (at::Tensor* tensor :
             {&wordEmbedding, &positionEmbedding, &typeEmbedding, &embeddingProjection, &normWeight,
              &normBias, &relativeEmbedding, &relativeNormWeight, &relativeNormBias,
              &convolutionWeight, &convolutionBias, &convolutionNormWeight, &convolutionNormBias,
              &finalNormWeight, &finalNormBias, &headDenseWeight, &headDenseBias, &headNormWeight,
              &headNormBias}) {
            if (tensor->defined())
                visit(*tensor);
        }
        for (EncoderLayer& layer : layers)
            layer.forEach(visit);
    }
};

/// Tensors of a bundle by name, with every check that a tensor needs: that it is there, its shape,
/// its element type, that it is finite. Keeps the first error.
class TensorSource {
public:
    explicit TensorSource(std::shared_ptr<const WeightFiles> files) : m_files(std::move(files)) {}

    [[nodiscard]] bool has(const std::string& name) const { return m_files->find(name) != nullptr; }
    /// Undefined after an error.
    at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape);
    void fail(ErrorCode code, std::string message, const std::filesystem::path& where);
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }
    [[nodiscard]] const WeightFiles& files() const { return *m_files; }

private:
    std::shared_ptr<const WeightFiles> m_files;
    std::optional<Error> m_error;
};

/// Takes an encoder's weights, under the names that transformers gives them: bare, or with the
/// architecture's prefix ("roberta."), or with `prefix` before either (GLiNER's layout); BERT's
/// older "gamma"/"beta" too. Poolers and masked-language heads are ignored. Weights that are not
/// fused stay in the mapped file. Errors name file and tensor: Incompatible (shape, element type),
/// Corrupt (missing, not finite).
[[nodiscard]] Result<EncoderWeights> readEncoderWeights(TensorSource& source,
                                                        const EncoderConfig& config,
                                                        const std::string& prefix = {});
/// The tensors as transformers names them in a model with a head ("roberta." in front, or
/// `prefix`), for writing. The views point into `keep`, which receives CPU copies where needed.
void nameEncoderWeights(const EncoderWeights& weights, const EncoderConfig& config,
                        std::vector<NamedTensor>& out, std::vector<at::Tensor>& keep,
                        const std::optional<std::string>& prefix = {});

[[nodiscard]] EncoderWeights toDevice(const EncoderWeights& weights, at::Device device);

/// Neighbouring sequences of one length in a packed batch.
struct Stretch {
    std::int64_t first = 0;  ///< row of its first token
    std::int64_t sequences = 0;
    std::int64_t length = 0;  ///< tokens a sequence
};

/// Sequences laid end to end, without padding: all but attention works on rows, and attention goes
/// stretch by stretch, so sequences of one length should be neighbours.
struct PackedBatch {
    at::Tensor ids;        ///< [tokens], int64
    at::Tensor places;     ///< [tokens], int64: place within the sequence, from 0
    at::Tensor positions;  ///< [tokens], int64: rows of the position embedding
    std::vector<Stretch> stretches;
    /// Additive, [tokens, tokens], 0 within a sequence and -inf between two. Defined when one
    /// attention over all is cheaper than many small ones.
    at::Tensor blockMask;
};
/// Tokens a batch for which the products are made ready once and then fastest (see packSequences).
inline constexpr std::int64_t kFastTokens = 512;

/// A batch of nearly kFastTokens on the CPU is filled up to exactly that with a sequence of
/// padding, unless gradients are on: oneDNN makes code for each size, which costs more than it
/// saves unless all batches have one size.
[[nodiscard]] PackedBatch packSequences(const std::vector<const std::vector<std::int64_t>*>& ids,
                                        const EncoderConfig& config, at::Device device);

class PackedLayers;

/// How a forward pass runs.
struct ForwardOptions {
    double dropout = 0;  ///< 0 outside training
    std::optional<at::Generator> generator;
    std::stop_token stop;  ///< looked at before each layer
    /// Rows (int64) that are wanted of the last layer; undefined: all. The others' part in it is
    /// not computed.
    at::Tensor wantedRows;
    /// The same layers made ready for prediction (packed_layers.h); null: from the weights.
    const PackedLayers* packed = nullptr;
    /// Products of the layers in bfloat16, forwards and backwards, sums and all else in fp32.
    bool bfloat16 = false;
};
/// Whether the device multiplies faster in bfloat16: CUDA, and processors with AVX-512 BF16.
[[nodiscard]] bool hasFastBfloat16(at::Device device);
/// Thrown by the forward pass when stopped; caught in this folder.
struct Stopped {};

/// → `[tokens, hidden]`.
[[nodiscard]] at::Tensor embed(const EncoderWeights& weights, const EncoderConfig& config,
                               const PackedBatch& batch, const ForwardOptions& options = {});
/// Layers `from` to `to` (exclusive) over `[tokens, hidden]`; the result has the wanted rows. After
/// the last layer comes ModernBERT's final norm, as in transformers' last_hidden_state.
[[nodiscard]] at::Tensor runLayers(const EncoderWeights& weights, const EncoderConfig& config,
                                   const PackedBatch& batch, at::Tensor hidden, int from, int to,
                                   const ForwardOptions& options = {});

/// Of transformers' hidden_states[-7]: the state after so many layers.
[[nodiscard]] inline int earlierLayer(const EncoderConfig& config) {
    return config.layers - 6;
}
/// From the states after layer `from` (`hidden`, not beyond earlierLayer for two layers) to what
/// the classifier sees: `[wanted rows, hidden or 2*hidden]`.
[[nodiscard]] at::Tensor features(const EncoderWeights& weights, const EncoderConfig& config,
                                  const PackedBatch& batch, at::Tensor hidden, int from,
                                  Features kind, const ForwardOptions& options = {});

[[nodiscard]] at::Tensor normed(const at::Tensor& x, const at::Tensor& weight,
                                const at::Tensor& bias, const EncoderConfig& config);
/// `tensor * Bernoulli(1 - p) / (1 - p)` from a generator of one's own.
[[nodiscard]] at::Tensor dropOut(const at::Tensor& tensor, const ForwardOptions& options);
[[nodiscard]] at::Tensor activate(const at::Tensor& tensor, Activation activation);

/// A tensor over the bytes of a view, without a copy for aligned fp32; fp16 and bf16 are widened.
[[nodiscard]] at::Tensor tensorFrom(const TensorView& view, std::shared_ptr<const void> keep);
[[nodiscard]] TensorView viewOf(const at::Tensor& contiguousCpuFloat);
[[nodiscard]] at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device);

}  // namespace spanwise
