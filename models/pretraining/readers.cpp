#include "models/pretraining/readers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/formats/conll.h"
#include "core/formats/jsonl.h"
#include "core/formats/line_reader.h"
#include "core/text/occurrences.h"
#include "core/text/utf8.h"
#include "models/pretraining/input_file.h"
#include "models/pretraining/json_items.h"
#include "models/pretraining/python_literal.h"
#include "models/pretraining/silver_labels.h"

namespace spanwise {
namespace {

using nlohmann::json;

constexpr std::array<std::pair<MaterialKind, std::string_view>, 9> kKinds{{
    {MaterialKind::Auto, "auto"},
    {MaterialKind::Passages, "passages"},
    {MaterialKind::Nuner, "nuner"},
    {MaterialKind::PileNer, "pile-ner"},
    {MaterialKind::Conll, "conll"},
    {MaterialKind::Jsonl, "jsonl"},
    {MaterialKind::SemCor, "semcor"},
    {MaterialKind::Sgd, "sgd"},
    {MaterialKind::WikiLeads, "wiki-leads"},
}};

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

const std::string& text(const json& value) {
    return value.get_ref<const std::string&>();
}

/// The text at a key, or an empty one where there is none.
std::string optionalText(const json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() || !found->is_string() ? std::string() : found->get<std::string>();
}

/// A stream of lines or of JSON entries that become passages one by one.
class JsonStream : public PassageStream {
public:
    JsonStream(std::unique_ptr<InputFile> file, JsonLayout layout)
        : m_file(std::move(file)), m_items(m_file->stream(), m_file->path(), layout) {}

    Result<bool> next(Passage& passage) override {
        json item;
        const auto more = m_items.next(item);
        if (!more)
            return tl::unexpected(m_file->reason(more.error()));
        if (!*more)
            return false;
        passage = {};
        try {
            if (auto taken = take(item, passage); !taken)
                return tl::unexpected(std::move(taken.error()));
        } catch (const json::exception&) {
            return failure(ErrorCode::InvalidFormat,
                           "This entry is not of the form " + std::string(form()) + ".", place());
        }
        if (passage.text.find('\0') != std::string::npos) {
            return failure(ErrorCode::InvalidText, "The text has a NUL character (\\u0000).",
                           place());
        }
        return true;
    }

    bool goesOnAfter(const Error& error) const override { return error.code != ErrorCode::Io; }

protected:
    virtual Result<void> take(const json& item, Passage& passage) = 0;
    /// What an entry must look like.
    [[nodiscard]] virtual std::string_view form() const = 0;
    [[nodiscard]] std::string place() const { return m_items.place(); }

    /// Adds a mention at every occurrence.
    void locate(const OccurrenceFinder& finder, std::string_view mention, std::string_view name,
                std::string_view description, Passage& passage) {
        mention = trimmed(mention);
        name = trimmed(name);
        if (mention.empty() || name.empty()) {
            ++m_counts.malformed;
            return;
        }
        const auto places = finder.find(mention);
        m_counts.unlocated += places.empty() ? 1 : 0;
        for (const Range& range : places) {
            passage.mentions.push_back(
                {range.begin, range.end, std::string(name), std::string(trimmed(description))});
        }
    }

    Result<void> checkRange(Offset begin, Offset end, Offset length, const char* unit) const {
        if (begin >= 0 && begin < end && end <= length)
            return {};
        return failure(ErrorCode::InvalidArgument,
                       "A span from " + std::to_string(begin) + " to " + std::to_string(end) +
                           " is empty or outside the text of " + std::to_string(length) + " " +
                           unit + ".",
                       place());
    }

private:
    std::unique_ptr<InputFile> m_file;
    JsonItems m_items;
};

class NunerStream : public JsonStream {
public:
    using JsonStream::JsonStream;

protected:
    std::string_view form() const override {
        return R"({"input": "…", "output": "['mention <> concept', …]"})";
    }

    Result<void> take(const json& item, Passage& passage) override {
        passage.text = text(item.at("input"));
        const json& output = item.at("output");
        std::vector<std::vector<std::string>> answers;
        if (output.is_string()) {
            auto parsed = parsePythonList(text(output));
            if (!parsed) {
                return failure(parsed.error().code, "\"output\": " + parsed.error().message,
                               place());
            }
            answers = std::move(*parsed);
        } else {
            for (const json& answer : output) {
                if (answer.is_array())
                    answers.push_back(answer.get<std::vector<std::string>>());
                else
                    answers.push_back({text(answer)});
            }
            if (!output.is_array())
                return failure(ErrorCode::InvalidFormat, "\"output\" is no list.", place());
        }
        const OccurrenceFinder finder(passage.text);
        for (std::vector<std::string>& answer : answers) {
            if (answer.size() == 1)
                answer = parted(answer.front());
            if (answer.size() < 2) {
                ++m_counts.malformed;
                continue;
            }
            locate(finder, answer[0], answer[1], answer.size() > 2 ? answer[2] : std::string(),
                   passage);
        }
        return {};
    }

private:
    static std::vector<std::string> parted(const std::string& answer) {
        std::vector<std::string> parts;
        std::size_t begin = 0;
        while (parts.size() < 2) {
            const std::size_t mark = answer.find("<>", begin);
            if (mark == std::string::npos)
                break;
            parts.push_back(answer.substr(begin, mark - begin));
            begin = mark + 2;
        }
        parts.push_back(answer.substr(begin));
        return parts;
    }
};

class PileNerStream : public JsonStream {
public:
    using JsonStream::JsonStream;

protected:
    std::string_view form() const override {
        return R"({"conversations": [{"from": "human", "value": "Text: …"}, …]})";
    }

    Result<void> take(const json& item, Passage& passage) override {
        if (const auto id = item.find("id"); id != item.end() && id->is_string())
            passage.id = text(*id);
        const json& turns = item.at("conversations");
        if (!turns.is_array() || turns.empty())
            return failure(ErrorCode::InvalidFormat, "\"conversations\" has no turns.", place());
        static constexpr std::string_view kText = "Text: ";
        static constexpr std::string_view kAsk = "What describes ";
        static constexpr std::string_view kAskEnd = " in the text?";
        const std::string& first = text(turns[0].at("value"));
        if (!first.starts_with(kText)) {
            return failure(ErrorCode::InvalidFormat,
                           "The conversation does not begin with \"Text: \".", place());
        }
        passage.text = first.substr(kText.size());
        const OccurrenceFinder finder(passage.text);
        std::string asked;
        for (std::size_t i = 1; i < turns.size(); ++i) {
            const std::string& from = text(turns[i].at("from"));
            const std::string_view value = trimmed(text(turns[i].at("value")));
            if (from == "human") {
                const bool known = value.starts_with(kAsk) && value.ends_with(kAskEnd) &&
                                   value.size() > kAsk.size() + kAskEnd.size();
                m_counts.malformed += known ? 0 : 1;
                asked = known
                            ? value.substr(kAsk.size(), value.size() - kAsk.size() - kAskEnd.size())
                            : std::string_view();
            } else if (const std::string name = std::exchange(asked, {}); !name.empty()) {
                const auto answer = parseJsonItem(value, place());
                if (!answer || !answer->is_array()) {
                    ++m_counts.malformed;
                    continue;
                }
                for (const json& mention : *answer) {
                    if (mention.is_string())
                        locate(finder, text(mention), name, {}, passage);
                    else
                        ++m_counts.malformed;
                }
            }
        }
        return {};
    }
};

class SgdStream : public JsonStream {
public:
    SgdStream(std::unique_ptr<InputFile> file, JsonLayout layout, const TypeMap& types)
        : JsonStream(std::move(file), layout), m_types(types) {}

protected:
    std::string_view form() const override {
        return R"({"text": "…", "spans": [[begin, end, "slot", "description"], …]})";
    }

    Result<void> take(const json& item, Passage& passage) override {
        passage.text = text(item.at("text"));
        const Offset length = countCodePoints(passage.text);
        for (const json& span : item.at("spans")) {
            const auto begin = span.at(0).get<Offset>();
            const auto end = span.at(1).get<Offset>();
            if (auto good = checkRange(begin, end, length, "characters"); !good)
                return good;
            const auto name = m_types.resolve(text(span.at(2)));
            if (!name) {
                ++m_counts.dropped;
                continue;
            }
            std::string description = name->description;
            if (description.empty() && span.size() > 3 && span.at(3).is_string())
                description = text(span.at(3));
            passage.mentions.push_back({begin, end, name->name, std::move(description)});
        }
        return {};
    }

private:
    TypeMap m_types;
};

/// Treebank tokens as people write: quotation marks, no space before a comma or "n't".
class Detokenizer {
public:
    void add(const std::string& token) {
        std::string word = token;
        if (token == "``" || token == "''")
            word = '"';
        else if (token == "-LRB-")
            word = '(';
        else if (token == "-RRB-")
            word = ')';
        const bool opens =
            token == "``" || word == "(" || word == "[" || word == "$" || word == "#";
        static constexpr std::array<std::string_view, 16> kTight{
            ",", ".", ";",  ":",   "!",   "?",   ")",   "]",
            "%", "'", "'s", "n't", "'re", "'ve", "'ll", "'d"};
        const bool tight = token == "''" || word == "'m" ||
                           std::find(kTight.begin(), kTight.end(), word) != kTight.end();
        if (!m_text.empty() && !tight && !m_open) {
            m_text += ' ';
            ++m_length;
        }
        const Offset size = countCodePoints(word);
        m_ranges.push_back({m_length, m_length + size});
        m_text += word;
        m_length += size;
        m_open = opens;
    }
    [[nodiscard]] const std::vector<Range>& ranges() const { return m_ranges; }
    [[nodiscard]] std::string takeText() { return std::move(m_text); }

private:
    std::string m_text;
    std::vector<Range> m_ranges;
    Offset m_length = 0;
    bool m_open = false;
};

class SemCorStream : public JsonStream {
public:
    SemCorStream(std::unique_ptr<InputFile> file, JsonLayout layout,
                 std::shared_ptr<const WordNet> wordNet)
        : JsonStream(std::move(file), layout), m_wordNet(std::move(wordNet)) {}

protected:
    std::string_view form() const override {
        return R"({"tokens": ["…"], "ents": [[begin, end, "POS", "lemma", "synset offset", )"
               R"("synset name", "lexicographer file", ["hypernym", …]], …]})";
    }

    Result<void> take(const json& item, Passage& passage) override {
        passage.id = optionalText(item, "id");
        Detokenizer words;
        for (const json& token : item.at("tokens"))
            words.add(text(token));
        passage.text = words.takeText();
        const std::vector<Range>& ranges = words.ranges();
        for (const json& ent : item.at("ents")) {
            const auto begin = ent.at(0).get<Offset>();
            const auto end = ent.at(1).get<Offset>();
            if (auto good = checkRange(begin, end, static_cast<Offset>(ranges.size()), "tokens");
                !good) {
                return good;
            }
            const Range range{ranges[static_cast<std::size_t>(begin)].begin,
                              ranges[static_cast<std::size_t>(end) - 1].end};
            for (ConceptName& name : conceptsOf(ent)) {
                passage.mentions.push_back(
                    {range.begin, range.end, std::move(name.name), std::move(name.description)});
            }
        }
        return {};
    }

private:
    /// All that the mention is, not one of it: what is left out would be held against it.
    std::vector<ConceptName> conceptsOf(const json& ent) const {
        const std::string& name = text(ent.at(5));
        const std::string& file = text(ent.at(6));
        const auto above = ent.at(7).get<std::vector<std::string>>();
        std::optional<WordNet::Synset> synset;
        if (m_wordNet) {
            const std::string& digits = text(ent.at(4));
            std::uint32_t offset = 0;
            std::from_chars(digits.data(), digits.data() + digits.size(), offset);
            synset = m_wordNet->atOffset(offset);
        }
        std::vector<ConceptName> nearer;
        for (const std::string& hypernym : above) {
            if (nearer.size() < 3 && !isVagueConcept(hypernym))
                nearer.push_back({hypernym, glossAbove(synset, hypernym)});
        }
        const bool individual = !name.empty() && name.front() >= 'A' && name.front() <= 'Z';
        std::vector<ConceptName> out;
        const auto add = [&out](ConceptName&& one) {
            const bool known =
                one.name.empty() || std::any_of(out.begin(), out.end(), [&](const ConceptName& o) {
                    return o.name == one.name;
                });
            if (!known)
                out.push_back(std::move(one));
        };
        if (!individual || nearer.empty())
            add({name, synset ? std::string(m_wordNet->gloss(*synset)) : std::string()});
        for (ConceptName& above : nearer)
            add(std::move(above));
        add(coarseConcept(file));
        return out;
    }

    [[nodiscard]] std::string glossAbove(std::optional<WordNet::Synset> synset,
                                         const std::string& hypernym) const {
        if (!synset)
            return {};
        for (const WordNet::Synset above : m_wordNet->hypernyms(*synset, 12)) {
            if (m_wordNet->name(above) == hypernym)
                return std::string(m_wordNet->gloss(above));
        }
        return {};
    }

    /// What WordNet's manual says the lexicographer's file holds; those too vague are left out.
    static ConceptName coarseConcept(std::string_view file) {
        static const std::map<std::string_view, ConceptName> kFiles{
            {"noun.act", {"act or action", "an act or action"}},
            {"noun.animal", {"animal", "an animal"}},
            {"noun.artifact", {"man-made object", "an object made by people"}},
            {"noun.body", {"body part", "a part of the body"}},
            {"noun.cognition", {"cognition", "a cognitive process or its content"}},
            {"noun.communication", {"communication", "a communicative process or its content"}},
            {"noun.event", {"event", "a natural event"}},
            {"noun.feeling", {"feeling", "a feeling or emotion"}},
            {"noun.food", {"food", "a food or drink"}},
            {"noun.group", {"group", "a grouping of people or objects"}},
            {"noun.location", {"location", "a position in space"}},
            {"noun.motive", {"motive", "a goal"}},
            {"noun.object", {"natural object", "an object that is not made by people"}},
            {"noun.person", {"person", "a person"}},
            {"noun.phenomenon", {"natural phenomenon", "a natural phenomenon"}},
            {"noun.plant", {"plant", "a plant"}},
            {"noun.possession", {"possession", "possession or its transfer"}},
            {"noun.process", {"natural process", "a natural process"}},
            {"noun.quantity", {"quantity", "a quantity or unit of measure"}},
            {"noun.shape", {"shape", "a two- or three-dimensional shape"}},
            {"noun.state", {"state", "a stable state of affairs"}},
            {"noun.substance", {"substance", "a substance"}},
            {"noun.time", {"time", "a time or a temporal relation"}},
        };
        const auto found = kFiles.find(file);
        return found == kFiles.end() ? ConceptName() : found->second;
    }

    std::shared_ptr<const WordNet> m_wordNet;
};

class WikiStream : public JsonStream {
public:
    WikiStream(std::unique_ptr<InputFile> file, std::shared_ptr<const WordNet> wordNet)
        : JsonStream(std::move(file), JsonLayout::Members), m_wordNet(std::move(wordNet)) {}

protected:
    std::string_view form() const override {
        return R"("X": {"title": "…", "extract": "…", "description": "…"})";
    }

    Result<void> take(const json& item, Passage& passage) override {
        const json& article = item.begin().value();
        Lead lead{text(article.at("title")), text(article.at("extract")),
                  optionalText(article, "description")};
        SilverLabels labels = labelLead(lead, *m_wordNet);
        m_counts.unlocated += labels.lostSubject ? 1 : 0;
        passage.id = std::move(lead.title);
        passage.text = std::move(lead.text);
        passage.mentions = std::move(labels.mentions);
        return {};
    }

private:
    std::shared_ptr<const WordNet> m_wordNet;
};

/// Our own lines, read by the formats' own parsers.
class LineStream : public PassageStream {
public:
    LineStream(std::unique_ptr<InputFile> file, MaterialKind kind, const TypeMap& types)
        : m_file(std::move(file)),
          m_kind(kind),
          m_types(types),
          m_lines(m_file->stream(), m_file->path(), kLongestPassageLine) {}

    Result<bool> next(Passage& passage) override {
        for (;;) {
            const auto more = m_lines.next();
            if (!more)
                return tl::unexpected(m_file->reason(more.error()));
            if (!*more)
                return false;
            if (!trimmed(m_lines.line()).empty())
                break;
        }
        if (m_kind == MaterialKind::Passages) {
            auto read = passageFromJson(m_lines.line(), m_lines.place());
            if (!read)
                return tl::unexpected(std::move(read.error()));
            passage = std::move(*read);
            return true;
        }
        auto record = recordFromJson(m_lines.line(), m_lines.place());
        if (!record)
            return tl::unexpected(std::move(record.error()));
        passage = {};
        passage.id = std::move(record->document.name);
        passage.text = std::move(record->document.text);
        for (const NamedSpan& span : record->spans) {
            const auto name = m_types.resolve(span.type);
            if (!name) {
                ++m_counts.dropped;
                continue;
            }
            passage.mentions.push_back(
                {span.range.begin, span.range.end, name->name, name->description});
        }
        return true;
    }

    bool goesOnAfter(const Error& error) const override { return error.code != ErrorCode::Io; }

private:
    std::unique_ptr<InputFile> m_file;
    MaterialKind m_kind;
    TypeMap m_types;
    LineReader m_lines;
};

class ConllStream : public PassageStream {
public:
    ConllStream(GoldSentences gold, TypeMap types, std::vector<std::string> skipFirstWords)
        : m_sentences(std::move(gold.sentences)),
          m_types(std::move(types)),
          m_skip(std::move(skipFirstWords)) {}

    Result<bool> next(Passage& passage) override {
        while (m_next < m_sentences.size() &&
               std::find(m_skip.begin(), m_skip.end(), m_sentences[m_next].words.front()) !=
                   m_skip.end()) {
            ++m_next;
        }
        if (m_next == m_sentences.size())
            return false;
        const LabelledSentence& sentence = m_sentences[m_next++];
        passage = {};
        std::vector<Range> ranges;
        Offset at = 0;
        for (const std::string& word : sentence.words) {
            if (!passage.text.empty()) {
                passage.text += ' ';
                ++at;
            }
            passage.text += word;
            const Offset length = countCodePoints(word);
            ranges.push_back({at, at + length});
            at += length;
        }
        for (const WordSpan& span : sentence.spans) {
            const auto name = m_types.resolve(span.type);
            if (!name) {
                ++m_counts.dropped;
                continue;
            }
            passage.mentions.push_back({ranges[static_cast<std::size_t>(span.begin)].begin,
                                        ranges[static_cast<std::size_t>(span.end) - 1].end,
                                        name->name, name->description});
        }
        return true;
    }

    bool goesOnAfter(const Error&) const override { return false; }

private:
    std::vector<LabelledSentence> m_sentences;
    TypeMap m_types;
    std::vector<std::string> m_skip;
    std::size_t m_next = 0;
};

/// What an entry's keys say.
MaterialKind kindOfEntry(const json& entry) {
    if (!entry.is_object())
        return MaterialKind::Auto;
    if (entry.contains("mentions") && entry.contains("text"))
        return MaterialKind::Passages;
    if (entry.contains("input") && entry.contains("output"))
        return MaterialKind::Nuner;
    if (entry.contains("conversations"))
        return MaterialKind::PileNer;
    if (entry.contains("tokens") && entry.contains("ents"))
        return MaterialKind::SemCor;
    if (entry.contains("text")) {
        const auto spans = entry.find("spans");
        if (spans != entry.end() && spans->is_array() && !spans->empty())
            return spans->front().is_array() ? MaterialKind::Sgd : MaterialKind::Jsonl;
        return MaterialKind::Jsonl;
    }
    return MaterialKind::Auto;
}

/// The first character of a file that is no white space, and its first line if it is short.
struct Beginning {
    char character = '\0';
    std::string head;
};

Result<Beginning> beginningOf(const std::string& path) {
    auto file = InputFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    Beginning out;
    out.head.resize(std::size_t{1} << 16);
    (*file)->stream().read(out.head.data(), static_cast<std::streamsize>(out.head.size()));
    out.head.resize(static_cast<std::size_t>((*file)->stream().gcount()));
    if ((*file)->stream().bad())
        return tl::unexpected((*file)->reason({ErrorCode::Io, "The file cannot be read.", path}));
    const std::string_view rest = withoutBom(out.head);
    const auto first = rest.find_first_not_of(" \t\r\n");
    if (first != std::string_view::npos)
        out.character = rest[first];
    return out;
}

Result<JsonLayout> layoutOf(const std::string& path) {
    const auto begin = beginningOf(path);
    if (!begin)
        return tl::unexpected(begin.error());
    return begin->character == '[' ? JsonLayout::List : JsonLayout::Lines;
}

}  // namespace

std::string_view materialKindName(MaterialKind kind) {
    for (const auto& [value, name] : kKinds) {
        if (value == kind)
            return name;
    }
    return "auto";
}

Result<MaterialKind> materialKindFromName(std::string_view name) {
    std::string all;
    for (const auto& [value, known] : kKinds) {
        if (known == name)
            return value;
        all += (all.empty() ? "" : ", ") + std::string(known);
    }
    return failure(ErrorCode::InvalidArgument,
                   "\"" + std::string(name) + "\" is no kind of material. There are: " + all + ".");
}

Result<MaterialKind> detectMaterialKind(const std::string& path) {
    const auto begin = beginningOf(path);
    if (!begin)
        return tl::unexpected(begin.error());
    if (begin->character == '\0')
        return failure(ErrorCode::InvalidFormat, "The file is empty.", path);
    if (begin->character != '[' && begin->character != '{') {
        if (path.ends_with(".json") || path.ends_with(".jsonl") || path.ends_with(".json.gz") ||
            path.ends_with(".jsonl.gz")) {
            return failure(ErrorCode::InvalidFormat,
                           "The file is named JSON but does not begin with \"{\" or \"[\".",
                           path + ":1");
        }
        return MaterialKind::Conll;
    }
    auto file = InputFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    const bool list = begin->character == '[';
    JsonItems items((*file)->stream(), path, list ? JsonLayout::List : JsonLayout::Lines);
    MaterialKind kind = MaterialKind::Auto;
    // Entries without spans do not tell the layouts with spans apart.
    for (int i = 0; i < 1000; ++i) {
        json item;
        const auto more = items.next(item);
        if (!more) {
            // An object over several lines: not lines, so members.
            if (!list && i == 0 && begin->head.find("\"extract\"") != std::string::npos)
                return MaterialKind::WikiLeads;
            if (kind == MaterialKind::Auto)
                return tl::unexpected((*file)->reason(more.error()));
            break;
        }
        if (!*more)
            break;
        if (!list && item.is_object() && !item.empty() && item.begin()->is_object() &&
            item.begin()->contains("extract")) {
            return MaterialKind::WikiLeads;
        }
        kind = kindOfEntry(item);
        const auto spans = item.is_object() ? item.find("spans") : item.end();
        if (kind != MaterialKind::Jsonl ||
            (spans != item.end() && spans->is_array() && !spans->empty()))
            break;
    }
    if (kind == MaterialKind::Auto ||
        (list && kind != MaterialKind::Nuner && kind != MaterialKind::PileNer)) {
        return failure(
            ErrorCode::InvalidFormat,
            "The first entry is of no known layout. Known are objects with \"text\" and "
            "\"mentions\", \"text\" and \"spans\", \"input\" and \"output\", \"conversations\", or "
            "\"tokens\" and \"ents\", one a line (\"input\" and \"conversations\" in a list, too), "
            "and an object of articles with \"title\" and \"extract\".",
            path + ":1");
    }
    return kind;
}

Result<std::unique_ptr<PassageStream>> openPassages(const std::string& path, MaterialKind kind,
                                                    const ReaderOptions& options) {
    if (kind == MaterialKind::Auto) {
        const auto detected = detectMaterialKind(path);
        if (!detected)
            return tl::unexpected(detected.error());
        kind = *detected;
    }
    if (kind == MaterialKind::WikiLeads && !options.wordNet) {
        return failure(ErrorCode::NotFound,
                       "Labels for article leads come from WordNet's nouns, which are not "
                       "installed. Install Debian's package wordnet-base, or leave this file out.",
                       path);
    }
    JsonLayout layout = JsonLayout::Lines;
    if (kind == MaterialKind::Nuner || kind == MaterialKind::PileNer) {
        const auto found = layoutOf(path);
        if (!found)
            return tl::unexpected(found.error());
        layout = *found;
    }
    auto file = InputFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    std::unique_ptr<PassageStream> stream;
    switch (kind) {
        case MaterialKind::Nuner:
            stream = std::make_unique<NunerStream>(std::move(*file), layout);
            break;
        case MaterialKind::PileNer:
            stream = std::make_unique<PileNerStream>(std::move(*file), layout);
            break;
        case MaterialKind::SemCor:
            stream = std::make_unique<SemCorStream>(std::move(*file), layout, options.wordNet);
            break;
        case MaterialKind::Sgd:
            stream = std::make_unique<SgdStream>(std::move(*file), layout, options.types);
            break;
        case MaterialKind::WikiLeads:
            stream = std::make_unique<WikiStream>(std::move(*file), options.wordNet);
            break;
        case MaterialKind::Conll: {
            auto gold = readGoldConll((*file)->stream(), path);
            if (!gold)
                return tl::unexpected((*file)->reason(std::move(gold.error())));
            stream = std::make_unique<ConllStream>(std::move(*gold), options.types,
                                                   options.skipFirstWords);
            break;
        }
        case MaterialKind::Auto:
        case MaterialKind::Passages:
        case MaterialKind::Jsonl:
            stream = std::make_unique<LineStream>(std::move(*file), kind, options.types);
            break;
    }
    return stream;
}

}  // namespace spanwise
