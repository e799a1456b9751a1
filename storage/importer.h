#pragma once

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
    /// A trigger or an index is gone until finish().
    void setAside(const std::string& kind, const std::string& name);
    void setSearchMemory(int bytes);
    void makeSearchable();

    Database& m_database;
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
    DocumentId m_searchable = 0;          ///< the last one that full-text search knows
    std::vector<std::string> m_setAside;  ///< SQL that makes what is gone anew
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
    bool m_hasHashes = false;                              ///< they are in the place of the index
    Project::ImportResult m_result;
    Query m_find, m_document, m_text;
};

}  // namespace spanwise::storage
