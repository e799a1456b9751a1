#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <unordered_set>
#include <vector>

#include "storage/database.h"
#include "storage/project.h"

namespace spanwise::storage {

/// Writes records inside an open transaction; add() throws and leaves the rollback to its caller.
/// Triggers are left out meanwhile: what they do (schema.cpp) is done here, once for each document
/// instead of once for each label, and full-text search may gather more than one document before it
/// writes, as it does whenever a statement with triggers begins.
class Importer {
public:
    /// Suggestions for documents that are held out are hidden.
    Importer(Database& database, const Project::ImportOptions& options, RecordId nextId,
             const HoldOut& holdOut);

    void add(Record&& record);
    /// After the last one: what was put off is done.
    void finish();

    [[nodiscard]] const Project::ImportResult& result() const { return m_result; }
    [[nodiscard]] RecordId nextId() const { return m_nextId; }
    /// The history's account of it (JSON).
    [[nodiscard]] std::string detail() const;

private:
    TypeId typeFor(const std::string& name, const std::string& where);
    [[nodiscard]] bool isThere(const std::string& sha256);
    void rememberHashes();
    void setSearchMemory(int bytes);
    void writeCounters();

    Database& m_database;
    const WithoutTriggers m_withoutTriggers;
    const Project::ImportOptions& m_options;
    RecordId m_nextId;
    HoldOut m_holdOut;
    std::int64_t m_now;
    std::int64_t m_documentsBefore;
    LabelScheme m_scheme;
    std::map<std::string, TypeId, std::less<>> m_types;
    std::vector<std::string> m_newTypes;
    DocumentId m_first = 0;
    DocumentId m_last = 0;
    struct Counted {
        std::int64_t annotations = 0, suggestions = 0;
    };
    std::map<TypeId, Counted> m_countedTypes;
    std::array<std::int64_t, 3> m_countedDocuments{};  ///< by status
    std::string m_hashIndex;  ///< SQL that makes it anew; empty: it is there
    struct Hasher {
        /// A part of a hash is as good a hash.
        std::size_t operator()(const DocumentHash& hash) const {
            std::size_t part = 0;
            std::memcpy(&part, hash.bytes.data(), sizeof part);
            return part;
        }
    };
    std::vector<DocumentHash> m_hashes;                    ///< sorted
    std::unordered_set<DocumentHash, Hasher> m_newHashes;  ///< not among them yet
    Project::ImportResult m_result;
    Query m_find, m_document, m_text, m_search;
};

}  // namespace spanwise::storage
