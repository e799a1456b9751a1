#include "core/queue/hold_out.h"

#include "core/queue/lot.h"

namespace spanwise {
namespace {

bool falls(std::uint64_t lot, double share) {
    return static_cast<double>(lot >> 11) * 0x1.0p-53 < share;
}

}  // namespace

bool HoldOut::isHeldOut(DocumentId document) const {
    return falls(mixed(mixed(seed) ^ static_cast<std::uint64_t>(document)), documents);
}

bool HoldOut::isKeptBack(DocumentId document, Range range) const {
    std::uint64_t lot = mixed(mixed(seed + 1) ^ static_cast<std::uint64_t>(document));
    lot = mixed(lot ^ static_cast<std::uint64_t>(range.begin));
    return falls(mixed(lot ^ static_cast<std::uint64_t>(range.end)), suggestions);
}

}  // namespace spanwise
