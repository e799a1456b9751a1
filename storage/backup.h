#pragma once

#include <string>

#include "storage/database.h"

namespace spanwise::storage {

/// Copies the project as it is now to `target`, which is replaced in one step or not at all: the
/// copy is checked, brought to the disk and only then renamed. Readers and the writer go on
/// meanwhile. Throws.
void backUp(Database& source, const std::string& target);

/// The source's count of changes when the backup at `path` was made; -1 when it cannot be read.
[[nodiscard]] std::int64_t changesIn(const std::string& path);

/// Makes a file, or a folder's entries, survive a power cut. Throws Io.
void syncToDisk(const std::string& path);

}  // namespace spanwise::storage
