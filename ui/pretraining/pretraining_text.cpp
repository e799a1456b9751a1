#include "ui/pretraining/pretraining_text.h"

#include <QLocale>
#include <algorithm>
#include <cmath>

#include "ui/language/plural.h"

namespace spanwise::ui {
namespace {

constexpr std::size_t kConceptsShown = 60;

QString number(std::int64_t value) {
    return QLocale().toString(static_cast<qlonglong>(value));
}
QString percent(double share) {
    return QLocale().toString(100 * share, 'f', 1);
}

}  // namespace

QString PretrainingText::duration(double seconds) {
    const QLocale locale;
    if (seconds < 100)
        return tr("%1 s").arg(std::max(1, static_cast<int>(std::lround(seconds))));
    if (seconds < 100 * 60)
        return tr("%1 min").arg(static_cast<int>(std::lround(seconds / 60)));
    return tr("%1 h").arg(locale.toString(seconds / 3600, 'f', seconds < 36000 ? 1 : 0));
}

QString PretrainingText::amount(double count) {
    const QLocale locale;
    if (count >= 1e9)
        return tr("%1 billion").arg(locale.toString(count / 1e9, 'f', 1));
    if (count >= 1e6)
        return tr("%1 million").arg(locale.toString(count / 1e6, 'f', 1));
    const double unit = count >= 10000 ? 1000 : count >= 1000 ? 100 : 1;
    return number(static_cast<std::int64_t>(std::llround(count / unit) * unit));
}

QString PretrainingText::kind(const std::string& kind) {
    const QString name = QString::fromStdString(kind);
    if (name == QLatin1String("passages"))
        return tr("passages");
    if (name == QLatin1String("nuner"))
        return tr("NuNER");
    if (name == QLatin1String("pile-ner"))
        return tr("Pile-NER");
    if (name == QLatin1String("conll"))
        return tr("CoNLL");
    if (name == QLatin1String("jsonl"))
        return tr("JSONL");
    return name;
}

QStringList PretrainingText::warnings(const protocol::MaterialRow& row) {
    QStringList all;
    if (row.bad > 0)
        all << tr("cannot be read and left out: %1. The first one: %2")
                   .arg(number(row.bad), QString::fromStdString(row.firstBad));
    if (row.duplicates > 0)
        all << tr("there more than once, counted once: %1").arg(number(row.duplicates));
    if (row.withoutMentions > 0)
        all << tr("without a mention and left out: %1").arg(number(row.withoutMentions));
    if (row.unlocated > 0)
        all << tr("mentions that are not in their text, left out: %1").arg(number(row.unlocated));
    if (row.malformed > 0)
        all << tr("answers without a mention or a concept: %1").arg(number(row.malformed));
    if (row.droppedTypes > 0)
        all << tr("mentions of types that are left out: %1").arg(number(row.droppedTypes));
    return all;
}

QString PretrainingText::concepts(const protocol::MaterialSummary& summary) {
    QStringList all;
    for (const protocol::MaterialConcept& entry : summary.frequent) {
        if (all.size() == kConceptsShown)
            break;
        all << QString::fromStdString(entry.name) + QChar(QChar::Nbsp) + number(entry.count);
    }
    return all.join(QStringLiteral(" · "));
}

QString PretrainingText::forecast(const PretrainingController& controller) {
    const double seconds = controller.forecastSeconds();
    if (seconds < 0)
        return {};
    const QString text =
        controller.check() == PretrainingController::Check::None
            ? tr("About %1: %2 sub-tokens at %3 a second on the worker’s machine.")
            : tr("About %1: %2 sub-tokens at %3 a second on the worker’s machine, and the few-shot "
                 "check before and after.");
    return text.arg(duration(seconds), amount(controller.forecastTokens()),
                    amount(controller.summary().tokensPerSecond));
}

QString PretrainingText::status(const PretrainingController& controller) {
    using State = PretrainingController::State;
    const PretrainingController::Run& run = controller.run();
    switch (controller.state()) {
        case State::Idle:
            return {};
        case State::Pausing:
            return tr("Saving a checkpoint…");
        case State::Paused:
            return run.step > 0 ? tr("Paused at step %1. Everything up to there is saved.")
                                      .arg(number(run.step))
                                : tr("Stopped before the first step.");
        case State::Failed:
            return run.checkpoint > 0 ? tr("It broke off. What was learned up to step %1 is saved.")
                                            .arg(number(run.checkpoint))
                                      : tr("It broke off.");
        case State::Finished:
            return tr("Finished: %Ln step(s) over %1 texts with %2 concepts in %3, loss %4.",
                      nullptr, plural(run.result.steps))
                .arg(amount(static_cast<double>(run.result.texts)),
                     amount(static_cast<double>(run.result.concepts)), duration(run.result.seconds),
                     QLocale().toString(run.result.loss, 'f', 4));
        case State::Running:
            break;
    }
    if (run.stage == QLatin1String("preparing"))
        return run.done > 0 ? tr("Preparing: %Ln text(s)", nullptr, plural(run.done))
                            : tr("Preparing…");
    if (run.stage == QLatin1String("checking"))
        return tr("Few-shot check %1 of %2").arg(number(run.done + 1), number(run.total));
    if (run.stage == QLatin1String("saving"))
        return tr("Saving the encoder…");
    QStringList parts{tr("step %1 of %2").arg(number(run.step), number(run.total)),
                      tr("loss %1").arg(QLocale().toString(run.loss, 'f', 4)),
                      tr("%1 sub-tokens/s").arg(amount(run.tokensPerSecond))};
    if (run.secondsLeft >= 0)
        parts << tr("%1 left").arg(duration(run.secondsLeft));
    return parts.join(QStringLiteral(" · "));
}

QString PretrainingText::scores(const std::vector<protocol::FewShotScore>& scores) {
    QStringList lines;
    for (const protocol::FewShotScore& score : scores) {
        if (score.before < 0)
            continue;
        const QString shots = tr("%1 per type").arg(number(score.shots));
        if (score.after < 0) {
            lines << tr("%1: %2 before").arg(shots, percent(score.before));
            continue;
        }
        const double gain = score.after - score.before;
        lines << tr("%1: %2 → %3 (%4%5)")
                     .arg(shots, percent(score.before), percent(score.after),
                          gain < 0 ? QStringLiteral("−") : QStringLiteral("+"),
                          percent(std::abs(gain)));
    }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace spanwise::ui
