#include "models/tokenizers/word_piece.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace spanwise {
namespace {

/// `tokenizers` keeps tab and line ends out of "control" so that they count as white space.
bool isTabOrLineEnd(UChar32 c) {
    return c == '\t' || c == '\n' || c == '\r';
}

struct CharacterRange {
    UChar32 first, last;
};
#include "models/tokenizers/bert_character_tables.inc"

/// Classes of a code point, as bits.
enum CharacterClass : std::uint8_t { kIsRemoved = 1, kIsMark = 2, kIsPunctuation = 4 };

bool has(UChar32 c, CharacterClass wanted) {
    static const std::vector<std::uint8_t> kClasses = [] {
        std::vector<std::uint8_t> classes(0x110000);
        const auto fill = [&](const auto& ranges, CharacterClass value) {
            for (const CharacterRange range : ranges) {
                for (UChar32 i = range.first; i <= range.last; ++i)
                    classes[static_cast<std::size_t>(i)] |= value;
            }
        };
        fill(kRemoved, kIsRemoved);
        fill(kMarks, kIsMark);
        fill(kPunctuation, kIsPunctuation);
        return classes;
    }();
    return (kClasses[static_cast<std::size_t>(c)] & wanted) != 0;
}

bool isSpace(UChar32 c) {
    return u_hasBinaryProperty(c, UCHAR_WHITE_SPACE) != 0;
}

/// The ranges of BERT's own code, its slip at 2B920 included: ids depend on it.
bool isChinese(UChar32 c) {
    return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf) ||
           (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f) ||
           (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
}

}  // namespace

/// A normalised text: its code points in UTF-8, and for each byte the code point of the original.
struct WordPieceTokenizer::Scratch {
    struct Character {
        UChar32 code;
        std::int32_t source;
    };
    std::vector<Character> characters;
    std::string bytes;
    std::vector<std::int32_t> sources;  ///< per byte
    Offset first = 0;                   ///< of the segment, added to the sources
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
                                    std::pair{&config.lastToken, &tokenizer->m_last},
                                    std::pair{&config.padToken, &tokenizer->m_pad}}) {
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
    // Longest first, so that the first that matches is the one that `tokenizers` takes.
    std::sort(config.addedTokens.begin(), config.addedTokens.end(),
              [](const auto& a, const auto& b) { return a.size() > b.size(); });
    std::erase_if(config.addedTokens, [](const std::string& token) { return token.empty(); });
    for (const std::string& token : config.addedTokens)
        tokenizer->m_addedStarts[static_cast<unsigned char>(token.front())] = true;
    tokenizer->m_config = std::move(config);
    return tokenizer;
}

void WordPieceTokenizer::normalize(std::string_view utf8, Scratch& scratch) const {
    auto& characters = scratch.characters;
    characters.clear();
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    const auto length = static_cast<std::int32_t>(utf8.size());
    bool ascii = true;
    for (std::int32_t i = 0, source = 0; i < length; ++source) {
        UChar32 c = 0;
        U8_NEXT_UNSAFE(bytes, i, c);
        ascii = ascii && c < 0x80;
        if (m_config.cleanText) {
            if (has(c, kIsRemoved))
                continue;
            if (c < 0x80 ? isTabOrLineEnd(c) : isSpace(c))
                c = ' ';
        }
        if (m_config.spaceChineseCharacters && c >= 0x3400 && isChinese(c)) {
            characters.push_back({' ', source});
            characters.push_back({c, source});
            characters.push_back({' ', source});
        } else {
            characters.push_back({c, source});
        }
    }
    if (!ascii && m_config.stripAccents) {
        UErrorCode status = U_ZERO_ERROR;
        static const icu::Normalizer2* const kNfd = icu::Normalizer2::getNFDInstance(status);
        std::vector<Scratch::Character> decomposed;
        decomposed.reserve(characters.size());
        icu::UnicodeString parts;
        // Marks are put in canonical order before they are dropped; what is not a non-spacing mark
        // keeps its place among its like.
        std::size_t run = 0;  // begin of the present sequence of characters with a combining class
        for (const auto& [c, source] : characters) {
            if (c < 0xc0) {
                decomposed.push_back({c, source});
                run = decomposed.size();
                continue;
            }
            if (!kNfd->getDecomposition(c, parts))
                parts.setTo(c);
            for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
                const UChar32 part = parts.char32At(i);
                const auto klass = u_getCombiningClass(part);
                if (klass == 0) {
                    decomposed.push_back({part, source});
                    run = decomposed.size();
                    continue;
                }
                std::size_t at = decomposed.size();
                while (at > run && u_getCombiningClass(decomposed[at - 1].code) > klass)
                    --at;
                decomposed.insert(decomposed.begin() + static_cast<std::ptrdiff_t>(at),
                                  {part, source});
            }
        }
        std::erase_if(decomposed, [](const Scratch::Character& c) {
            return c.code >= 0x300 && has(c.code, kIsMark);
        });
        characters.swap(decomposed);
    }
    scratch.bytes.clear();
    scratch.sources.clear();
    const auto append = [&](UChar32 c, std::int32_t source) {
        std::uint8_t buffer[U8_MAX_LENGTH];
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(buffer, size, c);
        scratch.bytes.append(reinterpret_cast<const char*>(buffer), static_cast<std::size_t>(size));
        scratch.sources.insert(scratch.sources.end(), static_cast<std::size_t>(size), source);
    };
    for (const auto& [c, source] : characters) {
        if (c < 0x80) {
            const bool upper = m_config.lowercase && c >= 'A' && c <= 'Z';
            scratch.bytes.push_back(static_cast<char>(upper ? c + 32 : c));
            scratch.sources.push_back(source);
        } else if (!m_config.lowercase) {
            append(c, source);
        } else if (c == 0x130) {
            // The one character whose lower case, without a language, is two.
            append('i', source);
            append(0x307, source);
        } else {
            append(u_tolower(c), source);
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
        if (c < 0x80 ? c == ' ' || (c >= 9 && c <= 13) : isSpace(c)) {
            flush(begin);
        } else if (has(c, kIsPunctuation)) {
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
    std::size_t segment = 0;
    Offset segmentCodePoint = 0;
    Offset codePoint = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (m_addedStarts[byte]) {
            const auto added = std::find_if(
                m_config.addedTokens.begin(), m_config.addedTokens.end(),
                [&](const std::string& token) { return utf8.substr(i).starts_with(token); });
            if (added != m_config.addedTokens.end()) {
                encodeSegment(utf8.substr(segment, i - segment), segmentCodePoint, word, scratch,
                              out);
                Offset length = 0;
                for (const char c : *added)
                    length += (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                out.ids.push_back(m_config.vocabulary.at(*added));
                out.offsets.push_back({codePoint, codePoint + length});
                out.words.push_back(word);
                i += added->size();
                codePoint += length;
                segment = i;
                segmentCodePoint = codePoint;
                continue;
            }
        }
        codePoint += (byte & 0xc0) != 0x80;
        ++i;
    }
    encodeSegment(utf8.substr(segment), segmentCodePoint, word, scratch, out);
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
