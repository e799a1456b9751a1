#include "core/queue/hold_out.h"

namespace spanwise {
namespace {

/// splitmix64 (Vigna): neighbouring numbers give unrelated ones, the same with every library.
std::uint64_t mixed(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
    value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
    return value ^ (value >> 31);
}

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
