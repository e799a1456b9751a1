#include "models/learning/model_choice.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <random>

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kResamples = 400;

struct Counts {
    std::int64_t both = 0, correct = 0;
    void add(const Counts& other) {
        both += other.both;
        correct += other.correct;
    }
    [[nodiscard]] double f1() const {
        return both > 0 ? 2 * static_cast<double>(correct) / static_cast<double>(both) : 0;
    }
};

Counts countsOf(const LabelledSentence& sentence, std::vector<WordSpan> found) {
    found = foundWhereKnown(sentence, std::move(found));
    Counts counts;
    counts.both = static_cast<std::int64_t>(sentence.spans.size() + found.size());
    for (const WordSpan& span : found)
        counts.correct +=
            std::any_of(sentence.spans.begin(), sentence.spans.end(), [&](const WordSpan& label) {
                return label.begin == span.begin && label.end == span.end &&
                       label.type == span.type;
            });
    return counts;
}

}  // namespace

Result<ModelChoice> chooseModel(const FitSentences& warm, const FitSentences& fresh,
                                const std::vector<LearningDocument>& old,
                                const std::vector<LearningDocument>& since,
                                const ModelChoiceOptions& options,
                                const CrossValidationReporter& progress, std::stop_token stop) {
    const auto start = Clock::now();
    ModelChoice choice;
    std::int64_t mentions = 0;
    for (const LearningDocument& document : since) {
        std::int64_t here = 0;
        for (const LabelledSentence& sentence : document.sentences)
            here += static_cast<std::int64_t>(sentence.spans.size());
        mentions += here;
        choice.documents += here > 0 ? 1 : 0;
    }
    if (choice.documents < options.leastDocuments || mentions < options.leastMentions) {
        choice.reason = "Since the last fresh fit " + std::to_string(choice.documents) +
                        " documents with " + std::to_string(mentions) +
                        " labels have come, too few to compare by (" +
                        std::to_string(options.leastDocuments) + " and " +
                        std::to_string(options.leastMentions) +
                        "): the fresh fit, which has seen all of them alike, is taken.";
        return choice;
    }
    const std::vector<int> folds = assignFolds(since, std::max(2, options.folds), options.seed);
    const int count = 1 + *std::max_element(folds.begin(), folds.end());
    const auto order = inOwnOrder(since, options.seed);
    const auto oldOrder = inOwnOrder(old, options.seed);
    std::array<std::vector<Counts>, 2> counts{std::vector<Counts>(since.size()),
                                              std::vector<Counts>(since.size())};
    int done = 0;
    const auto tell = [&](int fold, double share) {
        if (!progress)
            return;
        CrossValidationProgress told;
        told.fold = fold;
        told.folds = count;
        told.done = std::clamp((done + share) / (2 * count), 0.0, 1.0);
        const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
        if (told.done > 0.02)
            told.secondsLeft = elapsed * (1 - told.done) / told.done;
        progress(told);
    };
    for (int fold = 0; fold < count; ++fold) {
        std::vector<LabelledSentence> taught, held;
        std::vector<std::size_t> owners;
        for (const std::size_t i : oldOrder)
            taught.insert(taught.end(), old[i].sentences.begin(), old[i].sentences.end());
        for (const std::size_t i : order) {
            auto& side = folds[i] == fold ? held : taught;
            side.insert(side.end(), since[i].sentences.begin(), since[i].sentences.end());
            if (folds[i] == fold)
                owners.insert(owners.end(), since[i].sentences.size(), i);
        }
        for (std::size_t side = 0; side < 2; ++side) {
            if (stop.stop_requested())
                return failure(ErrorCode::Cancelled, "");
            tell(fold, 0);
            const FitSentences& fit = side == 0 ? warm : fresh;
            const auto model = fit(
                taught, [&](double share) { tell(fold, share); }, stop);
            if (!model)
                return tl::unexpected(model.error());
            auto judged = (*model)(held);
            if (!judged)
                return tl::unexpected(judged.error());
            for (std::size_t i = 0; i < held.size(); ++i)
                counts[side][owners[i]].add(countsOf(held[i], std::move((*judged)[i].found)));
            ++done;
        }
    }
    if (stop.stop_requested())
        return failure(ErrorCode::Cancelled, "");
    std::array<Counts, 2> sums;
    for (std::size_t side = 0; side < 2; ++side) {
        for (const std::size_t i : order)
            sums[side].add(counts[side][i]);
    }
    std::mt19937_64 random(options.seed);
    int freshNoWorse = 0;
    for (int round = 0; round < kResamples; ++round) {
        std::array<Counts, 2> drawn;
        for (std::size_t i = 0; i < order.size(); ++i) {
            const std::size_t document = order[random() % order.size()];
            drawn[0].add(counts[0][document]);
            drawn[1].add(counts[1][document]);
        }
        freshNoWorse += drawn[1].f1() >= drawn[0].f1() ? 1 : 0;
    }
    choice.isMeasured = true;
    choice.warmF1 = sums[0].f1();
    choice.freshF1 = sums[1].f1();
    choice.sureness = static_cast<double>(freshNoWorse) / kResamples;
    choice.takeFresh = choice.freshF1 >= choice.warmF1 - options.leastLead;
    std::array<char, 200> text;
    std::snprintf(text.data(), text.size(),
                  "On %lld documents that neither had seen, F1 is %.1f trained on and %.1f trained "
                  "afresh: %s.",
                  static_cast<long long>(choice.documents), 100 * choice.warmF1,
                  100 * choice.freshF1,
                  choice.takeFresh ? "the fresh fit is taken" : "the model is kept");
    choice.reason = text.data();
    return choice;
}

}  // namespace spanwise
