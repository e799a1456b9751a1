#pragma once

#include <chrono>

#include "models/model_internal.h"

namespace spanwise {

/// Fine-tunes a GLiNER for given types, with the loss of its package: binary cross-entropy of every
/// span (or word and part) with every type, positives twice. Spans that touch a word that nobody
/// looked at are left out, unless they are labelled or refused. As train() in models/model.h, with
/// the rates times `rateFactor` and the budget counted from `start`; throws what LibTorch throws,
/// Stopped, Error and Diverged.
[[nodiscard]] Result<Trained> trainGliner(const ModelPtr& base,
                                          const std::vector<LabelledSentence>& sentences,
                                          const TrainOptions& options, double rateFactor,
                                          std::chrono::steady_clock::time_point start,
                                          const std::function<void(const TrainProgress&)>& progress,
                                          const std::stop_token& stop);

}  // namespace spanwise
