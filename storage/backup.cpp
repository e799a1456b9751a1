#include "storage/backup.h"

#include <sqlite3.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace spanwise::storage {
namespace {

namespace fs = std::filesystem;

/// Takes the half-made copy away again unless told that it is in place.
class Part {
public:
    explicit Part(std::string path) : m_path(std::move(path)) { remove(); }
    ~Part() { remove(); }
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    void remove() const {
        std::error_code ignored;
        for (const char* suffix : {"", "-journal", "-wal", "-shm"})
            fs::remove(m_path + suffix, ignored);
    }
    std::string m_path;
};

void copyPages(Database& source, SQLite::Database& copy) {
    sqlite3_backup* backup = sqlite3_backup_init(copy.getHandle(), "main", source.handle(), "main");
    if (backup == nullptr)
        throw SQLite::Exception(copy.getHandle());
    int code = SQLITE_OK;
    for (int attempt = 0; attempt < 100; ++attempt) {
        code = sqlite3_backup_step(backup, -1);
        if (code != SQLITE_BUSY && code != SQLITE_LOCKED)
            break;
        sqlite3_sleep(50);
    }
    const int finished = sqlite3_backup_finish(backup);
    if (code == SQLITE_DONE && finished == SQLITE_OK)
        return;
    const int failed = code == SQLITE_DONE ? finished : code;
    if ((failed & 0xff) == SQLITE_IOERR && sqlite3_system_errno(copy.getHandle()) == ENOSPC)
        throw SQLite::Exception("database or disk is full", SQLITE_FULL);
    throw SQLite::Exception(sqlite3_errstr(failed), failed);
}

}  // namespace

void syncToDisk(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0)
        ::close(descriptor);
    if (!synced && error != EINVAL)  // a file system that cannot sync folders
        fail(ErrorCode::Io,
             "Writing to the disk failed (" + std::string(std::strerror(error)) + ").", path);
}

void backUp(Database& source, const std::string& target) {
    std::error_code ignored;
    if (fs::equivalent(source.path(), target, ignored))
        fail(ErrorCode::InvalidArgument, "A backup needs another name than the project itself.",
             target);
    const fs::path folder = fs::absolute(target).parent_path();
    if (!fs::is_directory(folder, ignored))
        fail(ErrorCode::NotFound, "There is no folder " + folder.string() + ".", target);
    const Part part(target + ".part");
    {
        const int flags = SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
        std::unique_ptr<SQLite::Database> opened;
        try {
            opened = std::make_unique<SQLite::Database>(part.path(), flags);
        } catch (const SQLite::Exception&) {
            fail(ErrorCode::PermissionDenied, "The backup cannot be written there.", target);
        }
        SQLite::Database& copy = *opened;
        sqlite3_extended_result_codes(copy.getHandle(), 1);
        copy.exec("PRAGMA synchronous=OFF");  // synced as a whole below
        copyPages(source, copy);
        // One file without a log beside it, which says that it is whole.
        copy.exec("PRAGMA journal_mode=DELETE");
        copy.exec("UPDATE project SET clean = 1");
        SQLite::Statement check(copy, "PRAGMA quick_check(1)");
        const std::string verdict =
            check.executeStep() ? check.getColumn(0).getString() : std::string();
        if (verdict != "ok")
            throw Failure(corruptError(source.path(), verdict));
    }
    syncToDisk(part.path());
    std::error_code renamed;
    fs::rename(part.path(), target, renamed);
    if (renamed)
        fail(ErrorCode::Io, "The backup cannot be put in place (" + renamed.message() + ").",
             target);
    syncToDisk(folder.string());
}

std::int64_t changesIn(const std::string& path) {
    try {
        Database backup(path, Access::Immutable);
        return backup.integer("SELECT changes FROM project WHERE id = 1");
    } catch (const std::exception&) {
        return -1;
    }
}

}  // namespace spanwise::storage
