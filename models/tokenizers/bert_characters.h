#pragma once

#include <cstdint>
#include <span>

/// What BERT's normaliser and pre-tokenizer in the `tokenizers` library know of each code point.
/// Its own tables, not ICU's: ids must not depend on the ICU that a system has.
namespace spanwise::bert {

enum CharacterClass : std::uint8_t {
    kRemoved = 1,      ///< clean_text drops it
    kToSpace = 2,      ///< clean_text turns it into U+0020
    kMark = 4,         ///< strip_accents drops it
    kPunctuation = 8,  ///< a word of its own
    kSpace = 16,       ///< parts words
    kChinese = 32,     ///< gets a space on both sides
    kDecomposes = 64,
    kCombines = 128,  ///< has a canonical combining class other than 0
};

/// Bits of CharacterClass. `c` ≤ 10FFFF.
[[nodiscard]] std::uint8_t classesOf(char32_t c);
/// U+0130 has two: i and U+0307. All others have one, themselves where there is no other.
[[nodiscard]] char32_t lowerCase(char32_t c);
[[nodiscard]] std::uint8_t combiningClass(char32_t c);
/// Full canonical decomposition, `c` itself where there is none. `buffer` holds 4.
[[nodiscard]] std::span<const char32_t> decompose(char32_t c, char32_t* buffer);

}  // namespace spanwise::bert
