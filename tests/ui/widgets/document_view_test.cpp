#include "ui/document_view/document_view.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QElapsedTimer>
#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

#include "core/text/utf8.h"
#include "ui/document_view/span_card.h"
#include "ui/document_view/text_blocks.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

LabelScheme makeScheme() {
    return LabelScheme({{1, "drug", "", "#00695e", "1", 0},
                        {2, "dose", "", "#8d6200", "d", 1},
                        {3, "trap", "", "#a3302e", "a", 2}});  // from a file: its key is taken
}

std::shared_ptr<const Document> makeText(std::string text) {
    return std::make_shared<Document>(makeDocument("note-1", std::move(text)));
}

/// A view in a window between two buttons, for Tab.
struct Window {
    QWidget window;
    QPushButton* before = new QPushButton("before");
    DocumentView* view = new DocumentView;
    QPushButton* after = new QPushButton("after");
    DocumentLabels labels;
    RecordId nextId = 1;
    std::shared_ptr<const Document> document;

    explicit Window(const std::string& text, QSize size = {720, 420}) {
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(before);
        layout->addWidget(view, 1);
        layout->addWidget(after);
        window.resize(size);
        view->setScheme(makeScheme());
        document = makeText(text);
        view->setDocument(document);
        window.show();
        view->setFocus();
        QApplication::setActiveWindow(&window);
        QTest::qWait(1);
    }
    /// The nth occurrence of a string, in code points.
    Range find(const std::string& what, int nth = 0) const {
        size_t at = document->text.find(what);
        for (; nth > 0; --nth) {
            at = document->text.find(what, at + 1);
        }
        Q_ASSERT(at != std::string::npos);
        const Offset begin = countCodePoints(std::string_view(document->text).substr(0, at));
        return {begin, begin + countCodePoints(what)};
    }
    RecordId annotate(const std::string& what, TypeId type = 1, int nth = 0) {
        Annotation annotation;
        annotation.id = nextId++;
        annotation.range = find(what, nth);
        annotation.type = type;
        labels.annotations.push_back(annotation);
        view->setLabels(labels);
        return annotation.id;
    }
    RecordId suggest(const std::string& what, double score = 0.8, TypeId type = 1, int nth = 0) {
        Suggestion suggestion;
        suggestion.id = nextId++;
        suggestion.range = find(what, nth);
        suggestion.type = type;
        suggestion.score = score;
        labels.suggestions.push_back(suggestion);
        view->setLabels(labels);
        return suggestion.id;
    }
    void withdraw(RecordId suggestion) {
        std::erase_if(labels.suggestions, [&](const auto& s) { return s.id == suggestion; });
        view->setLabels(labels);
    }
    void key(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) {
        QTest::keyClick(view, key, modifiers);
    }
    void type(char c, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(view, c, modifiers); }
    QPoint at(Range range) const { return view->boundsOf(range).center(); }
    QPoint left(Range range) const {
        const QRect box = view->boundsOf(range);
        return {box.left() + 1, box.center().y()};
    }
    void drag(QPoint from, QPoint to, Qt::KeyboardModifiers modifiers = {}) {
        QWidget* port = view->viewport();
        QTest::mousePress(port, Qt::LeftButton, modifiers, from);
        const QPoint middle = (from + to) / 2;
        for (const QPoint& p : {middle, to}) {
            QMouseEvent move(QEvent::MouseMove, p, port->mapToGlobal(p), Qt::NoButton,
                             Qt::LeftButton, modifiers);
            QApplication::sendEvent(port, &move);
        }
        QTest::mouseRelease(port, Qt::LeftButton, modifiers, to);
    }
    std::string selected() const { return std::string(slice(document->text, view->selection())); }
    SpanCard* card() const { return view->findChild<SpanCard*>("spanCard"); }
};

const std::string kHard = reinterpret_cast<const char*>(
    u8"🧪 Ada Lovelace, joined\r\nBayer\u00a0AG (UK) today\u2028👩‍👩‍👧 cafe\u0301 "
    u8"naïve "
    u8"🇩🇪 "
    u8"Straße\n"
    u8"שלום עולם, תל אביב\nmg 500mg 東京");

}  // namespace

class DocumentViewTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    void drag_overWords_selectsExactOffsets_data() {
        QTest::addColumn<QString>("from");
        QTest::addColumn<QString>("to");
        QTest::addColumn<QString>("selected");
        QTest::newRow("after emoji") << "Ada"
                                     << "Lovelace"
                                     << "Ada Lovelace";
        QTest::newRow("part of words snaps") << "da"
                                             << "ove"
                                             << "Ada Lovelace";
        QTest::newRow("comma is shed") << "Ada"
                                       << ","
                                       << "Ada Lovelace";
        QTest::newRow("backwards") << "Lovelace"
                                   << "Ada"
                                   << "Ada Lovelace";
        QTest::newRow("across CRLF") << "joined"
                                     << "Bayer"
                                     << "joined\r\nBayer";
        QTest::newRow("NBSP stays") << "Bayer"
                                    << "AG" << QString::fromUtf8("Bayer\u00a0AG");
        QTest::newRow("bracket with its partner") << "AG"
                                                  << ")"
                                                  << "AG (UK)";
        QTest::newRow("inside brackets") << "UK"
                                         << "UK"
                                         << "UK";
        QTest::newRow("across U+2028")
            << "today"
            << "caf" << QString::fromUtf8("today\u2028👩‍👩‍👧 cafe\u0301");
        QTest::newRow("ZWJ family")
            << QString::fromUtf8("👩‍👩‍👧") << QString::fromUtf8("👩‍👩‍👧")
            << QString::fromUtf8("👩‍👩‍👧");
        QTest::newRow("flag") << QString::fromUtf8("naïve") << QString::fromUtf8("🇩🇪")
                              << QString::fromUtf8("naïve 🇩🇪");
        QTest::newRow("rtl") << QString::fromUtf8("עולם") << QString::fromUtf8("תל")
                             << QString::fromUtf8("עולם, תל");
        QTest::newRow("number apart from unit") << "500"
                                                << "500"
                                                << "500";
    }
    void drag_overWords_selectsExactOffsets() {
        QFETCH(QString, from);
        QFETCH(QString, to);
        QFETCH(QString, selected);
        Window w(kHard);
        QSignalSpy changed(w.view, &DocumentView::selectionChanged);
        w.drag(w.at(w.find(from.toStdString())), w.at(w.find(to.toStdString())) + QPoint(4, 0));
        QCOMPARE(QString::fromStdString(w.selected()), selected);
        QVERIFY(w.view->selection() == w.find(selected.toStdString()));
        QCOMPARE_GE(changed.size(), 1);
        QVERIFY(changed.last().at(0).value<Range>() == w.view->selection());
    }

    /// The same with labels before the place: their names take room but no offsets.
    void drag_betweenLabels_selectsExactOffsets() {
        Window w(kHard);
        w.annotate("Ada Lovelace");
        w.annotate("Lovelace", 2);
        w.suggest(reinterpret_cast<const char*>(u8"Bayer\u00a0AG"));
        w.annotate(reinterpret_cast<const char*>(u8"👩‍👩‍👧"));
        w.annotate(reinterpret_cast<const char*>(u8"שלום"));
        for (const char* word : {"joined", "UK", "today", "Lovelace", "עולם", "אביב", "naïve"}) {
            w.drag(w.at(w.find(word)) - QPoint(4, 0), w.at(w.find(word)) + QPoint(4, 0));
            QCOMPARE(QString::fromStdString(w.selected()), QString::fromUtf8(word));
        }
    }

    void drag_withAlt_selectsCharacters() {
        Window w(kHard);
        const Range ove = w.find("ove");
        w.drag(w.left(ove), w.left({ove.end, ove.end + 1}), Qt::AltModifier);
        QCOMPARE(w.selected(), std::string("ove"));
    }

    void drag_overWhiteSpace_selectsNothing() {
        Window w("a            b");
        const Range gap{5, 7};
        w.drag(w.left(gap), w.at(gap) + QPoint(6, 0));
        QVERIFY(w.view->selection().isEmpty());
    }

    void doubleClick_selectsWord() {
        Window w(kHard);
        w.annotate("Ada Lovelace");
        QTest::mouseDClick(w.view->viewport(), Qt::LeftButton, {}, w.at(w.find("ovela")));
        QCOMPARE(w.selected(), std::string("Lovelace"));
        QCOMPARE(w.view->focusedSpan(), 0);
    }

    void click_onText_putsCaret_andShiftClickExtends() {
        Window w(kHard);
        const Range joined = w.find("joined");
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, {}, w.left(joined));
        QVERIFY(w.view->selection().isEmpty());
        QCOMPARE(w.view->caret(), joined.begin);
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, Qt::ShiftModifier,
                          w.at(w.find("AG")));
        QCOMPARE(QString::fromStdString(w.selected()),
                 QString::fromUtf8("joined\r\nBayer\u00a0AG"));
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, Qt::ShiftModifier,
                          w.at(w.find("Ada")));
        QCOMPARE(w.view->selection().begin, w.find("Ada").begin);
    }

    void click_onNestedSpans_goesOutwards() {
        Window w("The University of California, Berkeley is old.");
        const RecordId outer = w.annotate("University of California, Berkeley", 1);
        const RecordId inner = w.annotate("California", 2);
        QSignalSpy focused(w.view, &DocumentView::focusedSpanChanged);
        const QPoint place = w.at(w.find("California"));
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(w.view->focusedSpan(), inner);
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, {}, place);
        QCOMPARE(w.view->focusedSpan(), outer);
        QCOMPARE(focused.size(), 2);
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, {}, w.at(w.find("is")));
        QCOMPARE(w.view->focusedSpan(), 0);
    }

    void offsetAt_everyCharacter_isThatCharacter() {
        Window w(kHard);
        w.annotate("Lovelace");
        const Offset length = countCodePoints(w.document->text);
        int checked = 0;
        for (Offset i = 0; i < length; ++i) {
            const QRect box = w.view->boundsOf({i, i + 1});
            const auto found = w.view->offsetAt(box.center());
            if (box.width() < 4 || !found || (i > 0 && box == w.view->boundsOf({i - 1, i}))) {
                continue;  // a line end, or inside a grapheme
            }
            QCOMPARE(*found, i);
            ++checked;
        }
        QCOMPARE_GE(checked, 70);
        QVERIFY(!w.view->offsetAt({2, 2}));
    }

    // --- Keyboard ---

    void arrows_byWord_selectTokens() {
        Window w(kHard);
        QStringList words;
        for (int i = 0; i < 19; ++i) {
            w.key(Qt::Key_Right);
            // Where the text runs right to left, Right goes back; End of such a line is left.
            if (w.selected() == reinterpret_cast<const char*>(u8"Straße")) {
                words << QString::fromStdString(w.selected());
                break;
            }
            words << QString::fromStdString(w.selected());
        }
        QCOMPARE(words, QStringList({"🧪", "Ada", "Lovelace", "joined", "Bayer", "AG", "UK",
                                     "today", "👩‍👩‍👧", QString::fromUtf8("cafe\u0301"),
                                     "naïve", "🇩🇪", "Straße"}));
        w.key(Qt::Key_Left);
        QCOMPARE(w.selected(), std::string(reinterpret_cast<const char*>(u8"🇩🇪")));
    }

    void arrows_inRightToLeftText_followTheEye() {
        Window w(reinterpret_cast<const char*>(u8"שלום עולם גדול"));
        w.key(Qt::Key_Left);
        QCOMPARE(w.selected(), std::string(reinterpret_cast<const char*>(u8"שלום")));
        w.key(Qt::Key_Left);
        QCOMPARE(w.selected(), std::string(reinterpret_cast<const char*>(u8"עולם")));
        w.key(Qt::Key_Right);
        QCOMPARE(w.selected(), std::string(reinterpret_cast<const char*>(u8"שלום")));
    }

    void shiftArrows_extendAndShrink() {
        Window w("one two, three four");
        w.key(Qt::Key_Right);
        w.key(Qt::Key_Right);
        QCOMPARE(w.selected(), std::string("two"));
        w.key(Qt::Key_Right, Qt::ShiftModifier);
        QCOMPARE(w.selected(), std::string("two, three"));
        w.key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(w.selected(), std::string("two"));
        w.key(Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(w.selected(), std::string("one two"));
        QCOMPARE(w.view->caret(), 0);
        w.key(Qt::Key_Right);
        QCOMPARE(w.selected(), std::string("three"));
    }

    void controlArrows_goByGrapheme() {
        Window w(reinterpret_cast<const char*>(u8"a👩‍👩‍👧e\u0301b"));
        w.key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(w.view->caret(), 1);
        w.key(Qt::Key_Right, Qt::ControlModifier);
        QCOMPARE(w.view->caret(), 6);
        w.key(Qt::Key_Right, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY((w.view->selection() == Range{6, 8}));
        w.key(Qt::Key_Left, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(w.view->selection().isEmpty());
        w.key(Qt::Key_Left, Qt::ControlModifier);
        QCOMPARE(w.view->caret(), 1);
    }

    void linesPagesAndEdges_move() {
        std::string text;
        for (int i = 0; i < 100; ++i) {
            text += "first" + std::to_string(i) + " second" + std::to_string(i) + "\n";
        }
        Window w(text);
        w.key(Qt::Key_Home, Qt::ControlModifier);
        QCOMPARE(w.selected(), std::string("first0"));
        w.key(Qt::Key_Down);
        QCOMPARE(w.selected(), std::string("first1"));
        w.key(Qt::Key_End);
        QCOMPARE(w.selected(), std::string("second1"));
        w.key(Qt::Key_Down);
        QCOMPARE(w.selected(), std::string("second2"));
        w.key(Qt::Key_Up);
        QCOMPARE(w.selected(), std::string("second1"));
        w.key(Qt::Key_Home);
        QCOMPARE(w.selected(), std::string("first1"));
        w.key(Qt::Key_PageDown);
        const Range paged = w.view->selection();
        QVERIFY(paged.begin > w.find("first5").begin);
        w.key(Qt::Key_PageUp);
        QCOMPARE(w.selected(), std::string("first1"));
        w.key(Qt::Key_End, Qt::ControlModifier);
        QCOMPARE(w.selected(), std::string("second99"));
        QVERIFY(w.view->viewport()->rect().contains(w.at(w.view->selection())));
        w.key(Qt::Key_Home, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(w.view->selection().begin, 0);
        w.key(Qt::Key_A, Qt::ControlModifier);
        QCOMPARE(w.view->selection().length(), countCodePoints(text) - 1);
        w.key(Qt::Key_Escape);
        QVERIFY(w.view->selection().isEmpty());
    }

    void shortcut_withSelection_requestsLabel() {
        Window w(kHard);
        QSignalSpy label(w.view, &DocumentView::labelRequested);
        w.type('1');
        QCOMPARE(label.size(), 0);  // nothing selected
        w.view->setSelection(w.find("Ada Lovelace"));
        w.type('1');
        QCOMPARE(label.size(), 1);
        QVERIFY(label[0][0].value<Range>() == w.find("Ada Lovelace"));
        QCOMPARE(label[0][1].toLongLong(), 1);
        w.type('D', Qt::ShiftModifier);  // Caps Lock must not matter
        QCOMPARE(label.size(), 2);
        QCOMPARE(label[1][1].toLongLong(), 2);
        w.type('7');
        QCOMPARE(label.size(), 2);
    }

    void label_arrived_isFocusedQuietly_andNextKeyRetypes() {
        Window w(kHard);
        w.view->setSelection(w.find("Ada"));
        w.type('1');
        const RecordId made = w.annotate("Ada");
        QCOMPARE(w.view->focusedSpan(), made);
        QVERIFY(w.view->selection().isEmpty());
        QVERIFY(!w.card()->isVisible());
        QSignalSpy retype(w.view, &DocumentView::retypeRequested);
        w.type('d');
        QCOMPARE(retype.size(), 1);
        QCOMPARE(retype[0][0].toLongLong(), made);
        QCOMPARE(retype[0][1].toLongLong(), 2);
        w.type('1');  // it has this type already
        QCOMPARE(retype.size(), 1);
        w.key(Qt::Key_Right);
        QCOMPARE(w.selected(), std::string("Lovelace"));
        QCOMPARE(w.view->focusedSpan(), 0);
    }

    void reservedKeys_beatShortcuts() {
        Window w(kHard);
        QSignalSpy label(w.view, &DocumentView::labelRequested);
        w.view->setSelection(w.find("Ada"));
        w.type('a');  // type 3 claims "a"
        QCOMPARE(label.size(), 0);
        ViewKeys keys;
        keys.setWindowKeys({{QKeySequence(Qt::Key_T), "Add entity type"}});
        for (const char* key : {"a", "A", "x", "n", "t", ".", "[", "]", "{", "}", " "}) {
            QVERIFY2(!keys.purposeOf(key).isEmpty(), key);
        }
        for (const char* key : {"1", "0", "d", "é", "p"}) {
            QVERIFY2(keys.purposeOf(QString::fromUtf8(key)).isEmpty(), key);
        }
    }

    void tab_goesThroughSuggestions_andOut() {
        Window w(kHard);
        w.annotate("joined");
        const RecordId second = w.suggest("today");
        const RecordId first = w.suggest("Ada");
        w.before->setFocus();
        QTest::keyClick(w.before, Qt::Key_Tab);
        QVERIFY(w.view->hasFocus());
        w.key(Qt::Key_Tab);
        QCOMPARE(w.view->focusedSpan(), first);
        w.key(Qt::Key_Tab);
        QCOMPARE(w.view->focusedSpan(), second);
        w.key(Qt::Key_Backtab, Qt::ShiftModifier);
        QCOMPARE(w.view->focusedSpan(), first);
        w.key(Qt::Key_Tab);
        w.key(Qt::Key_Tab);
        QVERIFY(w.after->hasFocus());
        QTest::keyClick(w.after, Qt::Key_Backtab, Qt::ShiftModifier);
        QVERIFY(w.view->hasFocus());
        w.key(Qt::Key_Backtab, Qt::ShiftModifier);
        QCOMPARE(w.view->focusedSpan(), second);
    }

    void tab_withoutSuggestions_leaves() {
        Window w(kHard);
        w.annotate("joined");
        w.key(Qt::Key_Tab);
        QVERIFY(w.after->hasFocus());
        w.view->setFocus();
        w.key(Qt::Key_Backtab, Qt::ShiftModifier);
        QVERIFY(w.before->hasFocus());
    }

    void focusNextSuggestion_wraps() {
        Window w(kHard);
        const RecordId first = w.suggest("Ada");
        const RecordId second = w.suggest("today");
        w.view->focusNextSuggestion();
        QCOMPARE(w.view->focusedSpan(), first);
        w.view->focusPreviousSuggestion();
        QCOMPARE(w.view->focusedSpan(), second);
        w.view->focusNextSuggestion();
        QCOMPARE(w.view->focusedSpan(), first);
    }

    void accept_movesOnWhenLabelsCome() {
        Window w(kHard);
        const RecordId first = w.suggest("Ada");
        const RecordId second = w.suggest("joined");
        const RecordId third = w.suggest("today");
        QSignalSpy accept(w.view, &DocumentView::acceptRequested);
        QSignalSpy reject(w.view, &DocumentView::rejectRequested);
        w.type('a');  // looks first
        QCOMPARE(accept.size(), 0);
        QCOMPARE(w.view->focusedSpan(), first);
        w.type('a');
        QCOMPARE(accept.size(), 1);
        QCOMPARE(accept[0][0].toLongLong(), first);
        QCOMPARE(w.view->focusedSpan(), first);  // until the labels say so
        w.withdraw(first);
        QCOMPARE(w.view->focusedSpan(), second);
        w.type('x');
        QCOMPARE(reject.size(), 1);
        QCOMPARE(reject[0][0].toLongLong(), second);
        w.withdraw(second);
        QCOMPARE(w.view->focusedSpan(), third);
        w.type('1');  // its own type: accepts it
        QCOMPARE(accept.size(), 2);
        w.withdraw(third);
        QCOMPARE(w.view->focusedSpan(), 0);
    }

    void retypedSuggestion_movesOn() {
        Window w(kHard);
        const RecordId first = w.suggest("Ada");
        const RecordId second = w.suggest("today");
        QSignalSpy retype(w.view, &DocumentView::retypeRequested);
        w.view->setFocusedSpan(first);
        w.type('d');
        QCOMPARE(retype.size(), 1);
        w.annotate("Ada", 2);
        w.withdraw(first);
        QCOMPARE(w.view->focusedSpan(), second);
    }

    void newSuggestions_keepFocusOnTheSamePlace() {
        Window w(kHard);
        w.suggest("Ada");
        w.view->setFocusedSpan(w.suggest("today"));
        w.labels.suggestions.clear();
        w.view->setLabels(w.labels);
        QCOMPARE(w.view->focusedSpan(), 0);
        w.view->setFocusedSpan(w.suggest("today"));
        std::vector<Suggestion> renewed = w.labels.suggestions;
        renewed[0].id = 99;
        w.labels.suggestions = renewed;
        w.view->setLabels(w.labels);
        QCOMPARE(w.view->focusedSpan(), 99);
    }

    void acceptAll_onlyWithSuggestions() {
        Window w(kHard);
        QSignalSpy all(w.view, &DocumentView::acceptAllRequested);
        w.type('A', Qt::ShiftModifier);
        QCOMPARE(all.size(), 0);
        w.suggest("Ada");
        w.type('A', Qt::ShiftModifier);
        QCOMPARE(all.size(), 1);
    }

    void delete_removes_data() {
        QTest::addColumn<int>("key");
        QTest::newRow("Delete") << int(Qt::Key_Delete);
        QTest::newRow("Backspace") << int(Qt::Key_Backspace);
    }
    void delete_removes() {
        QFETCH(int, key);
        Window w(kHard);
        const RecordId annotation = w.annotate("Ada Lovelace");
        const RecordId suggestion = w.suggest("today");
        QSignalSpy remove(w.view, &DocumentView::removeRequested);
        QSignalSpy reject(w.view, &DocumentView::rejectRequested);
        w.view->setFocusedSpan(annotation);
        w.key(static_cast<Qt::Key>(key));
        QCOMPARE(remove.size(), 1);
        QCOMPARE(remove[0][0].toLongLong(), annotation);
        w.view->setSelection(w.find("Lovelace"));  // a word of it will do
        w.key(static_cast<Qt::Key>(key));
        QCOMPARE(remove.size(), 2);
        w.view->setFocusedSpan(suggestion);
        w.key(static_cast<Qt::Key>(key));
        QCOMPARE(reject.size(), 1);
        w.view->setSelection(w.find("naïve"));
        w.key(static_cast<Qt::Key>(key));
        QCOMPARE(remove.size(), 2);
    }

    void brackets_moveBoundaries_data() {
        QTest::addColumn<char>("key");
        QTest::addColumn<QString>("moved");
        QTest::newRow("[") << '[' << "one two three";
        QTest::newRow("]") << ']' << "two three,";
        QTest::newRow("{") << '{' << "three";
        QTest::newRow("}") << '}' << "two";
    }
    void brackets_moveBoundaries() {
        QFETCH(char, key);
        QFETCH(QString, moved);
        Window w("one two three, four");
        const RecordId id = w.annotate("two three");
        QSignalSpy resize(w.view, &DocumentView::resizeRequested);
        w.view->setFocusedSpan(id);
        w.type(key);
        QCOMPARE(resize.size(), 1);
        QCOMPARE(resize[0][0].toLongLong(), id);
        QVERIFY(resize[0][1].value<Range>() == w.find(moved.toStdString()));
        // The resized annotation comes back under a new id and keeps the focus.
        w.labels.annotations.clear();
        const RecordId renewed = w.annotate(moved.toStdString());
        QCOMPARE(w.view->focusedSpan(), renewed);
        // Without a focused span they move the selection.
        w.view->setSelection(w.find("two three"));
        w.type(key);
        QCOMPARE(QString::fromStdString(w.selected()), moved);
        QCOMPARE(resize.size(), 1);
    }
    void brackets_atTheLimits_doNothing() {
        Window w("one");
        w.view->setFocusedSpan(w.annotate("one"));
        QSignalSpy resize(w.view, &DocumentView::resizeRequested);
        for (const char key : {'[', ']', '{', '}'}) {
            w.type(key);
        }
        QCOMPARE(resize.size(), 0);
    }

    void enterAndDocumentKeys_signal() {
        Window w(kHard);
        QSignalSpy done(w.view, &DocumentView::doneRequested);
        QSignalSpy next(w.view, &DocumentView::nextDocumentRequested);
        QSignalSpy previous(w.view, &DocumentView::previousDocumentRequested);
        w.key(Qt::Key_Return);
        w.key(Qt::Key_Enter, Qt::KeypadModifier);
        w.key(Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(done.size(), 2);
        w.key(Qt::Key_Right, Qt::AltModifier);
        w.type('n');
        QCOMPARE(next.size(), 2);
        w.key(Qt::Key_Left, Qt::AltModifier);
        QCOMPARE(previous.size(), 1);
    }

    void space_cyclesThroughSpansHere_andBackToWords() {
        Window w("The University of California, Berkeley is old.");
        const RecordId outer = w.annotate("University of California, Berkeley", 1);
        const RecordId inner = w.suggest("California", 0.9, 2);
        w.view->setSelection(w.find("California"));
        w.key(Qt::Key_Space);
        QCOMPARE(w.view->focusedSpan(), inner);
        w.key(Qt::Key_Space);
        QCOMPARE(w.view->focusedSpan(), outer);
        w.key(Qt::Key_Space);
        QCOMPARE(w.view->focusedSpan(), 0);
        QCOMPARE(w.selected(), std::string("University of California, Berkeley"));
    }

    void controlTab_goesThroughAllSpans() {
        Window w(kHard);
        const RecordId a = w.annotate("Ada");
        const RecordId b = w.suggest("joined");
        const RecordId c = w.annotate("today");
        QList<RecordId> seen;
        for (int i = 0; i < 4; ++i) {
            w.key(Qt::Key_Tab, Qt::ControlModifier);
            seen << w.view->focusedSpan();
        }
        QCOMPARE(seen, QList<RecordId>({a, b, c, a}));
    }

    void copy_takesTheTextExactly() {
        Window w(kHard);
        w.annotate("Bayer");
        w.view->setSelection(w.find(reinterpret_cast<const char*>(u8"Bayer\u00a0AG")));
        w.key(Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(), QString::fromUtf8("Bayer\u00a0AG"));
    }

    void readOnly_changesNothing() {
        Window w(kHard);
        const RecordId annotation = w.annotate("Ada");
        const RecordId suggestion = w.suggest("today");
        w.view->setReadOnly(true);
        QSignalSpy label(w.view, &DocumentView::labelRequested);
        QSignalSpy accept(w.view, &DocumentView::acceptRequested);
        QSignalSpy all(w.view, &DocumentView::acceptAllRequested);
        QSignalSpy reject(w.view, &DocumentView::rejectRequested);
        QSignalSpy remove(w.view, &DocumentView::removeRequested);
        QSignalSpy retype(w.view, &DocumentView::retypeRequested);
        QSignalSpy resize(w.view, &DocumentView::resizeRequested);
        QSignalSpy done(w.view, &DocumentView::doneRequested);
        for (const RecordId id : {annotation, suggestion}) {
            w.view->setFocusedSpan(id);
            for (const char key : {'a', 'x', 'd', '[', ']', '{', '}'}) {
                w.type(key);
            }
            w.key(Qt::Key_Delete);
            w.type('A', Qt::ShiftModifier);
            w.key(Qt::Key_Return);
        }
        w.view->setSelection(w.find("naïve"));
        w.type('1');
        QCOMPARE(label.size() + accept.size() + all.size() + reject.size() + remove.size() +
                     retype.size() + resize.size() + done.size(),
                 0);
        QVERIFY(!w.view->selection().isEmpty());
    }

    // --- Labels, threshold, states ---

    void threshold_hidesAndUncounts() {
        Window w(kHard);
        const RecordId low = w.suggest("Ada", 0.3);
        const RecordId high = w.suggest("today", 0.9);
        QVERIFY((w.view->visibleSuggestions() == std::vector<RecordId>{low, high}));
        w.view->setFocusedSpan(low);
        QSignalSpy focused(w.view, &DocumentView::focusedSpanChanged);
        w.view->setThreshold(0.55);
        QVERIFY((w.view->visibleSuggestions() == std::vector<RecordId>{high}));
        QCOMPARE(w.view->focusedSpan(), 0);
        QCOMPARE(focused.size(), 1);
        w.view->setFocusedSpan(low);
        QCOMPARE(w.view->focusedSpan(), 0);  // what isn't shown can't be focused
        w.view->setThreshold(0.9);
        QCOMPARE(w.view->visibleSuggestions().size(), size_t{1});  // at the threshold it shows
        w.view->setThreshold(0.3);
        QCOMPARE(w.view->visibleSuggestions().size(), size_t{2});
    }

    void labels_changed_onlyMoveWhatFollows() {
        Window w("alpha beta gamma\nsecond line here");
        const QRect before = w.view->boundsOf(w.find("gamma"));
        const QRect secondBefore = w.view->boundsOf(w.find("here"));
        w.annotate("alpha");
        QVERIFY(w.view->boundsOf(w.find("gamma")).left() > before.left() + 20);
        QCOMPARE(w.view->boundsOf(w.find("here")), secondBefore);
        w.labels.annotations.clear();
        w.view->setLabels(w.labels);
        QCOMPARE(w.view->boundsOf(w.find("gamma")), before);
    }

    void belowTheThreshold_isNeitherPaintedNorReachedByKeys() {
        Window w("alpha beta gamma delta");
        const auto hasLine = [&](const char* word) {
            const QImage image = w.view->viewport()->grab().toImage();
            const QRect box = w.view->boundsOf(w.find(word)).adjusted(0, 0, 0, 6);
            const QColor line = theme::typeColors("#00695e").line;
            for (int y = box.top(); y <= box.bottom(); ++y) {
                for (int x = box.left(); x <= box.right(); ++x) {
                    if (image.pixelColor(x, y) == line)
                        return true;
                }
            }
            return false;
        };
        w.suggest("alpha", 0.3);
        const RecordId beta = w.suggest("beta", 0.6);
        w.suggest("gamma", 0.2);
        const RecordId delta = w.suggest("delta", 0.9);
        w.window.setFocus();
        w.view->setThreshold(0.5);
        QVERIFY(!hasLine("alpha") && hasLine("beta") && !hasLine("gamma") && hasLine("delta"));
        w.view->setFocus();
        QTest::keyClick(w.view, Qt::Key_Tab);
        QCOMPARE(w.view->focusedSpan(), beta);
        QTest::keyClick(w.view, Qt::Key_Tab);
        QCOMPARE(w.view->focusedSpan(), delta);
        QTest::keyClick(w.view, Qt::Key_Tab);
        QVERIFY(!w.view->hasFocus());  // past the last one that is shown
        w.view->setFocus();
        w.view->setSelection(w.find("alpha"));
        QSignalSpy accept(w.view, &DocumentView::acceptRequested);
        QTest::keyClick(w.view, Qt::Key_Space);
        QCOMPARE(w.view->focusedSpan(), 0);
        QTest::keyClick(w.view, Qt::Key_A);
        QCOMPARE(accept.size(), 0);
        // And all back, in their order.
        w.view->setThreshold(0);
        QVERIFY(hasLine("alpha") && hasLine("gamma"));
        QCOMPARE(w.view->visibleSuggestions().size(), size_t{4});
    }

    void zeroShot_isDottedAndTheCardSaysSo() {
        Window w("alpha beta gamma delta");
        const RecordId learned = w.suggest("alpha beta", 0.6);
        const RecordId guessed = w.suggest("gamma delta", 0.6);
        w.labels.suggestions[0].model = "model-1";
        w.labels.suggestions[1].model = "zero-shot:names";
        w.view->setLabels(w.labels);
        w.window.setFocus();
        const QImage image = w.view->viewport()->grab().toImage();
        const QColor line = theme::typeColors("#00695e").line;
        // Painted stretches along the underline.
        const auto pieces = [&](const char* words) {
            const QRect box = w.view->boundsOf(w.find(words)).adjusted(0, 0, 0, 6);
            int most = 0;
            for (int y = box.top(); y <= box.bottom(); ++y) {
                int found = 0;
                bool inside = false;
                for (int x = box.left(); x <= box.right(); ++x) {
                    const QColor at = image.pixelColor(x, y);
                    const bool painted = std::abs(at.red() - line.red()) < 90;
                    found += painted && !inside ? 1 : 0;
                    inside = painted;
                }
                most = std::max(most, found);
            }
            return most;
        };
        const int dashes = pieces("alpha beta");
        const int dots = pieces("gamma delta");
        QVERIFY2(dashes > 3 && dots > dashes * 1.5,
                 qPrintable(QString("%1 dashes, %2 dots").arg(dashes).arg(dots)));

        w.view->setFocus();
        auto* card = w.view->findChild<SpanCard*>("spanCard");
        w.view->setFocusedSpan(guessed);
        const QSize plain = card->sizeHint();
        QVERIFY(card->isVisible());
        const auto name = [&] {
            QAccessibleInterface* interface = QAccessible::queryAccessibleInterface(w.view);
            return interface->text(QAccessible::Description);
        };
        QVERIFY2(name().contains("from the type's name"), qPrintable(name()));
        QVERIFY(card->accessibleDescription().contains("zero-shot, from the type's name"));
        w.view->setCardNote("also in 6 other documents");
        QVERIFY(card->accessibleDescription().contains("also in 6 other documents"));
        QVERIFY(card->sizeHint().width() >= plain.width());
        w.view->setFocusedSpan(learned);
        QVERIFY(!name().contains("from the type's name"));
        QVERIFY(!card->accessibleDescription().contains("zero-shot"));
    }

    void painting_showsTintUnderlineAndDashes() {
        Window w("alpha beta gamma delta");
        w.annotate("alpha");
        w.suggest("gamma");
        w.window.setFocus();
        const TypeColors colors = theme::typeColors("#00695e");
        const QImage image = w.view->viewport()->grab().toImage();
        const auto count = [&](Range range, const QColor& color) {
            const QRect box = w.view->boundsOf(range).adjusted(0, 0, 0, 6);
            int found = 0;
            for (int y = box.top(); y <= box.bottom(); ++y) {
                for (int x = box.left(); x <= box.right(); ++x) {
                    found += image.pixelColor(x, y).rgb() == color.rgb() ? 1 : 0;
                }
            }
            return found;
        };
        const int tinted = count(w.find("alpha"), colors.tint);
        QVERIFY2(tinted > 200, qPrintable(QString::number(tinted)));
        QCOMPARE(count(w.find("gamma"), colors.tint), 0);
        const int solid = count(w.find("alpha"), colors.line);
        const int dashed = count(w.find("gamma"), colors.line);
        QVERIFY2(dashed > 10, qPrintable(QString::number(dashed)));
        QVERIFY2(solid > dashed, qPrintable(QString::number(solid)));
        QCOMPARE(count(w.find("beta"), colors.line), 0);
    }

    void card_appearsUnderFocusedSpan_andItsKeysClick() {
        Window w("alpha beta gamma delta\nanother line");
        const RecordId id = w.suggest("gamma", 0.64);
        w.view->setFocusedSpan(id);
        QVERIFY(w.card()->isVisible());
        QCOMPARE(w.card()->accessibleName(), QString("gamma → drug, 0.64"));
        QVERIFY(w.card()->geometry().top() + SpanCard::kMargin >=
                w.view->boundsOf(w.find("gamma")).bottom());
        QSignalSpy accept(w.view, &DocumentView::acceptRequested);
        const int x = SpanCard::kMargin + 12 + 6;
        const int y = SpanCard::kMargin + 12 + QFontMetrics(w.card()->font()).height() + 6 + 8;
        QTest::mouseClick(w.card(), Qt::LeftButton, {}, {x, y});
        QCOMPARE(accept.size(), 1);
        w.key(Qt::Key_Escape);
        QVERIFY(!w.card()->isVisible());
        QCOMPARE(w.view->focusedSpan(), 0);
    }

    void contextMenu_offersWhatApplies() {
        Window w("alpha beta gamma delta");
        w.suggest("gamma");
        const auto open = [&](QPoint where) {
            QContextMenuEvent event(QContextMenuEvent::Mouse, where,
                                    w.view->viewport()->mapToGlobal(where));
            QApplication::sendEvent(w.view->viewport(), &event);
            return w.view->findChild<QMenu*>("spanMenu");
        };
        QMenu* menu = open(w.at(w.find("gamma")));
        QVERIFY(menu);
        QVERIFY(menu->findChild<QAction*>("acceptAction"));
        QVERIFY(!menu->findChild<QAction*>("removeAction"));
        menu->close();
        QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        menu = open(w.at(w.find("beta")));
        QVERIFY(menu);
        QCOMPARE(w.selected(), std::string("beta"));
        QVERIFY(!menu->findChild<QAction*>("acceptAction"));
        QSignalSpy label(w.view, &DocumentView::labelRequested);
        menu->findChild<QAction*>("typeAction2")->trigger();
        QCOMPARE(label.size(), 1);
        QVERIFY(label[0][0].value<Range>() == w.find("beta"));
        menu->close();
    }

    void emptyStates_paintAndIgnoreKeys() {
        Window w(kHard);
        w.view->setDocument(nullptr);
        w.view->setEmptyText("Nothing open", "Import something.");
        QVERIFY(w.view->selection().isEmpty());
        QVERIFY(!w.view->offsetAt({100, 100}));
        QVERIFY(w.view->boundsOf({0, 1}).isNull());
        for (const Qt::Key key : {Qt::Key_Right, Qt::Key_A, Qt::Key_Return, Qt::Key_Delete,
                                  Qt::Key_PageDown, Qt::Key_End}) {
            w.key(key);
        }
        QTest::mouseClick(w.view->viewport(), Qt::LeftButton, {}, {50, 50});
        QCOMPARE(w.view->accessibleDescription(), QString("Nothing open"));
        QVERIFY(!w.view->grab().isNull());
        w.view->setDocument(makeText(""));
        w.key(Qt::Key_Right);
        w.key(Qt::Key_Down);
        w.key(Qt::Key_End, Qt::ControlModifier);
        QVERIFY(w.view->selection().isEmpty());
        QVERIFY(!w.view->grab().isNull());
        w.view->setDocument(makeText("\n\r\n\n"));
        w.key(Qt::Key_Down);
        QCOMPARE(w.view->caret(), 1);
        w.key(Qt::Key_Down);
        QCOMPARE(w.view->caret(), 3);
    }

    void shortcutOverride_keepsOurKeysFromTheWindow() {
        Window w(kHard);
        const auto overridden = [&](int key, const QString& text, Qt::KeyboardModifiers m = {}) {
            QKeyEvent event(QEvent::ShortcutOverride, key, m, text);
            event.ignore();
            QApplication::sendEvent(w.view, &event);
            return event.isAccepted();
        };
        QVERIFY(overridden(Qt::Key_1, "1"));
        QVERIFY(overridden(Qt::Key_A, "a"));
        QVERIFY(overridden(Qt::Key_Delete, ""));
        QVERIFY(!overridden(Qt::Key_T, "t"));      // the window's
        QVERIFY(!overridden(Qt::Key_Slash, "/"));  // the queue's
        QVERIFY(!overridden(Qt::Key_Z, "", Qt::ControlModifier));
    }

    void zoom_changesSizeAndKeepsOffsets() {
        Window w(kHard);
        const int before = w.view->boundsOf(w.find("Lovelace")).width();
        w.key(Qt::Key_Plus, Qt::ControlModifier);
        w.key(Qt::Key_Plus, Qt::ControlModifier);
        QVERIFY(w.view->boundsOf(w.find("Lovelace")).width() > before);
        QCOMPARE(*w.view->offsetAt(w.left(w.find("Lovelace"))), w.find("Lovelace").begin);
        w.key(Qt::Key_0, Qt::ControlModifier);
        QCOMPARE(w.view->boundsOf(w.find("Lovelace")).width(), before);
    }

    void scrolling_longText_keepsPlacesTrue() {
        std::string text;
        for (int i = 0; i < 3000; ++i) {
            text += "word" + std::to_string(i) +
                    (i % 7 == 0 ? " and quite a bit more text to wrap around the column so that "
                                  "its height is not the estimate at all, not even nearly\n"
                                : "\n");
        }
        Window w(text);
        QScrollBar* bar = w.view->verticalScrollBar();
        QVERIFY(bar->maximum() > 50000);
        // Down and up in small steps: what is visible moves by exactly the step.
        bar->setValue(bar->maximum() / 2);
        for (int step = 0; step < 60; ++step) {
            const int delta = step < 30 ? 47 : -53;
            const QPoint probe(120, 200);
            Offset at = -1;
            QPoint seen;
            for (int dy = 0; dy < 60 && at < 0; dy += 5) {
                const auto found = w.view->offsetAt(probe + QPoint(0, dy));
                if (found) {
                    at = *found;
                    seen = w.view->boundsOf({at, at + 1}).topLeft();
                }
            }
            QVERIFY(at >= 0);
            bar->setValue(bar->value() + delta);
            QCOMPARE(w.view->boundsOf({at, at + 1}).topLeft(), seen - QPoint(0, delta));
        }
        const Range last = w.find("word2999");
        w.view->scrollTo(last);
        QVERIFY(w.view->viewport()->rect().contains(w.view->boundsOf(last)));
        const Range early = w.find("word17\n");
        w.view->scrollTo(early);
        QVERIFY(
            w.view->viewport()->rect().contains(w.view->boundsOf({early.begin, early.end - 1})));
        bar->setValue(0);
        QVERIFY(w.view->boundsOf(w.find("word0")).top() < 80);
        QCOMPARE(bar->value(), 0);
    }

    void longParagraph_losesNothing() {
        std::string text;
        while (text.size() < 60000) {
            text += reinterpret_cast<const char*>(u8"Ada met Grace in 東京 and 🧪 said so. ");
        }
        Window w(text);
        const Offset length = countCodePoints(text);
        for (const Offset at : {Offset{0}, length / 3, length / 2, length - 40}) {
            const std::string_view rest =
                std::string_view(text).substr(slice(text, {0, at}).size());
            const auto found = rest.find("Grace");
            if (found == std::string_view::npos) {
                continue;
            }
            const Offset begin = at + countCodePoints(rest.substr(0, found));
            w.view->scrollTo({begin, begin + 5});
            w.drag(w.at({begin, begin + 1}), w.at({begin + 4, begin + 5}));
            QVERIFY((w.view->selection() == Range{begin, begin + 5}));
        }
    }

    void accessible_readsTextCaretSelectionAndFocus() {
        Window w(kHard);
        QAccessibleInterface* view = QAccessible::queryAccessibleInterface(w.view);
        QVERIFY(view);
        QCOMPARE(view->text(QAccessible::Name), QString("Document"));
        auto* text = view->textInterface();
        QVERIFY(text);
        const QString all = QString::fromStdString(kHard);
        QCOMPARE(text->characterCount(), all.size());
        QCOMPARE(text->text(0, static_cast<int>(all.size())), all);
        w.view->setSelection(w.find("Ada"));
        int begin = 0;
        int end = 0;
        text->selection(0, &begin, &end);
        QCOMPARE(all.mid(begin, end - begin), QString("Ada"));
        QCOMPARE(text->cursorPosition(), end);
        text->setSelection(0, 7, 15);
        QCOMPARE(w.selected(), std::string("Lovelace"));
        const RecordId id = w.suggest("today", 0.71);
        w.view->setFocusedSpan(id);
        QCOMPARE(view->text(QAccessible::Description),
                 QString("Suggestion: today, drug, score 0.71"));
        const QRect rect = text->characterRect(begin);
        QVERIFY(QRect(w.view->viewport()->mapToGlobal(QPoint()), w.view->viewport()->size())
                    .contains(rect));
        QCOMPARE(text->offsetAtPoint(rect.center()), begin);
    }

    void signalsInsideSignals_setLabelsSynchronously_areSafe() {
        Window w(kHard);
        const RecordId first = w.suggest("Ada");
        const RecordId second = w.suggest("today");
        connect(w.view, &DocumentView::acceptRequested, w.view,
                [&w](qint64 id) { w.withdraw(id); });
        connect(w.view, &DocumentView::resizeRequested, w.view, [&w](qint64, Range range) {
            w.labels.annotations[0].range = range;
            w.view->setLabels(w.labels);
        });
        w.view->setFocusedSpan(first);
        w.type('a');
        QCOMPARE(w.view->focusedSpan(), second);
        w.type('a');
        QCOMPARE(w.view->focusedSpan(), 0);
        const RecordId kept = w.annotate("Lovelace");
        w.view->setFocusedSpan(kept);
        w.type('[');
        w.type('[');
        QCOMPARE(w.view->focusedSpan(), kept);
        QCOMPARE(w.labels.annotations[0].range.begin, 0);
    }
};

QTEST_MAIN(DocumentViewTest)
#include "document_view_test.moc"
