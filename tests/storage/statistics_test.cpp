#include <QElapsedTimer>
#include <QFile>
#include <QtTest>
#include <filesystem>

#include "support.h"

using namespace spanwise;
using test::Fixture;

namespace {

const HealthReport::Finding& of(const HealthReport& report, HealthCheck check) {
    return report[check];
}

/// A label without a gesture's rules, as a file may bring it.
void put(Fixture& f, DocumentId document, Range range, TypeId type) {
    Annotation annotation;
    annotation.id = f.project->reserveRecordIds(1);
    annotation.document = document;
    annotation.range = range;
    annotation.type = type;
    annotation.annotator = "ann";
    Edit edit;
    edit.addAnnotations.push_back(annotation);
    Fixture::must(f.project->commit(edit, {"Put", "ann"}));
}

std::vector<std::string> matches(const HealthReport::Finding& finding) {
    std::vector<std::string> texts;
    for (const HealthPlace& place : finding.places)
        texts.push_back(place.match);
    return texts;
}

}  // namespace

class StatisticsTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tallies_countLabelsAndDocuments_byStatusAndType() {
        Fixture f({"drug", "dose", "person"});
        const auto ids =
            f.addTexts({"aspirin and aspirin", "aspirin 500 mg", "nothing", "aspirin"});
        QVERIFY(f.label(ids[0], {0, 7}, 1) && f.label(ids[0], {12, 19}, 1));
        QVERIFY(f.label(ids[1], {0, 7}, 1) && f.label(ids[1], {8, 14}, 2));
        QVERIFY(f.label(ids[3], {0, 7}, 1));
        f.suggest(ids[2], {0, 7}, 3);
        RecordId next = f.project->nextRecordId();
        Fixture::must(f.project->commit(statusEdit(Fixture::must(f.project->labels(ids[1])),
                                                   {ids[1], "ann", 0, &next}, DocumentStatus::Done),
                                        {"Done", "ann"}));
        Fixture::must(f.project->trashDocuments({ids[3]}, "ann"));
        const Tallies tallies = Fixture::must(f.project->tallies());
        QCOMPARE(tallies.documents, (ByStatus{{1, 1, 1}}));
        QCOMPARE(tallies.annotations, (ByStatus{{0, 2, 2}}));
        QCOMPARE(tallies.suggestions, 1);
        QCOMPARE(tallies.types.size(), std::size_t{3});
        QCOMPARE(tallies.types[0], (TypeTally{1, {{0, 2, 1}}, {{0, 1, 1}}, 0, 0}));
        QCOMPARE(tallies.types[1], (TypeTally{2, {{0, 0, 1}}, {{0, 0, 1}}, 0, 0}));
        QCOMPARE(tallies.types[2], (TypeTally{3, {}, {}, 1, 0}));
        Fixture::must(f.project->trashType(1));
        QCOMPARE(Fixture::must(f.project->tallies()).annotations, (ByStatus{{0, 0, 1}}));
    }

    void activity_countsDecisions_withoutWhatWasUndone() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin and metformin and 500 mg of it"});
        QVERIFY(f.accept(ids[0], f.suggest(ids[0], {0, 7}, 1, 0.95)));
        QVERIFY(f.reject(ids[0], f.suggest(ids[0], {12, 21}, 2, 0.3, "zero-shot:x")));
        f.suggest(ids[0], {26, 32}, 2, 0.61);
        QVERIFY(f.label(ids[0], {26, 29}, 2));  // fewer words than were proposed
        Activity activity = Fixture::must(f.project->activity());
        QCOMPARE(activity.byType[1], (DecisionCounts{1, 0, 0}));
        QCOMPARE(activity.byType[2], (DecisionCounts{0, 1, 1}));
        QCOMPARE(activity.byScore[9], (DecisionCounts{1, 0, 0}));
        QCOMPARE(activity.byScore[3], (DecisionCounts{0, 0, 1}));
        QCOMPARE(activity.byScore[6], (DecisionCounts{0, 1, 0}));
        QCOMPARE(activity[SuggestionSource::TypeNames], (DecisionCounts{0, 0, 1}));
        QCOMPARE(activity[SuggestionSource::TrainedModel], (DecisionCounts{1, 1, 0}));
        QCOMPARE(activity.hours.size(), std::size_t{1});
        QCOMPARE(activity.hours.begin()->second.labels, 2);

        Fixture::must(f.project->undo("ann"));
        const Activity later = Fixture::must(f.project->activity(activity));
        QCOMPARE(later.byType.at(2), (DecisionCounts{0, 0, 1}));
        QCOMPARE(later.hours.begin()->second.labels, 1);
        Fixture::must(f.project->redo("ann"));
        Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->undo("ann"));
        // Carried on step by step or read at once: the same.
        const Activity carried = Fixture::must(f.project->activity(later));
        const Activity whole = Fixture::must(f.project->activity());
        QCOMPARE(carried.lastEvent, whole.lastEvent);
        QVERIFY(carried.byScore == whole.byScore && carried.bySource == whole.bySource);
        QCOMPARE(whole.byScore[3], DecisionCounts{});
        QCOMPARE(whole.byScore[9], (DecisionCounts{1, 0, 0}));
    }

    void activity_countsTime_andLabelsThatAreNew() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin and metformin"});
        const auto commit = [&](const Result<Edit>& edit, std::int64_t at, double seconds) {
            Fixture::must(f.project->commit(*edit, {"x", "ann", at, seconds}));
        };
        RecordId next = f.project->nextRecordId();
        const EditContext context{ids[0], "ann", 0, &next};
        constexpr std::int64_t kHour = 3'600'000;
        commit(labelEdit({}, context, {0, 7}, 1, 21), 5 * kHour + 10, 4);
        auto labels = Fixture::must(f.project->labels(ids[0]));
        commit(labelEdit(labels, context, {0, 7}, 2, 21), 5 * kHour + 20, 100);  // another type
        labels = Fixture::must(f.project->labels(ids[0]));
        commit(labelEdit(labels, context, {12, 21}, 1, 21), 6 * kHour, 2.5);
        const Activity activity = Fixture::must(f.project->activity());
        QCOMPARE(activity.hours.at(5), (Activity::Hour{1, 34}));  // a pause of 100 s counts as 30
        QCOMPARE(activity.hours.at(6), (Activity::Hour{1, 2.5}));
    }

    void recentWork_isOfFinishedDocumentsThatPeopleLabelled() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin helps", "metformin too", "nothing here"});
        Fixture::must(
            f.add({{makeDocument("gold", "aspirin as gold"), {{{0, 7}, "drug", -1}}, true}}));
        const auto step = [&](DocumentId id, std::optional<Range> range, double seconds) {
            RecordId next = f.project->nextRecordId();
            const EditContext context{id, "ann", 1000, &next};
            const auto labels = Fixture::must(f.project->labels(id));
            const Edit edit = range ? Fixture::must(labelEdit(labels, context, *range, 1, 13))
                                    : statusEdit(labels, context, DocumentStatus::Done);
            EventInfo info{range ? "Label" : "Done", "ann"};
            info.seconds = seconds;
            Fixture::must(f.project->commit(edit, info));
        };
        step(ids[0], Range{0, 7}, 4);
        step(ids[0], std::nullopt, 2);
        step(ids[1], Range{0, 9}, 5);       // not finished
        step(ids[2], std::nullopt, 10000);  // a pause
        const auto work = Fixture::must(f.project->recentWork());
        QCOMPARE(work, (std::vector<DocumentWork>{{ids[2], 0, 30}, {ids[0], 1, 6}}));
        // The oldest within reach was begun before.
        for (const int steps : {1, 3})
            QCOMPARE(Fixture::must(f.project->recentWork(steps)),
                     (std::vector<DocumentWork>{{ids[2], 0, 30}}));
        // A correction of a finished document is not the work on it.
        for (int i = 0; i < 4; ++i)
            step(ids[0], Range{8 + i, 13}, 1);
        QCOMPARE(Fixture::must(f.project->recentWork(4)), std::vector<DocumentWork>());
    }

    void activity_isToldByAnnotator() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin and metformin"});
        RecordId next = f.project->nextRecordId();
        const EditContext context{ids[0], "ann", 0, &next};
        const auto commit = [&](Range range, const char* actor, double seconds) {
            const auto edit =
                labelEdit(Fixture::must(f.project->labels(ids[0])), context, range, 1, 21);
            Fixture::must(f.project->commit(*edit, {"x", actor, 1000, seconds}));
        };
        commit({0, 7}, "ann", 4);
        commit({8, 11}, "ben", 6);
        commit({12, 21}, "ann", 100);
        const Activity before = Fixture::must(f.project->activity());
        QCOMPARE(before.people.at("ann"), (Activity::Hour{2, 34}));
        QCOMPARE(before.people.at("ben"), (Activity::Hour{1, 6}));
        Fixture::must(f.project->undo("ben"));  // takes Ann's label away, whoever does it
        const Activity after = Fixture::must(f.project->activity(before));
        QCOMPARE(after.people.at("ann"), (Activity::Hour{1, 34}));
        QCOMPARE(after.people.at("ben"), (Activity::Hour{1, 6}));
    }

    void health_findsEachFlaw_andFixesAreOneStep() {
        Fixture f({"drug", "dose", "unused"});
        const auto ids = f.addTexts({
            "took aspirin, daily",          // 0: space and punctuation
            "took metformin then",          // 1: inside a word
            "new york city hall",           // 2: nested
            " \t\u00a0\n",                  // 3: empty
            "aspirin aspirin aspirin dose"  // 4: mixed types
        });
        put(f, ids[0], {4, 12}, 1);  // " aspirin" would begin at 4: "took aspirin" -> " aspirin"
        put(f, ids[1], {7, 14}, 1);  // "tformin"
        put(f, ids[2], {0, 13}, 1);
        put(f, ids[2], {4, 8}, 2);
        for (const Offset begin : {0, 8})
            put(f, ids[4], {begin, begin + 7}, 1);
        put(f, ids[4], {16, 23}, 2);
        put(f, ids[0], {13, 19}, 2);
        HealthReport report = Fixture::must(f.project->health());
        QCOMPARE(report.documents, 4);
        QCOMPARE(matches(of(report, HealthCheck::EdgeSpace)),
                 (std::vector<std::string>{" aspirin", " daily"}));
        QCOMPARE(of(report, HealthCheck::EdgePunctuation).count, 0);
        QCOMPARE(matches(of(report, HealthCheck::InsideWord)), std::vector<std::string>{"tformin"});
        QCOMPARE(of(report, HealthCheck::InsideWord).places.front().before, std::string("took me"));
        QCOMPARE(matches(of(report, HealthCheck::LostInConll)), std::vector<std::string>{"york"});
        QCOMPARE(of(report, HealthCheck::MixedTypes).count, 1);
        const HealthPlace mixed = of(report, HealthCheck::MixedTypes).places.front();
        QCOMPARE(mixed.range, (Range{16, 23}));
        QCOMPARE(mixed.mostly, 1);
        QCOMPARE(mixed.times, 2);
        QCOMPARE(of(report, HealthCheck::UnusedType).places.front().type, 3);
        QCOMPARE(of(report, HealthCheck::EmptyDocument).places.front().document, ids[3]);

        const Edit fix = Fixture::must(f.project->healthFix(HealthCheck::EdgeSpace));
        QCOMPARE(fix.addAnnotations.size(), std::size_t{2});
        Fixture::must(f.project->commit(fix, {"Trim", "ann"}));
        report = Fixture::must(f.project->health());
        QCOMPARE(of(report, HealthCheck::EdgeSpace).count, 0);
        QCOMPARE(Fixture::must(f.project->labels(ids[0])).annotations.front().range,
                 (Range{5, 12}));
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(of(Fixture::must(f.project->health()), HealthCheck::EdgeSpace).count, 2);

        Fixture::must(f.project->commit(
            Fixture::must(f.project->healthFix(HealthCheck::InsideWord)), {"Widen", "ann"}));
        QCOMPARE(Fixture::must(f.project->labels(ids[1])).annotations.front().range,
                 (Range{5, 14}));
        QCOMPARE(f.project->healthFix(HealthCheck::MixedTypes).error().code,
                 ErrorCode::InvalidArgument);
    }

    void health_punctuation_isTrimmed_butNotOnToAnotherLabel() {
        Fixture f;
        const auto ids = f.addTexts({"(aspirin), metformin. U.S. :-)", "aspirin."});
        put(f, ids[0], {0, 9}, 1);    // "(aspirin)"
        put(f, ids[0], {11, 21}, 1);  // "metformin."
        put(f, ids[0], {27, 30}, 2);  // ":-)" is nothing else
        put(f, ids[1], {0, 8}, 1);
        put(f, ids[1], {0, 7}, 2);
        const HealthReport report = Fixture::must(f.project->health());
        const auto& finding = of(report, HealthCheck::EdgePunctuation);
        QCOMPARE(matches(finding),
                 (std::vector<std::string>{"(aspirin)", "metformin.", "aspirin."}));
        QCOMPARE(finding.fixable, 2);
        const Edit fix = Fixture::must(f.project->healthFix(HealthCheck::EdgePunctuation));
        QCOMPARE(fix.addAnnotations.size(), std::size_t{2});
        QCOMPARE(fix.addAnnotations[0].range, (Range{1, 8}));
        QCOMPARE(fix.addAnnotations[1].range, (Range{11, 20}));
        QCOMPARE(fix.addAnnotations[1].id, fix.removeAnnotations[1].id);
        QVERIFY(Fixture::must(f.project->health(1))[HealthCheck::EdgePunctuation].places.size() ==
                1);
    }

    void health_fixesWhatCrossesAlready_butMakesNothingCross() {
        Fixture f;
        const auto ids = f.addTexts({"acute renal failure, stage two", "blueberry pie crust"});
        put(f, ids[0], {0, 20}, 1);   // "acute renal failure," crosses the other as long as it is
        put(f, ids[0], {12, 30}, 2);  // "failure, stage two"
        put(f, ids[1], {5, 9}, 1);    // "erry", widened, would cross the other
        put(f, ids[1], {2, 13}, 2);   // "ueberry pie"
        const HealthReport report = Fixture::must(f.project->health());
        QCOMPARE(of(report, HealthCheck::EdgePunctuation).fixable, 1);
        QCOMPARE(of(report, HealthCheck::InsideWord).count, 2);
        QCOMPARE(of(report, HealthCheck::InsideWord).fixable, 1);
        const Edit trim = Fixture::must(f.project->healthFix(HealthCheck::EdgePunctuation));
        QCOMPARE(trim.addAnnotations.size(), std::size_t{1});
        QCOMPARE(trim.addAnnotations.front().range, (Range{0, 19}));
        const Edit widen = Fixture::must(f.project->healthFix(HealthCheck::InsideWord));
        QCOMPARE(widen.addAnnotations.size(), std::size_t{1});
        QCOMPARE(widen.addAnnotations.front().range, (Range{0, 13}));
    }

    void health_emojiAndCjk_areMeasuredInCodePoints() {
        Fixture f;
        const auto ids = f.addTexts({"👩‍⚕️ nahm Aspirin ein", "東京都に住む"});
        put(f, ids[0], {10, 17}, 1);
        put(f, ids[1], {0, 3}, 1);
        const HealthReport report = Fixture::must(f.project->health());
        for (const auto check : {HealthCheck::EdgeSpace, HealthCheck::InsideWord})
            QCOMPARE(matches(of(report, check)), std::vector<std::string>{});
    }

    void history_filtersAndPages() {
        Fixture f({"drug", "dose"});
        const auto ids = f.addTexts({"aspirin 500 mg", "metformin", "other"});
        QVERIFY(f.label(ids[0], {0, 7}, 1));
        QVERIFY(f.label(ids[0], {8, 14}, 2));
        QVERIFY(f.accept(ids[1], f.suggest(ids[1], {0, 9}, 1, 0.9, "model-7")));
        Fixture::must(f.project->trashDocuments({ids[2]}, "ben"));
        Fixture::must(f.project->undo("ben"));
        const auto kinds = [&](const HistoryFilter& filter) {
            std::string all;
            for (const HistoryEntry& entry : Fixture::must(f.project->history(filter, 50)).entries)
                all += entry.kind + " ";
            return all;
        };
        QCOMPARE(kinds({}), std::string("undo trash edit edit edit import "));
        HistoryFilter filter;
        filter.kind = "suggest";
        QCOMPARE(kinds(filter), std::string("suggest "));
        filter = {};
        filter.document = ids[1];
        QCOMPARE(kinds(filter), std::string("undo edit import "));
        filter.document = ids[2];
        QCOMPARE(kinds(filter), std::string("trash import "));
        filter = {};
        filter.type = 2;
        QCOMPARE(kinds(filter), std::string("edit "));
        filter = {};
        filter.actor = "ben";
        QCOMPARE(kinds(filter), std::string("undo trash "));
        QCOMPARE(Fixture::must(f.project->historyActors()),
                 (std::vector<std::string>{"ann", "ben"}));

        HistoryEntries page = Fixture::must(f.project->history({}, 2));
        QVERIFY(page.hasMore);
        QCOMPARE(page.entries.size(), std::size_t{2});
        const HistoryEntry undone = page.entries.front();
        QCOMPARE(undone.models, std::vector<std::string>{"model-7"});
        QCOMPARE(undone.documentName, std::string("text 2"));
        QCOMPARE(undone.place, (Range{0, 9}));
        filter = {};
        filter.before = page.entries.back().id;
        page = Fixture::must(f.project->history(filter, 10));
        QVERIFY(!page.hasMore);
        QCOMPARE(page.entries.size(), std::size_t{4});
        QCOMPARE(page.entries.front().id, undone.reverts);

        const auto order = Fixture::must(f.project->undoOrder(10));
        QCOMPARE(order.undo, (std::vector<std::int64_t>{page.entries[1].id, page.entries[2].id}));
        QCOMPARE(order.redo, std::vector<std::int64_t>{undone.reverts});
    }

    void changesSinceAnExport_areNet() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin 500 mg", "metformin"});
        QVERIFY(f.label(ids[0], {0, 7}, 1));
        QVERIFY(!Fixture::must(f.project->lastExport()));
        ExportInfo info;
        info.path = "/home/x/trial.conll";
        info.format = "conll";
        info.spans = 1;
        info.upTo = Fixture::must(f.project->lastEventId());
        QVERIFY(f.label(ids[1], {0, 9}, 1));  // while it was written
        Fixture::must(f.project->recordExport(info, "ann"));
        const auto known = Fixture::must(f.project->lastExport());
        QVERIFY(known);
        QCOMPARE(known->path, info.path);
        QCOMPARE(known->upTo, info.upTo);
        QCOMPARE(Fixture::must(f.project->changesSince(known->upTo)), (ChangesSince{1, 1, 1, 0}));
        QVERIFY(f.label(ids[0], {0, 7}, 2));  // another type
        QVERIFY(f.label(ids[0], {8, 14}, 2));
        QCOMPARE(Fixture::must(f.project->changesSince(known->upTo)), (ChangesSince{3, 2, 1, 0}));
        for (int i = 0; i < 3; ++i)
            Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->changesSince(known->upTo)), ChangesSince{});
        Fixture::must(f.project->trashDocuments({ids[1]}, "ann"));
        QCOMPARE(Fixture::must(f.project->changesSince(known->upTo)), (ChangesSince{0, 0, 0, 1}));
        QVERIFY(Fixture::must(f.project->undoOrder(9)).redo.size() == 3);  // an export ends no redo
    }

    void heldOutDocuments_getNoSuggestions_whateverIsProposed() {
        Fixture f;
        std::vector<std::string> texts(400, "aspirin here");
        for (std::size_t i = 0; i < texts.size(); ++i)
            texts[i] += std::to_string(i);
        const auto ids = f.addTexts(texts);
        std::vector<SuggestionBatch> batches;
        for (const DocumentId id : ids)
            batches.push_back({id, {{0, id, {0, 7}, 1, 0.9, ""}}});
        Fixture::must(f.project->putSuggestions(batches, "m"));
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 400);
        Fixture::must(f.project->setHoldOut(0.1, 0));
        const HoldOut guard = f.project->holdOut();
        const auto heldOut = std::count_if(ids.begin(), ids.end(),
                                           [&](DocumentId id) { return guard.isHeldOut(id); });
        QVERIFY2(heldOut >= 20 && heldOut <= 62, qPrintable(QString::number(heldOut)));
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 400 - heldOut);
        Fixture::must(f.project->putSuggestions(batches, "m2"));
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 400 - heldOut);
        f.reopen();
        QCOMPARE(f.project->holdOut(), guard);  // the same documents for good
        QCOMPARE(Fixture::must(f.project->blindTally()).heldOut, heldOut);
        QCOMPARE(f.project->setHoldOut(1.5, 0).error().code, ErrorCode::InvalidArgument);
        QCOMPARE(f.project->holdOut(), guard);
    }

    void heldOutDocuments_hideWhatCameWithAFile_untilTheyAreHeldOutNoMore() {
        Fixture f;
        const auto imported = [&](const std::string& name) {
            const std::string text = "aspirin and metformin, " + name;
            Fixture::must(f.add(
                {{makeDocument(name, text), {{{0, 7}, "drug", 0.8}, {{12, 21}, "drug", 0.7}}}}));
            return Fixture::must(f.project->documents()).back().id;
        };
        const DocumentId before = imported("before");
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 2);
        Fixture::must(f.project->setHoldOut(1, 0));
        const DocumentId after = imported("after");
        for (const DocumentId id : {before, after})
            QVERIFY(Fixture::must(f.project->labels(id)).suggestions.empty());
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 0);
        QVERIFY(Fixture::must(f.project->suggestionGroups(0)).empty());
        QVERIFY(f.label(after, {0, 7}, 1));
        f.reopen();
        Fixture::must(f.project->setHoldOut(0, 0));
        QCOMPARE(Fixture::must(f.project->labels(before)).suggestions.size(), std::size_t{2});
        // What was decided meanwhile does not come back.
        const auto rest = Fixture::must(f.project->labels(after)).suggestions;
        QCOMPARE(rest.size(), std::size_t{1});
        QCOMPARE(rest.front().range, (Range{12, 21}));
        QCOMPARE(rest.front().model, std::string("imported"));
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 3);
    }

    void undoInAHeldOutDocument_showsNoSuggestionAgain() {
        Fixture f;
        Fixture::must(f.add({{makeDocument("a", "aspirin and metformin, today"),
                              {{{0, 7}, "drug", 0.8}, {{12, 21}, "drug", 0.7}}}}));
        const DocumentId id = Fixture::must(f.project->documents()).back().id;
        QVERIFY(f.suggest(id, {23, 28}, 1, 0.9, "model-7") != 0);
        const auto shown = Fixture::must(f.project->labels(id)).suggestions;
        QCOMPARE(shown.size(), std::size_t{1});  // the model's stands in place of the file's
        QVERIFY(f.accept(id, shown.front().id));
        Fixture::must(f.project->setHoldOut(1, 0));
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id)).annotations.empty());
        QVERIFY(Fixture::must(f.project->labels(id)).suggestions.empty());
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, 0);
        Fixture::must(f.project->redo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id)).annotations.size(), std::size_t{1});
    }

    void undoInAHeldOutDocument_hidesWhatCameWithAFile() {
        Fixture f;
        Fixture::must(f.add({{makeDocument("a", "aspirin"), {{{0, 7}, "drug", 0.8}}}}));
        const DocumentId id = Fixture::must(f.project->documents()).back().id;
        QVERIFY(f.accept(id, Fixture::must(f.project->labels(id)).suggestions.front().id));
        Fixture::must(f.project->setHoldOut(1, 0));
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id)).suggestions.empty());
        Fixture::must(f.project->setHoldOut(0, 0));
        QCOMPARE(Fixture::must(f.project->labels(id)).suggestions.size(), std::size_t{1});
    }

    void shownAndKeptBack_areCountedAlike() {
        Fixture f;
        // Ten words to a document, each proposed; the lot keeps about half of them back.
        std::string text;
        std::vector<Range> words;
        for (int i = 0; i < 10; ++i) {
            words.push_back({i * 6, i * 6 + 5});
            text += "word" + std::to_string(i) + ' ';
        }
        const auto ids = f.addTexts({text + "a", text + "b", text + "c"});
        Fixture::must(f.project->setHoldOut(0, 0.5));
        const HoldOut guard = f.project->holdOut();
        const auto propose = [&](DocumentId id, const std::string& model) {
            SuggestionBatch batch{id, {}};
            for (std::size_t i = 0; i < words.size(); ++i)
                batch.suggestions.push_back({0, id, words[i], 1, i % 2 == 0 ? 0.9 : 0.4, ""});
            Fixture::must(f.project->putSuggestions({batch}, model));
        };
        const auto done = [&](DocumentId id) {
            RecordId next = f.project->nextRecordId();
            Fixture::must(f.project->commit(statusEdit(Fixture::must(f.project->labels(id)),
                                                       {id, "ann", 0, &next}, DocumentStatus::Done),
                                            {"Done", "ann"}));
        };
        // A guess from names first, then a trained model: the last word before a person begins.
        propose(ids[0], "zero-shot:x");
        propose(ids[0], "m");
        propose(ids[1], "zero-shot:x");
        propose(ids[2], "m");                   // never done
        BlindTally::Agreement sure[2], any[2];  // kept back, shown
        for (std::size_t i = 0; i < words.size(); ++i) {
            const int isShown = guard.isKeptBack(ids[0], words[i]) ? 0 : 1;
            const bool isSure = i % 2 == 0;
            const bool isLabelled = i < 4;
            if (isLabelled)
                QVERIFY(f.label(ids[0], words[i], 1));
            any[isShown].suggestions += 1;
            any[isShown].labelled += isLabelled ? 1 : 0;
            sure[isShown].suggestions += isSure ? 1 : 0;
            sure[isShown].labelled += isSure && isLabelled ? 1 : 0;
            QVERIFY(f.label(ids[1], words[i], 1));
        }
        QVERIFY(any[0].suggestions > 0 && any[1].suggestions > 0);
        // Another place, another type, and what a model says that has learned from it: no matter.
        QVERIFY(f.label(ids[0], {words[5].begin, words[6].end}, 1));
        QVERIFY(f.label(ids[0], words[8], 2));
        propose(ids[0], "m2");
        QCOMPARE(Fixture::must(f.project->blindTally(0)).shown, BlindTally::Agreement{});
        done(ids[0]);
        done(ids[1]);
        const BlindTally all = Fixture::must(f.project->blindTally(0));
        QCOMPARE(all.keptBack, any[0]);
        QCOMPARE(all.shown, any[1]);
        const BlindTally above = Fixture::must(f.project->blindTally(0.5));
        QCOMPARE(above.keptBack, sure[0]);
        QCOMPARE(above.shown, sure[1]);
        QCOMPARE(above.blind, BlindTally::Side{});
        QCOMPARE(above.assisted, BlindTally::Side{});
        // With another share, what was noted of unfinished documents tells nothing.
        RecordId next = f.project->nextRecordId();
        Fixture::must(f.project->setHoldOut(0, 0.4));
        QVERIFY(f.label(ids[2], words[0], 1));
        Fixture::must(f.project->commit(statusEdit(Fixture::must(f.project->labels(ids[2])),
                                                   {ids[2], "ann", 0, &next}, DocumentStatus::Done),
                                        {"Done", "ann"}));
        QCOMPARE(Fixture::must(f.project->blindTally(0)).shown, any[1]);
    }

    void holdOutSwitchedOn_leavesWhatWasDoneWithSuggestionsOnItsSide() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin helps", "metformin too", "nothing here", "and this"});
        Fixture::must(
            f.add({{makeDocument("gold", "aspirin as gold"), {{{0, 7}, "drug", -1}}, true}}));
        const auto done = [&](DocumentId id) {
            RecordId next = f.project->nextRecordId();
            Fixture::must(f.project->commit(statusEdit(Fixture::must(f.project->labels(id)),
                                                       {id, "ann", 0, &next}, DocumentStatus::Done),
                                            {"Done", "ann"}));
        };
        QVERIFY(f.label(ids[0], {0, 7}, 1));
        done(ids[0]);
        QVERIFY(f.label(ids[1], {0, 9}, 1));  // begun with suggestions
        QCOMPARE(Fixture::must(f.project->blindTally()).assisted, BlindTally::Side{});
        Fixture::must(f.project->setHoldOut(1, 0));
        done(ids[1]);
        done(ids[2]);  // begun and ended without, and without a label
        BlindTally tally = Fixture::must(f.project->blindTally());
        QCOMPARE(tally.heldOut, 5);
        QCOMPARE(tally.assisted, (BlindTally::Side{1, 13, 1}));
        QCOMPARE(tally.blind, (BlindTally::Side{1, 12, 0}));
        // And switched off, as it was.
        Fixture::must(f.project->setHoldOut(0, 0));
        QVERIFY(f.label(ids[3], {0, 3}, 1));
        done(ids[3]);
        f.reopen();
        tally = Fixture::must(f.project->blindTally());
        QCOMPARE(tally.heldOut, 0);
        QCOMPARE(tally.assisted, (BlindTally::Side{2, 21, 2}));
        QCOMPARE(tally.blind, (BlindTally::Side{1, 12, 0}));
    }

    void activity_patternsAreASourceOfTheirOwn() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin and metformin and more"});
        RecordId next = f.project->nextRecordId();
        const EditContext context{ids[0], "ann", 0, &next};
        Fixture::must(f.project->commit(
            proposeEdit(Fixture::must(f.project->labels(ids[0])), context, {{0, 7}, {12, 21}}, 1),
            {"Suggest", "ann"}));
        const auto proposed = Fixture::must(f.project->labels(ids[0])).suggestions;
        QVERIFY(f.accept(ids[0], proposed[0].id));
        QVERIFY(f.reject(ids[0], proposed[1].id));
        QVERIFY(f.accept(ids[0], f.suggest(ids[0], {26, 30}, 2, 0.95)));
        const Activity activity = Fixture::must(f.project->activity());
        QCOMPARE(activity[SuggestionSource::Pattern], (DecisionCounts{1, 0, 1}));
        QCOMPARE(activity[SuggestionSource::TrainedModel], (DecisionCounts{1, 0, 0}));
        QCOMPARE(activity.byScore[9], (DecisionCounts{1, 0, 0}));  // a pattern has no score
        QCOMPARE(activity.byType.at(1), (DecisionCounts{1, 0, 1}));
    }

    void backups_areListed_andRestoredBeside() {
        Fixture f;
        const auto ids = f.addTexts({"aspirin", "metformin"});
        QVERIFY(Project::backups(f.path()).empty());
        QVERIFY(f.label(ids[0], {0, 7}, 1));
        QVERIFY(Fixture::must(f.project->rollingBackup(0)));
        QVERIFY(f.label(ids[1], {0, 9}, 1));
        const auto backups = Project::backups(f.path());
        QCOMPARE(backups.size(), std::size_t{1});
        QCOMPARE(backups[0].documents, 2);
        QCOMPARE(backups[0].annotations, 1);
        QVERIFY(backups[0].at > 0 && backups[0].problem.empty());
        const std::string copy = f.path("restored.spanwise");
        Fixture::must(Project::restoreBackup(backups[0].path, copy));
        QCOMPARE(Fixture::must(Fixture::must(Project::open(copy))->counts()).annotations, 1);
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 2);
        QCOMPARE(Project::restoreBackup(backups[0].path, copy).error().code,
                 ErrorCode::AlreadyExists);
        QFile damaged(QString::fromStdString(backups[0].path));
        QVERIFY(damaged.open(QIODevice::WriteOnly));
        damaged.write("no database");
        damaged.close();
        QVERIFY(!Project::backups(f.path())[0].problem.empty());
        const std::string other = f.path("other.spanwise");
        QVERIFY(!Project::restoreBackup(backups[0].path, other));
        QVERIFY(!std::filesystem::exists(other));
    }

    /// Several times what it takes: a lost index shows, a busy neighbour does not. With
    /// SPANWISE_STATISTICS_DOCUMENTS=1000000 the figures of the README.
    void manyDocuments_figuresStayQuick() {
        Fixture f;
        const int documents =
            std::max(20000, qEnvironmentVariableIntValue("SPANWISE_STATISTICS_DOCUMENTS"));
        const auto imported = f.project->import({}, [&](const Project::RecordSink& sink) {
            Result<void> pushed;
            for (int i = 0; i < documents && pushed; ++i) {
                Record record;
                record.document = makeDocument(
                    std::to_string(i), "took aspirin and 500 mg of it " + std::to_string(i));
                record.labelled = i % 2 == 0;
                if (record.labelled)
                    record.spans = {{{5, 12}, "drug", -1}, {{17, 23}, "dose", -1}};
                pushed = sink(std::move(record));
            }
            return pushed;
        });
        Fixture::must(imported);
        QElapsedTimer timer;
        const auto within = [&](const char* what, double microsecondsEach) {
            const double each =
                static_cast<double>(timer.nsecsElapsed()) / 1e3 / static_cast<double>(documents);
            qInfo("%s: %.2f us a document, %.0f ms", what, each, each * documents / 1e3);
            if (each > microsecondsEach)
                qWarning("slower than %.1f us", microsecondsEach);
            return each <= microsecondsEach;
        };
        timer.start();
        QCOMPARE(Fixture::must(f.project->tallies()).annotations.total(), documents / 2 * 2);
        QVERIFY(within("tallies", 10));
        timer.start();
        Fixture::must(f.project->activity());
        QVERIFY(within("activity", 2));
        Fixture::must(f.project->setHoldOut(0.1, 0));
        timer.start();
        Fixture::must(f.project->blindTally());
        QVERIFY(within("blind", 10));
        timer.start();
        QCOMPARE(Fixture::must(f.project->health()).documents, documents / 2);
        QVERIFY(within("health", 150));
    }
};

QTEST_GUILESS_MAIN(StatisticsTest)
#include "statistics_test.moc"
