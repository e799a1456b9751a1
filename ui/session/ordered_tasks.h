#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

namespace spanwise::ui {

/// Runs blocking functions one after the other in a thread of its own and delivers each one's
/// result in the owner's thread, both in the order in which they came. No QObject goes over there.
/// Nothing is stopped or left out: destroying it carries out what waits first, but tells nobody.
/// (For work that may be given up see BackgroundTask and LatestTask.)
template <typename T>
class OrderedTasks {
public:
    OrderedTasks() = default;
    ~OrderedTasks() {
        m_undelivered.clear();
        {
            const std::lock_guard guard(m_mutex);
            m_ends = true;
        }
        m_wake.notify_one();
    }
    OrderedTasks(const OrderedTasks&) = delete;
    OrderedTasks& operator=(const OrderedTasks&) = delete;

    /// `finished` is called in this thread, by its event loop or by finish(), until `context` or
    /// this object is destroyed.
    void start(QObject* context, std::function<T()> work, std::function<void(T)> finished) {
        QPromise<T> promise;
        auto watcher = std::make_unique<QFutureWatcher<T>>();
        QObject::connect(watcher.get(), &QFutureWatcherBase::finished, context,
                         [this] { deliver(); });
        watcher->setFuture(promise.future());
        m_undelivered.push_back({std::move(watcher), std::move(finished)});
        {
            const std::lock_guard guard(m_mutex);
            m_jobs.push_back({std::move(work), std::move(promise)});
        }
        m_wake.notify_one();
        if (!m_thread.joinable())
            m_thread = std::jthread([this] { run(); });
    }

    /// Something is under way or not delivered yet.
    [[nodiscard]] bool isRunning() const { return !m_undelivered.empty(); }
    /// Waits until all is done, and delivers it.
    void finish() {
        while (!m_undelivered.empty()) {
            m_undelivered.front().watcher->waitForFinished();
            deliverFirst();
        }
    }

private:
    struct Job {
        std::function<T()> work;
        QPromise<T> promise;
    };
    struct Undelivered {
        std::unique_ptr<QFutureWatcher<T>> watcher;
        std::function<void(T)> finished;
    };

    void deliver() {
        while (!m_undelivered.empty() && m_undelivered.front().watcher->future().isFinished())
            deliverFirst();
    }
    void deliverFirst() {
        Undelivered first = std::move(m_undelivered.front());
        m_undelivered.pop_front();
        T value = first.watcher->future().takeResult();
        first.watcher.release()->deleteLater();  // it may be telling of this just now
        first.finished(std::move(value));
    }

    void run() {
        std::unique_lock lock(m_mutex);
        while (true) {
            m_wake.wait(lock, [this] { return m_ends || !m_jobs.empty(); });
            if (m_jobs.empty())
                return;
            Job job = std::move(m_jobs.front());
            m_jobs.pop_front();
            lock.unlock();
            job.promise.start();
            job.promise.addResult(job.work());
            job.promise.finish();
            lock.lock();
        }
    }

    std::deque<Undelivered> m_undelivered;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Job> m_jobs;
    bool m_ends = false;
    std::jthread m_thread;  ///< last: joined before the rest goes
};

}  // namespace spanwise::ui
