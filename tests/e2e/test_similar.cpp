#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>

#include "tests/e2e/program.h"

/// `spanwise-cli similar` on a project of its own.
class TestSimilar : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_project;

    QStringList similar(const QString& text) const {
        return {"similar", m_project, text, "--threads", "1", "--cache", m_dir.filePath("cache")};
    }

private Q_SLOTS:
    void initTestCase() {
        m_project = m_dir.filePath("trial.spanwise");
        const QByteArray documents =
            "{\"id\": \"trip\", \"text\": \"🧪 She flew to Paris in spring. We cooked "
            "dinner.\"}\n"
            "{\"id\": \"pets\", \"text\": \"Dogs like long walks. A kitten was napping.\"}\n"
            "{\"id\": \"blank\", \"text\": \" \"}\n";
        QVERIFY(program::write(m_dir.filePath("d.jsonl"), documents));
        QCOMPARE(program::run({"new", m_project, "--types", "place"}).exitCode, 0);
        const auto imported = program::run({"import", m_project, m_dir.filePath("d.jsonl")});
        QVERIFY2(imported.exitCode == 0, imported.err.constData());
    }

    void finds_bestFirst_fromTheCacheTheNextTime() {
        if (program::encoder().isEmpty())
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
        const auto plain = program::run(similar("a small cat sleeping") << "--count"
                                                                        << "1");
        QVERIFY2(plain.exitCode == 0, plain.err.constData());
        QCOMPARE(plain.out.count('\n'), 1);
        QVERIFY2(plain.out.contains("pets:22  A kitten was napping."), plain.out.constData());
        QVERIFY(QDir(m_dir.filePath("cache")).exists("sentences"));

        const auto json = program::run(similar("travelling by plane") << "--json");
        QVERIFY2(json.exitCode == 0, json.err.constData());
        const QJsonArray hits = QJsonDocument::fromJson(json.out).array();
        QCOMPARE(hits.size(), 4);
        const QJsonObject first = hits.first().toObject();
        QCOMPARE(first["document"].toString(), QString("trip"));
        // Code points: an emoji stands before.
        QCOMPARE(first["sentence"].toArray(), (QJsonArray{0, 30}));
        QCOMPARE(first["text"].toString().size(), first["end"].toInt() - first["begin"].toInt());
        for (int i = 1; i < hits.size(); ++i)
            QVERIFY(hits[i].toObject()["score"].toDouble() <=
                    hits[i - 1].toObject()["score"].toDouble());
    }

    void mistakes_areExplained_data() {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("message");
        QTest::newRow("no word") << similar(" . ").mid(0, 2) + QStringList{"  "}
                                 << "TEXT has no word";
        QTest::newRow("no project")
            << QStringList{"similar", m_dir.filePath("none.spanwise"), "cat"} << "none.spanwise";
        QTest::newRow("count") << similar("cat") + QStringList{"--count", "0"} << "--count";
    }
    void mistakes_areExplained() {
        QFETCH(const QStringList, arguments);
        QFETCH(const QString, message);
        const auto outcome = program::run(arguments);
        QVERIFY(outcome.exitCode > 0);
        QVERIFY2(outcome.err.contains(message.toUtf8()), outcome.err.constData());
    }
};

QTEST_GUILESS_MAIN(TestSimilar)
#include "test_similar.moc"
