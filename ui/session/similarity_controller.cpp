#include "ui/session/similarity_controller.h"

#include <QPointer>
#include <array>
#include <map>
#include <optional>

#include "core/text/offset_map.h"

namespace spanwise::ui {
namespace {

using Stage = SimilarityStatus::Stage;

constexpr std::int64_t kHits = 50;
constexpr int kMostDeaths = 2;

}  // namespace

SimilarityController::SimilarityController(ProjectSession& session, LearningController& learning,
                                           QObject* parent)
    : QObject(parent), m_session(session), m_learning(learning) {
    connect(&m_learning, &LearningController::statusChanged, this, [this] {
        const bool waits = m_status.stage == Stage::Waiting || m_status.stage == Stage::Searching;
        if (waits && m_learning.status().stage == LearningStatus::Stage::Failed) {
            WorkerError error;
            error.code = ErrorCode::Worker;
            error.message = m_learning.status().message.toStdString();
            m_deaths = kMostDeaths;
            cancel();
            fail(error);
        }
    });
}

SimilarityController::~SimilarityController() = default;

void SimilarityController::setStage(Stage stage, const QString& message) {
    m_status.stage = stage;
    m_status.message = message;
    m_status.fraction = -1;
    Q_EMIT changed();
}

void SimilarityController::find(DocumentId document, Range range) {
    cancel();
    m_document = document;
    m_range = range;
    m_deaths = 0;
    m_hits.clear();
    setStage(Stage::Waiting);
    proceed();
}

void SimilarityController::cancel() {
    ++m_search;
    if (m_errand != 0)
        m_learning.cancelErrand(std::exchange(m_errand, 0));
    if (m_status.stage != Stage::Idle && m_status.stage != Stage::Done)
        setStage(Stage::Idle);
}

void SimilarityController::proceed() {
    if (m_epoch != m_learning.workerEpoch()) {
        m_epoch = m_learning.workerEpoch();
        m_indexed.clear();
    }
    std::vector<DocumentId> documents;
    std::vector<std::string> hashes;
    for (const DocumentSummary& summary : m_session.documents()) {
        std::string hash = summary.sha256.hex();
        if (!m_indexed.contains(hash)) {
            documents.push_back(summary.id);
            hashes.push_back(std::move(hash));
        }
    }
    if (!hashes.empty())
        sendIndex(std::move(documents), std::move(hashes));
    else
        sendSearch();
}

void SimilarityController::sendIndex(std::vector<DocumentId> documents,
                                     std::vector<std::string> hashes) {
    Errand errand;
    errand.method = QStringLiteral("index");
    errand.documents = std::move(documents);
    errand.isUrgent = true;
    errand.params = [hashes] { return nlohmann::json{{"hashes", hashes}}; };
    errand.progress = [alive = QPointer<SimilarityController>(this)](const auto& progress) {
        if (!alive)
            return;
        alive->m_status.stage = Stage::Indexing;
        alive->m_status.fraction = progress.total > 0 ? static_cast<double>(progress.done) /
                                                            static_cast<double>(progress.total)
                                                      : -1;
        Q_EMIT alive->changed();
    };
    errand.ended = [alive = QPointer<SimilarityController>(this), search = m_search,
                    epoch = m_learning.workerEpoch(),
                    hashes = std::move(hashes)](const WorkerClient::Reply& reply) {
        if (!alive)
            return;
        if (reply && alive->m_learning.workerEpoch() == epoch) {
            alive->m_epoch = epoch;
            alive->m_indexed.insert(hashes.begin(), hashes.end());
        }
        if (search != alive->m_search)
            return;
        alive->m_errand = 0;
        if (reply)
            alive->proceed();
        else
            alive->fail(reply.error());
    };
    m_errand = m_learning.addErrand(std::move(errand));
}

void SimilarityController::sendSearch() {
    const DocumentSummary* summary = m_session.summary(m_document);
    if (!summary) {
        setStage(Stage::Idle);
        return;
    }
    Errand errand;
    errand.method = QStringLiteral("similar");
    errand.documents = {m_document};
    errand.isUrgent = true;
    protocol::SimilarParams params;
    params.hash = summary->sha256.hex();
    params.range = m_range;
    params.count = kHits;
    errand.params = [params] { return nlohmann::json(params); };
    errand.ended = [alive = QPointer<SimilarityController>(this),
                    search = m_search](const WorkerClient::Reply& reply) {
        if (!alive || search != alive->m_search)
            return;
        alive->m_errand = 0;
        if (reply)
            alive->show(*reply);
        else
            alive->fail(reply.error());
    };
    setStage(Stage::Searching);
    m_errand = m_learning.addErrand(std::move(errand));
}

void SimilarityController::fail(const WorkerError& error) {
    const bool gaveWay = error.code == ErrorCode::Cancelled;
    if (gaveWay || (error.code == ErrorCode::Worker && ++m_deaths < kMostDeaths)) {
        setStage(Stage::Waiting);
        proceed();
        return;
    }
    setStage(Stage::Failed,
             error.rpcCode == protocol::kMethodNotFound
                 ? tr("The worker is of an older Spanwise and cannot search by meaning.")
                 : QString::fromStdString(error.text()));
}

void SimilarityController::show(const nlohmann::json& reply) {
    std::vector<protocol::SimilarMatch> matches;
    try {
        reply.at("hits").get_to(matches);
    } catch (const nlohmann::json::exception& error) {
        setStage(Stage::Failed, QString::fromUtf8(error.what()));
        return;
    }
    std::map<std::array<std::uint8_t, 32>, DocumentId> found;
    for (const protocol::SimilarMatch& match : matches)
        found.emplace(DocumentHash::fromHex(match.hash).bytes, 0);
    std::unordered_map<std::string, DocumentId> ids;
    for (const DocumentSummary& summary : m_session.documents()) {
        if (found.contains(summary.sha256.bytes))
            ids.emplace(summary.sha256.hex(), summary.id);
    }
    std::vector<SimilarHit> hits;
    std::optional<Document> document;
    std::optional<OffsetMap> map;
    for (const protocol::SimilarMatch& match : matches) {
        const auto id = ids.find(match.hash);
        if (id == ids.end() || (id->second == m_document && match.range == m_range))
            continue;
        if (!document || document->id != id->second) {
            auto stored = m_session.project().document(id->second);
            if (!stored)
                continue;
            document = std::move(*stored);
            map.emplace(document->text);
        }
        const bool isPlace = match.sentence.begin >= 0 && !match.range.isEmpty() &&
                             match.sentence.contains(match.range) &&
                             match.sentence.end <= map->codePoints();
        if (!isPlace)
            continue;
        const auto part = [&](Offset begin, Offset end) {
            const std::int64_t from = map->toByte(begin);
            return QString::fromUtf8(document->text.data() + from,
                                     static_cast<qsizetype>(map->toByte(end) - from));
        };
        hits.push_back({id->second, QString::fromStdString(document->name), match.sentence,
                        match.range, part(match.sentence.begin, match.range.begin),
                        part(match.range.begin, match.range.end),
                        part(match.range.end, match.sentence.end), match.score});
    }
    m_hits = std::move(hits);
    setStage(Stage::Done);
}

}  // namespace spanwise::ui
