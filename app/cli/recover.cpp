#include <cstdio>

#include "app/cli/command.h"

namespace spanwise::cli {

void addRecover(Cli& cli) {
    struct Options {
        std::string damaged, target;
    };
    auto options = std::make_shared<Options>();
    CLI::App* command =
        cli.app->add_subcommand("recover", "Save what can be read from a damaged project");
    command->add_option("DAMAGED", options->damaged, "The damaged project; it is only read")
        ->required();
    command->add_option("TARGET", options->target, "The new project file")->required();
    command->footer("Example:\n  spanwise-cli recover trial.spanwise trial-saved.spanwise");
    command->callback([&cli, options] {
        cli.run = [options]() -> Result<void> {
            const auto report = Project::recover(options->damaged, options->target);
            if (!report)
                return tl::unexpected(report.error());
            std::printf("%s\n", report->c_str());
            return {};
        };
    });
}

}  // namespace spanwise::cli
