#include "models/pretraining/passage_text.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "core/formats/json_text.h"
#include "core/formats/line_reader.h"
#include "core/text/offset_map.h"
#include "core/text/word_splitter.h"

namespace spanwise {
namespace {

/// A paragraph of more bytes ends at its next line break: files without a blank line are text too.
constexpr std::size_t kLongestParagraph = std::size_t{1} << 20;

bool isBlank(std::string_view line) {
    return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// Gathers lines to paragraphs and parts these.
class Splitter {
public:
    Splitter(std::string id, std::string source, const PassageOptions& options,
             const PassageSink& sink)
        : m_id(std::move(id)), m_source(std::move(source)), m_options(options), m_sink(sink) {}

    Result<void> line(std::string_view line) {
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        const bool blank = isBlank(line);
        if (blank || m_options.unit == PassageUnit::Line ||
            m_paragraph.size() + line.size() > kLongestParagraph) {
            if (auto flushed = flush(); !flushed)
                return flushed;
        }
        if (!blank) {
            if (!m_paragraph.empty())
                m_paragraph += '\n';
            m_paragraph += line;
        }
        return {};
    }

    Result<void> flush() {
        if (m_paragraph.empty())
            return {};
        const std::string text = std::exchange(m_paragraph, {});
        const OffsetMap map(text);
        const auto most = static_cast<std::size_t>(std::max(m_options.maxWords, 1));
        std::vector<Range> piece;  // words
        const auto emit = [&]() -> Result<void> {
            const std::vector<Range> words = std::exchange(piece, {});
            if (words.empty() || words.size() < static_cast<std::size_t>(m_options.minWords))
                return {};
            const auto begin = static_cast<std::size_t>(map.toByte(words.front().begin));
            const auto end = static_cast<std::size_t>(map.toByte(words.back().end));
            return push(text.substr(begin, end - begin));
        };
        for (const Sentence& sentence : splitSentences(text)) {
            const bool alone = m_options.unit == PassageUnit::Sentence;
            if (alone || piece.size() + sentence.words.size() > most) {
                if (auto emitted = emit(); !emitted)
                    return emitted;
            }
            for (const Range word : sentence.words) {
                if (piece.size() == most) {
                    if (auto emitted = emit(); !emitted)
                        return emitted;
                }
                piece.push_back(word);
            }
        }
        return emit();
    }

private:
    Result<void> push(std::string text) {
        ++m_count;
        Passage passage;
        passage.text = std::move(text);
        passage.source = m_source;
        if (!m_id.empty())
            passage.id = m_count == 1 ? m_id : m_id + "#" + std::to_string(m_count);
        return m_sink(std::move(passage));
    }

    std::string m_id, m_source;
    const PassageOptions& m_options;
    const PassageSink& m_sink;
    std::string m_paragraph;
    std::int64_t m_count = 0;
};

Result<void> splitText(std::string_view text, Splitter&& splitter) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (auto taken = splitter.line(text.substr(0, end)); !taken)
            return taken;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return splitter.flush();
}

}  // namespace

Result<void> splitPassages(std::string_view text, const std::string& id,
                           const PassageOptions& options, const PassageSink& sink) {
    return splitText(text, Splitter(id, options.source, options, sink));
}

Result<void> readTextPassages(std::istream& in, const std::string& where,
                              const PassageOptions& options, const PassageSink& sink) {
    LineReader lines(in, where);
    Splitter splitter({}, options.source, options, sink);
    for (;;) {
        const auto more = lines.next();
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return splitter.flush();
        if (auto taken = splitter.line(lines.line()); !taken)
            return taken;
    }
}

Result<void> readJsonlPassages(std::istream& in, const std::string& where,
                               const PassageOptions& options, const PassageSink& sink) {
    LineReader lines(in, where);
    for (;;) {
        const auto more = lines.next();
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            return {};
        if (isBlank(lines.line()))
            continue;
        const auto bad = [&](std::string message, ErrorCode code = ErrorCode::InvalidFormat) {
            return failure(code, std::move(message), lines.place());
        };
        if (!isJsonShallow(lines.line()))
            return bad("The JSON is nested more than 256 deep.");
        const nlohmann::json json = nlohmann::json::parse(lines.line(), nullptr, false);
        if (!json.is_object())
            return bad("Expected one JSON object like {\"" + options.field +
                       "\": \"…\"} on each line.");
        const auto text = json.find(options.field);
        if (text == json.end() || !text->is_string())
            return bad("The object has no string \"" + options.field +
                       "\". Name the member that has the text (--field).");
        const auto& value = text->get_ref<const std::string&>();
        if (value.find('\0') != std::string::npos)
            return bad("The text has a NUL character (\\u0000).", ErrorCode::InvalidText);
        std::string id;
        if (const auto found = json.find("id"); found != json.end()) {
            if (found->is_string())
                id = found->get<std::string>();
            else if (found->is_number())
                id = found->dump();
        }
        std::string source = options.source;
        if (const auto found = json.find("source"); found != json.end() && found->is_string())
            source = found->get<std::string>();
        if (auto split =
                splitText(value, Splitter(std::move(id), std::move(source), options, sink));
            !split)
            return split;
    }
}

Result<void> readAnyPassages(std::istream& in, const std::string& where, PassageOptions options,
                             const PassageSink& sink) {
    const std::filesystem::path path(where);
    if (options.source.empty())
        options.source = path.stem().string();
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const bool isJson = ending == ".jsonl" || ending == ".ndjson" || ending == ".json" ||
                        (ending != ".txt" && in.peek() == '{');
    return isJson ? readJsonlPassages(in, where, options, sink)
                  : readTextPassages(in, where, options, sink);
}

Result<void> readPassageFile(const std::string& path, const PassageOptions& options,
                             const PassageSink& sink) {
    std::error_code ignored;
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path, ignored))
        return failure(ErrorCode::NotFound, "The file cannot be opened.", path);
    return readAnyPassages(in, path, options, sink);
}

std::optional<PassageUnit> passageUnitFromName(std::string_view name) {
    if (name == "passage")
        return PassageUnit::Passage;
    if (name == "sentence")
        return PassageUnit::Sentence;
    if (name == "line")
        return PassageUnit::Line;
    return std::nullopt;
}

}  // namespace spanwise
