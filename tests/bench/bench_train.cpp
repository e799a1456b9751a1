// Fine-tuning beside transformers in one run, on the same sentences with the same steps:
//   bench_train --model ENCODER [--frozen N] [--python PROGRAM] TRAIN.conll TEST.conll
// Prints milliseconds a step of 8 sentences and the whole fit's seconds for all layers and for
// --frozen layers kept as they are (their states made once), strict F1 on the test sentences, the
// peak of memory, and the same of peers/train_transformers.py (all layers, AdamW). They take turns,
// --rounds times; medians count.
#include <sys/resource.h>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>

#include "core/formats/conll.h"
#include "core/metrics/entity_metrics.h"
#include "models/model.h"
#include "tests/bench/product_rate.h"

using namespace spanwise;

namespace {

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_train: %s\n", message.c_str());
    return 1;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double peakMegabytes() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_maxrss) / 1024.0;
}

Result<std::vector<LabelledSentence>> readSentences(const QString& path) {
    std::ifstream in(path.toStdString(), std::ios::binary);
    auto gold = readGoldConll(in, path.toStdString());
    if (!gold)
        return tl::unexpected(gold.error());
    return std::move(gold->sentences);
}

struct Figures {
    std::vector<double> seconds, stepMs;
    double f1 = 0;
};

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("TRAIN", "CoNLL file to learn from");
    parser.addPositionalArgument("TEST", "CoNLL file to judge by");
    parser.addOptions({{"model", "An encoder", "DIR"},
                       {"sentences", "Learn from the first so many", "N", "64"},
                       {"test", "Judge by the first so many", "N", "500"},
                       {"steps", "Steps of 8 sentences", "N", "60"},
                       {"frozen", "Layers to keep as they are", "N", "4"},
                       {"threads", "Threads", "N", "2"},
                       {"rounds", "Rounds", "N", "3"},
                       {"python", "A Python with transformers", "PROGRAM"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 2 || !parser.isSet("model"))
        parser.showHelp(2);
    auto train = readSentences(parser.positionalArguments()[0]);
    if (!train)
        return fail(train.error().text());
    auto test = readSentences(parser.positionalArguments()[1]);
    if (!test)
        return fail(test.error().text());
    train->resize(
        std::min(train->size(), static_cast<std::size_t>(parser.value("sentences").toInt())));
    test->resize(std::min(test->size(), static_cast<std::size_t>(parser.value("test").toInt())));
    setThreads(parser.value("threads").toInt());
    const auto base = loadModel(parser.value("model").toStdString(), Device{});
    if (!base)
        return fail(base.error().text());
    TrainOptions options;
    std::set<std::string> types;
    for (const LabelledSentence& sentence : *train) {
        for (const WordSpan& span : sentence.spans)
            types.insert(span.type);
    }
    options.types.assign(types.begin(), types.end());
    options.steps = parser.value("steps").toInt();
    options.batchSentences = 8;

    std::map<std::string, Figures> figures;
    double ownPeak = 0, peerPeak = 0;
    const auto own = [&](const std::string& name, int frozen) -> Result<void> {
        options.frozenLayers = frozen;
        double first = 0;
        QElapsedTimer timer;
        timer.start();
        const auto trained = spanwise::train(*base, *train, options, [&](const TrainProgress& p) {
            if (p.step == 3)  // as the peer: the first three warm up
                first = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        });
        if (!trained)
            return tl::unexpected(trained.error());
        const double ms = static_cast<double>(timer.nsecsElapsed()) / 1e6;
        Figures& row = figures[name];
        row.seconds.push_back(ms / 1e3);
        row.stepMs.push_back((ms - first) / static_cast<double>(trained->report.steps - 3));
        ownPeak = std::max(ownPeak, peakMegabytes());
        std::vector<std::vector<std::string>> words;
        for (const LabelledSentence& sentence : *test)
            words.push_back(sentence.words);
        const auto spans = predict(*trained->model, words);
        if (!spans)
            return tl::unexpected(spans.error());
        EntityEvaluator evaluator;
        for (std::size_t i = 0; i < test->size(); ++i)
            evaluator.add((*test)[i].spans, (*spans)[i], words[i].size());
        row.f1 = evaluator.metrics().micro.f1;
        return {};
    };
    const std::string some = "spanwise, " + parser.value("frozen").toStdString() + " frozen";
    const char* const all = "spanwise, all layers";
    for (int round = 0; round < parser.value("rounds").toInt(); ++round) {
        if (const auto done = own(all, 0); !done)
            return fail(done.error().text());
        if (const auto done = own(some, parser.value("frozen").toInt()); !done)
            return fail(done.error().text());
        if (!parser.isSet("python"))
            continue;
        QProcess peer;
        peer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        peer.start(parser.value("python"),
                   {SPANWISE_SOURCE "/tests/bench/peers/train_transformers.py", "--model",
                    parser.value("model"), "--input", parser.positionalArguments()[0], "--test",
                    parser.positionalArguments()[1], "--sentences", parser.value("sentences"),
                    "--test-sentences", parser.value("test"), "--steps", parser.value("steps"),
                    "--threads", parser.value("threads"), "--json"});
        if (!peer.waitForFinished(-1) || peer.exitCode() != 0)
            return fail("the peer failed");
        const QJsonObject answer = QJsonDocument::fromJson(peer.readAllStandardOutput()).object();
        Figures& row = figures["transformers, all layers"];
        row.seconds.push_back(answer["seconds"].toDouble());
        row.stepMs.push_back(answer["step_ms"].toDouble());
        row.f1 = answer["f1"].toDouble();
        peerPeak = answer["peak_megabytes"].toDouble();
    }
    std::printf("%s, %zu sentences, %d steps of 8, %s threads; sgemm %.0f GFLOP/s\n",
                bundleInfo(**base).name.c_str(), train->size(), options.steps,
                qPrintable(parser.value("threads")), productRate() / 1e9);
    std::printf("%-26s %9s %8s %7s\n", "", "ms a step", "fit s", "F1");
    for (const auto& [name, row] : figures)
        std::printf("%-26s %9.1f %8.2f %7.1f\n", name.c_str(), median(row.stepMs),
                    median(row.seconds), 100 * row.f1);
    std::printf("peak memory %.0f MB", ownPeak);
    if (const auto peer = figures.find("transformers, all layers"); peer != figures.end()) {
        std::printf(", the peer's %.0f MB\n", peerPeak);
        for (const std::string& name : {std::string(all), some})
            std::printf("%s: %.2fx the peer's step, %.2fx its fit\n", name.c_str(),
                        median(peer->second.stepMs) / median(figures[name].stepMs),
                        median(peer->second.seconds) / median(figures[name].seconds));
    } else {
        std::printf("\n");
    }
    return 0;
}
