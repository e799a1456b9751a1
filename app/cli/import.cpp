#include "core/formats/import.h"

#include <cstdio>

#include "app/cli/command.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project;
    std::vector<std::string> files;
    std::string format = "auto";
    bool textOnly = false;
    bool keepDuplicates = false;
    int sentencesPerDocument = 1;
};

Result<void> importFiles(const Cli& cli, const Options& options) {
    spanwise::ImportOptions read;
    const auto format = fileFormatFromName(options.format);
    if (!format)
        return tl::unexpected(format.error());
    read.format = *format;
    read.conll.sentencesPerDocument = options.sentencesPerDocument;
    auto project = openForWriting(options.project);
    if (!project)
        return tl::unexpected(project.error());

    std::string notes;
    ProgressLine progress(cli);
    Project::ImportOptions write;
    write.withSpans = !options.textOnly;
    write.keepDuplicates = options.keepDuplicates;
    write.actor = userName();
    write.file = options.files.front();
    std::int64_t seen = 0;
    // All files in one transaction: a bad last file leaves the project as it was.
    const auto imported =
        (*project)->import(write, [&](const Project::RecordSink& sink) -> Result<void> {
            for (const std::string& file : options.files) {
                const auto info = importFile(file, read, [&](Record&& record) {
                    progress.show("importing " + file + ": " + std::to_string(++seen));
                    return sink(std::move(record));
                });
                if (!info)
                    return tl::unexpected(info.error());
                if (!info->note.empty())
                    notes += file + ": " + info->note + "\n";
            }
            return {};
        });
    if (!imported)
        return tl::unexpected(imported.error());
    if (cli.json) {
        const nlohmann::json out{{"documents", imported->documents},
                                 {"duplicates", imported->duplicates},
                                 {"spans", imported->spans},
                                 {"new_types", imported->newTypes}};
        std::printf("%s\n", out.dump().c_str());
        return {};
    }
    std::fputs(notes.c_str(), stdout);
    std::printf("Imported %lld documents with %lld spans",
                static_cast<long long>(imported->documents),
                static_cast<long long>(imported->spans));
    if (imported->newTypes > 0)
        std::printf(", %lld new entity types", static_cast<long long>(imported->newTypes));
    if (imported->duplicates > 0)
        std::printf("; skipped %lld that were there already",
                    static_cast<long long>(imported->duplicates));
    std::printf(".\n");
    return {};
}

}  // namespace

void addImport(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand("import", "Bring documents into a project");
    command->add_option("PROJECT", options->project)->required();
    command->add_option("FILE", options->files, "Text, JSONL or CoNLL files")->required();
    command->add_option("--format", options->format, "auto, text, jsonl or conll")
        ->capture_default_str();
    auto* textOnly = command->add_flag("--text-only", options->textOnly,
                                       "Leave out labels that the files carry");
    command
        ->add_flag_function(
            "--gold", [](std::int64_t) {}, "Bring the labels that the files carry (the default)")
        ->excludes(textOnly);
    command->add_flag("--keep-duplicates", options->keepDuplicates,
                      "Import a text again that is there already");
    command
        ->add_option("--sentences-per-document", options->sentencesPerDocument,
                     "For CoNLL files that mark no documents; 0: the whole file is one")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    cli.addJson(command);
    command->footer(
        "Records with labels become done documents; a file that cannot be read in full changes "
        "nothing.\nExamples:\n  spanwise-cli import trial.spanwise notes/*.txt\n"
        "  spanwise-cli import trial.spanwise gold.conll pool.jsonl");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return importFiles(cli, *options); }; });
}

}  // namespace spanwise::cli
