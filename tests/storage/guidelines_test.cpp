#include <QElapsedTimer>
#include <QtTest>
#include <algorithm>
#include <sstream>

#include "storage/export.h"
#include "support.h"

using namespace spanwise;
using test::Fixture;

namespace {

constexpr TypeId kDrug = 1, kDose = 2;

void setNote(Project& project, TypeId id, const std::string& note) {
    EntityType type = *Fixture::must(project.scheme()).byId(id);
    type.note = note;
    Fixture::must(project.putType(type));
}

std::string noteOf(const Project& project, TypeId id) {
    const LabelScheme scheme = Fixture::must(project.scheme());
    const EntityType* type = scheme.byId(id);
    return type ? type->note : "none";
}

std::vector<std::string> words(const std::vector<ExamplePlace>& places) {
    std::vector<std::string> all;
    for (const ExamplePlace& place : places)
        all.push_back(place.match);
    return all;
}

Range rangeOf(const std::string& text, const std::string& words) {
    const auto at = static_cast<Offset>(text.find(words));
    return {at, at + static_cast<Offset>(words.size())};
}

}  // namespace

class GuidelinesTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void note_survivesRestartUndoMergeAndTrash() {
        Fixture f;
        setNote(*f.project, kDrug, "Brands count.\n- not doses");
        f.reopen();
        QCOMPARE(noteOf(*f.project, kDrug), "Brands count.\n- not doses");
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(noteOf(*f.project, kDrug), "");
        Fixture::must(f.project->redo("ann"));
        EntityType renamed = *Fixture::must(f.project->scheme()).byId(kDrug);
        renamed.name = "medicine";
        Fixture::must(f.project->putType(renamed));
        QCOMPARE(noteOf(*f.project, kDrug), "Brands count.\n- not doses");
        Fixture::must(f.project->trashType(kDrug));
        QCOMPARE(Fixture::must(f.project->trashedTypes()).front().note,
                 "Brands count.\n- not doses");
        Fixture::must(f.project->restoreType(kDrug));
        QCOMPARE(noteOf(*f.project, kDrug), "Brands count.\n- not doses");
        setNote(*f.project, kDose, "With the unit.");
        Fixture::must(f.project->mergeType(kDrug, kDose));
        QCOMPARE(noteOf(*f.project, kDose), "With the unit.");
        Fixture::must(f.project->undo("ann"));
        QCOMPARE(noteOf(*f.project, kDrug), "Brands count.\n- not doses");
        QCOMPARE(noteOf(*f.project, kDose), "With the unit.");
    }

    void note_ofANewType_isStored() {
        Fixture f;
        EntityType type;
        type.name = "route";
        type.note = "oral, iv";
        const TypeId id = Fixture::must(f.project->putType(type));
        f.reopen();
        QCOMPARE(noteOf(*f.project, id), "oral, iv");
    }

    void note_isRecovered() {
        Fixture f;
        setNote(*f.project, kDrug, "Brands count.");
        f.project.reset();
        Fixture::must(Project::recover(f.path(), f.path("saved.spanwise")));
        const auto saved = Fixture::must(Project::open(f.path("saved.spanwise")));
        QCOMPARE(noteOf(*saved, kDrug), "Brands count.");
    }

    void examples_theMostFrequentFirst_thenWhatIsUnlikeIt() {
        Fixture f;
        std::vector<std::string> texts;
        for (int i = 0; i < 4; ++i)
            texts.push_back("Note " + std::to_string(i) +
                            ". The patient took Aspirin this morning with food. Left.");
        texts.push_back("The patient took aspirin  100 after the visit to the clinic today.");
        texts.push_back("The patient took aspirin 100 before the visit to the clinic today.");
        texts.push_back("The nurse gave metformin to the patient after the lunch.");
        const auto ids = f.addTexts(texts);
        for (std::size_t i = 0; i < 4; ++i)
            Fixture::must(f.label(ids[i], rangeOf(texts[i], "Aspirin"), kDrug));
        Fixture::must(f.label(ids[4], rangeOf(texts[4], "aspirin  100"), kDrug));
        Fixture::must(f.label(ids[5], rangeOf(texts[5], "aspirin 100"), kDrug));
        Fixture::must(f.label(ids[6], rangeOf(texts[6], "metformin"), kDrug));
        const auto found = Fixture::must(f.project->typeExamples(kDrug));
        QCOMPARE(words(found.examples),
                 (std::vector<std::string>{"Aspirin", "metformin", "aspirin  100"}));
        const ExamplePlace& first = found.examples[0];
        QCOMPARE(first.times, 4);
        QCOMPARE(first.document, ids[0]);
        QCOMPARE(first.documentName, "text 1");
        QCOMPARE(first.range, rangeOf(texts[0], "Aspirin"));
        // Its own sentence, no more.
        QCOMPARE(first.before, "The patient took ");
        QCOMPARE(first.after, " this morning with food.");
        QCOMPARE(found.examples[2].times, 2);
        QVERIFY(found.nearMisses.empty());
        QVERIFY(!found.isSample);
        QVERIFY(Fixture::must(f.project->typeExamples(kDose)).examples.empty());
        QCOMPARE(f.project->typeExamples(77).error().code, ErrorCode::NotFound);
    }

    void examples_atMostFive_ofFewDocuments() {
        Fixture f;
        const std::string text = "alpha bravo charlie delta echo foxtrot golf hotel";
        const DocumentId id = f.addTexts({text}).front();
        for (const char* word : {"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf"})
            Fixture::must(f.label(id, rangeOf(text, word), kDrug));
        const auto found = Fixture::must(f.project->typeExamples(kDrug));
        QCOMPARE(found.examples.size(), TypeExamples::kMostExamples);
        auto distinct = words(found.examples);
        std::sort(distinct.begin(), distinct.end());
        QVERIFY(std::adjacent_find(distinct.begin(), distinct.end()) == distinct.end());
    }

    void examples_countCodePoints_andCutLongSentences() {
        Fixture f;
        std::string text = "Früh 💊 ";
        for (int i = 0; i < 100; ++i)
            text += "wörter ";
        text += "Übel";
        const DocumentId id = f.addTexts({text}).front();
        const Offset end = countCodePoints(text);
        Fixture::must(f.label(id, {end - 4, end}, kDrug));
        Fixture::must(f.label(id, {5, 6}, kDose));
        const auto last = Fixture::must(f.project->typeExamples(kDrug)).examples.front();
        QCOMPARE(last.match, "Übel");
        QVERIFY(last.before.starts_with("…"));
        QCOMPARE(countCodePoints(last.before), Offset{161});
        QCOMPARE(last.after, "");
        const auto first = Fixture::must(f.project->typeExamples(kDose)).examples.front();
        QCOMPARE(first.match, "💊");
        QCOMPARE(first.before, "Früh ");
        QVERIFY(first.after.ends_with("…"));
    }

    void nearMisses_areRefusals_andSayWhatIsThereInstead() {
        Fixture f;
        const std::string text = "He drinks coffee and takes 100 mg of aspirin.";
        const DocumentId id = f.addTexts({text}).front();
        for (const char* word : {"coffee", "100 mg"})
            Fixture::must(f.reject(id, f.suggest(id, rangeOf(text, word), kDrug)));
        Fixture::must(f.label(id, rangeOf(text, "100 mg"), kDose));
        auto found = Fixture::must(f.project->typeExamples(kDrug));
        QCOMPARE(words(found.nearMisses), (std::vector<std::string>{"coffee", "100 mg"}));
        QCOMPARE(found.nearMisses[0].instead, TypeId{0});
        QCOMPARE(found.nearMisses[1].instead, kDose);
        // What is in the trash shows nothing.
        Fixture::must(f.project->trashDocuments({id}, "ann"));
        found = Fixture::must(f.project->typeExamples(kDrug));
        QVERIFY(found.nearMisses.empty());
        QVERIFY(Fixture::must(f.project->typeExamples(kDose)).examples.empty());
    }

    void examples_stopped_isCancelled() {
        Fixture f;
        const DocumentId id = f.addTexts({"aspirin"}).front();
        Fixture::must(f.label(id, {0, 7}, kDrug));
        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(f.project->typeExamples(kDrug, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void examples_ofManyLabels_areASampleInTime() {
        Fixture f;
        std::vector<Record> records;
        for (int i = 0; i < 20000; ++i) {
            const std::string word = i % 3 == 0 ? "aspirin" : "drug" + std::to_string(i % 50);
            const std::string text = "Note " + std::to_string(i) + ". She took " + word + " twice.";
            const Range range = rangeOf(text, word);
            records.push_back(
                {makeDocument("n" + std::to_string(i), text), {{range, "drug"}}, true});
        }
        Fixture::must(f.add(std::move(records)));
        QElapsedTimer timer;
        timer.start();
        const auto found = Fixture::must(f.project->typeExamples(kDrug));
        qInfo("examples of 20,000 labels: %lld ms", static_cast<long long>(timer.elapsed()));
        QVERIFY(found.isSample);
        QCOMPARE(found.examples.front().match, "aspirin");
        QCOMPARE(found.examples.front().times, 0);
        QCOMPARE(found.examples.size(), TypeExamples::kMostExamples);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void markdown_hasNotesExamplesAndNearMisses_escaped() {
        Fixture f;
        const std::string text = "He takes *a_b* and [coffee].";
        const DocumentId id = f.addTexts({text}).front();
        Fixture::must(f.label(id, rangeOf(text, "*a_b*"), kDrug));
        Fixture::must(f.reject(id, f.suggest(id, rangeOf(text, "coffee"), kDrug)));
        setNote(*f.project, kDrug, "What <counts>:\n- brands\n* generics\nAlways.\nYes\n\n- no");
        std::ostringstream out;
        Fixture::must(writeGuidelines(*f.project, {}, out));
        QCOMPARE(QString::fromStdString(out.str()),
                 QStringLiteral("# Labelling guidelines: Trial\n"
                                "\n## drug (key 1)\n\n"
                                "What \\<counts\\>:\n\n- brands\n- generics\n\nAlways.\\\nYes\n\n"
                                "- no\n\n"
                                "### Examples\n\n"
                                "- He takes **\\*a\\_b\\*** and \\[coffee\\]. (text 1)\n"
                                "\n### Not this\n\n"
                                "- He takes \\*a\\_b\\* and \\[**coffee**\\]. (text 1)\n"
                                "\n## dose (key 2)\n\n"
                                "No labels yet.\n"));
        ExportOptions options;
        options.format = ExportFormat::Guidelines;
        options.guidelines.examples = "Beispiele";
        Fixture::must(exportProject(*f.project, options, f.path("guidelines.md")));
        QFile file(QString::fromStdString(f.path("guidelines.md")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll().contains("### Beispiele"));
        QCOMPARE(Fixture::must(exportFormatFromName("guidelines")), ExportFormat::Guidelines);
        QCOMPARE(exportFormatName(ExportFormat::Guidelines), "guidelines");
    }
};

QTEST_GUILESS_MAIN(GuidelinesTest)
#include "guidelines_test.moc"
