#include "models/learning/calibration.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace spanwise {
namespace {

/// Scores so close to 0 or 1 that their distance is rounding are held as this logit.
constexpr double kGreatestLogit = 16;

double logit(double p) {
    if (!(p > 0))
        return -kGreatestLogit;
    if (!(p < 1))
        return kGreatestLogit;
    return std::clamp(std::log(p / (1 - p)), -kGreatestLogit, kGreatestLogit);
}

double sigmoid(double x) {
    return x >= 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x));
}

/// log(1 + exp(x)) without overflow.
double softplus(double x) {
    return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

}  // namespace

double Calibration::apply(double score) const {
    return isIdentity() ? score : sigmoid(slope * logit(score) + shift);
}

double Calibration::invert(double probability) const {
    return isIdentity() ? probability : sigmoid((logit(probability) - shift) / slope);
}

CalibrationPrior usualCalibration() {
    return {0.5, 0.5, -1, 0.3};
}

Calibration fitCalibration(const std::vector<JudgedScore>& spans, const CalibrationPrior& prior) {
    if (spans.empty())
        return {};
    Calibration found{prior.slope, prior.shift};
    const double slopeWeight = 1 / (prior.slopeSpread * prior.slopeSpread);
    const double shiftWeight = 1 / (prior.shiftSpread * prior.shiftSpread);
    const auto loss = [&](const Calibration& c) {
        const double slopeMove = c.slope - prior.slope;
        const double shiftMove = c.shift - prior.shift;
        double sum =
            (slopeWeight * slopeMove * slopeMove + shiftWeight * shiftMove * shiftMove) / 2;
        for (const JudgedScore& span : spans) {
            const double x = c.slope * logit(span.score) + c.shift;
            sum += softplus(span.correct ? -x : x);
        }
        return sum;
    };
    double last = loss(found);
    for (int round = 0; round < 100; ++round) {
        std::array<double, 2> gradient{slopeWeight * (found.slope - prior.slope),
                                       shiftWeight * (found.shift - prior.shift)};
        double aa = slopeWeight;
        double ab = 0;
        double bb = shiftWeight;
        for (const JudgedScore& span : spans) {
            const double x = logit(span.score);
            const double p = sigmoid(found.slope * x + found.shift);
            const double error = p - (span.correct ? 1 : 0);
            gradient[0] += error * x;
            gradient[1] += error;
            const double curve = p * (1 - p);
            aa += curve * x * x;
            ab += curve * x;
            bb += curve;
        }
        const double determinant = aa * bb - ab * ab;
        double slopeStep = (bb * gradient[0] - ab * gradient[1]) / determinant;
        double shiftStep = (aa * gradient[1] - ab * gradient[0]) / determinant;
        const bool isAtBound = slopeStep > 0
                                   ? found.slope <= Calibration::kLeastSlope
                                   : slopeStep < 0 && found.slope >= Calibration::kGreatestSlope;
        if (isAtBound) {
            slopeStep = 0;
            shiftStep = gradient[1] / bb;
        }
        bool moved = false;
        for (double scale = 1; scale > 1e-6; scale /= 2) {
            Calibration next;
            next.slope = std::clamp(found.slope - scale * slopeStep, Calibration::kLeastSlope,
                                    Calibration::kGreatestSlope);
            next.shift = std::clamp(found.shift - scale * shiftStep, -Calibration::kGreatestShift,
                                    Calibration::kGreatestShift);
            const double value = loss(next);
            if (value < last - 1e-12) {
                moved = last - value > 1e-10;
                found = next;
                last = value;
                break;
            }
        }
        if (!moved)
            break;
    }
    return found;
}

}  // namespace spanwise
