#pragma once

#include <map>
#include <string>
#include <vector>

#include "models/model.h"

namespace spanwise::cli {

/// Settings of a recipe by name, as `--set KEY=VALUE` gives them.
using RecipeSettings = std::map<std::string, std::string>;

/// Sets one part of the recipe: learning_rate, steps, batch, frozen_layers, budget, features (last
/// or two). InvalidArgument names the key, what was found and what is expected.
[[nodiscard]] Result<void> applyRecipe(TrainOptions& options, const std::string& key,
                                       const std::string& value);
[[nodiscard]] Result<void> applyRecipe(TrainOptions& options, const RecipeSettings& settings);

/// "KEY=VALUE" strings as settings; the last one of a key wins. InvalidArgument without a "=".
[[nodiscard]] Result<RecipeSettings> parseSettings(const std::vector<std::string>& pairs);

/// "batch=8,steps=100"; "default" when nothing is set.
[[nodiscard]] std::string recipeLabel(const RecipeSettings& settings);

}  // namespace spanwise::cli
