#include "models/tokenizers/pre_tokenizers.h"

#include <algorithm>

#include "models/tokenizers/bert_characters.h"
#include "models/tokenizers/pipeline_characters.h"
#include "models/tokenizers/regex.h"

namespace spanwise::tokenizing {
namespace {

bool isSpace(char32_t c) {
    return (bert::classesOf(c) & bert::kSpace) != 0;
}
bool isPunctuation(char32_t c) {
    return (bert::classesOf(c) & bert::kPunctuation) != 0;
}

/// A stretch of a piece, in bytes of the piece.
struct Stretch {
    std::size_t begin, end;
    bool isMatch;
};

/// What the library makes of a piece that is cut into `stretches`, which cover it.
void cut(const std::vector<Stretch>& stretches, SplitBehavior behavior, Piece piece,
         std::vector<Piece>& out) {
    const auto add = [&](std::size_t begin, std::size_t end) {
        if (end > begin)
            out.push_back({piece.begin + static_cast<std::uint32_t>(begin),
                           piece.begin + static_cast<std::uint32_t>(end)});
    };
    switch (behavior) {
        case SplitBehavior::Removed:
            for (const Stretch& s : stretches) {
                if (!s.isMatch)
                    add(s.begin, s.end);
            }
            return;
        case SplitBehavior::Isolated:
            for (const Stretch& s : stretches)
                add(s.begin, s.end);
            return;
        case SplitBehavior::Contiguous:
            for (std::size_t i = 0; i < stretches.size();) {
                std::size_t last = i;
                while (last + 1 < stretches.size() &&
                       stretches[last + 1].isMatch == stretches[i].isMatch)
                    ++last;
                add(stretches[i].begin, stretches[last].end);
                i = last + 1;
            }
            return;
        case SplitBehavior::MergedWithPrevious:
            for (std::size_t i = 0; i < stretches.size(); ++i) {
                const bool merges =
                    !stretches[i].isMatch && i + 1 < stretches.size() && stretches[i + 1].isMatch;
                add(stretches[i].begin, stretches[merges ? i + 1 : i].end);
                i += merges ? 1 : 0;
            }
            return;
        case SplitBehavior::MergedWithNext:
            for (std::size_t i = 0; i < stretches.size(); ++i) {
                const bool merges =
                    stretches[i].isMatch && i + 1 < stretches.size() && !stretches[i + 1].isMatch;
                add(stretches[i].begin, stretches[merges ? i + 1 : i].end);
                i += merges ? 1 : 0;
            }
            return;
    }
}

/// A pre-tokenizer that only cuts.
class Cutter : public PreTokenizer {
public:
    void apply(Pieces& pieces, bool) const override {
        pieces.otherList.clear();
        for (const Piece& piece : pieces.list) {
            if (piece.token >= 0)
                pieces.otherList.push_back(piece);
            else
                split(std::string_view(pieces.text.bytes)
                          .substr(piece.begin, piece.end - piece.begin),
                      piece, pieces.otherList);
        }
        pieces.list.swap(pieces.otherList);
    }

protected:
    virtual void split(std::string_view utf8, Piece piece, std::vector<Piece>& out) const = 0;
};

/// Cuts at each code point for which `Test` holds.
template <typename Test>
class CharacterCutter : public Cutter {
public:
    CharacterCutter(Test test, SplitBehavior behavior) : m_test(test), m_behavior(behavior) {}

protected:
    void split(std::string_view utf8, Piece piece, std::vector<Piece>& out) const override {
        thread_local std::vector<Stretch> stretches;
        stretches.clear();
        std::size_t covered = 0;
        for (std::size_t at = 0; at < utf8.size();) {
            const std::size_t begin = at;
            if (!m_test(nextCharacter(utf8, at)))
                continue;
            if (covered < begin)
                stretches.push_back({covered, begin, false});
            stretches.push_back({begin, at, true});
            covered = at;
        }
        if (covered < utf8.size())
            stretches.push_back({covered, utf8.size(), false});
        cut(stretches, m_behavior, piece, out);
    }

private:
    Test m_test;
    SplitBehavior m_behavior;
};

template <typename Test>
std::unique_ptr<const PreTokenizer> makeCharacterCutter(Test test, SplitBehavior behavior) {
    return std::make_unique<CharacterCutter<Test>>(test, behavior);
}

class BertPreTokenizer : public Cutter {
protected:
    void split(std::string_view utf8, Piece piece, std::vector<Piece>& out) const override {
        std::size_t word = 0;
        const auto add = [&](std::size_t begin, std::size_t end) {
            if (end > begin)
                out.push_back({piece.begin + static_cast<std::uint32_t>(begin),
                               piece.begin + static_cast<std::uint32_t>(end)});
        };
        for (std::size_t at = 0; at < utf8.size();) {
            const std::size_t begin = at;
            const auto classes = bert::classesOf(nextCharacter(utf8, at));
            if ((classes & (bert::kSpace | bert::kPunctuation)) == 0)
                continue;
            add(word, begin);
            if ((classes & bert::kSpace) == 0)
                add(begin, at);
            word = at;
        }
        add(word, utf8.size());
    }
};

class Whitespace : public Cutter {
protected:
    /// `\w+|[^\w\s]+`
    void split(std::string_view utf8, Piece piece, std::vector<Piece>& out) const override {
        int kind = 0;  // 0: space, 1: word, 2: other
        std::size_t begin = 0;
        const auto flush = [&](std::size_t end) {
            if (kind != 0 && end > begin)
                out.push_back({piece.begin + static_cast<std::uint32_t>(begin),
                               piece.begin + static_cast<std::uint32_t>(end)});
        };
        for (std::size_t at = 0; at < utf8.size();) {
            const std::size_t here = at;
            const char32_t c = nextCharacter(utf8, at);
            const int next = (characterKinds()[c] & kWord) != 0 ? 1 : isSpace(c) ? 0 : 2;
            if (next != kind) {
                flush(here);
                begin = here;
                kind = next;
            }
        }
        flush(utf8.size());
    }
};

class Split : public Cutter {
public:
    Split(std::string_view pattern, std::unique_ptr<const Regex> regex, SplitBehavior behavior,
          bool invert)
        : m_pattern(pattern), m_regex(std::move(regex)), m_behavior(behavior), m_invert(invert) {}

protected:
    void split(std::string_view utf8, Piece piece, std::vector<Piece>& out) const override {
        std::vector<Regex::Match> matches;
        if (m_regex) {
            m_regex->find(utf8, matches);
        } else if (!m_pattern.empty()) {
            for (std::size_t at = utf8.find(m_pattern); at != std::string_view::npos;
                 at = utf8.find(m_pattern, at + m_pattern.size()))
                matches.push_back({at, at + m_pattern.size()});
        }
        std::vector<Stretch> stretches;
        std::size_t covered = 0;
        for (const Regex::Match match : matches) {
            if (covered < match.begin)
                stretches.push_back({covered, match.begin, m_invert});
            stretches.push_back({match.begin, match.end, !m_invert});
            covered = match.end;
        }
        if (covered < utf8.size())
            stretches.push_back({covered, utf8.size(), m_invert});
        cut(stretches, m_behavior, piece, out);
    }

private:
    std::string m_pattern;
    std::unique_ptr<const Regex> m_regex;
    SplitBehavior m_behavior;
    bool m_invert;
};

/// Kinds of GPT-2's pattern for ASCII; 0 is what is neither letter, number nor space.
struct AsciiKinds {
    std::uint8_t of[128] = {};
    constexpr AsciiKinds() {
        for (int c = 0; c < 128; ++c) {
            const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            const bool space = c == ' ' || (c >= 9 && c <= 13);
            of[c] = letter ? kLetter : c >= '0' && c <= '9' ? kNumber : space ? kRegexSpace : 0;
        }
    }
};
constexpr AsciiKinds kAscii;
constexpr std::uint8_t kGptKinds = kLetter | kNumber | kRegexSpace;

class ByteLevel : public PreTokenizer {
public:
    ByteLevel(bool prefixSpace, bool usesPattern)
        : m_prefixSpace(prefixSpace), m_usesPattern(usesPattern) {}

    void apply(Pieces& pieces, bool forcePrefix) const override {
        if (m_prefixSpace || forcePrefix)
            prefix(pieces);
        if (!m_usesPattern)
            return;
        pieces.otherList.clear();
        const std::uint8_t* kinds = characterKinds();
        const std::string_view all = pieces.text.bytes;
        for (const Piece& piece : pieces.list) {
            if (piece.token >= 0) {
                pieces.otherList.push_back(piece);
                continue;
            }
            const std::string_view utf8 = all.substr(piece.begin, piece.end - piece.begin);
            for (std::size_t at = 0; at < utf8.size();) {
                const std::size_t end = next(utf8, at, kinds);
                pieces.otherList.push_back({piece.begin + static_cast<std::uint32_t>(at),
                                            piece.begin + static_cast<std::uint32_t>(end)});
                at = end;
            }
        }
        pieces.list.swap(pieces.otherList);
    }

private:
    static std::uint8_t kindAt(std::string_view utf8, std::size_t& at, const std::uint8_t* kinds) {
        const auto byte = static_cast<unsigned char>(utf8[at]);
        if (byte < 0x80) {
            ++at;
            return kAscii.of[byte];
        }
        return kinds[nextCharacter(utf8, at)] & kGptKinds;
    }

    /// The end of what the pattern takes at `at`.
    static std::size_t next(std::string_view utf8, std::size_t at, const std::uint8_t* kinds) {
        if (utf8[at] == '\'' && at + 1 < utf8.size()) {
            const char a = utf8[at + 1], b = at + 2 < utf8.size() ? utf8[at + 2] : '\0';
            if (a == 's' || a == 't' || a == 'm' || a == 'd')
                return at + 2;
            if ((a == 'r' && b == 'e') || (a == 'v' && b == 'e') || (a == 'l' && b == 'l'))
                return at + 3;
        }
        std::size_t i = at;
        if (utf8[i] == ' ' && i + 1 < utf8.size())
            ++i;
        std::uint8_t kind = kindAt(utf8, i, kinds);
        if (kind != kRegexSpace) {
            for (std::size_t j = i; j < utf8.size(); i = j) {
                if (kindAt(utf8, j, kinds) != kind)
                    break;
            }
            return i;
        }
        // White space: all of it at the end, else all but the last, which belongs to what follows.
        std::size_t last = at, end = at;
        for (std::size_t j = at; j < utf8.size();) {
            const std::size_t begin = j;
            if (kindAt(utf8, j, kinds) != kRegexSpace)
                return last > at ? last : end;
            last = begin;
            end = j;
        }
        return end;
    }

    static void prefix(Pieces& pieces) {
        Text& out = pieces.otherText;
        out.clear();
        pieces.otherList.clear();
        for (const Piece& piece : pieces.list) {
            const auto begin = static_cast<std::uint32_t>(out.bytes.size());
            if (piece.token < 0 && pieces.text.bytes[piece.begin] != ' ') {
                out.bytes += ' ';
                out.sources.push_back(pieces.text.sources[piece.begin]);
            }
            out.bytes.append(pieces.text.bytes, piece.begin, piece.end - piece.begin);
            out.sources.insert(out.sources.end(), pieces.text.sources.begin() + piece.begin,
                               pieces.text.sources.begin() + piece.end);
            pieces.otherList.push_back(
                {begin, static_cast<std::uint32_t>(out.bytes.size()), piece.token});
        }
        std::swap(pieces.text, pieces.otherText);
        pieces.list.swap(pieces.otherList);
    }

    bool m_prefixSpace, m_usesPattern;
};

class Metaspace : public PreTokenizer {
public:
    Metaspace(std::string_view replacement, PrependScheme scheme, bool split)
        : m_replacement(replacement), m_scheme(scheme), m_split(split) {}

    void apply(Pieces& pieces, bool) const override {
        Text& out = pieces.otherText;
        out.clear();
        pieces.otherList.clear();
        for (const Piece& piece : pieces.list) {
            auto begin = static_cast<std::uint32_t>(out.bytes.size());
            const std::string_view utf8 =
                std::string_view(pieces.text.bytes).substr(piece.begin, piece.end - piece.begin);
            const Source* sources = pieces.text.sources.data() + piece.begin;
            if (piece.token >= 0) {
                out.bytes += utf8;
                out.sources.insert(out.sources.end(), sources, sources + utf8.size());
                pieces.otherList.push_back(
                    {begin, static_cast<std::uint32_t>(out.bytes.size()), piece.token});
                continue;
            }
            const auto append = [&](Source source) {
                out.bytes += m_replacement;
                out.sources.insert(out.sources.end(), m_replacement.size(), source);
            };
            const bool marked = utf8.front() == ' ' || utf8.starts_with(m_replacement);
            if (!marked && (m_scheme == PrependScheme::Always ||
                            (m_scheme == PrependScheme::First && sources[0].begin == 0)))
                append(sources[0]);
            for (std::size_t i = 0; i < utf8.size();) {
                const bool isSpace = utf8[i] == ' ';
                const bool isMark = !isSpace && utf8[i] == m_replacement.front() &&
                                    utf8.substr(i).starts_with(m_replacement);
                if (m_split && (isSpace || isMark) && out.bytes.size() > begin) {
                    pieces.otherList.push_back(
                        {begin, static_cast<std::uint32_t>(out.bytes.size())});
                    begin = static_cast<std::uint32_t>(out.bytes.size());
                }
                if (isSpace) {
                    append(sources[i++]);
                } else {
                    const std::size_t count = isMark ? m_replacement.size() : 1;
                    out.bytes.append(utf8, i, count);
                    out.sources.insert(out.sources.end(), sources + i, sources + i + count);
                    i += count;
                }
            }
            pieces.otherList.push_back({begin, static_cast<std::uint32_t>(out.bytes.size())});
        }
        std::swap(pieces.text, pieces.otherText);
        pieces.list.swap(pieces.otherList);
    }

private:
    std::string m_replacement;
    PrependScheme m_scheme;
    bool m_split;
};

}  // namespace

std::unique_ptr<const PreTokenizer> makeBertPreTokenizer() {
    return std::make_unique<BertPreTokenizer>();
}
std::unique_ptr<const PreTokenizer> makeByteLevel(bool prefixSpace, bool usesPattern) {
    return std::make_unique<ByteLevel>(prefixSpace, usesPattern);
}
std::unique_ptr<const PreTokenizer> makeWhitespace() {
    return std::make_unique<Whitespace>();
}
std::unique_ptr<const PreTokenizer> makeWhitespaceSplit() {
    return makeCharacterCutter(isSpace, SplitBehavior::Removed);
}
std::unique_ptr<const PreTokenizer> makePunctuation(SplitBehavior behavior) {
    return makeCharacterCutter(isPunctuation, behavior);
}
std::unique_ptr<const PreTokenizer> makeDigits(bool individually) {
    return makeCharacterCutter([](char32_t c) { return (characterKinds()[c] & kDigit) != 0; },
                               individually ? SplitBehavior::Isolated : SplitBehavior::Contiguous);
}
std::unique_ptr<const PreTokenizer> makeSplit(std::string_view pattern, SplitBehavior behavior,
                                              bool invert) {
    return std::make_unique<Split>(pattern, nullptr, behavior, invert);
}
std::unique_ptr<const PreTokenizer> makeRegexSplit(std::string_view pattern, SplitBehavior behavior,
                                                   bool invert) {
    auto regex = Regex::compile(pattern);
    return regex ? std::make_unique<Split>("", std::move(regex), behavior, invert) : nullptr;
}
std::unique_ptr<const PreTokenizer> makeMetaspace(std::string_view replacement,
                                                  PrependScheme scheme, bool split) {
    return std::make_unique<Metaspace>(replacement, scheme, split);
}

}  // namespace spanwise::tokenizing
