#include "models/learning/examples.h"

#include <algorithm>

#include "models/torch.h"

namespace spanwise {
namespace {

constexpr std::int64_t kUnknown = ChainTargets::kUnknown;

struct WordTargets {
    std::vector<std::int64_t> labels;
    std::vector<std::vector<int>> refused;
};

Result<WordTargets> targetsOf(const LabelledSentence& sentence, const BioLabels& labels,
                              const std::vector<bool>& hasSubTokens) {
    const std::size_t count = sentence.words.size();
    WordTargets targets;
    targets.labels.assign(count, labels.outside());
    targets.refused.resize(count);
    if (!sentence.known.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
            if (!sentence.known[i])
                targets.labels[i] = kUnknown;
        }
    }
    const auto typeOf = [&](const WordSpan& span) -> Result<int> {
        const int type = labels.typeIndex(span.type);
        if (type < 0)
            return failure(ErrorCode::InvalidArgument,
                           "A label is of the type \"" + span.type +
                               "\", which is not among the types to learn.");
        if (span.begin < 0 || span.end <= span.begin || static_cast<std::size_t>(span.end) > count)
            return failure(ErrorCode::InvalidArgument,
                           "A span reaches past the end of its sentence.");
        return type;
    };
    for (const WordSpan& span : sentence.rejected) {
        const auto type = typeOf(span);
        if (!type)
            return tl::unexpected(type.error());
        for (int i = span.begin; i < span.end; ++i) {
            if (targets.labels[static_cast<std::size_t>(i)] == kUnknown)
                targets.refused[static_cast<std::size_t>(i)].push_back(*type);
        }
    }
    for (const WordSpan& span : sentence.spans) {
        const auto type = typeOf(span);
        if (!type)
            return tl::unexpected(type.error());
        bool begun = labels.begin(*type) < 0;
        for (int i = span.begin; i < span.end; ++i) {
            const auto at = static_cast<std::size_t>(i);
            // A word that the model cannot see is O when decoded, so the next one begins anew.
            targets.labels[at] = begun ? labels.inside(*type) : labels.begin(*type);
            begun = hasSubTokens[at] || labels.begin(*type) < 0;
            targets.refused[at].clear();
        }
    }
    return targets;
}

}  // namespace

std::int64_t Example::lessons() const {
    return std::count_if(targets.labels.begin(), targets.labels.end(),
                         [](std::int64_t label) { return label != kUnknown; }) +
           static_cast<std::int64_t>(targets.refused.size());
}

Result<void> addExamples(const Model& base, const BioLabels& labels,
                         const LabelledSentence& sentence, std::size_t index,
                         std::vector<Example>& out) {
    std::vector<Window> windows;
    cutIntoWindows(base, index, sentence.words, windows);
    std::vector<bool> hasSubTokens(sentence.words.size(), false);
    for (const Window& window : windows) {
        for (const std::int32_t word : window.words)
            hasSubTokens[static_cast<std::size_t>(word)] = true;
    }
    const auto known = targetsOf(sentence, labels, hasSubTokens);
    if (!known)
        return tl::unexpected(known.error());
    for (Window& window : windows) {
        Example example;
        example.sentence = index;
        for (std::size_t w = 0; w < window.words.size(); ++w) {
            const auto word = static_cast<std::size_t>(window.words[w]);
            example.targets.labels.push_back(known->labels[word]);
            for (const int type : known->refused[word])
                example.targets.refused.emplace_back(w, type);
            if (w > 0 && window.words[w] != window.words[w - 1] + 1)
                example.targets.cuts.push_back(w);
        }
        example.window = std::move(window);
        if (example.lessons() > 0)
            out.push_back(std::move(example));
    }
    return {};
}

void addUnlabelled(const Model& base, const std::vector<std::string>& words, std::size_t index,
                   std::vector<Example>& out) {
    std::vector<Window> windows;
    cutIntoWindows(base, index, words, windows);
    for (Window& window : windows) {
        Example example;
        example.sentence = index;
        example.window = std::move(window);
        out.push_back(std::move(example));
    }
}

}  // namespace spanwise
