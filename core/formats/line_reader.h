#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>

#include "core/result.h"

namespace spanwise {

/// The lines of a text file one by one: without their LF or CRLF, the first without a byte order
/// mark, each checked to be UTF-8. A line over 256 MiB is an error, so that a file that is no text
/// cannot fill the memory.
class LineReader {
public:
    LineReader(std::istream& in, std::string_view where) : m_in(in), m_where(where) {}

    /// True: line() has the next one. False: the end. Errors name `where:line`.
    [[nodiscard]] Result<bool> next();
    [[nodiscard]] const std::string& line() const { return m_line; }
    [[nodiscard]] std::int64_t number() const { return m_number; }
    /// "where:17"
    [[nodiscard]] std::string place() const { return placeOf(m_number); }
    [[nodiscard]] std::string placeOf(std::int64_t line) const;

private:
    std::istream& m_in;
    std::string m_where;
    std::string m_line;
    std::int64_t m_number = 0;
};

}  // namespace spanwise
