#pragma once

#include <QDialog>
#include <nlohmann/json.hpp>
#include <vector>

#include "core/protocol/pretraining_messages.h"

class QTableWidget;

namespace spanwise::ui {

/// What a file's types are called as concepts: a name and a description each, or left out.
class TypeNamesDialog : public QDialog {
    Q_OBJECT
public:
    TypeNamesDialog(const QString& file, const std::vector<protocol::MaterialType>& types,
                    QWidget* parent = nullptr);
    /// As protocol::MaterialFile::types has it.
    [[nodiscard]] nlohmann::json map() const;

private:
    QTableWidget* m_table;
};

}  // namespace spanwise::ui
