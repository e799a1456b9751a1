#pragma once

#include <QKeyEvent>
#include <QListWidget>
#include <QPainter>
#include <QWheelEvent>
#include <functional>

namespace spanwise::ui {

/// Files by name: Delete takes the chosen one out; without any the list says what to do.
class FileList : public QListWidget {
public:
    explicit FileList(QWidget* parent = nullptr, QString emptyText = {})
        : QListWidget(parent), m_emptyText(std::move(emptyText)) {}
    std::function<void()> remove;

protected:
    void paintEvent(QPaintEvent* event) override {
        QListWidget::paintEvent(event);
        if (count() > 0 || m_emptyText.isEmpty())
            return;
        QPainter painter(viewport());
        painter.setPen(palette().color(QPalette::PlaceholderText));
        painter.drawText(viewport()->rect().adjusted(8, 0, -8, 0),
                         Qt::AlignCenter | Qt::TextWordWrap, m_emptyText);
    }
    void keyPressEvent(QKeyEvent* event) override {
        if (event->key() == Qt::Key_Delete && event->modifiers() == Qt::NoModifier)
            remove();
        else
            QListWidget::keyPressEvent(event);
    }

private:
    QString m_emptyText;
};

/// A spin or combo box in a column that scrolls: wheels are the column's until it has the focus.
template <typename Box>
class Calm : public Box {
public:
    using Box::Box;

protected:
    void wheelEvent(QWheelEvent* event) override {
        if (Box::hasFocus())
            Box::wheelEvent(event);
        else
            event->ignore();
    }
};

}  // namespace spanwise::ui
