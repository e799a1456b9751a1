#include "ui/main_window/app_settings.h"

#include <QDir>
#include <QFileInfo>
#include <QStandardPaths>

namespace spanwise::ui {
namespace {

constexpr int kRecent = 8;

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

QString AppSettings::folder() const {
    return m_settings.value(QStringLiteral("folder"), QDir::homePath()).toString();
}
void AppSettings::setFolder(const QString& folder) {
    m_settings.setValue(QStringLiteral("folder"), folder);
}

}  // namespace spanwise::ui
