#include "models/pretraining/annotation_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <fstream>

#include "core/formats/line_reader.h"
#include "core/text/utf8.h"
#include "models/io/files.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kLineBeginnings[] = {R"({"id":")", R"({"text":")"};

/// Where the last line without a line break begins; -1: the file cannot be read.
std::int64_t lastLineBreak(int descriptor, std::int64_t length) {
    std::string block(std::size_t{1} << 16, '\0');
    for (std::int64_t end = length; end > 0;) {
        const std::int64_t begin =
            std::max<std::int64_t>(0, end - static_cast<std::int64_t>(block.size()));
        const ssize_t n = ::pread(descriptor, block.data(), static_cast<std::size_t>(end - begin),
                                  static_cast<off_t>(begin));
        if (n != end - begin)
            return -1;
        const std::size_t at =
            std::string_view(block.data(), static_cast<std::size_t>(n)).rfind('\n');
        if (at != std::string_view::npos)
            return begin + static_cast<std::int64_t>(at) + 1;
        end = begin;
    }
    return 0;
}

/// Is this the beginning of a line that passageToJson() writes, or what a power cut leaves of it?
bool isHalfLine(std::string_view tail) {
    if (std::all_of(tail.begin(), tail.end(), [](char c) { return c == '\0'; }))
        return true;
    return std::any_of(std::begin(kLineBeginnings), std::end(kLineBeginnings),
                       [&](std::string_view beginning) {
                           const std::size_t n = std::min(beginning.size(), tail.size());
                           return tail.substr(0, n) == beginning.substr(0, n);
                       });
}

std::string shortHash(const std::string& hash) {
    return hash.substr(0, 12);
}

}  // namespace

PassageKey passageKey(const Annotator& annotator, std::string_view text) {
    std::string bytes = annotator.model;
    bytes += '\0';
    bytes += annotator.prompt;
    bytes += '\0';
    bytes += text;
    const std::string hex = sha256Hex(bytes);
    PassageKey key;
    std::from_chars(hex.data(), hex.data() + 16, key.high, 16);
    std::from_chars(hex.data() + 16, hex.data() + 32, key.low, 16);
    return key;
}

Result<std::unique_ptr<AnnotationFile>> AnnotationFile::open(const fs::path& path,
                                                             const Annotator& annotator, bool mixed,
                                                             Mode mode) {
    std::unique_ptr<AnnotationFile> file(new AnnotationFile(path, annotator));
    file->m_mode = mode;
    const bool writes = mode == Mode::Write;
    std::error_code ignored;
    const bool isThere = fs::exists(path, ignored);
    if (!isThere && !writes)
        return file;
    file->m_descriptor =
        ::open(path.c_str(), (writes ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC, 0644);
    if (file->m_descriptor < 0) {
        if (errno == ENOENT)
            return failure(ErrorCode::NotFound, "There is no such folder to write to.",
                           path.string());
        return tl::unexpected(fileError(errno, path, writes ? "write" : "read"));
    }
    struct stat about {};
    if (::fstat(file->m_descriptor, &about) != 0 || !S_ISREG(about.st_mode))
        return failure(ErrorCode::InvalidArgument,
                       "This is no ordinary file: a run needs one to go on with after a stop.",
                       path.string());
    if (writes && ::flock(file->m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            return failure(ErrorCode::ReadOnly,
                           "Another run is writing this file. Let it end, or write to another one.",
                           path.string());
        return tl::unexpected(fileError(errno, path, "lock"));
    }
    file->m_created = writes && !isThere;
    file->m_length = static_cast<std::int64_t>(about.st_size);
    if (auto read = file->read(mixed); !read)
        return tl::unexpected(read.error());
    return file;
}

AnnotationFile::~AnnotationFile() {
    if (m_descriptor < 0)
        return;
    if (m_created && m_length == 0)
        ::unlink(m_path.c_str());
    ::close(m_descriptor);
}

Result<void> AnnotationFile::take(const Passage& passage, std::int64_t line, bool mixed) {
    const std::string where = m_path.string() + ":" + std::to_string(line);
    if (passage.model.empty() || passage.prompt.empty())
        return failure(ErrorCode::InvalidFormat,
                       "This passage was not annotated by a model that could go on with it. Name "
                       "another file.",
                       where);
    if (!mixed && passage.model != m_annotator.model)
        return failure(ErrorCode::Incompatible,
                       "This file has answers of the model \"" + passage.model +
                           "\", and this run asks \"" + m_annotator.model +
                           "\". Name another file (-o), or have both in one (--append).",
                       where);
    if (!mixed && passage.prompt != m_annotator.prompt)
        return failure(ErrorCode::Incompatible,
                       "This file was made with another instruction (SHA-256 " +
                           shortHash(passage.prompt) + "…, now " + shortHash(m_annotator.prompt) +
                           "…). Name another file (-o), give the same instruction, or have both in "
                           "one (--append).",
                       where);
    m_keys.insert(passageKey({passage.model, passage.prompt}, passage.text));
    ++m_passages;
    return {};
}

Result<void> AnnotationFile::read(bool mixed) {
    const std::int64_t whole = lastLineBreak(m_descriptor, m_length);
    std::ifstream in(m_path, std::ios::binary);
    if (whole < 0 || !in)
        return tl::unexpected(fileError(EIO, m_path, "read"));
    LineReader lines(in, m_path.string(), kLongestPassageLine);
    while (in.tellg() < static_cast<std::streamoff>(whole)) {
        const auto more = lines.next();
        if (!more)
            return tl::unexpected(more.error());
        if (!*more)
            break;
        if (lines.line().empty())
            continue;
        const auto passage = passageFromJson(lines.line(), lines.place());
        if (!passage) {
            Error error = passage.error();
            error.message +=
                " This file is damaged, or was not written by this command: name another with -o.";
            return tl::unexpected(std::move(error));
        }
        if (auto taken = take(*passage, lines.number(), mixed); !taken)
            return taken;
    }
    return mend(whole, lines.number() + 1, mixed);
}

/// What comes after the last line break: a whole line that only lacks it, or half a one.
Result<void> AnnotationFile::mend(std::int64_t whole, std::int64_t line, bool mixed) {
    const std::int64_t rest = m_length - whole;
    if (rest == 0)
        return {};
    std::string tail(static_cast<std::size_t>(
                         std::min<std::int64_t>(rest, std::int64_t{kLongestPassageLine} + 1)),
                     '\0');
    if (::pread(m_descriptor, tail.data(), tail.size(), static_cast<off_t>(whole)) !=
        static_cast<ssize_t>(tail.size()))
        return tl::unexpected(fileError(EIO, m_path, "read"));
    if (static_cast<std::int64_t>(tail.size()) == rest) {
        if (const auto passage = passageFromJson(tail, ""); passage) {
            if (auto taken = take(*passage, line, mixed); !taken)
                return taken;
            return m_mode == Mode::Write ? append("\n", 0) : Result<void>{};
        }
    }
    // Never cut off what somebody else has written.
    if (!isHalfLine(tail))
        return failure(ErrorCode::InvalidFormat,
                       "This is no annotated passage; the file was not written by this command. "
                       "Name another with -o.",
                       m_path.string() + ":" + std::to_string(line));
    m_hadHalfLine = true;
    if (m_mode == Mode::Write) {
        if (::ftruncate(m_descriptor, static_cast<off_t>(whole)) != 0)
            return tl::unexpected(fileError(errno, m_path, "write"));
        m_length = whole;
    }
    return {};
}

Result<void> AnnotationFile::append(std::string_view lines, std::int64_t count) {
    int error = 0;
    std::int64_t at = m_length;
    while (error == 0 && !lines.empty()) {
        const ssize_t n =
            ::pwrite(m_descriptor, lines.data(), lines.size(), static_cast<off_t>(at));
        if (n >= 0) {
            lines.remove_prefix(static_cast<std::size_t>(n));
            at += n;
        } else if (errno != EINTR) {
            error = errno;
        }
    }
    if (error == 0 && ::fsync(m_descriptor) != 0)
        error = errno;
    if (error != 0) {
        // Should this fail too, the next run drops the half line.
        [[maybe_unused]] const int cut = ::ftruncate(m_descriptor, static_cast<off_t>(m_length));
        return tl::unexpected(fileError(error, m_path, "write"));
    }
    m_length = at;
    m_passages += count;
    return {};
}

}  // namespace spanwise
