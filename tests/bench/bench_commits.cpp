// How long the window's thread is held up by decisions about many labels, in the real window:
//   bench_commits [--labels 10000] [--decisions 200] [FOLDER]
// A triage decision of 20 places: from the key until the next group is painted, and the longest
// stall of the event loop afterwards, when it is on the disk. A merge of two types of --labels
// labels, its undo, and a triage decision about 500 places: until all is shown, and the longest
// stall on the way. Run it on the disk that matters (FOLDER).
#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QLabel>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/session/triage_controller.h"
#include "ui/theme/theme.h"
#include "ui/triage/triage_page.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

[[noreturn]] void fail(const char* message) {
    std::fprintf(stderr, "bench_commits: %s\n", message);
    std::exit(1);
}

double ms(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

/// Lets events happen until `isDone`; the longest time that one of them took, ms.
template <typename IsDone>
double longestStall(IsDone isDone, int atLeast = 0) {
    QElapsedTimer all;
    all.start();
    double longest = 0;
    while (!isDone() || all.elapsed() < atLeast) {
        if (all.elapsed() > 120000)
            fail("it did not end within two minutes");
        QElapsedTimer timer;
        timer.start();
        QCoreApplication::processEvents(QEventLoop::AllEvents);
        longest = std::max(longest, ms(timer));
        QThread::usleep(200);
    }
    return longest;
}

void open(MainWindow& window, const QString& folder, int labels) {
    QByteArray lines;
    const auto add = [&](std::string text, nlohmann::json spans) {
        lines +=
            QByteArray::fromStdString(
                nlohmann::json{{"text", std::move(text)}, {"spans", std::move(spans)}}.dump()) +
            "\n";
    };
    // 20 places for each of 600 strings, and one string in 500 documents.
    for (int i = 0; i < 3000; ++i) {
        std::string text = "Note " + std::to_string(i) + ". ";
        auto spans = nlohmann::json::array();
        for (int s = 0; s < 4; ++s) {
            const int drug = (i * 13 + s * 7) % 600;
            text += "He took ";
            const std::string name = "drug" + std::to_string(drug) + "x";
            spans.push_back({{"begin", text.size()},
                             {"end", text.size() + name.size()},
                             {"type", "drug"},
                             {"score", 0.3 + drug % 60 / 100.0}});
            text += name + " in the morning, and it was well borne. ";
        }
        if (i % 6 == 0) {
            spans.push_back({{"begin", text.size()},
                             {"end", text.size() + 7},
                             {"type", "drug"},
                             {"score", 0.99}});
            text += "aspirin";
        }
        add(std::move(text), std::move(spans));
    }
    for (int i = 0; i < labels / 25; ++i) {
        std::string text = "Record " + std::to_string(i) + ". ";
        auto spans = nlohmann::json::array();
        for (int j = 0; j < 25; ++j) {
            spans.push_back({{"begin", text.size()}, {"end", text.size() + 7}, {"type", "dose"}});
            text += "word" + std::to_string(100 + j) + " ";
        }
        add(std::move(text), std::move(spans));
    }
    const QString path = folder + "/in.jsonl";
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(lines) != lines.size())
        fail("the texts cannot be written");
    file.close();
    if (!window.createProject(folder + "/bench.spanwise",
                              *LabelScheme::fromNames({"drug", "dose", "amount"})))
        fail("the project cannot be made");
    QSignalSpy imported(window.session(), &ProjectSession::importFinished);
    window.importFiles({path});
    if (imported.isEmpty() && !imported.wait(120000))
        fail("the import did not end");
    window.messages()->dismiss();
    window.session()->setThreshold(0);
}

void triage(MainWindow& window, int decisions) {
    QTest::keyClick(window.focusWidget() ? window.focusWidget() : &window, Qt::Key_T,
                    Qt::ControlModifier);
    TriageController& triage = *window.triage();
    TriagePage* page = window.triagePage();
    longestStall([&] { return triage.progress().suggestionsLeft >= 12000; });
    std::vector<double> times, stalls;
    QElapsedTimer timer;
    const auto decide = [&] {
        timer.start();
        QTest::keyClick(page, Qt::Key_A);
        page->repaint();
        const double time = ms(timer);
        const double stall =
            longestStall([&] { return !window.session()->isCommitting(); }, 150);  // a person reads
        return std::pair(time, stall);
    };
    const auto labels = window.session()->project().labels(window.session()->documents()[0].id);
    const auto everywhere =
        std::find_if(labels->suggestions.begin(), labels->suggestions.end(),
                     [](const Suggestion& suggestion) { return suggestion.score > 0.98; });
    if (everywhere == labels->suggestions.end())
        fail("the large group is not there");
    triage.startWith(everywhere->id);
    longestStall([&] { return triage.item() && triage.item()->group.ids.size() == 500; });
    const auto [large, stallOfLarge] = decide();
    std::printf(
        "triage, 500 places key to next one's paint: %.1f ms; longest stall afterwards: %.1f ms\n",
        large, stallOfLarge);
    for (int i = 0; i < decisions; ++i) {
        const auto [time, stall] = decide();
        times.push_back(time);
        stalls.push_back(stall);
    }
    if (triage.progress().decisions != decisions + 1)
        fail("not all decisions were made");
    std::sort(times.begin(), times.end());
    std::sort(stalls.begin(), stalls.end());
    const auto at = [](const std::vector<double>& sorted, double share) {
        return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
    };
    std::printf(
        "triage, 20 places  key to next one's paint: median %.1f ms, p99 %.1f, worst %.1f; longest "
        "stall afterwards: median %.1f ms, worst %.1f\n",
        at(times, 0.5), at(times, 0.99), times.back(), at(stalls, 0.5), stalls.back());
}

void merge(MainWindow& window) {
    ProjectSession& session = *window.session();
    const TypeId dose = session.scheme().byName("dose")->id;
    const TypeId amount = session.scheme().byName("amount")->id;
    QElapsedTimer timer;
    const auto measure = [&](const char* what, auto begin) {
        bool isDone = false;
        timer.start();
        begin(isDone);
        double stall = ms(timer);
        stall = std::max(stall, longestStall([&] { return isDone; }));
        const double until = ms(timer);
        stall = std::max(stall, longestStall([] { return true; }, 500));
        std::printf("%-18s shown after %.0f ms; longest stall %.1f ms\n", what, until, stall);
    };
    std::printf("%lld labels of a type:\n", static_cast<long long>(session.counts().annotations));
    measure("merge",
            [&](bool& isDone) { session.mergeType(dose, amount, [&isDone] { isDone = true; }); });
    measure("its undo", [&](bool& isDone) { session.undo([&isDone](bool) { isDone = true; }); });
    measure("its redo", [&](bool& isDone) { session.redo([&isDone](bool) { isDone = true; }); });
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addPositionalArgument("FOLDER", "Where to put the project", "[FOLDER]");
    parser.addOptions({{"labels", "Of the type that is merged", "N", "10000"},
                       {"decisions", "In triage", "N", "200"}});
    parser.process(app);
    const QTemporaryDir dir(parser.positionalArguments().value(0, QDir::tempPath()) +
                            "/bench_commits-XXXXXX");
    qputenv("SPANWISE_CONFIG", dir.path().toUtf8());
    theme::apply(app, ThemeChoice::Light);
    MainWindow window(MainWindowOptions{});
    window.resize(1280, 800);
    window.show();
    window.activateWindow();
    if (!QTest::qWaitForWindowActive(&window, 10000))
        fail("the window does not get the keys");
    open(window, dir.path(), parser.value("labels").toInt());
    merge(window);
    triage(window, parser.value("decisions").toInt());
    return 0;
}
