#include "models/heads/bio_decoder.h"

#include <algorithm>
#include <cmath>

#include "models/heads/log_space.h"

namespace spanwise {

BioLabels BioLabels::forTypes(const std::vector<std::string>& types) {
    std::vector<std::string> names{"O"};
    for (const std::string& type : types) {
        names.push_back("B-" + type);
        names.push_back("I-" + type);
    }
    return *fromNames(names, {});
}

Result<BioLabels> BioLabels::fromNames(const std::vector<std::string>& names,
                                       std::string_view where) {
    BioLabels labels;
    labels.m_names = names;
    for (int i = 0; i < labels.size(); ++i) {
        const std::string& name = names[static_cast<std::size_t>(i)];
        const bool isBegin = name.starts_with("B-");
        const bool isInside = name.starts_with("I-");
        if (name == "O") {
            labels.m_outside = i;
            labels.m_typeOf.push_back(-1);
            labels.m_isInside.push_back(false);
            continue;
        }
        if ((!isBegin && !isInside) || name.size() == 2)
            return failure(ErrorCode::Incompatible,
                           "The label \"" + name +
                               "\" is not \"O\", \"B-type\" or \"I-type\": this model tags in a "
                               "scheme that Spanwise does not read.",
                           std::string(where));
        const std::string type = name.substr(2);
        int index = labels.typeIndex(type);
        if (index < 0) {
            index = static_cast<int>(labels.m_types.size());
            labels.m_types.push_back(type);
            labels.m_begin.push_back(-1);
            labels.m_inside.push_back(-1);
        }
        (isBegin ? labels.m_begin : labels.m_inside)[static_cast<std::size_t>(index)] = i;
        labels.m_typeOf.push_back(index);
        labels.m_isInside.push_back(isInside);
    }
    if (labels.m_outside < 0)
        return failure(ErrorCode::Incompatible, "The model's labels lack \"O\".",
                       std::string(where));
    return labels;
}

int BioLabels::typeIndex(std::string_view type) const {
    const auto found = std::find(m_types.begin(), m_types.end(), type);
    return found == m_types.end() ? -1 : static_cast<int>(found - m_types.begin());
}

std::vector<WordSpan> decodeBio(const float* logits, int words, const BioLabels& labels,
                                std::vector<WordSpan>* alsoScored) {
    std::vector<WordSpan> spans;
    if (words == 0)
        return spans;
    const int count = labels.size();
    const auto at = [count](std::vector<double>& table, int word, int label) -> double& {
        return table[static_cast<std::size_t>(word) * static_cast<std::size_t>(count) +
                     static_cast<std::size_t>(label)];
    };
    const auto cells = static_cast<std::size_t>(words) * static_cast<std::size_t>(count);
    std::vector<double> emit(cells), best(cells), forward(cells), backward(cells);
    std::vector<int> from(cells, -1);
    for (int w = 0; w < words; ++w) {
        double* row = &at(emit, w, 0);
        for (int l = 0; l < count; ++l)
            row[l] = static_cast<double>(logits[static_cast<std::size_t>(w * count + l)]);
        const double norm = logSum(row, count);
        for (int l = 0; l < count; ++l)
            row[l] -= norm;
    }
    // An I- label is bound to its predecessors; with no B- of its type it may start a span itself.
    const auto isBound = [&](int label) {
        return labels.isInside(label) && labels.begin(labels.typeOf(label)) >= 0;
    };

    for (int l = 0; l < count; ++l)
        at(best, 0, l) = at(forward, 0, l) = isBound(l) ? kNever : at(emit, 0, l);
    for (int w = 1; w < words; ++w) {
        const double* previous = &at(best, w - 1, 0);
        const int top = static_cast<int>(std::max_element(previous, previous + count) - previous);
        const double total = logSum(&at(forward, w - 1, 0), count);
        for (int l = 0; l < count; ++l) {
            int source = top;
            double sum = total;
            if (isBound(l)) {
                const int b = labels.begin(labels.typeOf(l));
                source = previous[b] >= previous[l] ? b : l;
                sum = logAdd(at(forward, w - 1, b), at(forward, w - 1, l));
            }
            const auto cell = static_cast<std::size_t>(w * count + l);
            from[cell] = source;
            best[cell] = previous[source] + emit[cell];
            forward[cell] = sum + emit[cell];
        }
    }
    // backward: log probability of all that follows; `free`: over the labels any word may precede.
    std::vector<double> next(static_cast<std::size_t>(count));
    std::vector<double> open(static_cast<std::size_t>(words) + 1, 0);  ///< of unbound labels at w
    for (int w = words - 1; w >= 0; --w) {
        for (int l = 0; l < count; ++l) {
            double rest = 0;
            if (w + 1 < words) {
                rest = open[static_cast<std::size_t>(w) + 1];
                const int type = labels.typeOf(l);
                if (type >= 0) {
                    const int i = labels.inside(type);
                    if (i >= 0 && isBound(i))
                        rest = logAdd(rest, at(emit, w + 1, i) + at(backward, w + 1, i));
                }
            }
            at(backward, w, l) = rest;
        }
        for (int l = 0; l < count; ++l)
            next[static_cast<std::size_t>(l)] =
                isBound(l) ? kNever : at(emit, w, l) + at(backward, w, l);
        open[static_cast<std::size_t>(w)] = logSum(next.data(), count);
    }
    const double partition = logSum(&at(forward, words - 1, 0), count);

    const auto posterior = [&](int begin, int end, int label, int inside) {
        double score = at(forward, begin, label);
        if (begin > 0 && labels.isInside(label)) {
            // Without a B- the same label before this word would be the same span.
            const double before = logSubtract(logSum(&at(forward, begin - 1, 0), count),
                                              at(forward, begin - 1, label));
            score = before + at(emit, begin, label);
        }
        for (int i = begin + 1; i < end; ++i)
            score += at(emit, i, inside);
        if (end < words) {
            // Whatever follows but the same span going on.
            double rest = open[static_cast<std::size_t>(end)];
            if (inside >= 0 && !isBound(inside))
                rest = logSubtract(rest, at(emit, end, inside) + at(backward, end, inside));
            score += rest;
        }
        return std::clamp(std::exp(score - partition), 0.0, 1.0);
    };

    std::vector<int> path(static_cast<std::size_t>(words));
    const double* last = &at(best, words - 1, 0);
    path.back() = static_cast<int>(std::max_element(last, last + count) - last);
    for (int w = words - 1; w > 0; --w)
        path[static_cast<std::size_t>(w) - 1] =
            from[static_cast<std::size_t>(w * count + path[static_cast<std::size_t>(w)])];

    for (int w = 0; w < words;) {
        const int label = path[static_cast<std::size_t>(w)];
        const int type = labels.typeOf(label);
        if (type < 0) {
            ++w;
            continue;
        }
        const int inside = labels.inside(type);
        int end = w + 1;
        while (end < words && path[static_cast<std::size_t>(end)] == inside)
            ++end;
        spans.push_back({w, end, labels.types()[static_cast<std::size_t>(type)],
                         posterior(w, end, label, inside)});
        w = end;
    }
    if (alsoScored == nullptr)
        return spans;
    for (WordSpan& span : *alsoScored) {
        const int type = labels.typeIndex(span.type);
        span.score = 0;
        if (type < 0 || span.begin < 0 || span.begin >= span.end || span.end > words)
            continue;
        const int inside = labels.inside(type);
        if (inside < 0 && span.end > span.begin + 1)
            continue;
        const int first = labels.begin(type) >= 0 ? labels.begin(type) : inside;
        span.score = posterior(span.begin, span.end, first, inside);
    }
    return spans;
}

}  // namespace spanwise
