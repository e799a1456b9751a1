#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/formats/passages.h"

namespace spanwise {

/// Why a line of an annotating model's answer gave no mention.
enum class LineFault {
    NoSeparator,   ///< no "<>" in it, among lines that have it
    TooManyParts,  ///< more than mention, concept and description
    EmptyMention,  ///< nothing, or nothing but punctuation
    EmptyConcept,
    Meaningless,  ///< the concept is "concept" or "entity"
    TooLong,      ///< mention, concept or description
    ControlCharacter,
    NotInText,   ///< made up, or not letter by letter
    InsideWord,  ///< in the text as a part of longer words alone
    Repeated,    ///< the same mention and concept as a line before
    Unfinished,  ///< the last line of an answer that ran into the limit of tokens
};
inline constexpr std::size_t kLineFaults = 11;
/// Stable names for JSON ("not-in-text") and words for people ("mention not in the text").
[[nodiscard]] std::string_view lineFaultName(LineFault fault);
[[nodiscard]] std::string_view lineFaultText(LineFault fault);

/// What became of answers.
struct AnswerCounts {
    std::int64_t answers = 0;
    std::int64_t empty = 0;      ///< answers without a line
    std::int64_t prose = 0;      ///< answers without a "<>"; their lines are not counted
    std::int64_t truncated = 0;  ///< answers that ran into the limit of tokens
    std::int64_t lines = 0;      ///< of the others, blank ones and code fences left out
    std::int64_t goodLines = 0;
    std::int64_t otherCase =
        0;  ///< of them, those whose mention is in the text in another case only
    std::int64_t mentions = 0;  ///< occurrences of good lines' mentions
    std::array<std::int64_t, kLineFaults> faults{};

    AnswerCounts& operator+=(const AnswerCounts& other);
};

struct ReadAnswer {
    std::vector<Mention> mentions;  ///< by begin, end, then concept
    AnswerCounts counts;            ///< of this answer
};

/// Reads lines `mention <> concept <> description` (the description may be missing) strictly and
/// finds each mention in the passage: every occurrence as whole words, letter by letter; only when
/// there is none, without regard to case. Bullets, numbers, quotation marks and emphasis around a
/// part are taken off; nothing is guessed. Both texts are valid UTF-8. Any thread.
[[nodiscard]] ReadAnswer readAnswer(std::string_view passage, std::string_view answer,
                                    bool truncated = false);

}  // namespace spanwise
