#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <exception>

#include "app/cli/command.h"

namespace {

// Exit codes scripts may rely on.
constexpr int kGood = 0;
constexpr int kFailed = 1;
constexpr int kUsage = 2;

int runCli(int argc, char** argv) {
    CLI::App app{
        "Spanwise turns a handful of labelled examples into a working entity recogniser.\n"
        "Run `spanwise-cli COMMAND --help` for a command's options and examples."};
    app.name("spanwise-cli");
    app.set_version_flag("--version", "spanwise-cli " SPANWISE_VERSION);
    app.require_subcommand(1);

    spanwise::cli::Cli cli;
    cli.app = &app;
    spanwise::cli::addNew(cli);
    spanwise::cli::addImport(cli);
    spanwise::cli::addExport(cli);
    spanwise::cli::addTrain(cli);
    spanwise::cli::addPredict(cli);
    spanwise::cli::addSuggest(cli);
    spanwise::cli::addSimilar(cli);
    spanwise::cli::addEvaluate(cli);
    spanwise::cli::addCheck(cli);
    spanwise::cli::addPretrain(cli);
    spanwise::cli::addAnnotate(cli);
    spanwise::cli::addModels(cli);
    spanwise::cli::addBench(cli);
    spanwise::cli::addShare(cli);
    spanwise::cli::addMerge(cli);
    spanwise::cli::addAgreement(cli);
    spanwise::cli::addRecover(cli);
    spanwise::cli::addWorker(cli);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& e) {
        return app.exit(e) == 0 ? kGood : kUsage;
    }
    const spanwise::Result<void> result = cli.run();
    if (result)
        return kGood;
    const spanwise::Error& error = result.error();
    if (error.code != spanwise::ErrorCode::Cancelled)
        std::fprintf(stderr, "spanwise-cli: %s\n", error.text().c_str());
    return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
    std::setlocale(LC_CTYPE, "C.UTF-8");
    std::signal(SIGPIPE, SIG_IGN);
    spdlog::set_default_logger(spdlog::stderr_logger_mt("spanwise"));
    spdlog::set_pattern("%H:%M:%S %l: %v");
    try {
        return runCli(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "spanwise-cli: internal error: %s\n", e.what());
        return kFailed;
    }
}
