// The desktop app: wires ui to storage and the worker.
//   spanwise [PROJECT.spanwise | --sample NAME]
#include <time.h>
#include <unistd.h>

#include <QApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QProcess>
#include <QStandardPaths>
#include <QTimer>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "ui/language/language.h"
#include "ui/main_window/app_settings.h"
#include "ui/main_window/main_window.h"
#include "ui/session/api_keys.h"
#include "ui/theme/theme.h"

namespace {

using namespace spanwise;

constexpr const char* kUsage =
    "Usage: spanwise [PROJECT.spanwise]\n"
    "       spanwise --sample clinic|contracts|reviews\n"
    "\n"
    "Label a few spans, watch it learn, check the rest.\n"
    "\n"
    "  --sample NAME   open a sample project, made at the first time in the user's data folder\n"
    "  --help          this text\n"
    "  --version       the version\n"
    "\n"
    "Environment:\n"
    "  SPANWISE_WORKER          command of the background worker, e.g. \"ssh gpu-box spanwise-cli "
    "worker\"\n"
    "  SPANWISE_CONFIG          folder for the app's settings\n"
    "  SPANWISE_SAMPLES_OUT     folder for sample projects\n"
    "  SPANWISE_STARTUP_TRACE   1: print the milliseconds until the window can be used\n"
    "\n"
    "Without a display, spanwise-cli does everything on the command line.\n";

struct Arguments {
    QString project;
    QString sample;
};

/// Exits with 0 or 2 when there is nothing to open a window for; needs no display.
Arguments parse(int argc, char** argv) {
    Arguments arguments;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        const bool hasNext = i + 1 < argc;
        if (word == "--help" || word == "-h") {
            std::fputs(kUsage, stdout);
            std::exit(0);
        } else if (word == "--version") {
            std::puts("spanwise " SPANWISE_VERSION);
            std::exit(0);
        } else if (word == "--sample" && hasNext) {
            arguments.sample = QString::fromLocal8Bit(argv[++i]);
        } else if (word.rfind("--sample=", 0) == 0) {
            arguments.sample = QString::fromStdString(word.substr(9));
        } else if ((word == "-platform" || word == "--platform" || word == "-style" ||
                    word == "-display") &&
                   hasNext) {
            ++i;  // Qt's own
        } else if (word.empty() || word[0] == '-' || !arguments.project.isEmpty()) {
            std::fprintf(stderr, "spanwise: \"%s\" is not understood.\n\n%s", argv[i], kUsage);
            std::exit(2);
        } else {
            arguments.project = QString::fromLocal8Bit(argv[i]);
        }
    }
    return arguments;
}

/// Without a display Qt would abort with a core dump; people get one line.
void handleMessage(QtMsgType type, const QMessageLogContext&, const QString& message) {
    if (type == QtDebugMsg || type == QtInfoMsg)
        return;
    std::fprintf(stderr, "spanwise: %s\n", qPrintable(message));
    if (type == QtFatalMsg) {
        std::fputs("spanwise: no window can be shown. Without a display use spanwise-cli.\n",
                   stderr);
        std::_Exit(1);
    }
}

QStringList usualWorker() {
    QString program = QCoreApplication::applicationDirPath() + QStringLiteral("/spanwise-cli");
    if (!QFileInfo(program).isExecutable())
        program = QStandardPaths::findExecutable(QStringLiteral("spanwise-cli"));
    if (program.isEmpty())
        program = QStringLiteral("spanwise-cli");  // the client says what is missing
    return {program, QStringLiteral("worker")};
}

/// Milliseconds since the kernel started this process.
double sinceProcessStart() {
    QFile stat(QStringLiteral("/proc/self/stat"));
    if (!stat.open(QIODevice::ReadOnly))
        return -1;
    const QByteArray text = stat.readAll();
    // Field 22, counted after the program's name, which may have spaces.
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    if (fields.size() < 20)
        return -1;
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double started = fields[19].toDouble() / static_cast<double>(sysconf(_SC_CLK_TCK));
    return (static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9 - started) *
           1000;
}

}  // namespace

int main(int argc, char** argv) {
    const Arguments arguments = parse(argc, argv);
    qInstallMessageHandler(handleMessage);
    QApplication app(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Spanwise"));
    QApplication::setOrganizationName(QStringLiteral("Spanwise"));
    QApplication::setApplicationVersion(QStringLiteral(SPANWISE_VERSION));
    QApplication::setDesktopFileName(QStringLiteral("org.spanwise.Spanwise"));
    const ui::AppSettings settings;
    ui::language::use(settings.language());
    ui::theme::apply(app, settings.theme());

    ui::MainWindowOptions options;
    const QString worker = qEnvironmentVariable("SPANWISE_WORKER").trimmed();
    options.isWorkerGiven = !worker.isEmpty();
    options.workerCommand = options.isWorkerGiven ? QProcess::splitCommand(worker) : usualWorker();
    options.dataFolder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) +
                         QStringLiteral("/spanwise");
    options.keychain = ui::desktopKeychain();
    ui::MainWindow window(options);
    if (qEnvironmentVariableIntValue("SPANWISE_STARTUP_TRACE") != 0) {
        QObject::connect(&window, &ui::MainWindow::usable, &app, [] {
            std::fprintf(stderr, "usable after %.0f ms\n", sinceProcessStart());
        });
    }
    if (!arguments.sample.isEmpty())
        window.openSample(arguments.sample);
    else if (!arguments.project.isEmpty())
        window.openProject(arguments.project);
    window.show();
    if (arguments.sample.isEmpty() && arguments.project.isEmpty())
        window.offerTour();
    return QApplication::exec();
}
