#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"
#include "core/formats/import.h"
#include "core/queue/document_queue.h"
#include "storage/project.h"
#include "ui/session/background_task.h"
#include "ui/session/latest_task.h"
#include "ui/session/ordered_tasks.h"

namespace spanwise::ui {

/// One open project and what a person does with it: the document on the screen, its labels, and
/// the gestures that change them. Every gesture is committed to disk before its signal goes out, so
/// that what is painted is safe. No widgets. Lives in the thread that created it. Imports, backups,
/// searches and changes of many labels have threads and connections of their own. Such a change
/// locks the project, unless it comes by commitSoon(): then a gesture that follows waits for it, so
/// that changes reach the disk in the order in which they were made.
///
/// Gestures return whether they changed anything; an error goes out through `errorOccurred`.
/// Destroying a session carries out what was asked for.
class ProjectSession : public QObject {
    Q_OBJECT
public:
    explicit ProjectSession(std::unique_ptr<Project> project, QObject* parent = nullptr);
    ~ProjectSession() override;

    [[nodiscard]] static Result<std::unique_ptr<ProjectSession>> open(const QString& path);
    [[nodiscard]] static Result<std::unique_ptr<ProjectSession>> create(const QString& path,
                                                                        const LabelScheme& scheme);

    [[nodiscard]] Project& project() { return *m_project; }
    [[nodiscard]] const Project& project() const { return *m_project; }
    [[nodiscard]] QString path() const;
    [[nodiscard]] QString name() const;
    /// The file cannot be written, for the reason that `readOnlyReason` tells.
    [[nodiscard]] bool isReadOnly() const { return m_project->isReadOnly(); }
    [[nodiscard]] QString readOnlyReason() const;
    /// Nothing can be changed now: read-only, or an import or a large edit has the file.
    [[nodiscard]] bool isLocked() const {
        return isReadOnly() || isImporting() || isMerging() || m_largeEdits > 0;
    }
    /// Why, for a person; none: it is not locked.
    [[nodiscard]] std::optional<Error> lockedReason() const;
    /// Who labels, in the history: SPANWISE_ANNOTATOR, or the user's name on this computer.
    [[nodiscard]] const std::string& annotator() const { return m_annotator; }
    /// From the next change on.
    void setAnnotator(std::string name) { m_annotator = std::move(name); }
    [[nodiscard]] static std::string usualAnnotator();

    // What is on the screen.
    [[nodiscard]] std::shared_ptr<const Document> document() const { return m_document; }
    [[nodiscard]] DocumentId documentId() const { return m_document ? m_document->id : 0; }
    [[nodiscard]] const DocumentLabels& labels() const { return m_labels; }
    [[nodiscard]] const LabelScheme& scheme() const { return m_scheme; }
    [[nodiscard]] double threshold() const { return m_threshold; }
    void setThreshold(double threshold);  ///< kept in the project
    [[nodiscard]] const ProjectCounts& counts() const { return m_counts; }
    /// All living documents by id, kept up to date.
    [[nodiscard]] const std::vector<DocumentSummary>& documents() const { return *m_documents; }
    [[nodiscard]] const DocumentSummary* summary(DocumentId id) const;
    /// The order to work in, as of now; the reference holds until the next gesture.
    [[nodiscard]] const std::vector<QueueEntry>& queue() const { return *sharedQueue(); }
    /// The same lists for who shows them: there is no room for two of a million documents. The
    /// documents change in place, before the signals that say so.
    [[nodiscard]] std::shared_ptr<const std::vector<DocumentSummary>> sharedDocuments() const {
        return m_documents;
    }
    [[nodiscard]] std::shared_ptr<const std::vector<QueueEntry>> sharedQueue() const;
    /// What a model says to label next, best first; it holds until the next one. Empty: none.
    void setRanking(std::vector<QueueEntry> ranking);
    [[nodiscard]] const std::vector<QueueEntry>& ranking() const { return m_ranking; }
    /// Which documents are labelled without suggestions, and how many suggestions are kept back.
    [[nodiscard]] const HoldOut& holdOut() const { return m_holdOut; }
    [[nodiscard]] bool isHeldOut(DocumentId id) const { return m_holdOut.isHeldOut(id); }
    bool setHoldOut(double documents, double suggestions);  ///< shares, kept in the project
    /// Manual and accepted labels per hour of work in this session; negative: too few to say.
    [[nodiscard]] double labelsPerHour() const;

    bool openDocument(DocumentId id);
    /// The best document to start with: where the person was, else the queue's first.
    bool openFirstDocument();
    void closeDocument();

    /// Changes of more labels are made and committed in the background.
    static constexpr std::size_t kFewLabels = 200;

    // Gestures on the document. Those on hundreds of records are carried out in the background, the
    // project being locked meanwhile: true then says that they are under way.
    bool label(Range range, TypeId type, SameWords same = SameWords::Change);
    bool accept(const std::vector<RecordId>& suggestions);
    /// All suggestions with at least that score, as one step.
    bool acceptAll(double threshold);
    bool reject(const std::vector<RecordId>& suggestions);
    bool removeAnnotations(const std::vector<RecordId>& annotations);
    /// Of an annotation, or of a suggestion that is thereby accepted as another type.
    bool retype(RecordId record, TypeId type);
    bool resize(RecordId record, Range range);
    /// Several annotations and suggestions at once, each as one step.
    bool retypeAll(const std::vector<RecordId>& records, TypeId type);
    bool clearAll(const std::vector<RecordId>& records);  ///< removes, and rejects suggestions
    bool setStatus(DocumentStatus status);
    /// Of any documents, as one step; those that have it already are passed over.
    bool setStatus(const std::vector<DocumentId>& ids, DocumentStatus status);
    /// As one step, an annotation goes (0: none) and what a model sees there comes (nothing: no
    /// entity), accepted.
    bool takeInstead(RecordId annotation, std::optional<std::pair<Range, TypeId>> found);

    /// Commits an edit of any documents, made from labels as they are stored now, as one step.
    /// Returns the history's event; 0 when nothing was changed.
    std::int64_t commitEverywhere(const Edit& edit, const QString& name);
    /// The same for an edit of thousands of labels, made and committed in a thread over a
    /// connection of its own. Meanwhile the project is locked. `done` hears of the event in this
    /// thread; 0: nothing was changed.
    using EditMaker = std::function<Result<Edit>(const Project&)>;
    void commitInBackground(EditMaker make, const QString& name,
                            std::function<void(std::int64_t)> done);
    /// The same for one decision of many in a row: the project is not locked. `make` sees what was
    /// asked for before as done. Its new records need ids of Project::reserveRecordIds(). `done`
    /// hears of an error, too, which has been told. False: refused, with the reason told; `done`
    /// is not called.
    bool commitSoon(EditMaker make, const QString& name,
                    std::function<void(Result<std::int64_t>)> done);
    /// Something is on its way to the disk in the background.
    [[nodiscard]] bool isCommitting() const { return m_commits.isRunning(); }
    /// Waits for what is on its way, and tells of it.
    void finishCommits() { m_commits.finish(); }

    /// A change of many labels goes back in the background, the project being locked meanwhile:
    /// true then says that it is under way. `done` is called once in any case, with whether
    /// anything was changed.
    bool undo(std::function<void(bool)> done = {});
    bool redo(std::function<void(bool)> done = {});
    /// So many steps goTo() reaches at most.
    static constexpr int kUndoSteps = 10000;
    /// Undoes, or redoes, up to and with this event, in the background, the project being locked
    /// meanwhile. `done` is called once in any case, with the number of steps: fewer than there are
    /// after an error, which has been told; 0 when neither reaches the event.
    void goTo(std::int64_t event, std::function<void(int)> done);
    /// What undo and redo would concern ("Label “metformin” as drug"); empty: nothing.
    [[nodiscard]] QString undoName() const { return m_undoName; }
    [[nodiscard]] QString redoName() const { return m_redoName; }

    // Types and documents.
    /// id 0: a new one. Returns its id, 0 after an error.
    TypeId putType(const EntityType& type);
    // These are carried out in the background, many documents or few, the project being locked
    // meanwhile. False: refused, with the reason told. `done` is called once all is as asked for.
    bool trashType(TypeId type, std::function<void()> done = {});
    bool restoreType(TypeId type, std::function<void()> done = {});
    /// All labels of `from` become `into`, and `from` goes to the trash.
    bool mergeType(TypeId from, TypeId into, std::function<void()> done = {});
    bool trashDocuments(const std::vector<DocumentId>& ids, std::function<void()> done = {});
    /// Those with nothing but white space; `done` hears how many.
    bool trashEmptyDocuments(std::function<void(qint64)> done);
    bool restoreDocuments(const std::vector<DocumentId>& ids, std::function<void()> done = {});

    struct ImportReport {
        Project::ImportResult result;
        QString notes;  ///< e.g. which tag scheme was found
    };
    /// All files in one transaction, in a thread: a bad last file leaves the project as it was.
    /// Meanwhile the project is locked. Ends with `importFinished` or `errorOccurred`.
    void importFiles(const QStringList& files, FileFormat format = FileFormat::Auto,
                     bool withSpans = true);
    [[nodiscard]] bool isImporting() const { return m_import.isRunning(); }
    void cancelImport();
    /// Brings annotators' files in (Project::merge), in a thread. Meanwhile the project is locked.
    /// Ends with `merged` or `mergeFailed`. False: refused, with the reason told.
    bool mergeFiles(const QStringList& files, bool takeAgreed);
    [[nodiscard]] bool isMerging() const { return m_merge.isRunning(); }
    void cancelMerge() { m_merge.requestStop(); }

    /// Looks in a thread for the documents that have a text or name like this; a new search ends
    /// the one before. Ends with `documentsFound`. Where that takes long (a word that most of a
    /// million documents have), `firstDocumentsFound` comes before it with what is among `first`,
    /// the documents at the top of the list: the screen need not wait for the rest.
    void findDocuments(const QString& text, const std::vector<DocumentId>& first = {});
    /// The text under a range of the current document.
    [[nodiscard]] QString textOf(Range range) const;

    /// Takes a model's suggestions for whole documents (LearningController).
    bool putSuggestions(const std::vector<SuggestionBatch>& batches, const std::string& model);

    /// For whatever fails elsewhere in the session.
    void report(const Error& error) { Q_EMIT errorOccurred(error); }

Q_SIGNALS:
    void documentChanged();
    /// The labels of a document are others now, by a person or a model.
    void labelsChanged(qint64 document);
    /// A person decided something: there is more, or less, to learn from. 0: in many documents.
    void teachingChanged(qint64 document);
    void schemeChanged();
    /// Documents came or went.
    void documentsChanged();
    /// By id; more are to come with `documentsFound`.
    void firstDocumentsFound(const QString& text,
                             const std::vector<spanwise::DocumentId>& documents);
    /// By id.
    void documentsFound(const QString& text, const std::vector<spanwise::DocumentId>& documents);
    /// Counts or status of one document changed.
    void summaryChanged(const spanwise::DocumentSummary& summary);
    void countsChanged();
    void thresholdChanged(double threshold);
    void rankingChanged();
    void holdOutChanged();
    void undoChanged();
    void lockedChanged();
    void saved(double milliseconds);  ///< how long the disk took for the last gesture
    void importProgress(int documents);
    void mergeProgress(int done, int total);  ///< per mille of all files
    void merged(const spanwise::MergeReport& report);
    void mergeFailed(const spanwise::Error& error);  ///< or stopped; nothing was changed
    void importFinished(const spanwise::ui::ProjectSession::ImportReport& report);
    void errorOccurred(const spanwise::Error& error);

private:
    /// What a change in the background brought, read there.
    struct Committed {
        std::int64_t event = 0;
        double milliseconds = 0;
        int labelsMade = 0;  ///< as labelsPerHour() counts them
        /// Those concerned, or all; none: could not be read.
        std::optional<std::vector<DocumentSummary>> documents;
        bool areAll = false;
    };
    using Change = std::function<Result<Committed>(Project&)>;

    [[nodiscard]] EditContext context(RecordId& nextId);
    [[nodiscard]] static Committed committed(const Project& project, std::int64_t event,
                                             const Edit* edit);
    /// Reads the documents that changed, or all.
    static void readChanged(const Project& project, const QSet<qint64>& touched, Committed& change);
    [[nodiscard]] static Change changeBy(EditMaker make, EventInfo info);
    bool inBackground(bool locks, Change change, std::function<void(Result<Committed>)> done);
    bool inBackground(std::function<Result<void>(Project&)> change, std::function<void()> done);
    void take(Committed change);
    [[nodiscard]] double pause() const;  ///< seconds since the last gesture
    [[nodiscard]] EventInfo gesture(const QString& name) const;
    std::int64_t write(const Edit& edit, const QString& name, double* milliseconds);
    bool commit(const Edit& edit, const QString& name);
    bool commit(const Result<Edit>& edit, const QString& name);
    bool change(std::size_t records, const QString& name,
                std::function<Result<Edit>(const DocumentLabels&, const EditContext&)> make);
    bool replay(bool isUndo, std::function<void(bool)> done);
    bool replayed(const Result<Event>& event);
    void takeUndone(Committed change);
    /// Locked or not; says why not.
    bool isFree(bool evenAfterLargeEdit = false);
    /// The same, and what is on its way is on the disk.
    bool writable();
    void reloadAll(std::optional<std::vector<DocumentSummary>> documents = {});
    /// After documents came or went, with m_documents as it is now.
    void showAll();
    void reloadDocuments();
    void addDocuments();
    [[nodiscard]] std::vector<DocumentSummary>::iterator place(DocumentId id) const;
    void setSummary(DocumentSummary summary);
    void refreshSummary(DocumentId id);
    void refreshCounts();
    void refreshUndo();
    void startBackup();
    void imported(Result<ImportReport> report);
    void saveSettings();
    bool isKnown(TypeId type);
    [[nodiscard]] QString typeName(TypeId type) const;
    [[nodiscard]] QString quoted(Range range) const;
    [[nodiscard]] std::optional<Range> rangeOf(RecordId record, TypeId* type) const;

    std::unique_ptr<Project> m_project;
    std::string m_annotator;
    std::shared_ptr<const Document> m_document;
    Offset m_length = 0;  ///< of the document, code points
    DocumentLabels m_labels;
    LabelScheme m_scheme;
    double m_threshold = 0.5;
    HoldOut m_holdOut;
    std::shared_ptr<std::vector<DocumentSummary>> m_documents =
        std::make_shared<std::vector<DocumentSummary>>();
    mutable std::shared_ptr<const std::vector<QueueEntry>> m_queue;  ///< null: out of date
    ProjectCounts m_counts;
    std::vector<QueueEntry> m_ranking;
    QString m_undoName, m_redoName;
    QElapsedTimer m_sinceGesture;
    double m_activeSeconds = 0;
    int m_labelsMade = 0;

    BackgroundTask<Result<ImportReport>> m_import;
    BackgroundTask<Result<MergeReport>> m_merge;
    BackgroundTask<Result<bool>> m_backup;
    LatestTask<Result<std::vector<DocumentId>>> m_find;
    LatestTask<Result<std::vector<DocumentId>>> m_findFirst;
    std::shared_ptr<Project> m_findConnection, m_findFirstConnection;
    QTimer m_backupTimer, m_settingsTimer;
    bool m_backupComplained = false;
    std::shared_ptr<Project> m_commitsProject;  ///< in m_commits' thread
    int m_largeEdits = 0;                       ///< of m_commits, those that lock the project
    OrderedTasks<Result<Committed>> m_commits;
};

}  // namespace spanwise::ui
