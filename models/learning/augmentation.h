#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// The mentions of each type in labelled sentences, to put one in another's place (Dai & Adel 2020,
/// "mention replacement").
class MentionStock {
public:
    explicit MentionStock(const std::vector<LabelledSentence>& sentences);

    /// The sentence with each of its mentions replaced by one of the same type with the given
    /// chance; spans, known words and rejections move along.
    [[nodiscard]] LabelledSentence varied(const LabelledSentence& sentence, double chance,
                                          std::mt19937_64& random) const;

private:
    std::map<std::string, std::vector<std::vector<std::string>>> m_mentions;
};

}  // namespace spanwise
