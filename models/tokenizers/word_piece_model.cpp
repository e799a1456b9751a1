#include "models/tokenizers/word_piece_model.h"

#include <algorithm>

namespace spanwise::tokenizing {

WordPieceModel::WordPieceModel(const std::unordered_map<std::string, std::int32_t>& vocabulary,
                               std::string_view continuingPrefix, std::int32_t unknown,
                               int maxCharacters)
    : m_unknown(unknown), m_maxCharacters(maxCharacters) {
    std::size_t bytes = 0;
    for (const auto& [token, id] : vocabulary)
        bytes += token.size();
    m_trie = ByteTrie(bytes);
    for (const auto& [token, id] : vocabulary)
        m_trie.insert(token, id);
    m_continuation = m_trie.find(continuingPrefix);
}

void WordPieceModel::encode(std::string_view piece, std::vector<SubToken>& out) const {
    const auto size = static_cast<std::uint32_t>(piece.size());
    const auto characters = std::count_if(piece.begin(), piece.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    });
    if (characters > m_maxCharacters) {
        out.push_back({m_unknown, 0, size});
        return;
    }
    const std::size_t before = out.size();
    for (std::uint32_t at = 0; at < size;) {
        std::uint32_t node = at == 0 ? ByteTrie::kRoot : m_continuation;
        std::int32_t best = -1;
        std::uint32_t end = at;
        for (std::uint32_t i = at; i < size && node != ByteTrie::kNone; ++i) {
            node = m_trie.step(node, static_cast<unsigned char>(piece[i]));
            if (node != ByteTrie::kNone && m_trie.value(node) >= 0) {
                best = m_trie.value(node);
                end = i + 1;
            }
        }
        if (best < 0) {
            out.resize(before);
            out.push_back({m_unknown, 0, size});
            return;
        }
        out.push_back({best, at, end});
        at = end;
    }
}

}  // namespace spanwise::tokenizing
