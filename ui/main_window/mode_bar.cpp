#include "ui/main_window/mode_bar.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>

#include "ui/document_view/document_view.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

ModeBar::ModeBar(DocumentView* view, QWidget* parent)
    : QWidget(parent), m_view(view), m_text(new QLabel(this)) {
    setObjectName(QStringLiteral("modeBar"));
    m_text->setObjectName(QStringLiteral("modeText"));
    m_text->setTextFormat(Qt::PlainText);
    m_text->setMinimumWidth(40);
    auto* end = new KeycapButton(tr("end"), tr("Esc"), KeycapButton::KeyPlace::Before, this);
    end->setObjectName(QStringLiteral("modeEnd"));
    end->setAccessibleName(tr("End this mode"));
    end->setFocusPolicy(Qt::NoFocus);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(24, 4, 18, 4);
    layout->addWidget(m_text, 1);
    layout->addWidget(end);
    connect(view, &DocumentView::marksChanged, this, [this] { follow(); });
    connect(view, &DocumentView::stickyTypeChanged, this, [this] { follow(); });
    connect(end, &QAbstractButton::clicked, this, [this] {
        if (!m_view->markedSpans().empty())
            m_view->clearMarks();
        else
            m_view->setStickyType(0);
        m_view->setFocus();
    });
    hide();
}

void ModeBar::follow() {
    const auto marked = static_cast<int>(m_view->markedSpans().size());
    const TypeId sticky = m_view->stickyType();
    const auto key = [this](ViewCommand command) {
        const auto keys = m_view->keys().keys(command);
        return keys.isEmpty() ? QStringLiteral("–") : keyText(keys.first());
    };
    if (marked > 0) {
        const QString count = tr("%Ln marked", nullptr, marked);
        m_text->setText(tr("%1 · a type's key changes all, %2 removes, %3 accepts, %4 rejects")
                            .arg(count, key(ViewCommand::Remove), key(ViewCommand::Accept),
                                 key(ViewCommand::Reject)));
    } else if (sticky != 0) {
        m_text->setText(tr("Labelling as “%1”: drag, double-click, or select and press %2")
                            .arg(m_view->typeName(sticky), key(ViewCommand::FocusHere)));
    }
    m_text->setToolTip(m_text->text());
    setAccessibleName(m_text->text());
    setVisible(marked > 0 || sticky != 0);
}

void ModeBar::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme::colors().accentTint);
}

}  // namespace spanwise::ui
