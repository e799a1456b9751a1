#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace spanwise::tokenizing {

/// A regular expression over UTF-8. Immutable, shareable between threads.
class Regex {
public:
    struct Match {
        std::size_t begin, end;  ///< bytes
    };
    virtual ~Regex() = default;
    /// Sets `out` to all matches. A search that takes too long ends early, as if nothing followed.
    virtual void find(std::string_view utf8, std::vector<Match>& out) const = 0;

    /// Nothing where ICU does not take the pattern. The classes \s, \p{L} and \p{N} hold
    /// what they hold in the library.
    [[nodiscard]] static std::unique_ptr<const Regex> compile(std::string_view pattern);
};

}  // namespace spanwise::tokenizing
