#pragma once

#include <string>
#include <vector>

#include "core/annotation/span.h"

namespace spanwise {

/// A document with spans by name, as it comes from or goes to a file.
struct Record {
    Document document;
    std::vector<NamedSpan> spans;
    /// Whether the file spoke of labels at all (a `spans` key, a tag column): an empty list then
    /// means "nothing here", not "nobody looked".
    bool labelled = false;

    bool operator==(const Record&) const = default;
};

}  // namespace spanwise
