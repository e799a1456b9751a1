#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/io/mapped_file.h"

namespace spanwise {

/// Element types of the safetensors format that Spanwise reads.
enum class DType {
    F64,
    F32,
    F16,
    BF16,
    I64,
    I32,
    I16,
    I8,
    U8,
    Bool,
    U16,
    U32,
    U64,
    F8E4M3,
    F8E5M2
};
[[nodiscard]] std::string_view dtypeName(DType type);
[[nodiscard]] std::size_t dtypeSize(DType type);

/// A tensor inside a mapped file: row-major, little-endian.
struct TensorView {
    DType dtype = DType::F32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> data;

    [[nodiscard]] std::int64_t elements() const;
    [[nodiscard]] std::string shapeText() const;  ///< "[384, 1536]"
};

/// A safetensors file (https://huggingface.co/docs/safetensors: u64 length, JSON header, data),
/// memory-mapped read-only. Every bound of the header is checked before anything is read through
/// it: lengths against the file, offsets against each other (no overlap, no gap), shapes against
/// byte counts without overflow, duplicate names, unknown element types. Errors: NotFound, Io,
/// Corrupt with the file and the tensor. Immutable, shareable between threads; views live as long
/// as the file object.
class SafetensorsFile {
public:
    [[nodiscard]] static Result<std::shared_ptr<const SafetensorsFile>> open(
        const std::filesystem::path& path);
    /// The same from bytes in memory, which the caller keeps as long as the object; `where` is for
    /// messages. `bytes` must begin at an address that is a multiple of 8, as a mapped file does.
    [[nodiscard]] static Result<std::shared_ptr<const SafetensorsFile>> parse(
        std::string_view bytes, const std::filesystem::path& where);
    SafetensorsFile(const SafetensorsFile&) = delete;
    SafetensorsFile& operator=(const SafetensorsFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::map<std::string, TensorView>& tensors() const { return m_tensors; }
    [[nodiscard]] const TensorView* find(const std::string& name) const;
    /// The whole file.
    [[nodiscard]] std::string_view bytes() const { return m_bytes; }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    SafetensorsFile() = default;
    [[nodiscard]] Result<void> readHeader();

    std::filesystem::path m_path;
    MappedFile m_file;
    std::string_view m_bytes;
    std::map<std::string, TensorView> m_tensors;
    std::map<std::string, std::string> m_metadata;
};

/// Writes tensors in the order given, the data 64-byte aligned, and syncs the file.
struct NamedTensor {
    std::string name;
    TensorView tensor;
};
[[nodiscard]] Result<void> writeSafetensors(const std::filesystem::path& path,
                                            const std::vector<NamedTensor>& tensors);

}  // namespace spanwise
