#pragma once

#include <QCoreApplication>
#include <QString>
#include <QStringList>

#include "ui/session/annotation_controller.h"

namespace spanwise::ui {

/// What the annotation window says, apart from the widgets.
struct AnnotationText {
    Q_DECLARE_TR_FUNCTIONS(spanwise::ui::AnnotationText)
public:
    /// "Your texts are sent to api.openai.com." or that they stay here; empty without an address.
    [[nodiscard]] static QString whereTextsGo(const AnnotationController& controller);
    /// Whether that deserves a second look: they leave in the clear.
    [[nodiscard]] static bool isInTheClear(const AnnotationController& controller);
    /// Where the key of the present host is.
    [[nodiscard]] static QString key(AnnotationController& controller);
    /// What a run would ask and cost, in a few lines.
    [[nodiscard]] static QString forecast(const AnnotationController& controller);
    /// How far the run is, in one line.
    [[nodiscard]] static QString status(const AnnotationController& controller);
    /// How the run ended, in a few words.
    [[nodiscard]] static QString end(const AnnotationController& controller);
    /// What came of it and what was left out, a line each.
    [[nodiscard]] static QStringList summary(const protocol::AnnotationResult& result);
    /// "1.25", "0.0042".
    [[nodiscard]] static QString money(double amount);

private:
    [[nodiscard]] static QString leftText(const protocol::AnnotationResult& result);
};

}  // namespace spanwise::ui
