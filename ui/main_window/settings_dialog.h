#pragma once

#include <QDialog>
#include <memory>

#include "ui/theme/theme.h"

namespace spanwise::ui {

/// What a person decides for all projects.
struct PersonalSettings {
    QString annotator;  ///< empty: the usual name
    ThemeChoice theme = ThemeChoice::System;
    QString language;  ///< empty: the system's
    bool showsPatterns = true;
    bool trimsEdges = true;
    bool coloursSyntax = true;
    QString workerCommand;  ///< as typed in a shell; empty: the usual one
    bool operator==(const PersonalSettings&) const = default;
};

/// Name, looks, labelling, worker. Nothing takes effect before it is accepted.
class SettingsDialog : public QDialog {
    Q_OBJECT
public:
    /// What is used where a field is left empty, and what the environment decides instead.
    struct Usual {
        QString annotator;
        QString workerCommand;
        bool isAnnotatorGiven = false;
        bool isWorkerGiven = false;
    };
    SettingsDialog(const PersonalSettings& settings, const Usual& usual, QWidget* parent = nullptr);
    ~SettingsDialog() override;
    [[nodiscard]] PersonalSettings settings() const;

Q_SIGNALS:
    void keysRequested();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
