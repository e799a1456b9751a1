#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"
#include "core/formats/record.h"
#include "core/queue/hold_out.h"
#include "core/queue/teaching_choice.h"
#include "core/result.h"
#include "storage/guidelines.h"
#include "storage/layers.h"
#include "storage/merge.h"
#include "storage/search_query.h"
#include "storage/statistics.h"

namespace spanwise {

/// A SHA-256 in little memory: lists of a million documents are held.
struct DocumentHash {
    std::array<std::uint8_t, 32> bytes{};

    /// From 64 lower-case digits; of another length: zeros.
    [[nodiscard]] static DocumentHash fromHex(std::string_view hex);
    [[nodiscard]] std::string hex() const;
    bool operator==(const DocumentHash&) const = default;
};

/// A row of the document list: everything but the text.
struct DocumentSummary {
    DocumentId id = 0;
    std::string name;
    std::int64_t codePoints = 0;
    int annotations = 0;
    int suggestions = 0;
    double lowestScore = -1;  ///< of its suggestions; negative: none
    DocumentHash sha256;
    DocumentStatus status = DocumentStatus::New;

    bool operator==(const DocumentSummary&) const = default;
};

struct DocumentFilter {
    std::string search;  ///< word beginnings and "phrases" in text and name; empty: all
    std::optional<DocumentStatus> status;
    std::optional<TypeId> withType;  ///< annotated or suggested
    bool withSuggestions = false;
    bool trashed = false;  ///< the trash instead of the living
    DocumentId after = 0;  ///< only those with higher ids

    bool operator==(const DocumentFilter&) const = default;
};

struct TypeCount {
    TypeId type = 0;
    std::int64_t annotations = 0;
    std::int64_t suggestions = 0;
};

/// What would be lost with a type; of living documents.
struct TypeUse {
    std::int64_t annotations = 0, suggestions = 0, rejections = 0;
    std::int64_t documents = 0;  ///< with annotations
};

struct ProjectCounts {
    std::int64_t documents = 0, done = 0, inProgress = 0;
    std::int64_t annotations = 0, suggestions = 0, rejections = 0;
    std::vector<TypeCount> perType;
};

/// Who did what, as the history keeps it.
struct EventInfo {
    std::string name;      ///< for people: "Label “metformin” as drug"
    std::string actor;     ///< annotator, or the model's id
    std::int64_t at = 0;   ///< ms since the epoch; 0: now
    double seconds = 0;    ///< how long the gesture took the person; 0: unknown
    bool undoable = true;  ///< suggestions that arrive are history, but not undone
};

struct Event {
    std::int64_t id = 0;
    std::string kind;  ///< "edit", "undo", "redo", "suggest", "import", "type", "trash", "restore",
                       ///< "export", "merge"
    EventInfo info;
    std::int64_t reverts = 0;  ///< the event that an undo or redo concerns
    Edit edit;                 ///< empty for kinds that carry none
    std::string detail;        ///< JSON, for kinds without an edit
};

struct UndoState {
    std::vector<Event> undo;  ///< oldest first: what undo would revert, last first
    std::vector<Event> redo;  ///< what redo would apply again, last first
};

/// What undo or redo would concern; the edit itself may be large and is not read.
struct UndoHead {
    std::int64_t event = 0;  ///< 0: nothing
    std::string name;
    std::int64_t size = 0;  ///< of the edit as the history keeps it, about 130 a label
};
struct UndoHeads {
    UndoHead undo, redo;
};

/// A match of search over texts.
struct TextHit {
    DocumentId document = 0;
    Range range;         ///< of the hit, code points
    std::string before;  ///< context on the same line, UTF-8
    std::string match;
    std::string after;
    TypeId type = 0;  ///< annotated as, or 0
};

/// Where a string stands, in document order.
struct Occurrences {
    std::vector<TextHit> hits;
    bool isCut = false;  ///< the limit or the time ended the search
};

/// Suggestions that one decision can settle: of the same words (letter by letter; white space runs
/// count as one space) and the same type.
struct SuggestionGroup {
    std::string words;
    TypeId type = 0;
    std::vector<RecordId> ids;  ///< the least certain first
    int documents = 0;
    double lowest = 1, highest = 0, mean = 0;  ///< scores
    /// What a decision is worth: the sum of 4p(1-p) over its suggestions, at least 0.05 each.
    double value = 0;
};

/// A suggestion where it stands, with the text around it.
struct SuggestionPlace {
    Suggestion suggestion;
    std::string documentName;
    std::string before, match, after;  ///< UTF-8; up to 320 code points to each side
};

/// A pattern as it is kept; core/patterns says what is in `expression`.
struct PatternRow {
    std::int64_t id = 0;
    TypeId type = 0;
    std::string kind, expression;
    bool enabled = true;
};

/// What a model learns from and is judged by.
struct TeachingChoice {
    std::vector<DocumentId> documents;  ///< by id
    std::int64_t of = 0;                ///< so many have been labelled
};

/// A suggestion batch for one document.
struct SuggestionBatch {
    DocumentId document = 0;
    std::vector<Suggestion> suggestions;  ///< ids are assigned on commit
    /// The part of the document that they are of: suggestions elsewhere stay. None: all of it.
    std::optional<Range> range = std::nullopt;
};

enum class OpenMode { ReadWrite, ReadOnly };

/// A project file (DESIGN.md section 4): one SQLite database, application_id "Spnw", forward
/// migrations by user_version, WAL, synchronous=FULL, foreign keys, STRICT tables. Every mutating
/// call is one transaction: when it returns, the change survives a power cut. An object belongs to
/// the thread that opened it. All errors are Result; SQLite's exceptions stay inside.
class Project {
public:
    /// Fails with AlreadyExists if the file exists, PermissionDenied, DiskFull, ….
    [[nodiscard]] static Result<std::unique_ptr<Project>> create(const std::string& path,
                                                                 const LabelScheme& scheme,
                                                                 std::string_view name = {});
    /// ReadWrite takes the one-writer lock; when another process holds it, or the folder or file is
    /// read-only, opens read-only (isReadOnly() and readOnlyReason() tell). Runs quick_check on a
    /// file that was not closed properly, migrates older schemas in one transaction after a
    /// backup, refuses newer ones (TooNew), and files that are no project (InvalidFormat) or
    /// damaged (Corrupt, the message names the backup and `recover`).
    [[nodiscard]] static Result<std::unique_ptr<Project>> open(const std::string& path,
                                                               OpenMode mode = OpenMode::ReadWrite);
    /// A second connection to the same open project for another thread; shares the writer lock.
    [[nodiscard]] Result<std::unique_ptr<Project>> reopenForThread() const;
    ~Project();
    Project(const Project&) = delete;
    Project& operator=(const Project&) = delete;

    [[nodiscard]] const std::string& path() const;
    [[nodiscard]] std::string name() const;
    [[nodiscard]] bool isReadOnly() const;
    [[nodiscard]] std::string readOnlyReason() const;
    /// Random, made once: tells projects apart (cache folders, teams).
    [[nodiscard]] std::string uuid() const;

    // Types. Removing one moves it to the trash: its annotations and rejections stay in the file,
    // hidden, and come back with restoreType or undo; its suggestions go (the model makes them
    // anew). All but the making of a new type can be undone; a
    // name for the history may be left out.
    [[nodiscard]] Result<LabelScheme> scheme() const;
    /// id 0: a new type; returns its id. Errors as LabelScheme::check.
    [[nodiscard]] Result<TypeId> putType(const EntityType& type, EventInfo info = {});
    [[nodiscard]] Result<void> trashType(TypeId type, EventInfo info = {});
    /// Labels of `from` become labels of `into` (where that has the same label already they go),
    /// also those of documents in the trash; then `from` goes to the trash with its rejections.
    [[nodiscard]] Result<void> mergeType(TypeId from, TypeId into, EventInfo info = {});
    [[nodiscard]] Result<TypeUse> typeUse(TypeId type) const;
    /// AlreadyExists when another type has taken its name; a shortcut that is taken is cleared.
    [[nodiscard]] Result<void> restoreType(TypeId type, EventInfo info = {});
    [[nodiscard]] Result<std::vector<EntityType>> trashedTypes() const;

    // Documents.
    /// Adds everything that `source` pushes in one transaction, or nothing: on an error from the
    /// source, a stop, or a full disk, the project is as before. Spans bring their types along
    /// (unknown names become new types); a labelled record becomes Done with Imported annotations;
    /// spans that carry a score are a model's and become suggestions (of the model "imported"), and
    /// a record that has only such stays New. A document whose text is already there (by hash,
    /// outside the trash) is skipped and counted, unless `keepDuplicates`. `source` runs in a
    /// thread of its own (readAhead) and gets an error of what it pushed from a later push.
    struct ImportOptions {
        bool withSpans = true;  ///< false: texts only
        bool keepDuplicates = false;
        std::string actor;
        std::string file;  ///< for the history
    };
    struct ImportResult {
        std::int64_t documents = 0, duplicates = 0, spans = 0, newTypes = 0;
    };
    using RecordSink = std::function<Result<void>(Record&&)>;
    [[nodiscard]] Result<ImportResult> import(
        const ImportOptions& options, const std::function<Result<void>(const RecordSink&)>& source,
        std::stop_token stop = {});
    [[nodiscard]] Result<std::vector<DocumentSummary>> documents(
        const DocumentFilter& filter = {}) const;  ///< by id
    /// Which documents those are, in the same order, where their rows are known already.
    [[nodiscard]] Result<std::vector<DocumentId>> documentIds(const DocumentFilter& filter,
                                                              std::stop_token stop = {}) const;
    /// Those of `among` that a filter's search finds, in their order, outside the trash: the first
    /// rows of a list that documentIds() gathers whole. Reads the texts, so it ends with `limit` of
    /// them or after about `seconds`.
    [[nodiscard]] Result<std::vector<DocumentId>> documentsAmong(
        std::string_view search, const std::vector<DocumentId>& among, std::size_t limit,
        double seconds, std::stop_token stop = {}) const;
    /// This one, document() and labels() also answer for documents in the trash.
    [[nodiscard]] Result<DocumentSummary> summary(DocumentId id) const;
    [[nodiscard]] Result<Document> document(DocumentId id) const;
    [[nodiscard]] Result<std::vector<DocumentId>> documentsByHash(std::string_view sha256) const;
    [[nodiscard]] Result<void> trashDocuments(const std::vector<DocumentId>& ids,
                                              std::string_view actor);
    [[nodiscard]] Result<void> restoreDocuments(const std::vector<DocumentId>& ids,
                                                std::string_view actor);

    // Labels.
    [[nodiscard]] Result<DocumentLabels> labels(DocumentId id) const;
    /// Of the documents that are in progress or done, those to learn from (chooseTeaching).
    [[nodiscard]] Result<TeachingChoice> teachingDocuments(const TeachingLimits& limits,
                                                           std::stop_token stop = {}) const;
    /// The first id that no annotation, suggestion or rejection has used; advances with commits.
    [[nodiscard]] RecordId nextRecordId() const;
    /// The first of `count` ids that are the caller's alone: for edits made on one thread while
    /// another puts suggestions. Any thread; no disk access.
    [[nodiscard]] RecordId reserveRecordIds(std::int64_t count) const;
    /// Applies and records an edit. InvalidArgument (and no change) when it does not fit what is
    /// stored (see core's apply), a range ends past its document's text, or the document or type is
    /// in the trash. Returns the event's id; 0, and no event, for an empty edit.
    [[nodiscard]] Result<std::int64_t> commit(const Edit& edit, const EventInfo& info);
    /// Undo and redo are commits too: of the inverse, marked as what they revert. Annotations,
    /// rejections and status are restored exactly; suggestions as far as newer ones have not taken
    /// their place. The event returned carries the edit as it was applied.
    [[nodiscard]] Result<Event> undo(std::string_view actor);  ///< NotFound: nothing to undo
    [[nodiscard]] Result<Event> redo(std::string_view actor);
    /// Rebuilt from the history, so it survives a restart.
    [[nodiscard]] Result<UndoState> undoState(int limit = 200) const;
    [[nodiscard]] Result<UndoHeads> undoHeads() const;
    [[nodiscard]] Result<std::vector<Event>> events(std::int64_t afterId = 0,
                                                    int limit = 1000) const;
    /// Replaces the suggestions of documents, or of the batches' ranges, in one transaction, by
    /// suggestEdit's rules against the labels as they are now; a suggestion that reaches into a
    /// range is replaced with it, a proposal that reaches out of it is left out. Returns the labels
    /// after it, by document. Documents and types that went to the trash since the model was asked
    /// are left out.
    [[nodiscard]] Result<std::vector<std::pair<DocumentId, DocumentLabels>>> putSuggestions(
        const std::vector<SuggestionBatch>& batches, const std::string& model);

    /// Groups of the suggestions that have at least that score, the most valuable first. Those of
    /// documents that are done, or in the trash, are left out: they are decided.
    [[nodiscard]] Result<std::vector<SuggestionGroup>> suggestionGroups(
        double threshold, std::stop_token stop = {}) const;
    /// Suggestions by their ids, in that order; those that are gone are left out.
    [[nodiscard]] Result<std::vector<SuggestionPlace>> suggestionPlaces(
        const std::vector<RecordId>& ids) const;

    /// Patterns of living types, by id.
    [[nodiscard]] Result<std::vector<PatternRow>> patterns() const;
    /// id 0: a new one; returns its id. NotFound for a type or id that is not there.
    [[nodiscard]] Result<std::int64_t> putPattern(const PatternRow& pattern);
    [[nodiscard]] Result<void> removePattern(std::int64_t id);

    [[nodiscard]] Result<ProjectCounts> counts() const;
    /// Occurrences of a string (case-insensitive, whole words) over all living documents: at most
    /// `limit`, and no longer than about `seconds`. Strings without letters and digits, and those
    /// of scripts written without spaces, are found anywhere; for them texts are read. Cancelled
    /// when stopped.
    [[nodiscard]] Result<Occurrences> occurrences(std::string_view text, int limit = 50,
                                                  double seconds = 2,
                                                  std::stop_token stop = {}) const;
    /// A page of what a query finds in living documents, from a place on: at most `limit` hits, and
    /// no longer than about `seconds`; then `next` says where to go on. InvalidArgument for an
    /// expression that cannot be read; Cancelled when stopped.
    [[nodiscard]] Result<SearchPage> search(const SearchQuery& query, SearchPlace from = {},
                                            int limit = 500, double seconds = 2,
                                            std::stop_token stop = {}) const;
    /// Living documents whose name has words that begin so, or failing that this string; not longer
    /// than about half a second.
    [[nodiscard]] Result<std::vector<NamedDocument>> documentsNamed(
        std::string_view text, int limit = 20, std::stop_token stop = {}) const;
    /// Everybody who made an annotation, by name. The first call looks at all annotations.
    [[nodiscard]] Result<std::vector<std::string>> annotators() const;
    /// Labels and refusals that show what a type means (storage/guidelines.h), of a sample where
    /// there are very many. For a thread of its own: it reads texts. NotFound: no such type.
    [[nodiscard]] Result<TypeExamples> typeExamples(TypeId type, std::stop_token stop = {}) const;
    /// Every living document with its spans by name, for export and training, in id order, all of
    /// one moment. `sink` must not write through this object.
    [[nodiscard]] Result<void> forEachRecord(
        const std::function<Result<void>(Record&&, const DocumentLabels&)>& sink,
        std::stop_token stop = {}) const;

    // Teams (storage/layers.h, storage/merge.h, storage/share.h).
    /// Brings annotators' files into this project, in one transaction or not at all: documents by
    /// the hash of their text (those that are lacking are added, as new ones), types by name (those
    /// that are lacking are added; descriptions stay as they are here), and each annotator's labels
    /// of each document as a layer. A document that nobody labelled gives none; one that is done
    /// without labels gives an empty one. A file that was merged before is known again by its
    /// project and its path or history: its layers are replaced. The files are only read, also
    /// while somebody has them open. InvalidArgument: the project itself is among them; else the
    /// error of the file that cannot be read.
    [[nodiscard]] Result<MergeReport> merge(const std::vector<std::string>& files,
                                            const MergeOptions& options,
                                            const MergeProgress& progress = {},
                                            std::stop_token stop = {});
    /// Of a document, by annotator.
    [[nodiscard]] Result<std::vector<Layer>> layers(DocumentId document) const;
    /// By the time of the last merge.
    [[nodiscard]] Result<std::vector<LayerSource>> layerSources() const;
    /// Living documents with two layers or more, by id.
    [[nodiscard]] Result<std::vector<ReviewRow>> reviewRows(std::stop_token stop = {}) const;
    /// Between the layers of living documents that have two or more. Reads their texts.
    [[nodiscard]] Result<LayerAgreement> agreement(const AgreementOptions& options = {},
                                                   const LayerProgress& progress = {},
                                                   std::stop_token stop = {}) const;

    // Figures (storage/statistics.h).
    [[nodiscard]] Result<Tallies> tallies() const;
    /// Goes on from an earlier answer of the same project; from {} reads the whole history.
    [[nodiscard]] Result<Activity> activity(Activity soFar = {}) const;
    /// Of finished documents that people labelled from beginning to end within the last `steps`
    /// gestures.
    [[nodiscard]] Result<std::vector<DocumentWork>> recentWork(int steps = 400) const;
    [[nodiscard]] Result<BlindTally> blindTally(double threshold = 0) const;
    /// Looks at each labelled document; of each finding `most` places are told.
    [[nodiscard]] Result<HealthReport> health(std::size_t most = 1000,
                                              const StatisticsProgress& progress = {},
                                              std::stop_token stop = {}) const;
    /// All documents of HealthCheck::EmptyDocument.
    [[nodiscard]] Result<std::vector<DocumentId>> emptyDocuments() const;
    /// What puts all that is fixable right; empty: nothing is. For commit().
    [[nodiscard]] Result<Edit> healthFix(HealthCheck check, std::stop_token stop = {}) const;

    // History (storage/statistics.h).
    /// The newest first.
    [[nodiscard]] Result<HistoryEntries> history(const HistoryFilter& filter, int limit,
                                                 std::stop_token stop = {}) const;
    [[nodiscard]] Result<std::vector<std::string>> historyActors() const;
    /// The edits that undo() would revert, and those that redo() would apply again, one after the
    /// other; at most `limit` of each.
    struct UndoOrder {
        std::vector<std::int64_t> undo, redo;
    };
    [[nodiscard]] Result<UndoOrder> undoOrder(int limit) const;
    [[nodiscard]] Result<std::int64_t> lastEventId() const;
    /// `upTo`: the last event that the export surely contains.
    [[nodiscard]] Result<void> recordExport(const ExportInfo& info, std::string_view actor);
    [[nodiscard]] Result<std::optional<ExportInfo>> lastExport() const;
    [[nodiscard]] Result<ChangesSince> changesSince(std::int64_t event) const;

    /// Who is not to be swayed: putSuggestions() leaves held-out documents without suggestions and
    /// keeps single ones back. The shares are a setting; the seed comes from the uuid.
    [[nodiscard]] HoldOut holdOut() const;
    /// Also takes away suggestions where none are to be seen any more; those that came with a file
    /// come back when they may. InvalidArgument: a share outside 0..1.
    [[nodiscard]] Result<void> setHoldOut(double documents, double suggestions);

    // Settings of the project (JSON values by key) and models trained in it.
    [[nodiscard]] std::string setting(std::string_view key, std::string_view fallback = {}) const;
    [[nodiscard]] Result<void> putSetting(std::string_view key, std::string_view value);
    [[nodiscard]] Result<void> putModel(std::string_view id, std::string_view path,
                                        std::string_view infoJson);
    struct ModelRow {
        std::string id, path, infoJson;
        std::int64_t createdAt = 0;
    };
    [[nodiscard]] Result<std::vector<ModelRow>> models() const;

    // Safety.
    /// SQLite's online backup to `path`, atomically put in place.
    [[nodiscard]] Result<void> backupTo(const std::string& path) const;
    /// The rolling backup beside the file ("NAME.spanwise.backup"), when the last is older than
    /// `minutes` and something changed since. Returns whether one was made.
    [[nodiscard]] Result<bool> rollingBackup(int minutes = 10);
    /// The backups beside the project at `path`, the newest first, also of a project that cannot be
    /// opened.
    [[nodiscard]] static std::vector<BackupInfo> backups(const std::string& path);
    /// A copy of a backup as a project of its own; nothing is overwritten (AlreadyExists).
    [[nodiscard]] static Result<void> restoreBackup(const std::string& backup,
                                                    const std::string& target);
    /// Full integrity_check; ok or Corrupt with SQLite's first complaints.
    [[nodiscard]] Result<void> integrityCheck() const;
    /// Salvages what can be read from a damaged file into a new one at `target`; returns a report
    /// for people.
    [[nodiscard]] static Result<std::string> recover(const std::string& damaged,
                                                     const std::string& target);

private:
    struct Impl;
    explicit Project(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
