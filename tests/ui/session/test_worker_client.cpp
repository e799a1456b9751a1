#include <signal.h>

#include <optional>

#include "session_support.h"

using namespace support;
using namespace std::chrono_literals;
using nlohmann::json;
using State = WorkerClient::State;

namespace {

constexpr WorkerTimings kQuick{20ms, 200ms, 60000ms, 2000ms, 1500ms};

struct Answer {
    std::optional<WorkerClient::Reply> reply;
    int times = 0;
    WorkerClient::Handler handler() {
        return [this](const WorkerClient::Reply& r) {
            reply = r;
            ++times;
        };
    }
};

bool isAlive(qint64 pid) {
    return ::kill(static_cast<pid_t>(pid), 0) == 0;
}

}  // namespace

class TestWorkerClient : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    QString m_log;

private Q_SLOTS:
    void init() {
        m_log = m_folder.filePath("log");
        QFile::remove(m_log);
    }

    void request_beforeReady_waitsAndIsAnswered() {
        WorkerClient client(fakeWorker());
        QSignalSpy ready(&client, &WorkerClient::ready);
        QCOMPARE(client.state(), State::Stopped);
        client.start();
        QCOMPARE(client.state(), State::Starting);
        Answer info;
        client.request("model/info", json::object(), info.handler());
        QCOMPARE(info.times, 0);
        QTRY_COMPARE(info.times, 1);
        QCOMPARE(ready.size(), 1);
        QCOMPARE(client.state(), State::Ready);
        QVERIFY(info.reply->has_value());
        QCOMPARE((**info.reply).at("name").get<std::string>(), std::string("fake-encoder"));
        QVERIFY(client.processId() > 0);
        QTRY_VERIFY(client.log().contains("fake worker speaking"));
    }

    void request_unknownMethod_isAnError() {
        WorkerClient client(fakeWorker());
        client.start();
        Answer answer;
        client.request("no/such", json::object(), answer.handler());
        QTRY_COMPARE(answer.times, 1);
        QVERIFY(!answer.reply->has_value());
        QCOMPARE(answer.reply->error().rpcCode, int(protocol::kMethodNotFound));
        QCOMPARE(client.state(), State::Ready);
    }

    void death_inMidRequest_failsItAndRestarts() {
        WorkerClient client(fakeWorker({"--log", m_log, "--times", "1", "--die-on", "train"}),
                            nullptr, kQuick);
        QSignalSpy restarted(&client, &WorkerClient::restarted);
        client.start();
        QTRY_COMPARE(client.state(), State::Ready);
        const qint64 first = client.processId();
        Answer train;
        Answer after;
        // It is back within milliseconds: a test that only looks now and then may miss it.
        QList<State> states;
        QObject::connect(&client, &WorkerClient::stateChanged, &client,
                         [&](State state) { states << state; });
        client.request("train", {{"labels", json::array()}}, train.handler());
        client.request("model/info", json::object(), after.handler());
        QTRY_COMPARE(train.times, 1);
        QVERIFY(!train.reply->has_value());
        QCOMPARE(train.reply->error().code, ErrorCode::Worker);
        QCOMPARE(after.times, 1);
        QCOMPARE(after.reply->error().code, ErrorCode::Worker);
        QCOMPARE(states.value(0), State::Restarting);
        QTRY_COMPARE(restarted.size(), 1);
        QCOMPARE(client.state(), State::Ready);
        QCOMPARE(client.restarts(), 1);
        QVERIFY(client.processId() != first);
        Answer again;
        client.request("train", {{"labels", json::array()}}, again.handler());
        QTRY_COMPARE(again.times, 1);
        QVERIFY(again.reply->has_value());
    }

    void killFromOutside_whileIdle_restarts() {
        WorkerClient client(fakeWorker(), nullptr, kQuick);
        QSignalSpy restarted(&client, &WorkerClient::restarted);
        client.start();
        for (int round = 1; round <= 3; ++round) {
            QTRY_COMPARE(client.state(), State::Ready);
            QCOMPARE(::kill(static_cast<pid_t>(client.processId()), SIGKILL), 0);
            QTRY_COMPARE(restarted.size(), round);
        }
    }

    void restarted_requestsInItsSlot_goBeforeThoseThatWait() {
        WorkerClient client(fakeWorker({"--log", m_log, "--times", "1", "--die-on", "train"}),
                            nullptr, kQuick);
        client.start();
        QTRY_COMPARE(client.state(), State::Ready);
        QObject::connect(&client, &WorkerClient::restarted, &client, [&] {
            client.request("scheme/set", {{"types", json::array()}},
                           [](const WorkerClient::Reply&) {});
        });
        Answer waiting;
        State then = State::Ready;
        client.request("train", {{"labels", json::array()}}, [&](const WorkerClient::Reply&) {
            then = client.state();
            client.request("model/info", json::object(), waiting.handler());
        });
        QTRY_COMPARE(waiting.times, 1);
        QVERIFY(waiting.reply->has_value());
        QCOMPARE(then, State::Restarting);
        const QList<QByteArray> said = lines(m_log);
        QVERIFY(said.lastIndexOf("scheme/set") >= 0);
        QVERIFY(said.lastIndexOf("scheme/set") < said.lastIndexOf("model/info"));
    }

    void deathsAtStart_backOffGrows_andPeopleAreTold() {
        WorkerClient client(fakeWorker({"--log", m_log, "--exit-at-start"}), nullptr, kQuick);
        QSignalSpy failed(&client, &WorkerClient::failed);
        client.start();
        QTRY_VERIFY_WITH_TIMEOUT(client.restarts() >= 6, 10000);
        QCOMPARE(failed.size(), 1);
        QVERIFY2(failed.first().first().toString().contains("exit code 7"),
                 qPrintable(failed.first().first().toString()));
        client.stop();
        QList<qint64> starts;
        for (const QByteArray& line : lines(m_log)) {
            if (line.startsWith("start "))
                starts << line.mid(6).toLongLong();
        }
        QVERIFY(starts.size() >= 5);
        for (int i = 1; i < starts.size(); ++i) {
            const qint64 least = std::min<qint64>(20LL << (i - 1), 200) - 2;
            QVERIFY2(starts[i] - starts[i - 1] >= least,
                     qPrintable(QString("gap %1: %2 ms").arg(i).arg(starts[i] - starts[i - 1])));
        }
    }

    void nonsense_data() {
        QTest::addColumn<QString>("flag");
        QTest::newRow("garbage instead of a frame") << "--garbage-on";
        QTest::newRow("a frame that is no JSON") << "--bad-json-on";
    }
    void nonsense() {
        QFETCH(QString, flag);
        WorkerClient client(fakeWorker({"--log", m_log, "--times", "1", flag, "predict"}), nullptr,
                            kQuick);
        QSignalSpy restarted(&client, &WorkerClient::restarted);
        client.start();
        Answer answer;
        client.request("predict", {{"hashes", json::array()}}, answer.handler());
        QTRY_COMPARE(answer.times, 1);
        QCOMPARE(answer.reply->error().code, ErrorCode::Worker);
        QTRY_COMPARE(restarted.size(), 1);
        QVERIFY(client.log().contains("nonsense"));
        Answer again;
        client.request("predict", {{"hashes", json::array()}}, again.handler());
        QTRY_COMPARE(again.times, 1);
        QVERIFY(again.reply->has_value());
    }

    void cancel_inFlight_answersSoonAndWorkerLives() {
        WorkerClient client(fakeWorker({"--train-ms", "20000"}));
        QSignalSpy progress(&client, &WorkerClient::progress);
        client.start();
        Answer train;
        const qint64 id =
            client.request("train", {{"labels", json::array()}, {"quick", true}}, train.handler());
        QTRY_VERIFY(progress.size() > 2);
        QCOMPARE(progress.first().first().value<protocol::Progress>().request, id);
        const qint64 pid = client.processId();
        QElapsedTimer timer;
        timer.start();
        client.cancel(id);
        QTRY_COMPARE(train.times, 1);
        QVERIFY2(timer.elapsed() < 1000, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(train.reply->error().code, ErrorCode::Cancelled);
        QCOMPARE(client.processId(), pid);
        QCOMPARE(client.state(), State::Ready);
    }

    void cancel_whileWaiting_neverReachesTheWorker() {
        WorkerClient client(fakeWorker({"--log", m_log}));
        client.start();
        Answer train;
        const qint64 id = client.request("train", {{"labels", json::array()}}, train.handler());
        client.cancel(id);
        QCOMPARE(train.times, 0);
        QTRY_COMPARE(train.times, 1);
        QCOMPARE(train.reply->error().code, ErrorCode::Cancelled);
        Answer info;
        client.request("model/info", json::object(), info.handler());
        QTRY_COMPARE(info.times, 1);
        QVERIFY(!read(m_log).contains("train"));
    }

    void start_missingProgram_fails() {
        WorkerClient client({m_folder.filePath("no-such-worker")});
        QSignalSpy failed(&client, &WorkerClient::failed);
        Answer answer;
        client.start();
        client.request("model/info", json::object(), answer.handler());
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains("no-such-worker"));
        QCOMPARE(client.state(), State::Stopped);
        QTRY_COMPARE(answer.times, 1);
        QVERIFY(!answer.reply->has_value());
        Answer late;
        client.request("model/info", json::object(), late.handler());
        QCOMPARE(late.times, 0);
        QTRY_COMPARE(late.times, 1);
        QCOMPARE(late.reply->error().code, ErrorCode::Worker);
    }

    void initialize_otherProtocol_fails() {
        WorkerClient client(fakeWorker({"--protocol", "99"}));
        QSignalSpy failed(&client, &WorkerClient::failed);
        client.start();
        QTRY_COMPARE(failed.size(), 1);
        QVERIFY(failed.first().first().toString().contains("99"));
        QCOMPARE(client.state(), State::Stopped);
    }

    void initialize_noAnswer_startsAnotherWorker() {
        WorkerTimings timings = kQuick;
        timings.initialize = 300ms;
        WorkerClient client(fakeWorker({"--log", m_log, "--times", "1", "--hang-on", "initialize"}),
                            nullptr, timings);
        client.start();
        QTRY_COMPARE(client.state(), State::Ready);
        QCOMPARE(client.restarts(), 1);
    }

    void handler_mayDestroyTheClient() {
        auto* client = new WorkerClient(
            fakeWorker({"--log", m_log, "--times", "1", "--die-on", "train"}), nullptr, kQuick);
        QPointer<WorkerClient> alive = client;
        client->start();
        int second = 0;
        client->request("train", {{"labels", json::array()}},
                        [client](const WorkerClient::Reply&) { delete client; });
        client->request("model/info", json::object(),
                        [&second](const WorkerClient::Reply&) { ++second; });
        QTRY_VERIFY(alive.isNull());
        QTest::qWait(50);
        QCOMPARE(second, 0);
    }

    void stop_failsWhatIsInFlight_withCancelled() {
        WorkerClient client(fakeWorker({"--hang-on", "train"}), nullptr, kQuick);
        client.start();
        QTRY_COMPARE(client.state(), State::Ready);
        const qint64 pid = client.processId();
        Answer train;
        client.request("train", {{"labels", json::array()}}, train.handler());
        client.stop();
        QCOMPARE(client.state(), State::Stopped);
        QTRY_COMPARE(train.times, 1);
        QCOMPARE(train.reply->error().code, ErrorCode::Cancelled);
        QTRY_VERIFY_WITH_TIMEOUT(!isAlive(pid), 5000);
        client.start();
        QTRY_COMPARE(client.state(), State::Ready);
    }

    void destructor_endsTheProcess() {
        qint64 pid = 0;
        {
            WorkerClient client(fakeWorker());
            client.start();
            QTRY_COMPARE(client.state(), State::Ready);
            pid = client.processId();
            QVERIFY(isAlive(pid));
        }
        QVERIFY(!isAlive(pid));
    }

    void log_keepsTheLast64Kilobytes() {
        WorkerClient client(fakeWorker({"--noise", "200000"}));
        client.start();
        QTRY_VERIFY(client.log().contains("fake worker speaking"));
        QVERIFY(client.log().size() <= 64 * 1024);
        QVERIFY(client.log().size() > 60 * 1024);
    }
};

QTEST_GUILESS_MAIN(TestWorkerClient)
#include "test_worker_client.moc"
