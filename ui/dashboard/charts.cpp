#include "ui/dashboard/charts.h"

#include <QBarCategoryAxis>
#include <QBarSeries>
#include <QBarSet>
#include <QCoreApplication>
#include <QCursor>
#include <QFontMetrics>
#include <QGraphicsLayout>
#include <QGuiApplication>
#include <QHorizontalStackedBarSeries>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QLocale>
#include <QScatterSeries>
#include <QToolTip>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

#include "ui/check/quality_text.h"
#include "ui/language/plural.h"
#include "ui/theme/theme.h"

namespace spanwise::ui::charts {
namespace {

constexpr int kBarHeight = 27;
constexpr int kAround = 74;  ///< axis and legend
constexpr int kColumnsHeight = 220;
constexpr int kNameWidth = 130;
constexpr int kNamedColumns = 8;

struct Charts {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::Charts)
};
QString number(qint64 value) {
    return QLocale().toString(value);
}

QFont smallFont() {
    return theme::scaled(QGuiApplication::font(), 0.9);
}

std::unique_ptr<QChart> newChart(bool hasLegend) {
    auto chart = std::make_unique<QChart>();
    const ThemeColors& colors = theme::colors();
    chart->setBackgroundVisible(false);
    chart->setMargins({0, 0, 8, 0});
    chart->setAnimationOptions(QChart::NoAnimation);
    chart->layout()->setContentsMargins(0, 0, 0, 0);
    chart->legend()->setVisible(hasLegend);
    chart->legend()->setAlignment(Qt::AlignBottom);
    chart->legend()->setLabelColor(colors.text);
    chart->legend()->setFont(smallFont());
    return chart;
}

void dress(QAbstractAxis* axis, bool hasGrid) {
    const ThemeColors& colors = theme::colors();
    axis->setLabelsFont(smallFont());
    axis->setLabelsColor(colors.mutedText);
    axis->setTitleFont(smallFont());
    axis->setTitleBrush(colors.mutedText);
    axis->setLinePen(QPen(colors.border));
    axis->setGridLinePen(QPen(colors.border));
    axis->setGridLineVisible(hasGrid);
}

/// Names that fit beside bars, no two the same, which the axis would take for one.
QStringList fitting(const QStringList& names) {
    const QFontMetrics metrics(smallFont());
    QStringList fit;
    for (const QString& name : names) {
        QString text = metrics.elidedText(name, Qt::ElideRight, kNameWidth);
        while (fit.contains(text))
            text += QChar(0x200b);
        fit << text;
    }
    return fit;
}

/// Names from below, as lying bars count them.
QBarCategoryAxis* nameAxis(QStringList names) {
    names = fitting(names);
    std::reverse(names.begin(), names.end());
    auto* axis = new QBarCategoryAxis;
    axis->append(names);
    axis->setTruncateLabels(false);  // fitting() did
    dress(axis, false);
    return axis;
}

QValueAxis* percentAxis() {
    auto* axis = new QValueAxis;
    axis->setRange(0, 100);
    axis->setTickCount(6);
    axis->setLabelFormat(QStringLiteral("%d %%"));
    dress(axis, true);
    return axis;
}

/// From 0 to a round number above, in whole steps.
QValueAxis* countAxis(double largest) {
    auto* axis = new QValueAxis;
    const double rough = std::max(largest, 1.0) / 4;
    const double power = std::pow(10.0, std::floor(std::log10(rough)));
    double step = 10 * power;
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= rough) {
            step = factor * power;
            break;
        }
    }
    step = std::max(1.0, step);
    const double top = std::max(1.0, std::ceil(largest / step)) * step;
    axis->setRange(0, top);
    axis->setTickCount(static_cast<int>(std::lround(top / step)) + 1);
    axis->setLabelFormat(QStringLiteral("%d"));
    dress(axis, true);
    return axis;
}

QBrush brushOf(Part::Look look) {
    const ThemeColors& colors = theme::colors();
    switch (look) {
        case Part::Look::Strong:
            return colors.accent;
        case Part::Look::Middle:
            return {colors.warning, Qt::Dense4Pattern};
        case Part::Look::Faint:
            return {colors.mutedText, Qt::BDiagPattern};
    }
    return {};
}

QString decimal(double value, int decimals) {
    return QString::number(value, 'f', decimals);  // for machines
}

}  // namespace

Drawn stackedBars(const QString& what, const QStringList& bars, const std::vector<Part>& parts) {
    Drawn drawn;
    drawn.chart = newChart(true);
    drawn.table.header << what;
    auto* series = new QHorizontalStackedBarSeries;
    series->setBarWidth(0.62);
    const qsizetype count = bars.size();
    std::vector<qint64> totals(static_cast<std::size_t>(count));
    for (const Part& part : parts) {
        drawn.table.header << part.name;
        auto* set = new QBarSet(part.name);
        const QBrush brush = brushOf(part.look);
        set->setBrush(brush);
        set->setPen(QPen(brush.color()));
        for (qsizetype i = count; i-- > 0;) {
            const qint64 value = part.values[static_cast<std::size_t>(i)];
            totals[static_cast<std::size_t>(i)] += value;
            set->append(static_cast<qreal>(value));
        }
        series->append(set);
    }
    QObject::connect(
        series, &QAbstractBarSeries::hovered, series, [bars](bool isOver, int index, QBarSet* set) {
            if (!isOver) {
                QToolTip::hideText();
                return;
            }
            QToolTip::showText(QCursor::pos(), Charts::tr("%1, %2: %3")
                                                   .arg(bars[bars.size() - 1 - index], set->label(),
                                                        number(std::llround(set->at(index)))));
        });
    QStringList spoken;
    for (qsizetype i = 0; i < count; ++i) {
        QStringList row{bars[i]};
        QStringList said;
        for (const Part& part : parts) {
            const qint64 value = part.values[static_cast<std::size_t>(i)];
            row << QString::number(value);
            said << Charts::tr("%1 %2").arg(number(value), part.name);
        }
        drawn.table.rows << row;
        spoken << bars[i] + QStringLiteral(": ") + said.join(QStringLiteral(", "));
    }
    drawn.spoken = spoken.join(QStringLiteral("; "));
    drawn.chart->addSeries(series);
    auto* names = nameAxis(bars);
    drawn.chart->addAxis(names, Qt::AlignLeft);
    series->attachAxis(names);
    const auto largest = std::max_element(totals.begin(), totals.end());
    auto* values = countAxis(largest == totals.end() ? 0 : static_cast<double>(*largest));
    drawn.chart->addAxis(values, Qt::AlignBottom);
    series->attachAxis(values);
    drawn.height = kAround + kBarHeight * std::max(3, static_cast<int>(count));
    return drawn;
}

Drawn columns(const QString& what, const QString& unit, const QStringList& names,
              const std::vector<double>& values, int decimals) {
    Drawn drawn;
    drawn.chart = newChart(false);
    drawn.table.header << what << unit;
    auto* set = new QBarSet(unit);
    set->setBrush(theme::colors().accent);
    set->setPen(Qt::NoPen);
    QStringList spoken;
    double largest = 0;
    QStringList below;
    const qsizetype every =
        std::max<qsizetype>(1, (names.size() + kNamedColumns - 1) / kNamedColumns);
    for (qsizetype i = 0; i < names.size(); ++i) {
        const double value = values[static_cast<std::size_t>(i)];
        *set << value;
        largest = std::max(largest, value);
        drawn.table.rows << QStringList{names[i], decimal(value, decimals)};
        if (value > 0)
            spoken << names[i] + QStringLiteral(": ") + QLocale().toString(value, 'f', decimals);
        // Distinct, or the axis would take two for one.
        QString name = (names.size() - 1 - i) % every == every / 2 ? names[i] : QString();
        while (below.contains(name) || name.isEmpty())
            name += QChar(0x200b);
        below << name;
    }
    drawn.spoken = unit + QStringLiteral(". ") + spoken.join(QStringLiteral("; "));
    auto* series = new QBarSeries;
    series->setBarWidth(0.7);
    series->append(set);
    QObject::connect(
        series, &QAbstractBarSeries::hovered, series,
        [names, decimals](bool isOver, int index, QBarSet* over) {
            if (isOver)
                QToolTip::showText(
                    QCursor::pos(),
                    Charts::tr("%1: %2").arg(names[index],
                                             QLocale().toString(over->at(index), 'f', decimals)));
            else
                QToolTip::hideText();
        });
    drawn.chart->addSeries(series);
    auto* axis = new QBarCategoryAxis;
    axis->append(below);
    axis->setTruncateLabels(false);  // they stand far apart
    dress(axis, false);
    drawn.chart->addAxis(axis, Qt::AlignBottom);
    series->attachAxis(axis);
    auto* counts = countAxis(largest);
    drawn.chart->addAxis(counts, Qt::AlignLeft);
    series->attachAxis(counts);
    drawn.height = kColumnsHeight;
    return drawn;
}

Drawn shares(const QString& what, const QString& unit, const std::vector<Share>& shares) {
    Drawn drawn;
    drawn.chart = newChart(false);
    drawn.table.header << what << unit << Charts::tr("low (95 %)") << Charts::tr("high (95 %)")
                       << Charts::tr("counted");
    const ThemeColors& colors = theme::colors();
    QStringList names;
    QStringList spoken;
    for (const Share& share : shares)
        names << share.name;
    auto* rows = nameAxis(names);
    drawn.chart->addAxis(rows, Qt::AlignLeft);
    auto* percent = percentAxis();
    drawn.chart->addAxis(percent, Qt::AlignBottom);
    auto* dots = new QScatterSeries;
    dots->setMarkerSize(10);
    dots->setColor(colors.accent);
    dots->setBorderColor(colors.card);
    const auto attach = [&](QXYSeries* series) {
        drawn.chart->addSeries(series);
        series->attachAxis(rows);
        series->attachAxis(percent);
    };
    for (std::size_t i = 0; i < shares.size(); ++i) {
        const Share& share = shares[i];
        const auto y = static_cast<double>(shares.size() - 1 - i);
        QStringList row{share.name, decimal(share.value, 4)};
        QString said = share.name + QLatin1Char(' ') + quality_text::percent(share.value);
        if (share.interval) {
            auto* whisker = new QLineSeries;
            QPen pen(colors.accent, 2.5);
            pen.setCapStyle(Qt::RoundCap);
            whisker->setPen(pen);
            whisker->append(share.interval->first * 100, y);
            whisker->append(share.interval->second * 100, y);
            attach(whisker);
            row << decimal(share.interval->first, 4) << decimal(share.interval->second, 4);
            said +=
                QStringLiteral(" (") + quality_text::interval(*share.interval) + QLatin1Char(')');
        } else {
            row << QString() << QString();
        }
        if (!share.detail.isEmpty())
            said += QStringLiteral(", ") + share.detail;
        row << share.detail;
        drawn.table.rows << row;
        spoken << said;
        dots->append(share.value * 100, y);
    }
    attach(dots);
    QObject::connect(dots, &QXYSeries::hovered, dots, [spoken](const QPointF& point, bool isOver) {
        const auto row = spoken.size() - 1 - static_cast<qsizetype>(std::lround(point.y()));
        if (isOver && row >= 0 && row < spoken.size())
            QToolTip::showText(QCursor::pos(), spoken[row]);
        else
            QToolTip::hideText();
    });
    drawn.spoken = spoken.join(QStringLiteral("; "));
    drawn.height = kAround - 30 + kBarHeight * std::max(3, static_cast<int>(shares.size()));
    return drawn;
}

Drawn learningCurve(const protocol::CurveReport& curve) {
    Drawn drawn;
    drawn.chart = newChart(true);
    drawn.chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    drawn.table.header << Charts::tr("documents") << Charts::tr("F1") << Charts::tr("low (95 %)")
                       << Charts::tr("high (95 %)");
    const ThemeColors& colors = theme::colors();
    auto* documents = new QValueAxis;
    auto* percent = percentAxis();
    drawn.chart->addAxis(documents, Qt::AlignBottom);
    drawn.chart->addAxis(percent, Qt::AlignLeft);
    dress(documents, false);
    documents->setLabelFormat(QStringLiteral("%d"));
    documents->setTitleText(Charts::tr("labelled documents"));
    const auto attach = [&](QXYSeries* series) {
        drawn.chart->addSeries(series);
        series->attachAxis(documents);
        series->attachAxis(percent);
    };
    QStringList spoken;
    auto* measured = new QLineSeries;
    measured->setName(Charts::tr("F1 measured"));
    measured->setPen(QPen(colors.accent, 2.5));
    measured->setPointsVisible(true);
    double most = 1;
    for (const auto& [count, f1] : curve.points) {
        measured->append(count, f1 * 100);
        most = std::max(most, count);
        drawn.table.rows << QStringList{decimal(count, 0), decimal(f1, 4), {}, {}};
        spoken << Charts::tr("%1 with %Ln document(s)", nullptr, plural(std::lround(count)))
                      .arg(quality_text::percent(f1));
    }
    attach(measured);
    if (curve.isGiven) {
        const auto then = static_cast<double>(curve.documents + curve.more);
        auto* expected = new QLineSeries;
        expected->setName(Charts::tr("expected"));
        expected->setPen(QPen(colors.warning, 2.5, Qt::DashLine));
        if (measured->count() > 0)
            expected->append(measured->points().constLast());
        expected->append(static_cast<double>(curve.documents), curve.now * 100);
        expected->append(then, curve.then * 100);
        attach(expected);
        auto* whisker = new QLineSeries;
        whisker->setName(Charts::tr("within"));
        QPen pen(colors.warning, 4);
        pen.setCapStyle(Qt::FlatCap);
        whisker->setPen(pen);
        whisker->append(then, curve.thenInterval.first * 100);
        whisker->append(then, curve.thenInterval.second * 100);
        attach(whisker);
        most = then;
        drawn.table.rows << QStringList{decimal(then, 0), decimal(curve.then, 4),
                                        decimal(curve.thenInterval.first, 4),
                                        decimal(curve.thenInterval.second, 4)};
        spoken << quality_text::forecast(curve);
    }
    // A little room at the right, for the whisker.
    std::unique_ptr<QValueAxis> round(countAxis(most * 1.05));
    documents->setRange(0, round->max());
    documents->setTickCount(round->tickCount());
    drawn.spoken = spoken.join(QStringLiteral("; "));
    drawn.height = kColumnsHeight + 30;
    return drawn;
}

}  // namespace spanwise::ui::charts
