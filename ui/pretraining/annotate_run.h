#pragma once

#include <QWidget>
#include <memory>

namespace spanwise::ui {

class AnnotationController;

/// A run while it goes on and after it: how far it is, what it costs, the first answers, and at the
/// end what was dropped and why.
class AnnotateRun : public QWidget {
    Q_OBJECT
public:
    explicit AnnotateRun(AnnotationController& controller, QWidget* parent = nullptr);
    ~AnnotateRun() override;

    /// Whether the material can take another file now.
    void setMaterialFree(bool isFree);
    void focusAction();

Q_SIGNALS:
    void useRequested(const QString& path);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
