#pragma once

#include <functional>
#include <stop_token>
#include <string_view>

#include "core/protocol/messages.h"

namespace spanwise {

/// The worker's requests about annotation by an LLM (core/protocol/annotation_messages.h):
///   annotate/forecast     what a run is going to be, before anything is asked
///   annotate/run          asks; a stop is answered with what came until then
///   annotate/instruction  the usual one
/// Nothing is kept from one request to the next, the key least of all. One thread: the computing
/// one.
class AnnotateRequests {
public:
    using Notify = std::function<void(std::string_view method, nlohmann::json params)>;

    explicit AnnotateRequests(Notify notify) : m_notify(std::move(notify)) {}

    [[nodiscard]] static bool handles(std::string_view method);
    /// Whether a stopped request has an answer of its own.
    [[nodiscard]] static bool answersStop(std::string_view method) {
        return method == "annotate/run";
    }
    /// Throws nlohmann::json::exception for parameters that do not fit.
    [[nodiscard]] Result<nlohmann::json> serve(const protocol::Message& request,
                                               const std::stop_token& stop);

private:
    Notify m_notify;
};

}  // namespace spanwise
