#include "core/formats/line_reader.h"

#include <algorithm>
#include <array>

#include "core/text/utf8.h"

namespace spanwise {

namespace {

constexpr std::size_t kLongestLine = std::size_t{256} << 20;

}  // namespace

std::string LineReader::placeOf(std::int64_t line) const {
    return m_where + (m_where.empty() ? "line " : ":") + std::to_string(line);
}

Result<bool> LineReader::next() {
    m_line.clear();
    if (m_in.eof())
        return false;
    if (m_in.fail())
        return failure(ErrorCode::Io, "The file cannot be read.", m_where);
    // std::getline would read a line of any length.
    std::array<char, 1 << 14> part;
    bool any = false;
    for (;;) {
        m_in.getline(part.data(), static_cast<std::streamsize>(part.size()));
        const auto count = static_cast<std::size_t>(m_in.gcount());
        if (m_in.bad()) {
            return failure(ErrorCode::Io, "The file cannot be read any further.",
                           placeOf(m_number + 1));
        }
        any = any || count > 0;
        if (m_in.eof()) {
            m_line.append(part.data(), count);
            break;
        }
        if (!m_in.fail()) {
            m_line.append(part.data(), count - 1);
            break;
        }
        // The part is full (failbit alone): the line goes on.
        m_line.append(part.data(), count);
        if (count == 0)
            break;
        m_in.clear();
        if (m_line.size() > kLongestLine) {
            return failure(ErrorCode::InvalidFormat,
                           "The line is longer than 256 MiB; this looks like no text file.",
                           placeOf(m_number + 1));
        }
    }
    if (!any)
        return false;
    ++m_number;
    if (m_line.ends_with('\r'))
        m_line.pop_back();
    if (const auto valid = validateUtf8(m_line, m_where, m_number); !valid)
        return tl::unexpected(valid.error());
    if (m_number == 1 && withoutBom(m_line).size() != m_line.size())
        m_line.erase(0, 3);
    return true;
}

}  // namespace spanwise
