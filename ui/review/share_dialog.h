#pragma once

#include <QDialog>
#include <memory>

#include "storage/share.h"

namespace spanwise::ui {

class ProjectSession;

/// Asks how to share a project's documents out among annotators, and writes their files in a
/// thread. Cancel stops; then there are no files.
class ShareDialog : public QDialog {
    Q_OBJECT
public:
    /// The session must outlive it.
    ShareDialog(ProjectSession& session, const QString& folder, QWidget* parent = nullptr);
    ~ShareDialog() override;

Q_SIGNALS:
    void folderChosen(const QString& folder);
    void shared(const spanwise::ShareReport& report);

public Q_SLOTS:
    void accept() override;
    void reject() override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
