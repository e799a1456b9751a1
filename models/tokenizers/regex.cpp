#include "models/tokenizers/regex.h"

#include <unicode/regex.h>

#include <cstdio>

#include "models/tokenizers/pipeline_characters.h"

namespace spanwise::tokenizing {
namespace {

/// The code points of a kind as a set in ICU's syntax.
std::string setOf(CharacterKind kind, bool inverted) {
    const std::uint8_t* kinds = characterKinds();
    std::string set = inverted ? "[^" : "[";
    const auto add = [&](char32_t c) {
        char buffer[16];
        std::snprintf(buffer, sizeof buffer, "\\x{%x}", static_cast<unsigned>(c));
        set += buffer;
    };
    for (char32_t c = 0; c < 0x110000; ++c) {
        if ((kinds[c] & kind) == 0)
            continue;
        const char32_t first = c;
        while (c + 1 < 0x110000 && (kinds[c + 1] & kind) != 0)
            ++c;
        add(first);
        if (c > first) {
            set += '-';
            add(c);
        }
    }
    return set + ']';
}

/// The pattern with the classes that depend on the version of Unicode spelled out, so that they
/// hold what they hold in the library and not what the system's ICU knows.
std::string withOwnClasses(std::string_view pattern) {
    std::string out;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const std::string_view rest = pattern.substr(i);
        if (rest.starts_with("\\s") || rest.starts_with("\\S")) {
            out += setOf(kRegexSpace, rest[1] == 'S');
            ++i;
        } else if (rest.starts_with("\\p{L}") || rest.starts_with("\\P{L}") ||
                   rest.starts_with("\\p{N}") || rest.starts_with("\\P{N}")) {
            out += setOf(rest[3] == 'L' ? kLetter : kNumber, rest[1] == 'P');
            i += 4;
        } else {
            out += pattern[i];
            if (pattern[i] == '\\' && i + 1 < pattern.size())
                out += pattern[++i];
        }
    }
    return out;
}

class IcuRegex : public Regex {
public:
    explicit IcuRegex(std::unique_ptr<const icu::RegexPattern> pattern)
        : m_pattern(std::move(pattern)) {}

    void find(std::string_view utf8, std::vector<Match>& out) const override {
        out.clear();
        std::u16string text;
        std::vector<std::size_t> bytes;  // per unit of UTF-16
        for (std::size_t at = 0; at < utf8.size();) {
            const std::size_t begin = at;
            const char32_t c = nextCharacter(utf8, at);
            if (c > 0xffff) {
                text.push_back(static_cast<char16_t>(0xd7c0 + (c >> 10)));
                text.push_back(static_cast<char16_t>(0xdc00 | (c & 0x3ff)));
                bytes.push_back(begin);
            } else {
                text.push_back(static_cast<char16_t>(c));
            }
            bytes.push_back(begin);
        }
        bytes.push_back(utf8.size());
        UErrorCode status = U_ZERO_ERROR;
        // An alias: the matcher keeps a reference.
        const icu::UnicodeString input(false, text.data(), static_cast<std::int32_t>(text.size()));
        const std::unique_ptr<icu::RegexMatcher> matcher(m_pattern->matcher(input, status));
        if (U_FAILURE(status))
            return;
        matcher->setTimeLimit(100'000, status);  // steps of ICU's, about 100 µs each at most
        while (U_SUCCESS(status) && matcher->find(status)) {
            const std::int32_t begin = matcher->start(status), end = matcher->end(status);
            if (U_SUCCESS(status))
                out.push_back(
                    {bytes[static_cast<std::size_t>(begin)], bytes[static_cast<std::size_t>(end)]});
        }
    }

private:
    std::unique_ptr<const icu::RegexPattern> m_pattern;
};

}  // namespace

std::unique_ptr<const Regex> Regex::compile(std::string_view pattern) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    std::unique_ptr<const icu::RegexPattern> compiled(icu::RegexPattern::compile(
        icu::UnicodeString::fromUTF8(withOwnClasses(pattern)), where, status));
    if (U_FAILURE(status) || compiled == nullptr)
        return nullptr;
    return std::make_unique<IcuRegex>(std::move(compiled));
}

}  // namespace spanwise::tokenizing
