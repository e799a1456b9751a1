#pragma once

#include <map>
#include <optional>

#include "models/tokenizers/pipeline.h"

namespace spanwise::tokenizing {

/// What stands beside a tokenizer's main file, in tokenizer_config.json and the like.
struct TokenizerSettings {
    std::optional<bool> prefixSpace;  ///< add_prefix_space
    std::optional<bool> lowercase;    ///< do_lower_case
    std::optional<bool> stripAccents;
    std::optional<bool> spaceChineseCharacters;
    std::optional<bool> splitByPunctuation;
    std::string tokenizerClass;
    /// By role: "cls_token", "sep_token", "pad_token", "unk_token", "mask_token", "bos_token",
    /// "eos_token". Ids are not set.
    std::map<std::string, AddedToken> special;
    /// From added_tokens_decoder and added_tokens.json, with ids, ordered by them.
    std::vector<AddedToken> added;
    std::string padding;  ///< pad_token's content; empty: not said
};

[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> fromTokenizerJson(
    std::string_view json, const std::string& where, const TokenizerSettings& settings);

/// Adds to `settings` what the JSON of a file says; `name` is the file's.
[[nodiscard]] Result<void> readSettings(std::string_view json, const std::string& name,
                                        const std::string& where, TokenizerSettings& settings);

/// A vocab.json: an object from tokens to ids.
[[nodiscard]] Result<std::unordered_map<std::string, std::int32_t>> readVocabularyJson(
    std::string_view json, const std::string& where);

/// The padding token's id: by `name`, else [PAD] or <pad>, else `last`, else 0.
[[nodiscard]] std::int32_t paddingOf(const std::unordered_map<std::string, std::int32_t>& ids,
                                     const std::string& name, std::int32_t last);

}  // namespace spanwise::tokenizing
