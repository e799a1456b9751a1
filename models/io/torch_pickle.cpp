#include "models/io/torch_pickle.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <new>
#include <optional>
#include <utility>

namespace spanwise {
namespace {

// The limits are far above every model: one with 40,000 tensors needs about a million values.
constexpr std::size_t kMaxPickle = 64U << 20;
constexpr std::size_t kMaxValues = 1'500'000;
constexpr std::size_t kMaxStack = 1'000'000;
constexpr std::size_t kMaxItems = 8'000'000;
constexpr std::size_t kMaxMarks = 1000;
constexpr std::size_t kMaxDimensions = 64;

constexpr const char* kDamaged = ". The file is damaged: fetch it again.";

/// Reading stops at the first of these; caught in TorchPickleFile::read().
struct Refusal {
    ErrorCode code;
    std::string message;
};

[[noreturn]] void damaged(const std::string& what) {
    throw Refusal{ErrorCode::Corrupt, what + kDamaged};
}

[[noreturn]] void refused(const std::string& what) {
    throw Refusal{ErrorCode::Incompatible,
                  what +
                      ". In Python, load it where you trust it and save it with "
                      "safetensors.torch.save_file, then give Spanwise model.safetensors."};
}

/// Text of the file as it may stand in a message.
std::string shown(std::string_view text) {
    constexpr std::size_t kLongest = 100;
    std::string result;
    for (const char c : text.substr(0, kLongest))
        result += c >= ' ' && c <= '~' ? c : '?';
    return text.size() > kLongest ? result + "..." : result;
}

/// Little-endian numbers and runs of bytes, never past the end.
class Reader {
public:
    Reader(std::string_view bytes, std::size_t position) : m_bytes(bytes), m_position(position) {}

    template <typename T>
    T number() {
        T value;
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
        return value;
    }
    std::string_view take(std::uint64_t count) {
        if (count > m_bytes.size() - m_position)
            damaged("The pickle wants " + std::to_string(count) + " bytes at byte " +
                    std::to_string(m_position) + ", the file has " +
                    std::to_string(m_bytes.size() - m_position) + " left");
        const std::string_view run = m_bytes.substr(m_position, static_cast<std::size_t>(count));
        m_position += static_cast<std::size_t>(count);
        return run;
    }
    std::string_view line() {
        const std::size_t end = m_bytes.find('\n', m_position);
        if (end == std::string_view::npos)
            damaged("The pickle ends inside a name");
        const std::string_view text = m_bytes.substr(m_position, end - m_position);
        m_position = end + 1;
        return text;
    }
    [[nodiscard]] std::size_t position() const { return m_position; }

private:
    std::string_view m_bytes;
    std::size_t m_position;
};

// ---- Zip ---------------------------------------------------------------------------------------

struct ZipEntry {
    std::string_view bytes;
    bool stored = true;
};

/// The entries of a zip archive that lie in it as they are, by name.
std::map<std::string_view, ZipEntry> readZip(std::string_view file) {
    constexpr std::size_t kEndSize = 22, kLocatorSize = 20, kEnd64Size = 56;
    constexpr std::size_t kCentralSize = 46, kLocalSize = 30;
    constexpr std::string_view kEndMark("PK\5\6", 4), kLocatorMark("PK\6\7", 4);
    constexpr std::string_view kEnd64Mark("PK\6\6", 4), kCentralMark("PK\1\2", 4);
    constexpr std::string_view kLocalMark("PK\3\4", 4);
    constexpr std::uint32_t kSaturated = 0xFFFFFFFF;
    const auto at = [&]<typename T>(std::uint64_t offset, T) {
        T value;
        if (offset > file.size() || file.size() - offset < sizeof(T))
            damaged("The zip archive points outside of the file");
        std::memcpy(&value, file.data() + offset, sizeof(T));
        return value;
    };
    const auto u16 = [&](std::uint64_t offset) { return at(offset, std::uint16_t{}); };
    const auto u32 = [&](std::uint64_t offset) { return at(offset, std::uint32_t{}); };
    const auto u64 = [&](std::uint64_t offset) { return at(offset, std::uint64_t{}); };
    const auto marked = [&](std::uint64_t offset, std::string_view mark) {
        return offset <= file.size() && file.substr(offset).starts_with(mark);
    };

    const std::size_t searched = std::min<std::size_t>(file.size(), kEndSize + 0xFFFF);
    const std::size_t found = file.substr(file.size() - searched).rfind(kEndMark);
    if (found == std::string_view::npos || searched - found < kEndSize)
        damaged("The zip archive has no end: it is cut off");
    const std::size_t end = file.size() - searched + found;
    std::uint64_t count = u16(end + 10);
    std::uint64_t directorySize = u32(end + 12);
    std::uint64_t directory = u32(end + 16);
    if (end >= kLocatorSize && marked(end - kLocatorSize, kLocatorMark)) {
        const std::uint64_t end64 = u64(end - kLocatorSize + 8);
        if (!marked(end64, kEnd64Mark) || end64 > file.size() - kEnd64Size)
            damaged("The zip archive's 64-bit end is not where it should be");
        count = u64(end64 + 32);
        directorySize = u64(end64 + 40);
        directory = u64(end64 + 48);
    }
    if (directory > end || directorySize > end - directory || count > directorySize / kCentralSize)
        damaged("The zip archive's list of " + std::to_string(count) +
                " entries lies outside of the file");

    std::map<std::string_view, ZipEntry> entries;
    std::uint64_t position = directory;
    const std::uint64_t last = directory + directorySize;
    for (std::uint64_t i = 0; i < count; ++i) {
        if (!marked(position, kCentralMark) || last - position < kCentralSize)
            damaged("The zip archive's list of entries is broken");
        const std::uint16_t flags = u16(position + 8);
        const std::uint16_t method = u16(position + 10);
        std::uint64_t packed = u32(position + 20);
        std::uint64_t size = u32(position + 24);
        const std::uint64_t nameLength = u16(position + 28);
        const std::uint64_t extraLength = u16(position + 30);
        const std::uint64_t commentLength = u16(position + 32);
        std::uint64_t local = u32(position + 42);
        const std::uint64_t extra = position + kCentralSize + nameLength;
        const std::uint64_t next = extra + extraLength + commentLength;
        if (next > last)
            damaged("The zip archive's list of entries is broken");
        const std::string_view name = file.substr(position + kCentralSize, nameLength);
        // Sizes that do not fit 32 bits stand in the extra field 1, in this order, each only if
        // its place above is saturated.
        for (std::uint64_t field = extra; field + 4 <= extra + extraLength;) {
            const std::uint64_t fieldEnd = field + 4 + u16(field + 2);
            if (fieldEnd > extra + extraLength)
                break;
            if (u16(field) == 1) {
                std::uint64_t value = field + 4;
                for (std::uint64_t* wide : {&size, &packed, &local}) {
                    if (*wide != kSaturated)
                        continue;
                    if (value + 8 > fieldEnd)
                        damaged("The zip entry \"" + shown(name) + "\" lacks its 64-bit sizes");
                    *wide = u64(value);
                    value += 8;
                }
            }
            field = fieldEnd;
        }
        ZipEntry entry;
        entry.stored = method == 0 && (flags & 1) == 0;
        if (entry.stored) {
            if (packed != size || !marked(local, kLocalMark))
                damaged("The zip entry \"" + shown(name) + "\" is not where the list says");
            const std::uint64_t data = local + kLocalSize + u16(local + 26) + u16(local + 28);
            if (data > file.size() || size > file.size() - data)
                damaged("The zip entry \"" + shown(name) + "\" has " + std::to_string(size) +
                        " bytes, more than the file");
            entry.bytes = file.substr(data, size);
        }
        if (!entries.emplace(name, entry).second)
            damaged("The zip entry \"" + shown(name) + "\" is there twice");
        position = next;
    }
    return entries;
}

// ---- Pickle ------------------------------------------------------------------------------------

enum class Kind : std::uint8_t {
    None,
    Bool,
    Int,
    Float,
    Text,
    Tuple,
    List,
    Dict,
    Global,
    Storage,
    Tensor
};

constexpr std::array<const char*, 11> kKindNames{
    "None",   "a truth value", "a number", "a fraction", "text",    "a tuple",
    "a list", "a dict",        "a name",   "a storage",  "a tensor"};

struct Value;

struct StoredTensor {
    const Value* storage = nullptr;
    DType dtype = DType::F32;
    std::int64_t offset = 0;
    std::vector<std::int64_t> sizes, strides;
};

struct Value {
    Kind kind = Kind::None;
    std::int64_t number = 0;     ///< Int, Bool; elements of a Storage
    std::string_view text;       ///< Text; module of a Global; key of a Storage
    std::string_view name;       ///< of a Global
    std::vector<Value*> items;   ///< of a Tuple or List; keys and values of a Dict by turns
    std::optional<DType> dtype;  ///< of a Storage, absent when it is untyped
    std::unique_ptr<StoredTensor> tensor;
};

using Dtypes = std::array<std::pair<std::string_view, DType>, 10>;
constexpr Dtypes kStorages{{{"DoubleStorage", DType::F64},
                            {"FloatStorage", DType::F32},
                            {"HalfStorage", DType::F16},
                            {"BFloat16Storage", DType::BF16},
                            {"LongStorage", DType::I64},
                            {"IntStorage", DType::I32},
                            {"ShortStorage", DType::I16},
                            {"CharStorage", DType::I8},
                            {"ByteStorage", DType::U8},
                            {"BoolStorage", DType::Bool}}};

constexpr std::array<std::pair<std::string_view, DType>, 15> kDtypes{
    {{"float64", DType::F64},
     {"float32", DType::F32},
     {"float16", DType::F16},
     {"bfloat16", DType::BF16},
     {"int64", DType::I64},
     {"int32", DType::I32},
     {"int16", DType::I16},
     {"int8", DType::I8},
     {"uint8", DType::U8},
     {"bool", DType::Bool},
     {"uint16", DType::U16},
     {"uint32", DType::U32},
     {"uint64", DType::U64},
     {"float8_e4m3fn", DType::F8E4M3},
     {"float8_e5m2", DType::F8E5M2}}};

template <typename Table>
std::optional<DType> lookUp(const Table& table, std::string_view name) {
    for (const auto& [known, type] : table) {
        if (known == name)
            return type;
    }
    return std::nullopt;
}

bool isUntypedStorage(const Value& global) {
    return global.name == "UntypedStorage" &&
           (global.text == "torch" || global.text == "torch.storage");
}

/// What a pickle may name. Anything else ends the reading.
bool isKnown(const Value& global) {
    if (global.text == "collections")
        return global.name == "OrderedDict";
    if (global.text == "torch._utils")
        return global.name == "_rebuild_tensor" || global.name == "_rebuild_tensor_v2" ||
               global.name == "_rebuild_tensor_v3" || global.name == "_rebuild_parameter";
    if (isUntypedStorage(global))
        return true;
    return global.text == "torch" && (global.name == "Size" || lookUp(kStorages, global.name) ||
                                      lookUp(kDtypes, global.name));
}

/// Interprets one pickle of protocol 2 to 5. Values live as long as the machine and may be cyclic;
/// nothing walks them but what reads a tensor's arguments and the state dict's two levels.
class Unpickler {
public:
    /// Reads from `position` to the pickle's end, where `position` is left.
    const Value& load(std::string_view bytes, std::size_t& position) {
        m_stack.clear();
        m_marks.clear();
        m_memo.clear();
        Reader in(bytes, position);
        if (in.number<std::uint8_t>() != 0x80)
            damaged("The pickle does not begin with its protocol");
        const int protocol = in.number<std::uint8_t>();
        if (protocol < 2 || protocol > 5)
            refused("This pickle is of protocol " + std::to_string(protocol) +
                    ", Spanwise reads 2 to 5");
        while (step(in)) {
            if (in.position() - position > kMaxPickle)
                damaged("The pickle has more than " + std::to_string(kMaxPickle >> 20) + " MiB");
        }
        position = in.position();
        return *pop();
    }

    /// Bytes of an element of every storage named so far, by the storage's key.
    [[nodiscard]] std::map<std::string_view, std::size_t> elementSizes() const {
        std::map<std::string_view, std::size_t> sizes;
        for (const Value& value : m_values) {
            if (value.kind == Kind::Storage)
                sizes.emplace(value.text, value.dtype ? dtypeSize(*value.dtype) : 1);
        }
        return sizes;
    }

private:
    bool step(Reader& in) {
        const auto opcode = in.number<std::uint8_t>();
        switch (opcode) {
            case '.':
                return false;
            case 0x80:
                in.number<std::uint8_t>();
                break;
            case 0x95:
                in.number<std::uint64_t>();
                break;
            case '(':
                if (m_marks.size() >= kMaxMarks)
                    damaged("The pickle nests deeper than " + std::to_string(kMaxMarks));
                m_marks.push_back(m_stack.size());
                break;
            case '0':
                // As in Python: with nothing above the mark, the mark itself goes.
                if (!m_marks.empty() && m_marks.back() == m_stack.size())
                    m_marks.pop_back();
                else
                    pop();
                break;
            case '1':
                m_stack.resize(popMark());
                break;
            case '2':
                push(top());
                break;
            case 'N':
                make(Kind::None);
                break;
            case 0x88:
            case 0x89:
                make(Kind::Bool).number = opcode == 0x88;
                break;
            case 'J':
                make(Kind::Int).number = in.number<std::int32_t>();
                break;
            case 'K':
                make(Kind::Int).number = in.number<std::uint8_t>();
                break;
            case 'M':
                make(Kind::Int).number = in.number<std::uint16_t>();
                break;
            case 0x8a:
                makeLong(in.take(in.number<std::uint8_t>()));
                break;
            case 0x8b:
                makeLong(in.take(in.number<std::uint32_t>()));
                break;
            case 'G':
                in.number<std::uint64_t>();
                make(Kind::Float);
                break;
            case 'X':
            case 'B':
            case 'T':
                makeText(in.take(in.number<std::uint32_t>()));
                break;
            case 0x8c:
            case 'C':
            case 'U':
                makeText(in.take(in.number<std::uint8_t>()));
                break;
            case 0x8d:
            case 0x8e:
                makeText(in.take(in.number<std::uint64_t>()));
                break;
            case ')':
                make(Kind::Tuple);
                break;
            case 't':
                gather(Kind::Tuple, popMark());
                break;
            case 0x85:
            case 0x86:
            case 0x87:
                need(opcode - 0x84U);
                gather(Kind::Tuple, m_stack.size() - (opcode - 0x84U));
                break;
            case ']':
                make(Kind::List);
                break;
            case 'l':
                gather(Kind::List, popMark());
                break;
            case 'a':
                need(2);
                append(m_stack.size() - 1);
                break;
            case 'e':
                append(popMark());
                break;
            case '}':
                make(Kind::Dict);
                break;
            case 'd': {
                const std::size_t begin = popMark();
                Value& dict = allocate(Kind::Dict);
                putItems(dict, begin);
                push(&dict);
                break;
            }
            case 's':
                need(3);
                setItems(m_stack.size() - 2);
                break;
            case 'u':
                setItems(popMark());
                break;
            case 'c': {
                const std::string_view module = in.line();
                makeGlobal(module, in.line());
                break;
            }
            case 0x93: {
                const Value& name = *pop();
                const Value& module = *pop();
                if (name.kind != Kind::Text || module.kind != Kind::Text)
                    damaged("The pickle's name is no text");
                makeGlobal(module.text, name.text);
                break;
            }
            case 'R': {
                const Value& arguments = *pop();
                call(*pop(), arguments);
                break;
            }
            case 'b': {
                // Only an OrderedDict has something to be built: its _metadata, of no use here.
                const Value& state = *pop();
                const Value& object = *top();
                if (object.kind != Kind::Dict || state.kind != Kind::Dict)
                    refusedOperation("set the state of " + describe(object));
                break;
            }
            case 'Q':
                makeStorage(*pop());
                break;
            case 'q':
                remember(in.number<std::uint8_t>());
                break;
            case 'r':
                remember(in.number<std::uint32_t>());
                break;
            case 0x94:
                remember(m_memo.size());
                break;
            case 'h':
                recall(in.number<std::uint8_t>());
                break;
            case 'j':
                recall(in.number<std::uint32_t>());
                break;
            case 'i': {
                const std::string module(shown(in.line()));
                refusedOperation("make an instance of " + module + "." + shown(in.line()));
            }
            case 'o':
                refusedOperation("make an object");
            case 0x81:
            case 0x92:
                refusedOperation("make an object of a class");
            case 0x82:
            case 0x83:
            case 0x84:
                refusedOperation("use Python's extension registry");
            case 'P':
                refusedOperation("use a persistent id that is text");
            default:
                refusedOperation("do operation " + std::to_string(opcode) + " at byte " +
                                 std::to_string(in.position() - 1));
        }
        return true;
    }

    [[noreturn]] static void refusedOperation(const std::string& what) {
        refused("This file asks to " + what +
                ", which is not needed for a tensor: nothing was executed");
    }

    static std::string describe(const Value& value) {
        if (value.kind == Kind::Global)
            return shown(value.text) + "." + shown(value.name);
        return kKindNames[static_cast<std::size_t>(value.kind)];
    }

    Value& allocate(Kind kind) {
        if (m_values.size() >= kMaxValues)
            damaged("The pickle has more than " + std::to_string(kMaxValues) + " values");
        m_values.emplace_back();
        m_values.back().kind = kind;
        return m_values.back();
    }
    void push(Value* value) {
        if (m_stack.size() >= kMaxStack)
            damaged("The pickle stacks more than " + std::to_string(kMaxStack) + " values");
        m_stack.push_back(value);
    }
    Value& make(Kind kind) {
        Value& value = allocate(kind);
        push(&value);
        return value;
    }
    void makeText(std::string_view text) { make(Kind::Text).text = text; }
    void makeLong(std::string_view bytes) {
        if (bytes.size() > 8)
            damaged("The pickle has a number of " + std::to_string(bytes.size()) + " bytes");
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < bytes.size(); ++i)
            value |= std::uint64_t{static_cast<std::uint8_t>(bytes[i])} << (8 * i);
        if (!bytes.empty() && bytes.size() < 8 && (bytes.back() & 0x80) != 0)
            value |= ~std::uint64_t{0} << (8 * bytes.size());
        make(Kind::Int).number = static_cast<std::int64_t>(value);
    }
    void makeGlobal(std::string_view module, std::string_view name) {
        Value global;
        global.kind = Kind::Global;
        global.text = module;
        global.name = name;
        if (!isKnown(global))
            refused("This file asks for " + describe(global) +
                    ", which is not a tensor: nothing was executed");
        push(&(allocate(Kind::Global) = std::move(global)));
    }

    /// Where the values above the last mark begin; without a mark, the stack's bottom.
    [[nodiscard]] std::size_t floor() const { return m_marks.empty() ? 0 : m_marks.back(); }
    void need(std::size_t count) const {
        if (m_stack.size() - floor() < count)
            damaged("The pickle takes a value from an empty stack");
    }
    [[nodiscard]] Value* top() const {
        need(1);
        return m_stack.back();
    }
    Value* pop() {
        Value* value = top();
        m_stack.pop_back();
        return value;
    }
    std::size_t popMark() {
        if (m_marks.empty())
            damaged("The pickle closes what it never opened");
        const std::size_t mark = m_marks.back();
        m_marks.pop_back();
        return mark;
    }

    void putItems(Value& into, std::size_t begin) {
        const std::size_t count = m_stack.size() - begin;
        m_items += count;
        if (m_items > kMaxItems)
            damaged("The pickle's lists have more than " + std::to_string(kMaxItems) + " items");
        if (into.kind == Kind::Dict && count % 2 != 0)
            damaged("The pickle has a key without its value");
        into.items.insert(into.items.end(), m_stack.begin() + static_cast<std::ptrdiff_t>(begin),
                          m_stack.end());
        m_stack.resize(begin);
    }
    void gather(Kind kind, std::size_t begin) {
        Value& value = allocate(kind);
        putItems(value, begin);
        push(&value);
    }
    /// The container below `begin`, into which what is above goes.
    Value& container(std::size_t begin, Kind kind) {
        if (begin <= floor() || m_stack[begin - 1]->kind != kind)
            refusedOperation("put items into something that is no " +
                             std::string(kind == Kind::Dict ? "dict" : "list"));
        return *m_stack[begin - 1];
    }
    void append(std::size_t begin) { putItems(container(begin, Kind::List), begin); }
    void setItems(std::size_t begin) { putItems(container(begin, Kind::Dict), begin); }

    void remember(std::uint64_t index) {
        // Python numbers its memo without gaps, except that a pickler may leave some out.
        if (index >= kMaxValues)
            damaged("The pickle's memo has more than " + std::to_string(kMaxValues) + " places");
        if (index >= m_memo.size())
            m_memo.resize(static_cast<std::size_t>(index) + 1);
        m_memo[static_cast<std::size_t>(index)] = top();
    }
    void recall(std::uint64_t index) {
        if (index >= m_memo.size() || m_memo[static_cast<std::size_t>(index)] == nullptr)
            damaged("The pickle recalls what it never remembered");
        push(m_memo[static_cast<std::size_t>(index)]);
    }

    /// ("storage", torch.FloatStorage, key, device, elements[, view]).
    void makeStorage(const Value& id) {
        const auto& items = id.items;
        if (id.kind != Kind::Tuple || items.size() < 5 || items.size() > 6 ||
            items[0]->kind != Kind::Text || items[0]->text != "storage" ||
            items[1]->kind != Kind::Global || items[2]->kind != Kind::Text ||
            items[3]->kind != Kind::Text || items[4]->kind != Kind::Int || items[4]->number < 0)
            damaged("The pickle's persistent id is no storage");
        if (items.size() == 6 && items[5]->kind != Kind::None)
            refused("The storage \"" + shown(items[2]->text) +
                    "\" is a view of another one, as PyTorch before 0.4 wrote it");
        const std::optional<DType> type =
            items[1]->text == "torch" ? lookUp(kStorages, items[1]->name) : std::nullopt;
        if (!type && !isUntypedStorage(*items[1]))
            damaged("The storage \"" + shown(items[2]->text) + "\" is of no known type");
        Value& storage = make(Kind::Storage);
        storage.text = items[2]->text;
        storage.number = items[4]->number;
        storage.dtype = type;
    }

    void call(const Value& function, const Value& arguments) {
        if (function.kind != Kind::Global || arguments.kind != Kind::Tuple)
            refusedOperation("call " + describe(function));
        const auto& items = arguments.items;
        if (function.name == "OrderedDict") {
            Value& dict = allocate(Kind::Dict);
            if (!items.empty())
                putPairs(dict, *items[0]);
            push(&dict);
        } else if (function.name == "Size") {
            if (items.size() != 1 || items[0]->kind != Kind::Tuple)
                damaged("The pickle's torch.Size is no tuple");
            push(items[0]);
        } else if (function.name == "_rebuild_parameter") {
            if (items.empty() || items[0]->kind != Kind::Tensor)
                damaged("The pickle's parameter is no tensor");
            push(items[0]);
        } else if (function.text == "torch._utils") {
            makeTensor(items, function.name == "_rebuild_tensor_v3");
        } else {
            refusedOperation("call " + describe(function));
        }
    }
    /// OrderedDict([(key, value), ...]), as Python 2 wrote it.
    void putPairs(Value& dict, const Value& pairs) {
        if (pairs.kind != Kind::List)
            damaged("The pickle's OrderedDict is made of " + describe(pairs));
        m_items += 2 * pairs.items.size();
        if (m_items > kMaxItems)
            damaged("The pickle's lists have more than " + std::to_string(kMaxItems) + " items");
        for (const Value* pair : pairs.items) {
            if ((pair->kind != Kind::Tuple && pair->kind != Kind::List) || pair->items.size() != 2)
                damaged("The pickle's OrderedDict has an item that is no pair");
            dict.items.insert(dict.items.end(), pair->items.begin(), pair->items.end());
        }
    }

    static std::vector<std::int64_t> numbers(const Value& value, const char* what) {
        if (value.kind != Kind::Tuple || value.items.size() > kMaxDimensions)
            damaged(std::string("A tensor's ") + what + " is no short tuple");
        std::vector<std::int64_t> result;
        for (const Value* item : value.items) {
            if (item->kind != Kind::Int || item->number < 0)
                damaged(std::string("A tensor's ") + what +
                        " has something else than numbers "
                        "from 0 on");
            result.push_back(item->number);
        }
        return result;
    }

    /// (storage, offset, sizes, strides, ...), all but the bytes; v3 names its type at the end.
    void makeTensor(const std::vector<Value*>& items, bool namesType) {
        if (items.size() < (namesType ? 7U : 4U) || items[0]->kind != Kind::Storage ||
            items[1]->kind != Kind::Int || items[1]->number < 0)
            damaged("A tensor lacks its storage or its offset");
        auto tensor = std::make_unique<StoredTensor>();
        tensor->storage = items[0];
        tensor->offset = items[1]->number;
        tensor->sizes = numbers(*items[2], "shape");
        tensor->strides = numbers(*items[3], "stride");
        std::optional<DType> type = items[0]->dtype;
        if (namesType) {
            type = items[6]->kind == Kind::Global && items[6]->text == "torch"
                       ? lookUp(kDtypes, items[6]->name)
                       : std::nullopt;
        }
        if (!type || tensor->sizes.size() != tensor->strides.size())
            damaged("A tensor's type, shape and stride do not go together");
        tensor->dtype = *type;
        make(Kind::Tensor).tensor = std::move(tensor);
    }

    std::deque<Value> m_values;
    std::vector<Value*> m_stack;
    std::vector<std::size_t> m_marks;
    std::vector<Value*> m_memo;
    std::size_t m_items = 0;
};

// ---- Tensors -----------------------------------------------------------------------------------

using StorageBytes = std::map<std::string_view, std::string_view>;

std::uint64_t storageBytes(const Value& storage) {
    // An untyped storage counts bytes.
    std::uint64_t size = 0;
    if (__builtin_mul_overflow(static_cast<std::uint64_t>(storage.number),
                               storage.dtype ? dtypeSize(*storage.dtype) : 1, &size))
        damaged("The storage \"" + shown(storage.text) + "\" says it has " +
                std::to_string(storage.number) + " elements");
    return size;
}

/// Lays a tensor out row-major. `source` holds every element that sizes and strides reach.
void copyStrided(const StoredTensor& tensor, const char* source, std::size_t elementSize,
                 std::vector<std::byte>& out) {
    // Unsigned, because the stride of a dimension of one element may be any number.
    std::vector<std::int64_t> index(tensor.sizes.size(), 0);
    std::uint64_t from = 0;
    for (std::size_t to = 0; to < out.size(); to += elementSize) {
        std::memcpy(out.data() + to, source + from * elementSize, elementSize);
        for (std::size_t d = index.size(); d-- > 0;) {
            const auto stride = static_cast<std::uint64_t>(tensor.strides[d]);
            from += stride;
            if (++index[d] < tensor.sizes[d])
                break;
            from -= stride * static_cast<std::uint64_t>(tensor.sizes[d]);
            index[d] = 0;
        }
    }
}

/// The tensor's view, through a copy in `copies` when it cannot be one of the file itself.
TensorView resolve(const std::string& name, const StoredTensor& tensor,
                   const StorageBytes& storages, std::uint64_t& copyable,
                   std::deque<std::vector<std::byte>>& copies) {
    const std::string what = "The tensor \"" + shown(name) + "\" ";
    const auto found = storages.find(tensor.storage->text);
    if (found == storages.end())
        damaged(what + "lies in the storage \"" + shown(tensor.storage->text) +
                "\", which is not there");
    const std::string_view bytes = found->second;
    const std::uint64_t said = storageBytes(*tensor.storage);
    if (said != bytes.size())
        damaged(what + "lies in a storage of " + std::to_string(said) + " bytes, found " +
                std::to_string(bytes.size()));

    const std::size_t elementSize = dtypeSize(tensor.dtype);
    const std::uint64_t available = bytes.size() / elementSize;
    std::uint64_t elements = 1;
    std::uint64_t reach = 0;  // of the last element, from the first
    bool contiguous = true;
    const bool empty = std::find(tensor.sizes.begin(), tensor.sizes.end(), 0) != tensor.sizes.end();
    for (std::size_t d = tensor.sizes.size(); d-- > 0;) {
        const auto size = static_cast<std::uint64_t>(tensor.sizes[d]);
        const auto stride = static_cast<std::uint64_t>(tensor.strides[d]);
        if (size > 1 && stride != elements)
            contiguous = false;
        std::uint64_t step = 0;
        if (!empty && (__builtin_mul_overflow(elements, size, &elements) ||
                       __builtin_mul_overflow(size - 1, stride, &step) ||
                       __builtin_add_overflow(reach, step, &reach)))
            damaged(what + "has a shape that no memory could hold");
    }
    const auto offset = static_cast<std::uint64_t>(tensor.offset);
    TensorView view;
    view.dtype = tensor.dtype;
    view.shape = tensor.sizes;
    if (empty)
        return view;
    if (elements > available || offset >= available || reach >= available - offset)
        damaged(what + "of shape " + view.shapeText() + " at offset " + std::to_string(offset) +
                " reaches outside of its storage of " + std::to_string(available) + " elements");
    const char* first = bytes.data() + offset * elementSize;
    const auto size = static_cast<std::size_t>(elements * elementSize);
    const bool aligned = reinterpret_cast<std::uintptr_t>(first) % elementSize == 0;
    if (contiguous && aligned) {
        view.data = std::as_bytes(std::span(first, size));
        return view;
    }
    if (size > copyable)
        damaged("The file has too many tensors that share a storage, \"" + shown(name) +
                "\" among them");
    copyable -= size;
    std::vector<std::byte>& copy = copies.emplace_back(size);
    if (contiguous)
        std::memcpy(copy.data(), first, size);
    else
        copyStrided(tensor, first, elementSize, copy);
    view.data = copy;
    return view;
}

bool hasTensors(const Value& dict) {
    for (std::size_t i = 1; i < dict.items.size(); i += 2) {
        if (dict.items[i]->kind == Kind::Tensor)
            return true;
    }
    return false;
}

/// The dict of names and tensors: one of the well-known keys, or the value itself.
const Value& stateDict(const Value& top) {
    if (top.kind == Kind::Tensor)
        refused("This file holds one tensor without a name, not the weights of a model");
    if (top.kind != Kind::Dict)
        refused("This file holds no weights: expected a dict of names and tensors");
    for (const std::string_view key : {"state_dict", "model_state_dict", "model", "module"}) {
        for (std::size_t i = 0; i + 1 < top.items.size(); i += 2) {
            const Value& value = *top.items[i + 1];
            if (top.items[i]->kind == Kind::Text && top.items[i]->text == key &&
                value.kind == Kind::Dict && hasTensors(value))
                return value;
        }
    }
    if (!hasTensors(top))
        refused("This file holds no weights: its dict has no tensors");
    return top;
}

/// The first pickle of the older layout: protocol 2 and the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyMagic("\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.",
                                        15);

const Value* item(const Value& dict, std::string_view key) {
    const Value* found = nullptr;
    for (std::size_t i = 0; dict.kind == Kind::Dict && i + 1 < dict.items.size(); i += 2) {
        if (dict.items[i]->kind == Kind::Text && dict.items[i]->text == key)
            found = dict.items[i + 1];
    }
    return found;
}

}  // namespace

Result<std::shared_ptr<const TorchPickleFile>> TorchPickleFile::open(
    const std::filesystem::path& path) {
    auto mapped = MappedFile::open(path);
    if (!mapped)
        return tl::unexpected(mapped.error());
    std::shared_ptr<TorchPickleFile> file(new TorchPickleFile);
    file->m_path = path;
    file->m_file = std::move(*mapped);
    file->m_bytes = file->m_file.bytes();
    if (auto read = file->read(); !read)
        return tl::unexpected(read.error());
    return file;
}

Result<std::shared_ptr<const TorchPickleFile>> TorchPickleFile::parse(
    std::string_view bytes, const std::filesystem::path& where) {
    std::shared_ptr<TorchPickleFile> file(new TorchPickleFile);
    file->m_path = where;
    file->m_bytes = bytes;
    if (auto read = file->read(); !read)
        return tl::unexpected(read.error());
    return file;
}

const TensorView* TorchPickleFile::find(const std::string& name) const {
    const auto found = m_tensors.find(name);
    return found == m_tensors.end() ? nullptr : &found->second;
}

Result<void> TorchPickleFile::read() {
    try {
        Unpickler unpickler;
        StorageBytes storages;
        const Value* state = nullptr;
        if (m_bytes.starts_with("PK")) {
            const auto entries = readZip(m_bytes);
            std::string prefix;
            const ZipEntry* pickle = nullptr;
            for (const auto& [name, entry] : entries) {
                if (name == "constants.pkl" || name.ends_with("/constants.pkl"))
                    refused("This file is a TorchScript program, not the weights of a model");
                if (name != "data.pkl" && !name.ends_with("/data.pkl"))
                    continue;
                if (pickle != nullptr)
                    damaged("The zip archive has two data.pkl");
                pickle = &entry;
                prefix = std::string(name.substr(0, name.size() - std::strlen("data.pkl")));
            }
            if (pickle == nullptr)
                refused("This zip archive has no data.pkl, so torch.save did not write it");
            const auto stored = [](std::string_view name, const ZipEntry& entry) {
                if (!entry.stored)
                    refused("The zip entry \"" + shown(name) +
                            "\" is compressed or encrypted, which torch.save never does");
            };
            stored("data.pkl", *pickle);
            if (const auto order = entries.find(prefix + "byteorder"); order != entries.end()) {
                stored("byteorder", order->second);
                if (order->second.bytes != "little")
                    refused("These weights are of byte order \"" + shown(order->second.bytes) +
                            "\", expected \"little\"");
            }
            const std::string folder = prefix + "data/";
            for (auto entry = entries.lower_bound(folder);
                 entry != entries.end() && entry->first.starts_with(folder); ++entry) {
                stored(entry->first, entry->second);
                storages.emplace(entry->first.substr(folder.size()), entry->second.bytes);
            }
            std::size_t position = 0;
            state = &stateDict(unpickler.load(pickle->bytes, position));
        } else if (m_bytes.starts_with(kLegacyMagic)) {
            std::size_t position = kLegacyMagic.size();
            const Value& protocol = unpickler.load(m_bytes, position);
            if (protocol.kind != Kind::Int || protocol.number != 1001)
                refused("This file is of a layout that Spanwise does not know");
            const Value* little = item(unpickler.load(m_bytes, position), "little_endian");
            if (little != nullptr && (little->kind != Kind::Bool || little->number == 0))
                refused("These weights are of byte order \"big\", expected \"little\"");
            const Value& top = unpickler.load(m_bytes, position);
            const Value& keys = unpickler.load(m_bytes, position);
            if (keys.kind != Kind::List)
                damaged("The list of storages is no list");
            Reader in(m_bytes, position);
            const std::map<std::string_view, std::size_t> sizes = unpickler.elementSizes();
            for (const Value* key : keys.items) {
                const auto size = key->kind == Kind::Text ? sizes.find(key->text) : sizes.end();
                if (size == sizes.end())
                    damaged("The list of storages names one that no tensor has");
                const auto count = in.number<std::uint64_t>();
                std::uint64_t bytes = 0;
                if (__builtin_mul_overflow(count, size->second, &bytes))
                    damaged("The storage \"" + shown(key->text) + "\" says it has " +
                            std::to_string(count) + " elements");
                storages.emplace(key->text, in.take(bytes));
            }
            state = &stateDict(top);
        } else if (m_bytes.empty()) {
            damaged("This file is empty");
        } else {
            refused("This file is not one that torch.save wrote, or its beginning is damaged");
        }

        std::uint64_t copyable = 2 * std::uint64_t{m_bytes.size()};
        for (std::size_t i = 0; i + 1 < state->items.size(); i += 2) {
            const Value& value = *state->items[i + 1];
            if (value.kind != Kind::Tensor)
                continue;
            if (state->items[i]->kind != Kind::Text)
                damaged("The weights have a tensor whose name is no text");
            std::string name(state->items[i]->text);
            TensorView view = resolve(name, *value.tensor, storages, copyable, m_copies);
            if (!m_tensors.emplace(name, std::move(view)).second)
                damaged("The tensor \"" + shown(name) + "\" is there twice");
        }
    } catch (const Refusal& refusal) {
        return failure(refusal.code, refusal.message, m_path.string());
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory,
                       "The weights do not fit in memory. Close other programs and try again.",
                       m_path.string());
    }
    return {};
}

}  // namespace spanwise
