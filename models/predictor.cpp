#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "models/model_internal.h"

namespace spanwise {
namespace {

constexpr int kCpuTokens = 1536;
constexpr int kCudaTokens = 65536;
constexpr float kImpossible = -1e4F;

/// Logits `[words, labels]` of each sentence's words that have sub-tokens.
struct SentenceLogits {
    std::vector<std::int32_t> words;  ///< ascending
    std::vector<float> rows;
};

Result<std::vector<SentenceLogits>> computeLogits(
    const Model& model, const std::vector<std::vector<std::string>>& sentences, int tokenBudget,
    const std::function<void(std::int64_t, std::int64_t)>& progress, const std::stop_token& stop) {
    if (!model.headWeight.defined())
        return failure(ErrorCode::Incompatible,
                       "This is a bare encoder: it has learned no entity types yet. Train it "
                       "first.",
                       model.info.path.string());
    const c10::InferenceMode inference;
    std::vector<Window> windows;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if ((i & 255) == 0 && stop.stop_requested())
            return failure(ErrorCode::Cancelled, "");
        cutIntoWindows(model, i, sentences[i], windows);
    }
    std::vector<std::size_t> order(windows.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return windows[a].ids.size() > windows[b].ids.size();
    });
    const int labels = model.labels.size();
    std::vector<std::vector<float>> rows(windows.size());
    auto budget = static_cast<std::size_t>(
        tokenBudget > 0 ? tokenBudget : (model.device.cuda ? kCudaTokens : kCpuTokens));
    std::size_t done = 0;
    while (done < order.size()) {
        const std::size_t longest = windows[order[done]].ids.size();
        const std::size_t count =
            std::min(order.size() - done, std::max<std::size_t>(1, budget / longest));
        std::vector<const Window*> members;
        std::vector<std::int64_t> places;
        for (std::size_t i = 0; i < count; ++i) {
            const Window& window = windows[order[done + i]];
            members.push_back(&window);
            for (const std::int32_t first : window.firsts)
                places.push_back(static_cast<std::int64_t>(i * longest) + first);
        }
        try {
            const Batch batch = makeBatch(members, model.tokenizer->padId(), model.torchDevice());
            ForwardOptions options;
            options.stop = stop;
            const at::Tensor hidden = runLayers(model.encoder, model.config,
                                                embed(model.encoder, model.config, batch.ids),
                                                batch.mask, 0, model.config.layers, options);
            const at::Tensor wanted =
                hidden.view({-1, model.config.hiddenSize})
                    .index_select(0, torch::tensor(places, at::kLong).to(hidden.device()));
            const at::Tensor logits = at::linear(wanted, model.headWeight, model.headBias)
                                          .to(at::kCPU, at::kFloat)
                                          .contiguous();
            const float* data = logits.const_data_ptr<float>();
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t cells =
                    members[i]->words.size() * static_cast<std::size_t>(labels);
                rows[order[done + i]].assign(data, data + cells);
                data += cells;
            }
        } catch (const Stopped&) {
            return failure(ErrorCode::Cancelled, "");
        } catch (const c10::OutOfMemoryError&) {
            if (count <= 1)
                return failure(ErrorCode::OutOfMemory,
                               "The device has no memory left even for one sentence. Close other "
                               "programs that use it, or choose --device cpu.");
            budget = std::max(longest, budget / 2);
            continue;
        }
        done += count;
        if (progress)
            progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()));
    }

    std::vector<SentenceLogits> result(sentences.size());
    for (std::size_t w = 0; w < windows.size(); ++w) {
        SentenceLogits& sentence = result[windows[w].sentence];
        sentence.words.insert(sentence.words.end(), windows[w].words.begin(),
                              windows[w].words.end());
        sentence.rows.insert(sentence.rows.end(), rows[w].begin(), rows[w].end());
    }
    return result;
}

template <typename Work>
auto guarded(Work work) -> decltype(work()) {
    try {
        return work();
    } catch (const c10::Error& e) {
        return failure(ErrorCode::Internal,
                       std::string("LibTorch failed: ") + e.what_without_backtrace());
    } catch (const std::bad_alloc&) {
        return failure(ErrorCode::OutOfMemory, "There is not enough memory to run the model.");
    }
}

}  // namespace

Result<std::vector<std::vector<WordSpan>>> predict(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const PredictOptions& options,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    std::stop_token stop) {
    return guarded([&]() -> Result<std::vector<std::vector<WordSpan>>> {
        const auto logits = computeLogits(model, sentences, options.tokenBudget, progress, stop);
        if (!logits)
            return tl::unexpected(logits.error());
        std::vector<std::vector<WordSpan>> spans(sentences.size());
        const auto labels = static_cast<std::size_t>(model.labels.size());
        std::vector<float> rows;
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            // A word without sub-tokens is O for certain.
            rows.assign(sentences[i].size() * labels, kImpossible);
            for (std::size_t word = 0; word < sentences[i].size(); ++word)
                rows[word * labels + static_cast<std::size_t>(model.labels.outside())] = 0;
            const float* row = (*logits)[i].rows.data();
            for (const std::int32_t word : (*logits)[i].words) {
                std::copy_n(row, labels, rows.data() + static_cast<std::size_t>(word) * labels);
                row += labels;
            }
            spans[i] =
                decodeBio(rows.data(), static_cast<int>(sentences[i].size()), model.labels);
            std::erase_if(spans[i],
                          [&](const WordSpan& span) { return span.score < options.threshold; });
        }
        return spans;
    });
}

Result<std::vector<std::vector<std::vector<float>>>> wordLogits(
    const Model& model, const std::vector<std::vector<std::string>>& sentences) {
    return guarded([&]() -> Result<std::vector<std::vector<std::vector<float>>>> {
        const auto logits = computeLogits(model, sentences, 0, {}, {});
        if (!logits)
            return tl::unexpected(logits.error());
        const auto labels = static_cast<std::ptrdiff_t>(model.labels.size());
        std::vector<std::vector<std::vector<float>>> result(sentences.size());
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            result[i].resize(sentences[i].size());
            auto row = (*logits)[i].rows.begin();
            for (const std::int32_t word : (*logits)[i].words) {
                result[i][static_cast<std::size_t>(word)].assign(row, row + labels);
                row += labels;
            }
        }
        return result;
    });
}

std::vector<std::string> labelNames(const Model& model) {
    return model.labels.names();
}

}  // namespace spanwise
