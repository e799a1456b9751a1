#include "models/io/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "models/io/files.h"

namespace spanwise {

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
    // Without O_NONBLOCK, opening a pipe would wait for a writer for ever.
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return tl::unexpected(fileError(errno, path, "read"));
    struct stat status {};
    if (::fstat(descriptor, &status) != 0) {
        const int error = errno;
        ::close(descriptor);
        return tl::unexpected(fileError(error, path, "read"));
    }
    if (!S_ISREG(status.st_mode)) {
        ::close(descriptor);
        return failure(ErrorCode::InvalidFormat,
                       "Expected a file with weights here, found a folder or a device.",
                       path.string());
    }
    MappedFile file;
    if (status.st_size > 0) {
        void* address = ::mmap(nullptr, static_cast<std::size_t>(status.st_size), PROT_READ,
                               MAP_PRIVATE, descriptor, 0);
        const int error = errno;
        if (address == MAP_FAILED) {
            ::close(descriptor);
            return tl::unexpected(fileError(error, path, "map"));
        }
        file.m_address = address;
        file.m_size = static_cast<std::size_t>(status.st_size);
    }
    ::close(descriptor);
    if (file.bytes().starts_with("version https://git-lfs.github.com/spec/"))
        return failure(ErrorCode::Corrupt,
                       "This is only a pointer of Git LFS, the weights themselves were not "
                       "fetched. Run \"git lfs pull\" in the model's folder, or fetch the file.",
                       path.string());
    return file;
}

MappedFile::~MappedFile() {
    if (m_address != nullptr)
        ::munmap(m_address, m_size);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_address(std::exchange(other.m_address, nullptr)), m_size(std::exchange(other.m_size, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(m_address, other.m_address);
    std::swap(m_size, other.m_size);
    return *this;
}

}  // namespace spanwise
