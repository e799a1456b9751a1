#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QBarSet>
#include <QChart>
#include <QChartView>
#include <QComboBox>
#include <QHorizontalStackedBarSeries>
#include <QImage>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QMessageBox>
#include <QPushButton>
#include <QScatterSeries>
#include <QSignalSpy>
#include <QSpinBox>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QToolButton>

#include "core/text/utf8.h"
#include "ui/dashboard/chart_card.h"
#include "ui/dashboard/charts.h"
#include "ui/dashboard/dashboard_page.h"
#include "ui/dashboard/finding_list.h"
#include "ui/dashboard/health_panel.h"
#include "ui/dashboard/matrix_view.h"
#include "ui/history/history_list.h"
#include "ui/history/history_page.h"
#include "ui/session/dashboard_controller.h"
#include "ui/session/history_controller.h"
#include "ui/session/quality_controller.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

constexpr const char* kText = "Ärztin: metformin, helps; nausea does not.";
constexpr Range kMetformin{8, 17};
constexpr Range kNausea{26, 32};

protocol::ScoreReport score(double f1, std::int64_t support) {
    return {f1, f1, f1, support, std::pair(f1 - 0.07, f1 + 0.06)};
}

protocol::CheckResult result() {
    protocol::CheckResult result;
    result.folds = 5;
    result.all.documents = 12;
    result.all.micro = score(0.78, 34);
    result.all.perType["drug"] = score(0.82, 30);
    result.all.perType["dose"] = score(0.4, 4);
    result.byHand = result.preAnnotated = result.all;
    result.byHand->micro = score(0.74, 20);
    result.preAnnotated->micro = score(0.86, 14);
    result.curve = protocol::CurveReport{};
    result.curve->points = {{5, 0.6}, {10, 0.7}, {20, 0.78}};
    result.curve->documents = 20;
    result.curve->more = 20;
    result.curve->isGiven = true;
    result.curve->now = 0.78;
    result.curve->then = 0.81;
    result.curve->thenInterval = {0.78, 0.84};
    result.confusion = {{"drug", "drug", 25, 3},
                        {"drug", "dose", 1, 0},
                        {"drug", "", 4, 0},
                        {"dose", "dose", 3, 0},
                        {"", "drug", 2, 0}};
    const std::string hash = sha256Hex(kText);
    result.mistakes = {
        {hash, NamedSpan{kMetformin, "drug", -1}, NamedSpan{kMetformin, "dose", 0.8}},
        {hash, NamedSpan{kNausea, "drug", -1}, std::nullopt},
        {"no such hash", NamedSpan{kNausea, "drug", -1}, std::nullopt},
        {hash, NamedSpan{{4, 4000}, "drug", -1}, std::nullopt}};
    return result;
}

}  // namespace

class DashboardPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_projects = 0;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;
    std::unique_ptr<QualityController> m_quality;
    std::unique_ptr<DashboardController> m_dashboard;
    std::unique_ptr<HistoryController> m_history;
    std::unique_ptr<DashboardPage> m_page;
    std::unique_ptr<HistoryPage> m_historyPage;

    void open(bool isChecked) {
        auto session =
            ProjectSession::create(m_folder.filePath(QString("p%1.spanwise").arg(++m_projects)),
                                   *LabelScheme::fromNames({"drug", "dose", "person"}));
        QVERIFY(session.has_value());
        m_session = std::move(*session);
        const QString file = m_folder.filePath("in.jsonl");
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(QByteArray("{\"id\": \"note-1\", \"text\": \"") + kText + "\"}\n" +
                  "{\"id\": \"note-2\", \"text\": \"Other.\"}\n{\"id\": \"note-3\", \"text\": \" "
                  "\"}\n");
        out.close();
        QSignalSpy imported(m_session.get(), &ProjectSession::importFinished);
        m_session->importFiles({file});
        QVERIFY(!imported.isEmpty() || imported.wait(10000));
        QVERIFY(m_session->openDocument(m_session->documents()[0].id));
        if (isChecked) {
            const nlohmann::json kept{
                {"result", result()}, {"at", 1700000000000}, {"labels", 34}, {"fingerprint", "x"}};
            QVERIFY(m_session->project().putSetting("quality", kept.dump()).has_value());
        }
        m_client = std::make_unique<WorkerClient>(QStringList{"/nonexistent"});
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, LearningOptions{});
        m_quality = std::make_unique<QualityController>(*m_session, *m_learning);
        m_dashboard = std::make_unique<DashboardController>(*m_session);
        m_history = std::make_unique<HistoryController>(*m_session);
    }
    TypeId type(const char* name) { return m_session->scheme().byName(name)->id; }
    void labelBoth() {
        QVERIFY(m_session->label({kMetformin.begin, kMetformin.end + 1}, type("drug")));
        QVERIFY(m_session->label(kNausea, type("drug")));
    }
    void show(QSize size = {1200, 900}) {
        m_page = std::make_unique<DashboardPage>();
        m_page->setSession(m_session.get(), m_dashboard.get(), m_quality.get());
        m_page->resize(size);
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
        QTRY_VERIFY(m_dashboard->health() && !m_dashboard->isExamining());
    }
    void showHistory() {
        m_historyPage = std::make_unique<HistoryPage>();
        m_historyPage->setSession(m_session.get(), m_history.get());
        m_historyPage->resize(1100, 700);
        m_historyPage->show();
        QApplication::setActiveWindow(m_historyPage.get());
        QVERIFY(QTest::qWaitForWindowActive(m_historyPage.get()));
        QTRY_VERIFY(!m_history->entries().empty());
    }
    template <typename T>
    T* find(const char* name) {
        T* found = m_page ? m_page->findChild<T*>(name) : nullptr;
        return found ? found : m_historyPage->findChild<T*>(name);
    }
    QString text(const char* name) { return find<QLabel>(name)->text(); }
    QString spoken(const char* name) { return find<QWidget>(name)->accessibleDescription(); }
    /// Presses a button of the message box that opens next.
    static void answer(const char* box, QMessageBox::ButtonRole role) {
        auto* timer = new QTimer;
        QObject::connect(timer, &QTimer::timeout, timer, [timer, box, role] {
            auto* open = qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
            if (!open || open->objectName() != QLatin1String(box))
                return;
            timer->stop();
            timer->deleteLater();
            for (QAbstractButton* button : open->buttons()) {
                if (open->buttonRole(button) == role)
                    QTest::mouseClick(button, Qt::LeftButton);
            }
        });
        timer->start(20);
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void cleanup() {
        m_page.reset();
        m_historyPage.reset();
        m_history.reset();
        m_dashboard.reset();
        m_quality.reset();
        m_learning.reset();
        m_client.reset();
        m_session.reset();
        theme::apply(*qApp, ThemeChoice::Light);
    }

    void emptyProject_teaches() {
        open(false);
        show();
        QCOMPARE(text("tileDocuments"), QString("3"));
        QCOMPARE(text("workChartEmpty"), QString("Nothing labelled yet"));
        QCOMPARE(text("decisionsChartEmpty"), QString("No suggestion decided yet"));
        QCOMPARE(text("scoresChartEmpty"), QString("Not checked yet"));
        QVERIFY(!find<QToolButton>("scoresChartMenu")->isEnabled());
        QVERIFY(text("guardText").contains("No document is held out"));
        QVERIFY(!find<QChartView>("scoresChartView")->isVisible());
    }

    void figures_areShownAndSpoken() {
        open(true);
        labelBoth();
        m_session->putSuggestions(
            {{m_session->documents()[1].id,
              {{0, m_session->documents()[1].id, {0, 5}, type("person"), 0.9, ""}}}},
            "m");
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        QVERIFY(m_session->accept({m_session->labels().suggestions.front().id}));
        QVERIFY(m_session->setStatus(DocumentStatus::Done));
        show();
        QCOMPARE(text("tileLabels"), QString("3"));
        QCOMPARE(text("tileDone"), QString("1"));
        QCOMPARE(text("tileAccepted"), QString("100 %"));
        QVERIFY2(spoken("typesChartView").contains("drug: 0 in done documents, 2 in progress"),
                 qPrintable(spoken("typesChartView")));
        QVERIFY(spoken("typesChartView").contains("person: 1 in done documents"));
        QVERIFY2(spoken("decisionsChartView").contains("person 100 % (21 to 100 %), 1 of 1"),
                 qPrintable(spoken("decisionsChartView")));
        QVERIFY(spoken("scoresChartView").contains("all 78 % (71 to 84 %), 34 labels"));
        QVERIFY(spoken("scoresChartView").contains("dose 40 %"));
        QVERIFY(spoken("curveChartView").contains("78 % with 20 documents"));
        QVERIFY(text("scoresChartNote").contains("bootstrap"));
        // What is drawn is what is said.
        const auto series = find<QChartView>("typesChartView")->chart()->series();
        const auto sets = qobject_cast<QHorizontalStackedBarSeries*>(series.front())->barSets();
        QCOMPARE(sets[0]->at(0), 1.0);  // the last type is the lowest bar
        QCOMPARE(sets[1]->at(2), 2.0);
        auto* variant = find<QComboBox>("typesChartVariant");
        variant->setFocus();
        QTest::keyClick(variant, Qt::Key_Down);
        QVERIFY2(spoken("typesChartView").startsWith("all: 1 done, 1 in progress, 1 new"),
                 qPrintable(spoken("typesChartView")));
        QVERIFY(spoken("typesChartView").contains("drug: 0 done, 1 in progress"));
        auto* byScore = find<QComboBox>("decisionsChartVariant");
        byScore->setFocus();
        QTest::keyClick(byScore, Qt::Key_Down);
        QVERIFY(spoken("decisionsChartView").startsWith("0.9 to 1.0 100 %"));
    }

    void pictures_areSaved_asSvgPngAndCsv() {
        open(true);
        labelBoth();
        show();
        auto* card = find<ChartCard>("scoresChart");
        const QString svg = m_folder.filePath("f1.svg");
        const QString png = m_folder.filePath("f1.png");
        const QString csv = m_folder.filePath("f1.csv");
        for (const QString& path : {svg, png, csv})
            QVERIFY(card->saveTo(path).has_value());
        QSvgRenderer renderer(svg);
        QVERIFY(renderer.isValid());
        QImage drawn(600, 300, QImage::Format_ARGB32);
        drawn.fill(Qt::white);
        QPainter painter(&drawn);
        renderer.render(&painter);
        painter.end();
        int accent = 0;
        for (int y = 0; y < drawn.height(); ++y) {
            for (int x = 0; x < drawn.width(); ++x)
                accent += drawn.pixelColor(x, y) == theme::colors().accent ? 1 : 0;
        }
        QVERIFY2(accent > 100, qPrintable(QString::number(accent)));
        QVERIFY(QImage(png).width() >= 800);
        QFile table(csv);
        QVERIFY(table.open(QIODevice::ReadOnly));
        QCOMPARE(table.readAll(), QByteArray("type,F1,low (95 %),high (95 %),counted\r\n"
                                             "all,0.7800,0.7100,0.8400,34 labels\r\n"
                                             "drug,0.8200,0.7500,0.8800,30 labels\r\n"
                                             "dose,0.4000,0.3300,0.4600,4 labels\r\n"));
        auto* matrix = find<ChartCard>("confusionChart");
        QVERIFY(matrix->saveTo(m_folder.filePath("c.csv")).has_value());
        QFile cells(m_folder.filePath("c.csv"));
        QVERIFY(cells.open(QIODevice::ReadOnly));
        QCOMPARE(cells.readAll(), QByteArray("labelled as,drug,dose,none\r\ndrug,25,1,4\r\n"
                                             "dose,0,3,0\r\nnone,2,0,0\r\n"));
        QVERIFY(matrix->saveTo(m_folder.filePath("c.svg")).has_value());
        QVERIFY(QSvgRenderer(m_folder.filePath("c.svg")).isValid());
        QVERIFY(matrix->saveTo(m_folder.filePath("c.png")).has_value());
        QCOMPARE(card->saveTo(m_folder.filePath("f1.doc")).error().code,
                 ErrorCode::InvalidArgument);
        QCOMPARE(card->saveTo("/nonexistent/f1.svg").error().code, ErrorCode::PermissionDenied);
        QCOMPARE(toCsv({{"a", "b,\"c\""}, {{"1", "x\ny"}}}),
                 QByteArray("a,\"b,\"\"c\"\"\"\r\n1,\"x\ny\"\r\n"));
    }

    void menuKey_opensTheChartsMenu() {
        open(true);
        show();
        auto* view = find<QChartView>("scoresChartView");
        view->setFocus();
        QVERIFY(view->hasFocus());
        QContextMenuEvent byKey(QContextMenuEvent::Keyboard, QPoint(5, 5),
                                view->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(view, &byKey);
        QTRY_VERIFY(QApplication::activePopupWidget());
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        QCOMPARE(menu->actions().size(), 4);
        menu->close();
    }

    void confusion_byKeys_leadsToTheSpan() {
        open(true);
        labelBoth();
        show();
        auto* matrix = find<MatrixView>("confusionMatrix");
        matrix->setFocus();
        QCOMPARE(matrix->currentIndex(), matrix->model()->index(0, 0));
        const QModelIndex right = matrix->model()->index(0, 0);
        QCOMPARE(right.data(Qt::AccessibleTextRole).toString(),
                 QString("25 labelled drug and found as such, 3 of them with other boundaries"));
        QTest::keyClick(matrix, Qt::Key_Right);
        QTest::keyClick(matrix, Qt::Key_Return);
        auto* list = find<FindingList>("mistakeList");
        QVERIFY(list->isVisible() && list->hasFocus());
        QCOMPARE(list->model()->rowCount(), 1);
        QCOMPARE(text("mistakesHeading"), QString("1 labelled drug, found as dose."));
        const QModelIndex first = list->model()->index(0, 0);
        QCOMPARE(first.data(FindingModel::TitleRole).toString(),
                 QString("drug, found as dose (80 %)"));
        QCOMPARE(first.data(FindingModel::MatchRole).toString(), QString("metformin"));
        QSignalSpy places(m_page.get(), &DashboardPage::placeActivated);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(places.size(), 1);
        QCOMPARE(places[0][0].toLongLong(), m_session->documents()[0].id);
        QVERIFY(places[0][1].value<Range>() == kMetformin);
        // Four missed, one of them known and in a document that is there.
        matrix->setCurrentIndex(matrix->model()->index(0, 2));
        QTest::keyClick(matrix, Qt::Key_Return);
        QCOMPARE(list->model()->rowCount(), 1);
        QVERIFY(text("mistakesHeading").contains("4 labelled drug, not found; 1 of them listed"));
    }

    void health_byKeys_findsAndFixes() {
        open(false);
        labelBoth();
        show();
        auto* checks = find<QListWidget>("healthChecks");
        checks->setFocus();
        QTest::keyClick(checks, Qt::Key_Home);
        QTest::keyClick(checks, Qt::Key_Down);
        QCOMPARE(checks->currentItem()->text(), QString("Punctuation at an edge · 1"));
        auto* places = find<FindingList>("healthPlaces");
        QCOMPARE(places->model()->index(0, 0).data(FindingModel::MatchRole).toString(),
                 QString("metformin,"));
        QSignalSpy gone(m_page.get(), &DashboardPage::placeActivated);
        places->setFocus();
        QTest::keyClick(places, Qt::Key_Return);
        QCOMPARE(gone.size(), 1);
        auto* fix = find<QPushButton>("healthFix");
        QCOMPARE(fix->text(), QString("Trim 1 label"));
        QSignalSpy hints(m_page.get(), &DashboardPage::hint);
        fix->setFocus();
        QTest::keyClick(fix, Qt::Key_Space);
        QTRY_COMPARE(hints.size(), 1);
        QTRY_COMPARE(checks->currentItem()->text(), QString("Punctuation at an edge · 0"));
        QVERIFY(!fix->isVisible());
        QVERIFY(m_session->labels().annotations.front().range == kMetformin);
        QTest::keyClick(checks, Qt::Key_End);
        QCOMPARE(checks->currentItem()->text(), QString("Empty documents · 1"));
        QTest::mouseClick(fix, Qt::LeftButton);
        QTRY_COMPARE(m_session->documents().size(), std::size_t{2});
        QTRY_COMPARE(checks->currentItem()->text(), QString("Empty documents · 0"));
        QVERIFY(m_session->undo());
        QTRY_COMPARE(checks->item(1)->text(), QString("Punctuation at an edge · 1"));
    }

    void work_isShownByAnnotator_andTheHistorySaysHowLong() {
        open(false);
        Project& project = m_session->project();
        const DocumentId document = m_session->documentId();
        const auto commit = [&](Range range, const char* person, double seconds) {
            RecordId next = project.nextRecordId();
            const auto edit = labelEdit(*project.labels(document), {document, person, 1, &next},
                                        range, type("drug"), 60);
            QVERIFY(project.commit(*edit, {"Label", person, 1000, seconds}).has_value());
        };
        commit(kMetformin, "Ben & Co", 4.2);
        show();
        auto* variants = find<QComboBox>("workChartVariant");
        variants->setFocus();
        QTest::keyClick(variants, Qt::Key_End);
        QCOMPARE(variants->currentText(), QString("Labels per hour, by annotator"));
        QVERIFY(!spoken("workChartView").contains("Ben & Co"));  // four seconds tell nothing
        commit({19, 24}, "Ben & Co", 20);
        commit(kNausea, "Ben & Co", 25);
        commit({0, 6}, "Ben & Co", 200);
        m_page->setSession(nullptr, nullptr, nullptr);
        m_dashboard = std::make_unique<DashboardController>(*m_session);
        m_page->setSession(m_session.get(), m_dashboard.get(), m_quality.get());
        // Four labels in 4.2 + 20 + 25 + 30 seconds.
        QTRY_VERIFY2(spoken("workChartView").contains("Ben & Co: 182"),
                     qPrintable(spoken("workChartView")));
        m_page.reset();
        showHistory();
        auto* list = m_historyPage->findChild<QListView*>("historyList");
        const auto detail = [&](int row) {
            return list->model()->index(row, 0).data(HistoryModel::DetailRole).toString();
        };
        QCOMPARE(detail(0), QString("Ben & Co · note-1 · 3 min"));
        QCOMPARE(detail(3), QString("Ben & Co · note-1 · 4.2 s"));
        QVERIFY(!detail(4).contains(" s"));  // the import
    }

    void health_saysWhatWasNotLearned() {
        HealthPanel panel;
        const auto* training = panel.findChild<QLabel*>("healthTraining");
        panel.showState({}, LabelScheme{});
        QVERIFY(!training->isVisibleTo(&panel));
        HealthPanel::State state;
        state.training = {"2 annotations overlap a longer one, which is learned instead."};
        panel.showState(state, LabelScheme{});
        QVERIFY(training->isVisibleTo(&panel));
        QCOMPARE(training->text(), QString("The last training says: 2 annotations overlap a longer "
                                           "one, which is learned instead."));
    }

    void guard_isSetByKeys() {
        open(true);
        show();
        auto* apply = find<QPushButton>("guardApply");
        auto* share = find<QSpinBox>("guardDocuments");
        QVERIFY(!apply->isEnabled());
        share->setFocus();
        share->selectAll();
        QTest::keyClicks(share, "10");
        QTest::keyClick(share, Qt::Key_Return);
        QVERIFY(apply->isEnabled());
        apply->setFocus();
        QTest::keyClick(apply, Qt::Key_Space);
        QCOMPARE(m_session->holdOut().documents, 0.1);
        QCOMPARE(m_session->project().holdOut().documents, 0.1);
        QVERIFY(!apply->isEnabled());
        QTRY_VERIFY(text("guardText").contains("documents are held out"));
        QVERIFY(spoken("guardChartView").contains("F1, by hand 74 %"));
        QVERIFY(spoken("guardChartView").contains("F1, assisted 86 %"));
    }

    void narrowWindow_hasOneColumn_andNothingIsCut() {
        open(true);
        labelBoth();
        show({900, 560});
        auto* area = m_page->findChild<QWidget*>("dashboardArea");
        for (const char* name : {"typesChart", "workChart", "scoresChart", "confusionChart"}) {
            auto* card = find<QWidget>(name);
            QVERIFY2(card->width() > 700 && card->width() <= area->width(), name);
        }
        m_page->resize(1400, 900);
        QTRY_VERIFY(find<QWidget>("typesChart")->width() < 760);
    }

    void darkTheme_redrawsTheCharts() {
        open(true);
        labelBoth();
        show();
        theme::apply(*qApp, ThemeChoice::Dark);
        QTRY_COMPARE(qobject_cast<QScatterSeries*>(
                         find<QChartView>("scoresChartView")->chart()->series().back())
                         ->color(),
                     theme::colors().accent);
    }

    void everyControl_isNamed() {
        open(true);
        labelBoth();
        show();
        showHistory();
        for (const QWidget* page :
             {static_cast<QWidget*>(m_page.get()), static_cast<QWidget*>(m_historyPage.get())}) {
            for (QWidget* widget : page->findChildren<QWidget*>()) {
                // A box's list is spoken of as its box, which is looked at itself.
                if (widget->focusPolicy() == Qt::NoFocus ||
                    widget->objectName().startsWith("qt_") || widget->inherits("QComboBoxListView"))
                    continue;
                QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(widget);
                QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(),
                         qPrintable(QString::fromLatin1(widget->metaObject()->className()) + " " +
                                    widget->objectName()));
            }
        }
    }

    void history_byKeys_goesThereAndBack() {
        open(false);
        labelBoth();
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        showHistory();
        auto* list = m_historyPage->findChild<QListView*>("historyList");
        m_historyPage->setFocus();
        QVERIFY(list->hasFocus());
        QCOMPARE(list->model()->rowCount(), 3);
        const QModelIndex newest = list->model()->index(0, 0);
        QCOMPARE(newest.data(HistoryModel::NameRole).toString(), QString("Label “nausea” as drug"));
        QVERIFY(newest.data(HistoryModel::DetailRole).toString().contains("note-1"));
        QSignalSpy places(m_historyPage.get(), &HistoryPage::placeActivated);
        QTest::keyClick(list, Qt::Key_Return);
        QCOMPARE(places.size(), 1);
        QVERIFY(places[0][1].value<Range>() == kNausea);
        QTest::keyClick(list, Qt::Key_Down);
        QCOMPARE(text("historyGoHint"), QString("takes back this and the change after it"));
        QTest::keyClick(list, Qt::Key_U);
        QTRY_COMPARE(m_session->counts().annotations, 0);
        QTRY_COMPARE(list->model()->rowCount(), 5);
        // The same change is still current, and can be made again.
        QTRY_VERIFY(list->currentIndex().data(HistoryModel::IsUndoneRole).toBool());
        QCOMPARE(list->currentIndex().data(HistoryModel::NameRole).toString(),
                 QString("Label “metformin,” as drug"));
        QTest::keyClick(list, Qt::Key_U);
        QTRY_COMPARE(m_session->counts().annotations, 1);
    }

    void history_isFiltered_byTypeKindPersonAndDocument() {
        open(false);
        QVERIFY(m_session->label(kMetformin, type("drug")));
        QVERIFY(m_session->label(kNausea, type("dose")));
        QVERIFY(m_session->openDocument(m_session->documents()[1].id));
        QVERIFY(m_session->label({0, 5}, type("drug")));
        showHistory();
        auto* list = m_historyPage->findChild<QListView*>("historyList");
        QCOMPARE(list->model()->rowCount(), 4);
        auto* types = m_historyPage->findChild<QComboBox*>("historyTypes");
        types->setFocus();
        QTest::keyClick(types, Qt::Key_Down);
        QTRY_COMPARE(list->model()->rowCount(), 2);
        QTest::keyClick(types, Qt::Key_Down);
        QTRY_COMPARE(list->model()->rowCount(), 1);
        QTest::keyClick(types, Qt::Key_Down);
        QTRY_COMPARE(text("historyEmptyHeadline"), QString("Nothing of the kind"));
        QTest::keyClick(types, Qt::Key_Home);
        QTRY_COMPARE(list->model()->rowCount(), 4);
        auto* here = m_historyPage->findChild<QAbstractButton*>("historyHere");
        here->setFocus();
        QTest::keyClick(here, Qt::Key_Space);
        QTRY_COMPARE(list->model()->rowCount(), 2);  // its label, and the import
        auto* kinds = m_historyPage->findChild<QComboBox*>("historyKinds");
        kinds->setCurrentIndex(kinds->findText("Import"));
        QTRY_COMPARE(list->model()->rowCount(), 1);
    }

    void manySteps_areAskedFirst() {
        open(false);
        for (int i = 0; i < 6; ++i) {
            QVERIFY(m_session->label(kNausea, type("drug")));
            QVERIFY(m_session->label(kNausea, type("dose")));
        }
        showHistory();
        auto* list = m_historyPage->findChild<QListView*>("historyList");
        list->setFocus();
        list->setCurrentIndex(list->model()->index(10, 0));
        answer("historyAsk", QMessageBox::RejectRole);
        QTest::keyClick(list, Qt::Key_U);
        QCOMPARE(m_session->labels().annotations.size(), std::size_t{1});
        answer("historyAsk", QMessageBox::AcceptRole);
        QTest::keyClick(list, Qt::Key_U);
        QTRY_COMPARE(m_session->labels().annotations.front().type, type("drug"));
    }

    void backups_areRestoredAsACopy_whenAgreed() {
        open(false);
        labelBoth();
        QVERIFY(*m_session->project().rollingBackup(0));
        showHistory();
        QTRY_VERIFY(m_historyPage->findChild<QPushButton*>("historyRestore"));
        QVERIFY(text("historyBackup").contains("3 documents, 2 labels"));
        QSignalSpy projects(m_historyPage.get(), &HistoryPage::projectRequested);
        answer("restoreAsk", QMessageBox::RejectRole);
        QTest::mouseClick(m_historyPage->findChild<QPushButton*>("historyRestore"), Qt::LeftButton);
        QTest::qWait(100);
        QVERIFY(projects.isEmpty());
        answer("restoreAsk", QMessageBox::AcceptRole);
        QTest::mouseClick(m_historyPage->findChild<QPushButton*>("historyRestore"), Qt::LeftButton);
        QTRY_COMPARE(projects.size(), 1);
        QVERIFY(QFile::exists(projects[0][0].toString()));
    }
};

QTEST_MAIN(DashboardPageTest)
#include "dashboard_page_test.moc"
