#include "ui/tour/tour.h"

#include <QDateTime>
#include <QEvent>
#include <QKeyEvent>
#include <QTabBar>
#include <algorithm>

#include "ui/document_view/document_view.h"
#include "ui/main_window/label_page.h"
#include "ui/session/learning_controller.h"
#include "ui/session/project_session.h"
#include "ui/types/types_panel.h"

namespace spanwise::ui {
namespace {

constexpr int kEventsAtOnce = 100;
constexpr int kGap = 2;
constexpr int kBeakRoom = 34;       ///< from a corner of the card to its beak
constexpr int kSpanCardRoom = 110;  ///< below a suggestion, for the card with its keys

}  // namespace

Tour::Tour(TourPlaces places, QObject* parent)
    : QObject(parent),
      m_places(std::move(places)),
      m_card(new TourCard(m_places.window)),
      m_ring(new TourRing(m_places.window)) {
    m_refresh.setSingleShot(true);
    m_refresh.setInterval(0);
    connect(&m_refresh, &QTimer::timeout, this, [this] { refresh(); });
    connect(m_card, &TourCard::skipRequested, this, &Tour::skip);
    connect(m_card, &TourCard::endRequested, this, [this] { end(); });
    connect(m_card, &TourCard::goRequested, this,
            [this] { m_places.pages->setCurrentIndex(m_places.labelTab); });
    const auto soon = [this] {
        if (isRunning())
            m_refresh.start();
    };
    connect(m_places.pages, &QTabBar::currentChanged, this, [this, soon](int tab) {
        soon();
        if (isRunning() && m_step == Step::Look &&
            (tab == m_places.triageTab || tab == m_places.exportTab))
            next();
    });
    const DocumentView* view = m_places.labelPage->view();
    connect(view, &DocumentView::visibleRangeChanged, this, soon);
    connect(view, &DocumentView::focusedSpanChanged, this, soon);
    // Enter in a document that is done already opens it again: then the history shows no end.
    connect(view, &DocumentView::doneRequested, this, [this] {
        if (isRunning() && m_step == Step::Next)
            next();
    });
}

Tour::~Tour() {
    delete m_card;  // a child of the window
}

void Tour::start(ProjectSession& session, LearningController* learning) {
    stop();
    m_session = &session;
    m_labelledAt = 0;
    m_learning = learning;
    m_seen = m_session->project().lastEventId().value_or(0);
    connect(m_session, &ProjectSession::undoChanged, this, [this] { readHistory(); });
    for (const auto signal : {&ProjectSession::documentChanged, &ProjectSession::schemeChanged,
                              &ProjectSession::lockedChanged})
        connect(m_session, signal, &m_refresh, qOverload<>(&QTimer::start));
    connect(m_session, &ProjectSession::labelsChanged, &m_refresh, qOverload<>(&QTimer::start));
    connect(m_session, &ProjectSession::thresholdChanged, &m_refresh, qOverload<>(&QTimer::start));
    if (m_learning)
        connect(m_learning, &LearningController::statusChanged, this, [this] { followLearning(); });
    for (QWidget* widget : {m_places.window, static_cast<QWidget*>(m_places.labelPage->types()),
                            static_cast<QWidget*>(m_places.labelPage->view()), m_places.status})
        widget->installEventFilter(this);
    go(Step::Label);
}

void Tour::stop() {
    if (!isRunning())
        return;
    for (QWidget* widget : {m_places.window, static_cast<QWidget*>(m_places.labelPage->types()),
                            static_cast<QWidget*>(m_places.labelPage->view()), m_places.status})
        widget->removeEventFilter(this);
    m_session->disconnect(this);
    m_session->disconnect(&m_refresh);
    if (m_learning)
        m_learning->disconnect(this);
    m_session = nullptr;
    m_learning = nullptr;
    m_refresh.stop();
    const bool hadFocus = m_card->isAncestorOf(m_card->window()->focusWidget());
    m_card->hide();
    m_ring->hide();
    if (hadFocus)
        m_places.labelPage->view()->setFocus();
}

void Tour::end() {
    if (!isRunning())
        return;
    const bool isWhole = m_step == Step::Over;
    stop();
    Q_EMIT ended(isWhole);
}

void Tour::skip() {
    if (isRunning() && m_step != Step::Over)
        next();
}

void Tour::go(Step step) {
    m_step = step;
    m_refresh.stop();
    refresh();
    m_card->announce();
    if (step == Step::Learn)
        followLearning();
}

/// What the person did is in the history, whichever page it was done on.
void Tour::readHistory() {
    const auto events = m_session->project().events(m_seen, kEventsAtOnce);
    if (!events)
        return;
    for (const Event& event : *events) {
        m_seen = event.id;
        if (event.kind != "edit" || event.info.actor != m_session->annotator())
            continue;
        const Edit& edit = event.edit;
        const bool decides =
            !edit.removeSuggestions.empty() &&
            (!edit.addRejections.empty() ||
             std::any_of(edit.addAnnotations.begin(), edit.addAnnotations.end(),
                         [](const Annotation& a) { return a.origin == Origin::Accepted; }));
        const bool isDone = std::any_of(
            edit.status.begin(), edit.status.end(),
            [](const StatusChange& change) { return change.after == DocumentStatus::Done; });
        if (m_step == Step::Label && !edit.addAnnotations.empty()) {
            m_labelledAt = QDateTime::currentMSecsSinceEpoch();
            next();
        } else if ((m_step == Step::Decide && decides) || (m_step == Step::Next && isDone)) {
            next();
        }
    }
    if (static_cast<int>(events->size()) == kEventsAtOnce)
        readHistory();
}

void Tour::followLearning() {
    if (m_step != Step::Learn)
        return;
    const LearningStatus* status = m_learning ? &m_learning->status() : nullptr;
    if (status && status->learnedAt > m_labelledAt &&
        status->learned >= m_session->counts().annotations &&
        status->stage != LearningStatus::Stage::Training) {
        next();
        return;
    }
    m_refresh.start();
}

bool Tour::isElsewhere() const {
    const bool needsLabels =
        m_step == Step::Label || m_step == Step::Decide || m_step == Step::Next;
    return needsLabels && m_places.pages->currentIndex() != m_places.labelTab;
}

QString Tour::noLearning() const {
    if (!m_learning)
        return tr("There is no worker here to learn.");
    const LearningStatus& status = m_learning->status();
    if (status.stage == LearningStatus::Stage::Failed)
        return status.message.isEmpty() ? tr("The worker does not run.") : status.message;
    if (status.stage == LearningStatus::Stage::Off)
        return tr("The project is read-only, so nothing is learned.");
    return {};
}

TourCard::Content Tour::content() const {
    TourCard::Content card;
    const auto key = [this](const char* action) {
        const QString text = m_places.key(action);
        return text.isEmpty() ? QStringLiteral("–") : text;
    };
    card.heading = tr("Step %1 of %2").arg(static_cast<int>(m_step) + 1).arg(kSteps);
    switch (m_step) {
        case Step::Label: {
            card.title = tr("Label some words");
            const auto& types = m_session->scheme().types();
            card.text =
                types.empty()
                    ? tr("Drag over words in the text, or go there with the arrow keys. Then press "
                         "the digit of a type.")
                    : tr("Drag over words in the text, or go there with → and take more with ⇧→. "
                         "Then press a digit: %1 labels them as %2.")
                          .arg(QString::fromStdString(types.front().shortcut),
                               QString::fromStdString(types.front().name));
            card.keys = {QStringLiteral("→"), QStringLiteral("⇧→"), QStringLiteral("1"),
                         QStringLiteral("2")};
            break;
        }
        case Step::Learn: {
            card.title = tr("Watch it learn");
            const QString problem = noLearning();
            if (!problem.isEmpty()) {
                card.text =
                    tr("%1 Your labels are kept all the same; skip this step.").arg(problem);
                break;
            }
            card.text =
                tr("Nothing to press. Down here the model takes in what you labelled, in a few "
                   "seconds. Then its suggestions appear in the text, dashed.");
            const LearningStatus& status = m_learning->status();
            card.progress = status.stage == LearningStatus::Stage::Training && status.fraction >= 0
                                ? status.fraction
                                : -1;
            break;
        }
        case Step::Decide:
            card.title = tr("Take or refuse a suggestion");
            if (m_places.labelPage->view()->visibleSuggestions().empty()) {
                card.text =
                    tr("None shows in this document now. Show less certain ones with the "
                       "first key, go to another document with the second, or skip.");
                card.keys = {key("showMoreSuggestions"), key("nextDocument")};
                break;
            }
            card.text = tr("%1 goes to the next dashed suggestion. %2 makes it a label, %3 refuses "
                           "it; the model learns from both.")
                            .arg(key("nextSuggestion"), key("acceptFocused"), key("rejectFocused"));
            card.keys = {key("nextSuggestion"), key("acceptFocused"), key("rejectFocused")};
            break;
        case Step::Next:
            card.title = tr("On to the next document");
            card.text = tr("%1 says that all is labelled here, and opens the document that helps "
                           "most. What is unlabelled in it teaches the model too.")
                            .arg(key("markDone"));
            card.keys = {key("markDone")};
            break;
        case Step::Look:
            card.title = tr("Many at once, and out again");
            card.text =
                tr("Triage asks about one suggestion at a time, a key each. Export writes "
                   "CoNLL or JSONL. Open one of them.");
            card.keys = {key("triagePageAction"), key("exportPageAction")};
            break;
        case Step::Over:
            card.heading = tr("The end");
            card.title = tr("That is the tour");
            card.text =
                tr("Go on with this sample, or begin your own project. The last key lists "
                   "all keys.");
            card.keys = {key("newProject"), key("shortcutSheet")};
            card.isLast = true;
            return card;
    }
    if (m_session->isLocked() && m_step != Step::Learn && m_step != Step::Look)
        card.text = tr("The project cannot be written just now. Wait, or skip this step.");
    if (isElsewhere()) {
        card.go = tr("To the Label page");
        card.text = tr("This step is on the Label page.");
        card.keys.clear();
    }
    return card;
}

void Tour::refresh() {
    if (!isRunning())
        return;
    const TourCard::Content now = content();
    if (now != m_card->content()) {
        const bool saysMore = now.title == m_card->content().title &&
                              now.text != m_card->content().text && m_card->isVisible();
        m_card->setContent(now);
        if (saysMore)
            m_card->announce();
    }
    place();
    m_ring->raise();
    m_card->raise();
    m_card->show();
}

QRect Tour::rectOf(const QWidget* widget) const {
    return {widget->mapTo(m_places.window, QPoint(0, 0)), widget->size()};
}

bool Tour::hasFocusedSuggestion() const {
    return m_places.labelPage->focusedSuggestion() != 0;
}

QRect Tour::spot() const {
    const DocumentView* view = m_places.labelPage->view();
    switch (m_step) {
        case Step::Label:
            return rectOf(
                m_places.labelPage->types()->findChild<QWidget*>(QStringLiteral("typeList")));
        case Step::Learn:
            return rectOf(m_places.status);
        case Step::Decide: {
            const auto shown = view->visibleSuggestions();
            const RecordId wanted = hasFocusedSuggestion() ? view->focusedSpan()
                                    : shown.empty()        ? 0
                                                           : shown.front();
            for (const Suggestion& suggestion : view->labels().suggestions) {
                const QRect bounds =
                    suggestion.id == wanted ? view->boundsOf(suggestion.range) : QRect();
                if (view->viewport()->rect().intersects(bounds))
                    return QRect(view->viewport()->mapTo(m_places.window, bounds.topLeft()),
                                 bounds.size())
                        .adjusted(-4, -4, 4, 4);
            }
            return {};
        }
        case Step::Look: {
            const QRect tabs = m_places.pages->tabRect(m_places.triageTab);
            return {m_places.pages->mapTo(m_places.window, tabs.topLeft()), tabs.size()};
        }
        case Step::Next:
        case Step::Over:
            break;
    }
    return {};
}

void Tour::place() {
    const QSize size = m_card->wantedSize();
    const QRect window = m_places.window->rect();
    const QRect status = rectOf(m_places.status);
    const QRect page = rectOf(m_places.labelPage->parentWidget());
    const QRect spot = isElsewhere() ? QRect() : this->spot();
    // The lower right corner of the text, or of the page.
    const QRect text = m_places.labelPage->isVisible() ? rectOf(m_places.labelPage->view()) : page;
    QPoint at(text.right() - size.width(), text.bottom() - size.height());
    auto beak = TourCard::Beak::None;
    int beakAt = 0;
    switch (m_step) {
        case Step::Label:
            if (spot.isEmpty())
                break;
            // Low, for the text is to be labelled; the beak if it then still reaches the list.
            at.setX(spot.left() - size.width() - kGap);
            if (spot.bottom() - at.y() > kBeakRoom) {
                beak = TourCard::Beak::Right;
                beakAt =
                    std::clamp(spot.center().y() - at.y(), kBeakRoom, size.height() - kBeakRoom);
            }
            break;
        case Step::Learn:
            at = {status.left() + 60, status.top() - size.height() - kGap};
            beak = TourCard::Beak::Down;
            beakAt = 60;
            break;
        case Step::Look:
            at = {std::max(0, spot.center().x() - 60), spot.bottom() + kGap};
            beak = TourCard::Beak::Up;
            beakAt = spot.center().x() - at.x();
            break;
        case Step::Decide: {
            const QRect card = QRect(at, size);
            if (card.intersects(spot.adjusted(0, 0, 0, kSpanCardRoom)) &&
                spot.center().y() > text.center().y())
                at.setY(text.top());
            break;
        }
        case Step::Next:
        case Step::Over:
            break;
    }
    at.setX(std::clamp(at.x(), 0, std::max(0, window.width() - size.width())));
    at.setY(std::clamp(at.y(), 0, std::max(0, window.height() - size.height())));
    m_card->setGeometry(QRect(at, size));
    m_card->setBeak(beak, beakAt);
    // The text view shows itself what has its focus.
    const bool isShown = m_step == Step::Decide && hasFocusedSuggestion();
    m_ring->setVisible(!spot.isEmpty() && !isShown);
    m_ring->setGeometry(spot.adjusted(-2, -2, 2, 2) & window);
}

bool Tour::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
        case QEvent::Resize:
        case QEvent::Move:
        case QEvent::Show:
        case QEvent::Hide:
        case QEvent::LayoutRequest:
        case QEvent::FontChange:
        case QEvent::LanguageChange:
            m_refresh.start();
            break;
        case QEvent::KeyPress:
            // Came up to the window: nobody below had a use for it.
            if (watched == m_places.window &&
                static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
                end();
                return true;
            }
            break;
        default:
            break;
    }
    return QObject::eventFilter(watched, event);
}

}  // namespace spanwise::ui
