#include "ui/check/quality_text.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>
#include <cmath>

namespace spanwise::ui::quality_text {
namespace {

QString tr(const char* text) {
    return QCoreApplication::translate("spanwise::ui::Quality", text);
}
QString whole(double value) {
    return QLocale().toString(static_cast<int>(std::lround(value * 100)));
}
QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}
QString labels(std::int64_t count) {
    return count == 1 ? tr("1 label") : tr("%1 labels").arg(number(count));
}

}  // namespace

QString percent(double value) {
    return tr("%1 %").arg(whole(value));
}

QString interval(const std::pair<double, double>& interval) {
    return tr("%1 to %2 %").arg(whole(interval.first), whole(interval.second));
}

QString scoreTip(const protocol::ScoreReport& report) {
    const QString f1 = report.f1Interval
                           ? tr("F1 %1 (%2)").arg(percent(report.f1), interval(*report.f1Interval))
                           : tr("F1 %1").arg(percent(report.f1));
    return tr("Precision %1, recall %2, %3, %4.")
        .arg(percent(report.precision), percent(report.recall), f1, labels(report.support));
}

QString forecast(const protocol::CurveReport& curve) {
    if (!curve.isGiven)
        return QString::fromStdString(curve.text);
    return tr("%1 more documents will bring about %2 (now %3).")
        .arg(number(curve.more), interval(curve.thenInterval), percent(curve.now));
}

QString lacking(const protocol::LackingReport& lacking) {
    QStringList parts;
    if (lacking.moreMentions > 0)
        parts << (lacking.moreMentions == 1
                      ? tr("1 more label")
                      : tr("%1 more labels").arg(number(lacking.moreMentions)));
    if (lacking.moreDocuments > 0)
        parts << (lacking.moreDocuments == 1
                      ? tr("in 1 more document")
                      : tr("in %1 more documents").arg(number(lacking.moreDocuments)));
    return tr("%1: %2").arg(QString::fromStdString(lacking.type), parts.join(QStringLiteral(", ")));
}

QString typeTip(const protocol::CheckResult& result, const std::string& type) {
    QStringList lines;
    const auto add = [&](const protocol::QualityReport& report, const QString& before) {
        if (const auto found = report.perType.find(type); found != report.perType.end())
            lines << before.arg(scoreTip(found->second));
    };
    add(result.all, QStringLiteral("%1"));
    if (result.byHand && result.preAnnotated) {
        add(*result.byHand, tr("Labelled by hand: %1"));
        add(*result.preAnnotated, tr("Pre-annotated: %1"));
    }
    for (const protocol::LackingReport& report : result.lacking) {
        if (report.type == type)
            lines << tr("Lacks examples: %1.").arg(lacking(report));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace spanwise::ui::quality_text
