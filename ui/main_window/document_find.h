#pragma once

#include <QObject>
#include <QString>
#include <memory>
#include <optional>

#include "core/annotation/document.h"
#include "ui/session/document_finder.h"

namespace spanwise::ui {

class DocumentView;
class FindBar;
class QueuePanel;

/// Finding in the open document: what the find bar asks for while it is open, else what the
/// documents' filter asks for. Tints the matches, selects one after the other, and with a filter
/// goes on into the next of its documents.
class DocumentFind : public QObject {
    Q_OBJECT
public:
    DocumentFind(DocumentView* view, QueuePanel* queue, FindBar* bar, QObject* parent);
    ~DocumentFind() override;

    /// The view shows another document, or none.
    void followDocument();
    /// The filter's text; empty: none.
    void setFilter(const QString& search);
    /// The list shows what the filter finds, or the first of it.
    void setFound();

    /// Opens the find bar, for what stands in a range if it is not empty.
    void open(Range chosen = {});
    /// The match in hand stays selected, and the document gets the focus.
    void close();
    /// Opens the first of the filter's documents at its first match, as soon as it is known.
    void openFirst();
    void next() { step(1); }
    void previous() { step(-1); }

Q_SIGNALS:
    void documentRequested(qint64 document);

private:
    enum class Wish { None, Nearest, First, Last };
    [[nodiscard]] bool isOpen() const;
    void search();
    void step(int direction);
    void show(Wish wish);
    void select(std::size_t match);
    void openDocument(qint64 document, Wish wish);
    /// The match that is selected, or whose words were labelled last.
    [[nodiscard]] std::optional<std::size_t> matchInHand() const;
    void say();

    DocumentView* m_view;
    QueuePanel* m_queue;
    FindBar* m_bar;
    DocumentFinder m_finder;
    QString m_filter;
    bool m_isFound = false;  ///< the list is the filter's
    bool m_wantsFirst = false;
    Wish m_wish = Wish::None;  ///< once the matches are known
    DocumentId m_awaited = 0;  ///< the document that the wish is about, until it is shown
    Offset m_anchor = 0;       ///< where the search in the field began
    Range m_before;            ///< what was selected then
    std::size_t m_match = 0;   ///< the last that was selected
    QString m_note;            ///< how it came to be where it is
};

}  // namespace spanwise::ui
