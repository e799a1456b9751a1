#pragma once

#include <QTabBar>

namespace spanwise::ui {

/// The row of pages below the menu: plain words, the current one underlined in the accent colour.
class PageBar : public QTabBar {
    Q_OBJECT
public:
    explicit PageBar(QWidget* parent = nullptr);
    [[nodiscard]] QSize minimumSizeHint() const override;

protected:
    [[nodiscard]] QSize tabSizeHint(int index) const override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    int m_hovered = -1;
};

}  // namespace spanwise::ui
