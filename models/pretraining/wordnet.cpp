#include "models/pretraining/wordnet.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "models/io/files.h"

namespace spanwise {
namespace {

/// Takes the next field, parted by one space.
std::string_view field(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view out = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return out;
}

bool toNumber(std::string_view text, std::uint32_t& out, int base = 10) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out, base);
    return error == std::errc() && end == text.data() + text.size() && !text.empty();
}

Error corrupt(const std::string& path, std::size_t line) {
    return {ErrorCode::Corrupt,
            "This line is not as WordNet's files are. Install Debian's wordnet-base again.",
            path + ":" + std::to_string(line)};
}

/// Calls `take` for each line of a WordNet file but those of its licence, which begin with spaces.
template <typename Take>
Result<void> forEachLine(std::string_view file, const std::string& path, const Take& take) {
    std::size_t number = 0;
    while (!file.empty()) {
        const std::size_t end = std::min(file.find('\n'), file.size());
        const std::string_view line = file.substr(0, end);
        file.remove_prefix(std::min(end + 1, file.size()));
        ++number;
        if (line.empty() || line.front() == ' ')
            continue;
        if (!take(line))
            return tl::unexpected(corrupt(path, number));
    }
    return {};
}

std::string spaced(std::string_view word) {
    std::string out(word);
    std::replace(out.begin(), out.end(), '_', ' ');
    return out;
}

}  // namespace

Result<std::shared_ptr<const WordNet>> WordNet::load(const std::string& folder) {
    auto wordNet = std::make_shared<WordNet>();
    static constexpr std::size_t kAdjectives = 4;
    static constexpr const char* kNames[] = {"data.noun",  "index.noun", "noun.exc",
                                             "index.verb", "index.adj",  "index.adv"};
    for (const char* name : kNames) {
        auto file = readWholeFile(folder + "/" + name);
        if (!file) {
            return failure(
                file.error().code,
                file.error().message + " WordNet's nouns are in Debian's package wordnet-base.",
                file.error().where);
        }
        wordNet->m_files.push_back(std::move(*file));
    }
    if (auto read = wordNet->parseData(folder + "/data.noun"); !read)
        return tl::unexpected(read.error());
    if (auto read = wordNet->parseIndex(folder + "/index.noun"); !read)
        return tl::unexpected(read.error());
    const auto exceptions =
        forEachLine(wordNet->m_files[2], folder + "/noun.exc", [&](std::string_view line) {
            const std::string_view form = field(line);
            const std::string_view lemma = field(line);
            wordNet->m_exceptions.emplace(form, lemma);
            return !lemma.empty();
        });
    if (!exceptions)
        return tl::unexpected(exceptions.error());
    for (std::size_t i = 3; i < 6; ++i) {
        const auto read =
            forEachLine(wordNet->m_files[i], folder + "/" + kNames[i], [&](std::string_view line) {
                const std::string_view lemma = field(line);
                wordNet->m_others.insert(lemma);
                if (i == kAdjectives)
                    wordNet->m_adjectives.insert(lemma);
                return true;
            });
        if (!read)
            return tl::unexpected(read.error());
    }
    return std::shared_ptr<const WordNet>(std::move(wordNet));
}

Result<void> WordNet::parseData(const std::string& path) {
    std::vector<std::uint32_t> targets;
    auto read = forEachLine(m_files[0], path, [&](std::string_view line) {
        Entry entry;
        const std::size_t bar = line.find(" | ");
        if (bar != std::string_view::npos) {
            entry.gloss = line.substr(bar + 3);
            entry.gloss = entry.gloss.substr(0, entry.gloss.find("; \""));
            while (entry.gloss.ends_with(' '))
                entry.gloss.remove_suffix(1);
            line = line.substr(0, bar);
        }
        std::uint32_t count = 0;
        if (!toNumber(field(line), entry.offset))
            return false;
        field(line);  // lexicographer file
        field(line);  // "n"
        if (!toNumber(field(line), count, 16) || count == 0)
            return false;
        const char* begin = line.data();
        for (std::uint32_t i = 0; i < 2 * count; ++i) {
            if (field(line).empty())
                return false;
        }
        entry.words = std::string_view(begin, static_cast<std::size_t>(line.data() - begin) - 1);
        if (!toNumber(field(line), count))
            return false;
        entry.firstHypernym = static_cast<std::uint32_t>(targets.size());
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::string_view symbol = field(line);
            std::uint32_t target = 0;
            if (!toNumber(field(line), target))
                return false;
            field(line);  // part of speech
            field(line);  // words
            if (symbol != "@" && symbol != "@i")
                continue;
            entry.individual = entry.individual || symbol == "@i";
            targets.push_back(target);
            ++entry.hypernyms;
        }
        if (!m_synsets.empty() && entry.offset <= m_synsets.back().offset)
            return false;
        m_synsets.push_back(entry);
        return true;
    });
    if (!read)
        return read;
    m_hypernyms.reserve(targets.size());
    for (const std::uint32_t target : targets) {
        const auto synset = atOffset(target);
        if (!synset) {
            return failure(ErrorCode::Corrupt,
                           "Synset " + std::to_string(target) +
                               " is named as a hypernym but not there. Install Debian's "
                               "wordnet-base again.",
                           path);
        }
        m_hypernyms.push_back(static_cast<std::uint32_t>(*synset));
    }
    return {};
}

Result<void> WordNet::parseIndex(const std::string& path) {
    return forEachLine(m_files[1], path, [&](std::string_view line) {
        const std::string_view lemma = field(line);
        field(line);  // "n"
        std::uint32_t count = 0;
        std::uint32_t pointers = 0;
        if (!toNumber(field(line), count) || !toNumber(field(line), pointers))
            return false;
        for (std::uint32_t i = 0; i < pointers + 2; ++i)  // symbols, sense and tag counts
            field(line);
        const Senses senses{static_cast<std::uint32_t>(m_senses.size()), count};
        for (std::uint32_t i = 0; i < count; ++i) {
            std::uint32_t offset = 0;
            if (!toNumber(field(line), offset))
                return false;
            const auto synset = atOffset(offset);
            if (!synset)
                return false;
            m_senses.push_back(static_cast<std::uint32_t>(*synset));
        }
        m_lemmas.emplace(lemma, senses);
        return true;
    });
}

std::optional<WordNet::Synset> WordNet::atOffset(std::uint32_t offset) const {
    const auto found = std::lower_bound(
        m_synsets.begin(), m_synsets.end(), offset,
        [](const Entry& entry, std::uint32_t value) { return entry.offset < value; });
    if (found == m_synsets.end() || found->offset != offset)
        return std::nullopt;
    return static_cast<Synset>(found - m_synsets.begin());
}

std::string WordNet::name(Synset synset) const {
    std::string_view words = m_synsets[static_cast<std::size_t>(synset)].words;
    return spaced(field(words));
}

std::string_view WordNet::gloss(Synset synset) const {
    return m_synsets[static_cast<std::size_t>(synset)].gloss;
}

bool WordNet::isIndividual(Synset synset) const {
    return m_synsets[static_cast<std::size_t>(synset)].individual;
}

std::vector<WordNet::Synset> WordNet::hypernyms(Synset synset, std::size_t limit) const {
    std::vector<Synset> out;
    Synset current = synset;
    for (std::size_t next = 0;; ++next) {
        const Entry& entry = m_synsets[static_cast<std::size_t>(current)];
        for (std::uint32_t i = 0; i < entry.hypernyms; ++i) {
            const auto above = static_cast<Synset>(m_hypernyms[entry.firstHypernym + i]);
            if (out.size() < limit && std::find(out.begin(), out.end(), above) == out.end())
                out.push_back(above);
        }
        if (next >= out.size() || out.size() >= limit)
            return out;
        current = out[next];
    }
}

std::vector<WordNet::Synset> WordNet::senses(std::string_view lemma) const {
    const auto found = m_lemmas.find(lemma);
    if (found == m_lemmas.end())
        return {};
    const auto begin = m_senses.begin() + found->second.first;
    return {begin, begin + found->second.count};
}

std::optional<std::string> WordNet::lemmaOf(std::string_view form) const {
    if (m_lemmas.contains(form))
        return std::string(form);
    if (const auto exception = m_exceptions.find(form); exception != m_exceptions.end()) {
        if (m_lemmas.contains(exception->second))
            return std::string(exception->second);
    }
    // Of a phrase the last word bends.
    if (const std::size_t last = form.rfind('_'); last != std::string_view::npos) {
        const auto exception = m_exceptions.find(form.substr(last + 1));
        if (exception != m_exceptions.end()) {
            std::string lemma =
                std::string(form.substr(0, last + 1)) + std::string(exception->second);
            if (m_lemmas.contains(lemma))
                return lemma;
        }
    }
    // WordNet's own rules of detachment for nouns (morphy).
    static constexpr std::pair<std::string_view, std::string_view> kRules[] = {
        {"s", ""},      {"ses", "s"},   {"xes", "x"},   {"zes", "z"},
        {"ches", "ch"}, {"shes", "sh"}, {"men", "man"}, {"ies", "y"}};
    if (form.ends_with("ss"))
        return std::nullopt;
    for (const auto& [ending, instead] : kRules) {
        if (form.size() < ending.size() + 2 || !form.ends_with(ending))
            continue;
        std::string lemma =
            std::string(form.substr(0, form.size() - ending.size())) + std::string(instead);
        if (m_lemmas.contains(lemma))
            return lemma;
    }
    return std::nullopt;
}

bool WordNet::isCapitalised(Synset synset, std::string_view lemma) const {
    std::string_view words = m_synsets[static_cast<std::size_t>(synset)].words;
    while (!words.empty()) {
        const std::string_view word = field(words);
        field(words);  // sense number
        const bool same = std::equal(
            word.begin(), word.end(), lemma.begin(), lemma.end(),
            [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
        if (same)
            return word.front() >= 'A' && word.front() <= 'Z';
    }
    return false;
}

}  // namespace spanwise
