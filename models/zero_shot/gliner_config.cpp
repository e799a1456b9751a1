#include "models/zero_shot/gliner_config.h"

#include <array>
#include <nlohmann/json.hpp>

namespace spanwise {
namespace {

using Json = nlohmann::json;

std::string shown(const Json& value) {
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > 40 ? text.substr(0, 40) + "…" : text;
}

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
    std::optional<Error> error;
    const auto fail = [&](ErrorCode code, std::string message) {
        if (!error)
            error = Error{code, std::move(message), where};
    };
    const auto integer = [&](const char* key, int low, int high, int otherwise) {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return otherwise;
        if (!found->is_number_integer() || *found < low || *found > high) {
            fail(ErrorCode::Corrupt, std::string(key) + " is " + shown(*found) +
                                         "; expected a whole number from " + std::to_string(low) +
                                         " to " + std::to_string(high) + ".");
            return otherwise;
        }
        return found->get<int>();
    };
    const auto string = [&](const char* key, std::string otherwise) {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return otherwise;
        if (!found->is_string() || found->get_ref<const std::string&>().empty()) {
            fail(ErrorCode::Corrupt,
                 std::string(key) + " is " + shown(*found) + "; expected a text.");
            return otherwise;
        }
        return found->get<std::string>();
    };
    const auto flag = [&](const char* key, bool otherwise) {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return otherwise;
        if (!found->is_boolean()) {
            fail(ErrorCode::Corrupt,
                 std::string(key) + " is " + shown(*found) + "; expected true or false.");
            return otherwise;
        }
        return found->get<bool>();
    };

    GlinerConfig config;
    config.hiddenSize = integer("hidden_size", 2, 1 << 16, config.hiddenSize);
    config.maxWidth = integer("max_width", 1, 1000, config.maxWidth);
    config.maxLength = integer("max_len", 1, 1 << 20, config.maxLength);
    config.maxTypes = integer("max_types", 1, 100'000, config.maxTypes);
    config.rnnLayers = integer("num_rnn_layers", 0, 16, config.rnnLayers);
    config.classTokenIndex = integer("class_token_index", -1, 1 << 24, -1);
    config.embedsEntityToken = flag("embed_ent_token", true);
    config.entityToken = string("ent_token", config.entityToken);
    config.separatorToken = string("sep_token", config.separatorToken);
    config.modelName = string("model_name", "");
    if (config.hiddenSize % 2 != 0)
        fail(ErrorCode::Corrupt, "hidden_size is odd; the two directions of the LSTM share it.");

    const std::string mode = string("span_mode", "markerV0");
    if (mode == "marker")
        config.spanMode = SpanMode::Marker;
    else if (mode == "markerV0")
        config.spanMode = SpanMode::MarkerV0;
    else if (mode == "token_level")
        config.spanMode = SpanMode::TokenLevel;
    else
        fail(ErrorCode::Incompatible,
             "span_mode is \"" + mode + "\"; Spanwise runs marker, markerV0 and token_level.");
    if (const std::string pooling = string("subtoken_pooling", "first"); pooling != "first")
        fail(ErrorCode::Incompatible,
             "subtoken_pooling is \"" + pooling + "\"; Spanwise runs \"first\" alone.");
    // Other models of the same family; half of one would give wrong scores silently.
    for (const char* key : {"labels_encoder", "labels_decoder", "fuse_layers", "post_fusion_schema",
                            "span_encoder_config", "represent_spans", "precomputed_prompts_mode",
                            "relations_layer"}) {
        if (isSet(json, key))
            fail(ErrorCode::Incompatible,
                 std::string(key) + " is " + shown(json.at(key)) +
                     ": that kind of GLiNER is not supported. Uni-encoders with span or token "
                     "layers are.");
    }
    // NuNER Zero scores single words with a span layer; nothing else has that layout.
    config.lowercasesLabels =
        flag("lowercase_labels", config.maxWidth == 1 && config.spanMode != SpanMode::TokenLevel);
    if (const auto encoder = json.find("encoder_config");
        encoder != json.end() && !encoder->is_null() && !error) {
        if (!encoder->is_object()) {
            fail(ErrorCode::Corrupt,
                 "encoder_config is " + shown(*encoder) + "; expected an object.");
        } else {
            Json copy = *encoder;
            if (!copy.contains("model_type"))
                copy["model_type"] = "deberta-v2";
            auto read = readEncoderConfig(copy, where);
            if (read)
                config.encoder = std::move(*read);
            else
                fail(read.error().code, "encoder_config: " + read.error().message);
        }
    }
    if (error)
        return tl::unexpected(*error);
    return config;
}

}  // namespace spanwise
