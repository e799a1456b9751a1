#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_map>

#include "core/text/utf8.h"
#include "models/io/files.h"
#include "models/learning/optimizer.h"
#include "models/model_internal.h"
#include "models/pretraining/concept_encoder.h"
#include "models/pretraining/gradient_buckets.h"
#include "models/pretraining/pretrain.h"
#include "models/pretraining/process_group.h"
#include "models/torch.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// Sub-tokens that go through the text encoder at once.
constexpr std::int64_t kCpuTokens = 1024;
constexpr std::int64_t kCudaTokens = 65536;
/// Gradients that are added up over all processes at once: enough to fill a network, little enough
/// for the first sums to begin while backward has most of its way to go.
constexpr std::int64_t kBucketBytes = 8 << 20;
/// Vectors of an unmoved concept encoder that are kept.
constexpr std::size_t kKeptStates = 200'000;
/// How fast the figures shown follow.
constexpr double kSmoothing = 0.98;
constexpr const char* kTensors = "tensors.safetensors";
constexpr const char* kState = "state.json";

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    std::uint64_t x = a * 0x9E3779B97F4A7C15U + b + 0x632BE59BD9B4E019U;
    x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
    x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
    return x ^ (x >> 31U);
}

/// What must be the same for a checkpoint to go on.
nlohmann::json settingsOf(const PretrainOptions& o, const Model& base, const Corpus& corpus) {
    return {{"encoder", base.info.name},
            {"material", corpus.sha256()},
            {"seed", o.step.seed},
            {"examples", o.step.examples},
            {"concepts", o.step.concepts},
            {"negatives", o.step.negatives},
            {"negative-power", o.step.negativePower},
            {"balance", o.step.balance},
            {"foreign-weight", o.step.foreignWeight},
            {"epochs", o.epochs},
            {"steps", o.steps},
            {"minutes", o.minutes},
            {"encoder-rate", o.encoderRate},
            {"concept-rate", o.conceptRate},
            {"map-rate", o.mapRate},
            {"weight-decay", o.weightDecay},
            {"dropout", o.dropout},
            {"warm-up", o.warmUp},
            {"frozen-layers", o.frozenLayers},
            {"concept-layers", base.concepts ? base.concepts->config.layers : o.conceptLayers},
            {"first-token", base.concepts ? base.concepts->firstToken : o.firstToken},
            {"descriptions", o.descriptions},
            {"begin-weight", o.beginWeight},
            {"bfloat16", o.bfloat16}};
}

class Pretrainer {
public:
    Pretrainer(const ModelPtr& base, std::shared_ptr<const Corpus> corpus,
               const PretrainOptions& options, fs::path folder, const PretrainCallbacks& callbacks,
               std::stop_token stop, ProcessGroup* group)
        : m_base(base),
          m_corpus(std::move(corpus)),
          m_options(options),
          m_folder(std::move(folder)),
          m_callbacks(callbacks),
          m_stop(std::move(stop)),
          m_group(group),
          m_device(base->torchDevice()),
          m_config(base->config),
          m_plan(m_corpus, options.step),
          m_generator(newGenerator(m_device)),
          m_settings(settingsOf(options, *base, *m_corpus)) {}

    Result<Pretrained> run() {
        double most = 1;
        for (int restarts = 0;; ++restarts) {
            prepareWeights();
            PretrainReport report;
            if (auto begun = begin(report); !begun)
                return tl::unexpected(begun.error());
            if (restarts > 0) {
                m_rateFactor = std::min(m_rateFactor, most);
                tellRates(report.steps, "the loss was no number any more");
            }
            try {
                auto pretrained = learnAll(report);
                if (pretrained) {
                    nlohmann::json settings = m_settings;
                    if (!m_rateChanges.empty())
                        settings["rate-changes"] = m_rateChanges;
                    pretrained->report.settings = settings.dump();
                }
                return pretrained;
            } catch (const Separated&) {
                return afterSeparation(report);
            } catch (const Diverged&) {
                if (restarts == kRestarts)
                    return diverged();
                most = m_rateFactor * kSmallerRate;
            }
        }
    }

private:
    [[nodiscard]] bool isFirst() const { return m_group == nullptr || m_group->isFirst(); }

    Result<Pretrained> diverged() const {
        if (!isFirst())
            return failure(ErrorCode::Cancelled, "");
        return failure(ErrorCode::Internal,
                       "The loss is no number any more, with smaller rates too. Take much smaller "
                       "ones (--encoder-rate, --concept-rate, --map-rate). Where there is a "
                       "checkpoint, the run goes on from it; delete it to begin anew.",
                       (m_folder / "checkpoint").string());
    }

    /// By what the rates are from this step on.
    void tellRates(std::int64_t step, const std::string& why) {
        const double encoder = m_rateFactor * m_options.encoderRate;
        const double concepts = m_rateFactor * m_options.conceptRate;
        const double map = m_rateFactor * m_options.mapRate;
        m_rateChanges.push_back({{"step", step},
                                 {"why", why},
                                 {"encoder-rate", encoder},
                                 {"concept-rate", concepts},
                                 {"map-rate", map}});
        if (!isFirst() || !m_callbacks.note)
            return;
        char text[300];
        std::snprintf(text, sizeof text,
                      "From step %lld on the rates are smaller (encoder %.3g, concepts %.3g, map "
                      "%.3g): %s.",
                      static_cast<long long>(step), encoder, concepts, map, why.c_str());
        m_callbacks.note(text);
    }

    [[nodiscard]] bool isFinite() const {
        return allFinite(m_learning) && allFinite(m_optimizer.state());
    }

    Result<Pretrained> learnAll(PretrainReport& report) {
        const std::int64_t steps = plannedSteps();
        report.firstStep = report.steps;
        m_began = Clock::now();
        auto saved = m_began;
        auto probed = m_began;
        const std::int64_t tokensBefore = report.tokens;
        PretrainProgress progress;
        while (fractionDone(report.steps, steps) < 1) {
            const Step step = m_plan.at(report.steps);
            learn(step, report.steps);
            if (m_told.stop) {
                // All have the same weights, so all find the same.
                if (!isFinite())
                    throw Diverged{};
                report.seconds = m_told.seconds;
                if (auto kept = checkpoint(report); !kept)
                    return tl::unexpected(kept.error());
                return Pretrained{nullptr, report};
            }
            const double done = fractionDone(report.steps, steps);
            const double one = 1.0 / static_cast<double>(steps);
            const double slope = done < m_options.warmUp ? (done + one) / (m_options.warmUp + one)
                                                         : (1 - done) / (1 - m_options.warmUp);
            m_optimizer.step(m_rateFactor * slope, m_rateFactor * slope);
            smooth(report);
            ++report.steps;
            report.examples += static_cast<std::int64_t>(step.examples.size());
            report.tokens += m_tokens;
            report.seconds = m_told.seconds;
            if (!isFirst())
                continue;
            const auto now = Clock::now();
            progress = {report.steps,
                        steps,
                        report.examples,
                        report.tokens,
                        report.loss,
                        report.beginLoss,
                        0,
                        0,
                        false};
            const double mine = std::chrono::duration<double>(now - m_began).count();
            progress.tokensPerSecond =
                static_cast<double>(report.tokens - tokensBefore) / std::max(mine, 1e-9);
            const double after = fractionDone(report.steps, steps);
            progress.secondsLeft =
                std::max(0.0, mine * (1 - after) / std::max(after - m_doneBefore, 1e-9));
            // Weights that are no numbers show in the next step's loss.
            if (minutesSince(saved, now) >= m_options.checkpointMinutes && isFinite()) {
                report.seconds = seconds();
                if (auto kept = checkpoint(report); !kept)
                    return tl::unexpected(kept.error());
                progress.savedCheckpoint = true;
                saved = Clock::now();
            }
            if (m_callbacks.progress)
                m_callbacks.progress(progress);
            if (m_callbacks.probe && m_options.probeMinutes > 0 &&
                minutesSince(probed, now) >= m_options.probeMinutes) {
                m_callbacks.probe(progress, snapshot());
                probed = Clock::now();
            }
        }
        if (!isFinite())
            throw Diverged{};
        report.seconds = seconds();
        report.finished = true;
        return Pretrained{isFirst() ? snapshot() : nullptr, report};
    }

    /// The weights are those of the last step that all finished.
    Result<Pretrained> afterSeparation(PretrainReport& report) {
        const ProcessGroup::Aftermath aftermath = m_group->aftermath(m_stop);
        if (aftermath.keeps) {
            if (auto kept = write(report); !kept)
                return tl::unexpected(kept.error());
        }
        if (!aftermath.keeps || aftermath.isTold)
            return failure(ErrorCode::Cancelled, "");
        Error error = m_group->separation();
        error.message += " What was learned until then is kept (step " +
                         std::to_string(report.steps) +
                         "): see why it ended, then start the same command again, and it goes on "
                         "from there.";
        error.where = (m_folder / "checkpoint").string();
        return tl::unexpected(std::move(error));
    }

    static double minutesSince(Clock::time_point then, Clock::time_point now) {
        return std::chrono::duration<double>(now - then).count() / 60;
    }
    [[nodiscard]] double seconds() const {
        return m_secondsBefore + std::chrono::duration<double>(Clock::now() - m_began).count();
    }
    [[nodiscard]] std::int64_t plannedSteps() const {
        return m_options.steps > 0
                   ? m_options.steps
                   : std::max<std::int64_t>(
                         1, static_cast<std::int64_t>(std::ceil(
                                m_options.epochs * static_cast<double>(m_plan.stepsPerEpoch()))));
    }
    [[nodiscard]] double fractionDone(std::int64_t step, std::int64_t steps) const {
        const double bySteps = static_cast<double>(step) / static_cast<double>(steps);
        return m_options.minutes > 0 ? std::max(bySteps, m_told.seconds / 60 / m_options.minutes)
                                     : bySteps;
    }

    void prepareWeights() {
        m_optimizer = {};
        m_learning.clear();
        m_text = toDevice(m_base->encoder, m_device);
        m_frozen = std::clamp(m_options.frozenLayers, 0, m_config.layers);
        m_concepts = m_base->concepts ? toDevice(*m_base->concepts)
                                      : newConceptEncoder(m_text, m_config, m_options.conceptLayers,
                                                          m_options.firstToken, typicalLength());
        std::vector<at::Tensor> matrices, vectors;
        const auto learns = [&](at::Tensor& tensor) {
            tensor = tensor.clone().set_requires_grad(true);
            (tensor.dim() > 1 ? matrices : vectors).push_back(tensor);
        };
        const auto add = [&](double rate) {
            addGroup(std::move(matrices), rate, m_options.weightDecay);
            addGroup(std::move(vectors), rate, 0);
            matrices.clear();
            vectors.clear();
        };
        for (int i = m_frozen; i < m_config.layers; ++i)
            m_text.layers[static_cast<std::size_t>(i)].forEach(learns);
        add(m_options.encoderRate);
        if (m_options.conceptRate > 0) {
            for (EncoderLayer& layer : m_concepts.weights.layers)
                layer.forEach(learns);
            add(m_options.conceptRate);
        }
        for (at::Tensor* tensor : {&m_concepts.projection, &m_concepts.scale, &m_concepts.bias,
                                   &m_concepts.begin, &m_concepts.beginBias})
            learns(*tensor);
        add(m_options.mapRate);
        if (m_group != nullptr)
            prepareBuckets();
    }

    /// In the order in which backward comes to them: the text's side from above, then the
    /// concepts'.
    void prepareBuckets() {
        std::vector<at::Tensor> text{m_concepts.bias, m_concepts.begin, m_concepts.beginBias};
        std::vector<at::Tensor> concepts{m_concepts.scale, m_concepts.projection};
        const auto addLayers = [](std::vector<EncoderLayer>& layers, int from, auto& all) {
            for (auto i = static_cast<std::ptrdiff_t>(layers.size()) - 1; i >= from; --i) {
                const auto first = static_cast<std::ptrdiff_t>(all.size());
                layers[static_cast<std::size_t>(i)].forEach(
                    [&](const at::Tensor& tensor) { all.push_back(tensor); });
                std::reverse(all.begin() + first, all.end());
            }
        };
        addLayers(m_text.layers, m_frozen, text);
        if (m_options.conceptRate > 0)
            addLayers(m_concepts.weights.layers, 0, concepts);
        m_textGradients.emplace(*m_group, std::move(text), kBucketBytes);
        m_conceptGradients.emplace(*m_group, std::move(concepts), kBucketBytes);
    }

    /// The checkpoint, and the same weights and figures for all processes.
    Result<void> begin(PretrainReport& report) {
        Result<void> mine = isFirst() ? resume(report) : Result<void>{};
        if (m_group == nullptr)
            return mine;
        const auto settings = m_group->ofFirst(m_settings.dump());
        if (!settings)
            return tl::unexpected(settings.error());
        const auto firsts = nlohmann::json::parse(*settings);
        for (const auto& [key, value] : m_settings.items()) {
            if (mine && firsts.value(key, nlohmann::json()) != value)
                mine = failure(ErrorCode::Incompatible,
                               "Process " + std::to_string(m_group->rank()) + " was started with " +
                                   key + " " + value.dump() + ", the first one with " +
                                   firsts.value(key, nlohmann::json()).dump() +
                                   ". Start all with the same command.");
        }
        if (auto agreed = m_group->agree(mine, m_stop); !agreed)
            return agreed;
        const auto figures = m_group->ofFirst(figuresOf(report).dump());
        if (!figures)
            return tl::unexpected(figures.error());
        takeFigures(nlohmann::json::parse(*figures), report);
        const at::NoGradGuard noGradient;
        try {
            for (const auto& [name, tensor] : stateTensors()) {
                const at::Tensor values = tensor.detach();
                if (!isFirst())
                    values.zero_();
                m_group->sum(values);
            }
        } catch (const Separated&) {
            return m_group->rank() <= 1 ? tl::unexpected(m_group->separation())
                                        : failure(ErrorCode::Cancelled, "");
        }
        return {};
    }

    [[nodiscard]] ConceptEncoder toDevice(const ConceptEncoder& encoder) const {
        ConceptEncoder moved = encoder;
        moved.forEach([&](at::Tensor& tensor) { tensor = tensor.to(m_device); });
        EncoderWeights shared = m_text;
        shared.layers = std::move(moved.weights.layers);
        moved.weights = std::move(shared);
        return moved;
    }
    [[nodiscard]] static EncoderWeights toDevice(const EncoderWeights& weights, at::Device device) {
        return spanwise::toDevice(weights, device);
    }

    void addGroup(std::vector<at::Tensor> tensors, double rate, double decay) {
        if (tensors.empty())
            return;
        m_learning.insert(m_learning.end(), tensors.begin(), tensors.end());
        m_optimizer.add(std::move(tensors), rate, decay, false);
    }

    /// Of the states that the first step sees.
    [[nodiscard]] double typicalLength() {
        const at::NoGradGuard noGradient;
        const Step step = m_plan.at(0);
        std::vector<std::vector<std::int64_t>> texts;
        std::vector<const std::vector<std::int64_t>*> members;
        for (std::size_t i = 0; i < std::min<std::size_t>(step.examples.size(), 8); ++i) {
            const CorpusExample example = (*m_corpus)[step.examples[i]];
            texts.emplace_back(example.ids.begin(), example.ids.end());
        }
        for (const auto& text : texts)
            members.push_back(&text);
        const PackedBatch batch = packSequences(members, m_config, m_device);
        const at::Tensor states =
            runLayers(m_text, m_config, batch, embed(m_text, m_config, batch), 0, m_config.layers);
        return states.norm(2, {1}).mean().item<double>();
    }

    /// Makes the gradients of one step, over all processes.
    void learn(const Step& step, std::int64_t number) {
        const int rank = m_group == nullptr ? 0 : m_group->rank();
        const std::uint64_t seed = mixed(m_options.step.seed, static_cast<std::uint64_t>(number));
        m_generator.set_current_seed(
            (rank == 0 ? seed : mixed(seed, static_cast<std::uint64_t>(rank))) >> 1U);
        m_optimizer.zeroGradients();
        m_tokens = 0;
        std::int64_t words = 0;
        std::vector<std::int64_t> lengths;
        for (const std::size_t index : step.examples) {
            words += static_cast<std::int64_t>((*m_corpus)[index].firsts.size());
            lengths.push_back(m_corpus->length(index));
            m_tokens += lengths.back();
        }
        if (words == 0 || step.concepts.empty()) {
            finish(startTelling(0, 0));
            return;
        }
        const std::vector<std::size_t> mine = share(lengths);
        const std::vector<std::uint64_t> keys = conceptKeys(step, number);
        const std::vector<std::size_t> rows = share(lengthsOf(keys));
        std::vector<std::uint64_t> myKeys;
        for (const std::size_t row : rows)
            myKeys.push_back(keys[row]);
        const at::Tensor vectors =
            rows.empty() ? at::Tensor() : conceptVectors(m_concepts, statesOf(myKeys));
        const at::Tensor leaf = allVectors(vectors, rows, step.concepts.size());
        const at::Tensor evidence = evidenceOf(step);
        double loss = 0;
        double beginLoss = 0;
        const std::int64_t most = m_device.is_cuda() ? kCudaTokens : kCpuTokens;
        for (std::size_t done = 0; done < mine.size();) {
            std::vector<std::size_t> part;
            std::int64_t tokens = 0;
            for (; done < mine.size(); ++done) {
                tokens += lengths[mine[done]];
                if (!part.empty() && tokens > most)
                    break;
                part.push_back(step.examples[mine[done]]);
            }
            if (m_textGradients && done == mine.size())
                m_textGradients->listen();
            const auto [partLoss, partBegin] =
                backward(part, step.concepts, leaf, evidence, 1.0 / static_cast<double>(words));
            loss += partLoss;
            beginLoss += partBegin;
        }
        awaitVectors();
        if (m_textGradients)
            m_textGradients->startRest();
        std::optional<Telling> telling = startTelling(loss, beginLoss);
        at::Tensor pull = leaf.grad();
        if (m_group != nullptr) {
            if (!pull.defined())
                pull = at::zeros_like(leaf);
            m_group->sum(pull);
            m_conceptGradients->listen();
        }
        if (vectors.defined() && vectors.requires_grad() && pull.defined())
            vectors.backward(m_group == nullptr ? pull : pull.index_select(0, rowTensor(rows)));
        if (m_conceptGradients) {
            m_conceptGradients->startRest();
            m_textGradients->finish();
            m_conceptGradients->finish();
        }
        finish(std::move(telling));
    }

    /// Of the items that a step has, those that are this process's.
    [[nodiscard]] std::vector<std::size_t> share(const std::vector<std::int64_t>& lengths) const {
        return m_group == nullptr ? shareOf(lengths, 0, 1)
                                  : shareOf(lengths, m_group->rank(), m_group->size());
    }
    /// What is read of each of the step's concepts: twice its id, one more with its description.
    [[nodiscard]] std::vector<std::uint64_t> conceptKeys(const Step& step,
                                                         std::int64_t number) const {
        std::vector<std::uint64_t> keys;
        for (const std::int32_t id : step.concepts) {
            const CorpusConcept& c = m_corpus->tables().concepts[static_cast<std::size_t>(id)];
            const std::uint64_t dice =
                mixed(mixed(m_options.step.seed, static_cast<std::uint64_t>(number)),
                      static_cast<std::uint64_t>(id) + 1);
            const bool described =
                !c.description.empty() &&
                static_cast<double>(dice >> 11U) * 0x1.0p-53 < m_options.descriptions;
            keys.push_back(2 * static_cast<std::uint64_t>(id) + (described ? 1 : 0));
        }
        return keys;
    }
    [[nodiscard]] std::vector<std::int64_t> lengthsOf(
        const std::vector<std::uint64_t>& keys) const {
        std::vector<std::int64_t> lengths;
        for (const std::uint64_t key : keys) {
            const CorpusConcept& c = m_corpus->tables().concepts[static_cast<std::size_t>(key / 2)];
            // In bytes, for tokens: a name has 2 to 4, and every text the special ones.
            lengths.push_back(static_cast<std::int64_t>(8 + c.name.size() +
                                                        (key % 2 == 1 ? c.description.size() : 0)));
        }
        return lengths;
    }
    [[nodiscard]] at::Tensor rowTensor(const std::vector<std::size_t>& rows) const {
        return indexTensor({rows.begin(), rows.end()}, m_device);
    }
    /// The vectors of all concepts from those of this process's, as a leaf. Not to be read before
    /// awaitVectors().
    [[nodiscard]] at::Tensor allVectors(const at::Tensor& vectors,
                                        const std::vector<std::size_t>& rows, std::size_t count) {
        if (m_group == nullptr)
            return vectors.detach().set_requires_grad(true);
        at::Tensor all = at::zeros({static_cast<std::int64_t>(count), m_config.hiddenSize},
                                   m_concepts.projection.options().requires_grad(false));
        if (vectors.defined())
            all.index_copy_(0, rowTensor(rows), vectors.detach());
        m_vectorsSum = m_group->startSum(all);
        return all.set_requires_grad(true);
    }

    void awaitVectors() {
        if (m_vectorsSum)
            m_vectorsSum->wait();
        m_vectorsSum.reset();
    }

    /// What each process says beside its gradients, on its way to the others.
    struct Telling {
        at::Tensor values;
        std::unique_ptr<Sum> sum;
    };
    [[nodiscard]] Telling startTelling(double loss, double beginLoss) {
        Telling telling;
        telling.values = at::tensor(
            {loss, beginLoss, m_stop.stop_requested() ? 1.0 : 0.0, isFirst() ? seconds() : 0.0},
            at::kDouble);
        if (m_group != nullptr)
            telling.sum = m_group->startSum(telling.values);
        return telling;
    }
    void finish(std::optional<Telling> telling) {
        if (telling->sum)
            telling->sum->wait();
        const auto* const values = telling->values.const_data_ptr<double>();
        m_loss = values[0];
        m_beginLoss = values[1];
        m_told = {values[2] > 0, values[3]};
        if (!std::isfinite(m_loss + m_beginLoss))
            throw Diverged{};
    }

    [[nodiscard]] ForwardOptions forwardOptions() const {
        ForwardOptions options;
        options.dropout = m_options.dropout;
        options.generator = m_generator;
        options.bfloat16 = m_options.bfloat16 && hasFastBfloat16(m_device);
        return options;
    }

    /// Pooled states of concepts; those of an unmoved encoder are made once.
    at::Tensor statesOf(const std::vector<std::uint64_t>& keys) {
        std::vector<std::vector<std::int64_t>> texts;
        const auto tokens = [&](std::uint64_t key) {
            const CorpusConcept& c = m_corpus->tables().concepts[static_cast<std::size_t>(key / 2)];
            return conceptTokens(*m_base->tokenizer, m_config, c.name,
                                 key % 2 == 1 ? c.description : std::string());
        };
        if (m_options.conceptRate > 0) {
            for (const std::uint64_t key : keys)
                texts.push_back(tokens(key));
            ForwardOptions options = forwardOptions();
            return conceptStates(m_concepts, texts, m_device, options);
        }
        const at::NoGradGuard noGradient;
        std::vector<std::uint64_t> fresh;
        if (m_kept.size() > kKeptStates)
            m_kept.clear();
        for (const std::uint64_t key : keys) {
            if (m_kept.try_emplace(key).second) {
                fresh.push_back(key);
                texts.push_back(tokens(key));
            }
        }
        if (!fresh.empty()) {
            const at::Tensor states = conceptStates(m_concepts, texts, m_device, {});
            for (std::size_t i = 0; i < fresh.size(); ++i)
                m_kept[fresh[i]] = states[static_cast<std::int64_t>(i)].clone();
        }
        std::vector<at::Tensor> rows;
        for (const std::uint64_t key : keys)
            rows.push_back(m_kept.at(key));
        return at::stack(rows);
    }

    /// What a pair of a source's word and a concept weighs when it is no mention:
    /// `[sources, concepts]`.
    [[nodiscard]] at::Tensor evidenceOf(const Step& step) const {
        const auto sources = static_cast<std::int64_t>(m_corpus->tables().sources.size());
        const auto concepts = static_cast<std::int64_t>(step.concepts.size());
        at::Tensor evidence = at::full({sources, concepts}, m_options.step.foreignWeight);
        auto* const data = evidence.mutable_data_ptr<float>();
        for (std::int64_t c = 0; c < concepts; ++c) {
            const std::uint64_t has =
                m_corpus->tables()
                    .concepts[static_cast<std::size_t>(step.concepts[static_cast<std::size_t>(c)])]
                    .sources;
            for (std::int64_t s = 0; s < sources; ++s) {
                if ((has >> static_cast<unsigned>(s)) & 1U)
                    data[s * concepts + c] = 1;
            }
        }
        return evidence;
    }

    std::pair<double, double> backward(const std::vector<std::size_t>& examples,
                                       const std::vector<std::int32_t>& concepts,
                                       const at::Tensor& vectors, const at::Tensor& evidence,
                                       double share) {
        std::vector<std::vector<std::int64_t>> texts;
        std::vector<std::int64_t> firstRows, sources, mentionRows, hitRows, hitColumns;
        std::vector<float> begins;
        std::int64_t tokens = 0;
        std::int64_t words = 0;
        for (const std::size_t index : examples) {
            const CorpusExample example = (*m_corpus)[index];
            texts.emplace_back(example.ids.begin(), example.ids.end());
            for (const std::int32_t first : example.firsts)
                firstRows.push_back(tokens + first);
            sources.insert(sources.end(), example.firsts.size(), example.source);
            std::vector<char> kind(example.firsts.size(), 0);  // 1: inside an entity, 2: its first
            for (const CorpusMention& mention : example.mentions) {
                for (std::int32_t word = mention.begin; word < mention.end; ++word)
                    kind[static_cast<std::size_t>(word)] = std::max<char>(
                        kind[static_cast<std::size_t>(word)], word == mention.begin ? 2 : 1);
                const auto found =
                    std::lower_bound(concepts.begin(), concepts.end(), mention.conceptId);
                if (found == concepts.end() || *found != mention.conceptId)
                    continue;
                for (std::int32_t word = mention.begin; word < mention.end; ++word) {
                    hitRows.push_back(words + word);
                    hitColumns.push_back(found - concepts.begin());
                }
            }
            for (std::size_t word = 0; word < kind.size(); ++word) {
                if (kind[word] == 0)
                    continue;
                mentionRows.push_back(words + static_cast<std::int64_t>(word));
                begins.push_back(kind[word] == 2 ? 1.0F : 0.0F);
            }
            tokens += static_cast<std::int64_t>(example.ids.size());
            words += static_cast<std::int64_t>(example.firsts.size());
        }
        if (words == 0)
            return {0, 0};
        std::vector<const std::vector<std::int64_t>*> members;
        for (const auto& text : texts)
            members.push_back(&text);
        const PackedBatch batch = packSequences(members, m_config, m_device);
        ForwardOptions options = forwardOptions();
        options.wantedRows = indexTensor(firstRows, m_device);
        at::Tensor below;
        if (m_frozen > 0) {
            const at::NoGradGuard noGradient;
            ForwardOptions still;
            still.bfloat16 = options.bfloat16;
            below = runLayers(m_text, m_config, batch, embed(m_text, m_config, batch, still), 0,
                              m_frozen, still);
        } else {
            below = embed(m_text, m_config, batch, options);
        }
        const at::Tensor states =
            m_frozen < m_config.layers
                ? runLayers(m_text, m_config, batch, below, m_frozen, m_config.layers, options)
                : below.index_select(0, options.wantedRows);
        awaitVectors();
        const at::Tensor logits = at::matmul(states, vectors.t()) + m_concepts.bias;
        at::Tensor targets = at::zeros({words, static_cast<std::int64_t>(concepts.size())});
        if (!hitRows.empty())
            targets.index_put_({indexTensor(hitRows, at::kCPU), indexTensor(hitColumns, at::kCPU)},
                               at::ones({}));
        const at::Tensor weights =
            at::maximum(evidence.index_select(0, indexTensor(sources, at::kCPU)), targets)
                .to(m_device);
        at::Tensor loss = at::binary_cross_entropy_with_logits(logits, targets.to(m_device),
                                                               weights, {}, at::Reduction::Sum) *
                          share;
        const double value = loss.item<double>();
        double beginValue = 0;
        if (!mentionRows.empty() && m_options.beginWeight > 0) {
            const at::Tensor inside = states.index_select(0, indexTensor(mentionRows, m_device));
            const at::Tensor first = at::mv(inside, m_concepts.begin) + m_concepts.beginBias;
            const at::Tensor truth =
                at::from_blob(begins.data(), {static_cast<std::int64_t>(begins.size())}, at::kFloat)
                    .to(m_device);
            const at::Tensor beginLoss =
                at::binary_cross_entropy_with_logits(first, truth, {}, {}, at::Reduction::Sum) *
                share;
            beginValue = beginLoss.item<double>();
            loss = loss + beginLoss * m_options.beginWeight;
        }
        loss.backward();
        return {value, beginValue};
    }

    void smooth(PretrainReport& report) const {
        // The mean of what there is at first, then an exponential one.
        const double keep = std::min(
            kSmoothing, static_cast<double>(report.steps) / static_cast<double>(report.steps + 1));
        report.loss = keep * report.loss + (1 - keep) * m_loss;
        report.beginLoss = keep * report.beginLoss + (1 - keep) * m_beginLoss;
    }

    ModelPtr snapshot() const {
        auto model = std::make_shared<Model>(*m_base);
        const at::NoGradGuard noGradient;
        model->encoder = m_text;
        model->encoder.forEach([](at::Tensor& tensor) { tensor = tensor.detach().clone(); });
        auto concepts = std::make_shared<ConceptEncoder>(m_concepts);
        concepts->forEach([](at::Tensor& tensor) { tensor = tensor.detach().clone(); });
        model->concepts = std::move(concepts);
        model->headWeight = model->headBias = at::Tensor();
        model->labels = {};
        model->info.types.clear();
        model->info.purpose = Purpose::Encoder;
        model->info.features = Features::LastLayer;
        model->calibration = {};
        return model;
    }

    [[nodiscard]] std::vector<std::pair<std::string, at::Tensor>> stateTensors() const {
        std::vector<std::pair<std::string, at::Tensor>> all;
        for (std::size_t i = 0; i < m_learning.size(); ++i)
            all.emplace_back("weights." + std::to_string(i), m_learning[i]);
        const std::vector<at::Tensor> state = m_optimizer.state();
        for (std::size_t i = 0; i < state.size(); ++i)
            all.emplace_back("optimizer." + std::to_string(i), state[i]);
        return all;
    }

    Result<void> checkpoint(const PretrainReport& report) const {
        return isFirst() ? write(report) : Result<void>{};
    }

    [[nodiscard]] nlohmann::json figuresOf(const PretrainReport& report) const {
        return {{"steps", report.steps},          {"examples", report.examples},
                {"tokens", report.tokens},        {"loss", report.loss},
                {"begin_loss", report.beginLoss}, {"seconds", report.seconds},
                {"rate_factor", m_rateFactor},    {"rate_changes", m_rateChanges}};
    }
    /// Throws what JSON throws.
    void takeFigures(const nlohmann::json& figures, PretrainReport& report) {
        report.steps = figures.at("steps");
        report.examples = figures.at("examples");
        report.tokens = figures.at("tokens");
        report.loss = figures.at("loss");
        report.beginLoss = figures.at("begin_loss");
        report.seconds = figures.at("seconds");
        m_rateFactor = figures.value("rate_factor", 1.0);
        m_rateChanges = figures.value("rate_changes", nlohmann::json::array());
        m_secondsBefore = m_told.seconds = report.seconds;
        m_doneBefore = fractionDone(report.steps, plannedSteps());
    }

    Result<void> write(const PretrainReport& report) const {
        if (!isFinite())
            return failure(ErrorCode::Internal,
                           "The weights are no numbers any more, so the checkpoint before them "
                           "stays, if there is one. Start again with smaller rates.",
                           (m_folder / "checkpoint").string());
        StagedFolder folder(m_folder / "checkpoint");
        if (auto made = folder.create(); !made)
            return made;
        std::vector<NamedTensor> tensors;
        std::vector<at::Tensor> keep;
        for (const auto& [name, tensor] : stateTensors()) {
            keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
            tensors.push_back({name, viewOf(keep.back())});
        }
        if (auto written = writeSafetensors(folder.path() / kTensors, tensors); !written)
            return written;
        nlohmann::json state = figuresOf(report);
        state["settings"] = m_settings;
        if (auto written = writeWholeFile(folder.path() / kState, state.dump(1)); !written)
            return written;
        return folder.commit();
    }

    static bool isRate(std::string_view key) {
        return key == "encoder-rate" || key == "concept-rate" || key == "map-rate";
    }
    /// What the base brings, whatever was asked for.
    static bool isOfConceptEncoder(std::string_view key) {
        return key == "concept-layers" || key == "first-token";
    }

    Result<void> resume(PretrainReport& report) {
        const fs::path folder = m_folder / "checkpoint";
        clearAbandoned(folder);
        std::error_code ignored;
        if (!fs::exists(folder / kState, ignored)) {
            m_rateFactor = 1;
            takeFigures(figuresOf({}), report);
            return {};
        }
        const auto text = readWholeFile(folder / kState);
        if (!text)
            return tl::unexpected(text.error());
        try {
            const auto state = nlohmann::json::parse(*text);
            bool hasSmallerRates = false;
            for (const auto& [key, value] : m_settings.items()) {
                const auto& kept = state.at("settings").at(key);
                if (kept == value || (m_base->concepts && isOfConceptEncoder(key)))
                    continue;
                if (!isRate(key) || value <= 0 || value > kept)
                    return failure(ErrorCode::Incompatible,
                                   "The checkpoint was made with " + key + " " + kept.dump() +
                                       ", not " + value.dump() +
                                       ". Use the same settings to go on, or delete the folder "
                                       "to begin anew.",
                                   folder.string());
                hasSmallerRates = true;
            }
            takeFigures(state, report);
            if (hasSmallerRates) {
                m_rateFactor = 1;
                tellRates(report.steps, "as asked");
            }
        } catch (const nlohmann::json::exception& e) {
            return failure(ErrorCode::Corrupt,
                           std::string("The checkpoint cannot be used (") + e.what() +
                               "). Delete the folder to begin anew.",
                           (folder / kState).string());
        }
        const auto file = SafetensorsFile::open(folder / kTensors);
        if (!file)
            return tl::unexpected(file.error());
        const at::NoGradGuard noGradient;
        for (const auto& [name, tensor] : stateTensors()) {
            const TensorView* const view = (*file)->find(name);
            if (view == nullptr || view->dtype != DType::F32 || view->shape != tensor.sizes().vec())
                return failure(ErrorCode::Corrupt,
                               "The checkpoint's " + name +
                                   " is missing or of another shape. Delete the folder to begin "
                                   "anew.",
                               (folder / kTensors).string());
            tensor.copy_(tensorFrom(*view, *file));
        }
        return {};
    }

    ModelPtr m_base;
    std::shared_ptr<const Corpus> m_corpus;
    PretrainOptions m_options;
    fs::path m_folder;
    const PretrainCallbacks& m_callbacks;
    std::stop_token m_stop;
    ProcessGroup* m_group;  ///< null: alone
    at::Device m_device;
    EncoderConfig m_config;
    StepPlan m_plan;
    at::Generator m_generator;
    nlohmann::json m_settings;

    EncoderWeights m_text;
    ConceptEncoder m_concepts;
    int m_frozen = 0;
    Optimizer m_optimizer;
    std::vector<at::Tensor> m_learning;
    std::optional<GradientBuckets> m_textGradients, m_conceptGradients;  ///< of many processes
    std::unique_ptr<Sum> m_vectorsSum;
    std::unordered_map<std::uint64_t, at::Tensor> m_kept;
    Clock::time_point m_began = Clock::now();
    double m_rateFactor = 1;  ///< of the rates asked for
    nlohmann::json m_rateChanges = nlohmann::json::array();
    double m_secondsBefore = 0;
    double m_doneBefore = 0;
    std::int64_t m_tokens = 0;  ///< of the last step
    double m_loss = 0, m_beginLoss = 0;
    /// By the first process's clock, and whether any was asked to stop: of the last step.
    struct {
        bool stop = false;
        double seconds = 0;
    } m_told;
};

}  // namespace

Result<Pretrained> pretrain(const ModelPtr& base, const std::shared_ptr<const Corpus>& corpus,
                            const PretrainOptions& options, const fs::path& folder,
                            const PretrainCallbacks& callbacks, std::stop_token stop,
                            ProcessGroup* group) {
    const CorpusTables& tables = corpus->tables();
    if (tables.tokenizer != tokenizerFingerprint(*base))
        return failure(ErrorCode::Incompatible,
                       "The material was prepared for another tokenizer than this encoder's. "
                       "Prepare it again.",
                       base->info.path.string());
    if (corpus->size() == 0 || tables.concepts.empty())
        return failure(ErrorCode::InvalidArgument,
                       "The material has no mention of any concept, so there is nothing to learn.");
    if (tables.concepts.size() < 2)
        return failure(ErrorCode::InvalidArgument,
                       "The material has one concept only (\"" + tables.concepts.front().name +
                           "\"): telling concepts apart needs at least two.");
    if (auto fits = checkConceptEncoder(*base, options); !fits)
        return tl::unexpected(fits.error());
    return guarded(base->info.path.string(), [&]() -> Result<Pretrained> {
        Pretrainer pretrainer(base, corpus, options, folder, callbacks, std::move(stop), group);
        return pretrainer.run();
    });
}

Result<void> checkConceptEncoder(const Model& base, const PretrainOptions& options) {
    if (!base.concepts)
        return {};
    const ConceptEncoder& has = *base.concepts;
    const bool fits = (options.conceptLayers == 0 || options.conceptLayers == has.config.layers) &&
                      (!options.firstToken || has.firstToken);
    if (fits)
        return {};
    return failure(ErrorCode::Incompatible,
                   "This encoder brings a concept encoder: " + std::to_string(has.config.layers) +
                       " layers, pooled by " + (has.firstToken ? "the first token" : "the mean") +
                       ". Leave --concept-layers and --first-token out to go on with it, or begin "
                       "with an encoder that has none, such as all-MiniLM-L6-v2.",
                   base.info.path.string());
}

const Tokenizer& tokenizerOf(const Model& model) {
    return *model.tokenizer;
}

int longestText(const Model& model) {
    return model.config.maxLength();
}

std::string tokenizerFingerprint(const Model& model) {
    // What saving a bundle may add to the files does not change the ids.
    if (const auto full = model.tokenizerFiles.find("tokenizer.json");
        full != model.tokenizerFiles.end()) {
        const auto json = nlohmann::json::parse(full->second, nullptr, false);
        if (json.is_object())
            return sha256Hex(json.value("model", nlohmann::json()).dump() +
                             json.value("normalizer", nlohmann::json()).dump());
    }
    std::string all;
    for (const auto& [name, text] : model.tokenizerFiles) {
        if (name != "tokenizer_config.json" && name != "special_tokens_map.json")
            all += name + '\0' + sha256Hex(text) + '\0';
    }
    return sha256Hex(all);
}

}  // namespace spanwise
