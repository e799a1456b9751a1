#include "models/pretraining/concept_encoder.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/torch.h"

namespace spanwise {
namespace {

constexpr std::int64_t kTokens = 2048;  ///< that go through at once
/// A cosine of one is this many logits to begin with.
constexpr double kFirstScale = 10;
/// The log-odds of a concept that is not there.
constexpr double kFirstBias = -5;

}  // namespace

ConceptEncoder newConceptEncoder(const EncoderWeights& text, const EncoderConfig& config,
                                 int layers, bool firstToken, double typicalLength) {
    ConceptEncoder encoder;
    encoder.config = config;
    encoder.weights = text;
    if (layers > 0 && layers < config.layers) {
        encoder.config.layers = layers;
        encoder.weights.layers.resize(static_cast<std::size_t>(layers));
    }
    encoder.firstToken = firstToken;
    const at::TensorOptions options = text.wordEmbedding.options();
    encoder.projection = at::eye(config.hiddenSize, options);
    encoder.scale = at::full({}, std::log(kFirstScale / std::max(typicalLength, 1e-3)), options);
    encoder.bias = at::full({}, kFirstBias, options);
    encoder.begin = at::zeros({config.hiddenSize}, options);
    encoder.beginBias = at::zeros({}, options);
    return encoder;
}

std::vector<std::int64_t> conceptTokens(const Tokenizer& tokenizer, const EncoderConfig& config,
                                        const std::string& name, const std::string& description) {
    std::vector<std::int64_t> ids;
    if (tokenizer.firstId() >= 0)
        ids.push_back(tokenizer.firstId());
    for (const std::int32_t id :
         tokenizer.encode(description.empty() ? name : name + ": " + description).ids) {
        if (static_cast<std::int64_t>(ids.size()) + 1 < config.maxLength())
            ids.push_back(id);
    }
    if (tokenizer.lastId() >= 0)
        ids.push_back(tokenizer.lastId());
    return ids;
}

at::Tensor conceptStates(const ConceptEncoder& encoder,
                         const std::vector<std::vector<std::int64_t>>& texts, at::Device device,
                         const ForwardOptions& options) {
    std::vector<std::size_t> order(texts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return texts[a].size() > texts[b].size();
    });
    std::vector<at::Tensor> pooled;
    for (std::size_t done = 0; done < order.size();) {
        std::vector<const std::vector<std::int64_t>*> members;
        std::int64_t tokens = 0;
        for (; done < order.size(); ++done) {
            const auto length = static_cast<std::int64_t>(texts[order[done]].size());
            if (!members.empty() && tokens + length > kTokens)
                break;
            tokens += length;
            members.push_back(&texts[order[done]]);
        }
        const PackedBatch batch = packSequences(members, encoder.config, device);
        const at::Tensor hidden = runLayers(encoder.weights, encoder.config, batch,
                                            embed(encoder.weights, encoder.config, batch, options),
                                            0, encoder.config.layers, options);
        // Stretches are of one length each, so pooling is a view; a filling one comes last.
        std::size_t taken = 0;
        for (const Stretch& stretch : batch.stretches) {
            const std::int64_t count = std::min<std::int64_t>(
                stretch.sequences, static_cast<std::int64_t>(members.size() - taken));
            if (count == 0)
                break;
            const at::Tensor states = hidden.narrow(0, stretch.first, count * stretch.length)
                                          .view({count, stretch.length, -1});
            pooled.push_back(encoder.firstToken ? states.select(1, 0) : states.mean(1));
            taken += static_cast<std::size_t>(count);
        }
    }
    std::vector<std::int64_t> back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        back[order[i]] = static_cast<std::int64_t>(i);
    return at::cat(pooled).index_select(0, indexTensor(back, device));
}

at::Tensor conceptVectors(const ConceptEncoder& encoder, const at::Tensor& states) {
    const at::Tensor mapped = at::linear(states, encoder.projection);
    return mapped / mapped.norm(2, {1}, true).clamp_min(1e-6) * encoder.scale.exp();
}

}  // namespace spanwise
