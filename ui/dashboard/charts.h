#pragma once

#include <QChart>
#include <QString>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/protocol/learning_messages.h"
#include "ui/dashboard/chart_card.h"

/// Pictures of figures in the theme's colours. Where colours tell things apart, patterns, places or
/// words do so too.
namespace spanwise::ui::charts {

struct Drawn {
    std::unique_ptr<QChart> chart;
    ChartTable table;
    QString spoken;
    int height = 0;
};

/// Parts of a bar: of one kind in all bars.
struct Part {
    QString name;
    enum class Look { Strong, Middle, Faint } look = Look::Strong;
    std::vector<qint64> values;  ///< one for each bar
};
/// Lying bars of parts, the first on top. `what`: the header of the bars' names.
[[nodiscard]] Drawn stackedBars(const QString& what, const QStringList& bars,
                                const std::vector<Part>& parts);

/// Standing bars; only every so many are named below, as room allows.
[[nodiscard]] Drawn columns(const QString& what, const QString& unit, const QStringList& names,
                            const std::vector<double>& values, int decimals);

/// A share with its interval.
struct Share {
    QString name;
    double value = 0;  ///< 0..1
    std::optional<std::pair<double, double>> interval;
    QString detail;  ///< "31 of 40"
};
/// Dots with whiskers on a line from 0 to 100 %, the first on top.
[[nodiscard]] Drawn shares(const QString& what, const QString& unit,
                           const std::vector<Share>& shares);

/// F1 over documents, and where more are expected to lead.
[[nodiscard]] Drawn learningCurve(const protocol::CurveReport& curve);

}  // namespace spanwise::ui::charts
