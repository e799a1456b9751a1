#include <QPlainTextEdit>

#include "gui_support.h"
#include "ui/main_window/new_project_dialog.h"
#include "ui/main_window/shortcuts_dialog.h"
#include "ui/main_window/trash_dialog.h"
#include "ui/main_window/worker_log_dialog.h"
#include "ui/types/type_dialog.h"

using namespace gui;

/// Shows every page and dialog on the clinic sample with real suggestions, in light and dark, takes
/// pictures when SPANWISE_SCREENSHOTS is set, and checks that text can be read.
class GuiScreens : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    static int colours(const QImage& image) {
        std::set<QRgb> seen;
        for (int y = 0; y < image.height(); y += 3) {
            for (int x = 0; x < image.width(); x += 3)
                seen.insert(image.pixel(x, y));
        }
        return static_cast<int>(seen.size());
    }

private Q_SLOTS:
    void initTestCase() {
        if (!hasEncoder())
            QSKIP("the default encoder is not installed (packaging/setup/encoder.sh)");
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(options(m_folder->path()));
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        shot(m_window.get(), "welcome-light");
        theme::apply(*qApp, ThemeChoice::Dark);
        shot(m_window.get(), "welcome-dark");
        theme::apply(*qApp, ThemeChoice::Light);
        QVERIFY(m_window->openSample("clinic"));
    }
    void cleanupTestCase() { m_window.reset(); }

    void label() {
        ProjectSession& session = *m_window->session();
        DocumentView* view = m_window->labelPage()->view();
        // Some work by hand in the document that is shown.
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->learning()->status().stage == LearningStatus::Stage::Training, 60000);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->learning()->status().fraction > 0.3, 60000);
        shot(m_window.get(), "learning-light");
        QTRY_VERIFY_WITH_TIMEOUT(
            m_window->learning()->status().stage == LearningStatus::Stage::UpToDate, 120000);
        QVERIFY(session.counts().suggestions > 20);
        session.setThreshold(0.4);
        const auto shown = view->visibleSuggestions();
        QVERIFY(shown.size() >= 3);
        QVERIFY(session.accept({shown[0], shown[1]}));
        QTest::qWait(50);
        view->setFocusedSpan(view->visibleSuggestions().front());
        QTest::qWait(300);
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(50);
            const QImage image = m_window->grab().toImage();
            QVERIFY2(colours(image) > 40, qPrintable(QString::number(colours(image))));
            QCOMPARE(theme::isDark(), dark);
            const QColor corner = image.pixelColor(image.width() / 2, image.height() - 80);
            QCOMPARE(corner.lightness() < 128, dark);
            shot(m_window.get(), dark ? "label-dark" : "label-light");
        }
    }

    void exportPage() {
        QTest::keyClick(m_window.get(), Qt::Key_E, Qt::ControlModifier);
        auto* preview = m_window->findChild<QPlainTextEdit*>("exportPreview");
        QTRY_VERIFY(preview->toPlainText().startsWith("-DOCSTART-"));
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(200);
            shot(m_window.get(), dark ? "export-dark" : "export-light");
        }
        m_window->findChild<QAbstractButton*>("formatJsonl")->click();
        QTRY_VERIFY(preview->toPlainText().startsWith("{"));
        QTest::qWait(200);
        shot(m_window.get(), "export-jsonl-dark");
        theme::apply(*qApp, ThemeChoice::Light);
    }

    void dialogs() {
        ProjectSession& session = *m_window->session();
        QVERIFY(session.trashDocuments({session.documents().back().id}));
        session.finishCommits();
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const QString suffix = dark ? "-dark" : "-light";
            const auto picture = [&](QDialog& dialog, const QString& name) {
                dialog.show();
                QVERIFY(QTest::qWaitForWindowExposed(&dialog));
                shot(&dialog, "dialog-" + name + suffix);
                QVERIFY(colours(dialog.grab().toImage()) > 8);
                dialog.close();
            };
            TypeDialog type(session.scheme(), EntityType{}, m_window.get());
            picture(type, "type");
            NewProjectDialog project(m_folder->path(), m_window.get());
            project.findChild<QLineEdit*>("projectName")->setText("trial");
            project.findChild<QLineEdit*>("projectTypes")->setText("drug, drug");
            picture(project, "new-project");
            ShortcutsDialog keys(m_window->actions(), session.scheme(), m_window.get());
            picture(keys, "keys");
            TrashDialog trash(session, m_window.get());
            picture(trash, "trash");
            WorkerLogDialog log(*m_window->worker(), m_window.get());
            picture(log, "worker-log");
        }
        theme::apply(*qApp, ThemeChoice::Light);
    }

    void messages() {
        m_window->findChild<QAction*>("nextDocument");
        m_window->importFiles({write(m_folder->filePath("bad.conll"), "Ada B-PER\nhere\n")});
        QTRY_VERIFY(m_window->messages()->text().contains("bad.conll:2"));
        shot(m_window.get(), "message-light");
        theme::apply(*qApp, ThemeChoice::Dark);
        shot(m_window.get(), "message-dark");
        theme::apply(*qApp, ThemeChoice::Light);
    }
};

QTEST_MAIN(GuiScreens)
#include "gui_screens.moc"
