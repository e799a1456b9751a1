// Prediction speed beside its peers on the same weights and sentences, in one run:
//   bench_predict --model DIR [--python PROGRAM] FILE.conll [--limit 500 --low 8 --high 48]
// Prints what a product of matrices reaches here, how many tokens/s that would allow, and tokens/s
// of Spanwise, fp32 and int8. With --python (that has transformers, onnx, onnxruntime) also those
// of peers/predict_transformers.py (pipeline, PyTorch by length) and peers/predict_onnx.py (fp32
// and dynamic int8 by length). All take turns, --rounds times; medians count. Tokens are
// sub-tokens without the special ones; all peers count the same.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <functional>
#include <map>

#include "core/formats/conll.h"
#include "models/model.h"
#include "models/tokenizers/tokenizer.h"
#include "tests/bench/product_rate.h"

using namespace spanwise;

namespace {

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_predict: %s\n", message.c_str());
    return 1;
}

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double spread(const std::vector<double>& values) {
    const auto [low, high] = std::minmax_element(values.begin(), values.end());
    return 100 * (*high - *low) / median(values);
}

/// A peer that has loaded its model and answers each line "go" with one line of JSON, name → s.
class Peer {
public:
    bool start(const QString& python, const QString& script, const QStringList& arguments) {
        m_process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_process.start(python,
                        QStringList{SPANWISE_SOURCE "/tests/bench/peers/" + script} + arguments);
        return !answer().isEmpty();  // it says what it is when it is ready
    }
    QJsonObject go() {
        m_process.write("go\n");
        return answer();
    }
    ~Peer() {
        m_process.closeWriteChannel();
        if (!m_process.waitForFinished(10000))
            m_process.kill();
    }

private:
    QJsonObject answer() {
        while (!m_process.canReadLine()) {
            if (!m_process.waitForReadyRead(600'000))
                return {};
        }
        return QJsonDocument::fromJson(m_process.readLine()).object();
    }
    QProcess m_process;
};

/// Multiply-adds of the layers' products a token, times two; attention's own left out.
double flopsPerToken(const BundleInfo& info, int intermediate) {
    const double h = info.hiddenSize;
    return 2.0 * info.layers * (4 * h * h + 2 * h * intermediate);
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
                       {"rounds", "Rounds", "N", "3"},
                       {"json", "Write the figures here", "FILE"},
                       {"python", "A Python with the peers' packages", "PROGRAM"}});
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
    const int threads = parser.value("threads").toInt();
    setThreads(threads);
    QElapsedTimer timer;
    timer.start();
    const auto model = loadModel(parser.value("model").toStdString(), Device{});
    if (!model)
        return fail(model.error().text());
    const double loadMs = static_cast<double>(timer.nsecsElapsed()) / 1e6;
    const BundleInfo& info = bundleInfo(**model);
    const auto tokenizer = loadTokenizer(info.path);
    if (!tokenizer)
        return fail(tokenizer.error().text());
    std::size_t words = 0, tokens = 0;
    for (const auto& sentence : sentences) {
        words += sentence.size();
        tokens += (*tokenizer)->encodeWords(sentence).ids.size();
    }
    QFile config(parser.value("model") + "/config.json");
    if (!config.open(QIODevice::ReadOnly))
        return fail("no config.json");
    const int intermediate =
        QJsonDocument::fromJson(config.readAll()).object()["intermediate_size"].toInt();

    std::vector<std::unique_ptr<Peer>> peers;
    if (parser.isSet("python")) {
        const QStringList arguments{
            "--model", parser.value("model"), "--input",   path,
            "--limit", parser.value("limit"), "--low",     parser.value("low"),
            "--high",  parser.value("high"),  "--threads", parser.value("threads"),
            "--serve"};
        for (const char* script : {"predict_transformers.py", "predict_onnx.py"}) {
            peers.push_back(std::make_unique<Peer>());
            if (!peers.back()->start(parser.value("python"), script, arguments))
                return fail(std::string("the peer ") + script + " did not start");
        }
    }
    std::map<std::string, std::vector<double>> seconds;
    std::vector<double> productRates;
    const auto own = [&](const char* name, const PredictOptions& options) -> Result<void> {
        timer.restart();
        const auto spans = predict(**model, sentences, options);
        if (!spans)
            return tl::unexpected(spans.error());
        seconds[name].push_back(static_cast<double>(timer.nsecsElapsed()) / 1e9);
        return {};
    };
    PredictOptions int8;
    int8.int8 = true;
    for (int round = 0; round <= parser.value("rounds").toInt(); ++round) {
        if (round == 1) {  // the first warms up
            seconds.clear();
            productRates.clear();
        }
        productRates.push_back(productRate());
        if (const auto done = own("spanwise fp32", {}); !done)
            return fail(done.error().text());
        if (int8Available(**model)) {
            if (const auto done = own("spanwise int8", int8); !done)
                return fail(done.error().text());
        }
        for (const auto& peer : peers) {
            const QJsonObject answer = peer->go();
            if (answer.isEmpty())
                return fail("a peer died");
            for (auto it = answer.begin(); it != answer.end(); ++it)
                seconds[it.key().toStdString()].push_back(it.value().toDouble());
        }
    }
    const auto rate = [&](const std::string& name) {
        return static_cast<double>(tokens) / median(seconds[name]);
    };
    const double product = median(productRates);
    // What the special tokens cost counts as well.
    const double perToken = flopsPerToken(info, intermediate) *
                            static_cast<double>(tokens + 2 * sentences.size()) /
                            static_cast<double>(tokens);
    const double roof = product / perToken;
    std::printf("%s: %zu sentences, %zu words, %zu sub-tokens, %d threads; loaded in %.0f ms\n",
                info.name.c_str(), sentences.size(), words, tokens, threads, loadMs);
    std::printf("sgemm 2048: %.1f GFLOP/s, %.1f MFLOP a token: %.0f tokens/s at that rate\n",
                product / 1e9, perToken / 1e6, roof);
    QJsonObject json{{"sgemm_gflops", product / 1e9}, {"roof_tokens_per_second", roof}};
    std::printf("%-28s %9s %7s %8s %12s %12s\n", "", "tokens/s", "spread", "of sgemm",
                "fp32 over it", "int8 over it");
    for (const auto& [name, times] : seconds) {
        const double its = rate(name);
        std::printf("%-28s %9.0f %6.0f%% %7.0f%% %11.2fx", name.c_str(), its, spread(times),
                    100 * its / roof, rate("spanwise fp32") / its);
        if (seconds.contains("spanwise int8"))
            std::printf(" %11.2fx", rate("spanwise int8") / its);
        std::printf("\n");
        json[QString::fromStdString(name)] = its;
    }
    if (parser.isSet("json")) {
        QFile out(parser.value("json"));
        if (!out.open(QIODevice::WriteOnly) || out.write(QJsonDocument(json).toJson()) < 0)
            return fail("cannot write the figures");
    }
    return 0;
}
