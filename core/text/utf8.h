#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "core/text/range.h"

namespace spanwise {

/// Checks that bytes are well-formed UTF-8 text (Unicode 15, table 3-7: no surrogates, no overlong
/// forms) without NUL bytes. The error is InvalidText; its message names the line (from 1) and the
/// byte, says whether the file looks binary, UTF-16 or Latin-1, and how to convert it. `where` is
/// put in front of the line number; `firstLine` is the number of the line that `bytes` begin with.
[[nodiscard]] Result<void> validateUtf8(std::string_view bytes, std::string_view where,
                                        std::int64_t firstLine = 1);

/// Whether the bytes are well-formed UTF-8 (NUL allowed).
[[nodiscard]] bool isUtf8(std::string_view bytes);

/// The text without a leading byte order mark (EF BB BF).
[[nodiscard]] std::string_view withoutBom(std::string_view utf8);

/// Number of code points in valid UTF-8.
[[nodiscard]] Offset countCodePoints(std::string_view utf8);

/// The bytes of a range of code points. O(n); use an OffsetMap for more than one.
[[nodiscard]] std::string_view slice(std::string_view utf8, Range codePoints);

/// SHA-256 of the bytes in lower-case hex: what identifies a document's text everywhere.
[[nodiscard]] std::string sha256Hex(std::string_view bytes);

}  // namespace spanwise
