#pragma once

#include <istream>
#include <memory>
#include <string>

#include "core/result.h"

namespace spanwise {

/// A file to read from start to end, plain or gzip (told by its content). One thread.
class InputFile {
public:
    [[nodiscard]] static Result<std::unique_ptr<InputFile>> open(const std::string& path);
    ~InputFile();
    InputFile(const InputFile&) = delete;
    InputFile& operator=(const InputFile&) = delete;

    /// The unpacked bytes. Its badbit is set when reading fails.
    [[nodiscard]] std::istream& stream() { return *m_stream; }
    [[nodiscard]] const std::string& path() const { return m_path; }

    /// Why reading failed (the disk, a gzip file that is damaged or cut short), where that is what
    /// happened; else `error`.
    [[nodiscard]] Error reason(Error error) const;

private:
    class Buffer;
    InputFile(std::string path, std::unique_ptr<Buffer> buffer);

    std::string m_path;
    std::unique_ptr<Buffer> m_buffer;
    std::unique_ptr<std::istream> m_stream;
};

}  // namespace spanwise
