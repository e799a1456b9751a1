#include "ui/main_window/page_bar.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {
constexpr int kHeight = 40;
constexpr int kPadding = 12;

}  // namespace

PageBar::PageBar(QWidget* parent) : QTabBar(parent) {
    setObjectName(QStringLiteral("pageBar"));
    setAccessibleName(tr("Pages"));
    setDrawBase(false);
    setExpanding(false);
    setDocumentMode(true);
    setMouseTracking(true);
    setFocusPolicy(Qt::TabFocus);
}

QSize PageBar::minimumSizeHint() const {
    return {60, kHeight};
}

QSize PageBar::tabSizeHint(int index) const {
    return {QFontMetrics(theme::strong(font())).horizontalAdvance(tabText(index)) + 2 * kPadding,
            kHeight};
}

void PageBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = theme::colors();
    for (int i = 0; i < count(); ++i) {
        const QRect box = tabRect(i);
        const bool isCurrent = i == currentIndex();
        painter.setFont(isCurrent ? theme::strong(font()) : font());
        painter.setPen(isCurrent || i == m_hovered ? colors.text : colors.mutedText);
        painter.drawText(box, Qt::AlignCenter, tabText(i));
        if (isCurrent)
            painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), 2), colors.accent);
        if (isCurrent && hasFocus()) {
            painter.setPen(QPen(colors.accent, 2));
            painter.drawRoundedRect(QRectF(box).adjusted(3, 5, -3, -6), 4, 4);
        }
    }
}

void PageBar::mouseMoveEvent(QMouseEvent* event) {
    QTabBar::mouseMoveEvent(event);
    const int over = tabAt(event->position().toPoint());
    if (over != m_hovered) {
        m_hovered = over;
        update();
    }
}

void PageBar::leaveEvent(QEvent* event) {
    QTabBar::leaveEvent(event);
    m_hovered = -1;
    update();
}

}  // namespace spanwise::ui
