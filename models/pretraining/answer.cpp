#include "models/pretraining/answer.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "core/text/occurrences.h"
#include "core/text/utf8.h"

namespace spanwise {
namespace {

constexpr std::string_view kSeparator = "<>";
// In code points.
constexpr Offset kLongestMention = 200;
constexpr Offset kLongestConcept = 100;
constexpr Offset kLongestDescription = 500;

constexpr std::array<std::pair<std::string_view, std::string_view>, kLineFaults> kFaultNames = {{
    {"no-separator", "line without <>"},
    {"too-many-parts", "line with more than three parts"},
    {"empty-mention", "empty mention"},
    {"empty-concept", "empty concept"},
    {"meaningless", "concept is just \"concept\" or \"entity\""},
    {"too-long", "too long"},
    {"control-character", "control character"},
    {"not-in-text", "mention not in the text"},
    {"inside-word", "mention inside longer words alone"},
    {"repeated", "said twice"},
    {"unfinished", "cut off by the limit of tokens"},
}};

/// Calls with each code point; bytes that are none come as a negative number.
template <typename Function>
void forEachCodePoint(std::string_view text, Function function) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t i = 0; i < size;) {
        UChar32 c;
        U8_NEXT(bytes, i, size, c);
        function(c);
    }
}

/// Lower case by simple folding, which keeps the number of code points and so their offsets.
std::string folded(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    forEachCodePoint(text, [&](UChar32 c) {
        std::array<std::uint8_t, U8_MAX_LENGTH> bytes{};
        std::int32_t length = 0;
        const UChar32 lower = u_foldCase(c < 0 ? 0xFFFD : c, U_FOLD_CASE_DEFAULT);
        U8_APPEND_UNSAFE(bytes.data(), length, lower);
        out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(length));
    });
    return out;
}

std::string_view trimmed(std::string_view text) {
    const std::string_view blanks[] = {" ", "\t", "\r", "\xC2\xA0", "\xE3\x80\x80"};
    for (bool again = true; again;) {
        again = false;
        for (const std::string_view blank : blanks) {
            if (text.starts_with(blank)) {
                text.remove_prefix(blank.size());
                again = true;
            } else if (text.ends_with(blank)) {
                text.remove_suffix(blank.size());
                again = true;
            }
        }
    }
    return text;
}

/// Without "- ", "* ", "• ", "3. ", "3) ", "(3) ", "[3] " in front.
std::string_view withoutMarker(std::string_view line) {
    for (const std::string_view bullet : {"-", "*", "+", "•", "–", "—", "·", "‣"}) {
        if (line.starts_with(bullet) && line.substr(bullet.size()).starts_with(' ')) {
            line = trimmed(line.substr(bullet.size()));
            break;
        }
    }
    const bool bracket = line.starts_with('(') || line.starts_with('[');
    std::size_t at = bracket ? 1 : 0;
    const std::size_t digits = at;
    while (at < line.size() && line[at] >= '0' && line[at] <= '9')
        ++at;
    if (at == digits || at - digits > 4 || at + 1 >= line.size())
        return line;
    const char after = line[at];
    const bool closes = bracket ? after == (line[0] == '(' ? ')' : ']')
                                : after == '.' || after == ')' || after == ':';
    return closes && line[at + 1] == ' ' ? trimmed(line.substr(at + 1)) : line;
}

constexpr std::pair<std::string_view, std::string_view> kQuotes[] = {
    {"**", "**"}, {"__", "__"}, {"`", "`"}, {"\"", "\""}, {"'", "'"},
    {"“", "”"},   {"‘", "’"},   {"„", "“"}, {"«", "»"},   {"*", "*"},
};

/// Without one pair of quotation marks or emphasis around all of it.
std::string_view withoutQuotes(std::string_view text) {
    for (const auto& [open, close] : kQuotes) {
        if (text.size() > open.size() + close.size() && text.starts_with(open) &&
            text.ends_with(close))
            return trimmed(text.substr(open.size(), text.size() - open.size() - close.size()));
    }
    return text;
}

std::string_view bare(std::string_view text) {
    for (std::string_view before; before != text;) {
        before = text;
        text = withoutQuotes(text);
    }
    return text;
}

/// Runs of white space as one blank: names of concepts, not text.
std::string spaced(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ' && c != '\t')
            out += c;
        else if (!out.ends_with(' '))
            out += ' ';
    }
    return out;
}

bool hasControl(std::string_view text) {
    bool found = false;
    forEachCodePoint(text, [&](UChar32 c) {
        found = found || c < 0 || (u_charType(c) == U_CONTROL_CHAR && c != '\t');
    });
    return found;
}

bool hasLetterOrDigit(std::string_view text) {
    bool found = false;
    forEachCodePoint(text, [&](UChar32 c) {
        // Symbols such as an emoji or a currency sign mean something too.
        found = found || (c >= 0 && (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_S_MASK) != 0));
    });
    return found;
}

bool isMeaningless(std::string_view name) {
    const std::string lower = folded(name);
    return lower == "concept" || lower == "entity" || lower == "concepts" || lower == "entities";
}

std::vector<std::string_view> partsOf(std::string_view line) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t at = line.find(kSeparator);
        parts.push_back(trimmed(line.substr(0, at)));
        if (at == std::string_view::npos)
            return parts;
        line.remove_prefix(at + kSeparator.size());
    }
}

/// The parts of a line that is in quotation marks as a whole, without these.
void dropQuotesAround(std::vector<std::string_view>& parts) {
    std::string_view& first = parts.front();
    std::string_view& last = parts.back();
    for (const auto& [open, close] : kQuotes) {
        if (first.starts_with(open) && last.ends_with(close) && !first.ends_with(close) &&
            !last.starts_with(open)) {
            first = trimmed(first.substr(open.size()));
            last = trimmed(last.substr(0, last.size() - close.size()));
            return;
        }
    }
}

class Locator {
public:
    explicit Locator(std::string_view passage)
        : m_exact(passage), m_folded(folded(passage)), m_any(m_folded) {}

    struct Places {
        std::vector<Range> ranges;
        bool isOtherCase = false;  ///< letter by letter there is none
    };
    /// Where any of the ways to write a mention occurs, the first that does.
    Places find(const std::vector<std::string_view>& ways) const {
        for (const std::string_view way : ways) {
            if (auto found = m_exact.find(way); !found.empty())
                return {std::move(found), false};
        }
        for (const std::string_view way : ways) {
            if (auto found = m_any.find(folded(way)); !found.empty())
                return {std::move(found), true};
        }
        return {};
    }
    bool isInsideWord(const std::vector<std::string_view>& ways) const {
        return std::any_of(ways.begin(), ways.end(), [&](std::string_view way) {
            return m_folded.find(folded(way)) != std::string::npos;
        });
    }

private:
    OccurrenceFinder m_exact;
    std::string m_folded;
    OccurrenceFinder m_any;
};

/// One line; the fault, or none when its mentions were added.
class LineTaker {
public:
    LineTaker(std::string_view passage, std::vector<Mention>& mentions)
        : m_locator(passage), m_mentions(mentions) {}

    std::optional<LineFault> take(std::string_view line) {
        std::vector<std::string_view> parts = partsOf(line);
        if (parts.size() == 1)
            return LineFault::NoSeparator;
        if (parts.size() > 3)
            return LineFault::TooManyParts;
        const std::string_view whole = parts.front();
        parts.front() = withoutMarker(whole);
        dropQuotesAround(parts);

        const std::vector<std::string_view> ways = {bare(parts[0]), parts[0], whole};
        const std::string name = spaced(bare(parts[1]));
        const std::string description = parts.size() == 3 ? spaced(bare(parts[2])) : "";
        if (hasControl(line))
            return LineFault::ControlCharacter;
        if (!hasLetterOrDigit(ways[0]))
            return LineFault::EmptyMention;
        if (!hasLetterOrDigit(name))
            return LineFault::EmptyConcept;
        if (countCodePoints(whole) > kLongestMention || countCodePoints(name) > kLongestConcept ||
            countCodePoints(description) > kLongestDescription)
            return LineFault::TooLong;
        if (isMeaningless(name))
            return LineFault::Meaningless;
        if (!m_said.emplace(ways[0], folded(name)).second)
            return LineFault::Repeated;
        const Locator::Places places = m_locator.find(ways);
        if (places.ranges.empty())
            return m_locator.isInsideWord(ways) ? LineFault::InsideWord : LineFault::NotInText;
        m_otherCase += places.isOtherCase ? 1 : 0;
        for (const Range range : places.ranges)
            m_mentions.push_back({range.begin, range.end, name, description});
        return std::nullopt;
    }
    /// Of the lines taken so far.
    [[nodiscard]] std::int64_t otherCase() const { return m_otherCase; }

private:
    Locator m_locator;
    std::int64_t m_otherCase = 0;
    std::vector<Mention>& m_mentions;
    std::set<std::pair<std::string, std::string>> m_said;
};

std::vector<std::string_view> linesOf(std::string_view answer) {
    std::vector<std::string_view> lines;
    while (!answer.empty()) {
        const std::size_t end = std::min(answer.find('\n'), answer.size());
        const std::string_view line = trimmed(answer.substr(0, end));
        if (!line.empty() && !line.starts_with("```"))
            lines.push_back(line);
        answer.remove_prefix(std::min(end + 1, answer.size()));
    }
    return lines;
}

}  // namespace

std::string_view lineFaultName(LineFault fault) {
    return kFaultNames[static_cast<std::size_t>(fault)].first;
}

std::string_view lineFaultText(LineFault fault) {
    return kFaultNames[static_cast<std::size_t>(fault)].second;
}

AnswerCounts& AnswerCounts::operator+=(const AnswerCounts& other) {
    answers += other.answers;
    empty += other.empty;
    prose += other.prose;
    truncated += other.truncated;
    lines += other.lines;
    goodLines += other.goodLines;
    otherCase += other.otherCase;
    mentions += other.mentions;
    for (std::size_t i = 0; i < kLineFaults; ++i)
        faults[i] += other.faults[i];
    return *this;
}

ReadAnswer readAnswer(std::string_view passage, std::string_view answer, bool truncated) {
    ReadAnswer result;
    AnswerCounts& counts = result.counts;
    counts.answers = 1;
    counts.truncated = truncated ? 1 : 0;
    std::vector<std::string_view> lines = linesOf(answer);
    if (lines.empty()) {
        counts.empty = 1;
        return result;
    }
    if (answer.find(kSeparator) == std::string_view::npos) {
        counts.prose = 1;
        return result;
    }
    counts.lines = static_cast<std::int64_t>(lines.size());
    if (truncated && !answer.ends_with('\n')) {
        lines.pop_back();
        ++counts.faults[static_cast<std::size_t>(LineFault::Unfinished)];
    }
    LineTaker taker(passage, result.mentions);
    for (const std::string_view line : lines) {
        if (const auto fault = taker.take(line))
            ++counts.faults[static_cast<std::size_t>(*fault)];
        else
            ++counts.goodLines;
    }
    counts.otherCase = taker.otherCase();
    std::stable_sort(result.mentions.begin(), result.mentions.end(),
                     [](const Mention& a, const Mention& b) {
                         return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
                     });
    // "Ada" and "ada" may be found at the same place without regard to case.
    const auto last = std::unique(
        result.mentions.begin(), result.mentions.end(), [](const Mention& a, const Mention& b) {
            return std::tie(a.begin, a.end, a.name) == std::tie(b.begin, b.end, b.name);
        });
    result.mentions.erase(last, result.mentions.end());
    counts.mentions = static_cast<std::int64_t>(result.mentions.size());
    return result;
}

}  // namespace spanwise
