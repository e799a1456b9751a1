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

/// Draws sentences as they come to a person who labels from the top of a pile: over the pool
/// shuffled by the seed, every sentence is taken, those without any entity too, until each type has
/// `shots` mentions (or as many as the pool has), and at the latest after as many sentences as
/// sampleShots takes for the same pool, shots and seed: both draws cost as much reading, but
/// frequent types crowd out rare ones here. The pile goes on past that end until it has one entity,
/// so that there is something to learn. Depends on the seed alone. Indices in the order read.
[[nodiscard]] std::vector<std::size_t> sampleFirstCome(const std::vector<LabelledSentence>& pool,
                                                       int shots, std::uint64_t seed);

/// 0 … `size` - 1 in an order that the seed decides, the same on every platform.
[[nodiscard]] std::vector<std::size_t> shuffledOrder(std::size_t size, std::uint64_t seed);

/// `count` of `size` indices, ascending: the same ones for a seed; all when `count` is 0 or not
/// below `size`.
[[nodiscard]] std::vector<std::size_t> sampleIndices(std::size_t size, std::size_t count,
                                                     std::uint64_t seed);

}  // namespace spanwise
