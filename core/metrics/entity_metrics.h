#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

struct Score {
    double precision = 0;
    double recall = 0;
    double f1 = 0;
    std::int64_t support = 0;  ///< gold spans
    std::int64_t predicted = 0;
    std::int64_t correct = 0;
};

/// Strict entity metrics: a span counts when range and type are equal. Equal to seqeval's
/// classification_report with mode="strict" (macro: mean over the types that occur in gold or
/// prediction; a division by zero is 0).
struct EntityMetrics {
    Score micro;
    Score macro;  ///< support: sum
    std::map<std::string, Score> perType;
    /// Token-level macro F1 as the NuNER paper reports it: per type over words, prefixes and O
    /// ignored, mean over types in gold or prediction.
    double tokenMacroPrecision = 0, tokenMacroRecall = 0, tokenMacroF1 = 0;
};

/// Accumulates sentence by sentence.
class EntityEvaluator {
public:
    /// Spans in word indices of the same sentence of `words` words.
    void add(const std::vector<WordSpan>& gold, const std::vector<WordSpan>& predicted,
             std::size_t words);
    [[nodiscard]] EntityMetrics metrics() const;

private:
    struct Counts {
        std::int64_t gold = 0, predicted = 0, correct = 0;
        std::int64_t tokenGold = 0, tokenPredicted = 0, tokenCorrect = 0;
    };
    std::map<std::string, Counts> m_counts;
};

/// Spans of a tag sequence as seqeval's strict mode under IOB2 sees them: only B- starts a span,
/// I- of the same type continues it, any other I- belongs to nothing.
[[nodiscard]] std::vector<WordSpan> strictIob2Spans(const std::vector<std::string>& tags);

/// `{"micro": {"precision","recall","f1"}, "macro": {…}, "per_type": {"X": {…,"support"}},
/// "token_macro": {…}}`, numbers 0..1.
[[nodiscard]] std::string metricsToJson(const EntityMetrics& metrics);
/// An aligned table for a terminal.
[[nodiscard]] std::string metricsToTable(const EntityMetrics& metrics);

}  // namespace spanwise
