#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <deque>

#include "core/protocol/framing.h"
#include "core/protocol/messages.h"
#include "tests/e2e/program.h"
#include "tests/models/hub_server.h"

using namespace spanwise;
using nlohmann::json;

namespace {

const QByteArray kSecret = "hf_thisIsTheSecret";

QJsonObject object(const QByteArray& bytes) {
    return QJsonDocument::fromJson(bytes).object();
}

/// Speaks to a worker; what is no answer is kept aside.
class Worker {
public:
    Worker() {
        process.start(program::path(), {"worker", "--nice", "0", "--model", "acme/tiny"});
        process.waitForStarted();
    }
    ~Worker() {
        process.closeWriteChannel();
        if (!process.waitForFinished(5000))
            process.kill();
        process.waitForFinished();
    }
    void write(const std::string& payload) {
        const std::string bytes = frame(payload);
        process.write(bytes.data(), static_cast<qint64>(bytes.size()));
        process.waitForBytesWritten(5000);
    }
    void send(std::int64_t id, const char* method, json params = json::object()) {
        write(protocol::request(id, method, std::move(params)));
    }
    std::optional<protocol::Message> next(int timeoutMs = 30000) {
        QElapsedTimer timer;
        timer.start();
        while (messages.empty() && timer.elapsed() < timeoutMs) {
            process.waitForReadyRead(10);
            const QByteArray bytes = process.readAllStandardOutput();
            auto payloads = reader.feed(
                std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
            if (!payloads || (bytes.isEmpty() && process.state() == QProcess::NotRunning))
                return std::nullopt;
            for (const std::string& payload : *payloads) {
                if (auto message = protocol::parse(payload))
                    messages.push_back(std::move(*message));
            }
        }
        if (messages.empty())
            return std::nullopt;
        protocol::Message message = std::move(messages.front());
        messages.pop_front();
        return message;
    }
    std::optional<protocol::Message> answer(std::int64_t id) {
        while (auto message = next()) {
            if (message->isResponse() && message->id == id)
                return message;
            aside.push_back(std::move(*message));
        }
        return std::nullopt;
    }

    QProcess process;
    FrameReader reader;
    std::deque<protocol::Message> messages;
    std::vector<protocol::Message> aside;
};

}  // namespace

/// `spanwise-cli models …` and the worker's models/ requests against a hub on loopback.
class TestModelsCli : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<hub::Server> m_server;

    QString at(const QString& name) const { return m_dir->filePath(name); }
    void installTiny() {
        const auto outcome = program::run({"models", "pull", "acme/tiny", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    }
    /// The storage sends half a file and holds the line.
    void holdTheLine(std::atomic<bool>& holding) {
        m_server->storage.intercept([this, &holding](const hub::Request& request,
                                                     QTcpSocket& socket) {
            const QByteArray bytes = m_server->storage.blob(request.path.mid(1));
            socket.write("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(bytes.size()) +
                         "\r\n\r\n" + bytes.left(50'000));
            socket.waitForBytesWritten(1000);
            holding = true;
            socket.waitForReadyRead(20'000);
            return true;
        });
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<hub::Server>();
        m_server->put("acme/tiny", hub::tinyRepository());
        hub::Repository bare = hub::tinyRepository("encoders/tiny_bert_bare");
        bare.commit = QByteArray(40, 'b');
        m_server->put("acme/bare", bare);
        // Random weights in the layout of what people pull: bare RoBERTa, and a pickled GLiNER.
        hub::Repository nuner = hub::wholeRepository("architectures/roberta");
        nuner.commit = QByteArray(40, 'c');
        m_server->put("numind/NuNER-v2.0", nuner);
        hub::Repository zero = hub::wholeRepository("gliner/zero");
        zero.commit = QByteArray(40, 'd');
        m_server->put("numind/NuNER_Zero", zero);
        for (const char* name : {"no_proxy", "NO_PROXY"})
            qputenv(name, "127.0.0.1,localhost");
        qputenv("SPANWISE_MODELS", at("store").toUtf8());
        qputenv("HF_ENDPOINT", QByteArray::fromStdString(m_server->endpoint()));
        qputenv("HF_HOME", at("hf").toUtf8());
        qputenv("HF_TOKEN", kSecret);
        qunsetenv("HF_HUB_OFFLINE");
        qunsetenv("HF_HUB_CACHE");
    }

    void pull_listInfoAndRemove_fromTheShell() {
        auto outcome = program::run({"models", "pull", "acme/tiny@main"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.out.startsWith("acme--tiny\n"), outcome.out.constData());
        QVERIFY(outcome.out.contains("licence       apache-2.0"));
        QVERIFY(outcome.out.contains("repository    acme/tiny@" + QByteArray(40, 'a')));
        QVERIFY(outcome.err.isEmpty());  // progress is for terminals

        outcome = program::run({"models", "list"});
        QCOMPARE(outcome.exitCode, 0);
        QVERIFY(outcome.out.contains("acme--tiny"));
        outcome = program::run({"models", "list", "--json"});
        const QJsonArray all = QJsonDocument::fromJson(outcome.out).array();
        QJsonObject entry;
        for (const QJsonValue& value : all) {
            if (value.toObject()["name"].toString() == "acme--tiny")
                entry = value.toObject();
        }
        QCOMPARE(entry["purpose"].toString(), QString("tagger"));
        QCOMPARE(entry["types"].toArray(), (QJsonArray{"ORG", "PER"}));
        QCOMPARE(entry["hiddenSize"].toInt(), 32);
        QVERIFY(entry["removable"].toBool());
        QVERIFY(!entry["default"].toBool());
        QVERIFY(entry["bytes"].toInt() > 101'572);
        QCOMPARE(entry["provenance"].toObject()["repository"].toString(), QString("acme/tiny"));

        outcome = program::run({"models", "info", "acme/tiny", "--json"});
        QCOMPARE(object(outcome.out)["name"].toString(), QString("acme--tiny"));

        // Nobody to ask, and no yes.
        outcome = program::run({"models", "remove", "acme/tiny"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("--yes"));
        QVERIFY(QFile::exists(at("store/acme--tiny/config.json")));
        outcome = program::run({"models", "remove", "acme/tiny", "--yes"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(!QDir(at("store/acme--tiny")).exists());
        outcome = program::run({"models", "info", "acme/tiny"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("models pull acme/tiny"));
    }

    void pulledGliner_findsTypesByTheirNames() {
        auto outcome = program::run({"models", "pull", "numind/NuNER_Zero", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["purpose"].toString(), QString("zero-shot"));
        outcome = program::run({"suggest", "--model", "numind/NuNER_Zero", "--types",
                                "Person, city: where people live", "--threshold", "0.01"},
                               "{\"id\": \"1\", \"text\": \"Ada lives in Oslo.\"}\n");
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonArray spans = object(outcome.out)["spans"].toArray();
        QVERIFY(!spans.isEmpty());
        for (const auto& span : spans)
            QVERIFY((QStringList{"Person", "city"}).contains(span.toObject()["type"].toString()));
        outcome = program::run({"suggest", "--types", "Person,, city"}, "x\n");
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("empty name"), outcome.err.constData());
    }

    void pulledEncoder_isWhatTrainingStartsFrom_data() {
        QTest::addColumn<QString>("repository");
        QTest::addColumn<int>("hiddenSize");
        QTest::addColumn<QString>("features");
        QTest::newRow("BERT") << "acme/bare" << 32 << "last";
        QTest::newRow("NuNER") << "numind/NuNER-v2.0" << 16 << "last";
        QTest::newRow("NuNER, two layers") << "numind/NuNER-v2.0" << 16 << "two";
    }
    void pulledEncoder_isWhatTrainingStartsFrom() {
        QFETCH(QString, repository);
        QFETCH(int, hiddenSize);
        QFETCH(QString, features);
        auto outcome = program::run({"models", "pull", repository});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(program::write(at("gold.conll"),
                               "Anna B-PER\nlives O\nin O\nOslo B-LOC\n. O\n\nBo B-PER\nleft O\n"
                               "Rome B-LOC\n. O\n"));
        outcome = program::run({"new", at("p.spanwise"), "--types", "PER,LOC"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        outcome = program::run({"import", at("p.spanwise"), at("gold.conll")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        outcome = program::run({"train", at("p.spanwise"), "--model", repository, "--features",
                                features, "-o", at("trained"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject config = object(program::read(at("trained/config.json")));
        QCOMPARE(config["hidden_size"].toInt(), hiddenSize);

        // And what came out can join the others, and predict under its name.
        outcome = program::run({"models", "add", at("trained"), "--name", "cities", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["types"].toArray(), (QJsonArray{"PER", "LOC"}));
        outcome = program::run({"predict", "--model", "cities", "--format", "jsonl"},
                               "{\"text\": \"Anna lives in Oslo.\"}\n");
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    }

    void failure_exitsWithOneAndOneLine_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("expected");
        QTest::newRow("no such repository")
            << QStringList{"models", "pull", "acme/none"} << 1 << QByteArray("acme/none");
        QTest::newRow("no such revision")
            << QStringList{"models", "pull", "acme/tiny@nowhere"} << 1 << QByteArray("@nowhere");
        QTest::newRow("no repository")
            << QStringList{"models", "pull", "a/b/c"} << 1 << QByteArray("OWNER/NAME");
        QTest::newRow("no such folder")
            << QStringList{"models", "add", "/no/such"} << 1 << QByteArray("/no/such");
        QTest::newRow("nothing to remove")
            << QStringList{"models", "remove", "none", "-y"} << 1 << QByteArray("none");
        QTest::newRow("usage: pull")
            << QStringList{"models", "pull"} << 2 << QByteArray("REPOSITORY");
        QTest::newRow("usage: nothing") << QStringList{"models"} << 2 << QByteArray("subcommand");
    }
    void failure_exitsWithOneAndOneLine() {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, expected);
        const auto outcome = program::run(arguments);
        QCOMPARE(outcome.exitCode, exitCode);
        QVERIFY2(outcome.err.contains(expected), outcome.err.constData());
        QVERIFY(!outcome.err.contains(kSecret));
        QVERIFY(outcome.out.isEmpty() || exitCode == 2);
        if (exitCode == 1)
            QCOMPARE(outcome.err.count('\n'), 1);
    }

    void fullDisk_isToldAndNothingIsInstalled() {
        const auto outcome =
            program::runAfter("trap '' XFSZ; ulimit -f 40", {"models", "pull", "acme/tiny"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("disk is full"), outcome.err.constData());
        QVERIFY(!QDir(at("store/acme--tiny")).exists());
        installTiny();  // with room again
    }

    void killedInMidPull_isResumed() {
        std::atomic<bool> holding = false;
        holdTheLine(holding);
        QProcess process;
        process.start(program::path(), {"models", "pull", "acme/tiny"});
        QTRY_VERIFY_WITH_TIMEOUT(holding, 10'000);
        QTest::qWait(100);
        process.kill();
        QVERIFY(process.waitForFinished());
        m_server->storage.intercept({});
        QTRY_VERIFY_WITH_TIMEOUT(QDir(at("store/.incomplete")).exists(), 1000);
        m_server->storage.forget();
        installTiny();
        QCOMPARE(m_server->storage.log().front().headers.value("range"),
                 QByteArray("bytes=50000-"));
    }

    void workerLists_addsPullsAndRemoves() {
        installTiny();
        Worker worker;
        worker.send(1, "models/list");
        auto reply = worker.answer(1);
        QVERIFY(reply && !reply->error);
        QCOMPARE(reply->result.at("store").get<std::string>(), at("store").toStdString());
        QVERIFY(reply->result.at("models").size() >= 1);

        worker.send(2, "models/pull", {{"repository", "acme/bare"}});
        reply = worker.answer(2);
        QVERIFY(reply && !reply->error);
        QCOMPARE(reply->result.at("name").get<std::string>(), std::string("acme--bare"));
        QCOMPARE(reply->result.at("purpose").get<std::string>(), std::string("encoder"));
        QVERIFY(!worker.aside.empty());
        const auto progress = worker.aside.front().params.get<protocol::Progress>();
        QCOMPARE(progress.stage, std::string("pulling"));
        QCOMPARE(progress.request, std::int64_t{2});
        QVERIFY(progress.done > 0 && progress.total > 100'000 && progress.done <= progress.total);

        worker.send(3, "models/add",
                    {{"path", at("store/acme--tiny").toStdString()}, {"name", "copy"}});
        reply = worker.answer(3);
        QVERIFY(reply && !reply->error);
        QCOMPARE(reply->result.at("name").get<std::string>(), std::string("copy"));
        QCOMPARE(reply->result.at("repository").get<std::string>(), std::string("acme/tiny"));

        worker.send(4, "models/remove", {{"name", "copy"}});
        reply = worker.answer(4);
        QVERIFY(reply && !reply->error);
        QVERIFY(!QDir(at("store/copy")).exists());

        worker.send(5, "models/remove", {{"name", "copy"}});
        reply = worker.answer(5);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("data").at("code").get<std::string>(), std::string("not-found"));
        worker.send(6, "models/pull", {{"repository", 7}});
        reply = worker.answer(6);
        QVERIFY(reply && reply->error);
        worker.send(7, "models/pull");
        reply = worker.answer(7);
        QVERIFY(reply && reply->error);
    }

    void workersPull_holdsUpNoPrediction_andIsCancelledAtOnce() {
        installTiny();
        std::atomic<bool> holding = false;
        holdTheLine(holding);
        Worker worker;
        worker.send(1, "model/info");
        QVERIFY(worker.answer(1));
        worker.send(2, "models/pull", {{"repository", "acme/bare"}});
        QTRY_VERIFY_WITH_TIMEOUT(holding, 10'000);
        // While it hangs, the model answers, and so does the list.
        QElapsedTimer timer;
        timer.start();
        worker.send(3, "model/info");
        auto reply = worker.answer(3);
        QVERIFY(reply && !reply->error);
        worker.send(4, "models/list");
        QVERIFY(worker.answer(4));
        QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));

        timer.restart();
        worker.write(protocol::notification("$/cancelRequest", {{"id", 2}}));
        reply = worker.answer(2);
        const qint64 took = timer.elapsed();
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->at("code").get<int>(), int(protocol::kRequestCancelled));
        QVERIFY2(took <= 200, qPrintable(QString::number(took)));
        // The pull itself has ended too: another may begin, and goes on where it stopped.
        m_server->storage.intercept({});
        QTest::qWait(200);
        m_server->storage.forget();
        worker.send(5, "models/pull", {{"repository", "acme/bare"}});
        reply = worker.answer(5);
        QVERIFY2(reply && !reply->error, reply ? reply->error->dump().c_str() : "no answer");
        QCOMPARE(m_server->storage.log().front().headers.value("range"),
                 QByteArray("bytes=50000-"));
        qInfo("cancelled in %lld ms", static_cast<long long>(took));
    }

    void worker_endsAtOnceInMidPull() {
        std::atomic<bool> holding = false;
        holdTheLine(holding);
        Worker worker;
        worker.send(2, "models/pull", {{"repository", "acme/bare"}});
        QTRY_VERIFY_WITH_TIMEOUT(holding, 10'000);
        QElapsedTimer timer;
        timer.start();
        worker.process.closeWriteChannel();
        QVERIFY(worker.process.waitForFinished(5000));
        QVERIFY2(timer.elapsed() < 1500, qPrintable(QString::number(timer.elapsed())));
        QCOMPARE(worker.process.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestModelsCli)
#include "test_models_cli.moc"
