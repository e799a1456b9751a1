#pragma once

#include <QFont>
#include <QRect>
#include <QString>
#include <QTextCharFormat>

class QPainter;
class QStyleOptionViewItem;

namespace spanwise::ui {

/// When a list's current row is lit.
enum class RowLit {
    Always,     ///< it is what the rest of the window shows
    WithFocus,  ///< only while the list has the keyboard
};

/// A row's ground, its tint when it is the current one, and the frame of the keyboard's focus:
/// the same in all lists. Leaves antialiasing on.
void paintListRow(QPainter& painter, const QStyleOptionViewItem& option, RowLit lit);

/// Line ends, tabs and control characters as spaces, one to one, so that places stay.
[[nodiscard]] QString oneLine(QString text);

/// Writes "…before **match** after…" into a line, right-to-left text in its own order; elides on
/// both sides, and of the match only what takes more than two thirds. `mark`: what the match has
/// besides its weight.
void paintContext(QPainter& painter, const QRect& line, const QFont& font, const QString& before,
                  const QString& match, const QString& after, const QTextCharFormat& mark = {});

}  // namespace spanwise::ui
