#include <QTest>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/metrics/calibration_error.h"

using namespace spanwise;

class TestCalibrationError : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingPredicted_isNoError() {
        const CalibrationMetrics metrics = CalibrationEvaluator().metrics();
        QCOMPARE(metrics.spans, 0);
        QCOMPARE(metrics.expectedError, 0.0);
        QCOMPARE(metrics.bins.size(), std::size_t{10});
    }

    void twoBins_byHand() {
        CalibrationEvaluator evaluator(2);
        evaluator.add(0.2, false);
        evaluator.add(0.4, true);
        evaluator.add(0.9, true);
        evaluator.add(0.8, false);
        evaluator.add(0.7, false);
        const CalibrationMetrics metrics = evaluator.metrics();
        // Low: accuracy 1/2, mean score 0.3; high: 1/3 and 0.8.
        QCOMPARE(metrics.spans, 5);
        QVERIFY(std::abs(metrics.expectedError - (2 * 0.2 + 3 * (0.8 - 1.0 / 3)) / 5) < 1e-12);
        QVERIFY(std::abs(metrics.largestError - (0.8 - 1.0 / 3)) < 1e-12);
        QVERIFY(std::abs(metrics.overconfidence - (3.0 - 2.0) / 5) < 1e-12);
        QCOMPARE(metrics.bins[0].spans, 2);
        QCOMPARE(metrics.bins[1].spans, 3);
        QVERIFY(std::abs(metrics.bins[1].meanScore - 0.8) < 1e-12);
    }

    void spans_countWhenRangeAndTypeAreRight() {
        CalibrationEvaluator evaluator;
        evaluator.add({{0, 2, "PER"}, {4, 5, "ORG"}},
                      {{0, 2, "PER", 0.95}, {4, 5, "PER", 0.95}, {4, 6, "ORG", 0.95}});
        const CalibrationMetrics metrics = evaluator.metrics();
        QCOMPARE(metrics.spans, 3);
        QVERIFY(std::abs(metrics.bins[9].accuracy - 1.0 / 3) < 1e-12);
        QVERIFY(std::abs(metrics.expectedError - (0.95 - 1.0 / 3)) < 1e-12);
    }

    void edges_lieInTheBinTheyBegin() {
        CalibrationEvaluator evaluator;
        for (const double score : {0.0, 0.1, 0.5, 1.0, 1.5})
            evaluator.add(score, true);
        const CalibrationMetrics metrics = evaluator.metrics();
        QCOMPARE(metrics.bins[0].spans, 1);
        QCOMPARE(metrics.bins[1].spans, 1);
        QCOMPARE(metrics.bins[5].spans, 1);
        QCOMPARE(metrics.bins[9].spans, 2);
        QCOMPARE(metrics.bins[9].meanScore, 1.0);
    }

    void noScore_isLeftOut() {
        CalibrationEvaluator evaluator;
        evaluator.add({{0, 1, "X"}}, {{0, 1, "X"}, {0, 1, "X", std::nan("")}});
        QCOMPARE(evaluator.metrics().spans, 0);
    }

    /// 500 scores of a linear congruential generator, each right with its square as probability;
    /// the expected figures are numpy's over the same numbers.
    void fiveHundredScores_likeNumpy_data() {
        QTest::addColumn<int>("bins");
        QTest::addColumn<double>("expected");
        QTest::addColumn<double>("largest");
        QTest::newRow("10 bins") << 10 << 0.16629667815193536 << 0.31683196322992446;
        QTest::newRow("15 bins") << 15 << 0.16629667815193536 << 0.31716105598025024;
    }
    void fiveHundredScores_likeNumpy() {
        QFETCH(const int, bins);
        QFETCH(const double, expected);
        QFETCH(const double, largest);
        std::uint64_t state = 12345;
        const auto next = [&] {
            state = (1103515245 * state + 12345) % 2147483648;
            return static_cast<double>(state) / 2147483648;
        };
        CalibrationEvaluator evaluator(bins);
        for (int i = 0; i < 500; ++i) {
            const double score = next();
            evaluator.add(score, next() < score * score);
        }
        const CalibrationMetrics metrics = evaluator.metrics();
        QVERIFY(std::abs(metrics.expectedError - expected) < 1e-12);
        QVERIFY(std::abs(metrics.largestError - largest) < 1e-12);
        QVERIFY(std::abs(metrics.overconfidence - 0.16629667815193533) < 1e-12);
    }

    void json_hasEveryFigure() {
        CalibrationEvaluator evaluator(4);
        evaluator.add(0.6, true);
        const auto json = nlohmann::json::parse(calibrationToJson(evaluator.metrics()));
        QCOMPARE(json["spans"].get<int>(), 1);
        QVERIFY(std::abs(json["ece"].get<double>() - 0.4) < 1e-12);
        QVERIFY(std::abs(json["overconfidence"].get<double>() + 0.4) < 1e-12);
        QCOMPARE(json["bins"].size(), std::size_t{4});
        QCOMPARE(json["bins"][2]["low"].get<double>(), 0.5);
        QCOMPARE(json["bins"][2]["accuracy"].get<double>(), 1.0);
    }
};

QTEST_GUILESS_MAIN(TestCalibrationError)
#include "test_calibration_error.moc"
