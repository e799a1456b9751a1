#pragma once

#include <QObject>
#include <QString>
#include <optional>

#include "storage/project.h"
#include "ui/session/background_task.h"

namespace spanwise::ui {

/// Where a copy of a backup goes: beside the project, named after the backup's time, where no file
/// is yet.
[[nodiscard]] QString backupCopyPath(const QString& project, const BackupInfo& backup);

/// What can be done about a project that is damaged and does not open: both ways write a new file
/// beside it, in a thread, and leave it as it is. No widgets.
class ProjectRescue : public QObject {
    Q_OBJECT
public:
    explicit ProjectRescue(const QString& path, QObject* parent = nullptr);

    [[nodiscard]] const QString& path() const { return m_path; }
    /// The newest that can be read.
    [[nodiscard]] const std::optional<BackupInfo>& backup() const { return m_backup; }
    [[nodiscard]] bool isRunning() const { return m_task.isRunning(); }

    /// Saves what can be read (Project::recover).
    void recover();
    /// Copies the backup, which must be there.
    void restore();

Q_SIGNALS:
    /// Ended well. The report is of recover(), in English; empty after restore().
    void saved(const QString& path, const QString& report);
    void failed(const spanwise::Error& error);

private:
    void start(const QString& target, std::function<Result<std::string>()> work);

    QString m_path;
    std::optional<BackupInfo> m_backup;
    BackgroundTask<Result<std::string>> m_task;
};

}  // namespace spanwise::ui
