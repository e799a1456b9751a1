#pragma once

#include <QList>
#include <QString>
#include <optional>

namespace spanwise::ui {

struct FuzzyMatch {
    int score = 0;      ///< higher is better
    QList<int> places;  ///< of the characters that matched, ascending
};

/// Whether all words of a pattern occur in a text, each as a run, as the beginnings of words, or
/// else as characters in order. Case does not matter. An empty pattern matches everything.
[[nodiscard]] std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text);

}  // namespace spanwise::ui
