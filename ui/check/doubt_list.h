#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <vector>

#include "ui/session/quality_controller.h"

namespace spanwise::ui {

/// A doubt with the words around it.
struct DoubtRow {
    Doubt doubt;
    QString documentName;
    QString before, match, after;
};

/// Labels to look at again, one a row.
class DoubtModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        KindRole = Qt::UserRole,
        BeforeRole,
        MatchRole,
        AfterRole,
        LabelRole,  ///< the type that it has; empty: none
        LabelColorRole,
        FoundRole,  ///< what the model says; empty: nothing
        FoundColorRole,
        SureRole,
        EvidenceRole,
        DocumentNameRole
    };

    using QAbstractListModel::QAbstractListModel;
    void setRows(std::vector<DoubtRow> rows, const LabelScheme& scheme);
    [[nodiscard]] const DoubtRow* row(int index) const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<DoubtRow> m_rows;
    LabelScheme m_scheme;
};

/// Three lines: kind, document and certainty; the text; what it is and what the model says, with
/// the evidence.
class DoubtDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
