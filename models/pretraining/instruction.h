#pragma once

#include <string_view>

namespace spanwise {

/// What an annotating model is told when no file says otherwise: resources/prompts/annotate.txt as
/// it was when this program was built.
[[nodiscard]] std::string_view annotationInstruction();

}  // namespace spanwise
