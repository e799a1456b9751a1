#include <cstddef>
#include <cstdint>

#include "models/io/safetensors.h"

using namespace spanwise;

/// Whatever the header says, every view lies in the file and has as many bytes as its shape asks.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto file = SafetensorsFile::parse(bytes, "fuzz.safetensors");
    if (!file) {
        if (file.error().message.empty() || file.error().where.empty())
            __builtin_trap();
        return 0;
    }
    for (const auto& [name, view] : (*file)->tensors()) {
        const auto* first = reinterpret_cast<const char*>(view.data.data());
        if (first < bytes.data() || first + view.data.size() > bytes.data() + bytes.size() ||
            static_cast<std::size_t>(view.elements()) * dtypeSize(view.dtype) != view.data.size())
            __builtin_trap();
    }
    return 0;
}
