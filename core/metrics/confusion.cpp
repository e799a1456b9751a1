#include "core/metrics/confusion.h"

#include <algorithm>
#include <tuple>

namespace spanwise {

std::vector<SpanPair> pairSpans(const std::vector<WordSpan>& gold,
                                const std::vector<WordSpan>& found) {
    struct Match {
        double share;  ///< common words of all words of both
        bool sameType;
        std::size_t gold, found;
    };
    std::vector<Match> matches;
    for (std::size_t i = 0; i < gold.size(); ++i) {
        for (std::size_t j = 0; j < found.size(); ++j) {
            const int common =
                std::min(gold[i].end, found[j].end) - std::max(gold[i].begin, found[j].begin);
            if (common <= 0)
                continue;
            const int all =
                std::max(gold[i].end, found[j].end) - std::min(gold[i].begin, found[j].begin);
            matches.push_back(
                {static_cast<double>(common) / all, gold[i].type == found[j].type, i, j});
        }
    }
    std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
        return std::tuple(-a.share, !a.sameType, a.gold, a.found) <
               std::tuple(-b.share, !b.sameType, b.gold, b.found);
    });
    std::vector<SpanPair> pairs;
    std::vector<bool> goldTaken(gold.size()), foundTaken(found.size());
    for (const Match& match : matches) {
        if (goldTaken[match.gold] || foundTaken[match.found])
            continue;
        goldTaken[match.gold] = foundTaken[match.found] = true;
        pairs.push_back({gold[match.gold], found[match.found]});
    }
    for (std::size_t i = 0; i < gold.size(); ++i) {
        if (!goldTaken[i])
            pairs.push_back({gold[i], std::nullopt});
    }
    for (std::size_t j = 0; j < found.size(); ++j) {
        if (!foundTaken[j])
            pairs.push_back({std::nullopt, found[j]});
    }
    const auto place = [](const SpanPair& pair) {
        const WordSpan& span = pair.gold ? *pair.gold : *pair.found;
        return std::tuple(span.begin, span.end, std::string_view(span.type));
    };
    std::stable_sort(pairs.begin(), pairs.end(),
                     [&](const SpanPair& a, const SpanPair& b) { return place(a) < place(b); });
    return pairs;
}

void Confusion::add(const SpanPair& pair) {
    const std::string gold = pair.gold ? pair.gold->type : std::string();
    const std::string found = pair.found ? pair.found->type : std::string();
    if (gold.empty() && found.empty())
        return;
    Cell& cell = cells[{gold, found}];
    ++cell.spans;
    if (gold == found && !pair.isRight())
        ++cell.otherBoundaries;
}

}  // namespace spanwise
