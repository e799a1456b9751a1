#include "session_support.h"
#include "ui/session/quality_controller.h"

using namespace support;
using namespace std::chrono_literals;
using Stage = QualityStatus::Stage;

namespace {

constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 1500ms};

LearningOptions quickOptions() {
    LearningOptions options;
    options.debounce = 40ms;
    options.longestWait = 200ms;
    options.idle = 150ms;
    options.flush = 20ms;
    options.neighbours = 2;
    options.chunk = 8;
    return options;
}

/// "metformin" is in every document.
QByteArray corpus(int documents) {
    QByteArray jsonl;
    for (int i = 0; i < documents; ++i)
        jsonl += "{\"id\": \"d" + QByteArray::number(i) + "\", \"text\": \"Patient " +
                 QByteArray::number(i) + " takes metformin.\\nAnd aspirin " +
                 QByteArray::number(i) + ".\"}\n";
    return jsonl;
}

}  // namespace

class TestQualityController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_log;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;
    std::unique_ptr<QualityController> m_quality;

    void start(int documents, const QStringList& flags = {}) {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), corpus(documents));
        m_session->openDocument(m_session->documents().front().id);
        startWorker(flags);
    }
    void startWorker(const QStringList& flags) {
        m_client = std::make_unique<WorkerClient>(fakeWorker(QStringList{"--log", m_log} + flags),
                                                  nullptr, kQuick);
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, quickOptions());
        m_quality = std::make_unique<QualityController>(*m_session, *m_learning);
        m_client->start();
    }
    void stop() {
        m_quality.reset();
        m_learning.reset();
        m_client.reset();
        m_session.reset();
    }
    bool labelIn(std::size_t document, const char* word, const char* type = "drug") {
        return m_session->openDocument(m_session->documents()[document].id) &&
               m_session->label(rangeOf(*m_session, word), typeId(*m_session, type));
    }
    /// Two labels in each of the first documents.
    bool labelFirst(std::size_t documents) {
        for (std::size_t i = 0; i < documents; ++i) {
            if (!labelIn(i, "metformin") || !labelIn(i, "aspirin"))
                return false;
        }
        return true;
    }
    QList<QByteArray> logged(const char* request) const {
        QList<QByteArray> found;
        for (const QByteArray& line : lines(m_log)) {
            if (line.startsWith(request))
                found << line;
        }
        return found;
    }
    int count(const char* request) const { return static_cast<int>(logged(request).size()); }
    Stage stage() const { return m_quality->status().stage; }
    /// Nothing more comes of itself.
    bool rests() {
        for (int calm = 0, last = -1, i = 0; i < 200; ++i) {
            QTest::qWait(40);
            const int now = static_cast<int>(lines(m_log).size());
            calm = now == last ? calm + 1 : 0;
            last = now;
            if (calm == 12)
                return true;
        }
        return false;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_log = m_folder->filePath("log");
    }
    void cleanup() { stop(); }

    void afterAFreshFit_checksOnce_andPredictsAnew() {
        start(8);
        QSignalSpy changed(m_quality.get(), &QualityController::qualityChanged);
        QVERIFY(labelFirst(3));
        QTRY_VERIFY(m_quality->quality().has_value());
        QCOMPARE(changed.size(), 1);
        QCOMPARE(logged("check-of"), QList<QByteArray>{"check-of 3 pre-annotated 0"});
        QCOMPARE(m_quality->quality()->labels, 6);
        QCOMPARE(m_quality->quality()->result.all.perType.at("drug").support, 6);
        QTRY_COMPARE(stage(), Stage::Checked);
        // Quick fits, then the fresh one, then the check, then the documents again.
        QVERIFY(rests());
        const auto all = lines(m_log);
        const auto check = all.lastIndexOf("check");
        const auto fresh = all.indexOf("train fresh 3");
        QVERIFY(fresh > 0 && check > fresh);
        QVERIFY(count("predict ") > 1);
        QVERIFY(std::any_of(all.begin() + check, all.end(),
                            [](const QByteArray& line) { return line.startsWith("predict "); }));
        QCOMPARE(count("check-of"), 1);
    }

    void tooFewDocumentsOrSentences_checkNothing_andSaySo() {
        start(8);
        QVERIFY(labelFirst(2));
        QTRY_VERIFY(count("train fresh") == 1);
        QVERIFY(rests());
        QCOMPARE(stage(), Stage::TooFew);
        QVERIFY(labelIn(2, "metformin"));  // three documents, five sentences
        QVERIFY(rests());
        QCOMPARE(count("check-of"), 1);
        QVERIFY(m_session->undo());  // and two again
        QVERIFY(rests());
        QCOMPARE(count("check-of"), 1);
        m_quality->checkNow();
        QCOMPARE(stage(), Stage::TooFew);
    }

    void fourSentences_areTooFew() {
        start(8);
        QVERIFY(labelIn(0, "metformin") && labelIn(0, "aspirin"));
        QVERIFY(labelIn(1, "metformin") && labelIn(2, "metformin"));
        QTRY_VERIFY(count("train fresh") == 1);
        QVERIFY(rests());
        QCOMPARE(count("check-of"), 0);
        QCOMPARE(stage(), Stage::TooFew);
    }

    void acceptedSuggestions_markTheirDocument_andTwentyAskForTheCurve() {
        start(24);
        QVERIFY(labelFirst(19));
        m_session->openDocument(m_session->documents()[19].id);
        QTRY_VERIFY(!m_session->labels().suggestions.empty());
        QVERIFY(m_session->accept({m_session->labels().suggestions.front().id}));
        QTRY_VERIFY(m_quality->quality().has_value());
        QVERIFY(rests());
        QCOMPARE(logged("check-of").back(), QByteArray("check-of 20 pre-annotated 1 curve"));
        QVERIFY(m_quality->quality()->result.preAnnotated.has_value());
        QVERIFY(m_quality->quality()->result.curve->isGiven);
    }

    void acceptedSuggestionThatWasRelabelled_stillMarksItsDocument() {
        start(24);
        QVERIFY(labelFirst(19));
        m_session->openDocument(m_session->documents()[19].id);
        QTRY_VERIFY(!m_session->labels().suggestions.empty());
        const Range range = m_session->labels().suggestions.front().range;
        QVERIFY(m_session->accept({m_session->labels().suggestions.front().id}));
        QVERIFY(m_session->removeAnnotations({m_session->labels().annotations.front().id}));
        QVERIFY(m_session->label(range, m_session->scheme().types().front().id));
        QTRY_VERIFY(m_quality->quality().has_value());
        QVERIFY(rests());
        QCOMPARE(logged("check-of").back(), QByteArray("check-of 20 pre-annotated 1 curve"));
    }

    void aLabel_endsTheCheck_isLearnedFirst_andTheCheckComesAgain() {
        start(8, {"--check-ms", "3000"});
        QVERIFY(labelFirst(3));
        QTRY_COMPARE(stage(), Stage::Checking);
        QTRY_COMPARE(m_learning->status().stage, LearningStatus::Stage::Checking);
        QTRY_VERIFY(m_quality->status().fraction > 0);
        const int quick = count("train quick");
        QElapsedTimer timer;
        timer.start();
        QVERIFY(labelIn(3, "metformin"));
        QTRY_COMPARE(count("train quick"), quick + 1);
        QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
        QVERIFY(!m_quality->quality());
        QTRY_VERIFY_WITH_TIMEOUT(m_quality->quality().has_value(), 15000);
        QCOMPARE(m_quality->quality()->labels, 7);
        // A suggestion stood there: it was accepted.
        QCOMPARE(logged("check-of").back(), QByteArray("check-of 4 pre-annotated 1"));
    }

    void restart_keepsTheResult_andChecksNotAgain() {
        start(8);
        QVERIFY(labelFirst(3));
        QTRY_VERIFY(m_quality->quality().has_value());
        const auto before = *m_quality->quality();
        QVERIFY(rests());
        stop();
        m_session = std::move(*ProjectSession::open(m_folder->filePath("trial.spanwise")));
        QFile::remove(m_log);
        startWorker({});
        QVERIFY(m_quality->quality().has_value());
        QCOMPARE(m_quality->quality()->at, before.at);
        QCOMPARE(m_quality->quality()->labels, 6);
        QCOMPARE(nlohmann::json(m_quality->quality()->result).dump(),
                 nlohmann::json(before.result).dump());
        m_learning->trainNow();
        QTRY_VERIFY(count("train fresh") >= 1);
        QVERIFY(rests());
        QCOMPARE(count("check-of"), 0);
        QCOMPARE(stage(), Stage::Checked);
        QVERIFY(labelIn(3, "metformin"));
        QCOMPARE(stage(), Stage::Waiting);
        QTRY_COMPARE(count("check-of"), 1);
    }

    void damagedSettings_areMadeAnew() {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        QVERIFY(
            m_session->project().putSetting("quality", "{\"result\": {\"all\": 7}}").has_value());
        QVERIFY(m_session->project().putSetting("dismissedDoubts", "{\"x\": 1}").has_value());
        import(*m_session, m_folder->path(), corpus(4));
        startWorker({});
        QVERIFY(!m_quality->quality());
        QVERIFY(labelFirst(3));
        QTRY_VERIFY(m_quality->quality().has_value());
    }

    void checkNow_isMadeAtOnce_andCancelled() {
        start(8, {"--check-ms", "1500"});
        QVERIFY(labelFirst(3));
        QTRY_VERIFY(count("train quick") >= 1);
        m_quality->checkNow();
        QVERIFY(m_quality->status().isAsked);
        QTRY_COMPARE(stage(), Stage::Checking);
        QTRY_COMPARE(count("check-of"), 1);
        m_quality->cancelCheck();
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(!m_quality->status().isAsked);
        QVERIFY(rests());
        QCOMPARE(count("check-of"), 1);  // not again of itself
        m_quality->checkNow();
        QTRY_VERIFY_WITH_TIMEOUT(m_quality->quality().has_value(), 8000);
    }

    void failure_isSaid_andNotTriedAgain() {
        start(8, {"--fail-on", "check"});
        QVERIFY(labelFirst(3));
        QTRY_COMPARE(stage(), Stage::Failed);
        QVERIFY(m_quality->status().message.contains("on purpose"));
        QVERIFY(rests());
        QCOMPARE(count("check"), 1);
        QCOMPARE(m_learning->status().stage, LearningStatus::Stage::UpToDate);
    }

    void workerThatDies_isNotAskedForEver() {
        start(8, {"--die-on", "check"});
        QVERIFY(labelFirst(3));
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::Failed, 15000);
        QVERIFY(rests());
        QCOMPARE(count("check"), 2);
    }

    void olderWorker_isLeftInPeace() {
        start(8, {"--old", "1"});
        QVERIFY(labelFirst(3));
        QTRY_COMPARE(stage(), Stage::Failed);
        QVERIFY(rests());
        QCOMPARE(count("check"), 1);
        const int ranks = count("rank");  // one may have been cut short
        QVERIFY(ranks >= 1);
        QVERIFY(labelIn(3, "metformin"));
        QVERIFY(rests());
        QCOMPARE(count("check"), 1);
        QCOMPARE(count("rank"), ranks);
    }

    // --- what to label next

    void rank_givesOrderAndReasons_forThatQueue() {
        start(12);
        QVERIFY(labelFirst(2));
        QTRY_VERIFY(!m_session->ranking().empty());
        QVERIFY(rests());
        const auto order = m_session->queue();
        QCOMPARE(order.size(), std::size_t{12});
        QCOMPARE(order[0].reason, QueueReason::InProgress);
        QCOMPARE(order[2].reason, QueueReason::Uncertain);
        QCOMPARE(order[2].type, typeId(*m_session, "drug"));
        QCOMPARE(order[2].seconds, 12.4);
        QCOMPARE(order[2].id, m_session->ranking().front().id);
        QCOMPARE(order[5].reason, QueueReason::Different);
        QCOMPARE(order[6].reason, QueueReason::RandomPick);
        std::set<DocumentId> seen;
        for (const QueueEntry& entry : order)
            QVERIFY(seen.insert(entry.id).second);
        // What is labelled meanwhile leaves its place.
        const DocumentId best = order[2].id;
        QVERIFY(m_session->openDocument(best) && m_session->setStatus(DocumentStatus::Done));
        QCOMPARE(m_session->queue().back().id, best);
    }

    void rank_comesOncePerModel() {
        start(12);
        QVERIFY(labelFirst(1));
        QTRY_VERIFY(count("train fresh") == 1);
        QVERIFY(rests());
        const int ranked = count("rank-of");
        QVERIFY(ranked >= 1 && ranked <= 2);  // after the quick fit, and after the fresh one
        m_session->openDocument(m_session->documents()[4].id);
        QVERIFY(rests());
        QCOMPARE(count("rank-of"), ranked);
    }

    // --- doubted labels

    void doubts_areTaken_dismissed_andComeBackWithUndo() {
        start(8);
        QVERIFY(labelFirst(3));
        QVERIFY(labelIn(3, "metformin", "dose"));
        QTRY_VERIFY(m_quality->quality().has_value());
        QTRY_COMPARE(m_quality->doubts().size(), std::size_t{2});
        const Doubt wrong = m_quality->doubts().front();
        QCOMPARE(wrong.report.kind, std::string("wrong-type"));
        const DocumentId where = m_session->documents()[3].id;
        QCOMPARE(wrong.document, where);
        m_session->openDocument(m_session->documents()[0].id);
        QVERIFY(m_quality->takeModelsVersion(wrong));
        QCOMPARE(m_session->documentId(), where);
        const auto& annotations = m_session->labels().annotations;
        QCOMPARE(annotations.size(), std::size_t{1});
        QCOMPARE(annotations.front().type, typeId(*m_session, "drug"));
        QCOMPARE(annotations.front().origin, Origin::Accepted);
        QTRY_COMPARE(m_quality->doubts().size(), std::size_t{1});
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->labels().annotations.front().type, typeId(*m_session, "dose"));
        QTRY_COMPARE(m_quality->doubts().size(), std::size_t{2});
        QVERIFY(!m_quality->takeModelsVersion({wrong.report, where, 999999}));

        const Doubt missing = m_quality->doubts().back();
        QCOMPARE(missing.report.kind, std::string("missing"));
        m_quality->dismiss(missing);
        QCOMPARE(m_quality->doubts().size(), std::size_t{1});
        QCOMPARE(m_quality->dismissedCount(), 1);
        stop();
        m_session = std::move(*ProjectSession::open(m_folder->filePath("trial.spanwise")));
        startWorker({});
        QCOMPARE(m_quality->doubts().size(), std::size_t{1});
        m_quality->restoreDismissed();
        QCOMPARE(m_quality->doubts().size(), std::size_t{2});
        QVERIFY(m_quality->takeModelsVersion(m_quality->doubts().back()));
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{2});
        QCOMPARE(m_session->labels().annotations.back().origin, Origin::Accepted);
    }
};

QTEST_GUILESS_MAIN(TestQualityController)
#include "test_quality_controller.moc"
