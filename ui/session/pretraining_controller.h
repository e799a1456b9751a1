#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <QTimer>
#include <memory>
#include <vector>

#include "core/protocol/model_messages.h"
#include "core/protocol/pretraining_messages.h"
#include "ui/session/background_task.h"
#include "ui/session/worker_on_demand.h"

namespace spanwise::ui {

class ProjectSession;

/// Pre-training as the app runs it: reads material, tells how long it will take, starts, pauses and
/// resumes a run. It has a worker process of its own, so that labelling goes on learning meanwhile,
/// no project need be open, and closing one ends nothing; the process is started when it is needed
/// and ends when it has had nothing to do for a while. One run at a time. No widgets.
class PretrainingController : public QObject {
    Q_OBJECT
public:
    enum class Reading { None, Running, Done, Failed };
    Q_ENUM(Reading)
    enum class State {
        Idle,
        Running,
        Pausing,   ///< a checkpoint is being written
        Paused,    ///< it can be resumed
        Finished,  ///< the encoder is in the store
        Failed     ///< `run().error` says why; resumable when it had begun
    };
    Q_ENUM(State)
    /// Which labels judge the encoder before and after.
    enum class Check { None, Project, Files };

    struct Run {
        QString name;
        QString stage;  ///< as `$/progress` says it
        qint64 done = 0, total = 0;
        double loss = -1;
        double tokensPerSecond = 0;
        double secondsLeft = -1;
        qint64 step = 0;                               ///< learned so far
        qint64 checkpoint = 0;                         ///< the step that was last saved; 0: none
        std::vector<std::pair<qint64, double>> curve;  ///< step and loss, thinned when it is long
        std::vector<protocol::FewShotScore> scores;
        protocol::PretrainResult result;  ///< of a run that finished
        Error error;
    };

    /// An empty command: there is no worker, and every request fails.
    explicit PretrainingController(QStringList workerCommand, QObject* parent = nullptr,
                                   WorkerTimings timings = usualTimings());
    ~PretrainingController() override;
    /// Patient at the end: a checkpoint of a large encoder takes its time.
    [[nodiscard]] static WorkerTimings usualTimings();

    // --- What is to be done. Changes are refused while a run goes on.

    [[nodiscard]] const std::vector<protocol::MaterialFile>& files() const {
        return m_params.files;
    }
    /// Those that are there already are left out.
    void addFiles(const QStringList& paths);
    void removeFile(int index);
    /// A map of types for a file (protocol::MaterialFile::types).
    void setTypes(int index, const nlohmann::json& types);
    /// Everything but files and check.
    [[nodiscard]] const protocol::PretrainParams& settings() const { return m_params; }
    void setSettings(const protocol::PretrainParams& settings);
    [[nodiscard]] Check check() const { return m_check; }
    void setCheck(Check check, const QString& trainFile = {}, const QString& testFile = {});
    /// Lends its done documents to the check; null: none is open.
    void setSession(ProjectSession* session);
    [[nodiscard]] bool hasProject() const { return m_session != nullptr; }
    /// Documents of the project that are done and have labels.
    [[nodiscard]] int checkableDocuments() const;
    static constexpr int kLeastCheckable = 4;

    [[nodiscard]] Reading reading() const { return m_reading; }
    [[nodiscard]] qint64 passagesRead() const { return m_passagesRead; }
    [[nodiscard]] bool isMeasuring() const { return m_isMeasuring; }
    [[nodiscard]] const protocol::MaterialSummary& summary() const { return m_summary; }
    [[nodiscard]] const Error& readingError() const { return m_readingError; }
    /// Of the whole run, checks included; negative: not known.
    [[nodiscard]] double forecastSeconds() const;
    /// Sub-tokens that the run will see.
    [[nodiscard]] double forecastTokens() const;
    /// Why it cannot be started now; empty: it can.
    [[nodiscard]] QString obstacle() const;

    [[nodiscard]] const std::vector<protocol::ModelEntry>& encoders() const { return m_encoders; }

    // --- The run.

    [[nodiscard]] State state() const { return m_state; }
    [[nodiscard]] const Run& run() const { return m_run; }
    [[nodiscard]] bool isBusy() const {
        return m_state == State::Running || m_state == State::Pausing;
    }
    [[nodiscard]] bool isResumable() const;
    /// Begun and not finished; those of other Spanwises, too.
    [[nodiscard]] const std::vector<protocol::PretrainRun>& unfinished() const {
        return m_unfinished;
    }

    [[nodiscard]] qint64 workerProcess() const { return m_client->processId(); }
    [[nodiscard]] WorkerClient& worker() { return *m_client; }

public Q_SLOTS:
    /// Asks for encoders and unfinished runs.
    void refresh();
    void start();
    void pause();
    void resume(QString name);
    void discard(const QString& name);
    /// Back to the material, after a run.
    void leaveRun();

Q_SIGNALS:
    void materialChanged();  ///< files, what was read of them, forecast
    void encodersChanged();
    void unfinishedChanged();
    void stateChanged();
    void runChanged();  ///< progress, curve, scores
    void finished(const QString& name, const QString& path);
    /// A run or a request broke off; not when a person stopped it.
    void failed(const spanwise::Error& error);

private:
    void inspect();
    void inspected(const WorkerClient::Reply& reply);
    void send(const protocol::PretrainParams& params);
    void ended(const WorkerClient::Reply& reply);
    void progressed(const protocol::Progress& progress);
    void notified(const QString& method, const nlohmann::json& params);
    void addPoint(qint64 step, double loss);
    void setState(State state);
    void breakOff(const Error& error);
    void cancelReading();

    std::unique_ptr<WorkerClient> m_client;
    std::unique_ptr<WorkerOnDemand> m_worker;
    bool m_hasWorker;
    ProjectSession* m_session = nullptr;
    protocol::PretrainParams m_params;
    Check m_check = Check::None;

    Reading m_reading = Reading::None;
    QTimer m_readingTimer;
    qint64 m_readingRequest = 0;
    qint64 m_passagesRead = 0;
    bool m_isMeasuring = false;
    protocol::MaterialSummary m_summary;
    Error m_readingError;
    std::vector<protocol::ModelEntry> m_encoders;
    std::vector<protocol::PretrainRun> m_unfinished;

    State m_state = State::Idle;
    Run m_run;
    qint64 m_runRequest = 0;
    BackgroundTask<Result<std::vector<protocol::FewShotDocument>>> m_collect;
};

}  // namespace spanwise::ui
