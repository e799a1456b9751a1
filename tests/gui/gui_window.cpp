#include <QAccessible>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QProcess>

#include "gui_support.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/language/language.h"
#include "ui/main_window/app_settings.h"

using namespace gui;

/// The window around the widgets, without a worker.
class GuiWindow : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    MainWindow& window() { return *m_window; }
    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    void import(const QByteArray& jsonl) {
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
    }
    QStringList menus() {
        QStringList titles;
        for (const QAction* entry : m_window->menuBar()->actions())
            titles << entry->text();
        return titles;
    }
    QAction* action(const char* name) {
        auto* found = m_window->findChild<QAction*>(QLatin1String(name));
        if (!found)
            qFatal("no action %s", name);
        return found;
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        language::use(QStringLiteral("en"));
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        QVERIFY(gui::show(*m_window));
    }
    void cleanup() { m_window.reset(); }

    void withoutProject_onlyWhatMakesSenseIsPossible() {
        QVERIFY(m_window->findChild<QWidget*>("welcomePage")->isVisible());
        for (const char* name : {"importFiles", "exportPageAction", "closeProject", "undo", "redo",
                                 "markDone", "showTrash", "trainNow"})
            QVERIFY2(!action(name)->isEnabled(), name);
        QVERIFY(action("newProject")->isEnabled());
        QVERIFY(!m_window->findChild<QWidget*>("pageBar")->isEnabled());
    }

    void everyControl_isNamedForScreenReaders() {
        QVERIFY(window().createProject(m_folder->filePath("t.spanwise"),
                                       *LabelScheme::fromNames({"drug"})));
        import("{\"text\": \"one two\"}");
        QStringList nameless;
        for (QWidget* widget : m_window->findChildren<QWidget*>()) {
            // A box's list is spoken of as its box, which is looked at itself.
            if (widget->focusPolicy() == Qt::NoFocus || widget->objectName().startsWith("qt_") ||
                widget->inherits("QComboBoxListView"))
                continue;
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
            if (interface && interface->text(QAccessible::Name).isEmpty())
                nameless << QString::fromLatin1(widget->metaObject()->className()) + " " +
                                widget->objectName();
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(nameless.join(", ")));
    }

    void language_changesAtOnceAndKeepsThePlace() {
        QVERIFY(window().openSample(QStringLiteral("clinic")));
        const ProjectSession* const before = window().session();
        const QString english = menus().join(u' ');
        QTest::keyClick(view(), Qt::Key_Home, Qt::ControlModifier);
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(view(), Qt::Key_Right);
        const Range words = view()->selection();
        QVERIFY(!words.isEmpty());
        const auto labels = session().labels().annotations.size();
        QTest::keyClick(view(), Qt::Key_1);
        QCOMPARE(session().labels().annotations.size(), labels + 1);
        const QString title = action("undo")->text();
        view()->setSelection(words);

        action("language_de")->trigger();
        QTRY_VERIFY(menus().join(u' ') != english);
        QCOMPARE(language::current(), QStringLiteral("de"));
        QCOMPARE(window().session(), before);
        QTRY_VERIFY(view()->isVisible());
        QVERIFY(view()->document());
        QCOMPARE(view()->selection(), words);
        QVERIFY(action("language_de")->isChecked());
        QVERIFY(action("undo")->isEnabled());
        QVERIFY(action("undo")->text() != title);
        QCOMPARE(m_window->findChildren<QAction*>(QStringLiteral("undo")).size(), 1);
        view()->setFocus();
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session().labels().annotations.size(), labels);
        gui::shot(m_window.get(), QStringLiteral("language-german"));

        // Remembered, and back again.
        QCOMPARE(AppSettings().language(), QStringLiteral("de"));
        action("language_en")->trigger();
        QTRY_COMPARE(menus().join(u' '), english);
    }

    void language_keepsThePageAndWorksWithoutAProject() {
        action("language_de")->trigger();
        QTRY_COMPARE(action("language_de")->isChecked(), true);
        QVERIFY(m_window->findChild<QWidget*>("welcomePage")->isVisible());
        QVERIFY(window().openSample(QStringLiteral("reviews")));
        action("dashboardPageAction")->trigger();
        QVERIFY(window().dashboardPage()->isVisible());
        const DashboardPage* const page = window().dashboardPage();
        action("language_en")->trigger();
        QTRY_VERIFY(window().dashboardPage() != page);
        QTRY_VERIFY(window().dashboardPage()->isVisible());
    }

    void mnemonics_areUniqueInEveryMenu_data() {
        QTest::addColumn<QString>("code");
        for (const Language& language : language::all())
            QTest::newRow(qPrintable(language.code)) << language.code;
    }
    void mnemonics_areUniqueInEveryMenu() {
        QFETCH(QString, code);
        const QMenuBar* const before = m_window->menuBar();
        const bool isOther = language::current() != code;
        action(qPrintable(QStringLiteral("language_") + code))->trigger();
        QTRY_VERIFY(!isOther || m_window->menuBar() != before);
        QVERIFY(window().openSample(QStringLiteral("clinic")));
        QStringList clashes;
        const auto look = [&](const QString& name, const QList<QAction*>& entries) {
            QHash<QChar, QString> taken;
            for (const QAction* entry : entries) {
                const qsizetype at = QString(entry->text()).replace("&&", "__").indexOf(u'&');
                if (at < 0)
                    continue;
                const QChar letter = entry->text().at(at + 1).toLower();
                if (taken.contains(letter))
                    clashes << QStringLiteral("%1: %2, %3").arg(name, taken[letter], entry->text());
                taken[letter] = entry->text();
            }
        };
        look(QStringLiteral("menu bar"), m_window->menuBar()->actions());
        for (const QMenu* menu : m_window->findChildren<QMenu*>())
            look(menu->title(), menu->actions());
        QVERIFY2(clashes.isEmpty(), qPrintable(clashes.join(u'\n')));
    }

    void sample_opensWithThreeLabelledDocuments_data() {
        QTest::addColumn<QString>("id");
        for (const char* id : {"clinic", "contracts", "reviews"})
            QTest::newRow(id) << id;
    }
    void sample_opensWithThreeLabelledDocuments() {
        QFETCH(QString, id);
        QTest::mouseClick(m_window->findChild<QWidget*>("welcomeSample_" + id), Qt::LeftButton);
        QVERIFY(m_window->session());
        QCOMPARE(session().documents().size(), 20U);
        QCOMPARE(session().counts().done, 3);
        QVERIFY(session().counts().annotations > 20);
        QVERIFY(view()->document());
        QCOMPARE(session().labels().status, DocumentStatus::New);
        // A second time: the same project as it was left.
        const QString path = session().path();
        QVERIFY(session().setStatus(DocumentStatus::Done));
        m_window->closeProject();
        QVERIFY(m_window->openSample(id));
        QCOMPARE(session().path(), path);
        QCOMPARE(session().counts().done, 4);
        m_window->closeProject();
        QVERIFY(m_window->findChild<QWidget*>("recentProject1"));
        QVERIFY(!m_window->openSample("no-such-sample"));
        QVERIFY(m_window->messages()->text().contains("no-such-sample"));
    }

    void undo_saysWhatItUndoes() {
        QVERIFY(window().createProject(m_folder->filePath("t.spanwise"),
                                       *LabelScheme::fromNames({"drug"})));
        import("{\"text\": \"take metformin daily\"}");
        QVERIFY(selectByKeys(window(), "metformin"));
        QTest::keyClick(view(), Qt::Key_1);
        QCOMPARE(action("undo")->text(), QString("&Undo: Label “metformin” as drug"));
        QVERIFY(action("undo")->isEnabled());
        QTest::keyClick(view(), Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(action("redo")->text(), QString("&Redo: Label “metformin” as drug"));
        QVERIFY(!action("undo")->isEnabled());
    }

    void badFile_isOneClearMessageAndChangesNothing() {
        QVERIFY(window().createProject(m_folder->filePath("t.spanwise"), {}));
        const QString bad = write(m_folder->filePath("bad.conll"), "Ada B-PER\nsmiled O\nhere\n\n");
        dropFiles(window(), {bad});
        QTRY_VERIFY(m_window->messages()->text().contains("bad.conll:3"));
        QCOMPARE(session().documents().size(), 0U);
        QTest::mouseClick(m_window->findChild<QWidget*>("messageClose"), Qt::LeftButton);
        QVERIFY(!m_window->messages()->isShowing());
    }

    void noProjectFile_isRefused() {
        QVERIFY(!m_window->openProject(write(m_folder->filePath("x.spanwise"), "not a database")));
        QVERIFY(m_window->messages()->text().contains("x.spanwise"));
        QVERIFY(!m_window->openProject(m_folder->filePath("absent.spanwise")));
        QVERIFY(m_window->messages()->text().contains("absent.spanwise"));
        QVERIFY(!m_window->session());
    }

    void secondWindow_isReadOnlyAndSaysSo() {
        const QString path = m_folder->filePath("t.spanwise");
        QVERIFY(window().createProject(path, *LabelScheme::fromNames({"drug"})));
        import("{\"text\": \"take metformin daily\"}");
        MainWindow other{MainWindowOptions{}};
        QVERIFY(gui::show(other));
        QVERIFY(other.openProject(path));
        QVERIFY(other.messages()->isShowing());
        QVERIFY(other.messages()->text().contains("Read-only"));
        QVERIFY(selectByKeys(other, "metformin"));
        QTest::keyClick(other.labelPage()->view(), Qt::Key_1);
        QCOMPARE(other.session()->counts().annotations, 0);
    }

    void search_filtersTheQueue() {
        QVERIFY(window().createProject(m_folder->filePath("t.spanwise"), {}));
        import(
            "{\"id\": \"a\", \"text\": \"take metformin\"}\n{\"id\": \"b\", \"text\": "
            "\"zebra\"}\n");
        auto* list = m_window->findChild<QListView*>("documentList");
        QTest::keyClick(view(), Qt::Key_Slash);
        auto* field = m_window->findChild<QLineEdit*>("searchField");
        QTRY_VERIFY(field->hasFocus());
        QTest::keyClicks(field, "zeb");
        QTRY_COMPARE(m_window->labelPage()->queue()->next() != 0, true);
        const auto shown = [list] {
            QStringList names;
            for (int row = 0; row < list->model()->rowCount(); ++row)
                names << list->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
            return names.join("|");
        };
        QTRY_VERIFY2(!shown().contains("a,") && list->model()->rowCount() <= 2,
                     qPrintable(shown()));
        QTest::keyClick(field, Qt::Key_Escape);
        QTRY_VERIFY(list->model()->rowCount() >= 2);
    }

    void trash_bringsDocumentsBack() {
        QVERIFY(window().createProject(m_folder->filePath("t.spanwise"), {}));
        import("{\"id\": \"a\", \"text\": \"one\"}\n{\"id\": \"b\", \"text\": \"two\"}\n");
        action("trashDocument")->trigger();
        QTRY_COMPARE(session().documents().size(), 1U);
        onDialog("trashDialog", [](QWidget* dialog) {
            dialog->findChild<QPushButton*>("trashRestore")->click();
            qobject_cast<QDialog*>(dialog)->reject();
        });
        action("showTrash")->trigger();
        QTRY_COMPARE(session().documents().size(), 2U);
    }

    void newProjectDialog_saysWhyNot() {
        write(m_folder->filePath("taken.spanwise"), "x");
        QStringList complaints;
        onDialog("newProjectDialog", [&](QWidget* dialog) {
            auto* name = dialog->findChild<QLineEdit*>("projectName");
            auto* folder = dialog->findChild<QLineEdit*>("projectFolder");
            auto* types = dialog->findChild<QLineEdit*>("projectTypes");
            auto* ok = dialog->findChild<QPushButton*>("projectOk");
            const auto complaint = [&] {
                return ok->isEnabled() ? QString("none")
                                       : dialog->findChild<QLabel*>("projectComplaint")->text();
            };
            folder->setText(m_folder->path());
            name->setText("taken");
            complaints << complaint();
            name->setText("a/b");
            complaints << complaint();
            name->setText("fine");
            types->setText("drug, drug");
            complaints << complaint();
            types->setText(m_folder->filePath("absent.json"));
            complaints << complaint();
            types->setText("drug, dose");
            complaints << complaint();
            folder->setText("/no/such/folder");
            complaints << complaint();
            qobject_cast<QDialog*>(dialog)->reject();
        });
        action("newProject")->trigger();
        QCOMPARE(complaints.size(), 6);
        QVERIFY(complaints[0].contains("taken"));
        QVERIFY(complaints[1].contains("/"));
        QVERIFY(complaints[2].contains("drug"));
        QVERIFY(complaints[3].contains("absent.json"));
        QCOMPARE(complaints[4], QString("none"));
        QVERIFY(complaints[5].contains("/no/such/folder"));
    }

    void keys_helpSheetOpens() {
        QTest::keyClick(m_window.get(), Qt::Key_F1);
        QTRY_VERIFY(m_window->findChild<QDialog*>("shortcutsDialog"));
        auto* sheet = m_window->findChild<QDialog*>("shortcutsDialog");
        QTRY_VERIFY(sheet->isVisible());
        sheet->close();
    }

    void theme_switchesAndIsRemembered() {
        action("themeDark")->trigger();
        QVERIFY(theme::isDark());
        QCOMPARE(AppSettings().theme(), ThemeChoice::Dark);
        action("themeLight")->trigger();
        QVERIFY(!theme::isDark());
    }

    void program_worksWithoutADisplay_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("help") << QStringList{"--help"} << 0 << "Usage";
        QTest::newRow("version") << QStringList{"--version"} << 0 << "spanwise ";
        QTest::newRow("unknown") << QStringList{"--frobnicate"} << 2 << "frobnicate";
        QTest::newRow("no display") << QStringList{} << 1 << "spanwise-cli";
    }
    void program_worksWithoutADisplay() {
        QFETCH(QStringList, arguments);
        QFETCH(int, code);
        QFETCH(QString, says);
        QProcess app;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY"})
            environment.remove(name);
        environment.insert("QT_QPA_PLATFORM", "xcb");
        app.setProcessEnvironment(environment);
        app.setProcessChannelMode(QProcess::MergedChannels);
        app.start(QStringLiteral(SPANWISE_BIN "/spanwise"), arguments);
        QVERIFY(app.waitForFinished(20000));
        QCOMPARE(app.exitStatus(), QProcess::NormalExit);
        QCOMPARE(app.exitCode(), code);
        QVERIFY(app.readAll().contains(says.toUtf8()));
    }
};

QTEST_MAIN(GuiWindow)
#include "gui_window.moc"
