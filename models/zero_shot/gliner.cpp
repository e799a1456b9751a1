#include "models/zero_shot/gliner.h"

#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "models/torch.h"

namespace spanwise {
namespace {

const std::string kSpan = "span_rep_layer.span_rep_layer.";

/// Calls `visit(name, tensor, shape)` for every tensor of a configuration, sizing the vectors.
template <typename Visit>
void forEachName(GlinerWeights& weights, const GlinerConfig& config, std::int64_t encoderHidden,
                 Visit visit) {
    const std::int64_t h = config.hiddenSize;
    const auto linear = [&](const std::string& name, at::Tensor& weight, at::Tensor& bias,
                            std::int64_t out, std::int64_t in) {
        visit(name + ".weight", weight, std::vector<std::int64_t>{out, in});
        visit(name + ".bias", bias, std::vector<std::int64_t>{out});
    };
    const auto perceptron = [&](const std::string& name, Perceptron& part, std::int64_t in,
                                std::int64_t middle, std::int64_t out) {
        part.weights.resize(2);
        part.biases.resize(2);
        linear(name + ".0", part.weights[0], part.biases[0], middle, in);
        linear(name + ".3", part.weights[1], part.biases[1], out, middle);
    };
    if (encoderHidden != h)
        linear("token_rep_layer.projection", weights.projectionWeight, weights.projectionBias, h,
               encoderHidden);
    weights.lstm.resize(static_cast<std::size_t>(config.rnnLayers) * 8);
    for (std::size_t i = 0; i < weights.lstm.size(); ++i) {
        const std::size_t layer = i / 8;
        constexpr std::array kParts{"weight_ih", "weight_hh", "bias_ih", "bias_hh"};
        const std::size_t part = i % 4;
        const std::string name = std::string("rnn.lstm.") + kParts[part] + "_l" +
                                 std::to_string(layer) + (i % 8 >= 4 ? "_reverse" : "");
        const std::int64_t rows = 2 * h;  // four gates of half the size
        if (part == 0)
            visit(name, weights.lstm[i], std::vector<std::int64_t>{rows, h});
        else if (part == 1)
            visit(name, weights.lstm[i], std::vector<std::int64_t>{rows, h / 2});
        else
            visit(name, weights.lstm[i], std::vector<std::int64_t>{rows});
    }
    if (config.spanMode == SpanMode::TokenLevel) {
        linear("scorer.proj_token", weights.tokenWeight, weights.tokenBias, 2 * h, h);
        linear("scorer.proj_label", weights.labelWeight, weights.labelBias, 2 * h, h);
        perceptron("scorer.out_mlp", weights.scorer, 3 * h, 4 * h, 3);
        return;
    }
    const bool isV0 = config.spanMode == SpanMode::MarkerV0;
    const std::int64_t middle = isV0 ? 4 * h : 2 * h;
    perceptron(kSpan + "project_start", weights.start, h, middle, h);
    perceptron(kSpan + "project_end", weights.end, h, middle, h);
    if (isV0) {
        perceptron(kSpan + "out_project", weights.out, 2 * h, 4 * h, h);
    } else {
        weights.out.weights.resize(1);
        weights.out.biases.resize(1);
        linear(kSpan + "out_project", weights.out.weights[0], weights.out.biases[0], h, 2 * h);
    }
    perceptron("prompt_rep_layer", weights.prompt, h, 4 * h, h);
}

at::Tensor apply(const Perceptron& part, at::Tensor x, const ForwardOptions& options) {
    for (std::size_t i = 0; i < part.weights.size(); ++i) {
        if (i > 0)
            x = dropOut(at::relu(x), options);
        x = at::linear(x, part.weights[i], part.biases[i]);
    }
    return x;
}

/// The text's words through the LSTM, each window by itself: `[windows, longest, hidden]`.
at::Tensor recurrent(const GlinerWeights& weights, const GlinerConfig& config,
                     const at::Tensor& words, const std::vector<std::int64_t>& lengths) {
    if (config.rnnLayers == 0)
        return words;
    // Packing wants the longest first.
    std::vector<std::int64_t> order(lengths.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = static_cast<std::int64_t>(i);
    std::stable_sort(order.begin(), order.end(), [&](std::int64_t a, std::int64_t b) {
        return lengths[static_cast<std::size_t>(a)] > lengths[static_cast<std::size_t>(b)];
    });
    std::vector<std::int64_t> sorted, back(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        sorted.push_back(lengths[static_cast<std::size_t>(order[i])]);
        back[static_cast<std::size_t>(order[i])] = static_cast<std::int64_t>(i);
    }
    const at::Device device = words.device();
    const auto [data, sizes] = at::_pack_padded_sequence(
        words.index_select(0, indexTensor(order, device)), indexTensor(sorted, at::kCPU), true);
    const at::Tensor zero =
        at::zeros({2 * config.rnnLayers, words.size(0), config.hiddenSize / 2}, words.options());
    const auto [out, h, c] =
        at::lstm(data, sizes, {zero, zero}, weights.lstm, true, config.rnnLayers, 0.0, false, true);
    const auto [padded, ignored] = at::_pad_packed_sequence(out, sizes, true, 0.0, words.size(1));
    return padded.index_select(0, indexTensor(back, device));
}

}  // namespace

Result<GlinerWeights> readGlinerWeights(TensorSource& source, const GlinerConfig& config,
                                        int encoderHidden) {
    GlinerWeights weights;
    forEachName(weights, config, encoderHidden,
                [&](const std::string& name, at::Tensor& tensor,
                    const std::vector<std::int64_t>& shape) { tensor = source.take(name, shape); });
    if (source.error())
        return tl::unexpected(*source.error());
    return weights;
}

void nameGlinerWeights(const GlinerWeights& weights, const GlinerConfig& config,
                       std::vector<NamedTensor>& out, std::vector<at::Tensor>& keep) {
    GlinerWeights copy = weights;
    const std::int64_t encoderHidden =
        weights.projectionWeight.defined() ? weights.projectionWeight.size(1) : config.hiddenSize;
    forEachName(
        copy, config, encoderHidden,
        [&](const std::string& name, const at::Tensor& tensor, const std::vector<std::int64_t>&) {
            keep.push_back(tensor.detach().to(at::kCPU, at::kFloat).contiguous());
            out.push_back({name, viewOf(keep.back())});
        });
}

GlinerWeights toDevice(const GlinerWeights& weights, at::Device device) {
    GlinerWeights moved = weights;
    moved.forEach([&](at::Tensor& tensor) { tensor = tensor.to(device); });
    return moved;
}

Result<EncoderConfig> glinerEncoderConfig(const GlinerConfig& config, TensorSource& source) {
    const std::string prefix = kGlinerEncoder;
    const TensorView* words = source.files().find(prefix + "embeddings.word_embeddings.weight");
    const std::filesystem::path where = source.files().path();
    if (words == nullptr || words->shape.size() != 2)
        return failure(ErrorCode::Corrupt,
                       "The weights have no tensor \"" + prefix +
                           "embeddings.word_embeddings.weight\": this is no GLiNER that Spanwise "
                           "knows.",
                       where.string());
    if (config.encoder) {
        EncoderConfig encoder = *config.encoder;
        // The file says how many rows there were before the markers were added.
        encoder.vocabularySize = static_cast<int>(words->shape[0]);
        return encoder;
    }
    if (config.modelName.find("deberta-v3") == std::string::npos)
        return failure(ErrorCode::Incompatible,
                       "gliner_config.json has no encoder_config, and model_name is \"" +
                           config.modelName +
                           "\"; without it Spanwise knows the settings of microsoft/deberta-v3-* "
                           "alone. Save the model again with a newer gliner package.",
                       where.string());
    EncoderConfig encoder;
    encoder.architecture = Architecture::DebertaV2;
    encoder.modelType = "deberta-v2";
    encoder.hiddenSize = static_cast<int>(words->shape[1]);
    encoder.embeddingSize = encoder.hiddenSize;
    encoder.vocabularySize = static_cast<int>(words->shape[0]);
    encoder.heads = encoder.hiddenSize / 64;
    while (source.has(prefix + "encoder.layer." + std::to_string(encoder.layers) +
                      ".output.dense.weight"))
        ++encoder.layers;
    const TensorView* up =
        source.files().find(prefix + "encoder.layer.0.intermediate.dense.weight");
    if (up == nullptr || up->shape.size() != 2 || encoder.heads == 0 ||
        encoder.hiddenSize % encoder.heads != 0)
        return failure(ErrorCode::Corrupt, "The encoder's tensors are not those of a DeBERTa-v3.",
                       where.string());
    encoder.intermediateSize = static_cast<int>(up->shape[0]);
    encoder.maxPositions = 512;
    encoder.tokenTypes = 0;
    encoder.layerNormEps = 1e-7;
    encoder.hasPositions = false;
    encoder.relativeBuckets = 256;
    encoder.maxRelative = 512;
    encoder.contentToPosition = encoder.positionToContent = true;
    encoder.sharesPositionKeys = true;
    encoder.normsRelative = true;
    return encoder;
}

std::string glinerLabel(const GlinerConfig& config, const std::string& name) {
    if (!config.lowercasesLabels)
        return name;
    std::string lower;
    icu::UnicodeString::fromUTF8(name).toLower().toUTF8String(lower);
    return lower;
}

GlinerPrompt makePrompt(const Gliner& gliner, const Tokenizer& tokenizer,
                        const std::vector<std::string>& types) {
    GlinerPrompt prompt;
    for (const std::string& type : types) {
        const auto marker = static_cast<std::int32_t>(prompt.ids.size());
        prompt.typePlaces.push_back(gliner.config.embedsEntityToken ? marker : marker + 1);
        prompt.ids.push_back(gliner.entityId);
        const Encoding encoding = tokenizer.encodeWords({type});
        prompt.ids.insert(prompt.ids.end(), encoding.ids.begin(), encoding.ids.end());
    }
    prompt.ids.push_back(gliner.separatorId);
    return prompt;
}

void cutGlinerWindows(const Gliner& gliner, const EncoderConfig& encoder,
                      const Tokenizer& tokenizer, const GlinerPrompt& prompt, std::size_t sentence,
                      const std::vector<std::string>& words, std::vector<GlinerWindow>& out) {
    if (words.empty())
        return;
    const Encoding encoding = tokenizer.encodeWords(words);
    // Where each word's sub-tokens begin.
    std::vector<std::size_t> starts(words.size() + 1, encoding.ids.size());
    for (std::size_t i = encoding.ids.size(); i-- > 0;)
        starts[static_cast<std::size_t>(encoding.words[i])] = i;
    for (std::size_t word = words.size(); word-- > 0;)
        starts[word] = std::min(starts[word], starts[word + 1]);
    const std::size_t special = 2 + prompt.ids.size();
    const auto longest = static_cast<std::size_t>(encoder.maxLength());
    const std::size_t room = longest > special + 16 ? longest - special : 16;
    const auto maxWords = static_cast<std::size_t>(gliner.config.maxLength);
    for (std::size_t first = 0;;) {
        std::size_t last = first;
        while (last < words.size() && last - first < maxWords &&
               (last == first || starts[last + 1] - starts[first] <= room))
            ++last;
        GlinerWindow window;
        window.sentence = sentence;
        window.firstWord = static_cast<std::int32_t>(first);
        const std::int32_t before = tokenizer.firstId() < 0 ? 0 : 1;
        if (before > 0)
            window.ids.push_back(tokenizer.firstId());
        for (const std::int32_t place : prompt.typePlaces)
            window.types.push_back(place + before);
        window.ids.insert(window.ids.end(), prompt.ids.begin(), prompt.ids.end());
        const std::size_t base = window.ids.size();
        for (std::size_t word = first; word < last; ++word)
            window.firsts.push_back(
                starts[word] == starts[word + 1]
                    ? -1
                    : static_cast<std::int32_t>(base + starts[word] - starts[first]));
        // A single word beyond all measure loses its end, never its place.
        const std::size_t end = std::min(starts[last], starts[first] + std::max(room, longest));
        window.ids.insert(window.ids.end(),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(starts[first]),
                          encoding.ids.begin() + static_cast<std::ptrdiff_t>(end));
        if (tokenizer.lastId() >= 0)
            window.ids.push_back(tokenizer.lastId());
        out.push_back(std::move(window));
        if (last == words.size())
            return;
        first += std::max<std::size_t>(1, (last - first) / 2);
    }
}

std::vector<at::Tensor> glinerLogits(const Gliner& gliner, const GlinerWeights& weights,
                                     const EncoderWeights& encoder,
                                     const EncoderConfig& encoderConfig,
                                     const std::vector<const GlinerWindow*>& windows,
                                     const ForwardOptions& options) {
    const GlinerConfig& config = gliner.config;
    const at::Device device = encoder.wordEmbedding.device();
    std::vector<const std::vector<std::int64_t>*> ids;
    std::vector<std::int64_t> typeRows, lengths;
    std::vector<std::int64_t> bases;
    std::int64_t tokens = 0;
    std::int64_t longest = 0;
    for (const GlinerWindow* window : windows) {
        ids.push_back(&window->ids);
        bases.push_back(tokens);
        for (const std::int32_t place : window->types)
            typeRows.push_back(tokens + place);
        lengths.push_back(static_cast<std::int64_t>(window->firsts.size()));
        longest = std::max(longest, lengths.back());
        tokens += static_cast<std::int64_t>(window->ids.size());
    }
    const PackedBatch batch = packSequences(ids, encoderConfig, device);
    ForwardOptions forward = options;
    forward.wantedRows = at::Tensor();
    at::Tensor hidden =
        runLayers(encoder, encoderConfig, batch, embed(encoder, encoderConfig, batch, forward), 0,
                  encoderConfig.layers, forward)
            .narrow(0, 0, tokens);
    if (weights.projectionWeight.defined())
        hidden = at::linear(hidden, weights.projectionWeight, weights.projectionBias);
    // A word without sub-tokens is a row of zeros, as is padding.
    hidden = at::cat({hidden, at::zeros({1, hidden.size(1)}, hidden.options())});
    std::vector<std::int64_t> wordRows;
    for (std::size_t w = 0; w < windows.size(); ++w) {
        for (std::int64_t i = 0; i < longest; ++i) {
            const bool has = i < lengths[w] && windows[w]->firsts[static_cast<std::size_t>(i)] >= 0;
            wordRows.push_back(has ? bases[w] + windows[w]->firsts[static_cast<std::size_t>(i)]
                                   : tokens);
        }
    }
    at::Tensor types = hidden.index_select(0, indexTensor(typeRows, device));
    const at::Tensor words =
        recurrent(weights, config,
                  dropOut(hidden.index_select(0, indexTensor(wordRows, device)), options)
                      .view({static_cast<std::int64_t>(windows.size()), longest, hidden.size(1)}),
                  lengths);
    const std::int64_t h = config.hiddenSize;
    std::vector<at::Tensor> logits;
    std::int64_t firstType = 0;
    if (config.spanMode == SpanMode::TokenLevel) {
        const at::Tensor labels =
            at::linear(types, weights.labelWeight, weights.labelBias).view({-1, 2, h});
        for (std::size_t w = 0; w < windows.size(); ++w) {
            const auto count = static_cast<std::int64_t>(windows[w]->types.size());
            const at::Tensor text =
                at::linear(words[static_cast<std::int64_t>(w)].narrow(0, 0, lengths[w]),
                           weights.tokenWeight, weights.tokenBias)
                    .view({-1, 1, 2, h});
            const at::Tensor mine = labels.narrow(0, firstType, count).unsqueeze(0);
            firstType += count;
            const std::vector<std::int64_t> shape{lengths[w], count, h};
            const at::Tensor both =
                at::cat({text.select(2, 0).expand(shape), mine.select(2, 0).expand(shape),
                         text.select(2, 1) * mine.select(2, 1)},
                        2);
            logits.push_back(apply(weights.scorer, both, options));
        }
        return logits;
    }
    types = apply(weights.prompt, types, options);
    const at::Tensor starts = apply(weights.start, words, options);
    const at::Tensor ends = apply(weights.end, words, options);
    for (std::size_t w = 0; w < windows.size(); ++w) {
        const auto count = static_cast<std::int64_t>(windows[w]->types.size());
        const std::int64_t width = config.maxWidth;
        std::vector<std::int64_t> begin, last, place;
        for (std::int64_t i = 0; i < lengths[w]; ++i) {
            for (std::int64_t k = 0; k < width && i + k < lengths[w]; ++k) {
                begin.push_back(i);
                last.push_back(i + k);
                place.push_back(i * width + k);
            }
        }
        const auto row = static_cast<std::int64_t>(w);
        const at::Tensor both = at::cat({starts[row].index_select(0, indexTensor(begin, device)),
                                         ends[row].index_select(0, indexTensor(last, device))},
                                        1);
        const at::Tensor spans = apply(weights.out, at::relu(both), options);
        const at::Tensor scores = at::matmul(spans, types.narrow(0, firstType, count).t());
        firstType += count;
        logits.push_back(at::full({lengths[w] * width, count},
                                  -std::numeric_limits<float>::infinity(), scores.options())
                             .index_copy(0, indexTensor(place, device), scores)
                             .view({lengths[w], width, count}));
    }
    return logits;
}

std::vector<GlinerSpan> glinerCandidates(const GlinerConfig& config, const at::Tensor& logits,
                                         double threshold) {
    const at::Tensor p = at::sigmoid(logits).to(at::kCPU, at::kFloat).contiguous();
    const float* data = p.const_data_ptr<float>();
    const std::int64_t words = p.size(0);
    std::vector<GlinerSpan> spans;
    // The package compares in single precision.
    const auto least = static_cast<float>(threshold);
    if (config.spanMode != SpanMode::TokenLevel) {
        const std::int64_t width = p.size(1);
        const std::int64_t types = p.size(2);
        for (std::int64_t i = 0; i < words; ++i) {
            for (std::int64_t k = 0; k < width && i + k < words; ++k) {
                for (std::int64_t c = 0; c < types; ++c) {
                    const float score = data[(i * width + k) * types + c];
                    if (score > least)
                        spans.push_back({static_cast<std::int32_t>(i),
                                         static_cast<std::int32_t>(i + k + 1), static_cast<int>(c),
                                         score});
                }
            }
        }
        return spans;
    }
    const std::int64_t types = p.size(1);
    const auto at = [&](std::int64_t word, std::int64_t type, int part) {
        return data[(word * types + type) * 3 + part];
    };
    for (std::int64_t c = 0; c < types; ++c) {
        for (std::int64_t i = 0; i < words; ++i) {
            if (!(at(i, c, 0) > least))
                continue;
            float inside = 1;
            for (std::int64_t j = i; j < words; ++j) {
                if (at(j, c, 2) < least)
                    break;
                inside = std::min(inside, at(j, c, 2));
                if (at(j, c, 1) > least)
                    spans.push_back({static_cast<std::int32_t>(i), static_cast<std::int32_t>(j + 1),
                                     static_cast<int>(c),
                                     std::min({inside, at(i, c, 0), at(j, c, 1)})});
            }
        }
    }
    std::stable_sort(spans.begin(), spans.end(),
                     [](const GlinerSpan& a, const GlinerSpan& b) { return a.begin < b.begin; });
    return spans;
}

std::vector<GlinerSpan> greedy(std::vector<GlinerSpan> candidates, bool nested) {
    std::stable_sort(candidates.begin(), candidates.end(),
                     [](const GlinerSpan& a, const GlinerSpan& b) { return a.score > b.score; });
    std::vector<GlinerSpan> kept;
    for (const GlinerSpan& span : candidates) {
        const bool clashes = std::any_of(kept.begin(), kept.end(), [&](const GlinerSpan& other) {
            if (span.begin >= other.end || other.begin >= span.end)
                return false;
            if (!nested || (span.begin == other.begin && span.end == other.end))
                return true;
            const bool isInside = (span.begin >= other.begin && span.end <= other.end) ||
                                  (other.begin >= span.begin && other.end <= span.end);
            return !isInside;
        });
        if (!clashes)
            kept.push_back(span);
    }
    std::stable_sort(kept.begin(), kept.end(), [](const GlinerSpan& a, const GlinerSpan& b) {
        return a.begin < b.begin || (a.begin == b.begin && a.end < b.end);
    });
    return kept;
}

}  // namespace spanwise
