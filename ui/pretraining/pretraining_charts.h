#pragma once

#include <QtCharts/QChartView>
#include <vector>

#include "core/protocol/pretraining_messages.h"

QT_BEGIN_NAMESPACE
class QBarCategoryAxis;
class QBarSet;
class QLineSeries;
class QValueAxis;
QT_END_NAMESPACE

namespace spanwise::ui {

/// A chart in the theme's colours, which takes no focus: what it shows stands beside it as text,
/// too.
class ThemedChart : public QChartView {
    Q_OBJECT
public:
    explicit ThemedChart(QWidget* parent = nullptr);

protected:
    void changeEvent(QEvent* event) override;
    /// Gives an axis our fonts and hairlines.
    void dress(QAbstractAxis* axis) const;
    virtual void applyTheme();
};

/// Loss against steps.
class LossChart : public ThemedChart {
    Q_OBJECT
public:
    explicit LossChart(QWidget* parent = nullptr);
    /// `steps`: how many there will be; 0: not known.
    void setCurve(const std::vector<std::pair<qint64, double>>& curve, qint64 steps);

protected:
    void applyTheme() override;

private:
    QLineSeries* m_line;
    QValueAxis* m_steps;
    QValueAxis* m_loss;
};

/// Few-shot F1 before and after, a pair of bars for each number of mentions.
class ScoreChart : public ThemedChart {
    Q_OBJECT
public:
    explicit ScoreChart(QWidget* parent = nullptr);
    void setScores(const std::vector<protocol::FewShotScore>& scores);

protected:
    void applyTheme() override;

private:
    QBarCategoryAxis* m_shots;
    QValueAxis* m_f1;
    QBarSet* m_before;
    QBarSet* m_after;
};

}  // namespace spanwise::ui
