#include "app/cli/recipe_options.h"

#include <charconv>
#include <nlohmann/json.hpp>

namespace spanwise::cli {
namespace {

template <typename Number>
Result<Number> number(const std::string& key, const std::string& value, Number lowest,
                      Number highest) {
    Number parsed{};
    const char* end = value.data() + value.size();
    const auto [stop, error] = std::from_chars(value.data(), end, parsed);
    // Written so that NaN fails, too.
    if (error != std::errc{} || stop != end || !(parsed >= lowest && parsed <= highest)) {
        return failure(ErrorCode::InvalidArgument,
                       "\"" + value + "\" is no value of " + key + ": it takes a number from " +
                           nlohmann::json(lowest).dump() + " to " + nlohmann::json(highest).dump() +
                           ".",
                       "--set " + key);
    }
    return parsed;
}

template <typename Number>
Result<void> assign(Number& target, const std::string& key, const std::string& value, Number lowest,
                    Number highest) {
    const auto parsed = number(key, value, lowest, highest);
    if (!parsed)
        return tl::unexpected(parsed.error());
    target = *parsed;
    return {};
}

}  // namespace

Result<void> applyRecipe(TrainOptions& options, const std::string& key, const std::string& value) {
    if (key == "learning_rate")
        return assign(options.learningRate, key, value, 0.0, 1.0);
    if (key == "steps")
        return assign(options.steps, key, value, 0, 10000000);
    if (key == "batch")
        return assign(options.batchSentences, key, value, 0, 100000);
    if (key == "frozen_layers")
        return assign(options.frozenLayers, key, value, -1, 1000);
    if (key == "budget")
        return assign(options.budgetSeconds, key, value, 0.0, 1e9);
    if (key == "features") {
        if (value != "last" && value != "two")
            return failure(ErrorCode::InvalidArgument,
                           "\"" + value + "\" is no value of features: it takes last or two.",
                           "--set features");
        options.features = value == "two" ? Features::TwoLayers : Features::LastLayer;
        return {};
    }
    return failure(ErrorCode::InvalidArgument,
                   "The recipe has no setting \"" + key +
                       "\". It has learning_rate, steps, batch, frozen_layers, budget and "
                       "features.",
                   "--set " + key);
}

Result<void> applyRecipe(TrainOptions& options, const RecipeSettings& settings) {
    for (const auto& [key, value] : settings) {
        if (auto applied = applyRecipe(options, key, value); !applied)
            return applied;
    }
    return {};
}

Result<RecipeSettings> parseSettings(const std::vector<std::string>& pairs) {
    RecipeSettings settings;
    for (const std::string& pair : pairs) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string::npos || equals == 0)
            return failure(ErrorCode::InvalidArgument,
                           "\"" + pair + "\" sets nothing. Write KEY=VALUE, e.g. steps=200.",
                           "--set");
        settings[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
    return settings;
}

std::string recipeLabel(const RecipeSettings& settings) {
    std::string label;
    for (const auto& [key, value] : settings)
        label += (label.empty() ? "" : ",") + key + "=" + value;
    return label.empty() ? "default" : label;
}

}  // namespace spanwise::cli
