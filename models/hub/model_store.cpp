#include "models/hub/model_store.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <set>
#include <sstream>

#include "models/hub/bundle_files.h"
#include "models/hub/model_origin.h"
#include "models/io/files.h"
#include "models/io/safetensors.h"
#include "models/model.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::uintmax_t kMaxJson = std::uintmax_t{8} << 20;
constexpr std::uintmax_t kMaxCard = std::uintmax_t{4} << 20;

/// A JSON object of bounded size; null when there is no such file.
Result<Json> readObject(const fs::path& path, std::uintmax_t limit = kMaxJson) {
    std::error_code error;
    if (!fs::is_regular_file(path, error))
        return Json();
    const auto size = fs::file_size(path, error);
    if (error)
        return tl::unexpected(fileError(error.value(), path, "read"));
    const auto text = size <= limit ? readWholeFile(path) : Result<std::string>(std::string());
    if (!text)
        return tl::unexpected(text.error());
    Json json = Json::parse(*text, nullptr, false);
    if (!json.is_object())
        return failure(ErrorCode::Corrupt,
                       "Expected a JSON object, found something else. Fetch the model again.",
                       path.string());
    return json;
}

std::string textOf(const Json& json, const char* key) {
    const auto found = json.is_object() ? json.find(key) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// The first of the keys that is there, as its architecture calls it.
int intOf(const Json& json, std::initializer_list<const char*> keys) {
    for (const char* key : keys) {
        const auto found = json.is_object() ? json.find(key) : json.end();
        if (found == json.end() || !found->is_number_integer())
            continue;
        const auto value = found->get<std::int64_t>();
        return value > 0 && value < std::numeric_limits<int>::max() ? static_cast<int>(value) : 0;
    }
    return 0;
}

/// The types behind id2label of a token classifier: "B-PER" and "I-PER" are PER.
std::vector<std::string> typesOf(const Json& config) {
    const auto architectures = config.find("architectures");
    const auto labels = config.find("id2label");
    if (architectures == config.end() || !architectures->is_array() || architectures->empty() ||
        !architectures->front().is_string() ||
        !architectures->front().get<std::string>().ends_with("ForTokenClassification") ||
        labels == config.end() || !labels->is_object())
        return {};
    std::set<std::string> types;
    for (const auto& [id, label] : labels->items()) {
        std::string name = label.is_string() ? label.get<std::string>() : std::string();
        if (name.size() > 2 && name[1] == '-')
            name.erase(0, 2);
        if (!name.empty() && name != "O")
            types.insert(name);
    }
    return {types.begin(), types.end()};
}

/// `license:` of the card's front matter: a word, a quoted word or a list.
std::string licenceOf(const fs::path& card) {
    std::error_code error;
    const auto size = fs::file_size(card, error);
    if (error || size > kMaxCard)
        return {};
    const auto text = readWholeFile(card);
    if (!text)
        return {};
    std::istringstream lines(*text);
    std::string line;
    const auto next = [&] {
        if (!std::getline(lines, line))
            return false;
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ' || line.back() == '\t'))
            line.pop_back();
        return true;
    };
    const auto bare = [](std::string value) {
        const std::string dropped = " \t\"'[]-";
        value = value.substr(0, value.find(" #"));
        value.erase(0, std::min(value.find_first_not_of(dropped), value.size()));
        value.erase(value.find_last_not_of(dropped) + 1);
        return value;
    };
    if (!next() || (line != "---" && line != "\xef\xbb\xbf---"))
        return {};
    std::string licence;
    std::string name;
    while (next() && line != "---") {
        if (line.starts_with("license_name:"))
            name = bare(line.substr(13));
        if (!line.starts_with("license:"))
            continue;
        licence = bare(line.substr(8));
        while (licence.empty() && next() && line != "---" &&
               line.find_first_not_of(" \t-") != std::string::npos)
            licence = bare(line);
        if (line == "---")
            break;
    }
    return licence == "other" && !name.empty() ? name : licence;
}

std::int64_t folderBytes(const fs::path& folder) {
    std::int64_t bytes = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
         it.increment(error)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored))
            bytes += static_cast<std::int64_t>(it->file_size(ignored));
    }
    return bytes;
}

std::optional<std::int64_t> parametersIn(const fs::path& folder, const BundleFiles& files) {
    std::int64_t count = 0;
    for (const std::string& name : files.weights) {
        if (!name.ends_with(".safetensors"))
            return std::nullopt;
        const auto file = SafetensorsFile::open(folder / name);
        if (!file)
            return std::nullopt;
        for (const auto& [key, tensor] : (*file)->tensors())
            count += tensor.elements();
    }
    return files.weights.empty() ? std::nullopt : std::optional(count);
}

bool isIn(const fs::path& path, const fs::path& folder) {
    std::error_code error;
    return !folder.empty() && fs::equivalent(path.parent_path(), folder, error) && !error;
}

bool isSame(const fs::path& a, const fs::path& b) {
    std::error_code error;
    return fs::equivalent(a, b, error) && !error;
}

bool holdsModel(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "config.json", ignored) ||
           fs::exists(folder / "gliner_config.json", ignored);
}

void fillFromConfig(ModelEntry& entry, const Json& config, const Json& gliner) {
    const Json* source = &config;
    const auto inner = gliner.is_object() ? gliner.find("encoder_config") : gliner.end();
    if (!config.is_object() && inner != gliner.end() && inner->is_object())
        source = &*inner;
    entry.architecture = textOf(*source, "model_type");
    if (entry.architecture.empty() && gliner.is_object())
        entry.architecture = "gliner";
    entry.hiddenSize = intOf(*source, {"hidden_size", "dim", "d_model"});
    entry.layers = intOf(*source, {"num_hidden_layers", "n_layers", "num_layers"});
    entry.heads = intOf(*source, {"num_attention_heads", "n_heads", "num_heads"});
    entry.vocabulary = intOf(*source, {"vocab_size"});
    if (source->is_object())
        entry.types = typesOf(*source);
}

Result<void> checkFolderName(const std::string& name) {
    const bool bad = name.empty() || name.size() > 200 || name.front() == '.' ||
                     name.find_first_of("/\\:") != std::string::npos ||
                     std::any_of(name.begin(), name.end(),
                                 [](unsigned char c) { return c < 0x20 || c == 0x7f; });
    if (bad)
        return failure(ErrorCode::InvalidArgument,
                       "This cannot be a model's name: expected letters, digits, '-', '_' and '.', "
                       "not beginning with '.'. Choose one with --name.",
                       name);
    return {};
}

/// A snapshot of Hugging Face's cache: …/models--owner--name/snapshots/<commit>.
ModelOrigin originOfFolder(const fs::path& folder) {
    ModelOrigin origin;
    const std::string prefix = "models--";
    const std::string repository = folder.parent_path().parent_path().filename().string();
    if (folder.parent_path().filename() == "snapshots" && repository.starts_with(prefix)) {
        origin.repository = repository.substr(prefix.size());
        if (const std::size_t at = origin.repository.find("--"); at != std::string::npos)
            origin.repository.replace(at, 2, "/");
        origin.commit = folder.filename().string();
    }
    origin.source = folder.string();
    return origin;
}

}  // namespace

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    ::gmtime_r(&now, &utc);
    char text[32];
    const std::size_t size = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return {text, size};
}

Json modelOriginToJson(const ModelOrigin& origin) {
    Json json{{"date", origin.date.empty() ? utcNow() : origin.date}};
    const auto put = [&](const char* key, const std::string& value) {
        if (!value.empty())
            json[key] = value;
    };
    put("repository", origin.repository);
    put("revision", origin.revision);
    put("commit", origin.commit);
    put("endpoint", origin.endpoint);
    put("source", origin.source);
    put("base_repository", origin.baseRepository);
    put("base_commit", origin.baseCommit);
    if (!origin.sha256.empty())
        json["sha256"] = origin.sha256;
    return json;
}

ModelOrigin readModelOrigin(const fs::path& folder) {
    ModelOrigin origin;
    const auto json = readObject(folder / kOriginFile);
    if (!json || !json->is_object())
        return origin;
    origin.date = textOf(*json, "date");
    origin.repository = textOf(*json, "repository");
    origin.revision = textOf(*json, "revision");
    origin.commit = textOf(*json, "commit");
    origin.endpoint = textOf(*json, "endpoint");
    origin.source = textOf(*json, "source");
    origin.baseRepository = textOf(*json, "base_repository");
    origin.baseCommit = textOf(*json, "base_commit");
    return origin;
}

std::string_view purposeName(Purpose purpose) {
    switch (purpose) {
        case Purpose::Encoder:
            return "encoder";
        case Purpose::Tagger:
            return "tagger";
        case Purpose::ZeroShot:
            return "zero-shot";
    }
    return "encoder";
}

void to_json(Json& json, const ModelEntry& entry) {
    json = Json{{"name", entry.name},
                {"path", entry.path.string()},
                {"repository", entry.repository},
                {"revision", entry.revision},
                {"architecture", entry.architecture},
                {"purpose", purposeName(entry.purpose)},
                {"bytes", entry.bytes},
                {"layers", entry.layers},
                {"hiddenSize", entry.hiddenSize},
                {"heads", entry.heads},
                {"vocabulary", entry.vocabulary},
                {"lowercase", entry.lowercase},
                {"types", entry.types},
                {"licence", entry.licence},
                {"provenance", entry.provenance},
                {"removable", entry.removable},
                {"default", entry.isDefault}};
    if (entry.parameters)
        json["parameters"] = *entry.parameters;
    if (!entry.problem.empty())
        json["problem"] = entry.problem;
}

fs::path modelStore() {
    if (const char* own = std::getenv("SPANWISE_MODELS"); own != nullptr && *own != '\0')
        return own;
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        return fs::path(data) / "spanwise" / "models";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return fs::path(home) / ".local" / "share" / "spanwise" / "models";
    return {};
}

std::vector<fs::path> modelFolders() {
    std::vector<fs::path> folders;
    const auto add = [&](fs::path folder) {
        if (!folder.empty() && std::find(folders.begin(), folders.end(), folder) == folders.end())
            folders.push_back(std::move(folder));
    };
    add(modelStore());
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        add(fs::path(data) / "spanwise" / "models");
    else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        add(fs::path(home) / ".local" / "share" / "spanwise" / "models");
    // Beside an installed program: PREFIX/bin and PREFIX/share/spanwise/models.
    std::error_code unknown;
    if (const fs::path program = fs::read_symlink("/proc/self/exe", unknown); !unknown)
        add(program.parent_path().parent_path() / "share" / "spanwise" / "models");
#ifdef SPANWISE_BUILD_MODELS
    add(SPANWISE_BUILD_MODELS);
#endif
#ifdef SPANWISE_OWN_MODELS
    add(SPANWISE_OWN_MODELS);
#endif
    return folders;
}

std::string folderNameOf(std::string_view nameOrRepository) {
    std::string name(nameOrRepository);
    if (checkRepositoryName(name)) {
        if (const std::size_t slash = name.find('/'); slash != std::string::npos)
            name.replace(slash, 1, "--");
    }
    return name;
}

Result<ModelEntry> describeModel(const fs::path& folder) {
    if (!holdsModel(folder))
        return failure(
            ErrorCode::NotFound,
            "This folder holds no model: config.json and gliner_config.json are missing.",
            folder.string());
    const auto config = readObject(folder / "config.json");
    if (!config)
        return tl::unexpected(config.error());
    const auto gliner = readObject(folder / "gliner_config.json");
    if (!gliner)
        return tl::unexpected(gliner.error());

    ModelEntry entry;
    std::error_code error;
    entry.path = folder;
    const fs::path canonical = fs::weakly_canonical(folder, error);
    entry.name = (folder.has_filename() ? folder : canonical).filename().string();
    if (entry.name == "." || entry.name == ".." || entry.name.empty())
        entry.name = canonical.filename().string();
    entry.bytes = folderBytes(folder);
    fillFromConfig(entry, *config, *gliner);
    // What this build makes of it has the last word.
    if (const auto info = readBundleInfo(folder)) {
        entry.architecture = info->architecture;
        entry.hiddenSize = info->hiddenSize;
        entry.layers = info->layers;
        entry.heads = info->heads;
        entry.vocabulary = info->vocabulary;
        entry.lowercase = info->lowercase;
        entry.types = info->types;
    } else {
        entry.problem = info.error().message;
    }
    entry.purpose = gliner->is_object()   ? Purpose::ZeroShot
                    : entry.types.empty() ? Purpose::Encoder
                                          : Purpose::Tagger;
    if (const auto names = fileNames(folder)) {
        const auto files = selectBundleFiles(*names, folder.string());
        if (files)
            entry.parameters = parametersIn(folder, *files);
        else if (entry.problem.empty())
            entry.problem = files.error().message;
    }
    entry.licence = licenceOf(folder / "README.md");
    if (const auto ours = readObject(folder / "spanwise.json"); ours && ours->is_object() &&
                                                                ours->contains("provenance") &&
                                                                ours->at("provenance").is_object())
        entry.provenance = ours->at("provenance");
    if (const ModelOrigin origin = readModelOrigin(folder); !origin.date.empty()) {
        entry.repository = origin.repository;
        entry.revision = origin.commit;
        entry.provenance.update(modelOriginToJson(origin));
    }
    entry.removable = isIn(folder, modelStore());
    if (const auto encoder = defaultEncoder())
        entry.isDefault = isSame(folder, *encoder);
    return entry;
}

std::vector<ModelEntry> listModels() {
    std::vector<ModelEntry> models;
    std::set<std::string> names;
    for (const fs::path& folder : modelFolders()) {
        std::error_code error;
        for (fs::directory_iterator it(folder, error), end; !error && it != end;
             it.increment(error)) {
            const std::string name = it->path().filename().string();
            if (name.starts_with('.') || !holdsModel(it->path()) || !names.insert(name).second)
                continue;
            if (auto entry = describeModel(it->path())) {
                models.push_back(std::move(*entry));
            } else {
                ModelEntry broken;
                broken.name = name;
                broken.path = it->path();
                broken.bytes = folderBytes(it->path());
                broken.removable = isIn(it->path(), modelStore());
                broken.problem = entry.error().text();
                models.push_back(std::move(broken));
            }
        }
    }
    std::sort(models.begin(), models.end(),
              [](const ModelEntry& a, const ModelEntry& b) { return a.name < b.name; });
    return models;
}

Result<fs::path> writableStore() {
    const fs::path store = modelStore();
    if (store.empty())
        return failure(ErrorCode::InvalidArgument,
                       "There is no folder to put models into. Set SPANWISE_MODELS to one.");
    std::error_code error;
    fs::create_directories(store, error);
    if (error)
        return tl::unexpected(fileError(error.value(), store, "write"));
    return store;
}

Result<ModelEntry> addModel(const AddOptions& options,
                            const std::function<void(std::int64_t, std::int64_t)>& progress,
                            std::stop_token stop) {
    std::error_code error;
    const fs::path folder = fs::weakly_canonical(options.folder, error);
    if (error || !fs::is_directory(folder, error))
        return failure(ErrorCode::NotFound, "There is no such folder.", options.folder.string());
    const auto described = describeModel(folder);
    if (!described)
        return tl::unexpected(described.error());
    const auto names = fileNames(folder);
    if (!names)
        return tl::unexpected(names.error());
    const auto files = selectBundleFiles(*names, folder.string());
    if (!files)
        return tl::unexpected(files.error());
    if (!described->problem.empty() && !options.force)
        return failure(ErrorCode::Incompatible,
                       described->problem + " (--force adds it all the same.)", folder.string());
    if (const auto good = checkWeights(folder, *files); !good)
        return tl::unexpected(good.error());

    ModelOrigin origin = originOfFolder(folder);
    std::string name = options.name;
    if (name.empty())
        name = origin.repository.empty() ? folder.filename().string()
                                         : folderNameOf(origin.repository);
    if (const auto good = checkFolderName(name); !good)
        return tl::unexpected(good.error());
    const auto store = writableStore();
    if (!store)
        return tl::unexpected(store.error());
    const fs::path target = *store / name;
    if (isSame(folder, target))
        return describeModel(target);
    if (fs::exists(fs::symlink_status(target, error)) && !options.force)
        return failure(ErrorCode::AlreadyExists,
                       "There is a model of this name already. Choose another with --name, or "
                       "replace it with --force.",
                       target.string());

    std::vector<std::string> all = files->small;
    all.insert(all.end(), files->weights.begin(), files->weights.end());
    std::int64_t total = 0;
    for (const std::string& file : all)
        total += static_cast<std::int64_t>(fs::file_size(folder / file, error));
    if (const auto room = checkRoom(*store, total); !room)
        return tl::unexpected(room.error());

    StagedFolder staged(target);
    if (const auto created = staged.create(); !created)
        return tl::unexpected(created.error());
    std::int64_t done = 0;
    for (const std::string& file : all) {
        const auto copied = copyFile(
            folder / file, staged.path() / file,
            [&](std::int64_t bytes) {
                done += bytes;
                if (progress)
                    progress(done, total);
            },
            stop);
        if (!copied)
            return tl::unexpected(copied.error());
    }
    // One that was pulled once keeps its origin.
    if (!files->has(kOriginFile)) {
        const auto written =
            writeWholeFile(staged.path() / kOriginFile, modelOriginToJson(origin).dump(2) + "\n");
        if (!written)
            return tl::unexpected(written.error());
    }
    if (const auto committed = staged.commit(); !committed)
        return tl::unexpected(committed.error());
    return describeModel(target);
}

Result<fs::path> newModelFolder(const std::string& name) {
    if (!checkFolderName(name))
        return failure(ErrorCode::InvalidArgument,
                       "This cannot be a model's name: expected letters, digits, '-', '_' and '.', "
                       "not beginning with '.'.",
                       name);
    const auto store = writableStore();
    if (!store)
        return tl::unexpected(store.error());
    std::error_code error;
    if (fs::exists(*store / name, error))
        return failure(ErrorCode::AlreadyExists,
                       "There is a model of this name already. Take another name.", name);
    return *store / name;
}

Result<void> removeModel(std::string_view name) {
    const fs::path store = modelStore();
    for (const std::string& folder : {std::string(name), folderNameOf(name)}) {
        if (store.empty() || !checkFolderName(folder) || !holdsModel(store / folder))
            continue;
        // Out of sight in one step; what a broken deletion leaves is no model.
        const fs::path hidden = store / ("." + folder + ".removed-" + std::to_string(::getpid()));
        std::error_code error;
        fs::rename(store / folder, hidden, error);
        if (error)
            return tl::unexpected(fileError(error.value(), store / folder, "remove"));
        fs::remove_all(hidden, error);
        if (error)
            return tl::unexpected(fileError(error.value(), hidden, "remove"));
        return {};
    }
    if (const auto elsewhere = resolveModel(name); elsewhere && !name.empty())
        return failure(
            ErrorCode::PermissionDenied,
            "This model is not in your own folder (" + store.string() + ") and is left as it is.",
            elsewhere->string());
    return failure(ErrorCode::NotFound,
                   "There is no model of this name in " + store.string() +
                       ". `spanwise-cli models list` shows what there is.",
                   std::string(name));
}

}  // namespace spanwise
