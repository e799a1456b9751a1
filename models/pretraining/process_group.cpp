#include "models/pretraining/process_group.h"

#include <c10/util/Logging.h>
#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <future>
#include <optional>
#include <thread>
#define USE_C10D_GLOO  // c10d's header is empty without
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "models/torch.h"
#ifdef SPANWISE_NCCL
#define USE_C10D_NCCL
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>
#endif

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::seconds;

/// Between two looks at the store: soon at first, then seldom.
constexpr std::chrono::milliseconds kFirstPause{2}, kLongestPause{200};
/// One attempt to reach the meeting place.
constexpr Seconds kAttempt{2};
/// How long the first process is waited for after a break, before the second takes its place.
constexpr Seconds kFirstsReply{20};
/// How long a process that gives up waits for the others to learn it.
constexpr Seconds kFarewell{3};

constexpr const char* kEnded = "ended";
constexpr const char* kSeen = "seen";
constexpr const char* kFirstIsHere = "first-is-here";

std::vector<std::uint8_t> bytes(const std::string& text) {
    return {text.begin(), text.end()};
}

/// Does a program, whichever, take connections there? Waits about a second for each address.
bool isAnswered(const std::string& host, int port) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    if (::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &addresses) != 0)
        return false;
    bool answered = false;
    for (const addrinfo* at = addresses; at != nullptr && !answered; at = at->ai_next) {
        const int descriptor = ::socket(at->ai_family, at->ai_socktype | SOCK_CLOEXEC, 0);
        if (descriptor < 0)
            continue;
        const timeval patience{1, 0};
        ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
        answered = ::connect(descriptor, at->ai_addr, at->ai_addrlen) == 0;
        ::close(descriptor);
    }
    ::freeaddrinfo(addresses);
    return answered;
}

/// Every failure here becomes a sentence of ours.
void silenceLibrary() {
    if (std::getenv("TORCH_CPP_LOG_LEVEL") == nullptr)
        FLAGS_caffe2_log_level = std::max(FLAGS_caffe2_log_level, 3);
}

std::string count(int size) {
    return std::to_string(size) + " processes";
}

std::string firstLine(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

class ProcessGroup::Impl {
public:
    Impl(World mine, at::Device onDevice, Seconds waits)
        : world(std::move(mine)), device(onDevice), patience(waits) {}

    Result<void> meet(const std::stop_token& stop) {
        if (auto reached = reachStore(stop); !reached)
            return reached;
        store->setTimeout(patience);
        store = c10::make_intrusive<c10d::PrefixStore>("spanwise/" + world.attempt, store);
        if (world.rank == 0) {
            say("size", std::to_string(world.size));
        } else {
            if (auto come = wait({"size"}, patience, stop); !come)
                return come;
            if (const std::string size = said("size"); size != std::to_string(world.size)) {
                say(kEnded, "1");
                return failure(ErrorCode::InvalidArgument,
                               "This process was told that there are " + count(world.size) +
                                   ", the first one that there are " + size +
                                   ". Start all with the same number.",
                               place());
            }
        }
        if (store->add(rankKey(world.rank), 1) != 1) {
            say(kEnded, "1");
            return failure(ErrorCode::InvalidArgument,
                           "Two processes say that they are process " + std::to_string(world.rank) +
                               ". Give each its own number, and each run a MASTER_PORT of its own.",
                           place());
        }
        std::vector<std::string> all;
        for (int rank = 0; rank < world.size; ++rank)
            all.push_back(rankKey(rank));
        if (auto come = wait(all, patience, stop); !come) {
            if (come.error().code != ErrorCode::NotFound || world.rank != 0)
                return come.error().code == ErrorCode::NotFound ? failure(ErrorCode::Cancelled, "")
                                                                : come;
            int here = 0;
            for (const std::string& key : all)
                here += store->check({key}) ? 1 : 0;
            farewell(here);
            return failure(ErrorCode::NotFound,
                           "Of " + count(world.size) + " " + std::to_string(here) +
                               " came within " + std::to_string(patience.count()) +
                               " s. Start the others too, with the same MASTER_ADDR, MASTER_PORT "
                               "and WORLD_SIZE.",
                           place());
        }
        hasMet = true;
        backend = newBackend();
        return {};
    }

    /// NotFound: not in time. Cancelled: stopped, or a process has told why it ended.
    Result<void> wait(const std::vector<std::string>& keys, std::optional<Seconds> longest,
                      const std::stop_token& stop) {
        const auto began = Clock::now();
        auto pause = kFirstPause;
        while (!store->check(keys)) {
            if (store->check({kEnded})) {
                see();
                return failure(ErrorCode::Cancelled, "");
            }
            if (stop.stop_requested())
                return failure(ErrorCode::Cancelled, "");
            if (longest && Clock::now() - began > *longest)
                return failure(ErrorCode::NotFound, "");
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, kLongestPause);
        }
        return {};
    }
    void say(const std::string& key, const std::string& text) { store->set(key, bytes(text)); }
    [[nodiscard]] std::string said(const std::string& key) {
        const std::vector<std::uint8_t> text = store->get(key);
        return {text.begin(), text.end()};
    }
    /// Counts this process among those that know of the end.
    void see() {
        if (!hasSeen)
            store->add(kSeen, 1);
        hasSeen = true;
    }
    /// Says that this process ends, and waits a moment until `all`, with it, have learned it.
    void farewell(int all) {
        say(kEnded, "1");
        see();
        const auto began = Clock::now();
        while (store->add(kSeen, 0) < all && Clock::now() - began < kFarewell)
            std::this_thread::sleep_for(kFirstPause * 10);
    }
    [[nodiscard]] std::string place() const {
        return world.address + ":" + std::to_string(world.port);
    }
    void remember(const std::exception& e) {
        if (lost.empty())
            lost = e.what();
    }

    World world;
    at::Device device;
    at::Device sumsOn = at::kCPU;  ///< where tensors must be for the backend
    Seconds patience;
    c10::intrusive_ptr<c10d::Store> store;
    c10::intrusive_ptr<c10d::Backend> backend;
    bool hasMet = false, hasSeen = false;
    int calls = 0;     ///< numbers what is said
    std::string lost;  ///< what the library said when a process was gone

private:
    static std::string rankKey(int rank) { return "rank/" + std::to_string(rank); }
    [[nodiscard]] bool isLoopback() const {
        return world.address == "localhost" || world.address == "::1" ||
               world.address.starts_with("127.");
    }

    c10::intrusive_ptr<c10d::Backend> newBackend() {
#ifdef SPANWISE_NCCL
        if (device.is_cuda()) {
            // Failures come out of wait(); no thread of the library's ends the process for them.
            ::setenv("TORCH_NCCL_BLOCKING_WAIT", "1", 0);
            ::setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "0", 0);
            const auto options = c10d::ProcessGroupNCCL::Options::create();
            options->timeout = patience;
            sumsOn = device;
            return c10::make_intrusive<c10d::ProcessGroupNCCL>(
                c10::make_intrusive<c10d::PrefixStore>("nccl", store), world.rank, world.size,
                options);
        }
#endif
        auto options = c10d::ProcessGroupGloo::Options::create_default(patience);
        if (isLoopback() && std::getenv("GLOO_SOCKET_IFNAME") == nullptr)
            options->devices = {c10d::ProcessGroupGloo::createDeviceForHostname("127.0.0.1")};
        return c10::make_intrusive<c10d::ProcessGroupGloo>(
            c10::make_intrusive<c10d::PrefixStore>("gloo", store), world.rank, world.size, options);
    }

    Result<void> reachStore(const std::stop_token& stop) {
        c10d::TCPStoreOptions options;
        options.port = world.port;
        options.isServer = world.rank == 0 && !world.meetingKept;
        options.waitWorkers = false;
        options.timeout = kAttempt;
        const auto began = Clock::now();
        const auto isLate = [&] { return Clock::now() - began > patience; };
        const auto nobody = [&] {
            return failure(ErrorCode::NotFound,
                           "Nobody answers here within " + std::to_string(patience.count()) +
                               " s. Process 0 must run on the machine that MASTER_ADDR names, "
                               "with the same MASTER_PORT.",
                           place());
        };
        while (true) {
            // The library waits without end for the answer of a program that is not its own, so
            // the attempt has a thread, which is then left behind.
            auto result = std::make_shared<std::promise<c10::intrusive_ptr<c10d::Store>>>();
            auto reached = result->get_future();
            const auto attempted = Clock::now();
            std::thread([result, options, address = world.address] {
                try {
                    result->set_value(c10::make_intrusive<c10d::TCPStore>(address, options));
                } catch (const std::exception&) {
                    result->set_exception(std::current_exception());
                }
            }).detach();
            while (reached.wait_for(kLongestPause) != std::future_status::ready) {
                if (stop.stop_requested())
                    return failure(ErrorCode::Cancelled, "");
                if (!isLate() || Clock::now() - attempted <= 2 * kAttempt)
                    continue;
                // On a busy machine an attempt takes so long without anybody there, too.
                if (!options.isServer && !isAnswered(world.address, world.port))
                    return nobody();
                return failure(ErrorCode::NotFound,
                               "Something answers here, but not process 0 of this run. Set "
                               "MASTER_PORT to a free port for all processes.",
                               place());
            }
            try {
                store = reached.get();
                return {};
            } catch (const std::exception& e) {
                const std::string what = e.what();
                if (contains(what, "EADDRINUSE") || contains(what, "already in use"))
                    return failure(ErrorCode::InvalidArgument,
                                   "Port " + std::to_string(world.port) +
                                       " is taken, perhaps by another run. Set MASTER_PORT to a "
                                       "free one for all processes.",
                                   place());
                if (stop.stop_requested())
                    return failure(ErrorCode::Cancelled, "");
                if (isLate() && options.isServer)
                    return failure(
                        ErrorCode::NotFound,
                        "Process 0 cannot be reached under this address from its own machine. Set "
                        "MASTER_ADDR to an address of that machine.",
                        place());
                if (isLate())
                    return nobody();
            }
        }
    }
};

namespace {

class StartedSum : public Sum {
public:
    StartedSum(c10::intrusive_ptr<c10d::Work> work, at::Tensor values, at::Tensor moved,
               std::function<void(const std::exception&)> lost)
        : m_work(std::move(work)),
          m_values(std::move(values)),
          m_moved(std::move(moved)),
          m_lost(std::move(lost)) {}

    void wait() override {
        try {
            m_work->wait();
        } catch (const std::exception& e) {
            m_lost(e);
            throw Separated{};
        }
        if (m_moved.defined()) {
            const at::NoGradGuard noGradient;
            m_values.copy_(m_moved);
        }
    }

private:
    c10::intrusive_ptr<c10d::Work> m_work;
    at::Tensor m_values, m_moved;  ///< moved: a copy where the sums are made
    std::function<void(const std::exception&)> m_lost;
};

}  // namespace

ProcessGroup::ProcessGroup(std::unique_ptr<Impl> impl) : m(std::move(impl)) {}

ProcessGroup::~ProcessGroup() = default;

Result<std::shared_ptr<ProcessGroup>> ProcessGroup::join(const World& world, const Device& device,
                                                         std::chrono::seconds patience,
                                                         std::stop_token stop) {
    silenceLibrary();
    auto impl = std::make_unique<Impl>(
        world,
        device.cuda ? at::Device(at::kCUDA, static_cast<c10::DeviceIndex>(device.index))
                    : at::Device(at::kCPU),
        patience);
    const Impl& mine = *impl;
    const std::shared_ptr<ProcessGroup> group(new ProcessGroup(std::move(impl)));
    try {
        if (auto met = group->m->meet(stop); !met)
            return tl::unexpected(met.error());
    } catch (const std::exception& e) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        if (!mine.hasMet)
            return tl::unexpected(group->separation());
        return failure(ErrorCode::NotFound,
                       "The " + count(world.size) + " met, but cannot reach each other (" +
                           firstLine(e.what()) +
                           "). On several machines GLOO_SOCKET_IFNAME names the network to use.",
                       mine.place());
    }
    return group;
}

int ProcessGroup::rank() const {
    return m->world.rank;
}

int ProcessGroup::size() const {
    return m->world.size;
}

Result<void> ProcessGroup::agree(const Result<void>& mine, std::stop_token stop) {
    const std::string key = "agree/" + std::to_string(++m->calls) + "/";
    try {
        m->say(key + std::to_string(rank()), mine ? "1" : "0");
        if (isFirst()) {
            std::vector<std::string> keys;
            for (int other = 0; other < size(); ++other)
                keys.push_back(key + std::to_string(other));
            if (auto come = m->wait(keys, m->patience, stop); !come) {
                m->say(kEnded, "1");
                if (!mine || come.error().code == ErrorCode::Cancelled)
                    return mine ? come : mine;
                m->lost = "timed out";
                return tl::unexpected(separation());
            }
            const bool good = std::all_of(keys.begin(), keys.end(),
                                          [&](const auto& each) { return m->said(each) == "1"; });
            m->say(key + "all", good ? "1" : "0");
        } else if (auto come = m->wait({key + "all"}, {}, stop); !come) {
            return mine ? come : mine;
        }
        if (!mine)
            return mine;
        return m->said(key + "all") == "1" ? Result<void>{} : failure(ErrorCode::Cancelled, "");
    } catch (const std::exception& e) {
        if (!mine)
            return mine;
        m->remember(e);
        return rank() <= 1 ? tl::unexpected(separation()) : failure(ErrorCode::Cancelled, "");
    }
}

Result<std::string> ProcessGroup::ofFirst(const std::string& text) {
    const std::string key = "first/" + std::to_string(++m->calls);
    try {
        if (isFirst())
            m->say(key, text);
        else if (auto come = m->wait({key}, m->patience, {}); !come)
            return tl::unexpected(come.error().code == ErrorCode::NotFound ? separation()
                                                                           : come.error());
        return m->said(key);
    } catch (const std::exception& e) {
        m->remember(e);
        return tl::unexpected(separation());
    }
}

std::unique_ptr<Sum> ProcessGroup::startSum(const at::Tensor& values) {
    try {
        at::Tensor moved;
        if (values.device() != m->sumsOn)
            moved = values.to(m->sumsOn);
        std::vector<at::Tensor> tensors{moved.defined() ? moved : values};
        return std::make_unique<StartedSum>(m->backend->allreduce(tensors), values, moved,
                                            [this](const std::exception& e) { m->remember(e); });
    } catch (const std::exception& e) {
        m->remember(e);
        throw Separated{};
    }
}

ProcessGroup::Aftermath ProcessGroup::aftermath(std::stop_token stop) {
    try {
        if (isFirst())
            m->say(kFirstIsHere, "1");
        // Who has told why it ended did so before its connections closed.
        const auto come =
            m->wait({kFirstIsHere}, rank() == 1 ? kFirstsReply : Seconds{0}, std::move(stop));
        const bool isTold = m->store->check({kEnded});
        if (isTold)
            m->see();
        return {isFirst() || (rank() == 1 && !come && !isTold), isTold};
    } catch (const std::exception&) {
        // The store is gone, and with it the first process.
        return {rank() <= 1, false};
    }
}

Error ProcessGroup::separation() const {
    const bool isLate = contains(m->lost, "imed out") || contains(m->lost, "imeout");
    return {ErrorCode::Worker,
            (size() == 2 ? std::string("The other process") : "Another of the " + count(size())) +
                (isLate ? " did not answer within " + std::to_string(m->patience.count()) + " s."
                        : " has ended or cannot be reached any more."),
            {}};
}

void ProcessGroup::giveUp() {
    try {
        m->say(kEnded, "1");
        m->backend.reset();
        m->farewell(size());
    } catch (const std::exception&) {
        // Nobody is left to be told.
    }
}

}  // namespace spanwise
