#include <condition_variable>
#include <cstdio>
#include <deque>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "app/cli/stream.h"
#include "core/formats/conll.h"
#include "core/formats/jsonl.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"

namespace spanwise::cli {
namespace {

/// One document or CoNLL sentence on its way through.
struct Item {
    Record record;                                ///< jsonl and text
    std::vector<std::vector<std::string>> words;  ///< per sentence
    std::vector<Sentence> sentences;              ///< ranges of those words; empty for CoNLL
};

/// Hands items from the reading thread to the predicting one; bounded, so that memory stays
/// constant, and never waits for a full batch, so that a slow pipe is answered line by line.
class Channel {
public:
    bool push(Item&& item) {
        std::unique_lock lock(m_mutex);
        m_room.wait(lock, [&] { return m_items.size() < kCapacity || m_abandoned; });
        if (m_abandoned)
            return false;
        m_items.push_back(std::move(item));
        m_filled.notify_one();
        return true;
    }
    void close(Result<void> outcome) {
        const std::scoped_lock lock(m_mutex);
        m_outcome = std::move(outcome);
        m_closed = true;
        m_filled.notify_one();
    }
    void abandon() {
        const std::scoped_lock lock(m_mutex);
        m_abandoned = true;
        m_room.notify_one();
    }
    /// Everything that is there, at least one item; empty at the end.
    std::vector<Item> take() {
        std::unique_lock lock(m_mutex);
        m_filled.wait(lock, [&] { return !m_items.empty() || m_closed; });
        std::vector<Item> taken(std::make_move_iterator(m_items.begin()),
                                std::make_move_iterator(m_items.end()));
        m_items.clear();
        m_room.notify_one();
        return taken;
    }
    Result<void> outcome() {
        const std::scoped_lock lock(m_mutex);
        return m_outcome;
    }

private:
    static constexpr std::size_t kCapacity = 512;
    std::mutex m_mutex;
    std::condition_variable m_filled, m_room;
    std::deque<Item> m_items;
    Result<void> m_outcome;
    bool m_closed = false;
    bool m_abandoned = false;
};

Item itemFrom(Record&& record) {
    Item item;
    item.sentences = sentencesOf(record.document);
    const OffsetMap map(record.document.text);
    for (const Sentence& sentence : item.sentences) {
        std::vector<std::string>& words = item.words.emplace_back();
        for (const Range word : sentence.words) {
            const auto begin = static_cast<std::size_t>(map.toByte(word.begin));
            const auto end = static_cast<std::size_t>(map.toByte(word.end));
            words.push_back(record.document.text.substr(begin, end - begin));
        }
    }
    item.record = std::move(record);
    return item;
}

tl::unexpected<Error> stopped() {
    return failure(ErrorCode::Cancelled, "");
}

Result<void> readText(std::istream& in, const std::string& where, Channel& channel) {
    std::string line;
    for (std::int64_t number = 1; std::getline(in, line); ++number) {
        if (!line.empty() && line.back() == '\r')
            line.pop_back();
        std::string_view text = line;
        if (number == 1)
            text = withoutBom(text);
        if (text.empty())
            continue;
        const std::string place = where + ":" + std::to_string(number);
        if (auto valid = validateUtf8(text, place); !valid)
            return valid;
        Record record;
        record.document = makeDocument(std::to_string(number), std::string(text));
        if (!channel.push(itemFrom(std::move(record))))
            return stopped();
    }
    return {};
}

Result<void> readRecords(std::istream& in, const std::string& where, Channel& channel) {
    return readJsonl(in, where, [&](Record&& record) -> Result<void> {
        record.spans.clear();
        if (!channel.push(itemFrom(std::move(record))))
            return stopped();
        return {};
    });
}

Result<void> readSentences(std::istream& in, const std::string& where, Channel& channel) {
    return readConllSentences(in, where, [&](ConllSentence&& sentence) -> Result<void> {
        Item item;
        item.record.document.name = sentence.id;
        item.words.push_back(std::move(sentence.words));
        if (!channel.push(std::move(item)))
            return stopped();
        return {};
    });
}

/// By the file's ending, else by the first line: JSON object, columns that end in a tag, text.
std::string detectInput(const StreamOptions& options, std::istream& in) {
    if (options.inputFormat != "auto")
        return options.inputFormat;
    for (const char* ending : {".conll", ".iob", ".bio", ".tsv"}) {
        if (options.input.ends_with(ending))
            return "conll";
    }
    if (options.input.ends_with(".jsonl") || in.peek() == '{')
        return "jsonl";
    return "text";
}

/// A CoNLL sentence as a document of its own, for JSONL output.
Record recordFromWords(const std::string& id, const std::vector<std::string>& words,
                       std::vector<Sentence>& sentences) {
    std::string text;
    Sentence sentence;
    Offset at = 0;
    for (const std::string& word : words) {
        if (!text.empty()) {
            text += ' ';
            ++at;
        }
        const Offset length = countCodePoints(word);
        sentence.words.push_back({at, at + length});
        text += word;
        at += length;
    }
    sentence.range = {0, at};
    sentences = {std::move(sentence)};
    Record record;
    record.document = makeDocument(id, std::move(text));
    return record;
}

void write(Item& item, const std::vector<std::vector<WordSpan>>& spans, std::size_t first,
           bool conll, ConllWriter& writer, std::ostream& out) {
    if (conll) {
        for (std::size_t i = 0; i < item.words.size(); ++i)
            writer.writeSentence(item.words[i], spans[first + i]);
        return;
    }
    if (item.sentences.empty())
        item.record =
            recordFromWords(item.record.document.name, item.words.front(), item.sentences);
    item.record.labelled = true;
    for (std::size_t i = 0; i < item.sentences.size(); ++i) {
        const std::vector<Range>& words = item.sentences[i].words;
        for (const WordSpan& span : spans[first + i])
            item.record.spans.push_back({{words[static_cast<std::size_t>(span.begin)].begin,
                                          words[static_cast<std::size_t>(span.end) - 1].end},
                                         span.type,
                                         span.score});
    }
    out << recordToJson(item.record) << '\n';
}

}  // namespace

Result<void> streamSpans(const Cli& cli, const StreamOptions& options, const FindSpans& find) {
    std::ifstream file;
    if (options.input != "-") {
        file.open(options.input, std::ios::binary);
        if (!file)
            return failure(ErrorCode::NotFound, "The file cannot be opened.", options.input);
    }
    std::istream& in = options.input == "-" ? std::cin : file;
    const std::string where = options.input == "-" ? "stdin" : options.input;
    std::ios::sync_with_stdio(false);
    // Else each read in the reading thread would flush what this one is writing.
    std::cin.tie(nullptr);

    Channel channel;
    std::jthread reader([&] {
        const std::string format = detectInput(options, in);
        channel.close(format == "conll"   ? readSentences(in, where, channel)
                      : format == "jsonl" ? readRecords(in, where, channel)
                                          : readText(in, where, channel));
    });

    const bool conll = options.format == "conll";
    ConllWriter writer(std::cout, {TagScheme::Iob2, false});
    ProgressLine line(cli);
    std::int64_t done = 0;
    for (std::vector<Item> items = channel.take(); !items.empty(); items = channel.take()) {
        std::vector<std::vector<std::string>> sentences;
        for (const Item& item : items)
            sentences.insert(sentences.end(), item.words.begin(), item.words.end());
        const auto spans = find(sentences);
        if (!spans) {
            channel.abandon();
            return tl::unexpected(spans.error());
        }
        std::size_t first = 0;
        for (Item& item : items) {
            const std::size_t count = item.words.size();
            write(item, *spans, first, conll, writer, std::cout);
            first += count;
        }
        std::cout.flush();
        if (!std::cout) {
            channel.abandon();
            return failure(ErrorCode::Io, "The output cannot be written (disk full, or closed).");
        }
        done += static_cast<std::int64_t>(items.size());
        line.show("documents: " + std::to_string(done));
    }
    return channel.outcome();
}

void addStreamOptions(Cli& cli, CLI::App* command, StreamOptions& options) {
    command
        ->add_option("FILE", options.input,
                     "JSONL, text (a document a line) or CoNLL; - is "
                     "stdin")
        ->capture_default_str();
    command->add_option("--input", options.inputFormat, "What FILE is")
        ->check(CLI::IsMember({"auto", "jsonl", "text", "conll"}))
        ->capture_default_str();
    command->add_option("--format", options.format, "What to write")
        ->check(CLI::IsMember({"jsonl", "conll"}))
        ->capture_default_str();
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
}

}  // namespace spanwise::cli
