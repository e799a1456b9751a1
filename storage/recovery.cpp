#include "storage/recovery.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <set>

#include <fcntl.h>
#include <unistd.h>

#include "core/text/utf8.h"
#include "storage/labels.h"
#include "storage/schema.h"

namespace spanwise::storage {
namespace {

namespace fs = std::filesystem;

class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    ~Descriptor() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    operator int() const { return m_descriptor; }

private:
    int m_descriptor;
};

/// Copies a file block by block; blocks that the disk no longer gives become zeros. Returns how
/// many those were.
std::int64_t copyReadable(const std::string& from, const std::string& to) {
    const Descriptor in(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (in < 0)
        fail(errno == ENOENT ? ErrorCode::NotFound : ErrorCode::PermissionDenied,
             "The file cannot be read (" + std::string(std::strerror(errno)) + ").", from);
    const Descriptor out(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (out < 0)
        fail(ErrorCode::PermissionDenied,
             "The copy to work on cannot be written (" + std::string(std::strerror(errno)) + ").",
             to);
    const auto size = static_cast<std::int64_t>(fs::file_size(from));
    std::array<char, 4096> block{};
    std::int64_t lost = 0;
    for (std::int64_t at = 0; at < size; at += static_cast<std::int64_t>(block.size())) {
        const auto wanted = static_cast<std::size_t>(
            std::min<std::int64_t>(static_cast<std::int64_t>(block.size()), size - at));
        if (::pread(in, block.data(), wanted, at) != static_cast<ssize_t>(wanted)) {
            block.fill(0);
            ++lost;
        }
        if (::pwrite(out, block.data(), wanted, at) != static_cast<ssize_t>(wanted))
            fail(ErrorCode::DiskFull,
                 "There is no room for the copy to work on: free some space and try again.", to);
    }
    return lost;
}

/// A private folder beside the target, with the copy of the damaged file.
class Workplace {
public:
    explicit Workplace(std::string path) : m_path(std::move(path)) {
        std::error_code error;
        fs::remove_all(m_path, error);
        if (!fs::create_directory(m_path, error) || error)
            fail(ErrorCode::PermissionDenied,
                 "The folder to work in cannot be made (" + error.message() + ").", m_path);
    }
    ~Workplace() {
        std::error_code ignored;
        fs::remove_all(m_path, ignored);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    [[nodiscard]] std::string file() const { return m_path + "/copy.db"; }

private:
    std::string m_path;
};

/// Reads a table by ranges of its integer key: forward to the first bad page, backward from the
/// end, then the same in each half of what lies between.
class Scan {
public:
    using Row = std::function<void(const Query&)>;
    /// `columns` are read beside the key, which is the row's column 0. What `row` throws ends it.
    Scan(Database& database, const std::string& table, const std::string& key,
         const std::string& columns, Row row)
        : m_database(database),
          m_select("SELECT " + key + ", " + columns + " FROM " + table + " WHERE " + key +
                   " BETWEEN ? AND ? ORDER BY " + key),
          m_row(std::move(row)) {
        std::int64_t last = kUnknownEnd;
        try {
            last = m_database.integer("SELECT max(" + key + ") FROM " + table);
        } catch (const SQLite::Exception&) {
            ++m_errors;
        }
        scan(1, last);
    }
    [[nodiscard]] bool isDamaged() const { return m_errors > 0; }

private:
    static constexpr std::int64_t kUnknownEnd = std::int64_t{1} << 32;
    static constexpr int kMostErrors = 20000;

    /// The last key that was read before an error, or nothing when the range was read to its end.
    std::optional<std::int64_t> read(std::int64_t from, std::int64_t to, bool forward) {
        std::int64_t last = forward ? from - 1 : to + 1;
        try {
            Query query(m_database, m_select + (forward ? " ASC" : " DESC"), from, to);
            while (query.step()) {
                last = query.integer(0);
                m_row(query);
            }
        } catch (const SQLite::Exception&) {
            ++m_errors;
            return last;
        }
        return std::nullopt;
    }

    void scan(std::int64_t from, std::int64_t to) {
        if (from > to || m_errors > kMostErrors)
            return;
        const auto low = read(from, to, true);
        if (!low || *low >= to)
            return;
        const auto high = read(*low + 1, to, false);
        if (!high)
            return;
        const std::int64_t first = *low + 1, last = *high - 1;
        if (first >= last)
            return;
        const std::int64_t middle = first + (last - first) / 2;
        scan(first, middle);
        scan(middle + 1, last);
    }

    Database& m_database;
    std::string m_select;
    Row m_row;
    int m_errors = 0;
};

/// One run of a rescue, table by table.
class Rescue {
public:
    Rescue(Database& source, Database& target) : m_source(source), m_target(target) {}

    void run() {
        types();
        documents();
        labels();
        history();
        replayHistory();
        smallTables();
        layers();
        project();
    }

    [[nodiscard]] std::string report(const std::string& target, std::int64_t lostBlocks) const {
        const auto count = [](std::int64_t number, const char* what) {
            return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
        };
        std::string text = "Saved " + count(m_documents, "document") + ", " +
                           count(m_types, "entity type") + ", " + count(m_annotations, "label") +
                           ", " + count(m_suggestions, "suggestion") + ", " +
                           count(m_rejections, "rejection") + " and " + count(m_events, "event") +
                           " of the history in " + target + ".\n";
        if (m_replayed > 0)
            text += count(m_replayed, "label") +
                    " of these came back from the history; a few of them may have been removed "
                    "later.\n";
        if (lostBlocks > 0)
            text += "The disk could not read " + count(lostBlocks, "block") + " of the file.\n";
        if (m_invented > 0)
            text += count(m_invented, "entity type") +
                    " lost its name: look for \"type-\" among the types.\n";
        if (m_altered > 0)
            text += count(m_altered, "text") +
                    " differed from what was imported: look for \"(damaged)\" in the names.\n";
        if (m_orphans > 0)
            text += count(m_orphans, "label or suggestion") +
                    " belonged to a document that could not be read.\n";
        if (m_damaged.empty())
            text += "Every table could be read in full.";
        else {
            text += "Not everything could be read in:";
            for (const std::string& table : m_damaged)
                text += " " + table;
            text += ".";
        }
        return text;
    }

private:
    template <typename Row>
    void scan(const char* table, const char* key, const char* columns, Row row) {
        const Scan done(m_source, table, key, columns, [this, &row](const Query& query) {
            try {
                row(query);
            } catch (const SQLite::Exception& exception) {
                // The new file's trouble, not the damaged one's. A row that contradicts what is
                // there already is garbage from a bad page.
                if ((exception.getErrorCode() & 0xff) == SQLITE_CONSTRAINT) {
                    ++m_orphans;
                    return;
                }
                throw Failure(errorFrom(exception, &m_target, m_target.path()));
            }
        });
        if (done.isDamaged())
            m_damaged.emplace_back(table);
    }

    static bool isText(const std::string& text) { return validateUtf8(text, {}).has_value(); }

    /// Files of earlier formats lack some columns.
    [[nodiscard]] bool has(const std::string& table, const std::string& column) {
        try {
            return m_source.integer("SELECT count(*) FROM pragma_table_info('" + table +
                                    "') WHERE name = '" + column + "'") != 0;
        } catch (const SQLite::Exception&) {
            return false;
        }
    }

    void types() {
        scan("entity_type", "id",
             has("entity_type", "note")
                 ? "name, description, color, shortcut, position, trashed_at, note"
                 : "name, description, color, shortcut, position, trashed_at, ''",
             [this](const Query& row) {
                 if (!isText(row.text(1)) || !isText(row.text(2)))
                     return;
                 insertType(m_target, {row.integer(0), row.text(1), row.text(2), row.text(3),
                                       row.text(4), static_cast<int>(row.integer(5)),
                                       isText(row.text(7)) ? row.text(7) : std::string()});
                 if (!row.isNull(6))
                     Query(m_target, "UPDATE entity_type SET trashed_at = ? WHERE id = ?",
                           row.integer(6), row.integer(0))
                         .run();
                 m_knownTypes.insert(row.integer(0));
                 ++m_types;
             });
    }

    void documents() {
        struct Facts {
            std::string name, sha256;
            std::int64_t status = 0, trashedAt = 0;
        };
        std::map<DocumentId, Facts> facts;
        scan("document", "id", "name, sha256, status, ifnull(trashed_at, 0)",
             [&facts](const Query& row) {
                 facts[row.integer(0)] = {row.text(1), row.text(2), row.integer(3), row.integer(4)};
             });
        scan("document_text", "document", "text, meta, presplit", [&](const Query& row) {
            const DocumentId id = row.integer(0);
            const std::string text = row.text(1);
            if (!isText(text))
                return;
            const auto found = facts.find(id);
            Facts fact = found != facts.end() ? found->second : Facts{};
            if (fact.name.empty() || !isText(fact.name))
                fact.name = "document " + std::to_string(id);
            const std::string sha256 = sha256Hex(text);
            const Offset length = countCodePoints(text);
            if (found != facts.end() && fact.sha256 != sha256) {
                fact.name += " (damaged)";
                ++m_altered;
            }
            Query(m_target,
                  "INSERT INTO document(id, name, sha256, status, code_points, trashed_at) "
                  "VALUES (?, ?, ?, ?, ?, nullif(?, 0))",
                  id, fact.name, sha256, std::clamp<std::int64_t>(fact.status, 0, 2), length,
                  fact.trashedAt)
                .run();
            const bool isSplit = presplitFromJson(row.text(3), length).has_value();
            Query(m_target,
                  "INSERT INTO document_text(document, text, meta, presplit) VALUES (?, ?, ?, ?)",
                  id, text, isText(row.text(2)) ? row.text(2) : std::string(),
                  isSplit ? row.text(3) : std::string())
                .run();
            m_lengths.emplace(id, length);
            ++m_documents;
        });
    }

    /// Whether a label's document was saved; makes up its type when that was lost.
    bool fits(RecordId id, DocumentId document, Range range, TypeId type) {
        const auto length = m_lengths.find(document);
        if (id <= 0 || type <= 0 || length == m_lengths.end() || range.begin < 0 ||
            range.isEmpty() || range.end > length->second || m_records.contains(id)) {
            ++m_orphans;
            return false;
        }
        if (m_knownTypes.insert(type).second) {
            EntityType invented;
            invented.id = type;
            invented.name = "type-" + std::to_string(type);
            invented.order = 1000000;
            insertType(m_target, invented);
            ++m_invented;
            ++m_types;
        }
        m_records.insert(id);
        return true;
    }

    void add(const Annotation& annotation) {
        if (!fits(annotation.id, annotation.document, annotation.range, annotation.type))
            return;
        insertAnnotation(m_target, annotation);
        ++m_annotations;
    }

    void suggestions(const char* table, void (*insert)(Database&, const Suggestion&)) {
        scan(table, "id", "document, begin_at, end_at, type, score, model",
             [this, insert](const Query& row) {
                 const Suggestion suggestion{row.integer(0),
                                             row.integer(1),
                                             {row.integer(2), row.integer(3)},
                                             row.integer(4),
                                             std::clamp(row.real(5), 0.0, 1.0),
                                             row.text(6)};
                 if (!fits(suggestion.id, suggestion.document, suggestion.range, suggestion.type))
                     return;
                 insert(m_target, suggestion);
                 ++m_suggestions;
             });
    }

    void labels() {
        scan("annotation", "id", "document, begin_at, end_at, type, origin, annotator, created_at",
             [this](const Query& row) {
                 add({row.integer(0),
                      row.integer(1),
                      {row.integer(2), row.integer(3)},
                      row.integer(4),
                      static_cast<Origin>(std::clamp<std::int64_t>(row.integer(5), 0, 3)),
                      row.text(6),
                      row.integer(7)});
             });
        m_labelsLost = !m_damaged.empty() && m_damaged.back() == "annotation";
        suggestions("suggestion", insertSuggestion);
        if (has("hidden_suggestion", "id"))
            suggestions("hidden_suggestion", insertHiddenSuggestion);
        scan("rejection", "id", "document, begin_at, end_at, type, annotator, created_at",
             [this](const Query& row) {
                 const Rejection rejection{
                     row.integer(0), row.integer(1), {row.integer(2), row.integer(3)},
                     row.integer(4), row.text(5),    row.integer(6)};
                 if (!fits(rejection.id, rejection.document, rejection.range, rejection.type))
                     return;
                 insertRejection(m_target, rejection);
                 ++m_rejections;
             });
    }

    void history() {
        struct Row {
            std::string kind, name, actor, edit, detail;
            std::int64_t at = 0, undoable = 0, reverts = 0;
            double seconds = 0;
        };
        std::map<std::int64_t, Row> rows;  // a scan around bad pages gives them out of order
        scan("event", "id",
             "kind, name, actor, edit, detail, at, undoable, ifnull(reverts, 0), seconds",
             [&](const Query& row) {
                 Edit edit;
                 if (const std::string json = row.text(4); !json.empty()) {
                     auto parsed = editFromJson(json);
                     if (!parsed)
                         return;
                     edit = std::move(*parsed);
                 }
                 m_nextRecord = std::max(m_nextRecord, idAfter(edit));
                 rows[row.integer(0)] = {row.text(1),    row.text(2),    row.text(3),
                                         row.text(4),    row.text(5),    row.integer(6),
                                         row.integer(7), row.integer(8), row.real(9)};
             });
        for (const auto& [id, row] : rows) {
            // An undo whose edit is lost is still history, but can no longer be redone.
            const bool isWhole = row.reverts == 0 || rows.contains(row.reverts);
            Query(m_target,
                  "INSERT INTO event(id, kind, name, actor, at, seconds, undoable, reverts, edit, "
                  "detail) VALUES (?, ?, ?, ?, ?, ?, ?, nullif(?, 0), ?, ?)",
                  id, row.kind, row.name, row.actor, row.at, row.seconds,
                  isWhole ? row.undoable : 0, isWhole ? row.reverts : 0, row.edit, row.detail)
                .run();
            ++m_events;
        }
    }

    /// Labels whose page is lost, as the history knows them.
    void replayHistory() {
        if (!m_labelsLost)
            return;
        std::map<RecordId, Annotation> alive;
        Query query(m_target, "SELECT edit FROM event WHERE edit <> '' ORDER BY id");
        while (query.step()) {
            const auto edit = editFromJson(query.text(0));
            if (!edit)
                continue;
            for (const Annotation& gone : edit->removeAnnotations)
                alive.erase(gone.id);
            for (const Annotation& come : edit->addAnnotations)
                alive[come.id] = come;
        }
        for (const auto& [id, annotation] : alive) {
            if (m_records.contains(id) || !m_lengths.contains(annotation.document))
                continue;
            const std::int64_t before = m_annotations;
            add(annotation);
            m_replayed += m_annotations - before;
        }
    }

    void smallTables() {
        scan("setting", "rowid", "key, value", [this](const Query& row) {
            Query(m_target, "INSERT OR REPLACE INTO setting(key, value) VALUES (?, ?)", row.text(1),
                  row.text(2))
                .run();
        });
        scan("model", "rowid", "id, path, info, created_at", [this](const Query& row) {
            Query(m_target,
                  "INSERT OR REPLACE INTO model(id, path, info, created_at) VALUES (?, ?, ?, ?)",
                  row.text(1), row.text(2), row.text(3), row.integer(4))
                .run();
        });
        scan("pattern", "id", "type, kind, expression, enabled, created_at",
             [this](const Query& row) {
                 Query(m_target,
                       "INSERT INTO pattern(id, type, kind, expression, enabled, created_at) "
                       "VALUES (?, ?, ?, ?, ?, ?)",
                       row.integer(0), row.integer(1), row.text(2), row.text(3), row.integer(4),
                       row.integer(5))
                     .run();
             });
    }

    /// Annotators' layers, with what could be saved of documents and types.
    void layers() {
        if (!has("layer", "id"))
            return;
        std::set<std::int64_t> sources, layers;
        scan("layer_source", "id", "uuid, path, merged_at, event, event_at", [&](const Query& row) {
            Query(m_target, "INSERT INTO layer_source VALUES (?, ?, ?, ?, ?, ?)", row.integer(0),
                  row.text(1), row.text(2), row.integer(3), row.integer(4), row.integer(5))
                .run();
            sources.insert(row.integer(0));
        });
        std::map<std::int64_t, Offset> lengths;
        scan("layer", "id", "document, annotator, source, status, labelled_at",
             [&](const Query& row) {
                 const auto length = m_lengths.find(row.integer(1));
                 if (length == m_lengths.end() || !isText(row.text(2)))
                     return;
                 if (sources.insert(row.integer(3)).second)
                     Query(m_target, "INSERT INTO layer_source VALUES (?, '', '', 0, 0, 0)",
                           row.integer(3))
                         .run();
                 Query(m_target, "INSERT INTO layer VALUES (?, ?, ?, ?, ?, ?)", row.integer(0),
                       row.integer(1), row.text(2), row.integer(3),
                       std::clamp<std::int64_t>(row.integer(4), 0, 2), row.integer(5))
                     .run();
                 lengths.emplace(row.integer(0), length->second);
             });
        scan("layer_span", "id", "layer, begin_at, end_at, type", [&](const Query& row) {
            const auto length = lengths.find(row.integer(1));
            if (length == lengths.end() || row.integer(3) > length->second ||
                !m_knownTypes.contains(row.integer(4)))
                return;
            Query(m_target, "INSERT INTO layer_span VALUES (?, ?, ?, ?, ?)", row.integer(0),
                  row.integer(1), row.integer(2), row.integer(3), row.integer(4))
                .run();
        });
    }

    void project() {
        scan("project", "id", "uuid, name, created_at, next_record", [this](const Query& row) {
            Query(m_target, "UPDATE project SET uuid = ?, name = ?, created_at = ? WHERE id = 1",
                  row.text(1), row.text(2), row.integer(3))
                .run();
            m_nextRecord = std::max(m_nextRecord, row.integer(4));
        });
        if (!m_records.empty())
            m_nextRecord = std::max(m_nextRecord, *m_records.rbegin() + 1);
        Query(m_target, "UPDATE project SET next_record = max(next_record, ?) WHERE id = 1",
              m_nextRecord)
            .run();
    }

    Database& m_source;
    Database& m_target;
    std::vector<std::string> m_damaged;
    std::set<TypeId> m_knownTypes;
    std::map<DocumentId, Offset> m_lengths;
    std::set<RecordId> m_records;
    RecordId m_nextRecord = 1;
    bool m_labelsLost = false;
    std::int64_t m_types = 0, m_documents = 0, m_annotations = 0, m_suggestions = 0,
                 m_rejections = 0, m_events = 0, m_replayed = 0, m_invented = 0, m_altered = 0,
                 m_orphans = 0;
};

}  // namespace

std::string salvage(const std::string& damaged, const std::string& target) {
    const Workplace place(target + ".recovering");
    std::int64_t lostBlocks = copyReadable(damaged, place.file());
    std::error_code ignored;
    if (fs::exists(damaged + "-wal", ignored))
        lostBlocks += copyReadable(damaged + "-wal", place.file() + "-wal");

    std::unique_ptr<Database> source;
    try {
        source = std::make_unique<Database>(place.file(), Access::Damaged);
        const auto tables = source->integer(
            "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN "
            "('project', 'document', 'document_text', 'entity_type', 'annotation', 'event')");
        if (tables == 0)
            fail(ErrorCode::InvalidFormat,
                 "This is no Spanwise project: there is nothing to save in it.", damaged);
    } catch (const SQLite::Exception& exception) {
        std::string message =
            "Nothing can be read in this file any more (" + std::string(exception.what()) + ").";
        if (fs::exists(backupPath(damaged), ignored))
            message += " Use its backup: " + backupPath(damaged);
        fail(ErrorCode::Corrupt, message, damaged);
    }

    Database fresh(target, Access::ReadWrite);
    Rescue rescue(*source, fresh);
    WriteTransaction transaction(fresh);
    rescue.run();
    transaction.commit();
    fresh.exec("UPDATE project SET clean = 1");
    if (const std::string verdict = fresh.text("PRAGMA integrity_check(1)"); verdict != "ok")
        fail(ErrorCode::Internal, "The saved project fails its check: " + verdict, target);
    return rescue.report(target, lostBlocks);
}

}  // namespace spanwise::storage
