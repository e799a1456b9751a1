#pragma once

#include <cstdint>
#include <iosfwd>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/span.h"
#include "core/result.h"

namespace spanwise {

class Project;

/// A place that shows what a type means, in its sentence.
struct ExamplePlace {
    DocumentId document = 0;
    std::string documentName;
    Range range;  ///< code points
    /// UTF-8, of the same sentence; an ellipsis stands where a long one was cut.
    std::string before, match, after;
    std::int64_t times = 0;  ///< these words were decided so, in any case; 0: of a sample
    TypeId instead = 0;      ///< of a near miss: as what it is labelled; 0: as nothing

    bool operator==(const ExamplePlace&) const = default;
};

/// What the labels say about a type. Most typical first, and each unlike those before it.
struct TypeExamples {
    TypeId type = 0;
    std::vector<ExamplePlace> examples;    ///< labels, at most kMostExamples
    std::vector<ExamplePlace> nearMisses;  ///< refused suggestions, at most kMostNearMisses
    bool isSample = false;                 ///< there are more than were looked at

    static constexpr std::size_t kMostExamples = 5;
    static constexpr std::size_t kMostNearMisses = 3;
};

/// The words of the document of guidelines; the window translates them.
struct GuidelineWords {
    std::string title = "Labelling guidelines";
    std::string key = "key";
    std::string examples = "Examples";
    std::string nearMisses = "Not this";
    std::string instead = "labelled as";
    std::string noExamples = "No labels yet.";
};

/// Each type's description, note, examples and near misses as Markdown (CommonMark), in the
/// scheme's order. Text of documents is escaped; of notes too, but for list items. Blocking.
[[nodiscard]] Result<void> writeGuidelines(const Project& project, const GuidelineWords& words,
                                           std::ostream& out, std::stop_token stop = {});

namespace storage {
class Database;
/// See Project::typeExamples.
[[nodiscard]] TypeExamples findExamples(Database& database, TypeId type,
                                        const std::stop_token& stop);
}  // namespace storage

}  // namespace spanwise
