#include "ui/document_view/find_bar.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QVBoxLayout>

#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

struct FindBar::Impl {
    Mode mode = Mode::Hidden;
    bool readOnly = false;
    QWidget* head = nullptr;
    SearchField* field = nullptr;
    Chip* letters = nullptr;
    Chip* words = nullptr;
    Chip* expression = nullptr;
    MutedLabel* state = nullptr;
    KeycapButton* next = nullptr;
    KeycapButton* previous = nullptr;
    KeycapButton* all = nullptr;
    QString nextKey, previousKey;
    State shown;

    void show() {
        // In the field Enter does it, and there is not as much room.
        next->setKey(mode == Mode::Filter ? nextKey : QString());
        previous->setKey(mode == Mode::Filter ? previousKey : QString());
        QPalette ink = state->palette();
        ink.setColor(state->foregroundRole(),
                     shown.isProblem ? theme::colors().error : theme::colors().mutedText);
        state->setPalette(ink);
        state->setText(shown.text);
        state->setToolTip(shown.text);
        next->setEnabled(shown.hasMatches);
        previous->setEnabled(shown.hasMatches);
        all->setVisible(mode == Mode::Field && !readOnly);
        all->setEnabled(shown.hasMatches);
    }
};

FindBar::FindBar(QWidget* parent) : QWidget(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("findBar"));
    setAccessibleName(tr("Find in the document"));
    setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 5);
    layout->setSpacing(3);
    layout->addWidget(new Hairline(Qt::Horizontal, this));

    d.head = new QWidget(this);
    auto* head = new QHBoxLayout(d.head);
    head->setContentsMargins(16, 5, 18, 0);
    head->setSpacing(6);
    d.field = new SearchField(tr("Find in this document…"), {}, d.head);
    d.field->setObjectName(QStringLiteral("findField"));
    d.field->setAccessibleName(tr("Find in the document"));
    const auto chip = [&](const QString& text, const QString& name, const char* objectName) {
        auto* made = new Chip(text, d.head);
        made->setObjectName(QString::fromLatin1(objectName));
        made->setCheckable(true);
        made->setAccessibleName(name);
        made->setToolTip(name);
        connect(made, &QAbstractButton::toggled, this, &FindBar::queryChanged);
        return made;
    };
    d.letters = chip(QStringLiteral("Aa"), tr("Capital and small letters differ"), "findCase");
    d.words = chip(QStringLiteral("“ab”"), tr("Whole words only"), "findWords");
    d.expression = chip(QStringLiteral(".*"), tr("Regular expression"), "findExpression");
    auto* close = new KeycapButton(tr("close"), tr("Esc"), KeycapButton::KeyPlace::Before, d.head);
    close->setObjectName(QStringLiteral("findClose"));
    close->setAccessibleName(tr("Close the find bar"));
    head->addWidget(d.field, 1);
    head->addWidget(d.letters);
    head->addWidget(d.words);
    head->addWidget(d.expression);
    head->addWidget(close);
    layout->addWidget(d.head);

    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(24, 2, 18, 0);
    foot->setSpacing(6);
    d.state = new MutedLabel({}, this);
    d.state->setObjectName(QStringLiteral("findState"));
    d.state->setTextFormat(Qt::PlainText);
    d.state->setMinimumWidth(40);
    d.state->setWordWrap(true);
    const auto button = [&](const QString& text, const QString& key, const QString& name,
                            const char* objectName) {
        auto* made = new KeycapButton(text, key, KeycapButton::KeyPlace::Before, this);
        made->setObjectName(QString::fromLatin1(objectName));
        made->setAccessibleName(name);
        made->setToolTip(name);
        made->setFocusPolicy(Qt::NoFocus);
        return made;
    };
    d.previous = button(QStringLiteral("↑"), {}, tr("Previous match"), "findPreviousButton");
    d.next = button(QStringLiteral("↓"), {}, tr("Next match"), "findNextButton");
    d.all = button(tr("label all…"), tr("Alt+↵"), tr("Label this text wherever it stands"),
                   "findLabelAll");
    foot->addWidget(d.state, 1);
    foot->addWidget(d.previous);
    foot->addWidget(d.next);
    foot->addWidget(d.all);
    layout->addLayout(foot);

    connect(d.field, &QLineEdit::textChanged, this, &FindBar::queryChanged);
    connect(d.next, &QAbstractButton::clicked, this, &FindBar::nextRequested);
    connect(d.previous, &QAbstractButton::clicked, this, &FindBar::previousRequested);
    connect(d.all, &QAbstractButton::clicked, this, &FindBar::labelAllRequested);
    connect(close, &QAbstractButton::clicked, this, &FindBar::closeRequested);
    setFocusProxy(d.field);
    for (QWidget* child : {static_cast<QWidget*>(d.field), static_cast<QWidget*>(d.letters),
                           static_cast<QWidget*>(d.words), static_cast<QWidget*>(d.expression),
                           static_cast<QWidget*>(close)})
        child->installEventFilter(this);
    hide();
}

FindBar::~FindBar() = default;

void FindBar::setMode(Mode mode) {
    auto& d = *m_impl;
    d.mode = mode;
    d.head->setVisible(mode == Mode::Field);
    setVisible(mode != Mode::Hidden);
    d.show();
}

FindBar::Mode FindBar::mode() const {
    return m_impl->mode;
}

void FindBar::open(const QString& text) {
    auto& d = *m_impl;
    setMode(Mode::Field);
    if (!text.isEmpty()) {
        const QSignalBlocker quiet(d.field);
        d.field->setText(text);
        d.expression->setChecked(false);
    }
    d.field->setFocus(Qt::ShortcutFocusReason);
    d.field->selectAll();
    Q_EMIT queryChanged();
}

FindQuery FindBar::query() const {
    const auto& d = *m_impl;
    return {d.field->text(), d.expression->isChecked(), d.letters->isChecked(),
            d.words->isChecked()};
}

void FindBar::setState(const State& state) {
    if (state == m_impl->shown)
        return;
    m_impl->shown = state;
    m_impl->show();
}

void FindBar::setReadOnly(bool readOnly) {
    m_impl->readOnly = readOnly;
    m_impl->show();
}

void FindBar::setKeycaps(const QString& next, const QString& previous) {
    auto& d = *m_impl;
    d.nextKey = next;
    d.previousKey = previous;
    const auto tip = [](const QString& name, const QString& key) {
        return key.isEmpty() ? name : QStringLiteral("%1 (%2)").arg(name, key);
    };
    d.next->setToolTip(tip(d.next->accessibleName(), next));
    d.previous->setToolTip(tip(d.previous->accessibleName(), previous));
    d.show();
}

bool FindBar::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride || event->type() == QEvent::KeyPress) {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool isEnter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        const bool isAlt = key->modifiers().testFlag(Qt::AltModifier);
        const bool isOurs =
            key->key() == Qt::Key_Escape || (isEnter && (watched == m_impl->field || isAlt));
        if (isOurs && event->type() == QEvent::ShortcutOverride) {
            event->accept();
            return true;
        }
        if (isOurs) {
            if (key->key() == Qt::Key_Escape)
                Q_EMIT closeRequested();
            else if (isAlt)
                m_impl->all->click();
            else if (key->modifiers().testFlag(Qt::ShiftModifier))
                Q_EMIT previousRequested();
            else
                Q_EMIT nextRequested();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

void FindBar::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl->state)
        m_impl->show();
}

}  // namespace spanwise::ui
