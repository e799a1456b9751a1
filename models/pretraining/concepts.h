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
#include "models/pretraining/silver_labels.h"

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

    /// What a mention of each concept weighs, to balance the long tail: count^-alpha (0: all alike,
    /// 1: all concepts alike), scaled so that the mean over all mentions is 1, then at most `cap`.
    [[nodiscard]] std::vector<float> mentionWeights(double alpha, double cap) const;

    /// JSON lines: the first `{"sources": [name]}`, then one `{"concept", "count", "description"?,
    /// "sources": [index]}` for each, in order. Written to a temporary name and renamed.
    [[nodiscard]] Result<void> save(const std::string& path) const;
    /// Errors name file and line.
    [[nodiscard]] static Result<ConceptTable> load(const std::string& path);

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

/// Draws concepts with probability in proportion to count^beta (1: as they occur, 0: all alike).
/// The same generator gives the same draws on every machine.
class NegativeSampler {
public:
    NegativeSampler(const ConceptTable& table, double beta);

    /// `count` different concepts that are not in `exclude` (sorted), or as many as there are.
    [[nodiscard]] std::vector<ConceptId> sample(SeededChoice& random, std::size_t count,
                                                const std::vector<ConceptId>& exclude) const;

private:
    std::vector<double> m_sums;  ///< running
};

}  // namespace spanwise
