#include "core/protocol/learning_messages.h"

namespace spanwise::protocol {
namespace {

using Json = nlohmann::json;

template <typename T>
Json optionalJson(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

template <typename T>
std::optional<T> optionalAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return std::nullopt;
    return found->get<T>();
}

Json spanJson(const std::optional<NamedSpan>& span) {
    if (!span)
        return nullptr;
    return {{"begin", span->range.begin},
            {"end", span->range.end},
            {"type", span->type},
            {"score", span->score}};
}

std::optional<NamedSpan> spanAt(const Json& json, const char* key) {
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return std::nullopt;
    NamedSpan span;
    span.range = {found->at("begin").get<Offset>(), found->at("end").get<Offset>()};
    span.type = found->at("type").get<std::string>();
    span.score = found->value("score", -1.0);
    return span;
}

}  // namespace

void to_json(Json& json, const CheckedDocument& value) {
    json = value.labelling;
    json["preAnnotated"] = value.preAnnotated;
}
void from_json(const Json& json, CheckedDocument& value) {
    value.labelling = json.get<DocumentLabelling>();
    value.preAnnotated = json.value("preAnnotated", false);
}

void to_json(Json& json, const CheckParams& value) {
    json = {{"documents", value.documents},
            {"folds", value.folds},
            {"maxSentences", value.maxSentences},
            {"curve", value.curve},
            {"errors", value.errors},
            {"mistakes", value.mistakes},
            {"budgetSeconds", value.budgetSeconds},
            {"seed", value.seed}};
}
void from_json(const Json& json, CheckParams& value) {
    value.documents = json.at("documents").get<std::vector<CheckedDocument>>();
    value.folds = json.value("folds", value.folds);
    value.maxSentences = json.value("maxSentences", value.maxSentences);
    value.curve = json.value("curve", value.curve);
    value.errors = json.value("errors", value.errors);
    value.mistakes = json.value("mistakes", value.mistakes);
    value.budgetSeconds = json.value("budgetSeconds", value.budgetSeconds);
    value.seed = json.value("seed", value.seed);
}

void to_json(Json& json, const ScoreReport& value) {
    json = {{"precision", value.precision},
            {"recall", value.recall},
            {"f1", value.f1},
            {"support", value.support},
            {"f1Interval", optionalJson(value.f1Interval)}};
}
void from_json(const Json& json, ScoreReport& value) {
    json.at("precision").get_to(value.precision);
    json.at("recall").get_to(value.recall);
    json.at("f1").get_to(value.f1);
    json.at("support").get_to(value.support);
    value.f1Interval = optionalAt<std::pair<double, double>>(json, "f1Interval");
}

void to_json(Json& json, const QualityReport& value) {
    json = {{"documents", value.documents},
            {"sentences", value.sentences},
            {"micro", value.micro},
            {"macro", value.macro},
            {"perType", value.perType}};
}
void from_json(const Json& json, QualityReport& value) {
    json.at("documents").get_to(value.documents);
    json.at("sentences").get_to(value.sentences);
    json.at("micro").get_to(value.micro);
    json.at("macro").get_to(value.macro);
    value.perType = json.at("perType").get<std::map<std::string, ScoreReport>>();
}

void to_json(Json& json, const LackingReport& value) {
    json = {{"type", value.type},
            {"mentions", value.mentions},
            {"documents", value.documents},
            {"moreMentions", value.moreMentions},
            {"moreDocuments", value.moreDocuments}};
}
void from_json(const Json& json, LackingReport& value) {
    json.at("type").get_to(value.type);
    json.at("mentions").get_to(value.mentions);
    json.at("documents").get_to(value.documents);
    json.at("moreMentions").get_to(value.moreMentions);
    json.at("moreDocuments").get_to(value.moreDocuments);
}

void to_json(Json& json, const DoubtReport& value) {
    json = {{"hash", value.hash},
            {"kind", value.kind},
            {"label", spanJson(value.label)},
            {"found", spanJson(value.found)},
            {"confidence", value.confidence},
            {"elsewhereType", value.elsewhereType},
            {"elsewhereTimes", value.elsewhereTimes},
            {"elsewhereOf", value.elsewhereOf},
            {"evidence", value.evidence}};
}
void from_json(const Json& json, DoubtReport& value) {
    json.at("hash").get_to(value.hash);
    json.at("kind").get_to(value.kind);
    value.label = spanAt(json, "label");
    value.found = spanAt(json, "found");
    json.at("confidence").get_to(value.confidence);
    value.elsewhereType = json.value("elsewhereType", std::string());
    value.elsewhereTimes = json.value("elsewhereTimes", std::int64_t{0});
    value.elsewhereOf = json.value("elsewhereOf", std::int64_t{0});
    value.evidence = json.value("evidence", std::string());
}

void to_json(Json& json, const CurveReport& value) {
    json = {{"points", value.points},
            {"documents", value.documents},
            {"more", value.more},
            {"isGiven", value.isGiven},
            {"now", value.now},
            {"then", value.then},
            {"thenInterval", value.thenInterval},
            {"text", value.text}};
}
void from_json(const Json& json, CurveReport& value) {
    value.points = json.at("points").get<std::vector<std::pair<double, double>>>();
    json.at("documents").get_to(value.documents);
    json.at("more").get_to(value.more);
    json.at("isGiven").get_to(value.isGiven);
    json.at("now").get_to(value.now);
    json.at("then").get_to(value.then);
    value.thenInterval = json.at("thenInterval").get<std::pair<double, double>>();
    value.text = json.value("text", std::string());
}

void to_json(Json& json, const ConfusionReport& value) {
    json = {{"label", value.label},
            {"found", value.found},
            {"spans", value.spans},
            {"otherBoundaries", value.otherBoundaries}};
}
void from_json(const Json& json, ConfusionReport& value) {
    json.at("label").get_to(value.label);
    json.at("found").get_to(value.found);
    json.at("spans").get_to(value.spans);
    value.otherBoundaries = json.value("otherBoundaries", std::int64_t{0});
}

void to_json(Json& json, const ErrorReport& value) {
    json = {
        {"hash", value.hash}, {"label", spanJson(value.label)}, {"found", spanJson(value.found)}};
}
void from_json(const Json& json, ErrorReport& value) {
    json.at("hash").get_to(value.hash);
    value.label = spanAt(json, "label");
    value.found = spanAt(json, "found");
}

void to_json(Json& json, const CheckResult& value) {
    json = {{"model", value.model},
            {"folds", value.folds},
            {"bySentence", value.bySentence},
            {"all", value.all},
            {"preAnnotated", optionalJson(value.preAnnotated)},
            {"byHand", optionalJson(value.byHand)},
            {"lacking", value.lacking},
            {"doubts", value.doubts},
            {"curve", optionalJson(value.curve)},
            {"notes", value.notes},
            {"confusion", value.confusion},
            {"mistakes", value.mistakes}};
}
void from_json(const Json& json, CheckResult& value) {
    json.at("model").get_to(value.model);
    json.at("folds").get_to(value.folds);
    json.at("bySentence").get_to(value.bySentence);
    json.at("all").get_to(value.all);
    value.preAnnotated = optionalAt<QualityReport>(json, "preAnnotated");
    value.byHand = optionalAt<QualityReport>(json, "byHand");
    value.lacking = json.at("lacking").get<std::vector<LackingReport>>();
    value.doubts = json.at("doubts").get<std::vector<DoubtReport>>();
    value.curve = optionalAt<CurveReport>(json, "curve");
    value.notes = json.at("notes").get<std::vector<std::string>>();
    // Results that older projects keep have neither.
    value.confusion = json.value("confusion", std::vector<ConfusionReport>{});
    value.mistakes = json.value("mistakes", std::vector<ErrorReport>{});
}

void to_json(Json& json, const MeasuredWork& value) {
    json = {{"hash", value.hash}, {"mentions", value.mentions}, {"seconds", value.seconds}};
}
void from_json(const Json& json, MeasuredWork& value) {
    json.at("hash").get_to(value.hash);
    json.at("mentions").get_to(value.mentions);
    json.at("seconds").get_to(value.seconds);
}

void to_json(Json& json, const RankParams& value) {
    json = {{"hashes", value.hashes},
            {"labelled", value.labelled},
            {"measured", value.measured},
            {"count", value.count},
            {"seed", value.seed}};
}
void from_json(const Json& json, RankParams& value) {
    value.hashes = json.at("hashes").get<std::vector<std::string>>();
    value.labelled = json.value("labelled", std::vector<std::string>());
    value.measured = json.value("measured", std::vector<MeasuredWork>());
    value.count = json.value("count", value.count);
    value.seed = json.value("seed", value.seed);
}

void to_json(Json& json, const RankedDocument& value) {
    json = {{"hash", value.hash},       {"reason", value.reason},
            {"type", value.type},       {"uncertainty", value.uncertainty},
            {"seconds", value.seconds}, {"similarity", value.similarity}};
}
void from_json(const Json& json, RankedDocument& value) {
    json.at("hash").get_to(value.hash);
    json.at("reason").get_to(value.reason);
    value.type = json.value("type", std::string());
    value.uncertainty = json.value("uncertainty", 0.0);
    value.seconds = json.value("seconds", 0.0);
    value.similarity = json.value("similarity", 0.0);
}

}  // namespace spanwise::protocol
