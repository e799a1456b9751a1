#include <QThread>
#include <algorithm>
#include <nlohmann/json.hpp>

#include "session_support.h"
#include "ui/session/occurrence_finder.h"

using namespace support;

namespace {

const QByteArray kTwo =
    "{\"id\": \"one\", \"text\": \"Take metformin 500 mg daily.\"}\n"
    "{\"id\": \"two\", \"text\": \"Stop metformin today.\"}\n";

}  // namespace

class TestProjectSession : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;

    std::unique_ptr<ProjectSession> opened() {
        auto session = ProjectSession::open(m_path);
        if (!session)
            qFatal("%s", session.error().text().c_str());
        return std::move(*session);
    }
    std::unique_ptr<ProjectSession> withTwo() {
        auto session = newSession(m_path);
        import(*session, m_folder->path(), kTwo);
        return session;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath("trial.spanwise");
    }

    void label_isOnDiskBeforeItIsTold() {
        auto session = withTwo();
        QVERIFY(session->openDocument(session->documents().front().id));
        bool wasStored = false;
        connect(session.get(), &ProjectSession::labelsChanged, this, [&](qint64 document) {
            auto other = Project::open(m_path.toStdString(), OpenMode::ReadOnly);
            wasStored = other && (*other)->labels(document)->annotations.size() == 1;
        });
        QSignalSpy saved(session.get(), &ProjectSession::saved);
        QSignalSpy teaching(session.get(), &ProjectSession::teachingChanged);
        QSignalSpy summary(session.get(), &ProjectSession::summaryChanged);
        QVERIFY(session->label(rangeOf(*session, "metformin"), typeId(*session, "drug")));
        QVERIFY(wasStored);
        QCOMPARE(saved.size(), 1);
        QCOMPARE(teaching.size(), 1);
        QVERIFY(summary.size() >= 1);
        QCOMPARE(session->labels().annotations.size(), 1U);
        QCOMPARE(session->labels().status, DocumentStatus::InProgress);
        QCOMPARE(session->counts().annotations, 1);
        QCOMPARE(session->documents().front().annotations, 1);
        QCOMPARE(session->undoName(), QString("Label “metformin” as drug"));
        // The same again changes nothing.
        QVERIFY(!session->label(rangeOf(*session, "metformin"), typeId(*session, "drug")));
        QCOMPARE(saved.size(), 1);
        const auto stored = session->project().labels(session->documentId());
        QVERIFY(*stored == session->labels());
    }

    void undo_afterRestart_revertsAndRedoes() {
        {
            auto session = withTwo();
            session->openDocument(session->documents().front().id);
            QVERIFY(session->label(rangeOf(*session, "metformin"), typeId(*session, "drug")));
            QVERIFY(session->label(rangeOf(*session, "500 mg"), typeId(*session, "dose")));
        }
        auto session = opened();
        QCOMPARE(session->undoName(), QString("Label “500 mg” as dose"));
        session->openDocument(session->documents().front().id);
        QCOMPARE(session->labels().annotations.size(), 2U);
        QVERIFY(session->undo());
        QCOMPARE(session->labels().annotations.size(), 1U);
        QCOMPARE(session->redoName(), QString("Label “500 mg” as dose"));
        QCOMPARE(session->undoName(), QString("Label “metformin” as drug"));
        QVERIFY(session->undo());
        QVERIFY(session->labels().annotations.empty());
        QVERIFY(session->undoName().isEmpty());
        QVERIFY(!session->undo());
        QVERIFY(session->redo());
        QVERIFY(session->redo());
        QVERIFY(!session->redo());
        QCOMPARE(session->labels().annotations.size(), 2U);
        QCOMPARE(session->counts().annotations, 2);
        QVERIFY(*session->project().labels(session->documentId()) == session->labels());
    }

    void undo_inAnotherDocument_opensIt() {
        auto session = withTwo();
        const DocumentId first = session->documents()[0].id;
        session->openDocument(first);
        QVERIFY(session->label(rangeOf(*session, "metformin"), typeId(*session, "drug")));
        session->openDocument(session->documents()[1].id);
        QVERIFY(session->undo());
        QCOMPARE(session->documentId(), first);
        QVERIFY(session->labels().annotations.empty());
    }

    void suggestions_acceptRejectAndAll() {
        auto session = withTwo();
        session->openDocument(session->documents().front().id);
        const TypeId drug = typeId(*session, "drug");
        const TypeId dose = typeId(*session, "dose");
        SuggestionBatch batch;
        batch.document = session->documentId();
        for (const auto& [word, type, score] :
             {std::tuple{"metformin", drug, 0.9}, {"500 mg", dose, 0.6}, {"daily", dose, 0.3}})
            batch.suggestions.push_back(
                {0, batch.document, rangeOf(*session, word), type, score, "m1"});
        QSignalSpy teaching(session.get(), &ProjectSession::teachingChanged);
        QVERIFY(session->putSuggestions({batch}, "m1"));
        QCOMPARE(teaching.size(), 0);
        QCOMPARE(session->labels().suggestions.size(), 3U);
        QVERIFY(session->undoName() != QString("suggest"));
        const RecordId daily = session->labels().suggestions.back().id;
        QVERIFY(session->reject({daily}));
        QCOMPARE(session->labels().rejections.size(), 1U);
        // What was refused is not offered again.
        QVERIFY(session->putSuggestions({batch}, "m2"));
        QCOMPARE(session->labels().suggestions.size(), 2U);
        QVERIFY(session->acceptAll(0.5));
        QCOMPARE(session->undoName(), QString("Accept 2 suggestions"));
        QCOMPARE(session->labels().annotations.size(), 2U);
        QVERIFY(session->labels().suggestions.empty());
        for (const Annotation& annotation : session->labels().annotations)
            QCOMPARE(annotation.origin, Origin::Accepted);
        QVERIFY(session->undo());  // one step
        QVERIFY(session->labels().annotations.empty());
        QCOMPARE(session->labels().suggestions.size(), 2U);
        const RecordId metformin = session->labels().suggestions.front().id;
        QVERIFY(session->retype(metformin, dose));
        QCOMPARE(session->labels().annotations.size(), 1U);
        QCOMPARE(session->labels().annotations.front().type, dose);
        const RecordId label = session->labels().annotations.front().id;
        const Range wider{0, rangeOf(*session, "metformin").end};
        QVERIFY(session->resize(label, wider));
        QVERIFY(session->labels().annotations.front().range == wider);
        QVERIFY(session->removeAnnotations({session->labels().annotations.front().id}));
        QVERIFY(session->labels().annotations.empty());
    }

    void done_setsStatusAndUndoes() {
        auto session = withTwo();
        session->openDocument(session->documents().front().id);
        QVERIFY(session->setStatus(DocumentStatus::Done));
        QCOMPARE(session->counts().done, 1);
        QCOMPARE(session->undoName(), QString("Mark one as done"));
        QCOMPARE(session->queue().back().id, session->documents().front().id);
        QVERIFY(session->undo());
        QCOMPARE(session->counts().done, 0);
    }

    void gesture_outOfRange_isAnErrorAndChangesNothing() {
        auto session = withTwo();
        session->openDocument(session->documents().front().id);
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        QVERIFY(!session->label({3, 3000}, typeId(*session, "drug")));
        QVERIFY(!session->label({3, 3}, typeId(*session, "drug")));
        QVERIFY(!session->label({0, 4}, 4711));
        QCOMPARE(errors.size(), 3);
        QCOMPARE(session->counts().annotations, 0);
        QVERIFY(session->undoName().isEmpty());
    }

    void secondInstance_readsOnly() {
        auto writer = withTwo();
        auto reader = opened();
        QVERIFY(!writer->isReadOnly());
        QVERIFY(reader->isReadOnly());
        QVERIFY(!reader->readOnlyReason().isEmpty());
        reader->openDocument(reader->documents().front().id);
        QSignalSpy errors(reader.get(), &ProjectSession::errorOccurred);
        QVERIFY(!reader->label(rangeOf(*reader, "metformin"), typeId(*reader, "drug")));
        QVERIFY(!reader->undo());
        QCOMPARE(reader->putType({0, "new", {}, {}, {}, 0}), TypeId(0));
        reader->importFiles({m_path});
        QCOMPARE(errors.size(), 4);
        QCOMPARE(errors.first().first().value<Error>().code, ErrorCode::ReadOnly);
        QVERIFY(!reader->isImporting());
        QCOMPARE(reader->counts().annotations, 0);
    }

    void text_offsetsAreExact_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("word");
        QTest::addColumn<int>("begin");
        QTest::addColumn<int>("end");
        QTest::newRow("emoji") << QByteArray("🧪 Ada Lovelace joined.")
                               << QByteArray("Ada Lovelace") << 2 << 14;
        QTest::newRow("zwj") << QByteArray("👩‍⚕️ Dr. Ngũgĩ came")
                             << QByteArray("Dr. Ngũgĩ") << 5 << 14;
        QTest::newRow("crlf") << QByteArray("one\r\ntwo\r\nthree") << QByteArray("three") << 10
                              << 15;
        QTest::newRow("nbsp and U+2028")
            << QByteArray("a\u00a0b\u2028c d") << QByteArray("c d") << 4 << 7;
    }
    void text_offsetsAreExact() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, word);
        QFETCH(int, begin);
        QFETCH(int, end);
        auto session = newSession(m_path);
        QSignalSpy done(session.get(), &ProjectSession::importFinished);
        session->importFiles({write(m_folder->filePath("text.txt"), text)});
        QVERIFY(!done.isEmpty() || done.wait(10000));
        session->openFirstDocument();
        QCOMPARE(QByteArray::fromStdString(session->document()->text), text);
        const Range range = rangeOf(*session, word.toStdString());
        QCOMPARE(range.begin, begin);
        QCOMPARE(range.end, end);
        QCOMPARE(session->textOf(range), QString::fromUtf8(word));
        QVERIFY(session->label(range, typeId(*session, "drug")));
        QVERIFY(session->project().labels(session->documentId())->annotations.front().range ==
                range);
    }

    void import_badFile_namesLineAndChangesNothing_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("place");
        QTest::newRow("bad JSON in line 2")
            << "bad.jsonl" << QByteArray("{\"text\": \"fine\"}\n{\"text\": \n") << "bad.jsonl:2";
        QTest::newRow("span past the end")
            << "past.jsonl"
            << QByteArray(
                   "{\"text\": \"ab\", \"spans\": [{\"begin\": 0, \"end\": 9, \"type\": \"x\"}]}")
            << "past.jsonl:1";
        QTest::newRow("CoNLL word without a tag")
            << "bad.conll" << QByteArray("Ada B-PER\nsmiled O\nhere\n\n") << "bad.conll:3";
        QTest::newRow("binary") << "bad.txt"
                                << QByteArray(
                                       "\x7f"
                                       "ELF\0\0\1\2",
                                       8)
                                << "bad.txt";
        QTest::newRow("no UTF-8") << "latin.txt" << QByteArray("na\xefve\n") << "latin.txt";
    }
    void import_badFile_namesLineAndChangesNothing() {
        QFETCH(QString, name);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, place);
        auto session = withTwo();
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        QSignalSpy finished(session.get(), &ProjectSession::importFinished);
        const QString good = write(m_folder->filePath("good.txt"), "A good text.");
        session->importFiles({good, write(m_folder->filePath(name), bytes)});
        QVERIFY(session->isLocked());
        QVERIFY(errors.wait(10000));
        QCOMPARE(finished.size(), 0);
        const auto error = errors.first().first().value<Error>();
        QVERIFY2(error.text().find(place.toStdString()) != std::string::npos, error.text().c_str());
        QVERIFY(!session->isLocked());
        QCOMPARE(session->documents().size(), 2U);
        QCOMPARE(session->counts().documents, 2);
    }

    void import_labelsComeAlong_unlessTextsOnly() {
        auto session = newSession(m_path);
        const QString file = write(m_folder->filePath("gold.jsonl"),
                                   "{\"text\": \"Ada came.\", \"spans\": [{\"begin\": 0, \"end\": "
                                   "3, \"type\": \"person\"}]}");
        QSignalSpy finished(session.get(), &ProjectSession::importFinished);
        QSignalSpy schemes(session.get(), &ProjectSession::schemeChanged);
        session->importFiles({file}, FileFormat::Auto, false);
        QVERIFY(finished.wait(10000));
        QCOMPARE(session->counts().annotations, 0);
        QCOMPARE(schemes.size(), 0);
        QVERIFY(session->trashDocuments({session->documents().front().id}));
        session->finishCommits();
        session->importFiles({file});
        QVERIFY(finished.wait(10000));
        QCOMPARE(session->counts().annotations, 1);
        QCOMPARE(schemes.size(), 1);
        QVERIFY(session->scheme().byName("person"));
    }

    void import_cancelled_changesNothing() {
        auto session = newSession(m_path);
        QByteArray many;
        for (int i = 0; i < 60000; ++i)
            many +=
                "{\"text\": \"Document number " + QByteArray::number(i) + " takes metformin.\"}\n";
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        QSignalSpy progress(session.get(), &ProjectSession::importProgress);
        session->importFiles({write(m_folder->filePath("many.jsonl"), many)});
        QVERIFY(progress.wait(10000));
        session->cancelImport();
        QTRY_VERIFY_WITH_TIMEOUT(!session->isImporting(), 20000);
        QCOMPARE(errors.size(), 1);
        QCOMPARE(errors.first().first().value<Error>().code, ErrorCode::Cancelled);
        QCOMPARE(session->documents().size(), 0U);
        QVERIFY(session->project().integrityCheck());
    }

    void gestureDuringImport_isRefusedWithReason() {
        auto session = withTwo();
        session->openFirstDocument();
        QByteArray many;
        for (int i = 0; i < 20000; ++i)
            many +=
                "{\"text\": \"Document number " + QByteArray::number(i) + " takes metformin.\"}\n";
        QSignalSpy finished(session.get(), &ProjectSession::importFinished);
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        session->importFiles({write(m_folder->filePath("many.jsonl"), many)});
        QVERIFY(!session->label({0, 4}, typeId(*session, "drug")));
        QCOMPARE(errors.size(), 1);
        QVERIFY(finished.wait(30000));
        QCOMPARE(session->documents().size(), 20002U);
        QVERIFY(session->label({0, 4}, typeId(*session, "drug")));
    }

    /// Labels `words` in the document as soon as its thread gets there.
    static ProjectSession::EditMaker labelling(ProjectSession& session, DocumentId document,
                                               Range range, const char* type, int wait = 0) {
        const TypeId as = typeId(session, type);
        const RecordId first = session.project().reserveRecordIds(1);
        return [=](const Project& project) -> Result<Edit> {
            QThread::msleep(static_cast<unsigned long>(wait));
            RecordId next = first;
            const EditContext context{document, "ann", 1, &next};
            const auto labels = project.labels(document);
            if (!labels)
                return tl::unexpected(labels.error());
            return labelEdit(*labels, context, range, as, 1000);
        };
    }

    void commitSoon_isShownOnceStored_andGesturesComeAfterIt() {
        auto session = withTwo();
        const DocumentId first = session->documents()[0].id;
        QVERIFY(session->openDocument(first));
        const Range drug = rangeOf(*session, "metformin");
        std::vector<int> order;
        const auto done = [&](int number) {
            return [&order, number](const Result<std::int64_t>& event) {
                QVERIFY(event && *event > 0);
                order.push_back(number);
            };
        };
        QVERIFY(
            session->commitSoon(labelling(*session, first, drug, "drug", 100), "First", done(1)));
        QVERIFY(
            session->commitSoon(labelling(*session, first, {0, 4}, "dose", 50), "Second", done(2)));
        QVERIFY(session->isCommitting() && !session->isLocked());
        QVERIFY(session->labels().annotations.empty());
        QCOMPARE(session->counts().annotations, 0);
        // The gesture waits, and is about the labels after both: it changes the first one's type.
        QVERIFY(session->label(drug, typeId(*session, "dose")));
        QCOMPARE(order, (std::vector<int>{1, 2}));
        QVERIFY(!session->isCommitting());
        QCOMPARE(session->counts().annotations, 2);
        QCOMPARE(session->labels().annotations.size(), 2U);
        const auto stored = session->project().labels(first);
        QVERIFY(*stored == session->labels());
        // Each is one step of undo, the last first.
        QVERIFY(session->undo());
        QCOMPARE(session->undoName(), QString("Second"));
        QVERIFY(session->undo());
        QCOMPARE(session->undoName(), QString("First"));
        QVERIFY(session->undo());
        QCOMPARE(session->counts().annotations, 0);
        QVERIFY(!session->undo());
    }

    void commitSoon_thatFails_isToldAndChangesNothing() {
        auto session = withTwo();
        const DocumentId first = session->documents()[0].id;
        QVERIFY(session->openDocument(first));
        const Range drug = rangeOf(*session, "metformin");
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        int told = 0;
        const auto impossible = [&](const Project&) -> Result<Edit> {
            Edit edit;
            edit.removeAnnotations.push_back({999, 1, {0, 4}, 1, {}, "ann", 1});
            return edit;
        };
        QVERIFY(session->commitSoon(impossible, "Nothing", [&](const Result<std::int64_t>& event) {
            QVERIFY(!event);
            ++told;
        }));
        // What comes after it is carried out all the same.
        QVERIFY(session->commitSoon(labelling(*session, first, drug, "drug"), "Label",
                                    [&](const Result<std::int64_t>& event) {
                                        QVERIFY(event && *event > 0);
                                        ++told;
                                    }));
        QTRY_COMPARE(told, 2);
        QCOMPARE(errors.size(), 1);
        QCOMPARE(session->labels().annotations.size(), 1U);
        const auto stored = session->project().labels(first);
        QVERIFY(*stored == session->labels());
        QCOMPARE(session->undoName(), QString("Label"));
    }

    void closing_carriesOutWhatWaits() {
        auto session = withTwo();
        const DocumentId first = session->documents()[0].id;
        QVERIFY(session->openDocument(first));
        const Range drug = rangeOf(*session, "metformin");
        int told = 0;
        for (const auto& [range, wait] : {std::pair(Range{0, 4}, 100), std::pair(drug, 0)})
            QVERIFY(session->commitSoon(labelling(*session, first, range, "drug", wait), "Label",
                                        [&](const Result<std::int64_t>&) { ++told; }));
        session.reset();
        QCOMPARE(told, 0);
        session = std::move(*ProjectSession::open(m_path));
        QCOMPARE(session->counts().annotations, 2);
        QVERIFY(session->project().integrityCheck());
    }

    void manyLabelsOfADocument_changeInTheBackground_asOneStep() {
        auto session = newSession(m_path);
        std::string text;
        for (int i = 0; i < 600; ++i)
            text += "word" + std::to_string(1000 + i) + " ";
        import(*session, m_folder->path(),
               QByteArray::fromStdString(nlohmann::json{
                   { "text",
                     text }}.dump()));
        QVERIFY(session->openFirstDocument());
        const TypeId drug = typeId(*session, "drug"), dose = typeId(*session, "dose");
        SuggestionBatch batch{session->documentId(), {}};
        for (int i = 0; i < 600; ++i)
            batch.suggestions.push_back({0, 0, {i * 9, i * 9 + 8}, drug, 0.6, ""});
        QVERIFY(session->putSuggestions({batch}, "m"));
        const auto same = [&] {
            const auto stored = session->project().labels(session->documentId());
            return *stored == session->labels();
        };

        QVERIFY(session->acceptAll(0.5));
        QVERIFY(session->isLocked() && session->labels().annotations.empty());
        QVERIFY(!session->label({0, 8}, dose));  // until that is done
        QTRY_COMPARE(session->labels().annotations.size(), 600U);
        QVERIFY(!session->isLocked() && same());
        QCOMPARE(session->undoName(), QString("Accept 600 suggestions"));
        std::vector<RecordId> all;
        for (const Annotation& annotation : session->labels().annotations)
            all.push_back(annotation.id);
        QVERIFY(session->retypeAll(all, dose));
        const auto areDoses = [&] {
            const auto& labels = session->labels().annotations;
            return std::all_of(labels.begin(), labels.end(),
                               [&](const Annotation& label) { return label.type == dose; });
        };
        QTRY_VERIFY(areDoses());
        QVERIFY(session->clearAll(all));
        QTRY_VERIFY(session->labels().annotations.empty());
        for (const std::size_t left : {600U, 600U, 0U}) {
            QVERIFY(session->undo());
            session->finishCommits();
            QCOMPARE(session->labels().annotations.size(), left);
            QVERIFY(same());
        }
        QCOMPARE(session->labels().suggestions.size(), 600U);
    }

    void mergeOfManyLabels_andItsUndo_leaveTheWindowFree() {
        auto session = newSession(m_path);
        QByteArray many;
        for (int i = 0; i < 200; ++i) {
            nlohmann::json record{{"text", "Note " + std::to_string(i) + ": "}};
            std::string text = record["text"];
            for (int j = 0; j < 25; ++j) {
                record["spans"].push_back({{"begin", text.size()},
                                           {"end", text.size() + 7},
                                           {"type", j % 2 ? "drug" : "dose"}});
                text += "word" + std::to_string(100 + j) + " ";
            }
            record["text"] = text;
            many += QByteArray::fromStdString(record.dump()) + "\n";
        }
        import(*session, m_folder->path(), many);
        QVERIFY(session->openFirstDocument());
        const TypeId drug = typeId(*session, "drug"), dose = typeId(*session, "dose");
        QCOMPARE(session->counts().annotations, 5000);
        const auto before = session->labels();

        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        QSignalSpy locks(session.get(), &ProjectSession::lockedChanged);
        bool isDone = false;
        QVERIFY(session->mergeType(drug, dose, [&] { isDone = true; }));
        // Nothing is shown before it is stored, and what is asked for meanwhile is refused.
        QVERIFY(!isDone && session->isLocked());
        QVERIFY(session->scheme().byId(drug));
        QVERIFY(session->labels() == before);
        QVERIFY(!session->label({0, 4}, dose));
        QVERIFY(!session->undo());
        QVERIFY(errors.size() >= 1);
        QTRY_VERIFY(isDone);
        QVERIFY(!session->isLocked());
        QCOMPARE(locks.size(), 2);
        QVERIFY(!session->scheme().byId(drug));
        QCOMPARE(session->counts().annotations, 5000);
        for (const Annotation& annotation : session->labels().annotations)
            QCOMPARE(annotation.type, dose);

        bool isUndone = false;
        QVERIFY(session->undo([&](bool undone) { isUndone = undone; }));
        QVERIFY(!isUndone && session->isLocked());  // it is large
        QTRY_VERIFY(isUndone);
        QVERIFY(session->scheme().byId(drug));
        QVERIFY(session->labels() == before);
        QVERIFY(session->redoName().startsWith("Merge drug into dose"));
    }

    void trash_documentsAndTypes_comeBackWithLabels() {
        auto session = withTwo();
        const DocumentId first = session->documents().front().id;
        const TypeId drug = typeId(*session, "drug");
        session->openDocument(first);
        QVERIFY(session->label(rangeOf(*session, "metformin"), drug));
        QVERIFY(session->trashDocuments({first}));
        session->finishCommits();
        QCOMPARE(session->documents().size(), 1U);
        QVERIFY(session->documentId() != first);
        QCOMPARE(session->counts().annotations, 0);
        QVERIFY(session->restoreDocuments({first}));
        session->finishCommits();
        QCOMPARE(session->counts().annotations, 1);
        session->openDocument(first);
        QVERIFY(session->trashType(drug));
        session->finishCommits();
        QVERIFY(session->labels().annotations.empty());
        QVERIFY(!session->scheme().byId(drug));
        QVERIFY(session->restoreType(drug));
        session->finishCommits();
        QCOMPARE(session->labels().annotations.size(), 1U);
    }

    void putType_newAndChanged() {
        auto session = newSession(m_path);
        QSignalSpy schemes(session.get(), &ProjectSession::schemeChanged);
        QSignalSpy errors(session.get(), &ProjectSession::errorOccurred);
        const TypeId id = session->putType({0, "test", "a measurement", "#1375d8", "9", 0});
        QVERIFY(id != 0);
        QCOMPARE(schemes.size(), 1);
        EntityType changed = *session->scheme().byId(id);
        changed.name = "examination";
        QCOMPARE(session->putType(changed), id);
        QVERIFY(session->scheme().byName("examination"));
        QCOMPARE(session->putType({0, "drug", {}, {}, {}, 0}), TypeId(0));
        QCOMPARE(errors.size(), 1);
    }

    void searchAndOccurrences() {
        auto session = withTwo();
        const auto found = [&](const QString& text) {
            std::optional<std::vector<DocumentId>> ids;
            const auto heard =
                connect(session.get(), &ProjectSession::documentsFound, this,
                        [&](const QString& of, const std::vector<DocumentId>& documents) {
                            if (of == text)
                                ids = documents;
                        });
            session->findDocuments("an earlier search, which this one replaces");
            session->findDocuments(text);
            [&] { QTRY_VERIFY_WITH_TIMEOUT(ids, 20000); }();
            disconnect(heard);
            return ids.value_or(std::vector<DocumentId>());
        };
        const std::vector<DocumentSummary>& all = session->documents();
        QCOMPARE(found("stop").size(), 1U);
        QCOMPARE(found("metf"), (std::vector<DocumentId>{all[0].id, all[1].id}));
        QVERIFY(found("zebra").empty());
        OccurrenceFinder finder(*session);
        QStringList heard;
        std::optional<Occurrences> places;
        connect(&finder, &OccurrenceFinder::found, this,
                [&](const QString& of, const Occurrences& there) {
                    heard << of;
                    places = there;
                });
        finder.find("an earlier one", 40);
        finder.find("Metformin", 40);
        QVERIFY(heard.isEmpty());  // nobody waited
        QTRY_VERIFY(places);
        QCOMPARE(heard, QStringList("Metformin"));
        QCOMPARE(places->hits.size(), 2U);
        QCOMPARE(places->hits.front().match, std::string("metformin"));
        QVERIFY(!places->isCut);
        places.reset();
        finder.find("Metformin", 40);
        finder.cancel();
        QTest::qWait(100);
        QVERIFY(!places);
    }

    void findDocuments_wordOfMany_showsTheFirstBeforeTheRest() {
        auto session = newSession(m_path);
        constexpr int kMany = 30000;
        QByteArray lines;
        for (int i = 0; i < kMany; ++i) {
            const QByteArray number = QByteArray::number(i);
            lines += "{\"text\": \"word" + number + " of the text\"}\n";
        }
        import(*session, m_folder->path(), lines);
        QCOMPARE(session->documents().size(), std::size_t{kMany});
        // A list in reverse: what is first there comes first.
        std::vector<DocumentId> first;
        for (int i = 0; i < 1000; ++i)
            first.push_back(session->documents()[static_cast<std::size_t>(kMany - 1 - i)].id);
        std::vector<DocumentId> early, all;
        connect(session.get(), &ProjectSession::firstDocumentsFound, this,
                [&](const QString&, const std::vector<DocumentId>& documents) {
                    if (all.empty())
                        early = documents;
                });
        connect(session.get(), &ProjectSession::documentsFound, this,
                [&](const QString&, const std::vector<DocumentId>& documents) { all = documents; });
        // On a busy machine the whole may be there first, which is as well.
        for (int attempt = 0; attempt < 50 && early.empty(); ++attempt) {
            all.clear();
            session->findDocuments("word", first);
            QTRY_VERIFY_WITH_TIMEOUT(!all.empty(), 20000);
            QCOMPARE(all.size(), std::size_t{kMany});
        }
        QCOMPARE(early.size(), std::size_t{100});
        QVERIFY(std::is_sorted(early.begin(), early.end()));
        QCOMPARE(early.back(), first.front());
        QCOMPARE(early.front(), first[99]);
        // Nothing early where nothing is among the first.
        early.clear();
        all.clear();
        session->findDocuments("word17", first);
        QTRY_VERIFY_WITH_TIMEOUT(!all.empty(), 20000);
        QTest::qWait(100);
        QVERIFY(early.empty());
    }

    void thresholdAndDocument_areRemembered() {
        DocumentId second = 0;
        {
            auto session = withTwo();
            second = session->documents()[1].id;
            session->openDocument(second);
            session->setThreshold(0.73);
        }
        auto session = opened();
        QCOMPARE(session->threshold(), 0.73);
        QVERIFY(session->openFirstDocument());
        QCOMPARE(session->documentId(), second);
    }

    void labelsPerHour_needsAFew() {
        auto session = newSession(m_path);
        import(*session, m_folder->path(),
               "{\"text\": \"one two three four five six seven eight nine ten\"}");
        session->openFirstDocument();
        QVERIFY(session->labelsPerHour() < 0);
        QTest::qWait(1100);
        for (const char* word : {"one", "two", "three", "four", "five", "six"})
            QVERIFY(session->label(rangeOf(*session, word), typeId(*session, "drug")));
        QVERIFY(session->labelsPerHour() > 0);
        QVERIFY(session->labelsPerHour() < 6 * 3600);
    }

    void label_staysQuickWithTenThousandDocuments() {
        auto session = newSession(m_path);
        QByteArray many;
        for (int i = 0; i < 10000; ++i)
            many += "{\"text\": \"Patient " + QByteArray::number(i) +
                    " takes metformin 500 mg and lisinopril 10 mg every day.\"}\n";
        import(*session, m_folder->path(), many);
        session->openFirstDocument();
        const TypeId types[] = {typeId(*session, "drug"), typeId(*session, "dose")};
        const Range range = rangeOf(*session, "metformin");
        std::vector<double> times;
        for (int i = 0; i < 100; ++i) {
            QElapsedTimer timer;
            timer.start();
            QVERIFY(session->label(range, types[i % 2]));
            times.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        std::sort(times.begin(), times.end());
        qInfo("label, commit and signals: median %.2f ms, worst %.2f ms", times[50], times.back());
        QVERIFY2(times[50] < 50, qPrintable(QString::number(times[50])));
    }
};

QTEST_GUILESS_MAIN(TestProjectSession)
#include "test_project_session.moc"
