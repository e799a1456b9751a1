#include "models/pretraining/steps.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace spanwise {
namespace {

/// Steps whose examples are sorted by length together.
constexpr std::size_t kBucketSteps = 64;

/// Equal on every platform, unlike the standard's distributions.
double uniform(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

template <typename T>
void shuffle(std::span<T> values, std::mt19937_64& random) {
    for (std::size_t i = values.size(); i > 1; --i)
        std::swap(values[i - 1], values[random() % i]);
}

std::mt19937_64 randomFor(std::uint64_t seed, std::uint64_t what, std::int64_t which) {
    std::seed_seq sequence{seed, seed >> 32U, what, static_cast<std::uint64_t>(which),
                           static_cast<std::uint64_t>(which) >> 32U};
    return std::mt19937_64(sequence);
}

}  // namespace

std::vector<std::size_t> shareOf(const std::vector<std::int64_t>& lengths, int rank, int ranks) {
    std::vector<std::size_t> order(lengths.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return lengths[a] > lengths[b]; });
    // The longest first, each to who has least.
    std::vector<std::int64_t> sums(static_cast<std::size_t>(std::max(ranks, 1)), 0);
    std::vector<std::size_t> mine;
    for (const std::size_t item : order) {
        const auto least = std::min_element(sums.begin(), sums.end());
        *least += lengths[item];
        if (least - sums.begin() == rank)
            mine.push_back(item);
    }
    std::sort(mine.begin(), mine.end());
    return mine;
}

StepPlan::StepPlan(std::shared_ptr<const Corpus> corpus, const StepSettings& settings)
    : m_corpus(std::move(corpus)), m_settings(settings) {
    const auto each = static_cast<std::size_t>(std::max(m_settings.examples, 1));
    m_bySource.resize(m_corpus->tables().sources.size());
    for (std::size_t i = 0; i < m_corpus->size(); ++i)
        m_bySource[static_cast<std::size_t>((*m_corpus)[i].source)].push_back(
            static_cast<std::uint32_t>(i));
    std::size_t examples = 0;
    for (std::size_t source = 0; source < m_bySource.size(); ++source)
        examples += wanted(source);
    m_perEpoch = static_cast<std::int64_t>((examples + each - 1) / each);
    double sum = 0;
    for (const CorpusConcept& c : m_corpus->tables().concepts) {
        sum += std::pow(static_cast<double>(std::max<std::int64_t>(c.count, 0)),
                        m_settings.negativePower);
        m_sums.push_back(sum);
    }
}

std::size_t StepPlan::wanted(std::size_t source) const {
    return static_cast<std::size_t>(
        std::llround(std::max(m_corpus->tables().sources[source].weight, 0.0) *
                     static_cast<double>(m_bySource[source].size())));
}

void StepPlan::order(std::int64_t epoch) {
    m_epoch = epoch;
    std::mt19937_64 random = randomFor(m_settings.seed, 1, epoch);
    m_order.clear();
    for (std::size_t source = 0; source < m_bySource.size(); ++source) {
        std::vector<std::uint32_t> mine = m_bySource[source];
        std::size_t open = wanted(source);
        for (; open >= mine.size() && !mine.empty(); open -= mine.size())
            m_order.insert(m_order.end(), mine.begin(), mine.end());
        if (open > 0) {
            shuffle(std::span(mine), random);
            m_order.insert(m_order.end(), mine.begin(),
                           mine.begin() + static_cast<std::ptrdiff_t>(open));
        }
    }
    const std::span<std::uint32_t> all(m_order);
    shuffle(all, random);
    const auto each = static_cast<std::size_t>(std::max(m_settings.examples, 1));
    for (std::size_t begin = 0; begin < all.size(); begin += kBucketSteps * each) {
        const auto bucket = all.subspan(begin, std::min(kBucketSteps * each, all.size() - begin));
        std::stable_sort(bucket.begin(), bucket.end(), [&](std::uint32_t a, std::uint32_t b) {
            return m_corpus->length(a) > m_corpus->length(b);
        });
        // Steps in any order of length; a last, shorter one stays last.
        std::vector<std::size_t> starts;
        for (std::size_t i = 0; i + each <= bucket.size(); i += each)
            starts.push_back(i);
        shuffle(std::span(starts), random);
        std::vector<std::uint32_t> shuffled;
        for (const std::size_t start : starts)
            shuffled.insert(shuffled.end(), bucket.begin() + static_cast<std::ptrdiff_t>(start),
                            bucket.begin() + static_cast<std::ptrdiff_t>(start + each));
        std::copy(shuffled.begin(), shuffled.end(), bucket.begin());
    }
}

Step StepPlan::at(std::int64_t number) {
    Step step;
    if (m_perEpoch == 0)
        return step;
    if (number / m_perEpoch != m_epoch)
        order(number / m_perEpoch);
    const auto each = static_cast<std::size_t>(std::max(m_settings.examples, 1));
    const std::size_t begin = static_cast<std::size_t>(number % m_perEpoch) * each;
    for (std::size_t i = begin; i < std::min(begin + each, m_order.size()); ++i)
        step.examples.push_back(m_order[i]);
    std::stable_sort(step.examples.begin(), step.examples.end(), [&](std::size_t a, std::size_t b) {
        return m_corpus->length(a) > m_corpus->length(b);
    });

    std::mt19937_64 random = randomFor(m_settings.seed, 2, number);
    const std::vector<CorpusConcept>& table = m_corpus->tables().concepts;
    for (const std::size_t index : step.examples) {
        for (const CorpusMention& mention : (*m_corpus)[index].mentions)
            step.concepts.push_back(mention.conceptId);
    }
    std::sort(step.concepts.begin(), step.concepts.end());
    step.concepts.erase(std::unique(step.concepts.begin(), step.concepts.end()),
                        step.concepts.end());
    if (step.concepts.size() > static_cast<std::size_t>(m_settings.concepts)) {
        // Weighted sampling without replacement (Efraimidis & Spirakis 2006): the greatest keys.
        std::vector<std::pair<double, std::int32_t>> keys;
        for (const std::int32_t id : step.concepts) {
            const double weight = std::pow(static_cast<double>(std::max<std::int64_t>(
                                               table[static_cast<std::size_t>(id)].count, 1)),
                                           -m_settings.balance);
            keys.emplace_back(std::log(std::max(uniform(random), 1e-300)) / weight, id);
        }
        std::nth_element(keys.begin(), keys.begin() + m_settings.concepts, keys.end(),
                         std::greater<>());
        step.concepts.clear();
        for (int i = 0; i < m_settings.concepts; ++i)
            step.concepts.push_back(keys[static_cast<std::size_t>(i)].second);
    }
    for (int i = 0; i < m_settings.negatives && !m_sums.empty() && m_sums.back() > 0; ++i) {
        const auto found =
            std::upper_bound(m_sums.begin(), m_sums.end(), uniform(random) * m_sums.back());
        step.concepts.push_back(static_cast<std::int32_t>(std::min<std::ptrdiff_t>(
            found - m_sums.begin(), static_cast<std::ptrdiff_t>(m_sums.size()) - 1)));
    }
    std::sort(step.concepts.begin(), step.concepts.end());
    step.concepts.erase(std::unique(step.concepts.begin(), step.concepts.end()),
                        step.concepts.end());
    return step;
}

}  // namespace spanwise
