#include "ui/document_view/block_layout.h"

#include <QFontMetricsF>
#include <QGlyphRun>
#include <QPainter>
#include <QRawFont>
#include <QTextBoundaryFinder>
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

constexpr double kLabelGap = 3;  ///< before the label
constexpr double kLabelPad = 5;  ///< after it
constexpr double kLongestLabel = 220;

/// Control characters as their pictures; everything else as it is. One unit for one unit.
QChar shown(QChar c) {
    const char16_t u = c.unicode();
    if (u < 0x20 && u != u'\t') {
        return QChar(static_cast<char16_t>(0x2400 + u));
    }
    if (u == 0x7F) {
        return QChar(0x2421);
    }
    if ((u >= 0x80 && u < 0xA0) || u == 0xFFFC) {
        return QChar(0xFFFD);
    }
    return c;
}

bool breaksAnywhere(QChar c) {
    const char16_t u = c.unicode();
    return (u >= 0x2E80 && u <= 0xD7A3) || (u >= 0xF900 && u <= 0xFAFF) ||
           (u >= 0xFF00 && u <= 0xFFEF) || c.isSurrogate();
}

bool needsBidi(QStringView text) {
    for (const QChar c : text) {
        if (c.unicode() < 0x590) {
            continue;
        }
        switch (c.direction()) {
            case QChar::DirR:
            case QChar::DirAL:
            case QChar::DirAN:
            case QChar::DirRLE:
            case QChar::DirRLO:
            case QChar::DirRLI:
            case QChar::DirFSI:
                return true;
            default:
                break;
        }
    }
    // Old scripts and emoji live beyond the BMP; only the former run right to left.
    for (qsizetype i = 0; i + 1 < text.size(); ++i) {
        if (text[i].isHighSurrogate() && text[i + 1].isLowSurrogate()) {
            const auto d = QChar::direction(QChar::surrogateToUcs4(text[i], text[i + 1]));
            if (d == QChar::DirR || d == QChar::DirAL) {
                return true;
            }
        }
    }
    return false;
}

/// The mark whose direction is that of the last letter before a place, so that it changes nothing
/// of how the text after it is ordered.
QChar directionMark(QStringView text, qsizetype at, bool rightToLeft) {
    for (qsizetype i = at - 1; i >= 0; --i) {
        char32_t c = text[i].unicode();
        if (text[i].isLowSurrogate() && i > 0) {
            --i;
            c = QChar::surrogateToUcs4(text[i], text[i + 1]);
        }
        switch (QChar::direction(c)) {
            case QChar::DirL:
                return QChar(0x200E);
            case QChar::DirR:
                return QChar(0x200F);
            case QChar::DirAL:
                return QChar(0x061C);
            default:
                break;
        }
    }
    return rightToLeft ? QChar(0x200F) : QChar(0x200E);
}

/// Whether the letters on both sides of a place are written joined, as in Arabic.
bool joins(QStringView text, qsizetype at) {
    const auto type = [&](qsizetype i, int step) {
        while (i >= 0 && i < text.size() &&
               QChar::joiningType(text[i].unicode()) == QChar::Joining_Transparent) {
            i += step;
        }
        return i >= 0 && i < text.size() ? QChar::joiningType(text[i].unicode())
                                         : QChar::Joining_None;
    };
    const auto before = type(at - 1, -1);
    const auto after = type(at, 1);
    return (before == QChar::Joining_Dual || before == QChar::Joining_Left ||
            before == QChar::Joining_Causing) &&
           (after == QChar::Joining_Dual || after == QChar::Joining_Right ||
            after == QChar::Joining_Causing);
}

/// The end of the grapheme that a place is in, or the place.
qsizetype graphemeEnd(QStringView text, qsizetype at) {
    if (at <= 0 || at >= text.size() ||
        (text[at].unicode() < 0x300 && text[at - 1].unicode() != 0x200D)) {
        return at;
    }
    QTextBoundaryFinder finder(QTextBoundaryFinder::Grapheme, text.data(), text.size());
    finder.setPosition(at);
    return finder.isAtBoundary() ? at : std::max<qsizetype>(at, finder.toNextBoundary());
}

}  // namespace

/// From the glyphs themselves: QTextLine::cursorToX says where a caret is painted, which at a
/// change of direction is not where the letter is.
GraphemeEdges graphemeEdges(const QTextLayout& layout, const QTextLine& line, int position) {
    struct Box {
        double left = 1e9, right = -1e9;
        bool runsLeft = false;
        [[nodiscard]] bool isThere() const { return left < right; }
        bool operator==(const Box&) const = default;
    };
    const auto boxAt = [&](int at) {
        Box box;
        // Marks that are not printed have a glyph all the same.
        if (layout.text()[at].category() == QChar::Other_Format) {
            return box;
        }
        const int next = std::max(at + 1, layout.nextCursorPosition(at));
        const auto runs = line.glyphRuns(at, next - at);
        for (const QGlyphRun& run : runs) {
            const auto glyphs = run.glyphIndexes();
            const auto places = run.positions();
            const auto advances = run.rawFont().advancesForGlyphIndexes(glyphs);
            for (qsizetype i = 0; i < glyphs.size(); ++i) {
                if (advances[i].x() > 0.01) {  // not a mark above or below
                    box.left = std::min(box.left, places[i].x());
                    box.right = std::max(box.right, places[i].x() + advances[i].x());
                    box.runsLeft = run.isRightToLeft();
                }
            }
        }
        return box;
    };
    Box box = boxAt(position);
    if (!box.isThere()) {
        return {line.cursorToX(position, QTextLine::Leading),
                line.cursorToX(position, QTextLine::Trailing)};
    }
    // A glyph that it shares with its neighbours, a ligature, is parted evenly.
    int before = 0;
    int after = 0;
    const int stop = line.textStart() + line.textLength();
    for (int at = position; at > line.textStart();) {
        at = std::min(at - 1, layout.previousCursorPosition(at));
        if (!(boxAt(at) == box)) {
            break;
        }
        ++before;
    }
    for (int at = std::max(position + 1, layout.nextCursorPosition(position));
         at < stop && boxAt(at) == box; at = std::max(at + 1, layout.nextCursorPosition(at))) {
        ++after;
    }
    const double part = (box.right - box.left) / (before + after + 1);
    box.left += part * (box.runsLeft ? after : before);
    box.right = box.left + part;
    for (const auto& format : layout.formats()) {
        if (format.start <= position && position < format.start + format.length) {
            box.right += format.format.fontLetterSpacing();
        }
    }
    return box.runsLeft ? GraphemeEdges{box.right, box.left} : GraphemeEdges{box.left, box.right};
}

TextMetrics TextMetrics::of(const QFont& textFont, const QFont& labelFont) {
    TextMetrics metrics;
    metrics.textFont = textFont;
    metrics.labelFont = labelFont;
    const QFontMetricsF text(textFont);
    metrics.ascent = text.ascent();
    metrics.descent = text.descent();
    metrics.lineHeight = text.ascent() + text.descent();
    metrics.pitch = std::ceil(metrics.lineHeight * 1.5);
    metrics.lineGap = static_cast<int>(std::lround(metrics.lineHeight * 0.3));
    return metrics;
}

BlockLayout::BlockLayout(const QString& text, const Block& block,
                         const std::vector<SpanItem>& items, const std::vector<int>& spans,
                         const TextMetrics& metrics, const std::vector<SyntaxRun>& syntax)
    : m_block(block), m_spans(spans), m_joint(metrics.lineHeight * 0.06) {
    std::vector<int> endingHere;
    for (const int span : spans) {
        const SpanItem& item = items[static_cast<size_t>(span)];
        if (item.end > block.begin && item.end <= std::max(block.end, block.next)) {
            endingHere.push_back(span);
        }
    }
    const QStringView source = QStringView(text).mid(block.begin, block.end - block.begin);
    const auto endIn = [&](int span) {
        const Unit end = std::min(items[static_cast<size_t>(span)].end, block.end);
        return block.begin + static_cast<Unit>(graphemeEnd(source, end - block.begin));
    };
    // At one place the inner span's name comes first.
    std::stable_sort(endingHere.begin(), endingHere.end(), [&](int a, int b) {
        const auto& x = items[static_cast<size_t>(a)];
        const auto& y = items[static_cast<size_t>(b)];
        return std::tuple(endIn(a), x.level, y.begin) < std::tuple(endIn(b), y.level, x.begin);
    });

    const QFontMetricsF labelMetrics(metrics.labelFont);
    const double placeholder = QFontMetricsF(metrics.textFont).horizontalAdvance(QChar::Nbsp);
    m_bidirectional = needsBidi(source);
    m_rightToLeft = m_bidirectional && source.isRightToLeft();

    QString display;
    display.reserve(source.size() + static_cast<qsizetype>(endingHere.size()) * 2);
    QList<QTextLayout::FormatRange> formats;
    size_t next = 0;
    for (Unit i = 0; i <= static_cast<Unit>(source.size()); ++i) {
        const bool opens = next < endingHere.size() && endIn(endingHere[next]) == block.begin + i;
        const bool cuts = opens && m_bidirectional && joins(source, i);
        if (cuts) {
            addRoom(display, block.begin + i, -1, QChar(0x200D));
        }
        for (; next < endingHere.size() && endIn(endingHere[next]) == block.begin + i; ++next) {
            const SpanItem& item = items[static_cast<size_t>(endingHere[next])];
            const double width =
                std::min(kLongestLabel, labelMetrics.horizontalAdvance(item.label)) + kLabelGap +
                kLabelPad;
            QTextLayout::FormatRange room;
            room.start = static_cast<int>(display.size());
            room.length = 1;
            room.format.setFontLetterSpacingType(QFont::AbsoluteSpacing);
            room.format.setFontLetterSpacing(width - placeholder);
            formats.append(room);
            addRoom(display, block.begin + i, endingHere[next], QChar(QChar::Nbsp));
        }
        if (opens && m_bidirectional) {
            addRoom(display, block.begin + i, -1, directionMark(source, i, m_rightToLeft));
        }
        if (cuts) {
            addRoom(display, block.begin + i, -1, QChar(0x200D));
        }
        if (i == static_cast<Unit>(source.size())) {
            break;
        }
        // The no-break space must not forbid a break that the text itself allows.
        if (opens && i > 0 && (breaksAnywhere(source[i]) || breaksAnywhere(source[i - 1]))) {
            addRoom(display, block.begin + i, -1, QChar(0x200B));
        }
        display += shown(source[i]);
    }

    addSyntax(syntax, formats);
    m_isColoured = !syntax.empty();
    m_layout.setText(display);
    m_layout.setFont(metrics.textFont);
    m_layout.setFormats(formats);
    m_layout.setCacheEnabled(true);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    option.setTextDirection(m_rightToLeft ? Qt::RightToLeft : Qt::LeftToRight);
    option.setAlignment(m_rightToLeft ? Qt::AlignRight | Qt::AlignAbsolute : Qt::AlignLeft);
    option.setTabStopDistance(QFontMetricsF(metrics.textFont).horizontalAdvance(u'0') * 4);
    m_layout.setTextOption(option);
    layOut(metrics);

    for (const int span : spans) {
        addFragments(span, items[static_cast<size_t>(span)]);
    }
    // Names and rings of inner spans lie over those of outer ones.
    std::stable_sort(m_fragments.begin(), m_fragments.end(), [&](const auto& a, const auto& b) {
        return items[static_cast<size_t>(a.span)].level > items[static_cast<size_t>(b.span)].level;
    });
}

void BlockLayout::renumber(const std::vector<int>& spans) {
    if (spans == m_spans)
        return;
    const auto now = [&](int before) {
        const auto at = std::lower_bound(m_spans.begin(), m_spans.end(), before);
        return spans[static_cast<size_t>(at - m_spans.begin())];
    };
    for (Fragment& fragment : m_fragments)
        fragment.span = now(fragment.span);
    for (Label& label : m_labels)
        label.span = now(label.span);
    for (Room& room : m_rooms) {
        if (room.span >= 0)
            room.span = now(room.span);
    }
    m_spans = spans;
}

/// The room for a name within a stretch keeps its own format.
void BlockLayout::addSyntax(const std::vector<SyntaxRun>& syntax,
                            QList<QTextLayout::FormatRange>& formats) const {
    auto room = m_rooms.begin();
    for (const SyntaxRun& run : syntax) {
        QTextCharFormat format;
        if (run.ink != SyntaxInk::Plain)
            format.setForeground(theme::syntaxInk(run.ink));
        if (run.strong)
            format.setFontWeight(QFont::DemiBold);
        if (run.slanted)
            format.setFontItalic(true);
        int from = toDisplay(run.begin, true);
        const int to = toDisplay(run.end, false);
        while (room != m_rooms.end() && room->display < from)
            ++room;
        while (from < to) {
            const int stop = room != m_rooms.end() ? std::min(to, room->display) : to;
            if (stop > from)
                formats.append({from, stop - from, format});
            from = stop;
            for (; room != m_rooms.end() && room->display == from && from < to; ++room)
                ++from;
        }
    }
}

void BlockLayout::addRoom(QString& display, Unit unit, int span, QChar shown) {
    m_rooms.push_back({static_cast<int>(display.size()), unit, span});
    display += shown;
}

/// Where a span is painted, its name's room with it.
void BlockLayout::addFragments(int span, const SpanItem& item) {
    const int from = toDisplay(std::clamp(item.begin, m_block.begin, m_block.end), true);
    int to = toDisplay(std::min(item.end, m_block.end), false);
    for (const Room& room : m_rooms) {
        if (room.span != span) {
            continue;
        }
        to = std::max(to, room.display + 1);
        const bool runsLeft = m_bidirectional && runsRightToLeft(room.display);
        for (const Piece& piece : displayPieces(room.display, room.display + 1)) {
            const Line& line = m_lines[static_cast<size_t>(piece.line)];
            m_labels.push_back({span, piece.line,
                                QRectF(piece.left, line.top, piece.right - piece.left, line.height),
                                runsLeft});
        }
    }
    to = std::max(from, to);
    const bool begins = item.begin >= m_block.begin;
    const bool ends = item.end <= m_block.next;
    const bool beginsRight = m_bidirectional && runsRightToLeft(from);
    const bool endsLeft = m_bidirectional && runsRightToLeft(std::max(from, to - 1));
    const auto found = displayPieces(from, to);
    for (size_t i = 0; i < found.size(); ++i) {
        const Piece& piece = found[i];
        Fragment fragment{span, piece.line, piece.left, piece.right};
        fragment.first = piece.first && begins;
        fragment.last = piece.last && ends;
        const bool isAlone = (i == 0 || found[i - 1].line != piece.line) &&
                             (i + 1 == found.size() || found[i + 1].line != piece.line);
        if (isAlone) {
            const bool runsLeft = beginsRight == endsLeft ? beginsRight : m_rightToLeft;
            fragment.beginsRight = fragment.endsLeft = runsLeft;
            fragment.openLeft = runsLeft ? !fragment.last : !fragment.first;
            fragment.openRight = runsLeft ? !fragment.first : !fragment.last;
        } else {
            fragment.beginsRight = beginsRight;
            fragment.endsLeft = endsLeft;
            fragment.openLeft = !(fragment.first && !beginsRight) && !(fragment.last && endsLeft);
            fragment.openRight = !(fragment.first && beginsRight) && !(fragment.last && !endsLeft);
        }
        m_fragments.push_back(fragment);
    }
}

void BlockLayout::layOut(const TextMetrics& metrics) {
    const double spare = metrics.pitch - metrics.lineHeight;
    double y = 0;
    m_layout.beginLayout();
    for (QTextLine line = m_layout.createLine(); line.isValid(); line = m_layout.createLine()) {
        line.setLineWidth(metrics.width);
        // Fonts that stand in for missing scripts may be taller.
        const double ascent = std::max(metrics.ascent, line.ascent());
        const double descent = std::max(metrics.descent, line.descent());
        const double above = std::max(2.0, spare * 0.4 - (ascent - metrics.ascent));
        const double height = std::max(metrics.pitch, std::ceil(above + ascent + descent + 5));
        const double baseline = y + above + ascent;
        line.setPosition(QPointF(0, baseline - line.ascent()));
        m_lines.push_back({y, height, baseline});
        y += height;
    }
    m_layout.endLayout();
    m_height = static_cast<int>(std::ceil(y)) + (m_block.endsLine() ? metrics.lineGap : 0);
}

void BlockLayout::draw(QPainter& painter, const QRectF& clip, Unit plainBegin,
                       Unit plainEnd) const {
    QList<QTextLayout::FormatRange> plain;
    if (m_isColoured && plainBegin < m_block.end && plainEnd > m_block.begin) {
        const int from = toDisplay(std::max(plainBegin, m_block.begin), true);
        const int to = toDisplay(std::min(plainEnd, m_block.end), false);
        QTextCharFormat format;
        format.setForeground(painter.pen().color());
        if (to > from)
            plain.append({from, to - from, format});
    }
    m_layout.draw(&painter, {0, 0}, plain, clip);
}

int BlockLayout::toDisplay(Unit unit, bool afterRooms) const {
    int display = unit - m_block.begin;
    for (const Room& room : m_rooms) {
        if (room.unit < unit || (afterRooms && room.unit == unit)) {
            ++display;
        } else {
            break;
        }
    }
    return display;
}

Unit BlockLayout::toUnit(int display) const {
    int before = 0;
    for (const Room& room : m_rooms) {
        if (room.display >= display) {
            break;
        }
        ++before;
    }
    return m_block.begin + display - before;
}

const GraphemeEdges& BlockLayout::edges(const QTextLine& line, int display) const {
    const auto found = m_edges.find(display);
    return found != m_edges.end()
               ? found->second
               : m_edges.emplace(display, graphemeEdges(m_layout, line, display)).first->second;
}

/// By where the grapheme, or the next one that has a width, begins and ends.
bool BlockLayout::runsRightToLeft(int display) const {
    const QTextLine line = m_layout.lineForTextPosition(display);
    if (!line.isValid()) {
        return m_rightToLeft;
    }
    const int stop = line.textStart() + line.textLength();
    for (int i = display; i < stop; i = std::max(i + 1, m_layout.nextCursorPosition(i))) {
        const GraphemeEdges at = edges(line, i);
        if (std::abs(at.begin - at.end) > 0.01) {
            return at.begin > at.end;
        }
    }
    return m_rightToLeft;
}

std::vector<BlockLayout::Piece> BlockLayout::displayPieces(int begin, int end) const {
    while (begin > 0 && begin < end && !m_layout.isValidCursorPosition(begin)) {
        --begin;
    }
    while (begin < end && end < m_layout.text().size() && !m_layout.isValidCursorPosition(end)) {
        ++end;
    }
    std::vector<Piece> found;
    const int firstLine = std::max(0, m_layout.lineForTextPosition(begin).lineNumber());
    for (int number = firstLine; number < m_layout.lineCount(); ++number) {
        const QTextLine line = m_layout.lineAt(number);
        const int lineStart = line.textStart();
        const int lineStop = lineStart + line.textLength();
        if (lineStart >= end && !(begin == end && number == firstLine)) {
            break;
        }
        const int from = std::max(begin, lineStart);
        const int to = std::min(end, lineStop);
        const bool isFirst = lineStart <= begin;
        const bool isLast = lineStop >= end;
        if (!m_bidirectional) {
            const double limit = std::max(line.cursorToX(from), line.x() + line.naturalTextWidth());
            found.push_back({number, line.cursorToX(from), std::min(limit, line.cursorToX(to)),
                             isFirst, isLast});
            continue;
        }
        // Mixed directions: what is one stretch in the text may be several on screen.
        std::vector<Piece> runs;
        for (int i = from; i < to; i = std::max(i + 1, m_layout.nextCursorPosition(i))) {
            const GraphemeEdges at = edges(line, i);
            runs.push_back(
                {number, std::min(at.begin, at.end), std::max(at.begin, at.end), false, false});
        }
        if (runs.empty()) {
            const double x = line.cursorToX(from);
            runs.push_back({number, x, x, false, false});
        }
        runs.front().first = isFirst;
        runs.back().last = isLast;
        std::sort(runs.begin(), runs.end(),
                  [](const Piece& a, const Piece& b) { return a.left < b.left; });
        const size_t before = found.size();
        for (const Piece& run : runs) {
            if (found.size() > before && run.left <= found.back().right + m_joint) {
                found.back().right = std::max(found.back().right, run.right);
                found.back().first = found.back().first || run.first;
                found.back().last = found.back().last || run.last;
            } else {
                found.push_back(run);
            }
        }
    }
    return found;
}

std::vector<BlockLayout::Piece> BlockLayout::pieces(Unit begin, Unit end) const {
    const int from = toDisplay(std::clamp(begin, m_block.begin, m_block.end), true);
    const int to = toDisplay(std::clamp(end, m_block.begin, m_block.end), false);
    return displayPieces(from, std::max(from, to));
}

int BlockLayout::lineAtY(double y) const {
    for (size_t i = 0; i + 1 < m_lines.size(); ++i) {
        if (y < m_lines[i + 1].top) {
            return static_cast<int>(i);
        }
    }
    return static_cast<int>(m_lines.size()) - 1;
}

int BlockLayout::lineOf(Unit unit) const {
    const auto line = m_layout.lineForTextPosition(toDisplay(unit, false));
    return line.isValid() ? line.lineNumber() : static_cast<int>(m_lines.size()) - 1;
}

double BlockLayout::xOf(Unit unit) const {
    const int display = toDisplay(unit, false);
    const QTextLine line = m_layout.lineForTextPosition(display);
    return line.isValid() ? line.cursorToX(display) : 0;
}

std::vector<BlockLayout::CaretPlace> BlockLayout::carets(Unit unit) const {
    const int number = lineOf(unit);
    const CaretPlace usual{number, xOf(unit), m_rightToLeft};
    if (!m_bidirectional || number < 0)
        return {usual};
    const QTextLine line = m_layout.lineAt(number);
    const int start = line.textStart();
    const int stop = start + line.textLength();
    const int from = toDisplay(unit, false);
    const int to = toDisplay(unit, true);
    const QRectF natural = line.naturalTextRect();
    std::optional<CaretPlace> before, after;
    if (from > start) {
        const int previous = m_layout.previousCursorPosition(from);
        before = {number, edges(line, previous).end, runsRightToLeft(previous)};
    } else if (start == 0) {
        before = {number, m_rightToLeft ? natural.right() : natural.left(), m_rightToLeft};
    }
    if (to < stop)
        after = {number, edges(line, to).begin, runsRightToLeft(to)};
    else if (number + 1 == m_layout.lineCount())
        after = {number, m_rightToLeft ? natural.left() : natural.right(), m_rightToLeft};
    if (!before || !after || before->runsLeft == after->runsLeft ||
        std::abs(before->x - after->x) < 1) {
        const bool runsLeft = before ? before->runsLeft : after ? after->runsLeft : m_rightToLeft;
        return {{number, usual.x, runsLeft}};
    }
    if (after->runsLeft == m_rightToLeft)
        std::swap(before, after);
    return {*before, *after};
}

/// The grapheme nearest to x, by the edges of each: QTextLine::xToCursor is off by one where the
/// text runs right to left.
int BlockLayout::displayUnder(const QTextLine& line, double x, bool* nearerToEnd) const {
    const int stop = line.textStart() + line.textLength();
    int found = line.textStart();
    double nearest = 1e9;
    for (int i = line.textStart(); i < stop;) {
        const GraphemeEdges at = edges(line, i);
        const double left = std::min(at.begin, at.end);
        const double right = std::max(at.begin, at.end);
        const double distance = x < left ? left - x : x > right ? x - right : 0;
        if (distance < nearest && right > left) {
            nearest = distance;
            found = i;
            *nearerToEnd = std::abs(x - at.end) < std::abs(x - at.begin);
        }
        i = std::max(i + 1, m_layout.nextCursorPosition(i));
    }
    return found;
}

Unit BlockLayout::unitUnder(int number, double x) const {
    const QTextLine line = m_layout.lineAt(number);
    const int stop = line.textStart() + line.textLength();
    bool nearerToEnd = false;
    int display = m_bidirectional ? displayUnder(line, x, &nearerToEnd)
                                  : line.xToCursor(x, QTextLine::CursorOnCharacter);
    display = std::clamp(display, line.textStart(), std::max(line.textStart(), stop - 1));
    // On a name: the last character of its span.
    for (auto room = m_rooms.rbegin(); room != m_rooms.rend(); ++room) {
        if (room->display == display && display > 0) {
            display = m_layout.previousCursorPosition(display);
        }
    }
    while (display > line.textStart() && !m_layout.isValidCursorPosition(display)) {
        --display;
    }
    return std::clamp(toUnit(display), m_block.begin, m_block.end);
}

Unit BlockLayout::caretNear(int number, double x) const {
    const QTextLine line = m_layout.lineAt(number);
    const int stop = line.textStart() + line.textLength();
    int display = 0;
    if (m_bidirectional) {
        bool nearerToEnd = false;
        display = displayUnder(line, x, &nearerToEnd);
        if (nearerToEnd) {
            display = std::min(stop, m_layout.nextCursorPosition(display));
        }
    } else {
        display = line.xToCursor(x, QTextLine::CursorBetweenCharacters);
    }
    if (number + 1 < m_layout.lineCount() && display >= stop) {
        // The end of a wrapped line is the start of the next; stay on this one.
        display = m_layout.previousCursorPosition(stop);
    }
    return std::clamp(toUnit(display), m_block.begin, m_block.end);
}

Unit BlockLayout::lineBegin(int number) const {
    return toUnit(m_layout.lineAt(number).textStart());
}

Unit BlockLayout::lineEnd(int number) const {
    const QTextLine line = m_layout.lineAt(number);
    return toUnit(line.textStart() + line.textLength());
}

bool BlockLayout::isOnText(int number, double x) const {
    const QRectF natural = m_layout.lineAt(number).naturalTextRect();
    return x >= natural.left() && x <= natural.right();
}

}  // namespace spanwise::ui
