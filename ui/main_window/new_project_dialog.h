#pragma once

#include <QDialog>

#include "core/annotation/entity_type.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace spanwise::ui {

/// Asks for a project's name, folder and first entity types (names parted by commas, or a
/// scheme.json). OK is possible only when a project can be made from it; the reason why not is
/// shown as the person types.
class NewProjectDialog : public QDialog {
    Q_OBJECT
public:
    explicit NewProjectDialog(const QString& folder, QWidget* parent = nullptr);

    [[nodiscard]] QString path() const;  ///< of the file to create
    [[nodiscard]] const LabelScheme& scheme() const { return m_scheme; }
    /// The share of documents to be labelled without suggestions.
    [[nodiscard]] double heldOut() const;

private:
    void validate();

    QLineEdit* m_name;
    QLineEdit* m_folder;
    QLineEdit* m_types;
    QCheckBox* m_holdOut;
    QLabel* m_complaint;
    QPushButton* m_ok;
    LabelScheme m_scheme;
};

}  // namespace spanwise::ui
