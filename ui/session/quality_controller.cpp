#include "ui/session/quality_controller.h"

#include <QDateTime>
#include <QPointer>
#include <algorithm>
#include <set>

#include "core/annotation/labelled_sentence.h"
#include "core/text/utf8.h"
#include "storage/pre_annotated.h"

namespace spanwise::ui {
namespace {

using Stage = QualityStatus::Stage;
using nlohmann::json;

constexpr const char* kQualitySetting = "quality";
constexpr const char* kDismissedSetting = "dismissedDoubts";
constexpr int kMostDeaths = 2;

std::vector<NamedSpan> named(const auto& records, const LabelScheme& scheme) {
    std::vector<NamedSpan> spans;
    for (const auto& record : records) {
        if (const EntityType* type = scheme.byId(record.type))
            spans.push_back({record.range, type->name, -1});
    }
    return spans;
}

/// No model reads notes: a check holds when they change.
LabelScheme withoutNotes(const LabelScheme& scheme) {
    std::vector<EntityType> types = scheme.types();
    for (EntityType& type : types)
        type.note.clear();
    return LabelScheme(std::move(types));
}

std::string keyOf(const std::optional<NamedSpan>& span) {
    return span ? std::to_string(span->range.begin) + "-" + std::to_string(span->range.end) + " " +
                      span->type
                : std::string("none");
}

/// The same doubt has the same key in every check.
std::string keyOf(const protocol::DoubtReport& doubt) {
    return doubt.hash + " " + doubt.kind + " " + keyOf(doubt.label) + " " + keyOf(doubt.found);
}

}  // namespace

QualityController::QualityController(ProjectSession& session, LearningController& learning,
                                     QualityOptions options, QObject* parent)
    : QObject(parent), m_session(session), m_learning(learning), m_options(options) {
    load();
    m_doubtTimer.setSingleShot(true);
    m_doubtTimer.setInterval(0);
    connect(&m_doubtTimer, &QTimer::timeout, this, [this] { refreshDoubts(); });
    connect(&m_session, &ProjectSession::teachingChanged, this,
            &QualityController::teachingChanged);
    connect(&m_session, &ProjectSession::labelsChanged, this, [this](qint64 document) {
        const DocumentSummary* summary = m_session.summary(document);
        const std::string hash = summary ? summary->sha256.hex() : std::string();
        if (m_quality && summary &&
            std::any_of(m_quality->result.doubts.begin(), m_quality->result.doubts.end(),
                        [&](const auto& doubt) { return doubt.hash == hash; }))
            m_doubtTimer.start();
    });
    connect(&m_session, &ProjectSession::documentsChanged, &m_doubtTimer,
            qOverload<>(&QTimer::start));
    connect(&m_session, &ProjectSession::schemeChanged, &m_doubtTimer, qOverload<>(&QTimer::start));
    connect(&m_learning, &LearningController::idle, this, [this] { consider(); });
    connect(&m_learning, &LearningController::statusChanged, this,
            &QualityController::learningChanged);
    connect(&m_learning, &LearningController::trained, this, [this](const QString&, bool quick) {
        if (m_status.isAsked && !quick)
            consider();
    });
    setStage(restingStage());
}

QualityController::~QualityController() = default;

// --- what is kept in the project

void QualityController::load() {
    const auto kept = json::parse(m_session.project().setting(kQualitySetting), nullptr, false);
    if (kept.is_object()) {
        try {
            Quality quality;
            kept.at("result").get_to(quality.result);
            kept.at("at").get_to(quality.at);
            kept.at("labels").get_to(quality.labels);
            kept.at("fingerprint").get_to(quality.fingerprint);
            m_quality = std::move(quality);
        } catch (const json::exception&) {
            // Of another version of Spanwise: the next check makes it anew.
        }
    }
    const auto dismissed =
        json::parse(m_session.project().setting(kDismissedSetting), nullptr, false);
    if (dismissed.is_array()) {
        for (const auto& key : dismissed) {
            if (key.is_string())
                m_dismissed.insert(key.get<std::string>());
        }
    }
    refreshDoubts();
}

void QualityController::keep() {
    if (m_session.isLocked() || !m_quality)
        return;
    const json kept{{"result", m_quality->result},
                    {"at", m_quality->at},
                    {"labels", m_quality->labels},
                    {"fingerprint", m_quality->fingerprint}};
    if (const auto put = m_session.project().putSetting(kQualitySetting, kept.dump()); !put)
        m_session.report(put.error());
}

// --- when to check

Stage QualityController::restingStage() const {
    if (m_session.isReadOnly())
        return Stage::Off;
    if (teachingDocuments() < m_options.leastDocuments)
        return Stage::TooFew;
    return m_qualityRevision == m_revision ? Stage::Checked : Stage::Waiting;
}

void QualityController::setStage(Stage stage, const QString& message) {
    m_status.stage = stage;
    m_status.message = message;
    m_status.fraction = -1;
    m_status.secondsLeft = -1;
    Q_EMIT progress();
}

int QualityController::teachingDocuments() const {
    const auto& documents = m_session.documents();
    return static_cast<int>(
        std::count_if(documents.begin(), documents.end(), [](const DocumentSummary& document) {
            return document.status == DocumentStatus::Done || document.annotations > 0;
        }));
}

void QualityController::teachingChanged() {
    ++m_revision;
    m_deaths = 0;
    if (m_check == 0 && m_status.stage != Stage::Checking)
        setStage(restingStage());
}

void QualityController::learningChanged() {
    if (m_status.isAsked && m_check == 0 && !m_collect.isRunning() &&
        m_learning.status().stage == LearningStatus::Stage::Failed) {
        m_status.isAsked = false;
        setStage(Stage::Failed, m_learning.status().message);
    }
}

void QualityController::checkNow() {
    if (m_session.isReadOnly() || m_check != 0 || m_collect.isRunning())
        return;
    if (teachingDocuments() < m_options.leastDocuments) {
        setStage(Stage::TooFew);
        return;
    }
    m_status.isAsked = true;
    m_cannotCheck = false;
    m_failed.clear();
    m_deaths = 0;
    setStage(Stage::Waiting);
    if (m_learning.isFresh())
        beginCheck();
    else
        m_learning.trainNow();
}

void QualityController::cancelCheck() {
    m_status.isAsked = false;
    m_isStopped = true;
    m_checkedRevision = m_revision;
    if (m_check != 0) {
        m_learning.cancelErrand(m_check);
        return;
    }
    m_isStopped = false;
    setStage(restingStage());
}

void QualityController::consider() {
    if (m_session.isLocked() || m_check != 0 || m_rank != 0 || m_collect.isRunning())
        return;
    const bool isWanted = m_status.isAsked || (!m_cannotCheck && m_checkedRevision != m_revision);
    if (isWanted && m_learning.isFresh() && teachingDocuments() >= m_options.leastDocuments)
        beginCheck();
    else if (!m_cannotRank && m_rankedGeneration != m_learning.generation())
        beginRank();
}

void QualityController::beginCheck() {
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        m_status.isAsked = false;
        m_checkedRevision = m_revision;
        setStage(Stage::Failed, QString::fromStdString(connection.error().text()));
        return;
    }
    m_checkRevision = m_revision;
    m_checkLabels = m_session.counts().annotations;
    m_collect.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)),
         limits = m_learning.teachingLimits(), scheme = withoutNotes(m_session.scheme()),
         enough = m_options.leastSentences](
            const std::stop_token& stop,
            const std::function<void(int, int)>&) -> Result<Collected> {
            // A model is judged by what one learns from.
            const auto choice = project->teachingDocuments(limits, stop);
            if (!choice)
                return tl::unexpected(choice.error());
            Collected all;
            std::string identity = scheme.toJson();
            const auto preAnnotated = preAnnotatedDocuments(*project, stop);
            if (!preAnnotated)
                return tl::unexpected(preAnnotated.error());
            std::set<std::string> hashes;
            for (const DocumentId id : choice->documents) {
                if (stop.stop_requested())
                    return failure(ErrorCode::Cancelled, "It was stopped.");
                const auto summary = project->summary(id);
                const auto labels = project->labels(id);
                if (!summary || !labels)
                    continue;  // went to the trash meanwhile
                const std::string hash = summary->sha256.hex();
                if (!hashes.insert(hash).second)
                    continue;
                protocol::CheckedDocument document;
                document.labelling = {hash, labels->status == DocumentStatus::Done,
                                      named(labels->annotations, scheme),
                                      named(labels->rejections, scheme)};
                if (!document.labelling.done && document.labelling.annotations.empty() &&
                    document.labelling.rejections.empty())
                    continue;
                document.preAnnotated = preAnnotated->contains(id);
                if (all.sentences < enough) {
                    if (const auto text = project->document(id))
                        all.sentences += static_cast<std::int64_t>(
                            teachingSentences(*text, *labels, scheme).size());
                }
                identity += json(document).dump();
                all.documents.push_back(std::move(document));
                all.ids.push_back(id);
            }
            all.fingerprint = sha256Hex(identity);
            return all;
        },
        [this](Result<Collected> collected) {
            if (!collected) {
                m_status.isAsked = false;
                setStage(restingStage());
                return;
            }
            if (m_checkRevision != m_revision)
                return;  // the training of what came meanwhile goes first
            sendCheck(std::move(*collected));
        });
}

void QualityController::sendCheck(Collected collected) {
    const bool isAsked = m_status.isAsked;
    if (static_cast<int>(collected.documents.size()) < m_options.leastDocuments ||
        collected.sentences < m_options.leastSentences) {
        m_checkedRevision = m_revision;
        m_status.isAsked = false;
        setStage(Stage::TooFew);
        consider();
        return;
    }
    if (!isAsked && ((m_quality && m_quality->fingerprint == collected.fingerprint) ||
                     m_failed == collected.fingerprint)) {
        m_checkedRevision = m_revision;
        if (m_failed != collected.fingerprint) {
            m_qualityRevision = m_revision;
            setStage(restingStage());
        }
        consider();
        return;
    }
    Errand errand;
    errand.method = QStringLiteral("check");
    errand.documents = std::move(collected.ids);
    errand.isUrgent = isAsked;
    errand.isCheck = true;
    protocol::CheckParams params;
    params.folds = m_options.folds;
    params.maxSentences = m_options.maxSentences;
    params.errors = m_options.errors;
    params.curve = static_cast<int>(collected.documents.size()) >= m_options.curveDocuments;
    params.documents = std::move(collected.documents);
    errand.params = [params = std::move(params)] { return json(params); };
    errand.progress = [this](const protocol::Progress& progress) {
        m_status.fraction = progress.total > 0 ? static_cast<double>(progress.done) /
                                                     static_cast<double>(progress.total)
                                               : -1;
        m_status.secondsLeft = progress.secondsLeft;
        Q_EMIT this->progress();
    };
    errand.ended = [alive = QPointer<QualityController>(this),
                    fingerprint = collected.fingerprint](const WorkerClient::Reply& reply) {
        if (alive)
            alive->checkEnded(reply, fingerprint);
    };
    m_isStopped = false;
    setStage(Stage::Checking);
    m_check = m_learning.addErrand(std::move(errand));
}

void QualityController::checkEnded(const WorkerClient::Reply& reply,
                                   const std::string& fingerprint) {
    m_check = 0;
    const auto fail = [&](const QString& message) {
        m_status.isAsked = false;
        m_failed = fingerprint;
        m_checkedRevision = m_checkRevision;
        setStage(Stage::Failed, message);
    };
    if (!reply) {
        const WorkerError& error = reply.error();
        if (error.code == ErrorCode::Cancelled || error.rpcCode == protocol::kRequestCancelled) {
            if (m_isStopped)
                m_status.isAsked = false;
            m_isStopped = false;
            setStage(restingStage());
            return;
        }
        if (error.code == ErrorCode::Worker && ++m_deaths < kMostDeaths) {
            setStage(restingStage());
            return;
        }
        if (error.code == ErrorCode::Worker) {
            fail(tr("The worker died %Ln time(s) while it checked. The worker log may say why.",
                    nullptr, m_deaths));
            return;
        }
        m_cannotCheck = error.rpcCode == protocol::kMethodNotFound;
        fail(m_cannotCheck ? tr("The worker is of an older Spanwise and cannot check its model.")
                           : QString::fromStdString(error.text()));
        return;
    }
    auto result = protocol::decode<protocol::CheckResult>(*reply);
    if (!result) {
        fail(QString::fromStdString(result.error().text()));
        return;
    }
    m_deaths = 0;
    m_status.isAsked = false;
    m_failed.clear();
    m_checkedRevision = m_checkRevision;
    m_qualityRevision = m_checkRevision;
    m_quality = Quality{std::move(*result), QDateTime::currentMSecsSinceEpoch(), m_checkLabels,
                        fingerprint};
    keep();
    refreshDoubts();
    setStage(restingStage());
    Q_EMIT qualityChanged();
    m_learning.modelCalibrated();
}

// --- what to label next

void QualityController::beginRank() {
    std::vector<QueueItem> items;
    std::vector<std::string> labelled;
    std::vector<DocumentId> documents;
    for (const DocumentSummary& document : m_session.documents()) {
        items.push_back({document.id, document.status, document.suggestions, document.lowestScore});
        if (document.status != DocumentStatus::New) {
            labelled.push_back(document.sha256.hex());
            documents.push_back(document.id);
        }
    }
    protocol::RankParams params;
    params.labelled = std::move(labelled);
    params.count = m_options.ranked;
    params.seed = static_cast<std::uint64_t>(m_learning.generation()) + 1;
    m_rankIds.clear();
    for (const QueueEntry& entry :
         orderQueue(items, std::hash<std::string>{}(m_session.project().uuid()))) {
        const DocumentSummary* summary = m_session.summary(entry.id);
        if (!summary || summary->status != DocumentStatus::New)
            continue;
        if (static_cast<int>(params.hashes.size()) >= m_options.rankCandidates)
            break;
        std::string hash = summary->sha256.hex();
        if (m_rankIds.emplace(hash, entry.id).second) {
            params.hashes.push_back(std::move(hash));
            documents.push_back(entry.id);
        }
    }
    for (const DocumentWork& each : m_work) {
        if (const DocumentSummary* summary = m_session.summary(each.document))
            params.measured.push_back(
                {summary->sha256.hex(), static_cast<int>(each.annotations), each.seconds});
    }
    m_rankGeneration = m_learning.generation();
    if (static_cast<int>(params.hashes.size()) < m_options.leastRankCandidates) {
        m_rankedGeneration = m_rankGeneration;
        m_session.setRanking({});
        return;
    }
    Errand errand;
    errand.method = QStringLiteral("rank");
    errand.documents = std::move(documents);
    errand.params = [params = std::move(params)] { return json(params); };
    errand.ended = [alive = QPointer<QualityController>(this)](const WorkerClient::Reply& reply) {
        if (alive)
            alive->rankEnded(reply);
    };
    m_rank = m_learning.addErrand(std::move(errand));
    measureWork();
}

/// For the next order: a person's pace hardly changes from one to the next.
void QualityController::measureWork() {
    auto connection = m_session.project().reopenForThread();
    if (!connection)
        return;
    m_measuring.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection))](std::stop_token, const auto&) {
            return project->recentWork();
        },
        [this](Result<std::vector<DocumentWork>> work) {
            if (work)
                m_work = std::move(*work);
        });
}

void QualityController::rankEnded(const WorkerClient::Reply& reply) {
    m_rank = 0;
    if (!reply) {
        const WorkerError& error = reply.error();
        if (error.code == ErrorCode::Cancelled)
            return;  // again when there is time
        // An order is a convenience: the queue has one of its own.
        m_rankedGeneration = m_rankGeneration;
        m_cannotRank = error.rpcCode == protocol::kMethodNotFound;
        return;
    }
    m_rankedGeneration = m_rankGeneration;
    std::vector<protocol::RankedDocument> ranked;
    try {
        reply->at("order").get_to(ranked);
    } catch (const json::exception&) {
        return;
    }
    std::vector<QueueEntry> order;
    order.reserve(ranked.size());
    for (const protocol::RankedDocument& document : ranked) {
        const auto id = m_rankIds.find(document.hash);
        if (id == m_rankIds.end())
            continue;
        QueueEntry entry;
        entry.id = id->second;
        entry.reason = document.reason == "uncertain"   ? QueueReason::Uncertain
                       : document.reason == "different" ? QueueReason::Different
                                                        : QueueReason::RandomPick;
        if (const EntityType* type = m_session.scheme().byName(document.type))
            entry.type = type->id;
        entry.seconds = document.seconds > 0 ? document.seconds : -1;
        order.push_back(entry);
    }
    m_session.setRanking(std::move(order));
}

// --- labels that the model contradicts

void QualityController::refreshDoubts() {
    m_doubtTimer.stop();
    m_dismissedHere = 0;
    std::vector<Doubt> doubts;
    if (m_quality && !m_quality->result.doubts.empty()) {
        std::unordered_map<std::string, DocumentId> ids;
        for (const DocumentSummary& document : m_session.documents()) {
            if (document.status != DocumentStatus::New)
                ids.emplace(document.sha256.hex(), document.id);
        }
        std::unordered_map<DocumentId, DocumentLabels> known;
        for (const protocol::DoubtReport& report : m_quality->result.doubts) {
            const auto id = ids.find(report.hash);
            if (id == ids.end() || (!report.label && !report.found))
                continue;
            auto labels = known.find(id->second);
            if (labels == known.end()) {
                Result<DocumentLabels> stored = m_session.labels();
                if (id->second != m_session.documentId())
                    stored = m_session.project().labels(id->second);
                labels =
                    known.emplace(id->second, stored ? std::move(*stored) : DocumentLabels{}).first;
            }
            const auto find = [&](const NamedSpan& span) -> RecordId {
                for (const Annotation& annotation : labels->second.annotations) {
                    const EntityType* type = m_session.scheme().byId(annotation.type);
                    if (annotation.range == span.range && type && type->name == span.type)
                        return annotation.id;
                }
                return 0;
            };
            Doubt doubt{report, id->second, report.label ? find(*report.label) : 0};
            if ((report.label && doubt.label == 0) || (report.found && find(*report.found) != 0) ||
                (report.found && !m_session.scheme().byName(report.found->type)))
                continue;
            if (m_dismissed.contains(keyOf(report)))
                ++m_dismissedHere;
            else
                doubts.push_back(std::move(doubt));
        }
    }
    m_doubts = std::move(doubts);
    Q_EMIT doubtsChanged();
}

bool QualityController::takeModelsVersion(const Doubt& doubt) {
    if (!m_session.openDocument(doubt.document))
        return false;
    std::optional<std::pair<Range, TypeId>> found;
    if (doubt.report.found) {
        const EntityType* type = m_session.scheme().byName(doubt.report.found->type);
        found.emplace(doubt.report.found->range, type ? type->id : 0);
    }
    return m_session.takeInstead(doubt.label, found);
}

void QualityController::dismiss(const Doubt& doubt) {
    if (m_session.isLocked()) {
        m_session.report(
            {ErrorCode::ReadOnly,
             tr("The project cannot be written now, so nothing can be dismissed.").toStdString(),
             {}});
        return;
    }
    m_dismissed.insert(keyOf(doubt.report));
    if (const auto put =
            m_session.project().putSetting(kDismissedSetting, json(m_dismissed).dump());
        !put)
        m_session.report(put.error());
    refreshDoubts();
}

void QualityController::restoreDismissed() {
    if (!m_quality || m_session.isLocked())
        return;
    for (const protocol::DoubtReport& report : m_quality->result.doubts)
        m_dismissed.erase(keyOf(report));
    if (const auto put =
            m_session.project().putSetting(kDismissedSetting, json(m_dismissed).dump());
        !put)
        m_session.report(put.error());
    refreshDoubts();
}

}  // namespace spanwise::ui
