#include <QAction>
#include <QLabel>
#include <QListView>
#include <QScopeGuard>

#include "gui_support.h"
#include "ui/document_view/find_bar.h"
#include "ui/language/language.h"
#include "ui/theme/controls.h"

using namespace gui;

/// Finding in a document, by the documents' filter and by the find bar, with real keys; the colours
/// of known syntaxes; pictures when SPANWISE_SCREENSHOTS is set.
class GuiFind : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    DocumentView* view() { return m_window->labelPage()->view(); }
    template <typename T>
    T* child(const char* name) {
        auto* found = m_window->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QLineEdit* field() { return child<QLineEdit>("findField"); }
    QString state() { return child<QLabel>("findState")->text(); }
    FindBar::Mode mode() { return child<FindBar>("findBar")->mode(); }
    QString selected() { return session().textOf(view()->selection()); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(QApplication::focusWidget(), key, modifiers);
    }
    void type(const QString& text) { QTest::keyClicks(QApplication::focusWidget(), text); }

    void open(const QList<QPair<QString, QByteArray>>& files, QSize size = {1280, 800}) {
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        m_window->resize(size);
        QVERIFY(gui::show(*m_window));
        QVERIFY(m_window->createProject(m_folder->filePath("p.spanwise"),
                                        *LabelScheme::fromNames({"drug", "condition"})));
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        QStringList paths;
        for (const auto& [name, text] : files)
            paths << write(m_folder->filePath(name), text);
        m_window->importFiles(paths);
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
        QTRY_VERIFY(session().document());
        view()->setFocus();
    }
    void openNotes() {
        open({{"a.txt", "Nothing of it is said here.\n"},
              {"b.txt", "Nausea was mild. Later the nausea went.\n"},
              {"c.txt", "Rash, no fever.\n"},
              {"d.txt", "Persistent nausea after metformin.\n"}});
    }
    QString name() { return QString::fromStdString(session().document()->name); }
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
    void init() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
    }
    void cleanup() { m_window.reset(); }

    void filter_enter_selectsTheFirstMatch_whichATypesKeyLabels() {
        openNotes();
        press(Qt::Key_Slash);
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("searchField"));
        type("nausea");
        press(Qt::Key_Return);
        QTRY_COMPARE(name(), QString("b.txt"));
        QTRY_COMPARE(selected(), QString("Nausea"));
        QVERIFY(view()->hasFocus());
        QCOMPARE(mode(), FindBar::Mode::Filter);
        QCOMPARE(state(), QString("“nausea”: 1 of 2"));
        pictures("filter-matches");
        press(Qt::Key_1);
        pictures("filter-labelled");
        QCOMPARE(session().labels().annotations.size(), 1U);
        QCOMPARE(session().labels().annotations.front().range, (Range{0, 6}));
        // On within the document, then into the next one of the filter, and back.
        press(Qt::Key_F3);
        QCOMPARE(selected(), QString("nausea"));
        press(Qt::Key_1);
        QCOMPARE(session().labels().annotations.size(), 2U);
        press(Qt::Key_F3);
        QTRY_COMPARE(name(), QString("d.txt"));
        QTRY_COMPARE(selected(), QString("nausea"));
        QCOMPARE(state(), QString("“nausea”: 1 of 1 · the next document"));
        press(Qt::Key_F3);
        QCOMPARE(name(), QString("d.txt"));
        QVERIFY2(state().contains("no document of the filter after"), qPrintable(state()));
        press(Qt::Key_F3, Qt::ShiftModifier);
        QTRY_COMPARE(name(), QString("b.txt"));
        QTRY_COMPARE(view()->selection(), (Range{27, 33}));
        press(Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(view()->selection(), (Range{0, 6}));
        // Without the filter nothing is tinted and the strip has gone.
        press(Qt::Key_Slash);
        press(Qt::Key_Escape);
        QTRY_COMPARE(mode(), FindBar::Mode::Hidden);
    }

    void filter_enterBeforeItIsFound_waitsForIt_andNothingStaysInTheField() {
        openNotes();
        press(Qt::Key_Slash);
        type("xyzzy");
        press(Qt::Key_Return);
        QTRY_VERIFY(child<QLabel>("queueEmptyHeadline")->isVisible());
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("searchField"));
        QCOMPARE(name(), QString("a.txt"));
        // A document that is found by its name only.
        press(Qt::Key_Escape);
        type("c.txt");
        press(Qt::Key_Return);
        QTRY_COMPARE(name(), QString("c.txt"));
        QVERIFY(view()->hasFocus());
        QTRY_COMPARE(state(), QString("“c.txt”: not in this document's text"));
        // The list is one key away.
        press(Qt::Key_Slash);
        press(Qt::Key_Down);
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("documentList"));
    }

    void bar_findsAsOneTypes_wraps_andLeavesASelectionThatCanBeLabelled() {
        open({{"n.txt", "The doses: 5 mg, then (50 mg), then 500 mg.\n"}});
        press(Qt::Key_F, Qt::ControlModifier);
        QTRY_COMPARE(QApplication::focusWidget()->objectName(), QString("findField"));
        QCOMPARE(state(), QString("Type what to find."));
        type("MG");
        QCOMPARE(state(), QString("1 of 3"));
        QCOMPARE(view()->selection(), (Range{13, 15}));
        press(Qt::Key_Return);
        QCOMPARE(state(), QString("2 of 3"));
        pictures("find-bar");
        press(Qt::Key_F3);
        press(Qt::Key_Return);
        QCOMPARE(state(), QString("1 of 3 · from the top again"));
        press(Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(state(), QString("3 of 3 · from the end again"));
        press(Qt::Key_F3, Qt::ShiftModifier);
        QCOMPARE(state(), QString("2 of 3"));
        // Narrowed from where it is; exact to the character, marks at the edges too.
        field()->clear();
        type("(50 mg),");
        QCOMPARE(selected(), QString("(50 mg),"));
        press(Qt::Key_Escape);
        QVERIFY(view()->hasFocus());
        QCOMPARE(mode(), FindBar::Mode::Hidden);
        QCOMPARE(selected(), QString("(50 mg),"));
        press(Qt::Key_1);
        QCOMPARE(session().labels().annotations.size(), 1U);
        QCOMPARE(session().textOf(session().labels().annotations.front().range),
                 QString("(50 mg),"));
        // Nothing found: the place stays what it was.
        view()->setSelection({4, 9});
        press(Qt::Key_F, Qt::ControlModifier);
        QCOMPARE(field()->text(), QString("doses"));
        QCOMPARE(state(), QString("1 of 1"));
        field()->clear();
        type("dose of");
        QCOMPARE(state(), QString("Not in this document."));
        QCOMPARE(selected(), QString("doses"));
    }

    void bar_searchesOnFromWhereOneClicked() {
        open({{"n.txt", "Nausea at first. Then rash. Nausea after it.\n"}});
        press(Qt::Key_F, Qt::ControlModifier);
        type("nause");
        QCOMPARE(state(), QString("1 of 2"));
        type("a");
        QCOMPARE(state(), QString("1 of 2"));  // narrowed where it is
        QTest::mouseClick(view()->viewport(), Qt::LeftButton, {},
                          view()->boundsOf({22, 26}).center());
        const Range clicked = view()->selection();
        QVERIFY(clicked.begin >= 22 && clicked.end <= 26);
        field()->setFocus();
        press(Qt::Key_Backspace);
        QCOMPARE(view()->selection(), (Range{28, 33}));
        // Where there is none the place is the one that was clicked.
        type("o");
        QCOMPARE(state(), QString("Not in this document."));
        QCOMPARE(view()->selection(), clicked);
    }

    void bar_whileALongTextIsSearched_offersNothingOfTheSearchBefore() {
        QByteArray text("Rash first. ");
        while (text.size() < 2 << 20)
            text += "Her persistent nausea was treated; see the letter.\n";
        open({{"n.txt", text}});
        press(Qt::Key_F, Qt::ControlModifier);
        type("r");
        QTRY_VERIFY(child<QWidget>("findLabelAll")->isEnabled());
        type("a");
        QCOMPARE(state(), QString("searching…"));
        QVERIFY(!child<QWidget>("findLabelAll")->isEnabled());
        QTRY_COMPARE(state(), QString("1 of 1"));
        QVERIFY(child<QWidget>("findLabelAll")->isEnabled());
    }

    void filter_ofTheOpenLongDocument_selectsItsFirstMatch() {
        QByteArray text("Rash first. ");
        while (text.size() < 2 << 20)
            text += "Her persistent nausea was treated; see the letter.\n";
        open({{"n.txt", text}, {"o.txt", "Fever.\n"}});
        QCOMPARE(name(), QString("n.txt"));
        press(Qt::Key_Slash);
        type("letter");
        press(Qt::Key_Return);
        QTRY_COMPARE(selected(), QString("letter"));
        QCOMPARE(name(), QString("n.txt"));
        QVERIFY(view()->hasFocus());
    }

    void bar_switches_byKeys() {
        open({{"n.txt", "Pain, painful PAIN.\nIn pa\nin.\n"}});
        press(Qt::Key_F, Qt::ControlModifier);
        type("pain");
        QCOMPARE(state(), QString("1 of 3"));
        press(Qt::Key_Tab);
        QCOMPARE(QApplication::focusWidget()->objectName(), QString("findCase"));
        press(Qt::Key_Space);
        QCOMPARE(state(), QString("1 of 1"));
        press(Qt::Key_Space);
        press(Qt::Key_Tab);
        press(Qt::Key_Space);  // whole words
        QCOMPARE(state(), QString("1 of 2"));
        press(Qt::Key_Tab);
        press(Qt::Key_Space);  // expression
        field()->setFocus();
        field()->clear();
        type("\\bp\\w+");
        QTRY_COMPARE(state(), QString("1 of 4"));
        field()->clear();
        type("(pain");
        QTRY_VERIFY2(state().startsWith("A parenthesis has no partner."), qPrintable(state()));
        const auto* said = child<QLabel>("findState");
        QCOMPARE(said->palette().color(said->foregroundRole()), theme::colors().error);
        pictures("find-bar-problem");
        // White space stands for any, also the end of a line.
        press(Qt::Key_Tab, Qt::ShiftModifier);
        child<Chip>("findExpression")->click();
        child<Chip>("findWords")->click();
        field()->setFocus();
        field()->clear();
        type("pa in");
        QCOMPARE(state(), QString("1 of 1"));
        QCOMPARE(said->palette().color(said->foregroundRole()), theme::colors().mutedText);
    }

    void bar_expressionThatBacktracksForEver_doesNotHoldUpTheWindow() {
        QByteArray text;
        for (int i = 0; i < 4000; ++i)
            text += "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa ";
        open({{"n.txt", text}});
        press(Qt::Key_F, Qt::ControlModifier);
        child<Chip>("findExpression")->click();
        field()->setFocus();
        QElapsedTimer timer;
        timer.start();
        type("(a+)+b");
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QTRY_VERIFY_WITH_TIMEOUT(state().contains("too long"), 20000);
        field()->clear();
        type("a b");
        QTRY_COMPARE(state(), QString("Not in this document."));
    }

    void bar_labelAll_asksWithTheText() {
        openNotes();
        QVERIFY(session().openDocument(session().documents()[1].id));
        press(Qt::Key_F, Qt::ControlModifier);
        type("nausea");
        QCOMPARE(state(), QString("1 of 2"));
        bool asked = false;
        onDialog("propagateDialog", [&](QWidget* dialog) {
            asked = true;
            QTest::keyClick(dialog, Qt::Key_Escape);
        });
        press(Qt::Key_Return, Qt::AltModifier);
        QVERIFY(asked);
    }

    void bar_commonLetterInAMegabyte_staysFluid() {
        QByteArray text;
        while (text.size() < 1 << 20)
            text += "Her persistent nausea was treated; see the letter of the eleventh.\n";
        open({{"n.txt", text}});
        press(Qt::Key_F, Qt::ControlModifier);
        double worst = 0;
        for (const char letter : {'e', 'e', '\b'}) {
            QElapsedTimer timer;
            timer.start();
            if (letter == '\b')
                press(Qt::Key_Backspace);
            else
                type(QString(QLatin1Char(letter)));
            view()->viewport()->repaint();
            worst = std::max(worst, static_cast<double>(timer.nsecsElapsed()) / 1e6);
        }
        QTRY_COMPARE(state(), QString("1 of 100,000+"));
        QElapsedTimer timer;
        timer.start();
        press(Qt::Key_Return);
        view()->viewport()->repaint();
        worst = std::max(worst, static_cast<double>(timer.nsecsElapsed()) / 1e6);
        qInfo("slowest key, painted: %.1f ms", worst);
        QVERIFY2(worst < 100, qPrintable(QString::number(worst)));
        QCOMPARE(state(), QString("2 of 100,000+"));
    }

    void syntax_byTheNamesEnding_underLabels() {
        open({{"visit.md",
               "# Visit of 3 May\n\nShe took **metformin** 500 mg, see "
               "[the letter](letter.md).\n\n- `HbA1c` 7.1\n- no *nausea*\n\n> Dr. Okafor\n"},
              {"order.json",
               "{\n  \"drug\": \"metformin\",\n  \"dose\": 500,\n  \"given\": true,\n"
               "  \"notes\": [\"with meals\", null]\n}\n"},
              {"dose.py",
               "# doses in mg\ndef dose(weight: float) -> int:\n    \"\"\"Of metformin.\"\"\"\n"
               "    return round(weight * 7) if weight > 40 else 250\n"},
              {"plain.txt", "# Not a heading: metformin 500 mg, \"true\".\n"}});
        for (const DocumentSummary& document : session().documents()) {
            QVERIFY(session().openDocument(document.id));
            const Range all{0, countCodePoints(session().document()->text)};
            if (document.name == "plain.txt") {
                QTest::qWait(100);
                QVERIFY(view()->syntaxIn(all).empty());
                continue;
            }
            QTRY_VERIFY2(view()->syntaxIn(all).size() >= 4, document.name.c_str());
            const auto at = session().document()->text.find("metformin");
            const Range drug{static_cast<Offset>(at), static_cast<Offset>(at) + 9};
            QVERIFY(session().label(drug, session().scheme().types()[0].id));
            QTest::qWait(60);
            pictures("syntax-" + QString::fromStdString(document.name).section('.', 1));
        }
        QVERIFY(session().openDocument(session().documents().front().id));
        child<QAction>("syntaxColors")->trigger();
        QVERIFY(!view()->hasSyntaxColors());
        QVERIFY(view()->syntaxIn({0, 100}).empty());
        child<QAction>("syntaxColors")->trigger();
        QTRY_VERIFY(!view()->syntaxIn({0, 100}).empty());
    }

    void smallWindow_showsAllOfTheBar_data() {
        QTest::addColumn<QString>("code");
        QTest::newRow("English") << "en";
        QTest::newRow("German") << "de";
    }
    void smallWindow_showsAllOfTheBar() {
        QFETCH(QString, code);
        language::use(code);
        const auto back = qScopeGuard([] { language::use(QStringLiteral("en")); });
        open({{"n.txt", "Nausea, then more nausea.\n"}}, {900, 600});
        press(Qt::Key_F, Qt::ControlModifier);
        type("nausea");
        for (const char* name :
             {"findField", "findCase", "findWords", "findExpression", "findClose", "findState",
              "findPreviousButton", "findNextButton", "findLabelAll"}) {
            auto* widget = child<QWidget>(name);
            QVERIFY2(widget->isVisible() && widget->width() >= widget->minimumSizeHint().width() &&
                         view()->parentWidget()->rect().contains(widget->geometry().translated(
                             widget->parentWidget()->mapTo(view()->parentWidget(), QPoint()))),
                     name);
        }
        auto* said = child<QLabel>("findState");
        QVERIFY(said->height() < said->fontMetrics().height() * 3 / 2);
        pictures("find-bar-small-" + code);
        // What is said wraps rather than being cut.
        press(Qt::Key_Escape);
        press(Qt::Key_Slash);
        type("nausea");
        press(Qt::Key_Return);
        QTRY_VERIFY(state().contains("2"));
        press(Qt::Key_F3);
        press(Qt::Key_F3);
        QTRY_VERIFY(said->height() >= said->heightForWidth(said->width()));
        QVERIFY(said->height() > said->fontMetrics().height() * 3 / 2);
        pictures("filter-small-" + code);
    }
};

QTEST_MAIN(GuiFind)
#include "gui_find.moc"
