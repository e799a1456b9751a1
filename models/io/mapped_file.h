#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "core/result.h"

namespace spanwise {

/// A regular file, mapped read-only and closed again; unmapped with the object. Errors: NotFound,
/// PermissionDenied, Io, InvalidFormat for what is no regular file (a folder, a pipe), Corrupt
/// for a Git LFS pointer in place of the file. An empty file has no bytes.
class MappedFile {
public:
    [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
    MappedFile() = default;
    ~MappedFile();
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] std::string_view bytes() const {
        return {static_cast<const char*>(m_address), m_size};
    }

private:
    void* m_address = nullptr;
    std::size_t m_size = 0;
};

}  // namespace spanwise
