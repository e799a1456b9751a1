#include "storage/export.h"

#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/cli/command.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project, out;
    std::string format = "conll";
    std::string scheme = "iob2";
    bool comments = false;
    bool onlyDone = false;
};

constexpr std::pair<const char*, TagScheme> kSchemes[]{{"iob1", TagScheme::Iob1},
                                                       {"iob2", TagScheme::Iob2},
                                                       {"io", TagScheme::Io},
                                                       {"bilou", TagScheme::Bilou}};

/// What the format could not carry, one line each; to stderr, so that `-o -` stays clean.
void sayWhatWasLost(const ExportReport& report) {
    const auto say = [](std::int64_t count, const char* what) {
        if (count > 0)
            std::fprintf(stderr, "%lld %s\n", static_cast<long long>(count), what);
    };
    say(report.droppedOverlaps, "spans overlap a longer one and are left out");
    say(report.widened, "spans begin or end inside a word and cover the whole word");
    say(report.renamedTypes, "entity types have white space in their name, now \"_\"");
}

/// For the project's history and "changed since the last export". A project that another program is
/// writing, or that lies where nobody may write, is exported all the same.
void remember(const Options& options, const ExportReport& report, std::int64_t upTo) {
    const auto project = Project::open(options.project);
    if (!project || (*project)->isReadOnly())
        return;
    std::error_code error;
    const std::filesystem::path out = std::filesystem::absolute(options.out, error);
    ExportInfo info;
    info.path = error ? options.out : out.lexically_normal().string();
    info.format = options.format;
    info.documents = report.documents;
    info.spans = report.spans;
    info.upTo = upTo;
    if (const auto kept = (*project)->recordExport(info, userName()); !kept)
        std::fprintf(stderr, "The export is not in the project's history: %s\n",
                     kept.error().text().c_str());
}

Result<void> exportLabels(const Cli& cli, const Options& options) {
    const auto project = Project::open(options.project, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    ExportOptions write;
    const auto format = exportFormatFromName(options.format);
    if (!format)
        return tl::unexpected(format.error());
    write.format = *format;
    write.onlyDone = options.onlyDone;
    write.conll.comments = options.comments;
    for (const auto& [name, scheme] : kSchemes) {
        if (options.scheme == name)
            write.conll.scheme = scheme;
    }
    const auto upTo = (*project)->lastEventId();
    if (!upTo)
        return tl::unexpected(upTo.error());
    ProgressLine line(cli);
    const auto progress = [&](std::int64_t done, std::int64_t total) {
        line.show("exporting " + std::to_string(done) + " of " + std::to_string(total));
    };
    const bool toStdout = options.out == "-";
    const auto report = toStdout ? exportProject(**project, write, std::cout, progress)
                                 : exportProject(**project, write, options.out, progress);
    if (!report)
        return tl::unexpected(report.error());
    sayWhatWasLost(*report);
    if (!toStdout)
        remember(options, *report, *upTo);
    if (cli.json && !toStdout) {
        const nlohmann::json out{{"documents", report->documents},
                                 {"spans", report->spans},
                                 {"dropped_overlaps", report->droppedOverlaps},
                                 {"widened", report->widened},
                                 {"renamed_types", report->renamedTypes}};
        std::printf("%s\n", out.dump().c_str());
    } else if (!toStdout && *format == ExportFormat::Guidelines) {
        std::printf("Wrote the guidelines to %s\n", options.out.c_str());
    } else if (!toStdout) {
        std::printf("Exported %lld documents with %lld spans to %s\n",
                    static_cast<long long>(report->documents),
                    static_cast<long long>(report->spans), options.out.c_str());
    }
    return {};
}

}  // namespace

void addExport(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand("export", "Write a project's labels to a file");
    command->add_option("PROJECT", options->project)->required();
    command->add_option("-o,--out", options->out, "The file; - is stdout")->required();
    command
        ->add_option("--format", options->format,
                     "conll, jsonl, or guidelines (types, notes and examples as Markdown)")
        ->check(CLI::IsMember({"conll", "jsonl", "guidelines"}))
        ->capture_default_str();
    command->add_option("--scheme", options->scheme, "CoNLL: iob1, iob2, io or bilou")
        ->check(CLI::IsMember({"iob1", "iob2", "io", "bilou"}))
        ->capture_default_str();
    command->add_flag("--comments", options->comments,
                      "CoNLL: `# id` and `# text` lines that keep the original text");
    command->add_flag("--only-done", options->onlyDone, "Leave out documents that are not done");
    cli.addJson(command);
    command->footer(
        "Examples:\n  spanwise-cli export trial.spanwise --format conll -o trial.conll\n"
        "  spanwise-cli export trial.spanwise --format jsonl -o - | gzip > trial.jsonl.gz\n"
        "  spanwise-cli export trial.spanwise --format guidelines -o guidelines.md");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return exportLabels(cli, *options); }; });
}

}  // namespace spanwise::cli
