// What a project of 1,000,000 documents costs: import, opening, the list, filters, searches,
// figures, and the memory of the app. Real sentences and passages are read in place:
//   bench_scale [--documents N] [--data DIR] [--keep] FOLDER     makes a project, then measures it
//   bench_scale PROJECT.spanwise                                 measures one
// About 2.5 GB are needed in FOLDER for a million documents.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QImage>
#include <QLineEdit>
#include <QListView>
#include <QProcess>
#include <QRegularExpression>
#include <QScrollBar>
#include <QTemporaryDir>
#include <QThread>
#include <algorithm>
#include <cstdio>

#include "tests/bench/scale_material.h"
#include "ui/queue/queue_panel.h"
#include "ui/session/occurrence_finder.h"
#include "ui/session/project_session.h"
#include "ui/session/search_controller.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

/// Time that passed, and how much of it this process computed: on a busy machine they differ.
class Stopwatch {
public:
    void start() {
        m_timer.start();
        m_cpu = cpu();
    }
    [[nodiscard]] double ms() const { return static_cast<double>(m_timer.nsecsElapsed()) / 1e6; }
    [[nodiscard]] double cpuMs() const { return cpu() - m_cpu; }

private:
    static double cpu() {
        timespec time{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
        return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
    }

    QElapsedTimer m_timer;
    double m_cpu = 0;
};

int fail(const Error& error) {
    std::fprintf(stderr, "bench_scale: %s\n", error.text().c_str());
    return 1;
}

/// A line of /proc/PID/status, in MB.
double statusMegabytes(const QString& process, const char* line) {
    QFile status("/proc/" + process + "/status");
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& text : status.readAll().split('\n')) {
        if (text.startsWith(line))
            return text.mid(static_cast<qsizetype>(std::strlen(line)))
                       .trimmed()
                       .split(' ')
                       .first()
                       .toDouble() /
                   1024;
    }
    return 0;
}

struct Times {
    std::vector<double> ms;
    [[nodiscard]] double at(double share) {
        std::sort(ms.begin(), ms.end());
        return ms[static_cast<std::size_t>(share * static_cast<double>(ms.size() - 1))];
    }
};

void print(const char* what, const QString& detail, double milliseconds, double target = 0,
           double cpu = -1) {
    std::printf("%-14s %-34s %9.1f ms", what, qPrintable(detail), milliseconds);
    if (cpu >= 0)
        std::printf(" (%.1f computing)", cpu);
    if (target > 0)
        std::printf("  target %.0f%s", target, milliseconds > target ? "  MISSED" : "");
    std::printf("\n");
    std::fflush(stdout);
}

void print(const char* what, const QString& detail, const Stopwatch& watch, double target = 0) {
    print(what, detail, watch.ms(), target, watch.cpuMs());
}

void printMemory(const char* when) {
    std::printf("%-14s %-34s %9.0f MB, peak %.0f MB\n", "memory", when,
                statusMegabytes("self", "VmRSS:"), statusMegabytes("self", "VmHWM:"));
    std::fflush(stdout);
}

void printLoad() {
    QFile file("/proc/loadavg");
    if (file.open(QIODevice::ReadOnly))
        std::printf("%-14s %s", "load", file.readAll().constData());
}

/// The file's pages leave the cache, so that the disk is read again.
void forget(const QString& path) {
    const int file = ::open(qPrintable(path), O_RDONLY);
    if (file < 0)
        return;
    ::fdatasync(file);
    ::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    ::close(file);
}

/// A synced write of a label's size to the same disk, for comparison.
double syncMilliseconds(const QString& folder) {
    QFile file(folder + "/bench_scale.sync");
    if (!file.open(QIODevice::WriteOnly))
        return 0;
    const QByteArray page(4096 * 6, 'x');
    Times times;
    for (int i = 0; i < 100; ++i) {
        Stopwatch timer;
        timer.start();
        file.write(page);
        file.flush();
        ::fdatasync(file.handle());
        times.ms.push_back(timer.ms());
    }
    file.remove();
    return times.at(0.5);
}

int make(const QString& folder, const QString& data, std::int64_t documents,
         const QString& project) {
    auto material = bench::readMaterial(data);
    if (!material)
        return fail(material.error());
    const QString texts = folder + "/texts.jsonl";
    if (const auto written = bench::writeDocuments(*material, documents, texts); !written)
        return fail(written.error());
    auto session = ProjectSession::create(project, material->scheme);
    if (!session)
        return fail(session.error());
    std::printf("%-14s %lld documents of %zu sentences and %zu passages, %.0f MB of JSONL\n",
                "material", static_cast<long long>(documents), material->sentences.size(),
                material->passages.size(), static_cast<double>(QFileInfo(texts).size()) / 1e6);
    *material = {};
    printMemory("before the import");
    printLoad();
    int code = 1;
    QEventLoop loop;
    Stopwatch timer;
    QObject::connect(session->get(), &ProjectSession::importFinished, &loop,
                     [&](const ProjectSession::ImportReport& report) {
                         const double seconds = timer.ms() / 1000;
                         const auto count = static_cast<double>(report.result.documents);
                         std::printf(
                             "%-14s %-34s %9.0f documents/s  target 20000%s\n", "import",
                             qPrintable(QString("%1 spans, %2 duplicates, %3 s (%4 computing)")
                                            .arg(report.result.spans)
                                            .arg(report.result.duplicates)
                                            .arg(seconds, 0, 'f', 1)
                                            .arg(timer.cpuMs() / 1000, 0, 'f', 1)),
                             count / seconds, count / seconds < 20000 ? "  MISSED" : "");
                         code = 0;
                         loop.quit();
                     });
    QObject::connect(session->get(), &ProjectSession::errorOccurred, &loop,
                     [&](const Error& error) {
                         fail(error);
                         loop.quit();
                     });
    timer.start();
    (*session)->importFiles({texts});
    loop.exec();
    printMemory("after the import");
    QFile::remove(texts);
    std::printf("%-14s %.0f MB\n", "file", static_cast<double>(QFileInfo(project).size()) / 1e6);
    return code;
}

/// As LabelPage looks through first.
constexpr std::size_t kFirstDocuments = 5000;

/// From asking to the first hits; where there are none, to knowing it or to the end of a page.
/// As the panel beside the document shows them; the window's thread is free meanwhile.
void occurrences(ProjectSession& session, const char* words) {
    OccurrenceFinder finder(session);
    QEventLoop loop;
    Occurrences all;
    QObject::connect(&finder, &OccurrenceFinder::found, &loop,
                     [&](const QString&, const Occurrences& found) {
                         all = found;
                         loop.quit();
                     });
    Stopwatch timer;
    timer.start();
    finder.find(QString::fromUtf8(words), 50);
    loop.exec();
    print("occurrences",
          QString("%1: %2%3")
              .arg(QString::fromUtf8(words))
              .arg(all.hits.size())
              .arg(all.isCut ? ", and more" : ""),
          timer);
}

void search(SearchController& controller, const char* what, const SearchQuery& query) {
    QEventLoop loop;
    Stopwatch timer;
    double first = -1, firstCpu = -1;
    const auto heard = QObject::connect(&controller, &SearchController::changed, &loop, [&] {
        if (first < 0 && !controller.hits().empty()) {
            first = timer.ms();
            firstCpu = timer.cpuMs();
        }
        if (!controller.isRunning())
            loop.quit();
    });
    timer.start();
    controller.search(query);
    if (controller.isRunning())
        loop.exec();
    QObject::disconnect(heard);
    const double end = timer.ms();
    print("search",
          QString("%1: %2%3")
              .arg(what)
              .arg(controller.hits().size())
              .arg(controller.hasMore() ? ", more to come" : ""),
          first < 0 ? end : first, first < 0 ? 0 : 100, first < 0 ? timer.cpuMs() : firstCpu);
    if (first >= 0 && end > first + 50)
        print("", "  page complete", end);
}

int measure(const QString& path, bool withApp) {
    printLoad();
    const QString folder = QFileInfo(path).absolutePath();
    Stopwatch timer;
    Result<std::unique_ptr<ProjectSession>> opened = failure(ErrorCode::NotFound, "");
    for (const char* how : {"cold", "warm", "warm"}) {
        if (how[0] == 'c')
            forget(path);
        if (opened)
            opened->reset();
        timer.start();
        opened = ProjectSession::open(path);
        if (!opened)
            return fail(opened.error());
        print("open", QString("%1, %2 documents").arg(how).arg((*opened)->documents().size()),
              timer, 2000);
    }
    ProjectSession& session = **opened;
    printMemory("the session");
    timer.start();
    (void)session.queue();
    print("queue", "order", timer);

    QueuePanel panel;
    panel.resize(280, 800);
    panel.setScheme(session.scheme());
    panel.show();
    auto* list = panel.findChild<QListView*>("documentList");
    QImage frame(list->viewport()->size(), QImage::Format_ARGB32_Premultiplied);
    const auto paint = [&] {
        QApplication::processEvents();
        list->viewport()->render(&frame);
    };
    paint();
    timer.start();
    panel.setDocuments(session.sharedDocuments(), session.sharedQueue());
    frame = QImage(list->viewport()->size(), QImage::Format_ARGB32_Premultiplied);
    paint();
    print("list", "first rows painted", timer, 200);
    QScrollBar* bar = list->verticalScrollBar();
    Times scroll;
    const auto step = [&](int value) {
        timer.start();
        bar->setValue(value);
        paint();
        scroll.ms.push_back(timer.ms());
    };
    for (int i = 0; i < 200; ++i)
        step(bar->value() + 60);
    for (int i = 0; i < 60; ++i)
        step(bar->value() + bar->pageStep());
    for (int i = 1; i <= 40; ++i)
        step(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 41));
    print("list", "a frame while scrolling, median", scroll.at(0.5), 16);
    print("list", "a frame while scrolling, worst", scroll.at(1), 16);
    printMemory("with the list");

    const std::pair<QueuePanel::Filter, const char*> filters[] = {
        {QueuePanel::Filter::Unlabelled, "without labels"},
        {QueuePanel::Filter::WithSuggestions, "with suggestions"},
        {QueuePanel::Filter::Done, "done"},
        {QueuePanel::Filter::All, "all"},
        {QueuePanel::Filter::Queue, "queue"}};
    for (const auto& [filter, name] : filters) {
        timer.start();
        panel.setFilter(filter);
        paint();
        print("filter", QString("%1: %2 rows").arg(name).arg(list->model()->rowCount()), timer,
              200);
    }
    for (const char* text : {"zymogen", "protein", "the", "prot", "th", "\"of the\"", "absent9"}) {
        std::size_t found = 0;
        double first = -1, firstCpu = -1;
        QEventLoop loop;
        const auto show = [&](const std::vector<DocumentId>& documents) {
            panel.setFound(documents);
            paint();
        };
        const auto begun =
            QObject::connect(&session, &ProjectSession::firstDocumentsFound, &loop,
                             [&](const QString&, const std::vector<DocumentId>& documents) {
                                 show(documents);
                                 first = timer.ms();
                                 firstCpu = timer.cpuMs();
                             });
        const auto heard =
            QObject::connect(&session, &ProjectSession::documentsFound, &loop,
                             [&](const QString&, const std::vector<DocumentId>& documents) {
                                 found = documents.size();
                                 show(documents);
                                 loop.quit();
                             });
        timer.start();
        session.findDocuments(text, panel.firstDocuments(kFirstDocuments));
        loop.exec();
        const QString what = QString("by text %1: %2").arg(text).arg(found);
        if (first < 0) {
            print("filter", what, timer, 200);
        } else {
            print("filter", what + ", first rows", first, 200, firstCpu);
            print("", "  all of them", timer);
        }
        QObject::disconnect(begun);
        QObject::disconnect(heard);
    }
    panel.setFound(std::nullopt);

    // One document at the far end is labelled by another person, with the type that is rarest.
    const auto counts = session.counts().perType;
    const auto byUse = [](const TypeCount& a, const TypeCount& b) {
        return a.annotations < b.annotations;
    };
    const TypeId rare = std::min_element(counts.begin(), counts.end(), byUse)->type;
    const TypeId common = std::max_element(counts.begin(), counts.end(), byUse)->type;
    timer.start();
    session.openDocument(session.documents().back().id);
    print("gesture", "open a document", timer, 100);
    timer.start();
    session.label({0, 3}, rare);
    print("gesture", "label", timer, 20);
    timer.start();
    session.setStatus(DocumentStatus::Done);
    print("gesture", "done", timer, 20);
    timer.start();
    panel.setDocuments(session.sharedDocuments(), session.sharedQueue());
    panel.setCurrentDocument(session.documentId());
    paint();
    print("gesture", "the list in its new order", timer, 200);

    SearchController controller(session);
    SearchQuery query;
    for (const char* text : {"zymogen", "protein", "the", "prot", "th", "s", "\"of the\"",
                             "absent9", "renal failure patients"}) {
        query.text = text;
        search(controller, text, query);
    }
    query.isExpression = true;
    for (const char* text : {"\\d+ mg\\b", "[A-Z]{4,}-\\d", "absent\\d{3}x"}) {
        query.text = text;
        search(controller, text, query);
    }
    query = {};
    query.types = {common};
    search(controller, "a common type", query);
    query.types = {rare};
    search(controller, "a rare type", query);
    query.text = "protein";
    query.types = {common};
    search(controller, "protein, of a type", query);
    query = {};
    query.labels = SearchQuery::Labels::Suggested;
    query.highestScore = 0.4;
    search(controller, "suggested, 0 to 0.4", query);
    query = {};
    query.origins = {Origin::Manual};
    search(controller, "labelled by hand", query);
    query = {};
    query.annotator = session.annotator();
    search(controller, "by annotator", query);
    query = {};
    query.text = "protein";
    query.labels = SearchQuery::Labels::Unlabelled;
    search(controller, "protein, unlabelled", query);
    for (const char* words : {"protein", "renal failure", "the", "absent9"})
        occurrences(session, words);
    timer.start();
    const auto names = controller.annotators();
    print("search", QString("annotators: %1").arg(names.size()), timer, 100);
    printMemory("after the searches");

    auto connection = session.project().reopenForThread();
    if (!connection)
        return fail(connection.error());
    timer.start();
    (void)(*connection)->tallies();
    print("dashboard", "tallies", timer);
    timer.start();
    (void)(*connection)->activity();
    print("dashboard", "activity", timer);
    timer.start();
    (void)(*connection)->blindTally();
    print("dashboard", "blind and assisted", timer);
    timer.start();
    (void)(*connection)->health(1000);
    print("dashboard", "health", timer);
    timer.start();
    (void)(*connection)->history({}, 200);
    print("dashboard", "history, a page", timer);
    printMemory("after the dashboard");
    connection->reset();

    session.undo();
    session.undo();
    opened->reset();
    if (!withApp)
        return 0;
    QProcess app;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QTemporaryDir config(folder + "/bench_scale-XXXXXX");
    environment.insert("SPANWISE_STARTUP_TRACE", "1");
    environment.insert("SPANWISE_CONFIG", config.path());
    app.setProcessEnvironment(environment);
    app.setProcessChannelMode(QProcess::MergedChannels);
    app.start(SPANWISE_BIN "/spanwise", {path});
    QByteArray said;
    const QRegularExpression pattern("usable after (\\d+) ms");
    QRegularExpressionMatch match;
    while (!match.hasMatch() && app.waitForReadyRead(60000)) {
        said += app.readAll();
        match = pattern.match(QString::fromUtf8(said));
    }
    if (!match.hasMatch()) {
        std::fprintf(stderr, "bench_scale: the app did not report: %s\n", said.constData());
        return 1;
    }
    print("app", "usable after", match.captured(1).toDouble(), 2000);
    double most = 0;
    for (int second = 0; second < 40 && app.state() == QProcess::Running; ++second) {
        QThread::sleep(1);
        most = std::max(most, statusMegabytes(QString::number(app.processId()), "VmRSS:"));
        if (second == 4 || second == 39)
            std::printf("%-14s %-34s %9.0f MB, peak %.0f MB (target 400)%s\n", "app",
                        qPrintable(QString("memory after %1 s").arg(second + 1)),
                        statusMegabytes(QString::number(app.processId()), "VmRSS:"),
                        statusMegabytes(QString::number(app.processId()), "VmHWM:"),
                        most > 400 ? "  MISSED" : "");
    }
    app.terminate();
    if (!app.waitForFinished(10000)) {
        app.kill();
        app.waitForFinished();
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    theme::apply(app, ThemeChoice::Light);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("PLACE", "A folder for the project, or a project");
    parser.addOptions({{"documents", "How many", "N", "1000000"},
                       {"data", "The data sets' folder (SPANWISE_DATA)", "DIR",
                        qEnvironmentVariable("SPANWISE_DATA", SPANWISE_SOURCE "/../shared/data")},
                       {"keep", "Keep the project"},
                       {"no-app", "Do not start the app itself"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    const QString place = parser.positionalArguments().first();
    if (QFileInfo(place).isFile())
        return measure(place, !parser.isSet("no-app"));

    QTemporaryDir folder(place + "/bench_scale-XXXXXX");
    if (!folder.isValid()) {
        std::fprintf(stderr, "bench_scale: nothing can be written to %s\n", qPrintable(place));
        return 1;
    }
    folder.setAutoRemove(!parser.isSet("keep"));
    const QString project = folder.filePath("scale.spanwise");
    std::printf("%-14s %-34s %9.2f ms\n", "disk", "a synced write of 24 KB, median",
                syncMilliseconds(folder.path()));
    if (const int code = make(folder.path(), parser.value("data"),
                              parser.value("documents").toLongLong(), project);
        code != 0)
        return code;
    // Another process, as the app would be.
    QProcess measuring;
    measuring.setProcessChannelMode(QProcess::ForwardedChannels);
    QStringList arguments{project};
    if (parser.isSet("no-app"))
        arguments << "--no-app";
    measuring.start(QCoreApplication::applicationFilePath(), arguments);
    if (!measuring.waitForFinished(-1))
        return 1;
    if (parser.isSet("keep"))
        std::printf("%-14s %s\n", "kept", qPrintable(project));
    return measuring.exitCode();
}
