#include <QTest>
#include <algorithm>
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
        QCOMPARE(sampleFirstCome(sentences, 16, 1).size(), std::size_t{1});
        QVERIFY(sampleFirstCome({}, 16, 1).empty());
    }

    void firstCome_readsTheTopOfThePile() {
        const auto sentences = pool();
        for (const int shots : {1, 4, 16}) {
            for (std::uint64_t seed = 1; seed <= 5; ++seed) {
                const auto order = shuffledOrder(sentences.size(), seed);
                const auto taken = sampleFirstCome(sentences, shots, seed);
                const auto most = sampleShots(sentences, shots, seed).size();
                QVERIFY(!taken.empty());
                // The very first ones of the pile, whatever is in them …
                QVERIFY(std::equal(taken.begin(), taken.end(), order.begin()));
                std::map<std::string, int> counts;
                bool hadEntity = false;
                for (std::size_t i = 0; i < taken.size(); ++i) {
                    // … and no more than the other draw, or than what it needs.
                    QVERIFY(i < most || !hadEntity);
                    QVERIFY(counts.size() < 3 ||
                            std::any_of(counts.begin(), counts.end(),
                                        [&](const auto& c) { return c.second < shots; }));
                    for (const WordSpan& span : sentences[taken[i]].spans) {
                        ++counts[span.type];
                        hadEntity = true;
                    }
                }
                QVERIFY(hadEntity);
            }
        }
    }

    void firstCome_endsWhenEveryTypeIsFull() {
        // Every sentence has all there is: one does for k = 1, though the cap would be one, too;
        // two types in one sentence each need both.
        std::vector<LabelledSentence> sentences(50);
        for (LabelledSentence& sentence : sentences) {
            sentence.words = {"a", "b"};
            sentence.spans = {{0, 1, "X"}, {1, 2, "Y"}};
        }
        QCOMPARE(sampleFirstCome(sentences, 1, 3).size(), std::size_t{1});
        QCOMPARE(sampleFirstCome(sentences, 7, 3).size(), std::size_t{7});
        QCOMPARE(sampleFirstCome(sentences, 1000, 3).size(), std::size_t{50});
    }

    void firstCome_goesOnToAnEntity() {
        std::vector<LabelledSentence> sentences(200);
        for (LabelledSentence& sentence : sentences)
            sentence.words = {"a"};
        sentences[77].spans = {{0, 1, "X"}};
        const auto taken = sampleFirstCome(sentences, 1, 5);
        QCOMPARE(taken.back(), std::size_t{77});
        QCOMPARE(sampleShots(sentences, 1, 5).size(), std::size_t{1});
    }

    void sampledIndices_areAscendingAndStable() {
        const auto some = sampleIndices(1000, 50, 7);
        QCOMPARE(some.size(), std::size_t{50});
        QVERIFY(std::is_sorted(some.begin(), some.end()));
        QCOMPARE(std::set<std::size_t>(some.begin(), some.end()).size(), std::size_t{50});
        QVERIFY(some.back() < 1000);
        QCOMPARE(some, sampleIndices(1000, 50, 7));
        QVERIFY(some != sampleIndices(1000, 50, 8));
        QCOMPARE(sampleIndices(5, 0, 7), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
        QCOMPARE(sampleIndices(5, 9, 7), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
    }
};

QTEST_GUILESS_MAIN(TestFewShot)
#include "test_few_shot.moc"
