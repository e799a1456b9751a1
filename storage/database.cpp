#include "storage/database.h"

#include <sqlite3.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <new>

#include <sys/stat.h>

namespace spanwise::storage {
namespace {

constexpr int kBusyTimeoutMs = 10000;
/// 16 MB of log between checkpoints: one label in some hundreds pays for one.
constexpr int kCheckpointPages = 4000;

std::string uriOf(const std::string& path) {
    static constexpr char kHex[] = "0123456789ABCDEF";
    std::string uri = "file:";
    for (const char c : std::filesystem::absolute(path).string()) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::strchr("?#%", c) != nullptr || byte < 0x20) {
            uri += '%';
            uri += kHex[byte >> 4];
            uri += kHex[byte & 15];
        } else {
            uri += c;
        }
    }
    return uri + "?immutable=1";
}

/// For errors that lost their errno on the way.
bool isDiskFull(const std::string& path) {
    constexpr std::uintmax_t kLittle = 65536;
    std::error_code error;
    const auto space =
        std::filesystem::space(std::filesystem::absolute(path, error).parent_path(), error);
    return !error && space.available < kLittle;
}

/// The errno of the last failed operation on the file or its log, which SQLite keeps for neither
/// in its error.
int lastErrno(sqlite3* handle) {
    int error = sqlite3_system_errno(handle);
    if (error == 0)
        (void)sqlite3_file_control(handle, "main", SQLITE_FCNTL_LAST_ERRNO, &error);
    sqlite3_file* log = nullptr;
    if (error == 0 &&
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log) == SQLITE_OK &&
        log != nullptr && log->pMethods != nullptr)
        (void)log->pMethods->xFileControl(log, SQLITE_FCNTL_LAST_ERRNO, &error);
    return error;
}

int flagsFor(Access access, bool create) {
    // A connection belongs to one thread: each value that is read need not take its lock.
    const int own = SQLite::OPEN_NOMUTEX;
    switch (access) {
        case Access::ReadWrite:
            return own | SQLite::OPEN_READWRITE | (create ? SQLite::OPEN_CREATE : 0);
        case Access::ReadOnly:  // and query_only: see the constructor
        case Access::Damaged:
            return own | SQLite::OPEN_READWRITE;
        case Access::Protected:
            return own | SQLite::OPEN_READONLY;
        case Access::Immutable:
            return own | SQLite::OPEN_READONLY | SQLite::OPEN_URI;
    }
    return own | SQLite::OPEN_READONLY;
}

}  // namespace

Database::Database(const std::string& path, Access access, bool create)
    : m_path(path),
      m_access(access),
      m_database(access == Access::Immutable ? uriOf(path) : path, flagsFor(access, create),
                 kBusyTimeoutMs) {
    sqlite3_extended_result_codes(handle(), 1);
    if (access == Access::Damaged) {
        exec("PRAGMA writable_schema=ON");  // lets SQLite open a file that is too short
        return;
    }
    exec("PRAGMA foreign_keys=ON");
    setCache(kCacheMegabytes);
    exec("PRAGMA temp_store=MEMORY");
    if (access == Access::ReadWrite) {
        exec("PRAGMA synchronous=FULL");
        exec("PRAGMA wal_autocheckpoint=" + std::to_string(kCheckpointPages));
        exec("PRAGMA journal_size_limit=67108864");
    } else {
        exec("PRAGMA query_only=ON");
    }
}

Database::~Database() {
    m_pool.clear();
}

bool Database::inTransaction() const {
    return sqlite3_get_autocommit(handle()) == 0;
}

void Database::exec(const std::string& sql) {
    try {
        m_database.exec(sql);
    } catch (const SQLite::Exception&) {
        m_systemError = lastErrno(handle());
        throw;
    }
}

void Database::setCache(int megabytes) {
    exec("PRAGMA cache_size=-" + std::to_string(megabytes * 1000));
}

void Database::emptyLog() noexcept {
    sqlite3_busy_timeout(handle(), 0);
    tryExec("PRAGMA wal_checkpoint(TRUNCATE)");
    sqlite3_busy_timeout(handle(), kBusyTimeoutMs);
}

std::int64_t Database::integer(const std::string& sql) {
    Query query(*this, sql);
    return query.step() ? query.integer(0) : 0;
}

std::string Database::text(const std::string& sql) {
    Query query(*this, sql);
    return query.step() ? query.text(0) : std::string();
}

std::unique_ptr<SQLite::Statement> Database::take(const std::string& sql) {
    if (const auto found = m_pool.find(sql); found != m_pool.end() && !found->second.empty()) {
        auto statement = std::move(found->second.back());
        found->second.pop_back();
        return statement;
    }
    return std::make_unique<SQLite::Statement>(m_database, sql);
}

void Database::giveBack(const std::string& sql,
                        std::unique_ptr<SQLite::Statement> statement) noexcept {
    if (!statement)
        return;
    statement->tryReset();
    try {
        statement->clearBindings();
        m_pool[sql].push_back(std::move(statement));
    } catch (const std::exception&) {
        statement.reset();  // only the pool loses by it
    }
}

bool Query::step() {
    const int code = m_statement->tryExecuteStep();
    if (code == SQLITE_ROW || code == SQLITE_DONE)
        return code == SQLITE_ROW;
    m_database.m_systemError = lastErrno(m_database.handle());
    throw SQLite::Exception(m_database.handle(), code);
}

int Query::run() {
    while (step()) {
    }
    const int changes = sqlite3_changes(m_database.handle());
    m_statement->reset();
    return changes;
}

std::vector<std::int64_t> Query::integers() {
    std::vector<std::int64_t> values;
    if (!step())
        return values;
    const SQLite::Column first = m_statement->getColumn(0);
    do {
        values.push_back(first.getInt64());
    } while (step());
    return values;
}

WriteTransaction::WriteTransaction(Database& database) : m_database(database) {
    m_database.exec("BEGIN IMMEDIATE");
}

WriteTransaction::~WriteTransaction() {
    // A full disk may have rolled it back already.
    if (!m_done && m_database.inTransaction())
        m_database.tryExec("ROLLBACK");
}

void WriteTransaction::commit(std::int64_t nextRecord) {
    Query(m_database,
          "UPDATE project SET clean = 0, changes = changes + 1, "
          "next_record = max(next_record, ?) WHERE id = 1",
          nextRecord)
        .run();
    Query(m_database, "COMMIT").run();
    m_done = true;
}

ReadTransaction::ReadTransaction(Database& database) {
    if (database.inTransaction())
        return;
    database.exec("BEGIN");
    m_database = &database;
}

ReadTransaction::~ReadTransaction() {
    if (m_database != nullptr && m_database->inTransaction())
        m_database->tryExec("COMMIT");
}

WithoutTriggers::WithoutTriggers(Database& database) : m_database(database) {
    sqlite3_db_config(m_database.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
}

WithoutTriggers::~WithoutTriggers() {
    sqlite3_db_config(m_database.handle(), SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, nullptr);
}

Error errorFrom(const SQLite::Exception& exception, const Database* database,
                const std::string& path) {
    const int code = exception.getErrorCode() & 0xff;
    const int system = database != nullptr ? database->systemError() : 0;
    const std::string said = exception.what();
    switch (code) {
        case SQLITE_FULL:
            break;
        case SQLITE_IOERR:
            if (system == ENOSPC || system == EDQUOT || system == EFBIG || isDiskFull(path))
                break;
            return {ErrorCode::Io,
                    "The project could not be read or written (" + said +
                        (system != 0 ? ": " + std::string(std::strerror(system)) : "") +
                        "). Nothing was changed. Check the disk.",
                    path};
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return corruptError(path, said);
        case SQLITE_READONLY:
            return {ErrorCode::ReadOnly, "The project can only be read: nothing was changed.",
                    path};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {ErrorCode::Io,
                    "The project is busy with another task (an import, for example): nothing was "
                    "changed. Try again in a moment.",
                    path};
        case SQLITE_CONSTRAINT:
            return {ErrorCode::InvalidArgument,
                    "The change does not fit what the project holds (" + said +
                        "): nothing was changed.",
                    path};
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return {ErrorCode::PermissionDenied, "Access to the project was denied.", path};
        case SQLITE_CANTOPEN:
            return {
                system == EACCES || system == EROFS ? ErrorCode::PermissionDenied : ErrorCode::Io,
                "The project could not be opened" +
                    (system != 0 ? " (" + std::string(std::strerror(system)) + ")"
                                 : std::string()) +
                    ".",
                path};
        case SQLITE_NOMEM:
            return {ErrorCode::OutOfMemory, "There is not enough memory for this.", path};
        case SQLITE_TOOBIG:
            return {ErrorCode::InvalidArgument,
                    "A text is larger than a project can hold (1 GB): split the file.", path};
        default:
            return {ErrorCode::Internal, "The project's database says: " + said, path};
    }
    return {ErrorCode::DiskFull,
            "The disk is full, or the file may not grow further: nothing was changed. Free some "
            "space and try again.",
            path};
}

Error corruptError(const std::string& path, const std::string& detail) {
    const std::string backup = backupPath(path);
    std::filesystem::path saved(path);
    saved.replace_filename(saved.stem().string() + "-recovered" + saved.extension().string());
    std::string message = "The project file is damaged (" + detail + "). ";
    struct stat info {};
    if (::stat(backup.c_str(), &info) == 0) {
        char when[32] = "";
        std::tm local{};
        if (::localtime_r(&info.st_mtime, &local) != nullptr)
            std::strftime(when, sizeof when, "%Y-%m-%d %H:%M", &local);
        message += "A backup of " + std::string(when) + " is at " + backup + ". ";
    } else {
        message += "There is no backup beside it. ";
    }
    message += "What can still be read is saved by: spanwise-cli recover \"" + path + "\" \"" +
               saved.string() + "\"";
    return {ErrorCode::Corrupt, message, path};
}

std::int64_t now() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
               std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::string backupPath(const std::string& projectPath) {
    return projectPath + ".backup";
}

}  // namespace spanwise::storage
