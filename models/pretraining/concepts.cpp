#include "models/pretraining/concepts.h"

#include <algorithm>

#include "models/pretraining/concept_names.h"

namespace spanwise {
namespace {

constexpr std::size_t kDescriptions = 16;

}  // namespace

std::uint32_t ConceptTable::sourceId(std::string_view source) {
    const auto [found, isNew] =
        m_sourceIds.emplace(std::string(source), static_cast<std::uint32_t>(m_sources.size()));
    if (isNew)
        m_sources.emplace_back(source);
    return found->second;
}

ConceptId ConceptTable::add(std::string_view name, std::string_view description,
                            std::string_view source) {
    std::string key = normalisedConcept(name);
    if (key.empty())
        return -1;
    const auto [found, isNew] = m_ids.emplace(key, static_cast<ConceptId>(m_entries.size()));
    if (isNew) {
        m_entries.emplace_back();
        m_entries.back().name = std::move(key);
        m_descriptions.emplace_back();
    }
    const auto index = static_cast<std::size_t>(found->second);
    ConceptEntry& entry = m_entries[index];
    ++entry.count;
    ++m_mentions;
    const std::uint32_t from = sourceId(source);
    const auto place = std::lower_bound(entry.sources.begin(), entry.sources.end(), from);
    if (place == entry.sources.end() || *place != from)
        entry.sources.insert(place, from);
    if (description.empty())
        return found->second;
    auto& known = m_descriptions[index];
    auto same = std::find_if(known.begin(), known.end(),
                             [&](const auto& other) { return other.first == description; });
    if (same == known.end()) {
        if (known.size() == kDescriptions)
            return found->second;
        same = known.emplace(known.end(), std::string(description), 0);
    }
    ++same->second;
    const auto best =
        std::max_element(known.begin(), known.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    if (entry.description != best->first)
        entry.description = best->first;
    return found->second;
}

void ConceptTable::add(const Passage& passage) {
    for (const Mention& mention : passage.mentions)
        add(mention.name, mention.description, passage.source);
}

std::optional<ConceptId> ConceptTable::find(std::string_view name) const {
    const auto found = m_ids.find(normalisedConcept(name));
    return found == m_ids.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace spanwise
