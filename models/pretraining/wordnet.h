#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// Debian's wordnet-base puts WordNet 3.0 here.
inline constexpr const char* kWordNetFolder = "/usr/share/wordnet";

/// The nouns of WordNet 3.0: senses, hypernyms and glosses, from its own database files. Takes
/// about 60 MB. Immutable: any thread.
class WordNet {
public:
    /// Number of a synset, in the order of the file.
    using Synset = std::int32_t;

    /// NotFound when the folder has no WordNet; Corrupt, with file and line, when a file is not as
    /// WordNet's are.
    [[nodiscard]] static Result<std::shared_ptr<const WordNet>> load(
        const std::string& folder = kWordNetFolder);

    [[nodiscard]] std::int32_t size() const { return static_cast<std::int32_t>(m_synsets.size()); }
    /// By the byte offset that WordNet identifies a synset with.
    [[nodiscard]] std::optional<Synset> atOffset(std::uint32_t offset) const;
    /// The first of its words, "_" as spaces ("Albert Einstein"'s is "Einstein").
    [[nodiscard]] std::string name(Synset synset) const;
    /// The definition without the examples.
    [[nodiscard]] std::string_view gloss(Synset synset) const;
    /// Is it an individual (a city, a person) rather than a kind?
    [[nodiscard]] bool isIndividual(Synset synset) const;
    /// The nearest ones first (breadth first), at most `limit`.
    [[nodiscard]] std::vector<Synset> hypernyms(Synset synset, std::size_t limit) const;

    /// Senses of a noun, the most frequent first; none: WordNet lacks it. `lemma` in lower case,
    /// words parted by "_".
    [[nodiscard]] std::vector<Synset> senses(std::string_view lemma) const;
    /// A lemma that a word or phrase may be a form of: itself, its singular by WordNet's list of
    /// exceptions or its rules. Same form as for senses().
    [[nodiscard]] std::optional<std::string> lemmaOf(std::string_view form) const;
    /// Is the lemma a verb, adjective or adverb, too?
    [[nodiscard]] bool isOtherThanNoun(std::string_view lemma) const {
        return m_others.contains(lemma);
    }
    [[nodiscard]] bool isAdjective(std::string_view lemma) const {
        return m_adjectives.contains(lemma);
    }
    /// Does WordNet write this lemma of the synset with a capital?
    [[nodiscard]] bool isCapitalised(Synset synset, std::string_view lemma) const;

private:
    struct Entry {
        std::uint32_t offset = 0;
        std::string_view words;  ///< "dog 0 domestic_dog 0 Canis_familiaris 0"
        std::string_view gloss;
        std::uint32_t firstHypernym = 0;
        std::uint16_t hypernyms = 0;
        bool individual = false;
    };
    struct Senses {
        std::uint32_t first = 0;
        std::uint32_t count = 0;
    };

    [[nodiscard]] Result<void> parseData(const std::string& path);
    [[nodiscard]] Result<void> parseIndex(const std::string& path);

    std::vector<std::string> m_files;  ///< what the views below look into
    std::vector<Entry> m_synsets;      ///< by offset
    std::vector<std::uint32_t> m_hypernyms;
    std::unordered_map<std::string_view, Senses> m_lemmas;
    std::vector<std::uint32_t> m_senses;
    std::unordered_map<std::string_view, std::string_view> m_exceptions;
    std::unordered_set<std::string_view> m_others;
    std::unordered_set<std::string_view> m_adjectives;
};

}  // namespace spanwise
