#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "app/cli/bench_results.h"
#include "app/cli/bench_sets.h"
#include "app/cli/command.h"
#include "app/cli/recipe_options.h"
#include "app/cli/svg_chart.h"
#include "models/io/files.h"
#include "models/learning/cross_validation.h"
#include "models/learning/few_shot.h"

namespace spanwise::cli {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

struct Options {
    BenchSource source;
    std::string model, out, recipe, sampling = "shots";
    std::vector<std::string> pairs;
    std::vector<int> shots{1, 4, 16, 64};
    int runs = 5;
    std::uint64_t seed = 1;
    std::size_t testSentences = 0;
    int folds = 0;
    RecipeSettings settings;
    TrainOptions fit;
};

/// What tells one draw from all others.
const std::vector<std::string> kKeys{"set", "model", "recipe",         "sampling",
                                     "k",   "draw",  "test_sentences", "seed"};

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

json keyOf(const Options& options, const std::string& set, const std::string& model, int shots,
           int draw) {
    return {{"set", set},
            {"model", model},
            {"recipe", options.recipe},
            {"settings", options.settings},
            {"sampling", options.sampling},
            {"k", shots},
            {"draw", draw},
            {"test_sentences", options.testSentences},
            {"seed", options.seed + static_cast<std::uint64_t>(draw)}};
}

/// Fits on one draw and judges it: the rest of the row.
Result<json> runDraw(const ModelPtr& base, const BenchData& data, const Options& options,
                     json row) {
    const int shots = row["k"].get<int>();
    const auto seed = row["seed"].get<std::uint64_t>();
    const std::vector<std::size_t> drawn = options.sampling == "stream"
                                               ? sampleFirstCome(data.train, shots, seed)
                                               : sampleShots(data.train, shots, seed);
    std::vector<LabelledSentence> sample;
    std::vector<bool> isDrawn(data.train.size(), false);
    for (const std::size_t index : drawn) {
        sample.push_back(data.train[index]);
        isDrawn[index] = true;
    }
    TrainOptions fit = options.fit;
    fit.types = data.types;
    fit.seed = seed;
    // A recipe with teachers may read the rest, as it may a project's other documents.
    if (fit.recipe.teachers > 0) {
        for (std::size_t i = 0; i < data.train.size(); ++i) {
            if (!isDrawn[i])
                fit.unlabelled.push_back(data.train[i].words);
        }
    }
    const PeakMemory peak;
    auto start = Clock::now();
    const auto trained = options.folds > 0 ? trainCalibrated(base, sample, fit, options.folds)
                                           : train(base, sample, fit);
    if (!trained)
        return tl::unexpected(trained.error());
    row["fit_seconds"] = secondsSince(start);
    row["peak_mb"] = peak.megabytes();
    row["sentences"] = sample.size();
    row["steps"] = trained->report.steps;
    start = Clock::now();
    const auto predicted = predict(*trained->model, wordsOf(data.test));
    if (!predicted)
        return tl::unexpected(predicted.error());
    row["tokens_per_second"] = static_cast<double>(data.testWords) / secondsSince(start);
    EntityEvaluator entities;
    CalibrationEvaluator calibration, uncalibrated;
    for (std::size_t i = 0; i < data.test.size(); ++i) {
        entities.add(data.test[i].spans, (*predicted)[i], data.test[i].words.size());
        calibration.add(data.test[i].spans, (*predicted)[i]);
        if (options.folds == 0)
            continue;
        std::vector<WordSpan> raw = (*predicted)[i];
        for (WordSpan& span : raw)
            span.score = calibrationOf(*trained->model).invert(span.score);
        uncalibrated.add(data.test[i].spans, raw);
    }
    addMetrics(row, entities.metrics(), calibration.metrics());
    if (options.folds > 0)
        row["ece_raw"] = uncalibrated.metrics().expectedError;
    return row;
}

MeanAndDeviation over(const std::vector<json>& rows, const char* key) {
    std::vector<double> values;
    for (const json& row : rows)
        values.push_back(row.at(key).get<double>());
    return meanAndDeviation(values);
}

void printHead(const char* title) {
    std::printf("\n%s\n%4s %9s %15s %15s %15s %7s %7s %8s %8s\n", title, "k", "sentences",
                "micro F1", "macro F1", "token macro F1", "ECE", "fit s", "words/s", "peak MB");
}

/// One line; `rows` may come from several sets, then the deviation is that of the draws' means
/// over the sets.
void printLine(int shots, const std::vector<json>& rows) {
    const auto micro = over(rows, "micro_f1");
    const auto macro = over(rows, "macro_f1");
    const auto token = over(rows, "token_macro_f1");
    std::printf("%4d %9.1f %8.2f ± %-5.2f %8.2f ± %-5.2f %8.2f ± %-5.2f %6.3f %7.1f %8.0f %8.0f\n",
                shots, over(rows, "sentences").mean, 100 * micro.mean, 100 * micro.deviation,
                100 * macro.mean, 100 * macro.deviation, 100 * token.mean, 100 * token.deviation,
                over(rows, "ece").mean, over(rows, "fit_seconds").mean,
                over(rows, "tokens_per_second").mean, over(rows, "peak_mb").mean);
    const bool isCalibrated = std::all_of(rows.begin(), rows.end(),
                                          [](const json& row) { return row.contains("ece_raw"); });
    if (isCalibrated)
        std::printf("     ECE %.3f without calibration, %.3f with it\n", over(rows, "ece_raw").mean,
                    over(rows, "ece").mean);
    std::fflush(stdout);
}

/// Each draw's mean over the sets, as a row of numbers.
std::vector<json> meansOfSets(const std::map<int, std::vector<json>>& byDraw) {
    std::vector<json> means;
    for (const auto& [draw, rows] : byDraw) {
        json mean = json::object();
        for (const char* key : {"sentences", "micro_f1", "macro_f1", "token_macro_f1", "ece",
                                "fit_seconds", "tokens_per_second", "peak_mb"})
            mean[key] = over(rows, key).mean;
        if (std::all_of(rows.begin(), rows.end(),
                        [](const json& row) { return row.contains("ece_raw"); }))
            mean["ece_raw"] = over(rows, "ece_raw").mean;
        means.push_back(std::move(mean));
    }
    return means;
}

/// F1 against k: a thin line per set, and their mean with the deviation over draws.
std::string curveOf(const Options& options, const std::string& model,
                    const std::vector<BenchSet>& sets,
                    const std::map<int, std::map<int, std::vector<json>>>& byShots) {
    Chart chart;
    chart.title = "Strict entity F1 by examples of each type";
    chart.subtitle =
        model + ", recipe " + options.recipe + ", " + std::to_string(options.runs) +
        (options.runs == 1 ? " draw" : " draws, band: ± 1 standard deviation over draws");
    chart.xLabel = options.sampling == "stream"
                       ? "k: reading as many sentences as k to 2k mentions of each type take"
                       : "k: between k and 2k mentions of each type";
    chart.yLabel = "strict micro F1";
    chart.logarithmic = true;
    ChartLine mean{sets.size() == 1 ? sets.front().name : "mean", {}, true};
    std::map<std::string, ChartLine> bySet;
    for (const auto& [shots, byDraw] : byShots) {
        std::map<std::string, std::vector<double>> values;
        std::vector<double> means;
        for (const auto& [draw, rows] : byDraw) {
            means.push_back(over(rows, "micro_f1").mean);
            for (const json& row : rows)
                values[row["set"].get<std::string>()].push_back(row["micro_f1"].get<double>());
        }
        const auto all = meanAndDeviation(means);
        mean.points.push_back({static_cast<double>(shots), 100 * all.mean, 100 * all.deviation});
        for (const auto& [set, f1] : values) {
            const auto one = meanAndDeviation(f1);
            bySet[set].points.push_back(
                {static_cast<double>(shots), 100 * one.mean, 100 * one.deviation});
        }
    }
    for (const BenchSet& set : sets) {
        if (sets.size() > 1) {
            bySet[set.name].name = set.name;
            chart.lines.push_back(std::move(bySet[set.name]));
        }
    }
    chart.lines.push_back(std::move(mean));
    return chartToSvg(chart);
}

Result<void> benchFewShot(const Cli& cli, Options options) {
    auto settings = parseSettings(options.pairs);
    if (!settings)
        return tl::unexpected(settings.error());
    options.settings.merge(*settings);
    RecipeSettings ofTheFit = options.settings;
    if (const auto folds = ofTheFit.extract("calibrate")) {
        options.folds = std::atoi(folds.mapped().c_str());
        if (options.folds < 2 || options.folds > 100)
            return failure(ErrorCode::InvalidArgument,
                           "\"" + folds.mapped() + "\" is no number of folds from 2 to 100.",
                           "--set calibrate");
    }
    if (const auto applied = applyRecipe(options.fit, ofTheFit); !applied)
        return applied;
    if (options.recipe.empty())
        options.recipe = recipeLabel(options.settings);
    std::sort(options.shots.begin(), options.shots.end());
    options.shots.erase(std::unique(options.shots.begin(), options.shots.end()),
                        options.shots.end());
    const auto sets = options.source.resolve();
    if (!sets)
        return tl::unexpected(sets.error());
    auto results = BenchResults::open(options.out);
    if (!results)
        return tl::unexpected(results.error());
    if (auto same =
            results->checkSame({{"recipe", options.recipe}}, {{"settings", options.settings}});
        !same)
        return same;
    const auto base = cli.load(options.model);
    if (!base)
        return tl::unexpected(base.error());
    const std::string model = bundleInfo(**base).name;
    std::printf(
        "%s, recipe %s: strict entity F1, %d draws, seeds %llu to %llu, %s\n", model.c_str(),
        options.recipe.c_str(), options.runs, static_cast<unsigned long long>(options.seed),
        static_cast<unsigned long long>(options.seed) +
            static_cast<unsigned long long>(options.runs) - 1,
        options.sampling == "stream" ? "sentences as they come" : "k to 2k mentions of each type");

    std::map<int, std::map<int, std::vector<json>>> byShots;  // k, draw
    ProgressLine line(cli);
    for (const BenchSet& set : *sets) {
        std::optional<BenchData> data;
        printHead(set.name.c_str());
        for (const int shots : options.shots) {
            std::vector<json> rows;
            for (int draw = 0; draw < options.runs; ++draw) {
                line.show(set.name + ", k = " + std::to_string(shots) + ", draw " +
                          std::to_string(draw + 1) + " of " + std::to_string(options.runs));
                const json key = keyOf(options, set.name, model, shots, draw);
                const json* found = results->find(key, kKeys);
                if (found == nullptr) {
                    if (!data) {
                        auto read = readBenchData(set, options.testSentences);
                        if (!read)
                            return tl::unexpected(read.error());
                        data = std::move(*read);
                    }
                    auto row = runDraw(*base, *data, options, key);
                    if (!row)
                        return tl::unexpected(row.error());
                    if (auto added = results->add(std::move(*row)); !added)
                        return added;
                    found = &results->rows().back();
                }
                rows.push_back(*found);
                byShots[shots][draw].push_back(*found);
            }
            printLine(shots, rows);
        }
    }
    if (sets->size() > 1) {
        printHead(("mean of " + std::to_string(sets->size()) + " sets (± over the draws' means)")
                      .c_str());
        for (const auto& [shots, byDraw] : byShots)
            printLine(shots, meansOfSets(byDraw));
    }
    if (!options.out.empty())
        return replaceFile(options.out, "curve.svg", curveOf(options, model, *sets, byShots));
    return {};
}

}  // namespace

void addBench(Cli& cli) {
    CLI::App* bench = cli.app->add_subcommand("bench", "Measure learning");
    bench->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* command = bench->add_subcommand(
        "few-shot", "F1 after k examples of each type, over one or more sets");
    options->source.addOptions(command);
    command->add_option("--model", options->model, "Encoder; default: the default encoder");
    command->add_option("--shots", options->shots, "Mentions per type, e.g. 1,4,16")
        ->delimiter(',')
        ->check(CLI::PositiveNumber);
    command
        ->add_option("--sampling", options->sampling,
                     "shots: so that each type occurs k to 2k times, the paper's way; stream: as "
                     "sentences come to a person, as many as that takes at most")
        ->check(CLI::IsMember({"shots", "stream"}))
        ->capture_default_str();
    command->add_option("--runs", options->runs, "Draws for each k")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of the first draw")->capture_default_str();
    command->add_option("--test-sentences", options->testSentences,
                        "Judge by a fixed sample of so many; 0: all");
    command->add_option("--recipe", options->recipe,
                        "The recipe's name in the results; default: its settings");
    command
        ->add_option("--set", options->pairs,
                     "A setting of the recipe, KEY=VALUE; may be given several times")
        ->type_size(1)
        ->allow_extra_args(false);
    for (const auto& [flag, key, help] :
         {std::tuple{"--steps", "steps", "0: the recipe's"},
          std::tuple{"--budget", "budget", "Seconds a fit may take"},
          std::tuple{"--learning-rate", "learning_rate", "0: the recipe's"},
          std::tuple{"--batch", "batch", "0: the recipe's"},
          std::tuple{"--frozen-layers", "frozen_layers", "-1: the recipe's"},
          std::tuple{"--features", "features", "What the head sees: last or two (layers)"},
          std::tuple{"--calibrate", "calibrate",
                     "Calibrate by so many folds (5 is good, as the app does), which takes as many "
                     "fits more, and report the ECE without and with it"}})
        command->add_option_function<std::string>(
            flag,
            [options, key = std::string(key)](const std::string& value) {
                options->settings[key] = value;
            },
            help);
    command->add_option(
        "--out", options->out,
        "Folder for results.json and curve.svg; rows that are there are not measured again");
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
    command->footer(
        "Examples:\n  spanwise-cli bench few-shot --sets tests/bench/few_shot_sets.json \\\n"
        "      --shots 1,4,16 --test-sentences 500 --out results\n"
        "  spanwise-cli bench few-shot --train mit-restaurant/train.txt \\\n"
        "      --test mit-restaurant/test.txt --set steps=200 --set batch=8 --out results");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return benchFewShot(cli, *options); }; });
    addBenchActive(cli, bench);
    addBenchCompare(cli, bench);
    addBenchZeroShot(cli, bench);
    addBenchCalibration(cli, bench);
}

}  // namespace spanwise::cli
