#include <cstdio>

#include "app/cli/command.h"

namespace spanwise::cli {
namespace {

nlohmann::json toJson(const BundleInfo& info) {
    nlohmann::json json{{"name", info.name},
                        {"path", info.path.string()},
                        {"architecture", info.architecture},
                        {"bytes", info.bytes},
                        {"hidden_size", info.hiddenSize},
                        {"layers", info.layers},
                        {"heads", info.heads},
                        {"vocabulary", info.vocabulary},
                        {"lowercase", info.lowercase},
                        {"types", info.types}};
    if (!info.provenanceJson.empty())
        json["provenance"] = nlohmann::json::parse(info.provenanceJson, nullptr, false);
    return json;
}

std::string typesText(const BundleInfo& info) {
    if (info.types.empty())
        return "encoder";
    std::string text;
    for (const std::string& type : info.types)
        text += (text.empty() ? "" : ", ") + type;
    return text;
}

Result<void> list(const Cli& cli) {
    const std::vector<BundleInfo> models = installedModels();
    if (cli.json) {
        nlohmann::json out = nlohmann::json::array();
        for (const BundleInfo& info : models)
            out.push_back(toJson(info));
        std::printf("%s\n", out.dump().c_str());
        return {};
    }
    if (models.empty()) {
        // The default encoder's absence is worth its full explanation.
        const auto encoder = defaultEncoder();
        return encoder ? Result<void>{} : tl::unexpected(encoder.error());
    }
    for (const BundleInfo& info : models)
        std::printf("%-28s %-6s %2d x %-5d %7.1f MB  %s\n", info.name.c_str(),
                    info.architecture.c_str(), info.layers, info.hiddenSize,
                    static_cast<double>(info.bytes) / 1e6, typesText(info).c_str());
    return {};
}

Result<void> show(const Cli& cli, const std::string& name) {
    const auto path = resolveModel(name);
    if (!path)
        return tl::unexpected(path.error());
    const auto info = readBundleInfo(*path);
    if (!info)
        return tl::unexpected(info.error());
    if (cli.json) {
        std::printf("%s\n", toJson(*info).dump().c_str());
        return {};
    }
    std::printf(
        "%s\n  path          %s\n  architecture  %s, %d layers of %d, %d heads\n"
        "  vocabulary    %d%s\n  size          %.1f MB\n  types         %s\n",
        info->name.c_str(), info->path.c_str(), info->architecture.c_str(), info->layers,
        info->hiddenSize, info->heads, info->vocabulary, info->lowercase ? ", lower-cased" : "",
        static_cast<double>(info->bytes) / 1e6, typesText(*info).c_str());
    if (!info->provenanceJson.empty())
        std::printf("  provenance    %s\n", info->provenanceJson.c_str());
    return {};
}

}  // namespace

void addModels(Cli& cli) {
    CLI::App* command = cli.app->add_subcommand("models", "See which models are there");
    command->require_subcommand(1);
    CLI::App* listing = command->add_subcommand("list", "Models that need no path");
    cli.addJson(listing);
    listing->callback([&cli] { cli.run = [&cli] { return list(cli); }; });

    CLI::App* info = command->add_subcommand("info", "What a model is and where it comes from");
    auto name = std::make_shared<std::string>();
    info->add_option("MODEL", *name,
                     "A name from the list or a folder; default: the default "
                     "encoder");
    cli.addJson(info);
    info->callback([&cli, name] { cli.run = [&cli, name] { return show(cli, *name); }; });
    command->footer("Examples:\n  spanwise-cli models list\n  spanwise-cli models info model");
}

}  // namespace spanwise::cli
