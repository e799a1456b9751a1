#include "models/learning/few_shot.h"

#include <map>
#include <numeric>
#include <random>
#include <string>

namespace spanwise {

std::vector<std::size_t> sampleShots(const std::vector<LabelledSentence>& pool, int shots,
                                     std::uint64_t seed) {
    std::vector<std::size_t> order(pool.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937_64 random(seed);
    // Fisher-Yates by hand: std::shuffle differs between standard libraries.
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);

    std::map<std::string, int> counts;
    for (const LabelledSentence& sentence : pool) {
        for (const WordSpan& span : sentence.spans)
            counts[span.type] = 0;
    }
    std::vector<std::size_t> drawn;
    std::size_t open = counts.size();
    for (const std::size_t index : order) {
        if (open == 0)
            break;
        std::map<std::string, int> here;
        for (const WordSpan& span : pool[index].spans)
            ++here[span.type];
        bool wanted = false;
        bool tooMany = false;
        for (const auto& [type, count] : here) {
            wanted = wanted || counts[type] < shots;
            tooMany = tooMany || counts[type] + count > 2 * shots;
        }
        if (!wanted || tooMany)
            continue;
        drawn.push_back(index);
        for (const auto& [type, count] : here) {
            int& total = counts[type];
            open -= total < shots && total + count >= shots;
            total += count;
        }
    }
    return drawn;
}

}  // namespace spanwise
