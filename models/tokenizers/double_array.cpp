#include "models/tokenizers/double_array.h"

#include <algorithm>
#include <array>

namespace spanwise::tokenizing {

DoubleArray DoubleArray::build(std::vector<std::pair<std::string_view, std::int32_t>> keys) {
    std::stable_sort(keys.begin(), keys.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    DoubleArray trie;
    auto& cells = trie.m_cells;
    cells.resize(512);
    cells[kRoot].parent = kRoot;
    struct Task {
        std::uint32_t node;
        std::size_t begin, end, depth;  // keys[begin, end) share `depth` bytes
    };
    std::vector<Task> tasks{{kRoot, 0, keys.size(), 0}};
    std::uint32_t firstFree = 1;
    struct Child {
        unsigned char byte;
        std::size_t begin, end;
    };
    std::vector<Child> children;
    while (!tasks.empty()) {
        Task task = tasks.back();
        tasks.pop_back();
        while (task.begin < task.end && keys[task.begin].first.size() == task.depth)
            cells[task.node].value = keys[task.begin++].second;
        if (task.begin == task.end)
            continue;
        children.clear();
        for (std::size_t i = task.begin; i < task.end; ++i) {
            const auto byte = static_cast<unsigned char>(keys[i].first[task.depth]);
            if (children.empty() || children.back().byte != byte)
                children.push_back({byte, i, i});
            children.back().end = i + 1;
        }
        while (cells[firstFree].parent != kNone)
            ++firstFree;
        // Where the first child fits decides; far into crowded cells it is not tried any more.
        std::uint32_t base = 0;
        int tries = 0;
        for (std::uint32_t at = std::max<std::uint32_t>(firstFree, children.front().byte + 1U);;
             ++at) {
            if (at + 512 >= cells.size())
                cells.resize(cells.size() * 2 + 512);
            if (cells[at].parent != kNone)
                continue;
            base = at - children.front().byte;
            const bool fits = std::all_of(
                children.begin(), children.end(),
                [&](const Child& child) { return cells[base + child.byte].parent == kNone; });
            if (fits)
                break;
            if (++tries == 64)
                firstFree = std::max(firstFree, at);
        }
        cells[task.node].base = base;
        for (const Child& child : children) {
            cells[base + child.byte].parent = task.node;
            tasks.push_back({base + child.byte, child.begin, child.end, task.depth + 1});
        }
        while (firstFree + 512 < cells.size() && cells[firstFree].parent != kNone)
            ++firstFree;
    }
    return trie;
}

}  // namespace spanwise::tokenizing
