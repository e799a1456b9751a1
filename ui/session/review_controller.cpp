#include "ui/session/review_controller.h"

#include <QDateTime>
#include <QPointer>
#include <QTimer>
#include <algorithm>

#include "core/annotation/adjudication.h"
#include "ui/language/plural.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {

constexpr int kLongestQuote = 32;

std::vector<Reading> readingsOf(const std::vector<Layer>& layers) {
    std::vector<Reading> readings;
    for (const Layer& layer : layers)
        readings.push_back(layer.reading);
    return readings;
}

}  // namespace

ReviewController::ReviewController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    connect(&session, &ProjectSession::documentChanged, this, &ReviewController::loadDocument);
    connect(&session, &ProjectSession::labelsChanged, this, [this](qint64 document) {
        if (m_read.isRunning())
            m_heard.insert(document);
        updateRow(document);
        if (document == m_document)
            Q_EMIT labelsChanged();
    });
    connect(&session, &ProjectSession::documentsChanged, this, &ReviewController::read);
    connect(&session, &ProjectSession::schemeChanged, this, [this] {
        loadDocument();
        read();
    });
    connect(&session, &ProjectSession::merged, this, [this] {
        loadDocument();
        read();
    });
    loadDocument();
    // After the window has its first frame.
    QTimer::singleShot(0, this, [this] { read(); });
}

ReviewController::~ReviewController() = default;

const ReviewRow* ReviewController::row(DocumentId document) const {
    const auto found = m_places.find(document);
    return found == m_places.end() ? nullptr : &m_rows[found->second];
}

std::vector<DocumentId> ReviewController::openDocuments() const {
    std::vector<DocumentId> open;
    for (const ReviewRow& row : m_rows) {
        if (isWaiting(row))
            open.push_back(row.document);
    }
    std::sort(open.begin(), open.end());
    return open;
}

void ReviewController::read() {
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        m_session.report(connection.error());
        return;
    }
    m_agreement.reset();
    m_readAgreement.cancel();
    Q_EMIT agreementChanged();
    m_heard.clear();
    m_read.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection))](const std::stop_token& stop) {
            auto rows = project->reviewRows(stop);
            if (rows)
                std::stable_sort(rows->begin(), rows->end(),
                                 [](const ReviewRow& a, const ReviewRow& b) {
                                     return std::make_pair(a.open, a.disagreements) >
                                            std::make_pair(b.open, b.disagreements);
                                 });
            return rows;
        },
        [this](Result<std::vector<ReviewRow>> rows) {
            if (!rows) {
                if (rows.error().code != ErrorCode::Cancelled)
                    m_session.report(rows.error());
                return;
            }
            m_rows = std::move(*rows);
            m_places.clear();
            for (std::size_t i = 0; i < m_rows.size(); ++i)
                m_places.emplace(m_rows[i].document, i);
            // The rows may have been read before.
            for (const DocumentId document : m_heard)
                updateRow(document);
            Q_EMIT rowsChanged();
        });
}

void ReviewController::loadDocument() {
    m_document = m_session.documentId();
    m_layers.clear();
    m_comparison = {};
    if (m_document != 0) {
        if (auto layers = m_session.project().layers(m_document)) {
            m_layers = std::move(*layers);
            m_comparison = compareReadings(readingsOf(m_layers));
        } else {
            m_session.report(layers.error());
        }
        if (m_layers.size() < 2)
            m_layers.clear();
    }
    m_current = m_comparison.disagreements.empty() ? -1 : 0;
    for (std::size_t i = 0; i < m_comparison.disagreements.size(); ++i) {
        if (isOpen(i)) {
            m_current = static_cast<int>(i);
            break;
        }
    }
    Q_EMIT documentChanged();
    Q_EMIT currentChanged();
}

void ReviewController::updateRow(DocumentId document) {
    const auto found = m_places.find(document);
    if (found == m_places.end())
        return;
    ReviewRow& row = m_rows[found->second];
    const ReviewRow before = row;
    const auto count = [&row](const Comparison& comparison, const DocumentLabels& labels) {
        row.untaken = static_cast<int>(untaken(comparison.agreed, labels).size());
        row.open = static_cast<int>(
            std::count_if(comparison.disagreements.begin(), comparison.disagreements.end(),
                          [&](const Disagreement& place) {
                              return !isSettled(place, labels, comparison.agreed);
                          }));
    };
    if (document == m_document) {
        count(m_comparison, m_session.labels());
    } else {
        const auto layers = m_session.project().layers(document);
        const auto labels = m_session.project().labels(document);
        if (!layers || !labels)
            return;
        count(compareReadings(readingsOf(*layers)), *labels);
    }
    if (row != before)
        Q_EMIT rowChanged(document);
}

std::size_t ReviewController::untakenCount() const {
    return untaken(m_comparison.agreed, m_session.labels()).size();
}

bool ReviewController::isOpen(std::size_t place) const {
    return place < m_comparison.disagreements.size() &&
           !isSettled(m_comparison.disagreements[place], m_session.labels(), m_comparison.agreed);
}

std::size_t ReviewController::openCount() const {
    std::size_t open = 0;
    for (std::size_t i = 0; i < m_comparison.disagreements.size(); ++i)
        open += isOpen(i) ? 1 : 0;
    return open;
}

bool ReviewController::isTaken(std::size_t place, std::optional<std::size_t> layer) const {
    if (place >= m_comparison.disagreements.size() || isOpen(place))
        return false;
    const Disagreement& disagreement = m_comparison.disagreements[place];
    Reading labelled;
    for (const Annotation& label : m_session.labels().annotations) {
        const TypedRange span{label.range, label.type};
        if (label.range.overlaps(disagreement.range) &&
            !std::binary_search(m_comparison.agreed.begin(), m_comparison.agreed.end(), span))
            labelled.push_back(span);
    }
    std::sort(labelled.begin(), labelled.end());
    return labelled == (layer ? disagreement.perReading[*layer] : Reading());
}

void ReviewController::setCurrent(int place) {
    const int last = static_cast<int>(m_comparison.disagreements.size()) - 1;
    place = std::clamp(place, std::min(0, last), std::max(last, -1));
    if (place == m_current)
        return;
    m_current = place;
    Q_EMIT currentChanged();
}

bool ReviewController::step(int by) {
    const int before = m_current;
    setCurrent(m_current + by);
    return m_current != before;
}

bool ReviewController::stepToOpen() {
    const auto size = m_comparison.disagreements.size();
    for (std::size_t i = 1; i <= size; ++i) {
        const std::size_t place = (static_cast<std::size_t>(std::max(m_current, 0)) + i) % size;
        if (isOpen(place)) {
            setCurrent(static_cast<int>(place));
            return true;
        }
    }
    return false;
}

bool ReviewController::commit(const Edit& edit, const QString& name) {
    return m_session.commitEverywhere(edit, name) != 0;
}

bool ReviewController::take(std::optional<std::size_t> layer) {
    if (m_current < 0 || (layer && *layer >= m_layers.size()))
        return false;
    if (!m_session.isLocked())
        m_session.finishCommits();  // the labels are those after them
    const Disagreement& place = m_comparison.disagreements[static_cast<std::size_t>(m_current)];
    RecordId next = m_session.project().nextRecordId();
    const EditContext context{m_document, m_session.annotator(),
                              QDateTime::currentMSecsSinceEpoch(), &next};
    const Edit edit =
        takeReadingEdit(m_session.labels(), context, place, layer, m_comparison.agreed);
    QString words = m_session.textOf(place.range).simplified();
    if (words.size() > kLongestQuote)
        words = words.left(kLongestQuote - 1) + QStringLiteral("…");
    return commit(edit, layer ? tr("Take %1's reading of “%2”")
                                    .arg(QString::fromStdString(m_layers[*layer].annotator), words)
                              : tr("Label nothing in “%1”").arg(words));
}

bool ReviewController::takeAgreed() {
    return takeAgreed([](int) {});
}

/// `done` hears how many there were, unless that is none.
bool ReviewController::takeAgreed(std::function<void(int taken)> done) {
    if (!m_session.isLocked())
        m_session.finishCommits();
    const std::size_t count = untakenCount();
    if (count == 0)
        return false;
    const bool areMany = count > ProjectSession::kFewLabels;
    RecordId next = areMany ? m_session.project().reserveRecordIds(static_cast<std::int64_t>(count))
                            : m_session.project().nextRecordId();
    const EditContext context{m_document, "agreed", QDateTime::currentMSecsSinceEpoch(), &next};
    Edit edit = takeAgreedEdit(m_session.labels(), context, m_comparison.agreed);
    const int taken = plural(edit.addAnnotations.size());
    const QString name = tr("Take %Ln label(s) that all agree on", nullptr, taken);
    if (!areMany) {
        if (!commit(edit, name))
            return false;
        done(taken);
        return true;
    }
    const bool isFree = !m_session.isLocked();
    m_session.commitInBackground(
        [edit = std::move(edit)](const Project&) -> Result<Edit> { return edit; }, name,
        [self = QPointer(this), taken, done = std::move(done)](std::int64_t event) {
            if (self && event != 0)
                done(taken);
        });
    return isFree;
}

bool ReviewController::settle() {
    if (!m_session.isLocked())
        m_session.finishCommits();
    if (m_layers.empty() || openCount() > 0)
        return false;
    const auto finish = [this, document = m_document](int taken) {
        const DocumentSummary* summary = m_session.summary(document);
        const bool isDone =
            summary && (summary->status == DocumentStatus::Done ||
                        m_session.setStatus(std::vector{document}, DocumentStatus::Done));
        if (isDone)
            Q_EMIT settled(document, taken);
        return isDone;
    };
    return untakenCount() > 0 ? takeAgreed(finish) : finish(0);
}

DocumentId ReviewController::nextOpen() const {
    const auto found = m_places.find(m_document);
    const std::size_t from = found == m_places.end() ? 0 : found->second + 1;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const ReviewRow& row = m_rows[(from + i) % m_rows.size()];
        if (isWaiting(row) && row.document != m_document)
            return row.document;
    }
    return 0;
}

void ReviewController::wantAgreement() {
    if (m_agreement || m_readAgreement.isRunning() || m_rows.empty())
        return;
    auto connection = m_session.project().reopenForThread();
    if (!connection) {
        m_session.report(connection.error());
        return;
    }
    m_readAgreement.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection))](const std::stop_token& stop) {
            return project->agreement({}, {}, stop);
        },
        [this](Result<LayerAgreement> agreement) {
            if (agreement)
                m_agreement = std::move(*agreement);
            else if (agreement.error().code != ErrorCode::Cancelled)
                m_session.report(agreement.error());
            Q_EMIT agreementChanged();
        });
}

}  // namespace spanwise::ui
