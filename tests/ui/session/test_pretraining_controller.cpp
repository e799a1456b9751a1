#include <signal.h>

#include "session_support.h"
#include "ui/session/pretraining_controller.h"

using namespace support;
using namespace std::chrono_literals;
using State = PretrainingController::State;
using Check = PretrainingController::Check;

namespace {
constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 5000ms, 5000ms};
}

class TestPretrainingController : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<PretrainingController> m_controller;

    [[nodiscard]] QString at(const QString& name) const { return m_dir->filePath(name); }
    [[nodiscard]] QString log() const { return at("log"); }
    void open(const QStringList& flags = {}) {
        m_controller = std::make_unique<PretrainingController>(
            fakeWorker(QStringList{"--log", log(), "--runs", at("runs.json")} + flags), nullptr,
            kQuick);
        m_controller->refresh();
    }
    QString passages(const QString& name = "in.jsonl") {
        return write(at(name),
                     "{\"text\": \"x a\", \"mentions\": [{\"begin\": 2, \"end\": 3, \"concept\": "
                     "\"city\"}]}\n"
                     "{\"text\": \"z k\", \"mentions\": [{\"begin\": 2, \"end\": 3, \"concept\": "
                     "\"drug\"}]}\n");
    }
    void read() {
        m_controller->addFiles({passages()});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        QTRY_COMPARE(m_controller->obstacle(), QString());
    }
    [[nodiscard]] qsizetype logged(const QByteArray& line) const {
        return lines(log()).count(line);
    }

private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }
    void cleanup() { m_controller.reset(); }

    void messages_forgiveWhatIsMissing_andRefuseWhatDoesNotFit() {
        const auto params = protocol::decode<protocol::PretrainParams>({{"name", "a"}});
        QVERIFY(params);
        QCOMPARE(params->batch, 32);
        QVERIFY(!params->check.isOn());
        QCOMPARE(nlohmann::json(*params).get<protocol::PretrainParams>().encoderRate, 2e-4);
        QVERIFY(!protocol::decode<protocol::PretrainParams>({{"passes", "many"}}));
        QVERIFY(!protocol::decode<protocol::PretrainParams>({{"files", {{"path", 1}}}}));
        QVERIFY(!protocol::decode<protocol::MaterialSummary>(nlohmann::json::array()));
        const auto summary = protocol::decode<protocol::MaterialSummary>(
            {{"sources", {{{"name", "news"}, {"mentions", 7}}}}, {"something", "new"}});
        QVERIFY(summary);
        QCOMPARE(summary->sources.front().mentions, 7);
    }

    void material_isReadAndForecast() {
        open();
        QVERIFY(!m_controller->obstacle().isEmpty());
        QSignalSpy changed(m_controller.get(), &PretrainingController::materialChanged);
        m_controller->addFiles({passages(), passages()});
        QCOMPARE(m_controller->files().size(), 1U);
        QCOMPARE(m_controller->reading(), PretrainingController::Reading::Running);
        QCOMPARE(m_controller->forecastSeconds(), -1.0);
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        QVERIFY(!changed.isEmpty());
        QCOMPARE(m_controller->summary().passages, 2);
        QCOMPARE(m_controller->summary().frequent.size(), 2U);
        // 2 × 60,000 sub-tokens at 2,000 a second.
        QCOMPARE(m_controller->forecastSeconds(), 60.0);
        auto settings = m_controller->settings();
        settings.passes = 3;
        m_controller->setSettings(settings);
        QCOMPARE(m_controller->forecastSeconds(), 180.0);
        QCOMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        settings.minutes = 10;
        m_controller->setSettings(settings);
        QCOMPARE(m_controller->forecastSeconds(), 600.0);
        QCOMPARE(m_controller->forecastTokens(), 1'200'000.0);
        // What the speed depends on is measured again.
        settings.batch = 8;
        m_controller->setSettings(settings);
        QCOMPARE(m_controller->reading(), PretrainingController::Reading::Running);
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        QCOMPARE(m_controller->files().size(), 1U);
        QCOMPARE(logged("pretrain/inspect"), 2);
        m_controller->removeFile(0);
        QCOMPARE(m_controller->reading(), PretrainingController::Reading::None);
    }

    void material_thatCannotBeRead_saysWhy() {
        open();
        m_controller->addFiles({at("absent.jsonl")});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Failed);
        QVERIFY(
            QString::fromStdString(m_controller->readingError().where).endsWith("absent.jsonl"));
        QVERIFY(!m_controller->obstacle().isEmpty());
        m_controller->start();
        QCOMPARE(m_controller->state(), State::Idle);
        m_controller->removeFile(0);
        m_controller->addFiles({write(at("none.jsonl"), "{\"text\": \"x\", \"mentions\": []}\n")});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Failed);
        QVERIFY(m_controller->readingError().message.find("nothing to learn") != std::string::npos);
    }

    void types_areNamed() {
        open();
        m_controller->addFiles({passages(), write(at("news.conll"), "a O\nb B-PER\n")});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        QCOMPARE(m_controller->summary().sources[1].types.size(), 2U);
        m_controller->setTypes(1, {{"PER", {{"name", "person"}}}, {"MISC", nullptr}});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        const auto& types = m_controller->summary().sources[1].types;
        QVERIFY(types[0].dropped);
        QCOMPARE(types[1].name, std::string("person"));
    }

    void names_thatCannotBe_areRefused_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("empty") << "";
        QTest::newRow("hidden") << ".encoder";
        QTest::newRow("folder") << "a/b";
        QTest::newRow("taken") << "other-encoder";
    }
    void names_thatCannotBe_areRefused() {
        QFETCH(QString, name);
        open();
        read();
        QTRY_VERIFY(!m_controller->encoders().empty());
        auto settings = m_controller->settings();
        settings.name = name.toStdString();
        m_controller->setSettings(settings);
        QVERIFY(!m_controller->obstacle().isEmpty());
        m_controller->start();
        QCOMPARE(m_controller->state(), State::Idle);
    }

    void run_goesToItsEnd() {
        open({"--pretrain-us", "300"});
        read();
        QSignalSpy finished(m_controller.get(), &PretrainingController::finished);
        m_controller->start();
        QVERIFY(m_controller->isBusy());
        m_controller->addFiles({passages("late.jsonl")});
        QCOMPARE(m_controller->files().size(), 1U);
        QTRY_VERIFY(m_controller->run().step > 0);
        QVERIFY(m_controller->run().secondsLeft >= 0);
        QTRY_COMPARE(m_controller->state(), State::Finished);
        QCOMPARE(finished.count(), 1);
        QCOMPARE(finished.first().at(1).toString(), QString("/models/my-encoder"));
        const auto& run = m_controller->run();
        QCOMPARE(run.step, 1000);
        QCOMPARE(run.curve.back().first, 1000);
        QVERIFY(run.curve.size() >= 100);
        QVERIFY(run.curve.front().second > run.curve.back().second);
        QTRY_VERIFY(m_controller->unfinished().empty());
        m_controller->leaveRun();
        QCOMPARE(m_controller->state(), State::Idle);
        // The name is taken now.
        QTRY_VERIFY(m_controller->obstacle().contains("already"));
    }

    void pause_keepsACheckpoint_fromWhichItGoesOn() {
        open({"--pretrain-us", "2000"});
        read();
        m_controller->start();
        QTRY_VERIFY(m_controller->run().step > 20);
        m_controller->pause();
        QCOMPARE(m_controller->state(), State::Pausing);
        m_controller->pause();
        QTRY_COMPARE(m_controller->state(), State::Paused);
        const qint64 reached = m_controller->run().step;
        QVERIFY(reached > 20 && reached < 1000);
        QCOMPARE(m_controller->run().checkpoint, reached);
        QTRY_VERIFY(m_controller->isResumable());
        QCOMPARE(m_controller->unfinished().size(), 1U);
        // Another app, later.
        open({"--pretrain-us", "100"});
        QTRY_COMPARE(m_controller->unfinished().size(), 1U);
        m_controller->resume("my-encoder");
        QVERIFY(m_controller->isBusy());
        QVERIFY(!m_controller->run().curve.empty());
        QTRY_COMPARE(m_controller->state(), State::Finished);
        QCOMPARE(m_controller->run().step, 1000);
        QCOMPARE(logged("pretrain my-encoder resume from " + QByteArray::number(reached) +
                        " documents 0"),
                 1);
        const auto& curve = m_controller->run().curve;
        QVERIFY(std::is_sorted(curve.begin(), curve.end()));
        QCOMPARE(curve.front().first, 10);
    }

    void worker_thatDies_leavesWhatWasSaved() {
        open({"--pretrain-us", "500", "--die-at", "250"});
        read();
        QSignalSpy failed(m_controller.get(), &PretrainingController::failed);
        m_controller->start();
        QTRY_COMPARE(m_controller->state(), State::Failed);
        QCOMPARE(failed.count(), 1);
        QCOMPARE(m_controller->run().error.code, ErrorCode::Worker);
        QCOMPARE(m_controller->run().checkpoint, 200);
        QTRY_VERIFY(m_controller->isResumable());
        m_controller->resume(m_controller->run().name);
        QTRY_COMPARE(m_controller->state(), State::Finished);
        QCOMPARE(logged("pretrain my-encoder resume from 200 documents 0"), 1);
    }

    void refusal_isShown() {
        open({"--fail-on", "pretrain"});
        read();
        m_controller->start();
        QTRY_COMPARE(m_controller->state(), State::Failed);
        QVERIFY(m_controller->run().error.message.find("on purpose") != std::string::npos);
        QVERIFY(!m_controller->isResumable());
        m_controller->leaveRun();
        QCOMPARE(m_controller->state(), State::Idle);
    }

    void discard_deletesARun() {
        open({"--pretrain-us", "2000"});
        read();
        m_controller->start();
        QTRY_VERIFY(m_controller->run().step > 0);
        m_controller->discard("my-encoder");  // not now
        m_controller->pause();
        QTRY_COMPARE(m_controller->state(), State::Paused);
        QTRY_COMPARE(m_controller->unfinished().size(), 1U);
        m_controller->discard("my-encoder");
        QTRY_VERIFY(m_controller->unfinished().empty());
        QTRY_COMPARE(m_controller->state(), State::Idle);
    }

    void check_takesTheProjectsDoneDocuments() {
        auto session = newSession(at("t.spanwise"));
        QByteArray texts;
        for (int i = 0; i < 5; ++i)
            texts += "{\"text\": \"take aspirin " + QByteArray::number(i) +
                     "\", \"spans\": [{\"begin\": 5, \"end\": 12, \"type\": \"drug\"}]}\n";
        import(*session, m_dir->path(), texts);
        open();
        m_controller->setCheck(Check::Project);
        m_controller->addFiles({passages()});
        QTRY_COMPARE(m_controller->reading(), PretrainingController::Reading::Done);
        QVERIFY(m_controller->obstacle().contains("4"));
        m_controller->setSession(session.get());
        // What comes with labels is done.
        QCOMPARE(m_controller->checkableDocuments(), 5);
        QCOMPARE(m_controller->obstacle(), QString());
        session->openDocument(session->documents().front().id);
        session->setStatus(DocumentStatus::InProgress);
        QCOMPARE(m_controller->checkableDocuments(), 4);
        // 36,000 more for three numbers of mentions.
        QCOMPARE(m_controller->forecastSeconds(), 60.0 + 18.0);
        m_controller->start();
        QTRY_COMPARE(m_controller->state(), State::Finished);
        QCOMPARE(logged("pretrain my-encoder from 0 documents 4"), 1);
        QCOMPARE(m_controller->run().scores.size(), 3U);
        QCOMPARE(m_controller->run().scores[1].before, 0.34);
        QCOMPARE(m_controller->run().scores[1].after, 0.45);
        m_controller->setSession(nullptr);
    }

    void worker_isAProcessOfItsOwn_whichIsSlowToEnd() {
        QVERIFY(PretrainingController::usualTimings().shutdown >= 20s);
        open();
        QTRY_VERIFY(m_controller->workerProcess() > 0);
        PretrainingController none({});
        none.refresh();
        QVERIFY(!none.obstacle().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestPretrainingController)
#include "test_pretraining_controller.moc"
