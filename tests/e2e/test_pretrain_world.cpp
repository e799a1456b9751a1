#include <QDir>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <csignal>
#include <cstring>
#include <memory>
#include <vector>

#include "models/io/safetensors.h"
#include "tests/e2e/program.h"

using namespace spanwise;

/// The real `spanwise-cli pretrain` as several processes that meet on loopback.
class TestPretrainWorld : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    using Processes = std::vector<std::unique_ptr<QProcess>>;

    [[nodiscard]] QString at(const QString& name) const { return m_dir.filePath(name); }

    /// Passages of several lengths in which a letter after "x" is a city and one after "z" a drug.
    static QByteArray passages(int count) {
        QByteArray lines;
        for (int i = 0; i < count; ++i) {
            QByteArray text = QByteArray("x ") + static_cast<char>('a' + i % 8) + " z " +
                              static_cast<char>('k' + (i * 3) % 8);
            for (int word = 0; word < i % 7; ++word)
                text += QByteArray(" ") + static_cast<char>('w' + (i + word) % 4);
            lines +=
                "{\"text\": \"" + text +
                "\", \"mentions\": [{\"begin\": 2, \"end\": 3, \"concept\": \"city\"}, "
                "{\"begin\": 6, \"end\": 7, \"concept\": \"drug\", \"description\": \"a remedy\"}]}"
                "\n";
        }
        return lines;
    }
    [[nodiscard]] QStringList command(const QString& out, const QStringList& more) const {
        return QStringList{"pretrain",
                           "--encoder",
                           SPANWISE_FIXTURES "/encoders/tiny_bert_bare",
                           "--data",
                           at("passages.jsonl"),
                           "-o",
                           at(out),
                           "--threads",
                           "1",
                           "--log-seconds",
                           "0",
                           "--quiet",
                           "--dropout",
                           "0"} +
               more;
    }
    /// A port that was free a moment ago.
    /// Below those that a system takes for its own ends of connections: a program that asks for one
    /// of these again and again may meet itself.
    static int freePort() {
        static quint16 next =
            static_cast<quint16>(20000 + QCoreApplication::applicationPid() % 9000);
        for (int tries = 0; tries < 1000; ++tries) {
            QTcpServer server;
            if (server.listen(QHostAddress::LocalHost, ++next))
                return next;
        }
        qFatal("no port is free");
    }
    using Variables = QMap<QString, QString>;
    /// What torchrun says to a process.
    static Variables process(int rank, int size, int port) {
        return {{"RANK", QString::number(rank)},       {"WORLD_SIZE", QString::number(size)},
                {"LOCAL_RANK", QString::number(rank)}, {"LOCAL_WORLD_SIZE", QString::number(size)},
                {"MASTER_ADDR", "127.0.0.1"},          {"MASTER_PORT", QString::number(port)}};
    }
    static std::unique_ptr<QProcess> start(const QStringList& arguments,
                                           const Variables& variables) {
        auto process = std::make_unique<QProcess>();
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (auto it = variables.begin(); it != variables.end(); ++it)
            environment.insert(it.key(), it.value());
        process->setProcessEnvironment(environment);
        process->start(program::path(), arguments);
        if (!process->waitForStarted())
            qFatal("%s", qPrintable(process->errorString()));
        process->closeWriteChannel();
        return process;
    }
    static Processes startAll(int size, const QStringList& arguments) {
        const int port = freePort();
        Processes all;
        for (int rank = 0; rank < size; ++rank)
            all.push_back(start(arguments, process(rank, size, port)));
        return all;
    }
    static std::vector<program::Outcome> finishAll(Processes& all, int timeoutMs = 60000) {
        std::vector<program::Outcome> outcomes;
        for (auto& one : all)
            outcomes.push_back(program::finish(*one, timeoutMs));
        return outcomes;
    }
    static QJsonObject object(const QByteArray& text) {
        return QJsonDocument::fromJson(text).object();
    }
    [[nodiscard]] int checkpointStep(const QString& out) const {
        return object(program::read(at(out + ".work/checkpoint/state.json")))["steps"].toInt(-1);
    }
    /// The loss of each step.
    [[nodiscard]] std::vector<double> curve(const QString& out) const {
        std::vector<double> losses;
        for (const QByteArray& line : program::read(at(out + ".work/log.csv")).split('\n')) {
            const QByteArrayList fields = line.split(',');
            if (fields.size() > 3 && fields[0] != "step")
                losses.push_back(fields[3].toDouble());
        }
        return losses;
    }
    /// Between two bundles' weights, over their length. Not the greatest one: keys' biases have no
    /// gradient but rounding, and AdamW makes whole steps of it.
    [[nodiscard]] double difference(const QString& a, const QString& b) const {
        const auto first = SafetensorsFile::open(at(a + "/model.safetensors").toStdString());
        const auto second = SafetensorsFile::open(at(b + "/model.safetensors").toStdString());
        if (!first || !second || (*first)->tensors().size() != (*second)->tensors().size())
            return INFINITY;
        double apart = 0, length = 0;
        for (const auto& [name, view] : (*first)->tensors()) {
            const TensorView* const other = (*second)->find(name);
            if (other == nullptr || other->data.size() != view.data.size() ||
                view.dtype != DType::F32)
                return INFINITY;
            for (std::size_t at = 0; at < view.data.size(); at += sizeof(float)) {
                float x = 0, y = 0;
                std::memcpy(&x, view.data.data() + at, sizeof x);
                std::memcpy(&y, other->data.data() + at, sizeof y);
                apart += std::pow(static_cast<double>(x) - y, 2);
                length += std::pow(static_cast<double>(x), 2);
            }
        }
        return std::sqrt(apart / length);
    }
    void waitForStep(const QString& out, std::size_t step) const {
        QElapsedTimer timer;
        timer.start();
        while (curve(out).size() < step && timer.elapsed() < 60000)
            QTest::qWait(20);
        QVERIFY(curve(out).size() >= step);
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY(program::write(at("passages.jsonl"), passages(64))); }

    void severalProcesses_learnWhatOneLearns_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<double>("most");  // that losses may differ by
        const QStringList fast{"--fp32", "--encoder-rate", "2e-3", "--map-rate", "1e-2"};
        const QStringList learning{"--concept-rate", "2e-3"};
        QTest::newRow("two") << 2 << fast + learning + QStringList{"--batch", "9"} << 1e-4;
        QTest::newRow("three, more than a step has texts")
            << 3 << fast + learning + QStringList{"--batch", "2"} << 1e-4;
        QTest::newRow("two, still concepts, a frozen layer")
            << 2
            << fast + QStringList{"--batch", "9", "--concept-rate", "0", "--frozen-layers", "1"}
            << 1e-4;
        // Where the processor has it. Its sums round by the batch.
        QTest::newRow("two, in bfloat16") << 2 << QStringList{"--batch", "9"} << 1e-2;
    }
    void severalProcesses_learnWhatOneLearns() {
        QFETCH(int, size);
        QFETCH(QStringList, more);
        QFETCH(double, most);
        const QString name = QString::fromUtf8(QTest::currentDataTag()).remove(' ').remove(',');
        const QStringList options = QStringList{"--steps", "60"} + more;
        const auto alone = program::run(command(name + "-1", options));
        QVERIFY2(alone.exitCode == 0, alone.err.constData());
        Processes all = startAll(size, command(name + "-n", options + QStringList{"--json"}));
        const auto outcomes = finishAll(all);
        for (const auto& outcome : outcomes) {
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
            QVERIFY2(outcome.err.isEmpty(), outcome.err.constData());
        }
        // Only the first one speaks and writes.
        QCOMPARE(object(outcomes[0].out)["steps"].toInt(), 60);
        for (int rank = 1; rank < size; ++rank)
            QVERIFY(outcomes[static_cast<std::size_t>(rank)].out.isEmpty());
        const std::vector<double> one = curve(name + "-1"), many = curve(name + "-n");
        QCOMPARE(one.size(), std::size_t{60});
        QCOMPARE(many.size(), one.size());
        QVERIFY(one.back() < 0.95 * one[1]);
        double farther = 0;
        for (std::size_t step = 0; step < one.size(); ++step)
            farther = std::max(farther, std::abs(one[step] - many[step]));
        QVERIFY2(farther < most, QByteArray::number(farther).constData());
        const double weights = difference(name + "-1", name + "-n");
        QVERIFY2(weights < 10 * most, QByteArray::number(weights).constData());
        qInfo("%d processes: losses differ by %.1e at most, weights by %.1e", size, farther,
              weights);
    }

    void killedProcess_endsTheOther_andTheRunGoesOn_data() {
        QTest::addColumn<int>("killed");
        QTest::newRow("the second") << 1;
        QTest::newRow("the first") << 0;
    }
    void killedProcess_endsTheOther_andTheRunGoesOn() {
        QFETCH(int, killed);
        const QString name = QStringLiteral("killed") + QString::number(killed);
        const QStringList arguments = command(name, {"--steps", "500", "--batch", "4"});
        Processes all = startAll(2, arguments);
        waitForStep(name, 20);
        QElapsedTimer timer;
        timer.start();
        all[static_cast<std::size_t>(killed)]->kill();
        all[static_cast<std::size_t>(killed)]->waitForFinished();
        const auto outcome = program::finish(*all[static_cast<std::size_t>(1 - killed)], 30000);
        QVERIFY2(timer.elapsed() < 15000, QByteArray::number(timer.elapsed()).constData());
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("The other process has ended") &&
                     outcome.err.contains("start the same command again"),
                 outcome.err.constData());
        QCOMPARE(outcome.err.count('\n'), 1);
        const int reached = checkpointStep(name);
        QVERIFY(reached >= 20 && reached < 500);
        QVERIFY(!QDir(at(name)).exists());

        // Together, stopped by one of them, and at last alone: always from where it was.
        all = startAll(2, arguments);
        waitForStep(name, static_cast<std::size_t>(reached) + 20);
        QCOMPARE(::kill(static_cast<pid_t>(all[1]->processId()), SIGINT), 0);
        const auto outcomes = finishAll(all);
        QCOMPARE(outcomes[0].exitCode, 1);
        QCOMPARE(outcomes[1].exitCode, 1);
        QVERIFY2(outcomes[0].err.contains("the same command goes on from there") &&
                     outcomes[1].err.isEmpty(),
                 (outcomes[0].err + outcomes[1].err).constData());
        const int stopped = checkpointStep(name);
        QVERIFY(stopped >= reached + 20 && stopped < 500);
        const auto end = program::run(arguments + QStringList{"--json"});
        QVERIFY2(end.exitCode == 0, end.err.constData());
        QCOMPARE(object(end.out)["steps"].toInt(), 500);
        // The log goes on, too; of a first process that was killed it may have one step more.
        const std::size_t lines = curve(name).size();
        QVERIFY2(lines == 500 || (killed == 0 && lines == 501),
                 QByteArray::number(static_cast<qulonglong>(lines)).constData());
    }

    void silentProcess_isGivenUp() {
        Processes all = startAll(
            2, command("silent", {"--steps", "500", "--batch", "4", "--wait-seconds", "5"}));
        waitForStep("silent", 5);
        QCOMPARE(::kill(static_cast<pid_t>(all[1]->processId()), SIGSTOP), 0);
        const auto outcome = program::finish(*all[0], 30000);
        all[1]->kill();
        all[1]->waitForFinished();
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("did not answer within 5 s"), outcome.err.constData());
        QVERIFY(checkpointStep("silent") >= 5);
    }

    void errorOfOne_isToldOnce() {
        // Only the first reads the material; what is wrong with it ends both.
        QVERIFY(program::write(at("none.jsonl"), "{\"text\": \"x a\", \"mentions\": []}\n"));
        QStringList arguments = command("none", {"--steps", "2"});
        arguments.replaceInStrings("passages.jsonl", "none.jsonl");
        Processes all = startAll(2, arguments);
        const auto outcomes = finishAll(all);
        QCOMPARE(outcomes[0].exitCode, 1);
        QCOMPARE(outcomes[1].exitCode, 1);
        QVERIFY2(outcomes[0].err.contains("mention"), outcomes[0].err.constData());
        QVERIFY2(outcomes[1].err.isEmpty(), outcomes[1].err.constData());
    }

    void otherSettingsInOneProcess_areNamed() {
        const int port = freePort();
        Processes all;
        all.push_back(start(command("other", {"--steps", "9"}), process(0, 2, port)));
        all.push_back(start(command("other", {"--steps", "8"}), process(1, 2, port)));
        const auto outcomes = finishAll(all);
        QCOMPARE(outcomes[0].exitCode, 1);
        QCOMPARE(outcomes[1].exitCode, 1);
        QVERIFY2(
            outcomes[1].err.contains("Process 1 was started with steps 8, the first one with 9"),
            outcomes[1].err.constData());
        QVERIFY2(outcomes[0].err.isEmpty(), outcomes[0].err.constData());
    }

    void wrongWorlds_areExplained() {
        const QStringList arguments = command("wrong", {"--steps", "2", "--wait-seconds", "2"});
        const QStringList patient = command("wrong", {"--steps", "2"});
        const auto one = [&](const Variables& variables) {
            auto process = start(arguments, variables);
            return program::finish(*process, 30000);
        };
        Variables variables = process(0, 2, freePort());
        variables.remove("MASTER_ADDR");
        auto outcome = one(variables);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("Set MASTER_ADDR"), outcome.err.constData());

        // Nobody comes; nobody is there.
        outcome = one(process(0, 2, freePort()));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("Of 2 processes 1 came within 2 s"), outcome.err.constData());
        outcome = one(process(1, 2, freePort()));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("Nobody answers here within 2 s"), outcome.err.constData());
        QCOMPARE(outcome.err.count('\n'), 1);

        // A port that another program has.
        QTcpServer taken;
        QVERIFY(taken.listen(QHostAddress::Any));
        outcome = one(process(0, 2, taken.serverPort()));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("is taken") && outcome.err.contains("MASTER_PORT"),
                 outcome.err.constData());
        outcome = one(process(1, 2, taken.serverPort()));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("Something answers here, but not process 0"),
                 outcome.err.constData());

        // Two that do not fit together.
        int port = freePort();
        Processes all;
        all.push_back(start(patient, process(0, 2, port)));
        all.push_back(start(patient, process(1, 3, port)));
        auto outcomes = finishAll(all);
        QVERIFY2(outcomes[1].err.contains("there are 3 processes, the first one that there are 2"),
                 outcomes[1].err.constData());
        QCOMPARE(outcomes[0].exitCode, 1);
        port = freePort();
        all.clear();
        for (const int rank : {0, 1, 1})
            all.push_back(start(patient, process(rank, 3, port)));
        outcomes = finishAll(all);
        QVERIFY2((outcomes[1].err + outcomes[2].err).contains("say that they are process 1"),
                 (outcomes[1].err + outcomes[2].err).constData());
        for (const auto& each : outcomes)
            QCOMPARE(each.exitCode, 1);
    }
};

QTEST_GUILESS_MAIN(TestPretrainWorld)
#include "test_pretrain_world.moc"
