#pragma once

#include <QByteArray>
#include <QCryptographicHash>
#include <QDir>
#include <QList>
#include <QMap>
#include <QString>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QUrl>
#include <atomic>
#include <functional>
#include <future>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/models/fixtures.h"

/// The Hugging Face hub's URL layout on loopback, served from memory by a thread of its own: the
/// list of a commit's files, small files by a redirect on the same host, large ones by a redirect
/// to a second server under another host's name, ranges, checksums in ETags. What goes wrong is up
/// to each test.
namespace hub {

struct Request {
    QByteArray method;
    QByteArray path;
    QMap<QByteArray, QByteArray> headers;  // names in lower case
};

/// Takes a request itself (true), or leaves it to the server.
using Interceptor = std::function<bool(const Request&, QTcpSocket&)>;

inline void reply(QTcpSocket& socket, const QByteArray& status, const QByteArray& headers,
                  const QByteArray& body, bool withBody = true) {
    QByteArray bytes = "HTTP/1.1 " + status + "\r\nConnection: close\r\n" + headers;
    if (!headers.toLower().contains("content-length:"))
        bytes += "Content-Length: " + QByteArray::number(body.size()) + "\r\n";
    socket.write(bytes + "\r\n" + (withBody ? body : QByteArray()));
    while (socket.bytesToWrite() > 0 && socket.waitForBytesWritten(5000)) {
    }
}

class Listener {
public:
    Listener() {
        std::promise<quint16> port;
        auto known = port.get_future();
        m_thread = std::thread([this, &port] {
            QTcpServer server;
            server.listen(QHostAddress::LocalHost);
            port.set_value(server.serverPort());
            while (!m_ending) {
                if (!server.waitForNewConnection(20))
                    continue;
                const std::unique_ptr<QTcpSocket> socket(server.nextPendingConnection());
                if (socket)
                    converse(*socket);
            }
        });
        m_port = known.get();
    }
    virtual ~Listener() { stop(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }
    void intercept(Interceptor interceptor) {
        const std::scoped_lock lock(m_mutex);
        m_interceptor = std::move(interceptor);
    }
    [[nodiscard]] std::vector<Request> log() const {
        const std::scoped_lock lock(m_mutex);
        return m_log;
    }
    void forget() {
        const std::scoped_lock lock(m_mutex);
        m_log.clear();
    }
    [[nodiscard]] int count(const QByteArray& method, const QByteArray& ending) const {
        int result = 0;
        for (const Request& request : log())
            result += request.method == method && request.path.endsWith(ending);
        return result;
    }

protected:
    void stop() {
        m_ending = true;
        if (m_thread.joinable())
            m_thread.join();
    }
    virtual void serve(const Request& request, QTcpSocket& socket) = 0;
    mutable std::mutex m_mutex;

private:
    void converse(QTcpSocket& socket) {
        QByteArray head;
        while (!head.contains("\r\n\r\n")) {
            if (socket.bytesAvailable() == 0 && !socket.waitForReadyRead(5000))
                return;
            head += socket.readAll();
        }
        const QList<QByteArray> lines = head.left(head.indexOf("\r\n\r\n")).split('\n');
        const QList<QByteArray> first = lines[0].trimmed().split(' ');
        Request request{first.value(0), first.value(1), {}};
        for (const QByteArray& line : lines.mid(1)) {
            const auto colon = line.indexOf(':');
            request.headers[line.left(colon).toLower()] = line.mid(colon + 1).trimmed();
        }
        Interceptor interceptor;
        {
            const std::scoped_lock lock(m_mutex);
            m_log.push_back(request);
            interceptor = m_interceptor;
        }
        if (!interceptor || !interceptor(request, socket))
            serve(request, socket);
        socket.disconnectFromHost();
        if (socket.state() != QAbstractSocket::UnconnectedState)
            socket.waitForDisconnected(1000);
    }

    quint16 m_port = 0;
    std::atomic<bool> m_ending = false;
    Interceptor m_interceptor;
    std::vector<Request> m_log;
    std::thread m_thread;
};

/// Sends a whole file, or the range asked for.
inline void sendFile(const Request& request, QTcpSocket& socket, const QByteArray& bytes,
                     const QByteArray& headers) {
    const QByteArray range = request.headers.value("range");
    const bool withBody = request.method == "GET";
    if (!range.startsWith("bytes=")) {
        reply(socket, "200 OK", headers, bytes, withBody);
        return;
    }
    const qsizetype from = range.mid(6).chopped(1).toLongLong();
    if (from >= bytes.size()) {
        reply(socket, "416 Range Not Satisfiable", {}, {}, withBody);
        return;
    }
    reply(socket, "206 Partial Content",
          headers + "Content-Range: bytes " + QByteArray::number(from) + '-' +
              QByteArray::number(bytes.size() - 1) + '/' + QByteArray::number(bytes.size()) +
              "\r\n",
          bytes.mid(from), withBody);
}

/// Serves large files by their SHA-256, as a content delivery network does.
class Storage : public Listener {
public:
    ~Storage() override { stop(); }
    void put(const QByteArray& key, const QByteArray& bytes) {
        const std::scoped_lock lock(m_mutex);
        m_blobs[key] = bytes;
    }
    [[nodiscard]] QByteArray blob(const QByteArray& key) const {
        const std::scoped_lock lock(m_mutex);
        return m_blobs.value(key);
    }
    /// By a name that is not the hub's.
    [[nodiscard]] QByteArray url() const {
        return "http://localhost:" + QByteArray::number(port());
    }

protected:
    void serve(const Request& request, QTcpSocket& socket) override {
        sendFile(request, socket, blob(request.path.mid(1)),
                 "Content-Type: binary/octet-stream\r\n");
    }

private:
    QMap<QByteArray, QByteArray> m_blobs;
};

inline QByteArray sha256(const QByteArray& bytes) {
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256).toHex();
}
inline QByteArray gitSha1(const QByteArray& bytes) {
    return QCryptographicHash::hash(
               "blob " + QByteArray::number(bytes.size()) + QByteArray(1, '\0') + bytes,
               QCryptographicHash::Sha1)
        .toHex();
}

struct Repository {
    QByteArray commit = QByteArray(40, 'a');
    QMap<QString, QByteArray> files;
};

class Server : public Listener {
public:
    ~Server() override { stop(); }
    Storage storage;

    [[nodiscard]] std::string endpoint() const {
        return "http://127.0.0.1:" + std::to_string(port());
    }
    void put(const QString& name, const Repository& repository) {
        const std::scoped_lock lock(m_mutex);
        m_repositories[name] = repository;
        for (const QByteArray& bytes : repository.files)
            storage.put(sha256(bytes), bytes);
    }
    static bool isLarge(const QString& name) {
        return name.endsWith(".safetensors") || name.endsWith(".bin") || name.endsWith(".h5");
    }

protected:
    void serve(const Request& request, QTcpSocket& socket) override {
        const QString path = QUrl::fromPercentEncoding(request.path);
        const bool withBody = request.method == "GET";
        QMap<QString, Repository> repositories;
        {
            const std::scoped_lock lock(m_mutex);
            repositories = m_repositories;
        }
        for (auto it = repositories.cbegin(); it != repositories.cend(); ++it) {
            const QString api = "/api/models/" + it.key() + "/revision/";
            const QString resolve = '/' + it.key() + "/resolve/" + it->commit + '/';
            const QString cache = "/api/resolve-cache/" + it.key() + '/';
            if (path == api + "main" || path == api + "v1/beta" || path == api + it->commit) {
                nlohmann::json siblings = nlohmann::json::array();
                for (auto file = it->files.cbegin(); file != it->files.cend(); ++file)
                    siblings.push_back({{"rfilename", file.key().toStdString()}});
                const nlohmann::json answer{{"id", it.key().toStdString()},
                                            {"sha", it->commit.toStdString()},
                                            {"siblings", siblings}};
                reply(socket, "200 OK", "Content-Type: application/json\r\n",
                      QByteArray::fromStdString(answer.dump()), withBody);
                return;
            }
            if (path.startsWith(resolve) && it->files.contains(path.mid(resolve.size()))) {
                const QString name = path.mid(resolve.size());
                const QByteArray& bytes = it->files[name];
                const bool large = isLarge(name);
                const QByteArray tag = large ? sha256(bytes) : gitSha1(bytes);
                const QByteArray linked = "X-Repo-Commit: " + it->commit +
                                          "\r\nX-Linked-Size: " + QByteArray::number(bytes.size()) +
                                          "\r\nX-Linked-ETag: \"" + tag + "\"\r\n";
                if (large)
                    reply(socket, "302 Found",
                          linked + "Location: " + storage.url() + '/' + tag + "\r\n", "moved",
                          withBody);
                else if (name == "README.md")
                    reply(socket, "307 Temporary Redirect",
                          "Location: " + (cache + name).toUtf8() + "\r\n", "moved", withBody);
                else
                    sendFile(request, socket, bytes, "ETag: W/\"" + tag + "\"\r\n");
                return;
            }
            if (path.startsWith(cache)) {
                const QByteArray& bytes = it->files[path.mid(cache.size())];
                sendFile(request, socket, bytes, "ETag: \"" + gitSha1(bytes) + "\"\r\n");
                return;
            }
        }
        reply(socket, "404 Not Found", "X-Error-Code: RepoNotFound\r\n", "no", withBody);
    }

private:
    QMap<QString, Repository> m_repositories;
};

/// A repository of the real hub's layout around a fixture's model.
inline Repository tinyRepository(const std::string& fixture = "encoders/tiny_bert") {
    Repository repository;
    for (const char* name : {"config.json", "tokenizer.json", "tokenizer_config.json", "vocab.txt",
                             "model.safetensors"})
        repository.files[name] = fixtures::bytes(fixtures::path(fixture + '/' + name));
    repository.files["README.md"] = "---\nlanguage: en\nlicense: apache-2.0\n---\n# Tiny\n";
    repository.files["pytorch_model.bin"] = "never fetched";
    repository.files["tf_model.h5"] = "never fetched";
    repository.files["onnx/model.onnx"] = "never fetched";
    return repository;
}

/// All files of a fixture's folder but what the tests expect of it.
inline Repository wholeRepository(const std::string& fixture) {
    Repository repository;
    const QDir folder(QString::fromStdString(fixtures::path(fixture)));
    for (const QString& name : folder.entryList(QDir::Files)) {
        if (name != QLatin1String("expected.json") && name != QLatin1String("hidden.safetensors"))
            repository.files[name] = fixtures::bytes(folder.filePath(name).toStdString());
    }
    return repository;
}

}  // namespace hub
