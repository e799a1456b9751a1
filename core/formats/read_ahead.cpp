#include "core/formats/read_ahead.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace spanwise {
namespace {

/// Handed over together, for a lock costs as much as a short record.
constexpr std::size_t kBatch = 64;
constexpr std::size_t kBatchBytes = std::size_t{1} << 20;
/// Waiting at most, but for a single batch: more would only take memory.
constexpr std::size_t kWaitingBytes = std::size_t{8} << 20;

struct Batch {
    std::vector<Record> records;
    std::size_t bytes = 0;
};

class Belt {
public:
    /// False: nobody takes it any more.
    bool put(Batch&& batch) {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [&] {
            return m_isOver || m_batches.empty() || m_bytes + batch.bytes <= kWaitingBytes;
        });
        if (m_isOver)
            return false;
        m_bytes += batch.bytes;
        m_batches.push_back(std::move(batch));
        m_changed.notify_all();
        return true;
    }
    /// Empty: there are no more.
    Batch take() {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_isFull || !m_batches.empty(); });
        if (m_batches.empty())
            return {};
        Batch batch = std::move(m_batches.front());
        m_batches.pop_front();
        m_bytes -= batch.bytes;
        m_changed.notify_all();
        return batch;
    }
    void endPutting() {
        const std::lock_guard guard(m_mutex);
        m_isFull = true;
        m_changed.notify_all();
    }
    void endTaking() {
        const std::lock_guard guard(m_mutex);
        m_isOver = true;
        m_changed.notify_all();
    }

private:
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Batch> m_batches;
    std::size_t m_bytes = 0;
    bool m_isFull = false, m_isOver = false;
};

/// Labels take more than their text, words that came with the file too.
std::size_t sizeOf(const Record& record) {
    std::size_t words = 0;
    for (const Sentence& sentence : record.document.presplit)
        words += sentence.words.size();
    return record.document.text.size() + record.document.meta.size() +
           record.spans.size() * sizeof(NamedSpan) + words * sizeof(Range);
}

}  // namespace

Result<void> readAhead(const std::function<Result<void>(const RecordSink&)>& source,
                       const RecordSink& sink) {
    Belt belt;
    Result<void> taken;  // written here, read by the source once the belt has ended taking
    Result<void> pushed;
    std::exception_ptr thrown;
    std::jthread reading([&] {
        Batch batch;
        const auto hand = [&] {
            return batch.records.empty() || belt.put(std::exchange(batch, {}));
        };
        try {
            pushed = source([&](Record&& record) -> Result<void> {
                batch.bytes += sizeOf(record);
                batch.records.push_back(std::move(record));
                if ((batch.records.size() >= kBatch || batch.bytes >= kBatchBytes) && !hand())
                    return taken ? failure(ErrorCode::Cancelled, "Nobody takes the documents.")
                                 : taken;
                return {};
            });
            (void)hand();
        } catch (...) {
            thrown = std::current_exception();
        }
        belt.endPutting();
    });
    try {
        for (Batch batch = belt.take(); taken && !batch.records.empty(); batch = belt.take()) {
            for (Record& record : batch.records) {
                taken = sink(std::move(record));
                if (!taken)
                    break;
            }
        }
    } catch (...) {
        belt.endTaking();
        throw;
    }
    belt.endTaking();
    reading.join();
    if (!taken)
        return taken;
    if (thrown)
        std::rethrow_exception(thrown);
    return pushed;
}

}  // namespace spanwise
