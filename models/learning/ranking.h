#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/annotation/labelled_sentence.h"
#include "core/result.h"

/// Which sentence a person should label next, so that the model learns most from each second of
/// work. No LibTorch in this header.
namespace spanwise {

class BioLabels;
class Model;

/// How unsure a token classifier is of one sentence. Entropies in nats, over labels by softmax.
struct Uncertainty {
    double total = 0;    ///< sum of the words' entropies: how much there is to learn
    double largest = 0;  ///< the most uncertain word's
    /// 1 - (probability of each word's best label)^(1 / words): least confidence, normalised by
    /// length as Shen et al. (2018) do. 0..1.
    double leastConfidence = 0;
    int words = 0;  ///< with sub-tokens: those that were scored
    /// By type, how many mentions the model expects: the sum of the words' probability of a
    /// mention's beginning.
    std::map<std::string, double> expectedMentions;
    /// By type, the sum over words of -p·log p of "is of this type".
    std::map<std::string, double> byType;

    [[nodiscard]] double mentions() const;
};

/// `logits`: per word the labels' logits; an empty row is a word without sub-tokens.
[[nodiscard]] Uncertainty uncertaintyOf(const std::vector<std::vector<float>>& logits,
                                        const BioLabels& labels);

/// The same for a model that scores spans, not words (GLiNER): what it finds, down to scores of a
/// hundredth. Each span is a yes or no; `total` and `byType` sum their entropies, and least
/// confidence is 1 - (probability of each span's likelier answer)^(1 / words).
[[nodiscard]] Uncertainty uncertaintyOf(const std::vector<WordSpan>& candidates, int words);

/// The same for sentences given as words, by a model with a head or a GLiNER that was tuned
/// (Incompatible for others). Goes through the sentences in portions; any thread.
[[nodiscard]] Result<std::vector<Uncertainty>> uncertainties(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// Mean-pooled last states of each sentence's words, of length one; all zero for a sentence without
/// sub-tokens. Two sentences' dot product is how alike they are. From any encoder, with a head or
/// without. Any thread.
[[nodiscard]] Result<std::vector<std::vector<float>>> sentenceEmbeddings(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
    std::stop_token stop = {});

/// Seconds that a person needs for a sentence: base + perWord · words + perMention · mentions.
///
/// The constants until a project has measured its own: silent reading takes 60 / 238 s a word
/// (Brysbaert 2019, a review of 190 studies); deciding on a mention and pressing its key takes
/// 1.35 + 0.2 s, and so does going on to the next sentence (mental preparation and keystroke of the
/// keystroke-level model, Card, Moran and Newell 1980).
struct SecondsModel {
    double base = 1.55;
    double perWord = 60.0 / 238;
    double perMention = 1.55;

    [[nodiscard]] double operator()(double words, double mentions) const {
        return base + perWord * words + perMention * mentions;
    }
};

/// What labelling one sentence took.
struct MeasuredSeconds {
    double words = 0, mentions = 0, seconds = 0;
};
/// Fits the seconds model to what was measured: least squares, drawn towards the published
/// constants as strongly as `kPriorSentences` sentences would, so that a few measurements move it a
/// little and hundreds decide. Pauses (more than ten times what the model expects) and values that
/// are no positive numbers are left out; no coefficient falls below a tenth of the published one.
[[nodiscard]] SecondsModel fitSeconds(const std::vector<MeasuredSeconds>& measured);
inline constexpr double kPriorSentences = 20;

/// A sentence (or document) that may be labelled next.
struct Candidate {
    std::string text;  ///< what makes it the same as another: its text, or a hash of it
    double words = 0;
    double mentions = 0;  ///< expected; the suggestions a person will have to look at
    /// What there is to learn from it, in any unit that is the same for all; not below 0.
    double uncertainty = 0;
    std::vector<float> embedding;  ///< of length one; empty: alike to nothing
};

enum class ChoiceReason {
    Uncertain,  ///< most to learn per second of work
    Different,  ///< not the most uncertain, but unlike what was labelled or chosen before
    Random      ///< by lot, so that what the model is wrongly sure of comes up, too
};
[[nodiscard]] std::string_view choiceReasonName(ChoiceReason reason);  ///< "uncertain", …

/// One place of the order, with the figures that gave it the place.
struct Choice {
    std::size_t candidate = 0;  ///< index
    ChoiceReason reason = ChoiceReason::Uncertain;
    double uncertainty = 0;
    double seconds = 0;     ///< expected
    double similarity = 0;  ///< the largest cosine to what is labelled or chosen before; 0..1
    double value = 0;       ///< uncertainty / seconds · (1 - diversity · similarity²)
};

struct RankingOptions {
    std::size_t count = 10;  ///< places to fill, at most
    std::uint64_t seed = 1;
    /// Of the places, rounded up, those that are filled by lot; where that would be less than one
    /// place, there is one as often as the share says. The seed decides. The design asks for at
    /// least a fifth.
    double randomShare = 0.2;
    /// 0: likeness does not matter; 1: what equals a labelled sentence is worth nothing.
    double diversity = 0.8;
    /// Off: uncertainty alone, whatever the work it makes.
    bool perSecond = true;
    SecondsModel seconds;
};

/// Fills places one by one with the candidate of the highest value, each choice lowering the value
/// of what is like it; some places go by lot to any candidate left. No text comes twice, nor one of
/// `labelledTexts`. Equal values go to the earlier candidate. Depends on its arguments alone, not
/// on the machine. `labelled`: embeddings of what is labelled already.
[[nodiscard]] std::vector<Choice> rankForLabelling(const std::vector<Candidate>& candidates,
                                                   const std::vector<std::vector<float>>& labelled,
                                                   const std::set<std::string>& labelledTexts,
                                                   const RankingOptions& options);

/// What there is to learn from a sentence when `labelledMentions` of each type are known: its total
/// entropy, plus `kRareTypeWeight` times its doubt about each type divided by 1 + that type's
/// mentions, so that a type with few examples counts for more. This is the `uncertainty` that
/// rankForLabelling was measured with (`spanwise-cli bench active`).
[[nodiscard]] double worthLearning(const Uncertainty& uncertainty,
                                   const std::map<std::string, int>& labelledMentions);
inline constexpr double kRareTypeWeight = 4;

}  // namespace spanwise
