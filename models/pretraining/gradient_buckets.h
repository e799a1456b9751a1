#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "models/pretraining/process_group.h"

namespace spanwise {

/// Adds gradients up over all processes while backward is still at work on others: as soon as all
/// of a bucket are final, its sum is begun. Buckets begin in the same order everywhere. One thread
/// at a time; during backward the one that runs it.
class GradientBuckets {
public:
    /// `parameters`: leaves that learn, in the order in which backward reaches them. A bucket has
    /// at most `bytes`, unless one parameter alone has more.
    GradientBuckets(ProcessGroup& group, std::vector<at::Tensor> parameters, std::int64_t bytes);
    ~GradientBuckets();
    GradientBuckets(const GradientBuckets&) = delete;
    GradientBuckets& operator=(const GradientBuckets&) = delete;

    /// From here on each gradient that backward has added to is final.
    void listen();
    /// Begins the sums that have not begun, with zeros where there is no gradient. Throws
    /// Separated.
    void startRest();
    /// Waits, and puts the sums in the gradients' place. Throws Separated.
    void finish();
    /// How many sums began before startRest(), that is beside backward, in the last round.
    [[nodiscard]] std::size_t overlapped() const { return m_overlapped; }
    [[nodiscard]] std::size_t size() const { return m_buckets.size(); }

private:
    struct Bucket {
        at::Tensor values;               ///< the gradients end to end
        std::size_t begin = 0, end = 0;  ///< parameters
        std::size_t missing = 0;
        std::unique_ptr<Sum> sum;
    };
    void ready(std::size_t parameter);
    void start(Bucket& bucket);

    ProcessGroup& m_group;
    std::vector<at::Tensor> m_parameters;
    std::vector<at::Tensor> m_places;     ///< of each parameter's gradient, views of a bucket
    std::vector<std::size_t> m_bucketOf;  ///< by parameter
    std::vector<char> m_isReady;          ///< by parameter
    std::vector<Bucket> m_buckets;
    std::size_t m_next = 0;  ///< bucket that begins next
    std::size_t m_overlapped = 0;
    bool m_isListening = false, m_isSeparated = false;
};

}  // namespace spanwise
