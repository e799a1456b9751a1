#pragma once

#include <QByteArray>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QMap>
#include <QSet>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>
#include <algorithm>
#include <functional>
#include <mutex>
#include <vector>

/// A chat endpoint on loopback as OpenAI's, for tests: it answers several requests at a time from a
/// thread with an event loop, and does whatever a script says: well, slowly, wrongly, half.
namespace chat {

struct Request {
    QByteArray method, path;
    QMap<QByteArray, QByteArray> headers;  // names in lower case
    QJsonObject body;

    [[nodiscard]] QString message(int index) const {
        return body["messages"].toArray()[index].toObject()["content"].toString();
    }
    /// The passage.
    [[nodiscard]] QString text() const { return message(1); }
};

struct Reply {
    QByteArray status = "200 OK";
    QByteArray body;
    QByteArray headers = "Content-Type: application/json\r\n";
    int delayMs = 0;
    /// Ends the connection after so many bytes of the body, of which all were announced.
    qsizetype cutAfter = -1;
    bool silent = false;  ///< nothing at all comes, and the connection stays
};

/// A completion of the usual shape.
inline Reply completion(const QString& content, int tokensIn = 100, int tokensOut = 40,
                        const QString& finish = "stop") {
    QJsonObject answer{
        {"id", "chatcmpl-1"},
        {"object", "chat.completion"},
        {"choices", QJsonArray{QJsonObject{
                        {"index", 0},
                        {"message", QJsonObject{{"role", "assistant"}, {"content", content}}},
                        {"finish_reason", finish}}}}};
    if (tokensIn >= 0)
        answer["usage"] = QJsonObject{{"prompt_tokens", tokensIn},
                                      {"completion_tokens", tokensOut},
                                      {"total_tokens", tokensIn + tokensOut}};
    return {"200 OK", QJsonDocument(answer).toJson(QJsonDocument::Compact)};
}

inline Reply problem(const QByteArray& status, const QString& message, const QString& code = {},
                     const QByteArray& headers = {}) {
    const QJsonObject error{{"message", message}, {"type", "error"}, {"code", code}};
    return {status, QJsonDocument(QJsonObject{{"error", error}}).toJson(QJsonDocument::Compact),
            "Content-Type: application/json\r\n" + headers};
}

/// Annotates as a good model would: each word that begins with a capital.
inline QString goodAnswer(const QString& text) {
    QStringList lines;
    for (const QString& word : text.split(' ', Qt::SkipEmptyParts)) {
        QString bare = word;
        while (!bare.isEmpty() && bare.back().isPunct())
            bare.chop(1);
        if (!bare.isEmpty() && bare.front().isUpper())
            lines << bare + " <> capitalised thing <> something written with a capital";
    }
    lines.removeDuplicates();
    return lines.join('\n');
}

using Script = std::function<Reply(const Request&)>;

class Server {
public:
    Server() {
        m_thread.start();
        m_context = new QObject;
        m_context->moveToThread(&m_thread);
        listen(0);
    }
    ~Server() {
        kill();
        m_context->deleteLater();
        m_thread.quit();
        m_thread.wait();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] quint16 port() const { return m_port; }
    [[nodiscard]] QString endpoint() const {
        return QStringLiteral("http://127.0.0.1:%1").arg(m_port);
    }
    /// The models it has; others are answered with 404.
    QStringList models{"tiny"};

    void script(Script script) {
        const std::scoped_lock lock(m_mutex);
        m_script = std::move(script);
    }
    [[nodiscard]] std::vector<Request> log() const {
        const std::scoped_lock lock(m_mutex);
        return m_log;
    }
    /// How often each passage was asked for.
    [[nodiscard]] QHash<QString, int> asked() const {
        QHash<QString, int> times;
        for (const Request& request : log()) {
            if (request.method == "POST")
                ++times[request.text()];
        }
        return times;
    }
    [[nodiscard]] int posts() const {
        const auto requests = log();
        return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                              [](const auto& r) { return r.method == "POST"; }));
    }
    /// The most that were being answered at a time.
    [[nodiscard]] int mostAtATime() const {
        const std::scoped_lock lock(m_mutex);
        return m_most;
    }
    void forget() {
        const std::scoped_lock lock(m_mutex);
        m_log.clear();
        m_most = 0;
    }

    /// As a killed server: connections break, and nobody listens any more.
    void kill() {
        onThread([this] {
            delete m_server;
            m_server = nullptr;
            for (QTcpSocket* socket : QSet<QTcpSocket*>(m_sockets)) {
                socket->disconnect();
                socket->abort();
                socket->deleteLater();
            }
            m_sockets.clear();
            m_active = 0;
        });
    }
    void restart() { listen(m_port); }

private:
    template <typename Function>
    void onThread(Function function) {
        QMetaObject::invokeMethod(m_context, function, Qt::BlockingQueuedConnection);
    }

    void listen(quint16 port) {
        onThread([this, port] {
            m_server = new QTcpServer(m_context);
            m_server->listen(QHostAddress::LocalHost, port);
            m_port = m_server->serverPort();
            QObject::connect(m_server, &QTcpServer::newConnection, m_context, [this] {
                while (QTcpSocket* socket = m_server->nextPendingConnection())
                    welcome(socket);
            });
        });
    }

    void welcome(QTcpSocket* socket) {
        socket->setParent(m_context);
        m_sockets.insert(socket);
        auto bytes = std::make_shared<QByteArray>();
        QObject::connect(socket, &QTcpSocket::readyRead, m_context, [this, socket, bytes] {
            *bytes += socket->readAll();
            while (takeRequest(socket, *bytes)) {
            }
        });
        QObject::connect(socket, &QTcpSocket::disconnected, m_context, [this, socket] {
            m_sockets.remove(socket);
            socket->deleteLater();
        });
    }

    bool takeRequest(QTcpSocket* socket, QByteArray& bytes) {
        const qsizetype end = bytes.indexOf("\r\n\r\n");
        if (end < 0)
            return false;
        const QList<QByteArray> lines = bytes.left(end).split('\n');
        const QList<QByteArray> first = lines[0].trimmed().split(' ');
        Request request{first.value(0), first.value(1), {}, {}};
        for (const QByteArray& line : lines.mid(1)) {
            const auto colon = line.indexOf(':');
            request.headers[line.left(colon).toLower()] = line.mid(colon + 1).trimmed();
        }
        const qsizetype length = request.headers.value("content-length").toLongLong();
        if (bytes.size() < end + 4 + length)
            return false;
        request.body = QJsonDocument::fromJson(bytes.mid(end + 4, length)).object();
        bytes.remove(0, end + 4 + length);
        Script script;
        {
            const std::scoped_lock lock(m_mutex);
            m_log.push_back(request);
            m_most = std::max(m_most, ++m_active);
            script = m_script;
        }
        const Reply reply = script ? script(request) : usual(request);
        if (!reply.silent)
            QTimer::singleShot(reply.delayMs, socket,
                               [this, socket, reply] { send(socket, reply); });
        return true;
    }

    void send(QTcpSocket* socket, const Reply& reply) {
        {
            const std::scoped_lock lock(m_mutex);
            --m_active;
        }
        QByteArray bytes = "HTTP/1.1 " + reply.status + "\r\n" + reply.headers +
                           "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n";
        bytes += reply.cutAfter < 0 ? reply.body : reply.body.left(reply.cutAfter);
        socket->write(bytes);
        if (reply.cutAfter >= 0)
            socket->disconnectFromHost();
    }

public:
    /// What it does without a script, for scripts that only sometimes do otherwise.
    [[nodiscard]] Reply usual(const Request& request) const {
        if (request.path == "/v1/models") {
            QJsonArray data;
            for (const QString& model : models)
                data << QJsonObject{{"id", model}};
            return {"200 OK", QJsonDocument(QJsonObject{{"data", data}}).toJson()};
        }
        if (request.path != "/v1/chat/completions")
            return {"404 Not Found", "404 page not found", "Content-Type: text/plain\r\n"};
        const QString model = request.body["model"].toString();
        if (!models.contains(model))
            return problem("404 Not Found", "The model `" + model + "` does not exist.",
                           "model_not_found");
        return completion(goodAnswer(request.text()));
    }

private:
    QThread m_thread;
    QObject* m_context = nullptr;
    QTcpServer* m_server = nullptr;
    QSet<QTcpSocket*> m_sockets;
    mutable std::mutex m_mutex;
    quint16 m_port = 0;
    int m_active = 0;
    int m_most = 0;
    Script m_script;
    std::vector<Request> m_log;
};

}  // namespace chat
