#include "storage/lock.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spanwise::storage {
namespace {

/// Two names of one file share one lock.
std::string lockPath(const std::string& projectPath) {
    std::error_code ignored;
    const auto real = std::filesystem::weakly_canonical(projectPath, ignored);
    return (ignored ? projectPath : real.string()) + ".lock";
}

/// Whether the path still names the file that is open: its last holder may have removed it between
/// our open and our flock.
bool isCurrent(int descriptor, const std::string& path) {
    struct stat open {
    }, named{};
    return ::fstat(descriptor, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
           open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

std::string holderOf(int descriptor) {
    char text[300] = "";
    const ssize_t size = ::pread(descriptor, text, sizeof text - 1, 0);
    long pid = 0;
    char host[256] = "";
    if (size <= 0 || std::sscanf(text, "%ld %255s", &pid, host) != 2)
        return "Another program has the project open";
    if (pid == static_cast<long>(::getpid()))
        return "This program has the project open already";
    return "Another Spanwise (process " + std::to_string(pid) + " on " + host +
           ") has the project open";
}

}  // namespace

ProjectLock::ProjectLock(int descriptor, std::string path)
    : m_descriptor(descriptor), m_path(std::move(path)) {}

ProjectLock::~ProjectLock() {
    ::unlink(m_path.c_str());
    ::close(m_descriptor);
}

ProjectLock::Attempt ProjectLock::acquire(const std::string& projectPath) {
    const std::string path = lockPath(projectPath);
    constexpr int kAttempts = 100;
    constexpr int kRefusals = 5;
    int refused = 0;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (descriptor < 0)
            return {nullptr, "The lock file " + path + " cannot be written (" +
                                 std::strerror(errno) + "): the project can only be read."};
        if (::flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
            const int error = errno;
            const std::string holder = holderOf(descriptor);
            ::close(descriptor);
            // A holder that is just dying, or somebody's isHeld, is gone in a moment.
            if (error == EWOULDBLOCK && ++refused < kRefusals) {
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                continue;
            }
            if (error == EWOULDBLOCK)
                return {nullptr, holder + ": until it is closed there, it can only be read here."};
            return {nullptr, "The project's file system offers no locks (" +
                                 std::string(std::strerror(error)) +
                                 "): the project can only be read."};
        }
        if (!isCurrent(descriptor, path)) {
            ::close(descriptor);
            continue;
        }
        char host[256] = "this computer";
        if (::gethostname(host, sizeof host - 1) != 0)
            std::strcpy(host, "unknown");
        const std::string text = std::to_string(::getpid()) + " " + host + "\n";
        // Only for people to read: a lock on a full disk is a lock all the same.
        if (::ftruncate(descriptor, 0) != 0 ||
            ::pwrite(descriptor, text.data(), text.size(), 0) < 0) {
        }
        return {std::unique_ptr<ProjectLock>(new ProjectLock(descriptor, path)), {}};
    }
    return {nullptr, "The lock file " + path + " keeps changing: the project can only be read."};
}

bool ProjectLock::isHeld(const std::string& projectPath) {
    const int descriptor = ::open(lockPath(projectPath).c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return false;
    const bool held = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return held;
}

}  // namespace spanwise::storage
