#include <algorithm>
#include <cmath>
#include <limits>

#include "models/encoders/attention.h"
#include "models/encoders/encoder.h"
#include "models/encoders/packed_layers.h"
#include "models/torch.h"

namespace spanwise {
namespace {

// Many short sequences of different lengths: attention over all of them with a mask costs less than
// one call a length, as long as the square of the tokens is small beside the layers' products.
constexpr std::size_t kStretchesForBlockMask = 2;
constexpr std::int64_t kTokensForBlockMask = 256;
/// Rows of bfloat16 products are filled up to a multiple of this: oneDNN makes code for each size.
constexpr std::int64_t kRowStep = 64;

}  // namespace

bool hasFastBfloat16(at::Device device) {
    if (!device.is_cpu())
        return true;
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx512bf16") != 0;
#else
    return false;
#endif
}

at::Tensor normed(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                  const EncoderConfig& config) {
    return at::layer_norm(x, {config.hiddenSize}, weight, bias, config.layerNormEps);
}

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<std::int64_t>());
    return tensor.to(device);
}

PackedBatch packSequences(const std::vector<const std::vector<std::int64_t>*>& ids,
                          const EncoderConfig& config, at::Device device) {
    PackedBatch batch;
    std::vector<std::int64_t> all, places, positions;
    const bool skipsPadding = config.positionOffset() > 0;
    const auto add = [&](const std::vector<std::int64_t>& sequence) {
        const auto length = static_cast<std::int64_t>(sequence.size());
        if (batch.stretches.empty() || batch.stretches.back().length != length)
            batch.stretches.push_back({static_cast<std::int64_t>(all.size()), 0, length});
        ++batch.stretches.back().sequences;
        all.insert(all.end(), sequence.begin(), sequence.end());
        std::int64_t position = config.positionOffset();
        for (std::int64_t i = 0; i < length; ++i) {
            places.push_back(i);
            // As transformers counts: padding within a text has padding's position.
            const bool isPadding =
                skipsPadding && sequence[static_cast<std::size_t>(i)] == config.padId;
            positions.push_back(isPadding ? config.padId : position++);
        }
    };
    for (const std::vector<std::int64_t>* sequence : ids)
        add(*sequence);
    std::int64_t room = kFastTokens - static_cast<std::int64_t>(all.size());
    if (room > 0 && room <= kFastTokens / 4 && device.is_cpu() && !at::GradMode::is_enabled()) {
        for (; room > 0; room = kFastTokens - static_cast<std::int64_t>(all.size()))
            add(std::vector<std::int64_t>(
                static_cast<std::size_t>(std::min<std::int64_t>(room, config.maxLength())),
                config.padId));
    }
    batch.ids = indexTensor(all, device);
    batch.places = indexTensor(places, device);
    batch.positions = indexTensor(positions, device);
    const auto tokens = static_cast<std::int64_t>(all.size());
    if (batch.stretches.size() > kStretchesForBlockMask && tokens <= kTokensForBlockMask) {
        at::Tensor mask = at::full({tokens, tokens}, -std::numeric_limits<float>::infinity());
        for (const Stretch& stretch : batch.stretches) {
            for (std::int64_t i = 0; i < stretch.sequences; ++i) {
                const std::int64_t begin = stretch.first + i * stretch.length;
                mask.narrow(0, begin, stretch.length).narrow(1, begin, stretch.length).zero_();
            }
        }
        batch.blockMask = mask.to(device);
    }
    return batch;
}

at::Tensor dropOut(const at::Tensor& tensor, const ForwardOptions& options) {
    if (options.dropout <= 0)
        return tensor;
    const double keep = 1 - options.dropout;
    at::Tensor mask;
    {
        const at::NoGradGuard noGradient;
        mask = at::empty_like(tensor).bernoulli_(keep, options.generator).mul_(1 / keep);
    }
    return tensor * mask;
}

at::Tensor activate(const at::Tensor& tensor, Activation activation) {
    switch (activation) {
        case Activation::Gelu:
            return at::gelu(tensor);
        case Activation::GeluTanh:
            return at::gelu(tensor, "tanh");
        case Activation::Relu:
            return at::relu(tensor);
        case Activation::Silu:
            return at::silu(tensor);
        case Activation::Tanh:
            return at::tanh(tensor);
    }
    return tensor;
}

at::Tensor embed(const EncoderWeights& weights, const EncoderConfig& config,
                 const PackedBatch& batch, const ForwardOptions& options) {
    at::Tensor hidden = at::embedding(weights.wordEmbedding, batch.ids);
    if (config.hasPositions)
        hidden = hidden + weights.positionEmbedding.index_select(0, batch.positions);
    if (config.tokenTypes > 0)
        hidden = hidden + weights.typeEmbedding.select(0, 0);
    if (weights.embeddingProjection.defined())
        hidden = at::linear(hidden, weights.embeddingProjection);
    return dropOut(normed(hidden, weights.normWeight, weights.normBias, config), options);
}

namespace {

/// oneDNN's product with what follows it fused in: on AMD processors a fifth faster than the one
/// that at::linear takes. Inference only: it has no gradient.
class FusedLinear {
public:
    [[nodiscard]] static const FusedLinear* forCpu() {
        static const std::optional<FusedLinear> kOperators = find();
        return kOperators ? &*kOperators : nullptr;
    }
    [[nodiscard]] at::Tensor plain(const at::Tensor& x, const at::Tensor& weight,
                                   const at::Tensor& bias) const {
        return unary(x, weight, bias, "none", "none");
    }
    [[nodiscard]] at::Tensor activated(const at::Tensor& x, const at::Tensor& weight,
                                       const at::Tensor& bias, Activation activation) const {
        switch (activation) {
            case Activation::Gelu:
                return unary(x, weight, bias, "gelu", "none");
            case Activation::GeluTanh:
                return unary(x, weight, bias, "gelu", "tanh");
            case Activation::Relu:
                return unary(x, weight, bias, "relu", "none");
            case Activation::Silu:
            case Activation::Tanh:
                break;
        }
        return activate(plain(x, weight, bias), activation);
    }
    [[nodiscard]] at::Tensor added(const at::Tensor& x, const at::Tensor& other,
                                   const at::Tensor& weight, const at::Tensor& bias) const {
        return m_binary.call(x, other, weight, given(bias), "add");
    }

private:
    using Unary = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                             c10::string_view, c10::List<std::optional<at::Scalar>>,
                             std::optional<c10::string_view>);
    using Binary = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                              const std::optional<at::Tensor>&, c10::string_view);

    FusedLinear(c10::TypedOperatorHandle<Unary> unary, c10::TypedOperatorHandle<Binary> binary)
        : m_unary(unary), m_binary(binary) {}

    static std::optional<at::Tensor> given(const at::Tensor& bias) {
        return bias.defined() ? std::optional(bias) : std::nullopt;
    }
    [[nodiscard]] at::Tensor unary(const at::Tensor& x, const at::Tensor& weight,
                                   const at::Tensor& bias, const char* activation,
                                   const char* algorithm) const {
        return m_unary.call(x, weight, given(bias), activation,
                            c10::List<std::optional<at::Scalar>>(), algorithm);
    }

    static std::optional<FusedLinear> find() {
        if (!at::globalContext().hasMKLDNN())
            return std::nullopt;
        auto& dispatcher = c10::Dispatcher::singleton();
        const auto unary = dispatcher.findSchema({"mkldnn::_linear_pointwise", ""});
        const auto binary = dispatcher.findSchema({"mkldnn::_linear_pointwise", "binary"});
        if (!unary || !binary || !unary->hasKernelForDispatchKey(c10::DispatchKey::CPU) ||
            !binary->hasKernelForDispatchKey(c10::DispatchKey::CPU))
            return std::nullopt;
        return FusedLinear(unary->typed<Unary>(), binary->typed<Binary>());
    }
    c10::TypedOperatorHandle<Unary> m_unary;
    c10::TypedOperatorHandle<Binary> m_binary;
};

/// DeBERTa-v2's extra layer beside the first: a convolution over each sequence.
at::Tensor convolved(const EncoderWeights& weights, const EncoderConfig& config,
                     const PackedBatch& batch, const at::Tensor& before, const at::Tensor& after,
                     const ForwardOptions& options) {
    std::vector<at::Tensor> parts;
    for (const Stretch& stretch : batch.stretches) {
        const std::int64_t rows = stretch.sequences * stretch.length;
        const at::Tensor sequences = before.narrow(0, stretch.first, rows)
                                         .view({stretch.sequences, stretch.length, -1})
                                         .transpose(1, 2);
        parts.push_back(at::conv1d(sequences, weights.convolutionWeight, weights.convolutionBias, 1,
                                   (config.convolutionKernel - 1) / 2, 1, config.convolutionGroups)
                            .transpose(1, 2)
                            .reshape({rows, config.hiddenSize}));
    }
    const at::Tensor out = activate(dropOut(at::cat(parts), options), config.convolutionActivation);
    return normed(after + out, weights.convolutionNormWeight, weights.convolutionNormBias, config);
}

}  // namespace

at::Tensor runLayers(const EncoderWeights& weights, const EncoderConfig& config,
                     const PackedBatch& batch, at::Tensor hidden, int from, int to,
                     const ForwardOptions& options) {
    if (options.packed != nullptr && !at::GradMode::is_enabled() && hidden.device().is_cpu())
        return runPackedLayers(weights, *options.packed, config, batch, hidden, from, to, options);
    const bool isFast =
        !at::GradMode::is_enabled() && hidden.device().is_cpu() && hidden.size(0) == kFastTokens;
    const FusedLinear* const fused = isFast ? FusedLinear::forCpu() : nullptr;
    const bool isModern = config.architecture == Architecture::ModernBert;
    const auto product = [&](const at::Tensor& x, const at::Tensor& weight,
                             const at::Tensor& bias) {
        if (!options.bfloat16)
            return at::linear(x, weight, bias);
        at::Tensor low = x.to(at::kBFloat16);
        const std::int64_t rows = low.size(0);
        if (const std::int64_t more = (kRowStep - rows % kRowStep) % kRowStep; more > 0)
            low = at::constant_pad_nd(low, {0, 0, 0, more});
        return at::linear(low, weight.to(at::kBFloat16),
                          bias.defined() ? bias.to(at::kBFloat16) : bias)
            .narrow(0, 0, rows)
            .to(at::kFloat);
    };
    const auto linear = [&](const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
        return fused != nullptr && x.size(0) == kFastTokens ? fused->plain(x, weight, bias)
                                                            : product(x, weight, bias);
    };
    /// other + dropout(x·weight + bias)
    const auto addLinear = [&](const at::Tensor& x, const at::Tensor& other,
                               const at::Tensor& weight, const at::Tensor& bias) {
        if (fused != nullptr && x.size(0) == kFastTokens)
            return fused->added(x, other, weight, bias);
        return dropOut(product(x, weight, bias), options) + other;
    };
    const auto up = [&](const at::Tensor& x, const EncoderLayer& layer) {
        if (fused != nullptr && x.size(0) == kFastTokens)
            return fused->activated(x, layer.upWeight, layer.upBias, config.activation);
        return activate(product(x, layer.upWeight, layer.upBias), config.activation);
    };
    const Attention attend(weights, config, batch);
    for (int i = from; i < to; ++i) {
        if (options.stop.stop_requested())
            throw Stopped{};
        const EncoderLayer& layer = weights.layers[static_cast<std::size_t>(i)];
        const at::Tensor before = hidden;
        const at::Tensor seen = isModern && i > 0 ? normed(hidden, layer.attentionNormWeight,
                                                           layer.attentionNormBias, config)
                                                  : hidden;
        at::Tensor context = attend(linear(seen, layer.qkvWeight, layer.qkvBias), i);
        const bool convolves = config.convolutionKernel > 0 && i == 0;
        if (i + 1 == to && options.wantedRows.defined() && !convolves) {
            context = context.index_select(0, options.wantedRows);
            hidden = hidden.index_select(0, options.wantedRows);
        }
        hidden = addLinear(context, hidden, layer.outWeight, layer.outBias);
        if (isModern) {
            const at::Tensor inner =
                linear(normed(hidden, layer.outputNormWeight, layer.outputNormBias, config),
                       layer.upWeight, layer.upBias);
            const std::vector<at::Tensor> halves = inner.chunk(2, 1);
            hidden = addLinear(activate(halves[0], config.activation) * halves[1], hidden,
                               layer.downWeight, layer.downBias);
            continue;
        }
        hidden = normed(hidden, layer.attentionNormWeight, layer.attentionNormBias, config);
        hidden = normed(addLinear(up(hidden, layer), hidden, layer.downWeight, layer.downBias),
                        layer.outputNormWeight, layer.outputNormBias, config);
        if (convolves) {
            hidden = convolved(weights, config, batch, before, hidden, options);
            if (to == 1 && options.wantedRows.defined())
                hidden = hidden.index_select(0, options.wantedRows);
        }
    }
    if (isModern && from < to && to == config.layers)
        hidden = normed(hidden, weights.finalNormWeight, weights.finalNormBias, config);
    return hidden;
}

at::Tensor features(const EncoderWeights& weights, const EncoderConfig& config,
                    const PackedBatch& batch, at::Tensor hidden, int from, Features kind,
                    const ForwardOptions& options) {
    const auto chosen = [&](const at::Tensor& rows) {
        return options.wantedRows.defined() ? rows.index_select(0, options.wantedRows) : rows;
    };
    ForwardOptions all = options;
    all.wantedRows = at::Tensor();
    at::Tensor earlier;
    if (kind == Features::TwoLayers) {
        const int layer = earlierLayer(config);
        hidden = runLayers(weights, config, batch, hidden, from, layer, all);
        earlier = chosen(hidden);
        from = layer;
    }
    hidden = from < config.layers
                 ? runLayers(weights, config, batch, hidden, from, config.layers, options)
                 : chosen(hidden);
    if (weights.headDenseWeight.defined())
        hidden = normed(activate(at::linear(hidden, weights.headDenseWeight, weights.headDenseBias),
                                 config.classifierActivation),
                        weights.headNormWeight, weights.headNormBias, config);
    return earlier.defined() ? at::cat({hidden, earlier}, 1) : hidden;
}

}  // namespace spanwise
