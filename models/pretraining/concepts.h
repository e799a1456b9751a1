#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/formats/passages.h"
#include "core/result.h"

namespace spanwise {

/// Number of a concept in a ConceptTable, from 0 in the order of first sight.
using ConceptId = std::int32_t;

/// One concept, however often and by whatever sources it is named.
struct ConceptEntry {
    std::string name;                    ///< normalised, see normalisedConcept
    std::string description;             ///< the most frequent one; of several the first seen
    std::int64_t count = 0;              ///< mentions
    std::vector<std::uint32_t> sources;  ///< indices into ConceptTable::sources(), sorted
};

/// All concepts of some material, interned. Not for several threads while it is filled.
class ConceptTable {
public:
    /// Counts a mention. `description` may be empty. Of a concept at most 16 different descriptions
    /// are told apart. A blank name gives -1 and is not counted.
    ConceptId add(std::string_view name, std::string_view description, std::string_view source);
    /// All mentions of a passage.
    void add(const Passage& passage);

    [[nodiscard]] std::optional<ConceptId> find(std::string_view name) const;
    [[nodiscard]] const ConceptEntry& operator[](ConceptId id) const {
        return m_entries[static_cast<std::size_t>(id)];
    }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }
    [[nodiscard]] const std::vector<ConceptEntry>& entries() const { return m_entries; }
    [[nodiscard]] const std::vector<std::string>& sources() const { return m_sources; }
    [[nodiscard]] std::int64_t mentions() const { return m_mentions; }

private:
    [[nodiscard]] std::uint32_t sourceId(std::string_view source);

    std::vector<ConceptEntry> m_entries;
    std::unordered_map<std::string, ConceptId> m_ids;
    std::vector<std::string> m_sources;
    std::unordered_map<std::string, std::uint32_t> m_sourceIds;
    /// Per concept, how often each of its descriptions was seen.
    std::vector<std::vector<std::pair<std::string, std::int64_t>>> m_descriptions;
    std::int64_t m_mentions = 0;
};

}  // namespace spanwise
