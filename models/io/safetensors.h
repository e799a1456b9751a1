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
    ~SafetensorsFile();
    SafetensorsFile(const SafetensorsFile&) = delete;
    SafetensorsFile& operator=(const SafetensorsFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::map<std::string, TensorView>& tensors() const { return m_tensors; }
    [[nodiscard]] const TensorView* find(const std::string& name) const;
    /// The whole file.
    [[nodiscard]] std::string_view bytes() const {
        return {static_cast<const char*>(m_address), m_size};
    }
    [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return m_metadata; }

private:
    SafetensorsFile() = default;
    [[nodiscard]] Result<void> parse();

    std::filesystem::path m_path;
    void* m_address = nullptr;
    std::size_t m_size = 0;
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
