#include "storage/project_search.h"

#include <sqlite3.h>
#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <limits>

#include "core/text/offset_map.h"
#include "storage/filter_matches.h"
#include "storage/labels.h"
#include "storage/search.h"

namespace spanwise::storage {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::int64_t kFirstWindow = 2000;   ///< document ids looked through between two glances
constexpr std::int64_t kWindow = 64000;       ///< at the clock: at first, and at most
constexpr int kProgressSteps = 20000;         ///< of SQLite's machine
constexpr std::int32_t kExpressionSteps = 0;  ///< no limit of ICU's own: the callback decides
constexpr std::int32_t kExpressionStack = 8 << 20;  ///< bytes
constexpr double kNamesSeconds = 0.5;
constexpr auto kTrial = std::chrono::milliseconds(25);
constexpr std::size_t kLongestShown = 400;  ///< code points of a match

[[noreturn]] void stopped() {
    fail(ErrorCode::Cancelled, "The search was stopped.");
}

/// When to give up, or to leave the rest for later.
struct Limits {
    const std::stop_token& stop;
    Clock::time_point end;

    [[nodiscard]] bool isLate() const { return Clock::now() >= end; }
};

/// Ends SQLite's own loops when a search is stopped.
class Interruption {
public:
    Interruption(Database& database, const std::stop_token& stop) : m_database(database) {
        sqlite3_progress_handler(
            database.handle(), kProgressSteps,
            [](void* token) {
                return static_cast<const std::stop_token*>(token)->stop_requested() ? 1 : 0;
            },
            const_cast<std::stop_token*>(&stop));
    }
    ~Interruption() { sqlite3_progress_handler(m_database.handle(), 0, nullptr, nullptr); }
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

private:
    Database& m_database;
};

/// Without diacritics, and without case if that does not matter, as full-text search sees it. 0: a
/// mark that it does not see.
char32_t plain(char32_t point, bool keepsCase) {
    if (point < 0x80)
        return !keepsCase && point >= U'A' && point <= U'Z' ? point + 32 : point;
    UErrorCode error = U_ZERO_ERROR;
    const UNormalizer2* nfd = unorm2_getNFDInstance(&error);
    for (int depth = 0; U_SUCCESS(error) && depth < 4; ++depth) {
        UChar buffer[8];
        UErrorCode failed = U_ZERO_ERROR;
        const auto length =
            unorm2_getRawDecomposition(nfd, static_cast<UChar32>(point), buffer, 8, &failed);
        if (length <= 0 || U_FAILURE(failed))
            break;
        UChar32 base = 0;
        U16_GET(buffer, 0, 0, length, base);
        point = static_cast<char32_t>(base);
    }
    if (u_charType(static_cast<UChar32>(point)) == U_NON_SPACING_MARK)
        return 0;
    if (keepsCase)
        return point;
    return static_cast<char32_t>(u_foldCase(static_cast<UChar32>(point), U_FOLD_CASE_DEFAULT));
}

struct Words {
    struct Word {
        std::size_t begin = 0, end = 0;
        std::u32string text;
    };
    std::vector<Word> words;

    Words(std::u32string_view text, bool matchesCase) {
        for (std::size_t at = 0; at < text.size();) {
            if (!isWordPoint(text[at])) {
                ++at;
                continue;
            }
            Word word;
            word.begin = at;
            for (; at < text.size() && isWordPoint(text[at]); ++at) {
                const char32_t point = plain(text[at], matchesCase);
                if (point != 0)
                    word.text += point;
            }
            word.end = at;
            words.push_back(std::move(word));
        }
    }

    /// Whether the phrase stands here; its last word may be the beginning of one.
    [[nodiscard]] bool haveAt(std::size_t at, const Words& phrase, bool isWhole) const {
        const std::size_t count = phrase.words.size();
        if (count == 0 || at + count > words.size())
            return false;
        for (std::size_t i = 0; i < count; ++i) {
            const std::u32string& word = words[at + i].text;
            const std::u32string& wanted = phrase.words[i].text;
            if (i + 1 < count || isWhole ? word != wanted : !word.starts_with(wanted))
                return false;
        }
        return true;
    }
    [[nodiscard]] bool have(const Words& phrase, bool isWhole) const {
        for (std::size_t i = 0; i < words.size(); ++i) {
            if (haveAt(i, phrase, isWhole))
                return true;
        }
        return false;
    }
};

/// Finds a query's text in one document's text, in order.
class Matcher {
public:
    virtual ~Matcher() = default;
    /// Calls `hit` for each place from `offset` on until it returns false.
    virtual void find(const std::string& text, Offset offset, const Limits& limits,
                      const std::function<bool(Range)>& hit) = 0;
};

class WordMatcher : public Matcher {
public:
    WordMatcher(const SearchTerms& terms, bool matchesCase) : m_matchesCase(matchesCase) {
        for (const SearchTerms::Phrase& phrase : terms.phrases)
            m_phrases.push_back({Words(phrase.text, matchesCase), phrase.isWhole});
        for (const std::string& substring : terms.substrings)
            m_substrings.push_back(decode(substring));
    }

    void find(const std::string& text, Offset offset, const Limits&,
              const std::function<bool(Range)>& hit) override {
        const std::u32string points = decode(text);
        std::vector<Range> found;
        const Words words(points, m_matchesCase);
        // A document has all that is asked for, or it has nothing.
        for (const auto& [phrase, isWhole] : m_phrases) {
            const std::size_t before = found.size();
            for (std::size_t i = 0; i < words.words.size(); ++i) {
                if (words.haveAt(i, phrase, isWhole))
                    found.push_back(
                        {static_cast<Offset>(words.words[i].begin),
                         static_cast<Offset>(words.words[i + phrase.words.size() - 1].end)});
            }
            if (found.size() == before)
                return;
        }
        for (const std::u32string& substring : m_substrings) {
            for (auto at = points.find(substring); at != std::u32string::npos;
                 at = points.find(substring, at + substring.size()))
                found.push_back(
                    {static_cast<Offset>(at), static_cast<Offset>(at + substring.size())});
        }
        std::sort(found.begin(), found.end());
        found.erase(std::unique(found.begin(), found.end()), found.end());
        for (const Range range : found) {
            if (range.begin >= offset && !hit(range))
                return;
        }
    }

private:
    bool m_matchesCase;
    std::vector<std::pair<Words, bool>> m_phrases;
    std::vector<std::u32string> m_substrings;
};

/// Says of one document what full-text search would say of it.
class DocumentMatcher {
public:
    explicit DocumentMatcher(const SearchTerms& terms) : m_substrings(terms.substrings) {
        for (const SearchTerms::Phrase& phrase : terms.phrases)
            m_phrases.push_back({Words(phrase.text, false), phrase.isWhole});
    }

    [[nodiscard]] bool matches(const std::string& name, const std::string& text) const {
        for (const std::string& substring : m_substrings) {
            if (text.find(substring) == std::string::npos &&
                name.find(substring) == std::string::npos)
                return false;
        }
        const Words ofName(decode(name), false), ofText(decode(text), false);
        return std::all_of(m_phrases.begin(), m_phrases.end(), [&](const auto& phrase) {
            return ofText.have(phrase.first, phrase.second) ||
                   ofName.have(phrase.first, phrase.second);
        });
    }

private:
    std::vector<std::pair<Words, bool>> m_phrases;
    std::vector<std::string> m_substrings;
};

class ExpressionMatcher : public Matcher {
public:
    ExpressionMatcher(const std::string& expression, bool matchesCase) {
        UErrorCode error = U_ZERO_ERROR;
        UParseError place{};
        m_pattern.reset(icu::RegexPattern::compile(
            icu::UnicodeString::fromUTF8(expression),
            UREGEX_MULTILINE | (matchesCase ? 0 : UREGEX_CASE_INSENSITIVE), place, error));
        if (U_FAILURE(error)) {
            const int at = place.offset > 0 ? place.offset : 0;
            fail(ErrorCode::InvalidArgument,
                 "The expression \"" + expression + "\" cannot be read at character " +
                     std::to_string(at + 1) + ": " + reason(error) + ".");
        }
        m_matcher.reset(m_pattern->matcher(error));
        if (U_SUCCESS(error))
            m_matcher->setStackLimit(kExpressionStack, error);
        if (U_SUCCESS(error))
            m_matcher->setTimeLimit(kExpressionSteps, error);
        if (U_FAILURE(error))
            fail(ErrorCode::Internal, u_errorName(error));
    }

    void find(const std::string& text, Offset offset, const Limits& limits,
              const std::function<bool(Range)>& hit) override {
        const icu::UnicodeString units = icu::UnicodeString::fromUTF8(text);
        m_matcher->reset(units);
        UErrorCode error = U_ZERO_ERROR;
        // Also a document that is begun late has some time.
        const Limits own{limits.stop,
                         std::max(limits.end, Clock::now() + std::chrono::milliseconds(700))};
        m_matcher->setMatchCallback(
            [](const void* context, std::int32_t) -> UBool {
                const auto* of = static_cast<const Limits*>(context);
                return !of->stop.stop_requested() && !of->isLate();
            },
            &own, error);
        std::optional<OffsetMap> map;
        std::int32_t from = 0;
        if (offset > 0) {
            map.emplace(text);
            from = static_cast<std::int32_t>(map->toUtf16(offset));
        }
        bool found = m_matcher->find(from, error);
        for (; found && U_SUCCESS(error); found = m_matcher->find(error)) {
            const std::int32_t begin = m_matcher->start(error);
            const std::int32_t end = m_matcher->end(error);
            if (end <= begin)
                continue;
            if (!map)
                map.emplace(text);
            if (!hit({map->fromUtf16(begin), map->fromUtf16(end)}))
                return;
        }
        if (error == U_REGEX_STACK_OVERFLOW)
            fail(ErrorCode::InvalidArgument,
                 "The expression needs too much memory on this text. Make it simpler: avoid "
                 "repetitions inside repetitions.");
        // A text that takes all the time there is cannot be gone on with: it would again.
        if (error == U_REGEX_STOPPED_BY_CALLER && !limits.stop.stop_requested())
            fail(ErrorCode::InvalidArgument,
                 "The expression takes too long on one document. Make it simpler: avoid "
                 "repetitions inside repetitions.");
    }

private:
    static std::string reason(UErrorCode error) {
        switch (error) {
            case U_REGEX_MISMATCHED_PAREN:
                return "a parenthesis has no partner";
            case U_REGEX_MISSING_CLOSE_BRACKET:
                return "a bracket is not closed";
            case U_REGEX_BAD_ESCAPE_SEQUENCE:
                return "there is no such escape sequence";
            case U_REGEX_BAD_INTERVAL:
            case U_REGEX_MAX_LT_MIN:
            case U_REGEX_NUMBER_TOO_BIG:
                return "the count in braces is not valid";
            case U_REGEX_RULE_SYNTAX:
                return "nothing to repeat, or a character that needs a backslash";
            default:
                return u_errorName(error);
        }
    }

    std::unique_ptr<icu::RegexPattern> m_pattern;
    std::unique_ptr<icu::RegexMatcher> m_matcher;
};

class Search {
public:
    Search(Database& database, const SearchQuery& query, SearchPlace from, int limit, Limits limits)
        : m_database(database),
          m_query(query),
          m_from(from),
          m_limit(static_cast<std::size_t>(std::max(limit, 1))),
          m_limits(limits) {
        for (const EntityType& type : loadTypes(database))
            m_types.push_back(type.id);
    }

    SearchPage run() {
        if (m_query.isEmpty() ||
            (m_query.labels == SearchQuery::Labels::Unlabelled && m_query.text.empty()))
            return {};
        SearchTerms terms;
        if (!m_query.text.empty()) {
            if (m_query.isExpression) {
                m_matcher = std::make_unique<ExpressionMatcher>(m_query.text, m_query.matchesCase);
            } else {
                terms = parseSearch(m_query.text);
                if (terms.phrases.empty() && terms.substrings.empty())
                    return {};
                m_matcher = std::make_unique<WordMatcher>(terms, m_query.matchesCase);
            }
        }
        // The longest beginnings find the documents, and the matcher sees to the others.
        std::string match;
        bool isShort = true;
        for (const std::size_t letters : {std::size_t{3}, std::size_t{1}}) {
            if (!match.empty())
                break;
            isShort = letters == 1;
            for (const SearchTerms::Phrase& phrase : terms.phrases) {
                if (!phrase.isShort(letters))
                    match += (match.empty() ? "" : " ") + phrase.match;
            }
        }
        if (match.empty()) {
            runThroughAll(terms);
            return std::move(m_page);
        }
        // A few letters are in the next documents, or they are rare and quickly gathered.
        const Clock::time_point end = m_limits.end;
        if (isShort) {
            m_limits.end = std::min(end, Clock::now() + kTrial);
            runThroughAll(terms);
            m_limits.end = end;
            if (!m_page.next || m_page.hits.size() >= m_limit)
                return std::move(m_page);
            const bool isRare = m_page.hits.empty();
            m_from = *m_page.next;
            m_page.next.reset();
            if (!isRare) {
                runThroughAll(terms);
                return std::move(m_page);
            }
        }
        m_looked = 0;
        runThroughMatches(terms, match);
        return std::move(m_page);
    }

private:
    using Values = std::vector<std::string>;

    static std::string number(Values& values, std::int64_t value) {
        values.push_back(std::to_string(value));
        return "CAST(? AS INTEGER)";
    }

    static std::string real(Values& values, double value) {
        char digits[32];
        std::snprintf(digits, sizeof digits, "%.17g", value);
        values.emplace_back(digits);
        return "CAST(? AS REAL)";
    }

    /// What SQL can say of a document, with its parameters.
    std::string conditions(Values& values) const {
        std::string sql = " AND document.trashed_at IS NULL";
        if (m_query.status)
            sql += " AND document.status = " + number(values, static_cast<int>(*m_query.status));
        return sql;
    }

    [[nodiscard]] bool needsLabels() const {
        return m_query.asksLabels() && m_query.labels != SearchQuery::Labels::Unlabelled;
    }

    /// The ids of documents that have a label as it is asked for, among those that `where` says.
    /// Both tables together need each to be named once.
    std::string labelled(const std::function<std::string(Values&)>& where, Values& values) const {
        std::string types;
        for (const TypeId type : m_query.types)
            types += (types.empty() ? "" : ",") + std::to_string(type);
        if (!types.empty())
            types = " AND type IN (" + types + ")";
        std::string sql;
        if (!m_query.asksSuggestions()) {
            sql = "SELECT document FROM annotation WHERE " + where(values) + types;
            if (!m_query.annotator.empty()) {
                sql += " AND annotator = ?";
                values.push_back(m_query.annotator);
            }
            if (!m_query.origins.empty()) {
                std::string origins;
                for (const Origin origin : m_query.origins)
                    origins +=
                        (origins.empty() ? "" : ",") + std::to_string(static_cast<int>(origin));
                sql += " AND origin IN (" + origins + ")";
            }
            if (m_query.from != 0)
                sql += " AND created_at >= " + number(values, m_query.from);
            if (m_query.until != 0)
                sql += " AND created_at < " + number(values, m_query.until);
        }
        if (!m_query.asksAnnotations()) {
            sql += (sql.empty() ? "" : " UNION ALL ") +
                   std::string("SELECT document FROM suggestion WHERE ") + where(values) + types;
            if (m_query.lowestScore > 0 || m_query.highestScore < 1) {
                sql += " AND score >= " + real(values, m_query.lowestScore);
                sql += " AND score <= " + real(values, m_query.highestScore);
            }
        }
        return sql.empty() ? "SELECT document FROM annotation WHERE 0" : sql;
    }

    void runThroughMatches(const SearchTerms& terms, const std::string& match) {
        std::vector<std::string> values{"text : (" + match + ")", std::to_string(m_from.document)};
        std::string sql =
            "SELECT document.id, document.name FROM document_search CROSS JOIN document ON "
            "document.id = document_search.rowid WHERE document_search MATCH ? AND "
            "document_search.rowid >= CAST(? AS INTEGER)" +
            conditions(values);
        if (needsLabels())
            sql += " AND EXISTS (" +
                   labelled([](Values&) { return std::string("document = document_search.rowid"); },
                            values) +
                   ")";
        for (const std::string& substring : terms.substrings) {
            sql +=
                " AND EXISTS (SELECT 1 FROM document_text WHERE document_text.document = "
                "document.id AND instr(text, ?))";
            values.push_back(substring);
        }
        (void)step(sql + " ORDER BY document_search.rowid", values);
    }

    void runThroughAll(const SearchTerms& terms) {
        const std::int64_t last = m_database.integer("SELECT ifnull(max(id), 0) FROM document");
        std::int64_t window = kFirstWindow;
        bool hasJumped = false;
        for (std::int64_t at = m_from.document; at <= last;
             window = std::min(2 * window, kWindow)) {
            const std::int64_t end = at + window;
            Values values;
            const auto within = [&](const char* column, Values& into) {
                std::string sql = std::string(column) + " >= " + number(into, at);
                return sql + " AND " + column + " < " + number(into, end);
            };
            std::string sql = "SELECT document.id, document.name FROM ";
            if (needsLabels()) {
                // From the labels on, of which there may be few.
                sql += "(SELECT DISTINCT document AS id FROM (" +
                       labelled([&](Values& into) { return within("document", into); }, values) +
                       ")) AS labelled CROSS JOIN document ON document.id = labelled.id WHERE 1";
            } else {
                sql += "document WHERE " + within("document.id", values);
            }
            sql += conditions(values);
            for (const std::string& substring : terms.substrings) {
                sql +=
                    " AND EXISTS (SELECT 1 FROM document_text WHERE document_text.document = "
                    "document.id AND instr(text, ?))";
                values.push_back(substring);
            }
            if (!step(sql + " ORDER BY document.id", values))
                return;
            at = end;
            if (needsLabels() && m_looked == 0 && window > 2 * kFirstWindow && !hasJumped) {
                at = nextLabelled(at);
                hasJumped = true;
            }
            if (m_limits.isLate() && at <= last) {
                m_page.next = SearchPlace{at, 0};
                return;
            }
        }
    }

    /// The first document from a place on that has a label as it is asked for: where the first is
    /// far away, all labels are looked through sooner than all documents. Past all if there is
    /// none.
    std::int64_t nextLabelled(std::int64_t from) {
        Values values;
        // Not by the index on documents, whose every entry would have to seek its row.
        const std::string sql =
            "SELECT min(+document) FROM (" +
            labelled([&](Values& into) { return "+document >= " + number(into, from); }, values) +
            ")";
        Query query(m_database, sql);
        for (std::size_t i = 0; i < values.size(); ++i)
            query.set(static_cast<int>(i) + 1, values[i]);
        return query.step() && !query.isNull(0)
                   ? query.integer(0)
                   : std::numeric_limits<std::int64_t>::max() - kWindow;
    }

    /// False: the page is full.
    bool step(const std::string& sql, const std::vector<std::string>& values) {
        Query documents(m_database, sql);
        for (std::size_t i = 0; i < values.size(); ++i)
            documents.set(static_cast<int>(i) + 1, values[i]);
        while (documents.step()) {
            if (m_limits.stop.stop_requested())
                stopped();
            const DocumentId id = documents.integer(0);
            // Who asks again and again gets on by a document at least.
            if (m_looked > 0 && m_limits.isLate()) {
                m_page.next = SearchPlace{id, id == m_from.document ? m_from.offset : 0};
                return false;
            }
            ++m_looked;
            if (!look(id, documents.text(1)))
                return false;
        }
        return true;
    }

    [[nodiscard]] bool wants(TypeId type) const {
        const auto& among = m_query.types.empty() ? m_types : m_query.types;
        return std::find(among.begin(), among.end(), type) != among.end();
    }
    [[nodiscard]] bool wants(const Annotation& label) const {
        return !m_query.asksSuggestions() && wants(label.type) &&
               (m_query.origins.empty() || std::find(m_query.origins.begin(), m_query.origins.end(),
                                                     label.origin) != m_query.origins.end()) &&
               (m_query.annotator.empty() || label.annotator == m_query.annotator) &&
               (m_query.from == 0 || label.createdAt >= m_query.from) &&
               (m_query.until == 0 || label.createdAt < m_query.until);
    }
    [[nodiscard]] bool wants(const Suggestion& label) const {
        return !m_query.asksAnnotations() && wants(label.type) &&
               label.score >= m_query.lowestScore && label.score <= m_query.highestScore;
    }

    /// One document. False: the page is full.
    bool look(DocumentId id, const std::string& name) {
        const Offset offset = id == m_from.document ? m_from.offset : 0;
        std::string text;
        {
            Query query(m_database, "SELECT text FROM document_text WHERE document = ?", id);
            if (query.step())
                text = query.text(0);
        }
        std::u32string points;
        std::optional<DocumentLabels> labels;
        const auto add = [&](SearchHit hit) {
            if (m_page.hits.size() >= m_limit) {
                m_page.next = SearchPlace{id, hit.range.begin};
                return false;
            }
            if (points.empty())
                points = decode(text);
            const auto end = std::min(static_cast<std::size_t>(hit.range.end), points.size());
            const auto begin = std::min(static_cast<std::size_t>(hit.range.begin), end);
            Context context = contextOf(points, begin, end);
            if (end - begin > kLongestShown)
                context.match = contextOf(points, begin, begin + kLongestShown).match + "…";
            hit.document = id;
            hit.documentName = name;
            hit.before = std::move(context.before);
            hit.match = std::move(context.match);
            hit.after = std::move(context.after);
            m_page.hits.push_back(std::move(hit));
            return true;
        };
        if (m_matcher) {
            bool isFull = false;
            m_matcher->find(text, offset, m_limits, [&](Range range) {
                if (!labels)
                    labels = loadLabels(m_database, id);
                SearchHit hit;
                hit.range = range;
                if (takes(*labels, hit))
                    isFull = !add(std::move(hit));
                return !isFull;
            });
            if (m_limits.stop.stop_requested())
                stopped();
            return !isFull;
        }
        if (m_query.listsDocuments())
            return add({});
        labels = loadLabels(m_database, id);
        std::vector<SearchHit> hits;
        for (const Annotation& label : labels->annotations) {
            if (label.range.begin >= offset && wants(label))
                hits.push_back(hitOf(label));
        }
        for (const Suggestion& label : labels->suggestions) {
            if (label.range.begin >= offset && wants(label))
                hits.push_back(hitOf(label));
        }
        std::stable_sort(hits.begin(), hits.end(),
                         [](const SearchHit& a, const SearchHit& b) { return a.range < b.range; });
        return std::all_of(hits.begin(), hits.end(),
                           [&](const SearchHit& hit) { return add(hit); });
    }

    static SearchHit hitOf(const Annotation& label) {
        SearchHit hit;
        hit.range = label.range;
        hit.record = label.id;
        hit.type = label.type;
        hit.origin = label.origin;
        return hit;
    }
    static SearchHit hitOf(const Suggestion& label) {
        SearchHit hit;
        hit.range = label.range;
        hit.record = label.id;
        hit.type = label.type;
        hit.isSuggestion = true;
        hit.score = label.score;
        return hit;
    }

    /// Whether a match fulfils what is asked of labels; fills in the label that is just there.
    bool takes(const DocumentLabels& labels, SearchHit& hit) const {
        const Range range = hit.range;
        bool touched = false;
        bool fulfilled = false;
        const auto see = [&](const auto& label) {
            if (!label.range.overlaps(range))
                return;
            touched = true;
            fulfilled = fulfilled || wants(label);
            if (label.range == range && hit.record == 0)
                hit = hitOf(label);
        };
        for (const Annotation& label : labels.annotations)
            see(label);
        for (const Suggestion& label : labels.suggestions)
            see(label);
        if (m_query.labels == SearchQuery::Labels::Unlabelled)
            return !touched;
        return !m_query.asksLabels() || fulfilled;
    }

    Database& m_database;
    const SearchQuery& m_query;
    SearchPlace m_from;
    std::size_t m_limit;
    Limits m_limits;
    std::vector<TypeId> m_types;  ///< those not in the trash
    std::unique_ptr<Matcher> m_matcher;
    std::int64_t m_looked = 0;  ///< documents
    SearchPage m_page;
};

Clock::time_point after(double seconds) {
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(std::max(0.0, seconds)));
}

/// Runs `body`; a query that `stop` has interrupted is Cancelled.
template <typename Body>
auto interruptible(Database& database, const std::stop_token& stop, Body&& body) {
    const Interruption interruption(database, stop);
    try {
        return body();
    } catch (const SQLite::Exception& exception) {
        if (exception.getErrorCode() == SQLITE_INTERRUPT)
            stopped();
        throw;
    }
}

}  // namespace

SearchPage searchProject(Database& database, const SearchQuery& query, SearchPlace from, int limit,
                         double seconds, const std::stop_token& stop) {
    return interruptible(database, stop, [&] {
        return Search(database, query, from, limit, {stop, after(seconds)}).run();
    });
}

std::vector<DocumentId> findDocumentIds(Database& database, const DocumentFilter& filter,
                                        const std::stop_token& stop) {
    const SearchTerms terms = parseSearch(filter.search);
    return interruptible(database, stop, [&] {
        const auto all = [&](const std::string& sql, const auto&... values) {
            return Query(database, sql, values...).integers();
        };
        std::vector<DocumentId> ids;
        const bool isPlain = !filter.status && !filter.withType && !filter.withSuggestions;
        if (!terms.match.empty())
            ids = all(
                "SELECT rowid FROM document_search WHERE document_search MATCH ? ORDER BY rowid",
                terms.match);
        std::vector<DocumentId> kept;
        if (terms.match.empty() || !isPlain) {
            std::string sql = "SELECT id FROM document WHERE trashed_at IS ";
            sql += filter.trashed ? "NOT NULL" : "NULL";
            if (filter.withSuggestions)
                sql += " AND suggestions > 0";
            if (filter.status)
                sql += " AND status = " + std::to_string(static_cast<int>(*filter.status));
            if (filter.withType) {
                const std::string type = std::to_string(*filter.withType);
                sql += " AND id IN (SELECT document FROM annotation WHERE type = " + type +
                       " UNION SELECT document FROM suggestion WHERE type = " + type + ")";
            }
            kept = all(sql + " ORDER BY id");
            if (!terms.match.empty()) {
                std::vector<DocumentId> both;
                std::set_intersection(ids.begin(), ids.end(), kept.begin(), kept.end(),
                                      std::back_inserter(both));
                kept = std::move(both);
            }
        } else {
            // The trash is small, all documents are many.
            auto trash = all("SELECT id FROM document WHERE trashed_at IS NOT NULL");
            std::sort(trash.begin(), trash.end());  // in SQL it would be a walk through all
            if (filter.trashed)
                std::set_intersection(ids.begin(), ids.end(), trash.begin(), trash.end(),
                                      std::back_inserter(kept));
            else if (trash.empty())
                kept = std::move(ids);
            else
                std::set_difference(ids.begin(), ids.end(), trash.begin(), trash.end(),
                                    std::back_inserter(kept));
        }
        std::erase_if(kept, [&](DocumentId id) { return id <= filter.after; });
        for (const std::string& term : terms.substrings) {
            Query query(database,
                        "SELECT instr(name, ?1) OR instr(text, ?1) FROM document_content "
                        "WHERE id = ?2");
            std::erase_if(kept, [&](DocumentId id) {
                if (stop.stop_requested())
                    stopped();
                return !query.bind(term, id).step() || query.integer(0) == 0;
            });
        }
        return kept;
    });
}

std::vector<DocumentId> findDocumentsAmong(Database& database, std::string_view search,
                                           const std::vector<DocumentId>& among, std::size_t limit,
                                           double seconds, const std::stop_token& stop) {
    std::vector<DocumentId> found;
    const SearchTerms terms = parseSearch(search);
    if (terms.phrases.empty() && terms.substrings.empty())
        return found;
    const DocumentMatcher matcher(terms);
    const Limits limits{stop, after(seconds)};
    Query query(database,
                "SELECT name, text FROM document JOIN document_text ON document_text.document = "
                "document.id WHERE id = ? AND trashed_at IS NULL");
    for (const DocumentId id : among) {
        if (stop.stop_requested())
            stopped();
        if (found.size() >= limit || limits.isLate())
            break;
        if (query.bind(id).step() && matcher.matches(query.text(0), query.text(1)))
            found.push_back(id);
    }
    return found;
}

std::vector<NamedDocument> findDocuments(Database& database, std::string_view text, int limit,
                                         const std::stop_token& stop) {
    std::vector<NamedDocument> documents;
    const SearchTerms terms = parseSearch(text);
    if (limit <= 0 || (terms.match.empty() && terms.substrings.empty()))
        return documents;
    return interruptible(database, stop, [&] {
        const auto add = [&](const Query& query) {
            documents.push_back(
                {query.integer(0), query.text(1), static_cast<DocumentStatus>(query.integer(2))});
        };
        if (!terms.match.empty() && terms.substrings.empty()) {
            Query query(database,
                        "SELECT document.id, document.name, document.status FROM document_search "
                        "CROSS JOIN document ON document.id = document_search.rowid WHERE "
                        "document_search MATCH ? AND document.trashed_at IS NULL ORDER BY "
                        "document_search.rowid LIMIT ?",
                        "name : (" + terms.match + ")", limit);
            while (query.step())
                add(query);
        }
        if (!documents.empty())
            return documents;
        std::string pattern;
        for (const char c : text) {
            if (c == '%' || c == '_' || c == '\\')
                pattern += '\\';
            pattern += c;
        }
        const auto end = after(kNamesSeconds);
        const std::int64_t last = database.integer("SELECT ifnull(max(id), 0) FROM document");
        for (std::int64_t at = 0; at <= last && Clock::now() < end; at += kWindow) {
            Query query(database,
                        "SELECT id, name, status FROM document WHERE id >= ? AND id < ? AND "
                        "trashed_at IS NULL AND name LIKE ? ESCAPE '\\' ORDER BY id LIMIT ?",
                        at, at + kWindow, "%" + pattern + "%",
                        limit - static_cast<int>(documents.size()));
            while (query.step())
                add(query);
            if (static_cast<int>(documents.size()) >= limit)
                break;
        }
        return documents;
    });
}

}  // namespace spanwise::storage

namespace spanwise {

std::vector<Range> filterMatches(std::string_view text, std::string_view search, std::size_t most,
                                 const std::stop_token& stop) {
    const storage::SearchTerms terms = storage::parseSearch(search);
    std::vector<Range> found;
    const std::u32string points = storage::decode(text);
    if (!terms.phrases.empty()) {
        const storage::Words words(points, false);
        for (const auto& phrase : terms.phrases) {
            const storage::Words wanted(phrase.text, false);
            for (std::size_t i = 0; i < words.words.size() && !stop.stop_requested(); ++i) {
                if (words.haveAt(i, wanted, phrase.isWhole))
                    found.push_back(
                        {static_cast<Offset>(words.words[i].begin),
                         static_cast<Offset>(words.words[i + wanted.words.size() - 1].end)});
            }
        }
    }
    for (const std::string& substring : terms.substrings) {
        const std::u32string wanted = storage::decode(substring);
        for (auto at = points.find(wanted); at != std::u32string::npos && !stop.stop_requested();
             at = points.find(wanted, at + wanted.size()))
            found.push_back({static_cast<Offset>(at), static_cast<Offset>(at + wanted.size())});
    }
    // Of those that begin at one place the longest, and none inside another.
    std::sort(found.begin(), found.end(), [](const Range& a, const Range& b) {
        return std::pair(a.begin, -a.end) < std::pair(b.begin, -b.end);
    });
    std::vector<Range> matches;
    for (const Range& range : found) {
        if (matches.size() >= most)
            break;
        if (matches.empty() || matches.back().end <= range.begin)
            matches.push_back(range);
    }
    return matches;
}

}  // namespace spanwise
