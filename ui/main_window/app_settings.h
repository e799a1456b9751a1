#pragma once

#include <QHash>
#include <QSettings>
#include <QString>
#include <QStringList>

#include "ui/theme/theme.h"

namespace spanwise::ui {

/// What the app remembers between starts, apart from projects: window, theme, language, recent
/// projects. An INI file in the user's configuration folder, or in the folder that SPANWISE_CONFIG
/// names.
class AppSettings {
public:
    AppSettings();

    [[nodiscard]] QStringList recentProjects() const;  ///< newest first; only those that exist
    void addRecentProject(const QString& path);
    void removeRecentProject(const QString& path);

    [[nodiscard]] ThemeChoice theme() const;
    void setTheme(ThemeChoice choice);

    /// Of the window (ui/language); empty: the system's.
    [[nodiscard]] QString language() const;
    void setLanguage(const QString& code);

    /// Who labels, in the history; empty: ProjectSession::usualAnnotator.
    [[nodiscard]] QString annotator() const;
    void setAnnotator(const QString& name);
    /// Of the background worker, as it is typed in a shell; empty: spanwise-cli beside the app.
    [[nodiscard]] QString workerCommand() const;
    void setWorkerCommand(const QString& command);

    [[nodiscard]] QByteArray geometry() const;
    void setGeometry(const QByteArray& geometry);
    [[nodiscard]] QByteArray splitter() const;
    void setSplitter(const QByteArray& state);
    /// Keys that are not the usual ones, as portable text by the action's id (ActionRegistry).
    [[nodiscard]] QHash<QString, QStringList> keys() const;
    void setKeys(const QHash<QString, QStringList>& keys);
    /// What was chosen in the command palette, newest first.
    [[nodiscard]] QStringList recentCommands() const;
    void addRecentCommand(const QString& id);
    /// White space and marks at a selection's edges stay out of labels.
    [[nodiscard]] bool trimsEdges() const;
    void setTrimsEdges(bool trims);
    [[nodiscard]] double zoom() const;  ///< of documents' text
    void setZoom(double zoom);
    /// Of annotation by a language model (AnnotationController::remembered), without a key.
    [[nodiscard]] QVariantMap annotation() const;
    void setAnnotation(const QVariantMap& settings);
    /// The tour was offered, and taken to its end.
    [[nodiscard]] bool isTourOffered() const;
    [[nodiscard]] bool isTourDone() const;
    void setTourOffered();
    void setTourDone();
    /// Each type has an underline of its own besides its colour.
    [[nodiscard]] bool showsPatterns() const;
    void setShowsPatterns(bool shows);
    /// Texts in a known syntax are coloured by it.
    [[nodiscard]] bool coloursSyntax() const;
    void setColoursSyntax(bool colours);
    /// Where the last file dialog was.
    [[nodiscard]] QString folder() const;
    void setFolder(const QString& folder);

private:
    QSettings m_settings;
};

}  // namespace spanwise::ui
