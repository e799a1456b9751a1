#include "ui/session/occurrence_finder.h"

#include "ui/session/project_session.h"

namespace spanwise::ui {

constexpr double kSeconds = 2;

OccurrenceFinder::OccurrenceFinder(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {}

void OccurrenceFinder::find(const QString& text, int limit) {
    if (!m_connection) {
        auto opened = m_session.project().reopenForThread();
        if (!opened) {
            m_session.report(opened.error());
            return;
        }
        m_connection = std::move(*opened);
    }
    m_task.start(
        this,
        [project = m_connection, text = text.toStdString(), limit](const std::stop_token& stop) {
            return project->occurrences(text, limit, kSeconds, stop);
        },
        [this, text](const Result<Occurrences>& occurrences) {
            if (occurrences)
                Q_EMIT found(text, *occurrences);
            else if (occurrences.error().code != ErrorCode::Cancelled)
                m_session.report(occurrences.error());
        });
}

}  // namespace spanwise::ui
