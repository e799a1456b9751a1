#pragma once

#include <string>
#include <vector>

#include "models/encoders/encoder.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

/// What turns a concept's name into a vector that the text encoder's states are held against
/// (NuNER, arXiv 2402.15343): a network of its own, pooled, a linear map, length `exp(scale)`. A
/// word's score for a concept is `state · vector + bias`; its sigmoid is the probability that the
/// word instantiates the concept. Embeddings and what else is no layer are the text encoder's:
/// neither side moves them. A value; copies share storage.
struct ConceptEncoder {
    EncoderConfig config;     ///< the text encoder's, with this one's number of layers
    EncoderWeights weights;   ///< fp32
    bool firstToken = false;  ///< pooled by the first token's state; else by the mean of all
    at::Tensor projection;    ///< [hidden, hidden]
    at::Tensor scale, bias;   ///< []
    /// `state · begin + beginBias`: the log-odds that a word of an entity is its first.
    at::Tensor begin, beginBias;  ///< [hidden], []

    [[nodiscard]] bool isDefined() const { return projection.defined(); }
    /// All but what the text encoder has.
    template <typename Visit>
    void forEach(Visit visit) {
        for (EncoderLayer& layer : weights.layers)
            layer.forEach(visit);
        for (at::Tensor* tensor : {&projection, &scale, &bias, &begin, &beginBias})
            visit(*tensor);
    }
};

/// With the lowest `layers` layers of a text encoder (0: all) and a map that changes nothing.
/// `typicalLength`: of the text encoder's states, so that scores begin within a sigmoid's reach.
[[nodiscard]] ConceptEncoder newConceptEncoder(const EncoderWeights& text,
                                               const EncoderConfig& config, int layers,
                                               bool firstToken, double typicalLength);

/// "name" or "name: description" as sub-tokens with the special ones, cut to what fits.
[[nodiscard]] std::vector<std::int64_t> conceptTokens(const Tokenizer& tokenizer,
                                                      const EncoderConfig& config,
                                                      const std::string& name,
                                                      const std::string& description);
/// Pooled states of texts, `[texts, hidden]`, in the order given.
[[nodiscard]] at::Tensor conceptStates(const ConceptEncoder& encoder,
                                       const std::vector<std::vector<std::int64_t>>& texts,
                                       at::Device device, const ForwardOptions& options);
/// From pooled states to vectors, `[texts, hidden]`.
[[nodiscard]] at::Tensor conceptVectors(const ConceptEncoder& encoder, const at::Tensor& states);

}  // namespace spanwise
