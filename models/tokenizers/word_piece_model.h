#pragma once

#include "models/tokenizers/pipeline.h"

namespace spanwise::tokenizing {

/// WordPiece (Wu et al. 2016) behind any normalizer and pre-tokenizer. BERT's own chain has a
/// faster class, WordPieceTokenizer.
class WordPieceModel : public SubwordModel {
public:
    /// `unknown` is an id.
    WordPieceModel(const std::unordered_map<std::string, std::int32_t>& vocabulary,
                   std::string_view continuingPrefix, std::int32_t unknown, int maxCharacters);

    void encode(std::string_view piece, std::vector<SubToken>& out) const override;

private:
    ByteTrie m_trie;
    std::uint32_t m_continuation;
    std::int32_t m_unknown;
    int m_maxCharacters;
};

}  // namespace spanwise::tokenizing
