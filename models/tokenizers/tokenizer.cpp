#include "models/tokenizers/tokenizer.h"

#include <algorithm>

#include "models/io/files.h"
#include "models/tokenizers/byte_pair.h"
#include "models/tokenizers/pre_tokenizers.h"
#include "models/tokenizers/sentence_piece.h"
#include "models/tokenizers/tokenizer_json.h"
#include "models/tokenizers/word_piece.h"

namespace spanwise {
namespace {

namespace fs = std::filesystem;
using tokenizing::TokenizerSettings;
using Vocabulary = std::unordered_map<std::string, std::int32_t>;

/// The lines of a text, without a CR at their ends.
std::vector<std::string_view> linesOf(std::string_view text) {
    std::vector<std::string_view> lines;
    for (std::size_t begin = 0; begin < text.size();) {
        const std::size_t end = std::min(text.find('\n', begin), text.size());
        std::string_view line = text.substr(begin, end - begin);
        if (!line.empty() && line.back() == '\r')
            line.remove_suffix(1);
        lines.push_back(line);
        begin = end + 1;
    }
    return lines;
}

/// The token that plays a role, as the settings have it, or `fallback`.
AddedToken tokenFor(const TokenizerSettings& settings, const std::string& role,
                    const std::string& fallback) {
    const auto found = settings.special.find(role);
    if (found != settings.special.end())
        return found->second;
    AddedToken token;
    token.content = fallback;
    token.special = true;
    return token;
}

/// Adds what added_tokens.json and added_tokens_decoder name. Where a token is in both lists and in
/// the vocabulary, its ids must be the same.
Result<void> addTokens(const TokenizerSettings& settings, Vocabulary& vocabulary,
                       std::vector<AddedToken>& tokens, const std::string& where) {
    for (const AddedToken& token : settings.added) {
        const auto [at, isNew] = vocabulary.emplace(token.content, token.id);
        if (at->second != token.id)
            return failure(ErrorCode::Incompatible,
                           "The added token \"" + token.content + "\" has the id " +
                               std::to_string(token.id) + ", and in the vocabulary " +
                               std::to_string(at->second) + ". The files do not belong together.",
                           where);
        const auto same = std::find_if(tokens.begin(), tokens.end(), [&](const AddedToken& other) {
            return other.content == token.content;
        });
        if (same != tokens.end())
            *same = token;
        else
            tokens.push_back(token);
    }
    return {};
}

/// BERT's and MPNet's vocab.txt.
Result<std::shared_ptr<const Tokenizer>> fromVocabTxt(const std::string& text,
                                                      const TokenizerSettings& settings,
                                                      const std::string& where) {
    WordPieceConfig config;
    std::int32_t id = 0;
    for (const std::string_view line : linesOf(text))
        config.vocabulary.insert_or_assign(std::string(line), id++);
    if (config.vocabulary.empty())
        return failure(ErrorCode::Corrupt, "The vocabulary is empty.", where);
    config.lowercase = settings.lowercase.value_or(true);
    config.spaceChineseCharacters = settings.spaceChineseCharacters.value_or(true);
    config.stripAccents = settings.stripAccents.value_or(config.lowercase);
    const bool isMpnet =
        settings.tokenizerClass.starts_with("MPNet") ||
        (!config.vocabulary.contains("[CLS]") && config.vocabulary.contains("<s>"));
    const AddedToken unknown = tokenFor(settings, "unk_token", config.unknownToken);
    const AddedToken first = tokenFor(settings, "cls_token", isMpnet ? "<s>" : "[CLS]");
    const AddedToken last = tokenFor(settings, "sep_token", isMpnet ? "</s>" : "[SEP]");
    const AddedToken pad = tokenFor(settings, "pad_token", isMpnet ? "<pad>" : "[PAD]");
    AddedToken mask = tokenFor(settings, "mask_token", isMpnet ? "<mask>" : "[MASK]");
    mask.lstrip = mask.lstrip || (isMpnet && !settings.special.contains("mask_token"));
    config.unknownToken = unknown.content;
    config.firstToken = first.content;
    config.lastToken = last.content;
    config.trimOffsets = isMpnet;
    for (AddedToken token : {unknown, first, last, pad, mask}) {
        const auto found = config.vocabulary.find(token.content);
        if (found == config.vocabulary.end())
            continue;
        token.id = found->second;
        token.normalized = false;
        config.addedTokens.push_back(std::move(token));
    }
    if (auto added = addTokens(settings, config.vocabulary, config.addedTokens, where); !added)
        return tl::unexpected(added.error());
    for (AddedToken& token : config.addedTokens)
        token.normalized = false;
    if (!pad.content.empty() && !config.vocabulary.contains(pad.content))
        return failure(ErrorCode::Incompatible,
                       "The vocabulary has no \"" + pad.content +
                           "\": it does not belong to this kind of tokenizer.",
                       where);
    const auto end = config.vocabulary.find(config.lastToken);
    config.padId = tokenizing::paddingOf(config.vocabulary, pad.content,
                                         end == config.vocabulary.end() ? -1 : end->second);
    return WordPieceTokenizer::make(std::move(config), where);
}

/// RoBERTa's and GPT-2's vocab.json with merges.txt.
Result<std::shared_ptr<const Tokenizer>> fromMerges(const std::string& vocabularyText,
                                                    const std::string& mergesText,
                                                    const TokenizerSettings& settings,
                                                    const std::string& vocabularyFile,
                                                    const std::string& mergesFile) {
    auto vocabulary = tokenizing::readVocabularyJson(vocabularyText, vocabularyFile);
    if (!vocabulary)
        return tl::unexpected(vocabulary.error());
    tokenizing::BytePairConfig bpe;
    bpe.byteLevel = true;
    int number = 0;
    for (const std::string_view line : linesOf(mergesText)) {
        ++number;
        if (line.empty() || (number == 1 && line.starts_with("#version")))
            continue;
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos || line.find(' ', space + 1) != std::string_view::npos)
            return failure(ErrorCode::Corrupt,
                           "Expected two tokens with a space between them, found \"" +
                               std::string(line.substr(0, 60)) +
                               "\". The file is damaged: fetch it again.",
                           mergesFile + ':' + std::to_string(number));
        bpe.merges.emplace_back(line.substr(0, space), line.substr(space + 1));
    }
    bpe.vocabulary = *vocabulary;
    auto model = tokenizing::BytePairModel::make(bpe, mergesFile);
    if (!model)
        return tl::unexpected(model.error());

    const bool isRoberta = settings.tokenizerClass.starts_with("Roberta") ||
                           (vocabulary->contains("<s>") && vocabulary->contains("</s>"));
    tokenizing::PipelineConfig config;
    config.ids = std::move(*vocabulary);
    config.model = std::move(*model);
    const bool prefix = settings.prefixSpace.value_or(false);
    config.preTokenizers.push_back(tokenizing::makeByteLevel(prefix, true));
    const auto add = [&](AddedToken token) {
        const auto found = config.ids.find(token.content);
        const bool isThere =
            std::any_of(config.addedTokens.begin(), config.addedTokens.end(),
                        [&](const AddedToken& other) { return other.content == token.content; });
        if (found == config.ids.end())
            return std::int32_t{-1};
        token.id = found->second;
        if (!isThere)
            config.addedTokens.push_back(std::move(token));
        return found->second;
    };
    if (isRoberta) {
        const AddedToken first = tokenFor(settings, "cls_token", "<s>");
        const AddedToken last = tokenFor(settings, "sep_token", "</s>");
        config.first = add(first);
        config.last = add(last);
        for (const auto& [id, name] :
             {std::pair{config.first, &first.content}, std::pair{config.last, &last.content}}) {
            if (id < 0)
                return failure(ErrorCode::Incompatible,
                               "The vocabulary has no \"" + *name +
                                   "\": it does not belong to this kind of tokenizer.",
                               vocabularyFile);
        }
        add(tokenFor(settings, "unk_token", "<unk>"));
        add(tokenFor(settings, "pad_token", "<pad>"));
        add(tokenFor(settings, "mask_token", "<mask>"));
        config.trimOffsets = true;
        config.trimPrefixSpace = prefix;
        config.prefixWords = true;
    } else {
        for (const char* role : {"bos_token", "eos_token", "unk_token"})
            add(tokenFor(settings, role, "<|endoftext|>"));
    }
    if (auto added = addTokens(settings, config.ids, config.addedTokens, vocabularyFile); !added)
        return tl::unexpected(added.error());
    config.pad = tokenizing::paddingOf(config.ids, settings.padding, config.last);
    return tokenizing::PipelineTokenizer::make(std::move(config), vocabularyFile);
}

}  // namespace

Result<std::shared_ptr<const Tokenizer>> tokenizerFromJson(std::string_view json,
                                                           std::string where) {
    return tokenizing::fromTokenizerJson(json, where, {});
}

Result<std::shared_ptr<const Tokenizer>> loadTokenizer(const fs::path& folder) {
    const auto has = [&](const char* name) {
        std::error_code ignored;
        return fs::exists(folder / name, ignored);
    };
    // special_tokens_map.json first: where both speak, transformers follows tokenizer_config.json.
    TokenizerSettings settings;
    const bool isFull = has("tokenizer.json");
    for (const char* name :
         {"special_tokens_map.json", "tokenizer_config.json", "added_tokens.json"}) {
        if (!has(name))
            continue;
        const auto text = readWholeFile(folder / name);
        if (!text)
            return tl::unexpected(text.error());
        if (auto read = tokenizing::readSettings(*text, name, (folder / name).string(), settings);
            !read)
            return tl::unexpected(read.error());
    }
    if (isFull) {
        const auto text = readWholeFile(folder / "tokenizer.json");
        if (!text)
            return tl::unexpected(text.error());
        return tokenizing::fromTokenizerJson(*text, (folder / "tokenizer.json").string(), settings);
    }
    if (has("vocab.json") && has("merges.txt")) {
        const auto vocabulary = readWholeFile(folder / "vocab.json");
        if (!vocabulary)
            return tl::unexpected(vocabulary.error());
        const auto merges = readWholeFile(folder / "merges.txt");
        if (!merges)
            return tl::unexpected(merges.error());
        return fromMerges(*vocabulary, *merges, settings, (folder / "vocab.json").string(),
                          (folder / "merges.txt").string());
    }
    for (const char* name : {"spm.model", "spiece.model", "sentencepiece.bpe.model"}) {
        if (!has(name))
            continue;
        const auto bytes = readWholeFile(folder / name);
        if (!bytes)
            return tl::unexpected(bytes.error());
        return tokenizing::fromSentencePiece(*bytes, name, (folder / name).string(), settings);
    }
    if (has("vocab.txt")) {
        const auto text = readWholeFile(folder / "vocab.txt");
        if (!text)
            return tl::unexpected(text.error());
        return fromVocabTxt(*text, settings, (folder / "vocab.txt").string());
    }
    return failure(ErrorCode::NotFound,
                   "The model has no tokenizer.json, vocab.json with merges.txt, spm.model or "
                   "vocab.txt, so its texts cannot be cut into sub-tokens. Fetch the model again "
                   "with its tokenizer's files.",
                   folder.string());
}

}  // namespace spanwise
