#pragma once

#include <QWidget>

#include "core/annotation/entity_type.h"
#include "ui/document_view/view_keys.h"

class QLabel;

namespace spanwise::ui {

class DocumentView;

/// One line above the document while keys or the mouse do more than usual: labels are marked for a
/// change of several, or every selection is labelled. Says so and how to end it.
class ModeBar : public QWidget {
    Q_OBJECT
public:
    /// Follows the view, which must outlive it.
    explicit ModeBar(DocumentView* view, QWidget* parent = nullptr);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void follow();
    DocumentView* m_view;
    QLabel* m_text;
};

}  // namespace spanwise::ui
