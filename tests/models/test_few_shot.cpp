#include <QTest>
#include <map>
#include <set>

#include "models/learning/few_shot.h"

using namespace spanwise;

class TestFewShot : public QObject {
    Q_OBJECT

    static std::vector<LabelledSentence> pool() {
        std::vector<LabelledSentence> sentences;
        for (int i = 0; i < 400; ++i) {
            LabelledSentence sentence;
            sentence.words = {"a", "b", "c", "d"};
            for (int s = 0; s < i % 4; ++s)
                sentence.spans.push_back({s, s + 1, std::string(1, "XYZ"[(i / 4 + s) % 3])});
            sentences.push_back(sentence);
        }
        return sentences;
    }

private Q_SLOTS:
    void everyType_occursBetweenKAndTwiceK() {
        const auto sentences = pool();
        for (const int shots : {1, 4, 16, 64}) {
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                std::map<std::string, int> counts;
                std::set<std::size_t> seen;
                for (const std::size_t index : sampleShots(sentences, shots, seed)) {
                    QVERIFY(seen.insert(index).second);
                    QVERIFY(!sentences[index].spans.empty());
                    for (const WordSpan& span : sentences[index].spans)
                        ++counts[span.type];
                }
                QCOMPARE(counts.size(), std::size_t{3});
                for (const auto& [type, count] : counts)
                    QVERIFY2(count >= shots && count <= 2 * shots, type.c_str());
            }
        }
    }

    void seed_decidesTheDraw() {
        const auto sentences = pool();
        QCOMPARE(sampleShots(sentences, 4, 9), sampleShots(sentences, 4, 9));
        QVERIFY(sampleShots(sentences, 4, 9) != sampleShots(sentences, 4, 10));
    }

    void tooSmallPool_givesWhatThereIs() {
        std::vector<LabelledSentence> sentences(1);
        sentences[0].words = {"a"};
        sentences[0].spans = {{0, 1, "X"}};
        QCOMPARE(sampleShots(sentences, 16, 1).size(), std::size_t{1});
        QVERIFY(sampleShots({}, 16, 1).empty());
    }
};

QTEST_GUILESS_MAIN(TestFewShot)
#include "test_few_shot.moc"
