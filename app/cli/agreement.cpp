#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"

namespace spanwise::cli {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> files;
    bool onlyDone = false;
    bool perDocument = false;
};

/// A folder that goes when it is no longer needed.
class Workplace {
public:
    Workplace() {
        std::error_code ignored;
        std::string pattern =
            (fs::temp_directory_path(ignored) / "spanwise-agreement-XXXXXX").string();
        if (::mkdtemp(pattern.data()) != nullptr)
            m_path = pattern;
    }
    ~Workplace() {
        std::error_code ignored;
        if (!m_path.empty())
            fs::remove_all(m_path, ignored);
    }
    Workplace(const Workplace&) = delete;
    Workplace& operator=(const Workplace&) = delete;
    [[nodiscard]] const std::string& path() const { return m_path; }

private:
    std::string m_path;
};

nlohmann::json number(std::optional<double> value) {
    return value ? nlohmann::json(*value) : nlohmann::json();
}

nlohmann::json toJson(const SpanAgreement& spans) {
    return {{"f1", number(spans.f1())},
            {"first", spans.first},
            {"second", spans.second},
            {"both", spans.both}};
}

nlohmann::json toJson(const std::map<std::string, SpanAgreement>& perType) {
    auto types = nlohmann::json::object();
    for (const auto& [type, spans] : perType)
        types[type] = toJson(spans);
    return types;
}

nlohmann::json toJson(const LayerAgreement& result, const Options& options) {
    const Agreement& agreement = result.agreement;
    auto pairs = nlohmann::json::array();
    for (const PairAgreement& pair : agreement.pairs) {
        nlohmann::json row = toJson(pair.spans);
        row["annotators"] = {result.annotators[pair.first], result.annotators[pair.second]};
        row["documents"] = pair.documents;
        row["words"] = pair.words;
        row["kappa"] = number(pair.kappa);
        row["per_type"] = toJson(pair.perType);
        pairs.push_back(std::move(row));
    }
    nlohmann::json out{{"annotators", result.annotators},
                       {"documents", agreement.documents},
                       {"words", agreement.words},
                       {"unfinished", result.unfinished},
                       {"f1", number(agreement.spans.f1())},
                       {"alpha", number(agreement.alpha)},
                       {"per_type", toJson(agreement.perType)},
                       {"pairs", std::move(pairs)}};
    if (options.perDocument) {
        auto documents = nlohmann::json::array();
        for (const DocumentAgreement& document : result.documents)
            documents.push_back({{"name", document.name},
                                 {"annotators", document.annotators},
                                 {"f1", document.f1},
                                 {"disagreements", document.disagreements}});
        out["per_document"] = std::move(documents);
    }
    return out;
}

/// Three decimals; a dash where there is nothing to tell.
std::string figure(std::optional<double> value) {
    if (!value)
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", *value);
    return text;
}

void print(const LayerAgreement& result, const Options& options) {
    const Agreement& agreement = result.agreement;
    std::printf("%lld documents with labels of two annotators or more, %lld words\n",
                static_cast<long long>(agreement.documents),
                static_cast<long long>(agreement.words));
    if (result.unfinished > 0 && !options.onlyDone)
        std::printf(
            "%lld readings are of documents that their annotator has not finished: what is not "
            "labelled there counts as no entity (--only-done leaves them out)\n",
            static_cast<long long>(result.unfinished));
    std::printf("Krippendorff's alpha over words: %s\nF1 of spans, all pairs: %s\n\n",
                figure(agreement.alpha).c_str(), figure(agreement.spans.f1()).c_str());
    std::size_t width = 10;
    for (const PairAgreement& pair : agreement.pairs)
        width = std::max(width, result.annotators[pair.first].size() +
                                    result.annotators[pair.second].size() + 3);
    for (const auto& [type, spans] : agreement.perType)
        width = std::max(width, type.size());
    const int column = static_cast<int>(width);
    std::printf("%-*s  %9s  %7s  %7s  %9s\n", column, "pair", "documents", "F1", "kappa", "both");
    for (const PairAgreement& pair : agreement.pairs)
        std::printf(
            "%-*s  %9lld  %7s  %7s  %9lld\n", column,
            (result.annotators[pair.first] + " - " + result.annotators[pair.second]).c_str(),
            static_cast<long long>(pair.documents), figure(pair.spans.f1()).c_str(),
            figure(pair.kappa).c_str(), static_cast<long long>(pair.spans.both));
    std::printf("\n%-*s  %9s  %7s\n", column, "type", "both", "F1");
    for (const auto& [type, spans] : agreement.perType)
        std::printf("%-*s  %9lld  %7s\n", column, type.c_str(), static_cast<long long>(spans.both),
                    figure(spans.f1()).c_str());
    if (!options.perDocument)
        return;
    std::printf("\n%7s  %13s  document\n", "F1", "disagreements");
    for (const DocumentAgreement& document : result.documents)
        std::printf("%7.3f  %13d  %s\n", document.f1, document.disagreements,
                    document.name.c_str());
}

Result<void> tellAgreement(const Cli& cli, const Options& options) {
    const Workplace place;
    const Interrupt interrupt;
    ProgressLine line(cli);
    Result<std::unique_ptr<Project>> project = failure(ErrorCode::Internal, "");
    if (options.files.size() == 1) {
        project = Project::open(options.files.front(), OpenMode::ReadOnly);
        if (!project)
            return tl::unexpected(project.error());
    } else {
        // Compared as a merge would bring them together.
        if (place.path().empty())
            return failure(ErrorCode::Io, "No temporary folder can be made to compare the files.");
        project = Project::create(place.path() + "/merged.spanwise", LabelScheme());
        if (!project)
            return tl::unexpected(project.error());
        const auto merged = (*project)->merge(
            options.files, {},
            [&](std::size_t file, std::int64_t done, std::int64_t total) {
                line.show("reading " + options.files[file] + ": " + std::to_string(done) + " of " +
                          std::to_string(total));
            },
            interrupt.token());
        if (!merged)
            return tl::unexpected(merged.error());
    }
    const auto agreement = (*project)->agreement(
        {.onlyDone = options.onlyDone, .perDocument = options.perDocument},
        [&](std::int64_t done, std::int64_t total) {
            line.show("comparing " + std::to_string(done) + " of " + std::to_string(total));
        },
        interrupt.token());
    line.clear();
    if (!agreement)
        return tl::unexpected(agreement.error());
    if (agreement->annotators.empty() && options.files.size() == 1)
        return failure(ErrorCode::InvalidArgument,
                       "The project has no annotators' layers. Bring their files in with "
                       "`spanwise-cli merge`, or name the files themselves, two or more.",
                       options.files.front());
    if (cli.json)
        std::printf("%s\n", toJson(*agreement, options)
                                .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                                .c_str());
    else
        print(*agreement, options);
    return {};
}

}  // namespace

void addAgreement(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand("agreement", "How far annotators label alike");
    command
        ->add_option("PROJECT", options->files,
                     "A project that annotators' files were merged into, or these files themselves")
        ->required();
    command->add_flag("--per-document", options->perDocument,
                      "Also each document, least agreement first");
    command->add_flag("--only-done", options->onlyDone,
                      "Leave out documents that an annotator has not marked as done");
    cli.addJson(command);
    command->footer(
        "F1 counts spans whose boundaries and type are equal. Kappa (Cohen, of pairs) and alpha\n"
        "(Krippendorff, of all) are over words, corrected for chance. Only documents count that\n"
        "both labelled; null or a dash: nothing to compare.\nExamples:\n"
        "  spanwise-cli agreement trial.spanwise --per-document\n"
        "  spanwise-cli agreement shares/ada.spanwise shares/ben.spanwise --json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return tellAgreement(cli, *options); }; });
}

}  // namespace spanwise::cli
