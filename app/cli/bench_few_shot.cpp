#include <sys/resource.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>

#include "app/cli/command.h"
#include "core/metrics/entity_metrics.h"
#include "models/learning/few_shot.h"

namespace spanwise::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::string train, test, model, out, name;
    std::vector<int> shots{1, 4, 16, 64};
    int runs = 5;
    std::uint64_t seed = 1;
    TrainOptions fit;
};

struct Row {
    int shots = 0, draw = 0;
    std::size_t sentences = 0;
    EntityMetrics metrics;
    double fitSeconds = 0, tokensPerSecond = 0, peakMegabytes = 0;
};

struct MeanAndDeviation {
    double mean = 0, deviation = 0;
};

MeanAndDeviation over(const std::vector<Row>& rows, int shots,
                      const std::function<double(const Row&)>& value) {
    double sum = 0, squares = 0;
    int n = 0;
    for (const Row& row : rows) {
        if (row.shots != shots)
            continue;
        sum += value(row);
        squares += value(row) * value(row);
        ++n;
    }
    if (n == 0)
        return {};
    const double mean = sum / n;
    const double variance = n > 1 ? std::max(0.0, (squares - n * mean * mean) / (n - 1)) : 0;
    return {mean, std::sqrt(variance)};
}

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

double peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

Result<Row> runDraw(const ModelPtr& base, const GoldFile& train, const GoldFile& test,
                    const Options& options, int shots, int draw) {
    const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(draw);
    std::vector<LabelledSentence> sample;
    for (const std::size_t index : sampleShots(train.sentences, shots, seed))
        sample.push_back(train.sentences[index]);
    TrainOptions fit = options.fit;
    fit.types = train.types;
    fit.seed = seed;
    auto start = Clock::now();
    const auto trained = spanwise::train(base, sample, fit);
    if (!trained)
        return tl::unexpected(trained.error());
    Row row;
    row.shots = shots;
    row.draw = draw;
    row.sentences = sample.size();
    row.fitSeconds = secondsSince(start);
    start = Clock::now();
    const auto predicted = predict(*trained->model, wordsOf(test.sentences));
    if (!predicted)
        return tl::unexpected(predicted.error());
    std::size_t words = 0;
    EntityEvaluator evaluator;
    for (std::size_t i = 0; i < test.sentences.size(); ++i) {
        words += test.sentences[i].words.size();
        evaluator.add(test.sentences[i].spans, (*predicted)[i], test.sentences[i].words.size());
    }
    row.tokensPerSecond = static_cast<double>(words) / secondsSince(start);
    row.metrics = evaluator.metrics();
    row.peakMegabytes = peakMegabytes();
    return row;
}

Result<void> writeResults(const Options& options, const std::string& model,
                          const std::vector<Row>& rows) {
    nlohmann::json out = nlohmann::json::array();
    for (const Row& row : rows)
        out.push_back({{"set", options.name},
                       {"model", model},
                       {"k", row.shots},
                       {"draw", row.draw},
                       {"sentences", row.sentences},
                       {"micro_f1", row.metrics.micro.f1},
                       {"macro_f1", row.metrics.macro.f1},
                       {"token_macro_f1", row.metrics.tokenMacroF1},
                       {"fit_seconds", row.fitSeconds},
                       {"tokens_per_second", row.tokensPerSecond},
                       {"peak_mb", row.peakMegabytes}});
    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    const std::string path = (std::filesystem::path(options.out) / "results.json").string();
    std::ofstream file(path, std::ios::binary);
    file << out.dump(1) << '\n';
    file.flush();
    if (!file)
        return failure(ErrorCode::Io, "The results cannot be written.", path);
    return {};
}

Result<void> benchFewShot(const Cli& cli, Options options) {
    const auto train = readGold(options.train);
    if (!train)
        return tl::unexpected(train.error());
    const auto test = readGold(options.test);
    if (!test)
        return tl::unexpected(test.error());
    const auto base = cli.load(options.model);
    if (!base)
        return tl::unexpected(base.error());
    if (options.name.empty())
        options.name = std::filesystem::absolute(options.train).parent_path().filename().string();
    const std::string model = bundleInfo(**base).name;
    std::printf("%s, %s: strict entity F1, %d draws, seeds %llu to %llu\n", options.name.c_str(),
                model.c_str(), options.runs, static_cast<unsigned long long>(options.seed),
                static_cast<unsigned long long>(options.seed) +
                    static_cast<unsigned long long>(options.runs) - 1);
    std::printf("%4s %10s %15s %15s %15s %8s %9s %8s\n", "k", "sentences", "micro F1", "macro F1",
                "token macro F1", "fit s", "words/s", "peak MB");
    std::vector<Row> rows;
    ProgressLine line(cli);
    for (const int shots : options.shots) {
        for (int draw = 0; draw < options.runs; ++draw) {
            line.show("k = " + std::to_string(shots) + ", draw " + std::to_string(draw + 1) +
                      " of " + std::to_string(options.runs));
            auto row = runDraw(*base, *train, *test, options, shots, draw);
            if (!row)
                return tl::unexpected(row.error());
            rows.push_back(std::move(*row));
        }
        const auto micro = over(rows, shots, [](const Row& r) { return r.metrics.micro.f1; });
        const auto macro = over(rows, shots, [](const Row& r) { return r.metrics.macro.f1; });
        const auto token = over(rows, shots, [](const Row& r) { return r.metrics.tokenMacroF1; });
        const auto mean = [&](auto value) { return over(rows, shots, value).mean; };
        std::printf("%4d %10.1f %8.2f ± %-5.2f %8.2f ± %-5.2f %8.2f ± %-5.2f %7.1f %9.0f %8.0f\n",
                    shots, mean([](const Row& r) { return static_cast<double>(r.sentences); }),
                    100 * micro.mean, 100 * micro.deviation, 100 * macro.mean,
                    100 * macro.deviation, 100 * token.mean, 100 * token.deviation,
                    mean([](const Row& r) { return r.fitSeconds; }),
                    mean([](const Row& r) { return r.tokensPerSecond; }), peakMegabytes());
        std::fflush(stdout);
    }
    return options.out.empty() ? Result<void>{} : writeResults(options, model, rows);
}

}  // namespace

void addBench(Cli& cli) {
    CLI::App* bench = cli.app->add_subcommand("bench", "Measure learning");
    bench->require_subcommand(1);
    auto options = std::make_shared<Options>();
    CLI::App* command = bench->add_subcommand(
        "few-shot", "F1 after k examples of each type, the paper's way of drawing them");
    command->add_option("--train", options->train, "Gold to draw from (CoNLL or JSONL)")
        ->required();
    command->add_option("--test", options->test, "Gold to judge by")->required();
    command->add_option("--model", options->model, "Encoder; default: the default encoder");
    command->add_option("--shots", options->shots, "Mentions per type, e.g. 1,4,16")
        ->delimiter(',')
        ->check(CLI::PositiveNumber);
    command->add_option("--runs", options->runs, "Draws for each k")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of the first draw")->capture_default_str();
    command->add_option("--steps", options->fit.steps, "0: the recipe's");
    command->add_option("--budget", options->fit.budgetSeconds, "Seconds a fit may take");
    command->add_option("--learning-rate", options->fit.learningRate, "0: the recipe's");
    command->add_option("--batch", options->fit.batchSentences, "0: the recipe's");
    command->add_option("--frozen-layers", options->fit.frozenLayers, "-1: the recipe's");
    addFeatures(command, options->fit);
    command->add_option("--name", options->name, "The set's name in the results");
    command->add_option("--out", options->out, "Folder for results.json");
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
    command->footer(
        "Example:\n  spanwise-cli bench few-shot --train mit-restaurant/train.txt \\\n"
        "      --test mit-restaurant/test.txt --shots 16 --runs 5 --seed 1 --out results");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return benchFewShot(cli, *options); }; });
    addBenchZeroShot(cli, bench);
}

}  // namespace spanwise::cli
