#pragma once

#include <QString>
#include <QStringList>
#include <utility>
#include <vector>

#include "core/protocol/model_messages.h"

namespace spanwise::ui {

/// What the Models page says about a model, apart from the widgets.
namespace model_text {
/// "encoder", "tagger", "zero-shot".
[[nodiscard]] QString purpose(protocol::ModelPurpose purpose);
/// One sentence on what it is good for.
[[nodiscard]] QString explanation(const protocol::ModelEntry& entry);
/// "BERT 6×384"; empty when nothing is known.
[[nodiscard]] QString architecture(const protocol::ModelEntry& entry);
/// "BERT 6×384 · 91 MB · apache-2.0".
[[nodiscard]] QString summary(const protocol::ModelEntry& entry);
/// "91.2 MB", in powers of ten as the hub counts.
[[nodiscard]] QString bytes(qint64 bytes);
/// "12.0 of 91.2 MB · 14 s left".
[[nodiscard]] QString progress(qint64 done, qint64 total, double secondsLeft);
/// Names and values for the details, without the folder.
[[nodiscard]] std::vector<std::pair<QString, QString>> details(const protocol::ModelEntry& entry);
}  // namespace model_text

}  // namespace spanwise::ui
