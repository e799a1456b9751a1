#pragma once

#include <cstdint>
#include <vector>

namespace spanwise {

/// Maps a span's posterior to the probability that the span is right, so that a threshold of 0.9
/// keeps spans of which nine in ten are: `sigmoid(slope * logit(score) + shift)`. Rising, so the
/// spans' order and tags stay. A value; any thread.
struct Calibration {
    static constexpr double kLeastSlope = 0.02, kGreatestSlope = 50, kGreatestShift = 50;

    double slope = 1;  ///< kLeastSlope..kGreatestSlope
    double shift = 0;  ///< within ±kGreatestShift

    [[nodiscard]] bool isIdentity() const { return slope == 1 && shift == 0; }
    /// 0..1 to 0..1.
    [[nodiscard]] double apply(double score) const;
    /// The score that `apply` maps to `probability`.
    [[nodiscard]] double invert(double probability) const;

    bool operator==(const Calibration&) const = default;
};

/// A span that was predicted for a sentence that its model did not learn from.
struct JudgedScore {
    double score = 0;  ///< as the model gave it, uncalibrated
    bool correct = false;
};

/// The prior of a calibration: what a handful of spans cannot move far. Gaussians around the usual
/// slope and shift with these standard deviations.
struct CalibrationPrior {
    double slope = 1, slopeSpread = 0.5;
    double shift = 0, shiftSpread = 0.5;
};
/// Of models fine-tuned on few examples, which are far too sure of themselves: measured with
/// `spanwise-cli bench calibration` (ARCHITECTURE.md).
[[nodiscard]] CalibrationPrior usualCalibration();

/// The most probable calibration for these spans under the prior, by Newton's method on the
/// regularised log loss, which is convex: no start or seed matters. No spans: the identity.
[[nodiscard]] Calibration fitCalibration(const std::vector<JudgedScore>& spans,
                                         const CalibrationPrior& prior = usualCalibration());

}  // namespace spanwise
