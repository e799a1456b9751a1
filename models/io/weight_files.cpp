#include "models/io/weight_files.h"

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace spanwise {
namespace {
namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kNames{
    "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin",
    "pytorch_model.bin.index.json"};
constexpr std::size_t kMaxIndex = 64U << 20;
constexpr std::size_t kMaxShards = 4096;
/// An index may count shared tensors twice and say its sizes in another element type than the
/// shards'; beyond this it is of another model.
constexpr double kMaxSizeRatio = 16;

std::string inQuotes(std::string_view text) {
    constexpr std::size_t kLongest = 200;
    std::string result = "\"";
    for (const char c : text.substr(0, kLongest))
        result += static_cast<unsigned char>(c) >= ' ' && c != '\x7f' ? c : '?';
    return result + (text.size() > kLongest ? "...\"" : "\"");
}

/// Reads an index without building a tree: constant depth whatever the input, and duplicate names
/// are seen. What is neither "weight_map" nor "metadata.total_size" is passed over.
class IndexHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    std::map<std::string, std::string> weightMap;
    std::optional<double> totalSize;
    bool hasWeightMap = false;
    std::string problem;

    bool null() override { return other("null"); }
    bool boolean(bool) override { return other("a truth value"); }
    bool number_integer(number_integer_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_unsigned(number_unsigned_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_float(number_float_t value, const string_t&) override { return number(value); }
    bool binary(binary_t&) override { return other("binary data"); }
    bool string(string_t& value) override {
        if (!inWeightMap())
            return other("text");
        if (!weightMap.emplace(m_keys[1], value).second)
            return fail("weight_map names the tensor " + inQuotes(m_keys[1]) + " twice");
        return true;
    }
    bool start_object(std::size_t) override {
        if (inWeightMap())
            return other("an object");
        if (m_depth == 1 && m_keys[0] == "weight_map") {
            if (hasWeightMap)
                return fail("there are two weight_map");
            hasWeightMap = true;
            m_weightMap = true;
        }
        ++m_depth;
        return true;
    }
    bool end_object() override {
        if (--m_depth == 1)
            m_weightMap = false;
        return true;
    }
    bool start_array(std::size_t) override {
        if (m_depth == 0 || inWeightMap() || m_keys[0] == "weight_map")
            return other("a list");
        ++m_depth;
        return true;
    }
    bool end_array() override {
        --m_depth;
        return true;
    }
    bool key(string_t& value) override {
        if (m_depth >= 1 && m_depth <= 2)
            m_keys[static_cast<std::size_t>(m_depth - 1)] = value;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        return fail("it is no JSON from byte " + std::to_string(position) + " on");
    }

private:
    [[nodiscard]] bool inWeightMap() const { return m_depth == 2 && m_weightMap; }
    bool fail(std::string what) {
        problem = std::move(what);
        return false;
    }
    bool other(const std::string& what) {
        if (m_depth == 0)
            return fail("expected an object, found " + what);
        if (inWeightMap())
            return fail("weight_map has " + what + " as the file of " + inQuotes(m_keys[1]) +
                        ", expected a file name");
        if (m_depth == 1 && m_keys[0] == "weight_map")
            return fail("weight_map is " + what + ", expected an object");
        if (isTotalSize())
            return fail("metadata.total_size is " + what + ", expected a number of bytes");
        return true;
    }
    [[nodiscard]] bool isTotalSize() const {
        return m_depth == 2 && m_keys[0] == "metadata" && m_keys[1] == "total_size";
    }
    bool number(double value) {
        if (!isTotalSize())
            return other("a number");
        totalSize = value;
        return true;
    }

    int m_depth = 0;
    bool m_weightMap = false;
    std::array<std::string, 2> m_keys;
};

}  // namespace

const std::map<std::string, TensorView>& WeightFiles::File::tensors() const {
    return safetensors ? safetensors->tensors() : pickle->tensors();
}

std::uint64_t WeightFiles::File::size() const {
    return safetensors ? safetensors->bytes().size() : pickle->bytes().size();
}

Result<WeightFiles::File> WeightFiles::openFile(const fs::path& path) {
    File file;
    file.path = path;
    if (path.extension() == ".safetensors") {
        auto opened = SafetensorsFile::open(path);
        if (!opened)
            return tl::unexpected(opened.error());
        file.safetensors = std::move(*opened);
    } else {
        auto opened = TorchPickleFile::open(path);
        if (!opened)
            return tl::unexpected(opened.error());
        file.pickle = std::move(*opened);
    }
    return file;
}

Result<void> WeightFiles::addWhole(const fs::path& path) {
    auto file = openFile(path);
    if (!file)
        return tl::unexpected(file.error());
    m_bytes = file->size();
    m_files.push_back(std::move(*file));
    for (const auto& [name, view] : m_files[0].tensors())
        m_tensors.emplace(name, Place{&view, 0});
    return {};
}

Result<void> WeightFiles::addShards(const fs::path& index) {
    const auto corrupt = [&](const std::string& why) {
        return failure(ErrorCode::Corrupt,
                       "The index of the weights is wrong: " + why +
                           ". Fetch the model again, with all its shards.",
                       index.string());
    };
    auto mapped = MappedFile::open(index);
    if (!mapped)
        return tl::unexpected(mapped.error());
    const std::string_view text = mapped->bytes();
    if (text.size() > kMaxIndex)
        return corrupt("it has " + std::to_string(text.size()) + " bytes, expected at most " +
                       std::to_string(kMaxIndex));
    IndexHandler handler;
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &handler))
        return corrupt(handler.problem);
    if (!handler.hasWeightMap)
        return corrupt("it has no weight_map");
    if (handler.weightMap.empty())
        return corrupt("weight_map is empty");

    const std::string ending =
        index.filename() == kNames[1] ? std::string(".safetensors") : std::string(".bin");
    std::map<std::string, std::size_t> shards;
    for (const auto& [tensor, shard] : handler.weightMap) {
        const std::string named =
            "weight_map says " + inQuotes(tensor) + " is in " + inQuotes(shard);
        if (shard.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos ||
            shard.find("..") != std::string::npos)
            return corrupt(named + ", expected a file of the same folder");
        if (shard.size() <= ending.size() || shard.size() > 255 || !shard.ends_with(ending))
            return corrupt(named + ", expected a file whose name ends in " + ending);
        shards.emplace(shard, 0);
    }
    if (shards.size() > kMaxShards)
        return corrupt("weight_map names " + std::to_string(shards.size()) +
                       " files, expected at most " + std::to_string(kMaxShards));
    for (auto& [shard, position] : shards) {
        const fs::path path = index.parent_path() / shard;
        std::error_code error;
        if (!fs::exists(path, error))
            return failure(ErrorCode::NotFound,
                           "This part of the weights is missing, and " + index.filename().string() +
                               " names it. Fetch it from where the model comes from.",
                           path.string());
        auto file = openFile(path);
        if (!file)
            return tl::unexpected(file.error());
        position = m_files.size();
        m_bytes += file->size();
        m_files.push_back(std::move(*file));
    }
    for (const auto& [tensor, shard] : handler.weightMap) {
        const std::size_t position = shards.at(shard);
        const auto& tensors = m_files[position].tensors();
        const auto found = tensors.find(tensor);
        if (found == tensors.end())
            return corrupt("weight_map says " + inQuotes(tensor) + " is in " + inQuotes(shard) +
                           ", but it is not");
        m_tensors.emplace(tensor, Place{&found->second, position});
    }
    for (std::size_t i = 0; i < m_files.size(); ++i) {
        for (const auto& [tensor, view] : m_files[i].tensors()) {
            const auto known = m_tensors.find(tensor);
            if (known != m_tensors.end() && known->second.file != i)
                return corrupt("the tensor " + inQuotes(tensor) + " is in " +
                               inQuotes(m_files[i].path.filename().string()) + " and in " +
                               inQuotes(m_files[known->second.file].path.filename().string()));
        }
    }
    if (handler.totalSize && !(*handler.totalSize >= 0 &&
                               *handler.totalSize <= kMaxSizeRatio * static_cast<double>(m_bytes)))
        return corrupt("metadata.total_size is " + nlohmann::json(*handler.totalSize).dump() +
                       ", but the shards have " + std::to_string(m_bytes) + " bytes");
    return {};
}

Result<std::shared_ptr<const WeightFiles>> WeightFiles::open(const fs::path& folder) {
    std::error_code error;
    if (!fs::is_directory(folder, error))
        return failure(ErrorCode::NotFound,
                       "There is no such folder. Expected a model's folder with config.json and "
                       "model.safetensors.",
                       folder.string());
    std::shared_ptr<WeightFiles> weights(new WeightFiles);
    for (const std::string_view name : kNames) {
        weights->m_path = folder / name;
        // A broken link is an answer too: the message names it.
        if (!fs::exists(fs::symlink_status(weights->m_path, error)))
            continue;
        const auto added = name.ends_with(".json") ? weights->addShards(weights->m_path)
                                                   : weights->addWhole(weights->m_path);
        if (!added)
            return tl::unexpected(added.error());
        return weights;
    }
    std::string others;
    for (const char* name : {"tf_model.h5", "flax_model.msgpack", "model.onnx", "rust_model.ot"}) {
        if (fs::exists(folder / name, error))
            others += std::string(others.empty() ? "" : ", ") + name;
    }
    if (!others.empty())
        return failure(ErrorCode::Incompatible,
                       "The weights here are in a format that Spanwise does not read (" + others +
                           "). Expected model.safetensors or pytorch_model.bin: save the model "
                           "with transformers' save_pretrained.",
                       folder.string());
    return failure(ErrorCode::NotFound,
                   "There are no weights in this folder. Expected model.safetensors, "
                   "model.safetensors.index.json, pytorch_model.bin or "
                   "pytorch_model.bin.index.json.",
                   folder.string());
}

const TensorView* WeightFiles::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : found->second.view;
}

std::vector<std::string> WeightFiles::names() const {
    std::vector<std::string> names;
    names.reserve(m_tensors.size());
    for (const auto& [name, place] : m_tensors)
        names.push_back(name);
    return names;
}

fs::path WeightFiles::fileOf(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? fs::path() : m_files[found->second.file].path;
}

std::vector<fs::path> WeightFiles::files() const {
    std::vector<fs::path> paths;
    for (const File& file : m_files)
        paths.push_back(file.path);
    return paths;
}

}  // namespace spanwise
