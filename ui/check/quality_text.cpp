#include "ui/check/quality_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <cmath>

#include "ui/language/plural.h"

namespace spanwise::ui::quality_text {
namespace {

struct Quality {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::Quality)
};
QString whole(double value) {
    return QLocale().toString(static_cast<int>(std::lround(value * 100)));
}
QString labels(std::int64_t count) {
    return Quality::tr("%Ln label(s)", nullptr, plural(count));
}

}  // namespace

QString percent(double value) {
    return Quality::tr("%1 %").arg(whole(value));
}

QString interval(const std::pair<double, double>& interval) {
    return Quality::tr("%1 to %2 %").arg(whole(interval.first), whole(interval.second));
}

QString scoreTip(const protocol::ScoreReport& report) {
    const QString f1 =
        report.f1Interval
            ? Quality::tr("F1 %1 (%2)").arg(percent(report.f1), interval(*report.f1Interval))
            : Quality::tr("F1 %1").arg(percent(report.f1));
    return Quality::tr("Precision %1, recall %2, %3, %4.")
        .arg(percent(report.precision), percent(report.recall), f1, labels(report.support));
}

QString forecast(const protocol::CurveReport& curve) {
    if (!curve.isGiven && curve.points.size() > 1) {
        const auto& [few, low] = curve.points.front();
        const auto& [many, high] = curve.points.back();
        return Quality::tr(
                   "F1 is %1 with %2 and %3 with %4 documents: it does not rise, so there is no "
                   "telling what more of them will bring.")
            .arg(percent(low), QLocale().toString(few, 'f', 0), percent(high),
                 QLocale().toString(many, 'f', 0));
    }
    if (!curve.isGiven)
        return Quality::tr(
            "Too early to say what more documents will bring: %Ln are labelled, and a forecast "
            "needs about ten.",
            nullptr, plural(curve.documents));
    return Quality::tr("%Ln more document(s) will bring about %1 (now %2).", nullptr,
                       plural(curve.more))
        .arg(interval(curve.thenInterval), percent(curve.now));
}

QString lacking(const protocol::LackingReport& lacking) {
    QStringList parts;
    if (lacking.moreMentions > 0)
        parts << Quality::tr("%Ln more label(s)", nullptr, plural(lacking.moreMentions));
    if (lacking.moreDocuments > 0)
        parts << Quality::tr("in %Ln more document(s)", nullptr, plural(lacking.moreDocuments));
    return Quality::tr("%1: %2").arg(QString::fromStdString(lacking.type),
                                     parts.join(QStringLiteral(", ")));
}

QString typeTip(const protocol::CheckResult& result, const std::string& type) {
    QStringList lines;
    const auto add = [&](const protocol::QualityReport& report, const QString& before) {
        if (const auto found = report.perType.find(type); found != report.perType.end())
            lines << before.arg(scoreTip(found->second));
    };
    add(result.all, QStringLiteral("%1"));
    if (result.byHand && result.preAnnotated) {
        add(*result.byHand, Quality::tr("Labelled by hand: %1"));
        add(*result.preAnnotated, Quality::tr("Pre-annotated: %1"));
    }
    for (const protocol::LackingReport& report : result.lacking) {
        if (report.type == type)
            lines << Quality::tr("Lacks examples: %1.").arg(lacking(report));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace spanwise::ui::quality_text
