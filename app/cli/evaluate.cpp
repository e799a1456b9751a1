#include "core/metrics/entity_metrics.h"

#include <cstdio>
#include <fstream>
#include <map>

#include "app/cli/command.h"
#include "core/formats/conll.h"
#include "core/formats/import.h"

namespace spanwise::cli {
namespace {

struct Options {
    std::string gold, prediction, model;
    PredictOptions predict;
};

Result<std::vector<Record>> readRecords(const std::string& path) {
    std::vector<Record> records;
    const auto info = importFile(path, {}, [&](Record&& record) -> Result<void> {
        records.push_back(std::move(record));
        return {};
    });
    if (!info)
        return tl::unexpected(info.error());
    return records;
}

bool isJson(const std::string& path) {
    return path.ends_with(".jsonl") || path.ends_with(".json");
}

std::vector<WordSpan> spansOf(const GoldSentences& file, std::size_t sentence) {
    // IOB2 as seqeval's strict mode reads it; the other schemes by their own rules.
    return file.info.scheme == TagScheme::Iob2 ? strictIob2Spans(file.tags[sentence])
                                               : file.sentences[sentence].spans;
}

Result<GoldSentences> openConll(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return failure(ErrorCode::NotFound, "The file cannot be opened.", path);
    return readGoldConll(in, path);
}

Result<EntityMetrics> compareConll(const std::string& goldPath, const std::string& predPath) {
    const auto gold = openConll(goldPath);
    if (!gold)
        return tl::unexpected(gold.error());
    const auto prediction = openConll(predPath);
    if (!prediction)
        return tl::unexpected(prediction.error());
    if (gold->sentences.size() != prediction->sentences.size())
        return failure(ErrorCode::InvalidArgument,
                       "It has " + std::to_string(prediction->sentences.size()) +
                           " sentences, the gold file " + std::to_string(gold->sentences.size()) +
                           ". Predict the same file.",
                       predPath);
    EntityEvaluator evaluator;
    for (std::size_t i = 0; i < gold->sentences.size(); ++i) {
        if (gold->tags[i].size() != prediction->tags[i].size())
            return failure(ErrorCode::InvalidArgument,
                           "Sentence " + std::to_string(i + 1) + " has " +
                               std::to_string(prediction->tags[i].size()) +
                               " words, in the gold file " + std::to_string(gold->tags[i].size()) +
                               ".",
                           predPath);
        evaluator.add(spansOf(*gold, i), spansOf(*prediction, i), gold->tags[i].size());
    }
    return evaluator.metrics();
}

/// Exact ranges decide over entities; the token-level figure needs words.
Result<EntityMetrics> compareRecords(const std::string& goldPath, const std::string& predPath) {
    const auto gold = readRecords(goldPath);
    if (!gold)
        return tl::unexpected(gold.error());
    const auto prediction = readRecords(predPath);
    if (!prediction)
        return tl::unexpected(prediction.error());
    std::multimap<std::string, const Record*> byText;
    for (const Record& record : *prediction)
        byText.emplace(record.document.sha256, &record);
    EntityEvaluator exact;
    EntityEvaluator words;
    for (const Record& record : *gold) {
        const auto found = byText.find(record.document.sha256);
        if (found == byText.end())
            return failure(ErrorCode::InvalidArgument,
                           "It has no document with the text of \"" + record.document.name +
                               "\". Predict the same file.",
                           predPath);
        const Record& other = *found->second;
        const auto asSpans = [](const std::vector<NamedSpan>& spans) {
            std::vector<WordSpan> result;
            for (const NamedSpan& span : spans)
                result.push_back({static_cast<int>(span.range.begin),
                                  static_cast<int>(span.range.end), span.type, span.score});
            return result;
        };
        exact.add(asSpans(record.spans), asSpans(other.spans), record.document.text.size());
        const auto sentences = sentencesOf(record.document);
        const auto goldWords = alignToWords(record.document, sentences, record.spans);
        const auto otherWords = alignToWords(record.document, sentences, other.spans);
        for (std::size_t i = 0; i < goldWords.size(); ++i)
            words.add(goldWords[i].spans, otherWords[i].spans, goldWords[i].words.size());
        byText.erase(found);
    }
    EntityMetrics metrics = exact.metrics();
    const EntityMetrics byWord = words.metrics();
    metrics.tokenMacroPrecision = byWord.tokenMacroPrecision;
    metrics.tokenMacroRecall = byWord.tokenMacroRecall;
    metrics.tokenMacroF1 = byWord.tokenMacroF1;
    return metrics;
}

Result<EntityMetrics> judgeModel(const Cli& cli, const Options& options) {
    const auto gold = readGold(options.gold);
    if (!gold)
        return tl::unexpected(gold.error());
    const auto model = cli.load(options.model);
    if (!model)
        return tl::unexpected(model.error());
    ProgressLine line(cli);
    const auto predicted = predict(
        **model, wordsOf(gold->sentences), options.predict,
        [&](std::int64_t done, std::int64_t total) {
            line.show("predicting " + std::to_string(done) + " of " + std::to_string(total));
        });
    if (!predicted)
        return tl::unexpected(predicted.error());
    EntityEvaluator evaluator;
    for (std::size_t i = 0; i < gold->sentences.size(); ++i)
        evaluator.add(gold->sentences[i].spans, (*predicted)[i], gold->sentences[i].words.size());
    return evaluator.metrics();
}

Result<void> evaluate(const Cli& cli, const Options& options) {
    if (options.model.empty() == options.prediction.empty())
        return failure(ErrorCode::InvalidArgument,
                       "Name either --pred FILE or --model DIR to hold against the gold.");
    Result<EntityMetrics> metrics = failure(ErrorCode::Internal, "");
    if (!options.model.empty())
        metrics = judgeModel(cli, options);
    else if (!isJson(options.gold) && !isJson(options.prediction))
        metrics = compareConll(options.gold, options.prediction);
    else
        metrics = compareRecords(options.gold, options.prediction);
    if (!metrics)
        return tl::unexpected(metrics.error());
    std::printf("%s\n", (cli.json ? metricsToJson(*metrics) : metricsToTable(*metrics)).c_str());
    return {};
}

}  // namespace

void addEvaluate(Cli& cli) {
    auto options = std::make_shared<Options>();
    CLI::App* command =
        cli.app->add_subcommand("evaluate", "Strict entity F1 of predictions or a model");
    command->add_option("--gold", options->gold, "CoNLL or JSONL with the right labels")
        ->required();
    auto* prediction =
        command->add_option("--pred", options->prediction, "The same documents as predicted");
    command->add_option("--model", options->model, "A model to predict with")->excludes(prediction);
    command->add_flag("--int8", options->predict.int8, "Predict in 8-bit integers");
    cli.addJson(command);
    cli.addCompute(command);
    command->footer(
        "A span counts when its range and type are right: seqeval's strict mode.\nExamples:\n"
        "  spanwise-cli evaluate --gold test.conll --pred predicted.conll\n"
        "  spanwise-cli evaluate --gold test.conll --model model --json");
    command->callback(
        [&cli, options] { cli.run = [&cli, options] { return evaluate(cli, *options); }; });
}

}  // namespace spanwise::cli
