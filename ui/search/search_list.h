#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>

#include "core/annotation/entity_type.h"
#include "ui/session/search_controller.h"

namespace spanwise::ui {

/// What a search found, one place a row; asks the controller for more when the view does.
class SearchHitModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        BeforeRole = Qt::UserRole,
        MatchRole,
        AfterRole,
        DocumentNameRole,
        TypeNameRole,  ///< of the label there; empty: none
        TypeColorRole,
        ScoreRole,  ///< of a suggestion, as text; empty: it is an annotation, or nothing
    };

    using QAbstractListModel::QAbstractListModel;
    /// Null: none.
    void setController(SearchController* controller);
    void setScheme(const LabelScheme& scheme);
    [[nodiscard]] const SearchHit* hit(int row) const;
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] bool canFetchMore(const QModelIndex& parent) const override;
    void fetchMore(const QModelIndex& parent) override;

private:
    void follow();
    SearchController* m_controller = nullptr;
    LabelScheme m_scheme;
    int m_generation = -1;
    int m_rows = 0;  ///< of the controller's hits that the view knows of
};

/// "…was started on [metformin] 500 mg twice…   drug .71   note-031".
class SearchHitDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
