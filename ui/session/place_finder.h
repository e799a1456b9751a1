#pragma once

#include <QObject>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/patterns/pattern.h"
#include "storage/project.h"
#include "ui/session/background_task.h"

namespace spanwise::ui {

class ProjectSession;

/// A match in a document, and what is there already.
struct FoundPlace {
    enum class Is {
        Free,
        Labelled,  ///< just so, as the type asked for
        Taken,     ///< by a label that says what it is: settles()
        Refused,   ///< a person has rejected this
        HeldOut,   ///< in a document that is labelled without help
    };
    DocumentId document = 0;
    Range range;
    Is is = Is::Free;
    TypeId label = 0;  ///< Taken or Free: the type of a label that overlaps it
};

/// The text around a place.
struct PlaceText {
    QString documentName, before, match, after;
};

struct FoundPlaces {
    std::vector<FoundPlace> places;  ///< by document and offset
    std::vector<PlaceText> texts;    ///< of the first of them
    qint64 documents = 0;            ///< that have any
    qint64 free = 0, labelled = 0, taken = 0, refused = 0;
    qint64 heldOut = 0;  ///< documents with places that are passed over
    bool isCut = false;  ///< the search ended at the limit
};

struct PlaceQuery {
    Pattern pattern;  ///< its type says what is "labelled"
    /// The only one to look at, held out or not: a person works in it. 0: all, and what is found in
    /// those that are held out is not to be used.
    DocumentId document = 0;
    /// A string without which there is no match: found by the index first. Empty: none.
    std::string phrase;
    std::size_t texts = 500;
    std::size_t limit = 200000;
};

/// Looks for a pattern through a project's documents in a thread. No widgets; lives in its
/// session's thread, which must outlive it.
class PlaceFinder : public QObject {
    Q_OBJECT
public:
    explicit PlaceFinder(ProjectSession& session, QObject* parent = nullptr);
    ~PlaceFinder() override;

    /// Ends with `found`. Replaces a search that is under way. The pattern must be usable.
    void find(PlaceQuery query);
    void cancel();
    [[nodiscard]] bool isRunning() const { return m_task.isRunning(); }
    /// What the last search found, or why it did not.
    using Found = Result<std::shared_ptr<const FoundPlaces>>;
    [[nodiscard]] const Found& result() const { return m_result; }

Q_SIGNALS:
    void progress(int documents);
    void found();

private:
    ProjectSession& m_session;
    std::shared_ptr<Project> m_project;
    std::optional<PlaceQuery> m_next;
    Found m_result;
    BackgroundTask<Found> m_task;
};

enum class PlaceUse { Label, Suggest };

/// Labels places, of origin Pattern, or proposes them, as one step of undo. What is labelled or,
/// for Suggest, refused or in a document that is held out, is passed over. `done` hears how many
/// came: at once, or for more than a thousand places later, when a thread has done it.
void usePlaces(ProjectSession& session, std::vector<FoundPlace> places, TypeId type, PlaceUse use,
               const QString& words, std::function<void(qint64)> done);

}  // namespace spanwise::ui
