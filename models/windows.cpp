#include <torch/torch.h>

#include <algorithm>

#include "models/model_internal.h"

namespace spanwise {
namespace {

/// Sub-tokens a window, special tokens included: attention grows with its square, and sentences
/// are rarely longer.
constexpr std::size_t kWindow = 256;
constexpr std::size_t kOverlap = 64;

}  // namespace

void cutIntoWindows(const Model& model, std::size_t sentence, const std::vector<std::string>& words,
                    std::vector<Window>& out) {
    const Encoding encoding = model.tokenizer->encodeWords(words);
    const std::size_t count = encoding.ids.size();
    if (count == 0)
        return;
    const std::size_t room =
        std::min(kWindow, static_cast<std::size_t>(model.config.maxPositions)) - 2;
    const std::size_t overlap = std::min(kOverlap, room / 4);
    std::vector<std::size_t> starts{0};
    while (starts.back() + room < count)
        starts.push_back(std::min(starts.back() + room - overlap, count - room));

    std::vector<Window> windows(starts.size());
    for (std::size_t w = 0; w < starts.size(); ++w) {
        const std::size_t begin = starts[w];
        const std::size_t end = std::min(count, begin + room);
        Window& window = windows[w];
        window.sentence = sentence;
        window.ids.push_back(model.tokenizer->firstId());
        window.ids.insert(window.ids.end(),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(end));
        window.ids.push_back(model.tokenizer->lastId());
    }
    for (std::size_t i = 0; i < count; ++i) {
        if (i > 0 && encoding.words[i] == encoding.words[i - 1])
            continue;
        std::size_t best = 0;
        std::size_t bestContext = 0;
        for (std::size_t w = 0; w < starts.size(); ++w) {
            const std::size_t end = std::min(count, starts[w] + room);
            if (i < starts[w] || i >= end)
                continue;
            const std::size_t context = 1 + std::min(i - starts[w], end - 1 - i);
            if (context > bestContext) {
                best = w;
                bestContext = context;
            }
        }
        windows[best].words.push_back(encoding.words[i]);
        windows[best].firsts.push_back(static_cast<std::int32_t>(i - starts[best] + 1));
    }
    for (Window& window : windows) {
        if (!window.words.empty())
            out.push_back(std::move(window));
    }
}

Batch makeBatch(const std::vector<const Window*>& windows, std::int32_t padId, at::Device device) {
    std::size_t longest = 0;
    bool padded = false;
    for (const Window* window : windows) {
        padded = padded || (longest != 0 && window->ids.size() != longest);
        longest = std::max(longest, window->ids.size());
    }
    const auto rows = static_cast<std::int64_t>(windows.size());
    const auto columns = static_cast<std::int64_t>(longest);
    Batch batch;
    batch.ids = at::full({rows, columns}, padId, at::kLong);
    auto* ids = batch.ids.mutable_data_ptr<std::int64_t>();
    if (padded)
        batch.mask = at::zeros({rows, 1, 1, columns}, at::kBool);
    auto* mask = padded ? batch.mask.mutable_data_ptr<bool>() : nullptr;
    for (std::size_t r = 0; r < windows.size(); ++r) {
        std::copy(windows[r]->ids.begin(), windows[r]->ids.end(), ids + r * longest);
        if (padded)
            std::fill_n(mask + r * longest, windows[r]->ids.size(), true);
    }
    batch.ids = batch.ids.to(device);
    if (padded)
        batch.mask = batch.mask.to(device);
    return batch;
}

}  // namespace spanwise
