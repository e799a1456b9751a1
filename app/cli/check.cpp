#include <algorithm>
#include <cstdio>
#include <set>

#include "app/cli/command.h"
#include "app/cli/interrupt.h"
#include "core/text/offset_map.h"
#include "core/text/utf8.h"
#include "models/learning/cross_validation.h"
#include "models/learning/label_errors.h"
#include "models/learning/learning_curve.h"
#include "storage/pre_annotated.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string project, model;
    bool curve = false;
    int errors = 10;
    CrossValidationOptions check;
    TrainOptions train;
};

/// What a labelled document was before it became sentences that teach.
struct Source {
    Document document;
    std::vector<Sentence> sentences;  ///< those that teach
};

struct Material {
    std::vector<LearningDocument> documents;
    std::vector<Source> sources;
    std::vector<std::string> types;
    std::map<std::string, std::string> descriptions;
};

/// The document's own sentences that the teaching ones are, in order. Those without a span that
/// teach but a rejection may be taken for another of the same words: no label of theirs is shown.
std::vector<Sentence> placesOf(const Document& document,
                               const std::vector<LabelledSentence>& teaching,
                               const std::vector<NamedSpan>& annotations) {
    const std::vector<Sentence> sentences = sentencesOf(document);
    if (teaching.size() == sentences.size())
        return sentences;
    const auto all = alignToWords(document, sentences, annotations);
    std::vector<Sentence> places;
    std::size_t next = 0;
    for (const LabelledSentence& sentence : teaching) {
        while (next < all.size() &&
               (all[next].words != sentence.words || all[next].spans != sentence.spans))
            ++next;
        places.push_back(next < all.size() ? sentences[next++] : Sentence{});
    }
    return places;
}

Result<Material> readMaterial(const std::string& path, const std::stop_token& stop) {
    const auto project = Project::open(path, OpenMode::ReadOnly);
    if (!project)
        return tl::unexpected(project.error());
    const auto scheme = (*project)->scheme();
    if (!scheme)
        return tl::unexpected(scheme.error());
    const auto accepted = preAnnotatedDocuments(**project, stop);
    if (!accepted)
        return tl::unexpected(accepted.error());
    Material material;
    material.types = scheme->names();
    for (const EntityType& type : scheme->types()) {
        if (!type.description.empty())
            material.descriptions[type.name] = type.description;
    }
    const auto read = (*project)->forEachRecord(
        [&](Record&& record, const DocumentLabels& labels) -> Result<void> {
            auto teaching = teachingSentences(record.document, labels, *scheme);
            if (teaching.empty())
                return {};
            std::vector<NamedSpan> annotations;
            for (const Annotation& annotation : labels.annotations) {
                if (const EntityType* type = scheme->byId(annotation.type))
                    annotations.push_back({annotation.range, type->name});
            }
            auto places = placesOf(record.document, teaching, annotations);
            material.documents.push_back({record.document.sha256 + record.document.name,
                                          std::move(teaching),
                                          accepted->contains(record.document.id)});
            material.sources.push_back({std::move(record.document), std::move(places)});
            return {};
        },
        stop);
    if (!read)
        return tl::unexpected(read.error());
    if (material.documents.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Nothing is labelled yet, so there is nothing to check.", path);
    return material;
}

nlohmann::json toJson(const Score& score, const std::optional<Interval>& interval) {
    nlohmann::json json{{"precision", score.precision},
                        {"recall", score.recall},
                        {"f1", score.f1},
                        {"support", score.support},
                        {"f1_interval", nullptr}};
    if (interval)
        json["f1_interval"] = {interval->low, interval->high};
    return json;
}

nlohmann::json toJson(const Quality& quality) {
    nlohmann::json json{{"documents", quality.documents},
                        {"sentences", quality.sentences},
                        {"micro", toJson(quality.micro, quality.microInterval)},
                        {"macro", toJson(quality.macro, quality.macroInterval)},
                        {"per_type", nlohmann::json::object()}};
    for (const auto& [type, score] : quality.perType)
        json["per_type"][type] = toJson(score, quality.perTypeInterval.at(type));
    return json;
}

/// Code points of the document; nothing for a sentence without a place.
std::optional<Range> rangeOf(const Source& source, const LabelError& error, const WordSpan& span) {
    if (error.sentence >= source.sentences.size())
        return {};
    const std::vector<Range>& words = source.sentences[error.sentence].words;
    if (span.begin < 0 || span.begin >= span.end ||
        static_cast<std::size_t>(span.end) > words.size())
        return {};
    return Range{words[static_cast<std::size_t>(span.begin)].begin,
                 words[static_cast<std::size_t>(span.end) - 1].end};
}

std::string textOf(const Document& document, Range range) {
    const OffsetMap map(document.text);
    const auto begin = static_cast<std::size_t>(map.toByte(range.begin));
    const auto end = static_cast<std::size_t>(map.toByte(range.end));
    return document.text.substr(begin, end - begin);
}

nlohmann::json spanJson(const Source& source, const LabelError& error,
                        const std::optional<WordSpan>& span) {
    if (!span)
        return nullptr;
    nlohmann::json json{{"type", span->type}, {"probability", span->score}};
    if (const auto range = rangeOf(source, error, *span)) {
        json["begin"] = range->begin;
        json["end"] = range->end;
        json["text"] = textOf(source.document, *range);
    }
    return json;
}

nlohmann::json toJson(const LabelError& error, const Source& source) {
    return {{"kind", labelErrorKindName(error.kind)},
            {"document", source.document.name},
            {"document_id", source.document.id},
            {"confidence", error.confidence},
            {"label", spanJson(source, error, error.label)},
            {"found", spanJson(source, error, error.found)},
            {"elsewhere",
             {{"type", error.elsewhere.type},
              {"times", error.elsewhere.times},
              {"of", error.elsewhere.ofTimes}}},
            {"evidence", error.evidence}};
}

nlohmann::json toJson(const LearningCurve& curve) {
    nlohmann::json points = nlohmann::json::array();
    for (const CurvePoint& point : curve.points)
        points.push_back({{"documents", point.documents}, {"f1", point.f1}});
    nlohmann::json json{{"points", std::move(points)},
                        {"documents", curve.documents},
                        {"more", curve.more},
                        {"forecast", nullptr},
                        {"text", curve.text}};
    if (curve.law)
        json["forecast"] = {{"now", curve.now},
                            {"then", curve.then},
                            {"then_interval", {curve.thenInterval.low, curve.thenInterval.high}}};
    return json;
}

std::string shownInterval(const std::optional<Interval>& interval) {
    if (!interval)
        return "-";
    char text[32];
    std::snprintf(text, sizeof text, "%.1f to %.1f", 100 * interval->low, 100 * interval->high);
    return text;
}

/// A name as a cell: as wide as people see it, for what has a width of one.
std::string cell(const std::string& name, Offset width) {
    const Offset length = countCodePoints(name);
    return name + std::string(static_cast<std::size_t>(std::max<Offset>(0, width - length)), ' ');
}

void printRow(const std::string& name, Offset width, const Score& score,
              const std::optional<Interval>& interval) {
    std::printf("%s %9.1f %9.1f %9.1f   %-14s %8lld\n", cell(name, width).c_str(),
                100 * score.precision, 100 * score.recall, 100 * score.f1,
                shownInterval(interval).c_str(), static_cast<long long>(score.support));
}

void printQuality(const CrossValidation& checked, const std::string& model, std::size_t documents) {
    std::printf(
        "%zu labelled %s, %lld sentences; each %s judged by a model (%s) that learned from "
        "the others, in %d folds.\n\n",
        documents, documents == 1 ? "document" : "documents",
        static_cast<long long>(checked.sentences), checked.bySentence ? "sentence" : "document",
        model.c_str(), checked.folds);
    Offset width = 24;
    for (const auto& [type, score] : checked.all.perType)
        width = std::max(width, countCodePoints(type));
    std::printf("%s %9s %9s %9s   %-14s %8s\n", cell("", width).c_str(), "precision", "recall",
                "F1", "95 %", "mentions");
    for (const auto& [type, score] : checked.all.perType)
        printRow(type, width, score, checked.all.perTypeInterval.at(type));
    std::printf("\n");
    printRow("micro", width, checked.all.micro, checked.all.microInterval);
    printRow("macro", width, checked.all.macro, checked.all.macroInterval);
    if (checked.byHand && checked.preAnnotated) {
        printRow("micro, labelled by hand", width, checked.byHand->micro,
                 checked.byHand->microInterval);
        printRow("micro, pre-annotated", width, checked.preAnnotated->micro,
                 checked.preAnnotated->microInterval);
    }
    for (const std::string& note : checked.notes)
        std::printf("\n%s\n", note.c_str());
    if (!checked.lacking.empty())
        std::printf("\nTypes that lack examples:\n");
    for (const LackingType& type : checked.lacking) {
        std::printf(
            "  %s: %lld %s in %lld %s;", type.type.c_str(), static_cast<long long>(type.mentions),
            type.mentions == 1 ? "mention" : "mentions", static_cast<long long>(type.documents),
            type.documents == 1 ? "document" : "documents");
        if (type.moreMentions > 0)
            std::printf(" label %lld more", static_cast<long long>(type.moreMentions));
        else
            std::printf(" label more");
        if (type.moreDocuments > 0)
            std::printf(", in %lld more documents", static_cast<long long>(type.moreDocuments));
        std::printf(".\n");
    }
}

void printErrors(const std::vector<LabelError>& errors, const Material& material) {
    if (errors.empty()) {
        std::printf("\nNo label is contradicted with confidence.\n");
        return;
    }
    std::printf("\nLabels to look at again, the surest first:\n");
    for (const LabelError& error : errors) {
        const Source& source = material.sources[error.document];
        const WordSpan& span = error.label ? *error.label : *error.found;
        const auto range = rangeOf(source, error, span);
        if (!range)
            continue;
        std::printf("  %3.0f %%  %-16s %s, %lld to %lld: \"%s\"%s%s\n         %s\n",
                    100 * error.confidence, std::string(labelErrorKindName(error.kind)).c_str(),
                    source.document.name.c_str(), static_cast<long long>(range->begin),
                    static_cast<long long>(range->end), textOf(source.document, *range).c_str(),
                    error.label ? ", labelled " : "", error.label ? error.label->type.c_str() : "",
                    error.evidence.c_str());
    }
}

Result<void> check(const Cli& cli, const Options& options) {
    const Interrupt interrupt;
    auto material = readMaterial(options.project, interrupt.token());
    if (!material)
        return tl::unexpected(material.error());
    const auto base = cli.load(options.model);
    if (!base)
        return tl::unexpected(base.error());
    TrainOptions train = options.train;
    train.types = material->types;
    train.descriptions = material->descriptions;
    train.seed = options.check.seed;
    CrossValidationOptions checkOptions = options.check;
    checkOptions.types = material->types;
    const FitSentences fit = fitOf(*base, train);
    ProgressLine line(cli);
    const auto teller = [&](const char* what) {
        return [&line, what](const CrossValidationProgress& p) {
            char text[160];
            std::snprintf(text, sizeof text, "%s: fold %d of %d, %.0f %%", what, p.fold + 1,
                          p.folds, 100 * p.done);
            std::string told = text;
            if (p.secondsLeft >= 0) {
                std::snprintf(text, sizeof text, ", %.0f s left", p.secondsLeft);
                told += text;
            }
            line.show(told);
        };
    };
    auto checked = crossValidate(fit, material->documents, checkOptions, teller("checking"),
                                 interrupt.token());
    if (!checked) {
        if (checked.error().where.empty())
            checked.error().where = options.project;
        return tl::unexpected(checked.error());
    }
    const Calibration calibration = fitCalibration(judgedScores(checked->outOfFold));
    LabelErrorOptions errorOptions;
    errorOptions.most = static_cast<std::size_t>(options.errors);
    const auto errors = findLabelErrors(material->documents, *checked, calibration, errorOptions);
    std::optional<LearningCurve> curve;
    if (options.curve) {
        LearningCurveOptions curveOptions;
        curveOptions.seed = options.check.seed;
        auto told = learningCurve(fit, material->documents, *checked, curveOptions,
                                  teller("learning curve"), interrupt.token());
        if (!told)
            return tl::unexpected(told.error());
        curve = std::move(*told);
    }
    line.clear();
    if (cli.json) {
        nlohmann::json json{
            {"model", bundleInfo(**base).name},
            {"documents", material->documents.size()},
            {"sentences", checked->sentences},
            {"folds", checked->folds},
            {"by_sentence", checked->bySentence},
            {"all", toJson(checked->all)},
            {"pre_annotated", nullptr},
            {"by_hand", nullptr},
            {"lacking", nlohmann::json::array()},
            {"calibration", {{"slope", calibration.slope}, {"shift", calibration.shift}}},
            {"errors", nlohmann::json::array()},
            {"curve", nullptr},
            {"notes", checked->notes}};
        if (checked->preAnnotated && checked->byHand) {
            json["pre_annotated"] = toJson(*checked->preAnnotated);
            json["by_hand"] = toJson(*checked->byHand);
        }
        for (const LackingType& type : checked->lacking)
            json["lacking"].push_back({{"type", type.type},
                                       {"mentions", type.mentions},
                                       {"documents", type.documents},
                                       {"more_mentions", type.moreMentions},
                                       {"more_documents", type.moreDocuments}});
        for (const LabelError& error : errors)
            json["errors"].push_back(toJson(error, material->sources[error.document]));
        if (curve)
            json["curve"] = toJson(*curve);
        std::printf("%s\n",
                    json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
        return {};
    }
    printQuality(*checked, bundleInfo(**base).name, material->documents.size());
    if (curve)
        std::printf("\n%s\n", curve->text.c_str());
    if (options.errors > 0)
        printErrors(errors, *material);
    return {};
}

}  // namespace

void addCheck(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command = cli.app->add_subcommand(
        "check", "How good the model is by cross-validation, and which labels it doubts");
    command->add_option("PROJECT", options->project, "The project whose labels are checked")
        ->required();
    command->add_option("--model", options->model, "Encoder or model to learn from");
    command->add_option("--folds", options->check.folds, "Parts that the documents are put into")
        ->check(CLI::Range(2, 1000))
        ->capture_default_str();
    command->add_option("--errors", options->errors, "Doubted labels to show at most")
        ->check(CLI::Range(0, 1000000))
        ->capture_default_str();
    command->add_flag("--curve", options->curve,
                      "Forecast what 20 more documents will bring (about as long again)");
    command
        ->add_option("--max-sentences", options->check.maxSentences,
                     "Draw documents of so many sentences, to bound the time; 0: all")
        ->check(CLI::Range(0, 100000000));
    command->add_option("--seed", options->check.seed)->capture_default_str();
    command->add_option("--steps", options->train.steps, "Of each fit; 0: by the number of labels")
        ->check(CLI::Range(0, 10000000));
    command->add_option("--budget", options->train.budgetSeconds, "Seconds that a fit may take")
        ->check(CLI::NonNegativeNumber);
    cli.addJson(command);
    cli.addCompute(command);
    command->footer(
        "Each document is judged by a model that learned from the others; nothing is changed.\n"
        "--json prints one object, shares and probabilities 0..1, offsets in code points:\n"
        "  model, documents, sentences, folds, by_sentence, notes: what was done\n"
        "  all, pre_annotated, by_hand (or null): documents, sentences, micro, macro and per_type\n"
        "    with precision, recall, f1, support and f1_interval ([low, high] at 95 %, or null)\n"
        "  lacking: type, mentions, documents, more_mentions, more_documents\n"
        "  calibration: slope, shift\n"
        "  errors: kind (missing, spurious, wrong-type, wrong-boundaries), document, document_id,\n"
        "    confidence, label and found (type, probability, begin, end, text; or null),\n"
        "    elsewhere (type, times, of), evidence\n"
        "  curve (or null): points, documents, more, forecast (now, then, then_interval; or "
        "null),\n"
        "    text\n"
        "Examples:\n  spanwise-cli check trial.spanwise\n"
        "  spanwise-cli check trial.spanwise --folds 3 --errors 50 --curve --json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return check(cli, *options); }; });
}

}  // namespace spanwise::cli
