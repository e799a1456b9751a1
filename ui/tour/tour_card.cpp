#include "ui/tour/tour_card.h"

#include <QAccessible>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kWidth = 330;
constexpr int kPadding = 14;
constexpr int kBeak = 9;
constexpr double kRadius = 8;

}  // namespace

TourCard::TourCard(QWidget* parent)
    : QWidget(parent),
      m_heading(new SectionHeading({}, this)),
      m_title(plainLabel(this, "tourTitle")),
      m_text(plainLabel(this, "tourText")),
      m_keys(new QWidget(this)),
      m_progress(new QProgressBar(this)),
      m_go(roomyButton(tr("&Go there"), "tourGo", this)),
      m_skip(roomyButton(tr("S&kip step"), "tourSkip", this)),
      m_end(roomyButton(tr("End &tour"), "tourEnd", this)) {
    setObjectName(QStringLiteral("tourCard"));
    m_title->setFont(theme::strong(m_title->font()));
    m_keys->setLayout(new FlowLayout(6, nullptr));
    m_progress->setObjectName(QStringLiteral("tourProgress"));
    m_progress->setTextVisible(false);
    m_progress->setMaximumHeight(6);
    m_progress->setAccessibleName(tr("Training"));
    m_end->setToolTip(tr("Esc"));
    for (QPushButton* button : {m_go, m_skip, m_end}) {
        button->setAutoDefault(true);  // Enter presses it, once it has the focus
        button->setFocusPolicy(Qt::TabFocus);
    }
    auto* layout = new QVBoxLayout(this);
    const int side = kMargin + kPadding;
    layout->setContentsMargins(side, kMargin + 12, side, kMargin + 12);
    layout->setSpacing(6);
    layout->addWidget(m_heading);
    layout->addWidget(m_title);
    layout->addWidget(m_text);
    layout->addWidget(m_keys);
    layout->addWidget(m_progress);
    layout->addSpacing(4);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    buttons->addWidget(m_go);
    buttons->addStretch();
    buttons->addWidget(m_skip);
    buttons->addWidget(m_end);
    layout->addLayout(buttons);
    setTabOrder(m_go, m_skip);
    setTabOrder(m_skip, m_end);
    connect(m_skip, &QAbstractButton::clicked, this, &TourCard::skipRequested);
    connect(m_end, &QAbstractButton::clicked, this, &TourCard::endRequested);
    connect(m_go, &QAbstractButton::clicked, this, &TourCard::goRequested);
    hide();
}

void TourCard::setContent(const Content& content) {
    const bool hasNewKeys = content.keys != m_content.keys;
    m_content = content;
    m_heading->setText(content.heading);
    m_title->setText(content.title);
    m_text->setText(content.text);
    if (hasNewKeys) {
        while (QLayoutItem* item = m_keys->layout()->takeAt(0)) {
            delete item->widget();
            delete item;
        }
        for (const QString& key : content.keys)
            m_keys->layout()->addWidget(new KeyCap(key, m_keys));
    }
    m_keys->setVisible(!content.keys.isEmpty());
    m_progress->setVisible(content.progress > -2);
    m_progress->setRange(0, content.progress < 0 ? 0 : 100);
    m_progress->setValue(static_cast<int>(std::lround(std::max(0.0, content.progress) * 100)));
    m_go->setVisible(!content.go.isEmpty());
    m_go->setToolTip(content.go);
    m_skip->setVisible(!content.isLast);
    m_end->setText(content.isLast ? tr("&Close") : tr("End &tour"));
    setAccessibleName(tr("Tour, %1: %2").arg(content.heading, content.title));
    setAccessibleDescription(content.text);
}

void TourCard::setBeak(Beak side, int at) {
    m_beak = side;
    m_beakAt = at;
    update();
}

QSize TourCard::wantedSize() const {
    const int width = std::max(kWidth + 2 * kMargin, layout()->totalMinimumSize().width());
    return {width, layout()->hasHeightForWidth() ? layout()->totalHeightForWidth(width)
                                                 : layout()->totalSizeHint().height()};
}

void TourCard::announce() {
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

void TourCard::paintEvent(QPaintEvent*) {
    const ThemeColors& colors = theme::colors();
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box = QRectF(rect()).adjusted(kMargin, kMargin, -kMargin, -kMargin);
    painter.setPen(Qt::NoPen);
    for (int i = 6; i > 0; i -= 2) {
        painter.setBrush(QColor(0, 0, 0, theme::isDark() ? 40 : 14));
        painter.drawRoundedRect(box.adjusted(-i / 2, 2, i / 2, i), kRadius + i / 2.0,
                                kRadius + i / 2.0);
    }
    QPainterPath path;
    path.addRoundedRect(box, kRadius, kRadius);
    QPolygonF beak;
    const double at = m_beakAt;
    switch (m_beak) {
        case Beak::None:
            break;
        case Beak::Left:
            beak << QPointF(box.left() + 1, at - kBeak) << QPointF(box.left() - kBeak, at)
                 << QPointF(box.left() + 1, at + kBeak);
            break;
        case Beak::Right:
            beak << QPointF(box.right() - 1, at - kBeak) << QPointF(box.right() + kBeak, at)
                 << QPointF(box.right() - 1, at + kBeak);
            break;
        case Beak::Up:
            beak << QPointF(at - kBeak, box.top() + 1) << QPointF(at, box.top() - kBeak)
                 << QPointF(at + kBeak, box.top() + 1);
            break;
        case Beak::Down:
            beak << QPointF(at - kBeak, box.bottom() - 1) << QPointF(at, box.bottom() + kBeak)
                 << QPointF(at + kBeak, box.bottom() - 1);
            break;
    }
    if (!beak.isEmpty()) {
        QPainterPath point;
        point.addPolygon(beak);
        path = path.united(point);
    }
    painter.setPen(QPen(colors.accent, 1.5));
    painter.setBrush(colors.card);
    painter.drawPath(path);
}

TourRing::TourRing(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("tourRing"));
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void TourRing::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme::colors().accent, 2));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 6, 6);
}

}  // namespace spanwise::ui
