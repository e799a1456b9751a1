#include "ui/pretraining/annotation_text.h"

#include <QLocale>

#include "ui/pretraining/pretraining_text.h"
#include "ui/session/endpoint.h"

namespace spanwise::ui {
namespace {

using protocol::AnnotationResult;

int small(std::int64_t count) {
    return static_cast<int>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}
QString amount(std::int64_t count) {
    return PretrainingText::amount(static_cast<double>(count));
}

/// Why lines of answers were dropped, by the worker's name of it.
QString fault(const std::string& name, std::int64_t count) {
    const int n = small(count);
    if (name == "no-separator")
        return AnnotationText::tr("%Ln without “<>”", nullptr, n);
    if (name == "too-many-parts")
        return AnnotationText::tr("%Ln of more than three parts", nullptr, n);
    if (name == "empty-mention")
        return AnnotationText::tr("%Ln without a mention", nullptr, n);
    if (name == "empty-concept")
        return AnnotationText::tr("%Ln without a concept", nullptr, n);
    if (name == "meaningless")
        return AnnotationText::tr("%Ln with a concept that says nothing", nullptr, n);
    if (name == "too-long")
        return AnnotationText::tr("%Ln too long", nullptr, n);
    if (name == "control-character")
        return AnnotationText::tr("%Ln with control characters", nullptr, n);
    if (name == "not-in-text")
        return AnnotationText::tr("%Ln whose mention is not in the text", nullptr, n);
    if (name == "inside-word")
        return AnnotationText::tr("%Ln whose mention is only a part of words", nullptr, n);
    if (name == "repeated")
        return AnnotationText::tr("%Ln said twice", nullptr, n);
    if (name == "unfinished")
        return AnnotationText::tr("%Ln cut off", nullptr, n);
    return QStringLiteral("%1 %2").arg(count).arg(QString::fromStdString(name));
}

}  // namespace

QString AnnotationText::money(double amount) {
    return QLocale().toString(amount, 'f', amount != 0 && std::abs(amount) < 1 ? 4 : 2);
}

QString AnnotationText::whereTextsGo(const AnnotationController& controller) {
    const QUrl url = endpointUrl(controller.settings().endpoint);
    const QString host = endpointHost(url);
    if (host.isEmpty())
        return {};
    if (!isLoopback(url))
        return isInTheClear(controller)
                   ? tr("Your texts and the key are sent to %1 without encryption: others on the "
                        "way can read them.")
                         .arg(host)
                   : tr("Your texts are sent to %1.").arg(host);
    return controller.isWorkerHere()
               ? tr("Your texts stay on this computer.")
               : tr("Your texts are sent to the worker’s machine and stay there.");
}

bool AnnotationText::isInTheClear(const AnnotationController& controller) {
    const QUrl url = endpointUrl(controller.settings().endpoint);
    return url.scheme() == QLatin1String("http") && !isLoopback(url);
}

QString AnnotationText::key(AnnotationController& controller) {
    const QString host = controller.host();
    if (host.isEmpty())
        return {};
    ApiKeys& keys = controller.keys();
    switch (keys.source(host)) {
        case ApiKeys::Source::Looking:
            return tr("Looking for the key in your keychain…");
        case ApiKeys::Source::Keychain:
            return tr("The key for %1 is kept in your keychain.").arg(host);
        case ApiKeys::Source::Environment:
            return tr("The key is from the environment (%1).").arg(ApiKeys::variable(host));
        case ApiKeys::Source::Session:
            return keys.problem().isEmpty()
                       ? tr("The key for %1 is known until Spanwise closes.").arg(host)
                       : tr("%1 The key for %2 is known until Spanwise closes, and written "
                            "nowhere.")
                             .arg(keys.problem(), host);
        case ApiKeys::Source::None:
            break;
    }
    return isLoopback(endpointUrl(controller.settings().endpoint))
               ? tr("Servers on this computer mostly need none.")
               : tr("It is kept in your keychain, never in a file.");
}

QString AnnotationText::forecast(const AnnotationController& controller) {
    using State = AnnotationController::State;
    if (controller.state() == State::Forecasting)
        return controller.passagesRead() > 0
                   ? tr("Reading: %Ln passage(s)…", nullptr, small(controller.passagesRead()))
                   : tr("Reading…");
    if (!controller.forecast())
        return {};
    const protocol::AnnotationForecast& forecast = *controller.forecast();
    QStringList first;
    if (forecast.passages == 0)
        first << tr("Nothing is left to ask.");
    else
        first << tr("%Ln passage(s) to ask about: about %1 tokens in and %2 out.", nullptr,
                    small(forecast.passages))
                     .arg(amount(forecast.tokensIn), amount(forecast.tokensOut));
    if (forecast.passages > 0)
        first << (forecast.cost >= 0 ? tr("Cost: about %1.").arg(money(forecast.cost))
                                     : tr("The cost is not known without prices."));
    if (forecast.withinBudget < forecast.passages)
        first << tr("The limits are enough for about %Ln of them.", nullptr,
                    small(forecast.withinBudget));
    QStringList also;
    if (forecast.known > 0)
        also << tr("%Ln in the file already", nullptr, small(forecast.known));
    if (forecast.duplicates > 0)
        also << tr("%Ln there more than once", nullptr, small(forecast.duplicates));
    if (forecast.tooLong > 0)
        also << tr("%Ln too long", nullptr, small(forecast.tooLong));
    if (!also.isEmpty())
        first << tr("Not asked: %1.").arg(also.join(QStringLiteral(", ")));
    return first.join(QLatin1Char(' '));
}

QString AnnotationText::status(const AnnotationController& controller) {
    const AnnotationController::Run& run = controller.run();
    if (controller.state() == AnnotationController::State::Stopping)
        return tr("Stopping…");
    if (run.isReading)
        return controller.passagesRead() > 0
                   ? tr("Reading: %Ln passage(s)…", nullptr, small(controller.passagesRead()))
                   : tr("Reading…");
    const QLocale locale;
    QStringList parts{
        tr("%1 of %2 passages").arg(locale.toString(run.done), locale.toString(run.total))};
    if (run.done > 0)
        parts << tr("%1 mentions a passage")
                     .arg(locale.toString(
                         static_cast<double>(run.result.mentions) / static_cast<double>(run.done),
                         'f', 1));
    parts << tr("%1 tokens").arg(amount(run.result.tokensIn + run.result.tokensOut));
    if (run.result.cost >= 0)
        parts << tr("cost %1").arg(money(run.result.cost));
    if (run.secondsLeft >= 0 && controller.isBusy())
        parts << tr("%1 left").arg(PretrainingText::duration(run.secondsLeft));
    return parts.join(QStringLiteral(" · "));
}

QString AnnotationText::end(const AnnotationController& controller) {
    const AnnotationController::Run& run = controller.run();
    if (run.error)
        return tr("It broke off");
    if (run.result.stoppedBy == "max-requests")
        return tr("The limit of requests is reached");
    if (run.result.stoppedBy == "max-tokens")
        return tr("The limit of tokens is reached");
    if (run.result.stoppedBy == "max-cost")
        return tr("The limit of money is reached");
    if (run.result.stoppedBy == "interrupt")
        return tr("Stopped");
    return run.result.failed > 0 ? tr("Done, but for some") : tr("Done");
}

/// What is left, and how long that takes by what was done.
QString AnnotationText::leftText(const AnnotationResult& result) {
    const QString left = tr("%Ln passage(s) not asked yet", nullptr, small(result.left));
    if (result.answered <= 0 || result.seconds <= 0)
        return left;
    const double more = static_cast<double>(result.left) / static_cast<double>(result.answered);
    const QString time = PretrainingText::duration(more * result.seconds);
    return result.cost >= 0
               ? tr("%1: about %2 more, cost about %3").arg(left, time, money(more * result.cost))
               : tr("%1: about %2 more").arg(left, time);
}

QStringList AnnotationText::summary(const AnnotationResult& result) {
    QStringList lines;
    QString first =
        QStringList{
            tr("%Ln passage(s) annotated", nullptr, small(result.answered)),
            tr("%Ln mention(s)", nullptr, small(result.mentions)),
            tr("%Ln request(s)", nullptr, small(result.requests)),
            tr("%1 tokens in and %2 out").arg(amount(result.tokensIn), amount(result.tokensOut))}
            .join(QStringLiteral(" · "));
    if (result.cost >= 0)
        first += QStringLiteral(" · ") + tr("cost %1").arg(money(result.cost));
    lines << first;
    const auto line = [&](std::int64_t count, const QString& text) {
        if (count > 0)
            lines << text;
    };
    line(result.known,
         tr("%Ln passage(s) had been in the file already", nullptr, small(result.known)));
    line(result.left, leftText(result));
    line(result.failed, tr("%Ln passage(s) without an answer; they can be asked again", nullptr,
                           small(result.failed)));
    line(result.tooLong, tr("%Ln passage(s) too long, left out", nullptr, small(result.tooLong)));
    line(result.prose,
         tr("%Ln answer(s) in prose, without a mention", nullptr, small(result.prose)));
    line(result.empty, tr("%Ln empty answer(s)", nullptr, small(result.empty)));
    line(result.truncated,
         tr("%Ln answer(s) cut off by the limit of tokens", nullptr, small(result.truncated)));
    if (!result.faults.empty()) {
        QStringList dropped;
        for (const auto& [name, count] : result.faults) {
            if (count > 0)
                dropped << fault(name, count);
        }
        lines << tr("%Ln line(s) of answers dropped: %1", nullptr,
                    small(result.lines - result.goodLines))
                     .arg(dropped.join(QStringLiteral(", ")));
    }
    line(result.lostTokensIn + result.lostTokensOut,
         tr("at most %1 tokens more for requests that broke off")
             .arg(amount(result.lostTokensIn + result.lostTokensOut)));
    return lines;
}

}  // namespace spanwise::ui
