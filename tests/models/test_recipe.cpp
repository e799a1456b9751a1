#include <QTest>
#include <algorithm>
#include <cmath>
#include <functional>

#include "models/model.h"
#include "tests/models/fixtures.h"

using namespace spanwise;
using Words = std::vector<std::string>;

namespace {

LabelledSentence sentence(Words words, std::vector<WordSpan> spans) {
    LabelledSentence result;
    result.words = std::move(words);
    result.spans = std::move(spans);
    return result;
}

std::vector<LabelledSentence> lessons() {
    std::vector<LabelledSentence> sentences;
    for (const char* city : {"paris", "rome", "oslo", "lima"}) {
        sentences.push_back(
            sentence({"she", "flew", "to", city, "city", "today"}, {{3, 5, "city"}}));
        sentences.push_back(
            sentence({"on", "monday", "in", city}, {{1, 2, "day"}, {3, 4, "city"}}));
    }
    LabelledSentence half = sentence({"he", "left", "cairo", "early"}, {});
    half.known = {false, false, false, false};
    half.rejected = {{1, 2, "city"}};
    sentences.push_back(half);
    return sentences;
}

TrainOptions options() {
    TrainOptions result;
    result.types = {"city", "day"};
    result.steps = 6;
    result.seed = 5;
    return result;
}

using Logits = std::vector<std::vector<std::vector<float>>>;

}  // namespace

/// Each part of the recipe on an encoder of a few thousand random weights: what it does to the
/// quality is for the benchmark, that it does something, and always the same, is told here.
class TestRecipe : public QObject {
    Q_OBJECT

    ModelPtr m_encoder;
    const std::vector<Words> m_text{{"they", "flew", "to", "madrid", "today"}};

    Logits logitsAfter(const TrainOptions& how, const std::vector<LabelledSentence>& what) const {
        const auto trained = train(m_encoder, what, how);
        if (!trained) {
            qWarning("%s", trained.error().text().c_str());
            return {};
        }
        return *wordLogits(*trained->model, m_text);
    }

private Q_SLOTS:
    void initTestCase() {
        setThreads(1);
        auto model = loadModel(fixtures::path("encoders/tiny_bert_bare"), Device{});
        QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
        m_encoder = *model;
    }

    void eachPart_changesTheResult_alwaysTheSameWay_data() {
        QTest::addColumn<std::function<void(TrainOptions&)>>("change");
        using Change = std::function<void(TrainOptions&)>;
        const auto row = [](const char* name, Change change) { QTest::newRow(name) << change; };
        row("rates", [](TrainOptions& o) { o.recipe.encoderRate = 1e-3; });
        row("layer decay", [](TrainOptions& o) { o.recipe.layerDecay = 0.5; });
        row("dropout", [](TrainOptions& o) { o.recipe.dropout = 0.3; });
        row("frozen layer", [](TrainOptions& o) { o.recipe.frozenLayers = 1; });
        row("sequence loss", [](TrainOptions& o) { o.recipe.sequenceLoss = 0.5; });
        row("probe", [](TrainOptions& o) { o.recipe.probeSteps += 20; });
        row("names", [](TrainOptions& o) { o.recipe.nameInit += 0.5; });
        row("R-Drop", [](TrainOptions& o) { o.recipe.rDrop = 1; });
        row("label smoothing", [](TrainOptions& o) {
            o.recipe.sequenceLoss = 0;
            o.recipe.labelSmoothing = 0.1;
        });
        row("mention swap", [](TrainOptions& o) { o.recipe.mentionSwap = 0.5; });
        row("masking", [](TrainOptions& o) { o.recipe.masking = 0.3; });
        row("averaging", [](TrainOptions& o) { o.recipe.averaging = 0.5; });
        row("soup", [](TrainOptions& o) { o.recipe.soup = 2; });
        row("teachers", [](TrainOptions& o) {
            o.recipe.teachers = 2;
            o.unlabelled = {{"we", "saw", "vienna", "today"}, {"on", "tuesday"}, {}, {"no"}};
        });
        row("sure teachers", [](TrainOptions& o) {
            o.recipe.teachers = 1;
            o.recipe.poolConfidence = 0.2;
            o.recipe.poolSharpness = 2;
            o.unlabelled = {{"we", "saw", "vienna", "today"}, {"on", "tuesday"}};
        });
        row("plain", [](TrainOptions& o) { o.recipe = Recipe::plain(); });
    }
    void eachPart_changesTheResult_alwaysTheSameWay() {
        QFETCH(std::function<void(TrainOptions&)>, change);
        TrainOptions changed = options();
        change(changed);
        const Logits first = logitsAfter(changed, lessons());
        QVERIFY(!first.empty());
        for (const auto& word : first[0]) {
            for (const float logit : word)
                QVERIFY(std::isfinite(logit));
        }
        QCOMPARE(logitsAfter(changed, lessons()), first);
        QVERIFY(logitsAfter(options(), lessons()) != first);
        // Whatever the order in which things were labelled.
        std::vector<LabelledSentence> reversed = lessons();
        std::reverse(reversed.begin(), reversed.end());
        std::reverse(changed.unlabelled.begin(), changed.unlabelled.end());
        QCOMPARE(logitsAfter(changed, reversed), first);
    }

    void insideOnly_hasOneLabelAType_andPredicts() {
        TrainOptions how = options();
        how.recipe.insideOnly = true;
        const auto trained = train(m_encoder, lessons(), how);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QCOMPARE(labelNames(*trained->model), (Words{"O", "I-city", "I-day"}));
        QVERIFY(predict(*trained->model, m_text).has_value());
    }

    void divergingFit_beginsAgainWithSmallerSteps_thenGivesUp() {
        TrainOptions how = options();
        how.learningRate = 1e30;
        const auto hopeless = train(m_encoder, lessons(), how);
        QVERIFY(!hopeless);
        QVERIFY2(hopeless.error().message.find("diverged") != std::string::npos,
                 hopeless.error().message.c_str());
    }

    void progress_coversAllFits() {
        TrainOptions how = options();
        how.recipe.teachers = 1;
        how.recipe.soup = 2;
        how.unlabelled = {{"we", "saw", "vienna"}};
        std::vector<std::int64_t> steps;
        const auto trained = train(m_encoder, lessons(), how, [&](const TrainProgress& p) {
            steps.push_back(p.step);
            QCOMPARE(p.steps, std::int64_t{18});
        });
        QVERIFY(trained.has_value());
        QCOMPARE(trained->report.steps, std::int64_t{18});
        for (std::size_t i = 0; i < steps.size(); ++i)
            QCOMPARE(steps[i], static_cast<std::int64_t>(i) + 1);
    }

    void cancelled_atAnyStep() {
        TrainOptions how = options();
        how.steps = 4;
        how.recipe.teachers = 1;
        how.recipe.probeSteps = 5;
        how.unlabelled = {{"we", "saw", "vienna"}};
        for (int at = 1; at <= 8; ++at) {
            std::stop_source stop;
            const auto trained = train(
                m_encoder, lessons(), how,
                [&](const TrainProgress& p) {
                    if (p.step == at)
                        stop.request_stop();
                },
                stop.get_token());
            // After the last step there is nothing left to stop.
            QCOMPARE(trained.has_value(), at == 8);
            if (!trained)
                QCOMPARE(trained.error().code, ErrorCode::Cancelled);
        }
    }

    void sentenceOfTenThousandSubTokens_isLearned() {
        LabelledSentence monster;
        for (int i = 0; i < 10000; ++i)
            monster.words.push_back(i % 50 == 0 ? "paris" : "today");
        for (int i = 0; i < 10000; i += 50)
            monster.spans.push_back({i, i + 1, "city"});
        TrainOptions how = options();
        how.steps = 2;
        const auto trained = train(m_encoder, {monster}, how);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QCOMPARE(trained->report.warnings.size(), std::size_t{1});  // no day
        const auto spans = predict(*trained->model, {monster.words});
        QVERIFY(spans.has_value());
    }

    void wordsThatTheModelCannotSee_areNoLesson() {
        TrainOptions how = options();
        const auto trained = train(m_encoder, {sentence({"\u200b"}, {{0, 1, "city"}})}, how);
        QVERIFY(!trained);
        QVERIFY2(trained.error().message.find("no word") != std::string::npos,
                 trained.error().message.c_str());
    }

    void contradictoryLabels_areLearnedWithoutHarm() {
        std::vector<LabelledSentence> sentences = lessons();
        sentences.push_back(sentence({"on", "monday", "in", "rome"}, {{1, 2, "city"}}));
        sentences.push_back(sentence({"on", "monday", "in", "rome"}, {}));
        QVERIFY(!logitsAfter(options(), sentences).empty());
    }

    void thousandsOfOneType_oneOfAnother() {
        std::vector<LabelledSentence> sentences;
        for (int i = 0; i < 3000; ++i)
            sentences.push_back(sentence({"to", "city" + std::to_string(i)}, {{1, 2, "city"}}));
        sentences.push_back(sentence({"on", "monday"}, {{1, 2, "day"}}));
        TrainOptions how = options();
        how.steps = 5;
        QVERIFY(!logitsAfter(how, sentences).empty());
    }
};

QTEST_GUILESS_MAIN(TestRecipe)
#include "test_recipe.moc"
