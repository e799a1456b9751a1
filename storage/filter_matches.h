#pragma once

#include <cstddef>
#include <stop_token>
#include <string_view>
#include <vector>

#include "core/text/range.h"

namespace spanwise {

/// Where one text has what DocumentFilter::search asks for: each place of each of its words,
/// phrases and strings, in code points, in order, without overlaps, at most `most`. None in a
/// document that is found by its name alone. Stops early, with what it has, when told to. Any
/// thread.
[[nodiscard]] std::vector<Range> filterMatches(std::string_view text, std::string_view search,
                                               std::size_t most, const std::stop_token& stop = {});

}  // namespace spanwise
