#pragma once

#include <QFocusEvent>
#include <QObject>
#include <QPointer>
#include <QWidget>

namespace spanwise::ui {

/// A page that is given the keyboard hands it on to its widget. Not by QWidget::setFocusProxy: Tab
/// steps over all of a page whose proxy is inside it. Called again: to another widget from now on.
inline void forwardFocus(QWidget* page, QWidget* target) {
    class Forwarder : public QObject {
    public:
        using QObject::QObject;
        QPointer<QWidget> target;
        bool eventFilter(QObject*, QEvent* event) override {
            if (event->type() == QEvent::FocusIn && target) {
                target->setFocus(static_cast<QFocusEvent*>(event)->reason());
            }
            return false;
        }
    };
    const QString name = QStringLiteral("forwardFocus");
    auto* forwarder =
        static_cast<Forwarder*>(page->findChild<QObject*>(name, Qt::FindDirectChildrenOnly));
    if (forwarder == nullptr) {
        forwarder = new Forwarder(page);
        forwarder->setObjectName(name);
        page->installEventFilter(forwarder);
    }
    forwarder->target = target;
}

}  // namespace spanwise::ui
