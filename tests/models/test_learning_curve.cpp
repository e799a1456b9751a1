#include <QTest>
#include <cmath>
#include <random>

#include "models/learning/learning_curve.h"
#include "tests/models/learning_fixtures.h"

using namespace spanwise;
using learning_fixtures::byHeart;
using learning_fixtures::sentence;

namespace {

std::vector<CurvePoint> pointsOf(const PowerLaw& law, const std::vector<double>& sizes) {
    std::vector<CurvePoint> points;
    for (const double size : sizes)
        points.push_back({size, law.at(size)});
    return points;
}

/// Documents of five names out of `words`, few frequent and many rare as in texts, so that the more
/// are learned by heart the more of a new document's are known.
std::vector<LearningDocument> names(int count, int words) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> uniform(0, std::log(words));
    std::vector<LearningDocument> documents;
    for (int i = 0; i < count; ++i) {
        LearningDocument document;
        document.id = "d" + std::to_string(i);
        for (int j = 0; j < 5; ++j)
            document.sentences.push_back(
                sentence({"met", "n" + std::to_string(static_cast<int>(std::exp(uniform(random))))},
                         {{1, 2, "person"}}));
        documents.push_back(std::move(document));
    }
    return documents;
}

Result<LearningCurve> curveOf(const FitSentences& fit,
                              const std::vector<LearningDocument>& documents) {
    const auto checked = crossValidate(fit, documents, {});
    if (!checked)
        return tl::unexpected(checked.error());
    return learningCurve(fit, documents, *checked);
}

}  // namespace

class TestLearningCurve : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fit_findsAKnownLaw_data() {
        QTest::addColumn<double>("ceiling");
        QTest::addColumn<double>("loss");
        QTest::addColumn<double>("rate");
        QTest::newRow("usual") << 0.9 << 0.8 << 0.5;
        QTest::newRow("quick") << 0.8 << 1.2 << 1.2;
        QTest::newRow("slow") << 1.0 << 0.7 << 0.2;
        QTest::newRow("at its end") << 0.95 << 0.3 << 1.0;
    }
    void fit_findsAKnownLaw() {
        QFETCH(double, ceiling);
        QFETCH(double, loss);
        QFETCH(double, rate);
        const PowerLaw truth{ceiling, loss, rate};
        const auto found = fitPowerLaw(pointsOf(truth, {4, 8, 16, 32}));
        QVERIFY(found.has_value());
        for (const double size : {4.0, 16.0, 40.0, 64.0})
            QVERIFY2(
                std::abs(found->at(size) - truth.at(size)) < 0.01,
                qPrintable(
                    QString("%1: %2 for %3").arg(size).arg(found->at(size)).arg(truth.at(size))));
    }

    void fit_staysInBounds() {
        std::mt19937 random(2);
        std::uniform_real_distribution<double> uniform(0, 1);
        for (int round = 0; round < 300; ++round) {
            std::vector<CurvePoint> points;
            for (int i = 0; i < 4; ++i)
                points.push_back({std::pow(2.0, i + 1), uniform(random)});
            const auto law = fitPowerLaw(points);
            QVERIFY(law.has_value());
            QVERIFY(law->ceiling >= 0 && law->ceiling <= 1 && law->loss >= 0);
            QVERIFY(law->rate >= 0.05 - 1e-12 && law->rate <= 3 + 1e-12);
            QVERIFY(law->at(1e9) >= law->at(2) && law->at(1e9) <= 1);
        }
    }

    void fit_ofTooLittle_isNone() {
        QVERIFY(!fitPowerLaw({}));
        QVERIFY(!fitPowerLaw({{4, 0.5}, {8, 0.6}}));
        QVERIFY(!fitPowerLaw({{4, 0.5}, {4, 0.6}, {8, 0.7}}));
        QVERIFY(!fitPowerLaw({{0, 0.5}, {4, 0.6}, {8, 0.7}}));
        QVERIFY(!fitPowerLaw({{2, 0.5}, {4, std::nan("")}, {8, 0.7}}));
    }

    void forecast_isAboutRight() {
        // Learned by heart: what 40 documents give is told from 20, and measured.
        const auto documents = names(240, 2000);
        const std::vector<LearningDocument> some(documents.begin(), documents.begin() + 20);
        const auto curve = curveOf(byHeart(), some);
        QVERIFY2(curve.has_value(), curve ? "" : curve.error().text().c_str());
        QCOMPARE(curve->state, ForecastState::Given);
        QCOMPARE(curve->points.size(), std::size_t{4});
        QCOMPARE(curve->points[0].documents, 2.0);
        QCOMPARE(curve->points[3].documents, 16.0);
        QCOMPARE(curve->documents, 20);
        std::vector<LabelledSentence> taught;
        for (std::size_t i = 0; i < 40; ++i)
            taught.insert(taught.end(), documents[i].sentences.begin(),
                          documents[i].sentences.end());
        const auto model = byHeart()(taught, {}, {});
        EntityEvaluator evaluator;
        for (std::size_t i = 40; i < documents.size(); ++i) {
            const auto judged = (*model)(documents[i].sentences);
            for (std::size_t j = 0; j < judged->size(); ++j)
                evaluator.add((*judged)[j].labels, (*judged)[j].found, 2);
        }
        const double truth = evaluator.metrics().micro.f1;
        QVERIFY2(std::abs(curve->then - truth) < 0.08,
                 qPrintable(QString("%1 for %2").arg(curve->then).arg(truth)));
        QVERIFY(curve->thenInterval.low <= truth && truth <= curve->thenInterval.high);
        QVERIFY(curve->then > curve->now);
        QVERIFY2(curve->text.find("20 more documents like these should bring F1 from") == 0,
                 curve->text.c_str());
    }

    void fewDocuments_areTooEarly() {
        for (const int count : {1, 2, 5, 9}) {
            const auto curve = curveOf(byHeart(), names(count, 8));
            QVERIFY(curve.has_value());
            QCOMPARE(curve->state, ForecastState::TooFewDocuments);
            QVERIFY(!curve->law);
            QVERIFY(curve->text.find("Too early to say") == 0);
        }
        QVERIFY(curveOf(byHeart(), names(10, 8))->state != ForecastState::TooFewDocuments);
    }

    void whatDoesNotRise_isNotForecast() {
        // No name comes twice: nothing is ever learned.
        auto documents = names(16, 5);
        int next = 0;
        for (LearningDocument& document : documents) {
            for (LabelledSentence& sentence : document.sentences)
                sentence.words[1] = "unique" + std::to_string(next++);
        }
        const auto curve = curveOf(byHeart(), documents);
        QVERIFY(curve.has_value());
        QCOMPARE(curve->state, ForecastState::NotRising);
        QVERIFY(!curve->law);
        QVERIFY(curve->text.find("does not rise") != std::string::npos);
    }

    void lastPoint_isTheCheckItself() {
        const auto documents = names(20, 30);
        const auto checked = crossValidate(byHeart(), documents, {});
        const auto curve = learningCurve(byHeart(), documents, *checked);
        QCOMPARE(curve->points.back().f1, checked->all.micro.f1);
    }

    void order_doesNotMatter() {
        auto documents = names(20, 30);
        const auto first = curveOf(byHeart(), documents);
        std::reverse(documents.begin(), documents.end());
        const auto second = curveOf(byHeart(), documents);
        QCOMPARE(first->points, second->points);
        QCOMPARE(first->text, second->text);
    }

    void stop_isHeeded() {
        const auto documents = names(20, 30);
        const auto checked = crossValidate(byHeart(), documents, {});
        std::stop_source source;
        int fits = 0;
        const FitSentences counting = [&](const auto& sentences, const auto& progress, auto stop) {
            if (++fits == 3)
                source.request_stop();
            return byHeart()(sentences, progress, stop);
        };
        const auto curve = learningCurve(counting, documents, *checked, {}, {}, source.get_token());
        QCOMPARE(curve.error().code, ErrorCode::Cancelled);
        QCOMPARE(fits, 3);
    }
};

QTEST_GUILESS_MAIN(TestLearningCurve)
#include "test_learning_curve.moc"
