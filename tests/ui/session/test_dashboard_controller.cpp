#include "session_support.h"
#include "ui/session/dashboard_controller.h"
#include "ui/session/history_controller.h"

using namespace support;
using namespace std::chrono_literals;

namespace {

QByteArray corpus(int documents) {
    QByteArray jsonl;
    for (int i = 0; i < documents; ++i)
        jsonl += "{\"id\": \"d" + QByteArray::number(i) + "\", \"text\": \"Patient " +
                 QByteArray::number(i) + " takes metformin, and aspirin.\"}\n";
    return jsonl;
}

}  // namespace

class TestDashboardController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProjectSession> m_session;

    void start(int documents) {
        m_session = newSession(m_folder->filePath("trial.spanwise"));
        import(*m_session, m_folder->path(), corpus(documents));
    }
    void labelIn(std::size_t document, const char* word, const char* type = "drug") {
        QVERIFY(m_session->openDocument(m_session->documents()[document].id));
        QVERIFY(m_session->label(rangeOf(*m_session, word), typeId(*m_session, type)));
    }

private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() { m_session.reset(); }

    void figures_areCountedOnlyWhenShown_andAgainWhenStale() {
        start(4);
        DashboardController dashboard(*m_session);
        QSignalSpy counted(&dashboard, &DashboardController::figuresChanged);
        labelIn(0, "metformin");
        QTest::qWait(700);
        QVERIFY(counted.isEmpty());
        dashboard.setShown(true);
        QTRY_COMPARE(counted.size(), 1);
        QCOMPARE(dashboard.figures()->tallies.annotations.total(), 1);
        QTRY_VERIFY(dashboard.health() && !dashboard.isExamining());
        QTest::qWait(700);
        QCOMPARE(counted.size(), 1);  // nothing changed: nothing is counted
        labelIn(1, "aspirin");
        QTRY_COMPARE(dashboard.figures()->tallies.annotations.total(), 2);
        QCOMPARE(dashboard.figures()->activity.hours.rbegin()->second.labels, 2);
        dashboard.setShown(false);
        const auto before = counted.size();
        labelIn(2, "aspirin");
        QTest::qWait(700);
        QCOMPARE(counted.size(), before);
        dashboard.setShown(true);
        QTRY_COMPARE(dashboard.figures()->tallies.annotations.total(), 3);
    }

    void fix_isOneUndoableStep_inManyDocuments() {
        start(5);
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(m_session->openDocument(m_session->documents()[i].id));
            Range range = rangeOf(*m_session, "metformin");
            ++range.end;  // the comma
            QVERIFY(m_session->label(range, typeId(*m_session, "drug")));
        }
        DashboardController dashboard(*m_session);
        dashboard.setShown(true);
        QTRY_VERIFY(dashboard.health());
        QCOMPARE((*dashboard.health())[HealthCheck::EdgePunctuation].count, 3);
        QSignalSpy fixed(&dashboard, &DashboardController::fixed);
        QSignalSpy changed(m_session.get(), &ProjectSession::labelsChanged);
        dashboard.fix(HealthCheck::EdgePunctuation);
        QTRY_COMPARE(fixed.size(), 1);
        QCOMPARE(fixed.front().at(1).toInt(), 3);
        QCOMPARE(changed.size(), 3);
        QCOMPARE(m_session->textOf(m_session->labels().annotations.front().range),
                 QString("metformin"));
        QCOMPARE(m_session->undoName(), QString("Trim punctuation of 3 labels"));
        QTRY_COMPARE((*dashboard.health())[HealthCheck::EdgePunctuation].count, 0);
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->textOf(m_session->labels().annotations.front().range),
                 QString("metformin,"));
        QTRY_COMPARE((*dashboard.health())[HealthCheck::EdgePunctuation].count, 3);
        QCOMPARE(m_session->counts().annotations, 3);
    }

    void fix_movesAllEmptyDocumentsToTheTrash_alsoThoseThatAreNotListed() {
        start(2);
        QByteArray lines;
        for (int i = 0; i < 1200; ++i)
            lines += "{\"id\": \"e" + QByteArray::number(i) + "\", \"text\": \" " +
                     QByteArray(i, ' ') + "\"}\n";
        import(*m_session, m_folder->path(), lines);
        QCOMPARE(m_session->documents().size(), std::size_t{1202});
        DashboardController dashboard(*m_session);
        dashboard.setShown(true);
        QTRY_VERIFY_WITH_TIMEOUT(dashboard.health(), 20000);
        QCOMPARE((*dashboard.health())[HealthCheck::EmptyDocument].count, 1200);
        QCOMPARE((*dashboard.health())[HealthCheck::EmptyDocument].places.size(),
                 std::size_t{1000});
        QSignalSpy fixed(&dashboard, &DashboardController::fixed);
        dashboard.fix(HealthCheck::EmptyDocument);
        QVERIFY(fixed.isEmpty());  // nobody waited
        QTRY_COMPARE_WITH_TIMEOUT(fixed.size(), 1, 20000);
        QCOMPARE(fixed.front().at(1).toInt(), 1200);
        QCOMPARE(m_session->documents().size(), std::size_t{2});
    }

    void goTo_undoesAndRedoesUpToAnEvent_andFindsWhatNoUndoReaches() {
        start(3);
        labelIn(0, "metformin");
        labelIn(0, "aspirin");
        labelIn(1, "metformin");
        HistoryController history(*m_session);
        history.setShown(true);
        const auto goTo = [&](std::int64_t event) {
            std::optional<int> steps;
            history.goTo(event, [&steps](int done) { steps = done; });
            [&] { QTRY_VERIFY_WITH_TIMEOUT(steps, 20000); }();
            return steps.value_or(-1);
        };
        QTRY_COMPARE(history.entries().size(), std::size_t{4});
        const auto second = history.entries()[1].id;
        QCOMPARE(history.stepsTo(history.entries()[0].id), 1);
        QCOMPARE(history.stepsTo(second), 2);
        QCOMPARE(history.stepsTo(history.entries()[3].id), 0);  // the import
        QCOMPARE(goTo(second), 2);
        QCOMPARE(m_session->counts().annotations, 1);
        QTRY_COMPARE(history.entries().size(), std::size_t{6});
        QCOMPARE(history.stepsTo(second), -1);
        QCOMPARE(goTo(second), 1);
        QCOMPARE(m_session->counts().annotations, 2);
        labelIn(2, "aspirin");  // the third label is out of reach now
        QTRY_COMPARE(history.entries().front().kind, std::string("edit"));
        QTRY_COMPARE(history.stepsTo(second), 2);
        QCOMPARE(history.stepsTo(history.entries()[4].id), 0);
        QCOMPARE(goTo(history.entries()[4].id), 0);
        QCOMPARE(m_session->counts().annotations, 3);
    }

    void goTo_manySteps_leavesTheWindowFree_andNothingComesBetween() {
        start(3);
        const DocumentId first = m_session->documentId();
        constexpr int kSteps = 300;
        for (int i = 0; i < kSteps / 2; ++i) {
            labelIn(1, "metformin", "drug");
            m_session->undo();
            labelIn(1, "metformin", "dose");
            labelIn(1, "aspirin", "drug");
            m_session->removeAnnotations({m_session->labels().annotations.front().id,
                                          m_session->labels().annotations.back().id});
        }
        m_session->openDocument(first);
        labelIn(0, "metformin");
        HistoryController history(*m_session);
        history.setShown(true);
        QTRY_VERIFY(!history.entries().empty());
        const auto order = m_session->project().undoOrder(10000);
        QVERIFY(order && order->undo.size() > kSteps);
        QElapsedTimer timer;
        timer.start();
        std::optional<int> steps;
        history.goTo(order->undo.back(), [&steps](int done) { steps = done; });
        QVERIFY(!steps);  // it was not waited for
        QVERIFY(m_session->isLocked());
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        QVERIFY(!m_session->label({0, 3}, m_session->scheme().types().front().id));
        QCOMPARE(errors.size(), 1);
        // The longest that the window's thread was away.
        qint64 last = timer.elapsed(), longest = 0;
        while (!steps && timer.elapsed() < 60000) {
            QCoreApplication::processEvents();
            longest = std::max(longest, timer.elapsed() - last);
            last = timer.elapsed();
        }
        QCOMPARE(steps.value_or(-1), static_cast<int>(order->undo.size()));
        QVERIFY(!m_session->isLocked());
        QCOMPARE(m_session->counts().annotations, 0);
        QVERIFY(m_session->undoName().isEmpty());
        QVERIFY2(longest < timer.elapsed() / 2, qPrintable(QString::number(longest)));
        qInfo("%d steps in %lld ms, the window's thread away for %lld ms at most", *steps,
              timer.elapsed(), longest);
        // And forward again, to the last.
        steps.reset();
        history.goTo(order->undo.front(), [&steps](int done) { steps = done; });
        QTRY_VERIFY_WITH_TIMEOUT(steps, 60000);
        QCOMPARE(*steps, static_cast<int>(order->undo.size()));
        QCOMPARE(m_session->counts().annotations, 1);
    }

    void history_readsOn_andFilters() {
        start(2);
        for (int i = 0; i < 110; ++i) {
            labelIn(0, "metformin", i % 2 ? "drug" : "dose");
            labelIn(1, "aspirin", i % 2 ? "drug" : "dose");
        }
        HistoryController history(*m_session);
        history.setShown(true);
        QTRY_COMPARE(history.entries().size(), std::size_t{200});
        QVERIFY(history.hasMore());
        history.readMore();
        QTRY_COMPARE(history.entries().size(), std::size_t{221});
        QVERIFY(!history.hasMore());
        QVERIFY(std::is_sorted(history.entries().rbegin(), history.entries().rend(),
                               [](const auto& a, const auto& b) { return a.id < b.id; }));
        HistoryFilter filter;
        filter.document = m_session->documents()[1].id;
        history.setFilter(filter);
        QTRY_COMPARE(history.entries().size(), std::size_t{111});
    }

    void export_isRemembered_withWhatChangedSince() {
        start(2);
        labelIn(0, "metformin");
        HistoryController history(*m_session);
        history.setShown(true);
        QTRY_VERIFY(!history.entries().empty());
        QVERIFY(!history.facts().lastExport);
        ExportInfo info;
        info.path = "/tmp/x/trial.conll";
        info.upTo = *m_session->project().lastEventId();
        QVERIFY(m_session->project().recordExport(info, "tester").has_value());
        labelIn(1, "metformin");
        QTRY_VERIFY(history.facts().lastExport && history.facts().changes.labels == 1);
        QVERIFY(m_session->undo());
        QTRY_COMPARE(history.facts().changes, ChangesSince{});
    }

    void restore_makesACopyBeside_andOpensNothingItself() {
        start(2);
        labelIn(0, "metformin");
        QVERIFY(*m_session->project().rollingBackup(0));
        labelIn(1, "metformin");
        HistoryController history(*m_session);
        history.setShown(true);
        QTRY_COMPARE(history.facts().backups.size(), std::size_t{1});
        const BackupInfo backup = history.facts().backups.front();
        QCOMPARE(backup.annotations, 1);
        const QString target = history.restoredPath(backup);
        QVERIFY(target.startsWith(m_folder->path() + "/trial of "));
        QSignalSpy restored(&history, &HistoryController::restored);
        history.restore(backup, target);
        QTRY_COMPARE(restored.size(), 1);
        QCOMPARE((*Project::open(target.toStdString()))->counts()->annotations, 1);
        QCOMPARE(m_session->counts().annotations, 2);
        QVERIFY(history.restoredPath(backup) != target);  // the name is taken now
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        history.restore(backup, target);
        QTRY_COMPARE(errors.size(), 1);
    }

    void heldOutDocuments_areNeitherPredictedNorShown_andTheQueueSaysSo() {
        start(40);
        QVERIFY(m_session->setHoldOut(0.3, 0));
        std::set<DocumentId> heldOut;
        for (const QueueEntry& entry : m_session->queue()) {
            QCOMPARE(entry.isHeldOut, m_session->isHeldOut(entry.id));
            if (entry.isHeldOut)
                heldOut.insert(entry.id);
        }
        QVERIFY(heldOut.size() >= 3 && heldOut.size() <= 25);
        LearningOptions options;
        options.debounce = 40ms;
        options.idle = 150ms;
        options.flush = 20ms;
        WorkerClient client(fakeWorker());
        LearningController learning(*m_session, client, options);
        client.start();
        labelIn(0, "metformin");
        labelIn(1, "aspirin");
        QTRY_COMPARE_WITH_TIMEOUT(learning.status().stage, LearningStatus::Stage::UpToDate, 20000);
        QVERIFY(learning.status().learnedAt > 0);
        for (const DocumentId id : heldOut)
            QVERIFY(m_session->openDocument(id) && m_session->labels().suggestions.empty());
        int suggested = 0;
        for (const DocumentSummary& document : m_session->documents())
            suggested += document.suggestions > 0 ? 1 : 0;
        QVERIFY2(suggested >= 40 - static_cast<int>(heldOut.size()) - 2,
                 qPrintable(QString::number(suggested)));
        // Without the guard they are predicted like the others.
        QVERIFY(m_session->setHoldOut(0, 0));
        const auto all = [this, &heldOut] {
            return std::all_of(heldOut.begin(), heldOut.end(), [this](DocumentId id) {
                const DocumentSummary* summary = m_session->summary(id);
                return summary->annotations > 0 || summary->suggestions > 0;
            });
        };
        QTRY_VERIFY_WITH_TIMEOUT(all(), 10000);
        // And with it again, what is shown goes.
        QVERIFY(m_session->setHoldOut(0.3, 0));
        for (const DocumentId id : heldOut)
            QCOMPARE(m_session->summary(id)->suggestions, 0);
    }
};

QTEST_GUILESS_MAIN(TestDashboardController)
#include "test_dashboard_controller.moc"
