#pragma once

#include <ATen/core/Tensor.h>

#include <vector>

#include "models/learning/sequence_loss.h"
#include "models/model_internal.h"

namespace spanwise {

/// A window with what its words teach.
struct Example {
    Window window;
    /// Of the window's words; a word that the window or the tokenizer skips cuts the chain.
    ChainTargets targets;
    std::size_t sentence = 0;  ///< index into those that the examples were made of
    at::Tensor cached;         ///< `[tokens, hidden]` after the frozen layers, if kept
    /// `[words, labels]`: what teachers think of words that nobody labelled; the targets say
    /// nothing then.
    at::Tensor taught;

    /// Words that teach: labelled or refused.
    [[nodiscard]] std::int64_t lessons() const;
};

/// Adds the examples of one sentence; windows that teach nothing are left out. InvalidArgument: a
/// span of a type that `labels` lacks, or past the end of its sentence.
[[nodiscard]] Result<void> addExamples(const Model& base, const BioLabels& labels,
                                       const LabelledSentence& sentence, std::size_t index,
                                       std::vector<Example>& out);

/// Adds the windows of a sentence that nobody labelled, for teachers to fill in.
void addUnlabelled(const Model& base, const std::vector<std::string>& words, std::size_t index,
                   std::vector<Example>& out);

}  // namespace spanwise
