#include "ui/session/pretraining_controller.h"

#include <QFileInfo>
#include <algorithm>
#include <cmath>

#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {

using namespace std::chrono_literals;

/// After the last change of what is to be read.
constexpr auto kReadAfter = 400ms;
/// A worker that has nothing to do costs memory.
constexpr auto kIdle = 60s;
/// Documents that a check gets at most.
constexpr std::size_t kMostCheckable = 400;
constexpr std::size_t kCurvePoints = 2000;
/// What a few-shot check takes for each number of mentions, before and after together, in
/// sub-tokens of pre-training. Measured with MiniLM: 8,000 for the short sentences of MIT
/// Restaurant.
constexpr double kCheckTokens = 12'000;

std::vector<NamedSpan> named(const std::vector<Annotation>& annotations,
                             const LabelScheme& scheme) {
    std::vector<NamedSpan> spans;
    for (const Annotation& annotation : annotations) {
        if (const EntityType* type = scheme.byId(annotation.type))
            spans.push_back({annotation.range, type->name});
    }
    return spans;
}

/// What the speed depends on, apart from the files.
bool sameSpeed(const protocol::PretrainParams& a, const protocol::PretrainParams& b) {
    return a.encoder == b.encoder && a.batch == b.batch && a.concepts == b.concepts &&
           a.negatives == b.negatives && a.frozenLayers == b.frozenLayers &&
           a.conceptLayers == b.conceptLayers && a.longest == b.longest &&
           (a.conceptRate > 0) == (b.conceptRate > 0) && a.skipBad == b.skipBad;
}

/// As the worker's check of names.
bool isName(const QString& name) {
    return !name.isEmpty() && name.size() <= 200 && !name.startsWith(QLatin1Char('.')) &&
           std::none_of(name.begin(), name.end(), [](QChar c) {
               return c < QLatin1Char(' ') || c == QChar(0x7f) || c == QLatin1Char('/') ||
                      c == QLatin1Char('\\') || c == QLatin1Char(':');
           });
}

}  // namespace

WorkerTimings PretrainingController::usualTimings() {
    WorkerTimings timings;
    timings.shutdown = 30s;
    return timings;
}

PretrainingController::PretrainingController(QStringList workerCommand, QObject* parent,
                                             WorkerTimings timings)
    : QObject(parent), m_hasWorker(!workerCommand.isEmpty()) {
    m_client = std::make_unique<WorkerClient>(std::move(workerCommand), nullptr, timings);
    m_params.name = tr("my-encoder").toStdString();
    m_readingTimer.setSingleShot(true);
    m_readingTimer.setInterval(kReadAfter);
    connect(&m_readingTimer, &QTimer::timeout, this, [this] { inspect(); });
    m_worker = std::make_unique<WorkerOnDemand>(*m_client, m_hasWorker, kIdle);
    connect(m_client.get(), &WorkerClient::progress, this, &PretrainingController::progressed);
    connect(m_client.get(), &WorkerClient::notified, this, &PretrainingController::notified);
    connect(m_client.get(), &WorkerClient::failed, this, [this](const QString& message) {
        Q_EMIT failed({ErrorCode::Worker, message.toStdString(), {}});
    });
}

PretrainingController::~PretrainingController() {
    if (!isBusy())
        m_client->setShutdownTime(WorkerTimings().shutdown);  // there is nothing to save
}

// --- what is to be done

void PretrainingController::addFiles(const QStringList& paths) {
    if (isBusy())
        return;
    bool isChanged = false;
    for (const QString& path : paths) {
        const std::string absolute = QFileInfo(path).absoluteFilePath().toStdString();
        const bool isThere = std::any_of(m_params.files.begin(), m_params.files.end(),
                                         [&](const auto& file) { return file.path == absolute; });
        if (isThere)
            continue;
        m_params.files.push_back({absolute});
        isChanged = true;
    }
    if (isChanged)
        cancelReading();
}

void PretrainingController::removeFile(int index) {
    if (isBusy() || index < 0 || index >= static_cast<int>(m_params.files.size()))
        return;
    m_params.files.erase(m_params.files.begin() + index);
    cancelReading();
}

void PretrainingController::setTypes(int index, const nlohmann::json& types) {
    if (isBusy() || index < 0 || index >= static_cast<int>(m_params.files.size()))
        return;
    m_params.files[static_cast<std::size_t>(index)].types = types;
    cancelReading();
}

void PretrainingController::setSettings(const protocol::PretrainParams& settings) {
    if (isBusy())
        return;
    const bool isAsFast = sameSpeed(settings, m_params);
    const auto files = std::move(m_params.files);
    const auto check = std::move(m_params.check);
    m_params = settings;
    m_params.files = files;
    m_params.check = check;
    if (isAsFast)
        Q_EMIT materialChanged();
    else
        cancelReading();
}

void PretrainingController::setCheck(Check check, const QString& trainFile,
                                     const QString& testFile) {
    m_check = check;
    m_params.check.trainFile = check == Check::Files ? trainFile.toStdString() : std::string();
    m_params.check.testFile = check == Check::Files ? testFile.toStdString() : std::string();
    Q_EMIT materialChanged();
}

void PretrainingController::setSession(ProjectSession* session) {
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (session) {
        connect(session, &ProjectSession::documentsChanged, this,
                &PretrainingController::materialChanged);
        connect(session, &ProjectSession::summaryChanged, this,
                &PretrainingController::materialChanged);
    }
    Q_EMIT materialChanged();
}

int PretrainingController::checkableDocuments() const {
    if (!m_session)
        return 0;
    const auto& documents = m_session->documents();
    return static_cast<int>(
        std::count_if(documents.begin(), documents.end(), [](const DocumentSummary& document) {
            return document.status == DocumentStatus::Done && document.annotations > 0;
        }));
}

/// What was read is out of date; it is read again soon.
void PretrainingController::cancelReading() {
    if (m_readingRequest != 0)
        m_client->cancel(m_readingRequest);
    m_readingRequest = 0;
    m_summary = {};
    m_passagesRead = 0;
    m_isMeasuring = false;
    m_reading = m_params.files.empty() ? Reading::None : Reading::Running;
    if (m_params.files.empty())
        m_readingTimer.stop();
    else
        m_readingTimer.start();
    Q_EMIT materialChanged();
}

void PretrainingController::inspect() {
    const auto asked = std::make_shared<qint64>(0);
    *asked = m_readingRequest = m_worker->request(QStringLiteral("pretrain/inspect"), m_params,
                                                  [this, asked](const WorkerClient::Reply& reply) {
                                                      if (m_readingRequest == *asked)
                                                          inspected(reply);
                                                  });
}

void PretrainingController::inspected(const WorkerClient::Reply& reply) {
    m_readingRequest = 0;
    m_isMeasuring = false;
    auto summary = reply ? protocol::decode<protocol::MaterialSummary>(*reply)
                         : Result<protocol::MaterialSummary>(
                               tl::unexpected<Error>(static_cast<const Error&>(reply.error())));
    if (summary) {
        m_summary = std::move(*summary);
        m_reading = Reading::Done;
    } else {
        m_readingError = summary.error();
        if (!reply && reply.error().rpcCode == protocol::kMethodNotFound)
            m_readingError.message = tr("This worker cannot pre-train. Install spanwise and "
                                        "spanwise-cli from one release.")
                                         .toStdString();
        m_reading = Reading::Failed;
    }
    Q_EMIT materialChanged();
}

double PretrainingController::forecastTokens() const {
    if (m_params.minutes > 0)
        return m_params.minutes * 60 * m_summary.tokensPerSecond;
    return m_params.passes * m_summary.tokens;
}

double PretrainingController::forecastSeconds() const {
    if (m_reading != Reading::Done || !(m_summary.tokensPerSecond > 0))
        return -1;
    const double checks = m_check == Check::None
                              ? 0
                              : kCheckTokens * static_cast<double>(m_params.check.shots.size());
    return (forecastTokens() + checks) / m_summary.tokensPerSecond;
}

QString PretrainingController::obstacle() const {
    if (!m_hasWorker)
        return tr("There is no worker to do it. Install spanwise-cli beside spanwise.");
    if (m_params.files.empty())
        return tr("Add material first.");
    if (m_reading == Reading::Failed)
        return tr("The material cannot be read.");
    if (m_reading != Reading::Done)
        return m_isMeasuring ? tr("Measuring how fast this machine is…")
                             : tr("Reading the material…");
    if (m_summary.concepts < 2)
        return tr("The material has one concept only. Telling concepts apart needs at least two.");
    const QString name = QString::fromStdString(m_params.name);
    if (!isName(name))
        return tr("Give the encoder a name of letters, digits, “-”, “_” and “.”.");
    const bool isTaken = std::any_of(m_encoders.begin(), m_encoders.end(), [&](const auto& entry) {
        return entry.name == m_params.name;
    });
    if (isTaken)
        return tr("There is a model of the name “%1” already.").arg(name);
    const bool isBegun =
        std::any_of(m_unfinished.begin(), m_unfinished.end(),
                    [&](const auto& run) { return run.params.name == m_params.name; });
    if (isBegun)
        return tr("“%1” was begun and is not finished: go on with it, discard it, or take another "
                  "name.")
            .arg(name);
    if (m_check == Check::Project && checkableDocuments() < kLeastCheckable)
        return tr("The check needs at least %Ln document(s) that are done and labelled.", nullptr,
                  kLeastCheckable);
    if (m_check == Check::Files &&
        (m_params.check.trainFile.empty() || m_params.check.testFile.empty()))
        return tr("Choose the check's two files.");
    return {};
}

// --- the run

void PretrainingController::refresh() {
    m_worker->request(QStringLiteral("models/list"), nlohmann::json::object(),
                      [this](const WorkerClient::Reply& reply) {
                          if (!reply)
                              return;
                          if (auto list = protocol::decode<protocol::ModelList>(*reply)) {
                              m_encoders = std::move(list->models);
                              Q_EMIT encodersChanged();
                              Q_EMIT materialChanged();
                          }
                      });
    m_worker->request(QStringLiteral("pretrain/runs"), nlohmann::json::object(),
                      [this](const WorkerClient::Reply& reply) {
                          if (!reply)
                              return;
                          if (auto list = protocol::decode<protocol::PretrainRuns>(*reply)) {
                              m_unfinished = std::move(list->runs);
                              Q_EMIT unfinishedChanged();
                              Q_EMIT materialChanged();
                          }
                      });
}

bool PretrainingController::isResumable() const {
    if (m_state != State::Paused && m_state != State::Failed)
        return false;
    const std::string name = m_run.name.toStdString();
    return std::any_of(m_unfinished.begin(), m_unfinished.end(),
                       [&](const auto& run) { return run.params.name == name && !run.isHeld; });
}

void PretrainingController::setState(State state) {
    m_state = state;
    Q_EMIT stateChanged();
}

void PretrainingController::start() {
    if (isBusy() || !obstacle().isEmpty())
        return;
    m_run = {};
    m_run.name = QString::fromStdString(m_params.name);
    m_run.stage = QStringLiteral("preparing");
    setState(State::Running);
    if (m_check != Check::Project) {
        send(m_params);
        return;
    }
    auto connection = m_session->project().reopenForThread();
    if (!connection) {
        breakOff(connection.error());
        return;
    }
    std::vector<DocumentId> documents;
    for (const DocumentSummary& document : m_session->documents()) {
        if (document.status == DocumentStatus::Done && document.annotations > 0 &&
            documents.size() < kMostCheckable)
            documents.push_back(document.id);
    }
    m_collect.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)),
         documents = std::move(documents), scheme = m_session->scheme()](
            const std::stop_token& stop, const std::function<void(int, int)>&)
            -> Result<std::vector<protocol::FewShotDocument>> {
            std::vector<protocol::FewShotDocument> all;
            for (const DocumentId id : documents) {
                if (stop.stop_requested())
                    return failure(ErrorCode::Cancelled, "");
                const auto text = project->document(id);
                const auto labels = project->labels(id);
                if (!text || !labels)
                    continue;  // went to the trash meanwhile
                all.push_back(
                    {text->text,
                     text->presplit.empty() ? std::string() : presplitToJson(text->presplit),
                     {text->sha256, true, named(labels->annotations, scheme), {}}});
            }
            return all;
        },
        [this](Result<std::vector<protocol::FewShotDocument>> documents) {
            if (m_state == State::Pausing || !documents) {
                breakOff(documents ? Error{ErrorCode::Cancelled, {}, {}} : documents.error());
                return;
            }
            protocol::PretrainParams params = m_params;
            params.check.documents = std::move(*documents);
            send(params);
        });
}

void PretrainingController::send(const protocol::PretrainParams& params) {
    m_runRequest = m_worker->request(QStringLiteral("pretrain"), params,
                                     [this](const WorkerClient::Reply& reply) { ended(reply); });
}

void PretrainingController::pause() {
    if (m_state != State::Running)
        return;
    setState(State::Pausing);
    if (m_runRequest != 0)
        m_client->cancel(m_runRequest);
}

void PretrainingController::resume(QString name) {  // a copy: it may be the run's own
    const auto begun = std::find_if(m_unfinished.begin(), m_unfinished.end(), [&](const auto& run) {
        return QString::fromStdString(run.params.name) == name;
    });
    if (isBusy() || begun == m_unfinished.end())
        return;
    m_run = {};
    m_run.name = name;
    m_run.stage = QStringLiteral("preparing");
    m_run.step = m_run.checkpoint = begun->step;
    m_run.scores = begun->scores;
    for (const auto& [step, loss] : begun->curve) {
        if (step <= begun->step)
            addPoint(step, loss);
    }
    protocol::PretrainParams params;
    params.name = name.toStdString();
    params.resume = true;
    cancelReading();
    m_readingTimer.stop();
    setState(State::Running);
    Q_EMIT runChanged();
    send(params);
}

void PretrainingController::discard(const QString& name) {
    if (isBusy())
        return;
    m_worker->request(QStringLiteral("pretrain/discard"), {{"name", name.toStdString()}},
                      [this, name](const WorkerClient::Reply& reply) {
                          if (!reply)
                              Q_EMIT failed(reply.error());
                          else if (m_run.name == name && !isBusy())
                              leaveRun();
                          refresh();
                      });
}

void PretrainingController::leaveRun() {
    if (isBusy() || m_state == State::Idle)
        return;
    m_run = {};
    setState(State::Idle);
    if (m_reading != Reading::Done)
        cancelReading();
    refresh();
}

void PretrainingController::breakOff(const Error& error) {
    m_runRequest = 0;
    m_run.error = error;
    if (error.code == ErrorCode::Cancelled) {
        setState(State::Paused);
    } else {
        setState(State::Failed);
        Q_EMIT failed(error);
    }
    refresh();
}

void PretrainingController::ended(const WorkerClient::Reply& reply) {
    if (!reply) {
        breakOff(reply.error());
        return;
    }
    auto result = protocol::decode<protocol::PretrainResult>(*reply);
    if (!result) {
        breakOff(result.error());
        return;
    }
    m_runRequest = 0;
    m_run.result = std::move(*result);
    if (!m_run.result.scores.empty())
        m_run.scores = m_run.result.scores;
    if (m_run.result.steps > 0) {
        m_run.step = m_run.result.steps;
        m_run.loss = m_run.result.loss;
    }
    if (!m_run.result.finished) {
        m_run.checkpoint = m_run.result.steps;
        setState(State::Paused);
    } else {
        addPoint(m_run.step, m_run.loss);
        setState(State::Finished);
        Q_EMIT finished(m_run.name, QString::fromStdString(m_run.result.path));
    }
    Q_EMIT runChanged();
    refresh();
}

void PretrainingController::progressed(const protocol::Progress& progress) {
    if (progress.request == m_readingRequest && m_readingRequest != 0) {
        m_isMeasuring = progress.stage == "measuring";
        if (!m_isMeasuring)
            m_passagesRead = progress.done;
        Q_EMIT materialChanged();
        return;
    }
    if (progress.request != m_runRequest || m_runRequest == 0)
        return;
    m_run.stage = QString::fromStdString(progress.stage);
    m_run.done = progress.done;
    m_run.total = progress.total;
    m_run.secondsLeft = progress.secondsLeft;
    if (progress.stage == "pre-training") {
        m_run.step = progress.done;
        m_run.loss = progress.loss;
        m_run.tokensPerSecond = progress.tokensPerSecond;
        addPoint(progress.done, progress.loss);
    }
    Q_EMIT runChanged();
}

void PretrainingController::notified(const QString& method, const nlohmann::json& params) {
    if (method != QLatin1String("$/pretraining"))
        return;
    auto news = protocol::decode<protocol::PretrainNews>(params);
    if (!news || news->request != m_runRequest || m_runRequest == 0)
        return;
    m_run.scores = std::move(news->scores);
    m_run.checkpoint = std::max<qint64>(m_run.checkpoint, news->checkpoint);
    Q_EMIT runChanged();
}

void PretrainingController::addPoint(qint64 step, double loss) {
    auto& curve = m_run.curve;
    // A resumed run does again what came after its checkpoint.
    while (!curve.empty() && curve.back().first >= step)
        curve.pop_back();
    curve.emplace_back(step, loss);
    if (curve.size() <= kCurvePoints)
        return;
    std::size_t kept = 0;
    for (std::size_t i = 0; i < curve.size(); i += 2)
        curve[kept++] = curve[i];
    curve.resize(kept);
}

}  // namespace spanwise::ui
