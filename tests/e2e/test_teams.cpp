#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "storage/project.h"
#include "tests/e2e/program.h"

namespace {

QJsonObject object(const QByteArray& json) {
    return QJsonDocument::fromJson(json).object();
}

QByteArray line(const QByteArray& text, const QByteArray& spans) {
    return "{\"text\": \"" + text + "\", \"spans\": [" + spans + "]}\n";
}

QByteArray span(int begin, int end, const QByteArray& type) {
    return "{\"begin\": " + QByteArray::number(begin) + ", \"end\": " + QByteArray::number(end) +
           ", \"type\": \"" + type + "\"}";
}

}  // namespace

/// Sharing out, merging and agreement from the shell.
class TestTeams : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir, m_made;  ///< the second keeps what tests begin with

    QString at(const QString& name) const { return m_dir.filePath(name); }

    QString made(const QString& name) const { return m_made.filePath(name); }

    /// A project of `person` with these records as her labels.
    void label(const QString& project, const char* person, const QByteArray& records) {
        if (!QFile::exists(project))
            QCOMPARE(program::run({"new", project, "--types", "PER,LOC"}).exitCode, 0);
        const QString file = made(QString::fromLatin1(person) + ".jsonl");
        QVERIFY(program::write(file, records));
        qputenv("USER", person);
        const auto outcome = program::run({"import", project, file});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid() && m_made.isValid());
        const QByteArray first = "Ada met Ben in Rome", second = "Nobody came";
        label(made("ada.spanwise"), "ada",
              line(first, span(0, 3, "PER") + "," + span(15, 19, "LOC")) + line(second, ""));
        label(made("ben.spanwise"), "ben",
              line(first, span(0, 3, "PER") + "," + span(8, 11, "PER")) + line(second, ""));
        qputenv("USER", "lead");
    }

    void init() {
        for (const QString& name : QDir(m_made.path()).entryList(QDir::Files))
            QVERIFY(QFile::copy(made(name), at(name)));
    }

    void cleanup() {
        for (const QString& entry : QDir(m_dir.path()).entryList(QDir::Files))
            QFile::remove(at(entry));
        QDir(at("shares")).removeRecursively();
    }

    void merge_twoAnnotators_makesTheTargetAndTellsWhatDiffers() {
        auto outcome = program::run(
            {"merge", at("all.spanwise"), at("ada.spanwise"), at("ben.spanwise"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject merged = object(outcome.out);
        QCOMPARE(merged["reviewed"].toInt(), 2);
        QCOMPARE(merged["open"].toInt(), 2);
        QCOMPARE(merged["agreed_labels"].toInt(), 0);
        const QJsonObject ada = merged["files"].toArray().at(0).toObject();
        QCOMPARE(ada["annotators"].toArray(), QJsonArray{"ada"});
        QCOMPARE(ada["layers"].toInt(), 2);
        QCOMPARE(ada["spans"].toInt(), 2);
        QCOMPARE(ada["added_documents"].toInt(), 2);
        QCOMPARE(ada["new_types"].toArray(), (QJsonArray{"PER", "LOC"}));

        // Again, with what is agreed; nothing doubles.
        outcome = program::run(
            {"merge", at("all.spanwise"), at("ada.spanwise"), at("ben.spanwise"), "--take-agreed"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.out.contains("Took over 1 label"), outcome.out.constData());
        QVERIFY2(outcome.out.contains("2 labelled documents of an earlier merge replaced"),
                 outcome.out.constData());
        QVERIFY2(outcome.out.contains("2 places wait"), outcome.out.constData());
        outcome = program::run({"export", at("all.spanwise"), "--format", "jsonl", "-o", "-"});
        const QList<QByteArray> lines = outcome.out.trimmed().split('\n');
        QCOMPARE(lines.size(), 2);
        const QJsonArray spans = object(lines.first())["spans"].toArray();
        QCOMPARE(spans.size(), 1);
        QCOMPARE(spans.first().toObject()["type"].toString(), QStringLiteral("PER"));
        QCOMPARE(spans.first().toObject()["end"].toInt(), 3);
    }

    void agreement_ofFilesOrOfTheirMerge_isTheSame() {
        const auto files = program::run(
            {"agreement", at("ada.spanwise"), at("ben.spanwise"), "--json", "--per-document"});
        QVERIFY2(files.exitCode == 0, files.err.constData());
        const QJsonObject agreement = object(files.out);
        QCOMPARE(agreement["annotators"].toArray(), (QJsonArray{"ada", "ben"}));
        QCOMPARE(agreement["documents"].toInt(), 2);
        QCOMPARE(agreement["words"].toInt(), 7);
        const QJsonObject pair = agreement["pairs"].toArray().at(0).toObject();
        QCOMPARE(pair["f1"].toDouble(), 0.5);
        QCOMPARE(pair["both"].toInt(), 1);
        // Words: ada PER - - - LOC - -, ben PER - PER - - - -. 5 of 7 are equal; by chance
        // PER 1·2 + none 5·5 = 27 of 49.
        QVERIFY(std::abs(pair["kappa"].toDouble() - (35.0 - 27) / (49 - 27)) < 1e-9);
        QVERIFY(std::abs(agreement["per_type"].toObject()["PER"].toObject()["f1"].toDouble() -
                         2.0 / 3) < 1e-9);
        QCOMPARE(agreement["per_type"].toObject()["LOC"].toObject()["f1"].toDouble(), 0.0);
        const QJsonArray documents = agreement["per_document"].toArray();
        QCOMPARE(documents.size(), 2);
        QCOMPARE(documents.at(0).toObject()["f1"].toDouble(), 0.5);
        QCOMPARE(documents.at(0).toObject()["disagreements"].toInt(), 2);
        QCOMPARE(documents.at(1).toObject()["f1"].toDouble(), 1.0);

        QCOMPARE(program::run({"merge", at("all.spanwise"), at("ada.spanwise"), at("ben.spanwise")})
                     .exitCode,
                 0);
        const auto merged =
            program::run({"agreement", at("all.spanwise"), "--json", "--per-document"});
        QCOMPARE(object(merged.out), agreement);
        const auto table = program::run({"agreement", at("all.spanwise"), "--per-document"});
        QCOMPARE(table.exitCode, 0);
        QVERIFY2(table.out.contains("ada - ben"), table.out.constData());
    }

    void share_andMerge_isTheWholeRound() {
        QByteArray texts;
        for (int i = 0; i < 10; ++i)
            texts += "{\"text\": \"Text " + QByteArray::number(i) + " of Rome\"}\n";
        QVERIFY(program::write(at("pool.jsonl"), texts));
        const QString project = at("pool.spanwise");
        QCOMPARE(program::run({"new", project, "--types", "PER,LOC"}).exitCode, 0);
        QCOMPARE(program::run({"import", project, at("pool.jsonl")}).exitCode, 0);
        auto outcome = program::run({"share", project, "--among", "ada,ben", "--overlap", "20%",
                                     "-o", at("shares"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject shared = object(outcome.out);
        QCOMPARE(shared["documents"].toInt(), 10);
        QCOMPARE(shared["overlap"].toInt(), 2);
        for (const QJsonValue& file : shared["files"].toArray()) {
            QCOMPARE(file.toObject()["documents"].toInt(), 6);
            QVERIFY(QFile::exists(file.toObject()["file"].toString()));
        }
        // Nobody has labelled yet.
        outcome = program::run(
            {"merge", project, at("shares/ada.spanwise"), at("shares/ben.spanwise"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(object(outcome.out)["reviewed"].toInt(), 0);
        const QJsonObject ada = object(outcome.out)["files"].toArray().at(0).toObject();
        QCOMPARE(ada["untouched"].toInt(), 6);
        QCOMPARE(ada["added_documents"].toInt(), 0);
        // A second sharing out does not write over the first.
        outcome = program::run({"share", project, "--among", "ada", "-o", at("shares")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("nothing is overwritten"), outcome.err.constData());
    }

    void badInput_isOneMessageAndChangesNothing_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<int>("exitCode");
        QTest::addColumn<QByteArray>("says");
        QTest::newRow("missing file") << QStringList{"merge", "@new.spanwise", "@no.spanwise"} << 1
                                      << QByteArray("There is no such project file");
        QTest::newRow("foreign file") << QStringList{"merge", "@new.spanwise", "@ada.jsonl"} << 1
                                      << QByteArray("not a Spanwise project");
        QTest::newRow("itself") << QStringList{"merge", "@ada.spanwise", "@ada.spanwise"} << 1
                                << QByteArray("the project itself");
        QTest::newRow("no layers") << QStringList{"agreement", "@ada.spanwise"} << 1
                                   << QByteArray("has no annotators' layers");
        QTest::newRow("no file") << QStringList{"merge", "@new.spanwise"} << 2
                                 << QByteArray("FILE");
        QTest::newRow("overlap") << QStringList{"share", "@ada.spanwise", "--among",   "x",
                                                "-o",    "@shares",       "--overlap", "half"}
                                 << 2 << QByteArray("no overlap");
        QTest::newRow("overlap past all")
            << QStringList{"share", "@ada.spanwise", "--among",   "x",
                           "-o",    "@shares",       "--overlap", "120%"}
            << 2 << QByteArray("no overlap");
        QTest::newRow("status") << QStringList{"share", "@ada.spanwise", "--among",  "x",
                                               "-o",    "@shares",       "--status", "new"}
                                << 1 << QByteArray("no document with the status");
    }
    void badInput_isOneMessageAndChangesNothing() {
        QFETCH(QStringList, arguments);
        QFETCH(int, exitCode);
        QFETCH(QByteArray, says);
        for (QString& argument : arguments) {
            if (argument.startsWith('@'))
                argument = at(argument.mid(1));
        }
        const auto outcome = program::run(arguments);
        QCOMPARE(outcome.exitCode, exitCode);
        QVERIFY2(outcome.err.contains(says), outcome.err.constData());
        QVERIFY(outcome.out.isEmpty());
        for (const char* left : {"new.spanwise", "new.spanwise-wal", "new.spanwise.lock", "shares"})
            QVERIFY2(!QFile::exists(at(left)), left);
    }

    void help_ofEach_hasExamples() {
        for (const char* command : {"merge", "agreement", "share"}) {
            const auto outcome = program::run({command, "--help"});
            QCOMPARE(outcome.exitCode, 0);
            QVERIFY2(outcome.out.contains("Examples:"), outcome.out.constData());
        }
    }
};

QTEST_GUILESS_MAIN(TestTeams)
#include "test_teams.moc"
