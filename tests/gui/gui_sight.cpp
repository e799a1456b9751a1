#include <QLabel>
#include <QListView>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QScrollArea>
#include <QScrollBar>
#include <QSet>
#include <QTabBar>
#include <QToolButton>
#include <csignal>

#include "gui_support.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/finding_list.h"
#include "ui/dashboard/matrix_view.h"
#include "ui/history/history_page.h"
#include "ui/session/dashboard_controller.h"
#include "ui/session/quality_controller.h"

using namespace gui;

/// The window with the worker's stand-in: dashboard and history by keys alone, from a figure to the
/// place behind it and back; pictures when SPANWISE_SCREENSHOTS is set.
class GuiSight : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    QString text(const char* name) { return m_window->findChild<QLabel*>(name)->text(); }
    void open() {
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand = QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)};
        options.learning.debounce = std::chrono::milliseconds(50);
        options.learning.idle = std::chrono::milliseconds(300);
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        QVERIFY(m_window->createProject(m_folder->filePath("clinic.spanwise"),
                                        *LabelScheme::fromNames({"drug", "condition", "person"})));
        QByteArray jsonl;
        const char* drugs[] = {"metformin", "lisinopril", "warfarin", "aspirin"};
        for (int i = 0; i < 60; ++i)
            jsonl += "{\"id\": \"clinic-note-" + QByteArray::number(100 + i) +
                     "\", \"text\": \"Visit " + QByteArray::number(i) + ": started on " +
                     drugs[i % 4] +
                     ", 500 mg twice daily, after type 2 diabetes was found.\\nTwo weeks later the "
                     "patient reported persistent nausea and stopped " +
                     drugs[i % 4] + ".\"}\n";
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        QVERIFY(session().setHoldOut(0.1, 0));
        m_window->messages()->dismiss();
    }
    void label(int document, const std::string& words, const char* type) {
        QVERIFY(
            session().openDocument(session().documents()[static_cast<std::size_t>(document)].id));
        const std::string& all = session().document()->text;
        const auto at = all.find(words);
        QVERIFY(at != std::string::npos);
        const Offset begin = countCodePoints(std::string_view(all).substr(0, at));
        QVERIFY(session().label({begin, begin + countCodePoints(words)},
                                session().scheme().byName(type)->id));
    }
    /// 21 documents, a few slips among them, and some suggestions decided.
    void work() {
        const std::string drugs[] = {"metformin", "lisinopril", "warfarin", "aspirin"};
        for (int i = 0; i < 21; ++i) {
            label(i, drugs[i % 4] + (i % 5 == 0 ? "," : ""), i == 6 ? "condition" : "drug");
            if (i != 9)
                label(i, i == 4 ? "ausea" : "nausea", "condition");
            if (i % 3 == 0)
                QVERIFY(session().setStatus(DocumentStatus::Done));
        }
        QTRY_VERIFY_WITH_TIMEOUT(session().counts().suggestions > 10, 20000);
        int decided = 0;
        for (int i = 21; i < 40 && decided < 6; ++i) {
            QVERIFY(session().openDocument(session().documents()[static_cast<std::size_t>(i)].id));
            if (session().labels().suggestions.empty())
                continue;
            const RecordId first = session().labels().suggestions.front().id;
            QVERIFY(++decided == 3 ? session().reject({first}) : session().accept({first}));
        }
        QVERIFY(decided > 3);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->quality()->quality().has_value(), 20000);
    }
    void pictures(const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(80);
            shot(m_window.get(), name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void scrollTo(double share) {
        auto* bar = m_window->findChild<QScrollArea*>("dashboardArea")->verticalScrollBar();
        bar->setValue(static_cast<int>(bar->maximum() * share));
        QTest::qWait(50);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() { m_window.reset(); }

    void heldOutDocument_saysThatItIs_andWhy() {
        open();
        auto* status = m_window->findChild<QLabel*>("heldOutStatus");
        QSet<bool> seen;
        for (const DocumentSummary& document : session().documents()) {
            const bool isHeldOut = session().isHeldOut(document.id);
            if (seen.contains(isHeldOut))
                continue;
            seen << isHeldOut;
            QVERIFY(session().openDocument(document.id));
            QCOMPARE(status->text(), isHeldOut ? QString("held out: no suggestions") : QString());
            QCOMPARE(status->toolTip().isEmpty(), !isHeldOut);
            QCOMPARE(status->accessibleDescription(), status->toolTip());
            if (isHeldOut) {
                pictures("held-out");
                m_window->resize(900, 600);
                pictures("held-out-small");
                m_window->resize(1280, 800);
            }
        }
        QCOMPARE(seen.size(), 2);
        QVERIFY(session().setHoldOut(1, 0));  // also while it is on the screen
        QVERIFY(!status->text().isEmpty());
        QVERIFY(session().setHoldOut(0, 0));
        QVERIFY(status->text().isEmpty());
    }

    void statusLine_tellsAgeAndRestarts_andLeadsToTheLog() {
        open();
        label(0, "metformin", "drug");
        QTRY_VERIFY_WITH_TIMEOUT(text("modelStatus").endsWith("just now"), 15000);
        QVERIFY(text("learnedStatus").startsWith("learned 1 of 1"));
        auto* restarts = m_window->findChild<QToolButton*>("restartsStatus");
        QVERIFY(!restarts->isVisible());
        ::kill(static_cast<pid_t>(m_window->worker()->processId()), SIGKILL);
        QTRY_VERIFY_WITH_TIMEOUT(restarts->isVisible(), 15000);
        QCOMPARE(restarts->text(), QString("restarted once"));
        QString state;
        onDialog("workerLogDialog", [&](QWidget* dialog) {
            state = dialog->findChild<QLabel*>("workerLogState")->text();
            QTest::keyClick(dialog, Qt::Key_Escape);
        });
        restarts->setFocus();
        QTest::keyClick(restarts, Qt::Key_Space);
        QTRY_VERIFY2(state.contains("restarted 1 time"), qPrintable(state));
    }

    void dashboardAndHistory_byKeys() {
        open();
        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
        QTRY_VERIFY(m_window->dashboardPage()->isVisible());
        QTRY_COMPARE(text("tileDocuments"), QString("60"));
        pictures("dashboard-empty");
        work();
        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
        QTRY_VERIFY(text("tileLabels").toInt() > 40);
        auto* checks = m_window->findChild<QListWidget*>("healthChecks");
        QTRY_COMPARE(checks->item(1)->text(), QString("Punctuation at an edge · 5"));
        QCOMPARE(checks->item(2)->text(), QString("Edge inside a word · 1"));
        pictures("dashboard-top");
        scrollTo(0.5);
        auto* matrix = m_window->findChild<MatrixView*>("confusionMatrix");
        matrix->setFocus();
        // To a mistake, and to the words it is about.
        int wrong = -1;
        const int none = matrix->model()->rowCount() - 1;
        for (int column = 0; column < none; ++column) {
            if (matrix->matrix()->cell(none, column).spans > 0)
                wrong = column;
        }
        QVERIFY(wrong >= 0);
        QTest::keyClick(matrix, Qt::Key_End, Qt::ControlModifier);
        for (int column = none; column > wrong; --column)
            QTest::keyClick(matrix, Qt::Key_Left);
        QTest::keyClick(matrix, Qt::Key_Return);
        auto* mistakes = m_window->findChild<FindingList*>("mistakeList");
        QVERIFY(mistakes->hasFocus());
        pictures("dashboard-middle");
        scrollTo(1);
        checks->setCurrentRow(1);
        pictures("dashboard-bottom");
        mistakes->setFocus();
        QTest::keyClick(mistakes, Qt::Key_Return);
        QTRY_VERIFY(view()->isVisible());
        QVERIFY(!view()->selection().isEmpty());

        QTest::keyClick(m_window.get(), Qt::Key_D, Qt::ControlModifier);
        m_window->resize(900, 600);
        QTest::qWait(100);
        scrollTo(0);
        pictures("dashboard-narrow-top");
        scrollTo(0.45);
        pictures("dashboard-narrow-middle");
        scrollTo(0.85);
        pictures("dashboard-narrow-bottom");
        m_window->resize(1280, 800);

        // An export is remembered, and what changes after it.
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier);
        auto* preview = m_window->findChild<QPlainTextEdit*>("exportPreview");
        QTRY_VERIFY(preview->toPlainText().startsWith("-DOCSTART-"));
        QSignalSpy exported(m_window->exportPage(), &ExportPage::exported);
        m_window->exportPage()->exportTo(m_folder->filePath("out.conll"));
        QTRY_COMPARE(exported.size(), 1);
        label(41, "nausea", "condition");
        QVERIFY(session().project().rollingBackup(0).value_or(false));
        m_window->messages()->dismiss();
        QTest::keyClick(m_window.get(), Qt::Key_H, Qt::ControlModifier);
        QTRY_VERIFY(m_window->historyPage()->isVisible());
        QTRY_VERIFY2(text("historyExport").contains("out.conll. Since then: 1 label changed"),
                     qPrintable(text("historyExport")));
        auto* list = m_window->findChild<QListView*>("historyList");
        QTRY_VERIFY(list->model()->rowCount() > 40);
        QVERIFY(list->hasFocus());
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Down);
        pictures("history");
        const int before = static_cast<int>(session().counts().annotations);
        QTest::keyClick(list, Qt::Key_Home);
        QTest::keyClick(list, Qt::Key_U);
        QTRY_COMPARE(session().counts().annotations, before - 1);
        QTRY_VERIFY(text("historyExport").contains("Nothing has changed since"));
        m_window->resize(900, 600);
        QTest::qWait(100);
        pictures("history-narrow");
    }
};

QTEST_MAIN(GuiSight)
#include "gui_sight.moc"
