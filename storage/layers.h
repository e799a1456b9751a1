#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/adjudication.h"
#include "core/annotation/entity_type.h"
#include "core/metrics/agreement.h"

/// Layers: what annotators said in files of their own, brought in beside the project's labels by
/// Project::merge. They are people's statements, neither suggestions nor the project's labels: no
/// model learns from them and no hold-out hides them. Blocking: for a connection of one's own in a
/// thread of its own where a project is large.
namespace spanwise {

/// One annotator's labels of one document.
struct Layer {
    DocumentId document = 0;
    /// For people, and one for each reading of a document: the file's name stands in brackets
    /// behind a name that several files say of the same document.
    std::string annotator;
    std::int64_t source = 0;
    DocumentStatus status = DocumentStatus::Done;  ///< as the annotator left it
    Reading reading;                               ///< without types that are in the trash
};

/// A file that layers came from.
struct LayerSource {
    std::int64_t id = 0;
    std::string path;
    std::int64_t mergedAt = 0;  ///< ms since the epoch
    std::int64_t layers = 0;
    std::vector<std::string> annotators;
};

/// What a document with two layers or more has for a person to decide.
struct ReviewRow {
    DocumentId document = 0;
    int layers = 0;
    int agreed = 0;         ///< spans that all have
    int untaken = 0;        ///< of these, not yet the project's labels
    int disagreements = 0;  ///< places
    int open = 0;           ///< of these, undecided

    bool operator==(const ReviewRow&) const = default;
};

using LayerProgress = std::function<void(std::int64_t done, std::int64_t total)>;

struct AgreementOptions {
    bool onlyDone = false;     ///< leave out documents that an annotator had not finished
    bool perDocument = false;  ///< also tell each document's
};

struct DocumentAgreement {
    DocumentId document = 0;
    std::string name;
    std::vector<std::string> annotators;
    double f1 = 0;  ///< mean over the pairs
    int disagreements = 0;
};

struct LayerAgreement {
    std::vector<std::string> annotators;  ///< that the pairs name
    Agreement agreement;
    std::int64_t unfinished = 0;  ///< layers of documents that their annotators had not finished
    std::vector<DocumentAgreement> documents;  ///< least agreement first
};

namespace storage {

class Database;

/// Living documents only. See Project's functions of the same names.
[[nodiscard]] std::vector<Layer> layersOf(Database& database, DocumentId document);
[[nodiscard]] std::vector<LayerSource> layerSources(Database& database);
[[nodiscard]] std::vector<ReviewRow> reviewRows(Database& database, const std::stop_token& stop);
[[nodiscard]] LayerAgreement agreementOf(Database& database, const AgreementOptions& options,
                                         const LayerProgress& progress,
                                         const std::stop_token& stop);
/// Calls `use` with the layers of each document that has at least `least`, by id.
void forEachReviewed(Database& database, const std::stop_token& stop,
                     const std::function<void(const std::vector<Layer>&)>& use, int least = 2);
/// Documents that one annotator alone has labelled and finished, and the project has not.
[[nodiscard]] std::int64_t waitingSingles(Database& database);

}  // namespace storage

}  // namespace spanwise
