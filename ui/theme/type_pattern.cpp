#include "ui/theme/type_pattern.h"

#include <QApplication>
#include <QPainter>
#include <QPainterPath>
#include <QPointer>
#include <QWidget>
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

bool patternsNow = true;

constexpr double kPi = 3.14159265358979323846;
constexpr double kDash = 6;
constexpr double kShapedDash = 9;  ///< long enough for its shape to be seen
constexpr double kGap = 4;
constexpr double kDotStep = 4;
constexpr double kWaveLength = 7;
constexpr double kToothStep = 5;
constexpr double kBeadStep = 9;

/// One unbroken stretch. `origin` is where the whole line begins: shapes run through its gaps.
void paintStretch(QPainter& painter, double left, double right, double y, const QColor& color,
                  TypePattern pattern, double weight, double origin) {
    const double fine = weight * 0.65;
    QPen pen(color, pattern == TypePattern::Plain ? weight : fine);
    pen.setCapStyle(Qt::FlatCap);
    painter.setPen(pen);
    const auto line = [&](double at) { painter.drawLine(QPointF(left, at), QPointF(right, at)); };
    switch (pattern) {
        case TypePattern::Plain:
            line(y + weight / 2);
            break;
        case TypePattern::Double:
            line(y + fine / 2);
            line(y + fine / 2 + 3);
            break;
        case TypePattern::Wave: {
            QPainterPath wave;
            constexpr double kHeight = 1.5;
            for (double x = left;; x = std::min(right, x + 0.5)) {
                const double at = y + kHeight + fine / 2 -
                                  kHeight * std::sin((x - origin) / kWaveLength * 2 * kPi);
                if (x == left) {
                    wave.moveTo(x, at);
                } else {
                    wave.lineTo(x, at);
                }
                if (x >= right) {
                    break;
                }
            }
            painter.setBrush(Qt::NoBrush);
            painter.drawPath(wave);
            break;
        }
        case TypePattern::Comb: {
            line(y + fine / 2);
            const double first =
                origin + std::ceil((left - origin + 0.5) / kToothStep) * kToothStep;
            for (double x = first; x <= right - 0.5; x += kToothStep) {
                painter.drawLine(QPointF(x, y), QPointF(x, y + kTypeLineHeight));
            }
            break;
        }
        case TypePattern::Beads: {
            line(y + 2.2);
            painter.setPen(Qt::NoPen);
            painter.setBrush(color);
            const double half = kBeadStep / 2;
            const double first =
                origin + half + std::ceil((left - origin - half + 1) / kBeadStep) * kBeadStep;
            for (double x = first; x <= right - 1; x += kBeadStep) {
                painter.drawEllipse(QPointF(x, y + 2.2), 2.1, 2.1);
            }
            break;
        }
    }
}

void paintDots(QPainter& painter, double left, double right, double y, const QColor& color,
               TypePattern pattern, double weight) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    const double radius = weight / 2;
    int number = 0;
    for (double x = left + radius; x <= right - radius + 0.1; x += kDotStep, ++number) {
        const auto dot = [&](double at, double size) {
            painter.drawEllipse(QPointF(x, at), size, size);
        };
        switch (pattern) {
            case TypePattern::Plain:
                dot(y + radius, radius);
                break;
            case TypePattern::Double:
                dot(y + radius, radius * 0.9);
                dot(y + radius + 3, radius * 0.9);
                break;
            case TypePattern::Wave:
                dot(y + 2.2 + 1.3 * std::sin(number * kPi / 2), radius * 0.9);
                break;
            case TypePattern::Comb:
                if (number % 2 == 0) {
                    painter.drawRect(QRectF(x - 0.7, y, 1.4, kTypeLineHeight));
                } else {
                    dot(y + radius, radius * 0.9);
                }
                break;
            case TypePattern::Beads:
                dot(y + 2.2, number % 3 == 1 ? 2.1 : radius * 0.8);
                break;
        }
    }
}

}  // namespace

namespace theme {

void setPatterns(bool on) {
    if (patternsNow == on) {
        return;
    }
    patternsNow = on;
    // Who hears of it may make its parts anew.
    QList<QPointer<QWidget>> widgets;
    for (QWidget* widget : QApplication::allWidgets())
        widgets.append(widget);
    for (const QPointer<QWidget>& widget : std::as_const(widgets)) {
        if (!widget)
            continue;
        QEvent changed(QEvent::PaletteChange);
        QApplication::sendEvent(widget, &changed);
        if (widget)
            widget->update();
    }
}

bool showsPatterns() {
    return patternsNow;
}

QHash<qint64, TypePattern> typePatterns(const LabelScheme& scheme) {
    std::vector<const EntityType*> byId;
    for (const EntityType& type : scheme.types()) {
        byId.push_back(&type);
    }
    std::sort(byId.begin(), byId.end(), [](const auto* a, const auto* b) { return a->id < b->id; });
    QHash<QString, quint32> taken;
    QHash<qint64, TypePattern> patterns;
    constexpr quint32 kAll = (1U << kTypePatterns) - 1;
    for (const EntityType* type : byId) {
        quint32& used = taken[QString::fromStdString(type->color).toLower()];
        const auto own = static_cast<int>((std::max<TypeId>(type->id, 1) - 1) % kTypePatterns);
        int pattern = patternsNow ? own : 0;
        while (used != kAll && (used & (1U << pattern)) != 0) {
            pattern = (pattern + 1) % kTypePatterns;
        }
        used |= 1U << pattern;
        patterns.insert(type->id, static_cast<TypePattern>(pattern));
    }
    return patterns;
}

TypePattern typePattern(const LabelScheme& scheme, TypeId type) {
    return typePatterns(scheme).value(type, TypePattern::Plain);
}

}  // namespace theme

void paintTypeLine(QPainter& painter, double left, double right, double y, const QColor& color,
                   TypePattern pattern, TypeStroke stroke, double weight) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    if (stroke == TypeStroke::Dotted) {
        paintDots(painter, left, right, y, color, pattern, weight);
    } else if (stroke == TypeStroke::Solid) {
        paintStretch(painter, left, right, y, color, pattern, weight, left);
    } else {
        const bool isShaped = pattern != TypePattern::Plain && pattern != TypePattern::Double;
        const double dash = isShaped ? kShapedDash : kDash;
        for (double x = left; x < right - 1; x += dash + kGap) {
            const double end = std::min(right, x + dash);
            // The shape begins anew with each dash, so that none is without a tooth or bead.
            paintStretch(painter, x, end, y, color, pattern, weight, x);
        }
    }
    painter.restore();
}

void paintTypeSwatch(QPainter& painter, const QRectF& box, const QString& color,
                     TypePattern pattern) {
    const TypeColors colors = theme::typeColors(color);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(colors.line, box.width() < 14 ? 1.7 : 2));
    painter.setBrush(colors.tint);
    painter.drawRoundedRect(box, 3, 3);
    const QPointF middle = box.center();
    const double reach = box.width() / 2 - 1;
    painter.setClipRect(box);
    painter.setPen(QPen(colors.line, 1.4));
    switch (pattern) {
        case TypePattern::Plain:
            break;
        case TypePattern::Double:
            for (const double y : {-1.7, 1.7}) {
                painter.drawLine(middle + QPointF(-reach, y), middle + QPointF(reach, y));
            }
            break;
        case TypePattern::Wave: {
            QPainterPath wave(middle + QPointF(-reach, 0));
            for (double x = -reach; x <= reach; x += 0.5) {
                wave.lineTo(middle + QPointF(x, -2 * std::sin(x / reach * kPi)));
            }
            painter.setBrush(Qt::NoBrush);
            painter.drawPath(wave);
            break;
        }
        case TypePattern::Comb:
            for (const double x : {-1.9, 1.9}) {
                painter.drawLine(middle + QPointF(x, -reach), middle + QPointF(x, reach));
            }
            break;
        case TypePattern::Beads:
            painter.setPen(Qt::NoPen);
            painter.setBrush(colors.line);
            painter.drawEllipse(middle, 2.3, 2.3);
            break;
    }
    painter.restore();
}

QPixmap typeSwatch(const QString& color, TypePattern pattern, qreal scale) {
    constexpr int kSide = 14;
    QPixmap swatch(static_cast<int>(std::lround(kSide * scale)),
                   static_cast<int>(std::lround(kSide * scale)));
    swatch.setDevicePixelRatio(scale);
    swatch.fill(Qt::transparent);
    QPainter painter(&swatch);
    paintTypeSwatch(painter, QRectF(1, 1, kSide - 2, kSide - 2), color, pattern);
    return swatch;
}

}  // namespace spanwise::ui
