#include "app/worker/prediction_plan.h"

#include <algorithm>

namespace spanwise {
namespace {

/// Words of a step: some tenths of a second on two cores at first, and enough to fill batches of
/// sentences of one length later.
constexpr std::size_t kFirstWords = 512;
constexpr std::size_t kMostWords = 16384;
/// What is visible comes in one piece, up to so many words.
constexpr std::size_t kVisibleWords = 4096;
constexpr std::size_t kDocuments = 16;

std::vector<Range> merged(std::vector<Range> ranges) {
    std::sort(ranges.begin(), ranges.end());
    std::vector<Range> out;
    for (const Range range : ranges) {
        if (range.isEmpty())
            continue;
        if (!out.empty() && range.begin <= out.back().end)
            out.back().end = std::max(out.back().end, range.end);
        else
            out.push_back(range);
    }
    return out;
}

}  // namespace

PredictionPlan::PredictionPlan(std::vector<PlannedDocument> documents, std::optional<Range> visible,
                               const std::vector<Range>& covered)
    : m_documents(std::move(documents)), m_budget(kFirstWords) {
    const std::vector<Range> there = merged(covered);
    const auto isCovered = [&](std::size_t sentence) {
        const Range range = rangeOf(0, sentence, sentence + 1);
        const auto after =
            std::partition_point(there.begin(), there.end(),
                                 [&](const Range& other) { return other.begin <= range.begin; });
        return after != there.begin() && (after - 1)->contains(range);
    };
    /// Without the covered sentences, which only the first document has.
    const auto add = [&](std::size_t document, std::size_t first, std::size_t last,
                         bool isVisible) {
        if (document > 0 || there.empty()) {
            if (first < last)
                m_runs.push_back({document, first, last, isVisible});
            return;
        }
        for (std::size_t i = first; i < last; ++i) {
            if (isCovered(i))
                continue;
            if (!m_runs.empty() && m_runs.back().last == i && m_runs.back().isVisible == isVisible)
                ++m_runs.back().last;
            else
                m_runs.push_back({document, i, i + 1, isVisible});
        }
    };
    for (std::size_t document = 0; document < m_documents.size(); ++document) {
        const std::vector<Sentence>& sentences = *m_documents[document].sentences;
        if (sentences.empty()) {
            m_runs.push_back({document, 0, 0, false});
            continue;
        }
        if (document > 0 || !visible) {
            add(document, 0, sentences.size(), false);
            continue;
        }
        // With the gaps, so that the pieces cover all of what is visible.
        const auto begin = std::partition_point(sentences.begin() + 1, sentences.end(),
                                                [&](const Sentence& sentence) {
                                                    return sentence.range.begin <= visible->begin;
                                                }) -
                           1;
        const auto end = std::partition_point(
            begin, sentences.end(),
            [&](const Sentence& sentence) { return sentence.range.begin < visible->end; });
        const auto first = static_cast<std::size_t>(begin - sentences.begin());
        const auto last = static_cast<std::size_t>(end - sentences.begin());
        add(document, first, last, true);
        add(document, last, sentences.size(), false);
        add(document, 0, first, false);
    }
    for (const Run& run : m_runs)
        m_words += wordsIn(run);
}

Range PredictionPlan::rangeOf(std::size_t document, std::size_t first, std::size_t last) const {
    const PlannedDocument& planned = m_documents[document];
    const std::vector<Sentence>& sentences = *planned.sentences;
    return {first == 0 ? 0 : sentences[first].range.begin,
            last >= sentences.size() ? planned.length : sentences[last].range.begin};
}

std::size_t PredictionPlan::wordsIn(const Run& run) const {
    const std::vector<Sentence>& sentences = *m_documents[run.document].sentences;
    std::size_t words = 0;
    for (std::size_t i = run.first; i < run.last; ++i)
        words += sentences[i].words.size();
    return words;
}

std::vector<PlannedPiece> PredictionPlan::next() {
    std::vector<PlannedPiece> pieces;
    std::size_t words = 0;
    while (m_run < m_runs.size() && pieces.size() < kDocuments) {
        Run& run = m_runs[m_run];
        // The first document goes alone, and its runs one by one.
        if (!pieces.empty() && pieces.back().document == 0)
            break;
        const std::vector<Sentence>& sentences = *m_documents[run.document].sentences;
        const std::size_t budget = run.isVisible ? kVisibleWords : m_budget;
        std::size_t last = run.first;
        while (last < run.last && (words == 0 || words + sentences[last].words.size() <= budget)) {
            words += sentences[last].words.size();
            ++last;
        }
        if (last == run.first && run.first < run.last)
            break;  // there is no room left in this step
        PlannedPiece piece{run.document, run.first, last, rangeOf(run.document, run.first, last),
                           false};
        run.first = last;
        if (run.first == run.last)
            ++m_run;
        piece.endsDocument = m_run == m_runs.size() || m_runs[m_run].document != piece.document;
        pieces.push_back(piece);
        if (!piece.endsDocument)
            break;
    }
    if (!pieces.empty())
        m_budget = std::min(kMostWords, m_budget * 2);
    return pieces;
}

}  // namespace spanwise
