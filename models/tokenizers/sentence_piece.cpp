#include "models/tokenizers/sentence_piece.h"

#include <algorithm>
#include <bit>

#include "core/text/utf8.h"
#include "models/tokenizers/normalizers.h"
#include "models/tokenizers/pre_tokenizers.h"
#include "models/tokenizers/unigram.h"

namespace spanwise::tokenizing {
namespace {

/// Fields of a protocol buffer message, one after the other. After the last, or where the bytes
/// make no sense, next() is false; isBroken() tells which.
class Fields {
public:
    explicit Fields(std::string_view message) : m_bytes(message) {}

    bool next() {
        if (m_at == m_bytes.size() || m_broken)
            return false;
        const std::uint64_t tag = varint();
        number = tag >> 3;
        value = 0;
        bytes = {};
        switch (tag & 7) {
            case 0:
                value = varint();
                break;
            case 1:
                bytes = take(8);
                break;
            case 2:
                bytes = take(varint());
                break;
            case 5:
                bytes = take(4);
                break;
            default:
                m_broken = true;
        }
        m_broken = m_broken || number == 0;
        return !m_broken;
    }
    [[nodiscard]] bool isBroken() const { return m_broken; }
    /// A field of four bytes as a float.
    [[nodiscard]] float real() const {
        if (bytes.size() != 4)
            return 0;
        std::uint32_t bits = 0;
        for (std::size_t i = 0; i < 4; ++i)
            bits |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
        return std::bit_cast<float>(bits);
    }

    std::uint64_t number = 0, value = 0;
    std::string_view bytes;

private:
    std::uint64_t varint() {
        std::uint64_t out = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (m_at == m_bytes.size())
                break;
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            out |= std::uint64_t{byte & 0x7fU} << shift;
            if (byte < 0x80)
                return out;
        }
        m_broken = true;
        return 0;
    }
    std::string_view take(std::uint64_t size) {
        if (size > m_bytes.size() - m_at) {
            m_broken = true;
            return {};
        }
        const std::string_view out = m_bytes.substr(m_at, size);
        m_at += size;
        return out;
    }

    std::string_view m_bytes;
    std::size_t m_at = 0;
    bool m_broken = false;
};

enum PieceType {
    kNormal = 1,
    kUnknown = 2,
    kControl = 3,
    kUserDefined = 4,
    kUnused = 5,
    kByte = 6
};

struct ProtoPiece {
    std::string text;
    float score = 0;
    std::uint64_t type = kNormal;
};

/// What counts of a ModelProto (sentencepiece_model.proto).
struct Proto {
    std::vector<ProtoPiece> pieces;
    std::uint64_t modelType = 1;  ///< 1 Unigram, 2 BPE, 3 words, 4 characters
    std::int64_t unknown = 0;
    std::string_view charsmap;
    std::string_view brokenPart;  ///< empty: all is well
};

Proto readProto(std::string_view bytes) {
    Proto proto;
    Fields model(bytes);
    while (model.next()) {
        Fields part(model.bytes);
        switch (model.number) {
            case 1: {
                ProtoPiece piece;
                while (part.next()) {
                    if (part.number == 1)
                        piece.text = part.bytes;
                    else if (part.number == 2)
                        piece.score = part.real();
                    else if (part.number == 3)
                        piece.type = part.value;
                }
                if (part.isBroken() || !isUtf8(piece.text))
                    proto.brokenPart = "pieces";
                proto.pieces.push_back(std::move(piece));
                break;
            }
            case 2:
                while (part.next()) {
                    if (part.number == 3)
                        proto.modelType = part.value;
                    else if (part.number == 40)
                        proto.unknown = static_cast<std::int64_t>(part.value);
                }
                if (part.isBroken())
                    proto.brokenPart = "trainer_spec";
                break;
            case 3:
                while (part.next()) {
                    if (part.number == 2)
                        proto.charsmap = part.bytes;
                }
                if (part.isBroken())
                    proto.brokenPart = "normalizer_spec";
                break;
            default:
                break;
        }
    }
    if (model.isBroken())
        proto.brokenPart = "the whole message";
    return proto;
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> fromSentencePiece(std::string_view bytes,
                                                           std::string_view fileName,
                                                           const std::string& where,
                                                           const TokenizerSettings& settings) {
    Proto proto = readProto(bytes);
    if (!proto.brokenPart.empty() || proto.pieces.empty())
        return failure(ErrorCode::Corrupt,
                       "This is no complete SentencePiece model: expected pieces and their "
                       "settings, found " +
                           std::string(proto.brokenPart.empty()
                                           ? "no pieces"
                                           : "damage in " + std::string(proto.brokenPart)) +
                           " in " + std::to_string(bytes.size()) +
                           " bytes. The file is damaged or cut off: fetch it again.",
                       where);
    if (proto.modelType != 1)
        return failure(ErrorCode::Incompatible,
                       "trainer_spec.model_type is " + std::to_string(proto.modelType) +
                           " (2 BPE, 3 words, 4 characters), expected 1 (Unigram). Take the model "
                           "with its tokenizer.json.",
                       where);
    const bool isRoberta = fileName == "sentencepiece.bpe.model";
    PipelineConfig config;
    UnigramConfig unigram;
    std::vector<AddedToken> added;
    const auto special = [&](const std::string& role, const std::string& fallback) {
        const auto found = settings.special.find(role);
        AddedToken token;
        token.content = fallback;
        token.special = true;
        return found != settings.special.end() ? found->second : token;
    };
    const AddedToken first = special("cls_token", isRoberta ? "<s>" : "[CLS]");
    const AddedToken last = special("sep_token", isRoberta ? "</s>" : "[SEP]");
    const AddedToken pad = special("pad_token", isRoberta ? "<pad>" : "[PAD]");
    const AddedToken unknown = special("unk_token", isRoberta ? "<unk>" : "[UNK]");
    const AddedToken mask = special("mask_token", isRoberta ? "<mask>" : "[MASK]");
    if (isRoberta) {
        // fairseq's order: the file's own <unk>, <s>, </s> make way for four.
        for (const char* name : {"<s>", "<pad>", "</s>", "<unk>"})
            unigram.pieces.emplace_back(name, 0.0);
        for (std::size_t i = 3; i < proto.pieces.size(); ++i)
            unigram.pieces.emplace_back(proto.pieces[i].text, proto.pieces[i].score);
        unigram.pieces.emplace_back("<mask>", 0.0);
        unigram.unknown = 3;
    } else {
        for (std::size_t i = 0; i < proto.pieces.size(); ++i) {
            const ProtoPiece& piece = proto.pieces[i];
            unigram.pieces.emplace_back(piece.text, piece.score);
            if (piece.type == kUnknown)
                unigram.unknown = static_cast<std::int32_t>(i);
            if (piece.type == kControl || piece.type == kUserDefined) {
                AddedToken token;
                token.content = piece.text;
                token.special = piece.type == kControl;
                added.push_back(std::move(token));
            }
        }
        if (unigram.unknown < 0 && proto.unknown >= 0 &&
            proto.unknown < static_cast<std::int64_t>(proto.pieces.size()))
            unigram.unknown = static_cast<std::int32_t>(proto.unknown);
    }
    for (std::size_t i = 0; i < unigram.pieces.size(); ++i)
        config.ids.insert_or_assign(unigram.pieces[i].first, static_cast<std::int32_t>(i));
    auto next = static_cast<std::int32_t>(unigram.pieces.size());
    auto model = UnigramModel::make(unigram, where);
    if (!model)
        return tl::unexpected(model.error());
    config.model = std::move(*model);
    config.trimsByText = true;

    for (const AddedToken& token : settings.added) {
        const auto [at, isNew] = config.ids.emplace(token.content, token.id);
        if (at->second != token.id || (isNew && token.id < next))
            return failure(ErrorCode::Incompatible,
                           "The added token \"" + token.content + "\" has the id " +
                               std::to_string(token.id) + ", expected " +
                               std::to_string(isNew ? next : at->second) +
                               ". The files do not belong together.",
                           where);
        next = std::max(next, token.id + 1);
        added.push_back(token);
    }
    for (const AddedToken& token : {pad, first, last, unknown, mask}) {
        if (config.ids.emplace(token.content, next).second)
            ++next;
        added.push_back(token);
    }
    for (AddedToken& token : added) {
        token.id = config.ids.at(token.content);
        const bool isThere =
            std::any_of(config.addedTokens.begin(), config.addedTokens.end(),
                        [&](const AddedToken& other) { return other.content == token.content; });
        if (!isThere && !token.content.empty())
            config.addedTokens.push_back(std::move(token));
    }
    config.first = config.ids.at(first.content);
    config.last = config.ids.at(last.content);
    config.pad = paddingOf(config.ids, pad.content, config.last);

    if (settings.lowercase.value_or(false)) {
        config.normalizers.push_back(makeLowercase());
        config.lowercases = true;
    }
    if (!isRoberta)
        config.normalizers.push_back(makeStrip(true, true));
    if (!proto.charsmap.empty()) {
        auto made = makePrecompiled(proto.charsmap);
        if (!made)
            return failure(ErrorCode::Corrupt,
                           "normalizer_spec.precompiled_charsmap is damaged: " + made.error() +
                               ". Fetch the file again.",
                           where);
        config.normalizers.push_back(std::move(*made));
    }
    if (isRoberta)
        config.normalizers.push_back(makeStrip(false, true));
    config.normalizers.push_back(makeRegexReplace(" {2,}", isRoberta ? "\u2581" : " "));
    if (settings.splitByPunctuation.value_or(false))
        config.preTokenizers.push_back(makePunctuation(SplitBehavior::Isolated));
    config.preTokenizers.push_back(makeMetaspace("\u2581", PrependScheme::Always, true));
    return PipelineTokenizer::make(std::move(config), where);
}

}  // namespace spanwise::tokenizing
