#pragma once

#include <array>
#include <atomic>
#include <memory>

#include "models/tokenizers/double_array.h"
#include "models/tokenizers/pipeline.h"
#include "models/tokenizers/string_table.h"

namespace spanwise::tokenizing {

struct UnigramConfig {
    std::vector<std::pair<std::string, double>> pieces;  ///< by id, with log probabilities
    std::int32_t unknown = -1;
    bool byteFallback = false;
};

/// The most probable split (Kudo 2018), with SentencePiece's penalty for unknown characters, whose
/// neighbours join them.
class UnigramModel : public SubwordModel {
public:
    [[nodiscard]] static Result<std::unique_ptr<const UnigramModel>> make(
        const UnigramConfig& config, const std::string& where);

    void encode(std::string_view piece, std::vector<SubToken>& out) const override;

private:
    struct Node {
        double score;
        std::int32_t begin;  ///< -1: not reached
        std::int32_t id;
    };
    struct Scratch;
    void pushUnknown(std::string_view piece, std::uint32_t begin, std::uint32_t end,
                     std::vector<SubToken>& out) const;

    DoubleArray m_trie;
    StringTable m_words;
    std::vector<double> m_scores;
    /// By id, whether a piece that equals it stays whole: 0 not known yet, 1 yes, 2 no.
    std::unique_ptr<std::atomic<std::uint8_t>[]> m_whole;
    std::array<std::int32_t, 256> m_byteIds{};
    double m_unknownScore = 0;
    std::int32_t m_unknown = -1;
    bool m_fallback = false;
};

}  // namespace spanwise::tokenizing
