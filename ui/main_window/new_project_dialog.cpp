#include "ui/main_window/new_project_dialog.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRegularExpression>
#include <QVBoxLayout>

#include "ui/main_window/error_text.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {
constexpr double kHeldOut = 0.1;
}

NewProjectDialog::NewProjectDialog(const QString& folder, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("newProjectDialog"));
    setWindowTitle(tr("New project"));
    m_name = new QLineEdit(this);
    m_name->setObjectName(QStringLiteral("projectName"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setPlaceholderText(tr("trial"));
    m_folder = new QLineEdit(QDir::toNativeSeparators(folder), this);
    m_folder->setObjectName(QStringLiteral("projectFolder"));
    m_folder->setAccessibleName(tr("Folder"));
    auto* choose = new QPushButton(tr("Choose…"), this);
    choose->setObjectName(QStringLiteral("chooseFolder"));
    choose->setAutoDefault(false);
    auto* folderRow = new QWidget(this);
    auto* folderLayout = new QHBoxLayout(folderRow);
    folderLayout->setContentsMargins(0, 0, 0, 0);
    folderLayout->addWidget(m_folder, 1);
    folderLayout->addWidget(choose);
    m_types = new QLineEdit(this);
    m_types->setObjectName(QStringLiteral("projectTypes"));
    m_types->setAccessibleName(tr("Entity types"));
    m_types->setPlaceholderText(tr("drug, dose, condition"));
    auto* load = new QPushButton(tr("From file…"), this);
    load->setObjectName(QStringLiteral("schemeFile"));
    load->setToolTip(tr("A scheme.json with names, descriptions, colours and keys"));
    load->setAutoDefault(false);
    auto* typesRow = new QWidget(this);
    auto* typesLayout = new QHBoxLayout(typesRow);
    typesLayout->setContentsMargins(0, 0, 0, 0);
    typesLayout->addWidget(m_types, 1);
    typesLayout->addWidget(load);

    auto* form = new QFormLayout;
    form->setVerticalSpacing(10);
    form->addRow(tr("&Name"), m_name);
    form->addRow(tr("&Folder"), folderRow);
    form->addRow(tr("Entity &types"), typesRow);
    qobject_cast<QLabel*>(form->labelForField(folderRow))->setBuddy(m_folder);
    qobject_cast<QLabel*>(form->labelForField(typesRow))->setBuddy(m_types);
    auto* hint = new MutedLabel(
        tr("Names parted by commas. They can be changed later, and described, which helps."), this);
    hint->setWordWrap(true);
    form->addRow(QString(), hint);
    m_holdOut = new QCheckBox(tr("&Label one document in ten without suggestions"), this);
    m_holdOut->setObjectName(QStringLiteral("projectHoldOut"));
    m_holdOut->setChecked(true);
    m_holdOut->setToolTip(
        tr("Picked at random. The dashboard compares them with the others: that says whether "
           "suggestions are believed too easily. It can be changed there."));
    form->addRow(QString(), m_holdOut);

    m_complaint = new QLabel(this);
    m_complaint->setObjectName(QStringLiteral("projectComplaint"));
    m_complaint->setTextFormat(Qt::PlainText);
    m_complaint->setWordWrap(true);
    m_complaint->setMinimumHeight(2 * fontMetrics().height());
    m_complaint->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    QPalette colors = m_complaint->palette();
    colors.setColor(QPalette::WindowText, theme::colors().error);
    m_complaint->setPalette(colors);

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setObjectName(QStringLiteral("projectOk"));
    m_ok->setText(tr("Create project"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 20, 20, 16);
    layout->addLayout(form);
    layout->addWidget(m_complaint);
    layout->addWidget(buttons);
    setMinimumWidth(520);

    connect(choose, &QPushButton::clicked, this, [this] {
        const QString chosen =
            QFileDialog::getExistingDirectory(this, tr("Folder of the project"), m_folder->text());
        if (!chosen.isEmpty())
            m_folder->setText(QDir::toNativeSeparators(chosen));
    });
    connect(load, &QPushButton::clicked, this, [this] {
        const QString file =
            QFileDialog::getOpenFileName(this, tr("Label scheme"), m_folder->text(),
                                         tr("Label schemes (*.json);;All files (*)"));
        if (!file.isEmpty())
            m_types->setText(QDir::toNativeSeparators(file));
    });
    for (QLineEdit* field : {m_name, m_folder, m_types})
        connect(field, &QLineEdit::textChanged, this, [this] { validate(); });
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    m_name->setFocus();
    validate();
    m_complaint->clear();  // an untouched form need not scold
}

QString NewProjectDialog::path() const {
    QString name = m_name->text().trimmed();
    if (!name.endsWith(QStringLiteral(".spanwise")))
        name += QStringLiteral(".spanwise");
    return QDir(QDir::fromNativeSeparators(m_folder->text().trimmed())).absoluteFilePath(name);
}

double NewProjectDialog::heldOut() const {
    return m_holdOut->isChecked() ? kHeldOut : 0;
}

void NewProjectDialog::validate() {
    QString problem;
    const QString name = m_name->text().trimmed();
    const QString folder = QDir::fromNativeSeparators(m_folder->text().trimmed());
    const QString types = m_types->text().trimmed();
    m_scheme = {};
    if (types.endsWith(QStringLiteral(".json"))) {
        QFile file(QDir::fromNativeSeparators(types));
        if (!file.open(QIODevice::ReadOnly)) {
            problem = tr("The label scheme %1 cannot be read.").arg(types);
        } else if (auto scheme = LabelScheme::fromJson(file.readAll().toStdString(),
                                                       QFileInfo(file).fileName().toStdString())) {
            m_scheme = std::move(*scheme);
        } else {
            problem = errorDetail(scheme.error());
        }
    } else {
        std::vector<std::string> names;
        for (const QString& part : types.split(QLatin1Char(','), Qt::SkipEmptyParts)) {
            if (const QString trimmed = part.trimmed(); !trimmed.isEmpty())
                names.push_back(trimmed.toStdString());
        }
        if (auto scheme = LabelScheme::fromNames(names))
            m_scheme = std::move(*scheme);
        else
            problem = errorDetail(scheme.error());
    }
    if (name.isEmpty())
        problem = tr("The project needs a name.");
    else if (name.contains(QLatin1Char('/')) || name.startsWith(QLatin1Char('.')))
        problem = tr("The name must be a file's name, without “/” and not beginning with a point.");
    else if (!QFileInfo(folder).isDir())
        problem = tr("There is no folder %1.").arg(m_folder->text());
    else if (!QFileInfo(folder).isWritable())
        problem = tr("The folder %1 cannot be written to.").arg(m_folder->text());
    else if (QFileInfo::exists(path()))
        problem = tr("There is a project %1 already.").arg(QFileInfo(path()).fileName());
    m_complaint->setText(problem);
    m_ok->setEnabled(problem.isEmpty());
}

}  // namespace spanwise::ui
