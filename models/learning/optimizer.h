#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <vector>

namespace spanwise {

/// AdamW (Loshchilov & Hutter 2019) over groups of tensors with a learning rate and weight decay
/// each, in LibTorch's fused kernel (one pass over the memory instead of a dozen), with the
/// gradients' common norm clipped to 1.
class Optimizer {
public:
    void add(std::vector<at::Tensor> parameters, double rate, double decay, bool isHead);
    void zeroGradients();
    /// Copies of all gradients as they are now, undefined where there is none; and back.
    [[nodiscard]] std::vector<at::Tensor> gradients() const;
    void setGradients(const std::vector<at::Tensor>& gradients);
    /// What it remembers from step to step, in one order; the tensors are its own.
    [[nodiscard]] std::vector<at::Tensor> state() const;
    /// Moves every parameter that has a gradient.
    void step(double encoderFactor, double headFactor);

private:
    struct Group {
        std::vector<at::Tensor> parameters, averages, squares, steps;
        double rate = 0, decay = 0;
        bool isHead = false;
    };
    std::vector<Group> m_groups;
};

/// Thrown by a fit whose loss or weights are no numbers any more.
struct Diverged {};
/// A fit that diverged is begun again with these rates, so many times.
inline constexpr double kSmallerRate = 0.3;
inline constexpr int kRestarts = 2;
/// Whether all values are numbers (of a size that can be squared); waits for the device once.
[[nodiscard]] bool allFinite(const std::vector<at::Tensor>& tensors);

[[nodiscard]] at::Generator newGenerator(at::Device device);

}  // namespace spanwise
