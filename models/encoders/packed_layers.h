#pragma once

#include <array>
#include <memory>
#include <mutex>
#include <vector>

#include "models/encoders/encoder.h"

namespace spanwise {

/// In what the products of a layer are computed at prediction.
enum class Precision {
    Float,
    Int8  ///< weights per row, inputs per token; the rest of a layer stays fp32
};

/// A linear layer in the order in which oneDNN multiplies it. A value: copies share storage.
class PackedLinear {
public:
    PackedLinear() = default;
    PackedLinear(const at::Tensor& weight, const at::Tensor& bias, Precision precision);

    /// fp32 `[rows, in]` → `[rows, out]`, bias added, then the activation if there is one.
    [[nodiscard]] at::Tensor floats(const at::Tensor& x,
                                    std::optional<Activation> activation = {}) const;
    /// uint8 `[rows, in]` → the raw product `[rows, out]` in fp32, for rows::Epilogue.
    [[nodiscard]] at::Tensor bytes(const at::Tensor& x) const;
    [[nodiscard]] const float* columnSums() const { return m_sums.const_data_ptr<float>(); }
    [[nodiscard]] const float* bias() const { return m_bias.const_data_ptr<float>(); }

private:
    at::Tensor m_weight;          ///< in oneDNN's blocks
    at::Tensor m_bias;            ///< [out]
    at::Tensor m_scales, m_sums;  ///< [out], int8: of the weights' rows
    at::Tensor m_zeros;
};

/// An encoder's layers made ready for prediction on the CPU; about the size of their weights, or a
/// quarter of it in int8. Immutable.
class PackedLayers {
public:
    /// Whether this build, this processor and this encoder allow it. Int8 wants AVX-512 VNNI: older
    /// processors gain nothing by it.
    [[nodiscard]] static bool available(const EncoderConfig& config, Precision precision);
    /// The first `layers` of them; -1: all.
    PackedLayers(const EncoderWeights& weights, const EncoderConfig& config, Precision precision,
                 int layers = -1);
    /// Whether attention over a sequence so long is computed apart from the others in its batch, so
    /// that its values do not depend on them.
    [[nodiscard]] static bool attendsAlone(const EncoderConfig& config, std::int64_t length);

    struct Layer {
        PackedLinear qkv, out, up, down;
    };
    [[nodiscard]] const Layer& layer(int i) const { return m_layers[static_cast<std::size_t>(i)]; }
    [[nodiscard]] Precision precision() const { return m_precision; }
    /// MPNet: its bias as rows::attend takes it, `[heads, distances]`; undefined: none.
    [[nodiscard]] const at::Tensor& distanceBias() const { return m_distanceBias; }

private:
    Precision m_precision;
    std::vector<Layer> m_layers;
    at::Tensor m_distanceBias;
};

/// runLayers through packed layers; same contract. No gradients, no dropout, CPU.
[[nodiscard]] at::Tensor runPackedLayers(const EncoderWeights& weights, const PackedLayers& packed,
                                         const EncoderConfig& config, const PackedBatch& batch,
                                         at::Tensor hidden, int from, int to,
                                         const ForwardOptions& options);

/// Packed layers of an immutable model, made when first asked for. Any thread. A copy starts empty,
/// because a copied model is one about to change.
class LazyPackedLayers {
public:
    LazyPackedLayers() = default;
    LazyPackedLayers(const LazyPackedLayers& /*other*/) {}
    LazyPackedLayers& operator=(const LazyPackedLayers& other) = delete;
    ~LazyPackedLayers() = default;

    /// Null where not available, or when there are none yet and `make` is false.
    [[nodiscard]] std::shared_ptr<const PackedLayers> get(const EncoderWeights& weights,
                                                          const EncoderConfig& config,
                                                          Precision precision, bool make) const;

private:
    mutable std::mutex m_mutex;
    mutable std::array<std::shared_ptr<const PackedLayers>, 2> m_layers;  ///< by Precision
};

}  // namespace spanwise
