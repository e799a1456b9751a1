#pragma once

#include <QWidget>
#include <memory>

#include "core/result.h"

namespace spanwise::ui {

class LearningController;
class ModelsController;
class ProjectSession;
class WorkerClient;

/// Installed models at the left, what is known of the chosen one at the right: use it for the
/// project, remove it, add a folder, pull one from the hub. The worker does the work; the page asks
/// for the list when it is shown.
class ModelsPage : public QWidget {
    Q_OBJECT
public:
    explicit ModelsPage(QWidget* parent = nullptr);
    ~ModelsPage() override;

    /// All three must outlive the page or be replaced before they go; null: no project, no worker.
    void setSession(ProjectSession* session, LearningController* learning, WorkerClient* client);
    [[nodiscard]] ModelsController* controller() const;
    void setFolder(const QString& folder);  ///< where the dialog for folders begins
    /// What "Add folder…" does once a folder is chosen.
    void addFolder(const QString& folder);

Q_SIGNALS:
    /// Something worth a word while the page is not on the screen.
    void hint(const QString& headline, const QString& detail);
    void failed(const spanwise::Error& error);
    void folderChosen(const QString& folder);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
