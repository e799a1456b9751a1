#pragma once

#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <functional>
#include <memory>
#include <stop_token>
#include <thread>

namespace spanwise::ui {

/// Runs one blocking function at a time in a thread of its own and brings its result back to the
/// owner's thread. No QObject goes over there: the work gets a stop token and a way to tell how far
/// it is, and what it captures. Starting anew or destroying the task stops and joins the old work,
/// whose result is then never delivered.
template <typename T>
class BackgroundTask {
public:
    using Progress = std::function<void(int done, int total)>;
    using Work = std::function<T(std::stop_token, const Progress&)>;

    BackgroundTask() = default;
    ~BackgroundTask() { abandon(); }
    BackgroundTask(const BackgroundTask&) = delete;
    BackgroundTask& operator=(const BackgroundTask&) = delete;

    /// `finished` and `progress` are called in this thread's event loop, until `context` or the
    /// task is destroyed.
    void start(QObject* context, Work work, std::function<void(T)> finished,
               Progress progress = {}) {
        abandon();
        QPromise<T> promise;
        m_watcher = std::make_unique<QFutureWatcher<T>>();
        QFutureWatcher<T>* watcher = m_watcher.get();
        QObject::connect(watcher, &QFutureWatcherBase::finished, context,
                         [this, finished = std::move(finished)] {
                             T value = m_watcher->future().result();
                             m_thread = {};
                             m_watcher.release()->deleteLater();
                             finished(std::move(value));
                         });
        if (progress) {
            QObject::connect(watcher, &QFutureWatcherBase::progressValueChanged, context,
                             [watcher, progress = std::move(progress)](int done) {
                                 progress(done, watcher->progressMaximum());
                             });
        }
        watcher->setFuture(promise.future());
        m_thread = std::jthread(
            [work = std::move(work), promise = std::move(promise)](std::stop_token stop) mutable {
                promise.start();
                int range = -1;
                promise.addResult(work(stop, [&promise, &range](int done, int total) {
                    // Each setting of the range goes to the other thread and begins anew.
                    if (total != range)
                        promise.setProgressRange(0, total);
                    range = total;
                    promise.setProgressValue(done);
                }));
                promise.finish();
            });
    }

    /// The work may end early; its result is delivered.
    void requestStop() { m_thread.request_stop(); }
    [[nodiscard]] bool isRunning() const { return m_watcher != nullptr; }

private:
    void abandon() {
        m_watcher.reset();
        m_thread = {};
    }

    std::unique_ptr<QFutureWatcher<T>> m_watcher;
    std::jthread m_thread;
};

}  // namespace spanwise::ui
