#pragma once

#include <string>
#include <vector>

namespace spanwise {

/// Words `[begin, end)` of a sentence that may be an entity.
struct WordRun {
    int begin = 0, end = 0;
    std::string text;  ///< with single spaces
};

/// Whether capitals mark names in this text: most sentences have one after the first word, and
/// most words have none.
[[nodiscard]] bool marksNames(const std::vector<std::vector<std::string>>& sentences);

/// What may be an entity in a sentence: runs of up to four words without function words or
/// punctuation at the ends; where capitals mark names, whole runs of up to six between capitals.
[[nodiscard]] std::vector<WordRun> wordRuns(const std::vector<std::string>& words, bool byCapitals);

}  // namespace spanwise
