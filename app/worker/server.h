#pragma once

#include <memory>
#include <string>

#include "core/result.h"

namespace spanwise {

struct WorkerOptions {
    std::string encoder;  ///< name or folder; empty: the default encoder
    std::string device = "auto";
    int threads = 0;    ///< 0: as many as there are cores
    std::string cache;  ///< a folder for what can be made anew; empty: nothing is kept
    int niceness = 10;  ///< so that the window stays smooth while training runs
};

/// The background worker: JSON-RPC 2.0 in the Language Server Protocol's framing over two file
/// descriptors (core/protocol). One thread reads, so that a cancel is answered at once; one
/// computes, in the order of the requests. Ends on `shutdown` or when the input closes, so that no
/// worker outlives its app.
class WorkerServer {
public:
    WorkerServer(int input, int output, WorkerOptions options);
    ~WorkerServer();
    WorkerServer(const WorkerServer&) = delete;
    WorkerServer& operator=(const WorkerServer&) = delete;

    /// Serves until the end; returns the process's exit code.
    int run();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
