#include "models/tokenizers/unigram.h"

#include <algorithm>
#include <cmath>

#include "models/tokenizers/pipeline_characters.h"

namespace spanwise::tokenizing {
namespace {

constexpr double kUnknownPenalty = 10;  ///< SentencePiece's

}  // namespace

struct UnigramModel::Scratch {
    std::vector<Node> nodes;
    std::vector<SubToken> path;
};

Result<std::unique_ptr<const UnigramModel>> UnigramModel::make(const UnigramConfig& config,
                                                               const std::string& where) {
    const auto fail = [&](std::string message) {
        return failure(ErrorCode::Incompatible, std::move(message), where);
    };
    auto model = std::make_unique<UnigramModel>();
    const std::size_t size = config.pieces.size();
    if (size == 0)
        return failure(ErrorCode::Corrupt, "model.vocab is empty.", where);
    if (config.unknown < 0 || static_cast<std::size_t>(config.unknown) >= size)
        return fail("model.unk_id is " +
                    (config.unknown < 0 ? "missing" : std::to_string(config.unknown)) +
                    ", where an id below " + std::to_string(size) + " is needed.");
    std::vector<std::pair<std::string_view, std::int32_t>> keys;
    model->m_words = StringTable(size);
    double smallest = config.pieces.front().second;
    for (std::size_t i = 0; i < size; ++i) {
        const auto& [piece, score] = config.pieces[i];
        if (!std::isfinite(score))
            return failure(ErrorCode::Corrupt,
                           "model.vocab[" + std::to_string(i) + "] (\"" + piece +
                               "\") has a score that is no finite number.",
                           where);
        model->m_scores.push_back(score);
        smallest = std::min(smallest, score);
        if (!piece.empty())
            keys.emplace_back(piece, static_cast<std::int32_t>(i));
    }
    for (auto key = keys.rbegin(); key != keys.rend(); ++key)
        model->m_words.insert(key->first, key->second);
    model->m_trie = DoubleArray::build(std::move(keys));
    model->m_whole = std::make_unique<std::atomic<std::uint8_t>[]>(size);
    model->m_unknown = config.unknown;
    model->m_unknownScore = smallest - kUnknownPenalty;
    model->m_fallback = config.byteFallback;
    static constexpr char kHex[] = "0123456789ABCDEF";
    for (std::size_t b = 0; b < 256; ++b)
        model->m_byteIds[b] =
            model->m_words.find(std::string("<0x") + kHex[b >> 4] + kHex[b & 15] + '>');
    return model;
}

void UnigramModel::pushUnknown(std::string_view piece, std::uint32_t begin, std::uint32_t end,
                               std::vector<SubToken>& out) const {
    const std::string_view text = piece.substr(begin, end - begin);
    if (const std::int32_t id = m_words.find(text); id >= 0) {
        out.push_back({id, begin, end});
        return;
    }
    const auto byteOfText = [&](char byte) { return m_byteIds[static_cast<unsigned char>(byte)]; };
    if (m_fallback &&
        std::all_of(text.begin(), text.end(), [&](char byte) { return byteOfText(byte) >= 0; })) {
        for (const char byte : text)
            out.push_back({byteOfText(byte), begin, end});
        return;
    }
    out.push_back({m_unknown, begin, end});
}

void UnigramModel::encode(std::string_view piece, std::vector<SubToken>& out) const {
    const auto size = static_cast<std::uint32_t>(piece.size());
    std::atomic<std::uint8_t>* state = nullptr;
    const std::int32_t whole = m_words.find(piece);
    if (whole >= 0) {
        state = &m_whole[static_cast<std::size_t>(whole)];
        if (state->load(std::memory_order_relaxed) == 1) {
            out.push_back({whole, 0, size});
            return;
        }
    }
    thread_local Scratch scratch;
    std::vector<Node>& nodes = scratch.nodes;
    nodes.assign(size + 1, {0, -1, 0});
    for (std::uint32_t begin = 0; begin < size;) {
        std::size_t behind = begin;
        static_cast<void>(nextCharacter(piece, behind));
        const double before = nodes[begin].score;
        bool hasSingle = false;
        std::uint32_t node = DoubleArray::kRoot;
        for (std::uint32_t i = begin; i < size;) {
            node = m_trie.step(node, static_cast<unsigned char>(piece[i++]));
            if (node == DoubleArray::kNone)
                break;
            const std::int32_t id = m_trie.value(node);
            if (id < 0)
                continue;
            Node& target = nodes[i];
            const double score = m_scores[static_cast<std::size_t>(id)] + before;
            if (target.begin < 0 || score > target.score)
                target = {score, static_cast<std::int32_t>(begin), id};
            hasSingle = hasSingle || i == behind;
        }
        if (!hasSingle) {
            Node& target = nodes[behind];
            const double score = m_unknownScore + before;
            if (target.begin < 0 || score > target.score)
                target = {score, static_cast<std::int32_t>(begin), m_unknown};
        }
        begin = static_cast<std::uint32_t>(behind);
    }
    scratch.path.clear();
    for (std::uint32_t end = size; end > 0;) {
        const Node& node = nodes[end];
        const auto begin = static_cast<std::uint32_t>(node.begin);
        if (node.id == m_unknown && !scratch.path.empty() && scratch.path.back().id == m_unknown)
            scratch.path.back().begin = begin;
        else
            scratch.path.push_back({node.id, begin, end});
        end = begin;
    }
    for (auto token = scratch.path.rbegin(); token != scratch.path.rend(); ++token) {
        if (token->id == m_unknown)
            pushUnknown(piece, token->begin, token->end, out);
        else
            out.push_back(*token);
    }
    if (state != nullptr && state->load(std::memory_order_relaxed) == 0) {
        const bool same = scratch.path.size() == 1 && scratch.path.front().id == whole;
        state->store(same ? 1 : 2, std::memory_order_relaxed);
    }
}

}  // namespace spanwise::tokenizing
