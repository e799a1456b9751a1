#pragma once

#include "models/tokenizers/pipeline.h"

namespace spanwise::tokenizing {

/// The four forms of Unicode, as of Unicode 9, which is what the library's tables hold.
enum class UnicodeForm { Nfc, Nfd, Nfkc, Nfkd };

struct BertNormalizerSettings {
    bool cleanText = true, spaceChineseCharacters = true, stripAccents = true, lowercase = true;
};

[[nodiscard]] std::unique_ptr<const Normalizer> makeBertNormalizer(BertNormalizerSettings settings);
[[nodiscard]] std::unique_ptr<const Normalizer> makeUnicodeNormalizer(UnicodeForm form);
[[nodiscard]] std::unique_ptr<const Normalizer> makeLowercase();
[[nodiscard]] std::unique_ptr<const Normalizer> makeStripAccents();
[[nodiscard]] std::unique_ptr<const Normalizer> makeStrip(bool left, bool right);
[[nodiscard]] std::unique_ptr<const Normalizer> makePrepend(std::string_view text);
[[nodiscard]] std::unique_ptr<const Normalizer> makeReplace(std::string_view pattern,
                                                            std::string_view content);
/// Nothing where ICU does not take the pattern.
[[nodiscard]] std::unique_ptr<const Normalizer> makeRegexReplace(std::string_view pattern,
                                                                 std::string_view content);
/// SentencePiece's control characters and spaces.
[[nodiscard]] std::unique_ptr<const Normalizer> makeNmt();
/// SentencePiece's `precompiled_charsmap`: uint32 size of a double-array trie in bytes, the trie's
/// units, then texts ended by NUL, all little-endian. The error says what is broken.
[[nodiscard]] tl::expected<std::unique_ptr<const Normalizer>, std::string> makePrecompiled(
    std::string_view charsmap);

}  // namespace spanwise::tokenizing
