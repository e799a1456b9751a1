#include <sys/resource.h>

#include <QDir>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "core/protocol/pretraining_messages.h"
#include "core/text/utf8.h"
#include "tests/e2e/worker_client.h"

using namespace spanwise;
using nlohmann::json;
using worker::Client;

/// The real worker pre-trains a tiny encoder as the app asks for it.
class TestWorkerPretraining : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;

    [[nodiscard]] QString at(const QString& name) const { return m_dir->filePath(name); }
    [[nodiscard]] std::string path(const QString& name) const { return at(name).toStdString(); }
    /// Passages in which a letter after "x" is a city and one after "z" a drug.
    static QByteArray passages() {
        QByteArray lines;
        for (int i = 0; i < 64; ++i) {
            const std::string text = std::string("x ") + static_cast<char>('a' + i % 8) + " z " +
                                     static_cast<char>('k' + i / 8);
            const json line{
                {"text", text},
                {"mentions",
                 {{{"begin", 2}, {"end", 3}, {"concept", "city"}},
                  {{"begin", 6}, {"end", 7}, {"concept", "drug"}, {"description", "a remedy"}}}}};
            lines += QByteArray::fromStdString(line.dump()) + '\n';
        }
        return lines;
    }
    [[nodiscard]] protocol::PretrainParams params(double passes) const {
        protocol::PretrainParams params;
        params.name = "tiny";
        params.encoder = SPANWISE_FIXTURES "/encoders/tiny_bert_bare";
        params.files = {{path("passages.jsonl")}};
        params.passes = passes;
        params.batch = 4;
        return params;
    }
    static const protocol::Progress* progressOf(const Client& client, const char* stage,
                                                protocol::Progress& place) {
        for (const protocol::Message& message : client.notifications) {
            if (message.method == "$/progress" && message.params.value("stage", "") == stage) {
                place = message.params.get<protocol::Progress>();
                return &place;
            }
        }
        return nullptr;
    }
    /// Waits for the worker to learn.
    static bool isLearning(Client& client) {
        while (auto message = client.next()) {
            if (message->isResponse())
                return false;
            if (message->params.value("stage", "") == "pre-training")
                return true;
        }
        return false;
    }
    static protocol::PretrainRuns runs(Client& client, std::int64_t id) {
        client.send(id, "pretrain/runs", json::object());
        const auto reply = client.answer(id);
        return reply && !reply->error ? reply->result.get<protocol::PretrainRuns>()
                                      : protocol::PretrainRuns{};
    }
    static std::string errorOf(const std::optional<protocol::Message>& reply) {
        return reply && reply->error ? reply->error->value("message", "") + " @ " +
                                           reply->error->at("data").value("where", "")
                                     : std::string("no error");
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        qputenv("SPANWISE_MODELS", at("models").toUtf8());
        QVERIFY(program::write(at("passages.jsonl"), passages()));
    }

    void inspect_tellsWhatWasReadAndHowLongItWillTake() {
        QVERIFY(program::write(at("news.conll"),
                               "x O\na B-PER\n\nz O\nk B-drug_name\nl I-drug_name\n\n"));
        QVERIFY(program::write(at("bad.jsonl"), passages() + "{\"text\": 7}\n"));
        Client client;
        protocol::PretrainParams wanted = params(1);
        wanted.files.push_back({path("bad.jsonl")});
        wanted.files.push_back(
            {path("news.conll"), {{"PER", {{"name", "person"}}}, {"drug_name", nullptr}}});
        client.send(5, "pretrain/inspect", wanted);
        const auto reply = client.answer(5);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        const auto summary = reply->result.get<protocol::MaterialSummary>();
        QCOMPARE(summary.sources.size(), 3U);
        QCOMPARE(summary.sources[0].passages, 64);
        QCOMPARE(summary.sources[0].mentions, 128);
        QCOMPARE(summary.sources[0].kind, std::string("passages"));
        QCOMPARE(summary.sources[1].duplicates, 64);
        QCOMPARE(summary.sources[1].bad, 1);
        QVERIFY(summary.sources[1].firstBad.find("bad.jsonl:65") != std::string::npos);
        QCOMPARE(summary.sources[2].file, 2);
        QVERIFY(summary.sources[2].closed);
        QCOMPARE(summary.sources[2].droppedTypes, 1);
        QCOMPARE(summary.sources[2].types.size(), 2U);
        QCOMPARE(summary.sources[2].types[0].name, std::string("person"));
        QVERIFY(summary.sources[2].types[1].dropped);
        QCOMPARE(summary.sources[2].types[1].name, std::string("drug name"));
        QCOMPARE(summary.concepts, 3);
        QCOMPARE(summary.frequent.size(), 3U);
        QCOMPARE(summary.frequent[0].count, 64);
        QCOMPARE(summary.frequent[1].name, std::string("drug"));
        QCOMPARE(summary.frequent[1].description, std::string("a remedy"));
        // Six sub-tokens a text.
        QVERIFY2(std::abs(summary.tokens - 66 * 6) < 20,
                 qPrintable(QString::number(summary.tokens)));
        QVERIFY(summary.tokensPerSecond > 100);
        protocol::Progress place;
        QVERIFY(progressOf(client, "measuring", place));
    }

    void inspect_saysWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("says");
        QTest::newRow("no mention")
            << QByteArray("{\"text\": \"x a\", \"mentions\": []}\n") << "nothing to learn from";
        QTest::newRow("no material") << QByteArray("once upon a time\nthere was\n") << "in.jsonl";
        QTest::newRow("empty") << QByteArray() << "in.jsonl";
    }
    void inspect_saysWhatIsWrong() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, says);
        QVERIFY(program::write(at("in.jsonl"), bytes));
        Client client;
        protocol::PretrainParams wanted = params(1);
        wanted.files = {{path("in.jsonl")}};
        client.send(5, "pretrain/inspect", wanted);
        const std::string error = errorOf(client.answer(5));
        QVERIFY2(error.find(says.toStdString()) != std::string::npos, error.c_str());
        wanted.files = {{path("absent.jsonl")}};
        client.send(6, "pretrain/inspect", wanted);
        const std::string absent = errorOf(client.answer(6));
        QVERIFY2(absent.find("absent.jsonl") != std::string::npos, absent.c_str());
    }

    void run_endsWithAnEncoderInTheStore_checkedBeforeAndAfter() {
        Client client;
        protocol::PretrainParams wanted = params(6);
        wanted.encoderRate = wanted.conceptRate = 2e-3;
        wanted.check.shots = {2};
        for (int i = 0; i < 8; ++i) {
            const std::string text = std::string("x ") + static_cast<char>('a' + i) + " z k";
            wanted.check.documents.push_back(
                {text, "", {sha256Hex(text), true, {{{2, 3}, "town"}}, {}}});
        }
        client.send(5, "pretrain", wanted);
        const auto reply = client.answer(5);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        const auto result = reply->result.get<protocol::PretrainResult>();
        QVERIFY(result.finished);
        QCOMPARE(result.steps, 6 * 64 / 4);
        QCOMPARE(result.concepts, 2);
        QCOMPARE(result.path, path("models/tiny"));
        QCOMPARE(result.scores.size(), 1U);
        QVERIFY(result.scores[0].before >= 0 && result.scores[0].after >= 0);
        QVERIFY(QFile::exists(at("models/tiny/model.safetensors")));
        QVERIFY(program::read(at("models/tiny/spanwise.json")).contains("f1_before"));
        QVERIFY(QDir(at("models/.pretraining")).isEmpty());
        protocol::Progress place;
        for (const char* stage : {"preparing", "checking", "pre-training", "saving"})
            QVERIFY2(progressOf(client, stage, place), stage);
        QVERIFY(std::any_of(client.notifications.begin(), client.notifications.end(),
                            [](const auto& m) { return m.method == "$/pretraining"; }));
        // The name is taken now, and some can be none.
        client.send(6, "pretrain", wanted);
        QVERIFY(errorOf(client.answer(6)).find("already") != std::string::npos);
        wanted.name = "../tiny";
        client.send(7, "pretrain", wanted);
        QVERIFY(errorOf(client.answer(7)).find("cannot be a model's name") != std::string::npos);
        client.send(8, "models/list", json::object());
        const auto models = client.answer(8);
        QVERIFY(models && models->result.dump().find("\"tiny\"") != std::string::npos);
    }

    void cancel_savesACheckpoint_fromWhichTheRunGoesOn() {
        Client client;
        client.send(5, "pretrain", params(100));
        QVERIFY(isLearning(client));
        QElapsedTimer timer;
        timer.start();
        client.notify("$/cancelRequest", {{"id", 5}});
        auto reply = client.answer(5);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        auto result = reply->result.get<protocol::PretrainResult>();
        QVERIFY(!result.finished);
        QVERIFY(result.steps > 0 && result.steps < 1600);
        const auto list = runs(client, 6);
        QCOMPARE(list.runs.size(), 1U);
        QCOMPARE(list.runs[0].params.name, std::string("tiny"));
        QCOMPARE(list.runs[0].params.passes, 100.0);
        QCOMPARE(list.runs[0].step, result.steps);
        QVERIFY(!list.runs[0].isHeld);
        QVERIFY(!list.runs[0].curve.empty());
        QVERIFY(list.runs[0].curve.back().first == result.steps);

        client.send(7, "pretrain", params(50));
        QVERIFY(errorOf(client.answer(7)).find("begun and is not finished") != std::string::npos);
        protocol::PretrainParams on;
        on.name = "tiny";
        on.resume = true;
        client.send(8, "pretrain", on);
        reply = client.answer(8);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        result = reply->result.get<protocol::PretrainResult>();
        QVERIFY(result.finished);
        QCOMPARE(result.steps, 1600);
        QVERIFY(runs(client, 9).runs.empty());
        client.send(10, "pretrain", on);
        QVERIFY(errorOf(client.answer(10)).find("already") != std::string::npos);
    }

    void appThatGoesAway_leavesACheckpoint() {
        {
            Client client;
            client.send(5, "pretrain", params(1000));
            QVERIFY(isLearning(client));
            // As when the app is killed: nobody reads, nobody writes.
            client.process.closeReadChannel(QProcess::StandardOutput);
            client.process.closeWriteChannel();
            QVERIFY(client.process.waitForFinished(20000));
            QCOMPARE(client.process.exitCode(), 0);
        }
        QVERIFY(QFile::exists(at("models/.pretraining/tiny/checkpoint/state.json")));
    }

    void workerThatIsKilled_leavesARun_whichCanBeDiscarded() {
        Client first;
        first.send(5, "pretrain", params(1000));
        QVERIFY(isLearning(first));
        Client second;
        auto list = runs(second, 2);
        QCOMPARE(list.runs.size(), 1U);
        QVERIFY(list.runs[0].isHeld);
        second.send(3, "pretrain/discard", {{"name", "tiny"}});
        QVERIFY(errorOf(second.answer(3)).find("Another Spanwise") != std::string::npos);
        first.process.kill();
        QVERIFY(first.process.waitForFinished(5000));
        list = runs(second, 4);
        QCOMPARE(list.runs.size(), 1U);
        QVERIFY(!list.runs[0].isHeld);
        QCOMPARE(list.runs[0].step, 0);
        second.send(5, "pretrain/discard", {{"name", "../.pretraining/tiny"}});
        QVERIFY(errorOf(second.answer(5)).find("no such run") != std::string::npos);
        second.send(6, "pretrain/discard", {{"name", "tiny"}});
        const auto reply = second.answer(6);
        QVERIFY(reply && !reply->error);
        QVERIFY(runs(second, 7).runs.empty());
        QVERIFY(!QDir(at("models/.pretraining/tiny")).exists());
    }

    void materialOfARunThatNeverBegan_isNotUsedForAnother() {
        QVERIFY(program::write(at("more.jsonl"),
                               passages() +
                                   "{\"text\": \"x y\", \"mentions\": [{\"begin\": 2, \"end\": 3, "
                                   "\"concept\": \"river\"}]}\n"));
        Client client;
        protocol::PretrainParams wanted = params(1);
        wanted.files = {{path("more.jsonl")}};
        client.send(5, "pretrain", wanted);
        QVERIFY(isLearning(client));
        client.process.kill();
        QVERIFY(client.process.waitForFinished(5000));
        // As when it is killed between the material and the settings.
        QVERIFY(QFile::remove(at("models/.pretraining/tiny/run.json")));
        Client second;
        second.send(5, "pretrain", params(1));
        const auto reply = second.answer(5);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        QCOMPARE(reply->result.get<protocol::PretrainResult>().concepts, 2);
    }

    void diskThatIsFull_leavesTheOldCheckpoint() {
        // The worker inherits it: writing fails instead of ending it.
        std::signal(SIGXFSZ, SIG_IGN);
        Client client;
        client.send(5, "pretrain", params(1000));
        QVERIFY(isLearning(client));
        client.notify("$/cancelRequest", {{"id", 5}});
        const auto stopped = client.answer(5);
        QVERIFY(stopped && !stopped->error);
        const auto before = runs(client, 6);
        QCOMPARE(before.runs.size(), 1U);
        // No file may grow beyond this: a checkpoint does not fit.
        const rlimit limit{8192, 8192};
        QCOMPARE(::prlimit(static_cast<pid_t>(client.process.processId()), RLIMIT_FSIZE, &limit,
                           nullptr),
                 0);
        protocol::PretrainParams on;
        on.name = "tiny";
        on.resume = true;
        client.send(7, "pretrain", on);
        QVERIFY(isLearning(client));
        client.notify("$/cancelRequest", {{"id", 7}});
        const std::string error = errorOf(client.answer(7));
        QVERIFY2(error.find("disk is full") != std::string::npos, error.c_str());
        const auto after = runs(client, 8);
        QCOMPARE(after.runs.size(), 1U);
        QCOMPARE(after.runs[0].step, before.runs[0].step);
        QVERIFY(!after.runs[0].isHeld);
    }
};

QTEST_GUILESS_MAIN(TestWorkerPretraining)
#include "test_worker_pretraining.moc"
