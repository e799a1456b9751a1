#include "models/hub/bundle_files.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <nlohmann/json.hpp>

#include "models/io/files.h"
#include "models/io/safetensors.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

constexpr std::array kTokenizerNames{"tokenizer.json",
                                     "tokenizer_config.json",
                                     "special_tokens_map.json",
                                     "added_tokens.json",
                                     "vocab.txt",
                                     "vocab.json",
                                     "merges.txt"};
constexpr std::array kOtherNames{"config.json", "gliner_config.json", "README.md", "spanwise.json",
                                 kOriginFile};
constexpr std::size_t kMaxShards = 1000;
constexpr std::size_t kPiece = std::size_t{1} << 20;
/// Left free on a disk that is filled.
constexpr std::int64_t kSlack = 16 << 20;

bool isTokenizerFile(const std::string& name) {
    return std::find(kTokenizerNames.begin(), kTokenizerNames.end(), name) !=
               kTokenizerNames.end() ||
           (name.ends_with(".model") && name.size() > 6);
}

bool leadsOut(const std::string& name) {
    if (name.empty() || name.front() == '/')
        return true;
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find_first_of("/\\", begin), name.size());
        const std::string_view component(name.data() + begin, end - begin);
        if (component == ".." || component == ".")
            return true;
        begin = end + 1;
    }
    return std::any_of(name.begin(), name.end(),
                       [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

/// A name without folders that any file system takes.
bool isPlain(const std::string& name) {
    return name.find_first_of("/\\:") == std::string::npos && name.front() != '.' &&
           name.size() <= 200;
}

/// The shards `stem-00001-of-00003.ending`; empty when there are none.
Result<std::vector<std::string>> shardsOf(const std::vector<std::string>& names,
                                          const std::string& stem, const std::string& ending,
                                          const std::string& where) {
    std::vector<std::string> shards;
    std::string count;
    for (const std::string& name : names) {
        const std::size_t digits = stem.size() + 1;
        if (name.size() != digits + 14 + ending.size() || !name.starts_with(stem + "-") ||
            !name.ends_with(ending) || name.compare(digits + 5, 4, "-of-") != 0)
            continue;
        const std::string number = name.substr(digits, 5);
        const std::string total = name.substr(digits + 9, 5);
        if ((number + total).find_first_not_of("0123456789") != std::string::npos)
            continue;
        if (!count.empty() && total != count)
            return failure(ErrorCode::Corrupt,
                           name + " is one of " + total + " parts, but another file is one of " +
                               count + ". Weights in parts need one set.",
                           where);
        count = total;
        shards.push_back(name);
    }
    std::sort(shards.begin(), shards.end());
    shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
    if (shards.empty())
        return shards;
    const std::size_t expected = std::stoul(count);
    if (shards.size() != expected || expected > kMaxShards)
        return failure(ErrorCode::Corrupt,
                       "The weights " + stem + ending + " come in " + std::to_string(expected) +
                           " parts, of which " + std::to_string(shards.size()) + " are there.",
                       where);
    return shards;
}

struct DigestContext {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free};
    explicit DigestContext(const EVP_MD* kind) { EVP_DigestInit_ex(context.get(), kind, nullptr); }
    void add(std::string_view bytes) {
        EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
    }
    [[nodiscard]] std::string hex() {
        std::array<unsigned char, EVP_MAX_MD_SIZE> raw{};
        unsigned size = 0;
        EVP_DigestFinal_ex(context.get(), raw.data(), &size);
        constexpr std::string_view kDigits = "0123456789abcdef";
        std::string text;
        for (unsigned i = 0; i < size; ++i) {
            text += kDigits[raw[i] >> 4];
            text += kDigits[raw[i] & 15];
        }
        return text;
    }
};

/// Reads a file in pieces. Cancelled when stopped.
Result<void> readPieces(const fs::path& path, const std::stop_token& stop,
                        const std::function<void(std::string_view)>& take) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return tl::unexpected(fileError(errno, path, "read"));
    const std::unique_ptr<const int, void (*)(const int*)> closer(
        &descriptor, [](const int* d) { ::close(*d); });
    std::vector<char> piece(kPiece);
    for (;;) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "cancelled");
        const ssize_t n = ::read(descriptor, piece.data(), piece.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return tl::unexpected(fileError(errno, path, "read"));
        if (n == 0)
            return {};
        take({piece.data(), static_cast<std::size_t>(n)});
    }
}

std::string megabytes(std::int64_t bytes) {
    return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
}

}  // namespace

bool BundleFiles::has(const std::string& name) const {
    return std::find(small.begin(), small.end(), name) != small.end();
}

bool BundleFiles::hasTokenizer() const {
    const auto isVocabulary = [](const std::string& name) {
        return name == "tokenizer.json" || name == "vocab.txt" || name == "vocab.json" ||
               name.ends_with(".model");
    };
    return std::any_of(small.begin(), small.end(), isVocabulary);
}

Result<BundleFiles> selectBundleFiles(const std::vector<std::string>& names,
                                      const std::string& where) {
    std::vector<std::string> plain;
    for (const std::string& name : names) {
        if (leadsOut(name)) {
            std::string shown = name.substr(0, 100);
            std::replace_if(
                shown.begin(), shown.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; },
                '?');
            return failure(ErrorCode::Corrupt,
                           "The list of files has the name \"" + shown +
                               "\", which leads out of the model's folder. Nothing was written; do "
                               "not trust this source.",
                           where);
        }
        if (isPlain(name))
            plain.push_back(name);
    }
    std::sort(plain.begin(), plain.end());
    plain.erase(std::unique(plain.begin(), plain.end()), plain.end());
    const auto has = [&](const std::string& name) {
        return std::binary_search(plain.begin(), plain.end(), name);
    };

    BundleFiles files;
    for (const std::string& name : plain) {
        if (isTokenizerFile(name) || name.starts_with("LICENSE") ||
            std::find(kOtherNames.begin(), kOtherNames.end(), name) != kOtherNames.end())
            files.small.push_back(name);
    }
    if (!files.has("config.json") && !files.has("gliner_config.json"))
        return failure(ErrorCode::Incompatible,
                       "This is no model that Spanwise can use: expected config.json or "
                       "gliner_config.json, found neither.",
                       where);
    for (const auto& [stem, ending] : {std::pair<std::string, std::string>{"model", ".safetensors"},
                                       {"pytorch_model", ".bin"}}) {
        if (has(stem + ending)) {
            files.weights = {stem + ending};
            return files;
        }
        auto shards = shardsOf(plain, stem, ending, where);
        if (!shards)
            return tl::unexpected(shards.error());
        if (shards->empty())
            continue;
        const std::string index = stem + ending + ".index.json";
        if (!has(index))
            return failure(ErrorCode::Corrupt,
                           "The weights come in parts, but " + index + " is missing.", where);
        files.weights = std::move(*shards);
        files.small.push_back(index);
        return files;
    }
    return failure(ErrorCode::Incompatible,
                   "There are no weights that Spanwise reads: expected model.safetensors or "
                   "pytorch_model.bin, whole or in parts. Weights for TensorFlow, Flax or ONNX "
                   "alone do not do.",
                   where);
}

std::vector<std::string> selectTokenizerFiles(const std::vector<std::string>& names) {
    std::vector<std::string> files;
    for (const std::string& name : names) {
        if (!leadsOut(name) && isPlain(name) && (isTokenizerFile(name) || name == "config.json"))
            files.push_back(name);
    }
    return files;
}

Result<std::vector<std::string>> fileNames(const fs::path& folder) {
    std::vector<std::string> names;
    std::error_code error;
    fs::directory_iterator it(folder, error);
    for (; !error && it != fs::directory_iterator(); it.increment(error)) {
        std::error_code ignored;
        if (it->is_regular_file(ignored))
            names.push_back(it->path().filename().string());
    }
    if (error)
        return tl::unexpected(fileError(error.value(), folder, "read"));
    std::sort(names.begin(), names.end());
    return names;
}

Result<void> checkWeights(const fs::path& folder, const BundleFiles& files) {
    for (const std::string& name : files.weights) {
        if (name.ends_with(".safetensors")) {
            if (const auto file = SafetensorsFile::open(folder / name); !file)
                return tl::unexpected(file.error());
            continue;
        }
        std::array<char, 4> begin{};
        const int descriptor = ::open((folder / name).c_str(), O_RDONLY | O_CLOEXEC);
        if (descriptor < 0)
            return tl::unexpected(fileError(errno, folder / name, "read"));
        const ssize_t n = ::read(descriptor, begin.data(), begin.size());
        ::close(descriptor);
        const bool isZip = n == 4 && std::string_view(begin.data(), 4) == "PK\x03\x04";
        const bool isPickle = n >= 2 && begin[0] == '\x80';
        if (!isZip && !isPickle)
            return failure(ErrorCode::Corrupt,
                           "Expected weights as PyTorch writes them (a zip archive or a pickle), "
                           "found other bytes. A file of Git LFS's pointers, or a broken "
                           "download? Fetch it again.",
                           (folder / name).string());
    }
    return {};
}

Result<void> copyFile(const fs::path& from, const fs::path& to,
                      const std::function<void(std::int64_t)>& progress,
                      const std::stop_token& stop) {
    FileWriter out(to);
    const auto read = readPieces(from, stop, [&](std::string_view bytes) {
        out.write(bytes);
        if (progress)
            progress(static_cast<std::int64_t>(bytes.size()));
    });
    if (!read)
        return read;
    return out.finish();
}

Result<void> checkRoom(const fs::path& folder, std::int64_t bytes) {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    if (error || bytes <= 0)
        return {};  // writing will tell
    const auto available = static_cast<std::int64_t>(
        std::min<std::uintmax_t>(space.available, std::uintmax_t{1} << 62));
    if (available - kSlack >= bytes)
        return {};
    return failure(ErrorCode::DiskFull,
                   "The model needs " + megabytes(bytes) + " more, and the disk has " +
                       megabytes(available) +
                       ". Free some room, or set SPANWISE_MODELS to a folder on another disk.",
                   folder.string());
}

Result<FileDigests> digestsOf(const fs::path& file, const std::stop_token& stop) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    if (error)
        return tl::unexpected(fileError(error.value(), file, "read"));
    DigestContext sha256(EVP_sha256());
    DigestContext sha1(EVP_sha1());
    sha1.add("blob " + std::to_string(size) + std::string(1, '\0'));
    // Large files are never named by SHA-1.
    const bool both = size <= (std::uintmax_t{64} << 20);
    const auto read = readPieces(file, stop, [&](std::string_view bytes) {
        sha256.add(bytes);
        if (both)
            sha1.add(bytes);
    });
    if (!read)
        return tl::unexpected(read.error());
    return FileDigests{sha256.hex(), both ? sha1.hex() : std::string()};
}

}  // namespace spanwise
