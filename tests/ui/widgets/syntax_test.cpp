#include <QApplication>
#include <QElapsedTimer>
#include <QPainter>
#include <QSignalSpy>
#include <QTest>

#include "core/text/utf8.h"
#include "ui/document_view/block_layout.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/syntax_colors.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

class SyntaxTest : public QObject {
    Q_OBJECT

    struct Coloured {
        std::shared_ptr<const Document> document;
        TextBlocks blocks;
        SyntaxColors colors;

        Coloured(const std::string& name, const std::string& text, Unit seen = 0)
            : document(std::make_shared<Document>(makeDocument(name, text))), blocks(document) {
            colors.start(QString::fromStdString(name), blocks, seen);
        }
        /// The ink of the first character of what stands in the text.
        SyntaxInk at(const QString& what) {
            const auto begin = static_cast<Unit>(blocks.text().indexOf(what));
            for (const SyntaxRun& run : colors.runsIn(begin, begin + 1))
                return run.ink;
            return SyntaxInk::Plain;
        }
    };

private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    void definition_followsFromTheNamesEnding_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("what");
        QTest::addColumn<bool>("isColoured");
        const QString json = "{\"dose\": 500, \"given\": true}";
        QTest::newRow("json") << "a.json" << json << "500" << true;
        QTest::newRow("JSON lines") << "a.JSONL" << json + "\n" + json << "500" << true;
        QTest::newRow("python") << "a.py"
                                << "def dose(x):\n    return 1\n"
                                << "return" << true;
        QTest::newRow("markdown") << "a.md"
                                  << "# Visit\n\ntext\n"
                                  << "# Visit" << true;
        QTest::newRow("log") << "a.log"
                             << "2026-01-02 10:00:00 ERROR disk full\n"
                             << "ERROR" << true;
        QTest::newRow("text") << "a.txt" << json << "500" << false;
        QTest::newRow("a number") << "a.json 12" << json << "500" << false;
        QTest::newRow("no ending") << "clinic-note-031" << json << "500" << false;
        QTest::newRow("an address") << "example.org"
                                    << "* TODO 5\n"
                                    << "TODO" << false;
        QTest::newRow("unknown") << "a.qqq" << json << "500" << false;
    }
    void definition_followsFromTheNamesEnding() {
        QFETCH(QString, name);
        QFETCH(QString, text);
        QFETCH(QString, what);
        QFETCH(bool, isColoured);
        Coloured c(name.toStdString(), text.toStdString());
        QTRY_VERIFY_WITH_TIMEOUT(c.colors.isDone(), 20000);
        if (!isColoured) {
            QVERIFY(c.colors.runsIn(0, c.blocks.length()).empty());
            return;
        }
        QVERIFY(c.at(what) != SyntaxInk::Plain ||
                c.colors.runsIn(static_cast<Unit>(text.indexOf(what)), c.blocks.length())
                    .front()
                    .strong);
    }

    void runs_goOnOverLines_withoutOverlaps() {
        Coloured c("a.py", "x = \"\"\"one\r\ntwo \xF0\x9F\xA7\xAA three\r\n\"\"\"\r\nreturn 5\r\n");
        QTRY_VERIFY_WITH_TIMEOUT(c.colors.isDone(), 20000);
        QCOMPARE(c.at("two"), c.at("one"));
        QVERIFY(c.at("two") != SyntaxInk::Plain);
        QCOMPARE(c.at("return"), SyntaxInk::Keyword);
        QCOMPARE(c.at("5"), SyntaxInk::Number);
        Unit end = 0;
        for (const SyntaxRun& run : c.colors.runsIn(0, c.blocks.length())) {
            QVERIFY(run.begin >= end && run.end > run.begin);
            end = run.end;
        }
        // A stretch is cut to what is asked.
        const auto cut = c.colors.runsIn(8, 9);
        QCOMPARE(cut.size(), size_t{1});
        QVERIFY(cut[0].begin == 8 && cut[0].end == 9);
    }

    void lineTooLong_staysPlain_andTheNextIsColoured() {
        std::string text = "[";
        while (text.size() <= SyntaxColors::kLongestLine)
            text += "true, ";
        Coloured c("a.json", text + "1]\n{\"dose\": 500}\n");
        QTRY_VERIFY_WITH_TIMEOUT(c.colors.isDone(), 20000);
        QCOMPARE(c.at("true"), SyntaxInk::Plain);
        QVERIFY(c.at("500") != SyntaxInk::Plain);
    }

    void moreRunsThanAreKept_theRestIsPlain_butForWhatIsSeen() {
        std::string line = "[1";
        while (line.size() < 10'000)
            line += ", 1";
        line += "]\n";
        std::string text;
        while (text.size() < SyntaxColors::kMostRuns * 2)
            text += line;
        Coloured c("a.json", text, static_cast<Unit>(text.size()) - 5'000);
        QTRY_VERIFY_WITH_TIMEOUT(c.colors.isDone(), 60000);
        const Unit end = c.blocks.length();
        const auto all = c.colors.runsIn(0, end).size();
        QVERIFY2(all >= SyntaxColors::kMostRuns, qPrintable(QString::number(all)));
        QVERIFY(!c.colors.runsIn(end - 100, end).empty());
        const auto glimpse = c.colors.runsIn(end / 5 * 4, end).size();
        QVERIFY2(all - glimpse < SyntaxColors::kMostRuns + SyntaxColors::kLongestLine,
                 qPrintable(QString::number(all - glimpse)));
        QVERIFY(c.colors.runsIn(end / 5 * 4, end / 5 * 4 + 20'000).empty());
    }

    void longText_whatIsSeenFirst_thenAll_thenTheNextText() {
        std::string text;
        while (text.size() < (4 << 20))
            text += "{\"drug\": \"metformin\", \"dose\": 500, \"given\": [true, null]}\n";
        QElapsedTimer timer;
        timer.start();
        const auto document = std::make_shared<Document>(makeDocument("a.json", text));
        const TextBlocks blocks(document);
        SyntaxColors colors;
        timer.start();
        const Unit seen = blocks.length() * 3 / 4;
        colors.start("a.json", blocks, seen);
        const double start = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        QVERIFY2(start < 50, qPrintable(QString::number(start)));
        QTRY_VERIFY_WITH_TIMEOUT(!colors.runsIn(seen, seen + 60).empty(), 10000);
        QVERIFY(colors.runsIn(blocks.length() - 60, blocks.length()).empty());
        const auto glimpse = colors.runsIn(seen, seen + 60);
        const auto first = timer.elapsed();
        QTRY_VERIFY_WITH_TIMEOUT(colors.isDone(), 60000);
        qInfo("started in %.1f ms, what is seen after %lld ms, all after %lld ms", start,
              static_cast<long long>(first), timer.elapsed());
        QVERIFY(colors.runsIn(seen, seen + 60) == glimpse);
        QVERIFY(!colors.runsIn(blocks.length() - 60, blocks.length()).empty());
        // Another text ends the work on the one before, of which nothing is left.
        colors.start("a.json", blocks, 0);
        const TextBlocks other(std::make_shared<Document>(makeDocument("b", "{\"a\": 1}")));
        QSignalSpy changed(&colors, &SyntaxColors::changed);
        colors.start("b.json", other, 0);
        QTRY_VERIFY_WITH_TIMEOUT(colors.isDone(), 10000);
        QVERIFY(!colors.runsIn(0, 8).empty());
        QCOMPARE(changed.size(), 1);
        QCOMPARE(changed[0][1].toInt(), 8);
    }

    /// Labels lie over the colours and keep their room, and selected text is plain.
    void layout_colours_withoutMovingLabels() {
        const std::string text = "{\"drug\": \"metformin hydrochloride\", \"dose\": 500}";
        Coloured c("a.json", text);
        QTRY_VERIFY_WITH_TIMEOUT(c.colors.isDone(), 20000);
        TextMetrics metrics = TextMetrics::of(theme::documentFont(), theme::documentFont());
        metrics.width = 900;
        SpanItem item;
        item.begin = static_cast<Unit>(text.find("metformin"));
        item.end = item.begin + 9;  // ends within a string's colour
        item.label = "drug";
        auto runs = c.colors.runsIn(0, c.blocks.length());
        QVERIFY(runs.size() >= 4);
        for (SyntaxRun& run : runs)
            run.strong = run.slanted = false;
        const BlockLayout plain(c.blocks.text(), c.blocks.at(0), {item}, {0}, metrics);
        const BlockLayout coloured(c.blocks.text(), c.blocks.at(0), {item}, {0}, metrics, runs);
        QCOMPARE(coloured.labels().size(), size_t{1});
        QVERIFY(std::abs(coloured.labels()[0].box.left() - plain.labels()[0].box.left()) < 2);
        QVERIFY(std::abs(coloured.labels()[0].box.width() - plain.labels()[0].box.width()) < 0.01);
        const auto inks = [&](Unit plainBegin, Unit plainEnd) {
            QImage image(900, 60, QImage::Format_RGB32);
            image.fill(Qt::white);
            QPainter painter(&image);
            painter.setPen(Qt::black);
            coloured.draw(painter, QRectF(0, 0, 900, 60), plainBegin, plainEnd);
            painter.end();
            int coloureds = 0;
            for (int y = 0; y < image.height(); ++y) {
                for (int x = 0; x < image.width(); ++x)
                    coloureds += image.pixelColor(x, y).hsvSaturation() > 60 ? 1 : 0;
            }
            return coloureds;
        };
        QVERIFY(inks(0, 0) > 100);
        QVERIFY(inks(0, c.blocks.length()) * 10 < inks(0, 0));
    }

    void view_theNextDocumentsFirstScreen_hasNoneOfTheColoursBefore() {
        std::string text;
        for (int i = 0; i < 40; ++i)
            text += "{\"drug\": \"metformin\", \"dose\": 500, \"given\": [true, null]}\n";
        const auto json = std::make_shared<Document>(makeDocument("a.json", text));
        const auto plain = std::make_shared<Document>(makeDocument("a.txt", text));
        DocumentView view, uncoloured;
        uncoloured.setSyntaxColors(false);
        for (DocumentView* each : {&view, &uncoloured}) {
            each->setFocusPolicy(Qt::NoFocus);
            each->resize(700, 400);
            each->show();
            each->setDocument(json);
        }
        const auto looksPlain = [&] {
            return view.viewport()->grab().toImage() == uncoloured.viewport()->grab().toImage();
        };
        QTRY_VERIFY_WITH_TIMEOUT(!view.syntaxIn({0, 13}).empty(), 20000);
        QTRY_VERIFY(!looksPlain());
        view.setDocument(plain);
        uncoloured.setDocument(plain);
        QVERIFY(looksPlain());
        QTest::qWait(60);
        QVERIFY(looksPlain());
    }

    void view_coloursOnlyWhenAsked_andForgetsWithTheDocument() {
        DocumentView view;
        view.resize(700, 400);
        view.show();
        const auto document =
            std::make_shared<Document>(makeDocument("a.json", "{\"dose\": 500}\n"));
        view.setDocument(document);
        QTRY_VERIFY_WITH_TIMEOUT(!view.syntaxIn({0, 13}).empty(), 20000);
        view.setDocument(std::make_shared<Document>(makeDocument("a", "{\"dose\": 500}\n")));
        QTest::qWait(60);
        QVERIFY(view.syntaxIn({0, 13}).empty());
        view.setSyntaxColors(false);
        view.setDocument(document);
        QTest::qWait(60);
        QVERIFY(view.syntaxIn({0, 13}).empty());
        view.setSyntaxColors(true);
        QTRY_VERIFY_WITH_TIMEOUT(!view.syntaxIn({0, 13}).empty(), 20000);
        view.setDocument(nullptr);
        QVERIFY(view.syntaxIn({0, 13}).empty());
    }
};

QTEST_MAIN(SyntaxTest)
#include "syntax_test.moc"
