#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QSet>
#include <QTimer>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "storage/project.h"
#include "ui/session/background_task.h"

namespace spanwise::ui {

class ProjectSession;

/// What is to be decided now: a group of suggestions as it was when it came up. It does not change
/// while a person looks at it.
struct TriageItem {
    SuggestionGroup group;
    std::vector<SuggestionPlace>
        places;  ///< the least certain first; of a huge group the first 500
};

struct TriageProgress {
    int decisions = 0;      ///< since the project was opened
    qint64 settled = 0;     ///< suggestions that these settled
    qint64 groupsLeft = 0;  ///< decisions to make, those put off included
    qint64 suggestionsLeft = 0;
    int putOff = 0;         ///< groups for later
    double perMinute = -1;  ///< decisions; negative: too few to say
};

/// Goes through the project's suggestions, one group of equal words and type at a time, the most
/// valuable first. Suggestions below the session's threshold and in documents that are done are not
/// asked about. Groups are collected in a thread, what comes next is read ahead, and decisions are
/// committed in the background in their order, so that the next group is there at once. One that
/// fails is told by the session, and its group comes up again. No widgets; lives in the thread of
/// its session, which must outlive it.
class TriageController : public QObject {
    Q_OBJECT
public:
    enum class State { Loading, Deciding, Nothing };

    explicit TriageController(ProjectSession& session, QObject* parent = nullptr);
    ~TriageController() override;

    /// Somebody is looking: groups are kept up to date from now on.
    void setActive(bool active);
    [[nodiscard]] State state() const { return m_state; }
    /// Null unless Deciding.
    [[nodiscard]] const TriageItem* item() const { return m_item ? &*m_item : nullptr; }
    [[nodiscard]] TriageProgress progress() const;

    // Each is one step of undo, whatever it concerns, and brings up the next group. `except`:
    // suggestions of the group that are left as they are, for later. False: nothing was decided.
    bool accept(const QSet<qint64>& except = {});
    bool acceptAs(TypeId type, const QSet<qint64>& except = {});
    bool reject(const QSet<qint64>& except = {});
    /// Comes again when all others are decided.
    void putOff();
    /// To the group before, undoing what was decided of it; at once, or once a large decision is
    /// undone in the background. False: nothing is undone.
    bool back();
    [[nodiscard]] bool canGoBack() const { return !m_past.empty(); }
    /// The group of that suggestion comes up, now or once it is known.
    void startWith(RecordId suggestion);

Q_SIGNALS:
    void itemChanged();  ///< or the state
    void progressChanged();
    void hint(const QString& headline, const QString& detail);

private:
    struct Past {
        SuggestionGroup group;
        qint64 decision = 0;     ///< its number; 0: put off
        std::int64_t event = 0;  ///< 0: not committed yet
        qint64 settled = 0;
    };
    struct Places {
        QString key;
        std::vector<SuggestionPlace> places;
    };
    using Groups = Result<std::vector<SuggestionGroup>>;

    bool decide(std::optional<TypeId> type, const QSet<qint64>& except);
    void committed(qint64 decision, const Result<std::int64_t>& event,
                   const std::vector<RecordId>& removed);
    /// Changes that arrive are our own.
    [[nodiscard]] bool isDeciding() const { return m_isUndoing || m_uncommitted > 0; }
    [[nodiscard]] bool isLastStep(std::int64_t event) const;
    void changedElsewhere();
    void undone();
    void returnTo(const Past& past);
    void refresh();
    void take(Groups groups);
    void forget(const std::vector<RecordId>& ids);
    void remember(const SuggestionGroup& group);
    void next();
    void show(const SuggestionGroup& group);
    void readAhead();
    void setState(State state);
    [[nodiscard]] static QString keyOf(const SuggestionGroup& group);
    [[nodiscard]] std::shared_ptr<Project> connection(std::shared_ptr<Project>& kept);

    ProjectSession& m_session;
    State m_state = State::Loading;
    std::optional<TriageItem> m_item;
    std::vector<SuggestionGroup> m_groups;  ///< best first; those without ids are decided
    std::unordered_map<RecordId, std::size_t> m_groupOf;
    std::size_t m_first = 0;  ///< all before it are decided
    QSet<QString> m_putOff;
    std::vector<Past> m_past;
    std::map<QString, std::vector<SuggestionPlace>> m_ahead;
    RecordId m_wanted = 0;
    qint64 m_groupsLeft = 0, m_suggestionsLeft = 0;
    int m_decisions = 0;
    qint64 m_settled = 0;
    double m_activeSeconds = 0;
    QElapsedTimer m_sinceDecision;
    QTimer m_refreshTimer;
    bool m_active = false;
    bool m_stale = true;     ///< m_groups, by a change that others made
    bool m_recheck = false;  ///< whether the item is still to be decided
    bool m_isUndoing = false;
    int m_uncommitted = 0;  ///< decisions on their way to the disk
    qint64 m_lastDecision = 0;
    std::shared_ptr<Project> m_groupsProject, m_aheadProject;
    BackgroundTask<Groups> m_groupsTask;
    BackgroundTask<std::vector<Places>> m_aheadTask;
};

}  // namespace spanwise::ui
