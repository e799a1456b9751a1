#pragma once

#include <QAbstractListModel>
#include <QHash>
#include <QStyledItemDelegate>
#include <vector>

#include "ui/queue/queue_panel.h"

namespace spanwise::ui {

/// The rows of the document list: documents, and headings where a new section begins. The first
/// section has no heading row: the panel shows the section at the top of the view above the list.
class QueueModel : public QAbstractListModel {
    Q_OBJECT
public:
    enum Role { DocumentRole = Qt::UserRole, StatusRole, DetailRole, HeadingRole, CurrentRole };

    using QAbstractListModel::QAbstractListModel;
    void setDocuments(const std::vector<DocumentSummary>& documents,
                      const std::vector<QueueEntry>& order);
    void setScheme(const LabelScheme& scheme);  ///< for the names of types in reasons
    void setFilter(QueuePanel::Filter filter);
    void setCurrent(DocumentId id);
    bool update(const DocumentSummary& document);
    [[nodiscard]] DocumentId current() const { return m_current; }
    [[nodiscard]] int documentCount() const { return static_cast<int>(m_documents.size()); }
    [[nodiscard]] int shownDocuments() const { return m_shown; }
    [[nodiscard]] int rowOf(DocumentId id) const;  ///< -1: not shown
    /// The nearest shown document from `row` on in a direction, or 0.
    [[nodiscard]] DocumentId neighbour(int row, int step) const;
    [[nodiscard]] QString sectionAt(int row) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    enum class Section { InProgress, Uncertain, Untouched, Done, All, Filtered };
    struct Row {
        int document = -1;  ///< index into m_documents; -1: a heading
        Section section = Section::All;
        QueueEntry entry;
    };
    void rebuild();
    [[nodiscard]] QString sectionName(Section section) const;
    [[nodiscard]] QString detail(const Row& row) const;
    [[nodiscard]] QString reason(const QueueEntry& entry) const;
    [[nodiscard]] bool passes(const DocumentSummary& document) const;

    std::vector<DocumentSummary> m_documents;
    QHash<qint64, int> m_indexOf;
    std::vector<QueueEntry> m_order;
    std::vector<Row> m_rows;
    QHash<qint64, int> m_rowOf;
    QHash<int, int> m_sectionSizes;
    QueuePanel::Filter m_filter = QueuePanel::Filter::Queue;
    LabelScheme m_scheme;
    DocumentId m_current = 0;
    bool m_isRanked = false;  ///< a model has said what to label next
    int m_shown = 0;
};

class QueueDelegate : public QStyledItemDelegate {
    Q_OBJECT
public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option,
               const QModelIndex& index) const override;
    [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option,
                                 const QModelIndex& index) const override;
};

}  // namespace spanwise::ui
