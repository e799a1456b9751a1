#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include "core/protocol/pretraining_messages.h"
#include "ui/session/pretraining_controller.h"

namespace spanwise::ui {

/// What the Pre-training page says, apart from the widgets.
struct PretrainingText {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::PretrainingText)
public:
    /// "40 s", "25 min", "3.5 h".
    [[nodiscard]] static QString duration(double seconds);
    /// "1.2 million", "34,000".
    [[nodiscard]] static QString amount(double count);
    /// Of a source, as the worker names it: "annotated passages", "CoNLL".
    [[nodiscard]] static QString kind(const std::string& kind);
    /// What a person should know of a source, a sentence each.
    [[nodiscard]] static QStringList warnings(const protocol::MaterialRow& row);
    /// "city 1,204 · drug 988".
    [[nodiscard]] static QString concepts(const protocol::MaterialSummary& summary);
    /// "About 25 min: …"; empty when it is not known.
    [[nodiscard]] static QString forecast(const PretrainingController& controller);
    /// Where a run is, in one line.
    [[nodiscard]] static QString status(const PretrainingController& controller);
    /// "4 per type: 34.0 → 45.0 (+11.0)", a line each.
    [[nodiscard]] static QString scores(const std::vector<protocol::FewShotScore>& scores);
};

}  // namespace spanwise::ui
