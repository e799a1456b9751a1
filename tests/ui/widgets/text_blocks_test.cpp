#include "ui/document_view/text_blocks.h"

#include <QRandomGenerator>
#include <QTest>
#include <QTextBoundaryFinder>
#include <numeric>

#include "ui/document_view/block_layout.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

std::shared_ptr<const Document> document(std::string text) {
    return std::make_shared<Document>(makeDocument("d", std::move(text)));
}

}  // namespace

class TextBlocksTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cut_everyLineEnd_coversTheText_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("blocks");
        QTest::newRow("empty") << "" << 1;
        QTest::newRow("one line") << "abc" << 1;
        QTest::newRow("LF") << "a\nb" << 2;
        QTest::newRow("CRLF is one") << "a\r\nb\r\n" << 3;
        QTest::newRow("CR") << "a\rb" << 2;
        QTest::newRow("LF CR are two") << "a\n\rb" << 3;
        QTest::newRow("VT FF NEL") << QString("a\vb\fc") + QChar(0x85) + "d" << 4;
        QTest::newRow("U+2028 U+2029")
            << QString("a") + QChar(0x2028) + "b" + QChar(0x2029) + "c" << 3;
        QTest::newRow("NBSP and ZWSP are none")
            << QString("a") + QChar(0xA0) + QChar(0x200B) + "b" << 1;
        QTest::newRow("BOM is text") << QString(QChar(0xFEFF)) + "a" << 1;
    }
    void cut_everyLineEnd_coversTheText() {
        QFETCH(QString, text);
        QFETCH(int, blocks);
        const TextBlocks cut(document(text.toStdString()));
        QCOMPARE(cut.text(), text);
        QCOMPARE(cut.count(), blocks);
        Unit at = 0;
        for (int i = 0; i < cut.count(); ++i) {
            QCOMPARE(cut.at(i).begin, at);
            QVERIFY(cut.at(i).end <= cut.at(i).next);
            at = cut.at(i).next;
        }
        QCOMPARE(at, cut.length());
    }

    void cut_longLine_neverInsideAGrapheme_data() {
        QTest::addColumn<QString>("unit");
        QTest::newRow("words") << "alpha beta. ";
        QTest::newRow("no spaces") << "abcdefghij";
        QTest::newRow("han") << QString::fromUtf8("東京大学");
        QTest::newRow("emoji family") << QString::fromUtf8("👩‍👩‍👧‍👦");
        QTest::newRow("combining") << QString::fromUtf8("e\u0301\u0323o\u0308");
    }
    void cut_longLine_neverInsideAGrapheme() {
        QFETCH(QString, unit);
        const QString text = unit.repeated(20000 / static_cast<int>(unit.size()));
        const TextBlocks cut(document(text.toStdString()));
        QVERIFY(cut.count() > 5);
        QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
        Unit at = 0;
        for (int i = 0; i < cut.count(); ++i) {
            const Block& block = cut.at(i);
            QCOMPARE(block.begin, at);
            QVERIFY(block.end - block.begin <= TextBlocks::kLongestBlock);
            QVERIFY(block.end > block.begin);
            QVERIFY(!block.endsLine());
            finder.setPosition(block.begin);
            QVERIFY(finder.isAtBoundary());
            if (unit.contains(' ')) {
                QVERIFY(block.begin == 0 || text[block.begin - 1] == ' ');
            }
            at = block.next;
        }
        QCOMPARE(at, text.size());
    }

    void words_ofEachBlock_areTheSplittersOfTheWhole() {
        const std::string text =
            "Dr. Okafor 500mg\r\n🧪 Ada\u00a0Lovelace,\n\n\u05e9\u05dc\u05d5\u05dd 東京 (UK)";
        const TextBlocks cut(document(text));
        std::vector<Range> found;
        for (int i = 0; i < cut.count(); ++i) {
            for (const Word& word : cut.words(i)) {
                found.push_back({cut.toOffset(word.begin), cut.toOffset(word.end)});
            }
        }
        QVERIFY(found == splitWords(text));
    }

    void words_ofPresplitDocument_areItsOwn() {
        auto own = makeDocument("d", "don't stop\nnow");
        own.presplit = {{{0, 10}, {{0, 5}, {6, 10}}}, {{11, 14}, {{11, 14}}}};
        const TextBlocks cut(std::make_shared<Document>(own));
        QCOMPARE(cut.words(0).size(), size_t{2});
        QCOMPARE(cut.words(0)[0].end, 5);
        QCOMPARE(cut.words(1)[0].begin, 11);
    }

    void words_marks_areKnown() {
        const TextBlocks cut(document("(5 %), ok!"));
        QString marks;
        for (const Word& word : cut.words(0)) {
            marks += word.mark ? 'm' : 'w';
        }
        QCOMPARE(marks, QString("mwwmmwm"));  // ( 5 % ) , ok !
    }

    void neighbours_acrossBlocks_skipMarksAndBlankLines() {
        const TextBlocks cut(document("one,\n\n...\n\ntwo"));
        const auto next = cut.firstWordEndingAfter(3);
        QVERIFY(next);
        QCOMPARE(cut.text().mid(next->begin, next->end - next->begin), QString("two"));
        const auto before = cut.lastWordBeginningBefore(next->begin);
        QVERIFY(before);
        QCOMPARE(before->begin, 0);
        QVERIFY(!cut.firstWordEndingAfter(cut.length()));
        QVERIFY(!cut.lastWordBeginningBefore(0));
        QCOMPARE(cut.firstWordEndingAfter(3, true)->begin, 3);  // the comma
    }

    void graphemes_walk_bothWaysAlike() {
        const QString text = QString::fromUtf8("a👩‍👩‍👧b\r\n🇩🇪e\u0301\u2028x");
        const TextBlocks cut(document(text.toStdString()));
        QList<int> forward{0};
        while (forward.last() < cut.length()) {
            forward << cut.nextGrapheme(forward.last());
        }
        QCOMPARE(forward, QList<int>({0, 1, 9, 10, 12, 16, 18, 19, 20}));
        QList<int> backward{cut.length()};
        while (backward.first() > 0) {
            backward.prepend(cut.previousGrapheme(backward.first()));
        }
        QCOMPARE(backward, forward);
    }

    void heights_randomChanges_equalPlainSums() {
        QRandomGenerator random(7);
        std::vector<int> plain(1000);
        for (int& height : plain) {
            height = random.bounded(1, 60);
        }
        Heights heights;
        heights.reset(plain);
        for (int round = 0; round < 300; ++round) {
            const int index = random.bounded(1000);
            plain[static_cast<size_t>(index)] = random.bounded(1, 900);
            heights.set(index, plain[static_cast<size_t>(index)]);
            const int probe = random.bounded(1000);
            qint64 top = 0;
            for (int i = 0; i < probe; ++i) {
                top += plain[static_cast<size_t>(i)];
            }
            QCOMPARE(heights.top(probe), top);
            QCOMPARE(heights.indexAt(top), probe);
            QCOMPARE(heights.indexAt(top + plain[static_cast<size_t>(probe)] - 1), probe);
        }
        QCOMPARE(heights.indexAt(-5), 0);
        QCOMPARE(heights.indexAt(heights.total() + 10), 999);
    }

    /// Every character found where it is painted, with labels in between.
    void blockLayout_positions_roundTrip_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("latin") << "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda";
        QTest::newRow("emoji") << QString::fromUtf8(
            "x 🧪👩‍👩‍👧 y 🇩🇪 z e\u0301 q");
        QTest::newRow("rtl") << QString::fromUtf8("שלום לכולם אני גר בתל אביב");
        QTest::newRow("mixed") << QString::fromUtf8("He said שלום עולם to 42 people");
        QTest::newRow("arabic") << QString::fromUtf8("مرحبا بالعالم في المدينة");
        QTest::newRow("tabs") << "a\tb\tc\u00a0d";
        QTest::newRow("controls") << QString(
                                         "a\x01"
                                         "b\x7f"
                                         "c") +
                                         QChar(0x9f) + QChar(0xFFFC);
    }
    void blockLayout_positions_roundTrip() {
        QFETCH(QString, text);
        const auto cut = TextBlocks(document(text.toStdString()));
        const auto& words = cut.words(0);
        QVERIFY(words.size() >= 2);
        std::vector<SpanItem> items;
        for (size_t i = 0; i < words.size(); i += 2) {
            SpanItem item;
            item.id = static_cast<RecordId>(i) + 1;
            item.begin = words[i].begin;
            item.end = words[i].end;
            item.label = "type";
            items.push_back(item);
        }
        std::vector<int> all(items.size());
        std::iota(all.begin(), all.end(), 0);
        TextMetrics metrics = TextMetrics::of(QFont("Noto Serif"), QFont("Noto Sans"));
        metrics.width = 180;
        const BlockLayout layout(cut.text(), cut.at(0), items, all, metrics);
        QCOMPARE(layout.labels().size(), items.size());
        QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text);
        for (Unit unit = 0; unit < cut.length();) {
            const Unit next = cut.nextGrapheme(unit);
            const auto pieces = layout.pieces(unit, next);
            QVERIFY(!pieces.empty());
            // White space swallowed at a line's end has no place of its own.
            if (pieces[0].right - pieces[0].left > 2 && !text[unit].isSpace()) {
                const double middle = (pieces[0].left + pieces[0].right) / 2;
                QCOMPARE(layout.unitUnder(pieces[0].line, middle), unit);
                QVERIFY(layout.isOnText(pieces[0].line, middle));
                QCOMPARE(layout.lineOf(unit), pieces[0].line);
            }
            unit = next;
        }
        // A label stands beyond its span's last letter, and hits there mean that letter.
        for (const auto& label : layout.labels()) {
            const SpanItem& item = items[static_cast<size_t>(label.span)];
            const Unit under = layout.unitUnder(label.line, label.box.center().x());
            QVERIFY(under >= item.begin);
            QVERIFY(under < item.end);
            QVERIFY(label.box.width() > 10);
        }
    }
};

QTEST_MAIN(TextBlocksTest)
#include "text_blocks_test.moc"
