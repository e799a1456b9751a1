#pragma once

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

#include "models/model_internal.h"

namespace spanwise {

/// `rows` at length one each; a row of zeros stays so.
[[nodiscard]] at::Tensor unitRows(const at::Tensor& rows);

/// An encoder's last states as embeddings of texts and words. Results are on the CPU. Runs in the
/// caller's thread, in inference mode if the caller says so; throws Stopped, Error, c10::Error.
class Embedder {
public:
    Embedder(const Model& model, std::stop_token stop);

    /// Mean-pooled states of texts, special tokens included, of length one: `[texts, hidden]`. A
    /// text is cut to what the encoder takes.
    [[nodiscard]] at::Tensor embed(const std::vector<std::string>& texts) const;
    /// The same of sentences given as words; a long one is the mean of its windows.
    [[nodiscard]] at::Tensor embedSentences(
        const std::vector<std::vector<std::string>>& sentences) const;
    /// Summed states of each word in its sentence, zero for words without sub-tokens:
    /// `[words, hidden]` a sentence.
    [[nodiscard]] std::vector<at::Tensor> wordStates(
        const std::vector<const std::vector<std::string>*>& sentences) const;

private:
    using Sequence = std::vector<std::int64_t>;
    /// Last states of sequences (with special tokens), in batches of like length.
    void run(const std::vector<Sequence>& sequences,
             const std::function<void(std::size_t index, const at::Tensor& states)>& take) const;
    /// Cut to what the encoder takes.
    [[nodiscard]] Sequence withSpecial(const std::vector<std::int32_t>& ids) const;
    [[nodiscard]] std::size_t room() const;  ///< sub-tokens that fit between the special ones

    const Model& m_model;
    std::stop_token m_stop;
};

}  // namespace spanwise
