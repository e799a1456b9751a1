#include "models/pretraining/material.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <filesystem>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <tuple>

#include "core/text/offset_map.h"
#include "core/text/word_splitter.h"
#include "models/pretraining/input_file.h"

namespace spanwise {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr std::uintmax_t kLargestList = std::uintmax_t{8} << 20;

/// The list in a file, discarded when it is none: data.
Result<json> listIn(const std::string& path) {
    const json none(json::value_t::discarded);
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed || size > kLargestList || !path.ends_with(".json"))
        return none;
    auto file = InputFile::open(path);
    if (!file)
        return tl::unexpected(file.error());
    std::string text(size, '\0');
    (*file)->stream().read(text.data(), static_cast<std::streamsize>(size));
    text.resize(static_cast<std::size_t>((*file)->stream().gcount()));
    json list = json::parse(text, nullptr, false);
    if (list.is_object() && list.contains("sources"))
        return list;
    // A list with a slip in it would else be taken for data.
    if (list.is_discarded() && text.find("\"sources\"") != std::string::npos &&
        text.find("\"files\"") != std::string::npos) {
        try {
            list = json::parse(text);
        } catch (const json::parse_error& error) {
            const auto byte = std::min<std::size_t>(error.byte, text.size());
            const auto line =
                1 +
                std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(byte), '\n');
            return failure(ErrorCode::InvalidFormat, "This list of sources is not valid JSON.",
                           path + ":" + std::to_string(line));
        }
    }
    return none;
}

/// Reads one entry of a list.
class SourceParser {
public:
    SourceParser(const json& entry, std::string where, std::filesystem::path listFolder,
                 std::filesystem::path dataFolder)
        : m_entry(entry),
          m_where(std::move(where)),
          m_listFolder(std::move(listFolder)),
          m_dataFolder(std::move(dataFolder)) {}

    Result<MaterialSource> source() {
        MaterialSource out;
        static const std::set<std::string> kKnown{
            "name",   "files",  "family",  "kind", "types", "skip_first_words",
            "weight", "closed", "licence", "about"};
        for (const auto& [key, value] : m_entry.items()) {
            if (!kKnown.contains(key))
                return bad("\"" + key + "\" is not known.");
        }
        auto name = text("name", true);
        auto family = text("family", false);
        auto kind = text("kind", false);
        auto licence = text("licence", false);
        auto files = texts("files", true);
        auto skip = texts("skip_first_words", false);
        for (const auto* value : {&name, &family, &kind, &licence}) {
            if (!*value)
                return tl::unexpected(value->error());
        }
        for (const auto* value : {&files, &skip}) {
            if (!*value)
                return tl::unexpected(value->error());
        }
        out.name = *name;
        out.family = family->empty() ? *name : *family;
        if (!kind->empty()) {
            const auto known = materialKindFromName(*kind);
            if (!known)
                return bad(known.error().message);
            out.kind = *known;
        }
        for (const std::string& file : *files)
            out.files.push_back((m_dataFolder / file).string());
        out.skipFirstWords = std::move(*skip);
        out.licence = *licence;
        if (const auto weight = m_entry.find("weight"); weight != m_entry.end()) {
            if (!weight->is_number() || !(weight->get<double>() > 0) ||
                !std::isfinite(weight->get<double>())) {
                return bad("\"weight\" must be a number above 0.");
            }
            out.weight = weight->get<double>();
        }
        if (const auto closed = m_entry.find("closed"); closed != m_entry.end()) {
            if (!closed->is_boolean())
                return bad("\"closed\" must be true or false.");
            out.closed = closed->get<bool>();
        }
        if (const auto types = m_entry.find("types"); types != m_entry.end()) {
            auto map = types->is_string()
                           ? TypeMap::load((m_listFolder / types->get<std::string>()).string())
                           : TypeMap::parse(types->dump(), m_where);
            if (!map)
                return tl::unexpected(std::move(map.error()));
            out.types = std::move(*map);
        }
        return out;
    }

private:
    [[nodiscard]] tl::unexpected<Error> bad(std::string message) const {
        return failure(ErrorCode::InvalidFormat, std::move(message), m_where);
    }

    Result<std::string> text(const char* key, bool required) const {
        const auto found = m_entry.find(key);
        if (found == m_entry.end() && !required)
            return std::string();
        if (found == m_entry.end() || !found->is_string() || found->get<std::string>().empty())
            return bad(std::string("\"") + key + "\" must be a text.");
        return found->get<std::string>();
    }

    Result<std::vector<std::string>> texts(const char* key, bool required) const {
        const auto found = m_entry.find(key);
        if (found == m_entry.end() && !required)
            return std::vector<std::string>();
        const bool good = found != m_entry.end() && found->is_array() &&
                          (!required || !found->empty()) &&
                          std::all_of(found->begin(), found->end(),
                                      [](const json& item) { return item.is_string(); });
        if (!good) {
            return bad(std::string("\"") + key + "\" must be a list of texts" +
                       (required ? " with at least one." : "."));
        }
        return found->get<std::vector<std::string>>();
    }

    const json& m_entry;
    std::string m_where;
    std::filesystem::path m_listFolder;
    std::filesystem::path m_dataFolder;
};

Result<void> addList(const json& list, const std::string& path, const std::string& dataFolder,
                     std::vector<MaterialSource>& out) {
    const auto& entries = list["sources"];
    if (!entries.is_array() || entries.empty()) {
        return failure(ErrorCode::InvalidFormat,
                       "\"sources\" must be a list of {\"name\", \"files\": [FILE]}.", path);
    }
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    const std::filesystem::path data =
        dataFolder.empty() ? folder : std::filesystem::path(dataFolder);
    std::size_t number = 0;
    for (const json& entry : entries) {
        std::string where = path + ": source " + std::to_string(++number);
        if (!entry.is_object())
            return failure(ErrorCode::InvalidFormat, "This is no object.", where);
        if (const auto name = entry.find("name"); name != entry.end() && name->is_string())
            where = path + ": source \"" + name->get<std::string>() + "\"";
        auto source = SourceParser(entry, where, folder, data).source();
        if (!source)
            return tl::unexpected(std::move(source.error()));
        out.push_back(std::move(*source));
    }
    return {};
}

bool usesWordNet(MaterialKind kind) {
    return kind == MaterialKind::SemCor || kind == MaterialKind::WikiLeads;
}

/// One cut: words and mentions of a stretch that stays together.
struct Unit {
    Offset begin = 0;
    Offset end = 0;
    int words = 0;
};

/// Sentences, long ones parted between words, those that a mention joins as one.
std::vector<Unit> unitsOf(const Passage& passage, const std::vector<Sentence>& sentences,
                          int longest) {
    const auto crossings = [&](Offset border) {
        return std::count_if(
            passage.mentions.begin(), passage.mentions.end(),
            [&](const Mention& mention) { return mention.begin < border && border < mention.end; });
    };
    std::vector<Unit> units;
    for (const Sentence& sentence : sentences) {
        const std::size_t limit = static_cast<std::size_t>(longest);
        for (std::size_t from = 0; from < sentence.words.size();) {
            std::size_t to = std::min(from + limit, sentence.words.size());
            if (to < sentence.words.size()) {
                // Where the fewest mentions are cut through, else as late as possible.
                std::size_t best = to;
                auto fewest = crossings(sentence.words[to].begin);
                for (std::size_t at = to - 1; fewest > 0 && at > from + limit / 2; --at) {
                    if (const auto here = crossings(sentence.words[at].begin); here < fewest) {
                        fewest = here;
                        best = at;
                    }
                }
                to = best;
            }
            const Unit unit{sentence.words[from].begin, sentence.words[to - 1].end,
                            static_cast<int>(to - from)};
            const bool joined = !units.empty() && units.back().words + unit.words <= longest &&
                                crossings(unit.begin) > 0;
            if (joined) {
                units.back().end = unit.end;
                units.back().words += unit.words;
            } else {
                units.push_back(unit);
            }
            from = to;
        }
    }
    return units;
}

bool sameMention(const Mention& a, const Mention& b) {
    return std::tie(a.begin, a.end, a.name) == std::tie(b.begin, b.end, b.name);
}

void addUp(SourceReport& to, const SourceReport& from) {
    to.entries += from.entries;
    to.passages += from.passages;
    to.spans += from.spans;
    to.mentions += from.mentions;
    to.described += from.described;
    to.bytes += from.bytes;
    to.cut += from.cut;
    to.cutThrough += from.cutThrough;
    to.duplicates += from.duplicates;
    to.withoutMentions += from.withoutMentions;
    to.unlocated += from.unlocated;
    to.malformed += from.malformed;
    to.droppedTypes += from.droppedTypes;
    to.bad += from.bad;
    to.seconds += from.seconds;
}

}  // namespace

Result<std::vector<MaterialSource>> materialSources(const std::vector<std::string>& files,
                                                    const std::string& dataFolder,
                                                    const std::vector<std::string>& without) {
    std::vector<MaterialSource> sources;
    for (const std::string& path : files) {
        std::error_code ignored;
        if (!std::filesystem::exists(path, ignored))
            return failure(ErrorCode::NotFound, "There is no such file.", path);
        const auto list = listIn(path);
        if (!list)
            return tl::unexpected(list.error());
        if (!list->is_discarded()) {
            if (auto added = addList(*list, path, dataFolder, sources); !added)
                return tl::unexpected(std::move(added.error()));
            continue;
        }
        const auto kind = detectMaterialKind(path);
        if (!kind)
            return tl::unexpected(kind.error());
        MaterialSource source;
        source.name = std::filesystem::path(path).filename().string();
        source.name = source.name.substr(0, source.name.find('.', 1));
        source.family = source.name;
        source.files = {path};
        source.kind = *kind;
        source.closed = *kind == MaterialKind::Conll || *kind == MaterialKind::Jsonl;
        sources.push_back(std::move(source));
    }
    for (const std::string& family : without) {
        const auto isOf = [&](const MaterialSource& source) { return source.family == family; };
        if (std::none_of(sources.begin(), sources.end(), isOf)) {
            std::set<std::string> families;
            for (const MaterialSource& source : sources)
                families.insert(source.family);
            std::string all;
            for (const std::string& known : families)
                all += (all.empty() ? "" : ", ") + known;
            return failure(ErrorCode::InvalidArgument, "The data has no family \"" + family +
                                                           "\" to leave out. It has: " + all + ".");
        }
    }
    std::erase_if(sources, [&](const MaterialSource& source) {
        return std::find(without.begin(), without.end(), source.family) != without.end();
    });
    std::set<std::string> names;
    for (const MaterialSource& source : sources) {
        if (!names.insert(source.name).second) {
            return failure(ErrorCode::InvalidArgument,
                           "Two sources are named \"" + source.name + "\". Rename one.");
        }
    }
    return sources;
}

std::uint64_t textHash(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL;
    const auto add = [&](unsigned char byte) {
        hash ^= byte;
        hash *= 0x100000001B3ULL;
    };
    bool space = false;
    bool any = false;
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto size = static_cast<std::int64_t>(text.size());
    for (std::int64_t at = 0; at < size;) {
        const std::int64_t begin = at;
        UChar32 c;
        U8_NEXT(bytes, at, size, c);
        if (u_isUWhiteSpace(c)) {
            space = any;
            continue;
        }
        if (space)
            add(' ');
        space = false;
        any = true;
        for (std::int64_t i = begin; i < at; ++i)
            add(bytes[i]);
    }
    // FNV alone leaves the high bits of short texts alike.
    hash ^= hash >> 32;
    hash *= 0xD6E8FEB86659FD93ULL;
    return hash ^ hash >> 32;
}

std::vector<Passage> cutPassage(Passage passage, int longestWords, std::int64_t* cutThrough) {
    const int longest = std::max(1, longestWords);
    std::vector<Passage> pieces;
    const auto whole = [&] {
        pieces.push_back(std::move(passage));
        return std::move(pieces);
    };
    if (passage.text.size() <= static_cast<std::size_t>(longest))
        return whole();
    const std::vector<Sentence> sentences = splitSentences(passage.text);
    std::size_t words = 0;
    for (const Sentence& sentence : sentences)
        words += sentence.words.size();
    if (words <= static_cast<std::size_t>(longest))
        return whole();

    std::vector<Unit> parts;
    for (const Unit& unit : unitsOf(passage, sentences, longest)) {
        if (!parts.empty() && parts.back().words + unit.words <= longest) {
            parts.back().end = unit.end;
            parts.back().words += unit.words;
        } else {
            parts.push_back(unit);
        }
    }
    const OffsetMap offsets(passage.text);
    std::vector<Mention> mentions = std::move(passage.mentions);
    std::sort(mentions.begin(), mentions.end(), [](const Mention& a, const Mention& b) {
        return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
    });
    std::size_t next = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const Unit& part = parts[i];
        Passage piece;
        piece.id = passage.id.empty() ? std::string() : passage.id + "#" + std::to_string(i + 1);
        piece.source = passage.source;
        piece.model = passage.model;
        piece.prompt = passage.prompt;
        const auto begin = static_cast<std::size_t>(offsets.toByte(part.begin));
        const auto end = static_cast<std::size_t>(offsets.toByte(part.end));
        piece.text = passage.text.substr(begin, end - begin);
        for (; next < mentions.size() && mentions[next].begin < part.end; ++next) {
            Mention mention = std::move(mentions[next]);
            if (mention.begin < part.begin || mention.end > part.end) {
                if (cutThrough != nullptr)
                    ++*cutThrough;
                continue;
            }
            mention.begin -= part.begin;
            mention.end -= part.begin;
            piece.mentions.push_back(std::move(mention));
        }
        pieces.push_back(std::move(piece));
    }
    if (cutThrough != nullptr)
        *cutThrough += static_cast<std::int64_t>(mentions.size() - next);
    return pieces;
}

class Material::State {
public:
    State(std::vector<MaterialSource> sources, MaterialOptions options)
        : m_sources(std::move(sources)), m_options(std::move(options)) {
        rewind();
    }

    Result<void> prepare() {
        bool wanted = false;
        for (const MaterialSource& source : m_sources) {
            for (const std::string& file : source.files) {
                // Files that are missing are told of when their turn comes.
                const auto kind = source.kind == MaterialKind::Auto
                                      ? detectMaterialKind(file)
                                      : Result<MaterialKind>(source.kind);
                wanted = wanted || (kind && usesWordNet(*kind));
            }
        }
        if (!wanted)
            return {};
        auto wordNet = WordNet::load(m_options.wordNet);
        if (wordNet) {
            m_wordNet = std::move(*wordNet);
        } else if (wordNet.error().code == ErrorCode::NotFound) {
            m_notes.push_back(
                "WordNet is not installed (Debian's wordnet-base): SemCor's concepts go without "
                "descriptions.");
        } else {
            return tl::unexpected(std::move(wordNet.error()));
        }
        return {};
    }

    void rewind() {
        m_source = 0;
        m_file = 0;
        m_stream.reset();
        m_pieces.clear();
        m_seen.clear();
        m_concepts.assign(m_sources.size(), {});
        m_reports.clear();
        for (const MaterialSource& source : m_sources) {
            SourceReport report;
            report.name = source.name;
            report.family = source.family;
            report.kind = source.kind;
            report.closed = source.closed;
            m_reports.push_back(std::move(report));
        }
        m_base = {};
    }

    Result<bool> next(Passage& passage) {
        const auto begun = Clock::now();
        std::size_t timed = m_source;
        const auto clock = [&] {
            const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
            m_reports[std::min(timed, m_reports.size() - 1)].seconds += seconds;
        };
        for (;;) {
            while (!m_pieces.empty()) {
                Passage piece = std::move(m_pieces.front());
                m_pieces.pop_front();
                if (!isUsed(piece))
                    continue;
                m_last = m_source;
                passage = std::move(piece);
                clock();
                return true;
            }
            if (m_source == m_sources.size()) {
                clock();
                return ended();
            }
            timed = m_source;
            if (auto read = readEntry(); !read) {
                clock();
                return tl::unexpected(std::move(read.error()));
            }
        }
    }

    [[nodiscard]] std::size_t last() const { return m_last; }
    [[nodiscard]] const std::vector<MaterialSource>& sources() const { return m_sources; }

    [[nodiscard]] MaterialReport report() const {
        MaterialReport out;
        out.sources = m_reports;
        std::unordered_set<std::string_view> all;
        for (std::size_t i = 0; i < out.sources.size(); ++i) {
            out.sources[i].concepts = static_cast<std::int64_t>(m_concepts[i].size());
            all.insert(m_concepts[i].begin(), m_concepts[i].end());
        }
        out.concepts = static_cast<std::int64_t>(all.size());
        out.notes = m_notes;
        if (all.size() == 1) {
            out.notes.push_back("All mentions are of one concept, \"" + std::string(*all.begin()) +
                                "\": there is nothing to tell it from. Add other material.");
        }
        return out;
    }

    [[nodiscard]] Result<std::vector<std::string>> closedConcepts(std::size_t index) const {
        if (!m_sources[index].closed)
            return std::vector<std::string>();
        std::set<std::string> names;
        for (const std::string& file : m_sources[index].files) {
            auto stream = openPassages(file, m_sources[index].kind, readerOptions(index));
            if (!stream)
                return tl::unexpected(std::move(stream.error()));
            Passage passage;
            for (;;) {
                const auto more = (*stream)->next(passage);
                if (!more && m_options.skipBad && (*stream)->goesOnAfter(more.error()))
                    continue;
                if (!more)
                    return tl::unexpected(more.error());
                if (!*more)
                    break;
                for (const Mention& mention : passage.mentions)
                    names.insert(normalisedConcept(mention.name));
            }
        }
        names.erase(std::string());
        return std::vector<std::string>(names.begin(), names.end());
    }

private:
    [[nodiscard]] ReaderOptions readerOptions(std::size_t index) const {
        ReaderOptions options;
        options.types = m_sources[index].types;
        options.skipFirstWords = m_sources[index].skipFirstWords;
        options.wordNet = m_wordNet;
        return options;
    }

    Result<bool> ended() const {
        const bool any =
            std::any_of(m_reports.begin(), m_reports.end(),
                        [](const SourceReport& source) { return source.mentions > 0; });
        if (any)
            return false;
        std::int64_t entries = 0;
        std::int64_t unlocated = 0;
        for (const SourceReport& source : m_reports) {
            entries += source.entries;
            unlocated += source.unlocated;
        }
        return failure(
            ErrorCode::InvalidFormat,
            "There is nothing to learn from: of " + std::to_string(entries) +
                " entries none has a mention of a concept" +
                (unlocated > 0
                     ? " (" + std::to_string(unlocated) + " mentions are not in their texts)."
                     : std::string(".")) +
                " Annotate the texts first, or name other files.",
            m_sources.front().files.empty() ? std::string() : m_sources.front().files.front());
    }

    /// Reads the next entry of the current file into m_pieces; opens the next file at the end.
    Result<void> readEntry() {
        const MaterialSource& source = m_sources[m_source];
        SourceReport& report = m_reports[m_source];
        if (!m_stream) {
            if (m_file == source.files.size()) {
                ++m_source;
                m_file = 0;
                return {};
            }
            const std::string& path = source.files[m_file];
            MaterialKind kind = source.kind;
            if (kind == MaterialKind::Auto) {
                const auto detected = detectMaterialKind(path);
                if (!detected)
                    return tl::unexpected(detected.error());
                kind = *detected;
            }
            auto stream = openPassages(path, kind, readerOptions(m_source));
            if (!stream)
                return tl::unexpected(std::move(stream.error()));
            m_stream = std::move(*stream);
            report.kind = kind;
            m_base = {report.unlocated, report.malformed, report.droppedTypes};
        }
        Passage passage;
        const auto more = m_stream->next(passage);
        report.unlocated = m_base.unlocated + m_stream->counts().unlocated;
        report.malformed = m_base.malformed + m_stream->counts().malformed;
        report.droppedTypes = m_base.dropped + m_stream->counts().dropped;
        if (!more) {
            if (!m_options.skipBad || !m_stream->goesOnAfter(more.error()))
                return tl::unexpected(more.error());
            if (report.bad++ == 0)
                report.firstBad = more.error().text();
            return {};
        }
        if (!*more) {
            m_stream.reset();
            ++m_file;
            return {};
        }
        ++report.entries;
        passage.source = source.name;
        tidy(passage);
        std::vector<Passage> pieces =
            cutPassage(std::move(passage), m_options.longestWords, &report.cutThrough);
        report.cut += pieces.size() > 1 ? 1 : 0;
        for (Passage& piece : pieces)
            m_pieces.push_back(std::move(piece));
        return {};
    }

    /// Concepts normalised, sorted, each once at a place.
    static void tidy(Passage& passage) {
        for (Mention& mention : passage.mentions)
            mention.name = normalisedConcept(mention.name);
        std::erase_if(passage.mentions,
                      [](const Mention& mention) { return mention.name.empty(); });
        std::stable_sort(passage.mentions.begin(), passage.mentions.end(),
                         [](const Mention& a, const Mention& b) {
                             return std::tie(a.begin, a.end, a.name) <
                                    std::tie(b.begin, b.end, b.name);
                         });
        passage.mentions.erase(
            std::unique(passage.mentions.begin(), passage.mentions.end(), sameMention),
            passage.mentions.end());
    }

    bool isUsed(const Passage& piece) {
        SourceReport& report = m_reports[m_source];
        if (piece.mentions.empty() && !m_sources[m_source].closed) {
            ++report.withoutMentions;
            return false;
        }
        if (!m_seen.insert(textHash(piece.text)).second) {
            ++report.duplicates;
            return false;
        }
        ++report.passages;
        report.bytes += static_cast<std::int64_t>(piece.text.size());
        for (std::size_t i = 0; i < piece.mentions.size(); ++i) {
            const Mention& mention = piece.mentions[i];
            ++report.mentions;
            const bool same = i > 0 && piece.mentions[i - 1].begin == mention.begin &&
                              piece.mentions[i - 1].end == mention.end;
            report.spans += same ? 0 : 1;
            report.described += mention.description.empty() ? 0 : 1;
            m_concepts[m_source].insert(mention.name);
        }
        return true;
    }

    std::vector<MaterialSource> m_sources;
    MaterialOptions m_options;
    std::shared_ptr<const WordNet> m_wordNet;
    std::vector<std::string> m_notes;
    std::size_t m_source = 0;
    std::size_t m_file = 0;
    std::size_t m_last = 0;
    std::unique_ptr<PassageStream> m_stream;
    std::deque<Passage> m_pieces;
    std::unordered_set<std::uint64_t> m_seen;
    std::vector<std::unordered_set<std::string>> m_concepts;
    std::vector<SourceReport> m_reports;
    ReaderCounts m_base;
};

Material::Material(std::unique_ptr<State> state) : m_state(std::move(state)) {}
Material::Material(Material&&) noexcept = default;
Material& Material::operator=(Material&&) noexcept = default;
Material::~Material() = default;

Result<Material> Material::open(std::vector<MaterialSource> sources, MaterialOptions options) {
    if (sources.empty()) {
        return failure(ErrorCode::InvalidArgument,
                       "There is no data left to learn from: name a file, or leave out less.");
    }
    if (options.longestWords < 1)
        return failure(ErrorCode::InvalidArgument, "Passages need at least one word.");
    auto state = std::make_unique<State>(std::move(sources), std::move(options));
    if (auto ready = state->prepare(); !ready)
        return tl::unexpected(std::move(ready.error()));
    return Material(std::move(state));
}

Result<bool> Material::next(Passage& passage) {
    return m_state->next(passage);
}

std::size_t Material::sourceIndex() const {
    return m_state->last();
}

void Material::rewind() {
    m_state->rewind();
}

const std::vector<MaterialSource>& Material::sources() const {
    return m_state->sources();
}

MaterialReport Material::report() const {
    return m_state->report();
}

Result<std::vector<std::string>> Material::closedConcepts(std::size_t source) const {
    return m_state->closedConcepts(source);
}

Result<MaterialReport> inspectMaterial(
    std::vector<MaterialSource> sources, const MaterialOptions& options,
    const std::function<Result<void>(const Passage&, std::size_t)>& sink) {
    auto material = Material::open(std::move(sources), options);
    if (!material)
        return tl::unexpected(std::move(material.error()));
    Passage passage;
    for (;;) {
        const auto more = material->next(passage);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return material->report();
        if (sink) {
            if (auto taken = sink(passage, material->sourceIndex()); !taken)
                return tl::unexpected(std::move(taken.error()));
        }
    }
}

SourceReport MaterialReport::total() const {
    SourceReport sum;
    sum.name = "all";
    sum.concepts = concepts;
    for (const SourceReport& source : sources)
        addUp(sum, source);
    return sum;
}

std::string MaterialReport::toJson() const {
    const auto row = [](const SourceReport& source) {
        return nlohmann::ordered_json{{"name", source.name},
                                      {"family", source.family},
                                      {"kind", materialKindName(source.kind)},
                                      {"closed", source.closed},
                                      {"entries", source.entries},
                                      {"passages", source.passages},
                                      {"spans", source.spans},
                                      {"mentions", source.mentions},
                                      {"concepts", source.concepts},
                                      {"described", source.described},
                                      {"bytes", source.bytes},
                                      {"cut", source.cut},
                                      {"cut_through", source.cutThrough},
                                      {"duplicates", source.duplicates},
                                      {"without_mentions", source.withoutMentions},
                                      {"unlocated", source.unlocated},
                                      {"malformed", source.malformed},
                                      {"dropped_types", source.droppedTypes},
                                      {"bad", source.bad},
                                      {"first_bad", source.firstBad},
                                      {"seconds", source.seconds}};
    };
    nlohmann::ordered_json out;
    out["sources"] = nlohmann::ordered_json::array();
    for (const SourceReport& source : sources)
        out["sources"].push_back(row(source));
    nlohmann::ordered_json sum = row(total());
    for (const char* key : {"name", "family", "kind", "closed", "first_bad"})
        sum.erase(key);
    out["total"] = std::move(sum);
    out["notes"] = notes;
    return out.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string MaterialReport::toText() const {
    std::vector<std::vector<std::string>> rows{{"source", "family", "list", "passages", "spans",
                                                "mentions", "concepts", "duplicates", "empty",
                                                "unlocated", "bad", "s"}};
    const auto add = [&](const SourceReport& source, bool isTotal) {
        std::ostringstream seconds;
        seconds << std::fixed << std::setprecision(1) << source.seconds;
        rows.push_back({source.name, source.family,
                        isTotal         ? ""
                        : source.closed ? "closed"
                                        : "open",
                        std::to_string(source.passages), std::to_string(source.spans),
                        std::to_string(source.mentions), std::to_string(source.concepts),
                        std::to_string(source.duplicates), std::to_string(source.withoutMentions),
                        std::to_string(source.unlocated + source.malformed),
                        std::to_string(source.bad), seconds.str()});
    };
    for (const SourceReport& source : sources)
        add(source, false);
    add(total(), true);
    std::vector<std::size_t> widths(rows.front().size(), 0);
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    }
    std::ostringstream out;
    for (const auto& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string pad(widths[i] - row[i].size(), ' ');
            out << (i == 0 ? "" : "  ") << (i < 3 ? row[i] + pad : pad + row[i]);
        }
        out << '\n';
    }
    for (const SourceReport& source : sources) {
        if (source.bad > 0)
            out << source.name << ": first of " << source.bad << " bad: " << source.firstBad
                << '\n';
    }
    for (const std::string& note : notes)
        out << note << '\n';
    return out.str();
}

}  // namespace spanwise
