#include "models/learning/learning_curve.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <random>
#include <set>

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kLeastRate = 0.05, kGreatestRate = 3;
constexpr int kRates = 60;
/// Of squared F1, for a rate e times as large as usual.
constexpr double kRatePrice = 1e-5;
constexpr double kUsualRate = 0.5;
constexpr int kResamples = 200;
/// A smaller step of F1 than this is noise.
constexpr double kLeastRise = 0.005;
constexpr std::int64_t kLeastDocuments = 2;  ///< of the first point
constexpr int kLeastPoints = 3;

/// Ceiling and loss for a rate, and the sum of squares that is left.
double solve(const std::vector<CurvePoint>& points, double rate, PowerLaw& law) {
    const auto n = static_cast<double>(points.size());
    double meanX = 0;
    double meanY = 0;
    for (const CurvePoint& point : points) {
        meanX += std::pow(point.documents, -rate) / n;
        meanY += point.f1 / n;
    }
    double xx = 0;
    double xy = 0;
    for (const CurvePoint& point : points) {
        const double x = std::pow(point.documents, -rate) - meanX;
        xx += x * x;
        xy += x * (point.f1 - meanY);
    }
    law.rate = rate;
    law.loss = xx > 0 ? std::max(0.0, -xy / xx) : 0;
    law.ceiling = meanY + law.loss * meanX;
    if (law.ceiling > 1) {
        law.ceiling = 1;
        double squares = 0;
        double products = 0;
        for (const CurvePoint& point : points) {
            const double x = std::pow(point.documents, -rate);
            squares += x * x;
            products += x * (1 - point.f1);
        }
        law.loss = squares > 0 ? std::max(0.0, products / squares) : 0;
    }
    double rest = 0;
    for (const CurvePoint& point : points)
        rest += std::pow(point.f1 - law.at(point.documents), 2);
    return rest;
}

/// What counts of one document at one point.
struct Counts {
    std::int64_t both = 0;  ///< labels and found spans
    std::int64_t correct = 0;
};

Counts countsOf(const std::vector<WordSpan>& labels, const std::vector<WordSpan>& found) {
    Counts counts;
    counts.both = static_cast<std::int64_t>(labels.size() + found.size());
    for (const WordSpan& span : found)
        counts.correct += std::any_of(labels.begin(), labels.end(), [&](const WordSpan& label) {
            return label.begin == span.begin && label.end == span.end && label.type == span.type;
        });
    return counts;
}

/// Micro F1 over some documents.
template <typename Chosen>
double f1Of(const std::vector<Counts>& documents, const Chosen& chosen) {
    Counts sum;
    for (const std::size_t i : chosen) {
        sum.both += documents[i].both;
        sum.correct += documents[i].correct;
    }
    return sum.both > 0 ? 2 * static_cast<double>(sum.correct) / static_cast<double>(sum.both) : 0;
}

std::string asPercent(double f1) {
    std::array<char, 16> text;
    std::snprintf(text.data(), text.size(), "%.1f", 100 * f1);
    return text.data();
}

bool rises(const std::vector<CurvePoint>& points, const std::optional<PowerLaw>& law) {
    return law && points.back().f1 > points.front().f1 + kLeastRise &&
           law->at(points.back().documents) > law->at(points.front().documents) + kLeastRise;
}

}  // namespace

double PowerLaw::at(double documents) const {
    return std::clamp(ceiling - loss * std::pow(std::max(documents, 1e-9), -rate), 0.0, 1.0);
}

std::optional<PowerLaw> fitPowerLaw(const std::vector<CurvePoint>& points) {
    std::set<double> sizes;
    for (const CurvePoint& point : points) {
        if (!(point.documents > 0) || !std::isfinite(point.documents) || !std::isfinite(point.f1))
            return {};
        sizes.insert(point.documents);
    }
    if (sizes.size() < static_cast<std::size_t>(kLeastPoints))
        return {};
    PowerLaw best;
    double least = -1;
    for (int i = 0; i <= kRates; ++i) {
        const double rate =
            kLeastRate * std::pow(kGreatestRate / kLeastRate, static_cast<double>(i) / kRates);
        PowerLaw law;
        const double unusual = std::log(rate / kUsualRate);
        const double cost = solve(points, rate, law) + kRatePrice * unusual * unusual;
        if (least < 0 || cost < least) {
            least = cost;
            best = law;
        }
    }
    return best;
}

Result<LearningCurve> learningCurve(const FitSentences& fit,
                                    const std::vector<LearningDocument>& documents,
                                    const CrossValidation& checked,
                                    const LearningCurveOptions& options,
                                    const CrossValidationReporter& progress, std::stop_token stop) {
    const auto start = Clock::now();
    LearningCurve curve;
    curve.more = options.more;
    std::vector<int> folds(documents.size(), -1);
    std::vector<std::vector<std::size_t>> sentences(documents.size());
    for (const OutOfFoldSentence& judged : checked.outOfFold) {
        folds[judged.document] = judged.fold;
        sentences[judged.document].push_back(judged.sentence);
    }
    std::vector<std::size_t> order;
    for (const std::size_t i : inOwnOrder(documents, options.seed)) {
        if (folds[i] >= 0)
            order.push_back(i);
    }
    const auto all = static_cast<std::int64_t>(order.size());
    curve.documents = static_cast<std::int64_t>(
        std::count_if(documents.begin(), documents.end(),
                      [](const LearningDocument& d) { return !d.sentences.empty(); }));
    // Of each fold the documents to learn from, and how many of them each point takes.
    std::int64_t fewest = all;
    std::vector<std::vector<std::size_t>> rests(static_cast<std::size_t>(checked.folds));
    for (int fold = 0; fold < checked.folds; ++fold) {
        auto& rest = rests[static_cast<std::size_t>(fold)];
        std::copy_if(order.begin(), order.end(), std::back_inserter(rest),
                     [&](std::size_t i) { return folds[i] != fold; });
        fewest = std::min(fewest, static_cast<std::int64_t>(rest.size()));
    }
    int parts = 1;
    while (parts < options.points && (fewest >> parts) >= kLeastDocuments)
        ++parts;
    if (checked.bySentence || parts < kLeastPoints) {
        curve.text =
            "Too early to say what more documents will bring: " + std::to_string(curve.documents) +
            (curve.documents == 1 ? " is" : " are") + " labelled, and a forecast needs about ten.";
        return curve;
    }

    // Per point, the fewest documents first, the counts of each document.
    std::vector<std::vector<Counts>> counts(static_cast<std::size_t>(parts),
                                            std::vector<Counts>(documents.size()));
    for (const OutOfFoldSentence& judged : checked.outOfFold) {
        const Counts here = countsOf(judged.labels, judged.found);
        counts.back()[judged.document].both += here.both;
        counts.back()[judged.document].correct += here.correct;
    }
    const int fits = checked.folds * (parts - 1);
    int done = 0;
    const auto tell = [&](int fold, double share) {
        if (!progress)
            return;
        CrossValidationProgress told;
        told.fold = fold;
        told.folds = checked.folds;
        told.done = std::clamp((done + share) / fits, 0.0, 1.0);
        const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
        if (told.done > 0.02)
            told.secondsLeft = elapsed * (1 - told.done) / told.done;
        progress(told);
    };
    std::vector<double> sizes(static_cast<std::size_t>(parts));
    for (int fold = 0; fold < checked.folds; ++fold) {
        const auto& rest = rests[static_cast<std::size_t>(fold)];
        sizes.back() += static_cast<double>(rest.size()) / checked.folds;
        std::vector<LabelledSentence> held;
        std::vector<std::size_t> owners;
        for (const std::size_t i : order) {
            if (folds[i] != fold)
                continue;
            for (const std::size_t j : sentences[i]) {
                held.push_back(documents[i].sentences[j]);
                owners.push_back(i);
            }
        }
        for (int part = 0; part + 1 < parts; ++part) {
            if (stop.stop_requested())
                return failure(ErrorCode::Cancelled, "");
            tell(fold, 0);
            const auto place = static_cast<std::size_t>(part);
            const std::size_t count = rest.size() >> static_cast<unsigned>(parts - 1 - part);
            sizes[place] += static_cast<double>(count) / checked.folds;
            std::vector<LabelledSentence> taught;
            bool hasLabels = false;
            for (std::size_t i = 0; i < count; ++i) {
                for (const std::size_t j : sentences[rest[i]]) {
                    taught.push_back(documents[rest[i]].sentences[j]);
                    hasLabels = hasLabels || !taught.back().spans.empty();
                }
            }
            std::vector<Judged> judged(held.size());
            if (hasLabels) {
                const auto model = fit(
                    taught, [&](double share) { tell(fold, share); }, stop);
                if (!model)
                    return tl::unexpected(model.error());
                auto answer = (*model)(held);
                if (!answer)
                    return tl::unexpected(answer.error());
                judged = std::move(*answer);
            }
            for (std::size_t i = 0; i < held.size(); ++i) {
                const Counts here =
                    countsOf(held[i].spans, foundWhereKnown(held[i], std::move(judged[i].found)));
                counts[place][owners[i]].both += here.both;
                counts[place][owners[i]].correct += here.correct;
            }
            ++done;
        }
    }
    if (stop.stop_requested())
        return failure(ErrorCode::Cancelled, "");
    const auto pointsOf = [&](const std::vector<std::size_t>& chosen) {
        std::vector<CurvePoint> points;
        for (std::size_t i = 0; i < counts.size(); ++i)
            points.push_back({sizes[i], f1Of(counts[i], chosen)});
        return points;
    };
    curve.points = pointsOf(order);
    const auto law = fitPowerLaw(curve.points);
    if (!rises(curve.points, law)) {
        curve.state = ForecastState::NotRising;
        std::array<char, 200> text;
        std::snprintf(
            text.data(), text.size(),
            "F1 is %s with %.0f documents and %s with %.0f: it does not rise, so there is "
            "no telling what more of them will bring.",
            asPercent(curve.points.front().f1).c_str(), curve.points.front().documents,
            asPercent(curve.points.back().f1).c_str(), curve.points.back().documents);
        curve.text = text.data();
        return curve;
    }
    curve.state = ForecastState::Given;
    curve.law = law;
    const auto ahead = static_cast<double>(curve.documents + options.more);
    curve.now = law->at(static_cast<double>(curve.documents));
    curve.then = law->at(ahead);
    std::mt19937_64 random(options.seed);
    std::vector<double> forecasts;
    std::vector<std::size_t> chosen(order.size());
    for (int round = 0; round < kResamples; ++round) {
        for (std::size_t& i : chosen)
            i = order[random() % order.size()];
        if (const auto again = fitPowerLaw(pointsOf(chosen)))
            forecasts.push_back(again->at(ahead));
    }
    curve.thenInterval = middle95(std::move(forecasts)).value_or(Interval{curve.then, curve.then});
    curve.thenInterval.low = std::min(curve.thenInterval.low, curve.then);
    curve.thenInterval.high = std::max(curve.thenInterval.high, curve.then);
    curve.text = std::to_string(options.more) + " more documents like these should bring F1 from " +
                 asPercent(curve.now) + " to " + asPercent(curve.then) + " (" +
                 asPercent(curve.thenInterval.low) + " to " + asPercent(curve.thenInterval.high) +
                 ").";
    return curve;
}

}  // namespace spanwise
