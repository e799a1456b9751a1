#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include "app/cli/bench_results.h"
#include "app/cli/command.h"
#include "app/cli/svg_chart.h"
#include "models/io/files.h"

namespace spanwise::cli {
namespace {

using nlohmann::json;

struct Options {
    std::string first, second, recipeA, recipeB, modelA, modelB, sampling, metric = "micro_f1", svg;
};

/// What both sides must have in common for a difference to mean anything.
const std::vector<std::string> kKeys{"set", "sampling", "k", "draw", "seed", "test_sentences"};

struct Side {
    std::string folder, recipe, model;
    std::map<std::string, json> rows;  ///< by their keys
};

Result<Side> readSide(const std::string& folder, const std::string& recipe,
                      const std::string& model, const Options& options, const char* letter) {
    const auto results = BenchResults::open(folder);
    if (!results)
        return tl::unexpected(results.error());
    const std::string where = folder + "/results.json";
    if (results->rows().empty())
        return failure(ErrorCode::NotFound,
                       "There are no results. `spanwise-cli bench few-shot --out` makes them.",
                       where);
    Side side{folder, recipe, model, {}};
    std::set<std::string> recipes, models;
    for (const json& row : results->rows()) {
        const auto isText = [&](const char* key) {
            return row.contains(key) && row[key].is_string();
        };
        const bool isComplete = isText("set") && isText("recipe") && isText("model") &&
                                isText("sampling") && row.contains("k") &&
                                row["k"].is_number_integer() && row.contains("draw") &&
                                row["draw"].is_number_integer() && row.contains("seed") &&
                                row.contains("test_sentences") && row.contains(options.metric) &&
                                row[options.metric].is_number();
        if (!isComplete)
            return failure(ErrorCode::InvalidFormat,
                           "A row lacks one of set, model, recipe, sampling, k, draw, seed, "
                           "test_sentences or " +
                               options.metric + ": \"" + row.dump().substr(0, 80) + "…\".",
                           where);
        if ((!recipe.empty() && row["recipe"] != recipe) ||
            (!model.empty() && row["model"] != model) ||
            (!options.sampling.empty() && row["sampling"] != options.sampling))
            continue;
        recipes.insert(row["recipe"].get<std::string>());
        models.insert(row["model"].get<std::string>());
        json key = json::array();
        for (const std::string& name : kKeys)
            key.push_back(row[name]);
        side.rows[key.dump()] = row;
    }
    const auto one = [&](const std::set<std::string>& names, const char* what,
                         const std::string& wanted) -> Result<std::string> {
        if (names.size() == 1)
            return *names.begin();
        if (names.empty())
            return failure(
                ErrorCode::NotFound,
                "No row has what was asked for" + (wanted.empty() ? "." : " (\"" + wanted + "\")."),
                where);
        std::string list;
        for (const std::string& name : names)
            list += (list.empty() ? "" : ", ") + name;
        return failure(ErrorCode::InvalidArgument,
                       std::string("It has several ") + what + "s: " + list +
                           ". Choose one with --" + what + "-" + letter + ".",
                       where);
    };
    auto theRecipe = one(recipes, "recipe", recipe);
    if (!theRecipe)
        return tl::unexpected(theRecipe.error());
    auto theModel = one(models, "model", model);
    if (!theModel)
        return tl::unexpected(theModel.error());
    side.recipe = *theRecipe;
    side.model = *theModel;
    return side;
}

struct Cell {
    std::map<int, double> a, b;  ///< by draw
    [[nodiscard]] std::map<int, double> difference() const {
        std::map<int, double> out;
        for (const auto& [draw, value] : a)
            out[draw] = b.at(draw) - value;
        return out;
    }
};

MeanAndDeviation over(const std::map<int, double>& byDraw) {
    std::vector<double> values;
    for (const auto& [draw, value] : byDraw)
        values.push_back(value);
    return meanAndDeviation(values);
}

json jsonOf(const MeanAndDeviation& value) {
    return {{"mean", value.mean}, {"sd", value.deviation}, {"draws", value.count}};
}

/// What one k says over the sets: mean over sets of the mean over draws; the deviation is that of
/// the draws' means over the sets, of draws that all sets have.
struct Summary {
    double a = 0, b = 0, mean = 0;
    MeanAndDeviation draws;
    std::string worst;
    double worstDifference = 0;
};

Summary summarise(const std::map<std::string, Cell>& bySet) {
    Summary summary;
    const auto sets = static_cast<double>(bySet.size());
    std::map<int, std::vector<double>> byDraw;
    for (const auto& [set, cell] : bySet) {
        const auto difference = cell.difference();
        const double mean = over(difference).mean;
        summary.a += over(cell.a).mean / sets;
        summary.b += over(cell.b).mean / sets;
        summary.mean += mean / sets;
        if (summary.worst.empty() || mean < summary.worstDifference) {
            summary.worst = set;
            summary.worstDifference = mean;
        }
        for (const auto& [draw, value] : difference)
            byDraw[draw].push_back(value);
    }
    std::vector<double> means;
    for (const auto& [draw, values] : byDraw) {
        if (values.size() == bySet.size())
            means.push_back(meanAndDeviation(values).mean);
    }
    summary.draws = meanAndDeviation(means);
    return summary;
}

/// Both sides by k, means over the sets that both have there.
std::string chartOf(const Side& a, const Side& b, const Options& options,
                    const std::map<int, std::map<std::string, Cell>>& byShots) {
    const auto nameOf = [](const Side& side) { return side.model + ", " + side.recipe; };
    Chart chart;
    chart.title = options.metric + " by examples of each type";
    chart.subtitle = "mean over the sets and draws that both have";
    chart.xLabel = "k: between k and 2k mentions of each type";
    chart.yLabel = options.metric;
    chart.logarithmic = true;
    const double scale = options.metric == "ece" ? 1 : 100;
    ChartLine first{nameOf(a), {}}, second{nameOf(b), {}, true};
    for (const auto& [shots, bySet] : byShots) {
        const Summary summary = summarise(bySet);
        const auto x = static_cast<double>(shots);
        first.points.push_back({x, scale * summary.a, 0});
        second.points.push_back({x, scale * summary.b, 0});
    }
    chart.lines = {std::move(first), std::move(second)};
    return chartToSvg(chart);
}

Result<void> compare(const Cli& cli, const Options& options) {
    const auto a = readSide(options.first, options.recipeA, options.modelA, options, "a");
    if (!a)
        return tl::unexpected(a.error());
    const auto b = readSide(options.second, options.recipeB, options.modelB, options, "b");
    if (!b)
        return tl::unexpected(b.error());
    std::map<int, std::map<std::string, Cell>> byShots;
    std::set<std::string> sets, samplings;
    std::size_t pairs = 0;
    for (const auto& [key, row] : a->rows) {
        const auto other = b->rows.find(key);
        if (other == b->rows.end())
            continue;
        ++pairs;
        const auto set = row["set"].get<std::string>();
        sets.insert(set);
        samplings.insert(row["sampling"].get<std::string>());
        Cell& cell = byShots[row["k"].get<int>()][set];
        // With several seeds a draw number alone would not be unique.
        const int draw = row["draw"].get<int>() + 1000 * row["seed"].get<int>();
        cell.a[draw] = row[options.metric].get<double>();
        cell.b[draw] = other->second[options.metric].get<double>();
    }
    if (pairs == 0)
        return failure(ErrorCode::InvalidArgument,
                       "The two have no draw in common: set, sampling, k, seed and number of test "
                       "sentences must be the same.",
                       options.second);
    if (samplings.size() > 1)
        return failure(ErrorCode::InvalidArgument,
                       "They have both samplings. Choose one with --sampling.", options.first);

    json out{{"metric", options.metric},
             {"sampling", *samplings.begin()},
             {"a", {{"folder", a->folder}, {"recipe", a->recipe}, {"model", a->model}}},
             {"b", {{"folder", b->folder}, {"recipe", b->recipe}, {"model", b->model}}},
             {"pairs", pairs},
             {"unpaired", a->rows.size() + b->rows.size() - 2 * pairs},
             {"k", json::array()}};
    for (const auto& [shots, bySet] : byShots) {
        const Summary summary = summarise(bySet);
        json perSet = json::object();
        for (const auto& [set, cell] : bySet)
            perSet[set] = {{"a", over(cell.a).mean},
                           {"b", over(cell.b).mean},
                           {"difference", jsonOf(over(cell.difference()))}};
        out["k"].push_back(
            {{"k", shots},
             {"sets", bySet.size()},
             {"a", summary.a},
             {"b", summary.b},
             {"difference", summary.mean},
             {"sd", summary.draws.deviation},
             {"draws", summary.draws.count},
             {"worst", {{"set", summary.worst}, {"difference", summary.worstDifference}}},
             {"per_set", std::move(perSet)}});
    }
    if (!options.svg.empty()) {
        if (auto written = writeWholeFile(options.svg, chartOf(*a, *b, options, byShots)); !written)
            return written;
    }
    if (cli.json) {
        std::printf("%s\n", out.dump(1).c_str());
        return {};
    }

    // F1 in points; the calibration error as it is.
    const double scale = options.metric == "ece" ? 1 : 100;
    const int digits = options.metric == "ece" ? 4 : 2;
    std::printf("A: %s, %s\nB: %s, %s\nB - A in %s, mean ± sd over %zu paired draws",
                a->model.c_str(), a->recipe.c_str(), b->model.c_str(), b->recipe.c_str(),
                options.metric.c_str(), pairs);
    if (const auto unpaired = out["unpaired"].get<std::size_t>(); unpaired > 0)
        std::printf(" (%zu rows have no partner)", unpaired);
    std::printf("\n\n%-22s", "set");
    for (const auto& [shots, bySet] : byShots)
        std::printf(" %17s", ("k = " + std::to_string(shots)).c_str());
    std::printf("\n");
    for (const std::string& set : sets) {
        std::printf("%-22s", set.c_str());
        for (const auto& [shots, bySet] : byShots) {
            const auto cell = bySet.find(set);
            if (cell == bySet.end()) {
                std::printf(" %17s", "");
                continue;
            }
            const auto difference = over(cell->second.difference());
            std::printf(" %+*.*f ± %-6.*f", 8, digits, scale * difference.mean, digits,
                        scale * difference.deviation);
        }
        std::printf("\n");
    }
    const auto line = [&](const char* name, const auto& print) {
        std::printf("%-22s", name);
        for (const auto& [shots, bySet] : byShots)
            print(summarise(bySet));
        std::printf("\n");
    };
    std::printf("\n");
    line("mean of A", [&](const Summary& s) { std::printf(" %8.*f%9s", digits, scale * s.a, ""); });
    line("mean of B", [&](const Summary& s) { std::printf(" %8.*f%9s", digits, scale * s.b, ""); });
    line("mean difference", [&](const Summary& s) {
        std::printf(" %+8.*f ± %-6.*f", digits, scale * s.mean, digits, scale * s.draws.deviation);
    });
    line("worst set",
         [&](const Summary& s) { std::printf(" %17s", s.worst.substr(0, 17).c_str()); });
    line("there", [&](const Summary& s) {
        std::printf(" %+8.*f%9s", digits, scale * s.worstDifference, "");
    });
    return {};
}

}  // namespace

void addBenchCompare(Cli& cli, CLI::App* bench) {
    auto options = std::make_shared<Options>();
    CLI::App* command = bench->add_subcommand(
        "compare", "What a second recipe gives over a first, on the draws that both have");
    command->add_option("A", options->first, "Folder of bench few-shot --out")->required();
    command->add_option("B", options->second, "Another, or the same")->required();
    command->add_option("--recipe-a", options->recipeA, "Of A only the rows of this recipe");
    command->add_option("--recipe-b", options->recipeB, "Of B only the rows of this recipe");
    command->add_option("--model-a", options->modelA, "Of A only the rows of this model");
    command->add_option("--model-b", options->modelB, "Of B only the rows of this model");
    command->add_option("--sampling", options->sampling, "Only these rows")
        ->check(CLI::IsMember({"shots", "stream"}));
    command->add_option("--metric", options->metric, "What to compare")
        ->check(CLI::IsMember({"micro_f1", "macro_f1", "token_macro_f1", "ece"}))
        ->capture_default_str();
    command->add_option("--svg", options->svg, "Also draw both by k, there");
    command->add_flag("--json", cli.json, "Print the result as JSON");
    command->footer(
        "Examples:\n  spanwise-cli bench compare results/plain results/crf\n"
        "  spanwise-cli bench compare results results --recipe-a default --recipe-b steps=200");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return compare(cli, *options); }; });
}

}  // namespace spanwise::cli
