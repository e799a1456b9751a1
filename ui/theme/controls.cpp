#include "ui/theme/controls.h"

#include <QEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyleOption>
#include <cmath>
#include <utility>
#include <vector>

#include "ui/theme/style.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

SectionHeading::SectionHeading(const QString& text, QWidget* parent) : QLabel(text, parent) {
    QFont small = theme::scaled(font(), 0.84);
    small.setWeight(QFont::DemiBold);
    small.setCapitalization(QFont::AllUppercase);
    small.setLetterSpacing(QFont::AbsoluteSpacing, 0.6);
    setFont(small);
    setForegroundRole(QPalette::PlaceholderText);
    setTextFormat(Qt::PlainText);
}

QLabel* plainLabel(QWidget* parent, const char* name) {
    auto* label = new QLabel(parent);
    label->setObjectName(QString::fromLatin1(name));
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    return label;
}

QPushButton* roomyButton(const QString& text, const char* name, QWidget* parent) {
    auto* button = new QPushButton(text, parent);
    button->setObjectName(QString::fromLatin1(name));
    button->setMinimumWidth(button->fontMetrics().horizontalAdvance(text) + 32);
    return button;
}

MutedLabel::MutedLabel(const QString& text, QWidget* parent) : QLabel(text, parent) {
    setForegroundRole(QPalette::PlaceholderText);
    setTextFormat(Qt::PlainText);
}

Hairline::Hairline(Qt::Orientation orientation, QWidget* parent)
    : QWidget(parent), m_orientation(orientation) {
    if (orientation == Qt::Horizontal) {
        setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    } else {
        setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Expanding);
    }
}

QSize Hairline::sizeHint() const {
    return {1, 1};
}

void Hairline::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    if (m_orientation == Qt::Horizontal) {
        painter.fillRect(0, 0, width(), 1, theme::colors().border);
    } else {
        painter.fillRect(0, 0, 1, height(), theme::colors().border);
    }
}

KeyCap::KeyCap(const QString& key, QWidget* parent) : QWidget(parent), m_key(key) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void KeyCap::setKey(const QString& key) {
    m_key = key;
    updateGeometry();
    update();
}

QSize KeyCap::sizeHint() const {
    return keycapSize(font(), m_key) + QSize(0, 1);
}

void KeyCap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(font());
    paintKeycap(painter, {0, 0}, m_key);
}

KeycapButton::KeycapButton(const QString& text, const QString& key, KeyPlace place, QWidget* parent)
    : QAbstractButton(parent), m_key(key), m_place(place) {
    setText(text);
    setCursor(Qt::PointingHandCursor);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void KeycapButton::setKey(const QString& key) {
    m_key = key;
    updateGeometry();
    update();
}

QSize KeycapButton::sizeHint() const {
    const QFontMetrics metrics(font());
    if (m_key.isEmpty()) {
        return {metrics.horizontalAdvance(text()) + 8, metrics.height() + 6};
    }
    const QSize cap = keycapSize(font(), m_key);
    return {cap.width() + 10 + metrics.horizontalAdvance(text()) + 8,
            std::max(cap.height() + 1, metrics.height()) + 6};
}

void KeycapButton::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setFont(font());
    const QSize cap = keycapSize(font(), m_key);
    const int textWidth = fontMetrics().horizontalAdvance(text());
    const int capY = (height() - cap.height()) / 2;
    const int left = 4;
    const auto& c = theme::colors();
    if (!isEnabled()) {
        painter.setOpacity(0.5);
    }
    const bool hasKey = !m_key.isEmpty();
    const int textX = hasKey && m_place == KeyPlace::Before ? left + cap.width() + 8 : left;
    const int capX = m_place == KeyPlace::Before ? left : left + textWidth + 10;
    if (hasKey) {
        paintKeycap(painter, {capX, capY}, m_key);
    }
    painter.setPen(underMouse() && isEnabled() ? c.text : c.mutedText);
    painter.drawText(QRect(textX, 0, textWidth + 2, height()), Qt::AlignVCenter | Qt::AlignLeft,
                     text());
    if (hasFocus()) {
        paintFocus(painter, rect(), 4);
    }
}

void KeycapButton::enterEvent(QEnterEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void KeycapButton::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

Chip::Chip(const QString& text, QWidget* parent) : QAbstractButton(parent) {
    setText(text);
    setCheckable(true);
    setCursor(Qt::PointingHandCursor);
    setFont(theme::scaled(font(), 0.95));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

QSize Chip::sizeHint() const {
    return {fontMetrics().horizontalAdvance(text()) + 20, fontMetrics().height() + 5};
}

void Chip::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& c = theme::colors();
    const QRectF box = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    const double radius = box.height() / 2;
    painter.setPen(isChecked() ? c.accentTint : underMouse() ? c.mutedText : c.border);
    painter.setBrush(isChecked() ? QBrush(c.accentTint) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(box, radius, radius);
    painter.setPen(isChecked() || underMouse() ? c.text : c.mutedText);
    painter.drawText(rect(), Qt::AlignCenter, text());
    if (hasFocus()) {
        paintFocus(painter, rect(), radius - 1);
    }
}

void Chip::enterEvent(QEnterEvent* event) {
    update();
    QAbstractButton::enterEvent(event);
}

void Chip::leaveEvent(QEvent* event) {
    update();
    QAbstractButton::leaveEvent(event);
}

SearchField::SearchField(const QString& placeholder, const QString& key, QWidget* parent)
    : QLineEdit(parent), m_key(key) {
    setPlaceholderText(placeholder);
    setFrame(false);
    setTextMargins(8, 6, 8, 6);
    setClearButtonEnabled(false);
}

void SearchField::setKey(const QString& key) {
    m_key = key;
    update();
}

void SearchField::paintEvent(QPaintEvent* event) {
    QLineEdit::paintEvent(event);
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& c = theme::colors();
    painter.setPen(QPen(hasFocus() ? c.accent : c.border, hasFocus() ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    const double inset = hasFocus() ? 1 : 0.5;
    painter.drawRoundedRect(QRectF(rect()).adjusted(inset, inset, -inset, -inset), 5, 5);
    if (text().isEmpty() && !hasFocus() && !m_key.isEmpty()) {
        painter.setFont(font());
        const QSize cap = keycapSize(font(), m_key);
        paintKeycap(painter, {width() - cap.width() - 8, (height() - cap.height()) / 2}, m_key);
    }
}

void SearchField::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && !text().isEmpty()) {
        clear();
        return;
    }
    QLineEdit::keyPressEvent(event);
}

namespace {
constexpr double kHandleRadius = 7;
}

SlimSlider::SlimSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {
    setMinimumHeight(20);
    setCursor(Qt::PointingHandCursor);
}

int SlimSlider::valueAt(double x) const {
    const double share = (x - kHandleRadius - 1) / std::max(1.0, width() - 2 * (kHandleRadius + 1));
    return minimum() +
           static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * (maximum() - minimum())));
}

void SlimSlider::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& c = theme::colors();
    const double middle = height() / 2.0;
    const double share =
        static_cast<double>(sliderPosition() - minimum()) / std::max(1, maximum() - minimum());
    const double x = kHandleRadius + 1 + share * (width() - 2 * (kHandleRadius + 1));
    painter.setPen(Qt::NoPen);
    painter.setBrush(c.border);
    painter.drawRoundedRect(QRectF(0, middle - 2, width(), 4), 2, 2);
    painter.setBrush(isEnabled() ? c.accent : c.mutedText);
    painter.drawEllipse(QPointF(x, middle), kHandleRadius, kHandleRadius);
    if (hasFocus()) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(c.accent, 1.5));
        painter.drawEllipse(QPointF(x, middle), kHandleRadius + 2, kHandleRadius + 2);
    }
}

void SlimSlider::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        return;
    }
    setSliderDown(true);
    setSliderPosition(valueAt(event->position().x()));
}

void SlimSlider::mouseMoveEvent(QMouseEvent* event) {
    if (isSliderDown()) {
        setSliderPosition(valueAt(event->position().x()));
    }
}

void SlimSlider::mouseReleaseEvent(QMouseEvent*) {
    setSliderDown(false);
}

SlimScrollBar::SlimScrollBar(QWidget* parent) : QScrollBar(Qt::Vertical, parent) {
    setAttribute(Qt::WA_OpaquePaintEvent, false);
    setCursor(Qt::ArrowCursor);
}

QSize SlimScrollBar::sizeHint() const {
    return {11, 40};
}

QRect SlimScrollBar::handle() const {
    const double range = static_cast<double>(maximum()) - minimum();
    const double share = pageStep() / std::max(1.0, range + pageStep());
    const int length =
        std::clamp(static_cast<int>(height() * share), std::min(28, height()), height());
    const double place = range > 0 ? (sliderPosition() - minimum()) / range : 0;
    return {0, static_cast<int>(std::lround(place * (height() - length))), width(), length};
}

void SlimScrollBar::paintEvent(QPaintEvent*) {
    if (maximum() <= minimum()) {
        return;
    }
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    QColor color = theme::colors().mutedText;
    color.setAlphaF(m_grip >= 0 ? 0.75F : underMouse() ? 0.55F : 0.32F);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(QRectF(handle()).adjusted(3, 2, -2, -2), 3, 3);
}

void SlimScrollBar::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton) {
        event->ignore();
        return;
    }
    const int y = event->position().toPoint().y();
    const QRect box = handle();
    if (y >= box.top() && y <= box.bottom()) {
        m_grip = y - box.top();
        setSliderDown(true);
    } else {
        triggerAction(y < box.top() ? SliderPageStepSub : SliderPageStepAdd);
    }
    update();
}

void SlimScrollBar::mouseMoveEvent(QMouseEvent* event) {
    if (m_grip < 0) {
        return;
    }
    const double room = std::max(1, height() - handle().height());
    const double place = (event->position().y() - m_grip) / room;
    const double range = static_cast<double>(maximum()) - minimum();
    setSliderPosition(minimum() +
                      static_cast<int>(std::lround(std::clamp(place, 0.0, 1.0) * range)));
}

void SlimScrollBar::mouseReleaseEvent(QMouseEvent*) {
    m_grip = -1;
    setSliderDown(false);
    update();
}

void SlimScrollBar::enterEvent(QEnterEvent* event) {
    update();
    QScrollBar::enterEvent(event);
}

void SlimScrollBar::leaveEvent(QEvent* event) {
    update();
    QScrollBar::leaveEvent(event);
}

FlowLayout::FlowLayout(int spacing, QWidget* parent) : QLayout(parent), m_spacing(spacing) {
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    qDeleteAll(m_items);
}

void FlowLayout::addItem(QLayoutItem* item) {
    m_items.append(item);
}

int FlowLayout::count() const {
    return static_cast<int>(m_items.size());
}

QLayoutItem* FlowLayout::itemAt(int index) const {
    return m_items.value(index, nullptr);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

int FlowLayout::heightForWidth(int width) const {
    return arrange({0, 0, width, 0}, false);
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    arrange(rect, true);
}

QSize FlowLayout::minimumSize() const {
    QSize size;
    for (const auto* item : m_items) {
        size = size.expandedTo(item->minimumSize());
    }
    return size;
}

int FlowLayout::arrange(const QRect& rect, bool apply) const {
    int x = rect.x();
    int y = rect.y();
    int lineHeight = 0;
    std::vector<std::pair<QLayoutItem*, QRect>> line;
    const auto finishLine = [&] {
        for (const auto& [item, box] : line) {
            if (apply) {
                item->setGeometry(box.translated(0, (lineHeight - box.height()) / 2));
            }
        }
        line.clear();
    };
    for (auto* item : m_items) {
        if (item->isEmpty()) {
            continue;  // hidden
        }
        const QSize size = item->sizeHint();
        if (x > rect.x() && x + size.width() > rect.x() + rect.width()) {
            finishLine();
            x = rect.x();
            y += lineHeight + m_spacing;
            lineHeight = 0;
        }
        line.emplace_back(item, QRect(QPoint(x, y), size));
        x += size.width() + m_spacing;
        lineHeight = std::max(lineHeight, size.height());
    }
    finishLine();
    return y + lineHeight - rect.y();
}

}  // namespace spanwise::ui
