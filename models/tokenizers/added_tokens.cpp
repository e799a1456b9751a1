#include "models/tokenizers/added_tokens.h"

#include <algorithm>

#include "models/tokenizers/bert_characters.h"
#include "models/tokenizers/pipeline_characters.h"

namespace spanwise {
namespace {

using tokenizing::nextCharacter;

/// Where the code point before `at` begins. `at` > 0.
std::size_t before(std::string_view utf8, std::size_t at) {
    do
        --at;
    while (at > 0 && (static_cast<unsigned char>(utf8[at]) & 0xc0) == 0x80);
    return at;
}

bool isWordAt(std::string_view utf8, std::size_t at) {
    return (tokenizing::characterKinds()[nextCharacter(utf8, at)] & tokenizing::kWord) != 0;
}

bool isSpaceAt(std::string_view utf8, std::size_t& at) {
    return (bert::classesOf(nextCharacter(utf8, at)) & bert::kSpace) != 0;
}

}  // namespace

void AddedTokenMatcher::add(const AddedToken& token, std::string_view content) {
    const std::uint32_t node = m_trie.find(content);
    if (node != ByteTrie::kNone && m_trie.value(node) >= 0)
        return;
    m_trie.insert(content, static_cast<std::int32_t>(m_tokens.size()));
    m_tokens.push_back(token);
    m_starts[static_cast<unsigned char>(content.front())] = true;
}

void AddedTokenMatcher::find(std::string_view utf8, std::vector<Match>& out) const {
    out.clear();
    if (m_tokens.empty())
        return;
    std::size_t covered = 0;
    for (std::size_t i = 0; i < utf8.size();) {
        if (!m_starts[static_cast<unsigned char>(utf8[i])]) {
            ++i;
            continue;
        }
        std::int32_t best = -1;
        std::size_t end = i;
        std::uint32_t node = ByteTrie::kRoot;
        for (std::size_t j = i; j < utf8.size(); ++j) {
            node = m_trie.step(node, static_cast<unsigned char>(utf8[j]));
            if (node == ByteTrie::kNone)
                break;
            if (m_trie.value(node) >= 0) {
                best = m_trie.value(node);
                end = j + 1;
            }
        }
        if (best < 0) {
            ++i;
            continue;
        }
        const AddedToken& token = m_tokens[static_cast<std::size_t>(best)];
        std::size_t begin = i;
        i = end;
        if (token.singleWord && ((begin > 0 && isWordAt(utf8, before(utf8, begin))) ||
                                 (end < utf8.size() && isWordAt(utf8, end))))
            continue;
        if (token.lstrip) {
            while (begin > covered) {
                std::size_t at = before(utf8, begin);
                const std::size_t previous = at;
                if (!isSpaceAt(utf8, at))
                    break;
                begin = previous;
            }
        }
        begin = std::max(begin, covered);
        if (token.rstrip) {
            for (std::size_t at = end; at < utf8.size() && isSpaceAt(utf8, at);)
                end = at;
        }
        // An earlier token may have taken these characters as its white space.
        if (end <= covered)
            continue;
        out.push_back({begin, end, token.id});
        covered = end;
    }
}

}  // namespace spanwise
