#pragma once

#include <QBasicTimer>
#include <QObject>
#include <QString>
#include <memory>
#include <vector>

#include "ui/document_view/text_blocks.h"
#include "ui/document_view/text_palette.h"
#include "ui/session/latest_task.h"

namespace spanwise::ui {

/// Tells which stretches of a document are which part of its syntax, as its name's ending says what
/// that is (KSyntaxHighlighting's definitions; JSON for JSON lines). Names without an ending, and
/// .txt, have none. The text is gone through in a thread: first what is seen, as if it began a
/// text, then all of it from the start; what is ready is told within a few hundredths of a second.
/// Lines longer than kLongestLine stay plain, and so does what follows the first kMostRuns runs,
/// but for what was seen first: they take memory.
class SyntaxColors : public QObject {
    Q_OBJECT
public:
    static constexpr Unit kLongestLine = 20'000;
    static constexpr std::size_t kMostRuns = 4'000'000;  ///< and up to the end of their line

    explicit SyntaxColors(QObject* parent = nullptr);
    ~SyntaxColors() override;

    /// Whether a document of this name may have a syntax.
    [[nodiscard]] static bool mayKnow(const QString& name);
    /// Begins anew with another text; `seen`: a unit near what is looked at.
    void start(const QString& name, const TextBlocks& blocks, Unit seen);
    void stop();

    /// What is known by now of a stretch, in order, cut to it.
    [[nodiscard]] std::vector<SyntaxRun> runsIn(Unit begin, Unit end) const;
    /// All of the text has been gone through, or as much as may be coloured.
    [[nodiscard]] bool isDone() const { return !m_task.isRunning() && !m_timer.isActive(); }

Q_SIGNALS:
    /// More is known of this stretch than before.
    void changed(int begin, int end);

protected:
    void timerEvent(QTimerEvent* event) override;

private:
    struct Engine;
    struct Shared;
    struct Stretch {
        Unit begin = 0;
        Unit end = 0;
    };
    static void work(Engine& engine, const QString& name, const QString& text,
                     const std::vector<Stretch>& lines, std::size_t first, Shared& shared,
                     const std::stop_token& stop);
    void take();

    std::shared_ptr<Engine> m_engine;  ///< the thread's alone
    std::shared_ptr<Shared> m_shared;
    std::vector<SyntaxRun> m_runs;  ///< of the text up to m_known
    Unit m_known = 0;
    std::vector<SyntaxRun> m_glimpse;  ///< of [m_glimpseBegin, m_glimpseEnd), until then
    Unit m_glimpseBegin = 0, m_glimpseEnd = 0;
    QBasicTimer m_timer;
    LatestTask<bool> m_task;
};

}  // namespace spanwise::ui
