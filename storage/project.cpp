#include "storage/project.h"

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <future>
#include <limits>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <sys/stat.h>
#include <unistd.h>

#include "core/formats/read_ahead.h"
#include "storage/backup.h"
#include "storage/database.h"
#include "storage/figures.h"
#include "storage/history.h"
#include "storage/importer.h"
#include "storage/labels.h"
#include "storage/lock.h"
#include "storage/project_search.h"
#include "storage/recovery.h"
#include "storage/schema.h"
#include "storage/search.h"
#include "storage/suggestions.h"

namespace spanwise {

using namespace storage;

namespace {

namespace fs = std::filesystem;

/// What the connections to one open project share.
struct Shared {
    std::unique_ptr<ProjectLock> lock;
    std::atomic<RecordId> nextRecord{1};
    std::atomic<bool> isSuspect{false};  ///< damage was seen: check on the next open
    std::mutex mutex;
    int connections = 0;
    std::set<std::string> annotators;  ///< of what was written through it, and of what was there
    bool knowsAnnotators = false;      ///< what was there is among them
};

std::string newUuid() {
    std::random_device device;
    std::uniform_int_distribution<int> digit(0, 15);
    std::string uuid = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (char& c : uuid) {
        if (c == 'x')
            c = "0123456789abcdef"[digit(device)];
    }
    return uuid;
}

/// Takes back what a failed create or recover has left.
void removeProjectFiles(const std::string& path) {
    std::error_code ignored;
    for (const char* suffix : {"", "-wal", "-shm", "-journal"})
        fs::remove(path + suffix, ignored);
}

std::string folderOf(const std::string& path) {
    const fs::path parent = fs::path(path).parent_path();
    return parent.empty() ? "." : parent.string();
}

void checkCanCreate(const std::string& path) {
    std::error_code ignored;
    if (path.empty())
        fail(ErrorCode::InvalidArgument, "The project needs a file name.");
    if (fs::exists(fs::symlink_status(path, ignored)))
        fail(ErrorCode::AlreadyExists,
             "There is a file of this name already. Choose another name, or open that file.", path);
    const std::string folder = folderOf(path);
    if (!fs::is_directory(folder, ignored))
        fail(ErrorCode::NotFound, "There is no folder " + folder + ". Create it first.", path);
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        fail(ErrorCode::PermissionDenied,
             "The folder " + folder + " is write-protected. Choose another place.", path);
}

void checkCanRead(const std::string& path) {
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0) {
        if (errno == EACCES)
            fail(ErrorCode::PermissionDenied, "You may not read this folder.", path);
        fail(ErrorCode::NotFound, "There is no such project file.", path);
    }
    if (!S_ISREG(info.st_mode))
        fail(ErrorCode::InvalidFormat, "This is not a Spanwise project but a folder or device.",
             path);
    if (::access(path.c_str(), R_OK) != 0)
        fail(ErrorCode::PermissionDenied, "You may not read this file.", path);
}

std::int64_t sizeOf(const std::string& path) {
    struct stat info {};
    return ::stat(path.c_str(), &info) == 0 ? static_cast<std::int64_t>(info.st_size) : -1;
}

/// What to say of a file that SQLite does not take for a database.
[[noreturn]] void refuseAsNoDatabase(const std::string& path) {
    if (sizeOf(backupPath(path)) > 0)
        throw Failure(corruptError(path, "its beginning is overwritten"));
    fail(ErrorCode::InvalidFormat,
         "This is not a Spanwise project. To bring in texts, create a project and import the file "
         "there.",
         path);
}

/// Opens the file and sees whether it is a project at all, without reading it behind SQLite's back:
/// closing it would give up SQLite's locks.
std::unique_ptr<Database> openProjectFile(const std::string& path, Access access) {
    std::unique_ptr<Database> database;
    std::int64_t id = 0, tables = 0;
    try {
        database = std::make_unique<Database>(path, access);
        id = database->integer("PRAGMA application_id");
        tables = database->integer("SELECT count(*) FROM sqlite_schema");
    } catch (const SQLite::Exception& exception) {
        if ((exception.getErrorCode() & 0xff) == SQLITE_NOTADB)
            refuseAsNoDatabase(path);
        throw Failure(errorFrom(exception, database.get(), path));
    }
    if (id == kApplicationId)
        return database;
    if (tables == 0)
        fail(ErrorCode::InvalidFormat,
             "This file is empty: it is not a Spanwise project. Delete it and create the project "
             "anew.",
             path);
    fail(ErrorCode::InvalidFormat, "This is a database of another program, not a Spanwise project.",
         path);
}

void quickCheck(Database& database) {
    const std::string verdict = database.text("PRAGMA quick_check(1)");
    if (verdict != "ok")
        throw Failure(corruptError(database.path(), verdict));
}

DocumentSummary summaryFrom(const Query& query) {
    DocumentSummary summary;
    summary.id = query.integer(0);
    summary.name = query.text(1);
    summary.status = static_cast<DocumentStatus>(query.integer(2));
    summary.codePoints = query.integer(3);
    summary.annotations = static_cast<int>(query.integer(4));
    summary.suggestions = static_cast<int>(query.integer(5));
    if (!query.isNull(6))
        summary.lowestScore = query.real(6);
    summary.sha256 = DocumentHash::fromHex(query.text(7));
    return summary;
}

constexpr const char* kSummary =
    "SELECT id, name, status, code_points, annotations, suggestions, lowest_score, sha256 "
    "FROM document ";

/// From these documents on, a list is read in so many parts at once.
constexpr DocumentId kDocumentsInParts = 100000;
constexpr DocumentId kParts = 4;
constexpr int kPartCacheMegabytes = 2;

std::vector<DocumentSummary> readSummaries(Database& database, bool trashed, DocumentId first,
                                           DocumentId last) {
    std::vector<DocumentSummary> documents;
    if (!trashed)
        documents.reserve(static_cast<std::size_t>(
            std::min(std::max<std::int64_t>(last - first + 1, 0),
                     database.integer("SELECT sum(documents) FROM document_tally"))));
    Query query(database,
                std::string(kSummary) + "WHERE trashed_at IS " + (trashed ? "NOT NULL" : "NULL") +
                    " AND id BETWEEN ? AND ? ORDER BY id",
                first, last);
    while (query.step())
        documents.push_back(summaryFrom(query));
    return documents;
}

/// The rows lie all over a large file: a disk that is asked for several pages at once gives them in
/// a fraction of the time. Nothing when somebody is writing meanwhile.
std::vector<DocumentSummary> readInParts(Database& database, DocumentId after, DocumentId last) {
    constexpr const char* kChanges = "SELECT changes FROM project";
    const std::int64_t changes = database.integer(kChanges);
    const Access access =
        database.access() == Access::ReadWrite ? Access::ReadOnly : database.access();
    const auto readPart = [&](DocumentId part) -> std::optional<std::vector<DocumentSummary>> {
        const DocumentId count = last - after;
        Database own(database.path(), access);
        own.setCache(kPartCacheMegabytes);
        const ReadTransaction snapshot(own);
        if (own.integer(kChanges) != changes)
            return std::nullopt;
        return readSummaries(own, false, after + 1 + count * part / kParts,
                             after + count * (part + 1) / kParts);
    };
    std::vector<std::future<std::optional<std::vector<DocumentSummary>>>> readings;
    for (DocumentId part = 0; part < kParts; ++part)
        readings.push_back(std::async(std::launch::async, readPart, part));
    std::vector<std::vector<DocumentSummary>> parts;
    std::size_t total = 0;
    bool isWhole = true;
    for (auto& reading : readings) {
        auto part = reading.get();
        isWhole = isWhole && part;
        parts.push_back(part ? std::move(*part) : std::vector<DocumentSummary>());
        total += parts.back().size();
    }
    std::vector<DocumentSummary> documents;
    if (!isWhole)
        return documents;
    documents.reserve(total);
    for (std::vector<DocumentSummary>& part : parts) {
        std::move(part.begin(), part.end(), std::back_inserter(documents));
        part = {};
    }
    return documents;
}

/// Random places of an index are written during an import: they had better be in memory.
class LargeCache {
public:
    explicit LargeCache(Database& database) : m_database(database) {
        m_database.setCache(kImportCacheMegabytes);
    }
    ~LargeCache() {
        try {
            m_database.setCache(kCacheMegabytes);
        } catch (const SQLite::Exception&) {
            // It only keeps more in memory.
        }
    }
    LargeCache(const LargeCache&) = delete;
    LargeCache& operator=(const LargeCache&) = delete;

private:
    static constexpr int kImportCacheMegabytes = 64;
    Database& m_database;
};

constexpr const char* kHoldOutSetting = "holdOut";

/// FNV-1a: the same with every library.
std::uint64_t seedOf(std::string_view uuid) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char c : uuid)
        hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash;
}

constexpr int kHidesSuggestions = 5;  ///< the format from which on hidden_suggestion is there

/// What a model proposes for an untouched document, without having learned from it, is noted.
void note(Database& database, const Suggestion& suggestion, bool isShown) {
    Query(database,
          "INSERT OR REPLACE INTO kept_back(document, begin_at, end_at, type, score, model, shown) "
          "VALUES (?, ?, ?, ?, ?, ?, ?)",
          suggestion.document, suggestion.range.begin, suggestion.range.end, suggestion.type,
          suggestion.score, suggestion.model, isShown)
        .run();
}

/// What of a proposal nobody is to see leaves it.
void keepBack(Database& database, const HoldOut& holdOut, const SuggestionBatch& batch,
              DocumentStatus status, std::vector<Suggestion>& proposed) {
    if (holdOut.suggestions <= 0)
        return;
    const bool isNoted = status == DocumentStatus::New;
    const Range range = batch.range.value_or(Range{0, std::numeric_limits<Offset>::max()});
    if (isNoted)
        Query(database, "DELETE FROM kept_back WHERE document = ? AND begin_at < ? AND end_at > ?",
              batch.document, range.end, range.begin)
            .run();
    std::erase_if(proposed, [&](const Suggestion& suggestion) {
        if (!holdOut.isKeptBack(batch.document, suggestion.range))
            return false;
        if (isNoted)
            note(database, suggestion, false);
        return true;
    });
}

/// The other side of keepBack(): what of the proposal is to be seen.
void noteShown(Database& database, const HoldOut& holdOut, const SuggestionBatch& batch,
               const DocumentLabels& after) {
    if (holdOut.suggestions <= 0 || after.status != DocumentStatus::New)
        return;
    for (const Suggestion& suggestion : after.suggestions) {
        if (suggestion.model != kPatternModel &&
            (!batch.range || suggestion.range.overlaps(*batch.range)))
            note(database, suggestion, true);
    }
}

/// Suggestions of documents that are held out by now go: those of a file into hiding, others for
/// good. Those of documents that no longer are come back, unless they were decided meanwhile.
void hideAndShow(Database& database, const HoldOut& holdOut) {
    std::vector<DocumentId> hidden, back;
    {
        Query shown(database, "SELECT id FROM document WHERE suggestions > 0");
        while (shown.step()) {
            if (holdOut.isHeldOut(shown.integer(0)))
                hidden.push_back(shown.integer(0));
        }
        Query away(database, "SELECT DISTINCT document FROM hidden_suggestion ORDER BY document");
        while (away.step()) {
            if (!holdOut.isHeldOut(away.integer(0)))
                back.push_back(away.integer(0));
        }
    }
    for (const DocumentId document : hidden) {
        Query(database,
              "INSERT INTO hidden_suggestion SELECT id, document, begin_at, end_at, type, score, "
              "model FROM suggestion WHERE document = ? AND model = ?",
              document, kImportedModel)
            .run();
        Query(database, "DELETE FROM suggestion WHERE document = ?", document).run();
    }
    for (const DocumentId document : back) {
        const DocumentLabels labels = loadLabels(database, document, Hidden::Included);
        std::vector<Suggestion> coming;
        Query rows(database,
                   "SELECT id, begin_at, end_at, type, score, model FROM hidden_suggestion WHERE "
                   "document = ? AND type IN (SELECT id FROM entity_type WHERE trashed_at IS NULL)",
                   document);
        while (rows.step())
            coming.push_back({rows.integer(0),
                              document,
                              {rows.integer(1), rows.integer(2)},
                              rows.integer(3),
                              rows.real(4),
                              rows.text(5)});
        std::erase_if(coming, [&](const Suggestion& suggestion) {
            const auto overlaps = [&](const auto& other) {
                return other.range.overlaps(suggestion.range);
            };
            return std::any_of(labels.annotations.begin(), labels.annotations.end(), overlaps) ||
                   std::any_of(labels.suggestions.begin(), labels.suggestions.end(), overlaps) ||
                   std::any_of(labels.rejections.begin(), labels.rejections.end(),
                               [&](const Rejection& rejection) {
                                   return rejection.range == suggestion.range &&
                                          rejection.type == suggestion.type;
                               });
        });
        for (const Suggestion& suggestion : coming)
            insertSuggestion(database, suggestion);
        Query(database, "DELETE FROM hidden_suggestion WHERE document = ?", document).run();
    }
}

/// What an undone step would show again in documents that are held out by now stays out of it:
/// suggestions of a file go into hiding, others for good.
void keepHidden(Database& database, const HoldOut& holdOut, std::vector<Suggestion>& coming) {
    std::erase_if(coming, [&](const Suggestion& suggestion) {
        if (!holdOut.isHeldOut(suggestion.document))
            return false;
        if (suggestion.model == kImportedModel)
            Query(database,
                  "INSERT OR REPLACE INTO hidden_suggestion(id, document, begin_at, end_at, type, "
                  "score, model) VALUES (?, ?, ?, ?, ?, ?, ?)",
                  suggestion.id, suggestion.document, suggestion.range.begin, suggestion.range.end,
                  suggestion.type, suggestion.score, suggestion.model)
                .run();
        return true;
    });
}

/// How documents that people had begun were labelled until now is remembered; what was noted of
/// those that are not done tells nothing any more.
void rememberSides(Database& database, const HoldOut& before, const HoldOut& after) {
    std::vector<std::pair<DocumentId, DocumentStatus>> changed;
    Query documents(database, "SELECT id, status FROM document");
    while (documents.step()) {
        if (before.isHeldOut(documents.integer(0)) != after.isHeldOut(documents.integer(0)))
            changed.emplace_back(documents.integer(0),
                                 static_cast<DocumentStatus>(documents.integer(1)));
    }
    constexpr int kBoth = 2;
    Query done(database, "INSERT OR IGNORE INTO begun_before VALUES (?, ?)");
    Query begun(database, "INSERT OR REPLACE INTO begun_before VALUES (?, ?)");
    Query forget(database, "DELETE FROM kept_back WHERE document = ?");
    for (const auto& [document, status] : changed) {
        if (status == DocumentStatus::Done)
            done.bind(document, before.isHeldOut(document) ? 1 : 0).run();
        else if (status == DocumentStatus::InProgress)
            begun.bind(document, kBoth).run();
        if (status != DocumentStatus::Done)
            forget.bind(document).run();
    }
    if (before.suggestions != after.suggestions)
        Query(database,
              "DELETE FROM kept_back WHERE document IN (SELECT id FROM document WHERE status <> ?)",
              DocumentStatus::Done)
            .run();
}

Document loadDocument(Database& database, DocumentId id) {
    Query query(database,
                "SELECT name, sha256, status, code_points, text, meta, presplit FROM document "
                "JOIN document_text ON document_text.document = document.id WHERE id = ?",
                id);
    if (!query.step())
        fail(ErrorCode::NotFound, "There is no document " + std::to_string(id) + ".");
    Document document;
    document.id = id;
    document.name = query.text(0);
    document.sha256 = query.text(1);
    document.status = static_cast<DocumentStatus>(query.integer(2));
    document.text = query.text(4);
    document.meta = query.text(5);
    if (const std::string presplit = query.text(6); !presplit.empty())
        document.presplit = valueOrThrow(presplitFromJson(presplit, query.integer(3)));
    return document;
}

nlohmann::json typeJson(const EntityType& type) {
    nlohmann::json json{
        {"id", type.id},       {"name", type.name},         {"description", type.description},
        {"color", type.color}, {"shortcut", type.shortcut}, {"order", type.order}};
    if (!type.note.empty())
        json["note"] = type.note;
    return json;
}

std::string dump(const nlohmann::json& json) {
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Creates the file and its schema; the caller holds the lock.
void createFile(const std::string& path, const LabelScheme& scheme, std::string_view name) {
    Database database(path, Access::ReadWrite, true);
    if (database.text("PRAGMA journal_mode=WAL") != "wal")
        fail(ErrorCode::Io,
             "The file system of this folder cannot hold a project safely (no shared memory for "
             "the write-ahead log). Choose a folder on a local disk.",
             path);
    migrate(database, migrations());
    WriteTransaction transaction(database);
    const std::string title = name.empty() ? fs::path(path).stem().string() : std::string(name);
    Query(database, "INSERT INTO project(id, uuid, name, created_at) VALUES (1, ?, ?, ?)",
          newUuid(), title, now())
        .run();
    LabelScheme checked;
    TypeId nextId = 1;
    for (const EntityType& type : scheme.types())
        nextId = std::max(nextId, type.id + 1);
    for (EntityType type : scheme.types()) {
        if (type.id == 0)
            type.id = nextId++;
        type.order = static_cast<int>(checked.types().size());
        valueOrThrow(checked.put(type));
        insertType(database, type);
    }
    transaction.commit(1);
    database.exec("UPDATE project SET clean = 1");
}

}  // namespace

struct Project::Impl {
    std::string path;
    std::string reason;  ///< why it is read-only
    std::string uuid;
    std::shared_ptr<Shared> shared;
    std::unique_ptr<Database> database;
    bool isOpen = false;  ///< passed all checks of open()

    ~Impl() {
        if (!shared)
            return;
        const std::lock_guard guard(shared->mutex);
        // The last one out says whether all is well; SQLite then empties the log.
        if (--shared->connections == 0 && shared->lock && isOpen)
            database->tryExec(shared->isSuspect ? "UPDATE project SET clean = 0 WHERE clean = 1"
                                                : "UPDATE project SET clean = 1 WHERE clean = 0");
        database.reset();
    }

    void join(std::shared_ptr<Shared> with) {
        shared = std::move(with);
        const std::lock_guard guard(shared->mutex);
        ++shared->connections;
    }

    void mustWrite() const {
        if (!reason.empty())
            fail(ErrorCode::ReadOnly, reason, path);
    }

    template <typename Body>
    auto run(Body&& body) const {
        auto result = guarded(database.get(), path, std::forward<Body>(body));
        if (!result && result.error().code == ErrorCode::Corrupt)
            shared->isSuspect = true;
        return result;
    }

    /// One writing transaction around `body`.
    template <typename Body>
    auto write(Body&& body) const {
        return run([&] {
            mustWrite();
            WriteTransaction transaction(*database);
            if constexpr (std::is_void_v<decltype(body())>) {
                body();
                transaction.commit(shared->nextRecord);
            } else {
                auto value = body();
                transaction.commit(shared->nextRecord);
                return value;
            }
        });
    }

    /// Who made what is being written.
    void note(const std::vector<Annotation>& annotations) const {
        const std::lock_guard guard(shared->mutex);
        for (const Annotation& annotation : annotations) {
            if (!annotation.annotator.empty())
                shared->annotators.insert(annotation.annotator);
        }
    }

    /// Ids up to there are taken, whatever becomes of the transaction.
    void use(RecordId next) const {
        RecordId known = shared->nextRecord;
        while (known < next && !shared->nextRecord.compare_exchange_weak(known, next)) {
        }
    }

    Event record(std::string kind, std::string name, std::string_view actor,
                 const nlohmann::json& detail) const {
        Event event;
        event.kind = std::move(kind);
        event.info.name = std::move(name);
        event.info.actor = std::string(actor);
        event.info.undoable = false;
        event.detail = dump(detail);
        appendEvent(*database, event);
        return event;
    }

    /// A change of types that undo can take back. `name` is for who gave none.
    void change(EventInfo info, std::string name, std::vector<TypeChange> types) const {
        Edit edit;
        edit.types = std::move(types);
        change(std::move(info), std::move(name), std::move(edit));
    }
    void change(EventInfo info, std::string name, Edit edit) const {
        Event event;
        event.kind = "edit";
        event.info = std::move(info);
        event.info.undoable = true;
        if (event.info.name.empty())
            event.info.name = std::move(name);
        event.edit = std::move(edit);
        applyEdit(*database, event.edit, Reach::Trash);
        note(event.edit.addAnnotations);
        appendEvent(*database, event);
    }

    /// Applies the inverse of an event, or the event again, as far as it concerns suggestions that
    /// are still there.
    Event revert(const char* kind, const Event& reverted, Edit edit, std::string_view actor,
                 const HoldOut& holdOut) const {
        Event event;
        event.kind = kind;
        event.info.name = reverted.info.name;
        event.info.actor = std::string(actor);
        event.reverts = reverted.id;
        event.edit = fitted(*database, std::move(edit));
        keepHidden(*database, holdOut, event.edit.addSuggestions);
        applyEdit(*database, event.edit, Reach::Trash);
        note(event.edit.addAnnotations);
        appendEvent(*database, event);
        return event;
    }

    void load() {
        uuid = database->text("SELECT uuid FROM project WHERE id = 1");
        if (uuid.empty())
            throw Failure(corruptError(path, "its first table is empty"));
        use(database->integer("SELECT next_record FROM project WHERE id = 1"));
        isOpen = true;
    }
};

DocumentHash DocumentHash::fromHex(std::string_view hex) {
    DocumentHash hash;
    if (hex.size() != 2 * hash.bytes.size())
        return hash;
    const auto digit = [](char c) {
        return static_cast<unsigned>(c >= 'a' ? c - 'a' + 10 : c - '0') & 15;
    };
    for (std::size_t i = 0; i < hash.bytes.size(); ++i)
        hash.bytes[i] = static_cast<std::uint8_t>(digit(hex[2 * i]) << 4 | digit(hex[2 * i + 1]));
    return hash;
}

std::string DocumentHash::hex() const {
    std::string hex;
    hex.reserve(2 * bytes.size());
    for (const std::uint8_t byte : bytes) {
        hex += "0123456789abcdef"[byte >> 4];
        hex += "0123456789abcdef"[byte & 15];
    }
    return hex;
}

Project::Project(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
Project::~Project() = default;

Result<std::unique_ptr<Project>> Project::create(const std::string& path, const LabelScheme& scheme,
                                                 std::string_view name) {
    const auto created = guarded(nullptr, path, [&] {
        checkCanCreate(path);
        const auto attempt = ProjectLock::acquire(path);
        if (!attempt.lock)
            fail(ErrorCode::PermissionDenied, attempt.reason, path);
        removeProjectFiles(path);  // a log without its project
        try {
            createFile(path, scheme, name);
            syncToDisk(folderOf(path));
        } catch (const SQLite::Exception& exception) {
            const Error error = errorFrom(exception, nullptr, path);
            removeProjectFiles(path);
            // Nothing was there to be damaged or locked: an early write that fails is the disk's.
            throw Failure(error);
        } catch (...) {
            removeProjectFiles(path);
            throw;
        }
    });
    if (!created)
        return tl::unexpected(created.error());
    return open(path);
}

Result<std::unique_ptr<Project>> Project::open(const std::string& path, OpenMode mode) {
    return guarded(nullptr, path, [&] {
        checkCanRead(path);
        auto impl = std::make_unique<Impl>();
        impl->path = path;
        impl->join(std::make_shared<Shared>());

        const std::string folder = folderOf(path);
        const bool fileWritable = ::access(path.c_str(), W_OK) == 0;
        const bool folderWritable = ::access(folder.c_str(), W_OK | X_OK) == 0;
        bool isElsewhere = false;
        if (mode == OpenMode::ReadOnly) {
            impl->reason = "The project was opened for reading only.";
        } else if (!fileWritable) {
            impl->reason = "The project's file is write-protected: it can only be read.";
        } else if (!folderWritable) {
            impl->reason =
                "The folder " + folder + " is write-protected: the project can only be read.";
        } else {
            auto attempt = ProjectLock::acquire(path);
            impl->shared->lock = std::move(attempt.lock);
            impl->reason = attempt.reason;
            isElsewhere = !impl->shared->lock;
        }
        if (!impl->shared->lock && !isElsewhere)
            isElsewhere = ProjectLock::isHeld(path);

        Access access = Access::ReadWrite;
        if (!impl->shared->lock) {
            const bool isProtected = !fileWritable || !folderWritable;
            const bool hasLog = sizeOf(path + "-wal") > 0;
            if (isProtected && hasLog && !isElsewhere && sizeOf(path + "-shm") < 0)
                fail(ErrorCode::PermissionDenied,
                     "The project was not closed properly and lies in a write-protected place. "
                     "Copy \"" +
                         path + "\" and \"" + path +
                         "-wal\" to another folder and open "
                         "the copy.",
                     path);
            access = !isProtected ? Access::ReadOnly
                     : hasLog     ? Access::Protected
                                  : Access::Immutable;
        }
        impl->database = openProjectFile(path, access);
        Database& database = *impl->database;
        try {
            const auto version = database.integer("PRAGMA user_version");
            const int latest = latestVersion(migrations());
            if (version < latest && access != Access::ReadWrite)
                fail(ErrorCode::ReadOnly,
                     "The project was written by an earlier version of Spanwise and has to be "
                     "converted first, which needs write access. " +
                         impl->reason,
                     path);
            if (version <= latest && !isElsewhere &&
                database.integer("SELECT clean FROM project WHERE id = 1") == 0)
                quickCheck(database);
            if (access == Access::ReadWrite) {
                if (version < latest)
                    backUp(database, path + ".v" + std::to_string(version) + ".backup");
                if (version <= latest)
                    database.exec("PRAGMA journal_mode=WAL");
            }
            if (version != latest)
                migrate(database, migrations());
            impl->load();
            auto project = std::unique_ptr<Project>(new Project(std::move(impl)));
            // Earlier versions showed what came with a file in documents that are held out.
            if (const HoldOut guard = project->holdOut();
                guard.documents > 0 && version < kHidesSuggestions)
                valueOrThrow(project->setHoldOut(guard.documents, guard.suggestions));
            return project;
        } catch (const SQLite::Exception& exception) {
            throw Failure(errorFrom(exception, &database, path));
        }
    });
}

Result<std::unique_ptr<Project>> Project::reopenForThread() const {
    return m_impl->run([&] {
        auto impl = std::make_unique<Impl>();
        impl->path = m_impl->path;
        impl->reason = m_impl->reason;
        impl->join(m_impl->shared);
        impl->database = std::make_unique<Database>(m_impl->path, m_impl->database->access());
        impl->load();
        return std::unique_ptr<Project>(new Project(std::move(impl)));
    });
}

const std::string& Project::path() const {
    return m_impl->path;
}
bool Project::isReadOnly() const {
    return !m_impl->reason.empty();
}
std::string Project::readOnlyReason() const {
    return m_impl->reason;
}
std::string Project::uuid() const {
    return m_impl->uuid;
}

std::string Project::name() const {
    return m_impl->run([&] { return m_impl->database->text("SELECT name FROM project"); })
        .value_or(fs::path(m_impl->path).stem().string());
}

Result<LabelScheme> Project::scheme() const {
    return m_impl->run([&] { return LabelScheme(loadTypes(*m_impl->database)); });
}

Result<std::vector<EntityType>> Project::trashedTypes() const {
    return m_impl->run([&] { return loadTypes(*m_impl->database, true); });
}

Result<TypeId> Project::putType(const EntityType& type, EventInfo info) {
    return m_impl->write([&] {
        Database& database = *m_impl->database;
        const LabelScheme scheme(loadTypes(database));
        valueOrThrow(scheme.check(type));
        EntityType stored = type;
        if (type.id == 0) {
            stored.id = database.integer(
                "SELECT 1 + max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = "
                "'entity_type'), 0), ifnull((SELECT max(id) FROM entity_type), 0))");
            if (type.order == 0 && !scheme.isEmpty())
                stored.order = scheme.types().back().order + 1;
            insertType(database, stored);
            m_impl->record("type", "Entity type " + stored.name, info.actor,
                           {{"action", "put"}, {"type", typeJson(stored)}});
            return stored.id;
        }
        const EntityType* before = scheme.byId(type.id);
        if (before == nullptr)
            fail(ErrorCode::NotFound, "There is no entity type " + std::to_string(type.id) + ".");
        if (*before != stored)
            m_impl->change(std::move(info), "Change entity type " + before->name,
                           {{*before, stored}});
        return stored.id;
    });
}

Result<void> Project::trashType(TypeId type, EventInfo info) {
    return m_impl->write([&] {
        const LabelScheme scheme(loadTypes(*m_impl->database));
        const EntityType* found = scheme.byId(type);
        if (found == nullptr)
            fail(ErrorCode::NotFound, "There is no entity type " + std::to_string(type) + ".");
        m_impl->change(std::move(info), "Remove entity type " + found->name,
                       {{*found, *found, true, false}});
    });
}

Result<void> Project::restoreType(TypeId type, EventInfo info) {
    return m_impl->write([&] {
        Database& database = *m_impl->database;
        const auto trashed = loadTypes(database, true);
        const auto found = std::find_if(trashed.begin(), trashed.end(),
                                        [type](const auto& t) { return t.id == type; });
        if (found == trashed.end())
            fail(ErrorCode::NotFound,
                 "There is no entity type " + std::to_string(type) + " in the trash.");
        m_impl->change(std::move(info), "Restore entity type " + found->name,
                       {{*found, *found, false, true}});
    });
}

Result<void> Project::mergeType(TypeId from, TypeId into, EventInfo info) {
    return m_impl->write([&] {
        Database& database = *m_impl->database;
        const Edit edit = mergeEdit(database, from, into);
        m_impl->change(std::move(info), "Merge entity type " + edit.types.front().before.name,
                       edit);
    });
}

Result<TypeUse> Project::typeUse(TypeId type) const {
    return m_impl->run([&] {
        Query query(*m_impl->database,
                    "SELECT annotations, suggestions, rejections, (SELECT count(DISTINCT "
                    "annotation.document) FROM annotation JOIN document ON document.id = "
                    "annotation.document WHERE type = entity_type.id AND document.trashed_at IS "
                    "NULL) FROM entity_type WHERE id = ?",
                    type);
        if (!query.step())
            fail(ErrorCode::NotFound, "There is no entity type " + std::to_string(type) + ".");
        return TypeUse{query.integer(0), query.integer(1), query.integer(2), query.integer(3)};
    });
}

Result<Project::ImportResult> Project::import(
    const ImportOptions& options, const std::function<Result<void>(const RecordSink&)>& source,
    std::stop_token stop) {
    auto imported = m_impl->run([&]() -> ImportResult {
        m_impl->mustWrite();
        const LargeCache cache(*m_impl->database);
        WriteTransaction transaction(*m_impl->database);
        Importer importer(*m_impl->database, options, m_impl->shared->nextRecord, holdOut());
        valueOrThrow(readAhead(source, [&](Record&& record) {
            return m_impl->run([&] {
                if (stop.stop_requested())
                    fail(ErrorCode::Cancelled, "The import was stopped.");
                importer.add(std::move(record));
            });
        }));
        if (stop.stop_requested())
            fail(ErrorCode::Cancelled, "The import was stopped.");
        if (importer.result().documents == 0)
            return importer.result();
        importer.finish();
        Event event;
        event.kind = "import";
        event.info.name = "Import " + fs::path(options.file).filename().string();
        event.info.actor = options.actor;
        event.info.undoable = false;
        event.detail = importer.detail();
        appendEvent(*m_impl->database, event);
        m_impl->use(importer.nextId());
        if (importer.result().spans > 0)
            m_impl->note({Annotation{.annotator = options.actor}});
        transaction.commit(m_impl->shared->nextRecord);
        return importer.result();
    });
    // The log holds it all once more, or what a full disk did not let through.
    if (!isReadOnly())
        m_impl->database->emptyLog();
#ifdef __GLIBC__
    // What many documents took goes back to the system: the window lives on beside it.
    if (imported && imported->documents >= kDocumentsInParts)
        ::malloc_trim(0);
#endif
    return imported;
}

Result<std::vector<DocumentSummary>> Project::documents(const DocumentFilter& filter) const {
    return m_impl->run([&] {
        Database& database = *m_impl->database;
        const ReadTransaction snapshot(database);
        std::vector<DocumentSummary> documents;
        if (filter == DocumentFilter{.trashed = filter.trashed, .after = filter.after}) {
            const DocumentId last = database.integer("SELECT ifnull(max(id), 0) FROM document");
            if (!filter.trashed && last - filter.after >= kDocumentsInParts)
                documents = readInParts(database, filter.after, last);
            if (documents.empty())
                documents = readSummaries(database, filter.trashed, filter.after + 1, last);
            return documents;
        }
        Query query(database, std::string(kSummary) + "WHERE id = ?");
        for (const DocumentId id : findDocumentIds(database, filter, {})) {
            if (query.bind(id).step())
                documents.push_back(summaryFrom(query));
        }
        return documents;
    });
}

Result<std::vector<DocumentId>> Project::documentIds(const DocumentFilter& filter,
                                                     std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return findDocumentIds(*m_impl->database, filter, stop);
    });
}

Result<std::vector<DocumentId>> Project::documentsAmong(std::string_view search,
                                                        const std::vector<DocumentId>& among,
                                                        std::size_t limit, double seconds,
                                                        std::stop_token stop) const {
    return m_impl->run(
        [&] { return findDocumentsAmong(*m_impl->database, search, among, limit, seconds, stop); });
}

Result<DocumentSummary> Project::summary(DocumentId id) const {
    return m_impl->run([&] {
        Query query(*m_impl->database, std::string(kSummary) + "WHERE id = ?", id);
        if (!query.step())
            fail(ErrorCode::NotFound, "There is no document " + std::to_string(id) + ".");
        return summaryFrom(query);
    });
}

Result<Document> Project::document(DocumentId id) const {
    return m_impl->run([&] { return loadDocument(*m_impl->database, id); });
}

Result<std::vector<DocumentId>> Project::documentsByHash(std::string_view sha256) const {
    return m_impl->run([&] {
        std::vector<DocumentId> ids;
        Query query(*m_impl->database,
                    "SELECT id FROM document WHERE sha256 = ? AND trashed_at IS NULL ORDER BY id",
                    sha256);
        while (query.step())
            ids.push_back(query.integer(0));
        return ids;
    });
}

Result<void> Project::trashDocuments(const std::vector<DocumentId>& ids, std::string_view actor) {
    return m_impl->write([&] {
        Query update(*m_impl->database,
                     "UPDATE document SET trashed_at = ? WHERE id = ? AND trashed_at IS NULL");
        const std::int64_t time = now();
        for (const DocumentId id : ids) {
            if (update.bind(time, id).run() != 1)
                fail(ErrorCode::NotFound, "There is no document " + std::to_string(id) +
                                              " outside the trash: nothing was changed.");
        }
        m_impl->record("trash", "Delete " + std::to_string(ids.size()) + " documents", actor,
                       {{"documents", ids}});
    });
}

Result<void> Project::restoreDocuments(const std::vector<DocumentId>& ids, std::string_view actor) {
    return m_impl->write([&] {
        Query update(*m_impl->database,
                     "UPDATE document SET trashed_at = NULL WHERE id = ? AND trashed_at IS NOT "
                     "NULL");
        for (const DocumentId id : ids) {
            if (update.bind(id).run() != 1)
                fail(ErrorCode::NotFound, "There is no document " + std::to_string(id) +
                                              " in the trash: nothing was changed.");
        }
        m_impl->record("restore", "Restore " + std::to_string(ids.size()) + " documents", actor,
                       {{"documents", ids}});
    });
}

Result<DocumentLabels> Project::labels(DocumentId id) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return loadLabels(*m_impl->database, id);
    });
}

Result<TeachingChoice> Project::teachingDocuments(const TeachingLimits& limits,
                                                  std::stop_token stop) const {
    return m_impl->run([&] {
        Database& database = *m_impl->database;
        const ReadTransaction snapshot(database);
        const auto checkStop = [&stop] {
            if (stop.stop_requested())
                fail(ErrorCode::Cancelled, "It was stopped.");
        };
        std::vector<TaughtDocument> documents;
        std::int64_t codePoints = 0;
        Query touched(database,
                      "SELECT id, code_points FROM document WHERE status IN (1, 2) AND trashed_at "
                      "IS NULL ORDER BY id");
        while (touched.step()) {
            documents.push_back({touched.integer(0), touched.integer(1), 0});
            codePoints += touched.integer(1);
        }
        TeachingChoice choice;
        choice.of = static_cast<std::int64_t>(documents.size());
        std::vector<std::pair<TypeId, DocumentId>> types;
        if (documents.size() > limits.documents || codePoints > limits.codePoints) {
            // Not by the index on documents, whose every entry would have to seek its row.
            Query decided(database,
                          "SELECT document, created_at FROM annotation NOT INDEXED WHERE origin <> "
                          "? UNION ALL SELECT document, created_at FROM rejection NOT INDEXED",
                          Origin::Imported);
            while (decided.step()) {
                const auto document = std::lower_bound(
                    documents.begin(), documents.end(), decided.integer(0),
                    [](const TaughtDocument& a, DocumentId id) { return a.id < id; });
                if (document != documents.end() && document->id == decided.integer(0))
                    document->decidedAt = std::max(document->decidedAt, decided.integer(1));
            }
            checkStop();
            Query labelled(database,
                           "SELECT DISTINCT type, document FROM annotation WHERE type IN (SELECT "
                           "id FROM entity_type WHERE trashed_at IS NULL)");
            while (labelled.step())
                types.emplace_back(labelled.integer(0), labelled.integer(1));
            checkStop();
        }
        choice.documents = chooseTeaching(std::move(documents), std::move(types), limits);
        return choice;
    });
}

RecordId Project::nextRecordId() const {
    return m_impl->shared->nextRecord;
}

RecordId Project::reserveRecordIds(std::int64_t count) const {
    return m_impl->shared->nextRecord.fetch_add(std::max<std::int64_t>(count, 0));
}

Result<std::int64_t> Project::commit(const Edit& edit, const EventInfo& info) {
    if (edit.isEmpty())
        return 0;
    return m_impl->write([&] {
        applyEdit(*m_impl->database, edit, Reach::Visible);
        m_impl->use(idAfter(edit));
        m_impl->note(edit.addAnnotations);
        Event event;
        event.kind = "edit";
        event.info = info;
        event.edit = edit;
        appendEvent(*m_impl->database, event);
        return event.id;
    });
}

Result<Event> Project::undo(std::string_view actor) {
    return m_impl->write([&] {
        const UndoStacks stacks = undoStacks(*m_impl->database, 1);
        if (stacks.undo.empty())
            fail(ErrorCode::NotFound, "There is nothing to undo.");
        const Event reverted = lastApplied(*m_impl->database, stacks.undo.front());
        return m_impl->revert("undo", reverted, inverse(reverted.edit), actor, holdOut());
    });
}

Result<Event> Project::redo(std::string_view actor) {
    return m_impl->write([&] {
        const UndoStacks stacks = undoStacks(*m_impl->database, 1);
        if (stacks.redo.empty())
            fail(ErrorCode::NotFound, "There is nothing to redo.");
        const Event reverted = lastApplied(*m_impl->database, stacks.redo.front());
        return m_impl->revert("redo", reverted, reverted.edit, actor, holdOut());
    });
}

Result<UndoState> Project::undoState(int limit) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        const UndoStacks stacks = undoStacks(*m_impl->database, limit);
        UndoState state;
        for (auto id = stacks.undo.rbegin(); id != stacks.undo.rend(); ++id)
            state.undo.push_back(lastApplied(*m_impl->database, *id));
        for (auto id = stacks.redo.rbegin(); id != stacks.redo.rend(); ++id)
            state.redo.push_back(lastApplied(*m_impl->database, *id));
        return state;
    });
}

Result<UndoHeads> Project::undoHeads() const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        const UndoStacks stacks = undoStacks(*m_impl->database, 1);
        const auto head = [&](const std::vector<std::int64_t>& events) {
            UndoHead head;
            if (events.empty())
                return head;
            Query query(*m_impl->database, "SELECT name, length(edit) FROM event WHERE id = ?",
                        events.front());
            if (query.step())
                head = {events.front(), query.text(0), query.integer(1)};
            return head;
        };
        return UndoHeads{head(stacks.undo), head(stacks.redo)};
    });
}

Result<std::vector<Event>> Project::events(std::int64_t afterId, int limit) const {
    return m_impl->run([&] { return readEvents(*m_impl->database, afterId, limit); });
}

Result<std::vector<std::pair<DocumentId, DocumentLabels>>> Project::putSuggestions(
    const std::vector<SuggestionBatch>& batches, const std::string& model) {
    using Changed = std::vector<std::pair<DocumentId, DocumentLabels>>;
    if (batches.empty())
        return Changed();
    return m_impl->write([&] {
        Database& database = *m_impl->database;
        std::set<TypeId> types;
        for (const EntityType& type : loadTypes(database))
            types.insert(type.id);
        const HoldOut guard = holdOut();
        Changed changed;
        auto counts = nlohmann::json::array();
        bool isNew = false;
        for (const SuggestionBatch& batch : batches) {
            if (guard.isHeldOut(batch.document))
                continue;
            {
                Query living(database, "SELECT trashed_at IS NULL FROM document WHERE id = ?",
                             batch.document);
                if (!living.step())
                    fail(ErrorCode::NotFound,
                         "There is no document " + std::to_string(batch.document) + ".");
                if (living.integer(0) == 0)
                    continue;
            }
            std::vector<Suggestion> proposed;
            for (Suggestion suggestion : batch.suggestions) {
                if (!types.contains(suggestion.type) ||
                    (batch.range && !batch.range->contains(suggestion.range))) {
                    continue;
                }
                suggestion.document = batch.document;
                if (suggestion.model.empty())
                    suggestion.model = model;
                suggestion.score = std::clamp(suggestion.score, 0.0, 1.0);
                proposed.push_back(std::move(suggestion));
            }
            RecordId next = reserveRecordIds(static_cast<std::int64_t>(proposed.size()));
            EditContext context;
            context.document = batch.document;
            context.annotator = model;
            context.now = now();
            context.nextId = &next;
            DocumentLabels before = loadLabels(database, batch.document);
            keepBack(database, guard, batch, before.status, proposed);
            if (batch.range)
                std::erase_if(before.suggestions, [&](const Suggestion& suggestion) {
                    return !suggestion.range.overlaps(*batch.range);
                });
            const Edit edit = suggestEdit(before, context, proposed);
            applyEdit(database, edit, Reach::Visible);
            m_impl->use(idAfter(edit));
            isNew = isNew || !edit.isEmpty();
            DocumentLabels after = loadLabels(database, batch.document);
            noteShown(database, guard, batch, after);
            counts.push_back({batch.document, after.suggestions.size()});
            changed.emplace_back(batch.document, std::move(after));
        }
        // The spans stay out of the history: there are many, and accepting one records it.
        if (isNew)
            m_impl->record("suggest", "Suggestions", model,
                           {{"model", model}, {"documents", counts}});
        return changed;
    });
}

Result<std::vector<SuggestionGroup>> Project::suggestionGroups(double threshold,
                                                               std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return groupSuggestions(*m_impl->database, threshold, stop);
    });
}

Result<std::vector<SuggestionPlace>> Project::suggestionPlaces(
    const std::vector<RecordId>& ids) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return findSuggestions(*m_impl->database, ids);
    });
}

Result<std::vector<PatternRow>> Project::patterns() const {
    return m_impl->run([&] {
        std::vector<PatternRow> patterns;
        Query query(*m_impl->database,
                    "SELECT id, type, kind, expression, enabled FROM pattern WHERE type IN "
                    "(SELECT id FROM entity_type WHERE trashed_at IS NULL) ORDER BY id");
        while (query.step())
            patterns.push_back({query.integer(0), query.integer(1), query.text(2), query.text(3),
                                query.integer(4) != 0});
        return patterns;
    });
}

Result<std::int64_t> Project::putPattern(const PatternRow& pattern) {
    return m_impl->write([&] {
        Database& database = *m_impl->database;
        {
            Query type(database, "SELECT 1 FROM entity_type WHERE id = ? AND trashed_at IS NULL",
                       pattern.type);
            if (!type.step())
                fail(ErrorCode::NotFound, "The project has no entity type " +
                                              std::to_string(pattern.type) + " for the pattern.");
        }
        if (pattern.id == 0) {
            Query insert(database,
                         "INSERT INTO pattern(type, kind, expression, enabled, created_at) "
                         "VALUES (?, ?, ?, ?, ?) RETURNING id",
                         pattern.type, pattern.kind, pattern.expression, pattern.enabled, now());
            const std::int64_t id = insert.step() ? insert.integer(0) : 0;
            while (insert.step()) {
            }
            return id;
        }
        Query update(database,
                     "UPDATE pattern SET type = ?, kind = ?, expression = ?, enabled = ? "
                     "WHERE id = ?",
                     pattern.type, pattern.kind, pattern.expression, pattern.enabled, pattern.id);
        if (update.run() != 1)
            fail(ErrorCode::NotFound, "The pattern is not there any more.");
        return pattern.id;
    });
}

Result<void> Project::removePattern(std::int64_t id) {
    return m_impl->write([&] {
        if (Query(*m_impl->database, "DELETE FROM pattern WHERE id = ?", id).run() != 1)
            fail(ErrorCode::NotFound, "The pattern is not there any more.");
    });
}

Result<ProjectCounts> Project::counts() const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        ProjectCounts counts;
        {
            Query tally(*m_impl->database, "SELECT status, documents FROM document_tally");
            while (tally.step()) {
                const std::int64_t documents = tally.integer(1);
                counts.documents += documents;
                switch (static_cast<DocumentStatus>(tally.integer(0))) {
                    case DocumentStatus::New:
                        break;
                    case DocumentStatus::InProgress:
                        counts.inProgress = documents;
                        break;
                    case DocumentStatus::Done:
                        counts.done = documents;
                        break;
                }
            }
        }
        Query types(*m_impl->database,
                    "SELECT id, annotations, suggestions, rejections FROM entity_type "
                    "WHERE trashed_at IS NULL ORDER BY position, id");
        while (types.step()) {
            counts.perType.push_back({types.integer(0), types.integer(1), types.integer(2)});
            counts.annotations += types.integer(1);
            counts.suggestions += types.integer(2);
            counts.rejections += types.integer(3);
        }
        return counts;
    });
}

Result<Occurrences> Project::occurrences(std::string_view text, int limit, double seconds,
                                         std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return findOccurrences(*m_impl->database, text, limit, seconds, stop);
    });
}

Result<SearchPage> Project::search(const SearchQuery& query, SearchPlace from, int limit,
                                   double seconds, std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return searchProject(*m_impl->database, query, from, limit, seconds, stop);
    });
}

Result<std::vector<NamedDocument>> Project::documentsNamed(std::string_view text, int limit,
                                                           std::stop_token stop) const {
    return m_impl->run([&] { return findDocuments(*m_impl->database, text, limit, stop); });
}

Result<std::vector<std::string>> Project::annotators() const {
    return m_impl->run([&] {
        Shared& shared = *m_impl->shared;
        // Of a file that another program writes to, nothing is known for long.
        const bool isOurs = shared.lock != nullptr;
        bool isKnown = false;
        {
            const std::lock_guard guard(shared.mutex);
            isKnown = isOurs && shared.knowsAnnotators;
        }
        std::set<std::string> found;
        if (!isKnown) {
            Query query(*m_impl->database,
                        "SELECT DISTINCT annotator FROM annotation WHERE annotator <> ''");
            while (query.step())
                found.insert(query.text(0));
        }
        const std::lock_guard guard(shared.mutex);
        if (isOurs) {
            shared.annotators.merge(found);
            shared.knowsAnnotators = true;
            return std::vector<std::string>(shared.annotators.begin(), shared.annotators.end());
        }
        return std::vector<std::string>(found.begin(), found.end());
    });
}

Result<TypeExamples> Project::typeExamples(TypeId type, std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return findExamples(*m_impl->database, type, stop);
    });
}

Result<void> Project::forEachRecord(
    const std::function<Result<void>(Record&&, const DocumentLabels&)>& sink,
    std::stop_token stop) const {
    return m_impl->run([&] {
        Database& database = *m_impl->database;
        const ReadTransaction snapshot(database);
        std::map<TypeId, std::string> names;
        for (const EntityType& type : loadTypes(database))
            names.emplace(type.id, type.name);
        Query ids(database, "SELECT id FROM document WHERE trashed_at IS NULL ORDER BY id");
        while (ids.step()) {
            if (stop.stop_requested())
                fail(ErrorCode::Cancelled, "It was stopped.");
            Record record;
            record.document = loadDocument(database, ids.integer(0));
            const DocumentLabels labels = loadLabels(database, record.document.id);
            record.labelled = labels.status == DocumentStatus::Done || !labels.annotations.empty();
            for (const Annotation& annotation : labels.annotations)
                record.spans.push_back({annotation.range, names.at(annotation.type), -1});
            valueOrThrow(sink(std::move(record), labels));
        }
    });
}

namespace {

/// A project opened for reading, through a converted copy where an earlier version wrote it.
struct ReadProject {
    ReadProject() = default;
    ReadProject(ReadProject&& other) noexcept
        : folder(std::exchange(other.folder, {})), project(std::move(other.project)) {}
    ReadProject& operator=(ReadProject&&) = delete;
    ~ReadProject() {
        project.reset();
        std::error_code ignored;
        if (!folder.empty())
            fs::remove_all(folder, ignored);
    }

    std::string folder;  ///< of the copy; empty: there is none
    std::unique_ptr<Project> project;
};

bool isEarlierFormat(Database& database) {
    return database.integer("PRAGMA user_version") < latestVersion(migrations());
}

ReadProject openToRead(const std::string& path) {
    ReadProject read;
    auto opened = Project::open(path, OpenMode::ReadOnly);
    if (opened) {
        read.project = std::move(*opened);
        return read;
    }
    if (opened.error().code != ErrorCode::ReadOnly)
        throw Failure(opened.error());
    const bool isProtected =
        ::access(path.c_str(), W_OK) != 0 || ::access(folderOf(path).c_str(), W_OK | X_OK) != 0;
    const auto original = openProjectFile(path, !isProtected                ? Access::ReadOnly
                                                : sizeOf(path + "-wal") > 0 ? Access::Protected
                                                                            : Access::Immutable);
    if (!isEarlierFormat(*original))
        throw Failure(opened.error());
    std::string pattern = (fs::temp_directory_path() / "spanwise-merge-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        fail(ErrorCode::Io,
             "No temporary folder can be made to convert the project in, which an earlier version "
             "of Spanwise wrote. Open it once in Spanwise, or free space.",
             path);
    read.folder = pattern;
    const std::string copy = (fs::path(read.folder) / fs::path(path).filename()).string();
    backUp(*original, copy);
    read.project = valueOrThrow(Project::open(copy));
    return read;
}

std::string namesOf(const std::vector<std::string>& files) {
    std::string names;
    for (const std::string& file : files)
        names += (names.empty() ? "" : ", ") + fs::path(file).filename().string();
    return names;
}

}  // namespace

Result<MergeReport> Project::merge(const std::vector<std::string>& files,
                                   const MergeOptions& options, const MergeProgress& progress,
                                   std::stop_token stop) {
    // Not run(): damage of a file that is merged says nothing of this project.
    auto merged = guarded(m_impl->database.get(), m_impl->path, [&] {
        m_impl->mustWrite();
        if (files.empty())
            fail(ErrorCode::InvalidArgument, "No file was named to merge.");
        std::vector<ReadProject> sources;
        std::vector<std::string> paths;
        for (const std::string& file : files) {
            std::error_code ignored;
            if (fs::equivalent(file, m_impl->path, ignored))
                fail(ErrorCode::InvalidArgument,
                     "This is the project itself. Name the files of the annotators.", file);
            sources.push_back(openToRead(file));
            const fs::path path = fs::absolute(file, ignored);
            paths.push_back(ignored ? file : path.lexically_normal().string());
        }

        MergeReport report;
        {
            const LargeCache cache(*m_impl->database);
            WriteTransaction transaction(*m_impl->database);
            LayerMerge merge(*m_impl->database, m_impl->uuid, options.actor, holdOut(),
                             m_impl->shared->nextRecord);
            auto detail = nlohmann::json::array();
            for (std::size_t i = 0; i < sources.size(); ++i) {
                const Project& source = *sources[i].project;
                const ReadTransaction snapshot(*source.m_impl->database);
                report.files.push_back(merge.add(
                    source, paths[i],
                    [&](std::int64_t done, std::int64_t total) {
                        if (progress)
                            progress(i, done, total);
                    },
                    stop));
                const MergedFile& file = report.files.back();
                detail.push_back({{"path", file.path},
                                  {"annotators", file.annotators},
                                  {"layers", file.layers},
                                  {"spans", file.spans},
                                  {"added", file.added},
                                  {"newTypes", file.newTypes}});
            }
            m_impl->record("merge", "Merge " + namesOf(files), options.actor,
                           {{"files", std::move(detail)}});
            if (options.takeAgreed) {
                RecordId next = m_impl->shared->nextRecord;
                Edit edit = merge.agreedEdit(next, stop);
                m_impl->use(next);
                report.agreedLabels = static_cast<std::int64_t>(edit.addAnnotations.size());
                if (!edit.isEmpty())
                    m_impl->change({.actor = options.actor}, "Take what all annotators agree on",
                                   std::move(edit));
            }
            // Before the commit: a stop or an error here still leaves all as it was.
            for (const ReviewRow& row : storage::reviewRows(*m_impl->database, stop)) {
                ++report.reviewed;
                report.open += row.open;
            }
            report.singles = storage::waitingSingles(*m_impl->database);
            transaction.commit(m_impl->shared->nextRecord);
        }
        return report;
    });
    if (!merged && merged.error().code == ErrorCode::Corrupt &&
        merged.error().where == m_impl->path)
        m_impl->shared->isSuspect = true;
    if (!isReadOnly())
        m_impl->database->emptyLog();
    return merged;
}

Result<std::vector<Layer>> Project::layers(DocumentId document) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return layersOf(*m_impl->database, document);
    });
}
Result<std::vector<LayerSource>> Project::layerSources() const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return storage::layerSources(*m_impl->database);
    });
}
Result<std::vector<ReviewRow>> Project::reviewRows(std::stop_token stop) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        return storage::reviewRows(*m_impl->database, stop);
    });
}
Result<LayerAgreement> Project::agreement(const AgreementOptions& options,
                                          const LayerProgress& progress,
                                          std::stop_token stop) const {
    return m_impl->run([&] { return agreementOf(*m_impl->database, options, progress, stop); });
}

Result<Tallies> Project::tallies() const {
    return m_impl->run([&] { return countTallies(*m_impl->database); });
}
Result<Activity> Project::activity(Activity soFar) const {
    return m_impl->run([&] { return readActivity(*m_impl->database, std::move(soFar)); });
}
Result<std::vector<DocumentWork>> Project::recentWork(int steps) const {
    return m_impl->run([&] { return storage::recentWork(*m_impl->database, steps); });
}
Result<BlindTally> Project::blindTally(double threshold) const {
    return m_impl->run([&] { return countBlind(*m_impl->database, holdOut(), threshold); });
}
Result<HealthReport> Project::health(std::size_t most, const StatisticsProgress& progress,
                                     std::stop_token stop) const {
    return m_impl->run([&] { return examine(*m_impl->database, most, progress, stop); });
}
Result<std::vector<DocumentId>> Project::emptyDocuments() const {
    return m_impl->run([&] { return storage::emptyDocuments(*m_impl->database); });
}
Result<Edit> Project::healthFix(HealthCheck check, std::stop_token stop) const {
    return m_impl->run([&] { return fixOf(*m_impl->database, check, stop); });
}

Result<HistoryEntries> Project::history(const HistoryFilter& filter, int limit,
                                        std::stop_token stop) const {
    return m_impl->run([&] { return readHistory(*m_impl->database, filter, limit, stop); });
}
Result<std::vector<std::string>> Project::historyActors() const {
    return m_impl->run([&] { return storage::historyActors(*m_impl->database); });
}
Result<Project::UndoOrder> Project::undoOrder(int limit) const {
    return m_impl->run([&] {
        const ReadTransaction snapshot(*m_impl->database);
        UndoStacks stacks = undoStacks(*m_impl->database, limit);
        return UndoOrder{std::move(stacks.undo), std::move(stacks.redo)};
    });
}
Result<std::int64_t> Project::lastEventId() const {
    return m_impl->run(
        [&] { return m_impl->database->integer("SELECT ifnull(max(id), 0) FROM event"); });
}

Result<void> Project::recordExport(const ExportInfo& info, std::string_view actor) {
    return m_impl->write([&] {
        m_impl->record("export", "Export " + fs::path(info.path).filename().string(), actor,
                       {{"path", info.path},
                        {"format", info.format},
                        {"documents", info.documents},
                        {"spans", info.spans},
                        {"upTo", info.upTo}});
    });
}
Result<std::optional<ExportInfo>> Project::lastExport() const {
    return m_impl->run([&] { return storage::lastExport(*m_impl->database); });
}
Result<ChangesSince> Project::changesSince(std::int64_t event) const {
    return m_impl->run([&] { return storage::changesSince(*m_impl->database, event); });
}

HoldOut Project::holdOut() const {
    HoldOut guard;
    guard.seed = seedOf(m_impl->uuid);
    const auto kept = nlohmann::json::parse(setting(kHoldOutSetting), nullptr, false);
    if (kept.is_object()) {
        const auto share = [&](const char* key) {
            const auto found = kept.find(key);
            return found != kept.end() && found->is_number()
                       ? std::clamp(found->get<double>(), 0.0, 1.0)
                       : 0.0;
        };
        guard.documents = share("documents");
        guard.suggestions = share("suggestions");
    }
    return guard;
}

Result<void> Project::setHoldOut(double documents, double suggestions) {
    return m_impl->write([&] {
        if (!(documents >= 0 && documents <= 1 && suggestions >= 0 && suggestions <= 1))
            fail(ErrorCode::InvalidArgument, "A share lies between 0 and 1.");
        Database& database = *m_impl->database;
        const HoldOut before = holdOut();
        Query(database,
              "INSERT INTO setting(key, value) VALUES (?, ?) "
              "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
              kHoldOutSetting,
              nlohmann::json{{"documents", documents}, {"suggestions", suggestions}}.dump())
            .run();
        const HoldOut guard{documents, suggestions, seedOf(m_impl->uuid)};
        rememberSides(database, before, guard);
        hideAndShow(database, guard);
    });
}

std::string Project::setting(std::string_view key, std::string_view fallback) const {
    return m_impl
        ->run([&] {
            Query query(*m_impl->database, "SELECT value FROM setting WHERE key = ?", key);
            return query.step() ? query.text(0) : std::string(fallback);
        })
        .value_or(std::string(fallback));
}

Result<void> Project::putSetting(std::string_view key, std::string_view value) {
    return m_impl->write([&] {
        Query(*m_impl->database,
              "INSERT INTO setting(key, value) VALUES (?, ?) "
              "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
              key, value)
            .run();
    });
}

Result<void> Project::putModel(std::string_view id, std::string_view path,
                               std::string_view infoJson) {
    return m_impl->write([&] {
        Query(*m_impl->database,
              "INSERT INTO model(id, path, info, created_at) VALUES (?, ?, ?, ?) "
              "ON CONFLICT(id) DO UPDATE SET path = excluded.path, info = excluded.info",
              id, path, infoJson, now())
            .run();
    });
}

Result<std::vector<Project::ModelRow>> Project::models() const {
    return m_impl->run([&] {
        std::vector<ModelRow> models;
        Query query(*m_impl->database,
                    "SELECT id, path, info, created_at FROM model ORDER BY created_at, id");
        while (query.step())
            models.push_back({query.text(0), query.text(1), query.text(2), query.integer(3)});
        return models;
    });
}

Result<void> Project::backupTo(const std::string& path) const {
    return m_impl->run([&] { backUp(*m_impl->database, path); });
}

Result<bool> Project::rollingBackup(int minutes) {
    return m_impl->run([&] {
        m_impl->mustWrite();
        const std::string target = backupPath(m_impl->path);
        struct stat info {};
        if (::stat(target.c_str(), &info) == 0) {
            const auto age = now() / 1000 - static_cast<std::int64_t>(info.st_mtime);
            // A backup from the future says that the clock was set back: make a new one.
            if (age >= 0 && age < std::int64_t{60} * minutes)
                return false;
            if (changesIn(target) ==
                m_impl->database->integer("SELECT changes FROM project WHERE id = 1"))
                return false;
        }
        backUp(*m_impl->database, target);
        return true;
    });
}

std::vector<BackupInfo> Project::backups(const std::string& path) {
    std::vector<BackupInfo> found;
    std::vector<std::string> files{backupPath(path)};
    for (int version = 1; version < latestVersion(migrations()); ++version)
        files.push_back(path + ".v" + std::to_string(version) + ".backup");
    for (const std::string& file : files) {
        struct stat info {};
        if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
            continue;
        BackupInfo backup;
        backup.path = file;
        backup.at = static_cast<std::int64_t>(info.st_mtim.tv_sec) * 1000 +
                    info.st_mtim.tv_nsec / 1'000'000;
        backup.bytes = static_cast<std::int64_t>(info.st_size);
        const auto read = guarded(nullptr, file, [&] {
            const auto database = openProjectFile(file, Access::Immutable);
            backup.documents = database->integer("SELECT sum(documents) FROM document_tally");
            backup.annotations = database->integer(
                "SELECT ifnull(sum(annotations), 0) FROM entity_type WHERE trashed_at IS NULL");
        });
        if (!read)
            backup.problem = read.error().message;
        found.push_back(std::move(backup));
    }
    std::sort(found.begin(), found.end(),
              [](const BackupInfo& a, const BackupInfo& b) { return a.at > b.at; });
    return found;
}

Result<void> Project::restoreBackup(const std::string& backup, const std::string& target) {
    return guarded(nullptr, target, [&] {
        checkCanRead(backup);
        checkCanCreate(target);
        const auto source = openProjectFile(backup, Access::Immutable);
        quickCheck(*source);
        backUp(*source, target);
    });
}

Result<void> Project::integrityCheck() const {
    return m_impl->run([&] {
        std::string complaints;
        Query check(*m_impl->database, "PRAGMA integrity_check(5)");
        while (check.step()) {
            if (const std::string line = check.text(0); line != "ok")
                complaints += (complaints.empty() ? "" : "; ") + line;
        }
        Query foreign(*m_impl->database, "PRAGMA foreign_key_check");
        if (foreign.step())
            complaints += (complaints.empty() ? "" : "; ") + std::string("a row of ") +
                          foreign.text(0) + " belongs to nothing";
        if (!complaints.empty())
            throw Failure(corruptError(m_impl->path, complaints));
    });
}

Result<std::string> Project::recover(const std::string& damaged, const std::string& target) {
    return guarded(nullptr, target, [&] {
        checkCanRead(damaged);
        checkCanCreate(target);
        std::unique_ptr<ProjectLock> lock;
        if (::access(folderOf(damaged).c_str(), W_OK | X_OK) == 0) {
            auto attempt = ProjectLock::acquire(damaged);
            if (!attempt.lock && ProjectLock::isHeld(damaged))
                fail(ErrorCode::ReadOnly, attempt.reason + " Close it before it is recovered.",
                     damaged);
            lock = std::move(attempt.lock);
        }
        try {
            valueOrThrow(create(target, LabelScheme()));
            return salvage(damaged, target);
        } catch (...) {
            removeProjectFiles(target);
            throw;
        }
    });
}

}  // namespace spanwise
