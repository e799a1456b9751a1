#include "ui/types/remove_type_dialog.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QRadioButton>
#include <QVBoxLayout>

#include "ui/language/plural.h"
#include "ui/theme/controls.h"
#include "ui/theme/type_pattern.h"

namespace spanwise::ui {

struct RemoveTypeDialog::Impl {
    QRadioButton* trash = nullptr;
    QRadioButton* merge = nullptr;
    QComboBox* heir = nullptr;
    QPushButton* ok = nullptr;

    void show() const {
        heir->setEnabled(merge->isChecked());
        ok->setText(merge->isChecked() ? RemoveTypeDialog::tr("Merge")
                                       : RemoveTypeDialog::tr("Remove"));
    }
};

RemoveTypeDialog::RemoveTypeDialog(const LabelScheme& scheme, TypeId type, const TypeUse& use,
                                   QWidget* parent)
    : QDialog(parent), m_impl(std::make_unique<Impl>()) {
    auto& d = *m_impl;
    setObjectName(QStringLiteral("removeTypeDialog"));
    const EntityType* going = scheme.byId(type);
    const QString name = going ? QString::fromStdString(going->name) : QString();
    setWindowTitle(tr("Remove or merge “%1”").arg(name));

    const QString text = use.annotations == 0
                             ? tr("“%1” has no labels.").arg(name)
                             : tr("“%1” has %2 in %Ln document(s).", nullptr, plural(use.documents))
                                   .arg(name, tr("%Ln label(s)", nullptr, plural(use.annotations)));
    QStringList more;
    if (use.suggestions > 0)
        more << tr("%Ln suggestion(s) of it go; the model makes them anew.", nullptr,
                   plural(use.suggestions));
    if (use.rejections > 0)
        more << tr("%Ln refused suggestion(s) of it go to the trash with the type.", nullptr,
                   plural(use.rejections));
    auto* counts = new QLabel(text, this);
    counts->setObjectName(QStringLiteral("removeTypeCounts"));
    counts->setTextFormat(Qt::PlainText);
    counts->setWordWrap(true);
    QFont strong = counts->font();
    strong.setWeight(QFont::DemiBold);
    counts->setFont(strong);
    auto* others = new MutedLabel(more.join(u' '), this);
    others->setWordWrap(true);
    others->setVisible(!more.isEmpty());

    d.trash = new QRadioButton(use.annotations == 0 ? tr("The &type goes to the trash")
                                                    : tr("Labels and type go to the &trash"),
                               this);
    d.trash->setObjectName(QStringLiteral("removeTypeTrash"));
    d.trash->setChecked(true);
    d.merge = new QRadioButton(tr("The labels &become"), this);
    d.merge->setObjectName(QStringLiteral("removeTypeMerge"));
    d.heir = new QComboBox(this);
    d.heir->setObjectName(QStringLiteral("removeTypeHeir"));
    d.heir->setAccessibleName(tr("The type that takes the labels"));
    const auto patterns = theme::typePatterns(scheme);
    for (const EntityType& other : scheme.types()) {
        if (other.id == type)
            continue;
        d.heir->addItem(typeSwatch(QString::fromStdString(other.color), patterns.value(other.id),
                                   devicePixelRatioF()),
                        QString::fromStdString(other.name), QVariant::fromValue<qint64>(other.id));
    }
    d.merge->setEnabled(d.heir->count() > 0 && use.annotations > 0);
    auto* mergeRow = new QHBoxLayout;
    mergeRow->addWidget(d.merge);
    mergeRow->addWidget(d.heir, 1);
    auto* undo = new MutedLabel(tr("Undo brings everything back as it was."), this);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    d.ok = buttons->button(QDialogButtonBox::Ok);
    d.ok->setObjectName(QStringLiteral("removeTypeOk"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(22, 20, 22, 16);
    layout->setSpacing(10);
    layout->addWidget(counts);
    layout->addWidget(others);
    layout->addSpacing(4);
    layout->addWidget(d.trash);
    layout->addLayout(mergeRow);
    layout->addSpacing(4);
    layout->addWidget(undo);
    layout->addWidget(buttons);
    setMinimumWidth(440);
    connect(d.merge, &QRadioButton::toggled, this, [this] { m_impl->show(); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    d.show();
}

RemoveTypeDialog::~RemoveTypeDialog() = default;

TypeId RemoveTypeDialog::heir() const {
    return m_impl->merge->isChecked() ? m_impl->heir->currentData().toLongLong() : 0;
}

void RemoveTypeDialog::preferMerge() {
    if (m_impl->merge->isEnabled()) {
        m_impl->merge->setChecked(true);
        m_impl->heir->setFocus();
    }
}

}  // namespace spanwise::ui
