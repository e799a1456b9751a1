#include <QAccessible>
#include <QLabel>
#include <QListView>
#include <QTabBar>

#include "gui_support.h"
#include "ui/check/check_page.h"
#include "ui/session/quality_controller.h"

using namespace gui;

/// The window with the worker's stand-in: what the check says, by keys alone, and places that mean
/// the like; pictures when SPANWISE_SCREENSHOTS is set.
class GuiCheck : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    QString text(const char* name) { return m_window->findChild<QLabel*>(name)->text(); }
    void open(const QStringList& flags) {
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand = QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)} + flags;
        options.learning.debounce = std::chrono::milliseconds(50);
        options.learning.idle = std::chrono::milliseconds(300);
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        QVERIFY(m_window->createProject(m_folder->filePath("t.spanwise"),
                                        *LabelScheme::fromNames({"drug", "condition", "person"})));
        QByteArray jsonl;
        const char* drugs[] = {"metformin", "lisinopril", "warfarin", "aspirin"};
        for (int i = 0; i < 30; ++i)
            jsonl += "{\"id\": \"clinic-note-" + QByteArray::number(100 + i) +
                     "\", \"text\": \"Visit " + QByteArray::number(i) + ": started on " +
                     drugs[i % 4] +
                     " 500 mg twice daily after type 2 diabetes was found.\\nTwo "
                     "weeks later the patient reported persistent nausea and stopped " +
                     drugs[i % 4] + ".\"}\n";
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
    }
    void label(int document, const std::string& word, const char* type) {
        QVERIFY(
            session().openDocument(session().documents()[static_cast<std::size_t>(document)].id));
        const std::string& all = session().document()->text;
        const auto at = all.find(word);
        QVERIFY(at != std::string::npos);
        const Offset begin = countCodePoints(std::string_view(all).substr(0, at));
        QVERIFY(session().label({begin, begin + countCodePoints(word)},
                                session().scheme().byName(type)->id));
    }
    /// 21 documents, one of them with a label that the others contradict.
    void labelSome() {
        const char* drugs[] = {"metformin", "lisinopril", "warfarin", "aspirin"};
        for (int i = 0; i < 21; ++i) {
            label(i, drugs[i % 4], i == 6 ? "condition" : "drug");
            if (i != 9)
                label(i, "nausea", "condition");
        }
    }
    void pictures(const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(50);
            shot(m_window.get(), name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() { m_window.reset(); }

    void check_byKeys() {
        open({"--check-ms", "1500"});
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
        QTRY_VERIFY(m_window->checkPage()->isVisible());
        pictures("check-empty");
        labelSome();
        QTRY_COMPARE_WITH_TIMEOUT(m_window->quality()->status().stage,
                                  QualityStatus::Stage::Checking, 15000);
        QTRY_VERIFY(m_window->quality()->status().fraction > 0.3);
        shot(m_window.get(), "check-progress-light");
        QTRY_VERIFY_WITH_TIMEOUT(m_window->quality()->quality().has_value(), 15000);
        auto* list = m_window->findChild<QListView*>("doubtList");
        QVERIFY(list->model()->rowCount() >= 2);
        QTRY_COMPARE_WITH_TIMEOUT(text("activityStatus"), QString("up to date"), 15000);
        m_window->checkPage()->setFocus();
        QTest::keyClick(list, Qt::Key_Down);
        pictures("check");
        const int doubts = list->model()->rowCount();
        QTest::keyClick(list, Qt::Key_Home);
        QTest::keyClick(list, Qt::Key_A);
        QTRY_COMPARE(list->model()->rowCount(), doubts - 1);
        QVERIFY(m_window->findChild<QAction*>("undo")->text().contains("warfarin"));
        QTest::keyClick(list, Qt::Key_Return);
        QTRY_VERIFY(view()->isVisible());
        QVERIFY(!view()->selection().isEmpty());
        QVERIFY(view()->hasFocus());
        // The queue has reasons now, the types their figures.
        QTRY_VERIFY_WITH_TIMEOUT(!session().ranking().empty(), 20000);
        QTest::qWait(500);
        auto* documents = m_window->findChild<QListView*>("documentList");
        documents->scrollToBottom();
        const QModelIndex ranked = documents->model()->index(documents->model()->rowCount() - 9, 0);
        QVERIFY2(ranked.data(Qt::AccessibleTextRole).toString().contains("uncertain about drug"),
                 qPrintable(ranked.data(Qt::AccessibleTextRole).toString()));
        pictures("label-checked");
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        QTRY_VERIFY(m_window->findChild<QDialog*>("shortcutsDialog"));
        auto* keys = m_window->findChild<QDialog*>("shortcutsDialog");
        QVERIFY(keys->height() <= 760);
        shot(keys, "keys-light");
        keys->close();
    }

    void everyControl_isNamedForScreenReaders() {
        open({});
        labelSome();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->quality()->quality().has_value(), 15000);
        QTest::keyClick(m_window.get(), Qt::Key_K, Qt::ControlModifier | Qt::ShiftModifier);
        for (const QWidget* widget : m_window->checkPage()->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith("qt_"))
                continue;
            QAccessibleInterface* interface =
                QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(),
                     qPrintable(QString::fromLatin1(widget->metaObject()->className()) + " " +
                                widget->objectName()));
        }
    }

    void similar_byKeys() {
        open({});
        QVERIFY(session().openDocument(session().documents().front().id));
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
        auto* panel = m_window->findChild<QWidget*>("similarPanel");
        if (view()->selection().isEmpty()) {
            QVERIFY(!panel->isVisible());
            QVERIFY(m_window->messages()->text().contains("Select words"));
        }
        QVERIFY(selectByKeys(*m_window, "metformin"));
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
        QTRY_VERIFY(panel->isVisible());
        auto* list = m_window->findChild<QListView*>("similarList");
        QTRY_VERIFY_WITH_TIMEOUT(list->model()->rowCount() >= 10, 10000);
        QVERIFY(list->hasFocus());
        m_window->messages()->dismiss();
        pictures("similar");
        QTest::keyClick(list, Qt::Key_Down);
        const DocumentId before = session().documentId();
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(session().documentId() != before);
        QCOMPARE(session().textOf(view()->selection()), QString("metformin"));
        QVERIFY(panel->isVisible());
        QTest::keyClick(view(), Qt::Key_1);  // labelling goes on as ever
        QCOMPARE(session().counts().annotations, 1);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Escape);
        QVERIFY(!panel->isVisible());
        QVERIFY(view()->hasFocus());
    }

    void similar_withAnOldWorker_saysSo() {
        open({"--old", "1"});
        QVERIFY(session().openDocument(session().documents().front().id));
        QVERIFY(selectByKeys(*m_window, "metformin"));
        QTest::keyClick(view(), Qt::Key_F, Qt::ControlModifier | Qt::AltModifier);
        QTRY_VERIFY(text("similarState").contains("older Spanwise"));
    }
};

QTEST_MAIN(GuiCheck)
#include "gui_check.moc"
