#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "models/io/files.h"
#include "models/pretraining/annotator.h"

namespace spanwise::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options {
    std::vector<std::string> inputs;
    std::string inputFormat = "auto", unit = "passage";
    std::string out, prompt, extra, source;
    bool showPrompt = false, listModels = false, append = false, dryRun = false, yes = false;
    int timeout = 120;
    std::int64_t tryFirst = 0;  ///< passages before the forecast; 0: none
    PassageOptions passages;
    AnnotateOptions annotate;
};

/// Stdin in a file without a name, so that it can be read twice: for the forecast and for the run.
class SpooledInput {
public:
    Result<void> fill(std::istream& in) {
        std::error_code error;
        const fs::path folder = fs::temp_directory_path(error);
        std::string name = ((error ? fs::path("/tmp") : folder) / "spanwise-XXXXXX").string();
        const int descriptor = ::mkstemp(name.data());
        if (descriptor < 0)
            return tl::unexpected(fileError(errno, name, "write"));
        ::close(descriptor);
        std::ofstream out(name, std::ios::binary);
        m_file.open(name, std::ios::binary);
        ::unlink(name.c_str());
        if (in.peek() != std::istream::traits_type::eof())
            out << in.rdbuf();
        out.close();
        if (!out || !m_file)
            return failure(ErrorCode::DiskFull,
                           "What comes from stdin cannot be kept there. Free some room, or set "
                           "TMPDIR to a folder that has some.",
                           fs::path(name).parent_path().string());
        return {};
    }
    std::istream& again() {
        m_file.clear();
        m_file.seekg(0);
        return m_file;
    }

private:
    std::ifstream m_file;
};

Result<void> readProject(const std::string& path, const PassageOptions& options,
                         const PassageSink& sink) {
    const auto project = Project::open(path, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    PassageOptions named = options;
    if (named.source.empty())
        named.source = fs::path(path).stem().string();
    return (*project)->forEachRecord([&](Record&& record, const DocumentLabels&) {
        return splitPassages(record.document.text, record.document.name, named, sink);
    });
}

bool isProject(const Options& options, const std::string& input) {
    if (options.inputFormat != "auto")
        return options.inputFormat == "project";
    std::string ending = fs::path(input).extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return ending == ".spanwise";
}

Result<void> readStream(std::istream& in, const std::string& where, const Options& options,
                        const PassageSink& sink) {
    if (options.inputFormat == "auto")
        return readAnyPassages(in, where, options.passages, sink);
    PassageOptions named = options.passages;
    if (named.source.empty())
        named.source = fs::path(where).stem().string();
    return options.inputFormat == "jsonl" ? readJsonlPassages(in, where, named, sink)
                                          : readTextPassages(in, where, named, sink);
}

Result<void> readInput(const Options& options, const std::string& input, SpooledInput& spooled,
                       const PassageSink& sink) {
    if (input == "-")
        return readStream(spooled.again(), "stdin", options, sink);
    if (isProject(options, input))
        return readProject(input, options.passages, sink);
    if (options.inputFormat == "auto")
        return readPassageFile(input, options.passages, sink);
    std::error_code ignored;
    std::ifstream in(input, std::ios::binary);
    if (!in || fs::is_directory(input, ignored))
        return failure(ErrorCode::NotFound, "The file cannot be opened.", input);
    return readStream(in, input, options, sink);
}

/// "12,345"
std::string grouped(std::int64_t number) {
    std::string digits = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
        digits.insert(static_cast<std::size_t>(at), ",");
    return digits;
}

std::string money(double value) {
    char text[40];
    std::snprintf(text, sizeof text, value < 1 ? "%.4f" : "%.2f", value);
    return text;
}

std::string duration(double seconds) {
    char text[40];
    if (seconds < 120)
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    else if (seconds < 7200)
        std::snprintf(text, sizeof text, "%.0f min", seconds / 60);
    else
        std::snprintf(text, sizeof text, "%.1f h", seconds / 3600);
    return text;
}

Json toJson(const AnnotateForecast& forecast) {
    Json json{{"passages", forecast.passages},
              {"known", forecast.known},
              {"duplicates", forecast.duplicates},
              {"too_long", forecast.tooLong},
              {"tokens_in", forecast.tokensIn},
              {"tokens_out", forecast.tokensOut},
              {"cost", nullptr},
              {"within_budget", forecast.withinBudget}};
    json["seconds"] = nullptr;
    if (forecast.cost)
        json["cost"] = *forecast.cost;
    if (forecast.seconds)
        json["seconds"] = *forecast.seconds;
    return json;
}

Json toJson(const AnnotateSummary& summary, const Options& options) {
    Json faults = Json::object();
    for (std::size_t i = 0; i < kLineFaults; ++i)
        faults[std::string(lineFaultName(static_cast<LineFault>(i)))] = summary.counts.faults[i];
    const auto text = [](const std::string& value) { return value.empty() ? Json() : Json(value); };
    Json json{{"out", options.out},
              {"model", options.annotate.chat.model},
              {"prompt", options.annotate.annotator().prompt},
              {"answered", summary.answered},
              {"known", summary.known},
              {"duplicates", summary.duplicates},
              {"too_long", summary.tooLong},
              {"failed", summary.failed},
              {"left", summary.left},
              {"mentions", summary.counts.mentions},
              {"answers",
               {{"prose", summary.counts.prose},
                {"empty", summary.counts.empty},
                {"truncated", summary.counts.truncated}}},
              {"lines",
               {{"all", summary.counts.lines},
                {"good", summary.counts.goodLines},
                {"other_case", summary.counts.otherCase}}},
              {"dropped_lines", std::move(faults)},
              {"requests", summary.requests},
              {"tokens_in", summary.tokensIn},
              {"tokens_out", summary.tokensOut},
              {"tokens_estimated", summary.tokensEstimated},
              {"lost_tokens_in", summary.lostTokensIn},
              {"lost_tokens_out", summary.lostTokensOut},
              {"cost", nullptr},
              {"seconds", summary.seconds},
              {"stopped_by", text(summary.stoppedBy)},
              {"problem", nullptr},
              {"first_failure", nullptr}};
    if (summary.cost)
        json["cost"] = *summary.cost;
    if (summary.problem && summary.problem->code != ErrorCode::Cancelled)
        json["problem"] = summary.problem->text();
    if (summary.firstFailure)
        json["first_failure"] = summary.firstFailure->text();
    return json;
}

void print(const Json& json) {
    std::printf("%s\n", json.dump(-1, ' ', false, Json::error_handler_t::replace).c_str());
}

void printForecast(std::FILE* to, const AnnotateForecast& forecast, const Options& options) {
    std::fprintf(to, "%s passages to ask", grouped(forecast.passages).c_str());
    const auto also = [&](std::int64_t count, const char* what) {
        if (count > 0)
            std::fprintf(to, "; %s %s", grouped(count).c_str(), what);
    };
    also(forecast.known, "are in the file already");
    also(forecast.duplicates, "are there twice");
    also(forecast.tooLong, "are longer than 64 KiB and left out");
    std::fprintf(to, "\nabout %s tokens in, %s out", grouped(forecast.tokensIn).c_str(),
                 grouped(forecast.tokensOut).c_str());
    if (forecast.cost)
        std::fprintf(to, "; cost about %s", money(*forecast.cost).c_str());
    else
        std::fprintf(to, "; cost unknown without --price-in and --price-out");
    std::fprintf(to, "; %d at a time", options.annotate.chat.parallel);
    if (forecast.seconds)
        std::fprintf(to, ": about %s\n", duration(*forecast.seconds).c_str());
    else
        std::fprintf(to, "; --try 8 asks a few and says how long the rest takes\n");
    if (forecast.withinBudget < forecast.passages)
        std::fprintf(to, "the budget is enough for about %s of them\n",
                     grouped(forecast.withinBudget).c_str());
}

/// One line a fault or kind of answer that occurred.
void printSummary(const AnnotateSummary& summary, const Options& options) {
    const AnswerCounts& counts = summary.counts;
    std::printf("%s passages annotated, %s mentions (%.1f a passage) -> %s\n",
                grouped(summary.answered).c_str(), grouped(counts.mentions).c_str(),
                summary.answered > 0
                    ? static_cast<double>(counts.mentions) / static_cast<double>(summary.answered)
                    : 0.0,
                options.out.c_str());
    const auto line = [](std::int64_t count, const char* what) {
        if (count > 0)
            std::printf("  %s %s\n", grouped(count).c_str(), what);
    };
    line(summary.known, "were in the file already");
    line(summary.duplicates, "were there twice and asked once");
    line(summary.tooLong, "were longer than 64 KiB and left out");
    line(summary.left, "were not asked, or not to the end");
    line(summary.failed, "had no answer; the same command asks them again");
    line(counts.prose, "answers in prose, without a mention");
    line(counts.empty, "answers with nothing in them");
    line(counts.truncated, "answers cut off by the limit of tokens (--max-answer-tokens)");
    if (counts.lines > 0)
        std::printf("  %s of %s lines taken\n", grouped(counts.goodLines).c_str(),
                    grouped(counts.lines).c_str());
    if (counts.otherCase > 0)
        std::printf("    %s of them with the mention in another case than in the text\n",
                    grouped(counts.otherCase).c_str());
    for (std::size_t i = 0; i < kLineFaults; ++i) {
        if (counts.faults[i] > 0)
            std::printf("    %s: %s\n", grouped(counts.faults[i]).c_str(),
                        std::string(lineFaultText(static_cast<LineFault>(i))).c_str());
    }
    std::printf("  %s requests, %s tokens in, %s out%s", grouped(summary.requests).c_str(),
                grouped(summary.tokensIn).c_str(), grouped(summary.tokensOut).c_str(),
                summary.tokensEstimated ? " (partly estimated)" : "");
    if (summary.cost)
        std::printf(", cost %s", money(*summary.cost).c_str());
    std::printf(", %s\n", duration(summary.seconds).c_str());
    if (summary.lostTokensIn > 0)
        std::printf("  at most %s tokens in and %s out more for requests that broke off\n",
                    grouped(summary.lostTokensIn).c_str(), grouped(summary.lostTokensOut).c_str());
    if (summary.stoppedBy.starts_with("max-"))
        std::printf("stopped by --%s; the same command goes on from here\n",
                    summary.stoppedBy.c_str());
    else if (summary.stoppedBy == "interrupt")
        std::printf("stopped; the same command goes on from here\n");
}

bool isYes(const char* question) {
    std::fprintf(stderr, "%s [y/N] ", question);
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

Result<void> takeInstruction(Options& options) {
    if (options.prompt.empty())
        return {};
    const auto text = readWholeFile(options.prompt);
    if (!text)
        return tl::unexpected(text.error());
    auto instruction = checkedInstruction(*text, options.prompt);
    if (!instruction)
        return tl::unexpected(instruction.error());
    options.annotate.instruction = std::move(*instruction);
    return {};
}

/// The key and the other values that come as text; checks them.
Result<void> prepare(Options& options) {
    if (!options.extra.empty()) {
        options.annotate.chat.extra = nlohmann::json::parse(options.extra, nullptr, false);
        if (!options.annotate.chat.extra.is_object())
            return failure(ErrorCode::InvalidArgument,
                           "--extra is no JSON object, such as '{\"top_p\": 1}'.");
    }
    options.passages.unit =
        passageUnitFromName(options.unit).value_or(PassageUnit::Passage);  // the parser checked it
    options.passages.source = options.source;
    options.annotate.chat.timeout = std::chrono::seconds(options.timeout);
    auto key = chatKeyFromEnvironment();
    if (!key)
        return tl::unexpected(key.error());
    options.annotate.chat.key = std::move(*key);
    if (std::count(options.inputs.begin(), options.inputs.end(), "-") > 1)
        return failure(ErrorCode::InvalidArgument, "stdin (-) can be read once only.");
    return checkAnnotation(options.annotate, options.inputs, options.out);
}

class Reporter {
public:
    explicit Reporter(const Cli& cli, int parallel)
        : m_line(cli),
          m_tellsOnce(!cli.quiet && ::isatty(STDERR_FILENO) != 1),
          m_first(std::max(5, parallel)) {}

    void show(const AnnotateProgress& now) {
        std::string text = grouped(now.done) + "/" + grouped(now.total) + " passages, " +
                           grouped(now.tokensIn + now.tokensOut) + " tokens";
        if (now.cost)
            text += ", cost " + money(*now.cost);
        char number[40];
        std::snprintf(number, sizeof number, ", %.1f mentions a passage",
                      static_cast<double>(now.mentions) /
                          static_cast<double>(std::max<std::int64_t>(now.done, 1)));
        text += number;
        if (now.secondsLeft >= 0 && now.done >= m_first)
            text += ", " + duration(now.secondsLeft) + " left";
        m_line.show(text);
        // Logs get the forecast of the time once.
        if (m_tellsOnce && now.done >= m_first && now.secondsLeft >= 0) {
            std::fprintf(stderr, "%s\n", text.c_str());
            m_tellsOnce = false;
        }
    }

private:
    ProgressLine m_line;
    bool m_tellsOnce;
    std::int64_t m_first;
};

Result<void> listModels(const Cli& cli, const Options& options) {
    ChatSettings settings = options.annotate.chat;
    auto key = chatKeyFromEnvironment();
    if (!key)
        return tl::unexpected(key.error());
    settings.key = std::move(*key);
    const auto names = ChatClient::models(std::move(settings));
    if (!names)
        return tl::unexpected(names.error());
    if (cli.json)
        print(Json{{"models", *names}});
    else
        for (const std::string& name : *names)
            std::printf("%s\n", name.c_str());
    return {};
}

void printTrial(const AnnotateSummary& tried) {
    std::fprintf(stderr, "%s passages tried in %s: %.1f mentions each, %s tokens in, %s out\n",
                 grouped(tried.answered).c_str(), duration(tried.seconds).c_str(),
                 static_cast<double>(tried.counts.mentions) /
                     static_cast<double>(std::max<std::int64_t>(tried.answered, 1)),
                 grouped(tried.tokensIn).c_str(), grouped(tried.tokensOut).c_str());
}

/// Says what a run did; its problem, if it had one. `annotated`: passages in the file by now.
Result<void> finish(const Cli& cli, const Options& options, const AnnotateSummary& summary,
                    std::int64_t annotated) {
    const bool failed = summary.problem && summary.problem->code != ErrorCode::Cancelled;
    if (cli.json)
        print(toJson(summary, options));
    else if (!failed || summary.answered > 0)
        printSummary(summary, options);
    if (summary.firstFailure && !summary.problem)
        std::fprintf(
            stderr, "%s\n",
            ("the first passage without an answer: " + summary.firstFailure->text()).c_str());
    if (!summary.problem)
        return {};
    Error problem = *summary.problem;
    if (failed && annotated > 0)
        problem.message += " " + grouped(annotated) + " annotated passages are in " + options.out +
                           "; the same command goes on from there.";
    return tl::unexpected(std::move(problem));
}

Result<void> run(const Cli& cli, Options& options) {
    if (auto taken = takeInstruction(options); !taken)
        return taken;
    if (options.showPrompt) {
        std::printf("%s\n", options.annotate.instruction.c_str());
        return {};
    }
    if (options.listModels)
        return listModels(cli, options);
    if (auto prepared = prepare(options); !prepared)
        return prepared;
    SpooledInput spooled;
    const bool readsStdin =
        std::find(options.inputs.begin(), options.inputs.end(), "-") != options.inputs.end();
    if (readsStdin) {
        if (auto filled = spooled.fill(std::cin); !filled)
            return filled;
    }
    const PassageSource source = [&](const PassageSink& sink) -> Result<void> {
        for (const std::string& input : options.inputs) {
            if (auto read = readInput(options, input, spooled, sink); !read)
                return read;
        }
        return {};
    };
    const auto openFile = [&] {
        const bool isRead = options.dryRun && options.tryFirst == 0;
        return AnnotationFile::open(
            options.out, options.annotate.annotator(), options.append,
            isRead ? AnnotationFile::Mode::Look : AnnotationFile::Mode::Write);
    };
    auto file = openFile();
    if (!file)
        return tl::unexpected(file.error());
    const auto look = [&] {
        ProgressLine line(cli);
        std::int64_t count = 0;
        const PassageSource counted = [&](const PassageSink& sink) {
            return source([&](Passage&& passage) {
                if (++count % 1000 == 0)
                    line.show("reading: " + grouped(count) + " passages");
                return sink(std::move(passage));
            });
        };
        return forecastAnnotation(counted, options.annotate, **file, {});
    };
    const auto ask = [&](const AnnotateOptions& how, const AnnotateForecast& what) {
        Interrupt interrupt;
        Reporter reporter(cli, how.chat.parallel);
        return annotate(
            source, how, **file, what, [&](const AnnotateProgress& now) { reporter.show(now); },
            interrupt.token());
    };
    auto forecast = look();
    if (!forecast)
        return tl::unexpected(forecast.error());
    std::optional<AnnotateSummary> tried;
    if (options.tryFirst > 0 && forecast->passages > 0) {
        AnnotateOptions few = options.annotate;
        few.budget.maxRequests = few.budget.maxRequests > 0
                                     ? std::min(few.budget.maxRequests, options.tryFirst)
                                     : options.tryFirst;
        tried = ask(few, *forecast);
        if (tried->answered == 0 && !tried->problem && tried->stoppedBy == "max-requests")
            tried->problem = tried->firstFailure;
        if (tried->problem)
            return finish(cli, options, *tried, (*file)->passages());
        if (!cli.quiet)
            printTrial(*tried);
        const auto budget = remaining(options.annotate.budget, *tried);
        if (budget)
            options.annotate.budget = *budget;
        file->reset();  // one at a time may write
        file = openFile();
        if (!file)
            return tl::unexpected(file.error());
        const auto rest = look();
        if (!rest)
            return tl::unexpected(rest.error());
        if (!options.dryRun && (rest->passages == 0 || !budget))
            return finish(cli, options, *tried, (*file)->passages());
        forecast = extrapolated(*rest, *tried, options.annotate);
        if (!budget)
            forecast->withinBudget = 0;
    }

    if (options.dryRun) {
        if (cli.json)
            print(toJson(*forecast));
        else
            printForecast(stdout, *forecast, options);
        return {};
    }
    if (!cli.quiet) {
        if ((*file)->hadHalfLine())
            std::fprintf(stderr, "%s: a half-written last line was dropped\n", options.out.c_str());
        printForecast(stderr, *forecast, options);
    }
    if (forecast->passages > 0 && !options.yes && !readsStdin && ::isatty(STDIN_FILENO) == 1 &&
        ::isatty(STDERR_FILENO) == 1 && !isYes("Go on?"))
        return failure(ErrorCode::Cancelled, "not asked");

    AnnotateSummary summary = ask(options.annotate, *forecast);
    if (tried)
        summary = together(*tried, std::move(summary));
    return finish(cli, options, summary, (*file)->passages());
}

}  // namespace

void addAnnotate(Cli& cli) {
    auto options = std::make_shared<Options>();
    AnnotateOptions& annotate = options->annotate;
    CLI::App* command = cli.app->add_subcommand(
        "annotate", "Let an LLM annotate raw text with free concepts, for pre-training");
    command->add_option("INPUT", options->inputs,
                        "Text, JSONL with a text in each line, or a project; - is stdin");
    command->add_option("--endpoint", annotate.chat.endpoint,
                        "An OpenAI-compatible server, as http://localhost:8080/v1");
    command->add_option("--model", annotate.chat.model, "The model's name there");
    command->add_option("-o,--out", options->out,
                        "JSONL to write; what is in it already is not asked again");
    command->add_flag("--append", options->append, "Add to a file of another model or instruction");
    command->add_option("--prompt", options->prompt, "A file with another instruction")
        ->check(CLI::ExistingFile);
    command->add_flag("--list-models", options->listModels,
                      "Print the models that the endpoint offers and end");
    command->add_flag("--show-prompt", options->showPrompt, "Print the instruction and end");

    command->add_option("--input", options->inputFormat, "What INPUT is")
        ->check(CLI::IsMember({"auto", "text", "jsonl", "project"}))
        ->capture_default_str();
    command->add_option("--field", options->passages.field, "The member of JSONL that is the text")
        ->capture_default_str();
    command->add_option("--source", options->source,
                        "The material's name in the output; default: the file's");
    command
        ->add_option("--unit", options->unit,
                     "What one request is about: a paragraph, a sentence or a line")
        ->check(CLI::IsMember({"passage", "sentence", "line"}))
        ->capture_default_str();
    command->add_option("--max-words", options->passages.maxWords, "Longer passages are parted")
        ->check(CLI::Range(1, 4000))
        ->capture_default_str();
    command->add_option("--min-words", options->passages.minWords, "Shorter ones are left out")
        ->check(CLI::Range(1, 4000))
        ->capture_default_str();

    command->add_option("--parallel", annotate.chat.parallel, "Requests at a time")
        ->check(CLI::Range(1, 256))
        ->capture_default_str();
    command->add_option("--timeout", options->timeout, "Seconds for one answer")
        ->check(CLI::Range(1, 86400))
        ->capture_default_str();
    command->add_option("--tries", annotate.chat.tries, "Of one request that fails")
        ->check(CLI::Range(1, 20))
        ->capture_default_str();
    command
        ->add_option("--max-answer-tokens", annotate.chat.maxAnswerTokens,
                     "Sent as max_tokens with each request")
        ->check(CLI::Range(16, 65536))
        ->capture_default_str();
    command->add_option("--extra", options->extra,
                        "JSON merged into each request; null takes a member away");

    AnnotateBudget& budget = annotate.budget;
    command->add_option("--max-requests", budget.maxRequests, "Stop after so many requests")
        ->check(CLI::PositiveNumber);
    command->add_option("--max-tokens", budget.maxTokens, "Stop before more tokens, in and out")
        ->check(CLI::PositiveNumber);
    command->add_option("--max-cost", budget.maxCost, "Stop before it costs more")
        ->check(CLI::PositiveNumber);
    command->add_option("--price-in", budget.priceIn, "Of a million tokens in")
        ->check(CLI::NonNegativeNumber);
    command->add_option("--price-out", budget.priceOut, "Of a million tokens out")
        ->check(CLI::NonNegativeNumber);
    command->add_flag("--dry-run", options->dryRun, "Print the forecast and end");
    command
        ->add_option(
            "--try", options->tryFirst,
            "Ask so many passages first: the forecast then has the time, and tokens as the "
            "server counts them")
        ->check(CLI::Range(1, 1000));
    command->add_flag("-y,--yes", options->yes, "Do not ask at the terminal");
    cli.addJson(command);
    command->footer(
        "Answers are appended as they come, so not always in the order of the input. After a\n"
        "stop, a kill or a full disk the same command goes on and asks no passage twice. Budgets\n"
        "are for one run. The key is read from SPANWISE_API_KEY or OPENAI_API_KEY.\n"
        "Examples:\n"
        "  spanwise-cli annotate --endpoint http://localhost:11434 --model qwen3:8b "
        "articles.txt -o notes.jsonl\n"
        "  spanwise-cli annotate --endpoint https://api.openai.com/v1 --model gpt-4.1-mini \\\n"
        "      --price-in 0.4 --price-out 1.6 --max-cost 5 --unit sentence c4.jsonl -o "
        "c4-nuner.jsonl");
    command->callback([&cli, options] {
        if (!options->showPrompt) {
            const std::pair<const char*, bool> needed[] = {
                {"--endpoint", !options->annotate.chat.endpoint.empty()},
                {"--model", options->listModels || !options->annotate.chat.model.empty()},
                {"--out", options->listModels || !options->out.empty()},
                {"INPUT", options->listModels || !options->inputs.empty()}};
            for (const auto& [name, isThere] : needed) {
                if (!isThere)
                    throw CLI::RequiredError(name);
            }
        }
        cli.run = [&cli, options] { return run(cli, *options); };
    });
}

}  // namespace spanwise::cli
