#include <algorithm>
#include <cmath>
#include <limits>

#include "models/encoders/encoder.h"
#include "models/torch.h"

namespace spanwise {
namespace {

// Many short sequences of different lengths: attention over all of them with a mask costs less than
// one call a length, as long as the square of the tokens is small beside the layers' products.
constexpr std::size_t kStretchesForBlockMask = 2;
constexpr std::int64_t kTokensForBlockMask = 256;

at::Tensor normed(const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias,
                  const EncoderConfig& config) {
    return at::layer_norm(x, {config.hiddenSize}, weight, bias, config.layerNormEps);
}

}  // namespace

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

/// Log-spaced buckets of distances, as in T5 and MPNet: half of them for either side.
std::int64_t mpnetBucket(std::int64_t keyMinusQuery, int buckets, int maxDistance) {
    const std::int64_t half = buckets / 2;
    const std::int64_t exact = half / 2;
    const std::int64_t distance = std::abs(keyMinusQuery);
    std::int64_t bucket = distance;
    if (distance >= exact) {
        // In single precision, because a bucket's edge is where that puts it.
        const float log = std::log(static_cast<float>(distance) / static_cast<float>(exact)) /
                          static_cast<float>(std::log(static_cast<double>(maxDistance) /
                                                      static_cast<double>(exact))) *
                          static_cast<float>(half - exact);
        bucket = std::min<std::int64_t>(exact + static_cast<std::int64_t>(log), half - 1);
    }
    return bucket + (keyMinusQuery > 0 ? half : 0);
}

/// DeBERTa-v2's buckets: exact to half of them, then log-spaced.
std::int64_t debertaBucket(std::int64_t queryMinusKey, int buckets, int maxDistance) {
    const std::int64_t mid = buckets / 2;
    const std::int64_t distance = std::abs(queryMinusKey);
    if (buckets <= 0 || distance <= mid)
        return queryMinusKey;
    const float log =
        std::ceil(std::log(static_cast<float>(distance) / static_cast<float>(mid)) /
                  std::log(static_cast<float>(maxDistance - 1) / static_cast<float>(mid)) *
                  static_cast<float>(mid - 1));
    const auto bucket = static_cast<std::int64_t>(log) + mid;
    return queryMinusKey > 0 ? bucket : -bucket;
}

/// What attention needs besides queries, keys and values, made once for all layers of a pass.
class Attention {
public:
    Attention(const EncoderWeights& weights, const EncoderConfig& config, const PackedBatch& batch)
        : m_weights(weights), m_config(config) {
        if (batch.blockMask.defined()) {
            m_groups.push_back({0, 1, batch.blockMask.size(0), {}, {}, {}, {}});
            m_groups.back().mask = batch.blockMask;
        } else {
            for (const Stretch& stretch : batch.stretches)
                m_groups.push_back(
                    {stretch.first, stretch.sequences, stretch.length, {}, {}, {}, {}});
        }
        const at::Device device = batch.ids.device();
        std::int64_t longest = 0;
        for (const Stretch& stretch : batch.stretches)
            longest = std::max(longest, stretch.length);
        if (config.architecture == Architecture::MpNet)
            prepareSharedBias(batch, longest, device);
        else if (isDisentangled())
            prepareDisentangled(batch, longest, device);
        else if (config.architecture == Architecture::ModernBert)
            prepareRotary(batch, longest, device);
    }

    /// `[tokens, 3*hidden]` → `[tokens, hidden]`.
    at::Tensor operator()(const at::Tensor& qkv, int layerIndex) const {
        const EncoderLayer& layer = m_weights.layers[static_cast<std::size_t>(layerIndex)];
        const bool isLocal =
            !m_config.isLocal.empty() && m_config.isLocal[static_cast<std::size_t>(layerIndex)];
        at::Tensor positionKeys, positionQueries;  // [heads, head size, distances]
        if (isDisentangled())
            projectDistances(layer, positionKeys, positionQueries);
        std::vector<at::Tensor> contexts;
        const std::int64_t headSize = m_config.hiddenSize / m_config.heads;
        for (const Group& group : m_groups) {
            const std::int64_t rows = group.sequences * group.length;
            const at::Tensor parts =
                qkv.narrow(0, group.first, rows)
                    .view({group.sequences, group.length, 3, m_config.heads, headSize})
                    .permute({2, 0, 3, 1, 4});
            at::Tensor q = parts[0];
            at::Tensor k = parts[1];
            std::optional<at::Tensor> mask;
            std::optional<double> scale;
            if (const at::Tensor& m = isLocal ? group.localMask : group.mask; m.defined())
                mask = m;
            if (isDisentangled()) {
                const int kinds =
                    1 + (positionKeys.defined() ? 1 : 0) + (positionQueries.defined() ? 1 : 0);
                scale = 1 / std::sqrt(static_cast<double>(headSize) * kinds);
                const at::Tensor bias =
                    distanceScores(q, k, positionKeys, positionQueries, group) * *scale;
                mask = mask ? bias + *mask : bias;
            } else if (m_globalCos.defined()) {
                const auto ofGroup = [&](const at::Tensor& table) {
                    return table.narrow(0, group.first, group.length);
                };
                const at::Tensor cos = ofGroup(isLocal ? m_localCos : m_globalCos);
                const at::Tensor sin = ofGroup(isLocal ? m_localSin : m_globalSin);
                q = rotated(q, cos, sin);
                k = rotated(k, cos, sin);
            }
            contexts.push_back(
                at::scaled_dot_product_attention(q, k, parts[2], mask, 0.0, false, scale)
                    .transpose(1, 2)
                    .reshape({rows, m_config.hiddenSize}));
        }
        return contexts.size() == 1 ? contexts.front() : at::cat(contexts);
    }

private:
    struct Group {
        std::int64_t first, sequences, length;
        at::Tensor mask;       ///< additive, broadcasts to [sequences, heads, length, length]
        at::Tensor localMask;  ///< the same for ModernBERT's local layers
        at::Tensor distances;  ///< [length, length]: row of the distance query - key
        at::Tensor flipped;    ///< its transpose
    };

    [[nodiscard]] bool isDisentangled() const {
        return m_config.architecture == Architecture::DebertaV2 && m_config.maxRelative > 0;
    }

    /// [length, length] of `rowOf(query - key)` from a table over all distances.
    template <typename RowOf>
    static at::Tensor distanceTable(std::int64_t longest, RowOf rowOf) {
        at::Tensor table = at::empty({2 * longest - 1}, at::kLong);
        auto* data = table.mutable_data_ptr<std::int64_t>();
        for (std::int64_t i = 0; i < 2 * longest - 1; ++i)
            data[i] = rowOf(i - (longest - 1));
        return table;
    }
    /// Place differences query - key, shifted to be indices into a table for `longest`.
    [[nodiscard]] static at::Tensor differences(const PackedBatch& batch, const Group& group,
                                                std::int64_t longest) {
        const at::Tensor places = batch.places.narrow(0, group.first, group.length);
        return (places.unsqueeze(1) - places.unsqueeze(0) + (longest - 1));
    }

    void prepareSharedBias(const PackedBatch& batch, std::int64_t longest, at::Device device) {
        const at::Tensor table = distanceTable(longest, [&](std::int64_t distance) {
            return mpnetBucket(-distance, m_config.relativeBuckets, m_config.maxRelative);
        });
        const at::Tensor byDistance =
            m_weights.relativeEmbedding.index_select(0, table.to(device)).t().contiguous();
        for (Group& group : m_groups) {
            const at::Tensor index = differences(batch, group, longest).reshape({-1});
            const at::Tensor bias = byDistance.index_select(1, index).view(
                {1, m_config.heads, group.length, group.length});
            group.mask = group.mask.defined() ? bias + group.mask : bias;
        }
    }

    void prepareDisentangled(const PackedBatch& batch, std::int64_t longest, at::Device device) {
        const std::int64_t span = m_config.relativeSpan();
        const at::Tensor table = distanceTable(longest, [&](std::int64_t distance) {
            return std::clamp<std::int64_t>(
                debertaBucket(distance, m_config.relativeBuckets, m_config.maxRelative) + span, 0,
                2 * span - 1);
        });
        // Only the rows that distances in this batch have.
        const std::int64_t low = table[0].item<std::int64_t>();
        const std::int64_t high = table[2 * longest - 2].item<std::int64_t>();
        m_distances = m_weights.relativeEmbedding.narrow(0, low, high - low + 1);
        if (m_config.normsRelative)
            m_distances = normed(m_distances, m_weights.relativeNormWeight,
                                 m_weights.relativeNormBias, m_config);
        const at::Tensor rows = (table - low).to(device);
        for (Group& group : m_groups) {
            const at::Tensor index = differences(batch, group, longest).reshape({-1});
            group.distances = rows.index_select(0, index).view({group.length, group.length});
            group.flipped = group.distances.t();
        }
    }

    void projectDistances(const EncoderLayer& layer, at::Tensor& keys, at::Tensor& queries) const {
        const std::int64_t h = m_config.hiddenSize;
        const auto project = [&](const at::Tensor& weight, const at::Tensor& bias) {
            return at::linear(m_distances, weight, bias)
                .view({m_distances.size(0), m_config.heads, h / m_config.heads})
                .permute({1, 2, 0});
        };
        const bool shared = m_config.sharesPositionKeys;
        if (m_config.contentToPosition)
            keys = shared ? project(layer.qkvWeight.narrow(0, h, h), layer.qkvBias.narrow(0, h, h))
                          : project(layer.positionKeyWeight, layer.positionKeyBias);
        if (m_config.positionToContent)
            queries = shared
                          ? project(layer.qkvWeight.narrow(0, 0, h), layer.qkvBias.narrow(0, 0, h))
                          : project(layer.positionQueryWeight, layer.positionQueryBias);
    }

    /// Content to position and position to content (He et al. 2021, eq. 4), not yet scaled:
    /// [sequences, heads, length, length].
    static at::Tensor distanceScores(const at::Tensor& q, const at::Tensor& k,
                                     const at::Tensor& positionKeys,
                                     const at::Tensor& positionQueries, const Group& group) {
        const std::vector<std::int64_t> shape{q.size(0), q.size(1), group.length, group.length};
        at::Tensor scores;
        if (positionKeys.defined())
            scores = at::matmul(q, positionKeys).gather(3, group.distances.expand(shape));
        if (positionQueries.defined()) {
            const at::Tensor theirs = at::matmul(k, positionQueries)
                                          .gather(3, group.flipped.expand(shape))
                                          .transpose(2, 3);
            scores = scores.defined() ? scores + theirs : theirs;
        }
        return scores.defined() ? scores : at::zeros(shape, q.options());
    }

    /// Rotary positions (Su et al. 2021), and the local layers' masks.
    void prepareRotary(const PackedBatch& batch, std::int64_t longest, at::Device device) {
        const std::int64_t size = m_config.hiddenSize / m_config.heads;
        const at::Tensor places = batch.places.to(at::kFloat).unsqueeze(1);
        const auto table = [&](double theta, at::Tensor& cos, at::Tensor& sin) {
            const at::Tensor exponents =
                at::arange(0, size, 2, at::TensorOptions(at::kFloat).device(device)) /
                static_cast<double>(size);
            const at::Tensor inverse = at::reciprocal(at::pow(theta, exponents));
            const at::Tensor angles = places * inverse.unsqueeze(0);
            const at::Tensor both = at::cat({angles, angles}, 1);
            cos = at::cos(both);
            sin = at::sin(both);
        };
        table(m_config.globalTheta, m_globalCos, m_globalSin);
        table(m_config.localTheta, m_localCos, m_localSin);
        for (Group& group : m_groups) {
            group.localMask = group.mask;
            if (longest <= m_config.localReach + 1)
                continue;
            const at::Tensor far =
                (differences(batch, group, longest) - (longest - 1)).abs() > m_config.localReach;
            const at::Tensor outside =
                at::zeros({group.length, group.length},
                          at::TensorOptions(at::kFloat).device(device))
                    .masked_fill(far, -std::numeric_limits<float>::infinity());
            group.localMask = group.mask.defined() ? group.mask + outside : outside;
        }
    }

    static at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
        const std::vector<at::Tensor> halves = x.chunk(2, -1);
        return x * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
    }

    const EncoderWeights& m_weights;
    const EncoderConfig& m_config;
    std::vector<Group> m_groups;
    at::Tensor m_distances;  ///< DeBERTa: [rows, hidden]
    at::Tensor m_globalCos, m_globalSin, m_localCos, m_localSin;
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
    const bool isFast =
        !at::GradMode::is_enabled() && hidden.device().is_cpu() && hidden.size(0) == kFastTokens;
    const FusedLinear* const fused = isFast ? FusedLinear::forCpu() : nullptr;
    const bool isModern = config.architecture == Architecture::ModernBert;
    const auto linear = [&](const at::Tensor& x, const at::Tensor& weight, const at::Tensor& bias) {
        return fused != nullptr && x.size(0) == kFastTokens ? fused->plain(x, weight, bias)
                                                            : at::linear(x, weight, bias);
    };
    /// other + dropout(x·weight + bias)
    const auto addLinear = [&](const at::Tensor& x, const at::Tensor& other,
                               const at::Tensor& weight, const at::Tensor& bias) {
        if (fused != nullptr && x.size(0) == kFastTokens)
            return fused->added(x, other, weight, bias);
        return dropOut(at::linear(x, weight, bias), options) + other;
    };
    const auto up = [&](const at::Tensor& x, const EncoderLayer& layer) {
        if (fused != nullptr && x.size(0) == kFastTokens)
            return fused->activated(x, layer.upWeight, layer.upBias, config.activation);
        return activate(at::linear(x, layer.upWeight, layer.upBias), config.activation);
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
