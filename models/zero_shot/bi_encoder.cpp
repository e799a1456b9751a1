#include "models/zero_shot/bi_encoder.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_map>
#include <unordered_set>

#include "models/torch.h"

namespace spanwise {
namespace {

constexpr int kMaxWords = 4;
constexpr int kMaxCapitalized = 6;
constexpr std::int64_t kTokens = kFastTokens;
constexpr std::size_t kSentences = 64;  ///< whose runs are embedded together
/// Runs that are remembered between sentences; names come again and again.
constexpr std::size_t kMaxRemembered = 50'000;
/// Where the measured F1 over the data sets is best, and how fast certainty grows around it.
constexpr double kMiddle = 0.25;
constexpr double kSlope = 25;
constexpr double kThreshold = 0.5;

bool isFunctionWord(const std::string& word) {
    static const std::unordered_set<std::string> kWords{
        "a",    "an",   "the",   "of",    "in",    "on",    "at",      "to",    "for",    "and",
        "or",   "is",   "are",   "was",   "were",  "be",    "been",    "by",    "with",   "from",
        "as",   "that", "this",  "it",    "its",   "his",   "her",     "their", "i",      "you",
        "me",   "my",   "what",  "where", "who",   "which", "when",    "how",   "do",     "does",
        "did",  "can",  "could", "will",  "would", "there", "any",     "some",  "not",    "no",
        "he",   "she",  "they",  "we",    "us",    "our",   "your",    "but",   "if",     "so",
        "than", "then", "has",   "have",  "had",   "shall", "should",  "may",   "might",  "must",
        "also", "such", "these", "those", "into",  "about", "between", "after", "before", "'s"};
    std::string lower;
    icu::UnicodeString::fromUTF8(word).toLower().toUTF8String(lower);
    return kWords.contains(lower);
}

bool hasLetterOrDigit(const std::string& word) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(word.data());
    const auto length = static_cast<std::int32_t>(word.size());
    for (std::int32_t i = 0; i < length;) {
        UChar32 c = 0;
        U8_NEXT_OR_FFFD(bytes, i, length, c);
        if (u_isalnum(c))
            return true;
    }
    return false;
}

at::Tensor unit(const at::Tensor& rows) {
    return rows / rows.norm(2, {-1}, true).clamp_min(1e-6);
}

struct Run {
    int begin = 0, end = 0;
    std::string text;
};

bool isCapitalized(const std::string& word) {
    UChar32 c = 0;
    std::int32_t i = 0;
    U8_NEXT_OR_FFFD(reinterpret_cast<const std::uint8_t*>(word.data()), i,
                    static_cast<std::int32_t>(word.size()), c);
    return u_isupper(c) || u_istitle(c);
}

/// Whether capitals mark names in this text: most sentences have one after the first word, and
/// most words have none.
bool marksNames(const std::vector<std::vector<std::string>>& sentences) {
    std::size_t with = 0, words = 0, capitals = 0;
    for (const auto& sentence : sentences) {
        bool has = false;
        for (std::size_t i = 1; i < sentence.size(); ++i) {
            const bool isCapital = isCapitalized(sentence[i]);
            has = has || isCapital;
            capitals += isCapital ? 1 : 0;
            ++words;
        }
        with += has ? 1 : 0;
    }
    return 2 * with > sentences.size() && 2 * capitals < words;
}

/// What may be an entity: runs of words without function words at the ends; where capitals mark
/// names, whole runs between capitals.
std::vector<Run> runsOf(const std::vector<std::string>& words, bool byCapitals) {
    const auto count = static_cast<int>(words.size());
    std::vector<bool> isContent(words.size()), isText(words.size()), isCapital(words.size());
    for (std::size_t i = 0; i < words.size(); ++i) {
        isText[i] = hasLetterOrDigit(words[i]);
        isContent[i] = isText[i] && !isFunctionWord(words[i]);
        isCapital[i] = isCapitalized(words[i]);
    }
    std::vector<Run> runs;
    const int most = byCapitals ? kMaxCapitalized : kMaxWords;
    for (int i = 0; i < count; ++i) {
        const auto begin = static_cast<std::size_t>(i);
        if (!isContent[begin])
            continue;
        // The first word of a sentence has its capital anyway.
        if (byCapitals && (!isCapital[begin] || (i > 1 && isCapital[begin - 1])))
            continue;
        std::string text;
        for (int j = i; j < count && j - i < most && isText[static_cast<std::size_t>(j)]; ++j) {
            const auto last = static_cast<std::size_t>(j);
            text += (j > i ? " " : "") + words[last];
            if (!isContent[last])
                continue;
            if (byCapitals && (!isCapital[last] || (j + 1 < count && isCapital[last + 1])))
                continue;
            runs.push_back({i, j + 1, text});
        }
    }
    return runs;
}

class Embedder {
public:
    Embedder(const Model& model, std::stop_token stop) : m_model(model), m_stop(std::move(stop)) {}

    /// Last states of sequences (with special tokens), in batches of like length:
    /// `take(index, [tokens, hidden])`, on the CPU.
    template <typename Take>
    void run(const std::vector<std::vector<std::int64_t>>& sequences, Take take) const {
        std::vector<std::size_t> order(sequences.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return sequences[a].size() > sequences[b].size();
        });
        for (std::size_t done = 0; done < order.size();) {
            std::vector<const std::vector<std::int64_t>*> members;
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

    /// Mean-pooled states of texts, of length one: `[texts, hidden]`.
    [[nodiscard]] at::Tensor embed(const std::vector<std::string>& texts) const {
        std::vector<std::vector<std::int64_t>> sequences;
        sequences.reserve(texts.size());
        for (const std::string& text : texts)
            sequences.push_back(withSpecial(m_model.tokenizer->encode(text).ids));
        at::Tensor means =
            at::empty({static_cast<std::int64_t>(texts.size()), m_model.config.hiddenSize});
        run(sequences, [&](std::size_t i, const at::Tensor& states) {
            means[static_cast<std::int64_t>(i)].copy_(states.mean(0));
        });
        return unit(means);
    }

    /// Summed states of each word in its sentence, zero for words without sub-tokens:
    /// `[words, hidden]` a sentence.
    [[nodiscard]] std::vector<at::Tensor> wordStates(
        const std::vector<const std::vector<std::string>*>& sentences) const {
        std::vector<at::Tensor> result;
        std::vector<std::vector<std::int64_t>> sequences;
        std::vector<std::size_t> sentenceOf;
        std::vector<std::vector<std::int64_t>> owners;
        const auto room = static_cast<std::size_t>(m_model.config.maxLength()) - 2;
        const std::int64_t before = m_model.tokenizer->firstId() >= 0 ? 1 : 0;
        for (const std::vector<std::string>* words : sentences) {
            const Encoding encoding = m_model.tokenizer->encodeWords(*words);
            for (std::size_t begin = 0; begin < encoding.ids.size(); begin += room) {
                const std::size_t end = std::min(encoding.ids.size(), begin + room);
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

private:
    /// Cut to what the encoder takes; a type's description may be long.
    [[nodiscard]] std::vector<std::int64_t> withSpecial(
        const std::vector<std::int32_t>& ids) const {
        std::vector<std::int64_t> all;
        if (m_model.tokenizer->firstId() >= 0)
            all.push_back(m_model.tokenizer->firstId());
        const auto room = static_cast<std::size_t>(m_model.config.maxLength()) - 2;
        all.insert(all.end(), ids.begin(),
                   ids.begin() + static_cast<std::ptrdiff_t>(std::min(ids.size(), room)));
        if (m_model.tokenizer->lastId() >= 0)
            all.push_back(m_model.tokenizer->lastId());
        return all;
    }

    const Model& m_model;
    std::stop_token m_stop;
};

}  // namespace

std::vector<std::vector<WordSpan>> biEncoderSpans(
    const Model& model, const std::vector<std::vector<std::string>>& sentences,
    const std::vector<TypeText>& types, const SuggestOptions& options,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    const std::stop_token& stop) {
    const Embedder embedder(model, stop);
    std::vector<std::string> names;
    for (const TypeText& type : types)
        names.push_back(type.description.empty() ? type.name : type.name + ": " + type.description);
    const at::Tensor concepts = embedder.embed(names).t().contiguous();  // [hidden, types]
    const double threshold = options.threshold >= 0 ? options.threshold : kThreshold;
    std::unordered_map<std::string, std::vector<float>> known;  // cosines with the types
    const auto typeCount = static_cast<std::int64_t>(types.size());

    const bool byCapitals = marksNames(sentences);
    std::vector<std::vector<WordSpan>> result(sentences.size());
    for (std::size_t first = 0; first < sentences.size(); first += kSentences) {
        const std::size_t last = std::min(sentences.size(), first + kSentences);
        std::vector<std::vector<Run>> runs;
        std::vector<std::string> fresh;
        if (known.size() > kMaxRemembered)
            known.clear();
        for (std::size_t i = first; i < last; ++i) {
            runs.push_back(runsOf(sentences[i], byCapitals));
            for (const Run& run : runs.back()) {
                if (known.try_emplace(run.text).second)
                    fresh.push_back(run.text);
            }
        }
        if (!fresh.empty()) {
            const at::Tensor cosines = at::matmul(embedder.embed(fresh), concepts).contiguous();
            const float* data = cosines.const_data_ptr<float>();
            for (std::size_t i = 0; i < fresh.size(); ++i)
                known[fresh[i]].assign(data + static_cast<std::int64_t>(i) * typeCount,
                                       data + static_cast<std::int64_t>(i + 1) * typeCount);
        }
        std::vector<const std::vector<std::string>*> withRuns;
        for (std::size_t i = first; i < last; ++i) {
            if (!runs[i - first].empty())
                withRuns.push_back(&sentences[i]);
        }
        const std::vector<at::Tensor> wordStates = embedder.wordStates(withRuns);
        std::size_t next = 0;
        for (std::size_t i = first; i < last; ++i) {
            const std::vector<Run>& mine = runs[i - first];
            if (mine.empty())
                continue;
            const at::Tensor& states = wordStates[next++];
            // Sums up to each word, so that any run's sum is one subtraction.
            const at::Tensor sums =
                at::cat({at::zeros({1, states.size(1)}), states.cumsum(0)}).contiguous();
            std::vector<std::int64_t> begins, ends;
            for (const Run& run : mine) {
                begins.push_back(run.begin);
                ends.push_back(run.end);
            }
            const at::Tensor inContext = unit(sums.index_select(0, indexTensor(ends, at::kCPU)) -
                                              sums.index_select(0, indexTensor(begins, at::kCPU)));
            const at::Tensor cosines = at::matmul(inContext, concepts).contiguous();
            const float* data = cosines.const_data_ptr<float>();
            std::vector<GlinerSpan> candidates;
            for (std::size_t r = 0; r < mine.size(); ++r) {
                const std::vector<float>& alone = known.at(mine[r].text);
                for (std::int64_t t = 0; t < typeCount; ++t) {
                    const double cosine = (2.0 * alone[static_cast<std::size_t>(t)] +
                                           data[static_cast<std::int64_t>(r) * typeCount + t]) /
                                          3;
                    const double score = 1 / (1 + std::exp(-kSlope * (cosine - kMiddle)));
                    if (score > threshold)
                        candidates.push_back(
                            {mine[r].begin, mine[r].end, static_cast<int>(t), score});
                }
            }
            for (const GlinerSpan& span : greedy(std::move(candidates), false))
                result[i].push_back({span.begin, span.end,
                                     types[static_cast<std::size_t>(span.type)].name, span.score});
        }
        if (progress)
            progress(static_cast<std::int64_t>(last), static_cast<std::int64_t>(sentences.size()));
    }
    return result;
}

}  // namespace spanwise
