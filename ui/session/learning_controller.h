#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>
#include <chrono>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "ui/session/background_task.h"
#include "ui/session/project_session.h"
#include "ui/session/worker_client.h"

namespace spanwise::ui {

/// What the status bar says about the model.
struct LearningStatus {
    enum class Stage {
        Off,       ///< the project is read-only
        Starting,  ///< the worker is starting, or loading a model
        Waiting,   ///< nothing labelled yet
        Pending,   ///< labels came; the hand has not rested yet
        Training,
        Predicting,
        Suggesting,  ///< from the types' names alone: nothing is learned yet
        Saving,
        Checking,  ///< judges itself while nobody labels
        UpToDate,
        Restarting,  ///< the worker died and is coming back
        Failed,      ///< `message` says why
    };
    Stage stage = Stage::Starting;
    QString model;            ///< of the encoder, e.g. "all-MiniLM-L6-v2"; empty: not known yet
    QString device;           ///< e.g. "CPU"
    bool quick = true;        ///< Training: warm, within a budget of seconds
    double fraction = -1;     ///< 0..1; negative: not known
    double secondsLeft = -1;  ///< negative: not known
    qint64 learned = 0;       ///< labels that the model in use has seen
    qint64 labels = 0;        ///< that there are
    /// Documents that the model in use has learned from, where that is fewer than have been
    /// labelled; 0: from all.
    qint64 learnedDocuments = 0;
    qint64 labelledDocuments = 0;  ///< that there were then
    qint64 learnedAt = 0;  ///< when the model in use was trained, ms since the epoch; 0: it was not
    QString message;
    QStringList warnings;  ///< of the last training: what it did not learn, and why (engineText)
};

/// What others ask of the worker between two trainings (QualityController, SimilarityController).
struct Errand {
    QString method;
    std::vector<DocumentId> documents;       ///< whose texts the worker needs for it
    std::function<nlohmann::json()> params;  ///< called once the worker has them
    /// Called once. Cancelled: it was cancelled, or gave way to a person's decision.
    std::function<void(const WorkerClient::Reply&)> ended;
    std::function<void(const protocol::Progress&)> progress;  ///< may be empty
    bool isUrgent = false;  ///< a person waits: before the pool and before what is not urgent
    bool isCheck = false;   ///< shown as Stage::Checking
};

struct LearningOptions {
    std::chrono::milliseconds debounce{600};      ///< the hand rests
    std::chrono::milliseconds longestWait{3000};  ///< so long at most while it does not
    std::chrono::milliseconds idle{8000};         ///< then a fresh fit follows the quick ones
    std::chrono::milliseconds flush{100};         ///< suggestions of unseen documents are gathered
    std::chrono::milliseconds scroll{150};        ///< the text rests after it was scrolled
    double quickSeconds = 3.5;
    double threshold = 0.25;     ///< weaker suggestions are not even kept
    std::size_t neighbours = 8;  ///< documents predicted together with the visible one
    std::size_t chunk = 64;      ///< documents of the pool in one request
    TeachingLimits teaching;     ///< what the worker learns from at once
    QString modelFolder;         ///< where trained models are kept; empty: nowhere
};

/// Keeps a model in step with a person's labels. As soon as there are types, and until something is
/// learned, suggestions come from the types' names and descriptions (zero-shot, where the worker's
/// model can do it). After a label it waits until the hand rests, sends
/// the worker what it lacks, trains, and predicts the visible document, its neighbours in the
/// queue and then the pool. A long document comes in pieces, the visible one first; the others
/// give way to a new label, and only what is missing is asked for afterwards. When the person
/// pauses, a fresh fit replaces the quick ones. A worker that died gets everything again. Done
/// documents and those held out are never predicted. No widgets; lives in the thread of its
/// session; `session` and `client` must outlive it.
class LearningController : public QObject {
    Q_OBJECT
public:
    LearningController(ProjectSession& session, WorkerClient& client, LearningOptions options,
                       QObject* parent = nullptr);
    ~LearningController() override;

    [[nodiscard]] const LearningStatus& status() const { return m_status; }
    /// A fresh fit on all labels, now.
    void trainNow();
    /// What a person sees of a document: its suggestions come first. A long document whose
    /// suggestions are on their way is asked for anew from there.
    void setVisibleRange(DocumentId document, Range range);

    /// True when the model in use comes from a fresh fit on all labels that there are.
    [[nodiscard]] bool isFresh() const;
    [[nodiscard]] const TeachingLimits& teachingLimits() const { return m_options.teaching; }
    /// Changes with the worker's process and encoder: then it has forgotten what it was given.
    [[nodiscard]] quint64 workerEpoch() const { return m_epoch; }
    /// Changes when suggestions are to be made anew: by each training and each check.
    [[nodiscard]] int generation() const { return m_generation; }
    /// Sends a request as soon as the worker has time for it: an urgent one after the training and
    /// the visible document, another one after all. Every decision of a person, and the prediction
    /// of a document that is opened, comes first and ends it with Cancelled. Returns a number for
    /// cancelErrand; `ended` is never called before this returns.
    qint64 addErrand(Errand errand);
    void cancelErrand(qint64 id);  ///< no effect when it has ended
    /// The worker has calibrated its model: documents are predicted anew, and the model is kept.
    void modelCalibrated();

    /// Where the project's encoder lies; empty: the default one.
    [[nodiscard]] QString encoder() const { return QString::fromStdString(m_encoder); }
    /// The project learns from the model at `path` from now on, which becomes a setting of the
    /// project once the worker has loaded it (none for the default one); what was learned from
    /// another encoder is learned again. Ends with `encoderChanged`, after an error too.
    void useEncoder(const QString& path, bool isDefault);

Q_SIGNALS:
    void statusChanged();
    /// A training ended well; suggestions follow.
    void trained(const QString& model, bool quick);
    /// All that was to be predicted is: a good time to sort the queue anew.
    void predicted();
    /// The worker has a model of all labels, all documents are predicted, and nothing is wanted.
    void idle();
    void encoderChanged();

private:
    using Labellings = std::unordered_map<DocumentId, protocol::DocumentLabelling>;
    struct Collected {
        Labellings labellings;
        qint64 chosen = 0, of = 0;  ///< documents
    };

    void workerReady(const protocol::InitializeResult& info);
    void workerStateChanged(WorkerClient::State state);
    void loadModel();
    void loadKeptModel(const std::optional<nlohmann::json>& encoder);
    void encoderFailed(const WorkerError& error);
    void loadFailed(const WorkerError& error);
    void modelLoaded(const nlohmann::json& reply, const QString& id, const std::string& taught,
                     qint64 learnedAt = 0);
    void teachingChanged(DocumentId document);
    void documentChanged();
    void progressed(const protocol::Progress& progress);
    void suggested(const protocol::Suggestions& suggestions);

    /// Does what is most wanted now, if the worker is free.
    void next();
    void startTraining(bool quick);
    void sendTraining(int attempt);
    void trainingEnded(const WorkerClient::Reply& reply, int attempt);
    void predict(std::vector<DocumentId> documents, bool isPool);
    void sendPrediction(int attempt);
    void predictionEnded(const WorkerClient::Reply& reply, int attempt);
    /// Ends what was cancelled and goes on with what is wanted more.
    void yieldWork();
    void saveModel();
    void modelSaved(const WorkerClient::Reply& reply, const QString& path);
    void rebuildPool();
    void flush();
    /// True when a piece of a long document's suggestions, all that a person waits for, is there
    /// and the rest may give way.
    [[nodiscard]] bool givesWay() const;
    /// The model at hand has said nothing about a document yet: it does before it learns on, for
    /// whoever opens a document looks for suggestions at once.
    [[nodiscard]] bool isBlank(DocumentId document) const;
    /// A document and what comes after it in the queue, as far as that is to be predicted.
    [[nodiscard]] std::vector<DocumentId> withNeighbours(DocumentId document,
                                                         std::size_t most) const;
    /// Cancels the prediction under way.
    void interrupt();
    void arrived(DocumentId document, const protocol::Suggestions& suggestions);
    /// True when the model in use has predicted what is visible of a document.
    [[nodiscard]] bool isVisiblePartThere(DocumentId document) const;
    void showScrolled();
    bool startErrand(bool urgentOnly);
    void sendErrand(int attempt);
    void errandEnded(const WorkerClient::Reply& reply, int attempt);
    void finishErrand(const WorkerClient::Reply& reply);
    /// The worker that it was sent to is gone.
    void dropErrand();

    /// Puts the documents that the worker lacks, in small requests, and goes on with `then`.
    void ensureDocuments(std::vector<DocumentId> documents, std::function<void()> then);
    void sendScheme();
    void collectLabellings(std::function<void()> then);
    void refreshLabelling(DocumentId document);
    /// Runs only if this object, and the worker that it was meant for, still live.
    [[nodiscard]] WorkerClient::Handler guarded(std::function<void(const WorkerClient::Reply&)> f);
    /// True when the error is no end but a reason to put documents again.
    bool forgetUnknown(const WorkerError& error);

    [[nodiscard]] bool canLearn() const;
    /// Suggestions come from the types' names: nothing is learned, and the worker can do it.
    [[nodiscard]] bool usesZeroShot() const;
    /// False while types are being changed.
    bool prepareZeroShot();
    [[nodiscard]] nlohmann::json schemeJson() const;
    [[nodiscard]] bool holdsImported(DocumentId document) const;
    [[nodiscard]] bool wantsPrediction(DocumentId document) const;
    [[nodiscard]] std::string taughtFingerprint() const;
    void setStage(LearningStatus::Stage stage, const QString& message = {});

    ProjectSession& m_session;
    WorkerClient& m_client;
    LearningOptions m_options;
    LearningStatus m_status;

    // What this worker process has; forgotten when it dies.
    quint64 m_epoch = 0;                    ///< of the worker process
    bool m_loaded = false;                  ///< a model, so that requests make sense
    bool m_hasModel = false;                ///< with a head for our types
    std::unordered_set<std::string> m_put;  ///< hashes of the documents it has
    std::string m_schemeSent;

    // One thing at a time.
    bool m_busy = false;
    qint64 m_request = 0;  ///< the one to cancel; 0: none on its way
    enum class Work {
        None,
        Loading,
        Collecting,
        Training,
        Predicting,
        Saving,
        Errand
    } m_work = Work::None;
    bool m_isPool = false;
    bool m_zeroShot = false;  ///< the prediction under way comes from the types' names
    bool m_cancelled = false;

    // Revisions count a person's decisions.
    quint64 m_revision = 1;
    quint64 m_trainedRevision = 0;
    quint64 m_trainingRevision = 0;
    bool m_freshWanted = false;
    bool m_freshByHand = false;  ///< a person asked for it
    bool m_modelIsQuick = false;
    bool m_saveWanted = false;
    qint64 m_trainingLabels = 0;
    qint64 m_trainingDocuments = 0, m_trainingOf = 0;  ///< as LearningStatus has them
    qint64 m_keptDocuments = 0, m_keptOf = 0;          ///< of the model that was loaded
    std::string m_trainingFingerprint, m_taughtFingerprint;
    std::string m_modelId;
    int m_crashes = 0;       ///< of the worker in mid-training, in a row
    int m_loadCrashes = 0;   ///< while it loaded a model
    QString m_trainFailure;  ///< why the last training brought nothing

    struct EncoderChoice {
        std::string path, setting;
    };
    std::string m_encoder;                  ///< the project's setting
    std::optional<EncoderChoice> m_chosen;  ///< not loaded yet

    bool m_noZeroShot = false;      ///< the worker's model cannot
    bool m_saidNoZeroShot = false;  ///< and the log has it
    std::string m_suggestedScheme;  ///< of the zero-shot suggestions; empty: none yet
    bool m_poolStale = false;       ///< documents came or went

    Labellings m_labellings;
    bool m_collected = false;
    /// Documents that were labelled when those to learn from were chosen, and of them those chosen.
    qint64 m_labelledDocuments = 0, m_chosenDocuments = 0;
    std::set<DocumentId> m_dirty;
    BackgroundTask<Result<Collected>> m_collect;

    int m_generation = 0;                             ///< of the model
    std::unordered_map<DocumentId, int> m_predicted;  ///< generation that predicted it
    std::unordered_map<std::string, std::vector<DocumentId>> m_byHash;  ///< of the request
    std::vector<DocumentId> m_predicting;
    /// Documents of which a part is predicted.
    struct Partial {
        int generation = 0;
        std::vector<Range> ranges;  ///< in order, apart from one another
    };
    std::unordered_map<DocumentId, Partial> m_partial;
    bool m_streaming = false;  ///< of a document in the request a piece is there, and more come
    DocumentId m_shown = 0;
    Range m_visible;       ///< of m_shown
    Range m_askedVisible;  ///< by the request
    std::deque<DocumentId> m_pool;
    std::size_t m_poolTotal = 0;
    bool m_poolGoesOn = false;  ///< there are more documents than the pool takes at once
    QElapsedTimer m_poolClock;
    std::vector<SuggestionBatch> m_arrived;
    std::string m_arrivedModel;

    struct NumberedErrand {
        qint64 id = 0;
        Errand errand;
    };
    std::deque<NumberedErrand> m_errands;
    std::optional<NumberedErrand> m_errand;  ///< under way
    qint64 m_lastErrand = 0;

    QTimer m_debounce, m_idle, m_flush, m_scroll;
    QElapsedTimer m_pendingSince;
};

}  // namespace spanwise::ui
