#include <algorithm>
#include <map>
#include <random>
#include <sstream>

#include "core/formats/passages.h"
#include "core/text/occurrences.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"
#include "tests/core/support.h"

using namespace spanwise;

namespace {

std::string plural(const std::vector<Range>& ranges) {
    std::string out;
    for (const Range& range : ranges)
        out += std::to_string(range.begin) + "-" + std::to_string(range.end) + " ";
    return out;
}

}  // namespace

class TestPassages : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void fullLine_isRead() {
        const auto read = passageFromJson(
            R"({"id": 7, "text": "Zoë 😀 has hay fever.", "extra": [1], "mentions": [)"
            R"({"begin": 10, "end": 19, "concept": "medical condition", "description": "an illness"},)"
            R"({"begin": 0, "end": 3, "concept": "person"}], "source": "c4", "model": "m", "prompt": "p"})",
            "f:1");
        VERIFY_OK(read);
        QCOMPARE(read->id, std::string("7"));
        QCOMPARE(read->source + read->model + read->prompt, std::string("c4mp"));
        QCOMPARE(read->mentions.size(), std::size_t{2});
        QCOMPARE(read->mentions[0], (Mention{0, 3, "person", ""}));
        QCOMPARE(read->mentions[1], (Mention{10, 19, "medical condition", "an illness"}));
        QCOMPARE(std::string(slice(read->text, {10, 19})), std::string("hay fever"));
    }

    void randomPassages_comeBackAsWritten() {
        std::mt19937_64 random(5);
        std::vector<Passage> passages;
        std::stringstream file;
        for (int i = 0; i < 200; ++i) {
            Passage passage;
            passage.text = "x" + test::randomText(random, 40);
            passage.id = i % 3 == 0 ? "" : test::randomText(random, 2);
            passage.source = i % 2 == 0 ? "" : "säts \"\\ \u2028";
            const Offset length = countCodePoints(passage.text);
            Offset at = 0;
            while (at < length && passage.mentions.size() < 9) {
                const Offset end = at + 1 + static_cast<Offset>(random() % 7);
                if (end > length)
                    break;
                passage.mentions.push_back({at, end, "k" + test::randomText(random, 2),
                                            random() % 2 ? test::randomText(random, 3) : ""});
                at = end + static_cast<Offset>(random() % 5) - 1;
            }
            passages.push_back(passage);
            writePassage(file, passage);
        }
        std::vector<Passage> back;
        const auto summary = readPassages(file, "f", [&](Passage&& passage) -> Result<void> {
            back.push_back(std::move(passage));
            return {};
        });
        VERIFY_OK(summary);
        QCOMPARE(summary->lines, std::int64_t{200});
        QCOMPARE(summary->passages, std::int64_t{200});
        QVERIFY(summary->mentions > 1000);
        QVERIFY(back == passages);
    }

    void badLine_isNamedWithWhatIsWrong_data() {
        QTest::addColumn<QByteArray>("line");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("part");
        const auto row = [](const char* name, const char* line, ErrorCode code, const char* part) {
            QTest::newRow(name) << QByteArray(line) << static_cast<int>(code)
                                << QString::fromUtf8(part);
        };
        const ErrorCode format = ErrorCode::InvalidFormat;
        const ErrorCode argument = ErrorCode::InvalidArgument;
        row("prose", "Here are the mentions:", format, "not valid JSON (byte 1 of the line)");
        row("half", R"({"text": "a b")", format, "not valid JSON");
        row("list", R"(["a"])", format, "no JSON object");
        row("no text", R"({"mentions": []})", format, R"(needs a string "text", but has nothing)");
        row("text number", R"({"text": 3})", format, "but has number");
        row("nul", R"({"text": "a\u0000b"})", ErrorCode::InvalidText, "NUL");
        row("lone surrogate", R"({"text": "\ud83d"})", format, "not valid JSON");
        row("mentions", R"({"text": "a", "mentions": "b"})", format,
            "must be a list, but is string");
        row("mention", R"({"text": "a", "mentions": [3]})", format, "Mention 1 is no object");
        row("offset text",
            R"({"text": "a", "mentions": [{"begin": "0", "end": 1, "concept": "k"}]})", format,
            "but has string and number");
        row("offset missing", R"({"text": "a", "mentions": [{"begin": 0, "concept": "k"}]})",
            format, "but has number and nothing");
        row("not ascending",
            R"({"text": "abc", "mentions": [{"begin": 2, "end": 1, "concept": "k"}]})", argument,
            "Mention 1 (2 to 1) is empty or negative");
        row("empty", R"({"text": "abc", "mentions": [{"begin": 2, "end": 2, "concept": "k"}]})",
            argument, "(2 to 2) is empty");
        row("negative", R"({"text": "abc", "mentions": [{"begin": -1, "end": 2, "concept": "k"}]})",
            argument, "negative");
        row("past the end",
            R"({"text": "äöü", "mentions": [{"begin": 0, "end": 1, "concept": "k"},)"
            R"({"begin": 1, "end": 4, "concept": "k"}]})",
            argument, "Mention 2 ends at 4, past the end of the text (3 characters)");
        row("huge",
            R"({"text": "abc", "mentions": [{"begin": 0, "end": 18446744073709551615, "concept": "k"}]})",
            argument, "past the end");
        row("no concept", R"({"text": "abc", "mentions": [{"begin": 0, "end": 1}]})", format,
            R"(needs a string "concept")");
        row("blank concept",
            R"({"text": "abc", "mentions": [{"begin": 0, "end": 1, "concept": " "}]})", format,
            "not blank");
        row("description",
            R"({"text": "abc", "mentions": [{"begin": 0, "end": 1, "concept": "k", "description": 1}]})",
            format, R"("description" must be a string, but is number)");
        row("source", R"({"text": "abc", "source": {}})", format,
            R"("source" must be a string, but is object)");
        row("not utf-8", "{\"text\": \"a\xFF\"}", ErrorCode::InvalidText, "UTF-8");
        QTest::newRow("deep") << QByteArray(100'000, '[') << static_cast<int>(format)
                              << QStringLiteral("nested more than 256 deep");
    }

    void badLine_isNamedWithWhatIsWrong() {
        QFETCH(QByteArray, line);
        QFETCH(int, code);
        QFETCH(QString, part);
        std::istringstream in("{\"text\": \"good\"}\r\n\n" + line.toStdString() +
                              "\n{\"text\": \"after\"}");
        PassageReader reader(in, "set.jsonl");
        Passage passage;
        VERIFY_OK(reader.next(passage));
        const auto bad = reader.next(passage);
        QVERIFY(!bad);
        const std::string why = test::mismatch(bad.error(), static_cast<ErrorCode>(code),
                                               "set.jsonl:3", part.toStdString());
        // The message on bytes that are not UTF-8 names the byte as well.
        QVERIFY2(why.empty() || (bad.error().code == ErrorCode::InvalidText &&
                                 bad.error().where.starts_with("set.jsonl:3")),
                 why.c_str());
        const auto after = reader.next(passage);
        VERIFY_OK(after);
        QVERIFY(*after);
        QCOMPARE(passage.text, std::string("after"));
        const auto end = reader.next(passage);
        VERIFY_OK(end);
        QVERIFY(!*end);
    }

    void lineOverTheLimit_isRefusedByNumber_andTheNextIsRead() {
        const auto lineOf = [](std::size_t size) {
            return passageToJson({.text = std::string(size, 'a')});
        };
        const std::size_t frame = lineOf(0).size();
        const std::string fits = lineOf(kLongestPassageLine - frame);
        const std::string over = lineOf(kLongestPassageLine - frame + 1);
        std::istringstream in(fits + "\n" + over + "\n" + R"({"text": "after"})");
        PassageReader reader(in, "big.jsonl");
        Passage passage;
        VERIFY_OK(reader.next(passage));
        QCOMPARE(passage.text.size(), kLongestPassageLine - frame);
        VERIFY_FAILS(reader.next(passage), ErrorCode::InvalidFormat, "big.jsonl:2",
                     "longer than 10000000 bytes");
        VERIFY_OK(reader.next(passage));
        QCOMPARE(passage.text, std::string("after"));
        QCOMPARE(reader.line(), std::int64_t{3});
    }

    void missingFile_isNotFound() {
        VERIFY_FAILS(readPassages("/nowhere/a.jsonl", [](Passage&&) { return Result<void>(); }),
                     ErrorCode::NotFound, "/nowhere/a.jsonl", "cannot be opened");
    }

    void sinkError_endsReading() {
        std::istringstream in("{\"text\": \"a\"}\n{\"text\": \"b\"}\n");
        int seen = 0;
        const auto result = readPassages(in, "f", [&](Passage&&) -> Result<void> {
            ++seen;
            return failure(ErrorCode::Cancelled, "stop");
        });
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(seen, 1);
    }

    void occurrences_areWholeWords_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("needle");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* text, const char* needle, const char* expected) {
            QTest::newRow(needle) << QString::fromUtf8(text) << QString::fromUtf8(needle)
                                  << QString::fromUtf8(expected);
        };
        row("The art of a party, art.", "art", "4-7 20-23 ");
        row("Ada's idea: ada, Ada", "Ada", "0-3 17-20 ");
        row("Zoë met Zoë😀Zoë", "Zoë", "0-3 8-11 12-15 ");
        row("日本の日", "日", "0-1 3-4 ");
        row("日本の日本", "日本", "0-2 3-5 ");
        row("an Anglo-American pair", "American", "9-17 ");
        row("a a a a", "a a", "0-3 4-7 ");
        row("500mg of 500", "500", "0-3 9-12 ");
        row("A man, a plan, a canal", "  plan,  ", "9-14 ");
        row("New York\nNew  York", "New York", "0-8 ");
        row("don't", "don", "");
        row("cafe\u0301 cafe", "cafe", "6-10 ");
        row("abc", "abcd", "");
        row("a b", " \t", "");
        row("", "x", "");
        row("x C++, C+", "C++", "2-5 ");
        row("(x)", "(x)", "0-3 ");
    }

    void occurrences_areWholeWords() {
        QFETCH(QString, text);
        QFETCH(QString, needle);
        QFETCH(QString, expected);
        const auto found = occurrences(text.toStdString(), needle.toStdString());
        QCOMPARE(plural(found), expected.toStdString());
    }

    void occurrencesOfEachWord_includeTheWordItself() {
        std::mt19937_64 random(11);
        for (int i = 0; i < 12; ++i) {
            const std::string text = test::randomText(random, 60);
            const OccurrenceFinder finder(text);
            std::map<std::string, std::vector<Range>> known;
            for (const Range& word : splitWords(text)) {
                const std::string needle(slice(text, word));
                const auto [entry, isNew] = known.try_emplace(needle);
                if (isNew) {
                    entry->second = finder.find(needle);
                    Offset last = 0;
                    for (const Range& range : entry->second) {
                        if (slice(text, range) != needle || range.begin < last)
                            QCOMPARE(std::string(slice(text, range)), needle + " in order");
                        last = range.end;
                    }
                }
                const bool covered =
                    std::any_of(entry->second.begin(), entry->second.end(),
                                [&](const Range& range) { return range.overlaps(word); });
                QVERIFY2(covered, needle.c_str());
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestPassages)
#include "test_passages.moc"
