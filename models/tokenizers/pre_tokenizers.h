#pragma once

#include "models/tokenizers/pipeline.h"

namespace spanwise::tokenizing {

/// What becomes of the delimiters when a text is split at them.
enum class SplitBehavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };
enum class PrependScheme { Always, First, Never };

[[nodiscard]] std::unique_ptr<const PreTokenizer> makeBertPreTokenizer();
/// GPT-2's pattern (Radford et al. 2019). The bytes stay what they are: the model that follows
/// knows its vocabulary in bytes, so nothing but that model may follow.
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeByteLevel(bool prefixSpace, bool usesPattern);
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeWhitespace();
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeWhitespaceSplit();
[[nodiscard]] std::unique_ptr<const PreTokenizer> makePunctuation(SplitBehavior behavior);
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeDigits(bool individually);
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeSplit(std::string_view pattern,
                                                            SplitBehavior behavior, bool invert);
/// Nothing where ICU does not take the pattern.
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeRegexSplit(std::string_view pattern,
                                                                 SplitBehavior behavior,
                                                                 bool invert);
[[nodiscard]] std::unique_ptr<const PreTokenizer> makeMetaspace(std::string_view replacement,
                                                                PrependScheme scheme, bool split);

}  // namespace spanwise::tokenizing
