#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "core/formats/json_text.h"
#include "core/result.h"
#include "core/text/range.h"
#include "core/text/utf8.h"

/// What formats of one JSON object a line have in common.
namespace spanwise {

/// A line as JSON. InvalidText when it is not UTF-8, InvalidFormat for the rest; `example`: what a
/// line looks like, for the message.
[[nodiscard]] inline Result<nlohmann::json> parseJsonLine(std::string_view line,
                                                          std::string_view where,
                                                          std::string_view example) {
    if (!isJsonShallow(line))
        return failure(ErrorCode::InvalidFormat, "The JSON is nested more than 256 deep.",
                       std::string(where));
    try {
        return nlohmann::json::parse(line);
    } catch (const nlohmann::json::parse_error& error) {
        if (!isUtf8(line))
            return failure(ErrorCode::InvalidText, "The line is not UTF-8.", std::string(where));
        return failure(ErrorCode::InvalidFormat,
                       "This is not valid JSON (byte " + std::to_string(error.byte) +
                           " of the line). Each line must be one object like " +
                           std::string(example) + ".",
                       std::string(where));
    }
}

/// An offset of a span; none where there is no whole number. One too large for the type counts as
/// past any end.
[[nodiscard]] inline std::optional<Offset> offsetFrom(const nlohmann::json& span, const char* key) {
    const auto found = span.find(key);
    if (found == span.end() || !found->is_number_integer())
        return std::nullopt;
    if (found->is_number_unsigned() &&
        found->get<std::uint64_t>() >
            static_cast<std::uint64_t>(std::numeric_limits<Offset>::max())) {
        return std::numeric_limits<Offset>::max();
    }
    return found->get<Offset>();
}

/// InvalidArgument, naming the span, unless 0 ≤ begin < end ≤ length (code points).
[[nodiscard]] inline Result<void> checkOffsets(const std::string& name, Offset begin, Offset end,
                                               Offset length, std::string_view where) {
    if (begin < 0 || end <= begin)
        return failure(ErrorCode::InvalidArgument,
                       name + " (" + std::to_string(begin) + " to " + std::to_string(end) +
                           ") is empty or negative.",
                       std::string(where));
    if (end > length)
        return failure(ErrorCode::InvalidArgument,
                       name + " ends at " + std::to_string(end) + ", past the end of the text (" +
                           std::to_string(length) +
                           " characters). Offsets count Unicode code points.",
                       std::string(where));
    return {};
}

}  // namespace spanwise
