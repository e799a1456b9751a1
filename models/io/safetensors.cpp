#include "models/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "models/io/files.h"

static_assert(std::endian::native == std::endian::little, "tensors are mapped as they are");

namespace spanwise {
namespace {

/// As in the reference implementation.
constexpr std::uint64_t kMaxHeader = 100'000'000;

constexpr std::array<std::pair<std::string_view, DType>, 15> kTypes{{{"F64", DType::F64},
                                                                     {"F32", DType::F32},
                                                                     {"F16", DType::F16},
                                                                     {"BF16", DType::BF16},
                                                                     {"I64", DType::I64},
                                                                     {"I32", DType::I32},
                                                                     {"I16", DType::I16},
                                                                     {"I8", DType::I8},
                                                                     {"U8", DType::U8},
                                                                     {"BOOL", DType::Bool},
                                                                     {"U16", DType::U16},
                                                                     {"U32", DType::U32},
                                                                     {"U64", DType::U64},
                                                                     {"F8_E4M3", DType::F8E4M3},
                                                                     {"F8_E5M2", DType::F8E5M2}}};

struct Entry {
    std::string name;
    std::string dtype;
    std::vector<std::uint64_t> shape;
    std::vector<std::uint64_t> offsets;
    bool hasDtype = false, hasShape = false, hasOffsets = false;
};

/// Reads the header without building a tree: constant depth whatever the input, and duplicate
/// names are seen.
class HeaderHandler : public nlohmann::json_sax<nlohmann::json> {
public:
    std::vector<Entry> entries;
    std::map<std::string, std::string> metadata;
    std::string problem;

    bool null() override { return fail("a null"); }
    bool boolean(bool) override { return fail("a boolean"); }
    bool number_integer(number_integer_t) override { return fail("a negative number"); }
    bool number_unsigned(number_unsigned_t value) override {
        if (!m_inArray || m_depth != 2)
            return fail("a number");
        (m_key == "shape" ? entries.back().shape : entries.back().offsets).push_back(value);
        return true;
    }
    bool number_float(number_float_t, const string_t&) override { return fail("a fraction"); }
    bool binary(binary_t&) override { return fail("binary data"); }
    bool string(string_t& value) override {
        if (m_depth == 2 && m_inMetadata) {
            metadata[m_key] = value;
            return true;
        }
        if (m_depth != 2 || m_inArray || m_key != "dtype")
            return fail("a string");
        if (entries.back().hasDtype)
            return fail("a second \"dtype\"");
        entries.back().dtype = value;
        entries.back().hasDtype = true;
        return true;
    }
    bool start_object(std::size_t) override {
        if (m_depth >= 2 || m_inArray)
            return fail("an object");
        ++m_depth;
        return true;
    }
    bool end_object() override {
        --m_depth;
        m_inMetadata = false;
        return true;
    }
    bool start_array(std::size_t) override {
        if (m_depth != 2 || m_inArray || m_inMetadata ||
            (m_key != "shape" && m_key != "data_offsets"))
            return fail("a list");
        bool& seen = m_key == "shape" ? entries.back().hasShape : entries.back().hasOffsets;
        if (seen)
            return fail("a second \"" + m_key + "\"");
        seen = true;
        m_inArray = true;
        return true;
    }
    bool end_array() override {
        m_inArray = false;
        return true;
    }
    bool key(string_t& value) override {
        m_key = value;
        if (m_depth == 1) {
            m_inMetadata = value == "__metadata__";
            if (!m_inMetadata)
                entries.push_back({value, {}, {}, {}});
        } else if (m_depth == 2 && !m_inMetadata && value != "dtype" && value != "shape" &&
                   value != "data_offsets") {
            return fail("an unknown key \"" + value + "\"");
        }
        return true;
    }
    bool parse_error(std::size_t position, const std::string&,
                     const nlohmann::detail::exception&) override {
        problem = "the header is no JSON (byte " + std::to_string(position) + ")";
        return false;
    }

private:
    bool fail(const std::string& what) {
        problem = "the header has " + what + " where it must not";
        if (!entries.empty())
            problem += " (tensor \"" + entries.back().name + "\")";
        return false;
    }
    int m_depth = 0;
    bool m_inArray = false;
    bool m_inMetadata = false;
    std::string m_key;
};

std::optional<std::uint64_t> product(const std::vector<std::uint64_t>& shape, std::uint64_t each) {
    std::uint64_t result = each;
    for (const std::uint64_t size : shape) {
        if (size > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) ||
            __builtin_mul_overflow(result, size, &result))
            return std::nullopt;
    }
    return result;
}

}  // namespace

std::string_view dtypeName(DType type) {
    return std::find_if(kTypes.begin(), kTypes.end(),
                        [&](const auto& entry) { return entry.second == type; })
        ->first;
}

std::size_t dtypeSize(DType type) {
    switch (type) {
        case DType::F64:
        case DType::I64:
        case DType::U64:
            return 8;
        case DType::F32:
        case DType::I32:
        case DType::U32:
            return 4;
        case DType::F16:
        case DType::BF16:
        case DType::I16:
        case DType::U16:
            return 2;
        case DType::I8:
        case DType::U8:
        case DType::Bool:
        case DType::F8E4M3:
        case DType::F8E5M2:
            break;
    }
    return 1;
}

std::int64_t TensorView::elements() const {
    std::int64_t count = 1;
    for (const std::int64_t size : shape)
        count *= size;
    return count;
}

std::string TensorView::shapeText() const {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
    return text + "]";
}

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::open(
    const std::filesystem::path& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped)
        return tl::unexpected(mapped.error());
    std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
    file->m_path = path;
    file->m_file = std::move(*mapped);
    file->m_bytes = file->m_file.bytes();
    if (auto read = file->readHeader(); !read)
        return tl::unexpected(read.error());
    return file;
}

Result<std::shared_ptr<const SafetensorsFile>> SafetensorsFile::parse(
    std::string_view bytes, const std::filesystem::path& where) {
    std::shared_ptr<SafetensorsFile> file(new SafetensorsFile);
    file->m_path = where;
    file->m_bytes = bytes;
    if (auto read = file->readHeader(); !read)
        return tl::unexpected(read.error());
    return file;
}

const TensorView* SafetensorsFile::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

Result<void> SafetensorsFile::readHeader() {
    const auto corrupt = [&](const std::string& why) {
        return failure(ErrorCode::Corrupt,
                       "The weights are damaged: " + why + ". Fetch the model again.",
                       m_path.string());
    };
    if (m_bytes.size() < 8)
        return failure(ErrorCode::Corrupt,
                       "This is no safetensors file: it is shorter than its own header. Fetch the "
                       "model again.",
                       m_path.string());
    const auto* bytes = reinterpret_cast<const std::byte*>(m_bytes.data());
    std::uint64_t headerLength = 0;
    std::memcpy(&headerLength, bytes, sizeof headerLength);
    if (headerLength > kMaxHeader || headerLength > m_bytes.size() - 8)
        return corrupt("the header says it has " + std::to_string(headerLength) +
                       " bytes, the file has " + std::to_string(m_bytes.size()));
    const auto* header = reinterpret_cast<const char*>(bytes + 8);
    HeaderHandler handler;
    if (!nlohmann::json::sax_parse(header, header + headerLength, &handler))
        return corrupt(handler.problem);

    const std::uint64_t dataSize = m_bytes.size() - 8 - headerLength;
    const std::byte* data = bytes + 8 + headerLength;
    std::sort(handler.entries.begin(), handler.entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(a.offsets, a.name) < std::pair(b.offsets, b.name);
    });
    std::uint64_t expected = 0;
    for (const Entry& entry : handler.entries) {
        const std::string tensor = "tensor \"" + entry.name + "\" ";
        if (!entry.hasDtype || !entry.hasShape || entry.offsets.size() != 2)
            return corrupt(tensor + "lacks its type, shape or offsets");
        const auto type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& known) {
            return known.first == entry.dtype;
        });
        if (type == kTypes.end())
            return corrupt(tensor + "has the unknown type " + entry.dtype);
        const std::uint64_t begin = entry.offsets[0];
        const std::uint64_t end = entry.offsets[1];
        if (begin > end || end > dataSize)
            return corrupt(tensor + "lies outside the file (it may be cut off)");
        if (begin != expected)
            return corrupt(tensor + "overlaps another or leaves a gap");
        expected = end;
        const auto size = product(entry.shape, dtypeSize(type->second));
        if (!size || *size != end - begin)
            return corrupt(tensor + "has a shape that does not fit its " +
                           std::to_string(end - begin) + " bytes");
        TensorView view;
        view.dtype = type->second;
        view.shape.assign(entry.shape.begin(), entry.shape.end());
        view.data = {data + begin, static_cast<std::size_t>(end - begin)};
        if (!m_tensors.emplace(entry.name, std::move(view)).second)
            return corrupt(tensor + "is there twice");
    }
    if (expected != dataSize)
        return corrupt(std::to_string(dataSize - expected) + " bytes belong to no tensor");
    m_metadata = std::move(handler.metadata);
    return {};
}

Result<void> writeSafetensors(const std::filesystem::path& path,
                              const std::vector<NamedTensor>& tensors) {
    nlohmann::ordered_json header;
    header["__metadata__"] = {{"format", "pt"}};
    std::uint64_t offset = 0;
    for (const NamedTensor& named : tensors) {
        header[named.name] = {{"dtype", dtypeName(named.tensor.dtype)},
                              {"shape", named.tensor.shape},
                              {"data_offsets", {offset, offset + named.tensor.data.size()}}};
        offset += named.tensor.data.size();
    }
    std::string text = header.dump();
    text.append((64 - (8 + text.size()) % 64) % 64, ' ');
    FileWriter out(path);
    const std::uint64_t length = text.size();
    out.write({reinterpret_cast<const char*>(&length), sizeof length});
    out.write(text);
    for (const NamedTensor& named : tensors)
        out.write(
            {reinterpret_cast<const char*>(named.tensor.data.data()), named.tensor.data.size()});
    return out.finish();
}

}  // namespace spanwise
