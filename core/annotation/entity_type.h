#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace spanwise {

using TypeId = std::int64_t;

/// A kind of entity that the user looks for.
struct EntityType {
    TypeId id = 0;
    std::string name;         ///< Unique in its scheme; what files and models carry.
    std::string description;  ///< What it is, in a phrase that models read too. May be empty.
    std::string color;        ///< "#rrggbb", as chosen on a light ground.
    std::string shortcut;     ///< One character ("1", "d"), or empty.
    int order = 0;
    /// The guideline for people: what counts and what does not, in plain lines. No model reads it.
    std::string note{};

    bool operator==(const EntityType&) const = default;
};

/// The project's entity types in the user's order.
class LabelScheme {
public:
    LabelScheme() = default;
    explicit LabelScheme(std::vector<EntityType> types) : m_types(std::move(types)) {}

    [[nodiscard]] const std::vector<EntityType>& types() const { return m_types; }
    [[nodiscard]] bool isEmpty() const { return m_types.empty(); }
    [[nodiscard]] const EntityType* byId(TypeId id) const;
    [[nodiscard]] const EntityType* byName(std::string_view name) const;
    [[nodiscard]] const EntityType* byShortcut(std::string_view shortcut) const;
    /// Types without a shortcut have Shift with '1' to '9' and '0', the first ten of them in order.
    [[nodiscard]] const EntityType* byShiftDigit(char digit) const;
    [[nodiscard]] char shiftDigit(TypeId id) const;  ///< 0: it has none
    [[nodiscard]] std::vector<std::string> names() const;

    /// A name that is not empty, has no control characters and no white space at its edges; a
    /// colour of the form "#rrggbb" or empty; at most one character as shortcut; name and shortcut
    /// unique among the other types. Error: InvalidArgument.
    [[nodiscard]] Result<void> check(const EntityType& candidate) const;

    /// Adds or, by id, replaces. The caller has assigned the id.
    [[nodiscard]] Result<void> put(EntityType type);
    void remove(TypeId id);

    /// The next colour of the palette that no type uses yet, and the next free digit 1-9, 0.
    [[nodiscard]] std::string nextColor() const;
    [[nodiscard]] std::string nextShortcut() const;

    /// scheme.json: `{"types": [{"name", "description"?, "color"?, "shortcut"?, "note"?}, …]}`; a
    /// plain list of names is read too. Ids are 1, 2, … in file order; missing colours and
    /// shortcuts are filled in.
    [[nodiscard]] static Result<LabelScheme> fromJson(std::string_view json,
                                                      std::string_view where);
    [[nodiscard]] std::string toJson() const;
    /// From "PER,ORG" as the command line takes it.
    [[nodiscard]] static Result<LabelScheme> fromNames(const std::vector<std::string>& names);

    bool operator==(const LabelScheme&) const = default;

private:
    std::vector<EntityType> m_types;
};

}  // namespace spanwise
