#include "models/learning/cross_validation.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>
#include <set>

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

/// FNV-1a, mixed so that near ids are far apart; equal on every platform.
std::uint64_t keyOf(std::string_view id, std::uint64_t seed) {
    std::uint64_t hash = 1469598103934665603U ^ (seed * 0x9E3779B97F4A7C15U);
    for (const char c : id) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211U;
    }
    hash ^= hash >> 30U;
    hash *= 0xBF58476D1CE4E5B9U;
    hash ^= hash >> 27U;
    hash *= 0x94D049BB133111EBU;
    return hash ^ (hash >> 31U);
}

std::string contentOf(const LearningDocument& document) {
    std::string text;
    for (const LabelledSentence& sentence : document.sentences) {
        for (const std::string& word : sentence.words)
            text += word + '\x1f';
        for (const WordSpan& span : sentence.spans)
            text +=
                std::to_string(span.begin) + ':' + std::to_string(span.end) + span.type + '\x1f';
        text += '\x1e';
    }
    return text;
}

std::map<std::string, std::int64_t> mentionsOf(const LearningDocument& document) {
    std::map<std::string, std::int64_t> mentions;
    for (const LabelledSentence& sentence : document.sentences) {
        for (const WordSpan& span : sentence.spans)
            ++mentions[span.type];
    }
    return mentions;
}

std::int64_t sentencesIn(const std::vector<LearningDocument>& documents) {
    std::int64_t count = 0;
    for (const LearningDocument& document : documents)
        count += static_cast<std::int64_t>(document.sentences.size());
    return count;
}

bool hasSpan(const std::vector<LabelledSentence>& sentences) {
    return std::any_of(sentences.begin(), sentences.end(),
                       [](const LabelledSentence& s) { return !s.spans.empty(); });
}

bool isSame(const WordSpan& a, const WordSpan& b) {
    return a.begin == b.begin && a.end == b.end && a.type == b.type;
}

bool isAmong(const WordSpan& span, const std::vector<WordSpan>& spans) {
    return std::any_of(spans.begin(), spans.end(),
                       [&](const WordSpan& other) { return isSame(span, other); });
}

struct Counts {
    std::int64_t gold = 0, predicted = 0, correct = 0;
    void add(const Counts& other) {
        gold += other.gold;
        predicted += other.predicted;
        correct += other.correct;
    }
    [[nodiscard]] double f1() const {
        const auto sum = static_cast<double>(gold + predicted);
        return sum > 0 ? 2 * static_cast<double>(correct) / sum : 0;
    }
    [[nodiscard]] bool isEmpty() const { return gold == 0 && predicted == 0; }
};

constexpr int kResamples = 400;

/// F1 is the share of right ones among the spans of both sides; Wilson's interval of a share knows
/// that three right of three prove little, which resampling does not.
Interval wilson(const Counts& counts) {
    const double n = static_cast<double>(counts.gold + counts.predicted) / 2;
    const double z = 1.96;
    const double p = counts.f1();
    const double centre = p + z * z / (2 * n);
    const double reach = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    const double norm = 1 + z * z / n;
    return {std::max(0.0, (centre - reach) / norm), std::min(1.0, (centre + reach) / norm)};
}

Interval wider(const Interval& a, const Interval& b) {
    return {std::min(a.low, b.low), std::max(a.high, b.high)};
}

/// What is left of the documents when they may hold only so many sentences: whole ones in their own
/// order; one that is larger than half of all gives a part.
std::vector<LearningDocument> drawn(const std::vector<LearningDocument>& documents,
                                    const CrossValidationOptions& options) {
    if (options.maxSentences <= 0 || sentencesIn(documents) <= options.maxSentences)
        return documents;
    const auto limit = static_cast<std::size_t>(std::max<std::int64_t>(2, options.maxSentences));
    std::vector<LearningDocument> kept(documents.size());
    for (std::size_t i = 0; i < documents.size(); ++i) {
        kept[i].id = documents[i].id;
        kept[i].preAnnotated = documents[i].preAnnotated;
    }
    const auto order = inOwnOrder(documents, options.seed);
    const std::size_t share = order.size() == 1 ? limit : std::max<std::size_t>(1, limit / 2);
    std::size_t left = limit;
    for (const std::size_t i : order) {
        const auto& from = documents[i].sentences;
        const std::size_t count = std::min({from.size(), share, left});
        kept[i].sentences.assign(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(count));
        left -= count;
        if (left == 0)
            break;
    }
    return kept;
}

std::vector<LackingType> lackingTypes(const std::vector<LearningDocument>& documents,
                                      const std::vector<std::string>& types,
                                      const CrossValidationOptions& options) {
    std::map<std::string, LackingType> found;
    for (const std::string& type : types)
        found[type].type = type;
    for (const LearningDocument& document : documents) {
        for (const auto& [type, mentions] : mentionsOf(document)) {
            const auto known = found.find(type);
            if (known == found.end())
                continue;
            known->second.mentions += mentions;
            ++known->second.documents;
        }
    }
    std::vector<LackingType> lacking;
    for (auto& [name, type] : found) {
        type.moreMentions = std::max<std::int64_t>(0, options.enoughMentions - type.mentions);
        type.moreDocuments = std::max<std::int64_t>(0, options.enoughDocuments - type.documents);
        if (type.moreMentions > 0 || type.moreDocuments > 0)
            lacking.push_back(std::move(type));
    }
    std::stable_sort(
        lacking.begin(), lacking.end(), [](const LackingType& a, const LackingType& b) {
            return std::pair(a.mentions, a.documents) < std::pair(b.mentions, b.documents);
        });
    return lacking;
}

/// A person's count: "1 document", "3 documents".
std::string counted(std::int64_t count, const std::string& what) {
    return std::to_string(count) + ' ' + what + (count == 1 ? "" : "s");
}

}  // namespace

FitSentences fitOf(ModelPtr base, TrainOptions options) {
    const ModelPtr raw = calibrated(base, Calibration{});
    return [raw, options = std::move(options)](const std::vector<LabelledSentence>& sentences,
                                               const std::function<void(double)>& progress,
                                               std::stop_token stop) -> Result<JudgeSentences> {
        auto trained = train(
            raw, sentences, options,
            [&](const TrainProgress& p) {
                if (progress && p.steps > 0)
                    progress(static_cast<double>(p.step) / static_cast<double>(p.steps));
            },
            stop);
        if (!trained)
            return tl::unexpected(trained.error());
        return [model = trained->model, stop](const std::vector<LabelledSentence>& judged) {
            return judge(*model, judged, {}, {}, stop);
        };
    };
}

std::vector<std::size_t> inOwnOrder(const std::vector<LearningDocument>& documents,
                                    std::uint64_t seed) {
    std::vector<std::size_t> order;
    for (std::size_t i = 0; i < documents.size(); ++i) {
        if (!documents[i].sentences.empty())
            order.push_back(i);
    }
    std::vector<std::uint64_t> keys(documents.size());
    for (const std::size_t i : order)
        keys[i] = keyOf(documents[i].id, seed);
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        if (keys[a] != keys[b])
            return keys[a] < keys[b];
        if (documents[a].id != documents[b].id)
            return documents[a].id < documents[b].id;
        return a != b && contentOf(documents[a]) < contentOf(documents[b]);
    });
    return order;
}

std::optional<Interval> middle95(std::vector<double> values) {
    if (values.empty())
        return {};
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        const double place = share * static_cast<double>(values.size() - 1);
        const auto below = static_cast<std::size_t>(place);
        const std::size_t above = std::min(below + 1, values.size() - 1);
        const double part = place - static_cast<double>(below);
        return values[below] * (1 - part) + values[above] * part;
    };
    return Interval{at(0.025), at(0.975)};
}

std::vector<int> assignFolds(const std::vector<LearningDocument>& documents, int folds,
                             std::uint64_t seed) {
    std::vector<int> result(documents.size(), -1);
    const auto order = inOwnOrder(documents, seed);
    const auto count = std::min(order.size(), static_cast<std::size_t>(std::max(folds, 1)));
    if (count == 0)
        return result;

    struct Type {
        std::int64_t open = 0;                          ///< documents with it that have no fold yet
        std::vector<std::int64_t> documents, mentions;  ///< by fold
    };
    std::map<std::string, Type> types;
    std::vector<std::map<std::string, std::int64_t>> mentions(documents.size());
    for (const std::size_t i : order) {
        mentions[i] = mentionsOf(documents[i]);
        for (const auto& [name, number] : mentions[i]) {
            Type& type = types[name];
            ++type.open;
            type.documents.resize(count);
            type.mentions.resize(count);
        }
    }
    std::vector<std::int64_t> load(count), members(count);
    const auto put = [&](std::size_t document, std::size_t fold) {
        result[document] = static_cast<int>(fold);
        load[fold] += static_cast<std::int64_t>(documents[document].sentences.size());
        ++members[fold];
        for (const auto& [name, number] : mentions[document]) {
            Type& type = types[name];
            --type.open;
            ++type.documents[fold];
            type.mentions[fold] += number;
        }
    };
    for (;;) {
        auto rarest = types.end();
        for (auto type = types.begin(); type != types.end(); ++type) {
            if (type->second.open > 0 &&
                (rarest == types.end() || type->second.open < rarest->second.open))
                rarest = type;
        }
        if (rarest == types.end())
            break;
        const Type& type = rarest->second;
        for (const std::size_t i : order) {
            if (result[i] >= 0 || !mentions[i].contains(rarest->first))
                continue;
            std::size_t best = 0;
            for (std::size_t fold = 1; fold < count; ++fold) {
                if (std::tuple(type.documents[fold], type.mentions[fold], load[fold]) <
                    std::tuple(type.documents[best], type.mentions[best], load[best]))
                    best = fold;
            }
            put(i, best);
        }
    }
    for (const std::size_t i : order) {
        if (result[i] < 0)
            put(i, static_cast<std::size_t>(std::min_element(load.begin(), load.end()) -
                                            load.begin()));
    }
    for (std::size_t empty = 0; empty < count; ++empty) {
        if (members[empty] > 0)
            continue;
        const auto fullest = static_cast<std::size_t>(
            std::max_element(members.begin(), members.end()) - members.begin());
        const auto last = std::find_if(order.rbegin(), order.rend(), [&](std::size_t i) {
            return result[i] == static_cast<int>(fullest);
        });
        result[*last] = static_cast<int>(empty);
        --members[fullest];
        ++members[empty];
    }
    return result;
}

std::vector<WordSpan> foundWhereKnown(const LabelledSentence& sentence,
                                      std::vector<WordSpan> found) {
    if (sentence.known.empty())
        return found;
    std::vector<bool> known(sentence.words.size());
    for (std::size_t i = 0; i < known.size(); ++i)
        known[i] = i < sentence.known.size() && sentence.known[i];
    for (const WordSpan& span : sentence.spans) {
        for (int word = span.begin; word < span.end; ++word)
            known[static_cast<std::size_t>(word)] = true;
    }
    std::erase_if(found, [&](const WordSpan& span) {
        if (isAmong(span, sentence.rejected))
            return false;
        for (int word = span.begin; word < span.end; ++word) {
            if (!known[static_cast<std::size_t>(word)])
                return true;
        }
        return false;
    });
    return found;
}

std::vector<JudgedScore> judgedScores(const std::vector<OutOfFoldSentence>& outOfFold) {
    std::vector<JudgedScore> scores;
    for (const OutOfFoldSentence& sentence : outOfFold) {
        for (const WordSpan& span : sentence.found)
            scores.push_back({span.score, isAmong(span, sentence.labels)});
    }
    return scores;
}

Quality qualityOf(const std::vector<JudgedSentence>& sentences, std::uint64_t seed) {
    Quality quality;
    quality.sentences = static_cast<std::int64_t>(sentences.size());
    EntityEvaluator evaluator;
    std::map<std::int64_t, std::map<std::string, Counts>> byUnit;
    for (const JudgedSentence& sentence : sentences) {
        evaluator.add(*sentence.labels, *sentence.found, 0);
        auto& counts = byUnit[sentence.unit];
        for (const WordSpan& span : *sentence.labels)
            ++counts[span.type].gold;
        for (const WordSpan& span : *sentence.found) {
            ++counts[span.type].predicted;
            counts[span.type].correct += isAmong(span, *sentence.labels) ? 1 : 0;
        }
    }
    const EntityMetrics metrics = evaluator.metrics();
    quality.documents = static_cast<std::int64_t>(byUnit.size());
    quality.micro = metrics.micro;
    quality.macro = metrics.macro;
    quality.perType = metrics.perType;

    const std::size_t types = metrics.perType.size();
    std::vector<std::vector<Counts>> units;
    std::vector<std::size_t> unitsWith(types);
    std::vector<Counts> totals(types);
    for (const auto& [unit, counts] : byUnit) {
        std::vector<Counts>& row = units.emplace_back(types);
        std::size_t type = 0;
        for (const auto& [name, score] : metrics.perType) {
            if (const auto found = counts.find(name); found != counts.end()) {
                row[type] = found->second;
                totals[type].add(found->second);
                unitsWith[type] += found->second.isEmpty() ? 0 : 1;
            }
            ++type;
        }
    }
    std::vector<std::vector<double>> perType(types);
    std::vector<double> micro, macro;
    std::mt19937_64 random(seed);
    if (units.size() > 1) {
        for (int round = 0; round < kResamples; ++round) {
            std::vector<Counts> sums(types);
            for (std::size_t i = 0; i < units.size(); ++i) {
                const std::vector<Counts>& unit = units[random() % units.size()];
                for (std::size_t type = 0; type < types; ++type)
                    sums[type].add(unit[type]);
            }
            Counts all;
            double sum = 0;
            int seen = 0;
            for (std::size_t type = 0; type < types; ++type) {
                all.add(sums[type]);
                if (sums[type].isEmpty())
                    continue;
                perType[type].push_back(sums[type].f1());
                sum += sums[type].f1();
                ++seen;
            }
            if (seen == 0)
                continue;
            micro.push_back(all.f1());
            macro.push_back(sum / seen);
        }
    }
    Counts all;
    std::size_t type = 0;
    for (const auto& [name, score] : metrics.perType) {
        all.add(totals[type]);
        std::optional<Interval>& interval = quality.perTypeInterval[name];
        if (unitsWith[type] > 1)
            interval = middle95(perType[type]);
        if (interval)
            interval = wider(*interval, wilson(totals[type]));
        ++type;
    }
    quality.microInterval = middle95(micro);
    if (quality.microInterval)
        quality.microInterval = wider(*quality.microInterval, wilson(all));
    quality.macroInterval = middle95(macro);
    return quality;
}

Result<CrossValidation> crossValidate(const FitSentences& fit,
                                      const std::vector<LearningDocument>& documents,
                                      const CrossValidationOptions& options,
                                      const CrossValidationReporter& progress,
                                      std::stop_token stop) {
    if (options.folds < 2)
        return failure(ErrorCode::InvalidArgument, "Cross-validation was asked for " +
                                                       counted(options.folds, "fold") +
                                                       "; it needs at least 2.");
    const auto start = Clock::now();
    CrossValidation result;
    std::vector<std::string> types = options.types;
    if (types.empty()) {
        std::set<std::string> seen;
        for (const LearningDocument& document : documents) {
            for (const auto& [type, number] : mentionsOf(document))
                seen.insert(type);
        }
        types.assign(seen.begin(), seen.end());
    }
    result.lacking = lackingTypes(documents, types, options);

    // Sentences as documents, when there is but one of these.
    struct Place {
        std::size_t document = 0, sentence = 0;
    };
    std::vector<LearningDocument> parts = drawn(documents, options);
    result.sentences = sentencesIn(parts);
    if (const std::int64_t given = sentencesIn(documents); result.sentences < given)
        result.notes.push_back("Judged by " + counted(result.sentences, "sentence") + " of " +
                               std::to_string(given) + ", to bound the time.");
    std::vector<std::vector<Place>> places(parts.size());
    const auto labelled =
        std::count_if(parts.begin(), parts.end(),
                      [](const LearningDocument& part) { return !part.sentences.empty(); });
    for (std::size_t i = 0; i < parts.size(); ++i) {
        for (std::size_t j = 0; j < parts[i].sentences.size(); ++j)
            places[i].push_back({i, j});
    }
    if (labelled == 1) {
        result.bySentence = true;
        result.notes.push_back(
            "There is one labelled document: its sentences were parted instead. They resemble each "
            "other, so a new document will fare worse.");
        std::vector<LearningDocument> sentences;
        std::vector<std::vector<Place>> sentencePlaces;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            for (std::size_t j = 0; j < parts[i].sentences.size(); ++j) {
                sentences.push_back({parts[i].id + '\x1f' + std::to_string(j),
                                     {parts[i].sentences[j]},
                                     parts[i].preAnnotated});
                sentencePlaces.push_back({{i, j}});
            }
        }
        parts = std::move(sentences);
        places = std::move(sentencePlaces);
    }
    if (result.sentences < 2)
        return failure(ErrorCode::InvalidArgument,
                       "There " + std::string(result.sentences == 1 ? "is " : "are ") +
                           counted(result.sentences, "labelled sentence") +
                           "; a check needs at least 2, and better several documents. Label more.");
    const bool labels = std::any_of(parts.begin(), parts.end(), [](const LearningDocument& part) {
        return hasSpan(part.sentences);
    });
    if (!labels)
        return failure(ErrorCode::InvalidArgument,
                       "No span is labelled yet, so there is nothing to check. Label some first.");

    const std::vector<int> folds = assignFolds(parts, options.folds, options.seed);
    result.folds = 1 + *std::max_element(folds.begin(), folds.end());
    if (result.folds < options.folds)
        result.notes.push_back("There are fewer labelled " +
                               std::string(result.bySentence ? "sentences" : "documents") +
                               " than the folds asked for: " + std::to_string(result.folds) +
                               " of " + std::to_string(options.folds) + " were made.");
    std::map<std::string, std::int64_t> documentsWith;
    for (const LearningDocument& part : parts) {
        for (const auto& [type, number] : mentionsOf(part))
            ++documentsWith[type];
    }
    for (const std::string& type : types) {
        const std::int64_t number = documentsWith[type];
        if (number == 1)
            result.notes.push_back("\"" + type + "\" occurs in one " +
                                   (result.bySentence ? "sentence" : "document") +
                                   " only: the model that judges it has never seen the type, so "
                                   "its F1 of 0 says nothing yet.");
    }

    const auto order = inOwnOrder(parts, options.seed);
    const auto tell = [&](int fold, double share) {
        if (!progress)
            return;
        CrossValidationProgress told;
        told.fold = fold;
        told.folds = result.folds;
        told.done = std::clamp((fold + share) / result.folds, 0.0, 1.0);
        const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
        if (told.done > 0.02)
            told.secondsLeft = elapsed * (1 - told.done) / told.done;
        progress(told);
    };
    constexpr double kFitShare = 0.9;
    for (int fold = 0; fold < result.folds; ++fold) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        tell(fold, 0);
        std::vector<LabelledSentence> rest, held;
        std::vector<Place> heldPlaces;
        for (const std::size_t i : order) {
            auto& side = folds[i] == fold ? held : rest;
            side.insert(side.end(), parts[i].sentences.begin(), parts[i].sentences.end());
            if (folds[i] == fold)
                heldPlaces.insert(heldPlaces.end(), places[i].begin(), places[i].end());
        }
        std::vector<Judged> judged(held.size());
        if (hasSpan(rest)) {
            const auto predictor = fit(
                rest, [&](double share) { tell(fold, kFitShare * share); }, stop);
            if (!predictor)
                return tl::unexpected(predictor.error());
            tell(fold, kFitShare);
            auto answer = (*predictor)(held);
            if (!answer)
                return tl::unexpected(answer.error());
            judged = std::move(*answer);
            if (judged.size() != held.size())
                return failure(ErrorCode::Internal,
                               "The model answered for " + std::to_string(judged.size()) + " of " +
                                   counted(static_cast<std::int64_t>(held.size()), "sentence") +
                                   ".");
        } else {
            // Nothing to learn from: such a model finds nothing.
            for (std::size_t i = 0; i < held.size(); ++i) {
                judged[i].labels = held[i].spans;
                for (WordSpan& label : judged[i].labels)
                    label.score = 0;
            }
        }
        for (std::size_t i = 0; i < held.size(); ++i)
            result.outOfFold.push_back({heldPlaces[i].document, heldPlaces[i].sentence, fold,
                                        foundWhereKnown(held[i], std::move(judged[i].found)),
                                        std::move(judged[i].labels)});
    }
    if (stop.stop_requested())
        return failure(ErrorCode::Cancelled, "");
    // Resampled in the documents' own order: the caller's must not show in the intervals.
    std::vector<std::int64_t> rank(documents.size());
    std::int64_t next = 0;
    for (const std::size_t i : inOwnOrder(documents, options.seed))
        rank[i] = next++;
    std::sort(result.outOfFold.begin(), result.outOfFold.end(),
              [](const OutOfFoldSentence& a, const OutOfFoldSentence& b) {
                  return std::pair(a.document, a.sentence) < std::pair(b.document, b.sentence);
              });
    std::vector<JudgedSentence> all, byPerson, accepted;
    for (const OutOfFoldSentence& sentence : result.outOfFold) {
        const std::int64_t unit = result.bySentence ? static_cast<std::int64_t>(sentence.sentence)
                                                    : rank[sentence.document];
        const JudgedSentence judged{unit, &sentence.labels, &sentence.found};
        all.push_back(judged);
        (documents[sentence.document].preAnnotated ? accepted : byPerson).push_back(judged);
    }
    result.all = qualityOf(all, options.seed);
    if (!accepted.empty() && !byPerson.empty()) {
        result.preAnnotated = qualityOf(accepted, options.seed);
        result.byHand = qualityOf(byPerson, options.seed);
    }
    if (result.bySentence)
        result.all.documents = 1;
    tell(result.folds - 1, 1);
    return result;
}

Calibration calibrationWithoutSpans(const Model& model) {
    if (bundleInfo(model).purpose != Purpose::Tagger)
        return {};
    const CalibrationPrior prior = usualCalibration();
    return {prior.slope, prior.shift};
}

Result<Trained> trainCalibrated(const ModelPtr& base,
                                const std::vector<LearningDocument>& documents,
                                const TrainOptions& options, int folds,
                                const std::function<void(const TrainProgress&)>& progress,
                                std::stop_token stop) {
    CrossValidationOptions check;
    check.types = options.types;
    check.folds = folds;
    check.seed = options.seed;
    TrainProgress told;
    Result<CrossValidation> judged = failure(ErrorCode::InvalidArgument, "");
    if (folds > 0) {
        judged = crossValidate(
            fitOf(base, options), documents, check,
            [&](const CrossValidationProgress& p) {
                if (!progress)
                    return;
                told.step = static_cast<std::int64_t>(1000 * p.done * p.folds / (p.folds + 1));
                told.steps = 1000;
                told.secondsLeft = p.secondsLeft;
                progress(told);
            },
            stop);
        // Too little to part is enough to learn from.
        if (!judged && judged.error().code != ErrorCode::InvalidArgument)
            return tl::unexpected(judged.error());
    }
    std::vector<LabelledSentence> sentences;
    for (const LearningDocument& document : documents)
        sentences.insert(sentences.end(), document.sentences.begin(), document.sentences.end());
    auto trained = train(calibrated(base, Calibration{}), sentences, options, progress, stop);
    if (!trained)
        return trained;
    Calibration calibration = calibrationWithoutSpans(*trained->model);
    if (judged) {
        const auto scores = judgedScores(judged->outOfFold);
        if (!scores.empty())
            calibration = fitCalibration(scores);
    } else if (folds > 0) {
        trained->report.warnings.push_back("The scores are calibrated as usual only: " +
                                           judged.error().message);
    }
    trained->model = calibrated(trained->model, calibration);
    return trained;
}

Result<Trained> trainCalibrated(const ModelPtr& base,
                                const std::vector<LabelledSentence>& sentences,
                                const TrainOptions& options, int folds,
                                const std::function<void(const TrainProgress&)>& progress,
                                std::stop_token stop) {
    std::vector<LearningDocument> documents;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        LearningDocument document;
        document.sentences.push_back(sentences[i]);
        for (const std::string& word : sentences[i].words)
            document.id += word + ' ';
        documents.push_back(std::move(document));
    }
    return trainCalibrated(base, documents, options, folds, progress, stop);
}

}  // namespace spanwise
