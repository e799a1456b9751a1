#pragma once

#include <string>
#include <vector>

#include "core/annotation/edit.h"

namespace spanwise {

/// A span over the words of a sentence, half-open word indices.
struct WordSpan {
    int begin = 0;
    int end = 0;
    std::string type;
    double score = -1;

    bool operator==(const WordSpan&) const = default;
};

/// What one sentence teaches. Spans do not overlap and are sorted.
struct LabelledSentence {
    std::vector<std::string> words;  ///< UTF-8, as in the text
    std::vector<WordSpan> spans;
    /// Per word: does the absence of a span teach "no entity"? Words inside `spans` are known in
    /// any case. Empty: every word is known (gold data).
    std::vector<bool> known;
    /// Spans that a person refused: their words are known not to be that entity.
    std::vector<WordSpan> rejected;

    bool operator==(const LabelledSentence&) const = default;
};

/// A document's named spans laid over its words: a span covers every word that it overlaps; of
/// overlapping spans the longest stays (CoNLL and BIO carry no nesting); a span over several
/// sentences gives one in each. The result has an element for each of `sentences`. `dropped` counts
/// the spans that left no trace.
[[nodiscard]] std::vector<LabelledSentence> alignToWords(const Document& document,
                                                         const std::vector<Sentence>& sentences,
                                                         const std::vector<NamedSpan>& spans,
                                                         int* dropped = nullptr);

/// The sentences of a document that teach, by the rule of the design: in a document that is done
/// every word is known; else in a sentence with at least one annotation every word is known; else
/// a sentence with a rejection teaches that alone; all other sentences are left out.
[[nodiscard]] std::vector<LabelledSentence> teachingSentences(const Document& document,
                                                              const DocumentLabels& labels,
                                                              const LabelScheme& scheme);

/// The same from spans by name, as the worker receives them. `places`: where each of them is in the
/// document.
[[nodiscard]] std::vector<LabelledSentence> teachingSentences(
    const Document& document, const std::vector<NamedSpan>& annotations,
    const std::vector<NamedSpan>& rejections, bool done, std::vector<Sentence>* places = nullptr);

}  // namespace spanwise
