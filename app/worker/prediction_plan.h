#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "core/text/word_splitter.h"

namespace spanwise {

/// A document to predict. `sentences` must outlive the plan.
struct PlannedDocument {
    const std::vector<Sentence>* sentences = nullptr;
    Offset length = 0;  ///< code points
};

/// Whole sentences of one document.
struct PlannedPiece {
    std::size_t document = 0;         ///< index in the plan
    std::size_t first = 0, last = 0;  ///< half-open sentence indices
    Range range;                      ///< the text that they stand for, gaps included
    bool endsDocument = false;        ///< no later piece of this document
};

/// The order and the size of the steps in which documents are predicted. The first document goes
/// alone: what a person sees of it, what follows to its end, then its beginning, without what is
/// covered already. The other documents follow from start to end, small ones together. Steps grow,
/// so that the first is there soon and later ones fill their batches. The pieces of a document do
/// not overlap and, with what was covered, make up its text; a sentence is never cut, however long.
class PredictionPlan {
public:
    PredictionPlan(std::vector<PlannedDocument> documents, std::optional<Range> visible = {},
                   const std::vector<Range>& covered = {});

    /// The pieces to predict next, in one go; none: all is done.
    [[nodiscard]] std::vector<PlannedPiece> next();
    [[nodiscard]] std::size_t words() const { return m_words; }  ///< in all pieces

private:
    struct Run {  ///< neighbouring sentences, not handed out yet
        std::size_t document, first, last;
        bool isVisible;
    };
    [[nodiscard]] Range rangeOf(std::size_t document, std::size_t first, std::size_t last) const;
    [[nodiscard]] std::size_t wordsIn(const Run& run) const;

    std::vector<PlannedDocument> m_documents;
    std::vector<Run> m_runs;  ///< in their order, from m_run on
    std::size_t m_run = 0;
    std::size_t m_budget;
    std::size_t m_words = 0;
};

}  // namespace spanwise
