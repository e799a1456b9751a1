#include "models/learning/few_shot.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>

namespace spanwise {
namespace {

using Counts = std::map<std::string, int>;

Counts mentionsIn(const LabelledSentence& sentence) {
    Counts counts;
    for (const WordSpan& span : sentence.spans)
        ++counts[span.type];
    return counts;
}

Counts mentionsIn(const std::vector<LabelledSentence>& pool) {
    Counts counts;
    for (const LabelledSentence& sentence : pool) {
        for (const WordSpan& span : sentence.spans)
            ++counts[span.type];
    }
    return counts;
}

}  // namespace

std::vector<std::size_t> shuffledOrder(std::size_t size, std::uint64_t seed) {
    std::vector<std::size_t> order(size);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::mt19937_64 random(seed);
    // Fisher-Yates by hand: std::shuffle differs between standard libraries.
    for (std::size_t i = order.size(); i > 1; --i)
        std::swap(order[i - 1], order[random() % i]);
    return order;
}

std::vector<std::size_t> sampleIndices(std::size_t size, std::size_t count, std::uint64_t seed) {
    std::vector<std::size_t> order = shuffledOrder(size, seed);
    if (count > 0 && count < size)
        order.resize(count);
    std::sort(order.begin(), order.end());
    return order;
}

std::vector<std::size_t> sampleShots(const std::vector<LabelledSentence>& pool, int shots,
                                     std::uint64_t seed) {
    Counts counts = mentionsIn(pool);
    std::size_t open = counts.size();
    for (auto& [type, count] : counts)
        count = 0;
    std::vector<std::size_t> drawn;
    for (const std::size_t index : shuffledOrder(pool.size(), seed)) {
        if (open == 0)
            break;
        const Counts here = mentionsIn(pool[index]);
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

std::vector<std::size_t> sampleFirstCome(const std::vector<LabelledSentence>& pool, int shots,
                                         std::uint64_t seed) {
    const std::size_t most = sampleShots(pool, shots, seed).size();
    Counts missing = mentionsIn(pool);
    for (auto& [type, count] : missing)
        count = std::min(count, shots);
    std::size_t open = missing.size();
    bool hasEntity = false;
    std::vector<std::size_t> taken;
    for (const std::size_t index : shuffledOrder(pool.size(), seed)) {
        if (open == 0 || (taken.size() >= most && hasEntity))
            break;
        taken.push_back(index);
        for (const auto& [type, count] : mentionsIn(pool[index])) {
            int& left = missing[type];
            open -= left > 0 && left <= count;
            left -= count;
            hasEntity = true;
        }
    }
    return taken;
}

}  // namespace spanwise
