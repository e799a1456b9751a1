#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <optional>

#include "core/queue/hold_out.h"
#include "storage/statistics.h"
#include "ui/session/background_task.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

/// What the dashboard shows that comes from the project alone.
struct DashboardFigures {
    Tallies tallies;
    Activity activity;
    BlindTally blind;
    HoldOut holdOut;
    qint64 at = 0;  ///< ms since the epoch
};

/// Counts the project for the dashboard, in a thread and over a connection of its own, and only
/// while somebody looks: what changes meanwhile makes the figures stale, and they are counted again
/// when the page is shown or the hand rests. No widgets; lives in the thread of its session, which
/// must outlive it.
class DashboardController : public QObject {
    Q_OBJECT
public:
    explicit DashboardController(ProjectSession& session, QObject* parent = nullptr);
    ~DashboardController() override;

    void setShown(bool isShown);
    /// Empty until the first count is done.
    [[nodiscard]] const std::optional<DashboardFigures>& figures() const { return m_figures; }
    /// Of the last look at the labels, perhaps older than they are; empty: none yet.
    [[nodiscard]] const std::optional<HealthReport>& health() const { return m_health; }
    [[nodiscard]] bool isExamining() const { return m_examination.isRunning(); }
    [[nodiscard]] double examined() const { return m_examined; }  ///< 0..1; negative: not known
    [[nodiscard]] bool isFixing() const { return m_fix.isRunning(); }

    /// Puts right all that is fixable, as one undoable step; EmptyDocument: moves them to the
    /// trash. Ends with `fixed`, or with the session's error.
    void fix(HealthCheck check);

Q_SIGNALS:
    void figuresChanged();
    /// Another report, or one is being made, or how far it is.
    void healthChanged();
    /// So many labels or documents are put right.
    void fixed(int check, int count);

private:
    void stale(bool alsoHealth);
    void consider();
    void count();
    void examine();
    void report(const Error& error);

    ProjectSession& m_session;
    bool m_isShown = false;
    bool m_areFiguresStale = true, m_isHealthStale = true;
    std::optional<DashboardFigures> m_figures;
    std::optional<HealthReport> m_health;
    double m_examined = -1;
    BackgroundTask<Result<DashboardFigures>> m_count;
    BackgroundTask<Result<HealthReport>> m_examination;
    BackgroundTask<Result<Edit>> m_fix;
    QElapsedTimer m_clock;
    QTimer m_timer;
};

}  // namespace spanwise::ui
