#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace spanwise::protocol {

/// The ids of models that know a type by its name and description alone begin with it.
inline constexpr std::string_view kZeroShotPrefix = "zero-shot:";
/// Whether suggestions of this model come from the types' names, before anything was labelled.
[[nodiscard]] inline bool isZeroShot(std::string_view model) {
    return model.substr(0, kZeroShotPrefix.size()) == kZeroShotPrefix;
}

/// What an installed model can do for a project.
enum class ModelPurpose {
    Encoder,   ///< learning starts from it
    Tagger,    ///< finds the types that it was trained for
    ZeroShot,  ///< finds types by their names
};

/// One model as `models/list` tells it. models/list: `{}` → ModelList. models/pull:
/// `{"repository", "revision"?}` → ModelEntry, with `$/progress` of stage "pulling" in bytes.
/// models/add: `{"path", "name"?}` → ModelEntry. models/remove: `{"name"}` → `{}`.
struct ModelEntry {
    std::string name;
    std::string path;
    std::string repository;    ///< "numind/NuNER-v2.0"; empty: not from a hub
    std::string revision;      ///< the commit that was pulled
    std::string architecture;  ///< as config.json says it ("bert", "roberta", …)
    ModelPurpose purpose = ModelPurpose::Encoder;
    std::int64_t bytes = 0;       ///< on the disk
    std::int64_t parameters = 0;  ///< 0: not told
    std::int64_t layers = 0;
    std::int64_t hiddenSize = 0;
    std::int64_t vocabulary = 0;
    std::vector<std::string> types;  ///< of a tagger
    std::string licence;             ///< from the model's card; empty: unknown
    nlohmann::json provenance = nlohmann::json::object();
    bool removable = false;  ///< it lies in the user's own store
    bool isDefault = false;  ///< what a project without a choice of its own uses
    std::string problem;     ///< why this worker cannot run it; empty: it can
};

struct ModelList {
    std::vector<ModelEntry> models;
    std::string store;  ///< the folder where models are installed
};

/// "encoder", "tagger", "zero-shot"; anything else is an encoder.
[[nodiscard]] std::string_view purposeName(ModelPurpose purpose);
[[nodiscard]] ModelPurpose purposeFromName(std::string_view name);

/// As with the other messages, from_json throws nlohmann::json::exception on what does not fit:
/// a name and a path must be there, all else may be missing or null.
void to_json(nlohmann::json& json, const ModelEntry& value);
void from_json(const nlohmann::json& json, ModelEntry& value);
void to_json(nlohmann::json& json, const ModelList& value);
void from_json(const nlohmann::json& json, ModelList& value);

}  // namespace spanwise::protocol
