// Prediction speed, as a ratio to transformers' pipeline on the same sentences in one run:
//   bench_predict --model DIR FILE.conll [--limit 500 --low 8 --high 48] [--peer 'python …']
// Prints words/s, median of three runs. With --peer (a command line that ends up running
// tests/bench/peers/predict_transformers.py with --json OUT) it runs the peer before and after and
// prints the ratios; without it, it names the command.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QTemporaryDir>
#include <algorithm>
#include <cstdio>
#include <fstream>

#include "core/formats/conll.h"
#include "models/model.h"

using namespace spanwise;

namespace {

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_predict: %s\n", message.c_str());
    return 1;
}

/// words/s by "what batch N".
QMap<QString, double> runPeer(const QString& python, const QStringList& arguments,
                              const QString& json) {
    QMap<QString, double> rates;
    QProcess peer;
    peer.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    peer.start(python, QStringList{SPANWISE_SOURCE "/tests/bench/peers/predict_transformers.py"} +
                           arguments + QStringList{"--json", json});
    if (!peer.waitForFinished(-1) || peer.exitCode() != 0)
        return rates;
    QFile file(json);
    if (!file.open(QIODevice::ReadOnly))
        return rates;
    for (const QJsonValue& row : QJsonDocument::fromJson(file.readAll()).object()["rows"].toArray())
        rates.insert(row["what"].toString() + " batch " + QString::number(row["batch"].toInt()),
                     row["words_per_second"].toDouble());
    return rates;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FILE", "CoNLL file with sentences");
    parser.addOptions({{"model", "A trained bundle", "DIR"},
                       {"limit", "Sentences", "N", "500"},
                       {"low", "Fewest words", "N", "8"},
                       {"high", "Most words", "N", "48"},
                       {"threads", "Threads", "N", "2"},
                       {"python", "A Python with transformers, to run the peer", "PROGRAM"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 1 || !parser.isSet("model"))
        parser.showHelp(2);
    const QString path = parser.positionalArguments().first();
    std::ifstream in(path.toStdString(), std::ios::binary);
    std::vector<std::vector<std::string>> sentences;
    const auto limit = parser.value("limit").toULongLong();
    const auto read = readConllSentences(in, path.toStdString(), [&](ConllSentence&& sentence) {
        if (sentences.size() < limit &&
            sentence.words.size() >= parser.value("low").toULongLong() &&
            sentence.words.size() <= parser.value("high").toULongLong())
            sentences.push_back(std::move(sentence.words));
        return Result<void>{};
    });
    if (!read)
        return fail(read.error().text());
    setThreads(parser.value("threads").toInt());
    QElapsedTimer timer;
    timer.start();
    const auto model = loadModel(parser.value("model").toStdString(), Device{});
    if (!model)
        return fail(model.error().text());
    const double loadMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    std::size_t words = 0;
    for (const auto& sentence : sentences)
        words += sentence.size();

    const QTemporaryDir scratch;
    QMap<QString, double> before, after;
    const QStringList arguments{
        "--model", parser.value("model"), "--input",   path,
        "--limit", parser.value("limit"), "--low",     parser.value("low"),
        "--high",  parser.value("high"),  "--threads", parser.value("threads"),
        "--sorted"};
    if (parser.isSet("python"))
        before = runPeer(parser.value("python"), arguments, scratch.filePath("before.json"));
    std::vector<double> seconds;
    for (int i = 0; i < 4; ++i) {
        timer.restart();
        if (const auto spans = predict(**model, sentences); !spans)
            return fail(spans.error().text());
        if (i > 0)  // the first run warms up
            seconds.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e9);
    }
    std::sort(seconds.begin(), seconds.end());
    const double rate = static_cast<double>(words) / seconds[1];
    std::printf("%zu sentences, %zu words, %s threads\nload %.0f ms\nspanwise %.0f words/s\n",
                sentences.size(), words, qPrintable(parser.value("threads")), loadMs, rate);
    if (parser.isSet("python"))
        after = runPeer(parser.value("python"), arguments, scratch.filePath("after.json"));
    for (const QString& name : before.keys()) {
        const double peer = std::max(before[name], after.value(name));
        std::printf("%-24s %8.0f words/s   ratio %.2f\n", qPrintable(name), peer, rate / peer);
    }
    return 0;
}
