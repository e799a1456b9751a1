#include "models/encoders/bert.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "models/torch.h"

namespace spanwise {
namespace {

// Many short sequences of different lengths: attention over all of them with a mask costs less than
// one call a length, as long as the square of the tokens is small beside the layers' products.
constexpr std::size_t kStretchesForBlockMask = 2;
constexpr std::int64_t kTokensForBlockMask = 256;

std::string shapeText(const std::vector<std::int64_t>& shape) {
    TensorView view;
    view.shape = shape;
    return view.shapeText();
}

/// Finds tensors under the names that BERT checkpoints have had over the years.
class Source {
public:
    explicit Source(std::shared_ptr<const SafetensorsFile> file) : m_file(std::move(file)) {
        for (const char* prefix : {"", "bert.", "model."}) {
            if (m_file->find(std::string(prefix) + "embeddings.word_embeddings.weight") != nullptr)
                m_prefix = prefix;
        }
    }

    at::Tensor take(const std::string& name, const std::vector<std::int64_t>& shape) {
        const TensorView* view = m_file->find(m_prefix + name);
        std::string full = m_prefix + name;
        if (view == nullptr && name.ends_with("LayerNorm.weight"))
            view = m_file->find(full = full.substr(0, full.size() - 6) + "gamma");
        else if (view == nullptr && name.ends_with("LayerNorm.bias"))
            view = m_file->find(full = full.substr(0, full.size() - 4) + "beta");
        if (view == nullptr) {
            fail(ErrorCode::Corrupt, "The weights have no tensor \"" + m_prefix + name + "\".");
            return {};
        }
        if (view->shape != shape) {
            fail(ErrorCode::Incompatible, "The tensor \"" + full + "\" has the shape " +
                                              view->shapeText() + ", config.json asks for " +
                                              shapeText(shape) + ".");
            return {};
        }
        if (view->dtype != DType::F32 && view->dtype != DType::F16 && view->dtype != DType::BF16) {
            fail(ErrorCode::Incompatible, "The tensor \"" + full + "\" holds " +
                                              std::string(dtypeName(view->dtype)) +
                                              ", not floating-point numbers.");
            return {};
        }
        return tensorFrom(*view, m_file);
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

private:
    void fail(ErrorCode code, std::string message) {
        if (!m_error)
            m_error = Error{code, std::move(message) + " Take both files from the same model.",
                            m_file->path().string()};
    }
    std::shared_ptr<const SafetensorsFile> m_file;
    std::string m_prefix;
    std::optional<Error> m_error;
};

std::string layerName(int layer, const char* rest) {
    return "encoder.layer." + std::to_string(layer) + "." + rest;
}

}  // namespace

at::Tensor tensorFrom(const TensorView& view, std::shared_ptr<const SafetensorsFile> keep) {
    const at::ScalarType type = view.dtype == DType::F32   ? at::kFloat
                                : view.dtype == DType::F16 ? at::kHalf
                                                           : at::kBFloat16;
    // LibTorch has no read-only tensors; nothing here writes to a mapped one.
    auto* data = const_cast<std::byte*>(view.data.data());
    const bool aligned = reinterpret_cast<std::uintptr_t>(data) % dtypeSize(view.dtype) == 0;
    if (!aligned) {
        at::Tensor copy = at::empty(view.shape, at::TensorOptions(type));
        std::memcpy(copy.data_ptr(), view.data.data(), view.data.size());
        return copy.to(at::kFloat);
    }
    at::Tensor mapped = at::from_blob(
        data, view.shape, [keep = std::move(keep)](void*) {}, at::TensorOptions(type));
    return mapped.to(at::kFloat);
}

TensorView viewOf(const at::Tensor& tensor) {
    TensorView view;
    view.shape = tensor.sizes().vec();
    view.data = {static_cast<const std::byte*>(tensor.const_data_ptr()),
                 static_cast<std::size_t>(tensor.nbytes())};
    return view;
}

Result<BertWeights> readBertWeights(std::shared_ptr<const SafetensorsFile> file,
                                    const EncoderConfig& config) {
    Source source(std::move(file));
    const std::int64_t h = config.hiddenSize;
    const std::int64_t m = config.intermediateSize;
    BertWeights weights;
    weights.wordEmbedding =
        source.take("embeddings.word_embeddings.weight", {config.vocabularySize, h});
    weights.positionEmbedding =
        source.take("embeddings.position_embeddings.weight", {config.maxPositions, h});
    weights.typeEmbedding =
        source.take("embeddings.token_type_embeddings.weight", {config.tokenTypes, h});
    weights.normWeight = source.take("embeddings.LayerNorm.weight", {h});
    weights.normBias = source.take("embeddings.LayerNorm.bias", {h});
    for (int i = 0; i < config.layers && !source.error(); ++i) {
        const auto take = [&](const char* rest, std::vector<std::int64_t> shape) {
            return source.take(layerName(i, rest), shape);
        };
        BertLayer layer;
        const at::Tensor q = take("attention.self.query.weight", {h, h});
        const at::Tensor k = take("attention.self.key.weight", {h, h});
        const at::Tensor v = take("attention.self.value.weight", {h, h});
        const at::Tensor qb = take("attention.self.query.bias", {h});
        const at::Tensor kb = take("attention.self.key.bias", {h});
        const at::Tensor vb = take("attention.self.value.bias", {h});
        layer.outWeight = take("attention.output.dense.weight", {h, h});
        layer.outBias = take("attention.output.dense.bias", {h});
        layer.attentionNormWeight = take("attention.output.LayerNorm.weight", {h});
        layer.attentionNormBias = take("attention.output.LayerNorm.bias", {h});
        layer.upWeight = take("intermediate.dense.weight", {m, h});
        layer.upBias = take("intermediate.dense.bias", {m});
        layer.downWeight = take("output.dense.weight", {h, m});
        layer.downBias = take("output.dense.bias", {h});
        layer.outputNormWeight = take("output.LayerNorm.weight", {h});
        layer.outputNormBias = take("output.LayerNorm.bias", {h});
        if (source.error())
            break;
        layer.qkvWeight = at::cat({q, k, v});
        layer.qkvBias = at::cat({qb, kb, vb});
        weights.layers.push_back(std::move(layer));
    }
    if (source.error())
        return tl::unexpected(*source.error());
    return weights;
}

void nameBertWeights(const BertWeights& weights, std::vector<NamedTensor>& out,
                     std::vector<at::Tensor>& keep) {
    const auto put = [&](const std::string& name, const at::Tensor& tensor) {
        keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
        out.push_back({"bert." + name, viewOf(keep.back())});
    };
    put("embeddings.word_embeddings.weight", weights.wordEmbedding);
    put("embeddings.position_embeddings.weight", weights.positionEmbedding);
    put("embeddings.token_type_embeddings.weight", weights.typeEmbedding);
    put("embeddings.LayerNorm.weight", weights.normWeight);
    put("embeddings.LayerNorm.bias", weights.normBias);
    for (std::size_t i = 0; i < weights.layers.size(); ++i) {
        const BertLayer& layer = weights.layers[i];
        const auto name = [&](const char* rest) { return layerName(static_cast<int>(i), rest); };
        const std::vector<at::Tensor> qkv = layer.qkvWeight.chunk(3);
        const std::vector<at::Tensor> bias = layer.qkvBias.chunk(3);
        put(name("attention.self.query.weight"), qkv[0]);
        put(name("attention.self.query.bias"), bias[0]);
        put(name("attention.self.key.weight"), qkv[1]);
        put(name("attention.self.key.bias"), bias[1]);
        put(name("attention.self.value.weight"), qkv[2]);
        put(name("attention.self.value.bias"), bias[2]);
        put(name("attention.output.dense.weight"), layer.outWeight);
        put(name("attention.output.dense.bias"), layer.outBias);
        put(name("attention.output.LayerNorm.weight"), layer.attentionNormWeight);
        put(name("attention.output.LayerNorm.bias"), layer.attentionNormBias);
        put(name("intermediate.dense.weight"), layer.upWeight);
        put(name("intermediate.dense.bias"), layer.upBias);
        put(name("output.dense.weight"), layer.downWeight);
        put(name("output.dense.bias"), layer.downBias);
        put(name("output.LayerNorm.weight"), layer.outputNormWeight);
        put(name("output.LayerNorm.bias"), layer.outputNormBias);
    }
}

BertWeights toDevice(const BertWeights& weights, at::Device device) {
    BertWeights moved = weights;
    for (at::Tensor* tensor : {&moved.wordEmbedding, &moved.positionEmbedding, &moved.typeEmbedding,
                               &moved.normWeight, &moved.normBias})
        *tensor = tensor->to(device);
    for (BertLayer& layer : moved.layers)
        layer.forEach([&](at::Tensor& tensor) { tensor = tensor.to(device); });
    return moved;
}

at::Tensor indexTensor(const std::vector<std::int64_t>& values, at::Device device) {
    at::Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
    std::copy(values.begin(), values.end(), tensor.mutable_data_ptr<std::int64_t>());
    return tensor.to(device);
}

PackedBatch packSequences(const std::vector<const std::vector<std::int64_t>*>& ids,
                          std::int64_t fillId, at::Device device) {
    PackedBatch batch;
    std::vector<std::int64_t> all, positions;
    const auto add = [&](const std::vector<std::int64_t>& sequence) {
        const auto length = static_cast<std::int64_t>(sequence.size());
        if (batch.stretches.empty() || batch.stretches.back().length != length)
            batch.stretches.push_back({static_cast<std::int64_t>(all.size()), 0, length});
        ++batch.stretches.back().sequences;
        all.insert(all.end(), sequence.begin(), sequence.end());
        for (std::int64_t i = 0; i < length; ++i)
            positions.push_back(i);
    };
    for (const std::vector<std::int64_t>* sequence : ids)
        add(*sequence);
    const std::int64_t room = kFastTokens - static_cast<std::int64_t>(all.size());
    if (room > 0 && room <= kFastTokens / 4 && device.is_cpu() && !at::GradMode::is_enabled())
        add(std::vector<std::int64_t>(static_cast<std::size_t>(room), fillId));
    batch.ids = indexTensor(all, device);
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

at::Tensor embed(const BertWeights& weights, const EncoderConfig& config, const PackedBatch& batch,
                 const ForwardOptions& options) {
    at::Tensor hidden = at::embedding(weights.wordEmbedding, batch.ids) +
                        weights.positionEmbedding.index_select(0, batch.positions) +
                        weights.typeEmbedding.select(0, 0);
    hidden = at::layer_norm(hidden, {config.hiddenSize}, weights.normWeight, weights.normBias,
                            config.layerNormEps);
    return dropOut(hidden, options);
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
                                   const at::Tensor& bias, const char* activation) const {
        return m_unary.call(x, weight, bias, activation, c10::List<std::optional<at::Scalar>>(),
                            "none");
    }
    [[nodiscard]] at::Tensor added(const at::Tensor& x, const at::Tensor& other,
                                   const at::Tensor& weight, const at::Tensor& bias) const {
        return m_binary.call(x, other, weight, bias, "add");
    }

private:
    using Unary = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&,
                             c10::string_view, c10::List<std::optional<at::Scalar>>,
                             std::optional<c10::string_view>);
    using Binary = at::Tensor(const at::Tensor&, const at::Tensor&, const at::Tensor&,
                              const std::optional<at::Tensor>&, c10::string_view);

    FusedLinear(c10::TypedOperatorHandle<Unary> unary, c10::TypedOperatorHandle<Binary> binary)
        : m_unary(unary), m_binary(binary) {}

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

/// Self-attention within the sequences: `[tokens, 3*hidden]` → `[tokens, hidden]`.
at::Tensor attend(const at::Tensor& qkv, const PackedBatch& batch, const EncoderConfig& config) {
    const std::int64_t h = config.hiddenSize;
    const std::int64_t headSize = h / config.heads;
    const auto within = [&](std::int64_t first, std::int64_t sequences, std::int64_t length,
                            const std::optional<at::Tensor>& mask) {
        const at::Tensor parts = qkv.narrow(0, first, sequences * length)
                                     .view({sequences, length, 3, config.heads, headSize})
                                     .permute({2, 0, 3, 1, 4});
        return at::scaled_dot_product_attention(parts[0], parts[1], parts[2], mask, 0.0, false)
            .transpose(1, 2)
            .reshape({sequences * length, h});
    };
    if (batch.blockMask.defined())
        return within(0, 1, qkv.size(0), batch.blockMask);
    std::vector<at::Tensor> contexts;
    for (const Stretch& stretch : batch.stretches)
        contexts.push_back(within(stretch.first, stretch.sequences, stretch.length, std::nullopt));
    return contexts.size() == 1 ? contexts.front() : at::cat(contexts);
}

}  // namespace

at::Tensor runLayers(const BertWeights& weights, const EncoderConfig& config,
                     const PackedBatch& batch, at::Tensor hidden, int from, int to,
                     const ForwardOptions& options) {
    const std::int64_t h = config.hiddenSize;
    const bool isFast =
        !at::GradMode::is_enabled() && hidden.device().is_cpu() && hidden.size(0) == kFastTokens;
    const auto norm = [&](const at::Tensor& sum, const at::Tensor& weight, const at::Tensor& bias) {
        return at::layer_norm(sum, {h}, weight, bias, config.layerNormEps);
    };
    for (int i = from; i < to; ++i) {
        if (options.stop.stop_requested())
            throw Stopped{};
        const BertLayer& layer = weights.layers[static_cast<std::size_t>(i)];
        const FusedLinear* fused = isFast ? FusedLinear::forCpu() : nullptr;
        const at::Tensor qkv = fused != nullptr
                                   ? fused->plain(hidden, layer.qkvWeight, layer.qkvBias, "none")
                                   : at::linear(hidden, layer.qkvWeight, layer.qkvBias);
        at::Tensor context = attend(qkv, batch, config);
        if (i + 1 == to && options.wantedRows.defined()) {
            context = context.index_select(0, options.wantedRows);
            hidden = hidden.index_select(0, options.wantedRows);
            fused = nullptr;  // another number of rows
        }
        if (fused != nullptr) {
            hidden = norm(fused->added(context, hidden, layer.outWeight, layer.outBias),
                          layer.attentionNormWeight, layer.attentionNormBias);
            const at::Tensor inner = fused->plain(hidden, layer.upWeight, layer.upBias, "gelu");
            hidden = norm(fused->added(inner, hidden, layer.downWeight, layer.downBias),
                          layer.outputNormWeight, layer.outputNormBias);
            continue;
        }
        context = dropOut(at::linear(context, layer.outWeight, layer.outBias), options);
        hidden = norm(context + hidden, layer.attentionNormWeight, layer.attentionNormBias);
        at::Tensor inner = at::gelu(at::linear(hidden, layer.upWeight, layer.upBias));
        inner = dropOut(at::linear(inner, layer.downWeight, layer.downBias), options);
        hidden = norm(inner + hidden, layer.outputNormWeight, layer.outputNormBias);
    }
    return hidden;
}

}  // namespace spanwise
