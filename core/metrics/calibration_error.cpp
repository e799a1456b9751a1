#include "core/metrics/calibration_error.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace spanwise {

CalibrationEvaluator::CalibrationEvaluator(int bins)
    : m_counts(static_cast<std::size_t>(std::max(1, bins))) {}

void CalibrationEvaluator::add(const std::vector<WordSpan>& gold,
                               const std::vector<WordSpan>& predicted) {
    for (const WordSpan& span : predicted) {
        const bool correct = std::any_of(gold.begin(), gold.end(), [&](const WordSpan& other) {
            return other.begin == span.begin && other.end == span.end && other.type == span.type;
        });
        add(span.score, correct);
    }
}

void CalibrationEvaluator::add(double score, bool correct) {
    if (!(score >= 0))
        return;
    score = std::min(score, 1.0);
    const auto bins = static_cast<double>(m_counts.size());
    const auto bin = std::min(m_counts.size() - 1, static_cast<std::size_t>(score * bins));
    Counts& counts = m_counts[bin];
    ++counts.spans;
    counts.correct += correct ? 1 : 0;
    counts.scores += score;
}

CalibrationMetrics CalibrationEvaluator::metrics() const {
    CalibrationMetrics metrics;
    const auto bins = static_cast<double>(m_counts.size());
    std::int64_t correct = 0;
    double scores = 0;
    for (std::size_t i = 0; i < m_counts.size(); ++i) {
        const Counts& counts = m_counts[i];
        CalibrationBin bin;
        bin.low = static_cast<double>(i) / bins;
        bin.high = static_cast<double>(i + 1) / bins;
        bin.spans = counts.spans;
        if (counts.spans > 0) {
            const auto spans = static_cast<double>(counts.spans);
            bin.meanScore = counts.scores / spans;
            bin.accuracy = static_cast<double>(counts.correct) / spans;
            const double error = std::abs(bin.accuracy - bin.meanScore);
            metrics.expectedError += spans * error;
            metrics.largestError = std::max(metrics.largestError, error);
        }
        metrics.spans += counts.spans;
        correct += counts.correct;
        scores += counts.scores;
        metrics.bins.push_back(bin);
    }
    if (metrics.spans > 0) {
        const auto spans = static_cast<double>(metrics.spans);
        metrics.expectedError /= spans;
        metrics.overconfidence = (scores - static_cast<double>(correct)) / spans;
    }
    return metrics;
}

std::string calibrationToJson(const CalibrationMetrics& metrics) {
    using Json = nlohmann::ordered_json;
    Json bins = Json::array();
    for (const CalibrationBin& bin : metrics.bins)
        bins.push_back({{"low", bin.low},
                        {"high", bin.high},
                        {"spans", bin.spans},
                        {"mean_score", bin.meanScore},
                        {"accuracy", bin.accuracy}});
    const Json json{{"ece", metrics.expectedError},
                    {"largest_error", metrics.largestError},
                    {"overconfidence", metrics.overconfidence},
                    {"spans", metrics.spans},
                    {"bins", std::move(bins)}};
    return json.dump();
}

}  // namespace spanwise
