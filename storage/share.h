#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "storage/project.h"

/// Sharing a project's documents out among annotators, who label each in a file of their own;
/// Project::merge brings these together again.
namespace spanwise {

struct ShareOptions {
    std::vector<std::string> among;  ///< annotators; each gets FOLDER/NAME.spanwise
    std::string folder;              ///< is made when it is missing
    /// So many documents, or this share of them, go to everybody, so that agreement can be told.
    std::int64_t overlap = 0;
    double overlapShare = 0;               ///< 0..1, when `overlap` is 0
    std::uint64_t seed = 1;                ///< of the lot
    std::optional<DocumentStatus> status;  ///< only documents of this one
    std::int64_t limit = 0;                ///< at most so many documents; 0: all
    bool withLabels = false;  ///< the project's labels go along; their documents are in progress
    std::string actor;        ///< for the history
};

struct SharedFile {
    std::string annotator, path;
    std::int64_t documents = 0;
};

struct ShareReport {
    std::vector<SharedFile> files;
    std::int64_t documents = 0;  ///< different ones
    std::int64_t overlap = 0;    ///< of these, in every file
};

using ShareProgress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Who gets which of `documents`: by lot, evenly, the same for the same arguments. The first list
/// is everybody's, then one for each annotator without it, in the documents' order.
[[nodiscard]] std::vector<std::vector<DocumentId>> dealDocuments(std::vector<DocumentId> documents,
                                                                 const ShareOptions& options);

/// Writes one project for each annotator: same types, notes and patterns, documents by lot.
/// Blocking; any thread that owns `project`. All files are written or none; nothing is overwritten.
/// Errors: InvalidArgument (names, too few documents), AlreadyExists, PermissionDenied, DiskFull,
/// Cancelled.
[[nodiscard]] Result<ShareReport> shareProject(const Project& project, const ShareOptions& options,
                                               const ShareProgress& progress = {},
                                               std::stop_token stop = {});

}  // namespace spanwise
