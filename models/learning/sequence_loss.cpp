#include "models/learning/sequence_loss.h"

#include <algorithm>
#include <cmath>

#include "models/heads/log_space.h"

namespace spanwise {
namespace {

/// One chain: forward and backward sums over the label sequences that constraints allow.
class Chain {
public:
    Chain(const BioLabels& labels, int words, double breachCost)
        : m_labels(labels),
          m_count(labels.size()),
          m_words(words),
          m_breach(-breachCost),
          m_rest(std::log1p(-std::exp(-breachCost))) {
        const auto cells = static_cast<std::size_t>(words) * static_cast<std::size_t>(m_count);
        m_emit.resize(cells);
        m_forward.resize(cells);
        m_backward.resize(cells);
    }

    [[nodiscard]] double* emit(int word) { return m_emit.data() + word * m_count; }

    /// The log of the sum over all sequences; `weight` times each label's share is added to
    /// `gradient`. `openStart`: the first word may continue what came before.
    double addShares(bool openStart, double weight, float* gradient) {
        for (int l = 0; l < m_count; ++l)
            m_forward[at(0, l)] = m_emit[at(0, l)] + (isBound(l) && !openStart ? m_breach : 0);
        for (int w = 1; w < m_words; ++w) {
            const double total = logSum(&m_forward[at(w - 1, 0)], m_count);
            for (int l = 0; l < m_count; ++l) {
                double sum = total;
                if (isBound(l))
                    sum = logAdd(total + m_breach,
                                 logAdd(m_forward[at(w - 1, m_labels.begin(m_labels.typeOf(l)))],
                                        m_forward[at(w - 1, l)]) +
                                     m_rest);
                m_forward[at(w, l)] = sum + m_emit[at(w, l)];
            }
        }
        std::vector<double> free(static_cast<std::size_t>(m_count));
        for (int l = 0; l < m_count; ++l)
            m_backward[at(m_words - 1, l)] = 0;
        for (int w = m_words - 2; w >= 0; --w) {
            for (int l = 0; l < m_count; ++l)
                free[static_cast<std::size_t>(l)] =
                    m_emit[at(w + 1, l)] + m_backward[at(w + 1, l)] + (isBound(l) ? m_breach : 0);
            const double open = logSum(free.data(), m_count);
            for (int l = 0; l < m_count; ++l) {
                double rest = open;
                const int type = m_labels.typeOf(l);
                const int inside = type < 0 ? -1 : m_labels.inside(type);
                if (inside >= 0 && isBound(inside))
                    rest = logAdd(
                        rest, m_emit[at(w + 1, inside)] + m_backward[at(w + 1, inside)] + m_rest);
                m_backward[at(w, l)] = rest;
            }
        }
        const double all = logSum(&m_forward[at(m_words - 1, 0)], m_count);
        if (all == kNever)
            return all;
        for (std::size_t cell = 0; cell < m_emit.size(); ++cell)
            gradient[cell] +=
                static_cast<float>(weight * std::exp(m_forward[cell] + m_backward[cell] - all));
        return all;
    }

private:
    [[nodiscard]] std::size_t at(int word, int label) const {
        return static_cast<std::size_t>(word * m_count + label);
    }
    [[nodiscard]] bool isBound(int label) const {
        return m_labels.isInside(label) && m_labels.begin(m_labels.typeOf(label)) >= 0;
    }

    const BioLabels& m_labels;
    int m_count, m_words;
    double m_breach;  ///< log of what a forbidden step weighs; an allowed one weighs 1
    double m_rest;    ///< log of what an allowed one weighs more
    std::vector<double> m_emit, m_forward, m_backward;
};

}  // namespace

double sequenceLoss(const float* logits, const ChainTargets& targets, const BioLabels& labels,
                    float* gradient, double breachCost) {
    const auto words = targets.labels.size();
    const auto count = static_cast<std::size_t>(labels.size());
    double loss = 0;
    auto cut = targets.cuts.begin();
    for (std::size_t first = 0; first < words;) {
        while (cut != targets.cuts.end() && *cut <= first)
            ++cut;
        const std::size_t last = cut == targets.cuts.end() ? words : *cut;
        Chain chain(labels, static_cast<int>(last - first), breachCost);
        for (std::size_t w = first; w < last; ++w)
            std::copy_n(logits + w * count, count, chain.emit(static_cast<int>(w - first)));
        const std::int64_t start = targets.labels[first];
        const bool openStart = start >= 0 && labels.isInside(static_cast<int>(start));
        const double all = chain.addShares(openStart, 1, gradient + first * count);
        for (std::size_t w = first; w < last; ++w) {
            if (targets.labels[w] == ChainTargets::kUnknown)
                continue;
            double* row = chain.emit(static_cast<int>(w - first));
            for (std::size_t l = 0; l < count; ++l) {
                if (static_cast<std::int64_t>(l) != targets.labels[w])
                    row[l] = kNever;
            }
        }
        for (const auto& [word, type] : targets.refused) {
            if (word < first || word >= last)
                continue;
            double* row = chain.emit(static_cast<int>(word - first));
            for (const int label : {labels.begin(type), labels.inside(type)}) {
                if (label >= 0)
                    row[label] = kNever;
            }
        }
        const double known = chain.addShares(openStart, -1, gradient + first * count);
        loss += all - known;
        first = last;
    }
    return loss;
}

}  // namespace spanwise
