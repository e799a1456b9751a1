#pragma once

#include <QWidget>
#include <memory>

namespace spanwise::ui {

class AnnotationController;

/// What is asked of which model about which texts, and within which limits.
class AnnotateForm : public QWidget {
    Q_OBJECT
public:
    explicit AnnotateForm(AnnotationController& controller, QWidget* parent = nullptr);
    ~AnnotateForm() override;

    void setFolder(const QString& folder);  ///< where dialogs begin
    void addFiles(const QStringList& paths);
    /// A key that was typed and not handed over yet goes to the controller.
    void takeKey();

Q_SIGNALS:
    void folderChosen(const QString& folder);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
