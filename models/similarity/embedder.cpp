#include "models/similarity/embedder.h"

#include <algorithm>
#include <numeric>

#include "models/torch.h"

namespace spanwise {
namespace {

constexpr std::int64_t kTokens = kFastTokens;

}  // namespace

at::Tensor unitRows(const at::Tensor& rows) {
    return rows / rows.norm(2, {-1}, true).clamp_min(1e-6);
}

Embedder::Embedder(const Model& model, std::stop_token stop)
    : m_model(model), m_stop(std::move(stop)) {}

void Embedder::run(
    const std::vector<Sequence>& sequences,
    const std::function<void(std::size_t index, const at::Tensor& states)>& take) const {
    std::vector<std::size_t> order(sequences.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return sequences[a].size() > sequences[b].size();
    });
    for (std::size_t done = 0; done < order.size();) {
        std::vector<const Sequence*> members;
        std::int64_t tokens = 0;
        const std::size_t first = done;
        for (; done < order.size(); ++done) {
            const auto length = static_cast<std::int64_t>(sequences[order[done]].size());
            if (!members.empty() && tokens + length > kTokens)
                break;
            tokens += length;
            members.push_back(&sequences[order[done]]);
        }
        const PackedBatch batch = packSequences(members, m_model.config, m_model.torchDevice());
        ForwardOptions options;
        options.stop = m_stop;
        const at::Tensor states =
            runLayers(m_model.encoder, m_model.config, batch,
                      spanwise::embed(m_model.encoder, m_model.config, batch, options), 0,
                      m_model.config.layers, options)
                .to(at::kCPU);
        std::int64_t row = 0;
        for (std::size_t i = first; i < done; ++i) {
            const auto length = static_cast<std::int64_t>(sequences[order[i]].size());
            take(order[i], states.narrow(0, row, length));
            row += length;
        }
    }
}

at::Tensor Embedder::embed(const std::vector<std::string>& texts) const {
    std::vector<Sequence> sequences;
    sequences.reserve(texts.size());
    for (const std::string& text : texts)
        sequences.push_back(withSpecial(m_model.tokenizer->encode(text).ids));
    at::Tensor means =
        at::empty({static_cast<std::int64_t>(texts.size()), m_model.config.hiddenSize});
    run(sequences, [&](std::size_t i, const at::Tensor& states) {
        means[static_cast<std::int64_t>(i)].copy_(states.mean(0));
    });
    return unitRows(means);
}

at::Tensor Embedder::embedSentences(const std::vector<std::vector<std::string>>& sentences) const {
    std::vector<Sequence> sequences;
    std::vector<std::int64_t> sentenceOf;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        const std::vector<std::int32_t> ids = m_model.tokenizer->encodeWords(sentences[i]).ids;
        for (std::size_t begin = 0; begin < ids.size(); begin += room()) {
            const std::size_t end = std::min(ids.size(), begin + room());
            sequences.push_back(withSpecial({ids.begin() + static_cast<std::ptrdiff_t>(begin),
                                             ids.begin() + static_cast<std::ptrdiff_t>(end)}));
            sentenceOf.push_back(static_cast<std::int64_t>(i));
        }
    }
    at::Tensor sums =
        at::zeros({static_cast<std::int64_t>(sentences.size()), m_model.config.hiddenSize});
    run(sequences,
        [&](std::size_t i, const at::Tensor& states) { sums[sentenceOf[i]].add_(states.sum(0)); });
    return unitRows(sums);
}

std::vector<at::Tensor> Embedder::wordStates(
    const std::vector<const std::vector<std::string>*>& sentences) const {
    std::vector<at::Tensor> result;
    std::vector<Sequence> sequences;
    std::vector<std::size_t> sentenceOf;
    std::vector<std::vector<std::int64_t>> owners;
    const std::int64_t before = m_model.tokenizer->firstId() >= 0 ? 1 : 0;
    for (const std::vector<std::string>* words : sentences) {
        const Encoding encoding = m_model.tokenizer->encodeWords(*words);
        for (std::size_t begin = 0; begin < encoding.ids.size(); begin += room()) {
            const std::size_t end = std::min(encoding.ids.size(), begin + room());
            const auto from = static_cast<std::ptrdiff_t>(begin);
            const auto to = static_cast<std::ptrdiff_t>(end);
            sequences.push_back(
                withSpecial({encoding.ids.begin() + from, encoding.ids.begin() + to}));
            owners.emplace_back(encoding.words.begin() + from, encoding.words.begin() + to);
            sentenceOf.push_back(result.size());
        }
        result.push_back(
            at::zeros({static_cast<std::int64_t>(words->size()), m_model.config.hiddenSize}));
    }
    run(sequences, [&](std::size_t i, const at::Tensor& states) {
        result[sentenceOf[i]].index_add_(
            0, indexTensor(owners[i], at::kCPU),
            states.narrow(0, before, static_cast<std::int64_t>(owners[i].size())));
    });
    return result;
}

std::size_t Embedder::room() const {
    return static_cast<std::size_t>(m_model.config.maxLength()) - 2;
}

Embedder::Sequence Embedder::withSpecial(const std::vector<std::int32_t>& ids) const {
    Sequence all;
    if (m_model.tokenizer->firstId() >= 0)
        all.push_back(m_model.tokenizer->firstId());
    all.insert(all.end(), ids.begin(),
               ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), room())));
    if (m_model.tokenizer->lastId() >= 0)
        all.push_back(m_model.tokenizer->lastId());
    return all;
}

}  // namespace spanwise
