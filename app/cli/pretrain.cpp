#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "models/pretraining/pretrain_run.h"
#include "models/pretraining/process_group.h"
#include "models/pretraining/world.h"

namespace spanwise::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string encoder, out, work, dataFolder, probeTrain, probeTest;
    std::vector<std::string> data, without;
    bool inspect = false;
    bool half = false;
    bool skipBad = false;
    int longest = 128;
    int probeShots = 4;
    double logSeconds = 5;
    int waitSeconds = 600;
    PretrainOptions fit;
};

Result<FewShotProbe> openProbe(const Options& options) {
    if (options.probeTrain.empty())
        return FewShotProbe();
    const auto train = readGold(options.probeTrain);
    if (!train)
        return tl::unexpected(train.error());
    const auto test = readGold(options.probeTest);
    if (!test)
        return tl::unexpected(test.error());
    return FewShotProbe::draw(train->sentences, test->sentences, options.probeShots,
                              options.fit.step.seed);
}

Result<std::shared_ptr<const Corpus>> corpusFor(const Cli& cli, const Options& options,
                                                const Model& encoder, const fs::path& folder,
                                                const std::stop_token& stop) {
    CorpusRequest request;
    request.sources = [&] {
        return materialSources(options.data, options.dataFolder, options.without);
    };
    request.skipBad = options.skipBad;
    request.longest = options.longest;
    MaterialReport report;
    ProgressLine line(cli);
    auto corpus = preparedCorpus(
        request, encoder, folder,
        [&](const PrepareReport& now) {
            line.show("preparing: " + std::to_string(now.examples) + " texts, " +
                      std::to_string(now.mentions) + " mentions");
        },
        stop, &report);
    line.clear();
    if (!report.sources.empty() && !cli.json && !cli.quiet)
        std::fprintf(stderr, "%s", report.toText().c_str());
    return corpus;
}

Result<void> inspect(const Cli& cli, const Options& options) {
    auto sources = materialSources(options.data, options.dataFolder, options.without);
    if (!sources)
        return tl::unexpected(sources.error());
    MaterialOptions reading;
    reading.skipBad = options.skipBad;
    const auto report = inspectMaterial(std::move(*sources), reading);
    if (!report)
        return tl::unexpected(report.error());
    std::printf("%s", cli.json ? (report->toJson() + "\n").c_str() : report->toText().c_str());
    return {};
}

/// Of several processes on one machine each takes its GPU, or its share of the cores.
Result<Device> deviceFor(const Cli& cli, const World& world) {
    int threads = cli.threads;
    if (threads == 0 && world.localSize > 1 && std::getenv("OMP_NUM_THREADS") == nullptr)
        threads =
            std::max(1, static_cast<int>(std::thread::hardware_concurrency()) / world.localSize);
    setThreads(threads);
    const std::size_t gpus = deviceNames().size() - 1;
    // A launcher that shows each process its own GPU alone calls it the first.
    if (gpus > 1 && !world.isAlone() && (cli.device == "auto" || cli.device == "cuda"))
        return deviceFromName("cuda:" + std::to_string(world.localRank));
    return deviceFromName(cli.device);
}

Result<ModelPtr> loadOn(const std::string& nameOrPath, const Device& device) {
    const auto path = resolveModel(nameOrPath);
    if (!path)
        return tl::unexpected(path.error());
    return loadModel(*path, device);
}

template <typename T>
Result<void> outcomeOf(const Result<T>& result) {
    return result ? Result<void>{} : tl::unexpected(result.error());
}

Result<void> pretrainWith(const Cli& cli, Options options, const Device& device,
                          ProcessGroup* group, const std::stop_token& stop);

Result<void> pretrainEncoder(const Cli& cli, const Options& options) {
    const auto world = worldFrom([](const char* name) -> const char* { return std::getenv(name); });
    if (!world)
        return tl::unexpected(world.error());
    if (options.inspect)
        return world->rank == 0 ? inspect(cli, options) : Result<void>{};
    if (options.out.empty())
        return failure(ErrorCode::InvalidArgument, "Say where the encoder shall go: -o DIR.");
    if (options.probeTrain.empty() != options.probeTest.empty())
        return failure(ErrorCode::InvalidArgument,
                       "A probe needs both --probe-train and --probe-test.");
    const Interrupt interrupt;
    const auto device = deviceFor(cli, *world);
    if (!device)
        return tl::unexpected(device.error());
    if (world->isAlone())
        return pretrainWith(cli, options, *device, nullptr, interrupt.token());
    const auto group = ProcessGroup::join(
        *world, *device, std::chrono::seconds(options.waitSeconds), interrupt.token());
    if (!group)
        return tl::unexpected(group.error());
    auto done = pretrainWith(cli, options, *device, group->get(), interrupt.token());
    if (!done)
        (*group)->giveUp();
    return done;
}

Result<void> pretrainWith(const Cli& cli, Options options, const Device& device,
                          ProcessGroup* group, const std::stop_token& stop) {
    const bool isFirst = group == nullptr || group->isFirst();
    const auto agreed = [&](const Result<void>& mine) {
        return group == nullptr ? mine : group->agree(mine, stop);
    };
    if (options.work.empty())
        options.work = options.out + ".work";
    const fs::path work(options.work);
    std::error_code made;
    fs::create_directories(work, made);
    if (made)
        return failure(ErrorCode::Io, "The folder cannot be made: " + made.message(),
                       work.string());
    const auto base = loadOn(options.encoder, device);
    const auto fits = base ? checkConceptEncoder(**base, options.fit) : outcomeOf(base);
    if (auto all = agreed(fits); !all)
        return all;
    // The first process makes the material, the others wait for it.
    const auto probe = openProbe(isFirst ? options : Options{});
    auto corpus = probe && isFirst ? corpusFor(cli, options, **base, work / "corpus", stop)
                                   : Result<std::shared_ptr<const Corpus>>{};
    if (auto all = agreed(probe ? outcomeOf(corpus) : outcomeOf(probe)); !all)
        return all;
    if (!isFirst) {
        corpus = Corpus::open(work / "corpus");
        if (!corpus)
            corpus.error().message +=
                " All processes need the folder --work; on several machines "
                "it must be one that they share.";
    }
    if (auto all = agreed(outcomeOf(corpus)); !all)
        return all;
    if (!isFirst) {
        const auto done = pretrain(*base, *corpus, options.fit, work, {}, stop, group);
        return done && !done->report.finished ? failure(ErrorCode::Cancelled, "") : outcomeOf(done);
    }

    PretrainLog log(work / "log.csv");
    ProgressLine line(cli);
    auto logged = std::chrono::steady_clock::now();
    PretrainCallbacks callbacks;
    callbacks.progress = [&](const PretrainProgress& p) {
        char text[200];
        std::snprintf(text, sizeof text,
                      "pre-training: step %" PRId64 " of %" PRId64
                      ", loss %.4f, %.0f sub-tokens/s, %.0f min left%s",
                      p.step, p.steps, p.loss, p.tokensPerSecond,
                      p.secondsLeft < 0 ? 0.0 : p.secondsLeft / 60,
                      p.savedCheckpoint ? ", checkpoint saved" : "");
        line.show(text);
        const auto now = std::chrono::steady_clock::now();
        if (now - logged >= std::chrono::duration<double>(options.logSeconds) ||
            p.step == p.steps) {
            log.line(p);
            logged = now;
        }
    };
    callbacks.note = [&](const std::string& note) {
        line.clear();
        std::fprintf(stderr, "spanwise-cli: %s\n", note.c_str());
    };
    const auto ask = [&](const PretrainProgress& p, const ModelPtr& model) {
        const auto f1 = probe->f1(model, stop);
        if (!f1) {
            line.clear();
            if (f1.error().code != ErrorCode::Cancelled)
                std::fprintf(stderr, "spanwise-cli: step %" PRId64 ": no F1 of the probe: %s\n",
                             p.step, f1.error().text().c_str());
            return;
        }
        char text[40];
        std::snprintf(text, sizeof text, "%.4f", *f1);
        log.line(p, text);
        line.clear();
        if (!cli.quiet)
            std::fprintf(stderr, "step %" PRId64 ": F1 of the probe %.1f\n", p.step, 100 * *f1);
    };
    if (probe->isOn()) {
        callbacks.probe = ask;
        if (options.fit.probeMinutes <= 0)
            options.fit.probeMinutes = options.fit.checkpointMinutes;
    }
    const auto pretrained = pretrain(*base, *corpus, options.fit, work, callbacks, stop, group);
    line.clear();
    if (!pretrained)
        return tl::unexpected(pretrained.error());
    const PretrainReport& report = pretrained->report;
    if (!report.finished) {
        std::fprintf(stderr,
                     "spanwise-cli: stopped at step %" PRId64
                     "; the same command goes on from there (%s)\n",
                     report.steps, (work / "checkpoint").c_str());
        return failure(ErrorCode::Cancelled, "");
    }
    PretrainProgress end;
    end.step = report.steps;
    end.steps = report.steps;
    end.examples = report.examples;
    end.tokens = report.tokens;
    end.loss = report.loss;
    end.beginLoss = report.beginLoss;
    if (probe->isOn())
        ask(end, pretrained->model);
    PretrainedBundle bundle;
    bundle.folder = options.out;
    bundle.half = options.half;
    bundle.seed = options.fit.step.seed;
    bundle.without = options.without;
    const auto provenance = savePretrained(*pretrained, **base, **corpus, bundle);
    if (!provenance)
        return tl::unexpected(provenance.error());
    fs::remove_all(work / "checkpoint", made);
    if (cli.json) {
        nlohmann::json out = *provenance;
        out["model"] = options.out;
        out["tokens_per_second"] = static_cast<double>(report.tokens) / report.seconds;
        std::printf("%s\n", out.dump().c_str());
        return {};
    }
    std::printf("Pre-trained on %" PRId64 " texts with %zu concepts in %.1f min (%" PRId64
                " steps, loss %.4f).\nThe encoder is in %s\n",
                report.examples, (*corpus)->tables().concepts.size(), report.seconds / 60,
                report.steps, report.loss, options.out.c_str());
    return {};
}

}  // namespace

void addPretrain(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand(
        "pretrain", "Make a better encoder from text annotated with concepts (NuNER)");
    command->add_option("--encoder,--model", options->encoder,
                        "Encoder to begin with; default: the default encoder");
    command
        ->add_option("--data", options->data,
                     "Annotated passages (`spanwise-cli annotate`), NuNER's or Pile-NER's layout, "
                     "CoNLL, JSONL, or a list of sources")
        ->required();
    command->add_option("--data-folder", options->dataFolder,
                        "Where a list's files are; default: beside it");
    command->add_option("--without", options->without, "Families of sources to leave out")
        ->delimiter(',');
    command->add_option("-o,--out", options->out, "Folder for the encoder");
    command->add_option("--work", options->work,
                        "Folder for prepared material, checkpoints and log; default: OUT.work");
    command->add_flag("--inspect", options->inspect, "Read the material, report, and end");
    command->add_flag("--skip-bad", options->skipBad, "Count entries that cannot be read, go on");
    command->add_flag("--half", options->half, "Save the encoder in 16 bits");
    PretrainOptions& fit = options->fit;
    command->add_option("--seed", fit.step.seed)->capture_default_str();
    command->add_option("--epochs", fit.epochs, "Times that each text is seen")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--steps", fit.steps, "So many instead")->check(CLI::NonNegativeNumber);
    command->add_option("--minutes", fit.minutes, "End in time, wherever that is")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--batch", fit.step.examples, "Texts a step")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    command->add_option("--concepts", fit.step.concepts, "Of a step's own, at most")
        ->check(CLI::Range(2, 100000))
        ->capture_default_str();
    command->add_option("--negatives", fit.step.negatives, "Concepts drawn beside them")
        ->check(CLI::Range(0, 100000))
        ->capture_default_str();
    command
        ->add_option("--balance", fit.step.balance, "How much rare concepts are preferred, 0 to 1")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command
        ->add_option("--foreign-weight", fit.step.foreignWeight,
                     "Weight of concepts that a text's source does not have, as negatives")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--encoder-rate", fit.encoderRate)
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--concept-rate", fit.conceptRate, "0: the concept encoder stays as it is")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--map-rate", fit.mapRate)
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--dropout", fit.dropout)
        ->check(CLI::Range(0.0, 0.9))
        ->capture_default_str();
    command->add_option("--frozen-layers", fit.frozenLayers)
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    command
        ->add_option("--concept-layers", fit.conceptLayers,
                     "0: as many as the encoder's, or those it brings")
        ->check(CLI::Range(0, 1000))
        ->capture_default_str();
    command->add_flag("--first-token", fit.firstToken, "Pool concepts by their first token");
    command->add_option("--descriptions", fit.descriptions, "Share of concepts read with theirs")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    command->add_option("--begin-weight", fit.beginWeight, "Of telling entities' first words")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--fp32{false}", fit.bfloat16,
                      "Products in 32 bits, also where bfloat16 is faster");
    command->add_option("--longest", options->longest, "Sub-tokens of a text")
        ->check(CLI::Range(8, 100000))
        ->capture_default_str();
    command->add_option("--checkpoint-minutes", fit.checkpointMinutes)
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command
        ->add_option("--log-seconds", options->logSeconds,
                     "Between two lines of WORK/log.csv; 0: one each step")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command
        ->add_option("--wait-seconds", options->waitSeconds,
                     "How long several processes wait for each other")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->add_option("--probe-train", options->probeTrain,
                        "Gold to fine-tune on now and then, to see what is gained");
    command->add_option("--probe-test", options->probeTest, "Gold to judge that by");
    command->add_option("--probe-shots", options->probeShots, "Mentions per type")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    command->add_option("--probe-minutes", fit.probeMinutes, "0: with each checkpoint")
        ->check(CLI::NonNegativeNumber);
    cli.addJson(command);
    cli.addCompute(command);
    command->footer(
        "Examples:\n  spanwise-cli pretrain --data annotated.jsonl -o my-encoder\n"
        "  spanwise-cli pretrain --data sources.json --without few-nerd --minutes 60 \\\n"
        "      --probe-train mit/train.txt --probe-test mit/test.txt -o nuner-mini --half\n"
        "  torchrun --no-python --nproc-per-node=4 spanwise-cli pretrain --data … -o my-encoder\n"
        "(srun and mpirun start several processes as well)");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return pretrainEncoder(cli, *options); }; });
}

}  // namespace spanwise::cli
