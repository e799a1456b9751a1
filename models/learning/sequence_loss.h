#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "models/heads/bio_decoder.h"

namespace spanwise {

/// What is known of a chain of words.
struct ChainTargets {
    static constexpr std::int64_t kUnknown = -100;
    std::vector<std::int64_t> labels;  ///< of each word, or kUnknown
    /// Words (index into `labels`) that are known not to be of a type.
    std::vector<std::pair<std::size_t, int>> refused;
    /// Words (ascending) before which the chain is cut, so that nothing continues across; the first
    /// word begins one anyway.
    std::vector<std::size_t> cuts;
};

/// -log P(what is known): the share of all label sequences' probability under BIO's constraints
/// that agrees with the targets, as in a linear-chain conditional random field (Lafferty et al.
/// 2001) with transitions that are allowed or not; unknown words are summed over (Tsuboi et al.
/// 2008). `logits` and `gradient` (of the loss by the logits, added to): `[words, labels]`,
/// row-major. The probabilities are those that decodeBio scores spans with. `breachCost` (nats)
/// below infinity lets the sequences of the denominator breach the constraints at that price each
/// time; at 0 the loss is each word's cross-entropy by itself.
[[nodiscard]] double sequenceLoss(const float* logits, const ChainTargets& targets,
                                  const BioLabels& labels, float* gradient,
                                  double breachCost = std::numeric_limits<double>::infinity());

}  // namespace spanwise
