#include <QAccessible>
#include <QApplication>
#include <QSignalSpy>
#include <QTest>
#include <QVBoxLayout>
#include <algorithm>

#include "core/text/utf8.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/document_view_accessible.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

std::string utf8(const char8_t* text) {
    return reinterpret_cast<const char*>(text);
}

const std::string kText = utf8(
    u8"🧪 Ada Lovelace took 500mg. She rests.\r\nBayer AG, 東京 שלום "
    u8"עולם.\n\ncafe\u0301 "
    u8"👩‍👩‍👧 end");

/// A view that carries out what is asked of it, seen through Qt's accessibility interface.
struct Page {
    QWidget window;
    DocumentView* view = new DocumentView;
    DocumentLabels labels;
    RecordId nextId = 1;
    std::shared_ptr<const Document> document;
    QString text;

    explicit Page(const std::string& bytes = kText) {
        auto* layout = new QVBoxLayout(&window);
        layout->addWidget(view, 1);
        window.resize(760, 420);
        view->setScheme(LabelScheme({{1, "drug", "", "#00695e", "1", 0},
                                     {2, "dose", "", "#8d6200", "2", 1},
                                     {3, "a;b:c", "", "#8d6200", "3", 2}}));
        document = std::make_shared<Document>(makeDocument("note", bytes));
        text = QString::fromStdString(bytes);
        QAccessible::setActive(true);  // as a screen reader that comes
        view->setDocument(document);
        view->setLabels(labels);
        QObject::connect(view, &DocumentView::labelRequested, view,
                         [this](Range range, qint64 type) { add(range, type); });
        QObject::connect(view, &DocumentView::removeRequested, view, [this](qint64 id) {
            std::erase_if(labels.annotations, [&](const auto& a) { return a.id == id; });
            view->setLabels(labels);
        });
        QObject::connect(view, &DocumentView::acceptRequested, view, [this](qint64 id) {
            for (const auto& suggestion : labels.suggestions) {
                if (suggestion.id == id)
                    labels.annotations.push_back({nextId++, 1, suggestion.range, suggestion.type});
            }
            std::erase_if(labels.suggestions, [&](const auto& s) { return s.id == id; });
            view->setLabels(labels);
        });
        window.show();
        view->setFocus();
        QApplication::setActiveWindow(&window);
        QTest::qWait(1);
    }
    QAccessibleInterface* interface() const { return QAccessible::queryAccessibleInterface(view); }
    QAccessibleTextInterface* reader() const { return interface()->textInterface(); }
    RecordId add(Range range, TypeId type) {
        labels.annotations.push_back({nextId, 1, range, type});
        view->setLabels(labels);
        return nextId++;
    }
    RecordId suggest(Range range, TypeId type, double score, const std::string& model = "m") {
        labels.suggestions.push_back({nextId, 1, range, type, score, model});
        view->setLabels(labels);
        return nextId++;
    }
    Range find(const std::string& what) const {
        const auto at = document->text.find(what);
        if (at == std::string::npos)
            qFatal("no \"%s\" in the text", what.c_str());
        const Offset begin = countCodePoints(std::string_view(document->text).substr(0, at));
        return {begin, begin + countCodePoints(what)};
    }
    int at(const char* what) const {
        return static_cast<int>(text.indexOf(QString::fromUtf8(what)));
    }
    QString description() const { return interface()->text(QAccessible::Description); }
};

struct Run {
    QString attributes;
    int begin = 0, end = 0;
};
Run runAt(const Page& page, int offset) {
    Run run;
    run.attributes = page.reader()->attributes(offset, &run.begin, &run.end);
    return run;
}

struct Event {
    QAccessible::Event type;
    const QObject* object;
    int caret = -1, begin = -1, end = -1;
};
std::vector<Event> heard;

void hear(const QAccessibleEvent& event) {
    Event noted{event.type(), event.object()};
    if (event.type() == QAccessible::TextCaretMoved ||
        event.type() == QAccessible::TextSelectionChanged)
        noted.caret = static_cast<const QAccessibleTextCursorEvent&>(event).cursorPosition();
    if (event.type() == QAccessible::TextSelectionChanged) {
        const auto& selection = static_cast<const QAccessibleTextSelectionEvent&>(event);
        noted.begin = selection.selectionStart();
        noted.end = selection.selectionEnd();
    }
    heard.push_back(noted);
}

int countEvents(QAccessible::Event type, const QObject* object) {
    return static_cast<int>(std::count_if(heard.begin(), heard.end(), [&](const Event& event) {
        return event.type == type && event.object == object;
    }));
}
bool isHeard(const Event& wanted) {
    return std::any_of(heard.begin(), heard.end(), [&](const Event& event) {
        return event.type == wanted.type && event.object == wanted.object &&
               event.caret == wanted.caret && event.begin == wanted.begin &&
               event.end == wanted.end;
    });
}

}  // namespace

/// The document as a screen reader has it.
class AccessibleTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        theme::apply(*qApp, ThemeChoice::Light);
        watchAnnouncements(hear);
    }
    void cleanupTestCase() { watchAnnouncements({}); }
    void init() { heard.clear(); }

    void text_caretAndSelection_areTheDocuments() {
        Page p;
        QCOMPARE(p.interface()->role(), QAccessible::EditableText);
        QVERIFY(p.interface()->state().readOnly && p.interface()->state().multiLine);
        QVERIFY(p.interface()->state().focusable && p.interface()->state().focused);
        auto* reader = p.reader();
        QCOMPARE(reader->characterCount(), static_cast<int>(p.text.size()));
        QCOMPARE(reader->text(0, reader->characterCount()), p.text);
        reader->setCursorPosition(p.at("Ada"));
        QCOMPARE(reader->cursorPosition(), p.at("Ada"));
        QVERIFY(p.view->selection().isEmpty());
        QCOMPARE(p.view->caret(), p.find("Ada").begin);
        reader->setCursorPosition(p.at("end") - 2);  // inside the family
        QCOMPARE(reader->cursorPosition(), p.at("👩‍👩‍👧"));
        reader->setSelection(0, p.at("e\u0301") + 1, p.at("e\u0301"));  // backwards, half a letter
        QCOMPARE(reader->selectionCount(), 1);
        int begin = 0, end = 0;
        reader->selection(0, &begin, &end);
        QCOMPARE(p.text.mid(begin, end - begin), QString::fromUtf8("e\u0301"));
        reader->removeSelection(0);
        QCOMPARE(reader->selectionCount(), 0);
        // Words by the keys of the view are what the reader hears of.
        p.view->setSelection({0, 0});
        QTest::keyClick(p.view, Qt::Key_Right);
        QTest::keyClick(p.view, Qt::Key_Right);
        reader->selection(0, &begin, &end);
        QCOMPARE(p.text.mid(begin, end - begin), QString("Ada"));
        p.view->setDocument(nullptr);
        QCOMPARE(reader->characterCount(), 0);
        QCOMPARE(reader->characterRect(0), QRect());
        reader->setSelection(0, 0, 5);
        QCOMPARE(reader->textAtOffset(0, QAccessible::WordBoundary, &begin, &end), QString());
    }

    void characterRectangles_areOnTheScreen_andLeadBack() {
        Page p;
        auto* reader = p.reader();
        const QRect port(p.view->viewport()->mapToGlobal(QPoint()), p.view->viewport()->size());
        int checked = 0;
        for (int i = 0; i < reader->characterCount(); ++i) {
            int begin = 0, end = 0;
            reader->textAtOffset(i, QAccessible::CharBoundary, &begin, &end);
            const QRect box = reader->characterRect(i);
            QCOMPARE(box, reader->characterRect(begin));  // of the whole grapheme
            if (box.width() < 4)
                continue;
            QVERIFY(port.contains(box));
            QCOMPARE(reader->offsetAtPoint(box.center()), begin);
            ++checked;
        }
        QVERIFY2(checked > 70, qPrintable(QString::number(checked)));
        QCOMPARE(reader->offsetAtPoint(port.topLeft()), -1);
        // Right to left: the second letter is left of the first.
        const int shalom = p.at("שלום");
        QVERIFY(reader->characterRect(shalom + 1).center().x() <
                reader->characterRect(shalom).left() + 1);
    }

    void boundaries_areThoseOfTheView() {
        Page p;
        auto* reader = p.reader();
        int begin = 0, end = 0;
        const auto at = [&](int offset, QAccessible::TextBoundaryType type) {
            return reader->textAtOffset(offset, type, &begin, &end);
        };
        const auto after = [&](int offset, QAccessible::TextBoundaryType type) {
            return reader->textAfterOffset(offset, type, &begin, &end);
        };
        const auto before = [&](int offset, QAccessible::TextBoundaryType type) {
            return reader->textBeforeOffset(offset, type, &begin, &end);
        };
        QCOMPARE(at(p.at("👩‍👩‍👧") + 3, QAccessible::CharBoundary),
                 QString::fromUtf8("👩‍👩‍👧"));
        QCOMPARE(after(p.at("cafe") + 2, QAccessible::CharBoundary), QString::fromUtf8("e\u0301"));
        QCOMPARE(before(p.at("Bayer"), QAccessible::CharBoundary), QString("\r\n"));
        QCOMPARE(at(p.at("velace"), QAccessible::WordBoundary), QString("Lovelace"));
        QCOMPARE(begin, p.at("Lovelace"));
        QCOMPARE(end, p.at(" took"));
        QCOMPARE(after(p.at("Lovelace"), QAccessible::WordBoundary), QString("took"));
        QCOMPARE(before(p.at("Lovelace"), QAccessible::WordBoundary), QString("Ada"));
        QCOMPARE(at(p.at("500"), QAccessible::WordBoundary), QString("500"));
        QCOMPARE(at(p.at("京"), QAccessible::WordBoundary), QString("京"));
        QCOMPARE(at(p.at(" took"), QAccessible::WordBoundary), QString(" "));
        QCOMPARE(at(p.at("took"), QAccessible::SentenceBoundary),
                 QString("🧪 Ada Lovelace took 500mg. "));
        QCOMPARE(after(p.at("took"), QAccessible::SentenceBoundary), QString("She rests.\r\n"));
        QCOMPARE(at(p.at("AG"), QAccessible::ParagraphBoundary),
                 QString("Bayer AG, 東京 שלום עולם.\n"));
        QCOMPARE(after(p.at("AG"), QAccessible::ParagraphBoundary), QString("\n"));
        QCOMPARE(at(p.at("AG"), QAccessible::LineBoundary), QString("Bayer AG, 東京 שלום עולם.\n"));
        QCOMPARE(at(3, QAccessible::NoBoundary), p.text);
        QCOMPARE(at(-1, QAccessible::ParagraphBoundary),
                 QString::fromUtf8("cafe\u0301 👩‍👩‍👧 end"));
        p.view->setSelection({p.find("Bayer").begin, p.find("Bayer").begin});
        QCOMPARE(at(-2, QAccessible::WordBoundary), QString("Bayer"));
        // Going on from stretch to stretch covers the text and ends.
        for (const auto type : {QAccessible::CharBoundary, QAccessible::SentenceBoundary,
                                QAccessible::LineBoundary, QAccessible::ParagraphBoundary}) {
            QString all = at(0, type);
            int guard = 0;
            while (end < reader->characterCount() && ++guard < 500)
                all += after(begin, type);
            QCOMPARE(all, p.text);
        }
        // Narrow: a line on the screen is not the paragraph.
        p.window.resize(300, 420);
        QTest::qWait(1);
        QVERIFY(at(p.at("took"), QAccessible::LineBoundary).size() < 38);
    }

    void attributes_announceLabels_withTheirRuns() {
        Page p;
        p.add(p.find("Ada Lovelace"), 1);
        p.add(p.find("Lovelace"), 2);
        p.suggest(p.find("500"), 2, 0.814);
        p.suggest(p.find("Bayer"), 1, 0.5, "zero-shot:names");
        p.suggest(p.find("AG"), 3, 0.9, std::string(kPatternModel));
        const Run first = runAt(p, p.at("Ada") + 1);
        QCOMPARE(first.attributes,
                 QString("mark:true;label:drug;label-origin:person;text-underline-style:solid;"));
        QCOMPARE(p.text.mid(first.begin, first.end - first.begin), QString("Ada "));
        const Run nested = runAt(p, p.at("Lovelace") + 2);
        QCOMPARE(nested.attributes, QString("mark:true;label:dose,drug;label-origin:person,person;"
                                            "text-underline-style:solid;"));
        QCOMPARE(p.text.mid(nested.begin, nested.end - nested.begin), QString("Lovelace"));
        const Run between = runAt(p, p.at("took"));
        QCOMPARE(between.attributes, QString());
        QCOMPARE(p.text.mid(between.begin, between.end - between.begin), QString(" took "));
        QCOMPARE(runAt(p, p.at("500")).attributes,
                 QString("mark:true;label:dose;label-origin:suggestion;label-score:0.81;"
                         "text-underline-style:dash;"));
        QCOMPARE(runAt(p, p.at("Bayer")).attributes,
                 QString("mark:true;label:drug;label-origin:name;label-score:0.50;"
                         "text-underline-style:dotted;"));
        QCOMPARE(runAt(p, p.at("AG")).attributes,
                 QString("mark:true;label:a\\;b\\:c;label-origin:pattern;"
                         "text-underline-style:dash;"));
        // What the slider hides is not read either.
        p.view->setThreshold(0.6);
        QCOMPARE(runAt(p, p.at("Bayer")).attributes, QString());
        // All runs together are the text.
        int at = 0;
        int runs = 0;
        while (at < p.text.size()) {
            const Run run = runAt(p, at);
            QCOMPARE(run.begin, at);
            QVERIFY(run.end > at);
            at = run.end;
            ++runs;
        }
        QCOMPARE(runs, 8);
    }

    void moves_areAnnounced() {
        Page p;
        p.view->setSelection({0, 0});
        heard.clear();
        QTest::keyClick(p.view, Qt::Key_Right, Qt::ControlModifier);
        QVERIFY(isHeard({QAccessible::TextCaretMoved, p.view, 2}));
        heard.clear();
        QTest::keyClick(p.view, Qt::Key_Right);
        QVERIFY(isHeard({QAccessible::TextSelectionChanged, p.view, p.at(" Lovelace"), p.at("Ada"),
                         p.at(" Lovelace")}));
    }

    void suggestion_focused_isAnnouncedWithTypeAndScore() {
        Page p;
        p.suggest(p.find("500"), 2, 0.814);
        p.suggest(p.find("Bayer"), 1, 0.5, "zero-shot:names");
        heard.clear();
        QTest::keyClick(p.view, Qt::Key_Tab);
        QCOMPARE(p.description(), QString("Suggestion: 500, dose, score 0.81"));
        QCOMPARE(countEvents(QAccessible::DescriptionChanged, p.view), 1);
        QVERIFY(isHeard(
            {QAccessible::TextSelectionChanged, p.view, p.at("mg"), p.at("500"), p.at("mg")}));
        QTest::keyClick(p.view, Qt::Key_Tab);
        QCOMPARE(p.description(),
                 QString("Suggestion from the type's name: Bayer, drug, score 0.50"));
    }

    void labels_madeAcceptedAndRemoved_areAnnounced() {
        Page p;
        const RecordId suggestion = p.suggest(p.find("500"), 2, 0.8);
        p.suggest(p.find("Bayer"), 1, 0.7);
        p.view->setSelection(p.find("Ada"));
        heard.clear();
        QTest::keyClick(p.view, '1');
        QCOMPARE(p.description(), QString("Labelled: Ada, drug"));
        QCOMPARE(countEvents(QAccessible::TextAttributeChanged, p.view), 1);
        QCOMPARE(countEvents(QAccessible::DescriptionChanged, p.view), 1);
        // Moving on, it is no news any more.
        QTest::keyClick(p.view, Qt::Key_Right);
        QVERIFY(!p.description().contains("Ada"));
        p.view->setFocusedSpan(suggestion);
        heard.clear();
        QTest::keyClick(p.view, Qt::Key_A);
        QCOMPARE(p.description(),
                 QString("Labelled: 500, dose. Suggestion: Bayer, drug, score 0.70"));
        QCOMPARE(countEvents(QAccessible::DescriptionChanged, p.view), 1);
        p.view->setFocusedSpan(p.labels.annotations.front().id);
        heard.clear();
        QTest::keyClick(p.view, Qt::Key_Delete);
        QCOMPARE(p.description(), QString("Label removed: Ada, drug"));
        QCOMPARE(countEvents(QAccessible::DescriptionChanged, p.view), 1);
        QCOMPARE(countEvents(QAccessible::TextAttributeChanged, p.view), 1);
        // Many at once are counted; new suggestions alone are not announced.
        p.labels.annotations.push_back({p.nextId++, 1, p.find("Ada"), 1});
        p.labels.annotations.push_back({p.nextId++, 1, p.find("AG"), 1});
        p.view->setLabels(p.labels);
        QVERIFY2(p.description().contains("2 label"), qPrintable(p.description()));
        heard.clear();
        p.suggest(p.find("took"), 2, 0.8);
        QCOMPARE(countEvents(QAccessible::TextAttributeChanged, p.view), 0);
        // Nor are those that a document comes with.
        auto other = std::make_shared<Document>(makeDocument("other note", "Ada again"));
        p.view->setDocument(other);
        heard.clear();
        DocumentLabels come;
        come.annotations.push_back({p.nextId++, 1, {0, 3}, 1});
        p.view->setLabels(come);
        QCOMPARE(p.description(), QString("other note"));
        QCOMPARE(countEvents(QAccessible::TextAttributeChanged, p.view), 0);
    }
};

QTEST_MAIN(AccessibleTest)
#include "accessible_test.moc"
