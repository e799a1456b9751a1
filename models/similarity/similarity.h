#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/result.h"
#include "core/text/offset_map.h"
#include "core/text/word_splitter.h"
#include "models/model.h"

namespace spanwise {

/// A text with its sentences. What is pointed at must outlive the call that it is given to.
struct IndexableText {
    std::string hash;  ///< SHA-256 of the text
    const std::string* text = nullptr;
    const std::vector<Sentence>* sentences = nullptr;
    const OffsetMap* offsets = nullptr;
};

struct SimilarityOptions {
    std::filesystem::path cache;                              ///< empty: nothing is kept on disk
    std::size_t maxBytes = std::size_t{256} << 20;            ///< of embeddings in memory
    std::uintmax_t maxFileBytes = std::uintmax_t{512} << 20;  ///< of all encoders' files
};

/// What resembles what was asked for.
struct SimilarHit {
    std::string hash;
    Range sentence;
    Range range;  ///< the words in it that match best; the whole sentence when that was asked for
    double score = 0;  ///< cosine, -1..1
};

/// Finds sentences, and spans in them, that mean something similar: mean-pooled states of an
/// encoder, computed once for a text and kept. Blocking; one thread at a time. LibTorch stays
/// behind it.
class Similarity {
public:
    Similarity(ModelPtr encoder, SimilarityOptions options);
    ~Similarity();
    Similarity(const Similarity&) = delete;
    Similarity& operator=(const Similarity&) = delete;

    /// Embeds those texts that are not there yet. Returns how many sentences it had to embed. What
    /// is done when it is cancelled stays. Progress counts sentences to embed. A cache that cannot
    /// be read or written is no error: see takeNotes().
    [[nodiscard]] Result<std::size_t> add(
        const std::vector<IndexableText>& texts,
        const std::function<void(std::int64_t done, std::int64_t total)>& progress = {},
        std::stop_token stop = {});

    using Lookup = std::function<const IndexableText*(const std::string& hash)>;
    /// The sentences most like a text, with the words in each that are most like it. Only texts in
    /// `among` count; `lookup` gives them, or null, which leaves `range` the whole sentence.
    [[nodiscard]] Result<std::vector<SimilarHit>> toText(
        const std::string& text, std::size_t count, const std::unordered_set<std::string>& among,
        const Lookup& lookup, std::stop_token stop = {});
    /// Spans most like the one at `range`, by its states in its sentence and by its words alone, as
    /// zero-shot compares them; when it is whole sentences, or none is given (all of the text), the
    /// sentences most like it. InvalidArgument: a range without a word.
    [[nodiscard]] Result<std::vector<SimilarHit>> toPlace(
        const IndexableText& text, const std::optional<Range>& range, std::size_t count,
        const std::unordered_set<std::string>& among, const Lookup& lookup,
        std::stop_token stop = {});

    [[nodiscard]] std::size_t sentences() const;
    /// What went wrong with the cache since the last call, for the log.
    [[nodiscard]] std::vector<std::string> takeNotes();

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

}  // namespace spanwise
