#include "models/pretraining/silver_labels.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <unordered_set>

#include "core/text/occurrences.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"

namespace spanwise {
namespace {

/// Lower case of ASCII alone: WordNet's lemmas have nothing else.
std::string lowered(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string lemmaForm(std::string_view text) {
    std::string out = lowered(text);
    std::replace(out.begin(), out.end(), ' ', '_');
    return out;
}

bool isUpper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool isLetter(char c) {
    return isUpper(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool isAnyOf(std::string_view word, const std::unordered_set<std::string_view>& set) {
    return set.contains(word);
}

/// The words of a text with their bytes.
struct Words {
    explicit Words(std::string_view utf8) : text(utf8), ranges(splitWords(utf8)), offsets(utf8) {}

    [[nodiscard]] std::size_t size() const { return ranges.size(); }
    [[nodiscard]] std::size_t byteBegin(std::size_t i) const {
        return static_cast<std::size_t>(offsets.toByte(ranges[i].begin));
    }
    [[nodiscard]] std::size_t byteEnd(std::size_t i) const {
        return static_cast<std::size_t>(offsets.toByte(ranges[i].end));
    }
    [[nodiscard]] std::string_view operator[](std::size_t i) const {
        return text.substr(byteBegin(i), byteEnd(i) - byteBegin(i));
    }
    /// From the beginning of one word to the end of another.
    [[nodiscard]] std::string_view between(std::size_t first, std::size_t last) const {
        return text.substr(byteBegin(first), byteEnd(last) - byteBegin(first));
    }

    std::string_view text;
    std::vector<Range> ranges;
    OffsetMap offsets;
};

const std::unordered_set<std::string_view> kArticles{"a", "an", "the"};
const std::unordered_set<std::string_view> kVerbs{"is", "was", "are", "were"};
const std::unordered_set<std::string_view> kStops{
    "of",    "that",  "which", "in",   "who",     "whom",  "whose",  "where", "when",  "as",
    "on",    "from",  "by",    "with", "for",     "and",   "or",     "to",    "at",    "into",
    "about", "after", "along", "near", "between", "under", "within", "than",  "but",   "used",
    "known", "made",  "based", "born", "held",    "found", "is",     "was",   "are",   "were",
    "often", "also",  "where", "if",   "during",  "over",  "per",    "via",   "while", "because"};
/// "a kind of X": an X.
const std::unordered_set<std::string_view> kKinds{
    "kind",    "type",    "form",   "sort",      "class",   "variety",   "family",
    "genus",   "species", "style",  "member",    "example", "kinds",     "types",
    "forms",   "group",   "subset", "subfamily", "species", "breed",     "order",
    "subtype", "one",     "any",    "series",    "set",     "collection"};
/// "a part of X": nothing of the kind.
const std::unordered_set<std::string_view> kRelations{
    "part", "branch", "number", "piece", "name",  "term", "word", "way",  "aspect",
    "area", "field",  "state",  "use",   "point", "time", "act",  "lack", "result"};
const std::unordered_set<std::string_view> kPrepositions{"by",   "in", "of", "from", "to",
                                                         "with", "on", "at", "for",  "as"};

/// Nouns of one sense that seldom stand for a thing.
const std::unordered_set<std::string_view> kEmptyNouns{
    "while",  "might",     "someone",  "somebody", "anyone",  "everyone",
    "things", "ways",      "lots",     "being",    "whole",   "means",
    "kinds",  "thousands", "millions", "others",   "upwards", "cannot"};

/// Is this "using" or "governed", whose verb WordNet has?
bool isVerbForm(std::string_view word, const WordNet& wordNet) {
    const std::size_t ending = word.ends_with("ing") ? 3 : word.ends_with("ed") ? 2 : 0;
    if (ending == 0 || word.size() < ending + 2)
        return false;
    const std::string stem(word.substr(0, word.size() - ending));
    const bool doubled = stem[stem.size() - 1] == stem[stem.size() - 2];
    return wordNet.isOtherThanNoun(stem) || wordNet.isOtherThanNoun(stem + "e") ||
           (doubled && wordNet.isOtherThanNoun(stem.substr(0, stem.size() - 1)));
}

std::optional<WordNet::Synset> firstSense(const WordNet& wordNet, const std::string& lemma) {
    const auto senses = wordNet.senses(lemma);
    return senses.empty() ? std::nullopt : std::optional(senses.front());
}

std::string spaced(std::string lemma) {
    std::replace(lemma.begin(), lemma.end(), '_', ' ');
    return lemma;
}

/// Where the noun phrase that begins at `begin` ends.
std::size_t phraseEnd(const Words& words, std::size_t begin, const WordNet& wordNet) {
    std::size_t end = begin;
    for (; end < words.size(); ++end) {
        const std::string word = lowered(words[end]);
        if (word == "-" && end > begin)  // "box-shaped"
            continue;
        if (!isLetter(word.front()) && (word.front() < '0' || word.front() > '9')) {
            // A comma between adjectives: "a tall, perennial herb".
            const bool goesOn = word == "," && end > begin && end + 1 < words.size() &&
                                wordNet.isAdjective(lowered(words[end - 1])) &&
                                words[end + 1].front() >= 'a' && words[end + 1].front() <= 'z' &&
                                !isAnyOf(words[end + 1], kStops) &&
                                !isAnyOf(words[end + 1], kArticles);
            if (goesOn)
                continue;
            break;
        }
        if (isAnyOf(word, kStops))
            break;
        const bool participle =
            end > begin &&
            (word.ends_with("ed") || word.ends_with("ing") || word.ends_with("en")) &&
            end + 1 < words.size() && isAnyOf(lowered(words[end + 1]), kPrepositions);
        // "native to", "available in"; before an adjective stands a noun, not another adjective.
        const bool adjective = end > begin && wordNet.isAdjective(word) && end + 1 < words.size() &&
                               isAnyOf(lowered(words[end + 1]), kPrepositions) &&
                               lowered(words[end + 1]) != "of" &&
                               !wordNet.isAdjective(lowered(words[end - 1]));
        if ((participle || adjective) && wordNet.lemmaOf(lowered(words[end - 1])))
            break;
    }
    while (end > begin && !isLetter(words[end - 1].front()))
        --end;
    return end;
}

DefinedKind kindFrom(const Words& words, std::size_t begin, const WordNet& wordNet) {
    for (int steps = 0; steps < 3; ++steps) {
        while (begin < words.size() && isAnyOf(lowered(words[begin]), kArticles))
            ++begin;
        const std::size_t end = phraseEnd(words, begin, wordNet);
        if (end == begin)
            return {};
        const std::string head = lowered(words[end - 1]);
        const bool of = end < words.size() && lowered(words[end]) == "of";
        if (of && isAnyOf(head, kKinds)) {
            begin = end + 1;
            continue;
        }
        if (isAnyOf(head, kRelations))
            return {};
        for (std::size_t length = std::min<std::size_t>(3, end - begin); length > 0; --length) {
            const std::size_t first = end - length;
            // A name at the end is no kind ("was the author Mark Twain").
            if (isUpper(words[end - 1].front()))
                return {};
            const auto lemma = wordNet.lemmaOf(lemmaForm(words.between(first, end - 1)));
            if (!lemma || lemma->size() < 3)
                continue;
            const auto synset = firstSense(wordNet, *lemma);
            if (!synset || isVagueConcept(spaced(*lemma)))
                return {};
            DefinedKind kind{spaced(*lemma), {}, *synset};
            std::size_t from = first;
            while (from > begin && first - from < 2 && words[from - 1].front() >= 'a' &&
                   words[from - 1].front() <= 'z' &&
                   (from == 1 || words.byteEnd(from - 2) < words.byteBegin(from - 1))) {
                --from;
            }
            if (from < first)
                kind.phrase = lowered(words.between(from, first))
                                  .substr(0, words.byteBegin(first) - words.byteBegin(from)) +
                              kind.name;
            return kind;
        }
        return {};
    }
    return {};
}

/// Adds the mentions of the title and what it is.
class TitleLabels {
public:
    TitleLabels(const Lead& lead, const WordNet& wordNet, SilverLabels& out)
        : m_lead(lead), m_wordNet(wordNet), m_out(out) {}

    void add() {
        std::vector<DefinedKind> kinds;
        const auto sentences = splitSentences(m_lead.text);
        std::optional<Range> subject;
        if (!sentences.empty()) {
            const Range first = sentences.front().range;
            m_begin = first.begin;
            const std::string_view sentence = slice(m_lead.text, first);
            const Words words(sentence);
            if (const auto verb = definingVerb(words)) {
                if (DefinedKind kind = kindFrom(words, *verb + 1, m_wordNet); !kind.name.empty())
                    kinds.push_back(std::move(kind));
                subject = subjectOf(words, *verb);
            }
        }
        if (!m_lead.description.empty()) {
            DefinedKind kind = kindFrom(Words(m_lead.description), 0, m_wordNet);
            if (kind.name.empty() && isUpper(m_lead.description.front()))
                kind = kindFrom(Words(lowered(m_lead.description)), 0, m_wordNet);
            const bool known = std::any_of(kinds.begin(), kinds.end(), [&](const auto& other) {
                return other.name == kind.name;
            });
            if (!kind.name.empty() && !known)
                kinds.push_back(std::move(kind));
        }
        if (kinds.empty())
            return;
        const std::vector<Range> places = placesOf(subject);
        m_out.lostSubject = places.empty();
        for (const DefinedKind& kind : kinds) {
            const std::string description = glossOf(kind);
            for (const Range& place : places) {
                m_out.mentions.push_back({place.begin, place.end, kind.name, description});
                if (!kind.phrase.empty())
                    m_out.mentions.push_back({place.begin, place.end, kind.phrase, {}});
            }
        }
    }

private:
    /// The "is" of "X is a Y", outside parentheses.
    [[nodiscard]] static std::optional<std::size_t> definingVerb(const Words& words) {
        int depth = 0;
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            const std::string_view word = words[i];
            if (word == "(")
                ++depth;
            else if (word == ")")
                --depth;
            if (depth > 0 || !isAnyOf(word, kVerbs))
                continue;
            const std::string next = lowered(words[i + 1]);
            if (isAnyOf(next, kArticles) || next == "one" || word == "are" || word == "were")
                return i;
            return std::nullopt;
        }
        return std::nullopt;
    }

    /// The words before the verb, up to a parenthesis or comma, where they end in the title's last.
    [[nodiscard]] std::optional<Range> subjectOf(const Words& words, std::size_t verb) const {
        std::size_t end = 0;
        while (end < verb && words[end] != "(" && words[end] != ",")
            ++end;
        std::size_t begin = 0;
        while (begin < end && isAnyOf(lowered(words[begin]), kArticles))
            ++begin;
        const Words title(m_lead.title);
        if (end == begin || end - begin > 6 || title.size() == 0)
            return std::nullopt;
        const std::string last = lowered(words[end - 1]);
        const std::string wanted = lowered(title[title.size() - 1]);
        if (last != wanted && last != wanted + "s" && last != wanted + "es")
            return std::nullopt;
        return Range{m_begin + words.ranges[begin].begin, m_begin + words.ranges[end - 1].end};
    }

    /// Of the sense that is above the title's where WordNet has the title, else of the first sense
    /// of a noun that has at most two.
    [[nodiscard]] std::string glossOf(const DefinedKind& kind) const {
        const auto lemma = m_wordNet.lemmaOf(lemmaForm(kind.name));
        const auto senses = m_wordNet.senses(lemma.value_or(std::string()));
        const std::string title = lemmaForm(m_lead.title.substr(0, m_lead.title.find(" (")));
        for (const WordNet::Synset own : m_wordNet.senses(title)) {
            for (const WordNet::Synset above : m_wordNet.hypernyms(own, 20)) {
                if (std::find(senses.begin(), senses.end(), above) != senses.end())
                    return std::string(m_wordNet.gloss(above));
            }
        }
        return senses.size() <= 2 ? std::string(m_wordNet.gloss(kind.synset)) : std::string();
    }

    [[nodiscard]] std::vector<Range> placesOf(const std::optional<Range>& subject) const {
        // "Mercury (planet)"
        const std::string title = m_lead.title.substr(0, m_lead.title.find(" ("));
        const OccurrenceFinder finder(m_lead.text);
        std::vector<Range> places = finder.find(title);
        if (places.empty() && subject)
            places.push_back(*subject);
        if (!title.empty() && isUpper(title.front()) &&
            lowered(title).substr(1) == title.substr(1)) {
            // A common noun, where it does not begin a sentence.
            for (const Range& range : finder.find(lowered(title)))
                places.push_back(range);
        }
        std::sort(places.begin(), places.end());
        places.erase(std::unique(places.begin(), places.end()), places.end());
        return places;
    }

    const Lead& m_lead;
    const WordNet& m_wordNet;
    SilverLabels& m_out;
    Offset m_begin = 0;
};

/// Adds the mentions of nouns with a single sense.
class NounLabels {
public:
    NounLabels(std::string_view text, const WordNet& wordNet, SilverLabels& out)
        : m_words(text), m_wordNet(wordNet), m_out(out) {
        for (const Sentence& sentence : splitSentences(text))
            m_sentenceBegins.insert(sentence.words.front().begin);
    }

    void add() {
        for (std::size_t i = 0; i < m_words.size();) {
            std::size_t length = std::min<std::size_t>(5, m_words.size() - i);
            while (length > 0 && !label(i, i + length))
                --length;
            i += std::max<std::size_t>(1, length);
        }
    }

private:
    bool label(std::size_t begin, std::size_t end) {
        const std::string_view raw = m_words.between(begin, end - 1);
        if (raw.size() < 4 || !isLetter(raw.front()) || raw.find('\n') != std::string_view::npos ||
            raw.find("  ") != std::string_view::npos) {
            return false;
        }
        const auto lemma = m_wordNet.lemmaOf(lemmaForm(raw));
        if (!lemma || lemma->size() < 4 || m_wordNet.isOtherThanNoun(*lemma) ||
            isAnyOf(lowered(raw), kEmptyNouns) ||
            (begin + 1 == end && isVerbForm(lowered(raw), m_wordNet))) {
            return false;
        }
        const auto senses = m_wordNet.senses(*lemma);
        if (senses.size() != 1 || isPluralOfAnother(*lemma))
            return false;
        const WordNet::Synset synset = senses.front();
        if (!fitsCase(begin, end, raw, m_wordNet.isCapitalised(synset, *lemma)))
            return false;
        std::vector<WordNet::Synset> above;
        for (const WordNet::Synset candidate : m_wordNet.hypernyms(synset, 2)) {
            if (!isVagueConcept(m_wordNet.name(candidate)))
                above.push_back(candidate);
        }
        if (above.empty())
            return false;
        for (const WordNet::Synset hypernym : above) {
            m_out.mentions.push_back({m_words.ranges[begin].begin, m_words.ranges[end - 1].end,
                                      m_wordNet.name(hypernym),
                                      std::string(m_wordNet.gloss(hypernym))});
        }
        return true;
    }

    /// "elements" has one sense (the weather), but is mostly the plural of "element".
    [[nodiscard]] bool isPluralOfAnother(const std::string& lemma) const {
        if (!lemma.ends_with('s') || lemma.ends_with("ss"))
            return false;
        const std::string stem = lemma.substr(0, lemma.size() - 1);
        const bool other = !m_wordNet.senses(stem).empty();
        return other ||
               (stem.ends_with('e') && !m_wordNet.senses(stem.substr(0, stem.size() - 1)).empty());
    }

    [[nodiscard]] bool fitsCase(std::size_t begin, std::size_t end, std::string_view raw,
                                bool capitalised) const {
        const bool upper = isUpper(raw.front());
        const bool starts = m_sentenceBegins.contains(m_words.ranges[begin].begin);
        if (!capitalised)
            return !upper || starts;
        if (!upper)
            return false;
        // "Lincoln" of "Lincoln Park" is not the president, nor "Greco" of "Greco-Roman" a painter.
        const std::size_t next = m_words.byteEnd(end - 1);
        if (next < m_words.text.size() && m_words.text[next] == '-')
            return false;
        const bool after = end < m_words.size() && isUpper(m_words[end].front()) &&
                           !m_sentenceBegins.contains(m_words.ranges[end].begin);
        const bool before = begin > 0 && isUpper(m_words[begin - 1].front()) &&
                            !m_sentenceBegins.contains(m_words.ranges[begin - 1].begin);
        return !after && !before;
    }

    Words m_words;
    const WordNet& m_wordNet;
    SilverLabels& m_out;
    std::unordered_set<Offset> m_sentenceBegins;
};

}  // namespace

bool isVagueConcept(std::string_view name) {
    static const std::unordered_set<std::string_view> kVague{
        "entity",       "physical entity",
        "abstraction",  "abstract entity",
        "object",       "physical object",
        "whole",        "psychological feature",
        "thing",        "fundamental quantity",
        "attribute",    "relation",
        "causal agent", "matter",
        "unit",         "artifact"};
    return kVague.contains(name);
}

DefinedKind kindOfDefinition(std::string_view definition, const WordNet& wordNet) {
    return kindFrom(Words(definition), 0, wordNet);
}

SilverLabels labelLead(const Lead& lead, const WordNet& wordNet) {
    SilverLabels out;
    TitleLabels(lead, wordNet, out).add();
    NounLabels(lead.text, wordNet, out).add();
    std::sort(out.mentions.begin(), out.mentions.end(), [](const Mention& a, const Mention& b) {
        return std::tie(a.begin, a.end, a.name) < std::tie(b.begin, b.end, b.name);
    });
    out.mentions.erase(std::unique(out.mentions.begin(), out.mentions.end(),
                                   [](const Mention& a, const Mention& b) {
                                       return std::tie(a.begin, a.end, a.name) ==
                                              std::tie(b.begin, b.end, b.name);
                                   }),
                       out.mentions.end());
    return out;
}

}  // namespace spanwise
