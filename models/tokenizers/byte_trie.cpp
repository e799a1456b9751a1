#include "models/tokenizers/byte_trie.h"

#include <bit>

namespace spanwise {

ByteTrie::ByteTrie(std::size_t expectedBytes) {
    const std::size_t slots = std::bit_ceil(expectedBytes * 2 + 64);
    m_keys.resize(slots);
    m_nodes.resize(slots);
    m_mask = slots - 1;
}

void ByteTrie::place(std::uint64_t key, std::uint32_t node) {
    std::size_t slot = hash(static_cast<std::uint32_t>((key - 1) >> 8),
                            static_cast<unsigned char>((key - 1) & 0xff)) &
                       m_mask;
    while (m_keys[slot] != 0)
        slot = (slot + 1) & m_mask;
    m_keys[slot] = key;
    m_nodes[slot] = node;
}

void ByteTrie::grow() {
    std::vector<std::uint64_t> keys(m_keys.size() * 2);
    std::vector<std::uint32_t> nodes(keys.size());
    keys.swap(m_keys);
    nodes.swap(m_nodes);
    m_mask = m_keys.size() - 1;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (keys[i] != 0)
            place(keys[i], nodes[i]);
    }
}

void ByteTrie::insert(std::string_view key, std::int32_t value) {
    std::uint32_t node = kRoot;
    for (const char c : key) {
        const auto byte = static_cast<unsigned char>(c);
        std::uint32_t next = step(node, byte);
        if (next == kNone) {
            if (++m_used * 2 > m_keys.size())
                grow();
            next = static_cast<std::uint32_t>(m_values.size());
            m_values.push_back(-1);
            place((std::uint64_t{node} << 8 | byte) + 1, next);
        }
        node = next;
    }
    m_values[node] = value;
}

std::uint32_t ByteTrie::find(std::string_view key) const {
    std::uint32_t node = kRoot;
    for (const char c : key) {
        node = step(node, static_cast<unsigned char>(c));
        if (node == kNone)
            return kNone;
    }
    return node;
}

}  // namespace spanwise
