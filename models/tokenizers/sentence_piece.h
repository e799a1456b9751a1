#pragma once

#include "models/tokenizers/tokenizer_json.h"

namespace spanwise::tokenizing {

/// From the bytes of a SentencePiece model (a protocol buffer), as transformers makes a fast
/// tokenizer of it: `fileName` "sentencepiece.bpe.model" has XLM-RoBERTa's conventions, all others
/// DeBERTa-v2's ([MASK] behind the last piece, unless the files say otherwise). Unigram models
/// only.
[[nodiscard]] Result<std::shared_ptr<const Tokenizer>> fromSentencePiece(
    std::string_view bytes, std::string_view fileName, const std::string& where,
    const TokenizerSettings& settings);

}  // namespace spanwise::tokenizing
