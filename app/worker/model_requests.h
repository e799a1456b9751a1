#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>

#include "core/protocol/messages.h"

namespace spanwise {

/// The worker's requests about the models on its machine, each on a thread of its own, so that a
/// pull of gigabytes holds up neither training nor prediction. Methods (ModelEntry:
/// models/hub/model_store.h):
///   models/list   `{}` → `{"models": [ModelEntry…], "store": path}`
///   models/pull   `{"repository", "revision"?, "force"?}` → ModelEntry; `$/progress` with stage
///                 "pulling", bytes done and in all, seconds left
///   models/add    `{"path", "name"?, "force"?}` → ModelEntry; `$/progress` with stage "copying"
///   models/remove `{"name"}` → `{}`
class ModelRequests {
public:
    /// Both are called from any thread; `answer` once per request, even when it was stopped.
    using Answer = std::function<void(std::int64_t id, const Result<nlohmann::json>& result)>;
    using Notify = std::function<void(const protocol::Progress&)>;

    ModelRequests(Answer answer, Notify notify);
    /// Waits for the threads: stop their tokens first.
    ~ModelRequests();
    ModelRequests(const ModelRequests&) = delete;
    ModelRequests& operator=(const ModelRequests&) = delete;

    [[nodiscard]] static bool handles(std::string_view method);
    /// Returns at once. Thread-safe.
    void start(protocol::Message request, std::stop_token stop);

private:
    struct Lane;
    [[nodiscard]] Result<nlohmann::json> serve(const protocol::Message& request,
                                               const std::stop_token& stop) const;

    Answer m_answer;
    Notify m_notify;
    std::mutex m_mutex;
    std::list<Lane> m_lanes;
};

}  // namespace spanwise
