#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "models/io/mapped_file.h"
#include "models/io/safetensors.h"

namespace spanwise {

/// The tensors of a state dict that torch.save wrote (`pytorch_model.bin`), read without executing
/// anything: the pickle inside is interpreted by a machine that knows dicts, lists, tuples, text,
/// numbers, storages and tensors and nothing else; whatever else it asks for is refused by name.
///
/// Both layouts are read: the zip archive (`*/data.pkl`, `*/data/N`, stored without compression,
/// as PyTorch 1.6 and later write it) and the older one (five pickles, then the storages). Tensors
/// are views into the mapped file; only those with strides, or at an address that does not suit
/// their element type, are copied. A dict under "state_dict", "model_state_dict", "model" or
/// "module" is taken for the weights; values that are no tensors are passed over.
///
/// Every size, offset and stride is checked against its storage, every storage against its bytes,
/// and depth, values and memory are bounded. Errors: NotFound, Io; Corrupt for damage; Incompatible
/// for what is refused. Immutable, shareable between threads; views live as long as the object.
class TorchPickleFile {
public:
    [[nodiscard]] static Result<std::shared_ptr<const TorchPickleFile>> open(
        const std::filesystem::path& path);
    /// The same from bytes in memory, which the caller keeps as long as the object; `where` is for
    /// messages.
    [[nodiscard]] static Result<std::shared_ptr<const TorchPickleFile>> parse(
        std::string_view bytes, const std::filesystem::path& where);
    TorchPickleFile(const TorchPickleFile&) = delete;
    TorchPickleFile& operator=(const TorchPickleFile&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] const std::map<std::string, TensorView>& tensors() const { return m_tensors; }
    [[nodiscard]] const TensorView* find(const std::string& name) const;
    /// The whole file.
    [[nodiscard]] std::string_view bytes() const { return m_bytes; }

private:
    TorchPickleFile() = default;
    [[nodiscard]] Result<void> read();

    std::filesystem::path m_path;
    MappedFile m_file;
    std::string_view m_bytes;
    std::map<std::string, TensorView> m_tensors;
    std::deque<std::vector<std::byte>> m_copies;  ///< of tensors that could not be mapped
};

}  // namespace spanwise
