#include <QAbstractButton>
#include <QApplication>
#include <QElapsedTimer>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include "ui/queue/queue_model.h"
#include "ui/queue/queue_panel.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

DocumentSummary summary(DocumentId id, DocumentStatus status, int annotations, int suggestions) {
    DocumentSummary s;
    s.id = id;
    s.name = "note-" + std::to_string(id);
    s.status = status;
    s.codePoints = 1200;
    s.annotations = annotations;
    s.suggestions = suggestions;
    return s;
}

/// 1 in progress; 2, 3 uncertain with 4 a random pick between; 5, 6 untouched; 7, 8 done.
struct Panel {
    QueuePanel panel;
    std::vector<DocumentSummary> documents{
        summary(1, DocumentStatus::InProgress, 4, 5), summary(2, DocumentStatus::New, 0, 7),
        summary(3, DocumentStatus::New, 0, 3),        summary(4, DocumentStatus::New, 0, 1),
        summary(5, DocumentStatus::New, 0, 0),        summary(6, DocumentStatus::New, 0, 0),
        summary(7, DocumentStatus::Done, 9, 0),       summary(8, DocumentStatus::Done, 0, 0)};
    std::vector<QueueEntry> order{
        {1, QueueReason::InProgress, -1}, {3, QueueReason::Uncertain, 0.41},
        {4, QueueReason::RandomPick, -1}, {2, QueueReason::Uncertain, 0.48},
        {5, QueueReason::InOrder, -1},    {6, QueueReason::InOrder, -1},
        {7, QueueReason::Done, -1},       {8, QueueReason::Done, -1}};

    Panel() {
        panel.resize(260, 760);
        panel.show();
        QApplication::setActiveWindow(&panel);
        show(documents, order);
    }
    std::shared_ptr<std::vector<DocumentSummary>> shown;
    void show(const std::vector<DocumentSummary>& what, const std::vector<QueueEntry>& how) {
        shown = std::make_shared<std::vector<DocumentSummary>>(what);
        panel.setDocuments(shown, std::make_shared<const std::vector<QueueEntry>>(how));
    }
    QListView* list() { return panel.findChild<QListView*>("documentList"); }
    QStringList rows() {
        QStringList texts;
        for (int i = 0; i < list()->model()->rowCount(); ++i) {
            texts << list()->model()->index(i, 0).data().toString();
        }
        return texts;
    }
    QString detail(DocumentId id) {
        for (int i = 0; i < list()->model()->rowCount(); ++i) {
            const QModelIndex index = list()->model()->index(i, 0);
            if (index.data(QueueModel::DocumentRole).toLongLong() == id) {
                return index.data(QueueModel::DetailRole).toString();
            }
        }
        return {};
    }
    QPoint rowCenter(int row) {
        return list()->visualRect(list()->model()->index(row, 0)).center();
    }
};

}  // namespace

class QueueTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    void queue_hasSectionsThatSayWhy() {
        Panel p;
        QCOMPARE(p.panel.findChild<QLabel*>("queueHeading")->text(), QString("In progress · 1"));
        QCOMPARE(p.rows(), QStringList({"note-1", "Next up · least certain first", "note-3",
                                        "note-4", "note-2", "Next up · in file order", "note-5",
                                        "note-6", "Done · 2", "note-7", "note-8"}));
        QCOMPARE(p.detail(1), QString("4 labels · 5 suggestions"));
        QCOMPARE(p.detail(2), QString("0.48 sure · 7 suggestions"));
        QCOMPARE(p.detail(4), QString("picked at random · 1 suggestion"));
        QCOMPARE(p.detail(5), QString("1,200 characters"));
        QCOMPARE(p.detail(7), QString("9 labels"));
    }

    void ranking_saysItsReasonsInPlainWords() {
        Panel p;
        auto scheme = *LabelScheme::fromNames({"drug", "dose"});
        p.panel.setScheme(scheme);
        QueueEntry uncertain{3, QueueReason::Uncertain};
        uncertain.type = scheme.byName("drug")->id;
        uncertain.seconds = 12.4;
        QueueEntry different{2, QueueReason::Different};
        different.seconds = 150;
        QueueEntry random{5, QueueReason::RandomPick};
        random.seconds = 3;
        p.show(p.documents, {{1, QueueReason::InProgress},
                             uncertain,
                             different,
                             random,
                             {4, QueueReason::Uncertain, 0.41},
                             {6, QueueReason::InOrder},
                             {7, QueueReason::Done},
                             {8, QueueReason::Done}});
        QCOMPARE(p.rows(), QStringList({"note-1", "Next up · teaches the most first", "note-3",
                                        "note-2", "note-5", "note-4", "Next up · in file order",
                                        "note-6", "Done · 2", "note-7", "note-8"}));
        QCOMPARE(p.detail(3), QString("uncertain about drug, ~12 s · 3 suggestions"));
        QCOMPARE(p.detail(2), QString("unlike what you labelled, ~3 min · 7 suggestions"));
        QCOMPARE(p.detail(5), QString("picked at random, ~3 s"));
        QCOMPARE(p.detail(4), QString("0.41 sure · 1 suggestion"));
        QCOMPARE(p.detail(1), QString("4 labels · 5 suggestions"));
        const QModelIndex row = p.list()->model()->index(2, 0);
        QVERIFY(row.data(Qt::AccessibleTextRole).toString().contains("uncertain about drug"));
        QVERIFY(row.data(Qt::ToolTipRole).toString().contains("note-3"));
        p.panel.setCurrentDocument(1);
        QCOMPARE(p.panel.next(), 3);
        p.panel.setCurrentDocument(3);
        QCOMPARE(p.panel.next(), 2);
        // A type that went leaves no name.
        scheme.remove(uncertain.type);
        p.panel.setScheme(scheme);
        QCOMPARE(p.detail(3), QString("uncertain, ~12 s · 3 suggestions"));
    }

    void filters_showWhatTheySay_data() {
        QTest::addColumn<int>("filter");
        QTest::addColumn<QStringList>("rows");
        QTest::newRow("all") << int(QueuePanel::Filter::All)
                             << QStringList({"note-1", "note-2", "note-3", "note-4", "note-5",
                                             "note-6", "note-7", "note-8"});
        QTest::newRow("unlabelled")
            << int(QueuePanel::Filter::Unlabelled)
            << QStringList({"note-3", "note-4", "note-2", "note-5", "note-6"});
        QTest::newRow("suggestions") << int(QueuePanel::Filter::WithSuggestions)
                                     << QStringList({"note-1", "note-3", "note-4", "note-2"});
        QTest::newRow("done") << int(QueuePanel::Filter::Done) << QStringList({"note-7", "note-8"});
    }
    void filters_showWhatTheySay() {
        QFETCH(int, filter);
        QFETCH(QStringList, rows);
        Panel p;
        QSignalSpy changed(&p.panel, &QueuePanel::filterChanged);
        p.panel.setFilter(static_cast<QueuePanel::Filter>(filter));
        QCOMPARE(p.rows(), rows);
        QCOMPARE(changed.size(), 1);
        p.panel.setFilter(static_cast<QueuePanel::Filter>(filter));
        QCOMPARE(changed.size(), 1);
        QTest::mouseClick(p.panel.findChild<QAbstractButton*>("filterQueue"), Qt::LeftButton);
        QCOMPARE(p.panel.filter(), QueuePanel::Filter::Queue);
        QCOMPARE(changed.size(), 2);
    }

    void nextAndPrevious_followWhatIsShown() {
        Panel p;
        QCOMPARE(p.panel.next(), 1);  // nothing open: the first
        QCOMPARE(p.panel.previous(), 0);
        QList<DocumentId> walk;
        for (DocumentId id = p.panel.next(); id != 0; id = p.panel.next()) {
            walk << id;
            p.panel.setCurrentDocument(id);
        }
        QCOMPARE(walk, QList<DocumentId>({1, 3, 4, 2, 5, 6, 7, 8}));
        QCOMPARE(p.panel.previous(), 7);
        p.panel.setFilter(QueuePanel::Filter::WithSuggestions);
        QCOMPARE(p.panel.currentDocument(), 8);  // open, though not shown
        QCOMPARE(p.panel.next(), 1);
        p.panel.setCurrentDocument(3);
        QCOMPARE(p.panel.next(), 4);
        QCOMPARE(p.panel.previous(), 1);
    }

    void clickAndEnter_open_butHeadingsDont() {
        Panel p;
        QSignalSpy opened(&p.panel, &QueuePanel::documentActivated);
        QTest::mouseClick(p.list()->viewport(), Qt::LeftButton, {}, p.rowCenter(2));
        QCOMPARE(opened.size(), 1);
        QCOMPARE(opened[0][0].toLongLong(), 3);
        QCOMPARE(p.panel.currentDocument(), 3);
        QTest::mouseClick(p.list()->viewport(), Qt::LeftButton, {}, p.rowCenter(1));
        QCOMPARE(opened.size(), 1);
        p.list()->setFocus();
        QTest::keyClick(p.list(), Qt::Key_Down);
        QTest::keyClick(p.list(), Qt::Key_Return);
        QCOMPARE(opened.size(), 2);
        QCOMPARE(opened[1][0].toLongLong(), 4);
    }

    void delete_asksForTheTrash() {
        Panel p;
        QSignalSpy trash(&p.panel, &QueuePanel::trashRequested);
        QTest::mouseClick(p.list()->viewport(), Qt::LeftButton, {}, p.rowCenter(2));
        QTest::mouseClick(p.list()->viewport(), Qt::LeftButton, Qt::ShiftModifier, p.rowCenter(6));
        QTest::keyClick(p.list(), Qt::Key_Delete);
        QCOMPARE(trash.size(), 1);
        QList<qint64> ids = trash[0][0].value<QList<qint64>>();
        std::sort(ids.begin(), ids.end());
        QCOMPARE(ids, QList<qint64>({2, 3, 4, 5}));
    }

    void search_isDebounced() {
        Panel p;
        QSignalSpy search(&p.panel, &QueuePanel::searchChanged);
        p.panel.focusSearch();
        auto* field = p.panel.findChild<QLineEdit*>("searchField");
        QVERIFY(field->hasFocus());
        QTest::keyClicks(field, "naus");
        QCOMPARE(search.size(), 0);
        QTRY_COMPARE_WITH_TIMEOUT(search.size(), 1, 3000);
        QCOMPARE(search[0][0].toString(), QString("naus"));
        p.panel.setFound(std::vector<DocumentId>());
        QVERIFY(p.panel.findChild<QWidget*>("queueEmpty")->isVisible());
        QCOMPARE(p.panel.findChild<QLabel*>("queueEmptyHeadline")->text(),
                 QString("Nothing found"));
        QVERIFY(!p.panel.findChild<QWidget*>("importButton")->isVisible());
        QTest::keyClick(field, Qt::Key_Escape);
        QTRY_COMPARE_WITH_TIMEOUT(search.size(), 2, 3000);
        QCOMPARE(search[1][0].toString(), QString());
    }

    void focusSearch_selectsTheField() {
        Panel p;
        p.list()->setFocus();
        p.panel.focusSearch();
        QTRY_VERIFY(p.panel.findChild<QLineEdit*>("searchField")->hasFocus());
    }

    void emptyProject_offersImport() {
        Panel p;
        p.show({}, {});
        QVERIFY(p.panel.findChild<QWidget*>("queueEmpty")->isVisible());
        QSignalSpy import(&p.panel, &QueuePanel::importRequested);
        QTest::mouseClick(p.panel.findChild<QWidget*>("importButton"), Qt::LeftButton);
        QCOMPARE(import.size(), 1);
        p.show({p.documents[4]}, {p.order[4]});
        QVERIFY(p.list()->isVisible());
        p.panel.setFilter(QueuePanel::Filter::Done);
        QCOMPARE(p.panel.findChild<QLabel*>("queueEmptyHeadline")->text(), QString("Nothing here"));
    }

    void updateDocument_changesItsRowOnly() {
        Panel p;
        QSignalSpy changed(p.list()->model(), &QAbstractItemModel::dataChanged);
        DocumentSummary& renewed = (*p.shown)[2];
        renewed.annotations = 1;
        renewed.status = DocumentStatus::InProgress;
        p.panel.updateDocument(renewed.id);
        QCOMPARE(changed.size(), 1);
        QCOMPARE(p.detail(3), QString("1 label · 3 suggestions"));
        QCOMPARE(p.rows().indexOf("note-3"), 2);
    }

    void found_areShownInTheQueuesOrder() {
        Panel p;
        p.panel.setFound(std::vector<DocumentId>{2, 3, 5, 8, 99});
        const QStringList found{"note-3", "note-2",   "Next up · in file order",
                                "note-5", "Done · 1", "note-8"};
        QCOMPARE(p.rows(), found);
        QCOMPARE(p.panel.findChild<QAbstractButton*>("filterAll")->text(), QString("All 4"));
        p.panel.setCurrentDocument(2);
        QCOMPARE(p.panel.next(), 5);
        p.panel.setFilter(QueuePanel::Filter::All);
        QCOMPARE(p.rows(), QStringList({"note-2", "note-3", "note-5", "note-8"}));
        p.panel.setFilter(QueuePanel::Filter::Queue);
        p.show(p.documents, p.order);  // what was found holds until told otherwise
        QCOMPARE(p.rows(), found);
        p.panel.setFound(std::nullopt);
        QCOMPARE(p.rows().size(), 11);
    }

    void firstDocuments_areThoseAtTheTop_whateverIsFound() {
        Panel p;
        const auto shown = [&p] {
            QStringList names;
            for (const DocumentId id : p.panel.firstDocuments(100))
                names << "note-" + QString::number(id);
            return names;
        };
        for (const auto filter : {QueuePanel::Filter::Queue, QueuePanel::Filter::All,
                                  QueuePanel::Filter::Unlabelled, QueuePanel::Filter::Done}) {
            p.panel.setFilter(filter);
            const QStringList rows = p.rows().filter(QRegularExpression("^note-"));
            QCOMPARE(shown(), rows);
            QCOMPARE(p.panel.firstDocuments(1).size(), std::size_t{1});
            p.panel.setFound(std::vector<DocumentId>{2});
            QCOMPARE(shown(), rows);
            p.panel.setFound(std::nullopt);
        }
    }

    void documentsGone_areNotShownUntilTold() {
        Panel p;
        p.shown->clear();
        QCOMPARE(p.rows().first(), QString());
        QCOMPARE(p.panel.next(), 0);
        p.list()->viewport()->grab();
    }

    void tenThousand_areQuickAndKeepTheirPlace() {
        Panel p;
        std::vector<DocumentSummary> documents;
        std::vector<QueueEntry> order;
        for (int i = 1; i <= 10000; ++i) {
            const bool done = i > 9000;
            documents.push_back(
                summary(i, done ? DocumentStatus::Done : DocumentStatus::New, done ? 3 : 0, i % 4));
            order.push_back({i, done ? QueueReason::Done : QueueReason::Uncertain, 0.4});
        }
        QElapsedTimer timer;
        timer.start();
        p.show(documents, order);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(p.panel.findChild<QAbstractButton*>("filterAll")->text(), QString("All 10,000"));
        p.panel.setCurrentDocument(5000);
        QCOMPARE(p.panel.next(), 5001);
        QCOMPARE(p.panel.previous(), 4999);
        const int scroll = p.list()->verticalScrollBar()->value();
        QVERIFY(scroll > 1000);
        p.show(documents, order);
        QCOMPARE(p.list()->verticalScrollBar()->value(), scroll);
        QCOMPARE(p.panel.currentDocument(), 5000);
        p.panel.setCurrentDocument(9000);
        QCOMPARE(p.panel.next(), 9001);  // over the heading
        p.panel.setFilter(QueuePanel::Filter::Done);
        QCOMPARE(p.list()->model()->rowCount(), 1000);
        p.panel.setFilter(QueuePanel::Filter::WithSuggestions);
        QCOMPARE(p.list()->model()->rowCount(), 7500);
        p.panel.setFilter(QueuePanel::Filter::Queue);
        // The heading follows the section in view.
        p.list()->scrollToBottom();
        QCOMPARE(p.panel.findChild<QLabel*>("queueHeading")->text(), QString("Done · 1,000"));
        p.list()->scrollToTop();
        QCOMPARE(p.panel.findChild<QLabel*>("queueHeading")->text(),
                 QString("Next up · least certain first"));
    }
};

QTEST_MAIN(QueueTest)
#include "queue_test.moc"
