#pragma once

#include <QObject>
#include <QTimer>
#include <chrono>
#include <functional>

#include "ui/session/worker_client.h"

namespace spanwise::ui {

/// A worker process that is there while it has something to do: the first request starts it, and it
/// ends when none has been under way for a while. Lives in the client's thread.
class WorkerOnDemand : public QObject {
public:
    /// The client must outlive it. `isThere` false: there is no worker to start, every request
    /// fails.
    WorkerOnDemand(WorkerClient& client, bool isThere, std::chrono::milliseconds idle,
                   QObject* parent = nullptr);

    /// `handler` is called unless this is gone by then.
    qint64 request(const QString& method, const nlohmann::json& params,
                   std::function<void(const WorkerClient::Reply&)> handler);

private:
    WorkerClient& m_client;
    bool m_isThere;
    QTimer m_idleTimer;
    int m_inFlight = 0;
};

}  // namespace spanwise::ui
