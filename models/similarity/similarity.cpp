#include "models/similarity/similarity.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "models/similarity/embedder.h"
#include "models/similarity/sentence_index.h"
#include "models/similarity/word_runs.h"
#include "models/torch.h"

namespace spanwise {
namespace {

/// Sentences embedded together, and after how many what is done goes to disk.
constexpr std::size_t kTogether = 512;
constexpr std::size_t kPerFile = 8192;
/// Runs of a sentence whose words are compared by themselves, too.
constexpr std::size_t kRunsWeighed = 2;
/// A run's own embedding counts twice its states in the sentence, as for zero-shot.
constexpr float kAlone = 2.0F / 3;
constexpr float kInContext = 1.0F / 3;

std::vector<std::string> wordsIn(const IndexableText& text, const Sentence& sentence) {
    std::vector<std::string> words;
    words.reserve(sentence.words.size());
    for (const Range word : sentence.words) {
        const auto begin = static_cast<std::size_t>(text.offsets->toByte(word.begin));
        const auto end = static_cast<std::size_t>(text.offsets->toByte(word.end));
        words.push_back(text.text->substr(begin, end - begin));
    }
    return words;
}

/// Another encoder, or other weights under the same name, has another key.
std::string keyOf(const Model& encoder) {
    const BundleInfo& info = encoder.info;
    std::string key = info.name + '|' + info.architecture + '|' + std::to_string(info.bytes) + '|' +
                      std::to_string(info.hiddenSize) + '|' + std::to_string(info.layers) + '|' +
                      std::to_string(info.vocabulary) + '|' + info.path.string();
    std::error_code error;
    std::int64_t newest = 0;
    for (std::filesystem::directory_iterator entry(info.path, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code ignored;
        const auto time = entry->last_write_time(ignored);
        if (!ignored)
            newest = std::max<std::int64_t>(newest, time.time_since_epoch().count());
    }
    return key + '|' + std::to_string(newest);
}

std::vector<float> toVector(const at::Tensor& row) {
    const at::Tensor flat = row.contiguous();
    const float* data = flat.const_data_ptr<float>();
    return {data, data + flat.numel()};
}

/// What a run is compared with, `[hidden]` each.
struct SpanQuery {
    at::Tensor alone, inContext;
};

at::Tensor runState(const at::Tensor& states, int begin, int end) {
    return unitRows(states.narrow(0, begin, end - begin).sum(0, true))[0];
}

}  // namespace

struct Similarity::Impl {
    ModelPtr encoder;
    SentenceIndex index;
    IndexFolder folder;
    bool isLoaded = false;
    std::vector<std::string> notes;

    Impl(ModelPtr model, const SimilarityOptions& options)
        : encoder(std::move(model)),
          index(encoder->config.hiddenSize, options.maxBytes),
          folder(options.cache, keyOf(*encoder), options.maxFileBytes) {}

    void save(std::vector<std::string>& hashes) {
        if (auto saved = folder.append(index, hashes); !saved)
            notes.push_back(saved.error().text());
        hashes.clear();
    }

    /// The words of each hit's sentence that are most like the query.
    void findRuns(std::vector<SimilarHit>& hits, const SpanQuery& query, const Lookup& lookup,
                  bool scoreByRun, const std::stop_token& stop) const {
        struct Candidate {
            std::size_t hit;
            const Sentence* sentence;
            std::vector<std::string> words;
        };
        std::vector<Candidate> candidates;
        for (std::size_t i = 0; i < hits.size(); ++i) {
            const IndexableText* text = lookup(hits[i].hash);
            if (text == nullptr)
                continue;
            const auto sentence = std::partition_point(
                text->sentences->begin(), text->sentences->end(),
                [&](const Sentence& s) { return s.range.begin < hits[i].sentence.begin; });
            if (sentence != text->sentences->end() && sentence->range == hits[i].sentence)
                candidates.push_back({i, &*sentence, wordsIn(*text, *sentence)});
        }
        std::vector<const std::vector<std::string>*> sentences;
        std::vector<std::vector<std::string>> all;
        for (const Candidate& candidate : candidates) {
            sentences.push_back(&candidate.words);
            all.push_back(candidate.words);
        }
        const bool byCapitals = marksNames(all);
        const Embedder embedder(*encoder, stop);
        const std::vector<at::Tensor> states = embedder.wordStates(sentences);

        struct Scored {
            float inContext = 0;
            WordRun run;
        };
        std::vector<std::vector<Scored>> best(candidates.size());
        std::map<std::string, std::int64_t> texts;
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            std::vector<WordRun> runs = wordRuns(candidates[c].words, false);
            if (byCapitals) {
                for (WordRun& run : wordRuns(candidates[c].words, true))
                    runs.push_back(std::move(run));
            }
            for (WordRun& run : runs) {
                const float cosine =
                    at::dot(runState(states[c], run.begin, run.end), query.inContext).item<float>();
                best[c].push_back({cosine, std::move(run)});
            }
            const auto kept = best[c].begin() +
                              static_cast<std::ptrdiff_t>(std::min(kRunsWeighed, best[c].size()));
            std::partial_sort(best[c].begin(), kept, best[c].end(),
                              [](const Scored& a, const Scored& b) {
                                  return std::tie(b.inContext, a.run.begin, a.run.end) <
                                         std::tie(a.inContext, b.run.begin, b.run.end);
                              });
            best[c].erase(kept, best[c].end());
            for (const Scored& scored : best[c])
                texts.emplace(scored.run.text, 0);
        }
        if (texts.empty())
            return;
        std::vector<std::string> names;
        for (auto& [name, place] : texts) {
            place = static_cast<std::int64_t>(names.size());
            names.push_back(name);
        }
        const std::vector<float> alone = toVector(at::matmul(embedder.embed(names), query.alone));
        for (std::size_t c = 0; c < candidates.size(); ++c) {
            SimilarHit& hit = hits[candidates[c].hit];
            double score = -2;
            for (const Scored& scored : best[c]) {
                const double mixed =
                    kAlone * alone[static_cast<std::size_t>(texts.at(scored.run.text))] +
                    kInContext * scored.inContext;
                if (mixed <= score)
                    continue;
                score = mixed;
                const std::vector<Range>& words = candidates[c].sentence->words;
                hit.range = {words[static_cast<std::size_t>(scored.run.begin)].begin,
                             words[static_cast<std::size_t>(scored.run.end) - 1].end};
            }
            if (scoreByRun)
                hit.score = std::max(score, -1.0);
        }
    }
};

Similarity::Similarity(ModelPtr encoder, SimilarityOptions options)
    : m_impl(std::make_unique<Impl>(std::move(encoder), options)) {}

Similarity::~Similarity() = default;

std::size_t Similarity::sentences() const {
    return m_impl->index.sentences();
}

std::vector<std::string> Similarity::takeNotes() {
    return std::exchange(m_impl->notes, {});
}

Result<std::size_t> Similarity::add(
    const std::vector<IndexableText>& texts,
    const std::function<void(std::int64_t done, std::int64_t total)>& progress,
    std::stop_token stop) {
    Impl& d = *m_impl;
    if (!d.isLoaded) {
        d.folder.load(d.index, d.notes);
        d.isLoaded = true;
    }
    std::vector<const IndexableText*> missing;
    std::unordered_set<std::string> seen;
    std::size_t total = 0;
    for (const IndexableText& text : texts) {
        if (d.index.touch(text.hash) || text.sentences->empty() || !seen.insert(text.hash).second)
            continue;
        missing.push_back(&text);
        total += text.sentences->size();
    }
    std::size_t done = 0;
    std::vector<std::string> unsaved;
    std::size_t unsavedSentences = 0;
    auto result = guarded(d.encoder->info.path.string(), [&]() -> Result<std::size_t> {
        const c10::InferenceMode inference;
        const Embedder embedder(*d.encoder, stop);
        // Small texts go together, a large one in several goes.
        std::vector<std::vector<std::string>> waiting;
        std::vector<float> states;
        std::size_t firstText = 0;
        const auto embedWaiting = [&] {
            if (waiting.empty())
                return;
            if (stop.stop_requested())
                throw Stopped{};
            const std::vector<float> more = toVector(embedder.embedSentences(waiting));
            states.insert(states.end(), more.begin(), more.end());
            done += waiting.size();
            waiting.clear();
            if (progress)
                progress(static_cast<std::int64_t>(done), static_cast<std::int64_t>(total));
        };
        for (std::size_t t = 0; t < missing.size(); ++t) {
            for (const Sentence& sentence : *missing[t]->sentences) {
                waiting.push_back(wordsIn(*missing[t], sentence));
                if (waiting.size() >= kTogether)
                    embedWaiting();
            }
            // Texts end here; those that are whole are taken in.
            if (waiting.size() + kTogether / 8 < kTogether && t + 1 < missing.size() &&
                states.empty())
                continue;
            embedWaiting();
            std::size_t at = 0;
            for (; firstText <= t; ++firstText) {
                const IndexableText& text = *missing[firstText];
                std::vector<Range> ranges;
                for (const Sentence& sentence : *text.sentences)
                    ranges.push_back(sentence.range);
                const std::size_t size =
                    ranges.size() * static_cast<std::size_t>(d.index.dimension());
                const auto from = states.begin() + static_cast<std::ptrdiff_t>(at);
                d.index.add(text.hash, ranges, {from, from + static_cast<std::ptrdiff_t>(size)});
                at += size;
                unsaved.push_back(text.hash);
                unsavedSentences += ranges.size();
            }
            states.clear();
            if (unsavedSentences >= kPerFile) {
                d.save(unsaved);
                unsavedSentences = 0;
            }
        }
        return done;
    });
    d.save(unsaved);
    return result;
}

Result<std::vector<SimilarHit>> Similarity::toText(const std::string& text, std::size_t count,
                                                   const std::unordered_set<std::string>& among,
                                                   const Lookup& lookup, std::stop_token stop) {
    Impl& d = *m_impl;
    return guarded(d.encoder->info.path.string(), [&]() -> Result<std::vector<SimilarHit>> {
        const c10::InferenceMode inference;
        const at::Tensor query = Embedder(*d.encoder, stop).embed({text})[0];
        std::vector<SimilarHit> hits;
        for (SentenceHit& hit : d.index.nearest(toVector(query), count, among))
            hits.push_back({std::move(hit.hash), hit.sentence, hit.sentence, hit.score});
        d.findRuns(hits, {query, query}, lookup, false, stop);
        return hits;
    });
}

Result<std::vector<SimilarHit>> Similarity::toPlace(const IndexableText& text,
                                                    const std::optional<Range>& range,
                                                    std::size_t count,
                                                    const std::unordered_set<std::string>& among,
                                                    const Lookup& lookup, std::stop_token stop) {
    Impl& d = *m_impl;
    const std::vector<Sentence>& sentences = *text.sentences;
    const auto sentence = std::partition_point(
        sentences.begin(), sentences.end(),
        [&](const Sentence& s) { return range && s.range.end <= range->begin; });
    int begin = -1, end = -1;
    if (range && sentence != sentences.end()) {
        for (std::size_t i = 0; i < sentence->words.size(); ++i) {
            if (!sentence->words[i].overlaps(*range))
                continue;
            begin = begin < 0 ? static_cast<int>(i) : begin;
            end = static_cast<int>(i) + 1;
        }
    }
    if (sentences.empty() || (range && begin < 0))
        return failure(ErrorCode::InvalidArgument,
                       "There is no word at that place, so nothing is similar to it.", text.hash);
    return guarded(d.encoder->info.path.string(), [&]() -> Result<std::vector<SimilarHit>> {
        const c10::InferenceMode inference;
        if (auto added = add({text}, {}, stop); !added)
            return tl::unexpected(added.error());
        std::vector<SimilarHit> hits;
        const bool isWhole =
            !range || (begin == 0 && end == static_cast<int>(sentence->words.size()));
        if (isWhole) {
            const SentenceHit self{text.hash, range ? sentence->range : Range{}, 0};
            std::unordered_set<std::string> others;
            if (!range) {  // a text is no news to itself
                others = among;
                others.erase(text.hash);
            }
            for (SentenceHit& hit :
                 d.index.nearest(d.index.embedding(text.hash, range ? &*range : nullptr), count,
                                 range ? among : others, range ? &self : nullptr))
                hits.push_back({std::move(hit.hash), hit.sentence, hit.sentence, hit.score});
            return hits;
        }
        const std::vector<std::string> words = wordsIn(text, *sentence);
        std::string surface;
        for (int i = begin; i < end; ++i)
            surface += (i > begin ? " " : "") + words[static_cast<std::size_t>(i)];
        const Embedder embedder(*d.encoder, stop);
        const SpanQuery query{embedder.embed({surface})[0],
                              runState(embedder.wordStates({&words}).front(), begin, end)};
        const SentenceHit self{text.hash, sentence->range, 0};
        std::vector<SentenceHit> found =
            d.index.nearest(toVector(kAlone * query.alone + kInContext * query.inContext),
                            std::max<std::size_t>(count + count / 2, 16), among, &self);
        for (SentenceHit& hit : d.index.nearest(d.index.embedding(text.hash, &sentence->range),
                                                std::max<std::size_t>(count / 2, 8), among, &self))
            found.push_back(std::move(hit));
        std::sort(found.begin(), found.end(), [](const SentenceHit& a, const SentenceHit& b) {
            return std::tie(a.hash, a.sentence) < std::tie(b.hash, b.sentence);
        });
        found.erase(std::unique(found.begin(), found.end(),
                                [](const SentenceHit& a, const SentenceHit& b) {
                                    return a.hash == b.hash && a.sentence == b.sentence;
                                }),
                    found.end());
        for (SentenceHit& hit : found)
            hits.push_back({std::move(hit.hash), hit.sentence, hit.sentence, hit.score});
        d.findRuns(hits, query, lookup, true, stop);
        std::stable_sort(hits.begin(), hits.end(), [](const SimilarHit& a, const SimilarHit& b) {
            return a.score > b.score;
        });
        if (hits.size() > count)
            hits.resize(count);
        return hits;
    });
}

}  // namespace spanwise
