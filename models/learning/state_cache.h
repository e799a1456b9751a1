#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "models/model.h"

namespace spanwise {

/// 128 bits of what was hashed. For finding things again, not against an adversary.
struct ContentKey {
    std::uint64_t high = 0, low = 0;
    bool operator==(const ContentKey&) const = default;
};

/// Hashes about as fast as memory is read. Depends on how the bytes are split into calls.
class ContentHash {
public:
    ContentHash& add(const void* data, std::size_t bytes);
    ContentHash& add(std::uint64_t value) { return add(&value, sizeof value); }
    [[nodiscard]] ContentKey key() const;

private:
    std::array<std::uint64_t, 4> m_lanes{0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9,
                                         0x27D4EB2F165667C5};
};

/// Hidden states of frozen layers by content: who computed them, and of which tokens. Holds the
/// most recently used up to a bound; with a file, also keeps them between runs, up to another. The
/// file is one process's at a time, belongs to one kind of machine, and may be deleted at will:
/// what is cut off or damaged is dropped and computed anew. Any thread.
class StateCache {
public:
    using States = std::shared_ptr<const std::vector<float>>;

    explicit StateCache(StateCacheSettings settings);
    ~StateCache();
    StateCache(const StateCache&) = delete;
    StateCache& operator=(const StateCache&) = delete;

    /// Null: not there, or of another size than `count`.
    [[nodiscard]] States find(const ContentKey& key, std::size_t count);
    void add(const ContentKey& key, States states);
    [[nodiscard]] StateCacheStats stats() const;

private:
    struct Hash {
        std::size_t operator()(const ContentKey& key) const {
            return static_cast<std::size_t>(key.high);
        }
    };
    struct Entry {
        ContentKey key;
        States states;
    };
    struct Record {
        std::uint64_t offset = 0;  ///< of the values in the file
        std::uint64_t count = 0;
        std::uint64_t checksum = 0;
    };

    void openFile();
    /// Finds the records; what follows the last whole one is cut off.
    void readRecords(std::uint64_t size);
    void startFile();
    void closeFile(const std::string& warning);
    void append(const ContentKey& key, const std::vector<float>& states);
    [[nodiscard]] States readStates(const ContentKey& key, std::size_t count);
    void remember(const ContentKey& key, States states);

    StateCacheSettings m_settings;
    mutable std::mutex m_mutex;
    std::list<Entry> m_entries;  ///< most recently used first
    std::unordered_map<ContentKey, std::list<Entry>::iterator, Hash> m_byKey;
    std::unordered_map<ContentKey, Record, Hash> m_records;
    int m_descriptor = -1;
    std::uint64_t m_fileBytes = 0;
    StateCacheStats m_stats;
};

}  // namespace spanwise
