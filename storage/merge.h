#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "core/annotation/edit.h"
#include "core/annotation/entity_type.h"
#include "core/queue/hold_out.h"

/// Bringing annotators' files together in one project (Project::merge).
namespace spanwise {

class Project;

struct MergeOptions {
    /// Spans that all annotators of a document have become the project's labels, by "agreed", as
    /// one step of undo, and a document that all have finished and agree on is done then. So does
    /// what a single annotator finished, by that annotator. Held-out documents are left alone: no
    /// bulk change labels them.
    bool takeAgreed = false;
    std::string actor;  ///< for the history
};

/// A type that a file describes otherwise than the project, which keeps its own.
struct DifferingType {
    std::string name;
    std::string ours, theirs;  ///< descriptions

    bool operator==(const DifferingType&) const = default;
};

/// What came of one file.
struct MergedFile {
    std::string path;
    std::vector<std::string> annotators;  ///< with a layer from it
    std::int64_t layers = 0, spans = 0;
    std::int64_t added = 0;      ///< documents that the project lacked
    std::int64_t untouched = 0;  ///< documents that nobody has labelled: no layer
    std::int64_t trashed = 0;    ///< documents that lie in the project's trash: passed over
    std::int64_t repeated = 0;   ///< labelled texts that the file has more often than the project
    std::int64_t replaced = 0;   ///< layers of an earlier merge of this file, which went
    std::int64_t ownLayers = 0;  ///< layers that the file itself was given by a merge: left there
    std::vector<std::string> newTypes;
    std::vector<DifferingType> differingTypes;
};

struct MergeReport {
    std::vector<MergedFile> files;
    std::int64_t agreedLabels = 0;  ///< taken over now
    std::int64_t reviewed = 0;      ///< documents with two layers or more
    std::int64_t open = 0;          ///< places in them that wait for a person's decision
    std::int64_t singles = 0;       ///< documents that one annotator alone finished, not taken
};

/// Told while files are read: which one, and how many of its documents.
using MergeProgress = std::function<void(std::size_t file, std::int64_t done, std::int64_t total)>;

/// Whom a file was made for (shareProject): a project's setting, a JSON string.
inline constexpr const char* kSharedWithSetting = "sharedWith";

namespace storage {

class Database;

/// Writes layers inside an open transaction of the target, whose documents and types it completes.
/// Throws and leaves the rollback to its caller.
class LayerMerge {
public:
    LayerMerge(Database& target, std::string targetUuid, std::string actor, HoldOut holdOut,
               RecordId nextRecord);

    /// `source` is read in one snapshot of its own.
    MergedFile add(const Project& source, const std::string& path,
                   const std::function<void(std::int64_t done, std::int64_t total)>& progress,
                   const std::stop_token& stop);

    /// What all annotators agree on and the project lacks; ids from `nextRecord`, which advances.
    [[nodiscard]] Edit agreedEdit(RecordId& nextRecord, const std::stop_token& stop);

private:
    Database& m_target;
    std::string m_targetUuid, m_actor;
    HoldOut m_holdOut;
    RecordId m_nextRecord;
};

}  // namespace storage

}  // namespace spanwise
