#include <QFile>
#include <QTest>
#include <cmath>
#include <fstream>
#include <thread>

#include "core/formats/conll.h"
#include "core/metrics/entity_metrics.h"
#include "models/learning/few_shot.h"
#include "models/model.h"
#include "tests/models/fixtures.h"

using namespace spanwise;

namespace {

double residentMegabytes(const char* key) {
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n')) {
        if (line.startsWith(key))
            return line.mid(static_cast<qsizetype>(strlen(key)))
                       .trimmed()
                       .split(' ')
                       .first()
                       .toDouble() /
                   1024;
    }
    return 0;
}

LabelledSentence sentence(std::vector<std::string> words, std::vector<WordSpan> spans) {
    LabelledSentence result;
    result.words = std::move(words);
    result.spans = std::move(spans);
    return result;
}

std::vector<LabelledSentence> cities() {
    std::vector<LabelledSentence> sentences;
    for (const char* city : {"Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi"})
        sentences.push_back(
            sentence({"She", "flew", "to", city, "yesterday", "."}, {{3, 4, "city"}}));
    return sentences;
}

TrainOptions cityOptions() {
    TrainOptions options;
    options.types = {"city"};
    options.seed = 3;
    options.steps = 60;
    return options;
}

}  // namespace

class TestTraining : public QObject {
    Q_OBJECT

    ModelPtr m_encoder;
    void needEncoder() const {
        if (!m_encoder)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

private Q_SLOTS:
    void initTestCase() {
        if (const auto path = defaultEncoder()) {
            auto model = loadModel(*path, Device{});
            QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
            m_encoder = *model;
        }
    }

    void fewExamples_generaliseToUnseenWords() {
        needEncoder();
        int told = 0;
        const auto trained = train(m_encoder, cities(), cityOptions(), [&](const TrainProgress& p) {
            ++told;
            QVERIFY(p.step <= p.steps);
        });
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QVERIFY(told == trained->report.steps);
        const auto spans = predict(*trained->model, {{"They", "flew", "to", "Madrid", "today", "."},
                                                     {"Nothing", "to", "see", "here", "."}});
        QVERIFY(spans.has_value());
        QCOMPARE((*spans)[0].size(), std::size_t{1});
        QCOMPARE((*spans)[0][0].begin, 3);
        QVERIFY((*spans)[0][0].score > 0.5 && (*spans)[0][0].score <= 1);
        QVERIFY((*spans)[1].empty());
    }

    void sameSeed_sameResult() {
        needEncoder();
        TrainOptions options = cityOptions();
        options.steps = 6;
        const auto first = train(m_encoder, cities(), options);
        const auto second = train(m_encoder, cities(), options);
        options.seed = 4;
        const auto other = train(m_encoder, cities(), options);
        const std::vector<std::vector<std::string>> text{{"to", "Madrid"}};
        QCOMPARE(*wordLogits(*first->model, text), *wordLogits(*second->model, text));
        QVERIFY(*wordLogits(*first->model, text) != *wordLogits(*other->model, text));
    }

    void unknownWords_teachNothing() {
        needEncoder();
        // "Paris" is everywhere, labelled once, elsewhere unknown: it must not be learned as O.
        auto sentences = cities();
        for (int i = 0; i < 8; ++i) {
            LabelledSentence more = sentence({"He", "left", "Paris", "early"}, {});
            more.known = {true, true, false, true};
            sentences.push_back(more);
        }
        const auto trained = train(m_encoder, sentences, cityOptions());
        QVERIFY(trained.has_value());
        const auto spans = predict(*trained->model, {{"He", "left", "Paris", "early"}});
        QCOMPARE((*spans)[0].size(), std::size_t{1});
        QCOMPARE((*spans)[0][0].begin, 2);
    }

    void rejections_teachThatItIsNotThat() {
        needEncoder();
        auto sentences = cities();
        for (int i = 0; i < 8; ++i) {
            LabelledSentence refused = sentence({"He", "met", "Paris", "Hilton"}, {});
            refused.known = {false, false, false, false};
            refused.rejected = {{2, 3, "city"}};
            sentences.push_back(refused);
        }
        const auto trained = train(m_encoder, sentences, cityOptions());
        QVERIFY(trained.has_value());
        const auto spans = predict(*trained->model, {{"He", "met", "Paris", "Hilton"}});
        for (const WordSpan& span : (*spans)[0])
            QVERIFY(span.begin != 2 || span.end != 3);
    }

    void budget_isKept() {
        needEncoder();
        TrainOptions options = cityOptions();
        options.steps = 100000;
        options.budgetSeconds = 2;
        const auto trained = train(m_encoder, cities(), options);
        QVERIFY(trained.has_value());
        QVERIFY(trained->report.steps > 1);
        QVERIFY2(trained->report.seconds < 4, qPrintable(QString::number(trained->report.seconds)));
    }

    void warmStart_keepsWhatItKnows() {
        needEncoder();
        const auto first = train(m_encoder, cities(), cityOptions());
        QVERIFY(first.has_value());
        auto sentences = cities();
        sentences.push_back(sentence({"Ada", "Lovelace", "wrote", "."}, {{0, 2, "person"}}));
        TrainOptions options = cityOptions();
        options.types = {"person", "city"};
        options.steps = 10;
        const auto second = train(first->model, sentences, options);
        QVERIFY2(second.has_value(), second ? "" : second.error().text().c_str());
        const auto spans = predict(*second->model, {{"They", "flew", "to", "Madrid", "."}});
        QCOMPARE((*spans)[0].size(), std::size_t{1});
        QCOMPARE((*spans)[0][0].type, std::string("city"));
    }

    void stop_endsItSoon() {
        needEncoder();
        TrainOptions options = cityOptions();
        options.steps = 100000;
        std::stop_source stop;
        std::chrono::steady_clock::time_point asked;
        std::jthread stopper([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(1500));
            asked = std::chrono::steady_clock::now();
            stop.request_stop();
        });
        const auto trained = train(m_encoder, cities(), options, {}, stop.get_token());
        const auto took = std::chrono::steady_clock::now() - asked;
        QVERIFY(!trained);
        QVERIFY(trained.error().code == ErrorCode::Cancelled);
        QVERIFY(took < std::chrono::milliseconds(1500));
    }

    void nothingToLearn_isSaid() {
        const auto tiny = loadModel(fixtures::path("encoders/tiny_bert"), Device{});
        QVERIFY(tiny.has_value());
        QVERIFY(!train(*tiny, {}, cityOptions()));
        QVERIFY(!train(*tiny, cities(), {}));
        TrainOptions options;
        options.types = {"person", "city"};
        options.steps = 1;
        const auto trained = train(*tiny, cities(), options);
        QVERIFY(trained.has_value());
        QCOMPARE(trained->report.warnings.size(), std::size_t{1});
        options.types = {"person"};
        QVERIFY(!train(*tiny, cities(), options));
    }

    void divergedFit_isBegunAgainWithASmallerRate() {
        const auto tiny = loadModel(fixtures::path("encoders/tiny_bert"), Device{});
        QVERIFY(tiny.has_value());
        TrainOptions options = cityOptions();
        options.steps = 4;
        // The first of these rates that is too large is so by less than the step to the one before.
        for (options.learningRate = 1e-2; options.learningRate < 1e37;
             options.learningRate /= 0.3) {
            const auto trained = train(*tiny, cities(), options);
            QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
            const auto& warnings = trained->report.warnings;
            if (warnings.empty())
                continue;
            QCOMPARE(warnings.size(), std::size_t{1});
            QVERIFY2(
                warnings[0].find("begun again with a smaller learning rate") != std::string::npos,
                warnings[0].c_str());
            QCOMPARE(trained->report.steps, std::int64_t{4});
            const auto logits = wordLogits(*trained->model, {cities()[0].words});
            QVERIFY(logits.has_value());
            for (const auto& word : logits->front()) {
                for (const float logit : word)
                    QVERIFY(std::isfinite(logit));
            }
            return;
        }
        QFAIL("no rate was too large");
    }

    void divergedInTheLastStep_isNoModel() {
        const auto tiny = loadModel(fixtures::path("encoders/tiny_bert"), Device{});
        QVERIFY(tiny.has_value());
        TrainOptions options = cityOptions();
        options.steps = 1;
        options.learningRate = 1e300;  // no number in 32 bits
        const auto trained = train(*tiny, cities(), options);
        QVERIFY(!trained);
        QVERIFY2(trained.error().message.find("diverged") != std::string::npos,
                 trained.error().text().c_str());
    }

    void frozenLayers_stayAsTheyAre() {
        needEncoder();
        TrainOptions options = cityOptions();
        options.frozenLayers = 6;
        options.steps = 30;
        const auto trained = train(m_encoder, cities(), options);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QVERIFY(trained->report.loss > 0);
    }

    /// The floor with room for another processor's rounding: one draw, not the mean of
    /// five that the README reports.
    void mitRestaurant_sixteenShots() {
        needEncoder();
        const std::string trainFile = fixtures::data("ner/mit-restaurant/train.txt");
        const std::string testFile = fixtures::data("ner/mit-restaurant/test.txt");
        if (trainFile.empty() || testFile.empty())
            QSKIP("MIT Restaurant is absent (SPANWISE_DATA).");
        std::ifstream trainIn(trainFile, std::ios::binary), testIn(testFile, std::ios::binary);
        const auto pool = readGoldConll(trainIn, trainFile);
        const auto test = readGoldConll(testIn, testFile);
        QVERIFY(pool.has_value() && test.has_value());
        std::vector<LabelledSentence> sample;
        for (const std::size_t index : sampleShots(pool->sentences, 16, 1))
            sample.push_back(pool->sentences[index]);
        TrainOptions options;
        options.seed = 1;
        for (const LabelledSentence& s : pool->sentences) {
            for (const WordSpan& span : s.spans) {
                if (std::find(options.types.begin(), options.types.end(), span.type) ==
                    options.types.end())
                    options.types.push_back(span.type);
            }
        }
        std::sort(options.types.begin(), options.types.end());
        const auto trained = train(m_encoder, sample, options);
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        std::vector<std::vector<std::string>> words;
        for (const LabelledSentence& s : test->sentences)
            words.push_back(s.words);
        const auto predicted = predict(*trained->model, words);
        QVERIFY(predicted.has_value());
        EntityEvaluator evaluator;
        for (std::size_t i = 0; i < words.size(); ++i)
            evaluator.add(test->sentences[i].spans, (*predicted)[i], words[i].size());
        const double f1 = evaluator.metrics().micro.f1;
        const double peak = residentMegabytes("VmHWM:");
        qInfo("micro F1 %.3f, fit %.1f s, peak %.0f MB", f1, trained->report.seconds, peak);
        QVERIFY2(f1 >= 0.43, qPrintable(QString::number(f1)));
        QVERIFY2(peak < 1200, qPrintable(QString::number(peak)));
    }
};

QTEST_GUILESS_MAIN(TestTraining)
#include "test_training.moc"
