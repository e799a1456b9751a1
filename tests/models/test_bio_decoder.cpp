#include <QTest>
#include <cmath>
#include <random>

#include "models/heads/bio_decoder.h"

using namespace spanwise;

/// Held against the enumeration of every tag sequence.
class TestBioDecoder : public QObject {
    Q_OBJECT

    static bool allowed(const BioLabels& labels, const std::vector<int>& tags) {
        for (std::size_t i = 0; i < tags.size(); ++i) {
            const int type = labels.typeOf(tags[i]);
            if (type < 0 || !labels.isInside(tags[i]) || labels.begin(type) < 0)
                continue;
            if (i == 0 || labels.typeOf(tags[i - 1]) != type)
                return false;
        }
        return true;
    }

    static std::vector<WordSpan> spansOf(const BioLabels& labels, const std::vector<int>& tags) {
        std::vector<WordSpan> spans;
        for (int i = 0; i < static_cast<int>(tags.size()); ++i) {
            const int tag = tags[static_cast<std::size_t>(i)];
            const int type = labels.typeOf(tag);
            if (type < 0)
                continue;
            const bool goesOn = labels.isInside(tag) && !spans.empty() && spans.back().end == i &&
                                spans.back().type == labels.types()[static_cast<std::size_t>(type)];
            if (goesOn)
                ++spans.back().end;
            else
                spans.push_back({i, i + 1, labels.types()[static_cast<std::size_t>(type)]});
        }
        return spans;
    }

private Q_SLOTS:
    void randomLogits_equalEnumeration_data() {
        QTest::addColumn<QStringList>("names");
        QTest::newRow("BIO") << QStringList{"O", "B-X", "I-X", "B-Y", "I-Y"};
        QTest::newRow("BIO in another order") << QStringList{"I-Y", "B-X", "O", "I-X", "B-Y"};
        QTest::newRow("a type without I") << QStringList{"O", "B-X", "B-Y", "I-Y"};
        QTest::newRow("IO") << QStringList{"O", "I-X", "I-Y"};
    }
    void randomLogits_equalEnumeration() {
        QFETCH(QStringList, names);
        std::vector<std::string> list;
        for (const QString& name : names)
            list.push_back(name.toStdString());
        const auto labels = BioLabels::fromNames(list, "test");
        QVERIFY(labels.has_value());
        std::mt19937 random(7);
        std::normal_distribution<float> normal(0, 2);
        for (int round = 0; round < 60; ++round) {
            const int words = 1 + round % 5;
            const int count = labels->size();
            std::vector<float> logits(static_cast<std::size_t>(words * count));
            for (float& value : logits)
                value = normal(random);
            std::vector<int> tags(static_cast<std::size_t>(words)), best;
            double bestScore = -INFINITY, total = 0;
            std::vector<std::pair<std::vector<WordSpan>, double>> all;
            for (;;) {
                if (allowed(*labels, tags)) {
                    double score = 0;
                    for (int w = 0; w < words; ++w)
                        score += static_cast<double>(logits[static_cast<std::size_t>(
                            w * count + tags[static_cast<std::size_t>(w)])]);
                    if (score > bestScore) {
                        bestScore = score;
                        best = tags;
                    }
                    total += std::exp(score);
                    all.emplace_back(spansOf(*labels, tags), std::exp(score));
                }
                std::size_t i = 0;
                while (i < tags.size() && ++tags[i] == count)
                    tags[i++] = 0;
                if (i == tags.size())
                    break;
            }
            const auto decoded = decodeBio(logits.data(), words, *labels);
            const auto expected = spansOf(*labels, best);
            QCOMPARE(decoded.size(), expected.size());
            for (std::size_t i = 0; i < decoded.size(); ++i) {
                QCOMPARE(decoded[i].begin, expected[i].begin);
                QCOMPARE(decoded[i].end, expected[i].end);
                QCOMPARE(decoded[i].type, expected[i].type);
                double share = 0;
                for (const auto& [spans, weight] : all) {
                    for (const WordSpan& span : spans)
                        share += span.begin == decoded[i].begin && span.end == decoded[i].end &&
                                         span.type == decoded[i].type
                                     ? weight
                                     : 0;
                }
                QVERIFY2(std::abs(decoded[i].score - share / total) < 1e-6,
                         qPrintable(
                             QStringLiteral("%1 for %2").arg(decoded[i].score).arg(share / total)));
            }
        }
    }

    void noWords_noSpans() { QVERIFY(decodeBio(nullptr, 0, BioLabels::forTypes({"X"})).empty()); }

    void foreignLabels_areRefused() {
        QVERIFY(!BioLabels::fromNames({"O", "LABEL_1"}, "config.json"));
        QVERIFY(!BioLabels::fromNames({"B-X", "I-X"}, "config.json"));
        QVERIFY(!BioLabels::fromNames({"O", "B-"}, "config.json"));
    }
};

QTEST_GUILESS_MAIN(TestBioDecoder)
#include "test_bio_decoder.moc"
