#include "storage/importer.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "core/text/utf8.h"
#include "storage/labels.h"

namespace spanwise::storage {
namespace {

constexpr const char* kImportedModel = "imported";

}  // namespace

Importer::Importer(Database& database, const Project::ImportOptions& options, RecordId nextId)
    : m_database(database),
      m_options(options),
      m_nextId(nextId),
      m_now(now()),
      m_scheme(loadTypes(database)),
      m_find(database, "SELECT 1 FROM document WHERE sha256 = ? AND trashed_at IS NULL LIMIT 1"),
      m_document(database,
                 "INSERT INTO document(name, sha256, status, code_points) VALUES (?, ?, ?, ?) "
                 "RETURNING id"),
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
    if (!m_options.keepDuplicates && m_find.bind(document.sha256).step()) {
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

    m_document.bind(document.name, document.sha256, document.status, length);
    if (m_document.step())
        document.id = m_document.integer(0);
    while (m_document.step()) {
    }
    m_text.bind(document.id, document.text, document.meta, presplitToJson(document.presplit)).run();
    m_first = m_first == 0 ? document.id : m_first;
    m_last = document.id;
    ++m_result.documents;
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
        insertSuggestion(m_database,
                         {m_nextId++, document.id, span.range, type, span.score, kImportedModel});
        ++m_result.spans;
    }
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
