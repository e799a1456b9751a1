#include "app/cli/interrupt.h"

#include <unistd.h>

#include <csignal>
#include <ctime>

namespace spanwise::cli {
namespace {

sigset_t watched() {
    sigset_t signals;
    ::sigemptyset(&signals);
    ::sigaddset(&signals, SIGINT);
    ::sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

Interrupt::Interrupt() {
    const sigset_t signals = watched();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_watch = std::jthread([this](const std::stop_token& over) {
        const sigset_t awaited = watched();
        const timespec pause{0, 100'000'000};
        while (!over.stop_requested()) {
            const int signal = ::sigtimedwait(&awaited, nullptr, &pause);
            if (signal < 0)
                continue;
            if (!m_source.request_stop())
                ::_exit(128 + signal);
        }
    });
}

Interrupt::~Interrupt() {
    m_watch.request_stop();
    m_watch.join();
    const sigset_t signals = watched();
    ::pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
}

}  // namespace spanwise::cli
