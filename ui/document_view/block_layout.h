#pragma once

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QTextLayout>
#include <unordered_map>
#include <vector>

#include "core/annotation/span.h"
#include "ui/document_view/text_blocks.h"
#include "ui/document_view/text_palette.h"
#include "ui/theme/type_pattern.h"

namespace spanwise::ui {

/// An annotation or a visible suggestion, as the view shows it.
struct SpanItem {
    RecordId id = 0;
    TypeId type = 0;
    Unit begin = 0;
    Unit end = 0;
    bool suggestion = false;
    bool zeroShot = false;  ///< a suggestion from the type's name alone
    double score = 0;
    int level = 0;  ///< 0: underline nearest to the text; spans around others lie deeper
    QString label;  ///< "drug", "condition .64"
    QColor tint, line;
    TypePattern pattern = TypePattern::Plain;
};

/// Sizes that all blocks share.
struct TextMetrics {
    QFont textFont;
    QFont labelFont;
    double width = 0;       ///< of the column
    double lineHeight = 0;  ///< natural, of the text font
    double ascent = 0;
    double descent = 0;
    double pitch = 0;  ///< from line to line
    int lineGap = 0;   ///< additional, where a line of the document ends

    [[nodiscard]] static TextMetrics of(const QFont& textFont, const QFont& labelFont);
};

/// Where a grapheme of laid-out text (in a layout with its cache enabled) begins and ends on the
/// screen: the first is the greater where it runs right to left.
struct GraphemeEdges {
    double begin = 0;
    double end = 0;
};
[[nodiscard]] GraphemeEdges graphemeEdges(const QTextLayout& layout, const QTextLine& line,
                                          int position);

/// One laid-out block. To give each label room behind its span, the text that Qt lays out has a
/// no-break space for it, letter-spaced to the label's width; this class maps positions between
/// that display string and the document, and control characters are shown as pictures one to one.
/// Where the text runs both ways, an invisible mark after the space keeps the label at its span.
/// Coordinates are relative to the block's top left.
class BlockLayout {
public:
    /// A span's stretch on one line; several a line where directions mix.
    struct Fragment {
        int span = 0;  ///< index into the items
        int line = 0;
        double left = 0;
        double right = 0;
        bool first = false;                          ///< the span's first character is here,
        bool last = false;                           ///< its last one is
        bool beginsRight = false, endsLeft = false;  ///< at which side that is, as in "first" text
        bool openLeft = false, openRight = false;    ///< the span goes on beyond this side
    };
    /// A span's name behind its end.
    struct Label {
        int span = 0;
        int line = 0;
        QRectF box;
        bool rightToLeft = false;  ///< the span's end is at the box's right
    };
    struct Line {
        double top = 0;
        double height = 0;
        double baseline = 0;
    };

    /// `spans`: indices of the items that touch the block; `syntax`: what colours its text.
    BlockLayout(const QString& text, const Block& block, const std::vector<SpanItem>& items,
                const std::vector<int>& spans, const TextMetrics& metrics,
                const std::vector<SyntaxRun>& syntax = {});

    /// The same spans are at other places among the items now.
    void renumber(const std::vector<int>& spans);

    [[nodiscard]] int height() const { return m_height; }
    /// The text in the painter's pen and its syntax's colours; `plain` without the latter.
    void draw(QPainter& painter, const QRectF& clip, Unit plainBegin, Unit plainEnd) const;
    [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }
    [[nodiscard]] const std::vector<Fragment>& fragments() const { return m_fragments; }
    [[nodiscard]] const std::vector<Label>& labels() const { return m_labels; }
    /// Of the paragraph: its first letter decides.
    [[nodiscard]] bool isRightToLeft() const { return m_rightToLeft; }
    /// Whether any of it runs right to left.
    [[nodiscard]] bool isBidirectional() const { return m_bidirectional; }

    [[nodiscard]] int lineAtY(double y) const;
    [[nodiscard]] int lineOf(Unit unit) const;
    [[nodiscard]] double xOf(Unit unit) const;
    /// Where the caret before a unit is. Where the direction changes there are two places, at which
    /// text in the one and in the other would go on; the paragraph's own direction comes first.
    struct CaretPlace {
        int line = 0;
        double x = 0;
        bool runsLeft = false;  ///< the text that goes on here
    };
    [[nodiscard]] std::vector<CaretPlace> carets(Unit unit) const;
    /// The grapheme under x on a line; the caret position nearest to x.
    [[nodiscard]] Unit unitUnder(int line, double x) const;
    [[nodiscard]] Unit caretNear(int line, double x) const;
    /// Where a stretch of text is, whole graphemes of it: on each line one rectangle for what is
    /// together on the screen, from left to right.
    struct Piece {
        int line = 0;
        double left = 0;
        double right = 0;
        bool first = false, last = false;  ///< holds the stretch's first, last character
    };
    [[nodiscard]] std::vector<Piece> pieces(Unit begin, Unit end) const;
    /// First and last unit of a line, and whether x is on its text.
    [[nodiscard]] Unit lineBegin(int line) const;
    [[nodiscard]] Unit lineEnd(int line) const;
    [[nodiscard]] bool isOnText(int line, double x) const;

private:
    struct Room {
        int display = 0;  ///< of the placeholder in the display string
        Unit unit = 0;    ///< before which it stands
        int span = -1;    ///< -1: no name's; a chance to break the line, or a mark
    };
    [[nodiscard]] int toDisplay(Unit unit, bool afterRooms) const;
    [[nodiscard]] Unit toUnit(int display) const;
    [[nodiscard]] const GraphemeEdges& edges(const QTextLine& line, int display) const;
    [[nodiscard]] bool runsRightToLeft(int display) const;
    [[nodiscard]] std::vector<Piece> displayPieces(int begin, int end) const;
    [[nodiscard]] int displayUnder(const QTextLine& line, double x, bool* nearerToEnd) const;
    void addFragments(int span, const SpanItem& item);
    void addSyntax(const std::vector<SyntaxRun>& syntax,
                   QList<QTextLayout::FormatRange>& formats) const;
    void addRoom(QString& display, Unit unit, int span, QChar shown);
    void layOut(const TextMetrics& metrics);

    Block m_block;
    std::vector<int> m_spans;
    double m_joint;  ///< glyphs this near are together: a font's widths are rounded, places are not
    QTextLayout m_layout;
    std::vector<Room> m_rooms;
    std::vector<Line> m_lines;
    std::vector<Fragment> m_fragments;
    std::vector<Label> m_labels;
    mutable std::unordered_map<int, GraphemeEdges> m_edges;  ///< by display position, when asked
    bool m_isColoured = false;
    bool m_bidirectional = false;
    bool m_rightToLeft = false;
    int m_height = 0;
};

}  // namespace spanwise::ui
