#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>
#include <set>

#include "app/cli/bench_results.h"
#include "app/cli/bench_sets.h"
#include "app/cli/command.h"
#include "app/cli/recipe_options.h"
#include "app/cli/svg_chart.h"
#include "models/io/files.h"
#include "models/learning/few_shot.h"
#include "models/learning/ranking.h"

namespace spanwise::cli {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

struct Options {
    BenchSource source;
    std::string model, out, recipe;
    std::vector<std::string> pairs, strategies{"random", "uncertainty", "full"};
    int start = 8, batch = 8, rounds = 6, runs = 1;
    std::uint64_t seed = 1;
    std::size_t pool = 400, testSentences = 300;
    RankingOptions ranking;
    RecipeSettings settings;
    TrainOptions fit;
};

/// What tells one fit from all others.
const std::vector<std::string> kKeys{"set",   "model", "recipe",        "strategy",
                                     "draw",  "seed",  "round",         "start",
                                     "batch", "pool",  "test_sentences"};

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : " ") + word;
    return text;
}

/// What of the options tells one order of a strategy from another.
json rankingOf(const std::string& strategy, const Options& options) {
    json ranking = json::object();
    if (strategy == "full")
        ranking = {{"random_share", options.ranking.randomShare},
                   {"diversity", options.ranking.diversity}};
    return ranking;
}

/// A set with a pool to label from.
struct Stage {
    const BenchData* data = nullptr;
    std::vector<LabelledSentence> pool;
    std::vector<std::vector<float>> embeddings;
};

Result<Stage> setStage(const Model& base, const BenchData& data, const Options& options,
                       std::uint64_t seed, bool isEmbedded) {
    Stage stage{&data, {}, {}};
    std::set<std::string> texts;
    for (const std::size_t index : shuffledOrder(data.train.size(), seed)) {
        if (options.pool > 0 && stage.pool.size() == options.pool)
            break;
        if (texts.insert(joined(data.train[index].words)).second)
            stage.pool.push_back(data.train[index]);
    }
    if (isEmbedded) {
        auto embeddings = sentenceEmbeddings(base, wordsOf(stage.pool));
        if (!embeddings)
            return tl::unexpected(embeddings.error());
        stage.embeddings = std::move(*embeddings);
    }
    return stage;
}

/// The first sentences: the same for all strategies of a draw. The pool is in random order, so they
/// are its first ones, and on until there are two mentions to learn from.
std::vector<std::size_t> firstSentences(const Stage& stage, const Options& options) {
    std::vector<std::size_t> first;
    std::size_t mentions = 0;
    for (std::size_t i = 0; i < stage.pool.size(); ++i) {
        if (i >= static_cast<std::size_t>(options.start) && mentions >= 2)
            break;
        first.push_back(i);
        mentions += stage.pool[i].spans.size();
    }
    return first;
}

/// What a strategy labels next, as indices of the pool.
Result<std::vector<std::size_t>> nextSentences(const Model& model, const Stage& stage,
                                               const std::vector<std::size_t>& labelled,
                                               const std::string& strategy, const Options& options,
                                               std::uint64_t seed) {
    const std::set<std::size_t> done(labelled.begin(), labelled.end());
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < stage.pool.size(); ++i) {
        if (!done.contains(i))
            open.push_back(i);
    }
    std::vector<Candidate> candidates(open.size());
    RankingOptions ranking = options.ranking;
    ranking.count = static_cast<std::size_t>(options.batch);
    ranking.seed = seed;
    for (std::size_t i = 0; i < open.size(); ++i) {
        const LabelledSentence& sentence = stage.pool[open[i]];
        candidates[i].text = joined(sentence.words);
        candidates[i].words = static_cast<double>(sentence.words.size());
    }
    std::vector<std::vector<float>> known;
    if (strategy == "random") {
        ranking.randomShare = 1;
    } else {
        std::vector<std::vector<std::string>> words;
        for (const std::size_t i : open)
            words.push_back(stage.pool[i].words);
        const auto unsure = uncertainties(model, words);
        if (!unsure)
            return tl::unexpected(unsure.error());
        std::map<std::string, int> mentions;
        for (const std::size_t i : labelled) {
            for (const WordSpan& span : stage.pool[i].spans)
                ++mentions[span.type];
        }
        const bool isFull = strategy == "full";
        for (std::size_t i = 0; i < open.size(); ++i) {
            const Uncertainty& one = (*unsure)[i];
            candidates[i].mentions = one.mentions();
            candidates[i].uncertainty = isFull ? worthLearning(one, mentions) : one.leastConfidence;
            if (isFull)
                candidates[i].embedding = stage.embeddings[open[i]];
        }
        if (isFull) {
            for (const std::size_t i : labelled)
                known.push_back(stage.embeddings[i]);
        } else {
            ranking.randomShare = 0;
            ranking.diversity = 0;
            ranking.perSecond = false;
        }
    }
    std::vector<std::size_t> next;
    for (const Choice& choice : rankForLabelling(candidates, known, {}, ranking))
        next.push_back(open[choice.candidate]);
    return next;
}

/// Fits on what is labelled, judges, and asks the strategy what to label next: the row.
Result<json> runRound(const ModelPtr& base, const Stage& stage, const Options& options,
                      const std::vector<std::size_t>& labelled, json row) {
    std::vector<LabelledSentence> sentences;
    const SecondsModel seconds = options.ranking.seconds;
    double work = 0;
    std::size_t words = 0, mentions = 0;
    for (const std::size_t i : labelled) {
        const LabelledSentence& sentence = stage.pool[i];
        sentences.push_back(sentence);
        words += sentence.words.size();
        mentions += sentence.spans.size();
        work += seconds(static_cast<double>(sentence.words.size()),
                        static_cast<double>(sentence.spans.size()));
    }
    TrainOptions fit = options.fit;
    fit.types = stage.data->types;
    fit.seed = row["seed"].get<std::uint64_t>();
    // A recipe with teachers may read the rest, as it may a project's other documents.
    if (fit.recipe.teachers > 0) {
        const std::set<std::size_t> known(labelled.begin(), labelled.end());
        for (std::size_t i = 0; i < stage.pool.size(); ++i) {
            if (!known.contains(i))
                fit.unlabelled.push_back(stage.pool[i].words);
        }
    }
    auto start = Clock::now();
    const auto trained = train(base, sentences, fit);
    if (!trained)
        return tl::unexpected(trained.error());
    row["fit_seconds"] = secondsSince(start);
    row["steps"] = trained->report.steps;
    row["sentences"] = labelled.size();
    row["words"] = words;
    row["mentions"] = mentions;
    row["seconds"] = work;
    const auto predicted = predict(*trained->model, wordsOf(stage.data->test));
    if (!predicted)
        return tl::unexpected(predicted.error());
    EntityEvaluator entities;
    CalibrationEvaluator calibration;
    for (std::size_t i = 0; i < stage.data->test.size(); ++i) {
        const LabelledSentence& gold = stage.data->test[i];
        entities.add(gold.spans, (*predicted)[i], gold.words.size());
        calibration.add(gold.spans, (*predicted)[i]);
    }
    addMetrics(row, entities.metrics(), calibration.metrics());
    row["next"] = json::array();
    const int round = row["round"].get<int>();
    if (round < options.rounds) {
        start = Clock::now();
        const auto next =
            nextSentences(*trained->model, stage, labelled, row["strategy"].get<std::string>(),
                          options, fit.seed * 1000003 + static_cast<std::uint64_t>(round));
        if (!next)
            return tl::unexpected(next.error());
        row["next"] = *next;
        row["rank_seconds"] = secondsSince(start);
    }
    return row;
}

/// A strategy's F1 by work done, mean over draws round by round.
struct Curve {
    std::vector<ChartPoint> bySentences, bySeconds;
};

Curve curveOf(const std::map<int, std::vector<json>>& byRound) {
    Curve curve;
    for (const auto& [round, rows] : byRound) {
        std::vector<double> f1, sentences, seconds;
        for (const json& row : rows) {
            f1.push_back(100 * row["micro_f1"].get<double>());
            sentences.push_back(row["sentences"].get<double>());
            seconds.push_back(row["seconds"].get<double>());
        }
        const auto mean = meanAndDeviation(f1);
        curve.bySentences.push_back({meanAndDeviation(sentences).mean, mean.mean, mean.deviation});
        curve.bySeconds.push_back({meanAndDeviation(seconds).mean, mean.mean, mean.deviation});
    }
    return curve;
}

/// Where a curve first reaches a level, linearly between its points; NaN when it never does.
double reaches(const std::vector<ChartPoint>& curve, double level) {
    for (std::size_t i = 0; i < curve.size(); ++i) {
        if (curve[i].y < level)
            continue;
        if (i == 0 || curve[i].y <= curve[i - 1].y)
            return curve[i].x;
        const double share = (level - curve[i - 1].y) / (curve[i].y - curve[i - 1].y);
        return curve[i - 1].x + share * (curve[i].x - curve[i - 1].x);
    }
    return std::nan("");
}

/// How much of random's work a strategy needs for the same F1: the mean of the ratios at five
/// levels of F1, from half of the way between where both begin and the best that both reach, up to
/// that. NaN when random learns nothing.
double workRatio(const std::vector<ChartPoint>& random, const std::vector<ChartPoint>& strategy) {
    const auto best = [](const std::vector<ChartPoint>& curve) {
        return std::max_element(curve.begin(), curve.end(),
                                [](const ChartPoint& a, const ChartPoint& b) { return a.y < b.y; })
            ->y;
    };
    if (random.empty() || strategy.empty())
        return std::nan("");
    const double top = std::min(best(random), best(strategy));
    const double bottom = std::max(random.front().y, strategy.front().y);
    if (top <= bottom)
        return std::nan("");
    std::vector<double> ratios;
    for (const double share : {0.5, 0.625, 0.75, 0.875, 1.0}) {
        const double level = bottom + share * (top - bottom) - 1e-9;
        ratios.push_back(reaches(strategy, level) / reaches(random, level));
    }
    return meanAndDeviation(ratios).mean;
}

/// Mean F1 over the rounds after the first: the area below the curve, in points.
double meanF1(const std::vector<ChartPoint>& curve) {
    std::vector<double> values;
    for (std::size_t i = 1; i < curve.size(); ++i)
        values.push_back(curve[i].y);
    return meanAndDeviation(values).mean;
}

Result<void> checkOptions(Options& options) {
    auto settings = parseSettings(options.pairs);
    if (!settings)
        return tl::unexpected(settings.error());
    options.settings = std::move(*settings);
    if (const auto applied = applyRecipe(options.fit, options.settings); !applied)
        return applied;
    if (options.recipe.empty())
        options.recipe = recipeLabel(options.settings);
    if (options.pool > 0 && options.pool <= static_cast<std::size_t>(options.start))
        return failure(ErrorCode::InvalidArgument,
                       "A pool of " + std::to_string(options.pool) +
                           " sentences leaves nothing to choose after the first " +
                           std::to_string(options.start) + ". Take a larger --pool.");
    return {};
}

using Outcome = std::map<std::string, std::map<int, std::vector<json>>>;  // strategy, round

/// All strategies over one set.
Result<Outcome> runSet(const BenchSet& set, const ModelPtr& base, const Options& options,
                       BenchResults& results, ProgressLine& line) {
    const std::string model = bundleInfo(*base).name;
    std::optional<BenchData> data;
    Outcome outcome;
    for (int draw = 0; draw < options.runs; ++draw) {
        const std::uint64_t seed = options.seed + static_cast<std::uint64_t>(draw);
        std::optional<Stage> stage;
        for (const std::string& strategy : options.strategies) {
            std::vector<std::size_t> labelled;
            for (int round = 0; round <= options.rounds; ++round) {
                line.show(set.name + ", " + strategy + ", draw " + std::to_string(draw + 1) +
                          ", round " + std::to_string(round) + " of " +
                          std::to_string(options.rounds));
                json key{{"set", set.name},
                         {"model", model},
                         {"recipe", options.recipe},
                         {"settings", options.settings},
                         {"strategy", strategy},
                         {"draw", draw},
                         {"seed", seed},
                         {"round", round},
                         {"start", options.start},
                         {"batch", options.batch},
                         {"pool", options.pool},
                         {"test_sentences", options.testSentences},
                         {"ranking", rankingOf(strategy, options)}};
                const json* row = results.find(key, kKeys);
                if (row == nullptr) {
                    if (!data) {
                        auto read = readBenchData(set, options.testSentences);
                        if (!read)
                            return tl::unexpected(read.error());
                        data = std::move(*read);
                    }
                    if (!stage) {
                        auto made = setStage(*base, *data, options, seed, true);
                        if (!made)
                            return tl::unexpected(made.error());
                        stage = std::move(*made);
                    }
                    if (round == 0)
                        labelled = firstSentences(*stage, options);
                    for (const std::size_t index : labelled) {
                        if (index >= stage->pool.size())
                            return failure(ErrorCode::InvalidFormat,
                                           "A row of \"" + set.name +
                                               "\" names a sentence that the pool lacks: the "
                                               "set's files changed. Choose another --out.",
                                           options.out + "/results.json");
                    }
                    key["labelled"] = labelled;
                    auto made = runRound(base, *stage, options, labelled, std::move(key));
                    if (!made)
                        return tl::unexpected(made.error());
                    if (auto added = results.add(std::move(*made)); !added)
                        return tl::unexpected(added.error());
                    row = &results.rows().back();
                }
                outcome[strategy][round].push_back(*row);
                try {
                    labelled = row->at("labelled").get<std::vector<std::size_t>>();
                    const auto next = row->at("next").get<std::vector<std::size_t>>();
                    labelled.insert(labelled.end(), next.begin(), next.end());
                    if (next.empty() && round < options.rounds)
                        break;  // the pool is all labelled, or the run that made it was to end here
                } catch (const json::exception&) {
                    return failure(ErrorCode::InvalidFormat,
                                   "A row of \"" + set.name +
                                       "\" lacks \"labelled\" or \"next\". Choose another --out.",
                                   options.out + "/results.json");
                }
            }
        }
    }
    return outcome;
}

struct Ratios {
    std::vector<double> sentences, seconds, gain;
};

Result<void> benchActive(const Cli& cli, Options options) {
    if (auto good = checkOptions(options); !good)
        return good;
    const auto sets = options.source.resolve();
    if (!sets)
        return tl::unexpected(sets.error());
    auto results = BenchResults::open(options.out);
    if (!results)
        return tl::unexpected(results.error());
    for (const std::string& strategy : options.strategies) {
        if (auto same = results->checkSame(
                {{"recipe", options.recipe}, {"strategy", strategy}},
                {{"settings", options.settings}, {"ranking", rankingOf(strategy, options)}});
            !same)
            return same;
    }
    const auto base = cli.load(options.model);
    if (!base)
        return tl::unexpected(base.error());
    std::printf(
        "%s, recipe %s: strict micro F1 by labelled sentences; %d to begin with, %d rounds of %d "
        "from a pool of %zu, %d draws\n",
        bundleInfo(**base).name.c_str(), options.recipe.c_str(), options.start, options.rounds,
        options.batch, options.pool, options.runs);

    std::map<std::string, Ratios> ratios;
    std::map<std::string, std::map<int, std::vector<ChartPoint>>> all;  // for the chart
    ProgressLine line(cli);
    for (const BenchSet& set : *sets) {
        const auto outcome = runSet(set, *base, options, *results, line);
        if (!outcome)
            return tl::unexpected(outcome.error());
        std::printf("\n%-14s", set.name.substr(0, 14).c_str());
        std::map<std::string, Curve> curves;
        for (const auto& [strategy, byRound] : *outcome)
            curves[strategy] = curveOf(byRound);
        for (const ChartPoint& point : curves.begin()->second.bySentences)
            std::printf(" %6.0f", point.x);
        std::printf("  %10s %9s %7s\n", "sentences", "seconds", "F1");
        for (const std::string& strategy : options.strategies) {
            const Curve& curve = curves[strategy];
            std::printf("  %-12s", strategy.c_str());
            for (std::size_t i = 0; i < curve.bySentences.size(); ++i) {
                std::printf(" %6.2f", curve.bySentences[i].y);
                all[strategy][static_cast<int>(i)].push_back(curve.bySentences[i]);
            }
            if (strategy != "random" && curves.contains("random")) {
                const Curve& random = curves["random"];
                const double bySentences = workRatio(random.bySentences, curve.bySentences);
                const double bySeconds = workRatio(random.bySeconds, curve.bySeconds);
                const double gain = meanF1(curve.bySentences) - meanF1(random.bySentences);
                std::printf("  %9.2fx %8.2fx %+7.2f", bySentences, bySeconds, gain);
                if (std::isfinite(bySentences))
                    ratios[strategy].sentences.push_back(bySentences);
                if (std::isfinite(bySeconds))
                    ratios[strategy].seconds.push_back(bySeconds);
                ratios[strategy].gain.push_back(gain);
            }
            std::printf("\n");
            std::fflush(stdout);
        }
    }
    json summary = json::object();
    if (!ratios.empty()) {
        std::printf(
            "\nFor the same F1 as random, mean over %zu sets (± over sets; fewer is "
            "better):\n",
            sets->size());
        for (const std::string& strategy : options.strategies) {
            if (!ratios.contains(strategy))
                continue;
            const auto bySentences = meanAndDeviation(ratios[strategy].sentences);
            const auto bySeconds = meanAndDeviation(ratios[strategy].seconds);
            const auto gain = meanAndDeviation(ratios[strategy].gain);
            std::printf(
                "  %-12s %5.2f ± %.2f of the sentences, %5.2f ± %.2f of the seconds, F1 "
                "%+.2f ± %.2f\n",
                strategy.c_str(), bySentences.mean, bySentences.deviation, bySeconds.mean,
                bySeconds.deviation, gain.mean, gain.deviation);
            summary[strategy] = {{"sentences_ratio", bySentences.mean},
                                 {"sentences_ratio_sd", bySentences.deviation},
                                 {"seconds_ratio", bySeconds.mean},
                                 {"seconds_ratio_sd", bySeconds.deviation},
                                 {"mean_f1_gain", gain.mean},
                                 {"mean_f1_gain_sd", gain.deviation},
                                 {"sets", gain.count}};
        }
    }
    if (options.out.empty())
        return {};
    Chart chart;
    chart.title = "Strict entity F1 by labelled sentences";
    chart.subtitle = bundleInfo(**base).name + ", mean over " + std::to_string(sets->size()) +
                     (sets->size() == 1 ? " set, " : " sets, ") + std::to_string(options.runs) +
                     (options.runs == 1 ? " draw" : " draws");
    chart.xLabel = "labelled sentences";
    chart.yLabel = "strict micro F1";
    for (const std::string& strategy : options.strategies) {
        ChartLine curve{strategy, {}, strategy == "full"};
        for (const auto& [round, points] : all[strategy]) {
            ChartPoint mean;
            for (const ChartPoint& point : points) {
                mean.x += point.x / static_cast<double>(points.size());
                mean.y += point.y / static_cast<double>(points.size());
            }
            curve.points.push_back(mean);
        }
        chart.lines.push_back(std::move(curve));
    }
    if (auto written = replaceFile(options.out, "curve.svg", chartToSvg(chart)); !written)
        return written;
    return replaceFile(options.out, "summary.json", summary.dump(1) + "\n");
}

}  // namespace

void addBenchActive(Cli& cli, CLI::App* bench) {
    auto options = std::make_shared<Options>();
    CLI::App* command = bench->add_subcommand(
        "active", "F1 by labelled sentences when the program chooses what to label next");
    options->source.addOptions(command);
    command->add_option("--model", options->model, "Encoder; default: the default encoder");
    command
        ->add_option("--strategies", options->strategies,
                     "random; uncertainty: least confidence, normalised by length; full: what the "
                     "app does")
        ->delimiter(',')
        ->check(CLI::IsMember({"random", "uncertainty", "full"}));
    command->add_option("--start", options->start, "Sentences to begin with, by chance")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->add_option("--batch", options->batch, "Sentences labelled between two fits")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->add_option("--rounds", options->rounds, "Choices after the first fit")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->add_option("--pool", options->pool, "Sentences to choose from, by chance; 0: all")
        ->capture_default_str();
    command->add_option("--runs", options->runs, "Draws of pool and beginning")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--seed", options->seed, "Of the first draw")->capture_default_str();
    command
        ->add_option("--test-sentences", options->testSentences,
                     "Judge by a fixed sample of so many; 0: all")
        ->capture_default_str();
    command
        ->add_option("--random-share", options->ranking.randomShare,
                     "full: share of the places that go by lot")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command
        ->add_option("--diversity", options->ranking.diversity,
                     "full: how much likeness to what is labelled takes away")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--recipe", options->recipe,
                        "The recipe's name in the results; default: its settings");
    command
        ->add_option("--set", options->pairs,
                     "A setting of the recipe, KEY=VALUE; may be given several times")
        ->type_size(1)
        ->allow_extra_args(false);
    command->add_option("--out", options->out,
                        "Folder for results.json, summary.json and curve.svg; rows that are there "
                        "are not measured again");
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
    command->footer(
        "Seconds are estimated: 1.55 + 0.252 for each word + 1.55 for each mention.\nExample:\n"
        "  spanwise-cli bench active --sets tests/bench/few_shot_sets.json \\\n"
        "      --only mit-movie,btc --rounds 8 --out results/active");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return benchActive(cli, *options); }; });
}

}  // namespace spanwise::cli
