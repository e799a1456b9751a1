#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace spanwise {

/// The strings of a Python list as `repr` and hand-written files have it:
/// `['Ada <> person', "it's <> x", ('a', 'b')]`. Each element is one string, or the strings of a
/// list or tuple inside. All escapes but \N{…} are understood, a surrogate without its partner
/// becomes U+FFFD. Nothing is evaluated; anything else is InvalidFormat with the byte where it is.
[[nodiscard]] Result<std::vector<std::vector<std::string>>> parsePythonList(
    std::string_view literal);

}  // namespace spanwise
