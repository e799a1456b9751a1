#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/formats/passages.h"
#include "core/result.h"

/// What the app and its worker say to each other about annotation by an LLM. As with the other
/// messages, from_json throws nlohmann::json::exception on a value of another kind; a missing one
/// has its default.
namespace spanwise::protocol {

/// Text on the worker's machine: plain, or JSONL with a text in each line.
struct AnnotationInput {
    std::string path;
    std::string source;  ///< the material's name in the output; empty: the file's
};

/// annotate/forecast: AnnotationParams → AnnotationForecast, with `$/progress` of the stage
/// "reading"; asks nobody and changes no file.
/// annotate/run: AnnotationParams → AnnotationResult, with `$/progress` of the stages "reading" and
/// "annotating" (in passages) and `$/annotating` (AnnotationNews). What comes is appended to the
/// output, and what is there already is not asked again, so the same request goes on after a stop,
/// a death or a full disk. A cancel is answered by an AnnotationResult within a moment.
/// Limits are for one run.
struct AnnotationParams {
    std::string endpoint, model;
    /// Sent to the endpoint and nowhere else: it is in no answer, no error, no log and no file.
    std::string key;
    std::vector<AnnotationInput> inputs;
    std::string field = "text";    ///< the member of JSONL that is the text
    std::string unit = "passage";  ///< or "sentence" or "line"
    std::string output;            ///< JSONL on the worker's machine
    std::string instruction;       ///< empty: the usual one
    int parallel = 4;
    int timeoutSeconds = 120;
    int maxAnswerTokens = 1024;
    std::int64_t maxRequests = 0, maxTokens = 0;  ///< 0: no limit
    double maxCost = 0;
    double priceIn = 0, priceOut = 0;  ///< of a million tokens
};

struct AnnotationForecast {
    std::int64_t passages = 0;  ///< to be asked
    std::int64_t known = 0, duplicates = 0, tooLong = 0;
    std::int64_t tokensIn = 0, tokensOut = 0;  ///< estimated
    double cost = -1;                          ///< negative: no price is known
    std::int64_t withinBudget = 0;             ///< passages, estimated
};

/// An answer as it is shown while a run goes on.
struct AnnotationExample {
    std::string text;
    std::vector<Mention> mentions;
};
/// $/annotating: how far a run is, and the first answers of it as they come.
struct AnnotationNews {
    std::int64_t request = 0;
    std::int64_t mentions = 0, tokensIn = 0, tokensOut = 0;
    double cost = -1;  ///< negative: no price is known
    std::vector<AnnotationExample> examples;
};
/// So many answers come as examples.
inline constexpr std::size_t kAnnotationExamples = 8;

/// What one run did, to its end or not.
struct AnnotationResult {
    std::int64_t answered = 0;  ///< passages annotated and written
    std::int64_t known = 0, duplicates = 0, tooLong = 0;
    std::int64_t failed = 0;  ///< asked in vain; the next run asks again
    std::int64_t left = 0;
    std::int64_t mentions = 0;
    std::int64_t prose = 0, empty = 0, truncated = 0;  ///< answers
    std::int64_t lines = 0, goodLines = 0;
    std::map<std::string, std::int64_t> faults;  ///< lines dropped, by lineFaultName
    std::int64_t requests = 0, tokensIn = 0, tokensOut = 0;
    bool tokensEstimated = false;
    std::int64_t lostTokensIn = 0, lostTokensOut = 0;  ///< at most, of requests that broke off
    double cost = -1;                                  ///< negative: no price is known
    double seconds = 0;
    /// "" (all was asked), "max-requests", "max-tokens", "max-cost", "interrupt", "error".
    std::string stoppedBy;
    std::optional<Error> problem;       ///< of "error"
    std::optional<Error> firstFailure;  ///< of a passage that was asked in vain
};

/// annotate/models: `{"endpoint", "key"}` → `{"models": [string…]}`, what the endpoint offers.
/// annotate/instruction: `{}` → `{"instruction": string}`, the usual one.

void to_json(nlohmann::json& json, const AnnotationInput& value);
void from_json(const nlohmann::json& json, AnnotationInput& value);
void to_json(nlohmann::json& json, const AnnotationParams& value);
void from_json(const nlohmann::json& json, AnnotationParams& value);
void to_json(nlohmann::json& json, const AnnotationForecast& value);
void from_json(const nlohmann::json& json, AnnotationForecast& value);
void to_json(nlohmann::json& json, const AnnotationExample& value);
void from_json(const nlohmann::json& json, AnnotationExample& value);
void to_json(nlohmann::json& json, const AnnotationNews& value);
void from_json(const nlohmann::json& json, AnnotationNews& value);
void to_json(nlohmann::json& json, const AnnotationResult& value);
void from_json(const nlohmann::json& json, AnnotationResult& value);

}  // namespace spanwise::protocol
