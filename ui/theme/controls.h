#pragma once

#include <QAbstractButton>
#include <QLabel>
#include <QLayout>
#include <QLineEdit>
#include <QScrollBar>
#include <QSlider>

class QPushButton;

namespace spanwise::ui {

/// "ENTITY TYPES": small, upper-case, muted.
class SectionHeading : public QLabel {
    Q_OBJECT
public:
    explicit SectionHeading(const QString& text = {}, QWidget* parent = nullptr);
};

/// One line of muted text.
class MutedLabel : public QLabel {
    Q_OBJECT
public:
    explicit MutedLabel(const QString& text = {}, QWidget* parent = nullptr);
};

/// Text as it is, never markup, wrapped to the width.
[[nodiscard]] QLabel* plainLabel(QWidget* parent, const char* name);

/// Fusion's buttons hug their text; this one leaves it room.
[[nodiscard]] QPushButton* roomyButton(const QString& text, const char* name, QWidget* parent);

/// A hairline in the theme's border colour.
class Hairline : public QWidget {
    Q_OBJECT
public:
    explicit Hairline(Qt::Orientation orientation, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    Qt::Orientation m_orientation;
};

/// Shows which key does something.
class KeyCap : public QWidget {
    Q_OBJECT
public:
    explicit KeyCap(const QString& key, QWidget* parent = nullptr);
    void setKey(const QString& key);
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QString m_key;
};

/// A flat text button with the key that does the same beside it. The keycap only shows the key.
class KeycapButton : public QAbstractButton {
    Q_OBJECT
public:
    enum class KeyPlace { Before, After };
    KeycapButton(const QString& text, const QString& key, KeyPlace place,
                 QWidget* parent = nullptr);
    void setKey(const QString& key);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    QString m_key;
    KeyPlace m_place;
};

/// A checkable pill, for filters.
class Chip : public QAbstractButton {
    Q_OBJECT
public:
    explicit Chip(const QString& text, QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;
};

/// A line edit with our hairline frame and, while empty and idle, the key that leads to it.
class SearchField : public QLineEdit {
    Q_OBJECT
public:
    SearchField(const QString& placeholder, const QString& key, QWidget* parent = nullptr);
    void setKey(const QString& key);

protected:
    void paintEvent(QPaintEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;  ///< Escape clears

private:
    QString m_key;
};

/// A slim slider: hairline track and one round handle.
class SlimSlider : public QSlider {
    Q_OBJECT
public:
    explicit SlimSlider(QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    [[nodiscard]] int valueAt(double x) const;
};

/// A narrow vertical scroll bar without buttons: a rounded handle on the panel's own ground.
class SlimScrollBar : public QScrollBar {
    Q_OBJECT
public:
    explicit SlimScrollBar(QWidget* parent = nullptr);
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void enterEvent(QEnterEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    [[nodiscard]] QRect handle() const;
    int m_grip = -1;  ///< where in the handle it was seized
};

/// Lays children out like words, wrapping to the width.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    explicit FlowLayout(int spacing, QWidget* parent = nullptr);
    ~FlowLayout() override;
    void addItem(QLayoutItem* item) override;
    [[nodiscard]] int count() const override;
    [[nodiscard]] QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    [[nodiscard]] Qt::Orientations expandingDirections() const override { return {}; }
    [[nodiscard]] bool hasHeightForWidth() const override { return true; }
    [[nodiscard]] int heightForWidth(int width) const override;
    void setGeometry(const QRect& rect) override;
    [[nodiscard]] QSize sizeHint() const override { return minimumSize(); }
    [[nodiscard]] QSize minimumSize() const override;

private:
    int arrange(const QRect& rect, bool apply) const;
    QList<QLayoutItem*> m_items;
    int m_spacing;
};

}  // namespace spanwise::ui
