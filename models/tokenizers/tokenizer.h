#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
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

    [[nodiscard]] virtual std::int32_t firstId() const = 0;  ///< [CLS]
    [[nodiscard]] virtual std::int32_t lastId() const = 0;   ///< [SEP]
    [[nodiscard]] virtual std::int32_t padId() const = 0;
    [[nodiscard]] virtual std::int32_t vocabularySize() const = 0;  ///< largest id + 1
    [[nodiscard]] virtual bool isLowercasing() const = 0;
};

/// From a bundle's `tokenizer.json`, or `vocab.txt` (with `tokenizer_config.json` where there is
/// one). A tokenizer.json with a component that Spanwise does not know is refused by name
/// (Incompatible): half a tokenizer gives wrong ids silently.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> loadTokenizer(
    const std::filesystem::path& folder);

}  // namespace spanwise
