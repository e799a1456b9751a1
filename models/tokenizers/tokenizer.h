#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/text/range.h"

namespace spanwise {

/// Sub-tokens of a text. The vectors have one entry a sub-token.
struct Encoding {
    std::vector<std::int32_t> ids;
    /// Code points of the text that was encoded; for words, of the word.
    std::vector<Range> offsets;
    /// Index of the word it belongs to; -1 for whole texts.
    std::vector<std::int32_t> words;
};

/// Text to sub-tokens, exactly as the Hugging Face `tokenizers` library does it, without truncation
/// or padding. Immutable, shareable between threads. Input is valid UTF-8.
class Tokenizer {
public:
    virtual ~Tokenizer() = default;

    /// A whole text, without special tokens around it.
    [[nodiscard]] virtual Encoding encode(std::string_view utf8) const = 0;
    /// Words one by one (`is_split_into_words`). A word may yield no sub-token.
    [[nodiscard]] virtual Encoding encodeWords(const std::vector<std::string>& words) const = 0;

    [[nodiscard]] virtual std::int32_t firstId() const = 0;  ///< [CLS], `<s>`; -1: there is none
    [[nodiscard]] virtual std::int32_t lastId() const = 0;   ///< [SEP], `</s>`; -1: there is none
    /// A valid id even where the files name no padding token: masked positions need one.
    [[nodiscard]] virtual std::int32_t padId() const = 0;
    [[nodiscard]] virtual std::int32_t vocabularySize() const = 0;  ///< largest id + 1
    [[nodiscard]] virtual bool isLowercasing() const = 0;
    /// The id of a token of the vocabulary or of an added one, spelled as in the files.
    [[nodiscard]] virtual std::optional<std::int32_t> idOf(std::string_view token) const = 0;
};

/// From a bundle's `tokenizer.json`; without one, from `vocab.json` with `merges.txt` (RoBERTa,
/// GPT-2), `spm.model`, `spiece.model` or `sentencepiece.bpe.model` (DeBERTa-v2, XLM-RoBERTa), or
/// `vocab.txt` (BERT, MPNet). `tokenizer_config.json`, `added_tokens.json` and
/// `special_tokens_map.json` are honoured where they are. A component that Spanwise does not know
/// is refused by name (Incompatible): half a tokenizer gives wrong ids silently. What is damaged is
/// Corrupt, with file and key.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> loadTokenizer(
    const std::filesystem::path& folder);

/// From the text of a `tokenizer.json` alone. `where` names it in errors.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> tokenizerFromJson(std::string_view json,
                                                                         std::string where);

}  // namespace spanwise
