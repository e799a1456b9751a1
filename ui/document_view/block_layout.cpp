#include "ui/document_view/block_layout.h"

#include <QFontMetricsF>
#include <algorithm>
#include <cmath>

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

}  // namespace

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
                         const TextMetrics& metrics)
    : m_block(block) {
    std::vector<int> endingHere;
    for (const int span : spans) {
        const SpanItem& item = items[static_cast<size_t>(span)];
        if (item.end > block.begin && item.end <= std::max(block.end, block.next)) {
            endingHere.push_back(span);
        }
    }
    const auto endIn = [&](int span) {
        return std::min(items[static_cast<size_t>(span)].end, block.end);
    };
    // At one place the inner span's name comes first.
    std::stable_sort(endingHere.begin(), endingHere.end(), [&](int a, int b) {
        const auto& x = items[static_cast<size_t>(a)];
        const auto& y = items[static_cast<size_t>(b)];
        return std::tuple(endIn(a), x.level, y.begin) < std::tuple(endIn(b), y.level, x.begin);
    });

    const QFontMetricsF labelMetrics(metrics.labelFont);
    const double placeholder = QFontMetricsF(metrics.textFont).horizontalAdvance(QChar::Nbsp);
    const QStringView source = QStringView(text).mid(block.begin, block.end - block.begin);
    m_bidirectional = needsBidi(source);
    m_rightToLeft = m_bidirectional && source.isRightToLeft();

    QString display;
    display.reserve(source.size() + static_cast<qsizetype>(endingHere.size()) * 2);
    QList<QTextLayout::FormatRange> formats;
    size_t next = 0;
    for (Unit i = 0; i <= static_cast<Unit>(source.size()); ++i) {
        bool opened = false;
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
            m_rooms.push_back({room.start, block.begin + i, endingHere[next]});
            display += QChar(QChar::Nbsp);
            opened = true;
        }
        if (i == static_cast<Unit>(source.size())) {
            break;
        }
        // The no-break space must not forbid a break that the text itself allows.
        if (opened && i > 0 && (breaksAnywhere(source[i]) || breaksAnywhere(source[i - 1]))) {
            m_rooms.push_back({static_cast<int>(display.size()), block.begin + i, -1});
            display += QChar(0x200B);
        }
        display += shown(source[i]);
    }

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
        const SpanItem& item = items[static_cast<size_t>(span)];
        const int from = toDisplay(std::clamp(item.begin, block.begin, block.end), true);
        int to = toDisplay(std::min(item.end, block.end), false);
        for (const Room& room : m_rooms) {
            if (room.span == span) {
                to = room.display + 1;
                for (const Piece& piece : displayPieces(room.display, room.display + 1)) {
                    const Line& line = m_lines[static_cast<size_t>(piece.line)];
                    m_labels.push_back(
                        {span, piece.line,
                         QRectF(piece.left, line.top, piece.right - piece.left, line.height)});
                }
            }
        }
        const auto found = displayPieces(from, std::max(from, to));
        for (size_t i = 0; i < found.size(); ++i) {
            m_fragments.push_back({span, found[i].line, found[i].left, found[i].right,
                                   i == 0 && item.begin >= block.begin,
                                   i + 1 == found.size() && item.end <= block.next});
        }
    }
    // Names and rings of inner spans lie over those of outer ones.
    std::stable_sort(m_fragments.begin(), m_fragments.end(), [&](const auto& a, const auto& b) {
        return items[static_cast<size_t>(a.span)].level > items[static_cast<size_t>(b.span)].level;
    });
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

std::vector<BlockLayout::Piece> BlockLayout::displayPieces(int begin, int end) const {
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
        if (!m_bidirectional) {
            const double limit = std::max(line.cursorToX(from), line.x() + line.naturalTextWidth());
            found.push_back({number, line.cursorToX(from), std::min(limit, line.cursorToX(to))});
            continue;
        }
        // Mixed directions: what is one stretch in the text may be several on screen.
        std::vector<Piece> runs;
        for (int i = from; i < to; ++i) {
            double left = line.cursorToX(i, QTextLine::Leading);
            double right = line.cursorToX(i, QTextLine::Trailing);
            if (left > right) {
                std::swap(left, right);
            }
            if (right - left < 0.01) {
                continue;
            }
            if (!runs.empty() && left <= runs.back().right + 0.6 &&
                right >= runs.back().left - 0.6) {
                runs.back().left = std::min(runs.back().left, left);
                runs.back().right = std::max(runs.back().right, right);
            } else {
                runs.push_back({number, left, right});
            }
        }
        if (runs.empty()) {
            const double x = line.cursorToX(from);
            runs.push_back({number, x, x});
        }
        found.insert(found.end(), runs.begin(), runs.end());
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

/// The grapheme nearest to x, by the edges of each: QTextLine::xToCursor is off by one where the
/// text runs right to left.
int BlockLayout::displayUnder(const QTextLine& line, double x, bool* nearerToEnd) const {
    const int stop = line.textStart() + line.textLength();
    int found = line.textStart();
    double nearest = 1e9;
    for (int i = line.textStart(); i < stop;) {
        const int next = std::max(i + 1, m_layout.nextCursorPosition(i));
        const double leading = line.cursorToX(i, QTextLine::Leading);
        const double trailing = line.cursorToX(next - 1, QTextLine::Trailing);
        const double left = std::min(leading, trailing);
        const double right = std::max(leading, trailing);
        const double distance = x < left ? left - x : x > right ? x - right : 0;
        if (distance < nearest) {
            nearest = distance;
            found = i;
            *nearerToEnd = std::abs(x - trailing) < std::abs(x - leading);
        }
        i = next;
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
