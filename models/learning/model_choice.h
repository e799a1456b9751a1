#pragma once

#include <string>
#include <vector>

#include "models/learning/cross_validation.h"

namespace spanwise {

/// Which model to go on with once a fresh fit is there.
struct ModelChoice {
    bool takeFresh = true;
    bool isMeasured = false;         ///< false: too little to compare by, and both F1 are 0
    double warmF1 = 0, freshF1 = 0;  ///< strict, micro, over the new documents
    std::int64_t documents = 0;      ///< compared on
    double sureness = 0;             ///< share of resamples in which the fresh one is no worse
    std::string reason;              ///< for people
};

struct ModelChoiceOptions {
    int folds = 3;
    std::uint64_t seed = 1;
    int leastDocuments = 4;  ///< with labels, new since the warm model's last fresh fit
    int leastMentions = 20;  ///< in them
    /// The fresh one is taken unless the warm one is better by more than this: it has not forgotten
    /// or kept by chance what was labelled otherwise at first.
    double leastLead = 0.005;
};

/// Compares a warm start with a fresh fit without a leak: only documents labelled since the warm
/// model was last fitted afresh are judged, `old` ones and the other folds are learned from. `warm`
/// trains that model on, `fresh` trains the encoder. Cancelled when stopped; errors of the fits are
/// passed on.
[[nodiscard]] Result<ModelChoice> chooseModel(const FitSentences& warm, const FitSentences& fresh,
                                              const std::vector<LearningDocument>& old,
                                              const std::vector<LearningDocument>& since,
                                              const ModelChoiceOptions& options = {},
                                              const CrossValidationReporter& progress = {},
                                              std::stop_token stop = {});

}  // namespace spanwise
