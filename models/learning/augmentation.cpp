#include "models/learning/augmentation.h"

#include <algorithm>

namespace spanwise {
namespace {

double uniform(std::mt19937_64& random) {
    return static_cast<double>(random() >> 11) * 0x1.0p-53;
}

}  // namespace

MentionStock::MentionStock(const std::vector<LabelledSentence>& sentences) {
    for (const LabelledSentence& sentence : sentences) {
        for (const WordSpan& span : sentence.spans)
            m_mentions[span.type].emplace_back(sentence.words.begin() + span.begin,
                                               sentence.words.begin() + span.end);
    }
}

LabelledSentence MentionStock::varied(const LabelledSentence& sentence, double chance,
                                      std::mt19937_64& random) const {
    LabelledSentence result;
    const auto total = static_cast<int>(sentence.words.size());
    std::vector<int> newPlace(sentence.words.size() + 1);  // of each old word
    int old = 0;
    const auto copyUpTo = [&](int end) {
        for (; old < end; ++old) {
            newPlace[static_cast<std::size_t>(old)] = static_cast<int>(result.words.size());
            result.words.push_back(sentence.words[static_cast<std::size_t>(old)]);
            if (!sentence.known.empty())
                result.known.push_back(sentence.known[static_cast<std::size_t>(old)]);
        }
    };
    for (const WordSpan& span : sentence.spans) {
        copyUpTo(span.begin);
        const int begin = static_cast<int>(result.words.size());
        const auto found = m_mentions.find(span.type);
        if (found == m_mentions.end() || uniform(random) >= chance) {
            copyUpTo(span.end);
        } else {
            const auto& mention = found->second[random() % found->second.size()];
            result.words.insert(result.words.end(), mention.begin(), mention.end());
            if (!sentence.known.empty())
                result.known.resize(result.words.size(), true);
            for (; old < span.end; ++old)
                newPlace[static_cast<std::size_t>(old)] = begin;
        }
        result.spans.push_back({begin, static_cast<int>(result.words.size()), span.type});
    }
    copyUpTo(total);
    newPlace[static_cast<std::size_t>(total)] = static_cast<int>(result.words.size());
    for (const WordSpan& span : sentence.rejected) {
        const int begin = newPlace[static_cast<std::size_t>(span.begin)];
        const int end = newPlace[static_cast<std::size_t>(span.end)];
        if (begin < end)
            result.rejected.push_back({begin, end, span.type});
    }
    return result;
}

}  // namespace spanwise
