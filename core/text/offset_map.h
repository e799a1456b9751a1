#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/text/range.h"

namespace spanwise {

/// Converts offsets of one text between code points, UTF-16 code units (Qt, some file formats) and
/// UTF-8 bytes (tokenizers). Built once in O(n); each conversion is O(1) for ASCII text and
/// O(log n) otherwise. Immutable and therefore safe to share between threads. It does not keep the
/// text, which must be valid UTF-8 (see validateUtf8).
///
/// Offsets outside the text are clamped to it. A byte or UTF-16 offset inside a code point maps to
/// that code point's start.
class OffsetMap {
public:
    OffsetMap() = default;
    explicit OffsetMap(std::string_view utf8);

    [[nodiscard]] Offset codePoints() const { return m_codePoints; }
    [[nodiscard]] std::int64_t utf16Units() const { return m_utf16; }
    [[nodiscard]] std::int64_t bytes() const { return m_bytes; }
    [[nodiscard]] bool isAscii() const { return m_codePoints == m_bytes; }

    [[nodiscard]] std::int64_t toUtf16(Offset codePoint) const;
    [[nodiscard]] std::int64_t toByte(Offset codePoint) const;
    [[nodiscard]] Offset fromUtf16(std::int64_t unit) const;
    [[nodiscard]] Offset fromByte(std::int64_t byte) const;

private:
    /// Either a run of code points of one width, of any length (at least kBlock but for the last),
    /// or a block of kBlock code points of mixed widths. Bit i of `low` and `high` is the width
    /// minus one of the i-th code point; a run has the same value in all bits. So a text takes at
    /// most 40 bytes for each 64 code points, and a single dash in a long English text takes 80.
    struct Segment {
        Offset codePoint = 0;  ///< of its first code point, as are the next two
        std::int64_t utf16 = 0;
        std::int64_t byte = 0;
        std::uint64_t low = 0;
        std::uint64_t high = 0;

        [[nodiscard]] bool isRun() const;
        [[nodiscard]] std::int64_t bytesBefore(Offset index) const;
        [[nodiscard]] std::int64_t unitsBefore(Offset index) const;
    };
    static constexpr int kBlock = 64;
    [[nodiscard]] const Segment& segmentAt(Offset codePoint) const;

    std::vector<Segment> m_segments;  ///< empty for ASCII
    Offset m_codePoints = 0;
    std::int64_t m_utf16 = 0;
    std::int64_t m_bytes = 0;
};

}  // namespace spanwise
