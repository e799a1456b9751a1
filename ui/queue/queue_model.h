#pragma once

#include <QAbstractListModel>
#include <QStyledItemDelegate>
#include <array>
#include <cstdint>
#include <optional>
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
    void setDocuments(QueuePanel::Documents documents, QueuePanel::Order order);
    void setFound(std::optional<std::vector<DocumentId>> found);
    void setScheme(const LabelScheme& scheme);  ///< for the names of types in reasons
    void setFilter(QueuePanel::Filter filter);
    void setDisagreeing(std::vector<DocumentId> documents);  ///< by id
    void setCurrent(DocumentId id);
    void update(DocumentId document);
    [[nodiscard]] DocumentId current() const { return m_current; }
    [[nodiscard]] int documentCount() const { return m_count; }
    [[nodiscard]] int shownDocuments() const { return m_shown; }
    [[nodiscard]] int rowOf(DocumentId id) const;  ///< -1: not shown
    /// The nearest shown document from `row` on in a direction, or 0.
    [[nodiscard]] DocumentId neighbour(int row, int step) const;
    [[nodiscard]] QString sectionAt(int row) const;
    /// What would be shown at the top without setFound().
    [[nodiscard]] std::vector<DocumentId> first(std::size_t most) const;

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] Qt::ItemFlags flags(const QModelIndex& index) const override;

private:
    enum class Section { InProgress, Uncertain, Untouched, Done, All, Filtered };
    void rebuild();
    /// Where a document lies in m_documents, -1: nowhere. Looks from `near` on first.
    [[nodiscard]] int placeOf(DocumentId id, int near = 0) const;
    /// Of a row that is no heading; null: the documents are others by now.
    [[nodiscard]] const DocumentSummary* documentAt(int row) const;
    [[nodiscard]] QueueEntry entryAt(int row) const;
    [[nodiscard]] Section sectionOf(int row) const;
    [[nodiscard]] QString sectionName(Section section) const;
    [[nodiscard]] QString detail(int row, const DocumentSummary& document) const;
    [[nodiscard]] QString reason(const QueueEntry& entry) const;
    [[nodiscard]] bool passes(const DocumentSummary& document) const;

    QueuePanel::Documents m_documents = std::make_shared<const std::vector<DocumentSummary>>();
    QueuePanel::Order m_order = std::make_shared<const std::vector<QueueEntry>>();
    std::vector<std::int32_t> m_places;  ///< in m_documents, by place in m_order; -1: nowhere
    std::optional<std::vector<DocumentId>> m_found;
    /// Places in m_order, or with the filter All in m_documents; -1: a heading.
    std::vector<std::int32_t> m_rows;
    std::vector<std::int32_t> m_rowOf;  ///< by place in m_documents; -1: not shown
    struct SectionStart {
        int row = 0;
        Section section = Section::All;
    };
    std::vector<SectionStart> m_sections;  ///< in order
    std::array<int, 6> m_sectionSizes{};   ///< documents, by section
    QueuePanel::Filter m_filter = QueuePanel::Filter::Queue;
    std::vector<DocumentId> m_disagreeing;
    LabelScheme m_scheme;
    DocumentId m_current = 0;
    bool m_isRanked = false;  ///< a model has said what to label next
    int m_shown = 0;
    int m_count = 0;  ///< documents before the filter
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
