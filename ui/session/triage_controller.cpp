#include "ui/session/triage_controller.h"

#include <QDateTime>
#include <QPointer>
#include <algorithm>
#include <unordered_set>

#include "ui/language/plural.h"
#include "ui/session/project_session.h"

namespace spanwise::ui {
namespace {

constexpr auto kRefreshDelay = std::chrono::milliseconds(400);
constexpr std::size_t kPlaces = 500;
constexpr int kAhead = 4;  ///< groups
constexpr std::size_t kPast = 200;
constexpr double kLongestPause = 30;  ///< seconds; a longer one is no work
constexpr int kDecisionsForRate = 5;

std::vector<RecordId> firstOf(const std::vector<RecordId>& ids) {
    return {ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), kPlaces))};
}

QString quoted(const std::string& words) {
    QString text = QString::fromStdString(words);
    if (text.size() > 32)
        text = text.left(31).trimmed() + QStringLiteral("…");
    return text;
}

/// A decision on its way to another thread.
struct Seen {
    std::optional<TypeId> type;
    std::vector<Suggestion> suggestions;
    std::vector<RecordId> others;  ///< beyond those that were read
    std::string annotator;
    std::int64_t at = 0;
    RecordId firstId = 0;  ///< of as many as there are suggestions
};

Result<Edit> editFor(const Project& project, const Seen& decided) {
    std::map<DocumentId, std::vector<Suggestion>> seen;
    for (const Suggestion& suggestion : decided.suggestions)
        seen[suggestion.document].push_back(suggestion);
    if (!decided.others.empty()) {
        const auto places = project.suggestionPlaces(decided.others);
        if (!places)
            return tl::unexpected(places.error());
        for (const SuggestionPlace& place : *places)
            seen[place.suggestion.document].push_back(place.suggestion);
    }
    Edit edit;
    RecordId next = decided.firstId;
    EditContext context;
    context.annotator = decided.annotator;
    context.now = decided.at;
    context.nextId = &next;
    for (const auto& [document, suggestions] : seen) {
        const auto labels = project.labels(document);
        if (!labels)
            return tl::unexpected(labels.error());
        context.document = document;
        append(edit, settleEdit(*labels, context, suggestions, decided.type));
    }
    return edit;
}

}  // namespace

TriageController::TriageController(ProjectSession& session, QObject* parent)
    : QObject(parent), m_session(session) {
    m_refreshTimer.setSingleShot(true);
    m_refreshTimer.setInterval(kRefreshDelay);
    connect(&m_refreshTimer, &QTimer::timeout, this, [this] { refresh(); });
    connect(&session, &ProjectSession::labelsChanged, this, [this] { changedElsewhere(); });
    connect(&session, &ProjectSession::documentsChanged, this, [this] {
        m_recheck = true;
        changedElsewhere();
    });
    connect(&session, &ProjectSession::schemeChanged, this, [this] {
        m_recheck = true;
        changedElsewhere();
    });
    connect(&session, &ProjectSession::thresholdChanged, this, [this] {
        m_recheck = true;
        changedElsewhere();
    });
    connect(&session, &ProjectSession::undoChanged, this, [this] { undone(); });
}

TriageController::~TriageController() = default;

QString TriageController::keyOf(const SuggestionGroup& group) {
    return QString::fromStdString(group.words) + QLatin1Char('\n') + QString::number(group.type);
}

void TriageController::setActive(bool active) {
    if (active == m_active)
        return;
    m_active = active;
    m_sinceDecision.restart();
    if (active && m_stale) {
        m_recheck = true;
        refresh();
    }
}

TriageProgress TriageController::progress() const {
    TriageProgress progress;
    progress.decisions = m_decisions;
    progress.settled = m_settled;
    progress.groupsLeft = m_groupsLeft;
    progress.suggestionsLeft = m_suggestionsLeft;
    progress.putOff = static_cast<int>(m_putOff.size());
    if (m_decisions >= kDecisionsForRate && m_activeSeconds > 0)
        progress.perMinute = m_decisions * 60.0 / m_activeSeconds;
    return progress;
}

// --- what there is to decide

void TriageController::changedElsewhere() {
    if (isDeciding())
        return;
    m_stale = true;
    if (m_active && !m_refreshTimer.isActive())
        m_refreshTimer.start();
}

std::shared_ptr<Project> TriageController::connection(std::shared_ptr<Project>& kept) {
    if (!kept) {
        auto opened = m_session.project().reopenForThread();
        if (!opened) {
            m_session.report(opened.error());
            return nullptr;
        }
        kept = std::move(*opened);
    }
    return kept;
}

void TriageController::refresh() {
    if (m_groupsTask.isRunning() || !m_stale)
        return;
    if (m_uncommitted > 0) {  // or it would find what is decided already
        m_refreshTimer.start();
        return;
    }
    const std::shared_ptr<Project> project = connection(m_groupsProject);
    if (!project)
        return;
    m_stale = false;
    m_groupsTask.start(
        this,
        [project, threshold = m_session.threshold()](const std::stop_token& stop,
                                                     const std::function<void(int, int)>&) {
            return project->suggestionGroups(threshold, stop);
        },
        [this](Groups groups) { take(std::move(groups)); });
}

void TriageController::take(Groups groups) {
    if (!groups) {
        m_session.report(groups.error());
        return;
    }
    if (m_stale) {  // decided or changed while it was collected
        if (m_active)
            m_refreshTimer.start();
        if (m_item)
            return;
    }
    m_groups = std::move(*groups);
    std::erase_if(m_groups, [this](const SuggestionGroup& group) {
        return m_session.scheme().byId(group.type) == nullptr;
    });
    m_ahead.clear();
    m_first = 0;
    m_groupOf.clear();
    m_groupsLeft = static_cast<qint64>(m_groups.size());
    m_suggestionsLeft = 0;
    QSet<QString> putOff;
    for (std::size_t i = 0; i < m_groups.size(); ++i) {
        m_suggestionsLeft += static_cast<qint64>(m_groups[i].ids.size());
        for (const RecordId id : m_groups[i].ids)
            m_groupOf.emplace(id, i);
        if (!m_putOff.isEmpty()) {
            if (const QString key = keyOf(m_groups[i]); m_putOff.contains(key))
                putOff.insert(key);
        }
    }
    m_putOff = std::move(putOff);

    const bool recheck = std::exchange(m_recheck, false);
    if (const auto wanted = m_groupOf.find(std::exchange(m_wanted, 0)); wanted != m_groupOf.end()) {
        show(m_groups[wanted->second]);
    } else if (!m_item) {
        next();
    } else if (recheck) {
        const auto same =
            std::find_if(m_groups.begin(), m_groups.end(), [this](const SuggestionGroup& group) {
                return group.words == m_item->group.words && group.type == m_item->group.type;
            });
        if (same == m_groups.end())
            next();
        else if (same->ids != m_item->group.ids)
            show(*same);
        else
            readAhead();
    } else {
        readAhead();
    }
    Q_EMIT progressChanged();
}

void TriageController::forget(const std::vector<RecordId>& ids) {
    const std::unordered_set<RecordId> gone(ids.begin(), ids.end());
    std::unordered_set<std::size_t> touched;
    for (const RecordId id : gone) {
        if (const auto found = m_groupOf.find(id); found != m_groupOf.end()) {
            touched.insert(found->second);
            m_groupOf.erase(found);
        }
    }
    for (const std::size_t index : touched) {
        auto& left = m_groups[index].ids;
        const auto before = left.size();
        std::erase_if(left, [&](RecordId id) { return gone.contains(id); });
        m_suggestionsLeft -= static_cast<qint64>(before - left.size());
        if (left.empty() && before > 0) {
            --m_groupsLeft;
            m_putOff.remove(keyOf(m_groups[index]));
        }
    }
    while (m_first < m_groups.size() && m_groups[m_first].ids.empty())
        ++m_first;
}

/// Until it is collected anew: a decision on it was undone.
void TriageController::remember(const SuggestionGroup& group) {
    const auto same = std::find_if(m_groups.begin(), m_groups.end(), [&](const auto& other) {
        return other.words == group.words && other.type == group.type;
    });
    if (same == m_groups.end() || !same->ids.empty())
        return;
    const auto index = static_cast<std::size_t>(same - m_groups.begin());
    same->ids = group.ids;
    for (const RecordId id : group.ids)
        m_groupOf.insert_or_assign(id, index);
    ++m_groupsLeft;
    m_suggestionsLeft += static_cast<qint64>(group.ids.size());
    m_first = std::min(m_first, index);
}

void TriageController::next() {
    const auto find = [this] {
        for (std::size_t i = m_first; i < m_groups.size(); ++i) {
            if (!m_groups[i].ids.empty() &&
                (m_putOff.isEmpty() || !m_putOff.contains(keyOf(m_groups[i]))))
                return i;
        }
        return m_groups.size();
    };
    std::size_t found = find();
    if (found == m_groups.size() && !m_putOff.isEmpty()) {
        m_putOff.clear();
        found = find();
    }
    if (found == m_groups.size()) {
        m_item.reset();
        setState(State::Nothing);
    } else {
        show(m_groups[found]);
    }
}

void TriageController::show(const SuggestionGroup& group) {
    TriageItem item{group, {}};
    if (const auto ahead = m_ahead.find(keyOf(group)); ahead != m_ahead.end()) {
        const std::unordered_set<RecordId> ids(group.ids.begin(), group.ids.end());
        item.places = std::move(ahead->second);
        m_ahead.erase(ahead);
        std::erase_if(item.places, [&](const SuggestionPlace& place) {
            return !ids.contains(place.suggestion.id);
        });
    }
    if (item.places.empty()) {
        auto places = m_session.project().suggestionPlaces(firstOf(group.ids));
        if (places)
            item.places = std::move(*places);
        else
            m_session.report(places.error());
    }
    if (item.places.empty()) {  // all went since they were collected
        forget(std::vector<RecordId>(group.ids));
        next();
        return;
    }
    m_item = std::move(item);
    setState(State::Deciding);
    readAhead();
}

void TriageController::setState(State state) {
    m_state = state;
    Q_EMIT itemChanged();
}

void TriageController::readAhead() {
    if (m_aheadTask.isRunning())
        return;
    std::vector<std::pair<QString, std::vector<RecordId>>> wanted;
    int seen = 0;
    for (std::size_t i = m_first; i < m_groups.size() && seen < kAhead; ++i) {
        const SuggestionGroup& group = m_groups[i];
        if (group.ids.empty())
            continue;
        const QString key = keyOf(group);
        if (m_putOff.contains(key) || (m_item && key == keyOf(m_item->group)))
            continue;
        ++seen;
        if (!m_ahead.contains(key))
            wanted.emplace_back(key, firstOf(group.ids));
    }
    if (wanted.empty())
        return;
    const std::shared_ptr<Project> project = connection(m_aheadProject);
    if (!project)
        return;
    m_aheadTask.start(
        this,
        [project, wanted = std::move(wanted)](const std::stop_token& stop,
                                              const std::function<void(int, int)>&) {
            std::vector<Places> read;
            for (const auto& [key, ids] : wanted) {
                if (stop.stop_requested())
                    break;
                if (auto places = project->suggestionPlaces(ids))
                    read.push_back({key, std::move(*places)});
            }
            return read;
        },
        [this](std::vector<Places> read) {
            for (Places& places : read)
                m_ahead.insert_or_assign(places.key, std::move(places.places));
        });
}

void TriageController::startWith(RecordId suggestion) {
    if (const auto found = m_groupOf.find(suggestion); found != m_groupOf.end() && !m_stale) {
        m_putOff.remove(keyOf(m_groups[found->second]));
        show(m_groups[found->second]);
        return;
    }
    m_wanted = suggestion;
    m_stale = true;
    if (m_active)
        refresh();
}

// --- decisions

bool TriageController::accept(const QSet<qint64>& except) {
    return m_item && decide(m_item->group.type, except);
}
bool TriageController::acceptAs(TypeId type, const QSet<qint64>& except) {
    return m_session.scheme().byId(type) && decide(type, except);
}
bool TriageController::reject(const QSet<qint64>& except) {
    return decide(std::nullopt, except);
}

bool TriageController::decide(std::optional<TypeId> type, const QSet<qint64>& except) {
    if (!m_item)
        return false;
    std::vector<RecordId> settled;
    std::copy_if(m_item->group.ids.begin(), m_item->group.ids.end(), std::back_inserter(settled),
                 [&](RecordId id) { return !except.contains(id); });
    if (settled.empty()) {
        Q_EMIT hint(tr("No occurrence is ticked."), tr("Tick one, or press Space for later."));
        return false;
    }
    const QString words = quoted(m_item->group.words);
    const EntityType* as = type ? m_session.scheme().byId(*type) : nullptr;
    const QString name = as ? QString::fromStdString(as->name) : QString();
    const auto count = static_cast<qint64>(settled.size());
    const QString what =
        !type ? (count == 1 ? tr("Reject “%1”").arg(words)
                            : tr("Reject “%1” in %Ln place(s)", nullptr, plural(count)).arg(words))
        : count == 1
            ? tr("Accept “%1” as %2").arg(words, name)
            : tr("Accept “%1” as %2 in %Ln place(s)", nullptr, plural(count)).arg(words, name);

    // What a person saw holds, whatever a model has done to it since.
    Seen seen{type,
              {},
              {},
              m_session.annotator(),
              QDateTime::currentMSecsSinceEpoch(),
              m_session.project().reserveRecordIds(count)};
    std::unordered_set<RecordId> shown;
    for (const SuggestionPlace& place : m_item->places) {
        shown.insert(place.suggestion.id);
        if (!except.contains(place.suggestion.id) &&
            m_session.summary(place.suggestion.document))  // not in the trash since
            seen.suggestions.push_back(place.suggestion);
    }
    std::copy_if(settled.begin(), settled.end(), std::back_inserter(seen.others),
                 [&](RecordId id) { return !shown.contains(id); });
    const qint64 decision = ++m_lastDecision;
    auto removed = std::make_shared<std::vector<RecordId>>();
    ++m_uncommitted;
    const bool isUnderWay = m_session.commitSoon(
        [seen = std::move(seen), removed](const Project& project) -> Result<Edit> {
            Result<Edit> edit = editFor(project, seen);
            if (edit) {
                for (const Suggestion& suggestion : edit->removeSuggestions)
                    removed->push_back(suggestion.id);
            }
            return edit;
        },
        what,
        [alive = QPointer<TriageController>(this), decision,
         removed](const Result<std::int64_t>& event) {
            if (alive)
                alive->committed(decision, event, *removed);
        });
    if (!isUnderWay) {
        --m_uncommitted;
        return false;
    }
    m_activeSeconds +=
        std::min(static_cast<double>(m_sinceDecision.elapsed()) / 1000, kLongestPause);
    m_sinceDecision.restart();
    forget(settled);
    ++m_decisions;
    m_settled += count;
    if (m_past.size() == kPast)
        m_past.erase(m_past.begin());
    m_past.push_back({m_item->group, decision, 0, count});
    if (m_groupsTask.isRunning())
        m_stale = true;  // it reads what was there before
    const bool isPartly = std::any_of(m_item->group.ids.begin(), m_item->group.ids.end(),
                                      [&](RecordId id) { return m_groupOf.contains(id); });
    if (isPartly)
        m_putOff.insert(keyOf(m_item->group));
    next();
    Q_EMIT progressChanged();
    return true;
}

void TriageController::committed(qint64 decision, const Result<std::int64_t>& event,
                                 const std::vector<RecordId>& removed) {
    --m_uncommitted;
    if (m_groupsTask.isRunning())
        m_stale = true;
    const auto past = std::find_if(m_past.begin(), m_past.end(),
                                   [&](const Past& each) { return each.decision == decision; });
    if (event && *event != 0) {
        if (past != m_past.end())
            past->event = *event;
        forget(removed);
        // Where it stood something else was accepted: there is nothing to decide any more.
        const std::unordered_set<RecordId> gone(removed.begin(), removed.end());
        const bool isGone =
            m_item && std::all_of(m_item->group.ids.begin(), m_item->group.ids.end(),
                                  [&](RecordId id) { return gone.contains(id); });
        if (isGone)
            next();
        Q_EMIT progressChanged();
        return;
    }
    if (past == m_past.end())
        return;
    const Past undecided = *past;
    m_past.erase(past);
    if (!event) {
        returnTo(undecided);
        return;
    }
    --m_decisions;
    m_settled -= undecided.settled;
    Q_EMIT hint(tr("“%1” is decided already.").arg(quoted(undecided.group.words)),
                tr("These places were labelled meanwhile."));
    Q_EMIT progressChanged();
}

void TriageController::putOff() {
    if (!m_item)
        return;
    const QString key = keyOf(m_item->group);
    m_putOff.insert(key);
    if (m_past.size() == kPast)
        m_past.erase(m_past.begin());
    m_past.push_back({m_item->group, 0, 0, 0});
    next();
    if (m_item && keyOf(m_item->group) == key)
        Q_EMIT hint(tr("This is the last one."), tr("Accept it or reject it, or leave it."));
    Q_EMIT progressChanged();
}

bool TriageController::isLastStep(std::int64_t event) const {
    const auto heads = m_session.project().undoHeads();
    return heads && heads->undo.event == event;
}

bool TriageController::back() {
    m_session.finishCommits();
    if (m_past.empty())
        return false;
    const Past past = m_past.back();
    if (past.decision == 0) {
        m_past.pop_back();
        returnTo(past);
        return true;
    }
    if (!isLastStep(past.event)) {
        Q_EMIT hint(tr("Something else was changed since."),
                    tr("Undo takes one step after the other back."));
        return false;
    }
    m_isUndoing = true;
    return m_session.undo([alive = QPointer<TriageController>(this), past](bool isUndone) {
        if (!alive)
            return;
        alive->m_isUndoing = false;
        if (!isUndone)
            return;
        alive->m_past.pop_back();
        alive->returnTo(past);
    });
}

/// Something was undone or done again by the menu: a decision that is undone comes up again.
void TriageController::undone() {
    if (isDeciding())
        return;
    const auto last = std::find_if(m_past.rbegin(), m_past.rend(),
                                   [](const Past& past) { return past.event != 0; });
    m_recheck = true;
    if (last == m_past.rend())
        return;
    const auto heads = m_session.project().undoHeads();
    if (!heads || heads->undo.event >= last->event)
        return;
    const Past past = *last;
    m_past.erase(std::prev(last.base()), m_past.end());
    returnTo(past);
}

void TriageController::returnTo(const Past& past) {
    m_putOff.remove(keyOf(past.group));
    if (past.decision != 0) {
        --m_decisions;
        m_settled -= past.settled;
        remember(past.group);
        m_stale = true;
        m_recheck = false;
        if (m_active)
            m_refreshTimer.start();
    }
    show(past.group);
    Q_EMIT progressChanged();
}

}  // namespace spanwise::ui
