#pragma once

#include <QColor>
#include <QFont>
#include <QIcon>
#include <QPalette>
#include <QSize>
#include <QString>

class QApplication;
class QPainter;
class QPoint;

namespace spanwise::ui {

enum class ThemeChoice { System, Light, Dark };

/// The palette roles that QPalette has no name for.
struct ThemeColors {
    QColor panel;   ///< side panels, bars
    QColor canvas;  ///< behind the document
    QColor border;  ///< hairlines
    QColor text, mutedText;
    QColor accent, accentTint;
    QColor card, cardBorder, keycap;
    QColor success, warning, error;
};

/// How a type's colour is painted in the theme: tint for the ground, line for underline and name,
/// both derived from the type's own colour so that text on the tint and the name on tint, canvas
/// and panel reach WCAG AA (4.5:1).
struct TypeColors {
    QColor tint;
    QColor line;
};

/// Fusion style with our palette, system fonts (a readable serif for documents). Small: no
/// application-wide stylesheet. GUI thread only. Before `apply`, the light theme's colours.
namespace theme {
/// May be called again at any time; widgets hear of it through QEvent::PaletteChange.
void apply(QApplication& app, ThemeChoice choice);
[[nodiscard]] bool isDark();
[[nodiscard]] const ThemeColors& colors();
/// `color` is "#rrggbb"; anything else gives a neutral grey.
[[nodiscard]] TypeColors typeColors(const QString& color);
[[nodiscard]] double contrast(const QColor& a, const QColor& b);  ///< WCAG 2.1 ratio
[[nodiscard]] QFont documentFont();
/// The same font, larger or smaller, whether sized in points or pixels.
[[nodiscard]] QFont scaled(QFont font, double factor);
[[nodiscard]] QFont strong(QFont font);
/// An icon from the resource ":/icons/<name>.svg" in the theme's text colour; null when absent.
[[nodiscard]] QIcon icon(const QString& name);
}  // namespace theme

/// Paints a keycap ("A", "⇧A") as the cards and panels do, relative to the painter's font; returns
/// its width.
int paintKeycap(QPainter& painter, QPoint topLeft, const QString& key);
[[nodiscard]] QSize keycapSize(const QFont& font, const QString& key);

}  // namespace spanwise::ui
