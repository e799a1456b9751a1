#include "ui/main_window/fuzzy_match.h"

#include <algorithm>

namespace spanwise::ui {
namespace {

constexpr int kRunPoints = 8;         ///< for a character right after the one before
constexpr int kWordStartPoints = 10;  ///< for the first of a word
constexpr int kTextStartPoints = 6;   ///< for the first of all, besides
constexpr int kSkipCost = 1;          ///< for a character passed over, up to kMostSkipCost
constexpr int kMostSkipCost = 6;
constexpr int kNone = -100000;

bool beginsWord(const QString& text, qsizetype at) {
    return at == 0 || (!text[at - 1].isLetterOrNumber() && text[at].isLetterOrNumber()) ||
           (text[at].isUpper() && text[at - 1].isLower());
}

/// The best way to find the characters of one word in order: dynamic programming over (character
/// of the word, place in the text).
std::optional<FuzzyMatch> matchWord(const QString& word, const QString& text) {
    const auto rows = word.size();
    const auto columns = text.size();
    if (rows == 0)
        return FuzzyMatch{};
    if (rows > columns)
        return std::nullopt;
    const auto at = [columns](qsizetype i, qsizetype j) { return i * columns + j; };
    QList<int> best(rows * columns, kNone);
    QList<int> from(rows * columns, -1);
    for (qsizetype i = 0; i < rows; ++i) {
        int before = kNone;  // the best end of the row above, left of this column
        int beforeAt = -1;
        for (qsizetype j = i; j < columns; ++j) {
            if (i > 0 && j > 0) {
                // A gap costs by its length; a candidate decays as the column moves on.
                const int candidate = best[at(i - 1, j - 1)];
                before = std::max(before - kSkipCost, kNone);
                if (candidate != kNone && candidate - kSkipCost >= before) {
                    before = candidate;
                    beforeAt = static_cast<int>(j - 1);
                }
            }
            if (text[j].toLower() != word[i])
                continue;
            int points = 1 + (beginsWord(text, j) ? kWordStartPoints : 0);
            if (i == 0) {
                points += j == 0 ? kTextStartPoints
                                 : -std::min(kMostSkipCost, static_cast<int>(j) * kSkipCost);
                best[at(i, j)] = points;
                continue;
            }
            int total = before > kNone / 2 ? before + points : kNone;
            int source = beforeAt;
            if (const int run = best[at(i - 1, j - 1)];
                run > kNone / 2 && run + points + kRunPoints >= total) {
                total = run + points + kRunPoints;
                source = static_cast<int>(j - 1);
            }
            if (total > kNone / 2) {
                best[at(i, j)] = total;
                from[at(i, j)] = source;
            }
        }
    }
    qsizetype end = -1;
    for (qsizetype j = 0; j < columns; ++j) {
        if (best[at(rows - 1, j)] > kNone / 2 &&
            (end < 0 || best[at(rows - 1, j)] > best[at(rows - 1, end)]))
            end = j;
    }
    if (end < 0)
        return std::nullopt;
    FuzzyMatch match{best[at(rows - 1, end)], {}};
    for (qsizetype i = rows - 1, j = end; i >= 0; --i) {
        match.places.prepend(static_cast<int>(j));
        j = from[at(i, j)];
    }
    return match;
}

}  // namespace

std::optional<FuzzyMatch> fuzzyMatch(const QString& pattern, const QString& text) {
    FuzzyMatch all;
    for (const QString& word : pattern.toLower().split(u' ', Qt::SkipEmptyParts)) {
        const auto match = matchWord(word, text);
        // Letters strewn over a text are no match for a word that somebody means.
        if (!match || (word.size() > 2 && match->score < static_cast<int>(word.size()) * 3))
            return std::nullopt;
        all.score += match->score;
        all.places += match->places;
    }
    // Of equal matches the shorter text.
    all.score = all.score * 8 - std::min<int>(static_cast<int>(text.size()), 200) / 4;
    std::sort(all.places.begin(), all.places.end());
    all.places.erase(std::unique(all.places.begin(), all.places.end()), all.places.end());
    return all;
}

}  // namespace spanwise::ui
