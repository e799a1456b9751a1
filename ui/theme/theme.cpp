#include "ui/theme/theme.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QFontMetrics>
#include <QHash>
#include <QPainter>
#include <QStyle>
#include <QStyleHints>
#include <QSvgRenderer>
#include <QToolTip>
#include <algorithm>
#include <cmath>
#include <optional>

#include "ui/theme/style.h"

namespace spanwise::ui {

namespace {

const ThemeColors kLight{
    .panel = QColor(0xff, 0xff, 0xff),
    .canvas = QColor(0xf6, 0xf7, 0xf9),
    .border = QColor(0xdf, 0xe3, 0xe8),
    .text = QColor(0x1d, 0x23, 0x2b),
    .mutedText = QColor(0x5c, 0x66, 0x72),
    .accent = QColor(0x25, 0x63, 0xc9),
    .accentTint = QColor(0xe6, 0xee, 0xfb),
    .card = QColor(0xff, 0xff, 0xff),
    .cardBorder = QColor(0xd3, 0xd9, 0xe0),
    .keycap = QColor(0xf6, 0xf7, 0xf9),
    .success = QColor(0x2f, 0x9e, 0x57),
    .warning = QColor(0xc5, 0x8a, 0x12),
    .error = QColor(0xb3, 0x2d, 0x26),
};

const ThemeColors kDark{
    .panel = QColor(0x24, 0x2a, 0x32),
    .canvas = QColor(0x1c, 0x20, 0x26),
    .border = QColor(0x39, 0x41, 0x4c),
    .text = QColor(0xe7, 0xea, 0xee),
    .mutedText = QColor(0xa3, 0xad, 0xb9),
    .accent = QColor(0x7f, 0xb0, 0xff),
    .accentTint = QColor(0x2c, 0x3b, 0x55),
    .card = QColor(0x2a, 0x31, 0x3a),
    .cardBorder = QColor(0x45, 0x4e, 0x5a),
    .keycap = QColor(0x1f, 0x24, 0x2b),
    .success = QColor(0x3f, 0xb9, 0x6c),
    .warning = QColor(0xe0, 0xa5, 0x2e),
    .error = QColor(0xff, 0x9a, 0x90),
};

bool darkNow = false;

double linear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double luminance(const QColor& color) {
    return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
           0.0722 * linear(color.blueF());
}

QColor mixed(const QColor& a, const QColor& b, float share) {
    return QColor::fromRgbF(a.redF() + (b.redF() - a.redF()) * share,
                            a.greenF() + (b.greenF() - a.greenF()) * share,
                            a.blueF() + (b.blueF() - a.blueF()) * share);
}

/// The colour mixed with white or black until its relative luminance is `wanted`.
QColor withLuminance(const QColor& color, double wanted) {
    const QColor pole = luminance(color) < wanted ? QColor(Qt::white) : QColor(Qt::black);
    float low = 0.0F;
    float high = 1.0F;
    for (int step = 0; step < 16; ++step) {
        const float middle = (low + high) / 2;
        const double reached = luminance(mixed(color, pole, middle));
        ((pole == QColor(Qt::white)) == (reached < wanted) ? low : high) = middle;
    }
    return mixed(color, pole, (low + high) / 2);
}

/// CIE 1976 lightness, 0 to 100, and the luminance that has it.
double lightness(double luminance) {
    return luminance > 216.0 / 24389 ? 116 * std::cbrt(luminance) - 16 : luminance * 24389 / 27;
}
double luminanceOf(double lightness) {
    return lightness > 8 ? std::pow((lightness + 16) / 116, 3) : lightness * 27 / 24389;
}

TypeColors derive(const QColor& chosen, bool dark) {
    const QColor hsl = chosen.toHsl();
    const float hue = std::max(0.0F, hsl.hslHueF());
    const float saturation = hsl.hslSaturationF();
    const bool grey = saturation < 0.2F;
    if (dark) {
        // Lighter colours stay the lighter ones: to eyes that confuse hues it tells them apart.
        const double share = std::clamp((lightness(luminance(chosen)) - 18) / 30, 0.0, 1.0);
        return {withLuminance(QColor::fromHslF(hue, grey ? saturation : 0.42F, 0.24F), 0.032),
                withLuminance(QColor::fromHslF(hue, grey ? saturation : 0.80F, 0.70F),
                              luminanceOf(64 + 29 * share))};
    }
    const QColor tint =
        withLuminance(QColor::fromHslF(hue, grey ? saturation : 0.55F, 0.56F), 0.815);
    QColor line = chosen.toRgb();
    for (float lightness = hsl.lightnessF();
         theme::contrast(line, tint) < 4.6 && lightness > 0.02F;) {
        lightness -= 0.02F;
        line = QColor::fromHslF(hue, saturation, std::max(0.0F, lightness)).toRgb();
    }
    return {tint, line};
}

bool systemIsDark() {
#if QT_VERSION >= QT_VERSION_CHECK(6, 5, 0)
    return QGuiApplication::styleHints()->colorScheme() == Qt::ColorScheme::Dark;
#else
    // The platform's palette as it was before ours covered it.
    static const bool dark = QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    return dark;
#endif
}

QPalette makePalette(const ThemeColors& c, bool dark) {
    QPalette palette(c.panel);
    palette.setColor(QPalette::Window, c.panel);
    palette.setColor(QPalette::WindowText, c.text);
    palette.setColor(QPalette::Base, c.panel);
    palette.setColor(QPalette::AlternateBase, c.canvas);
    palette.setColor(QPalette::Text, c.text);
    palette.setColor(QPalette::PlaceholderText, c.mutedText);
    palette.setColor(QPalette::Button, dark ? QColor(0x2c, 0x33, 0x3c) : QColor(0xfa, 0xfb, 0xfc));
    palette.setColor(QPalette::ButtonText, c.text);
    palette.setColor(QPalette::BrightText, Qt::white);
    palette.setColor(QPalette::Highlight, c.accent);
    palette.setColor(QPalette::HighlightedText,
                     dark ? QColor(0x10, 0x15, 0x1c) : QColor(Qt::white));
    palette.setColor(QPalette::Link, c.accent);
    palette.setColor(QPalette::LinkVisited, c.accent);
    palette.setColor(QPalette::ToolTipBase, c.card);
    palette.setColor(QPalette::ToolTipText, c.text);
    palette.setColor(QPalette::Light, dark ? QColor(0x3a, 0x42, 0x4d) : QColor(Qt::white));
    palette.setColor(QPalette::Midlight, c.border);
    palette.setColor(QPalette::Mid, c.border);
    palette.setColor(QPalette::Dark, dark ? QColor(0x16, 0x1a, 0x1f) : QColor(0xb4, 0xbb, 0xc4));
    palette.setColor(QPalette::Shadow, QColor(0, 0, 0, dark ? 160 : 90));
    for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
        QColor faded = c.mutedText;
        faded.setAlphaF(0.6F);
        palette.setColor(QPalette::Disabled, role, faded);
    }
    palette.setColor(QPalette::Disabled, QPalette::Highlight, c.border);
    palette.setColor(QPalette::Disabled, QPalette::HighlightedText, c.mutedText);
    return palette;
}

QFont keycapFont(const QFont& base) {
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    const QFont sized = theme::scaled(base, 0.80);
    if (sized.pixelSize() > 0) {
        font.setPixelSize(sized.pixelSize());
    } else {
        font.setPointSizeF(sized.pointSizeF());
    }
    return font;
}

}  // namespace

namespace theme {

void apply(QApplication& app, ThemeChoice choice) {
    const bool systemDark = systemIsDark();
    darkNow = choice == ThemeChoice::Dark || (choice == ThemeChoice::System && systemDark);
    if (!qobject_cast<Style*>(app.style()))
        QApplication::setStyle(new Style);
    QFont font = QApplication::font();
    if (QFontInfo(font).pixelSize() < 13) {
        font.setPixelSize(13);
        QApplication::setFont(font);
    }
    const QPalette palette = makePalette(colors(), darkNow);
    QApplication::setPalette(palette);
    QToolTip::setPalette(palette);
}

bool isDark() {
    return darkNow;
}

const ThemeColors& colors() {
    return darkNow ? kDark : kLight;
}

TypeColors typeColors(const QString& color) {
    static QHash<std::pair<QString, bool>, TypeColors> cache;
    const auto key = std::pair(color, darkNow);
    const auto found = cache.constFind(key);
    if (found != cache.constEnd()) {
        return *found;
    }
    const QColor chosen(color);
    const TypeColors made = derive(chosen.isValid() ? chosen : QColor(0x66, 0x70, 0x7c), darkNow);
    cache.insert(key, made);
    return made;
}

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a);
    const double lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QFont documentFont() {
    QFont font;
    font.setFamilies({QStringLiteral("Source Serif 4"), QStringLiteral("Noto Serif"),
                      QStringLiteral("Charter"), QStringLiteral("Georgia"),
                      QStringLiteral("DejaVu Serif")});
    font.setStyleHint(QFont::Serif);
    font.setPointSizeF(12.75);
    return font;
}

QFont strong(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont scaled(QFont font, double factor) {
    if (font.pixelSize() > 0) {
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(font.pixelSize() * factor))));
    } else {
        font.setPointSizeF(std::max(1.0, font.pointSizeF() * factor));
    }
    return font;
}

QIcon icon(const QString& name) {
    QFile file(QStringLiteral(":/icons/%1.svg").arg(name));
    if (!file.open(QIODevice::ReadOnly)) {
        return {};
    }
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colors().text.name().toLatin1());
    QSvgRenderer renderer(svg);
    QIcon result;
    for (const int size : {16, 20, 24, 32, 48, 64}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        painter.end();
        result.addPixmap(pixmap);
    }
    return result;
}

}  // namespace theme

QSize keycapSize(const QFont& font, const QString& key) {
    const QFontMetrics metrics(keycapFont(font));
    const int height = metrics.height() + 3;
    return {std::max(height + 1, metrics.horizontalAdvance(key) + 10), height};
}

int paintKeycap(QPainter& painter, QPoint topLeft, const QString& key) {
    const QSize size = keycapSize(painter.font(), key);
    const auto& c = theme::colors();
    const QRectF box = QRectF(QPointF(topLeft), QSizeF(size)).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(c.cardBorder, 1));
    painter.setBrush(c.keycap);
    painter.drawRoundedRect(box, 3.5, 3.5);
    painter.setPen(QPen(c.cardBorder, 1));
    painter.drawLine(QPointF(box.left() + 3, box.bottom() + 0.2),
                     QPointF(box.right() - 3, box.bottom() + 0.2));
    painter.setFont(keycapFont(painter.font()));
    painter.setPen(c.mutedText);
    painter.drawText(box, Qt::AlignCenter, key);
    painter.restore();
    return size.width();
}

}  // namespace spanwise::ui
