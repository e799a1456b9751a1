#include "storage/importer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "core/text/utf8.h"
#include "storage/labels.h"
#include "storage/suggestions.h"

namespace spanwise::storage {
namespace {

/// Full-text search writes what it has gathered whenever a statement with triggers begins, which
/// costs more than all else: from so many documents on it gets them in batches.
constexpr std::int64_t kManyDocuments = 500;
constexpr std::int64_t kSearchBatch = 10000;
/// Hashes fall on random places of their index, which is slow where it is large: from so many
/// documents on, and where they outnumber those that were there, it is made anew at the end.
constexpr std::int64_t kVeryManyDocuments = 50000;
/// Bytes that full-text search gathers before it writes: the usual, and for many documents.
constexpr int kSearchMemory = 1 << 20;
constexpr int kLargeSearchMemory = 16 << 20;
constexpr std::size_t kNewHashes = 50000;

bool isLess(const DocumentHash& a, const DocumentHash& b) {
    return a.bytes < b.bytes;
}

}  // namespace

Importer::Importer(Database& database, const Project::ImportOptions& options, RecordId nextId,
                   const HoldOut& holdOut)
    : m_database(database),
      m_options(options),
      m_nextId(nextId),
      m_holdOut(holdOut),
      m_now(now()),
      m_documentsBefore(database.integer("SELECT sum(documents) FROM document_tally")),
      m_scheme(loadTypes(database)),
      m_find(database, "SELECT 1 FROM document WHERE sha256 = ? AND trashed_at IS NULL LIMIT 1"),
      m_document(database,
                 "INSERT INTO document(name, sha256, status, code_points) VALUES (?, ?, ?, ?)"),
      m_text(database,
             "INSERT INTO document_text(document, text, meta, presplit) VALUES (?, ?, ?, ?)") {
    for (const EntityType& type : m_scheme.types())
        m_types.emplace(type.name, type.id);
}

TypeId Importer::typeFor(const std::string& name, const std::string& where) {
    if (const auto known = m_types.find(name); known != m_types.end())
        return known->second;
    EntityType type;
    type.name = name;
    type.color = m_scheme.nextColor();
    type.shortcut = m_scheme.nextShortcut();
    type.order = m_scheme.isEmpty() ? 0 : m_scheme.types().back().order + 1;
    type.id = m_database.integer(
        "SELECT 1 + max(ifnull((SELECT seq FROM sqlite_sequence WHERE name = 'entity_type'), 0), "
        "ifnull((SELECT max(id) FROM entity_type), 0))");
    if (const auto put = m_scheme.put(type); !put)
        fail(put.error().code, put.error().message, where);
    insertType(m_database, type);
    m_types.emplace(name, type.id);
    m_newTypes.push_back(name);
    ++m_result.newTypes;
    return type.id;
}

void Importer::add(Record&& record) {
    Document& document = record.document;
    const std::string where =
        m_options.file.empty() ? document.name : m_options.file + ": " + document.name;
    if (const auto valid = validateUtf8(document.text, where); !valid)
        throw Failure(valid.error());
    document.sha256 = sha256Hex(document.text);
    if (!m_options.keepDuplicates && isThere(document.sha256)) {
        ++m_result.duplicates;
        return;
    }
    const Offset length = countCodePoints(document.text);

    bool byPerson = false, byModel = false;
    if (m_options.withSpans) {
        for (const NamedSpan& span : record.spans) {
            if (span.range.begin < 0 || span.range.isEmpty() || span.range.end > length)
                fail(ErrorCode::InvalidArgument,
                     "A span covers " + std::to_string(span.range.begin) + " to " +
                         std::to_string(span.range.end) + ", but the text has " +
                         std::to_string(length) +
                         " characters. Are its offsets counted in code points?",
                     where);
            if (span.score > 1)
                fail(ErrorCode::InvalidArgument,
                     "A span has the score " + std::to_string(span.score) +
                         "; scores lie between 0 and 1.",
                     where);
            (span.score < 0 ? byPerson : byModel) = true;
        }
        // A model's predictions are no gold: nobody has looked at such a document yet.
        if (record.labelled && (byPerson || !byModel))
            document.status = DocumentStatus::Done;
    } else {
        document.status = DocumentStatus::New;
    }

    m_document.bind(document.name, document.sha256, document.status, length).run();
    document.id = m_database.lastRowId();
    m_text.bind(document.id, document.text, document.meta, presplitToJson(document.presplit)).run();
    m_first = m_first == 0 ? document.id : m_first;
    m_last = document.id;
    ++m_result.documents;
    if (m_result.documents == kManyDocuments) {
        setAside("TRIGGER", "document_searchable");
        setSearchMemory(kLargeSearchMemory);
        m_searchable = m_last;
    } else if (m_result.documents % kSearchBatch == 0) {
        makeSearchable();
    }
    if (!m_hasHashes && m_result.documents >= kVeryManyDocuments &&
        m_result.documents > m_documentsBefore)
        rememberHashes();
    if (!m_options.withSpans)
        return;

    std::set<std::tuple<Offset, Offset, TypeId>> seen;
    const auto isNew = [&seen](Range range, TypeId type) {
        return seen.emplace(range.begin, range.end, type).second;
    };
    for (const NamedSpan& span : record.spans) {
        if (span.score >= 0)
            continue;
        const TypeId type = typeFor(span.type, where);
        if (!isNew(span.range, type))
            continue;
        insertAnnotation(m_database, {m_nextId++, document.id, span.range, type, Origin::Imported,
                                      m_options.actor, m_now});
        ++m_result.spans;
    }
    for (const NamedSpan& span : record.spans) {
        if (span.score < 0)
            continue;
        const bool isLabelled =
            byPerson &&
            std::any_of(record.spans.begin(), record.spans.end(), [&span](const NamedSpan& other) {
                return other.score < 0 && other.range.overlaps(span.range);
            });
        const TypeId type = typeFor(span.type, where);
        if (isLabelled || !isNew(span.range, type))
            continue;
        const Suggestion suggestion{m_nextId++, document.id, span.range,
                                    type,       span.score,  std::string(kImportedModel)};
        if (m_holdOut.isHeldOut(document.id))
            insertHiddenSuggestion(m_database, suggestion);
        else
            insertSuggestion(m_database, suggestion);
        ++m_result.spans;
    }
}

bool Importer::isThere(const std::string& sha256) {
    if (!m_hasHashes) {
        const bool isThere = m_find.bind(sha256).step();
        m_find.bind();
        return isThere;
    }
    const DocumentHash hash = DocumentHash::fromHex(sha256);
    if (std::binary_search(m_hashes.begin(), m_hashes.end(), hash, isLess) ||
        !m_newHashes.insert(hash).second)
        return true;
    if (m_newHashes.size() >= kNewHashes) {
        const auto middle = static_cast<std::ptrdiff_t>(m_hashes.size());
        m_hashes.insert(m_hashes.end(), m_newHashes.begin(), m_newHashes.end());
        m_newHashes.clear();
        std::sort(m_hashes.begin() + middle, m_hashes.end(), isLess);
        std::inplace_merge(m_hashes.begin(), m_hashes.begin() + middle, m_hashes.end(), isLess);
    }
    return false;
}

void Importer::rememberHashes() {
    m_hasHashes = true;
    if (!m_options.keepDuplicates) {
        Query hashes(m_database, "SELECT sha256 FROM document WHERE trashed_at IS NULL");
        while (hashes.step())
            m_hashes.push_back(DocumentHash::fromHex(hashes.text(0)));
        std::sort(m_hashes.begin(), m_hashes.end(), isLess);
    }
    setAside("INDEX", "document_sha256");
}

void Importer::setAside(const std::string& kind, const std::string& name) {
    m_setAside.push_back(
        m_database.text("SELECT sql FROM sqlite_schema WHERE name = '" + name + "'"));
    m_database.exec("DROP " + kind + " " + name);
}

void Importer::setSearchMemory(int bytes) {
    Query(m_database, "INSERT INTO document_search(document_search, rank) VALUES ('hashsize', ?)",
          bytes)
        .run();
}

void Importer::makeSearchable() {
    Query(m_database,
          "INSERT INTO document_search(rowid, name, text) SELECT id, name, text FROM "
          "document_content WHERE id > ? AND id <= ?",
          m_searchable, m_last)
        .run();
    m_searchable = m_last;
}

void Importer::finish() {
    if (m_setAside.empty())
        return;
    makeSearchable();
    setSearchMemory(kSearchMemory);
    m_hashes = {};
    m_newHashes = {};
    for (const std::string& sql : m_setAside)
        m_database.exec(sql);
    m_setAside.clear();
}

std::string Importer::detail() const {
    const nlohmann::json detail{{"file", m_options.file},
                                {"documents", m_result.documents},
                                {"duplicates", m_result.duplicates},
                                {"spans", m_result.spans},
                                {"first", m_first},
                                {"last", m_last},
                                {"newTypes", m_newTypes}};
    return detail.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace spanwise::storage
