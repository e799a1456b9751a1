#pragma once

#include <QBasicTimer>
#include <QHash>
#include <QMenu>
#include <QPointer>
#include <QSet>
#include <optional>
#include <unordered_map>

#include "ui/document_view/block_layout.h"
#include "ui/document_view/document_view.h"
#include "ui/document_view/span_card.h"
#include "ui/document_view/syntax_colors.h"
#include "ui/document_view/text_blocks.h"

namespace spanwise::ui {

/// Card actions.
enum CardAction { kCardAccept = 1, kCardReject, kCardRemove, kCardAnother };

/// What document_view.cpp (state and geometry), document_view_paint.cpp and document_view_input.cpp
/// share. Positions inside are units (UTF-16); `Offset` only at the border.
struct DocumentView::Impl {
    /// Anchor and moving end, each a word or (chars) a place between characters.
    struct Selection {
        Unit anchorBegin = 0, anchorEnd = 0;
        Unit caretBegin = 0, caretEnd = 0;
        bool chars = false;
        int widenLeft = 0, widenRight = 0;  ///< brackets that belong to the words between
        bool exact = false;                 ///< as it was asked for: its edges are not trimmed

        [[nodiscard]] Unit begin() const { return std::min(anchorBegin, caretBegin) - widenLeft; }
        [[nodiscard]] Unit end() const { return std::max(anchorEnd, caretEnd) + widenRight; }
        [[nodiscard]] bool isEmpty() const { return begin() >= end(); }
        [[nodiscard]] Unit caret() const { return caretBegin >= anchorBegin ? end() : begin(); }
        bool operator==(const Selection&) const = default;
        static Selection at(Unit unit) { return {unit, unit, unit, unit, true}; }
    };
    enum class Ring { Full, Quiet };  ///< with or without the card

    explicit Impl(DocumentView* view) : q(view) {}

    // State and geometry (document_view.cpp).
    void rebuildItems();
    void assignLevels();
    void updateMetrics(bool force);
    void resetHeights();
    void dropLayouts();
    [[nodiscard]] std::vector<int> spansIn(const Block& block) const;
    /// Of what a layout with these spans looks like.
    [[nodiscard]] size_t signature(const std::vector<int>& spans) const;
    BlockLayout& layoutOf(int block);
    void settle();
    void colour();
    void dropLayouts(Unit begin, Unit end);
    void updateRange();
    void scrolled();
    [[nodiscard]] int headerHeight() const;
    [[nodiscard]] int columnLeft() const;
    [[nodiscard]] double blockTop(int block) const;  ///< in the viewport
    void reveal(Unit begin, Unit end, bool withCard);
    [[nodiscard]] QRect bounds(Unit begin, Unit end);

    [[nodiscard]] const SpanItem* item(RecordId id) const;
    [[nodiscard]] const SpanItem* focusedItem() const { return item(focused); }
    [[nodiscard]] std::vector<const SpanItem*> suggestionsInOrder() const;
    void select(const Selection& wanted, bool show = true);
    void focusSpan(RecordId id, Ring ring = Ring::Full, bool show = true);
    /// One change of selection and focus, with its signals and screen reader events.
    void change(const Selection& wanted, RecordId wantedFocus, Ring ring);
    void updateCard();
    bool focusSuggestion(bool forward, bool wrap);
    void followLabels(const std::optional<SpanItem>& before);
    void noteNews(const std::vector<Annotation>& before);

    // Painting (document_view_paint.cpp).
    void paint(QPainter& painter, const QRect& clip);
    void paintBlock(QPainter& painter, int block, QPointF origin);
    void paintMatches(QPainter& painter, int block, QPointF origin);
    void paintCaret(QPainter& painter, const BlockLayout& layout, Unit caret) const;
    void paintEmpty(QPainter& painter) const;
    [[nodiscard]] QRectF fragmentBox(const BlockLayout& layout,
                                     const BlockLayout::Fragment& fragment) const;

    // Input (document_view_input.cpp).
    struct Place {
        int block = 0;
        int line = 0;
        double x = 0;
        bool inside = false;  ///< vertically within the text
    };
    [[nodiscard]] std::optional<Place> placeAt(QPoint position);
    [[nodiscard]] RecordId spanAt(QPoint position);
    [[nodiscard]] std::vector<RecordId> spansAt(QPoint position);
    [[nodiscard]] std::vector<RecordId> spansOver(Unit begin, Unit end) const;
    [[nodiscard]] Selection wordsBetween(Unit from, Unit to) const;
    void dragTo(QPoint position, bool characters);
    void moveByWord(bool right, bool extend);
    void moveByCharacter(bool right, bool extend);
    [[nodiscard]] std::optional<Word> wordBeside(bool right);
    [[nodiscard]] Word edgeWord(const Word& word, bool first);
    [[nodiscard]] Unit caretBeside(bool right);
    void moveToWord(const std::optional<Word>& word, bool extend);
    void balance(Selection& words) const;
    void extendTo(Unit unit);
    void moveByLines(int lines, bool extend, bool characters);
    void moveToLineEdge(bool end, bool extend, bool characters);
    void moveToTextEdge(bool end, bool extend, bool characters);
    bool moveBoundary(ViewCommand command);
    bool perform(ViewCommand command);
    [[nodiscard]] const EntityType* typeFor(const QKeyEvent& event) const;
    bool applyType(TypeId type);
    void labelSelection(TypeId type);
    void setAdding(bool isOn);
    void addBeside(TypeId type);
    [[nodiscard]] QString addingText(const SpanItem& span) const;
    void setMarks(const QSet<qint64>& wanted);
    [[nodiscard]] QList<qint64> markedOf(bool suggestions) const;
    void toggleMark(RecordId id);
    void markAlike();
    [[nodiscard]] QString keycap(ViewCommand command) const;
    /// Dragging an end of the focused span.
    enum class End { Begin, Finish };
    [[nodiscard]] std::optional<QPointF> handleAt(End end);  ///< its knob, in the viewport
    [[nodiscard]] std::optional<End> handleUnder(QPoint position);
    void pullTo(QPoint position, bool characters);
    void accept();
    void reject();
    void remove();
    void cycleSpanHere();
    void cycleSpans(bool forward);
    void showMenu(QPoint globalPosition);
    void copy() const;
    [[nodiscard]] bool isRightToLeftAt(Unit unit);
    [[nodiscard]] bool readsRightToLeft(Unit begin, Unit end);

    DocumentView* q;
    std::shared_ptr<const Document> document;
    std::unique_ptr<TextBlocks> blocks;
    DocumentLabels labels;
    LabelScheme scheme;
    double threshold = 0;
    bool readOnly = false;
    ViewKeys keys;
    bool trims = true;
    TypeId sticky = 0;
    TypeId lastType = 0;
    QSet<qint64> marked;
    struct Pull {
        End end = End::Finish;
        Unit begin = 0, finish = 0;  ///< the span as it would be now
    };
    std::optional<Pull> pulled;
    std::shared_ptr<const std::vector<Range>> matches;  ///< of a search, in code points; or null
    std::unique_ptr<SyntaxColors> syntax;               ///< null: text is not coloured
    QString emptyHeadline, emptyHint;
    QString cardNote;

    QFont textFont;
    double zoom = 1;
    TextMetrics metrics;

    std::vector<SpanItem> items;  ///< by (begin, longer first)
    std::vector<Unit> furthest;   ///< greatest end among items[0..i]
    QHash<qint64, int> indexOf;   ///< record → item
    struct Laid {
        size_t signature = 0;
        std::unique_ptr<BlockLayout> layout;
    };
    std::unordered_map<int, Laid> laid;
    Heights heights;
    int topBlock = 0;      ///< what stands at the viewport's top,
    double topOffset = 0;  ///< and how much of it is above (negative: the header shows)
    Range visible;         ///< as of the last visibleRangeChanged
    int lastValue = 0;
    bool settling = false;

    Selection selection;
    RecordId focused = 0;
    bool isAdding = false;  ///< the next type comes beside the focused label's
    Ring ring = Ring::Full;
    RecordId hovered = 0;
    SpanCard* card = nullptr;
    double desiredX = -1;

    // What the labels to come should do to the focus.
    std::optional<SpanItem> advanceFrom;  ///< a suggestion accepted or rejected
    struct Refocus {
        Unit begin = 0, end = 0;
        TypeId type = 0;
    };
    std::optional<Refocus> refocus;  ///< what is labelled, resized or retyped
    std::optional<int> tabFrom;      ///< Tab starts here instead of at the caret: 0 start, 1 end

    // For screen readers: what the last change of labels was, and the label that it made, if one.
    QString news;
    RecordId newsOf = 0;
    bool followsLabels = false;
    bool knowsLabels = false;  ///< of this document: the first come with it and are no news

    bool pressed = false;
    bool dragging = false;
    bool doubleClicked = false;
    QPoint pressPosition;
    Unit pressUnit = 0;   ///< character under the press
    Unit pressCaret = 0;  ///< caret place nearest to it
    std::optional<End> pressHandle;
    QPoint dragPosition;
    bool dragCharacters = false;
    QBasicTimer dragTimer;
    QPointer<QMenu> menu;
};

}  // namespace spanwise::ui
