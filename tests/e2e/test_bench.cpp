#include <QDir>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include "tests/e2e/program.h"

namespace {

/// Sentences "Ann met Bob in Rome ." with names from a list, so that there is something to learn.
QByteArray conll(int sentences, int from) {
    static const QList<QByteArray> people{"Ann", "Bob", "Eve", "Max", "Zoe", "Tom", "Ida"};
    static const QList<QByteArray> towns{"Rome", "Bonn", "Oslo", "Lima", "Graz"};
    QByteArray out;
    for (int i = from; i < from + sentences; ++i) {
        out += people[i % 7] + "\tB-PER\nmet\tO\n" + people[(i + 3) % 7] + "\tB-PER\n";
        if (i % 2 == 0)
            out += "in\tO\nNew\tB-LOC\n" + towns[i % 5] + "\tI-LOC\n";
        out += "on\tO\nday\tO\n" + QByteArray::number(i) + "\tO\n\n";
    }
    return out + "Nothing\tO\nhere\tO\n\n";
}

/// JSON written with ' for ".
QByteArray json(const char* text) {
    return QByteArray(text).replace('\'', '"');
}

QJsonArray rows(const QString& folder) {
    return QJsonDocument::fromJson(program::read(folder + "/results.json")).array();
}

/// Well-formed, and how many elements of a name it has.
int elements(const QByteArray& svg, const QString& name, bool& isWellFormed) {
    QXmlStreamReader xml(svg);
    int count = 0;
    while (!xml.atEnd()) {
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == name)
            ++count;
    }
    isWellFormed = !xml.hasError();
    return count;
}

}  // namespace

/// The benchmarks as programs: what they write, that they go on where they were, what they refuse.
class TestBench : public QObject {
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    QString m_encoder = QStringLiteral(SPANWISE_FIXTURES "/encoders/tiny_bert_bare");

    QString at(const QString& name) const { return m_dir.filePath(name); }
    QStringList fewShot(const QStringList& more) const {
        return QStringList{"bench",     "few-shot",   "--sets",  at("sets.json"),
                           "--data",    m_dir.path(), "--model", m_encoder,
                           "--threads", "1",          "--set",   "steps=3",
                           "--shots",   "1,2",        "--runs",  "2"} +
               more;
    }

private Q_SLOTS:
    void initTestCase() {
        QVERIFY(m_dir.isValid());
        QVERIFY(program::write(at("a-train.conll"), conll(30, 0)));
        QVERIFY(program::write(at("a-test.conll"), conll(20, 30)));
        QVERIFY(program::write(at("b-train.conll"), "HEADER\tO\n1\tO\n\n" + conll(15, 3)));
        QVERIFY(program::write(
            at("sets.json"),
            json("{'sets': [ "
                 "{'name': 'a', 'train': ['a-train.conll'], 'test': ['a-test.conll']}, "
                 "{'name': 'b & c', 'train': ['b-train.conll', 'a-train.conll'], "
                 "'test': ['a-test.conll'], 'skip_first_words': ['HEADER'], 'note': 'two "
                 "files'}]}")));
    }

    void fewShot_writesRowsAndCurve_andGoesOnWhereItWas() {
        const QString out = at("few");
        auto outcome = program::run(fewShot({"--only", "a", "--out", out}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(rows(out).size(), 4);
        const QJsonObject row = rows(out).first().toObject();
        for (const char* key : {"micro_f1", "macro_f1", "token_macro_f1", "ece"}) {
            QVERIFY2(row[key].isDouble(), key);
            QVERIFY2(row[key].toDouble() >= 0 && row[key].toDouble() <= 1, key);
        }
        for (const char* key : {"fit_seconds", "tokens_per_second", "peak_mb", "sentences"})
            QVERIFY2(row[key].toDouble() > 0, key);
        QCOMPARE(row["set"].toString(), QString("a"));
        QCOMPARE(row["k"].toInt(), 1);
        QCOMPARE(row["draw"].toInt(-1), 0);
        QCOMPARE(row["seed"].toInt(), 1);
        QCOMPARE(row["steps"].toInt(), 3);
        QCOMPARE(row["recipe"].toString(), QString("steps=3"));
        QCOMPARE(row["settings"].toObject()["steps"].toString(), QString("3"));
        QCOMPARE(row["sampling"].toString(), QString("shots"));
        QCOMPARE(row["test_sentences"].toInt(-1), 0);
        // Ten sentences name a town, all twenty name two people.
        const QJsonObject types = row["per_type"].toObject();
        QCOMPARE(types["PER"].toObject()["support"].toInt(), 40);
        QCOMPARE(types["LOC"].toObject()["support"].toInt(), 10);
        QVERIFY(types["PER"].toObject()["recall"].isDouble());

        // The second run measures the other set alone: what is there stays to the letter.
        const QByteArray before = program::read(out + "/results.json");
        outcome = program::run(fewShot({"--out", out}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(rows(out).size(), 8);
        QVERIFY(program::read(out + "/results.json").startsWith(before.chopped(3)));
        QVERIFY(outcome.out.contains("mean of 2 sets"));
        const QByteArray after = program::read(out + "/results.json");
        outcome = program::run(fewShot({"--out", out}));
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(program::read(out + "/results.json"), after);
        QVERIFY(QDir(out).entryList(QDir::Files) == (QStringList{"curve.svg", "results.json"}));

        bool isWellFormed = false;
        const QByteArray svg = program::read(out + "/curve.svg");
        // Two k for each of two sets and the mean.
        QCOMPARE(elements(svg, "circle", isWellFormed), 6);
        QVERIFY(isWellFormed);
        QVERIFY(svg.contains("prefers-color-scheme") && svg.contains("b &amp; c"));
    }

    void fewShot_isTheSameForASeed() {
        const QStringList options{"--only", "a", "--sampling", "stream", "--test-sentences", "7"};
        for (const char* name : {"one", "two"}) {
            const auto outcome = program::run(fewShot(options + QStringList{"--out", at(name)}));
            QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        }
        const QJsonArray one = rows(at("one")), two = rows(at("two"));
        QCOMPARE(one.size(), 4);
        for (int i = 0; i < one.size(); ++i) {
            QCOMPARE(one[i].toObject()["per_type"], two[i].toObject()["per_type"]);
            QCOMPARE(one[i].toObject()["sentences"], two[i].toObject()["sentences"]);
        }
        QVERIFY(one[0].toObject()["per_type"] != rows(at("few"))[0].toObject()["per_type"]);
    }

    void fewShot_calibrated_reportsBothErrors() {
        const QString out = at("calibrated");
        const auto outcome =
            program::run(fewShot({"--only", "a", "--calibrate", "2", "--out", out}));
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QVERIFY2(outcome.out.contains("without calibration"), outcome.out.constData());
        for (const auto& value : rows(out)) {
            const QJsonObject row = value.toObject();
            QCOMPARE(row["settings"].toObject()["calibrate"].toString(), QString("2"));
            QVERIFY(row["ece_raw"].isDouble());
        }
        QVERIFY(!rows(at("few")).first().toObject().contains("ece_raw"));
    }

    void compare_saysWhatASecondRecipeGives() {
        // By hand: B is 10 points above A on one set, 4 below on the other.
        const auto side = [](double a, double b) {
            QByteArray text = "[";
            for (int draw = 0; draw < 2; ++draw) {
                for (const auto& [set, f1] : {std::pair{"x", a}, std::pair{"y", b}})
                    text +=
                        (text.size() > 1 ? "," : "") + json("{'set':'") + set +
                        json("','model':'m','recipe':'r','settings':{},'sampling':'shots','k':4,") +
                        json("'seed':") + QByteArray::number(draw + 1) + json(",'draw':") +
                        QByteArray::number(draw) + json(",'test_sentences':0,'micro_f1':") +
                        QByteArray::number(f1 + draw * 0.02) + "}";
            }
            return text + "]";
        };
        QVERIFY(QDir().mkpath(at("A")) && QDir().mkpath(at("B")));
        QVERIFY(program::write(at("A/results.json"), side(0.40, 0.30)));
        QVERIFY(program::write(at("B/results.json"), side(0.50, 0.26)));
        auto outcome = program::run({"bench", "compare", at("A"), at("B"), "--json"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonObject all = QJsonDocument::fromJson(outcome.out).object();
        const QJsonObject k = all["k"].toArray().first().toObject();
        QCOMPARE(all["pairs"].toInt(), 4);
        QCOMPARE(k["k"].toInt(), 4);
        QVERIFY(std::abs(k["difference"].toDouble() - 0.03) < 1e-9);
        QVERIFY(std::abs(k["a"].toDouble() - 0.36) < 1e-9);
        QVERIFY(k["sd"].toDouble() < 1e-9);
        QCOMPARE(k["worst"].toObject()["set"].toString(), QString("y"));
        QVERIFY(std::abs(k["worst"].toObject()["difference"].toDouble() + 0.04) < 1e-9);
        outcome = program::run({"bench", "compare", at("A"), at("B")});
        QVERIFY2(outcome.out.contains("+3.00") && outcome.out.contains("-4.00"),
                 outcome.out.constData());

        outcome = program::run({"bench", "compare", at("A"), at("B"), "--svg", at("compared.svg")});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QByteArray drawn = program::read(at("compared.svg"));
        QVERIFY2(drawn.startsWith("<svg") && drawn.count("class=\"line\"") == 2 &&
                     drawn.contains("m, r"),
                 drawn.left(200).constData());
        outcome =
            program::run({"bench", "compare", at("A"), at("B"), "--svg", at("no/such/folder.svg")});
        QCOMPARE(outcome.exitCode, 1);
        outcome = program::run({"bench", "compare", at("A"), at("nowhere")});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY(outcome.err.contains("nowhere/results.json"));
    }

    void active_goesOnWhereItWas() {
        const QStringList options{"bench",      "active",  "--sets",  at("sets.json"), "--data",
                                  m_dir.path(), "--model", m_encoder, "--only",        "a",
                                  "--threads",  "1",       "--set",   "steps=3",       "--start",
                                  "3",          "--batch", "4",       "--rounds",      "2",
                                  "--pool",     "25",      "--out",   at("active")};
        auto outcome = program::run(options + QStringList{"--strategies", "random"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        QCOMPARE(rows(at("active")).size(), 3);
        outcome = program::run(options);
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
        const QJsonArray all = rows(at("active"));
        QCOMPARE(all.size(), 9);
        for (int i = 0; i < all.size(); ++i) {
            const QJsonObject row = all[i].toObject();
            const int round = i % 3;
            QCOMPARE(row["round"].toInt(-1), round);
            QCOMPARE(row["sentences"].toInt(), 3 + 4 * round);
            QCOMPARE(row["strategy"].toString(), QString(i < 3   ? "random"
                                                         : i < 6 ? "uncertainty"
                                                                 : "full"));
            // All begin alike; no sentence is labelled twice.
            const QJsonArray labelled = row["labelled"].toArray();
            QSet<int> once;
            for (const auto& index : labelled)
                once.insert(index.toInt());
            QCOMPARE(once.size(), labelled.size());
            if (round == 0)
                QCOMPARE(labelled, all[0].toObject()["labelled"].toArray());
            QCOMPARE(row["next"].toArray().size(), round < 2 ? 4 : 0);
            QVERIFY(row["seconds"].toDouble() > 0);
        }
        const QByteArray before = program::read(at("active/results.json"));
        outcome = program::run(options);
        QCOMPARE(outcome.exitCode, 0);
        QCOMPARE(program::read(at("active/results.json")), before);
        bool isWellFormed = false;
        QCOMPARE(elements(program::read(at("active/curve.svg")), "circle", isWellFormed), 9);
        QVERIFY(isWellFormed);
        QVERIFY(QJsonDocument::fromJson(program::read(at("active/summary.json")))
                    .object()
                    .contains("full"));

        // Rows of another way to choose are not taken for this one's.
        outcome = program::run(options + QStringList{"--diversity", "0.1"});
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains("ranking") && outcome.err.contains("another --out"),
                 outcome.err.constData());
        QCOMPARE(program::read(at("active/results.json")), before);
        outcome = program::run(
            options + QStringList{"--diversity", "0.1", "--strategies", "random,uncertainty"});
        QVERIFY2(outcome.exitCode == 0, outcome.err.constData());
    }

    void badInput_isRefusedInOneLine_data() {
        QTest::addColumn<QByteArray>("manifest");
        QTest::addColumn<QStringList>("more");
        QTest::addColumn<QByteArray>("said");
        const QByteArray good =
            json("{'sets':[{'name':'a','train':['a-train.conll'],'test':['a-test.conll']}]}");
        QTest::newRow("no JSON") << QByteArray("{") << QStringList()
                                 << QByteArray("no list of sets");
        QTest::newRow("no sets") << json("{'sets':[]}") << QStringList()
                                 << QByteArray("no list of sets");
        QTest::newRow("no name") << json("{'sets':[{'train':['x'],'test':['x']}]}") << QStringList()
                                 << QByteArray("Set 1 has no \"name\"");
        QTest::newRow("no train") << json("{'sets':[{'name':'a','test':['x']}]}") << QStringList()
                                  << QByteArray("set \"a\": \"train\" must be");
        QTest::newRow("train of numbers")
            << json("{'sets':[{'name':'a','train':[1],'test':['x']}]}") << QStringList()
            << QByteArray("\"train\" must be");
        QTest::newRow("twice") << QByteArray(good.chopped(2) + "," + good.mid(9)) << QStringList()
                               << QByteArray("Another set has this name");
        QTest::newRow("no file") << QByteArray(json(
                                        "{'sets':[{'name':'a','train':['gone'],'test':['gone']}]}"))
                                 << QStringList() << QByteArray("gone");
        QTest::newRow("no such set")
            << good << QStringList{"--only", "z"} << QByteArray("no set \"z\". It has a.");
        QTest::newRow("no such setting")
            << good << QStringList{"--set", "speed=9"} << QByteArray("no setting \"speed\"");
        QTest::newRow("no number") << good << QStringList{"--set", "steps=many"}
                                   << QByteArray("\"many\" is no value of steps");
        QTest::newRow("no value") << good << QStringList{"--set", "steps"}
                                  << QByteArray("Write KEY=VALUE");
        QTest::newRow("results are none")
            << good << QStringList{"--out", "BROKEN"} << QByteArray("no list of results");
        QTest::newRow("other settings")
            << good << QStringList{"--recipe", "steps=3", "--set", "batch=2", "--out", "FEW"}
            << QByteArray("Give this one another --recipe name");
    }
    void badInput_isRefusedInOneLine() {
        QFETCH(const QByteArray, manifest);
        QFETCH(QStringList, more);
        QFETCH(const QByteArray, said);
        QVERIFY(program::write(at("bad.json"), manifest));
        QVERIFY(QDir().mkpath(at("broken")));
        QVERIFY(program::write(at("broken/results.json"), "[1, 2"));
        more.replaceInStrings("BROKEN", at("broken")).replaceInStrings("FEW", at("few"));
        QStringList arguments = fewShot(more);
        arguments[3] = at("bad.json");
        const auto outcome = program::run(arguments);
        QCOMPARE(outcome.exitCode, 1);
        QVERIFY2(outcome.err.contains(said), outcome.err.constData());
        QCOMPARE(outcome.err.count('\n'), 1);
    }
};

QTEST_GUILESS_MAIN(TestBench)
#include "test_bench.moc"
