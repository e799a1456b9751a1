#include "core/patterns/pattern.h"

#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"

namespace spanwise {
namespace {

/// ICU counts steps of the match engine of which each takes about a millisecond.
constexpr std::int32_t kTimeLimit = 1000;
constexpr const char* kGroupName = "entity";

using Json = nlohmann::ordered_json;

icu::UnicodeString utf16(std::string_view utf8) {
    return icu::UnicodeString::fromUTF8(
        icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
}

std::string utf8(const icu::UnicodeString& text) {
    std::string out;
    text.toUTF8String(out);
    return out;
}

/// Whether an offset is inside one of the words, which are in order.
bool isInsideWord(const std::vector<Range>& words, Offset offset) {
    const auto after =
        std::upper_bound(words.begin(), words.end(), offset,
                         [](Offset value, const Range& word) { return value < word.end; });
    return after != words.end() && after->begin < offset;
}

std::string trimmed(std::string_view line) {
    icu::UnicodeString text = utf16(line);
    const auto isSpace = [&](std::int32_t at) { return u_isUWhiteSpace(text.char32At(at)) != 0; };
    std::int32_t begin = 0;
    std::int32_t end = text.length();
    while (begin < end && isSpace(begin))
        ++begin;
    while (end > begin && isSpace(end - 1))
        --end;
    return utf8(text.tempSubStringBetween(begin, end));
}

std::string regexMessage(UErrorCode error) {
    switch (error) {
        case U_REGEX_RULE_SYNTAX:
            return "This is no regular expression: a character is out of place.";
        case U_REGEX_BAD_ESCAPE_SEQUENCE:
            return "There is no such escape. Write \\\\ for a backslash.";
        case U_REGEX_PROPERTY_SYNTAX:
            return "There is no such property. Properties look like \\p{Lu} or \\p{Greek}.";
        case U_REGEX_MISMATCHED_PAREN:
            return "A parenthesis has no partner. Write \\( or \\) for the character itself.";
        case U_REGEX_NUMBER_TOO_BIG:
            return "This number is too large.";
        case U_REGEX_BAD_INTERVAL:
            return "A count looks like {2}, {2,} or {2,5}.";
        case U_REGEX_MAX_LT_MIN:
            return "In a count the second number is smaller than the first.";
        case U_REGEX_INVALID_BACK_REF:
            return "There is no group of this number.";
        case U_REGEX_INVALID_FLAG:
            return "There is no such option. (?i) ignores case, (?x) ignores white space.";
        case U_REGEX_LOOK_BEHIND_LIMIT:
            return "A look-behind needs a length that has a limit: no * or + in (?<=…).";
        case U_REGEX_MISSING_CLOSE_BRACKET:
            return "A bracket is not closed. Write \\[ for the character itself.";
        case U_REGEX_INVALID_RANGE:
            return "A range in brackets goes from the smaller character to the larger.";
        case U_REGEX_SET_CONTAINS_STRING:
        case U_ILLEGAL_ARGUMENT_ERROR:
            return "The set in brackets is not a valid one.";
        case U_REGEX_INVALID_CAPTURE_GROUP_NAME:
            return "A group's name has letters and digits only, and each name stands once.";
        case U_REGEX_PATTERN_TOO_BIG:
            return "The expression is too large. Make it a list of strings.";
        default:
            return std::string("The expression cannot be used (") + u_errorName(error) + ").";
    }
}

}  // namespace

std::string_view patternKindName(PatternKind kind) {
    return kind == PatternKind::Regex ? "regex" : "list";
}

std::string patternToJson(const Pattern& pattern) {
    Json json{{"name", pattern.name}, {"matchCase", pattern.matchCase}};
    if (pattern.kind == PatternKind::Regex) {
        json["wholeWords"] = pattern.wholeWords;
        json["regex"] = pattern.regex;
    } else {
        json["entries"] = pattern.entries;
    }
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<Pattern> patternFromJson(std::string_view kind, std::string_view json) {
    Pattern pattern;
    if (kind != "regex" && kind != "list")
        return failure(ErrorCode::InvalidFormat,
                       "The project has a pattern of an unknown kind, \"" + std::string(kind) +
                           "\". A newer Spanwise may know it.");
    pattern.kind = kind == "regex" ? PatternKind::Regex : PatternKind::List;
    try {
        const Json read = Json::parse(json);
        pattern.name = read.value("name", "");
        pattern.matchCase = read.value("matchCase", true);
        pattern.wholeWords = read.value("wholeWords", true);
        pattern.regex = read.value("regex", "");
        pattern.entries = read.value("entries", std::vector<std::string>());
    } catch (const nlohmann::json::exception& exception) {
        return failure(ErrorCode::InvalidFormat,
                       std::string("A pattern of the project cannot be read: ") + exception.what());
    }
    return pattern;
}

Result<std::vector<std::string>> entriesFromText(std::string_view bytes, std::string_view where) {
    if (auto checked = validateUtf8(bytes, where); !checked)
        return tl::unexpected(checked.error());
    bytes = withoutBom(bytes);
    std::vector<std::string> entries;
    std::unordered_set<std::string> seen;
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        std::string entry = trimmed(bytes.substr(0, end));
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (!entry.empty() && entry.front() != '#' && seen.insert(entry).second)
            entries.push_back(std::move(entry));
    }
    return entries;
}

class PatternMatcher::Impl {
public:
    Impl() = default;
    virtual ~Impl() = default;
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    [[nodiscard]] virtual Result<std::vector<Range>> find(std::string_view text, std::size_t most,
                                                          const std::stop_token& stop) = 0;
};

class PatternMatcher::RegexImpl : public Impl {
public:
    RegexImpl(std::unique_ptr<icu::RegexPattern> pattern,
              std::unique_ptr<icu::RegexMatcher> matcher, std::int32_t group, bool wholeWords)
        : m_pattern(std::move(pattern)),
          m_matcher(std::move(matcher)),
          m_group(group),
          m_wholeWords(wholeWords) {}

    Result<std::vector<Range>> find(std::string_view text, std::size_t most,
                                    const std::stop_token& stop) override {
        const icu::UnicodeString units = utf16(text);
        std::vector<std::pair<std::int32_t, std::int32_t>> found;
        UErrorCode error = U_ZERO_ERROR;
        m_matcher->reset(units);
        m_matcher->setMatchCallback(
            [](const void* token, std::int32_t) -> UBool {
                return !static_cast<const std::stop_token*>(token)->stop_requested();
            },
            &stop, error);
        // Whole words are told from their parts only below.
        const std::size_t enough = m_wholeWords ? std::numeric_limits<std::size_t>::max() : most;
        while (found.size() < enough && U_SUCCESS(error) && m_matcher->find(error) &&
               U_SUCCESS(error)) {
            if (stop.stop_requested())
                error = U_REGEX_STOPPED_BY_CALLER;
            const std::int32_t begin = m_matcher->start(m_group, error);
            const std::int32_t end = m_matcher->end(m_group, error);
            if (begin >= 0 && end > begin)
                found.emplace_back(begin, end);
        }
        if (error == U_REGEX_STOPPED_BY_CALLER)
            return failure(ErrorCode::Cancelled, "The search was stopped.");
        if (U_FAILURE(error)) {
            return failure(
                ErrorCode::InvalidArgument,
                error == U_REGEX_TIME_OUT || error == U_REGEX_STACK_OVERFLOW
                    ? "The expression takes too long, as it can be matched in too many ways. Avoid "
                      "repetitions within repetitions such as (a+)+, or say {1,20} for +."
                    : regexMessage(error));
        }
        std::vector<Range> ranges;
        if (found.empty())
            return ranges;
        const OffsetMap offsets(text);
        const std::vector<Range> words = m_wholeWords ? splitWords(text) : std::vector<Range>();
        for (const auto& [begin, end] : found) {
            if (ranges.size() >= most)
                break;
            const Range range{offsets.fromUtf16(begin), offsets.fromUtf16(end)};
            if (!range.isEmpty() && !isInsideWord(words, range.begin) &&
                !isInsideWord(words, range.end) &&
                (ranges.empty() || ranges.back().end <= range.begin)) {
                ranges.push_back(range);
            }
        }
        return ranges;
    }

private:
    std::unique_ptr<icu::RegexPattern> m_pattern;  ///< before its matcher
    std::unique_ptr<icu::RegexMatcher> m_matcher;
    std::int32_t m_group;
    bool m_wholeWords;
};

/// A tree of words: entries that begin alike share their beginning.
class PatternMatcher::ListImpl : public Impl {
public:
    explicit ListImpl(const Pattern& pattern) : m_matchCase(pattern.matchCase), m_ends(1) {
        for (const std::string& entry : pattern.entries) {
            std::size_t node = 0;
            const OffsetMap offsets(entry);
            const std::vector<Range> words = splitWords(entry);
            for (const Range& word : words) {
                const auto [known, isNewWord] =
                    m_words.try_emplace(keyOf(entry, offsets, word), m_words.size());
                const auto [next, isNew] =
                    m_next.try_emplace(step(node, known->second), m_ends.size());
                if (isNew)
                    m_ends.push_back(false);
                node = next->second;
            }
            m_ends[node] = m_ends[node] || !words.empty();
        }
    }
    [[nodiscard]] bool isEmpty() const { return m_next.empty(); }

    Result<std::vector<Range>> find(std::string_view text, std::size_t most,
                                    const std::stop_token&) override {
        const std::vector<Range> words = splitWords(text);
        const OffsetMap offsets(text);
        std::vector<std::int64_t> keys;
        keys.reserve(words.size());
        for (const Range& word : words) {
            const auto known = m_words.find(keyOf(text, offsets, word));
            keys.push_back(known == m_words.end() ? -1 : static_cast<std::int64_t>(known->second));
        }
        std::vector<Range> ranges;
        for (std::size_t begin = 0; begin < words.size() && ranges.size() < most;) {
            std::size_t node = 0;
            std::size_t end = begin;  ///< after the longest entry
            for (std::size_t at = begin; at < words.size() && keys[at] >= 0; ++at) {
                const auto next = m_next.find(step(node, static_cast<std::size_t>(keys[at])));
                if (next == m_next.end())
                    break;
                node = next->second;
                if (m_ends[node])
                    end = at + 1;
            }
            if (end > begin)
                ranges.push_back({words[begin].begin, words[end - 1].end});
            begin = std::max(end, begin + 1);
        }
        return ranges;
    }

private:
    [[nodiscard]] std::string keyOf(std::string_view text, const OffsetMap& offsets,
                                    Range word) const {
        const auto begin = static_cast<std::size_t>(offsets.toByte(word.begin));
        const auto end = static_cast<std::size_t>(offsets.toByte(word.end));
        const std::string_view bytes = text.substr(begin, end - begin);
        return m_matchCase ? std::string(bytes) : utf8(utf16(bytes).foldCase());
    }
    /// Both numbers are below 2^32: an entry has a few words, and lists fit into memory.
    static std::uint64_t step(std::size_t node, std::size_t word) {
        return (static_cast<std::uint64_t>(node) << 32) | static_cast<std::uint64_t>(word);
    }

    bool m_matchCase;
    std::unordered_map<std::string, std::size_t> m_words;
    std::unordered_map<std::uint64_t, std::size_t> m_next;
    std::vector<bool> m_ends;  ///< of nodes: an entry ends there
};

PatternMatcher::PatternMatcher(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
PatternMatcher::PatternMatcher(PatternMatcher&&) noexcept = default;
PatternMatcher& PatternMatcher::operator=(PatternMatcher&&) noexcept = default;
PatternMatcher::~PatternMatcher() = default;

tl::expected<PatternMatcher, PatternProblem> PatternMatcher::make(const Pattern& pattern) {
    if (pattern.kind == PatternKind::List) {
        auto list = std::make_unique<ListImpl>(pattern);
        if (list->isEmpty())
            return tl::unexpected(PatternProblem{"The list has no entries yet: one a line."});
        return PatternMatcher(std::move(list));
    }
    if (pattern.regex.empty())
        return tl::unexpected(PatternProblem{"There is no expression yet."});
    UErrorCode error = U_ZERO_ERROR;
    UParseError place{};
    const icu::UnicodeString expression = utf16(pattern.regex);
    const std::uint32_t flags =
        UREGEX_MULTILINE | (pattern.matchCase ? 0U : std::uint32_t{UREGEX_CASE_INSENSITIVE});
    std::unique_ptr<icu::RegexPattern> compiled(
        icu::RegexPattern::compile(expression, flags, place, error));
    if (U_FAILURE(error) || !compiled) {
        // ICU says how many code points of the line it had read.
        const Offset length = countCodePoints(pattern.regex);
        return tl::unexpected(PatternProblem{
            regexMessage(error), std::clamp<Offset>(Offset{place.offset} - 1, 0, length)});
    }
    const std::int32_t group = compiled->groupNumberFromName(kGroupName, -1, error);
    const bool isNamed = U_SUCCESS(error);
    error = U_ZERO_ERROR;
    std::unique_ptr<icu::RegexMatcher> matcher(compiled->matcher(error));
    if (U_SUCCESS(error))
        matcher->setTimeLimit(kTimeLimit, error);
    if (U_FAILURE(error))
        return tl::unexpected(PatternProblem{regexMessage(error)});
    return PatternMatcher(std::make_unique<RegexImpl>(std::move(compiled), std::move(matcher),
                                                      isNamed ? group : 0, pattern.wholeWords));
}

Result<std::vector<Range>> PatternMatcher::find(std::string_view text, std::size_t most,
                                                const std::stop_token& stop) const {
    return m_impl->find(text, most, stop);
}

}  // namespace spanwise
