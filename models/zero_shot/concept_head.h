#pragma once

#include "models/model_internal.h"

namespace spanwise {

struct Head {
    at::Tensor weight, bias;  ///< [labels, hidden], [labels]
};

/// A token classifier's head from the types' names alone, by what pre-training taught of concepts
/// (`model.concepts` must be there): O scores 0, a type's labels its concept's score, and B- and I-
/// differ by the log-odds that a word is its entity's first. What zero-shot suggestions are made
/// with, and where a fine-tune begins. `texts`: of each of the labels' types in order, a name.
[[nodiscard]] Head conceptHead(const Model& model, const BioLabels& labels,
                               const std::vector<TypeText>& texts);

}  // namespace spanwise
