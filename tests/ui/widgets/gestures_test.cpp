#include <QApplication>
#include <QContextMenuEvent>
#include <QMenu>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>

#include "core/text/utf8.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/text_blocks.h"
#include "ui/main_window/mode_bar.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

LabelScheme makeScheme() {
    return LabelScheme({{1, "drug", "", "#00695e", "1", 0},
                        {2, "dose", "", "#8d6200", "2", 1},
                        {3, "plain", "", "#a3302e", "", 2},
                        {4, "other", "", "#3355aa", "", 3}});
}

/// A view that carries out what is asked of it, as the label page does.
struct Page {
    QWidget window;
    DocumentView* view = new DocumentView;
    ModeBar* bar = new ModeBar(view, &window);
    DocumentLabels labels;
    RecordId nextId = 1;
    std::shared_ptr<const Document> document;

    explicit Page(const std::string& text) {
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(bar);
        layout->addWidget(view, 1);
        window.resize(760, 420);
        document = std::make_shared<Document>(makeDocument("note", text));
        view->setScheme(makeScheme());
        view->setDocument(document);
        QObject::connect(view, &DocumentView::labelRequested, view,
                         [this](Range range, qint64 type) { add(range, type); });
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
    RecordId suggest(Range range, TypeId type) {
        labels.suggestions.push_back({nextId, 1, range, type, 0.8, "m"});
        view->setLabels(labels);
        return nextId++;
    }
    Range find(const std::string& what, int nth = 0) const {
        auto at = document->text.find(what);
        for (; nth > 0; --nth)
            at = document->text.find(what, at + 1);
        const Offset begin = countCodePoints(std::string_view(document->text).substr(0, at));
        return {begin, begin + countCodePoints(what)};
    }
    std::string textOf(Range range) const { return std::string(slice(document->text, range)); }
    QPoint in(Range range) const { return view->boundsOf(range).center(); }
    QPoint edge(Range range, bool right) const {
        const QRect box = view->boundsOf(range);
        return {right ? box.right() : box.left(), box.center().y()};
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

}  // namespace

class GesturesTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { theme::apply(*qApp, ThemeChoice::Light); }

    // A second type on the same words.

    void anotherType_comesBeside_andElseTheTypeChanges() {
        Page p("take aspirin daily");
        QSignalSpy beside(p.view, &DocumentView::besideRequested);
        QSignalSpy changed(p.view, &DocumentView::retypeRequested);
        const RecordId id = p.add(p.find("aspirin"), 1);
        // At the words themselves the label there is meant.
        p.view->setSelection(p.find("aspirin"));
        QTest::keyClick(p.view, Qt::Key_Plus);
        QCOMPARE(p.view->focusedSpan(), id);
        QTest::keyClick(p.view, Qt::Key_2);
        QCOMPARE(beside.size(), 1);
        QCOMPARE(beside[0][0].value<Range>(), p.find("aspirin"));
        QCOMPARE(beside[0][1].toLongLong(), 2);
        QVERIFY(changed.isEmpty());
        // Once: the next key changes the type as ever.
        QTest::keyClick(p.view, Qt::Key_2);
        QCOMPARE(beside.size(), 1);
        QCOMPARE(changed.size(), 1);
        // Escape and moving on leave it.
        QTest::keyClick(p.view, Qt::Key_Plus);
        QTest::keyClick(p.view, Qt::Key_Escape);
        QCOMPARE(p.view->focusedSpan(), id);
        QTest::keyClick(p.view, Qt::Key_2);
        QTest::keyClick(p.view, Qt::Key_Plus);
        QTest::keyClick(p.view, Qt::Key_Right);
        p.view->setFocusedSpan(id);
        QTest::keyClick(p.view, Qt::Key_2);
        QCOMPARE(beside.size(), 1);
        QCOMPARE(changed.size(), 3);
        // A suggestion has no second type before it is accepted; nothing can be added read-only.
        p.view->setFocusedSpan(p.suggest(p.find("daily"), 1));
        QTest::keyClick(p.view, Qt::Key_Plus);
        QTest::keyClick(p.view, Qt::Key_2);
        QCOMPARE(beside.size(), 1);
    }

    void anotherType_byTheMenuAndTheCard() {
        Page p("take aspirin daily");
        QSignalSpy beside(p.view, &DocumentView::besideRequested);
        p.view->setFocusedSpan(p.add(p.find("aspirin"), 1));
        QContextMenuEvent ask(QContextMenuEvent::Keyboard, QPoint(5, 5),
                              p.view->mapToGlobal(QPoint(5, 5)));
        QApplication::sendEvent(p.view->viewport(), &ask);
        auto* menu = p.view->findChild<QMenu*>("besideMenu");
        QVERIFY(menu);
        QVERIFY(!menu->findChild<QAction*>("besideAction1"));  // its own
        auto* other = menu->findChild<QAction*>("besideAction2");
        QVERIFY(other);
        menu->popup(p.view->mapToGlobal(QPoint(0, 0)));
        QTest::mouseClick(menu, Qt::LeftButton, {}, menu->actionGeometry(other).center());
        QCOMPARE(beside.size(), 1);
        QCOMPARE(beside[0][1].toLongLong(), 2);
    }

    // Shift and a digit, by the place of the key.

    void shiftAndDigit_areTypes_onOtherKeyboards() {
        Page p("take aspirin daily");
        ViewKeys keys;
        keys.setWindowKeys({{QKeySequence(Qt::Key_Slash), "Find"}});
        p.view->setKeys(keys);
        const auto press = [&](int key, const QString& text, quint32 code,
                               Qt::KeyboardModifiers modifiers) {
            p.view->setSelection(p.find("aspirin"));
            p.labels.annotations.clear();
            QKeyEvent before(QEvent::ShortcutOverride, key, modifiers, code, 0, 0, text);
            before.ignore();
            QApplication::sendEvent(p.view, &before);
            QKeyEvent event(QEvent::KeyPress, key, modifiers, code, 0, 0, text);
            QApplication::sendEvent(p.view, &event);
            return std::pair(before.isAccepted(),
                             p.labels.annotations.empty() ? 0 : p.labels.annotations[0].type);
        };
        using Seen = std::pair<bool, TypeId>;
        LabelScheme scheme = makeScheme();
        for (int i = 5; i < 12; ++i)
            QVERIFY(scheme.put({i, "type" + std::to_string(i), "", "", "", i}).has_value());
        p.view->setScheme(scheme);  // 3, 4, 5 … 11 have Shift and 1, 2, 3 … 9
        constexpr quint32 kOne = 10, kSeven = 16, kZero = 19;
        // German: "/" on the 7. It is the window's where no type wants it.
        QCOMPARE(press(Qt::Key_Slash, "/", kSeven, Qt::ShiftModifier), Seen(true, 9));
        QCOMPARE(press(Qt::Key_Slash, "/", 61, {}), Seen(false, 0));
        QCOMPARE(press(Qt::Key_Equal, "=", kZero, Qt::ShiftModifier), Seen(false, 0));
        // US, and French: there the digits need Shift, and the plain keys are the types' own.
        QCOMPARE(press(Qt::Key_Exclam, "!", kOne, Qt::ShiftModifier), Seen(true, 3));
        QCOMPARE(press(Qt::Key_1, "1", kOne, Qt::ShiftModifier), Seen(true, 3));
        QCOMPARE(press(Qt::Key_Ampersand, "&", kOne, {}), Seen(true, 1));
        QCOMPARE(press(Qt::Key_1, "1", kOne, {}), Seen(true, 1));
        // With AltGr it is no digit.
        QCOMPARE(
            press(Qt::Key_BraceLeft, "{", kSeven, Qt::ControlModifier | Qt::AltModifier).second,
            TypeId{0});
        p.view->setScheme(LabelScheme({{1, "drug", "", "#00695e", "1", 0}}));
        QCOMPARE(press(Qt::Key_Slash, "/", kSeven, Qt::ShiftModifier), Seen(false, 0));
        QCOMPARE(press(Qt::Key_1, "1", kOne, Qt::ShiftModifier), Seen(true, 1));
    }

    void typesKeys_thatAreDead_areNotShown() {
        const LabelScheme scheme({{1, "drug", "", "", "a", 0}, {2, "dose", "", "", "2", 1}});
        const LabelScheme living = withLivingKeys(scheme, ViewKeys());  // "a" accepts
        QCOMPARE(living.byId(1)->shortcut, std::string());
        QCOMPARE(living.shiftDigit(1), '1');
        QCOMPARE(living.byId(2)->shortcut, std::string("2"));
    }

    // Ends by single characters.

    void ends_moveByCharacters_andKeepThemWhole() {
        const std::string text =
            reinterpret_cast<const char*>(u8"xe\u0301y 👩‍👩‍👧 end");
        Page p(text);
        QSignalSpy resized(p.view, &DocumentView::resizeRequested);
        const auto last = [&] {
            return resized.isEmpty() ? Range{} : resized.last()[1].value<Range>();
        };
        p.view->setFocusedSpan(p.add({0, 4}, 1));  // "xéy"
        QTest::keyClick(p.view, Qt::Key_BraceLeft, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(last(), (Range{1, 4}));
        QTest::keyClick(p.view, Qt::Key_BraceRight, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(last(), (Range{0, 3}));
        QTest::keyClick(p.view, Qt::Key_BracketRight, Qt::AltModifier);
        QCOMPARE(last(), (Range{0, 5}));
        const auto count = resized.size();
        QTest::keyClick(p.view, Qt::Key_BracketLeft, Qt::AltModifier);  // is at the beginning
        QCOMPARE(resized.size(), count);
        // A cluster of five code points goes or stays.
        p.labels.annotations.clear();
        p.view->setFocusedSpan(p.add({5, 10}, 1));
        QTest::keyClick(p.view, Qt::Key_BraceRight, Qt::AltModifier | Qt::ShiftModifier);
        QCOMPARE(resized.size(), count);  // it would be empty
        p.view->setSelection({3, 4});
        QTest::keyClick(p.view, Qt::Key_BracketLeft, Qt::AltModifier);
        QCOMPARE(p.view->selection(), (Range{1, 4}));  // with the accent
    }

    // Sticky type.

    void sticky_labelsWhatTheMouseSelects_untilEscape() {
        Page p("take aspirin and ibuprofen daily");
        p.view->setSelection(p.find("daily"));
        QTest::keyClick(p.view, Qt::Key_2);  // the type used last
        QTest::keyClick(p.view, Qt::Key_Escape);
        QVERIFY(!p.bar->isVisible());
        QTest::keyClick(p.view, '.');
        QCOMPARE(p.view->stickyType(), TypeId{2});
        QVERIFY(p.bar->isVisible());
        p.drag(p.in(p.find("aspirin")), p.in(p.find("and")));
        QCOMPARE(p.labels.annotations.size(), std::size_t{2});
        QCOMPARE(p.textOf(p.labels.annotations[1].range), std::string("aspirin and"));
        QCOMPARE(p.labels.annotations[1].type, TypeId{2});
        QTest::mouseDClick(p.view->viewport(), Qt::LeftButton, {}, p.in(p.find("ibuprofen")));
        QTest::mouseRelease(p.view->viewport(), Qt::LeftButton, {}, p.in(p.find("ibuprofen")));
        QVERIFY(p.labels.annotations.size() >= 3);
        QCOMPARE(p.textOf(p.labels.annotations[2].range), std::string("ibuprofen"));
        const auto count = p.labels.annotations.size();
        QTest::keyClick(p.view, Qt::Key_Escape);  // the focus
        QTest::keyClick(p.view, Qt::Key_Escape);  // the mode
        QCOMPARE(p.view->stickyType(), TypeId{0});
        QVERIFY(!p.bar->isVisible());
        p.drag(p.in(p.find("take")), p.in(p.find("take")) + QPoint(8, 0));
        QCOMPARE(p.labels.annotations.size(), count);
    }

    void sticky_bySpace_labelsTheSelection() {
        Page p("take aspirin daily");
        p.view->setStickyType(1);
        QTest::keyClick(p.view, Qt::Key_Right);
        QTest::keyClick(p.view, Qt::Key_Right);
        QTest::keyClick(p.view, Qt::Key_Space);
        QCOMPARE(p.labels.annotations.size(), std::size_t{1});
        const RecordId made = p.labels.annotations.front().id;
        QTest::keyClick(p.view, Qt::Key_Escape);
        p.view->setSelection(p.labels.annotations.front().range);
        QTest::keyClick(p.view, Qt::Key_Space);  // on a label it focuses, as ever
        QCOMPARE(p.view->focusedSpan(), made);
        QCOMPARE(p.labels.annotations.size(), std::size_t{1});
    }

    void sticky_goesWithItsType() {
        Page p("take aspirin");
        QSignalSpy changed(p.view, &DocumentView::stickyTypeChanged);
        p.view->setStickyType(2);
        p.view->setScheme(LabelScheme({{1, "drug", "", "#00695e", "1", 0}}));
        QCOMPARE(p.view->stickyType(), TypeId{0});
        QCOMPARE(changed.size(), 2);
    }

    // Edges.

    void trimming_leavesSpaceAndMarksOut_unlessTheyBelong_data() {
        QTest::addColumn<QString>("selected");
        QTest::addColumn<QString>("wanted");
        const auto row = [](const char* selected, const char* wanted) {
            QTest::newRow(selected) << QString::fromUtf8(selected) << QString::fromUtf8(wanted);
        };
        row(" Acme, ", "Acme");
        row("“Acme”.", "Acme");
        row("(Acme)", "Acme");
        row("Acme (UK)", "Acme (UK)");
        row("Acme (UK", "Acme (UK");
        row("U.S.", "U.S.");
        row("e.g. U.S. ", "e.g. U.S.");
        row("Inc.", "Inc");
        row("50 %", "50 %");
        row("#tag!", "#tag");
        row("…", "…");
        row(" \t", " \t");
        row("«Le Monde»,", "Le Monde");
        row("(a) and (b),", "(a) and (b)");
        row("\"quoted\"", "quoted");
    }
    void trimming_leavesSpaceAndMarksOut_unlessTheyBelong() {
        QFETCH(QString, selected);
        QFETCH(QString, wanted);
        const QString text = QStringLiteral("x") + selected + QStringLiteral("x");
        const TextBlocks blocks(std::make_shared<Document>(makeDocument("t", text.toStdString())));
        const auto [begin, end] = blocks.trimmed(1, 1 + static_cast<Unit>(selected.size()));
        QCOMPARE(text.mid(begin, end - begin), wanted);
    }

    void trimming_ofADrag_canBeSwitchedOff() {
        Page p("say: aspirin, please");
        const auto dragMarks = [&] {
            p.drag(p.edge(p.find(" aspirin,"), false), p.edge(p.find("aspirin,"), true),
                   Qt::AltModifier);
            QTest::keyClick(p.view, Qt::Key_1);
            return p.textOf(p.labels.annotations.back().range);
        };
        QCOMPARE(dragMarks(), std::string("aspirin"));
        p.labels = {};
        p.view->setLabels(p.labels);
        p.view->setTrimming(false);
        const std::string all = dragMarks();
        QVERIFY2(all.find(',') != std::string::npos, all.c_str());
        // What was asked for exactly stays, also with trimming.
        p.labels = {};
        p.view->setLabels(p.labels);
        p.view->setTrimming(true);
        p.view->setSelection(p.find("aspirin"));
        QTest::keyClick(p.view, ']');
        QTest::keyClick(p.view, Qt::Key_1);
        QCOMPARE(p.textOf(p.labels.annotations.back().range), std::string("aspirin,"));
    }

    // Boundaries by the mouse.

    void handles_moveEnds_snappingToWords() {
        Page p("take low dose aspirin tablets daily");
        const RecordId id = p.add(p.find("aspirin"), 1);
        QSignalSpy resized(p.view, &DocumentView::resizeRequested);
        p.view->setFocusedSpan(id);
        const Range span = p.find("aspirin");
        // The knobs stand on the ring, a little outside of the text; the name follows the end.
        const QRect box = p.view->boundsOf(span);
        p.drag({box.left() - 4, box.center().y()}, p.in(p.find("low")));
        QCOMPARE(resized.size(), 1);
        QCOMPARE(resized[0][0].toLongLong(), id);
        QCOMPARE(p.textOf(resized[0][1].value<Range>()), std::string("low dose aspirin"));
    }

    void handle_withAlt_movesByCharacters_andNeverPastTheOtherEnd() {
        Page p("take aspirin tablets");
        const RecordId id = p.add(p.find("aspirin"), 1);
        QSignalSpy resized(p.view, &DocumentView::resizeRequested);
        p.view->setFocusedSpan(id);
        const QRect box = p.view->boundsOf(p.find("aspirin"));
        const QPoint begin(box.left() - 4, box.center().y());
        p.drag(begin, p.edge(p.find("pirin"), false), Qt::AltModifier);
        QCOMPARE(resized.size(), 1);
        QCOMPARE(p.textOf(resized[0][1].value<Range>()), std::string("pirin"));
        p.view->setLabels(p.labels);
        p.view->setFocusedSpan(id);
        p.drag(begin, p.in(p.find("tablets")));
        QCOMPARE(resized.size(), 1);  // it stopped short, and nothing changed
        p.view->setReadOnly(true);
        p.drag(begin, p.in(p.find("take")));
        QCOMPARE(resized.size(), 1);
    }

    void handle_escapeWhileDragging_leavesAllAsItIs() {
        Page p("take aspirin tablets");
        const RecordId id = p.add(p.find("aspirin"), 1);
        QSignalSpy resized(p.view, &DocumentView::resizeRequested);
        p.view->setFocusedSpan(id);
        const QRect box = p.view->boundsOf(p.find("aspirin"));
        QWidget* port = p.view->viewport();
        const QPoint from(box.left() - 4, box.center().y());
        QTest::mousePress(port, Qt::LeftButton, {}, from);
        const QPoint to = p.in(p.find("take"));
        QMouseEvent move(QEvent::MouseMove, to, port->mapToGlobal(to), Qt::NoButton, Qt::LeftButton,
                         Qt::NoModifier);
        QApplication::sendEvent(port, &move);
        QTest::keyClick(p.view, Qt::Key_Escape);
        QTest::mouseRelease(port, Qt::LeftButton, {}, to);
        QCOMPARE(resized.size(), 0);
        QCOMPARE(p.view->focusedSpan(), id);
    }

    // Several at once.

    void marks_byControlClick_changeTogether() {
        Page p("aspirin, ibuprofen and 100 mg");
        const RecordId a = p.add(p.find("aspirin"), 1);
        const RecordId b = p.add(p.find("ibuprofen"), 1);
        const RecordId c = p.suggest(p.find("100 mg"), 2);
        QSignalSpy retype(p.view, &DocumentView::retypeAllRequested);
        QSignalSpy remove(p.view, &DocumentView::removeAllRequested);
        QSignalSpy accept(p.view, &DocumentView::acceptMarkedRequested);
        QSignalSpy reject(p.view, &DocumentView::rejectMarkedRequested);
        for (const char* what : {"aspirin", "100 mg", "ibuprofen"})
            QTest::mouseClick(p.view->viewport(), Qt::LeftButton, Qt::ControlModifier,
                              p.in(p.find(what)));
        QCOMPARE(p.view->markedSpans(), (std::vector<RecordId>{a, b, c}));
        QVERIFY(p.bar->isVisible());
        QTest::keyClick(p.view, Qt::Key_2);
        QCOMPARE(retype.size(), 1);
        QCOMPARE(retype[0][0].value<QList<qint64>>(), (QList<qint64>{a, b, c}));
        QCOMPARE(retype[0][1].toLongLong(), 2);
        QTest::keyClick(p.view, Qt::Key_A);
        QCOMPARE(accept.size(), 1);
        QCOMPARE(accept[0][0].value<QList<qint64>>(), QList<qint64>{c});
        QTest::keyClick(p.view, Qt::Key_X);
        QCOMPARE(reject.size(), 1);
        QTest::keyClick(p.view, Qt::Key_Delete);
        QCOMPARE(remove[0][0].value<QList<qint64>>(), (QList<qint64>{a, b, c}));
        // Clicked once more, one is out; what goes is no longer marked.
        QTest::mouseClick(p.view->viewport(), Qt::LeftButton, Qt::ControlModifier,
                          p.in(p.find("aspirin")));
        p.labels.suggestions.clear();
        p.view->setLabels(p.labels);
        QCOMPARE(p.view->markedSpans(), std::vector<RecordId>{b});
        QTest::keyClick(p.view, Qt::Key_Escape);
        QVERIFY(p.view->markedSpans().empty());
        QVERIFY(!p.bar->isVisible());
    }

    void marks_byKeys() {
        Page p("aspirin, ibuprofen and 100 mg");
        const RecordId a = p.add(p.find("aspirin"), 1);
        const RecordId b = p.add(p.find("ibuprofen"), 1);
        const RecordId c = p.add(p.find("100 mg"), 2);
        QTest::keyClick(p.view, Qt::Key_Tab, Qt::ControlModifier);
        QTest::keyClick(p.view, Qt::Key_Space, Qt::ControlModifier);
        QCOMPARE(p.view->markedSpans(), std::vector<RecordId>{a});
        QTest::keyClick(p.view, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(p.view->markedSpans(), (std::vector<RecordId>{a, b}));
        QTest::keyClick(p.view, Qt::Key_A, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(p.view->markedSpans(), (std::vector<RecordId>{a, b, c}));
        p.view->setReadOnly(true);
        QSignalSpy remove(p.view, &DocumentView::removeAllRequested);
        QTest::keyClick(p.view, Qt::Key_Delete);
        QCOMPARE(remove.size(), 0);
        p.view->setDocument(p.document);
        QVERIFY(p.view->markedSpans().empty());
    }

    // Keys.

    void typesWithoutKey_haveShiftAndADigit() {
        Page p("take aspirin");
        QCOMPARE(makeScheme().shiftDigit(3), '1');
        QCOMPARE(makeScheme().shiftDigit(4), '2');
        QCOMPARE(makeScheme().shiftDigit(1), '\0');
        QSignalSpy label(p.view, &DocumentView::labelRequested);
        p.view->setSelection(p.find("aspirin"));
        // On a German keyboard: Shift and the key of "2" types a quote.
        QKeyEvent press(QEvent::KeyPress, Qt::Key_QuoteDbl, Qt::ShiftModifier, 11, 0, 0,
                        QStringLiteral("\""));
        QApplication::sendEvent(p.view, &press);
        QCOMPARE(label.size(), 1);
        QCOMPARE(label[0][1].toLongLong(), 4);
    }

    void otherKeys_meanWhatTheyAreSaidToMean() {
        Page p("take aspirin and ibuprofen");
        const RecordId id = p.suggest(p.find("aspirin"), 1);
        ViewKeys keys;
        keys.setKeys(ViewCommand::Accept, {QKeySequence(Qt::Key_J)});
        keys.setKeys(ViewCommand::NextSuggestion, {QKeySequence(Qt::CTRL | Qt::Key_J)});
        keys.setKeys(ViewCommand::EndRight, {QKeySequence(Qt::Key_F8)});
        p.view->setKeys(keys);
        QSignalSpy accept(p.view, &DocumentView::acceptRequested);
        QSignalSpy resize(p.view, &DocumentView::resizeRequested);
        QTest::keyClick(p.view, Qt::Key_J, Qt::ControlModifier);
        QCOMPARE(p.view->focusedSpan(), id);
        QTest::keyClick(p.view, Qt::Key_A);  // nobody's key any more
        QCOMPARE(accept.size(), 0);
        QTest::keyClick(p.view, Qt::Key_F8);
        QCOMPARE(resize.size(), 1);
        QTest::keyClick(p.view, Qt::Key_J);
        QCOMPARE(accept.size(), 1);
        // Tab is free: it leaves the view.
        QTest::keyClick(p.view, Qt::Key_Tab);
        QVERIFY(p.view->focusedSpan() == 0 || !p.view->hasFocus());
        QVERIFY(keys.purposeOf("a").contains("all"));  // Shift+A still
        QCOMPARE(keys.purposeOf("j"), ViewKeys::title(ViewCommand::Accept));
    }
};

QTEST_MAIN(GesturesTest)
#include "gestures_test.moc"
