#pragma once

#include <QWidget>
#include <memory>

#include "core/text/range.h"

namespace spanwise::ui {

class SimilarityController;

/// Below the document: places of the project that are like what was selected, the most similar
/// first. Enter goes there, Escape closes it. Hidden until asked for.
class SimilarPanel : public QWidget {
    Q_OBJECT
public:
    explicit SimilarPanel(QWidget* parent = nullptr);
    ~SimilarPanel() override;

    /// Null: none. Must outlive the panel or be replaced before it goes.
    void setController(SimilarityController* controller);
    /// Shows the panel for a search that has just begun.
    void showFor(const QString& text);

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);
    void closed();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void close();
    void refresh();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
