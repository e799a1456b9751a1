#pragma once

#include <functional>
#include <istream>
#include <ostream>
#include <string>
#include <string_view>

#include "core/formats/record.h"

namespace spanwise {

/// Reads and writes Spanwise's JSONL, one object a line:
/// `{"id": string|number?, "text": string, "spans": [{"begin", "end", "type", "score"?}]?,
///   "meta": object?}`, offsets in code points, half-open. Unknown keys go into `meta`.
/// Errors name `where:line`: InvalidFormat for bad JSON or a missing text, InvalidArgument for a
/// span that is empty or ends past the text, InvalidText for bytes that are not UTF-8.
[[nodiscard]] Result<Record> recordFromJson(std::string_view line, std::string_view where);
[[nodiscard]] std::string recordToJson(const Record& record);

/// Streams in constant memory; blank lines are skipped; a BOM and CRLF are accepted.
[[nodiscard]] Result<void> readJsonl(std::istream& in, std::string_view where,
                                     const std::function<Result<void>(Record&&)>& sink);

}  // namespace spanwise
