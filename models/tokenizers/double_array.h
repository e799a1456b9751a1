#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace spanwise::tokenizing {

/// A trie over bytes in two arrays (Aoe 1989): one access a byte.
class DoubleArray {
public:
    static constexpr std::uint32_t kRoot = 0;
    static constexpr std::uint32_t kNone = 0xffffffff;

    /// From keys with values ≥ 0, in any order; of equal keys the last counts.
    static DoubleArray build(std::vector<std::pair<std::string_view, std::int32_t>> keys);

    [[nodiscard]] std::uint32_t step(std::uint32_t node, unsigned char byte) const {
        const std::uint32_t next = m_cells[node].base + byte;
        return m_cells[next].parent == node ? next : kNone;
    }
    /// The value at a node, or -1.
    [[nodiscard]] std::int32_t value(std::uint32_t node) const { return m_cells[node].value; }

private:
    struct Cell {
        std::uint32_t base = 0;
        std::uint32_t parent = kNone;
        std::int32_t value = -1;
    };
    /// 256 cells more than are used, so that a step needs no check of its bounds.
    std::vector<Cell> m_cells;
};

}  // namespace spanwise::tokenizing
