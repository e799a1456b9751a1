#include "core/protocol/messages.h"

#include "core/formats/json_text.h"

namespace spanwise::protocol {
namespace {

using Json = nlohmann::json;

std::string dumped(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

tl::unexpected<Error> invalid(std::string message) {
    return failure(ErrorCode::InvalidFormat, std::move(message));
}

Json spansToJson(const std::vector<NamedSpan>& spans) {
    Json list = Json::array();
    for (const NamedSpan& span : spans) {
        Json item{{"begin", span.range.begin}, {"end", span.range.end}, {"type", span.type}};
        if (span.score >= 0)
            item["score"] = span.score;
        list.push_back(std::move(item));
    }
    return list;
}

std::vector<NamedSpan> spansFromJson(const Json& json, const char* key) {
    std::vector<NamedSpan> spans;
    const auto list = json.find(key);
    if (list == json.end())
        return spans;
    spans.reserve(list->size());
    for (const Json& item : *list) {
        spans.push_back({{item.at("begin").get<Offset>(), item.at("end").get<Offset>()},
                         item.at("type").get<std::string>(),
                         item.value("score", -1.0)});
    }
    return spans;
}

Json rangeToJson(Range range) {
    return {range.begin, range.end};
}

Range rangeFromJson(const Json& json) {
    if (json.size() != 2)
        throw Json::type_error::create(302, "a range is no pair of numbers", &json);
    return {json.at(0).get<Offset>(), json.at(1).get<Offset>()};
}

std::optional<Range> optionalRange(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return std::nullopt;
    return rangeFromJson(*found);
}

}  // namespace

Result<Message> parse(std::string_view payload) {
    if (!isJsonShallow(payload))
        return invalid("The message is nested more than 256 deep.");
    Json json = Json::parse(payload, nullptr, false);
    if (json.is_discarded())
        return invalid("The message is not valid JSON.");
    if (!json.is_object())
        return invalid("The message is no JSON object.");
    const auto version = json.find("jsonrpc");
    if (version == json.end() || *version != "2.0")
        return invalid("The message does not say \"jsonrpc\": \"2.0\".");
    Message message;
    if (const auto id = json.find("id"); id != json.end() && !id->is_null()) {
        if (!id->is_number_integer())
            return invalid("The message's id is no whole number.");
        message.id = id->get<std::int64_t>();
    }
    if (const auto method = json.find("method"); method != json.end()) {
        if (!method->is_string() || method->get_ref<const std::string&>().empty())
            return invalid("The message's method is no string.");
        message.method = method->get<std::string>();
    }
    if (const auto params = json.find("params"); params != json.end() && !params->is_null()) {
        if (!params->is_structured())
            return invalid("The message's params are neither object nor list.");
        message.params = std::move(*params);
    }
    const auto result = json.find("result");
    const auto error = json.find("error");
    if (result != json.end())
        message.result = std::move(*result);
    if (error != json.end() && !error->is_null()) {
        if (!error->is_object())
            return invalid("The message's error is no object.");
        message.error = std::move(*error);
    }
    if (message.method.empty() && !message.error && (result == json.end() || !message.id))
        return invalid("The message is no request, no notification and no response.");
    return message;
}

std::string request(std::int64_t id, std::string_view method, Json params) {
    return dumped(
        {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}});
}

std::string notification(std::string_view method, Json params) {
    return dumped({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}});
}

std::string response(std::int64_t id, Json result) {
    return dumped({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}});
}

std::string errorResponse(std::optional<std::int64_t> id, int code, std::string_view message,
                          Json data) {
    Json error{{"code", code}, {"message", message}};
    if (!data.is_null())
        error["data"] = std::move(data);
    return dumped(
        {{"jsonrpc", "2.0"}, {"id", id ? Json(*id) : Json()}, {"error", std::move(error)}});
}

std::string errorResponse(std::int64_t id, const Error& error) {
    const int code = error.code == ErrorCode::Cancelled ? kRequestCancelled : kFailed;
    Json data{{"code", errorCodeName(error.code)}};
    if (!error.where.empty())
        data["where"] = error.where;
    return errorResponse(std::optional(id), code, error.message, std::move(data));
}

Error errorFromJson(const Json& error) {
    Error out{ErrorCode::Worker, "The worker gave no reason.", {}};
    if (!error.is_object())
        return out;
    const auto text = [](const Json& json, const char* key) -> std::optional<std::string> {
        if (!json.is_object())
            return std::nullopt;
        const auto found = json.find(key);
        if (found == json.end() || !found->is_string())
            return std::nullopt;
        return found->get<std::string>();
    };
    if (const auto message = text(error, "message"))
        out.message = *message;
    if (const auto code = error.find("code");
        code != error.end() && code->is_number_integer() && *code == kRequestCancelled) {
        out.code = ErrorCode::Cancelled;
    }
    if (const auto data = error.find("data"); data != error.end()) {
        if (const auto code = text(*data, "code"))
            out.code = errorCodeFromName(*code);
        if (const auto where = text(*data, "where"))
            out.where = *where;
    }
    return out;
}

void to_json(Json& json, const DocumentText& value) {
    json = {{"hash", value.hash}, {"text", value.text}, {"sentences", value.sentences}};
}
void from_json(const Json& json, DocumentText& value) {
    value.hash = json.at("hash").get<std::string>();
    value.text = json.at("text").get<std::string>();
    value.sentences = json.value("sentences", std::string());
}

void to_json(Json& json, const DocumentLabelling& value) {
    json = {{"hash", value.hash},
            {"done", value.done},
            {"annotations", spansToJson(value.annotations)},
            {"rejections", spansToJson(value.rejections)}};
}
void from_json(const Json& json, DocumentLabelling& value) {
    value.hash = json.at("hash").get<std::string>();
    value.done = json.value("done", false);
    value.annotations = spansFromJson(json, "annotations");
    value.rejections = spansFromJson(json, "rejections");
}

void to_json(Json& json, const TrainParams& value) {
    json = {{"labels", value.labels},
            {"quick", value.quick},
            {"budgetSeconds", value.budgetSeconds},
            {"seed", value.seed},
            {"compare", value.compare}};
}
void from_json(const Json& json, TrainParams& value) {
    value.labels = json.at("labels").get<std::vector<DocumentLabelling>>();
    value.quick = json.value("quick", false);
    value.budgetSeconds = json.value("budgetSeconds", 0.0);
    value.seed = json.value("seed", std::uint64_t{1});
    value.compare = json.value("compare", false);
}

void to_json(Json& json, const TrainResult& value) {
    json = {{"model", value.model},       {"sentences", value.sentences},
            {"steps", value.steps},       {"loss", value.loss},
            {"seconds", value.seconds},   {"sinceFresh", value.sinceFresh},
            {"keptWarm", value.keptWarm}, {"warnings", value.warnings}};
}
void from_json(const Json& json, TrainResult& value) {
    value.model = json.at("model").get<std::string>();
    value.sentences = json.value("sentences", std::int64_t{0});
    value.steps = json.value("steps", std::int64_t{0});
    // A loss that is not finite is null in JSON.
    const auto loss = json.find("loss");
    value.loss = loss != json.end() && loss->is_number() ? loss->get<double>() : 0;
    value.seconds = json.value("seconds", 0.0);
    value.sinceFresh = json.value("sinceFresh", std::int64_t{0});
    value.keptWarm = json.value("keptWarm", false);
    value.warnings = json.value("warnings", std::vector<std::string>());
}

void to_json(Json& json, const PredictParams& value) {
    json = {{"hashes", value.hashes}, {"threshold", value.threshold}};
    if (value.visible)
        json["visible"] = rangeToJson(*value.visible);
    for (const Range range : value.covered)
        json["covered"].push_back(rangeToJson(range));
}
void from_json(const Json& json, PredictParams& value) {
    value.hashes = json.at("hashes").get<std::vector<std::string>>();
    value.threshold = json.value("threshold", 0.0);
    value.visible = optionalRange(json, "visible");
    value.covered.clear();
    if (const auto covered = json.find("covered"); covered != json.end()) {
        for (const Json& range : *covered)
            value.covered.push_back(rangeFromJson(range));
    }
}

void to_json(Json& json, const Suggestions& value) {
    json = {{"request", value.request},
            {"hash", value.hash},
            {"model", value.model},
            {"spans", spansToJson(value.spans)},
            {"last", value.last}};
    if (value.range)
        json["range"] = rangeToJson(*value.range);
}
void from_json(const Json& json, Suggestions& value) {
    value.request = json.at("request").get<std::int64_t>();
    value.hash = json.at("hash").get<std::string>();
    value.model = json.value("model", std::string());
    value.spans = spansFromJson(json, "spans");
    value.range = optionalRange(json, "range");
    value.last = json.value("last", true);
}

void to_json(Json& json, const SimilarParams& value) {
    json = {{"count", value.count}};
    if (!value.hash.empty())
        json["hash"] = value.hash;
    if (!value.text.empty())
        json["text"] = value.text;
    if (value.range)
        json["range"] = rangeToJson(*value.range);
}
void from_json(const Json& json, SimilarParams& value) {
    value.hash = json.value("hash", std::string());
    value.text = json.value("text", std::string());
    value.range = optionalRange(json, "range");
    value.count = json.value("count", std::int64_t{20});
}

void to_json(Json& json, const SimilarMatch& value) {
    json = {{"hash", value.hash},
            {"sentence", rangeToJson(value.sentence)},
            {"range", rangeToJson(value.range)},
            {"score", value.score}};
}
void from_json(const Json& json, SimilarMatch& value) {
    value.hash = json.at("hash").get<std::string>();
    value.sentence = rangeFromJson(json.at("sentence"));
    value.range = rangeFromJson(json.at("range"));
    value.score = json.value("score", 0.0);
}

void to_json(Json& json, const Progress& value) {
    json = {{"request", value.request},
            {"stage", value.stage},
            {"done", value.done},
            {"total", value.total},
            {"loss", value.loss},
            {"tokensPerSecond", value.tokensPerSecond},
            {"secondsLeft", value.secondsLeft}};
}
void from_json(const Json& json, Progress& value) {
    const auto number = [&](const char* key, double fallback) {
        const auto found = json.find(key);
        return found != json.end() && found->is_number() ? found->get<double>() : fallback;
    };
    value.request = json.at("request").get<std::int64_t>();
    value.stage = json.value("stage", std::string());
    value.done = json.value("done", std::int64_t{0});
    value.total = json.value("total", std::int64_t{0});
    value.loss = number("loss", -1);
    value.tokensPerSecond = number("tokensPerSecond", 0);
    value.secondsLeft = number("secondsLeft", -1);
}

void to_json(Json& json, const ModelInfo& value) {
    json = {{"id", value.id},
            {"name", value.name},
            {"path", value.path},
            {"device", value.device},
            {"parameters", value.parameters},
            {"types", value.types}};
}
void from_json(const Json& json, ModelInfo& value) {
    value.id = json.value("id", std::string());
    value.name = json.value("name", std::string());
    value.path = json.value("path", std::string());
    value.device = json.value("device", std::string());
    value.parameters = json.value("parameters", std::int64_t{0});
    value.types = json.value("types", std::vector<std::string>());
}

void to_json(Json& json, const InitializeResult& value) {
    json = {{"protocol", value.protocol},
            {"version", value.version},
            {"devices", value.devices},
            {"pid", value.pid}};
}
void from_json(const Json& json, InitializeResult& value) {
    value.protocol = json.at("protocol").get<int>();
    value.version = json.value("version", std::string());
    value.devices = json.value("devices", std::vector<std::string>());
    value.pid = json.value("pid", std::int64_t{0});
}

}  // namespace spanwise::protocol
