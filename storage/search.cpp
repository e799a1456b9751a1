#include "storage/search.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>

namespace spanwise::storage {
namespace {

constexpr std::size_t kContext = 40;  // code points on each side of a hit

std::string encode(std::u32string_view points) {
    std::string utf8;
    utf8.reserve(points.size());
    for (const char32_t point : points) {
        char bytes[U8_MAX_LENGTH];
        std::int32_t size = 0;
        U8_APPEND_UNSAFE(bytes, size, static_cast<UChar32>(point));
        utf8.append(bytes, static_cast<std::size_t>(size));
    }
    return utf8;
}

/// Scripts whose words no space parts: the tokenizer sees a whole clause as one word.
bool isUnspaced(char32_t point) {
    if (point < 0x0e00)
        return false;
    UErrorCode error = U_ZERO_ERROR;
    switch (uscript_getScript(static_cast<UChar32>(point), &error)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return U_SUCCESS(error);
        default:
            return false;
    }
}

bool isLineEnd(char32_t point) {
    return point == U'\n' || point == U'\r' || point == 0x2028 || point == 0x2029;
}

}  // namespace

std::u32string decode(std::string_view utf8) {
    std::u32string points;
    points.reserve(utf8.size());
    const char* bytes = utf8.data();
    const auto size = static_cast<std::int32_t>(utf8.size());
    for (std::int32_t at = 0; at < size;) {
        UChar32 point = 0;
        U8_NEXT_OR_FFFD(bytes, at, size, point);
        points.push_back(static_cast<char32_t>(point));
    }
    return points;
}

std::u32string folded(std::u32string points) {
    for (char32_t& point : points)
        point = static_cast<char32_t>(u_foldCase(static_cast<UChar32>(point), U_FOLD_CASE_DEFAULT));
    return points;
}

bool isWordPoint(char32_t point) {
    return (U_GET_GC_MASK(static_cast<UChar32>(point)) &
            (U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK | U_GC_CO_MASK)) != 0;
}

Context contextOf(std::u32string_view text, std::size_t begin, std::size_t end) {
    std::size_t left = begin;
    while (left > 0 && begin - left < kContext && !isLineEnd(text[left - 1]))
        --left;
    std::size_t right = end;
    while (right < text.size() && right - end < kContext && !isLineEnd(text[right]))
        ++right;
    return {encode(text.substr(left, begin - left)), encode(text.substr(begin, end - begin)),
            encode(text.substr(end, right - end))};
}

bool isTokenizable(const std::u32string& points) {
    return std::any_of(points.begin(), points.end(), isWordPoint) &&
           std::none_of(points.begin(), points.end(), isUnspaced);
}

std::string ftsQuoted(std::string_view term) {
    std::string out = "\"";
    for (const char c : term) {
        if (c == '"')
            out += '"';
        out += c;
    }
    return out + '"';
}

SearchTerms parseSearch(std::string_view search) {
    SearchTerms terms;
    const auto add = [&terms](const std::u32string& term, bool isPhrase) {
        if (term.empty())
            return;
        const std::string utf8 = encode(term);
        if (!isTokenizable(term)) {
            terms.substrings.push_back(utf8);
            return;
        }
        std::string match = ftsQuoted(utf8) + (isPhrase ? "" : "*");
        if (!terms.match.empty())
            terms.match += ' ';
        terms.match += match;
        terms.phrases.push_back({term, isPhrase, std::move(match)});
    };
    std::u32string term;
    bool inPhrase = false;
    for (const char32_t point : decode(search)) {
        if (point == 0)
            continue;
        if (point == U'"') {
            add(term, inPhrase);
            term.clear();
            inPhrase = !inPhrase;
        } else if (!inPhrase && u_isUWhiteSpace(static_cast<UChar32>(point))) {
            add(term, false);
            term.clear();
        } else {
            term += point;
        }
    }
    add(term, false);  // a quote that is still open: the user is typing
    return terms;
}

}  // namespace spanwise::storage
