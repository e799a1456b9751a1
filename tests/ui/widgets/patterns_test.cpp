#include <QAbstractButton>
#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include "ui/patterns/patterns_page.h"
#include "ui/patterns/propagate_dialog.h"
#include "ui/session/patterns_controller.h"
#include "ui/session/project_session.h"
#include "ui/theme/theme.h"
#include "ui/triage/place_list.h"

using namespace spanwise;
using namespace spanwise::ui;

/// The Patterns page and the dialog that labels all occurrences, through keys and buttons.
class PatternsTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_projects = 0;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<PatternsController> m_patterns;
    std::unique_ptr<PatternsPage> m_page;

    QString write(const QString& name, const QByteArray& bytes) {
        QFile out(m_folder.filePath(name));
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write");
        return out.fileName();
    }
    void open(const std::vector<std::string>& texts) {
        auto session =
            ProjectSession::create(m_folder.filePath(QString("p%1.spanwise").arg(++m_projects)),
                                   *LabelScheme::fromNames({"drug", "dose"}));
        QVERIFY(session.has_value());
        m_session = std::move(*session);
        QByteArray lines;
        int number = 0;
        for (const std::string& text : texts)
            lines +=
                QByteArray::fromStdString(
                    nlohmann::json({{"id", "note-" + std::to_string(++number)}, {"text", text}})
                        .dump()) +
                "\n";
        QSignalSpy imported(m_session.get(), &ProjectSession::importFinished);
        m_session->importFiles({write("in.jsonl", lines)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        QVERIFY(m_session->openDocument(m_session->documents().front().id));
    }
    void openPage() {
        m_patterns = std::make_unique<PatternsController>(*m_session);
        m_page = std::make_unique<PatternsPage>();
        m_page->setSession(m_session.get(), m_patterns.get());
        m_page->resize(1000, 700);
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    QString text(const char* name) { return m_page->findChild<QLabel*>(name)->text(); }
    QPushButton* button(const char* name) { return m_page->findChild<QPushButton*>(name); }
    [[nodiscard]] qint64 annotations() const { return m_session->counts().annotations; }
    [[nodiscard]] TypeId type(const char* name) const {
        return m_session->scheme().byName(name)->id;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void cleanup() {
        m_page.reset();
        m_patterns.reset();
        m_session.reset();
    }

    void expression_matchesAsOneTypes_andLabelsInOneStep() {
        open({"Took 500 mg, then 20 mg.", "Nothing.", "🧪 5 mg daily"});
        QVERIFY(m_session->label({5, 11}, type("dose")));
        openPage();
        QCOMPARE(text("patternsEmptyHeadline"), QString("No patterns yet"));
        QTest::mouseClick(button("newRegex"), Qt::LeftButton);
        auto* regex = m_page->findChild<QPlainTextEdit*>("patternRegex");
        QTRY_VERIFY(regex->hasFocus());
        m_page->findChild<QComboBox*>("patternType")->setCurrentText("dose");
        QTest::keyClicks(regex, "\\d+ mg");
        QTRY_COMPARE(text("patternState"),
                     QString("3 places in 2 documents · 1 labelled so already"));
        auto* places = m_page->findChild<PlaceList*>("patternPlaces");
        QCOMPARE(places->places()->rowCount(), 2);
        QCOMPARE(places->places()->rows()[1].match, QString("5 mg"));
        QCOMPARE(places->places()->rows()[1].before, QString("🧪 "));
        QTest::mouseClick(button("patternLabel"), Qt::LeftButton);
        QCOMPARE(annotations(), qint64{3});
        const auto labels = m_session->project().labels(m_session->documents()[2].id);
        QVERIFY((labels->annotations.front().range == Range{2, 6}));
        QVERIFY(labels->annotations.front().origin == Origin::Pattern);
        QCOMPARE(m_session->undoName(), QString("Label “\\d+ mg” as dose in 2 places"));
        QTRY_VERIFY(text("patternState").endsWith("3 labelled so already"));
        QVERIFY(!button("patternLabel")->isEnabled());
        QVERIFY(m_session->undo());
        QCOMPARE(annotations(), qint64{1});
        // Kept, without a Save.
        m_page.reset();
        m_patterns = std::make_unique<PatternsController>(*m_session);
        QCOMPARE(m_patterns->patterns().size(), std::size_t{1});
        QCOMPARE(m_patterns->patterns().front().regex, std::string("\\d+ mg"));
        QCOMPARE(m_patterns->patterns().front().type, type("dose"));
    }

    void heldOutDocuments_arePassedOver_andThePreviewSaysSo() {
        std::vector<std::string> texts;
        for (int i = 0; i < 30; ++i)
            texts.push_back("Took 5 mg, then aspirin. No " + std::to_string(i));
        open(texts);
        QVERIFY(m_session->setHoldOut(0.3, 0));
        int heldOut = 0;
        DocumentId first = 0;
        for (const DocumentSummary& each : m_session->documents()) {
            heldOut += m_session->isHeldOut(each.id) ? 1 : 0;
            first = first == 0 && m_session->isHeldOut(each.id) ? each.id : first;
        }
        QVERIFY(heldOut > 1 && heldOut < 30);
        const auto untouched = [&] {
            for (const DocumentSummary& each : m_session->documents()) {
                if (m_session->isHeldOut(each.id) != (each.annotations + each.suggestions == 0))
                    return false;
            }
            return true;
        };
        openPage();
        QTest::mouseClick(button("newRegex"), Qt::LeftButton);
        auto* regex = m_page->findChild<QPlainTextEdit*>("patternRegex");
        QTRY_VERIFY(regex->hasFocus());
        m_page->findChild<QComboBox*>("patternType")->setCurrentText("dose");
        QTest::keyClicks(regex, "\\d+ mg");
        QTRY_VERIFY2(
            text("patternState").endsWith(QString("%1 documents are held out").arg(heldOut)),
            qPrintable(text("patternState")));
        QSignalSpy matched(m_patterns.get(), &PatternsController::matched);
        QTest::mouseClick(button("patternSuggest"), Qt::LeftButton);
        QCOMPARE(m_session->counts().suggestions, qint64{30 - heldOut});
        QVERIFY(untouched());
        QTRY_VERIFY(!matched.isEmpty());  // looked at again
        matched.clear();
        QVERIFY(m_session->undo());
        QTRY_VERIFY(!matched.isEmpty());
        QTRY_VERIFY(button("patternLabel")->isEnabled());
        QTest::mouseClick(button("patternLabel"), Qt::LeftButton);
        QTRY_COMPARE(annotations(), qint64{30 - heldOut});
        QVERIFY(untouched());

        PropagateDialog dialog(*m_session, "aspirin", type("drug"));
        auto* state = dialog.findChild<QLabel*>("propagateState");
        auto* label = dialog.findChild<QPushButton*>("propagateLabel");
        QTRY_VERIFY(state->text().contains("are held out") && label->isEnabled());
        QTest::mouseClick(label, Qt::LeftButton);
        QTRY_COMPARE(dialog.labelled(), qint64{30 - heldOut});
        QVERIFY(untouched());
        // In the document at hand a person may: it is their own work.
        QVERIFY(m_session->openDocument(first));
        PropagateDialog here(*m_session, "aspirin", type("drug"));
        here.findChild<QRadioButton*>("propagateHere")->click();
        label = here.findChild<QPushButton*>("propagateLabel");
        QTRY_VERIFY(label->text().contains("1 place") && label->isEnabled());
        QTest::mouseClick(label, Qt::LeftButton);
        QTRY_COMPARE(here.labelled(), qint64{1});
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{1});
    }

    void badExpression_isMarkedAtItsPlace() {
        open({"Took 500 mg."});
        openPage();
        QTest::mouseClick(button("newRegex"), Qt::LeftButton);
        auto* regex = m_page->findChild<QPlainTextEdit*>("patternRegex");
        QTest::keyClicks(regex, "ab)cd");
        QTRY_VERIFY2(text("patternState").startsWith("Character 3: A parenthesis has no partner"),
                     qPrintable(text("patternState")));
        QCOMPARE(regex->extraSelections().size(), 1);
        QCOMPARE(regex->extraSelections().front().cursor.selectedText(), QString(")"));
        QVERIFY(!button("patternLabel")->isEnabled());
        for (int i = 0; i < 5; ++i)
            QTest::keyClick(regex, Qt::Key_Backspace);
        QTest::keyClicks(regex, "mg");
        QTRY_COMPARE(text("patternState"), QString("1 place"));
        QVERIFY(regex->extraSelections().isEmpty());
    }

    void list_suggests_whatIsTicked() {
        open({"Aspirin and ASS.", "aspirin, New\nYork"});
        openPage();
        QTest::mouseClick(button("newList"), Qt::LeftButton);
        auto* entries = m_page->findChild<QPlainTextEdit*>("patternEntries");
        QTRY_VERIFY(entries->hasFocus());
        QTest::keyClicks(entries, "aspirin");
        QTest::keyClick(entries, Qt::Key_Return);
        QTest::keyClicks(entries, "New York");
        QTRY_COMPARE(text("patternState"), QString("2 places in 1 document"));
        QTest::mouseClick(m_page->findChild<QCheckBox*>("patternCase"), Qt::LeftButton, {},
                          QPoint(8, 8));
        QTRY_COMPARE(text("patternState"), QString("3 places in 2 documents"));
        auto* places = m_page->findChild<PlaceList*>("patternPlaces");
        places->setFocus();
        QTest::keyClick(places, Qt::Key_Down);
        QTest::keyClick(places, Qt::Key_Space);
        QCOMPARE(places->tickedCount(), 2);
        QVERIFY(button("patternSuggest")->text().contains("2 places"));
        QTest::mouseClick(button("patternSuggest"), Qt::LeftButton);
        QCOMPARE(m_session->counts().suggestions, std::int64_t{2});
        QCOMPARE(annotations(), qint64{0});
        const auto groups = m_session->project().suggestionGroups(0.9);
        QCOMPARE(groups->size(), std::size_t{2});
        // A model's suggestions leave them.
        std::vector<SuggestionBatch> batches;
        for (const DocumentSummary& document : m_session->documents())
            batches.push_back({document.id, {}});
        QVERIFY(m_session->putSuggestions(batches, "m"));
        QCOMPARE(m_session->counts().suggestions, std::int64_t{2});
        QVERIFY(m_session->undo());
        QCOMPARE(m_session->counts().suggestions, std::int64_t{0});
    }

    void listOfAFile_isImported_orRefusedByLine() {
        open({"Aspirin and metformin."});
        openPage();
        QSignalSpy errors(m_session.get(), &ProjectSession::errorOccurred);
        QCOMPARE(m_patterns->importList(write("bad.txt", "ok\n\xff\n"), type("drug")),
                 PatternId{0});
        QCOMPARE(errors.size(), 1);
        QCOMPARE(errors.front().at(0).value<Error>().where, std::string("bad.txt:2"));
        QCOMPARE(m_patterns->importList(write("none.txt", "# nothing\n"), type("drug")),
                 PatternId{0});
        QCOMPARE(errors.size(), 2);
        QCOMPARE(m_patterns->importList(m_folder.filePath("absent.txt"), type("drug")),
                 PatternId{0});
        QCOMPARE(errors.size(), 3);
        QVERIFY(m_patterns->importList(write("drugs.txt", "Aspirin\r\nmetformin\n"), type("drug")));
        auto* list = m_page->findChild<QListWidget*>("patternList");
        QCOMPARE(list->count(), 1);
        QCOMPARE(list->item(0)->text(), QString("drug · drugs"));
        QTRY_COMPARE(text("patternState"), QString("2 places in 1 document"));
        QTest::mouseClick(button("removePattern"), Qt::LeftButton);
        QCOMPARE(list->count(), 0);
        QVERIFY(m_page->findChild<QLabel*>("patternsEmptyHeadline")->isVisible());
        QTest::mouseClick(button("restorePattern"), Qt::LeftButton);
        QCOMPARE(list->count(), 1);
        QTRY_COMPARE(text("patternState"), QString("2 places in 1 document"));
    }

    void propagate_labelsTheTicked_inOneStep() {
        open({"Bayer makes it. Bayerish? bayer.", "Bayer AG and Bayer.", "The Bayer of old."});
        QVERIFY(m_session->label({0, 5}, type("drug")));
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        QVERIFY(m_session->label({0, 8}, type("dose")));    // Bayer AG: nested in it it may be
        QVERIFY(m_session->label({13, 18}, type("dose")));  // Bayer: said to be something else
        PropagateDialog dialog(*m_session, "Bayer", type("drug"));
        dialog.show();
        QVERIFY(QTest::qWaitForWindowActive(&dialog));
        auto* state = dialog.findChild<QLabel*>("propagateState");
        auto* places = dialog.findChild<PlaceList*>("propagatePlaces");
        auto* label = dialog.findChild<QPushButton*>("propagateLabel");
        QTRY_COMPARE(state->text(), QString("4 places in 3 documents · 1 labelled so already · 1 "
                                            "under other labels"));
        QCOMPARE(places->places()->rowCount(), 3);
        QCOMPARE(places->tickedCount(), 2);
        QCOMPARE(label->text(), QString("&Label 2 places"));
        QTest::mouseClick(dialog.findChild<QCheckBox*>("propagateCase"), Qt::LeftButton, {},
                          QPoint(8, 8));
        QTRY_COMPARE(places->tickedCount(), 3);
        QTest::mouseClick(dialog.findChild<QRadioButton*>("propagateHere"), Qt::LeftButton, {},
                          QPoint(8, 8));
        QTRY_COMPARE(places->tickedCount(), 1);
        QTest::mouseClick(dialog.findChild<QRadioButton*>("propagateEverywhere"), Qt::LeftButton,
                          {}, QPoint(8, 8));
        QTRY_COMPARE(places->tickedCount(), 3);
        places->setFocus();
        QTest::keyClick(places, Qt::Key_Home);
        QTest::keyClick(places, Qt::Key_Space);
        QCOMPARE(label->text(), QString("&Label 2 places"));
        QTest::mouseClick(label, Qt::LeftButton);
        QCOMPARE(dialog.result(), static_cast<int>(QDialog::Accepted));
        QCOMPARE(dialog.labelled(), qint64{2});
        QCOMPARE(annotations(), qint64{5});
        QCOMPARE(m_session->undoName(), QString("Label “Bayer” as drug in 2 places"));
        QVERIFY(m_session->undo());
        QCOMPARE(annotations(), qint64{3});
    }

    void propagate_ofWhatWasRejected_needsATick() {
        open({"Bayer here.", "Bayer there."});
        const DocumentId second = m_session->documents()[1].id;
        QVERIFY(m_session->putSuggestions({{second, {{0, second, {0, 5}, type("drug"), 0.9, ""}}}},
                                          "m"));
        QVERIFY(m_session->openDocument(second));
        QVERIFY(m_session->reject({m_session->labels().suggestions.front().id}));
        PropagateDialog dialog(*m_session, "Bayer", type("drug"));
        dialog.show();
        auto* places = dialog.findChild<PlaceList*>("propagatePlaces");
        QTRY_COMPARE(places->places()->rowCount(), 2);
        QCOMPARE(places->tickedCount(), 1);
        QCOMPARE(places->places()->rows()[1].note, QString("was rejected"));
        places->setFocus();
        QTest::keyClick(places, Qt::Key_End);
        QTest::keyClick(places, Qt::Key_Space);
        QTest::mouseClick(dialog.findChild<QPushButton*>("propagateLabel"), Qt::LeftButton);
        QCOMPARE(annotations(), qint64{2});
        QCOMPARE(m_session->counts().rejections, std::int64_t{0});
    }

    void matching_ofManyDocuments_neverBlocks() {
        std::vector<std::string> texts;
        for (int i = 0; i < 4000; ++i)
            texts.push_back("Note " + std::to_string(i) + ": he took " + std::to_string(i % 900) +
                            " mg of it, and went home in the evening without complaints.");
        open(texts);
        openPage();
        QTest::mouseClick(button("newRegex"), Qt::LeftButton);
        auto* regex = m_page->findChild<QPlainTextEdit*>("patternRegex");
        QElapsedTimer timer;
        qint64 worst = 0;
        for (const QChar ch : QString("\\d+ mg")) {
            timer.start();
            QTest::keyClick(regex, ch.toLatin1());
            worst = std::max(worst, timer.elapsed());
            QTest::qWait(300);
        }
        timer.start();
        QTRY_VERIFY_WITH_TIMEOUT(
            text("patternState").startsWith(QLocale().toString(4000) + " places in"), 20000);
        qInfo("4,000 documents matched %lld ms after the last key; the worst key took %lld ms",
              static_cast<long long>(timer.elapsed()), static_cast<long long>(worst));
        QVERIFY(worst < 500);
        timer.start();
        QTest::mouseClick(button("patternLabel"), Qt::LeftButton);
        const qint64 blocked = timer.elapsed();
        QVERIFY(m_session->isLocked());
        QVERIFY(!m_session->label({0, 4}, type("drug")));  // until it is done
        QTRY_COMPARE_WITH_TIMEOUT(annotations(), qint64{4000}, 20000);
        qInfo("4,000 places labelled in %lld ms, of which the window waited %lld",
              static_cast<long long>(timer.elapsed()), static_cast<long long>(blocked));
        QVERIFY(!m_session->isLocked());
        QVERIFY(blocked < 500);
        QTRY_VERIFY(text("patternState").contains("labelled so already"));
        QVERIFY(m_session->undo());
        QTRY_COMPARE_WITH_TIMEOUT(annotations(), qint64{0}, 20000);
    }
};

QTEST_MAIN(PatternsTest)
#include "patterns_test.moc"
