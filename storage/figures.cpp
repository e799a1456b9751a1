#include "storage/figures.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>
#include <unordered_map>

#include "core/protocol/model_messages.h"
#include "storage/labels.h"
#include "storage/project.h"
#include "storage/suggestions.h"

namespace spanwise::storage {
namespace {

/// As the window measures pace: a longer pause is no work.
constexpr double kLongestPause = 30;
constexpr std::int64_t kHour = 3'600'000;

std::size_t bandOf(double score) {
    // A little more than the score: 0.3 * 10 is below 3.
    return std::min(Activity::kBands - 1,
                    static_cast<std::size_t>(std::max(0.0, score) * Activity::kBands + 1e-9));
}

SuggestionSource sourceOf(std::string_view model) {
    if (protocol::isZeroShot(model))
        return SuggestionSource::TypeNames;
    if (model == kImportedModel)
        return SuggestionSource::Imported;
    return model == kPatternModel ? SuggestionSource::Pattern : SuggestionSource::TrainedModel;
}

void count(Activity& activity, const Edit& edit, std::int64_t at, const std::string& actor,
           std::int64_t sign) {
    std::set<RecordId> changed;
    for (const Annotation& annotation : edit.removeAnnotations)
        changed.insert(annotation.id);
    std::unordered_map<DocumentId, std::vector<const Annotation*>> added;
    for (const Annotation& annotation : edit.addAnnotations) {
        added[annotation.document].push_back(&annotation);
        if (!changed.contains(annotation.id)) {
            activity.hours[at / kHour].labels += sign;
            activity.people[actor].labels += sign;
        }
    }
    std::set<std::tuple<DocumentId, Range, TypeId>> rejected;
    for (const Rejection& rejection : edit.addRejections)
        rejected.emplace(rejection.document, rejection.range, rejection.type);
    for (const Suggestion& suggestion : edit.removeSuggestions) {
        std::int64_t DecisionCounts::*decision = nullptr;
        if (rejected.contains({suggestion.document, suggestion.range, suggestion.type}))
            decision = &DecisionCounts::rejected;
        if (const auto found = added.find(suggestion.document); found != added.end()) {
            for (const Annotation* annotation : found->second) {
                if (annotation->range == suggestion.range && annotation->type == suggestion.type)
                    decision = &DecisionCounts::accepted;
                else if (!decision && annotation->range.overlaps(suggestion.range))
                    decision = &DecisionCounts::corrected;
            }
        }
        if (!decision)
            continue;
        activity.byType[suggestion.type].*decision += sign;
        const SuggestionSource source = sourceOf(suggestion.model);
        if (source != SuggestionSource::Pattern)
            activity.byScore[bandOf(suggestion.score)].*decision += sign;
        activity[source].*decision += sign;
    }
}

/// The document that an edit concerns, if it is one.
std::optional<DocumentId> onlyDocument(const Edit& edit) {
    std::optional<DocumentId> document;
    bool isOne = true;
    const auto look = [&](const auto& records) {
        for (const auto& record : records) {
            isOne = isOne && (!document || *document == record.document);
            document = record.document;
        }
    };
    look(edit.removeAnnotations);
    look(edit.addAnnotations);
    look(edit.removeSuggestions);
    look(edit.addSuggestions);
    look(edit.removeRejections);
    look(edit.addRejections);
    look(edit.status);
    return isOne ? document : std::nullopt;
}

}  // namespace

Tallies countTallies(Database& database) {
    const ReadTransaction snapshot(database);
    Tallies tallies;
    Query documents(database, "SELECT status, documents FROM document_tally");
    while (documents.step())
        tallies.documents[static_cast<DocumentStatus>(documents.integer(0))] = documents.integer(1);
    std::map<TypeId, std::size_t> places;
    Query types(database,
                "SELECT id, suggestions, rejections FROM entity_type WHERE trashed_at IS NULL "
                "ORDER BY position, id");
    while (types.step()) {
        places.emplace(types.integer(0), tallies.types.size());
        tallies.suggestions += types.integer(1);
        TypeTally tally;
        tally.type = types.integer(0);
        tally.suggestions = types.integer(1);
        tally.rejections = types.integer(2);
        tallies.types.push_back(tally);
    }
    // Along the index (type, document), so that documents are looked up in order.
    Query labels(database,
                 "SELECT label.type, document.status, count(*), sum(label.times) FROM "
                 "(SELECT type, document, count(*) AS times FROM annotation GROUP BY type, "
                 "document) AS label JOIN document ON document.id = label.document "
                 "WHERE document.trashed_at IS NULL GROUP BY label.type, document.status");
    while (labels.step()) {
        const auto place = places.find(labels.integer(0));
        if (place == places.end())
            continue;
        const auto status = static_cast<DocumentStatus>(labels.integer(1));
        tallies.types[place->second].documents[status] = labels.integer(2);
        tallies.types[place->second].annotations[status] = labels.integer(3);
        tallies.annotations[status] += labels.integer(3);
    }
    return tallies;
}

Activity readActivity(Database& database, Activity soFar) {
    const ReadTransaction snapshot(database);
    Query events(
        database,
        "SELECT id, kind, at, seconds, reverts, edit, actor FROM event WHERE undoable = 1 AND "
        "id > ? ORDER BY id",
        soFar.lastEvent);
    Query reverted(database, "SELECT at, edit, actor FROM event WHERE id = ?");
    while (events.step()) {
        soFar.lastEvent = events.integer(0);
        const std::string kind = events.text(1);
        if (kind == "edit") {
            const std::int64_t at = events.integer(2);
            const std::string actor = events.text(6);
            count(soFar, valueOrThrow(editFromJson(events.text(5))), at, actor, 1);
            const double seconds = std::min(events.real(3), kLongestPause);
            soFar.hours[at / kHour].seconds += seconds;
            soFar.people[actor].seconds += seconds;
            continue;
        }
        reverted.bind(events.integer(4));
        if (reverted.step())
            count(soFar, valueOrThrow(editFromJson(reverted.text(1))), reverted.integer(0),
                  reverted.text(2), kind == "undo" ? -1 : 1);
    }
    return soFar;
}

std::vector<DocumentWork> recentWork(Database& database, int steps) {
    // A gesture on one document; a change of very many labels tells nothing of one.
    constexpr int kLongestEdit = 8192;
    const ReadTransaction snapshot(database);
    std::vector<DocumentWork> work;
    std::map<DocumentId, std::size_t> places;
    std::set<DocumentId> begun;
    Query events(database,
                 "SELECT seconds, edit FROM event WHERE undoable = 1 AND kind = 'edit' AND "
                 "length(edit) <= ? ORDER BY id DESC LIMIT ?",
                 kLongestEdit, steps);
    while (events.step()) {
        const Edit edit = valueOrThrow(editFromJson(events.text(1)));
        const auto document = onlyDocument(edit);
        if (!document)
            continue;
        const auto [place, isNew] = places.emplace(*document, work.size());
        if (isNew)
            work.push_back({*document, 0, 0});
        DocumentWork& each = work[place->second];
        each.seconds += std::min(events.real(0), kLongestPause);
        each.annotations += static_cast<std::int64_t>(edit.addAnnotations.size()) -
                            static_cast<std::int64_t>(edit.removeAnnotations.size());
        if (std::any_of(edit.status.begin(), edit.status.end(), [](const StatusChange& change) {
                return change.before == DocumentStatus::New;
            }))
            begun.insert(*document);
    }
    // Seen from its first gesture to its last, with nothing that came by another way.
    Query state(database,
                "SELECT annotations FROM document WHERE id = ? AND status = ? AND trashed_at IS "
                "NULL");
    std::erase_if(work, [&](const DocumentWork& each) {
        return !begun.contains(each.document) ||
               !state.bind(each.document, DocumentStatus::Done).step() ||
               state.integer(0) != each.annotations;
    });
    return work;
}

BlindTally countBlind(Database& database, const HoldOut& holdOut, double threshold) {
    const ReadTransaction snapshot(database);
    BlindTally tally;
    tally.threshold = threshold;
    const bool hasSides = holdOut.documents > 0 ||
                          database.integer("SELECT EXISTS (SELECT 1 FROM begun_before)") != 0;
    Query documents(database,
                    "SELECT id, status, code_points, annotations, side FROM document LEFT JOIN "
                    "begun_before ON begun_before.document = document.id WHERE trashed_at IS NULL");
    Query imported(database, "SELECT 1 FROM annotation WHERE document = ? AND origin = ? LIMIT 1");
    while (hasSides && documents.step()) {
        const DocumentId document = documents.integer(0);
        const bool isHeldOut = holdOut.isHeldOut(document);
        tally.heldOut += isHeldOut ? 1 : 0;
        if (static_cast<DocumentStatus>(documents.integer(1)) != DocumentStatus::Done)
            continue;
        const std::int64_t side = documents.isNull(4) ? (isHeldOut ? 1 : 0) : documents.integer(4);
        const std::int64_t annotations = documents.integer(3);
        if (side > 1 || (annotations > 0 && imported.bind(document, Origin::Imported).step()))
            continue;
        BlindTally::Side& there = side == 1 ? tally.blind : tally.assisted;
        ++there.documents;
        there.codePoints += documents.integer(2);
        there.annotations += annotations;
    }
    Query noted(database,
                "SELECT shown, model, count(*), sum(EXISTS (SELECT 1 FROM annotation WHERE "
                "annotation.document = kept_back.document AND annotation.begin_at = "
                "kept_back.begin_at AND annotation.end_at = kept_back.end_at AND "
                "annotation.type = kept_back.type)) FROM kept_back JOIN document ON "
                "document.id = kept_back.document WHERE document.trashed_at IS NULL AND "
                "document.status = ? AND kept_back.score >= ? AND kept_back.type IN (SELECT id "
                "FROM entity_type WHERE trashed_at IS NULL) GROUP BY shown, model",
                DocumentStatus::Done, threshold);
    while (noted.step()) {
        if (sourceOf(noted.text(1)) != SuggestionSource::TrainedModel)
            continue;
        BlindTally::Agreement& with = noted.integer(0) != 0 ? tally.shown : tally.keptBack;
        with.suggestions += noted.integer(2);
        with.labelled += noted.integer(3);
    }
    return tally;
}

}  // namespace spanwise::storage
