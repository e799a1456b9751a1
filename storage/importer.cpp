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

/// Hashes fall on random places of their index, which is slow where it is large: from so many
/// documents on, and where they outnumber those that were there, it is made anew at the end.
constexpr std::int64_t kVeryManyDocuments = 50000;
/// Bytes that full-text search gathers before it writes: the usual, and for many documents. Each
/// word is then written and merged fewer times.
constexpr int kSearchMemory = 1 << 20;
constexpr int kLargeSearchMemory = 16 << 20;
constexpr std::int64_t kManyDocuments = 500;
constexpr std::size_t kNewHashes = 50000;

bool isLess(const DocumentHash& a, const DocumentHash& b) {
    return a.bytes < b.bytes;
}

}  // namespace

Importer::Importer(Database& database, const Project::ImportOptions& options, RecordId nextId,
                   const HoldOut& holdOut)
    : m_database(database),
      m_withoutTriggers(database),
      m_options(options),
      m_nextId(nextId),
      m_holdOut(holdOut),
      m_now(now()),
      m_documentsBefore(database.integer("SELECT sum(documents) FROM document_tally")),
      m_scheme(loadTypes(database)),
      m_find(database, "SELECT 1 FROM document WHERE sha256 = ? AND trashed_at IS NULL LIMIT 1"),
      m_document(database,
                 "INSERT INTO document(name, sha256, status, code_points, annotations, "
                 "suggestions, lowest_score) VALUES (?, ?, ?, ?, ?, ?, ?)"),
      m_text(database,
             "INSERT INTO document_text(document, text, meta, presplit) VALUES (?, ?, ?, ?)"),
      m_search(database, "INSERT INTO document_search(rowid, name, text) VALUES (?, ?, ?)") {
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
    if (document.sha256.empty())
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

    std::vector<Annotation> annotations;
    std::vector<Suggestion> suggestions;
    if (m_options.withSpans) {
        std::set<std::tuple<Offset, Offset, TypeId>> seen;
        const auto isNew = [&seen](Range range, TypeId type) {
            return seen.emplace(range.begin, range.end, type).second;
        };
        for (const NamedSpan& span : record.spans) {
            if (span.score >= 0)
                continue;
            const TypeId type = typeFor(span.type, where);
            if (isNew(span.range, type))
                annotations.push_back(
                    {m_nextId++, 0, span.range, type, Origin::Imported, m_options.actor, m_now});
        }
        for (const NamedSpan& span : record.spans) {
            if (span.score < 0)
                continue;
            const bool isLabelled = std::any_of(
                annotations.begin(), annotations.end(),
                [&span](const Annotation& label) { return label.range.overlaps(span.range); });
            const TypeId type = typeFor(span.type, where);
            if (!isLabelled && isNew(span.range, type))
                suggestions.push_back(
                    {m_nextId++, 0, span.range, type, span.score, std::string(kImportedModel)});
        }
    }

    m_document.bind(document.name, document.sha256, document.status, length, annotations.size(),
                    suggestions.size());
    if (!suggestions.empty())
        m_document.set(7, std::min_element(suggestions.begin(), suggestions.end(),
                                           [](const Suggestion& a, const Suggestion& b) {
                                               return a.score < b.score;
                                           })
                              ->score);
    else
        m_document.set(7, nullptr);
    m_document.run();
    document.id = m_database.lastRowId();
    m_text.bind(document.id, document.text, document.meta, presplitToJson(document.presplit)).run();
    m_search.bind(document.id, document.name, document.text).run();
    for (Annotation& label : annotations) {
        label.document = document.id;
        insertAnnotation(m_database, label);
        ++m_countedTypes[label.type].annotations;
    }
    const bool isHeldOut = !suggestions.empty() && m_holdOut.isHeldOut(document.id);
    if (isHeldOut)
        Query(m_database, "UPDATE document SET suggestions = 0, lowest_score = NULL WHERE id = ?",
              document.id)
            .run();
    for (Suggestion& label : suggestions) {
        label.document = document.id;
        if (isHeldOut) {
            insertHiddenSuggestion(m_database, label);
        } else {
            insertSuggestion(m_database, label);
            ++m_countedTypes[label.type].suggestions;
        }
    }
    ++m_countedDocuments.at(static_cast<std::size_t>(document.status));
    m_first = m_first == 0 ? document.id : m_first;
    m_last = document.id;
    ++m_result.documents;
    m_result.spans += static_cast<std::int64_t>(annotations.size() + suggestions.size());
    if (m_result.documents == kManyDocuments)
        setSearchMemory(kLargeSearchMemory);
    if (m_hashIndex.empty() && m_result.documents >= kVeryManyDocuments &&
        m_result.documents > m_documentsBefore)
        rememberHashes();
}

bool Importer::isThere(const std::string& sha256) {
    if (m_hashIndex.empty()) {
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
    if (!m_options.keepDuplicates) {
        Query hashes(m_database, "SELECT sha256 FROM document WHERE trashed_at IS NULL");
        while (hashes.step())
            m_hashes.push_back(DocumentHash::fromHex(hashes.text(0)));
        std::sort(m_hashes.begin(), m_hashes.end(), isLess);
    }
    m_hashIndex = m_database.text("SELECT sql FROM sqlite_schema WHERE name = 'document_sha256'");
    m_database.exec("DROP INDEX document_sha256");
}

void Importer::setSearchMemory(int bytes) {
    Query(m_database, "INSERT INTO document_search(document_search, rank) VALUES ('hashsize', ?)",
          bytes)
        .run();
}

void Importer::writeCounters() {
    Query type(m_database,
               "UPDATE entity_type SET annotations = annotations + ?, suggestions = suggestions + "
               "? WHERE id = ?");
    for (const auto& [id, counted] : m_countedTypes)
        type.bind(counted.annotations, counted.suggestions, id).run();
    Query tally(m_database, "UPDATE document_tally SET documents = documents + ? WHERE status = ?");
    for (std::size_t status = 0; status < m_countedDocuments.size(); ++status)
        tally.bind(m_countedDocuments.at(status), status).run();
}

void Importer::finish() {
    writeCounters();
    if (m_result.documents >= kManyDocuments)
        setSearchMemory(kSearchMemory);
    m_hashes = {};
    m_newHashes = {};
    if (!m_hashIndex.empty())
        m_database.exec(m_hashIndex);
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
