#include "ui/pretraining/run_panel.h"

#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

#include "ui/main_window/error_text.h"
#include "ui/pretraining/pretraining_charts.h"
#include "ui/pretraining/pretraining_text.h"
#include "ui/session/pretraining_controller.h"
#include "ui/theme/controls.h"
#include "ui/theme/scroll_column.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {
namespace {

constexpr int kDrawEveryMs = 200;
constexpr int kScoreHeight = 190;

}  // namespace

struct RunPanel::Impl {
    RunPanel* q;
    PretrainingController& controller;
    QString useObstacle;
    QTimer drawing;

    QLabel* title = nullptr;
    QLabel* status = nullptr;
    QProgressBar* bar = nullptr;
    QLabel* error = nullptr;
    QPushButton* pause = nullptr;
    QPushButton* resume = nullptr;
    QPushButton* use = nullptr;
    QPushButton* discard = nullptr;
    QPushButton* leave = nullptr;
    QLabel* whyNot = nullptr;
    SectionHeading* lossHeading = nullptr;
    LossChart* loss = nullptr;
    QWidget* check = nullptr;
    ScoreChart* scores = nullptr;
    QLabel* scoreText = nullptr;

    Impl(RunPanel* panel, PretrainingController& c) : q(panel), controller(c) {}
    void build();
    void showState();
    void showRun();
    void draw();
    void dress();
};

RunPanel::RunPanel(PretrainingController& controller, QWidget* parent)
    : QScrollArea(parent), m_impl(std::make_unique<Impl>(this, controller)) {
    setObjectName(QStringLiteral("runPanel"));
    makeScrollColumn(*this);
    auto& d = *m_impl;
    d.build();
    d.drawing.setSingleShot(true);
    d.drawing.setInterval(kDrawEveryMs);
    connect(&d.drawing, &QTimer::timeout, this, [this] { m_impl->draw(); });
    connect(&controller, &PretrainingController::stateChanged, this,
            [this] { m_impl->showState(); });
    connect(&controller, &PretrainingController::unfinishedChanged, this,
            [this] { m_impl->showState(); });
    connect(&controller, &PretrainingController::runChanged, this, [this] { m_impl->showRun(); });
    d.showState();
}

RunPanel::~RunPanel() = default;

void RunPanel::Impl::build() {
    auto* content = new QWidget(q);
    content->setBackgroundRole(QPalette::AlternateBase);
    content->setAutoFillBackground(true);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(32, 24, 32, 20);
    layout->setSpacing(10);
    title = plainLabel(content, "runTitle");
    QFont large = theme::scaled(title->font(), 1.35);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    layout->addWidget(title);
    status = plainLabel(content, "runStatus");
    layout->addWidget(status);
    bar = new QProgressBar(content);
    bar->setObjectName(QStringLiteral("runProgress"));
    bar->setAccessibleName(tr("Pre-training"));
    bar->setTextVisible(false);
    bar->setFixedHeight(8);
    layout->addWidget(bar);
    error = plainLabel(content, "runError");
    error->setTextInteractionFlags(Qt::TextSelectableByMouse);
    error->setFocusPolicy(Qt::NoFocus);
    layout->addWidget(error);

    pause = roomyButton(tr("Pause"), "pauseRun", content);
    pause->setToolTip(tr("Saves a checkpoint and stops; it can be resumed at any time"));
    resume = roomyButton(tr("Go on"), "resumePausedRun", content);
    use = roomyButton(tr("Use this encoder"), "useEncoder", content);
    discard = roomyButton(tr("Discard…"), "discardPausedRun", content);
    leave = roomyButton(tr("Back to the material"), "leaveRun", content);
    whyNot = new MutedLabel({}, content);
    whyNot->setObjectName(QStringLiteral("useWhyNot"));
    whyNot->setWordWrap(true);
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    for (QPushButton* button : {pause, resume, use, discard, leave})
        buttons->addWidget(button);
    buttons->addWidget(whyNot, 1);
    buttons->addStretch();
    layout->addLayout(buttons);
    layout->addSpacing(6);

    lossHeading = new SectionHeading(tr("Loss"), content);
    layout->addWidget(lossHeading);
    loss = new LossChart(content);
    loss->setMinimumHeight(120);
    layout->addWidget(loss, 1);
    check = new QWidget(content);
    auto* checkLayout = new QVBoxLayout(check);
    checkLayout->setContentsMargins(0, 0, 0, 0);
    checkLayout->setSpacing(6);
    checkLayout->addWidget(new SectionHeading(tr("Few-shot check: F1"), check));
    auto* row = new QHBoxLayout;
    row->setSpacing(16);
    scores = new ScoreChart(check);
    scores->setFixedHeight(kScoreHeight);
    scoreText = plainLabel(check, "scoreText");
    scoreText->setTextInteractionFlags(Qt::TextSelectableByMouse);
    scoreText->setFocusPolicy(Qt::NoFocus);
    scoreText->setFixedWidth(215);
    row->addWidget(scores, 1);
    row->addWidget(scoreText);
    checkLayout->addLayout(row);
    layout->addWidget(check);
    q->setWidget(content);
    dress();

    connect(pause, &QPushButton::clicked, q, [this] { controller.pause(); });
    connect(resume, &QPushButton::clicked, q, [this] { controller.resume(controller.run().name); });
    connect(use, &QPushButton::clicked, q, [this] {
        Q_EMIT q->useRequested(QString::fromStdString(controller.run().result.path));
    });
    connect(discard, &QPushButton::clicked, q,
            [this] { Q_EMIT q->discardRequested(controller.run().name); });
    connect(leave, &QPushButton::clicked, q, [this] { controller.leaveRun(); });
}

void RunPanel::Impl::dress() {
    QPalette palette = q->palette();
    palette.setColor(QPalette::WindowText, theme::colors().error);
    error->setPalette(palette);
}

void RunPanel::changeEvent(QEvent* event) {
    QScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && m_impl && m_impl->error)
        m_impl->dress();
}

void RunPanel::showEvent(QShowEvent* event) {
    QScrollArea::showEvent(event);
    m_impl->draw();
}

void RunPanel::setUseObstacle(const QString& why) {
    m_impl->useObstacle = why;
    m_impl->showState();
}

void RunPanel::focusAction() {
    for (QPushButton* button : {m_impl->pause, m_impl->use, m_impl->resume, m_impl->leave}) {
        if (button->isVisibleTo(this) && button->isEnabled()) {
            button->setFocus();
            return;
        }
    }
}

void RunPanel::Impl::showState() {
    using State = PretrainingController::State;
    const State state = controller.state();
    QWidget* const before = QApplication::focusWidget();
    const bool hadFocus = before && q->isAncestorOf(before);
    const bool wasResumable = resume->isVisibleTo(q);
    const bool isDone = state == State::Finished;
    const bool isAtRest = !controller.isBusy() && state != State::Idle;
    pause->setVisible(controller.isBusy());
    pause->setText(state == State::Pausing ? tr("Saving…") : tr("Pause"));
    resume->setVisible(controller.isResumable());
    discard->setVisible(controller.isResumable());
    use->setVisible(isDone);
    use->setEnabled(useObstacle.isEmpty());
    leave->setVisible(isAtRest);
    whyNot->setText(isDone ? useObstacle : QString());
    whyNot->setVisible(!whyNot->text().isEmpty());
    const bool isError = state == State::Failed;
    error->setText(isError ? errorDetail(controller.run().error) : QString());
    error->setVisible(isError);
    showRun();
    draw();
    // What had the focus may be gone, or something better may have come.
    if (hadFocus && q->isVisible() &&
        (!before->isVisible() || !before->isEnabled() ||
         (before == leave && !wasResumable && resume->isVisibleTo(q))))
        q->focusAction();
}

void RunPanel::Impl::showRun() {
    using State = PretrainingController::State;
    const PretrainingController::Run& run = controller.run();
    title->setText(run.name);
    status->setText(PretrainingText::status(controller));
    const bool isCounted = run.total > 0 && run.stage == QLatin1String("pre-training");
    bar->setVisible(controller.isBusy());
    // Ranges are int: thousandths.
    bar->setRange(0, isCounted ? 1000 : 0);
    if (isCounted)
        bar->setValue(static_cast<int>(1000.0 * static_cast<double>(run.done) /
                                       static_cast<double>(run.total)));
    bar->setAccessibleDescription(status->text());
    const bool hasScores = std::any_of(run.scores.begin(), run.scores.end(),
                                       [](const auto& score) { return score.before >= 0; });
    if (check->isHidden() == hasScores)
        check->setVisible(hasScores);
    if (controller.state() == State::Running) {
        if (!drawing.isActive())
            drawing.start();
    } else {
        draw();
    }
}

void RunPanel::Impl::draw() {
    if (!q->isVisible())
        return;
    const PretrainingController::Run& run = controller.run();
    loss->setCurve(run.curve, run.stage == QLatin1String("pre-training") ? run.total : 0);
    scores->setScores(run.scores);
    scoreText->setText(PretrainingText::scores(run.scores));
}

}  // namespace spanwise::ui
