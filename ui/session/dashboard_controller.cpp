#include "ui/session/dashboard_controller.h"

#include <QDateTime>
#include <QPointer>
#include <algorithm>

namespace spanwise::ui {
namespace {

/// The hand rests; and counting takes a quarter of a core at most.
constexpr int kLeastPause = 500;
constexpr int kPauseForWork = 3;
constexpr std::size_t kPlaces = 1000;

}  // namespace

DashboardController::DashboardController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(kLeastPause);
    connect(&m_timer, &QTimer::timeout, this, &DashboardController::consider);
    connect(&m_session, &ProjectSession::countsChanged, this, [this] { stale(false); });
    connect(&m_session, &ProjectSession::thresholdChanged, this, [this] { stale(false); });
    for (const auto signal : {&ProjectSession::documentsChanged, &ProjectSession::schemeChanged,
                              &ProjectSession::holdOutChanged})
        connect(&m_session, signal, this, [this] { stale(true); });
    connect(&m_session, &ProjectSession::teachingChanged, this, [this] { stale(true); });
}

DashboardController::~DashboardController() = default;

void DashboardController::setShown(bool isShown) {
    m_isShown = isShown;
    if (isShown && !m_timer.isActive())
        consider();
}

void DashboardController::stale(bool alsoHealth) {
    m_areFiguresStale = true;
    m_isHealthStale = m_isHealthStale || alsoHealth;
    if (m_isShown && !m_count.isRunning() && !m_examination.isRunning())
        m_timer.start();
}

void DashboardController::consider() {
    if (!m_isShown || m_count.isRunning() || m_examination.isRunning())
        return;
    if (m_areFiguresStale)
        count();
    else if (m_isHealthStale)
        examine();
}

void DashboardController::report(const Error& error) {
    if (error.code != ErrorCode::Cancelled)
        m_session.report(error);
}

void DashboardController::count() {
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        report(connection.error());
        return;
    }
    m_areFiguresStale = false;
    m_clock.start();
    m_count.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)),
         known = m_figures ? m_figures->activity : Activity{}, threshold = m_session.threshold()](
            const std::stop_token&,
            const std::function<void(int, int)>&) -> Result<DashboardFigures> {
            DashboardFigures figures;
            figures.holdOut = project->holdOut();
            auto tallies = project->tallies();
            if (!tallies)
                return tl::unexpected(tallies.error());
            auto activity = project->activity(known);
            if (!activity)
                return tl::unexpected(activity.error());
            auto blind = project->blindTally(threshold);
            if (!blind)
                return tl::unexpected(blind.error());
            figures.tallies = std::move(*tallies);
            figures.activity = std::move(*activity);
            figures.blind = *blind;
            return figures;
        },
        [this](Result<DashboardFigures> figures) {
            if (!figures) {
                report(figures.error());
                return;
            }
            m_figures = std::move(*figures);
            m_figures->at = QDateTime::currentMSecsSinceEpoch();
            m_timer.setInterval(
                std::max(kLeastPause, kPauseForWork * static_cast<int>(m_clock.elapsed())));
            Q_EMIT figuresChanged();
            if (m_isHealthStale)
                examine();
            else if (m_areFiguresStale && m_isShown)
                m_timer.start();
        });
}

void DashboardController::examine() {
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        report(connection.error());
        return;
    }
    m_isHealthStale = false;
    m_examined = -1;
    m_clock.start();
    m_examination.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection))](
            const std::stop_token& stop, const std::function<void(int, int)>& progress) {
            return project->health(
                kPlaces,
                [&](std::int64_t done, std::int64_t total) {
                    progress(static_cast<int>(done), static_cast<int>(total));
                },
                stop);
        },
        [this](Result<HealthReport> found) {
            m_examined = -1;
            if (found)
                m_health = std::move(*found);
            else
                report(found.error());
            Q_EMIT healthChanged();
            m_timer.setInterval(
                std::max(kLeastPause, kPauseForWork * static_cast<int>(m_clock.elapsed())));
            if ((m_areFiguresStale || m_isHealthStale) && m_isShown)
                m_timer.start();
        },
        [this](int done, int total) {
            m_examined = total > 0 ? static_cast<double>(done) / total : -1;
            Q_EMIT healthChanged();
        });
    Q_EMIT healthChanged();
}

void DashboardController::fix(HealthCheck check) {
    if (m_fix.isRunning())
        return;
    if (m_session.isLocked()) {
        m_session.report(
            {ErrorCode::ReadOnly,
             tr("The project cannot be written now, so nothing is put right.").toStdString(),
             {}});
        return;
    }
    if (check == HealthCheck::EmptyDocument) {
        m_session.trashEmptyDocuments(
            [alive = QPointer<DashboardController>(this), check](qint64 count) {
                if (alive)
                    Q_EMIT alive->fixed(static_cast<int>(check), static_cast<int>(count));
            });
        return;
    }
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        report(connection.error());
        return;
    }
    m_fix.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), check](
            const std::stop_token& stop, const std::function<void(int, int)>&) {
            return project->healthFix(check, stop);
        },
        [this, check](Result<Edit> edit) {
            Q_EMIT healthChanged();
            if (!edit) {
                report(edit.error());
                return;
            }
            const auto count = static_cast<int>(edit->addAnnotations.size());
            QString name;
            if (check == HealthCheck::InsideWord)
                name = tr("Widen %Ln label(s) to words", nullptr, count);
            else if (check == HealthCheck::EdgeSpace)
                name = tr("Trim white space of %Ln label(s)", nullptr, count);
            else
                name = tr("Trim punctuation of %Ln label(s)", nullptr, count);
            m_session.commitInBackground(
                [edit = std::move(*edit)](const Project&) -> Result<Edit> { return edit; }, name,
                [alive = QPointer<DashboardController>(this), check, count](std::int64_t event) {
                    if (alive && event != 0)
                        Q_EMIT alive->fixed(static_cast<int>(check), count);
                });
        });
    Q_EMIT healthChanged();
}

}  // namespace spanwise::ui
