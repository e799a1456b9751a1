#include "models/tokenizers/word_piece.h"

#include <unicode/utf8.h>

#include <algorithm>

#include "models/tokenizers/bert_characters.h"
#include "models/tokenizers/pipeline.h"

namespace spanwise {
namespace {

bool has(UChar32 c, int classes) {
    return (bert::classesOf(static_cast<char32_t>(c)) & classes) != 0;
}

}  // namespace

/// A normalised text: its code points in UTF-8, and for each byte the code point of the original.
struct WordPieceTokenizer::Scratch {
    struct Character {
        UChar32 code;
        std::int32_t source;
        bool added = false;  ///< a further part of what is decomposed
    };
    std::vector<Character> characters, decomposed;
    std::string bytes;
    std::vector<std::int32_t> sources;  ///< per byte
    Offset first = 0;                   ///< of the segment, added to the sources
    std::vector<AddedTokenMatcher::Match> added;
};

Result<std::shared_ptr<const WordPieceTokenizer>> WordPieceTokenizer::make(WordPieceConfig config,
                                                                           std::string_view where) {
    auto tokenizer = std::make_shared<WordPieceTokenizer>();
    const auto idOf = [&](const std::string& token, std::int32_t& id) -> Result<void> {
        const auto found = config.vocabulary.find(token);
        if (found == config.vocabulary.end())
            return failure(ErrorCode::Incompatible,
                           "The vocabulary has no \"" + token +
                               "\": it does not belong to this kind of tokenizer.",
                           std::string(where));
        id = found->second;
        return {};
    };
    for (const auto& [token, id] : {std::pair{&config.unknownToken, &tokenizer->m_unknown},
                                    std::pair{&config.firstToken, &tokenizer->m_first},
                                    std::pair{&config.lastToken, &tokenizer->m_last}}) {
        if (auto ok = idOf(*token, *id); !ok)
            return tl::unexpected(ok.error());
    }
    std::size_t bytes = 0;
    for (const auto& [token, id] : config.vocabulary)
        bytes += token.size();
    tokenizer->m_trie = ByteTrie(bytes);
    for (const auto& [token, id] : config.vocabulary) {
        tokenizer->m_trie.insert(token, id);
        tokenizer->m_size = std::max(tokenizer->m_size, id + 1);
    }
    tokenizer->m_continuation = tokenizer->m_trie.find(config.continuingPrefix);
    // The library looks for special tokens first, and takes the first of two that look the same.
    for (const bool special : {true, false}) {
        for (const AddedToken& token : config.addedTokens) {
            if (token.special == special && !token.content.empty())
                tokenizer->m_added.add(token, token.content);
        }
    }
    tokenizer->m_config = std::move(config);
    return tokenizer;
}

/// Canonical decomposition, canonical order, and off with the marks.
void WordPieceTokenizer::stripAccents(Scratch& scratch) {
    auto& decomposed = scratch.decomposed;
    decomposed.clear();
    std::size_t run = 0;  // where the present sequence of combining characters begins
    for (const Scratch::Character& character : scratch.characters) {
        char32_t buffer[4];
        const auto c = static_cast<char32_t>(character.code);
        const auto parts = has(character.code, bert::kDecomposes)
                               ? bert::decompose(c, buffer)
                               : std::span<const char32_t>(&c, 1);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            const auto part = static_cast<UChar32>(parts[i]);
            const Scratch::Character item{part, character.source, i > 0};
            if (!has(part, bert::kCombines)) {
                decomposed.push_back(item);
                run = decomposed.size();
                continue;
            }
            const auto klass = bert::combiningClass(parts[i]);
            std::size_t at = decomposed.size();
            while (at > run &&
                   bert::combiningClass(static_cast<char32_t>(decomposed[at - 1].code)) > klass)
                --at;
            decomposed.insert(decomposed.begin() + static_cast<std::ptrdiff_t>(at), item);
        }
    }
    // The reference gives out the sources in the order of the text, whatever moved.
    std::size_t next = 0;
    for (Scratch::Character& item : decomposed) {
        next += item.added ? 0 : 1;
        item.source = scratch.characters[next - 1].source;
    }
    std::erase_if(decomposed,
                  [](const Scratch::Character& item) { return has(item.code, bert::kMark); });
    scratch.characters.swap(decomposed);
}

void WordPieceTokenizer::normalize(std::string_view utf8, Scratch& scratch) const {
    auto& characters = scratch.characters;
    characters.clear();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const auto length = static_cast<std::int32_t>(utf8.size());
    bool ascii = true;
    for (std::int32_t i = 0, source = 0; i < length; ++source) {
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, c);
        ascii = ascii && c < 0x80;
        if (m_config.cleanText) {
            if (has(c, bert::kRemoved))
                continue;
            if (has(c, bert::kToSpace))
                c = ' ';
        }
        if (m_config.spaceChineseCharacters && has(c, bert::kChinese)) {
            characters.push_back({' ', source});
            characters.push_back({c, source});
            characters.push_back({' ', source});
        } else {
            characters.push_back({c, source});
        }
    }
    if (!ascii && m_config.stripAccents)
        stripAccents(scratch);
    scratch.bytes.clear();
    scratch.sources.clear();
    const auto append = [&](UChar32 c, std::int32_t source) {
        std::uint8_t buffer[U8_MAX_LENGTH];
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(buffer, size, c);
        scratch.bytes.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
        scratch.sources.insert(scratch.sources.end(), static_cast<std::size_t>(size), source);
    };
    for (const auto& [c, source, added] : characters) {
        if (c < 0x80) {
            const bool upper = m_config.lowercase && c >= 'A' && c <= 'Z';
            scratch.bytes.push_back(static_cast<char>(upper ? c + 32 : c));
            scratch.sources.push_back(source);
        } else if (!m_config.lowercase) {
            append(c, source);
        } else if (c == 0x130) {
            append('i', source);
            append(0x307, source);
        } else {
            append(static_cast<UChar32>(bert::lowerCase(static_cast<char32_t>(c))), source);
        }
    }
}

void WordPieceTokenizer::splitWord(const Scratch& scratch, std::size_t begin, std::size_t end,
                                   std::int32_t word, Encoding& out) const {
    const auto& bytes = scratch.bytes;
    const auto push = [&](std::int32_t id, std::size_t from, std::size_t to) {
        out.ids.push_back(id);
        out.offsets.push_back(
            {scratch.first + scratch.sources[from], scratch.first + scratch.sources[to - 1] + 1});
        out.words.push_back(word);
    };
    std::int64_t count = 0;
    for (std::size_t i = begin; i < end; ++i)
        count += (static_cast<unsigned char>(bytes[i]) & 0xc0) != 0x80;
    if (count > m_config.maxCharactersPerWord) {
        push(m_unknown, begin, end);
        return;
    }
    const std::size_t before = out.ids.size();
    for (std::size_t at = begin; at < end;) {
        std::uint32_t node = at == begin ? ByteTrie::kRoot : m_continuation;
        std::int32_t best = -1;
        std::size_t bestEnd = at;
        for (std::size_t i = at; i < end && node != ByteTrie::kNone; ++i) {
            node = m_trie.step(node, static_cast<unsigned char>(bytes[i]));
            if (node != ByteTrie::kNone && m_trie.value(node) >= 0) {
                best = m_trie.value(node);
                bestEnd = i + 1;
            }
        }
        if (best < 0) {
            out.ids.resize(before);
            out.offsets.resize(before);
            out.words.resize(before);
            push(m_unknown, begin, end);
            return;
        }
        push(best, at, bestEnd);
        at = bestEnd;
    }
}

void WordPieceTokenizer::encodeSegment(std::string_view utf8, Offset firstCodePoint,
                                       std::int32_t word, Scratch& scratch, Encoding& out) const {
    normalize(utf8, scratch);
    scratch.first = firstCodePoint;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(scratch.bytes.data());
    const auto length = static_cast<std::int32_t>(scratch.bytes.size());
    std::int32_t wordBegin = -1;
    const auto flush = [&](std::int32_t end) {
        if (wordBegin >= 0)
            splitWord(scratch, static_cast<std::size_t>(wordBegin), static_cast<std::size_t>(end),
                      word, out);
        wordBegin = -1;
    };
    for (std::int32_t i = 0; i < length;) {
        const std::int32_t begin = i;
        UChar32 c = 0;
        U8_NEXT_UNSAFE(bytes, i, c);
        if (has(c, bert::kSpace)) {
            flush(begin);
        } else if (has(c, bert::kPunctuation)) {
            flush(begin);
            splitWord(scratch, static_cast<std::size_t>(begin), static_cast<std::size_t>(i), word,
                      out);
        } else if (wordBegin < 0) {
            wordBegin = begin;
        }
    }
    flush(length);
}

void WordPieceTokenizer::encodeInto(std::string_view utf8, std::int32_t word, Scratch& scratch,
                                    Encoding& out) const {
    const auto count = [&](std::size_t begin, std::size_t end) {
        Offset length = 0;
        for (const char c : utf8.substr(begin, end - begin))
            length += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
        return length;
    };
    std::size_t covered = 0;
    Offset codePoint = 0;
    m_added.find(utf8, scratch.added);
    for (const AddedTokenMatcher::Match match : scratch.added) {
        if (covered < match.begin) {
            encodeSegment(utf8.substr(covered, match.begin - covered), codePoint, word, scratch,
                          out);
            codePoint += count(covered, match.begin);
        }
        Range offsets{codePoint, codePoint + count(match.begin, match.end)};
        codePoint = offsets.end;
        covered = match.end;
        if (m_config.trimOffsets)
            offsets = tokenizing::trimmed(
                offsets, tokenizing::spacesOf(utf8.substr(match.begin, match.end - match.begin)),
                out.ids.empty(), m_config.trimPrefixSpace);
        out.ids.push_back(match.id);
        out.offsets.push_back(offsets);
        out.words.push_back(word);
    }
    if (covered < utf8.size())
        encodeSegment(utf8.substr(covered), codePoint, word, scratch, out);
}

std::optional<std::int32_t> WordPieceTokenizer::idOf(std::string_view token) const {
    const auto found = m_config.vocabulary.find(std::string(token));
    return found == m_config.vocabulary.end() ? std::nullopt : std::optional(found->second);
}

std::string WordPieceTokenizer::normalized(std::string_view utf8) const {
    Scratch scratch;
    normalize(utf8, scratch);
    return std::move(scratch.bytes);
}

Encoding WordPieceTokenizer::encode(std::string_view utf8) const {
    Encoding out;
    Scratch scratch;
    encodeInto(utf8, -1, scratch, out);
    return out;
}

Encoding WordPieceTokenizer::encodeWords(const std::vector<std::string>& words) const {
    Encoding out;
    Scratch scratch;
    for (std::size_t i = 0; i < words.size(); ++i)
        encodeInto(words[i], static_cast<std::int32_t>(i), scratch, out);
    return out;
}

}  // namespace spanwise
