#include "models/tokenizers/pipeline.h"

#include <algorithm>
#include <limits>

#include "models/tokenizers/bert_characters.h"
#include "models/tokenizers/pipeline_characters.h"

namespace spanwise::tokenizing {
namespace {

constexpr char32_t kByteLevelSpace = 0x120;

}  // namespace

TokenSpaces spacesOf(std::string_view token) {
    const auto limit = [](std::size_t count) {
        return static_cast<std::uint8_t>(std::min<std::size_t>(count, 255));
    };
    std::size_t leading = 0, trailing = 0;
    bool onlySpaces = true;
    for (std::size_t at = 0; at < token.size();) {
        const char32_t c = nextCharacter(token, at);
        const bool space = c == kByteLevelSpace || (bert::classesOf(c) & bert::kSpace) != 0;
        onlySpaces = onlySpaces && space;
        leading += onlySpaces ? 1 : 0;
        trailing = space ? trailing + 1 : 0;
    }
    return {limit(leading), limit(trailing)};
}

Range trimmed(Range offsets, TokenSpaces spaces, bool isFirst, bool prefixSpace) {
    if (spaces.leading > 0) {
        // A single space at the start may be the one that was put there.
        const bool keeps = (isFirst || offsets.begin == 0) && prefixSpace && spaces.leading == 1;
        if (!keeps)
            offsets.begin = std::min<Offset>(offsets.begin + spaces.leading, offsets.end);
    }
    if (spaces.trailing > 0 && offsets.end >= spaces.trailing)
        offsets.end = std::max<Offset>(offsets.end - spaces.trailing, offsets.begin);
    return offsets;
}

struct PipelineTokenizer::Scratch {
    Characters characters;
    Pieces pieces;
    std::vector<SubToken> tokens;
    std::vector<AddedTokenMatcher::Match> plain, normalized;
    bool forcePrefix = false;
};

Result<std::shared_ptr<const PipelineTokenizer>> PipelineTokenizer::make(PipelineConfig config,
                                                                         std::string_view where) {
    auto tokenizer = std::make_shared<PipelineTokenizer>();
    for (const auto& [token, id] : config.ids)
        tokenizer->m_size = std::max(tokenizer->m_size, id + 1);
    if (config.trimOffsets && !config.trimsByText) {
        tokenizer->m_spaces.resize(static_cast<std::size_t>(tokenizer->m_size));
        for (const auto& [token, id] : config.ids)
            tokenizer->m_spaces[static_cast<std::size_t>(id)] = spacesOf(token);
    }
    tokenizer->m_config = std::move(config);
    // The library looks for special tokens first, and takes the first of two that look the same.
    for (const bool special : {true, false}) {
        for (const AddedToken& token : tokenizer->m_config.addedTokens) {
            if (token.special != special || token.content.empty())
                continue;
            if (!token.normalized) {
                tokenizer->m_plain.add(token, token.content);
                continue;
            }
            Characters characters;
            Text text;
            tokenizer->normalize(token.content, characters, text, 0);
            if (text.bytes.empty())
                return failure(ErrorCode::Incompatible,
                               "The added token \"" + token.content +
                                   "\" is to be found in the normalised text, and the normaliser "
                                   "leaves nothing of it.",
                               std::string(where));
            tokenizer->m_normalized.add(token, text.bytes);
        }
    }
    return tokenizer;
}

std::optional<std::int32_t> PipelineTokenizer::idOf(std::string_view token) const {
    const auto found = m_config.ids.find(std::string(token));
    return found == m_config.ids.end() ? std::nullopt : std::optional(found->second);
}

void PipelineTokenizer::normalize(std::string_view utf8, Characters& characters, Text& out,
                                  std::int32_t start) const {
    out.clear();
    if (m_config.normalizers.empty()) {
        out.bytes = utf8;
        out.sources.resize(utf8.size());
        Source* source = out.sources.data();
        std::int32_t at = start - 1;
        for (std::size_t i = 0; i < utf8.size(); ++i) {
            at += (static_cast<unsigned char>(utf8[i]) & 0xc0) != 0x80 ? 1 : 0;
            source[i] = {at, at + 1};
        }
        return;
    }
    characters.items.clear();
    characters.start = start;
    std::int32_t at = start;
    for (std::size_t i = 0; i < utf8.size(); ++at)
        characters.items.push_back({nextCharacter(utf8, i), {at, at + 1}});
    for (const auto& normalizer : m_config.normalizers)
        normalizer->apply(characters);
    for (const Characters::Item& item : characters.items) {
        appendCharacter(item.code, out.bytes);
        out.sources.resize(out.bytes.size(), item.source);
    }
}

void PipelineTokenizer::push(Encoding& out, std::int32_t id, Range offsets, std::int32_t word,
                             TokenSpaces spaces) const {
    if (m_config.trimOffsets)
        offsets = trimmed(offsets, spaces, out.ids.empty(),
                          m_config.trimPrefixSpace || (word >= 0 && m_config.prefixWords));
    out.ids.push_back(id);
    out.offsets.push_back(offsets);
    out.words.push_back(word);
}

void PipelineTokenizer::encodeSegment(std::string_view utf8, std::int32_t start, std::int32_t word,
                                      Scratch& scratch, Encoding& out) const {
    Pieces& pieces = scratch.pieces;
    normalize(utf8, scratch.characters, pieces.text, start);
    pieces.list.clear();
    std::uint32_t covered = 0;
    m_normalized.find(pieces.text.bytes, scratch.normalized);
    for (const AddedTokenMatcher::Match& match : scratch.normalized) {
        const auto begin = static_cast<std::uint32_t>(match.begin);
        if (covered < begin)
            pieces.list.push_back({covered, begin});
        covered = static_cast<std::uint32_t>(match.end);
        pieces.list.push_back({begin, covered, match.id});
    }
    if (covered < pieces.text.bytes.size())
        pieces.list.push_back({covered, static_cast<std::uint32_t>(pieces.text.bytes.size())});
    for (const auto& preTokenizer : m_config.preTokenizers)
        preTokenizer->apply(pieces, scratch.forcePrefix);
    const Text& text = pieces.text;
    for (const Piece& piece : pieces.list) {
        const std::string_view bytes =
            std::string_view(text.bytes).substr(piece.begin, piece.end - piece.begin);
        const Source* sources = text.sources.data() + piece.begin;
        scratch.tokens.clear();
        if (piece.token >= 0)
            scratch.tokens.push_back({piece.token, 0, static_cast<std::uint32_t>(bytes.size())});
        else
            m_config.model->encode(bytes, scratch.tokens);
        // Byte fallback counts the bytes of a prefix or suffix too, as in the library.
        const auto size = static_cast<std::uint32_t>(bytes.size());
        for (SubToken& token : scratch.tokens) {
            token.begin = std::min(token.begin, size - 1);
            token.end = std::clamp(token.end, token.begin + 1, size);
            TokenSpaces spaces;
            if (m_config.trimOffsets)
                spaces = piece.token >= 0 || m_config.trimsByText
                             ? spacesOf(bytes.substr(token.begin, token.end - token.begin))
                             : m_spaces[static_cast<std::size_t>(token.id)];
            push(out, token.id, {sources[token.begin].begin, sources[token.end - 1].end}, word,
                 spaces);
        }
    }
}

void PipelineTokenizer::encodeInto(std::string_view utf8, std::int32_t word, Scratch& scratch,
                                   Encoding& out) const {
    std::size_t covered = 0;
    std::int32_t codePoints = 0;
    const auto count = [&](std::size_t begin, std::size_t end) {
        return static_cast<std::int32_t>(
            std::count_if(utf8.begin() + static_cast<std::ptrdiff_t>(begin),
                          utf8.begin() + static_cast<std::ptrdiff_t>(end),
                          [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
    };
    m_plain.find(utf8, scratch.plain);
    for (const AddedTokenMatcher::Match& match : scratch.plain) {
        if (covered < match.begin) {
            encodeSegment(utf8.substr(covered, match.begin - covered), codePoints, word, scratch,
                          out);
            codePoints += count(covered, match.begin);
        }
        const std::int32_t length = count(match.begin, match.end);
        push(out, match.id, {codePoints, codePoints + length}, word,
             m_config.trimOffsets ? spacesOf(utf8.substr(match.begin, match.end - match.begin))
                                  : TokenSpaces{});
        codePoints += length;
        covered = match.end;
    }
    if (covered < utf8.size())
        encodeSegment(utf8.substr(covered), codePoints, word, scratch, out);
}

Encoding PipelineTokenizer::encode(std::string_view utf8) const {
    Encoding out;
    thread_local Scratch scratch;
    scratch.forcePrefix = false;
    const std::size_t guess = utf8.size() / 4 + 8;
    out.ids.reserve(guess);
    out.offsets.reserve(guess);
    out.words.reserve(guess);
    encodeInto(utf8, -1, scratch, out);
    return out;
}

Encoding PipelineTokenizer::encodeWords(const std::vector<std::string>& words) const {
    Encoding out;
    thread_local Scratch scratch;
    scratch.forcePrefix = m_config.prefixWords;
    for (std::size_t i = 0; i < words.size(); ++i)
        encodeInto(words[i], static_cast<std::int32_t>(i), scratch, out);
    return out;
}

}  // namespace spanwise::tokenizing
