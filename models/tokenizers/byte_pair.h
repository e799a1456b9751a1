#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <utility>

#include "models/tokenizers/pipeline.h"
#include "models/tokenizers/string_table.h"

namespace spanwise::tokenizing {

/// What a BPE model depends on, by the names that tokenizer.json uses.
struct BytePairConfig {
    std::unordered_map<std::string, std::int32_t> vocabulary;
    std::vector<std::pair<std::string, std::string>> merges;  ///< most wanted first
    std::optional<std::string> unknownToken;
    std::string continuingPrefix, wordSuffix;
    bool fuseUnknown = false, byteFallback = false, ignoreMerges = false;
    /// Pieces are bytes; the vocabulary spells them in the byte-level alphabet.
    bool byteLevel = false;
};

/// The byte that a code point of the byte-level alphabet stands for, or -1.
[[nodiscard]] int byteOf(char32_t c);

/// Byte pair encoding (Sennrich et al. 2016), byte-level or over code points.
class BytePairModel : public SubwordModel {
public:
    [[nodiscard]] static Result<std::unique_ptr<const BytePairModel>> make(
        const BytePairConfig& config, const std::string& where);

    void encode(std::string_view piece, std::vector<SubToken>& out) const override;

private:
    struct Pair {
        std::uint64_t key = 0;  ///< left << 32 | right, plus 1; 0: free
        std::uint32_t rank = 0;
        std::int32_t id = 0;
    };
    struct Symbol {
        std::int32_t id;
        std::uint32_t length;  ///< bytes
    };
    struct Scratch;
    [[nodiscard]] const Pair* pairOf(std::int32_t left, std::int32_t right) const;
    void putPair(std::int32_t left, std::int32_t right, std::uint32_t rank, std::int32_t id);
    void symbolsOf(std::string_view piece, std::vector<Symbol>& out) const;
    void mergeFew(std::vector<Symbol>& symbols, std::vector<std::uint32_t>& ranks) const;
    void mergeMany(std::vector<Symbol>& symbols) const;

    StringTable m_words;  ///< whole vocabulary, in bytes where byte-level
    std::vector<Pair> m_pairs;
    /// By id, whether merging leads to the token itself when a piece equals it: 0 not known yet, 1
    /// yes, 2 no.
    std::unique_ptr<std::atomic<std::uint8_t>[]> m_whole;
    std::array<std::int32_t, 256> m_byteIds{};      ///< of single bytes; -1: none
    std::array<std::int32_t, 256> m_fallbackIds{};  ///< of <0x00> to <0xFF>; -1: none
    std::string m_prefix, m_suffix;
    std::int32_t m_unknown = -1;
    bool m_fuse = false, m_fallback = false, m_ignoreMerges = false, m_byteLevel = false;
};

}  // namespace spanwise::tokenizing
