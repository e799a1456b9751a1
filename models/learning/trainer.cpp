#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <optional>
#include <random>

#include "models/learning/gliner_trainer.h"
#include "models/learning/optimizer.h"
#include "models/model_internal.h"
#include "models/torch.h"

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

// The recipe, as measured with tests/bench on MIT Restaurant (README, results).
constexpr double kEncoderRate = 3e-4;
constexpr double kHeadRate = 1e-3;
/// Wider encoders take smaller steps: of all-mpnet-base-v2 (768), 1e-4 was best of 3e-4, 1e-4 and
/// 5e-5 (MIT Restaurant, k = 4).
constexpr double kMeasuredWidth = 384;
constexpr double kWidthPower = 1.5;
/// Fewer steps than these must be larger: the encoder's by the ratio, at most twice, the head's by
/// its square, at most ten times.
constexpr double kFullSteps = 120;
constexpr double kWarmUp = 0.1;
constexpr double kWeightDecay = 0.01;
constexpr double kDropout = 0.1;
constexpr int kBatch = 8;
constexpr double kEpochs = 12;    ///< for a handful of sentences
constexpr double kMinEpochs = 3;  ///< for thousands
constexpr int kMinSteps = 60;
/// Sub-tokens that go through the encoder at once; bounds memory and the time
/// that a cancellation takes, not the batch.
constexpr std::int64_t kCpuTokens = 512;
constexpr std::int64_t kCudaTokens = 32768;
/// Hidden states of frozen layers are kept up to so many sub-tokens (about 300 MB at 384).
constexpr std::int64_t kMaxCachedTokens = 200'000;
constexpr std::int64_t kUnknown = -100;

/// A window with what its words teach.
struct Example {
    Window window;
    std::vector<std::int64_t> targets;  ///< label, or kUnknown, of each of the window's words
    /// Places (index into the window's words) whose word is known not to be of a type.
    std::vector<std::pair<std::size_t, int>> refused;
    at::Tensor cached;  ///< `[tokens, hidden]` after the frozen layers, if kept
};

struct Targets {
    std::vector<std::int64_t> labels;
    std::vector<std::vector<int>> refused;
};

Result<Targets> targetsOf(const LabelledSentence& sentence, const BioLabels& labels,
                          const std::vector<bool>& hasSubTokens) {
    const std::size_t count = sentence.words.size();
    Targets targets;
    targets.labels.assign(count, labels.outside());
    targets.refused.resize(count);
    if (!sentence.known.empty()) {
        for (std::size_t i = 0; i < count; ++i) {
            if (!sentence.known[i])
                targets.labels[i] = kUnknown;
        }
    }
    const auto typeOf = [&](const WordSpan& span) -> Result<int> {
        const int type = labels.typeIndex(span.type);
        if (type < 0)
            return failure(ErrorCode::InvalidArgument,
                           "A label is of the type \"" + span.type +
                               "\", which is not among the types to learn.");
        if (span.begin < 0 || span.end <= span.begin || static_cast<std::size_t>(span.end) > count)
            return failure(ErrorCode::InvalidArgument,
                           "A span reaches past the end of its sentence.");
        return type;
    };
    for (const WordSpan& span : sentence.rejected) {
        const auto type = typeOf(span);
        if (!type)
            return tl::unexpected(type.error());
        for (int i = span.begin; i < span.end; ++i) {
            if (targets.labels[static_cast<std::size_t>(i)] == kUnknown)
                targets.refused[static_cast<std::size_t>(i)].push_back(*type);
        }
    }
    for (const WordSpan& span : sentence.spans) {
        const auto type = typeOf(span);
        if (!type)
            return tl::unexpected(type.error());
        bool begun = false;
        for (int i = span.begin; i < span.end; ++i) {
            const auto at = static_cast<std::size_t>(i);
            // A word that the model cannot see is O when decoded, so the next one begins anew.
            targets.labels[at] = begun ? labels.inside(*type) : labels.begin(*type);
            begun = hasSubTokens[at];
            targets.refused[at].clear();
        }
    }
    return targets;
}

Result<std::vector<Example>> makeExamples(const Model& base, const BioLabels& labels,
                                          const std::vector<LabelledSentence>& sentences) {
    std::vector<Example> examples;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        std::vector<Window> windows;
        cutIntoWindows(base, i, sentences[i].words, windows);
        std::vector<bool> hasSubTokens(sentences[i].words.size(), false);
        for (const Window& window : windows) {
            for (const std::int32_t word : window.words)
                hasSubTokens[static_cast<std::size_t>(word)] = true;
        }
        const auto targets = targetsOf(sentences[i], labels, hasSubTokens);
        if (!targets)
            return tl::unexpected(targets.error());
        for (Window& window : windows) {
            Example example;
            bool teaches = false;
            for (std::size_t w = 0; w < window.words.size(); ++w) {
                const auto word = static_cast<std::size_t>(window.words[w]);
                example.targets.push_back(targets->labels[word]);
                for (const int type : targets->refused[word])
                    example.refused.emplace_back(w, type);
                teaches = teaches || targets->labels[word] != kUnknown;
            }
            if (!teaches && example.refused.empty())
                continue;
            example.window = std::move(window);
            examples.push_back(std::move(example));
        }
    }
    return examples;
}

class Trainer {
public:
    Trainer(const Model& base, const TrainOptions& options, std::vector<Example> examples,
            BioLabels labels, at::Device device, Clock::time_point start,
            const std::function<void(const TrainProgress&)>& tell, const std::stop_token& stop)
        : m_base(base),
          m_options(options),
          m_examples(std::move(examples)),
          m_labels(std::move(labels)),
          m_device(device),
          m_tell(tell),
          m_stop(stop),
          m_random(options.seed),
          m_generator(newGenerator(device)),
          m_start(start),
          m_tokenBudget(device.is_cuda() ? kCudaTokens : kCpuTokens) {}

    void run(TrainReport& report) {
        m_generator.set_current_seed(m_options.seed);
        prepareWeights();
        const std::int64_t steps = plannedSteps();
        std::vector<std::size_t> order(m_examples.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::size_t next = order.size();
        double smoothed = 0;
        for (std::int64_t step = 0;;) {
            const double done = fractionDone(step, steps);
            if (done >= 1)
                break;
            if (m_stop.stop_requested())
                throw Stopped{};
            std::vector<const Example*> batch;
            for (int i = 0; i < batchSize() && i < static_cast<int>(order.size()); ++i) {
                if (next == order.size()) {
                    for (std::size_t j = order.size(); j > 1; --j)
                        std::swap(order[j - 1], order[m_random() % j]);
                    next = 0;
                }
                batch.push_back(&m_examples[order[next++]]);
            }
            const double loss = learn(batch);
            const double oneStep = 1.0 / static_cast<double>(steps);
            const double slope = done < kWarmUp ? (done + oneStep) / (kWarmUp + oneStep)
                                                : (1 - done) / (1 - kWarmUp);
            const double shortness = kFullSteps / expectedSteps(step, steps);
            m_optimizer.step(slope * std::clamp(shortness, 1.0, 2.0),
                             slope * std::clamp(shortness * shortness, 1.0, 10.0));
            ++step;
            smoothed = step == 1 ? loss : 0.9 * smoothed + 0.1 * loss;
            report.steps = step;
            report.loss = smoothed;
            report.tokens = m_tokens;
            if (m_tell)
                tellProgress(step, steps, smoothed);
        }
    }

    /// The trained weights as a model.
    std::shared_ptr<Model> take(const Device& device) {
        auto model = std::make_shared<Model>(m_base);
        const auto settle = [](at::Tensor& tensor) { tensor = tensor.detach(); };
        m_weights.forEach(settle);
        model->encoder = std::move(m_weights);
        model->headWeight = m_headWeight.detach();
        model->headBias = m_headBias.detach();
        model->labels = m_labels;
        model->info.types = m_options.types;
        model->info.purpose = Purpose::Tagger;
        model->info.features = m_features;
        model->device = device;
        return model;
    }
    [[nodiscard]] bool halvedBatch() const { return m_halved; }

private:
    [[nodiscard]] int batchSize() const {
        return m_options.batchSentences > 0 ? m_options.batchSentences : kBatch;
    }

    /// More sentences need fewer rounds: epochs fall with the square root of their number.
    [[nodiscard]] std::int64_t plannedSteps() const {
        if (m_options.steps > 0)
            return m_options.steps;
        const auto sentences = static_cast<double>(m_examples.size());
        const double epochs = std::clamp(kEpochs * std::sqrt(100.0 / std::max(sentences, 100.0)),
                                         kMinEpochs, kEpochs);
        return std::max<std::int64_t>(
            kMinSteps, static_cast<std::int64_t>(std::ceil(epochs * sentences / batchSize())));
    }

    [[nodiscard]] double fractionDone(std::int64_t step, std::int64_t steps) const {
        const double bySteps = static_cast<double>(step) / static_cast<double>(steps);
        if (m_options.budgetSeconds <= 0)
            return bySteps;
        const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
        // The step to come must fit as well.
        const double each = step > 0 ? seconds / static_cast<double>(step) : 0;
        return std::max(bySteps, (seconds + each) / m_options.budgetSeconds);
    }

    /// How many steps there will be in all, going by the pace so far.
    [[nodiscard]] double expectedSteps(std::int64_t step, std::int64_t steps) const {
        if (m_options.budgetSeconds <= 0 || step == 0)
            return static_cast<double>(steps);
        const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
        return std::min(static_cast<double>(steps),
                        static_cast<double>(step) * m_options.budgetSeconds / seconds);
    }

    void tellProgress(std::int64_t step, std::int64_t steps, double loss) const {
        const double seconds = std::chrono::duration<double>(Clock::now() - m_start).count();
        TrainProgress progress;
        progress.step = step;
        const double done = fractionDone(step, steps);
        progress.steps = std::max(
            step, static_cast<std::int64_t>(std::llround(static_cast<double>(step) / done)));
        progress.loss = loss;
        progress.tokensPerSecond = static_cast<double>(m_tokens) / seconds;
        progress.secondsLeft = std::max(0.0, seconds * (1 - done) / done);
        m_tell(progress);
    }

    void prepareWeights() {
        m_config = m_base.config;
        m_features = m_options.features.value_or(m_base.info.features);
        m_frozen = std::clamp(
            m_options.frozenLayers, 0,
            m_features == Features::TwoLayers ? earlierLayer(m_config) : m_config.layers);
        m_weights = toDevice(m_base.encoder, m_device);
        std::vector<at::Tensor> matrices, vectors;
        for (int i = m_frozen; i < m_config.layers; ++i) {
            m_weights.layers[static_cast<std::size_t>(i)].forEach([&](at::Tensor& tensor) {
                tensor = tensor.clone().set_requires_grad(true);
                (tensor.dim() > 1 ? matrices : vectors).push_back(tensor);
            });
        }
        if (m_config.architecture == Architecture::ModernBert)
            addModernHead(matrices, vectors);
        const std::int64_t h =
            m_features == Features::TwoLayers ? 2 * m_config.hiddenSize : m_config.hiddenSize;
        at::Generator forHead = newGenerator(at::kCPU);
        forHead.set_current_seed(m_options.seed);
        m_headWeight = at::randn({m_labels.size(), h}, forHead) * 0.02;
        m_headBias = at::zeros({m_labels.size()});
        copyKnownRows();
        m_headWeight = m_headWeight.to(m_device).set_requires_grad(true);
        m_headBias = m_headBias.to(m_device).set_requires_grad(true);
        const double width = kMeasuredWidth / std::max<double>(m_config.hiddenSize, kMeasuredWidth);
        const double rate = m_options.learningRate > 0
                                ? m_options.learningRate
                                : kEncoderRate * std::pow(width, kWidthPower);
        if (!matrices.empty()) {
            m_optimizer.add(std::move(matrices), rate, kWeightDecay, false);
            m_optimizer.add(std::move(vectors), rate, 0, false);
        }
        const double headRate = rate * (kHeadRate / kEncoderRate);
        m_optimizer.add({m_headWeight}, headRate, kWeightDecay, true);
        m_optimizer.add({m_headBias}, headRate, 0, true);
        cacheFrozenLayers();
    }

    /// transformers' ModernBertForTokenClassification has a dense layer and a norm of its own;
    /// where the file lacks them they start as the identity.
    void addModernHead(std::vector<at::Tensor>& matrices, std::vector<at::Tensor>& vectors) {
        const std::int64_t h = m_config.hiddenSize;
        if (!m_weights.headDenseWeight.defined()) {
            const at::TensorOptions here = at::TensorOptions(at::kFloat).device(m_device);
            m_weights.headDenseWeight = at::eye(h, here);
            m_weights.headNormWeight = at::ones({h}, here);
            if (m_config.classifierBias)
                m_weights.headDenseBias = at::zeros({h}, here);
            if (m_config.normBias)
                m_weights.headNormBias = at::zeros({h}, here);
        }
        for (at::Tensor* tensor : {&m_weights.headDenseWeight, &m_weights.headDenseBias,
                                   &m_weights.headNormWeight, &m_weights.headNormBias}) {
            if (!tensor->defined())
                continue;
            *tensor = tensor->clone().set_requires_grad(true);
            (tensor->dim() > 1 ? matrices : vectors).push_back(*tensor);
        }
    }

    /// A warm start keeps the head's rows of the labels that stay.
    void copyKnownRows() {
        if (!m_base.headWeight.defined() || m_base.info.features != m_features)
            return;
        const at::Tensor weight = m_base.headWeight.to(at::kCPU);
        const at::Tensor bias = m_base.headBias.to(at::kCPU);
        const std::vector<std::string>& before = m_base.labels.names();
        for (int i = 0; i < m_labels.size(); ++i) {
            const auto found = std::find(before.begin(), before.end(),
                                         m_labels.names()[static_cast<std::size_t>(i)]);
            if (found == before.end())
                continue;
            const auto row = found - before.begin();
            m_headWeight[i].copy_(weight[row]);
            m_headBias[i].copy_(bias[row]);
        }
    }

    [[nodiscard]] ForwardOptions forwardOptions(double dropout) const {
        ForwardOptions options;
        options.dropout = dropout;
        options.generator = m_generator;
        options.stop = m_stop;
        return options;
    }

    /// Embeddings and frozen layers, without gradients; dropout only where nothing is frozen.
    [[nodiscard]] at::Tensor below(const PackedBatch& batch) const {
        const at::NoGradGuard noGradient;
        const ForwardOptions options = forwardOptions(m_frozen > 0 ? 0 : kDropout);
        return runLayers(m_weights, m_config, batch, embed(m_weights, m_config, batch, options), 0,
                         m_frozen, options);
    }

    void cacheFrozenLayers() {
        std::int64_t tokens = 0;
        for (const Example& example : m_examples)
            tokens += static_cast<std::int64_t>(example.window.ids.size());
        if (m_frozen == 0 || tokens > kMaxCachedTokens)
            return;
        for (Example& example : m_examples)
            example.cached = below(packWindows({&example.window}, m_config, m_device).packed);
    }

    /// Gradients of one batch, in as many pieces as memory asks for; returns the loss.
    double learn(const std::vector<const Example*>& batch) {
        std::int64_t targets = 0;
        for (const Example* example : batch) {
            targets += std::count_if(example->targets.begin(), example->targets.end(),
                                     [](std::int64_t label) { return label != kUnknown; });
            targets += static_cast<std::int64_t>(example->refused.size());
        }
        std::vector<const Example*> sorted = batch;
        std::stable_sort(sorted.begin(), sorted.end(), [](const Example* a, const Example* b) {
            return a->window.ids.size() > b->window.ids.size();
        });
        for (;;) {
            m_optimizer.zeroGradients();
            try {
                double loss = 0;
                for (std::size_t done = 0; done < sorted.size();) {
                    std::vector<const Example*> part;
                    std::int64_t tokens = 0;
                    for (; done < sorted.size(); ++done) {
                        tokens += static_cast<std::int64_t>(sorted[done]->window.ids.size());
                        if (!part.empty() && tokens > m_tokenBudget)
                            break;
                        part.push_back(sorted[done]);
                    }
                    if (m_stop.stop_requested())
                        throw Stopped{};
                    const at::Tensor partLoss = lossOf(part) / static_cast<double>(targets);
                    partLoss.backward();
                    loss += partLoss.item<double>();
                }
                if (!std::isfinite(loss))
                    throw Error{ErrorCode::Internal,
                                "The training diverged: the loss is no number any more. Try a "
                                "lower learning rate.",
                                {}};
                return loss;
            } catch (const c10::OutOfMemoryError&) {
                if (m_tokenBudget <= 64)
                    throw;
                m_tokenBudget /= 2;
                m_halved = true;
            }
        }
    }

    /// Sum over all targets: cross-entropy where the label is known, -log(1 - p(type)) where a
    /// type was refused.
    at::Tensor lossOf(const std::vector<const Example*>& examples) {
        std::vector<const Window*> windows;
        std::vector<at::Tensor> cached;
        std::vector<std::int64_t> labels, refusedRows, refusedTypes;
        for (const Example* example : examples) {
            const auto base = static_cast<std::int64_t>(labels.size());
            windows.push_back(&example->window);
            labels.insert(labels.end(), example->targets.begin(), example->targets.end());
            for (const auto& [word, type] : example->refused) {
                refusedRows.push_back(base + static_cast<std::int64_t>(word));
                refusedTypes.push_back(type);
            }
            if (example->cached.defined())
                cached.push_back(example->cached);
        }
        const WindowBatch batch = packWindows(windows, m_config, m_device);
        m_tokens += batch.tokens;
        ForwardOptions options = forwardOptions(kDropout);
        options.wantedRows = indexTensor(batch.firstRows, m_device);
        at::Tensor hidden = cached.empty() ? below(batch.packed) : at::cat(cached);
        hidden = features(m_weights, m_config, batch.packed, hidden, m_frozen, m_features, options);
        const auto index = [&](const std::vector<std::int64_t>& values) {
            return indexTensor(values, m_device);
        };
        const at::Tensor logits = at::linear(dropOut(hidden, options), m_headWeight, m_headBias);
        at::Tensor loss =
            at::cross_entropy_loss(logits, index(labels), {}, at::Reduction::Sum, kUnknown);
        if (!refusedRows.empty()) {
            const at::Tensor p = at::softmax(logits.index_select(0, index(refusedRows)), 1);
            std::vector<std::int64_t> begins, insides;
            for (const std::int64_t type : refusedTypes) {
                begins.push_back(m_labels.begin(static_cast<int>(type)));
                insides.push_back(m_labels.inside(static_cast<int>(type)));
            }
            const at::Tensor of =
                p.gather(1, index(begins).unsqueeze(1)) + p.gather(1, index(insides).unsqueeze(1));
            loss = loss - at::log1p(-of.clamp_max(1 - 1e-6)).sum();
        }
        return loss;
    }

    const Model& m_base;
    const TrainOptions& m_options;
    std::vector<Example> m_examples;
    BioLabels m_labels;
    at::Device m_device;
    const std::function<void(const TrainProgress&)>& m_tell;
    const std::stop_token& m_stop;
    std::mt19937_64 m_random;
    at::Generator m_generator;  ///< of dropout and the head's first weights
    Clock::time_point m_start;
    std::int64_t m_tokenBudget;
    bool m_halved = false;

    EncoderConfig m_config;
    EncoderWeights m_weights;
    at::Tensor m_headWeight, m_headBias;
    Features m_features = Features::LastLayer;
    int m_frozen = 0;
    Optimizer m_optimizer;
    std::int64_t m_tokens = 0;
};

std::vector<std::string> warningsFor(const std::vector<LabelledSentence>& sentences,
                                     const std::vector<std::string>& types) {
    std::vector<std::string> warnings;
    for (const std::string& type : types) {
        const bool seen = std::any_of(sentences.begin(), sentences.end(), [&](const auto& s) {
            return std::any_of(s.spans.begin(), s.spans.end(),
                               [&](const WordSpan& span) { return span.type == type; });
        });
        if (!seen)
            warnings.push_back("The type \"" + type + "\" has no example yet.");
    }
    return warnings;
}

}  // namespace

Result<Trained> train(const ModelPtr& base, const std::vector<LabelledSentence>& sentences,
                      const TrainOptions& options,
                      const std::function<void(const TrainProgress&)>& progress,
                      std::stop_token stop) {
    const auto start = Clock::now();
    if (options.types.empty())
        return failure(ErrorCode::InvalidArgument,
                       "There are no entity types to learn. Define some first.");
    Trained trained;
    TrainReport& report = trained.report;
    report.warnings = warningsFor(sentences, options.types);
    if (report.warnings.size() == options.types.size())
        return failure(ErrorCode::InvalidArgument,
                       "Nothing is labelled yet, so there is nothing to learn from.");
    if (base->gliner) {
        auto tuned = guarded(base->info.path.string(), [&]() -> Result<Trained> {
            return trainGliner(base, sentences, options, progress, stop);
        });
        if (tuned)
            tuned->report.warnings = std::move(report.warnings);
        return tuned;
    }
    const BioLabels labels = BioLabels::forTypes(options.types);
    auto examples = makeExamples(*base, labels, sentences);
    if (!examples)
        return tl::unexpected(examples.error());
    report.sentences = static_cast<std::int64_t>(sentences.size());
    if (options.features == Features::TwoLayers && earlierLayer(base->config) < 0)
        return failure(ErrorCode::InvalidArgument,
                       "Two layers are the last and the 7th from last, and this encoder has only " +
                           std::to_string(base->config.layers) + ". Train on the last layer.",
                       base->info.path.string());
    Device device = base->device;
    for (;;) {
        try {
            const at::Device torchDevice = device.cuda ? base->torchDevice() : at::Device(at::kCPU);
            Trainer trainer(*base, options, *examples, labels, torchDevice, start, progress, stop);
            trainer.run(report);
            if (trainer.halvedBatch())
                report.warnings.push_back(
                    "The device's memory was short: batches went through in smaller pieces.");
            trained.model = trainer.take(device);
            break;
        } catch (const Stopped&) {
            return failure(ErrorCode::Cancelled, "");
        } catch (Error& error) {
            return tl::unexpected(std::move(error));
        } catch (const c10::OutOfMemoryError&) {
            if (!device.cuda)
                return failure(ErrorCode::OutOfMemory,
                               "There is not enough memory to train. Close other programs and try "
                               "again.");
            report.warnings.push_back("The GPU has too little free memory: trained on the CPU.");
            device = Device{};
        } catch (const c10::Error& e) {
            return tl::unexpected(torchError(e));
        } catch (const std::bad_alloc&) {
            return failure(ErrorCode::OutOfMemory,
                           "There is not enough memory to train. Close other programs and try "
                           "again.");
        }
    }
    report.device = device.name();
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return trained;
}

}  // namespace spanwise
