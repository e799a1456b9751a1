#pragma once

#include <QDialog>

#include "ui/session/project_rescue.h"

class QLabel;
class QProgressBar;
class QPushButton;

namespace spanwise::ui {

/// What to do about a project that is damaged: save what can be read, or open a copy of the newest
/// backup. While either runs the dialog stays; it is accepted when there is a file to open.
class RescueDialog : public QDialog {
    Q_OBJECT
public:
    explicit RescueDialog(const QString& path, QWidget* parent = nullptr);

    /// The new file, once accepted.
    [[nodiscard]] const QString& saved() const { return m_saved; }
    /// What was lost, for people; empty after a backup.
    [[nodiscard]] const QString& report() const { return m_report; }

    void reject() override;

private:
    void follow(const QString& doing);

    ProjectRescue m_rescue;
    QLabel* m_state;
    QProgressBar* m_progress;
    QPushButton* m_recover;
    QPushButton* m_restore;
    QPushButton* m_cancel;
    QString m_saved, m_report;
};

}  // namespace spanwise::ui
