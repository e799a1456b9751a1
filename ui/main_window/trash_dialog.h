#pragma once

#include <QDialog>

class QListWidget;
class QPushButton;

namespace spanwise::ui {

class ProjectSession;

/// What was removed from the project, to bring it back: documents and entity types.
class TrashDialog : public QDialog {
    Q_OBJECT
public:
    explicit TrashDialog(ProjectSession& session, QWidget* parent = nullptr);

private:
    void load();
    void restore();

    ProjectSession& m_session;
    QListWidget* m_list;
    QPushButton* m_restore;
};

}  // namespace spanwise::ui
