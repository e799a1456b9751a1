#include "core/result.h"

#include <array>

namespace spanwise {
namespace {

constexpr std::array<std::pair<ErrorCode, std::string_view>, 16> kNames{{
    {ErrorCode::Cancelled, "cancelled"},
    {ErrorCode::InvalidArgument, "invalid-argument"},
    {ErrorCode::InvalidText, "invalid-text"},
    {ErrorCode::InvalidFormat, "invalid-format"},
    {ErrorCode::NotFound, "not-found"},
    {ErrorCode::AlreadyExists, "already-exists"},
    {ErrorCode::PermissionDenied, "permission-denied"},
    {ErrorCode::DiskFull, "disk-full"},
    {ErrorCode::Io, "io"},
    {ErrorCode::Corrupt, "corrupt"},
    {ErrorCode::TooNew, "too-new"},
    {ErrorCode::ReadOnly, "read-only"},
    {ErrorCode::Incompatible, "incompatible"},
    {ErrorCode::OutOfMemory, "out-of-memory"},
    {ErrorCode::Worker, "worker"},
    {ErrorCode::Internal, "internal"},
}};

}  // namespace

std::string_view errorCodeName(ErrorCode code) {
    for (const auto& [value, name] : kNames) {
        if (value == code)
            return name;
    }
    return "internal";
}

ErrorCode errorCodeFromName(std::string_view name) {
    for (const auto& [value, known] : kNames) {
        if (known == name)
            return value;
    }
    return ErrorCode::Internal;
}

}  // namespace spanwise
