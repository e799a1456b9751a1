#include <QAccessible>
#include <QLabel>
#include <QListView>
#include <QProgressBar>
#include <QSlider>

#include "gui_support.h"
#include "ui/models/models_page.h"

using namespace gui;

/// The window with the worker's stand-in: suggestions from the types' names, the threshold, and the
/// Models page, by keys alone; pictures when SPANWISE_SCREENSHOTS is set.
class GuiModels : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    QString text(const char* name) { return m_window->findChild<QLabel*>(name)->text(); }
    void open(const QStringList& flags) {
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand = QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)} + flags;
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        auto scheme = *LabelScheme::fromNames({"drug", "condition", "dose"});
        EntityType drug = *scheme.byName("drug");
        drug.description = "metformin lisinopril";
        EntityType condition = *scheme.byName("condition");
        condition.description = "nausea diabetes";
        QVERIFY(scheme.put(drug) && scheme.put(condition));
        QVERIFY(m_window->createProject(m_folder->filePath("t.spanwise"), scheme));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(
            m_folder->filePath("in.jsonl"),
            "{\"id\": \"clinic-note-031\", \"text\": \"Mrs. Adela Brandt was started on metformin "
            "500 mg twice daily after she was found to have type 2 diabetes. Two weeks later she "
            "reported persistent nausea and stopped the tablets on her own. Dr. Okafor advised "
            "taking metformin with meals; her lisinopril goes on as before.\"}\n"
            "{\"id\": \"clinic-note-112\", \"text\": \"No nausea. Continue lisinopril 10 mg.\"}\n"
            "{\"id\": \"clinic-note-007\", \"text\": \"Family history of diabetes, no "
            "medication.\"}\n")});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
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

    void namesAlone_suggest_andKeysDecide() {
        open({"--zero-shot", "any"});
        QTRY_COMPARE(session().labels().suggestions.size(), 5U);
        QTRY_COMPARE(text("activityStatus"), QString("label or accept a few to start"));
        // 0.4 each: below the threshold of a new project, so none is shown, and the panel says so.
        QCOMPARE(view()->visibleSuggestions().size(), 0U);
        QTRY_VERIFY2(text("suggestionCounts").startsWith("0 of 5 shown · "),
                     qPrintable(text("suggestionCounts")));
        view()->setFocus();
        for (int press = 0; press < 2; ++press)
            QTest::keyClick(view(), Qt::Key_BracketLeft, Qt::ControlModifier);
        QTRY_COMPARE(view()->visibleSuggestions().size(), 5U);
        QTRY_COMPARE(text("suggestionCounts"), QString("5 of 5 shown · 8 in project"));
        QCOMPARE(text("thresholdHeading"), QString("Show suggestions from 0.40"));
        QTest::keyClick(view(), Qt::Key_BracketRight, Qt::ControlModifier);
        QTRY_COMPARE(view()->visibleSuggestions().size(), 0U);
        QTest::keyClick(view(), Qt::Key_A, Qt::ShiftModifier);
        QCOMPARE(session().counts().annotations, 0);
        QTest::keyClick(view(), Qt::Key_BracketLeft, Qt::ControlModifier);
        QTRY_COMPARE(view()->visibleSuggestions().size(), 5U);

        QTest::keyClick(view(), Qt::Key_Tab);
        QVERIFY(view()->focusedSpan() != 0);
        QTest::keyClick(view(), Qt::Key_Tab);
        QTest::qWait(250);  // what is known of the string elsewhere
        pictures("zero-shot");
        QTest::keyClick(view(), Qt::Key_X);  // "diabetes" is refused
        QCOMPARE(session().counts().rejections, 1);
        QTest::keyClick(view(), Qt::Key_A);  // "nausea" becomes a label
        QCOMPARE(session().counts().annotations, 1);
        QTRY_COMPARE_WITH_TIMEOUT(text("activityStatus"), QString("up to date"), 10000);
        for (const Suggestion& suggestion : session().labels().suggestions)
            QVERIFY(suggestion.model.rfind("zero-shot:", 0) != 0);
    }

    void threshold_isRememberedInTheProject() {
        open({"--zero-shot", "any"});
        view()->setFocus();
        for (int press = 0; press < 5; ++press)
            QTest::keyClick(view(), Qt::Key_BracketLeft, Qt::ControlModifier);
        QTRY_COMPARE(text("thresholdHeading"), QString("Show suggestions from 0.25"));
        m_window->closeProject();
        QVERIFY(m_window->openProject(m_folder->filePath("t.spanwise")));
        QCOMPARE(text("thresholdHeading"), QString("Show suggestions from 0.25"));
        QCOMPARE(view()->threshold(), 0.25);
        QCOMPARE(m_window->findChild<QSlider*>("thresholdSlider")->value(), 25);
    }

    void modelsPage_byKeys() {
        open({"--zero-shot", "names", "--pull-ms", "700"});
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        auto* page = m_window->modelsPage();
        QTRY_VERIFY(page->isVisible());
        auto* list = m_window->findChild<QListView*>("modelList");
        QTRY_COMPARE(list->model()->rowCount(), 5);
        QVERIFY(list->hasFocus());
        pictures("models-default");
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(text("modelTitle"), QString("names"));
        QTest::keyClick(list, Qt::Key_Up);
        QTest::qWait(50);
        pictures("models");
        QTest::keyClick(list, Qt::Key_Down);
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(m_window->findChild<QWidget*>("useModel"), Qt::Key_Space);
        QTRY_COMPARE(text("modelInUse"), QString("in use for this project"));
        QCOMPARE(session().project().setting("encoder"), std::string("/models/names"));
        QTRY_COMPARE(session().labels().suggestions.size(), 5U);
        QTRY_VERIFY(text("modelStatus").startsWith("names"));

        auto* field = m_window->findChild<QLineEdit*>("pullRepository");
        field->setFocus();
        QTest::keyClicks(field, "no/such");
        QTest::keyClick(field, Qt::Key_Return);
        QTRY_VERIFY(text("modelsMessage").contains("no/such"));
        pictures("models-error");
        field->clear();
        QTest::keyClicks(field, "numind/NuNER-v2.0");
        QTest::keyClick(field, Qt::Key_Return);
        auto* bar = m_window->findChild<QProgressBar*>("pullProgress");
        QTRY_VERIFY(bar->value() > 300);
        shot(m_window.get(), "models-pull-light");
        // It goes on while one labels, and says when it has ended.
        m_window->findChild<QTabBar*>("pageBar")->setCurrentIndex(0);
        QTRY_VERIFY(m_window->messages()->text().contains("NuNER-v2.0"));
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        QTRY_COMPARE(list->model()->rowCount(), 6);
        QTRY_COMPARE(text("modelTitle"), QString("NuNER-v2.0"));
    }

    void modelsPage_withoutAWorkerOrModels() {
        open({"--no-models", "1"});
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        QTRY_COMPARE(text("modelsEmptyHeadline"), QString("No model is installed"));
        pictures("models-empty");
        m_window->closeProject();
        QVERIFY(!m_window->modelsPage()->isVisible());
        QVERIFY(!m_window->findChild<QAction*>("modelsPageAction")->isEnabled());
    }

    void everyControl_isNamedForScreenReaders() {
        open({});
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        auto* list = m_window->findChild<QListView*>("modelList");
        QTRY_COMPARE(list->model()->rowCount(), 5);
        for (const QWidget* widget : m_window->modelsPage()->findChildren<QWidget*>()) {
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith("qt_"))
                continue;
            QAccessibleInterface* interface =
                QAccessible::queryAccessibleInterface(const_cast<QWidget*>(widget));
            QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(),
                     qPrintable(QString::fromLatin1(widget->metaObject()->className()) + " " +
                                widget->objectName()));
        }
    }
};

QTEST_MAIN(GuiModels)
#include "gui_models.moc"
