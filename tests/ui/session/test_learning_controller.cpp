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
    /// Types whose descriptions the fake worker looks for, and nothing labelled.
    void startZeroShot(int documents, QStringList flags = {},
                       const LearningOptions& options = quickOptions()) {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        describe("drug", "metformin");
        import(*m_session, m_folder->path(), corpus(documents));
        m_session->openDocument(m_session->documents().front().id);
        if (!flags.contains("--zero-shot"))
            flags << "--zero-shot"
                  << "any";
        startWorker(flags, options);
    }
    void describe(const char* type, const char* description) {
        EntityType changed = *m_session->scheme().byName(type);
        changed.description = description;
        QVERIFY(m_session->putType(changed) != 0);
    }
    /// How many suggestions in all living documents come from models whose id begins so.
    int suggestionsBy(const char* model) const {
        int found = 0;
        for (const DocumentSummary& document : m_session->documents()) {
            const auto labels = m_session->project().labels(document.id);
            for (const Suggestion& suggestion : labels->suggestions)
                found += suggestion.model.rfind(model, 0) == 0 ? 1 : 0;
        }
        return found;
    }
    QList<QByteArray> logged(const char* request) const {
        QList<QByteArray> found;
        for (const QByteArray& line : lines(m_log)) {
            if (line.startsWith(request))
                found << line;
        }
        return found;
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

    /// The first document has many lines, each with both words; the second is short.
    void startLong(const QStringList& flags, const LearningOptions& options = quickOptions()) {
        QByteArray text;
        for (int line = 0; line < kLines; ++line)
            text += "Line " + QByteArray::number(100 + line) + " metformin aspirin.\\n";
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(),
               "{\"id\": \"long\", \"text\": \"" + text +
                   "\"}\n{\"id\": \"short\", \"text\": \"More metformin.\"}\n");
        m_session->openDocument(m_session->documents().front().id);
        startWorker(QStringList{"--lines", "1"} + flags, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
    }
    static constexpr int kLines = 20;
    static constexpr Offset kLine = 28;  ///< code points
    /// The places of the suggestions of the long document by a model, in lines.
    std::set<Offset> linesWith(const std::string& model) const {
        std::set<Offset> found;
        for (const Suggestion& suggestion : m_session->labels().suggestions) {
            if (suggestion.model == model)
                found.insert(suggestion.range.begin / kLine);
        }
        return found;
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

    void manyLabelledDocuments_aPartIsLearned_andSaid() {
        QByteArray gold;
        for (int i = 0; i < 30; ++i)
            gold += "{\"text\": \"metformin " + QByteArray::number(i) +
                    "\", \"spans\": [{\"begin\": 0, \"end\": 9, \"type\": \"drug\"}]}\n";
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), gold + corpus(2));
        LearningOptions options = quickOptions();
        options.teaching.documents = 10;
        options.idle = 300ms;
        options.modelFolder = m_folder->filePath("models");
        startWorker({}, options);
        QTRY_VERIFY(m_learning->isFresh());
        QTRY_COMPARE(stage(), Stage::UpToDate);
        for (const QByteArray& training : logged("train "))
            QVERIFY2(training.endsWith(" 10"), training);
        int put = 0;
        for (const QByteArray& line : logged("documents/put"))
            put += line.split(' ').last().toInt();
        QCOMPARE(put, 10 + 2);  // and those that are predicted
        QCOMPARE(m_learning->status().learnedDocuments, 10);
        QCOMPARE(m_learning->status().labelledDocuments, 30);

        // A decision is learned, whatever was chosen before.
        m_session->openDocument(m_session->documents().back().id);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(logged("train quick 11").size() == 1);
        QTRY_COMPARE(m_learning->status().learnedDocuments, 11);
        QCOMPARE(m_learning->status().labelledDocuments, 31);
        QTRY_VERIFY(m_learning->isFresh());
        QTRY_COMPARE(stage(), Stage::UpToDate);

        // A kept model says it after a restart.
        m_learning.reset();
        m_client.reset();
        startWorker({}, options);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().learnedDocuments, 11);
        QCOMPARE(m_learning->status().labelledDocuments, 31);
        // All of them, where the limit allows it: then there is nothing to say.
        m_learning.reset();
        m_client.reset();
        options.teaching.documents = 31;
        startWorker({}, options);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        m_learning->trainNow();
        QTRY_VERIFY(!logged("train fresh 31").isEmpty());
        QTRY_COMPARE(m_learning->status().learnedDocuments, 0);
    }

    void withoutLabels_waitsAndTrainsNothing() {
        start(3);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(m_learning->status().model, QString("fake-encoder"));
        QCOMPARE(m_learning->status().device, QString("CPU"));
        QTest::qWait(200);
        QCOMPARE(count("train"), 0);
        QCOMPARE(m_session->counts().suggestions, 0);
    }

    void whatWasNotLearned_isInTheStatus() {
        const QString warning = "2 annotations overlap a longer one, which is learned instead.";
        start(3, {"--warn", warning});
        QVERIFY(m_learning->status().warnings.isEmpty());
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(m_learning->status().warnings, QStringList(warning));
    }

    // --- long documents in pieces

    void longDocument_comesVisiblePartFirst_thenTheRest() {
        startLong({"--predict-ms", "15"});
        m_learning->setVisibleRange(m_session->documentId(), {10 * kLine, 12 * kLine});
        QList<Offset> firsts;
        connect(m_session.get(), &ProjectSession::labelsChanged, this, [&](qint64 document) {
            if (document == m_session->documentId() && !m_session->labels().suggestions.empty())
                firsts << m_session->labels().suggestions.front().range.begin / kLine;
        });
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(m_session->labels().suggestions.size(), std::size_t{kLines - 1});
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(firsts.front(), Offset{10});
        QCOMPARE(count("predict-line "), kLines);
        QCOMPARE(logged("predict-line ").front(),
                 QByteArray("predict-line ") + QByteArray::number(10 * kLine));
        QCOMPARE(logged("predict-visible ").front(), QByteArray("predict-visible 280 covered 0"));
    }

    void longDocument_rangesOfAnOldModelStayUntilReplaced() {
        startLong({"--predict-ms", "30"});
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(m_session->labels().suggestions.size(), std::size_t{kLines - 1});
        QTRY_COMPARE(stage(), Stage::UpToDate);
        const std::string old = m_session->labels().suggestions.front().model;
        QVERIFY(labelHere("aspirin"));
        // In mid-way the new model's lines stand beside the old one's, none missing, none twice.
        QTRY_VERIFY(m_session->labels().suggestions.back().model == old &&
                    m_session->labels().suggestions.front().model != old);
        const std::string fresh = m_session->labels().suggestions.front().model;
        const std::set<Offset> before = linesWith(old);
        const std::set<Offset> after = linesWith(fresh);
        QVERIFY(!before.empty() && !after.empty());
        QVERIFY(*after.rbegin() < *before.begin());
        QCOMPARE(before.size() + after.size(), std::size_t{kLines - 1});
        QTRY_COMPARE(m_session->labels().suggestions.size(), std::size_t{2 * (kLines - 1)});
        QVERIFY(linesWith(old).empty());
    }

    void labelWhileALongDocumentStreams_isLearnedAtOnce() {
        startLong({"--predict-ms", "100"});
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(!m_session->labels().suggestions.empty());
        QVERIFY(labelHere("aspirin"));
        // The rest would take two seconds more.
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE(count("train quick"), 2);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(m_session->labels().suggestions.size(),
                                  std::size_t{2 * (kLines - 1)}, 15000);
        QTRY_COMPARE(stage(), Stage::UpToDate);
    }

    void scrollingWhileALongDocumentStreams_bringsThatPartNext() {
        LearningOptions options = quickOptions();
        options.scroll = 10ms;
        startLong({"--predict-ms", "60"}, options);
        m_learning->setVisibleRange(m_session->documentId(), {0, kLine});
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(count("predict-line ") >= 2);
        m_learning->setVisibleRange(m_session->documentId(), {15 * kLine, 16 * kLine});
        QTRY_COMPARE(count("predict-visible "), 2);
        QTRY_COMPARE(m_session->labels().suggestions.size(), std::size_t{kLines - 1});
        const QByteArray again = logged("predict-visible ").back();
        QVERIFY2(again == "predict-visible 420 covered 1", again.constData());
        // What was there is not asked for again; a line under way may be.
        const int sent = count("predict-line ");
        QVERIFY2(sent == kLines, qPrintable(QString::number(sent)));
        QVERIFY(logged("predict-line ").indexOf("predict-line 420") < kLines / 2);
    }

    void openingAnotherDocumentWhileALongOneStreams_predictsItNow_andFinishesLater() {
        startLong({"--predict-ms", "60"});
        QVERIFY(labelHere("metformin"));
        const DocumentId longOne = m_session->documentId();
        QTRY_VERIFY(!m_session->labels().suggestions.empty());
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        QElapsedTimer timer;
        timer.start();
        QTRY_COMPARE(m_session->labels().suggestions.size(), std::size_t{1});
        QVERIFY2(timer.elapsed() < 600, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE(suggestionsOf(longOne), std::size_t{kLines - 1});
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(count("predict-line "), kLines + 1);  // the short one has a line, too
    }

    // --- before the first label: zero-shot

    void zeroShot_suggestsTheVisibleDocumentThenNeighboursThenThePool() {
        QList<Stage> stages;
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        describe("drug", "metformin");
        import(*m_session, m_folder->path(), corpus(12));
        const DocumentSummary shown = m_session->documents()[7];
        QVERIFY(m_session->openDocument(shown.id));
        startWorker({"--zero-shot", "any", "--suggest-ms", "5"}, quickOptions());
        QSignalSpy predicted(m_learning.get(), &LearningController::predicted);
        connect(m_learning.get(), &LearningController::statusChanged, this, [&] {
            if (stages.isEmpty() || stages.back() != stage())
                stages << stage();
        });
        QTRY_COMPARE(m_session->labels().suggestions.size(), 1U);
        QCOMPARE(m_session->labels().suggestions.front().model, std::string("zero-shot:fake"));
        QCOMPARE(m_session->labels().suggestions.front().score, 0.4);
        QTRY_COMPARE(m_session->counts().suggestions, 12);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(logged("suggests ").first(),
                 QByteArray("suggests " + QByteArray::fromStdString(shown.sha256.hex())));
        // The visible one with two neighbours, then the pool by fours.
        QCOMPARE(logged("suggest "),
                 (QList<QByteArray>{"suggest 3", "suggest 4", "suggest 4", "suggest 1"}));
        QCOMPARE(logged("suggests ").size(), 12);
        QVERIFY(logged("scheme/set").size() == 1);
        QCOMPARE(count("train"), 0);
        QCOMPARE(count("predict "), 0);
        const auto first = stages.indexOf(Stage::Suggesting);
        QVERIFY(first >= 0 && stages.indexOf(Stage::Waiting, first) > first);
        QVERIFY(!stages.contains(Stage::Training));
        QCOMPARE(predicted.size(), 1);
    }

    void zeroShot_isReplacedByTheTrainedModel() {
        startZeroShot(9);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 9);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(suggestionsBy("zero-shot:"), 0);
        QCOMPARE(suggestionsBy("fake-"), 2);  // "aspirin" in every third of nine, one labelled
        const int asked = count("suggest ");
        QVERIFY(m_session->openDocument(m_session->documents()[5].id));
        QTest::qWait(150);
        QCOMPARE(count("suggest "), asked);
    }

    void zeroShotAccepted_isALabelThatTrains() {
        startZeroShot(4);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
        QVERIFY(m_session->accept({m_session->labels().suggestions.front().id}));
        QCOMPARE(m_session->labels().annotations.size(), 1U);
        QCOMPARE(m_session->labels().annotations.front().origin, Origin::Accepted);
        QTRY_COMPARE(m_learning->status().learned, 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(suggestionsBy("zero-shot:"), 0);
        QCOMPARE(suggestionsBy("fake-"), 3);
    }

    void zeroShotRejected_staysAwayAndTeaches() {
        startZeroShot(4);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        const DocumentId refused = m_session->documentId();
        QVERIFY(m_session->reject({m_session->labels().suggestions.front().id}));
        QTest::qWait(200);
        QCOMPARE(count("train"), 0);  // nothing to learn a type from yet
        QCOMPARE(suggestionsOf(refused), 0U);
        // Asked again because a description changed, it is still refused.
        describe("drug", "takes metformin");
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4 + 3);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(suggestionsOf(refused), 1U);  // "takes"
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(logged("rejections ").last(), QByteArray("rejections 1"));
        QCOMPARE(suggestionsOf(refused), 0U);
        QCOMPARE(suggestionsBy("fake-"), 2);
    }

    void zeroShot_typesChanged_asksAgainOnce() {
        startZeroShot(5);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 5);
        QTRY_COMPARE(stage(), Stage::Waiting);
        const auto asked = logged("suggests ").size();
        for (const char* description : {"a", "as", "aspirin"})
            describe("drug", description);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 2);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QTest::qWait(150);
        QCOMPARE(logged("suggests ").size(), asked + 5);
        // A colour or a key says nothing about the meaning.
        EntityType recoloured = *m_session->scheme().byName("drug");
        recoloured.color = "#123456";
        QVERIFY(m_session->putType(recoloured) != 0);
        QTest::qWait(150);
        QCOMPARE(logged("suggests ").size(), asked + 5);
        // A new type does.
        QVERIFY(m_session->putType({0, "Patient", "", "#654321", "7", 0}) != 0);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 2 + 5);
    }

    void zeroShot_withoutTypes_waitsForTheFirst() {
        auto session = ProjectSession::create(m_folder->filePath("trial.spanwise"), LabelScheme{});
        QVERIFY(session);
        m_session = std::move(*session);
        import(*m_session, m_folder->path(), corpus(3));
        m_session->openDocument(m_session->documents().front().id);
        startWorker({"--zero-shot", "any"}, quickOptions());
        QTRY_COMPARE(stage(), Stage::Waiting);
        QTest::qWait(100);
        QCOMPARE(count("suggest "), 0);
        QVERIFY(m_session->putType({0, "Patient", "", "#654321", "1", 0}) != 0);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 3);
    }

    void zeroShotImpossible_isQuiet() {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), corpus(6));
        m_session->openDocument(m_session->documents().front().id);
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        startWorker({}, quickOptions());
        QTRY_COMPARE(stage(), Stage::Waiting);
        QTRY_COMPARE(count("suggest "), 1);
        QTRY_COMPARE(m_client->log().count("No suggestions before the first label"), 1);
        QVERIFY(m_client->log().contains("this model does not know types by name"));
        describe("drug", "something");
        QVERIFY(m_session->openDocument(m_session->documents()[3].id));
        QTest::qWait(200);
        QCOMPARE(count("suggest "), 1);
        QCOMPARE(stage(), Stage::Waiting);
        // A new worker is asked anew, but people are not told again.
        QCOMPARE(::kill(static_cast<pid_t>(m_client->processId()), SIGKILL), 0);
        QTRY_COMPARE(count("suggest "), 2);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(m_client->log().count("No suggestions before the first label"), 1);
        QCOMPARE(errors.size(), 0);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
    }

    void zeroShot_comesBackWhenTheOnlyLabelIsUndone() {
        startZeroShot(4);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
        QVERIFY(labelHere("aspirin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(suggestionsBy("zero-shot:"), 0);
        QVERIFY(m_session->undo());
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
        QCOMPARE(suggestionsBy("fake-"), 0);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(m_session->redo());
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(suggestionsBy("zero-shot:"), 0);
    }

    void labelDuringZeroShotPool_cancelsIt() {
        LearningOptions options = quickOptions();
        options.chunk = 64;
        startZeroShot(80, {"--suggest-ms", "60"}, options);
        QTRY_VERIFY(count("suggest ") >= 2);
        QCOMPARE(stage(), Stage::Suggesting);
        QTRY_VERIFY(m_learning->status().fraction > 0);
        QElapsedTimer timer;
        timer.start();
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(count("train"), 1);
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 20000);
        QCOMPARE(suggestionsBy("zero-shot:"), 0);
        QCOMPARE(suggestionsBy("fake-"), 79);
    }

    void zeroShot_leavesImportedSuggestionsAndDoneDocumentsAlone() {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        describe("drug", "metformin");
        import(
            *m_session, m_folder->path(),
            "{\"id\": \"a\", \"text\": \"takes metformin\", \"spans\": [{\"begin\": 0, \"end\": 5, "
            "\"type\": \"dose\", \"score\": 0.8}]}\n"
            "{\"id\": \"b\", \"text\": \"and metformin\"}\n"
            "{\"id\": \"c\", \"text\": \"no metformin\"}\n");
        QCOMPARE(m_session->counts().suggestions, 1);
        m_session->openDocument(m_session->documents()[1].id);
        QVERIFY(m_session->setStatus(DocumentStatus::Done));
        m_session->openDocument(m_session->documents()[0].id);
        startWorker({"--zero-shot", "any"}, quickOptions());
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 1);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QCOMPARE(suggestionsBy("imported"), 1);
        QCOMPARE(suggestionsOf(m_session->documents()[1].id), 0U);
    }

    void zeroShot_reachesDocumentsThatComeLater() {
        startZeroShot(3);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 3);
        QTRY_COMPARE(stage(), Stage::Waiting);
        import(*m_session, m_folder->path(), "{\"id\": \"new\", \"text\": \"more metformin\"}\n");
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
        QCOMPARE(logged("suggests ").size(), 4);
    }

    void trainingThatFails_leavesZeroShotSuggestionsAndSaysSoOnce() {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        describe("drug", "metformin");
        import(*m_session, m_folder->path(), corpus(6));
        m_session->openDocument(m_session->documents().front().id);
        QVERIFY(labelHere("aspirin"));
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        startWorker({"--zero-shot", "any", "--fail-on", "train"}, quickOptions());
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 6);
        QTRY_COMPARE(stage(), Stage::Failed);
        QVERIFY(m_learning->status().message.contains("on purpose"));
        QCOMPARE(errors.size(), 1);
        QCOMPARE(count("train"), 1);
    }

    // --- the project's encoder

    void useEncoder_isKeptAndEverythingIsLearnedAgain() {
        LearningOptions options = quickOptions();
        options.idle = 200ms;
        options.modelFolder = m_folder->filePath("models");
        start(4, {}, options);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(count("model/save"), 1);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        const int trainings = count("train");
        QSignalSpy changed(m_learning.get(), &LearningController::encoderChanged);
        m_learning->useEncoder("/models/other-encoder", false);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(m_learning->encoder(), QString("/models/other-encoder"));
        QCOMPARE(m_session->project().setting("encoder"), std::string("/models/other-encoder"));
        QTRY_VERIFY(count("train") > trainings);  // not the model of the encoder before
        QTRY_COMPARE(m_learning->status().model, QString("other-encoder"));
        QTRY_COMPARE(count("model/save"), 2);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().learned, 1);

        // The next session loads it, and the model that was trained from it.
        m_learning.reset();
        m_client.reset();
        QFile::remove(m_log);
        startWorker({}, options);
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().model, QString("other-encoder"));
        const auto loads = logged("model/load");
        QCOMPARE(loads.size(), 2);
        QCOMPARE(loads[0], QByteArray("model/load /models/other-encoder"));
        QVERIFY(loads[1].contains("/models/model-"));
        QTest::qWait(300);
        QCOMPARE(count("train"), 0);

        // Back to the default one: no setting is left.
        m_learning->useEncoder("/models/fake-encoder", true);
        QTRY_COMPARE(m_learning->encoder(), QString());
        QCOMPARE(m_session->project().setting("encoder"), std::string());
        QTRY_VERIFY(count("train") >= 1);
        QTRY_COMPARE(m_learning->status().model, QString("fake-encoder"));
    }

    void useEncoder_thatKnowsTypesByName_suggestsAtOnce() {
        startZeroShot(4, {"--zero-shot", "names"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QTRY_COMPARE(count("suggest "), 1);
        QCOMPARE(m_session->counts().suggestions, 0);
        m_learning->useEncoder("/models/names", false);
        QTRY_COMPARE(suggestionsBy("zero-shot:"), 4);
    }

    void useEncoder_duringTraining_endsIt() {
        start(4, {"--train-ms", "1500"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(stage() == Stage::Training && m_learning->status().fraction > 0);
        QElapsedTimer timer;
        timer.start();
        m_learning->useEncoder("/models/other-encoder", false);
        QTRY_COMPARE(m_learning->status().model, QString("other-encoder"));
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::UpToDate, 10000);
        QCOMPARE(count("train"), 2);
        QCOMPARE(m_session->counts().suggestions, 3);
    }

    void useEncoder_thatFails_keepsTheOneBefore_data() {
        QTest::addColumn<QString>("path");
        QTest::addColumn<int>("starts");
        QTest::newRow("not there") << "/models/absent" << 1;
        QTest::newRow("kills the worker") << "/models/deadly" << 2;
    }
    void useEncoder_thatFails_keepsTheOneBefore() {
        QFETCH(QString, path);
        QFETCH(int, starts);
        start(4);
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        QSignalSpy changed(m_learning.get(), &LearningController::encoderChanged);
        m_learning->useEncoder(path, false);
        QTRY_COMPARE(changed.size(), 1);
        QCOMPARE(errors.size(), 1);
        QCOMPARE(errors[0][0].value<Error>().where, path.toStdString());
        QCOMPARE(m_learning->encoder(), QString());
        QCOMPARE(m_session->project().setting("encoder"), std::string());
        QTRY_COMPARE(stage(), Stage::UpToDate);
        QTest::qWait(300);
        QCOMPARE(count("start"), starts);
        QCOMPARE(stage(), Stage::UpToDate);
        QCOMPARE(m_learning->status().learned, 1);
    }

    void encoderThatIsGone_fallsBackAndSaysSo_data() {
        QTest::addColumn<QString>("path");
        QTest::newRow("not there") << "/models/absent";
        QTest::newRow("kills the worker") << "/models/deadly";
    }
    void encoderThatIsGone_fallsBackAndSaysSo() {
        QFETCH(QString, path);
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), corpus(3));
        m_session->openDocument(m_session->documents().front().id);
        QVERIFY(m_session->project().putSetting("encoder", path.toStdString()));
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        startWorker({}, quickOptions());
        QTRY_COMPARE_WITH_TIMEOUT(stage(), Stage::Waiting, 10000);
        QCOMPARE(errors.size(), 1);
        const auto error = errors[0][0].value<Error>();
        QCOMPARE(error.where, path.toStdString());
        QVERIFY(error.message.find("default encoder") != std::string::npos);
        QCOMPARE(m_session->project().setting("encoder"), path.toStdString());
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::UpToDate);
    }

    // --- learning

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

    void openingADocument_whenThereIsMoreToLearn_predictsItFirst() {
        start(40, {"--train-ms", "800", "--predict-ms", "60"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_COMPARE(stage(), Stage::Predicting);  // this document and its neighbours
        QVERIFY(labelHere("aspirin"));
        QVERIFY(m_session->openDocument(m_session->documents().back().id));
        // The model at hand says what it knows of it before it learns on.
        QTRY_COMPARE(m_session->labels().suggestions.size(), 1U);
        QTRY_COMPARE(m_learning->status().learned, 2);
        QCOMPARE(count("train"), 2);
        const QByteArray asked =
            "predicts " + QByteArray::fromStdString(m_session->document()->sha256);
        QByteArrayList order;
        for (const QByteArray& line : lines(m_log)) {
            if (line.startsWith("train") || line == asked)
                order << line.left(5);
        }
        QCOMPARE(order.mid(0, 3), (QByteArrayList{"train", "predi", "train"}));
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
        QVERIFY(!read(m_log).contains("predicts " + QByteArray::fromStdString(done.sha256.hex())));
        m_session->openDocument(done.id);
        QTest::qWait(150);
        QVERIFY(!read(m_log).contains("predicts " + QByteArray::fromStdString(done.sha256.hex())));
        // But it teaches.
        QVERIFY(read(m_log).contains("train quick 2"));
    }

    void workerKilledInTraining_comesBackAndLearns() {
        start(6, {"--train-ms", "400"});
        QTRY_COMPARE(stage(), Stage::Waiting);
        QVERIFY(labelHere("metformin"));
        QTRY_VERIFY(stage() == Stage::Training && m_learning->status().fraction > 0);
        bool saidSo = false;  // for some milliseconds only
        connect(m_learning.get(), &LearningController::statusChanged, this,
                [&] { saidSo = saidSo || stage() == Stage::Restarting; });
        QCOMPARE(::kill(static_cast<pid_t>(m_client->processId()), SIGKILL), 0);
        QTRY_VERIFY(saidSo);
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
