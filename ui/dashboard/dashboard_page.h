#pragma once

#include <QWidget>
#include <memory>

#include "core/result.h"
#include "core/text/range.h"

namespace spanwise::ui {

class DashboardController;
class ProjectSession;
class QualityController;

/// The project in figures: documents, labels and work, what becomes of suggestions, how good the
/// model is and what it takes for what, the labels' health, and how far suggestions sway people.
/// Shows what the controllers know; what is to be done about the model is the Check page's.
class DashboardPage : public QWidget {
    Q_OBJECT
public:
    explicit DashboardPage(QWidget* parent = nullptr);
    ~DashboardPage() override;

    /// All must outlive the page or be replaced before they go. `quality` may be null: no worker.
    void setSession(ProjectSession* session, DashboardController* dashboard,
                    QualityController* quality);
    /// Where pictures are saved.
    void setFolder(const QString& folder);

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void checkRequested();  ///< the Check page
    void saved(const QString& path);
    void hint(const QString& headline, const QString& detail);
    void failed(const spanwise::Error& error);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
