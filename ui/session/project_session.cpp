#include "ui/session/project_session.h"

#include <QDateTime>
#include <QFileInfo>
#include <QSet>
#include <algorithm>
#include <functional>

#include "core/text/utf8.h"
#include "ui/language/plural.h"

namespace spanwise::ui {
namespace {

/// A pause longer than this is no work: it counts neither as a gesture's time nor as an hour's.
constexpr double kLongestGesture = 120;
constexpr double kLongestPause = 30;
constexpr int kLabelsForRate = 5;
/// Files up to this size are read before the project is locked for writing.
constexpr qint64 kBufferedImportBytes = qint64{64} << 20;
constexpr auto kBackupInterval = std::chrono::minutes(1);
constexpr int kBackupMinutes = 10;
constexpr int kProgressDocuments = 50;
/// More than a screen shows, and about as long as a person takes for at once.
constexpr std::size_t kFirstFound = 100;
constexpr double kFirstFoundSeconds = 0.06;
constexpr qsizetype kQuotedLength = 32;
/// Beyond, an undo reads everything anew instead of each document that it touched.
constexpr qsizetype kFewDocuments = 100;
/// An edit of this size in the history, of some 60 labels, is undone in the background.
constexpr std::int64_t kLargeEdit = 16 * 1024;

QSet<qint64> documentsOf(const Edit& edit) {
    QSet<qint64> ids;
    const auto add = [&](const auto& records) {
        for (const auto& record : records)
            ids.insert(record.document);
    };
    add(edit.removeAnnotations);
    add(edit.addAnnotations);
    add(edit.removeSuggestions);
    add(edit.addSuggestions);
    add(edit.removeRejections);
    add(edit.addRejections);
    add(edit.status);
    return ids;
}

/// What is decided for many documents at once says nothing of a person's pace.
int labelsMadeBy(const Edit& edit) {
    if (edit.addAnnotations.empty())
        return 0;
    return documentsOf(edit).size() > 1 ? 1 : static_cast<int>(edit.addAnnotations.size());
}

Result<ProjectSession::ImportReport> readAndImport(Project& project, const QStringList& files,
                                                   FileFormat format,
                                                   const Project::ImportOptions& options,
                                                   const std::stop_token& stop,
                                                   const std::function<void(int, int)>& progress) {
    ProjectSession::ImportReport report;
    spanwise::ImportOptions read;
    read.format = format;
    qint64 bytes = 0;
    for (const QString& file : files)
        bytes += QFileInfo(file).size();
    int seen = 0;
    const auto source = [&](const Project::RecordSink& sink) -> Result<void> {
        for (const QString& file : files) {
            const auto info =
                importFile(file.toStdString(), read, [&](Record&& record) -> Result<void> {
                    if (stop.stop_requested())
                        return failure(ErrorCode::Cancelled, "The import was stopped.");
                    if (++seen % kProgressDocuments == 0)
                        progress(seen, 0);
                    return sink(std::move(record));
                });
            if (!info)
                return tl::unexpected(info.error());
            if (!info->note.empty()) {
                report.notes += QFileInfo(file).fileName() + QStringLiteral(": ") +
                                QString::fromStdString(info->note) + QLatin1Char('\n');
            }
        }
        return {};
    };
    Result<Project::ImportResult> result = Project::ImportResult{};
    if (bytes <= kBufferedImportBytes) {
        std::vector<Record> records;
        const auto all = source([&](Record&& record) -> Result<void> {
            records.push_back(std::move(record));
            return {};
        });
        if (!all)
            return tl::unexpected(all.error());
        result = project.import(
            options,
            [&](const Project::RecordSink& sink) -> Result<void> {
                for (Record& record : records) {
                    if (auto taken = sink(std::move(record)); !taken)
                        return taken;
                }
                return {};
            },
            stop);
    } else {
        result = project.import(options, source, stop);
    }
    if (!result)
        return tl::unexpected(result.error());
    report.result = *result;
    return report;
}

}  // namespace

std::string ProjectSession::usualAnnotator() {
    for (const char* variable : {"SPANWISE_ANNOTATOR", "USER", "LOGNAME", "USERNAME"}) {
        if (const QByteArray name = qgetenv(variable); !name.isEmpty())
            return name.toStdString();
    }
    return "annotator";
}

ProjectSession::ProjectSession(std::unique_ptr<Project> project, QObject* parent)
    : QObject(parent), m_project(std::move(project)), m_annotator(usualAnnotator()) {
    if (auto scheme = m_project->scheme())
        m_scheme = std::move(*scheme);
    bool known = false;
    const double threshold =
        QString::fromStdString(m_project->setting("threshold")).toDouble(&known);
    if (known)
        m_threshold = std::clamp(threshold, 0.0, 1.0);
    m_holdOut = m_project->holdOut();
    reloadDocuments();
    refreshCounts();
    refreshUndo();
    m_settingsTimer.setSingleShot(true);
    m_settingsTimer.setInterval(500);
    connect(&m_settingsTimer, &QTimer::timeout, this, [this] {
        if (isCommitting())
            m_settingsTimer.start();  // not to wait for it
        else
            saveSettings();
    });
    if (!isReadOnly()) {
        connect(&m_backupTimer, &QTimer::timeout, this, [this] { startBackup(); });
        m_backupTimer.start(kBackupInterval);
    }
}

ProjectSession::~ProjectSession() {
    if (m_settingsTimer.isActive())
        saveSettings();
}

Result<std::unique_ptr<ProjectSession>> ProjectSession::open(const QString& path) {
    auto project = Project::open(path.toStdString());
    if (!project)
        return tl::unexpected(project.error());
    return std::make_unique<ProjectSession>(std::move(*project));
}

Result<std::unique_ptr<ProjectSession>> ProjectSession::create(const QString& path,
                                                               const LabelScheme& scheme) {
    auto project = Project::create(path.toStdString(), scheme,
                                   QFileInfo(path).completeBaseName().toStdString());
    if (!project)
        return tl::unexpected(project.error());
    return std::make_unique<ProjectSession>(std::move(*project));
}

QString ProjectSession::path() const {
    return QString::fromStdString(m_project->path());
}
QString ProjectSession::name() const {
    return QString::fromStdString(m_project->name());
}
QString ProjectSession::readOnlyReason() const {
    return QString::fromStdString(m_project->readOnlyReason());
}

void ProjectSession::setThreshold(double threshold) {
    threshold = std::clamp(threshold, 0.0, 1.0);
    if (threshold == m_threshold)
        return;
    m_threshold = threshold;
    m_settingsTimer.start();
    Q_EMIT thresholdChanged(threshold);
}

void ProjectSession::saveSettings() {
    m_settingsTimer.stop();
    if (isLocked())
        return;
    // Conveniences: not worth a message when they cannot be kept.
    (void)m_project->putSetting("threshold", QString::number(m_threshold).toStdString());
    if (m_document)
        (void)m_project->putSetting("document", std::to_string(m_document->id));
}

std::vector<DocumentSummary>::iterator ProjectSession::place(DocumentId id) const {
    const auto found = std::lower_bound(
        m_documents->begin(), m_documents->end(), id,
        [](const DocumentSummary& document, DocumentId wanted) { return document.id < wanted; });
    return found != m_documents->end() && found->id == id ? found : m_documents->end();
}

const DocumentSummary* ProjectSession::summary(DocumentId id) const {
    const auto found = place(id);
    return found == m_documents->end() ? nullptr : &*found;
}

std::shared_ptr<const std::vector<QueueEntry>> ProjectSession::sharedQueue() const {
    if (m_queue)
        return m_queue;
    std::vector<QueueItem> items;
    items.reserve(m_documents->size());
    for (const DocumentSummary& document : *m_documents)
        items.push_back({document.id, document.status, document.suggestions, document.lowestScore});
    auto order = orderQueue(items, std::hash<std::string>{}(m_project->uuid()), m_ranking);
    if (m_holdOut.documents > 0) {
        for (QueueEntry& entry : order)
            entry.isHeldOut = isHeldOut(entry.id);
    }
    m_queue = std::make_shared<const std::vector<QueueEntry>>(std::move(order));
    return m_queue;
}

bool ProjectSession::setHoldOut(double documents, double suggestions) {
    if (!writable())
        return false;
    if (const auto kept = m_project->setHoldOut(documents, suggestions); !kept) {
        Q_EMIT errorOccurred(kept.error());
        return false;
    }
    m_holdOut = m_project->holdOut();
    // Suggestions may be gone; what was decided, and so what is learned, is as it was.
    reloadDocuments();
    if (m_document) {
        if (auto labels = m_project->labels(m_document->id))
            m_labels = std::move(*labels);
        Q_EMIT labelsChanged(m_document->id);
    }
    refreshCounts();
    Q_EMIT documentsChanged();
    Q_EMIT holdOutChanged();
    return true;
}

void ProjectSession::setRanking(std::vector<QueueEntry> ranking) {
    if (ranking == m_ranking)
        return;
    m_ranking = std::move(ranking);
    m_queue.reset();
    Q_EMIT rankingChanged();
}

double ProjectSession::labelsPerHour() const {
    if (m_labelsMade < kLabelsForRate || m_activeSeconds < 1)
        return -1;
    return m_labelsMade * 3600.0 / m_activeSeconds;
}

bool ProjectSession::openDocument(DocumentId id) {
    if (m_document && m_document->id == id)
        return true;
    auto document = m_project->document(id);
    auto labels = m_project->labels(id);
    if (!document || !labels) {
        Q_EMIT errorOccurred(document ? labels.error() : document.error());
        return false;
    }
    m_document = std::make_shared<const Document>(std::move(*document));
    m_length = countCodePoints(m_document->text);
    m_labels = std::move(*labels);
    m_sinceGesture.restart();
    m_settingsTimer.start();
    Q_EMIT documentChanged();
    return true;
}

bool ProjectSession::openFirstDocument() {
    if (m_documents->empty())
        return false;
    const DocumentId last = QString::fromStdString(m_project->setting("document")).toLongLong();
    if (summary(last))
        return openDocument(last);
    const auto order = sharedQueue();
    return !order->empty() && openDocument(order->front().id);
}

void ProjectSession::closeDocument() {
    if (!m_document)
        return;
    m_document.reset();
    m_labels = {};
    m_length = 0;
    Q_EMIT documentChanged();
}

EditContext ProjectSession::context(RecordId& nextId) {
    if (!isLocked())
        finishCommits();  // the gesture is about the labels after them
    nextId = m_project->nextRecordId();
    return {documentId(), m_annotator, QDateTime::currentMSecsSinceEpoch(), &nextId};
}

std::optional<Error> ProjectSession::lockedReason() const {
    const auto because = [](const QString& reason) {
        return Error{ErrorCode::ReadOnly, reason.toStdString(), {}};
    };
    if (isReadOnly())
        return Error{ErrorCode::ReadOnly, m_project->readOnlyReason(), {}};
    if (isImporting())
        return because(tr("An import is running. Labelling goes on when it has finished."));
    if (isMerging())
        return because(tr("Files are being merged. Labelling goes on when that is done."));
    if (m_largeEdits > 0)
        return because(tr("Many places are being labelled. Labelling goes on when that is done."));
    return std::nullopt;
}

bool ProjectSession::isFree(bool evenAfterLargeEdit) {
    if (evenAfterLargeEdit && !isReadOnly() && !isImporting() && !isMerging())
        return true;
    if (const auto reason = lockedReason()) {
        Q_EMIT errorOccurred(*reason);
        return false;
    }
    return true;
}

bool ProjectSession::writable() {
    if (!isFree())
        return false;
    finishCommits();
    return true;
}

bool ProjectSession::commit(const Result<Edit>& edit, const QString& name) {
    if (!edit) {
        Q_EMIT errorOccurred(edit.error());
        return false;
    }
    return commit(*edit, name);
}

double ProjectSession::pause() const {
    return m_sinceGesture.isValid() ? static_cast<double>(m_sinceGesture.elapsed()) / 1000 : 0;
}

EventInfo ProjectSession::gesture(const QString& name) const {
    EventInfo info;
    info.name = name.toStdString();
    info.actor = m_annotator;
    const double seconds = pause();
    info.seconds = seconds <= kLongestGesture ? seconds : 0;
    return info;
}

std::int64_t ProjectSession::write(const Edit& edit, const QString& name, double* milliseconds) {
    if (edit.isEmpty() || !writable())
        return 0;
    const double before = pause();
    QElapsedTimer disk;
    disk.start();
    const auto committed = m_project->commit(edit, gesture(name));
    *milliseconds = static_cast<double>(disk.nsecsElapsed()) / 1e6;
    if (!committed) {
        Q_EMIT errorOccurred(committed.error());
        return 0;
    }
    m_activeSeconds += std::min(before, kLongestPause);
    m_labelsMade += labelsMadeBy(edit);
    m_sinceGesture.restart();
    m_undoName = name;
    m_redoName.clear();
    return *committed;
}

bool ProjectSession::commit(const Edit& edit, const QString& name) {
    double milliseconds = 0;
    if (!m_document || write(edit, name, &milliseconds) == 0)
        return false;
    const DocumentId id = m_document->id;
    if (!apply(m_labels, id, edit)) {
        if (auto labels = m_project->labels(id))
            m_labels = std::move(*labels);
    }
    Q_EMIT labelsChanged(id);
    refreshSummary(id);
    refreshCounts();
    Q_EMIT undoChanged();
    Q_EMIT saved(milliseconds);
    Q_EMIT teachingChanged(id);
    return true;
}

std::int64_t ProjectSession::commitEverywhere(const Edit& edit, const QString& name) {
    double milliseconds = 0;
    const std::int64_t event = write(edit, name, &milliseconds);
    if (event == 0)
        return 0;
    take(committed(*m_project, event, &edit));
    Q_EMIT saved(milliseconds);
    return event;
}

ProjectSession::Committed ProjectSession::committed(const Project& project, std::int64_t event,
                                                    const Edit* edit) {
    Committed change;
    change.event = event;
    const QSet<qint64> touched = edit ? documentsOf(*edit) : QSet<qint64>();
    change.labelsMade = edit ? labelsMadeBy(*edit) : 0;
    change.areAll = !edit || !edit->types.empty();
    readChanged(project, touched, change);
    return change;
}

void ProjectSession::readChanged(const Project& project, const QSet<qint64>& touched,
                                 Committed& change) {
    change.areAll = change.areAll || touched.size() > kFewDocuments;
    if (change.areAll) {
        if (auto all = project.documents())
            change.documents = std::move(*all);
        return;
    }
    change.documents.emplace();
    for (const qint64 id : touched) {
        auto summary = project.summary(id);
        if (!summary) {
            change.documents.reset();
            break;
        }
        change.documents->push_back(std::move(*summary));
    }
}

ProjectSession::Change ProjectSession::changeBy(EditMaker make, EventInfo info) {
    return [make = std::move(make), info = std::move(info)](Project& project) -> Result<Committed> {
        const Result<Edit> edit = make(project);
        if (!edit)
            return tl::unexpected(edit.error());
        QElapsedTimer disk;
        disk.start();
        const auto event = project.commit(*edit, info);
        if (!event)
            return tl::unexpected(event.error());
        const double milliseconds = static_cast<double>(disk.nsecsElapsed()) / 1e6;
        Committed change = *event == 0 ? Committed{} : committed(project, *event, &*edit);
        change.milliseconds = milliseconds;
        return change;
    };
}

/// Of what came before, all is on the disk when `change` runs; what comes after finds it done.
bool ProjectSession::inBackground(bool locks, Change change,
                                  std::function<void(Result<Committed>)> done) {
    if (!m_commitsProject) {
        auto connection = m_project->reopenForThread();
        if (!connection) {
            Q_EMIT errorOccurred(connection.error());
            return false;
        }
        m_commitsProject = std::move(*connection);
    }
    m_largeEdits += locks ? 1 : 0;
    m_commits.start(
        this, [project = m_commitsProject, change = std::move(change)] { return change(*project); },
        [this, locks, done = std::move(done)](Result<Committed> change) {
            m_largeEdits -= locks ? 1 : 0;
            if (locks)
                Q_EMIT lockedChanged();
            if (!change)
                Q_EMIT errorOccurred(change.error());
            done(std::move(change));
        });
    if (locks)
        Q_EMIT lockedChanged();
    return true;
}

bool ProjectSession::inBackground(std::function<Result<void>(Project&)> change,
                                  std::function<void()> done) {
    if (!isFree(true))
        return false;
    return inBackground(
        true,
        [change = std::move(change)](Project& project) -> Result<Committed> {
            if (const auto changed = change(project); !changed)
                return tl::unexpected(changed.error());
            return committed(project, 0, nullptr);
        },
        [this, done = std::move(done)](Result<Committed> change) {
            if (!change)
                return;
            take(std::move(*change));
            if (done)
                done();
        });
}

/// Shows what is stored now.
void ProjectSession::take(Committed change) {
    if (!change.documents || change.areAll) {
        reloadAll(std::move(change.documents));
        return;
    }
    for (const DocumentSummary& document : *change.documents) {
        if (document.id != documentId())
            continue;
        if (auto labels = m_project->labels(document.id))
            m_labels = std::move(*labels);
    }
    std::vector<DocumentId> ids;
    for (DocumentSummary& document : *change.documents) {
        ids.push_back(document.id);
        Q_EMIT labelsChanged(document.id);
        setSummary(std::move(document));
    }
    refreshCounts();
    refreshUndo();
    for (const DocumentId id : ids)
        Q_EMIT teachingChanged(id);
}

void ProjectSession::commitInBackground(EditMaker make, const QString& name,
                                        std::function<void(std::int64_t)> done) {
    const auto finished = [this, done](Result<Committed> change) {
        m_sinceGesture.restart();
        const std::int64_t event = change ? change->event : 0;
        if (event != 0)
            take(std::move(*change));
        done(event);
    };
    if (!isFree() || !inBackground(true, changeBy(std::move(make), gesture(name)), finished))
        done(0);
}

bool ProjectSession::commitSoon(EditMaker make, const QString& name,
                                std::function<void(Result<std::int64_t>)> done) {
    const auto finished = [this, before = pause(),
                           done = std::move(done)](Result<Committed> change) {
        if (!change) {
            done(tl::unexpected(change.error()));
            return;
        }
        const std::int64_t event = change->event;
        if (event != 0) {
            m_activeSeconds += std::min(before, kLongestPause);
            m_labelsMade += change->labelsMade;
            const double milliseconds = change->milliseconds;
            take(std::move(*change));
            Q_EMIT saved(milliseconds);
        }
        done(event);
    };
    if (!isFree() || !inBackground(false, changeBy(std::move(make), gesture(name)), finished))
        return false;
    m_sinceGesture.restart();
    return true;
}

QString ProjectSession::typeName(TypeId type) const {
    const EntityType* found = m_scheme.byId(type);
    return found ? QString::fromStdString(found->name) : tr("unknown type");
}

QString ProjectSession::textOf(Range range) const {
    if (!m_document || range.begin < 0 || range.end > m_length || range.isEmpty())
        return {};
    const std::string_view text = slice(m_document->text, range);
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

QString ProjectSession::quoted(Range range) const {
    QString text = textOf(range).simplified();
    if (text.size() > kQuotedLength)
        text = text.left(kQuotedLength - 1).trimmed() + QStringLiteral("…");
    return text;
}

std::optional<Range> ProjectSession::rangeOf(RecordId record, TypeId* type) const {
    for (const Annotation& annotation : m_labels.annotations) {
        if (annotation.id == record) {
            *type = annotation.type;
            return annotation.range;
        }
    }
    for (const Suggestion& suggestion : m_labels.suggestions) {
        if (suggestion.id == record) {
            *type = suggestion.type;
            return suggestion.range;
        }
    }
    return std::nullopt;
}

/// Says so if not.
bool ProjectSession::isKnown(TypeId type) {
    if (m_scheme.byId(type))
        return true;
    Q_EMIT errorOccurred({ErrorCode::InvalidArgument,
                          tr("This entity type is not there any more.").toStdString(),
                          {}});
    return false;
}

bool ProjectSession::label(Range range, TypeId type, SameWords same) {
    if (!m_document)
        return false;
    if (!isKnown(type))
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    return commit(labelEdit(m_labels, now, range, type, m_length, same),
                  tr("Label “%1” as %2").arg(quoted(range), typeName(type)));
}

/// `make`: the edit for so many records of the document's labels.
bool ProjectSession::change(
    std::size_t records, const QString& name,
    std::function<Result<Edit>(const DocumentLabels&, const EditContext&)> make) {
    RecordId next = 0;
    const EditContext now = context(next);
    if (records <= kFewLabels)
        return commit(make(m_labels, now), name);
    if (!writable())
        return false;
    const RecordId first = m_project->reserveRecordIds(static_cast<std::int64_t>(records));
    commitInBackground(
        [make = std::move(make), now, first](const Project& project) -> Result<Edit> {
            const auto labels = project.labels(now.document);
            if (!labels)
                return tl::unexpected(labels.error());
            RecordId id = first;
            EditContext context = now;
            context.nextId = &id;
            return make(*labels, context);
        },
        name, [](std::int64_t) {});
    return true;
}

bool ProjectSession::accept(const std::vector<RecordId>& suggestions) {
    if (!m_document || suggestions.empty())
        return false;
    TypeId type = 0;
    const auto range = rangeOf(suggestions.front(), &type);
    const QString name = suggestions.size() == 1 && range
                             ? tr("Accept “%1” as %2").arg(quoted(*range), typeName(type))
                             : tr("Accept %Ln suggestion(s)", nullptr, plural(suggestions.size()));
    return change(suggestions.size(), name,
                  [suggestions](const DocumentLabels& labels, const EditContext& now) {
                      return acceptEdit(labels, now, suggestions);
                  });
}

bool ProjectSession::acceptAll(double threshold) {
    std::vector<RecordId> ids;
    for (const Suggestion& suggestion : m_labels.suggestions) {
        if (suggestion.score >= threshold)
            ids.push_back(suggestion.id);
    }
    return accept(ids);
}

bool ProjectSession::reject(const std::vector<RecordId>& suggestions) {
    if (!m_document || suggestions.empty())
        return false;
    TypeId type = 0;
    const auto range = rangeOf(suggestions.front(), &type);
    const QString name = suggestions.size() == 1 && range
                             ? tr("Reject “%1” as %2").arg(quoted(*range), typeName(type))
                             : tr("Reject %Ln suggestion(s)", nullptr, plural(suggestions.size()));
    return change(suggestions.size(), name,
                  [suggestions](const DocumentLabels& labels, const EditContext& now) {
                      return rejectEdit(labels, now, suggestions);
                  });
}

bool ProjectSession::removeAnnotations(const std::vector<RecordId>& annotations) {
    if (!m_document || annotations.empty())
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    TypeId type = 0;
    const auto range = rangeOf(annotations.front(), &type);
    const QString name = annotations.size() == 1 && range
                             ? tr("Remove %2 from “%1”").arg(quoted(*range), typeName(type))
                             : tr("Remove %Ln label(s)", nullptr, plural(annotations.size()));
    return commit(removeEdit(m_labels, now, annotations), name);
}

bool ProjectSession::retype(RecordId record, TypeId type) {
    TypeId old = 0;
    const auto range = rangeOf(record, &old);
    if (!range || !isKnown(type))
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    return commit(retypeEdit(m_labels, now, {record}, type, m_length),
                  tr("Label “%1” as %2").arg(quoted(*range), typeName(type)));
}

bool ProjectSession::resize(RecordId record, Range range) {
    if (!m_document)
        return false;
    TypeId type = 0;
    if (!rangeOf(record, &type))
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    return commit(resizeEdit(m_labels, now, record, range, m_length),
                  tr("Resize %2 to “%1”").arg(quoted(range), typeName(type)));
}

bool ProjectSession::retypeAll(const std::vector<RecordId>& records, TypeId type) {
    if (!m_document || records.empty())
        return false;
    if (records.size() == 1)
        return retype(records.front(), type);
    if (!isKnown(type))
        return false;
    return change(
        records.size(),
        tr("Change %Ln label(s) to %1", nullptr, plural(records.size())).arg(typeName(type)),
        [records, type, length = m_length](const DocumentLabels& labels, const EditContext& now) {
            return retypeEdit(labels, now, records, type, length);
        });
}

bool ProjectSession::clearAll(const std::vector<RecordId>& records) {
    if (!m_document || records.empty())
        return false;
    return change(records.size(), tr("Remove %Ln label(s)", nullptr, plural(records.size())),
                  [records](const DocumentLabels& labels, const EditContext& now) {
                      return clearEdit(labels, now, records);
                  });
}

bool ProjectSession::takeInstead(RecordId annotation,
                                 std::optional<std::pair<Range, TypeId>> found) {
    if (!m_document)
        return false;
    const auto old = std::find_if(m_labels.annotations.begin(), m_labels.annotations.end(),
                                  [&](const Annotation& a) { return a.id == annotation; });
    if (annotation != 0 && old == m_labels.annotations.end()) {
        Q_EMIT errorOccurred(
            {ErrorCode::NotFound, tr("This label is not there any more.").toStdString(), {}});
        return false;
    }
    if (!found) {
        return removeAnnotations({annotation});
    }
    const auto [range, type] = *found;
    if (!isKnown(type))
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    DocumentLabels without = m_labels;
    std::erase_if(without.annotations, [&](const Annotation& a) { return a.id == annotation; });
    Result<Edit> edit = labelEdit(without, now, range, type, m_length, SameWords::Keep);
    if (edit) {
        for (Annotation& added : edit->addAnnotations)
            added.origin = Origin::Accepted;
        if (annotation != 0)
            edit->removeAnnotations.push_back(*old);
    }
    return commit(edit, tr("Take the model's “%1” as %2").arg(quoted(range), typeName(type)));
}

bool ProjectSession::setStatus(DocumentStatus status) {
    if (!m_document)
        return false;
    RecordId next = 0;
    const EditContext now = context(next);
    const QString name = QString::fromStdString(m_document->name);
    return commit(statusEdit(m_labels, now, status), status == DocumentStatus::Done
                                                         ? tr("Mark %1 as done").arg(name)
                                                         : tr("Reopen %1").arg(name));
}

bool ProjectSession::setStatus(const std::vector<DocumentId>& ids, DocumentStatus status) {
    if (ids.size() == 1 && ids.front() == documentId())
        return setStatus(status);
    Edit edit;
    for (const DocumentId id : ids) {
        const DocumentSummary* document = summary(id);
        if (document && document->status != status)
            edit.status.push_back({id, document->status, status});
    }
    if (edit.isEmpty())
        return false;
    const int count = plural(edit.status.size());
    const QString name = status == DocumentStatus::Done
                             ? tr("Mark %Ln document(s) as done", nullptr, count)
                             : tr("Reopen %Ln document(s)", nullptr, count);
    if (edit.status.size() <= kFewLabels)
        return commitEverywhere(edit, name) != 0;
    if (!writable())
        return false;
    commitInBackground([edit = std::move(edit)](const Project&) -> Result<Edit> { return edit; },
                       name, [](std::int64_t) {});
    return true;
}

bool ProjectSession::replayed(const Result<Event>& event) {
    if (!event) {
        if (event.error().code != ErrorCode::NotFound)
            Q_EMIT errorOccurred(event.error());
        refreshUndo();
        return false;
    }
    takeUndone(committed(*m_project, event->id, &event->edit));
    return true;
}

/// What was undone elsewhere is shown, or it would go unnoticed.
void ProjectSession::takeUndone(Committed change) {
    std::vector<DocumentId> touched;
    if (!change.areAll && change.documents) {
        for (const DocumentSummary& document : *change.documents)
            touched.push_back(document.id);
    }
    take(std::move(change));
    if (std::find(touched.begin(), touched.end(), documentId()) != touched.end())
        return;
    const auto living = std::find_if(touched.begin(), touched.end(),
                                     [this](DocumentId id) { return summary(id) != nullptr; });
    if (living != touched.end())
        openDocument(*living);
}

bool ProjectSession::replay(bool isUndo, std::function<void(bool)> done) {
    if (!done)
        done = [](bool) {};
    if (!writable()) {
        done(false);
        return false;
    }
    const auto heads = m_project->undoHeads();
    if (!heads || (isUndo ? heads->undo : heads->redo).size < kLargeEdit) {
        const bool isDone =
            replayed(isUndo ? m_project->undo(m_annotator) : m_project->redo(m_annotator));
        done(isDone);
        return isDone;
    }
    const bool isStarted = inBackground(
        true,
        [isUndo, actor = m_annotator](Project& project) -> Result<Committed> {
            const auto event = isUndo ? project.undo(actor) : project.redo(actor);
            if (!event)
                return tl::unexpected(event.error());
            return committed(project, event->id, &event->edit);
        },
        [this, done](Result<Committed> change) {
            const bool isDone = change.has_value();
            if (isDone)
                takeUndone(std::move(*change));
            else
                refreshUndo();
            done(isDone);
        });
    if (!isStarted)
        done(false);
    return isStarted;
}

bool ProjectSession::undo(std::function<void(bool)> done) {
    return replay(true, std::move(done));
}
bool ProjectSession::redo(std::function<void(bool)> done) {
    return replay(false, std::move(done));
}

void ProjectSession::goTo(std::int64_t event, std::function<void(int)> done) {
    struct Way {
        int steps = 0;
        std::optional<Error> error;  ///< what ended it after some steps
    };
    const auto way = std::make_shared<Way>();
    const auto go = [event, way, actor = m_annotator](Project& project) -> Result<Committed> {
        const auto order = project.undoOrder(kUndoSteps);
        if (!order)
            return tl::unexpected(order.error());
        Committed change;
        QSet<qint64> touched;
        for (const bool isUndo : {true, false}) {
            const auto& events = isUndo ? order->undo : order->redo;
            const auto place = std::find(events.begin(), events.end(), event);
            const auto steps = place == events.end() ? 0 : place - events.begin() + 1;
            for (; way->steps < steps && !way->error; ++way->steps) {
                const auto step = isUndo ? project.undo(actor) : project.redo(actor);
                if (!step) {
                    way->error = step.error();
                    break;
                }
                change.event = step->id;
                change.areAll = change.areAll || !step->edit.types.empty();
                touched.unite(documentsOf(step->edit));
            }
            if (steps > 0)
                break;
        }
        if (way->steps > 0)
            readChanged(project, touched, change);
        return change;
    };
    const bool isStarted =
        isFree() && inBackground(true, go, [this, way, done](Result<Committed> change) {
            if (change && way->steps > 0)
                takeUndone(std::move(*change));
            else
                refreshUndo();
            if (way->error)
                Q_EMIT errorOccurred(*way->error);
            done(way->steps);
        });
    if (!isStarted)
        done(0);
}

TypeId ProjectSession::putType(const EntityType& type) {
    if (!writable())
        return 0;
    const EntityType* before = m_scheme.byId(type.id);
    const QString name = QString::fromStdString(type.name);
    const QString change =
        before && before->name != type.name
            ? tr("Rename %1 to %2").arg(QString::fromStdString(before->name), name)
            : tr("Change the type %1").arg(name);
    const auto id = m_project->putType(type, gesture(change));
    if (!id) {
        Q_EMIT errorOccurred(id.error());
        return 0;
    }
    if (auto scheme = m_project->scheme())
        m_scheme = std::move(*scheme);
    Q_EMIT schemeChanged();
    refreshCounts();
    refreshUndo();
    Q_EMIT teachingChanged(0);
    return *id;
}

bool ProjectSession::trashType(TypeId type, std::function<void()> done) {
    const EventInfo info = gesture(tr("Remove the type %1").arg(typeName(type)));
    return inBackground([type, info](Project& project) { return project.trashType(type, info); },
                        std::move(done));
}

bool ProjectSession::restoreType(TypeId type, std::function<void()> done) {
    const EventInfo info = gesture(tr("Restore an entity type"));
    return inBackground([type, info](Project& project) { return project.restoreType(type, info); },
                        std::move(done));
}

bool ProjectSession::mergeType(TypeId from, TypeId into, std::function<void()> done) {
    const EventInfo info = gesture(tr("Merge %1 into %2").arg(typeName(from), typeName(into)));
    return inBackground(
        [from, into, info](Project& project) { return project.mergeType(from, into, info); },
        std::move(done));
}

void ProjectSession::reloadAll(std::optional<std::vector<DocumentSummary>> documents) {
    if (auto scheme = m_project->scheme(); scheme && *scheme != m_scheme) {
        m_scheme = std::move(*scheme);
        Q_EMIT schemeChanged();
    }
    if (documents)
        *m_documents = std::move(*documents);
    else
        reloadDocuments();
    showAll();
}

void ProjectSession::showAll() {
    m_queue.reset();
    if (m_document && !summary(m_document->id)) {
        closeDocument();
        openFirstDocument();
    } else if (m_document) {
        if (auto labels = m_project->labels(m_document->id))
            m_labels = std::move(*labels);
        Q_EMIT labelsChanged(m_document->id);
    } else {
        openFirstDocument();
    }
    refreshCounts();
    refreshUndo();
    Q_EMIT documentsChanged();
    Q_EMIT teachingChanged(0);
}

bool ProjectSession::trashDocuments(const std::vector<DocumentId>& ids,
                                    std::function<void()> done) {
    return !ids.empty() && inBackground(
                               [ids, actor = m_annotator](Project& project) {
                                   return project.trashDocuments(ids, actor);
                               },
                               std::move(done));
}

bool ProjectSession::trashEmptyDocuments(std::function<void(qint64)> done) {
    auto count = std::make_shared<qint64>(0);
    return inBackground(
        [count, actor = m_annotator](Project& project) -> Result<void> {
            const auto ids = project.emptyDocuments();
            if (!ids)
                return tl::unexpected(ids.error());
            *count = static_cast<qint64>(ids->size());
            return ids->empty() ? Result<void>() : project.trashDocuments(*ids, actor);
        },
        [count, done = std::move(done)] { done(*count); });
}

bool ProjectSession::restoreDocuments(const std::vector<DocumentId>& ids,
                                      std::function<void()> done) {
    return !ids.empty() && inBackground(
                               [ids, actor = m_annotator](Project& project) {
                                   return project.restoreDocuments(ids, actor);
                               },
                               std::move(done));
}

void ProjectSession::importFiles(const QStringList& files, FileFormat format, bool withSpans) {
    if (files.isEmpty() || !writable())
        return;
    auto connection = m_project->reopenForThread();
    if (!connection) {
        Q_EMIT errorOccurred(connection.error());
        return;
    }
    Project::ImportOptions options;
    options.withSpans = withSpans;
    options.actor = m_annotator;
    options.file = files.front().toStdString();
    const std::shared_ptr<Project> project = std::move(*connection);
    m_import.start(
        this,
        [project, files, format, options](const std::stop_token& stop,
                                          const std::function<void(int, int)>& progress) {
            return readAndImport(*project, files, format, options, stop, progress);
        },
        [this](Result<ImportReport> report) { imported(std::move(report)); },
        [this](int documents, int) { Q_EMIT importProgress(documents); });
    Q_EMIT lockedChanged();
}

void ProjectSession::imported(Result<ImportReport> report) {
    Q_EMIT lockedChanged();
    if (!report) {
        Q_EMIT errorOccurred(report.error());
        return;
    }
    if (auto scheme = m_project->scheme(); scheme && *scheme != m_scheme) {
        m_scheme = std::move(*scheme);
        Q_EMIT schemeChanged();
    }
    addDocuments();
    showAll();
    Q_EMIT importFinished(*report);
}

void ProjectSession::cancelImport() {
    m_import.requestStop();
}

bool ProjectSession::mergeFiles(const QStringList& files, bool takeAgreed) {
    if (files.isEmpty() || !writable())
        return false;
    auto connection = m_project->reopenForThread();
    if (!connection) {
        Q_EMIT errorOccurred(connection.error());
        return false;
    }
    std::vector<std::string> paths;
    for (const QString& file : files)
        paths.push_back(file.toStdString());
    const MergeOptions options{.takeAgreed = takeAgreed, .actor = m_annotator};
    // Read in the thread as well.
    const auto documents = std::make_shared<std::optional<std::vector<DocumentSummary>>>();
    m_merge.start(
        this,
        [project = std::shared_ptr<Project>(std::move(*connection)), paths, options, documents](
            const std::stop_token& stop, const std::function<void(int, int)>& progress) {
            constexpr std::int64_t kWhole = 1000;
            const auto count = static_cast<std::int64_t>(paths.size());
            auto report = project->merge(
                paths, options,
                [&](std::size_t file, std::int64_t done, std::int64_t total) {
                    const std::int64_t before = static_cast<std::int64_t>(file) * kWhole;
                    progress(
                        static_cast<int>(
                            (before + kWhole * done / std::max<std::int64_t>(total, 1)) / count),
                        static_cast<int>(kWhole));
                },
                stop);
            if (report) {
                if (auto all = project->documents())
                    *documents = std::move(*all);
            }
            return report;
        },
        [this, documents](const Result<MergeReport>& report) {
            Q_EMIT lockedChanged();
            if (!report) {
                Q_EMIT mergeFailed(report.error());
                return;
            }
            reloadAll(std::move(*documents));
            Q_EMIT merged(*report);
        },
        [this](int done, int total) { Q_EMIT mergeProgress(done, total); });
    Q_EMIT lockedChanged();
    return true;
}

void ProjectSession::findDocuments(const QString& text, const std::vector<DocumentId>& first) {
    m_findFirst.cancel();
    for (auto* connection : {&m_findConnection, &m_findFirstConnection}) {
        if (*connection)
            continue;
        auto opened = m_project->reopenForThread();
        if (!opened) {
            Q_EMIT errorOccurred(opened.error());
            return;
        }
        *connection = std::move(*opened);
    }
    DocumentFilter filter;
    filter.search = text.toStdString();
    m_find.start(
        this,
        [project = m_findConnection, filter](const std::stop_token& stop) {
            return project->documentIds(filter, stop);
        },
        [this, text](const Result<std::vector<DocumentId>>& found) {
            m_findFirst.cancel();
            m_findFirstConnection.reset();  // with the texts that it holds in memory
            if (found)
                Q_EMIT documentsFound(text, *found);
            else if (found.error().code != ErrorCode::Cancelled)
                Q_EMIT errorOccurred(found.error());
        });
    if (first.empty())
        return;
    m_findFirst.start(
        this,
        [project = m_findFirstConnection, first,
         search = filter.search](const std::stop_token& stop) {
            return project->documentsAmong(search, first, kFirstFound, kFirstFoundSeconds, stop);
        },
        [this, text](Result<std::vector<DocumentId>> found) {
            // Not even an error matters: the whole search says it as well.
            if (!found || found->empty())
                return;
            std::sort(found->begin(), found->end());
            Q_EMIT firstDocumentsFound(text, *found);
        });
}

bool ProjectSession::putSuggestions(const std::vector<SuggestionBatch>& batches,
                                    const std::string& model) {
    if (batches.empty() || isLocked())
        return false;
    auto changed = m_project->putSuggestions(batches, model);
    if (!changed) {
        Q_EMIT errorOccurred(changed.error());
        return false;
    }
    for (auto& [id, labels] : *changed) {
        if (id == documentId()) {
            if (labels == m_labels)
                continue;
            m_labels = std::move(labels);
        }
        Q_EMIT labelsChanged(id);
    }
    for (const auto& [id, labels] : *changed)
        refreshSummary(id);
    refreshCounts();
    return true;
}

void ProjectSession::reloadDocuments() {
    auto documents = m_project->documents();
    if (!documents) {
        Q_EMIT errorOccurred(documents.error());
        return;
    }
    *m_documents = std::move(*documents);
    m_queue.reset();
}

/// Those that came after the last one.
void ProjectSession::addDocuments() {
    DocumentFilter filter;
    filter.after = m_documents->empty() ? 0 : m_documents->back().id;
    auto documents = m_project->documents(filter);
    if (!documents) {
        Q_EMIT errorOccurred(documents.error());
        return;
    }
    if (m_documents->empty())
        *m_documents = std::move(*documents);
    else
        m_documents->insert(m_documents->end(), std::make_move_iterator(documents->begin()),
                            std::make_move_iterator(documents->end()));
}

void ProjectSession::refreshSummary(DocumentId id) {
    if (auto summary = m_project->summary(id))
        setSummary(std::move(*summary));
}

void ProjectSession::setSummary(DocumentSummary summary) {
    const auto known = place(summary.id);
    if (known == m_documents->end() || summary == *known)
        return;
    if (summary.status != known->status || summary.lowestScore != known->lowestScore)
        m_queue.reset();
    *known = std::move(summary);
    Q_EMIT summaryChanged(*known);
}

void ProjectSession::refreshCounts() {
    if (auto counts = m_project->counts())
        m_counts = std::move(*counts);
    Q_EMIT countsChanged();
}

void ProjectSession::refreshUndo() {
    const auto heads = m_project->undoHeads();
    m_undoName = heads ? QString::fromStdString(heads->undo.name) : QString();
    m_redoName = heads ? QString::fromStdString(heads->redo.name) : QString();
    Q_EMIT undoChanged();
}

void ProjectSession::startBackup() {
    if (m_backup.isRunning() || isLocked())
        return;
    auto connection = m_project->reopenForThread();
    if (!connection)
        return;
    const std::shared_ptr<Project> project = std::move(*connection);
    m_backup.start(
        this,
        [project](const std::stop_token&, const std::function<void(int, int)>&) {
            return project->rollingBackup(kBackupMinutes);
        },
        [this](const Result<bool>& made) {
            if (!made && !m_backupComplained) {
                m_backupComplained = true;
                Q_EMIT errorOccurred(made.error());
            }
        });
}

}  // namespace spanwise::ui
