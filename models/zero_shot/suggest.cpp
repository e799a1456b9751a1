#include <algorithm>
#include <numeric>

#include "models/model_internal.h"
#include "models/torch.h"
#include "models/zero_shot/bi_encoder.h"
#include "models/zero_shot/concept_head.h"

namespace spanwise {
namespace {

using Progress = std::function<void(std::int64_t done, std::int64_t total)>;
using Spans = std::vector<std::vector<WordSpan>>;

constexpr int kCpuTokens = 1024;
constexpr int kCudaTokens = 32768;
/// GLiNER's own.
constexpr double kGlinerThreshold = 0.5;

/// The types in as few prompts as their number and length allow.
std::vector<std::vector<int>> promptGroups(const Model& model,
                                           const std::vector<std::string>& names) {
    const auto most = static_cast<std::size_t>(std::max(model.gliner->config.maxTypes, 1));
    const auto longest = static_cast<std::size_t>(model.config.maxLength() / 2);
    std::vector<std::vector<int>> groups(1);
    std::size_t length = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        const std::size_t tokens = 1 + model.tokenizer->encodeWords({names[i]}).ids.size();
        if (!groups.back().empty() && (groups.back().size() == most || length + tokens > longest)) {
            groups.emplace_back();
            length = 0;
        }
        groups.back().push_back(static_cast<int>(i));
        length += tokens;
    }
    return groups;
}

/// Neighbouring words of one type are one span: what a model that sees single words means.
void mergeNeighbours(std::vector<GlinerSpan>& spans) {
    std::vector<GlinerSpan> merged;
    for (const GlinerSpan& span : spans) {
        if (!merged.empty() && merged.back().end == span.begin && merged.back().type == span.type) {
            const double words = merged.back().end - merged.back().begin;
            merged.back().score = (merged.back().score * words + span.score) / (words + 1);
            merged.back().end = span.end;
        } else {
            merged.push_back(span);
        }
    }
    spans = std::move(merged);
}

class GlinerRunner {
public:
    GlinerRunner(const Model& model, const SuggestOptions& options, std::stop_token stop)
        : m_model(model), m_options(options), m_stop(std::move(stop)) {
        m_encoder = model.encoder;
        m_weights = model.gliner->weights;
        m_budget = options.tokenBudget > 0 ? options.tokenBudget
                                           : (model.device.cuda ? kCudaTokens : kCpuTokens);
    }

    /// Candidates of each sentence, in the sentence's words.
    void run(const std::vector<std::vector<std::string>>& sentences, const GlinerPrompt& prompt,
             const std::vector<int>& types, std::vector<std::vector<GlinerSpan>>& out,
             const Progress& progress) {
        std::vector<GlinerWindow> windows;
        for (std::size_t i = 0; i < sentences.size(); ++i)
            cutGlinerWindows(*m_model.gliner, m_model.config, *m_model.tokenizer, prompt, i,
                             sentences[i], windows);
        std::vector<std::size_t> order(windows.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return windows[a].ids.size() > windows[b].ids.size();
        });
        const double threshold = m_options.threshold >= 0 ? m_options.threshold : kGlinerThreshold;
        for (std::size_t done = 0; done < order.size();) {
            std::vector<const GlinerWindow*> members;
            std::int64_t tokens = 0;
            for (std::size_t i = done; i < order.size(); ++i) {
                tokens += static_cast<std::int64_t>(windows[order[i]].ids.size());
                if (!members.empty() && tokens > m_budget)
                    break;
                members.push_back(&windows[order[i]]);
            }
            ForwardOptions forward;
            forward.stop = m_stop;
            try {
                const auto logits = glinerLogits(*m_model.gliner, m_weights, m_encoder,
                                                 m_model.config, members, forward);
                for (std::size_t i = 0; i < members.size(); ++i)
                    take(*members[i], logits[i], threshold, types, out);
            } catch (const c10::OutOfMemoryError&) {
                if (members.size() > 1) {
                    m_budget = std::max<std::int64_t>(64, std::min(m_budget, tokens) / 2);
                } else if (m_encoder.wordEmbedding.is_cuda()) {
                    m_encoder = toDevice(m_encoder, at::kCPU);
                    m_weights = toDevice(m_weights, at::kCPU);
                } else {
                    throw;
                }
                continue;
            }
            done += members.size();
            if (progress)
                progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(order.size()));
        }
    }

private:
    void take(const GlinerWindow& window, const at::Tensor& logits, double threshold,
              const std::vector<int>& types, std::vector<std::vector<GlinerSpan>>& out) const {
        for (GlinerSpan span : glinerCandidates(m_model.gliner->config, logits, threshold)) {
            span.begin += window.firstWord;
            span.end += window.firstWord;
            span.type = types[static_cast<std::size_t>(span.type)];
            std::vector<GlinerSpan>& mine = out[window.sentence];
            // Windows overlap: the better of two opinions on the same words stays.
            const auto same = std::find_if(mine.begin(), mine.end(), [&](const GlinerSpan& other) {
                return other.begin == span.begin && other.end == span.end &&
                       other.type == span.type;
            });
            if (same == mine.end())
                mine.push_back(span);
            else
                same->score = std::max(same->score, span.score);
        }
    }

    const Model& m_model;
    const SuggestOptions& m_options;
    std::stop_token m_stop;
    EncoderWeights m_encoder;
    GlinerWeights m_weights;
    std::int64_t m_budget = 0;
};

Spans glinerSpans(const Model& model, const std::vector<std::vector<std::string>>& sentences,
                  const std::vector<TypeText>& types, const SuggestOptions& options,
                  const Progress& progress, const std::stop_token& stop) {
    std::vector<std::string> names;
    for (const TypeText& type : types)
        names.push_back(glinerLabel(model.gliner->config, type.name));
    const auto groups = promptGroups(model, names);
    std::vector<std::vector<GlinerSpan>> candidates(sentences.size());
    GlinerRunner runner(model, options, stop);
    for (std::size_t g = 0; g < groups.size(); ++g) {
        std::vector<std::string> mine;
        for (const int type : groups[g])
            mine.push_back(names[static_cast<std::size_t>(type)]);
        const GlinerPrompt prompt = makePrompt(*model.gliner, *model.tokenizer, mine);
        runner.run(sentences, prompt, groups[g], candidates,
                   [&](std::int64_t done, std::int64_t total) {
                       if (progress)
                           progress(static_cast<std::int64_t>(g) * total + done,
                                    static_cast<std::int64_t>(groups.size()) * total);
                   });
    }
    Spans spans(sentences.size());
    for (std::size_t i = 0; i < sentences.size(); ++i) {
        std::vector<GlinerSpan> kept = greedy(std::move(candidates[i]), options.nested);
        if (model.gliner->config.maxWidth == 1 &&
            model.gliner->config.spanMode != SpanMode::TokenLevel)
            mergeNeighbours(kept);
        for (const GlinerSpan& span : kept)
            spans[i].push_back({span.begin, span.end,
                                types[static_cast<std::size_t>(span.type)].name, span.score});
    }
    return spans;
}

/// As a tagger whose head is made of the types' names.
Result<Spans> conceptSpans(const Model& model,
                           const std::vector<std::vector<std::string>>& sentences,
                           const std::vector<TypeText>& types, const SuggestOptions& options,
                           const Progress& progress, const std::stop_token& stop) {
    std::vector<std::string> names;
    for (const TypeText& type : types)
        names.push_back(type.name);
    Model tagger(model);
    tagger.labels = BioLabels::forTypes(names);
    const Head head = conceptHead(model, tagger.labels, types);
    tagger.headWeight = head.weight;
    tagger.headBias = head.bias;
    tagger.info.types = names;
    tagger.calibration = {};
    PredictOptions predicting;
    predicting.threshold = options.threshold >= 0 ? options.threshold : 0;
    predicting.tokenBudget = options.tokenBudget;
    return predict(tagger, sentences, predicting, progress, stop);
}

}  // namespace

Result<Spans> suggest(const Model& model, const std::vector<std::vector<std::string>>& sentences,
                      const std::vector<TypeText>& types, const SuggestOptions& options,
                      const Progress& progress, std::stop_token stop) {
    if (types.empty())
        return failure(ErrorCode::InvalidArgument,
                       "There are no entity types to look for. Name some first.");
    for (const TypeText& type : types) {
        if (type.name.find_first_not_of(" \t\r\n") == std::string::npos)
            return failure(ErrorCode::InvalidArgument, "An entity type has an empty name.");
    }
    return guarded(model.info.path.string(), [&]() -> Result<Spans> {
        const c10::InferenceMode inference;
        if (model.concepts)
            return conceptSpans(model, sentences, types, options, progress, stop);
        return model.gliner ? glinerSpans(model, sentences, types, options, progress, stop)
                            : biEncoderSpans(model, sentences, types, options, progress, stop);
    });
}

}  // namespace spanwise
