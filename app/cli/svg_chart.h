#pragma once

#include <string>
#include <vector>

namespace spanwise::cli {

struct ChartPoint {
    double x = 0;
    double y = 0;
    double deviation = 0;  ///< half the band's height around y; 0: no band here
};

struct ChartLine {
    std::string name;
    std::vector<ChartPoint> points;  ///< ascending in x; left out where x or y is no number
    bool isBold = false;             ///< drawn above the others, thick, with its band
};

/// A line chart. x is on a logarithmic axis with a tick at each point, or on a linear one.
struct Chart {
    std::string title, subtitle, xLabel, yLabel;
    bool logarithmic = false;
    std::vector<ChartLine> lines;
};

/// The chart as one SVG file: each line is labelled at its end, points tell their values to a
/// pointer that rests on them, colours follow the reader's light or dark scheme. UTF-8.
[[nodiscard]] std::string chartToSvg(const Chart& chart);

}  // namespace spanwise::cli
