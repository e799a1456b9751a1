#include "models/similarity/sentence_index.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <tuple>

#include "core/text/utf8.h"
#include "models/io/files.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kMagic = "SpnwSim1";
constexpr std::size_t kHash = 64;  ///< hexadecimal digits of a SHA-256
/// A row's largest value is 127, so its length is no less; and a little for rounding.
constexpr float kLargestScale = 1.001F / 127;
constexpr const char* kSuffix = ".sentences";
/// Of a text's bookkeeping, about.
constexpr std::size_t kTextBytes = 256;

std::int32_t dot(const std::int8_t* a, const std::int16_t* b, std::size_t count) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < count; ++i)
        sum += static_cast<std::int32_t>(a[i]) * static_cast<std::int32_t>(b[i]);
    return sum;
}

template <typename T>
void putNumber(std::string& out, T value) {
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out.append(bytes, sizeof value);
}

/// Reads within bounds; after a short read everything is zero and `ok` false.
struct Reader {
    std::string_view bytes;
    bool ok = true;

    std::string_view take(std::size_t count) {
        if (count > bytes.size()) {
            ok = false;
            bytes = {};
            return {};
        }
        const std::string_view part = bytes.substr(0, count);
        bytes.remove_prefix(count);
        return part;
    }
    template <typename T>
    T number() {
        T value{};
        if (const std::string_view part = take(sizeof value); !part.empty())
            std::memcpy(&value, part.data(), sizeof value);
        return value;
    }
};

bool isHash(std::string_view text) {
    return text.size() == kHash && text.find_first_not_of("0123456789abcdef") == text.npos;
}

}  // namespace

std::size_t SentenceIndex::Text::bytes() const {
    return values.size() + sentences.size() * (sizeof(Range) + sizeof(float)) + kTextBytes;
}

SentenceIndex::SentenceIndex(int dimension, std::size_t maxBytes)
    : m_dimension(dimension), m_maxBytes(maxBytes) {}

bool SentenceIndex::touch(const std::string& hash) {
    const auto found = m_texts.find(hash);
    if (found == m_texts.end())
        return false;
    found->second.used = ++m_clock;
    return true;
}

void SentenceIndex::add(const std::string& hash, const std::vector<Range>& sentences,
                        const std::vector<float>& states) {
    const auto dimension = static_cast<std::size_t>(m_dimension);
    Text text;
    text.sentences = sentences;
    text.scales.reserve(sentences.size());
    text.values.resize(sentences.size() * dimension);
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const float* row = states.data() + i * dimension;
        float most = 0;
        double length = 0;
        for (std::size_t d = 0; d < dimension; ++d) {
            most = std::max(most, std::abs(row[d]));
            length += static_cast<double>(row[d]) * row[d];
        }
        if (!(most > 0) || !std::isfinite(length)) {
            text.scales.push_back(0);
            continue;
        }
        double quantised = 0;
        for (std::size_t d = 0; d < dimension; ++d) {
            const float value = std::round(row[d] * (127 / most));
            text.values[i * dimension + d] = static_cast<std::int8_t>(value);
            quantised += static_cast<double>(value) * value;
        }
        // Length one after rounding, too.
        text.scales.push_back(static_cast<float>(1 / std::sqrt(quantised)));
    }
    put(hash, std::move(text));
}

void SentenceIndex::put(const std::string& hash, Text text) {
    remove(hash);
    if (text.bytes() > m_maxBytes)
        return;
    text.used = ++m_clock;
    m_bytes += text.bytes();
    m_sentences += text.sentences.size();
    m_texts.emplace(hash, std::move(text));
    makeRoom(hash);
}

void SentenceIndex::remove(const std::string& hash) {
    const auto found = m_texts.find(hash);
    if (found == m_texts.end())
        return;
    m_bytes -= found->second.bytes();
    m_sentences -= found->second.sentences.size();
    m_texts.erase(found);
}

/// Down to nine tenths, so that the next text does not sort them all again.
void SentenceIndex::makeRoom(const std::string& keep) {
    if (m_bytes <= m_maxBytes)
        return;
    std::vector<std::pair<std::uint64_t, std::string>> byAge;
    for (const auto& [hash, text] : m_texts)
        byAge.emplace_back(text.used, hash);
    std::sort(byAge.begin(), byAge.end());
    for (const auto& [used, hash] : byAge) {
        if (m_bytes <= m_maxBytes - m_maxBytes / 10)
            return;
        if (hash != keep)
            remove(hash);
    }
}

std::vector<SentenceHit> SentenceIndex::nearest(const std::vector<float>& query, std::size_t count,
                                                const std::unordered_set<std::string>& among,
                                                const SentenceHit* except) const {
    const auto dimension = static_cast<std::size_t>(m_dimension);
    double length = 0;
    float most = 0;
    for (const float value : query) {
        length += static_cast<double>(value) * value;
        most = std::max(most, std::abs(value));
    }
    if (query.size() != dimension || count == 0 || !(length > 0) || !std::isfinite(length))
        return {};
    // A product of 127 * 4095 in up to 4096 dimensions fits 32 bits.
    const float step = most / 4095;
    std::vector<std::int16_t> quantised(dimension);
    for (std::size_t d = 0; d < dimension; ++d)
        quantised[d] = static_cast<std::int16_t>(std::lround(query[d] / step));
    const float scale = static_cast<float>(step / std::sqrt(length));

    struct Scored {
        float score;
        const std::string* hash;
        const Range* sentence;
    };
    const auto isBetter = [](const Scored& a, const Scored& b) {
        return std::tie(b.score, *a.hash, *a.sentence) < std::tie(a.score, *b.hash, *b.sentence);
    };
    std::vector<Scored> heap;  // its front is the worst of the best
    for (const std::string& name : among) {
        const auto found = m_texts.find(name);
        if (found == m_texts.end())
            continue;
        const auto& [hash, text] = *found;
        for (std::size_t i = 0; i < text.sentences.size(); ++i) {
            if (text.scales[i] == 0)
                continue;
            const Scored scored{static_cast<float>(dot(text.values.data() + i * dimension,
                                                       quantised.data(), dimension)) *
                                    text.scales[i] * scale,
                                &hash, &text.sentences[i]};
            if (heap.size() == count && !isBetter(scored, heap.front()))
                continue;
            if (except != nullptr && except->hash == hash && except->sentence == text.sentences[i])
                continue;
            if (heap.size() == count) {
                std::pop_heap(heap.begin(), heap.end(), isBetter);
                heap.pop_back();
            }
            heap.push_back(scored);
            std::push_heap(heap.begin(), heap.end(), isBetter);
        }
    }
    std::sort_heap(heap.begin(), heap.end(), isBetter);
    std::vector<SentenceHit> hits;
    hits.reserve(heap.size());
    for (const Scored& scored : heap)
        hits.push_back({*scored.hash, *scored.sentence, scored.score});
    return hits;
}

std::vector<float> SentenceIndex::embedding(const std::string& hash, const Range* at) const {
    const auto found = m_texts.find(hash);
    if (found == m_texts.end())
        return {};
    const Text& text = found->second;
    const auto dimension = static_cast<std::size_t>(m_dimension);
    std::vector<float> sum(dimension, 0);
    bool any = false;
    for (std::size_t i = 0; i < text.sentences.size(); ++i) {
        if (text.scales[i] == 0 || (at != nullptr && !text.sentences[i].overlaps(*at)))
            continue;
        any = true;
        for (std::size_t d = 0; d < dimension; ++d)
            sum[d] += static_cast<float>(text.values[i * dimension + d]) * text.scales[i];
    }
    if (!any)
        return {};
    double length = 0;
    for (const float value : sum)
        length += static_cast<double>(value) * value;
    for (float& value : sum)
        value = static_cast<float>(value / std::sqrt(std::max(length, 1e-12)));
    return sum;
}

std::string SentenceIndex::serialize(std::string_view key,
                                     const std::vector<std::string>& hashes) const {
    std::string out(kMagic);
    out += sha256Hex(key);
    putNumber(out, static_cast<std::uint32_t>(m_dimension));
    std::uint32_t count = 0;
    std::string body;
    for (const std::string& hash : hashes) {
        const auto found = m_texts.find(hash);
        if (found == m_texts.end() || !isHash(hash))
            continue;
        const Text& text = found->second;
        ++count;
        body += hash;
        putNumber(body, static_cast<std::uint32_t>(text.sentences.size()));
        for (const Range& range : text.sentences) {
            putNumber(body, range.begin);
            putNumber(body, range.end);
        }
        for (const float scale : text.scales)
            putNumber(body, scale);
        body.append(reinterpret_cast<const char*>(text.values.data()), text.values.size());
    }
    putNumber(out, count);
    out += body;
    out += sha256Hex(out);
    return out;
}

Result<std::size_t> SentenceIndex::merge(std::string_view bytes, std::string_view key,
                                         const std::string& where) {
    const auto corrupt = [&](const char* what) {
        return failure(ErrorCode::Corrupt,
                       std::string("This file of sentence embeddings ") + what +
                           "; it is left out, and made anew when it is needed.",
                       where);
    };
    if (bytes.size() < kMagic.size() + kHash || bytes.substr(0, kMagic.size()) != kMagic)
        return corrupt("does not begin as one");
    const std::string_view content = bytes.substr(0, bytes.size() - kHash);
    if (sha256Hex(content) != bytes.substr(content.size()))
        return corrupt("is not what was written: its checksum differs");
    Reader reader{content.substr(kMagic.size())};
    if (reader.take(kHash) != sha256Hex(key))
        return failure(ErrorCode::Incompatible,
                       "This file of sentence embeddings is another encoder's.", where);
    const auto dimension = reader.number<std::uint32_t>();
    if (dimension != static_cast<std::uint32_t>(m_dimension))
        return failure(ErrorCode::Incompatible,
                       "This file of sentence embeddings has " + std::to_string(dimension) +
                           " dimensions, the encoder " + std::to_string(m_dimension) + ".",
                       where);
    const auto count = reader.number<std::uint32_t>();
    std::vector<std::pair<std::string, Text>> texts;
    for (std::uint32_t t = 0; t < count && reader.ok; ++t) {
        std::string hash(reader.take(kHash));
        const auto sentences = reader.number<std::uint32_t>();
        if (!isHash(hash) ||
            sentences > reader.bytes.size() / (sizeof(Range) + sizeof(float) + dimension))
            return corrupt("ends too soon");
        Text text;
        Offset last = 0;
        for (std::uint32_t i = 0; i < sentences; ++i) {
            const Range range{reader.number<Offset>(), reader.number<Offset>()};
            if (range.begin < last || range.isEmpty())
                return corrupt("has sentences out of order");
            last = range.end;
            text.sentences.push_back(range);
        }
        for (std::uint32_t i = 0; i < sentences; ++i) {
            text.scales.push_back(reader.number<float>());
            if (!(text.scales.back() >= 0 && text.scales.back() <= kLargestScale))
                return corrupt("has a length that cannot be");
        }
        const std::string_view values = reader.take(std::size_t{sentences} * dimension);
        text.values.resize(values.size());
        if (!values.empty())
            std::memcpy(text.values.data(), values.data(), values.size());
        texts.emplace_back(std::move(hash), std::move(text));
    }
    if (!reader.ok || !reader.bytes.empty())
        return corrupt("has another length than it says");
    const std::size_t found = texts.size();
    for (auto& [hash, text] : texts) {
        if (!contains(hash))
            put(hash, std::move(text));
    }
    return found;
}

// --- files

IndexFolder::IndexFolder(fs::path folder, std::string key, std::uintmax_t maxBytes)
    : m_root(std::move(folder)),
      m_folder(m_root.empty() ? fs::path() : m_root / sha256Hex(key).substr(0, 16)),
      m_key(std::move(key)),
      m_maxBytes(maxBytes) {}

namespace {

struct IndexFile {
    fs::file_time_type time;
    fs::path path;
    std::uintmax_t bytes;
};

/// Newest first. Folders that cannot be read are empty.
std::vector<IndexFile> filesBelow(const fs::path& folder) {
    std::vector<IndexFile> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        if (entry->path().extension() != kSuffix || !entry->is_regular_file(ignored))
            continue;
        const auto time = entry->last_write_time(ignored);
        const auto bytes = entry->file_size(ignored);
        if (!ignored)
            files.push_back({time, entry->path(), bytes});
    }
    std::sort(files.begin(), files.end(), [](const IndexFile& a, const IndexFile& b) {
        return std::tie(b.time, a.path) < std::tie(a.time, b.path);
    });
    return files;
}

}  // namespace

void IndexFolder::load(SentenceIndex& index, std::vector<std::string>& notes) const {
    if (m_folder.empty())
        return;
    for (const IndexFile& file : filesBelow(m_folder)) {
        if (file.bytes <= m_maxBytes && !index.hasRoom(file.bytes))
            continue;
        std::error_code ignored;
        Result<std::size_t> read = failure(ErrorCode::Corrupt,
                                           "This file of sentence embeddings is larger than all of "
                                           "them may be.",
                                           file.path.string());
        if (file.bytes <= m_maxBytes) {
            const auto bytes = readWholeFile(file.path);
            if (!bytes) {
                notes.push_back(bytes.error().text());
                continue;
            }
            read = index.merge(*bytes, m_key, file.path.string());
        }
        if (!read) {
            notes.push_back(read.error().text());
            fs::remove(file.path, ignored);
            continue;
        }
        fs::last_write_time(file.path, fs::file_time_type::clock::now(), ignored);
    }
}

Result<void> IndexFolder::append(const SentenceIndex& index,
                                 const std::vector<std::string>& hashes) const {
    if (m_folder.empty() || hashes.empty())
        return {};
    std::error_code error;
    fs::create_directories(m_folder, error);
    if (error)
        return tl::unexpected(fileError(error.value(), m_folder, "make"));
    const std::string bytes = index.serialize(m_key, hashes);
    const fs::path target = m_folder / (sha256Hex(bytes).substr(0, 24) + kSuffix);
    const fs::path staging = fs::path(target).concat(".part");
    if (auto written = writeWholeFile(staging, bytes); !written) {
        fs::remove(staging, error);
        return written;
    }
    fs::rename(staging, target, error);
    if (error)
        return tl::unexpected(fileError(error.value(), target, "write"));
    removeOld();
    return {};
}

void IndexFolder::removeOld() const {
    std::uintmax_t total = 0;
    for (const IndexFile& file : filesBelow(m_root)) {
        total += file.bytes;
        std::error_code ignored;
        if (total > m_maxBytes)
            fs::remove(file.path, ignored);
    }
}

}  // namespace spanwise
