#pragma once

#include <stop_token>
#include <thread>

namespace spanwise::cli {

/// While one lives, Ctrl-C and SIGTERM ask `token()` to stop instead of ending the program; the
/// second ends it at once. To be made on the main thread before others are, which inherit its
/// signal mask.
class Interrupt {
public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    [[nodiscard]] std::stop_token token() const { return m_source.get_token(); }

private:
    std::stop_source m_source;
    std::jthread m_watch;
};

}  // namespace spanwise::cli
