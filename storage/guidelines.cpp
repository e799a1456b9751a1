#include "storage/guidelines.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <ostream>
#include <set>
#include <string_view>
#include <tuple>

#include "core/text/offset_map.h"
#include "core/text/word_splitter.h"
#include "storage/database.h"
#include "storage/project.h"

namespace spanwise {
namespace storage {
namespace {

constexpr std::int64_t kMostLooked = 4000;             ///< labels of one kind
constexpr std::int64_t kMostBytes = 64 * 1024 * 1024;  ///< of texts read for them
constexpr std::size_t kPlacesOfForm = 4;
constexpr std::size_t kMostForms = 200;  ///< that compete, the most frequent ones
constexpr Offset kWindow = 400;          ///< to each side, to look for the sentence in
constexpr Offset kSide = 160;            ///< of the sentence shown to each side
constexpr const char* kEllipsis = "…";

struct Place {
    DocumentId document = 0;
    Range range;
    std::string window;                   ///< the text around
    Range inWindow;                       ///< of the words
    bool atStart = false, atEnd = false;  ///< the window begins or ends with the text
};

struct Form {
    std::string words;  ///< folded
    std::int64_t times = 0;
    std::vector<Place> places;
    std::set<std::string> pairs;  ///< of neighbouring characters
};

/// White space runs are one space, and letters' case does not count.
icu::UnicodeString folded(std::string_view text) {
    const auto all = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString out;
    bool isGap = false;
    for (std::int32_t i = 0; i < all.length(); i = all.moveIndex32(i, 1)) {
        const UChar32 point = all.char32At(i);
        if (u_isUWhiteSpace(point)) {
            isGap = !out.isEmpty();
            continue;
        }
        if (isGap)
            out.append(u' ');
        isGap = false;
        out.append(point);
    }
    return out.foldCase();
}

std::set<std::string> pairsOf(const std::string& words) {
    const auto text = icu::UnicodeString::fromUTF8(words);
    std::set<std::string> pairs;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1)) {
        std::string pair;
        text.tempSubString(i, text.moveIndex32(i, 2) - i).toUTF8String(pair);
        pairs.insert(std::move(pair));
    }
    return pairs;
}

/// Dice's coefficient.
double likeness(const Form& a, const Form& b) {
    std::size_t common = 0;
    for (const std::string& pair : a.pairs)
        common += b.pairs.count(pair);
    return 2.0 * static_cast<double>(common) / static_cast<double>(a.pairs.size() + b.pairs.size());
}

void stopIfAsked(const std::stop_token& stop) {
    if (stop.stop_requested())
        fail(ErrorCode::Cancelled, "It was stopped.");
}

/// A type's labels, or a sample that is spread over all of them, by their words.
class Forms {
public:
    Forms(Database& database, const char* table, TypeId type, const std::stop_token& stop)
        : m_database(database), m_stop(stop) {
        read(table, type);
    }
    [[nodiscard]] bool isSample() const { return m_isSample; }

    /// At most `most` of them: the frequent first, but what is like a chosen one counts less.
    [[nodiscard]] std::vector<ExamplePlace> choose(std::size_t most) {
        std::vector<Form*> forms;
        for (auto& [words, form] : m_forms)
            forms.push_back(&form);
        const auto first = [](const Form* form) {
            return std::tuple(-form->times, form->places.front().document,
                              form->places.front().range.begin);
        };
        std::sort(forms.begin(), forms.end(),
                  [&](const Form* a, const Form* b) { return first(a) < first(b); });
        if (forms.size() > kMostForms)
            forms.resize(kMostForms);
        for (Form* form : forms)
            form->pairs = pairsOf(form->words);
        std::vector<ExamplePlace> chosen;
        std::vector<double> novelty(forms.size(), 1);
        std::set<DocumentId> used;
        while (chosen.size() < std::min(most, forms.size())) {
            std::size_t best = forms.size();
            double worth = -1;
            for (std::size_t i = 0; i < forms.size(); ++i) {
                const double value =
                    novelty[i] * std::log2(1 + static_cast<double>(forms[i]->times));
                if (novelty[i] >= 0 && value > worth) {
                    worth = value;
                    best = i;
                }
            }
            if (best == forms.size())
                break;
            chosen.push_back(show(*forms[best], used));
            used.insert(chosen.back().document);
            for (std::size_t i = 0; i < forms.size(); ++i)
                novelty[i] = std::min(novelty[i], 1 - likeness(*forms[best], *forms[i]));
            novelty[best] = -1;
        }
        return chosen;
    }

private:
    void read(const std::string& table, TypeId type) {
        // Both need nothing but the index.
        Query counted(m_database, "SELECT count(*) FROM " + table + " WHERE type = ?", type);
        const std::int64_t all = counted.step() ? counted.integer(0) : 0;
        const std::int64_t stride = (all + kMostLooked - 1) / kMostLooked;
        m_isSample = stride > 1;
        std::map<DocumentId, std::vector<RecordId>> picked;
        Query ids(m_database,
                  "SELECT id, document FROM " + table + " WHERE type = ? ORDER BY document, id",
                  type);
        for (std::int64_t i = 0; ids.step(); ++i) {
            if (i % 4096 == 0)
                stopIfAsked(m_stop);
            if (stride <= 1 || i % stride == 0)
                picked[ids.integer(1)].push_back(ids.integer(0));
        }
        // In an order that is spread as well, should the texts be too long to read all of them.
        std::vector<DocumentId> order;
        for (const auto& [document, records] : picked)
            order.push_back(document);
        std::sort(order.begin(), order.end(), [](DocumentId a, DocumentId b) {
            const auto mixed = [](DocumentId id) {
                return static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15ULL;
            };
            return mixed(a) < mixed(b);
        });
        Query texts(m_database,
                    "SELECT text FROM document_text JOIN document ON document.id = document WHERE "
                    "document = ? AND trashed_at IS NULL");
        Query labels(m_database, "SELECT begin_at, end_at FROM " + table + " WHERE id = ?");
        std::int64_t bytes = 0;
        for (const DocumentId document : order) {
            stopIfAsked(m_stop);
            if (bytes > kMostBytes) {
                m_isSample = true;
                break;
            }
            texts.bind(document);
            if (!texts.step())
                continue;
            const std::string text = texts.text(0);
            bytes += static_cast<std::int64_t>(text.size());
            const OffsetMap offsets(text);
            for (const RecordId record : picked[document]) {
                labels.bind(record);
                if (labels.step())
                    add(document, text, offsets, {labels.integer(0), labels.integer(1)});
            }
        }
    }

    void add(DocumentId document, std::string_view text, const OffsetMap& offsets, Range range) {
        const auto part = [&](Offset begin, Offset end) {
            const auto from = static_cast<std::size_t>(offsets.toByte(begin));
            return text.substr(from, static_cast<std::size_t>(offsets.toByte(end)) - from);
        };
        std::string words;
        folded(part(range.begin, range.end)).toUTF8String(words);
        Form& form = m_forms[words];
        form.words = words;
        ++form.times;
        Place place;
        place.document = document;
        place.range = range;
        const auto isBefore = [](const Place& a, const Place& b) {
            return std::tuple(a.document, a.range.begin) < std::tuple(b.document, b.range.begin);
        };
        const auto at = std::upper_bound(form.places.begin(), form.places.end(), place, isBefore);
        if (at == form.places.end() && form.places.size() == kPlacesOfForm)
            return;
        const Offset begin = std::max<Offset>(0, range.begin - kWindow);
        const Offset end = std::min(offsets.codePoints(), range.end + kWindow);
        place.window = part(begin, end);
        place.inWindow = {range.begin - begin, range.end - begin};
        place.atStart = begin == 0;
        place.atEnd = end == offsets.codePoints();
        form.places.insert(at, std::move(place));
        if (form.places.size() > kPlacesOfForm)
            form.places.pop_back();
    }

    /// The place with the sentence that reads best, rather in a document that has not had its turn.
    [[nodiscard]] ExamplePlace show(const Form& form, const std::set<DocumentId>& used) {
        const Place* best = nullptr;
        Range sentence;
        int merit = -1;
        for (const Place& place : form.places) {
            const Range around = sentenceAround(place);
            const Offset length = around.length();
            const int value =
                (used.contains(place.document) ? 0 : 2) + (length >= 30 && length <= 240 ? 4 : 0);
            if (value > merit) {
                merit = value;
                best = &place;
                sentence = around;
            }
        }
        ExamplePlace shown;
        shown.document = best->document;
        shown.range = best->range;
        shown.times = m_isSample ? 0 : form.times;
        Query name(m_database, "SELECT name FROM document WHERE id = ?", shown.document);
        if (name.step())
            shown.documentName = name.text(0);
        const OffsetMap offsets(best->window);
        const auto part = [&](Offset begin, Offset end) {
            const auto from = static_cast<std::size_t>(offsets.toByte(begin));
            return best->window.substr(from, static_cast<std::size_t>(offsets.toByte(end)) - from);
        };
        const Range words = best->inWindow;
        const Offset begin = std::max(sentence.begin, words.begin - kSide);
        const Offset end = std::min(sentence.end, words.end + kSide);
        const bool isCutBefore = begin > sentence.begin || (begin == 0 && !best->atStart);
        const bool isCutAfter = end < sentence.end || (end == offsets.codePoints() && !best->atEnd);
        shown.before = (isCutBefore ? kEllipsis : "") + part(begin, words.begin);
        shown.match = part(words.begin, words.end);
        shown.after = part(words.end, end) + (isCutAfter ? kEllipsis : "");
        return shown;
    }

    /// In the window's code points.
    [[nodiscard]] static Range sentenceAround(const Place& place) {
        Range around = place.inWindow;
        for (const Sentence& sentence : splitSentences(place.window)) {
            if (!sentence.range.overlaps(place.inWindow))
                continue;
            around.begin = std::min(around.begin, sentence.range.begin);
            around.end = std::max(around.end, sentence.range.end);
        }
        return around;
    }

    Database& m_database;
    const std::stop_token& m_stop;
    std::map<std::string, Form> m_forms;
    bool m_isSample = false;
};

}  // namespace

TypeExamples findExamples(Database& database, TypeId type, const std::stop_token& stop) {
    {
        Query known(database, "SELECT 1 FROM entity_type WHERE id = ? AND trashed_at IS NULL",
                    type);
        if (!known.step())
            fail(ErrorCode::NotFound, "There is no entity type " + std::to_string(type) + ".");
    }
    TypeExamples examples;
    examples.type = type;
    Forms labels(database, "annotation", type, stop);
    examples.examples = labels.choose(TypeExamples::kMostExamples);
    Forms refusals(database, "rejection", type, stop);
    examples.nearMisses = refusals.choose(TypeExamples::kMostNearMisses);
    examples.isSample = labels.isSample() || refusals.isSample();
    for (ExamplePlace& place : examples.nearMisses) {
        Query label(database,
                    "SELECT type FROM annotation WHERE document = ? AND begin_at = ? AND end_at = "
                    "? AND type IN (SELECT id FROM entity_type WHERE trashed_at IS NULL) ORDER BY "
                    "type",
                    place.document, place.range.begin, place.range.end);
        if (label.step())
            place.instead = label.integer(0);
    }
    return examples;
}

}  // namespace storage

namespace {

constexpr std::string_view kItemMarks[]{"- ", "* ", "• "};

/// White space runs as one space, and what Markdown would read as its own escaped.
std::string escaped(std::string_view text) {
    std::string out;
    bool isGap = false;
    for (const char c : text) {
        if (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            isGap = true;
            continue;
        }
        if (isGap)
            out += ' ';
        isGap = false;
        if (std::string_view("\\`*_{}[]<>#|~&!").find(c) != std::string_view::npos)
            out += '\\';
        out += c;
    }
    if (isGap)
        out += ' ';
    return out;
}

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

/// A line of a note stays a line; those that begin with "-", "*" or "•" are a list.
void writeNote(std::string_view note, std::ostream& out) {
    enum class Last { Nothing, Line, Item } last = Last::Nothing;
    while (!note.empty()) {
        const auto end = std::min(note.find('\n'), note.size());
        std::string_view line = trimmed(note.substr(0, end));
        note.remove_prefix(std::min(end + 1, note.size()));
        if (line.empty()) {
            if (last != Last::Nothing)
                out << "\n\n";
            last = Last::Nothing;
            continue;
        }
        const auto mark = std::find_if(std::begin(kItemMarks), std::end(kItemMarks),
                                       [&](std::string_view m) { return line.starts_with(m); });
        if (mark != std::end(kItemMarks)) {
            out << (last == Last::Line   ? "\n\n"
                    : last == Last::Item ? "\n"
                                         : "")
                << "- " << escaped(trimmed(line.substr(mark->size())));
            last = Last::Item;
            continue;
        }
        out << (last == Last::Line ? "\\\n" : last == Last::Item ? "\n\n" : "");
        if (std::string_view("-+=").find(line.front()) != std::string_view::npos)
            out << '\\';
        out << escaped(line);
        last = Last::Line;
    }
    if (last != Last::Nothing)
        out << "\n\n";
}

void writePlace(const ExamplePlace& place, const LabelScheme& scheme, const GuidelineWords& words,
                std::ostream& out) {
    out << "- " << escaped(place.before) << "**" << escaped(place.match) << "**"
        << escaped(place.after) << " (" << escaped(place.documentName);
    if (place.times > 1)
        out << ", ×" << place.times;
    if (const EntityType* type = scheme.byId(place.instead))
        out << "; " << words.instead << ' ' << escaped(type->name);
    out << ")\n";
}

}  // namespace

Result<void> writeGuidelines(const Project& project, const GuidelineWords& words, std::ostream& out,
                             std::stop_token stop) {
    const auto scheme = project.scheme();
    if (!scheme)
        return tl::unexpected(scheme.error());
    out << "# " << words.title << ": " << escaped(project.name()) << "\n";
    for (const EntityType& type : scheme->types()) {
        const auto examples = project.typeExamples(type.id, stop);
        if (!examples)
            return tl::unexpected(examples.error());
        out << "\n## " << escaped(type.name);
        if (!type.shortcut.empty())
            out << " (" << words.key << ' ' << escaped(type.shortcut) << ')';
        out << "\n\n";
        if (!type.description.empty())
            out << '*' << escaped(trimmed(type.description)) << "*\n\n";
        writeNote(type.note, out);
        if (examples->examples.empty()) {
            out << words.noExamples << '\n';
        } else {
            out << "### " << words.examples << "\n\n";
            for (const ExamplePlace& place : examples->examples)
                writePlace(place, *scheme, words, out);
        }
        if (!examples->nearMisses.empty()) {
            out << "\n### " << words.nearMisses << "\n\n";
            for (const ExamplePlace& place : examples->nearMisses)
                writePlace(place, *scheme, words, out);
        }
        if (!out)
            return failure(ErrorCode::Io, "Writing the guidelines failed.");
    }
    return {};
}

}  // namespace spanwise
