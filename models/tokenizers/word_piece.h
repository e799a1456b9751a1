#pragma once

#include <unordered_map>

#include "models/tokenizers/added_tokens.h"
#include "models/tokenizers/byte_trie.h"
#include "models/tokenizers/tokenizer.h"

namespace spanwise {

/// What BERT's tokenizer depends on, by the names that tokenizer.json uses.
struct WordPieceConfig {
    std::unordered_map<std::string, std::int32_t> vocabulary;
    std::string unknownToken = "[UNK]";
    std::string continuingPrefix = "##";
    int maxCharactersPerWord = 100;
    bool cleanText = true;
    bool spaceChineseCharacters = true;
    bool stripAccents = true;
    bool lowercase = true;
    std::string firstToken = "[CLS]";
    std::string lastToken = "[SEP]";
    std::int32_t padId = 0;
    /// What trim_offsets and add_prefix_space of RobertaProcessing say (MPNet): they matter where
    /// an added token takes the white space beside it. No other token may have any at its ends.
    bool trimOffsets = false, trimPrefixSpace = false;
    /// All found in the text before it is normalised; none may be `normalized`. Their ids are in
    /// the vocabulary.
    std::vector<AddedToken> addedTokens;
};

/// BERT's normaliser, pre-tokenizer and WordPiece model (Devlin et al. 2018; Wu et al. 2016).
class WordPieceTokenizer : public Tokenizer {
public:
    [[nodiscard]] static Result<std::shared_ptr<const WordPieceTokenizer>> make(
        WordPieceConfig config, std::string_view where);

    [[nodiscard]] Encoding encode(std::string_view utf8) const override;
    [[nodiscard]] Encoding encodeWords(const std::vector<std::string>& words) const override;
    [[nodiscard]] std::int32_t firstId() const override { return m_first; }
    [[nodiscard]] std::int32_t lastId() const override { return m_last; }
    [[nodiscard]] std::int32_t padId() const override { return m_config.padId; }
    [[nodiscard]] std::int32_t vocabularySize() const override { return m_size; }
    [[nodiscard]] bool isLowercasing() const override { return m_config.lowercase; }
    [[nodiscard]] std::optional<std::int32_t> idOf(std::string_view token) const override;

    /// The text as the normaliser leaves it, for parity checks.
    [[nodiscard]] std::string normalized(std::string_view utf8) const;

private:
    struct Scratch;
    void encodeInto(std::string_view utf8, std::int32_t word, Scratch& scratch,
                    Encoding& out) const;
    void encodeSegment(std::string_view utf8, Offset firstCodePoint, std::int32_t word,
                       Scratch& scratch, Encoding& out) const;
    static void stripAccents(Scratch& scratch);
    void normalize(std::string_view utf8, Scratch& scratch) const;
    void splitWord(const Scratch& scratch, std::size_t begin, std::size_t end, std::int32_t word,
                   Encoding& out) const;

    WordPieceConfig m_config;
    ByteTrie m_trie;
    std::uint32_t m_continuation = 0;  ///< the trie's node after the continuing prefix
    AddedTokenMatcher m_added;
    std::int32_t m_unknown = 0, m_first = 0, m_last = 0, m_size = 0;
};

}  // namespace spanwise
