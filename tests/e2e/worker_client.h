#pragma once

#include <QElapsedTimer>
#include <QProcess>
#include <deque>
#include <optional>
#include <vector>

#include "core/protocol/framing.h"
#include "core/protocol/messages.h"
#include "tests/e2e/program.h"

namespace spanwise::worker {

using nlohmann::json;

/// A client as simple as can be: sends, and reads messages in order. One thread, for time limits
/// that hold on a busy machine too.
class Client {
public:
    explicit Client(const QStringList& more = {}) {
        process.start(program::path(),
                      QStringList{"worker", "--nice", "0", "--threads", "1"} + more);
        process.waitForStarted();
    }
    ~Client() {
        process.closeWriteChannel();
        if (!process.waitForFinished(10000))
            process.kill();
        process.waitForFinished();
    }
    void raw(const QByteArray& bytes) {
        process.write(bytes);
        process.waitForBytesWritten(5000);
    }
    void send(std::int64_t id, const char* method, json params) {
        const std::string bytes = frame(protocol::request(id, method, std::move(params)));
        raw(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    }
    void notify(const char* method, json params) {
        const std::string bytes = frame(protocol::notification(method, std::move(params)));
        raw(QByteArray(bytes.data(), static_cast<qsizetype>(bytes.size())));
    }
    std::optional<protocol::Message> next(int timeoutMs = 60000) {
        QElapsedTimer timer;
        timer.start();
        while (messages.empty() && timer.elapsed() < timeoutMs) {
            process.waitForReadyRead(20);
            const QByteArray bytes = process.readAllStandardOutput();
            if (!bytes.isEmpty()) {
                auto payloads = reader.feed(
                    std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
                if (!payloads)
                    return std::nullopt;
                for (const std::string& payload : *payloads) {
                    auto message = protocol::parse(payload);
                    if (!message)
                        return std::nullopt;
                    messages.push_back(std::move(*message));
                }
            } else if (process.state() == QProcess::NotRunning) {
                return std::nullopt;
            }
        }
        if (messages.empty())
            return std::nullopt;
        protocol::Message message = std::move(messages.front());
        messages.pop_front();
        return message;
    }
    /// The answer to `id`; notifications on the way are kept aside.
    std::optional<protocol::Message> answer(std::int64_t id, int timeoutMs = 120000) {
        while (auto message = next(timeoutMs)) {
            if (message->isResponse() && message->id == id)
                return message;
            notifications.push_back(std::move(*message));
        }
        return std::nullopt;
    }
    protocol::InitializeResult initialize() {
        send(1, "initialize", {{"protocol", protocol::kVersion}, {"client", "test"}});
        const auto reply = answer(1);
        return reply ? reply->result.get<protocol::InitializeResult>()
                     : protocol::InitializeResult{};
    }

    QProcess process;
    FrameReader reader;
    std::deque<protocol::Message> messages;
    std::vector<protocol::Message> notifications;
};

}  // namespace spanwise::worker
