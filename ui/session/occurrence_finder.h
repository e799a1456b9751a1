#pragma once

#include <QObject>
#include <QString>
#include <memory>

#include "storage/project.h"
#include "ui/session/latest_task.h"

namespace spanwise::ui {

class ProjectSession;

/// Looks in a thread, over a connection of its own, for where a string stands in the project; a new
/// search ends the one before. No widgets; lives in its session's thread, which must outlive it.
class OccurrenceFinder : public QObject {
    Q_OBJECT
public:
    explicit OccurrenceFinder(ProjectSession& session, QObject* parent = nullptr);

    /// At most `limit` of them, and no longer than two seconds. Ends with `found`, or with the
    /// session's error.
    void find(const QString& text, int limit);
    void cancel() { m_task.cancel(); }

Q_SIGNALS:
    void found(const QString& text, const spanwise::Occurrences& occurrences);

private:
    ProjectSession& m_session;
    std::shared_ptr<Project> m_connection;
    LatestTask<Result<Occurrences>> m_task;
};

}  // namespace spanwise::ui
