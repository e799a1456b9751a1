#pragma once

#include <cstdint>
#include <istream>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/formats/line_reader.h"
#include "core/result.h"

namespace spanwise {

/// How a file holds its JSON values: one a line, as the elements of one list, or as the members of
/// one object.
enum class JsonLayout { Lines, List, Members };

/// Streams the values of a JSON file of any size in constant memory. A value may have
/// kLongestPassageLine bytes. Errors name `where:line` of the value's start; after one about a
/// value, the next call goes on behind it. One about the whole file ends the reading: next() then
/// says false.
class JsonItems {
public:
    JsonItems(std::istream& in, std::string_view where, JsonLayout layout);

    /// Members give an object with exactly that member. False at the end.
    [[nodiscard]] Result<bool> next(nlohmann::json& item);
    /// "where:17" of the value read last.
    [[nodiscard]] std::string place() const;

private:
    [[nodiscard]] Result<bool> nextLine(nlohmann::json& item);
    [[nodiscard]] Result<bool> nextPart(nlohmann::json& item);
    [[nodiscard]] tl::unexpected<Error> ended(std::string message);
    [[nodiscard]] int peek();
    void skipSpace();
    void take();

    std::istream& m_in;
    std::string m_where;
    JsonLayout m_layout;
    LineReader m_lines;
    std::string m_buffer;
    std::size_t m_at = 0;
    std::int64_t m_line = 1;
    std::int64_t m_itemLine = 1;
    std::string m_item;
    bool m_started = false;
    bool m_done = false;
};

/// One JSON value; the error says where it stops being JSON.
[[nodiscard]] Result<nlohmann::json> parseJsonItem(std::string_view text, std::string_view where);

}  // namespace spanwise
