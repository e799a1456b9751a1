#include "models/zero_shot/gliner_config.h"

#include <nlohmann/json.hpp>

#include "models/io/config_reader.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;

bool isSet(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && !found->is_null() && *found != false && *found != "" &&
           *found != Json::object();
}

}  // namespace

Result<GlinerConfig> parseGlinerConfig(std::string_view text, const std::string& where) {
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object())
        return failure(ErrorCode::Corrupt, "This is no JSON object. Fetch the model again.", where);
    ConfigReader read(json, where);
    GlinerConfig config;
    config.hiddenSize = read.integer("hidden_size", 2, 1 << 16, config.hiddenSize);
    config.maxWidth = read.integer("max_width", 1, 1000, config.maxWidth);
    config.maxLength = read.integer("max_len", 1, 1 << 20, config.maxLength);
    config.maxTypes = read.integer("max_types", 1, 100'000, config.maxTypes);
    config.rnnLayers = read.integer("num_rnn_layers", 0, 16, config.rnnLayers);
    config.classTokenIndex = read.integer("class_token_index", -1, 1 << 24, -1);
    config.embedsEntityToken = read.flag("embed_ent_token", true);
    config.entityToken = read.name("ent_token", "<<ENT>>");
    config.separatorToken = read.name("sep_token", "<<SEP>>");
    config.modelName = read.name("model_name", "");
    if (config.hiddenSize % 2 != 0)
        read.fail(ErrorCode::Corrupt,
                  "hidden_size is odd; the two directions of the LSTM share it.");

    const std::string mode = read.name("span_mode", "markerV0");
    if (mode == "marker")
        config.spanMode = SpanMode::Marker;
    else if (mode == "markerV0")
        config.spanMode = SpanMode::MarkerV0;
    else if (mode == "token_level")
        config.spanMode = SpanMode::TokenLevel;
    else
        read.fail(ErrorCode::Incompatible,
                  "span_mode is \"" + mode + "\"; Spanwise runs marker, markerV0 and token_level.");
    if (const std::string pooling = read.name("subtoken_pooling", "first"); pooling != "first")
        read.fail(ErrorCode::Incompatible,
                  "subtoken_pooling is \"" + pooling + "\"; Spanwise runs \"first\" alone.");
    // Other models of the same family; half of one would give wrong scores silently.
    for (const char* key : {"labels_encoder", "labels_decoder", "fuse_layers", "post_fusion_schema",
                            "span_encoder_config", "represent_spans", "precomputed_prompts_mode",
                            "relations_layer"}) {
        if (isSet(json, key))
            read.fail(ErrorCode::Incompatible,
                      std::string(key) + " is " + ConfigReader::shown(json.at(key)) +
                          ": that kind of GLiNER is not supported. Uni-encoders with span or token "
                          "layers are.");
    }
    // NuNER Zero scores single words with a span layer; nothing else has that layout.
    config.lowercasesLabels = read.flag(
        "lowercase_labels", config.maxWidth == 1 && config.spanMode != SpanMode::TokenLevel);
    if (const auto encoder = json.find("encoder_config");
        encoder != json.end() && !encoder->is_null() && !read.error()) {
        if (!encoder->is_object()) {
            read.fail(ErrorCode::Corrupt, "encoder_config is " + ConfigReader::shown(*encoder) +
                                              "; expected an object.");
        } else {
            Json copy = *encoder;
            if (!copy.contains("model_type"))
                copy["model_type"] = "deberta-v2";
            auto encoderConfig = readEncoderConfig(copy, where);
            if (encoderConfig)
                config.encoder = std::move(*encoderConfig);
            else
                read.fail(encoderConfig.error().code,
                          "encoder_config: " + encoderConfig.error().message);
        }
    }
    if (read.error())
        return tl::unexpected(*read.error());
    return config;
}

}  // namespace spanwise
