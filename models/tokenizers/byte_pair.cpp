#include "models/tokenizers/byte_pair.h"

#include <algorithm>
#include <queue>

#include "models/tokenizers/pipeline_characters.h"

namespace spanwise::tokenizing {
namespace {

constexpr std::uint32_t kNoRank = 0xffffffff;
/// Up to here, looking for the best pair along the word is faster than a queue.
constexpr std::size_t kFewSymbols = 48;

/// The byte-level alphabet (Radford et al. 2019): printable bytes are themselves, the others are
/// numbered from U+0100.
std::array<std::int16_t, 0x144> makeByteAlphabet() {
    std::array<std::int16_t, 0x144> bytes{};
    bytes.fill(-1);
    std::size_t next = 0x100;
    for (std::int16_t b = 0; b < 256; ++b) {
        const bool printable =
            (b >= 0x21 && b <= 0x7e) || (b >= 0xa1 && b <= 0xac) || (b >= 0xae && b <= 0xff);
        bytes[printable ? static_cast<std::size_t>(b) : next++] = b;
    }
    return bytes;
}

/// A vocabulary entry in bytes; nothing when it has a character outside the alphabet, which no
/// piece can hold.
std::optional<std::string> inBytes(std::string_view token) {
    std::string bytes;
    for (std::size_t at = 0; at < token.size();) {
        const int byte = byteOf(nextCharacter(token, at));
        if (byte < 0)
            return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

}  // namespace

int byteOf(char32_t c) {
    static const auto kBytes = makeByteAlphabet();
    return c < kBytes.size() ? kBytes[c] : -1;
}

struct BytePairModel::Scratch {
    std::vector<Symbol> symbols;
    std::vector<std::uint32_t> ranks;
};

Result<std::unique_ptr<const BytePairModel>> BytePairModel::make(const BytePairConfig& config,
                                                                 const std::string& where) {
    auto model = std::make_unique<BytePairModel>();
    const auto fail = [&](std::string message) {
        return failure(ErrorCode::Incompatible, std::move(message), where);
    };
    model->m_byteLevel = config.byteLevel;
    model->m_fuse = config.fuseUnknown;
    model->m_fallback = config.byteFallback;
    model->m_ignoreMerges = config.ignoreMerges;
    model->m_prefix = config.continuingPrefix;
    model->m_suffix = config.wordSuffix;
    model->m_words = StringTable(config.vocabulary.size());
    model->m_byteIds.fill(-1);
    model->m_fallbackIds.fill(-1);
    std::int32_t largest = 0;
    for (const auto& [token, id] : config.vocabulary) {
        largest = std::max(largest, id);
        if (!config.byteLevel) {
            model->m_words.insert(token, id);
        } else if (const auto bytes = inBytes(token)) {
            model->m_words.insert(*bytes, id);
            if (bytes->size() == 1)
                model->m_byteIds[static_cast<unsigned char>(bytes->front())] = id;
        }
    }
    if (config.byteFallback) {
        static constexpr char kHex[] = "0123456789ABCDEF";
        for (std::size_t b = 0; b < 256; ++b) {
            const auto found =
                config.vocabulary.find(std::string("<0x") + kHex[b >> 4] + kHex[b & 15] + '>');
            if (found != config.vocabulary.end())
                model->m_fallbackIds[b] = found->second;
        }
    }
    const bool wholeAlphabet = std::all_of(model->m_byteIds.begin(), model->m_byteIds.end(),
                                           [](std::int32_t id) { return id >= 0; });
    if (config.byteLevel && !wholeAlphabet && (config.byteFallback || !config.unknownToken))
        return fail(
            "The byte-level BPE vocabulary lacks some of the 256 single bytes, so that there are "
            "texts without sub-tokens. Take the model's complete vocabulary.");
    if (config.byteLevel && (!config.continuingPrefix.empty() || !config.wordSuffix.empty()))
        return fail(
            "The byte-level BPE model has a \"continuing_subword_prefix\" or "
            "\"end_of_word_suffix\", which Spanwise does not know together with \"ByteLevel\".");
    if (config.unknownToken) {
        const auto found = config.vocabulary.find(*config.unknownToken);
        if (found == config.vocabulary.end())
            return fail("model.unk_token is \"" + *config.unknownToken +
                        "\", which model.vocab does not have.");
        model->m_unknown = found->second;
    }
    model->m_whole =
        std::make_unique<std::atomic<std::uint8_t>[]>(static_cast<std::size_t>(largest) + 1);
    std::size_t slots = 64;
    while (slots < 2 * config.merges.size())
        slots *= 2;
    model->m_pairs.resize(slots);
    const std::size_t prefix = config.continuingPrefix.size();
    for (std::size_t i = 0; i < config.merges.size(); ++i) {
        const auto& [left, right] = config.merges[i];
        const auto idOf = [&](const std::string& token) {
            const auto found = config.vocabulary.find(token);
            return found == config.vocabulary.end() ? -1 : found->second;
        };
        const std::string number =
            "Merge " + std::to_string(i + 1) + " (\"" + left + "\" + \"" + right + "\")";
        if (left.empty() || right.size() <= prefix ||
            (prefix > 0 && !right.starts_with(config.continuingPrefix)))
            return fail(number + " has an empty part. The file is damaged: fetch it again.");
        const std::string merged = left + right.substr(prefix);
        for (const std::string* token : {&left, &right, &merged}) {
            if (idOf(*token) < 0)
                return fail(number + " needs \"" + *token +
                            "\", which the vocabulary does not have. The merges and the "
                            "vocabulary belong to different models, or a file is damaged.");
        }
        model->putPair(idOf(left), idOf(right), static_cast<std::uint32_t>(i), idOf(merged));
    }
    return model;
}

const BytePairModel::Pair* BytePairModel::pairOf(std::int32_t left, std::int32_t right) const {
    const std::uint64_t key = (std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
                               static_cast<std::uint32_t>(right)) +
                              1;
    std::size_t at = (key * 0x9e3779b97f4a7c15ULL >> 32) & (m_pairs.size() - 1);
    for (; m_pairs[at].key != 0; at = (at + 1) & (m_pairs.size() - 1)) {
        if (m_pairs[at].key == key)
            return &m_pairs[at];
    }
    return nullptr;
}

void BytePairModel::putPair(std::int32_t left, std::int32_t right, std::uint32_t rank,
                            std::int32_t id) {
    const std::uint64_t key = (std::uint64_t{static_cast<std::uint32_t>(left)} << 32 |
                               static_cast<std::uint32_t>(right)) +
                              1;
    std::size_t at = (key * 0x9e3779b97f4a7c15ULL >> 32) & (m_pairs.size() - 1);
    while (m_pairs[at].key != 0 && m_pairs[at].key != key)
        at = (at + 1) & (m_pairs.size() - 1);
    m_pairs[at] = {key, rank, id};
}

void BytePairModel::symbolsOf(std::string_view piece, std::vector<Symbol>& out) const {
    out.clear();
    std::int32_t pending = -1;  // an unknown symbol that the next may join
    std::uint32_t pendingLength = 0;
    const auto flush = [&] {
        if (pending >= 0)
            out.push_back({pending, pendingLength});
        pending = -1;
    };
    std::string spelled;
    for (std::size_t at = 0; at < piece.size();) {
        const std::size_t begin = at;
        std::int32_t id = -1;
        if (m_byteLevel) {
            id = m_byteIds[static_cast<unsigned char>(piece[at++])];
        } else {
            static_cast<void>(nextCharacter(piece, at));
            const std::string_view character = piece.substr(begin, at - begin);
            if (m_prefix.empty() && m_suffix.empty()) {
                id = m_words.find(character);
            } else {
                spelled.clear();
                if (begin > 0)
                    spelled += m_prefix;
                spelled += character;
                if (at == piece.size())
                    spelled += m_suffix;
                id = m_words.find(spelled);
            }
        }
        const auto length = static_cast<std::uint32_t>(at - begin);
        if (id >= 0) {
            flush();
            out.push_back({id, length});
            continue;
        }
        if (m_fallback) {
            const std::string_view bytes =
                m_prefix.empty() && m_suffix.empty() ? piece.substr(begin, length) : spelled;
            const auto fallbackOf = [&](char byte) {
                return m_fallbackIds[static_cast<unsigned char>(byte)];
            };
            if (std::all_of(bytes.begin(), bytes.end(),
                            [&](char byte) { return fallbackOf(byte) >= 0; })) {
                for (const char byte : bytes)
                    out.push_back({fallbackOf(byte), 1});
                continue;
            }
        }
        if (m_unknown < 0)
            continue;
        if (pending >= 0 && m_fuse) {
            pendingLength += length;
        } else {
            flush();
            pending = m_unknown;
            pendingLength = length;
        }
    }
    flush();
}

void BytePairModel::mergeFew(std::vector<Symbol>& symbols,
                             std::vector<std::uint32_t>& ranks) const {
    const auto rankAt = [&](std::size_t i) {
        const Pair* pair = pairOf(symbols[i].id, symbols[i + 1].id);
        return pair != nullptr ? pair->rank : kNoRank;
    };
    ranks.clear();
    for (std::size_t i = 0; i + 1 < symbols.size(); ++i)
        ranks.push_back(rankAt(i));
    while (!ranks.empty()) {
        const auto best = std::min_element(ranks.begin(), ranks.end());
        if (*best == kNoRank)
            return;
        const auto i = static_cast<std::size_t>(best - ranks.begin());
        symbols[i] = {pairOf(symbols[i].id, symbols[i + 1].id)->id,
                      symbols[i].length + symbols[i + 1].length};
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        ranks.erase(best);
        if (i > 0)
            ranks[i - 1] = rankAt(i - 1);
        if (i + 1 < symbols.size())
            ranks[i] = rankAt(i);
    }
}

void BytePairModel::mergeMany(std::vector<Symbol>& symbols) const {
    struct Candidate {
        std::uint32_t rank, at;
        std::int32_t id;
        bool operator<(const Candidate& other) const {
            return rank != other.rank ? rank > other.rank : at > other.at;
        }
    };
    constexpr std::uint32_t kEnd = 0xffffffff;
    std::vector<std::uint32_t> next(symbols.size()), previous(symbols.size());
    std::priority_queue<Candidate> queue;
    const auto propose = [&](std::uint32_t at) {
        if (next[at] == kEnd)
            return;
        if (const Pair* pair = pairOf(symbols[at].id, symbols[next[at]].id))
            queue.push({pair->rank, at, pair->id});
    };
    const auto count = static_cast<std::uint32_t>(symbols.size());
    for (std::uint32_t i = 0; i < count; ++i) {
        next[i] = i + 1 < count ? i + 1 : kEnd;
        previous[i] = i > 0 ? i - 1 : kEnd;
    }
    for (std::uint32_t i = 0; i < count; ++i)
        propose(i);
    while (!queue.empty()) {
        const Candidate best = queue.top();
        queue.pop();
        if (symbols[best.at].length == 0 || next[best.at] == kEnd)
            continue;
        const std::uint32_t right = next[best.at];
        const Pair* pair = pairOf(symbols[best.at].id, symbols[right].id);
        if (pair == nullptr || pair->id != best.id)
            continue;
        symbols[best.at] = {best.id, symbols[best.at].length + symbols[right].length};
        symbols[right].length = 0;
        next[best.at] = next[right];
        if (next[right] != kEnd)
            previous[next[right]] = best.at;
        if (previous[best.at] != kEnd)
            propose(previous[best.at]);
        propose(best.at);
    }
    std::erase_if(symbols, [](const Symbol& symbol) { return symbol.length == 0; });
}

void BytePairModel::encode(std::string_view piece, std::vector<SubToken>& out) const {
    const std::int32_t whole = m_words.find(piece);
    const bool isPlain = m_prefix.empty() && m_suffix.empty();
    std::atomic<std::uint8_t>* state = nullptr;
    if (whole >= 0 && (isPlain || m_ignoreMerges)) {
        state = &m_whole[static_cast<std::size_t>(whole)];
        if (m_ignoreMerges || state->load(std::memory_order_relaxed) == 1) {
            out.push_back({whole, 0, static_cast<std::uint32_t>(piece.size())});
            return;
        }
    }
    thread_local Scratch scratch;
    symbolsOf(piece, scratch.symbols);
    if (scratch.symbols.size() <= kFewSymbols)
        mergeFew(scratch.symbols, scratch.ranks);
    else
        mergeMany(scratch.symbols);
    std::uint32_t at = 0;
    for (const Symbol& symbol : scratch.symbols) {
        out.push_back({symbol.id, at, at + symbol.length});
        at += symbol.length;
    }
    if (state != nullptr && state->load(std::memory_order_relaxed) == 0) {
        const bool same = scratch.symbols.size() == 1 && scratch.symbols.front().id == whole;
        state->store(same ? 1 : 2, std::memory_order_relaxed);
    }
}

}  // namespace spanwise::tokenizing
