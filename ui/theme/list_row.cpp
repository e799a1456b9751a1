#include "ui/theme/list_row.h"

#include <QFontMetrics>
#include <QPainter>
#include <QStyleOptionViewItem>
#include <QTextLayout>
#include <algorithm>

#include "ui/theme/style.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

void paintListRow(QPainter& painter, const QStyleOptionViewItem& option, RowLit lit) {
    const ThemeColors& colors = theme::colors();
    const bool isCurrent = option.state.testFlag(QStyle::State_Selected);
    const bool hasFocus = option.state.testFlag(QStyle::State_HasFocus);
    painter.setRenderHint(QPainter::Antialiasing);
    if (option.state.testFlag(QStyle::State_MouseOver))
        painter.fillRect(option.rect, colors.canvas);
    if (!isCurrent || (!hasFocus && lit == RowLit::WithFocus))
        return;
    painter.fillRect(option.rect, colors.accentTint);
    if (hasFocus) {
        paintFocus(painter, QRectF(option.rect).adjusted(1, 0, -1, 0), 4);
    }
}

QString oneLine(QString text) {
    for (QChar& c : text) {
        if (c.isSpace() || c.category() == QChar::Other_Control)
            c = u' ';
    }
    return text;
}

void paintContext(QPainter& painter, const QRect& line, const QFont& font, const QString& before,
                  const QString& match, const QString& after, const QTextCharFormat& mark) {
    const ThemeColors& colors = theme::colors();
    const QFontMetrics plain(font);
    const QFontMetrics bold(theme::strong(font));
    const QString middle =
        bold.elidedText(oneLine(match), Qt::ElideMiddle, std::max(20, line.width() * 2 / 3));
    const int around = std::max(0, line.width() - bold.horizontalAdvance(middle));
    const QString left = plain.elidedText(oneLine(before), Qt::ElideLeft, around * 2 / 5);
    const QString right = plain.elidedText(oneLine(after), Qt::ElideRight,
                                           around - plain.horizontalAdvance(left) - 2);
    QTextLayout layout(left + middle + right, font);
    QTextLayout::FormatRange all, hit;
    all.start = 0;
    all.length = static_cast<int>(layout.text().size());
    all.format.setForeground(colors.mutedText);
    hit.start = static_cast<int>(left.size());
    hit.length = static_cast<int>(middle.size());
    hit.format = mark;
    hit.format.setForeground(colors.text);
    hit.format.setFontWeight(QFont::DemiBold);
    layout.setFormats({all, hit});
    layout.beginLayout();
    QTextLine only = layout.createLine();
    if (only.isValid())
        only.setNumColumns(all.length);
    layout.endLayout();
    painter.save();
    painter.setClipRect(line.adjusted(-2, 0, 4, 0), Qt::IntersectClip);
    layout.draw(&painter, QPointF(line.left(), line.top() + (line.height() - only.height()) / 2));
    painter.restore();
}

}  // namespace spanwise::ui
