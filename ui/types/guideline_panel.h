#pragma once

#include <QWidget>
#include <memory>

#include "core/annotation/span.h"

namespace spanwise::ui {

class GuidelineController;

/// Below the document: what counts as a type and what does not, in the project's own words, with
/// places that show it. Enter goes to a place, left and right to the other types, F2 edits, Escape
/// closes. Hidden until asked for; follows the type that the person is busy with, without taking
/// the focus.
class GuidelinePanel : public QWidget {
    Q_OBJECT
public:
    explicit GuidelinePanel(QWidget* parent = nullptr);
    ~GuidelinePanel() override;

    /// Null: none. Must outlive the panel or be replaced before it goes.
    void setController(GuidelineController* controller);
    /// Opens the panel; 0: the scheme's first type.
    void showType(TypeId type);
    /// The same while it is open, else nothing.
    void follow(TypeId type);
    /// The key that leads here, shown in the head, and the one that names a type.
    void setKeycaps(const QString& key, const QString& addType);
    void close();

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void editRequested(qint64 type);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void step(int by);
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
