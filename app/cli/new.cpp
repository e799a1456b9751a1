#include <cstdio>
#include <fstream>
#include <sstream>

#include "app/cli/command.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project;
    std::vector<std::string> types;
    std::string scheme;
    std::string name;
};

Result<LabelScheme> schemeFrom(const Options& options) {
    if (options.scheme.empty())
        return LabelScheme::fromNames(options.types);
    std::ifstream file(options.scheme, std::ios::binary);
    std::ostringstream text;
    if (!file || !(text << file.rdbuf()))
        return failure(ErrorCode::NotFound, "The label scheme cannot be read.", options.scheme);
    return LabelScheme::fromJson(text.str(), options.scheme);
}

Result<void> create(const Options& options) {
    const auto scheme = schemeFrom(options);
    if (!scheme)
        return tl::unexpected(scheme.error());
    const auto project = Project::create(options.project, *scheme, options.name);
    if (!project)
        return tl::unexpected(project.error());
    std::printf("Created %s with %zu entity types.\n", options.project.c_str(),
                scheme->types().size());
    return {};
}

}  // namespace

void addNew(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand("new", "Create a project");
    command->add_option("PROJECT", options->project, "The project file, NAME.spanwise")->required();
    auto* types = command->add_option("--types", options->types, "Entity types, e.g. PER,ORG")
                      ->delimiter(',');
    command->add_option("--scheme", options->scheme, "Entity types from a scheme.json")
        ->excludes(types);
    command->add_option("--name", options->name,
                        "What the window calls it; default: the file's name");
    command->footer(
        "Examples:\n  spanwise-cli new trial.spanwise --types drug,dose\n"
        "  spanwise-cli new trial.spanwise --scheme scheme.json");
    command->callback([&cli, options] { cli.run = [options] { return create(*options); }; });
}

}  // namespace spanwise::cli
