#include "storage/suggestions.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "core/text/offset_map.h"

namespace spanwise::storage {
namespace {

constexpr Offset kContext = 320;
constexpr double kLeastValue = 0.05;

/// White space runs as one space each.
std::string collapsed(std::string_view text) {
    const bool isPlain = std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) <= ' ' || static_cast<unsigned char>(c) >= 0x80;
    });
    if (isPlain)
        return std::string(text);
    std::string out;
    const auto size = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < size;) {
        const std::int32_t begin = at;
        UChar32 point = 0;
        U8_NEXT_OR_FFFD(text.data(), at, size, point);
        if (!u_isUWhiteSpace(point))
            out.append(text, static_cast<std::size_t>(begin), static_cast<std::size_t>(at - begin));
        else if (out.empty() || out.back() != ' ')
            out += ' ';
    }
    return out;
}

std::string_view part(std::string_view text, const OffsetMap& offsets, Range range) {
    const auto begin = static_cast<std::size_t>(offsets.toByte(range.begin));
    return text.substr(begin, static_cast<std::size_t>(offsets.toByte(range.end)) - begin);
}

struct Candidate {
    RecordId id;
    double score;
};

struct Collected {
    SuggestionGroup group;
    std::vector<Candidate> candidates;
    DocumentId lastDocument = 0;
    double sum = 0;
};

double valueOf(double score, bool isCalibrated) {
    return isCalibrated ? std::max(kLeastValue, 4 * score * (1 - score)) : 1;
}

}  // namespace

std::vector<SuggestionGroup> groupSuggestions(Database& database, double threshold,
                                              const std::stop_token& stop) {
    std::vector<Collected> collected;
    std::unordered_map<std::string, std::size_t> places;
    Query documents(database,
                    "SELECT id FROM document WHERE suggestions > 0 AND trashed_at IS NULL "
                    "AND status <> 2 ORDER BY id");
    Query texts(database, "SELECT text FROM document_text WHERE document = ?");
    Query suggestions(database,
                      "SELECT id, begin_at, end_at, type, score, model = ? FROM suggestion "
                      "WHERE document = ? AND score >= ?");
    std::string key;
    while (documents.step()) {
        if (stop.stop_requested())
            fail(ErrorCode::Cancelled, "It was stopped.");
        const DocumentId document = documents.integer(0);
        suggestions.bind(kPatternModel, document, threshold);
        std::string text;
        OffsetMap offsets;
        bool isLoaded = false;
        while (suggestions.step()) {
            if (!isLoaded) {
                texts.bind(document);
                if (!texts.step())
                    break;
                text = texts.text(0);
                offsets = OffsetMap(text);
                isLoaded = true;
            }
            const TypeId type = suggestions.integer(3);
            const std::string words =
                collapsed(part(text, offsets, {suggestions.integer(1), suggestions.integer(2)}));
            key.assign(words).append(1, '\n').append(std::to_string(type));
            const auto [place, isNew] = places.try_emplace(key, collected.size());
            if (isNew) {
                collected.emplace_back();
                collected.back().group.words = words;
                collected.back().group.type = type;
            }
            Collected& into = collected[place->second];
            const double score = suggestions.real(4);
            into.candidates.push_back({suggestions.integer(0), score});
            if (into.lastDocument != document) {
                into.lastDocument = document;
                ++into.group.documents;
            }
            into.group.lowest = std::min(into.group.lowest, score);
            into.group.highest = std::max(into.group.highest, score);
            into.group.value += valueOf(score, suggestions.integer(5) == 0);
            into.sum += score;
        }
    }

    std::vector<SuggestionGroup> groups;
    groups.reserve(collected.size());
    for (Collected& each : collected) {
        each.group.mean = each.sum / static_cast<double>(each.candidates.size());
        std::stable_sort(each.candidates.begin(), each.candidates.end(),
                         [](const Candidate& a, const Candidate& b) {
                             return valueOf(a.score, true) > valueOf(b.score, true);
                         });
        each.group.ids.reserve(each.candidates.size());
        for (const Candidate& candidate : each.candidates)
            each.group.ids.push_back(candidate.id);
        groups.push_back(std::move(each.group));
    }
    std::stable_sort(
        groups.begin(), groups.end(),
        [](const SuggestionGroup& a, const SuggestionGroup& b) { return a.value > b.value; });
    return groups;
}

std::vector<SuggestionPlace> findSuggestions(Database& database, const std::vector<RecordId>& ids) {
    struct Found {
        std::size_t order;
        SuggestionPlace place;
    };
    std::vector<Found> found;
    found.reserve(ids.size());
    Query suggestions(database,
                      "SELECT suggestion.id, document, begin_at, end_at, type, score, model, name "
                      "FROM suggestion JOIN document ON document.id = document "
                      "WHERE suggestion.id = ? AND trashed_at IS NULL");
    for (std::size_t i = 0; i < ids.size(); ++i) {
        suggestions.bind(ids[i]);
        if (!suggestions.step())
            continue;
        SuggestionPlace place;
        place.suggestion = {suggestions.integer(0),
                            suggestions.integer(1),
                            {suggestions.integer(2), suggestions.integer(3)},
                            suggestions.integer(4),
                            suggestions.real(5),
                            suggestions.text(6)};
        place.documentName = suggestions.text(7);
        found.push_back({i, std::move(place)});
    }
    std::stable_sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
        return a.place.suggestion.document < b.place.suggestion.document;
    });
    Query texts(database, "SELECT text FROM document_text WHERE document = ?");
    DocumentId loaded = 0;
    std::string text;
    OffsetMap offsets;
    for (Found& each : found) {
        SuggestionPlace& place = each.place;
        if (place.suggestion.document != loaded) {
            loaded = place.suggestion.document;
            texts.bind(loaded);
            text = texts.step() ? texts.text(0) : std::string();
            offsets = OffsetMap(text);
        }
        const Range range = place.suggestion.range;
        place.before =
            part(text, offsets, {std::max<Offset>(0, range.begin - kContext), range.begin});
        place.match = part(text, offsets, range);
        place.after =
            part(text, offsets, {range.end, std::min(offsets.codePoints(), range.end + kContext)});
    }
    std::sort(found.begin(), found.end(),
              [](const Found& a, const Found& b) { return a.order < b.order; });
    std::vector<SuggestionPlace> places;
    places.reserve(found.size());
    for (Found& each : found)
        places.push_back(std::move(each.place));
    return places;
}

}  // namespace spanwise::storage
