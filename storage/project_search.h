#pragma once

#include <stop_token>
#include <string_view>
#include <vector>

#include "storage/database.h"
#include "storage/project.h"
#include "storage/search_query.h"

namespace spanwise::storage {

/// See Project::search.
[[nodiscard]] SearchPage searchProject(Database& database, const SearchQuery& query,
                                       SearchPlace from, int limit, double seconds,
                                       const std::stop_token& stop);

/// See Project::documentIds.
[[nodiscard]] std::vector<DocumentId> findDocumentIds(Database& database,
                                                      const DocumentFilter& filter,
                                                      const std::stop_token& stop);

/// See Project::documentsAmong.
[[nodiscard]] std::vector<DocumentId> findDocumentsAmong(Database& database,
                                                         std::string_view search,
                                                         const std::vector<DocumentId>& among,
                                                         std::size_t limit, double seconds,
                                                         const std::stop_token& stop);

/// See Project::documentsNamed.
[[nodiscard]] std::vector<NamedDocument> findDocuments(Database& database, std::string_view text,
                                                       int limit, const std::stop_token& stop);

}  // namespace spanwise::storage
