#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <optional>
#include <vector>

#include "core/protocol/model_messages.h"
#include "ui/session/worker_client.h"

namespace spanwise::ui {

/// What a person asks the hub for.
struct HubReference {
    QString repository;  ///< "organisation/name"
    QString revision;    ///< branch, tag or commit; empty: the newest
    bool operator==(const HubReference&) const = default;

    /// From "organisation/name[@revision]", or the address of the model's page. InvalidArgument
    /// says what was expected.
    [[nodiscard]] static Result<HubReference> parse(const QString& text);
};

/// The models that the worker has installed, and what changes them: pulling from the hub, adding a
/// folder, removing. The worker does it all beside learning; one change at a time. No widgets;
/// lives in the thread of its client, which must outlive it.
class ModelsController : public QObject {
    Q_OBJECT
public:
    enum class State {
        Unknown,  ///< not asked yet
        Loading,
        Ready,
        Failed,  ///< `error` says why there is no list
    };
    enum class Work { None, Pulling, Adding, Removing };

    explicit ModelsController(WorkerClient& client, QObject* parent = nullptr);

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const std::vector<protocol::ModelEntry>& models() const { return m_models; }
    [[nodiscard]] const protocol::ModelEntry* byName(const QString& name) const;
    [[nodiscard]] QString store() const { return m_store; }
    [[nodiscard]] const Error& error() const { return m_error; }

    [[nodiscard]] Work work() const { return m_work; }
    /// Of the pull under way.
    struct Progress {
        QString repository;
        qint64 done = 0;          ///< bytes
        qint64 total = 0;         ///< 0: not known yet
        double secondsLeft = -1;  ///< negative: not known
        bool isCancelling = false;
    };
    [[nodiscard]] const Progress& progress() const { return m_progress; }

public Q_SLOTS:
    /// Asks for the list; starts the worker when it does not run.
    void refresh();
    /// Each does nothing while another change is under way; ends with `changed` or `failed`.
    void pull(const spanwise::ui::HubReference& reference);
    void cancelPull();
    void add(const QString& folder);
    void remove(const QString& name);

Q_SIGNALS:
    /// The list, or whether there is one.
    void modelsChanged();
    /// Work began, went on or ended.
    void workChanged();
    /// A model was pulled, added (`name` is its new name) or removed.
    void changed(spanwise::ui::ModelsController::Work work, const QString& name);
    /// With Cancelled: as the person wished.
    void failed(spanwise::ui::ModelsController::Work work, const spanwise::Error& error);

private:
    void begin(Work work);
    void end(const WorkerClient::Reply& reply, const QString& removed = {});
    void progressed(const protocol::Progress& progress);

    WorkerClient& m_client;
    State m_state = State::Unknown;
    Work m_work = Work::None;
    std::vector<protocol::ModelEntry> m_models;
    QString m_store;
    Error m_error;
    qint64 m_listRequest = 0;
    qint64 m_workRequest = 0;
    Progress m_progress;
    QElapsedTimer m_clock;
    qint64 m_clockedFrom = 0;  ///< bytes that were there when the clock started: a resumed pull
};

}  // namespace spanwise::ui
