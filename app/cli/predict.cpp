#include "app/cli/stream.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string model;
    StreamOptions stream;
    PredictOptions predict;
};

Result<void> predictStream(const Cli& cli, const Options& options) {
    const auto model = cli.load(options.model);
    if (!model)
        return tl::unexpected(model.error());
    if (bundleInfo(**model).types.empty())
        return failure(ErrorCode::Incompatible,
                       "This model has learned no entity types yet. Train it first (spanwise-cli "
                       "train), or name some (spanwise-cli suggest --types).",
                       bundleInfo(**model).path.string());
    return streamSpans(cli, options.stream, [&](const auto& sentences) {
        return predict(**model, sentences, options.predict);
    });
}

}  // namespace

void addPredict(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        cli.app->add_subcommand("predict", "Find entities in texts, streaming to stdout");
    command->add_option("--model", options->model, "A trained model")->required();
    command
        ->add_option("--threshold", options->predict.threshold, "Leave out spans that score less")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--int8", options->predict.int8,
                      "Multiply in 8-bit integers: faster on processors with AVX-512 VNNI, no "
                      "difference elsewhere");
    addStreamOptions(cli, command, options->stream);
    command->footer(
        "Examples:\n  cat notes.txt | spanwise-cli predict --model model\n"
        "  spanwise-cli predict --model model --format conll test.conll > predicted.conll");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return predictStream(cli, *options); }; });
}

}  // namespace spanwise::cli
