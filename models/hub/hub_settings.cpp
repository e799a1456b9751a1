#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "models/hub/hub_client.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

std::string trimmed(std::string text) {
    const char* blank = " \t\r\n";
    text.erase(text.find_last_not_of(blank) + 1);
    text.erase(0, std::min(text.find_first_not_of(blank), text.size()));
    return text;
}

fs::path huggingFaceHome() {
    if (const std::string home = environment("HF_HOME"); !home.empty())
        return home;
    if (const std::string cache = environment("XDG_CACHE_HOME"); !cache.empty())
        return fs::path(cache) / "huggingface";
    if (const std::string home = environment("HOME"); !home.empty())
        return fs::path(home) / ".cache" / "huggingface";
    return {};
}

std::string tokenFromFile(const fs::path& home) {
    fs::path file = environment("HF_TOKEN_PATH");
    if (file.empty() && !home.empty())
        file = home / "token";
    std::ifstream in(file);
    std::string token;
    std::getline(in, token);
    return token;
}

bool isTrue(std::string value) {
    std::transform(value.begin(), value.end(), value.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return value == "1" || value == "TRUE" || value == "YES" || value == "ON";
}

bool isNamePart(std::string_view part) {
    if (part.empty() || part.size() > 96 || part == "." || part == "..")
        return false;
    return std::all_of(part.begin(), part.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
    });
}

}  // namespace

HubSettings hubSettingsFromEnvironment() {
    HubSettings settings;
    if (std::string endpoint = trimmed(environment("HF_ENDPOINT")); !endpoint.empty())
        settings.endpoint = std::move(endpoint);
    while (settings.endpoint.ends_with('/'))
        settings.endpoint.pop_back();
    const fs::path home = huggingFaceHome();
    settings.token = trimmed(environment("HF_TOKEN"));
    if (settings.token.empty())
        settings.token = trimmed(tokenFromFile(home));
    // A line break would end the header that carries it.
    if (std::any_of(settings.token.begin(), settings.token.end(),
                    [](unsigned char c) { return c <= ' ' || c >= 0x7f; }))
        settings.token.clear();
    for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
        if (settings.cache.empty())
            settings.cache = environment(name);
    }
    if (settings.cache.empty() && !home.empty())
        settings.cache = home / "hub";
    settings.offline = isTrue(environment("HF_HUB_OFFLINE"));
    return settings;
}

Result<void> checkRepositoryName(std::string_view repository) {
    const std::size_t slash = repository.find('/');
    const bool good =
        slash == std::string_view::npos
            ? isNamePart(repository)
            : isNamePart(repository.substr(0, slash)) && isNamePart(repository.substr(slash + 1));
    if (!good || repository.find("--") != std::string_view::npos)
        return failure(ErrorCode::InvalidArgument,
                       "This is no repository's name. Write OWNER/NAME, as in numind/NuNER-v2.0.",
                       std::string(repository));
    return {};
}

}  // namespace spanwise
