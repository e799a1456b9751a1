#pragma once

#include <QObject>
#include <QProcess>
#include <QStringList>
#include <chrono>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>

#include "core/protocol/messages.h"

namespace spanwise::ui {

/// Why a request has no result: the error for people, and what JSON-RPC said besides it.
/// ErrorCode::Worker means that the worker died or isn't running; one that answered says otherwise.
struct WorkerError : Error {
    int rpcCode = protocol::kInternalError;
    nlohmann::json data;
};

/// How patient a WorkerClient is.
struct WorkerTimings {
    std::chrono::milliseconds firstBackOff{250};
    std::chrono::milliseconds longestBackOff{30000};
    std::chrono::milliseconds healthy{60000};     ///< after so long the back-off starts anew
    std::chrono::milliseconds initialize{60000};  ///< to answer `initialize`
    std::chrono::milliseconds shutdown{1500};     ///< to end when asked to
};

/// Talks to one `spanwise-cli worker` process: JSON-RPC 2.0 over its stdin and stdout, its stderr
/// kept as a log. Restarts it with back-off (0.25 s doubling to 30 s; reset after a minute of
/// health) when it dies or speaks nonsense; requests in flight then fail with ErrorCode::Worker,
/// and `restarted` tells the owner to replay state. Lives in the thread of its owner; never blocks,
/// but for its destructor.
class WorkerClient : public QObject {
    Q_OBJECT
public:
    enum class State { Stopped, Starting, Ready, Restarting };
    Q_ENUM(State)
    using Reply = tl::expected<nlohmann::json, WorkerError>;
    using Handler = std::function<void(Reply)>;

    /// The command is a setting, e.g. {"ssh", "gpu-box", "spanwise-cli", "worker"}.
    explicit WorkerClient(QStringList command, QObject* parent = nullptr,
                          WorkerTimings timings = {});
    ~WorkerClient() override;  ///< asks for shutdown, waits briefly, then kills

    /// For the next start.
    void setCommand(QStringList command);
    void start();
    /// Ends the worker without blocking; what is in flight fails with Cancelled.
    void stop();
    [[nodiscard]] State state() const;
    [[nodiscard]] int restarts() const;
    [[nodiscard]] qint64 processId() const;  ///< 0: none
    [[nodiscard]] QString log() const;       ///< the last 64 KiB of the worker's stderr
    void note(const QString& line);          ///< adds a line of ours to it
    /// How long a worker has to end when it is asked to (WorkerTimings::shutdown).
    void setShutdownTime(std::chrono::milliseconds time);

    /// `handler` runs once, in this thread and never before this call returns, unless the client is
    /// destroyed first. Returns the request's id; before the worker is ready the request waits.
    qint64 request(const QString& method, const nlohmann::json& params, Handler handler);
    /// The request's handler will hear Cancelled, or a result that was already on its way.
    void cancel(qint64 request);

Q_SIGNALS:
    void stateChanged(spanwise::ui::WorkerClient::State state);
    void ready(const spanwise::protocol::InitializeResult& info);
    /// Ready again after a death. Requests made in a slot of this signal go out before those that
    /// were waiting.
    void restarted();
    void progress(const spanwise::protocol::Progress& progress);
    void suggestions(const spanwise::protocol::Suggestions& suggestions);
    /// Any other notification.
    void notified(const QString& method, const nlohmann::json& params);
    /// The worker cannot be started at all, or keeps dying before it is ready (then it is still
    /// tried again, less and less often).
    void failed(const QString& message);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise::ui
