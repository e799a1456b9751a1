#pragma once

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "core/result.h"

namespace spanwise {

/// Where a model of the store came from: spanwise_origin.json beside its files.
struct ModelOrigin {
    std::string date;        ///< UTC, ISO 8601
    std::string repository;  ///< of the hub; empty: added from a folder
    std::string revision;    ///< as asked for
    std::string commit;
    std::string endpoint;
    std::string source;                         ///< the folder that it was copied from
    std::string baseRepository, baseCommit;     ///< whose tokenizer a GLiNER model uses
    std::map<std::string, std::string> sha256;  ///< by file name, as fetched
};
/// An origin without a date gets the present time.
[[nodiscard]] nlohmann::json modelOriginToJson(const ModelOrigin& origin);
/// Empty (no date) when there is none. Leaves the checksums out.
[[nodiscard]] ModelOrigin readModelOrigin(const std::filesystem::path& folder);

[[nodiscard]] std::string utcNow();  ///< "2026-11-21T09:30:00Z"

/// The store's folder, made when it is not there yet.
[[nodiscard]] Result<std::filesystem::path> writableStore();

}  // namespace spanwise
