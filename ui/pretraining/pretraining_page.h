#pragma once

#include <QWidget>
#include <memory>

#include "core/result.h"

namespace spanwise::ui {

class AnnotationController;
class LearningController;
class PretrainingController;
class ProjectSession;

/// Material and settings at the left; what was read, or the run, at the right. A run goes on
/// whatever page is shown and whether a project is open or not.
class PretrainingPage : public QWidget {
    Q_OBJECT
public:
    /// The controller must outlive the page.
    explicit PretrainingPage(PretrainingController& controller, QWidget* parent = nullptr);
    ~PretrainingPage() override;

    /// Both must outlive the page or be replaced before they go; null: no project is open.
    void setSession(ProjectSession* session, LearningController* learning);
    void setFolder(const QString& folder);  ///< where dialogs begin
    /// Must be replaced before it goes; null: texts cannot be annotated here.
    void setAnnotation(AnnotationController* annotation);
    /// Opens the window that has texts annotated by a language model.
    void showAnnotation();

Q_SIGNALS:
    /// Something worth a word while the page is not on the screen.
    void hint(const QString& headline, const QString& detail);
    void failed(const spanwise::Error& error);
    void folderChosen(const QString& folder);
    /// Without a project there is no row of pages to leave by.
    void closeRequested();

protected:
    void showEvent(QShowEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
