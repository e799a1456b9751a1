#pragma once

#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/pretraining/annotation_file.h"
#include "models/pretraining/answer.h"
#include "models/pretraining/chat_client.h"
#include "models/pretraining/instruction.h"
#include "models/pretraining/passage_text.h"

/// An LLM annotates raw text with free-form concepts: the first half of NuNER's pre-training
/// (arXiv 2402.15343). Blocking functions; one thread.
namespace spanwise {

/// What one run may use; 0: no limit. A request is sent only when its worst case (input as
/// estimated, an answer of full length) stays within it together with what is under way.
struct AnnotateBudget {
    std::int64_t maxRequests = 0;  ///< POSTs, further tries included
    std::int64_t maxTokens = 0;    ///< in and out together
    double maxCost = 0;
    double priceIn = 0, priceOut = 0;  ///< per million tokens; 0: unknown, or free
};

struct AnnotateOptions {
    ChatSettings chat;
    std::string instruction{annotationInstruction()};
    AnnotateBudget budget;

    [[nodiscard]] Annotator annotator() const;
};

/// Says early what a run would stumble over: a limit of money without prices, an input that is the
/// output, and what ChatClient::create refuses.
[[nodiscard]] Result<void> checkAnnotation(const AnnotateOptions& options,
                                           const std::vector<std::string>& inputs,
                                           const std::string& output);

/// Checks an instruction of the user's: UTF-8 text, not empty, at most 64 KiB. White space at its
/// end is cut off, so that an editor's last line break makes no other instruction of it.
[[nodiscard]] Result<std::string> checkedInstruction(std::string_view text,
                                                     const std::string& where);

/// About how many tokens a text is to a typical model: exact to about a quarter for English.
[[nodiscard]] std::int64_t estimatedTokens(std::string_view utf8);

/// What a run is going to be, before anything is asked.
struct AnnotateForecast {
    std::int64_t passages = 0;                 ///< to be asked
    std::int64_t known = 0;                    ///< in the file already
    std::int64_t duplicates = 0;               ///< the same text again
    std::int64_t tooLong = 0;                  ///< over 64 KiB: left out
    std::int64_t tokensIn = 0, tokensOut = 0;  ///< estimated
    std::optional<double> cost;                ///< when a price is known
    std::int64_t withinBudget = 0;             ///< passages that the budget allows, estimated
    std::optional<double> seconds;             ///< once answers were timed; see extrapolated()
};
/// Reads the whole source once. Errors: the source's, Cancelled.
[[nodiscard]] Result<AnnotateForecast> forecastAnnotation(const PassageSource& source,
                                                          const AnnotateOptions& options,
                                                          const AnnotationFile& file,
                                                          const std::stop_token& stop);

struct AnnotateProgress {
    std::int64_t done = 0, total = 0;  ///< passages of this run; total: as the budget allows
    std::int64_t mentions = 0;
    std::int64_t tokensIn = 0, tokensOut = 0;
    std::optional<double> cost;
    double secondsLeft = -1;  ///< negative: not known yet
    /// What was annotated since the last call; for this call alone.
    std::vector<Passage> answers;
};

struct AnnotateSummary {
    std::int64_t answered = 0;    ///< passages written in this run
    std::int64_t known = 0;       ///< skipped: in the file already
    std::int64_t duplicates = 0;  ///< skipped: the same text again
    std::int64_t tooLong = 0;     ///< skipped: over 64 KiB
    std::int64_t failed = 0;      ///< asked in vain; the next run asks again
    std::int64_t left = 0;        ///< not asked, or given up at the end
    AnswerCounts counts;
    std::int64_t requests = 0;  ///< POSTs
    std::int64_t tokensIn = 0, tokensOut = 0;
    bool tokensEstimated = false;  ///< for at least one answer the server did not count
    /// At most so many more were used by requests that broke off or were given up.
    std::int64_t lostTokensIn = 0, lostTokensOut = 0;
    std::optional<double> cost;  ///< without the lost ones
    double seconds = 0;
    std::string stoppedBy;  ///< "", "max-requests", "max-tokens", "max-cost", "interrupt", "error"
    std::optional<Error> problem;       ///< what ended the run; Cancelled after a stop
    std::optional<Error> firstFailure;  ///< of a passage that was asked in vain
};

/// The forecast of what is left after a run over a few passages: tokens as the server counted them
/// there, and the time, taken that as many requests run at a time as `options` says. As it was when
/// that run has no answer.
[[nodiscard]] AnnotateForecast extrapolated(AnnotateForecast rest, const AnnotateSummary& tried,
                                            const AnnotateOptions& options);

/// What is left of a budget after a run, requests that broke off counted as paid; none when a limit
/// is used up.
[[nodiscard]] std::optional<AnnotateBudget> remaining(AnnotateBudget budget,
                                                      const AnnotateSummary& used);

/// Both of two runs, one after the other, as one.
[[nodiscard]] AnnotateSummary together(const AnnotateSummary& first, AnnotateSummary second);

/// Asks for each passage of the source that the file has not, and appends the answers to it as they
/// come, so not always in the source's order. Whatever ends it, the file has every answer that came
/// in full. A passage whose answer has no usable line is written without mentions: it was paid for.
[[nodiscard]] AnnotateSummary annotate(
    const PassageSource& source, const AnnotateOptions& options, AnnotationFile& file,
    const AnnotateForecast& forecast,
    const std::function<void(const AnnotateProgress&)>& progress = {}, std::stop_token stop = {});

}  // namespace spanwise
