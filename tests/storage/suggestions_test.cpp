#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>

#include "support.h"

using namespace spanwise;
using test::Fixture;

namespace {
constexpr TypeId kDrug = 1, kDose = 2;

std::vector<std::string> words(const std::vector<SuggestionGroup>& groups) {
    std::vector<std::string> out;
    for (const SuggestionGroup& group : groups)
        out.push_back(group.words);
    return out;
}
}  // namespace

/// Groups of suggestions, edits over many documents, patterns.
class SuggestionsTest : public QObject {
    Q_OBJECT

    /// `count` documents with `spans` suggestions each, over that many strings.
    static void fill(Fixture& f, int count, int spans, int strings = 3000) {
        std::vector<Record> records;
        for (int i = 0; i < count; ++i) {
            std::string text = "Note " + std::to_string(i) + ":";
            std::vector<NamedSpan> found;
            for (int s = 0; s < spans; ++s) {
                const std::string word = "drug" + std::to_string((i * 31 + s * 17) % strings);
                const auto begin = static_cast<Offset>(text.size()) + 1;
                text += " " + word + " was given again, and all went well with it thereafter;";
                found.push_back({{begin, begin + static_cast<Offset>(word.size())},
                                 s % 2 == 0 ? "drug" : "dose",
                                 0.3 + 0.6 * ((i * 7 + s) % 100) / 100.0});
            }
            records.push_back({makeDocument("doc " + std::to_string(i), std::move(text)),
                               std::move(found), false});
        }
        Fixture::must(f.add(std::move(records)));
    }
    static double ms(const QElapsedTimer& timer) {
        return static_cast<double>(timer.nsecsElapsed()) / 1e6;
    }

private Q_SLOTS:
    void groups_areByWordsAndType_mostValuableFirst() {
        Fixture f;
        const auto ids = f.addTexts({"Bayer makes aspirin.", "ärztlich: Bayer, Bayer.",
                                     "New\n York 500 mg", "Done: Bayer", "New York"});
        auto put = [&](DocumentId document, std::vector<Suggestion> suggestions) {
            Fixture::must(f.project->putSuggestions({{document, std::move(suggestions)}}, "m"));
        };
        put(ids[0], {{0, 0, {0, 5}, kDrug, 0.9, ""}, {0, 0, {12, 19}, kDrug, 0.5, ""}});
        put(ids[1], {{0, 0, {10, 15}, kDrug, 0.5, ""}, {0, 0, {17, 22}, kDrug, 0.7, ""}});
        put(ids[2], {{0, 0, {0, 9}, kDose, 0.99, ""}, {0, 0, {10, 16}, kDose, 0.2, ""}});
        put(ids[3], {{0, 0, {6, 11}, kDrug, 0.6, ""}});
        put(ids[4], {{0, 0, {0, 8}, kDose, 0.99, ""}});
        RecordId next = f.project->nextRecordId();
        Fixture::must(f.project->commit(statusEdit(Fixture::must(f.project->labels(ids[3])),
                                                   {ids[3], "a", 1, &next}, DocumentStatus::Done),
                                        {"Done", "a"}));

        const auto groups = Fixture::must(f.project->suggestionGroups(0.3));
        QVERIFY(words(groups) == std::vector<std::string>({"Bayer", "aspirin", "New York"}));
        const SuggestionGroup& bayer = groups.front();
        QCOMPARE(bayer.ids.size(), std::size_t{3});
        QCOMPARE(bayer.documents, 2);
        QCOMPARE(bayer.lowest, 0.5);
        QCOMPARE(bayer.highest, 0.9);
        QCOMPARE(bayer.mean, (0.9 + 0.5 + 0.7) / 3);
        QCOMPARE(bayer.value, 1 + 4 * 0.7 * 0.3 + 4 * 0.9 * 0.1);
        QCOMPARE(groups[2].ids.size(), std::size_t{2});  // a line break is white space
        QCOMPARE(Fixture::must(f.project->suggestionGroups(0)).size(), std::size_t{4});

        auto places = Fixture::must(f.project->suggestionPlaces(bayer.ids));
        QCOMPARE(places.size(), std::size_t{3});
        QCOMPARE(places[0].suggestion.score, 0.5);  // the least certain
        QCOMPARE(places[0].before, std::string("ärztlich: "));
        QCOMPARE(places[0].match, std::string("Bayer"));
        QCOMPARE(places[0].after, std::string(", Bayer."));
        QCOMPARE(places[0].documentName, std::string("text 2"));
        Fixture::must(f.project->trashDocuments({ids[1]}, "a"));
        QCOMPARE(Fixture::must(f.project->suggestionPlaces(bayer.ids)).size(), std::size_t{1});
        QCOMPARE(Fixture::must(f.project->suggestionGroups(0.3)).size(), std::size_t{3});
    }

    void stop_endsTheGrouping() {
        Fixture f;
        fill(f, 3, 3);
        std::stop_source stop;
        stop.request_stop();
        const auto groups = f.project->suggestionGroups(0, stop.get_token());
        QVERIFY(!groups);
        QVERIFY(groups.error().code == ErrorCode::Cancelled);
    }

    void editOverManyDocuments_isOneStep_andComesBack() {
        Fixture f;
        fill(f, 300, 4, 50);
        const auto before = Fixture::must(f.project->suggestionGroups(0));
        const SuggestionGroup group = before.front();
        QVERIFY(group.documents > 1);
        RecordId next = f.project->nextRecordId();
        std::map<DocumentId, std::vector<Suggestion>> byDocument;
        for (const SuggestionPlace& place : Fixture::must(f.project->suggestionPlaces(group.ids)))
            byDocument[place.suggestion.document].push_back(place.suggestion);
        Edit edit;
        for (const auto& [document, seen] : byDocument)
            append(edit, settleEdit(Fixture::must(f.project->labels(document)),
                                    {document, "a", 5, &next}, seen, kDrug));
        QCOMPARE(edit.addAnnotations.size(), group.ids.size());
        Fixture::must(f.project->commit(edit, {"Accept all", "a"}));
        QCOMPARE(Fixture::must(f.project->undoState()).undo.size(), std::size_t{1});
        QCOMPARE(Fixture::must(f.project->counts()).annotations,
                 static_cast<std::int64_t>(group.ids.size()));
        f.reopen();
        QCOMPARE(Fixture::must(f.project->suggestionGroups(0)).size(), before.size() - 1);
        Fixture::must(f.project->undo("a"));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, std::int64_t{0});
        const auto after = Fixture::must(f.project->suggestionGroups(0));
        QVERIFY(words(after) == words(before));
        QVERIFY(after.front().ids == group.ids);
        QVERIFY(f.project->integrityCheck().has_value());
    }

    void groupsOf100000_areQuick() {
        Fixture f;
        fill(f, 10000, 10);
        QElapsedTimer timer;
        std::vector<double> times;
        std::size_t groups = 0;
        for (int i = 0; i < 5; ++i) {
            timer.start();
            const auto found = Fixture::must(f.project->suggestionGroups(0));
            times.push_back(ms(timer));
            groups = found.size();
        }
        std::sort(times.begin(), times.end());
        const auto found = Fixture::must(f.project->suggestionGroups(0));
        timer.start();
        std::size_t places = 0;
        for (int i = 0; i < 20; ++i)
            places +=
                Fixture::must(f.project->suggestionPlaces(found[static_cast<std::size_t>(i)].ids))
                    .size();
        const double placesMs = ms(timer) / 20;
        qInfo(
            "100,000 suggestions in 10,000 documents: %zu groups in %.0f ms; the %.0f places of a "
            "group in %.1f ms",
            groups, times[2], static_cast<double>(places) / 20, placesMs);
        QVERIFY2(times[2] < 1500, qPrintable(QString::number(times[2])));
        QVERIFY(placesMs < 50);
    }

    void bulkOf5000Documents_undoneInTime() {
        Fixture f;
        fill(f, 5000, 2);
        RecordId next = f.project->nextRecordId();
        Edit edit;
        QElapsedTimer timer;
        timer.start();
        for (const DocumentSummary& document : Fixture::must(f.project->documents())) {
            const auto labels = Fixture::must(f.project->labels(document.id));
            append(edit, settleEdit(labels, {document.id, "a", 5, &next},
                                    {labels.suggestions.front()}, kDose));
        }
        const double making = ms(timer);
        timer.start();
        Fixture::must(f.project->commit(edit, {"Bulk", "a"}));
        const double committing = ms(timer);
        timer.start();
        Fixture::must(f.project->undo("a"));
        const double undoing = ms(timer);
        qInfo("5,000 labels in 5,000 documents: made in %.0f ms, committed in %.0f, undone in %.0f",
              making, committing, undoing);
        QVERIFY(making + committing < 8000);
        QVERIFY(undoing < 8000);
        QCOMPARE(Fixture::must(f.project->counts()).suggestions, std::int64_t{10000});
    }

    void patterns_areKept() {
        Fixture f;
        const auto id = Fixture::must(f.project->putPattern({0, kDrug, "regex", "{}", true}));
        QVERIFY(id > 0);
        Fixture::must(f.project->putPattern({0, kDose, "list", "[]", false}));
        Fixture::must(f.project->putPattern({id, kDose, "regex", "{\"a\":1}", true}));
        f.reopen();
        auto patterns = Fixture::must(f.project->patterns());
        QCOMPARE(patterns.size(), std::size_t{2});
        QCOMPARE(patterns[0].expression, std::string("{\"a\":1}"));
        QCOMPARE(patterns[0].type, kDose);
        QVERIFY(!patterns[1].enabled);
        QVERIFY(f.project->putPattern({0, 99, "regex", "{}", true}).error().code ==
                ErrorCode::NotFound);
        QVERIFY(f.project->putPattern({99, kDrug, "regex", "{}", true}).error().code ==
                ErrorCode::NotFound);
        Fixture::must(f.project->trashType(kDose));
        QVERIFY(Fixture::must(f.project->patterns()).empty());
        Fixture::must(f.project->restoreType(kDose));
        Fixture::must(f.project->removePattern(id));
        QVERIFY(f.project->removePattern(id).error().code == ErrorCode::NotFound);
        QCOMPARE(Fixture::must(f.project->patterns()).size(), std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(SuggestionsTest)
#include "suggestions_test.moc"
