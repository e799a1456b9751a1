#include "app/worker/model_requests.h"

#include <atomic>
#include <chrono>
#include <new>

#include "models/hub/model_store.h"

namespace spanwise {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

constexpr auto kProgressInterval = std::chrono::milliseconds(100);

/// Lets a progress through now and then, and never after a stop.
class Pace {
public:
    explicit Pace(std::stop_token stop) : m_stop(std::move(stop)) {}
    bool due() {
        const auto now = Clock::now();
        if (m_stop.stop_requested() || now - m_last < kProgressInterval)
            return false;
        m_last = now;
        return true;
    }

private:
    std::stop_token m_stop;
    Clock::time_point m_last{};
};

Result<Json> toReply(const Result<ModelEntry>& entry) {
    if (!entry)
        return tl::unexpected(entry.error());
    return Json(*entry);
}

}  // namespace

struct ModelRequests::Lane {
    std::atomic<bool> done = false;
    std::thread thread;
};

ModelRequests::ModelRequests(Answer answer, Notify notify)
    : m_answer(std::move(answer)), m_notify(std::move(notify)) {}

ModelRequests::~ModelRequests() {
    for (Lane& lane : m_lanes)
        lane.thread.join();
}

bool ModelRequests::handles(std::string_view method) {
    return method == "models/list" || method == "models/pull" || method == "models/add" ||
           method == "models/remove";
}

void ModelRequests::start(protocol::Message request, std::stop_token stop) {
    const std::scoped_lock lock(m_mutex);
    for (auto lane = m_lanes.begin(); lane != m_lanes.end();) {
        if (!lane->done) {
            ++lane;
            continue;
        }
        lane->thread.join();
        lane = m_lanes.erase(lane);
    }
    Lane& lane = m_lanes.emplace_back();
    lane.thread = std::thread([this, &lane, request = std::move(request), stop = std::move(stop)] {
        Result<Json> result = Json();
        try {
            result = serve(request, stop);
            // Names of folders and words of cards need not be UTF-8; the protocol must.
            if (result)
                result = Json::parse(result->dump(-1, ' ', false, Json::error_handler_t::replace));
        } catch (const Json::exception& e) {
            result = failure(ErrorCode::InvalidArgument, e.what(), request.method);
        } catch (const std::bad_alloc&) {
            result =
                failure(ErrorCode::OutOfMemory, "The worker has no memory left for this request.");
        } catch (const std::exception& e) {
            result = failure(ErrorCode::Internal, e.what(), request.method);
        }
        m_answer(*request.id, result);
        lane.done = true;
    });
}

Result<Json> ModelRequests::serve(const protocol::Message& request,
                                  const std::stop_token& stop) const {
    const Json& params = request.params;
    Pace pace(stop);
    if (request.method == "models/list")
        return Json{{"models", listModels()}, {"store", modelStore().string()}};
    if (request.method == "models/pull") {
        PullOptions options;
        options.repository = params.at("repository").get<std::string>();
        options.revision = params.value("revision", std::string());
        options.force = params.value("force", false);
        return toReply(pullModel(
            options,
            [&](const PullProgress& now) {
                if (pace.due())
                    m_notify({*request.id, "pulling", now.done, now.total, -1, 0, now.secondsLeft});
            },
            stop));
    }
    if (request.method == "models/add") {
        AddOptions options;
        options.folder = params.at("path").get<std::string>();
        options.name = params.value("name", std::string());
        options.force = params.value("force", false);
        return toReply(addModel(
            options,
            [&](std::int64_t done, std::int64_t total) {
                if (pace.due())
                    m_notify({*request.id, "copying", done, total, -1, 0, -1});
            },
            stop));
    }
    if (const auto removed = removeModel(params.at("name").get<std::string>()); !removed)
        return tl::unexpected(removed.error());
    return Json::object();
}

}  // namespace spanwise
