#include "models/encoders/attention.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "models/torch.h"

namespace spanwise {
namespace {

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

/// [length, length] of `rowOf(query - key)` from a table over all distances.
template <typename RowOf>
at::Tensor distanceTable(std::int64_t longest, RowOf rowOf) {
    at::Tensor table = at::empty({2 * longest - 1}, at::kLong);
    auto* data = table.mutable_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < 2 * longest - 1; ++i)
        data[i] = rowOf(i - (longest - 1));
    return table;
}

at::Tensor rotated(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin) {
    const std::vector<at::Tensor> halves = x.chunk(2, -1);
    return x * cos + at::cat({-halves[1], halves[0]}, -1) * sin;
}

}  // namespace

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

Attention::Attention(const EncoderWeights& weights, const EncoderConfig& config,
                     const PackedBatch& batch)
    : m_weights(weights), m_config(config) {
    if (batch.blockMask.defined()) {
        m_groups.push_back({0, 1, batch.blockMask.size(0), {}, {}, {}, {}});
        m_groups.back().mask = batch.blockMask;
    } else {
        for (const Stretch& stretch : batch.stretches)
            m_groups.push_back({stretch.first, stretch.sequences, stretch.length, {}, {}, {}, {}});
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

at::Tensor Attention::operator()(const at::Tensor& qkv, int layerIndex) const {
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
        contexts.push_back(at::scaled_dot_product_attention(q, k, parts[2], mask, 0.0, false, scale)
                               .transpose(1, 2)
                               .reshape({rows, m_config.hiddenSize}));
    }
    return contexts.size() == 1 ? contexts.front() : at::cat(contexts);
}

/// Place differences query - key, shifted to be indices into a table for `longest`.
at::Tensor Attention::differences(const PackedBatch& batch, const Group& group,
                                  std::int64_t longest) {
    const at::Tensor places = batch.places.narrow(0, group.first, group.length);
    return (places.unsqueeze(1) - places.unsqueeze(0) + (longest - 1));
}

void Attention::prepareSharedBias(const PackedBatch& batch, std::int64_t longest,
                                  at::Device device) {
    const at::Tensor table = distanceTable(longest, [&](std::int64_t distance) {
        return mpnetBucket(-distance, m_config.relativeBuckets, m_config.maxRelative);
    });
    const at::Tensor byDistance =
        m_weights.relativeEmbedding.index_select(0, table.to(device)).t().contiguous();
    for (Group& group : m_groups) {
        const at::Tensor index = differences(batch, group, longest).reshape({-1});
        const at::Tensor bias =
            byDistance.index_select(1, index).view({1, m_config.heads, group.length, group.length});
        group.mask = group.mask.defined() ? bias + group.mask : bias;
    }
}

void Attention::prepareDisentangled(const PackedBatch& batch, std::int64_t longest,
                                    at::Device device) {
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
        m_distances =
            normed(m_distances, m_weights.relativeNormWeight, m_weights.relativeNormBias, m_config);
    const at::Tensor rows = (table - low).to(device);
    for (Group& group : m_groups) {
        const at::Tensor index = differences(batch, group, longest).reshape({-1});
        group.distances = rows.index_select(0, index).view({group.length, group.length});
        group.flipped = group.distances.t();
    }
}

void Attention::projectDistances(const EncoderLayer& layer, at::Tensor& keys,
                                 at::Tensor& queries) const {
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
        queries = shared ? project(layer.qkvWeight.narrow(0, 0, h), layer.qkvBias.narrow(0, 0, h))
                         : project(layer.positionQueryWeight, layer.positionQueryBias);
}

/// Content to position and position to content (He et al. 2021, eq. 4), not yet scaled:
/// [sequences, heads, length, length].
at::Tensor Attention::distanceScores(const at::Tensor& q, const at::Tensor& k,
                                     const at::Tensor& positionKeys,
                                     const at::Tensor& positionQueries, const Group& group) {
    const std::vector<std::int64_t> shape{q.size(0), q.size(1), group.length, group.length};
    at::Tensor scores;
    if (positionKeys.defined())
        scores = at::matmul(q, positionKeys).gather(3, group.distances.expand(shape));
    if (positionQueries.defined()) {
        const at::Tensor theirs =
            at::matmul(k, positionQueries).gather(3, group.flipped.expand(shape)).transpose(2, 3);
        scores = scores.defined() ? scores + theirs : theirs;
    }
    return scores.defined() ? scores : at::zeros(shape, q.options());
}

/// Rotary positions (Su et al. 2021), and the local layers' masks.
void Attention::prepareRotary(const PackedBatch& batch, std::int64_t longest, at::Device device) {
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
            at::zeros({group.length, group.length}, at::TensorOptions(at::kFloat).device(device))
                .masked_fill(far, -std::numeric_limits<float>::infinity());
        group.localMask = group.mask.defined() ? group.mask + outside : outside;
    }
}

}  // namespace spanwise
