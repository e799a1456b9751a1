#include <QApplication>
#include <QClipboard>
#include <QSignalSpy>
#include <QTest>
#include <QTextBoundaryFinder>
#include <QVBoxLayout>
#include <set>
#include <sstream>

#include "core/formats/conll.h"
#include "core/text/utf8.h"
#include "core/text/word_splitter.h"
#include "ui/document_view/block_layout.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/text_blocks.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

std::string utf8(const char8_t* text) {
    return reinterpret_cast<const char*>(text);
}

/// A view that carries out what is asked of it, as the label page does.
struct Page {
    QWidget window;
    DocumentView* view = new DocumentView;
    DocumentLabels labels;
    RecordId nextId = 1;
    std::shared_ptr<const Document> document;

    explicit Page(const std::string& text, QSize size = {760, 420}) {
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(view, 1);
        window.resize(size);
        document = std::make_shared<Document>(makeDocument("note", text));
        view->setScheme(
            LabelScheme({{1, "drug", "", "#00695e", "1", 0}, {2, "dose", "", "#8d6200", "2", 1}}));
        view->setDocument(document);
        QObject::connect(view, &DocumentView::labelRequested, view,
                         [this](Range range, qint64 type) { add(range, type); });
        QObject::connect(view, &DocumentView::resizeRequested, view,
                         [this](qint64 id, Range range) {
                             for (auto& annotation : labels.annotations) {
                                 if (annotation.id == id)
                                     annotation.range = range;
                             }
                             view->setLabels(labels);
                         });
        window.show();
        view->setFocus();
        QApplication::setActiveWindow(&window);
        QTest::qWait(1);
    }
    RecordId add(Range range, TypeId type) {
        labels.annotations.push_back({nextId, 1, range, type});
        view->setLabels(labels);
        return nextId++;
    }
    Range find(const std::string& what, int nth = 0) const {
        auto at = document->text.find(what);
        for (; nth > 0; --nth)
            at = document->text.find(what, at + 1);
        if (at == std::string::npos)
            qFatal("no \"%s\" in the text", what.c_str());
        const Offset begin = countCodePoints(std::string_view(document->text).substr(0, at));
        return {begin, begin + countCodePoints(what)};
    }
    QString textOf(Range range) const {
        return QString::fromStdString(std::string(slice(document->text, range)));
    }
    QString selected() const { return textOf(view->selection()); }
    QRect box(Range range) const { return view->boundsOf(range); }
    QPoint in(Range range) const { return box(range).center(); }
    double caretX() const { return box({view->caret(), view->caret()}).left(); }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(view, key, modifiers);
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {}) {
        QWidget* port = view->viewport();
        QTest::mousePress(port, Qt::LeftButton, modifiers, from);
        for (const QPoint& at : {(from + to) / 2, to}) {
            QMouseEvent move(QEvent::MouseMove, at, port->mapToGlobal(at), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(port, &move);
        }
        QTest::mouseRelease(port, Qt::LeftButton, modifiers, to);
    }
};

const std::string kMixed = utf8(u8"abc שלום עולם def");
const std::string kMixedFromRight = utf8(u8"שלום abc def עולם");
const std::string kNumbers = utf8(u8"שלום 123 עולם abc 45% סוף");
const std::string kArabic = utf8(u8"وصف الطبيب أسبرين للمريض في لندن");
const std::string kPointed = utf8(u8"בְּרֵאשִׁית בָּרָא אֱלֹהִים and مُحَمَّدٌ too");
const std::string kBrackets = utf8(u8"Bayer (באייר) AG, ראה: abc-123.");
const std::string kArabicNumbers = utf8(u8"الجرعة 500 ملغ يوميا 10-20");

}  // namespace

/// Text in all scripts through the keys and the mouse: the caret goes where the eye expects it and
/// never into a grapheme, words are tokens, labels lie over their own glyphs, and offsets are code
/// points of the text as it was imported.
class ScriptsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    // The caret.

    void controlArrow_overOneLine_goesOverTheScreenInOrder_data() {
        QTest::addColumn<QString>("text");
        const std::pair<const char*, std::string> texts[] = {
            {"mixed", kMixed},
            {"mixed from the right", kMixedFromRight},
            {"numbers", kNumbers},
            {"arabic", kArabic},
            {"points", kPointed},
            {"brackets", kBrackets},
            {"arabic numbers", kArabicNumbers}};
        for (const auto& [name, text] : texts)
            QTest::newRow(name) << QString::fromStdString(text);
    }
    void controlArrow_overOneLine_goesOverTheScreenInOrder() {
        QFETCH(QString, text);
        Page p(text.toStdString());
        // From the line's start, which is at the right where the first letter is Hebrew or Arabic.
        const bool fromRight = text.isRightToLeft();
        const Qt::Key onward = fromRight ? Qt::Key_Left : Qt::Key_Right;
        p.key(Qt::Key_Home, Qt::ControlModifier);
        p.view->setSelection({0, 0});
        QTextBoundaryFinder graphemes(QTextBoundaryFinder::Grapheme, text);
        std::set<Offset> allowed{0};
        while (graphemes.toNextBoundary() >= 0)
            allowed.insert(p.view->fromUtf16(static_cast<int>(graphemes.position())));
        std::set<Offset> seen{0};
        double x = p.caretX();
        int steps = 0;
        for (; steps < 100; ++steps) {
            p.key(onward, Qt::ControlModifier);
            const double next = p.caretX();
            if (next == x)
                break;
            QVERIFY2(fromRight ? next < x : next > x,
                     qPrintable(QString("step %1: %2 after %3").arg(steps).arg(next).arg(x)));
            QVERIFY(allowed.count(p.view->caret()));
            seen.insert(p.view->caret());
            x = next;
        }
        // And back: together every place between graphemes is reached.
        for (int i = 0; i < 100; ++i) {
            p.key(fromRight ? Qt::Key_Right : Qt::Key_Left, Qt::ControlModifier);
            const double next = p.caretX();
            if (next == x)
                break;
            QVERIFY(fromRight ? next > x : next < x);
            seen.insert(p.view->caret());
            x = next;
        }
        std::vector<Offset> missed;
        std::set_difference(allowed.begin(), allowed.end(), seen.begin(), seen.end(),
                            std::back_inserter(missed));
        QVERIFY2(missed.size() <= 1,  // the far end may stand where the caret cannot go on
                 qPrintable(QString("%1 missed of %2").arg(missed.size()).arg(allowed.size())));
    }

    void controlArrow_neverStopsInsideAGrapheme_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<int>>("stops");
        const auto row = [](const char* name, const char8_t* text, const QList<int>& stops) {
            QTest::newRow(name) << QString::fromStdString(utf8(text)) << stops;
        };
        row("family", u8"a👩‍👩‍👧b", {1, 6, 7});
        row("skin tone", u8"👍🏽👍", {2, 3});
        row("skin tone in a family", u8"👩🏽‍🔬x", {4, 5});
        row("flags", u8"🇩🇪🇫🇷x", {2, 4, 5});
        row("flag of tags", u8"🏴󠁧󠁢󠁥󠁮󠁧󠁿x", {7, 8});
        row("keycap", u8"1️⃣x", {3, 4});
        row("heart with a selector", u8"❤️x", {2, 3});
        row("combining", u8"e\u0301e\u0323\u0301x", {2, 5, 6});
        row("hangul parts", u8"\u1112\u1161\u11ab가", {3, 4});
        row("devanagari", u8"निक", {2, 3});
        row("thai", u8"กำx", {2, 3});
        row("tab and no-break space", u8"a\t\u00a0b", {1, 2, 3, 4});
        row("line ends", u8"a\r\nb\nc", {1, 3, 4, 5, 6});
        row("beyond the first plane", u8"𝔞𐍈x", {1, 2, 3});
    }
    void controlArrow_neverStopsInsideAGrapheme() {
        QFETCH(QString, text);
        QFETCH(QList<int>, stops);
        Page p(text.toStdString());
        p.view->setSelection({0, 0});
        QList<int> found;
        for (int i = 0; i < stops.size(); ++i) {
            p.key(Qt::Key_Right, Qt::ControlModifier);
            found << static_cast<int>(p.view->caret());
        }
        QCOMPARE(found, stops);
        for (auto stop = stops.size() - 1; stop-- > 0;) {
            p.key(Qt::Key_Left, Qt::ControlModifier);
            QCOMPARE(static_cast<int>(p.view->caret()), stops[stop]);
        }
        // Selected one by one, each grapheme is whole.
        p.view->setSelection({0, 0});
        p.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(static_cast<int>(p.view->selection().end), stops.front());
    }

    // Words.

    void arrow_inMixedText_goesToTheWordBeside() {
        const auto walk = [](const std::string& text, Qt::Key key, int count) {
            Page p(text);
            p.view->setSelection({0, 0});
            QStringList words;
            for (int i = 0; i < count; ++i) {
                p.key(key);
                words << p.selected();
            }
            // All the way back.
            for (int i = count - 2; i >= 0; --i) {
                p.key(key == Qt::Key_Right ? Qt::Key_Left : Qt::Key_Right);
                if (p.selected() != words[i])
                    words << QString("back: %1").arg(p.selected());
            }
            return words;
        };
        QCOMPARE(walk(kMixed, Qt::Key_Right, 4), QStringList({"abc", "עולם", "שלום", "def"}));
        QCOMPARE(walk(kMixedFromRight, Qt::Key_Left, 4),
                 QStringList({"שלום", "def", "abc", "עולם"}));
        QCOMPARE(walk(kArabic, Qt::Key_Left, 3), QStringList({"وصف", "الطبيب", "أسبرين"}));
        QCOMPARE(walk(kNumbers, Qt::Key_Left, 5), QStringList({"שלום", "123", "עולם", "%", "45"}));
    }

    void arrow_atALinesEdge_goesOnWhereTheNextLineIsRead() {
        Page p("one two\n" + kMixedFromRight + "\nlast");
        p.view->setSelection(p.find("two"));
        p.key(Qt::Key_Right);
        QCOMPARE(p.selected(), QString("שלום"));
        for (int i = 0; i < 3; ++i)
            p.key(Qt::Key_Left);
        QCOMPARE(p.selected(), QString("עולם"));
        p.key(Qt::Key_Left);
        QCOMPARE(p.selected(), QString("last"));
        p.key(Qt::Key_Left);
        QCOMPARE(p.selected(), QString("עולם"));
        p.view->setSelection(p.find("שלום"));
        p.key(Qt::Key_Right);
        QCOMPARE(p.selected(), QString("two"));
    }

    void shiftArrow_inMixedText_growsInReadingOrder() {
        Page p(kMixed);
        p.view->setSelection({0, 0});
        p.key(Qt::Key_Right);
        QStringList grown;
        for (int i = 0; i < 3; ++i) {
            p.key(Qt::Key_Right, Qt::ShiftModifier);
            grown << p.selected();
        }
        QCOMPARE(grown, QStringList({"abc שלום", "abc שלום עולם", "abc שלום עולם def"}));
        for (int i = 0; i < 3; ++i)
            p.key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(p.selected(), QString("abc"));
        // Begun in Hebrew: Left goes on, as it is read.
        p.key(Qt::Key_Right);
        p.key(Qt::Key_Right);
        QCOMPARE(p.selected(), QString("שלום"));
        p.key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(p.selected(), QString("שלום עולם"));
        p.key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(p.selected(), QString("שלום עולם def"));
        p.key(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(p.selected(), QString("שלום עולם"));
    }

    void doubleClick_onEachWord_selectsItsToken_data() {
        QTest::addColumn<QString>("text");
        const std::pair<const char*, std::string> texts[] = {
            {"mixed", kMixed},
            {"mixed from the right", kMixedFromRight},
            {"numbers", kNumbers},
            {"arabic", kArabic},
            {"points", kPointed},
            {"brackets", kBrackets},
            {"chinese", utf8(u8"患者每日服用阿司匹林两次。")},
            {"japanese", utf8(u8"東京タワーへ行く。")},
            {"korean", utf8(u8"환자는 아스피린을 복용한다")},
            {"thai", utf8(u8"ผู้ป่วยกินยาแอสไพริน")},
            {"emoji", utf8(u8"👩‍👩‍👧 👍🏽 🇩🇪🇫🇷 1️⃣ ok")},
            {"combining", utf8(u8"cafe\u0301 naïve e\u0323\u0301a")},
            {"spaces", utf8(u8"Bayer\u00a0AG\t500\u2009mg\u3000x")},
            {"line ends", utf8(u8"a bc\r\nde f\u2028gh")}};
        for (const auto& [name, text] : texts)
            QTest::newRow(name) << QString::fromStdString(text);
    }
    void doubleClick_onEachWord_selectsItsToken() {
        QFETCH(QString, text);
        const std::string bytes = text.toStdString();
        Page p(bytes);
        const auto words = splitWords(bytes);
        QVERIFY(words.size() > 2);
        for (const Range& word : words) {
            QTest::mouseDClick(p.view->viewport(), Qt::LeftButton, {}, p.in(word));
            QCOMPARE(p.selected(), p.textOf(word));
            QVERIFY(p.view->selection() == word);
        }
        // With labels between: names take room, and no offset moves.
        for (size_t i = 0; i < words.size(); i += 2)
            p.add(words[i], 1);
        for (const Range& word : words) {
            const Range first{word.begin, word.begin + 1};
            QTest::mouseDClick(p.view->viewport(), Qt::LeftButton, {}, p.in(first));
            QVERIFY2(p.view->selection() == word,
                     qPrintable(p.textOf(word) + " gave " + p.selected()));
        }
    }

    void chinese_byKeysAndExport_isATokenACharacter() {
        const std::string text = utf8(u8"患者服用阿司匹林。");
        Page p(text);
        p.view->setSelection({0, 0});
        QStringList words;
        for (int i = 0; i < 8; ++i) {
            p.key(Qt::Key_Right);
            words << p.selected();
        }
        QCOMPARE(words, QStringList({"患", "者", "服", "用", "阿", "司", "匹", "林"}));
        for (int i = 0; i < 3; ++i)
            p.key(Qt::Key_Left, Qt::ShiftModifier);
        QTest::keyClick(p.view, '1');
        QCOMPARE(p.labels.annotations.size(), size_t{1});
        QCOMPARE(p.textOf(p.labels.annotations[0].range), QString("阿司匹林"));

        Record record;
        record.document = *p.document;
        record.spans.push_back({p.labels.annotations[0].range, "drug"});
        std::ostringstream out;
        ConllWriter writer(out, {});
        writer.write(record);
        QStringList rows;
        for (const QString& line :
             QString::fromStdString(out.str()).split('\n', Qt::SkipEmptyParts)) {
            if (!line.startsWith("-DOCSTART-") && !line.startsWith('#'))
                rows << line.section(' ', 0, 0) + ' ' + line.section(' ', -1);
        }
        QCOMPARE(rows, QStringList({"患 O", "者 O", "服 O", "用 O", "阿 B-drug", "司 I-drug",
                                    "匹 I-drug", "林 I-drug", "。 O"}));
    }

    // The mouse where text runs to the left.

    void drag_inRightToLeftRuns_snapsToTokens() {
        Page p(kArabic);
        const Range first = p.find(utf8(u8"الطبيب"));
        const Range last = p.find(utf8(u8"للمريض"));
        QVERIFY(p.in(first).x() > p.in(last).x());
        p.drag(p.in(first), p.in(last));
        QCOMPARE(p.selected(), QString::fromUtf8("الطبيب أسبرين للمريض"));
        p.drag(p.in(last), p.in(first));
        QCOMPARE(p.selected(), QString::fromUtf8("الطبيب أسبرين للمريض"));
        // By characters, from the first letter's right edge to the third's.
        const Offset at = first.begin;
        const auto right = [&](Offset i) {
            const QRect box = p.box({i, i + 1});
            return QPoint(box.right() - 1, box.center().y());
        };
        p.drag(right(at), right(at + 2), Qt::AltModifier);
        QVERIFY2((p.view->selection() == Range{at, at + 2}), qPrintable(p.selected()));
    }

    void handles_inARightToLeftRun_areAtItsOwnEnds() {
        Page p(kMixed);  // the paragraph runs to the right, the labelled run to the left
        const RecordId id = p.add(p.find("שלום"), 1);
        p.view->setFocusedSpan(id);
        QSignalSpy resized(p.view, &DocumentView::resizeRequested);
        const QRect box = p.box(p.find("שלום"));
        // The end is at the left, behind its name: out to the next word.
        const QRect next = p.box(p.find("עולם"));
        int knob = -1;
        for (int x = next.right(); x < box.right(); ++x) {
            QMouseEvent move(QEvent::MouseMove, QPoint(x, box.center().y()),
                             p.view->viewport()->mapToGlobal(QPoint(x, box.center().y())),
                             Qt::NoButton, Qt::NoButton, {});
            QApplication::sendEvent(p.view->viewport(), &move);
            if (p.view->viewport()->cursor().shape() == Qt::SizeHorCursor) {
                knob = x + 8;
                break;
            }
        }
        QVERIFY2(knob > next.right() && knob < box.left(), qPrintable(QString::number(knob)));
        p.drag({knob, box.center().y()}, next.center());
        QCOMPARE(resized.size(), 1);
        QCOMPARE(p.textOf(resized[0][1].value<Range>()), QString("שלום עולם"));
        // The beginning is at the right: in to the second word.
        p.view->setFocusedSpan(id);
        p.drag({p.box(p.find("שלום")).right() + 4, box.center().y()}, p.in(p.find("עולם")));
        QCOMPARE(resized.size(), 2);
        QCOMPARE(p.textOf(resized[1][1].value<Range>()), QString("עולם"));
    }

    // What is painted.

    void label_isPaintedOverItsOwnGlyphs_data() {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("label");
        const auto row = [](const char* name, const std::string& text, const char8_t* label) {
            QTest::newRow(name) << QString::fromStdString(text)
                                << QString::fromStdString(utf8(label));
        };
        row("hebrew in english", kMixed, u8"שלום");
        row("second hebrew word", kMixed, u8"עולם");
        row("over the change", kMixed, u8"עולם def");
        row("before the change", kMixed, u8"abc שלום");
        row("english in hebrew", kMixedFromRight, u8"def");
        row("first of two", kMixedFromRight, u8"abc");
        row("number", kNumbers, u8"123");
        row("words and number", kNumbers, u8"שלום 123");
        row("arabic", kArabic, u8"أسبرين");
        row("arabic stem", kArabic, u8"الطبي");
        row("points", kPointed, u8"בָּרָא");
        row("brackets", kBrackets, u8"באייר");
        row("arabic number", kArabicNumbers, u8"500 ملغ");
    }
    void label_isPaintedOverItsOwnGlyphs() {
        QFETCH(QString, text);
        QFETCH(QString, label);
        Page p(text.toStdString());
        const Range range = p.find(label.toStdString());
        p.add(range, 1);
        p.window.setFocus();
        const QImage image = p.view->viewport()->grab().toImage();
        const TypeColors colors = theme::typeColors("#00695e");
        const auto isTinted = [&](const QRect& box) {
            int tinted = 0;
            for (int y = box.top(); y < box.bottom() + 4; ++y) {
                tinted += image.pixelColor(box.center().x(), y).rgb() == colors.tint.rgb() ? 1 : 0;
            }
            return tinted > 4;
        };
        const Offset length = countCodePoints(p.document->text);
        int inside = 0;
        for (Offset i = 0; i < length; ++i) {
            const QRect box = p.box({i, i + 1});
            // The ground hangs over its first letter a little, into the space before.
            if (box.width() < 4 || p.textOf({i, i + 1}) == " ")
                continue;
            const auto under = p.view->offsetAt(box.center());
            if (!under || *under != i)
                continue;  // a mark on the letter before
            QVERIFY2(isTinted(box) == range.contains(i),
                     qPrintable(QString("%1 at %2").arg(p.textOf({i, i + 1})).arg(i)));
            inside += range.contains(i) ? 1 : 0;
        }
        QVERIFY(inside >= 2);
    }

    void name_standsAtItsSpansEnd_data() { label_isPaintedOverItsOwnGlyphs_data(); }
    void name_standsAtItsSpansEnd() {
        QFETCH(QString, text);
        QFETCH(QString, label);
        TextBlocks blocks(std::make_shared<Document>(makeDocument("n", text.toStdString())));
        const auto begin = static_cast<Unit>(text.indexOf(label));
        const auto end = begin + static_cast<Unit>(label.size());
        const TextMetrics metrics = [] {
            QFont small;
            small.setPixelSize(10);
            TextMetrics made = TextMetrics::of(theme::documentFont(), small);
            made.width = 700;
            return made;
        }();
        const BlockLayout plain(text, blocks.at(0), {}, {}, metrics);
        SpanItem item;
        item.id = item.type = 1;
        item.begin = begin;
        item.end = end;
        item.label = "drug";
        const BlockLayout labelled(text, blocks.at(0), {item}, {0}, metrics);
        QCOMPARE(labelled.labels().size(), size_t{1});
        const QRectF room = labelled.labels()[0].box;
        // It touches the run that the span ends with, on the side that it is read to.
        BlockLayout::Piece last;
        for (const auto& piece : labelled.pieces(begin, end)) {
            if (piece.last)
                last = piece;
        }
        const bool toLeft = labelled.labels()[0].rightToLeft;
        QVERIFY2(std::abs((toLeft ? room.right() - last.left : room.left() - last.right)) < 1.5,
                 qPrintable(QString("room %1..%2, letter %3..%4")
                                .arg(room.left())
                                .arg(room.right())
                                .arg(last.left)
                                .arg(last.right)));
        // And nothing changes its order: letters stand as without the name, moved by its room.
        const auto order = [&](const BlockLayout& layout) {
            std::vector<std::pair<double, Unit>> at;
            for (Unit unit = 0; unit < static_cast<Unit>(text.size());
                 unit = blocks.nextGrapheme(unit)) {
                const auto piece = layout.pieces(unit, unit + 1).front();
                if (piece.right - piece.left > 0.5)
                    at.emplace_back((piece.left + piece.right) / 2, unit);
            }
            std::sort(at.begin(), at.end());
            std::vector<Unit> units;
            for (const auto& [x, unit] : at)
                units.push_back(unit);
            return units;
        };
        QCOMPARE(order(labelled), order(plain));
        // The letters keep their widths: joined letters stay joined.
        const auto widths = [&](const BlockLayout& layout) {
            double sum = 0;
            for (Unit unit = 0; unit < static_cast<Unit>(text.size());
                 unit = blocks.nextGrapheme(unit)) {
                const auto piece = layout.pieces(unit, unit + 1).front();
                sum += piece.right - piece.left;
            }
            return sum;
        };
        const double before = widths(plain);
        const double after = widths(labelled);
        QVERIFY2(std::abs(before - after) < 1.0,
                 qPrintable(QString("%1 and %2").arg(before).arg(after)));
    }

    void rangeOverAChange_hasARectangleForEachRun() {
        TextBlocks blocks(std::make_shared<Document>(makeDocument("n", kMixed)));
        TextMetrics metrics = TextMetrics::of(theme::documentFont(), QFont());
        metrics.width = 700;
        const QString text = QString::fromStdString(kMixed);
        const BlockLayout layout(text, blocks.at(0), {}, {}, metrics);
        const auto of = [&](const char* from, const char* to) {
            const auto begin = static_cast<Unit>(text.indexOf(QString::fromUtf8(from)));
            const QString last = QString::fromUtf8(to);
            return layout.pieces(begin, static_cast<Unit>(text.indexOf(last) + last.size()));
        };
        QCOMPARE(of("abc", "abc").size(), size_t{1});
        QCOMPARE(of("abc", "def").size(), size_t{1});
        const auto two = of("עולם", "def");  // "abc [עולם] שלום [def]" on the screen
        QCOMPARE(two.size(), size_t{2});
        QVERIFY(two[0].first && !two[0].last && !two[1].first && two[1].last);
        QVERIFY(two[0].right < two[1].left - 10);
    }

    /// The end of a wrapped line, where a space hangs over: words against the reading direction are
    /// in one piece and stand where they are painted.
    void wordAtAWrappedLinesEnd_isOnePiece() {
        QString text = QString::fromStdString(kArabic);
        for (int i = 0; i < 6; ++i)
            text += " Royal London " + QString::fromStdString(kArabic);
        TextBlocks blocks(std::make_shared<Document>(makeDocument("n", text.toStdString())));
        TextMetrics metrics = TextMetrics::of(theme::documentFont(), QFont());
        int wrapped = 0;
        for (int width = 200; width < 600; width += 7) {
            metrics.width = width;
            const BlockLayout layout(text, blocks.at(0), {}, {}, metrics);
            for (const Word& word : blocks.words(0)) {
                const auto pieces = layout.pieces(word.begin, word.end);
                QCOMPARE(pieces.size(), size_t{1});
                QVERIFY(pieces[0].left > -1 && pieces[0].right < width + 1);
                wrapped +=
                    word.begin == 0 || layout.lineOf(word.begin) != layout.lineOf(word.begin - 1)
                        ? 1
                        : 0;
            }
        }
        QVERIFY(wrapped > 100);
    }

    void spanEndingInsideAGrapheme_isPaintedWithAllOfIt() {
        const std::string text = utf8(u8"xe\u0301y👩‍👩‍👧z");
        Page p(text);
        const QRect whole = p.box({1, 3});
        QCOMPARE(p.box({1, 2}).width(), whole.width());
        p.add({1, 2}, 1);  // as a file may say: the letter without its accent
        p.add({4, 5}, 2);
        QVERIFY(p.view->boundsOf({3, 4}).left() > whole.right() + 20);
        const QRect family = p.box({4, 9});
        QVERIFY(family.width() > 8);
        QVERIFY(p.view->offsetAt(family.center()) == std::optional<Offset>(4));
        QVERIFY(p.box({9, 10}).left() > family.right() + 20);
    }

    /// Hebrew within Latin: at its edges text of either kind would go on elsewhere.
    void caret_whereDirectionsChange_standsAtBothPlaces() {
        const std::string text = utf8(u8"abc שלום def");
        const TextBlocks blocks(std::make_shared<Document>(makeDocument("n", text)));
        TextMetrics metrics = TextMetrics::of(theme::documentFont(), theme::documentFont());
        metrics.width = 600;
        const BlockLayout layout(blocks.text(), blocks.at(0), {}, {}, metrics);
        const auto hebrew = layout.pieces(4, 8);
        QCOMPARE(hebrew.size(), size_t{1});
        const auto near = [](double a, double b) { return std::abs(a - b) < 1; };
        for (const Unit unit : {4, 8}) {
            const auto carets = layout.carets(unit);
            QCOMPARE(carets.size(), size_t{2});
            QVERIFY(!carets[0].runsLeft && carets[1].runsLeft);
            const bool begins = unit == 4;
            QVERIFY(near(carets[0].x, begins ? hebrew[0].left : hebrew[0].right));
            QVERIFY(near(carets[1].x, begins ? hebrew[0].right : hebrew[0].left));
        }
        for (const Unit unit : {0, 1, 5, 6, 10, 12})
            QCOMPARE(layout.carets(unit).size(), size_t{1});
        QVERIFY(layout.carets(6)[0].runsLeft);
        QVERIFY(!layout.carets(10)[0].runsLeft);
        // A paragraph that reads to the left and begins with Latin: its own direction comes first.
        const TextBlocks other(
            std::make_shared<Document>(makeDocument("n", utf8(u8"שלום abc 12"))));
        const BlockLayout left(other.text(), other.at(0), {}, {}, metrics);
        QVERIFY(left.isRightToLeft());
        const auto carets = left.carets(5);
        QCOMPARE(carets.size(), size_t{2});
        QVERIFY(carets[0].runsLeft && !carets[1].runsLeft);
        QVERIFY(carets[0].x > carets[1].x);
    }

    void caret_whereDirectionsChange_isPaintedTwice_andFlagged() {
        Page p(utf8(u8"abc שלום def"));
        const QRect hebrew = p.box({4, 8});
        const auto accents = [&](int x) {
            const QImage image = p.view->viewport()->grab().toImage();
            int found = 0;
            for (int y = hebrew.top(); y <= hebrew.bottom(); ++y)
                found += image.pixelColor(x, y) == theme::colors().accent ? 1 : 0;
            return found;
        };
        p.view->setSelection({1, 1});
        QCOMPARE(accents(hebrew.left()), 0);
        p.view->setSelection({4, 4});
        const int first = accents(hebrew.left());
        const int second = std::max(accents(hebrew.right()), accents(hebrew.right() + 1));
        QVERIFY2(first > hebrew.height() * 3 / 4, qPrintable(QString::number(first)));
        QVERIFY2(second > hebrew.height() / 3 && second < first,
                 qPrintable(QString::number(second)));
        const QString folder = qEnvironmentVariable("SPANWISE_SCREENSHOTS");
        if (!folder.isEmpty())
            QVERIFY(p.window.grab().save(folder + "/caret-split.png"));
        Page plain("abc def");
        plain.view->setSelection({4, 4});
        const QRect word = plain.box({4, 7});
        const QImage image = plain.view->viewport()->grab().toImage();
        for (int x = word.left() + 2; x < word.left() + 8; ++x)
            QVERIFY(image.pixelColor(x, word.top() + 1) != theme::colors().accent);
    }

    // Offsets and copies.

    void labels_madeByKeys_areCodePointsOfTheImportedText() {
        const std::string text = utf8(
            u8"🧪 Dose\r\n👩‍👩‍👧 שלום\tAda\u00a0Byron\r\ncafe\u0301 東京 "
            u8"naïve");
        Page p(text);
        p.view->setSelection({0, 0});
        for (const char* word : {"Dose", "שלום", "Ada", "東", "naïve"}) {
            const Range wanted = p.find(word);
            QTest::mouseDClick(p.view->viewport(), Qt::LeftButton, {}, p.in(wanted));
            QTest::mouseRelease(p.view->viewport(), Qt::LeftButton, {}, p.in(wanted));
            QTest::keyClick(p.view, '1');
            QVERIFY(p.labels.annotations.back().range == wanted);
            QCOMPARE(p.textOf(p.labels.annotations.back().range), QString::fromUtf8(word));
        }
        QCOMPARE(p.document->text, text);
    }

    void copy_ofMixedText_isTheTextAsItIs() {
        const std::string text = utf8(u8"abc שלום\r\nעולם\tdef 👍🏽 e\u0301");
        Page p(text);
        p.key(Qt::Key_A, Qt::ControlModifier);
        p.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text().toStdString(), text);
        p.add(p.find("שלום"), 1);
        p.drag(p.in(p.find("abc")), p.in(p.find("שלום")));
        p.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QString("abc שלום"));  // no name in it
    }

    void tab_isOneStep_andClickable() {
        Page p("a\tb\tc");
        const QRect tab = p.box({1, 2});
        QVERIFY(tab.width() > 10);
        QCOMPARE(p.view->offsetAt(tab.center()).value_or(-1), Offset{1});
        p.drag(p.in({0, 1}), p.in({2, 3}));
        QCOMPARE(p.selected(), QString("a\tb"));
        QTest::mouseDClick(p.view->viewport(), Qt::LeftButton, {}, tab.center());
        QVERIFY(p.view->selection().isEmpty());
    }
};

QTEST_MAIN(ScriptsTest)
#include "scripts_test.moc"
