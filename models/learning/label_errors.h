#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/learning/cross_validation.h"

namespace spanwise {

enum class LabelErrorKind {
    Missing,          ///< the model finds a span where nobody labelled one
    Spurious,         ///< a label where the model finds nothing
    WrongType,        ///< the same words, another type
    WrongBoundaries,  ///< words of the label and others, or fewer
};
/// "missing", "spurious", "wrong-type", "wrong-boundaries".
[[nodiscard]] std::string_view labelErrorKindName(LabelErrorKind kind);

/// How the words of a doubted span are labelled elsewhere in the project, where labels are known.
struct WordsElsewhere {
    std::string type;          ///< the most frequent label; empty: not labelled
    std::int64_t times = 0;    ///< with that label
    std::int64_t ofTimes = 0;  ///< occurrences elsewhere
    bool operator==(const WordsElsewhere&) const = default;
};

/// A label, or the lack of one, that a model which did not learn from its document contradicts.
struct LabelError {
    LabelErrorKind kind = LabelErrorKind::Missing;
    std::size_t document = 0, sentence = 0;  ///< indices into what was checked
    std::optional<WordSpan> label;           ///< as it is; its score: the model's, calibrated
    std::optional<WordSpan> found;           ///< as the model would have it, calibrated
    double confidence = 0;                   ///< that the label is wrong, 0..1
    WordsElsewhere elsewhere;                ///< of the found span's words, else of the label's
    std::string evidence;                    ///< all that in a sentence, for people
};

struct LabelErrorOptions {
    double leastConfidence = 0.5;
    std::size_t most = 200;
};

/// Doubtful labels, the surest first. A found span counts with its calibrated probability; a label
/// that the model misses with its share of what the model finds of that type elsewhere, as a type
/// that is often missed proves nothing by it; both with the odds of how the same words are labelled
/// in other places. Pure; any thread.
[[nodiscard]] std::vector<LabelError> findLabelErrors(
    const std::vector<LearningDocument>& documents, const CrossValidation& checked,
    const Calibration& calibration, const LabelErrorOptions& options = {});

}  // namespace spanwise
