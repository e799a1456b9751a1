#include "models/tokenizers/regex.h"

#include <unicode/regex.h>

#include "models/tokenizers/pipeline_characters.h"

namespace spanwise::tokenizing {
namespace {

/// ICU's \s lacks U+000B and U+0085, which Oniguruma's has.
std::string withSpaces(std::string_view pattern) {
    std::string out;
    int depth = 0;  // of brackets
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        const char c = pattern[i];
        if (c == '\\' && i + 1 < pattern.size()) {
            const char next = pattern[++i];
            if (next == 's')
                out += depth > 0 ? "\\s\\x0b\\x85" : "[\\s\\x0b\\x85]";
            else if (next == 'S')
                out += "[^\\s\\x0b\\x85]";
            else
                (out += '\\') += next;
            continue;
        }
        depth += c == '[' ? 1 : c == ']' && depth > 0 ? -1 : 0;
        out += c;
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
        icu::UnicodeString::fromUTF8(withSpaces(pattern)), where, status));
    if (U_FAILURE(status) || compiled == nullptr)
        return nullptr;
    return std::make_unique<IcuRegex>(std::move(compiled));
}

}  // namespace spanwise::tokenizing
