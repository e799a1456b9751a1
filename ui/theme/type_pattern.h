#pragma once

#include <QColor>
#include <QHash>
#include <QPixmap>
#include <QPointF>
#include <QRectF>

#include "core/annotation/entity_type.h"

class QPainter;

namespace spanwise::ui {

/// How a type's underline is drawn besides its colour, for eyes that do not tell the colours apart.
enum class TypePattern { Plain, Double, Wave, Comb, Beads };
constexpr int kTypePatterns = 5;

/// What the underline says of its span: a person's is solid, a suggestion's dashed, a guess from
/// the type's name dotted. Each pattern has all three.
enum class TypeStroke { Solid, Dashed, Dotted };

namespace theme {
/// Whether each type has a pattern of its own (at first: yes). Otherwise only types whose colour
/// another one has too. Widgets hear of a change through QEvent::PaletteChange. GUI thread only.
void setPatterns(bool on);
[[nodiscard]] bool showsPatterns();
/// By type. They follow from the types' ids and colours alone, so renaming and reordering change
/// nothing, and two types of one colour differ as long as there are patterns left.
[[nodiscard]] QHash<qint64, TypePattern> typePatterns(const LabelScheme& scheme);
[[nodiscard]] TypePattern typePattern(const LabelScheme& scheme, TypeId type);
}  // namespace theme

/// Height in pixels below `y` that an underline takes at its usual weight.
constexpr double kTypeLineHeight = 4.5;

/// An underline from `left` to `right`, downwards from `y`. `weight`: 2 usually, more when lit.
void paintTypeLine(QPainter& painter, double left, double right, double y, const QColor& color,
                   TypePattern pattern, TypeStroke stroke, double weight = 2);
/// A type's small square, with its pattern's sign in it.
void paintTypeSwatch(QPainter& painter, const QRectF& box, const QString& color,
                     TypePattern pattern);
/// The same as a picture of 14 by 14, for menus and lists; sharp on a screen of that scale.
[[nodiscard]] QPixmap typeSwatch(const QString& color, TypePattern pattern, qreal scale = 1);

}  // namespace spanwise::ui
