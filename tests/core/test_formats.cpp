#include <unistd.h>

#include <QDir>
#include <QTemporaryDir>
#include <atomic>
#include <chrono>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "core/formats/conll.h"
#include "core/formats/import.h"
#include "core/formats/jsonl.h"
#include "core/formats/read_ahead.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;
using Tags = std::vector<std::string>;

namespace {

struct Read {
    std::vector<Record> records;
    Result<ConllInfo> info;
};

Read conll(const std::string& text, ConllReadOptions options = {}) {
    std::istringstream in(text);
    Read out;
    out.info = readConll(in, "f.conll", options, [&](Record&& record) {
        out.records.push_back(std::move(record));
        return Result<void>{};
    });
    return out;
}

Result<std::vector<Record>> jsonl(const std::string& text) {
    std::istringstream in(text);
    std::vector<Record> records;
    const auto read = readJsonl(in, "f.jsonl", [&](Record&& record) {
        records.push_back(std::move(record));
        return Result<void>{};
    });
    if (!read)
        return tl::unexpected(read.error());
    return records;
}

/// Texts on which offsets have gone wrong in other tools.
std::vector<std::pair<const char*, std::string>> traps() {
    return {{"windows line ends", "One two.\r\nThree\r\n\r\nfour  five\t.\r\n"},
            {"byte order mark inside", "a \xEF\xBB\xBF b"},
            {"non-breaking space", "10\u00a0000 people in New\u00a0York"},
            {"line and paragraph separators", "first\u2028second\u2029third\u0085fourth"},
            {"emoji", "🧪 Ada 👩‍👩‍👧‍👦 Lovelace 🇩🇪 👍🏽 1️⃣ end"},
            {"combining marks", "e\u0301te\u0301 n\u0303"},
            {"right to left", "שלום \u200fעולם\u200f مرحبا"},
            {"cjk", "東京は日本の首都です。"},
            {"controls", "tab\there \v \f \x01 \x7f quote \" back\\slash </script>"},
            {"hash and tags", "# id x\n# text y\n# O\n-DOCSTART- B-PER\nO O"},
            {"underscores", "a_b _ __ c"},
            {"zero width", "a\u200bb\u200cc\u200dd\u2060e\u00adf"}};
}

}  // namespace

class TestFormats : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string file(const char* name, const QByteArray& bytes) {
        const QString path = m_folder.filePath(QString::fromLatin1(name));
        QFile out(path);
        if (!out.open(QIODevice::WriteOnly) || out.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(path));
        out.close();
        return path.toStdString();
    }

    static Result<std::vector<Record>> import(const std::string& path, ImportOptions options = {},
                                              ImportInfo* info = nullptr) {
        std::vector<Record> records;
        const auto read = importFile(path, options, [&](Record&& record) {
            records.push_back(std::move(record));
            return Result<void>{};
        });
        if (!read)
            return tl::unexpected(read.error());
        if (info)
            *info = *read;
        return records;
    }

private Q_SLOTS:
    // --- tag schemes

    void detect_schemes_data() {
        QTest::addColumn<QStringList>("tags");
        QTest::addColumn<QString>("scheme");
        QTest::addColumn<int>("irregular");
        const auto row = [](const char* name, const char* tags, const char* scheme, int irregular) {
            QTest::newRow(name) << QString::fromLatin1(tags).split(QLatin1Char(' '))
                                << QString::fromLatin1(scheme) << irregular;
        };
        row("iob2", "B-A I-A O B-A B-B", "IOB2", 0);
        row("iob1", "I-A I-A B-A O I-B", "IOB1", 0);
        row("io", "I-A I-A O I-B", "IO", 0);
        row("bilou", "B-A L-A O U-B", "BILOU", 0);
        row("iobes", "B-A I-A E-A O S-B", "BILOU", 0);
        row("broken iob2", "B-A I-A O I-A B-B B-A I-B", "IOB2", 2);
        row("broken bilou", "B-A O L-A U-B", "BILOU", 2);
        row("nothing", "O O", "IOB2", 0);
    }
    void detect_schemes() {
        QFETCH(QStringList, tags);
        QFETCH(QString, scheme);
        QFETCH(int, irregular);
        Tags list;
        for (const QString& tag : tags)
            list.push_back(tag.toStdString());
        TagSchemeDetector detector;
        detector.add(list);
        QCOMPARE(QString::fromStdString(std::string(tagSchemeName(detector.detect()))), scheme);
        QCOMPARE(detector.irregular(), irregular);
        QVERIFY(QString::fromStdString(detector.evidence()).startsWith(scheme + ": "));
    }

    void tags_randomSpans_roundTripInEveryScheme() {
        std::mt19937_64 random(4);
        for (int round = 0; round < 500; ++round) {
            std::vector<WordSpan> spans;
            int at = 0;
            while (at < 30) {
                at += static_cast<int>(random() % 3);
                const int end = at + 1 + static_cast<int>(random() % 4);
                spans.push_back({at, end, random() % 2 ? "A" : "B-C"});
                at = end;
            }
            const auto words = static_cast<std::size_t>(at) + random() % 3;
            for (const auto scheme : {TagScheme::Iob1, TagScheme::Iob2, TagScheme::Bilou}) {
                const Tags tags = tagsFromSpans(spans, words, scheme);
                QCOMPARE(tags.size(), words);
                QVERIFY(spansFromTags(tags, scheme) == spans);
            }
        }
    }

    void spansFromTags_brokenSequences_areRepaired() {
        using Spans = std::vector<WordSpan>;
        QVERIFY((spansFromTags({"I-A", "I-A", "I-B", "O", "I-B"}, TagScheme::Iob2) ==
                 Spans{{0, 2, "A"}, {2, 3, "B"}, {4, 5, "B"}}));
        QVERIFY((spansFromTags({"B-A", "B-A", "L-A", "L-A", "U-A", "I-A"}, TagScheme::Bilou) ==
                 Spans{{0, 1, "A"}, {1, 3, "A"}, {3, 4, "A"}, {4, 5, "A"}, {5, 6, "A"}}));
        QVERIFY((spansFromTags({"I-A", "I-A", "O"}, TagScheme::Io) == Spans{{0, 2, "A"}}));
    }

    // --- JSONL

    void jsonl_record_isReadWhole() {
        const auto records = jsonl(
            "\xEF\xBB\xBF{\"id\":17,\"text\":\"🧪 "
            "Ada\",\"spans\":[{\"begin\":2,\"end\":5,\"type\":"
            "\"PER\",\"score\":0.5}],\"meta\":{\"a\":1},\"source\":\"x\"}\r\n\r\n  \n"
            "{\"text\":\"plain\"}\n{\"id\":\"e\",\"text\":\"\",\"spans\":[]}");
        VERIFY_OK(records);
        QCOMPARE(records->size(), std::size_t{3});
        const Record& first = records->at(0);
        QCOMPARE(first.document.name, "17");
        QCOMPARE(first.document.text, "🧪 Ada");
        QCOMPARE(first.document.meta, R"({"a":1,"source":"x"})");
        QVERIFY(first.labelled);
        QVERIFY((first.spans == std::vector<NamedSpan>{{{2, 5}, "PER", 0.5}}));
        QVERIFY(!records->at(1).labelled);
        QVERIFY(records->at(2).labelled);
        QCOMPARE(recordToJson(records->at(1)), R"({"text":"plain"})");
        QCOMPARE(recordToJson(records->at(2)), R"({"id":"e","text":"","spans":[]})");
        QCOMPARE(recordToJson(first),
                 R"({"id":"17","text":"🧪 Ada","spans":[{"begin":2,"end":5,"type":"PER",)"
                 R"("score":0.5}],"meta":{"a":1,"source":"x"}})");
    }

    void jsonl_traps_roundTrip() {
        std::string lines;
        std::vector<Record> written;
        for (const auto& [name, text] : traps()) {
            Record record;
            record.document = makeDocument(name, text);
            record.labelled = true;
            for (const Range& word : splitWords(text))
                record.spans.push_back({word, "T"});
            const std::string line = recordToJson(record);
            QVERIFY(line.find('\n') == std::string::npos);
            QVERIFY(line.find("\u2028") == std::string::npos);
            lines += line + "\r\n";
            written.push_back(std::move(record));
        }
        const auto read = jsonl(lines);
        VERIFY_OK(read);
        QVERIFY(*read == written);
    }

    void jsonl_badInput_namesLineAndReason_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, QByteArray line, ErrorCode code,
                            const char* message) {
            QTest::newRow(name) << line << static_cast<int>(code) << QString::fromLatin1(message);
        };
        using enum ErrorCode;
        row("not json", "{\"text\": ", InvalidFormat, "not valid JSON");
        row("two objects", "{\"text\":\"a\"} {}", InvalidFormat, "not valid JSON");
        row("a list", "[1]", InvalidFormat, "no JSON object");
        row("no text", "{\"id\":1}", InvalidFormat, "\"text\"");
        row("text no string", "{\"text\":1}", InvalidFormat, "\"text\"");
        row("spans no list", "{\"text\":\"a\",\"spans\":{}}", InvalidFormat, "\"spans\"");
        row("span no object", "{\"text\":\"a\",\"spans\":[[0,1,\"X\"]]}", InvalidFormat, "Span 1");
        row("offset a string", R"({"text":"a","spans":[{"begin":"0","end":1,"type":"X"}]})",
            InvalidFormat, "whole numbers");
        row("offset a fraction", R"({"text":"a","spans":[{"begin":0,"end":0.5,"type":"X"}]})",
            InvalidFormat, "whole numbers");
        row("no type", R"({"text":"a","spans":[{"begin":0,"end":1}]})", InvalidFormat, "\"type\"");
        row("empty type", R"({"text":"a","spans":[{"begin":0,"end":1,"type":""}]})", InvalidFormat,
            "\"type\"");
        row("past the end", R"({"text":"ab","spans":[{"begin":1,"end":3,"type":"X"}]})",
            InvalidArgument, "past the end of the text (2 characters)");
        row("utf-16 offsets", R"({"text":"😀a","spans":[{"begin":2,"end":3,"type":"X"}]})",
            InvalidArgument, "past the end");
        row("huge", R"({"text":"a","spans":[{"begin":0,"end":18446744073709551615,"type":"X"}]})",
            InvalidArgument, "past the end");
        row("empty span", R"({"text":"a","spans":[{"begin":1,"end":1,"type":"X"}]})",
            InvalidArgument, "empty");
        row("negative", R"({"text":"a","spans":[{"begin":-1,"end":1,"type":"X"}]})",
            InvalidArgument, "negative");
        row("nul", "{\"text\":\"a\\u0000b\"}", InvalidText, "NUL");
        row("lone surrogate", "{\"text\":\"\\ud83d\"}", InvalidFormat, "not valid JSON");
        row("latin-1", "{\"text\":\"caf\xE9\"}", InvalidText, "Byte 13 of the line (0xE9)");
        row("id a list", "{\"id\":[],\"text\":\"a\"}", InvalidFormat, "\"id\"");
        row("deep", QByteArray("{\"text\":\"a\",\"m\":") + QByteArray(100000, '['), InvalidFormat,
            "256 deep");
    }
    void jsonl_badInput_namesLineAndReason() {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        QFETCH(QString, message);
        const auto records = jsonl("{\"text\":\"fine\"}\n\n" + line.toStdString() + "\n");
        VERIFY_FAILS(records, static_cast<ErrorCode>(code), "f.jsonl:3", message.toStdString());
    }

    void jsonl_sinkFails_stopsThere() {
        std::istringstream in("{\"text\":\"a\"}\n{\"text\":\"b\"}\nnot json\n");
        int seen = 0;
        const auto read = readJsonl(in, "x", [&](Record&&) -> Result<void> {
            if (++seen == 2)
                return failure(ErrorCode::Cancelled, "stop");
            return {};
        });
        QCOMPARE(read.error().code, ErrorCode::Cancelled);
        QCOMPARE(seen, 2);
    }

    // --- CoNLL

    void conll_classicFile_becomesDocuments() {
        const Read read = conll(
            "-DOCSTART- -X- O O\n\nEU NNP B-NP B-ORG\nrejects VBZ B-VP O\n\nPeter NNP B-NP B-PER\n"
            "Blackburn NNP I-NP I-PER\n\n-DOCSTART- -X- O O\n\nHi UH O O\n");
        VERIFY_OK(read.info);
        QCOMPARE(read.records.size(), std::size_t{2});
        const Record& first = read.records[0];
        QCOMPARE(first.document.text, "EU rejects\nPeter Blackburn");
        QVERIFY(first.labelled);
        QVERIFY((first.spans == std::vector<NamedSpan>{{{0, 2}, "ORG"}, {{11, 26}, "PER"}}));
        QCOMPARE(first.document.presplit.size(), std::size_t{2});
        QVERIFY((first.document.presplit[1] == Sentence{{11, 26}, {{11, 16}, {17, 26}}}));
        QCOMPARE(first.document.name, "f 1");
        QCOMPARE(read.info->sentences, 3);
        QCOMPARE(read.info->words, 5);
    }

    void conll_variants_areRead() {
        QCOMPARE(conll("\xEF\xBB\xBF"
                       "a\tO\r\n\r\n\r\nb\tB-X\r\n")
                     .records.size(),
                 std::size_t{2});
        QCOMPARE(conll("a   b    O\n").records[0].document.text, "a");
        QCOMPARE(conll("New York\tB-LOC\n").records[0].document.text, "New York");
        QCOMPARE(conll("a O\n \t \nb O").records.size(), std::size_t{2});
        ConllReadOptions all;
        all.sentencesPerDocument = 0;
        const Read one = conll("a O\n\nb O\n\nc O\n", all);
        QCOMPARE(one.records.size(), std::size_t{1});
        QCOMPARE(one.records[0].document.name, "f");
        all.sentencesPerDocument = 2;
        QCOMPARE(conll("a O\n\nb O\n\nc O\n", all).records.size(), std::size_t{2});
        QVERIFY(conll("").records.empty());
    }

    void conll_commentsAndHashWords_areToldApart() {
        const Read read = conll(
            "# id 17\tdomain=en\n# a comment\n# _ _ O\n#tag _ _ B-X\n\n# id \"a b B-X\"\nc _ _ "
            "O\n");
        VERIFY_OK(read.info);
        QCOMPARE(read.records.size(), std::size_t{2});
        QCOMPARE(read.records[0].document.name, "17");
        QCOMPARE(read.records[0].document.text, "# #tag");
        QCOMPARE(read.records[1].document.name, "a b B-X");
    }

    void conll_questionHeaders_startDocuments() {
        const Read read = conll(
            "Question_ID\tO\tQuestion_ID\tO\n:\tO\t:\tO\n42\tO\t42\tO\n\n"
            "Java\tB-Language\tJava\tO\n\nQuestion_ID\tO\tQuestion_ID\tO\n:\tO\t:\tO\n"
            "43\tO\t43\tO\n");
        VERIFY_OK(read.info);
        QCOMPARE(read.records.size(), std::size_t{2});
        QCOMPARE(read.records[0].document.name, "42");
        QVERIFY((read.records[0].spans == std::vector<NamedSpan>{{{17, 21}, "Language"}}));
    }

    void conll_tagColumn_canBeChosen() {
        const std::string text = "EU B-ORG B-NP\nsays O B-VP\n";
        ConllReadOptions options;
        options.tagColumn = 2;
        QCOMPARE(conll(text, options).records[0].spans.size(), std::size_t{1});
        QCOMPARE(conll(text).records[0].spans.size(), std::size_t{2});
        options.tagColumn = 4;
        const Read wrong = conll(text, options);
        VERIFY_FAILS(wrong.info, ErrorCode::InvalidFormat, "f.conll:1", "column 4");
        options.tagColumn = 1;
        QVERIFY(!conll(text, options).info.has_value());
    }

    void conll_badInput_namesLineAndReason_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("message");
        using enum ErrorCode;
        QTest::newRow("no tag") << QByteArray("word") << static_cast<int>(InvalidFormat)
                                << "no tag";
        QTest::newRow("no tag after a tab")
            << QByteArray("word\t") << static_cast<int>(InvalidFormat) << "no tag";
        QTest::newRow("not a tag")
            << QByteArray("word NNP") << static_cast<int>(InvalidFormat) << "\"NNP\" is no tag";
        QTest::newRow("unknown prefix")
            << QByteArray("word X-PER") << static_cast<int>(InvalidFormat) << "is no tag";
        QTest::newRow("no type") << QByteArray("word B-") << static_cast<int>(InvalidFormat)
                                 << "is no tag";
        QTest::newRow("latin-1") << QByteArray("caf\xE9 O") << static_cast<int>(InvalidText)
                                 << "Byte 4 of the line (0xE9)";
        QTest::newRow("nul") << QByteArray("a\0b O", 5) << static_cast<int>(InvalidText)
                             << "binary";
    }
    void conll_badInput_namesLineAndReason() {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        QFETCH(QString, message);
        const Read read = conll("fine O\r\n\r\nalso O\r\n" + line.toStdString() + "\r\n");
        VERIFY_FAILS(read.info, static_cast<ErrorCode>(code), "f.conll:4", message.toStdString());
    }

    void conll_traps_roundTripWithComments() {
        for (const auto scheme : {TagScheme::Iob1, TagScheme::Iob2, TagScheme::Bilou}) {
            std::stringstream file;
            ConllWriter writer(file, {scheme, true});
            std::vector<Record> written;
            for (const auto& [name, text] : traps()) {
                Record record;
                record.document = makeDocument(std::string("O ") + name + " B-X", text);
                record.document.presplit = splitSentences(text);
                record.labelled = true;
                int i = 0;
                for (const Sentence& sentence : record.document.presplit) {
                    for (const Range& word : sentence.words) {
                        if (++i % 3)
                            record.spans.push_back({word, i % 2 ? "B-1" : "ä"});
                    }
                }
                writer.write(record);
                written.push_back(std::move(record));
            }
            Record empty;
            empty.document = makeDocument("empty", "");
            empty.labelled = true;
            writer.write(empty);
            written.push_back(empty);
            const Read read = conll(file.str());
            VERIFY_OK(read.info);
            QCOMPARE(read.records.size(), written.size());
            for (std::size_t i = 0; i < written.size(); ++i)
                QVERIFY2(read.records[i] == written[i], written[i].document.name.c_str());
            if (scheme != TagScheme::Iob1)  // without neighbours of one type it looks like IO
                QCOMPARE(read.info->scheme, scheme);
            QCOMPARE(writer.report().documents, static_cast<std::int64_t>(written.size()));
        }
    }

    void conll_writer_isConll2003ByteForByte() {
        std::ostringstream out;
        ConllWriter writer(out, {});
        Record record;
        record.document = makeDocument("x", "Ada joined Bayer AG. She left.");
        record.spans = {{{0, 3}, "PER"}, {{11, 19}, "ORG"}};
        writer.write(record);
        QCOMPARE(out.str(),
                 "-DOCSTART- -X- O O\n\nAda -X- _ B-PER\njoined -X- _ O\nBayer -X- _ B-ORG\n"
                 "AG -X- _ I-ORG\n. -X- _ O\n\nShe -X- _ O\nleft -X- _ O\n. -X- _ O\n\n");
        QCOMPARE(writer.report().spans, 2);
    }

    void conll_writer_reportsWhatItCannotCarry() {
        std::ostringstream out;
        ConllWriter writer(out, {});
        Record record;
        record.document = makeDocument("x", "Ada Lovelace of New York");
        record.document.presplit = {{{0, 24}, {{0, 3}, {4, 12}, {13, 15}, {16, 24}}}};
        record.spans = {{{0, 12}, "side effect"}, {{0, 3}, "X"}, {{5, 8}, "X"}, {{18, 20}, "LOC"}};
        writer.write(record);
        QCOMPARE(writer.report().droppedOverlaps, 2);
        QCOMPARE(writer.report().widened, 1);
        QCOMPARE(writer.report().renamedTypes, 1);
        QCOMPARE(writer.report().changedWords, 1);
        QVERIFY(out.str().find("Ada -X- _ B-side_effect\n") != std::string::npos);
        QVERIFY(out.str().find("New_York -X- _ B-LOC\n") != std::string::npos);
    }

    void conll_textLineThatDoesNotFit_isAnError() {
        const Read read = conll("# id \"a\"\n# text \"Ada left\"\nAda O\nwent O\n");
        VERIFY_FAILS(read.info, ErrorCode::InvalidFormat, "f.conll:3", "went");
        VERIFY_FAILS(conll("# text \"Ada\nAda O\n").info, ErrorCode::InvalidFormat, "f.conll:1",
                     "JSON string");
    }

    // --- files

    void import_auto_findsTheFormat() {
        ImportInfo info;
        auto records = import(file("note.txt", "\xEF\xBB\xBFOne.\r\nTwo.\r\n"), {}, &info);
        VERIFY_OK(records);
        QCOMPARE(info.format, FileFormat::Text);
        QCOMPARE(records->at(0).document.name, "note.txt");
        QCOMPARE(records->at(0).document.text, "One.\r\nTwo.\r\n");
        QVERIFY(!records->at(0).labelled);

        VERIFY_OK(import(file("a.txt", "a O\nb B-X\n\n"), {}, &info));
        QCOMPARE(info.format, FileFormat::Conll);
        QVERIFY(info.note.starts_with("IOB2"));
        QCOMPARE(info.spans, 1);
        VERIFY_OK(import(file("b.txt", "\n{\"text\":\"a\"}\n{\"text\":\"b\"}\n"), {}, &info));
        QCOMPARE(info.format, FileFormat::Jsonl);
        QCOMPARE(info.documents, 2);
        VERIFY_OK(import(file("c.JSONL", ""), {}, &info));
        QCOMPARE(info.format, FileFormat::Jsonl);
        VERIFY_OK(import(file("d.conll", "a O\n"), {}, &info));
        QCOMPARE(info.format, FileFormat::Conll);
        VERIFY_OK(import(file("e.txt", "He rated it O\nand left.\n"), {}, &info));
        QCOMPARE(info.format, FileFormat::Text);
        // Any text is a document under its file's whole name, which says its syntax.
        for (const auto& [name, text] : std::vector<std::pair<const char*, const char*>>{
                 {"visit.md", "# Visit\n\n- metformin O\n"},
                 {"order.json", "{\n  \"text\": \"metformin\"\n}\n"},
                 {"list.json", "[{\"text\": 1}]\n"},
                 {"server.log", "2026-01-02 ERROR disk full\n"},
                 {"dose.py", "def dose():\n    return 1\n"},
                 {"Makefile", "all:\n\techo O\n"}}) {
            auto documents = import(file(name, text), {}, &info);
            VERIFY_OK(documents);
            QVERIFY2(info.format == FileFormat::Text && documents->size() == 1, name);
            QCOMPARE(documents->front().document.name, std::string(name));
            QCOMPARE(documents->front().document.text, std::string(text));
        }
        VERIFY_OK(import(file("empty.txt", ""), {}, &info));
        QCOMPARE(info.documents, 0);
        ImportOptions text;
        text.format = FileFormat::Text;
        VERIFY_OK(import(file("f.conll", "a O\n"), text, &info));
        QCOMPARE(info.format, FileFormat::Text);
        QCOMPARE(fileFormatFromName(fileFormatName(FileFormat::Conll)).value(), FileFormat::Conll);
        QVERIFY(!fileFormatFromName("xml").has_value());
    }

    void import_badFiles_giveOneClearMessage() {
        const std::string folder = m_folder.path().toStdString();
        VERIFY_FAILS(import(folder), ErrorCode::InvalidArgument, folder, "folder");
        const std::string missing = folder + "/no such file.txt";
        VERIFY_FAILS(import(missing), ErrorCode::NotFound, missing, "no such file");
        const std::string png = file("p.txt", QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0", 18));
        VERIFY_FAILS(import(png), ErrorCode::InvalidText, png + ":1", "binary");
        const std::string latin = file("l.txt", "eins\nzwei\nf\xFCnf\n");
        VERIFY_FAILS(import(latin), ErrorCode::InvalidText, latin + ":3",
                     "Byte 2 of the line (0xFC)");
        const std::string wide = file("w.txt", QByteArray("\xFF\xFEh\0i\0\n\0", 8));
        VERIFY_FAILS(import(wide), ErrorCode::InvalidText, wide + ":1", "UTF-16");
        for (const char* name : {"w.jsonl", "w.conll"}) {
            const std::string path = file(name, QByteArray("\xFF\xFEh\0i\0\n\0", 8));
            VERIFY_FAILS(import(path), ErrorCode::InvalidText, path + ":1", "UTF-16");
        }
        const std::string json = file("j.jsonl", "{\"text\":\"a\"}\n{\"text\":\n");
        VERIFY_FAILS(import(json), ErrorCode::InvalidFormat, json + ":2", "JSON");
        const std::string tagless = file("t.conll", "a O\nb\n");
        VERIFY_FAILS(import(tagless), ErrorCode::InvalidFormat, tagless + ":2", "no tag");
    }

    void import_unreadableFile_saysPermission() {
        if (::geteuid() == 0)
            QSKIP("root may read every file");
        const std::string path = file("locked.txt", "secret");
        QVERIFY(QFile::setPermissions(QString::fromStdString(path), {}));
        VERIFY_FAILS(import(path), ErrorCode::PermissionDenied, path, "permissions");
    }

    void readers_longLines_surviveTheBuffer() {
        // Around the size of the reader's buffer, where a line end may fall on its edge.
        for (const int size : {16381, 16382, 16383, 16384, 16385, 32766, 32767, 50000}) {
            const std::string word(static_cast<std::size_t>(size), 'a');
            const auto records = jsonl("{\"text\":\"" + word + "\"}\n{\"text\":\"b\"}");
            VERIFY_OK(records);
            QCOMPARE(records->size(), std::size_t{2});
            QCOMPARE(records->at(0).document.text, word);
            const Read read = conll(word + " O\n\n" + word.substr(4) + " B-X\nc O");
            VERIFY_OK(read.info);
            QCOMPARE(read.info->words, 3);
            QCOMPARE(read.records[0].document.text, word);
        }
    }

    void readers_failedStream_isAnError() {
        std::ifstream none("/no/such/file");
        const auto read = readJsonl(none, "x", [](Record&&) { return Result<void>{}; });
        QVERIFY(!read.has_value());
        QCOMPARE(read.error().code, ErrorCode::Io);
    }

    void readers_bigFile_holdOneRecordAtATime() {
#if defined(__SANITIZE_ADDRESS__)
        QSKIP("AddressSanitizer keeps freed memory");
#endif
        // 64 MiB go through; the process may grow by less than a quarter of that.
        const auto resident = [] {
            std::ifstream statm("/proc/self/statm");
            long total = 0;
            long pages = 0;
            statm >> total >> pages;
            return pages * (::sysconf(_SC_PAGESIZE) / 1024);
        };
        const std::string path = m_folder.filePath(QStringLiteral("big")).toStdString();
        {
            std::ofstream out(path + ".jsonl");
            std::ofstream words(path + ".conll");
            const std::string line = "{\"text\":\"" + std::string(1000, 'x') +
                                     "\",\"spans\":[{\"begin\":0,\"end\":9,\"type\":\"T\"}]}\n";
            for (std::size_t bytes = 0; bytes < (std::size_t{64} << 20); bytes += line.size()) {
                out << line;
                for (int i = 0; i < 25; ++i)
                    words << "some_long_word_here\tB-SomeType\n";
                words << '\n';
            }
        }
        const long before = resident();
        long most = 0;
        std::int64_t seen = 0;
        const auto sink = [&](Record&&) -> Result<void> {
            if (++seen % 5000 == 0)
                most = std::max(most, resident());
            return {};
        };
        const auto first = importFile(path + ".jsonl", {}, sink);
        VERIFY_OK(first);
        const auto second = importFile(path + ".conll", {}, sink);
        VERIFY_OK(second);
        QVERIFY(seen > 100000);
        QVERIFY2(most - before < 16 * 1024, qPrintable(QString::number(most - before)));
    }

    void readAhead_handsOnInOrder_andBothSidesSayWhy() {
        constexpr int kMany = 5000;
        const auto numbers = [](int most, int* pushed = nullptr) {
            return [most, pushed](const RecordSink& sink) -> Result<void> {
                for (int i = 0; i < most; ++i) {
                    if (auto taken = sink({makeDocument(std::to_string(i), "text"), {}, false});
                        !taken)
                        return taken;
                    if (pushed)
                        *pushed = i + 1;
                }
                return {};
            };
        };
        int next = 0;
        const auto inOrder = [&next](Record&& record) -> Result<void> {
            if (record.document.name != std::to_string(next))
                return failure(ErrorCode::Internal, "out of order");
            ++next;
            return {};
        };
        VERIFY_OK(readAhead(numbers(kMany), inOrder));
        QCOMPARE(next, kMany);
        VERIFY_OK(readAhead(numbers(0), inOrder));

        // The sink's error ends the source, which is not far ahead.
        int pushed = 0;
        const auto refused = readAhead(numbers(1000000, &pushed), [](Record&& record) {
            return record.document.name == "1000"
                       ? Result<void>(failure(ErrorCode::DiskFull, "full"))
                       : Result<void>();
        });
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::DiskFull);
        QVERIFY2(pushed < 1000000, qPrintable(QString::number(pushed)));

        // The source's error comes after what it has pushed.
        next = 0;
        const auto broken = readAhead(
            [&](const RecordSink& sink) -> Result<void> {
                (void)numbers(100)(sink);
                return failure(ErrorCode::InvalidFormat, "line 101");
            },
            inOrder);
        QVERIFY(!broken);
        QCOMPARE(broken.error().code, ErrorCode::InvalidFormat);
        QCOMPARE(next, 100);

        const auto throws = [](auto&&...) -> Result<void> { throw std::runtime_error("thrown"); };
        QVERIFY_EXCEPTION_THROWN((void)readAhead(throws, inOrder), std::runtime_error);
        QVERIFY_EXCEPTION_THROWN((void)readAhead(numbers(kMany), throws), std::runtime_error);
    }

    void readAhead_waitsForASlowSink() {
        // Texts of a megabyte: a few of them wait, not all.
        std::atomic<int> made = 0;
        int taken = 0, most = 0;
        VERIFY_OK(readAhead(
            [&](const RecordSink& sink) -> Result<void> {
                for (int i = 0; i < 40; ++i) {
                    ++made;
                    if (auto done = sink({makeDocument("m", std::string(1 << 20, 'm')), {}, false});
                        !done)
                        return done;
                }
                return {};
            },
            [&](Record&&) -> Result<void> {
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
                most = std::max(most, made - taken);
                ++taken;
                return {};
            }));
        QCOMPARE(taken, 40);
        QVERIFY2(most <= 12, qPrintable(QString::number(most)));
    }
};

QTEST_GUILESS_MAIN(TestFormats)
#include "test_formats.moc"
