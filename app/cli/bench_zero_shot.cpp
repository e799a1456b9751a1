#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/cli/command.h"
#include "core/metrics/entity_metrics.h"

namespace spanwise::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
    std::vector<std::string> tests;
    std::string model, names, out;
    std::size_t sentences = 0;
    SuggestOptions suggest;
};

struct Row {
    std::string set;
    std::size_t sentences = 0;
    EntityMetrics metrics;
    double wordsPerSecond = 0;
};

/// A label as a person would say it: "Fruit_Name" is "fruit name", "protein" itself.
std::string plainName(const std::string& label) {
    std::string name;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const char c = label[i];
        const bool isUpper = c >= 'A' && c <= 'Z';
        const bool afterLower = i > 0 && label[i - 1] >= 'a' && label[i - 1] <= 'z';
        if (c == '_' || c == '-' || c == '/') {
            name += ' ';
            continue;
        }
        if (isUpper && afterLower)
            name += ' ';
        name += isUpper ? static_cast<char>(c + 32) : c;
    }
    return name;
}

Result<nlohmann::json> readNames(const std::string& path) {
    nlohmann::json names = nlohmann::json::object();
    if (path.empty())
        return names;
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return failure(ErrorCode::NotFound, "The file cannot be opened.", path);
    names = nlohmann::json::parse(file, nullptr, false);
    if (!names.is_object())
        return failure(ErrorCode::InvalidFormat,
                       "This is no JSON object of labels and their names.", path);
    for (const auto& [label, name] : names.items()) {
        if (!name.is_string())
            return failure(ErrorCode::InvalidFormat, "The name of \"" + label + "\" is no text.",
                           path);
    }
    return names;
}

Result<Row> runSet(const Model& model, const std::string& path, const nlohmann::json& names,
                   const Options& options, ProgressLine& line) {
    auto gold = readGold(path);
    if (!gold)
        return tl::unexpected(gold.error());
    if (options.sentences > 0 && gold->sentences.size() > options.sentences)
        gold->sentences.resize(options.sentences);
    Row row;
    row.set = std::filesystem::absolute(path).parent_path().filename().string() + "/" +
              std::filesystem::path(path).filename().string();
    row.sentences = gold->sentences.size();
    std::vector<TypeText> types;
    for (const std::string& label : gold->types) {
        const std::string name = names.value(label, plainName(label));
        const std::size_t colon = name.find(": ");
        types.push_back(
            {name.substr(0, colon), colon == std::string::npos ? "" : name.substr(colon + 2)});
    }
    const auto start = Clock::now();
    auto found = suggest(model, wordsOf(gold->sentences), types, options.suggest,
                         [&](std::int64_t done, std::int64_t total) {
                             line.show(row.set + ": " + std::to_string(100 * done / total) + " %");
                         });
    if (!found)
        return tl::unexpected(found.error());
    const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
    EntityEvaluator evaluator;
    std::size_t words = 0;
    for (std::size_t i = 0; i < gold->sentences.size(); ++i) {
        for (WordSpan& span : (*found)[i]) {
            for (std::size_t t = 0; t < types.size(); ++t) {
                if (span.type == types[t].name) {
                    span.type = gold->types[t];
                    break;
                }
            }
        }
        words += gold->sentences[i].words.size();
        evaluator.add(gold->sentences[i].spans, (*found)[i], gold->sentences[i].words.size());
    }
    row.metrics = evaluator.metrics();
    row.wordsPerSecond = static_cast<double>(words) / seconds;
    return row;
}

Result<void> benchZeroShot(const Cli& cli, const Options& options) {
    const auto names = readNames(options.names);
    if (!names)
        return tl::unexpected(names.error());
    const auto model = cli.load(options.model);
    if (!model)
        return tl::unexpected(model.error());
    const std::string name = bundleInfo(**model).name;
    nlohmann::json out = nlohmann::json::array();
    std::printf("%s: strict entity F1 from the types' names alone\n", name.c_str());
    std::printf("%-32s %9s %9s %9s %9s %9s %9s\n", "set", "sentences", "precision", "recall",
                "micro F1", "macro F1", "words/s");
    ProgressLine line(cli);
    double sum = 0;
    for (const std::string& path : options.tests) {
        const auto row = runSet(**model, path, *names, options, line);
        if (!row)
            return tl::unexpected(row.error());
        const EntityMetrics& m = row->metrics;
        std::printf("%-32s %9zu %9.2f %9.2f %9.2f %9.2f %9.0f\n", row->set.c_str(), row->sentences,
                    100 * m.micro.precision, 100 * m.micro.recall, 100 * m.micro.f1,
                    100 * m.macro.f1, row->wordsPerSecond);
        std::fflush(stdout);
        sum += m.micro.f1;
        out.push_back({{"set", row->set},
                       {"model", name},
                       {"k", 0},
                       {"sentences", row->sentences},
                       {"micro_f1", m.micro.f1},
                       {"macro_f1", m.macro.f1},
                       {"token_macro_f1", m.tokenMacroF1},
                       {"tokens_per_second", row->wordsPerSecond}});
    }
    std::printf("%-32s %9s %9s %9s %9.2f\n", "mean", "", "", "",
                100 * sum / static_cast<double>(options.tests.size()));
    if (options.out.empty())
        return {};
    std::error_code error;
    std::filesystem::create_directories(options.out, error);
    const std::string path = (std::filesystem::path(options.out) / "results.json").string();
    std::ofstream file(path, std::ios::binary);
    file << out.dump(1) << '\n';
    file.flush();
    if (!file)
        return failure(ErrorCode::Io, "The results cannot be written.", path);
    return {};
}

}  // namespace

void addBenchZeroShot(Cli& cli, CLI::App* bench) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        bench->add_subcommand("zero-shot", "F1 from the types' names, before any label");
    command->add_option("FILE", options->tests, "Gold to judge by (CoNLL or JSONL)")->required();
    command->add_option("--model", options->model, "Default: the default encoder");
    command->add_option("--names", options->names,
                        "JSON object: label to \"name\" or \"name: description\"; others are "
                        "spelled out from the label");
    command->add_option("--sentences", options->sentences, "Only the first so many of each file");
    command->add_option("--threshold", options->suggest.threshold, "0.5")
        ->check(CLI::Range(0.0, 1.0));
    command->add_option("--out", options->out, "Folder for results.json");
    command->add_flag("-q,--quiet", cli.quiet, "No progress on stderr");
    cli.addCompute(command);
    command->footer(
        "Example:\n  spanwise-cli bench zero-shot crossner/ai/test.txt mit-restaurant/test.txt \\\n"
        "      --names tests/bench/type_names.json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return benchZeroShot(cli, *options); }; });
}

}  // namespace spanwise::cli
