#include "models/tokenizers/pipeline_characters.h"

#include <unicode/utf8.h>

#include <vector>

namespace spanwise::tokenizing {
namespace {

struct CharacterRange {
    char32_t first, last;
};

namespace tables {
#include "models/tokenizers/pipeline_character_tables.inc"
}

std::vector<std::uint8_t> makeKinds() {
    std::vector<std::uint8_t> kinds(0x110000);
    const auto fill = [&](const auto& ranges, CharacterKind kind) {
        for (const CharacterRange& range : ranges) {
            for (char32_t c = range.first; c <= range.last; ++c)
                kinds[c] |= kind;
        }
    };
    fill(tables::kLetters, kLetter);
    fill(tables::kNumbers, kNumber);
    fill(tables::kRegexSpaces, kRegexSpace);
    fill(tables::kWords, kWord);
    fill(tables::kDigits, kDigit);
    fill(tables::kAnyMarks, kAnyMark);
    return kinds;
}

}  // namespace

const std::uint8_t* characterKinds() {
    static const std::vector<std::uint8_t> kKinds = makeKinds();
    return kKinds.data();
}

char32_t nextCharacter(std::string_view utf8, std::size_t& at) {
    const auto first = static_cast<unsigned char>(utf8[at]);
    if (first < 0x80) {
        ++at;
        return first;
    }
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(utf8.data());
    UChar32 c = 0;
    U8_NEXT_OR_FFFD(bytes, at, utf8.size(), c);
    return static_cast<char32_t>(c);
}

}  // namespace spanwise::tokenizing
