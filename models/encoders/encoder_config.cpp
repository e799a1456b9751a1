#include "models/encoders/encoder_config.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "models/io/config_reader.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;

struct Kind {
    const char* modelType;
    Architecture architecture;
    const char* classPrefix;
};
constexpr std::array kKinds{
    Kind{"bert", Architecture::Bert, "Bert"},
    Kind{"roberta", Architecture::Roberta, "Roberta"},
    Kind{"xlm-roberta", Architecture::Roberta, "XLMRoberta"},
    Kind{"camembert", Architecture::Roberta, "Camembert"},
    Kind{"distilbert", Architecture::DistilBert, "DistilBert"},
    Kind{"mpnet", Architecture::MpNet, "MPNet"},
    Kind{"deberta-v2", Architecture::DebertaV2, "DebertaV2"},
    Kind{"modernbert", Architecture::ModernBert, "ModernBert"},
};

class Reader : public ConfigReader {
public:
    using ConfigReader::ConfigReader;

    Activation activation(const char* key, const char* otherwise) {
        const std::string name = text(key, otherwise);
        if (name == "gelu")
            return Activation::Gelu;
        if (name == "gelu_new" || name == "gelu_pytorch_tanh")
            return Activation::GeluTanh;
        if (name == "relu")
            return Activation::Relu;
        if (name == "silu" || name == "swish")
            return Activation::Silu;
        if (name == "tanh")
            return Activation::Tanh;
        fail(ErrorCode::Incompatible, std::string(key) + " is \"" + name +
                                          "\"; Spanwise runs gelu, gelu_new, relu, silu and tanh.");
        return Activation::Gelu;
    }
};

constexpr int kMaxHidden = 1 << 16;
constexpr int kMaxVocabulary = 1 << 24;
constexpr int kMaxLength = 1 << 20;

void readDeberta(Reader& read, const Json& json, EncoderConfig& config) {
    config.embeddingSize = read.integer("embedding_size", 1, kMaxHidden, config.hiddenSize);
    config.hasPositions = read.flag("position_biased_input", true);
    if (!read.flag("relative_attention", false))
        return;
    config.maxRelative = read.integer("max_relative_positions", -1, kMaxLength, -1);
    if (config.maxRelative < 1)
        config.maxRelative = config.maxPositions;
    config.relativeBuckets = std::max(0, read.integer("position_buckets", -1, kMaxLength, -1));
    config.sharesPositionKeys = read.flag("share_att_key", false);
    config.normsRelative =
        ("|" + read.text("norm_rel_ebd", "none") + "|").find("layer_norm") != std::string::npos;
    // A list, or "c2p|p2c".
    std::string kinds;
    if (const auto found = json.find("pos_att_type"); found != json.end()) {
        if (found->is_string())
            kinds = found->get<std::string>();
        else if (found->is_array())
            kinds = found->dump();
    }
    config.contentToPosition = kinds.find("c2p") != std::string::npos;
    config.positionToContent = kinds.find("p2c") != std::string::npos;
    if (kinds.find("p2p") != std::string::npos)
        read.fail(
            ErrorCode::Incompatible,
            "pos_att_type has \"p2p\", which DeBERTa-v2 in transformers does not run either.");
    config.convolutionKernel = read.integer("conv_kernel_size", 0, 99, 0);
    if (config.convolutionKernel > 0 && config.convolutionKernel % 2 == 0)
        read.fail(ErrorCode::Incompatible, "conv_kernel_size is even; expected an odd number.");
    config.convolutionGroups = read.integer("conv_groups", 1, kMaxHidden, 1);
    config.convolutionActivation = read.activation("conv_act", "tanh");
    if (config.convolutionKernel > 0 && config.hiddenSize % config.convolutionGroups != 0)
        read.fail(ErrorCode::Corrupt, "hidden_size is no multiple of conv_groups.");
    if (config.relativeBuckets == 1)
        read.fail(ErrorCode::Corrupt, "position_buckets is 1; expected -1 or more than 1.");
}

void readModernBert(Reader& read, const Json& json, EncoderConfig& config) {
    config.layerNormEps = read.number("norm_eps", 0, 1, 1e-5);
    config.activation = read.activation("hidden_activation", "gelu");
    config.classifierActivation = read.activation("classifier_activation", "gelu");
    config.dropout = read.number("mlp_dropout", 0, 1, 0);
    config.attentionBias = read.flag("attention_bias", false);
    config.mlpBias = read.flag("mlp_bias", false);
    config.normBias = read.flag("norm_bias", false);
    config.classifierBias = read.flag("classifier_bias", false);
    config.localReach = read.integer("local_attention", 1, kMaxLength, 128) / 2;
    config.globalTheta = read.number("global_rope_theta", 1, 1e12, 160000);
    config.localTheta = read.number("local_rope_theta", 1, 1e12, config.globalTheta);
    if (!json.contains("local_rope_theta"))
        config.localTheta = 10000;
    if (const auto rope = json.find("rope_parameters"); rope != json.end() && rope->is_object()) {
        for (const auto& [name, theta] : {std::pair{"full_attention", &config.globalTheta},
                                          std::pair{"sliding_attention", &config.localTheta}}) {
            const Json part = rope->value(name, Json::object());
            if (!part.is_object())
                continue;
            Reader inner(part, {});
            inner.only("rope_type", "default");
            *theta = inner.number("rope_theta", 1, 1e12, *theta);
            if (inner.error())
                read.fail(inner.error()->code,
                          "rope_parameters, " + std::string(name) + ": " + inner.error()->message);
        }
    }
    const int every = read.integer("global_attn_every_n_layers", 1, kMaxLength, 3);
    for (int i = 0; i < config.layers; ++i)
        config.isLocal.push_back(i % every != 0);
    if (const auto kinds = json.find("layer_types"); kinds != json.end() && !kinds->is_null()) {
        if (!kinds->is_array() || kinds->size() != config.isLocal.size()) {
            read.fail(ErrorCode::Corrupt, "layer_types is no list of num_hidden_layers names.");
            return;
        }
        for (std::size_t i = 0; i < kinds->size(); ++i) {
            const Json& kind = (*kinds)[i];
            if (kind != "full_attention" && kind != "sliding_attention") {
                read.fail(ErrorCode::Incompatible,
                          "layer_types has " + kind.dump() +
                              "; Spanwise runs full_attention and sliding_attention.");
                return;
            }
            config.isLocal[i] = kind == "sliding_attention";
        }
    }
}

}  // namespace

int EncoderConfig::maxLength() const {
    // Attention over more costs memory by the square, and no sentence is so long.
    constexpr int kLongest = 2048;
    return std::min(maxPositions - positionOffset(), kLongest);
}

Result<EncoderConfig> readEncoderConfig(const Json& json, const std::string& where) {
    Reader read(json, where);
    EncoderConfig config;
    config.modelType = read.text("model_type", "");
    const auto* kind = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const Kind& k) { return config.modelType == k.modelType; });
    if (kind == kKinds.end())
        return failure(ErrorCode::Incompatible,
                       "The architecture (model_type) is \"" + config.modelType +
                           "\"; Spanwise runs bert, roberta, xlm-roberta, camembert, distilbert, "
                           "mpnet, deberta-v2 and modernbert.",
                       where);
    config.architecture = kind->architecture;
    const bool isDistil = config.architecture == Architecture::DistilBert;
    const bool isModern = config.architecture == Architecture::ModernBert;
    config.hiddenSize = read.integer(isDistil ? "dim" : "hidden_size", 1, kMaxHidden);
    config.layers = read.integer(isDistil ? "n_layers" : "num_hidden_layers", 1, 1000);
    config.heads = read.integer(isDistil ? "n_heads" : "num_attention_heads", 1, 4096);
    config.intermediateSize =
        read.integer(isDistil ? "hidden_dim" : "intermediate_size", 1, 16 * kMaxHidden);
    config.vocabularySize = read.integer("vocab_size", 1, kMaxVocabulary);
    config.maxPositions = read.integer("max_position_embeddings", 8, kMaxLength, 512);
    config.padId = read.integer(
        "pad_token_id", 0, kMaxVocabulary,
        config.architecture == Architecture::Roberta || config.architecture == Architecture::MpNet
            ? 1
            : 0);
    config.embeddingSize = config.hiddenSize;
    config.tokenTypes = isDistil || isModern || config.architecture == Architecture::MpNet
                            ? 0
                            : read.integer("type_vocab_size", 0, 1000,
                                           config.architecture == Architecture::DebertaV2 ? 0 : 2);
    config.layerNormEps = read.number(
        "layer_norm_eps", 0, 1, config.architecture == Architecture::DebertaV2 ? 1e-7 : 1e-12);
    if (isDistil)
        config.layerNormEps = 1e-12;
    if (!isModern) {
        config.activation = read.activation(isDistil ? "activation" : "hidden_act", "gelu");
        config.dropout = read.number(isDistil ? "dropout" : "hidden_dropout_prob", 0, 1, 0.1);
    }
    if (config.heads > 0 && config.hiddenSize % config.heads != 0)
        read.fail(ErrorCode::Corrupt, "The hidden size " + std::to_string(config.hiddenSize) +
                                          " is no multiple of " + std::to_string(config.heads) +
                                          " attention heads.");
    switch (config.architecture) {
        case Architecture::Bert:
        case Architecture::Roberta:
            read.only("position_embedding_type", "absolute");
            if (read.flag("is_decoder", false))
                read.fail(ErrorCode::Incompatible, "is_decoder is true; Spanwise runs encoders.");
            break;
        case Architecture::MpNet:
            config.relativeBuckets = read.integer("relative_attention_num_buckets", 4, 1 << 16, 32);
            config.maxRelative = 128;
            break;
        case Architecture::DebertaV2:
            readDeberta(read, json, config);
            break;
        case Architecture::ModernBert:
            config.hasPositions = false;
            readModernBert(read, json, config);
            if ((config.hiddenSize / std::max(1, config.heads)) % 2 != 0)
                read.fail(ErrorCode::Corrupt, "The size of an attention head is odd.");
            break;
        case Architecture::DistilBert:
            break;
    }
    if (config.maxLength() < 8)
        read.fail(ErrorCode::Corrupt, "max_position_embeddings and pad_token_id leave no room.");
    if (read.error())
        return tl::unexpected(*read.error());
    return config;
}

std::string className(const EncoderConfig& config, bool classifies) {
    const auto* kind = std::find_if(kKinds.begin(), kKinds.end(),
                                    [&](const Kind& k) { return config.modelType == k.modelType; });
    return std::string(kind->classPrefix) + (classifies ? "ForTokenClassification" : "Model");
}

std::string_view architectureName(Architecture architecture) {
    switch (architecture) {
        case Architecture::Bert:
            return "BERT";
        case Architecture::Roberta:
            return "RoBERTa";
        case Architecture::DistilBert:
            return "DistilBERT";
        case Architecture::MpNet:
            return "MPNet";
        case Architecture::DebertaV2:
            return "DeBERTa";
        case Architecture::ModernBert:
            return "ModernBERT";
    }
    return "";
}

}  // namespace spanwise
