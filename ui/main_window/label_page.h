#pragma once

#include <QTimer>
#include <QWidget>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/annotation/span.h"
#include "ui/document_view/view_keys.h"

class QSplitter;

namespace spanwise {
struct Occurrences;
}

namespace spanwise::ui {

class DocumentFind;
class DocumentView;
class FindBar;
class GuidelineController;
class GuidelinePanel;
class LearningController;
class OccurrenceFinder;
class ProjectSession;
class QualityController;
class QueuePanel;
class ReviewController;
class SimilarityController;
class SearchController;
class SearchPanel;
class SimilarPanel;
class TypesPanel;

/// The page where the work is done: documents at the left, the document in the middle, types at the
/// right. Shows what the session says and hands it what the person does; decides nothing itself
/// but where to go next.
class LabelPage : public QWidget {
    Q_OBJECT
public:
    explicit LabelPage(QWidget* parent = nullptr);
    ~LabelPage() override;

    /// Null: no project. Both must outlive the page or be replaced before they go.
    void setSession(ProjectSession* session, LearningController* learning,
                    QualityController* quality = nullptr,
                    SimilarityController* similarity = nullptr);
    /// Null: none. Must outlive the page or be replaced before it goes.
    void setSearch(SearchController* search);
    void setGuidelines(GuidelineController* guidelines);  ///< the same
    void setReview(ReviewController* review);             ///< the same
    void setKeys(const ViewKeys& keys);
    /// By an action's id its first key, for hints.
    void setKeycaps(std::function<QString(const char*)> keycap);
    /// Opens a document and selects a place in it.
    bool goTo(DocumentId document, Range range);

    [[nodiscard]] DocumentView* view() const { return m_view; }
    [[nodiscard]] QueuePanel* queue() const { return m_queue; }
    [[nodiscard]] TypesPanel* types() const { return m_types; }
    [[nodiscard]] SearchPanel* search() const { return m_searchPanel; }
    [[nodiscard]] GuidelinePanel* guidelines() const { return m_guidelines; }
    [[nodiscard]] QSplitter* splitter() const { return m_splitter; }
    /// The suggestion that has the focus, or 0.
    [[nodiscard]] RecordId focusedSuggestion() const;

public Q_SLOTS:
    void addType();
    void goToNext();
    void goToPrevious();
    /// Marks the document as done and goes on to the next; one that is done is opened again.
    void markDone();
    /// Of the search's place in hand, else of the document.
    void perform(ViewCommand command);
    void acceptFocused();  ///< and the rest, as perform() does
    void rejectFocused();
    void acceptAll();
    void showMoreSuggestions();  ///< the threshold goes down a step
    void showFewerSuggestions();
    void trashCurrent();
    /// Asks to label the selection, or the focused label's words, wherever they stand.
    void propagate();
    /// Shows what is like the selection or the focused label.
    void findSimilar();
    /// Opens the find bar, for what is selected or focused if anything is.
    void findInDocument();
    void findNext();  ///< of the find bar's matches, else of the filter's, into its next document
    void findPrevious();
    /// Opens the search of the whole project, for what is selected if anything is.
    void searchProject();
    /// Opens the guideline of the type in use; again goes to its examples, and again closes it.
    void showGuideline();
    void showGuidelineOf(qint64 type);
    /// Labels the search's place in hand, else the selection, or changes the focused label.
    void useType(qint64 type);
    void editType(qint64 type, bool startsWithNote = false);
    /// Asks what becomes of its labels first, if it has any.
    void removeType(qint64 type, bool merges = false);

Q_SIGNALS:
    void importRequested();
    void exportRequested();
    /// Something worth a word, not an error.
    void hint(const QString& headline, const QString& detail);
    /// Documents, all done now.
    void allDone();

private:
    void showDocument();
    void showLabels();
    void showScheme();
    void showCounts();
    void showQueue();
    void findDocuments();
    void showEmptyText();
    void findOccurrences();
    void showOccurrences(const QString& text, const Occurrences& found);
    /// `text` with the action's key as %1, or `otherwise` when it has none.
    [[nodiscard]] QString withKey(const char* action, const QString& text,
                                  const QString& otherwise) const;
    void showDisagreeing();
    void showFigures();
    /// The selection, or the place of the focused label or suggestion; empty: neither.
    [[nodiscard]] Range chosenRange() const;
    /// The same, or else the label at the caret.
    [[nodiscard]] Range chosenRangeOrLabel() const;
    [[nodiscard]] TypeId typeInUse() const;  ///< of the focused span, else the sticky or last one
    void trashDocuments(const QList<qint64>& documents);
    [[nodiscard]] bool focusIsSuggestion() const;

    ProjectSession* m_session = nullptr;
    LearningController* m_learning = nullptr;
    QualityController* m_quality = nullptr;
    SimilarityController* m_similarity = nullptr;
    ReviewController* m_review = nullptr;
    QSplitter* m_splitter;
    QueuePanel* m_queue;
    DocumentView* m_view;
    FindBar* m_findBar;
    DocumentFind* m_find;
    SimilarPanel* m_similar;
    SearchPanel* m_searchPanel;
    GuidelinePanel* m_guidelines;
    TypesPanel* m_types;
    std::function<QString(const char*)> m_keycap;
    QString m_search;
    std::unique_ptr<OccurrenceFinder> m_occurrences;  ///< of the session
    QTimer m_countsTimer, m_queueTimer, m_occurrenceTimer;
};

}  // namespace spanwise::ui
