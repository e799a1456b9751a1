#include "ui/main_window/regions.h"

#include <QApplication>
#include <QWidget>

namespace spanwise::ui {

namespace {

bool takesKeys(const QWidget* widget) {
    return widget->isVisible() && widget->isEnabled() &&
           (widget->focusPolicy() & Qt::TabFocus) == Qt::TabFocus;
}

QWidget* entryOf(QWidget* region) {
    QWidget* last = region->focusWidget();
    if (last != nullptr && takesKeys(last)) {
        return last;
    }
    if (takesKeys(region)) {
        return region;
    }
    for (QWidget* next = region->nextInFocusChain(); next != nullptr && next != region;
         next = next->nextInFocusChain()) {
        if (region->isAncestorOf(next) && takesKeys(next)) {
            return next;
        }
    }
    return nullptr;
}

}  // namespace

bool focusNextRegion(const QList<QWidget*>& regions, bool forward) {
    const QWidget* now = QApplication::focusWidget();
    const auto count = regions.size();
    qsizetype current = forward ? -1 : count;
    for (qsizetype i = 0; i < count; ++i) {
        if (now != nullptr && (regions[i] == now || regions[i]->isAncestorOf(now))) {
            current = i;
        }
    }
    for (qsizetype step = 1; step <= count; ++step) {
        const auto index = (current + (forward ? step : -step) + 2 * count) % count;
        if (!regions[index]->isVisible()) {
            continue;
        }
        if (QWidget* entry = entryOf(regions[index])) {
            entry->setFocus(forward ? Qt::TabFocusReason : Qt::BacktabFocusReason);
            return true;
        }
    }
    return false;
}

}  // namespace spanwise::ui
