#include "core/formats/conll.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/formats/json_text.h"
#include "core/formats/line_reader.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"

namespace spanwise {
namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Cells between tabs (which may be empty and may hold spaces), or between runs of spaces.
void splitColumns(std::string_view line, std::vector<std::string_view>& columns) {
    columns.clear();
    if (line.find('\t') != std::string_view::npos) {
        for (;;) {
            const std::size_t tab = line.find('\t');
            columns.push_back(trimmed(line.substr(0, tab)));
            if (tab == std::string_view::npos)
                break;
            line.remove_prefix(tab + 1);
        }
        // A tab at the end of the line is no empty column.
        while (columns.size() > 1 && columns.back().empty())
            columns.pop_back();
        return;
    }
    while (!line.empty()) {
        const std::size_t begin = line.find_first_not_of(' ');
        if (begin == std::string_view::npos)
            break;
        line.remove_prefix(begin);
        const std::size_t end = std::min(line.find(' '), line.size());
        columns.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

/// The tag's index among the columns, or nothing when the line has no such column.
std::optional<std::size_t> tagIndex(const std::vector<std::string_view>& columns, int tagColumn) {
    if (columns.size() < 2)
        return std::nullopt;
    if (tagColumn != kTagColumnAuto) {
        const auto index = static_cast<std::size_t>(std::max(tagColumn - 1, 0));
        return index > 0 && index < columns.size() ? std::optional(index) : std::nullopt;
    }
    if (columns.size() == 4 && columns[2] == columns[0] && isTag(columns[1]))
        return 1;
    return columns.size() - 1;
}

std::optional<std::string> jsonString(std::string_view text) {
    const auto json = nlohmann::json::parse(text, nullptr, false);
    if (!json.is_string())
        return std::nullopt;
    return json.get<std::string>();
}

std::string shown(std::string_view line) {
    std::string out(slice(line, {0, 60}));
    return "\"" + out + (out.size() < line.size() ? "…" : "") + "\"";
}

/// Reads lines and hands out sentences.
class SentenceReader {
public:
    SentenceReader(std::istream& in, std::string_view where, int tagColumn,
                   const std::function<Result<void>(ConllSentence&&)>& sink)
        : m_lines(in, where), m_tagColumn(tagColumn), m_sink(sink) {}

    Result<void> run() {
        for (;;) {
            const auto more = m_lines.next();
            if (!more)
                return tl::unexpected(more.error());
            if (!*more)
                break;
            if (auto taken = take(m_lines.line()); !taken)
                return taken;
        }
        if (auto ended = endSentence(); !ended)
            return ended;
        return endDocument();
    }

private:
    Result<void> take(std::string_view line) {
        if (line.find_first_not_of(" \t") == std::string_view::npos) {
            // A tab alone parts two empty columns; it is as blank as a blank line.
            return endSentence();
        }
        if (line.starts_with("# id \"") || line.starts_with("# text \""))
            return comment(line);
        splitColumns(line, m_columns);
        const auto index = tagIndex(m_columns, m_tagColumn);
        if (line.front() == '#' && (!index || !isTag(m_columns[*index])))
            return comment(line);
        if (m_columns.front() == "-DOCSTART-") {
            if (auto ended = endSentence(); !ended)
                return ended;
            if (auto ended = endDocument(); !ended)
                return ended;
            m_next.startsDocument = true;
            return {};
        }
        if (!index) {
            return failure(
                ErrorCode::InvalidFormat,
                "The line " + shown(line) + " has a word but no tag" +
                    (m_tagColumn == kTagColumnAuto ? std::string()
                                                   : " in column " + std::to_string(m_tagColumn)) +
                    ". Each line needs a word and, in another column, its tag (\"O\", "
                    "\"B-PER\").",
                m_lines.place());
        }
        const std::string_view tag = m_columns[*index];
        if (!isTag(tag)) {
            return failure(ErrorCode::InvalidFormat,
                           shown(tag) +
                               " is no tag. A tag is \"O\", or a prefix and a type like "
                               "\"B-PER\".",
                           m_lines.place());
        }
        if (m_columns.front().empty()) {
            ++m_next.emptyWords;
            return {};
        }
        if (m_next.words.empty())
            m_next.line = m_lines.number();
        m_next.words.emplace_back(m_columns.front());
        m_next.tags.emplace_back(tag);
        return {};
    }

    Result<void> comment(std::string_view line) {
        const auto after = [&](std::string_view key) -> std::optional<std::string_view> {
            if (!line.starts_with(key))
                return std::nullopt;
            return trimmed(line.substr(key.size()));
        };
        if (const auto text = after("# text "); text && text->starts_with('"')) {
            m_next.text = jsonString(*text);
            if (!m_next.text) {
                return failure(ErrorCode::InvalidFormat,
                               "The text after \"# text\" is no JSON string.", m_lines.place());
            }
            return {};
        }
        std::optional<std::string_view> id = after("# id ");
        if (!id)
            id = after("# newdoc id = ");
        if (!id && !line.starts_with("# newdoc"))
            return {};
        if (auto ended = endSentence(); !ended)
            return ended;
        if (m_next.text) {
            if (auto ended = endDocument(); !ended)
                return ended;
        }
        m_next.startsDocument = true;
        if (id) {
            // What follows a tab is other metadata ("# id 17<TAB>domain=en").
            const std::string_view value = trimmed(id->substr(0, id->find('\t')));
            m_next.id = value.starts_with('"') ? jsonString(*id).value_or(std::string(*id))
                                               : std::string(value);
        }
        return {};
    }

    Result<void> endSentence() {
        if (m_next.words.empty())
            return {};
        if (m_next.words.size() >= 3 && m_next.words[0] == "Question_ID" &&
            m_next.words[1] == ":") {
            m_next.startsDocument = true;
            if (m_next.id.empty())
                m_next.id = m_next.words[2];
        }
        ConllSentence sentence = std::move(m_next);
        m_next = {};
        return m_sink(std::move(sentence));
    }

    /// A document that has a text and not one word is handed out, too.
    Result<void> endDocument() {
        if (!m_next.text && m_next.emptyWords == 0)
            return {};
        ConllSentence sentence = std::move(m_next);
        m_next = {};
        sentence.line = m_lines.number();
        return m_sink(std::move(sentence));
    }

    LineReader m_lines;
    int m_tagColumn;
    const std::function<Result<void>(ConllSentence&&)>& m_sink;
    std::vector<std::string_view> m_columns;
    ConllSentence m_next;
};

bool isGap(UChar32 c) {
    const auto type = u_charType(c);
    return u_isUWhiteSpace(c) || type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
}

bool isLineBreaking(UChar32 c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0x2028 || c == 0x2029;
}

/// End of `word` in `text` from byte `at` on, or npos. A "_" stands for white space, too: that is
/// how a column file writes it inside a word.
std::size_t matchWord(std::string_view text, std::size_t at, std::string_view word) {
    if (text.substr(at).starts_with(word))
        return at + word.size();
    for (std::size_t i = 0; i < word.size();) {
        if (at >= text.size())
            return std::string_view::npos;
        std::size_t next = at;
        UChar32 c;
        U8_NEXT(text.data(), next, text.size(), c);
        if (i > 0 && word[i] == '_' && isLineBreaking(c)) {
            at = next;
            ++i;
        } else if (word.substr(i).starts_with(text.substr(at, next - at))) {
            i += next - at;
            at = next;
        } else {
            return std::string_view::npos;
        }
    }
    return at;
}

/// Puts sentences together into documents.
class DocumentBuilder {
public:
    DocumentBuilder(std::string_view where, const ConllReadOptions& options,
                    const std::function<Result<void>(Record&&)>& sink)
        : m_where(where), m_options(options), m_sink(sink) {
        m_stem = std::filesystem::path(m_where).stem().string();
        if (m_stem.empty() || m_stem == "-")
            m_stem = "document";
    }

    Result<void> add(ConllSentence&& sentence) {
        m_marked = m_marked || sentence.startsDocument;
        const bool full = !m_marked && m_options.sentencesPerDocument > 0 &&
                          m_inDocument >= m_options.sentencesPerDocument;
        if (m_open && (sentence.startsDocument || full)) {
            if (auto ended = end(); !ended)
                return ended;
        }
        if (!m_open) {
            m_open = true;
            ++m_number;
            m_id = sentence.id;
            m_given = sentence.text.has_value();
            m_text = m_given ? std::move(*sentence.text) : std::string();
        }
        if (!sentence.words.empty()) {
            if (auto added = m_given ? locate(sentence) : append(sentence); !added)
                return added;
            m_sentences.push_back(std::move(sentence));
            ++m_inDocument;
        }
        return {};
    }

    Result<void> end() {
        if (!m_open)
            return {};
        m_open = false;
        Record record;
        record.labelled = true;
        const bool alone = m_number == 1 && !m_marked && m_options.sentencesPerDocument == 0;
        record.document = makeDocument(
            !m_id.empty() ? m_id : (alone ? m_stem : m_stem + " " + std::to_string(m_number)),
            std::move(m_text));
        for (std::size_t i = 0; i < m_sentences.size(); ++i) {
            const auto& words = m_words[i];
            for (WordSpan& span : spansFromTags(m_sentences[i].tags, TagScheme::Iob2)) {
                record.spans.push_back({{words[static_cast<std::size_t>(span.begin)].begin,
                                         words[static_cast<std::size_t>(span.end) - 1].end},
                                        std::move(span.type)});
            }
            record.document.presplit.push_back(
                {{words.front().begin, words.back().end}, std::move(m_words[i])});
        }
        m_sentences.clear();
        m_words.clear();
        m_text.clear();
        m_length = 0;
        m_at = 0;
        m_inDocument = 0;
        return m_sink(std::move(record));
    }

private:
    Result<void> append(const ConllSentence& sentence) {
        std::vector<Range> words;
        words.reserve(sentence.words.size());
        for (const std::string& word : sentence.words) {
            if (!m_text.empty()) {
                m_text += words.empty() ? '\n' : ' ';
                ++m_length;
            }
            const Offset length = countCodePoints(word);
            words.push_back({m_length, m_length + length});
            m_text += word;
            m_length += length;
        }
        m_words.push_back(std::move(words));
        return {};
    }

    Result<void> locate(const ConllSentence& sentence) {
        std::vector<Range> words;
        words.reserve(sentence.words.size());
        for (const std::string& word : sentence.words) {
            for (;;) {
                const std::size_t end = matchWord(m_text, m_at, word);
                if (end != std::string_view::npos) {
                    const Offset length =
                        countCodePoints(std::string_view(m_text).substr(m_at, end - m_at));
                    words.push_back({m_length, m_length + length});
                    m_length += length;
                    m_at = end;
                    break;
                }
                std::size_t next = m_at;
                UChar32 c = 0;
                if (next < m_text.size())
                    U8_NEXT(m_text.data(), next, m_text.size(), c);
                if (m_at >= m_text.size() || !isGap(c)) {
                    return failure(ErrorCode::InvalidFormat,
                                   "The word " + shown(word) +
                                       " of this sentence is not where the \"# text\" line has it. "
                                       "Correct one of the two, or delete the \"# text\" line.",
                                   m_where + ":" + std::to_string(sentence.line));
                }
                m_at = next;
                ++m_length;
            }
        }
        m_words.push_back(std::move(words));
        return {};
    }

    std::string m_where;
    ConllReadOptions m_options;
    const std::function<Result<void>(Record&&)>& m_sink;
    std::string m_stem;
    std::string m_id;
    std::string m_text;
    Offset m_length = 0;   ///< code points of m_text so far (given text: before m_at)
    std::size_t m_at = 0;  ///< byte of a given text after the last word
    std::vector<ConllSentence> m_sentences;
    std::vector<std::vector<Range>> m_words;
    int m_inDocument = 0;
    std::int64_t m_number = 0;
    bool m_open = false;
    bool m_given = false;
    bool m_marked = false;
};

/// What both readers count.
struct Tally {
    TagSchemeDetector detector;
    ConllInfo info;

    void add(const ConllSentence& sentence) {
        info.emptyWords += sentence.emptyWords;
        if (sentence.words.empty())
            return;
        detector.add(sentence.tags);
        ++info.sentences;
        info.words += static_cast<std::int64_t>(sentence.words.size());
    }
    ConllInfo finish() {
        info.scheme = detector.detect();
        info.evidence = detector.evidence();
        info.irregularTags = detector.irregular();
        if (info.emptyWords > 0)
            info.evidence +=
                "; " + std::to_string(info.emptyWords) + " lines without a word left out";
        return info;
    }
};

/// Without the white space that would part columns or lines.
std::string inOneColumn(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t begin = i;
        UChar32 c;
        U8_NEXT(text.data(), i, text.size(), c);
        if (isLineBreaking(c))
            out += '_';
        else
            out.append(text.substr(begin, i - begin));
    }
    return out;
}

}  // namespace

Result<void> readConllSentences(std::istream& in, std::string_view where,
                                const std::function<Result<void>(ConllSentence&&)>& sink,
                                int tagColumn) {
    return SentenceReader(in, where, tagColumn, sink).run();
}

Result<ConllInfo> readConll(std::istream& in, std::string_view where,
                            const ConllReadOptions& options,
                            const std::function<Result<void>(Record&&)>& sink) {
    Tally tally;
    DocumentBuilder builder(where, options, sink);
    const auto read = readConllSentences(
        in, where,
        [&](ConllSentence&& sentence) {
            tally.add(sentence);
            return builder.add(std::move(sentence));
        },
        options.tagColumn);
    if (!read)
        return tl::unexpected(read.error());
    if (const auto ended = builder.end(); !ended)
        return tl::unexpected(ended.error());
    return tally.finish();
}

Result<GoldSentences> readGoldConll(std::istream& in, std::string_view where, int tagColumn) {
    Tally tally;
    GoldSentences gold;
    const auto read = readConllSentences(
        in, where,
        [&](ConllSentence&& sentence) -> Result<void> {
            tally.add(sentence);
            if (sentence.words.empty())
                return {};
            LabelledSentence labelled;
            labelled.words = std::move(sentence.words);
            labelled.spans = spansFromTags(sentence.tags, TagScheme::Iob2);
            gold.sentences.push_back(std::move(labelled));
            gold.tags.push_back(std::move(sentence.tags));
            return {};
        },
        tagColumn);
    if (!read)
        return tl::unexpected(read.error());
    gold.info = tally.finish();
    return gold;
}

void ConllWriter::write(const Record& record) {
    const std::vector<Sentence> sentences = sentencesOf(record.document);
    int dropped = 0;
    const auto labelled = alignToWords(record.document, sentences, record.spans, &dropped);
    m_out << "-DOCSTART- -X- O O\n\n";
    if (m_options.comments) {
        m_out << "# id " << jsonLine(nlohmann::json(record.document.name)) << "\n# text "
              << jsonLine(nlohmann::json(record.document.text)) << '\n';
    }
    std::set<std::pair<Range, std::string_view>> exact;
    for (const NamedSpan& span : record.spans)
        exact.emplace(span.range, span.type);
    for (std::size_t i = 0; i < labelled.size(); ++i) {
        for (const WordSpan& span : labelled[i].spans) {
            const auto& words = sentences[i].words;
            const Range range{words[static_cast<std::size_t>(span.begin)].begin,
                              words[static_cast<std::size_t>(span.end) - 1].end};
            m_report.widened += exact.contains({range, span.type}) ? 0 : 1;
        }
        writeSentence(labelled[i].words, labelled[i].spans);
    }
    ++m_report.documents;
    m_report.droppedOverlaps += dropped;
}

void ConllWriter::writeSentence(const std::vector<std::string>& words,
                                const std::vector<WordSpan>& spans) {
    std::vector<WordSpan> named = spans;
    for (WordSpan& span : named) {
        std::string name = inOneColumn(span.type);
        if (name != span.type && m_renamed.insert(span.type).second)
            ++m_report.renamedTypes;
        span.type = std::move(name);
    }
    m_report.spans += static_cast<std::int64_t>(named.size());
    const auto tags = tagsFromSpans(named, words.size(), m_options.scheme);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string word = inOneColumn(words[i]);
        m_report.changedWords += word != words[i] ? 1 : 0;
        m_out << word << " -X- _ " << tags[i] << '\n';
    }
    m_out << '\n';
}

}  // namespace spanwise
