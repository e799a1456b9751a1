#pragma once

#include <QHash>
#include <QKeySequence>
#include <QWidget>
#include <memory>

#include "core/annotation/entity_type.h"
#include "core/text/range.h"

namespace spanwise::ui {

class PlaceList;
class ViewKeys;
class ProjectSession;
class SentenceCard;
class TriageController;

/// What keys ask of the Triage page besides accepting, rejecting and the types' own.
enum class TriageCommand { Later, Back, Open, PreviousPlace, NextPlace, Exceptions };

/// One decision at a time: a group of equal suggestions, one of its places in its sentence, and the
/// keys: A accepts, X rejects, a type's key accepts as that type, Space puts off, Backspace goes
/// back and undoes, Enter opens the document, Left and Right show the other places, Down leads to
/// the list of places, where Space takes the tick off an exception. Shows what the controller has
/// and decides nothing itself.
class TriagePage : public QWidget {
    Q_OBJECT
public:
    explicit TriagePage(QWidget* parent = nullptr);
    ~TriagePage() override;

    /// Both must outlive the page or be replaced before they go; null: no project.
    void setSession(ProjectSession* session, TriageController* triage);
    using Keys = QHash<TriageCommand, QList<QKeySequence>>;
    [[nodiscard]] static QList<QKeySequence> usualKeys(TriageCommand command);
    [[nodiscard]] static QString title(TriageCommand command);  ///< "Decide later"
    /// Accepting and rejecting have the document view's keys.
    void setKeys(const ViewKeys& keys, const Keys& own);
    /// What shows more and fewer suggestions, as keycaps.
    void setThresholdKeys(const QString& more, const QString& fewer);

    /// There is something to decide about.
    [[nodiscard]] bool hasItem() const;
    // As their keys do.
    void perform(TriageCommand command);
    void accept();
    void reject();
    void acceptAs(TypeId type);

    [[nodiscard]] SentenceCard* card() const;
    [[nodiscard]] PlaceList* list() const;

Q_SIGNALS:
    /// Enter: a suggestion's document and place.
    void placeActivated(qint64 document, spanwise::Range range);
    void hint(const QString& headline, const QString& detail);
    void readRequested();  ///< from an empty state: to the documents
    void importRequested();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
