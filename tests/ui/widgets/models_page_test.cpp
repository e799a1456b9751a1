#include <QAbstractButton>
#include <QAccessible>
#include <QApplication>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QMessageBox>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/models/model_text.h"
#include "ui/models/models_list.h"
#include "ui/models/models_page.h"
#include "ui/session/learning_controller.h"
#include "ui/session/models_controller.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;
using namespace std::chrono_literals;

namespace {
constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 1500ms};
}

/// The page with a session of its own and the worker's stand-in.
class ModelsPageTest : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<ProjectSession> m_session;
    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<LearningController> m_learning;
    std::unique_ptr<ModelsPage> m_page;

    void open(const QStringList& flags = {}) {
        auto session = ProjectSession::create(m_folder->filePath("t.spanwise"),
                                              *LabelScheme::fromNames({"drug"}));
        QVERIFY(session);
        m_session = std::move(*session);
        m_client = std::make_unique<WorkerClient>(
            QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)} + flags, nullptr, kQuick);
        m_learning = std::make_unique<LearningController>(*m_session, *m_client, LearningOptions{});
        m_page = std::make_unique<ModelsPage>();
        m_page->resize(1100, 640);
        m_page->setSession(m_session.get(), m_learning.get(), m_client.get());
        m_page->show();
        QApplication::setActiveWindow(m_page.get());
    }
    template <typename T>
    T* child(const char* name) {
        T* found = m_page->findChild<T*>(QLatin1String(name));
        if (!found)
            qFatal("no %s", name);
        return found;
    }
    QListView* list() { return child<QListView>("modelList"); }
    QPushButton* button(const char* name) { return child<QPushButton>(name); }
    QString text(const char* name) { return child<QLabel>(name)->text(); }
    void choose(const QString& name) {
        auto* model = qobject_cast<ModelsModel*>(list()->model());
        const int row = model->rowOf(name);
        QVERIFY2(row >= 0, qPrintable(name));
        list()->setCurrentIndex(model->index(row));
    }
    QStringList facts() {
        QStringList facts;
        for (const QLabel* label : m_page->findChildren<QLabel*>("modelFact"))
            facts << label->accessibleName() + ": " + label->text();
        return facts;
    }

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }
    void cleanup() {
        m_page.reset();
        m_learning.reset();
        m_client.reset();
        m_session.reset();
    }

    void list_showsWhatIsInstalled() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        const auto said = [&](int row) {
            return list()->model()->index(row, 0).data(Qt::AccessibleTextRole).toString();
        };
        QCOMPARE(said(0), QString("fake-encoder, encoder, BERT 6×384 · 90.0 MB · apache-2.0, "
                                  "in use"));
        QCOMPARE(said(2), QString("names, zero-shot, GLiNER 6×384 · 90.0 MB · licence unknown"));
        // The model in use is where one begins.
        QCOMPARE(text("modelTitle"), QString("fake-encoder"));
        QCOMPARE(text("modelInUse"), QString("in use for this project"));
        QVERIFY(!button("useModel")->isEnabled());
        QVERIFY(!button("removeModel")->isEnabled());
        QVERIFY(text("modelWhyNot").contains("not in your own folder"));
    }

    void details_tellWhatIsKnown() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        choose("other-encoder");
        const QStringList known = facts();
        for (const char* fact :
             {"Architecture: BERT 6×384, vocabulary of 30,522", "Size: 90.0 MB",
              "Licence: apache-2.0", "Repository: org/other-encoder", "Pulled: 2026-05-04",
              "Steps: 12", "Revision: 0123456789abcdef0123456789abcdef01234567"})
            QVERIFY2(known.contains(QLatin1String(fact)) || known.contains(QString::fromUtf8(fact)),
                     qPrintable(known.join(" | ")));
        QCOMPARE(child<QLineEdit>("modelPath")->text(), QString("/models/other-encoder"));
        QVERIFY(button("useModel")->isEnabled());
        QVERIFY(button("removeModel")->isEnabled());
        choose("diseases");
        QVERIFY(facts().contains("Labels: disease, gene"));
        QVERIFY(text("modelExplanation").contains("trained for"));
        choose("future");
        QVERIFY(facts().contains("Problem: the architecture \"mamba\" is not known"));
        QVERIFY(!button("useModel")->isEnabled());
        QVERIFY(button("removeModel")->isEnabled());
        choose("names");
        QVERIFY(facts().contains("Licence: unknown: its card does not say"));
        QVERIFY(text("modelExplanation").contains("before anything is labelled"));
    }

    void use_becomesTheProjectsSetting() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        QTRY_COMPARE(m_learning->status().model, QString("fake-encoder"));
        choose("other-encoder");
        QTest::keyClick(list(), Qt::Key_Return);  // leads to the button
        QVERIFY(button("useModel")->hasFocus());
        QTest::keyClick(button("useModel"), Qt::Key_Space);
        QTRY_COMPARE(text("modelInUse"), QString("in use for this project"));
        QCOMPARE(m_session->project().setting("encoder"), std::string("/models/other-encoder"));
        QTRY_COMPARE(m_learning->status().model, QString("other-encoder"));
        QVERIFY(!button("useModel")->isEnabled());
        QVERIFY(!button("removeModel")->isEnabled());
        QVERIFY(text("modelWhyNot").contains("choose another one"));
        QCOMPARE(list()->currentIndex().data(ModelsModel::InUseRole).toBool(), true);
        choose("fake-encoder");
        QCOMPARE(text("modelInUse"), QString("the default of new projects"));
        QTest::mouseClick(button("useModel"), Qt::LeftButton);
        QTRY_COMPARE(m_session->project().setting("encoder"), std::string());
        QTRY_COMPARE(text("modelInUse"), QString("in use for this project"));
    }

    void readOnlyProject_canLookButNotUse() {
        open();
        auto reader = ProjectSession::open(m_folder->filePath("t.spanwise"));
        QVERIFY(reader && (*reader)->isReadOnly());
        LearningController learning(**reader, *m_client, LearningOptions{});
        m_page->setSession(reader->get(), &learning, m_client.get());
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        choose("other-encoder");
        QVERIFY(!button("useModel")->isEnabled());
        QVERIFY(text("modelWhyNot").contains("cannot be written"));
        m_page->setSession(nullptr, nullptr, nullptr);
    }

    void pull_showsProgressAndSelectsTheNewModel() {
        open({"--pull-ms", "600"});
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        auto* field = child<QLineEdit>("pullRepository");
        QVERIFY(!button("pullModel")->isEnabled());
        QVERIFY(!child<QProgressBar>("pullProgress")->isVisible());
        QTest::keyClicks(field, "org/fresh@v2");
        QVERIFY(button("pullModel")->isEnabled());
        QTest::keyClick(field, Qt::Key_Return);
        auto* bar = child<QProgressBar>("pullProgress");
        QTRY_VERIFY(bar->isVisible() && bar->value() > 100);
        QVERIFY2(text("pullProgressText").contains("of 91.2 MB · "),
                 qPrintable(text("pullProgressText")));
        QVERIFY(text("pullProgressText").endsWith("s left"));
        QVERIFY(!field->isEnabled() && !button("pullModel")->isEnabled() &&
                !button("addModelFolder")->isEnabled());
        QTRY_COMPARE(list()->model()->rowCount(), 6);
        QTRY_COMPARE(text("modelTitle"), QString("fresh"));
        QVERIFY(facts().contains("Revision: v2"));
        QVERIFY(!bar->isVisible());
        QCOMPARE(text("modelsMessage"), QString("“fresh” is installed."));
        QVERIFY(field->text().isEmpty());
        QVERIFY(list()->hasFocus());
    }

    void pull_isCancelledByKey() {
        open({"--pull-ms", "20000"});
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        auto* field = child<QLineEdit>("pullRepository");
        QTest::keyClicks(field, "org/fresh");
        QTest::keyClick(field, Qt::Key_Return);
        auto* cancel = button("cancelPull");
        QTRY_VERIFY(cancel->hasFocus());
        QTest::keyClick(cancel, Qt::Key_Space);
        QTRY_VERIFY(!cancel->isVisible());
        QVERIFY(text("modelsMessage").contains("goes on where it was"));
        QVERIFY(field->hasFocus());
        QCOMPARE(field->text(), QString("org/fresh"));
        QCOMPARE(list()->model()->rowCount(), 5);
    }

    void pull_thatCannotBe_saysWhyInPlace() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        auto* field = child<QLineEdit>("pullRepository");
        QTest::keyClicks(field, "nonsense");
        QTest::keyClick(field, Qt::Key_Return);
        QVERIFY(text("modelsMessage").contains("organisation/name"));
        QCOMPARE(child<QLabel>("modelsMessage")->palette().color(QPalette::WindowText),
                 theme::colors().error);
        field->clear();
        QTest::keyClicks(field, "no/such");
        QTest::mouseClick(button("pullModel"), Qt::LeftButton);
        QTRY_VERIFY(text("modelsMessage").contains("has no repository no/such"));
        QVERIFY(field->isEnabled());
        // Elsewhere in the window it is told there.
        QSignalSpy failed(m_page.get(), &ModelsPage::failed);
        m_page->hide();
        m_page->controller()->pull({"no/such", {}});
        QTRY_COMPARE(failed.size(), 1);
        QSignalSpy hint(m_page.get(), &ModelsPage::hint);
        m_page->controller()->pull({"org/good", {}});
        QTRY_COMPARE(hint.size(), 1);
        QVERIFY(hint[0][0].toString().contains("good"));
    }

    void folder_isAddedOrRefused() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        m_page->addFolder(m_folder->path());
        QTRY_VERIFY(text("modelsMessage").contains("config.json"));
        QFile config(m_folder->filePath("config.json"));
        QVERIFY(config.open(QIODevice::WriteOnly));
        config.close();
        m_page->addFolder(m_folder->path());
        QTRY_COMPARE(list()->model()->rowCount(), 6);
        QTRY_COMPARE(text("modelTitle"), QDir(m_folder->path()).dirName());
    }

    void remove_asksFirst() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        choose("names");
        const auto box = [] {
            return qobject_cast<QMessageBox*>(QApplication::activeModalWidget());
        };
        QTest::keyClick(list(), Qt::Key_Delete);
        QTRY_VERIFY(box());
        QCOMPARE(box()->objectName(), QString("removeModelBox"));
        QVERIFY(box()->text().contains("names"));
        QVERIFY(box()->informativeText().contains("90.0 MB"));
        QTest::keyClick(box(), Qt::Key_Escape);
        QTRY_VERIFY(!box());
        QTest::qWait(50);
        QCOMPARE(list()->model()->rowCount(), 5);
        QTest::mouseClick(button("removeModel"), Qt::LeftButton);
        QTRY_VERIFY(box());
        auto* yes = box()->findChild<QAbstractButton*>("removeModelYes");
        QVERIFY(yes);
        yes->click();
        QTRY_COMPARE(list()->model()->rowCount(), 4);
        QCOMPARE(text("modelsMessage"), QString("“names” is removed."));
        QCOMPARE(text("modelTitle"), QString("diseases"));  // the one that took its place
        choose("fake-encoder");
        QTest::keyClick(list(), Qt::Key_Delete);
        QTest::qWait(50);
        QVERIFY(!box());  // it stays
    }

    void states_teach() {
        open({"--no-models", "1"});
        QTRY_COMPARE(text("modelsEmptyHeadline"), QString("No model is installed"));
        QVERIFY(text("modelsEmptyHint").contains("Add folder"));
        QVERIFY(!button("modelsRetry")->isVisible());
        m_page->setSession(nullptr, nullptr, nullptr);
        QCOMPARE(text("modelsEmptyHeadline"), QString("No worker"));
        QVERIFY(!button("addModelFolder")->isEnabled());
        QVERIFY(!child<QLineEdit>("pullRepository")->isEnabled());
    }

    void listThatFails_hasARemedy() {
        open({"--fail-on", "models/list"});
        QTRY_VERIFY(button("modelsRetry")->isVisible());
        QVERIFY(text("modelsEmptyHint").contains("on purpose"));
        QSignalSpy asked(m_page->controller(), &ModelsController::modelsChanged);
        QTest::mouseClick(button("modelsRetry"), Qt::LeftButton);
        QTRY_VERIFY(asked.size() >= 2);
    }

    void controls_areNamedAndReachable() {
        open();
        QTRY_COMPARE(list()->model()->rowCount(), 5);
        choose("other-encoder");
        QSet<QString> reached;
        list()->setFocus();
        for (int step = 0; step < 12; ++step) {
            QWidget* at = QApplication::focusWidget();
            QVERIFY(at);
            reached << at->objectName();
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(at);
            QVERIFY2(interface && !interface->text(QAccessible::Name).isEmpty(),
                     qPrintable(at->objectName()));
            QTest::keyClick(at, Qt::Key_Tab);
        }
        for (const char* name : {"modelList", "addModelFolder", "pullRepository", "useModel",
                                 "removeModel", "modelPath"})
            QVERIFY2(reached.contains(name), name);
    }

    void text_ofHostileEntriesStaysShort() {
        protocol::ModelEntry entry;
        entry.name = "x";
        entry.path = "/x";
        entry.licence = std::string(100000, 'L');
        entry.types.assign(5000, std::string(50, 't'));
        for (int i = 0; i < 1000; ++i)
            entry.provenance["key" + std::to_string(i)] = std::string(5000, 'v');
        const auto rows = model_text::details(entry);
        QVERIFY(rows.size() <= 16);
        for (const auto& [key, value] : rows)
            QVERIFY(value.size() <= 401);
        QVERIFY(model_text::summary(entry).size() < 1000);
    }

    void progressText_fitsWhatIsKnown_data() {
        QTest::addColumn<qint64>("done");
        QTest::addColumn<qint64>("total");
        QTest::addColumn<double>("left");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << qint64{0} << qint64{0} << -1.0 << "asking the hub…";
        QTest::newRow("no total") << qint64{5000000} << qint64{0} << 3.0 << "5.0 MB";
        QTest::newRow("no time") << qint64{5000000} << qint64{9000000} << -1.0
                                 << "5.0 MB of 9.0 MB";
        QTest::newRow("seconds") << qint64{5000000} << qint64{9000000} << 13.2
                                 << "5.0 MB of 9.0 MB · 14 s left";
        QTest::newRow("minutes") << qint64{5000000} << qint64{9000000} << 130.0
                                 << "5.0 MB of 9.0 MB · 3 min left";
        QTest::newRow("for ever") << qint64{1} << qint64{9000000000} << 1e300
                                  << "1 bytes of 9.0 GB · 100 h left";
    }
    void progressText_fitsWhatIsKnown() {
        QFETCH(qint64, done);
        QFETCH(qint64, total);
        QFETCH(double, left);
        QFETCH(QString, text);
        QCOMPARE(model_text::progress(done, total, left), text);
    }
};

QTEST_MAIN(ModelsPageTest)
#include "models_page_test.moc"
