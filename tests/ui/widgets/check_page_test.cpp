#include <QAbstractButton>
#include <QApplication>
#include <QLabel>
#include <QListView>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/text/utf8.h"
#include "ui/check/check_page.h"
#include "ui/check/doubt_list.h"
#include "ui/session/quality_controller.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

constexpr const char* kText = "Ärztin: metformin helps, nausea does not.";
constexpr Range kMetformin{8, 17};
constexpr Range kNausea{25, 31};

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
    result.byHand = result.all;
    result.byHand->micro = score(0.74, 20);
    result.byHand->documents = 9;
    result.preAnnotated = result.all;
    result.preAnnotated->micro = score(0.86, 14);
    result.preAnnotated->documents = 3;
    result.lacking.push_back({"dose", 4, 2, 3, 1});
    result.curve = protocol::CurveReport{};
    result.curve->more = 20;
    result.curve->isGiven = true;
    result.curve->now = 0.78;
    result.curve->thenInterval = {0.78, 0.84};
    const std::string hash = sha256Hex(kText);
    protocol::DoubtReport wrong{hash, "wrong-type"};
    wrong.label = NamedSpan{kMetformin, "dose", 0.05};
    wrong.found = NamedSpan{kMetformin, "drug", 0.93};
    wrong.confidence = 0.93;
    wrong.elsewhereType = "drug";
    wrong.elsewhereTimes = 9;
    wrong.elsewhereOf = 10;
    wrong.evidence = "The model sees \"metformin\" as drug (93 %).";
    protocol::DoubtReport spurious{hash, "spurious"};
    spurious.label = NamedSpan{kNausea, "drug", 0.1};
    spurious.confidence = 0.7;
    spurious.evidence = "The model finds nothing here.";
    protocol::DoubtReport gone{"no such hash", "spurious"};
    gone.label = NamedSpan{{0, 3}, "drug", 0.1};
    protocol::DoubtReport outside{hash, "missing"};
    outside.found = NamedSpan{{30, 4000}, "drug", 0.9};
    result.doubts = {wrong, spurious, gone, outside};
    return result;
}

}  // namespace

class CheckPageTest : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_projects = 0;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;
    std::unique_ptr<QualityController> m_quality;
    std::unique_ptr<CheckPage> m_page;

    void open(bool isChecked) {
        auto session =
            ProjectSession::create(m_folder.filePath(QString("p%1.spanwise").arg(++m_projects)),
                                   *LabelScheme::fromNames({"drug", "dose"}));
        QVERIFY(session.has_value());
        m_session = std::move(*session);
        const QString file = m_folder.filePath("in.jsonl");
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(QByteArray("{\"id\": \"note-1\", \"text\": \"") + kText + "\"}\n" +
                  "{\"id\": \"note-2\", \"text\": \"Other.\"}\n");
        out.close();
        QSignalSpy imported(m_session.get(), &ProjectSession::importFinished);
        m_session->importFiles({file});
        QVERIFY(!imported.isEmpty() || imported.wait(10000));
        QVERIFY(m_session->openDocument(m_session->documents().front().id));
        QVERIFY(m_session->label(kMetformin, m_session->scheme().byName("dose")->id));
        QVERIFY(m_session->label(kNausea, m_session->scheme().byName("drug")->id));
        QVERIFY(m_session->openDocument(m_session->documents().back().id));
        if (isChecked) {
            const nlohmann::json kept{
                {"result", result()}, {"at", 1700000000000}, {"labels", 1}, {"fingerprint", "x"}};
            QVERIFY(m_session->project().putSetting("quality", kept.dump()).has_value());
        }
        m_client = std::make_unique<WorkerClient>(QStringList{"/nonexistent"});
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, LearningOptions{});
        m_quality = std::make_unique<QualityController>(*m_session, *m_learning);
        m_page = std::make_unique<CheckPage>();
        m_page->setSession(m_session.get(), m_quality.get());
        m_page->resize(1100, 700);
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
        QVERIFY(QTest::qWaitForWindowActive(m_page.get()));
    }
    QString text(const char* name) { return m_page->findChild<QLabel*>(name)->text(); }
    QListView* list() { return m_page->findChild<QListView*>("doubtList"); }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void cleanup() {
        m_page.reset();
        m_quality.reset();
        m_learning.reset();
        m_client.reset();
        m_session.reset();
    }

    void notCheckedYet_teaches() {
        open(false);
        QCOMPARE(text("doubtsEmptyHeadline"), QString("Not checked yet"));
        QVERIFY(text("checkScoreDetail").contains("Nothing is known yet"));
        QVERIFY(!m_page->findChild<QLabel*>("checkScore")->isVisible());
        QVERIFY(text("checkState").contains("at least 3 documents and 5 sentences"));
        QVERIFY(!m_page->findChild<QPushButton*>("checkNow")->isEnabled());
        QVERIFY(!m_page->findChild<QPushButton*>("cancelCheck")->isVisible());
        QVERIFY(!m_page->findChild<QAbstractButton*>("takeDoubt")->isVisible());
    }

    void figures_areShown() {
        open(true);
        QCOMPARE(text("checkScore"), QString("78 %"));
        QVERIFY(text("checkScoreDetail").contains("71 to 84 %"));
        QVERIFY(text("checkWhen").contains("with 1 label.") &&
                text("checkWhen").contains("1 is new since."));
        QCOMPARE(text("checkForecast"),
                 QString("20 more documents will bring about 78 to 84 % (now 78 %)."));
        QCOMPARE(text("checkByHand"), QString("74 % in 9 documents labelled by hand"));
        QVERIFY(text("checkPreAnnotated").startsWith("86 % in 3"));
        QCOMPARE(text("checkLacking"), QString("dose: 3 more labels, in 1 more document"));
        QVERIFY(m_page->findChild<QLabel*>("checkScore")->toolTip().contains("recall 78 %"));
    }

    void list_showsWhatStillHolds_andSpeaks() {
        open(true);
        QCOMPARE(list()->model()->rowCount(), 2);
        const QModelIndex first = list()->model()->index(0, 0);
        QCOMPARE(first.data(DoubtModel::MatchRole).toString(), QString("metformin"));
        QCOMPARE(first.data(DoubtModel::BeforeRole).toString(), QString("Ärztin: "));
        QCOMPARE(first.data(DoubtModel::LabelRole).toString(), QString("dose"));
        QCOMPARE(first.data(DoubtModel::FoundRole).toString(), QString("drug"));
        QVERIFY(first.data(DoubtModel::EvidenceRole).toString().startsWith("drug in 9 of 10"));
        const QString spoken = first.data(Qt::AccessibleTextRole).toString();
        QVERIFY2(spoken.contains("Perhaps another type, 93 % sure: “metformin” in note-1"),
                 qPrintable(spoken));
        QCOMPARE(text("doubtsHeading"), QString("Labels to look at again · 2"));
    }

    void keys_openTakeAndDismiss() {
        open(true);
        QSignalSpy places(m_page.get(), &CheckPage::placeActivated);
        m_page->setFocus();
        QVERIFY(list()->hasFocus());
        QCOMPARE(list()->currentIndex().row(), 0);
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(places.size(), 1);
        QCOMPARE(places.front().at(0).toLongLong(), m_session->documents().front().id);
        QVERIFY(places.front().at(1).value<Range>() == kNausea);
        QTest::keyClick(list(), Qt::Key_X);
        QCOMPARE(list()->model()->rowCount(), 1);
        QCOMPARE(m_session->counts().annotations, 2);  // the label stays
        auto* restore = m_page->findChild<QPushButton*>("restoreDoubts");
        QVERIFY(restore->isVisible());
        QCOMPARE(list()->currentIndex().row(), 0);
        QTest::keyClick(list(), Qt::Key_A);
        QTRY_COMPARE(list()->model()->rowCount(), 0);
        QCOMPARE(text("doubtsEmptyHeadline"), QString("No label is in doubt"));
        QCOMPARE(m_session->labels().annotations.front().type,
                 m_session->scheme().byName("drug")->id);
        QCOMPARE(m_session->undoName(), QString("Take the model's “metformin” as drug"));
        QVERIFY(m_session->undo());
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        QTest::mouseClick(restore, Qt::LeftButton);
        QCOMPARE(list()->model()->rowCount(), 2);
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::keyClick(list(), Qt::Key_A);  // the model sees no entity there
        QTRY_COMPARE(list()->model()->rowCount(), 1);
        QCOMPARE(m_session->counts().annotations, 1);
    }
};

QTEST_MAIN(CheckPageTest)
#include "check_page_test.moc"
