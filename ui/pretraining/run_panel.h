#pragma once

#include <QScrollArea>
#include <memory>

namespace spanwise::ui {

class PretrainingController;

/// A run: how far it is, its loss, the few-shot check before and after, and what can be done.
class RunPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit RunPanel(PretrainingController& controller, QWidget* parent = nullptr);
    ~RunPanel() override;

    /// Why a finished encoder cannot be taken for the project; empty: it can.
    void setUseObstacle(const QString& why);
    /// What can be done first now.
    void focusAction();

Q_SIGNALS:
    void useRequested(const QString& path);
    void discardRequested(const QString& name);

protected:
    void changeEvent(QEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
