#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "models/encoders/encoder.h"
#include "models/tokenizers/tokenizer.h"
#include "models/zero_shot/gliner_config.h"

namespace spanwise {

/// Two or more linear layers with ReLU between them; some GLiNER layers have only one.
struct Perceptron {
    std::vector<at::Tensor> weights, biases;
};

/// What a GLiNER has beside its encoder (Zaratiana et al. 2023; NuNER Zero), fp32. Undefined or
/// empty where the span mode has no use for it.
struct GlinerWeights {
    at::Tensor projectionWeight, projectionBias;  ///< [hidden, encoder's]; where the two differ
    std::vector<at::Tensor> lstm;  ///< per layer and direction: w_ih, w_hh, b_ih, b_hh
    Perceptron start, end, out, prompt;
    at::Tensor tokenWeight, tokenBias, labelWeight, labelBias;  ///< token_level: [2*hidden, hidden]
    Perceptron scorer;

    template <typename Visit>
    void forEach(Visit visit) {
        const auto one = [&](at::Tensor& tensor) {
            if (tensor.defined())
                visit(tensor);
        };
        for (at::Tensor* tensor : {&projectionWeight, &projectionBias, &tokenWeight, &tokenBias,
                                   &labelWeight, &labelBias})
            one(*tensor);
        for (at::Tensor& tensor : lstm)
            one(tensor);
        for (Perceptron* part : {&start, &end, &out, &prompt, &scorer}) {
            for (at::Tensor& tensor : part->weights)
                one(tensor);
            for (at::Tensor& tensor : part->biases)
                one(tensor);
        }
    }
};

/// A loaded GLiNER, but for encoder and tokenizer.
struct Gliner {
    GlinerConfig config;
    std::string configJson;  ///< as read, the base of what is saved
    GlinerWeights weights;
    std::int32_t entityId = 0, separatorId = 0;
};

[[nodiscard]] Result<GlinerWeights> readGlinerWeights(TensorSource& source,
                                                      const GlinerConfig& config,
                                                      int encoderHidden);
void nameGlinerWeights(const GlinerWeights& weights, const GlinerConfig& config,
                       std::vector<NamedTensor>& out, std::vector<at::Tensor>& keep);
[[nodiscard]] GlinerWeights toDevice(const GlinerWeights& weights, at::Device device);

/// Where its encoder's tensors are.
inline constexpr const char* kGlinerEncoder = "token_rep_layer.bert_layer.model.";

/// The encoder's settings where gliner_config.json leaves them out, as the first models did: by the
/// name of a published DeBERTa-v3, and the shapes of the tensors. Incompatible for other names.
[[nodiscard]] Result<EncoderConfig> glinerEncoderConfig(const GlinerConfig& config,
                                                        TensorSource& source);

/// A type's name as the model wants it: in lower case, where it knows no other.
[[nodiscard]] std::string glinerLabel(const GlinerConfig& config, const std::string& name);

/// Types as they go into the prompt.
struct GlinerPrompt {
    std::vector<std::int64_t> ids;         ///< `<<ENT>> type … <<SEP>>`
    std::vector<std::int32_t> typePlaces;  ///< where each type's vector is
};
[[nodiscard]] GlinerPrompt makePrompt(const Gliner& gliner, const Tokenizer& tokenizer,
                                      const std::vector<std::string>& types);

/// A text of words behind a prompt, ready for the encoder.
struct GlinerWindow {
    std::size_t sentence = 0;
    std::int32_t firstWord = 0;        ///< of the sentence
    std::vector<std::int64_t> ids;     ///< with special tokens and prompt
    std::vector<std::int32_t> types;   ///< places in `ids` of the types' vectors
    std::vector<std::int32_t> firsts;  ///< per word its first sub-token's place in `ids`, -1: none
};

/// Cuts a sentence into windows of at most `max_len` words, and of as many sub-tokens as the
/// encoder takes, that share half of their words with the next.
void cutGlinerWindows(const Gliner& gliner, const EncoderConfig& encoder,
                      const Tokenizer& tokenizer, const GlinerPrompt& prompt, std::size_t sentence,
                      const std::vector<std::string>& words, std::vector<GlinerWindow>& out);

/// Per window, before the sigmoid: span modes `[words, width, types]` (spans past the end are
/// -inf), token_level `[words, types, 3]` (start, end, inside).
[[nodiscard]] std::vector<at::Tensor> glinerLogits(const Gliner& gliner,
                                                   const GlinerWeights& weights,
                                                   const EncoderWeights& encoder,
                                                   const EncoderConfig& encoderConfig,
                                                   const std::vector<const GlinerWindow*>& windows,
                                                   const ForwardOptions& options);

/// A candidate: words, type and probability.
struct GlinerSpan {
    std::int32_t begin = 0, end = 0;  ///< words, half-open
    int type = 0;
    double score = 0;
};
/// Candidates above the threshold, as the `gliner` package finds them.
[[nodiscard]] std::vector<GlinerSpan> glinerCandidates(const GlinerConfig& config,
                                                       const at::Tensor& logits, double threshold);
/// Best first, without those that overlap a better one; nested: without those that overlap it in
/// part or have its very words. By place.
[[nodiscard]] std::vector<GlinerSpan> greedy(std::vector<GlinerSpan> candidates, bool nested);

}  // namespace spanwise
