#include <cstdlib>

#include "models/model.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kDefaultEncoder = "all-MiniLM-L6-v2";

/// Where bundles are looked for by name, most particular first.
std::vector<fs::path> folders() {
    std::vector<fs::path> result;
    if (const char* own = std::getenv("SPANWISE_MODELS"); own != nullptr && *own != '\0')
        result.emplace_back(own);
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0')
        result.push_back(fs::path(data) / "spanwise" / "models");
    else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        result.push_back(fs::path(home) / ".local" / "share" / "spanwise" / "models");
#ifdef SPANWISE_BUILD_MODELS
    result.emplace_back(SPANWISE_BUILD_MODELS);
#endif
    return result;
}

bool holdsModel(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "config.json", ignored);
}

std::string placesText() {
    std::string text;
    for (const fs::path& folder : folders())
        text += (text.empty() ? "" : ", ") + folder.string();
    return text;
}

}  // namespace

Result<fs::path> defaultEncoder() {
    for (const fs::path& folder : folders()) {
        if (holdsModel(folder / kDefaultEncoder))
            return folder / kDefaultEncoder;
    }
    return failure(ErrorCode::NotFound,
                   std::string("The default encoder ") + kDefaultEncoder +
                       " is not installed. Run packaging/setup/encoder.sh, or put its folder into "
                       "one of: " +
                       placesText());
}

std::vector<BundleInfo> installedModels() {
    std::vector<BundleInfo> models;
    for (const fs::path& folder : folders()) {
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
    if (nameOrPath.find('/') == std::string_view::npos) {
        for (const fs::path& folder : folders()) {
            if (holdsModel(folder / path))
                return folder / path;
        }
    }
    return failure(ErrorCode::NotFound,
                   "There is no folder and no installed model of that name. `spanwise-cli models "
                   "list` shows what there is; looked in: " +
                       placesText(),
                   std::string(nameOrPath));
}

}  // namespace spanwise
