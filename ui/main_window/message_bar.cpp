#include "ui/main_window/message_bar.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QToolButton>

#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

QColor kindColor(MessageBar::Kind kind) {
    const ThemeColors& colors = theme::colors();
    switch (kind) {
        case MessageBar::Kind::Info:
            return colors.accent;
        case MessageBar::Kind::Warning:
            return colors.warning;
        case MessageBar::Kind::Error:
            break;
    }
    return colors.error;
}

}  // namespace

MessageBar::MessageBar(QWidget* parent) : QFrame(parent) {
    setObjectName(QStringLiteral("messageBar"));
    setFrameShape(QFrame::NoFrame);
    m_icon = new QLabel(this);
    m_label = new QLabel(this);
    m_label->setObjectName(QStringLiteral("messageText"));
    m_label->setWordWrap(true);
    m_label->setTextFormat(Qt::RichText);
    m_label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_action = new QPushButton(this);
    m_action->setObjectName(QStringLiteral("messageAction"));
    m_action->setAccessibleName(tr("What to do about it"));
    m_action->setAutoDefault(false);
    m_close = new QToolButton(this);
    m_close->setObjectName(QStringLiteral("messageClose"));
    m_close->setAutoRaise(true);
    m_close->setToolTip(tr("Dismiss"));
    m_close->setAccessibleName(tr("Dismiss the message"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(16, 8, 10, 8);
    layout->setSpacing(10);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_label, 1);
    layout->addWidget(m_action);
    layout->addWidget(m_close, 0, Qt::AlignTop);
    connect(m_close, &QToolButton::clicked, this, &MessageBar::dismiss);
    connect(m_action, &QPushButton::clicked, this, [this] {
        dismiss();
        Q_EMIT actionTriggered();
    });
    hide();
}

void MessageBar::set(Kind kind, const QString& headline, const QString& detail,
                     const QString& action, bool dismissable) {
    m_kind = kind;
    m_headline = headline;
    m_detail = detail;
    QString html = QStringLiteral("<b>") + headline.toHtmlEscaped() + QStringLiteral("</b>");
    if (!detail.isEmpty())
        html += QLatin1Char(' ') +
                detail.toHtmlEscaped().replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    m_label->setText(html);
    m_action->setText(action);
    if (!action.isEmpty())
        m_action->setAccessibleName(action);
    m_action->setVisible(!action.isEmpty());
    m_close->setVisible(dismissable);
    updateIcon();
    setVisible(true);
    update();
    setAccessibleName(text());
    QAccessibleEvent alert(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&alert);
}

void MessageBar::show(Kind kind, const QString& headline, const QString& detail) {
    set(kind, headline, detail, {}, true);
}

void MessageBar::showWithAction(Kind kind, const QString& headline, const QString& detail,
                                const QString& action) {
    set(kind, headline, detail, action, true);
}

void MessageBar::setBanner(const QString& headline, const QString& detail) {
    m_bannerHeadline = headline;
    m_bannerDetail = detail;
    dismiss();
}

void MessageBar::dismiss() {
    if (m_bannerHeadline.isEmpty()) {
        m_headline.clear();
        m_detail.clear();
        hide();
    } else {
        set(Kind::Warning, m_bannerHeadline, m_bannerDetail, {}, false);
    }
}

QString MessageBar::text() const {
    return m_detail.isEmpty() ? m_headline : m_headline + QLatin1Char(' ') + m_detail;
}

void MessageBar::updateIcon() {
    QIcon icon =
        theme::icon(m_kind == Kind::Info ? QStringLiteral("check") : QStringLiteral("warning"));
    m_icon->setPixmap(icon.pixmap(16, 16));
    m_close->setIcon(theme::icon(QStringLiteral("cross")));
}

void MessageBar::changeEvent(QEvent* event) {
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        updateIcon();
}

void MessageBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const QColor color = kindColor(m_kind);
    QColor ground = color;
    ground.setAlphaF(theme::isDark() ? 0.16F : 0.10F);
    painter.fillRect(rect(), theme::colors().panel);
    painter.fillRect(rect(), ground);
    painter.fillRect(0, 0, 3, height(), color);
    painter.fillRect(0, height() - 1, width(), 1, theme::colors().border);
}

}  // namespace spanwise::ui
