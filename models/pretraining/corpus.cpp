#include "models/pretraining/corpus.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/text/utf8.h"
#include "models/io/files.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

constexpr const char* kExamples = "examples.bin";
constexpr const char* kIndex = "index.bin";
constexpr const char* kTables = "tables.json";
constexpr int kFormat = 1;
constexpr std::size_t kPiece = 1 << 20;  ///< bytes written at once
/// Of a record: source, numbers of ids, words and mentions.
constexpr std::uint64_t kHeader = 4;
constexpr std::uint64_t kMentionWords = sizeof(CorpusMention) / sizeof(std::int32_t);
static_assert(sizeof(CorpusMention) == 3 * sizeof(std::int32_t));

tl::unexpected<Error> damaged(const fs::path& file, const std::string& what) {
    return failure(ErrorCode::Corrupt,
                   what + " The prepared material is damaged: delete the folder \"" +
                       file.parent_path().string() + "\" and start again.",
                   file.string());
}

std::string_view bytesOf(std::span<const std::int32_t> values) {
    return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

/// What is wrong with the record at `at`; empty when nothing.
std::string wrongWith(std::span<const std::int32_t> words, std::uint64_t at, std::size_t sources,
                      std::size_t concepts) {
    if (at + kHeader > words.size())
        return "It begins past the end.";
    const std::int32_t source = words[at];
    if (source < 0 || static_cast<std::size_t>(source) >= sources)
        return "There is no source " + std::to_string(source) + ".";
    std::uint64_t size = kHeader;
    for (const std::uint64_t i : {1U, 2U, 3U}) {
        if (words[at + i] < 0)
            return "A length is negative.";
        size += static_cast<std::uint64_t>(words[at + i]) * (i == 3 ? kMentionWords : 1);
    }
    if (at + size > words.size())
        return "It ends past the end.";
    const std::int32_t ids = words[at + 1];
    const std::int32_t count = words[at + 2];
    for (std::int32_t i = 0; i < ids; ++i) {
        if (words[at + kHeader + static_cast<std::uint64_t>(i)] < 0)
            return "An id is negative.";
    }
    for (std::int32_t i = 0; i < count; ++i) {
        const std::int32_t first = words[at + kHeader + static_cast<std::uint64_t>(ids + i)];
        if (first < 0 || first >= ids)
            return "A word is outside the text.";
    }
    for (std::int32_t i = 0; i < words[at + 3]; ++i) {
        const std::int32_t* mention =
            &words[at + kHeader + static_cast<std::uint64_t>(ids + count) +
                   static_cast<std::uint64_t>(i) * kMentionWords];
        if (mention[0] < 0 || mention[0] >= mention[1] || mention[1] > count || mention[2] < 0 ||
            static_cast<std::size_t>(mention[2]) >= concepts)
            return "A mention is outside the text, or of no concept.";
    }
    return {};
}

nlohmann::json toJson(const CorpusTables& tables) {
    nlohmann::json concepts = nlohmann::json::array();
    for (const CorpusConcept& c : tables.concepts)
        concepts.push_back({c.name, c.description, c.count, c.sources});
    nlohmann::json sources = nlohmann::json::array();
    for (const CorpusSource& source : tables.sources)
        sources.push_back({{"name", source.name},
                           {"examples", source.examples},
                           {"weight", source.weight},
                           {"licence", source.licence}});
    return {{"format", kFormat},
            {"tokenizer", tables.tokenizer},
            {"sources", std::move(sources)},
            {"concepts", std::move(concepts)}};
}

CorpusTables tablesFrom(const nlohmann::json& json) {
    CorpusTables tables;
    tables.tokenizer = json.at("tokenizer");
    for (const auto& source : json.at("sources"))
        tables.sources.push_back({source.at("name"), source.at("examples"), source.at("weight"),
                                  source.value("licence", std::string())});
    for (const auto& c : json.at("concepts"))
        tables.concepts.push_back({c.at(0), c.at(1), c.at(2), c.at(3)});
    return tables;
}

}  // namespace

Result<std::shared_ptr<const Corpus>> Corpus::open(const fs::path& folder) {
    auto file = MappedFile::open(folder / kExamples);
    if (!file)
        return tl::unexpected(file.error());
    const auto index = MappedFile::open(folder / kIndex);
    if (!index)
        return tl::unexpected(index.error());
    const auto text = readWholeFile(folder / kTables);
    if (!text)
        return tl::unexpected(text.error());
    auto corpus = std::shared_ptr<Corpus>(new Corpus);
    try {
        const auto json = nlohmann::json::parse(*text);
        if (json.at("format") != kFormat)
            return damaged(folder / kTables, "Its format is another version's.");
        corpus->m_tables = tablesFrom(json);
    } catch (const nlohmann::json::exception& e) {
        return damaged(folder / kTables, e.what());
    }
    if (corpus->m_tables.sources.size() > kMostCorpusSources)
        return damaged(folder / kTables, "There are too many sources.");
    if (file->bytes().size() % sizeof(std::int32_t) != 0)
        return damaged(folder / kExamples, "It ends in the middle of a number.");
    if (index->bytes().size() % sizeof(std::uint64_t) != 0)
        return damaged(folder / kIndex, "It ends in the middle of a number.");
    corpus->m_file = std::move(*file);
    const std::string_view bytes = corpus->m_file.bytes();
    corpus->m_words = {reinterpret_cast<const std::int32_t*>(bytes.data()),
                       bytes.size() / sizeof(std::int32_t)};
    corpus->m_index.resize(index->bytes().size() / sizeof(std::uint64_t));
    std::copy_n(index->bytes().data(), index->bytes().size(),
                reinterpret_cast<char*>(corpus->m_index.data()));
    for (std::size_t i = 0; i < corpus->m_index.size(); ++i) {
        const std::string wrong =
            wrongWith(corpus->m_words, corpus->m_index[i], corpus->m_tables.sources.size(),
                      corpus->m_tables.concepts.size());
        if (!wrong.empty())
            return damaged(folder / kExamples, "Example " + std::to_string(i) + ": " + wrong);
    }
    corpus->m_sha256 = sha256Hex(sha256Hex(bytes) + sha256Hex(index->bytes()) + sha256Hex(*text));
    return corpus;
}

CorpusExample Corpus::operator[](std::size_t index) const {
    const std::uint64_t at = m_index[index];
    const auto ids = static_cast<std::size_t>(m_words[at + 1]);
    const auto words = static_cast<std::size_t>(m_words[at + 2]);
    const auto mentions = static_cast<std::size_t>(m_words[at + 3]);
    CorpusExample example;
    example.source = m_words[at];
    example.ids = m_words.subspan(at + kHeader, ids);
    example.firsts = m_words.subspan(at + kHeader + ids, words);
    example.mentions = {
        reinterpret_cast<const CorpusMention*>(m_words.data() + at + kHeader + ids + words),
        mentions};
    return example;
}

CorpusWriter::CorpusWriter(fs::path folder)
    : m_folder(std::move(folder)), m_out(m_folder / kExamples) {}

void CorpusWriter::add(std::int32_t source, std::span<const std::int32_t> ids,
                       std::span<const std::int32_t> firsts,
                       std::span<const CorpusMention> mentions) {
    const std::array<std::int32_t, kHeader> header{source, static_cast<std::int32_t>(ids.size()),
                                                   static_cast<std::int32_t>(firsts.size()),
                                                   static_cast<std::int32_t>(mentions.size())};
    m_index.push_back(m_written);
    const std::span<const std::int32_t> flat(reinterpret_cast<const std::int32_t*>(mentions.data()),
                                             mentions.size() * kMentionWords);
    for (const auto& part : {std::span<const std::int32_t>(header), ids, firsts, flat}) {
        m_pending += bytesOf(part);
        m_written += part.size();
    }
    if (m_pending.size() >= kPiece) {
        m_out.write(m_pending);
        m_pending.clear();
    }
}

Result<void> CorpusWriter::finish(const CorpusTables& tables) {
    m_out.write(m_pending);
    m_pending.clear();
    if (auto written = m_out.finish(); !written)
        return written;
    const std::string_view index(reinterpret_cast<const char*>(m_index.data()),
                                 m_index.size() * sizeof(std::uint64_t));
    if (auto written = writeWholeFile(m_folder / kIndex, index); !written)
        return written;
    return writeWholeFile(m_folder / kTables, toJson(tables).dump());
}

}  // namespace spanwise
