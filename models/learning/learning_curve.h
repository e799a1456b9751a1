#pragma once

#include <optional>
#include <string>
#include <vector>

#include "models/learning/cross_validation.h"

namespace spanwise {

/// F1 of models that learned from so many documents.
struct CurvePoint {
    double documents = 0;
    double f1 = 0;
    bool operator==(const CurvePoint&) const = default;
};

/// `f1(n) = ceiling - loss * n^-rate`, how learning usually goes: ceiling within 0..1, loss >= 0,
/// rate 0.05..3.
struct PowerLaw {
    double ceiling = 0, loss = 0, rate = 0;
    [[nodiscard]] double at(double documents) const;
};
/// The least squares fit within the bounds: by a grid over the rate, exact in the others. Rates far
/// from 0.5 cost a little, as few points hardly tell one from another. Nothing for fewer than three
/// different numbers of documents.
[[nodiscard]] std::optional<PowerLaw> fitPowerLaw(const std::vector<CurvePoint>& points);

enum class ForecastState {
    Given,
    TooFewDocuments,  ///< too early to say
    NotRising,        ///< more documents brought nothing so far: no law to go on with
};

struct LearningCurve {
    std::vector<CurvePoint> points;  ///< rising in documents
    ForecastState state = ForecastState::TooFewDocuments;
    std::int64_t documents = 0;   ///< labelled now
    int more = 0;                 ///< documents ahead
    std::optional<PowerLaw> law;  ///< set with Given, as the next two
    double now = 0, then = 0;     ///< F1 by the law with `documents`, and with `more` of them
    Interval thenInterval;        ///< 95 %, from resampling documents
    std::string text;             ///< all that in a sentence
};

struct LearningCurveOptions {
    int more = 20;
    int points = 4;  ///< at most: all of a fold's rest, its half, its quarter, …
    std::uint64_t seed = 1;
};

/// Strict micro F1 by number of documents: in each fold of `checked` (crossValidate of the same
/// documents and fit, which gives the last point) models learn from nested parts of the rest and
/// are judged by the documents held out. Cancelled when stopped.
[[nodiscard]] Result<LearningCurve> learningCurve(const FitSentences& fit,
                                                  const std::vector<LearningDocument>& documents,
                                                  const CrossValidation& checked,
                                                  const LearningCurveOptions& options = {},
                                                  const CrossValidationReporter& progress = {},
                                                  std::stop_token stop = {});

}  // namespace spanwise
