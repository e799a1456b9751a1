#include "ui/session/learning_controller.h"

#include <QDateTime>
#include <QDir>
#include <QFileInfo>
#include <QPointer>
#include <QUuid>
#include <algorithm>

#include "core/annotation/document.h"
#include "core/protocol/model_messages.h"

namespace spanwise::ui {
namespace {

constexpr std::size_t kPutDocuments = 32;
constexpr std::size_t kPutBytes = 512 * 1024;
/// Documents whose suggestions are written in one go: some milliseconds.
constexpr std::size_t kFlushDocuments = 16;
constexpr std::size_t kPoolDocuments = 20000;
/// Documents that are likely to be opened next: they are predicted even while there is more to
/// learn, as there always is for who labels without a pause.
constexpr std::size_t kNext = 2;
constexpr int kMaxAttempts = 3;
constexpr int kMaxCrashes = 3;
constexpr const char* kEncoderSetting = "encoder";
/// What storage names suggestions that came with a file.
constexpr std::string_view kImportedModel = "imported";

std::vector<NamedSpan> named(const auto& records, const LabelScheme& scheme) {
    std::vector<NamedSpan> spans;
    spans.reserve(records.size());
    for (const auto& record : records) {
        if (const EntityType* type = scheme.byId(record.type))
            spans.push_back({record.range, type->name, -1});
    }
    return spans;
}

protocol::DocumentLabelling labelling(const std::string& hash, const DocumentLabels& labels,
                                      const LabelScheme& scheme) {
    return {hash, labels.status == DocumentStatus::Done, named(labels.annotations, scheme),
            named(labels.rejections, scheme)};
}

bool teaches(const protocol::DocumentLabelling& labelling) {
    return labelling.done || !labelling.annotations.empty() || !labelling.rejections.empty();
}

}  // namespace

LearningController::LearningController(ProjectSession& session, WorkerClient& client,
                                       LearningOptions options, QObject* parent)
    : QObject(parent), m_session(session), m_client(client), m_options(std::move(options)) {
    m_debounce.setSingleShot(true);
    m_debounce.setInterval(m_options.debounce);
    m_idle.setSingleShot(true);
    m_idle.setInterval(m_options.idle);
    m_flush.setSingleShot(true);
    m_flush.setInterval(m_options.flush);
    m_scroll.setSingleShot(true);
    m_scroll.setInterval(m_options.scroll);
    connect(&m_debounce, &QTimer::timeout, this, [this] {
        if (!canLearn())
            m_pendingSince.invalidate();
        else if (m_work == Work::Predicting && m_streaming && m_trainedRevision != m_revision)
            interrupt();
        next();
    });
    connect(&m_idle, &QTimer::timeout, this, [this] {
        if (!m_modelIsQuick || m_trainedRevision != m_revision)
            return;
        m_freshWanted = true;
        if (givesWay())
            interrupt();
        next();
    });
    connect(&m_scroll, &QTimer::timeout, this, &LearningController::showScrolled);
    connect(&m_flush, &QTimer::timeout, this, [this] { flush(); });
    connect(&m_client, &WorkerClient::ready, this, &LearningController::workerReady);
    connect(&m_client, &WorkerClient::stateChanged, this, &LearningController::workerStateChanged);
    connect(&m_client, &WorkerClient::failed, this,
            [this](const QString& message) { setStage(LearningStatus::Stage::Failed, message); });
    connect(&m_client, &WorkerClient::progress, this, &LearningController::progressed);
    connect(&m_client, &WorkerClient::suggestions, this, &LearningController::suggested);
    connect(&m_session, &ProjectSession::teachingChanged, this,
            &LearningController::teachingChanged);
    connect(&m_session, &ProjectSession::documentChanged, this,
            &LearningController::documentChanged);
    connect(&m_session, &ProjectSession::documentsChanged, this, [this] { m_poolStale = true; });
    connect(&m_session, &ProjectSession::holdOutChanged, this, [this] {
        rebuildPool();
        QTimer::singleShot(0, this, &LearningController::next);
    });
    connect(&m_session, &ProjectSession::lockedChanged, this, [this] {
        if (!m_session.isLocked() && !m_arrived.empty())
            m_flush.start();
    });
    connect(&m_session, &ProjectSession::countsChanged, this, [this] {
        if (m_status.labels == m_session.counts().annotations)
            return;
        m_status.labels = m_session.counts().annotations;
        Q_EMIT statusChanged();
    });
    m_status.labels = m_session.counts().annotations;
    m_encoder = m_session.project().setting(kEncoderSetting);
    if (m_session.isReadOnly())
        setStage(LearningStatus::Stage::Off);
}

LearningController::~LearningController() = default;

void LearningController::setStage(LearningStatus::Stage stage, const QString& message) {
    m_status.stage = stage;
    m_status.message = message;
    m_status.fraction = -1;
    m_status.secondsLeft = -1;
    m_status.labels = m_session.counts().annotations;
    Q_EMIT statusChanged();
}

WorkerClient::Handler LearningController::guarded(
    std::function<void(const WorkerClient::Reply&)> f) {
    return [alive = QPointer<LearningController>(this), epoch = m_epoch,
            f = std::move(f)](const WorkerClient::Reply& reply) {
        if (alive && alive->m_epoch == epoch)
            f(reply);
    };
}

// --- the worker comes and goes

void LearningController::workerReady(const protocol::InitializeResult&) {
    ++m_epoch;
    dropErrand();
    m_put.clear();
    m_schemeSent.clear();
    m_loaded = false;
    m_hasModel = false;
    m_busy = false;
    m_request = 0;
    m_work = Work::None;
    if (m_session.isReadOnly())
        return;
    loadModel();
}

void LearningController::workerStateChanged(WorkerClient::State state) {
    if (m_session.isReadOnly())
        return;
    if (state == WorkerClient::State::Restarting || state == WorkerClient::State::Stopped) {
        if (m_work == Work::Training)
            ++m_crashes;
        if (m_work == Work::Loading && state == WorkerClient::State::Restarting) {
            ++m_loadCrashes;
            if (m_chosen) {  // not tried again
                const std::string path = m_chosen->path;
                m_chosen.reset();
                m_session.report({ErrorCode::Corrupt,
                                  tr("The worker died when it loaded this model, so the project "
                                     "keeps the one it had. The worker log may say why.")
                                      .toStdString(),
                                  path});
                Q_EMIT encoderChanged();
            }
        }
        ++m_epoch;  // whatever is under way was the dead worker's
        m_loaded = false;
        m_busy = false;
        m_request = 0;
        m_work = Work::None;
        dropErrand();
    }
    if (state == WorkerClient::State::Restarting)
        setStage(LearningStatus::Stage::Restarting);
    else if (state == WorkerClient::State::Starting)
        setStage(LearningStatus::Stage::Starting);
}

std::string LearningController::taughtFingerprint() const {
    const ProjectCounts& counts = m_session.counts();
    return std::to_string(counts.annotations) + ":" + std::to_string(counts.rejections) + ":" +
           std::to_string(counts.done);
}

void LearningController::loadModel() {
    m_busy = true;
    m_work = Work::Loading;
    setStage(LearningStatus::Stage::Starting);
    if (!m_chosen && !m_encoder.empty() && m_loadCrashes >= kMaxCrashes) {
        WorkerError died;
        died.code = ErrorCode::Corrupt;
        died.message = tr("The worker died %Ln time(s) when it loaded the project's model; its log "
                          "may say why.",
                          nullptr, m_loadCrashes)
                           .toStdString();
        encoderFailed(died);
        return;
    }
    const std::string encoder = m_chosen ? m_chosen->path : m_encoder;
    if (encoder.empty()) {
        loadKeptModel(std::nullopt);
        return;
    }
    m_request = m_client.request(
        "model/load", {{"path", encoder}}, guarded([this](const WorkerClient::Reply& reply) {
            if (!reply) {
                encoderFailed(reply.error());
                return;
            }
            if (m_chosen) {
                m_encoder = m_chosen->setting;
                m_chosen.reset();
                const auto kept = m_session.project().putSetting(kEncoderSetting, m_encoder);
                if (!kept)
                    m_session.report(kept.error());
                Q_EMIT encoderChanged();
            }
            loadKeptModel(*reply);
        }));
}

void LearningController::encoderFailed(const WorkerError& error) {
    if (error.code == ErrorCode::Worker)
        return;
    if (m_chosen) {
        m_chosen.reset();
        m_session.report(error);
        Q_EMIT encoderChanged();
        loadModel();
        return;
    }
    Error told = error;
    told.message +=
        ' ' + tr("The default encoder is used instead; the Models page has others.").toStdString();
    if (told.where.empty())
        told.where = m_encoder;
    m_session.report(told);
    // For this run: the setting stays, for the folder may come back.
    m_encoder.clear();
    Q_EMIT encoderChanged();
    loadModel();
}

void LearningController::loadFailed(const WorkerError& error) {
    m_busy = false;
    m_work = Work::None;
    if (error.code != ErrorCode::Worker)
        setStage(LearningStatus::Stage::Failed, QString::fromStdString(error.text()));
}

/// The model trained last from this encoder, or the encoder alone.
void LearningController::loadKeptModel(const std::optional<nlohmann::json>& encoder) {
    const auto withoutOne = [this, encoder] {
        if (encoder) {
            modelLoaded(*encoder, {}, {});
            return;
        }
        m_request = m_client.request("model/load", nlohmann::json::object(),
                                     guarded([this](const WorkerClient::Reply& reply) {
                                         if (reply)
                                             modelLoaded(*reply, {}, {});
                                         else
                                             loadFailed(reply.error());
                                     }));
    };
    QString id;
    QString path;
    std::string taught;
    qint64 learnedAt = 0;
    std::int64_t latest = -1;
    if (const auto models = m_session.project().models(); models && m_loadCrashes < kMaxCrashes) {
        for (const Project::ModelRow& row : *models) {
            const auto info = nlohmann::json::parse(row.infoJson, nullptr, false);
            const auto text = [&info](const char* key) {
                const auto found = info.is_object() ? info.find(key) : info.end();
                return info.is_object() && found != info.end() && found->is_string()
                           ? found->get<std::string>()
                           : std::string();
            };
            if (row.createdAt < latest || text("encoderPath") != m_encoder)
                continue;
            latest = row.createdAt;
            learnedAt = row.createdAt;
            const auto number = [&info](const char* key) {
                return info.is_object() && info.contains(key) && info[key].is_number_integer()
                           ? info[key].get<qint64>()
                           : 0;
            };
            m_keptDocuments = number("documents");
            m_keptOf = number("ofDocuments");
            id = QString::fromStdString(row.id);
            path = QString::fromStdString(row.path);
            taught = text("taught");
        }
    }
    if (path.isEmpty() || !QFileInfo::exists(path)) {
        withoutOne();
        return;
    }
    m_request = m_client.request(
        "model/load", {{"path", path.toStdString()}, {"id", id.toStdString()}},
        guarded([this, id, taught, learnedAt, withoutOne](const WorkerClient::Reply& reply) {
            // A kept model that cannot be read is no loss: it is learned again.
            if (reply)
                modelLoaded(*reply, id, taught, learnedAt);
            else
                withoutOne();
        }));
}

void LearningController::useEncoder(const QString& path, bool isDefault) {
    if (m_session.isLocked()) {
        m_session.report(
            {ErrorCode::ReadOnly,
             tr("The project cannot be written now, so it keeps its model.").toStdString(),
             {}});
        Q_EMIT encoderChanged();
        return;
    }
    m_chosen = EncoderChoice{path.toStdString(), isDefault ? std::string() : path.toStdString()};
    m_loadCrashes = 0;
    m_crashes = 0;
    if (m_client.state() == WorkerClient::State::Stopped) {
        m_client.start();
        return;
    }
    if (m_client.state() != WorkerClient::State::Ready)
        return;  // workerReady() loads it
    if (m_request != 0)
        m_client.cancel(m_request);
    ++m_epoch;  // what is under way belongs to the encoder before
    m_loaded = false;
    m_hasModel = false;
    m_request = 0;
    m_cancelled = false;
    m_saveWanted = false;
    m_arrived.clear();
    dropErrand();
    loadModel();
}

void LearningController::modelLoaded(const nlohmann::json& reply, const QString& id,
                                     const std::string& taught, qint64 learnedAt) {
    m_busy = false;
    m_work = Work::None;
    m_request = 0;
    protocol::ModelInfo info;
    try {
        info = reply.get<protocol::ModelInfo>();
    } catch (const nlohmann::json::exception& e) {
        setStage(LearningStatus::Stage::Failed, QString::fromUtf8(e.what()));
        return;
    }
    m_loaded = true;
    m_loadCrashes = 0;
    m_noZeroShot = false;
    m_suggestedScheme.clear();
    m_trainFailure.clear();
    m_status.learned = 0;
    m_status.learnedDocuments = 0;
    m_status.labelledDocuments = 0;
    m_status.learnedAt = learnedAt;
    m_status.model = QString::fromStdString(info.name);
    m_status.device = QString::fromStdString(info.device);
    std::vector<std::string> theirs = info.types;
    std::vector<std::string> ours = m_session.scheme().names();
    std::sort(theirs.begin(), theirs.end());
    std::sort(ours.begin(), ours.end());
    m_hasModel = !theirs.empty() && theirs == ours;
    m_trainedRevision = 0;
    ++m_generation;
    if (m_hasModel) {
        m_modelId = id.toStdString();
        m_modelIsQuick = false;
        if (taught == taughtFingerprint()) {
            m_trainedRevision = m_revision;
            m_taughtFingerprint = taught;
            m_status.learned = m_session.counts().annotations;
            m_status.learnedDocuments = m_keptDocuments;
            m_status.labelledDocuments = m_keptOf;
            for (const DocumentSummary& document : m_session.documents()) {
                if (document.suggestions > 0)
                    m_predicted[document.id] = m_generation;
            }
        }
        rebuildPool();
    }
    next();
}

// --- a person decides something

void LearningController::teachingChanged(DocumentId document) {
    ++m_revision;
    if (document != 0)
        m_dirty.insert(document);
    else
        m_collected = false;
    m_freshWanted = false;
    m_crashes = 0;
    m_idle.start();
    if (!m_pendingSince.isValid())
        m_pendingSince.start();
    if (m_pendingSince.elapsed() < m_options.longestWait.count())
        m_debounce.start();
    // A long fit, or a prediction that nobody looks at, gives way.
    if ((m_work == Work::Training && !m_status.quick) || m_work == Work::Errand || givesWay())
        interrupt();
    if (!m_busy)
        next();
}

void LearningController::documentChanged() {
    if (!wantsPrediction(m_session.documentId()))
        return;
    if (givesWay())
        interrupt();
    next();
}

std::vector<DocumentId> LearningController::withNeighbours(DocumentId document,
                                                           std::size_t most) const {
    std::vector<DocumentId> documents{document};
    const auto& order = m_session.queue();
    auto place = std::find_if(order.begin(), order.end(),
                              [&](const QueueEntry& entry) { return entry.id == document; });
    if (place == order.end())
        place = order.begin();
    for (; place != order.end() && documents.size() <= most; ++place) {
        if (place->id != document && wantsPrediction(place->id))
            documents.push_back(place->id);
    }
    return documents;
}

bool LearningController::isBlank(DocumentId document) const {
    return m_hasModel && canLearn() && wantsPrediction(document) &&
           !m_predicted.contains(document) && !isVisiblePartThere(document);
}

bool LearningController::givesWay() const {
    return (m_work == Work::Predicting && (m_isPool || m_streaming)) ||
           (m_work == Work::Errand && !m_errand->errand.isUrgent);
}

void LearningController::interrupt() {
    if (m_request == 0)
        return;
    m_cancelled = true;
    m_client.cancel(m_request);
}

void LearningController::setVisibleRange(DocumentId document, Range range) {
    m_shown = document;
    m_visible = range;
    if (m_work == Work::Predicting && m_streaming)
        m_scroll.start();
}

void LearningController::showScrolled() {
    if (m_work == Work::Predicting && m_streaming && !m_isPool && !m_predicting.empty() &&
        m_predicting.front() == m_shown && m_askedVisible != m_visible &&
        !isVisiblePartThere(m_shown)) {
        interrupt();
    }
}

bool LearningController::isVisiblePartThere(DocumentId document) const {
    const auto found = m_partial.find(document);
    if (found == m_partial.end() || found->second.generation != m_generation)
        return false;
    const DocumentSummary* summary = m_session.summary(document);
    if (document != m_shown || m_visible.isEmpty() || !summary)
        return true;
    const Range seen{m_visible.begin, std::min<Offset>(m_visible.end, summary->codePoints)};
    return std::any_of(found->second.ranges.begin(), found->second.ranges.end(),
                       [seen](const Range& range) { return range.contains(seen); });
}

void LearningController::trainNow() {
    m_freshWanted = true;
    m_freshByHand = true;
    m_crashes = 0;
    if (m_client.state() == WorkerClient::State::Stopped) {
        m_client.start();
        return;
    }
    if (m_work == Work::Predicting || m_work == Work::Errand)
        interrupt();
    next();
}

bool LearningController::canLearn() const {
    return !m_session.isReadOnly() && !m_session.scheme().isEmpty() &&
           m_session.counts().annotations > 0;
}

bool LearningController::usesZeroShot() const {
    return m_loaded && !m_noZeroShot && !m_session.isReadOnly() && !m_session.scheme().isEmpty() &&
           (!m_hasModel || !canLearn());
}

bool LearningController::prepareZeroShot() {
    std::string scheme = schemeJson().dump();
    if (scheme != m_suggestedScheme) {
        if (m_debounce.isActive())
            return false;
        m_suggestedScheme = std::move(scheme);
        ++m_generation;
        m_poolStale = true;
    }
    if (m_poolStale)
        rebuildPool();
    return true;
}

/// What came with a file is not given up for a guess from names.
bool LearningController::holdsImported(DocumentId document) const {
    const DocumentSummary* summary = m_session.summary(document);
    if (!summary || summary->suggestions == 0)
        return false;
    const auto holds = [](const DocumentLabels& labels) {
        return std::any_of(
            labels.suggestions.begin(), labels.suggestions.end(),
            [](const Suggestion& suggestion) { return suggestion.model == kImportedModel; });
    };
    if (document == m_session.documentId())
        return holds(m_session.labels());
    const auto labels = m_session.project().labels(document);
    return labels && holds(*labels);
}

bool LearningController::wantsPrediction(DocumentId document) const {
    if (!m_loaded || document == 0)
        return false;
    if (!(m_hasModel && canLearn()) && !usesZeroShot())
        return false;
    if (m_session.isHeldOut(document))
        return false;
    const DocumentSummary* summary = m_session.summary(document);
    if (!summary || summary->status == DocumentStatus::Done)
        return false;
    const auto found = m_predicted.find(document);
    return found == m_predicted.end() || found->second < m_generation;
}

void LearningController::next() {
    using Stage = LearningStatus::Stage;
    if (m_busy || !m_loaded)
        return;
    const bool learns = canLearn();
    if (!learns) {
        m_freshWanted = false;
        if (!usesZeroShot()) {
            if (!startErrand(false))
                setStage(m_session.isReadOnly() ? Stage::Off : Stage::Waiting);
            return;
        }
    }
    const bool outdated = learns && m_trainedRevision != m_revision;
    if (learns && m_crashes >= kMaxCrashes) {
        setStage(Stage::Failed, tr("The worker died %Ln time(s) while learning. The worker log may "
                                   "say why; it is tried again after the next label.",
                                   nullptr, m_crashes));
        return;
    }
    if ((outdated && !m_debounce.isActive()) || (m_freshWanted && (m_hasModel || outdated))) {
        if (isBlank(m_session.documentId())) {
            predict(withNeighbours(m_session.documentId(), kNext), false);
            return;
        }
        startTraining(!m_freshWanted);
        return;
    }
    if (usesZeroShot() && !prepareZeroShot()) {
        setStage(learns ? Stage::Pending : Stage::Waiting);
        return;
    }
    const DocumentId visible = m_session.documentId();
    if (wantsPrediction(visible) && !(outdated && isVisiblePartThere(visible))) {
        predict(withNeighbours(visible, m_options.neighbours), false);
        return;
    }
    if (outdated) {  // the hand has not rested yet
        setStage(Stage::Pending);
        return;
    }
    if (startErrand(true))
        return;
    if (m_saveWanted && learns) {
        saveModel();
        return;
    }
    if (m_pool.empty() && m_poolGoesOn)
        rebuildPool();
    std::vector<DocumentId> documents;
    while (!m_pool.empty() && documents.size() < m_options.chunk) {
        if (wantsPrediction(m_pool.front()))
            documents.push_back(m_pool.front());
        m_pool.pop_front();
    }
    if (!documents.empty()) {
        predict(std::move(documents), true);
        return;
    }
    if (!m_arrived.empty()) {  // up to date is what has been written; flush() comes back here
        m_flush.start();
        return;
    }
    if (startErrand(false))
        return;
    const Stage end = !learns                     ? Stage::Waiting
                      : !m_trainFailure.isEmpty() ? Stage::Failed
                                                  : Stage::UpToDate;
    const bool arrived = m_status.stage != end || m_zeroShot;
    m_zeroShot = false;
    setStage(end, m_trainFailure);
    if (arrived)
        Q_EMIT predicted();
    if (m_modelIsQuick && learns && !m_idle.isActive())
        m_idle.start();
    if (end == Stage::UpToDate && m_hasModel)
        Q_EMIT idle();
}

// --- what others ask of the worker

bool LearningController::isFresh() const {
    return m_hasModel && canLearn() && !m_modelIsQuick && m_trainedRevision == m_revision &&
           m_trainFailure.isEmpty();
}

qint64 LearningController::addErrand(Errand errand) {
    const bool isUrgent = errand.isUrgent;
    m_errands.push_back({++m_lastErrand, std::move(errand)});
    const qint64 id = m_lastErrand;
    if (isUrgent && givesWay())
        interrupt();
    if (!m_busy)
        QTimer::singleShot(0, this, &LearningController::next);
    return id;
}

void LearningController::cancelErrand(qint64 id) {
    if (m_errand && m_errand->id == id) {
        interrupt();
        return;
    }
    const auto place =
        std::find_if(m_errands.begin(), m_errands.end(),
                     [id](const NumberedErrand& waiting) { return waiting.id == id; });
    if (place == m_errands.end())
        return;
    const auto ended = std::move(place->errand.ended);
    m_errands.erase(place);
    WorkerError cancelled;
    cancelled.code = ErrorCode::Cancelled;
    ended(tl::unexpected(std::move(cancelled)));
}

void LearningController::modelCalibrated() {
    ++m_generation;
    rebuildPool();
    if (!m_modelIsQuick && m_trainedRevision == m_revision)
        m_saveWanted = !m_options.modelFolder.isEmpty();
    QTimer::singleShot(0, this, &LearningController::next);
}

bool LearningController::startErrand(bool urgentOnly) {
    auto place =
        std::find_if(m_errands.begin(), m_errands.end(),
                     [](const NumberedErrand& waiting) { return waiting.errand.isUrgent; });
    if (place == m_errands.end() && !urgentOnly)
        place = m_errands.begin();
    if (place == m_errands.end())
        return false;
    m_errand = std::move(*place);
    m_errands.erase(place);
    m_busy = true;
    m_work = Work::Errand;
    m_request = 0;
    m_cancelled = false;
    if (m_errand->errand.isCheck)
        setStage(LearningStatus::Stage::Checking);
    sendErrand(0);
    return true;
}

void LearningController::sendErrand(int attempt) {
    ensureDocuments(m_errand->errand.documents, [this, attempt] {
        sendScheme();
        m_request = m_client.request(m_errand->errand.method, m_errand->errand.params(),
                                     guarded([this, attempt](const WorkerClient::Reply& reply) {
                                         errandEnded(reply, attempt);
                                     }));
    });
}

void LearningController::errandEnded(const WorkerClient::Reply& reply, int attempt) {
    m_request = 0;
    if (!reply) {
        if (reply.error().code == ErrorCode::Worker)
            return;  // dropErrand() follows
        if (!m_cancelled && forgetUnknown(reply.error()) && attempt + 1 < kMaxAttempts) {
            sendErrand(attempt + 1);
            return;
        }
    }
    m_busy = false;
    m_work = Work::None;
    m_cancelled = false;
    finishErrand(reply);
    next();
}

void LearningController::finishErrand(const WorkerClient::Reply& reply) {
    const std::optional<NumberedErrand> errand = std::exchange(m_errand, std::nullopt);
    if (errand)
        errand->errand.ended(reply);
}

void LearningController::dropErrand() {
    WorkerError died;
    died.code = ErrorCode::Worker;
    died.message = tr("The worker stopped.").toStdString();
    finishErrand(tl::unexpected(std::move(died)));
}

// --- training

void LearningController::startTraining(bool quick) {
    m_busy = true;
    m_work = Work::Training;
    m_request = 0;
    m_cancelled = false;
    m_status.quick = quick;
    m_pendingSince.invalidate();
    m_trainFailure.clear();
    setStage(LearningStatus::Stage::Training);
    sendTraining(0);
}

void LearningController::sendTraining(int attempt) {
    collectLabellings([this, attempt] {
        if (!m_freshWanted)
            m_status.quick = true;  // a label came meanwhile
        m_trainingRevision = m_revision;
        m_trainingLabels = m_session.counts().annotations;
        const bool isPart = m_chosenDocuments < m_labelledDocuments;
        m_trainingDocuments = isPart ? static_cast<qint64>(m_labellings.size()) : 0;
        m_trainingOf =
            isPart ? std::max<qint64>(m_labelledDocuments,
                                      m_session.counts().done + m_session.counts().inProgress)
                   : 0;
        m_trainingFingerprint = taughtFingerprint();
        std::vector<DocumentId> documents;
        for (const auto& [id, labelling] : m_labellings)
            documents.push_back(id);
        std::sort(documents.begin(), documents.end());
        ensureDocuments(documents, [this, documents, attempt] {
            protocol::TrainParams params;
            params.quick = m_status.quick;
            params.budgetSeconds = m_status.quick ? m_options.quickSeconds : 0;
            // Who asks for a fresh fit gets one.
            params.compare = !m_status.quick && !m_freshByHand;
            for (const DocumentId id : documents) {
                if (const auto found = m_labellings.find(id); found != m_labellings.end())
                    params.labels.push_back(found->second);
            }
            sendScheme();
            m_request = m_client.request("train", params,
                                         guarded([this, attempt](const WorkerClient::Reply& reply) {
                                             trainingEnded(reply, attempt);
                                         }));
        });
    });
}

void LearningController::trainingEnded(const WorkerClient::Reply& reply, int attempt) {
    m_request = 0;
    if (!reply) {
        const WorkerError& error = reply.error();
        if (error.code == ErrorCode::Worker)
            return;  // it comes back, or the client says that it does not
        if (forgetUnknown(error) && attempt + 1 < kMaxAttempts) {
            sendTraining(attempt + 1);
            return;
        }
        m_busy = false;
        m_work = Work::None;
        m_freshWanted = false;
        if (error.code != ErrorCode::Cancelled) {
            m_trainedRevision = m_trainingRevision;  // the same again would fail again
            m_trainFailure = QString::fromStdString(error.text());
            setStage(LearningStatus::Stage::Failed, m_trainFailure);
            m_session.report(error);
            if (usesZeroShot())
                next();
            return;
        }
        yieldWork();
        return;
    }
    protocol::TrainResult result;
    try {
        result = reply->get<protocol::TrainResult>();
    } catch (const nlohmann::json::exception& e) {
        m_busy = false;
        m_work = Work::None;
        m_trainedRevision = m_trainingRevision;
        setStage(LearningStatus::Stage::Failed, QString::fromUtf8(e.what()));
        return;
    }
    m_busy = false;
    m_work = Work::None;
    m_crashes = 0;
    m_hasModel = true;
    m_modelId = result.model;
    m_modelIsQuick = m_status.quick;
    m_suggestedScheme.clear();
    m_trainedRevision = m_trainingRevision;
    m_taughtFingerprint = m_trainingFingerprint;
    m_status.learned = m_trainingLabels;
    m_status.learnedDocuments = m_trainingDocuments;
    m_status.labelledDocuments = m_trainingOf;
    m_status.learnedAt = QDateTime::currentMSecsSinceEpoch();
    m_status.warnings.clear();
    for (const std::string& warning : result.warnings)
        m_status.warnings << QString::fromStdString(warning);
    if (!m_modelIsQuick) {
        m_freshWanted = false;
        m_freshByHand = false;
        m_saveWanted = !m_options.modelFolder.isEmpty();
    }
    ++m_generation;
    rebuildPool();
    Q_EMIT trained(QString::fromStdString(m_modelId), m_modelIsQuick);
    // The visible document first, even when there is more to learn already.
    const DocumentId visible = m_session.documentId();
    if (m_trainedRevision != m_revision && wantsPrediction(visible))
        predict(withNeighbours(visible, kNext), false);
    else
        next();
}

void LearningController::rebuildPool() {
    m_poolStale = false;
    // What was predicted longest ago first. A model that goes on learning reaches few of many
    // documents: those that it does not, it gets when these are done (next()).
    std::map<int, std::vector<DocumentId>> byAge;
    std::size_t never = 0;
    m_poolGoesOn = false;
    for (const QueueEntry& entry : m_session.queue()) {
        if (entry.reason == QueueReason::Done || !wantsPrediction(entry.id))
            continue;
        if (never == kPoolDocuments) {
            m_poolGoesOn = true;
            break;
        }
        const auto found = m_predicted.find(entry.id);
        const int age = found == m_predicted.end() ? -1 : found->second;
        never += age < 0 ? 1 : 0;
        byAge[age].push_back(entry.id);
    }
    m_pool.clear();
    for (const auto& [age, documents] : byAge)
        m_pool.insert(m_pool.end(), documents.begin(), documents.end());
    if (m_pool.size() > kPoolDocuments) {
        m_pool.resize(kPoolDocuments);
        m_poolGoesOn = true;
    }
    m_poolTotal = m_pool.size();
    m_poolClock.invalidate();
}

// --- what the worker needs to know

nlohmann::json LearningController::schemeJson() const {
    nlohmann::json types = nlohmann::json::array();
    for (const EntityType& type : m_session.scheme().types())
        types.push_back({{"name", type.name}, {"description", type.description}});
    return {{"types", std::move(types)}};
}

void LearningController::sendScheme() {
    const nlohmann::json params = schemeJson();
    std::string text = params.dump();
    if (text == m_schemeSent)
        return;
    m_schemeSent = std::move(text);
    m_client.request("scheme/set", params, guarded([this](const WorkerClient::Reply& reply) {
                         if (!reply)
                             m_schemeSent.clear();
                     }));
}

void LearningController::ensureDocuments(std::vector<DocumentId> documents,
                                         std::function<void()> then) {
    nlohmann::json batch = nlohmann::json::array();
    std::vector<std::string> hashes;
    std::size_t bytes = 0;
    while (!documents.empty() && batch.size() < kPutDocuments && bytes < kPutBytes) {
        const DocumentId id = documents.back();
        const DocumentSummary* summary = m_session.summary(id);
        if (!summary || m_put.contains(summary->sha256.hex())) {
            documents.pop_back();
            continue;
        }
        Result<Document> stored = failure(ErrorCode::NotFound, "");
        if (id != m_session.documentId())
            stored = m_session.project().document(id);
        const Document* document = id == m_session.documentId() ? m_session.document().get()
                                   : stored                     ? &*stored
                                                                : nullptr;
        documents.pop_back();
        if (!document)
            continue;
        bytes += document->text.size();
        hashes.push_back(document->sha256);
        m_put.insert(document->sha256);
        batch.push_back(protocol::DocumentText{document->sha256, document->text,
                                               presplitToJson(document->presplit)});
    }
    if (batch.empty()) {
        then();
        return;
    }
    // One request at a time, so that a large project neither floods the pipe nor stops the window.
    m_request = m_client.request(
        "documents/put", {{"documents", std::move(batch)}},
        guarded([this, hashes, documents = std::move(documents),
                 then = std::move(then)](const WorkerClient::Reply& reply) mutable {
            m_request = 0;
            if (!reply) {
                for (const std::string& hash : hashes)
                    m_put.erase(hash);
                if (reply.error().code == ErrorCode::Worker)
                    return;
            }
            if (m_cancelled) {
                yieldWork();
                return;
            }
            if (!reply && m_work == Work::Errand) {
                errandEnded(tl::unexpected(reply.error()), kMaxAttempts);
                return;
            }
            if (!reply) {
                m_busy = false;
                m_work = Work::None;
                m_trainedRevision = m_revision;
                setStage(LearningStatus::Stage::Failed,
                         QString::fromStdString(reply.error().text()));
                m_session.report(reply.error());
                return;
            }
            ensureDocuments(std::move(documents), std::move(then));
        }));
}

bool LearningController::forgetUnknown(const WorkerError& error) {
    if (error.rpcCode != protocol::kUnknownDocument)
        return false;
    const auto hashes = error.data.find("hashes");
    if (error.data.is_object() && hashes != error.data.end() && hashes->is_array()) {
        for (const auto& hash : *hashes) {
            if (hash.is_string())
                m_put.erase(hash.get<std::string>());
        }
    } else {
        m_put.clear();
    }
    return true;
}

void LearningController::refreshLabelling(DocumentId document) {
    const DocumentSummary* summary = m_session.summary(document);
    if (!summary || summary->status == DocumentStatus::New) {
        m_labellings.erase(document);
        return;
    }
    Result<DocumentLabels> stored = m_session.labels();
    if (document != m_session.documentId())
        stored = m_session.project().labels(document);
    if (!stored)
        return;
    auto taught = labelling(summary->sha256.hex(), *stored, m_session.scheme());
    if (teaches(taught))
        m_labellings[document] = std::move(taught);
    else
        m_labellings.erase(document);
}

void LearningController::collectLabellings(std::function<void()> then) {
    const auto refreshDirty = [this] {
        for (const DocumentId id : m_dirty)
            refreshLabelling(id);
        m_dirty.clear();
    };
    // What is decided now is learned whatever was chosen before, until that is far too much.
    if (m_labellings.size() + m_dirty.size() > m_options.teaching.documents / 10 * 11 + 1)
        m_collected = false;
    // A collection whose training was given up has not filled in what it collected.
    if (m_collected && !m_collect.isRunning()) {
        refreshDirty();
        then();
        return;
    }
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        m_busy = false;
        m_work = Work::None;
        m_trainedRevision = m_revision;
        setStage(LearningStatus::Stage::Failed, QString::fromStdString(connection.error().text()));
        m_session.report(connection.error());
        return;
    }
    m_collected = true;
    m_dirty.clear();
    m_collect.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), limits = m_options.teaching,
         scheme = m_session.scheme()](const std::stop_token& stop,
                                      const std::function<void(int, int)>&) -> Result<Collected> {
            const auto choice = project->teachingDocuments(limits, stop);
            if (!choice)
                return tl::unexpected(choice.error());
            Collected all;
            all.chosen = static_cast<qint64>(choice->documents.size());
            all.of = choice->of;
            for (const DocumentId id : choice->documents) {
                if (stop.stop_requested())
                    return failure(ErrorCode::Cancelled, "It was stopped.");
                const auto summary = project->summary(id);
                const auto labels = project->labels(id);
                if (!summary || !labels)
                    continue;  // went to the trash meanwhile
                auto taught = labelling(summary->sha256.hex(), *labels, scheme);
                if (teaches(taught))
                    all.labellings.emplace(id, std::move(taught));
            }
            return all;
        },
        [this, epoch = m_epoch, refreshDirty, then = std::move(then)](Result<Collected> all) {
            if (all) {
                m_labellings = std::move(all->labellings);
                m_chosenDocuments = all->chosen;
                m_labelledDocuments = all->of;
            } else {
                m_collected = false;
            }
            refreshDirty();
            if (m_epoch == epoch)
                then();
        });
}

// --- predicting

void LearningController::predict(std::vector<DocumentId> documents, bool isPool) {
    m_busy = true;
    m_work = Work::Predicting;
    m_isPool = isPool;
    m_streaming = false;
    m_request = 0;
    m_cancelled = false;
    m_predicting = std::move(documents);
    m_zeroShot = usesZeroShot();
    if (isPool && !m_poolClock.isValid())
        m_poolClock.start();
    if (m_trainFailure.isEmpty())
        setStage(m_zeroShot ? LearningStatus::Stage::Suggesting
                            : LearningStatus::Stage::Predicting);
    sendPrediction(0);
}

void LearningController::sendPrediction(int attempt) {
    std::vector<DocumentId> reversed(m_predicting.rbegin(), m_predicting.rend());
    ensureDocuments(std::move(reversed), [this, attempt] {
        protocol::PredictParams params;
        params.threshold = m_options.threshold;
        m_byHash.clear();
        for (const DocumentId id : m_predicting) {
            const DocumentSummary* summary = m_session.summary(id);
            if (!summary)
                continue;
            const std::string hash = summary->sha256.hex();
            auto& ids = m_byHash[hash];
            if (ids.empty())
                params.hashes.push_back(hash);
            ids.push_back(id);
        }
        const DocumentId first = m_predicting.front();
        if (first == m_shown && !m_visible.isEmpty())
            params.visible = m_visible;
        m_askedVisible = params.visible.value_or(Range{});
        if (const auto partial = m_partial.find(first);
            partial != m_partial.end() && partial->second.generation == m_generation &&
            std::all_of(m_byHash.begin(), m_byHash.end(), [first](const auto& entry) {
                return entry.second.front() != first || entry.second.size() == 1;
            })) {
            params.covered = partial->second.ranges;
        }
        if (m_zeroShot)
            sendScheme();
        m_request = m_client.request(m_zeroShot ? "suggest" : "predict", params,
                                     guarded([this, attempt](const WorkerClient::Reply& reply) {
                                         predictionEnded(reply, attempt);
                                     }));
    });
}

void LearningController::predictionEnded(const WorkerClient::Reply& reply, int attempt) {
    m_request = 0;
    if (!reply) {
        const WorkerError& error = reply.error();
        if (error.code == ErrorCode::Worker)
            return;
        if (forgetUnknown(error) && attempt + 1 < kMaxAttempts) {
            sendPrediction(attempt + 1);
            return;
        }
        const bool cannot =
            error.rpcCode == protocol::kMethodNotFound ||
            (error.code == ErrorCode::NotFound && error.rpcCode != protocol::kUnknownDocument);
        if (m_zeroShot && cannot) {
            m_noZeroShot = true;
            if (!m_saidNoZeroShot)
                m_client.note(tr("No suggestions before the first label: %1")
                                  .arg(QString::fromStdString(error.text())));
            m_saidNoZeroShot = true;
            m_pool.clear();
            m_poolGoesOn = false;
            yieldWork();
            return;
        }
        if (error.code != ErrorCode::Cancelled) {
            // Not again with this model.
            for (const DocumentId id : m_predicting)
                m_predicted[id] = m_generation;
            m_busy = false;
            m_work = Work::None;
            setStage(LearningStatus::Stage::Failed, QString::fromStdString(error.text()));
            m_session.report(error);
            return;
        }
        yieldWork();
        return;
    }
    for (const DocumentId id : m_predicting) {
        m_predicted[id] = m_generation;
        m_partial.erase(id);
    }
    m_busy = false;
    m_work = Work::None;
    m_cancelled = false;
    next();
}

void LearningController::yieldWork() {
    // What the pool had to leave comes first when it goes on.
    if (m_work == Work::Predicting && m_isPool) {
        for (auto id = m_predicting.rbegin(); id != m_predicting.rend(); ++id) {
            if (wantsPrediction(*id))
                m_pool.push_front(*id);
        }
    } else if (m_work == Work::Predicting && m_streaming) {
        for (const DocumentId id : m_predicting) {
            if (wantsPrediction(id) && std::find(m_pool.begin(), m_pool.end(), id) == m_pool.end())
                m_pool.push_back(id);
        }
        m_poolTotal = std::max(m_poolTotal, m_pool.size());
    }
    m_busy = false;
    m_work = Work::None;
    m_cancelled = false;
    if (m_errand) {
        WorkerError cancelled;
        cancelled.code = ErrorCode::Cancelled;
        finishErrand(tl::unexpected(std::move(cancelled)));
    }
    next();
}

void LearningController::suggested(const protocol::Suggestions& suggestions) {
    if (suggestions.request != m_request || m_work != Work::Predicting)
        return;
    const auto found = m_byHash.find(suggestions.hash);
    if (found == m_byHash.end())
        return;
    if (m_arrivedModel != suggestions.model)
        flush();
    const bool isGuess = protocol::isZeroShot(suggestions.model);
    m_arrivedModel = suggestions.model;
    m_streaming = !suggestions.last;
    bool isVisible = false;
    for (const DocumentId id : found->second) {
        arrived(id, suggestions);
        const DocumentSummary* summary = m_session.summary(id);
        if (!summary || summary->status == DocumentStatus::Done || (isGuess && holdsImported(id)))
            continue;
        // What was proposed before and is not written yet is out of date.
        std::erase_if(m_arrived, [&](const SuggestionBatch& earlier) {
            return earlier.document == id &&
                   (!suggestions.range ||
                    (earlier.range && suggestions.range->contains(*earlier.range)));
        });
        SuggestionBatch batch;
        batch.document = id;
        batch.range = suggestions.range;
        for (const NamedSpan& span : suggestions.spans) {
            const EntityType* type = m_session.scheme().byName(span.type);
            if (type && span.score >= 0)
                batch.suggestions.push_back({0, id, span.range, type->id,
                                             std::clamp(span.score, 0.0, 1.0), suggestions.model});
        }
        if (id == m_session.documentId() && !m_session.isCommitting() && !m_session.isLocked()) {
            isVisible = true;
            m_session.putSuggestions({batch}, suggestions.model);
        } else {
            m_arrived.push_back(std::move(batch));
        }
    }
    if (!isVisible && !m_flush.isActive())
        m_flush.start();
    if (!m_streaming || m_isPool)
        return;
    // What a person waits for is there; what came meanwhile need not wait for the rest.
    if ((m_trainedRevision != m_revision && canLearn() && !m_debounce.isActive()) || m_freshWanted)
        interrupt();
    else
        showScrolled();
}

/// Remembers what of a document is predicted.
void LearningController::arrived(DocumentId document, const protocol::Suggestions& suggestions) {
    if (suggestions.last) {
        m_predicted[document] = m_generation;
        m_partial.erase(document);
        return;
    }
    Partial& partial = m_partial[document];
    if (partial.generation != m_generation)
        partial = {m_generation, {}};
    if (!suggestions.range)
        return;
    std::vector<Range>& ranges = partial.ranges;
    ranges.push_back(*suggestions.range);
    std::sort(ranges.begin(), ranges.end());
    std::vector<Range> merged;
    for (const Range range : ranges) {
        if (!merged.empty() && range.begin <= merged.back().end)
            merged.back().end = std::max(merged.back().end, range.end);
        else
            merged.push_back(range);
    }
    ranges = std::move(merged);
}

void LearningController::flush() {
    if (m_session.isLocked() || m_arrived.empty())
        return;
    if (m_session.isCommitting()) {
        m_flush.start();
        return;
    }
    const auto count = static_cast<std::ptrdiff_t>(std::min(m_arrived.size(), kFlushDocuments));
    std::vector<SuggestionBatch> batches;
    for (auto batch = m_arrived.begin(); batch != m_arrived.begin() + count; ++batch) {
        const DocumentSummary* summary = m_session.summary(batch->document);
        if (summary && summary->status != DocumentStatus::Done)
            batches.push_back(std::move(*batch));
    }
    m_arrived.erase(m_arrived.begin(), m_arrived.begin() + count);
    m_session.putSuggestions(batches, m_arrivedModel);
    if (!m_arrived.empty())
        m_flush.start();
    else
        next();
}

// --- the trained model is kept

void LearningController::saveModel() {
    m_saveWanted = false;
    QDir folder(m_options.modelFolder);
    if (!folder.mkpath(QStringLiteral("."))) {
        m_session.report(
            {ErrorCode::PermissionDenied,
             tr("The trained model cannot be kept: the folder cannot be made.").toStdString(),
             m_options.modelFolder.toStdString()});
        next();
        return;
    }
    const QString path = folder.filePath(QStringLiteral("model-") +
                                         QUuid::createUuid().toString(QUuid::Id128).left(12));
    m_busy = true;
    m_work = Work::Saving;
    setStage(LearningStatus::Stage::Saving);
    m_request = m_client.request(
        "model/save", {{"path", path.toStdString()}},
        guarded([this, path](const WorkerClient::Reply& reply) { modelSaved(reply, path); }));
}

void LearningController::modelSaved(const WorkerClient::Reply& reply, const QString& path) {
    m_request = 0;
    if (!reply && reply.error().code == ErrorCode::Worker)
        return;
    m_busy = false;
    m_work = Work::None;
    if (!reply) {
        QDir(path).removeRecursively();
        if (reply.error().code != ErrorCode::Cancelled)
            m_session.report(reply.error());
    } else if (!m_session.isLocked()) {
        const nlohmann::json info{
            {"taught", m_taughtFingerprint},           {"labels", m_status.learned},
            {"documents", m_status.learnedDocuments},  {"ofDocuments", m_status.labelledDocuments},
            {"encoder", m_status.model.toStdString()}, {"encoderPath", m_encoder},
            {"types", m_session.scheme().names()}};
        const auto put = m_session.project().putModel(m_modelId, path.toStdString(), info.dump());
        if (!put) {
            m_session.report(put.error());
        } else {
            const QDir folder(m_options.modelFolder);
            for (const QFileInfo& old : folder.entryInfoList({QStringLiteral("model-*")},
                                                             QDir::Dirs | QDir::NoDotAndDotDot)) {
                if (old.absoluteFilePath() != QFileInfo(path).absoluteFilePath())
                    QDir(old.absoluteFilePath()).removeRecursively();
            }
        }
    }
    next();
}

void LearningController::progressed(const protocol::Progress& progress) {
    if (progress.request != m_request || m_request == 0)
        return;
    const double part = progress.total > 0 ? static_cast<double>(progress.done) /
                                                 static_cast<double>(progress.total)
                                           : -1;
    m_status.fraction = part;
    m_status.secondsLeft = progress.secondsLeft;
    if (m_errand && m_errand->errand.progress)
        m_errand->errand.progress(progress);
    if (m_work == Work::Predicting && m_isPool && m_poolTotal > 0) {
        const double before =
            static_cast<double>(m_poolTotal - m_pool.size() - m_predicting.size());
        const double done = before + std::max(0.0, part) * static_cast<double>(m_predicting.size());
        m_status.fraction = std::clamp(done / static_cast<double>(m_poolTotal), 0.0, 1.0);
        const double seconds = static_cast<double>(m_poolClock.elapsed()) / 1000;
        m_status.secondsLeft =
            done > 0 ? seconds * (static_cast<double>(m_poolTotal) - done) / done : -1;
    }
    Q_EMIT statusChanged();
}

}  // namespace spanwise::ui
