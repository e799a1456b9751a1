#include "app/cli/svg_chart.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <set>

namespace spanwise::cli {
namespace {

constexpr double kWidth = 920, kHeight = 560;
constexpr double kLeft = 68, kTop = 78, kBottom = 496;
constexpr double kLabelGap = 16;  ///< between two labels at the lines' ends
constexpr double kCharacter = 6.6;

/// One hue per line, once for a light and once for a dark ground.
struct Ink {
    const char *light, *dark;
};
constexpr std::array<Ink, 10> kInks{{{"#2563b0", "#6fa8e8"},
                                     {"#c2570c", "#f0914a"},
                                     {"#1d7f4e", "#58bf8b"},
                                     {"#b0305f", "#ee7ba4"},
                                     {"#6b4fb3", "#a993ea"},
                                     {"#8a6a00", "#d0ab2c"},
                                     {"#0b7a86", "#4cc0cc"},
                                     {"#8c4a2f", "#cf9274"},
                                     {"#58702a", "#a2bd69"},
                                     {"#7b3f8c", "#c98bd9"}}};

std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

std::string format(const char* pattern, ...) {
    std::array<char, 512> text{};
    va_list arguments;
    va_start(arguments, pattern);
    std::vsnprintf(text.data(), text.size(), pattern, arguments);
    va_end(arguments);
    return text.data();
}

std::string escaped(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '&')
            out += "&amp;";
        else if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '"')
            out += "&quot;";
        else
            out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out;
}

/// 1, 2 or 5 times a power of ten, for about `wanted` steps over `range`.
double niceStep(double range, int wanted) {
    const double raw = range / wanted;
    const double power = std::pow(10, std::floor(std::log10(raw)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= raw)
            return factor * power;
    }
    return 10 * power;
}

std::string number(double value) {
    return std::abs(value - std::round(value)) < 1e-9 ? format("%.0f", value)
                                                      : format("%.4g", value);
}

class Drawing {
public:
    explicit Drawing(const Chart& chart) : m_chart(chart) {
        for (const ChartLine& line : chart.lines) {
            ChartLine kept{line.name, {}, line.isBold};
            for (const ChartPoint& point : line.points) {
                if (std::isfinite(point.x) && std::isfinite(point.y) &&
                    (!chart.logarithmic || point.x > 0))
                    kept.points.push_back(point);
            }
            if (!kept.points.empty())
                m_lines.push_back(std::move(kept));
        }
        // Bold ones last: on top.
        std::stable_partition(m_lines.begin(), m_lines.end(),
                              [](const ChartLine& line) { return !line.isBold; });
        measure();
    }

    std::string svg() {
        head();
        grid();
        int ink = 0;
        for (const ChartLine& line : m_lines)
            draw(line, line.isBold ? m_boldCount++ : ink++);
        labels();
        m_out += "</svg>\n";
        return std::move(m_out);
    }

private:
    void measure() {
        bool first = true;
        std::size_t longest = 0;
        for (const ChartLine& line : m_lines) {
            longest = std::max(longest, line.name.size());
            for (const ChartPoint& p : line.points) {
                const double band = line.isBold && std::isfinite(p.deviation) ? p.deviation : 0;
                if (first) {
                    m_x0 = m_x1 = p.x;
                    m_y0 = p.y - band;
                    m_y1 = p.y + band;
                    first = false;
                }
                m_x0 = std::min(m_x0, p.x);
                m_x1 = std::max(m_x1, p.x);
                m_y0 = std::min(m_y0, p.y - band);
                m_y1 = std::max(m_y1, p.y + band);
                m_places.insert(p.x);
            }
        }
        m_right =
            kWidth - 24 - kCharacter * static_cast<double>(std::min<std::size_t>(longest, 40));
        if (m_y1 - m_y0 < 1e-9)
            m_y1 = m_y0 + 1;
        m_yStep = niceStep(m_y1 - m_y0, 7);
        m_y0 = std::floor(m_y0 / m_yStep) * m_yStep;
        m_y1 = std::ceil(m_y1 / m_yStep) * m_yStep;
        if (!m_chart.logarithmic && m_x1 - m_x0 < 1e-9)
            m_x1 = m_x0 + 1;
    }

    [[nodiscard]] double x(double value) const {
        const double from = m_chart.logarithmic ? std::log(m_x0) : m_x0;
        const double to = m_chart.logarithmic ? std::log(m_x1) : m_x1;
        const double at = m_chart.logarithmic ? std::log(value) : value;
        const double share = to - from > 1e-12 ? (at - from) / (to - from) : 0.5;
        return kLeft + 14 + share * (m_right - kLeft - 34);
    }
    [[nodiscard]] double y(double value) const {
        return kBottom - (value - m_y0) / (m_y1 - m_y0) * (kBottom - kTop);
    }

    void head() {
        m_out += format(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
            "height=\"%.0f\" role=\"img\">\n",
            kWidth, kHeight, kWidth, kHeight);
        m_out += "<title>" + escaped(m_chart.title) + "</title>\n<style>\n";
        const auto scheme = [&](bool dark) {
            m_out += std::string(".ground{fill:") + (dark ? "#16181d" : "#ffffff") + "}\n";
            m_out += std::string("text{fill:") + (dark ? "#c9cdd4" : "#3d434c") + "}\n";
            m_out += std::string(".title,.bold text,.end.bold{fill:") +
                     (dark ? "#f2f4f7" : "#14171c") + "}\n";
            m_out += std::string(".grid{stroke:") + (dark ? "#2b2f37" : "#e6e8ec") + "}\n";
            m_out += std::string(".axis{stroke:") + (dark ? "#6c7380" : "#8d939d") + "}\n";
            m_out += std::string(".dot{stroke:") + (dark ? "#16181d" : "#ffffff") + "}\n";
            const auto ink = [&](const std::string& name, const char* colour) {
                m_out +=
                    format(".%s .line,.%s .leader{stroke:%s}.%s .dot,.%s .band,.%s.end{fill:%s}\n",
                           name.c_str(), name.c_str(), colour, name.c_str(), name.c_str(),
                           name.c_str(), colour);
            };
            for (std::size_t i = 0; i < kInks.size(); ++i)
                ink("s" + std::to_string(i), dark ? kInks[i].dark : kInks[i].light);
            ink("b0", dark ? "#f2f4f7" : "#14171c");
            for (std::size_t i = 1; i < 4; ++i)
                ink("b" + std::to_string(i), dark ? kInks[i - 1].dark : kInks[i - 1].light);
        };
        m_out +=
            "text{font:13px system-ui,-apple-system,\"Segoe UI\",\"DejaVu Sans\",sans-serif;"
            "font-variant-numeric:tabular-nums}\n.title{font-size:17px;font-weight:600}\n"
            ".end{font-size:12px}\n.end.bold{font-weight:700}\n"
            ".line{fill:none;stroke-width:1.4;stroke-linejoin:round;stroke-linecap:round;"
            "opacity:.85}\n.bold .line{stroke-width:3.2;opacity:1}\n.band{opacity:.14}\n"
            ".dot{stroke-width:1}\n.grid,.axis{stroke-width:1}\n"
            ".leader{fill:none;stroke-width:.8;opacity:.5}\n";
        scheme(false);
        m_out += "@media (prefers-color-scheme:dark){\n";
        scheme(true);
        m_out += "}\n</style>\n";
        m_out +=
            format("<rect class=\"ground\" width=\"%.0f\" height=\"%.0f\"/>\n", kWidth, kHeight);
        m_out += format("<text class=\"title\" x=\"%.0f\" y=\"30\">", kLeft - 44) +
                 escaped(m_chart.title) + "</text>\n";
        m_out += format("<text x=\"%.0f\" y=\"51\">", kLeft - 44) + escaped(m_chart.subtitle) +
                 "</text>\n";
    }

    void grid() {
        for (int i = 0;; ++i) {
            const double value = m_y0 + i * m_yStep;
            if (value > m_y1 + m_yStep / 2)
                break;
            m_out += format("<path class=\"%s\" d=\"M%.1f %.1fH%.1f\"/>", i == 0 ? "axis" : "grid",
                            kLeft, y(value), m_right);
            m_out += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                            kLeft - 9, y(value) + 4.5, number(value).c_str());
        }
        std::vector<double> ticks;
        if (m_chart.logarithmic) {
            ticks.assign(m_places.begin(), m_places.end());
        } else {
            const double step = niceStep(m_x1 - m_x0, 8);
            for (double at = std::ceil(m_x0 / step) * step; at <= m_x1 + 1e-9; at += step)
                ticks.push_back(at);
        }
        double last = -1e9;
        for (const double tick : ticks) {
            if (x(tick) - last < 26)
                continue;
            last = x(tick);
            m_out += format("<path class=\"axis\" d=\"M%.1f %.1fv5\"/>", x(tick), kBottom);
            m_out += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>\n",
                            x(tick), kBottom + 21, number(tick).c_str());
        }
        m_out += format("<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">",
                        (kLeft + m_right) / 2, kBottom + 47) +
                 escaped(m_chart.xLabel) + "</text>\n";
        m_out += format(
                     "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\" "
                     "transform=\"rotate(-90 %.1f %.1f)\">",
                     22.0, (kTop + kBottom) / 2, 22.0, (kTop + kBottom) / 2) +
                 escaped(m_chart.yLabel) + "</text>\n";
    }

    [[nodiscard]] static std::string className(const ChartLine& line, int ink) {
        return line.isBold ? "b" + std::to_string(std::min(ink, 3))
                           : "s" + std::to_string(static_cast<std::size_t>(ink) % kInks.size());
    }

    void draw(const ChartLine& line, int ink) {
        const std::string name = className(line, ink);
        m_out += "<g class=\"" + name + (line.isBold ? " bold" : "") + "\">\n";
        const bool hasBand = line.isBold && line.points.size() > 1 &&
                             std::any_of(line.points.begin(), line.points.end(),
                                         [](const ChartPoint& p) { return p.deviation > 0; });
        if (hasBand) {
            std::string path = "M";
            for (const ChartPoint& p : line.points)
                path += format("%.1f %.1f ", x(p.x), y(p.y + p.deviation));
            for (auto p = line.points.rbegin(); p != line.points.rend(); ++p)
                path += format("%s%.1f %.1f ", p == line.points.rbegin() ? "L" : "", x(p->x),
                               y(p->y - p->deviation));
            m_out += "<path class=\"band\" d=\"" + path + "Z\"/>\n";
        }
        std::string path = "M";
        for (const ChartPoint& p : line.points)
            path += format("%.1f %.1f ", x(p.x), y(p.y));
        m_out += "<path class=\"line\" d=\"" + path + "\"/>\n";
        for (const ChartPoint& p : line.points) {
            const std::string band =
                p.deviation > 0 ? format(" ± %.2f", p.deviation) : std::string();
            m_out += format("<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"%s\"><title>",
                            x(p.x), y(p.y), line.isBold ? "4.5" : "2.6") +
                     escaped(line.name) + ", " + escaped(number(p.x)) + format(": %.2f", p.y) +
                     band + "</title></circle>\n";
        }
        m_out += "</g>\n";
        m_ends.push_back({line.name, name + (line.isBold ? " bold" : ""), x(line.points.back().x),
                          y(line.points.back().y), 0});
    }

    /// Labels at the lines' ends, pushed apart where they would overlap, inside the frame.
    void labels() {
        std::stable_sort(m_ends.begin(), m_ends.end(),
                         [](const End& a, const End& b) { return a.y < b.y; });
        double above = kTop - kLabelGap;
        for (End& end : m_ends) {
            end.placed = std::max(end.y, above + kLabelGap);
            above = end.placed;
        }
        double below = kBottom + kLabelGap;
        for (auto end = m_ends.rbegin(); end != m_ends.rend(); ++end) {
            end->placed = std::min(end->placed, below - kLabelGap);
            below = end->placed;
        }
        for (const End& end : m_ends) {
            m_out +=
                format("<g class=\"%s\"><path class=\"leader\" d=\"M%.1f %.1fL%.1f %.1f\"/></g>",
                       end.name.c_str(), end.x + 6, end.y, m_right + 3, end.placed);
            m_out += format("<text class=\"end %s\" x=\"%.1f\" y=\"%.1f\">", end.name.c_str(),
                            m_right + 8, end.placed + 4) +
                     escaped(end.label.substr(0, 40)) + "</text>\n";
        }
    }

    struct End {
        std::string label, name;
        double x, y, placed;
    };

    const Chart& m_chart;
    std::vector<ChartLine> m_lines;
    std::set<double> m_places;
    double m_x0 = 0, m_x1 = 1, m_y0 = 0, m_y1 = 1, m_yStep = 1, m_right = kWidth;
    int m_boldCount = 0;
    std::vector<End> m_ends;
    std::string m_out;
};

}  // namespace

std::string chartToSvg(const Chart& chart) {
    return Drawing(chart).svg();
}

}  // namespace spanwise::cli
