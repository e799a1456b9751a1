#include <QAbstractButton>
#include <QFileDialog>
#include <QLabel>
#include <QListView>
#include <QSpinBox>
#include <QTabBar>
#include <QTextBrowser>
#include <nlohmann/json.hpp>

#include "gui_support.h"
#include "ui/review/merge_dialog.h"
#include "ui/review/review_page.h"
#include "ui/review/share_dialog.h"
#include "ui/session/review_controller.h"

using namespace gui;

/// A team's round through the real window: documents are shared out, labelled in files of their
/// own, merged, compared and decided by keys alone; pictures when SPANWISE_SCREENSHOTS is set.
class GuiTeams : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<MainWindow> m_window;

    ProjectSession& session() { return *m_window->session(); }
    ReviewController& review() { return *m_window->review(); }
    QString text(const char* name) { return m_window->findChild<QLabel*>(name)->text(); }
    QString shares(const QString& file) { return m_folder->filePath("shares/" + file); }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = Qt::NoModifier) {
        QTest::keyClick(m_window->focusWidget() ? m_window->focusWidget() : m_window.get(), key,
                        modifiers);
    }
    void pictures(QWidget* widget, const QString& name) {
        for (const bool dark : {false, true}) {
            theme::apply(*qApp, dark ? ThemeChoice::Dark : ThemeChoice::Light);
            QTest::qWait(50);
            shot(widget, name + (dark ? "-dark" : "-light"));
        }
        theme::apply(*qApp, ThemeChoice::Light);
        QTest::qWait(20);
    }
    /// What the page says of the disagreement in hand, one annotator a line.
    QStringList readings() {
        QStringList lines;
        for (auto* button :
             m_window->findChild<QWidget*>("readings")->findChildren<QAbstractButton*>())
            lines << button->accessibleName();
        return lines;
    }
    /// The labels of the document in hand: "Brandt as person".
    QStringList labels() {
        QStringList out;
        for (const Annotation& label : session().labels().annotations)
            out << session().textOf(label.range) + " as " +
                       QString::fromStdString(session().scheme().byId(label.type)->name);
        return out;
    }
    /// The dialog is gone, and keys go to the window again.
    bool isBack() {
        if (!QTest::qWaitFor([] { return !QApplication::activeModalWidget(); }, 10000))
            return false;
        m_window->activateWindow();
        return QTest::qWaitForWindowActive(m_window.get(), 10000);
    }
    QWidget* dialog(const char* name) {
        QWidget* found = nullptr;
        (void)QTest::qWaitFor(
            [&] {
                found = QApplication::activeModalWidget();
                return found && found->objectName() == QLatin1String(name);
            },
            5000);
        return found;
    }

    /// An annotator works through her file: labels these words in each document that has them, and
    /// finishes it.
    void work(const QString& file, const char* who,
              const std::vector<std::pair<std::string, std::string>>& words) {
        auto project = Project::open(file.toStdString());
        QVERIFY2(project.has_value(), project ? "" : project.error().text().c_str());
        const LabelScheme scheme = *(*project)->scheme();
        const auto documents = (*project)->documents();
        QVERIFY(documents.has_value());
        for (const DocumentSummary& document : *documents) {
            const std::string text = (*project)->document(document.id)->text;
            for (const auto& [what, type] : words) {
                const auto at = text.find(what);
                if (at == std::string::npos)
                    continue;
                RecordId next = (*project)->nextRecordId();
                const EditContext context{document.id, who, 1000, &next};
                const auto edit =
                    labelEdit(*(*project)->labels(document.id), context,
                              {static_cast<Offset>(at), static_cast<Offset>(at + what.size())},
                              scheme.byName(type)->id, document.codePoints);
                QVERIFY(edit.has_value());
                QVERIFY((*project)->commit(*edit, {"Label", who}).has_value());
            }
            RecordId next = (*project)->nextRecordId();
            const auto done = statusEdit(*(*project)->labels(document.id),
                                         {document.id, who, 1000, &next}, DocumentStatus::Done);
            QVERIFY((*project)->commit(done, {"Done", who}).has_value());
        }
    }

private Q_SLOTS:
    void initTestCase() {
        m_folder = std::make_unique<QTemporaryDir>();
        isolate(m_folder->path());
        theme::apply(*qApp, ThemeChoice::Light);
        m_window = std::make_unique<MainWindow>(MainWindowOptions{});
        m_window->resize(1280, 800);
        QVERIFY(gui::show(*m_window));
        QVERIFY(m_window->createProject(m_folder->filePath("clinic.spanwise"),
                                        *LabelScheme::fromNames({"person", "drug", "condition"})));
        QByteArray jsonl;
        for (int i = 0; i < 12; ++i) {
            const nlohmann::json record{
                {"id", "clinic-note-" + std::to_string(100 + i)},
                {"text", "Visit " + std::to_string(i) +
                             ". Mrs. Adela Brandt was started on metformin after type 2 diabetes "
                             "was found in the spring.\nTwo weeks later she reported persistent "
                             "nausea, and Dr. Okafor stopped the tablets."}};
            jsonl += QByteArray::fromStdString(record.dump()) + "\n";
        }
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles({write(m_folder->filePath("in.jsonl"), jsonl)});
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
        m_window->messages()->dismiss();
    }
    void cleanupTestCase() { m_window.reset(); }

    void emptyState_teaches() {
        QVERIFY(!m_window->findChild<QWidget*>("filterDisagreeing")->isVisible());
        press(Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(m_window->findChild<QTabBar*>("pageBar")->currentIndex(), 1);
        QTRY_VERIFY(m_window->findChild<QWidget*>("reviewEmpty")->isVisible());
        pictures(m_window.get(), "review-empty");
        // Its buttons are reached by Tab.
        auto* share = m_window->findChild<QPushButton*>("shareFirst");
        for (int i = 0; i < 20 && !share->hasFocus(); ++i)
            press(Qt::Key_Tab);
        QVERIFY(share->hasFocus());
    }

    void shareOut_byKeys_writesAFileForEach() {
        press(Qt::Key_Space);
        auto* asked = dialog("shareDialog");
        QVERIFY(asked && asked->objectName() == "shareDialog");
        QVERIFY(!asked->findChild<QPushButton*>("shareStart")->isEnabled());
        QTest::keyClicks(asked->focusWidget(), "ada, ben");
        auto* folder = asked->findChild<QLineEdit*>("shareFolder");
        folder->setFocus();
        folder->selectAll();
        QTest::keyClicks(folder, m_folder->filePath("shares"));
        auto* overlap = asked->findChild<QSpinBox*>("shareOverlap");
        overlap->setFocus();
        overlap->selectAll();
        QTest::keyClicks(overlap, "50");
        QCOMPARE(asked->findChild<QLabel*>("shareOutcome")->text(),
                 QString("6 documents go to everybody. Documents: ada: 9, ben: 9"));
        pictures(asked, "review-share");
        QTest::keyClick(folder, Qt::Key_Return);
        QVERIFY(isBack());
        QVERIFY(QFile::exists(shares("ada.spanwise")));
        QVERIFY(QFile::exists(shares("ben.spanwise")));
        QVERIFY2(m_window->messages()->text().contains("2 files are written"),
                 qPrintable(m_window->messages()->text()));
        m_window->messages()->dismiss();
    }

    void merge_byKeys_tellsWhatCame() {
        work(shares("ada.spanwise"), "ada",
             {{"Adela Brandt", "person"},
              {"metformin", "drug"},
              {"type 2 diabetes", "condition"},
              {"persistent nausea", "condition"},
              {"Okafor", "person"}});
        work(shares("ben.spanwise"), "ben",
             {{"Mrs. Adela Brandt", "person"},
              {"metformin", "drug"},
              {"diabetes", "condition"},
              {"nausea", "condition"}});
        QTest::mouseClick(m_window->findChild<QPushButton*>("mergeFirst"), Qt::LeftButton);
        auto* asked = qobject_cast<MergeDialog*>(dialog("mergeDialog"));
        QVERIFY(asked);
        auto* start = asked->findChild<QPushButton*>("mergeStart");
        QVERIFY(!start->isEnabled());
        // A file that is none: one message, and nothing changes.
        asked->addFiles({m_folder->filePath("in.jsonl")});
        QTest::keyClick(start, Qt::Key_Return);
        auto* complaint = asked->findChild<QLabel*>("mergeComplaint");
        QTRY_VERIFY2(complaint->text().contains("This is not a Spanwise project"),
                     qPrintable(complaint->text()));
        auto* files = asked->findChild<QListView*>("mergeFiles");
        files->setFocus();
        QTest::keyClick(files, Qt::Key_Home);
        QTest::keyClick(files, Qt::Key_Delete);
        QVERIFY(!start->isEnabled());
        asked->addFiles({shares("ada.spanwise"), shares("ben.spanwise")});
        pictures(asked, "review-merge");
        QTest::keyClick(start, Qt::Key_Return);
        auto* report = asked->findChild<QTextBrowser*>("mergeReport");
        QTRY_VERIFY(report->isVisible());
        const QString told = report->toPlainText();
        QVERIFY2(told.contains("ada.spanwise: 9 labelled documents by ada"), qPrintable(told));
        QVERIFY2(told.contains("6 documents have labels of two annotators"), qPrintable(told));
        QVERIFY2(told.contains("24 places wait for your decision"), qPrintable(told));
        pictures(asked, "review-merged");
        QTest::keyClick(asked->focusWidget(), Qt::Key_Return);
        QVERIFY(isBack());
        QTRY_COMPARE(review().rows().size(), std::size_t{6});
        QCOMPARE(text("reviewHeading").toLower(), QString("to decide · 6"));
    }

    void disagreements_areDecidedByKeys() {
        QTRY_VERIFY(m_window->reviewPage()->isVisible());
        QTRY_COMPARE(review().layers().size(), std::size_t{2});
        m_window->reviewPage()->setFocus();
        QVERIFY(m_window->reviewPage()->hasFocus());
        QCOMPARE(text("placeHeading").toLower(), QString("disagreement 1 of 4"));
        QCOMPARE(readings(),
                 (QStringList{"1: ada: “Adela Brandt” as person",
                              "2: ben: “Mrs. Adela Brandt” as person", "0: label nothing here"}));
        QTRY_VERIFY(review().agreement().has_value());
        // Everything is told of other line patterns while the page shows its rows.
        auto* patterns = m_window->findChild<QAction*>("linePatterns");
        patterns->trigger();
        patterns->trigger();
        pictures(m_window.get(), "review");
        // Ada's reading, and on to the next.
        press(Qt::Key_1);
        QCOMPARE(labels(), QStringList{"Adela Brandt as person"});
        QCOMPARE(session().undoName(), QString("Take ada's reading of “Mrs. Adela Brandt”"));
        QCOMPARE(text("placeHeading").toLower(), QString("disagreement 2 of 4"));
        // Undone, it is open again; Ben's instead, by its keys from above.
        press(Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(labels().isEmpty());
        QCOMPARE(review().openCount(), std::size_t{4});
        press(Qt::Key_Up);
        QCOMPARE(text("placeHeading").toLower(), QString("disagreement 1 of 4"));
        press(Qt::Key_2);
        QCOMPARE(labels(), QStringList{"Mrs. Adela Brandt as person"});
        press(Qt::Key_1);  // the second place: type 2 diabetes
        QCOMPARE(review().openCount(), std::size_t{2});
        // Tab goes to the last, and back.
        press(Qt::Key_Tab);
        QCOMPARE(text("placeHeading").toLower(), QString("disagreement 4 of 4"));
        QCOMPARE(readings(), (QStringList{"1: ada: “Okafor” as person", "2: ben: nothing",
                                          "0: label nothing here"}));
        press(Qt::Key_0);
        QCOMPARE(review().openCount(), std::size_t{1});
        QVERIFY(!labels().contains("Okafor as person"));
        QCOMPARE(text("placeHeading").toLower(), QString("disagreement 3 of 4"));
        // Enter does not finish what is open.
        press(Qt::Key_Return);
        QVERIFY(session().labels().status != DocumentStatus::Done);
        press(Qt::Key_1);
        QCOMPARE(review().openCount(), std::size_t{0});
        auto* taken = m_window->findChild<QAbstractButton*>("reading0");
        QVERIFY(taken->isChecked());
        QCOMPARE(taken->accessibleDescription(), QString("taken"));
        pictures(m_window.get(), "review-decided");
        // What all agree on.
        QCOMPARE(review().untakenCount(), std::size_t{1});
        press(Qt::Key_A);
        QVERIFY(labels().contains("metformin as drug"));
        QCOMPARE(labels().size(), 4);
        const DocumentId first = session().documentId();
        press(Qt::Key_Return);
        QCOMPARE(session().summary(first)->status, DocumentStatus::Done);
        QVERIFY(session().documentId() != first);
        QCOMPARE(review().openCount(), std::size_t{4});
        QCOMPARE(review().row(first)->open, 0);
        QVERIFY(m_window->reviewPage()->hasFocus());
    }

    void aClick_inTheTextAndOnAReading_works() {
        m_window->messages()->dismiss();
        DocumentView* view = m_window->reviewPage()->view();
        const QString shown = view->utf16Text();
        const Range nausea{shown.indexOf("nausea"), shown.indexOf("nausea") + 6};
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, view->boundsOf(nausea).center());
        QTRY_COMPARE(text("placeHeading").toLower(), QString("disagreement 3 of 4"));
        QTest::mouseClick(m_window->findChild<QAbstractButton*>("reading1"), Qt::LeftButton);
        QTRY_COMPARE(labels(), QStringList{"nausea as condition"});
        // Without the mouse: the rows are buttons.
        m_window->reviewPage()->setFocus();
        auto* row = m_window->findChild<QAbstractButton*>("reading0");
        for (int i = 0; i < 20 && !row->hasFocus(); ++i) {
            press(Qt::Key_Tab);
            row = m_window->findChild<QAbstractButton*>("reading0");
        }
        QVERIFY(row->hasFocus());
        press(Qt::Key_Space);
        QTRY_VERIFY(labels().contains("Okafor as person"));
    }

    void agreement_isSavedAsCsv() {
        QCOMPARE(text("agreementAlpha"),
                 QLocale().toString(*review().agreement()->agreement.alpha, 'f', 2));
        const QString path = m_folder->filePath("agreement.csv");
        onDialog("QFileDialog", [path](QWidget* asked) {
            asked->findChild<QLineEdit*>("fileNameEdit")->setText(path);
            qobject_cast<QFileDialog*>(asked)->setOption(QFileDialog::DontConfirmOverwrite);
            QTest::keyClick(asked->findChild<QLineEdit*>("fileNameEdit"), Qt::Key_Return);
        });
        QTest::mouseClick(m_window->findChild<QPushButton*>("exportAgreement"), Qt::LeftButton);
        QTRY_VERIFY(QFile::exists(path));
        QVERIFY(isBack());
        const QList<QByteArray> lines = read(path).split('\n');
        QVERIFY(lines.front().startsWith("First,Second,Type,F1,Kappa,Alpha"));
        // Of 5 and 4 spans in each document both have metformin alone: 2/9.
        QVERIFY2(read(path).contains("ada,ben,,0.2222,"), read(path).constData());
        QVERIFY2(read(path).contains("ada,ben,drug,1.0000,"), read(path).constData());
        m_window->messages()->dismiss();
    }

    void filterDisagree_onTheLabelPage_showsWhatIsOpen() {
        m_window->findChild<QTabBar*>("pageBar")->setCurrentIndex(0);
        auto* chip = m_window->findChild<QAbstractButton*>("filterDisagreeing");
        QVERIFY(chip->isVisible());
        QTest::mouseClick(chip, Qt::LeftButton);
        QCOMPARE(m_window->labelPage()->queue()->filter(), QueuePanel::Filter::Disagreeing);
        auto* list = m_window->findChild<QListView*>("documentList");
        QCOMPARE(list->model()->rowCount(), 5);  // one is decided
        pictures(m_window.get(), "review-filter");
        m_window->labelPage()->queue()->setFilter(QueuePanel::Filter::Queue);
    }

    void smallWindow_showsAll() {
        press(Qt::Key_R, Qt::ControlModifier);
        m_window->resize(900, 600);
        QTest::qWait(80);
        pictures(m_window.get(), "review-900x600");
        for (const char* name : {"reviewList", "reviewView", "reading0", "exportAgreement"})
            QVERIFY2(m_window->findChild<QWidget*>(name)->isVisible(), name);
        auto* bar = m_window->findChild<QTabBar*>("pageBar");
        QVERIFY(bar->tabRect(bar->count() - 1).right() <= m_window->width());
        m_window->resize(1280, 800);
    }

    void hiddenPage_followsWhenItIsShown() {
        DocumentView* view = m_window->reviewPage()->view();
        const DocumentId first = session().documentId();
        const QString text = view->utf16Text();
        const auto drawn = view->labels();
        m_window->findChild<QTabBar*>("pageBar")->setCurrentIndex(0);
        const qsizetype tablets = text.indexOf("tablets");
        QVERIFY(session().label({tablets, tablets + 7}, session().scheme().byName("drug")->id));
        QVERIFY(view->labels() == drawn);
        press(Qt::Key_R, Qt::ControlModifier);
        QVERIFY(view->labels().annotations == session().labels().annotations);
        m_window->findChild<QTabBar*>("pageBar")->setCurrentIndex(0);
        QVERIFY(session().undo());
        const DocumentId other = review().nextOpen();
        QVERIFY(other != 0 && session().openDocument(other));
        QCOMPARE(view->utf16Text(), text);
        press(Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(view->utf16Text(), QString::fromStdString(session().document()->text));
        QVERIFY(view->utf16Text() != text);
        QVERIFY(session().openDocument(first));
        QCOMPARE(view->utf16Text(), text);
        QVERIFY(view->labels() == drawn);
    }

    void enter_takesWhatAllAgreeOn() {
        auto* page = m_window->reviewPage();
        page->setFocus();
        const auto send = [page](int key, Qt::KeyboardModifiers modifiers, quint32 code,
                                 const QString& typed) {
            QKeyEvent event(QEvent::KeyPress, key, modifiers, code, 0, 0, typed);
            QApplication::sendEvent(page, &event);
        };
        // Two places are open; the digits need Shift on this keyboard.
        QCOMPARE(review().openCount(), std::size_t{2});
        QVERIFY(review().stepToOpen());
        send(Qt::Key_QuoteDbl, Qt::ShiftModifier, 11, "\"");  // no digit on this one
        QCOMPARE(review().openCount(), std::size_t{2});
        send(Qt::Key_Ampersand, Qt::NoModifier, 10, "&");
        QCOMPARE(review().openCount(), std::size_t{1});
        send(Qt::Key_1, Qt::ShiftModifier, 10, "1");
        QCOMPARE(review().openCount(), std::size_t{0});
        QCOMPARE(review().untakenCount(), std::size_t{1});
        QVERIFY(!labels().contains("metformin as drug"));
        const DocumentId document = session().documentId();
        const std::size_t before = labels().size();
        press(Qt::Key_Return);
        QVERIFY(session().documentId() != document);
        QCOMPARE(session().summary(document)->status, DocumentStatus::Done);
        QCOMPARE(session().project().labels(document)->annotations.size(), before + 1);
        QVERIFY2(m_window->messages()->text().contains("1 label that all agree on was taken"),
                 qPrintable(m_window->messages()->text()));
        m_window->messages()->dismiss();
    }

    void mergeAgain_replacesAndKeepsDecisions() {
        const auto open = review().openDocuments().size();
        work(shares("ben.spanwise"), "ben", {{"Okafor", "person"}});
        m_window->findChild<QAction*>("mergeFilesAction")->trigger();
        auto* asked = qobject_cast<MergeDialog*>(dialog("mergeDialog"));
        QVERIFY(asked);
        asked->addFiles({shares("ben.spanwise")});
        QTest::keyClick(asked->focusWidget(), Qt::Key_Return);
        auto* report = asked->findChild<QTextBrowser*>("mergeReport");
        QTRY_VERIFY(report->isVisible());
        QVERIFY2(report->toPlainText().contains("replaces what it brought before"),
                 qPrintable(report->toPlainText()));
        QTest::keyClick(asked->focusWidget(), Qt::Key_Escape);
        QVERIFY(isBack());
        QTRY_COMPARE(review().comparison().disagreements.size(), std::size_t{3});
        QCOMPARE(review().openDocuments().size(), open);
    }

    void merge_whileAnImportRuns_saysWhyNot() {
        QSignalSpy imported(m_window->session(), &ProjectSession::importFinished);
        m_window->importFiles(
            {write(m_folder->filePath("more.jsonl"), "{\"text\": \"One more note.\"}\n")});
        QVERIFY(session().isImporting());
        QTest::mouseClick(m_window->findChild<QPushButton*>("mergeMore"), Qt::LeftButton);
        QVERIFY2(m_window->messages()->text().contains("An import is running"),
                 qPrintable(m_window->messages()->text()));
        QVERIFY(!QApplication::activeModalWidget());
        QVERIFY(!imported.isEmpty() || imported.wait(20000));
    }
};

QTEST_MAIN(GuiTeams)
#include "gui_teams.moc"
