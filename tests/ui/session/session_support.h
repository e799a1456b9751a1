#pragma once

#include <QElapsedTimer>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "core/text/utf8.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"
#include "ui/session/worker_client.h"

namespace support {

using namespace spanwise;
using namespace spanwise::ui;

inline LabelScheme scheme() {
    return *LabelScheme::fromNames({"drug", "dose"});
}

inline QString write(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write %s", qPrintable(path));
    return path;
}

inline QByteArray read(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QList<QByteArray> lines(const QString& path) {
    return read(path).trimmed().split('\n');
}

inline std::unique_ptr<ProjectSession> newSession(const QString& path) {
    auto session = ProjectSession::create(path, scheme());
    if (!session)
        qFatal("%s", session.error().text().c_str());
    return std::move(*session);
}

/// Imports texts as one JSONL and waits.
inline void import(ProjectSession& session, const QString& folder, const QByteArray& jsonl) {
    QSignalSpy done(&session, &ProjectSession::importFinished);
    session.importFiles({write(folder + "/import.jsonl", jsonl)});
    if (done.isEmpty() && !done.wait(10000))
        qFatal("the import did not end");
}

/// The range of a string in the current document.
inline Range rangeOf(const ProjectSession& session, const std::string& what) {
    const std::string& text = session.document()->text;
    const auto at = text.find(what);
    if (at == std::string::npos)
        qFatal("\"%s\" is not in the document", what.c_str());
    const Offset begin = countCodePoints(std::string_view(text).substr(0, at));
    return {begin, begin + countCodePoints(what)};
}

inline TypeId typeId(const ProjectSession& session, const char* name) {
    return session.scheme().byName(name)->id;
}

inline QStringList fakeWorker(const QStringList& flags = {}) {
    return QStringList{QStringLiteral(SPANWISE_FAKE_WORKER)} + flags;
}

}  // namespace support
