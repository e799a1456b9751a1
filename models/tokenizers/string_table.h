#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace spanwise::tokenizing {

/// Texts with a value ≥ 0 each in one open hash table; one probe and one comparison a look-up.
class StringTable {
public:
    explicit StringTable(std::size_t expected = 0) {
        std::size_t slots = 64;
        while (slots < 2 * expected)
            slots *= 2;
        m_slots.resize(slots);
    }

    /// A text that is there already keeps its first value.
    void insert(std::string_view text, std::int32_t value) {
        if (2 * ++m_count > m_slots.size())
            grow();
        const std::uint64_t hash = hashOf(text);
        std::size_t at = hash & (m_slots.size() - 1);
        for (; m_slots[at].value >= 0; at = (at + 1) & (m_slots.size() - 1)) {
            if (matches(m_slots[at], hash, text))
                return;
        }
        m_slots[at] = {static_cast<std::uint32_t>(hash >> 32), value, m_texts.size(),
                       static_cast<std::uint32_t>(text.size())};
        m_texts += text;
    }

    /// The value, or -1.
    [[nodiscard]] std::int32_t find(std::string_view text) const {
        const std::uint64_t hash = hashOf(text);
        for (std::size_t at = hash & (m_slots.size() - 1); m_slots[at].value >= 0;
             at = (at + 1) & (m_slots.size() - 1)) {
            if (matches(m_slots[at], hash, text))
                return m_slots[at].value;
        }
        return -1;
    }

private:
    struct Slot {
        std::uint32_t hash = 0;
        std::int32_t value = -1;
        std::size_t begin = 0;
        std::uint32_t length = 0;
    };

    static std::uint64_t hashOf(std::string_view text) {
        std::uint64_t hash = text.size() * 0x9e3779b97f4a7c15ULL;
        const char* at = text.data();
        std::size_t left = text.size();
        for (; left >= 8; left -= 8, at += 8) {
            std::uint64_t block = 0;
            std::memcpy(&block, at, 8);
            hash = mix(hash ^ block);
        }
        std::uint64_t block = 0;
        for (std::size_t i = 0; i < left; ++i)
            block |= static_cast<std::uint64_t>(static_cast<unsigned char>(at[i])) << (8 * i);
        return mix(hash ^ block);
    }
    static std::uint64_t mix(std::uint64_t x) {
        x *= 0xff51afd7ed558ccdULL;
        return (x ^ (x >> 32)) * 0xc4ceb9fe1a85ec53ULL ^ (x >> 29);
    }
    [[nodiscard]] bool matches(const Slot& slot, std::uint64_t hash, std::string_view text) const {
        return slot.hash == static_cast<std::uint32_t>(hash >> 32) && slot.length == text.size() &&
               std::memcmp(m_texts.data() + slot.begin, text.data(), text.size()) == 0;
    }
    void grow() {
        std::vector<Slot> old(m_slots.size() * 2);
        old.swap(m_slots);
        for (const Slot& slot : old) {
            if (slot.value < 0)
                continue;
            std::size_t at =
                hashOf({m_texts.data() + slot.begin, slot.length}) & (m_slots.size() - 1);
            while (m_slots[at].value >= 0)
                at = (at + 1) & (m_slots.size() - 1);
            m_slots[at] = slot;
        }
    }

    std::vector<Slot> m_slots;
    std::string m_texts;
    std::size_t m_count = 0;
};

}  // namespace spanwise::tokenizing
