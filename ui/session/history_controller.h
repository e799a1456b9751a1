#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/statistics.h"
#include "ui/session/background_task.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

/// Around the history's list: what can be undone, what was exported, what can be restored.
struct HistoryFacts {
    QStringList actors;
    std::optional<ExportInfo> lastExport;
    ChangesSince changes;  ///< since that export
    std::vector<BackupInfo> backups;
};

/// Reads the project's history for the history page, page by page, in a thread and over a
/// connection of its own, and goes back in it. Reads only while somebody looks. No widgets; lives
/// in the thread of its session, which must outlive it.
class HistoryController : public QObject {
    Q_OBJECT
public:
    explicit HistoryController(ProjectSession& session, QObject* parent = nullptr);
    ~HistoryController() override;

    void setShown(bool isShown);
    void setFilter(const HistoryFilter& filter);
    [[nodiscard]] const HistoryFilter& filter() const { return m_filter; }
    /// The newest first, as far as they are read.
    [[nodiscard]] const std::vector<HistoryEntry>& entries() const { return m_entries; }
    [[nodiscard]] bool hasMore() const { return m_hasMore; }
    [[nodiscard]] bool isReading() const;
    void readMore();
    [[nodiscard]] const HistoryFacts& facts() const { return m_facts; }

    /// How many steps undo would go back to revert this edit, it being the last; negative: how many
    /// redo would go forward to apply it again; 0: neither reaches it.
    [[nodiscard]] int stepsTo(std::int64_t event) const;
    /// See ProjectSession::goTo.
    void goTo(std::int64_t event, std::function<void(int)> done);

    /// Where restore() would put a copy of a backup: beside the project, a name that is free.
    [[nodiscard]] QString restoredPath(const BackupInfo& backup) const;
    /// Ends with `restored`, or with the session's error. Nothing is overwritten.
    void restore(const BackupInfo& backup, const QString& target);

Q_SIGNALS:
    void entriesChanged();
    void factsChanged();
    void restored(const QString& path);

private:
    struct Read {
        HistoryEntries page;
        Project::UndoOrder order;
        HistoryFacts facts;
    };
    void stale();
    void read(bool more);

    ProjectSession& m_session;
    HistoryFilter m_filter;
    std::vector<HistoryEntry> m_entries;
    bool m_hasMore = false;
    HistoryFacts m_facts;
    std::unordered_map<std::int64_t, int> m_steps;
    bool m_isShown = false, m_isStale = true;
    BackgroundTask<Result<Read>> m_read;
    BackgroundTask<Result<void>> m_restore;
    QTimer m_timer;
};

}  // namespace spanwise::ui
