#pragma once

#include <QColor>
#include <QWidget>
#include <vector>

namespace spanwise::ui {

/// The card under the focused span: what it is, and the keys that act on it. The keys can be
/// clicked too. Paints its own shadow, inside a margin of `kMargin`.
class SpanCard : public QWidget {
    Q_OBJECT
public:
    static constexpr int kMargin = 14;

    struct Action {
        int id = 0;
        QString key;
        QString label;
        bool clickable = true;
    };
    struct Content {
        QString text;    ///< of the span, shortened for display
        QString joint;   ///< "→" for a suggestion, "·" for an annotation
        QString detail;  ///< "condition, 0.64"
        QColor color;
        std::vector<Action> actions;
        QString note;      ///< a last, muted line; may be empty
        int widest = 400;  ///< px; actions that do not fit go to another row
    };

    explicit SpanCard(QWidget* parent);
    void setContent(const Content& content);
    [[nodiscard]] QSize sizeHint() const override;

Q_SIGNALS:
    void triggered(int action);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;

private:
    void arrange();
    [[nodiscard]] int actionAt(QPoint position) const;

    Content m_content;
    std::vector<QRect> m_boxes;  ///< of the actions
    QSize m_size;
};

}  // namespace spanwise::ui
