#include "storage/merge.h"

#include <cstdio>
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"

namespace spanwise::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::string target;
    std::vector<std::string> files;
    bool takeAgreed = false;
};

nlohmann::json toJson(const MergeReport& report) {
    auto files = nlohmann::json::array();
    for (const MergedFile& file : report.files) {
        auto differing = nlohmann::json::array();
        for (const DifferingType& type : file.differingTypes)
            differing.push_back(
                {{"type", type.name}, {"ours", type.ours}, {"theirs", type.theirs}});
        files.push_back({{"file", file.path},
                         {"annotators", file.annotators},
                         {"layers", file.layers},
                         {"spans", file.spans},
                         {"added_documents", file.added},
                         {"untouched", file.untouched},
                         {"in_trash", file.trashed},
                         {"repeated", file.repeated},
                         {"replaced", file.replaced},
                         {"own_layers", file.ownLayers},
                         {"new_types", file.newTypes},
                         {"differing_types", std::move(differing)}});
    }
    return {{"files", std::move(files)},
            {"reviewed", report.reviewed},
            {"open", report.open},
            {"singles", report.singles},
            {"agreed_labels", report.agreedLabels}};
}

std::string counted(std::int64_t number, const char* what) {
    return std::to_string(number) + " " + what + (number == 1 ? "" : "s");
}

void print(const MergeReport& report) {
    for (const MergedFile& file : report.files) {
        std::string people;
        for (const std::string& name : file.annotators)
            people += (people.empty() ? " by " : ", ") + name;
        std::printf("%s: %s with %s%s\n", fs::path(file.path).filename().c_str(),
                    counted(file.layers, "labelled document").c_str(),
                    counted(file.spans, "span").c_str(), people.c_str());
        const auto note = [](std::int64_t number, const char* what, const char* then) {
            if (number > 0)
                std::printf("  %s %s\n", counted(number, what).c_str(), then);
        };
        note(file.replaced, "labelled document", "of an earlier merge replaced");
        note(file.added, "document", "added to the project");
        note(file.untouched, "document", "that nobody has labelled");
        note(file.trashed, "document", "passed over: in the project's trash");
        note(file.repeated, "document", "passed over: the project has the text less often");
        note(file.ownLayers, "layer",
             "of its own left there: merge the annotators' files themselves");
        for (const std::string& type : file.newTypes)
            std::printf("  new entity type \"%s\"\n", type.c_str());
        for (const DifferingType& type : file.differingTypes)
            std::printf("  \"%s\" is described as \"%s\" there; the project keeps \"%s\"\n",
                        type.name.c_str(), type.theirs.c_str(), type.ours.c_str());
    }
    if (report.agreedLabels > 0)
        std::printf("Took over %s that all annotators agree on.\n",
                    counted(report.agreedLabels, "label").c_str());
    if (report.reviewed == 0)
        std::printf("No document has labels of two annotators yet: nothing to compare.\n");
    else
        std::printf("%s labelled by two annotators or more; %s for a decision.\n",
                    counted(report.reviewed, "document").c_str(),
                    report.open == 1 ? "1 place waits"
                                     : (std::to_string(report.open) + " places wait").c_str());
    if (report.singles > 0)
        std::printf("%s finished by one annotator alone; --take-agreed makes labels of theirs.\n",
                    counted(report.singles, "document").c_str());
}

Result<void> mergeFiles(const Cli& cli, const Options& options) {
    std::error_code ignored;
    const bool isNew = !fs::exists(fs::symlink_status(options.target, ignored));
    // A file that cannot be read must not leave an empty target behind.
    auto target =
        isNew ? Project::create(options.target, LabelScheme()) : openForWriting(options.target);
    if (!target)
        return tl::unexpected(target.error());
    const Interrupt interrupt;
    ProgressLine line(cli);
    const auto merged = (*target)->merge(
        options.files, {.takeAgreed = options.takeAgreed, .actor = userName()},
        [&](std::size_t file, std::int64_t done, std::int64_t total) {
            line.show("merging " + options.files[file] + ": " + std::to_string(done) + " of " +
                      std::to_string(total));
        },
        interrupt.token());
    line.clear();
    if (!merged) {
        target->reset();
        if (isNew) {
            for (const char* suffix : {"", "-wal", "-shm"})
                fs::remove(options.target + suffix, ignored);
        }
        return tl::unexpected(merged.error());
    }
    if (cli.json)
        std::printf(
            "%s\n",
            toJson(*merged).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    else
        print(*merged);
    return {};
}

}  // namespace

void addMerge(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        cli.app->add_subcommand("merge", "Bring annotators' project files together in one");
    command->add_option("TARGET", options->target, "The project; made when it is missing")
        ->required();
    command->add_option("FILE", options->files, "Annotators' projects; they are only read")
        ->required();
    command->add_flag("--take-agreed", options->takeAgreed,
                      "Make labels of what all annotators of a document agree on, and of what a "
                      "single one has finished");
    cli.addJson(command);
    command->footer(
        "Documents are matched by their text, types by name. Each annotator's labels are kept\n"
        "beside the project's own; what differs is decided on the window's Review page. A file\n"
        "that is merged again replaces what it brought before. If one file cannot be read,\n"
        "nothing changes.\nExamples:\n"
        "  spanwise-cli merge trial.spanwise shares/*.spanwise\n"
        "  spanwise-cli merge trial.spanwise ada.spanwise ben.spanwise --take-agreed --json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return mergeFiles(cli, *options); }; });
}

}  // namespace spanwise::cli
