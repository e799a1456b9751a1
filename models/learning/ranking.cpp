#include "models/learning/ranking.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

#include "models/heads/bio_decoder.h"
#include "models/learning/few_shot.h"

namespace spanwise {
namespace {

double entropyPart(double p) {
    return p > 0 ? -p * std::log(p) : 0;
}

double cosine(const std::vector<float>& a, const std::vector<float>& b) {
    if (a.size() != b.size())
        return 0;
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return std::isfinite(sum) ? std::clamp(sum, 0.0, 1.0) : 0;
}

/// Solves the positive definite system `a x = b` by Gauss elimination.
std::array<double, 3> solve(std::array<std::array<double, 3>, 3> a, std::array<double, 3> b) {
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t row = i + 1; row < 3; ++row) {
            const double factor = a[row][i] / a[i][i];
            for (std::size_t column = i; column < 3; ++column)
                a[row][column] -= factor * a[i][column];
            b[row] -= factor * b[i];
        }
    }
    std::array<double, 3> x{};
    for (std::size_t i = 3; i-- > 0;) {
        double rest = b[i];
        for (std::size_t column = i + 1; column < 3; ++column)
            rest -= a[i][column] * x[column];
        x[i] = rest / a[i][i];
    }
    return x;
}

/// Which of the places go by lot.
std::vector<bool> placesByLot(std::size_t count, const RankingOptions& options) {
    std::vector<bool> isByLot(count, false);
    const double wanted = std::clamp(options.randomShare, 0.0, 1.0) * static_cast<double>(count);
    auto places = static_cast<std::size_t>(std::ceil(wanted - 1e-9));
    if (wanted < 1 && places == 1) {
        // Rounded up, a short order would be all chance: one in so many has a place by lot.
        std::mt19937_64 random(options.seed);
        const double lot = static_cast<double>(random() >> 11U) * 0x1p-53;
        places = lot < wanted ? 1 : 0;
    }
    if (places == 0)
        return isByLot;
    for (const std::size_t place : sampleIndices(count, places, options.seed))
        isByLot[place] = true;
    return isByLot;
}

}  // namespace

double Uncertainty::mentions() const {
    double sum = 0;
    for (const auto& [type, expected] : expectedMentions)
        sum += expected;
    return sum;
}

Uncertainty uncertaintyOf(const std::vector<std::vector<float>>& logits, const BioLabels& labels) {
    Uncertainty result;
    const auto types = labels.types().size();
    std::vector<double> mentions(types), doubts(types), ofType(types);
    double logBest = 0;
    for (const std::vector<float>& row : logits) {
        if (row.size() != static_cast<std::size_t>(labels.size()))
            continue;
        const double top = static_cast<double>(*std::max_element(row.begin(), row.end()));
        double norm = 0;
        for (const float logit : row)
            norm += std::exp(static_cast<double>(logit) - top);
        double entropy = 0;
        std::fill(ofType.begin(), ofType.end(), 0);
        for (int label = 0; label < labels.size(); ++label) {
            const double p =
                std::exp(static_cast<double>(row[static_cast<std::size_t>(label)]) - top) / norm;
            entropy += entropyPart(p);
            const int type = labels.typeOf(label);
            if (type < 0)
                continue;
            ofType[static_cast<std::size_t>(type)] += p;
            if (!labels.isInside(label) || labels.begin(type) < 0)
                mentions[static_cast<std::size_t>(type)] += p;
        }
        for (std::size_t type = 0; type < types; ++type)
            doubts[type] += entropyPart(ofType[type]);
        result.total += entropy;
        result.largest = std::max(result.largest, entropy);
        logBest -= std::log(norm);
        ++result.words;
    }
    if (result.words > 0)
        result.leastConfidence = 1 - std::exp(logBest / result.words);
    for (std::size_t type = 0; type < types; ++type) {
        result.expectedMentions[labels.types()[type]] = mentions[type];
        result.byType[labels.types()[type]] = doubts[type];
    }
    return result;
}

Uncertainty uncertaintyOf(const std::vector<WordSpan>& candidates, int words) {
    Uncertainty result;
    result.words = words;
    double logBest = 0;
    for (const WordSpan& span : candidates) {
        const double p = std::clamp(span.score, 0.0, 1.0);
        const double entropy = entropyPart(p) + entropyPart(1 - p);
        result.total += entropy;
        result.largest = std::max(result.largest, entropy);
        result.expectedMentions[span.type] += p;
        result.byType[span.type] += entropy;
        logBest += std::log(std::max(p, 1 - p));
    }
    if (words > 0)
        result.leastConfidence = 1 - std::exp(logBest / words);
    return result;
}

SecondsModel fitSeconds(const std::vector<MeasuredSeconds>& measured) {
    const SecondsModel published;
    const std::array<double, 3> prior{published.base, published.perWord, published.perMention};
    // A typical sentence scales the prior: without it the intercept would be held by one unit a
    // sentence and the words' slope by hundreds.
    const std::array<double, 3> typical{1, 20, 2};
    std::array<std::array<double, 3>, 3> squares{};
    std::array<double, 3> products{};
    for (std::size_t i = 0; i < 3; ++i) {
        squares[i][i] = kPriorSentences * typical[i] * typical[i];
        products[i] = squares[i][i] * prior[i];
    }
    for (const MeasuredSeconds& one : measured) {
        const bool isUsable = std::isfinite(one.words) && std::isfinite(one.mentions) &&
                              std::isfinite(one.seconds) && one.words >= 0 && one.mentions >= 0 &&
                              one.seconds > 0 &&
                              one.seconds <= 10 * published(one.words, one.mentions);
        if (!isUsable)
            continue;
        const std::array<double, 3> x{1, one.words, one.mentions};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j)
                squares[i][j] += x[i] * x[j];
            products[i] += x[i] * one.seconds;
        }
    }
    const auto x = solve(squares, products);
    return {std::max(x[0], prior[0] / 10), std::max(x[1], prior[1] / 10),
            std::max(x[2], prior[2] / 10)};
}

std::string_view choiceReasonName(ChoiceReason reason) {
    switch (reason) {
        case ChoiceReason::Uncertain:
            return "uncertain";
        case ChoiceReason::Different:
            return "different";
        case ChoiceReason::Random:
            return "random";
    }
    return "uncertain";
}

std::vector<Choice> rankForLabelling(const std::vector<Candidate>& candidates,
                                     const std::vector<std::vector<float>>& labelled,
                                     const std::set<std::string>& labelledTexts,
                                     const RankingOptions& options) {
    // Candidates that may be chosen, each text once.
    std::vector<Choice> open;
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& candidate = candidates[i];
        if (labelledTexts.contains(candidate.text) || !seen.insert(candidate.text).second)
            continue;
        Choice choice;
        choice.candidate = i;
        choice.uncertainty =
            std::isfinite(candidate.uncertainty) ? std::max(0.0, candidate.uncertainty) : 0;
        choice.seconds = options.seconds(candidate.words, candidate.mentions);
        for (const std::vector<float>& other : labelled)
            choice.similarity = std::max(choice.similarity, cosine(candidate.embedding, other));
        open.push_back(choice);
    }
    const auto alone = [&](const Choice& choice) {
        return options.perSecond ? choice.uncertainty / std::max(choice.seconds, 1e-6)
                                 : choice.uncertainty;
    };
    const auto valueOf = [&](const Choice& choice) {
        return alone(choice) * (1 - options.diversity * choice.similarity * choice.similarity);
    };

    const std::size_t count = std::min(options.count, open.size());
    const std::vector<bool> isByLot = placesByLot(count, options);
    std::mt19937_64 random(options.seed ^ 0x9e3779b97f4a7c15ULL);

    std::vector<Choice> order;
    while (order.size() < count) {
        std::size_t best = 0;
        if (isByLot[order.size()]) {
            best = static_cast<std::size_t>(random() % open.size());
            open[best].reason = ChoiceReason::Random;
        } else {
            std::size_t mostUncertain = 0;
            for (std::size_t i = 1; i < open.size(); ++i) {
                if (valueOf(open[i]) > valueOf(open[best]))
                    best = i;
                if (alone(open[i]) > alone(open[mostUncertain]))
                    mostUncertain = i;
            }
            open[best].reason =
                best == mostUncertain ? ChoiceReason::Uncertain : ChoiceReason::Different;
        }
        Choice chosen = open[best];
        chosen.value = valueOf(chosen);
        order.push_back(chosen);
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(best));
        const std::vector<float>& embedding = candidates[chosen.candidate].embedding;
        for (Choice& other : open)
            other.similarity = std::max(other.similarity,
                                        cosine(candidates[other.candidate].embedding, embedding));
    }
    return order;
}

double worthLearning(const Uncertainty& uncertainty,
                     const std::map<std::string, int>& labelledMentions) {
    double worth = uncertainty.total;
    for (const auto& [type, doubt] : uncertainty.byType) {
        const auto known = labelledMentions.find(type);
        const int mentions = known == labelledMentions.end() ? 0 : known->second;
        worth += kRareTypeWeight * doubt / (1 + mentions);
    }
    return worth;
}

}  // namespace spanwise
