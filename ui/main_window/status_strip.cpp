#include "ui/main_window/status_strip.h"

#include <QDateTime>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPainter>
#include <QPainterPath>
#include <QTimer>
#include <QToolButton>
#include <cmath>

#include "ui/language/engine_text.h"
#include "ui/language/plural.h"
#include "ui/theme/controls.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

ThinProgress::ThinProgress(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("learningProgress"));
    setAccessibleName(tr("Learning progress"));
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    QSizePolicy policy = sizePolicy();
    policy.setRetainSizeWhenHidden(false);
    setSizePolicy(policy);
}

void ThinProgress::setFraction(double fraction) {
    setVisible(fraction >= 0);
    if (std::abs(fraction - m_fraction) < 0.002)
        return;
    m_fraction = fraction;
    setAccessibleDescription(fraction < 0 ? QString()
                                          : QLocale().toString(std::lround(fraction * 100)) +
                                                QLatin1Char('%'));
    update();
}

void ThinProgress::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF track(0, height() / 2.0 - 3, width(), 6);
    QPainterPath clip;
    clip.addRoundedRect(track, 3, 3);
    painter.fillPath(clip, theme::colors().border);
    painter.setClipPath(clip);
    QRectF done = track;
    done.setWidth(track.width() * std::clamp(m_fraction, 0.0, 1.0));
    painter.fillRect(done, theme::colors().accent);
}

StatusDot::StatusDot(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
}

void StatusDot::setKind(Kind kind) {
    if (kind == m_kind)
        return;
    m_kind = kind;
    update();
}

void StatusDot::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeColors& colors = theme::colors();
    painter.setPen(Qt::NoPen);
    painter.setBrush(m_kind == Kind::Quiet  ? colors.mutedText
                     : m_kind == Kind::Busy ? colors.accent
                     : m_kind == Kind::Good ? colors.success
                                            : colors.error);
    painter.drawEllipse(QRectF(0, height() / 2.0 - 4.5, 9, 9));
}

StatusStrip::StatusStrip(QWidget* parent) : QStatusBar(parent) {
    setObjectName(QStringLiteral("statusStrip"));
    setSizeGripEnabled(false);
    const auto muted = [this](const char* name) {
        auto* label = new MutedLabel({}, this);
        label->setObjectName(QString::fromLatin1(name));
        return label;
    };
    m_dot = new StatusDot(this);
    m_model = muted("modelStatus");
    m_activity = muted("activityStatus");
    m_progress = new ThinProgress(this);
    m_left = muted("timeLeft");
    m_learned = muted("learnedStatus");
    m_heldOut = muted("heldOutStatus");
    m_pace = muted("paceStatus");
    m_saved = muted("savedStatus");
    m_activity->setAccessibleName(tr("Worker"));
    m_restarts = new QToolButton(this);
    m_restarts->setObjectName(QStringLiteral("restartsStatus"));
    m_restarts->setAccessibleName(tr("The worker's log"));
    m_restarts->setAutoRaise(true);
    m_restarts->setFocusPolicy(Qt::TabFocus);
    m_restarts->setToolTip(tr("Open the worker's log"));
    connect(m_restarts, &QToolButton::clicked, this, &StatusStrip::logRequested);
    auto* minute = new QTimer(this);
    connect(minute, &QTimer::timeout, this, &StatusStrip::showAge);
    minute->start(30000);

    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(14, 0, 14, 0);
    layout->setSpacing(0);
    layout->addWidget(m_dot);
    layout->addSpacing(5);
    layout->addWidget(m_model);
    layout->addSpacing(22);
    layout->addWidget(m_activity);
    layout->addSpacing(22);
    layout->addWidget(m_progress);
    layout->addSpacing(22);
    layout->addWidget(m_left);
    layout->addSpacing(22);
    layout->addWidget(m_learned);
    layout->addSpacing(14);
    layout->addWidget(m_restarts);
    layout->addStretch(1);
    layout->addWidget(m_heldOut);
    layout->addSpacing(22);
    layout->addWidget(m_pace);
    layout->addSpacing(22);
    layout->addWidget(m_saved);
    addWidget(row, 1);
    setFixedHeight(28);
    clearLearning();
}

void StatusStrip::clearLearning() {
    m_dot->hide();
    m_restarts->hide();
    m_modelText.clear();
    m_learnedAt = 0;
    m_progress->setFraction(-1);
    setHeldOut({});
    for (QLabel* label : {m_model, m_activity, m_left, m_learned, m_pace, m_saved})
        label->clear();
}

void StatusStrip::setLearning(const LearningStatus& status) {
    using Stage = LearningStatus::Stage;
    m_dot->show();
    QString activity;
    auto kind = StatusDot::Kind::Quiet;
    double fraction = -1;
    switch (status.stage) {
        case Stage::Off:
            activity = tr("read-only: nothing is learned");
            break;
        case Stage::Starting:
            activity = tr("starting");
            break;
        case Stage::Waiting:
            activity = tr("label or accept a few to start");
            break;
        case Stage::Pending:
            activity = tr("new labels");
            kind = StatusDot::Kind::Busy;
            break;
        case Stage::Training:
            activity = status.quick ? tr("learning") : tr("learning thoroughly");
            kind = StatusDot::Kind::Busy;
            fraction = std::max(0.0, status.fraction);
            break;
        case Stage::Predicting:
            activity = tr("suggesting");
            kind = StatusDot::Kind::Busy;
            fraction = std::max(0.0, status.fraction);
            break;
        case Stage::Suggesting:
            activity = tr("suggesting from the type names");
            kind = StatusDot::Kind::Busy;
            fraction = std::max(0.0, status.fraction);
            break;
        case Stage::Saving:
            activity = tr("keeping the model");
            kind = StatusDot::Kind::Busy;
            break;
        case Stage::Checking:
            activity = tr("checking how good it is");
            kind = StatusDot::Kind::Busy;
            fraction = std::max(0.0, status.fraction);
            break;
        case Stage::UpToDate:
            activity = tr("up to date");
            kind = StatusDot::Kind::Good;
            break;
        case Stage::Restarting:
            activity = tr("the worker stopped and is started again; no label is lost");
            kind = StatusDot::Kind::Bad;
            break;
        case Stage::Failed:
            activity = tr("stopped");
            kind = StatusDot::Kind::Bad;
            break;
    }
    m_dot->setKind(kind);
    m_modelText = status.model.isEmpty() ? tr("worker")
                                         : status.model + QStringLiteral(" · ") + status.device;
    m_learnedAt = status.learnedAt;
    showAge();
    m_activity->setText(activity);
    m_activity->setToolTip(engineText(status.message));
    m_progress->setFraction(fraction);
    m_left->setText(fraction >= 0 && status.secondsLeft >= 0
                        ? tr("%1 s left").arg(std::lround(std::ceil(status.secondsLeft)))
                        : QString());
    QString learned;
    QStringList notes;
    if (status.labels > 0 && status.stage != Stage::Off) {
        if (status.learned > 0 && status.learnedDocuments > 0) {
            learned =
                tr("learned from %1 of %Ln document(s)", nullptr, plural(status.labelledDocuments))
                    .arg(QLocale().toString(status.learnedDocuments));
            notes << tr(
                "A model learns from a limited number of documents: those decided last, and of "
                "each type as many as of the others. “spanwise-cli train” learns from all of "
                "them.");
        } else {
            learned = tr("learned %1 of %Ln label(s)", nullptr, plural(status.labels))
                          .arg(QLocale().toString(std::min(status.learned, status.labels)));
        }
    }
    for (const QString& warning : status.warnings)
        notes << engineText(warning);
    if (!status.warnings.isEmpty() && !learned.isEmpty())
        learned +=
            QStringLiteral(" · ") + tr("%Ln note(s)", nullptr, plural(status.warnings.size()));
    m_learned->setText(learned);
    m_learned->setToolTip(notes.join(QLatin1Char('\n')));
    m_learned->setAccessibleDescription(m_learned->toolTip());
}

void StatusStrip::showAge() {
    if (m_learnedAt <= 0) {
        m_model->setText(m_modelText);
        m_model->setToolTip({});
        return;
    }
    const QDateTime then = QDateTime::fromMSecsSinceEpoch(m_learnedAt);
    const qint64 minutes = then.secsTo(QDateTime::currentDateTime()) / 60;
    const QLocale locale;
    const QString age = minutes < 1      ? tr("just now")
                        : minutes < 60   ? tr("%1 min ago").arg(locale.toString(minutes))
                        : minutes < 1440 ? tr("%1 h ago").arg(locale.toString(minutes / 60))
                                         : locale.toString(then.date(), QLocale::ShortFormat);
    m_model->setText(m_modelText + QStringLiteral(" · ") + age);
    m_model->setToolTip(tr("Learned %1").arg(locale.toString(then, QLocale::ShortFormat)));
}

void StatusStrip::setHeldOut(const QString& why) {
    m_heldOut->setText(why.isEmpty() ? QString() : tr("held out: no suggestions"));
    m_heldOut->setToolTip(why);
    m_heldOut->setAccessibleDescription(why);
}

void StatusStrip::setRestarts(int restarts) {
    m_restarts->setVisible(restarts > 0);
    m_restarts->setText(restarts == 1 ? tr("restarted once")
                                      : tr("restarted %Ln time(s)", nullptr, restarts));
    m_restarts->setAccessibleName(tr("Worker %1: open its log").arg(m_restarts->text()));
}

void StatusStrip::setPace(double labelsPerHour) {
    m_pace->setText(labelsPerHour < 0
                        ? QString()
                        : tr("%Ln label(s) / h", nullptr, plural(std::lround(labelsPerHour))));
}

void StatusStrip::setSaved(const QString& text) {
    m_saved->setText(text);
}

}  // namespace spanwise::ui
