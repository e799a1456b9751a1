#include <QElapsedTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <csignal>

#include "storage/project.h"
#include "tests/e2e/program.h"

namespace {

constexpr auto kClinic = SPANWISE_RESOURCES "/samples/clinic";

QJsonObject object(const QByteArray& json) {
    return QJsonDocument::fromJson(json).object();
}

}  // namespace

/// `spanwise-cli check` on a project with gold, as a person runs it.
class TestCheck : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    QString m_project;
    bool m_hasEncoder = false;

    QString at(const QString& name) const { return m_dir.filePath(name); }
    void needEncoder() const {
        if (!m_hasEncoder)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        m_hasEncoder = !program::encoder().isEmpty();
        m_project = at("clinic.spanwise");
        const QString clinic = QString::fromLatin1(kClinic);
        auto outcome = program::run({"new", m_project, "--scheme", clinic + "/scheme.json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        outcome = program::run({"import", m_project, clinic + "/documents.jsonl"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    }

    void sampleProject_isCheckedAsJson() {
        needEncoder();
        // An error of ours: the first drug of the first document becomes a patient; and of two
        // documents a label counts as an accepted suggestion.
        QString name;
        qint64 begin = 0, end = 0;
        {
            auto project = spanwise::Project::open(m_project.toStdString());
            QVERIFY2(project.has_value(), project ? "" : project.error().message.c_str());
            const auto scheme = (*project)->scheme();
            const auto documents = (*project)->documents();
            spanwise::Edit edit;
            for (std::size_t i = 0; i < 2; ++i) {
                const auto labels = (*project)->labels((*documents)[i].id);
                spanwise::Annotation annotation = *std::find_if(
                    labels->annotations.begin(), labels->annotations.end(),
                    [&](const auto& a) { return a.type == scheme->byName("drug")->id; });
                edit.removeAnnotations.push_back(annotation);
                annotation.id = (*project)->reserveRecordIds(1);
                annotation.origin = spanwise::Origin::Accepted;
                if (i == 0) {
                    annotation.type = scheme->byName("patient")->id;
                    name = QString::fromStdString((*documents)[i].name);
                    begin = annotation.range.begin;
                    end = annotation.range.end;
                }
                edit.addAnnotations.push_back(annotation);
            }
            spanwise::EventInfo info;
            info.name = "Accept";
            info.actor = "tester";
            const auto committed = (*project)->commit(edit, info);
            QVERIFY2(committed.has_value(), committed ? "" : committed.error().message.c_str());
        }
        QElapsedTimer clock;
        clock.start();
        const auto outcome =
            program::run({"check", m_project, "--folds", "2", "--steps", "40", "--errors", "60",
                          "--json", "--quiet", "--threads", "1"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const double seconds = static_cast<double>(clock.elapsed()) / 1000;
        const QJsonObject report = object(outcome.out);
        QCOMPARE(report["documents"].toInt(), 20);
        QCOMPARE(report["folds"].toInt(), 2);
        QVERIFY(!report["by_sentence"].toBool());
        const QJsonObject all = report["all"].toObject();
        const QJsonObject micro = all["micro"].toObject();
        const double f1 = micro["f1"].toDouble();
        qInfo("checked in %.1f s: micro F1 %.3f", seconds, f1);
        QVERIFY2(f1 > 0.35, outcome.out.constData());
        QCOMPARE(micro["support"].toInt(), 406);
        const QJsonArray interval = micro["f1_interval"].toArray();
        QVERIFY(interval[0].toDouble() < f1 && f1 < interval[1].toDouble());
        QCOMPARE(all["per_type"].toObject().size(), qsizetype{6});
        QCOMPARE(report["pre_annotated"].toObject()["documents"].toInt(), 2);
        QCOMPARE(report["by_hand"].toObject()["documents"].toInt(), 18);
        QVERIFY(report["curve"].isNull());
        const QJsonArray errors = report["errors"].toArray();
        QVERIFY(!errors.isEmpty() && errors.size() <= 60);
        bool isFound = false;
        double last = 1;
        for (const QJsonValue& value : errors) {
            const QJsonObject error = value.toObject();
            QVERIFY(error["confidence"].toDouble() <= last);
            last = error["confidence"].toDouble();
            QVERIFY(!error["evidence"].toString().isEmpty());
            const QJsonObject label = error["label"].toObject();
            isFound =
                isFound ||
                (error["document"].toString() == name && label["begin"].toInteger() == begin &&
                 label["end"].toInteger() == end && label["type"].toString() == "patient");
        }
        QVERIFY2(isFound, outcome.out.constData());
    }

    void report_isForPeople() {
        needEncoder();
        const auto outcome = program::run({"check", m_project, "--folds", "2", "--steps", "6",
                                           "--threads", "1", "--max-sentences", "40", "--curve"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        for (const char* expected :
             {"20 labelled documents, 40 sentences; each document judged by a model",
              "precision    recall        F1   95 %", "clinician", "micro  ",
              "Judged by 40 sentences of 181", "F1"})
            QVERIFY2(outcome.out.contains(expected), (expected + ("\n" + outcome.out)).constData());
        QVERIFY(outcome.out.contains("surest first") || outcome.out.contains("No label is contr"));
    }

    void interrupt_stopsCleanly() {
        needEncoder();
        QProcess process;
        process.start(program::path(), {"check", m_project, "--threads", "1"});
        QVERIFY(process.waitForStarted());
        QTest::qWait(2500);
        ::kill(static_cast<pid_t>(process.processId()), SIGINT);
        QVERIFY(process.waitForFinished(15000));
        QCOMPARE(process.exitStatus(), QProcess::NormalExit);
        QCOMPARE(process.exitCode(), 1);
        QCOMPARE(process.readAllStandardOutput(), QByteArray());
        QCOMPARE(process.readAllStandardError(), QByteArray());
    }

    void whatCannotBeChecked_isExplained_data() {
        QTest::addColumn<QByteArray>("documents");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no labels")
            << QByteArray("{\"text\": \"Some text.\"}\n") << "Nothing is labelled yet";
        QTest::newRow("one sentence")
            << QByteArray(
                   "{\"text\": \"Took aspirin.\", \"spans\": [{\"begin\": 5, \"end\": 12, "
                   "\"type\": \"drug\"}]}\n")
            << "There is 1 labelled sentence;";
        QTest::newRow("no spans")
            << QByteArray(
                   "{\"text\": \"Is well.\", \"spans\": []}\n{\"text\": \"Is ill.\", "
                   "\"spans\": []}\n")
            << "No span is labelled yet";
    }
    void whatCannotBeChecked_isExplained() {
        QFETCH(QByteArray, documents);
        QFETCH(QString, expected);
        needEncoder();
        const QString project = at(QString::fromLatin1(QTest::currentDataTag()) + ".spanwise");
        QCOMPARE(program::run({"new", project, "--types", "drug"}).exitCode, 0);
        QVERIFY(program::write(at("some.jsonl"), documents));
        QCOMPARE(program::run({"import", project, at("some.jsonl")}).exitCode, 0);
        const auto outcome = program::run({"check", project});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(expected.toUtf8()), outcome.err.constData());
        QVERIFY2(outcome.err.contains(".spanwise: "), outcome.err.constData());
        QVERIFY(outcome.out.isEmpty());
    }

    void wrongUse_isAnError() {
        QCOMPARE(program::run({"check"}).exitCode, 2);
        QCOMPARE(program::run({"check", m_project, "--folds", "1"}).exitCode, 2);
        const auto outcome = program::run({"check", at("nowhere.spanwise")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("nowhere.spanwise"));
        QVERIFY(program::run({"check", "--help"}).out.contains("f1_interval"));
    }
};

QTEST_GUILESS_MAIN(TestCheck)
#include "test_check.moc"
