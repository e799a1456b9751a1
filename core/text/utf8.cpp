#include "core/text/utf8.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace spanwise {
namespace {

constexpr std::size_t kAllWell = static_cast<std::size_t>(-1);

/// Position of the first byte that is not part of well-formed UTF-8, or kAllWell.
std::size_t firstBadByte(std::string_view text) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
    const std::size_t size = text.size();
    std::size_t at = 0;
    while (at < size) {
        if (bytes[at] < 0x80) {
            std::uint64_t chunk;
            while (at + 8 <= size) {
                std::memcpy(&chunk, bytes + at, 8);
                if (chunk & 0x8080808080808080ULL)
                    break;
                at += 8;
            }
            while (at < size && bytes[at] < 0x80)
                ++at;
            continue;
        }
        const unsigned char lead = bytes[at];
        std::size_t more = 0;
        unsigned char low = 0x80;
        unsigned char high = 0xBF;
        if (lead >= 0xC2 && lead <= 0xDF) {
            more = 1;
        } else if (lead >= 0xE0 && lead <= 0xEF) {
            more = 2;
            if (lead == 0xE0)
                low = 0xA0;
            if (lead == 0xED)
                high = 0x9F;
        } else if (lead >= 0xF0 && lead <= 0xF4) {
            more = 3;
            if (lead == 0xF0)
                low = 0x90;
            if (lead == 0xF4)
                high = 0x8F;
        } else {
            return at;
        }
        for (std::size_t i = 1; i <= more; ++i) {
            if (at + i >= size || bytes[at + i] < low || bytes[at + i] > high)
                return at;
            low = 0x80;
            high = 0xBF;
        }
        at += more + 1;
    }
    return kAllWell;
}

bool startsWithUtf16Bom(std::string_view bytes) {
    return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
}

/// Text in UTF-16 without a mark: every second byte of what we see is NUL.
bool looksLikeUtf16(std::string_view bytes) {
    const std::size_t size = std::min<std::size_t>(bytes.size(), 512);
    if (size < 4)
        return false;
    std::array<std::size_t, 2> nul{};
    for (std::size_t i = 0; i < size; ++i)
        nul[i % 2] += bytes[i] == '\0' ? 1 : 0;
    const std::size_t half = size / 2;
    return (nul[0] * 10 >= half * 7 && nul[1] * 10 <= half) ||
           (nul[1] * 10 >= half * 7 && nul[0] * 10 <= half);
}

/// Hardly any control characters: then bytes that are no UTF-8 come from an 8-bit code page.
bool looksLikeText(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, 4096);
    const auto controls = std::count_if(head.begin(), head.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == 0x7F || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' &&
                                byte != '\f' && byte != '\v');
    });
    return controls * 50 <= static_cast<std::ptrdiff_t>(head.size());
}

}  // namespace

bool isUtf8(std::string_view bytes) {
    return firstBadByte(bytes) == kAllWell;
}

Result<void> validateUtf8(std::string_view bytes, std::string_view where, std::int64_t firstLine) {
    const std::size_t nul = bytes.find('\0');
    const std::size_t bad = std::min(firstBadByte(bytes), nul);
    if (bad == std::string_view::npos)
        return {};
    const std::size_t lineStart = bad == 0 ? 0 : bytes.rfind('\n', bad - 1) + 1;
    const auto line = firstLine + std::count(bytes.begin(), bytes.begin() + bad, '\n');
    const std::string place =
        std::string(where) + (where.empty() ? "line " : ":") + std::to_string(line);
    if (startsWithUtf16Bom(bytes) || looksLikeUtf16(bytes)) {
        return failure(ErrorCode::InvalidText,
                       "The text is UTF-16, not UTF-8. Convert it first, e.g. with "
                       "\"iconv -f UTF-16 -t UTF-8\".",
                       place);
    }
    std::array<char, 96> what{};
    std::snprintf(what.data(), what.size(), "Byte %zu of the line (0x%02X) is not UTF-8",
                  bad - lineStart + 1,
                  static_cast<unsigned>(static_cast<unsigned char>(bytes[bad])));
    if (nul != std::string_view::npos || !looksLikeText(bytes)) {
        if (bad == nul)
            std::snprintf(what.data(), what.size(), "Byte %zu of the line is NUL",
                          bad - lineStart + 1);
        return failure(ErrorCode::InvalidText,
                       std::string(what.data()) +
                           ": this looks like a binary file. Spanwise reads text in UTF-8.",
                       place);
    }
    return failure(ErrorCode::InvalidText,
                   std::string(what.data()) +
                       "; the file looks like Latin-1 or Windows-1252. Convert it first, e.g. with "
                       "\"iconv -f WINDOWS-1252 -t UTF-8\".",
                   place);
}

std::string_view withoutBom(std::string_view utf8) {
    return utf8.starts_with("\xEF\xBB\xBF") ? utf8.substr(3) : utf8;
}

Offset countCodePoints(std::string_view utf8) {
    return std::count_if(utf8.begin(), utf8.end(),
                         [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string_view slice(std::string_view utf8, Range codePoints) {
    constexpr std::size_t kBlock = 1024;
    const auto advance = [&](std::size_t from, Offset count) {
        const auto pastRest = [&](std::size_t at) {
            while (at < utf8.size() && (static_cast<unsigned char>(utf8[at]) & 0xC0) == 0x80)
                ++at;
            return at;
        };
        // Where many are left, by blocks, which are counted much faster than walked through.
        while (count >= static_cast<Offset>(kBlock) && from + kBlock <= utf8.size()) {
            count -= countCodePoints(utf8.substr(from, kBlock));
            from = pastRest(from + kBlock);
        }
        for (; from < utf8.size() && count > 0; --count)
            from = pastRest(from + 1);
        return from;
    };
    const Offset first = std::max<Offset>(codePoints.begin, 0);
    const std::size_t begin = advance(0, first);
    const std::size_t end = advance(begin, codePoints.end - first);
    return utf8.substr(begin, end - begin);
}

std::string sha256Hex(std::string_view bytes) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    // Fails only when the library has no SHA-256, which no build of it lacks.
    EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string hex;
    hex.reserve(2 * size);
    for (unsigned int i = 0; i < size; ++i) {
        hex.push_back(kHex[digest[i] >> 4]);
        hex.push_back(kHex[digest[i] & 15]);
    }
    return hex;
}

}  // namespace spanwise
