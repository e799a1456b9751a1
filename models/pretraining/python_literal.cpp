#include "models/pretraining/python_literal.h"

#include <cstdint>

#include "core/text/utf8.h"

namespace spanwise {
namespace {

void append(std::string& out, std::uint32_t c) {
    if (c >= 0xD800 && c <= 0xDFFF)
        c = 0xFFFD;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

class Parser {
public:
    explicit Parser(std::string_view text) : m_text(text) {}

    Result<std::vector<std::vector<std::string>>> list() {
        std::vector<std::vector<std::string>> items;
        skipSpace();
        if (!takeIf('['))
            return bad("a list should begin with \"[\"");
        for (;;) {
            skipSpace();
            if (takeIf(']'))
                break;
            std::vector<std::string> item;
            if (peek() == '(' || peek() == '[') {
                if (auto taken = group(item); !taken)
                    return tl::unexpected(taken.error());
            } else {
                auto taken = string();
                if (!taken)
                    return tl::unexpected(taken.error());
                item.push_back(std::move(*taken));
            }
            items.push_back(std::move(item));
            skipSpace();
            if (!takeIf(',') && peek() != ']')
                return bad("\",\" or \"]\" should follow");
        }
        skipSpace();
        if (m_at != m_text.size())
            return bad("nothing should follow the list");
        return items;
    }

private:
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    bool takeIf(char c) {
        if (m_at >= m_text.size() || m_text[m_at] != c)
            return false;
        ++m_at;
        return true;
    }
    void skipSpace() {
        while (m_at < m_text.size() && (m_text[m_at] == ' ' || m_text[m_at] == '\n' ||
                                        m_text[m_at] == '\r' || m_text[m_at] == '\t')) {
            ++m_at;
        }
    }
    [[nodiscard]] tl::unexpected<Error> bad(const std::string& expected) const {
        return failure(ErrorCode::InvalidFormat,
                       "This is no Python list of strings: " + expected + " at byte " +
                           std::to_string(m_at + 1) +
                           (m_at < m_text.size() ? "." : ", where the text ends."));
    }

    Result<void> group(std::vector<std::string>& item) {
        const char close = m_text[m_at] == '(' ? ')' : ']';
        ++m_at;
        for (;;) {
            skipSpace();
            if (takeIf(close))
                return {};
            auto part = string();
            if (!part)
                return tl::unexpected(part.error());
            item.push_back(std::move(*part));
            skipSpace();
            if (!takeIf(',') && peek() != close)
                return bad(std::string("\",\" or \"") + close + "\" should follow");
        }
    }

    Result<std::string> string() {
        bool raw = false;
        if (peek() == 'r' || peek() == 'R') {
            raw = true;
            ++m_at;
        } else if (peek() == 'u' || peek() == 'U') {
            ++m_at;
        }
        const char quote = peek();
        if (quote != '\'' && quote != '"')
            return bad("a string should begin with a quotation mark");
        const bool triple = m_text.substr(m_at, 3) == std::string(3, quote);
        m_at += triple ? 3 : 1;
        std::string out;
        for (;;) {
            if (m_at >= m_text.size())
                return bad("the string should end with a quotation mark");
            const char c = m_text[m_at];
            if (c == quote && (!triple || m_text.substr(m_at, 3) == std::string(3, quote))) {
                m_at += triple ? 3 : 1;
                return out;
            }
            if (c == '\n' && !triple)
                return bad("the string should end before the line does");
            if (c == '\\' && !raw) {
                if (auto taken = escape(out); !taken)
                    return tl::unexpected(taken.error());
                continue;
            }
            out += c;
            ++m_at;
            if (c == '\\' && m_at < m_text.size())  // raw: the quotation mark after it does not end
                out += m_text[m_at++];
        }
    }

    Result<std::uint32_t> number(int digits, unsigned base, bool exact) {
        std::uint32_t value = 0;
        int count = 0;
        for (; count < digits && m_at < m_text.size(); ++count, ++m_at) {
            const char c = m_text[m_at];
            unsigned digit = 99;
            if (c >= '0' && c <= '9')
                digit = static_cast<unsigned>(c - '0');
            else if (c >= 'a' && c <= 'f')
                digit = static_cast<unsigned>(c - 'a') + 10;
            else if (c >= 'A' && c <= 'F')
                digit = static_cast<unsigned>(c - 'A') + 10;
            if (digit >= base)
                break;
            value = value * base + digit;
        }
        if (count == 0 || (exact && count != digits))
            return bad("an escape should have " + std::to_string(digits) + " digits");
        return value;
    }

    Result<void> escape(std::string& out) {
        ++m_at;
        if (m_at >= m_text.size())
            return bad("something should follow the backslash");
        const char c = m_text[m_at];
        static constexpr std::string_view kNames = "\\'\"abfnrtv";
        static constexpr std::string_view kValues = "\\'\"\a\b\f\n\r\t\v";
        if (const auto known = kNames.find(c); known != std::string_view::npos) {
            out += kValues[known];
            ++m_at;
            return {};
        }
        if (c == '\n') {
            ++m_at;
            return {};
        }
        if (c >= '0' && c <= '7') {
            const auto value = number(3, 8, false);
            if (!value)
                return tl::unexpected(value.error());
            append(out, *value);
            return {};
        }
        if (c == 'N')
            return bad("an escape by a character's name is not supported: other text");
        if (c != 'x' && c != 'u' && c != 'U') {
            out += '\\';  // as Python does with an escape that it does not know
            return {};
        }
        ++m_at;
        auto value = number(c == 'x' ? 2 : c == 'u' ? 4 : 8, 16, true);
        if (!value)
            return tl::unexpected(value.error());
        if (*value > 0x10FFFF)
            return bad("a character should be at most 10FFFF");
        if (*value >= 0xD800 && *value < 0xDC00 && m_text.substr(m_at, 2) == "\\u") {
            const std::size_t before = m_at;
            m_at += 2;
            const auto low = number(4, 16, true);
            if (low && *low >= 0xDC00 && *low < 0xE000) {
                *value = 0x10000 + ((*value - 0xD800) << 10) + (*low - 0xDC00);
            } else {
                m_at = before;
            }
        }
        append(out, *value);
        return {};
    }

    std::string_view m_text;
    std::size_t m_at = 0;
};

}  // namespace

Result<std::vector<std::vector<std::string>>> parsePythonList(std::string_view literal) {
    return Parser(literal).list();
}

}  // namespace spanwise
