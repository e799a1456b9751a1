#include "core/annotation/labelled_sentence.h"

#include <algorithm>

#include "core/text/offset_map.h"

namespace spanwise {
namespace {

struct Piece {
    std::size_t sentence;
    WordSpan span;
    Offset length;       ///< of the whole span in code points
    std::size_t source;  ///< index of the span it comes from
};

/// The words that each span overlaps, one piece per sentence that it touches. Spans that overlap no
/// word give none.
std::vector<Piece> piecesOf(const std::vector<Sentence>& sentences,
                            const std::vector<NamedSpan>& spans) {
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < spans.size(); ++i) {
        const NamedSpan& span = spans[i];
        if (span.range.isEmpty())
            continue;
        auto sentence = std::partition_point(
            sentences.begin(), sentences.end(),
            [&](const Sentence& s) { return s.range.end <= span.range.begin; });
        for (; sentence != sentences.end() && sentence->range.begin < span.range.end; ++sentence) {
            const auto& words = sentence->words;
            const auto first = std::partition_point(
                words.begin(), words.end(),
                [&](const Range& word) { return word.end <= span.range.begin; });
            const auto last = std::partition_point(
                first, words.end(), [&](const Range& word) { return word.begin < span.range.end; });
            if (first == last)
                continue;
            pieces.push_back({static_cast<std::size_t>(sentence - sentences.begin()),
                              {static_cast<int>(first - words.begin()),
                               static_cast<int>(last - words.begin()), span.type, span.score},
                              span.range.length(),
                              i});
        }
    }
    return pieces;
}

void sortSpans(std::vector<WordSpan>& spans) {
    std::sort(spans.begin(), spans.end(), [](const WordSpan& a, const WordSpan& b) {
        return std::tie(a.begin, a.end, a.type) < std::tie(b.begin, b.end, b.type);
    });
}

}  // namespace

std::vector<LabelledSentence> alignToWords(const Document& document,
                                           const std::vector<Sentence>& sentences,
                                           const std::vector<NamedSpan>& spans, int* dropped) {
    std::vector<LabelledSentence> out(sentences.size());
    const OffsetMap map(document.text);
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        out[i].words.reserve(sentences[i].words.size());
        for (const Range& word : sentences[i].words) {
            const auto begin = static_cast<std::size_t>(map.toByte(word.begin));
            const auto end = static_cast<std::size_t>(map.toByte(word.end));
            out[i].words.push_back(document.text.substr(begin, end - begin));
        }
    }

    auto pieces = piecesOf(sentences, spans);
    std::stable_sort(pieces.begin(), pieces.end(), [](const Piece& a, const Piece& b) {
        const int aWords = a.span.end - a.span.begin;
        const int bWords = b.span.end - b.span.begin;
        return std::tie(bWords, b.length, a.sentence, a.span.begin, a.span.type) <
               std::tie(aWords, a.length, b.sentence, b.span.begin, b.span.type);
    });
    std::vector<bool> kept(spans.size());
    std::vector<std::vector<bool>> taken(sentences.size());
    for (Piece& piece : pieces) {
        auto& words = taken[piece.sentence];
        words.resize(sentences[piece.sentence].words.size());
        const auto begin = words.begin() + piece.span.begin;
        const auto end = words.begin() + piece.span.end;
        if (std::find(begin, end, true) != end)
            continue;
        std::fill(begin, end, true);
        kept[piece.source] = true;
        out[piece.sentence].spans.push_back(std::move(piece.span));
    }
    for (LabelledSentence& sentence : out)
        sortSpans(sentence.spans);
    if (dropped)
        *dropped = static_cast<int>(std::count(kept.begin(), kept.end(), false));
    return out;
}

std::vector<LabelledSentence> teachingSentences(const Document& document,
                                                const DocumentLabels& labels,
                                                const LabelScheme& scheme) {
    std::vector<NamedSpan> annotations;
    for (const Annotation& annotation : labels.annotations) {
        if (const EntityType* type = scheme.byId(annotation.type))
            annotations.push_back({annotation.range, type->name});
    }
    std::vector<NamedSpan> rejections;
    for (const Rejection& rejection : labels.rejections) {
        if (const EntityType* type = scheme.byId(rejection.type))
            rejections.push_back({rejection.range, type->name});
    }
    return teachingSentences(document, annotations, rejections,
                             labels.status == DocumentStatus::Done);
}

std::vector<LabelledSentence> teachingSentences(const Document& document,
                                                const std::vector<NamedSpan>& annotations,
                                                const std::vector<NamedSpan>& rejections, bool done,
                                                std::vector<Sentence>* places) {
    if (!done && annotations.empty() && rejections.empty())
        return {};
    const std::vector<Sentence> sentences = sentencesOf(document);
    auto all = alignToWords(document, sentences, annotations);
    for (Piece& piece : piecesOf(sentences, rejections))
        all[piece.sentence].rejected.push_back(std::move(piece.span));

    std::vector<LabelledSentence> teaching;
    for (std::size_t i = 0; i < all.size(); ++i) {
        LabelledSentence& sentence = all[i];
        sortSpans(sentence.rejected);
        if (!done && sentence.spans.empty()) {
            if (sentence.rejected.empty())
                continue;
            sentence.known.assign(sentence.words.size(), false);
        }
        teaching.push_back(std::move(sentence));
        if (places)
            places->push_back(sentences[i]);
    }
    return teaching;
}

}  // namespace spanwise
