#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

#include "ui/main_window/action_registry.h"
#include "ui/main_window/command_palette.h"
#include "ui/main_window/fuzzy_match.h"
#include "ui/main_window/shortcuts_dialog.h"
#include "ui/theme/theme.h"
#include "ui/types/remove_type_dialog.h"

#include <QComboBox>
#include <QRadioButton>

using namespace spanwise;
using namespace spanwise::ui;

namespace {

struct Actions {
    QWidget window;
    ActionRegistry registry;

    QAction* add(const char* name, const QString& text, const QKeySequence& key,
                 const QString& group = QStringLiteral("Edit"),
                 std::optional<ViewCommand> command = {}) {
        auto* action = new QAction(text, &window);
        action->setObjectName(QString::fromLatin1(name));
        action->setShortcut(key);
        registry.add(action, group, command);
        return action;
    }
    Actions() {
        add("undo", "&Undo", QKeySequence(Qt::CTRL | Qt::Key_Z));
        add("newType", "Add entity &type…", QKeySequence(Qt::Key_T), "&Label");
        add("accept", "&Accept suggestion", {}, "&Label", ViewCommand::Accept);
        add("next", "&Next document", QKeySequence(Qt::ALT | Qt::Key_Right), "&Label",
            ViewCommand::NextDocument);
        registry.addFixed("Moving", "Esc", "Let go");
        window.resize(1000, 700);
        window.show();
    }
    QList<QKeySequence> keys(const char* id) { return registry.entry(id)->keys; }
};

PaletteItem item(const QString& id, const QString& title, const QString& detail,
                 QStringList* done = nullptr) {
    PaletteItem made;
    made.id = id;
    made.title = title;
    made.detail = detail;
    if (done)
        made.act = [done, id] { *done << id; };
    return made;
}

}  // namespace

class ActionsTest : public QObject {
    Q_OBJECT

    static QStringList titles(QWidget& palette) {
        QStringList shown;
        const auto* model = palette.findChild<QListView*>("paletteList")->model();
        for (int row = 0; row < model->rowCount(); ++row)
            shown << model->index(row, 0).data().toString();
        return shown;
    }
    static bool selectRow(QListWidget* list, const QString& title) {
        for (int row = 0; row < list->count(); ++row) {
            if (list->item(row)->text() == title && !list->item(row)->isHidden()) {
                list->setCurrentRow(row);
                return true;
            }
        }
        return false;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    void fuzzy_ranksRunsAndWordStarts_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QStringList>("wanted");
        const QStringList none;
        QTest::newRow("prefix") << "exp" << QStringList{"Export", "Show export folder"};
        QTest::newRow("initials") << "as" << QStringList{"Accept suggestion", "Train as is"};
        QTest::newRow("words") << "sug acc" << QStringList{"Accept suggestion"};
        QTest::newRow("case") << "EXPORT" << QStringList{"Export", "Show export folder"};
        QTest::newRow("strewn letters") << "xtf" << none;
        QTest::newRow("absent") << "qqq" << none;
    }
    void fuzzy_ranksRunsAndWordStarts() {
        QFETCH(QString, pattern);
        QFETCH(QStringList, wanted);
        QList<std::pair<int, QString>> found;
        for (const char* text :
             {"Show export folder", "Export", "Accept suggestion", "Train as is"}) {
            if (const auto match = fuzzyMatch(pattern, text))
                found << std::pair(-match->score, QString(text));
        }
        std::sort(found.begin(), found.end());
        QStringList order;
        for (const auto& [score, text] : found)
            order << text;
        QCOMPARE(order.mid(0, wanted.isEmpty() ? 1 : wanted.size()), wanted);
    }

    void fuzzy_saysWhereItMatched() {
        const auto match = fuzzyMatch("as", "Accept suggestion");
        QVERIFY(match);
        QCOMPARE(match->places, (QList<int>{0, 7}));
        QVERIFY(fuzzyMatch("", "anything"));
    }

    void palette_isUsedByKeysAlone() {
        QWidget window;
        window.resize(900, 600);
        window.show();
        QStringList done;
        CommandPalette palette(
            {item("a", "Export", "Project", &done), item("b", "Accept suggestion", "Label", &done),
             item("c", "Dark", "Theme", &done)},
            {"c"}, &window);
        QSignalSpy chosen(&palette, &CommandPalette::chosen);
        QSignalSpy wanted(&palette, &CommandPalette::documentsWanted);
        palette.show();
        auto* line = palette.findChild<QLineEdit*>("paletteLine");
        QCOMPARE(titles(palette), (QStringList{"Dark", "Export", "Accept suggestion"}));
        QTest::keyClicks(line, "theme");  // by its group
        QCOMPARE(titles(palette), QStringList{"Dark"});
        QCOMPARE(wanted.last()[0].toString(), QString("theme"));
        line->clear();
        QTest::keyClicks(line, "e");
        QVERIFY(titles(palette).size() >= 2);
        line->clear();
        QTest::keyClick(line, Qt::Key_Down);
        QTest::keyClick(line, Qt::Key_Down);
        QTest::keyClick(line, Qt::Key_Down);  // round to the first
        QTest::keyClick(line, Qt::Key_Up);
        QTest::keyClick(line, Qt::Key_Return);
        QVERIFY(!palette.isVisible());
        QCOMPARE(chosen.size(), 1);
        QVERIFY(done.isEmpty());  // after it has closed
        QTRY_COMPARE(done, QStringList{"b"});
    }

    void palette_showsDocuments_andSaysWhenThereIsNothing() {
        QWidget window;
        window.resize(900, 600);
        window.show();
        QStringList done;
        CommandPalette palette({item("a", "Export", "Project", &done)}, {}, &window);
        palette.show();
        auto* line = palette.findChild<QLineEdit*>("paletteLine");
        auto* nothing = palette.findChild<QLabel*>("paletteNothing");
        QTest::keyClicks(line, "zzz");
        QVERIFY(nothing->isVisible());
        palette.setDocuments("zz", {item("d", "zz late", "document")});  // for an older text
        QVERIFY(titles(palette).isEmpty());
        palette.setDocuments("zzz", {});
        QVERIFY2(nothing->text().contains("zzz"), qPrintable(nothing->text()));
        line->clear();
        QTest::keyClicks(line, "note");
        palette.setDocuments("note", {item("d1", "note-1", "document", &done),
                                      item("d2", "note-2", "document", &done)});
        QCOMPARE(titles(palette), (QStringList{"note-1", "note-2"}));
        QVERIFY(!nothing->isVisible());
        QTest::keyClick(line, Qt::Key_Down);
        QTest::keyClick(line, Qt::Key_Return);
        QTRY_COMPARE(done, QStringList{"d2"});
    }

    void registry_appliesKeysAndKeepsChanges() {
        Actions a;
        QAction* undo = a.registry.entry("undo")->action;
        QAction* accept = a.registry.entry("accept")->action;
        QCOMPARE(accept->text(), QString("&Accept suggestion\tA"));
        QVERIFY(accept->shortcuts().isEmpty());  // the document view's
        QCOMPARE(a.registry.entry("next")->action->shortcuts(),
                 QList<QKeySequence>{QKeySequence(Qt::ALT | Qt::Key_Right)});
        QSignalSpy changed(&a.registry, &ActionRegistry::keysChanged);
        a.registry.setKeys("undo", {QKeySequence(Qt::CTRL | Qt::Key_U)});
        QCOMPARE(undo->shortcut(), QKeySequence(Qt::CTRL | Qt::Key_U));
        // Who takes a key takes it from whoever has it.
        a.registry.setKeys("accept", {QKeySequence(Qt::Key_T)});
        QVERIFY(a.keys("newType").isEmpty());
        QVERIFY(a.registry.entry("newType")->action->shortcuts().isEmpty());
        QCOMPARE(accept->text(), QString("&Accept suggestion\tT"));
        QCOMPARE(a.registry.viewKeys().commandFor(QKeySequence(Qt::Key_T)), ViewCommand::Accept);
        QCOMPARE(changed.size(), 2);
        const auto kept = a.registry.changes();
        QCOMPARE(kept.size(), 3);
        QCOMPARE(kept.value("newType"), QStringList());
        Actions other;
        other.registry.applyChanges(kept);
        QCOMPARE(other.keys("undo"), a.keys("undo"));
        QVERIFY(other.keys("newType").isEmpty());
        other.registry.applyChanges({{"gone", {"Ctrl+Z"}}, {"undo", {"no key at all+"}}});
        QVERIFY(other.keys("undo").size() <= 1);
        other.registry.resetAll();
        QVERIFY(other.registry.changes().isEmpty());
        QCOMPARE(other.keys("accept"), QList<QKeySequence>{QKeySequence(Qt::Key_A)});
        a.registry.reset("newType");
        QCOMPARE(a.keys("newType"), QList<QKeySequence>{QKeySequence(Qt::Key_T)});
        QVERIFY(a.keys("accept").isEmpty());
    }

    void sheet_findsByNameGroupAndKey() {
        Actions a;
        const LabelScheme scheme({{1, "drug", "", "", "1", 0}});
        ShortcutsDialog sheet(a.registry, scheme, &a.window);
        sheet.show();
        auto* list = sheet.findChild<QListWidget*>("shortcutsList");
        auto* search = sheet.findChild<QLineEdit*>("shortcutsSearch");
        const auto shown = [list] {
            QStringList rows;
            for (int row = 0; row < list->count(); ++row) {
                if (!list->item(row)->isHidden() && list->item(row)->flags() != Qt::NoItemFlags)
                    rows << list->item(row)->text();
            }
            return rows;
        };
        QCOMPARE(shown(), (QStringList{"Undo", "Add entity type", "Accept suggestion",
                                       "Next document", "Let go", "Label as “drug”"}));
        QTest::keyClicks(search, "ctrl+z");
        QCOMPARE(shown(), QStringList{"Undo"});
        search->clear();
        QTest::keyClicks(search, "label");
        QVERIFY(shown().contains("Accept suggestion"));  // in the group "Label"
        search->clear();
        QTest::keyClicks(search, "nothing");
        QVERIFY(sheet.findChild<QLabel*>("shortcutsState")->text().contains("nothing"));
    }

    void sheet_changesAKey_andWarnsOfClashes() {
        Actions a;
        const LabelScheme scheme({{1, "drug", "", "", "d", 0}});
        ShortcutsDialog sheet(a.registry, scheme, &a.window);
        sheet.show();
        QVERIFY(QTest::qWaitForWindowExposed(&sheet));
        auto* list = sheet.findChild<QListWidget*>("shortcutsList");
        auto* state = sheet.findChild<QLabel*>("shortcutsState");
        auto* take = sheet.findChild<QPushButton*>("shortcutsTake");
        list->setFocus();
        QVERIFY(selectRow(list, "Undo"));
        QTest::keyClick(list, Qt::Key_Return);
        QVERIFY(state->text().contains("Undo"));
        QTest::keyClick(list, Qt::Key_Escape);  // thought better of it
        QVERIFY(sheet.isVisible());
        QCOMPARE(a.keys("undo"), QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::Key_Z)});
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_Left);  // needed in the text
        QVERIFY(state->text().contains("moving"));
        QTest::keyClick(list, Qt::Key_U, Qt::ControlModifier);
        QCOMPARE(a.keys("undo"), QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::Key_U)});

        // Somebody has it: who, and the choice.
        QVERIFY(selectRow(list, "Accept suggestion"));
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_T);
        QVERIFY2(state->text().contains("Add entity type"), qPrintable(state->text()));
        QVERIFY(take->isVisible());
        QCOMPARE(a.keys("accept"), QList<QKeySequence>{QKeySequence(Qt::Key_A)});
        QTest::keyClick(take, Qt::Key_Escape);
        QVERIFY(sheet.isVisible() && !take->isVisible());
        QCOMPARE(a.keys("newType").size(), 1);
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_T);
        QTest::keyClick(take, Qt::Key_Return);
        QCOMPARE(a.keys("accept"), QList<QKeySequence>{QKeySequence(Qt::Key_T)});
        QVERIFY(a.keys("newType").isEmpty());

        // An entity type's key too.
        QSignalSpy taken(&sheet, &ShortcutsDialog::typeKeyTaken);
        QVERIFY(selectRow(list, "Add entity type"));
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_D);
        QVERIFY2(state->text().contains("drug"), qPrintable(state->text()));
        QTest::mouseClick(take, Qt::LeftButton);
        QCOMPARE(taken.size(), 1);
        QCOMPARE(taken[0][0].toLongLong(), 1);

        QVERIFY(selectRow(list, "Undo"));
        QTest::keyClick(list, Qt::Key_Delete);
        QVERIFY(a.keys("undo").isEmpty());
        QTest::mouseClick(sheet.findChild<QPushButton*>("shortcutsReset"), Qt::LeftButton);
        QCOMPARE(a.keys("undo"), QList<QKeySequence>{QKeySequence(Qt::CTRL | Qt::Key_Z)});
        QTest::mouseClick(sheet.findChild<QPushButton*>("shortcutsResetAll"), Qt::LeftButton);
        QVERIFY(a.registry.changes().isEmpty());
    }

    void sheet_resetsOnlyAfterAsking_whereATypeHasTheKey() {
        Actions a;
        a.registry.setKeys("next", {QKeySequence(Qt::Key_J)});
        a.registry.setKeys("newType", {});
        const LabelScheme scheme({{1, "drug", "", "", "n", 0}, {2, "time", "", "", "t", 1}});
        ShortcutsDialog sheet(a.registry, scheme, &a.window);
        sheet.show();
        QVERIFY(QTest::qWaitForWindowExposed(&sheet));
        auto* list = sheet.findChild<QListWidget*>("shortcutsList");
        auto* state = sheet.findChild<QLabel*>("shortcutsState");
        auto* take = sheet.findChild<QPushButton*>("shortcutsTake");
        QSignalSpy taken(&sheet, &ShortcutsDialog::typeKeyTaken);
        const auto caps = [list](const QString& title) {
            for (int row = 0; row < list->count(); ++row) {
                if (list->item(row)->text() == title)
                    return list->item(row)->data(Qt::AccessibleTextRole).toString();
            }
            return QString();
        };
        QVERIFY(caps("Label as “drug”").endsWith("key n"));
        QVERIFY(selectRow(list, "Next document"));
        QTest::mouseClick(sheet.findChild<QPushButton*>("shortcutsReset"), Qt::LeftButton);
        QVERIFY2(state->text().contains("drug"), qPrintable(state->text()));
        QCOMPARE(a.keys("next"), QList<QKeySequence>{QKeySequence(Qt::Key_J)});
        QTest::keyClick(take, Qt::Key_Escape);
        QVERIFY(taken.isEmpty());
        QTest::mouseClick(sheet.findChild<QPushButton*>("shortcutsResetAll"), Qt::LeftButton);
        QVERIFY2(state->text().contains("drug") && state->text().contains("time"),
                 qPrintable(state->text()));
        QVERIFY(!a.registry.changes().isEmpty());
        QTest::keyClick(take, Qt::Key_Return);
        QVERIFY(a.registry.changes().isEmpty());
        QCOMPARE(taken.size(), 2);
        QVERIFY2(caps("Label as “drug”").endsWith("1"), qPrintable(caps("Label as “drug”")));
    }

    void sheet_showsNoKeyOfATypeThatIsDead() {
        Actions a;  // A accepts
        const LabelScheme scheme({{1, "drug", "", "", "a", 0}});
        ShortcutsDialog sheet(a.registry, scheme, &a.window);
        auto* list = sheet.findChild<QListWidget*>("shortcutsList");
        QCOMPARE(list->item(list->count() - 1)->data(Qt::AccessibleTextRole).toString(),
                 QString("Label as “drug”, key ⇧1"));
    }

    void keysOfTriage_mayBeThoseOfTheDocument_butNoOther() {
        Actions a;
        auto* later = new QAction("Decide later", &a.window);
        later->setObjectName("later");
        a.registry.addOfTriage(later, "Triage", {QKeySequence(Qt::Key_Space)});
        QVERIFY(later->shortcuts().isEmpty());  // the page asks for them itself
        a.registry.setKeys("next", {QKeySequence(Qt::Key_Space)});
        QCOMPARE(a.keys("later"), QList<QKeySequence>{QKeySequence(Qt::Key_Space)});
        QVERIFY(a.registry.holders(QKeySequence(Qt::Key_Space), "later").isEmpty());
        // Triage accepts by the same key as the document, and T is the window's.
        QCOMPARE(a.registry.holders(QKeySequence(Qt::Key_A), "later"), QStringList{"accept"});
        a.registry.setKeys("later", {QKeySequence(Qt::Key_T)});
        QVERIFY(a.keys("newType").isEmpty());
        const auto saved = a.registry.changes();
        a.registry.resetAll();
        a.registry.applyChanges(saved);
        QCOMPARE(a.keys("later"), QList<QKeySequence>{QKeySequence(Qt::Key_T)});
        QCOMPARE(a.keys("next"), QList<QKeySequence>{QKeySequence(Qt::Key_Space)});
        QVERIFY(a.keys("newType").isEmpty());
    }

    void sheet_takesTab() {
        Actions a;
        ShortcutsDialog sheet(a.registry, {}, &a.window);
        sheet.show();
        auto* list = sheet.findChild<QListWidget*>("shortcutsList");
        list->setFocus();
        QVERIFY(selectRow(list, "Accept suggestion"));
        QTest::keyClick(list, Qt::Key_Return);
        QTest::keyClick(list, Qt::Key_Tab);
        QCOMPARE(a.keys("accept"), QList<QKeySequence>{QKeySequence(Qt::Key_Tab)});
    }

    void removeTypeDialog_saysWhatIsAtStake() {
        const LabelScheme scheme({{1, "drug", "", "", "1", 0}, {2, "medicine", "", "", "2", 1}});
        TypeUse use;
        use.annotations = 96;
        use.documents = 40;
        use.rejections = 3;
        RemoveTypeDialog dialog(scheme, 1, use);
        const QString text = dialog.findChild<QLabel*>("removeTypeCounts")->text();
        QVERIFY2(text.contains("96") && text.contains("40"), qPrintable(text));
        QCOMPARE(dialog.heir(), TypeId{0});
        dialog.show();
        QTest::mouseClick(dialog.findChild<QRadioButton*>("removeTypeMerge"), Qt::LeftButton, {},
                          QPoint(8, 8));
        QCOMPARE(dialog.heir(), TypeId{2});
        QCOMPARE(dialog.findChild<QPushButton*>("removeTypeOk")->text(), QString("Merge"));
        RemoveTypeDialog alone(LabelScheme({{1, "drug", "", "", "1", 0}}), 1, use);
        alone.preferMerge();
        QCOMPARE(alone.heir(), TypeId{0});  // nobody to merge into
    }
};

QTEST_MAIN(ActionsTest)
#include "actions_test.moc"
