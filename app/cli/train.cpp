#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "app/worker/label_order.h"
#include "models/learning/cross_validation.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project, data, model, out;
    int folds = 0;
    TrainOptions train;
};

struct Material {
    std::vector<LabelledSentence> sentences;
    std::vector<std::string> types;
    std::string source;
    std::map<std::string, std::string> descriptions;
    LabelFaults faults;
};

/// Counts what of a document's labels cannot be learned.
void addFaults(Material& material, const Document& document, std::vector<NamedSpan> annotations) {
    bringInOrder(annotations);
    material.faults += faultsOf(document, sentencesOf(document), annotations);
}

Result<Material> fromProject(const std::string& path) {
    const auto project = Project::open(path, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    const auto scheme = (*project)->scheme();
    if (!scheme)
        return tl::unexpected(scheme.error());
    Material material;
    material.types = scheme->names();
    material.source = (*project)->name();
    for (const EntityType& type : scheme->types()) {
        if (!type.description.empty())
            material.descriptions[type.name] = type.description;
    }
    const auto read = (*project)->forEachRecord(
        [&](Record&& record, const DocumentLabels& labels) -> Result<void> {
            auto sentences = teachingSentences(record.document, labels, *scheme);
            addFaults(material, record.document, record.spans);
            std::move(sentences.begin(), sentences.end(), std::back_inserter(material.sentences));
            return {};
        });
    if (!read)
        return tl::unexpected(read.error());
    if (material.sentences.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Nothing is labelled yet, so there is nothing to learn from.", path);
    return material;
}

Result<Material> fromFile(const std::string& path) {
    Material material;
    auto gold = readGold(
        path, [&](const Record& record) { addFaults(material, record.document, record.spans); });
    if (!gold)
        return tl::unexpected(gold.error());
    if (gold->types.empty())
        return failure(ErrorCode::InvalidArgument,
                       "The file has no labelled span, so there is nothing to learn from.", path);
    material.sentences = std::move(gold->sentences);
    material.types = std::move(gold->types);
    material.source = path;
    return material;
}

Result<void> fit(const Cli& cli, const Options& options) {
    const Interrupt interrupt;
    if (options.project.empty() == options.data.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Name either a project or --data FILE to learn from.");
    auto material = options.data.empty() ? fromProject(options.project) : fromFile(options.data);
    if (!material)
        return tl::unexpected(material.error());
    const auto base = cli.load(options.model);
    if (!base)
        return tl::unexpected(base.error());

    TrainOptions trainOptions = options.train;
    trainOptions.types = material->types;
    trainOptions.descriptions = material->descriptions;
    Result<Trained> trained = failure(ErrorCode::Internal, "");
    {
        ProgressLine line(cli);
        const auto show = [&](const TrainProgress& p) {
            char text[160];
            std::snprintf(text, sizeof text,
                          "training: step %lld of %lld, loss %.3f, %.0f tokens/s, %.0f s left",
                          static_cast<long long>(p.step), static_cast<long long>(p.steps), p.loss,
                          p.tokensPerSecond, p.secondsLeft < 0 ? 0.0 : p.secondsLeft);
            line.show(text);
        };
        trained = trainCalibrated(*base, material->sentences, trainOptions, options.folds, show,
                                  interrupt.token());
    }
    if (interrupt.token().stop_requested()) {
        std::fprintf(stderr, "spanwise-cli: stopped; nothing was written to %s\n",
                     options.out.c_str());
        return failure(ErrorCode::Cancelled, "");
    }
    if (!trained)
        return tl::unexpected(trained.error());
    const TrainReport& report = trained->report;
    std::vector<std::string> warnings = report.warnings;
    for (std::string& warning : material->faults.warnings())
        warnings.push_back(std::move(warning));
    const nlohmann::json provenance{
        {"source", material->source},    {"encoder", bundleInfo(**base).name},
        {"sentences", report.sentences}, {"steps", report.steps},
        {"seed", trainOptions.seed},     {"program", "spanwise-cli " SPANWISE_VERSION},
        {"warnings", warnings}};
    if (const auto saved = saveModel(*trained->model, options.out, provenance.dump()); !saved)
        return tl::unexpected(saved.error());
    for (const std::string& warning : warnings)
        std::fprintf(stderr, "spanwise-cli: %s\n", warning.c_str());
    if (cli.json) {
        const nlohmann::json out{{"model", options.out},      {"sentences", report.sentences},
                                 {"steps", report.steps},     {"loss", report.loss},
                                 {"seconds", report.seconds}, {"device", report.device},
                                 {"types", material->types},  {"warnings", warnings}};
        std::printf("%s\n", out.dump().c_str());
        return {};
    }
    std::printf(
        "Learned %zu types from %lld sentences in %.1f s (%lld steps, loss %.3f, %s).\n"
        "The model is in %s\n",
        material->types.size(), static_cast<long long>(report.sentences), report.seconds,
        static_cast<long long>(report.steps), report.loss, report.device.c_str(),
        options.out.c_str());
    return {};
}

}  // namespace

void addTrain(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand("train", "Fine-tune a model on labels");
    command->add_option("PROJECT", options->project, "Learn from a project's labels");
    command->add_option("--data", options->data, "Learn from a CoNLL or JSONL file instead");
    command->add_option("--model", options->model, "Encoder or model to start from");
    command->add_option("-o,--out", options->out, "Folder for the model")->required();
    command->add_option("--seed", options->train.seed)->capture_default_str();
    command->add_option("--steps", options->train.steps, "0: by the number of sentences")
        ->check(CLI::Range(0, 10000000));
    command->add_option("--budget", options->train.budgetSeconds, "Stop after so many seconds")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--learning-rate", options->train.learningRate, "0: the recipe's")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--batch", options->train.batchSentences, "Sentences a step; 0: recipe's")
        ->check(CLI::Range(0, 100000));
    command->add_option("--frozen-layers", options->train.frozenLayers, "-1: the recipe's")
        ->check(CLI::Range(-1, 1000));
    command
        ->add_option("--calibrate", options->folds,
                     "Calibrate the scores by cross-validation in so many parts (5 is good), which "
                     "takes as many fits more; 0: as fine-tuned models usually need it")
        ->check(CLI::IsMember({0, 2, 3, 4, 5, 6, 7, 8, 9, 10}))
        ->capture_default_str();
    addFeatures(command, options->train);
    cli.addJson(command);
    cli.addCompute(command);
    command->footer(
        "Examples:\n  spanwise-cli train trial.spanwise -o model\n"
        "  spanwise-cli train --data train.conll --seed 3 -o model --json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return fit(cli, *options); }; });
}

}  // namespace spanwise::cli
