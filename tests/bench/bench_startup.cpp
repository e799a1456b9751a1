// How soon the window can be used: starts `spanwise` on a project several times and prints the
// milliseconds from process start to the first painted frame with a document, as the app itself
// reports them (SPANWISE_STARTUP_TRACE), and its memory:
//   bench_startup [--runs 10] PROJECT.spanwise
#include <QCommandLineParser>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QRegularExpression>
#include <QThread>
#include <algorithm>
#include <cstdio>

int main(int argc, char** argv) {
    QCoreApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("PROJECT", "The project to open");
    parser.addOptions({{"runs", "How many", "N", "10"}});
    parser.process(app);
    if (parser.positionalArguments().size() != 1)
        parser.showHelp(2);
    std::vector<double> times;
    double memory = 0;
    for (int run = 0; run < parser.value("runs").toInt(); ++run) {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert("SPANWISE_STARTUP_TRACE", "1");
        process.setProcessEnvironment(environment);
        process.setProcessChannelMode(QProcess::MergedChannels);
        process.start(SPANWISE_BIN "/spanwise", parser.positionalArguments());
        QByteArray said;
        const QRegularExpression pattern("usable after (\\d+) ms");
        QRegularExpressionMatch match;
        while (!match.hasMatch() && process.waitForReadyRead(20000)) {
            said += process.readAll();
            match = pattern.match(QString::fromUtf8(said));
        }
        if (!match.hasMatch()) {
            std::fprintf(stderr, "bench_startup: the app did not report: %s\n", said.constData());
            return 1;
        }
        times.push_back(match.captured(1).toDouble());
        QThread::sleep(2);
        QFile status("/proc/" + QString::number(process.processId()) + "/status");
        if (status.open(QIODevice::ReadOnly)) {
            for (const QByteArray& line : status.readAll().split('\n')) {
                if (line.startsWith("VmHWM:"))
                    memory = std::max(memory,
                                      line.mid(6).trimmed().split(' ').first().toDouble() / 1024);
            }
        }
        process.terminate();
        if (!process.waitForFinished(5000)) {
            process.kill();
            process.waitForFinished();
        }
    }
    std::sort(times.begin(), times.end());
    std::printf("usable after: median %.0f ms, worst %.0f ms, best %.0f ms; peak memory %.0f MB\n",
                times[times.size() / 2], times.back(), times.front(), memory);
    return 0;
}
