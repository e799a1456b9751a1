#include "core/protocol/annotation_messages.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;

Json problemToJson(const std::optional<Error>& problem) {
    if (!problem)
        return nullptr;
    return {{"code", errorCodeName(problem->code)},
            {"message", problem->message},
            {"where", problem->where}};
}

std::optional<Error> problemFromJson(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return std::nullopt;
    return Error{errorCodeFromName(found->at("code").get<std::string>()),
                 found->at("message").get<std::string>(), found->value("where", std::string())};
}

}  // namespace

namespace protocol {

/// The library's macro declares its functions inline; these are the header's.
#define SPANWISE_MESSAGE(Type, ...)                                                             \
    void to_json(nlohmann::json& nlohmann_json_j, const Type& nlohmann_json_t) {                \
        NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_TO, __VA_ARGS__))                \
    }                                                                                           \
    void from_json(const nlohmann::json& nlohmann_json_j, Type& nlohmann_json_t) {              \
        const Type nlohmann_json_default_obj{};                                                 \
        NLOHMANN_JSON_EXPAND(NLOHMANN_JSON_PASTE(NLOHMANN_JSON_FROM_WITH_DEFAULT, __VA_ARGS__)) \
    }

SPANWISE_MESSAGE(AnnotationInput, path, source)
SPANWISE_MESSAGE(AnnotationParams, endpoint, model, key, inputs, field, unit, output, instruction,
                 parallel, timeoutSeconds, maxAnswerTokens, maxRequests, maxTokens, maxCost,
                 priceIn, priceOut)
SPANWISE_MESSAGE(AnnotationForecast, passages, known, duplicates, tooLong, tokensIn, tokensOut,
                 cost, withinBudget)
SPANWISE_MESSAGE(AnnotationNews, request, mentions, tokensIn, tokensOut, cost, examples)

#undef SPANWISE_MESSAGE

void to_json(Json& json, const AnnotationExample& value) {
    Json mentions = Json::array();
    for (const Mention& mention : value.mentions)
        mentions.push_back({{"begin", mention.begin},
                            {"end", mention.end},
                            {"concept", mention.name},
                            {"description", mention.description}});
    json = {{"text", value.text}, {"mentions", std::move(mentions)}};
}

void from_json(const Json& json, AnnotationExample& value) {
    value = {};
    json.at("text").get_to(value.text);
    for (const Json& mention : json.at("mentions"))
        value.mentions.push_back({mention.at("begin").get<Offset>(),
                                  mention.at("end").get<Offset>(),
                                  mention.at("concept").get<std::string>(),
                                  mention.value("description", std::string())});
}

void to_json(Json& json, const AnnotationResult& value) {
    json = {{"answered", value.answered},
            {"known", value.known},
            {"duplicates", value.duplicates},
            {"tooLong", value.tooLong},
            {"failed", value.failed},
            {"left", value.left},
            {"mentions", value.mentions},
            {"prose", value.prose},
            {"empty", value.empty},
            {"truncated", value.truncated},
            {"lines", value.lines},
            {"goodLines", value.goodLines},
            {"faults", value.faults},
            {"requests", value.requests},
            {"tokensIn", value.tokensIn},
            {"tokensOut", value.tokensOut},
            {"tokensEstimated", value.tokensEstimated},
            {"lostTokensIn", value.lostTokensIn},
            {"lostTokensOut", value.lostTokensOut},
            {"cost", value.cost},
            {"seconds", value.seconds},
            {"stoppedBy", value.stoppedBy},
            {"problem", problemToJson(value.problem)},
            {"firstFailure", problemToJson(value.firstFailure)}};
}

void from_json(const Json& json, AnnotationResult& value) {
    const AnnotationResult usual;
    const auto take = [&](const char* key, auto AnnotationResult::*member) {
        value.*member = json.value(key, usual.*member);
    };
    take("answered", &AnnotationResult::answered);
    take("known", &AnnotationResult::known);
    take("duplicates", &AnnotationResult::duplicates);
    take("tooLong", &AnnotationResult::tooLong);
    take("failed", &AnnotationResult::failed);
    take("left", &AnnotationResult::left);
    take("mentions", &AnnotationResult::mentions);
    take("prose", &AnnotationResult::prose);
    take("empty", &AnnotationResult::empty);
    take("truncated", &AnnotationResult::truncated);
    take("lines", &AnnotationResult::lines);
    take("goodLines", &AnnotationResult::goodLines);
    take("faults", &AnnotationResult::faults);
    take("requests", &AnnotationResult::requests);
    take("tokensIn", &AnnotationResult::tokensIn);
    take("tokensOut", &AnnotationResult::tokensOut);
    take("tokensEstimated", &AnnotationResult::tokensEstimated);
    take("lostTokensIn", &AnnotationResult::lostTokensIn);
    take("lostTokensOut", &AnnotationResult::lostTokensOut);
    take("cost", &AnnotationResult::cost);
    take("seconds", &AnnotationResult::seconds);
    take("stoppedBy", &AnnotationResult::stoppedBy);
    value.problem = problemFromJson(json, "problem");
    value.firstFailure = problemFromJson(json, "firstFailure");
}

}  // namespace protocol
}  // namespace spanwise
