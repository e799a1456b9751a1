#pragma once

#include <QFile>
#include <QString>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

/// What the tests of models share: reading fixtures, finding data sets and the real encoder.
namespace fixtures {

inline std::string path(const std::string& name) {
    return std::string(SPANWISE_FIXTURES "/") + name;
}

inline QString qPath(const std::string& name) {
    return QString::fromStdString(path(name));
}

inline QByteArray bytes(const std::string& file) {
    QFile in(QString::fromStdString(file));
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

inline nlohmann::json json(const std::string& name) {
    return nlohmann::json::parse(bytes(path(name)).toStdString());
}

/// A file below SPANWISE_DATA; empty when it is not there.
inline std::string data(const std::string& name) {
    const char* root = std::getenv("SPANWISE_DATA");
    const std::string file =
        std::string(root != nullptr ? root : SPANWISE_DEFAULT_DATA) + '/' + name;
    return QFile::exists(QString::fromStdString(file)) ? file : std::string();
}

}  // namespace fixtures
