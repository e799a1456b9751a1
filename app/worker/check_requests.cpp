#include "app/worker/check_requests.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "core/annotation/labelled_sentence.h"
#include "core/metrics/confusion.h"
#include "models/learning/cross_validation.h"
#include "models/learning/label_errors.h"
#include "models/learning/learning_curve.h"
#include "models/learning/ranking.h"

namespace spanwise {
namespace {

/// A curve takes about as long as the check that it builds on.
constexpr double kCheckShare = 0.5;

using Places = std::vector<Sentence>;

protocol::ScoreReport report(const Score& score, const std::optional<Interval>& interval) {
    protocol::ScoreReport told{score.precision, score.recall, score.f1, score.support};
    if (interval)
        told.f1Interval = {interval->low, interval->high};
    return told;
}

protocol::QualityReport report(const Quality& quality) {
    protocol::QualityReport told{quality.documents,
                                 quality.sentences,
                                 report(quality.micro, quality.microInterval),
                                 report(quality.macro, quality.macroInterval),
                                 {}};
    for (const auto& [type, score] : quality.perType) {
        const auto interval = quality.perTypeInterval.find(type);
        told.perType[type] = report(
            score, interval == quality.perTypeInterval.end() ? std::nullopt : interval->second);
    }
    return told;
}

std::optional<NamedSpan> placed(const std::optional<WordSpan>& span, const Sentence& sentence) {
    if (!span || span->begin < 0 || span->begin >= span->end ||
        static_cast<std::size_t>(span->end) > sentence.words.size())
        return std::nullopt;
    return NamedSpan{{sentence.words[static_cast<std::size_t>(span->begin)].begin,
                      sentence.words[static_cast<std::size_t>(span->end) - 1].end},
                     span->type,
                     span->score};
}

protocol::CurveReport report(const LearningCurve& curve) {
    protocol::CurveReport told;
    for (const CurvePoint& point : curve.points)
        told.points.emplace_back(point.documents, point.f1);
    told.documents = curve.documents;
    told.more = curve.more;
    told.isGiven = curve.state == ForecastState::Given;
    told.now = curve.now;
    told.then = curve.then;
    told.thenInterval = {curve.thenInterval.low, curve.thenInterval.high};
    told.text = curve.text;
    return told;
}

/// Counts what is found for each label, and lists mistakes: of each kind of mistake one after the
/// other, so that the frequent ones leave room for the rare, up to `most`.
void reportConfusion(const CrossValidation& checked, const std::vector<Places>& places,
                     const std::vector<std::string>& hashes, const Calibration& calibration,
                     std::size_t most, protocol::CheckResult& result) {
    Confusion confusion;
    std::map<std::pair<std::string, std::string>, std::vector<protocol::ErrorReport>> mistakes;
    for (const OutOfFoldSentence& sentence : checked.outOfFold) {
        for (SpanPair& pair : pairSpans(sentence.labels, sentence.found)) {
            confusion.add(pair);
            if (pair.isRight())
                continue;
            if (pair.found)
                pair.found->score = calibration.apply(pair.found->score);
            const Sentence& place = places[sentence.document][sentence.sentence];
            mistakes[{pair.gold ? pair.gold->type : "", pair.found ? pair.found->type : ""}]
                .push_back({hashes[sentence.document], placed(pair.gold, place),
                            placed(pair.found, place)});
        }
    }
    for (const auto& [types, cell] : confusion.cells)
        result.confusion.push_back({types.first, types.second, cell.spans, cell.otherBoundaries});
    for (std::size_t round = 0; result.mistakes.size() < most; ++round) {
        const std::size_t before = result.mistakes.size();
        for (auto& [types, cell] : mistakes) {
            if (round < cell.size() && result.mistakes.size() < most)
                result.mistakes.push_back(std::move(cell[round]));
        }
        if (result.mistakes.size() == before)
            break;
    }
}

}  // namespace

Result<CheckAnswer> answerCheck(
    const ModelPtr& base, const TrainOptions& options, const protocol::CheckParams& params,
    const std::vector<const Document*>& documents,
    const std::function<void(double done, double secondsLeft)>& progress, std::stop_token stop) {
    std::vector<LearningDocument> learning;
    std::vector<Places> places;
    std::vector<std::string> hashes;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        const protocol::CheckedDocument& asked = params.documents[i];
        Places mine;
        auto teaching = teachingSentences(*documents[i], asked.labelling.annotations,
                                          asked.labelling.rejections, asked.labelling.done, &mine);
        if (teaching.empty())
            continue;
        learning.push_back({asked.labelling.hash, std::move(teaching), asked.preAnnotated});
        places.push_back(std::move(mine));
        hashes.push_back(asked.labelling.hash);
    }
    CrossValidationOptions how;
    how.types = options.types;
    how.folds = params.folds;
    how.seed = params.seed;
    how.maxSentences = params.maxSentences;
    const FitSentences fit = fitOf(base, options);
    const double share = params.curve ? kCheckShare : 1;
    const auto checked = crossValidate(
        fit, learning, how,
        [&](const CrossValidationProgress& now) {
            progress(share * now.done, now.secondsLeft < 0 ? -1 : now.secondsLeft / share);
        },
        stop);
    if (!checked)
        return tl::unexpected(checked.error());
    CheckAnswer answer;
    answer.calibration = fitCalibration(judgedScores(checked->outOfFold));
    protocol::CheckResult& result = answer.result;
    result.model = bundleInfo(*base).name;
    result.folds = checked->folds;
    result.bySentence = checked->bySentence;
    result.all = report(checked->all);
    if (checked->preAnnotated)
        result.preAnnotated = report(*checked->preAnnotated);
    if (checked->byHand)
        result.byHand = report(*checked->byHand);
    for (const LackingType& type : checked->lacking)
        result.lacking.push_back(
            {type.type, type.mentions, type.documents, type.moreMentions, type.moreDocuments});
    result.notes = checked->notes;
    LabelErrorOptions errorOptions;
    errorOptions.most = static_cast<std::size_t>(std::max(params.errors, 0));
    for (const LabelError& error :
         findLabelErrors(learning, *checked, answer.calibration, errorOptions)) {
        const Sentence& sentence = places[error.document][error.sentence];
        result.doubts.push_back(
            {hashes[error.document], std::string(labelErrorKindName(error.kind)),
             placed(error.label, sentence), placed(error.found, sentence), error.confidence,
             error.elsewhere.type, error.elsewhere.times, error.elsewhere.ofTimes, error.evidence});
    }
    reportConfusion(*checked, places, hashes, answer.calibration,
                    static_cast<std::size_t>(std::max(params.mistakes, 0)), result);
    if (!params.curve)
        return answer;
    LearningCurveOptions curveOptions;
    curveOptions.seed = params.seed;
    const auto curve = learningCurve(
        fit, learning, *checked, curveOptions,
        [&](const CrossValidationProgress& now) {
            progress(share + (1 - share) * now.done, now.secondsLeft);
        },
        stop);
    if (!curve)
        return tl::unexpected(curve.error());
    result.curve = report(*curve);
    return answer;
}

Result<std::vector<protocol::RankedDocument>> answerRank(const Model& model,
                                                         const std::vector<RankedText>& candidates,
                                                         const std::vector<RankedText>& labelled,
                                                         const std::map<std::string, int>& mentions,
                                                         const protocol::RankParams& params,
                                                         std::stop_token stop) {
    // A document's embedding is the mean of its sentences'.
    const auto embed =
        [&](const std::vector<RankedText>& texts) -> Result<std::vector<std::vector<float>>> {
        std::vector<std::vector<std::string>> sentences;
        for (const RankedText& text : texts)
            sentences.insert(sentences.end(), text.sentences.begin(), text.sentences.end());
        const auto states = sentenceEmbeddings(model, sentences, {}, stop);
        if (!states)
            return tl::unexpected(states.error());
        std::vector<std::vector<float>> means;
        std::size_t next = 0;
        for (const RankedText& text : texts) {
            std::vector<float> sum;
            for (std::size_t i = 0; i < text.sentences.size(); ++i, ++next) {
                sum.resize((*states)[next].size());
                for (std::size_t j = 0; j < sum.size(); ++j)
                    sum[j] += (*states)[next][j];
            }
            double square = 0;
            for (const float value : sum)
                square += static_cast<double>(value) * static_cast<double>(value);
            for (float& value : sum)
                value = square > 0 ? value / static_cast<float>(std::sqrt(square)) : 0;
            means.push_back(std::move(sum));
        }
        return means;
    };
    std::vector<std::vector<std::string>> sentences;
    for (const RankedText& text : candidates)
        sentences.insert(sentences.end(), text.sentences.begin(), text.sentences.end());
    const auto unsure = uncertainties(model, sentences, {}, stop);
    if (!unsure)
        return tl::unexpected(unsure.error());
    auto embeddings = embed(candidates);
    if (!embeddings)
        return tl::unexpected(embeddings.error());
    const auto known = embed(labelled);
    if (!known)
        return tl::unexpected(known.error());

    std::vector<Candidate> ranked;
    std::vector<std::string> mostUnsure;
    std::size_t next = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        Candidate candidate;
        candidate.text = candidates[i].hash;
        candidate.embedding = std::move((*embeddings)[i]);
        std::map<std::string, double> byType;
        for (std::size_t s = 0; s < candidates[i].sentences.size(); ++s, ++next) {
            const Uncertainty& mine = (*unsure)[next];
            candidate.uncertainty += worthLearning(mine, mentions);
            candidate.words += static_cast<double>(candidates[i].sentences[s].size());
            candidate.mentions += mine.mentions();
            for (const auto& [type, value] : mine.byType)
                byType[type] += value;
        }
        const auto most = std::max_element(byType.begin(), byType.end(),
                                           [](auto& a, auto& b) { return a.second < b.second; });
        mostUnsure.push_back(most == byType.end() ? std::string() : most->first);
        ranked.push_back(std::move(candidate));
    }
    std::set<std::string> labelledTexts(params.labelled.begin(), params.labelled.end());
    std::vector<MeasuredSeconds> measured;
    for (const protocol::MeasuredWork& work : params.measured) {
        const auto text = std::find_if(labelled.begin(), labelled.end(),
                                       [&](const auto& each) { return each.hash == work.hash; });
        if (text != labelled.end())
            measured.push_back({static_cast<double>(text->words),
                                static_cast<double>(work.mentions), work.seconds});
    }
    RankingOptions options;
    options.seconds = fitSeconds(measured);
    options.count = static_cast<std::size_t>(std::max(params.count, 0));
    options.seed = params.seed;
    std::vector<protocol::RankedDocument> order;
    for (const Choice& choice : rankForLabelling(ranked, *known, labelledTexts, options))
        order.push_back({candidates[choice.candidate].hash,
                         std::string(choiceReasonName(choice.reason)), mostUnsure[choice.candidate],
                         choice.uncertainty, choice.seconds, choice.similarity});
    return order;
}

}  // namespace spanwise
