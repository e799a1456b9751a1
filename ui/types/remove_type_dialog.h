#pragma once

#include <QDialog>
#include <memory>

#include "core/annotation/entity_type.h"
#include "storage/project.h"

namespace spanwise::ui {

/// Asks what is to become of a type's labels: they go to the trash with it, or they become labels
/// of another type. Says how many there are.
class RemoveTypeDialog : public QDialog {
    Q_OBJECT
public:
    RemoveTypeDialog(const LabelScheme& scheme, TypeId type, const TypeUse& use,
                     QWidget* parent = nullptr);
    ~RemoveTypeDialog() override;

    /// The type that takes the labels; 0: they go to the trash.
    [[nodiscard]] TypeId heir() const;
    /// Chooses merging to begin with, for who asked for that.
    void preferMerge();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
