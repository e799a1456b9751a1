#include "models/io/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>
#include <vector>

namespace spanwise {
namespace fs = std::filesystem;

/// Ends the name of a folder that is being replaced.
constexpr const char* kOld = ".old";

Error fileError(int error, const fs::path& path, std::string_view verb) {
    const std::string what = "Cannot " + std::string(verb) + " this: ";
    switch (error) {
        case ENOENT:
            return {ErrorCode::NotFound, "There is no such file or folder.", path.string()};
        case EACCES:
        case EPERM:
        case EROFS:
            return {ErrorCode::PermissionDenied,
                    what + "permission denied. Choose another folder or change its rights.",
                    path.string()};
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return {ErrorCode::DiskFull, what + "the disk is full. Free some room and try again.",
                    path.string()};
        default:
            return {ErrorCode::Io, what + std::strerror(error) + ".", path.string()};
    }
}

Result<std::string> readWholeFile(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in)
        return tl::unexpected(fileError(errno, path, "read"));
    std::ostringstream text;
    text << in.rdbuf();
    if (in.bad())
        return tl::unexpected(fileError(EIO, path, "read"));
    return std::move(text).str();
}

FileWriter::FileWriter(fs::path path) : m_path(std::move(path)) {
    m_descriptor = ::open(m_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (m_descriptor < 0)
        m_error = errno;
}

FileWriter::~FileWriter() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

void FileWriter::write(std::string_view bytes) {
    while (m_error == 0 && !bytes.empty()) {
        const ssize_t n = ::write(m_descriptor, bytes.data(), bytes.size());
        if (n >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(n));
        else if (errno != EINTR)
            m_error = errno;
    }
}

Result<void> FileWriter::finish() {
    if (m_error == 0 && ::fsync(m_descriptor) != 0)
        m_error = errno;
    if (m_error != 0)
        return tl::unexpected(fileError(m_error, m_path, "write"));
    return {};
}

Result<void> writeWholeFile(const fs::path& path, std::string_view bytes) {
    FileWriter out(path);
    out.write(bytes);
    return out.finish();
}

Result<void> replaceFile(const fs::path& folder, const std::string& name, std::string_view bytes) {
    std::error_code error;
    fs::create_directories(folder, error);
    const fs::path path = folder / name;
    fs::path temporary = path;
    temporary += ".new";
    if (auto written = writeWholeFile(temporary, bytes); !written)
        return written;
    fs::rename(temporary, path, error);
    if (error)
        return tl::unexpected(fileError(error.value(), path, "write"));
    return {};
}

namespace {

/// Of this process among those that write to a folder of many machines.
std::string stagingPrefix(const fs::path& target) {
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0)
        host[0] = 0;
    return "." + target.filename().string() + ".new-" + host.data() + "-";
}

}  // namespace

void clearAbandoned(const fs::path& target) {
    const std::string prefix = stagingPrefix(target);
    const fs::path parent = target.has_parent_path() ? target.parent_path() : fs::path(".");
    std::error_code error;
    std::vector<fs::path> abandoned;
    for (fs::directory_iterator it(parent, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (!name.starts_with(prefix))
            continue;
        pid_t process = 0;
        const auto [rest, wrong] =
            std::from_chars(name.data() + prefix.size(), name.data() + name.size(), process);
        const std::string_view left(rest,
                                    static_cast<std::size_t>(name.data() + name.size() - rest));
        if (wrong != std::errc() || (!left.empty() && left != kOld) || process <= 0 ||
            ::kill(process, 0) == 0 || errno != ESRCH)
            continue;
        abandoned.push_back(it->path());
    }
    for (const fs::path& path : abandoned) {
        // The folder that was being replaced, where nothing has come in its place.
        if (path.string().ends_with(kOld) && !fs::exists(target, error))
            fs::rename(path, target, error);
        else
            fs::remove_all(path, error);
    }
}

StagedFolder::StagedFolder(fs::path target) : m_target(std::move(target)) {
    if (!m_target.has_filename())
        m_target = m_target.parent_path();
    m_staging = m_target.parent_path() / (stagingPrefix(m_target) + std::to_string(::getpid()));
}

StagedFolder::~StagedFolder() {
    std::error_code ignored;
    fs::remove_all(m_staging, ignored);
}

Result<void> StagedFolder::create() {
    std::error_code error;
    if (m_target.has_parent_path())
        fs::create_directories(m_target.parent_path(), error);
    clearAbandoned(m_target);
    if (!error)
        fs::create_directory(m_staging, error);
    if (error)
        return tl::unexpected(fileError(error.value(), m_target, "write"));
    return {};
}

Result<void> StagedFolder::commit() {
    std::error_code error;
    const fs::path old = m_staging.string() + kOld;
    const bool replaces = fs::exists(m_target, error);
    fs::path left;  // what is to be cleared away
#ifdef RENAME_EXCHANGE
    // One step: whatever happens, the name has a whole folder.
    if (replaces &&
        ::renameat2(AT_FDCWD, m_staging.c_str(), AT_FDCWD, m_target.c_str(), RENAME_EXCHANGE) == 0)
        left = m_staging;
#endif
    if (left.empty()) {
        if (replaces)
            fs::rename(m_target, old, error);
        if (!error)
            fs::rename(m_staging, m_target, error);
        if (error) {
            std::error_code ignored;
            if (replaces && !fs::exists(m_target, ignored))
                fs::rename(old, m_target, ignored);
            return tl::unexpected(fileError(error.value(), m_target, "write"));
        }
        left = old;
    }
    const int folder =
        ::open(m_target.has_parent_path() ? m_target.parent_path().c_str() : ".", O_RDONLY);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
    fs::remove_all(left, error);
    return {};
}

}  // namespace spanwise
