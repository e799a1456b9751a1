#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSlider>
#include <QTest>

#include "ui/theme/theme.h"
#include "ui/types/type_dialog.h"
#include "ui/types/type_list.h"
#include "ui/types/types_panel.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

LabelScheme makeScheme() {
    return LabelScheme(
        {{1, "drug", "A medicine.", "#00695e", "1", 0}, {2, "dose", "", "#8d6200", "d", 1}});
}

struct Panel {
    TypesPanel panel;
    Panel() {
        panel.resize(260, 700);
        panel.show();
        QApplication::setActiveWindow(&panel);
    }
    template <typename T>
    T* child(const char* name) {
        return panel.findChild<T*>(name);
    }
};

}  // namespace

class TypesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    void panel_withoutTypes_teaches() {
        Panel p;
        QVERIFY(p.child<QWidget>("typesEmpty")->isVisible());
        QVERIFY(!p.child<QWidget>("suggestionSection")->isVisible());
        QVERIFY(p.child<QWidget>("addType")->isVisible());
        p.panel.setScheme(makeScheme());
        QVERIFY(!p.child<QWidget>("typesEmpty")->isVisible());
        QVERIFY(p.child<QListView>("typeList")->isVisible());
        QCOMPARE(p.child<QListView>("typeList")->model()->rowCount(), 2);
    }

    void figures_standInTheRow_andSpeak() {
        Panel p;
        p.panel.setScheme(makeScheme());
        auto* list = p.child<QListView>("typeList");
        const QModelIndex drug = list->model()->index(0, 0);
        const QModelIndex dose = list->model()->index(1, 0);
        QVERIFY(drug.data(TypeModel::FigureRole).toString().isEmpty());
        const QImage before = list->viewport()->grab().toImage();
        p.panel.setFigures({{1, "82 %", "Precision 80 %", "F1 82 %"}}, "Not checked yet.");
        QCOMPARE(drug.data(TypeModel::FigureRole).toString(), QString("82 %"));
        QCOMPARE(drug.data(Qt::ToolTipRole).toString(), QString("A medicine.\nPrecision 80 %"));
        QCOMPARE(drug.data(Qt::AccessibleTextRole).toString(),
                 QString("drug, 0 labels, F1 82 %, key 1"));
        QCOMPARE(dose.data(Qt::ToolTipRole).toString(), QString("Not checked yet."));
        QVERIFY(dose.data(TypeModel::FigureRole).toString().isEmpty());
        const QImage after = list->viewport()->grab().toImage();
        const auto part = [&](const QImage& image, const QModelIndex& index) {
            return image.copy(list->visualRect(index));
        };
        QVERIFY(part(before, drug) != part(after, drug));
        QVERIFY(part(before, dose) == part(after, dose));
        p.panel.setFigures({}, {});
        QVERIFY(part(list->viewport()->grab().toImage(), drug) == part(before, drug));
    }

    void typeList_keysAndClicks_signal() {
        Panel p;
        p.panel.setScheme(makeScheme());
        auto* list = p.child<QListView>("typeList");
        QSignalSpy activated(&p.panel, &TypesPanel::typeActivated);
        QSignalSpy edit(&p.panel, &TypesPanel::editTypeRequested);
        QSignalSpy remove(&p.panel, &TypesPanel::removeTypeRequested);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(1, 0)).center());
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toLongLong(), 2);
        QTest::keyClick(list, Qt::Key_Up);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(activated.size(), 2);
        QCOMPARE(activated[1][0].toLongLong(), 1);
        QTest::keyClick(list, Qt::Key_F2);
        QCOMPARE(edit.size(), 1);
        QCOMPARE(edit[0][0].toLongLong(), 1);
        QTest::keyClick(list, Qt::Key_Delete);
        QCOMPARE(remove.size(), 1);
        p.panel.setReadOnly(true);
        QTest::keyClick(list, Qt::Key_Delete);
        QTest::keyClick(list, Qt::Key_F2);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(remove.size() + edit.size() + activated.size(), 4);
        QVERIFY(!p.child<QAbstractButton>("addType")->isEnabled());
    }

    void statistics_showInAccessibleText() {
        Panel p;
        p.panel.setScheme(makeScheme());
        p.panel.setStatistics({{1, 96, 4}, {2, 1, 0}});
        auto* model = p.child<QListView>("typeList")->model();
        QCOMPARE(model->index(0, 0).data(Qt::AccessibleTextRole).toString(),
                 QString("drug, 96 labels, key 1"));
        QCOMPARE(model->index(1, 0).data(Qt::AccessibleTextRole).toString(),
                 QString("dose, 1 label, key d"));
    }

    void coverage_isTheShareDecided() {
        Panel p;
        p.panel.setScheme(makeScheme());
        auto* list = p.child<QListView>("typeList");
        const QColor line = theme::typeColors("#00695e").line;
        const auto barWidth = [&](qint64 annotations, qint64 suggestions) {
            p.panel.setStatistics({{1, annotations, suggestions}});
            const QImage image = list->viewport()->grab().toImage();
            const QRect row = list->visualRect(list->model()->index(0, 0));
            int widest = 0;
            for (int y = row.center().y() + 4; y <= row.bottom(); ++y) {
                int width = 0;
                for (int x = 36; x < image.width(); ++x) {
                    width += image.pixelColor(x, y).rgb() == line.rgb() ? 1 : 0;
                }
                widest = std::max(widest, width);
            }
            return widest;
        };
        QCOMPARE(barWidth(0, 10), 0);
        const int full = barWidth(10, 0);
        QVERIFY(full > 150);
        QVERIFY(std::abs(barWidth(10, 10) - full / 2) <= 2);
    }

    void threshold_movedByPerson_signals_bySetter_not() {
        Panel p;
        p.panel.setScheme(makeScheme());
        QSignalSpy changed(&p.panel, &TypesPanel::thresholdChanged);
        p.panel.setThreshold(0.7);
        QCOMPARE(changed.size(), 0);
        QCOMPARE(p.panel.threshold(), 0.7);
        QVERIFY(p.child<QLabel>("thresholdHeading")->text().contains("0.70"));
        auto* slider = p.child<QSlider>("thresholdSlider");
        QTest::keyClick(slider, Qt::Key_Right);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].toDouble(), 0.71);
        QTest::mouseClick(slider, Qt::LeftButton, {}, {slider->width() - 2, 10});
        QCOMPARE(p.panel.threshold(), 1.0);
        QTest::mouseClick(slider, Qt::LeftButton, {}, {1, 10});
        QCOMPARE(p.panel.threshold(), 0.0);
        QVERIFY(p.child<QLabel>("thresholdHeading")->text().contains("0.00"));
    }

    void thresholdSteps_moveTheSliderAndSignal() {
        Panel p;
        p.panel.setScheme(makeScheme());
        p.panel.setThreshold(0.5);
        QSignalSpy changed(&p.panel, &TypesPanel::thresholdChanged);
        p.panel.stepThreshold(-1);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][0].toDouble(), 0.45);
        QCOMPARE(p.child<QLabel>("thresholdHeading")->text(),
                 QString("Show suggestions from 0.45"));
        QCOMPARE(p.child<QSlider>("thresholdSlider")->accessibleName(),
                 QString("Show suggestions from"));
        QCOMPARE(p.child<QSlider>("thresholdSlider")->accessibleDescription(), QString("0.45"));
        p.panel.stepThreshold(-20);
        QCOMPARE(p.panel.threshold(), 0.0);
        p.panel.stepThreshold(40);
        QCOMPARE(p.panel.threshold(), 1.0);
    }

    void counts_ruleAcceptAll() {
        Panel p;
        p.panel.setScheme(makeScheme());
        auto* all = p.child<QAbstractButton>("acceptAll");
        p.panel.setSuggestionCounts(0, 7, 312);
        QVERIFY(!all->isEnabled());
        p.panel.setSuggestionCounts(5, 7, 312);
        QVERIFY(all->isEnabled());
        QCOMPARE(all->text(), QString("accept all 5"));
        QCOMPARE(p.child<QLabel>("suggestionCounts")->text(),
                 QString("5 of 7 shown · 312 in project"));
        p.panel.setSuggestionCounts(0, 0, 312);
        QCOMPARE(p.child<QLabel>("suggestionCounts")->text(),
                 QString("none here · 312 in project"));
        p.panel.setSuggestionCounts(5, 7, 312);
        QSignalSpy accept(&p.panel, &TypesPanel::acceptAllRequested);
        QTest::mouseClick(all, Qt::LeftButton);
        QCOMPARE(accept.size(), 1);
    }

    void addType_clickedOrBySpace_asks() {
        Panel p;
        p.panel.setScheme(makeScheme());
        QSignalSpy add(&p.panel, &TypesPanel::addTypeRequested);
        QTest::mouseClick(p.child<QAbstractButton>("addType"), Qt::LeftButton);
        QCOMPARE(add.size(), 1);
        p.child<QAbstractButton>("addType")->setFocus();
        QTest::keyClick(p.child<QAbstractButton>("addType"), Qt::Key_Space);
        QCOMPARE(add.size(), 2);
    }

    void occurrences_showAndHide() {
        Panel p;
        p.panel.setScheme(makeScheme());
        QVERIFY(!p.child<QWidget>("occurrenceSection")->isVisible());
        p.panel.setOccurrences("nausea", {{7, {3, 9}, "with ", "nausea", " and", 1},
                                          {8, {0, 6}, "", "nausea", "", 0}});
        QVERIFY(p.child<QWidget>("occurrenceSection")->isVisible());
        QCOMPARE(p.child<QLabel>("occurrenceHeading")->text(), QString("“nausea” in this project"));
        auto* list = p.child<QListView>("occurrenceList");
        QCOMPARE(list->model()->index(0, 0).data().toString(), QString("with nausea and: drug"));
        QCOMPARE(list->model()->index(1, 0).data().toString(), QString("nausea: unlabelled"));
        QSignalSpy activated(&p.panel, &TypesPanel::occurrenceActivated);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {},
                          list->visualRect(list->model()->index(0, 0)).center());
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated[0][0].toLongLong(), 7);
        QVERIFY((activated[0][1].value<Range>() == Range{3, 9}));
        auto* note = p.child<QLabel>("noOccurrence");
        QVERIFY(!note->isVisible());
        p.panel.setOccurrences("nausea", {{7, {3, 9}, "with ", "nausea", " and", 1}}, true);
        QVERIFY(list->isVisible());
        QCOMPARE(note->text(), QString("At least 1 place."));
        p.panel.setOccurrences("吐き気", {}, true);
        QCOMPARE(note->text(), QString("Not found in two seconds."));
        p.panel.setOccurrences({}, {});
        QVERIFY(!p.child<QWidget>("occurrenceSection")->isVisible());
    }

    void manyTypes_scrollAndLeaveRoom() {
        Panel p;
        std::vector<EntityType> types;
        for (int i = 1; i <= 60; ++i) {
            types.push_back({i, "type" + std::to_string(i), {}, "#00695e", {}, i});
        }
        p.panel.setScheme(LabelScheme(types));
        QTest::qWait(10);
        auto* list = p.child<QListView>("typeList");
        QVERIFY(list->verticalScrollBar()->maximum() > 0);
        QVERIFY(p.child<QWidget>("thresholdSlider")->geometry().bottom() < p.panel.height());
        QVERIFY(list->geometry().bottom() <
                p.child<QWidget>("suggestionSection")->geometry().top());
    }

    // --- Dialog ---

    void dialog_newType_takesNextColourAndKey() {
        TypeDialog dialog(makeScheme(), {});
        const EntityType type = dialog.type();
        QCOMPARE(QString::fromStdString(type.color),
                 QString::fromStdString(makeScheme().nextColor()));
        QCOMPARE(type.shortcut, std::string("2"));
        QVERIFY(!dialog.findChild<QPushButton*>("typeOk")->isEnabled());
        QVERIFY(dialog.findChild<QLabel*>("typeComplaint")->text().isEmpty());  // no scolding yet
    }

    void dialog_refuses_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("complaint");
        QTest::newRow("fine") << "device"
                              << "3"
                              << "";
        QTest::newRow("no key is fine") << "device"
                                        << ""
                                        << "";
        QTest::newRow("letter is fine") << "device"
                                        << "p"
                                        << "";
        QTest::newRow("name taken") << "drug"
                                    << "3"
                                    << "There is a type “drug” already.";
        QTest::newRow("key taken") << "device"
                                   << "1"
                                   << "The key “1” belongs to “drug” already.";
        QTest::newRow("a") << "device"
                           << "a"
                           << "Accept the suggestion";
        QTest::newRow("A") << "device"
                           << "A"
                           << "Accept the suggestion";
        QTest::newRow("x") << "device"
                           << "x"
                           << "Reject";
        QTest::newRow("n") << "device"
                           << "n"
                           << "next document";
        QTest::newRow("t") << "device"
                           << "t"
                           << "Add entity type";
        QTest::newRow("[") << "device"
                           << "["
                           << "Begin a word earlier";
        QTest::newRow("}") << "device"
                           << "}"
                           << "End a word earlier";
        QTest::newRow("/") << "device"
                           << "/"
                           << "Find documents";
        QTest::newRow("space") << "device"
                               << " "
                               << "Focus";
    }
    void dialog_refuses() {
        QFETCH(QString, name);
        QFETCH(QString, key);
        QFETCH(QString, complaint);
        ViewKeys keys;  // with what the window keeps for itself
        keys.setWindowKeys({{QKeySequence(Qt::Key_T), "Add entity type"},
                            {QKeySequence(Qt::Key_Slash), "Find documents"}});
        TypeDialog dialog(makeScheme(), {}, nullptr, keys);
        dialog.show();
        QTest::keyClicks(dialog.findChild<QLineEdit*>("typeName"), name);
        auto* keyField = dialog.findChild<QLineEdit*>("typeShortcut");
        keyField->clear();
        QTest::keyClicks(keyField, key);
        const QString said = dialog.findChild<QLabel*>("typeComplaint")->text();
        QCOMPARE(dialog.findChild<QPushButton*>("typeOk")->isEnabled(), complaint.isEmpty());
        QVERIFY2(complaint.isEmpty() ? said.isEmpty() : said.contains(complaint), qPrintable(said));
    }

    void dialog_saysWhatARenamingReaches() {
        TypeDialog dialog(makeScheme(), *makeScheme().byId(1));
        dialog.setUse({37, 4, 0, 12});
        const auto* line = dialog.findChild<QLabel*>("typeComplaint");
        auto* name = dialog.findChild<QLineEdit*>("typeName");
        const QString before = name->text();
        QCOMPARE(line->text(), QString());
        QTest::keyClicks(name, "s");
        QVERIFY2(line->text().contains("37 labels") && line->text().contains("4 suggestions"),
                 qPrintable(line->text()));
        QVERIFY(dialog.findChild<QPushButton*>("typeOk")->isEnabled());
        name->setText(before);
        QCOMPARE(line->text(), QString());
    }

    void dialog_emptiedName_complains() {
        TypeDialog dialog(makeScheme(), *makeScheme().byId(1));
        dialog.findChild<QLineEdit*>("typeName")->clear();
        QVERIFY(!dialog.findChild<QPushButton*>("typeOk")->isEnabled());
        QVERIFY(!dialog.findChild<QLabel*>("typeComplaint")->text().isEmpty());
    }

    void dialog_edit_keepsWhatIsNotTouched() {
        TypeDialog dialog(makeScheme(), *makeScheme().byId(1));
        QVERIFY(dialog.findChild<QPushButton*>("typeOk")->isEnabled());
        QVERIFY(dialog.type() == *makeScheme().byId(1));
        dialog.findChild<QLineEdit*>("typeName")->setText("  medicine ");
        dialog.findChild<QPlainTextEdit*>("typeDescription")->setPlainText("New.");
        dialog.findChild<QAbstractButton*>("swatch_#d00824")->click();
        const EntityType edited = dialog.type();
        QCOMPARE(edited.id, 1);
        QCOMPARE(edited.name, std::string("medicine"));
        QCOMPARE(edited.description, std::string("New."));
        QCOMPARE(edited.color, std::string("#d00824"));
    }

    void dialog_note_hasLines() {
        EntityType type{1, "drug", "", "#123456", "1", 0, "Brands count.\r\n"};
        TypeDialog dialog(LabelScheme({type}), type);
        QCOMPARE(dialog.type().note, type.note);
        dialog.show();
        dialog.focusNote();
        auto* note = dialog.findChild<QPlainTextEdit*>("typeNote");
        QCOMPARE(dialog.focusWidget(), note);
        QTest::keyClicks(note, "- not doses");
        QTest::keyClick(note, Qt::Key_Return);
        QCOMPARE(dialog.type().note, std::string("Brands count.\n- not doses"));
        // What stands beside a type in the list says it too.
        TypeModel model;
        model.setScheme(LabelScheme({dialog.type()}));
        QCOMPARE(model.index(0).data(Qt::ToolTipRole).toString(),
                 QString("Brands count.\n- not doses"));
        QCOMPARE(model.index(0).data(Qt::AccessibleDescriptionRole).toString(),
                 QString("Brands count.\n- not doses"));
    }

    void dialog_ownColour_survives() {
        EntityType type{1, "drug", "", "#123456", "1", 0};
        TypeDialog dialog(LabelScheme({type}), type);
        QCOMPARE(dialog.type().color, std::string("#123456"));
    }

    void dialog_keyField_eachPressReplaces() {
        TypeDialog dialog(makeScheme(), {});
        auto* key = dialog.findChild<QLineEdit*>("typeShortcut");
        QTest::keyClicks(key, "59p");
        QCOMPARE(key->text(), QString("p"));
    }
};

QTEST_MAIN(TypesTest)
#include "types_test.moc"
