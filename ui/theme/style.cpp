#include "ui/theme/style.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr double kRadius = 3;

bool hasKeyboard(const QStyleOption& option) {
    return option.state.testFlag(QStyle::State_HasFocus) &&
           option.state.testFlag(QStyle::State_KeyboardFocusChange);
}

void frame(QPainter& painter, const QRect& rect, double radius) {
    painter.save();
    paintFocus(painter, rect, radius);
    painter.restore();
}

}  // namespace

void paintFocus(QPainter& painter, const QRectF& rect, double radius) {
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme::colors().accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), radius, radius);
}

Style::Style() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void Style::drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                        const QWidget* widget) const {
    QProxyStyle::drawControl(element, option, painter, widget);
    if (!hasKeyboard(*option))
        return;
    if (element == CE_PushButton) {
        frame(*painter, option->rect, kRadius);
    } else if (element == CE_ShapedFrame) {
        const auto* around = qstyleoption_cast<const QStyleOptionFrame*>(option);
        if (around && around->frameShape != QFrame::NoFrame)
            frame(*painter, option->rect, 0);
    }
}

void Style::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                          const QWidget* widget) const {
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element != PE_PanelLineEdit || !hasKeyboard(*option))
        return;
    // A line that can be copied from, not written in, has no caret and often no frame.
    const auto* panel = qstyleoption_cast<const QStyleOptionFrame*>(option);
    if (panel && panel->lineWidth <= 0 && option->state.testFlag(State_ReadOnly))
        frame(*painter, option->rect, kRadius);
}

}  // namespace spanwise::ui
