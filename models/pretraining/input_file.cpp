#include "models/pretraining/input_file.h"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <streambuf>

#include "models/io/files.h"

namespace spanwise {

class InputFile::Buffer : public std::streambuf {
public:
    explicit Buffer(gzFile file) : m_file(file) {}
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() override { gzclose_r(m_file); }

    [[nodiscard]] const std::string& reason() const { return m_reason; }

protected:
    int_type underflow() override {
        const int count = gzread(m_file, m_bytes.data(), static_cast<unsigned>(m_bytes.size()));
        int code = Z_OK;
        const char* message = gzerror(m_file, &code);
        if (count < 0 || (count == 0 && code == Z_BUF_ERROR)) {
            m_reason = code == Z_BUF_ERROR ? "The gzip file is cut short."
                       : code == Z_ERRNO
                           ? "The file cannot be read any further."
                           : std::string("The gzip file is damaged (") + message + ").";
            throw std::ios_base::failure(m_reason);  // the stream turns it into its badbit
        }
        if (count == 0)
            return traits_type::eof();
        setg(m_bytes.data(), m_bytes.data(), m_bytes.data() + count);
        return traits_type::to_int_type(m_bytes[0]);
    }

private:
    gzFile m_file;
    std::array<char, 1 << 16> m_bytes{};
    std::string m_reason;
};

InputFile::InputFile(std::string path, std::unique_ptr<Buffer> buffer)
    : m_path(std::move(path)),
      m_buffer(std::move(buffer)),
      m_stream(std::make_unique<std::istream>(m_buffer.get())) {}

InputFile::~InputFile() = default;

Result<std::unique_ptr<InputFile>> InputFile::open(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored))
        return failure(ErrorCode::InvalidArgument, "This is a folder; name its files.", path);
    errno = 0;
    const gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr)
        return tl::unexpected(fileError(errno == 0 ? ENOMEM : errno, path, "read"));
    gzbuffer(file, 1 << 17);
    return std::unique_ptr<InputFile>(new InputFile(path, std::make_unique<Buffer>(file)));
}

Error InputFile::reason(Error error) const {
    if (m_buffer->reason().empty())
        return error;
    return {ErrorCode::Io, m_buffer->reason() + " Fetch or unpack it again.", m_path};
}

}  // namespace spanwise
