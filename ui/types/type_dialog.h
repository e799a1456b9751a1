#pragma once

#include <QDialog>
#include <memory>

#include "core/annotation/entity_type.h"
#include "storage/project.h"
#include "ui/document_view/view_keys.h"

namespace spanwise::ui {

/// Asks for a type's name, description, guideline, colour and shortcut, which no command of `keys`
/// may have. OK is possible only when LabelScheme::check agrees; its complaint is shown inline as
/// the person types.
class TypeDialog : public QDialog {
    Q_OBJECT
public:
    /// `type.id` 0: a new one.
    TypeDialog(const LabelScheme& scheme, const EntityType& type, QWidget* parent = nullptr,
               const ViewKeys& keys = {});
    ~TypeDialog() override;

    /// What a new name would go to; said as soon as there is one.
    void setUse(const TypeUse& use);
    /// The guideline is what there is to write.
    void focusNote();
    [[nodiscard]] EntityType type() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
