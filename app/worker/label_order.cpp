#include "app/worker/label_order.h"

#include <algorithm>
#include <tuple>

#include "core/annotation/labelled_sentence.h"
#include "core/text/utf8.h"

namespace spanwise {
namespace {

bool touchesWord(const std::vector<Sentence>& sentences, Range range) {
    auto sentence =
        std::partition_point(sentences.begin(), sentences.end(),
                             [&](const Sentence& s) { return s.range.end <= range.begin; });
    for (; sentence != sentences.end() && sentence->range.begin < range.end; ++sentence) {
        const auto word =
            std::partition_point(sentence->words.begin(), sentence->words.end(),
                                 [&](const Range& w) { return w.end <= range.begin; });
        if (word != sentence->words.end() && word->begin < range.end)
            return true;
    }
    return false;
}

std::string counted(int count, const char* one, const char* many) {
    return std::to_string(count) + " " + (count == 1 ? one : many);
}

}  // namespace

void bringInOrder(std::vector<NamedSpan>& spans) {
    const auto key = [](const NamedSpan& span) { return std::tie(span.range, span.type); };
    for (NamedSpan& span : spans)
        span.score = -1;
    std::sort(spans.begin(), spans.end(),
              [&](const NamedSpan& a, const NamedSpan& b) { return key(a) < key(b); });
    spans.erase(
        std::unique(spans.begin(), spans.end(),
                    [&](const NamedSpan& a, const NamedSpan& b) { return key(a) == key(b); }),
        spans.end());
}

std::map<std::string, std::string> bringInOrder(std::vector<protocol::DocumentLabelling>& labels) {
    std::vector<std::pair<std::string, protocol::DocumentLabelling>> byContent;
    byContent.reserve(labels.size());
    for (protocol::DocumentLabelling& labelling : labels) {
        bringInOrder(labelling.annotations);
        bringInOrder(labelling.rejections);
        std::string content = nlohmann::json(labelling).dump(
            -1, ' ', false, nlohmann::json::error_handler_t::replace);
        byContent.emplace_back(std::move(content), std::move(labelling));
    }
    std::sort(byContent.begin(), byContent.end(), [](const auto& a, const auto& b) {
        return std::tie(a.second.hash, a.first) < std::tie(b.second.hash, b.first);
    });
    std::map<std::string, std::string> taught;
    labels.clear();
    for (auto& [content, labelling] : byContent) {
        std::string& hash = taught[labelling.hash];
        hash = sha256Hex(hash + content);
        labels.push_back(std::move(labelling));
    }
    return taught;
}

LabelFaults faultsOf(const Document& document, const std::vector<Sentence>& sentences,
                     const std::vector<NamedSpan>& spans) {
    LabelFaults faults;
    int doubled = 0;
    bool overlaps = false;
    Offset furthest = -1;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const bool isAgain = i > 0 && spans[i].range == spans[i - 1].range;
        if (!touchesWord(sentences, spans[i].range)) {
            ++faults.withoutWord;
            continue;
        }
        doubled += isAgain ? 1 : 0;
        if (isAgain && (i < 2 || spans[i - 2].range != spans[i].range))
            ++faults.contradictory;
        overlaps = overlaps || (!isAgain && spans[i].range.begin < furthest);
        furthest = std::max(furthest, spans[i].range.end);
    }
    if (overlaps) {
        int dropped = 0;
        const auto aligned = alignToWords(document, sentences, spans, &dropped);
        faults.overlapping = std::max(0, dropped - doubled - faults.withoutWord);
    }
    return faults;
}

LabelFaults& LabelFaults::operator+=(const LabelFaults& other) {
    contradictory += other.contradictory;
    overlapping += other.overlapping;
    withoutWord += other.withoutWord;
    return *this;
}

std::vector<std::string> LabelFaults::warnings() const {
    std::vector<std::string> texts;
    if (contradictory > 0)
        texts.push_back(counted(contradictory, "text is", "texts are") +
                        " labelled with more than one type; of each, the type that comes first in "
                        "the alphabet is learned. Keep one.");
    if (overlapping > 0)
        texts.push_back(counted(overlapping, "annotation overlaps", "annotations overlap") +
                        " a longer one, which is learned instead.");
    if (withoutWord > 0)
        texts.push_back(counted(withoutWord, "annotation covers", "annotations cover") +
                        " no word, so nothing is learned from " +
                        (withoutWord == 1 ? "it." : "them."));
    return texts;
}

}  // namespace spanwise
