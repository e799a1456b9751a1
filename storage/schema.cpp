#include "storage/schema.h"

#include <array>

namespace spanwise::storage {
namespace {

// Labels of a type in the trash stay in their tables and are hidden; so do documents in the trash
// with all that belongs to them. The counters on document and entity_type count what is not hidden
// and are kept by triggers, so that lists and totals never scan labels.
constexpr std::string_view kTables = R"sql(
CREATE TABLE project(
    id INTEGER PRIMARY KEY CHECK (id = 1),
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_record INTEGER NOT NULL DEFAULT 1,
    changes INTEGER NOT NULL DEFAULT 0,
    clean INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE setting(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

CREATE TABLE entity_type(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    color TEXT NOT NULL,
    shortcut TEXT NOT NULL,
    position INTEGER NOT NULL,
    annotations INTEGER NOT NULL DEFAULT 0,
    suggestions INTEGER NOT NULL DEFAULT 0,
    rejections INTEGER NOT NULL DEFAULT 0,
    trashed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX entity_type_name ON entity_type(name) WHERE trashed_at IS NULL;

CREATE TABLE document(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
    code_points INTEGER NOT NULL,
    annotations INTEGER NOT NULL DEFAULT 0,
    suggestions INTEGER NOT NULL DEFAULT 0,
    lowest_score REAL,
    trashed_at INTEGER
) STRICT;
CREATE INDEX document_sha256 ON document(sha256);
CREATE INDEX document_status ON document(status) WHERE trashed_at IS NULL;
CREATE INDEX document_trash ON document(trashed_at) WHERE trashed_at IS NOT NULL;

CREATE TABLE document_text(
    document INTEGER PRIMARY KEY REFERENCES document(id),
    text TEXT NOT NULL,
    meta TEXT NOT NULL,
    presplit TEXT NOT NULL
) STRICT;
CREATE TRIGGER document_text_kept BEFORE UPDATE OF text ON document_text BEGIN
    SELECT RAISE(ABORT, 'a document''s text never changes');
END;

CREATE TABLE document_tally(status INTEGER PRIMARY KEY, documents INTEGER NOT NULL) STRICT;
INSERT INTO document_tally VALUES (0, 0), (1, 0), (2, 0);

CREATE TABLE annotation(
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document(id),
    begin_at INTEGER NOT NULL CHECK (begin_at >= 0),
    end_at INTEGER NOT NULL CHECK (end_at > begin_at),
    type INTEGER NOT NULL REFERENCES entity_type(id),
    origin INTEGER NOT NULL CHECK (origin BETWEEN 0 AND 3),
    annotator TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX annotation_document ON annotation(document);
CREATE INDEX annotation_type ON annotation(type, document);

CREATE TABLE suggestion(
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document(id),
    begin_at INTEGER NOT NULL CHECK (begin_at >= 0),
    end_at INTEGER NOT NULL CHECK (end_at > begin_at),
    type INTEGER NOT NULL REFERENCES entity_type(id),
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    model TEXT NOT NULL
) STRICT;
CREATE INDEX suggestion_document ON suggestion(document, score);
CREATE INDEX suggestion_type ON suggestion(type, document);

CREATE TABLE rejection(
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document(id),
    begin_at INTEGER NOT NULL CHECK (begin_at >= 0),
    end_at INTEGER NOT NULL CHECK (end_at > begin_at),
    type INTEGER NOT NULL REFERENCES entity_type(id),
    annotator TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX rejection_document ON rejection(document);
CREATE INDEX rejection_type ON rejection(type, document);

CREATE TABLE model(
    id TEXT PRIMARY KEY,
    path TEXT NOT NULL,
    info TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE pattern(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type INTEGER NOT NULL REFERENCES entity_type(id),
    kind TEXT NOT NULL,
    expression TEXT NOT NULL,
    enabled INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE event(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    actor TEXT NOT NULL,
    at INTEGER NOT NULL,
    seconds REAL NOT NULL,
    undoable INTEGER NOT NULL,
    reverts INTEGER REFERENCES event(id),
    edit TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;
CREATE INDEX event_gesture ON event(id) WHERE undoable = 1;
CREATE INDEX event_reverts ON event(reverts) WHERE reverts IS NOT NULL;
CREATE TRIGGER event_never_changes BEFORE UPDATE ON event BEGIN
    SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER event_never_goes BEFORE DELETE ON event BEGIN
    SELECT RAISE(ABORT, 'the history is append-only');
END;

CREATE TRIGGER annotation_added AFTER INSERT ON annotation BEGIN
    UPDATE document SET annotations = annotations + 1 WHERE id = NEW.document
        AND EXISTS (SELECT 1 FROM entity_type WHERE id = NEW.type AND trashed_at IS NULL);
    UPDATE entity_type SET annotations = annotations + 1 WHERE id = NEW.type
        AND EXISTS (SELECT 1 FROM document WHERE id = NEW.document AND trashed_at IS NULL);
END;
CREATE TRIGGER annotation_removed AFTER DELETE ON annotation BEGIN
    UPDATE document SET annotations = annotations - 1 WHERE id = OLD.document
        AND EXISTS (SELECT 1 FROM entity_type WHERE id = OLD.type AND trashed_at IS NULL);
    UPDATE entity_type SET annotations = annotations - 1 WHERE id = OLD.type
        AND EXISTS (SELECT 1 FROM document WHERE id = OLD.document AND trashed_at IS NULL);
END;
CREATE TRIGGER suggestion_added AFTER INSERT ON suggestion BEGIN
    UPDATE document SET suggestions = suggestions + 1,
        lowest_score = min(ifnull(lowest_score, NEW.score), NEW.score) WHERE id = NEW.document;
    UPDATE entity_type SET suggestions = suggestions + 1 WHERE id = NEW.type
        AND EXISTS (SELECT 1 FROM document WHERE id = NEW.document AND trashed_at IS NULL);
END;
CREATE TRIGGER suggestion_removed AFTER DELETE ON suggestion BEGIN
    UPDATE document SET suggestions = suggestions - 1,
        lowest_score = CASE WHEN OLD.score > lowest_score THEN lowest_score ELSE
            (SELECT min(score) FROM suggestion WHERE document = OLD.document) END
        WHERE id = OLD.document;
    UPDATE entity_type SET suggestions = suggestions - 1 WHERE id = OLD.type
        AND EXISTS (SELECT 1 FROM document WHERE id = OLD.document AND trashed_at IS NULL);
END;
CREATE TRIGGER rejection_added AFTER INSERT ON rejection BEGIN
    UPDATE entity_type SET rejections = rejections + 1 WHERE id = NEW.type
        AND EXISTS (SELECT 1 FROM document WHERE id = NEW.document AND trashed_at IS NULL);
END;
CREATE TRIGGER rejection_removed AFTER DELETE ON rejection BEGIN
    UPDATE entity_type SET rejections = rejections - 1 WHERE id = OLD.type
        AND EXISTS (SELECT 1 FROM document WHERE id = OLD.document AND trashed_at IS NULL);
END;

CREATE TRIGGER document_added AFTER INSERT ON document WHEN NEW.trashed_at IS NULL BEGIN
    UPDATE document_tally SET documents = documents + 1 WHERE status = NEW.status;
END;
CREATE TRIGGER document_moved_on AFTER UPDATE OF status ON document
WHEN NEW.status <> OLD.status AND NEW.trashed_at IS NULL BEGIN
    UPDATE document_tally SET documents = documents - 1 WHERE status = OLD.status;
    UPDATE document_tally SET documents = documents + 1 WHERE status = NEW.status;
END;
CREATE TRIGGER document_trashed AFTER UPDATE OF trashed_at ON document
WHEN OLD.trashed_at IS NULL AND NEW.trashed_at IS NOT NULL BEGIN
    UPDATE document_tally SET documents = documents - 1 WHERE status = NEW.status;
    UPDATE entity_type SET
        annotations = annotations - (SELECT count(*) FROM annotation AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id),
        suggestions = suggestions - (SELECT count(*) FROM suggestion AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id),
        rejections = rejections - (SELECT count(*) FROM rejection AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id);
END;
CREATE TRIGGER document_restored AFTER UPDATE OF trashed_at ON document
WHEN OLD.trashed_at IS NOT NULL AND NEW.trashed_at IS NULL BEGIN
    UPDATE document_tally SET documents = documents + 1 WHERE status = NEW.status;
    UPDATE entity_type SET
        annotations = annotations + (SELECT count(*) FROM annotation AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id),
        suggestions = suggestions + (SELECT count(*) FROM suggestion AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id),
        rejections = rejections + (SELECT count(*) FROM rejection AS label
            WHERE label.type = entity_type.id AND label.document = NEW.id);
END;
CREATE TRIGGER entity_type_trashed AFTER UPDATE OF trashed_at ON entity_type
WHEN OLD.trashed_at IS NULL AND NEW.trashed_at IS NOT NULL BEGIN
    UPDATE document SET annotations = annotations - (SELECT count(*) FROM annotation AS label
            WHERE label.type = NEW.id AND label.document = document.id)
        WHERE id IN (SELECT label.document FROM annotation AS label WHERE label.type = NEW.id);
END;
CREATE TRIGGER entity_type_restored AFTER UPDATE OF trashed_at ON entity_type
WHEN OLD.trashed_at IS NOT NULL AND NEW.trashed_at IS NULL BEGIN
    UPDATE document SET annotations = annotations + (SELECT count(*) FROM annotation AS label
            WHERE label.type = NEW.id AND label.document = document.id)
        WHERE id IN (SELECT label.document FROM annotation AS label WHERE label.type = NEW.id);
END;
)sql";

constexpr std::string_view kSearch = R"sql(
CREATE VIEW document_content AS
    SELECT document.id AS id, document.name AS name, document_text.text AS text
    FROM document JOIN document_text ON document_text.document = document.id;
CREATE VIRTUAL TABLE document_search USING fts5(
    name, text, content='document_content', content_rowid='id',
    tokenize='unicode61 remove_diacritics 2');
INSERT INTO document_search(document_search) VALUES ('rebuild');
CREATE TRIGGER document_searchable AFTER INSERT ON document_text BEGIN
    INSERT INTO document_search(rowid, name, text)
        SELECT id, name, NEW.text FROM document WHERE id = NEW.document;
END;
CREATE TRIGGER document_renamed AFTER UPDATE OF name ON document WHEN NEW.name <> OLD.name BEGIN
    INSERT INTO document_search(document_search, rowid, name, text)
        SELECT 'delete', OLD.id, OLD.name, text FROM document_text WHERE document = OLD.id;
    INSERT INTO document_search(rowid, name, text)
        SELECT NEW.id, NEW.name, text FROM document_text WHERE document = NEW.id;
END;
)sql";

// What a model proposed and nobody was shown, of documents that nobody had touched then
// (hold_out.h).
constexpr std::string_view kFigures = R"sql(
CREATE TABLE kept_back(
    document INTEGER NOT NULL REFERENCES document(id),
    begin_at INTEGER NOT NULL,
    end_at INTEGER NOT NULL,
    type INTEGER NOT NULL REFERENCES entity_type(id),
    score REAL NOT NULL,
    model TEXT NOT NULL,
    PRIMARY KEY (document, begin_at, end_at, type)
) STRICT, WITHOUT ROWID;
CREATE INDEX event_export ON event(id) WHERE kind = 'export';
)sql";

constexpr std::string_view kNotes =
    "ALTER TABLE entity_type ADD COLUMN note TEXT NOT NULL DEFAULT '';";

// What was noted before had nothing beside it to compare with. A hidden suggestion came with a file
// and is as it will be when its document is no longer held out.
constexpr std::string_view kComparable = R"sql(
DELETE FROM kept_back;
ALTER TABLE kept_back ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
CREATE TABLE hidden_suggestion(
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL REFERENCES document(id),
    begin_at INTEGER NOT NULL CHECK (begin_at >= 0),
    end_at INTEGER NOT NULL CHECK (end_at > begin_at),
    type INTEGER NOT NULL REFERENCES entity_type(id),
    score REAL NOT NULL CHECK (score BETWEEN 0 AND 1),
    model TEXT NOT NULL
) STRICT;
CREATE TABLE begun_before(
    document INTEGER PRIMARY KEY REFERENCES document(id),
    side INTEGER NOT NULL CHECK (side BETWEEN 0 AND 2)
) STRICT;
)sql";

// What annotators said in files of their own (layers.h). A source is known again by its project,
// and by its path or by an event of its history. `labelled_at` tells copies of the same labels.
constexpr std::string_view kLayers = R"sql(
CREATE TABLE layer_source(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    uuid TEXT NOT NULL,
    path TEXT NOT NULL,
    merged_at INTEGER NOT NULL,
    event INTEGER NOT NULL,
    event_at INTEGER NOT NULL
) STRICT;
CREATE TABLE layer(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    document INTEGER NOT NULL REFERENCES document(id),
    annotator TEXT NOT NULL,
    source INTEGER NOT NULL REFERENCES layer_source(id),
    status INTEGER NOT NULL CHECK (status BETWEEN 0 AND 2),
    labelled_at INTEGER NOT NULL,
    UNIQUE (document, annotator, source)
) STRICT;
CREATE INDEX layer_by_source ON layer(source);
CREATE TABLE layer_span(
    id INTEGER PRIMARY KEY,
    layer INTEGER NOT NULL REFERENCES layer(id),
    begin_at INTEGER NOT NULL CHECK (begin_at >= 0),
    end_at INTEGER NOT NULL CHECK (end_at > begin_at),
    type INTEGER NOT NULL REFERENCES entity_type(id)
) STRICT;
CREATE INDEX layer_span_layer ON layer_span(layer);
CREATE INDEX layer_span_type ON layer_span(type);
)sql";

constexpr std::array kMigrations{
    Migration{1, "documents, types, labels and their history", kTables},
    Migration{2, "full-text search", kSearch},
    Migration{3, "suggestions kept back, exports", kFigures},
    Migration{4, "guideline notes of types", kNotes},
    Migration{5, "suggestions shown beside those kept back, hold-out over time", kComparable},
    Migration{6, "annotators' layers", kLayers},
};

}  // namespace

std::span<const Migration> migrations() {
    return kMigrations;
}

int latestVersion(std::span<const Migration> steps) {
    return steps.empty() ? 0 : steps.back().version;
}

int migrate(Database& database, std::span<const Migration> steps) {
    const auto present = database.integer("PRAGMA user_version");
    const int latest = latestVersion(steps);
    if (present > latest)
        fail(ErrorCode::TooNew,
             "The project was written by a later version of Spanwise (its format is " +
                 std::to_string(present) + ", this program knows up to " + std::to_string(latest) +
                 "). Install a newer Spanwise to open it.",
             database.path());
    if (present == latest)
        return 0;
    database.exec("BEGIN IMMEDIATE");
    int done = 0;
    try {
        for (const Migration& step : steps) {
            if (step.version <= present)
                continue;
            database.exec(std::string(step.sql));
            database.exec("PRAGMA user_version=" + std::to_string(step.version));
            ++done;
        }
        database.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
        database.exec("COMMIT");
    } catch (...) {
        database.tryExec("ROLLBACK");
        throw;
    }
    return done;
}

}  // namespace spanwise::storage
