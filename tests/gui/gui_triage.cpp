#include <QLabel>
#include <QPlainTextEdit>
#include <QTabBar>
#include <nlohmann/json.hpp>

#include "gui_support.h"
#include "ui/patterns/patterns_page.h"
#include "ui/session/triage_controller.h"
#include "ui/triage/place_list.h"
#include "ui/triage/triage_page.h"

using namespace gui;

/// The window without a worker: suggestions that came with a file are decided by keys alone, a
/// string is labelled everywhere, a pattern is made and used; pictures when SPANWISE_SCREENSHOTS is
/// set.
class GuiTriage : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    QString text(const char* name) { return m_window->findChild<QLabel*>(name)->text(); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), key,
                        modifiers);
    }
    void pictures(const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(50);
            shot(m_window.get(), name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
        QTest::qWait(20);
    }

private Q_SLOTS:
    void initTestCase() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        QVERIFY(m_window->createProject(
            m_folder->filePath("clinic.spanwise"),
            *LabelScheme::fromNames({"drug", "dose", "condition", "person", "side effect"})));
    }
    void cleanupTestCase() { m_window.reset(); }

    void emptyStates() {
        press(Qt::Key_T, Qt::ControlModifier);
        QTRY_COMPARE(text("triageEmptyHeadline"), QString("No documents yet"));
        pictures("triage-empty");
        press(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(text("patternsEmptyHeadline"), QString("No patterns yet"));
        pictures("patterns-empty");
    }

    void decisions_byKeys() {
        const std::tuple<const char*, const char*, double> drugs[] = {{"metformin", "drug", 0.62},
                                                                      {"lisinopril", "drug", 0.58},
                                                                      {"warfarin", "drug", 0.91},
                                                                      {"aspirin", "drug", 0.77}};
        QByteArray jsonl;
        for (int i = 0; i < 40; ++i) {
            const auto& [drug, type, score] = drugs[i % 4];
            const std::string words =
                "Visit " + std::to_string(i) + ". Mrs. Brandt was started on " + drug +
                " 500 mg twice daily after type 2 diabetes was found in the spring.\nTwo weeks "
                "later she reported persistent nausea and stopped " +
                drug +
                " on her own. Her sister had taken the same tablets for years, without any "
                "complaint.";
            nlohmann::json record{{"id", "clinic-note-" + std::to_string(100 + i)},
                                  {"text", words},
                                  {"spans", nlohmann::json::array()}};
            const auto add = [&](const std::string& what, const std::string& as, double p) {
                for (auto at = words.find(what); at != std::string::npos;
                     at = words.find(what, at + 1))
                    record["spans"].push_back({{"begin", at},
                                               {"end", at + what.size()},
                                               {"type", as},
                                               {"score", p + (i % 7) / 100.0}});
            };
            add(drug, type, score);
            add("type 2 diabetes", "condition", 0.85);
            add("persistent nausea", "condition", 0.51);
            add("500 mg twice daily", "dose", 0.7);
            jsonl += QByteArray::fromStdString(record.dump()) + "\n";
        }
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        session().setThreshold(0.5);
        press(Qt::Key_T, Qt::ControlModifier);
        QVERIFY(m_window->triagePage()->hasFocus());
        QTRY_COMPARE(text("triageWords"), QString("persistent nausea"));
        QVERIFY(text("triageFacts").startsWith("40 places in 40 documents"));
        pictures("triage");
        press(Qt::Key_Down);
        press(Qt::Key_Down);
        press(Qt::Key_Space);
        pictures("triage-exceptions");
        m_window->resize(900, 600);
        QTest::qWait(50);
        pictures("triage-exceptions-900x600");
        press(Qt::Key_Escape);
        QTest::qWait(20);
        pictures("triage-900x600");
        m_window->resize(1280, 800);
        QTest::keyClicks(m_window->focusWidget(), "5");  // side effect
        QTRY_COMPARE(session().counts().annotations, std::int64_t{40});
        QCOMPARE(text("triageWords"), QString("500 mg twice daily"));
        press(Qt::Key_X);
        press(Qt::Key_Backspace);
        QCOMPARE(text("triageWords"), QString("500 mg twice daily"));
        press(Qt::Key_A);
        press(Qt::Key_Z, Qt::ControlModifier);
        QTRY_COMPARE(text("triageWords"), QString("500 mg twice daily"));
        press(Qt::Key_A);
        // Enter leads into the document and Ctrl+T back.
        press(Qt::Key_Return);
        QVERIFY(m_window->labelPage()->isVisible());
        const QString chosen = session().textOf(m_window->labelPage()->view()->selection());
        QVERIFY2(chosen == text("triageWords"), qPrintable(chosen));
        press(Qt::Key_T, Qt::ControlModifier);
        for (int i = 0; i < 6 && m_window->triage()->item(); ++i)
            press(Qt::Key_A);
        QTRY_COMPARE(text("triageEmptyHeadline"), QString("All is decided"));
        QTRY_COMPARE(session().counts().suggestions, std::int64_t{0});
        pictures("triage-done");
    }

    void g_decidesAllLikeTheFocused() {
        for (int i = 0; i < 3; ++i)
            QVERIFY(session().undo());
        press(Qt::Key_Return);  // read
        QVERIFY(m_window->labelPage()->isVisible());
        DocumentView* view = m_window->labelPage()->view();
        QVERIFY(!view->visibleSuggestions().empty());
        view->setFocus();
        press(Qt::Key_Tab);
        QVERIFY(view->focusedSpan() != 0);
        const RecordId focused = m_window->labelPage()->focusedSuggestion();
        QVERIFY(focused != 0);
        press(Qt::Key_G);
        QVERIFY(m_window->triagePage()->isVisible());
        const auto isThere = [&] {
            const TriageItem* item = m_window->triage()->item();
            return item && std::find(item->group.ids.begin(), item->group.ids.end(), focused) !=
                               item->group.ids.end();
        };
        QTRY_VERIFY(isThere());
    }

    void propagation_fromTheDocument() {
        m_window->findChild<QTabBar*>("pageBar")->setCurrentIndex(0);
        QVERIFY(session().openDocument(session().documents().front().id));
        QVERIFY(selectByKeys(*m_window, "Mrs"));
        const qint64 before = session().counts().annotations;
        onDialog("propagateDialog", [&](QWidget* dialog) {
            auto* places = dialog->findChild<PlaceList*>("propagatePlaces");
            QTRY_COMPARE(places->places()->rowCount(), 40);
            for (const bool dark : {false, true}) {
                theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
                QTest::qWait(50);
                shot(dialog, dark ? "propagate-dark" : "propagate-light");
            }
            theme::apply(*qApp, ThemeChoice::Light);
            QTest::keyClick(places, Qt::Key_Down);
            QTest::keyClick(places, Qt::Key_Space);
            QTest::keyClick(dialog, Qt::Key_L, Qt::AltModifier);
            if (dialog->isVisible())
                QTest::mouseClick(dialog->findChild<QPushButton*>("propagateLabel"),
                                  Qt::LeftButton);
        });
        press(Qt::Key_L, Qt::ControlModifier);
        QCOMPARE(session().counts().annotations, before + 39);
        QVERIFY(session().undoName().startsWith("Label “Mrs” as drug in 39"));
        QVERIFY(m_window->messages()->text().contains("39 places are labelled."));
        m_window->messages()->dismiss();
        // Without a window manager nobody gives the window its keys back after a dialog.
        m_window->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(m_window.get()));
        press(Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(session().counts().annotations, before);
    }

    void pattern_byKeys() {
        press(Qt::Key_P, Qt::ControlModifier | Qt::ShiftModifier);
        QTest::mouseClick(m_window->findChild<QPushButton*>("newRegex"), Qt::LeftButton);
        auto* regex = m_window->findChild<QPlainTextEdit*>("patternRegex");
        QTRY_VERIFY(regex->hasFocus());
        QTest::keyClicks(regex, "Visit (?<entity>\\d+");
        QTRY_VERIFY(text("patternState").startsWith("Character"));
        pictures("patterns-bad");
        QTest::keyClicks(regex, ")");
        QTRY_VERIFY2(text("patternState").startsWith("40 places in 40 documents"),
                     qPrintable(text("patternState")));
        pictures("patterns");
        m_window->resize(900, 600);
        QTest::qWait(50);
        pictures("patterns-900x600");
        QTest::mouseClick(m_window->findChild<QPushButton*>("newList"), Qt::LeftButton);
        auto* entries = m_window->findChild<QPlainTextEdit*>("patternEntries");
        QTRY_VERIFY(entries->hasFocus());
        QTest::keyClicks(entries, "sister");
        QTest::keyClick(entries, Qt::Key_Return);
        QTest::keyClicks(entries, "tablets");
        QTRY_VERIFY(text("patternState").startsWith("80 places in 40 documents"));
        pictures("patterns-list-900x600");
        m_window->resize(1280, 800);
        const qint64 before = session().counts().annotations;
        QTest::mouseClick(m_window->findChild<QPushButton*>("patternLabel"), Qt::LeftButton);
        QCOMPARE(session().counts().annotations, before + 80);
        QVERIFY(m_window->messages()->text().contains("80 places are labelled."));
    }
};

QTEST_MAIN(GuiTriage)
#include "gui_triage.moc"
