#include "core/metrics/entity_metrics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <set>

#include "core/text/utf8.h"

namespace spanwise {
namespace {

/// Words covered by spans of one type: sorted, disjoint half-open ranges.
using Cover = std::vector<std::pair<int, int>>;

std::map<std::string_view, Cover> coverByType(const std::vector<WordSpan>& spans,
                                              std::size_t words) {
    std::map<std::string_view, Cover> covers;
    for (const WordSpan& span : spans) {
        const int end = static_cast<int>(
            std::min<std::size_t>(static_cast<std::size_t>(std::max(span.end, 0)), words));
        if (span.begin < end)
            covers[span.type].emplace_back(std::max(span.begin, 0), end);
    }
    for (auto& [type, cover] : covers) {
        std::sort(cover.begin(), cover.end());
        Cover merged;
        for (const auto& part : cover) {
            if (!merged.empty() && part.first <= merged.back().second)
                merged.back().second = std::max(merged.back().second, part.second);
            else
                merged.push_back(part);
        }
        cover = std::move(merged);
    }
    return covers;
}

std::int64_t size(const Cover& cover) {
    std::int64_t sum = 0;
    for (const auto& [begin, end] : cover)
        sum += end - begin;
    return sum;
}

std::int64_t common(const Cover& a, const Cover& b) {
    std::int64_t sum = 0;
    for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
        sum += std::max(0, std::min(i->second, j->second) - std::max(i->first, j->first));
        if (i->second < j->second)
            ++i;
        else
            ++j;
    }
    return sum;
}

Score scoreOf(std::int64_t gold, std::int64_t predicted, std::int64_t correct) {
    Score score;
    score.support = gold;
    score.predicted = predicted;
    score.correct = correct;
    const auto ratio = [](std::int64_t part, std::int64_t whole) {
        return whole > 0 ? static_cast<double>(part) / static_cast<double>(whole) : 0.0;
    };
    score.precision = ratio(correct, predicted);
    score.recall = ratio(correct, gold);
    const double sum = score.precision + score.recall;
    score.f1 = sum > 0 ? 2 * score.precision * score.recall / sum : 0;
    return score;
}

}  // namespace

void EntityEvaluator::add(const std::vector<WordSpan>& gold, const std::vector<WordSpan>& predicted,
                          std::size_t words) {
    std::set<std::tuple<int, int, std::string_view>> found;
    for (const WordSpan& span : gold) {
        if (found.emplace(span.begin, span.end, span.type).second)
            ++m_counts[span.type].gold;
    }
    std::set<std::tuple<int, int, std::string_view>> claimed;
    for (const WordSpan& span : predicted) {
        if (!claimed.emplace(span.begin, span.end, span.type).second)
            continue;
        Counts& counts = m_counts[span.type];
        ++counts.predicted;
        counts.correct += found.contains({span.begin, span.end, span.type}) ? 1 : 0;
    }
    const auto goldWords = coverByType(gold, words);
    const auto predictedWords = coverByType(predicted, words);
    for (const auto& [type, cover] : goldWords) {
        Counts& counts = m_counts[std::string(type)];
        counts.tokenGold += size(cover);
        if (const auto other = predictedWords.find(type); other != predictedWords.end())
            counts.tokenCorrect += common(cover, other->second);
    }
    for (const auto& [type, cover] : predictedWords)
        m_counts[std::string(type)].tokenPredicted += size(cover);
}

EntityMetrics EntityEvaluator::metrics() const {
    EntityMetrics metrics;
    std::int64_t gold = 0;
    std::int64_t predicted = 0;
    std::int64_t correct = 0;
    for (const auto& [type, counts] : m_counts) {
        const Score score = scoreOf(counts.gold, counts.predicted, counts.correct);
        metrics.perType.emplace(type, score);
        metrics.macro.precision += score.precision;
        metrics.macro.recall += score.recall;
        metrics.macro.f1 += score.f1;
        const Score token = scoreOf(counts.tokenGold, counts.tokenPredicted, counts.tokenCorrect);
        metrics.tokenMacroPrecision += token.precision;
        metrics.tokenMacroRecall += token.recall;
        metrics.tokenMacroF1 += token.f1;
        gold += counts.gold;
        predicted += counts.predicted;
        correct += counts.correct;
    }
    metrics.micro = scoreOf(gold, predicted, correct);
    metrics.macro.support = gold;
    metrics.macro.predicted = predicted;
    metrics.macro.correct = correct;
    if (!m_counts.empty()) {
        const auto types = static_cast<double>(m_counts.size());
        for (double* value :
             {&metrics.macro.precision, &metrics.macro.recall, &metrics.macro.f1,
              &metrics.tokenMacroPrecision, &metrics.tokenMacroRecall, &metrics.tokenMacroF1}) {
            *value /= types;
        }
    }
    return metrics;
}

std::vector<WordSpan> strictIob2Spans(const std::vector<std::string>& tags) {
    std::vector<WordSpan> spans;
    bool open = false;
    for (std::size_t i = 0; i < tags.size(); ++i) {
        const std::string_view tag = tags[i];
        const bool named = tag.size() > 2 && tag[1] == '-';
        const int at = static_cast<int>(i);
        if (named && tag[0] == 'B') {
            spans.push_back({at, at + 1, std::string(tag.substr(2))});
            open = true;
        } else if (named && tag[0] == 'I' && open && spans.back().type == tag.substr(2)) {
            spans.back().end = at + 1;
        } else {
            open = false;
        }
    }
    return spans;
}

std::string metricsToJson(const EntityMetrics& metrics) {
    using Json = nlohmann::ordered_json;
    const auto triple = [](const Score& score) {
        return Json{{"precision", score.precision}, {"recall", score.recall}, {"f1", score.f1}};
    };
    Json json{{"micro", triple(metrics.micro)}, {"macro", triple(metrics.macro)}};
    Json types = Json::object();
    for (const auto& [type, score] : metrics.perType) {
        Json item = triple(score);
        item["support"] = score.support;
        types[type] = std::move(item);
    }
    json["per_type"] = std::move(types);
    json["token_macro"] = {{"precision", metrics.tokenMacroPrecision},
                           {"recall", metrics.tokenMacroRecall},
                           {"f1", metrics.tokenMacroF1}};
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string metricsToTable(const EntityMetrics& metrics) {
    Offset width = 12;
    for (const auto& [type, score] : metrics.perType)
        width = std::max(width, countCodePoints(type));
    const auto row = [&](const std::string& name, double precision, double recall, double f1,
                         const std::string& support) {
        std::array<char, 96> numbers;
        std::snprintf(numbers.data(), numbers.size(), "  %9.4f  %9.4f  %9.4f  %9s\n", precision,
                      recall, f1, support.c_str());
        return name + std::string(static_cast<std::size_t>(width - countCodePoints(name)), ' ') +
               numbers.data();
    };
    std::string table = std::string(static_cast<std::size_t>(width), ' ') +
                        "  precision     recall         f1    support\n";
    for (const auto& [type, score] : metrics.perType)
        table += row(type, score.precision, score.recall, score.f1, std::to_string(score.support));
    table += '\n';
    const Score& micro = metrics.micro;
    const Score& macro = metrics.macro;
    table += row("micro", micro.precision, micro.recall, micro.f1, std::to_string(micro.support));
    table += row("macro", macro.precision, macro.recall, macro.f1, std::to_string(macro.support));
    table += row("token macro", metrics.tokenMacroPrecision, metrics.tokenMacroRecall,
                 metrics.tokenMacroF1, "");
    return table;
}

}  // namespace spanwise
