#pragma once

#include <cstdint>
#include <vector>

#include "models/pretraining/corpus.h"

namespace spanwise {

/// What decides which examples and concepts meet in a step.
struct StepSettings {
    std::uint64_t seed = 1;
    int examples = 32;   ///< of a step, over all processes
    int concepts = 256;  ///< at most, of the step's own mentions
    int negatives = 64;  ///< drawn beside them, by count^negativePower
    double negativePower = 0.5;
    /// A concept's chance to be among the step's, when there are too many, falls with its count to
    /// this power: the long tail is what makes an encoder general.
    double balance = 0.5;
    /// Of a pair of a word and a concept that the word's source does not have: there, silence says
    /// little.
    double foreignWeight = 0.05;
};

/// One step: examples of like length, longest first, and the concepts that all their words are held
/// against.
struct Step {
    std::vector<std::size_t> examples;
    std::vector<std::int32_t> concepts;  ///< ascending
};

/// Which items one of `ranks` processes takes, ascending, so that all have about the same sum of
/// lengths. The same everywhere.
[[nodiscard]] std::vector<std::size_t> shareOf(const std::vector<std::int64_t>& lengths, int rank,
                                               int ranks);

/// The steps of a run. Each depends on seed and number alone, so that a run resumes anywhere and
/// every process knows the whole step. An epoch has every example of a source as often as the
/// source's weight says (of 0.5, half of them, chosen anew each time), in an order of its own;
/// examples of like length share steps. One thread at a time.
class StepPlan {
public:
    StepPlan(std::shared_ptr<const Corpus> corpus, const StepSettings& settings);
    [[nodiscard]] std::int64_t stepsPerEpoch() const { return m_perEpoch; }
    [[nodiscard]] Step at(std::int64_t step);

private:
    void order(std::int64_t epoch);
    [[nodiscard]] std::size_t wanted(std::size_t source) const;  ///< examples in an epoch

    std::shared_ptr<const Corpus> m_corpus;
    StepSettings m_settings;
    std::int64_t m_perEpoch = 0;
    std::int64_t m_epoch = -1;
    std::vector<std::vector<std::uint32_t>> m_bySource;
    std::vector<std::uint32_t> m_order;  ///< of this epoch
    std::vector<double> m_sums;          ///< of count^negativePower, for drawing
};

}  // namespace spanwise
