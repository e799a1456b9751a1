#include "storage/export.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <ostream>
#include <streambuf>

#include "core/formats/jsonl.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

Error systemError(int error, const std::string& path) {
    switch (error) {
        case ENOSPC:
        case EDQUOT:
        case EFBIG:
            return {ErrorCode::DiskFull,
                    "There is no room left to write the export. Free some space or choose another "
                    "folder; nothing was changed.",
                    path};
        case EACCES:
        case EPERM:
        case EROFS:
            return {ErrorCode::PermissionDenied,
                    "The export cannot be written here. Choose a folder that you may write to.",
                    path};
        case ENOENT:
        case ENOTDIR:
            return {ErrorCode::NotFound,
                    "There is no such folder. Create it, or choose another place.", path};
        case EISDIR:
            return {ErrorCode::InvalidArgument, "This is a folder. Name a file in it.", path};
        default:
            return {ErrorCode::Io, std::string("Writing failed: ") + std::strerror(error) + ".",
                    path};
    }
}

/// Buffers into a file descriptor and remembers the first error.
class DescriptorBuffer : public std::streambuf {
public:
    explicit DescriptorBuffer(int descriptor) : m_descriptor(descriptor) {
        setp(m_bytes.data(), m_bytes.data() + m_bytes.size());
    }
    [[nodiscard]] int error() const { return m_error; }

protected:
    int_type overflow(int_type c) override {
        if (!flushBytes())
            return traits_type::eof();
        if (!traits_type::eq_int_type(c, traits_type::eof())) {
            *pptr() = traits_type::to_char_type(c);
            pbump(1);
        }
        return traits_type::not_eof(c);
    }
    int sync() override { return flushBytes() ? 0 : -1; }

private:
    bool flushBytes() {
        const char* at = pbase();
        while (m_error == 0 && at < pptr()) {
            const ssize_t n = ::write(m_descriptor, at, static_cast<std::size_t>(pptr() - at));
            if (n < 0 && errno != EINTR)
                m_error = errno;
            else if (n > 0)
                at += n;
        }
        setp(m_bytes.data(), m_bytes.data() + m_bytes.size());
        return m_error == 0;
    }

    int m_descriptor;
    int m_error = 0;
    std::array<char, 1 << 16> m_bytes{};
};

class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    ~Descriptor() {
        if (m_descriptor >= 0)
            ::close(m_descriptor);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return m_descriptor; }

private:
    int m_descriptor;
};

/// Removes what was begun unless it was put in place.
class Unfinished {
public:
    explicit Unfinished(std::string path) : m_path(std::move(path)) {}
    ~Unfinished() {
        if (!m_path.empty())
            ::unlink(m_path.c_str());
    }
    Unfinished(const Unfinished&) = delete;
    Unfinished& operator=(const Unfinished&) = delete;
    void keep() { m_path.clear(); }

private:
    std::string m_path;
};

Result<ExportReport> writeInto(int descriptor, const std::string& path, const Project& project,
                               const ExportOptions& options, const ExportProgress& progress,
                               const std::stop_token& stop) {
    DescriptorBuffer buffer(descriptor);
    std::ostream out(&buffer);
    auto report = exportProject(project, options, out, progress, stop);
    out.flush();
    if (buffer.error() != 0)
        return tl::unexpected(systemError(buffer.error(), path));
    return report;
}

}  // namespace

Result<ExportFormat> exportFormatFromName(std::string_view name) {
    if (name == "conll")
        return ExportFormat::Conll;
    if (name == "jsonl")
        return ExportFormat::Jsonl;
    if (name == "guidelines")
        return ExportFormat::Guidelines;
    return failure(ErrorCode::InvalidArgument, "There is no export format \"" + std::string(name) +
                                                   "\". Choose conll, jsonl or guidelines.");
}

std::string_view exportFormatName(ExportFormat format) {
    return format == ExportFormat::Conll   ? "conll"
           : format == ExportFormat::Jsonl ? "jsonl"
                                           : "guidelines";
}

Result<ExportReport> exportProject(const Project& project, const ExportOptions& options,
                                   std::ostream& out, const ExportProgress& progress,
                                   std::stop_token stop) {
    if (options.format == ExportFormat::Guidelines) {
        if (const auto written = writeGuidelines(project, options.guidelines, out, stop); !written)
            return tl::unexpected(written.error());
        return ExportReport();
    }
    const auto counts = project.counts();
    if (!counts)
        return tl::unexpected(counts.error());
    ConllWriter conll(out, options.conll);
    ExportReport jsonl;
    std::int64_t seen = 0;
    const auto written = project.forEachRecord(
        [&](Record&& record, const DocumentLabels& labels) -> Result<void> {
            ++seen;
            if (!options.onlyDone || labels.status == DocumentStatus::Done) {
                if (options.format == ExportFormat::Conll) {
                    conll.write(record);
                } else {
                    out << recordToJson(record) << '\n';
                    ++jsonl.documents;
                    jsonl.spans += static_cast<std::int64_t>(record.spans.size());
                }
                if (!out)
                    return failure(ErrorCode::Io, "Writing the export failed.");
            }
            if (progress)
                progress(seen, counts->documents);
            return {};
        },
        stop);
    if (!written)
        return tl::unexpected(written.error());
    return options.format == ExportFormat::Conll ? conll.report() : jsonl;
}

Result<ExportReport> exportProject(const Project& project, const ExportOptions& options,
                                   const std::string& path, const ExportProgress& progress,
                                   std::stop_token stop) {
    struct stat status {};
    const bool exists = ::stat(path.c_str(), &status) == 0;
    if (exists && S_ISDIR(status.st_mode))
        return tl::unexpected(systemError(EISDIR, path));
    if (exists && !S_ISREG(status.st_mode)) {
        const Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
        if (device.get() < 0)
            return tl::unexpected(systemError(errno, path));
        return writeInto(device.get(), path, project, options, progress, stop);
    }

    std::error_code ignored;
    const fs::path target = exists ? fs::canonical(path, ignored) : fs::path(path);
    if (exists && fs::equivalent(target, project.path(), ignored))
        return failure(ErrorCode::InvalidArgument,
                       "This is the project file itself. Name another file for the export.", path);
    const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
    if (exists && ::access(target.c_str(), W_OK) != 0)
        return tl::unexpected(systemError(errno, path));
    fs::path hidden = folder / ".";
    hidden += target.filename();
    hidden += ".part-";
    hidden += std::to_string(::getpid());
    const std::string partial = hidden.string();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-vararg): the mode is open's third argument.
    const Descriptor file(::open(partial.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.get() < 0)
        return tl::unexpected(systemError(errno, path));
    Unfinished unfinished(partial);
    auto report = writeInto(file.get(), path, project, options, progress, stop);
    if (!report)
        return report;
    if (exists && ::fchmod(file.get(), status.st_mode & 07777) != 0)
        return tl::unexpected(systemError(errno, path));
    if (::fsync(file.get()) != 0 || ::rename(partial.c_str(), target.c_str()) != 0)
        return tl::unexpected(systemError(errno, path));
    unfinished.keep();
    const Descriptor entries(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (entries.get() >= 0)
        ::fsync(entries.get());
    return report;
}

}  // namespace spanwise
