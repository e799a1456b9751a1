#include "ui/document_view/syntax_colors.h"

#include <KSyntaxHighlighting/AbstractHighlighter>
#include <KSyntaxHighlighting/Definition>
#include <KSyntaxHighlighting/Format>
#include <KSyntaxHighlighting/Repository>
#include <KSyntaxHighlighting/State>
#include <KSyntaxHighlighting/Theme>
#include <QTimerEvent>
#include <algorithm>
#include <mutex>

namespace spanwise::ui {
namespace {

using KSyntaxHighlighting::Theme;

constexpr int kTick = 20;              ///< ms between two looks at what is ready
constexpr std::size_t kGlimpse = 120;  ///< lines around what is seen
constexpr std::size_t kHandful = 200;  ///< lines that are told together

SyntaxInk inkOf(Theme::TextStyle style) {
    switch (style) {
        case Theme::Keyword:
        case Theme::ControlFlow:
        case Theme::Import:
            return SyntaxInk::Keyword;
        case Theme::Function:
        case Theme::Variable:
        case Theme::BuiltIn:
        case Theme::Extension:
            return SyntaxInk::Name;
        case Theme::DataType:
        case Theme::Attribute:
        case Theme::Preprocessor:
        case Theme::Annotation:
            return SyntaxInk::Kind;
        case Theme::Char:
        case Theme::SpecialChar:
        case Theme::String:
        case Theme::VerbatimString:
        case Theme::SpecialString:
            return SyntaxInk::String;
        case Theme::DecVal:
        case Theme::BaseN:
        case Theme::Float:
        case Theme::Constant:
            return SyntaxInk::Number;
        case Theme::Comment:
        case Theme::Documentation:
        case Theme::CommentVar:
        case Theme::Information:
        case Theme::RegionMarker:
            return SyntaxInk::Comment;
        case Theme::Operator:
        case Theme::Others:
            return SyntaxInk::Sign;
        case Theme::Warning:
        case Theme::Alert:
        case Theme::Error:
            return SyntaxInk::Problem;
        default:
            return SyntaxInk::Plain;
    }
}

/// What a name ends in, without the dot, in small letters.
QString endingOf(const QString& name) {
    const auto dot = name.lastIndexOf(u'.');
    const QString ending = dot > 0 ? name.mid(dot + 1).toLower() : QString();
    return std::all_of(ending.begin(), ending.end(),
                       [](QChar c) { return c.isLetterOrNumber() || c == u'+' || c == u'_'; })
               ? ending
               : QString();
}

class LineHighlighter : public KSyntaxHighlighting::AbstractHighlighter {
public:
    void begin(const KSyntaxHighlighting::Definition& definition, const Theme& theme) {
        setDefinition(definition);
        setTheme(theme);
        m_state = {};
    }
    /// The next line; what it has is added to `runs`.
    void line(QStringView text, Unit offset, std::vector<SyntaxRun>& runs) {
        m_offset = offset;
        m_runs = &runs;
        m_state = highlightLine(text, m_state);
    }

protected:
    void applyFormat(int offset, int length, const KSyntaxHighlighting::Format& format) override {
        const SyntaxRun run{m_offset + offset, m_offset + offset + length,
                            inkOf(format.textStyle()), format.isBold(theme()),
                            format.isItalic(theme())};
        if (length <= 0 || (run.ink == SyntaxInk::Plain && !run.strong && !run.slanted))
            return;
        if (!m_runs->empty() && m_runs->back().end == run.begin) {
            SyntaxRun wider = m_runs->back();
            wider.begin = run.begin;
            wider.end = run.end;
            if (wider == run) {
                m_runs->back().end = run.end;
                return;
            }
        }
        m_runs->push_back(run);
    }

private:
    KSyntaxHighlighting::State m_state;
    Unit m_offset = 0;
    std::vector<SyntaxRun>* m_runs = nullptr;
};

void cut(const std::vector<SyntaxRun>& runs, Unit begin, Unit end, std::vector<SyntaxRun>& out) {
    auto run = std::lower_bound(runs.begin(), runs.end(), begin,
                                [](const SyntaxRun& r, Unit unit) { return r.end <= unit; });
    for (; run != runs.end() && run->begin < end; ++run) {
        out.push_back(*run);
        out.back().begin = std::max(begin, run->begin);
        out.back().end = std::min(end, run->end);
    }
}

}  // namespace

struct SyntaxColors::Engine {
    std::unique_ptr<KSyntaxHighlighting::Repository> repository;  ///< takes a while to read

    [[nodiscard]] KSyntaxHighlighting::Definition definitionFor(const QString& name) {
        if (!repository)
            repository = std::make_unique<KSyntaxHighlighting::Repository>();
        const QString ending = endingOf(name);
        if (ending == u"jsonl" || ending == u"ndjson")
            return repository->definitionForName(QStringLiteral("JSON"));
        return repository->definitionForFileName(QStringLiteral("x.") + ending);
    }
};

/// What the thread has ready, until it is taken.
struct SyntaxColors::Shared {
    std::mutex mutex;
    std::vector<SyntaxRun> runs;
    Unit known = 0;
    std::vector<SyntaxRun> glimpse;
    Unit glimpseBegin = 0, glimpseEnd = 0;
};

SyntaxColors::SyntaxColors(QObject* parent) : QObject(parent) {}

SyntaxColors::~SyntaxColors() = default;

bool SyntaxColors::mayKnow(const QString& name) {
    // Some look like a file's ending and are the end of an address, or prose.
    static const QStringList kNone{QString(),
                                   QStringLiteral("txt"),
                                   QStringLiteral("text"),
                                   QStringLiteral("com"),
                                   QStringLiteral("net"),
                                   QStringLiteral("org")};
    return !kNone.contains(endingOf(name));
}

void SyntaxColors::start(const QString& name, const TextBlocks& blocks, Unit seen) {
    stop();
    if (!mayKnow(name))
        return;
    std::vector<Stretch> lines;
    lines.reserve(static_cast<std::size_t>(blocks.count()));
    std::size_t first = 0;
    for (int block = 0; block < blocks.count(); ++block) {
        const Block& at = blocks.at(block);
        if (block == 0 || blocks.at(block - 1).endsLine())
            lines.push_back({at.begin, at.end});
        else
            lines.back().end = at.end;
        if (at.begin <= seen)
            first = lines.size() - 1;
    }
    first -= std::min(first, kGlimpse / 2);
    if (!m_engine)
        m_engine = std::make_shared<Engine>();
    m_shared = std::make_shared<Shared>();
    m_task.start(
        this,
        [name, text = blocks.text(), lines = std::move(lines), first, shared = m_shared,
         engine = m_engine](const std::stop_token& stop) {
            work(*engine, name, text, lines, first, *shared, stop);
            return true;
        },
        [this](bool) {
            m_timer.stop();
            take();
        });
    m_timer.start(kTick, this);
}

void SyntaxColors::stop() {
    m_task.cancel();
    m_timer.stop();
    m_shared.reset();
    m_runs.clear();
    m_glimpse.clear();
    m_known = m_glimpseBegin = m_glimpseEnd = 0;
}

/// In the thread.
void SyntaxColors::work(Engine& engine, const QString& name, const QString& text,
                        const std::vector<Stretch>& lines, std::size_t first, Shared& shared,
                        const std::stop_token& stop) {
    const auto definition = engine.definitionFor(name);
    if (!definition.isValid() || stop.stop_requested())
        return;
    LineHighlighter highlighter;
    const auto theme = engine.repository->defaultTheme(KSyntaxHighlighting::Repository::LightTheme);
    std::vector<SyntaxRun> runs;
    const auto read = [&](Stretch line) {
        if (line.end - line.begin <= kLongestLine)
            highlighter.line(QStringView(text).mid(line.begin, line.end - line.begin), line.begin,
                             runs);
    };
    if (first > 0) {
        highlighter.begin(definition, theme);
        const std::size_t last = std::min(lines.size(), first + kGlimpse);
        for (std::size_t i = first; i < last && !stop.stop_requested(); ++i)
            read(lines[i]);
        const std::lock_guard guard(shared.mutex);
        shared.glimpse = std::exchange(runs, {});
        shared.glimpseBegin = lines[first].begin;
        shared.glimpseEnd = lines[last - 1].end;
    }
    highlighter.begin(definition, theme);
    std::size_t told = 0;
    for (std::size_t i = 0; i < lines.size() && told < kMostRuns && !stop.stop_requested(); ++i) {
        read(lines[i]);
        if ((i + 1) % kHandful != 0 && i + 1 != lines.size() && told + runs.size() < kMostRuns)
            continue;
        told += runs.size();
        const std::lock_guard guard(shared.mutex);
        shared.runs.insert(shared.runs.end(), runs.begin(), runs.end());
        shared.known = lines[i].end;
        runs.clear();
    }
}

void SyntaxColors::timerEvent(QTimerEvent* event) {
    if (event->timerId() == m_timer.timerId())
        take();
}

void SyntaxColors::take() {
    if (!m_shared)
        return;
    const Unit before = m_known;
    bool isGlimpse = false;
    {
        const std::lock_guard guard(m_shared->mutex);
        m_runs.insert(m_runs.end(), m_shared->runs.begin(), m_shared->runs.end());
        m_shared->runs.clear();
        m_known = m_shared->known;
        if (!m_shared->glimpse.empty()) {
            m_glimpse = std::exchange(m_shared->glimpse, {});
            m_glimpseBegin = m_shared->glimpseBegin;
            m_glimpseEnd = m_shared->glimpseEnd;
            isGlimpse = true;
        }
    }
    if (isGlimpse && m_glimpseEnd > m_known)
        Q_EMIT changed(m_glimpseBegin, m_glimpseEnd);
    if (m_known > before)
        Q_EMIT changed(before, m_known);
}

std::vector<SyntaxRun> SyntaxColors::runsIn(Unit begin, Unit end) const {
    std::vector<SyntaxRun> found;
    cut(m_runs, begin, end, found);
    if (end > m_known)
        cut(m_glimpse, std::max(begin, m_known), end, found);
    return found;
}

}  // namespace spanwise::ui
