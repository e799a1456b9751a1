#include <signal.h>

#include "session_support.h"

using namespace support;
using namespace std::chrono_literals;
using Stage = LearningStatus::Stage;

namespace {

constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 1500ms};

LearningOptions quickOptions() {
    LearningOptions options;
    options.debounce = 40ms;
    options.longestWait = 200ms;
    options.idle = 60000ms;
    options.flush = 20ms;
    options.neighbours = 2;
    options.chunk = 4;
    return options;
}

/// "metformin" is in every document, "aspirin" in every third.
QByteArray corpus(int documents) {
    QByteArray jsonl;
    for (int i = 0; i < documents; ++i)
        jsonl += "{\"id\": \"d" + QByteArray::number(i) + "\", \"text\": \"Patient " +
                 QByteArray::number(i) + " takes metformin" + (i % 3 == 0 ? " and aspirin" : "") +
                 ".\"}\n";
    return jsonl;
}

}  // namespace

class TestLearningController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;

    void start(int documents, const QStringList& flags = {},
               const LearningOptions& options = quickOptions()) {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), corpus(documents));
        m_session->openDocument(m_session->documents().front().id);
        startWorker(flags, options);
    }
    void startWorker(const QStringList& flags, const LearningOptions& options) {
        m_client = std::make_unique<WorkerClient>(fakeWorker(QStringList{"--log", m_log} + flags),
                                                  nullptr, kQuick);
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, options);
        m_client->start();
    }
    bool labelHere(const char* word) {
        return m_session->label(rangeOf(*m_session, word), typeId(*m_session, "drug"));
    }
    Stage stage() const { return m_learning->status().stage; }
    int count(const char* request) const {
        int found = 0;
        for (const QByteArray& line : lines(m_log))
            found += line.startsWith(request) ? 1 : 0;
        return found;
    }
    std::size_t suggestionsOf(DocumentId id) const {
        return m_session->project().labels(id)->suggestions.size();
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_log = m_folder->filePath("log");
    }
    void cleanup() {
        m_learning.reset();
        m_client.reset();
        m_session.reset();
    }

    void withoutLabels_waitsAndTrainsNothing() {
        start(3);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(m_learning->status().model, QString("fake-encoder"));
        QCOMPARE(m_learning->status().device, QString("CPU"));
        QTest::qWait(200);
        QCOMPARE(count("train"), 0);
        QCOMPARE(count("documents/put"), 0);
    }

    void label_bringsSuggestions_visibleDocumentFirst() {
        start(20);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        const DocumentId shown = m_session->documents()[7].id;
        QVERIFY(m_session->openDocument(shown));
        DocumentId first = 0;
        connect(m_session.get(), &ProjectSession::labelsChanged, this, [&](qint64 document) {
            if (first == 0)
                first = document;
        });
        QTRY_COMPARE(m_session->labels().suggestions.size(), 1U);
        QCOMPARE(first, shown);
        const Suggestion& suggestion = m_session->labels().suggestions.front();
        QVERIFY(suggestion.range == rangeOf(*m_session, "metformin"));
        QCOMPARE(suggestion.score, 0.9);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTRY_COMPARE(m_session->counts().suggestions, 19);
        QCOMPARE(m_learning->status().learned, 1);
        QCOMPARE(m_learning->status().labels, 1);
        QCOMPARE(count("train quick"), 1);
        // Each text went over once.
        int put = 0;
        for (const QByteArray& line : lines(m_log)) {
            if (line.startsWith("documents/put "))
                put += line.mid(14).toInt();
        }
        QCOMPARE(put, 20);
    }

    void quickLabels_areTrainedTogether() {
        start(3);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QVERIFY(labelHere("aspirin"));
        QVERIFY(labelHere("Patient"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(count("train"), 1);
        QCOMPARE(m_learning->status().learned, 3);
    }

    void labelDuringTraining_isTrainedNext() {
        start(6, {"--train-ms", "300"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(count("train"), 1);
        QTRY_VERIFY(m_learning->status().fraction >= 0);
        QVERIFY(labelHere("aspirin"));
        QCOMPARE(m_learning->status().labels, 2);
        QTRY_COMPARE(m_learning->status().learned, 1);  // the run is not thrown away
        QTRY_COMPARE(m_learning->status().learned, 2);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(count("train"), 2);
        QTRY_COMPARE(suggestionsOf(m_session->documents()[3].id), 2U);
    }

    void labelDuringPool_cancelsIt() {
        LearningOptions options = quickOptions();
        options.chunk = 64;
        start(60, {"--predict-ms", "60"}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(count("predict ") >= 2);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(count("train"), 2);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 20000);
        QTRY_COMPARE(m_session->counts().suggestions, 59 + 19);
    }

    void openingADocument_duringPool_predictsItNow() {
        LearningOptions options = quickOptions();
        options.chunk = 64;
        start(80, {"--predict-ms", "60"}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(count("predict ") >= 2);
        QVERIFY(m_session->openDocument(m_session->documents().back().id));
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE(m_session->labels().suggestions.size(), 1U);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    }

    void doneDocuments_areNeverPredicted() {
        start(6);
        const DocumentSummary done = m_session->documents()[2];
        m_session->openDocument(done.id);
        QVERIFY(m_session->setStatus(DocumentStatus::Done));
        m_session->openDocument(m_session->documents()[0].id);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTRY_COMPARE(m_session->counts().suggestions, 4);
        QCOMPARE(suggestionsOf(done.id), 0U);
        QVERIFY(!read(m_log).contains("predicts " + QByteArray::fromStdString(done.sha256)));
        m_session->openDocument(done.id);
        QTest::qWait(150);
        QVERIFY(!read(m_log).contains("predicts " + QByteArray::fromStdString(done.sha256)));
        // But it teaches.
        QVERIFY(read(m_log).contains("train quick 2"));
    }

    void workerKilledInTraining_comesBackAndLearns() {
        start(6, {"--train-ms", "400"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(stage() == Stage::Training && m_learning->status().fraction > 0);
        QCOMPARE(::kill(static_cast<pid_t>(m_client->processId()), SIGKILL), 0);
        QTRY_COMPARE(stage(), Stage::Restarting);
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 10000);
        QCOMPARE(m_client->restarts(), 1);
        QTRY_COMPARE(m_session->counts().suggestions, 5);
        QCOMPARE(m_session->counts().annotations, 1);
    }

    void workerKilledWhileIdle_learnsAgainAfterRestart() {
        start(4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(::kill(static_cast<pid_t>(m_client->processId()), SIGKILL), 0);
        QTRY_COMPARE(count("start"), 2);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(m_learning->status().learned, 2);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTRY_COMPARE(suggestionsOf(m_session->documents()[3].id), 2U);
    }

    void workerThatAlwaysDiesInTraining_isReportedAndRetriedAfterALabel() {
        start(4, {"--die-on", "train"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::Failed, 10000);
        QVERIFY(!m_learning->status().message.isEmpty());
        const int trainings = count("train");
        QCOMPARE(trainings, 3);
        QTest::qWait(400);
        QCOMPARE(count("train"), trainings);
        QVERIFY(labelHere("aspirin"));
        QTRY_VERIFY(count("train") > trainings);
        QCOMPARE(m_session->counts().annotations, 2);
    }

    void nonsenseInPrediction_restartsAndGoesOn_data() {
        QTest::addColumn<QString>("flag");
        QTest::newRow("garbage") << "--garbage-on";
        QTest::newRow("bad JSON") << "--bad-json-on";
        QTest::newRow("death") << "--die-on";
    }
    void nonsenseInPrediction_restartsAndGoesOn() {
        QFETCH(QString, flag);
        start(6, {"--times", "1", flag, "predict"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->counts().suggestions, 5, 10000);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(count("start"), 2);
    }

    void forgottenDocuments_arePutAgain_data() {
        QTest::addColumn<QString>("method");
        QTest::newRow("train") << "train";
        QTest::newRow("predict") << "predict";
    }
    void forgottenDocuments_arePutAgain() {
        QFETCH(QString, method);
        start(6, {"--forget-on", method});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTRY_COMPARE(m_session->counts().suggestions, 5);
        QCOMPARE(count("start"), 1);
    }

    void idle_freshFitIsKept_andLoadedNextTime() {
        LearningOptions options = quickOptions();
        options.idle = 300ms;
        options.modelFolder = m_folder->filePath("models");
        start(4, {}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(count("train fresh"), 1);
        QTRY_COMPARE(count("model/save"), 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_session->project().models()->size(), 1U);
        QVERIFY(QFile::exists(QString::fromStdString(m_session->project().models()->front().path)));
        QTest::qWait(500);
        QCOMPARE(count("train"), 2);  // one quick, one fresh, and then peace

        m_learning.reset();
        m_client.reset();
        QFile::remove(m_log);
        startWorker({}, options);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().learned, 1);
        QTest::qWait(300);
        QCOMPARE(count("train"), 0);
        // A second fresh fit replaces the first on the disk.
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(count("model/save"), 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(QDir(options.modelFolder).entryList({"model-*"}, QDir::Dirs).size(), 1);
    }

    void keptModelThatIsGone_isLearnedAgain() {
        LearningOptions options = quickOptions();
        options.idle = 200ms;
        options.modelFolder = m_folder->filePath("models");
        start(4, {}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(m_session->project().models()->size(), 1U);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        m_learning.reset();
        m_client.reset();
        QFile::remove(QString::fromStdString(m_session->project().models()->front().path) +
                      "/fake.json");
        QFile::remove(m_log);
        startWorker({}, options);
        QTRY_VERIFY(count("train quick") >= 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().learned, 1);
    }

    void labelDuringFreshFit_cancelsIt() {
        LearningOptions options = quickOptions();
        options.idle = 200ms;
        start(4, {"--train-ms", "500"}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(count("train fresh"), 1);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(count("train quick"), 2);
        QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(count("train fresh"), 2, 10000);
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 10000);
        QCOMPARE(m_learning->status().learned, 2);
    }

    void trainNow_makesAFreshFit() {
        start(4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        m_learning->trainNow();
        QTRY_COMPARE(count("train fresh"), 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
    }

    void undoOfTheOnlyLabel_stopsLearning() {
        start(4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QVERIFY(m_session->undo());
        QTRY_COMPARE(stage(), Stage::Waiting);
    }

    void newType_trainsAgainWithIt() {
        start(4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        const TypeId person = m_session->putType({0, "person", "who", "#123456", "7", 0});
        QVERIFY(m_session->label(rangeOf(*m_session, "Patient"), person));
        QTRY_COMPARE(m_learning->status().learned, 2);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTRY_COMPARE(suggestionsOf(m_session->documents()[1].id), 2U);
    }

    void readOnlyProject_learnsNothing() {
        auto writer = newSession(m_folder->filePath("trial.spanwise"));
        import(*writer, m_folder->path(), corpus(3));
        m_session = std::move(*ProjectSession::open(m_folder->filePath("trial.spanwise")));
        QVERIFY(m_session->isReadOnly());
        startWorker({}, quickOptions());
        QCOMPARE(stage(), Stage::Off);
        QTest::qWait(200);
        QCOMPARE(stage(), Stage::Off);
        QCOMPARE(count("model/load"), 0);
        m_learning.reset();
        m_client.reset();
        m_session.reset();
    }

    void manyKills_loseNothing() {
        start(12, {"--train-ms", "60"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        std::set<RecordId> acknowledged;
        for (int round = 0; round < 6; ++round) {
            m_session->openDocument(m_session->documents()[static_cast<std::size_t>(round)].id);
            QVERIFY(labelHere("metformin"));
            for (const Annotation& annotation : m_session->labels().annotations)
                acknowledged.insert(annotation.id);
            QTRY_VERIFY(stage() == Stage::Training || stage() == Stage::Predicting);
            ::kill(static_cast<pid_t>(m_client->processId()), SIGKILL);
            QTRY_VERIFY_WITH_TIMEOUT(m_client->restarts() == round + 1, 5000);
        }
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 10000);
        QCOMPARE(m_session->counts().annotations, 6);
        QTRY_COMPARE(m_session->counts().suggestions, 6);
        for (int i = 0; i < 6; ++i) {
            const DocumentId id = m_session->documents()[static_cast<std::size_t>(i)].id;
            const auto labels = m_session->project().labels(id);
            for (const Annotation& annotation : labels->annotations)
                acknowledged.erase(annotation.id);
        }
        QVERIFY(acknowledged.empty());
        QVERIFY(m_session->project().integrityCheck());
    }
};

QTEST_GUILESS_MAIN(TestLearningController)
#include "test_learning_controller.moc"
