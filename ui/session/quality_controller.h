#pragma once

#include <QObject>
#include <QString>
#include <QTimer>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/protocol/learning_messages.h"
#include "storage/statistics.h"
#include "ui/session/background_task.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {

struct QualityOptions {
    int folds = 5;
    std::int64_t maxSentences = 2000;
    int errors = 200;             ///< doubted labels at most
    int leastDocuments = 3;       ///< that teach
    int leastSentences = 5;       ///< in them, labelled
    int curveDocuments = 20;      ///< from so many on a forecast is asked for
    int ranked = 50;              ///< documents to be told what to label next
    int rankCandidates = 500;     ///< the least certain ones among which they are
    int leastRankCandidates = 5;  ///< fewer need no order
};

/// How good the model was when it was last checked.
struct Quality {
    protocol::CheckResult result;
    qint64 at = 0;      ///< ms since the epoch
    qint64 labels = 0;  ///< that there were
    std::string fingerprint;
};

/// A label that the model contradicts and that is still as it was, in terms of the project.
struct Doubt {
    protocol::DoubtReport report;
    DocumentId document = 0;
    RecordId label = 0;  ///< the annotation; 0: the model misses one
};

struct QualityStatus {
    enum class Stage {
        Off,      ///< read-only
        TooFew,   ///< labels for a check
        Waiting,  ///< for the worker, or for a pause
        Checking,
        Checked,  ///< the labels that there are
        Failed,   ///< `message` says why
    };
    Stage stage = Stage::Waiting;
    bool isAsked = false;  ///< a person asked for the check that is waited for or runs
    double fraction = -1;  ///< 0..1; negative: not known
    double secondsLeft = -1;
    QString message;
};

/// Has the worker judge its model while nobody labels, and rank what to label next. A check follows
/// a fresh fit once enough documents teach, gives way at once to a label, and is not made twice for
/// the same labels; the last one is kept in the project. After it the documents are predicted anew,
/// for it calibrates the model. No widgets; lives in the thread of its session; both must outlive
/// it.
class QualityController : public QObject {
    Q_OBJECT
public:
    QualityController(ProjectSession& session, LearningController& learning,
                      QualityOptions options = {}, QObject* parent = nullptr);
    ~QualityController() override;

    [[nodiscard]] const LearningController& learning() const { return m_learning; }
    [[nodiscard]] const QualityOptions& options() const { return m_options; }
    /// Of the last check, perhaps with fewer labels than there are; none yet: empty.
    [[nodiscard]] const std::optional<Quality>& quality() const { return m_quality; }
    [[nodiscard]] const QualityStatus& status() const { return m_status; }
    /// A check now, after a fresh fit where there is none; a label still comes first.
    void checkNow();
    /// Ends the check under way, which is not tried again for the same labels unless asked for.
    void cancelCheck();

    /// The surest first, without those dismissed and those settled meanwhile.
    [[nodiscard]] const std::vector<Doubt>& doubts() const { return m_doubts; }
    /// Opens the document and makes it as the model has it, as one undoable step. False: not
    /// possible, which the session has reported.
    bool takeModelsVersion(const Doubt& doubt);
    /// The label is right: never shown again, until all that were dismissed are.
    void dismiss(const Doubt& doubt);
    void restoreDismissed();
    [[nodiscard]] int dismissedCount() const { return m_dismissedHere; }  ///< of the last check

Q_SIGNALS:
    void qualityChanged();
    void doubtsChanged();
    /// Stage, fraction or message.
    void progress();

private:
    struct Collected {
        std::vector<protocol::CheckedDocument> documents;
        std::vector<DocumentId> ids;
        std::int64_t sentences = 0;
        std::string fingerprint;
    };
    void load();
    void keep();
    void teachingChanged();
    void learningChanged();
    /// Does what is wanted, if nothing runs.
    void consider();
    [[nodiscard]] int teachingDocuments() const;
    void beginCheck();
    void sendCheck(Collected collected);
    void checkEnded(const WorkerClient::Reply& reply, const std::string& fingerprint);
    void beginRank();
    void measureWork();
    void rankEnded(const WorkerClient::Reply& reply);
    void refreshDoubts();
    void setStage(QualityStatus::Stage stage, const QString& message = {});
    [[nodiscard]] QualityStatus::Stage restingStage() const;

    ProjectSession& m_session;
    LearningController& m_learning;
    QualityOptions m_options;
    QualityStatus m_status;
    std::optional<Quality> m_quality;
    std::vector<Doubt> m_doubts;
    std::set<std::string> m_dismissed;
    int m_dismissedHere = 0;

    quint64 m_revision = 1;         ///< counts a person's decisions
    quint64 m_checkedRevision = 0;  ///< needs no check any more
    quint64 m_checkRevision = 0;    ///< of the check under way
    quint64 m_qualityRevision = 0;  ///< that m_quality is of
    qint64 m_checkLabels = 0;
    qint64 m_check = 0;  ///< errands; 0: none
    qint64 m_rank = 0;
    bool m_isStopped = false;                          ///< the person ended the check
    bool m_cannotCheck = false, m_cannotRank = false;  ///< the worker is an older one
    int m_deaths = 0;                                  ///< of the worker in mid-check, in a row
    std::string m_failed;  ///< the fingerprint that a check has failed for
    int m_rankedGeneration = -1;
    int m_rankGeneration = -1;
    std::unordered_map<std::string, DocumentId> m_rankIds;  ///< by hash
    BackgroundTask<Result<Collected>> m_collect;
    std::vector<DocumentWork> m_work;  ///< what finished documents took people
    BackgroundTask<Result<std::vector<DocumentWork>>> m_measuring;
    QTimer m_doubtTimer;
};

}  // namespace spanwise::ui
