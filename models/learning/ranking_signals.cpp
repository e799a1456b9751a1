#include <algorithm>
#include <numeric>

#include "models/learning/ranking.h"
#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

/// Sentences whose logits are in memory at once.
constexpr std::size_t kPortion = 256;
/// Below it a span of a GLiNER is as good as none.
constexpr double kFaintest = 0.01;

}  // namespace

Result<std::vector<Uncertainty>> uncertainties(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    std::stop_token stop) {
    std::vector<Uncertainty> result;
    result.reserve(sentences.size());
    for (std::size_t done = 0; done < sentences.size();) {
        if (stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        const std::size_t end = std::min(sentences.size(), done + kPortion);
        const std::vector<std::vector<std::string>> portion(
            sentences.begin() + static_cast<std::ptrdiff_t>(done),
            sentences.begin() + static_cast<std::ptrdiff_t>(end));
        if (model.gliner) {
            PredictOptions faint;
            faint.threshold = model.calibration.apply(kFaintest);
            const auto found = predict(model, portion, faint, {}, stop);
            if (!found)
                return tl::unexpected(found.error());
            for (std::size_t i = 0; i < portion.size(); ++i)
                result.push_back(uncertaintyOf((*found)[i], static_cast<int>(portion[i].size())));
        } else {
            const auto logits = wordLogits(model, portion);
            if (!logits)
                return tl::unexpected(logits.error());
            for (const auto& sentence : *logits)
                result.push_back(uncertaintyOf(sentence, model.labels));
        }
        done = end;
        if (progress)
            progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(sentences.size()));
    }
    return result;
}

Result<std::vector<std::vector<float>>> sentenceEmbeddings(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    std::stop_token stop) {
    return guarded(model.info.path.string(), [&]() -> Result<std::vector<std::vector<float>>> {
        const c10::InferenceMode inference;
        std::vector<Window> windows;
        for (std::size_t i = 0; i < sentences.size(); ++i)
            cutIntoWindows(model, i, sentences[i], windows);
        std::vector<std::size_t> order(windows.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return windows[a].ids.size() > windows[b].ids.size();
        });
        const at::Device device = model.torchDevice();
        at::Tensor sums = at::zeros(
            {static_cast<std::int64_t>(sentences.size()), model.config.hiddenSize}, at::kFloat);
        for (std::size_t done = 0; done < order.size();) {
            std::vector<const Window*> members;
            std::vector<std::int64_t> owners;  // the sentence of each row
            std::int64_t tokens = 0;
            for (; done < order.size(); ++done) {
                const Window& window = windows[order[done]];
                tokens += static_cast<std::int64_t>(window.ids.size());
                if (!members.empty() && tokens > kFastTokens)
                    break;
                members.push_back(&window);
                owners.insert(owners.end(), window.words.size(),
                              static_cast<std::int64_t>(window.sentence));
            }
            const WindowBatch batch = packWindows(members, model.config, device);
            ForwardOptions options;
            options.stop = stop;
            options.wantedRows = indexTensor(batch.firstRows, device);
            const at::Tensor states =
                runLayers(model.encoder, model.config, batch.packed,
                          embed(model.encoder, model.config, batch.packed, options), 0,
                          model.config.layers, options)
                    .to(at::kCPU, at::kFloat);
            sums.index_add_(0, indexTensor(owners, at::kCPU), states);
            if (progress)
                progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()));
        }
        const at::Tensor units = (sums / sums.norm(2, 1, true).clamp_min(1e-12)).contiguous();
        std::vector<std::vector<float>> result(sentences.size());
        const float* data = units.const_data_ptr<float>();
        for (std::vector<float>& row : result) {
            row.assign(data, data + units.size(1));
            data += units.size(1);
        }
        return result;
    });
}

}  // namespace spanwise
