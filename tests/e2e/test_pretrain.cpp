#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "tests/e2e/program.h"

/// The real `spanwise-cli pretrain` on small material with a tiny encoder.
class TestPretrain : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;

    [[nodiscard]] QString at(const QString& name) const { return m_dir.filePath(name); }
    static QString tiny() { return QStringLiteral(SPANWISE_FIXTURES "/encoders/tiny_bert_bare"); }
    static QJsonObject object(const QByteArray& text) {
        return QJsonDocument::fromJson(text).object();
    }
    /// Passages in which a letter after "x" is a city and one after "z" a drug.
    static QByteArray passages(int count) {
        QByteArray lines;
        for (int i = 0; i < count; ++i) {
            const QByteArray city(1, static_cast<char>('a' + i % 8));
            const QByteArray drug(1, static_cast<char>('k' + (i * 3) % 8));
            lines +=
                "{\"text\": \"x " + city + " z " + drug +
                "\", \"mentions\": [{\"begin\": 2, \"end\": 3, \"concept\": \"city\"}, "
                "{\"begin\": 6, \"end\": 7, \"concept\": \"drug\", \"description\": \"a remedy\"}]}"
                "\n";
        }
        return lines;
    }
    [[nodiscard]] QStringList command(const QString& out, const QStringList& more) const {
        return QStringList{QStringLiteral("pretrain"),
                           QStringLiteral("--encoder"),
                           tiny(),
                           QStringLiteral("--data"),
                           at(QStringLiteral("passages.jsonl")),
                           QStringLiteral("-o"),
                           at(out),
                           QStringLiteral("--threads"),
                           QStringLiteral("1")} +
               more;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(program::write(at(QStringLiteral("passages.jsonl")), passages(64)));
    }

    void inspect_countsTheMaterial() {
        const auto outcome =
            program::run({"pretrain", "--data", at("passages.jsonl"), "--inspect", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject report = object(outcome.out);
        QCOMPARE(report["total"].toObject()["concepts"].toInt(), 2);
        // Of 64 lines some are the same text again.
        const QJsonObject source = report["sources"].toArray()[0].toObject();
        QCOMPARE(source["passages"].toInt() + source["duplicates"].toInt(), 64);
        QVERIFY(source["duplicates"].toInt() > 0);
    }

    void encoder_isMade_andFindsTypesByTheirNames() {
        auto outcome = program::run(command(
            "encoder", {"--steps", "200", "--batch", "8", "--encoder-rate", "2e-3",
                        "--concept-rate", "2e-3", "--map-rate", "1e-2", "--half", "--json"}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject made = object(outcome.out);
        QCOMPARE(made["steps"].toInt(), 200);
        QCOMPARE(made["concepts"].toInt(), 2);
        const QByteArray card = program::read(at("encoder/README.md"));
        QVERIFY(card.contains("arXiv 2402.15343") && card.contains("| passages |"));
        QVERIFY(card.contains("\"encoder-rate\": 0.002"));  // what a repetition needs
        const QByteArray log = program::read(at("encoder.work/log.csv"));
        QVERIFY(log.startsWith("step,examples,tokens,loss,"));
        QVERIFY(log.contains("\n200,"));
        QVERIFY(!QDir(at("encoder.work/checkpoint")).exists());
        outcome = program::run(
            {"suggest", "--model", at("encoder"), "--types", "city,drug", "--format", "jsonl"},
            "{\"text\": \"x c z n\"}"
            "\n");
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QStringList found;
        for (const QJsonValue& value : object(outcome.out)["spans"].toArray())
            found.append(value["type"].toString() + QString::number(value["begin"].toInt()));
        QCOMPARE(found, (QStringList{"city2", "drug6"}));
    }

    void interrupt_savesACheckpoint_fromWhichTheSameCommandGoesOn() {
        const QStringList arguments = command("stopped", {"--steps", "1200", "--batch", "4"});
        QProcess process;
        process.start(program::path(), arguments);
        QVERIFY(process.waitForStarted());
        QElapsedTimer timer;
        timer.start();
        while (!QFile::exists(at("stopped.work/log.csv")) && timer.elapsed() < 60000)
            QTest::qWait(20);
        QTest::qWait(300);
        QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
        auto outcome = program::finish(process, 60000);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("the same command goes on from there"),
                 outcome.err.constData());
        QVERIFY(QFile::exists(at("stopped.work/checkpoint/state.json")));
        QVERIFY(!QDir(at("stopped")).exists());
        const int reached =
            object(program::read(at("stopped.work/checkpoint/state.json")))["steps"].toInt();
        QVERIFY(reached > 0 && reached < 1200);
        // Other settings are refused by name.
        outcome = program::run(command("stopped", {"--steps", "1200", "--batch", "5"}));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("examples 4, not 5"), outcome.err.constData());
        outcome = program::run(arguments + QStringList{"--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["steps"].toInt(), 1200);
        QVERIFY(QFile::exists(at("stopped/model.safetensors")));
    }

    void otherMaterial_isWhatIsLearned_orRefusedBesideACheckpoint() {
        QVERIFY(program::write(at("more.jsonl"),
                               "{\"text\": \"x y\", \"mentions\": [{\"begin\": 2, \"end\": 3, "
                               "\"concept\": \"river\"}]}\n"));
        QVERIFY(
            program::write(at("list.json"),
                           "{\"sources\": [{\"name\": \"one\", \"files\": [\"passages.jsonl\"]}, "
                           "{\"name\": \"two\", \"files\": [\"more.jsonl\"]}]}"));
        const auto learn = [&](const QStringList& more) {
            return program::run(QStringList{"pretrain", "--encoder", tiny(), "--data",
                                            at("list.json"), "-o", at("chosen"), "--threads", "1",
                                            "--steps", "2"} +
                                more);
        };
        const auto conceptsOf = [&](const program::Outcome& outcome) {
            return object(outcome.out)["concepts"].toInt();
        };
        auto outcome = learn({"--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(conceptsOf(outcome), 3);
        // Nothing depends on what was prepared: what is asked for is learned.
        outcome = learn({"--without", "two"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.err.contains("\"two\" is in it, but was not asked for"),
                 outcome.err.constData());
        outcome = learn({"--without", "two", "--json"});
        QCOMPARE(conceptsOf(outcome), 2);
        // The same content again is the same, whatever its time of change.
        const QByteArray origin = program::read(at("chosen.work/corpus/origin.json"));
        QVERIFY(program::write(at("passages.jsonl"), passages(64)));
        outcome = learn({"--without", "two", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(program::read(at("chosen.work/corpus/origin.json")), origin);
        // A checkpoint depends on it: refused by name, and nothing is touched.
        QVERIFY(QDir().mkpath(at("chosen.work/checkpoint")));
        QVERIFY(program::write(at("chosen.work/checkpoint/state.json"), "{}"));
        outcome = learn({});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("\"two\" is not in it") && outcome.err.contains("--work"),
                 outcome.err.constData());
        outcome = learn({"--without", "two", "--longest", "16"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("longest is 16, not "), outcome.err.constData());
        QVERIFY(program::write(at("passages.jsonl"), passages(63)));
        outcome = learn({"--without", "two"});
        QVERIFY(program::write(at("passages.jsonl"), passages(64)));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("passages.jsonl has changed"), outcome.err.constData());
        QCOMPARE(program::read(at("chosen.work/corpus/origin.json")), origin);
        QVERIFY(QFile::exists(at("chosen.work/checkpoint/state.json")));
    }

    void probe_isInTheLog() {
        QByteArray conll;
        for (int i = 0; i < 12; ++i)
            conll += QByteArray("x O\n") + static_cast<char>('a' + i % 8) + " B-city\n\n";
        QVERIFY(program::write(at("probe.conll"), conll));
        const auto outcome = program::run(
            command("probed", {"--steps", "20", "--probe-train", at("probe.conll"), "--probe-test",
                               at("probe.conll"), "--probe-shots", "2"}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.err.contains("F1 of the probe"), outcome.err.constData());
        const QByteArray last = program::read(at("probed.work/log.csv")).trimmed();
        QVERIFY2(!last.endsWith(','), last.constData());
    }

    void whatCannotBeLearned_isExplained_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("message");
        QTest::newRow("no mentions") << QByteArray(
                                            "{\"text\": \"x a\", \"mentions\": []}"
                                            "\n")
                                     << QByteArray("mention");
        QTest::newRow("one concept")
            << QByteArray(
                   "{\"text\": \"x a\", \"mentions\": [{\"begin\": 2, \"end\": 3, "
                   "\"concept\": \"city\"}]}"
                   "\n")
            << QByteArray("one concept only (\"city\")");
        QTest::newRow("past the end")
            << QByteArray(
                   "{\"text\": \"x a\", \"mentions\": [{\"begin\": 2, \"end\": 30, "
                   "\"concept\": \"city\"}]}"
                   "\n")
            << QByteArray("bad.jsonl:1");
    }
    void whatCannotBeLearned_isExplained() {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, message);
        QVERIFY(program::write(at("bad.jsonl"), text));
        const auto outcome = program::run({"pretrain", "--encoder", tiny(), "--data",
                                           at("bad.jsonl"), "-o", at("bad"), "--steps", "2"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(message), outcome.err.constData());
        QVERIFY(!QDir(at("bad")).exists());
        QDir(at("bad.work")).removeRecursively();
    }

    void wrongUse_isAnError() {
        QCOMPARE(program::run({"pretrain"}).exitCode, 2);
        auto outcome = program::run({"pretrain", "--data", at("passages.jsonl")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("-o DIR"));
        outcome = program::run(command("x", {"--probe-train", at("passages.jsonl")}));
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("--probe-test"));
        outcome = program::run({"pretrain", "--data", at("absent.jsonl"), "-o", at("x")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("absent.jsonl"), outcome.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestPretrain)
#include "test_pretrain.moc"
