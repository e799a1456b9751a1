#include "models/encoders/packed_layers.h"

#include <ATen/cpu/Utils.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "models/encoders/attention.h"
#include "models/encoders/row_kernels.h"
#include "models/torch.h"

namespace spanwise {
namespace {

/// oneDNN makes code for each number of rows, so these are rounded up to a few.
constexpr std::int64_t kRowStep = 64;
/// Rows that a thread takes at least.
constexpr std::int64_t kGrain = 16;

using Stack = std::vector<c10::IValue>;

std::optional<c10::OperatorHandle> operatorNamed(const char* name, const char* overload = "") {
    const auto found = c10::Dispatcher::singleton().findSchema({name, overload});
    if (!found || !found->hasKernelForDispatchKey(c10::DispatchKey::CPU))
        return std::nullopt;
    return found;
}

/// oneDNN through LibTorch's operators, which have no header.
struct Operators {
    std::optional<c10::OperatorHandle> packFloats = operatorNamed("mkldnn::_reorder_linear_weight");
    std::optional<c10::OperatorHandle> floats = operatorNamed("mkldnn::_linear_pointwise");
    std::optional<c10::OperatorHandle> packBytes =
        c10::Dispatcher::singleton().findSchema({"onednn::qlinear_prepack", ""});
    std::optional<c10::OperatorHandle> bytes =
        c10::Dispatcher::singleton().findSchema({"onednn::qlinear_pointwise", ""});
};

const Operators& operators() {
    static const Operators kOperators;
    return kOperators;
}

at::Tensor call(const c10::OperatorHandle& handle, Stack stack) {
    handle.callBoxed(&stack);
    return stack.front().toTensor();
}

at::Tensor paddedRows(const at::Tensor& x, std::int64_t rows) {
    return x.size(0) == rows ? x.contiguous() : at::constant_pad_nd(x, {0, 0, 0, rows - x.size(0)});
}

std::int64_t roundedUp(std::int64_t rows) {
    return (rows + kRowStep - 1) / kRowStep * kRowStep;
}

/// Rows as bytes, with what rows::Bytes points at.
class ByteRows {
public:
    ByteRows() = default;
    ByteRows(std::int64_t rows, std::int64_t columns)
        : m_data(at::empty({rows, columns}, at::kByte)), m_scales(at::empty({2, rows})) {}

    [[nodiscard]] const at::Tensor& data() const { return m_data; }
    [[nodiscard]] rows::Bytes from(std::int64_t row) const {
        if (!m_data.defined())
            return {};
        float* const scale = m_scales.mutable_data_ptr<float>();
        return {m_data.mutable_data_ptr<std::uint8_t>() + row * m_data.size(1), scale + row,
                scale + m_scales.size(1) + row};
    }
    /// What finishes the product of these with `linear`.
    [[nodiscard]] rows::Epilogue epilogue(const PackedLinear& linear, std::int64_t row) const {
        const rows::Bytes bytes = from(row);
        return {bytes.scale, bytes.zero, linear.columnSums(), linear.bias()};
    }

private:
    at::Tensor m_data;    ///< [rows, columns], uint8
    at::Tensor m_scales;  ///< [2, rows]: scales, zeros
};

/// `work(first row, rows)` over all rows, in threads.
template <typename Work>
void overRows(std::int64_t count, const Work& work) {
    at::parallel_for(0, count, kGrain,
                     [&](std::int64_t begin, std::int64_t end) { work(begin, end - begin); });
}

ByteRows toBytes(const at::Tensor& x) {
    ByteRows bytes(x.size(0), x.size(1));
    const float* const data = x.const_data_ptr<float>();
    overRows(x.size(0), [&](std::int64_t row, std::int64_t count) {
        rows::toBytes(data + row * x.size(1), count, x.size(1), bytes.from(row));
    });
    return bytes;
}

void finish(const at::Tensor& y, const ByteRows& input, const PackedLinear& linear) {
    float* const data = y.mutable_data_ptr<float>();
    overRows(y.size(0), [&](std::int64_t row, std::int64_t count) {
        rows::finish(data + row * y.size(1), count, y.size(1), input.epilogue(linear, row));
    });
}

/// LayerNorm(residual + y) in place; `input` undefined: y is final. `asBytes`: the result as bytes.
void addNorm(const at::Tensor& y, const ByteRows& input, const PackedLinear& linear,
             const at::Tensor& residual, const at::Tensor& weight, const at::Tensor& bias,
             double epsilon, ByteRows* asBytes) {
    const std::int64_t columns = y.size(1);
    const rows::Norm norm{weight.const_data_ptr<float>(),
                          bias.defined() ? bias.const_data_ptr<float>() : nullptr,
                          static_cast<float>(epsilon)};
    float* const data = y.mutable_data_ptr<float>();
    const float* const before = residual.const_data_ptr<float>();
    overRows(y.size(0), [&](std::int64_t row, std::int64_t count) {
        rows::addNorm(data + row * columns, count, columns,
                      input.data().defined() ? input.epilogue(linear, row) : rows::Epilogue{},
                      before + row * columns, norm,
                      asBytes != nullptr ? asBytes->from(row) : rows::Bytes{});
    });
}

/// Attention over all sequences of a batch: row by row where the sequences are short and nothing
/// but distances counts, else through Attention.
class PackedAttention {
public:
    PackedAttention(const EncoderWeights& weights, const EncoderConfig& config,
                    const PackedLayers& packed, const PackedBatch& batch)
        : m_heads(config.heads), m_size(config.hiddenSize / config.heads) {
        std::int64_t longest = 0;
        for (const Stretch& stretch : batch.stretches) {
            longest = std::max(longest, stretch.length);
            for (std::int64_t i = 0; i < stretch.sequences; ++i)
                m_sequences.push_back({stretch.first + i * stretch.length, stretch.length});
            m_tokens = stretch.first + stretch.sequences * stretch.length;
        }
        if (!PackedLayers::attendsAlone(config, longest))
            m_general.emplace(weights, config, batch);
        else if (packed.distanceBias().defined())
            m_bias = packed.distanceBias().const_data_ptr<float>();
    }

    /// `[rows, 3*hidden]` → `[rows, hidden]`; rows beyond the batch's are anything finite.
    [[nodiscard]] at::Tensor operator()(const at::Tensor& qkv, int layer) const {
        const std::int64_t hidden = m_heads * m_size;
        if (m_general)
            return paddedRows((*m_general)(qkv.narrow(0, 0, m_tokens), layer), qkv.size(0));
        at::Tensor context = at::empty({qkv.size(0), hidden});
        if (m_tokens < qkv.size(0))
            context.narrow(0, m_tokens, qkv.size(0) - m_tokens).zero_();
        const float* const in = qkv.const_data_ptr<float>();
        float* const out = context.mutable_data_ptr<float>();
        const auto units = static_cast<std::int64_t>(m_sequences.size()) * m_heads;
        at::parallel_for(0, units, 2, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t unit = begin; unit < end; ++unit) {
                // Heads first, so that threads share long and short sequences alike.
                const std::int64_t head = unit / static_cast<std::int64_t>(m_sequences.size());
                const Sequence& sequence =
                    m_sequences[static_cast<std::size_t>(unit) % m_sequences.size()];
                rows::attend(
                    in + sequence.first * 3 * hidden + head * m_size, sequence.length, m_heads,
                    m_size,
                    m_bias == nullptr ? nullptr : m_bias + head * (2 * rows::kLongestAttention - 1),
                    out + sequence.first * hidden + head * m_size);
            }
        });
        return context;
    }

private:
    struct Sequence {
        std::int64_t first, length;
    };
    std::int64_t m_heads, m_size;
    std::int64_t m_tokens = 0;
    std::vector<Sequence> m_sequences;
    const float* m_bias = nullptr;
    std::optional<Attention> m_general;
};

}  // namespace

PackedLinear::PackedLinear(const at::Tensor& weight, const at::Tensor& bias, Precision precision) {
    m_bias = bias.defined() ? bias.contiguous() : at::zeros({weight.size(0)});
    if (precision == Precision::Float) {
        m_weight = call(*operators().packFloats, {weight, std::optional(kFastTokens)});
        return;
    }
    m_scales = (weight.abs().amax(1) / 127).clamp_min(1e-30).contiguous();
    const at::Tensor bytes =
        at::round(weight / m_scales.unsqueeze(1)).clamp(-127, 127).to(at::kChar).contiguous();
    m_sums = (bytes.sum(1, false, at::kLong).to(at::kFloat) * m_scales).contiguous();
    m_zeros = at::zeros({weight.size(0)}, at::kInt);
    m_weight = call(
        *operators().packBytes,
        {bytes, std::vector<std::int64_t>{kFastTokens, static_cast<std::int64_t>(weight.size(1))}});
}

at::Tensor PackedLinear::floats(const at::Tensor& x, std::optional<Activation> activation) const {
    const bool isGelu = activation == Activation::Gelu || activation == Activation::GeluTanh;
    const at::Tensor y = call(*operators().floats,
                              {x, m_weight, m_bias, std::string(isGelu ? "gelu" : "none"),
                               c10::List<std::optional<at::Scalar>>(),
                               std::string(activation == Activation::GeluTanh ? "tanh" : "none")});
    return activation && !isGelu ? activate(y, *activation) : y;
}

at::Tensor PackedLinear::bytes(const at::Tensor& x) const {
    return call(*operators().bytes,
                {x, 1.0, std::int64_t{0}, m_weight, m_scales, m_zeros, c10::IValue(), 1.0,
                 std::int64_t{0}, at::kFloat, std::string("none"),
                 c10::List<std::optional<at::Scalar>>(), std::string("none")});
}

bool PackedLayers::available(const EncoderConfig& config, Precision precision) {
    if (config.architecture == Architecture::ModernBert || config.convolutionKernel > 0 ||
        !at::globalContext().hasMKLDNN())
        return false;
    if (precision == Precision::Float)
        return operators().packFloats && operators().floats;
    return operators().packBytes && operators().bytes && at::cpu::is_avx512_vnni_supported();
}

bool PackedLayers::attendsAlone(const EncoderConfig& config, std::int64_t length) {
    const bool isDisentangled =
        config.architecture == Architecture::DebertaV2 && config.maxRelative > 0;
    const int size = config.hiddenSize / config.heads;
    return !isDisentangled && length <= rows::kLongestAttention && size % 16 == 0 && size <= 128;
}

PackedLayers::PackedLayers(const EncoderWeights& weights, const EncoderConfig& config,
                           Precision precision, int layers)
    : m_precision(precision) {
    const c10::InferenceMode inference;
    const auto count = layers < 0 ? weights.layers.size() : static_cast<std::size_t>(layers);
    for (std::size_t i = 0; i < count; ++i) {
        const EncoderLayer& layer = weights.layers[i];
        m_layers.push_back({{layer.qkvWeight, layer.qkvBias, precision},
                            {layer.outWeight, layer.outBias, precision},
                            {layer.upWeight, layer.upBias, precision},
                            {layer.downWeight, layer.downBias, precision}});
    }
    if (config.architecture != Architecture::MpNet)
        return;
    constexpr std::int64_t kReach = rows::kLongestAttention - 1;
    at::Tensor buckets = at::empty({2 * kReach + 1}, at::kLong);
    for (std::int64_t i = 0; i <= 2 * kReach; ++i)
        buckets.mutable_data_ptr<std::int64_t>()[i] =
            mpnetBucket(i - kReach, config.relativeBuckets, config.maxRelative);
    m_distanceBias = weights.relativeEmbedding.index_select(0, buckets).t().contiguous();
}

at::Tensor runPackedLayers(const EncoderWeights& weights, const PackedLayers& packed,
                           const EncoderConfig& config, const PackedBatch& batch, at::Tensor hidden,
                           int from, int to, const ForwardOptions& options) {
    const std::int64_t tokens = hidden.size(0);
    std::int64_t wanted = tokens;
    hidden = paddedRows(hidden, roundedUp(tokens));
    const bool isInt8 = packed.precision() == Precision::Int8;
    const PackedAttention attend(weights, config, packed, batch);
    ByteRows bytes;
    if (isInt8 && from < to)
        bytes = toBytes(hidden);
    for (int i = from; i < to; ++i) {
        if (options.stop.stop_requested())
            throw Stopped{};
        const EncoderLayer& norms = weights.layers[static_cast<std::size_t>(i)];
        const PackedLayers::Layer& layer = packed.layer(i);
        at::Tensor qkv = isInt8 ? layer.qkv.bytes(bytes.data()) : layer.qkv.floats(hidden);
        if (isInt8)
            finish(qkv, bytes, layer.qkv);
        at::Tensor context = attend(qkv, i);
        if (i + 1 == to && options.wantedRows.defined()) {
            wanted = options.wantedRows.size(0);
            context = paddedRows(context.index_select(0, options.wantedRows), roundedUp(wanted));
            hidden = paddedRows(hidden.index_select(0, options.wantedRows), roundedUp(wanted));
        }
        const auto normAfter = [&](const at::Tensor& y, const ByteRows& input,
                                   const PackedLinear& linear, const at::Tensor& weight,
                                   const at::Tensor& bias, bool wantsBytes) {
            if (wantsBytes)
                bytes = ByteRows(y.size(0), y.size(1));
            addNorm(y, input, linear, hidden, weight, bias, config.layerNormEps,
                    wantsBytes ? &bytes : nullptr);
            hidden = y;
        };
        if (!isInt8) {
            normAfter(layer.out.floats(context), {}, layer.out, norms.attentionNormWeight,
                      norms.attentionNormBias, false);
            normAfter(layer.down.floats(layer.up.floats(hidden, config.activation)), {}, layer.down,
                      norms.outputNormWeight, norms.outputNormBias, false);
            continue;
        }
        const ByteRows attended = toBytes(context);
        normAfter(layer.out.bytes(attended.data()), attended, layer.out, norms.attentionNormWeight,
                  norms.attentionNormBias, true);
        at::Tensor inner = layer.up.bytes(bytes.data());
        ByteRows innerBytes;
        if (config.activation == Activation::Gelu) {
            innerBytes = ByteRows(inner.size(0), inner.size(1));
            float* const data = inner.mutable_data_ptr<float>();
            overRows(inner.size(0), [&](std::int64_t row, std::int64_t count) {
                rows::geluToBytes(data + row * inner.size(1), count, inner.size(1),
                                  bytes.epilogue(layer.up, row), innerBytes.from(row));
            });
        } else {
            finish(inner, bytes, layer.up);
            innerBytes = toBytes(activate(inner, config.activation));
        }
        normAfter(layer.down.bytes(innerBytes.data()), innerBytes, layer.down,
                  norms.outputNormWeight, norms.outputNormBias, i + 1 < to);
    }
    if (from == to && options.wantedRows.defined())
        return hidden.index_select(0, options.wantedRows);
    return hidden.narrow(0, 0, wanted);
}

std::shared_ptr<const PackedLayers> LazyPackedLayers::get(const EncoderWeights& weights,
                                                          const EncoderConfig& config,
                                                          Precision precision, bool make) const {
    if (!PackedLayers::available(config, precision))
        return nullptr;
    const std::lock_guard lock(m_mutex);
    auto& layers = m_layers[static_cast<std::size_t>(precision)];
    if (!layers && make)
        layers = std::make_shared<const PackedLayers>(weights, config, precision);
    return layers;
}

}  // namespace spanwise
