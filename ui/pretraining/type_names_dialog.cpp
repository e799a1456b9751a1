#include "ui/pretraining/type_names_dialog.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>

#include "ui/theme/controls.h"

namespace spanwise::ui {
namespace {
enum Column { kType, kName, kDescription, kColumns };
}

TypeNamesDialog::TypeNamesDialog(const QString& file,
                                 const std::vector<protocol::MaterialType>& types, QWidget* parent)
    : QDialog(parent), m_table(new QTableWidget(static_cast<int>(types.size()), kColumns, this)) {
    setObjectName(QStringLiteral("typeNamesDialog"));
    setWindowTitle(tr("Type names of %1").arg(file));
    resize(620, 400);
    auto* hint = new QLabel(
        tr("An encoder learns from what a concept is called: write tags out (“PER” as “person”). A "
           "type without a tick is left out."),
        this);
    hint->setWordWrap(true);
    m_table->setObjectName(QStringLiteral("typeNames"));
    m_table->setAccessibleName(tr("Types and their names as concepts"));
    m_table->setHorizontalHeaderLabels({tr("In the file"), tr("Concept"), tr("Description")});
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->horizontalHeader()->setHighlightSections(false);
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setVerticalScrollBar(new SlimScrollBar);
    m_table->setTabKeyNavigation(false);
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const protocol::MaterialType& type = types[static_cast<std::size_t>(row)];
        auto* item = new QTableWidgetItem(QString::fromStdString(type.type));
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(type.dropped ? Qt::Unchecked : Qt::Checked);
        m_table->setItem(row, kType, item);
        m_table->setItem(row, kName, new QTableWidgetItem(QString::fromStdString(type.name)));
        m_table->setItem(row, kDescription,
                         new QTableWidgetItem(QString::fromStdString(type.description)));
    }
    m_table->resizeColumnsToContents();
    m_table->setColumnWidth(kType, std::clamp(m_table->columnWidth(kType) + 24, 130, 220));
    m_table->setColumnWidth(kName, std::clamp(m_table->columnWidth(kName) + 24, 160, 240));
    if (m_table->rowCount() > 0)
        m_table->setCurrentCell(0, kName);
    auto* buttons =
        new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, Qt::Horizontal, this);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(hint);
    layout->addWidget(m_table, 1);
    layout->addWidget(buttons);
    m_table->setFocus();
}

nlohmann::json TypeNamesDialog::map() const {
    nlohmann::json map = nlohmann::json::object();
    for (int row = 0; row < m_table->rowCount(); ++row) {
        const std::string type = m_table->item(row, kType)->text().toStdString();
        const std::string name = m_table->item(row, kName)->text().trimmed().toStdString();
        if (m_table->item(row, kType)->checkState() != Qt::Checked || name.empty())
            map[type] = nullptr;
        else
            map[type] = {
                {"name", name},
                {"description", m_table->item(row, kDescription)->text().trimmed().toStdString()}};
    }
    return map;
}

}  // namespace spanwise::ui
