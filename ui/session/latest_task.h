#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace spanwise::ui {

/// Runs the newest of many requests in one thread of its own, for what a person types: a request
/// replaces the one that waits and stops the one that runs, without waiting for it, and only the
/// newest one's result is delivered, in the owner's thread. No QObject goes over there. (For one
/// long piece of work see BackgroundTask.)
template <typename T>
class LatestTask {
public:
    LatestTask() = default;
    ~LatestTask() {
        cancel();
        {
            const std::lock_guard guard(m_mutex);
            m_ends = true;
        }
        m_wake.notify_one();
    }
    LatestTask(const LatestTask&) = delete;
    LatestTask& operator=(const LatestTask&) = delete;

    /// `finished` is called in this thread's event loop, until `context` or the task is destroyed.
    void start(QObject* context, std::function<T(std::stop_token)> work,
               std::function<void(T)> finished) {
        cancel();
        QPromise<T> promise;
        m_watcher = std::make_unique<QFutureWatcher<T>>();
        QFutureWatcher<T>* watcher = m_watcher.get();
        QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                         [this, finished = std::move(finished)] {
                             T value = m_watcher->future().result();
                             m_watcher.release()->deleteLater();
                             finished(std::move(value));
                         });
        watcher->setFuture(promise.future());
        {
            const std::lock_guard guard(m_mutex);
            m_stop = std::stop_source();
            m_waiting = Job{std::move(work), std::move(promise), m_stop.get_token()};
        }
        m_wake.notify_one();
        if (!m_thread.joinable())
            m_thread = std::jthread([this] { run(); });
    }

    void cancel() {
        m_watcher.reset();
        const std::lock_guard guard(m_mutex);
        m_waiting.reset();
        m_stop.request_stop();
    }
    [[nodiscard]] bool isRunning() const { return m_watcher != nullptr; }

private:
    struct Job {
        std::function<T(std::stop_token)> work;
        QPromise<T> promise;
        std::stop_token stop;
    };

    void run() {
        std::unique_lock lock(m_mutex);
        while (true) {
            m_wake.wait(lock, [this] { return m_ends || m_waiting; });
            if (m_ends)
                return;
            Job job = std::move(*m_waiting);
            m_waiting.reset();
            lock.unlock();
            job.promise.start();
            job.promise.addResult(job.work(job.stop));
            job.promise.finish();
            lock.lock();
        }
    }

    std::unique_ptr<QFutureWatcher<T>> m_watcher;
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::optional<Job> m_waiting;
    std::stop_source m_stop;
    bool m_ends = false;
    std::jthread m_thread;  ///< last: joined before the rest goes
};

}  // namespace spanwise::ui
