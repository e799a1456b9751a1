#pragma once

#include <string>

#include "core/result.h"

namespace spanwise::storage {

/// See Project::recover. `target` has been created as an empty project; it gets every row of
/// `damaged` that can be read and makes sense. The damaged file is only read, from a copy. Throws.
[[nodiscard]] std::string salvage(const std::string& damaged, const std::string& target);

}  // namespace spanwise::storage
