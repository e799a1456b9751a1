#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"

namespace spanwise {

/// A concept as people would name it.
struct ConceptName {
    std::string name;
    std::string description;  ///< empty: none

    bool operator==(const ConceptName&) const = default;
};

/// How concepts are compared: NFC, lower case, white space collapsed to single spaces and removed
/// at the ends.
[[nodiscard]] std::string normalisedConcept(std::string_view name);

/// A data set's type name made readable: "_", "-" and white space become spaces, "/" becomes "or",
/// CamelCase is split, lower case ("OtherPROD" is "other prod", "artist/author" is "artist or
/// author"). The usual tags are written out ("PER" is "person").
[[nodiscard]] std::string readableTypeName(std::string_view type);

/// What a data set's types are called: read from a JSON object
/// `{"PER": {"name": "person", "description": "…"}, "LOC": "place", "misc": null}`; null drops a
/// type. A type that the map does not name is made readable.
class TypeMap {
public:
    TypeMap() = default;
    [[nodiscard]] static Result<TypeMap> load(const std::string& path);
    [[nodiscard]] static Result<TypeMap> parse(std::string_view json, std::string_view where);

    /// Nothing for a type that is dropped.
    [[nodiscard]] std::optional<ConceptName> resolve(const std::string& type) const;
    [[nodiscard]] const std::map<std::string, std::optional<ConceptName>>& types() const {
        return m_types;
    }

private:
    std::map<std::string, std::optional<ConceptName>> m_types;
};

}  // namespace spanwise
