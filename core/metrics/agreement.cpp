#include "core/metrics/agreement.h"

#include <algorithm>
#include <set>
#include <tuple>

namespace spanwise {
namespace {

using Spans = std::set<std::tuple<std::string, Offset, Offset>>;

Spans distinct(const std::vector<NamedSpan>& spans) {
    Spans out;
    for (const NamedSpan& span : spans) {
        if (!span.range.isEmpty())
            out.emplace(span.type, span.range.begin, span.range.end);
    }
    return out;
}

void add(SpanAgreement& sum, const SpanAgreement& more) {
    sum.first += more.first;
    sum.second += more.second;
    sum.both += more.both;
}

}  // namespace

std::optional<double> SpanAgreement::f1() const {
    if (first + second == 0)
        return std::nullopt;
    return 2.0 * static_cast<double>(both) / static_cast<double>(first + second);
}

AgreementEvaluator::AgreementEvaluator(std::size_t annotators) : m_annotators(annotators) {}

AgreementEvaluator::Label AgreementEvaluator::labelOf(const std::string& type) {
    return m_labels.try_emplace(type, static_cast<Label>(m_labels.size()) + 1).first->second;
}

std::vector<AgreementEvaluator::Label> AgreementEvaluator::labelsOf(
    const std::vector<Range>& words, const std::vector<NamedSpan>& spans) {
    std::vector<const NamedSpan*> order;
    for (const NamedSpan& span : spans) {
        if (!span.range.isEmpty())
            order.push_back(&span);
    }
    std::sort(order.begin(), order.end(), [](const NamedSpan* a, const NamedSpan* b) {
        const Offset aLength = a->range.length(), bLength = b->range.length();
        return std::tie(bLength, a->range.begin, a->type) <
               std::tie(aLength, b->range.begin, b->type);
    });
    std::vector<Label> labels(words.size(), 0);
    for (const NamedSpan* span : order) {
        const Label label = labelOf(span->type);
        auto word = std::partition_point(
            words.begin(), words.end(), [&](const Range& w) { return w.end <= span->range.begin; });
        for (; word != words.end() && word->begin < span->range.end; ++word) {
            Label& there = labels[static_cast<std::size_t>(word - words.begin())];
            if (there == 0)
                there = label;
        }
    }
    return labels;
}

std::optional<double> AgreementEvaluator::add(const std::vector<Range>& words,
                                              const std::vector<AnnotatedBy>& readings) {
    if (readings.size() < 2)
        return std::nullopt;
    ++m_documents;
    m_words += static_cast<std::int64_t>(words.size());
    std::vector<Spans> spans;
    std::vector<std::vector<Label>> labels;
    for (const AnnotatedBy& reading : readings) {
        spans.push_back(distinct(reading.spans));
        labels.push_back(labelsOf(words, reading.spans));
    }

    double sum = 0;
    std::size_t pairs = 0;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        for (std::size_t j = i + 1; j < readings.size(); ++j) {
            const bool isInOrder = readings[i].annotator < readings[j].annotator;
            const std::size_t a = isInOrder ? i : j, b = isInOrder ? j : i;
            Pair& pair = m_pairs[{readings[a].annotator, readings[b].annotator}];
            ++pair.documents;
            pair.words += static_cast<std::int64_t>(words.size());
            SpanAgreement here;
            for (const auto& span : spans[a]) {
                const bool isShared = spans[b].contains(span);
                SpanAgreement& type = pair.perType[std::get<0>(span)];
                ++type.first;
                ++here.first;
                type.both += isShared ? 1 : 0;
                here.both += isShared ? 1 : 0;
            }
            for (const auto& span : spans[b]) {
                ++pair.perType[std::get<0>(span)].second;
                ++here.second;
            }
            sum += here.f1().value_or(1);
            ++pairs;
            for (std::size_t word = 0; word < words.size(); ++word)
                ++pair.labels[{labels[a][word], labels[b][word]}];
        }
    }

    const auto count = static_cast<double>(readings.size());
    for (std::size_t word = 0; word < words.size(); ++word) {
        const Label first = labels.front()[word];
        if (std::all_of(labels.begin(), labels.end(),
                        [&](const auto& reading) { return reading[word] == first; })) {
            m_values[first] += static_cast<std::int64_t>(labels.size());
            continue;
        }
        std::map<Label, std::int64_t> values;
        for (const std::vector<Label>& reading : labels)
            ++values[reading[word]];
        for (const auto& [value, times] : values) {
            m_values[value] += times;
            const auto same = static_cast<double>(times);
            m_differing += same * (count - same) / (count - 1);
        }
    }
    return sum / static_cast<double>(pairs);
}

Agreement AgreementEvaluator::agreement() const {
    Agreement result;
    result.documents = m_documents;
    result.words = m_words;
    for (std::size_t first = 0; first < m_annotators; ++first) {
        for (std::size_t second = first + 1; second < m_annotators; ++second) {
            PairAgreement pair;
            pair.first = first;
            pair.second = second;
            const auto found = m_pairs.find({first, second});
            if (found == m_pairs.end()) {
                result.pairs.push_back(pair);
                continue;
            }
            const Pair& counted = found->second;
            pair.documents = counted.documents;
            pair.words = counted.words;
            pair.perType = counted.perType;
            for (const auto& [type, spans] : counted.perType) {
                spanwise::add(pair.spans, spans);
                spanwise::add(result.perType[type], spans);
            }
            spanwise::add(result.spans, pair.spans);

            std::map<Label, double> ofFirst, ofSecond;
            double same = 0;
            for (const auto& [labels, times] : counted.labels) {
                ofFirst[labels.first] += static_cast<double>(times);
                ofSecond[labels.second] += static_cast<double>(times);
                if (labels.first == labels.second)
                    same += static_cast<double>(times);
            }
            const auto words = static_cast<double>(counted.words);
            double byChance = 0;
            for (const auto& [label, times] : ofFirst) {
                if (const auto other = ofSecond.find(label); other != ofSecond.end())
                    byChance += times * other->second;
            }
            // In counts, where they are whole: words² = byChance when all words have one label.
            if (words > 0 && byChance < words * words)
                pair.kappa = (same * words - byChance) / (words * words - byChance);
            result.pairs.push_back(std::move(pair));
        }
    }
    double values = 0, squares = 0;
    for (const auto& [label, times] : m_values) {
        values += static_cast<double>(times);
        squares += static_cast<double>(times) * static_cast<double>(times);
    }
    if (values * values > squares)
        result.alpha = 1 - (values - 1) * m_differing / (values * values - squares);
    return result;
}

}  // namespace spanwise
