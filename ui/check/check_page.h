#pragma once

#include <QWidget>
#include <memory>

#include "core/text/range.h"

namespace spanwise::ui {

class ProjectSession;
class QualityController;

/// How good the model is, at the left, and the labels that it contradicts, at the right: Enter goes
/// there, A takes the model's version, X says that the label is right. Shows what the controller
/// knows and decides nothing itself.
class CheckPage : public QWidget {
    Q_OBJECT
public:
    explicit CheckPage(QWidget* parent = nullptr);
    ~CheckPage() override;

    /// Both must outlive the page or be replaced before they go; null: no project, no worker.
    void setSession(ProjectSession* session, QualityController* quality);

Q_SIGNALS:
    /// Enter on a doubted label: its document and place.
    void placeActivated(qint64 document, spanwise::Range range);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
