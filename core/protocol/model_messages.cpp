#include "core/protocol/model_messages.h"

#include <algorithm>

namespace spanwise::protocol {
namespace {

using Json = nlohmann::json;

std::string text(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? std::string() : found->get<std::string>();
}

std::int64_t count(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return 0;
    return std::max<std::int64_t>(0, found->get<std::int64_t>());
}

bool flag(const Json& json, const char* key) {
    const auto found = json.find(key);
    return found != json.end() && !found->is_null() && found->get<bool>();
}

}  // namespace

std::string_view purposeName(ModelPurpose purpose) {
    switch (purpose) {
        case ModelPurpose::Tagger:
            return "tagger";
        case ModelPurpose::ZeroShot:
            return "zero-shot";
        case ModelPurpose::Encoder:
            break;
    }
    return "encoder";
}

ModelPurpose purposeFromName(std::string_view name) {
    if (name == "tagger")
        return ModelPurpose::Tagger;
    return name == "zero-shot" ? ModelPurpose::ZeroShot : ModelPurpose::Encoder;
}

void to_json(Json& json, const ModelEntry& value) {
    json = {{"name", value.name},
            {"path", value.path},
            {"repository", value.repository},
            {"revision", value.revision},
            {"architecture", value.architecture},
            {"purpose", purposeName(value.purpose)},
            {"bytes", value.bytes},
            {"parameters", value.parameters},
            {"layers", value.layers},
            {"hiddenSize", value.hiddenSize},
            {"vocabulary", value.vocabulary},
            {"types", value.types},
            {"licence", value.licence},
            {"provenance", value.provenance},
            {"removable", value.removable},
            {"default", value.isDefault}};
    if (!value.problem.empty())
        json["problem"] = value.problem;
}

void from_json(const Json& json, ModelEntry& value) {
    value.name = json.at("name").get<std::string>();
    value.path = json.at("path").get<std::string>();
    value.repository = text(json, "repository");
    value.revision = text(json, "revision");
    value.architecture = text(json, "architecture");
    value.purpose = purposeFromName(text(json, "purpose"));
    value.bytes = count(json, "bytes");
    value.parameters = count(json, "parameters");
    value.layers = count(json, "layers");
    value.hiddenSize = count(json, "hiddenSize");
    value.vocabulary = count(json, "vocabulary");
    const auto types = json.find("types");
    value.types = types == json.end() || types->is_null() ? std::vector<std::string>()
                                                          : types->get<std::vector<std::string>>();
    value.licence = text(json, "licence");
    const auto provenance = json.find("provenance");
    value.provenance =
        provenance != json.end() && provenance->is_object() ? *provenance : Json::object();
    value.removable = flag(json, "removable");
    value.isDefault = flag(json, "default");
    value.problem = text(json, "problem");
}

void to_json(Json& json, const ModelList& value) {
    json = {{"models", value.models}, {"store", value.store}};
}

void from_json(const Json& json, ModelList& value) {
    value.models = json.at("models").get<std::vector<ModelEntry>>();
    value.store = text(json, "store");
}

}  // namespace spanwise::protocol
