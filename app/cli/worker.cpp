#include "app/worker/server.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/cli/command.h"

namespace spanwise::cli {
namespace {

Result<void> serve(const Cli& cli, WorkerOptions options) {
    options.device = cli.device;
    options.threads = cli.threads;
    // Whatever a library prints goes to the log: stdout is the protocol's alone.
    const int output = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (output < 0 || ::dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        return failure(ErrorCode::Io, "stdin and stdout must be open: the app talks through them.");
    WorkerServer server(STDIN_FILENO, output, std::move(options));
    if (server.run() != 0)
        return failure(ErrorCode::Worker, "The worker ended after an error; its log says which.");
    return {};
}

}  // namespace

void addWorker(Cli& cli) {
    auto options = std::make_shared<WorkerOptions>();
    options->cache = cacheFolder();
    CLI::App* command = cli.app->add_subcommand(
        "worker", "Serve the app: JSON-RPC 2.0 over stdin and stdout (see ARCHITECTURE.md)");
    command->add_option("--model", options->encoder, "The encoder to start from");
    command->add_option("--nice", options->niceness, "Yield to the window by this much")
        ->check(CLI::Range(0, 19))
        ->capture_default_str();
    command
        ->add_option("--cache", options->cache,
                     "Where what can be made anew is kept; \"\": nowhere")
        ->capture_default_str();
    cli.addCompute(command);
    command->footer(
        "A remote GPU is a worker command in the app's settings:\n"
        "  ssh gpu-box spanwise-cli worker --device cuda");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return serve(cli, *options); }; });
}

}  // namespace spanwise::cli
