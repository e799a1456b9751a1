#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <vector>

#include "storage/statistics.h"

namespace spanwise::ui {

/// Changes of a project, the newest first.
class HistoryModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        NameRole = Qt::UserRole,
        KindRole,    ///< in the user's language; empty for a label gesture
        DetailRole,  ///< who, when, where, by which model's word
        TimeRole,
        IsUndoneRole
    };
    struct Row {
        HistoryEntry entry;
        int steps = 0;  ///< HistoryController::stepsTo
    };

    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<Row> rows);
    [[nodiscard]] const Row* row(int index) const;
    [[nodiscard]] int rowOf(std::int64_t event) const;  ///< -1: not there
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

    /// "Import", "Undone", …
    [[nodiscard]] static QString kindName(const std::string& kind);
    [[nodiscard]] static QString secondsText(double seconds);  ///< "4.2 s", "3 min"

private:
    std::vector<Row> m_rows;
};

/// Two lines: what was done, and when; who did it, where, and by which model's word.
class HistoryDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
