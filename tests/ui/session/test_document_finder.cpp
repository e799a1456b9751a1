#include <QElapsedTimer>
#include <QSignalSpy>
#include <QTest>

#include "ui/session/document_finder.h"

using namespace spanwise;
using namespace spanwise::ui;

class TestDocumentFinder : public QObject {
    Q_OBJECT

    using Ranges = std::vector<Range>;
    static std::shared_ptr<const Document> document(const std::string& text) {
        return std::make_shared<Document>(makeDocument("n", text));
    }
    static Ranges find(const std::string& text, const FindQuery& query) {
        DocumentFinder finder;
        QSignalSpy changed(&finder, &DocumentFinder::changed);
        finder.find(document(text), query);
        while (changed.isEmpty() && changed.wait(10000)) {
        }
        return finder.problem().isEmpty() ? *finder.matches() : Ranges{{-1, -1}};
    }

private Q_SLOTS:
    void text_isFoundAsItIs_inCodePoints() {
        const std::string text = "\xF0\x9F\xA7\xAA 5 mg (a+b)\r\n5\tmg, 50 MG. \xC3\x84rzte";
        QVERIFY(find(text, {"5 mg"}) == Ranges({{2, 6}, {14, 18}}));
        QVERIFY(find(text, {"mg"}) == Ranges({{4, 6}, {16, 18}, {23, 25}}));
        QVERIFY(find(text, {"mg", false, true}) == Ranges({{4, 6}, {16, 18}}));
        QVERIFY(find(text, {"(A+B)"}) == Ranges({{7, 12}}));
        QVERIFY(find(text, {QString::fromUtf8("\xC3\xA4rzte")}) == Ranges({{27, 32}}));
        QVERIFY(find(text, {"\\d"}).empty());
        QVERIFY(find(text, {"5 0"}).empty());
    }

    void wholeWords_expressions() {
        QVERIFY(find("art, party, Art", {"art", false, false, true}) == Ranges({{0, 3}, {12, 15}}));
        QVERIFY(find("5 mg 50 mg", {"\\d+ mg", true}) == Ranges({{0, 4}, {5, 10}}));
        QVERIFY(find("a\nb", {"^b$", true}) == Ranges({{2, 3}}));
        QVERIFY(find("a", {"(a", true}) == Ranges({{-1, -1}}));
        QVERIFY(find("a", {"x*", true}).empty());
    }

    /// Every sign means itself.
    void text_ofSigns_isNoExpression() {
        const QString signs = QStringLiteral("a\\b^$.|?*+()[]{}#-&/~\"'");
        QVERIFY(find(signs.toStdString(), {signs}) ==
                Ranges({{0, static_cast<Offset>(signs.size())}}));
    }

    void longText_isFoundBesideTheWindow_andOnlyTheNewestIsTold() {
        std::string text;
        for (int i = 0; i < 200000; ++i)
            text += "seven ";
        DocumentFinder finder;
        QSignalSpy changed(&finder, &DocumentFinder::changed);
        finder.find(document(text), {"s"});
        QVERIFY(finder.isRunning());
        finder.find(document(text), {"se"});
        finder.find(document(text), {"eve"});
        QVERIFY(changed.isEmpty());
        QTRY_COMPARE(changed.size(), 1);
        QVERIFY(finder.isCut());
        QCOMPARE(finder.matches()->size(), DocumentFinder::kMost);
        QVERIFY(finder.matches()->front() == (Range{1, 4}));
        finder.findFilter(document(text), "sev");
        QTRY_COMPARE(changed.size(), 2);
        QVERIFY(finder.matches()->front() == (Range{0, 5}));
        finder.clear();
        QCOMPARE(changed.size(), 3);
        QVERIFY(finder.matches()->empty());
    }

    void expressionWithoutEnd_endsWithAWord_orWhenAnotherIsAsked() {
        const auto text = document(std::string(3000, 'a') + " " + std::string(60, 'a'));
        DocumentFinder finder;
        QSignalSpy changed(&finder, &DocumentFinder::changed);
        QElapsedTimer timer;
        timer.start();
        finder.find(text, {"(a+)+b", true});
        QVERIFY(timer.elapsed() < 200);
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 20000);
        QVERIFY2(finder.problem().contains("too long"), qPrintable(finder.problem()));
        finder.find(text, {"(a+)+b", true});
        finder.find(text, {"aa$", true});
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 2, 3000);
        QVERIFY(finder.problem().isEmpty());
        QCOMPARE(finder.matches()->size(), 1U);
    }
};

QTEST_GUILESS_MAIN(TestDocumentFinder)
#include "test_document_finder.moc"
