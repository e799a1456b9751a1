#include <QFile>
#include <QtTest>
#include <filesystem>
#include <numeric>

#include "core/formats/record.h"
#include "storage/database.h"
#include "storage/schema.h"
#include "storage/share.h"
#include "support.h"

using namespace spanwise;
using namespace spanwise::storage;
using test::Fixture;

namespace {

const std::string kFirst = "Ada met Ben in Rome.";
const std::string kSecond = "Nobody was there.";
const std::string kThird = "Ben paid Acme.";

/// An annotator's file beside the project.
class Annotator {
public:
    Annotator(const Fixture& f, const std::string& name,
              const std::vector<std::string>& types = {"PER", "LOC"})
        : m_name(name), m_path(f.path(name + ".spanwise")) {
        project = Fixture::must(
            Project::create(m_path, Fixture::must(LabelScheme::fromNames(types)), name));
    }
    void add(const std::vector<std::string>& texts) {
        Fixture::must(project->import({}, [&](const Project::RecordSink& sink) -> Result<void> {
            for (const std::string& text : texts) {
                Record record;
                record.document = makeDocument("note", text);
                if (auto pushed = sink(std::move(record)); !pushed)
                    return pushed;
            }
            return {};
        }));
    }
    DocumentId idOf(const std::string& text) const {
        return Fixture::must(project->documentsByHash(sha256Hex(text))).front();
    }
    /// Labels the first occurrence of `words`.
    void label(const std::string& text, const std::string& words, const std::string& type) {
        const DocumentId id = idOf(text);
        const auto at = static_cast<Offset>(text.find(words));
        RecordId next = project->nextRecordId();
        const EditContext context{id, m_name, ++m_time, &next};
        const TypeId typeId = Fixture::must(project->scheme()).byName(type)->id;
        Fixture::must(
            project->commit(Fixture::must(labelEdit(Fixture::must(project->labels(id)), context,
                                                    {at, at + static_cast<Offset>(words.size())},
                                                    typeId, countCodePoints(text))),
                            {"Label", m_name}));
    }
    void finish(const std::string& text) {
        const DocumentId id = idOf(text);
        RecordId next = project->nextRecordId();
        Fixture::must(
            project->commit(statusEdit(Fixture::must(project->labels(id)),
                                       {id, m_name, ++m_time, &next}, DocumentStatus::Done),
                            {"Done", m_name}));
    }
    [[nodiscard]] const std::string& path() const { return m_path; }
    std::unique_ptr<Project> project;

private:
    std::string m_name, m_path;
    std::int64_t m_time = 1000;
};

/// "ada: PER Ada, LOC Rome" and so on, sorted by annotator.
QStringList layersOf(const Project& project, const std::string& text) {
    QStringList out;
    const LabelScheme scheme = Fixture::must(project.scheme());
    const DocumentId id = Fixture::must(project.documentsByHash(sha256Hex(text))).front();
    for (const Layer& layer : Fixture::must(project.layers(id))) {
        QStringList spans;
        for (const TypedRange& span : layer.reading)
            spans << QString::fromStdString(
                scheme.byId(span.type)->name + " " +
                text.substr(static_cast<std::size_t>(span.range.begin),
                            static_cast<std::size_t>(span.range.length())));
        out << QString::fromStdString(layer.annotator) + ": " + spans.join(", ");
    }
    return out;
}

MergeReport merge(Project& project, const std::vector<std::string>& files,
                  bool takeAgreed = false) {
    return Fixture::must(project.merge(files, {.takeAgreed = takeAgreed, .actor = "lead"}));
}

QByteArray bytesOf(const std::string& path) {
    QFile file(QString::fromStdString(path));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// All tables of a project, as text.
QByteArray contentsOf(const std::string& path) {
    QByteArray all;
    Database database(path, Access::ReadOnly);
    const std::pair<const char*, int> tables[]{
        {"document", 8},   {"entity_type", 6},  {"annotation", 8},
        {"event", 10},     {"layer_source", 6}, {"layer", 6},
        {"layer_span", 5}, {"setting", 2},      {"document_tally", 2}};
    for (const auto& [table, columns] : tables) {
        Query rows(database, std::string("SELECT * FROM ") + table + " ORDER BY 1");
        while (rows.step()) {
            for (int column = 0; column < columns; ++column)
                all += QByteArray::fromStdString(rows.text(column)) + '|';
            all += '\n';
        }
    }
    return all;
}

}  // namespace

class LayersTest : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void merge_twoAnnotators_keepsBothAndAddsWhatIsLacking() {
        Fixture f({"LOC"});
        f.addTexts({kFirst});
        Annotator ada(f, "ada"), ben(f, "ben", {"LOC", "PER", "ORG"});
        ada.add({kFirst, kSecond, kThird});
        ben.add({kSecond, kFirst, kThird});
        ada.label(kFirst, "Ada", "PER");
        ada.label(kFirst, "Rome", "LOC");
        ada.finish(kFirst);
        ada.finish(kSecond);
        ben.label(kFirst, "Ada", "PER");
        ben.label(kThird, "Acme", "ORG");

        const MergeReport report = merge(*f.project, {ada.path(), ben.path()});
        QCOMPARE(report.files.size(), std::size_t{2});
        QCOMPARE(report.files[0].annotators, std::vector<std::string>{"ada"});
        QCOMPARE(report.files[0].layers, 2);
        QCOMPARE(report.files[0].spans, 2);
        QCOMPARE(report.files[0].added, 2);
        QCOMPARE(report.files[0].untouched, 1);
        QCOMPARE(report.files[0].newTypes, std::vector<std::string>{"PER"});
        QCOMPARE(report.files[1].added, 0);
        QCOMPARE(report.files[1].newTypes, std::vector<std::string>{"ORG"});
        QCOMPARE(report.reviewed, 1);
        QCOMPARE(report.open, 1);

        QCOMPARE(layersOf(*f.project, kFirst),
                 (QStringList{"ada: PER Ada, LOC Rome", "ben: PER Ada"}));
        QCOMPARE(layersOf(*f.project, kSecond), QStringList{"ada: "});
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"ben: ORG Acme"});
        // The project's own labels, suggestions and statuses are as before; types are usable.
        const ProjectCounts counts = Fixture::must(f.project->counts());
        QCOMPARE(counts.documents, 3);
        QCOMPARE(counts.done + counts.inProgress, 0);
        QCOMPARE(counts.annotations + counts.suggestions, 0);
        const LabelScheme scheme = Fixture::must(f.project->scheme());
        QCOMPARE(scheme.types().size(), std::size_t{3});
        QVERIFY(scheme.byName("PER")->shortcut != scheme.byName("LOC")->shortcut);
        QVERIFY(scheme.byName("PER")->color != scheme.byName("LOC")->color);
        QCOMPARE(Fixture::must(f.project->documents({.search = "paid"})).size(), std::size_t{1});
        const auto rows = Fixture::must(f.project->reviewRows());
        QCOMPARE(rows.size(), std::size_t{1});
        QCOMPARE(rows.front(), (ReviewRow{rows.front().document, 2, 1, 1, 1, 1}));
        Fixture::must(f.project->integrityCheck());
    }

    void merge_sameFileAgain_replacesItsLayers() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        ada.add({kFirst, kThird});
        ada.label(kFirst, "Ada", "PER");
        ada.label(kThird, "Ben", "PER");
        merge(*f.project, {ada.path()});
        ada.label(kFirst, "Rome", "LOC");
        Fixture::must(ada.project->undo("ada"));
        Fixture::must(ada.project->undo("ada"));  // the third is untouched again
        ada.label(kFirst, "Ben", "PER");
        const MergeReport again = merge(*f.project, {ada.path(), ada.path()});
        QCOMPARE(again.files[0].replaced, 2);
        QCOMPARE(again.files[0].layers, 1);
        QCOMPARE(again.files[0].added, 0);
        QCOMPARE(again.files[1].replaced, 1);
        QCOMPARE(layersOf(*f.project, kFirst), QStringList{"ada: PER Ada, PER Ben"});
        QVERIFY(layersOf(*f.project, kThird).isEmpty());

        // Moved elsewhere, and worked on, it is still the same file.
        ada.label(kThird, "Acme", "PER");
        const std::string elsewhere = f.path("week2.spanwise");
        Fixture::must(ada.project->backupTo(elsewhere));
        QCOMPARE(merge(*f.project, {elsewhere}).files[0].replaced, 1);
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"ada: PER Acme"});
        const auto sources = Fixture::must(f.project->layerSources());
        QCOMPARE(sources.size(), std::size_t{1});
        QCOMPARE(sources.front().layers, 2);
        QCOMPARE(sources.front().annotators, std::vector<std::string>{"ada"});
        QCOMPARE(QString::fromStdString(sources.front().path), QString::fromStdString(elsewhere));
    }

    void merge_copiesOfTheProject_bringWhatWasDoneInThem() {
        // The lead labels, then gives copies of the file away instead of sharing it out.
        Fixture f({"PER", "LOC"});
        const auto ids = f.addTexts({kFirst, kSecond, kThird});
        Fixture::must(f.label(ids[0], {0, 3}, 1));
        Fixture::must(f.label(ids[2], {0, 3}, 1));
        const std::string adas = f.path("ada.spanwise"), bens = f.path("ben.spanwise");
        Fixture::must(f.project->backupTo(adas));
        Fixture::must(f.project->backupTo(bens));
        const auto labelIn = [&](const std::string& path, const std::string& who, Range range,
                                 TypeId type) {
            const auto project = Fixture::must(Project::open(path));
            RecordId next = project->nextRecordId();
            const EditContext context{ids[0], who, 2000, &next};
            Fixture::must(project->commit(
                Fixture::must(labelEdit(Fixture::must(project->labels(ids[0])), context, range,
                                        type, countCodePoints(kFirst))),
                {"Label", who}));
        };
        labelIn(adas, "ada", {15, 19}, 2);
        labelIn(bens, "ben", {8, 11}, 1);
        merge(*f.project, {adas, bens});
        // The lead's label is part of what both saw; the documents they left alone say nothing.
        QCOMPARE(layersOf(*f.project, kFirst),
                 (QStringList{"ada: PER Ada, LOC Rome", "ben: PER Ada, PER Ben"}));
        QVERIFY(layersOf(*f.project, kThird).isEmpty());
        QVERIFY(layersOf(*f.project, kSecond).isEmpty());
        QCOMPARE(Fixture::must(f.project->layerSources()).size(), std::size_t{2});
    }

    void merge_sameNameInTwoFiles_isToldApart() {
        Fixture f({"PER"});
        Annotator first(f, "user");
        first.add({kFirst});
        first.label(kFirst, "Ada", "PER");
        merge(*f.project, {first.path()});
        first.project.reset();
        std::filesystem::create_directory(f.path("other"));
        std::filesystem::rename(first.path(), f.path("other/gone.spanwise"));
        Annotator second(f, "user");
        second.add({kFirst, kThird});
        second.label(kFirst, "Ben", "PER");
        second.project.reset();
        std::filesystem::rename(second.path(), f.path("ben.spanwise"));
        merge(*f.project, {f.path("ben.spanwise")});
        QCOMPARE(layersOf(*f.project, kFirst),
                 (QStringList{"user (user.spanwise): PER Ada", "user (ben.spanwise): PER Ben"}));
        const auto agreement = Fixture::must(f.project->agreement());
        QCOMPARE(agreement.annotators,
                 (std::vector<std::string>{"user (ben.spanwise)", "user (user.spanwise)"}));
    }

    void merge_importedLabels_speakForThemselvesUnlessSomebodyWorkedThere() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        Fixture::must(ada.project->import(
            {.actor = "founder"}, [](const Project::RecordSink& sink) -> Result<void> {
                for (const std::string& text : {kFirst, kThird}) {
                    Record record;
                    record.document = makeDocument("note", text);
                    record.spans = {{{0, 3}, "PER"}};
                    record.labelled = true;
                    if (auto pushed = sink(std::move(record)); !pushed)
                        return pushed;
                }
                return {};
            }));
        ada.label(kFirst, "Rome", "LOC");
        merge(*f.project, {ada.path()});
        QCOMPARE(layersOf(*f.project, kFirst), QStringList{"ada: PER Ada, LOC Rome"});
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"founder: PER Ben"});
    }

    void merge_takeAgreed_isOneStepOfUndo() {
        Fixture f({"PER"});
        Annotator ada(f, "ada"), ben(f, "ben");
        for (Annotator* who : {&ada, &ben}) {
            who->add({kFirst, kSecond, kThird});
            who->label(kFirst, "Ada", "PER");
            who->label(kThird, "Ben", "PER");
            who->finish(kFirst);
            who->finish(kSecond);
            who->finish(kThird);
        }
        ben.label(kThird, "Acme", "PER");
        const MergeReport report = merge(*f.project, {ada.path(), ben.path()}, true);
        QCOMPARE(report.agreedLabels, 2);
        QCOMPARE(report.open, 1);
        const auto summaryOf = [&](const std::string& text) {
            return Fixture::must(f.project->summary(
                Fixture::must(f.project->documentsByHash(sha256Hex(text))).front()));
        };
        QCOMPARE(summaryOf(kFirst).status, DocumentStatus::Done);
        QCOMPARE(summaryOf(kSecond).status, DocumentStatus::Done);  // both say: nothing
        QCOMPARE(summaryOf(kThird).status, DocumentStatus::InProgress);
        const DocumentLabels labels = Fixture::must(f.project->labels(summaryOf(kThird).id));
        QCOMPARE(labels.annotations.size(), std::size_t{1});
        QCOMPARE(labels.annotations.front().origin, Origin::Imported);
        QCOMPARE(labels.annotations.front().annotator, std::string("agreed"));
        QCOMPARE(merge(*f.project, {ada.path(), ben.path()}, true).agreedLabels, 0);
        Fixture::must(f.project->undo("lead"));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 0);
        QCOMPARE(Fixture::must(f.project->counts()).done, 0);
        QCOMPARE(layersOf(*f.project, kFirst).size(), 2);
        Fixture::must(f.project->integrityCheck());
    }

    void merge_takeAgreed_takesWhatOneAloneHasFinished() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        ada.add({kFirst, kThird});
        ada.label(kFirst, "Ada", "PER");
        ada.finish(kFirst);
        ada.label(kThird, "Ben", "PER");  // goes on tomorrow
        const MergeReport looked = merge(*f.project, {ada.path()});
        QCOMPARE(looked.singles, 1);
        QCOMPARE(looked.agreedLabels, 0);
        const MergeReport taken = merge(*f.project, {ada.path()}, true);
        QCOMPARE(taken.singles, 0);
        QCOMPARE(taken.agreedLabels, 1);
        const auto documents = Fixture::must(f.project->documents());
        QCOMPARE(documents[0].status, DocumentStatus::Done);
        QCOMPARE(documents[1].status, DocumentStatus::New);
        const DocumentLabels labels = Fixture::must(f.project->labels(documents[0].id));
        QCOMPARE(labels.annotations.size(), std::size_t{1});
        QCOMPARE(labels.annotations.front().annotator, std::string("ada"));
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 1);
    }

    void merge_takeAgreed_leavesHeldOutDocumentsAlone() {
        Fixture f({"PER"});
        Annotator ada(f, "ada"), ben(f, "ben");
        for (Annotator* who : {&ada, &ben}) {
            who->add({kFirst});
            who->label(kFirst, "Ada", "PER");
            who->finish(kFirst);
        }
        Fixture::must(f.project->setHoldOut(1, 0));
        QCOMPARE(merge(*f.project, {ada.path(), ben.path()}, true).agreedLabels, 0);
        QCOMPARE(Fixture::must(f.project->counts()).annotations, 0);
        Fixture::must(f.project->setHoldOut(0, 0));
        QCOMPARE(merge(*f.project, {ada.path(), ben.path()}, true).agreedLabels, 1);
    }

    void merge_takeAgreed_finishesNothingThatTheProjectSaysOtherwise() {
        Fixture f({"PER", "LOC"});
        const auto ids = f.addTexts({kFirst});
        const auto at = static_cast<Offset>(kFirst.find("Ada"));
        QVERIFY(f.label(ids[0], {at, at + 3}, 2));
        Annotator ada(f, "ada", {"PER", "LOC"}), ben(f, "ben", {"PER", "LOC"});
        for (Annotator* who : {&ada, &ben}) {
            who->add({kFirst});
            who->finish(kFirst);  // both say: nothing
        }
        merge(*f.project, {ada.path(), ben.path()}, true);
        QCOMPARE(Fixture::must(f.project->documents()).front().status, DocumentStatus::InProgress);
    }

    void copy_undoneSteps_areStillTheirAuthors() {
        Fixture f({"PER"});
        const auto ids = f.addTexts({kFirst});
        const auto at = static_cast<Offset>(kFirst.find("Ada"));
        QVERIFY(f.label(ids[0], {at, at + 3}, 1));  // by "ann", before the copy
        const std::string copy = f.path("copy.spanwise");
        Fixture::must(f.project->backupTo(copy));
        {
            const auto project = Fixture::must(Project::open(copy));
            RecordId next = project->nextRecordId();
            const EditContext context{ids[0], "ben", 2000, &next};
            const auto labels = Fixture::must(project->labels(ids[0]));
            Fixture::must(project->commit(
                removeEdit(labels, context, {labels.annotations.front().id}), {"Remove", "ben"}));
            Fixture::must(project->undo("ben"));
            Fixture::must(project->commit(
                statusEdit(Fixture::must(project->labels(ids[0])), context, DocumentStatus::Done),
                {"Done", "ben"}));
        }
        const MergeReport report = merge(*f.project, {copy});
        QCOMPARE(report.files[0].annotators, std::vector<std::string>{"ben"});
        QCOMPARE(layersOf(*f.project, kFirst), QStringList{"ben: PER Ada"});
    }

    void merge_typesByName_keepsOurDescriptions() {
        Fixture f({"PER"});
        EntityType ours = Fixture::must(f.project->scheme()).types().front();
        ours.description = "people";
        Fixture::must(f.project->putType(ours));
        Annotator ada(f, "ada", {"PER", "per"});
        EntityType theirs = Fixture::must(ada.project->scheme()).types().front();
        theirs.description = "persons and pets";
        Fixture::must(ada.project->putType(theirs));
        const MergeReport report = merge(*f.project, {ada.path()});
        QCOMPARE(report.files[0].differingTypes,
                 (std::vector<DifferingType>{{"PER", "people", "persons and pets"}}));
        QCOMPARE(report.files[0].newTypes, std::vector<std::string>{"per"});
        QCOMPARE(Fixture::must(f.project->scheme()).byName("PER")->description, "people");
        QVERIFY(report.files[0].annotators.empty());
    }

    void merge_documentsInTheTrash_stayThere() {
        Fixture f({"PER"});
        const auto ids = f.addTexts({kFirst, kThird});
        Fixture::must(f.project->trashDocuments({ids[0]}, "lead"));
        Annotator ada(f, "ada");
        ada.add({kFirst, kThird});
        ada.label(kFirst, "Ada", "PER");
        ada.label(kThird, "Ben", "PER");
        const MergeReport report = merge(*f.project, {ada.path()});
        QCOMPARE(report.files[0].trashed, 1);
        QCOMPARE(report.files[0].added, 0);
        QCOMPARE(Fixture::must(f.project->counts()).documents, 1);
        QCOMPARE(layersOf(*f.project, kThird).size(), 1);
        // A type that goes to the trash takes its spans out of sight.
        Fixture::must(f.project->trashType(1));
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"ada: "});
        Fixture::must(f.project->restoreType(1));
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"ada: PER Ben"});
    }

    void merge_whileTheOwnerWrites_readsAndLeavesTheFileAlone() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        ada.add({kFirst});
        ada.label(kFirst, "Ada", "PER");
        // ada.project stays open for writing.
        merge(*f.project, {ada.path()});
        QCOMPARE(layersOf(*f.project, kFirst), QStringList{"ada: PER Ada"});
        ada.label(kFirst, "Ben", "PER");
        QVERIFY(!ada.project->isReadOnly());
        QVERIFY(Fixture::must(ada.project->layerSources()).empty());
    }

    void merge_earlierFormat_readsAConvertedCopy() {
        Fixture f({"PER"});
        const std::string path = f.path("old.spanwise");
        {
            Database old(path, Access::ReadWrite, true);
            migrate(old, migrations().first(1));
            old.exec(
                "INSERT INTO project(id, uuid, name, created_at, next_record) "
                "VALUES (1, 'u-1', 'Old', 5, 3);"
                "INSERT INTO entity_type(id, name, description, color, shortcut, position) "
                "VALUES (1, 'PER', '', '#112233', '1', 0);"
                "INSERT INTO document(id, name, sha256, status, code_points) VALUES (1, 'note', '" +
                sha256Hex(kThird) +
                "', 1, 14);"
                "INSERT INTO document_text VALUES (1, '" +
                kThird +
                "', '', '');"
                "INSERT INTO annotation VALUES (2, 1, 0, 3, 1, 0, 'ann', 7);");
        }
        merge(*f.project, {path});
        QCOMPARE(layersOf(*f.project, kThird), QStringList{"ann: PER Ben"});
        Database old(path, Access::ReadOnly);
        QCOMPARE(old.integer("PRAGMA user_version"), 1);
        QVERIFY(!QFile::exists(QString::fromStdString(path + ".v1.backup")));
    }

    void merge_badFiles_changeNothing_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<int>("code");
        QTest::newRow("itself") << "itself" << int(ErrorCode::InvalidArgument);
        QTest::newRow("no such file") << "missing" << int(ErrorCode::NotFound);
        QTest::newRow("not a database") << "text" << int(ErrorCode::InvalidFormat);
        QTest::newRow("another program's database") << "foreign" << int(ErrorCode::InvalidFormat);
        QTest::newRow("of a later version") << "newer" << int(ErrorCode::TooNew);
        QTest::newRow("damaged in the middle") << "damaged" << int(ErrorCode::Corrupt);
        QTest::newRow("none") << "none" << int(ErrorCode::InvalidArgument);
    }
    void merge_badFiles_changeNothing() {
        QFETCH(QString, kind);
        QFETCH(int, code);
        Fixture f({"PER"});
        f.addTexts({kFirst});
        Annotator good(f, "ada");
        good.add({kFirst, kThird});
        good.label(kThird, "Ben", "PER");
        std::string bad = f.path("bad.spanwise");
        if (kind == "itself") {
            bad = f.path("../" + std::filesystem::path(f.folder()).filename().string() +
                         "/trial.spanwise");
        } else if (kind == "text") {
            QFile file(QString::fromStdString(bad));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(QByteArray(5000, 'x'));
        } else if (kind == "foreign") {
            Database other(bad, Access::ReadWrite, true);
            other.exec("CREATE TABLE t(a)");
        } else if (kind == "newer") {
            Annotator cy(f, "bad");
            cy.project.reset();
            Database raw(bad, Access::ReadWrite);
            raw.exec("PRAGMA user_version=99");
        } else if (kind == "damaged") {
            Annotator cy(f, "bad");
            std::vector<std::string> texts;
            for (int i = 0; i < 400; ++i)
                texts.push_back(std::string(300, 'a') + std::to_string(i));
            cy.add(texts);
            cy.project.reset();
            QFile file(QString::fromStdString(bad));
            QVERIFY(file.open(QIODevice::ReadWrite));
            for (qint64 at = 16384; at + 4096 < file.size(); at += 4096) {
                file.seek(at);
                file.write(QByteArray(4096, '\x5a'));
            }
        }
        const QByteArray before = contentsOf(f.path());
        std::vector<std::string> files{good.path(), bad};
        if (kind == "none")
            files.clear();
        const auto merged = f.project->merge(files, {.actor = "lead"});
        QVERIFY(!merged);
        QVERIFY2(int(merged.error().code) == code, merged.error().text().c_str());
        if (kind != "none")
            QVERIFY2(QString::fromStdString(merged.error().where)
                         .contains(kind == "itself" ? "trial.spanwise" : "bad.spanwise"),
                     merged.error().where.c_str());
        QCOMPARE(contentsOf(f.path()), before);
        // A damaged file of somebody else's says nothing of this one.
        f.reopen();
        QCOMPARE(merge(*f.project, {good.path()}).files[0].layers, 1);
    }

    void merge_stopped_changesNothing() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        ada.add({kFirst, kSecond, kThird});
        ada.label(kThird, "Ben", "PER");
        const QByteArray before = contentsOf(f.path());
        std::stop_source stop;
        std::int64_t told = 0;
        const auto merged = f.project->merge(
            {ada.path()}, {},
            [&](std::size_t, std::int64_t done, std::int64_t total) {
                told = total;
                if (done == 4)
                    stop.request_stop();
            },
            stop.get_token());
        QCOMPARE(merged.error().code, ErrorCode::Cancelled);
        QCOMPARE(told, 6);
        QCOMPARE(contentsOf(f.path()), before);
    }

    void merge_stoppedWhileCounting_changesNothing() {
        Fixture f({"PER"});
        Annotator ada(f, "ada"), ben(f, "ben");
        for (Annotator* each : {&ada, &ben}) {
            each->add({kFirst});
            each->label(kFirst, "Ada", "PER");
        }
        const QByteArray before = contentsOf(f.path());
        std::stop_source stop;
        const auto merged = f.project->merge(
            {ada.path(), ben.path()}, {},
            [&](std::size_t file, std::int64_t done, std::int64_t total) {
                if (file == 1 && done == total)  // the last that is asked for
                    stop.request_stop();
            },
            stop.get_token());
        QVERIFY(!merged);
        QCOMPARE(merged.error().code, ErrorCode::Cancelled);
        QCOMPARE(contentsOf(f.path()), before);
    }

    void merge_intoReadOnlyProject_isRefused() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        const auto reader = Fixture::must(Project::open(f.path(), OpenMode::ReadOnly));
        QCOMPARE(reader->merge({ada.path()}, {}).error().code, ErrorCode::ReadOnly);
    }

    void recover_mergedProject_keepsItsLayers() {
        Fixture f({"PER"});
        Annotator ada(f, "ada");
        ada.add({kFirst});
        ada.label(kFirst, "Ada", "PER");
        merge(*f.project, {ada.path()});
        f.project.reset();
        Fixture::must(Project::recover(f.path(), f.path("saved.spanwise")));
        const auto saved = Fixture::must(Project::open(f.path("saved.spanwise")));
        QCOMPARE(layersOf(*saved, kFirst), QStringList{"ada: PER Ada"});
        QCOMPARE(Fixture::must(saved->layerSources()).size(), std::size_t{1});
    }

    void reviewRows_afterDecisions_countWhatIsOpen() {
        Fixture f({"PER"});
        Annotator ada(f, "ada"), ben(f, "ben");
        for (Annotator* who : {&ada, &ben})
            who->add({kFirst});
        ada.label(kFirst, "Ada", "PER");
        ada.label(kFirst, "Ben", "PER");
        ben.label(kFirst, "Rome", "LOC");
        merge(*f.project, {ada.path(), ben.path()});
        QCOMPARE(Fixture::must(f.project->reviewRows()).front().open, 3);
        const DocumentId id = Fixture::must(f.project->documents()).front().id;
        Fixture::must(f.label(id, {0, 3}, 1));
        QCOMPARE(Fixture::must(f.project->reviewRows()).front().open, 2);
        Fixture::must(f.project->undo("lead"));
        QCOMPARE(Fixture::must(f.project->reviewRows()).front().open, 3);
        Fixture::must(f.project->trashDocuments({id}, "lead"));
        QVERIFY(Fixture::must(f.project->reviewRows()).empty());
        std::stop_source stop;
        stop.request_stop();
        Fixture::must(f.project->restoreDocuments({id}, "lead"));
        QCOMPARE(f.project->reviewRows(stop.get_token()).error().code, ErrorCode::Cancelled);
    }

    void agreement_ofLayers_isThatOfTheirTexts() {
        Fixture f({"PER"});
        Annotator ada(f, "ada"), ben(f, "ben"), cy(f, "cy");
        for (Annotator* who : {&ada, &ben, &cy})
            who->add({kFirst, kThird});
        ada.label(kFirst, "Ada", "PER");
        ada.label(kFirst, "Rome", "LOC");
        ada.finish(kFirst);
        ben.label(kFirst, "Ada", "PER");
        ben.finish(kFirst);
        cy.label(kThird, "Ben", "PER");
        ada.label(kThird, "Ben", "PER");
        merge(*f.project, {ada.path(), ben.path(), cy.path()});
        std::int64_t told = 0;
        const LayerAgreement agreement = Fixture::must(f.project->agreement(
            {.perDocument = true}, [&](std::int64_t, std::int64_t total) { told = total; }));
        QCOMPARE(told, 2);
        QCOMPARE(agreement.annotators, (std::vector<std::string>{"ada", "ben", "cy"}));
        QCOMPARE(agreement.unfinished, 2);
        QCOMPARE(agreement.agreement.pairs.size(), std::size_t{3});
        QCOMPARE(agreement.agreement.pairs[0].spans, (SpanAgreement{2, 1, 1}));
        QCOMPARE(agreement.agreement.pairs[0].words, 6);  // Ada met Ben in Rome .
        QCOMPARE(agreement.agreement.pairs[1].spans, (SpanAgreement{1, 1, 1}));
        QCOMPARE(agreement.agreement.pairs[2].documents, 0);
        QCOMPARE(agreement.agreement.perType.at("LOC"), (SpanAgreement{1, 0, 0}));
        QCOMPARE(agreement.documents.size(), std::size_t{2});
        QCOMPARE(agreement.documents.front().annotators, (std::vector<std::string>{"ada", "ben"}));
        QCOMPARE(agreement.documents.front().disagreements, 1);
        QCOMPARE(agreement.documents.back().f1, 1.0);
        const LayerAgreement done = Fixture::must(f.project->agreement({.onlyDone = true}));
        QCOMPARE(done.agreement.documents, 1);
    }

    void share_threeAnnotators_dealsEvenlyWithOverlap() {
        Fixture f({"PER", "LOC"});
        EntityType type = Fixture::must(f.project->scheme()).types().front();
        type.note = "Names of people.";
        Fixture::must(f.project->putType(type));
        Fixture::must(f.project->putPattern({0, 1, "words", "Ada", true}));
        std::vector<std::string> texts;
        for (int i = 0; i < 20; ++i)
            texts.push_back("Text number " + std::to_string(i) + "\r\n \xF0\x9F\x98\x80");
        const auto ids = f.addTexts(texts);
        Fixture::must(f.label(ids[0], {0, 4}, 1));
        ShareOptions options;
        options.among = {"ada", "ben", "cy"};
        options.folder = f.path("out/shares");
        options.overlapShare = 0.2;
        options.actor = "lead";
        const ShareReport report = Fixture::must(shareProject(*f.project, options));
        QCOMPARE(report.documents, 20);
        QCOMPARE(report.overlap, 4);
        QCOMPARE(report.files.size(), std::size_t{3});
        std::map<std::string, int> times;
        for (const SharedFile& file : report.files) {
            const auto project = Fixture::must(Project::open(file.path, OpenMode::ReadOnly));
            const auto documents = Fixture::must(project->documents());
            QCOMPARE(static_cast<std::int64_t>(documents.size()), file.documents);
            QVERIFY(file.documents == 9 || file.documents == 10);
            for (const DocumentSummary& document : documents) {
                ++times[document.sha256.hex()];
                QCOMPARE(document.status, DocumentStatus::New);
                QCOMPARE(document.annotations, 0);
            }
            const LabelScheme scheme = Fixture::must(project->scheme());
            QCOMPARE(scheme.types(), Fixture::must(f.project->scheme()).types());
            const auto patterns = Fixture::must(project->patterns());
            QCOMPARE(patterns.size(), std::size_t{1});
            QCOMPARE(patterns.front().expression, "Ada");
            QCOMPARE(project->setting(kSharedWithSetting), "\"" + file.annotator + "\"");
        }
        QCOMPARE(times.size(), std::size_t{20});
        int everywhere = 0;
        for (const auto& [hash, count] : times) {
            QVERIFY(count == 1 || count == 3);
            everywhere += count == 3 ? 1 : 0;
        }
        QCOMPARE(everywhere, 4);

        // Nothing is overwritten.
        const QByteArray before = bytesOf(report.files[1].path);
        options.among = {"dan", "ben"};
        const auto again = shareProject(*f.project, options);
        QCOMPARE(again.error().code, ErrorCode::AlreadyExists);
        QVERIFY(!QFile::exists(QString::fromStdString(f.path("out/shares/dan.spanwise"))));
        QCOMPARE(bytesOf(report.files[1].path), before);
    }

    void share_deal_isTheSameForTheSameSeed() {
        std::vector<DocumentId> documents(100);
        std::iota(documents.begin(), documents.end(), 1);
        ShareOptions options;
        options.among = {"a", "b"};
        options.overlap = 10;
        options.limit = 50;
        const auto lists = dealDocuments(documents, options);
        QCOMPARE(lists, dealDocuments(documents, options));
        QCOMPARE(lists[0].size(), std::size_t{10});
        QCOMPARE(lists[1].size(), std::size_t{20});
        QCOMPARE(lists[2].size(), std::size_t{20});
        options.seed = 2;
        QVERIFY(lists != dealDocuments(documents, options));
        options.overlap = 1000;
        QCOMPARE(dealDocuments(documents, options)[0].size(), std::size_t{50});
    }

    void share_withLabels_comeBackAsTheAnnotatorsReading() {
        Fixture f({"PER", "LOC"});
        const auto ids = f.addTexts({kFirst, kThird});
        Fixture::must(f.label(ids[0], {0, 3}, 1));
        Fixture::must(f.label(ids[1], {0, 3}, 1));
        ShareOptions options;
        options.among = {"ada", "ben"};
        options.folder = f.folder();
        options.overlapShare = 1;
        options.withLabels = true;
        options.actor = "lead";
        Fixture::must(shareProject(*f.project, options));
        {
            const auto ada = Fixture::must(Project::open(f.path("ada.spanwise")));
            const auto documents = Fixture::must(ada->documents());
            QCOMPARE(documents.front().annotations, 1);
            QCOMPARE(documents.front().status, DocumentStatus::InProgress);
            RecordId next = ada->nextRecordId();
            Fixture::must(ada->commit(
                statusEdit(Fixture::must(ada->labels(documents.front().id)),
                           {documents.front().id, "someone", 5, &next}, DocumentStatus::Done),
                {"Done", "someone"}));
        }
        merge(*f.project, {f.path("ada.spanwise"), f.path("ben.spanwise")});
        // Ada confirmed the first; what nobody looked at is no statement.
        QCOMPARE(layersOf(*f.project, kFirst), QStringList{"ada: PER Ada"});
        QVERIFY(layersOf(*f.project, kThird).isEmpty());
    }

    void share_badArguments_areRefused_data() {
        QTest::addColumn<QStringList>("among");
        QTest::addColumn<int>("status");
        QTest::addColumn<QString>("says");
        QTest::newRow("nobody") << QStringList{} << -1 << "Nobody was named";
        QTest::newRow("twice") << QStringList{"ada", "ada"} << -1 << "twice";
        QTest::newRow("path") << QStringList{"../ada"} << -1 << "no slash";
        QTest::newRow("empty") << QStringList{""} << -1 << "cannot be";
        QTest::newRow("too many") << QStringList{"a", "b", "c"} << -1 << "fewer documents";
        QTest::newRow("none such") << QStringList{"a"} << 2 << "status \"done\"";
    }
    void share_badArguments_areRefused() {
        QFETCH(QStringList, among);
        QFETCH(int, status);
        QFETCH(QString, says);
        Fixture f({"PER"});
        f.addTexts({kFirst, kThird});
        ShareOptions options;
        for (const QString& name : among)
            options.among.push_back(name.toStdString());
        options.folder = f.path("shares");
        if (status >= 0)
            options.status = static_cast<DocumentStatus>(status);
        const auto shared = shareProject(*f.project, options);
        QCOMPARE(shared.error().code, ErrorCode::InvalidArgument);
        QVERIFY2(QString::fromStdString(shared.error().message).contains(says),
                 shared.error().message.c_str());
        QVERIFY(!QFile::exists(QString::fromStdString(options.folder)));
    }

    void share_stopped_leavesNoFiles() {
        Fixture f({"PER"});
        f.addTexts({kFirst, kSecond, kThird});
        ShareOptions options;
        options.among = {"ada", "ben"};
        options.folder = f.path("shares");
        std::stop_source stop;
        const auto shared = shareProject(
            *f.project, options,
            [&](std::int64_t done, std::int64_t) {
                if (done == 3)
                    stop.request_stop();
            },
            stop.get_token());
        QCOMPARE(shared.error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(QString::fromStdString(options.folder)));
    }
};

QTEST_GUILESS_MAIN(LayersTest)
#include "layers_test.moc"
