#pragma once

#include <cstdint>
#include <vector>

#include "models/encoders/encoder.h"

namespace spanwise {

/// MPNet's log-spaced bucket of a distance, as in T5: half of them for either side.
[[nodiscard]] std::int64_t mpnetBucket(std::int64_t keyMinusQuery, int buckets, int maxDistance);

/// What attention needs besides queries, keys and values, made once for all layers of a pass.
/// Refers to what it was made from.
class Attention {
public:
    Attention(const EncoderWeights& weights, const EncoderConfig& config, const PackedBatch& batch);

    /// `[tokens, 3*hidden]` → `[tokens, hidden]`.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& qkv, int layerIndex) const;

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
    [[nodiscard]] static at::Tensor differences(const PackedBatch& batch, const Group& group,
                                                std::int64_t longest);
    void prepareSharedBias(const PackedBatch& batch, std::int64_t longest, at::Device device);
    void prepareDisentangled(const PackedBatch& batch, std::int64_t longest, at::Device device);
    void prepareRotary(const PackedBatch& batch, std::int64_t longest, at::Device device);
    void projectDistances(const EncoderLayer& layer, at::Tensor& keys, at::Tensor& queries) const;
    [[nodiscard]] static at::Tensor distanceScores(const at::Tensor& q, const at::Tensor& k,
                                                   const at::Tensor& positionKeys,
                                                   const at::Tensor& positionQueries,
                                                   const Group& group);

    const EncoderWeights& m_weights;
    const EncoderConfig& m_config;
    std::vector<Group> m_groups;
    at::Tensor m_distances;  ///< DeBERTa: [rows, hidden]
    at::Tensor m_globalCos, m_globalSin, m_localCos, m_localSin;
};

}  // namespace spanwise
