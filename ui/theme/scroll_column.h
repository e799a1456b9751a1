#pragma once

#include <QScrollArea>

#include "ui/theme/controls.h"

namespace spanwise::ui {

/// A scroll area that goes up and down only, without a frame, with the slim bar; the keyboard goes
/// to what is in it.
inline void makeScrollColumn(QScrollArea& area) {
    area.setFrameShape(QFrame::NoFrame);
    area.setWidgetResizable(true);
    area.setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area.setVerticalScrollBar(new SlimScrollBar);
    area.setFocusPolicy(Qt::NoFocus);
}

}  // namespace spanwise::ui
