#include "models/encoders/bert.h"

#include <torch/torch.h>

#include <cmath>

namespace spanwise {
namespace {

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

at::Tensor embed(const BertWeights& weights, const EncoderConfig& config, const at::Tensor& ids,
                 const ForwardOptions& options) {
    at::Tensor hidden = at::embedding(weights.wordEmbedding, ids);
    hidden = hidden + weights.positionEmbedding.narrow(0, 0, ids.size(1)) +
             weights.typeEmbedding.select(0, 0);
    hidden = at::layer_norm(hidden, {config.hiddenSize}, weights.normWeight, weights.normBias,
                            config.layerNormEps);
    return options.dropout > 0 ? at::dropout(hidden, options.dropout, true) : hidden;
}

at::Tensor runLayers(const BertWeights& weights, const EncoderConfig& config, at::Tensor hidden,
                     const at::Tensor& mask, int from, int to, const ForwardOptions& options) {
    const std::int64_t batch = hidden.size(0);
    const std::int64_t tokens = hidden.size(1);
    const std::int64_t h = config.hiddenSize;
    const std::int64_t headSize = h / config.heads;
    const std::optional<at::Tensor> attentionMask =
        mask.defined() ? std::optional(mask) : std::nullopt;
    const auto drop = [&](at::Tensor tensor) {
        return options.dropout > 0 ? at::dropout(tensor, options.dropout, true) : tensor;
    };
    for (int i = from; i < to; ++i) {
        if (options.stop.stop_requested())
            throw Stopped{};
        const BertLayer& layer = weights.layers[static_cast<std::size_t>(i)];
        const at::Tensor qkv = at::linear(hidden, layer.qkvWeight, layer.qkvBias)
                                   .view({batch, tokens, 3, config.heads, headSize})
                                   .permute({2, 0, 3, 1, 4});
        at::Tensor context =
            at::scaled_dot_product_attention(qkv[0], qkv[1], qkv[2], attentionMask, 0.0, false);
        context = context.transpose(1, 2).reshape({batch, tokens, h});
        context = drop(at::linear(context, layer.outWeight, layer.outBias));
        hidden = at::layer_norm(context + hidden, {h}, layer.attentionNormWeight,
                                layer.attentionNormBias, config.layerNormEps);
        at::Tensor inner = at::gelu(at::linear(hidden, layer.upWeight, layer.upBias));
        inner = drop(at::linear(inner, layer.downWeight, layer.downBias));
        hidden = at::layer_norm(inner + hidden, {h}, layer.outputNormWeight, layer.outputNormBias,
                                config.layerNormEps);
    }
    return hidden;
}

}  // namespace spanwise
