#include "core/text/occurrences.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>

#include "core/text/word_splitter.h"

namespace spanwise {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int32_t>(text.size());
    std::int32_t begin = 0;
    while (begin < size) {
        std::int32_t next = begin;
        UChar32 c;
        U8_NEXT(bytes, next, size, c);
        if (!u_isUWhiteSpace(c))
            break;
        begin = next;
    }
    std::int32_t end = size;
    while (end > begin) {
        std::int32_t before = end;
        UChar32 c;
        U8_PREV(bytes, begin, before, c);
        if (!u_isUWhiteSpace(c))
            break;
        end = before;
    }
    return text.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin));
}

}  // namespace

OccurrenceFinder::OccurrenceFinder(std::string_view text)
    : m_text(text), m_offsets(text), m_words(splitWords(text)) {}

bool OccurrenceFinder::isInsideWord(Offset offset) const {
    const auto after =
        std::upper_bound(m_words.begin(), m_words.end(), offset,
                         [](Offset value, const Range& word) { return value < word.end; });
    return after != m_words.end() && after->begin < offset;
}

std::vector<Range> OccurrenceFinder::find(std::string_view needle) const {
    std::vector<Range> found;
    // ICU counts in 32 bits; a needle is never that long.
    if (needle.size() > m_text.size() || needle.size() > 0x7FFFFFFF)
        return found;
    needle = trimmed(needle);
    if (needle.empty())
        return found;
    std::size_t at = m_text.find(needle);
    while (at != std::string_view::npos) {
        const Range range{m_offsets.fromByte(static_cast<std::int64_t>(at)),
                          m_offsets.fromByte(static_cast<std::int64_t>(at + needle.size()))};
        const bool whole = !isInsideWord(range.begin) && !isInsideWord(range.end);
        if (whole)
            found.push_back(range);
        at = m_text.find(needle, at + (whole ? needle.size() : 1));
    }
    return found;
}

std::vector<Range> occurrences(std::string_view text, std::string_view needle) {
    return OccurrenceFinder(text).find(needle);
}

}  // namespace spanwise
