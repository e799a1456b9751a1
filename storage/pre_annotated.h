#pragma once

#include <set>
#include <stop_token>

#include "storage/project.h"

namespace spanwise {

/// Documents in which a person has ever accepted a suggestion, whatever became of the label: their
/// labels may follow the model, and quality is reported for them apart. Reads the whole history,
/// for a thread of its own. Errors: Cancelled, and what reading gives.
[[nodiscard]] Result<std::set<DocumentId>> preAnnotatedDocuments(const Project& project,
                                                                 const std::stop_token& stop = {});

}  // namespace spanwise
