#pragma once

#include <QList>
#include <QString>

#include "core/result.h"

namespace spanwise::ui {

/// A bundled set of documents with gold labels to try things on.
struct Sample {
    QString id;  ///< its folder's name
    QString title;
    QString description;
};

[[nodiscard]] QList<Sample> samples();

/// The sample's project in the user's data folder (or SPANWISE_SAMPLES_OUT): made from the bundled
/// files at the first time, with its first documents labelled and the rest without labels; as the
/// user left it afterwards. Returns the project's path. Errors: NotFound for an unknown name or
/// missing files, what Project::create and import say.
[[nodiscard]] Result<QString> prepareSample(const QString& id);

}  // namespace spanwise::ui
