#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// "Content-Length: N\r\n\r\n" + payload, the base protocol of the Language Server Protocol 3.17.
[[nodiscard]] std::string frame(std::string_view payload);

/// Takes bytes as they arrive and hands out whole payloads. A header that is no header, a length
/// that is no number or over 256 MiB is an error after which the stream cannot be trusted.
class FrameReader {
public:
    [[nodiscard]] Result<std::vector<std::string>> feed(std::string_view bytes);

private:
    std::string m_buffer;
    std::size_t m_begin = 0;    ///< of what is not handed out yet
    std::size_t m_payload = 0;  ///< length of the payload at m_begin, when its header was read
    bool m_inPayload = false;
    bool m_broken = false;
};

}  // namespace spanwise
