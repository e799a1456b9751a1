#pragma once

#include <QDialog>
#include <memory>

namespace spanwise::ui {

class AnnotationController;

/// Annotation by a language model: first what and by whom, then the run. Not modal, and closing it
/// stops nothing.
class AnnotateDialog : public QDialog {
    Q_OBJECT
public:
    /// The controller must outlive the dialog.
    explicit AnnotateDialog(AnnotationController& controller, QWidget* parent = nullptr);
    ~AnnotateDialog() override;

    void setFolder(const QString& folder);  ///< where dialogs begin
    /// Whether the material can take another file now.
    void setMaterialFree(bool isFree);

Q_SIGNALS:
    void folderChosen(const QString& folder);
    /// The annotated passages are to be learned from.
    void useRequested(const QString& path);

protected:
    void showEvent(QShowEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
