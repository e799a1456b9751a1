#include "core/formats/line_reader.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "core/text/utf8.h"

namespace spanwise {

namespace {

std::string sizeText(std::size_t bytes) {
    constexpr std::size_t kMebi = std::size_t{1} << 20;
    return bytes % kMebi == 0 ? std::to_string(bytes / kMebi) + " MiB"
                              : std::to_string(bytes) + " bytes";
}

}  // namespace

std::string LineReader::placeOf(std::int64_t line) const {
    return m_where + (m_where.empty() ? "line " : ":") + std::to_string(line);
}

Error LineReader::tooLong() {
    m_line = {};
    return {ErrorCode::InvalidFormat,
            "The line is longer than " + sizeText(m_longest) +
                (m_longest == kLongestLine ? "; this looks like no text file."
                                           : ". Cut what it holds into shorter lines."),
            placeOf(++m_number)};
}

Result<bool> LineReader::next() {
    m_line.clear();
    if (std::exchange(m_inLongLine, false))
        m_in.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
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
        if (m_line.size() > m_longest) {
            m_inLongLine = true;
            return tl::unexpected(tooLong());
        }
    }
    if (!any)
        return false;
    if (m_line.size() > m_longest)
        return tl::unexpected(tooLong());
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
