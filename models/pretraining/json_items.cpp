#include "models/pretraining/json_items.h"

#include "core/formats/json_text.h"
#include "core/formats/passages.h"
#include "core/text/utf8.h"

namespace spanwise {

Result<nlohmann::json> parseJsonItem(std::string_view text, std::string_view where) {
    if (!isJsonShallow(text)) {
        return failure(ErrorCode::InvalidFormat, "The JSON is nested more than 256 deep.",
                       std::string(where));
    }
    try {
        return nlohmann::json::parse(text);
    } catch (const nlohmann::json::parse_error& error) {
        if (!isUtf8(text))
            return failure(ErrorCode::InvalidText, "This is not UTF-8.", std::string(where));
        return failure(ErrorCode::InvalidFormat,
                       "This is not valid JSON (byte " + std::to_string(error.byte) + ").",
                       std::string(where));
    }
}

JsonItems::JsonItems(std::istream& in, std::string_view where, JsonLayout layout)
    : m_in(in), m_where(where), m_layout(layout), m_lines(in, where, kLongestPassageLine) {}

std::string JsonItems::place() const {
    return m_layout == JsonLayout::Lines ? m_lines.place()
                                         : m_where + ":" + std::to_string(m_itemLine);
}

Result<bool> JsonItems::next(nlohmann::json& item) {
    if (m_done)
        return false;
    return m_layout == JsonLayout::Lines ? nextLine(item) : nextPart(item);
}

Result<bool> JsonItems::nextLine(nlohmann::json& item) {
    for (;;) {
        const auto more = m_lines.next();
        if (!more) {
            m_done = more.error().code == ErrorCode::Io;
            return more;
        }
        if (!*more)
            return false;
        if (m_lines.line().find_first_not_of(" \t") == std::string::npos)
            continue;
        auto parsed = parseJsonItem(m_lines.line(), m_lines.place());
        if (!parsed)
            return tl::unexpected(std::move(parsed.error()));
        item = std::move(*parsed);
        return true;
    }
}

tl::unexpected<Error> JsonItems::ended(std::string message) {
    m_done = true;
    const bool failed = m_in.bad();
    return failure(failed ? ErrorCode::Io : ErrorCode::InvalidFormat,
                   failed ? "The file cannot be read any further." : std::move(message),
                   m_where + ":" + std::to_string(m_line));
}

int JsonItems::peek() {
    if (m_at == m_buffer.size()) {
        m_buffer.resize(std::size_t{1} << 16);
        m_in.read(m_buffer.data(), static_cast<std::streamsize>(m_buffer.size()));
        m_buffer.resize(static_cast<std::size_t>(m_in.gcount()));
        m_at = 0;
        if (m_buffer.empty())
            return -1;
    }
    return static_cast<unsigned char>(m_buffer[m_at]);
}

void JsonItems::take() {
    m_line += m_buffer[m_at] == '\n' ? 1 : 0;
    ++m_at;
}

void JsonItems::skipSpace() {
    for (int c = peek(); c == ' ' || c == '\t' || c == '\r' || c == '\n'; c = peek())
        take();
}

Result<bool> JsonItems::nextPart(nlohmann::json& item) {
    const bool list = m_layout == JsonLayout::List;
    const char open = list ? '[' : '{';
    const char close = list ? ']' : '}';
    if (!m_started) {
        if (peek() == 0xEF) {
            for (int i = 0; i < 3 && peek() >= 0; ++i)
                take();
        }
        skipSpace();
        if (peek() != open)
            return ended(std::string("A JSON file of this kind begins with \"") + open + "\".");
        take();
        m_started = true;
    }
    skipSpace();
    if (peek() == ',') {
        take();
        skipSpace();
    }
    m_itemLine = m_line;
    if (peek() == close) {
        take();
        skipSpace();
        if (peek() >= 0)
            return ended("Something follows behind the end of the JSON.");
        m_done = true;
        return m_in.bad() ? Result<bool>(ended({})) : Result<bool>(false);
    }

    m_item.assign(list ? 0 : 1, open);
    std::int64_t depth = 0;
    bool string = false;
    bool escaped = false;
    std::size_t size = 0;
    for (;;) {
        const int c = peek();
        if (c < 0) {
            return ended(
                "The file ends inside the JSON, which begins here or before. Is it cut short?");
        }
        if (string) {
            if (escaped)
                escaped = false;
            else if (c == '\\')
                escaped = true;
            else if (c == '"')
                string = false;
        } else if (c == '"') {
            string = true;
        } else if (c == '[' || c == '{') {
            ++depth;
        } else if ((c == ',' || c == close) && depth == 0) {
            break;
        } else if (c == ']' || c == '}') {
            if (depth == 0)
                return ended(std::string("A \"") + static_cast<char>(c) + "\" closes nothing.");
            --depth;
        }
        if (++size <= kLongestPassageLine)
            m_item += static_cast<char>(c);
        take();
    }
    if (size > kLongestPassageLine) {
        m_item = {};
        return failure(ErrorCode::InvalidFormat,
                       "The entry is longer than " + std::to_string(kLongestPassageLine) +
                           " bytes. Cut what it holds into shorter ones.",
                       place());
    }
    if (!list)
        m_item += close;
    auto parsed = parseJsonItem(m_item, place());
    if (!parsed)
        return tl::unexpected(std::move(parsed.error()));
    if (!list && parsed->empty())
        return failure(ErrorCode::InvalidFormat, "There is nothing between two commas.", place());
    item = std::move(*parsed);
    return true;
}

}  // namespace spanwise
