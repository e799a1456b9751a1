#pragma once

#include <QProxyStyle>

namespace spanwise::ui {

/// Fusion, which shows where the keyboard is only by a thin outline or, on a default button, a list
/// and a text that cannot be written in, not at all. Here it is the same accented frame that our
/// own controls have, once a key has moved the focus.
class Style : public QProxyStyle {
    Q_OBJECT
public:
    Style();

    void drawControl(ControlElement element, const QStyleOption* option, QPainter* painter,
                     const QWidget* widget) const override;
    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

/// The frame of the keyboard's focus, within `rect`.
void paintFocus(QPainter& painter, const QRectF& rect, double radius);

}  // namespace spanwise::ui
