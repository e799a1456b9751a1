#pragma once

#include "models/model_internal.h"

namespace spanwise {

/// Suggestions from any encoder: each run of up to four words that does not begin or end with a
/// function word or a punctuation mark (where capitals mark names: each whole capitalised run) is
/// compared with each type's "name: description", by the
/// cosine of mean-pooled states: two thirds the run's own as a text by itself, one third its states
/// in the sentence. Best first, without overlaps. Weak: sentence encoders were not made for it
/// (README, results); good enough to save the first minutes' typing. Throws as all of this folder.
[[nodiscard]] std::vector<std::vector<WordSpan>> biEncoderSpans(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::vector<TypeText>& types, const SuggestOptions& options,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    const std::stop_token& stop);

}  // namespace spanwise
