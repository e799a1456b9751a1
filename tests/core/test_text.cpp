#include <unicode/uchar.h>

#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {

/// One code point after the other, the slow way.
struct Plain {
    std::vector<std::int64_t> bytes{0}, units{0};

    explicit Plain(const std::string& text) {
        for (std::size_t i = 0; i < text.size();) {
            const auto lead = static_cast<unsigned char>(text[i]);
            const int width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            i += static_cast<std::size_t>(width);
            bytes.push_back(bytes.back() + width);
            units.push_back(units.back() + (width == 4 ? 2 : 1));
        }
    }
};

QStringList wordsOf(const std::string& text) {
    QStringList out;
    for (const Range& word : splitWords(text))
        out << QString::fromStdString(std::string(slice(text, word)));
    return out;
}

QStringList sentencesAsText(const std::string& text) {
    QStringList out;
    for (const Sentence& sentence : splitSentences(text))
        out << QString::fromStdString(std::string(slice(text, sentence.range)));
    return out;
}

}  // namespace

class TestText : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void offsetMap_randomTexts_equalsCounting() {
        std::mt19937_64 random(1);
        for (int round = 0; round < 200; ++round) {
            const std::string text = randomText(random, static_cast<int>(random() % 60));
            const Plain plain(text);
            const OffsetMap map(text);
            const auto count = static_cast<Offset>(plain.bytes.size()) - 1;
            QCOMPARE(map.codePoints(), count);
            QCOMPARE(map.bytes(), plain.bytes.back());
            QCOMPARE(map.utf16Units(), plain.units.back());
            QCOMPARE(map.utf16Units(),
                     static_cast<std::int64_t>(QString::fromStdString(text).size()));
            QCOMPARE(countCodePoints(text), count);
            for (Offset i = 0; i <= count; ++i) {
                const auto at = static_cast<std::size_t>(i);
                if (map.toByte(i) != plain.bytes[at] || map.toUtf16(i) != plain.units[at])
                    QFAIL(
                        qPrintable(QStringLiteral("code point %1 of round %2").arg(i).arg(round)));
                if (i == count)
                    break;
                for (auto byte = plain.bytes[at]; byte < plain.bytes[at + 1]; ++byte)
                    QCOMPARE(map.fromByte(byte), i);
                for (auto unit = plain.units[at]; unit < plain.units[at + 1]; ++unit)
                    QCOMPARE(map.fromUtf16(unit), i);
            }
            QCOMPARE(map.fromByte(map.bytes()), count);
            QCOMPARE(map.fromUtf16(map.utf16Units()), count);
        }
    }

    void offsetMap_designExample_hasThePublishedOffsets() {
        const std::string text = "🧪 Ada Lovelace joined Bayer AG.";
        const OffsetMap map(text);
        QCOMPARE(map.toUtf16(2), 3);
        QCOMPARE(map.toUtf16(14), 15);
        QCOMPARE(map.toByte(22), 25);
        QCOMPARE(map.toByte(30), 33);
        QCOMPARE(map.fromUtf16(23), 22);
        QCOMPARE(map.fromByte(17), 14);
        QVERIFY(!map.isAscii());
    }

    void offsetMap_outside_isClamped() {
        for (const std::string& text : {std::string(), std::string("abc"), std::string("日本😀")}) {
            const OffsetMap map(text);
            QCOMPARE(map.toByte(-5), 0);
            QCOMPARE(map.toByte(1000), map.bytes());
            QCOMPARE(map.toUtf16(1000), map.utf16Units());
            QCOMPARE(map.fromByte(1000), map.codePoints());
            QCOMPARE(map.fromByte(-1), 0);
            QCOMPARE(map.fromUtf16(1000), map.codePoints());
        }
        QVERIFY(OffsetMap("abc").isAscii());
        QCOMPARE(OffsetMap().toByte(3), 0);
    }

    void validateUtf8_wellFormed_isAccepted() {
        std::mt19937_64 random(2);
        for (int i = 0; i < 50; ++i)
            VERIFY_OK(validateUtf8(randomText(random, 30), "x"));
        VERIFY_OK(validateUtf8("", "x"));
        VERIFY_OK(validateUtf8("\xEF\xBF\xBF\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80", "x"));
    }

    void validateUtf8_illFormed_namesLineAndByte_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("where");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, QByteArray bytes, const char* where,
                            const char* message) {
            QTest::newRow(name) << bytes << QString::fromLatin1(where)
                                << QString::fromLatin1(message);
        };
        row("latin-1", "one\ntwo\ncaf\xE9 au lait\n", "f:3", "Byte 4 of the line (0xE9)");
        row("latin-1 named", "caf\xE9 au lait\n", "f:1", "Latin-1 or Windows-1252");
        row("lone continuation", "ok \x80 text here", "f:1", "Byte 4 of the line (0x80)");
        row("overlong slash", "aaaa\n\xC0\xAF", "f:2", "Byte 1 of the line (0xC0)");
        row("overlong three", "text \xE0\x80\xAF", "f:1", "Byte 6 of the line (0xE0)");
        row("surrogate", "text \xED\xA0\x80", "f:1", "Byte 6 of the line (0xED)");
        row("past U+10FFFF", "text \xF4\x90\x80\x80", "f:1", "Byte 6 of the line (0xF4)");
        row("cut short", "text \xE2\x82", "f:1", "Byte 6 of the line (0xE2)");
        row("nul", QByteArray("abc\ndef\0ghi", 11), "f:2", "binary");
        row("png", QByteArray("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), "f:1", "binary");
        row("utf-16 le with mark", QByteArray("\xFF\xFEh\0i\0", 6), "f:1", "UTF-16");
        row("utf-16 be with mark", QByteArray("\xFE\xFF\0h\0i", 6), "f:1", "UTF-16");
        row("utf-16 le without mark", QByteArray("h\0e\0l\0l\0o\0", 10), "f:1", "UTF-16");
    }
    void validateUtf8_illFormed_namesLineAndByte() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, where);
        QFETCH(QString, message);
        const auto checked = validateUtf8(std::string_view(bytes.data(), bytes.size()), "f");
        VERIFY_FAILS(checked, ErrorCode::InvalidText, where.toStdString(), message.toStdString());
    }

    void validateUtf8_everySequenceOfTwoBytes_equalsQt() {
        for (int first = 0x80; first < 0x100; ++first) {
            for (int second = 0; second < 0x100; ++second) {
                const std::string bytes{static_cast<char>(first), static_cast<char>(second), 'x'};
                const bool good =
                    first >= 0xC2 && first <= 0xDF && second >= 0x80 && second <= 0xBF;
                QCOMPARE(isUtf8(bytes), good);
            }
        }
        for (char32_t c = 1; c < 0x110000; c += 7) {
            if (c < 0xD800 || c > 0xDFFF)
                QVERIFY(isUtf8(encoded(c)));
        }
    }

    void slice_emojiAndMarks_takesCodePoints() {
        QCOMPARE(slice("a😀é日z", {1, 4}), "😀é日");
        QCOMPARE(slice("abc", {2, 9}), "c");
        std::string text;
        for (int i = 0; i < 3000; ++i)
            text += "a😀é日";
        for (const Offset begin : {0, 1, 1021, 1022, 1023, 1024, 1025, 4098, 11998}) {
            const OffsetMap map(text);
            for (const Offset length : {1, 2, 1023, 1024, 1025, 5000}) {
                const auto from = static_cast<std::size_t>(map.toByte(begin));
                const auto to = static_cast<std::size_t>(map.toByte(begin + length));
                QCOMPARE(slice(text, {begin, begin + length}),
                         std::string_view(text).substr(from, to - from));
            }
        }
        QCOMPARE(slice("abc", {5, 9}), "");
        QCOMPARE(withoutBom("\xEF\xBB\xBFx"), "x");
        QCOMPARE(withoutBom("x"), "x");
    }

    void sha256_knownVectors_match() {
        QCOMPARE(sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QCOMPARE(sha256Hex("abc"),
                 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    void splitWords_traps_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("words");
        const auto row = [](const char* name, const char* text, QStringList words) {
            QTest::newRow(name) << QString::fromUtf8(text) << words;
        };
        row("contraction", "don't I’m", {"don't", "I’m"});
        row("possessive", "Ada's Bayer’s", {"Ada", "'s", "Bayer", "’s"});
        row("abbreviation", "e.g. U.S.A.", {"e.g", ".", "U.S.A", "."});
        row("numbers", "3.5 1,000 12.5% $5", {"3.5", "1,000", "12.5", "%", "$", "5"});
        row("unit", "500mg 3.5µg", {"500", "mg", "3.5", "µg"});
        row("ordinal, decade, name", "1st 22nd 1990s 5HT2A B2B",
            {"1st", "22nd", "1990s", "5HT2A", "B2B"});
        row("symbols", "C++ a-b ...", {"C", "+", "+", "a", "-", "b", ".", ".", "."});
        row("url", "https://example.com/a?x=1",
            {"https", ":", "/", "/", "example", ".", "com", "/", "a", "?", "x", "=", "1"});
        row("email", "john.doe@example.org", {"john", ".", "doe", "@", "example", ".", "org"});
        row("colon, semicolon", "a:b 1;2 10:30", {"a", ":", "b", "1", ";", "2", "10", ":", "30"});
        row("underscores", "file_name _x_ __", {"file_name", "_", "x", "_", "_", "_"});
        row("white space", "a\tb\u00a0c\u2028d\u2029e\u3000f  g\r\nh",
            {"a", "b", "c", "d", "e", "f", "g", "h"});
        row("soft hyphen", "co\u00adoperate", {"co\u00adoperate"});
        row("zero width space", "zero\u200bwidth", {"zero", "width"});
        row("direction marks", "\u200fשלום\u200f a\u2060", {"שלום", "a"});
        row("control", "a\u0001b", {"a", "b"});
        row("decomposed", "e\u0301te\u0301 x\u0302", {"e\u0301te\u0301", "x\u0302"});
        row("emoji", "😀👍🏽👨‍👩‍👧❤️‍🔥hi",
            {"😀", "👍🏽", "👨‍👩‍👧", "❤️‍🔥", "hi"});
        row("flags", "🇩🇪🇫🇷🏴󠁧󠁢󠁥󠁮󠁧󠁿",
            {"🇩🇪", "🇫🇷", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"});
        row("keycaps", "1️⃣2️⃣#️⃣", {"1️⃣", "2️⃣", "#️⃣"});
        row("chinese", "北京大学。", {"北", "京", "大", "学", "。"});
        row("japanese", "東京タワーへIT", {"東", "京", "タ", "ワ", "ー", "へ", "IT"});
        row("korean", "한국어를 말해요", {"한국어를", "말해요"});
        row("thai", "ภาษาไทยง่ายนิดเดียว", {"ภาษา", "ไทย", "ง่าย", "นิด", "เดียว"});
        row("arabic", "السَّلَامُ عَلَيْكُمْ، مرحبا؟", {"السَّلَامُ", "عَلَيْكُمْ", "،", "مرحبا", "؟"});
        row("hebrew", "שָׁלוֹם צה\"ל", {"שָׁלוֹם", "צה\"ל"});
        row("hindi", "हिन्दी में।", {"हिन्दी", "में", "।"});
        row("hashtag", "#tag @user", {"#", "tag", "@", "user"});
        row("quotes", "“Hi,” he said", {"“", "Hi", ",", "”", "he", "said"});
        row("nothing", " \n\t", {});
        row("empty", "", {});
    }
    void splitWords_traps() {
        QFETCH(QString, text);
        QFETCH(QStringList, words);
        QCOMPARE(wordsOf(text.toStdString()), words);
    }

    void splitWords_randomTexts_keepsTheContract() {
        std::mt19937_64 random(3);
        for (int round = 0; round < 300; ++round) {
            const std::string text = randomText(random, 40);
            const auto codes = QString::fromStdString(text).toUcs4();
            const auto words = splitWords(text);
            Offset at = 0;
            const auto isGap = [&](Offset i) {
                const auto c = static_cast<UChar32>(codes[i]);
                const auto type = u_charType(c);
                return u_isUWhiteSpace(c) || type == U_CONTROL_CHAR || type == U_FORMAT_CHAR;
            };
            for (const Range& word : words) {
                QVERIFY(at <= word.begin && word.begin < word.end && word.end <= codes.size());
                for (; at < word.begin; ++at)
                    QVERIFY(isGap(at));
                for (; at < word.end; ++at)
                    QVERIFY(!u_isUWhiteSpace(static_cast<UChar32>(codes[at])));
            }
            for (; at < codes.size(); ++at)
                QVERIFY(isGap(at));

            std::vector<Range> together;
            for (const Sentence& sentence : splitSentences(text)) {
                QVERIFY(!sentence.words.empty());
                QCOMPARE(sentence.range.begin, sentence.words.front().begin);
                QCOMPARE(sentence.range.end, sentence.words.back().end);
                together.insert(together.end(), sentence.words.begin(), sentence.words.end());
            }
            QVERIFY(together == words);
        }
    }

    void splitWords_longText_isTheSameInChunks() {
        std::string line = "Ada's 500mg of 日本 👩‍🚀 e.g. café.\r\n";
        const auto one = splitWords(line);
        std::string text;
        const int times = 5000;  // far more than one chunk
        for (int i = 0; i < times; ++i)
            text += line;
        const auto all = splitWords(text);
        QCOMPARE(all.size(), one.size() * times);
        const Offset length = countCodePoints(line);
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Offset shift = static_cast<Offset>(i / one.size()) * length;
            const Range expected = one[i % one.size()];
            QVERIFY(all[i] == (Range{expected.begin + shift, expected.end + shift}));
        }
        QCOMPARE(splitSentences(text).size(), static_cast<std::size_t>(times));
    }

    void splitSentences_traps_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("sentences");
        const auto row = [](const char* name, const char* text, QStringList sentences) {
            QTest::newRow(name) << QString::fromUtf8(text) << sentences;
        };
        row("plain", "One. Two? Three!", {"One.", "Two?", "Three!"});
        row("titles", "Dr. Smith met Mrs. Jones. They left.",
            {"Dr. Smith met Mrs. Jones.", "They left."});
        row("latin", "Fruit, e.g. Apples. More.", {"Fruit, e.g. Apples.", "More."});
        row("initials", "She met J. R. R. Tolkien. He sat.",
            {"She met J. R. R. Tolkien.", "He sat."});
        row("not initials", "She took vitamin C. The boy did. So did I. Then we left.",
            {"She took vitamin C.", "The boy did.", "So did I.", "Then we left."});
        row("states", "The U.S. Senate met.", {"The U.S. Senate met."});
        row("company", "Bayer Corp. Chairman A. Bee spoke.",
            {"Bayer Corp. Chairman A. Bee spoke."});
        row("quotes", "He said \"Hi.\" Then he left.", {"He said \"Hi.\"", "Then he left."});
        row("url", "See https://a.org/b?x=1 now. Bye.", {"See https://a.org/b?x=1 now.", "Bye."});
        row("line breaks", "Title\nText one\r\nDr.\n\u2028more\u2029and\u0085so\fon\von",
            {"Title", "Text one", "Dr.", "more", "and", "so", "on", "on"});
        row("cjk", "日本語です。次です。", {"日本語です。", "次です。"});
        row("no words", " \n \n", {});
    }
    void splitSentences_traps() {
        QFETCH(QString, text);
        QFETCH(QStringList, sentences);
        QCOMPARE(sentencesAsText(text.toStdString()), sentences);
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "test_text.moc"
