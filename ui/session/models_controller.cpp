#include "ui/session/models_controller.h"

#include <QPointer>
#include <QRegularExpression>
#include <algorithm>
#include <memory>

namespace spanwise::ui {

Result<HubReference> HubReference::parse(const QString& text) {
    QString wanted = text.trimmed();
    static const QRegularExpression address(QStringLiteral("^https?://[^/]+/"));
    wanted.remove(address);
    // A page's address goes on with "/tree/REVISION".
    wanted.replace(QRegularExpression(QStringLiteral("/(tree|resolve|blob)/([^/]+).*$")),
                   QStringLiteral("@\\2"));
    while (wanted.endsWith(QLatin1Char('/')))
        wanted.chop(1);
    static const QRegularExpression form(
        QStringLiteral("^([A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95})"
                       "(?:@([A-Za-z0-9][A-Za-z0-9._/-]{0,127}))?$"));
    const auto match = form.match(wanted);
    if (!match.hasMatch() || wanted.contains(QStringLiteral(".."))) {
        const QString message =
            wanted.isEmpty() ? ModelsController::tr("Name a repository, such as numind/NuNER-v2.0.")
                             : ModelsController::tr(
                                   "“%1” is no repository. Expected organisation/name or "
                                   "organisation/name@revision, such as numind/NuNER-v2.0.")
                                   .arg(wanted.left(80));
        return failure(ErrorCode::InvalidArgument, message.toStdString());
    }
    return HubReference{match.captured(1), match.captured(2)};
}

ModelsController::ModelsController(WorkerClient& client, QObject* parent)
    : QObject(parent), m_client(client) {
    connect(&m_client, &WorkerClient::progress, this, &ModelsController::progressed);
}

const protocol::ModelEntry* ModelsController::byName(const QString& name) const {
    const std::string wanted = name.toStdString();
    const auto found = std::find_if(m_models.begin(), m_models.end(),
                                    [&](const auto& entry) { return entry.name == wanted; });
    return found == m_models.end() ? nullptr : &*found;
}

void ModelsController::refresh() {
    if (m_client.state() == WorkerClient::State::Stopped)
        m_client.start();
    if (m_state != State::Ready) {
        m_state = State::Loading;
        Q_EMIT modelsChanged();
    }
    // A list asked for earlier may be out of date: only the last one counts.
    const auto request = std::make_shared<qint64>(0);
    *request = m_client.request(
        "models/list", nlohmann::json::object(),
        [alive = QPointer<ModelsController>(this), request](const WorkerClient::Reply& reply) {
            if (!alive || alive->m_listRequest != *request)
                return;
            ModelsController& self = *alive;
            Result<protocol::ModelList> list = failure(ErrorCode::Internal, "");
            if (reply)
                list = protocol::decode<protocol::ModelList>(*reply);
            else if (reply.error().rpcCode == protocol::kMethodNotFound)
                list = failure(ErrorCode::Incompatible,
                               tr("This worker keeps no models. Install spanwise and spanwise-cli "
                                  "from one release.")
                                   .toStdString());
            else
                list = tl::unexpected<Error>(reply.error());
            if (!list) {
                self.m_error = list.error();
                self.m_state = State::Failed;
                self.m_models.clear();
            } else {
                self.m_models = std::move(list->models);
                self.m_store = QString::fromStdString(list->store);
                self.m_state = State::Ready;
            }
            Q_EMIT self.modelsChanged();
        });
    m_listRequest = *request;
}

void ModelsController::begin(Work work) {
    m_work = work;
    m_progress = {};
    m_clock.invalidate();
    m_clockedFrom = 0;
}

void ModelsController::end(const WorkerClient::Reply& reply, const QString& removed) {
    const Work work = m_work;
    m_work = Work::None;
    m_workRequest = 0;
    Result<protocol::ModelEntry> entry = failure(ErrorCode::Internal, "");
    if (!reply)
        entry = tl::unexpected<Error>(reply.error());
    else if (work == Work::Removing)
        entry = protocol::ModelEntry{};
    else
        entry = protocol::decode<protocol::ModelEntry>(*reply);
    Q_EMIT workChanged();
    if (!entry) {
        Q_EMIT failed(work, entry.error());
        return;
    }
    Q_EMIT changed(work, work == Work::Removing ? removed : QString::fromStdString(entry->name));
    refresh();
}

void ModelsController::pull(const HubReference& reference) {
    if (m_work != Work::None)
        return;
    begin(Work::Pulling);
    m_progress.repository = reference.repository;
    nlohmann::json params{{"repository", reference.repository.toStdString()}};
    if (!reference.revision.isEmpty())
        params["revision"] = reference.revision.toStdString();
    m_workRequest = m_client.request(
        "models/pull", params,
        [alive = QPointer<ModelsController>(this)](const WorkerClient::Reply& reply) {
            if (alive)
                alive->end(reply);
        });
    Q_EMIT workChanged();
}

void ModelsController::cancelPull() {
    if (m_work != Work::Pulling || m_progress.isCancelling)
        return;
    m_progress.isCancelling = true;
    m_client.cancel(m_workRequest);
    Q_EMIT workChanged();
}

void ModelsController::add(const QString& folder) {
    if (m_work != Work::None)
        return;
    begin(Work::Adding);
    m_workRequest = m_client.request(
        "models/add", {{"path", folder.toStdString()}},
        [alive = QPointer<ModelsController>(this)](const WorkerClient::Reply& reply) {
            if (alive)
                alive->end(reply);
        });
    Q_EMIT workChanged();
}

void ModelsController::remove(const QString& name) {
    if (m_work != Work::None)
        return;
    begin(Work::Removing);
    m_workRequest = m_client.request(
        "models/remove", {{"name", name.toStdString()}},
        [alive = QPointer<ModelsController>(this), name](const WorkerClient::Reply& reply) {
            if (alive)
                alive->end(reply, name);
        });
    Q_EMIT workChanged();
}

void ModelsController::progressed(const protocol::Progress& progress) {
    if (m_work != Work::Pulling || progress.request != m_workRequest)
        return;
    m_progress.done = std::max<qint64>(0, progress.done);
    m_progress.total = std::max<qint64>(0, progress.total);
    m_progress.secondsLeft = progress.secondsLeft;
    if (!m_clock.isValid()) {
        m_clock.start();
        m_clockedFrom = m_progress.done;
    }
    // The worker need not know; then our own clock says it, once there is something to say.
    const double seconds = static_cast<double>(m_clock.elapsed()) / 1000;
    const qint64 moved = m_progress.done - m_clockedFrom;
    if (m_progress.secondsLeft < 0 && seconds > 1 && moved > 0 && m_progress.total > 0)
        m_progress.secondsLeft = seconds * static_cast<double>(m_progress.total - m_progress.done) /
                                 static_cast<double>(moved);
    Q_EMIT workChanged();
}

}  // namespace spanwise::ui
