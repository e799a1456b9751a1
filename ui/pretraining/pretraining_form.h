#pragma once

#include <QWidget>
#include <memory>

namespace spanwise::ui {

class PretrainingController;

/// The left column of the Pre-training page: what is learned from, for how long, what it is called,
/// and the button that starts it. Everything goes to the controller at once.
class PretrainingForm : public QWidget {
    Q_OBJECT
public:
    explicit PretrainingForm(PretrainingController& controller, QWidget* parent = nullptr);
    ~PretrainingForm() override;

    void setFolder(const QString& folder);  ///< where dialogs begin
    /// The dialog for material.
    void askFiles();
    /// How far an annotation is, on its button; empty: none goes on.
    void setAnnotationStatus(const QString& status);

Q_SIGNALS:
    void folderChosen(const QString& folder);
    void annotationRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
