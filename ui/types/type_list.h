#pragma once

#include <QAbstractListModel>
#include <QListView>
#include <QStyledItemDelegate>

#include "core/annotation/entity_type.h"
#include "ui/theme/type_pattern.h"
#include "ui/types/types_panel.h"

namespace spanwise::ui {

/// The scheme's types with their counts.
class TypeModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role {
        TypeRole = Qt::UserRole,
        ColorRole,
        ShortcutRole,
        AnnotationsRole,
        SuggestionsRole,
        FigureRole,  ///< of the last check; empty: none
        PatternRole  ///< TypePattern as int
    };

    using QAbstractListModel::QAbstractListModel;
    void setScheme(const LabelScheme& scheme);
    void setStatistics(const std::vector<TypeStatistics>& statistics);
    void setFigures(const std::vector<TypeFigure>& figures, const QString& none);
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    LabelScheme m_scheme;
    mutable QHash<qint64, TypePattern> m_patterns;
    mutable bool m_patternsAreAll = false;  ///< they are of the setting that each type has one
    std::vector<EntityType> m_types;
    QHash<qint64, TypeStatistics> m_statistics;
    QHash<qint64, TypeFigure> m_figures;
    QString m_noFigure;
};

/// A type's row: swatch, name, figure, count, key, and under them the share that a person has
/// decided.
class TypeDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

/// As tall as its rows, up to what the panel can spare.
class ShrinkingList : public QListView {
    Q_OBJECT
public:
    explicit ShrinkingList(QWidget* parent = nullptr);
    void setModel(QAbstractItemModel* model) override;
    [[nodiscard]] QSize sizeHint() const override;
    [[nodiscard]] QSize minimumSizeHint() const override;
    /// Rows beyond which it scrolls even when there is room.
    void setMostRows(int rows) { m_mostRows = rows; }
    /// Rows that stay when there is little room.
    void setLeastRows(int rows) { m_leastRows = rows; }

Q_SIGNALS:
    void editPressed(const QModelIndex& index);    ///< F2
    void removePressed(const QModelIndex& index);  ///< Delete
    void chosen(const QModelIndex& index);         ///< Enter, or a click

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;

private:
    [[nodiscard]] int rowHeight() const;
    int m_mostRows = 1000;
    int m_leastRows = 2;
    int m_rowBefore = -1;  ///< the current one, while the model is reset
};

/// "…with mild **nausea** and… condition".
class OccurrenceModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { BeforeRole = Qt::UserRole, MatchRole, AfterRole, TypeNameRole, TypeColorRole };

    using QAbstractListModel::QAbstractListModel;
    void setRows(const std::vector<OccurrenceRow>& rows, const LabelScheme& scheme);
    void setScheme(const LabelScheme& scheme);
    [[nodiscard]] const OccurrenceRow& row(int index) const {
        return m_rows[static_cast<size_t>(index)];
    }
    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
    std::vector<OccurrenceRow> m_rows;
    LabelScheme m_scheme;
};

class OccurrenceDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
