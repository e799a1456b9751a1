#include <QAccessible>
#include <QLabel>
#include <QListView>
#include <QPlainTextEdit>
#include <QSplitter>
#include <QTabBar>

#include "gui_support.h"
#include "ui/main_window/action_registry.h"
#include "ui/main_window/app_settings.h"
#include "ui/session/guideline_controller.h"
#include "ui/tour/tour.h"
#include "ui/triage/triage_page.h"
#include "ui/types/guideline_panel.h"
#include "ui/types/type_dialog.h"

using namespace gui;

/// What teaches: the guideline of a type beside its examples, the tour, and pages that have nothing
/// to show yet; by keys and mouse, with the worker's stand-in. Pictures when SPANWISE_SCREENSHOTS
/// is set.
class GuiGuide : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    GuidelinePanel* panel() { return m_window->labelPage()->guidelines(); }
    Tour& tour() { return *m_window->tour(); }
    template <typename T>
    T* child(const char* name) {
        auto* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QString text(const char* name) { return child<QLabel>(name)->text(); }
    QListView* places() { return child<QListView>("guidelinePlaces"); }
    /// What a place's row says.
    QString place(int row) { return places()->model()->index(row, 0).data().toString(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), key,
                        modifiers);
    }
    void openWindow(bool hasWorker = false) {
        MainWindowOptions options;
        if (hasWorker) {
            options = gui::options(m_folder->path());
            options.workerCommand = {QStringLiteral(SPANWISE_FAKE_WORKER),
                                     QStringLiteral("--train-ms"), QStringLiteral("600")};
            options.learning.debounce = std::chrono::milliseconds(50);
        }
        m_window = std::make_unique<MainWindow>(options);
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
    }
    void toFront() {
        m_window->activateWindow();
        (void)QTest::qWaitForWindowActive(m_window.get(), 5000);
    }
    void pictures(const QString& name, bool small = true) {
        if (qEnvironmentVariable("SPANWISE_SCREENSHOTS").isEmpty())
            return;
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(60);
            shot(m_window.get(), name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
        if (!small)
            return;
        m_window->resize(900, 600);
        QTest::qWait(80);
        shot(m_window.get(), name + "-900x600");
        m_window->resize(1280, 800);
        QTest::qWait(60);
    }
    /// What a screen reader says of the card.
    QString heard() {
        QAccessibleInterface* card =
            QAccessible::queryAccessibleInterface(child<TourCard>("tourCard"));
        return card->text(QAccessible::Name) + u' ' + card->text(QAccessible::Description);
    }
    bool cardIsWhole() {
        auto* card = child<TourCard>("tourCard");
        return card->isVisible() && m_window->rect().contains(card->geometry());
    }

private Q_SLOTS:
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() { m_window.reset(); }

    void guideline_isReadWhileLabelling_byKeys() {
        openWindow();
        QVERIFY(m_window->openSample("clinic"));
        view()->setFocus();
        QVERIFY(!panel()->isVisible());
        press(Qt::Key_G, Qt::ControlModifier);
        QVERIFY(panel()->isVisible());
        // The hands stay in the text.
        QVERIFY(view()->hasFocus());
        QCOMPARE(text("guidelineName"), QString("patient"));
        QVERIFY(child<QPlainTextEdit>("guidelineNote")->toPlainText().contains("Does not count"));
        QTRY_VERIFY(places()->model()->rowCount() >= 3);
        QVERIFY2(place(0).contains("clinic-note-"), qPrintable(place(0)));
        pictures("guideline");

        // A label shows its type's guideline.
        QVERIFY(selectByKeys(*m_window, QStringLiteral("Telephone")) ||
                session().openDocument(session().documents().back().id));
        press(Qt::Key_Home, Qt::ControlModifier);
        press(Qt::Key_Right);
        press(Qt::Key_2);
        QCOMPARE(text("guidelineName"), QString("drug"));
        QTRY_VERIFY(places()->model()->rowCount() >= 3);

        // The same key goes to the examples; Enter goes to the place.
        const DocumentId before = session().documentId();
        press(Qt::Key_G, Qt::ControlModifier);
        QVERIFY(places()->hasFocus());
        QCOMPARE(places()->currentIndex().row(), 0);
        press(Qt::Key_Right);
        QCOMPARE(text("guidelineName"), QString("condition"));
        press(Qt::Key_Left);
        QCOMPARE(text("guidelineName"), QString("drug"));
        QTRY_VERIFY(places()->model()->rowCount() >= 3);
        press(Qt::Key_Down);
        const QString chosen = place(1).section(u'”', 0, 0).mid(1);
        pictures("guideline-examples", false);
        press(Qt::Key_Return);
        QVERIFY(view()->hasFocus());
        QVERIFY(session().documentId() != before);
        QCOMPARE(session().textOf(view()->selection()).simplified(), chosen);
        QVERIFY(panel()->isVisible());

        // And out again.
        press(Qt::Key_G, Qt::ControlModifier);
        press(Qt::Key_Escape);
        QVERIFY(!panel()->isVisible());
        QVERIFY(view()->hasFocus());
    }

    void guideline_isWritten_andUndone() {
        openWindow();
        QVERIFY(m_window->createProject(m_folder->filePath("p.spanwise"),
                                        *LabelScheme::fromNames({"drug", "dose"})));
        QSignalSpy imported(&session(), &ProjectSession::importFinished);
        m_window->importFiles(
            {write(m_folder->filePath("a.txt"), "She took aspirin and drank coffee.")});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        view()->setFocus();
        press(Qt::Key_G, Qt::ControlModifier);
        // Empty, it says what to do.
        QVERIFY(child<QPlainTextEdit>("guidelineNote")->placeholderText().contains("F2"));
        QTRY_VERIFY(text("guidelineState").contains("Ctrl+G"));
        pictures("guideline-empty", false);
        press(Qt::Key_G, Qt::ControlModifier);
        onDialog("typeDialog", [](QWidget* dialog) {
            auto* note = dialog->findChild<QPlainTextEdit*>("typeNote");
            QCOMPARE(dialog->focusWidget(), note);
            QTest::keyClicks(note, "Brands count.");
            QTest::keyClick(note, Qt::Key_Return);
            QTest::keyClicks(note, "- not coffee");
            shot(dialog, "dialog-type-note");
            QTest::keyClick(dialog, Qt::Key_Return, Qt::ControlModifier);
            QTest::mouseClick(dialog->findChild<QPushButton*>("typeOk"), Qt::LeftButton);
        });
        press(Qt::Key_F2);
        QCOMPARE(session().scheme().types()[0].note, "Brands count.\n- not coffee");
        QTRY_COMPARE(child<QPlainTextEdit>("guidelineNote")->toPlainText(),
                     QString("Brands count.\n- not coffee"));
        toFront();
        // What is labelled and refused from now on shows up by itself.
        QVERIFY(selectByKeys(*m_window, "aspirin"));
        press(Qt::Key_1);
        QTRY_COMPARE(places()->model()->rowCount(), 1);
        QVERIFY(place(0).startsWith("“aspirin”"));
        const Range coffee{27, 33};
        QVERIFY(session().putSuggestions(
            {{session().documentId(),
              {{0, session().documentId(), coffee, 1, 0.9, std::string()}}}},
            "m"));
        view()->setFocusedSpan(session().labels().suggestions.front().id);
        press(Qt::Key_X);
        QTRY_COMPARE(places()->model()->rowCount(), 2);
        QVERIFY2(place(1).startsWith("Not “coffee”"), qPrintable(place(1)));
        pictures("guideline-near-miss", false);
        QVERIFY(session().undo());
        QTRY_COMPARE(places()->model()->rowCount(), 1);
        QVERIFY(session().undo());
        QVERIFY(session().undo());
        QCOMPARE(session().scheme().types()[0].note, "");
        // A type that goes takes its guideline off the screen.
        QVERIFY(session().trashType(1));
        QTRY_COMPARE(text("guidelineName"), QString("No entity types yet"));
    }

    void guideline_mouse() {
        openWindow();
        QVERIFY(m_window->openSample("clinic"));
        press(Qt::Key_G, Qt::ControlModifier);
        QTRY_VERIFY(places()->model()->rowCount() >= 2);
        const QString chosen = place(1).section(u'”', 0, 0).mid(1);
        QTest::mouseClick(places()->viewport(), Qt::LeftButton, {},
                          places()->visualRect(places()->model()->index(1, 0)).center());
        QCOMPARE(session().textOf(view()->selection()).simplified(), chosen);
        // Moving through the list of types moves the guideline along.
        auto* types = child<QListView>("typeList");
        types->setFocus();
        QTest::keyClick(types, Qt::Key_Down);
        QTest::keyClick(types, Qt::Key_Down);
        QCOMPARE(text("guidelineName"), types->currentIndex().data().toString());
        QTest::mouseClick(child<QAbstractButton>("guidelineClose"), Qt::LeftButton);
        QVERIFY(!panel()->isVisible());
    }

    void guidelines_areExported() {
        openWindow();
        QVERIFY(m_window->openSample("clinic"));
        auto* guidelines = m_window->findChild<QAction*>("exportGuidelines");
        QVERIFY(guidelines && guidelines->isEnabled());
        GuidelineController controller(session());
        QSignalSpy exported(&controller, &GuidelineController::exported);
        const QString path = m_folder->filePath("g.md");
        controller.exportTo(path);
        QVERIFY(exported.wait(10000));
        const QByteArray text = read(path);
        QVERIFY(text.startsWith("# Labelling guidelines: "));
        QCOMPARE(text.count("\n## "), 6);
        QVERIFY(text.contains("Does not count"));
        QSignalSpy failed(&session(), &ProjectSession::errorOccurred);
        controller.exportTo(m_folder->filePath("none/g.md"));
        QVERIFY(failed.wait(10000));
        QVERIFY(m_window->messages()->isShowing());
    }

    void tour_fiveSteps_byKeys() {
        openWindow(true);
        QTest::mouseClick(child<QAbstractButton>("welcomeTour"), Qt::LeftButton);
        QVERIFY(tour().isRunning());
        QVERIFY(!AppSettings().isTourDone());
        QVERIFY2(heard().contains("Step 1 of 5"), qPrintable(heard()));
        QVERIFY(cardIsWhole());
        QVERIFY(view()->hasFocus());  // the card takes nothing away
        pictures("tour-1");

        // What is not the step's gesture leaves it where it is.
        press(Qt::Key_Right);
        QCOMPARE(tour().step(), Tour::Step::Label);
        // Elsewhere it says the way back.
        press(Qt::Key_D, Qt::ControlModifier);
        QTRY_VERIFY(child<QWidget>("tourGo")->isVisible());
        QVERIFY(cardIsWhole());
        const auto* first = child<QWidget>("tourGo");
        const auto* last = child<QWidget>("tourEnd");
        QVERIFY(first->geometry().right() < child<QWidget>("tourSkip")->geometry().left());
        QVERIFY(child<QWidget>("tourSkip")->geometry().right() < last->geometry().left());
        QVERIFY(last->geometry().right() < child<QWidget>("tourCard")->width() - TourCard::kMargin);
        pictures("tour-elsewhere", false);
        QTest::mouseClick(child<QAbstractButton>("tourGo"), Qt::LeftButton);
        QTRY_VERIFY(!child<QWidget>("tourGo")->isVisible());
        QVERIFY(m_window->labelPage()->isVisible());
        view()->setFocus();

        // Two words that come again in other documents, for the stand-in to learn by heart.
        press(Qt::Key_Home, Qt::ControlModifier);
        QVERIFY(!view()->selection().isEmpty());
        press(Qt::Key_1);
        QCOMPARE(tour().step(), Tour::Step::Learn);
        QVERIFY(heard().contains("Step 2 of 5"));
        QTRY_VERIFY(child<QWidget>("tourProgress")->isVisible());
        pictures("tour-2");
        QTRY_COMPARE_WITH_TIMEOUT(tour().step(), Tour::Step::Decide, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(session().counts().suggestions > 0, 20000);
        // Undoing is no gesture of the tour.
        QVERIFY(cardIsWhole());
        if (view()->visibleSuggestions().empty()) {
            QTRY_VERIFY(child<TourCard>("tourCard")->content().text.contains("None shows"));
            for (const DocumentSummary& summary : session().documents()) {
                if (summary.suggestions > 0 && summary.status != DocumentStatus::Done) {
                    QVERIFY(session().openDocument(summary.id));
                    break;
                }
            }
        }
        QTRY_VERIFY(!view()->visibleSuggestions().empty());
        view()->setFocus();
        QTRY_VERIFY(child<QWidget>("tourRing")->isVisible());
        press(Qt::Key_Tab);
        QVERIFY(view()->focusedSpan() != 0);
        QTRY_VERIFY(!child<QWidget>("tourRing")->isVisible());
        pictures("tour-3");
        press(Qt::Key_A);
        QCOMPARE(tour().step(), Tour::Step::Next);
        pictures("tour-4", false);
        press(Qt::Key_Return);
        QCOMPARE(tour().step(), Tour::Step::Look);
        QTRY_VERIFY(cardIsWhole());
        pictures("tour-5");
        press(Qt::Key_T, Qt::ControlModifier);
        QCOMPARE(tour().step(), Tour::Step::Over);
        QVERIFY(m_window->triagePage()->isVisible());
        QTRY_VERIFY(cardIsWhole());
        pictures("tour-end", false);
        press(Qt::Key_Escape);
        QVERIFY(!tour().isRunning());
        QVERIFY(!child<QWidget>("tourCard")->isVisible());
        QVERIFY(!child<QWidget>("tourRing")->isVisible());
        QVERIFY(AppSettings().isTourDone());
    }

    void tour_withoutWorker_saysSo_andIsSkippedByKeys() {
        openWindow();
        m_window->findChild<QAction*>("takeTour")->trigger();
        QVERIFY(tour().isRunning());
        view()->setFocus();
        // Its buttons have keys of their own, wherever the focus is.
        QTest::keyClick(view(), Qt::Key_K, Qt::AltModifier);
        QTRY_COMPARE(tour().step(), Tour::Step::Learn);
        QVERIFY(text("tourText").contains("no worker"));
        pictures("tour-no-worker", false);
        QTest::keyClick(view(), Qt::Key_K, Qt::AltModifier);
        QTRY_COMPARE(tour().step(), Tour::Step::Decide);
        QTRY_VERIFY(text("tourText").contains("None shows"));
        // The first Escape lets the selection go, the next one ends the tour.
        press(Qt::Key_Home, Qt::ControlModifier);
        QVERIFY(!view()->selection().isEmpty());
        press(Qt::Key_Escape);
        QVERIFY(tour().isRunning());
        press(Qt::Key_Escape);
        QVERIFY(!tour().isRunning());
        QVERIFY(m_window->messages()->text().contains("tour"));
        QVERIFY(view()->hasFocus());
    }

    void tour_survivesResizing_andEndsWithItsProject() {
        openWindow();
        QVERIFY(m_window->startTour());
        for (const QSize size : {QSize(900, 600), QSize(1400, 850), QSize(1000, 560)}) {
            m_window->resize(size);
            QTest::qWait(30);
            QVERIFY(cardIsWhole());
            auto* ring = child<QWidget>("tourRing");
            auto* list = child<QWidget>("typeList");
            QVERIFY(ring->geometry().contains(
                QRect(list->mapTo(m_window.get(), QPoint(0, 0)), list->size())));
        }
        auto* splitter = m_window->labelPage()->splitter();
        splitter->setSizes({200, 300, 400});
        QTest::qWait(30);
        QVERIFY(cardIsWhole());
        m_window->closeProject();
        QVERIFY(!tour().isRunning());
        QVERIFY(!child<QWidget>("tourCard")->isVisible());
        // From another project it goes to the sample again.
        QVERIFY(m_window->createProject(m_folder->filePath("p.spanwise"), {}));
        QVERIFY(m_window->startTour());
        QVERIFY(session().path().endsWith("clinic.spanwise"));
    }

    void tour_isOfferedOnce() {
        openWindow();
        m_window->offerTour();
        QVERIFY(m_window->messages()->text().contains("New here?"));
        pictures("tour-offer");
        m_window.reset();
        openWindow();
        m_window->offerTour();
        QVERIFY(!m_window->messages()->isShowing());
    }

    void emptyStates_sayWhatToDo_withTheKey() {
        openWindow();
        const auto says = [&](const char* name, const QString& what) {
            const QString said = text(name);
            return said.contains(what) ? QString() : QStringLiteral("%1: %2").arg(name, said);
        };
        pictures("empty-welcome");
        QVERIFY(m_window->createProject(m_folder->filePath("p.spanwise"), {}));
        m_window->messages()->dismiss();
        QCOMPARE(says("queueEmptyHint", "Ctrl+I"), QString());
        pictures("empty-label");
        press(Qt::Key_G, Qt::ControlModifier);
        QCOMPARE(text("guidelineName"), QString("No entity types yet"));
        QVERIFY(child<QPlainTextEdit>("guidelineNote")->placeholderText().contains("Press T"));
        pictures("empty-guideline", false);
        press(Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
        pictures("empty-search", false);
        const auto page = [&](Qt::Key key, Qt::KeyboardModifiers modifiers, const char* name) {
            QTest::keyClick(m_window.get(), key, modifiers);
            QTest::qWait(150);
            pictures(QStringLiteral("empty-") + name);
        };
        const Qt::KeyboardModifiers ctrl = Qt::ControlModifier;
        page(Qt::Key_T, ctrl, "triage");
        page(Qt::Key_P, ctrl | Qt::ShiftModifier, "patterns");
        QCOMPARE(says("patternsEmptyHint", "Name a type first"), QString());
        page(Qt::Key_D, ctrl, "dashboard");
        page(Qt::Key_K, ctrl | Qt::ShiftModifier, "check");
        page(Qt::Key_M, ctrl, "models");
        page(Qt::Key_P, ctrl, "pretraining");
        page(Qt::Key_H, ctrl, "history");
        page(Qt::Key_E, ctrl, "export");
        QVERIFY(
            child<QPlainTextEdit>("exportPreview")->placeholderText().contains("Import documents"));

        QSignalSpy imported(&session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("a.txt"), "She took aspirin.")});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        QTest::keyClick(m_window.get(), Qt::Key_T, ctrl);
        QTRY_COMPARE(text("triageEmptyHeadline"), QString("No entity types yet"));
        QCOMPARE(says("triageEmptyHint", "on the Label page"), QString());
        page(Qt::Key_T, ctrl, "triage-no-types");
        EntityType type;
        type.name = "drug";
        QVERIFY(session().putType(type) != 0);
        QTRY_COMPARE(text("triageEmptyHeadline"), QString("No suggestions yet"));
        page(Qt::Key_T, ctrl, "triage-no-suggestions");
        page(Qt::Key_D, ctrl, "dashboard-no-labels");
    }
};

QTEST_MAIN(GuiGuide)
#include "gui_guide.moc"
