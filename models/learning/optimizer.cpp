#include "models/learning/optimizer.h"

#include "models/torch.h"

namespace spanwise {
namespace {

constexpr double kClip = 1.0;

}  // namespace

void Optimizer::add(std::vector<at::Tensor> parameters, double rate, double decay, bool isHead) {
    Group group;
    group.isHead = isHead;
    group.rate = rate;
    group.decay = decay;
    for (at::Tensor& parameter : parameters) {
        group.averages.push_back(at::zeros_like(parameter));
        group.squares.push_back(at::zeros_like(parameter));
        group.steps.push_back(
            at::zeros({}, at::TensorOptions(at::kFloat).device(parameter.device())));
    }
    group.parameters = std::move(parameters);
    m_groups.push_back(std::move(group));
}

void Optimizer::zeroGradients() {
    for (Group& group : m_groups) {
        for (at::Tensor& parameter : group.parameters)
            parameter.mutable_grad() = at::Tensor();
    }
}

std::vector<at::Tensor> Optimizer::gradients() const {
    std::vector<at::Tensor> all;
    for (const Group& group : m_groups) {
        for (const at::Tensor& parameter : group.parameters)
            all.push_back(parameter.grad().defined() ? parameter.grad().clone() : at::Tensor());
    }
    return all;
}

void Optimizer::setGradients(const std::vector<at::Tensor>& gradients) {
    std::size_t next = 0;
    for (Group& group : m_groups) {
        for (at::Tensor& parameter : group.parameters) {
            // A copy: what is added to it must not change what was kept.
            const bool has = next < gradients.size() && gradients[next].defined();
            parameter.mutable_grad() = has ? gradients[next].clone() : at::Tensor();
            ++next;
        }
    }
}

std::vector<at::Tensor> Optimizer::state() const {
    std::vector<at::Tensor> all;
    for (const Group& group : m_groups) {
        for (const auto* part : {&group.averages, &group.squares, &group.steps})
            all.insert(all.end(), part->begin(), part->end());
    }
    return all;
}

void Optimizer::step(double encoderFactor, double headFactor) {
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> all;
    for (Group& group : m_groups) {
        for (const at::Tensor& parameter : group.parameters) {
            if (parameter.grad().defined())
                all.push_back(parameter.grad());
        }
    }
    if (all.empty())
        return;
    const at::Tensor norm = at::stack(at::_foreach_norm(all)).norm();
    // The kernel divides the gradients by the scale on its way.
    const at::Tensor scale = (norm / kClip).clamp_min(1.0);
    for (Group& group : m_groups) {
        std::vector<at::Tensor> gradients;
        for (const at::Tensor& parameter : group.parameters)
            gradients.push_back(parameter.grad().defined() ? parameter.grad()
                                                           : at::zeros_like(parameter));
        at::_foreach_add_(group.steps, at::Scalar(1));
        at::_fused_adamw_(group.parameters, gradients, group.averages, group.squares, {},
                          group.steps, group.rate * (group.isHead ? headFactor : encoderFactor),
                          0.9, 0.999, group.decay, 1e-8, false, false, scale);
    }
}

bool allFinite(const std::vector<at::Tensor>& tensors) {
    const at::NoGradGuard noGradient;
    return tensors.empty() ||
           at::isfinite(at::stack(at::_foreach_norm(tensors))).all().item<bool>();
}

at::Generator newGenerator(at::Device device) {
    return device.is_cpu() ? at::detail::createCPUGenerator()
                           : at::globalContext()
                                 .getAcceleratorHooksInterface(device.type())
                                 .getNewGenerator(device.index());
}

}  // namespace spanwise
