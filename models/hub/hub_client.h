#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// How the Hugging Face hub, or a mirror of it, is reached.
struct HubSettings {
    std::string endpoint = "https://huggingface.co";
    /// Sent as Bearer to the endpoint's own scheme, host and port alone; in no message, in no log.
    std::string token;
    std::filesystem::path cache;  ///< where other programs keep what they fetched; may be empty
    bool offline = false;         ///< use the cache alone
    int tries = 5;                ///< in a row without a byte of progress
    std::chrono::milliseconds pause{1000};  ///< before the second try; doubles, up to 30 s
    std::chrono::seconds connectTimeout{15};
    std::chrono::seconds stallTimeout{30};  ///< without a byte
};

/// From HF_ENDPOINT, HF_TOKEN (or the file HF_TOKEN_PATH or $HF_HOME/token), HF_HUB_CACHE,
/// HF_HOME, XDG_CACHE_HOME and HF_HUB_OFFLINE, as huggingface_hub reads them.
[[nodiscard]] HubSettings hubSettingsFromEnvironment();

/// One commit of a repository.
struct HubRevision {
    std::string repository;          ///< as it was asked for, "numind/NuNER-v2.0"
    std::string commit;              ///< 40 hexadecimal digits
    std::vector<std::string> files;  ///< as the server names them: not to be trusted
};

/// What the server says of a file before sending it; empty or negative: not told.
struct HubFile {
    std::string name;
    std::int64_t bytes = -1;
    std::string sha256;   ///< of large files
    std::string gitSha1;  ///< of small files: SHA-1 of "blob <size>\0" + content
};

/// "name" or "owner/name", as the hub allows them. InvalidArgument otherwise.
[[nodiscard]] Result<void> checkRepositoryName(std::string_view repository);

/// Reads one hub over HTTP (libcurl). Blocking; one thread at a time. Answers a stop within a tenth
/// of a second. Tries again on 408, 429 (as long as Retry-After says), 5xx, timeouts and broken
/// connections. Redirects to other hosts are followed without the token, from https never to http.
/// Errors: PermissionDenied (401, 403), NotFound (404), Io (network), Corrupt (size, checksum),
/// DiskFull, Cancelled; each names the repository or file and the remedy.
class HubClient {
public:
    explicit HubClient(HubSettings settings);
    ~HubClient();
    HubClient(const HubClient&) = delete;
    HubClient& operator=(const HubClient&) = delete;

    [[nodiscard]] Result<HubRevision> revision(const std::string& repository,
                                               const std::string& revision, std::stop_token stop);
    [[nodiscard]] Result<HubFile> describe(const HubRevision& revision, const std::string& name,
                                           std::stop_token stop);
    /// Brings `target` to the file's whole length, from the length that it has already; what came
    /// stays when it fails, for the next time. `progress` gets the bytes present. Checks the size
    /// (not yet the checksum).
    [[nodiscard]] Result<void> download(const HubRevision& revision, const HubFile& file,
                                        const std::filesystem::path& target,
                                        const std::function<void(std::int64_t)>& progress,
                                        std::stop_token stop);
    /// The endpoint for people and files, without a password in it.
    [[nodiscard]] std::string shownEndpoint() const;
    /// The last failure was that no server answered.
    [[nodiscard]] bool unreachable() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
