#include <QCryptographicHash>
#include <QFile>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "core/formats/conll.h"
#include "core/metrics/entity_metrics.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;
using Json = nlohmann::json;
using Tags = std::vector<std::string>;

namespace {

Json fixture(const char* name) {
    const QByteArray bytes =
        readAll(QStringLiteral(SPANWISE_FIXTURES "/metrics/") + QLatin1String(name));
    return Json::parse(bytes.begin(), bytes.end(), nullptr, false);
}

/// The tags as the fixture's script reads them: what follows a line's last space or tab.
std::vector<Tags> tagSequences(const QByteArray& bytes) {
    std::vector<Tags> out;
    Tags tags;
    for (QByteArray line : (bytes + "\n\n").split('\n')) {
        if (line.endsWith('\r'))
            line.chop(1);
        if (!line.trimmed().isEmpty()) {
            const auto at = std::max(line.lastIndexOf(' '), line.lastIndexOf('\t'));
            if (!line.startsWith("-DOCSTART-"))
                tags.push_back(line.mid(at + 1).toStdString());
        } else if (!tags.empty()) {
            out.push_back(std::move(tags));
            tags.clear();
        }
    }
    return out;
}

EntityMetrics evaluate(const std::vector<Tags>& gold, const std::vector<Tags>& predicted) {
    EntityEvaluator evaluator;
    for (std::size_t i = 0; i < gold.size(); ++i)
        evaluator.add(strictIob2Spans(gold[i]), strictIob2Spans(predicted[i]), gold[i].size());
    return evaluator.metrics();
}

/// First difference, or nothing.
QString difference(const EntityMetrics& ours, const Json& strict, const Json& token) {
    QString out;
    const auto same = [&](const std::string& name, double a, const Json& b) {
        if (out.isEmpty() && !(std::abs(a - b.get<double>()) < 1e-9)) {
            out = QStringLiteral("%1: %2, seqeval has %3")
                      .arg(QString::fromStdString(name))
                      .arg(a, 0, 'g', 12)
                      .arg(b.get<double>(), 0, 'g', 12);
        }
    };
    const auto score = [&](const std::string& name, const Score& a, const Json& b) {
        same(name + " precision", a.precision, b["precision"]);
        same(name + " recall", a.recall, b["recall"]);
        same(name + " f1", a.f1, b["f1"]);
        same(name + " support", static_cast<double>(a.support), b["support"]);
    };
    score("micro", ours.micro, strict["micro"]);
    score("macro", ours.macro, strict["macro"]);
    if (ours.perType.size() != strict["per_type"].size())
        return QStringLiteral("other types than seqeval");
    for (const auto& [type, value] : ours.perType)
        score(type, value, strict["per_type"].at(type));
    same("token precision", ours.tokenMacroPrecision, token["precision"]);
    same("token recall", ours.tokenMacroRecall, token["recall"]);
    same("token f1", ours.tokenMacroF1, token["f1"]);
    return out;
}

}  // namespace

class TestMetrics : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void strict_sequences_equalSeqeval_data() {
        QTest::addColumn<QString>("json");
        const Json file = fixture("sequences.json");
        QVERIFY2(file.is_object(), "tests/fixtures/metrics/sequences.json is missing");
        QVERIFY(file["cases"].size() >= 60);
        for (const Json& item : file["cases"]) {
            QTest::newRow(item["name"].get<std::string>().c_str())
                << QString::fromStdString(item.dump());
        }
    }
    void strict_sequences_equalSeqeval() {
        QFETCH(QString, json);
        const Json item = Json::parse(json.toStdString());
        const auto metrics = evaluate(item["gold"].get<std::vector<Tags>>(),
                                      item["predicted"].get<std::vector<Tags>>());
        const QString found =
            difference(metrics, item["strict"], item["token_macro_of_strict_spans"]);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void strict_realFiles_equalSeqeval_data() {
        QTest::addColumn<QString>("json");
        const Json file = fixture("real_files.json");
        QVERIFY2(file.is_object(), "tests/fixtures/metrics/real_files.json is missing");
        for (const Json& item : file["files"]) {
            QTest::newRow(item["file"].get<std::string>().c_str())
                << QString::fromStdString(item.dump());
        }
    }
    void strict_realFiles_equalSeqeval() {
        QFETCH(QString, json);
        const Json item = Json::parse(json.toStdString());
        const QString path = dataFolder() + QLatin1Char('/') +
                             QString::fromStdString(item["file"].get<std::string>());
        const QByteArray bytes = readAll(path);
        if (bytes.isEmpty())
            QSKIP(qPrintable(path + QStringLiteral(" is absent (set SPANWISE_DATA)")));
        if (QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex().toStdString() !=
            item["sha256"].get<std::string>()) {
            QSKIP(qPrintable(path + QStringLiteral(" is another version of the file")));
        }
        std::istringstream in(bytes.toStdString());
        const auto gold = readGoldConll(in, "gold");
        VERIFY_OK(gold);
        QCOMPARE(gold->info.sentences, item["sentences"].get<std::int64_t>());
        // seqeval's side keeps a line's tag even where the word is missing.
        QCOMPARE(gold->info.words + gold->info.emptyWords, item["words"].get<std::int64_t>());
        QCOMPARE(std::string(tagSchemeName(gold->info.scheme)), item["scheme"].get<std::string>());

        const auto types = item["types"].get<Tags>();
        const std::uint64_t n = types.size();
        std::vector<Tags> goldTags;
        std::vector<Tags> predictedTags;
        std::uint64_t i = 0;
        const auto sequences = tagSequences(bytes);
        if (gold->info.emptyWords == 0)
            QVERIFY(sequences == gold->tags);
        for (const Tags& tags : sequences) {
            goldTags.push_back(tagsFromSpans(spansFromTags(tags, gold->info.scheme), tags.size(),
                                             TagScheme::Iob2));
            Tags predicted = goldTags.back();
            for (std::string& tag : predicted) {
                const std::uint64_t h = (i * 2654435761ULL % (1ULL << 32)) % 10;
                const bool entity = tag != "O";
                if (h == 0) {
                    tag = "O";
                } else if (h == 1 && tag[0] == 'B') {
                    tag[0] = 'I';
                } else if (h == 2 && tag[0] == 'I') {
                    tag[0] = 'B';
                } else if (h == 3 && entity) {
                    const auto at = static_cast<std::uint64_t>(
                        std::find(types.begin(), types.end(), tag.substr(2)) - types.begin());
                    tag.replace(2, std::string::npos, types[(at + 1) % n]);
                } else if (h == 4 && !entity && i % 3 == 0) {
                    tag.assign("B-").append(types[i % n]);
                }
                ++i;
            }
            predictedTags.push_back(std::move(predicted));
        }
        const QString found = difference(evaluate(goldTags, predictedTags), item["iob2"]["strict"],
                                         item["iob2"]["token_macro_of_strict_spans"]);
        QVERIFY2(found.isEmpty(), qPrintable(found));
    }

    void evaluator_overlappingAndRepeatedSpans_countOnce() {
        EntityEvaluator evaluator;
        evaluator.add({{0, 2, "A"}, {0, 2, "A"}, {1, 3, "A"}}, {{0, 2, "A"}, {0, 2, "A"}}, 3);
        const auto metrics = evaluator.metrics();
        QCOMPARE(metrics.micro.support, 2);
        QCOMPARE(metrics.micro.predicted, 1);
        QCOMPARE(metrics.micro.correct, 1);
        QCOMPARE(metrics.tokenMacroPrecision, 1.0);
        QCOMPARE(metrics.tokenMacroRecall, 2.0 / 3.0);
    }

    void metricsToJson_hasTheFixedShape() {
        EntityEvaluator evaluator;
        evaluator.add({{0, 1, "PER"}, {2, 3, "ORG"}}, {{0, 1, "PER"}}, 4);
        const Json json = Json::parse(metricsToJson(evaluator.metrics()));
        QCOMPARE(json["micro"]["precision"].get<double>(), 1.0);
        QCOMPARE(json["micro"]["recall"].get<double>(), 0.5);
        QCOMPARE(json["macro"]["f1"].get<double>(), 0.5);
        QCOMPARE(json["per_type"]["ORG"]["support"].get<int>(), 1);
        QCOMPARE(json["token_macro"]["recall"].get<double>(), 0.5);
        std::set<std::string> keys;
        for (const auto& [key, value] : json.items())
            keys.insert(key);
        QVERIFY((keys == std::set<std::string>{"micro", "macro", "per_type", "token_macro"}));
        QVERIFY(!json["micro"].contains("support"));
    }

    void metricsToTable_columnsAreAligned() {
        EntityEvaluator evaluator;
        evaluator.add({{0, 1, "Ärztin mit langem Namen"}}, {{0, 1, "X"}}, 4);
        const QStringList lines =
            QString::fromStdString(metricsToTable(evaluator.metrics())).split(QLatin1Char('\n'));
        qsizetype width = -1;
        for (const QString& line : lines) {
            if (line.isEmpty())
                continue;
            if (width < 0)
                width = line.size();
            QCOMPARE(line.size(), width);
        }
    }
};

QTEST_GUILESS_MAIN(TestMetrics)
#include "test_metrics.moc"
