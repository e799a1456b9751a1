#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/tokenizers/byte_trie.h"

namespace spanwise {

/// A token that is found in the text before the model sees it, by the names of tokenizer.json.
struct AddedToken {
    std::string content;
    std::int32_t id = 0;
    bool singleWord = false;  ///< only between characters that are no letters
    bool lstrip = false;      ///< takes the white space on its left
    bool rstrip = false;
    bool normalized = false;  ///< found in the normalised text
    bool special = false;
};

/// Finds added tokens: leftmost first, longest of those that begin together.
class AddedTokenMatcher {
public:
    struct Match {
        std::size_t begin, end;  ///< bytes
        std::int32_t id;
    };
    /// `content` is what to look for: the token's own, or as the normalizer leaves it.
    void add(const AddedToken& token, std::string_view content);
    [[nodiscard]] bool isEmpty() const { return m_tokens.empty(); }
    /// Sets `out` to the matches in the order of the text; they don't overlap.
    void find(std::string_view utf8, std::vector<Match>& out) const;

private:
    std::vector<AddedToken> m_tokens;
    ByteTrie m_trie;
    std::array<bool, 256> m_starts{};
};

}  // namespace spanwise
