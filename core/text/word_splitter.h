#pragma once

#include <string_view>
#include <vector>

#include "core/text/range.h"

namespace spanwise {

/// A sentence and its words, all in code points of the document. Words are in order, not empty and
/// do not overlap; what lies between them is white space or invisible (control characters,
/// zero-width spaces, direction marks). From splitSentences `range` reaches from the first word's
/// beginning to the last word's end.
struct Sentence {
    Range range;
    std::vector<Range> words;

    bool operator==(const Sentence&) const = default;
};

/// Words by Unicode Standard Annex 29 (ICU, dictionaries for Thai and its neighbours), refined for
/// labelling:
/// - white space and invisible characters are never part of a word's edge;
/// - every punctuation mark and symbol is a word of its own, but for the apostrophe, point or comma
///   inside "don't", "e.g", "3.5", "1,000" and the underscore inside "file_name";
/// - a point between letters parts ("example.com" is three words) unless single letters stand on
///   both sides ("e.g", "U.S"); so does a colon; a final "'s" is a word ("Ada" "'s");
/// - every Han, Hiragana and Katakana character is a word of its own;
/// - an emoji sequence, flag or keycap is one word; combining marks stay with their base;
/// - digits are parted from the letters of a unit ("500mg" is "500" "mg"), not from ordinals and
///   decades ("1st", "1990s") nor inside mixed names ("5HT2A").
/// Text must be valid UTF-8. Any thread.
[[nodiscard]] std::vector<Range> splitWords(std::string_view utf8);

/// Sentences by ICU's rules, but not after the abbreviations that seldom end one ("Dr.", "e.g.",
/// "Inc.", "U.S.") nor after initials; a line break always ends a sentence. Sentences without a
/// word are left out. Any thread.
[[nodiscard]] std::vector<Sentence> splitSentences(std::string_view utf8);

}  // namespace spanwise
