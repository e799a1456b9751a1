#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>

#include "gui_support.h"
#include "ui/language/language.h"
#include "ui/main_window/app_settings.h"
#include "ui/theme/type_pattern.h"

using namespace gui;

/// The settings, by keys: what they change at once, and what is remembered; pictures when
/// SPANWISE_SCREENSHOTS is set.
class GuiSettings : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    void open(bool isWorkerGiven = false) {
        MainWindowOptions options = gui::options(m_folder->path());
        options.workerCommand = QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)};
        options.isWorkerGiven = isWorkerGiven;
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1100, 760);
        QVERIFY(gui::show(*m_window));
        const QString project = m_folder->filePath("t.spanwise");
        if (QFile::exists(project)) {
            QVERIFY(m_window->openProject(project));
        } else {
            QVERIFY(m_window->createProject(project, *LabelScheme::fromNames({"drug"})));
            QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
            m_window->importFiles({write(m_folder->filePath("in.txt"), "Take aspirin, daily.\n")});
            QVERIFY(!imported.isEmpty() || imported.wait(20000));
        }
        QTRY_COMPARE_WITH_TIMEOUT(m_window->worker()->state(), WorkerClient::State::Ready, 20000);
        m_window->messages()->dismiss();
    }
    QDialog* showSettings() {
        m_window->activateWindow();  // no window manager does it
        if (!QTest::qWaitForWindowActive(m_window.get(), 10000))
            return nullptr;
        QTest::keyClick(m_window.get(), Qt::Key_Comma, Qt::ControlModifier);
        auto* dialog = m_window->findChild<QDialog*>("settingsDialog");
        const auto hasFocus = [&] { return dialog->isAncestorOf(QApplication::focusWidget()); };
        return dialog && QTest::qWaitFor(hasFocus, 10000) ? dialog : nullptr;
    }
    template <typename Widget>
    Widget* find(const char* name) {
        return m_window->findChild<Widget*>(QString::fromLatin1(name));
    }
    void tabTo(const char* name) {
        QWidget* wanted = find<QWidget>(name);
        for (int i = 0; i < 20 && QApplication::focusWidget() != wanted; ++i)
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget(), wanted);
    }
    void type(const char* name, const QString& text) {
        tabTo(name);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_A, Qt::ControlModifier);
        QTest::keyClicks(QApplication::focusWidget(), text);
    }
    void accept() {
        tabTo("settingsOk");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QTRY_VERIFY(!find<QDialog>("settingsDialog"));
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        qunsetenv("SPANWISE_ANNOTATOR");
        language::use(QStringLiteral("en"));
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() {
        m_window.reset();
        theme::apply(*qApp, ThemeChoice::Light);
        theme::setPatterns(true);
        language::use(QStringLiteral("en"));
    }

    void whatIsChosen_takesEffect_andIsRemembered() {
        open();
        QDialog* dialog = showSettings();
        QVERIFY(dialog);
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(50);
            shot(dialog, dark ? QStringLiteral("settings-dark") : QStringLiteral("settings-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
        QVERIFY(dialog->height() <= 600);
        type("settingsAnnotator", "Ada");
        tabTo("settingsTheme");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_End);
        tabTo("settingsSyntax");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        tabTo("settingsTrims");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QVERIFY(!theme::isDark());
        accept();
        QVERIFY(theme::isDark());
        QVERIFY(find<QAction>("themeDark")->isChecked());
        QVERIFY(!find<QAction>("trimEdges")->isChecked());
        QVERIFY(!find<QAction>("syntaxColors")->isChecked());
        QVERIFY(!m_window->labelPage()->view()->hasSyntaxColors());
        const ProjectSession& session = *m_window->session();
        QCOMPARE(session.annotator(), std::string("Ada"));
        QVERIFY(selectByKeys(*m_window, "aspirin"));
        QTest::keyClick(m_window->labelPage()->view(), Qt::Key_1);
        QCOMPARE(session.labels().annotations.size(), std::size_t(1));
        QCOMPARE(session.labels().annotations[0].annotator, std::string("Ada"));
        m_window.reset();
        theme::apply(*qApp, ThemeChoice::Light);
        open();
        QCOMPARE(m_window->session()->annotator(), std::string("Ada"));
        QVERIFY(!find<QAction>("trimEdges")->isChecked());
        QVERIFY(showSettings());
        QCOMPARE(find<QLineEdit>("settingsAnnotator")->text(), QString("Ada"));
        QCOMPARE(find<QComboBox>("settingsTheme")->currentText(), QString("Dark"));
    }

    void escape_changesNothing() {
        open();
        QDialog* dialog = showSettings();
        QVERIFY(dialog);
        type("settingsAnnotator", "Ada");
        QTest::keyClick(dialog, Qt::Key_Escape);
        QTRY_VERIFY(!find<QDialog>("settingsDialog"));
        QVERIFY(m_window->session()->annotator() != "Ada");
        QCOMPARE(AppSettings().annotator(), QString());
    }

    void worker_isTried_thenTakesOver() {
        open();
        const qint64 before = m_window->worker()->processId();
        QVERIFY(before != 0);
        QVERIFY(showSettings());
        type("settingsWorker", "no-such-program worker");
        tabTo("settingsTryWorker");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        const auto* state = find<QLabel>("settingsWorkerState");
        QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains("cannot be started"),
                                  qPrintable(state->text()), 20000);
        shot(find<QDialog>("settingsDialog"), "settings-no-worker");
        type("settingsWorker", QStringLiteral(SPANWISE_FAKE_WORKER) + " --train-ms 1");
        tabTo("settingsTryWorker");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
        QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains("It answers: version"),
                                  qPrintable(state->text()), 20000);
        QCOMPARE(m_window->worker()->processId(), before);
        accept();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->worker()->state() == WorkerClient::State::Ready &&
                                     m_window->worker()->processId() != before,
                                 20000);
        QCOMPARE(AppSettings().workerCommand(),
                 QStringLiteral(SPANWISE_FAKE_WORKER) + " --train-ms 1");
    }

    void environment_decides_andSaysSo() {
        qputenv("SPANWISE_ANNOTATOR", "tester");
        open(true);
        QVERIFY(showSettings());
        QVERIFY(!find<QLineEdit>("settingsAnnotator")->isEnabled());
        QVERIFY(!find<QLineEdit>("settingsWorker")->isEnabled());
        QCOMPARE(find<QLineEdit>("settingsAnnotator")->placeholderText(), QString("tester"));
    }

    void language_isSwitched_inTheOpenWindow() {
        open();
        QVERIFY(showSettings());
        tabTo("settingsLanguage");
        auto* languages = find<QComboBox>("settingsLanguage");
        const int german = languages->findData(QStringLiteral("de"));
        QVERIFY(german > 0);
        for (int i = languages->currentIndex(); i < german; ++i)
            QTest::keyClick(languages, Qt::Key_Down);
        accept();
        QTRY_COMPARE(find<QAction>("showSettings")->text(), QString("Einstellun&gen\u00a0…"));
        QVERIFY(showSettings());
        QCOMPARE(find<QDialog>("settingsDialog")->windowTitle(), QString("Einstellungen"));
        shot(find<QDialog>("settingsDialog"), "settings-german");
    }
};

QTEST_MAIN(GuiSettings)
#include "gui_settings.moc"
