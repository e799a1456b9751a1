#pragma once

#include <QColor>
#include <QFont>
#include <QRectF>
#include <QTextLayout>
#include <vector>

#include "core/annotation/span.h"
#include "ui/document_view/text_blocks.h"

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

/// One laid-out block. To give each label room behind its span, the text that Qt lays out has a
/// no-break space for it, letter-spaced to the label's width; this class maps positions between
/// that display string and the document, and control characters are shown as pictures one to one.
/// Coordinates are relative to the block's top left.
class BlockLayout {
public:
    /// A span's stretch on one line.
    struct Fragment {
        int span = 0;  ///< index into the items
        int line = 0;
        double left = 0;
        double right = 0;
        bool first = false;
        bool last = false;
    };
    /// A span's name behind its end.
    struct Label {
        int span = 0;
        int line = 0;
        QRectF box;
    };
    struct Line {
        double top = 0;
        double height = 0;
        double baseline = 0;
    };

    /// `spans`: indices of the items that touch the block.
    BlockLayout(const QString& text, const Block& block, const std::vector<SpanItem>& items,
                const std::vector<int>& spans, const TextMetrics& metrics);

    [[nodiscard]] int height() const { return m_height; }
    [[nodiscard]] const QTextLayout& layout() const { return m_layout; }
    [[nodiscard]] const std::vector<Line>& lines() const { return m_lines; }
    [[nodiscard]] const std::vector<Fragment>& fragments() const { return m_fragments; }
    [[nodiscard]] const std::vector<Label>& labels() const { return m_labels; }
    [[nodiscard]] bool isRightToLeft() const { return m_rightToLeft; }

    [[nodiscard]] int lineAtY(double y) const;
    [[nodiscard]] int lineOf(Unit unit) const;
    [[nodiscard]] double xOf(Unit unit) const;
    /// The grapheme under x on a line; the caret position nearest to x.
    [[nodiscard]] Unit unitUnder(int line, double x) const;
    [[nodiscard]] Unit caretNear(int line, double x) const;
    /// Where a stretch of text is, one rectangle for each visual run.
    struct Piece {
        int line = 0;
        double left = 0;
        double right = 0;
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
        int span = -1;    ///< -1: only a chance to break the line
    };
    [[nodiscard]] int toDisplay(Unit unit, bool afterRooms) const;
    [[nodiscard]] Unit toUnit(int display) const;
    [[nodiscard]] std::vector<Piece> displayPieces(int begin, int end) const;
    [[nodiscard]] int displayUnder(const QTextLine& line, double x, bool* nearerToEnd) const;
    void layOut(const TextMetrics& metrics);

    Block m_block;
    QTextLayout m_layout;
    std::vector<Room> m_rooms;
    std::vector<Line> m_lines;
    std::vector<Fragment> m_fragments;
    std::vector<Label> m_labels;
    bool m_bidirectional = false;
    bool m_rightToLeft = false;
    int m_height = 0;
};

}  // namespace spanwise::ui
