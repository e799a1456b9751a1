#include "core/text/word_splitter.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utext.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <string>
#include <unordered_set>

#include "core/text/utf8.h"

namespace spanwise {
namespace {

/// Lines are handed to ICU together up to this many UTF-16 units: its rules never join words or
/// sentences over a line break, so memory stays small and indices stay within 32 bits.
constexpr std::size_t kChunk = 1 << 16;
constexpr std::size_t kLongestChunk = 1 << 28;

enum class Kind : std::uint8_t {
    Letter,  ///< letters, and numbers that are no decimal digits
    Digit,
    Mark,        ///< combining marks, joiners, variation selectors, emoji modifiers and tags
    Underscore,  ///< connector punctuation
    Space,       ///< white space and control characters: part of nothing
    Invisible,   ///< format characters that stay inside a word but never at its edge
    Ideograph,   ///< Han, Hiragana, Katakana
    Region,      ///< regional indicators, two to a flag
    Symbol,      ///< everything else
};

bool isEmojiTag(UChar32 c) {
    return c >= 0xE0020 && c <= 0xE007F;
}

Kind computeKind(UChar32 c) {
    if (u_isUWhiteSpace(c))
        return Kind::Space;
    if (c >= 0x1F1E6 && c <= 0x1F1FF)
        return Kind::Region;
    if ((c >= 0x1F3FB && c <= 0x1F3FF) || isEmojiTag(c) || c == 0x200D || c == 0x200C)
        return Kind::Mark;
    switch (u_charType(c)) {
        case U_CONTROL_CHAR:
            return Kind::Space;
        case U_FORMAT_CHAR:
            return c == 0x200B ? Kind::Space : Kind::Invisible;
        case U_NON_SPACING_MARK:
        case U_ENCLOSING_MARK:
        case U_COMBINING_SPACING_MARK:
            return Kind::Mark;
        case U_DECIMAL_DIGIT_NUMBER:
            return Kind::Digit;
        case U_CONNECTOR_PUNCTUATION:
            return Kind::Underscore;
        default:
            break;
    }
    if (c >= 0x2E80) {
        UErrorCode status = U_ZERO_ERROR;
        const UScriptCode script = uscript_getScript(c, &status);
        if (script == USCRIPT_HAN || script == USCRIPT_HIRAGANA || script == USCRIPT_KATAKANA ||
            u_getIntPropertyValue(c, UCHAR_WORD_BREAK) == U_WB_KATAKANA) {
            return Kind::Ideograph;
        }
    }
    if (u_isalnum(c) || u_hasBinaryProperty(c, UCHAR_ALPHABETIC))
        return Kind::Letter;
    return Kind::Symbol;
}

/// Kinds of the Basic Multilingual Plane, looked up once.
Kind kindOf(UChar32 c) {
    static const std::unique_ptr<Kind[]> table = [] {
        auto kinds = std::make_unique<Kind[]>(0x10000);
        for (UChar32 i = 0; i < 0x10000; ++i)
            kinds[static_cast<std::size_t>(i)] = computeKind(i);
        return kinds;
    }();
    return c < 0x10000 ? table[static_cast<std::size_t>(c)] : computeKind(c);
}

bool isLineEnd(char16_t c) {
    return c == u'\n' || c == u'\r' || c == 0x85 || c == 0x2028 || c == 0x2029 || c == u'\v' ||
           c == u'\f';
}

struct UTextCloser {
    void operator()(UText* text) const { utext_close(text); }
};

/// A break iterator over one chunk; each thread keeps one clone of each kind, because making one
/// costs more than splitting a page.
class Breaks {
public:
    enum Type { Words, Sentences };

    explicit Breaks(Type type) {
        UErrorCode status = U_ZERO_ERROR;
        m_iterator.reset(
            type == Words
                ? icu::BreakIterator::createWordInstance(icu::Locale::getRoot(), status)
                : icu::BreakIterator::createSentenceInstance(icu::Locale::getEnglish(), status));
        if (U_FAILURE(status))
            std::abort();  // ICU without its own data: nothing of the program would work
    }

    void setText(std::u16string_view text) {
        UErrorCode status = U_ZERO_ERROR;
        m_text.reset(utext_openUChars(m_text.release(), text.data(),
                                      static_cast<std::int64_t>(text.size()), &status));
        m_iterator->setText(m_text.get(), status);
        if (U_FAILURE(status))
            std::abort();  // out of memory
        m_iterator->first();
    }

    /// End of the next piece, or -1.
    std::int32_t next() { return m_iterator->next(); }

private:
    std::unique_ptr<UText, UTextCloser> m_text;
    std::unique_ptr<icu::BreakIterator> m_iterator;
};

Breaks& threadBreaks(Breaks::Type type) {
    thread_local Breaks words(Breaks::Words);
    thread_local Breaks sentences(Breaks::Sentences);
    return type == Breaks::Words ? words : sentences;
}

/// Hands out valid UTF-8 as UTF-16, whole lines at a time.
class Chunks {
public:
    explicit Chunks(std::string_view utf8) : m_rest(utf8) {}

    bool next() {
        m_units.clear();
        m_begin = m_end;
        std::size_t at = 0;
        while (at < m_rest.size()) {
            const auto lead = static_cast<unsigned char>(m_rest[at]);
            if (lead < 0x80) {
                m_units.push_back(lead);
                ++at;
            } else if (lead < 0xE0) {
                m_units.push_back(static_cast<char16_t>((lead & 0x1F) << 6 | low(at + 1)));
                at += 2;
            } else if (lead < 0xF0) {
                m_units.push_back(
                    static_cast<char16_t>((lead & 0x0F) << 12 | low(at + 1) << 6 | low(at + 2)));
                at += 3;
            } else {
                const UChar32 c = static_cast<UChar32>((lead & 0x07) << 18 | low(at + 1) << 12 |
                                                       low(at + 2) << 6 | low(at + 3));
                m_units.push_back(U16_LEAD(c));
                m_units.push_back(U16_TRAIL(c));
                at += 4;
            }
            ++m_end;
            if (m_units.size() >= kChunk && isLineEnd(m_units.back()) &&
                !(m_units.back() == u'\r' && at < m_rest.size() && m_rest[at] == '\n')) {
                break;
            }
            if (m_units.size() >= kLongestChunk)
                break;
        }
        m_rest.remove_prefix(at);
        return !m_units.empty();
    }

    [[nodiscard]] std::u16string_view units() const { return m_units; }
    /// Code point that the chunk begins with.
    [[nodiscard]] Offset begin() const { return m_begin; }

private:
    [[nodiscard]] unsigned low(std::size_t at) const {
        return static_cast<unsigned char>(m_rest[at]) & 0x3FU;
    }

    std::string_view m_rest;
    std::u16string m_units;
    Offset m_begin = 0;
    Offset m_end = 0;
};

/// Takes the pieces that ICU's word rules give and cuts them as the header says.
class Refiner {
public:
    explicit Refiner(std::vector<Range>& words) : m_words(words) {}

    void add(std::u16string_view piece, Offset begin) {
        m_chars.clear();
        m_kinds.clear();
        bool plain = true;
        for (std::size_t i = 0; i < piece.size();) {
            UChar32 c;
            U16_NEXT(piece.data(), i, piece.size(), c);
            const Kind kind = kindOf(c);
            m_chars.push_back(c);
            m_kinds.push_back(kind);
            plain =
                plain && kind == m_kinds.front() && (kind == Kind::Letter || kind == Kind::Digit);
        }
        m_begin = begin;
        if (plain)
            emit(0, m_chars.size());
        else
            cut();
    }

    [[nodiscard]] Offset length() const { return static_cast<Offset>(m_chars.size()); }

private:
    void emit(std::size_t from, std::size_t to) {
        m_words.push_back({m_begin + static_cast<Offset>(from), m_begin + static_cast<Offset>(to)});
    }

    [[nodiscard]] bool isAlnum(std::size_t i) const {
        return m_kinds[i] == Kind::Letter || m_kinds[i] == Kind::Digit;
    }
    [[nodiscard]] bool trails(std::size_t i) const {
        return m_kinds[i] == Kind::Mark || m_kinds[i] == Kind::Invisible;
    }
    /// Past the marks that belong to the character before `i`.
    [[nodiscard]] std::size_t skipMarks(std::size_t i) const {
        while (i < m_chars.size() && trails(i))
            ++i;
        return i;
    }
    /// `to` without the invisible characters before it.
    [[nodiscard]] std::size_t trimmed(std::size_t from, std::size_t to) const {
        while (to > from && m_kinds[to - 1] == Kind::Invisible)
            --to;
        return to;
    }
    void emitTrimmed(std::size_t from, std::size_t to) {
        to = trimmed(from, to);
        if (to > from)
            emit(from, to);
    }
    /// A digit, "#" or "*" with the enclosing keycap.
    [[nodiscard]] bool isKeycap(std::size_t i) const {
        const std::size_t end = skipMarks(i + 1);
        return std::find(m_chars.begin() + static_cast<std::ptrdiff_t>(i + 1),
                         m_chars.begin() + static_cast<std::ptrdiff_t>(end),
                         0x20E3) != m_chars.begin() + static_cast<std::ptrdiff_t>(end);
    }

    void cut() {
        std::size_t i = 0;
        while (i < m_chars.size()) {
            switch (m_kinds[i]) {
                case Kind::Space:
                case Kind::Invisible:
                    ++i;
                    break;
                case Kind::Letter:
                case Kind::Digit: {
                    const std::size_t end = isKeycap(i) ? skipMarks(i + 1) : wordEnd(i);
                    if (isKeycap(i))
                        emitTrimmed(i, end);
                    else
                        cutWord(i, trimmed(i, end));
                    i = end;
                    break;
                }
                case Kind::Region: {
                    std::size_t end = i + 1;
                    if (end < m_chars.size() && m_kinds[end] == Kind::Region)
                        ++end;
                    end = skipMarks(end);
                    emitTrimmed(i, end);
                    i = end;
                    break;
                }
                case Kind::Mark:
                case Kind::Underscore:
                case Kind::Ideograph:
                case Kind::Symbol: {
                    std::size_t end = skipMarks(i + 1);
                    // A joiner between two pictures makes them one.
                    while (m_kinds[i] == Kind::Symbol && end < m_chars.size() &&
                           m_chars[end - 1] == 0x200D && m_kinds[end] == Kind::Symbol) {
                        end = skipMarks(end + 1);
                    }
                    emitTrimmed(i, end);
                    i = end;
                    break;
                }
            }
        }
    }

    /// End of the word that begins with the letter or digit at `i`: over letters, digits, marks and
    /// what may stand between them.
    [[nodiscard]] std::size_t wordEnd(std::size_t i) const {
        std::size_t end = skipMarks(i + 1);
        while (end < m_chars.size()) {
            if (isAlnum(end)) {
                if (isKeycap(end))
                    break;
                end = skipMarks(end + 1);
                continue;
            }
            if (m_kinds[end] == Kind::Underscore) {
                std::size_t next = end;
                while (next < m_chars.size() && m_kinds[next] == Kind::Underscore)
                    ++next;
                if (next >= m_chars.size() || !isAlnum(next))
                    break;
                end = next;
                continue;
            }
            const std::size_t next = skipMarks(end + 1);
            if (m_kinds[end] != Kind::Symbol || next >= m_chars.size() || !isAlnum(next) ||
                parts(i, end, next)) {
                break;
            }
            end = next;
        }
        return end;
    }

    /// Does the mark at `at`, with letters or digits on both sides, part the word that began at
    /// `begin`?
    [[nodiscard]] bool parts(std::size_t begin, std::size_t at, std::size_t next) const {
        const bool digits = m_kinds[next] == Kind::Digit && m_kinds[at - 1] == Kind::Digit;
        switch (m_chars[at]) {
            case '\'':
            case 0x2019:
            case 0xFF07:
                return false;
            case '.':
            case 0xFF0E:
                return !digits && pointParts(begin, at, next);
            case ',':
            case 0xFF0C:
            case 0x066B:  // Arabic decimal and thousands separators
            case 0x066C:
                return !digits;
            case '"':  // ICU joins it between Hebrew letters alone
            case 0x05F3:
            case 0x05F4:
            case 0x00B7:
            case 0x2027:
                return digits;
            default:
                return true;
        }
    }

    /// A point stands between digits ("v1.2") and single letters only.
    [[nodiscard]] bool pointParts(std::size_t begin, std::size_t at, std::size_t next) const {
        if (m_kinds[next] == Kind::Digit)
            return false;
        const auto single = [&](std::size_t from, std::size_t to) {
            return std::count_if(m_kinds.begin() + static_cast<std::ptrdiff_t>(from),
                                 m_kinds.begin() + static_cast<std::ptrdiff_t>(to), [](Kind kind) {
                                     return kind == Kind::Letter || kind == Kind::Digit;
                                 }) == 1;
        };
        std::size_t left = at;
        while (left > begin && m_chars[left - 1] != '.')
            --left;
        std::size_t right = next;
        while (right < m_chars.size() && (isAlnum(right) || trails(right)))
            ++right;
        return !single(left, at) || !single(next, right);
    }

    [[nodiscard]] static bool isApostrophe(UChar32 c) { return c == '\'' || c == 0x2019; }

    void cutWord(std::size_t from, std::size_t to) {
        std::size_t end = to;
        if (to - from > 2 && isApostrophe(m_chars[to - 2]) &&
            (m_chars[to - 1] == 's' || m_chars[to - 1] == 'S')) {
            end = to - 2;
        }
        const std::size_t unit = unitStart(from, end);
        if (unit > from) {
            emit(from, unit);
            emit(unit, end);
        } else {
            emit(from, end);
        }
        if (end < to)
            emit(end, to);
    }

    /// Where the letters of a unit begin after digits, or `from`.
    [[nodiscard]] std::size_t unitStart(std::size_t from, std::size_t to) const {
        if (m_kinds[from] != Kind::Digit)
            return from;
        std::size_t at = from;
        std::size_t digits = 0;
        for (; at < to && m_kinds[at] != Kind::Letter; ++at) {
            if (m_kinds[at] == Kind::Underscore || m_kinds[at] == Kind::Mark)
                return from;
            digits += m_kinds[at] == Kind::Digit ? 1 : 0;
        }
        if (at == to)
            return from;
        for (std::size_t i = at; i < to; ++i) {
            if (m_kinds[i] != Kind::Letter && m_kinds[i] != Kind::Mark)
                return from;
        }
        if (to - at == 2) {
            static constexpr std::array<std::array<char, 2>, 4> kOrdinals{
                {{'s', 't'}, {'n', 'd'}, {'r', 'd'}, {'t', 'h'}}};
            for (const auto& ordinal : kOrdinals) {
                if (u_tolower(m_chars[at]) == ordinal[0] &&
                    u_tolower(m_chars[at + 1]) == ordinal[1])
                    return from;
            }
        }
        if (to - at == 1 && m_chars[at] == 's' && m_chars[at - 1] == '0' &&
            (digits == 2 || digits == 4)) {
            return from;
        }
        return at;
    }

    std::vector<Range>& m_words;
    std::vector<UChar32> m_chars;
    std::vector<Kind> m_kinds;
    Offset m_begin = 0;
};

void splitChunk(std::u16string_view units, Offset begin, Refiner& refiner) {
    Breaks& breaks = threadBreaks(Breaks::Words);
    breaks.setText(units);
    std::size_t from = 0;
    for (std::int32_t to = breaks.next(); to >= 0; to = breaks.next()) {
        const auto end = static_cast<std::size_t>(to);
        if (end - from == 1 && units[from] == u' ') {
            ++begin;
        } else {
            refiner.add(units.substr(from, end - from), begin);
            begin += refiner.length();
        }
        from = end;
    }
}

/// Abbreviations that are followed by more of the same sentence far more often than by a new one.
bool isAbbreviation(const std::u16string& lower) {
    static const std::unordered_set<std::u16string> kKnown{
        u"mr",   u"mrs",  u"ms",   u"dr",     u"prof", u"st",   u"mt",   u"rev",  u"hon",  u"gov",
        u"sen",  u"rep",  u"gen",  u"col",    u"maj",  u"capt", u"lt",   u"sgt",  u"cpl",  u"pvt",
        u"cmdr", u"adm",  u"supt", u"messrs", u"mme",  u"mlle", u"vs",   u"e.g",  u"i.e",  u"eg",
        u"ie",   u"cf",   u"viz",  u"approx", u"fig",  u"figs", u"nos",  u"eq",   u"eqs",  u"vol",
        u"vols", u"pp",   u"ed",   u"eds",    u"ch",   u"sec",  u"sect", u"dept", u"univ", u"assn",
        u"bros", u"inc",  u"ltd",  u"corp",   u"co",   u"jan",  u"feb",  u"aug",  u"sept", u"oct",
        u"nov",  u"dec",  u"ph.d", u"al",     u"ave",  u"blvd", u"rd",   u"ste",  u"tel",  u"ext",
        u"est",  u"incl", u"excl", u"resp",   u"ca",   u"pt",   u"pts"};
    return kKnown.contains(lower);
}

/// Words that a single letter often follows to end a sentence.
bool isLettered(const std::u16string& lower) {
    static const std::unordered_set<std::u16string> kKnown{
        u"vitamin", u"hepatitis", u"influenza", u"type",    u"group",    u"grade",  u"class",
        u"plan",    u"section",   u"appendix",  u"exhibit", u"schedule", u"figure", u"table",
        u"part",    u"option",    u"step",      u"stage",   u"factor",   u"annex",  u"point"};
    return kKnown.contains(lower);
}

std::u16string lowered(std::u16string_view text) {
    std::u16string lower(text);
    for (char16_t& c : lower)
        c = static_cast<char16_t>(u_tolower(c));
    return lower;
}

/// Does a sentence that ICU ends at `boundary` go on after all?
bool goesOn(std::u16string_view text, std::size_t start, std::size_t boundary) {
    std::size_t end = boundary;
    if (text[end - 1] < 0x80 && kindOf(text[end - 1]) != Kind::Space)
        return true;  // "?x=1": a sentence of this script ends with a space
    while (end > start && kindOf(text[end - 1]) == Kind::Space) {
        if (isLineEnd(text[end - 1]))
            return false;
        --end;
    }
    if (end == start || text[end - 1] != u'.')
        return false;
    --end;
    std::size_t begin = end;
    bool dots = false;
    while (begin > start && end - begin < 12 &&
           (u_isalpha(text[begin - 1]) || text[begin - 1] == u'.')) {
        dots = dots || text[begin - 1] == u'.';
        --begin;
    }
    if (begin == end || (begin > start && (u_isalnum(text[begin - 1]) || text[begin - 1] == u'-')))
        return false;
    const std::u16string_view token = text.substr(begin, end - begin);
    const bool capitals = std::all_of(token.begin(), token.end(),
                                      [](char16_t c) { return c == u'.' || u_isupper(c); });
    if (capitals && dots && token.size() <= 5)
        return true;  // "U.S.", "J.R.R."
    if (capitals && token.size() == 1) {
        // A name's initial far more often than a sentence's end; "I" and "vitamin C" are not.
        std::size_t previous = begin;
        while (previous > start && kindOf(text[previous - 1]) == Kind::Space)
            --previous;
        std::size_t word = previous;
        while (word > start && u_isalpha(text[word - 1]))
            --word;
        return token != u"I" && !isLettered(lowered(text.substr(word, previous - word)));
    }
    return isAbbreviation(lowered(token));
}

/// Ends of sentences in code points of the document.
void splitChunkSentences(std::u16string_view units, Offset begin, std::vector<Offset>& ends) {
    Breaks& breaks = threadBreaks(Breaks::Sentences);
    breaks.setText(units);
    std::size_t start = 0;
    std::size_t counted = 0;
    for (std::int32_t to = breaks.next(); to >= 0; to = breaks.next()) {
        const auto end = static_cast<std::size_t>(to);
        for (; counted < end; ++counted) {
            if (!U16_IS_TRAIL(units[counted]))
                ++begin;
            // ICU does not count these two as ends of a paragraph.
            if (units[counted] == u'\v' || units[counted] == u'\f') {
                ends.push_back(begin);
                start = counted + 1;
            }
        }
        if (end < units.size() && goesOn(units, start, end))
            continue;
        ends.push_back(begin);
        start = end;
    }
}

}  // namespace

std::vector<Range> splitWords(std::string_view utf8) {
    std::vector<Range> words;
    words.reserve(utf8.size() / 5);
    Refiner refiner(words);
    Chunks chunks(utf8);
    while (chunks.next())
        splitChunk(chunks.units(), chunks.begin(), refiner);
    return words;
}

std::vector<Sentence> splitSentences(std::string_view utf8) {
    std::vector<Sentence> sentences;
    std::vector<Range> words;
    std::vector<Offset> ends;
    Chunks chunks(utf8);
    while (chunks.next()) {
        words.clear();
        ends.clear();
        Refiner refiner(words);
        splitChunk(chunks.units(), chunks.begin(), refiner);
        splitChunkSentences(chunks.units(), chunks.begin(), ends);
        std::size_t word = 0;
        for (const Offset end : ends) {
            const std::size_t first = word;
            while (word < words.size() && words[word].begin < end)
                ++word;
            if (word == first)
                continue;
            sentences.push_back({{words[first].begin, words[word - 1].end},
                                 {words.begin() + static_cast<std::ptrdiff_t>(first),
                                  words.begin() + static_cast<std::ptrdiff_t>(word)}});
        }
    }
    return sentences;
}

}  // namespace spanwise
