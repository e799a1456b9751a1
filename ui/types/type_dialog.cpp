#include "ui/types/type_dialog.h"

#include <QAbstractButton>
#include <QButtonGroup>
#include <QColorDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPlainTextEdit>
#include <QPushButton>
#include <set>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

namespace {

/// A colour to pick: shown as the document will show it.
class Swatch : public QAbstractButton {
public:
    Swatch(const QString& color, QWidget* parent) : QAbstractButton(parent) {
        setCheckable(true);
        setFixedSize(28, 28);
        setCursor(Qt::PointingHandCursor);
        setColor(color);
    }
    void setColor(const QString& color) {
        m_color = color;
        setObjectName(QStringLiteral("swatch_%1").arg(color));
        setAccessibleName(TypeDialog::tr("Colour %1").arg(color));
        setToolTip(color);
        update();
    }
    [[nodiscard]] QString color() const { return m_color; }

protected:
    void paintEvent(QPaintEvent*) override {
        QPainter painter(this);
        painter.setRenderHint(QPainter::Antialiasing);
        const TypeColors colors = theme::typeColors(m_color);
        const QRectF box = QRectF(rect()).adjusted(5, 5, -5, -5);
        painter.setPen(QPen(colors.line, 2));
        painter.setBrush(colors.tint);
        painter.drawRoundedRect(box, 4, 4);
        if (isChecked()) {
            painter.setPen(QPen(theme::colors().accent, 2));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 7, 7);
        }
        if (hasFocus()) {
            painter.setPen(QPen(theme::colors().text, 1, Qt::DotLine));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(QRectF(rect()).adjusted(3.5, 3.5, -3.5, -3.5), 5, 5);
        }
    }

private:
    QString m_color;
};

/// Takes one character: each key press replaces it.
class KeyField : public QLineEdit {
public:
    using QLineEdit::QLineEdit;

protected:
    void keyPressEvent(QKeyEvent* event) override {
        const QString typed = event->text();
        if (!typed.isEmpty() && typed[0].isPrint() &&
            !(event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier))) {
            setText(typed);
            selectAll();
            return;
        }
        QLineEdit::keyPressEvent(event);
    }
};

QStringList paletteColors() {
    // The scheme hands its colours out one after the other until it begins again.
    QStringList colors;
    std::vector<EntityType> types;
    for (int i = 1; i <= 64; ++i) {
        const QString color = QString::fromStdString(LabelScheme(types).nextColor());
        if (colors.contains(color)) {
            break;
        }
        colors << color;
        types.push_back({i, "t" + std::to_string(i), {}, color.toStdString(), {}, i});
    }
    return colors;
}

}  // namespace

struct TypeDialog::Impl {
    TypeDialog* q = nullptr;
    LabelScheme scheme;
    ViewKeys keys;
    EntityType original;
    TypeUse use;
    QLineEdit* name = nullptr;
    QPlainTextEdit* description = nullptr;
    QPlainTextEdit* note = nullptr;
    KeyField* shortcut = nullptr;
    QButtonGroup* colors = nullptr;
    Swatch* custom = nullptr;
    QLabel* complaint = nullptr;
    QPushButton* ok = nullptr;
    bool nameTouched = false;

    [[nodiscard]] QString problem(const EntityType& type) const {
        if (type.name.empty()) {
            return TypeDialog::tr("A type needs a name.");
        }
        const QString key = QString::fromStdString(type.shortcut);
        const QString purpose = keys.purposeOf(key);
        if (!purpose.isEmpty()) {
            return TypeDialog::tr("The key “%1” means “%2”. Choose another one.").arg(key, purpose);
        }
        for (const auto& other : scheme.types()) {
            if (other.id == type.id) {
                continue;
            }
            const QString otherName = QString::fromStdString(other.name);
            if (other.name == type.name) {
                return TypeDialog::tr("There is a type “%1” already.").arg(otherName);
            }
            if (!type.shortcut.empty() && other.shortcut == type.shortcut) {
                return TypeDialog::tr("The key “%1” belongs to “%2” already.").arg(key, otherName);
            }
        }
        const auto checked = scheme.check(type);
        return checked ? QString() : engineText(checked.error().message);
    }

    void validate() const {
        const EntityType type = q->type();
        const QString text = problem(type);
        // An untouched empty form need not scold.
        const bool isQuiet = type.name.empty() && !nameTouched;
        say(isQuiet           ? QString()
            : !text.isEmpty() ? text
            : isRenamed(type) ? carried()
                              : QString(),
            text.isEmpty() ? theme::colors().mutedText : theme::colors().error);
        ok->setEnabled(text.isEmpty());
    }
    [[nodiscard]] bool isRenamed(const EntityType& type) const {
        return original.id != 0 && type.name != original.name;
    }
    [[nodiscard]] QString carried() const {
        return TypeDialog::tr("The new name goes to %1 and %2; Undo brings the old one back.")
            .arg(TypeDialog::tr("%Ln label(s)", nullptr, plural(use.annotations)),
                 TypeDialog::tr("%Ln suggestion(s)", nullptr, plural(use.suggestions)));
    }
    void say(const QString& text, const QColor& color) const {
        complaint->setText(text);
        QPalette colors = complaint->palette();
        colors.setColor(QPalette::WindowText, color);
        complaint->setPalette(colors);
    }
};

TypeDialog::TypeDialog(const LabelScheme& scheme, const EntityType& type, QWidget* parent,
                       const ViewKeys& keys)
    : QDialog(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    d.q = this;
    d.scheme = scheme;
    d.keys = keys;
    d.original = type;
    setObjectName(QStringLiteral("typeDialog"));
    setWindowTitle(type.id == 0 ? tr("New entity type") : tr("Edit entity type"));

    d.name = new QLineEdit(QString::fromStdString(type.name), this);
    d.name->setObjectName(QStringLiteral("typeName"));
    d.name->setPlaceholderText(tr("drug, side effect, court …"));
    d.description = new QPlainTextEdit(QString::fromStdString(type.description), this);
    d.description->setObjectName(QStringLiteral("typeDescription"));
    d.description->setPlaceholderText(
        tr("What it is, in a phrase. The model reads this with the name."));
    d.description->setTabChangesFocus(true);
    d.description->setFixedHeight(d.description->fontMetrics().lineSpacing() * 2 + 14);
    d.note = new QPlainTextEdit(QString::fromStdString(type.note), this);
    d.note->setObjectName(QStringLiteral("typeNote"));
    d.note->setPlaceholderText(
        tr("For people: what counts and what does not, the doubtful cases, how far a label "
           "reaches. It stands beside the examples while you label."));
    d.note->setTabChangesFocus(true);
    d.note->setMinimumHeight(d.note->fontMetrics().lineSpacing() * 4 + 14);

    std::string color = type.color;
    std::string shortcut = type.shortcut;
    if (type.id == 0) {
        color = color.empty() ? scheme.nextColor() : color;
        shortcut = shortcut.empty() ? scheme.nextShortcut() : shortcut;
    }
    auto* swatches = new QWidget(this);
    swatches->setObjectName(QStringLiteral("typeColors"));
    auto* grid = new QGridLayout(swatches);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setSpacing(2);
    d.colors = new QButtonGroup(this);
    d.colors->setExclusive(true);
    const QStringList palette = paletteColors();
    const QString chosen = QString::fromStdString(color).toLower();
    int place = 0;
    constexpr int kColumns = 12;
    for (const QString& candidate : palette) {
        auto* swatch = new Swatch(candidate, swatches);
        swatch->setChecked(candidate == chosen);
        d.colors->addButton(swatch);
        grid->addWidget(swatch, place / kColumns, place % kColumns);
        ++place;
    }
    d.custom = new Swatch(
        palette.contains(chosen) || chosen.isEmpty() ? QStringLiteral("#66707c") : chosen,
        swatches);
    d.custom->setObjectName(QStringLiteral("customColor"));
    d.custom->setToolTip(tr("Another colour…"));
    d.custom->setAccessibleName(tr("Another colour"));
    d.custom->setChecked(!palette.contains(chosen) && !chosen.isEmpty());
    d.colors->addButton(d.custom);
    auto* other = new QPushButton(tr("Other…"), swatches);
    other->setObjectName(QStringLiteral("otherColor"));
    other->setAutoDefault(false);
    const int row = (place + kColumns - 1) / kColumns;
    auto* otherRow = new QHBoxLayout;
    otherRow->addWidget(d.custom);
    otherRow->addWidget(other);
    otherRow->addStretch();
    grid->addLayout(otherRow, row, 0, 1, kColumns);
    grid->setColumnStretch(kColumns, 1);
    d.custom->setVisible(d.custom->isChecked());
    connect(other, &QPushButton::clicked, this, [this] {
        const QColor picked =
            QColorDialog::getColor(QColor(m_impl->custom->color()), this, tr("Colour of the type"));
        if (picked.isValid()) {
            m_impl->custom->setColor(picked.name());
            m_impl->custom->setObjectName(QStringLiteral("customColor"));
            m_impl->custom->show();
            m_impl->custom->setChecked(true);
            m_impl->validate();
        }
    });

    d.shortcut = new KeyField(QString::fromStdString(shortcut), this);
    d.shortcut->setObjectName(QStringLiteral("typeShortcut"));
    d.shortcut->setMaxLength(2);  // one character, perhaps beyond the BMP
    d.shortcut->setMaximumWidth(56);
    d.shortcut->setAlignment(Qt::AlignCenter);
    auto* shortcutRow = new QWidget(this);
    auto* shortcutLayout = new QHBoxLayout(shortcutRow);
    shortcutLayout->setContentsMargins(0, 0, 0, 0);
    shortcutLayout->addWidget(d.shortcut);
    auto* hint = new QLabel(tr("labels the selected words; may be empty"), shortcutRow);
    hint->setForegroundRole(QPalette::PlaceholderText);
    shortcutLayout->addWidget(hint);
    shortcutLayout->addStretch();

    d.complaint = new QLabel(this);
    d.complaint->setObjectName(QStringLiteral("typeComplaint"));
    d.complaint->setWordWrap(true);
    d.complaint->setTextFormat(Qt::PlainText);
    d.complaint->setMinimumHeight(fontMetrics().height() * 2);
    d.complaint->setAlignment(Qt::AlignLeft | Qt::AlignTop);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    d.ok = buttons->button(QDialogButtonBox::Ok);
    d.ok->setObjectName(QStringLiteral("typeOk"));
    d.ok->setText(type.id == 0 ? tr("Add type") : tr("Save"));

    auto* form = new QFormLayout;
    form->setVerticalSpacing(10);
    form->addRow(tr("&Name"), d.name);
    form->addRow(tr("&Description"), d.description);
    form->addRow(tr("&Guideline"), d.note);
    form->addRow(tr("Colour"), swatches);
    form->addRow(tr("&Key"), shortcutRow);
    qobject_cast<QLabel*>(form->labelForField(shortcutRow))->setBuddy(d.shortcut);
    d.name->setAccessibleName(tr("Name"));
    d.description->setAccessibleName(tr("Description"));
    d.note->setAccessibleName(tr("Guideline"));
    d.shortcut->setAccessibleName(tr("Key"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 16);
    layout->addLayout(form);
    layout->addWidget(d.complaint);
    layout->addWidget(buttons);
    setMinimumWidth(480);

    connect(d.name, &QLineEdit::textChanged, this, [this] {
        m_impl->nameTouched = true;
        m_impl->validate();
    });
    connect(d.description, &QPlainTextEdit::textChanged, this, [this] { m_impl->validate(); });
    connect(d.shortcut, &QLineEdit::textChanged, this, [this] { m_impl->validate(); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    d.name->setFocus();
    d.validate();
}

TypeDialog::~TypeDialog() = default;

void TypeDialog::setUse(const TypeUse& use) {
    m_impl->use = use;
    m_impl->validate();
}

void TypeDialog::focusNote() {
    m_impl->note->setFocus();
    m_impl->note->moveCursor(QTextCursor::End);
}

EntityType TypeDialog::type() const {
    const auto& d = *m_impl;
    EntityType type = d.original;
    type.name = d.name->text().trimmed().toStdString();
    type.description = d.description->toPlainText().trimmed().toStdString();
    if (d.note->document()->isModified()) {
        type.note = d.note->toPlainText().trimmed().toStdString();
    }
    type.shortcut = d.shortcut->text().trimmed().toStdString();
    if (d.shortcut->text() == u" ") {
        type.shortcut = " ";
    }
    const auto* swatch = static_cast<const Swatch*>(d.colors->checkedButton());
    type.color = swatch != nullptr ? swatch->color().toStdString() : std::string();
    return type;
}

}  // namespace spanwise::ui
