#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace spanwise {

/// Is the nesting of this JSON text at most `limit` deep? What is deeper could exhaust the stack of
/// whoever walks over it.
[[nodiscard]] inline bool isJsonShallow(std::string_view json, int limit = 256) {
    int depth = 0;
    bool string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (string) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                string = false;
        } else if (c == '"') {
            string = true;
        } else if (c == '{' || c == '[') {
            if (++depth > limit)
                return false;
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return true;
}

/// One line of JSON. U+2028, U+2029 and U+0085 are escaped: some readers take them for line ends.
template <typename Json>
[[nodiscard]] std::string jsonLine(const Json& json) {
    const std::string plain = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    std::string out;
    out.reserve(plain.size());
    for (std::size_t i = 0; i < plain.size(); ++i) {
        const std::string_view rest = std::string_view(plain).substr(i);
        if (rest.starts_with("\xE2\x80\xA8") || rest.starts_with("\xE2\x80\xA9")) {
            out += rest[2] == '\xA8' ? "\\u2028" : "\\u2029";
            i += 2;
        } else if (rest.starts_with("\xC2\x85")) {
            out += "\\u0085";
            ++i;
        } else {
            out += plain[i];
        }
    }
    return out;
}

}  // namespace spanwise
