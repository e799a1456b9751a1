#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/io/torch_pickle.h"

using namespace spanwise;

namespace {

std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
        text += static_cast<char>(value >> (8 * i) & 0xFF);
    return text;
}

/// A zip archive as torch.save writes it around `pickle`, with one storage of 64 bytes, "0".
std::string archiveOf(std::string_view pickle) {
    static const std::string storage(64, '\x3f');
    const std::array<std::pair<std::string, std::string_view>, 2> entries{
        {{"a/data.pkl", pickle}, {"a/data/0", storage}}};
    std::string file;
    std::string directory;
    for (const auto& [name, bytes] : entries) {
        const std::string sizes = std::string(12, '\0') + little(bytes.size(), 4) +
                                  little(bytes.size(), 4) + little(name.size(), 2);
        directory +=
            "PK\1\2" + little(0, 4) + sizes + std::string(12, '\0') + little(file.size(), 4) + name;
        file += "PK\3\4" + little(0, 2) + sizes + little(0, 2) + name;
        file += bytes;
    }
    return file + directory + "PK\5\6" + little(0, 4) + little(2, 2) + little(2, 2) +
           little(directory.size(), 4) + little(file.size(), 4) + little(0, 2);
}

/// Every byte of every view can be read, and there are as many as its shape asks for.
void check(std::string_view bytes) {
    const auto file = TorchPickleFile::parse(bytes, "fuzz.bin");
    if (!file) {
        if (file.error().message.empty() || file.error().where.empty())
            __builtin_trap();
        return;
    }
    std::uint64_t sum = 0;
    for (const auto& [name, view] : (*file)->tensors()) {
        if (static_cast<std::size_t>(view.elements()) * dtypeSize(view.dtype) != view.data.size() ||
            reinterpret_cast<std::uintptr_t>(view.data.data()) % dtypeSize(view.dtype) != 0)
            __builtin_trap();
        for (const std::byte byte : view.data)
            sum += static_cast<std::uint64_t>(byte);
    }
    if (sum == ~std::uint64_t{0})  // never; keeps the reads
        __builtin_trap();
}

}  // namespace

/// The bytes as a file of either layout, then as the pickle inside a zip archive: mutations seldom
/// leave an archive whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check(bytes);
    if (!bytes.starts_with("PK"))
        check(archiveOf(bytes));
    return 0;
}
