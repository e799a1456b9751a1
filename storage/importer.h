#pragma once

#include <map>
#include <string>

#include "storage/database.h"
#include "storage/project.h"

namespace spanwise::storage {

/// Writes records inside an open transaction; add() throws and leaves the rollback to its caller.
class Importer {
public:
    Importer(Database& database, const Project::ImportOptions& options, RecordId nextId);

    void add(Record&& record);

    [[nodiscard]] const Project::ImportResult& result() const { return m_result; }
    [[nodiscard]] RecordId nextId() const { return m_nextId; }
    /// The history's account of it (JSON).
    [[nodiscard]] std::string detail() const;

private:
    TypeId typeFor(const std::string& name, const std::string& where);

    Database& m_database;
    const Project::ImportOptions& m_options;
    RecordId m_nextId;
    std::int64_t m_now;
    LabelScheme m_scheme;
    std::map<std::string, TypeId, std::less<>> m_types;
    std::vector<std::string> m_newTypes;
    DocumentId m_first = 0;
    DocumentId m_last = 0;
    Project::ImportResult m_result;
    Query m_find, m_document, m_text;
};

}  // namespace spanwise::storage
