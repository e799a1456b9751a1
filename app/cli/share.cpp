#include "storage/share.h"

#include <charconv>
#include <cstdio>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project;
    std::string overlap = "0";
    std::string status = "any";
    ShareOptions share;
};

/// "20%" or "12".
Result<void> readOverlap(const std::string& text, ShareOptions& options) {
    const bool isShare = text.ends_with('%');
    const char* const end = text.data() + text.size() - (isShare ? 1 : 0);
    double number = -1;
    const auto read = std::from_chars(text.data(), end, number);
    const bool isWhole = number == static_cast<double>(static_cast<std::int64_t>(number));
    if (text.empty() || read.ec != std::errc() || read.ptr != end || !(number >= 0) ||
        (isShare ? number > 100 : number > 1e15 || !isWhole))
        return failure(ErrorCode::InvalidArgument,
                       "\"" + text +
                           "\" is no overlap: give a number of documents (20) or a share of them "
                           "(20%).");
    if (isShare)
        options.overlapShare = number / 100;
    else
        options.overlap = static_cast<std::int64_t>(number);
    return {};
}

Result<void> share(const Cli& cli, Options options) {
    if (const auto read = readOverlap(options.overlap, options.share); !read)
        return read;
    if (options.status != "any") {
        const auto status = documentStatusFromName(options.status);
        if (!status)
            return tl::unexpected(status.error());
        options.share.status = *status;
    }
    const auto project = Project::open(options.project, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    options.share.actor = userName();
    const Interrupt interrupt;
    ProgressLine line(cli);
    const auto shared = shareProject(
        **project, options.share,
        [&](std::int64_t done, std::int64_t total) {
            line.show("writing " + std::to_string(done) + " of " + std::to_string(total));
        },
        interrupt.token());
    line.clear();
    if (!shared)
        return tl::unexpected(shared.error());
    if (cli.json) {
        auto files = nlohmann::json::array();
        for (const SharedFile& file : shared->files)
            files.push_back({{"annotator", file.annotator},
                             {"file", file.path},
                             {"documents", file.documents}});
        const nlohmann::json out{{"documents", shared->documents},
                                 {"overlap", shared->overlap},
                                 {"files", std::move(files)}};
        std::printf("%s\n",
                    out.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return {};
    }
    for (const SharedFile& file : shared->files)
        std::printf("%s: %lld documents for %s\n", file.path.c_str(),
                    static_cast<long long>(file.documents), file.annotator.c_str());
    std::printf("%lld documents shared out, %lld of them to everybody.\n",
                static_cast<long long>(shared->documents), static_cast<long long>(shared->overlap));
    return {};
}

}  // namespace

void addShare(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand(
        "share", "Share a project's documents out among annotators, a file for each");
    command->add_option("PROJECT", options->project)->required();
    command->add_option("--among", options->share.among, "The annotators, e.g. ada,ben,cy")
        ->delimiter(',')
        ->required();
    command->add_option("-o,--out", options->share.folder, "The folder for NAME.spanwise files")
        ->required();
    command
        ->add_option("--overlap", options->overlap,
                     "Documents that everybody gets, so that agreement can be told: 20 or 20%")
        ->check([](const std::string& text) {
            ShareOptions ignored;
            const auto read = readOverlap(text, ignored);
            return read ? std::string() : read.error().message;
        })
        ->capture_default_str();
    command->add_option("--seed", options->share.seed, "Of the lot")->capture_default_str();
    command->add_option("--status", options->status, "any, new, in-progress or done")
        ->check(CLI::IsMember({"any", "new", "in-progress", "done"}))
        ->capture_default_str();
    command->add_option("--limit", options->share.limit, "At most so many documents; 0: all")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--with-labels", options->share.withLabels,
                      "The project's labels go along, to be checked");
    cli.addJson(command);
    command->footer(
        "Documents are dealt by lot, evenly, and the same for the same seed. Types, notes and\n"
        "patterns go along; nothing is overwritten. `merge` brings the files together again.\n"
        "Examples:\n"
        "  spanwise-cli share trial.spanwise --among ada,ben,cy --overlap 20% -o shares\n"
        "  spanwise-cli share trial.spanwise --among ada,ben --status new --limit 200 -o shares");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return share(cli, *options); }; });
}

}  // namespace spanwise::cli
