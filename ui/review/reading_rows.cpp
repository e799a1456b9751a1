#include "ui/review/reading_rows.h"

#include <QPainter>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/theme/style.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kEdge = 12;
constexpr int kHeight = 34;
constexpr int kKey = 34;
constexpr int kName = 150;

class ReadingButton : public QAbstractButton {
public:
    ReadingButton(ReadingRow row, QWidget* parent)
        : QAbstractButton(parent), m_row(std::move(row)) {
        setCheckable(true);
        setChecked(m_row.isTaken);
        setFocusPolicy(Qt::TabFocus);
        setCursor(Qt::PointingHandCursor);
        setAttribute(Qt::WA_Hover);
        QStringList says;
        for (const ReadSpan& span : m_row.spans)
            says << ReadingRows::tr("“%1” as %2").arg(span.words, span.type);
        if (says.isEmpty() && m_row.saysNothing)
            says << ReadingRows::tr("nothing");
        QString text = m_row.name;
        if (!says.isEmpty())
            text += QStringLiteral(": ") + says.join(QStringLiteral(", "));
        if (!m_row.note.isEmpty())
            text += QStringLiteral(", ") + m_row.note;
        setAccessibleName(m_row.key.isEmpty() ? text : m_row.key + QStringLiteral(": ") + text);
        if (m_row.isTaken)
            setAccessibleDescription(ReadingRows::tr("taken"));
        setToolTip(text);
    }
    [[nodiscard]] QSize sizeHint() const override {
        return {320, std::max(kHeight, fontMetrics().height() + 16)};
    }
    [[nodiscard]] QSize minimumSizeHint() const override { return {160, sizeHint().height()}; }

protected:
    void nextCheckState() override {}  // what is taken is the labels' business
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const ThemeColors& colors = theme::colors();
        if (m_row.isTaken)
            painter.fillRect(rect(), colors.accentTint);
        else if (underMouse() && isEnabled())
            painter.fillRect(rect(), colors.canvas);
        painter.fillRect(QRect(0, height() - 1, width(), 1), colors.border);
        if (hasFocus()) {
            paintFocus(painter, QRectF(rect()).adjusted(1, 1, -1, -2), 4);
        }
        int x = kEdge;
        if (!m_row.key.isEmpty()) {
            const QSize cap = keycapSize(font(), m_row.key);
            paintKeycap(painter, {x, (height() - cap.height()) / 2}, m_row.key);
        }
        x += kKey;
        const int right = width() - kEdge - (m_row.isTaken ? 22 : 0);
        const auto write = [&](const QString& text, const QFont& font, const QColor& color,
                               int most) {
            const QFontMetrics metrics(font);
            const int room = std::min(most, right - x);
            if (room < 12)
                return;
            painter.setFont(font);
            painter.setPen(color);
            const QString shown = metrics.elidedText(text, Qt::ElideRight, room);
            painter.drawText(QRect(x, 0, room + 1, height() - 1), Qt::AlignLeft | Qt::AlignVCenter,
                             shown);
            x += metrics.horizontalAdvance(shown);
        };
        const bool isAlone = m_row.spans.empty() && !m_row.saysNothing;
        const QColor text = isEnabled() ? colors.text : colors.mutedText;
        const int nameRoom = std::clamp(width() / 4, 70, kName);
        const int start = x;
        write(m_row.name, isAlone ? font() : theme::strong(font()), text,
              isAlone ? right - x : nameRoom - 10);
        if (!isAlone)
            x = start + nameRoom;
        if (m_row.spans.empty() && m_row.saysNothing)
            write(ReadingRows::tr("nothing"), font(), colors.mutedText, right - x);
        for (const ReadSpan& span : m_row.spans) {
            const int available = right - x;
            write(span.words, theme::documentFont(), text, available * 2 / 3);
            x += 6;
            write(span.type, theme::strong(theme::scaled(font(), 0.9)),
                  theme::typeColors(span.color).line, right - x);
            x += 16;
        }
        if (!m_row.note.isEmpty())
            write(m_row.note, theme::scaled(font(), 0.9), colors.mutedText, right - x);
        if (m_row.isTaken) {
            painter.setPen(QPen(colors.accent, 2));
            const double top = height() / 2.0;
            const double left = width() - kEdge - 13;
            painter.drawPolyline(QPolygonF{{left, top}, {left + 4, top + 4}, {left + 12, top - 5}});
        }
    }

private:
    ReadingRow m_row;
};

}  // namespace

ReadingRows::ReadingRows(QWidget* parent) : QWidget(parent) {
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
}

void ReadingRows::setRows(const std::vector<ReadingRow>& rows, bool isEnabled) {
    int focused = -1;
    const auto old = buttons();
    for (int i = 0; i < old.size(); ++i) {
        if (old[i]->hasFocus())
            focused = i;
        delete old[i];
    }
    QWidget* before = this;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        auto* button = new ReadingButton(rows[i], this);
        button->setObjectName(QStringLiteral("reading%1").arg(i));
        button->setEnabled(isEnabled);
        layout()->addWidget(button);
        setTabOrder(before, button);
        before = button;
        connect(
            button, &QAbstractButton::clicked, this,
            [this, i] { Q_EMIT activated(static_cast<int>(i)); }, Qt::QueuedConnection);
        button->show();
        if (focused == static_cast<int>(i))
            button->setFocus();
    }
}

QList<QAbstractButton*> ReadingRows::buttons() const {
    return findChildren<QAbstractButton*>(Qt::FindDirectChildrenOnly);
}

}  // namespace spanwise::ui
