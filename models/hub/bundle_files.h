#pragma once

#include <filesystem>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace spanwise {

inline constexpr const char* kOriginFile = "spanwise_origin.json";

/// The files of a repository or folder that make a model.
struct BundleFiles {
    std::vector<std::string> small;    ///< configuration, tokenizer, card, licence
    std::vector<std::string> weights;  ///< one file, or an index and its shards

    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] bool hasTokenizer() const;
};

/// Picks them by name: weights from model.safetensors, its shards, pytorch_model.bin, its shards,
/// the first of these that is there. Names below folders are left out. Corrupt: a name that leads
/// out of its folder, shards that miss one. Incompatible: no configuration or no weights.
[[nodiscard]] Result<BundleFiles> selectBundleFiles(const std::vector<std::string>& names,
                                                    const std::string& where);
/// Only what a GLiNER repository leaves to its encoder's: config.json and the tokenizer's files.
[[nodiscard]] std::vector<std::string> selectTokenizerFiles(const std::vector<std::string>& names);

/// The names of the regular files in a folder, links to files included.
[[nodiscard]] Result<std::vector<std::string>> fileNames(const std::filesystem::path& folder);

/// Opens what the weights' names promise: safetensors' headers are checked, a PyTorch file must
/// begin as one. Corrupt names the file.
[[nodiscard]] Result<void> checkWeights(const std::filesystem::path& folder,
                                        const BundleFiles& files);

/// Copies and syncs a file; `progress` gets the bytes of each piece.
[[nodiscard]] Result<void> copyFile(const std::filesystem::path& from,
                                    const std::filesystem::path& to,
                                    const std::function<void(std::int64_t)>& progress,
                                    const std::stop_token& stop);

/// DiskFull when `folder`'s disk has not `bytes` left, with both figures.
[[nodiscard]] Result<void> checkRoom(const std::filesystem::path& folder, std::int64_t bytes);

/// Hexadecimal checksums of a file's bytes.
struct FileDigests {
    std::string sha256;
    std::string gitSha1;  ///< as git names a blob
};
[[nodiscard]] Result<FileDigests> digestsOf(const std::filesystem::path& file,
                                            const std::stop_token& stop);

}  // namespace spanwise
