#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/annotation/document.h"
#include "core/protocol/messages.h"

namespace spanwise {

/// Sorts labellings by text and content, and their spans by place and type, without doubles, so
/// that what is learned depends on nothing else. Returns what was labelled: a text's hash → a hash
/// of all its labels.
std::map<std::string, std::string> bringInOrder(std::vector<protocol::DocumentLabelling>& labels);

/// The same for one document's spans.
void bringInOrder(std::vector<NamedSpan>& spans);

/// Annotations that cannot be taught as they stand. They stay in the project.
struct LabelFaults {
    int contradictory = 0;  ///< ranges that carry two types or more
    int overlapping = 0;    ///< left out in favour of a longer one
    int withoutWord = 0;

    LabelFaults& operator+=(const LabelFaults& other);
    [[nodiscard]] std::vector<std::string> warnings() const;
};
/// `spans` as bringInOrder() leaves them.
[[nodiscard]] LabelFaults faultsOf(const Document& document, const std::vector<Sentence>& sentences,
                                   const std::vector<NamedSpan>& spans);

}  // namespace spanwise
