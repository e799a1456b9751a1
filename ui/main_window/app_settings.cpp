#include "ui/main_window/app_settings.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace spanwise::ui {
namespace {

constexpr int kRecent = 8;
constexpr int kRecentCommands = 12;

QString settingsFile() {
    const QString folder = qEnvironmentVariable("SPANWISE_CONFIG");
    return folder.isEmpty()
               ? QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation) +
                     QStringLiteral("/Spanwise/spanwise.ini")
               : QDir(folder).filePath(QStringLiteral("spanwise.ini"));
}

}  // namespace

AppSettings::AppSettings() : m_settings(settingsFile(), QSettings::IniFormat) {}

QStringList AppSettings::recentProjects() const {
    QStringList existing;
    for (const QString& path : m_settings.value(QStringLiteral("recent")).toStringList()) {
        if (QFileInfo::exists(path))
            existing << path;
    }
    return existing;
}

void AppSettings::addRecentProject(const QString& path) {
    QStringList recent = recentProjects();
    const QString absolute = QFileInfo(path).absoluteFilePath();
    recent.removeAll(absolute);
    recent.prepend(absolute);
    m_settings.setValue(QStringLiteral("recent"), QStringList(recent.mid(0, kRecent)));
}

void AppSettings::removeRecentProject(const QString& path) {
    QStringList recent = recentProjects();
    recent.removeAll(path);
    m_settings.setValue(QStringLiteral("recent"), recent);
}

ThemeChoice AppSettings::theme() const {
    const QString name = m_settings.value(QStringLiteral("theme")).toString();
    return name == u"light"  ? ThemeChoice::Light
           : name == u"dark" ? ThemeChoice::Dark
                             : ThemeChoice::System;
}

void AppSettings::setTheme(ThemeChoice choice) {
    m_settings.setValue(QStringLiteral("theme"), choice == ThemeChoice::Light  ? "light"
                                                 : choice == ThemeChoice::Dark ? "dark"
                                                                               : "system");
}

QString AppSettings::language() const {
    return m_settings.value(QStringLiteral("language")).toString();
}

void AppSettings::setLanguage(const QString& code) {
    m_settings.setValue(QStringLiteral("language"), code);
}

QString AppSettings::annotator() const {
    return m_settings.value(QStringLiteral("annotator")).toString();
}
void AppSettings::setAnnotator(const QString& name) {
    m_settings.setValue(QStringLiteral("annotator"), name);
}

QString AppSettings::workerCommand() const {
    return m_settings.value(QStringLiteral("worker")).toString();
}
void AppSettings::setWorkerCommand(const QString& command) {
    m_settings.setValue(QStringLiteral("worker"), command);
}

double AppSettings::zoom() const {
    return m_settings.value(QStringLiteral("zoom"), 1.0).toDouble();
}

void AppSettings::setZoom(double zoom) {
    m_settings.setValue(QStringLiteral("zoom"), zoom);
}

QByteArray AppSettings::geometry() const {
    return m_settings.value(QStringLiteral("geometry")).toByteArray();
}
void AppSettings::setGeometry(const QByteArray& geometry) {
    m_settings.setValue(QStringLiteral("geometry"), geometry);
}

QByteArray AppSettings::splitter() const {
    return m_settings.value(QStringLiteral("splitter")).toByteArray();
}
void AppSettings::setSplitter(const QByteArray& state) {
    m_settings.setValue(QStringLiteral("splitter"), state);
}

QHash<QString, QStringList> AppSettings::keys() const {
    QHash<QString, QStringList> keys;
    const QVariantMap stored = m_settings.value(QStringLiteral("keys")).toMap();
    for (auto entry = stored.cbegin(); entry != stored.cend(); ++entry)
        keys.insert(entry.key(), entry.value().toStringList());
    return keys;
}

void AppSettings::setKeys(const QHash<QString, QStringList>& keys) {
    QVariantMap stored;
    for (auto entry = keys.cbegin(); entry != keys.cend(); ++entry)
        stored.insert(entry.key(), entry.value());
    m_settings.setValue(QStringLiteral("keys"), stored);
}

QStringList AppSettings::recentCommands() const {
    return m_settings.value(QStringLiteral("recentCommands")).toStringList();
}

void AppSettings::addRecentCommand(const QString& id) {
    QStringList recent = recentCommands();
    recent.removeAll(id);
    recent.prepend(id);
    m_settings.setValue(QStringLiteral("recentCommands"),
                        QStringList(recent.mid(0, kRecentCommands)));
}

bool AppSettings::trimsEdges() const {
    return m_settings.value(QStringLiteral("trimEdges"), true).toBool();
}
void AppSettings::setTrimsEdges(bool trims) {
    m_settings.setValue(QStringLiteral("trimEdges"), trims);
}

QVariantMap AppSettings::annotation() const {
    return m_settings.value(QStringLiteral("annotation")).toMap();
}
void AppSettings::setAnnotation(const QVariantMap& settings) {
    m_settings.setValue(QStringLiteral("annotation"), settings);
}

bool AppSettings::isTourOffered() const {
    return !m_settings.value(QStringLiteral("tour")).toString().isEmpty();
}
bool AppSettings::isTourDone() const {
    return m_settings.value(QStringLiteral("tour")).toString() == u"done";
}
void AppSettings::setTourOffered() {
    if (!isTourDone())
        m_settings.setValue(QStringLiteral("tour"), QStringLiteral("offered"));
}
void AppSettings::setTourDone() {
    m_settings.setValue(QStringLiteral("tour"), QStringLiteral("done"));
}

bool AppSettings::showsPatterns() const {
    return m_settings.value(QStringLiteral("linePatterns"), true).toBool();
}
void AppSettings::setShowsPatterns(bool shows) {
    m_settings.setValue(QStringLiteral("linePatterns"), shows);
}

bool AppSettings::coloursSyntax() const {
    return m_settings.value(QStringLiteral("syntaxColors"), true).toBool();
}
void AppSettings::setColoursSyntax(bool colours) {
    m_settings.setValue(QStringLiteral("syntaxColors"), colours);
}

QString AppSettings::folder() const {
    return m_settings.value(QStringLiteral("folder"), QDir::homePath()).toString();
}
void AppSettings::setFolder(const QString& folder) {
    m_settings.setValue(QStringLiteral("folder"), folder);
}

}  // namespace spanwise::ui
