#include <QDir>
#include <QDirIterator>
#include <QTemporaryDir>
#include <QTest>
#include <atomic>
#include <set>

#include "core/protocol/annotation_messages.h"
#include "core/text/utf8.h"
#include "tests/e2e/worker_client.h"
#include "tests/models/chat_server.h"

using namespace spanwise;
using nlohmann::json;
using worker::Client;

namespace {
constexpr const char* kSecret = "sk-thisIsTheSecret-0123456789";
}

/// The real worker annotates as the app asks for it, against a server on loopback.
class TestWorkerAnnotation : public QObject {
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_dir;
    std::unique_ptr<chat::Server> m_server;

    [[nodiscard]] QString at(const QString& name) const { return m_dir->filePath(name); }
    [[nodiscard]] std::string path(const QString& name) const { return at(name).toStdString(); }
    QByteArray bytesOf(const QString& name) const {
        QFile file(at(name));
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    /// "Text 1 by Ada.", a paragraph each.
    void writeTexts(int count) {
        QByteArray text;
        for (int i = 1; i <= count; ++i)
            text += "Text " + QByteArray::number(i) + " by Ada.\n\n";
        QVERIFY(program::write(at("in.txt"), text));
    }
    [[nodiscard]] protocol::AnnotationParams params() const {
        protocol::AnnotationParams params;
        params.endpoint = m_server->endpoint().toStdString();
        params.model = "tiny";
        params.key = kSecret;
        params.inputs = {{path("in.txt"), ""}};
        params.output = path("data/out.jsonl");
        return params;
    }
    std::vector<Passage> written() const {
        std::vector<Passage> passages;
        const auto read = readPassages(path("data/out.jsonl"), [&](Passage&& passage) {
            passages.push_back(std::move(passage));
            return Result<void>();
        });
        return read ? passages : std::vector<Passage>();
    }
    static std::string errorOf(const std::optional<protocol::Message>& reply) {
        return reply && reply->error ? reply->error->value("message", "") + " @ " +
                                           reply->error->at("data").value("where", "")
                                     : std::string("no error");
    }
    static std::optional<protocol::AnnotationResult> run(Client& client, std::int64_t id,
                                                         const protocol::AnnotationParams& params) {
        client.send(id, "annotate/run", params);
        const auto reply = client.answer(id);
        if (!reply || reply->error) {
            qWarning("%s", errorOf(reply).c_str());
            return std::nullopt;
        }
        return reply->result.get<protocol::AnnotationResult>();
    }
    /// Waits until `count` passages were answered.
    static bool isAt(Client& client, std::int64_t count) {
        while (auto message = client.next()) {
            if (message->isResponse())
                return false;
            if (message->params.value("stage", "") == "annotating" &&
                message->params.value("done", 0) >= count)
                return true;
        }
        return false;
    }
    /// Whatever the worker said and wrote: messages, its log, files.
    bool isSecretKept(Client& client) const {
        client.process.closeWriteChannel();
        client.process.waitForFinished(10000);
        QByteArray said = client.process.readAllStandardError();
        for (const protocol::Message& message : client.notifications)
            said += QByteArray::fromStdString(message.params.dump());
        bool isKept = !said.contains(kSecret);
        QDirIterator files(m_dir->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            isKept = isKept && file.open(QIODevice::ReadOnly) && !file.readAll().contains(kSecret);
        }
        return isKept;
    }

private Q_SLOTS:
    void init() {
        m_dir = std::make_unique<QTemporaryDir>();
        m_server = std::make_unique<chat::Server>();
        qunsetenv("SPANWISE_API_KEY");
        qunsetenv("OPENAI_API_KEY");
    }

    void messages_forgiveWhatIsMissing_andRefuseWhatDoesNotFit() {
        const auto bare = protocol::decode<protocol::AnnotationParams>({{"model", "m"}});
        QVERIFY(bare);
        QCOMPARE(bare->parallel, 4);
        QCOMPARE(bare->unit, std::string("passage"));
        QVERIFY(!protocol::decode<protocol::AnnotationParams>({{"maxCost", "much"}}));
        QVERIFY(!protocol::decode<protocol::AnnotationParams>({{"inputs", {1}}}));
        protocol::AnnotationResult result;
        result.answered = 7;
        result.faults = {{"not-in-text", 3}};
        result.cost = 0.5;
        result.problem = Error{ErrorCode::PermissionDenied, "no", "there"};
        const auto again =
            protocol::decode<protocol::AnnotationResult>(json::parse(json(result).dump()));
        QVERIFY(again);
        QCOMPARE(again->answered, 7);
        QCOMPARE(again->faults.at("not-in-text"), 3);
        QCOMPARE(again->cost, 0.5);
        QVERIFY(again->problem && again->problem->code == ErrorCode::PermissionDenied);
        QCOMPARE(again->problem->where, std::string("there"));
        QVERIFY(!again->firstFailure);
        QVERIFY(!protocol::decode<protocol::AnnotationResult>({{"problem", "why"}}));
        protocol::AnnotationNews news;
        news.examples = {{"Ada came.", {{0, 3, "person", "a human"}}}};
        const auto heard = protocol::decode<protocol::AnnotationNews>(json(news));
        QVERIFY(heard && heard->examples.size() == 1);
        QCOMPARE(heard->examples[0].mentions[0].name, std::string("person"));
        QCOMPARE(heard->cost, -1.0);
    }

    void forecast_asksNobody_andRun_writesWhatComes() {
        writeTexts(40);
        QVERIFY(program::write(at("more.jsonl"),
                               "{\"content\": \"Text 1 by Ada.\"}\n{\"content\": \"Bo left.\"}\n"));
        Client client;
        client.send(2, "annotate/instruction", json::object());
        auto reply = client.answer(2);
        QVERIFY(reply && !reply->error);
        const auto instruction = reply->result.at("instruction").get<std::string>();
        QVERIFY(instruction.find("mention <> type <> description") != std::string::npos);

        auto wanted = params();
        wanted.priceIn = 1;
        wanted.priceOut = 2;
        wanted.inputs.push_back({path("more.jsonl"), "news"});
        wanted.field = "content";
        client.send(3, "annotate/forecast", wanted);
        reply = client.answer(3);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        const auto forecast = reply->result.get<protocol::AnnotationForecast>();
        QCOMPARE(forecast.passages, 41);
        QCOMPARE(forecast.duplicates, 1);
        QCOMPARE(forecast.withinBudget, 41);
        QVERIFY(forecast.tokensIn > 41 * 300 && forecast.tokensOut > 41 * 10);
        QVERIFY(std::abs(forecast.cost - (static_cast<double>(forecast.tokensIn) +
                                          2.0 * static_cast<double>(forecast.tokensOut)) /
                                             1e6) < 1e-9);
        QCOMPARE(m_server->posts(), 0);
        QVERIFY(!QDir(at("data")).exists());

        // A server that repeats the key, as some do when they are asked wrongly.
        m_server->script([this](const chat::Request& request) {
            auto reply = m_server->usual(request);
            if (request.text().startsWith("Bo"))
                reply = chat::completion("Bo <> person " + QString(kSecret) + "\nCy <> person");
            return reply;
        });
        const auto result = run(client, 4, wanted);
        QVERIFY(result);
        QCOMPARE(result->answered, 41);
        QCOMPARE(result->stoppedBy, std::string());
        QCOMPARE(result->faults.at("not-in-text"), 1);
        QCOMPARE(result->tokensIn, 4100);
        QVERIFY(std::abs(result->cost - (4100 + 2 * 1640) / 1e6) < 1e-9);
        const auto passages = written();
        QCOMPARE(passages.size(), 41U);
        std::set<std::string> sources;
        for (const Passage& passage : passages) {
            sources.insert(passage.source);
            QVERIFY(!passage.mentions.empty());
            QCOMPARE(passage.prompt, sha256Hex(instruction));
        }
        QCOMPARE(sources, std::set<std::string>({"in", "news"}));
        for (const chat::Request& request : m_server->log())
            QCOMPARE(request.headers.value("authorization"), QByteArray("Bearer ") + kSecret);

        std::size_t examples = 0;
        std::int64_t done = 0;
        for (const protocol::Message& message : client.notifications) {
            if (message.method == "$/annotating") {
                const auto news = message.params.get<protocol::AnnotationNews>();
                QCOMPARE(news.request, 4);
                examples += news.examples.size();
                for (const auto& example : news.examples)
                    QVERIFY(!example.mentions.empty());
            } else if (message.params.value("stage", "") == "annotating") {
                QVERIFY(message.params.value("done", 0) >= done);
                done = message.params.value("done", 0);
                QCOMPARE(message.params.value("total", 0), 41);
            }
        }
        QCOMPARE(done, 41);
        QCOMPARE(examples, protocol::kAnnotationExamples);
        QVERIFY(isSecretKept(client));
    }

    void stop_keepsWhatCame_andTheSameRequestGoesOn_withoutPayingTwice() {
        writeTexts(60);
        m_server->script([this](const chat::Request& request) {
            auto reply = m_server->usual(request);
            reply.delayMs = 20;
            return reply;
        });
        Client client;
        client.send(5, "annotate/run", params());
        QVERIFY(isAt(client, 8));
        client.notify("$/cancelRequest", {{"id", 5}});
        const auto reply = client.answer(5, 5000);
        QVERIFY2(reply && !reply->error, errorOf(reply).c_str());
        const auto stopped = reply->result.get<protocol::AnnotationResult>();
        QCOMPARE(stopped.stoppedBy, std::string("interrupt"));
        QVERIFY(!stopped.problem);
        QVERIFY(stopped.answered >= 8 && stopped.answered < 60);
        QCOMPARE(static_cast<std::int64_t>(written().size()), stopped.answered);
        QCOMPARE(stopped.left, 60 - stopped.answered);

        client.send(6, "annotate/forecast", params());
        const auto seen = client.answer(6);
        QVERIFY(seen && !seen->error);
        QCOMPARE(seen->result.get<protocol::AnnotationForecast>().known, stopped.answered);

        std::set<QString> answered;
        for (const Passage& passage : written())
            answered.insert(QString::fromStdString(passage.text));
        m_server->forget();
        const auto rest = run(client, 7, params());
        QVERIFY(rest);
        QCOMPARE(rest->answered, 60 - stopped.answered);
        QCOMPARE(rest->known, stopped.answered);
        QCOMPARE(written().size(), 60U);
        const auto asked = m_server->asked();
        QCOMPARE(asked.size(), static_cast<qsizetype>(60 - stopped.answered));
        for (const QString& text : answered)
            QVERIFY(!asked.contains(text));
        QVERIFY(isSecretKept(client));
    }

    void workerThatIsKilled_orLeftAlone_keepsWhatCame() {
        writeTexts(60);
        m_server->script([this](const chat::Request& request) {
            auto reply = m_server->usual(request);
            reply.delayMs = 20;
            return reply;
        });
        {
            Client client;
            client.send(5, "annotate/run", params());
            QVERIFY(isAt(client, 8));
            client.process.kill();
            QVERIFY(client.process.waitForFinished(5000));
        }
        const auto killed = written().size();
        QVERIFY(killed >= 8 && killed < 60);
        {
            Client client;
            client.send(5, "annotate/run", params());
            QVERIFY(isAt(client, 8));
            // As when the app is killed: nobody reads, nobody writes.
            client.process.closeReadChannel(QProcess::StandardOutput);
            client.process.closeWriteChannel();
            QVERIFY(client.process.waitForFinished(20000));
            QCOMPARE(client.process.exitCode(), 0);
        }
        const auto left = written().size();
        QVERIFY(left >= killed + 8 && left < 60);
        Client client;
        const auto rest = run(client, 5, params());
        QVERIFY(rest);
        QCOMPARE(rest->known, static_cast<std::int64_t>(left));
        QCOMPARE(written().size(), 60U);
    }

    void budget_endsARun() {
        writeTexts(30);
        Client client;
        auto wanted = params();
        wanted.maxRequests = 7;
        auto result = run(client, 5, wanted);
        QVERIFY(result);
        QCOMPARE(result->stoppedBy, std::string("max-requests"));
        QCOMPARE(result->answered, 7);
        QCOMPARE(m_server->posts(), 7);
        wanted.maxRequests = 0;
        wanted.maxCost = 0.015;
        wanted.priceOut = 10;
        result = run(client, 6, wanted);
        QVERIFY(result);
        QCOMPARE(result->stoppedBy, std::string("max-cost"));
        QVERIFY(result->cost > 0 && result->cost <= 0.015);
        QCOMPARE(result->known, 7);
        wanted.priceOut = 0;
        client.send(7, "annotate/run", wanted);
        QVERIFY(errorOf(client.answer(7)).find("needs prices") != std::string::npos);
    }

    void whatGoesWrong_isToldWithoutTheKey_data() {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("expected");
        QTest::newRow("wrong key") << "401"
                                   << "refuses access";
        QTest::newRow("no server") << "no server"
                                   << "No server answers there";
        QTest::newRow("no such model") << "model"
                                       << "It has: tiny";
        QTest::newRow("no address") << "address"
                                    << "no address of a server";
        QTest::newRow("bad key") << "key"
                                 << "The key has";
        QTest::newRow("absent input") << "input"
                                      << "cannot be opened";
        QTest::newRow("other instruction") << "instruction"
                                           << "another instruction";
        QTest::newRow("blank instruction") << "blank"
                                           << "instruction is empty";
        QTest::newRow("unit") << "unit"
                              << "no unit";
        QTest::newRow("reads what it writes") << "same"
                                              << "name another file";
        QTest::newRow("nothing to read") << "nothing"
                                         << "Something to read";
    }
    void whatGoesWrong_isToldWithoutTheKey() {
        QFETCH(QString, kind);
        QFETCH(QString, expected);
        writeTexts(3);
        Client client;
        auto wanted = params();
        if (kind == "401") {
            m_server->script([](const chat::Request&) {
                return chat::problem("401 Unauthorized",
                                     "Incorrect API key provided: " + QString(kSecret));
            });
        } else if (kind == "no server") {
            m_server->kill();
        } else if (kind == "model") {
            wanted.model = "huge";
        } else if (kind == "address") {
            wanted.endpoint = "ftp://host";
        } else if (kind == "key") {
            wanted.key = std::string(kSecret) + "\r\nX: y";
        } else if (kind == "input") {
            wanted.inputs = {{path("absent.txt"), ""}};
        } else if (kind == "instruction") {
            QVERIFY(run(client, 2, wanted));
            wanted.instruction = "Mark drugs only.";
        } else if (kind == "blank") {
            wanted.instruction = " \n";
        } else if (kind == "unit") {
            wanted.unit = "word";
        } else if (kind == "same") {
            wanted.output = path("in.txt");
        } else {
            wanted.inputs.clear();
        }
        client.send(5, "annotate/run", wanted);
        const auto reply = client.answer(5);
        QVERIFY(reply);
        std::string why = errorOf(reply);
        if (!reply->error) {
            const auto result = reply->result.get<protocol::AnnotationResult>();
            QCOMPARE(result.stoppedBy, std::string("error"));
            QVERIFY(result.problem);
            why = result.problem->text();
        }
        QVERIFY2(why.find(expected.toStdString()) != std::string::npos, why.c_str());
        QVERIFY2(why.find(kSecret) == std::string::npos, why.c_str());
        if (reply->error)
            QVERIFY(reply->error->dump().find(kSecret) == std::string::npos);
        QVERIFY(isSecretKept(client));
    }

    void busyServer_isAskedAgain() {
        writeTexts(3);
        auto refusals = std::make_shared<std::atomic<int>>(0);
        m_server->script([this, refusals](const chat::Request& request) {
            return refusals->fetch_add(1) == 0 ? chat::problem("429 Too Many Requests", "slow down",
                                                               {}, "Retry-After: 0\r\n")
                                               : m_server->usual(request);
        });
        Client client;
        const auto result = run(client, 5, params());
        QVERIFY(result);
        QCOMPARE(result->answered, 3);
        QCOMPARE(result->requests, 4);
        QCOMPARE(result->failed, 0);
    }

    void paramsThatDoNotFit_areRefusedWithoutTheKey() {
        Client client;
        client.send(5, "annotate/run", {{"key", kSecret}, {"parallel", kSecret}});
        const auto reply = client.answer(5);
        QVERIFY(reply && reply->error);
        QCOMPARE(reply->error->value("code", 0), protocol::kInvalidParams);
        QVERIFY(reply->error->dump().find(kSecret) == std::string::npos);
        QVERIFY(isSecretKept(client));
    }
};

QTEST_GUILESS_MAIN(TestWorkerAnnotation)
#include "test_worker_annotation.moc"
