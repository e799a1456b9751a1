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
};
[[nodiscard]] SearchTerms parseSearch(std::string_view search);

/// See Project::occurrences.
[[nodiscard]] std::vector<TextHit> findOccurrences(Database& database, std::string_view text,
                                                   int limit);

}  // namespace spanwise::storage
