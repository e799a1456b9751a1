#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.h"
#include "models/io/safetensors.h"
#include "models/io/torch_pickle.h"

namespace spanwise {

/// A model folder's weights, whatever files they are in. Looked for in the order of transformers:
/// `model.safetensors`, `model.safetensors.index.json` with its shards, `pytorch_model.bin`,
/// `pytorch_model.bin.index.json` with its shards.
///
/// A shard is a file of the same folder: an index that names another place, itself, a file that is
/// not there, or a tensor that its shard lacks or that lies in two shards, is refused. Errors:
/// NotFound when there are no weights, else those of SafetensorsFile and TorchPickleFile, and
/// Corrupt for an index; `where` is the file in question. Immutable, shareable between threads;
/// views live as long as the object, those of safetensors are memory-mapped.
class WeightFiles {
public:
    [[nodiscard]] static Result<std::shared_ptr<const WeightFiles>> open(
        const std::filesystem::path& folder);
    WeightFiles(const WeightFiles&) = delete;
    WeightFiles& operator=(const WeightFiles&) = delete;

    /// The one file, or the index of the shards.
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    /// Null when there is no such tensor.
    [[nodiscard]] const TensorView* find(const std::string& name) const;
    /// Sorted.
    [[nodiscard]] std::vector<std::string> names() const;
    /// The file that the tensor is in; empty when there is no such tensor.
    [[nodiscard]] std::filesystem::path fileOf(const std::string& name) const;
    /// The files that hold the tensors, in the order of their names.
    [[nodiscard]] std::vector<std::filesystem::path> files() const;
    /// Of all files that hold tensors.
    [[nodiscard]] std::uint64_t bytes() const { return m_bytes; }

private:
    /// One of the two is set.
    struct File {
        std::filesystem::path path;
        std::shared_ptr<const SafetensorsFile> safetensors;
        std::shared_ptr<const TorchPickleFile> pickle;
        [[nodiscard]] const std::map<std::string, TensorView>& tensors() const;
        [[nodiscard]] std::uint64_t size() const;
    };
    struct Place {
        const TensorView* view = nullptr;
        std::size_t file = 0;
    };
    WeightFiles() = default;
    [[nodiscard]] static Result<File> openFile(const std::filesystem::path& path);
    [[nodiscard]] Result<void> addWhole(const std::filesystem::path& path);
    [[nodiscard]] Result<void> addShards(const std::filesystem::path& index);

    std::filesystem::path m_path;
    std::vector<File> m_files;
    std::map<std::string, Place> m_tensors;
    std::uint64_t m_bytes = 0;
};

}  // namespace spanwise
