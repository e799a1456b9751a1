// How fast the document view is on 1 MB with 5,000 spans, as many lines and as one paragraph:
// opening (set document, labels, first paint), one frame while scrolling (steps of a wheel notch,
// pages, jumps), and from the key press that labels a word to the painted frame.
// Usage: document_view_bench [--json]. Runs offscreen when no platform is set.
#include <QApplication>
#include <QElapsedTimer>
#include <QImage>
#include <QKeyEvent>
#include <QScrollBar>
#include <QTextStream>
#include <algorithm>

#include "core/text/utf8.h"
#include "ui/document_view/document_view.h"
#include "ui/theme/theme.h"

using namespace spanwise;
using namespace spanwise::ui;

namespace {

constexpr size_t kBytes = 1 << 20;
constexpr int kSpans = 5000;

std::string makeText(bool lines) {
    const char* const sentences[] = {
        "Mrs. Adela Brandt was started on metformin 500 mg twice daily after type 2 diabetes was "
        "found. ",
        "Two weeks later she reported persistent nausea and stopped the tablets on her own. ",
        "Dr. Okafor restarted it at 250 mg once daily with meals and left lisinopril as it was. ",
        "Blood pressure was 134 over 82, na\xC3\xAFve to insulin, caf\xC3\xA9 au lait spots "
        "noted. ",
    };
    std::string text;
    text.reserve(kBytes + 200);
    for (size_t i = 0; text.size() < kBytes; ++i) {
        text += sentences[i % 4];
        if (lines && i % 5 == 4) {
            text.back() = '\n';
        }
    }
    return text;
}

struct Times {
    std::vector<double> ms;
    [[nodiscard]] double median() { return at(0.5); }
    [[nodiscard]] double worst() { return at(1); }
    [[nodiscard]] double at(double share) {
        std::sort(ms.begin(), ms.end());
        return ms[static_cast<size_t>(share * static_cast<double>(ms.size() - 1))];
    }
};

double elapsed(const QElapsedTimer& timer) {
    return static_cast<double>(timer.nsecsElapsed()) / 1e6;
}

void run(const char* shape, bool lines, QTextStream& out, bool json) {
    const auto document = std::make_shared<Document>(makeDocument(shape, makeText(lines)));
    const Offset length = countCodePoints(document->text);
    const std::vector<Range> words = splitWords(document->text);
    LabelScheme scheme({{1, "drug", "", "#00695e", "1", 0}, {2, "dose", "", "#8d6200", "2", 1}});
    DocumentLabels labels;
    for (int i = 0; i < kSpans; ++i) {
        const size_t word = static_cast<size_t>(i) * (words.size() - 4) / kSpans;
        const Range range{words[word].begin, words[word + 1].end};
        if (i % 2 == 0) {
            labels.annotations.push_back(
                {i + 1, 1, range, i % 4 == 0 ? 1 : 2, Origin::Manual, {}, 0});
        } else {
            labels.suggestions.push_back({i + 1, 1, range, 1, 0.7, "m"});
        }
    }
    DocumentView view;
    view.resize(900, 760);
    view.setScheme(scheme);
    view.show();
    QApplication::processEvents();
    QImage frame(view.viewport()->size(), QImage::Format_ARGB32_Premultiplied);
    const auto paint = [&] { view.viewport()->render(&frame); };
    paint();  // fonts are loaded once a session, not once a document

    QElapsedTimer timer;
    Times open;
    for (int i = 0; i < 5; ++i) {
        view.setDocument(nullptr);
        timer.start();
        view.setDocument(document);
        view.setLabels(labels);
        paint();
        open.ms.push_back(elapsed(timer));
    }
    QScrollBar* bar = view.verticalScrollBar();
    Times scroll;
    const auto frameAt = [&](int value) {
        timer.start();
        bar->setValue(value);
        paint();
        scroll.ms.push_back(elapsed(timer));
    };
    for (int i = 0; i < 150; ++i) {
        frameAt(bar->value() + 120);
    }
    for (int i = 0; i < 30; ++i) {
        frameAt(bar->value() + bar->pageStep());
    }
    for (int i = 0; i < 30; ++i) {
        frameAt(bar->value() - 120);
    }
    Times jump;
    for (int i = 1; i <= 20; ++i) {
        timer.start();
        bar->setValue(static_cast<int>(static_cast<qint64>(bar->maximum()) * i / 21));
        paint();
        jump.ms.push_back(elapsed(timer));
    }
    // A label in the middle of the document: the receiver answers at once with new labels.
    Times label;
    RecordId next = kSpans + 1;
    QObject::connect(&view, &DocumentView::labelRequested, &view, [&](Range range, qint64 type) {
        Annotation made;
        made.id = next++;
        made.range = range;
        made.type = type;
        labels.annotations.insert(
            std::upper_bound(labels.annotations.begin(), labels.annotations.end(), made,
                             [](const auto& a, const auto& b) { return a.range < b.range; }),
            made);
        view.setLabels(labels);
    });
    view.setSelection({length / 2, length / 2});
    paint();
    const auto press = [&](int key, const QString& text) {
        QKeyEvent event(QEvent::KeyPress, key, Qt::NoModifier, text);
        QApplication::sendEvent(&view, &event);
    };
    for (int i = 0; i < 40; ++i) {
        press(Qt::Key_Right, {});
        press(Qt::Key_Right, {});
        paint();
        timer.start();
        press(Qt::Key_1, QStringLiteral("1"));
        paint();
        label.ms.push_back(elapsed(timer));
    }
    if (json) {
        out << QStringLiteral(
                   "{\"shape\": \"%1\", \"open_ms\": %2, \"frame_ms\": %3, "
                   "\"worst_frame_ms\": %4, \"jump_ms\": %5, \"worst_jump_ms\": %6, "
                   "\"key_to_paint_ms\": %7, \"worst_key_to_paint_ms\": %8}\n")
                   .arg(QString::fromLatin1(shape))
                   .arg(open.median(), 0, 'f', 2)
                   .arg(scroll.median(), 0, 'f', 2)
                   .arg(scroll.worst(), 0, 'f', 2)
                   .arg(jump.median(), 0, 'f', 2)
                   .arg(jump.worst(), 0, 'f', 2)
                   .arg(label.median(), 0, 'f', 2)
                   .arg(label.worst(), 0, 'f', 2);
        return;
    }
    out << QStringLiteral("%1: %2 code points, %3 spans\n")
               .arg(QString::fromLatin1(shape))
               .arg(length)
               .arg(kSpans)
        << QStringLiteral("  open             %1 ms, worst %2 (target 100)\n")
               .arg(open.median(), 0, 'f', 1)
               .arg(open.worst(), 0, 'f', 1)
        << QStringLiteral("  frame, scrolling %1 ms, worst %2 (target 16)\n")
               .arg(scroll.median(), 0, 'f', 1)
               .arg(scroll.worst(), 0, 'f', 1)
        << QStringLiteral("  frame, jumping   %1 ms, worst %2\n")
               .arg(jump.median(), 0, 'f', 1)
               .arg(jump.worst(), 0, 'f', 1)
        << QStringLiteral("  key to paint     %1 ms, worst %2 (target 16)\n")
               .arg(label.median(), 0, 'f', 1)
               .arg(label.worst(), 0, 'f', 1);
}

}  // namespace

int main(int argc, char** argv) {
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM") && qEnvironmentVariableIsEmpty("DISPLAY")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    QApplication app(argc, argv);
    theme::apply(app, ThemeChoice::Light);
    QTextStream out(stdout);
    const bool json = app.arguments().contains(QStringLiteral("--json"));
    run("lines", true, out, json);
    run("one paragraph", false, out, json);
    return 0;
}
