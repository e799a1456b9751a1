#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

namespace spanwise {

/// What went wrong, coarse enough for `ui` to own one translated sentence per code.
enum class ErrorCode {
    Cancelled,        ///< The caller asked to stop. Never shown.
    InvalidArgument,  ///< A caller's value makes no sense (an offset past the end, an unknown
                      ///< type).
    InvalidText,      ///< Not UTF-8, or a binary file.
    InvalidFormat,    ///< A file's structure is broken (CoNLL line without a tag, bad JSON).
    NotFound,
    AlreadyExists,
    PermissionDenied,
    DiskFull,
    Io,            ///< Any other failure of the file system.
    Corrupt,       ///< A project file or a model's weights fail their checks.
    TooNew,        ///< Written by a later version of Spanwise.
    ReadOnly,      ///< Another program holds the project, or the folder is read-only.
    Incompatible,  ///< A model of another shape, a vocabulary of the wrong size.
    OutOfMemory,
    Worker,  ///< The background worker died or spoke nonsense.
    Internal,
};

/// One error for people: `message` says what is wrong and what to do about it in English,
/// `where` names the place ("reviews.jsonl:17", "model.safetensors"), empty when there is none.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string where;

    /// "where: message", as the command line prints it.
    [[nodiscard]] std::string text() const {
        return where.empty() ? message : where + ": " + message;
    }
};

/// A value, or the reason why there is none. Crosses every folder border; exceptions do not.
template <typename T>
using Result = tl::expected<T, Error>;

[[nodiscard]] inline tl::unexpected<Error> failure(ErrorCode code, std::string message,
                                                   std::string where = {}) {
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(where)});
}

/// A stable lower-case name ("invalid-text") for JSON, logs and the worker protocol.
[[nodiscard]] std::string_view errorCodeName(ErrorCode code);
[[nodiscard]] ErrorCode errorCodeFromName(std::string_view name);

}  // namespace spanwise
