#pragma once

#include <QDialog>
#include <QStringList>
#include <memory>

namespace spanwise::ui {

class ProjectSession;

/// Asks which annotators' files to bring in, does so in a thread with progress, and says what came
/// of it. Cancel stops; then nothing has changed.
class MergeDialog : public QDialog {
    Q_OBJECT
public:
    /// The session must outlive it.
    MergeDialog(ProjectSession& session, const QString& folder, QWidget* parent = nullptr);
    ~MergeDialog() override;

    void addFiles(const QStringList& files);

Q_SIGNALS:
    void folderChosen(const QString& folder);
    void merged();  ///< files were brought in; the dialog stays with its report

public Q_SLOTS:
    void reject() override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
