#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "core/annotation/document.h"
#include "core/annotation/entity_type.h"

namespace spanwise {

/// How much a model learns from at once. A fit goes over its sentences 16 times: two million code
/// points are about half a million sub-tokens, so eight million, which take one core an hour. What
/// is more would end in no pause of a person, and the labels alone be a message of hundreds of
/// megabytes.
struct TeachingLimits {
    std::size_t documents = 5000;
    std::int64_t codePoints = 2'000'000;
};

/// A document that somebody has labelled, before its labels are read.
struct TaughtDocument {
    DocumentId id = 0;
    std::int64_t codePoints = 0;
    std::int64_t decidedAt = 0;  ///< ms, the newest label that did not come with a file; 0: none
};

/// Which documents to learn from, by id. All of them within the limits. Otherwise up to half is
/// what a person decided last, and the rest is shared out so that each type is in as many documents
/// as any other as long as it has more of them (documents without labels count as a type): of a
/// rare type all are there. Among equals a lot decides that depends on the document's id alone, so
/// a label more changes the choice by few documents. `types`: which types a document has labels of,
/// each once, in any order.
[[nodiscard]] std::vector<DocumentId> chooseTeaching(
    std::vector<TaughtDocument> documents, std::vector<std::pair<TypeId, DocumentId>> types,
    const TeachingLimits& limits);

}  // namespace spanwise
