#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// Predicted spans whose score lies in one stretch of 0..1.
struct CalibrationBin {
    double low = 0, high = 0;  ///< [low, high), the last one closed
    std::int64_t spans = 0;
    double meanScore = 0;
    double accuracy = 0;  ///< share of the spans that strictly match a gold span
};

/// How far scores are from what they promise.
struct CalibrationMetrics {
    /// Sum over bins of (spans in the bin / all spans) · |accuracy - mean score| (Naeini et al.
    /// 2015, "Obtaining well calibrated probabilities using Bayesian binning"). 0 without spans.
    double expectedError = 0;
    double largestError = 0;  ///< the same difference in the bin where it is largest
    /// Mean score minus accuracy over all spans: positive when the model is too sure of itself.
    double overconfidence = 0;
    std::int64_t spans = 0;
    std::vector<CalibrationBin> bins;
};

/// Expected calibration error of span scores, accumulated sentence by sentence: bins of equal width
/// over the predicted spans' scores; a span is correct when range and type equal a gold span's.
class CalibrationEvaluator {
public:
    static constexpr int kDefaultBins = 10;

    explicit CalibrationEvaluator(int bins = kDefaultBins);
    /// Spans in word indices of the same sentence. A predicted span without a score (negative, or
    /// no number) is left out; a score above 1 counts as 1.
    void add(const std::vector<WordSpan>& gold, const std::vector<WordSpan>& predicted);
    void add(double score, bool correct);
    [[nodiscard]] CalibrationMetrics metrics() const;

private:
    struct Counts {
        std::int64_t spans = 0, correct = 0;
        double scores = 0;
    };
    std::vector<Counts> m_counts;
};

/// `{"ece", "largest_error", "overconfidence", "spans", "bins": [{"low","high","spans",
/// "mean_score","accuracy"}, …]}`, numbers 0..1.
[[nodiscard]] std::string calibrationToJson(const CalibrationMetrics& metrics);

}  // namespace spanwise
