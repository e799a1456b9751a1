#include "models/learning/gliner_trainer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>
#include <random>

#include "models/learning/optimizer.h"
#include "models/torch.h"

namespace spanwise {
namespace {

using Clock = std::chrono::steady_clock;

// What GLiNER's own recipe fine-tunes with.
constexpr double kEncoderRate = 1e-5;
constexpr double kHeadRate = 5e-5;
constexpr double kWeightDecay = 0.01;
constexpr double kWarmUp = 0.1;
constexpr double kDropout = 0.1;
constexpr int kBatch = 8;
constexpr int kMinSteps = 60;
constexpr double kEpochs = 10;
constexpr double kPositives = 2;
constexpr std::int64_t kTokensAtOnce = 1024;

struct Example {
    GlinerWindow window;
    at::Tensor targets, weights;  ///< of the logits' shape; weight 0: says nothing
    std::int64_t tokens = 0;
};

/// What a sentence says of each span, or word and part, and type.
void mark(const LabelledSentence& sentence, const GlinerConfig& config,
          const std::vector<std::string>& types, Example& example) {
    const auto first = static_cast<int>(example.window.firstWord);
    const auto count = static_cast<std::int64_t>(example.window.firsts.size());
    const auto typeCount = static_cast<std::int64_t>(types.size());
    const auto isKnown = [&](std::int64_t word) {
        return sentence.known.empty() || sentence.known[static_cast<std::size_t>(first + word)];
    };
    const auto typeOf = [&](const WordSpan& span) {
        const auto found = std::find(types.begin(), types.end(), span.type);
        if (found == types.end())
            throw Error{ErrorCode::InvalidArgument,
                        "A label is of the type \"" + span.type +
                            "\", which is not among the types to learn.",
                        {}};
        return static_cast<std::int64_t>(found - types.begin());
    };
    const bool isTokenLevel = config.spanMode == SpanMode::TokenLevel;
    const std::int64_t width = isTokenLevel ? 0 : config.maxWidth;
    const std::vector<std::int64_t> shape =
        isTokenLevel ? std::vector<std::int64_t>{count, typeCount, 3}
                     : std::vector<std::int64_t>{count, width, typeCount};
    example.targets = at::zeros(shape);
    example.weights = at::zeros(shape);
    auto* weights = example.weights.mutable_data_ptr<float>();
    auto* targets = example.targets.mutable_data_ptr<float>();
    const auto cell = [&](std::int64_t word, std::int64_t second, std::int64_t third) {
        return (word * shape[1] + second) * shape[2] + third;
    };
    for (std::int64_t i = 0; i < count; ++i) {
        if (!isKnown(i))
            continue;
        if (isTokenLevel) {
            for (std::int64_t c = 0; c < typeCount; ++c) {
                for (int part = 0; part < 3; ++part)
                    weights[cell(i, c, part)] = 1;
            }
            continue;
        }
        for (std::int64_t k = 0; k < width && i + k < count && isKnown(i + k); ++k) {
            for (std::int64_t c = 0; c < typeCount; ++c)
                weights[cell(i, k, c)] = 1;
        }
    }
    const auto set = [&](const WordSpan& span, bool positive) {
        const std::int64_t type = typeOf(span);
        const std::int64_t begin = span.begin - first;
        const std::int64_t end = span.end - first;
        const auto put = [&](std::int64_t at) {
            targets[at] = positive ? 1 : 0;
            weights[at] = positive ? static_cast<float>(kPositives) : 1;
        };
        if (begin < 0 || end > count)
            return;  // cut by the window; another one has it whole
        if (isTokenLevel) {
            put(cell(begin, type, 0));
            put(cell(end - 1, type, 1));
            for (std::int64_t i = begin; i < end; ++i)
                put(cell(i, type, 2));
        } else if (width == 1) {
            for (std::int64_t i = begin; i < end; ++i)
                put(cell(i, 0, type));
        } else if (end - begin <= width) {
            put(cell(begin, end - begin - 1, type));
        }
    };
    for (const WordSpan& span : sentence.rejected)
        set(span, false);
    for (const WordSpan& span : sentence.spans)
        set(span, true);
}

}  // namespace

Result<Trained> trainGliner(const ModelPtr& base, const std::vector<LabelledSentence>& sentences,
                            const TrainOptions& options, double rateFactor,
                            std::chrono::steady_clock::time_point start,
                            const std::function<void(const TrainProgress&)>& progress,
                            const std::stop_token& stop) {
    const auto began = Clock::now();
    const at::Device device = base->torchDevice();
    const GlinerConfig& config = base->gliner->config;
    std::vector<std::string> names = options.types;
    for (std::string& name : names)
        name = glinerLabel(config, name);
    const GlinerPrompt prompt = makePrompt(*base->gliner, *base->tokenizer, names);
    std::vector<Example> examples;
    for (const LabelledSentence& sentence : sentences) {
        for (const std::vector<WordSpan>* spans : {&sentence.spans, &sentence.rejected}) {
            for (const WordSpan& span : *spans) {
                if (span.begin < 0 || span.end <= span.begin ||
                    static_cast<std::size_t>(span.end) > sentence.words.size())
                    return failure(ErrorCode::InvalidArgument,
                                   "A span reaches past the end of its sentence.");
            }
        }
        std::vector<GlinerWindow> windows;
        cutGlinerWindows(*base->gliner, base->config, *base->tokenizer, prompt, 0, sentence.words,
                         windows);
        for (GlinerWindow& window : windows) {
            Example example;
            example.window = std::move(window);
            example.tokens = static_cast<std::int64_t>(example.window.ids.size());
            mark(sentence, config, options.types, example);
            if (example.weights.sum().item<double>() > 0)
                examples.push_back(std::move(example));
        }
    }
    EncoderWeights encoder = toDevice(base->encoder, device);
    GlinerWeights head = toDevice(base->gliner->weights, device);
    const auto learns = [](std::vector<at::Tensor>& into, at::Tensor& tensor) {
        tensor = tensor.clone().set_requires_grad(true);
        into.push_back(tensor);
    };
    std::vector<at::Tensor> inEncoder, inHead;
    const int frozen = std::clamp(options.frozenLayers, 0, base->config.layers);
    for (int i = frozen; i < base->config.layers; ++i)
        encoder.layers[static_cast<std::size_t>(i)].forEach(
            [&](at::Tensor& tensor) { learns(inEncoder, tensor); });
    head.forEach([&](at::Tensor& tensor) { learns(inHead, tensor); });
    Optimizer optimizer;
    const double rate =
        rateFactor * (options.learningRate > 0 ? options.learningRate : kEncoderRate);
    const double headRate = options.learningRate > 0 ? rate : rateFactor * kHeadRate;
    std::vector<at::Tensor> learning = inEncoder;
    learning.insert(learning.end(), inHead.begin(), inHead.end());
    if (!inEncoder.empty())
        optimizer.add(std::move(inEncoder), rate, kWeightDecay, false);
    optimizer.add(std::move(inHead), headRate, kWeightDecay, true);

    Trained trained;
    TrainReport& report = trained.report;
    report.sentences = static_cast<std::int64_t>(sentences.size());
    report.device = base->device.name();
    const int batchSize = options.batchSentences > 0 ? options.batchSentences : kBatch;
    const auto planned = static_cast<std::int64_t>(
        std::ceil(kEpochs * static_cast<double>(examples.size()) / batchSize));
    const std::int64_t steps =
        options.steps > 0 ? options.steps : std::max<std::int64_t>(kMinSteps, planned);
    std::mt19937_64 random(options.seed);
    ForwardOptions forward;
    forward.dropout = kDropout;
    forward.generator = newGenerator(device);
    forward.generator->set_current_seed(options.seed);
    forward.stop = stop;
    std::vector<std::size_t> order(examples.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::size_t next = order.size();
    for (std::int64_t step = 0; step < steps; ++step) {
        double done = static_cast<double>(step) / static_cast<double>(steps);
        const double seconds = std::chrono::duration<double>(Clock::now() - began).count();
        if (options.budgetSeconds > 0) {
            const double each = step > 0 ? seconds / static_cast<double>(step) : 0;
            const double begun = std::chrono::duration<double>(began - start).count();
            done = std::max(done, (seconds + each) / std::max(options.budgetSeconds - begun, 1e-3));
            if (done >= 1)
                break;
        }
        if (stop.stop_requested())
            throw Stopped{};
        std::vector<const Example*> batch;
        for (int i = 0; i < batchSize && i < static_cast<int>(order.size()); ++i) {
            if (next == order.size()) {
                for (std::size_t j = order.size(); j > 1; --j)
                    std::swap(order[j - 1], order[random() % j]);
                next = 0;
            }
            batch.push_back(&examples[order[next++]]);
        }
        optimizer.zeroGradients();
        double loss = 0;
        for (std::size_t at = 0; at < batch.size();) {
            std::vector<const GlinerWindow*> windows;
            const std::size_t first = at;
            std::int64_t tokens = 0;
            for (; at < batch.size(); ++at) {
                tokens += batch[at]->tokens;
                if (at > first && tokens > kTokensAtOnce)
                    break;
                windows.push_back(&batch[at]->window);
                report.tokens += batch[at]->tokens;
            }
            const auto logits =
                glinerLogits(*base->gliner, head, encoder, base->config, windows, forward);
            at::Tensor sum = at::zeros({}, logits.front().options());
            for (std::size_t i = 0; i < logits.size(); ++i) {
                const Example& example = *batch[first + i];
                const at::Tensor weights = example.weights.to(device);
                // Spans past the end are -inf and weigh nothing.
                const at::Tensor finite =
                    at::where(weights > 0, logits[i], at::zeros_like(logits[i]));
                sum = sum + at::binary_cross_entropy_with_logits(finite, example.targets.to(device),
                                                                 weights, {}, at::Reduction::Sum);
            }
            sum.backward();
            loss += sum.item<double>();
        }
        if (!std::isfinite(loss))
            throw Diverged{};
        const double oneStep = 1.0 / static_cast<double>(steps);
        const double slope =
            done < kWarmUp ? (done + oneStep) / (kWarmUp + oneStep) : (1 - done) / (1 - kWarmUp);
        optimizer.step(slope, slope);
        report.steps = step + 1;
        report.loss = step == 0 ? loss : 0.9 * report.loss + 0.1 * loss;
        if (progress) {
            TrainProgress now;
            now.step = report.steps;
            now.steps = steps;
            now.loss = report.loss;
            const double passed = std::chrono::duration<double>(Clock::now() - began).count();
            now.tokensPerSecond = static_cast<double>(report.tokens) / std::max(passed, 1e-6);
            now.secondsLeft =
                passed / static_cast<double>(now.step) * static_cast<double>(steps - now.step);
            progress(now);
        }
    }
    if (!allFinite(learning))
        throw Diverged{};
    auto model = std::make_shared<Model>(*base);
    auto gliner = std::make_shared<Gliner>(*base->gliner);
    const auto settle = [](at::Tensor& tensor) { tensor = tensor.detach(); };
    encoder.forEach(settle);
    head.forEach(settle);
    gliner->weights = std::move(head);
    model->encoder = std::move(encoder);
    model->gliner = std::move(gliner);
    model->info.types = options.types;
    trained.model = std::move(model);
    report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return trained;
}

}  // namespace spanwise
