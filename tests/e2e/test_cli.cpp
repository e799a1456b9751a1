#include <QDir>
#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <csignal>

#include "storage/project.h"
#include "tests/e2e/program.h"

namespace {

constexpr auto kSamples = SPANWISE_RESOURCES "/samples";

QJsonObject object(const QByteArray& json) {
    return QJsonDocument::fromJson(json).object();
}

/// The first `count` documents of a sample, or those after them.
QByteArray lines(const QByteArray& file, int from, int count) {
    QList<QByteArray> all = file.split('\n');
    if (!all.isEmpty() && all.last().isEmpty())
        all.removeLast();
    return all.mid(from, count).join('\n') + '\n';
}

}  // namespace

/// The whole job from the shell, and every way in which it can go wrong.
class TestCli : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_encoder;

    QString at(const QString& name) const { return m_dir.filePath(name); }
    void needEncoder() const {
        if (m_encoder.isEmpty())
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        m_encoder = program::encoder();
    }

    void mainJob_onASample_learnsAndExports() {
        needEncoder();
        const QString domain = QString::fromLatin1(kSamples) + "/clinic";
        const QByteArray gold = program::read(domain + "/documents.jsonl");
        QVERIFY(gold.count('\n') >= 15);
        QVERIFY(program::write(at("train.jsonl"), lines(gold, 0, 14)));
        QVERIFY(program::write(at("rest.jsonl"), lines(gold, 14, 100)));
        const QString project = at("clinic.spanwise");

        auto outcome = program::run({"new", project, "--scheme", domain + "/scheme.json"});
        QCOMPARE(outcome.exitCode, 0);
        outcome = program::run({"import", project, at("train.jsonl"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["documents"].toInt(), 14);
        QVERIFY(object(outcome.out)["spans"].toInt() > 80);

        outcome = program::run(
            {"train", project, "-o", at("model"), "--seed", "1", "--steps", "60", "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(object(outcome.out)["steps"].toInt() > 0);
        for (const char* file : {"config.json", "model.safetensors", "spanwise.json", "vocab.txt",
                                 "tokenizer.json", "tokenizer_config.json"})
            QVERIFY2(QFile::exists(at("model/") + file), file);

        // Predictions of documents that it never saw, streamed both ways.
        outcome = program::run({"predict", "--model", at("model"), "--format", "jsonl"},
                               program::read(at("rest.jsonl")));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(program::write(at("predicted.jsonl"), outcome.out));
        outcome = program::run(
            {"evaluate", "--gold", at("rest.jsonl"), "--pred", at("predicted.jsonl"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject metrics = object(outcome.out);
        const double f1 = metrics["micro"].toObject()["f1"].toDouble();
        qInfo("micro F1 on unseen sample documents: %.3f", f1);
        QVERIFY2(f1 > 0.4, outcome.out.constData());
        QVERIFY(metrics["per_type"].toObject().contains("drug"));
        // The model judged directly differs at most by word alignment.
        outcome = program::run(
            {"evaluate", "--gold", at("rest.jsonl"), "--model", at("model"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(std::abs(object(outcome.out)["micro"].toObject()["f1"].toDouble() - f1) < 0.02);

        for (const char* format : {"conll", "jsonl"}) {
            const QString file = at(QStringLiteral("out.") + format);
            outcome = program::run({"export", project, "--format", format, "-o", file});
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
            QVERIFY(QFile(file).size() > 1000);
        }
        {
            const auto opened =
                spanwise::Project::open(project.toStdString(), spanwise::OpenMode::ReadOnly);
            QVERIFY(opened.has_value());
            const auto last = (*opened)->lastExport();
            QVERIFY(last && *last);
            QCOMPARE(QString::fromStdString((*last)->path), at("out.jsonl"));
            QCOMPARE(QString::fromStdString((*last)->format), QStringLiteral("jsonl"));
            QVERIFY((*last)->documents > 0);
            QVERIFY((*last)->spans > 0);
            const auto since = (*opened)->changesSince((*last)->upTo);
            QVERIFY(since.has_value());
            QCOMPARE(*since, spanwise::ChangesSince{});
        }
        // What was exported can be imported again, with the same labels.
        outcome = program::run(
            {"evaluate", "--gold", at("train.jsonl"), "--pred", at("out.jsonl"), "--json"});
        QCOMPARE(object(outcome.out)["micro"].toObject()["f1"].toDouble(), 1.0);
        outcome = program::run({"new", at("again.spanwise"), "--types", "drug"});
        outcome = program::run({"import", at("again.spanwise"), at("out.conll"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(object(outcome.out)["spans"].toInt() > 80);
    }

    void export_guidelines_hasNotesAndExamples() {
        const QString domain = QString::fromLatin1(kSamples) + "/clinic";
        const QString project = at("notes.spanwise");
        auto outcome = program::run({"new", project, "--scheme", domain + "/scheme.json"});
        QCOMPARE(outcome.exitCode, 0);
        outcome = program::run({"import", project, domain + "/documents.jsonl"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        outcome = program::run({"export", project, "--format", "guidelines", "-o", "-"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY(outcome.out.startsWith("# Labelling guidelines: notes\n"));
        QCOMPARE(outcome.out.count("\n### Examples\n"), 6);
        QVERIFY(outcome.out.contains("- strength and form: “500 mg” is a dose\n"));
        outcome =
            program::run({"export", project, "--format", "guidelines", "-o", at("guidelines.md")});
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(outcome.out, "Wrote the guidelines to " + at("guidelines.md").toUtf8() + "\n");
        QVERIFY(QFile(at("guidelines.md")).size() > 2000);
    }

    void train_fromConllFile_learnsAndIsReproducible() {
        needEncoder();
        QByteArray conll;
        const QList<QByteArray> cities{"Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi"};
        for (const QByteArray& city : cities)
            conll += "She O\nflew O\nto O\n" + city + " B-city\nyesterday O\n. O\n\n";
        QVERIFY(program::write(at("cities.conll"), conll));
        QByteArray first;
        for (const QString& name : {at("c1"), at("c2")}) {
            auto outcome = program::run({"train", "--data", at("cities.conll"), "-o", name,
                                         "--seed", "7", "--threads", "1", "--steps", "24"});
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
            outcome = program::run({"predict", "--model", name, "--format", "conll", "--input",
                                    "text", "--threads", "1"},
                                   "They flew to Madrid today .\n");
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
            QVERIFY2(outcome.out.contains("Madrid -X- _ B-city\n"), outcome.out.constData());
            QVERIFY2(outcome.out.contains("today -X- _ O\n"), outcome.out.constData());
        }
        QCOMPARE(program::read(at("c1/model.safetensors")),
                 program::read(at("c2/model.safetensors")));
    }

    void train_labelsThatCannotBeLearned_areTold() {
        QVERIFY(program::write(at("faults.jsonl"),
                               "{\"text\": \"He moved to Oslo in May .\", \"spans\": ["
                               "{\"begin\": 12, \"end\": 16, \"type\": \"city\"}, "
                               "{\"begin\": 12, \"end\": 16, \"type\": \"river\"}, "
                               "{\"begin\": 12, \"end\": 23, \"type\": \"city\"}, "
                               "{\"begin\": 2, \"end\": 3, \"type\": \"city\"}]}\n"));
        const auto outcome = program::run(
            {"train", "--model", QStringLiteral(SPANWISE_FIXTURES "/encoders/tiny_bert_bare"),
             "--data", at("faults.jsonl"), "-o", at("faulty"), "--steps", "1", "--threads", "1",
             "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QByteArray bundle = program::read(at("faulty/spanwise.json"));
        for (const char* warning :
             {"labelled with more than one type", "overlaps a longer one", "covers no word"}) {
            QVERIFY2(outcome.err.contains(warning), outcome.err.constData());
            QVERIFY2(outcome.out.contains(warning), outcome.out.constData());
            QVERIFY2(bundle.contains(warning), bundle.constData());
        }
    }

    void train_interrupted_leavesNoHalfWrittenBundle() {
        needEncoder();
        QVERIFY(QDir().mkpath(at("stops")));
        QVERIFY(program::write(at("stops/data.conll"), "to O\nParis B-city\n. O\n\n"));
        const auto left = [&] {
            return QDir(at("stops")).entryList(QDir::Dirs | QDir::Hidden | QDir::NoDotAndDotDot);
        };
        const auto start = [&](QProcess& process, const QString& steps) {
            process.start(program::path(), {"train", "--data", at("stops/data.conll"), "-o",
                                            at("stops/model"), "--threads", "1", "--steps", steps});
            return process.waitForStarted();
        };
        // Whether the save was seen before its process ended.
        const auto isSaving = [&](QProcess& process) {
            QElapsedTimer timer;
            timer.start();
            while (timer.elapsed() < 60000 && !process.waitForFinished(1)) {
                for (const QString& name : left()) {
                    if (name.startsWith(".model.new-"))
                        return true;
                }
            }
            return false;
        };
        {
            QProcess process;
            QVERIFY(start(process, "100000"));
            QTest::qWait(2000);
            QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
            const auto outcome = program::finish(process, 20000);
            QCOMPARE(outcome.exitCode, 1);
            QVERIFY2(outcome.err.contains("nothing was written"), outcome.err.constData());
            QCOMPARE(left(), QStringList());
        }
        {
            // A save that has begun is finished.
            QProcess process;
            QVERIFY(start(process, "1"));
            QVERIFY(isSaving(process));
            QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGINT), 0);
            const auto outcome = program::finish(process, 20000);
            QCOMPARE(outcome.exitCode, 0);
            QCOMPARE(left(), QStringList{"model"});
            QVERIFY(QFile::exists(at("stops/model/spanwise.json")));
        }
        {
            // Killed, it leaves the old bundle as it is, and the next save clears up.
            const QByteArray before = program::read(at("stops/model/spanwise.json"));
            QProcess process;
            QVERIFY(start(process, "2"));
            QVERIFY(isSaving(process));
            process.kill();
            QVERIFY(process.waitForFinished(5000));
            QCOMPARE(left().size(), 2);
            QCOMPARE(program::read(at("stops/model/spanwise.json")), before);
            QProcess next;
            QVERIFY(start(next, "1"));
            const auto outcome = program::finish(next, 60000);
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
            QCOMPARE(left(), QStringList{"model"});
        }
    }

    void predict_fromASlowPipe_answersLineByLine() {
        needEncoder();
        if (!QFile::exists(at("c1/config.json")))
            QSKIP("No model: the training test did not run.");
        QProcess process;
        process.start(program::path(), {"predict", "--model", at("c1")});
        QVERIFY(process.waitForStarted());
        for (const char* city : {"Vienna", "Tokyo"}) {
            process.write(QByteArray("{\"id\": 1, \"text\": \"She flew to ") + city + " .\"}\n");
            QVERIFY(process.waitForBytesWritten());
            QByteArray line;
            QElapsedTimer timer;
            timer.start();
            while (!line.endsWith('\n') && timer.elapsed() < 30000) {
                process.waitForReadyRead(1000);
                line += process.readAllStandardOutput();
            }
            QVERIFY2(line.contains(city), line.constData());
            QVERIFY(line.contains("\"begin\":12"));
        }
        process.closeWriteChannel();
        QCOMPARE(program::finish(process, 30000).exitCode, 0);
    }

    /// One clear message with place and remedy, exit code 1, and nothing changed.
    void badInput_changesNothing_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("expected");
        QByteArray binary(
            "\x7f"
            "ELF\x02\x01\x01",
            7);
        binary.append(64, '\0');
        QTest::newRow("binary file") << "program.txt" << binary << "program.txt";
        QTest::newRow("invalid UTF-8 names the line")
            << "latin.txt" << QByteArray("good\nna\xefve\n") << "latin.txt:2";
        QTest::newRow("UTF-16") << "wide.txt" << QByteArray("\xff\xfeh\0i\0", 6) << "UTF-16";
        QTest::newRow("CoNLL line without a tag")
            << "broken.conll" << QByteArray("Ada B-PER\njoined\n") << "broken.conll:2";
        QTest::newRow("offset past the end")
            << "past.jsonl"
            << QByteArray(
                   "{\"text\":\"ok\"}\n{\"text\":\"ab\",\"spans\":[{\"begin\":0,\"end\":9,"
                   "\"type\":\"X\"}]}\n")
            << "past.jsonl:2";
        QTest::newRow("bad JSON") << "bad.jsonl" << QByteArray("{\"text\":\"a\"}\n{\"text\":\n")
                                  << "bad.jsonl:2";
        QTest::newRow("no text field")
            << "none.jsonl" << QByteArray("{\"body\":\"a\"}\n") << "none.jsonl:1";
    }
    void badInput_changesNothing() {
        QFETCH(QString, file);
        QFETCH(QByteArray, bytes);
        QFETCH(QString, expected);
        const QString project = at("bad.spanwise");
        QFile::remove(project);
        QCOMPARE(program::run({"new", project, "--types", "X"}).exitCode, 0);
        QVERIFY(program::write(at("good.txt"), "A good file.\n"));
        QVERIFY(program::write(at(file), bytes));
        const auto outcome = program::run({"import", project, at("good.txt"), at(file)});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(expected.toUtf8()), outcome.err.constData());
        QCOMPARE(outcome.err.trimmed().count('\n'), 0);
        const auto opened = spanwise::Project::open(project.toStdString());
        QVERIFY(opened.has_value());
        QCOMPARE((*opened)->counts()->documents, 0);
        QVERIFY((*opened)->integrityCheck().has_value());
    }

    void badModel_isRefused_data() {
        QTest::addColumn<QString>("what");
        QTest::addColumn<QString>("expected");
        QTest::newRow("truncated weights") << "truncated"
                                           << "model.safetensors";
        QTest::newRow("hostile header") << "hostile"
                                        << "model.safetensors";
        QTest::newRow("vocabulary of the wrong size") << "vocabulary"
                                                      << "vocab";
        QTest::newRow("missing folder") << "missing"
                                        << "missing";
    }
    void badModel_isRefused() {
        needEncoder();
        QFETCH(QString, what);
        QFETCH(QString, expected);
        const QString folder = at("model-" + what);
        if (what != QLatin1String("missing")) {
            QDir().mkpath(folder);
            for (const QString& name : QDir(m_encoder).entryList(QDir::Files)) {
                QFile::remove(folder + '/' + name);
                QVERIFY(QFile::copy(m_encoder + '/' + name, folder + '/' + name));
            }
        }
        QFile weights(folder + "/model.safetensors");
        if (what == QLatin1String("truncated")) {
            QVERIFY(weights.resize(weights.size() / 2));
        } else if (what == QLatin1String("hostile")) {
            QVERIFY(weights.open(QIODevice::ReadWrite));
            weights.write(QByteArray(8, '\x7f'));
            weights.close();
        } else if (what == QLatin1String("vocabulary")) {
            QByteArray config = program::read(folder + "/config.json");
            config.replace("30522", "30000");
            QVERIFY(program::write(folder + "/config.json", config));
        }
        const auto outcome = program::run(
            {"train", "--data", at("cities.conll"), "--model", folder, "-o", at("never")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(expected.toUtf8()), outcome.err.constData());
        QVERIFY(!QFile::exists(at("never")));
    }

    void fullDisk_leavesTheProjectAsItWas() {
        const QString project = at("full.spanwise");
        QCOMPARE(program::run({"new", project, "--types", "X"}).exitCode, 0);
        QVERIFY(program::write(at("small.txt"), "A small text.\n"));
        QCOMPARE(program::run({"import", project, at("small.txt")}).exitCode, 0);
        QByteArray many;
        for (int i = 0; i < 20000; ++i)
            many += "{\"text\":\"document number " + QByteArray::number(i) + " with some text\"}\n";
        QVERIFY(program::write(at("many.jsonl"), many));
        // A file may grow to 512 KiB: what a full disk looks like to a program.
        const auto outcome = program::runAfter(QStringLiteral("trap '' XFSZ; ulimit -f 1024"),
                                               {"import", project, at("many.jsonl")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("full.spanwise"), outcome.err.constData());
        const auto opened = spanwise::Project::open(project.toStdString());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QCOMPARE((*opened)->counts()->documents, 1);
        QVERIFY((*opened)->integrityCheck().has_value());
    }

    void usageError_exitsWithTwo() {
        QCOMPARE(program::run({}).exitCode, 2);
        QCOMPARE(program::run({"import"}).exitCode, 2);
        QCOMPARE(program::run({"predict", "--format", "xml", "--model", "m"}).exitCode, 2);
        QCOMPARE(program::run({"--help"}).exitCode, 0);
        for (const char* command : {"new", "import", "export", "train", "predict", "evaluate",
                                    "models", "worker", "recover"})
            QVERIFY2(program::run({command, "--help"}).out.contains("spanwise-cli"), command);
    }

    void new_overAnExistingProject_isRefused() {
        const QString project = at("twice.spanwise");
        QCOMPARE(program::run({"new", project, "--types", "X"}).exitCode, 0);
        const QByteArray before = program::read(project);
        const auto outcome = program::run({"new", project, "--types", "Y"});
        QCOMPARE(outcome.exitCode, 1);
        QCOMPARE(program::read(project), before);
    }

    void evaluate_equalsSeqevalStrict() {
        QVERIFY(program::write(at("g.conll"), "a B-X\nb I-X\nc O\nd B-Y\n\ne B-X\nf O\n"));
        QVERIFY(program::write(at("p.conll"), "a B-X\nb I-X\nc O\nd B-X\n\ne B-X\nf B-Y\n"));
        const auto outcome =
            program::run({"evaluate", "--gold", at("g.conll"), "--pred", at("p.conll"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject metrics = object(outcome.out);
        QCOMPARE(metrics["micro"].toObject()["precision"].toDouble(), 0.5);
        QCOMPARE(metrics["micro"].toObject()["recall"].toDouble(), 2.0 / 3.0);
        QCOMPARE(metrics["per_type"].toObject()["X"].toObject()["support"].toInt(), 2);
        QCOMPARE(metrics["macro"].toObject()["f1"].toDouble(), 0.4);
    }
};

QTEST_GUILESS_MAIN(TestCli)
#include "test_cli.moc"
