#include <QTest>
#include <cmath>
#include <random>

#include "models/heads/bio_decoder.h"
#include "models/learning/ranking.h"
#include "models/model.h"
#include "tests/models/fixtures.h"

using namespace spanwise;

namespace {

std::vector<float> unit(double angle) {
    return {static_cast<float>(std::cos(angle)), static_cast<float>(std::sin(angle))};
}

/// Candidates with pseudo-random figures.
std::vector<Candidate> pool(int count) {
    std::mt19937_64 random(3);
    std::vector<Candidate> candidates;
    for (int i = 0; i < count; ++i) {
        Candidate candidate;
        candidate.text = "text " + std::to_string(i);
        candidate.words = 5 + static_cast<double>(random() % 30);
        candidate.mentions = static_cast<double>(random() % 4);
        candidate.uncertainty = static_cast<double>(random() % 1000) / 100;
        candidate.embedding = unit(static_cast<double>(random() % 628) / 100);
        candidates.push_back(candidate);
    }
    return candidates;
}

std::vector<std::size_t> indices(const std::vector<Choice>& choices) {
    std::vector<std::size_t> result;
    for (const Choice& choice : choices)
        result.push_back(choice.candidate);
    return result;
}

RankingOptions without(double randomShare, double diversity) {
    RankingOptions options;
    options.randomShare = randomShare;
    options.diversity = diversity;
    return options;
}

bool near(double a, double b) {
    return std::abs(a - b) < 1e-6;
}

}  // namespace

class TestRanking : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spansScored_giveEntropyByType() {
        const Uncertainty none = uncertaintyOf(std::vector<WordSpan>{}, 4);
        QCOMPARE(none.total, 0.0);
        QCOMPARE(none.leastConfidence, 0.0);
        const Uncertainty two =
            uncertaintyOf(std::vector<WordSpan>{{0, 1, "drug", 0.5}, {2, 4, "dose", 0.9}}, 4);
        QVERIFY(near(two.largest, std::log(2.0)));
        QVERIFY(near(two.total, std::log(2.0) - 0.9 * std::log(0.9) - 0.1 * std::log(0.1)));
        QVERIFY(near(two.byType.at("drug"), std::log(2.0)));
        QVERIFY(near(two.mentions(), 1.4));
        QVERIFY(near(two.leastConfidence, 1 - std::pow(0.45, 0.25)));
        QCOMPARE(two.words, 4);
    }

    void nothingToChoose_isNoChoice() {
        QVERIFY(rankForLabelling({}, {}, {}, {}).empty());
        RankingOptions none;
        none.count = 0;
        QVERIFY(rankForLabelling(pool(3), {}, {}, none).empty());
        QVERIFY(rankForLabelling(pool(2), {}, {"text 0", "text 1"}, {}).empty());
    }

    void oneCandidate_isChosen() {
        const auto choices = rankForLabelling(pool(1), {}, {}, {});
        QCOMPARE(indices(choices), std::vector<std::size_t>{0});
    }

    void sameSeed_sameOrder_otherSeed_otherPlacesByLot() {
        const auto candidates = pool(200);
        RankingOptions options;
        options.count = 40;
        const auto first = indices(rankForLabelling(candidates, {}, {}, options));
        QCOMPARE(first, indices(rankForLabelling(candidates, {}, {}, options)));
        options.seed = 2;
        QVERIFY(first != indices(rankForLabelling(candidates, {}, {}, options)));
    }

    void aFifth_goesByLot() {
        const auto candidates = pool(300);
        for (const std::size_t count : {5, 10, 11, 40}) {
            for (std::uint64_t seed = 1; seed <= 20; ++seed) {
                RankingOptions options;
                options.count = count;
                options.seed = seed;
                const auto choices = rankForLabelling(candidates, {}, {}, options);
                const auto byLot = std::count_if(
                    choices.begin(), choices.end(),
                    [](const Choice& choice) { return choice.reason == ChoiceReason::Random; });
                QCOMPARE(static_cast<std::size_t>(byLot), (count + 4) / 5);
            }
        }
    }

    void onePlace_goesByLotOnceInFive() {
        int byLot = 0;
        for (std::uint64_t seed = 1; seed <= 1000; ++seed) {
            RankingOptions options;
            options.count = 1;
            options.seed = seed;
            byLot += rankForLabelling(pool(20), {}, {}, options)[0].reason == ChoiceReason::Random;
        }
        QVERIFY2(byLot > 150 && byLot < 250, qPrintable(QString::number(byLot)));
    }

    void places_byLot_areAllReachable() {
        std::set<std::size_t> reached;
        RankingOptions options = without(1, 0);
        options.count = 1;
        for (std::uint64_t seed = 1; seed <= 400; ++seed) {
            options.seed = seed;
            reached.insert(rankForLabelling(pool(20), {}, {}, options)[0].candidate);
        }
        QCOMPARE(reached.size(), std::size_t{20});
    }

    void sameText_comesOnce_andNotWhenLabelled() {
        auto candidates = pool(60);
        for (std::size_t i = 0; i < candidates.size(); ++i)
            candidates[i].text = "text " + std::to_string(i / 3);
        RankingOptions options;
        options.count = 1000;
        const auto choices = rankForLabelling(candidates, {}, {"text 4", "text 7"}, options);
        std::set<std::string> texts;
        for (const Choice& choice : choices)
            QVERIFY(texts.insert(candidates[choice.candidate].text).second);
        QCOMPARE(texts.size(), std::size_t{18});
        QVERIFY(!texts.contains("text 4") && !texts.contains("text 7"));
    }

    void perSecond_prefersTheQuickOne() {
        std::vector<Candidate> candidates(2);
        candidates[0] = {"long", 100, 10, 5.0, {}};
        candidates[1] = {"short", 5, 1, 4.0, {}};
        RankingOptions options = without(0, 0);
        auto choices = rankForLabelling(candidates, {}, {}, options);
        QCOMPARE(indices(choices), (std::vector<std::size_t>{1, 0}));
        QVERIFY(near(choices[0].seconds, 1.55 + 5 * 60.0 / 238 + 1.55));
        QVERIFY(near(choices[0].value, 4.0 / choices[0].seconds));
        QCOMPARE(choices[0].reason, ChoiceReason::Uncertain);
        options.perSecond = false;
        QCOMPARE(indices(rankForLabelling(candidates, {}, {}, options)),
                 (std::vector<std::size_t>{0, 1}));
    }

    void diversity_putsOffWhatIsAlike() {
        // Two twins that are the most uncertain, and one that is unlike them.
        std::vector<Candidate> candidates{{"a", 10, 1, 5.0, unit(0)},
                                          {"b", 10, 1, 4.9, unit(0.01)},
                                          {"c", 10, 1, 3.0, unit(1.5)}};
        QCOMPARE(indices(rankForLabelling(candidates, {}, {}, without(0, 0))),
                 (std::vector<std::size_t>{0, 1, 2}));
        const auto diverse = rankForLabelling(candidates, {}, {}, without(0, 0.8));
        QCOMPARE(indices(diverse), (std::vector<std::size_t>{0, 2, 1}));
        QCOMPARE(diverse[0].reason, ChoiceReason::Uncertain);
        QCOMPARE(diverse[1].reason, ChoiceReason::Different);
        QVERIFY(near(diverse[1].similarity, std::cos(1.5)));
        // What is labelled counts like what was chosen.
        const auto after = rankForLabelling(candidates, {unit(0)}, {}, without(0, 0.8));
        QCOMPARE(after[0].candidate, std::size_t{2});
        QCOMPARE(after[0].reason, ChoiceReason::Different);
    }

    void hostileFigures_neitherCrashNorWin() {
        const float bad = std::numeric_limits<float>::quiet_NaN();
        std::vector<Candidate> candidates{{"a", 10, 1, std::nan(""), unit(0)},
                                          {"b", 10, 1, 1.0, {bad, bad}},
                                          {"c", 10, 1, -5, {1, 2, 3}},
                                          {"d", 10, 1, 2.0, {}}};
        const auto choices = rankForLabelling(candidates, {{0, 1}, {}}, {}, without(0, 0.8));
        QCOMPARE(indices(choices), (std::vector<std::size_t>{3, 1, 0, 2}));
        for (const Choice& choice : choices)
            QVERIFY(std::isfinite(choice.value) && choice.value >= 0);
    }

    void uncertainty_byHand() {
        const BioLabels labels = BioLabels::forTypes({"X"});  // O, B-X, I-X
        const float half = std::log(2.0F);
        // Probabilities 1/3 each; then O 1/2, B 1/4, I 1/4; a word without sub-tokens.
        const auto found = uncertaintyOf({{0, 0, 0}, {half, 0, 0}, {}}, labels);
        const double third = std::log(3.0);
        const double second = 1.5 * std::log(2.0);
        QCOMPARE(found.words, 2);
        QVERIFY(near(found.total, third + second));
        QVERIFY(near(found.largest, third));
        QVERIFY(near(found.leastConfidence, 1 - std::sqrt(1.0 / 6)));
        QVERIFY(near(found.expectedMentions.at("X"), 1.0 / 3 + 0.25));
        QVERIFY(near(found.mentions(), 1.0 / 3 + 0.25));
        QVERIFY(near(found.byType.at("X"), 2.0 / 3 * std::log(1.5) + 0.5 * std::log(2.0)));
        const auto sure = uncertaintyOf({{50, 0, 0}}, labels);
        QVERIFY(sure.total < 1e-12 && sure.leastConfidence < 1e-12);
        QCOMPARE(uncertaintyOf({}, labels).leastConfidence, 0.0);
    }

    void rareTypes_areWorthMore() {
        Uncertainty doubt;
        doubt.total = 1;
        doubt.byType = {{"rare", 0.5}, {"common", 0.5}};
        const double both = worthLearning(doubt, {{"rare", 0}, {"common", 9}});
        QVERIFY(near(both, 1 + kRareTypeWeight * (0.5 + 0.05)));
        QVERIFY(worthLearning(doubt, {{"rare", 9}, {"common", 9}}) < both);
    }

    void seconds_withoutMeasurements_areThePublishedOnes() {
        const SecondsModel model = fitSeconds({});
        QVERIFY(near(model.base, SecondsModel{}.base));
        QVERIFY(near(model.perWord, SecondsModel{}.perWord));
        QVERIFY(near(model.perMention, SecondsModel{}.perMention));
    }

    void seconds_followWhatWasMeasured() {
        // 4 + 0.5 w + 3 m, exactly, and what no one took: a lunch break, nonsense.
        std::vector<MeasuredSeconds> measured{{10, 1, 3600}, {10, 1, -1}, {10, 1, std::nan("")}};
        std::mt19937_64 random(1);
        for (int i = 0; i < 4000; ++i) {
            const auto words = static_cast<double>(random() % 40 + 1);
            const auto mentions = static_cast<double>(random() % 6);
            measured.push_back({words, mentions, 4 + 0.5 * words + 3 * mentions});
            if (i == 9) {
                const SecondsModel few = fitSeconds(measured);
                QVERIFY(few.perWord > SecondsModel{}.perWord && few.perWord < 0.48);
            }
        }
        const SecondsModel model = fitSeconds(measured);
        QVERIFY2(std::abs(model(20, 2) - 20) < 0.1, qPrintable(QString::number(model(20, 2))));
        QVERIFY(std::abs(model.perWord - 0.5) < 0.01);
        QVERIFY(std::abs(model.perMention - 3) < 0.05);
        QVERIFY(std::abs(model.base - 4) < 0.15);
    }

    void seconds_staySensible() {
        // All the same length and time: the coefficients cannot be told apart, but none vanishes.
        const std::vector<MeasuredSeconds> same(500, {20, 0, 0.8});
        const SecondsModel model = fitSeconds(same);
        QVERIFY(model.base > 0 && model.perWord > 0 && model.perMention > 0);
        QVERIFY(model(20, 0) < 3);
    }

    void signals_ofARealModel() {
        const auto device = deviceFromName("cpu");
        const auto model = loadModel(fixtures::path("encoders/tiny_bert"), *device);
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        const std::vector<std::vector<std::string>> sentences{
            {"the", "cat", "sat"}, {}, {"the", "cat", "sat"}, {"on", "a", "mat", "in", "Paris"}};
        const auto unsure = uncertainties(**model, sentences);
        QVERIFY2(unsure.has_value(), unsure ? "" : unsure.error().text().c_str());
        QCOMPARE(unsure->size(), sentences.size());
        QVERIFY((*unsure)[0].total > 0);
        QVERIFY(near((*unsure)[0].total, (*unsure)[2].total));
        QCOMPARE((*unsure)[1].words, 0);
        const auto labels = labelNames(**model).size();
        for (const Uncertainty& one : *unsure)
            QVERIFY(one.largest <= std::log(static_cast<double>(labels)) + 1e-6);

        const auto embeddings = sentenceEmbeddings(**model, sentences);
        QVERIFY2(embeddings.has_value(), embeddings ? "" : embeddings.error().text().c_str());
        const auto dot = [&](std::size_t a, std::size_t b) {
            double sum = 0;
            for (std::size_t i = 0; i < (*embeddings)[a].size(); ++i)
                sum += static_cast<double>((*embeddings)[a][i] * (*embeddings)[b][i]);
            return sum;
        };
        QVERIFY(std::abs(dot(0, 0) - 1) < 1e-4 && std::abs(dot(3, 3) - 1) < 1e-4);
        QVERIFY(std::abs(dot(0, 2) - 1) < 1e-4);
        QVERIFY(dot(0, 3) < 0.9999);
        QCOMPARE(dot(1, 1), 0.0);

        std::stop_source stop;
        stop.request_stop();
        QCOMPARE(uncertainties(**model, sentences, {}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
        QCOMPARE(sentenceEmbeddings(**model, sentences, {}, stop.get_token()).error().code,
                 ErrorCode::Cancelled);
        const auto bare = loadModel(fixtures::path("encoders/tiny_bert_bare"), *device);
        QVERIFY(bare.has_value());
        QCOMPARE(uncertainties(**bare, sentences).error().code, ErrorCode::Incompatible);
        QVERIFY(sentenceEmbeddings(**bare, sentences).has_value());
    }
};

QTEST_GUILESS_MAIN(TestRanking)
#include "test_ranking.moc"
