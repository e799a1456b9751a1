#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/result.h"

namespace spanwise {

/// Reads the values of a model's JSON settings within bounds, and keeps the first error: it names
/// the key, what was expected and what was found.
class ConfigReader {
public:
    ConfigReader(const nlohmann::json& json, std::string where)
        : m_json(json), m_where(std::move(where)) {}

    int integer(const char* key, int low, int high, std::optional<int> otherwise = {}) {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null()) {
            if (!otherwise)
                fail(ErrorCode::Corrupt, std::string(key) + " is missing.");
            return otherwise.value_or(low);
        }
        if (!found->is_number_integer() || *found < low || *found > high) {
            fail(ErrorCode::Corrupt, std::string(key) + " is " + shown(*found) +
                                         "; expected a whole number from " + std::to_string(low) +
                                         " to " + std::to_string(high) + ".");
            return low;
        }
        return found->get<int>();
    }
    double number(const char* key, double low, double high, double otherwise) {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null())
            return otherwise;
        if (!found->is_number() || !(found->get<double>() >= low && found->get<double>() <= high)) {
            fail(ErrorCode::Corrupt, std::string(key) + " is " + shown(*found) +
                                         "; expected a number from " + plain(low) + " to " +
                                         plain(high) + ".");
            return otherwise;
        }
        return found->get<double>();
    }
    bool flag(const char* key, bool otherwise) {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null())
            return otherwise;
        if (!found->is_boolean()) {
            fail(ErrorCode::Corrupt,
                 std::string(key) + " is " + shown(*found) + "; expected true or false.");
            return otherwise;
        }
        return found->get<bool>();
    }
    std::string text(const char* key, const char* otherwise) {
        const auto found = m_json.find(key);
        if (found == m_json.end() || found->is_null())
            return otherwise;
        if (!found->is_string()) {
            fail(ErrorCode::Corrupt,
                 std::string(key) + " is " + shown(*found) + "; expected a name.");
            return otherwise;
        }
        return found->get<std::string>();
    }
    /// As text, but not empty.
    std::string name(const char* key, const char* otherwise) {
        std::string value = text(key, otherwise);
        if (value.empty() && m_json.contains(key) && m_json[key].is_string()) {
            fail(ErrorCode::Corrupt, std::string(key) + " is \"\"; expected a name.");
            return otherwise;
        }
        return value;
    }
    /// Fails unless the value is missing or `only`.
    void only(const char* key, const char* value) {
        if (const std::string found = text(key, value); found != value)
            fail(ErrorCode::Incompatible, std::string(key) + " is \"" + found +
                                              "\"; Spanwise runs \"" + value + "\" alone.");
    }
    void fail(ErrorCode code, std::string message) {
        if (!m_error)
            m_error = Error{code, std::move(message), m_where};
    }
    [[nodiscard]] const std::optional<Error>& error() const { return m_error; }

    /// A value as JSON, cut to fit a message.
    static std::string shown(const nlohmann::json& value) {
        std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
        return text.size() > 40 ? text.substr(0, 40) + "…" : text;
    }

private:
    static std::string plain(double value) { return nlohmann::json(value).dump(); }

    const nlohmann::json& m_json;
    std::string m_where;
    std::optional<Error> m_error;
};

}  // namespace spanwise
