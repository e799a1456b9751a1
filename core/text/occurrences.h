#pragma once

#include <string_view>
#include <vector>

#include "core/text/offset_map.h"
#include "core/text/range.h"

namespace spanwise {

/// Where strings occur in one text, exactly (case and white space count) and as whole words: no end
/// of an occurrence lies inside a word of splitWords, so "art" is not in "party", but "Ada" is in
/// "Ada's" and 日 in 日本. Splits the text once, for looking up many strings in it. Keeps a view of
/// the text, which must be valid UTF-8 and outlive it. Immutable: any thread.
class OccurrenceFinder {
public:
    explicit OccurrenceFinder(std::string_view text);

    /// Occurrences of a string in code points, in order, without overlaps: the leftmost first.
    /// White space at the needle's ends is ignored; there are none of an empty needle.
    [[nodiscard]] std::vector<Range> find(std::string_view needle) const;

private:
    [[nodiscard]] bool isInsideWord(Offset offset) const;

    std::string_view m_text;
    OffsetMap m_offsets;
    std::vector<Range> m_words;
};

/// The same for a single string.
[[nodiscard]] std::vector<Range> occurrences(std::string_view text, std::string_view needle);

}  // namespace spanwise
