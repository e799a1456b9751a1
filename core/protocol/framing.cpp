#include "core/protocol/framing.h"

#include <algorithm>

namespace spanwise {
namespace {

constexpr std::size_t kLongestHeader = 4096;
constexpr std::size_t kLongestPayload = std::size_t{256} << 20;

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return out;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

tl::unexpected<Error> nonsense(std::string what) {
    return failure(ErrorCode::Worker, "The message stream is broken: " + std::move(what) +
                                          ". Something other than the protocol was written to it.");
}

/// The payload's length from the header's lines.
Result<std::size_t> lengthFrom(std::string_view header) {
    bool found = false;
    std::size_t length = 0;
    while (!header.empty()) {
        const std::size_t end = std::min(header.find("\r\n"), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + 2, header.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0)
            return nonsense("a header without a colon");
        if (lower(trimmed(line.substr(0, colon))) != "content-length")
            continue;
        const std::string_view value = trimmed(line.substr(colon + 1));
        if (found || value.empty() || value.size() > 12 ||
            value.find_first_not_of("0123456789") != std::string_view::npos) {
            return nonsense("a Content-Length that is no number");
        }
        length = static_cast<std::size_t>(std::stoull(std::string(value)));
        if (length > kLongestPayload)
            return nonsense("a message over 256 MiB");
        found = true;
    }
    if (!found)
        return nonsense("a header without Content-Length");
    return length;
}

}  // namespace

std::string frame(std::string_view payload) {
    std::string out = "Content-Length: " + std::to_string(payload.size()) + "\r\n\r\n";
    out += payload;
    return out;
}

Result<std::vector<std::string>> FrameReader::feed(std::string_view bytes) {
    if (m_broken)
        return nonsense("it failed before");
    if (m_begin > 0) {
        m_buffer.erase(0, m_begin);
        m_begin = 0;
    }
    m_buffer += bytes;
    std::vector<std::string> payloads;
    for (;;) {
        const std::string_view rest = std::string_view(m_buffer).substr(m_begin);
        if (m_inPayload) {
            if (rest.size() < m_payload)
                return payloads;
            payloads.emplace_back(rest.substr(0, m_payload));
            m_begin += m_payload;
            m_inPayload = false;
            continue;
        }
        if (rest.empty())
            return payloads;
        const std::size_t end = rest.substr(0, kLongestHeader).find("\r\n\r\n");
        if (end == std::string_view::npos) {
            // A stray line is told at once instead of waiting for a header that never comes.
            const std::size_t line = rest.find("\r\n");
            const std::size_t feed = rest.find('\n');
            const bool stray =
                (feed != std::string_view::npos && (feed == 0 || rest[feed - 1] != '\r')) ||
                (line != std::string_view::npos &&
                 rest.substr(0, line).find(':') == std::string_view::npos);
            if (stray || rest.size() >= kLongestHeader) {
                m_broken = true;
                return nonsense(stray ? "a line that is no header" : "a header over 4 KiB");
            }
            return payloads;
        }
        const auto length = lengthFrom(rest.substr(0, end));
        if (!length) {
            m_broken = true;
            return tl::unexpected(length.error());
        }
        m_payload = *length;
        m_inPayload = true;
        m_begin += end + 4;
    }
}

}  // namespace spanwise
