#pragma once

#include <chrono>
#include <memory>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "models/model.h"
#include "models/pretraining/world.h"

namespace at {
class Tensor;
}

namespace spanwise {

/// A sum over all processes that is under way.
class Sum {
public:
    virtual ~Sum() = default;
    /// Afterwards the tensor holds the sum, the same bits everywhere. Throws Separated.
    virtual void wait() = 0;
};

/// Thrown when another process has ended or cannot be reached; caught in this folder.
struct Separated {};

/// The processes of one run. What they add up goes through Gloo on the CPU and through NCCL between
/// GPUs (where LibTorch has it; else over the CPU), what they say to each other through a small
/// store at the meeting place. All must make the same calls in the same order. One thread at a
/// time.
class ProcessGroup {
public:
    /// Meets the others and returns when all are there. `patience`: how long a process waits for
    /// others here and in each sum. Errors: InvalidArgument (a port that is taken, a rank that is
    /// there twice, another size of world), NotFound (nobody there in time), Incompatible (this
    /// LibTorch has no Gloo), Cancelled.
    [[nodiscard]] static Result<std::shared_ptr<ProcessGroup>> join(const World& world,
                                                                    const Device& device,
                                                                    std::chrono::seconds patience,
                                                                    std::stop_token stop);
    ~ProcessGroup();
    ProcessGroup(const ProcessGroup&) = delete;
    ProcessGroup& operator=(const ProcessGroup&) = delete;

    [[nodiscard]] int rank() const;
    [[nodiscard]] int size() const;
    /// Whether this one does what only one may: writing, progress.
    [[nodiscard]] bool isFirst() const { return rank() == 0; }

    /// Waits until each process has said how its part went. An error of any is one for all: its own
    /// for the process that has it, which tells it, and Cancelled for the others. The first process
    /// may take as long as it likes, the others `patience` after it.
    [[nodiscard]] Result<void> agree(const Result<void>& mine, std::stop_token stop);
    /// What the first process passes as `text`, everywhere.
    [[nodiscard]] Result<std::string> ofFirst(const std::string& text);

    /// Begins to add `values` (contiguous, fp32 or fp64) up over all processes, in place. Throws
    /// Separated.
    [[nodiscard]] std::unique_ptr<Sum> startSum(const at::Tensor& values);
    void sum(const at::Tensor& values) { startSum(values)->wait(); }

    /// After Separated: what is left to do for this process. The first one keeps what was learned
    /// and tells; if it is the one that is gone, the second does. Who ended with an error of its
    /// own has told it (`isTold`).
    struct Aftermath {
        bool keeps = false, isTold = false;
    };
    [[nodiscard]] Aftermath aftermath(std::stop_token stop);
    /// "Another of the 8 processes has ended or cannot be reached", with what was seen of it.
    [[nodiscard]] Error separation() const;

    /// To be called before ending with an error: the others learn that it has been told.
    void giveUp();

private:
    class Impl;
    explicit ProcessGroup(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> m;
};

}  // namespace spanwise
