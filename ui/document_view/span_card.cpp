#include "ui/document_view/span_card.h"

#include <QMouseEvent>
#include <QPainter>

#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {
constexpr int kPadding = 12;
constexpr int kRow = 6;  ///< between rows
constexpr int kColumn = 14;

QFont bold(QFont font) {
    font.setWeight(QFont::DemiBold);
    return font;
}
}  // namespace

SpanCard::SpanCard(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("spanCard"));
    setMouseTracking(true);
    setCursor(Qt::ArrowCursor);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void SpanCard::setContent(const Content& content) {
    m_content = content;
    setAccessibleName(content.text + u' ' + content.joint + u' ' + content.detail);
    QStringList keys;
    for (const auto& action : content.actions) {
        keys << action.label + QStringLiteral(": ") + action.key;
    }
    if (!content.note.isEmpty()) {
        keys << content.note;
    }
    setAccessibleDescription(keys.join(QStringLiteral(", ")));
    arrange();
    resize(m_size);
    update();
}

void SpanCard::arrange() {
    const QFontMetrics metrics(font());
    const int capHeight = keycapSize(font(), QStringLiteral("A")).height();
    const int rowHeight = std::max(metrics.height(), capHeight);
    const int left = kMargin + kPadding;
    int y = kMargin + kPadding;
    const int titleWidth = QFontMetrics(bold(font())).horizontalAdvance(m_content.text) +
                           metrics.horizontalAdvance(u' ' + m_content.joint + u' ') +
                           QFontMetrics(bold(font())).horizontalAdvance(m_content.detail);
    y += metrics.height() + kRow;
    m_boxes.clear();
    int x = left;
    int furthest = left;
    for (const auto& action : m_content.actions) {
        const int width =
            keycapSize(font(), action.key).width() + 5 + metrics.horizontalAdvance(action.label);
        if (x > left && x + width > m_content.widest - kPadding - kMargin) {
            x = left;
            y += rowHeight + kRow;
        }
        m_boxes.push_back({x, y, width, rowHeight});
        furthest = std::max(furthest, x + width);
        x += width + kColumn;
    }
    int right = std::max(left + titleWidth, furthest);
    if (!m_content.actions.empty()) {
        y += rowHeight + kRow;
    }
    if (!m_content.note.isEmpty()) {
        right = std::max(right, left + metrics.horizontalAdvance(m_content.note));
        y += metrics.height() + kRow;
    }
    m_size = {right + kPadding + kMargin, y - kRow + kPadding + kMargin};
}

QSize SpanCard::sizeHint() const {
    return m_size;
}

void SpanCard::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const auto& c = theme::colors();
    const QRectF body = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setPen(Qt::NoPen);
    for (int i = kMargin; i > 0; --i) {
        const double share = 1.0 - static_cast<double>(i) / (kMargin + 1);
        painter.setBrush(
            QColor(0, 0, 0, static_cast<int>((theme::isDark() ? 15 : 6) * share * share) + 1));
        painter.drawRoundedRect(body.adjusted(-i, -i + 4, i, i), 7 + i, 7 + i);
    }
    painter.setPen(QPen(c.cardBorder, 1));
    painter.setBrush(c.card);
    painter.drawRoundedRect(body.adjusted(0.5, 0.5, -0.5, -0.5), 7, 7);

    const QFontMetrics metrics(font());
    int x = kMargin + kPadding;
    int y = kMargin + kPadding;
    const auto write = [&](const QString& text, const QFont& f, const QColor& color) {
        painter.setFont(f);
        painter.setPen(color);
        painter.drawText(x, y + metrics.ascent(), text);
        x += QFontMetrics(f).horizontalAdvance(text);
    };
    write(m_content.text, bold(font()), c.text);
    write(u' ' + m_content.joint + u' ', font(), c.mutedText);
    write(m_content.detail, bold(font()), m_content.color);
    painter.setFont(font());
    for (size_t i = 0; i < m_content.actions.size(); ++i) {
        const QRect& box = m_boxes[i];
        const auto& action = m_content.actions[i];
        const QSize cap = keycapSize(font(), action.key);
        paintKeycap(painter, {box.left(), box.center().y() - cap.height() / 2}, action.key);
        painter.setPen(c.text);
        painter.drawText(box.adjusted(cap.width() + 5, 0, 4, 0), Qt::AlignVCenter | Qt::AlignLeft,
                         action.label);
    }
    if (!m_content.note.isEmpty()) {
        x = kMargin + kPadding;
        y = height() - kMargin - kPadding - metrics.height();
        write(m_content.note, font(), c.mutedText);
    }
}

int SpanCard::actionAt(QPoint position) const {
    for (size_t i = 0; i < m_boxes.size(); ++i) {
        if (m_content.actions[i].clickable &&
            m_boxes[i].adjusted(-4, -3, 4, 3).contains(position)) {
            return m_content.actions[i].id;
        }
    }
    return -1;
}

void SpanCard::mousePressEvent(QMouseEvent* event) {
    event->accept();
}

void SpanCard::mouseReleaseEvent(QMouseEvent* event) {
    const int action = actionAt(event->position().toPoint());
    if (action >= 0 && event->button() == Qt::LeftButton) {
        Q_EMIT triggered(action);
    }
}

void SpanCard::mouseMoveEvent(QMouseEvent* event) {
    setCursor(actionAt(event->position().toPoint()) >= 0 ? Qt::PointingHandCursor
                                                         : Qt::ArrowCursor);
}

}  // namespace spanwise::ui
