#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/metrics/entity_metrics.h"
#include "models/learning/calibration.h"
#include "models/model.h"

/// How good a model would be on documents that it did not see, told from the labelled ones alone:
/// each is judged by a model that learned from the others. Blocking functions for any thread; all
/// results depend on the documents, the options and the seed, not on the documents' order.
namespace spanwise {

/// What one labelled document teaches.
struct LearningDocument {
    std::string id;  ///< unique; with the seed it decides the fold
    std::vector<LabelledSentence> sentences;
    /// A person accepted suggestions in it: a model's errors may have become labels, so it flatters
    /// models and is reported apart.
    bool preAnnotated = false;
};

/// Judges labelled sentences; what a fit makes.
using JudgeSentences =
    std::function<Result<std::vector<Judged>>(const std::vector<LabelledSentence>& sentences)>;
/// Learns from sentences. `progress` takes the share done, 0..1.
using FitSentences = std::function<Result<JudgeSentences>(
    const std::vector<LabelledSentence>& sentences, const std::function<void(double)>& progress,
    std::stop_token stop)>;
/// train() from `base` with `options`, and judge() without any calibration.
[[nodiscard]] FitSentences fitOf(ModelPtr base, TrainOptions options);

struct CrossValidationOptions {
    /// The scheme's types in its order; empty: those that occur, sorted.
    std::vector<std::string> types;
    int folds = 5;
    std::uint64_t seed = 1;
    /// Documents are drawn until they hold so many sentences; 0: all. Bounds the cost.
    std::int64_t maxSentences = 0;
    /// A type with fewer lacks examples.
    int enoughMentions = 16, enoughDocuments = 4;
};

struct CrossValidationProgress {
    int fold = 0, folds = 0;  ///< fold from 0
    double done = 0;          ///< of the whole, 0..1
    double secondsLeft = -1;  ///< negative: too early to say
};
using CrossValidationReporter = std::function<void(const CrossValidationProgress&)>;

/// 95 %, from resampling documents.
struct Interval {
    double low = 0, high = 0;
    bool operator==(const Interval&) const = default;
};
/// Strict scores; the intervals are of F1, none where a single document tells.
struct Quality {
    std::int64_t documents = 0, sentences = 0;
    Score micro, macro;
    std::optional<Interval> microInterval, macroInterval;
    std::map<std::string, Score> perType;  ///< those in gold or prediction
    std::map<std::string, std::optional<Interval>> perTypeInterval;
};

/// What the model that did not see a sentence makes of it.
struct OutOfFoldSentence {
    std::size_t document = 0, sentence = 0;  ///< indices into what was given
    int fold = 0;
    std::vector<WordSpan> found;   ///< where labels are known; uncalibrated scores
    std::vector<WordSpan> labels;  ///< the sentence's, with the model's score of each
};

/// A type of which more examples are needed.
struct LackingType {
    std::string type;
    std::int64_t mentions = 0, documents = 0;
    std::int64_t moreMentions = 0, moreDocuments = 0;
    bool operator==(const LackingType&) const = default;
};

struct CrossValidation {
    int folds = 0;
    bool bySentence = false;     ///< one document alone: its sentences were parted
    std::int64_t sentences = 0;  ///< judged; fewer than there are under maxSentences
    Quality all;
    std::optional<Quality> preAnnotated, byHand;  ///< set when there are both
    std::vector<OutOfFoldSentence> outOfFold;     ///< by document and sentence as given
    std::vector<LackingType> lacking;             ///< of all documents, fewest mentions first
    std::vector<std::string> notes;               ///< for people: what could not be as asked
};

/// The fold of each document, -1 for those without sentences: of `folds`, or as many as there are
/// documents. Each type is spread over as many folds as it can be, the rarest first, then the
/// sentences. Depends on ids, labels and seed, not on the order.
[[nodiscard]] std::vector<int> assignFolds(const std::vector<LearningDocument>& documents,
                                           int folds, std::uint64_t seed);

/// The documents that have sentences, in an order by id, seed and text: for whatever must not
/// depend on the order in which they were given.
[[nodiscard]] std::vector<std::size_t> inOwnOrder(const std::vector<LearningDocument>& documents,
                                                  std::uint64_t seed);

/// Judges every document by a model that learned from the other folds. InvalidArgument: fewer than
/// two labelled sentences, no labelled span, fewer than two folds asked. Cancelled when stopped.
[[nodiscard]] Result<CrossValidation> crossValidate(const FitSentences& fit,
                                                    const std::vector<LearningDocument>& documents,
                                                    const CrossValidationOptions& options,
                                                    const CrossValidationReporter& progress = {},
                                                    std::stop_token stop = {});

/// Those found where the labels of their words are known: elsewhere nobody has said whether they
/// are right. A rejected span is known to be wrong.
[[nodiscard]] std::vector<WordSpan> foundWhereKnown(const LabelledSentence& sentence,
                                                    std::vector<WordSpan> found);

/// The found spans' scores and whether they are labelled so, for fitCalibration.
[[nodiscard]] std::vector<JudgedScore> judgedScores(
    const std::vector<OutOfFoldSentence>& outOfFold);

/// Strict scores and intervals of sentences that a model found spans in, resampled by `unit` (equal
/// values stay together: a document's sentences).
struct JudgedSentence {
    std::int64_t unit = 0;
    const std::vector<WordSpan>* labels = nullptr;
    const std::vector<WordSpan>* found = nullptr;
};
[[nodiscard]] Quality qualityOf(const std::vector<JudgedSentence>& sentences, std::uint64_t seed);

/// The middle 95 % of resampled values; nothing of none.
[[nodiscard]] std::optional<Interval> middle95(std::vector<double> values);

/// The usual one for what fine-tuning makes; the identity for models of another kind.
[[nodiscard]] Calibration calibrationWithoutSpans(const Model& model);

/// train() on all sentences, calibrated by what models of `folds` parts say of the rest, or as
/// usual without folds. The report and progress are the last fit's and of the whole; `options` hold
/// for each fit.
[[nodiscard]] Result<Trained> trainCalibrated(
    const ModelPtr& base, const std::vector<LearningDocument>& documents,
    const TrainOptions& options, int folds,
    const std::function<void(const TrainProgress&)>& progress = {}, std::stop_token stop = {});
/// Each sentence a document of its own.
[[nodiscard]] Result<Trained> trainCalibrated(
    const ModelPtr& base, const std::vector<LabelledSentence>& sentences,
    const TrainOptions& options, int folds,
    const std::function<void(const TrainProgress&)>& progress = {}, std::stop_token stop = {});

}  // namespace spanwise
