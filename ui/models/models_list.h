#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <vector>

#include "core/protocol/model_messages.h"

namespace spanwise::ui {

/// Installed models, one a row.
class ModelsModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { NameRole = Qt::UserRole, SummaryRole, PurposeRole, PurposeTextRole, InUseRole };

    using QAbstractListModel::QAbstractListModel;
    void setModels(std::vector<protocol::ModelEntry> models);
    /// The name of the model that the project uses; empty: none of these.
    void setInUse(const QString& name);
    [[nodiscard]] const protocol::ModelEntry* entry(int row) const;
    [[nodiscard]] int rowOf(const QString& name) const;  ///< -1: not there

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<protocol::ModelEntry> m_models;
    QString m_inUse;
};

/// Name and badge, below them what it is; a check mark before the model in use.
class ModelsDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

/// A small pill with a model's purpose; returns its width. `right` is its right edge.
int paintPurposeBadge(QPainter& painter, QPoint right, int rowHeight,
                      protocol::ModelPurpose purpose, const QString& text);

}  // namespace spanwise::ui
