#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <random>

#include "models/learning/cross_validation.h"
#include "models/model.h"
#include "tests/models/fixtures.h"
#include "tests/models/learning_fixtures.h"

using namespace spanwise;
using learning_fixtures::sentence;

namespace {

double logit(double p) {
    return std::log(p / (1 - p));
}

double sigmoid(double x) {
    return 1 / (1 + std::exp(-x));
}

/// Scores whose truth is a known calibration of them.
std::vector<JudgedScore> drawn(const Calibration& truth, int count, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform(0, 1);
    std::vector<JudgedScore> spans;
    for (int i = 0; i < count; ++i) {
        const double score = sigmoid(8 * uniform(random) - 3);
        const double right = sigmoid(truth.slope * logit(score) + truth.shift);
        spans.push_back({score, uniform(random) < right});
    }
    return spans;
}

double calibrationError(const std::vector<JudgedScore>& spans, const Calibration& calibration) {
    std::array<double, 10> gap{};
    for (const JudgedScore& span : spans) {
        const double score = calibration.apply(span.score);
        gap[std::min<std::size_t>(9, static_cast<std::size_t>(score * 10))] +=
            score - (span.correct ? 1 : 0);
    }
    double sum = 0;
    for (const double g : gap)
        sum += std::abs(g);
    return sum / static_cast<double>(spans.size());
}

}  // namespace

class TestCalibration : public QObject {
    Q_OBJECT

    ModelPtr m_encoder;
    void needEncoder() const {
        if (!m_encoder)
            QSKIP("The default encoder is not installed: packaging/setup/encoder.sh fetches it.");
    }

    static ModelPtr tinyTagger() {
        const auto base = loadModel(fixtures::path("encoders/tiny_bert"), Device{});
        if (!base)
            return {};
        TrainOptions options;
        options.types = {"city"};
        options.steps = 2;
        const auto trained =
            train(*base, {sentence({"to", "paris", "now"}, {{1, 2, "city"}})}, options);
        return trained ? trained->model : ModelPtr();
    }

private Q_SLOTS:
    void initTestCase() {
        if (const auto path = defaultEncoder()) {
            auto model = loadModel(*path, Device{});
            QVERIFY2(model.has_value(), model ? "" : model.error().text().c_str());
            m_encoder = *model;
        }
    }

    void identity_changesNothing() {
        const Calibration identity;
        QVERIFY(identity.isIdentity());
        for (const double score : {0.0, 1e-300, 0.1234567890123, 0.5, 1.0}) {
            QCOMPARE(identity.apply(score), score);
            QCOMPARE(identity.invert(score), score);
        }
    }

    void apply_risesAndStaysWithinBounds() {
        for (const Calibration c :
             {Calibration{0.3, -1}, Calibration{4, 2}, Calibration{Calibration::kLeastSlope, 0},
              Calibration{Calibration::kGreatestSlope, -Calibration::kGreatestShift}}) {
            double last = c.apply(0);
            QVERIFY(last >= 0);
            for (int i = 1; i <= 1000; ++i) {
                const double next = c.apply(i / 1000.0);
                QVERIFY(std::isfinite(next) && next >= last && next <= 1);
                last = next;
            }
        }
        const Calibration c{0.7, -0.4};
        for (const double score : {0.01, 0.3, 0.5, 0.97})
            QVERIFY(std::abs(c.invert(c.apply(score)) - score) < 1e-9);
    }

    void fit_findsTheTruth_data() {
        QTest::addColumn<double>("slope");
        QTest::addColumn<double>("shift");
        QTest::newRow("as it is") << 1.0 << 0.0;
        QTest::newRow("too bold") << 0.5 << -0.3;
        QTest::newRow("too shy") << 1.6 << 0.8;
    }
    void fit_findsTheTruth() {
        QFETCH(double, slope);
        QFETCH(double, shift);
        const Calibration truth{slope, shift};
        const Calibration found = fitCalibration(drawn(truth, 20000, 1));
        QVERIFY2(std::abs(found.slope - slope) < 0.08 && std::abs(found.shift - shift) < 0.12,
                 qPrintable(QString("%1 %2").arg(found.slope).arg(found.shift)));
        const auto unseen = drawn(truth, 20000, 2);
        QVERIFY(calibrationError(unseen, found) < 0.012);
        if (!truth.isIdentity())
            QVERIFY(calibrationError(unseen, {}) > 0.05);
    }

    void fewSpans_moveLittle() {
        QVERIFY(fitCalibration({}).isIdentity());
        const Calibration usual{usualCalibration().slope, usualCalibration().shift};
        for (const bool correct : {true, false}) {
            const Calibration one = fitCalibration({{0.9, correct}});
            const double told = one.apply(0.9);
            QVERIFY2(std::abs(told - usual.apply(0.9)) < 0.15, qPrintable(QString::number(told)));
            QVERIFY(correct ? told > usual.apply(0.9) : told < usual.apply(0.9));
        }
    }

    void hostileScores_giveAFiniteCalibration() {
        for (const auto& spans :
             std::vector<std::vector<JudgedScore>>{{{0, true}, {1, false}},
                                                   {{1, true}, {1, true}, {1, true}},
                                                   {{0, false}, {0, false}},
                                                   {{std::nan(""), true}, {0.5, false}},
                                                   std::vector<JudgedScore>(5000, {0.99, false}),
                                                   std::vector<JudgedScore>(5000, {0.01, true})}) {
            const Calibration found = fitCalibration(spans);
            QVERIFY(std::isfinite(found.slope) && std::isfinite(found.shift));
            QVERIFY(found.slope >= Calibration::kLeastSlope);
            QVERIFY(found.slope <= Calibration::kGreatestSlope);
        }
        QVERIFY(fitCalibration(std::vector<JudgedScore>(5000, {0.99, false})).apply(0.99) < 0.05);
    }

    void bundle_keepsTheCalibration() {
        const ModelPtr plain = tinyTagger();
        QVERIFY(plain);
        QVERIFY(calibrationOf(*plain).isIdentity());
        const Calibration calibration{0.625, -0.375};
        const ModelPtr model = calibrated(plain, calibration);
        QVERIFY(calibrationOf(*plain).isIdentity());
        QTemporaryDir dir;
        const std::string folder = dir.filePath("model").toStdString();
        QVERIFY(saveModel(*model, folder).has_value());
        const auto loaded = loadModel(folder, Device{});
        QVERIFY2(loaded.has_value(), loaded ? "" : loaded.error().text().c_str());
        QCOMPARE(calibrationOf(**loaded), calibration);
        const std::string again = dir.filePath("again").toStdString();
        QVERIFY(saveModel(**loaded, again).has_value());
        const auto reloaded = loadModel(again, Device{});
        QCOMPARE(calibrationOf(**reloaded), calibration);
        // Without one the file says nothing of it.
        const std::string bare = dir.filePath("bare").toStdString();
        QVERIFY(saveModel(*plain, bare).has_value());
        QVERIFY(!fixtures::bytes(bare + "/spanwise.json").contains("calibration"));
        QVERIFY(calibrationOf(**loadModel(bare, Device{})).isIdentity());
    }

    void predict_scoresByTheCalibrationAndKeepsTheSpans() {
        const ModelPtr plain = tinyTagger();
        QVERIFY(plain);
        const Calibration calibration{0.5, -1};
        const ModelPtr model = calibrated(plain, calibration);
        std::vector<std::vector<std::string>> texts;
        for (int i = 0; i < 20; ++i)
            texts.push_back({"word" + std::to_string(i), "paris", "now", "to"});
        const auto before = predict(*plain, texts);
        const auto after = predict(*model, texts);
        QVERIFY(before && after);
        std::size_t spans = 0;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QCOMPARE((*before)[i].size(), (*after)[i].size());
            for (std::size_t j = 0; j < (*before)[i].size(); ++j) {
                const WordSpan& raw = (*before)[i][j];
                const WordSpan& told = (*after)[i][j];
                QCOMPARE(std::tie(raw.begin, raw.end, raw.type),
                         std::tie(told.begin, told.end, told.type));
                QVERIFY(std::abs(told.score - calibration.apply(raw.score)) < 1e-12);
                ++spans;
            }
        }
        QVERIFY(spans > 0);
        // The threshold is of the calibrated score.
        std::vector<double> scores;
        for (const auto& found : *after) {
            for (const WordSpan& span : found)
                scores.push_back(span.score);
        }
        std::sort(scores.begin(), scores.end());
        PredictOptions options;
        options.threshold = scores[scores.size() / 2];
        const auto strong = predict(*model, texts, options);
        QVERIFY(strong.has_value());
        std::size_t kept = 0;
        for (const auto& found : *strong)
            kept += found.size();
        QCOMPARE(static_cast<std::ptrdiff_t>(kept),
                 std::count_if(scores.begin(), scores.end(),
                               [&](double score) { return score >= options.threshold; }));
        QVERIFY(kept < spans);
    }

    void judge_scoresLabelsAsPredictWould() {
        const ModelPtr model = tinyTagger();
        QVERIFY(model);
        std::vector<std::vector<std::string>> texts;
        for (int i = 0; i < 10; ++i)
            texts.push_back({"word" + std::to_string(i), "paris", "now", "to"});
        const auto predicted = predict(*model, texts);
        std::vector<LabelledSentence> labelled;
        for (std::size_t i = 0; i < texts.size(); ++i)
            labelled.push_back(sentence(texts[i], (*predicted)[i]));
        labelled.push_back(sentence({"to", "now"}, {{0, 1, "city"}, {1, 2, "unheard of"}}));
        const auto judged = judge(*model, labelled);
        QVERIFY(judged.has_value());
        std::size_t compared = 0;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QCOMPARE((*judged)[i].found, (*predicted)[i]);
            QCOMPARE((*judged)[i].labels, (*predicted)[i]);
            compared += (*predicted)[i].size();
        }
        QVERIFY(compared > 0);
        const auto& labels = judged->back().labels;
        QVERIFY(labels[0].score > 0 && labels[0].score < 1);
        QCOMPARE(labels[1].score, 0.0);
    }

    void damagedCalibration_isNamed_data() {
        QTest::addColumn<QByteArray>("entry");
        QTest::addColumn<QString>("expected");
        QTest::newRow("text") << QByteArray("\"steep\"") << "calibration is \"steep\"; expected";
        QTest::newRow("negative") << QByteArray("{\"slope\": -1, \"shift\": 0}")
                                  << "slope is -1; expected a number from 0.02 to 50";
        QTest::newRow("huge") << QByteArray("{\"slope\": 1e99}") << "slope is 1e+99";
        QTest::newRow("no number")
            << QByteArray("{\"slope\": 1, \"shift\": [1]}") << "shift is [1]; expected a number";
    }
    void damagedCalibration_isNamed() {
        QFETCH(QByteArray, entry);
        QFETCH(QString, expected);
        QTemporaryDir dir;
        const QString folder = dir.filePath("model");
        QVERIFY(saveModel(*calibrated(tinyTagger(), {0.5, 1}), folder.toStdString()).has_value());
        QFile file(folder + "/spanwise.json");
        QVERIFY(file.open(QIODevice::ReadWrite));
        auto json = nlohmann::json::parse(file.readAll().toStdString());
        json["calibration"] = nlohmann::json::parse(entry.toStdString());
        file.resize(0);
        file.write(QByteArray::fromStdString(json.dump()));
        file.close();
        const auto loaded = loadModel(folder.toStdString(), Device{});
        QVERIFY(!loaded);
        QCOMPARE(loaded.error().code, ErrorCode::Corrupt);
        QVERIFY2(loaded.error().text().find(expected.toStdString()) != std::string::npos,
                 loaded.error().text().c_str());
        QVERIFY(loaded.error().where.find("spanwise.json") != std::string::npos);
    }

    void trainCalibrated_learnsAsTrainDoes() {
        needEncoder();
        std::vector<LabelledSentence> sentences;
        for (const char* city : {"Paris", "Rome", "Oslo", "Lima", "Cairo", "Delhi"})
            sentences.push_back(sentence({"She", "flew", "to", city, "."}, {{3, 4, "city"}}));
        TrainOptions options;
        options.types = {"city"};
        options.steps = 4;
        const auto plain = train(m_encoder, sentences, options);
        double told = 0;
        const auto trained =
            trainCalibrated(m_encoder, sentences, options, 2, [&](const TrainProgress& p) {
                told = static_cast<double>(p.step) / static_cast<double>(p.steps);
            });
        QVERIFY2(trained.has_value(), trained ? "" : trained.error().text().c_str());
        QCOMPARE(told, 1.0);
        QVERIFY(!calibrationOf(*trained->model).isIdentity());
        const std::vector<std::vector<std::string>> text{{"They", "flew", "to", "Madrid"}};
        QCOMPARE(*wordLogits(*trained->model, text), *wordLogits(*plain->model, text));
        std::stop_source source;
        source.request_stop();
        const auto stopped =
            trainCalibrated(m_encoder, sentences, options, 2, {}, source.get_token());
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        // One sentence cannot be parted, but taught.
        const auto one =
            trainCalibrated(m_encoder, std::vector<LabelledSentence>{sentences[0]}, options, 2);
        QVERIFY2(one.has_value(), one ? "" : one.error().text().c_str());
        QCOMPARE(calibrationOf(*one->model), calibrationWithoutSpans(*one->model));
        QVERIFY(one->report.warnings.back().find("as usual only") != std::string::npos);
        // Without folds it is the usual calibration, and nothing to warn of.
        const auto usual =
            trainCalibrated(m_encoder, std::vector<LabelledSentence>{sentences[0]}, options, 0);
        QVERIFY2(usual.has_value(), usual ? "" : usual.error().text().c_str());
        QCOMPARE(calibrationOf(*usual->model).slope, usualCalibration().slope);
        QCOMPARE(usual->report.warnings,
                 one->report.warnings.size() > 1
                     ? std::vector<std::string>(one->report.warnings.begin(),
                                                one->report.warnings.end() - 1)
                     : std::vector<std::string>{});
    }
};

QTEST_GUILESS_MAIN(TestCalibration)
#include "test_calibration.moc"
