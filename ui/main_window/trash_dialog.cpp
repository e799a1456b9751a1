#include "ui/main_window/trash_dialog.h"

#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include "ui/session/project_session.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {
constexpr int kIdRole = Qt::UserRole;
constexpr int kIsTypeRole = Qt::UserRole + 1;
}  // namespace

TrashDialog::TrashDialog(ProjectSession& session, QWidget* parent)
    : QDialog(parent), m_session(session) {
    setObjectName(QStringLiteral("trashDialog"));
    setWindowTitle(tr("Trash"));
    auto* hint = new MutedLabel(
        tr("Nothing is ever deleted. What you restore comes back with its labels."), this);
    m_list = new QListWidget(this);
    m_list->setObjectName(QStringLiteral("trashList"));
    m_list->setAccessibleName(tr("Removed documents and entity types"));
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setUniformItemSizes(true);
    m_restore = new QPushButton(tr("Restore"), this);
    m_restore->setObjectName(QStringLiteral("trashRestore"));
    auto* close = new QPushButton(tr("Close"), this);
    close->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(m_restore);
    buttons->addWidget(close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(20, 18, 20, 16);
    layout->addWidget(hint);
    layout->addWidget(m_list, 1);
    layout->addLayout(buttons);
    resize(480, 360);
    connect(m_list, &QListWidget::itemSelectionChanged, this, [this] {
        m_restore->setEnabled(!m_list->selectedItems().isEmpty() && !m_session.isLocked());
    });
    connect(m_restore, &QPushButton::clicked, this, [this] { restore(); });
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    connect(&m_session, &ProjectSession::documentsChanged, this, [this] { load(); });
    load();
}

void TrashDialog::load() {
    m_list->clear();
    const auto add = [this](const QString& icon, const QString& text, qint64 id, bool isType) {
        auto* item = new QListWidgetItem(theme::icon(icon), text, m_list);
        item->setData(kIdRole, id);
        item->setData(kIsTypeRole, isType);
    };
    if (const auto types = m_session.project().trashedTypes()) {
        for (const EntityType& type : *types)
            add(QStringLiteral("tag"),
                tr("Entity type “%1”").arg(QString::fromStdString(type.name)), type.id, true);
    }
    DocumentFilter filter;
    filter.trashed = true;
    if (const auto documents = m_session.project().documents(filter)) {
        for (const DocumentSummary& document : *documents)
            add(QStringLiteral("document"), QString::fromStdString(document.name), document.id,
                false);
    }
    if (m_list->count() == 0) {
        auto* item = new QListWidgetItem(tr("The trash is empty."), m_list);
        item->setFlags(Qt::NoItemFlags);
    } else {
        m_list->setCurrentRow(0);
    }
    m_restore->setEnabled(!m_list->selectedItems().isEmpty() && !m_session.isLocked());
}

void TrashDialog::restore() {
    std::vector<DocumentId> documents;
    for (const QListWidgetItem* item : m_list->selectedItems()) {
        if (item->data(kIsTypeRole).toBool())
            m_session.restoreType(item->data(kIdRole).toLongLong());
        else
            documents.push_back(item->data(kIdRole).toLongLong());
    }
    m_session.restoreDocuments(documents);
}

}  // namespace spanwise::ui
