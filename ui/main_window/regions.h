#pragma once

#include <QList>

class QWidget;

namespace spanwise::ui {

/// Gives the keyboard to the next (or previous) of these parts of a window that can take it, from
/// the one that has it now, around the ends. A part that had it before gives it to the same widget
/// as then. False: none can take it.
bool focusNextRegion(const QList<QWidget*>& regions, bool forward);

}  // namespace spanwise::ui
