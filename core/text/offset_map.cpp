#include "core/text/offset_map.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace spanwise {
namespace {

int widthOf(unsigned char lead) {
    if (lead < 0x80)
        return 1;
    if (lead < 0xE0)
        return 2;
    return lead < 0xF0 ? 3 : 4;
}

std::size_t asciiRun(std::string_view text, std::size_t from) {
    std::size_t at = from;
    while (at + 8 <= text.size()) {
        std::uint64_t chunk;
        std::memcpy(&chunk, text.data() + at, 8);
        if (chunk & 0x8080808080808080ULL)
            break;
        at += 8;
    }
    while (at < text.size() && static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at - from;
}

/// Code points of the width of the one at `from`, without a break.
Offset runLength(std::string_view text, std::size_t from, int width) {
    if (width == 1)
        return static_cast<Offset>(asciiRun(text, from));
    Offset count = 0;
    while (from < text.size() && widthOf(static_cast<unsigned char>(text[from])) == width) {
        from += static_cast<std::size_t>(width);
        ++count;
    }
    return count;
}

std::uint64_t firstBits(Offset count) {
    return count >= 64 ? ~0ULL : (1ULL << count) - 1;
}

}  // namespace

bool OffsetMap::Segment::isRun() const {
    return (low == 0 || low == ~0ULL) && (high == 0 || high == ~0ULL);
}

std::int64_t OffsetMap::Segment::bytesBefore(Offset index) const {
    if (isRun())
        return index * (1 + (low ? 1 : 0) + (high ? 2 : 0));
    const std::uint64_t mask = firstBits(index);
    return index + std::popcount(low & mask) + 2 * std::popcount(high & mask);
}

std::int64_t OffsetMap::Segment::unitsBefore(Offset index) const {
    if (isRun())
        return index * (low && high ? 2 : 1);
    return index + std::popcount(low & high & firstBits(index));
}

OffsetMap::OffsetMap(std::string_view utf8) {
    m_bytes = static_cast<std::int64_t>(utf8.size());
    if (asciiRun(utf8, 0) == utf8.size()) {
        m_codePoints = m_utf16 = m_bytes;
        return;
    }
    std::size_t at = 0;
    while (at < utf8.size()) {
        Segment segment{m_codePoints, m_utf16, static_cast<std::int64_t>(at), 0, 0};
        const int width = widthOf(static_cast<unsigned char>(utf8[at]));
        const Offset run = runLength(utf8, at, width);
        if (run >= kBlock || at + static_cast<std::size_t>(run * width) >= utf8.size()) {
            segment.low = (width - 1) & 1 ? ~0ULL : 0;
            segment.high = (width - 1) & 2 ? ~0ULL : 0;
            m_codePoints += run;
            m_utf16 += run * (width == 4 ? 2 : 1);
            at += static_cast<std::size_t>(run * width);
        } else {
            for (int i = 0; i < kBlock && at < utf8.size(); ++i) {
                const int each = widthOf(static_cast<unsigned char>(utf8[at]));
                segment.low |= static_cast<std::uint64_t>((each - 1) & 1) << i;
                segment.high |= static_cast<std::uint64_t>(((each - 1) >> 1) & 1) << i;
                at += static_cast<std::size_t>(each);
                m_utf16 += each == 4 ? 2 : 1;
                ++m_codePoints;
            }
        }
        m_segments.push_back(segment);
    }
    m_segments.shrink_to_fit();
}

const OffsetMap::Segment& OffsetMap::segmentAt(Offset codePoint) const {
    const auto after = std::upper_bound(
        m_segments.begin(), m_segments.end(), codePoint,
        [](Offset value, const Segment& segment) { return value < segment.codePoint; });
    return *(after - 1);
}

std::int64_t OffsetMap::toUtf16(Offset codePoint) const {
    codePoint = std::clamp<Offset>(codePoint, 0, m_codePoints);
    if (m_segments.empty())
        return codePoint;
    if (codePoint == m_codePoints)
        return m_utf16;
    const Segment& segment = segmentAt(codePoint);
    return segment.utf16 + segment.unitsBefore(codePoint - segment.codePoint);
}

std::int64_t OffsetMap::toByte(Offset codePoint) const {
    codePoint = std::clamp<Offset>(codePoint, 0, m_codePoints);
    if (m_segments.empty())
        return codePoint;
    if (codePoint == m_codePoints)
        return m_bytes;
    const Segment& segment = segmentAt(codePoint);
    return segment.byte + segment.bytesBefore(codePoint - segment.codePoint);
}

namespace {

/// The largest index in [0, count) whose start is not after `target`.
template <typename Before>
Offset searchBlock(std::int64_t target, Offset count, Before before) {
    Offset low = 0;
    Offset high = count - 1;
    while (low < high) {
        const Offset middle = (low + high + 1) / 2;
        if (before(middle) <= target)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

}  // namespace

Offset OffsetMap::fromUtf16(std::int64_t unit) const {
    unit = std::clamp<std::int64_t>(unit, 0, m_utf16);
    if (m_segments.empty())
        return unit;
    if (unit == m_utf16)
        return m_codePoints;
    const auto after = std::upper_bound(
        m_segments.begin(), m_segments.end(), unit,
        [](std::int64_t value, const Segment& segment) { return value < segment.utf16; });
    const Segment& segment = *(after - 1);
    const std::int64_t rest = unit - segment.utf16;
    if (segment.isRun())
        return segment.codePoint + rest / segment.unitsBefore(1);
    return segment.codePoint +
           searchBlock(rest, kBlock, [&](Offset i) { return segment.unitsBefore(i); });
}

Offset OffsetMap::fromByte(std::int64_t byte) const {
    byte = std::clamp<std::int64_t>(byte, 0, m_bytes);
    if (m_segments.empty())
        return byte;
    if (byte == m_bytes)
        return m_codePoints;
    const auto after = std::upper_bound(
        m_segments.begin(), m_segments.end(), byte,
        [](std::int64_t value, const Segment& segment) { return value < segment.byte; });
    const Segment& segment = *(after - 1);
    const std::int64_t rest = byte - segment.byte;
    if (segment.isRun())
        return segment.codePoint + rest / segment.bytesBefore(1);
    return segment.codePoint +
           searchBlock(rest, kBlock, [&](Offset i) { return segment.bytesBefore(i); });
}

}  // namespace spanwise
