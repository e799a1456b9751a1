#pragma once

#include <cstddef>
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace spanwise {

/// The lines of a text file one by one: without their LF or CRLF, the first without a byte order
/// mark, each checked to be UTF-8. A line over `longest` bytes is an error, so that a file that is
/// no text cannot fill the memory.
class LineReader {
public:
    static constexpr std::size_t kLongestLine = std::size_t{256} << 20;

    LineReader(std::istream& in, std::string_view where, std::size_t longest = kLongestLine)
        : m_in(in), m_where(where), m_longest(longest) {}

    /// True: line() has the next one. False: the end. Errors name `where:line`; after one that is
    /// about the line (not UTF-8, too long), the next call goes on with the line after it.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] const std::string& line() const { return m_line; }
    [[nodiscard]] std::int64_t number() const { return m_number; }
    /// "where:17"
    [[nodiscard]] std::string place() const { return placeOf(m_number); }
    [[nodiscard]] std::string placeOf(std::int64_t line) const;

private:
    [[nodiscard]] Error tooLong();

    std::istream& m_in;
    std::string m_where;
    std::size_t m_longest;
    std::string m_line;
    std::int64_t m_number = 0;
    bool m_inLongLine = false;
};

}  // namespace spanwise
