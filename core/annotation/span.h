#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/annotation/document.h"
#include "core/annotation/entity_type.h"
#include "core/text/range.h"

namespace spanwise {

/// One id space for annotations, suggestions and rejections of a project; never used twice.
using RecordId = std::int64_t;

/// How an annotation came to be.
enum class Origin { Manual = 0, Accepted = 1, Pattern = 2, Imported = 3 };
[[nodiscard]] std::string_view originName(Origin origin);
[[nodiscard]] Origin originFromName(std::string_view name);

/// A span that a person decided.
struct Annotation {
    RecordId id = 0;
    DocumentId document = 0;
    Range range;
    TypeId type = 0;
    Origin origin = Origin::Manual;
    std::string annotator;
    std::int64_t createdAt = 0;  ///< ms since the epoch, UTC

    bool operator==(const Annotation&) const = default;
};

/// A span that a model proposes.
struct Suggestion {
    RecordId id = 0;
    DocumentId document = 0;
    Range range;
    TypeId type = 0;
    double score = 0;   ///< calibrated, 0..1
    std::string model;  ///< the model's id

    bool operator==(const Suggestion&) const = default;
};

/// The model of suggestions that a pattern makes. Their score is 1 and says nothing.
inline constexpr std::string_view kPatternModel = "pattern";

/// A suggestion that a person refused: not offered again, and a negative in training.
struct Rejection {
    RecordId id = 0;
    DocumentId document = 0;
    Range range;
    TypeId type = 0;
    std::string annotator;
    std::int64_t createdAt = 0;

    bool operator==(const Rejection&) const = default;
};

/// A span by its type's name, as files, metrics and models carry it.
struct NamedSpan {
    Range range;
    std::string type;
    double score = -1;  ///< negative: no score, a person's

    bool operator==(const NamedSpan&) const = default;
};

}  // namespace spanwise
