// How fast the real window answers in a document of 1 MB with 5,000 spans, its project on the disk:
//   bench_window [--labels 200] [FOLDER]
// As many lines, as one paragraph, and as JSON that is coloured by its syntax. Opening until it is
// painted; frames of the wheel, of pages and of jumps; the arrow keys, Tab and a type's key on a
// selection from the key press until the document is painted, the label on the disk by then; and
// how long the window's thread is busy afterwards with the rest (counts, occurrences, lists). Times
// are what passed and, in brackets, what of it this process computed. Run it on the disk that
// matters (FOLDER), offscreen or under X.
#include <unistd.h>

#include <QApplication>
#include <QCommandLineParser>
#include <QElapsedTimer>
#include <QFile>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QWheelEvent>
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>

#include "core/text/utf8.h"
#include "core/text/word_splitter.h"
#include "ui/document_view/document_view.h"
#include "ui/main_window/label_page.h"
#include "ui/main_window/main_window.h"
#include "ui/main_window/message_bar.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

constexpr std::size_t kBytes = 1 << 20;
constexpr std::size_t kSpans = 5000;
constexpr double kFrame = 16;

[[noreturn]] void fail(const char* message) {
    std::fprintf(stderr, "bench_window: %s\n", message);
    std::exit(1);
}

double cpuMs() {
    timespec time{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1000 + static_cast<double>(time.tv_nsec) / 1e6;
}

/// Times of one gesture, done often.
class Times {
public:
    template <typename Act>
    void measure(Act act) {
        const double cpu = cpuMs();
        QElapsedTimer timer;
        timer.start();
        act();
        m_passed.push_back(static_cast<double>(timer.nsecsElapsed()) / 1e6);
        m_computed.push_back(cpuMs() - cpu);
    }
    void print(const char* what, double target) {
        std::sort(m_passed.begin(), m_passed.end());
        std::sort(m_computed.begin(), m_computed.end());
        const auto at = [](const std::vector<double>& times, double share) {
            return times[static_cast<std::size_t>(share * static_cast<double>(times.size() - 1))];
        };
        const double late = at(m_passed, 0.99);
        std::printf("  %-42s %7.2f %7.2f %7.2f   (%.2f %.2f %.2f)%s\n", what, at(m_passed, 0.5),
                    late, m_passed.back(), at(m_computed, 0.5), at(m_computed, 0.99),
                    m_computed.back(), target > 0 && late > target ? "  MISSED" : "");
        std::fflush(stdout);
    }

private:
    std::vector<double> m_passed, m_computed;
};

std::string prose(bool isLines) {
    const char* const sentences[] = {
        "Mrs. Adela Brandt was started on metformin 500 mg twice daily after type 2 diabetes was "
        "found. ",
        "Two weeks later she reported persistent nausea and stopped the tablets on her own. ",
        "Dr. Okafor restarted it at 250 mg once daily with meals and left lisinopril as it was. ",
        "Blood pressure was 134 over 82, na\xC3\xAFve to insulin, caf\xC3\xA9 au lait spots "
        "noted. ",
    };
    std::string text;
    for (std::size_t i = 0; text.size() < kBytes; ++i) {
        text += sentences[i % 4];
        if (isLines && i % 5 == 4)
            text.back() = '\n';
    }
    return text;
}

std::string json() {
    std::string text;
    for (int i = 0; text.size() < kBytes; ++i)
        text += "{\"visit\": " + std::to_string(i) +
                ", \"drug\": \"metformin\", \"dose\": 500, \"given\": true, \"notes\": [\"with "
                "meals\", null]}\n";
    return text;
}

/// A record of which every other span is a label, the rest suggestions.
std::string record(const std::string& name, const std::string& text) {
    const std::vector<Range> words = splitWords(text);
    auto spans = nlohmann::json::array();
    const std::size_t count = std::min(kSpans, words.size() / 4);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t word = i * (words.size() - 4) / count;
        nlohmann::json span{{"begin", words[word].begin},
                            {"end", words[word + 1].end},
                            {"type", i % 4 == 0 ? "drug" : "dose"}};
        if (i % 2 == 1)
            span["score"] = 0.7;
        spans.push_back(std::move(span));
    }
    return nlohmann::json{{"id", name}, {"text", text}, {"spans", std::move(spans)}}.dump() + "\n";
}

void settle() {
    QTest::qWait(250);  // counts, occurrences and lists follow within that
}

void run(MainWindow& window, DocumentId id, const char* shape, int labels) {
    ProjectSession& session = *window.session();
    DocumentView* view = window.labelPage()->view();
    const DocumentId other = session.documents().back().id;
    std::printf("%s\n", shape);
    const auto paint = [&] { view->viewport()->repaint(); };

    Times open, afterOpen;
    for (int i = 0; i < 20; ++i) {
        session.openDocument(other);
        settle();
        open.measure([&] {
            session.openDocument(id);
            paint();
        });
        afterOpen.measure([] { QCoreApplication::processEvents(); });
    }
    open.print("open", 100);
    afterOpen.print("  and what follows at once", 0);

    // Colouring goes on meanwhile, where there is any.
    session.openDocument(other);
    session.openDocument(id);
    view->setFocus();
    QScrollBar* bar = view->verticalScrollBar();
    Times wheel, pages, jumps;
    for (int i = 0; i < 300; ++i) {
        wheel.measure([&] {
            const QPointF at = view->viewport()->rect().center();
            QWheelEvent event(at, view->viewport()->mapToGlobal(at), {}, {0, -120}, Qt::NoButton,
                              Qt::NoModifier, Qt::NoScrollPhase, false);
            QApplication::sendEvent(view->viewport(), &event);
            QCoreApplication::processEvents();
            paint();
        });
    }
    for (int i = 0; i < 100; ++i)
        pages.measure([&] {
            bar->triggerAction(QAbstractSlider::SliderPageStepAdd);
            QCoreApplication::processEvents();
            paint();
        });
    for (int i = 0; i < 100; ++i)
        jumps.measure([&] {
            bar->setValue(
                static_cast<int>(static_cast<qint64>(bar->maximum()) * (i * 37 % 100) / 100));
            QCoreApplication::processEvents();
            paint();
        });
    wheel.print("frame, wheel", kFrame);
    pages.print("frame, page", kFrame);
    jumps.print("frame, jump", kFrame);

    const Offset middle = countCodePoints(session.document()->text) / 2;
    view->setSelection({middle, middle});
    settle();
    Times arrow, tab, label, afterLabel;
    for (int i = 0; i < labels; ++i)
        arrow.measure([&] {
            QTest::keyClick(view, i % 5 == 4 ? Qt::Key_Down : Qt::Key_Right);
            paint();
        });
    for (int i = 0; i < labels; ++i)
        tab.measure([&] {
            QTest::keyClick(view, Qt::Key_Tab);
            paint();
        });
    view->setSelection({middle, middle});
    const auto before = session.counts().annotations;
    for (int i = 0; i < labels; ++i) {
        QTest::keyClick(view, Qt::Key_Right);
        QTest::keyClick(view, Qt::Key_Right);
        paint();
        label.measure([&] {
            QTest::keyClick(view, i % 2 == 0 ? Qt::Key_1 : Qt::Key_2);
            paint();
        });
        afterLabel.measure([] { QCoreApplication::processEvents(); });
    }
    arrow.print("arrow key, painted", kFrame);
    tab.print("Tab, painted", kFrame);
    label.print("type's key, on the disk and painted", kFrame);
    afterLabel.print("  and what follows at once", kFrame);
    if (session.counts().annotations < before + labels / 3)
        fail("the keys did not label");
}

void printSync(const QString& folder) {
    QFile file(folder + "/bench_window.sync");
    if (!file.open(QIODevice::WriteOnly))
        return;
    Times sync;
    const QByteArray page(4096 * 6, 'x');
    for (int i = 0; i < 100; ++i)
        sync.measure([&] {
            file.write(page);
            file.flush();
            ::fdatasync(file.handle());
        });
    file.remove();
    sync.print("the disk's own sync of as many bytes", 0);
}

}  // namespace

int main(int argc, char** argv) {
    QTemporaryDir settings;
    qputenv("SPANWISE_CONFIG", settings.path().toUtf8());
    QApplication app(argc, argv);
    QCommandLineParser parser;
    parser.addHelpOption();
    parser.addOption({"labels", "How often each key is pressed.", "count", "200"});
    parser.addPositionalArgument("folder", "On the disk that matters; a temporary one if absent.");
    parser.process(app);
    const int labels = parser.value("labels").toInt();
    if (labels < 1)
        fail("--labels needs a number from 1 on");
    QTemporaryDir folder(parser.positionalArguments().value(0, QDir::tempPath()) +
                         "/bench_window-XXXXXX");
    if (!folder.isValid())
        fail("no folder can be made there");
    theme::apply(app, ThemeChoice::Light);
    MainWindow window(MainWindowOptions{});
    window.resize(1280, 800);
    window.show();
    if (!QTest::qWaitForWindowActive(&window, 10000))
        fail("the window did not open");
    const std::string lines = record("lines", prose(true)) + record("paragraph", prose(false)) +
                              record("visits.json", json()) + record("note", "A short one. ");
    const QString path = folder.filePath("in.jsonl");
    QFile file(path);
    const auto size = static_cast<qint64>(lines.size());
    if (!file.open(QIODevice::WriteOnly) || file.write(lines.data(), size) != size)
        fail("the texts cannot be written");
    file.close();
    if (!window.createProject(folder.filePath("bench.spanwise"),
                              *LabelScheme::fromNames({"drug", "dose"})))
        fail("the project cannot be made");
    QSignalSpy imported(window.session(), &ProjectSession::importFinished);
    window.importFiles({path});
    if (imported.isEmpty() && !imported.wait(120000))
        fail("the import did not end");
    window.messages()->dismiss();
    window.session()->setThreshold(0.5);
    std::printf("%-44s %7s %7s %7s   (computed), ms\n", "1 MB, 5,000 spans", "median", "p99",
                "worst");
    const auto& documents = window.session()->documents();
    const char* const shapes[] = {"lines", "one paragraph", "JSON, coloured"};
    for (std::size_t i = 0; i < 3; ++i)
        run(window, documents[i].id, shapes[i], labels);
    printSync(folder.path());
    QFile load("/proc/loadavg");
    if (load.open(QIODevice::ReadOnly))
        std::printf("load %s", load.readAll().constData());
    return 0;
}
