#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/annotation/entity_type.h"
#include "core/result.h"
#include "core/text/range.h"

namespace spanwise {

using PatternId = std::int64_t;

enum class PatternKind { Regex, List };

/// What to look for as mentions of one entity type.
struct Pattern {
    PatternId id = 0;
    TypeId type = 0;
    PatternKind kind = PatternKind::Regex;
    std::string name;  ///< for people; may be empty
    std::string regex;
    std::vector<std::string> entries;  ///< of a list
    bool matchCase = true;
    /// Matches of a regular expression that begin or end inside a word are left out. A list's
    /// entries are always whole words.
    bool wholeWords = true;

    bool operator==(const Pattern&) const = default;
};

/// "regex" or "list", as the project file has it.
[[nodiscard]] std::string_view patternKindName(PatternKind kind);
/// What the project file keeps of a pattern beside id, type and kind: JSON.
[[nodiscard]] std::string patternToJson(const Pattern& pattern);
[[nodiscard]] Result<Pattern> patternFromJson(std::string_view kind, std::string_view json);

/// One entry a line of a text; white space at the edges, empty lines, duplicates and lines that
/// begin with # are left out. InvalidText, with the line, when it is not UTF-8.
[[nodiscard]] Result<std::vector<std::string>> entriesFromText(std::string_view bytes,
                                                               std::string_view where);

/// Why a pattern cannot be used.
struct PatternProblem {
    std::string message;
    Offset at = -1;  ///< in the regular expression, code points; negative: no place
};

/// Finds a pattern's matches in texts. A regular expression has ICU's syntax, where ^ and $ mean
/// lines; its named group "entity" is the mention, else the whole match is; empty matches are none.
/// A list's entries are compared word by word as splitWords sees them, whatever white space is
/// between; of those that begin at one place the longest counts. Matches do not overlap. Immutable
/// but for `find`, which is for one thread at a time.
class PatternMatcher {
public:
    [[nodiscard]] static tl::expected<PatternMatcher, PatternProblem> make(const Pattern& pattern);
    PatternMatcher(PatternMatcher&&) noexcept;
    PatternMatcher& operator=(PatternMatcher&&) noexcept;
    ~PatternMatcher();

    /// Matches in code points, in order, at most `most`. An expression that backtracks for longer
    /// than about a second in one text ends with InvalidArgument and a word on what to change.
    /// Cancelled when a regular expression is stopped.
    [[nodiscard]] Result<std::vector<Range>> find(
        std::string_view text, std::size_t most = std::numeric_limits<std::size_t>::max(),
        const std::stop_token& stop = {}) const;

private:
    class Impl;
    class RegexImpl;
    class ListImpl;
    explicit PatternMatcher(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
