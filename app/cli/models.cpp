#include <unistd.h>

#include <cstdio>
#include <iostream>

#include "app/cli/command.h"
#include "models/hub/model_store.h"

namespace spanwise::cli {
namespace {

double megabytes(std::int64_t bytes) {
    return static_cast<double>(bytes) / 1e6;
}

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string shape(const ModelEntry& entry) {
    return std::to_string(entry.layers) + " x " + std::to_string(entry.hiddenSize);
}

void printJson(const nlohmann::json& json) {
    std::printf("%s\n",
                json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

Result<void> list(const Cli& cli) {
    const std::vector<ModelEntry> models = listModels();
    if (cli.json) {
        printJson(nlohmann::json(models));
        return {};
    }
    if (models.empty()) {
        // The default encoder's absence is worth its full explanation.
        const auto encoder = defaultEncoder();
        return encoder ? Result<void>{} : tl::unexpected(encoder.error());
    }
    int width = 4;
    for (const ModelEntry& entry : models)
        width = std::max(width, static_cast<int>(entry.name.size()));
    std::printf("%-*s  %-10s  %-12s  %9s  %9s  %-14s  %s\n", width, "NAME", "FOR", "ARCHITECTURE",
                "SHAPE", "SIZE", "LICENCE", "TYPES");
    for (const ModelEntry& entry : models) {
        std::string note = joined(entry.types);
        if (entry.isDefault)
            note += note.empty() ? "(default)" : " (default)";
        if (!entry.problem.empty())
            note += (note.empty() ? "" : " ") + std::string("cannot run: see `models info`");
        std::printf("%-*s  %-10s  %-12s  %9s  %6.1f MB  %-14s  %s\n", width, entry.name.c_str(),
                    std::string(purposeName(entry.purpose)).c_str(), entry.architecture.c_str(),
                    shape(entry).c_str(), megabytes(entry.bytes),
                    entry.licence.empty() ? "-" : entry.licence.c_str(), note.c_str());
    }
    return {};
}

void print(const Cli& cli, const ModelEntry& entry) {
    if (cli.json) {
        printJson(nlohmann::json(entry));
        return;
    }
    const auto line = [](const char* name, const std::string& value) {
        if (!value.empty())
            std::printf("  %-13s %s\n", name, value.c_str());
    };
    const auto size = [](double value, const char* unit) {
        char text[32];
        std::snprintf(text, sizeof text, "%.1f %s", value, unit);
        return std::string(text);
    };
    std::printf("%s\n", entry.name.c_str());
    line("path", entry.path.string());
    line("for", std::string(purposeName(entry.purpose)) + (entry.isDefault ? " (default)" : ""));
    line("architecture", entry.architecture + ", " + std::to_string(entry.layers) + " layers of " +
                             std::to_string(entry.hiddenSize) + ", " + std::to_string(entry.heads) +
                             " heads");
    line("vocabulary", std::to_string(entry.vocabulary) + (entry.lowercase ? ", lower-cased" : ""));
    line("size", size(megabytes(entry.bytes), "MB"));
    if (entry.parameters)
        line("parameters", size(static_cast<double>(*entry.parameters) / 1e6, "million"));
    line("types", joined(entry.types));
    line("licence", entry.licence);
    if (!entry.repository.empty())
        line("repository", entry.repository + "@" + entry.revision);
    nlohmann::json provenance = entry.provenance;
    provenance.erase("sha256");
    if (!provenance.empty())
        line("provenance", provenance.dump());
    line("cannot run", entry.problem);
}

Result<void> show(const Cli& cli, const std::string& name) {
    const auto path = resolveModel(name);
    if (!path)
        return tl::unexpected(path.error());
    const auto entry = describeModel(*path);
    if (!entry)
        return tl::unexpected(entry.error());
    print(cli, *entry);
    return {};
}

Result<void> report(const Cli& cli, const Result<ModelEntry>& entry) {
    if (!entry)
        return tl::unexpected(entry.error());
    print(cli, *entry);
    return {};
}

Result<void> add(const Cli& cli, const AddOptions& options) {
    ProgressLine progress(cli);
    return report(cli, addModel(options, [&](std::int64_t done, std::int64_t total) {
                      char text[80];
                      std::snprintf(text, sizeof text, "copying %.1f of %.1f MB", megabytes(done),
                                    megabytes(total));
                      progress.show(text);
                  }));
}

Result<void> pull(const Cli& cli, const PullOptions& options) {
    Result<ModelEntry> entry = failure(ErrorCode::Internal, "not pulled");
    {
        ProgressLine progress(cli);
        entry = pullModel(options, [&](const PullProgress& now) {
            char text[200];
            std::snprintf(text, sizeof text, "%.60s: %.1f of %.1f MB", now.file.c_str(),
                          megabytes(now.done), megabytes(now.total));
            std::string line = text;
            if (now.secondsLeft >= 0) {
                std::snprintf(text, sizeof text, ", %.1f MB/s, %.0f s left",
                              now.bytesPerSecond / 1e6, now.secondsLeft);
                line += text;
            }
            progress.show(line);
        });
    }
    return report(cli, entry);
}

Result<void> remove(const Cli& cli, const std::string& name, bool yes) {
    if (!yes) {
        if (::isatty(STDIN_FILENO) != 1)
            return failure(ErrorCode::InvalidArgument,
                           "A removal needs a yes: there is no terminal to ask at, so say --yes.",
                           name);
        std::fprintf(stderr, "Remove the model %s from %s? [y/N] ", name.c_str(),
                     modelStore().c_str());
        std::string answer;
        std::getline(std::cin, answer);
        if (answer != "y" && answer != "Y" && answer != "yes")
            return failure(ErrorCode::Cancelled, "not removed");
    }
    if (const auto removed = removeModel(name); !removed)
        return removed;
    if (cli.json)
        printJson({{"removed", name}});
    return {};
}

}  // namespace

void addModels(Cli& cli) {
    CLI::App* command =
        cli.app->add_subcommand("models", "See, add, fetch and remove models (encoders, taggers)");
    command->require_subcommand(1);
    CLI::App* listing = command->add_subcommand("list", "Models that need no path");
    cli.addJson(listing);
    listing->callback([&cli] { cli.run = [&cli] { return list(cli); }; });

    CLI::App* info = command->add_subcommand("info", "What a model is and where it comes from");
    auto name = std::make_shared<std::string>();
    info->add_option("MODEL", *name,
                     "A name from the list, OWNER/NAME as pulled, or a folder; default: the "
                     "default encoder");
    cli.addJson(info);
    info->callback([&cli, name] { cli.run = [&cli, name] { return show(cli, *name); }; });

    CLI::App* adding = command->add_subcommand("add", "Copy a model's folder into your own models");
    auto addOptions = std::make_shared<AddOptions>();
    adding->add_option("FOLDER", addOptions->folder, "A folder with config.json and weights")
        ->required();
    adding->add_option("--name", addOptions->name, "Its name here; default: the folder's");
    adding->add_flag("--force", addOptions->force,
                     "Replace one of that name; add one that this build cannot run");
    cli.addJson(adding);
    adding->callback(
        [&cli, addOptions] { cli.run = [&cli, addOptions] { return add(cli, *addOptions); }; });

    CLI::App* pulling = command->add_subcommand("pull", "Fetch a model from the Hugging Face hub");
    auto repository = std::make_shared<std::string>();
    auto force = std::make_shared<bool>(false);
    pulling->add_option("REPOSITORY", *repository, "OWNER/NAME or OWNER/NAME@REVISION")->required();
    pulling->add_flag("--force", *force,
                      "Replace what is there; fetch a model that this build cannot run");
    cli.addJson(pulling);
    pulling->callback([&cli, repository, force] {
        cli.run = [&cli, repository, force] {
            PullOptions options = pullOptionsFor(*repository);
            options.force = *force;
            return pull(cli, options);
        };
    });
    pulling->footer(
        "A broken pull goes on where it ended. Environment: HF_ENDPOINT (a mirror), HF_TOKEN (for\n"
        "gated repositories), HF_HOME or HF_HUB_CACHE (files that are there are not fetched),\n"
        "HF_HUB_OFFLINE=1 (use those alone), https_proxy, SPANWISE_MODELS (where models go).");

    CLI::App* removing = command->add_subcommand("remove", "Delete one of your own models");
    auto removed = std::make_shared<std::string>();
    auto yes = std::make_shared<bool>(false);
    removing->add_option("MODEL", *removed, "A name from the list, or OWNER/NAME as pulled")
        ->required();
    removing->add_flag("-y,--yes", *yes, "Do not ask");
    cli.addJson(removing);
    removing->callback([&cli, removed, yes] {
        cli.run = [&cli, removed, yes] { return remove(cli, *removed, *yes); };
    });
    command->footer(
        "Examples:\n  spanwise-cli models pull numind/NuNER-v2.0\n"
        "  spanwise-cli train project.spanwise --model numind/NuNER-v2.0 -o model\n"
        "  spanwise-cli models info model");
}

}  // namespace spanwise::cli
