#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "models/io/files.h"
#include "models/io/mapped_file.h"

namespace spanwise {

/// Words of one example that instantiate a concept, half-open. The layout is that of the file.
struct CorpusMention {
    std::int32_t begin = 0, end = 0;
    std::int32_t conceptId = 0;  ///< index into CorpusTables::concepts
};

/// A concept as pre-training sees it.
struct CorpusConcept {
    std::string name, description;
    std::int64_t count = 0;     ///< of mentions
    std::uint64_t sources = 0;  ///< bit i: source i has it
};
/// Where examples are from. A concept that a source lacks is little evidence against its words.
struct CorpusSource {
    std::string name;
    std::int64_t examples = 0;
    double weight = 1;    ///< how often an epoch has each of its examples, on the mean
    std::string licence;  ///< empty: not said
};
inline constexpr std::size_t kMostCorpusSources = 64;

struct CorpusTables {
    std::vector<CorpusConcept> concepts;
    std::vector<CorpusSource> sources;
    /// SHA-256 over the tokenizer's files: ids of another one mean nothing.
    std::string tokenizer;
};

/// Sub-tokens and mentions of one text. Views into the mapped file.
struct CorpusExample {
    std::int32_t source = 0;
    std::span<const std::int32_t> ids;     ///< with the special tokens
    std::span<const std::int32_t> firsts;  ///< per word its first sub-token's place in `ids`
    std::span<const CorpusMention> mentions;
};

/// Material made ready for an encoder: a file of 32-bit integers with one record an example, which
/// is mapped and read from disk in any order, an index of the records, and the tables as JSON.
/// Immutable; any thread.
class Corpus {
public:
    /// Errors: NotFound, Io, Corrupt with the file (lengths, ids, words and concepts are all
    /// checked, so that no index of an example leads astray).
    [[nodiscard]] static Result<std::shared_ptr<const Corpus>> open(
        const std::filesystem::path& folder);

    [[nodiscard]] std::size_t size() const { return m_index.size(); }
    [[nodiscard]] CorpusExample operator[](std::size_t index) const;
    /// Sub-tokens of an example.
    [[nodiscard]] std::int32_t length(std::size_t index) const {
        return m_words[m_index[index] + 1];
    }
    [[nodiscard]] const CorpusTables& tables() const { return m_tables; }
    /// Of all that it holds, for checkpoints.
    [[nodiscard]] const std::string& sha256() const { return m_sha256; }

private:
    Corpus() = default;

    MappedFile m_file;
    std::span<const std::int32_t> m_words;
    std::vector<std::uint64_t> m_index;
    CorpusTables m_tables;
    std::string m_sha256;
};

/// Writes a corpus in constant memory but for the index and the tables.
class CorpusWriter {
public:
    /// The folder must be there.
    explicit CorpusWriter(std::filesystem::path folder);
    void add(std::int32_t source, std::span<const std::int32_t> ids,
             std::span<const std::int32_t> firsts, std::span<const CorpusMention> mentions);
    /// DiskFull and Io name the file.
    [[nodiscard]] Result<void> finish(const CorpusTables& tables);
    [[nodiscard]] std::size_t examples() const { return m_index.size(); }

private:
    std::filesystem::path m_folder;
    FileWriter m_out;
    std::string m_pending;
    std::uint64_t m_written = 0;  ///< 32-bit words
    std::vector<std::uint64_t> m_index;
};

}  // namespace spanwise
