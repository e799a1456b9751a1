#include "ui/session/project_rescue.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>

namespace spanwise::ui {
namespace {

QString freePath(const QString& project, const QString& stem) {
    const QDir folder = QFileInfo(project).dir();
    QString path = folder.filePath(stem + QStringLiteral(".spanwise"));
    for (int i = 2; QFileInfo::exists(path); ++i)
        path = folder.filePath(stem + QStringLiteral(" (%1).spanwise").arg(i));
    return path;
}

}  // namespace

QString backupCopyPath(const QString& project, const BackupInfo& backup) {
    const QDateTime at = QDateTime::fromMSecsSinceEpoch(backup.at);
    return freePath(project, ProjectRescue::tr("%1 of %2")
                                 .arg(QFileInfo(project).completeBaseName(),
                                      at.toString(QStringLiteral("yyyy-MM-dd HH.mm"))));
}

ProjectRescue::ProjectRescue(const QString& path, QObject* parent) : QObject(parent), m_path(path) {
    for (const BackupInfo& backup : Project::backups(path.toStdString())) {
        if (!backup.problem.empty())
            continue;
        m_backup = backup;
        break;
    }
}

void ProjectRescue::recover() {
    const QString target =
        freePath(m_path, tr("%1 recovered").arg(QFileInfo(m_path).completeBaseName()));
    start(target, [from = m_path.toStdString(), to = target.toStdString()] {
        return Project::recover(from, to);
    });
}

void ProjectRescue::restore() {
    const QString target = backupCopyPath(m_path, *m_backup);
    start(target, [from = m_backup->path, to = target.toStdString()]() -> Result<std::string> {
        if (const auto done = Project::restoreBackup(from, to); !done)
            return tl::unexpected(done.error());
        return std::string();
    });
}

void ProjectRescue::start(const QString& target, std::function<Result<std::string>()> work) {
    m_task.start(
        this,
        [work = std::move(work)](const std::stop_token&, const std::function<void(int, int)>&) {
            return work();
        },
        [this, target](const Result<std::string>& report) {
            if (report)
                Q_EMIT saved(target, QString::fromStdString(*report));
            else
                Q_EMIT failed(report.error());
        });
}

}  // namespace spanwise::ui
