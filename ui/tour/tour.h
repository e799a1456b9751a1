#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

#include "core/annotation/span.h"
#include "ui/tour/tour_card.h"

class QTabBar;

namespace spanwise::ui {

class LabelPage;
class LearningController;
class ProjectSession;

/// Where the tour's steps are in the window.
struct TourPlaces {
    QWidget* window = nullptr;  ///< the card's parent; Escape that nobody there wants ends the tour
    QTabBar* pages = nullptr;
    int labelTab = 0, triageTab = 0, exportTab = 0;
    LabelPage* labelPage = nullptr;
    QWidget* status = nullptr;
    std::function<QString(const char* action)> key;  ///< for people, by the action's id
};

/// Five steps in an open project, each of which ends by the person's own gesture: label, see the
/// model learn, decide on a suggestion, go on to the next document, look at the other pages. Blocks
/// nothing; whatever the person does instead is fine and the step waits. Ends with its project.
class Tour : public QObject {
    Q_OBJECT
public:
    enum class Step { Label, Learn, Decide, Next, Look, Over };
    static constexpr int kSteps = 5;

    explicit Tour(TourPlaces places, QObject* parent = nullptr);
    ~Tour() override;

    /// `learning` null: there is no worker. Both must outlive the tour, or stop() comes before.
    void start(ProjectSession& session, LearningController* learning);
    /// Without a word, for a project that closes.
    void stop();
    void skip();
    [[nodiscard]] bool isRunning() const { return m_session != nullptr; }
    [[nodiscard]] Step step() const { return m_step; }

Q_SIGNALS:
    /// It came to its end, or the person ended it.
    void ended(bool isWhole);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void end();
    void go(Step step);
    void next() { go(static_cast<Step>(static_cast<int>(m_step) + 1)); }
    void readHistory();
    void followLearning();
    void refresh();
    void place();
    [[nodiscard]] TourCard::Content content() const;
    [[nodiscard]] bool isElsewhere() const;  ///< the step needs the label page, and it isn't shown
    [[nodiscard]] QString noLearning() const;  ///< why the model cannot learn; empty: it can
    [[nodiscard]] bool hasFocusedSuggestion() const;
    [[nodiscard]] QRect spot() const;  ///< what the step speaks of, in the window
    [[nodiscard]] QRect rectOf(const QWidget* widget) const;

    TourPlaces m_places;
    ProjectSession* m_session = nullptr;
    LearningController* m_learning = nullptr;
    Step m_step = Step::Label;
    std::int64_t m_seen = 0;  ///< the last event of the history that was looked at
    qint64 m_labelledAt = 0;  ///< ms since the epoch; 0: not in this tour
    TourCard* m_card;
    TourRing* m_ring;
    QTimer m_refresh;
};

}  // namespace spanwise::ui
