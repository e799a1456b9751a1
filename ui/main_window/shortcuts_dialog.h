#pragma once

#include <QDialog>
#include <memory>

#include "core/annotation/entity_type.h"
#include "ui/main_window/action_registry.h"

namespace spanwise::ui {

/// All keys on one sheet, searched by what they do or by the key, and changed there: Enter asks for
/// another key, Delete takes it away. When somebody has the key, the sheet says who and offers to
/// take it over. Changes hold at once.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    /// `registry` must outlive the dialog. The types' keys of `scheme` are shown and guarded too.
    ShortcutsDialog(ActionRegistry& registry, const LabelScheme& scheme, QWidget* parent = nullptr);
    ~ShortcutsDialog() override;

Q_SIGNALS:
    /// A command has taken over the key of an entity type, which has none from now on.
    void typeKeyTaken(qint64 type);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
