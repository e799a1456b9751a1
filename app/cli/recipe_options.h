#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/model.h"

namespace spanwise::cli {

/// Settings of a recipe by name, as `--set KEY=VALUE` gives them.
using RecipeSettings = std::map<std::string, std::string>;

/// Sets one part of the recipe: `base` (plain or default), `features` (last or two), or a field of
/// Recipe or TrainOptions in snake case. InvalidArgument names the key, what was found and what is
/// expected.
[[nodiscard]] Result<void> applyRecipe(TrainOptions& options, const std::string& key,
                                       const std::string& value);
[[nodiscard]] Result<void> applyRecipe(TrainOptions& options, const RecipeSettings& settings);

/// "KEY=VALUE" strings as settings; the last one of a key wins. InvalidArgument without a "=".
[[nodiscard]] Result<RecipeSettings> parseSettings(const std::vector<std::string>& pairs);

/// "batch=8,steps=100"; "default" when nothing is set.
[[nodiscard]] std::string recipeLabel(const RecipeSettings& settings);

}  // namespace spanwise::cli
