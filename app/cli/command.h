#pragma once

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/annotation/labelled_sentence.h"
#include "core/formats/gold.h"
#include "core/result.h"
#include "models/model.h"
#include "storage/project.h"

/// What the subcommands share. Each lives in its own file as one `add…` function that declares its
/// options and leaves in `Cli::run` what to do once they are parsed.
namespace spanwise::cli {

struct Cli {
    CLI::App* app = nullptr;
    std::function<Result<void>()> run;  ///< set by the subcommand that was chosen
    bool json = false;
    bool quiet = false;
    std::string device = "auto";
    int threads = 0;

    /// Adds --json to a subcommand.
    void addJson(CLI::App* command);
    /// Adds --device and --threads to a subcommand that runs a model.
    void addCompute(CLI::App* command);
    /// The chosen device, after the threads were set.
    [[nodiscard]] Result<Device> compute() const;
    /// Resolves and loads --model (empty: the default encoder).
    [[nodiscard]] Result<ModelPtr> load(const std::string& nameOrPath) const;
};

void addNew(Cli& cli);
void addImport(Cli& cli);
void addExport(Cli& cli);
void addTrain(Cli& cli);
void addPredict(Cli& cli);
void addSuggest(Cli& cli);
void addSimilar(Cli& cli);
void addEvaluate(Cli& cli);
void addPretrain(Cli& cli);
void addModels(Cli& cli);
void addAnnotate(Cli& cli);
void addBench(Cli& cli);
void addBenchActive(Cli& cli, CLI::App* bench);
void addBenchCompare(Cli& cli, CLI::App* bench);
void addCheck(Cli& cli);
void addBenchCalibration(Cli& cli, CLI::App* bench);
void addBenchZeroShot(Cli& cli, CLI::App* bench);
void addShare(Cli& cli);
void addMerge(Cli& cli);
void addAgreement(Cli& cli);
void addRecover(Cli& cli);
void addWorker(Cli& cli);

/// One line on stderr that is rewritten in place; silent when stderr is no terminal or --quiet.
class ProgressLine {
public:
    explicit ProgressLine(const Cli& cli);
    ~ProgressLine();
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    void show(const std::string& text);
    /// Takes the line away, before the result is printed.
    void clear();

private:
    bool m_on;
    std::size_t m_width = 0;
    std::chrono::steady_clock::time_point m_last;
};

/// --features last|two.
void addFeatures(CLI::App* command, TrainOptions& options);

/// "drug, side effect: harm caused by a drug" as types. InvalidArgument for an empty name.
[[nodiscard]] Result<std::vector<TypeText>> parseTypes(const std::string& text);

/// A project opened for writing; a read-only one is the error that says why.
[[nodiscard]] Result<std::unique_ptr<Project>> openForWriting(const std::string& path);

/// XDG_CACHE_HOME/spanwise, else ~/.cache/spanwise; empty when neither is known.
[[nodiscard]] std::string cacheFolder();

/// Who is at the keyboard, for the history.
[[nodiscard]] std::string userName();

[[nodiscard]] std::vector<std::vector<std::string>> wordsOf(
    const std::vector<LabelledSentence>& sentences);

}  // namespace spanwise::cli
