#include "ui/session/worker_on_demand.h"

#include <QPointer>

namespace spanwise::ui {

WorkerOnDemand::WorkerOnDemand(WorkerClient& client, bool isThere, std::chrono::milliseconds idle,
                               QObject* parent)
    : QObject(parent), m_client(client), m_isThere(isThere) {
    m_idleTimer.setSingleShot(true);
    m_idleTimer.setInterval(idle);
    connect(&m_idleTimer, &QTimer::timeout, &client, [&client] { client.stop(); });
}

qint64 WorkerOnDemand::request(const QString& method, const nlohmann::json& params,
                               std::function<void(const WorkerClient::Reply&)> handler) {
    m_idleTimer.stop();
    ++m_inFlight;
    if (m_isThere && m_client.state() == WorkerClient::State::Stopped)
        m_client.start();
    return m_client.request(method, params,
                            [alive = QPointer<WorkerOnDemand>(this),
                             handler = std::move(handler)](const WorkerClient::Reply& reply) {
                                if (!alive)
                                    return;
                                if (--alive->m_inFlight == 0)
                                    alive->m_idleTimer.start();
                                handler(reply);
                            });
}

}  // namespace spanwise::ui
