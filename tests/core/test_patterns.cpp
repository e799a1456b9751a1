#include <QElapsedTimer>

#include "core/patterns/pattern.h"
#include "core/text/utf8.h"
#include "tests/core/support.h"

using namespace spanwise;
using namespace spanwise::test;

namespace {

Pattern regex(std::string expression) {
    Pattern pattern;
    pattern.regex = std::move(expression);
    return pattern;
}

Pattern list(std::vector<std::string> entries) {
    Pattern pattern;
    pattern.kind = PatternKind::List;
    pattern.entries = std::move(entries);
    return pattern;
}

/// The matches' texts, or the error.
QStringList found(const Pattern& pattern, const std::string& text) {
    const auto matcher = PatternMatcher::make(pattern);
    if (!matcher)
        return {"problem: " + QString::fromStdString(matcher.error().message)};
    const auto ranges = matcher->find(text);
    if (!ranges)
        return {"error: " + QString::fromStdString(ranges.error().message)};
    QStringList out;
    for (const Range range : *ranges)
        out << QString::fromUtf8(std::string(slice(text, range)).c_str());
    return out;
}

}  // namespace

class TestPatterns : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void regex_findsInCodePoints() {
        QCOMPARE(found(regex("\\d+ ?mg"), "🧪 500 mg und 20mg, 5 mgx"),
                 QStringList({"500 mg", "20mg"}));
        QCOMPARE(found(regex("^[A-Z]+$"), "ABC\nabc\nDEF"), QStringList({"ABC", "DEF"}));
        QCOMPARE(found(regex("x*"), "abc"), QStringList());
        QCOMPARE(found(regex("日本"), "彼は日本人"), QStringList({"日本"}));
    }

    void regex_ofPartsOfWords_onlyWhenAsked() {
        Pattern part = regex("cef");
        QCOMPARE(found(part, "cefazolin"), QStringList());
        part.wholeWords = false;
        QCOMPARE(found(part, "cefazolin"), QStringList({"cef"}));
    }

    void regex_caseAndGroup() {
        Pattern pattern = regex("took (?<entity>\\w+)");
        QCOMPARE(found(pattern, "She took aspirin. He Took ASS."), QStringList({"aspirin"}));
        pattern.matchCase = false;
        QCOMPARE(found(pattern, "She took aspirin. He Took ASS."), QStringList({"aspirin", "ASS"}));
        QCOMPARE(found(regex("(foo|bar) baz"), "a bar baz"), QStringList({"bar baz"}));
    }

    void badRegex_saysWhatAndWhere_data() {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("message");
        QTest::addColumn<int>("at");
        QTest::newRow("open parenthesis") << "ab(cd"
                                          << "parenthesis has no partner" << 4;
        QTest::newRow("closing parenthesis") << "äb)cd"
                                             << "parenthesis has no partner" << 2;
        QTest::newRow("star") << "*a"
                              << "out of place" << 0;
        QTest::newRow("bracket") << "ab[cd"
                                 << "bracket is not closed" << 4;
        QTest::newRow("property") << "🧪\\p{Nonsense}x"
                                  << "no such property" << 12;
        QTest::newRow("count") << "a{5,2}b"
                               << "smaller than the first" << 6;
        QTest::newRow("reference") << "(a)\\2"
                                   << "no group of this number" << 4;
        QTest::newRow("look-behind") << "(?<=a+)b"
                                     << "look-behind" << 6;
        QTest::newRow("empty") << ""
                               << "no expression yet" << -1;
    }
    void badRegex_saysWhatAndWhere() {
        QFETCH(QString, expression);
        QFETCH(QString, message);
        QFETCH(int, at);
        const auto matcher = PatternMatcher::make(regex(expression.toStdString()));
        QVERIFY(!matcher);
        const auto text = QString::fromStdString(matcher.error().message);
        QVERIFY2(text.contains(message), qPrintable(text));
        QCOMPARE(static_cast<int>(matcher.error().at), at);
    }

    void slowRegex_ends() {
        QElapsedTimer timer;
        timer.start();
        const QStringList out = found(regex("(a+a+)+b"), std::string(60, 'a'));
        QVERIFY2(out.value(0).contains("takes too long"), qPrintable(out.join('|')));
        QVERIFY2(timer.elapsed() < 10000, qPrintable(QString::number(timer.elapsed())));
    }

    void list_findsWholeEntries_longestFirst() {
        const Pattern cities = list({"York", "New York", "New York City", "C++", "O'Neill"});
        QCOMPARE(found(cities, "New York, New\n York City and Yorkshire, York's C++ by O'Neill"),
                 QStringList({"New York", "New\n York City", "York", "C++", "O'Neill"}));
        QCOMPARE(found(cities, "new york"), QStringList());
        Pattern folded = list({"straße", "Ibuprofen"});
        folded.matchCase = false;
        QCOMPARE(found(folded, "STRASSE, IBUPROFEN, ibuprofene"),
                 QStringList({"STRASSE", "IBUPROFEN"}));
        QCOMPARE(found(list({"日本"}), "彼は日本人"), QStringList({"日本"}));
        QCOMPARE(found(list({"", " "}), "x"),
                 QStringList({"problem: The list has no entries yet: one a line."}));
    }

    void longList_isQuick() {
        std::vector<std::string> entries;
        for (int i = 0; i < 50000; ++i)
            entries.push_back("compound " + std::to_string(i));
        std::string text;
        for (int i = 0; i < 20000; ++i)
            text += "It holds compound " + std::to_string(i * 7) + " as usual. ";
        const auto matcher = PatternMatcher::make(list(entries));
        QVERIFY(matcher.has_value());
        QElapsedTimer timer;
        timer.start();
        const auto ranges = matcher->find(text);
        const auto elapsed = timer.elapsed();
        QCOMPARE(ranges->size(), std::size_t{7143});
        qInfo("50,000 entries in %.1f MB of text: %lld ms", static_cast<double>(text.size()) / 1e6,
              static_cast<long long>(elapsed));
        QVERIFY(elapsed < 5000);
    }

    void find_endsWithEnough_orWhenItIsStopped() {
        auto letters = PatternMatcher::make(regex("[a-z]"));
        QVERIFY(letters.has_value());
        auto found = letters->find("a b c", 2);
        VERIFY_OK(found);
        QVERIFY(*found == std::vector<Range>({{0, 1}, {2, 3}}));
        auto drugs = PatternMatcher::make(list({"a", "b"}));
        QVERIFY(drugs.has_value());
        found = drugs->find("a b a", 2);
        VERIFY_OK(found);
        QVERIFY(*found == std::vector<Range>({{0, 1}, {2, 3}}));
        std::stop_source stop;
        stop.request_stop();
        VERIFY_FAILS(letters->find("a b c", 2, stop.get_token()), ErrorCode::Cancelled, "",
                     "stopped");
        found = letters->find("a b c", 1);
        VERIFY_OK(found);
    }

    void entries_comeFromLines() {
        const auto entries =
            entriesFromText("\xEF\xBB\xBF aspirin \r\n\n# drugs\nASS\naspirin", "x");
        VERIFY_OK(entries);
        QVERIFY(*entries == std::vector<std::string>({"aspirin", "ASS"}));
        VERIFY_FAILS(entriesFromText("ok\n\xff", "drugs.txt"), ErrorCode::InvalidText,
                     "drugs.txt:2", "");
    }

    void json_roundTrips() {
        Pattern pattern = regex("a\"\\d");
        pattern.name = "Ä";
        pattern.matchCase = false;
        pattern.wholeWords = false;
        auto back = patternFromJson("regex", patternToJson(pattern));
        VERIFY_OK(back);
        QVERIFY(*back == pattern);
        const Pattern strings = list({"a", "b\nc"});
        back = patternFromJson(patternKindName(strings.kind), patternToJson(strings));
        VERIFY_OK(back);
        QVERIFY(*back == strings);
        VERIFY_FAILS(patternFromJson("tree", "{}"), ErrorCode::InvalidFormat, "", "unknown kind");
        VERIFY_FAILS(patternFromJson("list", "[1"), ErrorCode::InvalidFormat, "", "cannot be read");
        VERIFY_FAILS(patternFromJson("list", "{\"entries\": 3}"), ErrorCode::InvalidFormat, "",
                     "cannot be read");
    }
};

QTEST_APPLESS_MAIN(TestPatterns)
#include "test_patterns.moc"
