#include <cstddef>
#include <cstdint>
#include <string>

#include "models/tokenizers/tokenizer.h"

using namespace spanwise;

/// A tokenizer.json is refused, or gives a tokenizer whose ids and offsets are in range for any
/// text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto tokenizer = tokenizerFromJson(input, "tokenizer.json");
    if (!tokenizer) {
        if (tokenizer.error().message.empty() || tokenizer.error().where.empty())
            __builtin_trap();
        return 0;
    }
    for (const std::string_view text :
         {std::string_view("Take 20 mg of ibuprofen, don't wait."),
          std::string_view("e\u0301 \u00c5ngstr\u00f6m \U0001F469\u200D\U0001F680 \u6f22\u5b57 "
                           "\u0627\u0644\u0639\u0631\u0628\u064a\u0629\n\t  \ufb01n ")}) {
        std::int64_t points = 0;
        for (const char c : text)
            points += (static_cast<std::uint8_t>(c) & 0xC0) != 0x80 ? 1 : 0;
        const Encoding encoding = (*tokenizer)->encode(text);
        if (encoding.ids.size() != encoding.offsets.size())
            __builtin_trap();
        for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
            if (encoding.ids[i] < 0 || encoding.ids[i] >= (*tokenizer)->vocabularySize() ||
                encoding.offsets[i].begin < 0 ||
                encoding.offsets[i].begin > encoding.offsets[i].end ||
                encoding.offsets[i].end > points)
                __builtin_trap();
        }
        const Encoding words = (*tokenizer)->encodeWords({std::string(text), "", "word"});
        for (const std::int32_t word : words.words) {
            if (word < 0 || word > 2)
                __builtin_trap();
        }
    }
    return 0;
}
