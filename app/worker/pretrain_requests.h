#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/protocol/messages.h"
#include "models/model.h"

namespace spanwise {

/// The worker's requests about pre-training (core/protocol/pretraining_messages.h):
///   pretrain          begins or resumes a run; a stop is answered when a checkpoint is written
///   pretrain/inspect  reads material and measures how fast this machine learns from it
///   pretrain/runs     those that were begun and not finished
///   pretrain/discard  deletes one
/// Runs lie in the models' store, below ".pretraining". One thread: the computing one.
class PretrainRequests {
public:
    using Notify = std::function<void(std::string_view method, nlohmann::json params)>;

    /// `encoder`: name or folder of what a request begins with that names none; empty: the default.
    PretrainRequests(Device device, std::string encoder, Notify notify);
    ~PretrainRequests();

    [[nodiscard]] static bool handles(std::string_view method);
    /// Whether a stopped request has an answer of its own.
    [[nodiscard]] static bool answersStop(std::string_view method) { return method == "pretrain"; }
    /// Throws nlohmann::json::exception for parameters that do not fit.
    [[nodiscard]] Result<nlohmann::json> serve(const protocol::Message& request,
                                               const std::stop_token& stop);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
