#pragma once

#include <QString>

#include "core/result.h"

namespace spanwise::ui {

/// What went wrong, in one sentence of the user's language.
[[nodiscard]] QString errorHeadline(ErrorCode code);
/// The place and the details ("reviews.jsonl:17: …").
[[nodiscard]] QString errorDetail(const Error& error);

}  // namespace spanwise::ui
