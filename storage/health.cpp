#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

#include "core/annotation/document.h"
#include "core/annotation/labelled_sentence.h"
#include "core/text/offset_map.h"
#include "storage/figures.h"
#include "storage/labels.h"

namespace spanwise::storage {
namespace {

constexpr Offset kContext = 60;
constexpr std::int64_t kTold = 256;  ///< documents between two words about progress

/// A document with what is needed to judge its labels.
class Examined {
public:
    Examined(Document document, std::vector<Annotation> annotations)
        : m_document(std::move(document)),
          m_annotations(std::move(annotations)),
          m_map(m_document.text) {}

    [[nodiscard]] const Document& document() const { return m_document; }
    [[nodiscard]] const std::vector<Annotation>& annotations() const { return m_annotations; }
    [[nodiscard]] Offset length() const { return m_map.codePoints(); }

    [[nodiscard]] std::string_view text(Range range) const {
        const auto begin = static_cast<std::size_t>(m_map.toByte(range.begin));
        const auto end = static_cast<std::size_t>(m_map.toByte(range.end));
        return std::string_view(m_document.text).substr(begin, end - begin);
    }
    [[nodiscard]] UChar32 at(Offset place) const {
        UChar32 c = 0;
        auto byte = static_cast<std::size_t>(m_map.toByte(place));
        U8_NEXT(m_document.text.data(), byte, m_document.text.size(), c);
        return c;
    }
    /// True when a glance at the characters around says that nothing is wrong: letters at the
    /// edges, white space around, no overlap. Most labels are so, and words cost far more.
    [[nodiscard]] bool isPlain() const {
        if (!m_document.presplit.empty())
            return false;
        Offset end = 0;
        for (const Annotation& annotation : m_annotations) {
            const Range range = annotation.range;
            if (range.begin < end || !u_isalnum(at(range.begin)) || !u_isalnum(at(range.end - 1)))
                return false;
            if ((range.begin > 0 && !u_isUWhiteSpace(at(range.begin - 1))) ||
                (range.end < length() && !u_isUWhiteSpace(at(range.end))))
                return false;
            end = range.end;
        }
        return true;
    }
    [[nodiscard]] std::string oneLine(Range range) const {
        std::string line(text({std::max<Offset>(0, range.begin), std::min(length(), range.end)}));
        for (char& c : line) {
            if (c == '\n' || c == '\r' || c == '\t')
                c = ' ';
        }
        return line;
    }

private:
    Document m_document;
    std::vector<Annotation> m_annotations;
    OffsetMap m_map;
};

bool isPunctuation(std::string_view word) {
    for (std::size_t i = 0; i < word.size();) {
        UChar32 c = 0;
        U8_NEXT(word.data(), i, word.size(), c);
        if (!u_ispunct(c))
            return false;
    }
    return !word.empty();
}

struct Verdict {
    HealthCheck check;
    std::size_t annotation;
    std::optional<Range> fix;
};

/// What is wrong with the labels' places.
std::vector<Verdict> judge(const Examined& examined) {
    std::vector<Verdict> verdicts;
    if (examined.annotations().empty() || examined.isPlain())
        return verdicts;
    const std::vector<Sentence> sentences = sentencesOf(examined.document());
    std::vector<Range> words;
    for (const Sentence& sentence : sentences)
        words.insert(words.end(), sentence.words.begin(), sentence.words.end());
    std::vector<NamedSpan> spans;
    for (std::size_t i = 0; i < examined.annotations().size(); ++i) {
        const Range range = examined.annotations()[i].range;
        // The number travels as the score and tells who is left.
        spans.push_back(
            {range, std::to_string(examined.annotations()[i].type), static_cast<double>(i)});
        auto first = std::partition_point(
            words.begin(), words.end(), [&](const Range& word) { return word.end <= range.begin; });
        auto last = std::partition_point(first, words.end(),
                                         [&](const Range& word) { return word.begin < range.end; });
        if (first == last) {
            verdicts.push_back({HealthCheck::EdgeSpace, i, std::nullopt});
            continue;
        }
        const Range trimmed{std::max(range.begin, first->begin),
                            std::min(range.end, (last - 1)->end)};
        if (trimmed != range)
            verdicts.push_back({HealthCheck::EdgeSpace, i, trimmed});
        const bool isInside = trimmed.begin > first->begin || trimmed.end < (last - 1)->end;
        if (isInside)
            verdicts.push_back({HealthCheck::InsideWord, i,
                                Range{std::min(trimmed.begin, first->begin),
                                      std::max(trimmed.end, (last - 1)->end)}});
        if (!isInside) {
            while (first != last && isPunctuation(examined.text(*first)))
                ++first;
            while (last != first && isPunctuation(examined.text(*(last - 1))))
                --last;
            const Range bare = first == last ? trimmed : Range{first->begin, (last - 1)->end};
            if (bare != trimmed)
                verdicts.push_back({HealthCheck::EdgePunctuation, i, bare});
        }
    }
    int dropped = 0;
    const auto aligned = alignToWords(examined.document(), sentences, spans, &dropped);
    if (dropped > 0) {
        std::set<std::size_t> kept;
        for (const LabelledSentence& sentence : aligned) {
            for (const WordSpan& span : sentence.spans)
                kept.insert(static_cast<std::size_t>(span.score));
        }
        for (std::size_t i = 0; i < spans.size(); ++i) {
            if (!kept.contains(i))
                verdicts.push_back({HealthCheck::LostInConll, i, std::nullopt});
        }
    }
    // No fix may put a label on another one's words, or across one that it did not cross.
    const auto cross = [](Range a, Range b) {
        return a.overlaps(b) && !a.contains(b) && !b.contains(a);
    };
    for (Verdict& verdict : verdicts) {
        if (!verdict.fix)
            continue;
        const Annotation& label = examined.annotations()[verdict.annotation];
        for (const Annotation& other : examined.annotations()) {
            if (other.id == label.id)
                continue;
            const bool isCrossed =
                cross(other.range, *verdict.fix) && !cross(other.range, label.range);
            if (other.range == *verdict.fix || isCrossed) {
                verdict.fix.reset();
                break;
            }
        }
    }
    return verdicts;
}

/// All living documents with labels, in order.
void forEachLabelled(Database& database, const std::function<void(Examined&&)>& look,
                     const StatisticsProgress& progress, const std::stop_token& stop) {
    std::int64_t total = 0;
    {
        Query count(database,
                    "SELECT count(*) FROM document WHERE trashed_at IS NULL AND annotations > 0");
        if (count.step())
            total = count.integer(0);
    }
    std::set<TypeId> living;
    for (const EntityType& type : loadTypes(database))
        living.insert(type.id);
    Query documents(database,
                    "SELECT id, name, code_points, text, presplit FROM document JOIN document_text "
                    "ON document_text.document = document.id WHERE trashed_at IS NULL AND "
                    "annotations > 0 ORDER BY id");
    Query labels(database,
                 "SELECT id, begin_at, end_at, type, origin, annotator, created_at FROM annotation "
                 "WHERE document = ? ORDER BY begin_at, end_at, type, id");
    std::int64_t done = 0;
    while (documents.step()) {
        if (stop.stop_requested())
            fail(ErrorCode::Cancelled, "It was stopped.");
        Document document;
        document.id = documents.integer(0);
        document.name = documents.text(1);
        document.text = documents.text(3);
        if (const std::string presplit = documents.text(4); !presplit.empty())
            document.presplit = valueOrThrow(presplitFromJson(presplit, documents.integer(2)));
        std::vector<Annotation> annotations;
        labels.bind(document.id);
        while (labels.step()) {
            if (!living.contains(labels.integer(3)))
                continue;
            annotations.push_back({labels.integer(0), document.id,
                                   Range{labels.integer(1), labels.integer(2)}, labels.integer(3),
                                   static_cast<Origin>(labels.integer(4)), labels.text(5),
                                   labels.integer(6)});
        }
        look(Examined(std::move(document), std::move(annotations)));
        if (progress && ++done % kTold == 0)
            progress(done, total);
    }
}

/// The types that strings have, by a hash of the string: two strings of one hash among a project's
/// labels are less likely than a broken disk.
class StringTypes {
public:
    static std::size_t keyOf(std::string_view text) { return std::hash<std::string_view>{}(text); }

    void add(std::string_view text, TypeId type) {
        Times& times = m_times[keyOf(text)];
        for (auto& [known, count] : times) {
            if (known == type) {
                ++count;
                return;
            }
        }
        times.emplace_back(type, 1);
    }
    /// The type that the string mostly has, and how often, when it has several and this is not it.
    [[nodiscard]] std::optional<std::pair<TypeId, std::int64_t>> otherThan(std::string_view text,
                                                                           TypeId type) const {
        const auto found = m_times.find(keyOf(text));
        if (found == m_times.end() || found->second.size() < 2)
            return std::nullopt;
        const auto most = std::max_element(
            found->second.begin(), found->second.end(), [](const auto& a, const auto& b) {
                return std::pair(a.second, -a.first) < std::pair(b.second, -b.first);
            });
        if (most->first == type)
            return std::nullopt;
        return *most;
    }
    [[nodiscard]] bool hasMixed() const {
        return std::any_of(m_times.begin(), m_times.end(),
                           [](const auto& entry) { return entry.second.size() > 1; });
    }

private:
    using Times = std::vector<std::pair<TypeId, std::int64_t>>;
    std::unordered_map<std::size_t, Times> m_times;
};

class Findings {
public:
    explicit Findings(std::size_t most) : m_most(most) {}

    void add(HealthCheck check, const HealthPlace& place) {
        HealthReport::Finding& finding = report.findings[static_cast<std::size_t>(check)];
        ++finding.count;
        finding.fixable += place.isFixable ? 1 : 0;
        if (finding.places.size() < m_most)
            finding.places.push_back(place);
    }
    [[nodiscard]] HealthPlace placeOf(const Examined& examined, const Annotation& annotation) {
        HealthPlace place;
        place.document = annotation.document;
        place.documentName = examined.document().name;
        place.annotation = annotation.id;
        place.type = annotation.type;
        place.range = annotation.range;
        const Range range = annotation.range;
        place.before = examined.oneLine({range.begin - kContext, range.begin});
        place.match = examined.oneLine(range);
        place.after = examined.oneLine({range.end, range.end + kContext});
        return place;
    }

    HealthReport report;

private:
    std::size_t m_most;
};

}  // namespace

// trim() looks at the edges alone, and what has a letter in front is not read to its end.
constexpr const char* kEmpty =
    "SELECT id, name FROM document JOIN document_text ON document_text.document = "
    "document.id WHERE trashed_at IS NULL AND trim(text, char(9, 10, 11, 12, 13, 32, "
    "133, 160, 5760, 8192, 8193, 8194, 8195, 8196, 8197, 8198, 8199, 8200, 8201, 8202, "
    "8203, 8232, 8233, 8239, 8287, 12288, 65279)) = '' ORDER BY id";

HealthReport examine(Database& database, std::size_t most, const StatisticsProgress& progress,
                     std::stop_token stop) {
    const ReadTransaction snapshot(database);
    Findings findings(most);
    StringTypes strings;
    forEachLabelled(
        database,
        [&](Examined&& examined) {
            ++findings.report.documents;
            for (const Annotation& annotation : examined.annotations())
                strings.add(examined.text(annotation.range), annotation.type);
            for (const Verdict& verdict : judge(examined)) {
                HealthPlace place =
                    findings.placeOf(examined, examined.annotations()[verdict.annotation]);
                place.isFixable = verdict.fix.has_value();
                findings.add(verdict.check, place);
            }
        },
        progress, stop);
    if (strings.hasMixed()) {
        forEachLabelled(
            database,
            [&](Examined&& examined) {
                for (const Annotation& annotation : examined.annotations()) {
                    const auto mostly =
                        strings.otherThan(examined.text(annotation.range), annotation.type);
                    if (!mostly)
                        continue;
                    HealthPlace place = findings.placeOf(examined, annotation);
                    place.mostly = mostly->first;
                    place.times = mostly->second;
                    findings.add(HealthCheck::MixedTypes, place);
                }
            },
            {}, stop);
    }
    Query types(database,
                "SELECT id FROM entity_type WHERE trashed_at IS NULL AND annotations = 0 ORDER BY "
                "position, id");
    while (types.step()) {
        HealthPlace place;
        place.type = types.integer(0);
        findings.add(HealthCheck::UnusedType, place);
    }
    Query empty(database, kEmpty);
    while (empty.step()) {
        if (stop.stop_requested())
            fail(ErrorCode::Cancelled, "It was stopped.");
        HealthPlace place;
        place.document = empty.integer(0);
        place.documentName = empty.text(1);
        place.isFixable = true;
        findings.add(HealthCheck::EmptyDocument, place);
    }
    return std::move(findings.report);
}

std::vector<DocumentId> emptyDocuments(Database& database) {
    return Query(database, kEmpty).integers();
}

Edit fixOf(Database& database, HealthCheck check, std::stop_token stop) {
    if (check != HealthCheck::EdgeSpace && check != HealthCheck::EdgePunctuation &&
        check != HealthCheck::InsideWord)
        fail(ErrorCode::InvalidArgument, "Only a person can put this right.");
    const ReadTransaction snapshot(database);
    Edit edit;
    forEachLabelled(
        database,
        [&](Examined&& examined) {
            std::vector<Range> moved;
            for (const Verdict& verdict : judge(examined)) {
                // Two labels that would come to lie on one another: the first moves.
                if (verdict.check != check || !verdict.fix ||
                    std::any_of(moved.begin(), moved.end(),
                                [&](const Range& range) {
                                    return range.overlaps(*verdict.fix) &&
                                           !range.contains(*verdict.fix) &&
                                           !verdict.fix->contains(range);
                                }) ||
                    std::find(moved.begin(), moved.end(), *verdict.fix) != moved.end())
                    continue;
                const Annotation& before = examined.annotations()[verdict.annotation];
                moved.push_back(*verdict.fix);
                edit.removeAnnotations.push_back(before);
                edit.addAnnotations.push_back(before);
                edit.addAnnotations.back().range = *verdict.fix;
            }
            if (moved.empty())
                return;
            for (const Suggestion& suggestion :
                 loadLabels(database, examined.document().id).suggestions) {
                if (std::any_of(moved.begin(), moved.end(), [&](const Range& range) {
                        return range.overlaps(suggestion.range);
                    }))
                    edit.removeSuggestions.push_back(suggestion);
            }
        },
        {}, stop);
    return edit;
}

}  // namespace spanwise::storage
