#include "ui/pretraining/pretraining_charts.h"

#include <QEvent>
#include <QGraphicsLayout>
#include <QLocale>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSeries>
#include <QtCharts/QBarSet>
#include <QtCharts/QChart>
#include <QtCharts/QLegend>
#include <QtCharts/QLineSeries>
#include <QtCharts/QValueAxis>
#include <algorithm>
#include <cmath>

#include "ui/pretraining/pretraining_text.h"
#include "ui/theme/theme.h"

namespace spanwise::ui {

ThemedChart::ThemedChart(QWidget* parent) : QChartView(parent) {
    setFocusPolicy(Qt::NoFocus);
    setFrameShape(QFrame::NoFrame);
    setRenderHint(QPainter::Antialiasing);
    chart()->setMargins({0, 4, 14, 0});
    chart()->setBackgroundVisible(false);
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->legend()->hide();
    setBackgroundBrush(Qt::NoBrush);
    viewport()->setAutoFillBackground(false);
    viewport()->setFocusPolicy(Qt::NoFocus);
}

void ThemedChart::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyTheme();
}

void ThemedChart::dress(QAbstractAxis* axis) const {
    const ThemeColors& colors = theme::colors();
    const QFont small = theme::scaled(font(), 0.88);
    axis->setLabelsFont(small);
    axis->setTitleFont(small);
    axis->setLabelsColor(colors.mutedText);
    axis->setTitleBrush(colors.mutedText);
    axis->setLinePenColor(colors.border);
    axis->setGridLinePen(QPen(colors.border, 1));
}

void ThemedChart::applyTheme() {
    for (QAbstractAxis* axis : chart()->axes())
        dress(axis);
    chart()->legend()->setLabelColor(theme::colors().text);
    chart()->legend()->setFont(theme::scaled(font(), 0.88));
}

LossChart::LossChart(QWidget* parent)
    : ThemedChart(parent),
      m_line(new QLineSeries(this)),
      m_steps(new QValueAxis(this)),
      m_loss(new QValueAxis(this)) {
    setObjectName(QStringLiteral("lossChart"));
    setAccessibleName(tr("Loss against steps"));
    chart()->addSeries(m_line);
    chart()->addAxis(m_steps, Qt::AlignBottom);
    chart()->addAxis(m_loss, Qt::AlignLeft);
    m_line->attachAxis(m_steps);
    m_line->attachAxis(m_loss);
    m_steps->setTitleText(tr("step"));
    m_steps->setLabelFormat(QStringLiteral("%.0f"));
    m_steps->setGridLineVisible(false);
    m_loss->setTitleText(tr("loss"));
    m_loss->setTickCount(5);
    LossChart::applyTheme();
}

void LossChart::applyTheme() {
    ThemedChart::applyTheme();
    m_line->setPen(QPen(theme::colors().accent, 2));
}

void LossChart::setCurve(const std::vector<std::pair<qint64, double>>& curve, qint64 steps) {
    QList<QPointF> points;
    points.reserve(static_cast<qsizetype>(curve.size()));
    double highest = 0;
    for (const auto& [step, loss] : curve) {
        points.append({static_cast<double>(step), loss});
        highest = std::max(highest, loss);
    }
    m_line->replace(points);
    const qint64 last = curve.empty() ? 1 : curve.back().first;
    m_steps->setRange(0, static_cast<double>(std::max(steps, last)));
    m_loss->setRange(0, highest > 0 ? highest : 1);
    m_loss->applyNiceNumbers();
    m_loss->setLabelFormat(m_loss->max() < 0.1  ? QStringLiteral("%.3f")
                           : m_loss->max() < 10 ? QStringLiteral("%.2f")
                                                : QStringLiteral("%.0f"));
    setAccessibleDescription(curve.empty()
                                 ? QString()
                                 : tr("From %1 at step %2 to %3 at step %4")
                                       .arg(locale().toString(curve.front().second, 'f', 4),
                                            locale().toString(curve.front().first),
                                            locale().toString(curve.back().second, 'f', 4),
                                            locale().toString(curve.back().first)));
}

ScoreChart::ScoreChart(QWidget* parent)
    : ThemedChart(parent),
      m_shots(new QBarCategoryAxis(this)),
      m_f1(new QValueAxis(this)),
      m_before(new QBarSet(tr("before"), this)),
      m_after(new QBarSet(tr("after"), this)) {
    setObjectName(QStringLiteral("scoreChart"));
    setAccessibleName(tr("Few-shot F1 before and after"));
    auto* bars = new QBarSeries(this);
    bars->append(m_before);
    bars->append(m_after);
    bars->setBarWidth(0.6);
    bars->setLabelsVisible(true);
    bars->setLabelsPosition(QAbstractBarSeries::LabelsOutsideEnd);
    chart()->addSeries(bars);
    chart()->addAxis(m_shots, Qt::AlignBottom);
    chart()->addAxis(m_f1, Qt::AlignLeft);
    bars->attachAxis(m_shots);
    bars->attachAxis(m_f1);
    chart()->legend()->setAlignment(Qt::AlignTop);
    chart()->legend()->show();
    m_shots->setTitleText(tr("mentions per type"));
    m_shots->setGridLineVisible(false);
    m_f1->setTitleText(tr("strict micro F1"));
    m_f1->setLabelFormat(QStringLiteral("%.0f"));
    ScoreChart::applyTheme();
}

void ScoreChart::applyTheme() {
    ThemedChart::applyTheme();
    const ThemeColors& colors = theme::colors();
    m_before->setColor(colors.mutedText);
    m_after->setColor(colors.accent);
    for (QBarSet* set : {m_before, m_after}) {
        set->setBorderColor(Qt::transparent);
        set->setLabelColor(colors.text);
        set->setLabelFont(theme::scaled(font(), 0.85));
    }
}

void ScoreChart::setScores(const std::vector<protocol::FewShotScore>& scores) {
    QStringList categories;
    QList<qreal> before, after;
    double highest = 0;
    bool isDone = false;
    const auto percent = [](double share) { return std::max(0.0, std::round(1000 * share) / 10); };
    for (const protocol::FewShotScore& score : scores) {
        categories << locale().toString(score.shots);
        before << percent(score.before);
        after << percent(score.after);
        highest = std::max({highest, before.last(), after.last()});
        isDone = isDone || score.after >= 0;
    }
    m_shots->setCategories(categories);
    for (auto [set, values] : {std::pair{m_before, &before}, {m_after, &after}}) {
        if (set->count() > 0)
            set->remove(0, set->count());
        if (set == m_before || isDone)
            set->append(*values);
    }
    // Room for the figures above the bars.
    m_f1->setRange(0, std::clamp(highest * 1.25, 10.0, 110.0));
    m_f1->applyNiceNumbers();
    setAccessibleDescription(PretrainingText::scores(scores));
}

}  // namespace spanwise::ui
