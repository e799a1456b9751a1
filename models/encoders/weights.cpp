#include <cmath>
#include <cstring>

#include "models/encoders/encoder.h"
#include "models/torch.h"

namespace spanwise {
namespace {

std::string shapeText(const std::vector<std::int64_t>& shape) {
    TensorView view;
    view.shape = shape;
    return view.shapeText();
}

/// Where transformers keeps an encoder within a model with a head.
std::string prefixOf(const EncoderConfig& config) {
    switch (config.architecture) {
        case Architecture::Bert:
            return "bert.";
        case Architecture::Roberta:
            return "roberta.";
        case Architecture::DistilBert:
            return "distilbert.";
        case Architecture::MpNet:
            return "mpnet.";
        case Architecture::DebertaV2:
            return "deberta.";
        case Architecture::ModernBert:
            return "model.";
    }
    return "";
}

std::string wordEmbeddingName(const EncoderConfig& config) {
    return config.architecture == Architecture::ModernBert ? "embeddings.tok_embeddings.weight"
                                                           : "embeddings.word_embeddings.weight";
}

/// Calls `visit(names, tensor, shape)` for every tensor of an architecture: the file's names of the
/// parts, equal in shape, that lie below each other in the tensor. The one place that knows names.
/// `layers` has its final size.
template <typename Weights, typename Visit>
void forEachName(Weights& weights, const EncoderConfig& config, Visit visit) {
    const std::int64_t h = config.hiddenSize;
    const std::int64_t m = config.intermediateSize;
    const std::int64_t e = config.embeddingSize;
    const bool isModern = config.architecture == Architecture::ModernBert;
    const bool isDeberta = config.architecture == Architecture::DebertaV2;
    const auto norm = [&](const std::string& name, auto& weight, auto& bias) {
        visit({name + ".weight"}, weight, {h});
        if (config.normBias)
            visit({name + ".bias"}, bias, {h});
    };
    visit({wordEmbeddingName(config)}, weights.wordEmbedding, {config.vocabularySize, e});
    if (config.hasPositions)
        visit({"embeddings.position_embeddings.weight"}, weights.positionEmbedding,
              {config.maxPositions, e});
    if (config.tokenTypes > 0)
        visit({"embeddings.token_type_embeddings.weight"}, weights.typeEmbedding,
              {config.tokenTypes, e});
    if (e != h)
        visit({"embeddings.embed_proj.weight"}, weights.embeddingProjection, {h, e});
    norm(isModern ? "embeddings.norm" : "embeddings.LayerNorm", weights.normWeight,
         weights.normBias);
    if (config.architecture == Architecture::MpNet)
        visit({"encoder.relative_attention_bias.weight"}, weights.relativeEmbedding,
              {config.relativeBuckets, config.heads});
    if (isDeberta && config.maxRelative > 0) {
        visit({"encoder.rel_embeddings.weight"}, weights.relativeEmbedding,
              {2 * config.relativeSpan(), h});
        if (config.normsRelative)
            norm("encoder.LayerNorm", weights.relativeNormWeight, weights.relativeNormBias);
    }
    if (config.convolutionKernel > 0) {
        visit({"encoder.conv.conv.weight"}, weights.convolutionWeight,
              {h, h / config.convolutionGroups, config.convolutionKernel});
        visit({"encoder.conv.conv.bias"}, weights.convolutionBias, {h});
        norm("encoder.conv.LayerNorm", weights.convolutionNormWeight, weights.convolutionNormBias);
    }
    for (std::size_t i = 0; i < weights.layers.size(); ++i) {
        auto& layer = weights.layers[i];
        const std::string number = std::to_string(i) + ".";
        const auto linear = [&](const std::vector<std::string>& names, auto& weight, auto& bias,
                                std::int64_t out, std::int64_t in, bool hasBias = true) {
            std::vector<std::string> weightNames, biasNames;
            for (const std::string& name : names) {
                weightNames.push_back(name + ".weight");
                biasNames.push_back(name + ".bias");
            }
            visit(weightNames, weight, {out, in});
            if (hasBias)
                visit(biasNames, bias, {out});
        };
        if (isModern) {
            const std::string base = "layers." + number;
            if (i > 0)
                norm(base + "attn_norm", layer.attentionNormWeight, layer.attentionNormBias);
            linear({base + "attn.Wqkv"}, layer.qkvWeight, layer.qkvBias, 3 * h, h,
                   config.attentionBias);
            linear({base + "attn.Wo"}, layer.outWeight, layer.outBias, h, h, config.attentionBias);
            norm(base + "mlp_norm", layer.outputNormWeight, layer.outputNormBias);
            linear({base + "mlp.Wi"}, layer.upWeight, layer.upBias, 2 * m, h, config.mlpBias);
            linear({base + "mlp.Wo"}, layer.downWeight, layer.downBias, h, m, config.mlpBias);
            continue;
        }
        if (config.architecture == Architecture::DistilBert) {
            const std::string base = "transformer.layer." + number;
            linear({base + "attention.q_lin", base + "attention.k_lin", base + "attention.v_lin"},
                   layer.qkvWeight, layer.qkvBias, h, h);
            linear({base + "attention.out_lin"}, layer.outWeight, layer.outBias, h, h);
            norm(base + "sa_layer_norm", layer.attentionNormWeight, layer.attentionNormBias);
            linear({base + "ffn.lin1"}, layer.upWeight, layer.upBias, m, h);
            linear({base + "ffn.lin2"}, layer.downWeight, layer.downBias, h, m);
            norm(base + "output_layer_norm", layer.outputNormWeight, layer.outputNormBias);
            continue;
        }
        const std::string base = "encoder.layer." + number;
        if (config.architecture == Architecture::MpNet) {
            const std::string attn = base + "attention.attn.";
            linear({attn + "q", attn + "k", attn + "v"}, layer.qkvWeight, layer.qkvBias, h, h);
            linear({attn + "o"}, layer.outWeight, layer.outBias, h, h);
            norm(base + "attention.LayerNorm", layer.attentionNormWeight, layer.attentionNormBias);
        } else {
            const std::string self = base + "attention.self.";
            if (isDeberta) {
                linear({self + "query_proj", self + "key_proj", self + "value_proj"},
                       layer.qkvWeight, layer.qkvBias, h, h);
                if (config.maxRelative > 0 && !config.sharesPositionKeys) {
                    if (config.contentToPosition)
                        linear({self + "pos_key_proj"}, layer.positionKeyWeight,
                               layer.positionKeyBias, h, h);
                    if (config.positionToContent)
                        linear({self + "pos_query_proj"}, layer.positionQueryWeight,
                               layer.positionQueryBias, h, h);
                }
            } else {
                linear({self + "query", self + "key", self + "value"}, layer.qkvWeight,
                       layer.qkvBias, h, h);
            }
            linear({base + "attention.output.dense"}, layer.outWeight, layer.outBias, h, h);
            norm(base + "attention.output.LayerNorm", layer.attentionNormWeight,
                 layer.attentionNormBias);
        }
        linear({base + "intermediate.dense"}, layer.upWeight, layer.upBias, m, h);
        linear({base + "output.dense"}, layer.downWeight, layer.downBias, h, m);
        norm(base + "output.LayerNorm", layer.outputNormWeight, layer.outputNormBias);
    }
    if (isModern)
        norm("final_norm", weights.finalNormWeight, weights.finalNormBias);
}

/// ModernBERT's head lies beside the encoder, not in it.
template <typename Weights, typename Visit>
void forEachHeadName(Weights& weights, const EncoderConfig& config, Visit visit) {
    const std::int64_t h = config.hiddenSize;
    visit("head.dense.weight", weights.headDenseWeight, std::vector<std::int64_t>{h, h});
    if (config.classifierBias)
        visit("head.dense.bias", weights.headDenseBias, std::vector<std::int64_t>{h});
    visit("head.norm.weight", weights.headNormWeight, std::vector<std::int64_t>{h});
    if (config.normBias)
        visit("head.norm.bias", weights.headNormBias, std::vector<std::int64_t>{h});
}

}  // namespace

void TensorSource::fail(ErrorCode code, std::string message, const std::filesystem::path& where) {
    if (!m_error)
        m_error = Error{code, std::move(message), where.string()};
}

at::Tensor TensorSource::take(const std::string& name, const std::vector<std::int64_t>& shape) {
    if (m_error)
        return {};
    const TensorView* view = m_files->find(name);
    if (view == nullptr) {
        fail(ErrorCode::Corrupt,
             "The weights have no tensor \"" + name +
                 "\". Take config.json and the weights from the same model.",
             m_files->path());
        return {};
    }
    const std::filesystem::path file = m_files->fileOf(name);
    if (view->shape != shape) {
        fail(ErrorCode::Incompatible,
             "The tensor \"" + name + "\" has the shape " + view->shapeText() +
                 ", config.json asks for " + shapeText(shape) +
                 ". Take both files from the same model.",
             file);
        return {};
    }
    if (view->dtype != DType::F32 && view->dtype != DType::F16 && view->dtype != DType::BF16) {
        fail(ErrorCode::Incompatible,
             "The tensor \"" + name + "\" holds " + std::string(dtypeName(view->dtype)) +
                 "; expected F32, F16 or BF16.",
             file);
        return {};
    }
    at::Tensor tensor = tensorFrom(*view, m_files);
    // One number that is not finite makes the sum so, too.
    if (!std::isfinite(tensor.sum(at::kDouble).item<double>())) {
        fail(ErrorCode::Corrupt,
             "The tensor \"" + name +
                 "\" has values that are no finite numbers: its training diverged, or the file is "
                 "damaged. Fetch the model again.",
             file);
        return {};
    }
    return tensor;
}

at::Tensor tensorFrom(const TensorView& view, std::shared_ptr<const void> keep) {
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

Result<EncoderWeights> readEncoderWeights(TensorSource& source, const EncoderConfig& config,
                                          const std::string& prefix) {
    std::string found = prefix;
    if (const std::string own = prefix + prefixOf(config);
        source.has(own + wordEmbeddingName(config)))
        found = own;
    EncoderWeights weights;
    weights.layers.resize(static_cast<std::size_t>(config.layers));
    const auto take = [&](std::string name, const std::vector<std::int64_t>& shape) {
        name = found + name;
        if (!source.has(name)) {
            // TensorFlow's names, in the oldest BERT files.
            std::string older = name;
            if (name.ends_with("LayerNorm.weight"))
                older.replace(name.size() - 6, 6, "gamma");
            else if (name.ends_with("LayerNorm.bias"))
                older.replace(name.size() - 4, 4, "beta");
            if (source.has(older))
                name = older;
        }
        return source.take(name, shape);
    };
    forEachName(weights, config,
                [&](const std::vector<std::string>& names, at::Tensor& tensor,
                    const std::vector<std::int64_t>& shape) {
                    if (source.error())
                        return;
                    std::vector<at::Tensor> parts;
                    for (const std::string& name : names) {
                        parts.push_back(take(name, shape));
                        if (source.error())
                            return;
                    }
                    tensor = parts.size() == 1 ? parts.front() : at::cat(parts);
                });
    if (config.architecture == Architecture::ModernBert && source.has(prefix + "head.dense.weight"))
        forEachHeadName(weights, config,
                        [&](const std::string& name, at::Tensor& tensor, const auto& shape) {
                            tensor = source.take(prefix + name, shape);
                        });
    // A file of a deeper model than config.json says would run, and give nonsense.
    EncoderWeights next;
    next.layers.resize(static_cast<std::size_t>(config.layers) + 1);
    forEachName(next, config,
                [&](const std::vector<std::string>& names, const at::Tensor&,
                    const std::vector<std::int64_t>&) {
                    const std::string number = "." + std::to_string(config.layers) + ".";
                    if (names.front().find("layer" + number) == std::string::npos &&
                        names.front().find("layers" + number) == std::string::npos)
                        return;
                    if (source.has(found + names.front()))
                        source.fail(ErrorCode::Incompatible,
                                    "The weights have the tensor \"" + found + names.front() +
                                        "\", but config.json says that there are " +
                                        std::to_string(config.layers) +
                                        " layers. Take both files from the same model.",
                                    source.files().fileOf(found + names.front()));
                });
    if (source.error())
        return tl::unexpected(*source.error());
    return weights;
}

void nameEncoderWeights(const EncoderWeights& weights, const EncoderConfig& config,
                        std::vector<NamedTensor>& out, std::vector<at::Tensor>& keep,
                        const std::optional<std::string>& prefix) {
    const auto put = [&](const std::string& name, const at::Tensor& tensor) {
        keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
        out.push_back({name, viewOf(keep.back())});
    };
    const std::string own = prefix.value_or(prefixOf(config));
    forEachName(weights, config,
                [&](const std::vector<std::string>& names, const at::Tensor& tensor,
                    const std::vector<std::int64_t>&) {
                    const auto parts = tensor.chunk(static_cast<std::int64_t>(names.size()));
                    for (std::size_t i = 0; i < names.size(); ++i)
                        put(own + names[i], parts[i]);
                });
    if (weights.headDenseWeight.defined())
        forEachHeadName(weights, config,
                        [&](const std::string& name, const at::Tensor& tensor, const auto&) {
                            put(name, tensor);
                        });
}

EncoderWeights toDevice(const EncoderWeights& weights, at::Device device) {
    EncoderWeights moved = weights;
    moved.forEach([&](at::Tensor& tensor) { tensor = tensor.to(device); });
    return moved;
}

}  // namespace spanwise
