#pragma once

#include <QString>
#include <utility>

#include "core/protocol/learning_messages.h"

namespace spanwise::ui::quality_text {

[[nodiscard]] QString percent(double value);                                ///< "78 %"
[[nodiscard]] QString interval(const std::pair<double, double>& interval);  ///< "71 to 84 %"
/// "Precision 80 %, recall 76 %, F1 78 % (71 to 84 %), 34 labels."
[[nodiscard]] QString scoreTip(const protocol::ScoreReport& report);
/// "20 more documents will bring about 78 to 84 %."
[[nodiscard]] QString forecast(const protocol::CurveReport& curve);
/// "dose: 3 more labels, in 2 more documents".
[[nodiscard]] QString lacking(const protocol::LackingReport& lacking);
/// All that a check says of one type; empty when it says nothing.
[[nodiscard]] QString typeTip(const protocol::CheckResult& result, const std::string& type);

}  // namespace spanwise::ui::quality_text
