#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/hub/hub_client.h"
#include "models/model.h"

/// The models on this machine: what there is, what comes and what goes. Blocking functions without
/// LibTorch; safe to call from several threads and processes at a time, as folders appear and go
/// by renames.
namespace spanwise {

/// What the Models page and `models list` show of a folder. Read from its small files, tolerantly:
/// a model that this build cannot run is listed with its `problem`.
struct ModelEntry {
    std::string name;  ///< the folder's
    std::filesystem::path path;
    std::string repository, revision;  ///< where it was pulled from; revision: the commit
    std::string architecture;          ///< config.json's model_type
    Purpose purpose = Purpose::Encoder;
    std::int64_t bytes = 0;  ///< of all its files
    std::optional<std::int64_t> parameters;
    int layers = 0, hiddenSize = 0, heads = 0, vocabulary = 0;
    bool lowercase = false;
    std::vector<std::string> types;
    std::string licence;  ///< from the card's front matter, "apache-2.0"
    nlohmann::json provenance = nlohmann::json::object();
    bool removable = false;  ///< it is in the user's store
    bool isDefault = false;  ///< the encoder that is used when none is named
    std::string problem;     ///< why this build cannot run it; empty when it can
};
/// `{"name","path","repository","revision","architecture","purpose","bytes","parameters"?,"layers",
/// "hiddenSize","heads","vocabulary","lowercase","types","licence","provenance","removable",
/// "default","problem"?}`
void to_json(nlohmann::json& json, const ModelEntry& entry);

/// Where models are looked for by name, most particular first: $SPANWISE_MODELS, the user's data
/// folder, those installed with the program (../share/spanwise/models), the build's, those that
/// come with the sources (resources/models).
[[nodiscard]] std::vector<std::filesystem::path> modelFolders();
/// Where models are put: $SPANWISE_MODELS, else $XDG_DATA_HOME/spanwise/models, else
/// ~/.local/share/spanwise/models; empty when none of them is set.
[[nodiscard]] std::filesystem::path modelStore();
/// "numind/NuNER-v2.0" → "numind--NuNER-v2.0"; other names stay.
[[nodiscard]] std::string folderNameOf(std::string_view nameOrRepository);

/// All models of modelFolders(), sorted by name; of two of one name, the one that is used.
[[nodiscard]] std::vector<ModelEntry> listModels();
/// One folder. NotFound: it holds neither config.json nor gliner_config.json. Corrupt: they are no
/// JSON objects.
[[nodiscard]] Result<ModelEntry> describeModel(const std::filesystem::path& folder);

struct AddOptions {
    std::filesystem::path folder;
    std::string name;    ///< empty: the folder's own
    bool force = false;  ///< replace one of that name
};
/// Copies a model's files (see selectBundleFiles) into the store, whole or not at all. `progress`
/// gets bytes. Errors: NotFound, Corrupt, Incompatible (what is in the folder), AlreadyExists,
/// InvalidArgument (name), DiskFull, PermissionDenied, Cancelled.
[[nodiscard]] Result<ModelEntry> addModel(
    const AddOptions& options,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// Where a model that is being made goes in the store. InvalidArgument: no folder can have that
/// name, or there is no store; AlreadyExists: a model has it.
[[nodiscard]] Result<std::filesystem::path> newModelFolder(const std::string& name);

/// Deletes a model of the store. NotFound; PermissionDenied: it is not in the store.
[[nodiscard]] Result<void> removeModel(std::string_view name);

struct PullOptions {
    std::string repository;
    std::string revision;  ///< branch, tag or commit; empty: "main"
    bool force = false;    ///< replace what is there, and fetch what this build cannot run
    HubSettings settings = hubSettingsFromEnvironment();
};
/// "numind/NuNER-v2.0@main" → options with repository and revision.
[[nodiscard]] PullOptions pullOptionsFor(std::string_view repositoryAtRevision);

struct PullProgress {
    std::string file;
    std::int64_t done = 0, total = 0;  ///< bytes
    double bytesPerSecond = 0;
    double secondsLeft = -1;  ///< negative: not known yet
};
/// Fetches a repository's model into the store under folderNameOf(repository), whole or not at all;
/// takes files from Hugging Face's cache where it has them, goes on where a broken pull ended,
/// checks sizes and checksums, and writes spanwise_origin.json beside. For a GLiNER repository
/// without a tokenizer, that of its encoder's repository (`model_name`) comes with it. Up to date
/// already: returns at once. Errors as HubClient, and AlreadyExists for a folder of that name which
/// came from elsewhere.
[[nodiscard]] Result<ModelEntry> pullModel(
    const PullOptions& options, const std::function<void(const PullProgress&)>& progress = {},
    std::stop_token stop = {});

}  // namespace spanwise
