#pragma once

#include <cstdint>
#include <string_view>

/// What the regular expressions and predicates of the `tokenizers` library know of each code point.
/// Its own tables, not ICU's: ids must not depend on the ICU that a system has.
namespace spanwise::tokenizing {

enum CharacterKind : std::uint8_t {
    kLetter = 1,      ///< \p{L}
    kNumber = 2,      ///< \p{N}
    kRegexSpace = 4,  ///< \s
    kWord = 8,        ///< \w
    kDigit = 16,      ///< the Digits pre-tokenizer's
    kAnyMark = 32,    ///< StripAccents drops it
};

/// Bits of CharacterKind, one byte a code point, 110000h of them.
[[nodiscard]] const std::uint8_t* characterKinds();

/// Reads the code point at `at`, U+FFFD for what is no UTF-8, and moves `at` behind it.
[[nodiscard]] char32_t nextCharacter(std::string_view utf8, std::size_t& at);

/// Appends a code point to `out`, a std::string or anything with push_back(char).
template <typename Out>
void appendCharacter(char32_t c, Out& out) {
    if (c < 0x80) {
        out.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
        out.push_back(static_cast<char>(0xc0 | c >> 6));
        out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else if (c < 0x10000) {
        out.push_back(static_cast<char>(0xe0 | c >> 12));
        out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    } else {
        out.push_back(static_cast<char>(0xf0 | c >> 18));
        out.push_back(static_cast<char>(0x80 | (c >> 12 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (c >> 6 & 0x3f)));
        out.push_back(static_cast<char>(0x80 | (c & 0x3f)));
    }
}

}  // namespace spanwise::tokenizing
