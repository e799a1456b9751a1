#pragma once

#include <functional>

#include "core/formats/record.h"
#include "core/result.h"

namespace spanwise {

using RecordSink = std::function<Result<void>(Record&&)>;

/// Runs `source` in a thread of its own and hands what it pushes to `sink` in this one, in order:
/// reading and taking in go on at the same time. A few megabytes wait between the two at most. The
/// sink's error ends it: the source gets it from a later push, and it is the result. What either
/// throws is thrown here. Returns when the source has ended.
[[nodiscard]] Result<void> readAhead(const std::function<Result<void>(const RecordSink&)>& source,
                                     const RecordSink& sink);

}  // namespace spanwise
