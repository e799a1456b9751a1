#pragma once

#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"

namespace spanwise {

/// The labels of a token classifier: "O", and "B-X"/"I-X" for each type, in any order.
class BioLabels {
public:
    BioLabels() = default;
    /// "O", "B-first", "I-first", "B-second", …
    [[nodiscard]] static BioLabels forTypes(const std::vector<std::string>& types);
    /// From a bundle's id2label. A type may lack its B- or its I- (IO models, single words).
    /// Error Incompatible for labels of any other form.
    [[nodiscard]] static Result<BioLabels> fromNames(const std::vector<std::string>& names,
                                                     std::string_view where);

    [[nodiscard]] const std::vector<std::string>& names() const { return m_names; }
    [[nodiscard]] const std::vector<std::string>& types() const { return m_types; }
    [[nodiscard]] int size() const { return static_cast<int>(m_names.size()); }
    [[nodiscard]] int outside() const { return m_outside; }
    /// Index of a type's label, or -1.
    [[nodiscard]] int begin(int type) const { return m_begin[static_cast<std::size_t>(type)]; }
    [[nodiscard]] int inside(int type) const { return m_inside[static_cast<std::size_t>(type)]; }
    [[nodiscard]] int typeIndex(std::string_view type) const;
    /// The type of a label, or -1 for O; whether it is an I-.
    [[nodiscard]] int typeOf(int label) const { return m_typeOf[static_cast<std::size_t>(label)]; }
    [[nodiscard]] bool isInside(int label) const {
        return m_isInside[static_cast<std::size_t>(label)];
    }

private:
    std::vector<std::string> m_names, m_types;
    std::vector<int> m_begin, m_inside, m_typeOf;
    std::vector<bool> m_isInside;
    int m_outside = -1;
};

/// Finds the best label sequence that BIO allows (I-X only after B-X or I-X; a type without B-
/// starts with its I-) by Viterbi over log-softmax scores, and scores each of its spans with the
/// span's posterior probability under the same constraints, by forward-backward: the share of all
/// allowed sequences' probability that has exactly this span. `logits`: `[words, labels]`,
/// row-major. Spans are word indices. The spans in `alsoScored` get their posterior, too, found or
/// not: 0 where they are no span of these words and labels.
[[nodiscard]] std::vector<WordSpan> decodeBio(const float* logits, int words,
                                              const BioLabels& labels,
                                              std::vector<WordSpan>* alsoScored = nullptr);

}  // namespace spanwise
