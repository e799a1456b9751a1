#include "models/zero_shot/bi_encoder.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

#include "models/similarity/embedder.h"
#include "models/similarity/word_runs.h"
#include "models/torch.h"

namespace spanwise {
namespace {

constexpr std::size_t kSentences = 64;  ///< whose runs are embedded together
/// Runs that are remembered between sentences; names come again and again.
constexpr std::size_t kMaxRemembered = 50'000;
/// Where the measured F1 over the data sets is best, and how fast certainty grows around it.
constexpr double kMiddle = 0.25;
constexpr double kSlope = 25;
constexpr double kThreshold = 0.5;

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
        std::vector<std::vector<WordRun>> runs;
        std::vector<std::string> fresh;
        if (known.size() > kMaxRemembered)
            known.clear();
        for (std::size_t i = first; i < last; ++i) {
            runs.push_back(wordRuns(sentences[i], byCapitals));
            for (const WordRun& run : runs.back()) {
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
            const std::vector<WordRun>& mine = runs[i - first];
            if (mine.empty())
                continue;
            const at::Tensor& states = wordStates[next++];
            // Sums up to each word, so that any run's sum is one subtraction.
            const at::Tensor sums =
                at::cat({at::zeros({1, states.size(1)}), states.cumsum(0)}).contiguous();
            std::vector<std::int64_t> begins, ends;
            for (const WordRun& run : mine) {
                begins.push_back(run.begin);
                ends.push_back(run.end);
            }
            const at::Tensor inContext =
                unitRows(sums.index_select(0, indexTensor(ends, at::kCPU)) -
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
