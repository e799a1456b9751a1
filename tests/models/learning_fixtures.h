#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "models/learning/cross_validation.h"

/// What the tests of checks share: documents made of words, and a learner that needs no model.
namespace learning_fixtures {

using namespace spanwise;

inline LabelledSentence sentence(std::vector<std::string> words, std::vector<WordSpan> spans = {}) {
    LabelledSentence result;
    result.words = std::move(words);
    result.spans = std::move(spans);
    return result;
}

/// Learns by heart: a word seen with a type is that type wherever it stands, with the share of its
/// occurrences as the score; all else is O.
inline FitSentences byHeart() {
    return [](const std::vector<LabelledSentence>& sentences, const std::function<void(double)>&,
              std::stop_token) -> Result<JudgeSentences> {
        std::map<std::string, std::map<std::string, int>> types;
        std::map<std::string, int> seen;
        for (const LabelledSentence& sentence : sentences) {
            for (const std::string& word : sentence.words)
                ++seen[word];
            for (const WordSpan& span : sentence.spans) {
                for (int i = span.begin; i < span.end; ++i)
                    ++types[sentence.words[static_cast<std::size_t>(i)]][span.type];
            }
        }
        return [types,
                seen](const std::vector<LabelledSentence>& judged) -> Result<std::vector<Judged>> {
            std::vector<Judged> result;
            const auto share = [&](const std::string& word, const std::string& type) {
                const auto known = types.find(word);
                if (known == types.end() || !known->second.contains(type))
                    return 0.0;
                return static_cast<double>(known->second.at(type)) / seen.at(word);
            };
            for (const LabelledSentence& sentence : judged) {
                Judged answer;
                for (std::size_t i = 0; i < sentence.words.size(); ++i) {
                    const auto known = types.find(sentence.words[i]);
                    if (known == types.end())
                        continue;
                    const auto best = std::max_element(
                        known->second.begin(), known->second.end(),
                        [](const auto& a, const auto& b) { return a.second < b.second; });
                    if (share(sentence.words[i], best->first) < 0.5)
                        continue;
                    answer.found.push_back({static_cast<int>(i), static_cast<int>(i) + 1,
                                            best->first, share(sentence.words[i], best->first)});
                }
                answer.labels = sentence.spans;
                for (WordSpan& label : answer.labels)
                    label.score = label.end == label.begin + 1
                                      ? share(sentence.words[static_cast<std::size_t>(label.begin)],
                                              label.type)
                                      : 0;
                result.push_back(std::move(answer));
            }
            return result;
        };
    };
}

}  // namespace learning_fixtures
