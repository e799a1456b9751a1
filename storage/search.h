#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/project.h"

namespace spanwise::storage {

/// What a search field asks for: every word begins a word of the text or name; "a phrase" in
/// quotes stands there as it is. What full-text search cannot find (symbols, emoji, and scripts
/// written without spaces) is looked for as a substring.
struct SearchTerms {
    std::string match;  ///< an FTS5 expression, or empty
    std::vector<std::string> substrings;
    struct Phrase {
        std::u32string text;
        bool isWhole = false;  ///< its last word is a whole word, not a beginning
        std::string match;     ///< its part of the expression

        /// So many words begin with one or two letters that full-text search gathers them for
        /// seconds, and cannot be stopped then.
        [[nodiscard]] bool isShort(std::size_t letters) const {
            return !isWhole && text.size() <= letters;
        }
    };
    std::vector<Phrase> phrases;  ///< what `match` looks for
};
[[nodiscard]] SearchTerms parseSearch(std::string_view search);

/// See Project::occurrences.
[[nodiscard]] Occurrences findOccurrences(Database& database, std::string_view text, int limit,
                                          double seconds, const std::stop_token& stop);

// Text as code points, shared by the searches.
[[nodiscard]] std::u32string decode(std::string_view utf8);
/// Case folded, one to one.
[[nodiscard]] std::u32string folded(std::u32string points);
/// Letters, digits and the marks that belong to them: what full-text search takes for words.
[[nodiscard]] bool isWordPoint(char32_t point);

/// Full-text search finds it: it has words, of a script that parts them.
[[nodiscard]] bool isTokenizable(const std::u32string& points);
[[nodiscard]] std::string ftsQuoted(std::string_view term);

/// The place of a hit with its context on the same line.
struct Context {
    std::string before, match, after;
};
[[nodiscard]] Context contextOf(std::u32string_view text, std::size_t begin, std::size_t end);

}  // namespace spanwise::storage
