#include "app/cli/recipe_options.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>

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
    Recipe& recipe = options.recipe;
    const std::map<std::string, std::pair<double*, double>> fractions{
        {"encoder_rate", {&recipe.encoderRate, 1}},
        {"head_rate", {&recipe.headRate, 1}},
        {"layer_decay", {&recipe.layerDecay, 1}},
        {"dropout", {&recipe.dropout, 0.9}},
        {"weight_decay", {&recipe.weightDecay, 10}},
        {"warm_up", {&recipe.warmUp, 0.9}},
        {"epochs", {&recipe.epochs, 1e6}},
        {"min_epochs", {&recipe.minEpochs, 1e6}},
        {"full_steps", {&recipe.fullSteps, 1e6}},
        {"width_power", {&recipe.widthPower, 10}},
        {"breach_cost", {&recipe.breachCost, 50}},
        {"sequence_loss", {&recipe.sequenceLoss, 1}},
        {"name_init", {&recipe.nameInit, 100}},
        {"r_drop", {&recipe.rDrop, 100}},
        {"label_smoothing", {&recipe.labelSmoothing, 0.9}},
        {"mention_swap", {&recipe.mentionSwap, 1}},
        {"masking", {&recipe.masking, 0.9}},
        {"averaging", {&recipe.averaging, 1}},
        {"pool_weight", {&recipe.poolWeight, 100}},
        {"pool_confidence", {&recipe.poolConfidence, 1}},
        {"pool_sharpness", {&recipe.poolSharpness, 100}},
        {"learning_rate", {&options.learningRate, 1}},
        {"budget", {&options.budgetSeconds, 1e9}}};
    const std::map<std::string, std::tuple<int*, int, int>> counts{
        {"min_steps", {&recipe.minSteps, 0, 10000000}},
        {"probe_steps", {&recipe.probeSteps, 0, 1000000}},
        {"soup", {&recipe.soup, 1, 100}},
        {"teachers", {&recipe.teachers, 0, 100}},
        {"pool_sentences", {&recipe.poolSentences, 0, 1000000}},
        {"steps", {&options.steps, 0, 10000000}},
        {"batch", {&options.batchSentences, 0, 100000}},
        {"frozen_layers", {&options.frozenLayers, -1, 1000}}};
    const std::map<std::string, bool*> switches{{"bfloat16", &recipe.bfloat16},
                                                {"inside_only", &recipe.insideOnly}};
    if (const auto found = fractions.find(key); found != fractions.end())
        return assign(*found->second.first, key, value, 0.0, found->second.second);
    if (const auto found = counts.find(key); found != counts.end())
        return assign(*std::get<0>(found->second), key, value, std::get<1>(found->second),
                      std::get<2>(found->second));
    if (const auto found = switches.find(key); found != switches.end()) {
        int on = 0;
        if (auto assigned = assign(on, key, value, 0, 1); !assigned)
            return assigned;
        *found->second = on == 1;
        return {};
    }
    if (key == "base") {
        if (value != "plain" && value != "default")
            return failure(ErrorCode::InvalidArgument,
                           "\"" + value + "\" is no recipe to begin with: plain or default.",
                           "--set base");
        recipe = value == "plain" ? Recipe::plain() : Recipe();
        return {};
    }
    if (key == "features") {
        if (value != "last" && value != "two")
            return failure(ErrorCode::InvalidArgument,
                           "\"" + value + "\" is no value of features: it takes last or two.",
                           "--set features");
        options.features = value == "two" ? Features::TwoLayers : Features::LastLayer;
        return {};
    }
    std::string names = "base, features";
    for (const auto& [name, target] : fractions)
        names += ", " + name;
    for (const auto& [name, target] : counts)
        names += ", " + name;
    for (const auto& [name, target] : switches)
        names += ", " + name;
    return failure(ErrorCode::InvalidArgument,
                   "The recipe has no setting \"" + key + "\". It has " + names + ".",
                   "--set " + key);
}

Result<void> applyRecipe(TrainOptions& options, const RecipeSettings& settings) {
    // What the others change comes first.
    if (const auto base = settings.find("base"); base != settings.end()) {
        if (auto applied = applyRecipe(options, base->first, base->second); !applied)
            return applied;
    }
    for (const auto& [key, value] : settings) {
        if (key == "base")
            continue;
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
