#pragma once

#include <QWidget>
#include <memory>

#include "core/text/range.h"

namespace spanwise::ui {

class HistoryController;
class ProjectSession;

/// Who did what and when, and by which model's word; the way back from there; what has changed
/// since the last export; and backups to restore from. Keys in the list: Enter goes to the place, U
/// goes back to before the change, or forward to it.
class HistoryPage : public QWidget {
    Q_OBJECT
public:
    explicit HistoryPage(QWidget* parent = nullptr);
    ~HistoryPage() override;

    /// Both must outlive the page or be replaced before they go.
    void setSession(ProjectSession* session, HistoryController* history);

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void trashRequested();
    /// A restored copy that the person wants to see.
    void projectRequested(const QString& path);
    void hint(const QString& headline, const QString& detail);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
