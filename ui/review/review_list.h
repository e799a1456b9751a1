#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <vector>

#include "core/annotation/document.h"

namespace spanwise::ui {

class ProjectSession;
class ReviewController;

/// Documents that several annotators labelled, those with the most to decide first.
class ReviewModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { DocumentRole = Qt::UserRole, StatusRole, DetailRole };

    using QAbstractListModel::QAbstractListModel;
    /// Both must outlive the model or be replaced; null: none.
    void setSource(const ProjectSession* session, const ReviewController* review);
    void setOnlyOpen(bool onlyOpen);
    /// The list anew. A document that has nothing to decide any more stays until then.
    void reload();
    void update(DocumentId document);
    [[nodiscard]] int rowOf(DocumentId document) const;  ///< -1: not shown
    [[nodiscard]] DocumentId documentAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    const ProjectSession* m_session = nullptr;
    const ReviewController* m_review = nullptr;
    bool m_onlyOpen = true;
    std::vector<DocumentId> m_shown;
};

/// Name and status; below, what there is to decide.
class ReviewDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
