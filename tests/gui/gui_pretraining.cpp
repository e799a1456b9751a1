#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QListWidget>
#include <QProgressBar>
#include <QSpinBox>
#include <QTableWidget>
#include <QToolButton>

#include "gui_support.h"
#include "ui/pretraining/pretraining_page.h"
#include "ui/session/pretraining_controller.h"

using namespace gui;
using State = PretrainingController::State;

/// The Pre-training page in the real window with the worker's stand-in, by keys; pictures when
/// SPANWISE_SCREENSHOTS is set.
class GuiPretraining : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    [[nodiscard]] QString at(const QString& name) const { return m_folder->filePath(name); }
    PretrainingController& controller() { return *m_window->pretraining(); }
    template <typename T>
    T* find(const char* name) {
        T* widget = m_window->findChild<T*>(name);
        if (!widget)
            qFatal("no %s", name);
        return widget;
    }
    QString text(const char* name) { return find<QLabel>(name)->text(); }
    QString pageTitle() {
        const auto* pages = find<QTabBar>("pageBar");
        for (int i = 0; i < pages->count(); ++i) {
            if (pages->tabText(i).startsWith("Pre-training"))
                return pages->tabText(i);
        }
        return {};
    }
    void openWindow(const QStringList& flags = {}) {
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand =
            QStringList{QStringLiteral(SPANWISE_FAKE_WORKER), "--runs", at("runs.json")} + flags;
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
    }
    void openProject() {
        QVERIFY(m_window->createProject(at("t.spanwise"), *LabelScheme::fromNames({"drug"})));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        QByteArray texts;
        for (int i = 0; i < 6; ++i)
            texts += "{\"text\": \"take aspirin " + QByteArray::number(i) +
                     "\", \"spans\": [{\"begin\": 5, \"end\": 12, \"type\": \"drug\"}]}\n";
        m_window->importFiles({write(at("in.jsonl"), texts)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        for (const DocumentSummary& document : std::vector(m_window->session()->documents())) {
            m_window->session()->openDocument(document.id);
            m_window->session()->setStatus(DocumentStatus::Done);
        }
        m_window->messages()->dismiss();
    }
    QString material() {
        QByteArray lines;
        const char* concepts[] = {"city",
                                  "drug",
                                  "person",
                                  "musical instrument",
                                  "planet",
                                  "programme",
                                  "chemical element",
                                  "river",
                                  "award",
                                  "medical condition"};
        for (int i = 0; i < 400; ++i) {
            lines += QByteArray("{\"text\": \"x a\", \"mentions\": [{\"begin\": 2, \"end\": 3, ") +
                     "\"concept\": \"" + concepts[(i * i + i / 7) % 10] + "\"}]}\n";
        }
        return write(at("c4-annotated.jsonl"), lines + "no json\n");
    }
    void showPage() {
        QTest::keyClick(m_window.get(), Qt::Key_P, Qt::ControlModifier);
        QTRY_VERIFY(m_window->pretrainingPage()->isVisible());
    }
    void drop(const QStringList& files) { dropFiles(*m_window->pretrainingPage(), files); }
    /// Tab until that widget has the focus.
    bool tabTo(const char* name) {
        for (int i = 0; i < 60; ++i) {
            QWidget* now = QApplication::focusWidget();
            if (now && now->objectName() == QLatin1String(name))
                return true;
            QTest::keyClick(now ? now : m_window.get(), Qt::Key_Tab);
        }
        return false;
    }
    void press(Qt::Key key) { QTest::keyClick(QApplication::focusWidget(), key); }
    void pictures(const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(250);
            shot(m_window.get(), "pretraining-" + name + (dark ? "-dark" : "-light"));
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

    void wholeRun_byKeys() {
        openWindow({"--pretrain-us", "1500"});
        openProject();
        showPage();
        QTRY_VERIFY(find<QPushButton>("addMaterial")->hasFocus());
        QVERIFY(!find<QPushButton>("startPretraining")->isEnabled());
        pictures("empty");
        drop({material(), write(at("news.conll"), "a O\nb B-PER\n\n")});
        QTRY_COMPARE(controller().reading(), PretrainingController::Reading::Done);
        auto* table = find<QTableWidget>("materialTable");
        QCOMPARE(table->rowCount(), 3);
        QCOMPARE(table->item(0, 2)->text(), QString("400"));
        QVERIFY(text("materialWarnings").contains("1"));
        QVERIFY(text("materialConcepts").contains("city"));

        QVERIFY(tabTo("pretrainName"));
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), "news-encoder");
        QVERIFY(tabTo("pretrainLength"));
        press(Qt::Key_Up);
        QCOMPARE(controller().settings().passes, 2.0);
        QVERIFY(tabTo("pretrainCheck"));
        press(Qt::Key_Down);
        QVERIFY(controller().check() == PretrainingController::Check::Project);
        QVERIFY2(text("pretrainForecast").contains("h:"), qPrintable(text("pretrainForecast")));
        pictures("material");
        QVERIFY(tabTo("pretrainAdvanced"));
        press(Qt::Key_Space);
        QVERIFY(tabTo("advancedBatch"));
        press(Qt::Key_Up);
        QCOMPARE(controller().settings().batch, 33);
        QTRY_COMPARE(controller().reading(), PretrainingController::Reading::Done);
        pictures("advanced");

        QVERIFY(tabTo("startPretraining"));
        press(Qt::Key_Space);
        QCOMPARE(controller().state(), State::Running);
        QTRY_VERIFY(find<QPushButton>("pauseRun")->hasFocus());
        QTRY_VERIFY(controller().run().step > 350);
        QTRY_VERIFY(find<QProgressBar>("runProgress")->value() > 300);
        QVERIFY(text("runStatus").contains("of 1,000"));
        QVERIFY(pageTitle().contains("%"));
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Paused);
        QTRY_VERIFY(find<QPushButton>("resumePausedRun")->hasFocus());
        QVERIFY(text("runStatus").startsWith("Paused at step"));
        QCOMPARE(pageTitle(), QString("Pre-training"));
        pictures("paused");
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Finished);
        QTRY_VERIFY(find<QPushButton>("useEncoder")->hasFocus());
        QVERIFY2(text("scoreText").contains("4 per type: 34.0 → 45.0 (+11.0)"),
                 qPrintable(text("scoreText")));
        pictures("finished");
        m_window->resize(900, 600);
        pictures("finished-small");
        m_window->resize(1280, 800);
        press(Qt::Key_Space);
        QTRY_COMPARE(m_window->session()->project().setting("encoder"),
                     std::string("/models/news-encoder"));
        QTRY_COMPARE(text("useWhyNot"), QString("In use for this project."));
        QVERIFY(!find<QPushButton>("useEncoder")->isEnabled());
        QVERIFY(tabTo("leaveRun"));
        press(Qt::Key_Space);
        QCOMPARE(controller().state(), State::Idle);
        QTRY_VERIFY(text("pretrainForecast").contains("already"));
    }

    void smallWindow_showsEverything() {
        openWindow();
        openProject();
        showPage();
        m_window->resize(900, 600);
        pictures("empty-small");
        drop({material()});
        QTRY_COMPARE(controller().reading(), PretrainingController::Reading::Done);
        pictures("material-small");
        auto* check = find<QComboBox>("pretrainCheck");
        check->setFocus();
        QTest::keyClick(check, Qt::Key_End);
        QTRY_VERIFY(find<QLineEdit>("checkTrainFile")->isVisible());
        QVERIFY(text("pretrainForecast").contains("two files"));
        for (const char* name : {"startPretraining", "addMaterial", "materialTable"})
            QVERIFY2(m_window->rect().contains(
                         QRect(find<QWidget>(name)->mapTo(m_window.get(), QPoint()),
                               find<QWidget>(name)->size())),
                     name);
    }

    void typeNames_areEdited() {
        openWindow();
        openProject();
        showPage();
        drop({material(), write(at("news.conll"), "a O\nb B-PER\n\n")});
        QTRY_COMPARE(controller().reading(), PretrainingController::Reading::Done);
        auto* files = find<QListWidget>("materialFiles");
        files->setFocus();
        QVERIFY(!find<QPushButton>("materialTypes")->isEnabled());
        QTest::keyClick(files, Qt::Key_End);
        QVERIFY(find<QPushButton>("materialTypes")->isEnabled());
        QVERIFY(tabTo("materialTypes"));
        press(Qt::Key_Space);
        QTRY_VERIFY(m_window->findChild<QTableWidget*>("typeNames"));
        auto* names = find<QTableWidget>("typeNames");
        QTRY_VERIFY(names->hasFocus());
        QTest::qWait(100);
        shot(QApplication::activeModalWidget(), "pretraining-types-light");
        QTest::keyClick(names, Qt::Key_Down);
        QTest::keyClick(names, Qt::Key_F2);
        auto* editor = names->findChild<QLineEdit*>();
        QVERIFY(editor);
        QTest::keyClicks(editor, "person");
        QTest::keyClick(editor, Qt::Key_Return);
        QTest::keyClick(names, Qt::Key_Up);
        QTest::keyClick(names, Qt::Key_Left);
        QTest::keyClick(names, Qt::Key_Space);
        QTest::keyClick(names, Qt::Key_Return);
        const nlohmann::json named{{"MISC", nullptr},
                                   {"PER", {{"name", "person"}, {"description", ""}}}};
        QTRY_COMPARE(controller().files()[1].types.dump(), named.dump());
        QTest::keyClick(files, Qt::Key_Delete);
        QCOMPARE(controller().files().size(), 1U);
    }

    void materialThatCannotBeRead_andAWorkerThatDies() {
        openWindow({"--pretrain-us", "300", "--die-at", "250"});
        openProject();
        showPage();
        drop({write(at("none.jsonl"), "{\"text\": \"x\", \"mentions\": []}\n")});
        QTRY_COMPARE(text("materialHeadline"), QString("The material cannot be read"));
        QVERIFY(text("materialHint").contains("nothing to learn"));
        pictures("unreadable");
        auto* files = find<QListWidget>("materialFiles");
        files->setFocus();
        QTest::keyClick(files, Qt::Key_Delete);
        drop({material()});
        QTRY_VERIFY(find<QPushButton>("startPretraining")->isEnabled());
        find<QPushButton>("startPretraining")->setFocus();
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Failed);
        QTRY_VERIFY(find<QPushButton>("resumePausedRun")->isVisible());
        QVERIFY(text("runStatus").contains("step 200"));
        QVERIFY(!text("runError").isEmpty());
        pictures("died");
        find<QPushButton>("resumePausedRun")->setFocus();
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Finished);
    }

    void run_outlivesItsProject_andQuittingSavesIt() {
        openWindow({"--pretrain-us", "3000"});
        openProject();
        showPage();
        drop({material()});
        QTRY_VERIFY(find<QPushButton>("startPretraining")->isEnabled());
        find<QPushButton>("startPretraining")->setFocus();
        press(Qt::Key_Space);
        QTRY_VERIFY(controller().run().step > 10);
        m_window->closeProject();
        const qint64 step = controller().run().step;
        QTRY_VERIFY(controller().run().step > step);
        QCOMPARE(controller().state(), State::Running);
        // There is a way to it without a project, and back.
        showPage();
        QTRY_VERIFY(find<QPushButton>("pauseRun")->isVisible());
        QTest::mouseClick(find<QPushButton>("leavePretraining"), Qt::LeftButton);
        QVERIFY(!m_window->pretrainingPage()->isVisible());

        m_window->close();
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(m_window->findChild<QWidget*>("quitBox"));
        QTRY_VERIFY(QApplication::activeModalWidget());
        QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape);
        QTRY_VERIFY(!m_window->findChild<QWidget*>("quitBox"));
        QVERIFY(controller().isBusy());
        m_window->close();
        QTRY_VERIFY(QApplication::activeModalWidget());
        QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Return);
        QTRY_VERIFY(!m_window->isVisible());
        QCOMPARE(controller().state(), State::Paused);
        m_window.reset();

        openWindow({"--pretrain-us", "100"});
        showPage();
        QTRY_VERIFY(m_window->findChild<QPushButton*>("resumeRun"));
        pictures("unfinished");
        find<QPushButton>("discardRun")->setFocus();
        press(Qt::Key_Space);
        QTRY_VERIFY(QApplication::activeModalWidget());
        QTest::keyClick(QApplication::activeModalWidget(), Qt::Key_Escape);
        find<QPushButton>("resumeRun")->setFocus();
        press(Qt::Key_Space);
        QTRY_COMPARE(controller().state(), State::Finished);
        QCOMPARE(controller().run().step, 1000);
        QTRY_COMPARE(text("useWhyNot"), QString("Open a project to use it there."));
    }

    void everyControl_isNamedForScreenReaders() {
        openWindow();
        openProject();
        showPage();
        drop({material()});
        QTRY_COMPARE(controller().reading(), PretrainingController::Reading::Done);
        for (const QWidget* widget : m_window->pretrainingPage()->findChildren<QWidget*>()) {
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

QTEST_MAIN(GuiPretraining)
#include "gui_pretraining.moc"
