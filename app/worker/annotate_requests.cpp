#include "app/worker/annotate_requests.h"

#include <chrono>
#include <filesystem>

#include "core/protocol/annotation_messages.h"
#include "models/pretraining/annotator.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;
using protocol::AnnotationParams;

constexpr auto kProgressInterval = std::chrono::milliseconds(100);

/// What both requests need, checked.
struct Prepared {
    AnnotateOptions options;
    PassageSource source;
};

Result<Prepared> prepared(const AnnotationParams& params) {
    Prepared out;
    ChatSettings& chat = out.options.chat;
    chat.endpoint = params.endpoint;
    chat.model = params.model;
    chat.key = params.key;
    chat.parallel = params.parallel;
    chat.timeout = std::chrono::seconds(params.timeoutSeconds);
    chat.maxAnswerTokens = params.maxAnswerTokens;
    out.options.budget = {params.maxRequests, params.maxTokens, params.maxCost, params.priceIn,
                          params.priceOut};
    if (params.timeoutSeconds < 1 || params.maxAnswerTokens < 1)
        return failure(ErrorCode::InvalidArgument,
                       "An answer needs at least one second and one token.");
    if (!params.instruction.empty()) {
        auto instruction = checkedInstruction(params.instruction, {});
        if (!instruction)
            return tl::unexpected(instruction.error());
        out.options.instruction = std::move(*instruction);
    }
    PassageOptions passages;
    passages.field = params.field;
    const auto unit = passageUnitFromName(params.unit);
    if (!unit)
        return failure(ErrorCode::InvalidArgument, "There is no unit \"" + params.unit + "\".");
    passages.unit = *unit;
    if (params.inputs.empty() || params.output.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Something to read and a file to write are needed.");
    std::vector<std::string> paths;
    for (const protocol::AnnotationInput& input : params.inputs)
        paths.push_back(input.path);
    if (auto checked = checkAnnotation(out.options, paths, params.output); !checked)
        return tl::unexpected(checked.error());
    out.source = [inputs = params.inputs,
                  passages = std::move(passages)](const PassageSink& sink) -> Result<void> {
        PassageOptions named = passages;
        for (const protocol::AnnotationInput& input : inputs) {
            named.source = input.source;
            if (auto read = readPassageFile(input.path, named, sink); !read)
                return read;
        }
        return {};
    };
    return out;
}

/// Sends progress, but not at each step of it.
class Pace {
public:
    bool isTime() {
        const Clock::time_point now = Clock::now();
        if (now - m_last < kProgressInterval)
            return false;
        m_last = now;
        return true;
    }

private:
    Clock::time_point m_last{};
};

Result<AnnotateForecast> forecastOf(std::int64_t id, const Prepared& work,
                                    const AnnotationFile& file,
                                    const AnnotateRequests::Notify& notify,
                                    const std::stop_token& stop) {
    Pace pace;
    std::int64_t count = 0;
    const PassageSource counted = [&](const PassageSink& sink) {
        return work.source([&](Passage&& passage) {
            ++count;
            if (pace.isTime())
                notify("$/progress", protocol::Progress{id, "reading", count, 0, -1, 0, -1});
            return sink(std::move(passage));
        });
    };
    return forecastAnnotation(counted, work.options, file, stop);
}

Json resultOf(const AnnotateSummary& summary) {
    protocol::AnnotationResult result;
    result.answered = summary.answered;
    result.known = summary.known;
    result.duplicates = summary.duplicates;
    result.tooLong = summary.tooLong;
    result.failed = summary.failed;
    result.left = summary.left;
    result.mentions = summary.counts.mentions;
    result.prose = summary.counts.prose;
    result.empty = summary.counts.empty;
    result.truncated = summary.counts.truncated;
    result.lines = summary.counts.lines;
    result.goodLines = summary.counts.goodLines;
    for (std::size_t i = 0; i < kLineFaults; ++i) {
        if (summary.counts.faults[i] > 0)
            result.faults[std::string(lineFaultName(static_cast<LineFault>(i)))] =
                summary.counts.faults[i];
    }
    result.requests = summary.requests;
    result.tokensIn = summary.tokensIn;
    result.tokensOut = summary.tokensOut;
    result.tokensEstimated = summary.tokensEstimated;
    result.lostTokensIn = summary.lostTokensIn;
    result.lostTokensOut = summary.lostTokensOut;
    result.cost = summary.cost.value_or(-1);
    result.seconds = summary.seconds;
    result.stoppedBy = summary.stoppedBy;
    if (summary.problem && summary.problem->code != ErrorCode::Cancelled)
        result.problem = summary.problem;
    result.firstFailure = summary.firstFailure;
    return result;
}

Result<Json> forecast(std::int64_t id, const AnnotationParams& params,
                      const AnnotateRequests::Notify& notify, const std::stop_token& stop) {
    const auto work = prepared(params);
    if (!work)
        return tl::unexpected(work.error());
    const auto file = AnnotationFile::open(params.output, work->options.annotator(), false,
                                           AnnotationFile::Mode::Look);
    if (!file)
        return tl::unexpected(file.error());
    const auto found = forecastOf(id, *work, **file, notify, stop);
    if (!found)
        return tl::unexpected(found.error());
    return Json(protocol::AnnotationForecast{found->passages, found->known, found->duplicates,
                                             found->tooLong, found->tokensIn, found->tokensOut,
                                             found->cost.value_or(-1), found->withinBudget});
}

Result<Json> run(std::int64_t id, const AnnotationParams& params,
                 const AnnotateRequests::Notify& notify, const std::stop_token& stop) {
    const auto work = prepared(params);
    if (!work)
        return tl::unexpected(work.error());
    if (const auto folder = std::filesystem::path(params.output).parent_path(); !folder.empty()) {
        std::error_code ignored;  // opening the file says what is wrong
        std::filesystem::create_directories(folder, ignored);
    }
    const auto file = AnnotationFile::open(params.output, work->options.annotator());
    if (!file)
        return tl::unexpected(file.error());
    const auto before = forecastOf(id, *work, **file, notify, stop);
    if (!before) {
        AnnotateSummary nothing;
        nothing.stoppedBy = "interrupt";
        return before.error().code == ErrorCode::Cancelled ? Result<Json>(resultOf(nothing))
                                                           : tl::unexpected(before.error());
    }
    Pace pace;
    std::size_t examples = 0;
    const auto progress = [&](const AnnotateProgress& now) {
        protocol::AnnotationNews news{
            id, now.mentions, now.tokensIn, now.tokensOut, now.cost.value_or(-1), {}};
        for (const Passage& passage : now.answers) {
            if (examples == protocol::kAnnotationExamples)
                break;
            news.examples.push_back({passage.text, passage.mentions});
            ++examples;
        }
        if (!pace.isTime() && news.examples.empty() && now.done < now.total)
            return;
        notify("$/progress",
               protocol::Progress{id, "annotating", now.done, now.total, -1, 0, now.secondsLeft});
        notify("$/annotating", std::move(news));
    };
    return resultOf(annotate(work->source, work->options, **file, *before, progress, stop));
}

}  // namespace

bool AnnotateRequests::handles(std::string_view method) {
    return method == "annotate/forecast" || method == "annotate/run" ||
           method == "annotate/models" || method == "annotate/instruction";
}

Result<Json> AnnotateRequests::serve(const protocol::Message& request,
                                     const std::stop_token& stop) {
    if (request.method == "annotate/instruction")
        return Json{{"instruction", std::string(annotationInstruction())}};
    const auto params = request.params.get<AnnotationParams>();
    if (request.method == "annotate/models") {
        ChatSettings settings;
        settings.endpoint = params.endpoint;
        settings.key = params.key;
        const auto names = ChatClient::models(std::move(settings));
        if (!names)
            return tl::unexpected(names.error());
        return Json{{"models", *names}};
    }
    return request.method == "annotate/run" ? run(*request.id, params, m_notify, stop)
                                            : forecast(*request.id, params, m_notify, stop);
}

}  // namespace spanwise
