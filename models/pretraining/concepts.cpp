#include "models/pretraining/concepts.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>
#include <unordered_set>

#include "core/formats/json_text.h"
#include "models/io/files.h"
#include "models/pretraining/concept_names.h"
#include "models/pretraining/input_file.h"
#include "models/pretraining/json_items.h"

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

std::vector<float> ConceptTable::mentionWeights(double alpha, double cap) const {
    std::vector<double> weights(m_entries.size());
    double sum = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        const auto count = static_cast<double>(m_entries[i].count);
        weights[i] = std::pow(count, -alpha);
        sum += count * weights[i];
    }
    std::vector<float> out(weights.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const double scaled = weights[i] * static_cast<double>(m_mentions) / sum;
        out[i] = static_cast<float>(std::min(scaled, cap));
    }
    return out;
}

Result<void> ConceptTable::save(const std::string& path) const {
    const std::string part = path + ".part";
    FileWriter file(part);
    file.write(jsonLine(nlohmann::ordered_json{{"sources", m_sources}}) + "\n");
    for (const ConceptEntry& entry : m_entries) {
        nlohmann::ordered_json line{{"concept", entry.name}, {"count", entry.count}};
        if (!entry.description.empty())
            line["description"] = entry.description;
        line["sources"] = entry.sources;
        file.write(jsonLine(line) + "\n");
    }
    if (auto written = file.finish(); !written)
        return written;
    std::error_code failed;
    std::filesystem::rename(part, path, failed);
    if (failed)
        return tl::unexpected(fileError(failed.value(), path, "write"));
    return {};
}

Result<ConceptTable> ConceptTable::load(const std::string& path) {
    auto file = InputFile::open(path);
    if (!file)
        return tl::unexpected(std::move(file.error()));
    JsonItems lines((*file)->stream(), path, JsonLayout::Lines);
    ConceptTable table;
    for (bool first = true;; first = false) {
        nlohmann::json line;
        const auto more = lines.next(line);
        if (!more)
            return tl::unexpected((*file)->reason(more.error()));
        if (!*more && first)
            return failure(ErrorCode::InvalidFormat, "The file is empty.", path);
        if (!*more)
            return table;
        try {
            if (first) {
                for (const auto& source : line.at("sources"))
                    (void)table.sourceId(source.get_ref<const std::string&>());
                continue;
            }
            ConceptEntry entry;
            entry.name = line.at("concept").get<std::string>();
            entry.count = line.at("count").get<std::int64_t>();
            entry.sources = line.at("sources").get<std::vector<std::uint32_t>>();
            if (line.contains("description"))
                entry.description = line.at("description").get<std::string>();
            const bool known =
                std::all_of(entry.sources.begin(), entry.sources.end(),
                            [&](std::uint32_t id) { return id < table.m_sources.size(); });
            const bool isNew =
                table.m_ids.emplace(entry.name, static_cast<ConceptId>(table.m_entries.size()))
                    .second;
            if (!known || !isNew || entry.count < 1 ||
                normalisedConcept(entry.name) != entry.name || entry.name.empty()) {
                return failure(ErrorCode::InvalidFormat,
                               "This concept is listed twice, is not in lower case, or has a count "
                               "or source that cannot be.",
                               lines.place());
            }
            std::sort(entry.sources.begin(), entry.sources.end());
            table.m_mentions += entry.count;
            table.m_descriptions.emplace_back();
            if (!entry.description.empty())
                table.m_descriptions.back().emplace_back(entry.description, 1);
            table.m_entries.push_back(std::move(entry));
        } catch (const nlohmann::json::exception&) {
            return failure(ErrorCode::InvalidFormat,
                           first ? R"(A table of concepts begins with {"sources": ["…"]}.)"
                                 : R"(A line of a table of concepts is {"concept": "…", )"
                                   R"("count": 1, "sources": [0]}.)",
                           lines.place());
        }
    }
}

NegativeSampler::NegativeSampler(const ConceptTable& table, double beta) {
    m_sums.reserve(table.size());
    double sum = 0;
    for (const ConceptEntry& entry : table.entries()) {
        sum += std::pow(static_cast<double>(entry.count), beta);
        m_sums.push_back(sum);
    }
}

std::vector<ConceptId> NegativeSampler::sample(SeededChoice& random, std::size_t count,
                                               const std::vector<ConceptId>& exclude) const {
    std::vector<ConceptId> out;
    const auto excluded =
        static_cast<std::size_t>(std::count_if(exclude.begin(), exclude.end(), [&](ConceptId id) {
            return id >= 0 && static_cast<std::size_t>(id) < m_sums.size();
        }));
    const std::size_t there = m_sums.size() - std::min(excluded, m_sums.size());
    std::unordered_set<ConceptId> taken;
    const auto isFree = [&](ConceptId id) {
        return !taken.contains(id) && !std::binary_search(exclude.begin(), exclude.end(), id);
    };
    if (count >= there) {
        for (std::size_t i = 0; i < m_sums.size(); ++i) {
            if (const auto id = static_cast<ConceptId>(i); isFree(id))
                out.push_back(id);
        }
        return out;
    }
    // Draws that hit what is taken are drawn again; where few concepts hold nearly all the weight,
    // the rest is filled up evenly.
    std::size_t misses = 0;
    while (out.size() < count) {
        const bool even = misses > 20 * (count + 1);
        const double drawn = random.unit();
        const auto index =
            even ? static_cast<std::ptrdiff_t>(drawn * static_cast<double>(m_sums.size()))
                 : std::upper_bound(m_sums.begin(), m_sums.end(), drawn * m_sums.back()) -
                       m_sums.begin();
        const auto id = static_cast<ConceptId>(
            std::min<std::ptrdiff_t>(index, static_cast<std::ptrdiff_t>(m_sums.size()) - 1));
        if (!isFree(id)) {
            ++misses;
            continue;
        }
        taken.insert(id);
        out.push_back(id);
    }
    return out;
}

}  // namespace spanwise
