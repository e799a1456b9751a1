// How long a label takes to be safe on the disk, through the session that the window uses, alone
// and while a real worker learns from the labels beside it (nice 19, as the app starts it):
//   bench_label [--labels 400] [--pace 100] [--threads 2] FILE.conll FOLDER
// FILE has the sentences and the gold that is labelled. After each label as many bytes are written
// and synced to a file beside it: that is the disk's own share.
#include <fcntl.h>
#include <unistd.h>

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTimer>
#include <algorithm>
#include <cstdio>

#include "core/formats/import.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"
#include "ui/session/worker_client.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

double ms(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

int fail(const std::string& message) {
    std::fprintf(stderr, "bench_label: %s\n", message.c_str());
    return 1;
}

struct Times {
    std::vector<double> ms;
    [[nodiscard]] double at(double share) {
        std::sort(ms.begin(), ms.end());
        return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    }
};

/// Bytes that this process has handed to write calls.
qint64 written() {
    QFile file("/proc/self/io");
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : file.readAll().split('\n')) {
        if (line.startsWith("wchar:"))
            return line.mid(6).trimmed().toLongLong();
    }
    return 0;
}

struct Gold {
    DocumentId document = 0;
    Range range;
    TypeId type = 0;
};

class Bench {
public:
    Bench(ProjectSession& session, std::vector<Gold> gold, const QString& scratch)
        : m_session(session), m_gold(std::move(gold)), m_scratch(scratch) {}
    bool begin() { return m_scratch.open(QIODevice::WriteOnly); }
    [[nodiscard]] bool isSpent() const { return m_next >= m_gold.size(); }

    /// One label; its time counts when `counts` says so before and after it.
    void label(const std::function<bool()>& counts) {
        const Gold gold = m_gold[m_next++];
        if (!m_session.openDocument(gold.document))
            return;
        bool wanted = counts();
        QElapsedTimer timer;
        const qint64 before = written();
        timer.start();
        const bool done = m_session.label(gold.range, gold.type);
        const double label = ms(timer);
        const qint64 bytes = written() - before;
        wanted = wanted && done && counts();
        const QByteArray same(static_cast<qsizetype>(std::clamp<qint64>(bytes, 512, 1 << 20)), 'x');
        timer.start();
        m_scratch.write(same);
        m_scratch.flush();
        ::fdatasync(m_scratch.handle());
        const double sync = ms(timer);
        if (!wanted)
            return;
        labels.ms.push_back(label);
        syncs.ms.push_back(sync);
        m_bytes += bytes;
    }

    void report(const char* when) {
        if (labels.ms.empty()) {
            std::printf("%s: nothing was measured\n", when);
            return;
        }
        const double median = labels.at(0.5), late = labels.at(0.99);
        std::printf(
            "%-24s %4zu labels of %.1f KB: median %.2f ms (target 5%s), p99 %.2f ms (target 20%s), "
            "worst %.2f ms\n",
            when, labels.ms.size(),
            static_cast<double>(m_bytes) / 1024 / static_cast<double>(labels.ms.size()), median,
            median > 5 ? ", MISSED" : "", late, late > 20 ? ", MISSED" : "", labels.at(1));
        std::printf(
            "%-24s the disk alone: median %.2f ms, p99 %.2f ms, worst %.2f ms; ratio %.2f "
            "at the median, %.2f at p99\n",
            "", syncs.at(0.5), syncs.at(0.99), syncs.at(1), median / syncs.at(0.5),
            late / syncs.at(0.99));
        std::fflush(stdout);
        labels.ms.clear();
        syncs.ms.clear();
        m_bytes = 0;
    }

    Times labels, syncs;

private:
    ProjectSession& m_session;
    std::vector<Gold> m_gold;
    std::size_t m_next = 0;
    QFile m_scratch;
    qint64 m_bytes = 0;
};

}  // namespace

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FILE", "CoNLL file with gold");
    parser.addPositionalArgument("FOLDER", "Where to put the project");
    parser.addOptions({{"labels", "Labels in each part", "N", "400"},
                       {"pace", "Milliseconds from label to label", "MS", "100"},
                       {"threads", "Of the worker", "N", "2"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 2)
        parser.showHelp(2);
    const QTemporaryDir folder(parser.positionalArguments()[1] + "/bench_label-XXXXXX");
    if (!folder.isValid())
        return fail("nothing can be written to the folder");
    const auto labels = parser.value("labels").toULongLong();

    std::vector<Record> records;
    std::vector<std::string> names;
    ImportOptions options;
    options.format = FileFormat::Conll;
    const auto read =
        importFile(parser.positionalArguments()[0].toStdString(), options,
                   [&](Record&& record) -> Result<void> {
                       for (const NamedSpan& span : record.spans) {
                           if (std::find(names.begin(), names.end(), span.type) == names.end())
                               names.push_back(span.type);
                       }
                       records.push_back(std::move(record));
                       return {};
                   });
    if (!read)
        return fail(read.error().text());
    const auto scheme = LabelScheme::fromNames(names);
    if (!scheme)
        return fail(scheme.error().text());
    auto project = Project::create(folder.filePath("label.spanwise").toStdString(), *scheme);
    if (!project)
        return fail(project.error().text());
    Project::ImportOptions plain;
    plain.withSpans = false;
    plain.keepDuplicates = true;
    const auto imported =
        (*project)->import(plain, [&](const Project::RecordSink& sink) -> Result<void> {
            for (const Record& record : records) {
                if (auto taken = sink(Record(record)); !taken)
                    return taken;
            }
            return {};
        });
    if (!imported)
        return fail(imported.error().text());
    ProjectSession session(std::move(*project));
    std::vector<Gold> gold;
    for (std::size_t i = 0; i < records.size(); ++i) {
        for (const NamedSpan& span : records[i].spans)
            gold.push_back(
                {session.documents()[i].id, span.range, session.scheme().byName(span.type)->id});
    }
    Bench bench(session, std::move(gold), folder.filePath("scratch"));
    if (!bench.begin())
        return fail("nothing can be written to the folder");

    while (bench.labels.ms.size() < labels && !bench.isSpent())
        bench.label([] { return true; });
    bench.report("alone");

    WorkerClient client({SPANWISE_BIN "/spanwise-cli", "worker", "--nice", "19", "--threads",
                         parser.value("threads")});
    client.setShutdownTime(std::chrono::seconds(10));
    LearningController learning(session, client, {});
    QObject::connect(&session, &ProjectSession::errorOccurred, &app,
                     [](const Error& error) { fail(error.text()); });
    QObject::connect(&client, &WorkerClient::failed, &app, [&](const QString& message) {
        fail(message.toStdString());
        QCoreApplication::exit(1);
    });
    const auto isTraining = [&] {
        return learning.status().stage == LearningStatus::Stage::Training;
    };
    int made = 0;
    QElapsedTimer all;
    QTimer hand;
    QObject::connect(&hand, &QTimer::timeout, &app, [&] {
        if (bench.isSpent() || bench.labels.ms.size() >= labels) {
            QCoreApplication::quit();
            return;
        }
        ++made;
        bench.label(isTraining);
    });
    client.start();
    all.start();
    hand.start(parser.value("pace").toInt());
    const int code = QCoreApplication::exec();
    std::printf("%d labels in %.0f s, %zu of them during a training\n", made, ms(all) / 1000,
                bench.labels.ms.size());
    bench.report("while the worker learns");
    return code;
}
