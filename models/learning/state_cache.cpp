#include "models/learning/state_cache.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "models/io/files.h"

namespace spanwise {
namespace {

// A file is a header, then records: RecordHeader, `count` floats. Numbers as this machine has them;
// a file from another byte order does not have the mark.
constexpr std::array<char, 8> kMagic{'S', 'P', 'W', 'S', 'T', 'A', 'T', 'E'};
constexpr std::uint32_t kVersion = 1;
constexpr std::uint32_t kByteOrder = 0x01020304;

struct FileHeader {
    std::array<char, 8> magic = kMagic;
    std::uint32_t version = kVersion;
    std::uint32_t byteOrder = kByteOrder;
};

struct RecordHeader {
    std::uint64_t keyHigh = 0, keyLow = 0;
    std::uint64_t count = 0;
    std::uint64_t checksum = 0;  ///< of the values
    std::uint64_t own = 0;       ///< of what is above

    [[nodiscard]] std::uint64_t ownChecksum() const {
        return ContentHash().add(this, offsetof(RecordHeader, own)).key().low;
    }
};

std::uint64_t checksumOf(const std::vector<float>& values) {
    return ContentHash().add(values.data(), values.size() * sizeof(float)).key().low;
}

bool readAt(int descriptor, void* data, std::size_t bytes, std::uint64_t offset) {
    auto* to = static_cast<char*>(data);
    while (bytes > 0) {
        const ssize_t got = ::pread(descriptor, to, bytes, static_cast<off_t>(offset));
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        to += got;
        bytes -= static_cast<std::size_t>(got);
        offset += static_cast<std::uint64_t>(got);
    }
    return true;
}

bool writeAt(int descriptor, const void* data, std::size_t bytes, std::uint64_t offset) {
    const auto* from = static_cast<const char*>(data);
    while (bytes > 0) {
        const ssize_t done = ::pwrite(descriptor, from, bytes, static_cast<off_t>(offset));
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        from += done;
        bytes -= static_cast<std::size_t>(done);
        offset += static_cast<std::uint64_t>(done);
    }
    return true;
}

std::uint64_t bytesOf(std::size_t count) {
    return count * sizeof(float);
}

std::uint64_t mixed(std::uint64_t value) {
    value ^= value >> 32;
    value *= 0xD6E8FEB86659FD93;
    value ^= value >> 32;
    value *= 0xD6E8FEB86659FD93;
    return value ^ (value >> 32);
}

}  // namespace

ContentHash& ContentHash::add(const void* data, std::size_t bytes) {
    constexpr std::uint64_t kPrime = 0x9FB21C651E98DF25;
    const auto* from = static_cast<const unsigned char*>(data);
    const auto take = [&](std::size_t lane, std::uint64_t word) {
        m_lanes[lane] = std::rotl((m_lanes[lane] ^ word) * kPrime, 29);
    };
    take(0, bytes);
    std::array<std::uint64_t, 4> words{};
    for (; bytes >= sizeof words; bytes -= sizeof words, from += sizeof words) {
        std::memcpy(words.data(), from, sizeof words);
        for (std::size_t lane = 0; lane < words.size(); ++lane)
            take(lane, words[lane]);
    }
    if (bytes > 0) {
        words = {};
        std::memcpy(words.data(), from, bytes);
        for (std::size_t lane = 0; lane < words.size(); ++lane)
            take(lane, words[lane]);
    }
    return *this;
}

ContentKey ContentHash::key() const {
    const std::uint64_t a = mixed(m_lanes[0] + std::rotl(m_lanes[1], 17));
    const std::uint64_t b = mixed(m_lanes[2] + std::rotl(m_lanes[3], 41));
    return {mixed(a ^ std::rotl(b, 23)), mixed(b + a * 3)};
}

StateCache::StateCache(StateCacheSettings settings) : m_settings(std::move(settings)) {
    if (!m_settings.file.empty())
        openFile();
}

StateCache::~StateCache() {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
}

StateCache::States StateCache::find(const ContentKey& key, std::size_t count) {
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_byKey.find(key);
        found != m_byKey.end() && found->second->states->size() == count) {
        m_entries.splice(m_entries.begin(), m_entries, found->second);
        ++m_stats.hits;
        return found->second->states;
    }
    if (States states = readStates(key, count)) {
        ++m_stats.hits;
        remember(key, states);
        return states;
    }
    ++m_stats.misses;
    return nullptr;
}

void StateCache::add(const ContentKey& key, States states) {
    const std::lock_guard lock(m_mutex);
    if (m_descriptor >= 0 && !m_records.contains(key))
        append(key, *states);
    remember(key, std::move(states));
}

StateCacheStats StateCache::stats() const {
    const std::lock_guard lock(m_mutex);
    StateCacheStats stats = m_stats;
    stats.entries = static_cast<std::int64_t>(m_entries.size());
    stats.fileBytes = static_cast<std::int64_t>(m_fileBytes);
    return stats;
}

void StateCache::remember(const ContentKey& key, States states) {
    const auto drop = [&](std::list<Entry>::iterator entry) {
        m_stats.bytes -= static_cast<std::int64_t>(bytesOf(entry->states->size()));
        m_byKey.erase(entry->key);
        m_entries.erase(entry);
    };
    if (const auto found = m_byKey.find(key); found != m_byKey.end())
        drop(found->second);
    const std::uint64_t bytes = bytesOf(states->size());
    if (bytes > m_settings.maxBytes)
        return;
    while (!m_entries.empty() &&
           static_cast<std::uint64_t>(m_stats.bytes) + bytes > m_settings.maxBytes)
        drop(std::prev(m_entries.end()));
    m_entries.push_front({key, std::move(states)});
    m_byKey.emplace(key, m_entries.begin());
    m_stats.bytes += static_cast<std::int64_t>(bytes);
}

void StateCache::closeFile(const std::string& warning) {
    if (m_descriptor >= 0)
        ::close(m_descriptor);
    m_descriptor = -1;
    m_records.clear();
    m_fileBytes = 0;
    m_stats.warnings.push_back(warning);
}

void StateCache::openFile() {
    const std::string name = m_settings.file.string();
    std::error_code ignored;
    std::filesystem::create_directories(m_settings.file.parent_path(), ignored);
    m_descriptor = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (m_descriptor < 0) {
        closeFile(fileError(errno, m_settings.file, "open").text() +
                  " States are kept in memory only.");
        return;
    }
    struct stat about {};
    if (::fstat(m_descriptor, &about) != 0 || !S_ISREG(about.st_mode)) {
        closeFile(name + ": This is no regular file. States are kept in memory only.");
        return;
    }
    if (::flock(m_descriptor, LOCK_EX | LOCK_NB) != 0) {
        closeFile(name + ": Another process uses this file. States are kept in memory only.");
        return;
    }
    const auto size = static_cast<std::uint64_t>(about.st_size);
    FileHeader header;
    const FileHeader expected;
    if (size == 0) {
        startFile();
    } else if (!readAt(m_descriptor, &header, sizeof header, 0) || header.magic != expected.magic ||
               header.version != expected.version || header.byteOrder != expected.byteOrder) {
        m_stats.warnings.push_back(name + ": This is no file of states of version " +
                                   std::to_string(kVersion) + ". It is begun anew.");
        startFile();
    } else {
        readRecords(size);
    }
}

void StateCache::startFile() {
    const FileHeader header;
    m_records.clear();
    m_fileBytes = sizeof header;
    if (::ftruncate(m_descriptor, 0) != 0 || !writeAt(m_descriptor, &header, sizeof header, 0))
        closeFile(fileError(errno, m_settings.file, "write to").text() +
                  " States are kept in memory only.");
}

void StateCache::readRecords(std::uint64_t size) {
    std::uint64_t offset = sizeof(FileHeader);
    RecordHeader record;
    while (size - offset >= sizeof record && readAt(m_descriptor, &record, sizeof record, offset) &&
           record.own == record.ownChecksum() &&
           record.count <= (size - offset - sizeof record) / sizeof(float)) {
        offset += sizeof record;
        m_records[{record.keyHigh, record.keyLow}] = {offset, record.count, record.checksum};
        offset += bytesOf(record.count);
    }
    m_fileBytes = offset;
    if (offset == size)
        return;
    m_stats.warnings.push_back(m_settings.file.string() + ": Damaged from byte " +
                               std::to_string(offset) + " on; what follows is made anew.");
    if (::ftruncate(m_descriptor, static_cast<off_t>(offset)) != 0)
        closeFile(fileError(errno, m_settings.file, "write to").text() +
                  " States are kept in memory only.");
}

void StateCache::append(const ContentKey& key, const std::vector<float>& states) {
    RecordHeader record{key.high, key.low, states.size(), checksumOf(states), 0};
    record.own = record.ownChecksum();
    const std::uint64_t bytes = sizeof record + bytesOf(states.size());
    if (sizeof(FileHeader) + bytes > m_settings.maxFileBytes)
        return;
    if (m_fileBytes + bytes > m_settings.maxFileBytes) {
        startFile();
        if (m_descriptor < 0)
            return;
        // The most recent half, so that the next states do not start over again.
        for (const Entry& entry : m_entries) {
            if (m_fileBytes + bytesOf(entry.states->size()) + bytes > m_settings.maxFileBytes / 2)
                break;
            append(entry.key, *entry.states);
            if (m_descriptor < 0)
                return;
        }
    }
    // The values first: a record without its header was never there.
    if (!writeAt(m_descriptor, states.data(), bytesOf(states.size()),
                 m_fileBytes + sizeof record) ||
        !writeAt(m_descriptor, &record, sizeof record, m_fileBytes)) {
        const int error = errno;
        [[maybe_unused]] const int cut = ::ftruncate(m_descriptor, static_cast<off_t>(m_fileBytes));
        closeFile(fileError(error, m_settings.file, "write to").text() +
                  " States are kept in memory only.");
        return;
    }
    m_records[key] = {m_fileBytes + sizeof record, states.size(), record.checksum};
    m_fileBytes += bytes;
}

StateCache::States StateCache::readStates(const ContentKey& key, std::size_t count) {
    const auto found = m_records.find(key);
    if (m_descriptor < 0 || found == m_records.end() || found->second.count != count)
        return nullptr;
    const Record record = found->second;
    auto states = std::make_shared<std::vector<float>>(count);
    if (readAt(m_descriptor, states->data(), bytesOf(count), record.offset) &&
        checksumOf(*states) == record.checksum)
        return states;
    m_records.erase(found);
    m_stats.warnings.push_back(m_settings.file.string() + ": Damaged at byte " +
                               std::to_string(record.offset) + "; these states are made anew.");
    return nullptr;
}

std::shared_ptr<StateCache> makeStateCache(const StateCacheSettings& settings) {
    return std::make_shared<StateCache>(settings);
}

StateCacheStats stateCacheStats(const StateCache& cache) {
    return cache.stats();
}

}  // namespace spanwise
