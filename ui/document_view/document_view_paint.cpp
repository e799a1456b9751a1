#include <QPaintEvent>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <cmath>

#include "ui/document_view/document_view_impl.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {
constexpr double kLevelStep = kTypeLineHeight + 0.5;  ///< between stacked underlines
constexpr double kHang = 2.5;                         ///< of the tint, before the first letter
constexpr double kGap = 2;                            ///< between its end and what follows
}  // namespace

void DocumentView::paintEvent(QPaintEvent* event) {
    QPainter painter(viewport());
    m_impl->paint(painter, event->rect());
}

void DocumentView::Impl::paint(QPainter& painter, const QRect& clip) {
    const auto& c = theme::colors();
    painter.fillRect(clip, c.canvas);
    if (!document) {
        paintEmpty(painter);
        if (q->hasFocus()) {
            painter.setPen(QPen(c.accent, 2));
            painter.drawRect(q->viewport()->rect().adjusted(2, 2, -2, -2));
        }
        return;
    }
    painter.setRenderHint(QPainter::Antialiasing);
    const int left = columnLeft();
    const int scroll = q->verticalScrollBar()->value();
    if (scroll < headerHeight()) {
        QFont title = q->font();
        title.setWeight(QFont::DemiBold);
        painter.setFont(title);
        painter.setPen(c.mutedText);
        QString text = QString::fromStdString(document->name);
        if (labels.status == DocumentStatus::Done) {
            text = DocumentView::tr("%1 · done").arg(text);
        }
        if (readOnly) {
            text = DocumentView::tr("%1 · read-only").arg(text);
        }
        const QFontMetrics font(title);
        painter.drawText(left, 24 - scroll + font.ascent(),
                         font.elidedText(text, Qt::ElideMiddle, static_cast<int>(metrics.width)));
    }
    if (document->text.empty()) {
        painter.setFont(q->font());
        painter.setPen(c.mutedText);
        painter.drawText(left, headerHeight() + static_cast<int>(metrics.ascent),
                         DocumentView::tr("This document is empty."));
        return;
    }
    double y = blockTop(topBlock);
    for (int block = topBlock; block < blocks->count() && y < q->viewport()->height(); ++block) {
        const int height = layoutOf(block).height();
        if (y + height >= clip.top() - metrics.pitch && y <= clip.bottom() + metrics.pitch) {
            paintBlock(painter, block, {static_cast<double>(left), y});
        }
        y += height;
    }
}

/// The ground of a span on one line, down to its underline; relative to the block.
QRectF DocumentView::Impl::fragmentBox(const BlockLayout& layout,
                                       const BlockLayout::Fragment& fragment) const {
    const auto& line = layout.lines()[static_cast<size_t>(fragment.line)];
    const int level = items[static_cast<size_t>(fragment.span)].level;
    const double top = line.baseline - metrics.ascent + metrics.lineHeight * 0.06 - 1.5;
    const double bottom = line.baseline + metrics.descent * 0.85 + 3 + level * kLevelStep;
    const double hangLeft = fragment.first && !fragment.beginsRight ? kHang : 0;
    const double hangRight = fragment.first && fragment.beginsRight ? kHang : 0;
    const double gapLeft = fragment.last && fragment.endsLeft ? kGap : 0;
    const double gapRight = fragment.last && !fragment.endsLeft ? kGap : 0;
    return {QPointF(fragment.left - hangLeft + gapLeft, top),
            QPointF(fragment.right + hangRight - gapRight, bottom)};
}

void DocumentView::Impl::paintBlock(QPainter& painter, int block, QPointF origin) {
    const auto& c = theme::colors();
    const BlockLayout& layout = layoutOf(block);
    const double viewHeight = q->viewport()->height();
    const auto visible = [&](int number) {
        const auto& line = layout.lines()[static_cast<size_t>(number)];
        const double top = origin.y() + line.top;
        return top + line.height + 20 >= 0 && top - 20 <= viewHeight;
    };
    painter.save();
    painter.translate(origin);

    paintMatches(painter, block, origin);

    // Grounds of human labels, outer spans first.
    for (const auto& fragment : layout.fragments()) {
        const SpanItem& item = items[static_cast<size_t>(fragment.span)];
        const bool lit = item.id == hovered && item.id != focused;
        if (!visible(fragment.line) || (item.suggestion && !lit)) {
            continue;
        }
        QColor tint = item.tint;
        if (item.suggestion) {
            tint.setAlphaF(0.55F);
        }
        const QRectF box = fragmentBox(layout, fragment);
        QPainterPath ground;
        ground.setFillRule(Qt::WindingFill);
        const double radius = 3;
        ground.addRoundedRect(box, radius, radius);
        // Square where it goes on.
        if (fragment.openLeft) {
            ground.addRect(box.adjusted(0, 0, -box.width() / 2, 0));
        }
        if (fragment.openRight) {
            ground.addRect(box.adjusted(box.width() / 2, 0, 0, 0));
        }
        painter.fillPath(ground, tint);
    }

    // The selection.
    const Block& at = blocks->at(block);
    if (!selection.isEmpty() && selection.begin() < at.next + 1 && selection.end() > at.begin) {
        QColor color = c.accent;
        color.setAlphaF(theme::isDark() ? 0.42F : 0.26F);
        // The match in hand is seen from the search's field as well.
        const bool isMatch =
            matches && std::binary_search(matches->begin(), matches->end(), q->selection());
        if (!q->hasFocus() && !q->viewport()->hasFocus() && !isMatch) {
            color.setAlphaF(0.16F);
        }
        for (const auto& piece : layout.pieces(selection.begin(), selection.end())) {
            if (!visible(piece.line)) {
                continue;
            }
            const auto& line = layout.lines()[static_cast<size_t>(piece.line)];
            QPainterPath path;
            path.addRoundedRect(QRectF(piece.left - 1, line.baseline - metrics.ascent - 1,
                                       piece.right - piece.left + 2, metrics.lineHeight + 2),
                                2, 2);
            painter.fillPath(path, color);
        }
    }

    // Underlines.
    for (const auto& fragment : layout.fragments()) {
        if (!visible(fragment.line)) {
            continue;
        }
        const SpanItem& item = items[static_cast<size_t>(fragment.span)];
        const QRectF box = fragmentBox(layout, fragment);
        const double weight = item.id == hovered ? 2.6 : 2;
        const double inset = item.suggestion ? 0 : 1;
        paintTypeLine(painter, box.left() + (fragment.openLeft ? 0 : inset),
                      box.right() - (fragment.openRight ? 0 : inset), box.bottom() - weight,
                      item.line, item.pattern,
                      item.zeroShot     ? TypeStroke::Dotted
                      : item.suggestion ? TypeStroke::Dashed
                                        : TypeStroke::Solid,
                      weight);
    }

    painter.setPen(c.text);
    layout.draw(painter, QRectF(-4, -origin.y() - 40, metrics.width + 8, viewHeight + 80),
                selection.begin(), selection.end());

    // Names, raised behind their spans.
    painter.setFont(metrics.labelFont);
    const QFontMetricsF labelFont(metrics.labelFont);
    for (const auto& label : layout.labels()) {
        if (!visible(label.line)) {
            continue;
        }
        const SpanItem& item = items[static_cast<size_t>(label.span)];
        const auto& line = layout.lines()[static_cast<size_t>(label.line)];
        const bool rtl = label.rightToLeft;
        const QRectF box = label.box.adjusted(rtl ? 5 : 3, 0, rtl ? -3 : -4.5, 0);
        const QString text = box.width() + 1 < labelFont.horizontalAdvance(item.label)
                                 ? labelFont.elidedText(item.label, Qt::ElideRight, box.width() + 1)
                                 : item.label;
        painter.setPen(item.line);
        painter.drawText(QPointF(box.left(), line.baseline - metrics.ascent * 0.40), text);
    }

    // Marked spans: a ring each, filled with a breath of the accent.
    for (const auto& fragment : layout.fragments()) {
        const SpanItem& item = items[static_cast<size_t>(fragment.span)];
        if (!marked.contains(item.id) || !visible(fragment.line)) {
            continue;
        }
        QColor breath = c.accent;
        breath.setAlphaF(0.14F);
        painter.setBrush(breath);
        painter.setPen(QPen(c.accent, 1.5, Qt::DotLine));
        painter.drawRoundedRect(fragmentBox(layout, fragment).adjusted(-2, -3, 2, 4), 5, 5);
    }

    // What the focused span will be when its end is let go.
    if (pulled && focusedItem() != nullptr) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(focusedItem()->line, 2, Qt::DashLine));
        for (const auto& piece : layout.pieces(pulled->begin, pulled->finish)) {
            const auto& line = layout.lines()[static_cast<size_t>(piece.line)];
            painter.drawRoundedRect(QRectF(piece.left - 2, line.baseline - metrics.ascent - 2,
                                           piece.right - piece.left + 4, metrics.lineHeight + 6),
                                    4, 4);
        }
    }

    // The focus ring.
    if (const SpanItem* span = pulled ? nullptr : focusedItem()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(q->hasFocus() ? c.accent : c.mutedText, 2));
        for (const auto& fragment : layout.fragments()) {
            if (items[static_cast<size_t>(fragment.span)].id == span->id &&
                visible(fragment.line)) {
                painter.drawRoundedRect(fragmentBox(layout, fragment).adjusted(-2, -3, 2, 4), 5, 5);
            }
        }
    }

    // Knobs at its ends.
    for (const End end : {End::Begin, End::Finish}) {
        const SpanItem* span = focusedItem();
        const Unit at = span == nullptr ? 0 : end == End::Begin ? span->begin : span->end - 1;
        if (span == nullptr || pulled || blocks->blockAt(at) != block) {
            continue;
        }
        if (const auto knob = handleAt(end)) {
            painter.setPen(QPen(c.accent, 1.5));
            painter.setBrush(c.card);
            painter.drawEllipse(*knob - origin, 3.5, 3.5);
        }
    }

    // The caret, where no selection or ring shows the place.
    const Unit caret = selection.caret();
    if (selection.isEmpty() && focused == 0 && q->hasFocus() && blocks->blockAt(caret) == block) {
        paintCaret(painter, layout, std::min(caret, at.end));
    }
    painter.restore();
}

/// What a search has found: a quiet ground, a little taller than those of labels, which lie over
/// it.
void DocumentView::Impl::paintMatches(QPainter& painter, int block, QPointF origin) {
    const Block& at = blocks->at(block);
    if (!matches || matches->empty()) {
        return;
    }
    const Offset end = blocks->toOffset(at.end);
    auto match =
        std::lower_bound(matches->begin(), matches->end(), blocks->toOffset(at.begin),
                         [](const Range& range, Offset offset) { return range.end <= offset; });
    const BlockLayout& layout = layoutOf(block);
    const QColor tint = theme::matchTint();
    const Range selected = q->selection();
    for (; match != matches->end() && match->begin < end; ++match) {
        if (*match == selected) {
            continue;
        }
        for (const auto& piece :
             layout.pieces(blocks->toUnit(match->begin), blocks->toUnit(match->end))) {
            const auto& line = layout.lines()[static_cast<size_t>(piece.line)];
            if (origin.y() + line.top > q->viewport()->height() ||
                origin.y() + line.top + line.height < 0) {
                continue;
            }
            QPainterPath ground;
            ground.addRoundedRect(QRectF(piece.left - 2, line.baseline - metrics.ascent - 4,
                                         piece.right - piece.left + 4, metrics.lineHeight + 6),
                                  3, 3);
            painter.fillPath(ground, tint);
        }
    }
}

/// Where directions change, at both places; a flag says where text would go on.
void DocumentView::Impl::paintCaret(QPainter& painter, const BlockLayout& layout,
                                    Unit caret) const {
    const QColor color = theme::colors().accent;
    bool isFirst = true;
    for (const auto& place : layout.carets(caret)) {
        const auto& line = layout.lines()[static_cast<size_t>(place.line)];
        const double top = line.baseline - metrics.ascent;
        painter.fillRect(QRectF(place.x - 1, top, 2, metrics.lineHeight * (isFirst ? 1 : 0.55)),
                         color);
        if (layout.isBidirectional()) {
            const double side = place.runsLeft ? -1 : 1;
            const double size = std::max(4.0, metrics.lineHeight * 0.2);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            painter.drawPolygon(QPolygonF({{place.x + side, top},
                                           {place.x + side * (1 + size), top + size / 2},
                                           {place.x + side, top + size}}));
        }
        isFirst = false;
    }
}

void DocumentView::Impl::paintEmpty(QPainter& painter) const {
    const auto& c = theme::colors();
    const QRect area = q->viewport()->rect();
    QFont headline = theme::scaled(q->font(), 1.35);
    headline.setWeight(QFont::DemiBold);
    const int width = std::min(420, area.width() - 48);
    const QFontMetrics large(headline);
    const QFontMetrics small(q->font());
    const QRect first = large.boundingRect(QRect(0, 0, width, 1000),
                                           Qt::AlignHCenter | Qt::TextWordWrap, emptyHeadline);
    const QRect second = small.boundingRect(QRect(0, 0, width, 1000),
                                            Qt::AlignHCenter | Qt::TextWordWrap, emptyHint);
    const int left = (area.width() - width) / 2;
    const int y = std::max(24, (area.height() - first.height() - second.height() - 12) * 2 / 5);
    painter.setFont(headline);
    painter.setPen(c.text);
    painter.drawText(QRect(left, y, width, first.height()), Qt::AlignHCenter | Qt::TextWordWrap,
                     emptyHeadline);
    painter.setFont(q->font());
    painter.setPen(c.mutedText);
    painter.drawText(QRect(left, y + first.height() + 12, width, second.height()),
                     Qt::AlignHCenter | Qt::TextWordWrap, emptyHint);
}

}  // namespace spanwise::ui
