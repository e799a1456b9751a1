#include "models/similarity/word_runs.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <unordered_set>

namespace spanwise {
namespace {

constexpr int kMaxWords = 4;
constexpr int kMaxCapitalized = 6;

bool isFunctionWord(const std::string& word) {
    static const std::unordered_set<std::string> kWords{
        "a",    "an",   "the",   "of",    "in",    "on",    "at",      "to",    "for",    "and",
        "or",   "is",   "are",   "was",   "were",  "be",    "been",    "by",    "with",   "from",
        "as",   "that", "this",  "it",    "its",   "his",   "her",     "their", "i",      "you",
        "me",   "my",   "what",  "where", "who",   "which", "when",    "how",   "do",     "does",
        "did",  "can",  "could", "will",  "would", "there", "any",     "some",  "not",    "no",
        "he",   "she",  "they",  "we",    "us",    "our",   "your",    "but",   "if",     "so",
        "than", "then", "has",   "have",  "had",   "shall", "should",  "may",   "might",  "must",
        "also", "such", "these", "those", "into",  "about", "between", "after", "before", "'s"};
    std::string lower;
    icu::UnicodeString::fromUTF8(word).toLower().toUTF8String(lower);
    return kWords.contains(lower);
}

bool hasLetterOrDigit(const std::string& word) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(word.data());
    const auto length = static_cast<std::int32_t>(word.size());
    for (std::int32_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, c);
        if (u_isalnum(c))
            return true;
    }
    return false;
}

bool isCapitalized(const std::string& word) {
    UChar32 c = 0;
    std::int32_t i = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(word.data()), i,
                    static_cast<std::int32_t>(word.size()), c);
    return u_isupper(c) || u_istitle(c);
}

}  // namespace

bool marksNames(const std::vector<std::vector<std::string>>& sentences) {
    std::size_t with = 0, words = 0, capitals = 0;
    for (const auto& sentence : sentences) {
        bool has = false;
        for (std::size_t i = 1; i < sentence.size(); ++i) {
            const bool isCapital = isCapitalized(sentence[i]);
            has = has || isCapital;
            capitals += isCapital ? 1 : 0;
            ++words;
        }
        with += has ? 1 : 0;
    }
    return 2 * with > sentences.size() && 2 * capitals < words;
}

std::vector<WordRun> wordRuns(const std::vector<std::string>& words, bool byCapitals) {
    const auto count = static_cast<int>(words.size());
    std::vector<bool> isContent(words.size()), isText(words.size()), isCapital(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        isText[i] = hasLetterOrDigit(words[i]);
        isContent[i] = isText[i] && !isFunctionWord(words[i]);
        isCapital[i] = isCapitalized(words[i]);
    }
    std::vector<WordRun> runs;
    const int most = byCapitals ? kMaxCapitalized : kMaxWords;
    for (int i = 0; i < count; ++i) {
        const auto begin = static_cast<std::size_t>(i);
        if (!isContent[begin])
            continue;
        // The first word of a sentence has its capital anyway.
        if (byCapitals && (!isCapital[begin] || (i > 1 && isCapital[begin - 1])))
            continue;
        std::string text;
        for (int j = i; j < count && j - i < most && isText[static_cast<std::size_t>(j)]; ++j) {
            const auto last = static_cast<std::size_t>(j);
            text += (j > i ? " " : "") + words[last];
            if (!isContent[last])
                continue;
            if (byCapitals && (!isCapital[last] || (j + 1 < count && isCapital[last + 1])))
                continue;
            runs.push_back({i, j + 1, text});
        }
    }
    return runs;
}

}  // namespace spanwise
