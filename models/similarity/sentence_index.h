#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "core/text/range.h"

namespace spanwise {

/// A sentence of a text by its place.
struct SentenceHit {
    std::string hash;  ///< of the text
    Range sentence;
    double score = 0;  ///< cosine
};

/// Embeddings of sentences, by text, in memory: 8 bits a dimension and one scale a sentence, so
/// that 100,000 sentences of 384 dimensions take 42 MB and a search reads them once. Bounded: the
/// texts used least recently go first. No threads of its own; a value.
class SentenceIndex {
public:
    explicit SentenceIndex(int dimension, std::size_t maxBytes = std::size_t{256} << 20);

    [[nodiscard]] int dimension() const { return m_dimension; }
    [[nodiscard]] std::size_t sentences() const { return m_sentences; }
    [[nodiscard]] std::size_t bytes() const { return m_bytes; }
    /// False when so many bytes more would push others out.
    [[nodiscard]] bool hasRoom(std::size_t bytes) const {
        return bytes <= m_maxBytes && m_bytes <= m_maxBytes - bytes;
    }
    [[nodiscard]] bool contains(const std::string& hash) const { return m_texts.contains(hash); }
    /// Marks a text as used now; false when it is not there.
    bool touch(const std::string& hash);

    /// Takes `states` `[sentences, dimension]`, row-major; replaces what there was of this text. A
    /// text larger than the bound is not kept.
    void add(const std::string& hash, const std::vector<Range>& sentences,
             const std::vector<float>& states);
    void remove(const std::string& hash);

    /// The sentences most like `query` (`[dimension]`, of any length but zero) among the texts
    /// named, best first; ties by text and place. `except`: one that is left out.
    [[nodiscard]] std::vector<SentenceHit> nearest(const std::vector<float>& query,
                                                   std::size_t count,
                                                   const std::unordered_set<std::string>& among,
                                                   const SentenceHit* except = nullptr) const;
    /// The mean embedding of a text, or of the sentence at a place; empty when it is not there.
    [[nodiscard]] std::vector<float> embedding(const std::string& hash, const Range* at) const;

    /// The texts named, as a file's bytes: magic, version, `key` (who made the embeddings),
    /// dimension, texts, and a SHA-256 of it all.
    [[nodiscard]] std::string serialize(std::string_view key,
                                        const std::vector<std::string>& hashes) const;
    /// Adds what such a file holds, without replacing what is there. Returns how many texts it
    /// has. Corrupt when anything is amiss, Incompatible for another key or dimension; the index
    /// is then as it was.
    Result<std::size_t> merge(std::string_view bytes, std::string_view key,
                              const std::string& where);

private:
    struct Text {
        std::vector<Range> sentences;
        std::vector<float> scales;
        std::vector<std::int8_t> values;  ///< [sentences, dimension]
        std::uint64_t used = 0;
        [[nodiscard]] std::size_t bytes() const;
    };
    void put(const std::string& hash, Text text);
    void makeRoom(const std::string& keep);

    int m_dimension;
    std::size_t m_maxBytes;
    std::unordered_map<std::string, Text> m_texts;
    std::size_t m_sentences = 0, m_bytes = 0;
    std::uint64_t m_clock = 0;
};

/// Index files of one encoder below a folder, one for each time that something was added, written
/// whole or not at all. All encoders' files together are bounded: the ones not used for longest go
/// first. No locking: two processes at worst compute the same twice.
class IndexFolder {
public:
    /// `folder` empty: nothing is kept.
    IndexFolder(std::filesystem::path folder, std::string key,
                std::uintmax_t maxBytes = std::uintmax_t{512} << 20);

    /// Fills the index, newest files first, as far as it has room. A broken file is removed and
    /// said so in `notes`.
    void load(SentenceIndex& index, std::vector<std::string>& notes) const;
    /// Error as of the file system; the caller goes on without.
    [[nodiscard]] Result<void> append(const SentenceIndex& index,
                                      const std::vector<std::string>& hashes) const;

private:
    void removeOld() const;
    std::filesystem::path m_root, m_folder;
    std::string m_key;
    std::uintmax_t m_maxBytes;
};

}  // namespace spanwise
