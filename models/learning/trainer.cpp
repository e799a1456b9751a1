#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <numeric>
#include <optional>
#include <random>
#include <tuple>

#include "models/learning/augmentation.h"
#include "models/learning/examples.h"
#include "models/learning/frozen_states.h"
#include "models/learning/gliner_trainer.h"
#include "models/learning/optimizer.h"
#include "models/model_internal.h"
#include "models/pretraining/concept_names.h"
#include "models/torch.h"
#include "models/zero_shot/concept_head.h"

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

/// The width that the recipe's rates are for.
constexpr double kMeasuredWidth = 384;
/// Sentences that are learned in `epochs` rounds; more of them need fewer.
constexpr double kFewSentences = 100;
/// Sub-tokens that go through the encoder at once; bounds memory and the time
/// that a cancellation takes, not the batch.
constexpr std::int64_t kCpuTokens = 512;
constexpr std::int64_t kCudaTokens = 32768;
/// Hidden states of frozen layers are kept up to so many sub-tokens (about 300 MB at 384).
constexpr std::int64_t kMaxCachedTokens = 200'000;
constexpr std::int64_t kUnknown = ChainTargets::kUnknown;
/// Of the head alone, on states that do not change.
constexpr double kProbeRate = 1e-2;
constexpr double kProbeDecay = 1e-3;
/// How much larger the encoder's steps may be when there is time for few.
constexpr double kMostStretched = 6;
constexpr std::uint64_t kSeedStride = 1'000'003;

/// Goes through so many things again and again, each round in another order.
class Rounds {
public:
    explicit Rounds(std::size_t count) : m_order(count), m_next(count) {
        std::iota(m_order.begin(), m_order.end(), std::size_t{0});
    }
    [[nodiscard]] std::vector<std::size_t> next(int count, std::mt19937_64& random) {
        std::vector<std::size_t> result;
        for (int i = 0; i < count && i < static_cast<int>(m_order.size()); ++i) {
            if (m_next == m_order.size()) {
                for (std::size_t j = m_order.size(); j > 1; --j)
                    std::swap(m_order[j - 1], m_order[random() % j]);
                m_next = 0;
            }
            result.push_back(m_order[m_next++]);
        }
        return result;
    }

private:
    std::vector<std::size_t> m_order;
    std::size_t m_next;
};

/// What a fit is given.
struct Lesson {
    const Model& base;
    const TrainOptions& options;
    const std::vector<LabelledSentence>& sentences;
    const std::vector<Example>& examples;
    std::vector<Example>& pool;  ///< what nobody labelled
    const BioLabels& labels;
    Clock::time_point start;
    const std::function<void(const TrainProgress&)>& tell;
    const std::stop_token& stop;
};

class Trainer {
public:
    /// `rateFactor`: of the recipe's rates. `part` of `parts` fits in a row.
    Trainer(const Lesson& lesson, at::Device device, double rateFactor, int part, int parts)
        : m_base(lesson.base),
          m_options(lesson.options),
          m_recipe(lesson.options.recipe),
          m_sentences(lesson.sentences),
          m_examples(lesson.examples),
          m_labels(lesson.labels),
          m_device(device),
          m_rateFactor(rateFactor),
          m_part(part),
          m_parts(parts),
          m_tell(lesson.tell),
          m_stop(lesson.stop),
          m_random(lesson.options.seed + kSeedStride * static_cast<std::uint64_t>(part)),
          m_generator(newGenerator(device)),
          m_start(lesson.start),
          m_tokenBudget(device.is_cuda() ? kCudaTokens : kCpuTokens) {
        if (m_recipe.mentionSwap > 0)
            m_stock.emplace(m_sentences);
        for (const LabelledSentence& sentence : m_sentences)
            m_breachCost += m_recipe.breachCost * static_cast<double>(sentence.spans.size());
    }

    void run(TrainReport& report) {
        m_generator.set_current_seed(m_options.seed +
                                     kSeedStride * static_cast<std::uint64_t>(m_part));
        m_began = Clock::now();
        prepareWeights();
        const std::int64_t steps = plannedSteps();
        Rounds labelled(m_examples.size());
        Rounds taught(m_pool.size());
        double smoothed = 0;
        for (std::int64_t step = 0;;) {
            const double done = fractionDone(step, steps);
            if (done >= 1)
                break;
            if (m_stop.stop_requested())
                throw Stopped{};
            m_varied.clear();
            std::vector<const Example*> batch;
            for (const std::size_t i : labelled.next(batchSize(), m_random))
                batch.push_back(varied(m_examples[i]));
            m_optimizer.zeroGradients();
            const double loss = learn(batch, 1, false);
            if (!m_pool.empty()) {
                batch.clear();
                for (const std::size_t i : taught.next(batchSize(), m_random))
                    batch.push_back(&m_pool[i]);
                learn(batch, m_recipe.poolWeight, true);
            }
            const double oneStep = 1.0 / static_cast<double>(steps);
            const double slope = done < m_recipe.warmUp
                                     ? (done + oneStep) / (m_recipe.warmUp + oneStep)
                                     : (1 - done) / (1 - m_recipe.warmUp);
            const double shortness = m_recipe.fullSteps / expectedSteps(step, steps);
            m_optimizer.step(slope * std::clamp(shortness, 1.0, kMostStretched),
                             slope * std::clamp(shortness * shortness, 1.0, 10.0));
            if (m_recipe.averaging > 0 && done >= 1 - m_recipe.averaging)
                addToAverage();
            ++step;
            smoothed = step == 1 ? loss : 0.9 * smoothed + 0.1 * loss;
            ++report.steps;
            report.loss = smoothed;
            report.tokens += m_tokens;
            m_allTokens += m_tokens;
            m_tokens = 0;
            if (m_tell)
                tellProgress(step, steps, smoothed);
        }
        if (m_averaged > 0) {
            const at::NoGradGuard noGradient;
            for (std::size_t i = 0; i < m_learning.size(); ++i)
                m_learning[i].copy_(m_average[i]);
        }
        // The last step's gradients show in no loss.
        if (!allFinite(m_learning))
            throw Diverged{};
    }

    /// Adds 1/teachers of what this fit thinks of each of the examples' words.
    void teach(std::vector<Example>& pool, int teachers) {
        const at::NoGradGuard noGradient;
        std::vector<Example*> sorted;
        for (Example& example : pool)
            sorted.push_back(&example);
        std::stable_sort(sorted.begin(), sorted.end(), [](const Example* a, const Example* b) {
            return a->window.ids.size() > b->window.ids.size();
        });
        for (std::size_t done = 0; done < sorted.size();) {
            if (m_stop.stop_requested())
                throw Stopped{};
            std::vector<const Window*> windows;
            const std::size_t first = done;
            std::int64_t tokens = 0;
            for (; done < sorted.size(); ++done) {
                tokens += static_cast<std::int64_t>(sorted[done]->window.ids.size());
                if (done > first && tokens > m_tokenBudget)
                    break;
                windows.push_back(&sorted[done]->window);
            }
            const WindowBatch batch = packWindows(windows, m_config, m_device);
            ForwardOptions options = forwardOptions(0);
            options.wantedRows = indexTensor(batch.firstRows, m_device);
            const at::Tensor seen = features(m_weights, m_config, batch.packed,
                                             below(batch.packed, 0), m_frozen, m_features, options);
            const at::Tensor p = at::softmax(at::linear(seen, m_headWeight, m_headBias), 1);
            std::int64_t row = 0;
            for (std::size_t i = first; i < done; ++i) {
                const auto words = static_cast<std::int64_t>(sorted[i]->window.words.size());
                const at::Tensor mine = p.narrow(0, row, words) / teachers;
                at::Tensor& taught = sorted[i]->taught;
                taught = taught.defined() ? taught + mine : mine.clone();
                row += words;
            }
        }
    }
    /// From here on the examples' words are learned beside the labelled ones.
    void learnFrom(const std::vector<Example>& pool) {
        m_pool = pool;
        for (Example& example : m_pool) {
            const at::Tensor top = std::get<0>(example.taught.max(1, true));
            at::Tensor p = example.taught.pow(m_recipe.poolSharpness);
            p = p / p.sum(1, true);
            // A row of zeros teaches nothing.
            example.taught = p * (top >= m_recipe.poolConfidence);
        }
    }

    /// Adds another fit's weights to those of this one, which have the given share so far.
    void blend(Trainer& other, int fitsSoFar) {
        const at::NoGradGuard noGradient;
        for (std::size_t i = 0; i < m_learning.size(); ++i)
            m_learning[i].lerp_(other.m_learning[i], 1.0 / (fitsSoFar + 1));
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
        return m_options.batchSentences > 0 ? m_options.batchSentences : m_recipe.batchSentences;
    }

    /// More sentences need fewer rounds: epochs fall with the square root of their number.
    [[nodiscard]] std::int64_t plannedSteps() const {
        if (m_options.steps > 0)
            return m_options.steps;
        const auto sentences = static_cast<double>(m_examples.size());
        const double epochs =
            std::clamp(m_recipe.epochs * std::sqrt(kFewSentences / std::max(sentences, 1.0)),
                       m_recipe.minEpochs, m_recipe.epochs);
        return std::max<std::int64_t>(
            std::max(m_recipe.minSteps, 1),
            static_cast<std::int64_t>(std::ceil(epochs * sentences / batchSize())));
    }

    [[nodiscard]] double secondsSinceStart() const {
        return std::chrono::duration<double>(Clock::now() - m_start).count();
    }
    /// The budget is shared by the fits in a row.
    [[nodiscard]] double budgetEnd() const {
        return m_options.budgetSeconds * (m_part + 1) / m_parts;
    }

    [[nodiscard]] double fractionDone(std::int64_t step, std::int64_t steps) const {
        const double bySteps = static_cast<double>(step) / static_cast<double>(steps);
        if (m_options.budgetSeconds <= 0)
            return bySteps;
        const double begun = std::chrono::duration<double>(m_began - m_start).count();
        const double seconds = secondsSinceStart() - begun;
        // The step to come must fit as well.
        const double each = step > 0 ? seconds / static_cast<double>(step) : 0;
        return std::max(bySteps, (seconds + each) / std::max(budgetEnd() - begun, 1e-3));
    }

    /// How many steps there will be in all, going by the pace so far.
    [[nodiscard]] double expectedSteps(std::int64_t step, std::int64_t steps) const {
        if (m_options.budgetSeconds <= 0 || step == 0)
            return static_cast<double>(steps);
        const double begun = std::chrono::duration<double>(m_began - m_start).count();
        return std::min(static_cast<double>(steps), static_cast<double>(step) *
                                                        std::max(budgetEnd() - begun, 1e-3) /
                                                        (secondsSinceStart() - begun));
    }

    void tellProgress(std::int64_t step, std::int64_t steps, double loss) const {
        const double seconds = secondsSinceStart();
        const double done = fractionDone(step, steps);
        const double all = (m_part + done) / m_parts;
        TrainProgress progress;
        progress.steps = m_parts * std::max(step, static_cast<std::int64_t>(std::llround(
                                                      static_cast<double>(step) / done)));
        progress.step = m_part * progress.steps / m_parts + step;
        progress.loss = loss;
        progress.tokensPerSecond = static_cast<double>(m_allTokens) / seconds;
        progress.secondsLeft = std::max(0.0, seconds * (1 - all) / all);
        m_tell(progress);
    }

    void prepareWeights() {
        m_config = m_base.config;
        m_features = m_options.features.value_or(m_base.info.features);
        m_frozen = std::clamp(
            m_options.frozenLayers >= 0 ? m_options.frozenLayers : m_recipe.frozenLayers, 0,
            m_features == Features::TwoLayers ? earlierLayer(m_config) : m_config.layers);
        m_weights = toDevice(m_base.encoder, m_device);
        const double width = kMeasuredWidth / std::max<double>(m_config.hiddenSize, kMeasuredWidth);
        const double rate =
            m_rateFactor * (m_options.learningRate > 0
                                ? m_options.learningRate
                                : m_recipe.encoderRate * std::pow(width, m_recipe.widthPower));
        std::vector<at::Tensor> matrices, vectors;
        const auto learns = [&](at::Tensor& tensor) {
            tensor = tensor.clone().set_requires_grad(true);
            (tensor.dim() > 1 ? matrices : vectors).push_back(tensor);
        };
        const auto addGroups = [&](double factor) {
            add(std::move(matrices), factor * rate, m_recipe.weightDecay, false);
            add(std::move(vectors), factor * rate, 0, false);
            matrices.clear();
            vectors.clear();
        };
        for (int i = m_frozen; i < m_config.layers; ++i) {
            m_weights.layers[static_cast<std::size_t>(i)].forEach(learns);
            addGroups(std::pow(m_recipe.layerDecay, m_config.layers - 1 - i));
        }
        if (m_config.architecture == Architecture::ModernBert)
            addModernHead(learns);
        addGroups(1);
        const Head head = firstHead();
        m_headWeight = head.weight.to(m_device);
        m_headBias = head.bias.to(m_device);
        copyKnownRows();
        m_headWeight.set_requires_grad(true);
        m_headBias.set_requires_grad(true);
        const double headRate = rate * (m_recipe.headRate / m_recipe.encoderRate);
        cacheFrozenLayers(m_examples);
        cacheFrozenLayers(m_pool);
        if (m_recipe.probeSteps > 0)
            probe();
        add({m_headWeight}, headRate, m_recipe.weightDecay, true);
        add({m_headBias}, headRate, 0, true);
    }

    void add(std::vector<at::Tensor> tensors, double rate, double decay, bool isHead) {
        if (tensors.empty())
            return;
        m_learning.insert(m_learning.end(), tensors.begin(), tensors.end());
        m_optimizer.add(std::move(tensors), rate, decay, isHead);
    }

    /// transformers' ModernBertForTokenClassification has a dense layer and a norm of its own;
    /// where the file lacks them they start as the identity.
    template <typename Learns>
    void addModernHead(Learns learns) {
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
            if (tensor->defined())
                learns(*tensor);
        }
    }

    /// What pre-training knows of the types' names, else small random rows or rows along the names.
    [[nodiscard]] Head firstHead() const {
        if (m_recipe.nameInit > 0 && m_base.concepts && m_features == Features::LastLayer) {
            std::vector<TypeText> texts;
            for (const std::string& type : m_labels.types()) {
                const auto described = m_options.descriptions.find(type);
                texts.push_back(
                    {type, described == m_options.descriptions.end() ? "" : described->second});
            }
            Head known = conceptHead(m_base, m_labels, texts);
            known.weight = known.weight * m_recipe.nameInit;
            known.bias = known.bias * m_recipe.nameInit;
            return known;
        }
        const std::int64_t h =
            m_features == Features::TwoLayers ? 2 * m_config.hiddenSize : m_config.hiddenSize;
        at::Generator forHead = newGenerator(at::kCPU);
        forHead.set_current_seed(m_options.seed);
        Head head{at::randn({m_labels.size(), h}, forHead) * 0.02, at::zeros({m_labels.size()})};
        if (m_recipe.nameInit <= 0)
            return head;
        std::vector<at::Tensor> rows;
        for (const std::string& type : m_labels.types())
            rows.push_back(meanState(readableTypeName(type)));
        at::Tensor names = at::stack(rows);
        names = names - names.mean(0, true);
        names = names / names.norm(2, {1}, true).clamp_min(1e-6) * m_recipe.nameInit;
        for (int type = 0; type < static_cast<int>(rows.size()); ++type) {
            for (const int label : {m_labels.begin(type), m_labels.inside(type)}) {
                if (label >= 0)
                    head.weight[label] += names[type];
            }
        }
        return head;
    }

    [[nodiscard]] at::Tensor meanState(const std::string& text) const {
        std::vector<std::int64_t> ids;
        if (m_base.tokenizer->firstId() >= 0)
            ids.push_back(m_base.tokenizer->firstId());
        for (const std::int32_t id : m_base.tokenizer->encode(text).ids) {
            if (static_cast<std::int64_t>(ids.size()) + 1 < m_config.maxLength())
                ids.push_back(id);
        }
        if (m_base.tokenizer->lastId() >= 0)
            ids.push_back(m_base.tokenizer->lastId());
        const PackedBatch batch = packSequences({&ids}, m_config, m_device);
        const at::NoGradGuard noGradient;
        const ForwardOptions options = forwardOptions(0);
        const at::Tensor states =
            features(m_weights, m_config, batch, embed(m_weights, m_config, batch, options), 0,
                     m_features, options);
        return states.narrow(0, 0, static_cast<std::int64_t>(ids.size())).mean(0).to(at::kCPU);
    }

    /// A warm start keeps the head's rows of the labels that stay.
    void copyKnownRows() {
        if (!m_base.headWeight.defined() || m_base.info.features != m_features)
            return;
        const at::Tensor weight = m_base.headWeight.to(m_device);
        const at::Tensor bias = m_base.headBias.to(m_device);
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

    /// The head alone on the untouched encoder, by full gradients.
    void probe() {
        std::vector<at::Tensor> states;
        std::vector<std::int64_t> labels;
        {
            const at::NoGradGuard noGradient;
            for (const Example& example : m_examples) {
                const WindowBatch batch = packWindows({&example.window}, m_config, m_device);
                ForwardOptions options = forwardOptions(0);
                options.wantedRows = indexTensor(batch.firstRows, m_device);
                states.push_back(
                    features(m_weights, m_config, batch.packed,
                             example.cached.defined() ? example.cached : below(batch.packed, 0),
                             m_frozen, m_features, options));
                labels.insert(labels.end(), example.targets.labels.begin(),
                              example.targets.labels.end());
            }
        }
        const at::Tensor seen = at::cat(states);
        const at::Tensor wanted = indexTensor(labels, m_device);
        Optimizer optimizer;
        optimizer.add({m_headWeight, m_headBias}, kProbeRate, kProbeDecay, true);
        for (int step = 0; step < m_recipe.probeSteps; ++step) {
            if (m_stop.stop_requested())
                throw Stopped{};
            optimizer.zeroGradients();
            at::cross_entropy_loss(at::linear(seen, m_headWeight, m_headBias), wanted, {},
                                   at::Reduction::Mean, kUnknown)
                .backward();
            optimizer.step(1, 1 - static_cast<double>(step) / m_recipe.probeSteps);
        }
        optimizer.zeroGradients();
    }

    [[nodiscard]] ForwardOptions forwardOptions(double dropout) const {
        ForwardOptions options;
        options.dropout = dropout;
        options.generator = m_generator;
        options.stop = m_stop;
        return options;
    }

    /// Embeddings and frozen layers, without gradients; dropout only where nothing is frozen.
    [[nodiscard]] at::Tensor below(const PackedBatch& batch, double dropout) const {
        const at::NoGradGuard noGradient;
        const ForwardOptions options = forwardOptions(m_frozen > 0 ? 0 : dropout);
        return runLayers(m_weights, m_config, batch, embed(m_weights, m_config, batch, options), 0,
                         m_frozen, options);
    }

    void cacheFrozenLayers(std::vector<Example>& examples) {
        std::vector<const Window*> windows;
        for (const Example& example : examples) {
            windows.push_back(&example.window);
            m_cachedTokens += static_cast<std::int64_t>(example.window.ids.size());
        }
        if (m_frozen == 0 || m_cachedTokens > kMaxCachedTokens)
            return;
        std::vector<at::Tensor> states =
            frozenStates(m_weights, m_config, m_frozen, windows, m_options.cache, m_stop);
        for (std::size_t i = 0; i < states.size(); ++i)
            examples[i].cached = std::move(states[i]);
    }

    [[nodiscard]] double uniform() { return static_cast<double>(m_random() >> 11) * 0x1.0p-53; }

    /// The example, or a variation of it that lives until the next batch.
    const Example* varied(const Example& example) {
        if (m_recipe.mentionSwap <= 0 && m_recipe.masking <= 0)
            return &example;
        std::vector<Example> made;
        const LabelledSentence& sentence = m_sentences[example.sentence];
        // A sentence of several windows stays as it is.
        const bool isWhole = example.window.words.size() == sentence.words.size();
        if (m_recipe.mentionSwap > 0 && isWhole && !sentence.spans.empty()) {
            const auto added = addExamples(
                m_base, m_labels, m_stock->varied(sentence, m_recipe.mentionSwap, m_random),
                example.sentence, made);
            if (!added)
                throw Error(added.error());
        }
        if (made.size() != 1)
            made.assign(1, example);
        Example& result = made.front();
        const auto mask =
            m_base.tokenizer->idOf(m_base.tokenizer->idOf("[MASK]") ? "[MASK]" : "<mask>");
        if (m_recipe.masking > 0 && mask) {
            std::vector<std::int64_t>& ids = result.window.ids;
            for (std::size_t i = 1; i + 1 < ids.size(); ++i) {
                if (uniform() < m_recipe.masking) {
                    ids[i] = *mask;
                    result.cached = at::Tensor();
                }
            }
        }
        m_varied.push_back(std::move(result));
        return &m_varied.back();
    }

    void addToAverage() {
        const at::NoGradGuard noGradient;
        ++m_averaged;
        if (m_averaged == 1) {
            for (const at::Tensor& tensor : m_learning)
                m_average.push_back(tensor.detach().clone());
            return;
        }
        for (std::size_t i = 0; i < m_learning.size(); ++i)
            m_average[i].lerp_(m_learning[i], 1.0 / m_averaged);
    }

    /// Adds the gradients of one batch, in as many pieces as memory asks for; returns the loss.
    /// `addsUp`: there are gradients already, which a second try must find again.
    double learn(const std::vector<const Example*>& batch, double weight, bool addsUp) {
        std::int64_t lessons = 0;
        for (const Example* example : batch)
            lessons += example->taught.defined() ? example->taught.size(0) : example->lessons();
        std::vector<const Example*> sorted = batch;
        std::stable_sort(sorted.begin(), sorted.end(), [](const Example* a, const Example* b) {
            return a->window.ids.size() > b->window.ids.size();
        });
        // Only a GPU runs out of memory in a way that can be tried again.
        const std::vector<at::Tensor> before =
            addsUp && m_device.is_cuda() ? m_optimizer.gradients() : std::vector<at::Tensor>();
        for (;;) {
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
                    loss += backward(
                        part, weight / static_cast<double>(std::max<std::int64_t>(lessons, 1)));
                }
                if (!std::isfinite(loss))
                    throw Diverged{};
                return loss;
            } catch (const c10::OutOfMemoryError&) {
                if (m_tokenBudget <= 64)
                    throw;
                m_tokenBudget /= 2;
                m_halved = true;
                m_optimizer.setGradients(before);
            }
        }
    }

    /// Adds the gradients of `share` times the sum of the losses; returns that.
    double backward(const std::vector<const Example*>& examples, double share) {
        const int passes = m_recipe.rDrop > 0 ? 2 : 1;
        std::vector<const Window*> windows;
        std::vector<at::Tensor> cached;
        bool allCached = true;
        for (int pass = 0; pass < passes; ++pass) {
            for (const Example* example : examples) {
                windows.push_back(&example->window);
                allCached = allCached && example->cached.defined();
                cached.push_back(example->cached);
            }
        }
        const WindowBatch batch = packWindows(windows, m_config, m_device);
        m_tokens += batch.tokens;
        ForwardOptions options = forwardOptions(m_recipe.dropout);
        options.bfloat16 = m_recipe.bfloat16 && hasFastBfloat16(m_device);
        options.wantedRows = indexTensor(batch.firstRows, m_device);
        at::Tensor hidden = allCached ? at::cat(cached) : below(batch.packed, m_recipe.dropout);
        hidden = features(m_weights, m_config, batch.packed, hidden, m_frozen, m_features, options);
        const at::Tensor logits = at::linear(dropOut(hidden, options), m_headWeight, m_headBias);
        at::Tensor loss;
        double value = 0;
        const std::int64_t rows = logits.size(0) / passes;
        for (int pass = 0; pass < passes; ++pass) {
            const at::Tensor mine = logits.narrow(0, pass * rows, rows);
            const auto add = [&](const Loss& part, double weight) {
                const at::Tensor weighed = weight == 1 ? part.first : part.first * weight;
                loss = loss.defined() ? loss + weighed : weighed;
                value += weight * part.second;
            };
            if (examples.front()->taught.defined()) {
                add(asTaught(mine, examples), 1);
                continue;
            }
            if (m_recipe.sequenceLoss > 0)
                add(bySequence(mine, examples), m_recipe.sequenceLoss);
            if (m_recipe.sequenceLoss < 1)
                add(byWord(mine, examples), 1 - m_recipe.sequenceLoss);
        }
        if (passes == 2) {
            loss = loss / 2;
            value /= 2;
            const at::Tensor a = at::log_softmax(logits.narrow(0, 0, rows), 1);
            const at::Tensor b = at::log_softmax(logits.narrow(0, rows, rows), 1);
            loss = loss + m_recipe.rDrop * 0.5 * ((a.exp() - b.exp()) * (a - b)).sum();
        }
        (loss * share).backward();
        return value * share;
    }

    using Loss = std::pair<at::Tensor, double>;

    /// Cross-entropy where the label is known, -log(1 - p(type)) where a type was refused.
    Loss byWord(const at::Tensor& logits, const std::vector<const Example*>& examples) const {
        std::vector<std::int64_t> labels, refusedRows, refusedTypes;
        for (const Example* example : examples) {
            const auto base = static_cast<std::int64_t>(labels.size());
            labels.insert(labels.end(), example->targets.labels.begin(),
                          example->targets.labels.end());
            for (const auto& [word, type] : example->targets.refused) {
                refusedRows.push_back(base + static_cast<std::int64_t>(word));
                refusedTypes.push_back(type);
            }
        }
        const auto index = [&](const std::vector<std::int64_t>& values) {
            return indexTensor(values, m_device);
        };
        at::Tensor loss = at::cross_entropy_loss(logits, index(labels), {}, at::Reduction::Sum,
                                                 kUnknown, m_recipe.labelSmoothing);
        if (!refusedRows.empty()) {
            const at::Tensor p = at::softmax(logits.index_select(0, index(refusedRows)), 1);
            std::vector<std::int64_t> begins, insides;
            for (const std::int64_t type : refusedTypes) {
                const auto of = static_cast<int>(type);
                insides.push_back(m_labels.inside(of));
                begins.push_back(m_labels.begin(of) >= 0 ? m_labels.begin(of) : insides.back());
            }
            at::Tensor of = p.gather(1, index(insides).unsqueeze(1));
            if (begins != insides)
                of = of + p.gather(1, index(begins).unsqueeze(1));
            loss = loss - at::log1p(-of.clamp_max(1 - 1e-6)).sum();
        }
        return {loss, loss.item<double>()};
    }

    /// Cross-entropy with what the teachers think.
    [[nodiscard]] static Loss asTaught(const at::Tensor& logits,
                                       const std::vector<const Example*>& examples) {
        std::vector<at::Tensor> targets;
        for (const Example* example : examples)
            targets.push_back(example->taught);
        const at::Tensor loss = -(at::log_softmax(logits, 1) * at::cat(targets)).sum();
        return {loss, loss.item<double>()};
    }

    /// Of the whole sequence, with the gradients by hand.
    Loss bySequence(const at::Tensor& logits, const std::vector<const Example*>& examples) const {
        const at::Tensor here = logits.detach().to(at::kCPU, at::kFloat).contiguous();
        at::Tensor gradient = at::zeros_like(here);
        const float* values = here.const_data_ptr<float>();
        auto* slopes = gradient.mutable_data_ptr<float>();
        double loss = 0;
        for (const Example* example : examples) {
            loss += sequenceLoss(values, example->targets, m_labels, slopes, m_breachCost);
            const auto cells = static_cast<std::int64_t>(example->targets.labels.size()) *
                               static_cast<std::int64_t>(m_labels.size());
            values += cells;
            slopes += cells;
        }
        return {(logits * gradient.to(m_device)).sum(), loss};
    }

    const Model& m_base;
    const TrainOptions& m_options;
    const Recipe& m_recipe;
    const std::vector<LabelledSentence>& m_sentences;
    std::vector<Example> m_examples;
    std::vector<Example> m_pool;
    BioLabels m_labels;
    at::Device m_device;
    double m_rateFactor;
    double m_breachCost = 0;  ///< of all mentions
    int m_part, m_parts;
    const std::function<void(const TrainProgress&)>& m_tell;
    const std::stop_token& m_stop;
    std::mt19937_64 m_random;
    at::Generator m_generator;  ///< of dropout and the head's first weights
    Clock::time_point m_start;  ///< of all fits
    Clock::time_point m_began;  ///< of this one
    std::int64_t m_tokenBudget;
    bool m_halved = false;
    std::optional<MentionStock> m_stock;
    std::deque<Example> m_varied;

    EncoderConfig m_config;
    EncoderWeights m_weights;
    at::Tensor m_headWeight, m_headBias;
    Features m_features = Features::LastLayer;
    int m_frozen = 0;
    Optimizer m_optimizer;
    std::vector<at::Tensor> m_learning;  ///< all that the optimizer moves
    std::vector<at::Tensor> m_average;
    int m_averaged = 0;
    std::int64_t m_tokens = 0, m_allTokens = 0, m_cachedTokens = 0;
};

BioLabels labelsFor(const TrainOptions& options) {
    if (!options.recipe.insideOnly)
        return BioLabels::forTypes(options.types);
    std::vector<std::string> names{"O"};
    for (const std::string& type : options.types)
        names.push_back("I-" + type);
    return *BioLabels::fromNames(names, {});
}

/// The fits that the recipe asks for, on one device.
std::shared_ptr<Model> fit(const Lesson& lesson, const Device& device, double rateFactor,
                           TrainReport& report) {
    const at::Device torchDevice = device.cuda ? lesson.base.torchDevice() : at::Device(at::kCPU);
    const Recipe& recipe = lesson.options.recipe;
    const int teachers = lesson.pool.empty() ? 0 : recipe.teachers;
    const int parts = teachers + std::max(recipe.soup, 1);
    report.steps = report.tokens = 0;
    bool halved = false;
    for (int part = 0; part < teachers; ++part) {
        Trainer teacher(lesson, torchDevice, rateFactor, part, parts);
        teacher.run(report);
        teacher.teach(lesson.pool, teachers);
        halved = halved || teacher.halvedBatch();
    }
    const auto study = [&](Trainer& trainer) {
        if (teachers > 0)
            trainer.learnFrom(lesson.pool);
        trainer.run(report);
        halved = halved || trainer.halvedBatch();
    };
    Trainer first(lesson, torchDevice, rateFactor, teachers, parts);
    study(first);
    for (int part = teachers + 1; part < parts; ++part) {
        Trainer next(lesson, torchDevice, rateFactor, part, parts);
        study(next);
        first.blend(next, part - teachers);
    }
    if (halved)
        report.warnings.push_back(
            "The device's memory was short: batches went through in smaller pieces.");
    return first.take(device);
}

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

/// What is learned must not depend on the order in which it was labelled.
std::vector<LabelledSentence> inOneOrder(std::vector<LabelledSentence> sentences) {
    const auto key = [](const LabelledSentence& s) { return std::tie(s.words, s.known); };
    const auto spansBefore = [](const std::vector<WordSpan>& a, const std::vector<WordSpan>& b) {
        return std::lexicographical_compare(
            a.begin(), a.end(), b.begin(), b.end(), [](const WordSpan& x, const WordSpan& y) {
                return std::tie(x.begin, x.end, x.type) < std::tie(y.begin, y.end, y.type);
            });
    };
    std::sort(sentences.begin(), sentences.end(),
              [&](const LabelledSentence& a, const LabelledSentence& b) {
                  if (key(a) != key(b))
                      return key(a) < key(b);
                  if (a.spans != b.spans)
                      return spansBefore(a.spans, b.spans);
                  return spansBefore(a.rejected, b.rejected);
              });
    return sentences;
}

constexpr const char* kBegunAgain =
    "The training diverged and was begun again with a smaller learning rate.";
Error divergence() {
    return {ErrorCode::Internal,
            "The training diverged: the loss is no number any more, with smaller learning rates "
            "too. Try a lower learning rate.",
            {}};
}

/// A GLiNER's fit, begun again with smaller rates where it diverges.
Result<Trained> fitGliner(const ModelPtr& base, const std::vector<LabelledSentence>& sentences,
                          const TrainOptions& options,
                          const std::function<void(const TrainProgress&)>& progress,
                          const std::stop_token& stop, Clock::time_point start) {
    std::vector<std::string> warnings;
    double rateFactor = 1;
    for (int restarts = 0;; ++restarts) {
        try {
            auto tuned = guarded(base->info.path.string(), [&]() -> Result<Trained> {
                return trainGliner(base, sentences, options, rateFactor, start, progress, stop);
            });
            if (tuned)
                tuned->report.warnings = std::move(warnings);
            return tuned;
        } catch (const Diverged&) {
            if (restarts == kRestarts)
                return tl::unexpected(divergence());
            rateFactor *= kSmallerRate;
            warnings.emplace_back(kBegunAgain);
        }
    }
}

/// As many of the unlabelled sentences as the recipe takes, whatever order they came in.
std::vector<std::vector<std::string>> chosenForPool(const TrainOptions& options) {
    std::vector<std::vector<std::string>> pool = options.unlabelled;
    std::erase_if(pool, [](const auto& words) { return words.empty(); });
    std::sort(pool.begin(), pool.end());
    pool.erase(std::unique(pool.begin(), pool.end()), pool.end());
    std::mt19937_64 random(options.seed);
    for (std::size_t i = pool.size(); i > 1; --i)
        std::swap(pool[i - 1], pool[random() % i]);
    pool.resize(std::min(pool.size(), static_cast<std::size_t>(options.recipe.poolSentences)));
    return pool;
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
        auto tuned = fitGliner(base, inOneOrder(sentences), options, progress, stop, start);
        if (tuned)
            tuned->report.warnings.insert(tuned->report.warnings.begin(), report.warnings.begin(),
                                          report.warnings.end());
        return tuned;
    }
    const BioLabels labels = labelsFor(options);
    const std::vector<LabelledSentence> sorted = inOneOrder(sentences);
    std::vector<Example> examples;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (const auto added = addExamples(*base, labels, sorted[i], i, examples); !added)
            return tl::unexpected(added.error());
    }
    if (examples.empty())
        return failure(ErrorCode::InvalidArgument,
                       "The labelled sentences have no word that the model can see, so there is "
                       "nothing to learn from.");
    report.sentences = static_cast<std::int64_t>(sentences.size());
    if (options.features == Features::TwoLayers && earlierLayer(base->config) < 0)
        return failure(ErrorCode::InvalidArgument,
                       "Two layers are the last and the 7th from last, and this encoder has only " +
                           std::to_string(base->config.layers) + ". Train on the last layer.",
                       base->info.path.string());
    std::vector<Example> pool;
    if (options.recipe.teachers > 0) {
        for (const auto& words : chosenForPool(options))
            addUnlabelled(*base, words, pool.size(), pool);
    }
    const Lesson lesson{*base, options, sorted, examples, pool, labels, start, progress, stop};
    Device device = base->device;
    double rateFactor = 1;
    for (int restarts = 0;;) {
        try {
            for (Example& example : pool)
                example.taught = at::Tensor();
            trained.model = fit(lesson, device, rateFactor, report);
            break;
        } catch (const Stopped&) {
            return failure(ErrorCode::Cancelled, "");
        } catch (const Diverged&) {
            if (restarts == kRestarts)
                return tl::unexpected(divergence());
            ++restarts;
            rateFactor *= kSmallerRate;
            report.warnings.emplace_back(kBegunAgain);
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
