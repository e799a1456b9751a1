// Pre-training beside a PyTorch eager loop with the same recipe, in one run over the same material:
//   bench_pretrain --model ENCODER --corpus WORK/corpus [--python PROGRAM] [--batch 32]
// WORK/corpus is what `spanwise-cli pretrain` prepares. Prints the texts' sub-tokens a second of
// --steps steps after five that warm up, and peers/pretrain_eager.py's in fp32 and under bfloat16
// autocast, beside the rate of sgemm. They take turns, --rounds times; medians count.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>

#include "models/pretraining/pretrain.h"
#include "tests/bench/product_rate.h"

using namespace spanwise;

namespace {

constexpr int kWarm = 5;

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_pretrain: %s\n", message.c_str());
    return 1;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

std::string load() {
    std::ifstream file("/proc/loadavg");
    std::string one;
    file >> one;
    return one;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOptions({{"model", "An encoder of BERT's family", "DIR"},
                       {"corpus", "Prepared material", "DIR"},
                       {"batch", "Texts a step", "N", "32"},
                       {"steps", "Steps", "N", "30"},
                       {"concept-layers", "Of the concept encoder; 0: all", "N", "0"},
                       {"threads", "Threads", "N", "2"},
                       {"rounds", "Rounds", "N", "3"},
                       {"device", "cpu or cuda", "NAME", "cpu"},
                       {"python", "A Python with torch and transformers", "PROGRAM"}});
    parser.process(app);
    if (!parser.isSet("model") || !parser.isSet("corpus"))
        parser.showHelp(2);
    const int steps = std::max(parser.value("steps").toInt(), kWarm + 1);
    setThreads(parser.value("threads").toInt());
    const auto device = deviceFromName(parser.value("device").toStdString());
    if (!device)
        return fail(device.error().text());
    const auto base = loadModel(parser.value("model").toStdString(), *device);
    if (!base)
        return fail(base.error().text());
    const auto corpus = Corpus::open(parser.value("corpus").toStdString());
    if (!corpus)
        return fail(corpus.error().text());

    std::map<std::string, std::vector<double>> rates;
    for (int round = 0; round < parser.value("rounds").toInt(); ++round) {
        for (const bool half : {false, true}) {
            PretrainOptions options;
            options.steps = steps;
            options.step.examples = parser.value("batch").toInt();
            options.conceptLayers = parser.value("concept-layers").toInt();
            options.bfloat16 = half;
            const QTemporaryDir folder;
            QElapsedTimer timer;
            std::int64_t before = 0;
            double seconds = 0;
            std::int64_t tokens = 0;
            PretrainCallbacks callbacks;
            callbacks.progress = [&](const PretrainProgress& p) {
                if (p.step == kWarm) {
                    before = p.tokens;
                    timer.start();
                }
                tokens = p.tokens;
                seconds = static_cast<double>(timer.nsecsElapsed()) / 1e9;
            };
            const auto done =
                pretrain(*base, *corpus, options, folder.path().toStdString(), callbacks);
            if (!done)
                return fail(done.error().text());
            rates[half ? "spanwise, bfloat16" : "spanwise"].push_back(
                static_cast<double>(tokens - before) / seconds);
            if (!parser.isSet("python"))
                continue;
            QProcess peer;
            peer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            QStringList arguments{SPANWISE_SOURCE "/tests/bench/peers/pretrain_eager.py",
                                  "--model",
                                  parser.value("model"),
                                  "--corpus",
                                  parser.value("corpus"),
                                  "--batch",
                                  parser.value("batch"),
                                  "--steps",
                                  QString::number(steps),
                                  "--warm",
                                  QString::number(kWarm),
                                  "--concept-layers",
                                  parser.value("concept-layers"),
                                  "--threads",
                                  parser.value("threads"),
                                  "--device",
                                  parser.value("device"),
                                  "--json"};
            if (half)
                arguments.append("--bf16");
            peer.start(parser.value("python"), arguments);
            if (!peer.waitForFinished(-1) || peer.exitCode() != 0)
                return fail("the peer failed");
            const QJsonObject answer =
                QJsonDocument::fromJson(peer.readAllStandardOutput()).object();
            rates[half ? "eager, autocast" : "eager"].push_back(
                answer["tokens_per_second"].toDouble());
        }
    }
    std::printf("%s, %d steps of %s texts, %s threads; sgemm %.0f GFLOP/s, load %s\n",
                bundleInfo(**base).name.c_str(), steps, qPrintable(parser.value("batch")),
                qPrintable(parser.value("threads")), productRate() / 1e9, load().c_str());
    for (const auto& [name, values] : rates)
        std::printf("%-20s %9.0f sub-tokens/s\n", name.c_str(), median(values));
    if (rates.contains("eager"))
        std::printf("%.2fx eager in fp32, %.2fx its autocast in bfloat16\n",
                    median(rates["spanwise"]) / median(rates["eager"]),
                    median(rates["spanwise, bfloat16"]) / median(rates["eager, autocast"]));
    return 0;
}
