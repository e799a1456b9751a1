#include "models/tokenizers/bert_characters.h"

#include <algorithm>
#include <iterator>
#include <vector>

namespace spanwise::bert {
namespace {

struct CharacterRange {
    char32_t first, last;
};
struct LowerRange {
    char32_t first, last;
    int step, difference;
};
struct ClassRange {
    char32_t first, last;
    std::uint8_t value;
};
struct Decomposition {
    char32_t code;
    char32_t parts[4];
};

namespace tables {
#include "models/tokenizers/bert_character_tables.inc"
}

constexpr char32_t kHangulFirst = 0xac00, kHangulLast = 0xd7a3;

/// The entry of a sorted table whose range may hold `c`, or null.
template <typename Range, std::size_t N>
const Range* rangeOf(const Range (&table)[N], char32_t c) {
    const auto after = std::upper_bound(std::begin(table), std::end(table), c,
                                        [](char32_t x, const Range& r) { return x < r.first; });
    return after != std::begin(table) && c <= std::prev(after)->last ? &*std::prev(after) : nullptr;
}

std::vector<std::uint8_t> makeClasses() {
    std::vector<std::uint8_t> classes(0x110000);
    const auto fill = [&](const auto& ranges, CharacterClass value) {
        for (const auto& range : ranges) {
            for (char32_t c = range.first; c <= range.last; ++c)
                classes[c] |= value;
        }
    };
    fill(tables::kRemoved, kRemoved);
    fill(tables::kToSpace, kToSpace);
    fill(tables::kMarks, kMark);
    fill(tables::kPunctuation, kPunctuation);
    fill(tables::kSpaces, kSpace);
    fill(tables::kChinese, kChinese);
    fill(tables::kCombiningClasses, kCombines);
    for (const Decomposition& entry : tables::kDecompositions)
        classes[entry.code] |= kDecomposes;
    for (char32_t c = kHangulFirst; c <= kHangulLast; ++c)
        classes[c] |= kDecomposes;
    return classes;
}

}  // namespace

std::uint8_t classesOf(char32_t c) {
    static const std::vector<std::uint8_t> kClasses = makeClasses();
    return kClasses[c];
}

char32_t lowerCase(char32_t c) {
    const LowerRange* range = rangeOf(tables::kLower, c);
    if (range == nullptr || (c - range->first) % static_cast<char32_t>(range->step) != 0)
        return c;
    return static_cast<char32_t>(static_cast<std::int32_t>(c) + range->difference);
}

std::uint8_t combiningClass(char32_t c) {
    const ClassRange* range = rangeOf(tables::kCombiningClasses, c);
    return range == nullptr ? 0 : range->value;
}

std::span<const char32_t> decompose(char32_t c, char32_t* buffer) {
    if (c >= kHangulFirst && c <= kHangulLast) {
        // Unicode 15, section 3.12.
        const char32_t index = c - kHangulFirst;
        buffer[0] = 0x1100 + index / 588;
        buffer[1] = 0x1161 + index % 588 / 28;
        buffer[2] = 0x11a7 + index % 28;
        return {buffer, index % 28 == 0 ? std::size_t{2} : std::size_t{3}};
    }
    const auto found =
        std::lower_bound(std::begin(tables::kDecompositions), std::end(tables::kDecompositions), c,
                         [](const Decomposition& entry, char32_t x) { return entry.code < x; });
    if (found == std::end(tables::kDecompositions) || found->code != c) {
        buffer[0] = c;
        return {buffer, 1};
    }
    const auto* end = std::find(std::begin(found->parts), std::end(found->parts), U'\0');
    return {std::begin(found->parts), end};
}

}  // namespace spanwise::bert
