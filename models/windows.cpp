#include <algorithm>

#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

/// Sub-tokens that two neighbouring windows share.
constexpr std::size_t kOverlap = 128;

}  // namespace

void cutIntoWindows(const Model& model, std::size_t sentence, const std::vector<std::string>& words,
                    std::vector<Window>& out) {
    const Encoding encoding = model.tokenizer->encodeWords(words);
    const std::size_t count = encoding.ids.size();
    if (count == 0)
        return;
    const std::int32_t first = model.tokenizer->firstId();
    const std::int32_t last = model.tokenizer->lastId();
    const std::size_t before = first < 0 ? 0 : 1;
    // As long as the encoder allows: what transformers runs in one piece, runs in one piece here.
    const std::size_t room =
        static_cast<std::size_t>(model.config.maxLength()) - before - (last < 0 ? 0 : 1);
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
        if (first >= 0)
            window.ids.push_back(first);
        window.ids.insert(window.ids.end(),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(begin),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(end));
        if (last >= 0)
            window.ids.push_back(last);
    }
    std::size_t nearest = 0;  // the first window that does not end before sub-token i
    for (std::size_t i = 0; i < count; ++i) {
        while (starts[nearest] + room <= i)
            ++nearest;
        if (i > 0 && encoding.words[i] == encoding.words[i - 1])
            continue;
        std::size_t best = nearest;
        std::size_t bestContext = 0;
        for (std::size_t w = nearest; w < starts.size() && starts[w] <= i; ++w) {
            const std::size_t end = std::min(count, starts[w] + room);
            // The sentence's own ends cut nothing off.
            const std::size_t left = starts[w] == 0 ? count : i - starts[w];
            const std::size_t right = end == count ? count : end - 1 - i;
            const std::size_t context = 1 + std::min(left, right);
            if (context > bestContext) {
                best = w;
                bestContext = context;
            }
        }
        windows[best].words.push_back(encoding.words[i]);
        windows[best].firsts.push_back(static_cast<std::int32_t>(i - starts[best] + before));
    }
    for (Window& window : windows) {
        if (!window.words.empty())
            out.push_back(std::move(window));
    }
}

WindowBatch packWindows(const std::vector<const Window*>& windows, const EncoderConfig& config,
                        at::Device device) {
    WindowBatch batch;
    std::vector<const std::vector<std::int64_t>*> ids;
    for (const Window* window : windows) {
        for (const std::int32_t first : window->firsts)
            batch.firstRows.push_back(batch.tokens + first);
        ids.push_back(&window->ids);
        batch.tokens += static_cast<std::int64_t>(window->ids.size());
    }
    batch.packed = packSequences(ids, config, device);
    return batch;
}

}  // namespace spanwise
