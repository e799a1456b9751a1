#include "models/pretraining/prepare.h"

#include <algorithm>
#include <map>

#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"
#include "models/io/files.h"
#include "models/io/mapped_file.h"
#include "models/pretraining/concepts.h"

namespace spanwise {
namespace {

/// Passages between two calls of `progress`.
constexpr std::int64_t kTold = 1000;

/// Cuts a passage's words into examples and numbers its concepts.
class Preparer {
public:
    Preparer(const Tokenizer& tokenizer, const PrepareOptions& options, CorpusWriter& writer)
        : m_tokenizer(tokenizer), m_writer(writer) {
        const int special = (tokenizer.firstId() >= 0 ? 1 : 0) + (tokenizer.lastId() >= 0 ? 1 : 0);
        m_room = static_cast<std::size_t>(std::max(options.longest - special, 1));
    }

    void add(const Passage& passage, std::size_t source, PrepareReport& report) {
        const OffsetMap map(passage.text);
        const std::vector<Range> ranges = splitWords(passage.text);
        std::vector<std::string> words;
        for (const Range& range : ranges) {
            const auto begin = static_cast<std::size_t>(map.toByte(range.begin));
            const auto end = static_cast<std::size_t>(map.toByte(range.end));
            words.push_back(passage.text.substr(begin, end - begin));
        }
        // Mentions over words; what overlaps none has no place.
        std::vector<CorpusMention> mentions;
        for (const Mention& mention : passage.mentions) {
            const auto first = std::partition_point(
                ranges.begin(), ranges.end(),
                [&](const Range& range) { return range.end <= mention.begin; });
            const auto last = std::partition_point(
                first, ranges.end(), [&](const Range& range) { return range.begin < mention.end; });
            const ConceptId id = m_table.add(mention.name, mention.description, passage.source);
            if (first == last || id < 0) {
                ++report.lost;
                continue;
            }
            mentions.push_back({static_cast<std::int32_t>(first - ranges.begin()),
                                static_cast<std::int32_t>(last - ranges.begin()), id});
        }
        const Encoding encoding = m_tokenizer.encodeWords(words);
        for (std::size_t begin = 0; begin < encoding.ids.size();) {
            std::size_t end = std::min(begin + m_room, encoding.ids.size());
            // At a word's edge, unless one word is longer than all.
            while (end < encoding.ids.size() && end > begin &&
                   encoding.words[end] == encoding.words[end - 1])
                --end;
            if (end == begin)
                end = std::min(begin + m_room, encoding.ids.size());
            write(encoding, begin, end, mentions, source, report);
            begin = end;
        }
    }
    [[nodiscard]] const ConceptTable& table() const { return m_table; }

private:
    void write(const Encoding& encoding, std::size_t begin, std::size_t end,
               const std::vector<CorpusMention>& mentions, std::size_t source,
               PrepareReport& report) {
        m_ids.clear();
        m_firsts.clear();
        m_mentions.clear();
        std::vector<std::int32_t> words;  // of the passage, by word of the example
        if (m_tokenizer.firstId() >= 0)
            m_ids.push_back(m_tokenizer.firstId());
        for (std::size_t i = begin; i < end; ++i) {
            if (i == 0 || encoding.words[i] != encoding.words[i - 1]) {
                words.push_back(encoding.words[i]);
                m_firsts.push_back(static_cast<std::int32_t>(m_ids.size()));
            }
            m_ids.push_back(encoding.ids[i]);
        }
        if (m_tokenizer.lastId() >= 0)
            m_ids.push_back(m_tokenizer.lastId());
        if (words.empty())
            return;
        const auto place = [&](std::int32_t word) {
            return static_cast<std::int32_t>(std::lower_bound(words.begin(), words.end(), word) -
                                             words.begin());
        };
        for (const CorpusMention& mention : mentions) {
            const CorpusMention mine{place(mention.begin), place(mention.end), mention.conceptId};
            if (mine.begin >= mine.end)
                continue;
            // The rest of a mention whose beginning was cut off is none.
            if (mention.begin < words.front()) {
                ++report.lost;
                continue;
            }
            m_mentions.push_back(mine);
        }
        m_writer.add(static_cast<std::int32_t>(source), m_ids, m_firsts, m_mentions);
        ++report.examples;
        report.tokens += static_cast<std::int64_t>(m_ids.size());
        report.mentions += static_cast<std::int64_t>(m_mentions.size());
    }

    const Tokenizer& m_tokenizer;
    CorpusWriter& m_writer;
    ConceptTable m_table;
    std::size_t m_room = 0;
    std::vector<std::int32_t> m_ids, m_firsts;
    std::vector<CorpusMention> m_mentions;
};

using Json = nlohmann::json;

/// By path, all files that an origin names.
std::map<std::string, Json> filesOf(const Json& origin) {
    std::map<std::string, Json> files;
    if (!origin.is_object())
        return files;
    for (const Json& source : origin.value("sources", Json::array())) {
        for (const Json& file : source.value("files", Json::array()))
            files.emplace(file.value("path", std::string()), file);
    }
    return files;
}

Result<Json> fileOrigin(const std::string& path, const std::map<std::string, Json>& known) {
    const std::string full = std::filesystem::absolute(path).lexically_normal().string();
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    const auto changed =
        error ? std::filesystem::file_time_type() : std::filesystem::last_write_time(path, error);
    if (error)
        return tl::unexpected(fileError(error.value(), path, "read"));
    Json file{{"path", full}, {"size", size}, {"changed", changed.time_since_epoch().count()}};
    if (const auto before = known.find(full);
        before != known.end() && before->second.value("size", Json()) == file["size"] &&
        before->second.value("changed", Json()) == file["changed"]) {
        file["sha256"] = before->second.value("sha256", std::string());
        return file;
    }
    const auto bytes = MappedFile::open(path);
    if (!bytes)
        return tl::unexpected(bytes.error());
    file["sha256"] = sha256Hex(bytes->bytes());
    return file;
}

/// What the content of a source's files is, wherever they are.
std::vector<std::string> contentsOf(const Json& source) {
    std::vector<std::string> contents;
    for (const Json& file : source.value("files", Json::array()))
        contents.push_back(file.value("sha256", std::string()));
    return contents;
}

/// Of two sources of one name; empty: none.
std::string sourceDifference(const Json& before, const Json& now) {
    const std::string name = "\"" + now.value("name", std::string()) + "\"";
    const auto oldFiles = before.value("files", Json::array());
    const auto newFiles = now.value("files", Json::array());
    if (oldFiles.size() != newFiles.size())
        return name + " has " + std::to_string(newFiles.size()) + " files now, not " +
               std::to_string(oldFiles.size());
    const auto oldContents = contentsOf(before);
    const auto newContents = contentsOf(now);
    for (std::size_t i = 0; i < newContents.size(); ++i) {
        if (oldContents[i] == newContents[i])
            continue;
        const auto path = newFiles[i].value("path", std::string());
        const auto was = oldFiles[i].value("path", std::string());
        return path == was ? path + " has changed" : path + " has another content than " + was;
    }
    for (const auto& [key, value] : now.items()) {
        if (key != "files" && before.value(key, Json()) != value)
            return key + " of " + name + " is " + value.dump() + ", not " +
                   before.value(key, Json()).dump();
    }
    return {};
}

}  // namespace

Result<PrepareReport> prepareCorpus(Material& material, const Tokenizer& tokenizer,
                                    const PrepareOptions& options,
                                    const std::filesystem::path& folder,
                                    const std::function<void(const PrepareReport&)>& progress,
                                    std::stop_token stop) {
    if (material.sources().size() > kMostCorpusSources)
        return failure(ErrorCode::InvalidArgument,
                       "There are " + std::to_string(material.sources().size()) +
                           " sources of material; at most " + std::to_string(kMostCorpusSources) +
                           " can be told apart. Put files of one kind into one source.");
    StagedFolder staged(folder);
    if (auto made = staged.create(); !made)
        return tl::unexpected(made.error());
    CorpusWriter writer(staged.path());
    Preparer preparer(tokenizer, options, writer);
    PrepareReport report;
    CorpusTables tables;
    tables.tokenizer = options.tokenizer;
    for (const MaterialSource& source : material.sources())
        tables.sources.push_back({source.name, 0, source.weight, source.licence});
    Passage passage;
    for (std::int64_t number = 0;; ++number) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        const auto more = material.next(passage);
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            break;
        const std::int64_t before = report.examples;
        preparer.add(passage, material.sourceIndex(), report);
        tables.sources[material.sourceIndex()].examples += report.examples - before;
        if (progress && number % kTold == 0)
            progress(report);
    }
    std::vector<std::size_t> indexOf;
    for (const std::string& name : preparer.table().sources()) {
        const auto found = std::find_if(tables.sources.begin(), tables.sources.end(),
                                        [&](const auto& source) { return source.name == name; });
        indexOf.push_back(static_cast<std::size_t>(found - tables.sources.begin()));
    }
    for (const ConceptEntry& entry : preparer.table().entries()) {
        CorpusConcept c{entry.name, entry.description, entry.count, 0};
        for (const std::uint32_t source : entry.sources)
            c.sources |= std::uint64_t{1} << (indexOf[source] % kMostCorpusSources);
        tables.concepts.push_back(std::move(c));
    }
    if (auto written = writer.finish(tables); !written)
        return tl::unexpected(written.error());
    if (!options.origin.is_null()) {
        if (auto written = writeWholeFile(staged.path() / kCorpusOrigin, options.origin.dump(1));
            !written)
            return tl::unexpected(written.error());
    }
    if (auto committed = staged.commit(); !committed)
        return tl::unexpected(committed.error());
    return report;
}

Result<nlohmann::json> corpusOrigin(const std::vector<MaterialSource>& sources, bool skipBad,
                                    const PrepareOptions& options, const nlohmann::json& known,
                                    const std::stop_token& stop) {
    const auto before = filesOf(known);
    Json list = Json::array();
    for (const MaterialSource& source : sources) {
        Json files = Json::array();
        for (const std::string& path : source.files) {
            if (stop.stop_requested())
                return failure(ErrorCode::Cancelled, "");
            auto file = fileOrigin(path, before);
            if (!file)
                return tl::unexpected(file.error());
            files.push_back(std::move(*file));
        }
        Json types = Json::object();
        for (const auto& [type, concept_] : source.types.types())
            types[type] =
                concept_ ? Json{{"name", concept_->name}, {"description", concept_->description}}
                         : Json();
        list.push_back({{"name", source.name},
                        {"files", std::move(files)},
                        {"kind", materialKindName(source.kind)},
                        {"weight", source.weight},
                        {"closed", source.closed},
                        {"types", std::move(types)},
                        {"skip_first_words", source.skipFirstWords},
                        {"licence", source.licence}});
    }
    return Json{{"sources", std::move(list)},
                {"skip-bad", skipBad},
                {"longest", options.longest},
                {"tokenizer", options.tokenizer}};
}

std::string originDifference(const nlohmann::json& before, const nlohmann::json& now) {
    if (!before.is_object())
        return "it is not known what it was made from";
    for (const char* const key : {"longest", "skip-bad"}) {
        if (before.value(key, Json()) != now.at(key))
            return std::string(key) + " is " + now.at(key).dump() + ", not " +
                   before.value(key, Json()).dump();
    }
    if (before.value("tokenizer", Json()) != now.at("tokenizer"))
        return "the encoder has another tokenizer";
    const auto byName = [](const Json& origin) {
        std::map<std::string, Json> sources;
        for (const Json& source : origin.value("sources", Json::array()))
            sources.emplace(source.value("name", std::string()), source);
        return sources;
    };
    const auto old = byName(before);
    const auto wanted = byName(now);
    std::string names;
    for (const auto& [name, source] : old) {
        if (!wanted.contains(name))
            names += (names.empty() ? "" : ", ") + ("\"" + name + "\"");
    }
    if (!names.empty())
        return names + " is in it, but was not asked for";
    for (const auto& [name, source] : wanted) {
        if (!old.contains(name))
            names += (names.empty() ? "" : ", ") + ("\"" + name + "\"");
    }
    if (!names.empty())
        return names + " is not in it";
    for (const auto& [name, source] : wanted) {
        if (std::string difference = sourceDifference(old.at(name), source); !difference.empty())
            return difference;
    }
    const auto order = [](const Json& origin) {
        std::vector<std::string> result;
        for (const Json& source : origin.at("sources"))
            result.push_back(source.value("name", std::string()));
        return result;
    };
    return order(before) == order(now) ? std::string() : "its sources come in another order";
}

}  // namespace spanwise
