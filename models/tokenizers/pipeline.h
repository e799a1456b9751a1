#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/tokenizers/added_tokens.h"
#include "models/tokenizers/tokenizer.h"

/// The stages of a `tokenizer.json`: normalizers, pre-tokenizers, model. Each does what the
/// `tokenizers` library (0.23) does, alignments to the original included.
namespace spanwise::tokenizing {

/// Code points of the original text that something stands for.
struct Source {
    std::int32_t begin = 0, end = 0;
};

/// What normalizers work on: code points, each with its source.
struct Characters {
    struct Item {
        char32_t code;
        Source source;
    };
    /// As the library describes an edit: a code point that takes the place of the next one
    /// (change 0), that is put in (1), or that replaces and swallows -change more.
    struct Edit {
        char32_t code;
        std::int32_t change;
    };
    std::vector<Item> items;
    std::int32_t start = 0;  ///< where the segment begins in the original

    /// Replaces all items by `edits`.
    void apply(const std::vector<Edit>& edits);

    std::vector<Edit> edits;   ///< room for whoever needs it
    std::vector<Item> spares;  ///< the same
};

/// What pre-tokenizers work on: UTF-8 with a source for each byte, cut into pieces.
struct Text {
    std::string bytes;
    std::vector<Source> sources;
    void clear() {
        bytes.clear();
        sources.clear();
    }
};
struct Piece {
    std::uint32_t begin = 0, end = 0;  ///< bytes
    std::int32_t token = -1;           ///< id of the added token that this is; -1: text
};
struct Pieces {
    Text text;
    std::vector<Piece> list;

    Text otherText;
    std::vector<Piece> otherList;  ///< where a stage builds what it makes of them
};

class Normalizer {
public:
    virtual ~Normalizer() = default;
    virtual void apply(Characters& text) const = 0;
};

class PreTokenizer {
public:
    virtual ~PreTokenizer() = default;
    /// `forcePrefix`: put a space before each piece whatever the setting says (ByteLevel only).
    virtual void apply(Pieces& pieces, bool forcePrefix) const = 0;
};

/// A sub-token within a piece, in bytes.
struct SubToken {
    std::int32_t id;
    std::uint32_t begin, end;
};

class SubwordModel {
public:
    virtual ~SubwordModel() = default;
    /// Appends the sub-tokens of a piece.
    virtual void encode(std::string_view piece, std::vector<SubToken>& out) const = 0;
};

/// White space at both ends of each token's text, which trim_offsets cuts off.
struct TokenSpaces {
    std::uint8_t leading = 0, trailing = 0;
};

/// The count of code points that are white space, or the byte-level alphabet's sign for a space.
[[nodiscard]] TokenSpaces spacesOf(std::string_view token);

/// How trim_offsets changes a token's offsets.
[[nodiscard]] Range trimmed(Range offsets, TokenSpaces spaces, bool isFirst, bool prefixSpace);

struct PipelineConfig {
    std::vector<std::unique_ptr<const Normalizer>> normalizers;
    std::vector<std::unique_ptr<const PreTokenizer>> preTokenizers;
    std::unique_ptr<const SubwordModel> model;
    std::vector<AddedToken> addedTokens;
    std::unordered_map<std::string, std::int32_t> ids;
    std::int32_t first = -1, last = -1, pad = 0;
    bool trimOffsets = false;
    bool trimPrefixSpace = false;  ///< the post-processor's add_prefix_space
    /// Words get a space in front even where whole texts don't. transformers refuses to encode
    /// words with RoBERTa's tokenizer otherwise.
    bool prefixWords = false;
    bool trimsByText = false;  ///< a token's text is what it covers, not its vocabulary entry
    bool lowercases = false;
};

/// Any tokenizer.json that has no faster class of its own.
class PipelineTokenizer : public Tokenizer {
public:
    [[nodiscard]] static Result<std::shared_ptr<const PipelineTokenizer>> make(
        PipelineConfig config, std::string_view where);

    [[nodiscard]] Encoding encode(std::string_view utf8) const override;
    [[nodiscard]] Encoding encodeWords(const std::vector<std::string>& words) const override;
    [[nodiscard]] std::int32_t firstId() const override { return m_config.first; }
    [[nodiscard]] std::int32_t lastId() const override { return m_config.last; }
    [[nodiscard]] std::int32_t padId() const override { return m_config.pad; }
    [[nodiscard]] std::int32_t vocabularySize() const override { return m_size; }
    [[nodiscard]] bool isLowercasing() const override { return m_config.lowercases; }
    [[nodiscard]] std::optional<std::int32_t> idOf(std::string_view token) const override;

private:
    struct Scratch;
    void normalize(std::string_view utf8, Characters& characters, Text& out,
                   std::int32_t start) const;
    void encodeSegment(std::string_view utf8, std::int32_t start, std::int32_t word,
                       Scratch& scratch, Encoding& out) const;
    void encodeInto(std::string_view utf8, std::int32_t word, Scratch& scratch,
                    Encoding& out) const;
    void push(Encoding& out, std::int32_t id, Range offsets, std::int32_t word,
              TokenSpaces spaces) const;

    PipelineConfig m_config;
    AddedTokenMatcher m_plain, m_normalized;
    std::vector<TokenSpaces> m_spaces;  ///< by id, only where offsets are trimmed
    std::int32_t m_size = 0;
};

}  // namespace spanwise::tokenizing
