#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace spanwise {

/// A trie over bytes in one hash table of (node, byte) edges with linear probing: one probe a byte
/// for most look-ups, a few megabytes for a vocabulary of 30,000.
class ByteTrie {
public:
    static constexpr std::uint32_t kRoot = 0;
    static constexpr std::uint32_t kNone = 0xffffffff;

    explicit ByteTrie(std::size_t expectedBytes = 0);
    /// Adds `key` with a value ≥ 0.
    void insert(std::string_view key, std::int32_t value);
    /// The node reached from `node` by `byte`, or kNone.
    [[nodiscard]] std::uint32_t step(std::uint32_t node, unsigned char byte) const {
        std::size_t slot = hash(node, byte) & m_mask;
        const std::uint64_t key = (std::uint64_t{node} << 8 | byte) + 1;
        while (m_keys[slot] != 0) {
            if (m_keys[slot] == key)
                return m_nodes[slot];
            slot = (slot + 1) & m_mask;
        }
        return kNone;
    }
    /// The value at a node, or -1.
    [[nodiscard]] std::int32_t value(std::uint32_t node) const { return m_values[node]; }
    [[nodiscard]] std::uint32_t find(std::string_view key) const;

private:
    static std::size_t hash(std::uint32_t node, unsigned char byte) {
        std::uint64_t x = (std::uint64_t{node} << 8 | byte) * 0x9e3779b97f4a7c15ULL;
        return static_cast<std::size_t>(x >> 24);
    }
    void grow();
    void place(std::uint64_t key, std::uint32_t node);

    std::vector<std::uint64_t> m_keys;  ///< 0: free
    std::vector<std::uint32_t> m_nodes;
    std::vector<std::int32_t> m_values{-1};
    std::size_t m_mask = 0;
    std::size_t m_used = 0;
};

}  // namespace spanwise
