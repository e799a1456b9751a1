#include "ui/session/worker_client.h"

#include <QDeadlineTimer>
#include <QPointer>
#include <QTimer>
#include <deque>
#include <map>

#include "core/protocol/framing.h"

namespace spanwise::ui {
namespace {

constexpr qsizetype kLogBytes = 64 * 1024;
/// So many deaths in a row before it was ready, and people are told.
constexpr int kDeathsToReport = 3;

WorkerError workerError(ErrorCode code, const QString& message) {
    WorkerError error;
    error.code = code;
    error.message = message.toStdString();
    return error;
}

WorkerError rpcError(const nlohmann::json& json) {
    WorkerError error;
    static_cast<Error&>(error) = protocol::errorFromJson(json);
    if (const auto code = json.find("code"); code != json.end() && code->is_number_integer())
        error.rpcCode = code->get<int>();
    if (const auto data = json.find("data"); data != json.end())
        error.data = *data;
    // ErrorCode::Worker is kept for one that is gone; this one has answered.
    if (error.code == ErrorCode::Worker)
        error.code = ErrorCode::Internal;
    if (error.rpcCode == protocol::kRequestCancelled)
        error.code = ErrorCode::Cancelled;
    return error;
}

}  // namespace

struct WorkerClient::Impl {
    WorkerClient* q;
    QStringList command;
    WorkerTimings timings;

    State state = State::Stopped;
    std::unique_ptr<QProcess> process;
    FrameReader reader;
    qint64 nextId = 1;
    qint64 initializeId = 0;
    std::map<qint64, Handler> handlers;                  ///< of requests not answered yet
    std::deque<std::pair<qint64, std::string>> waiting;  ///< until the worker is ready
    QByteArray log;
    int restarts = 0;
    bool wasReady = false;      ///< ever, since start()
    int deathsBeforeReady = 0;  ///< in a row
    std::chrono::milliseconds backOff;
    QTimer restartTimer, healthTimer, initializeTimer;

    Impl(WorkerClient* client, QStringList words, WorkerTimings patience)
        : q(client), command(std::move(words)), timings(patience), backOff(patience.firstBackOff) {
        for (QTimer* timer : {&restartTimer, &healthTimer, &initializeTimer})
            timer->setSingleShot(true);
        QObject::connect(&restartTimer, &QTimer::timeout, q, [this] { launch(); });
        QObject::connect(&healthTimer, &QTimer::timeout, q,
                         [this] { backOff = timings.firstBackOff; });
        QObject::connect(&initializeTimer, &QTimer::timeout, q, [this] {
            note("The worker did not answer in time; it is started again.");
            process->kill();
        });
    }

    void setState(State now) {
        if (state == now)
            return;
        state = now;
        Q_EMIT q->stateChanged(now);
    }

    void note(const QByteArray& text) {
        log += text;
        if (!log.endsWith('\n'))
            log += '\n';
        if (log.size() > kLogBytes)
            log.remove(0, log.size() - kLogBytes);
    }

    void launch() {
        reader = FrameReader();
        initializeId = 0;
        process = std::make_unique<QProcess>();
        QObject::connect(process.get(), &QProcess::readyReadStandardError, q,
                         [this] { takeLog(); });
        QObject::connect(process.get(), &QProcess::readyReadStandardOutput, q, [this] { read(); });
        QObject::connect(process.get(), &QProcess::finished, q,
                         [this](int code, QProcess::ExitStatus status) { died(code, status); });
        QObject::connect(process.get(), &QProcess::errorOccurred, q,
                         [this](QProcess::ProcessError error) {
                             if (error == QProcess::FailedToStart)
                                 failedToStart();
                         });
        QObject::connect(process.get(), &QProcess::started, q, [this] { initialize(); });
        process->start(command.value(0), command.mid(1));
    }

    void initialize() {
        initializeTimer.start(timings.initialize);
        initializeId = nextId++;
        handlers[initializeId] = [this](const Reply& reply) { initialized(reply); };
        write(protocol::request(initializeId, "initialize",
                                {{"protocol", protocol::kVersion},
                                 {"client", std::string("spanwise ") + SPANWISE_VERSION}}));
    }

    void initialized(const Reply& reply) {
        initializeTimer.stop();
        if (!reply) {
            if (reply.error().code != ErrorCode::Worker)  // it lives, but refuses
                giveUp(QString::fromStdString(reply.error().message));
            return;
        }
        protocol::InitializeResult info;
        try {
            info = reply->get<protocol::InitializeResult>();
        } catch (const nlohmann::json::exception& e) {
            nonsense(e.what());
            return;
        }
        if (info.protocol != protocol::kVersion) {
            giveUp(WorkerClient::tr("The worker speaks version %1 of the protocol, this app "
                                    "version %2. Install both from one release.")
                       .arg(info.protocol)
                       .arg(protocol::kVersion));
            return;
        }
        deathsBeforeReady = 0;
        healthTimer.start(timings.healthy);
        const bool again = wasReady;
        wasReady = true;
        const QPointer<WorkerClient> alive = q;
        setState(State::Ready);
        if (alive)
            Q_EMIT q->ready(info);
        if (alive && again)
            Q_EMIT q->restarted();
        if (!alive || state != State::Ready)
            return;
        while (!waiting.empty()) {
            write(waiting.front().second);
            waiting.pop_front();
        }
    }

    void write(const std::string& payload) {
        const std::string bytes = frame(payload);
        process->write(bytes.data(), static_cast<qint64>(bytes.size()));
    }

    void takeLog() {
        log += process->readAllStandardError();
        if (log.size() > kLogBytes)
            log.remove(0, log.size() - kLogBytes);
    }

    void read() {
        const QByteArray bytes = process->readAllStandardOutput();
        const auto payloads = reader.feed(
            std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
        if (!payloads) {
            nonsense(payloads.error().message);
            return;
        }
        const QPointer<WorkerClient> alive = q;
        const QProcess* source = process.get();
        for (const std::string& payload : *payloads) {
            auto message = protocol::parse(payload);
            if (!message) {
                nonsense(message.error().message);
                return;
            }
            receive(std::move(*message));
            if (!alive || process.get() != source)
                return;  // a handler destroyed, stopped or restarted us
        }
    }

    void receive(protocol::Message message) {
        if (message.isResponse()) {
            const auto found = handlers.find(*message.id);
            if (found == handlers.end())
                return;
            const Handler handler = std::move(found->second);
            handlers.erase(found);
            if (message.error)
                handler(tl::unexpected(rpcError(*message.error)));
            else
                handler(std::move(message.result));
            return;
        }
        try {
            if (message.method == "$/progress")
                Q_EMIT q->progress(message.params.get<protocol::Progress>());
            else if (message.method == "$/suggestions")
                Q_EMIT q->suggestions(message.params.get<protocol::Suggestions>());
            else
                Q_EMIT q->notified(QString::fromStdString(message.method), message.params);
        } catch (const nlohmann::json::exception& e) {
            nonsense(e.what());
        }
    }

    /// The stream cannot be trusted any more: a new worker is.
    void nonsense(const std::string& why) {
        note("The worker spoke nonsense (" + QByteArray::fromStdString(why) +
             "); it is started again.");
        process->kill();
    }

    [[nodiscard]] QString lastLogLine() const {
        const QList<QByteArray> lines = log.trimmed().split('\n');
        return lines.isEmpty() ? QString() : QString::fromUtf8(lines.last().trimmed());
    }

    /// Fails everything in flight. False when a handler destroyed the client.
    bool failAll(const WorkerError& error) {
        auto doomed = std::move(handlers);
        handlers.clear();
        waiting.clear();
        const QPointer<WorkerClient> alive = q;
        for (auto& [id, handler] : doomed) {
            if (id == initializeId)
                continue;
            handler(tl::unexpected(error));
            if (!alive)
                return false;
        }
        return true;
    }

    void died(int code, QProcess::ExitStatus status) {
        takeLog();
        initializeTimer.stop();
        healthTimer.stop();
        process.release()->deleteLater();
        const QString how = status == QProcess::CrashExit
                                ? WorkerClient::tr("The worker stopped suddenly.")
                                : WorkerClient::tr("The worker ended with exit code %1.").arg(code);
        note(how.toUtf8());
        if (state == State::Stopped)
            return;
        const bool neverReady = state != State::Ready;
        setState(State::Restarting);
        ++restarts;
        restartTimer.start(backOff);
        backOff = std::min(backOff * 2, timings.longestBackOff);
        if (!failAll(workerError(ErrorCode::Worker, how)))
            return;
        if (neverReady && ++deathsBeforeReady == kDeathsToReport) {
            const QList<QByteArray> lines = log.trimmed().split('\n');
            const QString last =
                lines.size() < 2 ? QString() : QString::fromUtf8(lines[lines.size() - 2].trimmed());
            Q_EMIT q->failed(last.isEmpty() ? how : how + QLatin1Char(' ') + last);
        }
    }

    void failedToStart() {
        const QString message =
            WorkerClient::tr(
                "The worker cannot be started (%1: %2). Install spanwise-cli beside "
                "spanwise, or name another command in Edit ▸ Settings.")
                .arg(command.value(0), process->errorString());
        process.release()->deleteLater();
        giveUp(message);
    }

    void giveUp(const QString& message) {
        note(message.toUtf8());
        const QPointer<WorkerClient> alive = q;
        q->stop();
        if (alive)
            Q_EMIT q->failed(message);
    }
};

WorkerClient::WorkerClient(QStringList command, QObject* parent, WorkerTimings timings)
    : QObject(parent), m_impl(std::make_unique<Impl>(this, std::move(command), timings)) {}

void WorkerClient::setCommand(QStringList command) {
    m_impl->command = std::move(command);
}

WorkerClient::~WorkerClient() {
    m_impl->handlers.clear();
    m_impl->state = State::Stopped;
    if (!m_impl->process)
        return;
    QProcess& process = *m_impl->process;
    process.disconnect(this);
    if (process.state() == QProcess::Running) {
        m_impl->write(protocol::request(m_impl->nextId, "shutdown", nlohmann::json::object()));
        process.closeWriteChannel();
    }
    if (process.state() != QProcess::NotRunning &&
        !process.waitForFinished(static_cast<int>(m_impl->timings.shutdown.count()))) {
        process.kill();
        process.waitForFinished(1000);
    }
}

void WorkerClient::start() {
    if (m_impl->state != State::Stopped)
        return;
    m_impl->backOff = m_impl->timings.firstBackOff;
    m_impl->deathsBeforeReady = 0;
    m_impl->setState(State::Starting);
    m_impl->launch();
}

void WorkerClient::stop() {
    if (m_impl->state == State::Stopped)
        return;
    m_impl->restartTimer.stop();
    m_impl->healthTimer.stop();
    m_impl->initializeTimer.stop();
    if (m_impl->process) {
        QProcess* process = m_impl->process.release();
        process->disconnect(this);
        connect(process, &QProcess::finished, process, &QObject::deleteLater);
        process->closeWriteChannel();
        QTimer::singleShot(m_impl->timings.shutdown, process, [process] { process->kill(); });
        process->setParent(this);
        if (process->state() == QProcess::NotRunning)
            process->deleteLater();
    }
    const QPointer<WorkerClient> alive = this;
    m_impl->setState(State::Stopped);
    if (alive)
        m_impl->failAll(workerError(ErrorCode::Cancelled, tr("The worker was stopped.")));
}

WorkerClient::State WorkerClient::state() const {
    return m_impl->state;
}
int WorkerClient::restarts() const {
    return m_impl->restarts;
}
qint64 WorkerClient::processId() const {
    return m_impl->process ? m_impl->process->processId() : 0;
}
QString WorkerClient::log() const {
    return QString::fromUtf8(m_impl->log);
}

void WorkerClient::note(const QString& line) {
    m_impl->note(line.toUtf8());
}

void WorkerClient::setShutdownTime(std::chrono::milliseconds time) {
    m_impl->timings.shutdown = time;
}

qint64 WorkerClient::request(const QString& method, const nlohmann::json& params, Handler handler) {
    const qint64 id = m_impl->nextId++;
    if (m_impl->state == State::Stopped) {
        QMetaObject::invokeMethod(
            this,
            [handler = std::move(handler)] {
                handler(tl::unexpected(
                    workerError(ErrorCode::Worker, tr("The worker is not running."))));
            },
            Qt::QueuedConnection);
        return id;
    }
    m_impl->handlers[id] = std::move(handler);
    std::string payload = protocol::request(id, method.toStdString(), params);
    if (m_impl->state == State::Ready)
        m_impl->write(payload);
    else
        m_impl->waiting.emplace_back(id, std::move(payload));
    return id;
}

void WorkerClient::cancel(qint64 request) {
    const auto found = m_impl->handlers.find(request);
    if (found == m_impl->handlers.end())
        return;
    const auto place = std::find_if(m_impl->waiting.begin(), m_impl->waiting.end(),
                                    [&](const auto& entry) { return entry.first == request; });
    if (place == m_impl->waiting.end()) {
        if (m_impl->state == State::Ready)
            m_impl->write(protocol::notification("$/cancelRequest", {{"id", request}}));
        return;
    }
    m_impl->waiting.erase(place);
    Handler handler = std::move(found->second);
    m_impl->handlers.erase(found);
    QMetaObject::invokeMethod(
        this,
        [handler = std::move(handler)] {
            handler(tl::unexpected(workerError(ErrorCode::Cancelled, tr("Cancelled."))));
        },
        Qt::QueuedConnection);
}

}  // namespace spanwise::ui
