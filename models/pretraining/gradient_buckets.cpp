#include "models/pretraining/gradient_buckets.h"

#include <torch/csrc/autograd/function_hook.h>
#include <torch/csrc/autograd/variable.h>

#include <functional>

#include "models/torch.h"

namespace spanwise {
namespace {

namespace autograd = torch::autograd;

/// Places begin at multiples of so many numbers, for aligned loads.
constexpr std::int64_t kAlignment = 16;

class ReadyHook : public autograd::PostAccumulateGradHook {
public:
    explicit ReadyHook(std::function<void()> tell) : m_tell(std::move(tell)) {}
    void operator()(const autograd::Variable&) override { m_tell(); }

private:
    std::function<void()> m_tell;
};

std::int64_t room(const at::Tensor& tensor) {
    return (tensor.numel() + kAlignment - 1) / kAlignment * kAlignment;
}

}  // namespace

GradientBuckets::GradientBuckets(ProcessGroup& group, std::vector<at::Tensor> parameters,
                                 std::int64_t bytes)
    : m_group(group), m_parameters(std::move(parameters)), m_isReady(m_parameters.size(), 0) {
    for (std::size_t begin = 0; begin < m_parameters.size();) {
        Bucket bucket;
        bucket.begin = begin;
        std::int64_t size = 0;
        std::size_t end = begin;
        for (; end < m_parameters.size(); ++end) {
            const std::int64_t with = size + room(m_parameters[end]);
            if (end > begin && with * static_cast<std::int64_t>(sizeof(float)) > bytes)
                break;
            size = with;
        }
        bucket.end = end;
        bucket.values = at::zeros({size}, m_parameters[begin].options().requires_grad(false));
        for (std::int64_t offset = 0; begin < end; ++begin) {
            const at::Tensor& parameter = m_parameters[begin];
            m_places.push_back(
                bucket.values.narrow(0, offset, parameter.numel()).view(parameter.sizes()));
            m_bucketOf.push_back(m_buckets.size());
            offset += room(parameter);
        }
        m_buckets.push_back(std::move(bucket));
    }
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        autograd::impl::set_post_acc_grad_hooks(
            m_parameters[i], std::make_unique<ReadyHook>([this, i] { ready(i); }));
}

GradientBuckets::~GradientBuckets() {
    for (const at::Tensor& parameter : m_parameters)
        autograd::impl::set_post_acc_grad_hooks(parameter, nullptr);
}

void GradientBuckets::listen() {
    m_isListening = true;
    m_next = 0;
    m_overlapped = 0;
    std::fill(m_isReady.begin(), m_isReady.end(), 0);
    for (Bucket& bucket : m_buckets)
        bucket.missing = bucket.end - bucket.begin;
}

void GradientBuckets::ready(std::size_t parameter) {
    if (!m_isListening || m_isSeparated || m_isReady[parameter] != 0)
        return;
    const at::NoGradGuard noGradient;
    m_places[parameter].copy_(m_parameters[parameter].grad());
    m_isReady[parameter] = 1;
    --m_buckets[m_bucketOf[parameter]].missing;
    // Nothing but a std::exception may leave autograd's threads: startRest() throws.
    try {
        while (m_next < m_buckets.size() && m_buckets[m_next].missing == 0) {
            start(m_buckets[m_next++]);
            ++m_overlapped;
        }
    } catch (const Separated&) {
        m_isSeparated = true;
    }
}

void GradientBuckets::start(Bucket& bucket) {
    bucket.sum = m_group.startSum(bucket.values);
}

void GradientBuckets::startRest() {
    if (!m_isListening)
        listen();
    m_isListening = false;
    if (m_isSeparated)
        throw Separated{};
    const at::NoGradGuard noGradient;
    for (; m_next < m_buckets.size(); ++m_next) {
        Bucket& bucket = m_buckets[m_next];
        for (std::size_t i = bucket.begin; i < bucket.end; ++i) {
            if (m_isReady[i] != 0)
                continue;
            if (m_parameters[i].grad().defined())
                m_places[i].copy_(m_parameters[i].grad());
            else
                m_places[i].zero_();
        }
        start(bucket);
    }
}

void GradientBuckets::finish() {
    for (Bucket& bucket : m_buckets) {
        bucket.sum->wait();
        bucket.sum.reset();
    }
    for (std::size_t i = 0; i < m_parameters.size(); ++i)
        m_parameters[i].mutable_grad() = m_places[i];
}

}  // namespace spanwise
