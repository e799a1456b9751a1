#include "ui/session/history_controller.h"

#include <algorithm>

#include "ui/session/project_rescue.h"

namespace spanwise::ui {
namespace {

constexpr int kPage = 200;
constexpr int kPause = 200;

}  // namespace

HistoryController::HistoryController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    m_timer.setSingleShot(true);
    m_timer.setInterval(kPause);
    connect(&m_timer, &QTimer::timeout, this, [this] {
        if (m_isShown && m_isStale)
            read(false);
    });
    for (const auto signal : {&ProjectSession::undoChanged, &ProjectSession::documentsChanged,
                              &ProjectSession::schemeChanged})
        connect(&m_session, signal, this, &HistoryController::stale);
}

HistoryController::~HistoryController() = default;

void HistoryController::setShown(bool isShown) {
    m_isShown = isShown;
    // Exports and backups come without a sign.
    if (isShown)
        read(false);
}

void HistoryController::setFilter(const HistoryFilter& filter) {
    m_filter = filter;
    m_filter.before = 0;
    read(false);
}

void HistoryController::stale() {
    m_isStale = true;
    if (m_isShown)
        m_timer.start();
}

bool HistoryController::isReading() const {
    return m_read.isRunning();
}

void HistoryController::readMore() {
    if (m_hasMore && !m_read.isRunning() && !m_entries.empty())
        read(true);
}

void HistoryController::read(bool more) {
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        m_session.report(connection.error());
        return;
    }
    m_isStale = false;
    HistoryFilter filter = m_filter;
    filter.before = more ? m_entries.back().id : 0;
    // As many as are shown, so that a list that is read on does not shrink.
    const int limit = more ? kPage : std::max(kPage, static_cast<int>(m_entries.size()));
    m_read.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), filter, limit](
            const std::stop_token& stop, const std::function<void(int, int)>&) -> Result<Read> {
            Read read;
            auto page = project->history(filter, limit, stop);
            if (!page)
                return tl::unexpected(page.error());
            read.page = std::move(*page);
            if (auto order = project->undoOrder(ProjectSession::kUndoSteps))
                read.order = std::move(*order);
            if (const auto actors = project->historyActors()) {
                for (const std::string& actor : *actors)
                    read.facts.actors << QString::fromStdString(actor);
            }
            if (auto last = project->lastExport(); last && *last) {
                if (const auto changes = project->changesSince((*last)->upTo))
                    read.facts.changes = *changes;
                read.facts.lastExport = std::move(*last);
            }
            read.facts.backups = Project::backups(project->path());
            return read;
        },
        [this, more](Result<Read> read) {
            if (!read) {
                if (read.error().code != ErrorCode::Cancelled)
                    m_session.report(read.error());
                return;
            }
            if (!more)
                m_entries.clear();
            m_entries.insert(m_entries.end(), read->page.entries.begin(), read->page.entries.end());
            m_hasMore = read->page.hasMore;
            m_steps.clear();
            int step = 0;
            for (const std::int64_t event : read->order.undo)
                m_steps[event] = ++step;
            step = 0;
            for (const std::int64_t event : read->order.redo)
                m_steps[event] = --step;
            m_facts = std::move(read->facts);
            Q_EMIT factsChanged();
            Q_EMIT entriesChanged();
            if (m_isStale && m_isShown)
                m_timer.start();
        });
}

int HistoryController::stepsTo(std::int64_t event) const {
    const auto found = m_steps.find(event);
    return found == m_steps.end() ? 0 : found->second;
}

void HistoryController::goTo(std::int64_t event, std::function<void(int)> done) {
    m_session.goTo(event, std::move(done));
}

QString HistoryController::restoredPath(const BackupInfo& backup) const {
    return backupCopyPath(m_session.path(), backup);
}

void HistoryController::restore(const BackupInfo& backup, const QString& target) {
    if (m_restore.isRunning())
        return;
    m_restore.start(
        this,
        [from = backup.path, to = target.toStdString()](const std::stop_token&,
                                                        const std::function<void(int, int)>&) {
            return Project::restoreBackup(from, to);
        },
        [this, target](const Result<void>& done) {
            if (done)
                Q_EMIT restored(target);
            else
                m_session.report(done.error());
        });
}

}  // namespace spanwise::ui
