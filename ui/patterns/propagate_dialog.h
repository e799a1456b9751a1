#pragma once

#include <QDialog>
#include <memory>

#include "core/annotation/entity_type.h"
#include "core/text/range.h"

namespace spanwise::ui {

class ProjectSession;

/// Labels a string wherever it occurs as whole words, in the document or the project, after showing
/// where. Labels that are there stay; places that a person refused are listed without a tick.
/// Labels through the session, as one step of undo.
class PropagateDialog : public QDialog {
    Q_OBJECT
public:
    /// `type` 0: not chosen yet, the first one.
    PropagateDialog(ProjectSession& session, const QString& words, TypeId type,
                    QWidget* parent = nullptr);
    ~PropagateDialog() override;

    /// How many were labelled, once accepted.
    [[nodiscard]] qint64 labelled() const;
    void accept() override;
    void reject() override;

Q_SIGNALS:
    void placeActivated(qint64 document, spanwise::Range range);

private:
    void finish(qint64 labelled);

    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
