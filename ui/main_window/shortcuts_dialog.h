#pragma once

#include <QDialog>

namespace spanwise::ui {

/// All keys on one sheet.
class ShortcutsDialog : public QDialog {
    Q_OBJECT
public:
    explicit ShortcutsDialog(QWidget* parent = nullptr);
};

}  // namespace spanwise::ui
