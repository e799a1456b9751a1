#include "core/annotation/entity_type.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/text/utf8.h"

namespace spanwise {
namespace {

/// Told apart also by people with the common kinds of colour blindness when neighbours in this
/// order meet; each has a contrast of at least 4.5 on white.
/// Chosen so that the first ten differ by about 9 or more (CIEDE2000) to eyes of every colour
/// vision, on light and dark ground (tests/ui/widgets/theme_test.cpp).
constexpr std::array<std::string_view, 12> kPalette{"#0065cb", "#5d032b", "#5c6211", "#35734c",
                                                    "#4f04e8", "#0d207b", "#d00824", "#263000",
                                                    "#5e3a2d", "#004447", "#9c055f", "#105a44"};

std::vector<UChar32> decode(std::string_view text) {
    std::vector<UChar32> out;
    for (std::size_t i = 0; i < text.size();) {
        UChar32 c;
        U8_NEXT(text.data(), i, text.size(), c);
        out.push_back(c);
    }
    return out;
}

bool isColor(std::string_view color) {
    return color.size() == 7 && color[0] == '#' &&
           std::all_of(color.begin() + 1, color.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
           });
}

tl::unexpected<Error> invalid(std::string message) {
    return failure(ErrorCode::InvalidArgument, std::move(message));
}

}  // namespace

const EntityType* LabelScheme::byId(TypeId id) const {
    const auto found = std::find_if(m_types.begin(), m_types.end(),
                                    [&](const EntityType& type) { return type.id == id; });
    return found == m_types.end() ? nullptr : &*found;
}

const EntityType* LabelScheme::byName(std::string_view name) const {
    const auto found = std::find_if(m_types.begin(), m_types.end(),
                                    [&](const EntityType& type) { return type.name == name; });
    return found == m_types.end() ? nullptr : &*found;
}

const EntityType* LabelScheme::byShortcut(std::string_view shortcut) const {
    if (shortcut.empty())
        return nullptr;
    const auto found = std::find_if(m_types.begin(), m_types.end(), [&](const EntityType& type) {
        return type.shortcut == shortcut;
    });
    return found == m_types.end() ? nullptr : &*found;
}

const EntityType* LabelScheme::byShiftDigit(char digit) const {
    for (const EntityType& type : m_types) {
        if (digit != 0 && shiftDigit(type.id) == digit)
            return &type;
    }
    return nullptr;
}

char LabelScheme::shiftDigit(TypeId id) const {
    int place = 0;
    for (const EntityType& type : m_types) {
        if (!type.shortcut.empty())
            continue;
        if (type.id == id)
            return place < 10 ? "1234567890"[place] : '\0';
        ++place;
    }
    return '\0';
}

std::vector<std::string> LabelScheme::names() const {
    std::vector<std::string> out;
    out.reserve(m_types.size());
    for (const EntityType& type : m_types)
        out.push_back(type.name);
    return out;
}

Result<void> LabelScheme::check(const EntityType& candidate) const {
    if (candidate.name.empty())
        return invalid("An entity type needs a name.");
    if (!isUtf8(candidate.name) || !isUtf8(candidate.description) || !isUtf8(candidate.shortcut) ||
        !isUtf8(candidate.note))
        return invalid("The entity type's name, description, note or shortcut is not UTF-8.");
    if (candidate.note.find('\0') != std::string::npos)
        return invalid("The note of an entity type cannot have a NUL character.");
    const auto name = decode(candidate.name);
    if (u_isUWhiteSpace(name.front()) || u_isUWhiteSpace(name.back()))
        return invalid("The name \"" + candidate.name + "\" begins or ends with a space.");
    if (std::any_of(name.begin(), name.end(), [](UChar32 c) {
            return u_charType(c) == U_CONTROL_CHAR || c == 0x2028 || c == 0x2029;
        })) {
        return invalid(
            "The name of an entity type cannot have tabs, line breaks or other control "
            "characters.");
    }
    if (!candidate.color.empty() && !isColor(candidate.color)) {
        return invalid("\"" + candidate.color + "\" is no colour of the form #rrggbb.");
    }
    const auto shortcut = decode(candidate.shortcut);
    if (shortcut.size() > 1 || (shortcut.size() == 1 && !u_isgraph(shortcut.front()))) {
        return invalid("A shortcut is one visible character, not \"" + candidate.shortcut + "\".");
    }
    for (const EntityType& type : m_types) {
        if (type.id == candidate.id)
            continue;
        if (type.name == candidate.name)
            return invalid("There is an entity type \"" + type.name + "\" already.");
        if (!candidate.shortcut.empty() && type.shortcut == candidate.shortcut) {
            return invalid("The shortcut \"" + candidate.shortcut + "\" belongs to \"" + type.name +
                           "\" already.");
        }
    }
    return {};
}

Result<void> LabelScheme::put(EntityType type) {
    if (const auto checked = check(type); !checked)
        return checked;
    const auto same = std::find_if(m_types.begin(), m_types.end(),
                                   [&](const EntityType& other) { return other.id == type.id; });
    if (same != m_types.end())
        m_types.erase(same);
    const auto place = std::upper_bound(
        m_types.begin(), m_types.end(), type, [](const EntityType& a, const EntityType& b) {
            return std::pair(a.order, a.id) < std::pair(b.order, b.id);
        });
    m_types.insert(place, std::move(type));
    return {};
}

void LabelScheme::remove(TypeId id) {
    std::erase_if(m_types, [&](const EntityType& type) { return type.id == id; });
}

std::string LabelScheme::nextColor() const {
    std::array<int, kPalette.size()> uses{};
    for (const EntityType& type : m_types) {
        for (std::size_t i = 0; i < kPalette.size(); ++i)
            uses[i] += type.color == kPalette[i] ? 1 : 0;
    }
    return std::string(kPalette[static_cast<std::size_t>(
        std::min_element(uses.begin(), uses.end()) - uses.begin())]);
}

std::string LabelScheme::nextShortcut() const {
    for (const char digit : std::string_view("1234567890")) {
        const std::string shortcut(1, digit);
        if (!byShortcut(shortcut))
            return shortcut;
    }
    return {};
}

Result<LabelScheme> LabelScheme::fromJson(std::string_view json, std::string_view where) {
    const std::string place(where);
    const auto bad = [&](std::string message) {
        return failure(ErrorCode::InvalidFormat, std::move(message), place);
    };
    if (const auto valid = validateUtf8(json, where); !valid)
        return tl::unexpected(valid.error());
    nlohmann::json root;
    try {
        root = nlohmann::json::parse(withoutBom(json));
    } catch (const nlohmann::json::parse_error& error) {
        const auto at = std::min<std::size_t>(error.byte, json.size());
        const auto line =
            1 + std::count(json.begin(), json.begin() + static_cast<std::ptrdiff_t>(at), '\n');
        return failure(ErrorCode::InvalidFormat, "This is not valid JSON.",
                       place + ":" + std::to_string(line));
    }
    const nlohmann::json* list = &root;
    if (root.is_object()) {
        if (!root.contains("types") || !root["types"].is_array())
            return bad("A scheme is an object with a list \"types\", or a list of names.");
        list = &root["types"];
    }
    if (!list->is_array())
        return bad("A scheme is an object with a list \"types\", or a list of names.");

    std::vector<EntityType> types;
    for (const auto& item : *list) {
        EntityType type;
        type.id = static_cast<TypeId>(types.size()) + 1;
        type.order = static_cast<int>(types.size());
        if (item.is_string()) {
            type.name = item.get<std::string>();
        } else if (item.is_object()) {
            for (const auto& [key, field] :
                 {std::pair("name", &type.name), std::pair("description", &type.description),
                  std::pair("color", &type.color), std::pair("shortcut", &type.shortcut),
                  std::pair("note", &type.note)}) {
                const auto found = item.find(key);
                if (found == item.end() || found->is_null())
                    continue;
                if (!found->is_string()) {
                    return bad("Type " + std::to_string(type.id) + ": \"" + key +
                               "\" is not a string.");
                }
                *field = found->get<std::string>();
            }
        } else {
            return bad("Type " + std::to_string(type.id) + " is neither a name nor an object.");
        }
        types.push_back(std::move(type));
    }

    LabelScheme scheme;
    for (const EntityType& type : types) {
        if (const auto put = scheme.put(type); !put) {
            return failure(put.error().code,
                           "Type " + std::to_string(type.id) + ": " + put.error().message, place);
        }
    }
    // What is missing is filled in once everything that the file says is known.
    for (EntityType& type : scheme.m_types) {
        if (type.color.empty())
            type.color = scheme.nextColor();
        if (type.shortcut.empty())
            type.shortcut = scheme.nextShortcut();
    }
    return scheme;
}

std::string LabelScheme::toJson() const {
    auto list = nlohmann::ordered_json::array();
    for (const EntityType& type : m_types) {
        nlohmann::ordered_json item{{"name", type.name}};
        if (!type.description.empty())
            item["description"] = type.description;
        if (!type.color.empty())
            item["color"] = type.color;
        if (!type.shortcut.empty())
            item["shortcut"] = type.shortcut;
        if (!type.note.empty())
            item["note"] = type.note;
        list.push_back(std::move(item));
    }
    return nlohmann::ordered_json{{"types", std::move(list)}}.dump(2) + "\n";
}

Result<LabelScheme> LabelScheme::fromNames(const std::vector<std::string>& names) {
    LabelScheme scheme;
    for (const std::string& name : names) {
        EntityType type;
        type.id = static_cast<TypeId>(scheme.m_types.size()) + 1;
        type.order = static_cast<int>(scheme.m_types.size());
        type.name = name;
        type.color = scheme.nextColor();
        type.shortcut = scheme.nextShortcut();
        if (const auto put = scheme.put(std::move(type)); !put)
            return tl::unexpected(put.error());
    }
    return scheme;
}

}  // namespace spanwise
