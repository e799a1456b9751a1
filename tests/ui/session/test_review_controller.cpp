#include <QThread>

#include "core/annotation/adjudication.h"
#include "session_support.h"
#include "storage/share.h"
#include "ui/session/review_controller.h"

using namespace support;

/// Merging and deciding without a screen.
class TestReviewController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProjectSession> m_session;

    QString at(const QString& name) const { return m_folder->filePath(name); }

    /// An annotator's file with one document for each of her lists of words, all drugs.
    void annotator(const char* who, const std::vector<std::vector<std::string>>& words) {
        auto project = Project::create(at(QString::fromLatin1(who) + ".spanwise").toStdString(),
                                       support::scheme());
        QVERIFY(project.has_value());
        int i = 0;
        for (const auto& each : words) {
            Record record;
            record.document =
                makeDocument("note", std::to_string(++i) + " take aspirin or ibuprofen daily");
            record.labelled = true;
            for (const std::string& word : each) {
                const auto begin = static_cast<Offset>(record.document.text.find(word));
                record.spans.push_back(
                    {{begin, begin + static_cast<Offset>(word.size())}, "drug", -1});
            }
            Project::ImportOptions options;
            options.actor = who;
            const auto imported = (*project)->import(
                options, [&](const Project::RecordSink& sink) { return sink(std::move(record)); });
            QVERIFY(imported.has_value());
        }
    }
    void merge(const QStringList& files, bool takeAgreed = false) {
        QSignalSpy merged(m_session.get(), &ProjectSession::merged);
        QVERIFY(m_session->mergeFiles(files, takeAgreed));
        QVERIFY(m_session->isLocked());
        QVERIFY(!merged.isEmpty() || merged.wait(10000));
        QVERIFY(!m_session->isLocked());
    }

    static DocumentId documentWithUntaken(const ReviewController& review) {
        for (const ReviewRow& row : review.rows()) {
            if (row.untaken > 0)
                return row.document;
        }
        return 0;
    }

    /// All words of one long document are drugs, to this annotator.
    void longFile(const char* who, int words) {
        auto project = Project::create(at(QString::fromLatin1(who) + ".spanwise").toStdString(),
                                       support::scheme());
        QVERIFY(project.has_value());
        Record record;
        std::string text;
        for (int i = 0; i < words; ++i)
            text += "aspirin ";
        record.document = makeDocument("long", text);
        record.labelled = true;
        for (Offset i = 0; i < words; ++i)
            record.spans.push_back({{i * 8, i * 8 + 7}, "drug", -1});
        Project::ImportOptions options;
        options.actor = who;
        QVERIFY(
            (*project)
                ->import(options,
                         [&](const Project::RecordSink& sink) { return sink(std::move(record)); })
                .has_value());
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        m_session = newSession(at("all.spanwise"));
        annotator("ada", {{"aspirin"}, {"aspirin", "ibuprofen"}, {}});
        annotator("ben", {{"aspirin"}, {"take aspirin"}, {}});
    }
    void cleanup() {
        m_session.reset();
        m_folder.reset();
    }

    void rows_afterAMerge_haveTheMostToDecideFirst() {
        ReviewController review(*m_session);
        QTRY_VERIFY(!review.isReading());
        QVERIFY(review.rows().empty());
        QSignalSpy rows(&review, &ReviewController::rowsChanged);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        QCOMPARE(m_session->documents().size(), std::size_t{3});
        QCOMPARE(review.rows().front().open, 2);
        const DocumentId disputed = review.rows().front().document;
        const DocumentId agreed = documentWithUntaken(review);
        QCOMPARE(review.openDocuments(),
                 (std::vector<DocumentId>{std::min(agreed, disputed), std::max(agreed, disputed)}));
        QCOMPARE(review.nextOpen(), disputed);
        QVERIFY(m_session->openDocument(disputed));
        QCOMPARE(review.layers().size(), std::size_t{2});
        QCOMPARE(review.current(), 0);
        // Nothing is disputed there, but to be taken.
        QCOMPARE(review.nextOpen(), agreed);
        QVERIFY(m_session->openDocument(agreed));
        QCOMPARE(review.current(), -1);
        QVERIFY(review.takeAgreed());
        QCOMPARE(review.openDocuments(), std::vector<DocumentId>{disputed});
        QCOMPARE(review.nextOpen(), disputed);
    }

    void take_isOneStepOfUndoThatNamesTheAnnotator() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        const DocumentId document = review.rows().front().document;
        QVERIFY(m_session->openDocument(document));
        QSignalSpy changed(&review, &ReviewController::rowChanged);
        QVERIFY(!review.settle());  // places are open
        QVERIFY(review.take(1));
        QCOMPARE(m_session->undoName(), QString("Take ben's reading of “take aspirin”"));
        QVERIFY(review.isTaken(0, 1));
        QVERIFY(!review.isTaken(0, 0));
        QCOMPARE(review.row(document)->open, 1);
        QCOMPARE(changed.count(), 1);
        QVERIFY(!review.take(1));  // it is so already
        QVERIFY(review.stepToOpen());
        QCOMPARE(review.current(), 1);
        QVERIFY(review.take(std::nullopt));
        QCOMPARE(m_session->undoName(), QString("Label nothing in “ibuprofen”"));
        QVERIFY(review.isTaken(1, std::nullopt));
        QVERIFY(review.isTaken(1, 1));  // Ben said so
        QVERIFY(!review.stepToOpen());
        QVERIFY(review.settle());
        QCOMPARE(m_session->labels().status, DocumentStatus::Done);
        QCOMPARE(review.openDocuments(), std::vector<DocumentId>{documentWithUntaken(review)});
        for (int i = 0; i < 3; ++i)
            QVERIFY(m_session->undo());
        QCOMPARE(review.row(document)->open, 2);
        QVERIFY(m_session->labels().annotations.empty());
        QVERIFY(m_session->labels().rejections.empty());
        QVERIFY(!review.take(7));
    }

    void mergeTakingWhatIsAgreed_isUndone() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")}, true);
        QCOMPARE(m_session->counts().annotations, std::int64_t{1});
        QCOMPARE(m_session->counts().done, std::int64_t{2});
        QVERIFY(m_session->undo());
        QTRY_COMPARE(m_session->counts().annotations, std::int64_t{0});
        QCOMPARE(m_session->counts().done, std::int64_t{0});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
    }

    void takeAgreed_isOneStep() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        for (const ReviewRow& row : review.rows()) {
            if (row.untaken > 0)
                QVERIFY(m_session->openDocument(row.document));
        }
        QCOMPARE(review.untakenCount(), std::size_t{1});
        QCOMPARE(review.current(), -1);
        QVERIFY(!review.take(0));
        QVERIFY(review.takeAgreed());
        QCOMPARE(m_session->undoName(), QString("Take 1 label that all agree on"));
        QCOMPARE(m_session->labels().annotations.front().annotator, std::string("agreed"));
        QCOMPARE(review.untakenCount(), std::size_t{0});
        QVERIFY(!review.takeAgreed());
        QVERIFY(review.settle());
    }

    void settle_takesWhatAllAgreeOnFirst() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        const DocumentId agreed = documentWithUntaken(review);
        QVERIFY(m_session->openDocument(agreed));
        QSignalSpy settled(&review, &ReviewController::settled);
        QVERIFY(review.settle());
        QCOMPARE(settled.count(), 1);
        QCOMPARE(settled[0][0].toLongLong(), agreed);
        QCOMPARE(settled[0][1].toInt(), 1);
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{1});
        QCOMPARE(m_session->labels().status, DocumentStatus::Done);
        // Two steps.
        QVERIFY(m_session->undo());
        QVERIFY(m_session->labels().status != DocumentStatus::Done);
        QCOMPARE(m_session->undoName(), QString("Take 1 label that all agree on"));
        QVERIFY(m_session->undo());
        QVERIFY(m_session->labels().annotations.empty());
        // A document that was done without them is settled as well.
        QVERIFY(m_session->setStatus(DocumentStatus::Done));
        QVERIFY(review.settle());
        QCOMPARE(settled.count(), 2);
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{1});
        // With nothing more to do it is settled all the same.
        QVERIFY(review.settle());
        QCOMPARE(settled.count(), 3);
        QCOMPARE(settled[2][1].toInt(), 0);
        QCOMPARE(m_session->undoName(), QString("Take 1 label that all agree on"));
    }

    void settle_withManyAgreed_takesThemInTheBackground() {
        constexpr int kMany = static_cast<int>(ProjectSession::kFewLabels) + 50;
        longFile("cleo", kMany);
        longFile("dora", kMany);
        ReviewController review(*m_session);
        merge({at("cleo.spanwise"), at("dora.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{1});
        const DocumentId document = review.rows().front().document;
        QVERIFY(m_session->openDocument(document));
        QCOMPARE(review.untakenCount(), std::size_t{kMany});
        QSignalSpy settled(&review, &ReviewController::settled);
        QVERIFY(review.settle());
        QVERIFY(m_session->isLocked());
        QVERIFY(m_session->lockedReason().has_value());
        QVERIFY(m_session->labels().annotations.empty());
        QTRY_COMPARE(settled.count(), 1);
        QCOMPARE(settled[0][1].toInt(), kMany);
        QVERIFY(!m_session->isLocked());
        QVERIFY(!m_session->lockedReason());
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{kMany});
        QCOMPARE(m_session->labels().status, DocumentStatus::Done);
        QCOMPARE(review.row(document)->untaken, 0);
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->undoName(), QString("Take %1 labels that all agree on").arg(kMany));
        // A label made now has an id of its own.
        QVERIFY(m_session->project().nextRecordId() > m_session->labels().annotations.back().id);
        // The session may go while they are on their way.
        QVERIFY(m_session->undo());
        QTRY_VERIFY(m_session->labels().annotations.empty());
        QVERIFY(review.takeAgreed());
        QVERIFY(!review.takeAgreed());  // locked, and told
    }

    void decisionsWhileRowsAreRead_areKept() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        const DocumentId document = review.rows().front().document;
        QVERIFY(m_session->openDocument(document));
        QCOMPARE(review.row(document)->open, 2);
        Q_EMIT m_session->documentsChanged();
        QVERIFY(review.isReading());
        QThread::msleep(200);  // for what is read to be older than the decision
        QVERIFY(review.take(1));
        QVERIFY(review.isReading());
        QTRY_VERIFY(!review.isReading());
        QCOMPARE(review.row(document)->open, 1);
    }

    void agreement_isReadInAThread() {
        ReviewController review(*m_session);
        merge({at("ada.spanwise"), at("ben.spanwise")});
        QTRY_COMPARE(review.rows().size(), std::size_t{3});
        QVERIFY(!review.agreement());
        review.wantAgreement();
        QTRY_VERIFY(review.agreement());
        QCOMPARE(review.agreement()->annotators, (std::vector<std::string>{"ada", "ben"}));
        QCOMPARE(review.agreement()->agreement.pairs.front().spans, (SpanAgreement{3, 2, 1}));
        // Another merge makes it out of date.
        merge({at("ada.spanwise")});
        QVERIFY(!review.agreement());
    }

    void merge_ofABadFile_tellsAndChangesNothing() {
        write(at("bad.spanwise"), "no project");
        QSignalSpy failed(m_session.get(), &ProjectSession::mergeFailed);
        QSignalSpy told(m_session.get(), &ProjectSession::errorOccurred);
        QVERIFY(m_session->mergeFiles({at("ada.spanwise"), at("bad.spanwise")}, false));
        // Nothing else is changed meanwhile.
        QVERIFY(!m_session->mergeFiles({at("ben.spanwise")}, false));
        QCOMPARE(told.count(), 1);
        QVERIFY(!failed.isEmpty() || failed.wait(10000));
        QVERIFY(m_session->documents().empty());
        QVERIFY(!m_session->isLocked());
        m_session->mergeFiles({at("ada.spanwise")}, false);
        m_session.reset();  // in the midst of it
    }
};

QTEST_GUILESS_MAIN(TestReviewController)
#include "test_review_controller.moc"
