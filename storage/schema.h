#pragma once

#include <span>
#include <string_view>

#include "storage/database.h"

namespace spanwise::storage {

/// "Spnw" in the file's header: what tells a project from any other SQLite database.
inline constexpr int kApplicationId = 0x53706e77;

/// One step forward. A released step is never edited; a change of the schema is a new step.
struct Migration {
    int version;  ///< user_version once the step is done; steps count up by one
    std::string_view title;
    std::string_view sql;
};

/// All steps from an empty file to the present schema.
[[nodiscard]] std::span<const Migration> migrations();

/// The version of the last step.
[[nodiscard]] int latestVersion(std::span<const Migration> steps);

/// Runs the steps that the file lacks in one transaction: all or none. Returns how many ran. Throws
/// TooNew when the file is ahead of the steps.
int migrate(Database& database, std::span<const Migration> steps);

}  // namespace spanwise::storage
