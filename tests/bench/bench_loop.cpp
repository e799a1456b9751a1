// The loop that a person feels: from a label to new suggestions in the visible document, over the
// real worker, with 50 labelled sentences:
//   bench_loop [--sentences 50] [--budget 3.5] FILE.conll
// The first round is a fresh fit, the others continue from it as the app does. Prints seconds from
// `train` to the `$/suggestions` of the visible document, and the worker's peak memory.
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <cstdio>
#include <deque>
#include <fstream>

#include "core/formats/conll.h"
#include "core/protocol/framing.h"
#include "core/protocol/messages.h"

using namespace spanwise;
using nlohmann::json;

namespace {

class Client {
public:
    Client() { m_process.start(SPANWISE_BIN "/spanwise-cli", {"worker", "--nice", "0"}); }
    bool started() { return m_process.waitForStarted(); }
    ~Client() {
        m_process.closeWriteChannel();
        m_process.waitForFinished(10000);
    }
    void send(std::int64_t id, const char* method, json params) {
        const std::string bytes = frame(protocol::request(id, method, std::move(params)));
        m_process.write(bytes.data(), static_cast<qint64>(bytes.size()));
    }
    /// The first message that satisfies `wanted`; none when the worker died.
    template <typename Wanted>
    std::optional<protocol::Message> wait(Wanted wanted) {
        for (;;) {
            while (!m_messages.empty()) {
                protocol::Message message = std::move(m_messages.front());
                m_messages.pop_front();
                if (wanted(message))
                    return message;
            }
            if (!m_process.waitForReadyRead(120000))
                return std::nullopt;
            const QByteArray bytes = m_process.readAllStandardOutput();
            const auto payloads =
                m_reader.feed({bytes.constData(), static_cast<std::size_t>(bytes.size())});
            if (!payloads)
                return std::nullopt;
            for (const std::string& payload : *payloads) {
                if (auto message = protocol::parse(payload))
                    m_messages.push_back(std::move(*message));
            }
        }
    }
    std::optional<protocol::Message> answer(std::int64_t id) {
        return wait([&](const protocol::Message& m) { return m.isResponse() && m.id == id; });
    }
    /// Peak resident memory in MB.
    double peakMegabytes() const {
        QFile status("/proc/" + QString::number(m_process.processId()) + "/status");
        if (!status.open(QIODevice::ReadOnly))
            return 0;
        for (const QByteArray& line : status.readAll().split('\n')) {
            if (line.startsWith("VmHWM:"))
                return line.mid(6).trimmed().split(' ').first().toDouble() / 1024;
        }
        return 0;
    }

private:
    QProcess m_process;
    FrameReader m_reader;
    std::deque<protocol::Message> m_messages;
};

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_loop: %s\n", message.c_str());
    return 1;
}

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FILE", "CoNLL file with gold");
    parser.addOptions({{"sentences", "Labelled sentences", "N", "50"},
                       {"budget", "Seconds that a quick fit may take", "S", "3.5"},
                       {"rounds", "How many", "N", "5"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    const std::string path = parser.positionalArguments().first().toStdString();
    std::ifstream in(path, std::ios::binary);
    std::vector<Record> records;
    const auto read = readConll(in, path, {}, [&](Record&& record) -> Result<void> {
        records.push_back(std::move(record));
        return {};
    });
    if (!read)
        return fail(read.error().text());
    const auto sentences = parser.value("sentences").toULongLong();
    const int rounds = parser.value("rounds").toInt();
    if (records.size() < sentences + static_cast<std::size_t>(rounds) + 1)
        return fail("the file has too few sentences");

    Client client;
    if (!client.started())
        return fail("spanwise-cli is not built");
    client.send(1, "initialize", {{"protocol", protocol::kVersion}, {"client", "bench_loop"}});
    client.send(2, "model/load", json::object());
    json documents = json::array();
    json types = json::array();
    std::vector<std::string> names;
    for (const Record& record : records) {
        for (const NamedSpan& span : record.spans) {
            if (std::find(names.begin(), names.end(), span.type) == names.end()) {
                names.push_back(span.type);
                types.push_back({{"name", span.type}});
            }
        }
    }
    const std::size_t used = sentences + static_cast<std::size_t>(rounds) + 1;
    for (std::size_t i = 0; i < used; ++i)
        documents.push_back(protocol::DocumentText{records[i].document.sha256,
                                                   records[i].document.text,
                                                   presplitToJson(records[i].document.presplit)});
    client.send(3, "scheme/set", {{"types", types}});
    client.send(4, "documents/put", {{"documents", documents}});
    if (const auto reply = client.answer(4); !reply || reply->error)
        return fail("the worker refused the documents");

    protocol::TrainParams params;
    params.budgetSeconds = parser.value("budget").toDouble();
    for (std::size_t i = 0; i < sentences; ++i)
        params.labels.push_back({records[i].document.sha256, true, records[i].spans, {}});
    std::int64_t id = 10;
    for (int round = 0; round < rounds; ++round) {
        QElapsedTimer timer;
        timer.start();
        params.quick = round > 0;
        client.send(++id, "train", params);
        const std::string visible = records[used - 1].document.sha256;
        const std::int64_t training = id;
        client.send(++id, "predict", protocol::PredictParams{{visible}, 0.3});
        const auto trained = client.answer(training);
        if (!trained || trained->error)
            return fail("training failed");
        const auto suggested =
            client.wait([](const protocol::Message& m) { return m.method == "$/suggestions"; });
        if (!suggested)
            return fail("no suggestions came");
        const auto result = trained->result.get<protocol::TrainResult>();
        std::printf("%s fit: %zu sentences, %lld steps, %.2f s training, %.2f s to suggestions\n",
                    params.quick ? "quick" : "fresh", params.labels.size(),
                    static_cast<long long>(result.steps), result.seconds,
                    static_cast<double>(timer.elapsed()) / 1000);
        const std::size_t next = sentences + static_cast<std::size_t>(round);
        params.labels.push_back({records[next].document.sha256, true, records[next].spans, {}});
    }
    std::printf("worker's peak memory %.0f MB\n", client.peakMegabytes());
    return 0;
}
