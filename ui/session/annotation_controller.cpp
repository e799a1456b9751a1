#include "ui/session/annotation_controller.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <fstream>

#include "ui/session/endpoint.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {

using namespace std::chrono_literals;
using protocol::AnnotationResult;

/// A worker that has nothing to do costs memory.
constexpr auto kIdle = 60s;
/// Not at each key that is typed.
constexpr auto kRememberAfter = 300ms;
constexpr auto kDocuments = ".documents-XXXXXX.jsonl";
constexpr auto kOldDocuments = ".documents-*.jsonl";

/// For a file's name.
QString plain(const QString& text) {
    QString out;
    for (const QChar c : text) {
        const bool isPlain = c.isLetterOrNumber() || c == QLatin1Char('.') ||
                             c == QLatin1Char('-') || c == QLatin1Char('_');
        out += isPlain ? c : QLatin1Char('-');
    }
    return out.left(80);
}

std::int64_t usedTokens(const AnnotationResult& result) {
    return result.tokensIn + result.tokensOut + result.lostTokensIn + result.lostTokensOut;
}

double usedMoney(const AnnotationResult& result, const AnnotationController::Settings& settings) {
    return (static_cast<double>(result.tokensIn + result.lostTokensIn) * settings.priceIn +
            static_cast<double>(result.tokensOut + result.lostTokensOut) * settings.priceOut) /
           1e6;
}

/// Of two parts of one run; what only the later one can know is the later one's.
AnnotationResult together(const AnnotationResult& before, AnnotationResult now) {
    now.answered += before.answered;
    now.known = before.known;
    now.mentions += before.mentions;
    now.prose += before.prose;
    now.empty += before.empty;
    now.truncated += before.truncated;
    now.lines += before.lines;
    now.goodLines += before.goodLines;
    for (const auto& [fault, count] : before.faults)
        now.faults[fault] += count;
    now.requests += before.requests;
    now.tokensIn += before.tokensIn;
    now.tokensOut += before.tokensOut;
    now.tokensEstimated = now.tokensEstimated || before.tokensEstimated;
    now.lostTokensIn += before.lostTokensIn;
    now.lostTokensOut += before.lostTokensOut;
    if (before.cost >= 0)
        now.cost = std::max(now.cost, 0.0) + before.cost;
    now.seconds += before.seconds;
    return now;
}

Result<void> writeDocuments(const Project& project, const std::string& path,
                            const std::stop_token& stop) {
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    const auto full = [&] {
        return failure(ErrorCode::DiskFull, "The project's texts cannot be written there.", path);
    };
    auto written = project.forEachRecord(
        [&](Record&& record, const DocumentLabels&) -> Result<void> {
            out << nlohmann::json{{"id", record.document.name}, {"text", record.document.text}}
                       .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                << '\n';
            return out ? Result<void>() : full();
        },
        stop);
    out.close();
    if (written && !out)
        return full();
    return written;
}

}  // namespace

AnnotationController::AnnotationController(QStringList workerCommand, QString folder,
                                           std::shared_ptr<Keychain> keychain, QObject* parent,
                                           WorkerTimings timings)
    : QObject(parent),
      m_hasWorker(!workerCommand.isEmpty()),
      m_folder(std::move(folder)),
      m_keys(std::move(keychain)) {
    m_client = std::make_unique<WorkerClient>(std::move(workerCommand), nullptr, timings);
    m_worker = std::make_unique<WorkerOnDemand>(*m_client, m_hasWorker, kIdle);
    connect(m_client.get(), &WorkerClient::ready, this,
            [this](const protocol::InitializeResult& info) {
                m_isWorkerHere = info.pid == m_client->processId();
                Q_EMIT settingsChanged();
            });
    connect(m_client.get(), &WorkerClient::progress, this, &AnnotationController::progressed);
    connect(m_client.get(), &WorkerClient::notified, this, &AnnotationController::notified);
    connect(&m_keys, &ApiKeys::changed, this, &AnnotationController::settingsChanged);
    m_rememberTimer.setSingleShot(true);
    m_rememberTimer.setInterval(kRememberAfter);
    connect(&m_rememberTimer, &QTimer::timeout, this, &AnnotationController::rememberedChanged);
    connect(&m_keys, &ApiKeys::keptHostsChanged, this, [this] { m_rememberTimer.start(); });
}

AnnotationController::~AnnotationController() = default;

// --- what is to be done

void AnnotationController::setSettings(const Settings& settings) {
    if (isBusy() || m_state == State::Ended || settings == m_settings)
        return;
    const bool isOtherEndpoint = settings.endpoint != m_settings.endpoint;
    m_settings = settings;
    outdate();
    if (isOtherEndpoint) {
        m_keys.look(host());
        ++m_modelsGeneration;
        m_isAskingModels = false;
        m_models.reset();
        m_modelsError.reset();
        Q_EMIT modelsChanged();
    }
    Q_EMIT settingsChanged();
    m_rememberTimer.start();
}

/// The forecast was of other settings.
void AnnotationController::outdate() {
    if (m_state == State::Forecasting) {
        m_writing.requestStop();
        if (m_request != 0)
            m_client->cancel(m_request);
        m_request = 0;
        ++m_generation;
        setState(State::Idle);
    }
    m_forecast.reset();
    m_forecastError.reset();
    Q_EMIT forecastChanged();
}

QVariantMap AnnotationController::remembered() const {
    const Settings& s = m_settings;
    const QUrl url(s.endpoint);
    return {{QStringLiteral("endpoint"),
             url.userInfo().isEmpty() ? s.endpoint : url.toString(QUrl::RemoveUserInfo)},
            {QStringLiteral("model"), s.model},
            {QStringLiteral("files"), s.files},
            {QStringLiteral("field"), s.field},
            {QStringLiteral("unit"), s.unit},
            {QStringLiteral("output"), s.output},
            {QStringLiteral("instruction"), s.instruction},
            {QStringLiteral("parallel"), s.parallel},
            {QStringLiteral("timeoutSeconds"), s.timeoutSeconds},
            {QStringLiteral("maxAnswerTokens"), s.maxAnswerTokens},
            {QStringLiteral("maxRequests"), s.maxRequests},
            {QStringLiteral("maxTokens"), s.maxTokens},
            {QStringLiteral("maxCost"), s.maxCost},
            {QStringLiteral("priceIn"), s.priceIn},
            {QStringLiteral("priceOut"), s.priceOut},
            {QStringLiteral("keyHosts"), m_keys.keptHosts()}};
}

void AnnotationController::restore(const QVariantMap& remembered) {
    Settings s;
    const auto take = [&](const char* name, auto& value) {
        const QVariant stored = remembered.value(QString::fromLatin1(name));
        if (stored.isValid())
            value = stored.value<std::decay_t<decltype(value)>>();
    };
    take("endpoint", s.endpoint);
    take("model", s.model);
    take("files", s.files);
    take("field", s.field);
    take("unit", s.unit);
    take("output", s.output);
    take("instruction", s.instruction);
    take("parallel", s.parallel);
    take("timeoutSeconds", s.timeoutSeconds);
    take("maxAnswerTokens", s.maxAnswerTokens);
    take("maxRequests", s.maxRequests);
    take("maxTokens", s.maxTokens);
    take("maxCost", s.maxCost);
    take("priceIn", s.priceIn);
    take("priceOut", s.priceOut);
    s.files.removeIf([](const QString& file) { return !QFileInfo::exists(file); });
    s.parallel = std::clamp(s.parallel, 1, 256);
    s.timeoutSeconds = std::max(s.timeoutSeconds, 1);
    s.maxAnswerTokens = std::max(s.maxAnswerTokens, 1);
    m_keys.setKeptHosts(remembered.value(QStringLiteral("keyHosts")).toStringList());
    setSettings(s);
}

QString AnnotationController::host() const {
    return endpointHost(endpointUrl(m_settings.endpoint));
}

void AnnotationController::setSession(ProjectSession* session) {
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    if (session) {
        connect(session, &ProjectSession::documentsChanged, this, [this] {
            if (m_settings.input == Input::Project && !isBusy())
                outdate();
            Q_EMIT settingsChanged();
        });
    }
    if (m_settings.input == Input::Project && !isBusy())
        outdate();
    Q_EMIT settingsChanged();
}

int AnnotationController::projectDocuments() const {
    return m_session ? static_cast<int>(m_session->documents().size()) : 0;
}

QString AnnotationController::output() const {
    return m_settings.output.isEmpty() ? suggestedOutput() : m_settings.output;
}

QString AnnotationController::suggestedOutput() const {
    QString name = QStringLiteral("texts");
    if (m_settings.input == Input::Project && m_session)
        name = QFileInfo(m_session->path()).completeBaseName();
    else if (m_settings.input == Input::Files && !m_settings.files.isEmpty())
        name = QFileInfo(m_settings.files.first()).completeBaseName();
    name = plain(name);
    if (!m_settings.model.isEmpty())
        name += QLatin1Char('-') + plain(m_settings.model);
    // Answers to another instruction don't go into the same file.
    if (!m_settings.instruction.isEmpty())
        name += QLatin1Char('-') +
                QString::fromLatin1(QCryptographicHash::hash(m_settings.instruction.toUtf8(),
                                                             QCryptographicHash::Sha256)
                                        .toHex()
                                        .left(8));
    return QDir(m_folder).filePath(name + QStringLiteral(".jsonl"));
}

QString AnnotationController::obstacle() const {
    const Settings& s = m_settings;
    if (!m_hasWorker)
        return tr("There is no worker to do it. Install spanwise-cli beside spanwise.");
    if (host().isEmpty())
        return tr(
            "Give the server’s address, such as http://localhost:11434 or "
            "https://api.openai.com/v1.");
    if (!endpointUrl(s.endpoint).userInfo().isEmpty())
        return tr("Put the key into its own field, not into the address.");
    if (s.model.trimmed().isEmpty())
        return tr("Name a model of the server.");
    if (s.input == Input::Files && s.files.isEmpty())
        return tr("Add a file with texts.");
    if (s.input == Input::Project && !m_session)
        return tr("No project is open.");
    if (s.input == Input::Project && projectDocuments() == 0)
        return tr("The project has no documents.");
    for (const QString& file : s.files) {
        const bool isOutput =
            QFileInfo(file).absoluteFilePath() == QFileInfo(output()).absoluteFilePath();
        if (s.input == Input::Files && isOutput)
            return tr("“%1” is to be read and to be written. Name another file to write.")
                .arg(QFileInfo(file).fileName());
    }
    if (s.maxCost > 0 && s.priceIn <= 0 && s.priceOut <= 0)
        return tr("A limit of money needs prices.");
    if (m_keys.source(host()) == ApiKeys::Source::Looking)
        return tr("Looking for the key in the keychain…");
    return {};
}

protocol::AnnotationParams AnnotationController::params() const {
    const Settings& s = m_settings;
    protocol::AnnotationParams params;
    params.endpoint = s.endpoint.trimmed().toStdString();
    params.model = s.model.trimmed().toStdString();
    params.key = m_keys.key(host()).toStdString();
    if (s.input == Input::Files) {
        for (const QString& file : s.files)
            params.inputs.push_back({file.toStdString(), {}});
        params.field = s.field.trimmed().isEmpty() ? "text" : s.field.trimmed().toStdString();
    }
    params.unit = s.unit.toStdString();
    params.output = output().toStdString();
    params.instruction = s.instruction.toStdString();
    params.parallel = s.parallel;
    params.timeoutSeconds = s.timeoutSeconds;
    params.maxAnswerTokens = s.maxAnswerTokens;
    params.priceIn = s.priceIn;
    params.priceOut = s.priceOut;
    // A run that was stopped goes on with what is left.
    if (s.maxRequests > 0)
        params.maxRequests = s.maxRequests - m_before.requests;
    if (s.maxTokens > 0)
        params.maxTokens = s.maxTokens - usedTokens(m_before);
    if (s.maxCost > 0)
        params.maxCost = s.maxCost - usedMoney(m_before, s);
    return params;
}

bool AnnotationController::isSpent() const {
    const Settings& s = m_settings;
    return (s.maxRequests > 0 && m_before.requests >= s.maxRequests) ||
           (s.maxTokens > 0 && usedTokens(m_before) >= s.maxTokens) ||
           (s.maxCost > 0 && usedMoney(m_before, s) >= s.maxCost);
}

void AnnotationController::refresh() {
    m_keys.look(host());
    if (!m_usualInstruction.isEmpty() || !m_hasWorker)
        return;
    m_worker->request(QStringLiteral("annotate/instruction"), nlohmann::json::object(),
                      [this](const WorkerClient::Reply& reply) {
                          if (!reply || !reply->is_object())
                              return;
                          const auto text = reply->find("instruction");
                          if (text == reply->end() || !text->is_string())
                              return;
                          m_usualInstruction = QString::fromStdString(text->get<std::string>());
                          Q_EMIT settingsChanged();
                      });
}

// --- requests

void AnnotationController::send(const QString& method) {
    m_passagesRead = 0;
    const int generation = ++m_generation;
    if (m_settings.input == Input::Files) {
        sendWith(method, params());
        return;
    }
    QDir().mkpath(m_folder);
    // A Spanwise that was killed may have left one.
    for (const QFileInfo& old : QDir(m_folder).entryInfoList({QString::fromLatin1(kOldDocuments)},
                                                             QDir::Files | QDir::Hidden)) {
        if (old.lastModified().daysTo(QDateTime::currentDateTime()) > 1)
            QFile::remove(old.filePath());
    }
    m_documents =
        std::make_unique<QTemporaryFile>(QDir(m_folder).filePath(QString::fromLatin1(kDocuments)));
    auto connection = m_session->project().reopenForThread();
    if (!connection || !m_documents->open()) {
        breakOff(connection ? Error{ErrorCode::Io, "The project's texts cannot be written there.",
                                    m_folder.toStdString()}
                            : connection.error());
        return;
    }
    const std::string path = m_documents->fileName().toStdString();
    m_documents->close();
    m_writing.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), path](
            const std::stop_token& stop, const std::function<void(int, int)>&) {
            return writeDocuments(*project, path, stop);
        },
        [this, method, path, generation,
         name = QFileInfo(m_session->path()).completeBaseName()](const Result<void>& written) {
            if (generation != m_generation)
                return;
            if (!written || m_state == State::Stopping) {
                breakOff(written ? Error{ErrorCode::Cancelled, {}, {}} : written.error());
                return;
            }
            protocol::AnnotationParams params = this->params();
            params.inputs = {{path, name.toStdString()}};
            sendWith(method, std::move(params));
        });
}

void AnnotationController::sendWith(const QString& method, protocol::AnnotationParams params) {
    const bool isRun = method == QLatin1String("annotate/run");
    const auto asked = std::make_shared<qint64>(0);
    *asked = m_request =
        m_worker->request(method, params, [this, asked, isRun](const WorkerClient::Reply& reply) {
            if (m_request != *asked)
                return;
            m_request = 0;
            m_documents.reset();
            if (isRun)
                answered(reply);
            else
                forecasted(reply);
        });
}

void AnnotationController::setState(State state) {
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

namespace {
Error explained(const WorkerError& error) {
    Error out = error;
    if (error.rpcCode == protocol::kMethodNotFound)
        out.message = AnnotationController::tr(
                          "This worker cannot annotate. Install spanwise and "
                          "spanwise-cli from one release.")
                          .toStdString();
    return out;
}
}  // namespace

void AnnotationController::askModels() {
    if (m_isAskingModels || !m_hasWorker)
        return;
    m_models.reset();
    m_modelsError.reset();
    m_isAskingModels = true;
    Q_EMIT modelsChanged();
    const int generation = ++m_modelsGeneration;
    m_worker->request(QStringLiteral("annotate/models"),
                      {{"endpoint", m_settings.endpoint.toStdString()},
                       {"key", m_keys.key(host()).toStdString()}},
                      [this, generation](const WorkerClient::Reply& reply) {
                          if (generation != m_modelsGeneration)
                              return;  // another endpoint by now
                          m_isAskingModels = false;
                          if (!reply) {
                              m_modelsError = explained(reply.error());
                          } else {
                              QStringList names;
                              if (const auto found = reply->find("models");
                                  found != reply->end() && found->is_array()) {
                                  for (const nlohmann::json& name : *found) {
                                      if (name.is_string())
                                          names << QString::fromStdString(name.get<std::string>());
                                  }
                              }
                              m_models = std::move(names);
                          }
                          Q_EMIT modelsChanged();
                      });
}

void AnnotationController::askForecast() {
    if (isBusy() || !obstacle().isEmpty())
        return;
    outdate();
    m_before = {};
    setState(State::Forecasting);
    send(QStringLiteral("annotate/forecast"));
}

void AnnotationController::forecasted(const WorkerClient::Reply& reply) {
    if (!reply) {
        breakOff(explained(reply.error()));
        return;
    }
    auto forecast = protocol::decode<protocol::AnnotationForecast>(*reply);
    if (!forecast) {
        breakOff(forecast.error());
        return;
    }
    m_forecast = std::move(*forecast);
    setState(State::Idle);
    Q_EMIT forecastChanged();
}

void AnnotationController::start() {
    if (isBusy() || m_state == State::Forecasting || !obstacle().isEmpty())
        return;
    m_before = {};
    m_run = {};
    m_run.output = output();
    if (m_settings.input == Input::Project)
        m_run.project = m_session->path();
    m_run.isReading = true;
    setState(State::Running);
    Q_EMIT runChanged();
    send(QStringLiteral("annotate/run"));
}

void AnnotationController::stop() {
    if (m_state == State::Forecasting) {
        outdate();
        return;
    }
    if (m_state != State::Running)
        return;
    setState(State::Stopping);
    m_writing.requestStop();
    if (m_request != 0)
        m_client->cancel(m_request);
}

bool AnnotationController::isResumable() const {
    const bool isSame =
        m_settings.input == Input::Files || (m_session && m_session->path() == m_run.project);
    return m_state == State::Ended && isSame &&
           (!m_run.result.stoppedBy.empty() || m_run.result.failed > 0);
}

bool AnnotationController::isBudgetSpent() const {
    return m_state == State::Ended && m_run.result.stoppedBy.starts_with("max-");
}

void AnnotationController::goOn() {
    if (!isResumable() || isBudgetSpent() || !obstacle().isEmpty())
        return;
    m_before = m_run.result;
    m_before.failed = 0;  // they are asked again
    if (isSpent())
        return;
    m_run.isReading = true;
    m_run.error.reset();
    m_run.secondsLeft = -1;
    setState(State::Running);
    Q_EMIT runChanged();
    send(QStringLiteral("annotate/run"));
}

void AnnotationController::leaveRun() {
    if (m_state != State::Ended)
        return;
    m_run = {};
    m_before = {};
    outdate();
    setState(State::Idle);
}

void AnnotationController::answered(const WorkerClient::Reply& reply) {
    if (!reply) {
        breakOff(explained(reply.error()));
        return;
    }
    auto result = protocol::decode<protocol::AnnotationResult>(*reply);
    if (!result) {
        breakOff(result.error());
        return;
    }
    m_run.error = result->problem;
    m_run.result = together(m_before, std::move(*result));
    m_run.done = m_run.result.answered + m_run.result.failed;
    m_run.total = std::max(m_run.total, m_run.done);
    m_run.isReading = false;
    m_run.secondsLeft = -1;
    setState(State::Ended);
    Q_EMIT runChanged();
    Q_EMIT ended();
}

/// The request failed as a whole; what had come before is in the file and stays counted.
void AnnotationController::breakOff(const Error& error) {
    m_request = 0;
    m_documents.reset();
    if (!isBusy()) {
        if (error.code != ErrorCode::Cancelled)
            m_forecastError = error;
        setState(State::Idle);
        Q_EMIT forecastChanged();
        return;
    }
    const bool isStop = error.code == ErrorCode::Cancelled;
    m_run.result.stoppedBy = isStop ? "interrupt" : "error";
    if (!isStop)
        m_run.error = error;
    m_run.result.requests = m_before.requests + std::max<qint64>(0, m_run.done - m_before.answered);
    m_run.isReading = false;
    m_run.secondsLeft = -1;
    setState(State::Ended);
    Q_EMIT runChanged();
    Q_EMIT ended();
}

void AnnotationController::progressed(const protocol::Progress& progress) {
    if (progress.request != m_request || m_request == 0)
        return;
    if (progress.stage == "reading") {
        m_passagesRead = progress.done;
        if (isBusy())
            Q_EMIT runChanged();
        else
            Q_EMIT forecastChanged();
        return;
    }
    m_run.isReading = false;
    m_run.done = m_before.answered + progress.done;
    m_run.total = m_before.answered + progress.total;
    m_run.secondsLeft = progress.secondsLeft;
    m_run.result.answered = m_run.done;
    Q_EMIT runChanged();
}

void AnnotationController::notified(const QString& method, const nlohmann::json& params) {
    if (method != QLatin1String("$/annotating"))
        return;
    auto news = protocol::decode<protocol::AnnotationNews>(params);
    if (!news || news->request != m_request || m_request == 0)
        return;
    AnnotationResult& so = m_run.result;
    so.mentions = m_before.mentions + news->mentions;
    so.tokensIn = m_before.tokensIn + news->tokensIn;
    so.tokensOut = m_before.tokensOut + news->tokensOut;
    so.cost = news->cost < 0 ? m_before.cost : std::max(m_before.cost, 0.0) + news->cost;
    for (protocol::AnnotationExample& example : news->examples) {
        if (m_run.examples.size() < protocol::kAnnotationExamples)
            m_run.examples.push_back(std::move(example));
    }
    Q_EMIT runChanged();
}

}  // namespace spanwise::ui
