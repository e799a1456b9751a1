#pragma once

#include <QStringList>
#include <QWidget>

class QVBoxLayout;

namespace spanwise::ui {

/// What is there without a project: new, open, samples, recent projects.
class WelcomePage : public QWidget {
    Q_OBJECT
public:
    explicit WelcomePage(QWidget* parent = nullptr);
    void setRecentProjects(const QStringList& paths);

Q_SIGNALS:
    void newRequested();
    void openRequested();
    void tourRequested();
    void sampleRequested(const QString& id);
    void projectRequested(const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    QVBoxLayout* m_recent;
    QWidget* m_recentSection;
};

}  // namespace spanwise::ui
