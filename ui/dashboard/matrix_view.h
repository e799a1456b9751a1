#pragma once

#include <QAbstractTableModel>
#include <QStyledItemDelegate>
#include <QTableView>
#include <memory>
#include <vector>

#include "ui/dashboard/chart_card.h"

namespace spanwise::ui {

struct MatrixCell {
    qint64 spans = 0;
    qint64 otherBoundaries = 0;  ///< of these, where both types are the same
};

/// Labelled types down, found types across.
class MatrixModel : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Role { SpansRole = Qt::UserRole, ShareRole, RightRole };

    using QAbstractTableModel::QAbstractTableModel;
    /// The last name of each is "none". `cells` by row and column.
    void setCells(const QStringList& names, std::vector<std::vector<MatrixCell>> cells);
    [[nodiscard]] const QStringList& names() const { return m_names; }
    [[nodiscard]] MatrixCell cell(int row, int column) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation,
                                      int role) const override;

private:
    QStringList m_names;
    std::vector<std::vector<MatrixCell>> m_cells;
};

/// A matrix shaded by each cell's share of its row. Arrow keys move, Enter (or a click) asks for
/// the cell's mistakes.
class MatrixView : public QTableView {
    Q_OBJECT
public:
    explicit MatrixView(QWidget* parent = nullptr);
    void setCells(const QStringList& names, std::vector<std::vector<MatrixCell>> cells);
    [[nodiscard]] const MatrixModel* matrix() const { return m_model; }
    [[nodiscard]] ChartTable table() const;
    [[nodiscard]] QSize sizeHint() const override;
    /// All of it, for a picture.
    [[nodiscard]] std::unique_ptr<QWidget> fullCopy() const;

Q_SIGNALS:
    void cellActivated(int row, int column);

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] QSize fullSize() const;
    MatrixModel* m_model;
    std::vector<std::vector<MatrixCell>> m_cells;
};

}  // namespace spanwise::ui
