#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <random>

#include "app/cli/command.h"
#include "models/learning/cross_validation.h"
#include "models/learning/few_shot.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string train, test, model, out, name;
    std::vector<int> folds{2, 3, 5};
    int shots = 16;
    int runs = 1;
    int testSentences = 1000;
    std::uint64_t seed = 1;
    TrainOptions fit;
};

/// A way to fit, by name.
struct Way {
    const char* name;
    CalibrationPrior prior;
};
/// As good as fixed, and as good as free.
constexpr double kFixed = 1e-4, kFree = 5;
const std::array kWays{
    Way{"none", {1, kFixed, 0, kFixed}},
    Way{"temperature", {1, kFree, 0, kFixed}},
    Way{"shift", {1, kFixed, 0, kFree}},
    Way{"Platt", {1, kFree, 0, kFree}},
    Way{"Platt, near raw", {1, 0.5, 0, 1}},
    Way{"the prior alone", {usualCalibration().slope, kFixed, usualCalibration().shift, kFixed}},
    Way{"Platt, prior", usualCalibration()}};

constexpr int kBins = 15;

/// Expected calibration error over equally wide bins of the score.
double calibrationError(const std::vector<JudgedScore>& spans, const Calibration& calibration) {
    std::array<double, kBins> scores{}, right{};
    for (const JudgedScore& span : spans) {
        const double score = calibration.apply(span.score);
        const auto bin =
            static_cast<std::size_t>(std::clamp(static_cast<int>(score * kBins), 0, kBins - 1));
        scores[bin] += score;
        right[bin] += span.correct ? 1 : 0;
    }
    double error = 0;
    for (std::size_t bin = 0; bin < scores.size(); ++bin)
        error += std::abs(scores[bin] - right[bin]);
    return spans.empty() ? 0 : error / static_cast<double>(spans.size());
}

nlohmann::json toJson(const std::vector<JudgedScore>& spans) {
    nlohmann::json json = nlohmann::json::array();
    for (const JudgedScore& span : spans)
        json.push_back({span.score, span.correct ? 1 : 0});
    return json;
}

Result<std::vector<JudgedScore>> judgedBy(const JudgeSentences& model,
                                          const std::vector<LabelledSentence>& sentences) {
    auto judged = model(sentences);
    if (!judged)
        return tl::unexpected(judged.error());
    std::vector<OutOfFoldSentence> out(judged->size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        out[i].found = std::move((*judged)[i].found);
        out[i].labels = std::move((*judged)[i].labels);
    }
    return judgedScores(out);
}

Result<void> benchCalibration(const Cli& cli, Options options) {
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
    std::vector<LabelledSentence> unseen = test->sentences;
    std::mt19937_64 random(options.seed);
    for (std::size_t i = unseen.size(); i > 1; --i)
        std::swap(unseen[i - 1], unseen[random() % i]);
    unseen.resize(std::min(unseen.size(), static_cast<std::size_t>(options.testSentences)));

    std::printf("%s, %s, k = %d: expected calibration error (%d bins) of predicted spans\n",
                options.name.c_str(), bundleInfo(**base).name.c_str(), options.shots, kBins);
    std::printf("%4s %6s %-16s %7s %7s %8s %6s\n", "draw", "folds", "fit", "slope", "shift", "ECE",
                "spans");
    nlohmann::json out = nlohmann::json::array();
    ProgressLine line(cli);
    for (int draw = 0; draw < options.runs; ++draw) {
        TrainOptions fitOptions = options.fit;
        fitOptions.types = train->types;
        fitOptions.seed = options.seed + static_cast<std::uint64_t>(draw);
        std::vector<LearningDocument> documents;
        std::vector<LabelledSentence> sample;
        for (const std::size_t index :
             sampleShots(train->sentences, options.shots, fitOptions.seed)) {
            sample.push_back(train->sentences[index]);
            documents.push_back({std::to_string(index), {sample.back()}, false});
        }
        const FitSentences fit = fitOf(*base, fitOptions);
        line.show("draw " + std::to_string(draw + 1) + ": the whole sample");
        const auto model = fit(sample, {}, {});
        if (!model)
            return tl::unexpected(model.error());
        const auto judged = judgedBy(*model, unseen);
        if (!judged)
            return tl::unexpected(judged.error());
        for (const int folds : options.folds) {
            CrossValidationOptions check;
            check.folds = folds;
            check.seed = fitOptions.seed;
            const auto validated =
                crossValidate(fit, documents, check, [&](const CrossValidationProgress& p) {
                    line.show("draw " + std::to_string(draw + 1) + ": fold " +
                              std::to_string(p.fold + 1) + " of " + std::to_string(p.folds));
                });
            if (!validated)
                return tl::unexpected(validated.error());
            const auto scores = judgedScores(validated->outOfFold);
            nlohmann::json ways = nlohmann::json::object();
            for (const Way& way : kWays) {
                const Calibration calibration = fitCalibration(scores, way.prior);
                const double error = calibrationError(*judged, calibration);
                std::printf("%4d %6d %-16s %7.3f %7.3f %8.4f %6zu\n", draw + 1, folds, way.name,
                            calibration.slope, calibration.shift, error, judged->size());
                ways[way.name] = {
                    {"slope", calibration.slope}, {"shift", calibration.shift}, {"ece", error}};
            }
            std::fflush(stdout);
            out.push_back({{"set", options.name},
                           {"k", options.shots},
                           {"draw", draw},
                           {"folds", folds},
                           {"sentences", sample.size()},
                           {"cross_validated_f1", validated->all.micro.f1},
                           {"ways", std::move(ways)},
                           {"out_of_fold", toJson(scores)},
                           {"unseen", toJson(*judged)}});
        }
    }
    if (options.out.empty())
        return {};
    std::ofstream file(options.out, std::ios::binary);
    file << out.dump() << '\n';
    file.flush();
    if (!file)
        return failure(ErrorCode::Io, "The results cannot be written.", options.out);
    return {};
}

}  // namespace

void addBenchCalibration(Cli& cli, CLI::App* bench) {
    auto options = std::make_shared<Options>();
    CLI::App* command = bench->add_subcommand(
        "calibration", "Calibration error on unseen sentences, by folds and kinds of fit");
    command->add_option("--train", options->train, "Gold to draw from (CoNLL or JSONL)")
        ->required();
    command->add_option("--test", options->test, "Gold to judge by")->required();
    command->add_option("--model", options->model, "Encoder; default: the default encoder");
    command->add_option("--shots", options->shots, "Mentions per type")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--folds", options->folds, "Numbers of folds, e.g. 2,3,5")
        ->delimiter(',')
        ->check(CLI::Range(2, 1000));
    command->add_option("--runs", options->runs, "Draws")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--test-sentences", options->testSentences, "Drawn from the test file")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of the first draw")->capture_default_str();
    command->add_option("--name", options->name, "The set's name in the results");
    command->add_option("--out", options->out, "File for the results with every span's score");
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
    command->footer(
        "Example:\n  spanwise-cli bench calibration --train mit-restaurant/train.txt \\\n"
        "      --test mit-restaurant/test.txt --shots 16 --folds 2,5 --out scores.json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return benchCalibration(cli, *options); }; });
}

}  // namespace spanwise::cli
