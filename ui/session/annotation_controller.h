#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTemporaryFile>
#include <QTimer>
#include <QVariantMap>
#include <memory>
#include <optional>

#include "core/protocol/annotation_messages.h"
#include "ui/session/api_keys.h"
#include "ui/session/background_task.h"
#include "ui/session/worker_on_demand.h"

namespace spanwise::ui {

class ProjectSession;

/// Annotation by a language model as the app runs it: what it is going to be, the run, its end. It
/// has a worker process of its own, as PretrainingController has, and needs no project. A project's
/// documents reach the worker as a temporary file beside the output, written off this thread, which
/// only the user can read and which is deleted when the request has ended. No widgets.
class AnnotationController : public QObject {
    Q_OBJECT
public:
    enum class State {
        Idle,
        Forecasting,
        Running,
        Stopping,
        Ended  ///< to its end, stopped, by a limit or by an error: `run()` says which
    };
    Q_ENUM(State)
    enum class Input { Files, Project };

    /// All but the key.
    struct Settings {
        QString endpoint = QStringLiteral("http://localhost:11434");
        QString model;
        Input input = Input::Files;
        QStringList files;
        QString field = QStringLiteral("text");    ///< the member of JSONL that is the text
        QString unit = QStringLiteral("passage");  ///< "passage", "sentence", "line"
        QString output;                            ///< empty: suggestedOutput()
        QString instruction;                       ///< empty: the usual one
        int parallel = 4;
        int timeoutSeconds = 120;  ///< for one answer
        int maxAnswerTokens = 1024;
        qint64 maxRequests = 0, maxTokens = 0;  ///< 0: no limit
        double maxCost = 0;
        double priceIn = 0, priceOut = 0;  ///< of a million tokens; 0: not known, or free
        bool operator==(const Settings&) const = default;
    };

    /// What was done since start(), stops in between included.
    struct Run {
        QString output;
        QString project;         ///< whose documents are annotated; empty: files
        bool isReading = false;  ///< before the first question
        qint64 done = 0, total = 0;
        double secondsLeft = -1;
        protocol::AnnotationResult result;
        std::vector<protocol::AnnotationExample> examples;  ///< the first ones
        std::optional<Error> error;                         ///< what it broke off with
    };

    /// `folder` gets outputs that are named nowhere else. No keychain: keys are kept for the
    /// session. An empty command: there is no worker, and every request fails.
    AnnotationController(QStringList workerCommand, QString folder,
                         std::shared_ptr<Keychain> keychain = nullptr, QObject* parent = nullptr,
                         WorkerTimings timings = {});
    ~AnnotationController() override;

    [[nodiscard]] const Settings& settings() const { return m_settings; }
    /// Refused from start() to leaveRun().
    void setSettings(const Settings& settings);
    /// The settings, and the hosts of which the keychain has a key, for the app to remember.
    [[nodiscard]] QVariantMap remembered() const;
    void restore(const QVariantMap& remembered);
    [[nodiscard]] ApiKeys& keys() { return m_keys; }
    [[nodiscard]] QString host() const;  ///< endpointHost of the endpoint
    /// Lends its documents; null: none is open.
    void setSession(ProjectSession* session);
    [[nodiscard]] bool hasProject() const { return m_session != nullptr; }
    [[nodiscard]] int projectDocuments() const;
    [[nodiscard]] QString output() const;  ///< the one that was chosen, or suggestedOutput()
    [[nodiscard]] QString suggestedOutput() const;
    [[nodiscard]] const QString& usualInstruction() const { return m_usualInstruction; }
    /// False: the worker runs elsewhere, so that "localhost" and paths are that machine's.
    [[nodiscard]] bool isWorkerHere() const { return m_isWorkerHere; }
    /// Why it can neither be forecast nor started now; empty: it can.
    [[nodiscard]] QString obstacle() const;

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] bool isBusy() const {
        return m_state == State::Running || m_state == State::Stopping;
    }
    /// Of the present settings; none: not asked for yet, or out of date.
    [[nodiscard]] const std::optional<protocol::AnnotationForecast>& forecast() const {
        return m_forecast;
    }
    [[nodiscard]] const std::optional<Error>& forecastError() const { return m_forecastError; }
    /// What the endpoint offers; none: not asked, not answered yet, or asked in vain.
    [[nodiscard]] const std::optional<QStringList>& models() const { return m_models; }
    [[nodiscard]] bool isAskingModels() const { return m_isAskingModels; }
    [[nodiscard]] const std::optional<Error>& modelsError() const { return m_modelsError; }
    [[nodiscard]] qint64 passagesRead() const { return m_passagesRead; }
    [[nodiscard]] const Run& run() const { return m_run; }
    /// Whether goOn() would do more.
    [[nodiscard]] bool isResumable() const;
    /// Whether a limit is used up, so that goOn() needs a higher one.
    [[nodiscard]] bool isBudgetSpent() const;

    [[nodiscard]] qint64 workerProcess() const { return m_client->processId(); }
    [[nodiscard]] WorkerClient& worker() { return *m_client; }

public Q_SLOTS:
    /// Asks for the usual instruction and, where the keychain has one, for the key.
    void refresh();
    void askForecast();
    /// Asks the endpoint for its models; `modelsChanged` then, and when it has answered.
    void askModels();
    /// Begins a run: limits count from here.
    void start();
    void stop();
    /// The same again: what has an answer is not asked again, limits count on.
    void goOn();
    /// Back to the settings, after a run.
    void leaveRun();

Q_SIGNALS:
    void settingsChanged();    ///< or the key, the project, the usual instruction
    void rememberedChanged();  ///< a moment after the last change
    void forecastChanged();
    void modelsChanged();
    void stateChanged();
    void runChanged();
    void ended();

private:
    void setState(State state);
    void outdate();
    [[nodiscard]] protocol::AnnotationParams params() const;
    [[nodiscard]] bool isSpent() const;
    /// Writes the project's documents where that is needed, then sends.
    void send(const QString& method);
    void sendWith(const QString& method, protocol::AnnotationParams params);
    void forecasted(const WorkerClient::Reply& reply);
    void answered(const WorkerClient::Reply& reply);
    void breakOff(const Error& error);
    void progressed(const protocol::Progress& progress);
    void notified(const QString& method, const nlohmann::json& params);

    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<WorkerOnDemand> m_worker;
    bool m_hasWorker;
    bool m_isWorkerHere = true;
    QString m_folder;
    ApiKeys m_keys;
    ProjectSession* m_session = nullptr;
    Settings m_settings;
    QString m_usualInstruction;

    State m_state = State::Idle;
    std::optional<protocol::AnnotationForecast> m_forecast;
    std::optional<Error> m_forecastError;
    std::optional<QStringList> m_models;
    std::optional<Error> m_modelsError;
    bool m_isAskingModels = false;
    int m_modelsGeneration = 0;  ///< of the endpoint that was asked
    qint64 m_passagesRead = 0;
    int m_generation = 0;  ///< of what send() was asked for last
    qint64 m_request = 0;  ///< the forecast's or the run's; 0: none was sent
    Run m_run;
    protocol::AnnotationResult m_before;  ///< of the run until it was stopped the last time
    std::unique_ptr<QTemporaryFile> m_documents;
    BackgroundTask<Result<void>> m_writing;

    QTimer m_rememberTimer;
};

}  // namespace spanwise::ui
