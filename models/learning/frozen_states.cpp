#include "models/learning/frozen_states.h"

#include <ATen/Version.h>
#include <torch/headeronly/version.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "models/learning/state_cache.h"
#include "models/torch.h"

namespace spanwise {
namespace {

constexpr std::int64_t kCudaTokens = 32768;

/// What all of these windows' states depend on besides the tokens.
ContentHash hashOf(const EncoderWeights& weights, const EncoderConfig& config, int layers) {
    ContentHash hash;
    const std::string machine = at::get_cpu_capability();
    hash.add(machine.data(), machine.size());
    hash.add(TORCH_VERSION, sizeof TORCH_VERSION);
    for (const std::int64_t number : std::initializer_list<std::int64_t>{
             at::get_num_threads(), layers, static_cast<std::int64_t>(config.architecture),
             config.heads, static_cast<std::int64_t>(config.activation), config.padId,
             config.relativeBuckets, config.maxRelative, config.contentToPosition,
             config.positionToContent, config.sharesPositionKeys, config.localReach,
             config.convolutionKernel, config.convolutionGroups,
             static_cast<std::int64_t>(config.convolutionActivation)})
        hash.add(static_cast<std::uint64_t>(number));
    for (const double number : {config.layerNormEps, config.globalTheta, config.localTheta})
        hash.add(&number, sizeof number);
    for (const bool isLocal : config.isLocal)
        hash.add(isLocal ? 1 : 0);
    EncoderWeights frozen = weights;
    frozen.layers.resize(static_cast<std::size_t>(layers));
    for (at::Tensor* above :
         {&frozen.finalNormWeight, &frozen.finalNormBias, &frozen.headDenseWeight,
          &frozen.headDenseBias, &frozen.headNormWeight, &frozen.headNormBias})
        *above = at::Tensor();
    frozen.forEach([&](const at::Tensor& tensor) {
        const at::Tensor values = tensor.contiguous();
        hash.add(values.const_data_ptr<float>(), values.nbytes());
    });
    return hash;
}

class FrozenLayers {
public:
    FrozenLayers(const EncoderWeights& weights, const EncoderConfig& config, int layers,
                 const std::stop_token& stop)
        : m_weights(weights), m_config(config), m_layers(layers) {
        m_options.stop = stop;
    }

    /// States of the windows, one after the other.
    [[nodiscard]] at::Tensor run(const std::vector<const Window*>& windows) {
        const at::Device device = m_weights.wordEmbedding.device();
        const WindowBatch batch = packWindows(windows, m_config, device);
        at::Tensor hidden = embed(m_weights, m_config, batch.packed, m_options);
        if (device.is_cpu() && PackedLayers::available(m_config, Precision::Float)) {
            if (!m_packed)
                m_packed.emplace(m_weights, m_config, Precision::Float, m_layers);
            m_options.packed = &*m_packed;
            // Always as many rows, so that a row comes out the same whatever is beside it.
            if (hidden.size(0) < kFastTokens)
                hidden = at::constant_pad_nd(hidden, {0, 0, 0, kFastTokens - hidden.size(0)});
        }
        return runLayers(m_weights, m_config, batch.packed, hidden, 0, m_layers, m_options)
            .narrow(0, 0, batch.tokens);
    }

    /// Whether a window may share a batch, and how many sub-tokens one has.
    [[nodiscard]] bool shares(const Window& window) const {
        return m_weights.wordEmbedding.is_cuda() ||
               (PackedLayers::available(m_config, Precision::Float) &&
                PackedLayers::attendsAlone(m_config, static_cast<std::int64_t>(window.ids.size())));
    }
    [[nodiscard]] std::int64_t budget() const {
        return m_weights.wordEmbedding.is_cuda() ? kCudaTokens : kFastTokens;
    }

private:
    const EncoderWeights& m_weights;
    const EncoderConfig& m_config;
    int m_layers;
    ForwardOptions m_options;
    std::optional<PackedLayers> m_packed;
};

}  // namespace

std::vector<at::Tensor> frozenStates(const EncoderWeights& weights, const EncoderConfig& config,
                                     int layers, const std::vector<const Window*>& windows,
                                     StateCache* cache, const std::stop_token& stop) {
    const at::NoGradGuard noGradient;
    std::vector<at::Tensor> states(windows.size());
    std::vector<ContentKey> keys(windows.size());
    const bool usesCache = cache != nullptr && weights.wordEmbedding.is_cpu();
    if (usesCache) {
        const ContentHash encoder = hashOf(weights, config, layers);
        for (std::size_t i = 0; i < windows.size(); ++i) {
            const std::vector<std::int64_t>& ids = windows[i]->ids;
            keys[i] = ContentHash(encoder).add(ids.data(), ids.size() * sizeof ids[0]).key();
            const std::size_t count = ids.size() * static_cast<std::size_t>(config.hiddenSize);
            if (const StateCache::States found = cache->find(keys[i], count))
                states[i] = at::from_blob(
                    const_cast<float*>(found->data()),
                    {static_cast<std::int64_t>(ids.size()), config.hiddenSize}, [found](void*) {},
                    at::TensorOptions(at::kFloat));
        }
    }
    std::vector<std::size_t> missing;
    for (std::size_t i = 0; i < windows.size(); ++i) {
        if (!states[i].defined())
            missing.push_back(i);
    }
    std::stable_sort(missing.begin(), missing.end(), [&](std::size_t a, std::size_t b) {
        return windows[a]->ids.size() > windows[b]->ids.size();
    });
    FrozenLayers frozen(weights, config, layers, stop);
    for (std::size_t done = 0; done < missing.size();) {
        std::vector<const Window*> batch;
        std::int64_t tokens = 0;
        for (std::size_t i = done; i < missing.size(); ++i) {
            const Window& window = *windows[missing[i]];
            tokens += static_cast<std::int64_t>(window.ids.size());
            if (!batch.empty() && (tokens > frozen.budget() || !frozen.shares(window) ||
                                   !frozen.shares(*batch.front())))
                break;
            batch.push_back(&window);
        }
        const at::Tensor all = frozen.run(batch);
        std::int64_t row = 0;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            const auto rows = static_cast<std::int64_t>(batch[i]->ids.size());
            at::Tensor& state = states[missing[done + i]];
            state = all.narrow(0, row, rows).clone();
            row += rows;
            if (!usesCache)
                continue;
            const float* const values = state.const_data_ptr<float>();
            cache->add(keys[missing[done + i]],
                       std::make_shared<const std::vector<float>>(values, values + state.numel()));
        }
        done += batch.size();
    }
    return states;
}

}  // namespace spanwise
