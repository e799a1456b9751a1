#include <array>

#include "models/hub/model_store.h"
#include "models/model.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

/// The first that is there: our own, pre-trained on concepts, else the one that it came from.
constexpr std::array kDefaultEncoders{"nuner-mini", "all-MiniLM-L6-v2"};

bool holdsModel(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "config.json", ignored) ||
           fs::exists(folder / "gliner_config.json", ignored);
}

std::string placesText() {
    std::string text;
    for (const fs::path& folder : modelFolders())
        text += (text.empty() ? "" : ", ") + folder.string();
    return text;
}

}  // namespace

Result<fs::path> defaultEncoder() {
    for (const char* name : kDefaultEncoders) {
        for (const fs::path& folder : modelFolders()) {
            if (holdsModel(folder / name))
                return folder / name;
        }
    }
    return failure(ErrorCode::NotFound,
                   std::string("The default encoder ") + kDefaultEncoders.back() +
                       " is not installed. Run packaging/setup/encoder.sh, or put its folder into "
                       "one of: " +
                       placesText());
}

std::vector<BundleInfo> installedModels() {
    std::vector<BundleInfo> models;
    for (const fs::path& folder : modelFolders()) {
        std::error_code error;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
            if (!holdsModel(entry.path()) || entry.path().filename().string().starts_with('.'))
                continue;
            if (auto info = readBundleInfo(entry.path()))
                models.push_back(std::move(*info));
        }
    }
    return models;
}

Result<fs::path> resolveModel(std::string_view nameOrPath) {
    if (nameOrPath.empty())
        return defaultEncoder();
    const fs::path path(nameOrPath);
    std::error_code ignored;
    if (fs::is_directory(path, ignored))
        return path;
    // "owner/name" is where `models pull` put it.
    const std::string name = folderNameOf(nameOrPath);
    if (name.find('/') == std::string::npos) {
        for (const fs::path& folder : modelFolders()) {
            if (holdsModel(folder / name))
                return folder / name;
        }
    }
    const bool isRepository = name != nameOrPath;
    return failure(
        ErrorCode::NotFound,
        "There is no folder and no installed model of that name. `spanwise-cli models list` shows "
        "what there is" +
            (isRepository ? "; `spanwise-cli models pull " + std::string(nameOrPath) +
                                "` fetches it from the Hugging Face hub"
                          : std::string()) +
            "; looked in: " + placesText(),
        std::string(nameOrPath));
}

}  // namespace spanwise
