#include <QtTest>
#include <set>
#include <thread>

#include "support.h"

using namespace spanwise;
using test::Fixture;

class HistoryTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void commit_label_isStoredAndRecorded() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        const RecordId next = f.project->nextRecordId();
        const auto event = Fixture::must(f.label(id[0], {5, 12}, 1));
        const auto labels = Fixture::must(f.project->labels(id[0]));
        QCOMPARE(labels.status, DocumentStatus::InProgress);
        QCOMPARE(labels.annotations.size(), std::size_t{1});
        QCOMPARE(labels.annotations[0].id, next);
        QCOMPARE(f.project->nextRecordId(), next + 1);
        const auto events = Fixture::must(f.project->events(event - 1));
        QCOMPARE(events.size(), std::size_t{1});
        QCOMPARE(events[0].kind, "edit");
        QCOMPARE(events[0].info.actor, "ann");
        QVERIFY(events[0].info.at > 0);
        QVERIFY(events[0].edit.addAnnotations == labels.annotations);
        QCOMPARE(Fixture::must(f.project->commit(Edit{}, {})), 0);
    }

    void commit_editThatDoesNotFit_isRefusedWhole_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("past the end") << 0;
        QTest::newRow("empty range") << 1;
        QTest::newRow("unknown type") << 2;
        QTest::newRow("unknown document") << 3;
        QTest::newRow("id there already") << 4;
        QTest::newRow("removes what is not there") << 5;
        QTest::newRow("removes what has changed") << 6;
        QTest::newRow("status is another") << 7;
        QTest::newRow("id of another kind") << 8;
        QTest::newRow("negative") << 9;
    }
    void commit_editThatDoesNotFit_isRefusedWhole() {
        QFETCH(int, how);
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily", "another text"});
        Fixture::must(f.label(id[0], {5, 12}, 1));
        const RecordId suggestion = f.suggest(id[0], {13, 18}, 2);
        const auto before = Fixture::must(f.project->labels(id[0]));
        const auto eventsBefore = Fixture::must(f.project->events()).size();
        const Annotation there = before.annotations[0];
        Annotation good{f.project->nextRecordId() + 5, id[0], {0, 4}, 1, {}, "ann", 1};
        Annotation bad{good.id + 1, id[0], {0, 4}, 1, {}, "ann", 1};
        Edit edit;
        switch (how) {
            case 0:
                bad.range = {5, 19};
                break;
            case 1:
                bad.range = {5, 5};
                break;
            case 2:
                bad.type = 77;
                break;
            case 3:
                bad.document = 99;
                break;
            case 4:
                bad.id = there.id;
                break;
            case 5:
                edit.removeAnnotations.push_back(bad);
                break;
            case 6:
                edit.removeAnnotations.push_back(there);
                edit.removeAnnotations.back().range.end -= 1;
                break;
            case 7:
                edit.status.push_back({id[0], DocumentStatus::Done, DocumentStatus::New});
                break;
            case 8:
                bad.id = suggestion;
                break;
            case 9:
                bad.range = {-1, 3};
                break;
        }
        edit.addAnnotations = {good};
        if (how != 5 && how != 6 && how != 7)
            edit.addAnnotations.push_back(bad);
        const auto result = f.project->commit(edit, {"Label", "ann"});
        QVERIFY(!result);
        QCOMPARE(result.error().code, how == 3 ? ErrorCode::NotFound : ErrorCode::InvalidArgument);
        QVERIFY(!result.error().message.empty());
        QVERIFY(Fixture::must(f.project->labels(id[0])) == before);
        QCOMPARE(Fixture::must(f.project->events()).size(), eventsBefore);
    }

    void undoRedo_acrossRestarts_swapTheSameRecords() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        Fixture::must(f.label(id[0], {0, 4}, 1));
        const auto one = Fixture::must(f.project->labels(id[0]));
        Fixture::must(f.label(id[0], {5, 12}, 1));
        const auto two = Fixture::must(f.project->labels(id[0]));
        Fixture::must(f.label(id[0], {5, 12}, 2));  // another type, same id
        const auto three = Fixture::must(f.project->labels(id[0]));
        f.reopen();
        auto state = Fixture::must(f.project->undoState());
        QCOMPARE(state.undo.size(), std::size_t{3});
        QVERIFY(state.redo.empty());
        QVERIFY(state.undo[0].id < state.undo[2].id);

        const auto undone = Fixture::must(f.project->undo("ann"));
        QCOMPARE(undone.kind, "undo");
        QCOMPARE(undone.reverts, state.undo[2].id);
        QCOMPARE(undone.info.name, "Label");
        QVERIFY(Fixture::must(f.project->labels(id[0])) == two);
        f.reopen();
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == one);
        Fixture::must(f.project->undo("ann"));
        const auto empty = Fixture::must(f.project->labels(id[0]));
        QVERIFY(empty.annotations.empty());
        QCOMPARE(empty.status, DocumentStatus::New);
        QCOMPARE(f.project->undo("ann").error().code, ErrorCode::NotFound);
        f.reopen();
        state = Fixture::must(f.project->undoState());
        QCOMPARE(state.redo.size(), std::size_t{3});
        QVERIFY(state.redo.back().id < state.redo.front().id);  // the next one is last
        Fixture::must(f.project->redo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == one);
        Fixture::must(f.project->redo("ann"));
        f.reopen();
        Fixture::must(f.project->redo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == three);
        QCOMPARE(f.project->redo("ann").error().code, ErrorCode::NotFound);
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == two);
    }

    void edit_afterUndo_clearsRedo() {
        Fixture f;
        const auto id = f.addTexts({"one two three four"});
        Fixture::must(f.label(id[0], {0, 3}, 1));
        Fixture::must(f.label(id[0], {4, 7}, 1));
        Fixture::must(f.project->undo("ann"));
        f.suggest(id[0], {14, 18}, 1);  // suggestions do not
        QCOMPARE(Fixture::must(f.project->undoState()).redo.size(), std::size_t{1});
        Fixture::must(f.label(id[0], {8, 13}, 1));
        const auto state = Fixture::must(f.project->undoState());
        QVERIFY(state.redo.empty());
        QCOMPARE(state.undo.size(), std::size_t{2});
        QCOMPARE(f.project->redo("ann").error().code, ErrorCode::NotFound);
        Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])).annotations.empty());
    }

    void undoState_limit_keepsTheNewest() {
        Fixture f;
        const auto id = f.addTexts({std::string(200, 'x')});
        for (int i = 0; i < 20; ++i)
            Fixture::must(f.label(id[0], {i * 5, i * 5 + 3}, 1));
        for (int i = 0; i < 5; ++i)
            Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->redo("ann"));
        const auto state = Fixture::must(f.project->undoState(2));
        QCOMPARE(state.undo.size(), std::size_t{2});
        QCOMPARE(state.redo.size(), std::size_t{2});
        const auto all = Fixture::must(f.project->undoState());
        QCOMPARE(all.undo.size(), std::size_t{16});
        QCOMPARE(all.redo.size(), std::size_t{4});
        QCOMPARE(state.undo.back().id, all.undo.back().id);
        QCOMPARE(state.redo.back().id, all.redo.back().id);
        QCOMPARE(Fixture::must(f.project->redo("ann")).reverts, all.redo.back().id);
    }

    void undoAccept_slotStillFree_restoresTheSuggestion() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        const RecordId suggestion = f.suggest(id[0], {5, 12}, 1);
        const auto before = Fixture::must(f.project->labels(id[0]));
        Fixture::must(f.accept(id[0], suggestion));
        const auto accepted = Fixture::must(f.project->labels(id[0]));
        QCOMPARE(accepted.annotations[0].origin, Origin::Accepted);
        QVERIFY(accepted.suggestions.empty());
        Fixture::must(f.project->undo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == before);
        Fixture::must(f.project->redo("ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])) == accepted);
    }

    void undoAccept_modelHasSpokenSince_keepsTheNewSuggestions() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin forte daily"});
        const RecordId suggestion = f.suggest(id[0], {5, 12}, 1);
        Fixture::must(f.accept(id[0], suggestion));
        f.suggest(id[0], {19, 24}, 2, 0.5, "m2");
        // Undone: the old suggestion comes back beside the new one.
        auto event = Fixture::must(f.project->undo("ann"));
        auto labels = Fixture::must(f.project->labels(id[0]));
        QCOMPARE(labels.suggestions.size(), std::size_t{2});
        QCOMPARE(event.edit.addSuggestions.size(), std::size_t{1});
        // A newer model takes the place with a wider span; redo then clears it away.
        f.suggest(id[0], {5, 18}, 1, 0.5, "m3");
        event = Fixture::must(f.project->redo("ann"));
        labels = Fixture::must(f.project->labels(id[0]));
        QVERIFY(labels.suggestions.empty());
        QCOMPARE(labels.annotations.size(), std::size_t{1});
        QCOMPARE(event.edit.removeSuggestions.size(), std::size_t{1});
        QCOMPARE(event.edit.removeSuggestions[0].model, "m3");
        // And undone again, it is the newer one that returns.
        Fixture::must(f.project->undo("ann"));
        labels = Fixture::must(f.project->labels(id[0]));
        QCOMPARE(labels.suggestions.size(), std::size_t{1});
        QCOMPARE(labels.suggestions[0].model, "m3");
        // The place is taken by the time of the undo: nothing is doubled.
        Fixture::must(f.project->redo("ann"));
        Fixture::must(f.project->putSuggestions({{id[0], {}}}, "m4"));
        Fixture::must(f.project->undo("ann"));
        const RecordId now = Fixture::must(f.project->labels(id[0])).suggestions[0].id;
        Fixture::must(f.reject(id[0], now));
        f.suggest(id[0], {5, 12}, 1, 0.9, "m5");
        event = Fixture::must(f.project->undo("ann"));
        labels = Fixture::must(f.project->labels(id[0]));
        QVERIFY(labels.rejections.empty());
        QCOMPARE(labels.suggestions.size(), std::size_t{1});
        QCOMPARE(labels.suggestions[0].model, "m5");
        QVERIFY(event.edit.addSuggestions.empty());
    }

    void undoReject_andRedo_workOnWhatIsThere() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily"});
        const RecordId first = f.suggest(id[0], {5, 12}, 1);
        Fixture::must(f.reject(id[0], first));
        QCOMPARE(f.suggest(id[0], {5, 12}, 1), RecordId{0});  // not offered again
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])).suggestions.size(), std::size_t{1});
        Fixture::must(f.project->putSuggestions({{id[0], {}}}, "m2"));
        const RecordId second = f.suggest(id[0], {5, 12}, 1, 0.5, "m2");
        QVERIFY(second != 0 && second != first);
        Fixture::must(f.project->redo("ann"));
        const auto labels = Fixture::must(f.project->labels(id[0]));
        QVERIFY(labels.suggestions.empty());
        QCOMPARE(labels.rejections.size(), std::size_t{1});
    }

    void undo_ofTrashedTypeOrDocument_reachesIntoTheTrash() {
        Fixture f;
        const auto id = f.addTexts({"take aspirin daily", "other words"});
        Fixture::must(f.label(id[1], {0, 5}, 2));
        Fixture::must(f.label(id[0], {5, 12}, 1));
        Fixture::must(f.project->trashType(1));
        Fixture::must(f.project->trashDocuments({id[1]}, "ann"));
        // The type comes back first: its removal was the last gesture.
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(Fixture::must(f.project->labels(id[0])).annotations.size(), std::size_t{1});
        Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->undo("ann"));
        Fixture::must(f.project->restoreDocuments({id[1]}, "ann"));
        QVERIFY(Fixture::must(f.project->labels(id[0])).annotations.empty());
        Fixture::must(f.project->redo("ann"));
        Fixture::must(f.project->redo("ann"));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 2);
        Fixture::must(f.project->redo("ann"));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 1);
    }

    void recordIds_afterRemovalUndoAndRestart_areNeverUsedAgain() {
        Fixture f;
        const auto id = f.addTexts({"one two three four"});
        std::set<RecordId> seen;
        for (int round = 0; round < 5; ++round) {
            const RecordId next = f.project->nextRecordId();
            QVERIFY(seen.empty() || next > *seen.rbegin());
            Fixture::must(f.label(id[0], {0, 3}, 1));
            seen.insert(Fixture::must(f.project->labels(id[0])).annotations[0].id);
            f.suggest(id[0], {4, 7}, 1, 0.1 * (round + 1));
            for (const auto& suggestion : Fixture::must(f.project->labels(id[0])).suggestions)
                seen.insert(suggestion.id);
            Fixture::must(f.project->putSuggestions({{id[0], {}}}, "m"));
            Fixture::must(f.project->undo("ann"));
            f.reopen();
        }
        QCOMPARE(seen.size(), std::size_t{10});
        const RecordId mine = f.project->reserveRecordIds(10);
        QCOMPARE(f.project->nextRecordId(), mine + 10);
    }

    void putSuggestions_ofARange_leaveTheOthers() {
        Fixture f;
        const DocumentId id = f.addTexts({std::string(100, 'x')}).front();
        const TypeId drug = 1;
        const auto proposed = [&](std::initializer_list<Range> ranges) {
            std::vector<Suggestion> list;
            for (const Range range : ranges)
                list.push_back({0, id, range, drug, 0.5, ""});
            return list;
        };
        Fixture::must(f.project->putSuggestions(
            {{id, proposed({{0, 5}, {18, 22}, {30, 35}, {48, 50}, {60, 70}})}}, "m1"));
        // An annotation and a rejection within the range still count.
        Fixture::must(f.label(id, {40, 45}, drug));
        Fixture::must(f.reject(id, f.suggest(id, {25, 27}, drug)));
        Fixture::must(f.project->putSuggestions(
            {{id, proposed({{0, 5}, {18, 22}, {30, 35}, {48, 50}, {60, 70}})}}, "m1"));
        const auto after = Fixture::must(f.project->putSuggestions(
            {{id, proposed({{25, 27}, {30, 35}, {36, 38}, {44, 47}, {49, 53}, {80, 85}}),
              Range{20, 50}}},
            "m2"));
        std::vector<std::pair<Range, std::string>> found;
        for (const Suggestion& suggestion : after.front().second.suggestions)
            found.emplace_back(suggestion.range, suggestion.model);
        std::sort(found.begin(), found.end());
        const std::vector<std::pair<Range, std::string>> wanted{
            {{0, 5}, "m1"}, {{30, 35}, "m2"}, {{36, 38}, "m2"}, {{60, 70}, "m1"}};
        QVERIFY(found == wanted);
    }

    void putSuggestions_manyDocuments_isOneCompactEvent() {
        Fixture f;
        std::vector<std::string> texts;
        for (int i = 0; i < 200; ++i)
            texts.push_back("word" + std::to_string(i) + " " + std::string(400, 'x'));
        const auto ids = f.addTexts(texts);
        std::vector<SuggestionBatch> batches;
        for (const DocumentId id : ids) {
            SuggestionBatch batch{id, {}};
            for (int i = 0; i < 20; ++i)
                batch.suggestions.push_back({0, id, {i * 10, i * 10 + 5}, 1, 0.5, ""});
            batches.push_back(batch);
        }
        Fixture::must(f.project->trashDocuments({ids[3]}, "ann"));
        const auto before = Fixture::must(f.project->events()).back().id;
        const auto after = Fixture::must(f.project->putSuggestions(batches, "m1"));
        QCOMPARE(after.size(), std::size_t{199});
        QCOMPARE(after[0].second.suggestions.size(), std::size_t{20});
        QCOMPARE(after[0].second.suggestions[0].model, "m1");
        auto events = Fixture::must(f.project->events(before));
        QCOMPARE(events.size(), std::size_t{1});
        QCOMPARE(events[0].kind, "suggest");
        QVERIFY(events[0].edit.isEmpty());
        QVERIFY(events[0].detail.size() < 199 * 12);
        // The same again changes nothing and is no event.
        Fixture::must(f.project->putSuggestions(batches, "m1"));
        QCOMPARE(Fixture::must(f.project->events(before)).size(), std::size_t{1});
        QVERIFY(Fixture::must(f.project->undoState()).undo.empty());
        batches[0].suggestions[0].range.end = 9999;
        QCOMPARE(f.project->putSuggestions(batches, "m2").error().code, ErrorCode::InvalidArgument);
    }

    void reopenForThread_twoThreads_writeTogether() {
        Fixture f;
        const auto ids = f.addTexts({std::string(2000, 'x'), std::string(2000, 'y')});
        std::thread other([&] {
            const auto mine = Fixture::must(f.project->reopenForThread());
            for (int i = 0; i < 50; ++i)
                Fixture::must(mine->putSuggestions(
                    {{ids[1], {{0, ids[1], {i * 10, i * 10 + 5}, 1, 0.5, ""}}}}, "m"));
        });
        for (int i = 0; i < 50; ++i) {
            const RecordId id = f.project->reserveRecordIds(1);
            Edit edit;
            edit.addAnnotations.push_back({id, ids[0], {i * 10, i * 10 + 5}, 1, {}, "ann", 1});
            Fixture::must(f.project->commit(edit, {"Label", "ann"}));
        }
        other.join();
        const auto counts = Fixture::must(f.project->counts());
        QCOMPARE(counts.annotations, 50);
        QCOMPARE(counts.suggestions, 1);
        f.reopen();
        QVERIFY(!f.project->isReadOnly());
        Fixture::must(f.project->integrityCheck());
    }
};

QTEST_GUILESS_MAIN(HistoryTest)
#include "history_test.moc"
