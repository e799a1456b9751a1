#include <algorithm>
#include <numeric>

#include "models/learning/calibration.h"
#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

/// Sub-tokens a batch.
constexpr int kCpuTokens = kFastTokens;
constexpr int kCudaTokens = 32768;
/// Fewer are not worth making layers ready for, which reads and writes all their weights. An
/// estimate: where it begins to pay was not measured.
constexpr std::size_t kTokensForPacking = 4096;

constexpr float kImpossible = -1e4F;

/// Logits `[words, labels]` of a sentence's words that have sub-tokens.
struct SentenceLogits {
    std::vector<std::int32_t> words;  ///< ascending
    std::vector<float> rows;
};

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;

/// Runs windows through a model, by length and in batches by their sub-tokens.
class Runner {
public:
    Runner(const Model& model, const PredictOptions& options, std::stop_token stop)
        : m_model(model), m_int8(options.int8), m_stop(std::move(stop)) {
        useDevice(model.torchDevice());
        m_budget = options.tokenBudget > 0 ? options.tokenBudget
                                           : (model.device.cuda ? kCudaTokens : kCpuTokens);
    }

    /// Logits `[words, labels]` of each window's words.
    std::vector<std::vector<float>> run(const std::vector<Window>& windows,
                                        const Progress& progress) {
        std::vector<std::size_t> order(windows.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return windows[a].ids.size() > windows[b].ids.size();
        });
        std::vector<std::vector<float>> rows(windows.size());
        packLayers(windows);
        for (std::size_t done = 0; done < order.size();) {
            std::vector<const Window*> members;
            std::int64_t tokens = 0;
            for (std::size_t i = done; i < order.size(); ++i) {
                const Window& window = windows[order[i]];
                tokens += static_cast<std::int64_t>(window.ids.size());
                if (!members.empty() && tokens > m_budget)
                    break;
                members.push_back(&window);
            }
            try {
                const at::Tensor logits = logitsOf(members);
                const float* data = logits.const_data_ptr<float>();
                for (std::size_t i = 0; i < members.size(); ++i) {
                    const std::size_t cells =
                        members[i]->words.size() * static_cast<std::size_t>(logits.size(1));
                    rows[order[done + i]].assign(data, data + cells);
                    data += cells;
                }
            } catch (const c10::OutOfMemoryError&) {
                if (members.size() > 1)
                    m_budget = std::max<std::int64_t>(64, std::min(m_budget, tokens) / 2);
                else if (m_model.device.cuda && m_weights.wordEmbedding.is_cuda())
                    useDevice(at::kCPU);
                else
                    throw;
                continue;
            }
            done += members.size();
            if (progress)
                progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()));
        }
        return rows;
    }

private:
    void packLayers(const std::vector<Window>& windows) {
        if (m_model.device.cuda)
            return;
        std::size_t tokens = 0;
        for (const Window& window : windows)
            tokens += window.ids.size();
        const auto layers = [&](Precision precision, bool make) {
            return m_model.packed.get(m_model.encoder, m_model.config, precision, make);
        };
        if (m_int8)
            m_packed = layers(Precision::Int8, true);
        if (!m_packed)
            m_packed = layers(Precision::Float, tokens >= kTokensForPacking);
    }

    void useDevice(at::Device device) {
        m_weights = toDevice(m_model.encoder, device);
        m_headWeight = m_model.headWeight.to(device);
        m_headBias = m_model.headBias.to(device);
    }

    [[nodiscard]] at::Tensor logitsOf(const std::vector<const Window*>& windows) const {
        const at::Device device = m_headWeight.device();
        const WindowBatch batch = packWindows(windows, m_model.config, device);
        ForwardOptions options;
        options.stop = m_stop;
        options.packed = m_packed.get();
        options.wantedRows = indexTensor(batch.firstRows, device);
        const at::Tensor seen = features(m_weights, m_model.config, batch.packed,
                                         embed(m_weights, m_model.config, batch.packed, options), 0,
                                         m_model.info.features, options);
        return at::linear(seen, m_headWeight, m_headBias).to(at::kCPU, at::kFloat).contiguous();
    }

    const Model& m_model;
    bool m_int8;
    std::shared_ptr<const PackedLayers> m_packed;
    std::stop_token m_stop;
    std::int64_t m_budget = 0;
    EncoderWeights m_weights;
    at::Tensor m_headWeight, m_headBias;
};

std::vector<SentenceLogits> computeLogits(const Model& model,
                                          const std::vector<std::vector<std::string>>& sentences,
                                          const PredictOptions& options, const Progress& progress,
                                          const std::stop_token& stop) {
    if (!model.headWeight.defined())
        throw Error{ErrorCode::Incompatible,
                    "This is a bare encoder: it has learned no entity types yet. Train it first.",
                    model.info.path.string()};
    const c10::InferenceMode inference;
    std::vector<Window> windows;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        if ((i & 255) == 0 && stop.stop_requested())
            throw Stopped{};
        cutIntoWindows(model, i, sentences[i], windows);
    }
    const auto rows = Runner(model, options, stop).run(windows, progress);
    std::vector<SentenceLogits> result(sentences.size());
    for (std::size_t w = 0; w < windows.size(); ++w) {
        SentenceLogits& sentence = result[windows[w].sentence];
        sentence.words.insert(sentence.words.end(), windows[w].words.begin(),
                              windows[w].words.end());
        sentence.rows.insert(sentence.rows.end(), rows[w].begin(), rows[w].end());
    }
    return result;
}

/// Per sentence the best spans, calibrated; those of `alsoScored` get their scores, too.
std::vector<std::vector<WordSpan>> decode(const Model& model,
                                          const std::vector<std::vector<std::string>>& sentences,
                                          const std::vector<SentenceLogits>& logits,
                                          std::vector<std::vector<WordSpan>>* alsoScored) {
    std::vector<std::vector<WordSpan>> spans(sentences.size());
    const auto labels = static_cast<std::size_t>(model.labels.size());
    std::vector<float> rows;
    const auto calibrate = [&](std::vector<WordSpan>& scored) {
        for (WordSpan& span : scored)
            span.score = model.calibration.apply(span.score);
    };
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        // A word without sub-tokens is O for certain.
        rows.assign(sentences[i].size() * labels, kImpossible);
        for (std::size_t word = 0; word < sentences[i].size(); ++word)
            rows[word * labels + static_cast<std::size_t>(model.labels.outside())] = 0;
        const float* row = logits[i].rows.data();
        for (const std::int32_t word : logits[i].words) {
            std::copy_n(row, labels, rows.data() + static_cast<std::size_t>(word) * labels);
            row += labels;
        }
        std::vector<WordSpan>* asked = alsoScored != nullptr ? &(*alsoScored)[i] : nullptr;
        spans[i] =
            decodeBio(rows.data(), static_cast<int>(sentences[i].size()), model.labels, asked);
        calibrate(spans[i]);
        if (asked != nullptr)
            calibrate(*asked);
    }
    return spans;
}

/// A GLiNER's spans of the types that it was tuned for.
Result<std::vector<std::vector<WordSpan>>> findTunedTypes(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    SuggestOptions options, const Progress& progress, const std::stop_token& stop) {
    if (model.info.types.empty())
        return failure(ErrorCode::Incompatible,
                       "This model finds types by their names and was not tuned for any: ask "
                       "it with names (suggest), or train it first.",
                       model.info.path.string());
    std::vector<TypeText> types;
    for (const std::string& type : model.info.types)
        types.push_back({type, {}});
    if (options.threshold > 0)
        options.threshold = model.calibration.invert(options.threshold);
    auto spans = suggest(model, sentences, types, options, progress, stop);
    if (spans) {
        for (std::vector<WordSpan>& found : *spans) {
            for (WordSpan& span : found)
                span.score = model.calibration.apply(span.score);
        }
    }
    return spans;
}

/// Below it a GLiNER's candidate is as good as none.
constexpr double kFaintest = 0.01;

}  // namespace

Result<std::vector<std::vector<WordSpan>>> predict(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const PredictOptions& options, const Progress& progress, std::stop_token stop) {
    if (model.gliner) {
        SuggestOptions suggestOptions;
        suggestOptions.threshold = options.threshold > 0 ? options.threshold : -1;
        suggestOptions.tokenBudget = options.tokenBudget;
        return findTunedTypes(model, sentences, suggestOptions, progress, stop);
    }
    return guarded({}, [&]() -> Result<std::vector<std::vector<WordSpan>>> {
        const auto logits = computeLogits(model, sentences, options, progress, stop);
        auto spans = decode(model, sentences, logits, nullptr);
        for (std::vector<WordSpan>& found : spans)
            std::erase_if(found,
                          [&](const WordSpan& span) { return span.score < options.threshold; });
        return spans;
    });
}

Result<std::vector<Judged>> judge(const Model& model,
                                  const std::vector<LabelledSentence>& sentences,
                                  const PredictOptions& options, const Progress& progress,
                                  std::stop_token stop) {
    std::vector<std::vector<std::string>> words;
    std::vector<std::vector<WordSpan>> labels;
    for (const LabelledSentence& sentence : sentences) {
        words.push_back(sentence.words);
        labels.push_back(sentence.spans);
    }
    Result<std::vector<std::vector<WordSpan>>> found;
    if (model.gliner) {
        found = predict(model, words, options, progress, stop);
        if (!found)
            return tl::unexpected(found.error());
        SuggestOptions faint;
        faint.nested = true;
        faint.tokenBudget = options.tokenBudget;
        faint.threshold = model.calibration.apply(kFaintest);
        const auto candidates = findTunedTypes(model, words, faint, {}, stop);
        if (!candidates)
            return tl::unexpected(candidates.error());
        for (std::size_t i = 0; i < labels.size(); ++i) {
            for (WordSpan& label : labels[i]) {
                label.score = 0;
                for (const WordSpan& span : (*candidates)[i]) {
                    if (span.begin == label.begin && span.end == label.end &&
                        span.type == label.type)
                        label.score = span.score;
                }
            }
        }
    } else {
        found = guarded({}, [&]() -> Result<std::vector<std::vector<WordSpan>>> {
            const auto logits = computeLogits(model, words, options, progress, stop);
            return decode(model, words, logits, &labels);
        });
        if (!found)
            return tl::unexpected(found.error());
    }
    std::vector<Judged> judged(sentences.size());
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        std::erase_if((*found)[i],
                      [&](const WordSpan& span) { return span.score < options.threshold; });
        judged[i] = {std::move((*found)[i]), std::move(labels[i])};
    }
    return judged;
}

Result<std::vector<std::vector<std::vector<float>>>> wordLogits(
    const Model& model, const std::vector<std::vector<std::string>>& sentences) {
    return guarded({}, [&]() -> Result<std::vector<std::vector<std::vector<float>>>> {
        const auto logits = computeLogits(model, sentences, {}, {}, {});
        const auto labels = static_cast<std::ptrdiff_t>(model.labels.size());
        std::vector<std::vector<std::vector<float>>> result(sentences.size());
        for (std::size_t i = 0; i < sentences.size(); ++i) {
            result[i].resize(sentences[i].size());
            auto row = logits[i].rows.begin();
            for (const std::int32_t word : logits[i].words) {
                result[i][static_cast<std::size_t>(word)].assign(row, row + labels);
                row += labels;
            }
        }
        return result;
    });
}

bool int8Available(const Model& model) {
    return !model.device.cuda && !model.gliner &&
           PackedLayers::available(model.config, Precision::Int8);
}

std::vector<std::string> labelNames(const Model& model) {
    return model.labels.names();
}

ModelPtr calibrated(const ModelPtr& model, const Calibration& calibration) {
    auto copy = std::make_shared<Model>(*model);
    copy->calibration = calibration;
    return copy;
}

const Calibration& calibrationOf(const Model& model) {
    return model.calibration;
}

}  // namespace spanwise
