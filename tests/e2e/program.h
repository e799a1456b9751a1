#pragma once

#include <QByteArray>
#include <QFile>
#include <QProcess>
#include <QString>
#include <QStringList>

/// Runs the real spanwise-cli and collects what it said.
namespace program {

struct Outcome {
    int exitCode = -1;
    QByteArray out;
    QByteArray err;
};

inline QString path() {
    return QStringLiteral(SPANWISE_BIN "/spanwise-cli");
}

inline Outcome finish(QProcess& process, int timeoutMs) {
    if (!process.waitForFinished(timeoutMs)) {
        process.kill();
        process.waitForFinished();
        return {-2, process.readAllStandardOutput(), "timed out"};
    }
    return {process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1,
            process.readAllStandardOutput(), process.readAllStandardError()};
}

inline Outcome run(const QStringList& arguments, const QByteArray& input = {},
                   int timeoutMs = 180000) {
    QProcess process;
    process.start(path(), arguments);
    if (!process.waitForStarted())
        return {-1, {}, process.errorString().toUtf8()};
    process.write(input);
    process.closeWriteChannel();
    return finish(process, timeoutMs);
}

/// The same under `sh` with a preamble, e.g. a limit on file sizes that stands in for a full disk.
inline Outcome runAfter(const QString& preamble, const QStringList& arguments) {
    QProcess process;
    process.start(QStringLiteral("sh"),
                  QStringList{QStringLiteral("-c"),
                              preamble + QStringLiteral("; exec \"$0\" \"$@\""), path()} +
                      arguments);
    if (!process.waitForStarted())
        return {-1, {}, process.errorString().toUtf8()};
    process.closeWriteChannel();
    return finish(process, 180000);
}

inline bool write(const QString& file, const QByteArray& bytes) {
    QFile out(file);
    return out.open(QIODevice::WriteOnly) && out.write(bytes) == bytes.size();
}

inline QByteArray read(const QString& file) {
    QFile in(file);
    return in.open(QIODevice::ReadOnly) ? in.readAll() : QByteArray();
}

/// The folder of the default encoder as `models info` finds it; empty when it is not installed.
inline QString encoder() {
    const Outcome info = run({QStringLiteral("models"), QStringLiteral("info")});
    if (info.exitCode != 0)
        return {};
    for (const QByteArray& line : info.out.split('\n')) {
        const QByteArray trimmed = line.trimmed();
        if (trimmed.startsWith("path "))
            return QString::fromUtf8(trimmed.mid(5).trimmed());
    }
    return {};
}

}  // namespace program
