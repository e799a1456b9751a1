#include "app/cli/stream.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string model, types;
    StreamOptions stream;
    SuggestOptions suggest;
};

Result<void> suggestStream(const Cli& cli, const Options& options) {
    const auto types = parseTypes(options.types);
    if (!types)
        return tl::unexpected(types.error());
    const auto model = cli.load(options.model);
    if (!model)
        return tl::unexpected(model.error());
    return streamSpans(cli, options.stream, [&](const auto& sentences) {
        return suggest(**model, sentences, *types, options.suggest);
    });
}

}  // namespace

Result<std::vector<TypeText>> parseTypes(const std::string& text) {
    std::vector<TypeText> types;
    const auto trimmed = [](std::string part) {
        part.erase(0, part.find_first_not_of(" \t\r\n"));
        part.erase(part.find_last_not_of(" \t\r\n") + 1);
        return part;
    };
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        const std::string part = text.substr(begin, end - begin);
        const std::size_t colon = part.find(':');
        TypeText type{trimmed(part.substr(0, colon)),
                      colon == std::string::npos ? "" : trimmed(part.substr(colon + 1))};
        if (type.name.empty())
            return failure(ErrorCode::InvalidArgument,
                           "--types has an empty name. Write names with commas between them, each "
                           "with a description if you like: \"drug, side effect: harm caused by a "
                           "drug\".");
        types.push_back(std::move(type));
        begin = end + 1;
    }
    return types;
}

void addSuggest(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand(
        "suggest", "Find entities by the names of their types alone (zero-shot)");
    command
        ->add_option("--types", options->types,
                     "Names with commas between them, each with \": description\" if you like")
        ->required();
    command->add_option("--model", options->model,
                        "A GLiNER (NuNER Zero) or any encoder; default: the default encoder, "
                        "which is weak at this");
    command
        ->add_option("--threshold", options->suggest.threshold,
                     "Leave out spans that score less (0.5)")
        ->check(CLI::Range(0.0, 1.0));
    command->add_flag("--nested", options->suggest.nested, "Allow spans within spans (GLiNER)");
    addStreamOptions(cli, command, options->stream);
    command->footer(
        "Examples:\n"
        "  spanwise-cli suggest --types \"drug, side effect: harm caused by a drug\" notes.txt\n"
        "  cat notes.jsonl | spanwise-cli suggest --model NuNER_Zero --types person,place");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return suggestStream(cli, *options); }; });
}

}  // namespace spanwise::cli
