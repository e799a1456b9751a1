#pragma once

#include <QAbstractScrollArea>
#include <QString>
#include <memory>
#include <optional>

#include "core/annotation/document.h"
#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"
#include "ui/document_view/text_palette.h"
#include "ui/document_view/view_keys.h"

namespace spanwise::ui {

/// Shows one document with its labels and lets a person select words. Paints only what is visible:
/// one QTextLayout per line of the text, laid out when first seen (a line of a megabyte is cut into
/// chunks). The text is never read back from Qt; all offsets in this interface are code points of
/// the document. It changes nothing itself: gestures come out as signals.
///
/// Human labels are tinted and underlined solid, suggestions underlined dashed with their score
/// (dotted when they come from the type's name alone); overlaps stack as underlines. One thing at a
/// time has the focus ring: the focused span (annotation or suggestion), under which a card shows
/// the keys that act on it.
///
/// Keys: arrows select word by word (Shift extends, Ctrl goes by character), a type's shortcut
/// labels the selection or changes the focused span's type (types without one have Shift and a
/// digit, in order), after the AnotherType command it comes beside the focused label's type, and
/// ViewKeys says which keys mean which command; of the keys that step through
/// suggestions Tab goes on out of the widget after the last. After accepting or rejecting, the next
/// suggestion gets the focus when the new labels are set.
///
/// Several spans can be marked (the Mark command, or Ctrl and a click); while some are, a type's
/// key, accept, reject and remove concern all of them at once. With a sticky type, what the mouse
/// selects is labelled as it when the button is released, and Space labels a selection.
///
/// Texts in a known syntax are coloured by it, under the labels; what a search has found is tinted.
///
/// The focused annotation's ends can be dragged, snapping to words; with Alt to characters.
class DocumentView : public QAbstractScrollArea {
    Q_OBJECT
public:
    explicit DocumentView(QWidget* parent = nullptr);
    ~DocumentView() override;

    /// A null document shows the empty state.
    void setDocument(std::shared_ptr<const Document> document);
    void setLabels(const DocumentLabels& labels);
    void setScheme(const LabelScheme& scheme);
    /// Suggestions below it are not shown, focused or counted.
    void setThreshold(double threshold);
    /// What a search has found here: in order, without overlaps; null: nothing. Forgotten with the
    /// document.
    void setMatches(std::shared_ptr<const std::vector<Range>> matches);
    /// Colours the text by the syntax that the document's name says (on at first).
    void setSyntaxColors(bool isOn);
    [[nodiscard]] bool hasSyntaxColors() const;
    void setReadOnly(bool readOnly);
    void setKeys(const ViewKeys& keys);
    [[nodiscard]] const ViewKeys& keys() const;
    /// Leave white space and marks at the edges of a selection out of its label (on at first).
    void setTrimming(bool trims);
    [[nodiscard]] bool isTrimming() const;
    /// Labels every selection as this type; 0: none does.
    void setStickyType(TypeId type);
    [[nodiscard]] TypeId stickyType() const;
    /// What a gesture of the mouse labels as, and which type the Sticky command takes up: the last.
    [[nodiscard]] TypeId lastType() const;
    /// Annotations and suggestions marked for a change of several, in text order.
    [[nodiscard]] std::vector<RecordId> markedSpans() const;
    void clearMarks();
    /// Labels the selection, changes the focused span's or the marked spans' type; as its key does.
    /// False: there is nothing to label.
    bool applyType(TypeId type);
    /// What the command's keys do.
    void perform(ViewCommand command);
    /// What is known by now of a stretch of the document in a known syntax, in UTF-16 units.
    [[nodiscard]] std::vector<SyntaxRun> syntaxIn(Range range) const;
    /// What the empty state says (a headline and a line that teaches).
    void setEmptyText(const QString& headline, const QString& hint);
    /// A last, muted line for the card of the focused span ("also in 6 other documents"); empty:
    /// none. Forgotten when the focus moves on.
    void setCardNote(const QString& note);

    [[nodiscard]] std::shared_ptr<const Document> document() const;
    [[nodiscard]] const DocumentLabels& labels() const;
    [[nodiscard]] double threshold() const;

    /// Whole words, unless the person chose single characters. Empty: nothing selected.
    [[nodiscard]] Range selection() const;
    void setSelection(Range range);
    /// The caret's place (the moving end of a selection).
    [[nodiscard]] Offset caret() const;

    /// The focused annotation or suggestion, or 0. It and a selection exclude each other.
    [[nodiscard]] RecordId focusedSpan() const;
    void setFocusedSpan(RecordId record);
    /// Visible suggestions (score ≥ threshold), in text order.
    [[nodiscard]] std::vector<RecordId> visibleSuggestions() const;

    /// The text of the lines that the viewport shows; empty without a document.
    [[nodiscard]] Range visibleRange() const;
    void scrollTo(Range range);
    /// Where a range is, in viewport coordinates, and what is at a point. For tests and the card.
    [[nodiscard]] QRect boundsOf(Range range) const;
    [[nodiscard]] std::optional<Offset> offsetAt(QPoint viewportPosition) const;

    /// For screen readers: the text as decoded from the document, and its offsets in UTF-16 units.
    [[nodiscard]] const QString& utf16Text() const;
    [[nodiscard]] int toUtf16(Offset offset) const;
    [[nodiscard]] Offset fromUtf16(int unit) const;
    [[nodiscard]] QString typeName(TypeId type) const;

    /// The document's text font; zoom with Ctrl +/-/0.
    void setTextFont(const QFont& font);
    /// The text's size against the font's, from 0.5 to 4.
    [[nodiscard]] double zoom() const;
    void setZoom(double zoom);

public Q_SLOTS:
    void focusNextSuggestion();
    void focusPreviousSuggestion();
    void zoomIn();
    void zoomOut();
    void resetZoom();

Q_SIGNALS:
    void selectionChanged(spanwise::Range selection);
    /// It was scrolled, or laid out anew, so that other lines show.
    void visibleRangeChanged(spanwise::Range range);
    void focusedSpanChanged(qint64 record);
    /// A type's shortcut was pressed, or it was chosen from the menu: label `range`.
    void labelRequested(spanwise::Range range, qint64 type);
    void acceptRequested(qint64 suggestion);
    void rejectRequested(qint64 suggestion);
    void acceptAllRequested();  ///< all visible suggestions; there is at least one
    void removeRequested(qint64 annotation);
    void retypeRequested(qint64 record, qint64 type);
    void resizeRequested(qint64 record, spanwise::Range range);
    /// Label `range`, which a label has already, as this type as well.
    void besideRequested(spanwise::Range range, qint64 type);
    // Several spans at once; each list has at least one.
    void retypeAllRequested(const QList<qint64>& records, qint64 type);
    void acceptMarkedRequested(const QList<qint64>& suggestions);
    void rejectMarkedRequested(const QList<qint64>& suggestions);
    void removeAllRequested(const QList<qint64>& records);
    void marksChanged(int count);
    void stickyTypeChanged(qint64 type);
    void doneRequested();  ///< Enter: done, learn, next
    void zoomChanged(double zoom);
    void nextDocumentRequested();
    void previousDocumentRequested();

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void scrollContentsBy(int dx, int dy) override;
    bool focusNextPrevChild(bool next) override;
    void timerEvent(QTimerEvent* event) override;

private:
    friend class DocumentViewAccessible;
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
