#pragma once

#include <QObject>
#include <memory>
#include <optional>
#include <vector>

#include "core/patterns/pattern.h"
#include "ui/session/place_finder.h"

namespace spanwise::ui {

class ProjectSession;

/// The project's patterns: kept as they are edited, matched against the project while somebody
/// looks, and used. No widgets; lives in its session's thread, which must outlive it.
class PatternsController : public QObject {
    Q_OBJECT
public:
    explicit PatternsController(ProjectSession& session, QObject* parent = nullptr);

    [[nodiscard]] const std::vector<Pattern>& patterns() const { return m_patterns; }
    [[nodiscard]] const Pattern* byId(PatternId id) const;
    /// id 0: a new one. Returns its id; 0 after an error, which goes out through the session.
    PatternId put(const Pattern& pattern);
    bool remove(PatternId id);
    /// The one that was removed last comes back; returns its new id, or 0.
    PatternId restore();
    [[nodiscard]] bool canRestore() const { return m_removed.has_value(); }
    /// A list of the entries of a text file, one a line; named after the file. Returns its id, or
    /// 0.
    PatternId importList(const QString& path, TypeId type);

    /// Matches a pattern against the project; ends with `matched`. One that cannot be used ends at
    /// once, with a problem.
    void match(const Pattern& pattern);
    void stopMatching();
    [[nodiscard]] bool isMatching() const { return m_finder.isRunning(); }
    /// Of the last match that ended well; null: none, or the pattern is another by now.
    [[nodiscard]] std::shared_ptr<const FoundPlaces> matches() const { return m_matches; }
    [[nodiscard]] const std::optional<PatternProblem>& problem() const { return m_problem; }

    /// Uses places of the last match, as usePlaces does.
    void use(PlaceUse use, std::vector<FoundPlace> places, std::function<void(qint64)> done);

Q_SIGNALS:
    void patternsChanged();
    void matched();
    void progress(int documents);

private:
    void load();

    ProjectSession& m_session;
    std::vector<Pattern> m_patterns;
    std::optional<Pattern> m_removed;
    Pattern m_matchedPattern;
    std::shared_ptr<const FoundPlaces> m_matches;
    std::optional<PatternProblem> m_problem;
    PlaceFinder m_finder;
};

}  // namespace spanwise::ui
