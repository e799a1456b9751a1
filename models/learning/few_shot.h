#pragma once

#include <cstdint>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// Draws sentences so that each type occurs between `shots` and twice `shots` times (the "k~2k"
/// sampling of the NuNER paper and Few-NERD): over a shuffled pool, a sentence is taken when it has
/// a type that still lacks mentions and takes no type beyond twice `shots`. A type that the pool
/// cannot fill is left short. Depends on the seed alone, on every platform. Indices in draw order.
[[nodiscard]] std::vector<std::size_t> sampleShots(const std::vector<LabelledSentence>& pool,
                                                   int shots, std::uint64_t seed);

}  // namespace spanwise
