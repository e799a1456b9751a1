#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/result.h"

/// Inside of the storage folder. Errors travel as exceptions here and become Results in `guarded`,
/// at the folder's border.
namespace spanwise::storage {

/// An Error on its way to the border.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : m_error(std::move(error)) {}
    [[nodiscard]] const Error& error() const { return m_error; }
    [[nodiscard]] const char* what() const noexcept override { return m_error.message.c_str(); }

private:
    Error m_error;
};

[[noreturn]] inline void fail(ErrorCode code, std::string message, std::string where = {}) {
    throw Failure(Error{code, std::move(message), std::move(where)});
}

constexpr int kCacheMegabytes = 16;

enum class Access {
    ReadWrite,
    ReadOnly,   ///< Never writes rows; may help SQLite to keep its shared memory up to date.
    Protected,  ///< Neither file nor folder can be written.
    Immutable,  ///< As Protected, and nobody else writes: needs no shared memory.
    Damaged,    ///< A copy of a damaged file, read as far as it goes.
};

/// One SQLite connection with the project's pragmas and a pool of prepared statements. Belongs to
/// one thread.
class Database {
public:
    /// Opens an existing file, or with `create` a new one. Throws.
    Database(const std::string& path, Access access, bool create = false);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    [[nodiscard]] const std::string& path() const { return m_path; }
    [[nodiscard]] Access access() const { return m_access; }
    [[nodiscard]] sqlite3* handle() const { return m_database.getHandle(); }
    [[nodiscard]] bool inTransaction() const;

    void exec(const std::string& sql);
    bool tryExec(const char* sql) noexcept { return m_database.tryExec(sql) == 0; }
    [[nodiscard]] std::int64_t integer(const std::string& sql);
    [[nodiscard]] std::string text(const std::string& sql);
    /// Of the last row inserted.
    [[nodiscard]] std::int64_t lastRowId() const { return m_database.getLastInsertRowid(); }
    /// How much of the file the connection may hold in memory.
    void setCache(int megabytes);
    /// Moves the log into the file and frees its space, unless somebody is reading just now.
    void emptyLog() noexcept;
    /// The errno behind the last failure; SQLite forgets it in the rollback.
    [[nodiscard]] int systemError() const { return m_systemError; }

private:
    friend class Query;
    [[nodiscard]] std::unique_ptr<SQLite::Statement> take(const std::string& sql);
    void giveBack(const std::string& sql, std::unique_ptr<SQLite::Statement> statement) noexcept;

    std::string m_path;
    Access m_access;
    int m_systemError = 0;
    SQLite::Database m_database;
    std::unordered_map<std::string, std::vector<std::unique_ptr<SQLite::Statement>>> m_pool;
};

/// A prepared statement, leased from its database's pool and reset when it goes out of scope.
class Query {
public:
    template <typename... Values>
    explicit Query(Database& database, std::string sql, const Values&... values)
        : m_database(database), m_sql(std::move(sql)), m_statement(database.take(m_sql)) {
        bind(values...);
    }
    ~Query() { m_database.giveBack(m_sql, std::move(m_statement)); }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    /// Binds all parameters anew, so that one Query can run many times.
    template <typename... Values>
    Query& bind(const Values&... values) {
        m_statement->reset();
        int index = 0;
        (bindOne(++index, values), ...);
        return *this;
    }
    /// Binds one parameter, from 1.
    template <typename Value>
    void set(int index, const Value& value) {
        bindOne(index, value);
    }
    [[nodiscard]] bool step();
    /// Runs to the end; the number of rows changed.
    int run();
    /// Runs to the end; the first column of all rows, of which there may be a million.
    [[nodiscard]] std::vector<std::int64_t> integers();

    [[nodiscard]] std::int64_t integer(int column) const {
        return m_statement->getColumn(column).getInt64();
    }
    [[nodiscard]] double real(int column) const {
        return m_statement->getColumn(column).getDouble();
    }
    [[nodiscard]] std::string text(int column) const {
        return m_statement->getColumn(column).getString();
    }
    [[nodiscard]] bool isNull(int column) const { return m_statement->isColumnNull(column); }

private:
    template <typename Value>
    void bindOne(int index, const Value& value) {
        if constexpr (std::is_same_v<Value, std::nullptr_t>)
            m_statement->bind(index);
        else if constexpr (std::is_floating_point_v<Value>)
            m_statement->bind(index, static_cast<double>(value));
        else if constexpr (std::is_integral_v<Value> || std::is_enum_v<Value>)
            m_statement->bind(index, static_cast<std::int64_t>(value));
        else
            m_statement->bind(index, std::string(value));
    }

    Database& m_database;
    std::string m_sql;
    std::unique_ptr<SQLite::Statement> m_statement;
};

/// Everything until commit() is one change, or none. Marks the project as being written to.
class WriteTransaction {
public:
    explicit WriteTransaction(Database& database);
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;
    /// `nextRecord`: the first record id that is still free.
    void commit(std::int64_t nextRecord = 0);

private:
    Database& m_database;
    bool m_done = false;
};

/// Several reads of one state. Nothing when a transaction is open already.
class ReadTransaction {
public:
    explicit ReadTransaction(Database& database);
    ~ReadTransaction();
    ReadTransaction(const ReadTransaction&) = delete;
    ReadTransaction& operator=(const ReadTransaction&) = delete;

private:
    Database* m_database = nullptr;
};

/// Leaves the triggers of the connection out for its lifetime: who writes many rows keeps the
/// counters itself. No statement may be running.
class WithoutTriggers {
public:
    explicit WithoutTriggers(Database& database);
    ~WithoutTriggers();
    WithoutTriggers(const WithoutTriggers&) = delete;
    WithoutTriggers& operator=(const WithoutTriggers&) = delete;

private:
    Database& m_database;
};

/// `database` may be null when it could not be opened.
[[nodiscard]] Error errorFrom(const SQLite::Exception& exception, const Database* database,
                              const std::string& path);

/// What to say of a damaged file: its backup, if there is one, and the way to recover.
[[nodiscard]] Error corruptError(const std::string& path, const std::string& detail);

/// Runs `body`; whatever it throws comes back as an Error.
template <typename Body>
auto guarded(const Database* database, const std::string& path, Body&& body)
    -> Result<std::invoke_result_t<Body>> {
    try {
        if constexpr (std::is_void_v<std::invoke_result_t<Body>>) {
            body();
            return {};
        } else {
            return body();
        }
    } catch (const Failure& failed) {
        return tl::unexpected(failed.error());
    } catch (const SQLite::Exception& exception) {
        return tl::unexpected(errorFrom(exception, database, path));
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "There is not enough memory for this.", path);
    } catch (const std::exception& exception) {
        return failure(ErrorCode::Internal, exception.what(), path);
    }
}

/// The value, or the error as an exception.
template <typename T>
T valueOrThrow(Result<T> result) {
    if (!result)
        throw Failure(result.error());
    if constexpr (!std::is_void_v<T>)
        return std::move(*result);
}

/// ms since the epoch, UTC.
[[nodiscard]] std::int64_t now();
[[nodiscard]] std::string backupPath(const std::string& projectPath);

}  // namespace spanwise::storage
