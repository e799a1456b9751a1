#pragma once

#include <QWidget>
#include <memory>
#include <optional>
#include <vector>

#include "core/queue/document_queue.h"
#include "storage/project.h"

namespace spanwise::ui {

/// The left side: search field, filter chips (Queue, All, Unlabelled, Suggestions, Disagree, Done),
/// and the documents in the queue's order under section headings that say why ("Next up ·
/// uncertain", "Done · 37"). A model/view list with uniform rows and a delegate, so that a million
/// documents cost neither widgets nor copies. Knows nothing of the project: takes summaries, gives
/// signals.
class QueuePanel : public QWidget {
    Q_OBJECT
public:
    enum class Filter { Queue, All, Unlabelled, WithSuggestions, Disagreeing, Done };
    Q_ENUM(Filter)

    explicit QueuePanel(QWidget* parent = nullptr);
    /// Why a document that is held out has no suggestions.
    [[nodiscard]] static QString heldOutText();
    ~QueuePanel() override;

    using Documents = std::shared_ptr<const std::vector<DocumentSummary>>;
    using Order = std::shared_ptr<const std::vector<QueueEntry>>;
    /// Replaces all rows; the documents, by id, are what is shown from now on, also when they
    /// change in place; `order` gives place and reason. Keeps scroll position and current row.
    void setDocuments(Documents documents, Order order);
    /// Shows these documents only, by id; none: all.
    void setFound(std::optional<std::vector<DocumentId>> found);
    /// The documents that are at the top of the list when nothing is being searched.
    [[nodiscard]] std::vector<DocumentId> firstDocuments(std::size_t most) const;
    /// Documents with open disagreements between annotators, by id; none: there is nothing to
    /// compare, and no such filter.
    void setDisagreeing(std::optional<std::vector<DocumentId>> documents);
    void setScheme(const LabelScheme& scheme);  ///< for the names of types in reasons
    /// One row changed (counts, status); the order stays until the next setDocuments.
    void updateDocument(DocumentId document);
    void setCurrentDocument(DocumentId id);
    [[nodiscard]] DocumentId currentDocument() const;
    [[nodiscard]] Filter filter() const;
    void setFilter(Filter filter);
    [[nodiscard]] DocumentId first() const;  ///< of what is shown, or 0
    /// The document after or before the current one in what is shown, or 0.
    [[nodiscard]] DocumentId next() const;
    [[nodiscard]] DocumentId previous() const;
    /// The next one that is not done.
    [[nodiscard]] DocumentId nextToDo() const;
    void focusSearch();
    /// The keys that the search field and the empty states show.
    void setKeycaps(const QString& search, const QString& import, const QString& done);

Q_SIGNALS:
    void documentActivated(qint64 document);
    void searchChanged(const QString& text);  ///< debounced
    void searchEntered();                     ///< Enter, after searchChanged
    void filterChanged(spanwise::ui::QueuePanel::Filter filter);
    void trashRequested(const QList<qint64>& documents);
    void doneRequested(const QList<qint64>& documents, bool areDone);
    void importRequested();  ///< from the empty state

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
