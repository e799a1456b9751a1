#pragma once

#include <QScrollArea>
#include <memory>

namespace spanwise::ui {

class PretrainingController;

/// What was read of the material, before a run: a table of its sources with warnings and the most
/// frequent concepts. Above it the runs that were begun and not finished.
class MaterialPanel : public QScrollArea {
    Q_OBJECT
public:
    explicit MaterialPanel(PretrainingController& controller, QWidget* parent = nullptr);
    ~MaterialPanel() override;

Q_SIGNALS:
    void filesRequested();
    void annotationRequested();
    void discardRequested(const QString& name);

protected:
    void changeEvent(QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
